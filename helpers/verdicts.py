"""How an answer is judged, and how our own is said, for each kind of question: pure, nothing on screen."""

import contextlib
import functools
import math
import re
import tomllib
from collections.abc import Callable
from typing import NamedTuple

from helpers import data, units

CLAIM = ("true", "true with a condition", "wrong", "cannot be checked")
PLACES = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th")
_TABLES = tomllib.loads((data.FOLDER / "endings.toml").read_text("utf-8"))
_WANTED = {table: ways.pop("wanted") for table, ways in _TABLES.items() if "wanted" in ways}
_WAYS = [(table, re.compile(rf"(?i)(?:(?<![a-z])|(?=\W))(?:{way})$"), size)
         for table, ways in _TABLES.items() for way, size in ways.items()]  # fmt: skip
_NEARLY = {"percent": (100, "that is the share, and the question is in percent"),
           "share": (0.01, "that is in percent, and the question is about a share from 0 to 1")}  # fmt: skip
_LETTERS = "say millions, billions or trillions by their letter, like 7B for seven billion"
_TAIL = re.compile(r"(?i)(?<=\d)\s*(?!e[+-]?\d|x\s*\d)[a-z%$€].*")
_AROUND = re.compile(r"(.+?)\s*(?:±|\+/?-)\s*(.+)")
_TO = re.compile(r"(?:from |between )?(.+?)(?<!\de)\s*(?:[-–—]|\bto\b|\band\b)\s*([.$\d].*)")


class Verdict(NamedTuple):
    """What an answer hears."""

    right: bool | None  # None where there is nothing yet to be right or wrong about
    sentence: str
    counts: bool = True  # as a try in an interview: a slip of reading or of the unit does not
    share: float | None = None  # of the points or steps that were found, where there are some


class Kind(NamedTuple):
    """What all questions of one kind have in common, but for their looks."""

    judge: Callable  # (question, what was typed) -> Verdict
    words: Callable  # question -> our answer with its worked solution
    needs: tuple = ()  # what its entry in the bank holds, beside what every entry holds
    part: str = "concept"  # of an interview, where it is asked unless the entry says otherwise
    quick: bool = True  # answered at once, not point by point


def judge(asked, typed):
    """The verdict on what was typed, chosen, ranked or ticked in answer to a posed question.

    >>> asked = {"kind": "number", "answer": 1.4e12, "unit": "tokens", "tolerance": 0.05,
    ...          "slips": [{"value": 20, "why": "That is the ratio: multiply by the size."}]}
    >>> judge(asked, "1.4T").sentence, judge(asked, "20").sentence
    ('Right: 1.4 trillion tokens.', 'Not yet. That is the ratio: multiply by the size.')
    >>> judge(asked, "1.4"), judge(asked, "").counts
    (Verdict(right=False, sentence='Nearly: say millions, billions or trillions by their letter, like 7B for seven billion.', counts=False, share=None), False)
    """
    return KINDS[asked["kind"]].judge(asked, typed)


def answer_words(asked):
    """Our answer with its worked solution, why each other option is wrong, and the source if it has one."""
    kept = asked.get("answer") if asked["kind"] in ("several", "order") else [asked.get("answer")]
    others = [f"Not “{option['text']}”: {option['why']}" for option in asked.get("options", ())
              if option["why"] and option["text"] not in kept]  # fmt: skip
    source = [f"Source: {asked['source']}."] if "source" in asked else []
    return "\n".join([KINDS[asked["kind"]].words(asked), *others, *source])


def _not(asked):
    return "Not right" if asked.get("exam") else "Not yet"  # where the first answer is final


def apart(asked):
    """Are answer and slips of a number told from each other, exact and rounded to two digits?"""
    numbers = [asked["answer"], *(slip["value"] for slip in asked["slips"])]
    told = (_known(asked, typed)[:1] == [k] for k, number in enumerate(numbers)
            for typed in (number, float(f"{number:.1e}")))  # fmt: skip
    return all(told) and not any(0 in _known(asked, slip) for slip in numbers[1:])


