"""What the questions and claims of chapter 09 say, recomputed."""

import math

from helpers import laws, modern_laws

REFIT = laws.CHINCHILLA_REFIT
K = REFIT.alpha * REFIT.beta / (REFIT.alpha + REFIT.beta)
STATES = 2 + 2 + 4 + 4 + 4  # bytes of a parameter with Adam in mixed precision
GAINS = {1e20: 0.030, 1e21: 0.010, 1e22: 0.003}  # nats by which a recipe is ahead


def reducible(flops):
    return REFIT.optimal_loss(flops) - REFIT.E


def multiplier(flops):
    """How many times the compute the better recipe is worth."""
    return REFIT.flops_for_loss(REFIT.optimal_loss(flops) - GAINS[flops]) / flops


def reached(batch, used=8, experts=256):
    """Share of the experts that so many tokens reach, if the router is even."""
    return -math.expm1(batch * math.log1p(-used / experts))


SLIPS = {
    "beyond-bytes": [70e9 * 2, 70e9 * 4, 70e9 * 12, 70e9 * 8],
    "beyond-fits": [math.ceil(70 * size / 80) for size in (2, 4, 12, 8)],
    "beyond-many-lengths": [60e9, 30e9 + 12e9, 24e9, 12e9],
    "beyond-progress": [12 / 8, 2 * 12 / 8, 2 ** (8 / 12)],
}
WORDS = {
    "beyond-how-dense": [("= {:.1f} billions", math.sqrt(400 * 17)), ("40 to 130 billion", 40 <= 0.51 * 82.5 and 1.58 * 82.5 < 131)],
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
                               ("it is {:.0f} GB with nothing", 240 / 2), ("{:.0f} GB at 4 bits may fit", 30 / 2)],
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
}  # fmt: skip
