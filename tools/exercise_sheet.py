"""A sheet of questions and its key, as Markdown, for a lecturer.

    python tools/exercise_sheet.py --chapter 2 --count 8                 print both
    python tools/exercise_sheet.py --level staff --topic limits --to monday   monday-questions.md, monday-key.md

The same seed gives the same sheet; another seed gives other questions, generated ones with other
numbers, and options in another order. The key has the worked solutions, the typical slips, and where
to reread. Plots stand beside the two files, which is where pandoc, JupyterLab and GitHub look for
them. No file is ever overwritten.
"""

import argparse
import contextlib
import os
import re
import sys
from collections import Counter
from pathlib import Path
from string import ascii_uppercase
from urllib.parse import quote

import numpy as np

from helpers import data, verdicts
from helpers.questions import posed, reread
from pictures import interview

PLOTS = data.FOLDER / "pictures"
ARXIV = r"arXiv:? ?(\d{4}\.\d{4,5})"
LINES = ("several", "order", "open", "whiteboard")  # kinds whose answer has more than one


def chosen(chapter=None, level=None, topic=None):
    """The names of the questions of a chapter, level and topic that make sense outside of a chapter.

    Raises ValueError with a sentence that names what there is, for a choice without questions.
    """
    bank = interview.pool()
    chapter = int(chapter) if str(chapter).isdecimal() else chapter
    if chapter is not None:
        interview.one_of("chapter", chapter, sorted({int(q["chapter"]) for q in bank.values()}))
    if level is not None:
        interview.one_of("level", level, interview.LEVELS)
    if topic is not None:
        interview.one_of("topic", topic, interview.TOPICS)
    names = [
        name for name, q in bank.items()
        if chapter in (None, int(q["chapter"])) and level in (None, q["level"]) and topic in (None, q["topic"])
    ]  # fmt: skip
    if not names:
        raise ValueError(
            f"There is no question of {about(chapter, level, topic)}: leave one of them out."
        )
    return names


def about(chapter=None, level=None, topic=None):
    """A choice in words."""
    number = None if chapter is None else f"{int(chapter):02d}"
    parts = {"chapter": number, "level": level, "topic": topic}.items()
    return ", ".join(f"{part} {value}" for part, value in parts if value) or "all chapters"


def sheet(chapter=None, count=None, seed=7, *, level=None, topic=None, plots=None):
    """(questions, key) as Markdown: so many questions (10, if there are), of one subject only where
    there are no others; the address of a plot begins with plots, or leads into data/pictures/.

    Raises ValueError with a sentence for a choice without questions, and for more than there are.
    """
    names, subject = chosen(chapter, level, topic), about(chapter, level, topic)
    count = min(10, len(names)) if count is None else count
    if not 1 <= count <= len(names):
        there = f"of {subject} there are {len(names)}"
        raise ValueError(f"count is {count}, but must be from 1 to {len(names)}: {there}.")
    if seed < 0:
        raise ValueError(f"seed is {seed}, but must be a whole number of 0 or more.")
    plots = quote(Path(os.path.relpath(PLOTS)).as_posix()) + "/" if plots is None else plots
    rng = np.random.default_rng(seed)
    seeds = {name: int(rng.integers(10**6)) for name in rng.permutation(names).tolist()}
    drawn = [(name, posed(name, seeds[name])) for name in apart(seeds)[:count]]
    drawn.sort(key=lambda one: interview.LEVELS.index(one[1]["level"]))
    title = f"{count} questions on scaling laws, {subject}, seed {seed}"
    minutes = sum(asked["minutes"] for _, asked in drawn)
    page = [f"# {title}", f"About {minutes} minutes. Name: ............................"]
    key = [f"# Key: {title}"]
    for number, (name, asked) in enumerate(drawn, start=1):
        says = (
            f"**{number}.** {plain(asked['question'])} *({asked['level']}, {asked['minutes']} min)*"
        )
        if "picture" in asked:
            says += (
                f"  \n![{plain(data.picture(asked['picture'])[0])}]({plots}{asked['picture']}.svg)"
            )
        page += [says, space(asked)]
        key += [says, *solution(name, asked)]
    return "\n\n".join(page) + "\n", "\n\n".join(key) + "\n"


def apart(names):
    """The names in their order, but the second question of one subject after the first of all others."""
    before, rank = Counter(), {}
    for name in names:
        family = data.question(name).get("family", name)
        rank[name] = before[family]
        before[family] += 1
    return sorted(names, key=rank.get)


def solution(name, asked):
    """The parts of the key for one question: answer, what else counts, typical slips, where to reread."""
    points, marks = asked.get("points", ()), letters(asked)
    lines = "".join(f"\n- {point}" for point in points)  # one a line, as they are marked
    answer = verdicts.answer_words(asked).replace(f" {'; '.join(points)}.", lines)
    answer = re.sub(ARXIV, r"[\g<0>](https://arxiv.org/abs/\1)", plain(answer))
    bullet = "   - Not" if "steps" in asked else "- Not"
    answer = re.sub("(?m)^Not(?= “)", bullet, answer).replace("\n", "\n\n")
    answer = re.sub(r"(- .*\n)\n(?= *- )", r"\1", answer)  # one list of them
    head = f"**Answer ({marks}):**" if marks else "**Answer:**"
    parts = [f"{head}\n\n{answer}" if asked["kind"] in LINES else f"{head} {answer}"]
    if off := margin(asked):
        parts.append(f"**Also right:** rounded to two digits, or off by up to {off}.")
    if told := slips(asked):
        listed = [f"- {plain(value)}: {plain(why)}" for value, why in told]
        parts.append("\n".join(["**Typical slips:**", "", *listed]))
    title, link = reread(name)
    return [*parts, f"**Reread:** {plain(title)}, in `notebooks/{link.partition('#')[0]}`."]


