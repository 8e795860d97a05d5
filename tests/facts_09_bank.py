"""What the questions and claims of chapter 09 say, recomputed."""

import math

import numpy as np

from helpers import laws, modern_laws

REFIT = laws.CHINCHILLA_REFIT
K = REFIT.alpha * REFIT.beta / (REFIT.alpha + REFIT.beta)
STATES = 2 + 2 + 4 + 4 + 4  # bytes of a parameter with Adam in mixed precision
PARTS = ((2.6745, 0.3037), (2.2102, 1.4072), (0.9578, 2.4185))  # of weights, activations and cache
ALL_REDUCE = 2 * 7 / 8 * 8192**2 * 2  # bytes that each of 8 chips sends
RATES = [
    2 ** (12 / 22),
    22_000 ** (1 / 11),
    2 ** (12 / 8),
    2 ** (12 / 3.5),
]  # times a year, four published figures
GAINS = {1e20: 0.030, 1e21: 0.010, 1e22: 0.003}  # nats by which a recipe is ahead


def reducible(flops):
    return REFIT.optimal_loss(flops) - REFIT.E


def multiplier(flops):
    """How many times the compute the better recipe is worth."""
    return REFIT.flops_for_loss(REFIT.optimal_loss(flops) - GAINS[flops]) / flops


def reached(batch, used=8, experts=256):
    """Share of the experts that so many tokens reach, if the router is even."""
    return -math.expm1(batch * math.log1p(-used / experts))


def best_bits(shifted):
    """Bits at which 16-bit parameters and bits bought with one budget leave the lowest loss, with the shift or without."""
    bits = np.linspace(3.2, 16, 128_001)
    worth = np.prod([1 - np.exp(n * shifted - bits / gamma) for gamma, n in PARTS], axis=0)
    return bits[np.argmax(np.where(worth > 0, worth, 0) / bits)]


def best_mixture(flops, experts):
    """The lowest loss of a mixture with one active expert for this compute, over all sizes."""
    active = np.logspace(7, 12, 20_001)
    return np.min(modern_laws.mixture_loss(active, flops / 6 / active, experts))


def dense_compute(flops, experts):
    """How many times the compute a dense model needs for the loss of the best mixture."""
    times = np.logspace(0, 2, 2_001)
    return float(
        np.interp(
            -best_mixture(flops, experts), [-best_mixture(flops * some, 1) for some in times], times
        )
    )


