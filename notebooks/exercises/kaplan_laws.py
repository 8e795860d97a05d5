"""The code exercises of chapter 01."""

import numpy as np

from exercises.checking import Exercise


def fit_power_law(x, y):
    """The scale and the exponent of the power law y = (scale / x)^exponent through these points.

    x and y are arrays of positive numbers, two or more, in any order. Where the points scatter,
    it is the line of least squares through their logarithms.

    >>> scale, exponent = fit_power_law(np.array([10.0, 1000.0]), np.array([4.0, 2.0]))
    >>> f"{scale:.0f}, {exponent:.3f}"
    '100000, 0.151'
    """
    slope, level = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(level / -slope), -slope


def forecast(sizes, losses, target, floor):
    """The loss at the size target, by the line through what lies above a floor, on log-log paper.

    sizes and losses are arrays in any order; floor is the loss that stays, 0 for a pure power
    law. The line is one of least squares. Raises ValueError where floor is not below every loss.

    >>> f"{forecast(np.array([1e6, 1e8]), np.array([4.0, 3.0]), 1e10, 2.0):.2f}"
    '2.50'
    """
    if floor >= np.min(losses):
        raise ValueError(f"floor is {floor}, but must lie below every loss.")
    slope, level = np.polyfit(np.log(sizes), np.log(losses - floor), 1)
    return floor + np.exp(level) * target**slope


def _law(rng):
    exponent = rng.uniform(0.04, 0.5)
    return 10 ** (rng.uniform(0.1, 0.8) / exponent + rng.uniform(5, 9)), exponent


def _points(rng):
    scale, exponent = _law(rng)
    x = _spread(rng, rng.uniform(5, 7), rng.uniform(8, 11))
    return {"x": x, "y": (scale / x) ** exponent * _scatter(rng, x)}


def _spread(rng, low, high):
    return rng.permutation(np.logspace(low, high, rng.integers(3, 9)))


def _scatter(rng, x):
    return np.exp(rng.choice([0.0, 0.005]) * rng.normal(size=len(x)))


def _line(x, y, log=np.log):
    return np.polyfit(log(x), log(y), 1)


def _level_for_scale(x, y):
    slope, level = _line(x, y)
    return np.exp(level), -slope


def _sign(x, y):
    slope, level = _line(x, y)
    return np.exp(level / slope), slope


def _sign_of_one(x, y):
    scale, exponent = fit_power_law(x, y)
    return scale, -exponent


def _upside_down(x, y):
    scale, exponent = fit_power_law(x, y)
    return 1 / scale, exponent


def _exchanged(x, y):
    slope, level = _line(y, x)
    return np.exp(level), -slope


def _plain_y(x, y):
    slope, level = np.polyfit(np.log(x), y, 1)
    return np.exp(np.clip(level / -slope, -300, 300)), -slope


def _plain_y_log10(x, y):
    scale, exponent = _plain_y(x, y)
    return scale, exponent * np.log(10)


def _mixed_logs(x, y):
    slope, level = _line(x, y, np.log10)
    return np.exp(level / -slope), -slope


def _first_x(x, y):
    return x[0], fit_power_law(x, y)[1]


def _ends(x, y):
    return fit_power_law(x[[0, -1]], y[[0, -1]])


def _largest_two(x, y):
    last = np.argsort(x)[-2:]
    return fit_power_law(x[last], y[last])


def _turned(x, y):
    return fit_power_law(x, y)[::-1]


def _drawn_forecast(rng):
    sizes = _spread(rng, 6, rng.uniform(7.5, 9))
    floor, exponent = rng.choice([0.0, rng.uniform(0.5, 2)]), rng.uniform(0.05, 0.5)
    losses = floor + rng.uniform(0.5, 3) * (sizes / 1e6) ** -exponent * _scatter(rng, sizes)
    return {"sizes": sizes, "losses": losses, "target": 10 ** rng.uniform(9, 12), "floor": floor}


def _no_floor(sizes, losses, target, floor):
    return forecast(sizes, losses, target, 0.0)


def _not_added(sizes, losses, target, floor):
    return forecast(sizes, losses, target, floor) - floor


def _log_of_loss_minus(sizes, losses, target, floor):
    slope, level = np.polyfit(np.log(sizes), np.log(losses) - floor, 1)
    return floor + np.exp(level) * target**slope


def _straight(sizes, losses, target, floor):
    return float(np.polyval(np.polyfit(np.log(sizes), losses, 1), np.log(target)))


def _log10_then_exp(sizes, losses, target, floor):
    slope, level = np.polyfit(np.log10(sizes), np.log10(losses - floor), 1)
    return floor + np.exp(level) * target**slope


