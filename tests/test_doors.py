"""Every door: what somebody gets who opens or runs a chapter with another program than JupyterLab.

The programs have an environment of their own, `make doors`; where it is missing they are not tried.
Doors that show a page are in test_doors_browser.py.
"""

import contextlib
import html
import json
import os
import re
from pathlib import Path

import doors
import nbformat
import pytest

NAME = "02_chinchilla"
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
