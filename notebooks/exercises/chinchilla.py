"""The code exercises of chapter 02."""

import numpy as np

from exercises.checking import Exercise
from helpers import laws


def best_split(flops, law):
    """Parameters and tokens with the lowest loss among all that cost 6ND = flops.

    law has E, A, B, alpha and beta of L = E + A/N^alpha + B/D^beta, in nats per token. Two per cent
    off is right enough, and the best size lies between 1e7 and 1e13.

    >>> params, tokens = best_split(5.04e23, laws.CHINCHILLA_REFIT)
    >>> f"{params:.3g} parameters, {tokens:.3g} tokens"
    '6.75e+10 parameters, 1.25e+12 tokens'
    """
    a = law.beta / (law.alpha + law.beta)
    scale = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    params = scale * (flops / 6) ** a
    return params, flops / 6 / params


def bootstrap(rows, fit, n, rng):
    """What a fit gives for n redraws of the rows: an array of n numbers.

    rows is a list, fit(rows) gives a number. Each redraw has as many rows as there are, with
    repeats: rng.integers(len(rows), size=len(rows)), asked once for each redraw, says which.

    >>> bootstrap([1, 2, 3], sum, 4, np.random.default_rng(0)).tolist()
    [7, 3, 3, 8]
    """
    draws = []
    for _ in range(n):
        chosen = rng.integers(len(rows), size=len(rows))
        draws.append(fit([rows[k] for k in chosen]))
    return np.array(draws)


def interval(draws, share):
    """(low, high), with this share of the draws between and as many of the rest on either side.

    Between two draws take np.quantile, as it is by default.

    >>> [round(float(end), 2) for end in interval(np.arange(11), 0.8)]
    [1.0, 9.0]
    """
    return tuple(np.quantile(draws, [(1 - share) / 2, (1 + share) / 2]))


def _drawn_split(rng):
    while True:  # until the answer is a size that somebody might train
        law = laws.Chinchilla(rng.uniform(1, 2), np.exp(rng.uniform(4, 8)), np.exp(rng.uniform(4, 9)),
                              rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6), "drawn")  # fmt: skip
        flops = 10 ** rng.uniform(18, 26)
        if 1e7 < best_split(flops, law)[0] < 1e13:
            return {"flops": flops, "law": law}


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


def mean(rows):
    """The mean of y."""
    return float(np.mean([y for _, y in rows]))


def slope(rows):
    """The slope of the line through the points, with a little ridge so that it always exists."""
    x, y = np.transpose(rows)
    return float(np.dot(x - x.mean(), y - y.mean()) / (np.dot(x - x.mean(), x - x.mean()) + 1e-3))


def _drawn_rows(rng):
    x = rng.normal(0, 1, rng.integers(4, 12))
    rows = list(zip(x.tolist(), (2 * x + rng.normal(0, 0.3, len(x))).tolist()))
    seeded = np.random.default_rng(int(rng.integers(10**6)))
    return {
        "rows": rows,
        "fit": (mean, slope)[rng.integers(2)],
        "n": int(rng.integers(2, 12)),
        "rng": seeded,
    }


def _redrawn(rows, fit, n, rng, change):
    return np.array([fit(change(rows, rng)) for _ in range(n)])


def _without_repeats(rows, fit, n, rng):
    return _redrawn(
        rows, fit, n, rng, lambda rows, rng: [rows[k] for k in rng.permutation(len(rows))]
    )


def _one_less(rows, fit, n, rng):
    return _redrawn(rows, fit, n, rng, lambda rows, rng: [
        rows[k] for k in rng.integers(len(rows), size=len(rows) - 1)])  # fmt: skip


def _columns_apart(rows, fit, n, rng):
    def apart(rows, rng):
        x, y = ([row[c] for row in rows] for c in (0, 1))
        one, other = (rng.integers(len(rows), size=len(rows)) for _ in range(2))
        return [(x[j], y[k]) for j, k in zip(one, other)]

    return _redrawn(rows, fit, n, rng, apart)


def _same_draw(rows, fit, n, rng):
    return np.repeat(bootstrap(rows, fit, 1, rng), n)


def _all_rows(rows, fit, n, rng):
    return np.repeat(float(fit(rows)), n)


def _last_left_out(rows, fit, n, rng):
    return _redrawn(rows, fit, n, rng, lambda rows, rng: [
        rows[k] for k in rng.integers(len(rows) - 1, size=len(rows))])  # fmt: skip


def _mean_of_draws(rows, fit, n, rng):
    return np.repeat(bootstrap(rows, fit, n, rng).mean(), n)


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
        tolerance=0.02,
    ),
    "bootstrap-draws": Exercise(
        bootstrap,
        first=(
            {
                "rows": [(0.0, 1.0), (1.0, 4.0), (2.0, 5.0), (3.0, 9.0)],
                "fit": slope,
                "n": 3,
                "rng": np.random.default_rng(0),
            },
            {
                "rows": [(0.0, 1.0), (1.0, 4.0), (5.0, 5.0)],
                "fit": mean,
                "n": 4,
                "rng": np.random.default_rng(1),
            },
        ),
        draw=_drawn_rows,
        slips=(
            (
                _without_repeats,
                "Every redraw is the same set of rows: draw with repeats, and give the fit what was drawn.",
            ),
            (_one_less, "A redraw must have as many rows as there are."),
            (
                _columns_apart,
                "The columns are drawn apart: the two numbers of a row belong together.",
            ),
            (
                _same_draw,
                "You draw once and use it every time: ask the generator again for each redraw.",
            ),
            (
                _all_rows,
                "Every redraw is the same set of rows: draw with repeats, and give the fit what was drawn.",
            ),
            (_last_left_out, "The last row is never drawn: rng.integers(n) ends below n already."),
            (_mean_of_draws, "All answers are wanted, not their mean."),
        ),
        draws=300,
    ),
    "interval-of-draws": Exercise(
        interval,
        first=(
            {"draws": np.array([5.0, 1.0, 2.0, 9.0, 4.0]), "share": 0.5},
            {"draws": np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]), "share": 0.8},
        ),
        draw=lambda rng: {
            "draws": rng.lognormal(0, rng.uniform(0.2, 1.5), rng.integers(3, 60)),
            "share": rng.choice([0.5, 0.8, 0.9, 0.95]),
        },
        slips=(
            (
                lambda draws, share: tuple(np.quantile(draws, [0.025, 0.975])),
                "That is always the middle 95 %: the share is an argument.",
            ),
            (
                lambda draws, share: tuple(np.quantile(draws, [1 - share, share])),
                "You left the whole rest out at both ends: half of it belongs to each.",
            ),
            (
                lambda draws, share: tuple(np.quantile(draws, [0, share])),
                "All of the rest lies at the upper end: leave out as much below as above.",
            ),
            (
                lambda draws, share: (
                    np.mean(draws) - np.std(draws),
                    np.mean(draws) + np.std(draws),
                ),
                "One standard deviation to each side is another thing: it does not know the share, nor a skew.",
            ),
            (
                lambda draws, share: (np.min(draws), np.max(draws)),
                "The smallest and the largest draw hold all of them, and grow with their number.",
            ),
            (
                lambda draws, share: tuple(np.quantile(draws, [(1 + share) / 2, (1 - share) / 2])),
                "The low end first, then the high one.",
            ),
        ),
        tolerance=0.001,
        draws=3000,
    ),
}
