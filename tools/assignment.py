"""An nbgrader assignment from the code exercises of a chapter: with solutions, and the version to hand out.

    make assignment CHAPTER=02            build/assignments/source/chapter_02 and release/chapter_02
    python tools/assignment.py --chapter 02 --seed 8     the hidden tests draw other inputs

Every exercise has two parts with points: its form, which students can check themselves, and whether it is
right, which hidden tests decide on inputs drawn with the seed. Students need the course installed.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from exercises import checking
from helpers import data

BUILT = data.FOLDER.parent / "build" / "assignments"
CONFIG = """# Where nbgrader finds this course; run its commands in this folder.
c = get_config()
c.CourseDirectory.course_id = "scaling_laws"
c.ExecutePreprocessor.timeout = 300
"""
SETUP = """import numpy as np

from exercises import checking
from helpers import laws"""
FORM = 1  # points for a function that runs and gives back something of the right form


def points(asked):
    """Points for a right function: one for every three minutes that it takes, at least two."""
    return max(2, round(asked["minutes"] / 3))


def solved(name):
    """Our function with nbgrader's marks around what students write."""
    text = checking.source(checking.every()[name].solve)
    body = ast.parse(text).body[0].body
    lines = text.rstrip().split("\n")
    head = lines[: body[0].end_lineno]
    marks = ("    ### BEGIN SOLUTION", "    ### END SOLUTION")
    return "\n".join([*head, marks[0], *lines[body[0].end_lineno :], marks[1]])


def _meta(grade_id, **kinds):
    usual = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": usual | kinds | {"grade_id": grade_id}}


def book(chapter, seed):
    """The assignment of a chapter as a notebook with solutions and hidden tests.

    Raises ValueError where the chapter has no code exercises.
    """
    bank = {name: asked for name, asked in data.questions().items() if asked["kind"] == "code"}
    names = [name for name, asked in bank.items() if asked["chapter"] == chapter]
    if not names:
        there = ", ".join(sorted({asked["chapter"] for asked in bank.values()}))
        raise ValueError(f"chapter is {chapter!r}, but must be one of {there}.")
    intro = (
        f"# Assignment: chapter {chapter}\n\nWrite each function where it says so, and run the cell below it. "
        "That cell checks the form; whether the function is right is decided on inputs that you do not see."
    )
    cells = [
        new_markdown_cell(intro, metadata=_meta("intro", locked=True)),
        new_code_cell(SETUP, metadata=_meta("setup", locked=True)),
    ]
    for name in names:
        asked, function = bank[name], checking.every()[name].solve.__name__
        given = checking.every()[name].given
        task = f"## {name.replace('-', ' ').capitalize()}\n\n{asked['question']}"
        right = f'checking.insist("{name}", {function}, seed={seed})'
        form = f'checking.insist_form("{name}", {function})'
        start = solved(name) if not given else _given(name)
        cells += [
            new_markdown_cell(task, metadata=_meta(f"{name}-task", locked=True)),
            new_code_cell(start, metadata=_meta(f"{name}-code", solution=True)),
            new_code_cell(
                form, metadata=_meta(f"{name}-form", grade=True, locked=True, points=FORM)
            ),
            new_code_cell(
                f"### BEGIN HIDDEN TESTS\n{right}\n### END HIDDEN TESTS",
                metadata=_meta(f"{name}-right", grade=True, locked=True, points=points(asked)),
            ),
        ]
    for number, cell in enumerate(cells):
        cell.id = f"a{number:02d}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _given(name):
    """A function to be repaired: students start from the wrong one, which stands outside of the marks."""
    repaired = checking.solution(name).rstrip()
    return f"{checking.stub(name).rstrip()}\n\n\n### BEGIN SOLUTION\n{repaired}\n### END SOLUTION"


def write(chapter, seed, folder):
    """Write the source of an assignment and what nbgrader wants to know; gives back its name."""
    name = f"chapter_{chapter}"
    source = folder / "source" / name
    source.mkdir(parents=True, exist_ok=True)
    nbformat.write(book(chapter, seed), source / f"{name}.ipynb")
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    return name


def main(argv=None):
    """Write the assignment, and let nbgrader make the version to hand out."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--chapter", required=True, help="its number, such as 02; 90 is the coding round"
    )
    parser.add_argument(
        "--seed", type=int, default=2026, help="of the inputs that hidden tests draw"
    )
    parser.add_argument(
        "--to", type=Path, default=BUILT, help="folder of the class (default: build/assignments)"
    )
    typed = parser.parse_args(argv)
    try:
        name = write(f"{int(typed.chapter):02d}", typed.seed, typed.to)
    except ValueError as error:
        parser.error(str(error))
    print(f"{typed.to / 'source' / name}: with solutions and hidden tests")
    command = shutil.which("nbgrader", path=f"{Path(sys.executable).parent}") or shutil.which(
        "nbgrader"
    )
    if not command:
        print('nbgrader is not here: make assignment brings it, or pip install -e ".[grade]".')
        return 1
    generate = [command, "generate_assignment", name, "--force", "--create", "--log-level=WARN"]
    path = f"{Path(command).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader calls alembic by its name
    subprocess.run(generate, cwd=typed.to, check=True, env=os.environ | {"PATH": path})
    print(f"{typed.to / 'release' / name}: to hand out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