def _known(asked, value):
    """What a number is, the nearest first: 0 for the answer, k for the k-th slip; two digits will do."""
    answer, *slips = numbers = [asked["answer"], *(slip["value"] for slip in asked["slips"])]
    window = asked.get("within", asked["tolerance"] * max(abs(value), abs(answer)))
    windows = [window, *(min(0.03 * abs(slip), abs(slip - answer) / 2) for slip in slips)]
    gaps = [abs(value - number) for number in numbers]
    known = [k for k, number in enumerate(numbers)
             if gaps[k] <= windows[k] or (gaps[k] <= 0.06 * abs(number) and math.isclose(value, float(f"{number:.1e}")))]  # fmt: skip
    return sorted(known, key=gaps.__getitem__)


def _number(asked, typed):
    answer, unit = asked["answer"], asked["unit"]
    try:
        low, high = typed_range(typed, unit)
    except ValueError as error:
        return Verdict(False, str(error), counts=False)
    value, table = (low + high) / 2, _unit(unit)[0]
    # of an honest interval: without a look at the answer, so that it tells nothing of it
    half = 2 * asked["within"] if "within" in asked else max(2 * asked["tolerance"], 0.12) * abs(value)  # fmt: skip
    if (high - low) / 2 > half * 1.000001:
        wide = f"reach at most {number_words(half, unit)} to either side of its middle"
        return Verdict(False, f"That interval is too wide to be an answer: {wide}.", counts=False)
    known = [0] if low <= answer <= high else _known(asked, value)
    if known[:1] == [0]:
        return Verdict(True, f"Right: {number_words(answer, unit)}.")
    if known:
        return Verdict(False, f"{_not(asked)}. {asked['slips'][known[0] - 1]['why']}")
    scales = [*((letter, _LETTERS) for letter in (1e6, 1e9, 1e12)), _NEARLY.get(table, (1, ""))]
    for scale, nearly in scales:
        if 0 in _known(asked, value * scale):
            return Verdict(False, f"Nearly: {nearly}.", counts=False)
    most = {"share": 1, "percent": 100 if "within" in asked else math.inf}.get(table, math.inf)
    if value > most:
        return Verdict(False, f"A share is at most {most}, and this is more.", counts=False)
    if value <= 0 < answer:
        return Verdict(False, f"{_not(asked)}: the answer is a positive number.")
    if asked.get("exam"):
        return Verdict(False, "Not right, and no slip that we know explains it.")
    return Verdict(False, f"Not yet: too {'large' if value > answer else 'small'}.")


def typed_range(typed, unit):
    """(low, high) of a typed number or interval, which may say its unit; ValueError with a sentence.

    >>> typed_range("$62M", "dollars"), typed_range("84 %", "of the loss"), typed_range("18-20 days", "hours")
    ((62000000.0, 62000000.0), (0.84, 0.84), (432.0, 480.0))
    """
    text = str(typed or "").strip()[:300]  # whatever was pasted
    if not text:
        raise ValueError("Nothing typed yet: try a number, such as 1.4T or 5.88e23.")
    if sign := re.search(r"(?i)(?:us ?)?\$|usd|€|£", text):
        text = f"{text.replace(sign[0], '')} {sign[0]}".strip()
    around = _AROUND.fullmatch(text)
    if pair := around or _TO.fullmatch(text):
        first, second = pair.groups()
        percent = around and second[-1] == "%" and _unit(unit)[0] not in ("percent", "points")
        if first[-1].isdigit() and not percent and (tail := _TAIL.search(second)):
            first += tail[0]  # 70-80 million
        with contextlib.suppress(ValueError):
            one = _in_unit(first, unit, units.parse)
            two = one * units.parse(second[:-1]) / 100 if percent else _in_unit(second, unit, units.parse)  # fmt: skip
            if around or one < two:  # 1 - 0.93 is a number
                return (one - two, one + two) if around else (one, two)
    return (_in_unit(text, unit, units.computed),) * 2


@functools.cache
def _unit(unit):
    """(the table of data/endings.toml that reads answers in this unit, the size of the unit in it)."""
    return next(((table, size) for table, way, size in _WAYS if way.match(unit)), ("", 1))


