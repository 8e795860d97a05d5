"""The code exercises of chapter 08."""

import numpy as np

from exercises.checking import Exercise


def coverage(right, problems, samples, k):
    """Share of all problems that k tries solve at least once, expected from what was counted.

    right and problems are arrays, one entry for each group of problems: how many of `samples` tries
    were right there, a mean that may be a fraction, and how many problems it has. Draws without
    putting back: k tries miss with the product over i < k of (samples - right - i) / (samples - i),
    none of them below 0. Raises ValueError where k is larger than samples.

    >>> coverage(np.array([1, 0]), np.array([30, 10]), 4, 2)
    0.375
    """
    if k > samples:
        raise ValueError(f"k is {k}, but only {samples} tries were made.")
    drawn = np.arange(k)
    left = np.maximum(samples - np.asarray(right)[:, None] - drawn, 0)  # wrong ones still there
    return float(np.average(1 - np.prod(left / (samples - drawn), axis=1), weights=problems))


def decades_less(train_flops, think_flops, slope=1.2):
    """Decades of training compute to give up, so that training and answers together cost least.

    As planned, training takes train_flops and all answers together think_flops. Training with
    10^x times less is made good by spending 10^(slope x) times more on the answers. Negative where
    more training is the cheaper way. Numbers or arrays.

    >>> round(float(decades_less(1.2e24, 1e22)), 3)
    0.909
    """
    return np.log10(train_flops / (slope * think_flops)) / (1 + slope)


def ceilings(compute, rates, noise, curves):
    """(lowest, highest) ceiling among the S-curves that pass within `noise` of every point.

    compute and rates are arrays: what was observed. Each row of curves is one candidate, (ceiling,
    exponent, middle, start): start + (ceiling - start) / (1 + (middle / compute)^exponent).
    Raises ValueError where no candidate fits.

    >>> ceilings(np.array([1.0]), np.array([0.3]), 0.01, np.array([[0.6, 1, 1, 0], [0.9, 1, 2, 0]]))
    (0.6, 0.9)
    """
    ceiling, exponent, middle, start = np.asarray(curves, float).T[:, :, None]
    curve = start + (ceiling - start) / (1 + (middle / compute) ** exponent)
    fits = (np.abs(curve - rates) <= noise).all(axis=1)
    if not fits.any():
        raise ValueError(f"No candidate passes within {noise} of every point.")
    return float(ceiling[fits].min()), float(ceiling[fits].max())


# Slips and inputs ----------------------------------------------------------------------------------


def _drawn_counts(rng):
    samples, groups = int(rng.integers(5, 200)), int(rng.integers(1, 6))
    return {"right": rng.integers(0, samples + 1, groups), "problems": rng.integers(1, 40, groups),
            "samples": samples, "k": int(rng.integers(1, samples + 1))}  # fmt: skip


def _with_putting_back(right, problems, samples, k):
    return float(np.average(1 - (1 - np.asarray(right) / samples) ** k, weights=problems))


def _one_average(right, problems, samples, k):
    return coverage(np.array([np.average(right, weights=problems)]), np.ones(1), samples, k)


def _groups_alike(right, problems, samples, k):
    return coverage(right, np.ones(len(right)), samples, k)


def _times_k(right, problems, samples, k):
    return float(np.average(np.minimum(k * np.asarray(right) / samples, 1), weights=problems))


def _unsolved(right, problems, samples, k):
    return 1 - coverage(right, problems, samples, k)


def _right_ones(right, problems, samples, k):
    drawn = np.arange(k)
    left = np.maximum(np.asarray(right)[:, None] - drawn, 0)
    return float(np.average(np.prod(left / (samples - drawn), axis=1), weights=problems))


def _single(right, problems, samples, k):
    return float(np.average(np.asarray(right) / samples, weights=problems))


def _summed(right, problems, samples, k):
    return coverage(right, problems, samples, k) * float(np.sum(problems))


def _drawn_trade(rng):
    return {"train_flops": 10 ** rng.uniform(20, 27), "think_flops": 10 ** rng.uniform(20, 27),
            "slope": rng.uniform(0.4, 2.5)}  # fmt: skip


