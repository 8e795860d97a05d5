"""What the questions of the drills and of chapter 90 say, recomputed with plain arithmetic."""

import math

import numpy as np

from helpers import data, laws, units
from pictures import chinchilla, limits

REFIT = laws.CHINCHILLA_REFIT
E_, A_, B_, ALPHA, BETA = 1.8172, 482.01, 2085.43, 0.3478, 0.3658
DAY = 86_400


def worth(unique, epochs, R=15.387756):
    return unique + unique * R * -math.expm1(-(epochs - 1) / R)


# Whiteboards: question -> for each step (answer, slips), or None for a choice
def spent(params, tokens):
    return 6 * params * tokens


CHINCHILLA, SERVED = spent(70e9, 1.4e12), 1e13
HALF = REFIT.tokens_for_loss(35e9, REFIT.loss(70e9, 1.4e12))  # tokens for half the size, same loss
WHOLE, WHOLE_HALF = CHINCHILLA + 2 * 70e9 * SERVED, spent(35e9, HALF) + 2 * 35e9 * SERVED
SIZE_1E24 = (1e24 / 120) ** 0.5
LLAMA, H100, HOURS = spent(405e9, 15.6e12), 989.4e12, 30.84e6
BOARDS = {
    "board-derive": [
        None, None,
        (BETA / (ALPHA + BETA), [ALPHA / (ALPHA + BETA), 0.73]),
        (100**REFIT.a, [100, 100**0.73, 100 * REFIT.a]),
    ],
    "board-1e24": [
        (SIZE_1E24, [(1e24 / 20) ** 0.5, 20 * SIZE_1E24]),
        (20 * SIZE_1E24, [1e24 / SIZE_1E24, SIZE_1E24]),
        (1e24 / (1024 * 1e15 * 0.4 * DAY), [1e24 / (1024 * 1e15 * DAY), 1e24 / (1024 * 4e14 * 3600), 1e24 / (1024 * 4e14)]),
        None,
    ],
    "board-serve": [
        (CHINCHILLA, [CHINCHILLA / 6, CHINCHILLA / 3]),
        (2 * 70e9 * SERVED, [6 * 70e9 * SERVED, 70e9 * SERVED]),
        (WHOLE_HALF, [spent(35e9, HALF), 2 * 35e9 * SERVED]),
        (100 * (1 - WHOLE_HALF / WHOLE), [100 * WHOLE_HALF / WHOLE, 100 * (WHOLE / WHOLE_HALF - 1)]),
        None,
    ],
    "board-405b": [
        (LLAMA, [LLAMA / 6, LLAMA / 3]),
        (LLAMA / (H100 * 0.4 * 3600), [LLAMA / (H100 * 3600), LLAMA / (2 * H100 * 0.4 * 3600), LLAMA / (H100 * 0.4)]),
        None,
        (HOURS * 700 / 1e6, [HOURS * 700 / 1e9, HOURS * 700 / 1e3]),
        (100 * 0.7 * 0.08 / 2, [0.7 * 0.08 / 2, 100 * 0.08 / 2]),
    ],
    "board-300b": [
        (300e9 / 20, [300e9 * 20]),
        (spent(15e9, 300e9), [15e9 * 300e9]),
        (20 * SIZE_1E24 / 300e9, [20 * (1e23 / 120) ** 0.5 / 300e9, 1e24 / spent(15e9, 300e9), 20 * SIZE_1E24]),
        (worth(300e9, 4), [4 * 300e9, 300e9 * worth(1, 4) / 4]),
        None,
    ],
}  # fmt: skip

DRAWS_100B = laws.refit_draws().loss(1e11, 2e12)


def more_compute(factor):
    """How many times the compute another size than the best one takes for the same loss."""
    params, _ = REFIT.optimum(5.76e23)
    loss = REFIT.optimal_loss(5.76e23)
    return spent(factor * params, REFIT.tokens_for_loss(factor * params, loss)) / 5.76e23


def model(name):
    return data.named(data.models(), name).flops


