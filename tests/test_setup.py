"""The setup: one dependency list, the working copy of the chapters, and baking."""

import base64
import importlib.util
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from collections import Counter

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient
from PIL import Image

from helpers import data, progress

ROOT = data.FOLDER.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def name_of(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()


def conda_lines():
    """The packages of environment.yml with the lines that name them, python and pip left out."""
    text = (ROOT / "environment.yml").read_text("utf-8").split("dependencies:")[1]
    lines = re.findall(r"^ +- ([^#\n:]+?)(?: +(#.*))?$", text, flags=re.M)
    return {name_of(word): (word, why) for word, why in lines if name_of(word) not in ("python", "pip")
            and not word.startswith("-e")}  # fmt: skip


def test_environment_yml_names_the_same_packages_as_pyproject():
    extras = PROJECT["project"]["optional-dependencies"]
    every = [*PROJECT["project"]["dependencies"], *extras["lab"], *extras["test"], *extras["class"]]
    wanted = {name_of(r) for r in every} - {PROJECT["project"]["name"]}
    assert set(conda_lines()) == wanted
    apart = [*extras["train"], *extras["grade"], *extras["doors"]]
    assert not {name_of(r) for r in apart} & set(conda_lines())
    assert set(extras) == {"lab", "test", "class", "grade", "doors", "train", "slides"}


def test_environment_yml_follows_the_rules():
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert re.search(r"channels:\n  - conda-forge\n  - nodefaults\n", text)
    assert "- -e ." in text and "python=3.1" in text
    assert all(why for _, why in conda_lines().values()), "every package says what it is for"


def test_every_dependency_says_why_and_python_is_recent():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for requirement in PROJECT["project"]["dependencies"]:
        line = next(line for line in text.split("\n") if requirement in line)
        assert "  #" in line, requirement
    assert PROJECT["project"]["requires-python"] == ">=3.11"


def test_an_installed_copy_is_whole(tmp_path):
    """The wheel alone, unpacked far from this folder: commands, tables, questions, a picture."""
    left_out = shutil.ignore_patterns(".*", "build", "work", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, tmp_path / "course", ignore=left_out)
    (left := tmp_path / "course" / "build" / "lib" / "helpers").mkdir(parents=True)
    (left / "of_an_older_version.py").write_text("")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", tmp_path / "wheel"]
    done = subprocess.run([*build, tmp_path / "course"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr.strip().splitlines()[-1]}")
    (wheel,) = (tmp_path / "wheel").iterdir()
    assert wheel.stat().st_size < 620_000, "small enough to be sent by mail"
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    assert not list((tmp_path / "installed").rglob("of_an_older_version.py"))
    shutil.rmtree(tmp_path / "course")
    code = """
import exercises, helpers, pictures, training
from exercises import checking
from helpers import data, laws, live, quiz
from pictures import interview
from pictures import chinchilla, interview_practice
from training import own_runs
assert all(package.__file__.startswith(FOLDER) for package in (exercises, helpers, pictures, training))
assert not (data.FOLDER.parent / "notebooks").exists()
for table in data.COLUMNS:
    assert data.read_table(table)
for read in (data.claims, own_runs.curves):
    assert len(read())
for name in data.questions():
    quiz.ask(name)
assert checking.judge("best-split", checking.solution("best-split")).right
for topic in interview.TOPICS:
    interview_practice.drill(topic)
print(live.Live(chinchilla.IsoFlop(laws.CHINCHILLA_REFIT), flops=live.slider("C", 1e20, 1e24, 1e22, 1e22),
                params=live.slider("N", 1e9, 1e10, 2e9, 1e9)).sentence)
"""
    folder = str(tmp_path / "installed")
    environment = os.environ | {"PYTHONPATH": folder}
    table, plot = str(ROOT / "data" / "example_runs.csv"), str(tmp_path / "runs.png")
    own = ["-m", "helpers.fit", table, "--plot", plot]
    forecast = ["-m", "helpers.forecast", "70"]
    for command in (["-c", f"FOLDER = {folder!r}\n{code}"], forecast, own):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "tokens" in done.stdout


FIRST_CELL = ROOT / "tools" / "first_cell.py"
UNINSTALLED = """import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
"""


def first_cell(folder, before=UNINSTALLED, path=""):
    """What the first cell of a chapter says in a kernel that starts in this folder."""
    code = before + FIRST_CELL.read_text("utf-8") + "print(helpers.live.__file__)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": str(path)},
        capture_output=True, text=True,
    )  # fmt: skip


