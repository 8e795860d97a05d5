"""How an answer is judged, and how our own is said, for each kind of question: pure, nothing on screen."""

import math
import re
import tomllib
from collections.abc import Callable
from typing import NamedTuple

from helpers import data, units

CLAIM = ("true", "true with a condition", "wrong", "cannot be checked")
PLACES = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th")
SHARES = ("of the loss", "for each token")  # units of numbers from 0 to 1
_ENDINGS = tomllib.loads((data.FOLDER / "endings.toml").read_text("utf-8"))


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
    """Our answer with its worked solution, as the fold under the question says it."""
    return KINDS[asked["kind"]].words(asked)


# Numbers -------------------------------------------------------------------------------------------


def _number(asked, typed):
    answer, unit = asked["answer"], asked["unit"]
    try:
        value = typed_number(typed, unit)
    except ValueError as error:
        return Verdict(False, str(error), counts=False)

    def near(one, other):
        return math.isclose(one, other, rel_tol=asked["tolerance"])

    if near(value, answer):
        return Verdict(True, f"Right: {number_words(answer, unit)}.")
    for slip in asked["slips"]:
        if near(value, slip["value"]):
            return Verdict(False, f"Not yet. {slip['why']}")
    nearly = None
    if any(near(value * large, answer) for large in (1e6, 1e9, 1e12)):
        nearly = "say millions, billions or trillions by their letter, like 7B for seven billion"
    elif unit == "%" and near(100 * value, answer):
        nearly = "that is the share, and the question is in percent"
    elif unit in SHARES and near(value / 100, answer):
        nearly = "that is in percent, and the question is about a share from 0 to 1"
    if nearly:
        return Verdict(False, f"Nearly: {nearly}.", counts=False)
    if value <= 0 < answer:
        return Verdict(False, "Not yet: the answer is a positive number.")
    return Verdict(False, f"Not yet: too {'large' if value > answer else 'small'}.")


def typed_number(typed, unit=""):
    """Read a typed number with or without its unit; ValueError with a sentence where that fails.

    >>> typed_number("$62M", "dollars"), typed_number("84 %", "of the loss"), typed_number("1.3 GB", "bytes")
    (62000000.0, 0.84, 1300000000.0)
    """
    text = str(typed).strip()
    if not text:
        raise ValueError("Nothing typed yet: try a number, such as 1.4T or 5.88e23.")
    bare, scale = text, 1
    if unit == "dollars":
        bare = bare.removeprefix("$")
    if unit in SHARES and (percent := re.search(rf"\s*({_ENDINGS['%']})$", bare, re.I)):
        bare, scale = bare[: percent.start()], 100
    if unit:
        ending = _ENDINGS.get(unit, rf"{re.escape(unit.removesuffix('s'))}s?")
        bare = re.sub(rf"\s*({ending})$", "", bare, flags=re.I)
    try:
        return units.parse(bare) / scale
    except ValueError as error:
        if unit in ("MWh", "PF-days", "days", "hours", "dollars") and text[0].isdigit():
            raise ValueError(f"{error} The answer is wanted in {unit}.") from None
        raise


def number_words(value, unit=""):
    """A number the way an answer says it: 1.4 trillion tokens, 5.88e23 FLOP, 18.4.

    >>> number_words(5.88e23, "FLOP"), number_words(18.39)
    ('5.88e23 FLOP', '18.4')
    """
    size = abs(value)
    write = units.power if size >= 1e15 else units.spoken if size >= 1e6 else units.plain
    return f"{write(value, 3)} {unit}".strip()


def _number_answer(asked):
    return f"{number_words(asked['answer'], asked['unit'])}. {asked['why']}"


# Options -------------------------------------------------------------------------------------------


def _reasons(asked):
    return {option["text"]: option["why"] for option in asked["options"]}


def _choice(asked, chosen):
    if chosen is None:
        return Verdict(False, "Nothing chosen yet: pick one first.", counts=False)
    right = chosen == asked["answer"]
    return Verdict(right, f"{'Right' if right else 'Not yet'}. {_reasons(asked)[chosen]}")


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
    counted = f"Not yet: {good} of your {len(ticked)} ticks {'is' if good == 1 else 'are'} right"
    if wrong:
        return Verdict(False, f"{counted}. Not “{wrong[0]}”: {reasons[wrong[0]]}")
    left = len(answer) - good
    return Verdict(False, f"{counted}, but {left} more {'is' if left == 1 else 'are'} needed.")


