"""Every door: what somebody gets who opens or runs a chapter with another program than JupyterLab.

The programs have an environment of their own, `make doors`; where it is missing they are not tried.
Doors that show a page are in test_doors_browser.py.
"""

import ast
import contextlib
import html
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import cells
import doors
import lite
import nbformat
import pytest
from packaging.requirements import Requirement

from exercises import checking

NAME = "02_chinchilla"
PROJECT = tomllib.loads((doors.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHAPTER = doors.ROOT / "notebooks" / f"{NAME}.ipynb"
BOOK = nbformat.read(CHAPTER, as_version=4)
VIEW = "application/vnd.jupyter.widget-view+json"
needs_doors = pytest.mark.skipif(doors.missing(), reason=doors.NEEDED)


def pictures(book):
    """The sentence of each picture that a notebook holds, by the metadata of the picture."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    drawn = [output for output in outputs if "image/png" in output.get("data", {})]
    return [output.metadata["image/png"]["alt"] for output in drawn]


def problems(book):
    """What went wrong in the cells of a notebook that was run."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    return [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


def seen(page):
    """The words of each picture on a page, without those within scripts, and how many views of widgets wait."""
    page = page.read_text("utf-8")
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    words = [re.search(r'alt="([^"]*)"', tag) for tag in re.findall("<img[^>]*>", bare)]
    views = page.count(f'<script type="{VIEW}">')
    return [html.unescape(alt[1]) if alt else None for alt in words], views


# Exports of what is stored


@needs_doors
def test_html_of_the_classic_template_has_every_picture_with_its_sentence(tmp_path):
    told = ["--to", "html", "--template", "classic", "--output-dir", tmp_path]
    doors.run("jupyter", "nbconvert", *told, CHAPTER, home=tmp_path)
    assert seen(tmp_path / f"{NAME}.html") == (pictures(BOOK), 0)
    page = (tmp_path / f"{NAME}.html").read_text("utf-8")
    assert page.count("<details") == str(BOOK).count("<details") > 20


@needs_doors
def test_html_has_every_picture_but_its_default_template_knows_no_words_for_them(tmp_path):
    doors.run("jupyter", "nbconvert", "--to", "html", "--output-dir", tmp_path, CHAPTER, home=tmp_path)  # fmt: skip
    words, views = seen(tmp_path / f"{NAME}.html")
    assert len(words) == len(pictures(BOOK)) > 10 and views == 0
    assert set(words) <= {*pictures(BOOK), "No description has been provided for this image"}


# Runs


@needs_doors
def test_html_that_is_run_first_shows_widgets_from_a_network_unless_their_state_is_left_out(
    tmp_path,
):
    """Both ways a chapter is run; with its state stored, the page asks a network for the widgets."""
    doors.run("jupyter", "execute", CHAPTER, "--output", tmp_path / "run.ipynb", home=tmp_path)
    book = nbformat.read(tmp_path / "run.ipynb", as_version=4)
    assert problems(book) == [] and pictures(book) == pictures(BOOK)
    doors.run("jupyter", "nbconvert", "--to", "html", tmp_path / "run.ipynb", home=tmp_path)
    words, views = seen(tmp_path / "run.html")
    waiting = [
        o for cell in book.cells for o in cell.get("outputs", ()) if VIEW in o.get("data", {})
    ]
    assert words == [] and views == len(waiting) > len(pictures(BOOK))

    told = ["--execute", "--ExecutePreprocessor.store_widget_state=False", "--template", "classic"]
    doors.run("jupyter", "nbconvert", "--to", "html", *told, "--output-dir", tmp_path, CHAPTER, home=tmp_path)  # fmt: skip
    assert seen(tmp_path / f"{NAME}.html") == (pictures(BOOK), 0)


@needs_doors
def test_papermill_runs_a_chapter_from_another_folder(tmp_path):
    doors.run("papermill", CHAPTER, tmp_path / "run.ipynb", "--no-progress-bar", home=tmp_path)
    book = nbformat.read(tmp_path / "run.ipynb", as_version=4)
    assert problems(book) == [] and pictures(book) == pictures(BOOK)
    assert all(cell.metadata.papermill.status == "completed" for cell in book.cells)


# Binder


@needs_doors
def test_repo2docker_takes_the_repository_with_conda_and_the_course_in_it(tmp_path):
    told = ["--no-build", "--debug", "--user-id", "1000", "--user-name", "somebody"]
    said = doors.run("jupyter-repo2docker", *told, doors.ROOT, home=tmp_path)
    assert re.search(r"Building conda environment for python=3\.1\d", said)
    laid, installed = said.index("COPY --chown=1000:1000 src/"), said.index("env update")
    assert laid < installed, "`-e .` in environment.yml needs the files of the course"
    assert '--file "environment.yml"' in said


# JupyterHub: two users at once

ANSWER = """from helpers import progress, quiz
asked = quiz.ask("half-size")
asked.entry.widget.value = {!r}
asked.check()
print(asked.verdict, progress.path(), sorted(progress.read()[0]["answers"]), sep="\\n")"""
LOOK = """from helpers import quiz
asked = quiz.ask("half-size")
print(repr(asked.verdict), asked.state["typed"])"""


@needs_doors
def test_two_users_of_a_hub_run_a_chapter_at_once_and_share_nothing(tmp_path):
    code = [cell.source for cell in BOOK.cells if cell.cell_type == "code" and cell.source.strip()]
    with doors.hub(tmp_path) as hub, contextlib.ExitStack() as stack:
        users = [
            stack.enter_context(contextlib.closing(doors.User(hub, name)))
            for name in ("ann", "ben")
        ]
        for user in users:
            user.open(BOOK, f"{NAME}.ipynb")
        for user in users:  # asked for all of it before the other is waited for: they run at once
            user.send(code)
        for user in users:
            assert user.answers() == ["ok"] * len(code), user.said()

        typed, verdicts = ("about 16 %", "about 2 %"), ("Right", "Not yet")
        for user, answer in zip(users, typed):
            user.send([ANSWER.format(answer)])
            assert user.answers() == ["ok"], user.said()
        for user, begins in zip(users, verdicts):
            verdict, file, answered = user.said().strip().split("\n")
            assert verdict.startswith(begins), verdict
            assert file.startswith(str(tmp_path / user.name) + os.sep), "in each user's own folder"
            assert answered == "['half-size']"
            kept = json.loads(Path(file).read_text("utf-8"))["answers"]["half-size"]
            assert kept["notebook"] == f"{NAME}.ipynb"

        for user, answer in zip(users, typed):  # another kernel of the same user, on another day
            user.open(BOOK, f"{NAME}.ipynb")
            user.send([LOOK])
            assert user.answers() == ["ok"] and answer in user.said()
        ann, ben = users
        assert ann.ask("GET", "/api/kernels", of=ben) in (403, 404), "ann's token opens nothing of ben's"  # fmt: skip


# JupyterLite: Python in the browser, which has no threads, no processes and no sockets

# What pyodide-lock.json of Pyodide 314.0.6 (npm, 25 August 2026; Python 3.14) holds; jupyterlite-pyodide-kernel
# 0.8.6 takes this one. Beside the name of a package stands how Python imports it.
PYODIDE = {"numpy": ("numpy", "2.4.6"), "matplotlib": ("matplotlib", "3.10.8"), "pillow": ("PIL", "12.2.0"),
           "tqdm": ("tqdm", "4.67.3"), "platformdirs": ("platformdirs", "4.9.4")}  # fmt: skip
# On PyPI as wheels for any machine (py3-none-any), seen in November 2026: micropip takes those.
PURE = {"ipywidgets": "8.1.9", "anywidget": "0.11.0", "pooch": "1.9.0", "filelock": "4.3.1", "jupyter_core": "5.9.1"}  # fmt: skip
BROUGHT = {"IPython", "traitlets"}  # by the kernel itself

# As if nobody had installed the course.
UNINSTALLED = """import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
"""
BARE = """import json, multiprocessing, os, socket, subprocess, sys, threading
import matplotlib.font_manager  # looks for fonts in a thread, the first time; Pyodide's own knows better

def no(*_, **__):
    raise RuntimeError("a browser has none")

threading.Thread.start = subprocess.Popen.__init__ = multiprocessing.Process.start = no
socket.socket.__init__ = socket.create_connection = socket.getaddrinfo = os.fork = os.system = no
import importlib
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
from helpers import data, quiz
assert data.questions() and data.claims() and quiz.ask("half-size").box
files = [getattr(module, "__file__", None) for module in sys.modules.values()]
print(json.dumps([file for file in files if file and file.startswith(sys.argv[2])]))"""


def imported_by_chapters():
    """The course's modules that the cells of chapters import, those of training that want PyTorch aside."""
    names = set()
    for path in (doors.ROOT / "notebooks").glob("*.ipynb"):
        book = nbformat.read(path, as_version=4)
        for cell in (c.source for c in book.cells if c.cell_type == "code"):
            bare = re.sub(r"^[%!].*", "", cell, flags=re.M)
            for node in ast.walk(ast.parse(bare)):
                if isinstance(node, ast.ImportFrom) and node.module in OWN:
                    names |= {f"{node.module}.{alias.name}" for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in OWN:
                    names.add(node.module)
    return sorted(names - {"training.run", "training.sweep", "training.model"})


OWN = ("helpers", "exercises", "pictures", "training")


def third_parties(files):
    """What these modules of ours import from others, as Python calls it."""
    names = set()
    for file in files:
        for node in ast.parse(
            Path(file).read_text("utf-8")
        ).body:  # as it is imported, not when called
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - set(OWN)


def test_what_chapters_import_needs_no_thread_process_or_network_and_only_packages_of_pyodide():
    names = imported_by_chapters()
    assert len(names) > 15 and "pictures.chinchilla" in names
    done = subprocess.run(
        [sys.executable, "-c", BARE, json.dumps(names), str(doors.ROOT)],
        capture_output=True, text=True, cwd=doors.ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(doors.ROOT), str(doors.ROOT / "notebooks")])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    files = [f for f in json.loads(done.stdout) if ".venv" not in f and "site-packages" not in f]
    assert len(files) > len(names)
    known = {module for module, _ in PYODIDE.values()} | set(PURE) | BROUGHT
    assert third_parties(files) <= known

    needed = {Requirement(text).name: Requirement(text) for text in PROJECT["dependencies"]}
    assert set(needed) == PYODIDE.keys() | PURE.keys(), "each is in Pyodide, or any machine's"
    for name, (_, version) in PYODIDE.items():
        assert version in needed[name].specifier, name
    for name, version in PURE.items():
        assert version in needed[name].specifier, name


def test_a_code_exercise_is_judged_where_no_thread_can_start(monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert checking.judge("best-split", checking.solution("best-split")).right
    start = checking.stub("best-split").split("\n")[0]
    assert not checking.judge("best-split", f"{start}\n    return 1.0, 2.0\n").right


def test_bytes_are_counted_in_floats_since_integers_of_a_browser_have_32_bits(monkeypatch):
    """Chapter 03 said 169 conversations there in place of 109, and a picture of chapter 09 was an error."""
    functions, seen = cells.functions_of("03_over_training"), []
    step = functions["step_seconds"]

    def spy(params, context, batch, gpus):
        seen.append(batch.dtype.kind)
        return step(params, context, batch, gpus)

    monkeypatch.setitem(functions["batch_within"].__globals__, "step_seconds", spy)
    assert type(functions["batch_within"](0.015, 70e9, 1700, 4)) is int and seen == ["f"]


def test_the_site_for_a_browser_is_built_into_no_folder_that_holds_something(tmp_path, monkeypatch):
    """JupyterLite empties the folder that it is given."""
    built = []
    monkeypatch.setattr(lite, "build", built.append)
    monkeypatch.setattr(lite.importlib.util, "find_spec", lambda name: name)
    (file := tmp_path / "mine.txt").write_text("mine")
    for to in (tmp_path, file, doors.ROOT, doors.ROOT / "notebooks"):
        with pytest.raises(SystemExit, match="would be emptied: name a new or an empty folder"):
            lite.main(["--to", str(to)])
    assert built == []
    (empty := tmp_path / "empty").mkdir()
    lite.main(["--to", str(empty)])
    monkeypatch.setattr(lite, "SITE", tmp_path)
    lite.main(["--to", str(tmp_path)])
    assert built == [empty, tmp_path]
    monkeypatch.setattr(lite.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="`make lite` brings it"):
        lite.main([])


def test_a_notebook_of_text_alone_still_brings_the_packages():
    text = {"cell_type": "markdown", "metadata": {}, "source": "words"}
    assert lite.prepared({"cells": [text]})["cells"][-1]["source"].startswith("%pip install")


@needs_doors
def test_the_site_for_a_browser_holds_the_course_as_chapters_look_for_it(tmp_path):
    doors.run("python", doors.ROOT / "tools" / "lite.py", "--to", tmp_path / "site", home=tmp_path)
    site, files = tmp_path / "site", tmp_path / "site" / "files"
    assert (site / "lab" / "index.html").exists()
    extensions = json.loads((site / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    names = [extension["name"] for extension in extensions["federated_extensions"]]
    assert {"anywidget", "@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension"} <= set(names)  # fmt: skip
    listed = json.loads((site / "api" / "contents" / "notebooks" / "all.json").read_text("utf-8"))
    assert f"{NAME}.ipynb" in [entry["name"] for entry in listed["content"]]

    for path in sorted((doors.ROOT / "notebooks").glob("*.ipynb")):
        book, ours = (nbformat.read(p / path.name, as_version=4) for p in (files / "notebooks", path.parent))  # fmt: skip
        nbformat.validate(book)
        raw = json.loads((files / "notebooks" / path.name).read_text("utf-8"))
        texts = [o["text"] for c in raw["cells"] for o in c.get("outputs", ()) if "text" in o]
        assert all(isinstance(text, str) for text in texts), "of a list it shows commas"
        first, *code = [cell.source for cell in book.cells if cell.cell_type == "code"]
        brings = first.split("\n")[0]
        assert brings.startswith("%pip install -q ")
        assert set(brings.split()[3:]) == PYODIDE.keys() | PURE.keys()
        assert code == [cell.source for cell in ours.cells if cell.cell_type == "code"]
        assert pictures(book) == pictures(ours), "what is stored stays until a cell is run"
    finds = f"{UNINSTALLED}{code[0]}\nfrom helpers import data\nprint(helpers.live.__file__, data.FOLDER, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", finds], cwd=files / "notebooks", env=os.environ | {"PYTHONPATH": ""},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    module, folder = done.stdout.split()
    assert os.path.samefile(module, files / "helpers" / "live.py")
    assert os.path.samefile(folder, files / "data")
