"""What the tests know of chapter 07 without its files; tests/test_refit.py knows the rest."""

import math

from helpers import fits, laws

PRINTED, REFIT = laws.CHINCHILLA_PRINTED, laws.CHINCHILLA_REFIT


def per_param(law):
    params, tokens = law.optimum(5.76e23)
    return tokens / params


FALL = (
    REFIT.alpha * REFIT.beta / (REFIT.alpha + REFIT.beta)
)  # exponent of the loss along the best splits


def above(flops):
    """What the refit's loss along the best splits has above E."""
    return REFIT.optimal_loss(flops) - REFIT.E


def worth(nats, flops):
    """How many times the compute the refit needs for a loss lower by so many nats."""
    return (above(flops) / (above(flops) - nats)) ** (1 / FALL)


TEXT, FIGURE = 0.29 * 3.8e25**0.53, 0.299 * 3.8e25**0.537
SLIPS = {
    "refit-exponent-245": [0.349 / (0.349 + 0.453), 0.453, 0.349 / 0.453],
    "refit-runs-needed": [240 * 50, 240 * 50**0.5, 50**2],
    "refit-plan-with-an-interval": [1000 * (0.60 - 0.45), 0.60 / 0.45, 1000**0.60],
    "refit-llama-rounding": [0.299 / 0.29, 3.8e25**0.007, TEXT / FIGURE],
    "refit-btlm": [6 * 3e9 * 627e12, 2 * 3e9 * 627e9, 3e9 * 627e9],
}
WORDS = {
    "refit-plan-with-an-interval": [("= {:.2f}, and 1000 ** 0.15 = {:.2f}:", 0.60 - 0.45, 1000**0.15)],
    "refit-llama-rounding": [
        ("0.29 = {:.3f}, and", 0.299 / 0.29), ("0.007 = {:.2f}; together {:.2f}.", 3.8e25**0.007, FIGURE / TEXT),
        ("is {:.1f} trillion tokens for {:.1f}", FIGURE / 1e12, TEXT / 1e12),
    ],
    "refit-average": [("a gain of {:.2f} %", 100 * 2.22e-9 / (0.001018 / 240))],
    "ladder-nats-or-times": [
        ("is {:.3f} nats at 1e21 and {:.3f} at 1e24", above(1e21), above(1e24)),
        ("0.010 nats are worth a factor of {:.2f}", worth(0.01, 1e24)),
        ("a factor of {:.2f} is worth {:.3f} nats", worth(0.01, 1e21), above(1e24) * (1 - 1.12**-FALL)),
        ("a larger share", above(1e24) < above(1e21) / 3),
    ],
    "ladder-two-forecasts": [
        ("at 1e23 is {:.0f} % of the compute", 100 * (worth(0.002 * REFIT.optimal_loss(1e23), 1e23) - 1)),
    ],
    "ladder-steeper": [
        ("= {:.3f}: less than one", math.hypot(0.012, 0.012)), ("differ by {:.3f}, with", 0.185 - 0.170),
        ("worth far more than the lead of today", 1000 ** (0.015 / 0.17) - 1 > 10 * 0.03),
    ],
    "ladder-few-points": [
        ("95 % is {:.1f}, {:.2f}, {:.2f}, {:.2f} and {:.2f} at 1 to 5 degrees", *(fits.student(0.95, k) for k in range(1, 6))),
    ],
    "ladder-miss": [("eight standard errors", round(2.5 / (0.6 / 1.96)) == 8)],
    "ladder-design": [
        ("a factor of {:.2f} at 1e21 FLOP and {:.2f} at 1e24", worth(0.01, 1e21), worth(0.01, 1e24)),
        ("0.01 is visible", 2 * 0.003 * math.sqrt(2 / 3) < 0.01 / 2),
    ],
    "ladder-priced": [
        ("= 1.44e18 FLOP, so it takes 6e22 / 1.44e18 = {:,.0f} hours", 6e22 / (1e15 * 0.4 * 3600)),
        ("That is {:.1f} %; the {:.1f} % that is left", 2 * (0.1 + 0.3 + 1), 3 - 2 * 1.4),
        ("two more seeds of the baseline at the lowest rung", math.isclose(2 * 0.1, 3 - 2 * 1.4)),
        ("two thirds are left", all(0.64 < after / before < 0.67 for before, after in ((30, 20), (20, 13)))),
        ("= {:.1f} %.", 13 * (2 / 3) ** 4), ("about {:.1f} %", 13 / 3**4), ("about {:.0f} %", 13 * (2 / 3) ** 2),
    ],
}  # fmt: skip
DECIDING = {"refit-as-printed": per_param(PRINTED), "refit-llama-optimum": FIGURE / TEXT}
CLAIM_WORDS = {
    "refit-as-printed": [
        ("FLOP by the constants as the Chinchilla paper prints them, {:.1f}", per_param(REFIT))
    ],
    "refit-llama-optimum": [("in the text say {:.0f} billion", 3.8e25 / 6 / TEXT / 1e9)],
}
PROSE = {
    "07_refit_the_papers": [
        (
            "gives {:.1f} trillion tokens, the other {:.1f} trillion",
            TEXT / 1e12,
            FIGURE / 1e12,
        ),
    ],
}

