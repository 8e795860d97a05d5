"""The README: its numbers, its picture, its table and its commands are those of the course."""

import re
import struct

import numpy as np
import picture

from helpers import data, laws

ROOT = data.FOLDER.parent
TEXT = (ROOT / "README.md").read_text("utf-8")
FLAT = " ".join(TEXT.split())
MORE = (ROOT / "tools" / "README.md").read_text("utf-8")


def per_param(law, flops=5.76e23):
    params, tokens = law.optimum(flops)
    return tokens / params


def test_its_first_promise_is_what_the_laws_say():
    printed, refit = per_param(laws.CHINCHILLA_PRINTED), per_param(laws.CHINCHILLA_REFIT)
    low, high = np.percentile(per_param(laws.refit_draws()), [10, 90])
    assert (
        f"the constants printed in the paper ask for {printed:.0f} tokens per parameter. A careful refit of the "
        f"same runs asks for {refit:.0f}, and the runs allow anything from {low:.0f} to {high:.0f}."
    ) in FLAT


def test_the_picture_says_what_its_figure_says():
    _, sentence = picture.start_of(ROOT / "notebooks" / "02_chinchilla.ipynb")
    alt, file = re.search(r"!\[([^]]*)\]\(([^)]*)\)", TEXT).groups()
    assert alt.endswith(sentence) and file == str(picture.PICTURE.relative_to(ROOT).as_posix())
    width, height = struct.unpack(">II", picture.PICTURE.read_bytes()[16:24])
    assert width > 1200 and height > 700, "twice as fine as the screen"


def test_every_chapter_is_in_the_table_with_its_question_and_minutes():
    row = r"^\| \[.*?\]\(notebooks/(\w+\.ipynb)\) \| (.*\?) \| (\d+)(?: \(core (\d+)\))? \|$"
    rows = re.findall(row, TEXT, re.M)
    assert [name for name, *_ in rows] == sorted(
        p.name for p in (ROOT / "notebooks").glob("*.ipynb")
    )
    for name, question, minutes, core in rows:
        first = (ROOT / "notebooks" / name).read_text("utf-8")
        assert f"**{minutes} minutes" in first, name
        assert f"{core} to the line" in first if core else "to the line" not in first, name
        assert question.lower() in first.split("minutes")[0].lower()


def test_every_command_exists():
    both = f"{TEXT}\n{MORE}"
    rules = re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    targets = set(" ".join(rules).split())
    named = set(
        re.findall(r"make ([a-z-]+)", "\n".join(re.findall(r"```.*?```|`[^`]*`", both, re.S)))
    )
    assert named and named <= targets
    told = re.findall(r"^# make ([a-z-]+)", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert set(told) | {"help"} == targets - {".PHONY"}, "what `make` prints is what there is"
    for module in re.findall(r"python -m helpers\.(\w+)", both):
        assert (ROOT / "helpers" / f"{module}.py").exists()
    for tool in re.findall(r"tools[/\\](\w+\.py)", both):
        assert (ROOT / "tools" / tool).exists()


def test_every_link_of_our_pages_leads_to_a_file_and_to_a_heading():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md")]
    assert len(pages) > 5
    for page in pages:
        for to in re.findall(r"\]\(([^()\s]+)\)", page.read_text("utf-8")):
            name, _, heading = to.partition("#")
            if "://" in name or name.startswith("mailto:"):
                continue
            file = page.parent / name if name else page
            assert file.exists(), f"{page.name}: {to}"
            if heading and file.suffix == ".md":
                titles = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.M)
                plain = [re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles]
                assert heading in plain, f"{page.name}: {to}"


# The lecturer's timetables

LECTURER = (ROOT / "notebooks" / "README.md").read_text("utf-8")
STEPS = {step: int(minutes) for step, minutes in re.findall(r"^\| (\d\d[. ]\w+) \| (\d+) \|", LECTURER, re.M)}  # fmt: skip


def test_the_steps_of_a_chapter_take_the_minutes_of_its_core():
    for chapter in sorted({step[:2] for step in STEPS}):
        (path,) = (ROOT / "notebooks").glob(f"{chapter}_*.ipynb")
        core = re.search(
            r"\*\*(?:\d+ minutes, )?(\d+)( to the line| minutes)", path.read_text("utf-8")
        )
        going_further = ("02.6", "02.12", "03.5")
        steps = [step for step in STEPS if step.startswith(chapter) and step not in going_further]
        assert sum(STEPS[step] for step in steps) == int(core[1]), chapter


def test_the_minutes_of_each_timetable_add_up():
    plans = re.findall(r"^### [^\n]*: (\d+) minutes\n(.*?)(?=^#)", LECTURER, re.M | re.S)
    assert len(plans) == 5
    for total, plan in plans:
        rows = re.findall(r"^\| (\d+) \| \[?(\d*)[^|]*\| (.*) \|$", plan, re.M)
        assert sum(int(minutes) for minutes, *_ in rows) == int(total), plan
        for minutes, chapter, shown in rows:
            steps = re.findall(r"\b(?:claim|all)\b|(?<![\d.])\d+\b", shown.split(":")[0])
            if steps and chapter:
                taken = [STEPS[f"{chapter}{'.' if s.isdigit() else ' '}{s}"] for s in steps]
                assert sum(taken) == int(minutes), f"{chapter}: {shown}"


def test_the_table_of_doors_hopes_for_nothing():
    """Each door works, works with a limit, or was not tried; what works says with what it was tried, and how."""
    table = TEXT.split("## Every door")[1].split("\n##")[0]
    rows = [line.strip("| ").split(" | ") for line in table.split("\n") if line.startswith("| ")]
    doors = [row for row in rows[1:] if not row[0].startswith("---")]
    assert len(doors) > 15 and re.search(r"tried by \d+ \w+ 20\d\d", table)
    for door, works, how, *_ in doors:
        assert works in ("works", "with a limit", "not tried"), door
        assert works == "not tried" or "by hand" in how or ("test" in how and re.search(r"\d", how)), door  # fmt: skip
    assert not re.search(r"\b(should|hope|meant|ought|probably)\b", table)