def test_a_chapter_finds_the_course_around_it_even_if_nobody_installed_it():
    done = first_cell(ROOT / "notebooks")
    assert done.returncode == 0, done.stderr
    assert os.path.samefile(done.stdout.strip(), ROOT / "helpers" / "live.py")


def test_a_chapter_alone_says_what_to_do(tmp_path):
    (folder := tmp_path / "alone").mkdir()
    (error,) = re.findall(r"ImportError: (.*)", first_cell(folder).stderr)
    assert error.startswith("This kernel does not have the course: No module named 'helpers'.")
    assert first_cell(folder).stderr.endswith("restart the kernel:\n%pip install\n")


def test_a_package_of_the_same_name_is_recognised(tmp_path):
    (other := tmp_path / "site" / "helpers").mkdir(parents=True)
    (other / "__init__.py").write_text("")
    said = first_cell(tmp_path, path=other.parent).stderr
    assert (
        f"No module named 'helpers.live'. <module 'helpers' from '{other / '__init__.py'}'> is another"
        in said
    )


def test_the_fast_modules_import_nothing_heavy():
    heavy = ["matplotlib", "ipywidgets", "pandas", "scipy", "torch", "IPython"]
    code = "import sys, helpers.laws, helpers.cost, helpers.data; print([m for m in {!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code.format(heavy)], capture_output=True, text=True, cwd=ROOT, check=True
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# The working copy

WORK = tool("work_copy")


def chapter(*cells, **more):
    """A notebook of cells: a name and a text each; a name of None is no id; a text in a list is markdown."""
    made = []
    for name, text in cells:
        code = isinstance(text, str)
        cell = {"cell_type": "code" if code else "markdown", "source": text, "metadata": {}}
        cell |= {"execution_count": None, "outputs": []} if code else {}
        made.append(cell | ({} if name is None else {"id": name}))
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more)


