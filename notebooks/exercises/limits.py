"""The code exercises of chapter 05."""

import numpy as np

from exercises.checking import Exercise, distance


def years_left(used, growth, stock, longest=200.0):
    """Years until one training run reads the whole stock, each `growth` times that of last year.

    used (tokens of today's largest run), growth (a factor: 2.4, or 0.9 where runs shrink) and stock
    (tokens, it stays as it is) are numbers, or arrays of draws of one shape: an answer for each,
    in fractions of a year. 0 where today's run has read it all; `longest` where it takes longer,
    or never comes.

    >>> years_left(1e12, np.array([2.0, 4.0]), 8e12).round(6).tolist()
    [3.0, 1.5]
    """
    times = np.maximum(np.divide(stock, used), 1)  # 1: all is read
    speed = np.log(np.maximum(growth, 1 + 1e-12))  # next to none: longer than the longest
    return np.minimum(np.log(times) / speed, longest)


def effective_tokens(unique, tokens, R_D=15.387756):
    """Fresh tokens that teach as much as `tokens` read of a text with `unique` different ones.

    So it is read for tokens / unique epochs. R_D is the constant of the law, about 15.4 epochs. Up
    to one epoch nothing is repeated: each token counts in full. Numbers or arrays, which broadcast.

    >>> f"{effective_tokens(1e9, 2e9):.5g}"
    '1.9682e+09'
    """
    repeats = np.maximum(np.divide(tokens, unique) - 1, 0)
    return np.minimum(tokens, unique) + unique * R_D * (1 - np.exp(-repeats / R_D))


def _drawn_years(rng):
    many = () if rng.random() < 0.3 else int(rng.integers(1, 6))
    used = 10 ** rng.uniform(11, 14, many)
    stock = used * 10 ** np.where(rng.random(many) < 0.1, -0.5, rng.uniform(0.05, 3, many))
    growth = np.where(
        rng.random(many) < 0.15, rng.choice([0.7, 1.0, 1.01]), rng.uniform(1.1, 5, many)
    )
    one = float if many == () else np.array
    return {"used": one(used), "growth": one(growth), "stock": one(stock)}


def _far(arguments, got, want):
    """By default, but infinity is a number: a slip may give it."""
    return distance(
        *(np.nan_to_num(years, nan=-9e9, posinf=9e9, neginf=-8e9) for years in (got, want))
    )


def _within(years, used, stock, longest=200.0, growth=2.0):
    """The edges as they should be, around a wrong number of years."""
    years = np.where(np.asarray(growth) <= 1, longest, years)
    return np.where(np.asarray(stock) <= used, 0.0, np.clip(years, 0, longest))[()]


def _linear(used, growth, stock, longest=200.0):
    rise = np.maximum(np.subtract(growth, 1), 1e-12) * used
    return _within(np.subtract(stock, used) / rise, used, stock, longest, growth)


def _ratio(used, growth, stock, longest=200.0):
    return _within(np.divide(stock, used) / growth, used, stock, longest, growth)


def _undivided(used, growth, stock, longest=200.0):
    return _within(np.log(np.divide(stock, used)), used, stock, longest, growth)


def _growth_less_one(used, growth, stock, longest=200.0):
    speed = np.maximum(np.subtract(growth, 1), 1e-12)
    return _within(np.log(np.divide(stock, used)) / speed, used, stock, longest, growth)


def _mixed_logs(used, growth, stock, longest=200.0):
    speed = np.log(np.maximum(growth, 1 + 1e-12))
    return _within(np.log10(np.divide(stock, used)) / speed, used, stock, longest, growth)


def _no_edges(used, growth, stock, longest=200.0):
    return np.log(np.divide(stock, used)) / np.log(growth)


def _negative(used, growth, stock, longest=200.0):
    left = np.log(np.divide(stock, used)) / np.log(np.maximum(growth, 1 + 1e-12))
    return np.minimum(left, longest)


def _shrinking(used, growth, stock, longest=200.0):
    years = years_left(used, growth, stock, longest)
    return np.where(np.asarray(growth) <= 1, 0.0, years)[()]


def _clipped(used, growth, stock, longest=200.0):
    return np.clip(_no_edges(used, growth, stock), 0, longest)


def _medians(used, growth, stock, longest=200.0):
    return years_left(np.median(used), np.median(growth), np.median(stock), longest)


def _whole(used, growth, stock, longest=200.0):
    return np.ceil(years_left(used, growth, stock, longest))


def _added_up(used, growth, stock, longest=200.0):
    growth = np.maximum(growth, 1 + 1e-12)
    years = np.log1p(np.divide(stock, used) * (growth - 1)) / np.log(growth)
    return _within(years, used, stock, longest)


def _law(repeats, R_D):
    return R_D * (1 - np.exp(-np.maximum(repeats, 0) / R_D))


def _all_epochs(unique, tokens, R_D=15.387756):
    return np.minimum(tokens, unique) + unique * _law(np.divide(tokens, unique), R_D)


def _all_repeats(unique, tokens, R_D=15.387756):
    return unique * _law(np.divide(tokens, unique), R_D)


def _no_first(unique, tokens, R_D=15.387756):
    return unique * _law(np.divide(tokens, unique) - 1, R_D)


