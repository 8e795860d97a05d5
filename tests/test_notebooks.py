"""The parts of every chapter, and the numbers that its prose repeats; its shape: tests/test_shape.py."""

import re

import facts
import pytest
from cells import cells, prose, sources

from helpers import data
from pictures import interview

ROOT = data.FOLDER.parent
BOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
books = pytest.mark.parametrize("name", BOOKS)


@books
def test_a_chapter_has_its_parts(name):
    if name.startswith(("00", "90")):
        return
    text = prose(name)
    for part in ("## Vocabulary", "The claim people repeat", "What you should have seen",
                 "Stop here if", "Going further", "## Where this breaks", "The verdict on the claim",
                 "## Check yourself", "## Keep", "In an interview", "## Sources", "In class"):  # fmt: skip
        assert part in text, part
    assert len(cells(name)) >= 30


def test_the_practice_has_its_parts():
    text = prose("90_interview_practice")
    for part in ("## How these interviews go", "**Five moves**", "## Mock interview", "## Drills by topic",
                 "## Formula sheet", "## Ten sentences that a strong candidate says",
                 "## Ten sentences that give a weak one away", "## For lecturers", "## Keep", "## Sources",
                 "In class"):  # fmt: skip
        assert part in text, part
    texts = sources("90_interview_practice", "markdown")
    for heading, columns in (("strong candidate", 2), ("weak one", 3)):
        table = next(text for text in texts if heading in text.split("\n")[0]).split("\n")[4:]
        assert len(table) == 10 and all(row.count("|") == columns + 1 for row in table)
        assert all(re.search(r"\| \[0[1-6]\]\(0[1-6]_\w+\.ipynb\) \|$", row) for row in table)
    drills = re.findall(
        r'interview_practice\.drill\("([^"]+)"\)',
        " ".join(sources("90_interview_practice", "code")),
    )
    assert drills == list(interview.TOPICS)


def test_readme_links_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "data/README.md", "notebooks/README.md"):
        path = ROOT / name
        for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text("utf-8")):
            assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_map_of_the_course_has_the_minutes_of_every_chapter():
    rows = re.findall(
        r"\]\((\w+)\.ipynb\) \|[^|]*\| (\d+)(?: \(core (\d+)\))? \|", prose("00_start_here")
    )
    assert [name for name, *_ in rows] == [name for name in BOOKS if name != "00_start_here"]
    for name, minutes, core in rows:
        first = sources(name, "markdown")[0]
        assert f"{minutes} minutes" in first, name
        assert f"{core} to the line" in first if core else "to the line" not in first, name


@books
def test_numbers_in_prose(name):
    assert not (lines := facts.wrong(prose(name), facts.of(name))), "\n".join(lines)
