"""The capstone of chapter 06: buy runs with a purse, then bet on runs that no purse buys.

A run costs the exact FLOP of its column. Only finished runs are offered: a place in the middle of a
training curve is not, because the learning rate has not fallen there yet. What was not trained is
interpolated between two trained lengths of one size that the purse could buy, and says so.
"""

import functools
import html
import itertools
import math
import numbers
import warnings
from typing import NamedTuple

import numpy as np
from IPython.display import display

from exercises import checking
from helpers import data, fits, progress, quiz, units
from training import own_runs

PURSES = (2.9e11, 9e11, 2.9e12, 9e12)  # each just too small for the next dearer runs
EACH = 5  # targets of each purse
MISS = 2 / (1 - 0.9)  # nats paid for each nat by which an interval of 90 % misses
WIDEST = math.log(256)  # to guess all bytes alike: an interval from 0 to here knows nothing
SECONDS = 10.0  # that one call may take


class Offer(NamedTuple):
    """A run before it is trained."""

    params: float
    tokens: float
    cost: float  # FLOP


class Bought(NamedTuple):
    """A run with its loss, in nats per byte."""

    params: float
    tokens: float
    cost: float
    loss: float
    interpolated: bool = False


class Played(NamedTuple):
    """What one purse gave."""

    purse: float
    spent: float
    hits: int
    width: float
    off: float  # nats from the guesses to the runs, on average
    score: float
    trouble: str = ""


def plan(budget, offered):
    """The runs to buy, a list: rows of offered, or pairs (params, tokens) between two of them.

    budget: FLOP for all of them together. offered: a list of rows with row.params, row.tokens
    (bytes) and row.cost (FLOP). A pair needs a size that is offered with fewer and with more
    bytes; its loss is interpolated. The bought rows come to forecast in the order of the list.
    """
    ...


def forecast(runs, target):
    """(loss, low, high) in nats per byte: a guess, and the ends of an interval of 90 %.

    runs: what plan bought, a list of rows with row.params, row.tokens, row.cost, row.loss and
    row.interpolated (True or False). target: a dearer run with params, tokens and cost.
    """
    ...


@functools.cache
def trained():
    """The finished runs of the grid, cheap ones first."""
    return tuple(Bought(run.params, run.tokens, run.flops, run.loss)
                 for run in own_runs.grid(data.own_runs()))  # fmt: skip


def offered(purse):
    """What may be bought: every finished run that alone costs no more than the purse."""
    return [Offer(*run[:3]) for run in trained() if run.cost <= purse]


