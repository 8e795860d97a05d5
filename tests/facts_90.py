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


# A number as a question says it: 1,024, 0.35, 5.88e23, 1.4 trillion
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"
H100, HOURS = 989e12, 30.84e6
CHINCHILLA, HALF = spent(70e9, 1.4e12), REFIT.tokens_for_loss(35e9, REFIT.loss(70e9, 1.4e12))
SIZE_1E24, LLAMA = (1e24 / 120) ** 0.5, spent(405e9, 15.6e12)


def term(coefficient, x, exponent):
    return coefficient / x**exponent


def longer(params, tokens):
    """Tokens after which half the size has the same loss."""
    room = term(A_, params, ALPHA) + term(B_, tokens, BETA) - term(A_, params / 2, ALPHA)
    return (B_ / room) ** (1 / BETA)


def saved(served, params, tokens):
    half = spent(params / 2, longer(params, tokens)) + params * served
    return 100 - 100 * half / (spent(params, tokens) + 2 * params * served)


def step_of(prompt, reply):
    """Seconds of a step of 128 sequences on four H100s, half of the reply written on average."""
    return (140e9 + 128 * 327680 * (prompt + reply // 2)) / (4 * 3.35e12 * 0.6)


def readers(users, requests, prompt, reply, peak):
    return 140e9 * peak * users * requests * prompt / DAY / (H100 / 2)


def writers(users, requests, prompt, reply, peak):
    return peak * users * requests * reply / DAY * step_of(prompt, reply) / 128 * 4


def useful(gpus, each, stall, restart, saving=None):
    """The share of the time in good steps at the best interval, with this stall in seconds."""
    between = 3600 * each / gpus
    return 1 - (2 * (saving or stall) / between) ** 0.5 - 60 * restart / between


def multiplier(above, gain, exponent):
    return math.exp(math.log(above / (above - gain)) / exponent)


def left(start, above, exponent, target):
    """What is left of the reducible loss at the target."""
    return above * (target / start) ** -exponent


def both(first, second):
    """The variance of the difference of two scores on items of their own, for one item."""
    return sum(percent * (100 - percent) for percent in (first, second)) / 1e4


def paired(items, first, second, mine, yours):
    return 100 * math.sqrt(mine + yours - (mine - yours) ** 2 / items) / items


def score_error(doubt, low, span, width, scatter):
    return math.hypot(span / width / 4 * doubt, scatter)


DERIVED = rf"alpha = {N}\$ and \$\\beta = {N}\$"
PLAN = rf"run of {N} FLOP on {N} chips"
LIFE = rf"serve {N} tokens in its life\. The plan is {N} parameters on {N} tokens\."
CARD = rf"405B: {N} parameters on {N} tokens"
UNIQUE = rf"have {N} unique tokens"
MONEY = rf"have {N} H100s at {N} dollars an hour each, and {N} dollars\. .* peak is {N} FLOP/s, .* MFU of {N}, and {N} % of"
USERS = rf"{N} users a day .* sends {N} requests a day, each with {N} tokens in and {N} out, and the peak is {N} times"
FAILS = rf"run on {N} GPUs: one GPU fails about every {N} hours.* stalls the run for {N} seconds, a restart takes {N} minutes"
FILTER = rf"At {N} FLOP a new filter lowers the loss by {N} nats\. .* reducible loss is {N} nats.*C\^{{-{N}}}.* run of {N} FLOP"
MIXTURE = rf"run of 1e24 FLOP on {N} tokens is planned.*has only {N} unique tokens"
SAME_ITEMS = (
    rf"same {N} items: A has {N} %, B has {N} %\. On {N} items only A is right, on {N} only B"
)
CHAIN = rf"error of {N} nats, then its exam score from the loss: \${N} \+ {N}/\(1 \+ e\^{{\(L - L_0\)/{N}}}\)\$ percent, with a scatter of {N} points"

SEEN_GAIN = rf"reducible loss is {N} nats and falls as \$C\^{{-{N}}}\$\. One run scatters by {N} nats, and each arm gets {N} seeds"
CUT_SHORT = rf"is {N} % through its compute when the goodput falls from {N} to {N} %.* is {N} nats above \$E\$.*C\^{{-{N}}}"
TESTED = rf"saves {N} % of a run's cost with a probability of {N} %; otherwise it costs {N} % more\. A test that costs {N} %"


def visible(above, exponent, sigma, seeds):
    """Percent more compute that the baseline needs, for a gain of two standard errors."""
    return -100 + 100 * multiplier(above, 2 * sigma * (2 / seeds) ** 0.5, exponent)


def cut_short(done, before, after, above, exponent):
    """Nats by which a run ends worse if the rest of it gets less compute."""
    return above * math.expm1(-exponent * math.log((done + (100 - done) * after / before) / 100))


def worth_of_test(gain, chance, harm, price):
    """Points that the best plan with a test brings more than the best one without."""
    plans = [0, (chance * gain - (100 - chance) * harm) / 100]
    return chance * gain / 100 - price - max(plans)


# Whiteboards: for each step the words that hold its numbers, and what comes of them; None for a choice.
SOLVED = {
    "estimate-visible-gain": (SEEN_GAIN, visible),
    "estimate-fixed-date": (CUT_SHORT, cut_short),
    "estimate-worth-of-a-test": (TESTED, worth_of_test),
    "board-derive": [
        None,
        (rf"{DERIVED}.* size term .* is {N} nats", lambda alpha, beta, size: alpha / beta * size),
        (rf"{DERIVED}.*Which exponent", lambda alpha, beta: 1 / (1 + alpha / beta)),
        (rf"{DERIVED}.*grows {N} times", lambda alpha, beta, times: times ** (1 / (1 + alpha / beta))),
    ],
    "board-1e24": [
        None,
        (rf"{PLAN}.*How many parameters", lambda flops, chips: (flops / 120) ** 0.5),
        (rf"{PLAN}.*And how many tokens", lambda flops, chips: (flops / 0.3) ** 0.5),
        (rf"{PLAN}.*peak of {N} FLOP/s .* MFU of {N}\.", lambda flops, chips, peak, mfu: flops / chips / peak / mfu / DAY),
    ],
    "board-serve": [
        None,
        (rf"{LIFE}.*training of the large", lambda served, params, tokens: spent(params, tokens)),
        (rf"{LIFE}.*serving all the tokens", lambda served, params, tokens: 2 * params * served),
        (rf"{LIFE}.*refit, {N} parameters reach the same loss on {N} tokens",
         lambda served, params, tokens, half, more: half * (6 * more + 2 * served)),
        (rf"{LIFE}.*is saved", saved),
        None,
    ],
    "board-405b": [
        (rf"{CARD}.*training compute, in FLOP", spent),
        (rf"{CARD}.*H100 \({N} FLOP/s dense\) at an MFU of {N}",
         lambda params, tokens, peak, mfu: spent(params, tokens) / peak / mfu / 3600),
        (rf"{CARD}.*card says {N} hours", lambda params, tokens, hours: 100 * spent(params, tokens) / (hours * 3600 * H100)),
        (rf"{CARD}.*The {N} hours at {N} W", lambda params, tokens, hours, watts: hours * watts / 1e6),
        (rf"{CARD}.*At {N} W, {N} dollars for a kWh .* {N} dollars for a chip",
         lambda params, tokens, watts, price, rent: watts / 10 * price / rent),
    ],
    "board-300b": [
        (rf"{UNIQUE}.*for which size", lambda unique: unique / 20),
        (rf"{UNIQUE}.*what does that run cost", lambda unique: 0.3 * unique**2),
        (rf"{UNIQUE}.*budget is {N} FLOP", lambda unique, flops: (flops / 0.3) ** 0.5 / unique),
        (rf"{UNIQUE}.*four passes are worth {N} %", lambda unique, share: 4 * unique * share / 100),
        None,
    ],
    "board-dollars": [
        (rf"{MONEY}.*How many GPU-hours", lambda gpus, rent, money, peak, mfu, kept: money / rent),
        (rf"{MONEY}.*How many FLOP", lambda gpus, rent, money, peak, mfu, kept: money / rent * 3600 * peak * mfu),
        (rf"{MONEY}.*how many parameters",
         lambda gpus, rent, money, peak, mfu, kept: (money / rent * 30 * peak * mfu * (1 - kept / 100)) ** 0.5),
        (rf"{MONEY}.*how many days", lambda gpus, rent, money, peak, mfu, kept: money / rent / gpus / 24 * (1 - kept / 100)),
        (rf"{MONEY}.*Now {N} % of the tokens", lambda *given: 1 / (1 - given[-1] / 100)),
    ],
    "board-users": [
        (rf"{USERS}.*are written", lambda users, requests, prompt, reply, peak: peak * users * requests * reply / DAY),
        (rf"{USERS}.*brings {N} prompt tokens .* peak of {N} FLOP/s", lambda *given: 4 * 70e9 * given[5] / given[6]),
        (rf"{USERS}.*128 sequences of {N} tokens", lambda users, requests, prompt, reply, *rest: step_of(prompt, reply)),
        (rf"{USERS}.*How many GPUs write", writers),
        (rf"{USERS}.*With {N} % more .* at {N} dollars", lambda *given: (1 + given[5] / 100) * (
            readers(*given[:5]) + writers(*given[:5])) * 24 * given[6]),
    ],
    "board-goodput": [
        (rf"{FAILS}.*does the run fail", lambda gpus, each, stall, restart: each / gpus),
        (rf"{FAILS}.*best, in minutes", lambda gpus, each, stall, restart: (stall * each / gpus / 0.5) ** 0.5),
        (rf"{FAILS}.*lost in all", lambda *given: 100 - 100 * useful(*given)),
        (rf"{FAILS}.*stalls the run for {N} minutes\. What", lambda *given: 100 * useful(*given[:4], 60 * given[4])),
        None,
    ],
    "board-multiplier": [
        (rf"{FILTER}.*baseline need at", lambda start, gain, above, exponent, target: multiplier(above, gain, exponent)),
        (rf"{FILTER}.* with {N} seeds, and one run scatters by {N} nats", lambda *given: given[6] * (2 / given[5]) ** 0.5),
        (rf"{FILTER}.*multiplier {N} stays", lambda start, gain, above, exponent, target, times:
            -left(start, above, exponent, target) * math.expm1(-exponent * math.log(times))),
        (rf"{FILTER}.*stay the same instead", lambda start, gain, above, exponent, target:
            multiplier(left(start, above, exponent, target), gain, exponent)),
        None,
    ],
    "board-mixture": [
        (rf"{MIXTURE}.*First {N} models of {N} parameters on {N} tokens", lambda *given: given[2] * spent(*given[3:])),
        (rf"{MIXTURE}.*The {N} best mixtures .* to {N} parameters on {N} tokens, with {N} seeds",
         lambda *given: (given[2] + 1) * given[5] * spent(*given[3:5])),
        (rf"{MIXTURE}.*to {N} parameters on {N} tokens, two seeds each\. At {N} dollars .*\({N} FLOP/s\) and an MFU of {N}",
         lambda *given: 4 * spent(*given[2:4]) / given[5] / given[6] / 3600 * given[4]),
        (rf"{MIXTURE}.*takes {N} % of the target", lambda tokens, unique, share: share / 100 * tokens / unique),
        (rf"{MIXTURE}.*take {N} % of their {N} tokens", lambda tokens, unique, share, read: read * unique / tokens),
        None,
    ],
    "board-paired": [
        (rf"{SAME_ITEMS}.*own items", lambda items, first, second, mine, yours: 100 * (both(first, second) / items) ** 0.5),
        (rf"{SAME_ITEMS}.*Now paired", paired),
        (rf"{SAME_ITEMS}.*A's lead", lambda *given: 100 * (given[3] - given[4]) / given[0] / paired(*given)),
        (rf"{SAME_ITEMS}.*disagree on {N} %", lambda *given: 2.8**2 * given[5] / 100 * 1e4),
        (rf"{SAME_ITEMS}.*groups of {N} .* correlate at {N}\.", lambda *given: 1 - given[6] + given[5] * given[6]),
    ],
    "board-chain": [
        (rf"{CHAIN}.*does 0.01 nats of", lambda doubt, low, span, width, scatter: span / width / 400),
        (rf"{CHAIN}.*There, what is", score_error),
        (rf"{CHAIN}.*three widths further", lambda doubt, low, span, width, scatter: span / width / 400 / math.cosh(1.5) ** 2),
        (rf"{CHAIN}.*forecast is {N}, .* error of {N}, .* wants {N} promised",
         lambda *given: 50 * math.erfc((given[7] - given[5]) / given[6] / 2**0.5)),
        (rf"{CHAIN}.*nine chances in ten", lambda *given: (2 * given[1] + given[2]) // 2 - 1.2816 * score_error(*given)),
    ],
}  # fmt: skip

# The slips of the whiteboards whose numbers are fixed, step by step
BOARD_SLIPS = {
    "board-405b": [
        [LLAMA / 6, LLAMA / 3],
        [LLAMA / (H100 * 3600), LLAMA / (2 * H100 * 0.4 * 3600), LLAMA / (H100 * 0.4)],
        [100 * LLAMA / (H100 * 0.4 * 3600) / HOURS, 100 * LLAMA / (2 * H100 * 3600 * HOURS), 40 * HOURS / (LLAMA / (H100 * 0.4 * 3600))],
        [HOURS * 700 / 1e9, HOURS * 700 / 1e3],
        [0.7 * 0.08 / 2, 100 * 0.08 / 2],
    ],
    "board-300b": [
        [300e9 * 20], [15e9 * 300e9],
        [20 * (1e24 / 20) ** 0.5 / 300e9, 1e24 / spent(15e9, 300e9), 20 * SIZE_1E24],
        [4 * 300e9, 300e9 * worth(1, 4) / 4],
        [],
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
DRAWS = laws.refit_draws()
RUNS = 10.0 ** np.linspace(19, 22, 9)


def spans(values):
    """The 80 % interval of these draws, high end over low end."""
    low, high = np.percentile(values, [10, 90])
    return high / low


def printed_ratio(alpha=0.34, beta=0.28, A=406.4, B=410.7):
    size = (alpha * A / beta / B * (5.76e23 / 6) ** beta) ** (1 / (alpha + beta))
    return 5.76e23 / 6 / size**2


def repeated_loss(passes, unique=300e9, budget=1e24):
    """The loss by Muennighoff's law for so many passes, and for the size that the budget leaves, in billions."""
    size = budget / 6 / passes / unique
    return limits.DATA_CONSTRAINED.loss(size, unique, passes), size / 1e9


def above_line(flops):
    """How many percent the refit's best loss lies above a straight line through nine of its runs."""
    line = np.polyfit(np.log(RUNS), np.log(REFIT.optimal_loss(RUNS)), 1)
    return 100 * (np.log(REFIT.optimal_loss(flops)) - np.polyval(line, np.log(flops)))


GAINS = [REFIT.optimal_loss(1e24) - REFIT.optimal_loss(times * 1e24) for times in (1.1, 2)]
BREAK_EVEN = 0.3 * CHINCHILLA / (2 * 35e9)
RUNGS = [120 * size**2 for size in (0.4e9, 0.8e9, 1.6e9, 3.2e9)]
BOTH_ARMS = 2 * (5 * RUNGS[0] + (5 + 2) * RUNGS[1] + 3 * sum(RUNGS[2:]))
WORDS = {
    "board-405b": [
        ("= {:.3f}, so 35 %", LLAMA / (H100 * HOURS * 3600)), ("about {:.1f} million dollars", HOURS * 0.7 * 0.08 / 1e6),
        ("in {:.0f} million of rent", HOURS * 2 / 1e6), ("or {:.1f} GWh", HOURS * 700 / 1e9),
    ],
    "board-300b": [
        ("refit says {:.1f} billion", REFIT.optimal_params(300e9) / 1e9), ("worth {:.1f} %", 100 * worth(1, 4) / 4),
        ("only {:.3f} of", worth(1, 16) / 16), ("carry about {:.0f} times the compute", 4 * worth(1, 4)),
    ],
    "plot-rounded": [
        ("fit says {:.0f}, and", np.divide(*laws.CHINCHILLA_UNROUNDED.optimum(5.76e23)[::-1])),
        ("of 2024 says {:.0f}:", np.divide(*REFIT.optimum(5.76e23)[::-1])), ("reports {:.0f} tokens", printed_ratio()),
        ("to {:.0f} or to {:.0f}", printed_ratio(0.335), printed_ratio(0.345)),
        ("to {:.0f} or to {:.0f}", printed_ratio(beta=0.285), printed_ratio(beta=0.275)),
        ("moves the 93 by {:.2f}", printed_ratio(A=406.35) - printed_ratio()),
        ("moves the 93 by {:.2f}", printed_ratio() - printed_ratio(B=410.65)),
    ],
    "plot-zero-of-fifty": [("= {:.3f}; or three", -math.expm1(math.log(0.05) / 50))],
    "plot-paired-bars": [
        ("difference is {:.1f} points, with 21 it is {:.1f}", paired(500, 0, 0, 35, 26), paired(500, 0, 0, 15, 6)),
    ],
    "plot-residuals": [("which lies {:.0f} % above the line at 1e24", above_line(1e24))],
    "plot-speedup": [("draws the mean, {:.2f} times", (1.4 + 1.1) / 2), ("geometric: at 70 billion it is {:.2f}", (1.4 * 1.1) ** 0.5)],
    "order-what-to-doubt": [
        ("factors of 1, {:.2f}, {:.1f}, {:.1f} and {:.1f}.", spans(DRAWS.optimal_loss(1e24)), spans(DRAWS.optimal_loss(1e24) - DRAWS.E),
         spans(DRAWS.optimum(1e24)[0]), spans(np.divide(*DRAWS.optimum(1e24)[::-1]))),
    ],
    "order-training-compute": [
        (f"make {units.power(model(name), 3)} FLOP", True) for name in
        ("Chinchilla", "Llama 3 8B", "Llama 3.1 405B", "Llama 2 70B")
    ],
    "talk-quarrel": [("from {:.3f} to {:.3f}", *STAIRS[:2]), ("warm-up to {:.3f}", STAIRS[2]),
                     ("only to {:.3f}, tuning to {:.3f}", *STAIRS[3:])],
    "talk-small-or-large": [("end at {:.2f} nats", REFIT.best_loss(8e9))],
    "talk-two-evidence": [
        ("pair has an error of {:.3f}", 0.003 * 2**0.5), ("three pairs {:.4f}", 0.003 * (2 / 3) ** 0.5),
        ("about {:.0f} % of compute at 1e21", 100 * (REFIT.flops_for_loss(REFIT.optimal_loss(1e21) - 0.008) / 1e21 - 1)),
    ],
    "talk-diverges": [("about {:.1f} million dollars", 24 * 50e3 / 1e6)],
    "talk-goodput": [("by a factor of {:.1f}", 2**0.5)],
    "talk-now-or-longer": [
        ("about {:.1f} trillion tokens.", BREAK_EVEN / 1e12), ("{} FLOP, more for", units.power(0.3 * CHINCHILLA)),
        ("wastes about {}", units.power(0.3 * CHINCHILLA - 7e10 * 1e12)), ("wastes {},", units.power(7e10 * 30e12 - 0.3 * CHINCHILLA)),
        ("some {:.0f} % of the whole bill", 100 * (0.3 * CHINCHILLA - 7e22) / (CHINCHILLA + 1.4e23)),
    ],
    "talk-small-source": [
        ("worth {:.0f} % of as many", 100 * worth(1, 4) / 4), ("but twenty only {:.0f} %", 100 * worth(1, 20) / 20),
        ("runs of {} FLOP", units.power(spent(1e9, 200e9))), ("together {},", units.power(10 * spent(1e9, 200e9))),
    ],
    "talk-now-or-wait": [
        ("four leaves {:.0f} % of", 100 * 4**-0.178), ("has {:.1f} times the dense peak", 2250 / 989),
    ],
    "talk-optimizers": [
        ("that is {}, {}, {} and {} FLOP", *map(units.power, RUNGS, (1, 1, 1, 2))),
        ("that is about {}.", units.power(BOTH_ARMS)), ("7 billion takes {} more", units.power(2 * 120 * 49e18)),
        ("1.1 is {:.4f} nats", GAINS[0]), ("2 is {:.3f}", GAINS[1]),
    ],
}  # fmt: skip


def holds():
    """What the words of chapter 90 say without a number to print."""
    for name, steps in BOARD_SLIPS.items():
        for step, slips in zip(data.question(name)["steps"], steps, strict=True):
            values = [slip["value"] for slip in step.get("slips", [])]
            assert np.allclose(values, slips, rtol=1e-2, atol=0), (name, step["question"])
    order = ["GPT-3 175B", "Chinchilla", "Llama 3 8B", "Llama 2 70B", "Llama 3.1 405B"]
    flops = [model(name) for name in order]
    assert flops == sorted(flops)
    assert 1.2 < more_compute(1 / 2) < 1.3 and more_compute(1 / 4) > 4
    assert REFIT.best_loss(8e9) > REFIT.loss(70e9, 1.4e12) > REFIT.loss(70e9, 2e12)
    assert 0.65 < (REFIT.optimal_loss(1e24) - REFIT.E) / (REFIT.optimal_loss(1e23) - REFIT.E) < 0.68
    one_pass, four = spent(15e9, 300e9), spent(worth(15e9, 4), 4 * 300e9)
    assert 14.5 < four / one_pass < 15.5
    # repeated data: what each option of the last step of board-300b says of its loss
    said = data.question("board-300b")["steps"][-1]
    words = " ".join([said["why"], *(option["why"] for option in said["options"])])
    said_of = {1: "says 2.072", 2: "says 2.045", 40: "says 2.058", 4: "parameters give 2.028", 6: "2.023, ten", 10: "billion 2.023."}  # fmt: skip
    for passes, loss in said_of.items():
        assert f"{repeated_loss(passes)[0]:.3f}" in loss and loss in words, loss
    best = min(np.arange(1, 41), key=lambda passes: repeated_loss(passes)[0])
    assert (
        6 <= best <= 8 and 69 < repeated_loss(8)[1] < repeated_loss(6)[1] < 93 < SIZE_1E24 / 1e9 + 2
    )
    # the two tokenizers, the zero of fifty, the line without E, the miss of twice the interval
    assert 2.4 / 4.6 < 1.9 / 3.5 and 0.995**50 > 3 / 4 and 0.98**50 > 1 / 3
    assert all(abs(above_line(flops)) < 2.2 for flops in RUNS) and above_line(RUNS[-1]) > 1.5
    assert 3.5 < 2 * 1.96 < 4.5 and 90 / 70 - 1 > 0.28
    # by the refit, half the best size on twice the tokens costs less than 0.01 nats at each budget of board-dollars
    for budget in (4e23, 1e24, 3e24):
        size = (budget / 120) ** 0.5
        assert 0 < REFIT.loss(size / 2, 40 * size) - REFIT.loss(size, 20 * size) < 0.01
        assert 0.006 < REFIT.optimal_loss(0.7 * budget) - REFIT.optimal_loss(budget) < 0.014


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
        ("100 items near a half: {:.0f} points", score_noise(100, 0.5)), ("on different items has {:.1f} times as much", 2**0.5),
        ("hours at 700 W, {:.1f} GWh,", HOURS * 700 / 1e9),
        ("21.6 GWh, {:.1f} with a PUE of 1.1", HOURS * 700 * 1.1 / 1e9),
        ("rounding alone makes that {:.0f} tokens per parameter", np.divide(*laws.CHINCHILLA_PRINTED.optimum(5.76e23)[::-1])),
        ("per parameter instead of {:.0f} |", AT_GOPHER),
        ("8 billion parameters end at {:.2f} nats", REFIT.best_loss(8e9)),
        ("one test in five shows zero", 0.2 < 0.97**50 < 0.23),
        ("passes the training after $3D$ served tokens", 2 * 3 == 6),
    ],
}  # fmt: skip
