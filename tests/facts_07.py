"""What the tests know of chapter 07 without its files; tests/test_refit.py knows the rest."""

from helpers import laws

PRINTED, REFIT = laws.CHINCHILLA_PRINTED, laws.CHINCHILLA_REFIT


def per_param(law):
    params, tokens = law.optimum(5.76e23)
    return tokens / params


TEXT, FIGURE = 0.29 * 3.8e25**0.53, 0.299 * 3.8e25**0.537
ANSWERS = {
    "refit-exponent-245": 0.453 / (0.349 + 0.453),
    "refit-runs-needed": 240 * (0.05 / 0.001) ** 2,
    "refit-plan-with-an-interval": 1000**0.60 / 1000**0.45,
    "refit-llama-rounding": FIGURE / TEXT,
    "refit-btlm": laws.training_flops(3e9, 627e9),
}
SLIPS = {
    "refit-exponent-245": [0.349 / (0.349 + 0.453), 0.453, 0.349 / 0.453],
    "refit-runs-needed": [240 * 50, 240 * 50**0.5, 50**2],
    "refit-plan-with-an-interval": [1000 * (0.60 - 0.45), 0.60 / 0.45, 1000**0.60],
    "refit-llama-rounding": [0.299 / 0.29, TEXT / FIGURE],
    "refit-btlm": [6 * 3e9 * 627e12, 2 * 3e9 * 627e9, 3e9 * 627e9],
}
WORDS = {
    "refit-plan-with-an-interval": [("= {:.2f}, and 1000 ** 0.15 = {:.2f}:", 0.60 - 0.45, 1000**0.15)],
    "refit-llama-rounding": [
        ("0.29 = {:.3f}, and", 0.299 / 0.29), ("0.007 = {:.2f}; together {:.2f}.", 3.8e25**0.007, FIGURE / TEXT),
        ("is {:.1f} trillion tokens for {:.1f}", FIGURE / 1e12, TEXT / 1e12),
    ],
    "refit-average": [("a gain of {:.2f} %", 100 * 2.22e-9 / (0.001018 / 240))],
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

# Generated questions: (name, seed, what its question then says, the answer computed from these words,
# its slips); every branch of a formula has a seed.
DRAWN = [
    ("drill-rounding", 0, "down by 0.004. By how many percent does that raise the data term B / D ** beta at 1e11", 100 * (10**0.044 - 1),
     [0.4, 1.42857, 4.4]),
]  # fmt: skip