def targets(purse):
    """Five runs dearer than the purse, spread evenly from the cheapest and smallest to the dearest."""
    dearer = [run for run in trained() if run.cost > purse]
    return [dearer[(2 * k + 1) * len(dearer) // (2 * EACH)] for k in range(EACH)]


def ask(purse, wanted):
    """The oracle: a run with its loss. ValueError, with a sentence, where there is no honest answer."""
    params, tokens = (float(value) for value in tuple(wanted)[:2])
    same = [run for run in trained() if run.params == params and run.cost <= purse]
    if not same:
        raise ValueError(f"A size of {params:g} parameters is not offered.")
    for run in same:
        if run.tokens == tokens:
            return run
    around = [
        (few, many) for few, many in itertools.pairwise(same) if few.tokens < tokens < many.tokens
    ]
    if not around:
        raise ValueError(
            f"{tokens:g} bytes at {params:g} parameters lie outside of what was trained."
        )
    few, many = around[0]
    part = math.log(tokens / few.tokens) / math.log(many.tokens / few.tokens)
    loss = few.loss ** (1 - part) * many.loss**part
    return Bought(params, tokens, few.cost * tokens / few.tokens, loss, True)


def score(loss, low, high):
    """The interval score: the width, and 20 nats for each nat outside; the lower the better.

    >>> round(score(1.5, 1.4, 1.6), 2), round(score(1.7, 1.4, 1.6), 2)
    (0.2, 2.2)
    """
    return high - low + MISS * (max(low - loss, 0) + max(loss - high, 0))


def bets(plan, forecast, purse):
    """What a plan and a forecast do with one purse."""
    lost = Played(purse, 0.0, 0, WIDEST, WIDEST, WIDEST)
    ((chosen, _),) = checking._run(plan, [{"budget": purse, "offered": offered(purse)}], SECONDS)
    try:
        runs = _bought(purse, chosen)
    except ValueError as error:
        return lost._replace(trouble=f"plan: {error}")
    spent, played, trouble = sum(run.cost for run in runs), [], ""
    goals = targets(purse)
    given = [{"runs": runs, "target": Offer(*goal[:3])} for goal in goals]
    results = [got for got, _ in checking._run(forecast, given, SECONDS)]
    results += [results[-1]] * (len(goals) - len(results))  # too slow: no later one was asked
    for goal, got in zip(goals, results):
        try:
            guess, low, high = _interval(got)
        except ValueError as error:
            trouble = trouble or f"forecast: {error}"
            played.append((False, WIDEST, WIDEST, WIDEST))
        else:
            near = low <= goal.loss <= high
            played.append((near, high - low, abs(guess - goal.loss), score(goal.loss, low, high)))
    hits, width, off, total = map(float, np.mean(played, axis=0))
    return Played(purse, spent, round(hits * EACH), width, off, total, trouble)


def _bought(purse, chosen):
    """The runs that a plan chose, with their losses; ValueError with a sentence where it may not."""
    if isinstance(chosen, checking._Raised):
        raise ValueError(_stopped(chosen))
    if not isinstance(chosen, list | tuple) or len(chosen) > 1000:
        raise ValueError("It has to give back a list of at most 1,000 runs.")
    runs = []
    for one in chosen:
        pair = isinstance(one, tuple | list) and len(one) in (2, 3)
        if not pair or not all(map(_number, one[:2])):
            raise ValueError(
                f"{checking.short(one)} is neither a row of offered nor (params, tokens)."
            )
        runs.append(ask(purse, one))
    if (spent := sum(run.cost for run in runs)) > purse:
        raise ValueError(f"It spends {units.power(spent, 3)} of {units.power(purse, 2)} FLOP.")
    return runs


def _interval(got):
    """(guess, low, high) within what a loss can be; ValueError with a sentence where it is none."""
    if isinstance(got, checking._Raised):
        raise ValueError(_stopped(got))
    if trouble := checking.form(got, (1.0, 1.0, 1.0)):
        raise ValueError(f"It gives back {trouble}.")
    guess, low, high = map(float, got)
    if low > high:
        raise ValueError(f"The low end {low:g} is above the high end {high:g}.")
    return guess, *(min(max(end, 0.0), WIDEST) for end in (low, high))


def _number(value):
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and abs(value) < 1e30  # neither nan nor endless


def _stopped(raised):
    if isinstance(raised.error, checking._TooSlow):
        return f"It was still running after {SECONDS:g} seconds, so it was stopped."
    return f"It stops: {checking._error(raised.error)}."


def _levels(offered):
    """The offered rows of about one cost, the dearest first; of each the middle sizes first."""
    levels = {}
    for row in offered:
        levels.setdefault(f"{row.cost:.0e}", []).append(row)
    for cost in sorted(levels, key=float, reverse=True):
        sizes = sorted(levels[cost])
        yield sorted(sizes, key=lambda row: abs(sizes.index(row) - (len(sizes) - 1) / 2))


def _valley(budget, offered):
    """One middle run of the dearest cost, then as many of the next as the purse pays."""
    dearest, *others = _levels(offered)
    chosen = []
    for row in (dearest[0], *others[0][:6]):
        if sum(one.cost for one in chosen) + row.cost <= budget:
            chosen.append(row)
    return chosen


@functools.lru_cache(maxsize=16)
def _fitted(runs):
    columns = own_runs.columns(runs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few runs leave the constants open: the interval has it
        return fits.fit_chinchilla(*columns, tied=True)


def _law(runs, target):
    guess, _, (low, high) = fits.predict(_fitted(tuple(runs)), target.params, target.tokens)
    return guess, low, high


def _three(budget, offered):
    """The middle run of each of the three dearest costs; where there are two, another of the dearest."""
    levels = list(_levels(offered))
    return _within(budget, [level[k] for k in (0, 1) for level in levels][:3])


def _twenty(budget, offered):
    """Of each cost the run nearest to twenty bytes for a parameter."""
    nearest = [min(level, key=lambda row: abs(math.log(row.tokens / row.params / 20)))
               for level in _levels(offered)]  # fmt: skip
    return _within(budget, nearest)


def _within(budget, rows):
    """The cheapest of these rows, as many as the purse pays."""
    rows = sorted(rows, key=lambda row: row.cost)
    while sum(row.cost for row in rows) > budget:
        rows.pop()
    return rows


def _ruler(runs, target):
    """A straight line on log-log paper through cost and loss, 5 % to each side."""
    costs, losses = np.log(own_runs.columns(runs, "cost", "loss"))
    guess = float(np.exp(np.polyval(np.polyfit(costs, losses, 1), math.log(target.cost))))
    return guess, 0.95 * guess, 1.05 * guess


def _range(runs, target):
    return WIDEST / 2, 0.0, WIDEST


REFERENCES = {
    "our law, its own interval": (_valley, _law),
    "a line through three points": (_three, _ruler),
    "the rule of twenty": (_twenty, _ruler),
    "no run, 0 to log 256": (lambda budget, offered: [], _range),
}


def results(plan, forecast):
    """What a plan and a forecast do with each purse."""
    return [bets(plan, forecast, purse) for purse in PURSES]


@functools.cache
def references():
    """(words, results) of each strategy to beat."""
    return tuple((words, results(*strategy)) for words, strategy in REFERENCES.items())


def mean(played):
    """The score of twenty bets."""
    return float(np.mean([one.score for one in played]))


def written(plan, forecast):
    """Is there something to play?"""
    pairs = ((globals()["plan"], plan), (globals()["forecast"], forecast))
    starts = [checking.Exercise(ours, (), dict) for ours, _ in pairs]
    return not any(checking.untouched(one, theirs) for one, (_, theirs) in zip(starts, pairs))


def play(plan, forecast):
    """Play all purses, show the table beside the strategies to beat, and keep the score."""
    if not written(plan, forecast):
        _show(checking.NOT_WRITTEN, quiz.mark(None, checking.NOT_WRITTEN) + _table(references()))
        return
    mine = results(plan, forecast)
    total, ours = mean(mine), mean(references()[0][1])
    trouble = [f"Purse {units.power(one.purse, 2)}: {one.trouble}" for one in mine if one.trouble]
    entry = progress.read()[0]["exercises"].get("capstone", {})
    least = min(total, entry.get("score", total))
    kept = {"score": least, "last": total, "right": least < ours, "tries": entry.get("tries", 0) + 1,
            "code": checking.source(plan) + "\n\n" + checking.source(forecast)}  # fmt: skip
    trouble += [progress.remember(exercises={"capstone": kept})]
    beaten = sum(total < mean(played) for _, played in references())
    said = f"Your score is {total:.3f}, ours {ours:.3f}; you beat {beaten} of {len(REFERENCES)} strategies."
    words = "\n".join([said, *filter(None, trouble)])
    _show(words, quiz.mark(total < ours, words) + _table((("yours", mine), *references())))


def _show(words, page):
    """Words and a page, as text and HTML."""
    display({"text/plain": words, "text/html": page}, raw=True)


def _table(rows):
    """Spent, hits, mean width and score of each purse, as HTML."""
    purses = "".join(f"<th>purse {units.power(purse, 2)}</th>" for purse in PURSES)
    lines = [f"<tr><th>strategy</th>{purses}<th>held of 20</th><th>score</th></tr>"]
    for words, played in rows:
        cells = "".join(f"<td>{one.spent / one.purse:.0%} spent<br>{one.hits} of {EACH} held<br>"
                        f"{one.width:.2f} wide<br>score {one.score:.2f}</td>" for one in played)  # fmt: skip
        hits = sum(one.hits for one in played)
        head = f"<th>{html.escape(words)}</th>"
        lines.append(f"<tr>{head}{cells}<td>{hits}</td><td><b>{mean(played):.3f}</b></td></tr>")
    scrolls = (
        'style="overflow-x:auto" tabindex="0" role="region" aria-label="strategies and scores"'
    )
    return f"<div {scrolls}><table>{''.join(lines)}</table></div>"  # a phone is narrower