# Questions with a number: (what captures the numbers of its words, the answer computed from these);
# of a whiteboard one for each step, None for a choice.
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"


def more_compute(loss, E, exponent, gain):
    """Percent more compute with which a law comes down by so many nats."""
    return 100 * (math.exp(math.log((loss - E - gain) / (loss - E)) / -exponent) - 1)


def isoflop_price(budgets, top, step, sizes, target):
    """What all runs of an IsoFLOP study cost, in percent of a target run."""
    return sum(100 * sizes * top / step**k / target for k in range(int(budgets)))


SOLVED = {
    "drill-rounding": (rf"down by {N}\..* at {N} tokens", lambda by, tokens: 100 * math.expm1(by * math.log(tokens))),
    "refit-exponent-245": (rf"alpha\$ is {N} and \$\\beta\$ is {N}\.", lambda alpha, beta: 1 / (1 + alpha / beta)),
    "refit-runs-needed": (rf"print {N} to {N} .*refit of {N} of their runs gives a band {N} wide",
                          lambda low, high, runs, band: runs * (band / (high - low)) ** 2),
    "refit-plan-with-an-interval": (rf"between {N} and {N}\..* with {N} times", lambda low, high, times: times**high / times**low),
    "refit-exponent-far-out": (rf"between {N} and {N}\..* at {N} times", lambda low, high, times: times**high / times**low),
    "refit-llama-rounding": (rf"is \${N}\\,C\^{{{N}}}\$ in the text and \${N}\\,C\^{{{N}}}\$ .* at {N} FLOP",
                             lambda A, a, B, b, flops: B * flops**b / (A * flops**a)),
    "refit-btlm": (rf"BTLM with {N} parameters .* paper says {N}\.", lambda params, tokens: 6 * params * tokens),
    "ladder-gain-as-compute": (rf"loss is {N} nats.*E = {N}\$.*C\^{{-{N}}}.* loss by {N} nats", more_compute),
    "ladder-noise": (rf"small run by {N} nats.* with {N} seeds each", lambda sigma, seeds: math.sqrt(8 * sigma**2 / seeds)),
    "ladder-fading": (rf"saves {N} % of the compute at {N} FLOP.* falls to {N} % .* at {N} FLOP",
                      lambda gain, here, kept, there: gain * (there / here) ** math.log10(kept / 100)),
    "ladder-laws-cross": (rf"first is {N} nats .*C\^{{-{N}}}.* second is {N} nats .*C\^{{-{N}}}",
                          lambda one, flat, other, steep: math.exp(math.log(other / one) / (steep - flat))),
    "ladder-isoflop-price": (rf"curves at {N} budgets, the largest {N} FLOP and each of the others {N} times smaller .*"
                             rf"with {N} sizes .* target run of {N} FLOP", isoflop_price),
    "ladder-few-points": (rf"points of {N} budgets .* error of {N}\. .* is {N}, {N}, {N}, {N} and {N} at",
                          lambda points, error, *t: t[int(points) - 3] * error),
    "ladder-held-out": (rf"hold {N} runs out .* with a {N} % ",
                        lambda runs, level: 100 * -math.expm1(runs * math.log(level / 100))),
    "ladder-priced": [
        (rf"gets {N} % of {N} FLOP", lambda share, flops: share * flops / 100),
        (rf"What do {N} FLOP cost in dollars, on chips of {N} FLOP/s at {N} % of their peak and {N} dollars an hour",
         lambda flops, peak, mfu, rent: flops / (peak * mfu / 100) / 3600 * rent),
        None,
        (rf"scatter by {N} nats", lambda sigma: math.sqrt(8) * sigma),
        None,
        None,
    ],
}  # fmt: skip