def _sign(unique, tokens, R_D=15.387756):
    repeats = np.maximum(np.divide(tokens, unique) - 1, 0)
    return np.minimum(tokens, unique) + unique * R_D * (1 - np.exp(repeats / R_D))


def _no_R_inside(unique, tokens, R_D=15.387756):
    repeats = np.maximum(np.divide(tokens, unique) - 1, 0)
    return np.minimum(tokens, unique) + unique * R_D * (1 - np.exp(-repeats))


def _no_R_outside(unique, tokens, R_D=15.387756):
    return np.minimum(tokens, unique) + unique * _law(np.divide(tokens, unique) - 1, R_D) / R_D


def _all_count(unique, tokens, R_D=15.387756):
    return tokens + 0 * np.asarray(unique)[()]


def _four(unique, tokens, R_D=15.387756):
    return np.minimum(tokens, 4 * np.asarray(unique))[()]


def _in_corpora(unique, tokens, R_D=15.387756):
    return effective_tokens(unique, tokens, R_D) / unique


def _below_one(unique, tokens, R_D=15.387756):
    return unique * (1 - R_D * np.expm1(-(np.divide(tokens, unique) - 1) / R_D))


def _only_unique(unique, tokens, R_D=15.387756):
    return np.minimum(tokens, unique)


def _own_constant(unique, tokens, R_D=15.387756):
    return effective_tokens(unique, tokens)


def _drawn_tokens(rng):
    many = () if rng.random() < 0.3 else int(rng.integers(1, 6))
    unique = 10 ** rng.uniform(6, 14, many)
    tokens = unique * 10 ** rng.uniform(-0.5, 2, many)
    one = float if many == () else np.array
    return {"unique": one(unique), "tokens": one(tokens), "R_D": float(rng.uniform(1, 40))}


EXERCISES = {
    "years-left": Exercise(
        years_left,
        first=(
            {"used": 1e12, "growth": 2.0, "stock": 16e12},
            {"used": 36e12, "growth": 1.5, "stock": 320e12},
            {"used": np.full(3, 1e12), "growth": np.array([2.0, 3.0, 5.0]), "stock": np.array([4e12, 4e13, 4e12])},
            {"used": 3e12, "growth": 0.5, "stock": 6e12},
            {"used": 1e12, "growth": 1.0, "stock": 4e12},
            {"used": 6e12, "growth": 2.0, "stock": 3e12},
            {"used": 1e12, "growth": 1.001, "stock": 1e14, "longest": 50.0},
        ),
        draw=_drawn_years,
        slips=(
            (_linear, "You added the same tokens each year. Growth is on what the year before had, so take logarithms."),
            (_ratio, "You divided by the growth once; growth multiplies year after year, so take logarithms."),
            (_undivided, "That is the logarithm of stock / used: divide it by the logarithm of the growth."),
            (_growth_less_one, "growth - 1 stands where the logarithm of the growth belongs: they are alike only near 1."),
            (_mixed_logs, "Two kinds of logarithm are mixed: take log or log10 in both places."),
            (_no_edges, "The formula is right and its edges are missing: think of runs that do not grow, and of one that has read it all."),
            (_negative, "Where the run of today has read it all, no years are left, and not less than none."),
            (_shrinking, "Where runs do not grow the stock is never read: that is `longest`, not 0."),
            (_clipped, "Where runs shrink the formula is negative, and you made that 0: the stock is never read, so `longest` is right."),
            (_medians, "The median of the inputs is one answer; one for each draw is wanted, so that there can be an interval."),
            (_whole, "You rounded up to whole years: give fractions."),
            (_added_up, "You added up what the runs of all years read. The stock is read when one run alone is that large."),
        ),
        gap=_far,
    ),
    "worth-of-repeats": Exercise(
        effective_tokens,
        first=(
            {"unique": 1e9, "tokens": 4e9},
            {"unique": 1e9, "tokens": 40e9},
            {"unique": 1e9, "tokens": 0.25e9},
            {"unique": np.array([1e9, 2e9]), "tokens": np.array([8e9, 8e9]), "R_D": 5.0},
        ),
        draw=_drawn_tokens,
        slips=(
            (_all_epochs, "You counted all epochs as repeats: the first reading is none."),
            (_all_repeats, "You counted the first reading as a repeat: it counts in full, and only those after it are worth less."),
            (_no_first, "The first reading is missing: it counts in full, and the repeats come on top."),
            (_sign, "The exponent has the wrong sign: the more repeats, the less the next one is worth."),
            (_no_R_inside, "R_D is missing in the exponent: repeats are counted in units of it."),
            (_no_R_outside, "R_D is missing in front of the bracket: so many corpora are what all repeats can be worth."),
            (_all_count, "That counts every token that was read as if it were fresh."),
            (_four, "You let four epochs count in full and the rest for nothing; the law has no such edge."),
            (_in_corpora, "That is in corpora: it is wanted in tokens."),
            (_below_one, "Below one epoch nothing is repeated: no more tokens can count than were read."),
            (_only_unique, "That lets repeats count for nothing: each is worth less than the last one, but something."),
            (_own_constant, "R_D is an argument: use the one that is given."),
        ),
        tolerance=1e-6,
    ),
}  # fmt: skip
