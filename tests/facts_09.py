"""What the core of chapter 09 says, recomputed."""

import numpy as np
from cells import functions_of
from facts_09_further import PROSE_FURTHER

from exercises import beyond_dense as exercises
from exercises.interview_counting import count_params
from helpers import cost, data, laws, modern_laws
from pictures import beyond_dense

CHAPTER = functions_of("09_beyond_dense")
MIXTURES, PAIRS = data.read_table("mixtures"), beyond_dense.cooldowns(data.read_table("gemstones"))
TUNED = data.read_table("learning_rates")
HARM = modern_laws.quantising_loss
MEASURED = {row.setting: row for row in data.read_table("quantised")}
PARAMS_70B = count_params(beyond_dense.MODELS["Llama 3 70B"])[0]


def worth(routing, tokens, of="root"):
    """(least, most) of the dense sizes of a mixture by three curves, over the root rule, or the active size."""
    row = next(row for row in MIXTURES if (row.routing, row.tokens) == (routing, tokens))
    whole = np.sqrt(row.params * row.active_params) if of == "root" else row.active_params
    sizes = [getattr(row, form) / whole for form in beyond_dense.FORMS]
    return min(sizes), max(sizes)


def days(chips, recompute=True):
    flops = 6 * PARAMS_70B * 15e12
    return cost.accelerator_days(flops, beyond_dense.PEAK, 0.3 if recompute else 0.4) / chips


def activations(again):
    return beyond_dense.activation_bytes(beyond_dense.MODELS["Llama 3 70B"], 8192, again) / 1e9


def states(stage, chips=256):
    return sum(CHAPTER["states"](PARAMS_70B, chips, stage))


def bowl(times, run="537 M, 50 B tokens"):
    """Percent of the loss that so many times the best rate costs; the published figure where the runs are not here."""
    runs = beyond_dense.sweep()
    if runs is None:
        return {0.5: 0.23, 2: 0.95, 4: 5.55}[times]
    return 100 * beyond_dense.Bowl(runs, TUNED).beside(run, times)[2]


def exponents(batch):
    rates = beyond_dense.Rates(TUNED, CHAPTER["exponent"])
    return [CHAPTER["exponent"](*rates.points(size, batch)) for size in beyond_dense.LINES]


def median(trunk):
    return beyond_dense.median_multiple([pair for pair in PAIRS if pair.trunk == trunk])[0]


def signs(batch):
    return {bool(one > 0) for one in exponents(batch)}


def best_bits(tokens, memory=16e9):
    return exercises.best_bits(memory, tokens, laws.CHINCHILLA_REFIT, HARM, [3, 4, 5, 6, 8, 12, 16])


SPARSEST = next(row for row in MIXTURES if row.routing == "1 of 89" and row.tokens == 20e9)
LATE = [end for name in dict.fromkeys(r.routing for r in MIXTURES) for end in worth(name, 20e9)]
GROUPS = MEASURED["GPTQ, 4 bits, groups of 128"].nats_wikitext2

PROSE = {
    "09_beyond_dense": [
        ("has {:.0f} billion parameters, and each token meets only {:.0f} billion", 671, 37),
        # 1
        ("right to within {:.0f} %", 15, all(abs(one - 1) < 0.155 for one in LATE)),
        ("worth only {:.2f} to {:.2f} of the root", *worth("1 of 89", 4e9)),
        ("none is worth its total", all(row.dense_quadratic < row.params for row in MIXTURES if row.tokens == 20e9)),
        ("its worth grows with the tokens", worth("1 of 89", 20e9)[0] > worth("1 of 89", 4e9)[1]),
        ("For 400B with 17B active that is 40B to 130B", abs(0.5 * (400 * 17) ** 0.5 - 41) < 1,
         abs(1.6 * (400 * 17) ** 0.5 - 132) < 1),
        ("misses it by a quarter or more", worth("1 of 89", 4e9)[1] < 0.75),
        # 2
        ("It grows tenfold", abs(HARM(8e9, 15e12, 4) / HARM(8e9, 160e9, 4) - 10) < 0.2),
        ("every tool does better than the law in 4 bits",
         all(row.nats_wikitext2 < HARM(8e9, 15e12, 4) for row in MEASURED.values() if row.bits == 4)),
        ("GPTQ with groups loses a sixth of it", abs(HARM(8e9, 15e12, 4) / GROUPS - 6) < 0.3),
        ("In 3 bits plain rounding (RTN) without groups does far worse than the law, and GPTQ still better",
         MEASURED["RTN, 3 bits, no groups"].nats_wikitext2 > 2 * HARM(8e9, 15e12, 3),
         MEASURED["GPTQ, 3 bits, no groups"].nats_wikitext2 < HARM(8e9, 15e12, 3)),
        # 3
        ("Then the activations alone, {:.0f} GB, are too much, and recomputing leaves {:.0f}", activations(False), activations(True)),
        ("They fit only when the weights are sharded, too", states(2) > 80e9 > states(3)),
        ("it takes more than 2,048 chips", days(2048) > 100 > days(4096)),
        ("over seventeen million tokens", 2048 * beyond_dense.CONTEXT > 16.7e6),
        ("some {:.0f} bytes for each token", activations(False) * 1e9 / (8192 * 8192 * 80)),
        ("{:.1f} GB for 4,000 tokens of Llama 3 70B", beyond_dense.cache_bytes(beyond_dense.MODELS["Llama 3 70B"], 4000) / 1e9),
        # 4
        ("Half of the best rate costs {:.2f} %, and twice {:.2f} %", bowl(0.5), bowl(2)),
        ("Four times costs more than 5 %", 5 < bowl(4) < 6),
        ("At the two smallest batches the best rate falls, from 512 sequences on it rises, and at 256 the sizes disagree",
         signs(64) == signs(128) == {False}, signs(512) == signs(1024) == {True}, signs(256) == {True, False}),
        ("some 120 pairs", 90 < np.mean([row.runs for row in TUNED]) < 120),
        # 5
        ("the median is {:.1f}. The multiple", median(10e9)),
        ("at 50 billion tokens the median is {:.1f}", median(50e9)),
        # below the line
        ("With the tokens the best bits rise", best_bits(1e10) < best_bits(15e12)),
        ("The memory changes hardly anything", len({best_bits(15e12, memory) for memory in (1e9, 16e9, 200e9)}) == 1),
        ("falls as $N^{{-{:.3f}}}$ and what rounding costs as $N^{{-{:.3f}}}$", laws.CHINCHILLA_REFIT.alpha,
         np.log(HARM(1e9, 1e12, 4) / HARM(1e10, 1e12, 4)) / np.log(10)),
        # 13
        ("has {} times seven billion parameters", (8 * 64 + 4) // 12),
        # verdict
        ("did as well as a dense model of {:.0f} % of its total", 100 * SPARSEST.dense / SPARSEST.params),
        ("so a 70B needs {:.1f} terabytes", 16 * 70e9 / 1e12),
    ],
}  # fmt: skip
PROSE["09_beyond_dense"] += PROSE_FURTHER
