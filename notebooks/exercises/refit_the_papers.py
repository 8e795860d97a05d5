"""The code exercises of chapter 07."""

import numpy as np

from exercises.checking import Exercise, distance


def huber_objective(theta, params, tokens, loss, delta=1e-3):
    """What the fit makes small: the sum of the Huber losses of log(loss) - log(law), natural logs.

    theta = (a, b, e, alpha, beta): the law is exp(a)/params^alpha + exp(b)/tokens^beta + exp(e).
    params, tokens, loss are arrays, a number for each run. An error x counts x^2 / 2 up to
    |x| = delta, delta (|x| - delta / 2) beyond. It is finite also where exp overflows (a = 800).

    >>> run = np.array([1e9]), np.array([2e10]), np.array([2.5])
    >>> f"{huber_objective((6.18, 7.64, 0.6, 0.348, 0.366), *run):.3g}"
    '1.2e-05'
    """
    a, b, e, alpha, beta = theta
    terms = [a - alpha * np.log(params), b - beta * np.log(tokens), e + np.zeros(len(loss))]
    off = np.abs(np.log(loss) - np.logaddexp.reduce(terms))
    inner = np.minimum(off, delta)
    return np.sum(inner * (off - inner / 2))


def ratio_interval(draws, flops, level=0.8):
    """Between which tokens per parameter the middle `level` of the refits lie: (low, high).

    draws has a row for each refit: E, A, B, alpha, beta of L = E + A/N^alpha + B/D^beta. Each one
    is asked for its best split of flops = 6ND. As many answers lie below low as above high; between
    two of them take np.quantile, as it is by default.

    >>> draws = np.array([[1.8, 480, 2100, 0.35, 0.37], [2, 400, 1500, 0.34, 0.35]])
    >>> [round(float(end), 1) for end in ratio_interval(draws, 1e21)]
    [19.9, 24.9]
    """
    _, A, B, alpha, beta = np.transpose(draws)
    scale = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    params = scale * (flops / 6) ** (beta / (alpha + beta))
    low, high = np.quantile(flops / 6 / params**2, [(1 - level) / 2, (1 + level) / 2])
    return low, high


def _finite(arguments, got, want):
    """By default, but infinity is a number: a slip may give it."""
    return distance(*np.nan_to_num([got, want], nan=9e99, posinf=9e99, neginf=-9e99))


def _log_law(theta, params, tokens):
    a, b, e, alpha, beta = theta
    return np.logaddexp.reduce(
        [a - alpha * np.log(params), b - beta * np.log(tokens), e + 0 * params]
    )


def _off(theta, params, tokens, loss):
    """Errors in logs, as they should be."""
    return np.abs(np.log(loss) - _log_law(theta, params, tokens))


def _huber(off, delta):
    inner = np.minimum(off, delta)
    return inner * (off - inner / 2)


def _plain_exp(theta, params, tokens, loss, delta=1e-3):
    a, b, e, alpha, beta = theta
    law = np.exp(a - alpha * np.log(params)) + np.exp(b - beta * np.log(tokens)) + np.exp(e)
    return np.sum(_huber(np.abs(np.log(loss) - np.log(law)), delta))


def _squares(theta, params, tokens, loss, delta=1e-3):
    return np.sum(_off(theta, params, tokens, loss) ** 2) / 2


def _mean(theta, params, tokens, loss, delta=1e-3):
    return huber_objective(theta, params, tokens, loss, delta) / len(loss)


def _raw(theta, params, tokens, loss, delta=1e-3):
    return np.sum(_huber(np.abs(loss - np.exp(_log_law(theta, params, tokens))), delta))


def _half_logged(theta, params, tokens, loss, delta=1e-3):
    return huber_objective(theta, params, tokens, np.exp(loss), delta)


def _absolute(theta, params, tokens, loss, delta=1e-3):
    return np.sum(delta * _off(theta, params, tokens, loss))


def _jump(theta, params, tokens, loss, delta=1e-3):
    off = _off(theta, params, tokens, loss)
    return np.sum(np.where(off <= delta, off**2 / 2, delta * off))


def _whole_delta(theta, params, tokens, loss, delta=1e-3):
    off = _off(theta, params, tokens, loss)
    return np.sum(np.where(off <= delta, off**2 / 2, delta * (off - delta)))


def _steep(theta, params, tokens, loss, delta=1e-3):
    off = _off(theta, params, tokens, loss)
    return np.sum(np.where(off <= delta, off**2 / 2, off - delta / 2))


def _no_half(theta, params, tokens, loss, delta=1e-3):
    off = _off(theta, params, tokens, loss)
    return np.sum(np.where(off <= delta, off**2, delta * (2 * off - delta)))