def _in_unit(text, unit, read):
    """The number that a text says, in this unit: the longest ending says in which it was typed."""
    table, one = _unit(unit)
    own = (table, re.compile(rf"(?i)(?:{re.escape(unit.removesuffix('s'))}s?)?$"), one)
    endings = [(-found.start(), of == table, size) for of, way, size in [*_WAYS, own]
               if (found := way.search(text))]  # fmt: skip
    start, ours, size = max(endings)
    wanted = f" The answer is wanted {_WANTED.get(table, f'in {unit}')}."
    try:
        value = read(text[:-start].strip() or text) * size / one
    except ValueError as error:
        raise ValueError(f"{error}{wanted if text[0].isdigit() else ''}") from None
    if not ours:
        raise ValueError(f"{text!r} is in another unit.{wanted}")
    return value


def number_words(value, unit=""):
    """A number the way an answer says it: 1.4 trillion tokens, 5.88e23 FLOP, 18.4.

    >>> number_words(5.88e23, "FLOP"), number_words(18.39)
    ('5.88e23 FLOP', '18.4')
    """
    size = abs(value)
    write = units.power if size >= 1e15 else units.spoken if size >= 1e6 else units.plain
    return f"{write(value, 3)} {unit}".strip()


def _reasons(asked):
    return {option["text"]: option["why"] for option in asked["options"]}


def _choice(asked, chosen):
    if chosen is None:
        return Verdict(False, "Nothing chosen yet: pick one first.", counts=False)
    right = chosen == asked["answer"]
    return Verdict(right, f"{'Right' if right else _not(asked)}. {_reasons(asked)[chosen]}")


def _choice_answer(asked):
    answer = asked["answer"] if asked["answer"].endswith("?") else f"{asked['answer']}."
    return " ".join(filter(None, [answer, _reasons(asked)[asked["answer"]], asked["why"]]))


def _several(asked, ticked):
    """Where several are right, all of them must be ticked; a wrong one gives its reason."""
    if not ticked:
        return Verdict(False, "Nothing ticked yet: tick every option that holds.", counts=False)
    answer, reasons = asked["answer"], _reasons(asked)
    wrong = [option for option in ticked if option not in answer]
    good = len(ticked) - len(wrong)
    if not wrong and good == len(answer):
        return Verdict(True, " ".join(["Right, all of them.", *map(reasons.get, ticked)]))
    told = f": {good} of your {len(ticked)} ticks {'is' if good == 1 else 'are'} right"
    told = _not(asked) + ("" if asked.get("exam") else told)
    if wrong:
        return Verdict(False, f"{told}. Not “{wrong[0]}”: {reasons[wrong[0]]}")
    left = len(answer) - good
    more = "more are" if asked.get("exam") else f"{left} more {'is' if left == 1 else 'are'}"
    return Verdict(False, f"{told}, but {more} needed.")


def _order(asked, ranked):
    """How many stand in their places, and the reason for the first that does not."""
    empty = [place for place, option in zip(PLACES, ranked) if option is None]
    if empty or len(set(ranked)) < len(ranked):
        twice = f"{max(ranked, key=ranked.count)} stands twice: every place needs another one."
        left = f"Still empty: {', '.join(empty)}. Every place needs one."
        return Verdict(False, left if empty else twice, counts=False)
    good = [option == wanted for option, wanted in zip(ranked, asked["answer"])]
    if all(good):
        return Verdict(True, f"Right: all {len(good)} in their places.")
    first = good.index(False)
    reason = f"The {PLACES[first]} is not {ranked[first]}: {_reasons(asked)[ranked[first]]}"
    places = f": {sum(good)} of {len(good)} in {'its place' if sum(good) == 1 else 'their places'}"
    return Verdict(False, f"{_not(asked)}{'' if asked.get('exam') else places}. {reason}")


def _list_answer(asked):
    reasons = _reasons(asked)
    lines = [f"{option}: {reasons[option]}" for option in asked["answer"]]
    return "\n".join([*lines, asked["why"]]).strip()


def _claim(asked, chosen):
    if chosen is None:
        sentence = "Nothing chosen yet: commit yourself first, then hear what we say."
        return Verdict(None, sentence, counts=False)
    agreed = chosen == asked["answer"]
    return Verdict(agreed, f"We {'agree' if agreed else 'say'}: {answer_words(asked)}")


