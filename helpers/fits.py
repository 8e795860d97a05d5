"""Estimation: from runs to a law, with an honest account of how well the runs determine it."""

import functools
import warnings
from dataclasses import dataclass, replace
from operator import attrgetter
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from helpers import laws, units
from helpers.descent import ChinchillaForm, climb, descend, expected_fall, huber
from helpers.guard import positive, refuse, share

AGREE = 1e-9  # two starts agree when their objectives differ by less than this share
NAMES = ("E", "A", "B", "alpha", "beta")
HUBER = 1e-3  # of log losses: where Hoffmann et al. 2022, App D.2, go from squares to sizes
_EXPONENTS = (0.02, 3.0)  # an exponent outside of these sits on its bound
_NOTHING = 1e-3  # an E below this share of the smallest loss sits on its bound, zero
_KNOWN = 3.0  # a constant is known when its 95 % interval ends below three times where it begins
_HUGE = 5000  # so many runs need no search for the ends of an interval
_MANY = 100  # so many runs have one minimum, fewer can have several


# The fit of the Chinchilla law --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ChinchillaFit:
    """A law fitted to runs that says how far it can be trusted.

    certified: this is the global minimum, for at least four starts (or all, if fewer) reach it and
    nothing leads down from there. determined, further down, is another question: whether the runs
    fix the law.
    """

    law: laws.Chinchilla
    objective: float
    starts: int
    agreeing: int  # starts that end within 1e-9 of the best objective
    params: np.ndarray
    tokens: np.ndarray
    loss: np.ndarray
    weights: np.ndarray
    status: str  # both in words
    certified: bool
    gradient: float  # share of the objective that another Newton step would still take off
    at_bound: tuple  # names of constants on a bound
    problem: "Problem"  # what the descent walked on, and where it ended

    @property
    def residuals(self):
        """log of the observed over the predicted loss, for each run."""
        return np.log(self.loss) - np.log(self.law.loss(self.params, self.tokens))

    @property
    def scatter(self):
        """The usual distance of a run from the law, as a share of its loss, its five constants paid for."""
        return max(_scatter(self.residuals[self.weights > 0], _freedom(self.problem)), 1e-9)

    @functools.cached_property
    def allowed(self):
        """The laws that the runs allow, for all intervals."""
        return _allowed(self.problem)

    def interval(self, function, level=0.95):
        """The least and the most that a number of the law can be, given the runs: (low, high).

        By the profile likelihood, over all laws that fit about as well: Student's t for few runs,
        wider where far runs pull harder, and as wide as the bounds of the constants where the runs do
        not tell. function takes a law, such as lambda law: law.a.
        """
        mine = _values(function, _column(self.law), strict=True)[0]
        if np.isnan(mine):
            raise ValueError("The function gives no number for the fitted law.")
        low, high = _profile(self.problem, self.allowed, function, share("level", level))
        return float(min(low, mine)), float(max(high, mine))

    @functools.cached_property
    def open(self):
        """Which of E, alpha and beta the runs do not tell.

        All that move, where the design forbids it; else those on a bound, or with a 95 % interval
        that ends at three times its start or more.
        """
        if _clear(self.problem):
            return ()
        free = self.problem.form.free
        moving = [name for k, name in ((0, "E"), (3, "alpha"), (4, "beta")) if free[k].any()]
        if _blind_spot(self.problem):
            return tuple(moving)
        ends = {name: self.interval(attrgetter(name)) for name in moving}
        far = {name for name, (low, high) in ends.items() if high >= _KNOWN * low}
        far |= set(self.at_bound)
        if "E" in far and np.ptp(ends["E"]) < 0.2 * self.loss[self.weights > 0].min():
            far.remove("E")  # next to nothing, and known to be
        return tuple(name for name in moving if name in far)

    @property
    def determined(self):
        """Whether the runs fix the law."""
        return not self.open

    @functools.cached_property
    def undetermined(self):
        """What cannot be known, and which runs would tell; empty where the law is determined."""
        return _undetermined(self) if self.open else ""

    @functools.cached_property
    def std_errors(self):
        """Of each constant: 1.96 of them to each side hold 95 %; inf where the runs do not tell."""
        found = {}
        for name in NAMES:
            value, known = getattr(self.law, name), {"A": "alpha", "B": "beta"}.get(name, name)
            low, high = self.interval(attrgetter(name))
            found[name] = np.inf if known in self.open else max(high - value, value - low) / 1.96
        return found


class Problem(NamedTuple):
    """The distinct runs that have a weight, in logs, and where all starts ended, the best first."""

    form: ChinchillaForm
    centre: tuple
    weights: np.ndarray
    runs: int  # that are independent
    q: np.ndarray
    objective: np.ndarray


