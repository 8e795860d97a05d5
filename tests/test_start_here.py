"""Chapter 00: its picture of ten times the size, and where the reader stands in the course."""

import html
import json
import math
import os
import re
from pathlib import Path

import pytest
from drawing import ax, is_at, marks, words_outside  # noqa: F401

from helpers import data, laws, progress, questions, quiz
from pictures import start_here

LAW = laws.KAPLAN_PARAMS


def test_ten_times(ax):
    found, sentence = marks(ax, start_here.TenTimes(LAW), params=1e9)
    assert is_at(found["here"], 1e9, LAW.loss(1e9))
    assert is_at(found["best"], 1e10, LAW.loss(1e10))
    assert "2.38" in sentence and "1.99" in sentence and "0.839" in sentence


def test_the_words_beside_the_step_end_inside_the_picture():
    ends = (1e7, 1.9e11, 2.1e11, 1e12)  # on either side of where they change sides
    assert not words_outside(start_here.TenTimes(LAW), "params", ends)


# Where the reader stands


@pytest.fixture
def folder(tmp_path):
    """Two chapters of three questions and one of none, and what else may lie in a working copy."""

    def cell(text):
        return {"cell_type": "code" if text.startswith("quiz") else "markdown", "source": [text]}

    made = {
        "01_first.ipynb": ["# One?\n\n**40 minutes.**", "## The claim\n\ntext", 'quiz.claim("chinchilla-twenty")',
                           "## 1. A & B", 'quiz.ask("gopher-split")', "no heading", 'quiz.ask("gopher-data-term", seed=1)',
                           "## The verdict", 'quiz.claim("chinchilla-twenty")'],
        "02_second.ipynb": ["# Two?\n\n**30 minutes, 20 to the line.**", "### Only", 'quiz.ask("kaplan-bottleneck")'],
        "90_third.ipynb": ["# Three?\n\n**20 minutes.**"],
        "01_first-Copy1.ipynb": ["# Mine\n\n**5 minutes.**"], "03_notes.ipynb": ["# My notes"],
    }  # fmt: skip
    for name, texts in made.items():
        (tmp_path / name).write_text(json.dumps({"cells": [cell(text) for text in texts]}))
    for name, broken in (("04_broken.ipynb", "{"), ("05_empty.ipynb", "[]")):
        (tmp_path / name).write_text(broken)
    return tmp_path


def state(*answered, repeat=(), last="02_second.ipynb"):
    """Progress in which these were answered one after another, the last in this notebook."""

    def stamp(n):
        return {"when": f"2026-11-28T{n:02d}", "notebook": f"/x/work/{last}"}

    def answer(name):
        known = name in data.questions()
        of = progress.digest(questions.posed(name, 3)) if known else "0"
        return {"of": of, "seed": 3, "typed": 1, "verdict": "Right."}

    return {
        "answers": {name: answer(name) | stamp(n) for n, name in enumerate(answered)},
        "repeat": {name: {"step": 0, "due": due} | stamp(99) for name, due in dict(repeat).items()},
    }


def test_the_chapters_are_those_of_the_course_with_the_headings_of_their_questions(folder):
    one, two, three = start_here.chapters(folder)
    assert one == ("01_first.ipynb", "01 One?", 40, {
        "chinchilla-twenty": "The claim", "gopher-split": "1. A & B", "gopher-data-term": "1. A & B",
    })  # fmt: skip
    assert two.asks == {"kaplan-bottleneck": "Only"} and (three.minutes, three.asks) == (20, {})


def test_every_question_of_the_course_s_chapters_is_counted():
    """Every name in a cell that asks; every chapter is there, in order."""
    bank, known = data.FOLDER.parent / "notebooks", {*data.questions(), *data.claims()}
    found = start_here.chapters(bank)
    assert [chapter.file for chapter in found] == sorted(path.name for path in bank.glob("*.ipynb"))
    for chapter in found:
        cells = json.loads((bank / chapter.file).read_text("utf-8"))["cells"]
        code = "".join(text for cell in cells if "quiz." in (text := "".join(cell["source"])))
        assert set(chapter.asks) == set(re.findall(r'"([a-z0-9-]+)"', code)) & known
        assert all(chapter.asks.values()), "each stands under a heading"


