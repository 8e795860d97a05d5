"""The deck for Anki: opened as Anki opens it, a zip with a database and its media."""

import importlib
import json
import re
import sqlite3
import sys
import zipfile
from html.parser import HTMLParser

import pytest

pytest.importorskip("genanki", reason="the deck needs genanki: pip install -e '.[class]'")

import anki_deck
import exercise_sheet

from helpers import data, verdicts
from helpers.questions import posed, reread
from pictures import interview

VOID = {"br", "hr", "img"}


def opened(path):
    """(notes as dictionaries, media by name, decks, note types) of a deck."""
    with zipfile.ZipFile(path) as pack:
        media = {name: pack.read(place) for place, name in json.loads(pack.read("media")).items()}
        pack.extract("collection.anki2", path.parent / "opened")
    base = sqlite3.connect(path.parent / "opened" / "collection.anki2")
    rows = base.execute(
        "select notes.guid, notes.mid, notes.tags, notes.flds, cards.due, cards.did, cards.queue "
        "from notes join cards on cards.nid = notes.id order by cards.due"
    ).fetchall()
    decks, models = map(json.loads, base.execute("select decks, models from col").fetchone())
    base.close()
    models = {
        number: model | {"mod": None} for number, model in models.items()
    }  # when it was written
    decks = {number: deck["name"] for number, deck in decks.items()}
    notes = []
    for guid, model, tags, fields, due, deck, queue in rows:
        note = dict(zip(anki_deck.FIELDS, fields.split("\x1f"), strict=True))
        notes.append(note | {"guid": guid, "model": str(model), "tags": tags.split(), "due": due,
                             "deck": str(deck), "new": queue == 0})  # fmt: skip
    return notes, media, decks, models


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "all.apkg"
    assert anki_deck.main(["--to", str(path)]) == 0
    return opened(path)