def seen(path):
    return [WORK.text(cell) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def used(path, sources=None):
    """Save a notebook as JupyterLab does after a run: outputs, numbers, metadata and lines are new."""
    book = json.loads(path.read_text("utf-8"))
    for number, cell in enumerate(book["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"] = [nbformat.v4.new_output("stream", text=f"hers {number}")]
            cell["execution_count"] = number + 1
        cell["source"] = WORK.text(cell).splitlines(keepends=True)
        cell["metadata"] = {"trusted": True}
    path.write_text(json.dumps(book | {"metadata": {"kernelspec": "hers"}}), "utf-8")


@pytest.fixture
def folders(tmp_path):
    source, work = tmp_path / "notebooks", tmp_path / "work"
    source.mkdir()
    for name in ("00_a", "01_b"):
        (source / f"{name}.ipynb").write_text(chapter(("c00", [f"# {name}"]), ("c01", "first")))
    return source, work


def test_chapters_are_laid_once_and_the_course_s_newer_ones_follow(folders):
    source, work = folders
    assert WORK.refresh(source, work) == ["Chapters laid into work/, for you to write in: 2."]
    for path in source.glob("*.ipynb"):
        assert (work / path.name).read_bytes() == path.read_bytes()
    assert WORK.refresh(source, work) == []
    (source / "01_b.ipynb").write_text(chapter(("c00", ["# 01_b"]), ("c01", "second")))
    (source / "02_c.ipynb").write_text(chapter(("c00", "new")))
    assert WORK.refresh(source, work) == [
        "Chapters laid into work/, for you to write in: 1.",
        "01_b.ipynb is the course's newer one now; you had changed none of its cells.",
    ]
    assert seen(work / "01_b.ipynb") == ["# 01_b", "second"]
    assert not (work / WORK.FORMER).exists()


def test_a_chapter_that_was_only_run_is_refreshed_and_keeps_its_outputs_until_then(folders):
    source, work = folders
    WORK.refresh(source, work)
    mine = work / "00_a.ipynb"
    used(mine)
    ran = mine.read_bytes()
    assert WORK.refresh(source, work) == [] and mine.read_bytes() == ran
    (source / "00_a.ipynb").write_text(chapter(("c00", ["# 00_a"]), ("c01", "second")))
    assert WORK.refresh(source, work) == [
        "00_a.ipynb is the course's newer one now; you had changed none of its cells."
    ]
    assert mine.read_bytes() == (source / "00_a.ipynb").read_bytes()
    used(mine)
    assert WORK.refresh(source, work) == []


LAID = [("c00", ["# title"]), ("c01", "one"), ("c02", "two"), ("c03", "three")]
NEWER = [("c00", ["# title"]), ("c01", "inserted"), ("c02", "one"), ("c03", "two, newer"), ("c04", "three")]  # fmt: skip
CARRIED = {  # what she made of the chapter laid, and what stands there with the newer one
    "nothing": (LAID, ["# title", "inserted", "one", "two, newer", "three"]),
    "her text where the course's did not change, whatever its id is now": (
        [LAID[0], ("c01", "mine"), *LAID[2:]],
        ["# title", "inserted", "mine", "two, newer", "three"],
    ),
    "both changed it": (
        [*LAID[:2], ("c02", "mine"), LAID[3]],
        ["# title", "inserted", "one", "two, newer", WORK.BOTH, "mine", "three"],
    ),
    "both changed it to the same": (
        [*LAID[:2], ("c02", "two, newer"), LAID[3]],
        ["# title", "inserted", "one", "two, newer", "three"],
    ),
    "cells of her own": (
        [("x0", ["before"]), *LAID[:2], ("x1", "mine"), ("x2", ["mine too"]), *LAID[2:], ("x3", "end")],
        ["before", "# title", "inserted", "one", "mine", "mine too", "two, newer", "three", "end"],
    ),
    "a cell of her own with an id that the course uses now": (
        [*LAID, ("c04", "mine")],
        ["# title", "inserted", "one", "two, newer", "three", "mine"],
    ),
    "an empty cell, as JupyterLab adds at the end": (
        [*LAID, ("x0", "\n")],
        ["# title", "inserted", "one", "two, newer", "three"],
    ),
    "a cell taken out comes back": (
        LAID[:3],
        ["# title", "inserted", "one", "two, newer", "three"],
    ),
    "code turned into text": (
        [LAID[0], ("c01", ["one"]), *LAID[2:]],
        ["# title", "inserted", "one", "two, newer", "three"],
    ),
    "cells in another order": (
        [LAID[0], LAID[3], LAID[1], LAID[2]],
        ["# title", "inserted", "one", "two, newer", "three"],
    ),
    "no ids": (
        [(None, text) for _, text in [LAID[0], ("", "mine"), *LAID[2:], ("", "end")]],
        ["# title", "inserted", "mine", "two, newer", "three", "end"],
    ),
    "the same cell twice": (
        [*LAID[:2], ("c01", "mine"), *LAID[2:]],
        ["# title", "inserted", "one", "mine", "two, newer", "three"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CARRIED)
def test_what_a_reader_wrote_is_carried_into_the_newer_chapter(folders, what):
    source, work = folders
    course, mine = source / "00_a.ipynb", work / "00_a.ipynb"
    course.write_text(chapter(*LAID))
    WORK.refresh(source, work)
    made, wanted = CARRIED[what]
    mine.write_text(chapter(*made))
    used(mine)
    former = mine.read_bytes()
    course.write_text(chapter(*NEWER, metadata={"kernelspec": "the course's"}))
    (said,) = WORK.refresh(source, work)
    assert seen(mine) == wanted
    book = json.loads(mine.read_text("utf-8"))
    assert book["metadata"] == {"kernelspec": "the course's"}
    nbformat.validate(book | {"metadata": {}})
    kept = work / WORK.FORMER / "00_a_1.ipynb"
    wrote = {(c["cell_type"], WORK.text(c)) for c in json.loads(former)["cells"] if WORK.text(c).strip()}  # fmt: skip
    theirs = {(c["cell_type"], WORK.text(c)) for text in (chapter(*LAID), chapter(*NEWER)) for c in json.loads(text)["cells"]}  # fmt: skip
    if wrote - theirs:
        assert kept.read_bytes() == former
        assert f"with what you wrote (cells: {len(wrote - theirs)})" in said
        assert said.endswith("Your former file is work/earlier/00_a_1.ipynb.")
        assert ("both stand there" in said) == (WORK.BOTH in wanted)
    else:
        assert not kept.exists() and "you had changed none" in said
    assert WORK.refresh(source, work) == [], "said once"


A_CELL = st.tuples(st.sampled_from([None, "c00", "c01", "c02", "x"]), st.sampled_from("aabcdef "))


@given(mine=st.lists(A_CELL, max_size=6), laid=st.text("abcd", max_size=5), new=st.text("abcde", max_size=5))  # fmt: skip
def test_whatever_the_cells_nothing_is_lost(mine, laid, new):
    def cells(texts):
        return json.loads(chapter(*((f"c{n:02d}", text) for n, text in enumerate(texts))))["cells"]

    wrote = json.loads(chapter(*mine))["cells"]
    course, base = cells(new), [WORK.mark(cell) for cell in cells(laid)]
    merged, hers, both = WORK.merged(wrote, base, course)
    texts = [WORK.text(cell) for cell in merged]
    assert {text for _, text in mine if text.strip()} <= {*texts, *laid, *new}
    assert len({cell["id"] for cell in merged}) == len(merged) >= len(course)
    kept = [text for text in texts if text != WORK.BOTH]
    assert len(kept) <= len(course) + hers and texts.count(WORK.BOTH) == both <= hers
    gone = Counter(new) - Counter(texts)
    assert not set(gone) - set(laid), "what is new in the course is there"
    assert gone.total() <= hers, "a text of the course gives way only to one of hers"


def test_what_was_carried_once_is_carried_again(folders):
    source, work = folders
    course, mine = source / "00_a.ipynb", work / "00_a.ipynb"
    course.write_text(chapter(*LAID))
    WORK.refresh(source, work)
    mine.write_text(
        chapter(*LAID[:1], ("c01", "changed"), ("c02", "both"), LAID[3], ("x", "added"))
    )
    course.write_text(chapter(*NEWER))
    WORK.refresh(source, work)
    course.write_text(chapter(*NEWER[:3], ("c03", "two, newest"), ("c04", "three")))
    (said,) = WORK.refresh(source, work)
    assert seen(mine) == ["# title", "inserted", "changed", "two, newest", WORK.BOTH, "both", "three", "added"]  # fmt: skip
    assert "(cells: 3)" in said and "earlier/00_a_2.ipynb" in said and "have both" not in said
    course.write_text(chapter(("c00", ["# another"])))
    WORK.refresh(source, work)
    assert set(seen(mine)) == {"# another", "changed", WORK.BOTH, "both", "added"}


def test_a_record_of_an_older_course_is_understood(folders):
    """It held the digest of each file as it was laid; who had only run a chapter counted as having changed it."""
    source, work = folders
    work.mkdir()
    for path in source.glob("*.ipynb"):
        shutil.copy(path, work)
    record = {path.name: WORK.digest(path.read_bytes()) for path in work.glob("*.ipynb")}
    (work / WORK.RECORD).write_text(json.dumps(record | {"00_a.ipynb offered": "0"}))
    used(work / "01_b.ipynb")
    ran = (work / "01_b.ipynb").read_bytes()
    assert WORK.refresh(source, work) == [] and (work / "01_b.ipynb").read_bytes() == ran
    (work / WORK.RECORD).write_text(json.dumps(record))
    for name in ("00_a", "01_b"):
        (source / f"{name}.ipynb").write_text(chapter(("c00", "newer")))
    said = WORK.refresh(source, work)
    assert seen(work / "00_a.ipynb") == ["newer"] and seen(work / "01_b.ipynb") == [
        "# 01_b",
        "first",
    ]
    assert said[1] == (
        "01_b.ipynb: you have changed it, so it was left alone. "
        "For a fresh copy, rename yours and run make lab again."
    )
    assert WORK.refresh(source, work) == [], "said once"
    (work / "01_b.ipynb").rename(work / "mine.ipynb")
    assert WORK.refresh(source, work) == ["Chapters laid into work/, for you to write in: 1."]
    assert seen(work / "mine.ipynb") == ["# 01_b", "first"]


@pytest.mark.parametrize("record", [None, "", "{broken", "[1]", "[]", '{"00_a.ipynb": 3}'])
@pytest.mark.parametrize("mine", [chapter(("c00", "mine")), "{broken", "[]", '{"cells": [1]}', ""])
def test_without_its_record_nothing_is_overwritten(folders, record, mine):
    source, work = folders
    WORK.refresh(source, work)
    (work / "00_a.ipynb").write_text(mine)
    if record is None:
        (work / WORK.RECORD).unlink()
    else:
        (work / WORK.RECORD).write_text(record)
    (source / "00_a.ipynb").write_text(chapter(("c00", "newer")))
    said = WORK.refresh(source, work)
    assert (work / "00_a.ipynb").read_text() == mine
    assert len(said) == 1 and "left alone" in said[0]
    assert ("not a notebook" in said[0]) == (mine != chapter(("c00", "mine")))


def test_a_damaged_chapter_that_is_mended_is_carried_on(folders):
    source, work = folders
    WORK.refresh(source, work)
    mine = work / "00_a.ipynb"
    mine.write_text("{broken")
    (source / "00_a.ipynb").write_text(chapter(("c00", ["# 00_a"]), ("c01", "second")))
    WORK.refresh(source, work)
    mine.write_text(chapter(("c00", ["# 00_a"]), ("c01", "first"), ("x", "mine")))
    (source / "00_a.ipynb").write_text(chapter(("c00", ["# 00_a"]), ("c01", "third")))
    WORK.refresh(source, work)
    assert seen(mine) == ["# 00_a", "third", "mine"]


# The launcher

LAB = tool("lab")


def test_who_asks_for_help_gets_jupyterlabs_and_no_working_copy(monkeypatch):
    asked = []
    monkeypatch.setattr(LAB.subprocess, "call", lambda command: asked.append(command) or 0)
    monkeypatch.setitem(sys.modules, "work_copy", None)  # importing it fails
    for word in ("--help", "-h", "--help-all", "--version"):
        assert LAB.main(["--no-browser", word]) == 0
        assert asked.pop() == [sys.executable, "-m", "jupyterlab", "--no-browser", word]


DESK, HEADLESS = {"DISPLAY": ":0"}, {}
SSH = {"SSH_CONNECTION": "10.0.0.9 50022 10.0.0.5 2222", "DISPLAY": "localhost:10.0"}
CHAPTER = "02_chinchilla.ipynb"


@pytest.mark.parametrize(
    "given, environment, root, added, said",
    [
        ([], DESK, False, [], ""),
        ([], HEADLESS, False, ["--no-browser"], ""),
        ([], SSH, False, ["--no-browser"], ""),
        (["--port=9999"], DESK, False, [], ""),
        ([], DESK, True, ["--allow-root", "--ip=localhost"], "this machine's own loopback"),
        (["--ip=127.0.0.1"], DESK, True, ["--allow-root", "--ip=localhost"], "this machine's own"),
        (["--allow-root"], DESK, True, [], ""),
        (["--ServerApp.allow_root=True"], DESK, True, [], ""),
        (["--ip=0.0.0.0"], DESK, True, [], "You are root and JupyterLab is to listen on 0.0.0.0"),
        (["--ip", "::1", "--ServerApp.ip", "box"], DESK, True, [], "is to listen on box: who"),
        (["--ip=0.0.0.0"], DESK, False, [], "can run code here as you"),
        (["--ip=0.0.0.0", "--allow-root"], DESK, True, [], "can run code here as you"),
        (["--ip"], DESK, False, [], ""),
    ],
)
def test_jupyterlab_gets_what_this_machine_needs(
    given, environment, root, added, said, monkeypatch
):
    monkeypatch.setattr(sys, "platform", "linux")
    told, sentences = LAB.arguments(given, CHAPTER, environment, root)
    assert told == ["--LabApp.default_url=/lab/tree/work/02_chinchilla.ipynb", *added, *given]
    assert len(sentences) == bool(said) and said in "".join(sentences)


@pytest.mark.parametrize(
    "environment, system, wanted",
    [
        ({}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, "linux", True),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, "darwin", False),
        ({}, "win32", True),
    ],
)
def test_a_browser_opens_where_somebody_sees_it(environment, system, wanted):
    assert LAB.has_browser(environment, system) is wanted


SERVER = {"url": "http://localhost:8889/", "port": 8889, "token": "abc"}


def test_it_says_where_the_course_is_and_how_to_get_there_from_another_machine():
    at_desk = LAB.ready(SERVER, CHAPTER, DESK, "ada", "box")
    assert "\n    http://localhost:8889/lab/tree/work/02_chinchilla.ipynb?token=abc\n" in at_desk
    assert "ssh" not in at_desk
    line = "\n    ssh -N -L 8889:localhost:8889 {}\n"
    assert line.format("-p 2222 ada@10.0.0.5") in LAB.ready(SERVER, CHAPTER, SSH, "ada", "box")
    assert line.format("ada@box") in LAB.ready(SERVER, CHAPTER, HEADLESS, "ada", "box")
    assert line.format("ada@box") in LAB.ready(
        SERVER, CHAPTER, {"SSH_CONNECTION": "?"}, "ada", "box"
    )
    assert LAB.address(SERVER | {"token": ""}, CHAPTER).endswith("02_chinchilla.ipynb")


@pytest.mark.parametrize(
    "place, opens",
    [
        (("gopher-split", "/home/ada/course/work/02_chinchilla.ipynb"), "02_chinchilla.ipynb"),
        (("gopher-split", "work/earlier/gone.ipynb"), "00_start_here.ipynb"),
        (("gopher-split", ""), "00_start_here.ipynb"),
        (None, "00_start_here.ipynb"),
    ],
)
def test_make_lab_opens_the_chapter_where_something_was_done_last(place, opens, tmp_path):
    (tmp_path / "02_chinchilla.ipynb").write_text("{}")
    assert LAB.last_chapter(place, tmp_path) == opens


def test_make_lab_opens_the_course_on_the_next_port_and_ends_when_told(tmp_path, monkeypatch):
    """The real thing, as whoever runs the tests, in a copy of this folder with a port that is taken."""
    monkeypatch.setenv("JPY_SESSION_NAME", "/of/another/day/02_chinchilla.ipynb")
    progress.remember(answers={"gopher-split": {"verdict": "Right."}})
    left_out = shutil.ignore_patterns(".*", "build", "work", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, course := tmp_path / "course", ignore=left_out)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "DISPLAY", "SSH"))}
    runtime = {
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, course / "tools" / "lab.py", f"--port={port}", "--no-browser"]
        lab = subprocess.Popen(
            [*command, f"--LabApp.user_settings_dir={tmp_path / 'settings'}"], env=clean | runtime,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            said = []
            for line in lab.stdout:
                said.append(line)
                if line.startswith("Ctrl-C"):
                    break
            (start,) = re.findall(r"^    (\S+02_chinchilla\S+)$", "".join(said).split("The course is")[1], re.M)  # fmt: skip
            base, token = re.fullmatch(r"(http://[^/]+/)lab/tree/work/02_chinchilla.ipynb\?token=(\w+)", start).groups()  # fmt: skip
            assert not base.endswith(f":{port}/"), (
                "the port that it has, not the one it was asked for"
            )
            with urllib.request.urlopen(start, timeout=20) as page:
                assert "jupyter-config-data" in page.read().decode()
            news = (
                f"{base}lab/api/settings/@jupyterlab/apputils-extension:notification?token={token}"
            )
            with urllib.request.urlopen(news, timeout=20) as answer:
                schema = json.load(answer)["schema"]["properties"]
            assert schema["fetchNews"]["default"] == "false", "no question about news over the page"
        finally:
            lab.terminate()
            rest = lab.communicate(timeout=60)[0]
    assert "Traceback" not in "".join(said) + rest
    assert "scaling_laws_server | extension was successfully loaded" in "".join(said)
    with pytest.raises(OSError):
        urllib.request.urlopen(base, timeout=5)


def test_an_address_is_named_once_its_server_listens(tmp_path, monkeypatch):
    """Jupyter writes down where it is before it listens there: a browser that came at once found nobody."""

    class Started:
        pid, asked = 77, 0

        def poll(self):
            self.asked += 1
            if self.asked == 3:
                door.listen()

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = {"hostname": "0.0.0.0", "port": door.getsockname()[1]}
        (tmp_path / "jpserver-77.json").write_text(json.dumps(server))
        assert not LAB.listens(server)
        assert LAB.described(process := Started()) == server and process.asked == 3


# Baking


def test_baking_drops_widget_views_keeps_pictures_and_is_stable(tmp_path):
    module = tool("bake")
    book = nbformat.v4.new_notebook()
    code = """
from helpers import live
class Dot:
    def backdrop(self, ax):
        ax.set(xlim=(0, 4), ylim=(0, 4))
    def foreground(self, ax, x):
        ax.plot([x], [x], "o")
        return f"the dot is at {x:g}"
live.Live(Dot(), x=live.slider("x", 0, 4, start=2, step=1))
"""
    book.cells = [nbformat.v4.new_code_cell(code.strip())]
    path = tmp_path / "dot.ipynb"
    nbformat.write(book, path)
    first = module.bake(path)
    assert "widget-view" not in first and "image/png" in first and "the dot is at 2" in first
    assert json.loads(first)["metadata"].keys() == {"kernelspec", "language_info"}
    path.write_text(first, encoding="utf-8")
    assert module.bake(path) == first
    path.write_text(first.replace("start=2", "start=3"), encoding="utf-8")
    assert "the dot is at 3" in module.bake(path)


def png(colour, level=0):
    """A small picture as base64; at another level the same pixels are other bytes."""
    buffer = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(buffer, "PNG", compress_level=level)
    return base64.b64encode(buffer.getvalue()).decode()


def test_baking_keeps_stored_bytes_of_each_picture_whose_pixels_and_sentence_did_not_change():
    def book(*shown):
        datas = [{"image/png": picture, "text/plain": words} for picture, words in shown]
        outputs = [nbformat.v4.new_output("display_data", data) for data in datas]
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)])

    def baked(new, old):
        return [
            output.data["image/png"] for output in tool("bake").clean(new, old).cells[0].outputs
        ]

    old = book((png("red"), "one"), (png("blue"), "one"), (png("green"), "two"))
    seen = baked(
        book((png("red", 9), "one"), (png("blue", 9), "one"), (png("green", 9), "two")), old
    )
    assert seen == [png("red"), png("blue"), png("green")]
    other = baked(book((png("white"), "one"), (png("green", 9), "three")), old)
    assert other == [png("white"), png("green", 9)], (
        "another sentence, or other pixels: the new one"
    )