def _drawn_window(rng):
    count = int(rng.integers(2, 9))
    compute = np.sort(10 ** rng.uniform(3, 5, count))
    curves = np.column_stack([rng.uniform(0.3, 0.6, 40), rng.uniform(0.8, 2.5, 40),
                              10 ** rng.uniform(3, 4.5, 40), rng.uniform(0.0, 0.25, 40)])  # fmt: skip
    ceiling, exponent, middle, start = curves[0]
    rates = start + (ceiling - start) / (1 + (middle / compute) ** exponent)
    noise = rng.uniform(0.03, 0.12)
    rates = rates + rng.uniform(-0.9, 0.9, count) * noise
    return {"compute": compute, "rates": rates, "noise": noise, "curves": curves}


def _among(fits, curves):
    if not fits.any():
        return 0.0, 0.0
    return float(curves[fits, 0].min()), float(curves[fits, 0].max())


def _curve(compute, curves, start=1.0, turn=1.0):
    ceiling, exponent, middle, low = np.asarray(curves, float).T[:, :, None]
    low = low * start
    return low + (ceiling - low) / (1 + (middle / compute) ** (turn * exponent))


def _on_average(compute, rates, noise, curves):
    off = np.abs(_curve(compute, curves) - rates)
    return _among(off.mean(axis=1) <= noise, curves)


def _last_point(compute, rates, noise, curves):
    return _among(np.abs(_curve(compute, curves) - rates)[:, -1] <= noise, curves)


def _any_point(compute, rates, noise, curves):
    return _among((np.abs(_curve(compute, curves) - rates) <= noise).any(axis=1), curves)


def _one_side(compute, rates, noise, curves):
    return _among((_curve(compute, curves) - rates <= noise).all(axis=1), curves)


def _from_nothing(compute, rates, noise, curves):
    off = np.abs(_curve(compute, curves, start=0.0) - rates)
    return _among((off <= noise).all(axis=1), curves)


def _turned_round(compute, rates, noise, curves):
    off = np.abs(_curve(compute, curves, turn=-1.0) - rates)
    return _among((off <= noise).all(axis=1), curves)


def _gain_added(compute, rates, noise, curves):
    ceiling, exponent, middle, low = np.asarray(curves, float).T[:, :, None]
    off = np.abs(low + ceiling / (1 + (middle / compute) ** exponent) - rates)
    return _among((off <= noise).all(axis=1), curves)


def _nearest(compute, rates, noise, curves):
    off = ((_curve(compute, curves) - rates) ** 2).sum(axis=1)
    best = float(curves[np.argmin(off), 0])
    return best, best


def _root_of_squares(compute, rates, noise, curves):
    off = _curve(compute, curves) - rates
    return _among(np.sqrt((off**2).mean(axis=1)) <= noise, curves)


def _highest_first(compute, rates, noise, curves):
    return ceilings(compute, rates, noise, curves)[::-1]


def _all_of_them(compute, rates, noise, curves):
    return float(curves[:, 0].min()), float(curves[:, 0].max())


_WINDOW = np.random.default_rng(8)