SLIPS = {
    "beyond-bytes": [70e9 * 2, 70e9 * 4, 70e9 * 12, 70e9 * 8],
    "beyond-fits": [math.ceil(70 * size / 80) for size in (2, 4, 12, 8)],
    "beyond-many-lengths": [60e9, 30e9 + 12e9, 24e9, 12e9],
    "beyond-progress": [12 / 8, 2 * 12 / 8, 2 ** (8 / 12)],
}
WORDS = {
    "beyond-how-dense": [("= {:.1f}, in billions", math.sqrt(400 * 17)), ("40 to 130 billion", 40 <= 0.51 * 82.5 and 1.58 * 82.5 < 131)],
    "beyond-fewer-bits": [("by a factor of {:.1f}.", (15 / 2) ** 0.5068 / (8 / 7) ** 0.3439),
                          ("of {:.1f}. A", modern_laws.quantising_loss(8e9, 15e12, 4) / modern_laws.quantising_loss(7e9, 2e12, 4))],
    "beyond-four-bits": [("loses {:.2f} nats", modern_laws.quantising_loss(8e9, 15e12, 4)),
                         ("three to seven times too high", 3 < 0.40 / math.log(10.4 / 9.2) < 4, 6 < 0.40 / math.log(6.5 / 6.1) < 7),
                         ("{:.2f} to {:.2f} nats", math.log(6.5 / 6.1), math.log(10.4 / 9.2)),
                         ("{:.2f} to {:.2f} nats: the", math.log(8.7 / 6.1), math.log(14.0 / 9.2)),
                         ("{:.2f} to {:.2f} nats", math.log(13.0 / 6.1), math.log(45.9 / 9.2))],
    "beyond-ladder": [("is {:.2f}, {:.2f} and {:.2f} nats", *map(reducible, GAINS)), ("as $C^{{-{:.2f}}}$", K),
                      ("factors of {:.2f}, {:.2f} and {:.2f} in compute", *map(multiplier, GAINS)),
                      ("won {:.3f} nats at 1e21 and {:.3f} at", *(REFIT.optimal_loss(flops) - REFIT.optimal_loss(flops * multiplier(1e20)) for flops in (1e21, 1e22))),
                      ("mean over three rungs is {:.3f} nats", sum(GAINS.values()) / 3), ("by a third only", 0.64 < 10**-K < 0.68)],
    "beyond-progress": [("it is {:.2f} and {:.0f}.", 2 ** (12 / 22), 2 ** (12 / 2))],
    "beyond-batch-reads": [("a batch {:.0f} times as large", 671 / 37), ("some {:,.0f} billion parameters", round(128 * 37, -2)),
                           ("by some twenty tokens", 0.45 < reached(20) < 0.5)],
    "beyond-how-large": [("{:.0f} billion, and say 40 to 130", math.sqrt(400 * 17)),
                         ("40 to 130 billion, because", 40 <= 0.51 * 82.5 and 1.58 * 82.5 < 131)],
    "beyond-sparse-or-dense": [("Both runs are {:.1f}e23 FLOP", 6 * 30e9 * 4e12 / 1e23), ("FLOP", 6 * 12e9 * 10e12 == 6 * 30e9 * 4e12),
                               ("= {:.0f} billion", math.sqrt(240 * 12)), ("range of {:.0f} to {:.0f}, and", 0.5 * 53.7, 1.6 * 53.7),
                               ("costs {} GFLOP in place of {}.", 2 * 12, 2 * 30), ("twenty times that", 240 / 12 == 20),
                               ("where it is {:.0f} GB. The dense", 240 / 2), ("{:.0f} GB at 4 bits may fit", 30 / 2)],
    "beyond-law-or-tool": [("lost {:.2f}, {:.2f} and {:.1f} nats", *(math.log(ppl / 6.1) for ppl in (8.2, 13.0, 2200))),
                           ("says {:.1f}. You", modern_laws.quantising_loss(8e9, 15e12, 3)),
                           ("twentyfold", 19 < math.log(2200 / 6.1) / math.log(8.2 / 6.1) < 21), ("seven times too high for one", 7 < 2.15 / 0.296 < 7.5)],
    "beyond-two-optima": [("7.0 bits, the other 3.5", 6.9 < best_bits(True) < 7.1 and 3.4 < best_bits(False) < 3.6)],
    "beyond-master-copy": [("below {:.1f} % of", 100 * 2**-8)],
    "beyond-no-faster": [("twice as long", 2 < 295 / 128 < 3), ("512 conversations", 295 < 512 and 128 < 295), ("near the point", 64 < 295 / 4 < 83)],
    "beyond-quantise": [("lost {:.2f} nats on one text with plain rounding, {:.2f} with GPTQ and {:.2f} with", *(math.log(ppl / 6.1) for ppl in (8.7, 7.0, 6.5))),
                        ("both laws say {:.2f}.", 0.017 * 15e12**0.5251 / 8e9**0.2261 / 4**5.4967)],
    "beyond-copies": [("{:,.0f} GB, since every chip has a copy", STATES * 70), ("{:.1f} GB, since 256", STATES * 70 / 256)],
    "beyond-recompute": [("a third more", 8 / 6 == 4 / 3)],
    "beyond-inside-a-node": [("{:.0f} MB for each chip", 2 * 7 / 8 * 8192**2 * 2 / 1e6), ("half a millisecond", 0.5 < ALL_REDUCE / 450e9 * 1e3 < 0.55),
                             ("about five across", 4.5 < ALL_REDUCE / 50e9 * 1e3 < 5), ("layer take three", 2.9 < 2 * 70e9 / 82 * 8192 / 8 / (0.6 * 989e12) * 1e3 < 3.1)],
    "beyond-order-bytes": [("{:.1f}, {:.0f}, {:.0f} and {:,.0f} GB", 2 * 80 * 8 * 128 * 2 * 4000 / 1e9, 35, 140, STATES * 70), ("a hundred such", 0.9 < 1.31 / 1.40)],
    "beyond-chips": [("some eight days", 8 < 67.2 * 256 / 2048 < 8.5), ("{:.0f} times less is kept, {:.1f} GB", 34 / 2, 2 * 8192**2 * 80 / 1e9)],
    "beyond-out-of-memory": [("are {:.0f} GB on each GPU", 4 * 70 / 8), ("are {:.1f}: together", 12 * 70 / 256), ("together {:.0f} GB", 35 + 3.28),
                             ("is about {:.0f} GB, a quarter", round(34 * 32e3 * 8192 * 80 / 1e9, -1)), ("it is {:.0f} GB, and 38", 713 / 8),
                             ("to some {:.0f} % at worst", 42 * 3 / 4), ("in half of them a sixth", abs(1 / 3 / 2 - 1 / 6) < 1e-9),
                             ("nearly {:.0f} GB on each", 2 * 70 / 8 * (1 - 1 / 32))],
    "beyond-double-tokens": [("factor of {:.1f} to {:.1f} for twice", 2**0.383, 2**0.571), ("by some {:.0f} %", round(100 * (1 - 2**-0.3), -1))],
    "beyond-order-rates": [("{:.2f}, {:.2f}, {:.2f} and {:.1f} times a year", *RATES), ("years", sorted(RATES) == RATES)],
    "beyond-rate-forecast": [("six halvings", 48 / 8 == 6), ("factor of {:.1f}, at its fast end one of {:.0f} million", 2 ** (48 / 22), 2**24 / 1e6)],
    "drill-density": [("a 65B into {:.0f} million", 65e9 / 2 ** (45 / 3.5) / 1e6)],
    "beyond-expert-gain": [("a hundred thousand times as large", math.isclose(1e25 / 1e20, 1e5)), ("gives a seventh", 7 < 21 / 2.9 < 7.5)],
    "beyond-seven-points": [("300 times", round(1e23 / 3e20, -2) == 300)],
}  # fmt: skip

