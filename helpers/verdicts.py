"""Verdicts in words on what a learner typed, chosen, ranked or wrote: pure, nothing on screen.

Each gives (right, sentence); right is None where there is nothing yet to be right or wrong about.
"""

import functools
import math
import re

from helpers import units

CLAIM = ("true", "true with a condition", "wrong", "cannot be checked")
PLACES = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th")
SHARES = ("of the loss", "for each token")  # units of numbers from 0 to 1
_PERCENT = r"%|percent|per cent"
_ENDINGS = {  # how else people write a unit
    "%": _PERCENT,
    "percentage points": rf"percentage points?|points?|pp|{_PERCENT}",
    "times": "-?fold|times|[x×]",
    "dollars": r"dollars?|usd|\$",
    "parameters": "param(eter)?s?",
    "tokens per parameter": "tokens?((/| per | a | for each )param(eter)?)?|:1",
    "nats": "nats?((/| per | a )token)?",
    "nats per token": "nats?((/| per | a )token)?",
    "bytes": "bytes?|(?<=[kmgt])b",
    "FLOP": "flops?",
    "days": "days?|d",
    "hours": "((gpu|chip|accelerator|h100)[- ])?hours?|h",
    "years": "years?|y",
    "passes": "pass(es)?|epochs?",
    "PF-days": "(pf|pflops?|petaflop)(/s)?[- ]?days?",
}


def number_verdict(typed, answer, tolerance=0.05, unit="", slips=()):
    """Judge a typed number: right within a relative tolerance of answer.

    slips are pairs (wrong number, sentence); the first one that the typed number meets explains itself.

    >>> number_verdict("1.4T", 1.4e12, unit="tokens")
    (True, 'Right: 1.4 trillion tokens.')
    >>> number_verdict("20", 1.4e12, slips=[(20, "That is the ratio: multiply by the size.")])
    (False, 'Not yet. That is the ratio: multiply by the size.')
    """
    try:
        value = typed_number(typed, unit)
    except ValueError as error:
        return False, str(error)
    near = functools.partial(math.isclose, rel_tol=tolerance)
    if near(value, answer):
        return True, f"Right: {number_words(answer, unit)}."
    for wrong, why in slips:
        if near(value, wrong):
            return False, f"Not yet. {why}"
    if any(near(value * big, answer) for big in (1e6, 1e9, 1e12)):
        letters = "millions, billions or trillions by their letter, like 7B for seven billion"
        return False, f"Nearly: say {letters}."
    if unit == "%" and near(100 * value, answer):
        return False, "Nearly: that is the share, and the question is in percent."
    if unit in SHARES and near(value / 100, answer):
        return False, "Nearly: that is in percent, and the question is about a share from 0 to 1."
    if value <= 0 < answer:
        return False, "Not yet: the answer is a positive number."
    side, times = ("large", value / answer) if value > answer else ("small", answer / value)
    by = f", by a factor of about {units.power(times, 1) if times > 1e4 else units.plain(times, 1)}"
    return False, f"Not yet: too {side}{by if times >= 1.95 else ''}."


def typed_number(typed, unit=""):
    """Read a typed number with or without its unit; ValueError with a sentence where that fails.

    >>> typed_number("$62M", "dollars"), typed_number("84 %", "of the loss"), typed_number("1.3 GB", "bytes")
    (62000000.0, 0.84, 1300000000.0)
    """
    said = str(typed).strip()
    if not said:
        raise ValueError("Nothing typed yet: try a number, such as 1.4T or 5.88e23.")
    bare = said.removeprefix("$") if unit == "dollars" else said
    bare, percent = (
        re.subn(rf"\s*({_PERCENT})$", "", bare, flags=re.I) if unit in SHARES else (bare, 0)
    )
    if unit:
        ending = _ENDINGS.get(unit, rf"{re.escape(unit.removesuffix('s'))}s?")
        bare = re.sub(rf"\s*({ending})$", "", bare, flags=re.I)
    try:
        return units.parse(bare) / (100 if percent else 1)
    except ValueError as error:
        if unit in ("MWh", "PF-days", "days", "hours", "dollars") and said[0].isdigit():
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


def choice_verdict(chosen, answer, options):
    """Judge a chosen option; options map each option to its reason.

    >>> choice_verdict("more", "less", {"more": "Look at the axis.", "less": "It falls."})
    (False, 'Not yet. Look at the axis.')
    """
    if chosen is None:
        return False, "Nothing chosen yet: pick one first."
    return chosen == answer, ("Right. " if chosen == answer else "Not yet. ") + options[chosen]


def several_verdict(chosen, answer, options):
    """Judge ticked options where several are right; a wrong one gives its reason.

    >>> several_verdict(["a"], ["a", "b"], {"a": "", "b": "", "c": ""})
    (False, 'Not yet: 1 of your 1 ticks is right, but 1 more is needed.')
    """
    if not chosen:
        return False, "Nothing ticked yet: tick every option that holds."
    wrong = [option for option in chosen if option not in answer]
    good = len(chosen) - len(wrong)
    if not wrong and good == len(answer):
        return True, "Right, all of them. " + " ".join(options[option] for option in chosen)
    counted = f"Not yet: {good} of your {len(chosen)} ticks {'is' if good == 1 else 'are'} right"
    if not wrong:
        left = len(answer) - good
        return False, f"{counted}, but {left} more {'is' if left == 1 else 'are'} needed."
    return False, f"{counted}. Not “{wrong[0]}”: {options[wrong[0]]}"