def _order(asked, ranked):
    """How many stand in their places, and the reason for the first that does not."""
    empty = [place for place, option in zip(PLACES, ranked) if option is None]
    if empty:
        sentence = f"Still empty: {', '.join(empty)}. Every place needs one."
        return Verdict(False, sentence, counts=False)
    for option in ranked:
        if ranked.count(option) > 1:
            return Verdict(False, f"{option} stands twice: every place needs another one.")
    good = [option == wanted for option, wanted in zip(ranked, asked["answer"])]
    if all(good):
        return Verdict(True, f"Right: all {len(good)} in their places.")
    first = good.index(False)
    reason = f"The {PLACES[first]} is not {ranked[first]}: {_reasons(asked)[ranked[first]]}"
    places = "its place" if sum(good) == 1 else "their places"
    return Verdict(False, f"Not yet: {sum(good)} of {len(good)} in {places}. {reason}")


def _list_answer(asked):
    reasons = _reasons(asked)
    lines = [f"{option}: {reasons[option]}" for option in asked["answer"]]
    return "\n".join([*lines, asked["why"]]).strip()


def _claim(asked, chosen):
    if chosen is None:
        sentence = "Nothing chosen yet: commit yourself first, then hear what we say."
        return Verdict(None, sentence, counts=False)
    agreed = chosen == asked["answer"]
    return Verdict(agreed, f"We {'agree' if agreed else 'say'}: {_claim_answer(asked)}")


def _claim_answer(asked):
    return f"{asked['answer']}. {asked['why']}"


# Answers in words and in steps ---------------------------------------------------------------------


def _open(asked, typed):
    """The points that the learner found in the answer, once there is one to compare."""
    points, ticked = asked["points"], typed["ticked"]
    if not typed["text"].strip():
        sentence = "Nothing written yet: two or three sentences, as you would say them."
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


def _open_answer(asked):
    return f"{asked['answer'].strip()}\nPoints: {'; '.join(asked['points'])}."


def of_steps(asked, steps):
    """A verdict for each open step of a whiteboard; the next opens after a right or given up one."""
    verdicts = []
    for step, typed in zip(asked["steps"], steps):
        verdict = judge(step, typed["typed"])
        if verdict.right:
            verdict = Verdict(True, f"{verdict.sentence} {step['why']}")
        elif typed["given_up"]:
            verdict = Verdict(None, f"Given up: {answer_words(step)}")
        verdicts.append(verdict)
        if verdict.right is False:
            break
    return verdicts


def _whiteboard(asked, typed):
    """Right when every step was found, None while there is more to do."""
    verdicts, count = of_steps(asked, typed["steps"]), len(asked["steps"])
    found, last = sum(verdict.right is True for verdict in verdicts), len(verdicts)
    if found == count:
        right, sentence = True, f"All {count} steps: this would do at a whiteboard. {asked['why']}"
    elif verdicts[-1].right is not False:
        right, sentence = False, f"Done, {found} of {count} steps on your own. {asked['why']}"
    elif last > 1 and not typed["steps"][last - 1]["typed"]:
        right, sentence = None, f"{last - 1} of {count} steps done: now step {last}."
    else:
        right, sentence = False, f"Step {last}. {verdicts[-1].sentence}"
    return Verdict(right, sentence, share=found / count)


def _whiteboard_answer(asked):
    steps = enumerate(asked["steps"], start=1)
    lines = (f"{k}. {step['question']} {answer_words(step)}" for k, step in steps)
    return "\n".join([*lines, asked["why"]])


KINDS = {
    "number": Kind(_number, _number_answer, ("answer", "unit", "tolerance", "why", "slips"), "estimate"),
    "choice": Kind(_choice, _choice_answer, ("answer", "options", "why")),
    "several": Kind(_several, _list_answer, ("answer", "options", "why")),
    "order": Kind(_order, _list_answer, ("answer", "options", "why")),
    "open": Kind(_open, _open_answer, ("answer", "points"), "trade-off", quick=False),
    "whiteboard": Kind(_whiteboard, _whiteboard_answer, ("steps", "why"), "derivation", quick=False),
    "claim": Kind(_claim, _claim_answer),
}  # fmt: skip