def _open(asked, typed):
    """The points that the learner found in the answer, once there is one to compare."""
    points, ticked = asked["points"], typed["ticked"]
    if len(typed["text"].split()) < 8:
        sentence = "Write at least eight words, as you would say them: then compare with ours."
        return Verdict(None, sentence, counts=False, share=0.0)
    missing = [point for point in points if point not in ticked]
    if not missing:
        sentence = f"All {len(points)} points: this would do in an interview."
    elif not ticked:
        sentence = "Compare your answer with ours, and tick each point that yours makes."
    else:
        made = f"Your answer makes {len(ticked)} of {len(points)} points."
        sentence = f"{made} Still missing: {'; '.join(missing)}."
    return Verdict(None if missing else True, sentence, share=len(ticked) / len(points))


def of_steps(asked, steps):
    """A verdict for each open step of a whiteboard; one that is done has a share of a point.

    The next step opens after a right or given up one, in an interview after the first answer. A step brings
    its point at the first try (tries counts it), half of it with the hint.
    """
    judged, exam = [], {"exam": True} if asked.get("exam") else {}
    for step, typed in zip(asked["steps"], steps):
        right, sentence, counts, share = judge(step | exam, typed["typed"])
        if right:
            share = (typed.get("tries", 1) <= 1) * (0.5 if typed.get("hint") else 1.0)
            sentence = f"{sentence} {step['why']}"
        elif exam and counts:
            share, sentence = 0.0, f"{sentence}\n{answer_words(step)}"
        elif typed["given_up"]:
            right, share, sentence = None, 0.0, f"Given up: {answer_words(step)}"
        judged.append(Verdict(right, sentence, counts, share))
        if share is None:
            break
    return judged


def _whiteboard(asked, typed):
    """Right when every step was found, None while there is more to do."""
    verdicts, count = of_steps(asked, typed["steps"]), len(asked["steps"])
    found, last = sum(verdict.right is True for verdict in verdicts), len(verdicts)
    share, counts = sum(verdict.share or 0.0 for verdict in verdicts) / count, True
    if found == count:
        alone = "this would do at a whiteboard" if share == 1 else "next time without hints, each at the first try"  # fmt: skip
        right, sentence = True, f"All {count} steps: {alone}. {asked['why']}"
    elif verdicts[-1].share is not None:
        right, sentence = False, f"Done, {found} of {count} steps on your own. {asked['why']}"
    elif last > 1 and not typed["steps"][last - 1]["typed"]:
        right, sentence = None, f"{last - 1} of {count} steps done: now step {last}."
    else:
        right, sentence = False, f"Step {last}. {verdicts[-1].sentence}"
        counts = verdicts[-1].counts
    return Verdict(right, sentence, counts, share)


def _whiteboard_answer(asked):
    steps = enumerate(asked["steps"], start=1)
    lines = (f"{k}. {step['question']} {answer_words(step)}" for k, step in steps)
    return "\n".join([*lines, asked["why"]])


def _checking():
    from exercises import checking  # beside the chapters: only those who write code need it

    return checking


KINDS = {
    "number": Kind(_number, lambda asked: f"{number_words(asked['answer'], asked['unit'])}. {asked['why']}",
                   ("answer", "unit", "tolerance", "why", "slips"), "estimate"),
    "choice": Kind(_choice, _choice_answer, ("answer", "options", "why")),
    "several": Kind(_several, _list_answer, ("answer", "options", "why")),
    "order": Kind(_order, _list_answer, ("answer", "options", "why")),
    "open": Kind(_open, lambda asked: f"{asked['answer'].strip()}\nPoints: {'; '.join(asked['points'])}.",
                 ("answer", "points"), "trade-off", quick=False),
    "whiteboard": Kind(_whiteboard, _whiteboard_answer, ("steps", "why"), "derivation", quick=False),
    "code": Kind(lambda asked, typed: _checking().judge(asked["name"], typed),
                 lambda asked: f"```\n{_checking().solution(asked['name'])}```\n{asked['why']}",
                 ("second_hint", "why"), "coding", quick=False),
    "claim": Kind(_claim, lambda asked: f"{asked['answer']}. {asked['why']}"),
}  # fmt: skip