def _runs(weights=None, **columns):
    """The columns as arrays of one length, checked, with weights; a masked row is left out."""
    columns["weights"] = 1.0 if weights is None else weights
    arrays = [np.ma.atleast_1d(positive(name, value, zero=name == "weights"))
              for name, value in columns.items()]  # fmt: skip
    if weights is None:
        arrays[-1] = np.ones(arrays[0].shape)
    shapes = {array.shape for array in arrays}
    if len({array.size for array in arrays}) != 1 or (len(shapes) > 1 and any(
            max(shape) != np.prod(shape) for shape in shapes)):  # fmt: skip
        sizes = [array.size if array.ndim == 1 else array.shape for array in arrays]
        names = ", ".join(name for name in columns if name != "weights")
        raise ValueError(f"{names} and weights have {sizes} entries, but must be alike.")
    left = ~np.any([np.ma.getmaskarray(array).ravel() for array in arrays], axis=0)
    return [np.asarray(array).ravel()[left] for array in arrays]


def _distinct(params, tokens, loss, weights):
    """The runs that have a weight, each once: a run that is listed twice weighs twice."""
    rows = np.column_stack([params, tokens, loss])[weights > 0]
    _, first, place = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    if len(first) == len(rows):
        return *rows.T, weights[weights > 0]
    order = np.argsort(first)
    return *rows[first[order]].T, np.bincount(place.ravel(), weights[weights > 0])[order]


def _enough(params, tokens, loss, constants):
    """Refuse runs that no fit can tell a law from."""
    if len(loss) <= constants:
        raise ValueError(
            f"{len(loss)} distinct runs with weight, but {constants} constants need {constants + 1}."
        )
    for name, values in (("params", params), ("tokens", tokens)):
        if values.min() == values.max():
            raise ValueError(f"{name} is {values[0]:g} in every run, but must take two values.")


def _logs(params, tokens, loss):
    """The runs in logs, sizes and tokens from their middle, losses from the lowest; these places."""
    logs = [np.log(column) for column in (params, tokens, loss)]
    centre = logs[0].mean(), logs[1].mean(), logs[2].min()
    return [column - middle for column, middle in zip(logs, centre)], centre


def _form(n, d, y, delta, tied, E):
    """The problem in centred logs, with the columns of what may move; E in lowest losses."""
    free, fixed = np.eye(5), np.zeros(5)
    if tied:
        free[:, 3] += free[:, 4]
        free = free[:, :4]
    if E is not None:
        fixed[0] = E
        free = free[:, 1:]
    return ChinchillaForm(n, d, y, delta, free, fixed)


def _part(form, rows):
    """The form of some of the runs."""
    return replace(form, n=form.n[rows], d=form.d[rows], y=form.y[rows])


def _linear_starts(form, weights, alphas, betas, E=None):
    """Solve E, A, B by least squares for each pair of exponents; theta with small positive floors."""
    loss = np.exp(form.y)
    sizes, texts = (np.unique(exponents, return_inverse=True) for exponents in (alphas, betas))
    powers = [np.ones((1, len(loss))), np.exp(-np.outer(sizes[0], form.n)),
              np.exp(-np.outer(texts[0], form.d))]  # fmt: skip
    powers = np.concatenate(powers)
    weighted = powers * (weights / loss**2)
    every, right = weighted @ powers.T, weighted @ loss
    terms = np.stack([0 * sizes[1], 1 + sizes[1], 1 + len(sizes[0]) + texts[1]], axis=1)
    right = right[terms]
    if E is not None:
        right, terms = right[:, 1:] - E[:, None] * every[0, terms[:, 1:]], terms[:, 1:]
    matrix = every[terms[:, :, None], terms[:, None, :]]
    matrix = matrix + 1e-10 * np.einsum("bii->bi", matrix)[:, :, None] * np.eye(terms.shape[1])
    solved = np.linalg.solve(matrix, right[..., None])[..., 0]
    if E is not None:
        solved = np.column_stack([E, solved])
    solved = np.maximum(solved, np.array([0.05, 1e-3, 1e-3]) * loss.min())
    return np.column_stack([solved[:, 0], np.log(solved[:, 1:]), alphas, betas])


