"""The assignment of a chapter, made and graded by nbgrader itself."""

import csv
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import assignment
import nbformat
import pytest

from exercises import checking
from helpers import data

ROOT = data.FOLDER.parent
OWN = ROOT / ".venv-grade" / "bin" / "nbgrader"
NBGRADER = str(OWN) if OWN.exists() else shutil.which("nbgrader")
CHAPTER = "02"


def test_parts_have_points_and_marks():
    book = assignment.book(CHAPTER, 5)
    nbformat.validate(book)
    graded = [c for c in book.cells if c.metadata.nbgrader.grade]
    names = [
        n for n, q in data.questions().items() if q["kind"] == "code" and q["chapter"] == CHAPTER
    ]
    assert len(graded) == 2 * len(names) and all(c.metadata.nbgrader.points >= 1 for c in graded)
    hidden = [c.source for c in graded if "HIDDEN" in c.source]
    assert [re.search(r'insist\("([^"]+)", \w+, seed=5\)', text)[1] for text in hidden] == names
    for name in names:
        start = assignment.solved(name)
        assert start.startswith(checking.stub(name).rstrip().removesuffix("...").rstrip())
        assert checking.judge(name, start).right
    with pytest.raises(ValueError, match="chapter is '77', but must be one of"):
        assignment.book("77", 0)


@pytest.mark.skipif(
    not NBGRADER, reason="nbgrader is not here: make assignment CHAPTER=02 brings it"
)
def test_nbgrader_makes_it_and_gives_the_points_that_are_due(tmp_path):
    def nbgrader(*words):
        env = os.environ | {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'notebooks'}",
            "PYTHONWARNINGS": "ignore",
        }
        env |= {"PATH": f"{Path(NBGRADER).parent}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run([NBGRADER, *words, "--log-level=WARN"], cwd=tmp_path, env=env, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    name = assignment.write(CHAPTER, 5, tmp_path)
    nbgrader("generate_assignment", name, "--create")
    released = tmp_path / "release" / name / f"{name}.ipynb"
    text = released.read_text("utf-8")
    assert "YOUR CODE HERE" in text and "insist(" not in text and "SOLUTION" not in text
    source = json.loads((tmp_path / "source" / name / f"{name}.ipynb").read_text("utf-8"))
    right = {
        c["metadata"]["nbgrader"]["grade_id"]: c["source"]
        for c in source["cells"]
        if c["cell_type"] == "code"
    }
    bank = data.questions()
    tasks = [grade_id.removesuffix("-code") for grade_id in right if grade_id.endswith("-code")]

    for who in ("right", "wrong", "empty"):
        book = json.loads(text)
        for cell in book["cells"]:
            grade_id = cell["metadata"]["nbgrader"]["grade_id"]
            if who == "right" and grade_id.endswith("-code"):
                cell["source"] = right[grade_id]
            if who == "wrong" and grade_id == "best-split-code":
                head = checking.stub("best-split").split("\n")[0]
                cell["source"] = (
                    f"{head}\n    return (flops / 120) ** 0.5, 20 * (flops / 120) ** 0.5\n"
                )
        folder = tmp_path / "submitted" / who / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    nbgrader("autograde", name, "--create")
    nbgrader("export", "--to=grades.csv")
    with open(tmp_path / "grades.csv", encoding="utf-8") as file:
        grades = {row["student_id"]: row for row in csv.DictReader(file)}
    most = sum(assignment.FORM + assignment.points(bank[task]) for task in tasks)
    assert {float(row["max_score"]) for row in grades.values()} == {most}
    got = {who: float(row["score"]) for who, row in grades.items()}
    assert got == {"right": most, "wrong": assignment.FORM, "empty": 0}
