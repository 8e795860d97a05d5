"""What a chapter asks of its reader: words, numbers and minutes, and which cells ask too much.

    python tools/prose.py

Minutes are an estimate by one formula for all chapters, printed with the table. tools/shape.py calls
faults() for every chapter, so a cell that exceeds is named before anybody has to read it.
"""

import json
import re
import sys
from typing import NamedTuple

from helpers import data

WORDS_A_MINUTE, FIGURE, CLAIM = 180, 2.5, 0.5  # minutes for each live figure and each claim
FORMULA, ROW, LINE = (
    0.3,
    0.05,
    0.05,
)  # minutes for each displayed formula, row of a table, line of code
CORE, WHOLE = 40, 90  # minutes at most, of the core and of all
CELL, SENTENCE, PARAGRAPH, SEEN = 160, 2, 4, 3  # words of a cell, numbers of its parts, at most
SEEN_WORDS, CLASS_WORDS = "What you should have seen", "In class"
NOT_READ = ("## Sources", "## Vocabulary")  # looked up, not read

# Cells that may have more numbers or words, by how they begin, each with its reason.
EXCEPT = {}

# What has digits and is no number to be held in mind: names, places, years.
NAMES = re.compile(
    r"\b(?:steps?|chapters?|Tables?|Figures?|Fig\.|App\.|[Ss]ections?|Eq\.|approach(?:es)?|part)\s+\d+(?:\.\d+)*"
    r"(?:(?:,| to| and| or)+\s*\d+)*"
    r"|\barXiv \d{4}\.\d{4,5}|\b\d{4}\.\d{5}\b"
    r"|\b(?:Llama|LLaMA|GPT|Claude|Gemini|Gemma|Grok|DeepSeek|Qwen|Phi|OLMo|Kimi K|GLM|Common Crawl)[- ]?\d+(?:\.\d+)*"
    r"|\b(?:19|20)\d\d\b|\b[A-Za-z][\w.-]*\d[\w.-]*|\b\d+(?:\.\d+)?[BMT]\b|\b[A-Za-z]+-\d+\b"
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
WORD = re.compile(r"[A-Za-z][\w'’-]*")
SENTENCE_END = re.compile(r"(?<=[.!?])[)\"*”]*\s+(?=[\"*“(A-Z$])")


class Reading(NamedTuple):
    """What a chapter asks, to the line "Stop here" and in all; minutes to its first question and figure."""

    words: int
    numbers: int
    core: float
    whole: float
    question: float
    figure: float


def plain(text):
    """Markdown without tables, code, formulas, tags, headings and addresses; a list item is a paragraph.

    >>> plain("## 1. Cost\\n\\n1. It is $6ND$, see [02](02.ipynb).\\n2. Or `x`.")
    ['It is , see 02.', 'Or .']
    """
    text = re.sub(r"```.*?```|\$\$.*?\$\$", "", text, flags=re.S)
    text = re.sub(r"(?m)^(?:#|\||---).*$", "\n", text)
    text = re.sub(r"`[^`]*`|(?<!\\)\$[^$\n]+\$|<[^>]+>", "", text)
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?m)^[ >]*(?:[-*]|\d+\.) +", "\n\n", text)
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def numbers(text):
    """The numbers of a sentence that its reader has to hold in mind.

    >>> numbers("In 2022 (Table 3) GPT-3 175B had 3.3 times too many, 300,000 of 4.8e5.")
    ['3.3', '300,000', '4.8e5']
    """
    return NUMBER.findall(NAMES.sub("", text))


def of_cell(text):
    """What exceeds in one markdown cell, as sentences."""
    if text.startswith(NOT_READ) or any(text.startswith(start) for start in EXCEPT):
        return
    parts = plain(text)
    count = sum(len(WORD.findall(part)) for part in parts)
    if count > CELL:
        yield f"{count} words outside of tables, but at most {CELL} are read to the end: split it, or cut."
    for part in parts:
        for sentence in SENTENCE_END.split(part):
            if len(found := numbers(sentence)) > SENTENCE:
                yield f"{len(found)} numbers in a sentence, at most {SENTENCE}: {sentence[:70]!r}."
        if len(found := numbers(part)) > PARAGRAPH:
            yield f"{len(found)} numbers in a paragraph, at most {PARAGRAPH}: {part[:70]!r}."
    for fold in re.findall(rf"<summary>{SEEN_WORDS}</summary>(.*?)</details>", text, re.S):
        if (found := sum(len(numbers(part)) for part in plain(fold))) > SEEN:
            yield f"{found} numbers in {SEEN_WORDS!r}, at most {SEEN} outside of a table."


