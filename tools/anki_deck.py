"""A deck for Anki from the bank of questions: on the back the answer, why, and where to reread.

    python tools/anki_deck.py                                       build/scaling-laws.apkg, all questions
    python tools/anki_deck.py --topic serving --to serving.apkg     those of a topic, level or chapter

A generated question comes with three sets of numbers. Every card keeps its identity: who reads a newer
deck into Anki gets the newer words, and keeps what Anki knows about when each card is due. A file named
with --to is never overwritten.
"""

import argparse
import html
import re
import sys
import tempfile
from pathlib import Path
from unittest import mock

import exercise_sheet

from helpers import data, verdicts
from helpers.questions import posed, reread

try:
    import genanki
except ModuleNotFoundError:
    raise SystemExit(
        'genanki is not here: make anki brings it, or pip install -e ".[class]".'
    ) from None

BUILT = data.FOLDER.parent / "build" / "scaling-laws.apkg"
VERSIONS = 3  # of a generated question
# Anki knows deck, note type and cards by numbers and names that must never change.
DECK, NOTE_TYPE = 1_764_288_017, 1_764_288_018
FIELDS = ("Question", "Hint", "Answer", "Where to reread")
FRONT = "{{Question}}\n<div>{{hint:Hint}}</div>"
BACK = '{{Question}}\n<hr id="answer">\n{{Answer}}\n<div class="small">{{Where to reread}}</div>'
CSS = """.card { max-width: 40em; margin: 1em auto; padding: 0 1em; font: 18px/1.45 sans-serif; }
.small { font-size: 14px; opacity: 0.75; }
li p { margin: 0.2em 0; }
img { max-width: 100%; }
"""


def deck(names):
    """(deck, names of its plots): each question of the bank in a note, its versions far from each other."""
    fields = [{"name": name} for name in FIELDS]
    cards = [{"name": "Question", "qfmt": FRONT, "afmt": BACK}]
    model = genanki.Model(NOTE_TYPE, "Scaling laws: question", fields, cards, css=CSS)
    made = genanki.Deck(DECK, "LLM scaling laws")
    notes = [one for name in names for one in versions(name)]
    notes.sort(key=lambda one: one[1])
    for place, (name, version, asked) in enumerate(notes):
        tags = (
            f"{part}::{asked[part].replace(' ', '-')}" for part in ("topic", "level", "chapter")
        )
        note = genanki.Note(
            model,
            [front(asked), typeset(asked["hint"]), back(asked), where(name)],
            guid=guid(name, version),
            tags=[f"scaling-laws::{tag}" for tag in tags],
            due=place,
        )
        made.add_note(note)
    return made, sorted({asked["picture"] for *_, asked in notes if "picture" in asked})


def guid(name, version):
    """By what Anki knows a card, whatever its words become."""
    return genanki.guid_for("scaling laws", name, version)


def versions(name):
    """(name, number of the version, question as it is asked): one, or three of a generated question."""
    differ: dict = {}
    for seed in range(1000 if "let" in data.question(name) else 1):
        asked = posed(name, seed)
        words = " ".join(part["question"] for part in [asked, *asked.get("steps", ())])
        differ.setdefault(words, asked)
        if len(differ) == VERSIONS:
            break
    return [(name, version, asked) for version, asked in enumerate(differ.values())]


# The two sides of a card, as HTML ----------------------------------------------------------------


def front(asked):
    """The question with its plot, its options or steps, and the unit of a number."""
    small = f'<p class="small">{asked["level"]}, {asked["minutes"]} min</p>'
    return typeset(asked["question"]) + plot(asked) + choices(asked) + small


def plot(asked):
    """The plot of a question, where it has one."""
    if "picture" not in asked:
        return ""
    description = html.escape(data.picture(asked["picture"])[0])
    return f'<p><img src="{media(asked["picture"])}" alt="{description}"></p>'


def media(picture):
    """The name of a plot among all the media of a learner's collection."""
    return f"scaling-laws-{picture}.svg"


def choices(asked):
    """What a learner chooses among, puts in order, goes through, or gives the number in."""
    if "unit" in asked:
        return f"<p>... {html.escape(asked['unit'])}</p>"
    if "steps" in asked:
        return listed("ol", (typeset(step["question"]) + choices(step) for step in asked["steps"]))
    return listed("ul", (typeset(option["text"]) for option in asked.get("options", ())))


def back(asked):
    """Answer, worked solution, why each other option is wrong, source and link, and the typical slips."""
    answer, paper = (
        typeset(verdicts.answer_words(asked)),
        r'<a href="https://arxiv.org/abs/\1">\g<0></a>',
    )
    answer = re.sub(exercise_sheet.ARXIV, paper, answer)
    slips = exercise_sheet.slips(asked)
    told = listed("ul", (typeset(f"{value}: {why}") for value, why in slips))
    return answer + (f"<p>Typical slips:</p>{told}" if told else "")


def where(name):
    """Chapter, section and file that explain a question."""
    title, link = reread(name)
    return typeset(f"Reread: {title}, in notebooks/{link.partition('#')[0]}.")


def listed(tag, items):
    """The items as a list of HTML; nothing for none."""
    inner = "".join(f"<li>{item}</li>" for item in items)
    return inner and f"<{tag}>{inner}</{tag}>"


def typeset(text):
    r"""Text as HTML, a line a paragraph, its formulas as Anki's MathJax wants them: $N$ becomes \(N\)."""
    lines = re.sub(r"\$([^$]+)\$", r"\\(\1\\)", html.escape(text, quote=False)).split("\n")
    return "".join(f"<p>{line}</p>" for line in lines if line.strip())


def write(names, path):
    """Write the deck of these questions with its plots to a file; how many cards it has."""
    made, plots = deck(names)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, media(picture)) for picture in plots]
        for file, picture in zip(files, plots):
            file.write_text(data.picture(picture)[1], encoding="utf-8")
        with mock.patch("tempfile.tempdir", folder):  # genanki 0.13 leaves its database behind
            genanki.Package(made, files).write_to_file(path)
    return len(made.notes)


def main(argv=None):
    """Read the command line and write the deck; exit status 2 and a sentence if impossible."""
    parser = argparse.ArgumentParser(description="A deck for Anki from the bank of questions.")
    exercise_sheet.narrow(parser)
    parser.add_argument("--to", metavar="PATH", help="such as serving.apkg (default: build/scaling-laws.apkg)")  # fmt: skip
    typed = parser.parse_args(argv)
    with exercise_sheet.in_a_sentence(parser):
        names = exercise_sheet.chosen(typed.chapter, typed.level, typed.topic)
        if typed.to is None:
            BUILT.parent.mkdir(exist_ok=True)
        elif not typed.to.endswith(".apkg"):
            raise ValueError(
                f"--to is {typed.to!r}, but must end in .apkg, by which Anki knows it."
            )
        else:
            exercise_sheet.free(typed.to)
        path = typed.to or BUILT
        print(f"wrote {write(names, path)} cards to {path}: in Anki choose File, Import.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
