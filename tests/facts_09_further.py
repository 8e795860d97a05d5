"""What steps 6 to 10 of chapter 09 say, recomputed."""

import math

import numpy as np
from cells import functions_of

from helpers import data, laws
from pictures import beyond_dense

CHAPTER = functions_of("09_beyond_dense")
REFIT = laws.CHINCHILLA_REFIT
MIXES, READINGS = data.read_table("mixes"), data.read_table("gemstones")
TRIED = np.array([row[1:4] for row in MIXES if row.loss_60m])  # share, loss at 1 M, at 60 M
LARGE = np.array([(row.web_share, row.loss_1b) for row in MIXES if row.loss_1b])
GEMS = beyond_dense.Hull(READINGS, CHAPTER["hull"])
BUDGETS = np.geomspace(3e18, 3e20, 7)
SCATTER = np.random.default_rng(0).normal(0, 1e-3, 7)
ORACLE = beyond_dense.Forecast(
    REFIT, BUDGETS, CHAPTER["drifted_loss"], SCATTER, CHAPTER["forecast_line"]
)
TIME = np.geomspace(1, 300, 121)


def agreement(predictor, target):
    return CHAPTER["agreement"](predictor, target)


def exponent(smallest, largest, kind="constant"):
    return GEMS.exponent(kind, smallest, largest)[0][0]


def missed(drift, flops):
    """Share by which a run lies above the forecast from the seven."""
    _, forecast, _, _ = ORACLE.found(drift)
    return CHAPTER["drifted_loss"](flops, drift) / forecast(flops) - 1


def r_squared(drift):
    return ORACLE.found(drift)[2]


def turn(noise, trained_with=0.0):
    """(length at which the loss after the noise is lowest, its rise until the end)."""
    _, after = CHAPTER["toy_losses"](TIME, noise, trained_with)
    return TIME[after.argmin()], after[-1] / after.min() - 1


def kaplan(flops):
    """How many times the compute of the best split Kaplan's needs for its loss."""
    return flops / REFIT.flops_for_loss(REFIT.loss(*laws.KAPLAN_ALLOCATION.optimum(flops)))


FIFTH, BARE = TRIED[TRIED[:, 0] <= 0.2], TRIED[TRIED[:, 0] < 0.01]
NAT = (TRIED[:, 1] - TRIED[:, 2]).mean()
WINDOWS = [exponent(start * 1e9, 350e9) for start in (10, 80)]

PROSE_FURTHER = [
    ("The same {} mixtures were trained at 1M parameters and at 60M, and another {} mixtures at 1B",
     len(TRIED), len(LARGE)),
    ("So the order at 1M is nearly that at 60M", agreement(TRIED[:, 1], TRIED[:, 2]) > 0.99),
    ("while the losses lie a whole nat apart", 0.9 < NAT < 1.3),
    ("one number (the share of web text, on which the loss is measured) ranks nearly as well",
     agreement(-LARGE[:, 0], LARGE[:, 1]) > 0.97),
    ("the mixtures with next to no web text lie a whole nat apart", np.ptp(BARE[:, 2]) > 1),
    ("At 1B hardly any mixture is without it", (LARGE[:, 0] < 0.01).sum() <= 2),
    ("With at most a fifth of web text the share alone falls to {:.2f} at 60M. The tiny run stays at {:.3f}.",
     agreement(-FIFTH[:, 0], FIFTH[:, 2]), agreement(FIFTH[:, 1], FIFTH[:, 2])),
    ("a gain of a hundredth of a nat, worth {:.0f} % of the compute on the second line",
     100 * (CHAPTER["multiplier"](0.01, 1e21) - 1)),
    ("is worth half of a whole run on the last one", round(CHAPTER["multiplier"](0.01, 1e24), 2) == 1.5),
    ("22 models read on their way to 350 billion tokens",
     len({row.reading.split()[-1] for row in READINGS}) == 22, max(row.trunk for row in READINGS) == 350e9),
    ("$a$ is {:.2f} before and {:.2f} after", exponent(10e9, 100e9), exponent(10e9, 100e9, "cooled")),
    ("With all their readings these models say {:.2f}. With those from 80 billion tokens on they say {:.2f}.",
     *WINDOWS),
    ("Over a thousand times the compute that is a best size six times as large",
     round(1000 ** (WINDOWS[1] - WINDOWS[0])) == 6),
    ("The loss before the noise never rises",
     all((np.diff(CHAPTER["toy_losses"](TIME, 0.05, w)[0]) < 1e-12).all() for w in (0.0, 0.03))),
    ("The loss after it turns up, and the larger the change, the sooner it turns",
     bool((np.diff([turn(noise)[0] for noise in (0.02, 0.03, 0.04, 0.05, 0.06)]) < 0).all())),
    ("moves the turn to the right, or away", all(turn(noise, 0.03)[0] > turn(noise)[0] for noise in (0.03, 0.04, 0.05, 0.06)),
     turn(0.03, 0.03)[1] < 0.01),
    ("One change of method is worth a tenth more compute on the first line and {:.0f} times the compute on the last",
     kaplan(1e25), round(kaplan(1e20), 1) == 1.1),
    ("nobody who has put a model of the class of 65B into nine million parameters", round(65e3 / 2 ** (45 / 3.5)) == 9),
    ("for the 45 months from February 2023 to November 2026", 12 * 3 + 9 == 45),
    ("the seven losses scatter by a tenth of a percent", 0.0005 < SCATTER.std() < 0.0015),
    ("R squared stays above {}", 0.999, min(r_squared(d) for d in np.arange(0, 0.21, 0.01)) > 0.999),
    ("The miss grows from nothing to {:.1f} % at the largest run", 100 * missed(0.2, 1e23), abs(missed(0, 1e23)) < 0.001),
    ("A run ten times beyond the fit would show a third of a percent at a drift of 0.1, three times the scatter",
     math.isclose(missed(0.1, 3e21), 1 / 300, rel_tol=0.2)),
]  # fmt: skip