def _added_alone(sizes, losses, target, floor):
    return forecast(sizes, losses, target, 0.0) + floor


def _never_below(sizes, losses, target, floor):
    return max(floor, forecast(sizes, losses, target, 0.0))


def _upwards(sizes, losses, target, floor):
    slope, level = np.polyfit(np.log(sizes), np.log(losses - floor), 1)
    return floor + np.exp(level) * target**-slope


def _two_largest(sizes, losses, target, floor):
    last = np.argsort(sizes)[-2:]
    return forecast(sizes[last], losses[last], target, floor)


def _from_last(sizes, losses, target, floor):
    return float(losses[-1])


EXERCISES = {
    "power-law": Exercise(
        fit_power_law,
        first=(
            {"x": np.array([1e7, 1e9, 1e11]), "y": (8.8e13 / np.array([1e7, 1e9, 1e11])) ** 0.076},
            {"x": np.array([4.0, 2.0, 8.0]), "y": 6 / np.array([4.0, 2.0, 8.0])},
            {"x": np.array([1.0, 4.0, 2.0]), "y": np.array([8.0, 2.0, 5.0])},
        ),
        draw=_points,
        slips=(
            (
                _level_for_scale,
                "The intercept is the exponent times the log of the scale: divide by the exponent before exp.",
            ),
            (_sign, "The sign of the exponent is turned: it is minus the slope."),
            (_sign_of_one, "The sign of the exponent is turned: it is minus the slope."),
            (
                _upside_down,
                "The scale is upside down: the level of the line is the exponent times its log, so mind the sign.",
            ),
            (
                _exchanged,
                "The axes are exchanged: the line is one of log y against log x, and np.polyfit takes x first.",
            ),
            (_plain_y, "That is the slope of y itself: the line is one of log y against log x."),
            (
                _plain_y_log10,
                "That is the slope of y itself: the line is one of log y against log x.",
            ),
            (
                _mixed_logs,
                "Two kinds of logarithm are mixed: what log10 took, only a power of 10 gives back.",
            ),
            (_first_x, "The scale is not the first x: it is where the line comes down to y = 1."),
            (_ends, "That is the line through the first and the last point: use all of them."),
            (_largest_two, "That is the line through the two largest x: use all points."),
            (_turned, "The scale first, then the exponent."),
        ),
        tolerance=1e-4,
        draws=3000,
    ),
    "with-floor": Exercise(
        forecast,
        first=(
            {
                "sizes": np.array([1e6, 1e8]),
                "losses": np.array([4.0, 3.0]),
                "target": 1e10,
                "floor": 2.0,
            },
            {
                "sizes": np.array([1e8, 1e6]),
                "losses": np.array([2.0, 4.0]),
                "target": 1e10,
                "floor": 0.0,
            },
            {
                "sizes": np.array([1e8, 1e6, 1e7]),
                "losses": np.array([3.0, 6.0, 5.0]),
                "target": 1e10,
                "floor": 2.0,
            },
        ),
        draw=_drawn_forecast,
        slips=(
            (
                _no_floor,
                "The floor is not used: take it off the losses before you take logarithms.",
            ),
            (
                _added_alone,
                "The floor is added, but was never taken off the losses.",
            ),
            (
                _never_below,
                "The floor is more than a limit: take it off the losses before you draw the line.",
            ),
            (_upwards, "The sign of the slope is turned: your loss grows with the size."),
            (_two_largest, "That is the line through the two largest sizes: use all of them."),
            (_not_added, "The floor is taken off and never added again."),
            (
                _log_of_loss_minus,
                "The floor is taken off the logarithm: take it off the loss, and then the logarithm.",
            ),
            (
                _straight,
                "That is a straight line of the loss itself: log-log paper has a log on both axes.",
            ),
            (
                _log10_then_exp,
                "Two kinds of logarithm are mixed: what log10 took, only a power of 10 gives back.",
            ),
            (_from_last, "That is the last loss that you were given, and no forecast."),
        ),
        refuses=(
            (
                {
                    "sizes": np.array([1e6, 1e8]),
                    "losses": np.array([4.0, 3.0]),
                    "target": 1e10,
                    "floor": 3.0,
                },
                "the smallest loss would be at the floor, and has no logarithm",
            ),
            (
                {
                    "sizes": np.array([1e8, 1e6]),
                    "losses": np.array([3.0, 4.0]),
                    "target": 1e10,
                    "floor": 3.5,
                },
                "one loss lies below the floor",
            ),
        ),
        tolerance=1e-4,
        draws=3000,
    ),
}