def _log10(theta, params, tokens, loss, delta=1e-3):
    return np.sum(_huber(_off(theta, params, tokens, loss) / np.log(10), delta))


def _not_logged(theta, params, tokens, loss, delta=1e-3):
    a, b, e, alpha, beta = theta
    law = a * params**-alpha + b * tokens**-beta + e
    return np.sum(_huber(np.abs(np.log(loss) - np.log(law)), delta))


def _grows(theta, params, tokens, loss, delta=1e-3):
    a, b, e, alpha, beta = theta
    return huber_objective((a, b, e, -alpha, -beta), params, tokens, loss, delta)


def _swapped(theta, params, tokens, loss, delta=1e-3):
    a, b, e, alpha, beta = theta
    return huber_objective((a, b, e, beta, alpha), params, tokens, loss, delta)


def _fixed_delta(theta, params, tokens, loss, delta=1e-3):
    return huber_objective(theta, params, tokens, loss)


def _signed(theta, params, tokens, loss, delta=1e-3):
    off = np.log(loss) - _log_law(theta, params, tokens)
    return np.sum(np.where(off <= delta, off**2 / 2, delta * (off - delta / 2)))


def _runs(theta, offs):
    """Four runs that lie so far off a law, in logs."""
    params, tokens = np.array([1e8, 1e9, 1e9, 1e10]), np.array([1e10, 1e9, 1e11, 1e11])
    loss = np.exp(np.minimum(_log_law(theta, params, tokens), 1.5) + np.array(offs))
    return {"theta": theta, "params": params, "tokens": tokens, "loss": loss}


def _drawn_runs(rng):
    count = int(rng.integers(1, 30))
    theta = tuple(
        map(float, (*rng.uniform(4, 8, 2), rng.uniform(-1, 1), *rng.uniform(0.2, 0.6, 2)))
    )
    params, tokens = 10 ** rng.uniform(7, 11, count), 10 ** rng.uniform(8, 13, count)
    loss = np.exp(
        _log_law(theta, params, tokens) + 10 ** rng.uniform(-4, -1) * rng.normal(size=count)
    )
    if rng.random() < 0.1:
        theta = (800.0, *theta[1:])
    return {"theta": theta, "params": params, "tokens": tokens, "loss": loss, "delta": 10 ** rng.uniform(-4, -1)}  # fmt: skip


def _ratio(draws, flops):
    _, A, B, alpha, beta = np.transpose(draws)
    scale = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    return flops / 6 / (scale * (flops / 6) ** (beta / (alpha + beta))) ** 2


def _middle(numbers, level):
    return tuple(np.quantile(numbers, [(1 - level) / 2, (1 + level) / 2]))


def _torn(draws, flops, level=0.8):
    ends = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return tuple(sorted(_ratio(ends, flops)))


def _torn_errors(draws, flops, level=0.8):
    middle, error = np.mean(draws, axis=0), np.std(draws, axis=0)
    return tuple(sorted(_ratio([middle - error, middle + error], flops)))


def _each_sorted(draws, flops, level=0.8):
    return _middle(_ratio(np.sort(draws, axis=0), flops), level)


def _normal(draws, flops, level=0.8):
    ratio = _ratio(draws, flops)
    return ratio.mean() - ratio.std(), ratio.mean() + ratio.std()


def _twice_the_tails(draws, flops, level=0.8):
    return tuple(np.quantile(_ratio(draws, flops), [1 - level, level]))


def _always_95(draws, flops, level=0.8):
    return _middle(_ratio(draws, flops), 0.95)


def _extremes(draws, flops, level=0.8):
    ratio = _ratio(draws, flops)
    return ratio.min(), ratio.max()


def _exchanged(draws, flops, level=0.8):
    _, A, B, alpha, beta = np.transpose(draws)
    scale = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    return _middle(flops / 6 / (scale * (flops / 6) ** (alpha / (alpha + beta))) ** 2, level)


def _no_six(draws, flops, level=0.8):
    return _middle(_ratio(draws, 6 * flops), level)


def _upside_down(draws, flops, level=0.8):
    return _middle(1 / _ratio(draws, flops), level)


def _equal_terms(draws, flops, level=0.8):
    _, A, B, alpha, beta = np.transpose(draws)
    params = (A / B) ** (1 / (alpha + beta)) * (flops / 6) ** (beta / (alpha + beta))
    return _middle(flops / 6 / params**2, level)


def _other_order(draws, flops, level=0.8):
    return ratio_interval(np.asarray(draws)[:, [0, 2, 1, 3, 4]], flops, level)