def order_verdict(ranked, answer, options):
    """Judge a ranking: how many stand in their places, and the reason for the first that does not.

    >>> order_verdict(["b", "a", "c"], ["a", "b", "c"], {"a": "", "b": "It is 2.", "c": ""})
    (False, 'Not yet: 1 of 3 in its place. The 1st is not b: It is 2.')
    """
    empty = [PLACES[k] for k, option in enumerate(ranked) if option is None]
    if empty:
        return False, f"Still empty: {', '.join(empty)}. Every place needs one."
    for option in ranked:
        if ranked.count(option) > 1:
            return False, f"{option} stands twice: every place needs another one."
    good = [mine == right for mine, right in zip(ranked, answer)]
    if all(good):
        return True, f"Right: all {len(answer)} in their places."
    place = good.index(False)
    first = f"The {PLACES[place]} is not {ranked[place]}: {options[ranked[place]]}"
    its = "its place" if sum(good) == 1 else "their places"
    return False, f"Not yet: {sum(good)} of {len(answer)} in {its}. {first}"


def open_verdict(text, ticked, points):
    """Count the points that the learner found in the answer, once there is one to compare.

    >>> open_verdict("Twice as many tokens.", ["the budget"], ["the budget", "the slope", "a caveat"])
    (None, 'Your answer makes 1 of 3 points. Still missing: the slope; a caveat.')
    """
    if not text.strip():
        return None, "Nothing written yet: two or three sentences, as you would say them."
    missing = [point for point in points if point not in ticked]
    if len(missing) == len(points):
        return None, "Compare your answer with ours, and tick each point that yours makes."
    if not missing:
        return True, f"All {len(points)} points: this would do in an interview."
    made = f"Your answer makes {len(points) - len(missing)} of {len(points)} points."
    return None, f"{made} Still missing: {'; '.join(missing)}."


def claim_verdict(chosen, answer, why):
    """Compare the reader's verdict on a claim with ours.

    >>> claim_verdict("true", "wrong", "Read section 8.")
    (False, 'We say: wrong. Read section 8.')
    """
    if chosen is None:
        return None, "Nothing chosen yet: commit yourself first, then hear what we say."
    return chosen == answer, f"We {'agree' if chosen == answer else 'say'}: {answer}. {why}"


def claim_words(said):
    """Why a claim has its verdict: the reason or the deciding number, and the source, in three lines."""
    decides = said.get("reason")
    if decides is None:
        decides = f"The number that decides: {said['number']:,.8g} {said['unit']}."
    return f"{said['why']}\n{decides}\n{said['source']}."


def board(asked, steps):
    """(right, sentence) for each open step of a whiteboard; the next opens after a right or given up one."""
    said = []
    for step, mine in zip(asked["steps"], steps):
        right, sentence = judge(step, mine["typed"])
        if mine["given_up"] and not right:
            right, sentence = None, f"Given up: {answer_words(step)}"
        said.append((right, f"{sentence} {step['why']}" if right else sentence))
        if right is False:
            break
    return said


def board_verdict(asked, steps):
    """Say how far a whiteboard is: right when every step was found, None while there is more to do."""
    said, count = board(asked, steps), len(asked["steps"])
    right, sentence = said[-1]
    if right is False:
        if len(said) > 1 and not steps[len(said) - 1]["typed"]:
            return None, f"{len(said) - 1} of {count} steps done: now step {len(said)}."
        return False, f"Step {len(said)}. {sentence}"
    alone = sum(right is True for right, _ in said)
    if alone == count:
        return True, f"All {count} steps: this would do at a whiteboard. {asked['why']}"
    return False, f"Done, {alone} of {count} steps on your own. {asked['why']}"


def judge(asked, typed):
    """(right, sentence) for what was typed, chosen, ranked or ticked in answer to a posed question."""
    if asked["kind"] == "whiteboard":
        return board_verdict(asked, typed["steps"])
    kind, answer = asked["kind"], asked["answer"]
    why = {option["text"]: option["why"] for option in asked.get("options", ())}
    if kind == "number":
        tolerance = asked.get("tolerance", 0.05)
        return number_verdict(typed, answer, tolerance, asked["unit"], asked["slips"])
    if kind == "open":
        return open_verdict(typed["text"], typed["ticked"], asked["points"])
    if kind == "claim":
        return claim_verdict(typed, answer, asked["why"])
    if kind == "order":
        return order_verdict(typed, answer, why)
    return (several_verdict if isinstance(answer, list) else choice_verdict)(typed, answer, why)


def answer_words(asked):
    """The answer with its worked solution, as the fold under the question says it."""
    if asked["kind"] == "whiteboard":
        lines = (f"{k}. {s['question']} {answer_words(s)}" for k, s in enumerate(asked["steps"], 1))
        return "\n".join([*lines, asked["why"]])
    answer, why = asked["answer"], asked.get("why", "")
    if asked["kind"] == "number":
        return f"{number_words(answer, asked['unit'])}. {why}"
    if asked["kind"] == "open":
        return f"{answer.strip()}\nPoints: {'; '.join(asked['points'])}."
    reasons = {option["text"]: option["why"] for option in asked["options"]}
    if isinstance(answer, str):
        return f"{answer}. {reasons[answer]} {why}".replace("  ", " ").replace("?. ", "? ").strip()
    return "\n".join([*(f"{option}: {reasons[option]}" for option in answer), why]).strip()