def margin(asked):
    """How far off a number may be, such as 5 %, or 5 % (step 1), 2 % (step 2); nothing where none is asked."""
    if "steps" in asked:
        steps = [(k, margin(step)) for k, step in enumerate(asked["steps"], start=1)]
        return ", ".join(f"{off} (step {k})" for k, off in steps if off)
    if "within" in asked:
        return f"{asked['within']:g} {asked['unit'].replace('%', 'percentage points')}".strip()
    return f"{100 * asked['tolerance']:g} %" if "tolerance" in asked else ""


def letters(asked):
    """The letters of the right options as they stand on the sheet, such as B, or step 3: B; in their order."""
    if "steps" in asked:
        steps = [(k, letters(step)) for k, step in enumerate(asked["steps"], start=1)]
        return ", ".join(f"step {k}: {letter}" for k, letter in steps if letter)
    texts = [option["text"] for option in asked.get("options", ())]
    right = asked["answer"] if isinstance(asked["answer"], list) else [asked["answer"]]
    found = [ascii_uppercase[texts.index(text)] for text in right if text in texts]
    return ", ".join(found if asked["kind"] == "order" else sorted(found))


def slips(asked):
    """(wrong number in words, the sentence that helps) for each slip of a question and of its steps."""
    unit, steps = asked.get("unit", ""), enumerate(asked.get("steps", ()), start=1)
    own = [(verdicts.number_words(one["value"], unit), one["why"]) for one in asked.get("slips", ())]  # fmt: skip
    return own + [(f"step {k}, {value}", why) for k, step in steps for value, why in slips(step)]


def plain(text):
    """Text that Markdown leaves as it is, with its formulas."""
    parts = re.split(r"(\$[^$]+\$)", text)
    parts[::2] = [re.sub(r"([\\`*_<\[\]^~])", r"\\\1", words) for words in parts[::2]]
    return "".join(parts)


def space(asked):
    """Where a student writes: after the unit, beside the options, under each step, or on two lines a minute."""
    if "unit" in asked:
        return f"............................ {plain(asked['unit'])}"
    if "steps" in asked:
        steps = enumerate(asked["steps"], start=1)
        spaces = (f"{k}. {plain(step['question'])}\n\n{space(step)}" for k, step in steps)
        return "\n\n".join(one.replace("\n", "\n   ") for one in spaces)
    if "options" in asked:
        box = "place ...:" if asked["kind"] == "order" else "[ ]"
        pairs = zip(ascii_uppercase, asked["options"])
        return "\n".join(
            f"- {box} **{letter}** {plain(option['text'])}" for letter, option in pairs
        )
    return "\n\n".join(["&nbsp;"] * 2 * asked["minutes"])


def narrow(parser):
    """The options of a command that say which questions are meant, as `chosen` takes them."""
    parser.add_argument("--chapter", help="such as 2 (default: all chapters)")
    parser.add_argument("--level", help=f"one of {', '.join(interview.LEVELS)} (default: all)")
    parser.add_argument("--topic", help=f"one of {', '.join(interview.TOPICS)} (default: all)")


def free(path):
    """Raise ValueError where something is already there, so that nothing is overwritten."""
    if Path(path).exists():
        raise ValueError(f"{path} is already there: name another one, or move it away.")


@contextlib.contextmanager
def in_a_sentence(parser):
    """Ends the command with exit status 2 and a sentence where what it is asked for is impossible."""
    try:
        yield
    except OSError as error:
        parser.error(f"{error.filename} cannot be written: {error.strerror}.")
    except ValueError as error:
        parser.error(str(error))


def main(argv=None):
    """Read the command line, write or print the two pages; exit status 2 and a sentence if impossible."""
    parser = argparse.ArgumentParser(description="Question sheets with a key, as Markdown.")
    narrow(parser)
    parser.add_argument("--count", type=int, help="how many questions (default: 10, or all)")
    parser.add_argument("--seed", type=int, default=7, help="another sheet (default: 7)")
    parser.add_argument("--to", metavar="NAME", help="write NAME-questions.md and NAME-key.md")
    typed = parser.parse_args(argv)
    plots = None if typed.to is None else quote(f"{Path(typed.to).name}-")
    choice = {"level": typed.level, "topic": typed.topic}
    with in_a_sentence(parser):
        pages = sheet(typed.chapter, typed.count, typed.seed, plots=plots, **choice)
        if typed.to is None:
            print("\n---\n\n".join(pages), end="")
            return 0
        if not Path(typed.to).name or typed.to.endswith(("/", os.sep)):
            raise ValueError(f"--to is {typed.to!r}, but must end in a name, such as monday.")
        files = {f"{typed.to}-{part}.md": page for part, page in zip(("questions", "key"), pages)}
        for plot in sorted(PLOTS.glob("*.svg")):
            if f"({plots}{plot.name})" in pages[0]:
                files[f"{typed.to}-{plot.name}"] = plot.read_text("utf-8")
        for path in files:
            free(path)
        for path, text in files.items():
            Path(path).write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
