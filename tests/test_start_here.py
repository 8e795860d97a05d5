"""Chapter 00: its picture of ten times the size, and where the reader stands in the course."""

import html
import json
import math
import os
import re
from pathlib import Path

import cells
import numpy as np
import pytest
from drawing import ax, is_at, marks, words_outside  # noqa: F401

from helpers import data, laws, progress, questions, quiz, units
from pictures import start_here

LAW = laws.KAPLAN_PARAMS


def test_ten_times(ax):
    found, sentence = marks(ax, start_here.TenTimes(LAW), params=1e9)
    assert is_at(found["here"], 1e9, LAW.loss(1e9))
    assert is_at(found["best"], 1e10, LAW.loss(1e10))
    assert found["beyond"][0].min() == pytest.approx(1.5e9)
    assert "2.38" in sentence and "1.99" in sentence and "0.38 or 16 % less" in sentence


def on_sheet(ax, place):
    """Where marks are on the sheet: 0 to 1 from left to right and from below."""
    return ax.transAxes.inverted().transform(ax.transData.transform(np.transpose(place))).T


@pytest.mark.parametrize(
    "paper, scale, word", [(0, np.asarray, "linear"), (1, np.log, "logarithmic")]
)
def test_equal_amounts_take_equal_room_on_linear_paper_and_equal_factors_on_logarithmic(
    ax, paper, scale, word
):
    found, sentence = marks(ax, start_here.TenTimes(LAW), params=1e9, paper=paper)
    sizes = np.logspace(7, 12, 300)
    for along, values in zip(on_sheet(ax, found["law"]), (sizes, LAW.loss(sizes))):
        room = np.diff(along) / np.diff(scale(values))
        assert room == pytest.approx(room[0], rel=1e-3)
    assert sentence.endswith(f"Paper: {word}.")
    rises, runs = np.diff(on_sheet(ax, found["law"])[::-1])
    assert (np.ptp(rises / runs) < 1e-6) == (paper == 1), "a straight line, or none"


def test_paper_has_numbers_at_its_lines_that_do_not_run_into_each_other(ax):
    drawing, text = start_here.TenTimes(LAW), units.short
    drawing.backdrop(ax)
    for paper in np.linspace(0, 1, 11):
        drawing.foreground(ax, 1e9, paper)
        written = {
            words.get_text(): words.xy[0] for words in ax.texts if words.get_ha() == "center"
        }
        places = on_sheet(ax, [sorted(written.values()), [2.0] * len(written)])[0]
        assert len(places) >= 6 and np.diff(places).min() > 0.085, paper
        assert all(
            written[text(size, 1)] == pytest.approx(drawing.at(size, 2.0, paper)[0])
            for size in drawing.LINES if text(size, 1) in written
        )  # fmt: skip
        for artist in [*ax.texts, *ax.lines, *ax.collections, *ax.patches]:
            artist.remove()


def test_the_words_beside_the_step_end_inside_the_picture():
    ends = (1e7, 9e9, 1.1e10, 1e11)  # on either side of where they change sides
    assert not words_outside(start_here.TenTimes(LAW), "params", ends)


# The floor


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_no_guess_on_a_coin_gets_below_its_floor(ax, share):
    mean_loss = cells.functions_of("00_start_here")["mean_loss"]
    found, sentence = marks(ax, start_here.Coin(mean_loss), given=0.8, share=share)
    floor = -share * math.log(share) - (1 - share) * math.log(1 - share)
    mine = -share * math.log(0.8) - (1 - share) * math.log(0.2)
    assert is_at(found["here"], 0.8, mine) and is_at(found["best"], share, floor)
    assert found["curve"][1].min() == pytest.approx(floor, rel=1e-4)
    assert found["floor"][1].max() == pytest.approx(floor)
    assert list(found["to learn"][1]) == pytest.approx([floor, mine])
    assert f"{mine:.2f} nats, {mine - floor:.2f} above the {floor:.2f}" in sentence
    words = [text.get_text() for text in ax.texts]
    assert words[0].endswith(f"{mine:.2f}") and words[1].endswith(f"{floor:.2f}")


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
