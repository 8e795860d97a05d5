"""What chapter 08 says, recomputed."""

import functools
import math

import numpy as np
from cells import functions_of

from exercises import thinking_longer as exercises
from helpers import data, laws, live, modern_laws
from pictures import thinking_longer

CHAPTER = functions_of("08_thinking_longer")
COUNTS, BINS = data.read_table("coverage"), data.read_table("coverage_bins")
BUDGETS = data.read_table("coverage_budgets")
PICTURE = thinking_longer.Budget(COUNTS, BINS, BUDGETS, exercises.coverage)
MODELS = list(thinking_longer.sizes(COUNTS))
STEPS = [
    value for _, value in live.log_slider("", 1, 3000, 10).widget.options
]  # of the first figure
RUNS = {row.run: row for row in data.read_table("reinforcement")}
ENDS = [value for _, value in live.log_slider("", 2e3, 1e5, 4e3, per_decade=12).widget.options]
TEACHERS = [value for _, value in live.slider("", 1.9, 2.6, 2.0, step=0.02).widget.options]


def measured(model, tries):
    return next(row.coverage for row in COUNTS if row.model == model and row.tries == tries)


@functools.cache
def winner(spent):
    return max(MODELS, key=lambda model: PICTURE.solved(model, spent))


def sure(budget, model):
    return next(row.sure for row in BUDGETS if row.budget == budget and row.model == model)


CHANGE = next(step for step in STEPS if winner(step) != "Pythia 160M")
WINNERS = [winner(step) for step in STEPS]


def rate(run, hours, start=0.3):
    return CHAPTER["pass_rate"](hours, RUNS[run], start)


def least_squares(model, upto=100, at=1e4):
    """Coverage forecast by exp(a k^b), fitted to coverage itself: by a grid for b, and a by Newton."""
    k, y = np.transpose(
        [(r.tries, r.coverage) for r in COUNTS if r.model == model and r.tries <= upto]
    )
    best = (np.inf, 0.0)
    for b in np.linspace(-0.6, -0.05, 1101):
        a = -np.linspace(1, 15, 1401)[:, None]
        off = ((np.exp(a * k**b) - y) ** 2).sum(axis=1)
        best = min(best, (off.min(), float(np.exp(a[np.argmin(off), 0] * at**b))))
    return best[1]


def spread(end, noise=0.02):
    seen = np.geomspace(1500, end, 14)
    return exercises.ceilings(seen, rate("batch 2048", seen), noise, thinking_longer.candidates())


CROSSING = next(
    hours
    for hours in np.geomspace(2e3, 1e5, 2000)
    if rate("batch 2048", hours) > rate("batch 512", hours)
)
NARROW = next(end for end in ENDS if np.ptp(spread(end)) <= 0.1 + 1e-9)
SHIFT = math.log10(100) / 2.2


def student(tokens, teacher=None, params=198e6):
    return modern_laws.taught_loss(params, tokens, teacher)


PLANNED = laws.training_flops(70e9, 1.4e12), CHAPTER["think_flops"](70e9, 1e12, 20)
X = exercises.decades_less(*PLANNED, 1.2)
LEAST = PLANNED[0] * 10**-X + PLANNED[1] * 10 ** (1.2 * X)


def of_life(longer):
    answers = CHAPTER["think_flops"](70e9, 1e12, longer)
    return answers / (answers + PLANNED[0])


VOTE = thinking_longer.Vote(CHAPTER["voted"])

PROSE = {
    "08_thinking_longer": [
        ("the 12B, solves {:.0f} % of them", 100 * measured("Pythia 12B", 1)),
        ("may try {:.0f} times, and then it has solved {:.0f} %", 12e9 / 160e6, 100 * PICTURE.solved("Pythia 160M", 1)),
        ("The winner changes near 40 tries of the 12B: below it the 160M is best, above it the 2.8B (in between the 410M leads",
         38 < CHANGE < 45, all(38 < step < 45 for step, first in zip(STEPS, WINNERS) if first == "Pythia 410M"),
         [model for model in MODELS if model in WINNERS] == list(dict.fromkeys(WINNERS)),
         set(WINNERS) == {"Pythia 160M", "Pythia 410M", "Pythia 2.8B"}),
        ("The 12B comes closer and does not pass, and the 70M never wins either",
         PICTURE.solved("Pythia 2.8B", 100) - PICTURE.solved("Pythia 12B", 100)
         > PICTURE.solved("Pythia 2.8B", 3000) - PICTURE.solved("Pythia 12B", 3000) > 0),
        ("Without a checker one try counts, at best {:.1f} %", 100 * max(measured(model, 1) for model in MODELS)),
        ("the 160M is first in only {:.0f} % of redraws", 100 * sure(30, "Pythia 160M")),
        ("in a single try the 2.8B beats the 6.9B", measured("Pythia 2.8B", 1) > measured("Pythia 6.9B", 1)),
        ("forecasts a hundred times more within five points",
         all(abs(CHAPTER["by_the_line"](m) - measured(m, 1e4)) < 0.05 for m in MODELS)),
        ("says {:.0f} % for the 160M where {:.0f} % was measured", 100 * least_squares("Pythia 160M"),
         100 * measured("Pythia 160M", 1e4)),
        ("{:.1f} times more training is best and takes {:.0f} % off the plan", 10**-X, 100 * (1 - LEAST / sum(PLANNED))),
        ("moves the best place by less than one decade", SHIFT < 1),
        ("Batch 2048 leads from {:.0f} thousand GPU-hours on", CROSSING / 1e3),
        ("At its middle its ceiling may still be anything from {:.2f} up", spread(RUNS["batch 2048"].middle)[0]),
        ("Only a window of {:.0f} thousand, four times the middle, narrows the fan to a tenth", NARROW / 1e3,
         3.9 < NARROW / RUNS["batch 2048"].middle < 4.4),
        ("between 0.2 and 0.4 the curves cross elsewhere, but they cross",
         all(rate("batch 2048", 4e3, r) < rate("batch 512", 4e3, r) and rate("batch 2048", 1e5, r) > rate("batch 512", 1e5, r)
             for r in (0.2, 0.4))),
        ("a teacher near 2.2 is best, and one at 1.9 teaches nothing",
         abs(min(TEACHERS, key=lambda t: student(128e9, t)) - 2.2) < 0.03,
         abs(student(128e9, 1.9) - student(128e9)) < 0.002),
        ("at 512 billion the strongest teachers are worse than none",
         student(512e9, 1.9) > student(512e9), student(512e9, 2.0) > student(512e9)),
        ("On few tokens the stronger teacher wins over the whole paper",
         min(TEACHERS, key=lambda t: student(10.9e9, t, 546e6)) == 1.9),
        ("After some ten tries the vote stands still",
         VOTE.voted(VOTE.rates, 1000, 0.3) - VOTE.voted(VOTE.rates, 10, 0.3) < 0.01),
        ("the last column but one compares {} of them with {}", round(0.900 * 30), round(0.933 * 30)),
        ("below 40 tries of the 12B the 160M beats both", WINNERS[0] == "Pythia 160M"),
        ("spends a fifth of its FLOP on them", 0.17 < of_life(1) < 0.22),
        ("they are five sixths of its life", 0.81 < of_life(20) < 0.85),
    ]
}  # fmt: skip
