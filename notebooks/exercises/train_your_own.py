"""The code exercises of chapter 06."""

from typing import NamedTuple

import numpy as np

from exercises.checking import Exercise


class Row(NamedTuple):
    """A run as the exercises need it."""

    budget: float
    params: float
    tokens: float
    loss: float


def vertex(params, loss):
    """The size at which a parabola through all runs of one budget is lowest.

    params, loss: arrays, one entry a run (at least three), in any order. The parabola is the
    least-squares fit to the losses (not their logarithms) over the natural logarithm of the size.
    Returns the size in parameters. ValueError where the parabola has no lowest point, or
    where that is not between the smallest and the largest of the runs.

    >>> round(vertex(np.array([100, 200, 400, 800]), np.array([2.3, 2.1, 2.1, 2.3])), 1)
    282.8
    """
    a, b, _ = np.polyfit(np.log(params), loss, 2)
    if a <= 0:
        raise ValueError("The parabola has no lowest point.")
    size = np.exp(-b / (2 * a))
    if not min(params) < size < max(params):
        raise ValueError("The lowest point is not between the runs.")
    return float(size)


def _drawn_valley(rng):
    best, count = 10 ** rng.uniform(4, 11), rng.integers(3, 10)
    left, right = rng.uniform(0.3, 2.5, 2)
    places = np.linspace(-left, right, count)
    places[1:-1] += rng.uniform(-0.3, 0.3, count - 2) * (places[1] - places[0])
    losses = rng.uniform(1, 4) + rng.uniform(0.05, 0.3) * (places - rng.uniform(-0.15, 0.15)) ** 2
    noise = rng.uniform(-0.0005, 0.0005, count)
    order = rng.permutation(count)
    return {"params": (best * np.exp(places))[order], "loss": (losses + noise)[order]}


def _lowest_run(params, loss):
    return float(params[np.argmin(loss)])


def _in_size(params, loss):
    a, b, _ = np.polyfit(params / max(params), loss, 2)
    return float(-b / (2 * a) * max(params))


def _mixed_logs(params, loss):
    a, b, _ = np.polyfit(np.log10(params), loss, 2)
    return float(np.exp(-b / (2 * a)))


def _its_log(params, loss):
    return float(np.log(vertex(params, loss)))


def _log_loss(params, loss):
    return vertex(params, np.log(loss))


def _no_two(params, loss):
    return vertex(params, loss) ** 2


def _sign(params, loss):
    return 1 / vertex(params, loss)


def _nearest_three(params, loss):
    order = np.argsort(params)
    at = min(max(int(np.argmin(loss[order])), 1), len(loss) - 2)
    three = order[at - 1 : at + 2]
    a, b, _ = np.polyfit(np.log(params[three]), loss[three], 2)
    return float(np.exp(-b / (2 * a)))


def _bottom(params, loss):
    return float(np.polyval(np.polyfit(np.log(params), loss, 2), np.log(vertex(params, loss))))


def held_back(rows, fit):
    """Forecast minus measured loss of the dearest runs, when fit saw only the cheaper ones.

    rows: a list of runs in any order, each with row.budget, row.params, row.tokens, row.loss.
    fit(some rows) gives back a function that takes one row and forecasts its loss. Held back are
    all rows of the largest budget; fit gets all others. Returns an array, one entry for each
    held-back row, both in the order of rows. ValueError where all rows have one budget.

    >>> held_back([Row(2e9, 10, 40, 2.5), Row(1e9, 10, 20, 3.0)], lambda few: lambda row: 3.0)
    array([0.5])
    """
    largest = max(row.budget for row in rows)
    cheaper = [row for row in rows if row.budget < largest]
    if not cheaper:
        raise ValueError("There is only one budget, so nothing is left to fit.")
    forecast = fit(cheaper)
    return np.array([forecast(row) - row.loss for row in rows if row.budget == largest])


def mean_of_both(rows):
    """A rough fit: the mean loss, moved down where a run is larger or reads more."""
    mean, size = np.mean([row.loss for row in rows]), np.mean([row.params for row in rows])
    read = np.mean([row.tokens for row in rows])
    return lambda row: mean - 0.1 * np.log(row.params / size) - 0.2 * np.log(row.tokens / read)


def straight_line(rows):
    """A straight line on log-log paper through the tokens and the loss."""
    line = np.polyfit([np.log(row.tokens) for row in rows], [np.log(row.loss) for row in rows], 1)
    return lambda row: np.exp(np.polyval(line, np.log(row.tokens)))


def _drawn_rows(rng):
    budgets = np.sort(10 ** rng.uniform(17, 22, rng.integers(2, 5)))
    rows = []
    for budget in budgets:
        for size in 10 ** rng.uniform(7, 10, rng.integers(2, 5)):
            read = budget / 6 / size
            loss = 1.5 + 400 / size**0.35 + 900 / read**0.35 + rng.normal(0, 0.02)
            rows.append(Row(float(budget), float(size), float(read), float(loss)))
    fit = (mean_of_both, straight_line)[rng.integers(2)]
    return {"rows": [rows[k] for k in rng.permutation(len(rows))], "fit": fit}


def _leaks(rows, fit):
    forecast, largest = fit(rows), max(row.budget for row in rows)
    return np.array([forecast(row) - row.loss for row in rows if row.budget == largest])