def test_baking_an_unknown_chapter_says_so(capsys):
    with pytest.raises(SystemExit):
        tool("bake").main(["no_such_chapter"])
    assert "no_such_chapter.ipynb" in capsys.readouterr().err


def test_what_a_slow_cell_prints_is_baked_in_one_piece():
    def printed(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    shown = nbformat.v4.new_output("display_data", {"text/plain": "x"})
    pieces = [printed("a\n"), printed("b\n"), shown, printed("c\n"), printed("d\n", "stderr")]
    baked = tool("bake").joined(pieces)
    assert [output.get("text", "x") for output in baked] == ["a\nb\n", "x", "c\n", "d\n"]


# What a machine may lack


def test_what_would_be_skipped_fails_in_ci(tmp_path):
    (tmp_path / "conftest.py").write_bytes((ROOT / "conftest.py").read_bytes())
    (tmp_path / "pytest.ini").write_text("[pytest]")
    (tmp_path / "test_module.py").write_text('import pytest; pytest.importorskip("no_such_module")')
    (tmp_path / "test_some.py").write_text("""
import pytest
@pytest.fixture
def lacks():
    pytest.skip("no corpus here")
def test_with_it(lacks): pass
@pytest.mark.skipif(True, reason="no Chromium here")
def test_in_it(): pass
def test_that_runs(): pass
""")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"CI": "true", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'notebooks'}"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert "1 passed, 3 errors" in done.stdout, done.stdout + done.stderr
    assert "In CI nothing may be skipped, but this was. Skipped: no corpus here" in done.stdout


