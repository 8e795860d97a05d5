"""The setup: one dependency list, the working copy of the chapters, and baking."""

import base64
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import nbformat
import pytest
from PIL import Image

from helpers import data

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
    every = [*PROJECT["project"]["dependencies"], *extras["lab"], *extras["test"]]
    wanted = {name_of(r) for r in every} - {PROJECT["project"]["name"]}
    assert set(conda_lines()) == wanted
    assert not {name_of(r) for r in extras["train"]} & set(conda_lines())
    assert set(extras) == {"lab", "test", "train", "slides"}


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
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", tmp_path / "wheel"]
    done = subprocess.run([*build, tmp_path / "course"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr.strip().splitlines()[-1]}")
    (wheel,) = (tmp_path / "wheel").iterdir()
    assert wheel.stat().st_size < 600_000, "small enough to be sent by mail"
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    shutil.rmtree(tmp_path / "course")
    code = """
import helpers, pictures, training
from helpers import data, interview, laws, live, quiz
from pictures import chinchilla
assert all(package.__file__.startswith(FOLDER) for package in (helpers, pictures, training))
assert not (data.FOLDER.parent / "notebooks").exists()
for read in (data.models, data.accelerators, data.llama_scores, data.training_runs,
             data.text_stocks, data.own_runs, data.own_curves, data.refit_draws, data.claims):
    assert len(read())
for name in data.questions():
    quiz.ask(name)
for topic in interview.TOPICS:
    interview.drill(topic)
print(live.Live(chinchilla.IsoFlop(laws.CHINCHILLA_REFIT), flops=live.slider("C", 1e20, 1e24, 1e22, 1e22),
                params=live.slider("N", 1e9, 1e10, 2e9, 1e9)).sentence)
"""
    folder = str(tmp_path / "installed")
    environment = os.environ | {"PYTHONPATH": folder}
    for command in (["-c", f"FOLDER = {folder!r}\n{code}"], ["-m", "helpers.forecast", "70"]):
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


@pytest.fixture
def folders(tmp_path):
    source, work = tmp_path / "notebooks", tmp_path / "work"
    source.mkdir()
    for name in ("00_a", "01_b"):
        (source / f"{name}.ipynb").write_text(f"{name} first")
    return source, work


def read(folder):
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.ipynb"))}


def test_new_chapters_are_laid_and_untouched_ones_refreshed(folders):
    source, work = folders
    refresh = tool("work_copy").refresh
    assert refresh(source, work) == ["new: 00_a.ipynb", "new: 01_b.ipynb"]
    assert read(work) == read(source)
    assert refresh(source, work) == []
    (source / "01_b.ipynb").write_text("01_b second")
    (source / "02_c.ipynb").write_text("02_c")
    assert refresh(source, work) == ["refreshed: 01_b.ipynb", "new: 02_c.ipynb"]
    assert read(work) == read(source)


def test_edited_chapters_are_never_overwritten(folders):
    source, work = folders
    refresh = tool("work_copy").refresh
    refresh(source, work)
    (work / "00_a.ipynb").write_text("my notes")
    assert [line[:17] for line in refresh(source, work)] == ["kept yours: 00_a."]
    assert refresh(source, work) == [], "said once"
    (source / "00_a.ipynb").write_text("00_a second")
    assert len(refresh(source, work)) == 1
    assert (work / "00_a.ipynb").read_text() == "my notes"
    (work / "00_a.ipynb").rename(work / "mine.ipynb")
    assert refresh(source, work) == ["new: 00_a.ipynb"]
    assert read(work)["mine.ipynb"] == "my notes" and read(work)["00_a.ipynb"] == "00_a second"


@pytest.mark.parametrize("record", [None, "", "{broken", "[1]"])
def test_without_its_record_nothing_is_overwritten(folders, record):
    source, work = folders
    module = tool("work_copy")
    module.refresh(source, work)
    (work / "00_a.ipynb").write_text("my notes")
    (source / "01_b.ipynb").write_text("01_b second")
    if record is None:
        (work / module.RECORD).unlink()
    else:
        (work / module.RECORD).write_text(record)
    module.refresh(source, work)
    assert read(work) == {"00_a.ipynb": "my notes", "01_b.ipynb": "01_b first"}


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
    assert not set(other) & {png("red"), png("blue"), png("green"), png("white")}


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
        command, cwd=tmp_path, env=os.environ | {"CI": "true", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert "1 passed, 3 errors" in done.stdout, done.stdout + done.stderr
    assert "In CI nothing may be skipped, but this was. Skipped: no corpus here" in done.stdout
