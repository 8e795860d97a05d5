"""The code exercises of chapter 02."""

import numpy as np

from exercises.checking import Exercise
from helpers import laws


def best_split(flops, law):
    """Parameters and tokens with the lowest loss among all that cost 6ND = flops.

    law has E, A, B, alpha and beta of L = E + A/N^alpha + B/D^beta, in nats per token.

    >>> params, tokens = best_split(5.04e23, laws.CHINCHILLA_REFIT)
    >>> f"{params:.3g} parameters, {tokens:.3g} tokens"
    '6.75e+10 parameters, 1.25e+12 tokens'
    """
    a = law.beta / (law.alpha + law.beta)
    scale = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    params = scale * (flops / 6) ** a
    return params, flops / 6 / params


def _drawn_split(rng):
    law = laws.Chinchilla(rng.uniform(1, 2), np.exp(rng.uniform(4, 8)), np.exp(rng.uniform(4, 9)),
                          rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6), "drawn")  # fmt: skip
    return {"flops": 10 ** rng.uniform(18, 26), "law": law}


def _scale(law):
    return (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))


def _exchanged(flops, law):
    params = _scale(law) * (flops / 6) ** (law.alpha / (law.alpha + law.beta))
    return params, flops / 6 / params


def _no_six(flops, law):
    params = best_split(6 * flops, law)[0]
    return params, flops / params


def _equal_terms(flops, law):
    scale = (law.A / law.B) ** (1 / (law.alpha + law.beta))
    params = scale * (flops / 6) ** (law.beta / (law.alpha + law.beta))
    return params, flops / 6 / params


def _twenty(flops, law):
    params = (flops / 120) ** 0.5
    return params, 20 * params


def _short_grid(flops, law):
    sizes = np.geomspace(1e9, 1e12, 4001)
    params = sizes[law.loss(sizes, flops / 6 / sizes).argmin()]
    return params, flops / 6 / params


def _turned(flops, law):
    return best_split(flops, law)[::-1]


EXERCISES = {
    "best-split": Exercise(
        best_split,
        first=(
            {"flops": 3.15e23, "law": laws.CHINCHILLA_REFIT},
            {"flops": 1e19, "law": laws.CHINCHILLA_REFIT},
            {"flops": 1e25, "law": laws.CHINCHILLA_PRINTED},
        ),
        draw=_drawn_split,
        slips=(
            (_exchanged, "The exponents are exchanged: N grows with beta / (alpha + beta)."),
            (_no_six, "The 6 is missing: 6ND is the budget, so D is flops / (6 N)."),
            (
                _equal_terms,
                "You made the two terms equal. At the best split their slopes are: alpha A / N^alpha = beta B / D^beta.",
            ),
            (
                _twenty,
                "That is 20 tokens for each parameter whatever the law says: use its constants.",
            ),
            (_short_grid, "Your grid of sizes ends before the best one: let it reach further."),
            (_turned, "Parameters first, then tokens."),
        ),
        tolerance=0.01,
    ),
}
