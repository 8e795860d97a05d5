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


# Generated questions: (name, seed, what its question then says, the answer computed from these words,
# its slips); every branch of a formula has a seed.
DRAWN = [
    ("kaplan-count-params", 0, "12 layers of width 448", 12 * 12 * 448**2, [9.63379e6, 1.92676e7, 2.40845e6, 64512, 5.14165e7]),
    ("kaplan-pf-days", 0, "52 billion parameters on 420 billion tokens", 6 * 52e9 * 420e9 / 8.64e19,
     [1.3104e23, 36400, 1.3104e8, 252.778, 505.556]),
    ("kaplan-power-law-ratio", 0, "A large model gets 8 times as much data.", 8**-0.095, [0.179258, 1.21841, 0.125, 0.853818, 0.914206]),
    ("kaplan-power-law-ratio", 2, "The model gets 8 times larger, on", 8**-0.076, [0.146182, 1.17121, 0.125, 0.820742, 0.931365]),
    ("kaplan-power-law-ratio", 4, "The compute grows 20 times, always", 20**-0.05, [0.139108, 1.16159, 0.05, 0.796383, 0.934949]),
    ("chinchilla-flops", 0, "52 billion parameters sees 10 tokens", 6 * 52e9 * 52e10, [2.704e22, 5.408e22, 3.12e12, 5.2e11, 1877.78]),
    ("chinchilla-optimum", 0, "1.9e23 FLOP", (1.9e23 / 6 * (ALPHA * A_ / (BETA * B_)) ** (1 / BETA)) ** (BETA / (ALPHA + BETA)),
     [7.73894e11, 9.74679e10, 3.57914e11, 1.9507e10]),
    ("chinchilla-double-what", 0, "8.7 billion parameters has seen 17 billion tokens", B_ * (17e9**-BETA - 34e9**-BETA),
     [0.0360536, 0.292941, 0.188742, 0.138083]),
    ("drill-probability", 0, "2.8 nats", 100 / math.exp(2.8), [0.158489, 14.3587, 35.7143, 16.4446]),
    ("drill-tokens-seen", 0, "52 billion parameters cost 6.8e22 FLOP", 6.8e22 / 6 / 52e9, [1.30769e12, 6.53846e11, 4.19132, 1.13333e22]),
    ("drill-exponent", 0, "grows 100 times and the loss falls from 2.54 to 1.87", math.log(1.87 / 2.54, 1 / 100),
     [0.335, 0.153113, 0.26378, 0.73622]),
    ("drill-growth", 0, "the exponent 0.05. By which factor must the resource grow for 21 % less", 0.79**-20, [1.26582, 1.01186, 5.2, 20]),
    ("drill-best-growth", 0, "grows 40 times. By Kaplan's exponent, 0.73,", 40**0.73, [6.32456, 2.70742, 29.2, 40]),
    ("drill-best-growth", 1, "grows 25 times. By Chinchilla's exponent, 0.5,", 5, [10.4833, 2.38476, 12.5, 25]),
    ("drill-per-param", 0, "38 billion parameters was trained with 7.7e22 FLOP", 7.7e22 / 6 / 38e9**2, [53.3241, 26.662, 3.37719e11, 0.444367]),
    ("drill-rule-size", 0, "2,900 PF-days", (2900 * 8.64e19 / 120) ** 0.5, [1.11929e11, 2.04353e11, 9.13893e11, 2.088e21]),
    ("drill-chip-days", 0, "1.2e23 FLOP has 4,096 chips with a peak of 3e14 FLOP/s each, at an MFU of 0.35", 1.2e23 / 4096 / 3e14 / 0.35 / DAY,
     [1.13028, 77.505, 279018, 13227.5]),
    ("drill-mfu", 0, "256 chips of 1e15 FLOP/s train a model of 34 billion parameters and read 3.3e5 tokens",
     600 * 34e9 * 3.3e5 / 256e15, [8.76562, 4.38281, 0.262969, 380.273]),
    ("drill-reducible", 0, "E = 1.75. At today's compute the loss is 0.33 above it, and that part falls as C ** -0.15. What loss does the law "
     "predict for 10 times", 1.75 + 0.33 / 10**0.15, [0.233622, 1.47253, 1.75, 2.08]),
    ("drill-leap", 0, "up to 900 million parameters and must forecast 6.3 billion parameters", (6.3e9 / 9e8) ** 2, [7, 42, 140, 343]),
    ("drill-parabola", 0, "2.254 at half of 1.2 billion parameters, 2.245 at 1.2 billion and 2.297 at twice 1.2 billion",
     1.2e9 * 2 ** ((2.254 - 2.297) / (2 * (2.254 + 2.297) - 4 * 2.245)), [1.2e9, 1.53208e9, 5.32994e8]),
    ("drill-rounding", 0, "down by 0.004. By how many percent does that raise the data term B / D ** beta at 1e11", 100 * (10**0.044 - 1),
     [0.4, 1.42857, 4.4]),
    ("drill-floor", 0, "E is 1.8172, and for a model of 5.2 billion parameters A / N^alpha is 0.201", E_ + A_ * 5.2e9**-ALPHA,
     [0.201294, 1.8172, 2.2131]),
    ("drill-serving-flops", 0, "45 billion parameters will serve 640 billion tokens", 2 * 45e9 * 640e9, [1.728e23, 2.88e22, 666.667]),
    ("drill-break-even", 0, "45 billion parameters was trained on 420 billion tokens", 6 * 45e9 * 420e9 / (2 * 45e9),
     [4.2e11, 1.4e11, 2.52e12, 1.134e23]),
    ("drill-serving-share", 0, "6.7 trillion tokens and will serve 3.5 trillion tokens", 100 * 2 * 3.5 / (2 * 3.5 + 6 * 6.7),
     [85.1695, 34.3137, 17.4129]),
    ("drill-price", 0, "3.00 dollars an hour and serves 290 tokens", 1e6 * 3 / (3600 * 290), [10344.8, 0.00287356, 172.414, 0.0103448]),
    ("drill-past-the-rule", 0, "19 billion parameters was trained on 2.5 trillion tokens", 2.5e12 / (20 * 19e9), [131.579, 0.152, 1.09649]),
    ("drill-exact-match", 0, "probability 0.62, one like the other. What percentage of answers of 3 tokens", 62 * 0.62 * 0.62,
     [62, 76.1672, 20.6667, 94.5128]),
    ("drill-token-right", 0, "20 % of the items exactly; each answer has 4 tokens", math.sqrt(math.sqrt(0.2)), [0.2, 0.05, 0.0016, 0.8]),
    ("drill-standard-error", 0, "200 items, and a model scores 20 %", math.sqrt(20 * 80 / 200), [0.5, 0.0282843, 40, 0.08]),
    ("drill-seen-as-zero", 0, "solves 0.3 % of the tasks of some kind. With which probability, in percent, does a test of 200 items",
     100 * 0.997**200, [45.1683, 60, 99.7, 0.5]),
    ("drill-years-left", 0, "19 trillion tokens and become 1.5 times as large every year; the stock of text is 190 trillion", math.log(10, 1.5),
     [6.66667, 2.30259, 1, 18]),
    ("drill-repeated", 0, "190 billion unique tokens and read them 8 times", worth(190e9, 8, R=15.4), [1.52e12, 1.9e11, 1.06876e12, 7.6e11]),
    ("drill-energy", 0, "5.2 million accelerator-hours at 400 W each, in a data centre with a PUE of 1.1", 5.2e6 * 0.4 * 1.1 / 1e3,
     [2.288e6, 2.288, 1890.91, 2.08e9]),
    ("drill-energy-bill", 0, "5,200 MWh, at 0.06 dollars", 5.2e6 * 0.06, [312, 3.12e8, 8.66667e7]),
    ("drill-rent", 0, "1e15 FLOP/s cost 2.00 dollars an hour each and run at an MFU of 0.3. What does a run of 2.3e24 FLOP",
     2.3e24 / 1e15 / 0.3 / 3600 * 2, [1.27778e6, 2.12963e6, 177469, 1.53333e10]),
]  # fmt: skip


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