def test_what_is_answered_what_returns_and_the_minutes_that_are_left(folder):
    one, two, three = start_here.chapters(folder)
    minutes = {name: data.questions().get(name, {}).get("minutes", 1) for name in one.asks}
    assert start_here.standing(state(), one) == (0, 0, 40)
    typed_only = state("gopher-split")
    typed_only["answers"]["gopher-split"]["verdict"] = ""
    assert start_here.standing(typed_only, one) == (0, 0, 40), "typed, but not checked"
    old = state("gopher-split")
    old["answers"]["gopher-split"]["of"] = "of another text"
    assert start_here.standing(old, one) == (0, 0, 40), "the question has changed since"
    some = state("gopher-split", repeat={"gopher-split": "2026-11-29", "gopher-data-term": ""})
    left = 40 * (1 - minutes["gopher-split"] / sum(minutes.values()))
    assert start_here.standing(some, one) == (1, 1, math.ceil(left))
    assert start_here.standing(state(*one.asks), one) == (3, 0, 0)
    assert start_here.standing(state(*one.asks), two) == (0, 0, 30)
    assert start_here.standing(state(*one.asks), three) == (0, 0, 20), "it has no question to count"


@pytest.mark.parametrize(
    "answered, last, file, heading",
    [
        (["gopher-split"], "", "01_first.ipynb", "1. A & B"),
        (["kaplan-bottleneck", "gopher-split"], "", "01_first.ipynb", "1. A & B"),
        (["gopher-split", "gone-question"], "01_first.ipynb", "01_first.ipynb", ""),
        (["gopher-split", "interview"], "90_third.ipynb", "90_third.ipynb", ""),
        (["gopher-split", "gopher-data-term", "chinchilla-twenty"], "", "02_second.ipynb", ""),
        (["gopher-split", "kaplan-bottleneck"], "", "90_third.ipynb", ""),
        (["gone-question"], "mine.ipynb", None, None),
        ([], "", None, None),
    ],
)
def test_it_goes_on_where_the_last_answer_was_and_after_a_chapter_with_the_next(
    folder, answered, last, file, heading
):
    on = start_here.go_on(state(*answered, last=last), start_here.chapters(folder))
    assert on is None if file is None else (on[0].file, on[1]) == (file, heading)


def test_who_has_done_everything_is_sent_to_the_last_chapter(folder):
    found = start_here.chapters(folder)[:2]
    everything = state(*(name for chapter in found for name in chapter.asks))
    assert start_here.go_on(everything, found) == (found[1], "")
    assert start_here.overview(everything, found).count(">done</td>") == 2


def test_the_page_names_the_step_in_words_and_links_each_chapter(folder):
    page = start_here.overview(
        state("gopher-split", repeat={"gopher-split": "2026-11-29"}), start_here.chapters(folder)
    )
    assert ">Go on with 01 One?</a>" in page
    assert "You were under the heading <i>1. A &amp; B</i>." in page
    rows = [re.sub(r"<[^>]+>", "|", row) for row in page.split("<tr>")[2:]]
    assert [re.findall(r"[^|]+", row) for row in rows] == [
        ["01 One?", "1 of 3", "1", "30"],
        ["02 Two?", "0 of 1", "30"],
        ["90 Three?", "20"],
    ]
    assert re.findall(r'href="(\w+\.ipynb)"', page) == [
        "01_first.ipynb", "01_first.ipynb", "02_second.ipynb", "90_third.ipynb",
    ]  # fmt: skip
    assert "Nothing is answered yet." in start_here.overview(state(), start_here.chapters(folder))


def test_a_link_opens_in_the_same_jupyterlab_where_its_server_says_its_folder(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (work := tmp_path / "work").mkdir()
    monkeypatch.chdir(work)
    assert 'target="_blank"' in quiz.link_to("02.ipynb", "words")
    server = tmp_path / f"jpserver-{os.getppid()}.json"
    server.write_text(json.dumps({"root_dir": str(tmp_path)}))
    link = html.unescape(quiz.link_to("02.ipynb", "words"))
    assert 'command="docmanager:open"' in link and '{"path": "work/02.ipynb"}' in link
    assert "_blank" not in link and 'href="02.ipynb"' in link
    server.write_text(json.dumps({"root_dir": str(work / "deeper")}))
    assert 'target="_blank"' in quiz.link_to("02.ipynb", "words")


def test_what_is_stored_is_the_same_whoever_ran_it(folder):
    def faces(shown):
        bundle = shown._repr_mimebundle_()
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        return {kind: face for kind, face in bundle.items() if "widget" not in kind}

    before = start_here.where_you_are(folder)
    question = quiz.ask("gopher-split")
    question.fill(question.asked["options"][0]["text"])
    question.check()
    after = start_here.where_you_are(folder)
    assert faces(before) == faces(after) and before.sentence in faces(before)["text/plain"]
    assert "Nothing is answered" in before.box.value
    assert "1 of 3" in after.box.value and "Go on with 01 One?" in after.box.value


def test_trouble_with_the_file_of_progress_is_said(folder):
    Path(os.environ["SCALING_PROGRESS"]).write_text("{damaged")
    said = start_here.where_you_are(folder).box.value
    assert "damaged" in said and "Nothing is answered yet." not in said