EXERCISES = {
    "thinking-coverage": Exercise(
        coverage,
        first=(
            {"right": np.array([3]), "problems": np.array([1]), "samples": 10, "k": 2},
            {"right": np.array([1, 0]), "problems": np.array([30, 10]), "samples": 4, "k": 2},
            {"right": np.array([0, 2, 9]), "problems": np.array([5, 1, 2]), "samples": 10, "k": 5},
            {"right": np.array([0.5, 9.7]), "problems": np.array([4, 2]), "samples": 10, "k": 10},
        ),
        draw=_drawn_counts,
        slips=(
            (_with_putting_back, "That is 1 - (1 - right/samples)^k: it draws with putting back, and from so few tries it is too low."),
            (_one_average, "You averaged the counts first. Average what each group solves: hard and easy problems do not make up for each other."),
            (_groups_alike, "Each group counts once in your average: weight it with its number of problems."),
            (_times_k, "k times the rate counts a problem again each time it is solved; at least once is wanted."),
            (_unsolved, "That is the share that stays unsolved: take it from 1."),
            (_right_ones, "That is the chance that all k tries are right; one of them is enough."),
            (_single, "k does nothing: that is the rate of a single try."),
            (_summed, "That is a number of problems: divide it by how many there are."),
        ),
        refuses=(
            ({"right": np.array([1]), "problems": np.array([1]), "samples": 4, "k": 5},
             "five tries cannot be drawn out of four"),
        ),
        tolerance=1e-9,
        draws=2000,
    ),
    "thinking-trade": Exercise(
        decades_less,
        first=(
            {"train_flops": 1.2e24, "think_flops": 1e22, "slope": 1.2},
            {"train_flops": 1e24, "think_flops": 1e24, "slope": 2.0},
            {"train_flops": np.array([1e24, 1e24]), "think_flops": np.array([1e22, 1e25]), "slope": 1.5},
        ),
        draw=_drawn_trade,
        slips=(
            (lambda train_flops, think_flops, slope=1.2: np.log10(train_flops / think_flops) / (1 + slope),
             "There the two bills are equal. The sum is least where one falls as fast as the other rises, and the answers rise with slope."),
            (lambda train_flops, think_flops, slope=1.2: np.log(train_flops / (slope * think_flops)) / (1 + slope),
             "Decades are wanted: take log10."),
            (lambda train_flops, think_flops, slope=1.2: np.log10(slope * think_flops / train_flops) / (1 + slope),
             "The sign is turned round: the dearer the training beside the answers, the more of it is given up."),
            (lambda train_flops, think_flops, slope=1.2: np.log10(train_flops / (slope * think_flops)) / slope,
             "The exponents add: training falls as 10^-x while the answers rise as 10^(slope x), so divide by 1 + slope."),
            (lambda train_flops, think_flops, slope=1.2: np.log10(train_flops / think_flops) / 2,
             "slope does nothing in yours: it says how dear a decade of training is in answers."),
            (lambda train_flops, think_flops, slope=1.2: np.log10(train_flops / (slope * think_flops)),
             "Divide by 1 + slope: both bills move when x does."),
            (lambda train_flops, think_flops, slope=1.2: np.maximum(decades_less(train_flops, think_flops, slope), 0.0),
             "Where the answers are many, more training is cheaper: let x be negative there."),
            (lambda train_flops, think_flops, slope=1.2: 10 ** decades_less(train_flops, think_flops, slope),
             "That is the factor: its decades are wanted."),
        ),
        tolerance=1e-6,
        draws=5000,
    ),
    "thinking-ceilings": Exercise(
        ceilings,
        first=(
            {"compute": np.array([1.0]), "rates": np.array([0.3]), "noise": 0.01,
             "curves": np.array([[0.6, 1.0, 1.0, 0.0], [0.9, 1.0, 2.0, 0.0], [0.8, 1.0, 1.0, 0.0]])},
            {"compute": np.array([1.0, 3.0]), "rates": np.array([0.3, 0.45]), "noise": 0.06,
             "curves": np.array([[0.6, 1.0, 1.0, 0.0], [0.5, 1.0, 1.0, 0.1], [1.0, 1.0, 3.0, 0.0], [0.4, 1.0, 0.4, 0.0]])},
            *(_drawn_window(_WINDOW) for _ in range(6)),
        ),
        draw=_drawn_window,
        slips=(
            (_on_average, "You compared the mean deviation with the noise: a curve must pass within it of every point."),
            (_root_of_squares, "You compared the root of the mean square with the noise: a curve must pass within it of every point."),
            (_highest_first, "The two are the wrong way round: the lowest ceiling comes first."),
            (_last_point, "Only the last point is looked at; the others rule out curves, too."),
            (_any_point, "One point near the curve is not enough: it must pass near all of them."),
            (_one_side, "A curve far below the points passes in yours: take the absolute deviation."),
            (_from_nothing, "The curve begins at `start`, not at 0."),
            (_turned_round, "The fraction is upside down: far past the middle the rate comes near its ceiling."),
            (_gain_added, "What rises is ceiling - start; yours ends above the ceiling."),
            (_nearest, "That is the ceiling of the nearest curve alone: all within the noise are possible."),
            (_all_of_them, "You left out nothing: keep only the candidates that fit."),
        ),
        refuses=(
            ({"compute": np.array([1.0]), "rates": np.array([0.9]), "noise": 0.01,
              "curves": np.array([[0.6, 1.0, 1.0, 0.0]])}, "no candidate comes near that point"),
        ),
        tolerance=1e-9,
        draws=1000,
    ),
}  # fmt: skip