def _turned(draws, flops, level=0.8):
    return ratio_interval(draws, flops, level)[::-1]


def _drawn_refits(rng):
    count, spread = int(rng.integers(5, 60)), rng.uniform(0.01, 0.06)
    alpha, beta = rng.uniform(0.3, 0.5, 2)[:, None] + spread * rng.normal(size=(2, count))
    A, B = np.exp(rng.uniform(-0.2, 0.2, (2, count)) + np.array([20 * alpha - 1, 22 * beta - 0.5]))
    draws = np.column_stack([rng.uniform(1.5, 2, count), A, B, alpha, beta])
    return {"draws": draws, "flops": 10 ** rng.uniform(19, 26), "level": float(rng.uniform(0.5, 0.99))}  # fmt: skip


_REFITS = np.array([[1.80, 480, 2100, 0.35, 0.37], [1.79, 400, 3000, 0.34, 0.385], [1.84, 600, 1500, 0.36, 0.35],
                    [1.81, 300, 900, 0.33, 0.325], [1.85, 900, 5000, 0.385, 0.41]])  # fmt: skip
_THETA = (6.18, 7.64, 0.6, 0.348, 0.366)

EXERCISES = {
    "huber-objective": Exercise(
        huber_objective,
        first=(
            _runs(_THETA, [0.0005, 0.002, -0.0005, -0.05]),
            _runs(_THETA, [0.01, 0.03, -0.01, -0.2]) | {"delta": 0.02},
            _runs((800.0, *_THETA[1:]), [0.0, 0.1, 0.2, 0.3]),
        ),
        draw=_drawn_runs,
        slips=(
            (_plain_exp, "exp overflows: take the largest exponent out of the sum of the three terms before exp (log-sum-exp)."),
            (_squares, "All errors are squared: from delta on they should count only in proportion."),
            (_mean, "That is the mean over the runs: the sum is wanted."),
            (_raw, "The errors are those of the losses: those of their logarithms are wanted."),
            (_half_logged, "The law is logged, the loss is not."),
            (_absolute, "All errors count in proportion: those up to delta should be squared."),
            (_jump, "The linear part jumps at delta: subtract delta / 2 there, so that the two parts meet."),
            (_whole_delta, "The linear part subtracts a whole delta, so the two parts do not meet: half of it is right."),
            (_steep, "The linear part has the slope 1: it should have that of the square at delta."),
            (_no_half, "The half is missing: an error up to delta counts x^2 / 2."),
            (_log10, "log10 stands where the natural logarithm belongs."),
            (_not_logged, "a, b and e stand in the law as they are: they are logarithms, so take exp."),
            (_grows, "The exponents have the wrong sign: the loss falls with size and text."),
            (_swapped, "alpha and beta are exchanged: alpha belongs to the parameters."),
            (_fixed_delta, "delta is an argument: use the one that is given."),
            (_signed, "An error below the law is never beyond delta for you: take its absolute value."),
        ),
        gap=_finite,
    ),
    "ratio-interval": Exercise(
        ratio_interval,
        first=(
            {"draws": _REFITS, "flops": 5.76e23},
            {"draws": _REFITS, "flops": 1e21, "level": 0.5},
        ),
        draw=_drawn_refits,
        slips=(
            (_torn, "The pairs are torn apart: you took the interval of each constant first. Ask each refit, then take the interval of the answers."),
            (_torn_errors, "The pairs are torn apart: you moved every constant by its own error. Ask each refit, then take the interval of the answers."),
            (_each_sorted, "The pairs are torn apart: each column was sorted for itself. A row is one law, and its constants belong together."),
            (_normal, "That is the mean and a standard deviation to either side: the ends should leave as many refits below as above."),
            (_twice_the_tails, "Each tail has all that is outside of the middle: half of it belongs to each."),
            (_always_95, "That is the middle 95 %: use the level that is given."),
            (_extremes, "That is the lowest and the highest of all refits: leave out the tails."),
            (_exchanged, "The exponents are exchanged: N grows with beta / (alpha + beta)."),
            (_no_six, "The 6 is missing: 6ND is the budget, so D is flops / (6 N)."),
            (_upside_down, "That is parameters for each token: turn it round."),
            (_equal_terms, "You made the two terms equal. At the best split their slopes are: alpha A / N^alpha = beta B / D^beta."),
            (_other_order, "A and B are exchanged: a row is E, A, B, alpha, beta."),
            (_turned, "Low first, then high."),
        ),
        gap=_finite,
        tolerance=1e-3,
    ),
}  # fmt: skip
