"""The code exercises of chapter 04."""

import numpy as np

from exercises.checking import Exercise


def exact_match(params, length=1, c=1e9, alpha=-0.5):
    """The share of answers of `length` tokens that are right throughout.

    The loss of one token is (params / c)^alpha, it is right with probability e^-loss, and all of
    them come right independently.

    >>> f"{exact_match(1e9, 2):.3f}"
    '0.135'
    """
    return np.exp(-length * (params / c) ** alpha)


def first_seen(length, items, c=1e9, alpha=-0.5):
    """The smallest size at which a test with so many items sees that such answers come right.

    It sees a rate from 1 - 0.05^(1/items) on: at lower ones a score of zero is no surprise.

    >>> f"{first_seen(2, 1000):.2e}"
    '1.18e+08'
    """
    rate = 1 - 0.05 ** (1 / items)
    return c * (-np.log(rate) / length) ** (1 / alpha)


def mean_of_powers(p, length):
    """(what a test sees, what independence gives) of answers with `length` tokens in a row.

    p is an array: for each window the probability of one right token. A test sees the mean over the
    windows of each p to the length; independence gives the mean p to the length.

    >>> np.round(mean_of_powers(np.array([0.2, 0.8]), 2), 2).tolist()
    [0.34, 0.25]
    """
    return np.mean(p**length), np.mean(p) ** length


def _of(params, c, alpha):
    return (params / c) ** alpha


EXERCISES = {
    "exact-match": Exercise(
        exact_match,
        first=(
            {"params": 1e10, "length": 3, "c": 1e9, "alpha": -0.5},
            {"params": 1e9, "length": 1, "c": 1e9, "alpha": -0.5},
            {"params": 4e9, "length": 5, "c": 2e9, "alpha": -0.4},
        ),
        draw=lambda rng: {
            "params": 10 ** rng.uniform(8, 12),
            "length": int(rng.integers(1, 12)),
            "c": 10 ** rng.uniform(8, 10),
            "alpha": -rng.uniform(0.2, 0.8),
        },
        slips=(
            (
                lambda params, length, c, alpha: length * np.exp(-_of(params, c, alpha)),
                "Independent tokens multiply: the probability goes to the power of the length, not times it.",
            ),
            (
                lambda params, length, c, alpha: np.exp(-_of(params, c, alpha)),
                "That is the share for one token: all of them have to be right.",
            ),
            (
                lambda params, length, c, alpha: np.exp(-_of(params, c, -alpha) * length),
                "The sign of alpha is turned: the loss must fall as the model grows.",
            ),
            (
                lambda params, length, c, alpha: 100 * np.exp(-length * _of(params, c, alpha)),
                "That is in percent, and a share is wanted.",
            ),
            (
                lambda params, length, c, alpha: np.exp(-_of(params, c, alpha) / length),
                "You divided by the length: a longer answer is harder, so its share is smaller.",
            ),
            (
                lambda params, length, c, alpha: np.exp(-length * _of(params, 1e9, -0.5)),
                "c and alpha are arguments: use them in place of 1e9 and -0.5.",
            ),
            (
                lambda params, length, c, alpha: 1 - length * _of(params, c, alpha),
                "That is the line which touches e^-x at nought, good for small losses alone.",
            ),
        ),
        draws=10_000,
    ),
    "first-seen": Exercise(
        first_seen,
        first=(
            {"length": 10, "items": 100, "c": 1e9, "alpha": -0.5},
            {"length": 4, "items": 200, "c": 1e9, "alpha": -0.5},
            {"length": 1, "items": 2000, "c": 1e9, "alpha": -0.4},
        ),
        draw=lambda rng: {
            "length": int(rng.integers(1, 12)),
            "items": int(10 ** rng.uniform(2, 5)),
            "c": 10 ** rng.uniform(8, 10),
            "alpha": -rng.uniform(0.3, 0.8),
        },
        slips=(
            (
                lambda length, items, c, alpha: c * (np.log(items) / length) ** (1 / alpha),
                "One right answer in all items is not yet seen: with that rate a zero comes in one test of three.",
            ),
            (
                lambda length, items, c, alpha: (
                    c * (-np.log(1 - 0.05 ** (1 / items)) * length) ** (1 / alpha)
                ),
                "You multiplied by the length: a longer answer asks for a smaller loss of each token.",
            ),
            (
                lambda length, items, c, alpha: (
                    c * (-np.log(1 - 0.05 ** (1 / items)) / length) ** alpha
                ),
                "The exponent is not turned round: the size is the 1/alpha-th power.",
            ),
            (
                lambda length, items, c, alpha: (
                    c * (-np.log(1 - 0.05 ** (1 / items))) ** (1 / alpha)
                ),
                "The length is missing: all tokens of an answer have to be right.",
            ),
            (
                lambda length, items, c, alpha: c * (-np.log(0.5) / length) ** (1 / alpha),
                "That is where half of the answers are right: a test sees them much earlier.",
            ),
            (
                lambda length, items, c, alpha: (
                    c * (-np.log(0.05 ** (1 / items)) / length) ** (1 / alpha)
                ),
                "0.05^(1/items) is the rate of wrong answers that still shows a zero: the right ones are 1 minus that.",
            ),
            (
                lambda length, items, c, alpha: (
                    1e9 * (-np.log(1 - 0.05 ** (1 / items)) / length) ** (1 / -0.5)
                ),
                "c and alpha are arguments: use them in place of 1e9 and -0.5.",
            ),
            (
                lambda length, items, c, alpha: (
                    c * (-np.log10(1 - 0.05 ** (1 / items)) / length) ** (1 / alpha)
                ),
                "The loss is in nats: take the natural logarithm.",
            ),
            (
                lambda length, items, c, alpha: (
                    c * (-np.log(1 - 0.05 ** (1 / items)) / length) ** (-1 / alpha)
                ),
                "The sign of alpha is turned: the loss must fall as the model grows.",
            ),
        ),
        tolerance=0.03,  # three in so many items will do: from 100 items on it is this near
        draws=10_000,
    ),
    "mean-of-powers": Exercise(
        mean_of_powers,
        first=(
            {"p": np.array([0.1, 0.5, 0.9]), "length": 2},
            {"p": np.array([1.0, 0.0, 0.3, 0.7]), "length": 4},
        ),
        draw=lambda rng: {
            "p": rng.beta(*rng.uniform(0.3, 3, 2), rng.integers(2, 40)),
            "length": int(rng.integers(2, 9)),
        },
        slips=(
            (
                lambda p, length: (np.mean(p) ** length, np.mean(p**length)),
                "The two have changed places: first what a test sees.",
            ),
            (
                lambda p, length: (np.mean(p) ** length, np.mean(p) ** length),
                "Both are the power of the mean: a test takes the power in each window first.",
            ),
            (
                lambda p, length: (np.mean(p**length), np.mean(p**length)),
                "Both are the mean of the powers: independence takes the mean first.",
            ),
            (
                lambda p, length: (np.sum(p**length), np.sum(p) ** length),
                "Those are sums: divide by the number of windows.",
            ),
            (
                lambda p, length: (np.mean(p * length), np.mean(p) * length),
                "Independent tokens multiply: p goes to the power of the length, not times it.",
            ),
            (
                lambda p, length: (np.prod(p), np.mean(p) ** length),
                "The product over windows asks that all windows are right: average over them.",
            ),
            (
                lambda p, length: (np.median(p) ** length, np.mean(p) ** length),
                "The median window is no test: average over all windows.",
            ),
        ),
        draws=5000,
    ),
}