STAIRS = [row.value for row in chinchilla.splits("staircase")]
WORDS = {
    "board-1e24": [
        ("{:.0f} billion parameters on {:.2f} trillion tokens and a loss of {:.2f}",
         REFIT.optimum(1e24)[0] / 1e9, REFIT.optimum(1e24)[1] / 1e12, REFIT.optimal_loss(1e24)),
    ],
    "board-serve": [
        ("pays {:.0f} % more", 100 * spent(35e9, HALF) / CHINCHILLA - 100), ("saves {:.0f} %", 100 - 100 * WHOLE_HALF / WHOLE),
        ("loss on {:.2f} trillion", HALF / 1e12), ("loss is {:.3f}. What", REFIT.loss(70e9, 1.4e12)),
        ("end at {:.3f}, above", REFIT.best_loss(8e9)), (f"{units.power(WHOLE, 4)} FLOP against", True),
    ],
    "board-405b": [
        ("is {:.0f} % of the peak", 100 * LLAMA / (H100 * HOURS * 3600)), ("about {:.1f} million dollars", HOURS * 0.7 * 0.08 / 1e6),
        ("in {:.0f} million of rent", HOURS * 2 / 1e6), ("or {:.1f} GWh", HOURS * 700 / 1e9),
    ],
    "board-300b": [
        ("refit says {:.1f} billion", REFIT.optimal_params(300e9) / 1e9), ("worth {:.1f} %", 100 * worth(1, 4) / 4),
        ("only {:.3f} of", worth(1, 16) / 16),
        ("carry about {:.0f} times the compute", 4 * worth(1, 4)),
    ],
    "talk-quarrel": [("from {:.3f} to {:.3f}", *STAIRS[:2]), ("warm-up to {:.3f}", STAIRS[2]),
                     ("only to {:.3f}, tuning to {:.3f}", *STAIRS[3:])],
    "talk-hundred-times": [
        ("come to {:.2f} nats", REFIT.loss(1e11, 2e12)),
        ("between {:.2f} and {:.2f}", *np.percentile(DRAWS_100B, [10, 90])),
        ("{:,.0f} times the compute", spent(1e11, 2e12) / spent(1e9, 2e10)),
    ],
    "talk-small-or-large": [("end at {:.2f} nats", REFIT.best_loss(8e9))],
    "plot-rounded": [("gives {:.0f}, and", np.divide(*laws.CHINCHILLA_UNROUNDED.optimum(5.76e23)[::-1])),
                     ("refit {:.0f}", np.divide(*REFIT.optimum(5.76e23)[::-1])),
                     ("term {:.0f} % larger", 100 * (1e11**0.0049083 - 1))],
    "plot-zero-of-fifty": [("= {:.3f}: more", 0.97**50)],
    "order-training-compute": [
        (f"make {units.power(model(name), 3)} FLOP", True) for name in
        ("Chinchilla", "Llama 3 8B", "Llama 3.1 405B", "Llama 2 70B")
    ],
}  # fmt: skip


def holds():
    """What the words of chapter 90 say without a number to print."""
    order = ["GPT-3 175B", "Chinchilla", "Llama 3 8B", "Llama 2 70B", "Llama 3.1 405B"]
    flops = [model(name) for name in order]
    assert flops == sorted(flops)
    assert 1.2 < more_compute(1 / 2) < 1.3 and more_compute(1 / 4) > 4
    assert REFIT.best_loss(8e9) > REFIT.loss(70e9, 1.4e12) > REFIT.loss(70e9, 2e12)
    assert 0.65 < (REFIT.optimal_loss(1e24) - REFIT.E) / (REFIT.optimal_loss(1e23) - REFIT.E) < 0.68
    assert 0.97**50 > 1 / 5 and spent(8e9, 15e12) > CHINCHILLA
    one_pass, four = spent(15e9, 300e9), spent(worth(15e9, 4), 4 * 300e9)
    assert 14.5 < four / one_pass < 15.5


def score_noise(items, share):
    return 100 * math.sqrt(share * (1 - share) / items)


AT_GOPHER = np.divide(*REFIT.optimum(5.76e23)[::-1])
SURE = np.percentile(np.divide(*laws.refit_draws().optimum(5.76e23)[::-1]), [10, 90])
K = REFIT.alpha * REFIT.beta / (REFIT.alpha + REFIT.beta)
PROSE = {
    "90_interview_practice": [
        ("So about {:.0f} billion parameters", SIZE_1E24 / 1e9), ("on {:.1f} trillion tokens.\"", 20 * SIZE_1E24 / 1e12),
        ("so 50 or 180 would waste only a sixth", 0.4 < 50e9 / SIZE_1E24 < 0.6 and 1.9 < 180e9 / SIZE_1E24 < 2.1),
        ("70 billion on 1.4 trillion tokens is {} FLOP", units.power(CHINCHILLA)),
        ("| {} FLOP | $10^{{15}}$ a second", units.power(laws.PF_DAY, 3)),
        ("times the size leaves {:.0f} %", 100 * 10**-laws.KAPLAN_PARAMS.exponent),
        ("0.076 for size, 0.095 for data, 0.050 for compute",
         [law.exponent for law in (laws.KAPLAN_PARAMS, laws.KAPLAN_TOKENS, laws.KAPLAN_COMPUTE)] == [0.076, 0.095, 0.05]),
        ("refit: {}", f"{REFIT.E:.3f}, {REFIT.A:.0f}, {REFIT.B:.0f}, {REFIT.alpha:.3f}, {REFIT.beta:.3f}"),
        ("here {:.3f} |", REFIT.a), ("refit says {:.1f}, 80 %", AT_GOPHER), ("interval {:.0f} to", SURE[0]), ("to {:.0f} |", SURE[1]),
        ("falls as $C^{{-{:.3f}}}$", K), ("leaves two thirds", 0.65 < 10**-K < 0.68),
        ("4 epochs are worth {:.0f} %", 100 * worth(1, 4) / 4), ("16 are worth {:.0f} %", 100 * worth(1, 16) / 16),
        ("$R = {:.1f}$", limits.DATA_CONSTRAINED.R_D),
        ("100 items near a half: {:.0f} points", score_noise(100, 0.5)),
        ("hours at 700 W: {:.1f} GWh,", HOURS * 700 / 1e9),
        ("21.6 GWh, {:.1f} with a PUE of 1.1", HOURS * 700 * 1.1 / 1e9),
        ("| {:.0f} tokens per parameter instead", np.divide(*laws.CHINCHILLA_PRINTED.optimum(5.76e23)[::-1])),
        ("instead of {:.0f}: rounding", AT_GOPHER),
        ("8 billion parameters end at {:.2f} nats", REFIT.best_loss(8e9)),
        ("one test in five shows zero", 0.2 < 0.97**50 < 0.23),
        ("passes the training after $3D$ served tokens", 2 * 3 == 6),
    ],
}  # fmt: skip