class Tags(HTMLParser):
    """Fails where a tag is closed that is not open; what stays open is left in .open."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def words(fragment):
    """What is read of a piece of HTML, formulas as the bank writes them."""
    parts = []
    parser = HTMLParser()
    parser.handle_data = parts.append
    parser.feed(fragment)
    parser.close()
    return re.sub(r"\\\((.*?)\\\)", r"$\1$", "".join(parts))


def test_every_question_is_there_and_a_generated_one_in_three_versions(whole):
    notes, _, decks, models = whole
    generated = sum("let" in asked for asked in interview.pool().values())
    assert generated and len(notes) == len(interview.pool()) + 2 * generated
    assert len({note["guid"] for note in notes}) == len(notes)
    asked = [note["Question"] for note in notes]
    assert len(set(asked)) == len(asked), "no two cards ask the same"
    assert {note["deck"] for note in notes} == set(decks) - {"1"}
    assert {note["model"] for note in notes} == set(models)
    assert all(note["new"] for note in notes)
    assert [note["due"] for note in notes] == list(range(len(notes)))
    first = {note["guid"] for note in notes[: len(interview.pool())]}
    assert not [name for name in interview.pool() if anki_deck.guid(name, 0) not in first]


def test_each_card_holds_what_the_course_says(whole):
    by_guid = {note["guid"]: note for note in whole[0]}
    for name in interview.pool():
        note, asked = by_guid[anki_deck.guid(name, 0)], posed(name, 0)
        question, back = words(note["Question"]), words(note["Answer"])
        assert question.startswith(asked["question"].split("\n")[0]), name
        for line in verdicts.answer_words(asked).split("\n"):
            assert line in back, name
        for option in asked.get("options", ()):
            assert option["text"] in question and option["why"] in back, name
        shown = re.findall("<li><p>(.*?)</p></li>", note["Question"])
        if asked["kind"] in ("choice", "several", "order"):
            assert [words(one) for one in shown] == [o["text"] for o in asked["options"]], name
        for step in asked.get("steps", ()):
            assert step["question"] in question, name
        for slip in asked.get("slips", ()):
            assert slip["why"] in back, name
        title, link = reread(name)
        assert words(note["Where to reread"]).startswith(f"Reread: {title}, in notebooks/{link.split('#')[0]}.")  # fmt: skip
        assert asked.get("source", "") in back, name
        topic, level = asked["topic"].replace(" ", "-"), asked["level"]
        assert set(note["tags"]) == {
            f"scaling-laws::topic::{topic}", f"scaling-laws::level::{level}",
            f"scaling-laws::chapter::{asked['chapter']}",
        }  # fmt: skip


def test_no_field_is_empty_and_what_anki_shows_is_sound(whole):
    for note in whole[0]:
        for field in anki_deck.FIELDS:
            text = note[field]
            assert words(text).strip(), (note["guid"], field)
            assert "$" not in text and "{let" not in text, text
            assert text.count(r"\(") == text.count(r"\)"), text
            assert Tags(text).open == [], text


def test_the_plots_travel_with_the_deck(whole):
    notes, media, *_ = whole
    shown = {src for note in notes for src in re.findall('<img src="([^"]+)"', note["Question"])}
    pictures = {q["picture"] for q in interview.pool().values() if "picture" in q}
    assert pictures and shown == set(media) == {anki_deck.media(one) for one in pictures}
    for picture in pictures:
        description, svg = data.picture(picture)
        assert media[anki_deck.media(picture)].decode() == svg
        assert any(f'alt="{description}"' in note["Question"] for note in notes)


def test_a_later_deck_has_the_same_cards_and_a_part_has_some_of_them(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(anki_deck, "BUILT", tmp_path / "build" / "deck.apkg")
    for _ in range(2):  # what `make anki` builds is built anew
        assert anki_deck.main([]) == 0
    again = opened(tmp_path / "build" / "deck.apkg")
    assert again == whole
    for choice in ({"topic": "allocation"}, {"level": "staff"}, {"chapter": "2"},
                   {"topic": "allocation", "level": "warm-up"}):  # fmt: skip
        path = tmp_path / f"{len(str(choice))}.apkg"
        given = [word for key, value in choice.items() for word in (f"--{key}", value)]
        assert anki_deck.main([*given, "--to", str(path)]) == 0
        some = opened(path)[0]
        names = exercise_sheet.chosen(**choice)
        assert {note["guid"] for note in some} >= {anki_deck.guid(name, 0) for name in names}
        all_notes = {note["guid"]: note for note in whole[0]}
        for note in some:
            assert note | {"due": 0} == all_notes[note["guid"]] | {"due": 0}
            for key, value in choice.items():
                value = value.zfill(2) if key == "chapter" else value
                assert f"scaling-laws::{key}::{value}" in note["tags"]
        assert 0 < len(some) < len(whole[0])


def test_formulas_become_those_of_anki():
    typeset = anki_deck.typeset(r"if $A/N^\alpha < 1$ & so on" + "\nthen")
    assert typeset == r"<p>if \(A/N^\alpha &lt; 1\) &amp; so on</p><p>then</p>"


def test_a_source_on_arxiv_has_its_link():
    asked = {"kind": "number", "answer": 40.0, "unit": "%", "why": "Half of 80.", "source": "arXiv 2411.00640, table 3"}  # fmt: skip
    assert anki_deck.back(asked) == (
        '<p>40.0 %. Half of 80.</p><p>Source: <a href="https://arxiv.org/abs/2411.00640">'
        "arXiv 2411.00640</a>, table 3.</p>"
    )


def test_the_identity_of_a_card_stays():
    """Anki would take a card of another identity for a new one, and lose when the old one is due."""
    assert anki_deck.guid("drill-leap", 0) == "zuFh.>X0Ex"
    assert (anki_deck.DECK, anki_deck.NOTE_TYPE) == (1764288017, 1764288018)
    assert anki_deck.FIELDS == ("Question", "Hint", "Answer", "Where to reread")


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    (place := tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    anki_deck.main(["--chapter", "0", "--to", str(tmp_path / "a.apkg")])
    assert (tmp_path / "a.apkg").exists() and not list(place.iterdir())


def test_without_genanki_it_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "genanki", None)
    monkeypatch.delitem(sys.modules, "anki_deck")
    with pytest.raises(SystemExit, match=r"genanki is not here: make anki brings it"):
        importlib.import_module("anki_deck")


def test_it_refuses_in_a_sentence_and_overwrites_nothing(tmp_path, capsys):
    (mine := tmp_path / "mine.apkg").write_text("mine")
    for given, said in (
        (["--to", str(mine)], "mine.apkg is already there: name another one, or move it away."),
        (["--to", str(tmp_path / "deck")], "but must end in .apkg, by which Anki knows it."),
        (["--to", str(tmp_path / "no" / "a.apkg")], "a.apkg cannot be written: No such file"),
        (["--topic", "x"], "topic is 'x', but must be one of counting, power laws,"),
        (["--level", "hard"], "level is 'hard', but must be one of warm-up, interview, staff."),
        (["--chapter", "99"], "chapter is 99, but must be one of 0, 1, 2,"),
        (["--chapter", "0", "--topic", "serving"], "no question of chapter 00, topic serving"),
    ):
        with pytest.raises(SystemExit) as stop:
            anki_deck.main(given)
        assert stop.value.code == 2 and said in capsys.readouterr().err
    assert mine.read_text() == "mine" and list(tmp_path.iterdir()) == [mine]