def minutes(cell):
    """How long a cell takes a reader who does what it asks."""
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        if text.startswith((*NOT_READ, f"<details><summary>{CLASS_WORDS}")):
            return 0.0
        read = sum(len(WORD.findall(part)) for part in plain(text)) / WORDS_A_MINUTE
        return read + FORMULA * (text.count("$$") // 2) + ROW * len(re.findall(r"(?m)^\|", text))
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        return 0.0
    if text.rstrip().endswith("    ..."):  # to be written: the minutes stand with its check
        return 0.0
    bank = data.questions()
    names = [name for name in re.findall(r'quiz\.(?:ask|code)\("([^"]+)"', text) if name in bank]
    names = [name for name in names if bank[name]["kind"] != "code" or bank[name].get("here")]
    asked = sum(bank[name]["minutes"] for name in names)  # the coding round is no reading
    shown = FIGURE * text.count("live.Live(") + CLAIM * text.count("quiz.claim(")
    lines = [] if asked or shown else [line for line in text.split("\n") if line.strip()]
    return asked + shown + LINE * len(lines)


def reading(cells):
    """What the cells of a chapter ask of its reader."""
    texts = ["".join(cell["source"]) for cell in cells]
    spent, core, question, figure, total = 0.0, None, None, None, [0, 0]
    for cell, text in zip(cells, texts):
        if cell["cell_type"] == "markdown":
            for part in plain(text):
                total = [total[0] + len(WORD.findall(part)), total[1] + len(numbers(part))]
            if "Stop here if" in text:
                core = spent
        elif question is None and re.search(r"quiz\.(ask|claim)\(", text):
            question = spent
        if cell["cell_type"] == "code" and figure is None and "live.Live(" in text:
            figure = spent
        spent += minutes(cell)
    ends = ("## The verdict on the claim", "## Check yourself", "## Keep")
    after = sum(minutes(cell) for cell in _under(cells, texts, ends))
    return Reading(
        *total, spent if core is None else core + after, spent, question or 0, figure or 0
    )


def _under(cells, texts, headings):
    """The cells under these headings, which a reader of the core reads as well."""
    inside = False
    for cell, text in zip(cells, texts):
        if cell["cell_type"] == "markdown" and re.match(r"##? ", text):
            inside = text.startswith(headings)
        if inside:
            yield cell


def faults(cells):
    """What exceeds in a chapter, as sentences."""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for fault in of_cell("".join(cell["source"])):
                yield f"cell {cell.get('id')}: {fault}"
    asked = reading(cells)
    if asked.core > CORE or asked.whole > WHOLE:
        yield f"by tools/prose.py it takes {asked.core:.0f} minutes to the line and {asked.whole:.0f} in all, at most {CORE} and {WHOLE} are allowed."


def main():
    print(f"{WORDS_A_MINUTE} words a minute, {FIGURE} minutes a figure, {CLAIM} a claim, a question as its bank says, "
          f"{FORMULA} a formula, {ROW} a row, {LINE} a line of code")  # fmt: skip
    print(
        f"{'chapter':24}{'words':>6}{'numbers/100':>12}{'core':>6}{'whole':>6}{'to question':>12}{'to figure':>10}"
    )
    for path in sorted((data.FOLDER.parent / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        asked = reading(cells)
        share = 100 * asked.numbers / asked.words
        print(f"{path.stem:24}{asked.words:6}{share:12.1f}{asked.core:6.0f}{asked.whole:6.0f}"
              f"{asked.question:12.1f}{asked.figure:10.1f}")  # fmt: skip
        if "--cells" in sys.argv:
            print(*faults(cells), sep="\n")


if __name__ == "__main__":
    main()
