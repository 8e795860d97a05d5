"""A sheet of questions and its key, as Markdown, for a lecturer.

    python tools/exercise_sheet.py --chapter 2 --count 8               print both
    python tools/exercise_sheet.py --chapter 2 --count 8 --to monday   monday-questions.md, monday-key.md

The same seed gives the same sheet; another seed gives other questions, generated ones with other
numbers. The key has the worked solutions and the typical slips. No file is ever overwritten.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import numpy as np

from helpers import interview, verdicts
from helpers.questions import posed


def sheet(chapter=None, count=None, seed=7):
    """(questions, key) as Markdown: so many questions (10, if there are) of a chapter, or of all.

    Raises ValueError with a sentence for a chapter without questions, and for more than there are.
    """
    pool = interview.pool().items()
    names = [name for name, q in pool if chapter is None or int(q["chapter"]) == chapter]
    if not names:
        chapters = ", ".join(sorted({q["chapter"] for _, q in pool}))
        raise ValueError(f"chapter is {chapter}, but must be one of {chapters}.")
    count = min(10, len(names)) if count is None else count
    if not 1 <= count <= len(names):
        raise ValueError(f"count is {count}, but must be from 1 to {len(names)}, all there are.")
    if seed < 0:
        raise ValueError(f"seed is {seed}, but must be a whole number of 0 or more.")
    rng = np.random.default_rng(seed)
    drawn = [posed(n, int(rng.integers(10**6))) for n in rng.permutation(names)[:count].tolist()]
    drawn.sort(key=lambda asked: interview.LEVELS.index(asked["level"]))
    about = "all chapters" if chapter is None else f"chapter {chapter:02d}"
    title = f"{count} questions on scaling laws, {about}, seed {seed}"
    minutes = sum(asked["minutes"] for asked in drawn)
    page = [f"# {title}", f"About {minutes} minutes. Name: ............................"]
    key = [f"# Key: {title}"]
    for number, asked in enumerate(drawn, start=1):
        question = f"**{number}.** {plain(asked['question'])}"
        page += [f"{question} *({asked['level']}, {asked['minutes']} min)*", space(asked)]
        answer = plain(verdicts.answer_words(asked))
        key += [question, f"Answer: {answer}".replace("\n", "  \n")]
        slips = [f"- {verdicts.number_words(slip['value'])}: {plain(slip['why'])}"
                 for slip in asked.get("slips", ())]  # fmt: skip
        key += ["\n".join(["Typical slips:", "", *slips])] if slips else []
    return "\n\n".join(page) + "\n", "\n\n".join(key) + "\n"


def plain(text):
    """Text that Markdown leaves as it is."""
    return re.sub(r"([*_<])", r"\\\1", text)


def space(asked):
    """Where a student writes: after the unit, beside the options, under each step, or on empty lines."""
    if "unit" in asked:
        return f"............................ {asked['unit']}"
    if "steps" in asked:
        steps = enumerate(asked["steps"], start=1)
        spaces = (f"{k}. {plain(step['question'])}\n\n{space(step)}" for k, step in steps)
        return "\n\n".join(one.replace("\n", "\n   ") for one in spaces)
    if "options" in asked:
        box = "place ...:" if asked["kind"] == "order" else "[ ]"
        return "\n".join(f"- {box} {plain(option['text'])}" for option in asked["options"])
    return "\n\n".join(["&nbsp;"] * 4)


def main(argv=None):
    """Read the command line, write or print the two pages; exit status 2 and a sentence if impossible."""
    parser = argparse.ArgumentParser(description="Question sheets with a key, as Markdown.")
    parser.add_argument("--chapter", type=int, help="such as 2 (default: all chapters)")
    parser.add_argument("--count", type=int, help="how many questions (default: 10, or all)")
    parser.add_argument("--seed", type=int, default=7, help="another sheet (default: 7)")
    parser.add_argument("--to", metavar="NAME", help="write NAME-questions.md and NAME-key.md")
    typed = parser.parse_args(argv)
    try:
        pages = sheet(typed.chapter, typed.count, typed.seed)
        if typed.to is None:
            print("\n---\n\n".join(pages), end="")
            return 0
        if not Path(typed.to).name or typed.to.endswith(("/", os.sep)):
            raise ValueError(f"--to is {typed.to!r}, but must end in a name, such as monday.")
        paths = [Path(f"{typed.to}-{part}.md") for part in ("questions", "key")]
        for path in paths:
            if path.exists():
                raise ValueError(f"{path} is already there: name another one, or move it away.")
        for path, page in zip(paths, pages):
            path.write_text(page, encoding="utf-8")
            print(f"wrote {path}")
    except OSError as error:
        parser.error(f"{error.filename} cannot be written: {error.strerror}.")
    except ValueError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