def _starts(form, weights, count, random, rng):
    """count starts from a grid of exponents, the best and well apart, then some random ones."""
    back = np.linalg.pinv(form.free).T
    line = np.geomspace(0.05, 1.5, 16)
    alphas, betas = (grid.ravel() for grid in np.meshgrid(line, line))
    few = np.sort(rng.permutation(len(weights))[:100])  # enough to choose
    part = _part(form, few)
    q = _linear_starts(part, weights[few], alphas, betas) @ back
    weight = np.broadcast_to(weights[few], (len(q), len(few)))
    height, chosen = huber(part.residual(q)[0], weight, form.delta), []
    for k in np.argsort(height):  # not two from neighbouring places of the grid
        if all(abs(k // 16 - c // 16) + abs(k % 16 - c % 16) > 1 for c in chosen):
            chosen.append(k)
        if len(chosen) == count:
            break
    if not random:
        return q[chosen]
    alphas, betas = rng.uniform(0.03, 1.5, random), rng.uniform(0.03, 1.5, random)
    E = rng.uniform(0.01, 0.99, random) * np.exp(form.y.min())
    more = _linear_starts(form, weights, alphas, betas, E) @ back
    return np.concatenate([q[chosen], more])


def _law(theta, centre, source):
    """Theta of the centred problem as a law; arrays of theta give a law of arrays."""
    e, a, b, alpha, beta = np.moveaxis(np.asarray(theta), -1, 0)
    unit = np.exp(centre[2])
    size, text = np.exp(a + alpha * centre[0]), np.exp(b + beta * centre[1])
    values = unit * e, unit * size, unit * text, alpha, beta
    return laws.Chinchilla(*(v.item() if v.ndim == 0 else v for v in values), source)


def fit_chinchilla(
    params, tokens, loss, delta=HUBER, *, weights=None, tied=False, E=None, starts=8, seed=0
) -> ChinchillaFit:
    """Fit L = E + A/N^alpha + B/D^beta to runs: approach 3 of Hoffmann et al. 2022, App D.2.

    params, tokens, loss: one entry a run (count params as you like, total or non-embedding, and say
    so). Minimises the sum of weights x Huber(log observed - log predicted) with threshold delta;
    delta = inf gives least squares. tied holds alpha = beta, E fixes the irreducible loss.
    Raises ValueError for fewer than 6 distinct runs, or runs of one size or of one number of tokens
    only; warns once, in words, where the runs do not determine the law.

    >>> N, D = np.meshgrid([1e8, 3e8, 1e9, 3e9], [1e9, 1e10, 1e11])
    >>> fit = fit_chinchilla(N, D, laws.CHINCHILLA_REFIT.loss(N, D))
    >>> [float(f"{getattr(fit.law, name):.4g}") for name in NAMES], fit.certified, fit.determined
    ([1.817, 482.0, 2085.0, 0.3478, 0.3658], True, True)
    """
    runs = params, tokens, loss, weights = _runs(weights, params=params, tokens=tokens, loss=loss)
    delta = float(delta if delta == np.inf else positive("delta", delta))
    sizes, texts, losses, heavy = _distinct(*runs)
    _enough(sizes, texts, losses, 5 - bool(tied) - (E is not None))
    if E is not None and not 0 <= E < losses.min():
        raise ValueError(f"E is {E!r}, but must be from 0 to below every loss ({losses.min():g}).")
    (n, d, y), centre = _logs(sizes, texts, losses)
    form = _form(n, d, y, delta, tied, None if E is None else E / losses.min())
    problem = _searched(form, centre, heavy, starts, 150 if len(heavy) < _MANY else 0, seed)
    if _MANY <= len(heavy) <= _HUGE and not _clear(problem):  # where some minima may be others
        problem = _searched(form, centre, heavy, starts, 150, seed)
    q, objective = problem.q, problem.objective
    law = _law(form.free @ q[0] + form.fixed, centre, "fit of runs")
    scale = max(objective[0], 1e-13 * heavy.sum())  # noise-free runs leave no objective
    agreeing = int((objective <= objective[0] + AGREE * scale).sum())
    gradient = float(expected_fall(form, q[:1], heavy)[0] / scale)
    at_bound = tuple(name for name, value in (("alpha", law.alpha), ("beta", law.beta))
                     if not _EXPONENTS[0] < value < _EXPONENTS[1])  # fmt: skip
    if E is None and _NOTHING * np.exp(centre[2]) > law.E:
        at_bound = ("E", *at_bound)
    certified = agreeing >= min(4, starts) and gradient < AGREE
    said = [f"{agreeing} of {len(q)} starts agree on this minimum", "the gradient there is zero"]
    if gradient >= AGREE:
        said[1] = "but the descent was not finished"
    status = "; ".join(said + [f"{' and '.join(at_bound)} on a bound"] * bool(at_bound)) + "."
    fit = ChinchillaFit(law, float(objective[0]), len(q), agreeing, *runs, status, certified,
                        gradient, at_bound, problem)  # fmt: skip
    if not fit.determined:
        warnings.warn(fit.undetermined, stacklevel=2)
    return fit


def _searched(form, centre, weights, starts, random, seed):
    """The problem with the ends of all starts, the best first."""
    q = _starts(form, weights, starts, random, np.random.default_rng(seed))
    q, objective = descend(form, q, weights)
    near = objective <= 1.01 * objective.min()
    q[near], objective[near], _ = _finished(form, q[near], objective[near], weights)
    order = np.argsort(objective, kind="stable")
    q, objective = q[order], objective[order]
    return Problem(form, centre, weights, _independent(form, q[0], weights), q, objective)


def _finished(form, q, objective, weights):
    """Go on where a descent got stuck in a bend; (q, objective, how many can still fall)."""
    weights = np.broadcast_to(weights, (len(q), len(form.y)))
    floor, rest = AGREE * np.maximum(objective, 1e-13 * weights.sum(axis=1)), np.arange(len(q))
    for more in (True, True, True, False):
        rest = rest[expected_fall(form, q[rest], weights[rest]) > floor[rest]]
        if not more or not len(rest):
            break
        q[rest], objective[rest] = descend(form, q[rest], weights[rest], most=1000)
    return q, objective, len(rest)


# How sure? ----------------------------------------------------------------------------------------


def student(level, freedom):
    """How many standard errors to each side hold this share, with so many degrees of freedom.

    Student's t, by its integral.

    >>> [round(student(0.95, freedom), 3) for freedom in (1, 2, 10, 1000)]
    [12.706, 4.303, 2.228, 1.962]
    """
    return _student(share("level", level), float(positive("freedom", freedom)))


@functools.lru_cache
def _student(level, freedom):
    angle = np.linspace(0, min(np.pi / 2, 15 / np.sqrt(freedom)), 4001)
    density = np.cos(angle) ** (freedom - 1)
    below = np.append(0, np.cumsum(density[1:] + density[:-1]))
    angle = np.interp(level, below / below[-1], angle)
    return float(np.sqrt(freedom) * np.tan(angle))


def _freedom(problem):
    """Independent runs beyond the constants that move."""
    return max(problem.runs - problem.q.shape[1], 1)


def _independent(form, q, weights):
    """Runs of one size and tokens are one where they agree far better with each other than the law."""
    places, place = np.unique(np.column_stack([form.n, form.d]), axis=0, return_inverse=True)
    rows, count, free = len(form.y), len(places), len(q)
    if count == rows or count <= free:
        return count
    residual, place = form.residual(q[None])[0][0], place.ravel()
    middle = np.bincount(place, weights * residual) / np.bincount(place, weights)
    within = ((residual - middle[place]) ** 2).sum() / (rows - count)
    between = (middle[place] ** 2).sum() / (count - free)
    return count if 4 * within < between else rows


def _scatter(residual, freedom):
    """The usual error of a run: a fit goes nearly through as many runs as it has constants."""
    return float(np.median(np.sort(np.abs(residual))[-freedom:]) / 0.6745)


def _clear(problem):
    """Whether the curvature at the best end alone says enough of E and the exponents."""
    form, weights = problem.form, problem.weights * problem.runs / problem.weights.sum()
    residual, shares = form.residual(problem.q[:1])
    slope = form.free.T @ form.slope(shares)[0]
    curve = (slope * weights) @ slope.T
    scale = np.sqrt(np.diag(curve)) + 1e-150
    curve /= np.outer(scale, scale)
    if not np.linalg.cond(curve) < 1e10:
        return False
    freedom, matter = _freedom(problem), form.free[[0, 3, 4]].any(axis=0)
    errors = _scatter(residual[0], freedom) * np.sqrt(np.diag(np.linalg.inv(curve))) / scale
    far = 6 * student(0.95, freedom) * errors  # six times: with much to spare
    return bool((far < np.abs(problem.q[0]))[matter].all())


def _allowed(problem):
    """All laws that fit about as well: objective at most lowest + t^2 unit / 2, on this form.

    q are places well inside, from all over; middle is the lowest, and model and sandwich are its
    covariance over unit, where errors are alike and where they are not. The form has Huber's own
    threshold, 1.345 of the scatter, and more for few runs: with a thousandth the law goes through
    five of the runs, and the rest says little of the scatter.
    """
    clear = _clear(problem)
    q = problem.q[: 1 if clear else 8]
    if not clear and len(problem.weights) > 2000:  # fewer runs give wider intervals, no wrong ones
        order = np.lexsort([problem.form.y, problem.form.d, problem.form.n])
        some = order[np.random.default_rng(0).permutation(len(order))[:2000]]
        problem = problem._replace(form=_part(problem.form, some), weights=problem.weights[some],
                                   runs=min(problem.runs, 2000))  # fmt: skip
    form, freedom = problem.form, _freedom(problem)
    weights = problem.weights * problem.runs / problem.weights.sum()
    scatter = _scatter(form.residual(q[:1])[0][0], freedom)
    form = replace(form, delta=max(form.delta, 1.345 * scatter * (1 + 20 / freedom)))
    ends, height = descend(form, q, weights)
    middle, lowest = ends[[height.argmin()]], height.min()
    residual, shares = form.residual(middle)
    pull = weights * np.clip(residual[0], -form.delta, form.delta)
    variance = max((pull**2 / weights).sum() / freedom, 1e-14)  # a loss has seven digits at most
    unit = variance / np.average(np.abs(residual[0]) <= form.delta, weights=weights)
    slope = form.free.T @ form.slope(shares)[0]
    model = np.linalg.pinv((slope * weights) @ slope.T, 1e-12, hermitian=True)
    sandwich = model @ ((slope * pull**2) @ slope.T) @ model * problem.runs / freedom / variance
    if not clear:
        line, shares = np.geomspace(0.03, 2.5, 12), [0.0, 0.4, 0.7, 0.9, 0.99]
        alphas, betas, E = (grid.ravel() for grid in np.meshgrid(line, line, shares))
        starts = _linear_starts(form, weights, alphas, betas, E) @ np.linalg.pinv(form.free).T
        more, high = descend(form, starts, weights, most=30, enough=lowest + 0.2 * unit)
        ends, height = np.concatenate([ends, more]), np.concatenate([height, high])
    inside = ends[height <= lowest + 0.2 * unit]
    return SimpleNamespace(form=form, weights=weights, q=inside, lowest=lowest, unit=unit, model=model,
                           freedom=freedom, middle=middle[0], sandwich=sandwich, clear=clear)  # fmt: skip


def _column(law):
    """A law of arrays with one row for each law."""
    rows = np.stack([np.atleast_1d(getattr(law, name)) for name in NAMES])
    return laws.Chinchilla(*rows, law.source)


def _values(function, law, strict=False):
    """A number for each law of a law of arrays: inf where it is never reached.

    nan where a number is beyond all bounds, unless strict, which raises what the function raises.
    """
    try:
        with np.errstate(all="ignore"):  # laws at the far ends of what is allowed
            values = np.ma.filled(np.ma.asarray(function(law), float), np.inf)
    except ValueError:
        if strict:
            raise
        if len(law.E) == 1:
            return np.array([np.nan])
        rows = zip(*(getattr(law, name) for name in NAMES))
        each = [_values(function, _column(laws.Chinchilla(*row, ""))) for row in rows]
        return np.concatenate(each)
    if np.shape(values) not in ((), np.shape(law.E)):
        count = np.size(values) // len(law.E)
        raise ValueError(
            f"The function gives {count} numbers for each law, but must give one: ask for one "
            "size, budget or run at a time."
        )
    return np.broadcast_to(values, np.shape(law.E))


def _profile(problem, allowed, function, level):
    """The least and the most of a function over all laws that are allowed."""
    form, middle = allowed.form, allowed.middle

    def number(q):
        return _values(function, _law(q @ form.free.T + form.fixed, problem.centre, ""))

    step = 1e-5 * np.eye(len(middle))
    up, down = (np.clip(middle + move, *form.bounds) for move in (step, -step))
    with np.errstate(all="ignore"):  # a number that is never reached has no slope
        slope = (number(up) - number(down)) / np.diag(up - down)
        times = (slope @ allowed.sandwich @ slope) / (slope @ allowed.model @ slope)
    times = max(times, 1.0) if np.isfinite(times) else 1.0
    if not allowed.clear:
        times *= 1.5  # the region is no ellipsoid there
    elif len(form.y) > _HUGE and np.isfinite(slope).all():  # so small a region is one
        far = np.sqrt(times * allowed.unit * (slope @ allowed.model @ slope))
        far *= student(level, allowed.freedom)
        return number(middle[None])[0] + np.array([-far, far])
    limit = allowed.lowest + times * student(level, allowed.freedom) ** 2 * allowed.unit / 2
    here, few = number(allowed.q), 1 if allowed.clear else 6
    order = [np.argsort(np.nan_to_num(way, nan=np.inf), kind="stable") for way in (here, -here)]
    signs = np.repeat([-1, 1], len(here[:few]))
    q = allowed.q[np.concatenate([places[:few] for places in order])]
    ridges = (1e-9,) if allowed.clear else (1e-9, 1e-5, 1e-2)
    ends = climb(form, q, allowed.weights, limit, number, signs, ridges)
    return -ends[signs < 0].max(), ends[signs > 0].max()


def _blind_spot(problem):
    """Why sizes and tokens such as these cannot tell the law, and which runs would; "" if they can."""
    n, d = problem.form.n, problem.form.d
    size, text = np.exp(problem.centre[:2])
    sizes, texts = (len(np.unique(column.round(9))) for column in (n, d))
    narrow, (moves_E, _, _, alpha, beta) = 0.2 * min(np.ptp(n), np.ptp(d)), problem.form.free
    tied, pairs = (alpha == beta).all(), len(np.unique(np.column_stack([n, d]), axis=0))
    if pairs <= problem.q.shape[1]:
        return f"the runs have {pairs} pairs of size and tokens. Runs of other pairs"
    if min(sizes, texts) < 3 and moves_E.any() and not tied:
        return (f"the runs have {sizes} sizes and {texts} numbers of tokens. "
                "Runs of a third, far from these,")  # fmt: skip
    if np.ptp(d - n) < narrow and (tied or moves_E.any()):
        ratio = units.plain(np.exp((d - n).mean()) * text / size)
        return (f"all runs have about {ratio} tokens per parameter. "
                "Runs of the same sizes on a quarter and on four times of the tokens")  # fmt: skip
    if np.ptp(n + d) < narrow and (tied or moves_E.any()):
        cost = units.power(6 * np.exp((n + d).mean()) * size * text)
        return f"all runs cost about {cost} FLOP. Runs for a tenth and for ten times of that"
    return ""


def _undetermined(fit):
    """What the runs leave open, and which runs would tell, in words."""
    hangs = {"A": "alpha", "B": "beta"}
    names = [name for name in NAMES if hangs.get(name, name) in fit.open]
    n, d = np.ptp(fit.problem.form.n), np.ptp(fit.problem.form.d)
    why = _blind_spot(fit.problem) or (
        f"the runs are too few or scatter too much for sizes that span a factor of "
        f"{units.plain(np.exp(n))} and tokens that span one of {units.plain(np.exp(d))}. "
        f"Runs over a wider range of {'sizes' if n < d + 1e-9 else 'tokens'}"
    )
    said = ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]
    return f"The runs do not determine {said}: {why} would tell."


def interval(draws, level=0.8, axis=0):
    """(low, high) between which the middle share of the draws lies: four out of five unless said.

    A masked draw counts as one that is never reached, infinity. Raises ValueError for a draw that is
    no number, or a level that is no share.

    >>> [float(end) for end in interval(np.arange(101))]
    [10.0, 90.0]
    """
    draws = np.ma.filled(np.ma.atleast_1d(np.ma.asarray(draws, float)), np.inf)
    if np.isnan(draws).any() or not draws.size:
        raise ValueError(f"{np.isnan(draws).sum()} of {draws.size} draws are no numbers.")
    tail = round(50 * (1 - share("level", level)), 9)  # 10, not 9.999999999999998
    ends = np.percentile(np.clip(draws, -1e300, 1e300), [tail, 100 - tail], axis=axis)
    ends[np.abs(ends) > 1e250] *= np.inf
    return tuple(ends)


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Refits of resampled runs: draws has a row (E, A, B, alpha, beta) for each.

    law is a Chinchilla law whose constants are arrays, so any of its methods answers for all draws.
    """

    fit: ChinchillaFit
    draws: np.ndarray
    unfinished: int  # draws whose descent could still have fallen

    @property
    def law(self):
        """All draws as one law of arrays."""
        return laws.Chinchilla(*self.draws.T, f"{len(self.draws)} bootstrap draws")

    def interval(self, function, level=0.95):
        """Percentile interval of a function of the law, never narrower than the fit's own interval.

        Few runs, drawn again, look more alike than they are; where they do not determine the law at
        all, every refit goes wrong in the same way. function takes a law, such as lambda law: law.a.
        """
        own = self.fit.interval(function, level)
        values = _values(function, self.law)
        ends = interval(values[~np.isnan(values)], level)
        return float(min(ends[0], own[0])), float(max(ends[1], own[1]))


def bootstrap(fit, n=4000, seed=0, chunk=None) -> Bootstrap:
    """Refit n resamples of the distinct runs, drawn with repeats.

    All at once in chunks of bounded memory, each from the fit itself and, where few runs may have
    several minima, from other places. A warning tells of unfinished ones. Raises ValueError for none.
    """
    if not (isinstance(n, int | np.integer) and n > 0):
        raise ValueError(f"n is {n!r}, but must be a whole number of 1 or more.")
    rng, (form, centre, weights, _, starts, _) = np.random.default_rng(seed), fit.problem
    count, draws, unfinished, starts = len(weights), np.empty((n, 5)), 0, starts[:1]
    if count < _MANY or not fit.determined:
        heights = fit.problem.objective
        apart = fit.problem.q[np.diff(heights, prepend=-np.inf) > 1e-6 * heights]  # other minima
        more = _starts(form, weights, 40 if count < 40 else 20, 0, np.random.default_rng(0))
        starts = np.concatenate([apart[:5], more])
    many, share_of_each = len(starts), np.full(count, 1 / count)
    chunk = chunk or max(1, 61_440 // (count * many))  # about 50 MB, however many runs
    for first in range(0, n, chunk):
        rows = min(chunk, n - first)
        weight = rng.multinomial(count, share_of_each, size=rows) * weights
        q, objective = descend(form, np.tile(starts, (rows, 1)), weight.repeat(many, 0))
        best = objective.reshape(-1, many).argmin(axis=1) + many * np.arange(rows)
        q, _, left = _finished(form, q[best], objective[best], weight)
        found, unfinished = _law(q @ form.free.T + form.fixed, centre, ""), unfinished + left
        draws[first : first + rows] = np.stack([getattr(found, name) for name in NAMES], axis=1)
    if unfinished:
        warnings.warn(f"{unfinished} of {n} refits could still have gone lower.", stacklevel=2)
    return Bootstrap(fit, draws, unfinished)


def predict(fit, params, tokens, level=0.9, draws=None):
    """Loss of a run of this size and these tokens: (best guess, law interval, run interval).

    The law interval holds the uncertainty of the constants, by the fit or by the Bootstrap draws; the
    run interval adds the scatter of the runs around the law, and is the one to bet on.
    """
    if np.ndim(params) or np.ndim(tokens):
        raise ValueError("params and tokens must be one number each: predict one run at a time.")
    guess = fit.law.loss(params, tokens)
    low, high = (draws or fit).interval(lambda law: law.loss(params, tokens), level)
    freedom, heavy = _freedom(fit.problem), fit.weights / fit.weights.sum()
    scatter = np.sqrt((heavy * fit.residuals**2).sum() * (1 + len(fit.problem.q[0]) / freedom))
    far = guess * student(level, freedom) * scatter
    run = guess - np.hypot(guess - low, far), guess + np.hypot(high - guess, far)
    return guess, (low, high), (float(run[0]), float(run[1]))


# Lines and parabolas ------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PowerFit:
    """y = E + k x^-a with standard errors (E is 0 where no floor was fitted)."""

    a: float
    k: float
    E: float
    a_error: float
    k_error: float
    E_error: float
    rms: float  # of the log residuals

    def predict(self, x):
        """y at x."""
        return self.E + self.k * positive("x", x) ** -self.a


def fit_power_law(x, y, with_floor=False, weights=None) -> PowerFit:
    """Fit y = k x^-a as a line in logs, or y = E + k x^-a with a floor.

    Standard errors assume independent scatter of log y. Raises ValueError for fewer points than
    constants plus one, or for one x only.

    >>> fit = fit_power_law([1e7, 1e8, 1e9, 1e10], laws.KAPLAN_PARAMS.loss([1e7, 1e8, 1e9, 1e10]))
    >>> round(fit.a, 3)
    0.076
    >>> sizes = np.logspace(7, 11, 9)
    >>> fit = fit_power_law(sizes, 1.8 + 480 * sizes**-0.35, with_floor=True)
    >>> round(fit.E, 3), round(fit.a, 3)
    (1.8, 0.35)
    """
    x, y, weights = _runs(weights, x=x, y=y)
    need = 4 if with_floor else 3
    x, y, weights = (column[weights > 0] for column in (x, y, weights))
    if len(x) < need or len(np.unique(x)) < need - 1:
        raise ValueError(f"{len(x)} points at {len(np.unique(x))} places, but {need - 1} "
                         f"constants need {need} points at {need - 1} places at least.")  # fmt: skip
    centre = np.average(np.log(x), weights=weights)
    n, ones = np.log(x) - centre, np.ones_like(x)
    if not with_floor:
        design = np.column_stack([ones, -n])
        inverse = np.linalg.inv(design.T @ (design * weights[:, None]))
        q = inverse @ (design.T @ (weights * np.log(y)))
        rest, slope = np.log(y) - design @ q, design.T
        level, a, E = q[0], q[1], 0.0
    else:
        free, fixed = np.eye(5)[:, [0, 1, 3]], np.array([0, 0, -700, 0, 0.0])
        unit = y.min()
        form = ChinchillaForm(n, ones * 0, np.log(y / unit), np.inf, free, fixed)
        shares, alphas = np.linspace(0.02, 0.98, 9), np.geomspace(0.02, 2, 9)
        s, g = (grid.ravel() for grid in np.meshgrid(shares, alphas))
        rest = np.average(y, weights=weights) / unit - s
        q, objective = descend(form, np.column_stack([s, np.log(rest), g]), weights)
        best = q[np.argmin(objective)]
        rest, parts = form.residual(best[None])
        rest, slope = rest[0], np.stack([parts[0][0], parts[1][0], -n * parts[1][0]])
        inverse = np.linalg.pinv((slope * weights) @ slope.T, hermitian=True)
        E, level, a = unit * best[0], best[1] + np.log(unit), best[2]
    free = max(len(slope), 1)
    scatter = (weights * rest**2).sum() / weights.sum() * len(x) / max(len(x) - free, 1)
    jacobian = np.zeros((3, free))  # of E, log k, a
    jacobian[1, -2], jacobian[1, -1], jacobian[2, -1] = 1, centre, 1
    if with_floor:
        jacobian[0, 0] = unit
    spread = np.diag(jacobian @ inverse @ jacobian.T) * scatter * weights.mean()
    E_error, k_share, a_error = np.sqrt(np.maximum(spread, 0)).tolist()
    if with_floor and not _EXPONENTS[0] < a < _EXPONENTS[1]:  # on a bound: no floor to be seen
        E_error = k_share = a_error = np.inf
    k = float(np.exp(level + a * centre))
    rms = float(np.sqrt(np.average(rest**2, weights=weights)))
    return PowerFit(float(a), k, float(E), a_error, k * k_share, E_error, rms)


@dataclass(frozen=True, eq=False)
class IsoFlopFit:
    """The lowest point of each budget, and the exponents N ~ C^a, D ~ C^b through them."""

    flops: np.ndarray
    params: np.ndarray
    params_low: np.ndarray  # 95 % interval of each lowest point
    params_high: np.ndarray
    loss: np.ndarray
    a: float
    a_error: float
    b: float
    coefficient: float  # params = coefficient * flops^a
    left_out: tuple  # a sentence for each budget whose lowest point is not among its sizes


def fit_isoflop(params, loss, flops, tolerance=0.15) -> IsoFlopFit:
    """Approach 2: a parabola of the loss in log N for each budget, then a line through the minima.

    Runs whose flops agree within the tolerance are of one budget. One whose minimum lies outside its
    own sizes, or that has no minimum, is left out; one warning says which and why. Intervals use
    Student's t, so with three sizes only they are endless. Raises ValueError for fewer than two usable
    budgets. The parabola is biased where the true curve is none: without any noise, the same nine
    sizes at each budget give 0.494 for 0.513.

    >>> law, flops = laws.CHINCHILLA_REFIT, np.repeat([1e19, 1e20, 1e21], 9)
    >>> params = np.tile(np.geomspace(1e8, 1e10, 9), 3)
    >>> fit = fit_isoflop(params, law.loss(params, flops / 6 / params), flops)
    >>> round(law.a, 3), round(fit.a, 3)
    (0.513, 0.494)
    """
    params, loss, flops, _ = _runs(params=params, loss=loss, flops=flops)
    found, left_out = [], []
    for here in _budgets(flops, float(positive("tolerance", tolerance, zero=True))):
        x, y, budget = np.log(params[here]), loss[here], float(np.median(flops[here]))
        name = f"{budget:.3g} FLOP"
        if len(np.unique(x)) < 3:
            left_out.append(f"{name}: {len(np.unique(x))} sizes, but a parabola needs three.")
            continue
        middle = x.mean()
        design = np.column_stack([np.ones_like(x), x - middle, (x - middle) ** 2])
        (c, b, a), *_ = np.linalg.lstsq(design, y, rcond=None)
        if a <= 0:
            left_out.append(f"{name}: the parabola has no lowest point.")
            continue
        best = middle - b / (2 * a)
        if not x.min() < best < x.max():
            lowest = f"the lowest point, {np.exp(best):.3g},"
            left_out.append(f"{name}: {lowest} is outside of its sizes.")
            continue
        rest, error = y - design @ [c, b, a], np.inf
        if (freedom := len(x) - 3) > 0:
            slope = np.array([0, -1 / (2 * a), b / (2 * a * a)])
            variance = slope @ np.linalg.inv(design.T @ design) @ slope * (rest**2).sum() / freedom
            error = student(0.95, freedom) * np.sqrt(variance)
        found.append((budget, best, error, c - b * b / (4 * a)))
    said = f"Left out {left_out[0]}" if left_out else ""
    said += f" Others left out: {len(left_out) - 1}." if len(left_out) > 1 else ""
    if len(found) < 2:
        few = f"{len(found)} budgets with a lowest point among their sizes, but two are needed."
        raise ValueError(f"{few} {said}".strip())
    if said:
        warnings.warn(said, stacklevel=2)
    budgets, best, error, lowest = map(np.array, zip(*found))
    line = fit_power_law(budgets, np.exp(-best)) if len(found) > 2 else None
    a = line.a if line else float(np.diff(best)[0] / np.diff(np.log(budgets))[0])
    level = float(np.mean(best - a * np.log(budgets)))
    return IsoFlopFit(
        budgets, np.exp(best), np.exp(best - error), np.exp(best + error), lowest,
        a, line.a_error if line else float("inf"), 1 - a, float(np.exp(level)), tuple(left_out),
    )  # fmt: skip


def _budgets(flops, tolerance):
    """The places of each budget's runs: from its cheapest run to a tolerance above it."""
    order = np.argsort(flops, kind="stable")
    rest = flops[order]
    while len(rest):
        count = np.searchsorted(rest, rest[0] * (1 + tolerance), side="right")
        yield np.sort(order[:count])
        order, rest = order[count:], rest[count:]


def fit_envelope(flops, loss, params, run, points=200):
    """Approach 1: at each compute the run with the lowest loss so far, then N ~ C^a through them.

    flops, loss, params, run: one entry a point of a training curve; run names its curve. Gives the
    compute, the best size and the loss at each of the log-spaced points that two runs reach, and
    the PowerFit whose -a is the exponent of the size. Raises ValueError for fewer than two curves.
    """
    run, mask = np.ravel(run), np.ravel(np.ma.getmaskarray(run))
    unnamed = np.array([name is None or name != name for name in run.tolist()], bool)
    refuse("run", run, unnamed & ~mask, "the name or the number of a training curve")
    if len(run) != np.size(flops):
        raise ValueError(
            f"run has {len(run)} entries and flops {np.size(flops)}, but must be alike."
        )
    _, place = np.unique(run.astype(str), return_inverse=True)
    flops, loss, params, place, _ = _runs(
        flops=flops, loss=loss, params=params, run=np.ma.masked_array(place + 1, mask)
    )
    order, curves = np.lexsort([flops, place]), []
    for mine in np.split(order, np.flatnonzero(np.diff(place[order])) + 1):
        curves.append((np.log(flops[mine]), np.log(loss[mine]), params[mine[0]]))
    if len(curves) < 2:
        raise ValueError(f"{len(curves)} training curves, but an envelope needs two.")
    starts, ends = (np.sort([curve[0][end] for curve in curves]) for end in (0, -1))
    grid = np.linspace(starts[1], ends[-2], points)
    heights = np.stack([np.interp(grid, x, y, left=np.inf, right=np.inf) for x, y, _ in curves])
    reached = np.isfinite(heights).sum(axis=0) >= 2
    grid, heights = grid[reached], heights[:, reached]
    winner = heights.argmin(axis=0)
    best = np.array([size for *_, size in curves])[winner]
    return np.exp(grid), best, np.exp(heights.min(axis=0)), fit_power_law(np.exp(grid), best)