@pytest.fixture(scope="module")
def unrun():
    """A cell in a kernel of `make lab`, before the first cell of its chapter, after it, and with a mistake of one's own."""
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "-"}}
    )
    for text in ("live.Live(picture)", "from helpers import live", "live.Live(rows)", "1 / 0"):
        book.cells.append(nbformat.v4.new_code_cell(text))
    paths = os.pathsep.join([str(ROOT), str(ROOT / "notebooks")])
    environment = os.environ | {
        "PYTHONSTARTUP": str(ROOT / "tools" / "startup.py"),
        "PYTHONPATH": paths,
    }
    NotebookClient(book, timeout=120, allow_errors=True).execute(env=environment)
    return [cell.outputs for cell in book.cells]


def test_a_cell_of_a_chapter_that_has_not_run_says_run_all_instead_of_an_error(unrun):
    (said,) = unrun[0]
    assert said.output_type == "stream" and "Run All Cells" in said.text


def test_a_name_that_is_missing_later_is_an_error_and_the_cells_above_are_named(unrun):
    assert unrun[1] == []
    kinds = {output.output_type: output for output in unrun[2]}
    assert kinds["error"].ename == "NameError"
    assert "If rows is made in a cell above" in kinds["stream"].text
    assert [output.ename for output in unrun[3]] == ["ZeroDivisionError"]
