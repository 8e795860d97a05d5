"""What chapter 00 says in numbers, recomputed; see tests/facts.py."""

import math

from helpers import laws

LAW = laws.KAPLAN_PARAMS


def drop(params):
    """Nats that ten times the parameters take off."""
    return LAW.loss(params) - LAW.loss(10 * params)


PROSE = {
    "00_start_here": [
        ("gives a loss of {:.2f}", LAW.loss(1e9)),
        ("The drop is {:.2f} at ten million parameters, {:.2f} at one billion and {:.2f} at a hundred billion",
         drop(1e7), drop(1e9), drop(1e11)),
        ("sixteen percent less loss", round(1 - 10**-LAW.exponent, 2) == 0.16),
        ("below about thirty million", drop(3.2e7) < 0.5 < drop(2.7e7)),
    ],
}  # fmt: skip

# Generated questions: (name, seed, what its question then says, the answer computed from these words,
# its slips); every branch of a formula has a seed.
DRAWN = [
    ("drill-probability", 0, "2.8 nats", 100 / math.exp(2.8), [0.158489, 14.3587, 35.7143, 16.4446]),
]  # fmt: skip