DECIDING = {
    "beyond-total-quality": math.sqrt(400 * 17),
    "beyond-saves-memory": 671 / 37,
    "beyond-seven-times": dense_compute(1e20, 32),
    "beyond-precision-race": best_bits(True),
    "beyond-quantise-worse": modern_laws.quantising_loss(8e9, 15e12, 4)
    / modern_laws.quantising_loss(8e9, 2e12, 4),
    "beyond-four-bits-free": math.log(6.5 / 6.1),
    "beyond-two-gpus": math.ceil(STATES * 70 / 80),
    "beyond-larger-batches": 2**-0.35,
    "beyond-eight-months": 2 ** (12 / 2),
    "beyond-density": 65e9 / 2 ** (45 / 3.5) / 1e6,
    "beyond-clean-line": 100 * (REFIT.flops_for_loss(REFIT.optimal_loss(1e23) / 1.002) / 1e23 - 1),
}
CLAIM_WORDS = {
    "beyond-saves-memory": [("a batch of 128 reads {:.0f} % of the experts", 100 * reached(128))],
    "beyond-quantise-worse": [("sixfold at 4 bits and twentyfold at 3", round(math.log(8.7 / 6.1) / math.log(6.5 / 6.1)) == 6)],
    "beyond-four-bits-free": [("rounding loses {:.2f}", math.log(8.7 / 6.1)), ("on C4 it is twice as large", 1.9 < math.log(10.4 / 9.2) / math.log(6.5 / 6.1) < 2.1)],
    "beyond-larger-batches": [("take {:.2f} times the batch", 2**0.54)],
    "beyond-eight-months": [("22 months, {:.2f} times", 2 ** (12 / 22))],
    "beyond-clean-line": [("300 times", round(1e23 / 3e20, -2) == 300)],
}  # fmt: skip

