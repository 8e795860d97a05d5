"""What chapter 00 says in numbers, recomputed; see tests/facts.py."""

import math

import cells

from helpers import laws
from pictures import published, start_here

LAW = laws.KAPLAN_PARAMS


def drop(params):
    """Nats that ten times the parameters take off."""
    return LAW.loss(params) - LAW.loss(10 * params)


def surprise(share):
    """The least mean loss on a coin with this share of heads."""
    return cells.functions_of("00_start_here")["mean_loss"](share, share)


PROSE = {
    "00_start_here": [
        ("gives a loss of {:.2f}", LAW.loss(1e9)),
        ("{:.2f} at ten million parameters and {:.2f} at a hundred billion", drop(1e7), drop(1e11)),
        ("sixteen percent less loss", round(1 - 10**-LAW.exponent, 2) == 0.16),
        ("Ten times the size takes {:.0f} % of the loss", 100 * (1 - 10**-LAW.exponent)),
        ("below about thirty million", drop(3.2e7) < 0.5 < drop(2.7e7)),
        ("all sizes up to a hundred billion share a tenth of the axis", 1e11 / max(start_here.TenTimes.SIZES) == 0.1),
        ("is given a probability of about $e^{{-2}}$, or {:.0f} %.", 100 * math.exp(-2)),
        ("costs {:.2f} nats, the natural logarithm of 2", math.log(2)),
        ("the floor is less than half as high", 0.4 < surprise(0.9) / surprise(0.5) < 0.5),
        ("Only chapters 07 and 09 download anything: ten small files", len(published.SOURCES) == 10),
        ("A coin that is almost sure has almost no floor", surprise(0.99) < 0.06),
    ],
}  # fmt: skip

# Number questions: what their words say, and the answer computed from these numbers alone
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"
SOLVED = {
    "start-half-loss": (rf"falls as \$N\^{{-{N}}}\$.* for half the loss", lambda exponent: 2 ** (1 / exponent)),
    "drill-probability": (rf"a loss of {N} nats per token\. What probability", lambda loss: 100 / math.exp(loss)),
}  # fmt: skip
SLIPS = {"start-half-loss": [2, 2**0.076, 10 ** (LAW.loss(1e9) / 2 / drop(1e9)), 1 / 0.076]}
WORDS = {
    "start-ten-times": [
        ("falls from {:.3f} to", LAW.loss(1e9)), ("leaves {:.0f} %", 100 * 10**-0.076),
        ("leaves $10^{{-0.076}} = {:.3f}$", 10**-0.076),
    ],
    "start-half-loss": [("loss by {:.2f}", 2**-0.076)],
}  # fmt: skip