def _by_size(rows, fit):
    largest = max(row.params for row in rows)
    forecast = fit([row for row in rows if row.params < largest])
    return np.array([forecast(row) - row.loss for row in rows if row.params == largest])


def _turned(rows, fit):
    return -held_back(rows, fit)


def _without_sign(rows, fit):
    return abs(held_back(rows, fit))


def _share(rows, fit):
    largest = max(row.budget for row in rows)
    return held_back(rows, fit) / [row.loss for row in rows if row.budget == largest]


def _sorted(rows, fit):
    return held_back(sorted(rows, key=lambda row: row.params), fit)


def _last_budget(rows, fit):
    last = rows[-1].budget
    forecast = fit([row for row in rows if row.budget != last])
    return np.array([forecast(row) - row.loss for row in rows if row.budget == last])


def _one_below(rows, fit):
    below = sorted({row.budget for row in rows})[-2]
    return held_back([row for row in rows if row.budget >= below], fit)


def _only_best(rows, fit):
    largest = max(row.budget for row in rows)
    best = min((row for row in rows if row.budget == largest), key=lambda row: row.loss)
    forecast = fit([row for row in rows if row.budget < largest])
    return np.array([forecast(best) - best.loss])


def _one_left_out(rows, fit):
    largest = max(row.budget for row in rows)
    return np.array([fit([one for one in rows if one is not row])(row) - row.loss
                     for row in rows if row.budget == largest])  # fmt: skip


_HAND = [
    Row(3e18, 2e8, 2.5e9, 3.3), Row(1e19, 3e8, 5.56e9, 2.9), Row(1e18, 5e8, 3.33e8, 4.1),
    Row(1e19, 1e8, 1.67e10, 3.2), Row(1e18, 5e7, 3.33e9, 3.6), Row(3e18, 8e8, 6.25e8, 3.7),
]  # fmt: skip


EXERCISES = {
    "isoflop-vertex": Exercise(
        vertex,
        first=(
            {
                "params": np.array([4e8, 1e8, 8e8, 2e8, 16e8]),
                "loss": np.array([2.1, 2.3, 2.15, 2.15, 2.4]),
            },
            {"params": np.array([1e4, 3e4, 9e4, 27e4]), "loss": np.array([2.5, 2.2, 2.3, 2.6])},
            {"params": np.array([30.0, 10.0, 20.0]), "loss": np.array([2.2, 2.3, 2.0])},
        ),
        draw=_drawn_valley,
        slips=(
            (_lowest_run, "That is the lowest run: the bottom of the parabola lies between runs."),
            (_in_size, "Your parabola is drawn over the size: draw it over its logarithm."),
            (_mixed_logs, "Two logarithms are mixed: log10 goes back with 10**, log with exp."),
            (_its_log, "That is the logarithm of the size: take it back with exp."),
            (_log_loss, "You fitted the logarithm of the loss: the loss itself is wanted."),
            (_no_two, "The 2 is missing: the bottom of a x^2 + b x + c is at -b / (2 a)."),
            (_sign, "The sign is lost: the bottom of a x^2 + b x + c is at -b / (2 a)."),
            (_nearest_three, "You took the three runs around the lowest: all runs are wanted."),
            (_bottom, "That is the loss at the bottom: the size there is wanted."),
        ),
        refuses=(
            (
                {"params": np.array([1e8, 2e8, 4e8]), "loss": np.array([2.4, 2.2, 2.1])},
                "the bottom lies beyond the largest run: that is an edge, and no valley was seen",
            ),
            (
                {"params": np.array([1e8, 2e8, 4e8]), "loss": np.array([2.0, 2.1, 2.3])},
                "the bottom lies below the smallest run: that is an edge, and no valley was seen",
            ),
            (
                {"params": np.array([1e8, 2e8, 4e8]), "loss": np.array([2.1, 2.3, 2.2])},
                "this parabola is a hill: it has a highest point and no lowest",
            ),
        ),
    ),
    "held-back": Exercise(
        held_back,
        first=(
            {"rows": _HAND, "fit": mean_of_both},
            {"rows": _HAND, "fit": straight_line},
            {"rows": _HAND[1:5], "fit": mean_of_both},
        ),
        draw=_drawn_rows,
        slips=(
            (
                _leaks,
                "The held-back runs leak: fit saw their losses. Give it the cheaper runs only.",
            ),
            (_by_size, "You held back the largest model: hold back the largest budget."),
            (_turned, "That is measured minus forecast: forecast minus measured is wanted."),
            (_without_sign, "The sign is lost: a forecast that is too low gives a number below 0."),
            (_share, "You divided by the loss: the difference in nats is wanted."),
            (_sorted, "The errors stand in the order of the sizes: keep the order of rows."),
            (_last_budget, "You held back the budget of the last row: rows come in any order."),
            (_one_below, "You fitted one budget alone: fit all runs that are cheaper."),
            (_only_best, "You held back the best run only: all runs of its budget are wanted."),
            (
                _one_left_out,
                "You left out one run at a time, so fit saw others of the largest budget.",
            ),
        ),
        refuses=(
            (
                {"rows": _HAND[1:4:2], "fit": mean_of_both},
                "all runs are of one budget, and nothing is left to fit",
            ),
        ),
    ),
}