# Number questions: what their words say -> the answer, by plain arithmetic.
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"  # a number in words
SOLVED = {
    "drill-dense-equivalent": (rf"has {N} parameters, of which a token uses {N}\. How large a dense model",
                               lambda total, active: math.exp((math.log(total) + math.log(active)) / 2)),
    "drill-experts-memory": (rf"has {N} parameters, of which a token uses {N}, at {N} bits each\. Of every chip's {N} GB, {N} % may",
                             lambda total, active, bits, memory, percent: total / 8 * bits / (memory * 1e7 * percent)),
    "beyond-bytes": (rf"of {N} parameters is trained with Adam.*gradients in {N} bits, .* two moments in {N}\.",
                     lambda params, half, full: params * (2 * half + 3 * full) / 8),
    "beyond-fits": (rf"keeps {N} bytes for each parameter\. A model of {N} parameters .* how many chips of {N} GB",
                    lambda each, params, memory: math.ceil(each * params / 1e9 / memory)),
    "beyond-many-lengths": (rf"after {N}, {N} and {N} tokens.* spends its last {N} %",
                            lambda one, two, three, share: 1e9 * ((one + two) * share / 100 + three / 1e9)),
    "beyond-progress": (rf"for the same loss every {N} months\. By what factor does it fall in a year",
                        lambda months: math.exp(math.log(2) * 12 / months)),
    "drill-active-experts": (rf"has {N} routed experts, of which a token uses {N}, and beside them {N} shared",
                             lambda routed, used, shared: 100 * (used + shared) / (routed + shared)),
    "drill-experts-reached": (rf"A layer has {N} experts and sends each token to {N} of them.* do {N} tokens reach",
                              lambda experts, used, batch: 100 * reached(batch, used, experts)),
    "drill-no-room": (rf"has room for {N} times the mean load.*sends one expert {N} times the mean",
                      lambda capacity, times: 100 * (times - capacity) / times),
    "drill-to-experts": (rf"of width {N} is sent to its {N} experts at {N} byte a number, .* at {N} bytes\. .* of {N} such layers",
                         lambda width, used, out, back, layers: layers * (width * used * out + width * used * back)),
    "drill-effective-params": (rf"a model of {N} worth whose weights have {N} bits",
                               lambda params, bits: params * modern_laws.effective_share(bits, ((2.6745, 0.3037),))),
    "drill-rounding-growth": (rf"The old model had {N} parameters and read {N} tokens, the new one has {N} and read {N}\.",
                              lambda old, read, new, more: math.exp(0.507 * math.log(more / read) - 0.344 * math.log(new / old))),
    "drill-four-bit-speed": (rf"all conversations, {N} bytes together\. The model is dense with {N} parameters.*from {N} to {N} bits",
                             lambda cache, params, high, low: (params * high + 8 * cache) / (params * low + 8 * cache)),
    "drill-states": (rf"Of the {N} bytes that training keeps for each of {N} parameters, stage {N} of ZeRO shares .* among {N} chips",
                     lambda each, params, stage, chips: params * (each - (0, 12, 14)[int(stage)] * (1 - 1 / chips))),
    "drill-activations": (rf"A chip works on {N} tokens at once, through {N} layers of width {N}\..* at {N} bytes a number",
                          lambda tokens, layers, width, size: tokens * layers * width * size),
    "drill-bubble": (rf"cut into {N} stages on as many chips, and each batch into {N} parts",
                     lambda stages, parts: 100 - 100 * parts / (parts + stages - 1)),
    "drill-all-reduce": (rf"splits each matrix over {N} chips.* For {N} tokens of width {N}, at {N} bytes a number, .* at {N} GB a second",
                         lambda group, tokens, width, size, speed: 2 * (1 - 1 / group) * tokens * width * size / speed / 1e6),
    "beyond-chips": [
        (rf"of {N} parameters, .* on {N} GPUs .* keeps {N} bytes for each", lambda params, chips, each: params * each / chips),
        (rf"of {N} parameters, .* on {N} GPUs .* optimizer's {N} bytes and keep weights and gradients, {N} bytes each",
         lambda params, chips, shared, each: params * shared / chips + 2 * params * each),
        (rf"{N} layers of width {N}, .* keeps {N} bytes of .* one sequence of {N} tokens",
         lambda layers, width, each, tokens: layers * width * each * tokens),
        (r"How many (times) the FLOP of a usual step", lambda _: (2 + 4 + 2) / (2 + 4)),
        (rf"of {N} parameters, .* on {N} GPUs .* long do {N} tokens take.* peak of {N} FLOP/s, and the MFU, .* is {N} %",
         lambda params, chips, tokens, peak, mfu: 6 * params * tokens / chips / peak / mfu * 100 / 24 / 3600),
    ],
    "beyond-plan": [
        (rf"with {N} parameters, .* keeps {N} bytes", lambda total, each: total * each),
        (rf"with {N} parameters, .* Half of each GPU's {N} GB", lambda total, memory: total * 16 / (memory / 2 * 1e9)),
        (rf"token uses {N}, is to read {N} tokens", lambda active, tokens: 6 * active * tokens),
        (rf"token uses {N}, is to read {N} tokens on {N} GPUs .* peak of {N} FLOP/s\. Good steps have an MFU of {N}, and {N} %",
         lambda active, tokens, chips, peak, mfu, good: 600 * active * tokens / chips / peak / mfu / good / 24 / 3600),
        None,
    ],
    "drill-batch-law": (rf"A run is to read {N} tokens in sequences of {N}\.", lambda tokens, context: 0.58 * math.exp(0.571 * math.log(tokens)) / context),
    "drill-halving-months": (rf"within {N} years the compute for the same quality has fallen {N} times", lambda years, total: 12 * years / math.log2(total)),
    "drill-density": (rf"is said to double every {N} months.* hold in {N} months what takes {N} today",
                      lambda double, months, params: params * math.exp(-math.log(2) * months / double)),
}  # fmt: skip
