"""Estimation: from runs to a law, with an honest account of how well the runs determine it."""

import functools
import warnings
from dataclasses import dataclass, replace

import numpy as np

from helpers import laws
from helpers.descent import ChinchillaForm, climb, descend, expected_fall, huber
from helpers.guard import positive

TOP = 6
ROBUST = True
AGREE = 1e-9  # two starts agree when their objectives differ by less than this share
NAMES = ("E", "A", "B", "alpha", "beta")
HUBER = 1e-3  # of log losses: where Hoffmann et al. 2022, App D.2, go from squares to sizes
_EXPONENTS = (0.02, 3.0)  # an exponent outside of these sits on its bound
_NOTHING = 1e-3  # an E below this share of the smallest loss sits on its bound, zero


# The fit of the Chinchilla law --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ChinchillaFit:
    """A law fitted to runs that says how far it can be trusted.

    status says it in words. certified: this is the global minimum, for at least four starts (or all,
    if fewer) reach it and nothing leads down from there. determined: the runs fix the law; where they
    do not, undetermined says what cannot be known, and which runs would tell.
    """

    law: laws.Chinchilla
    objective: float
    starts: int
    agreeing: int  # starts that end within 1e-9 of the best objective
    params: np.ndarray
    tokens: np.ndarray
    loss: np.ndarray
    weights: np.ndarray
    status: str
    certified: bool
    determined: bool
    undetermined: str
    gradient: float  # share of the objective that another Newton step would still take off
    condition: float  # of the scaled curvature: large means hardly determined
    at_bound: tuple  # names of constants on a bound
    problem: tuple  # form, centre, weights and ends of all starts, for intervals
    options: dict  # delta, tied and E as they were asked for

    @functools.cached_property
    def allowed(self):
        """What _allowed gives, for all intervals of this fit."""
        return _allowed(self)

    @property
    def residuals(self):
        """log of the observed over the predicted loss, for each run."""
        return np.log(self.loss) - np.log(self.law.loss(self.params, self.tokens))

    def interval(self, function, level=0.95):
        """Between which ends any number that function(law) gives must lie, given the runs.

        By the profile likelihood, with Student's t for the degrees of freedom that are there: the
        least and the most over all laws that fit about as well. As wide as the bounds where the runs
        do not tell. function takes a law, such as lambda law: law.optimum(1e24)[0] for the best size.
        """
        low, high = _profile(self, [function], level)
        return low[0], high[0]

    @functools.cached_property
    def std_errors(self):
        """Of each constant, so that 1.96 of them to each side hold 95 %; inf where the runs do not tell."""
        return _std_errors(self)


def _runs(params, tokens, loss, weights):
    """The runs as arrays of one length, checked."""
    columns = [np.atleast_1d(positive(name, value)).astype(float) for name, value in
               (("params", params), ("tokens", tokens), ("loss", loss))]  # fmt: skip
    weights = (
        np.ones(len(columns[0])) if weights is None else positive("weights", weights, zero=True)
    )
    columns.append(np.atleast_1d(weights))
    lengths = [len(column) for column in columns]
    if len(set(lengths)) != 1:
        raise ValueError(
            f"params, tokens, loss and weights have {lengths} entries, but must be alike."
        )
    return columns


def _distinct(params, tokens, loss, weights):
    """The runs that have a weight, each once: a run that is listed twice weighs twice."""
    used = weights > 0
    rows = np.column_stack([params, tokens, loss])[used]
    _, first, place = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return *rows[first[order]].T, np.bincount(place.ravel(), weights[used])[order]


def _enough(params, tokens, loss, constants):
    """Refuse runs that no fit can tell a law from."""
    if len(loss) <= constants:
        raise ValueError(
            f"{len(loss)} distinct runs with weight, but {constants} constants need {constants + 1}."
        )
    for name, values in (("params", params), ("tokens", tokens)):
        if values.min() == values.max():
            raise ValueError(
                f"{name} is {values[0]:g} in every run, but must take two values at least."
            )


def _logs(params, tokens, loss):
    """The runs in logs, sizes and tokens from their middle, losses from the lowest; these places."""
    logs = [np.log(column) for column in (params, tokens, loss)]
    centre = logs[0].mean(), logs[1].mean(), logs[2].min()
    return [column - middle for column, middle in zip(logs, centre)], centre


def _form(n, d, y, delta, tied, E, unit=1.0):
    """The problem in centred logs, with the columns of what may move; fixed is 0 in all of these."""
    free, fixed = np.eye(5), np.zeros(5)
    if tied:
        free[:, 3] += free[:, 4]
        free = free[:, :4]
    if E is not None:
        fixed[0] = E / unit
        free = free[:, 1:]
    return ChinchillaForm(n, d, y, delta, free, fixed)


def _linear_starts(form, weights, alphas, betas, E=None):
    """Solve E, A, B by least squares for each pair of exponents; theta with small positive floors."""
    loss = np.exp(form.y)
    size, text = np.exp(-alphas[:, None] * form.n), np.exp(-betas[:, None] * form.d)
    columns = [size, text] if E is not None else [np.ones_like(size), size, text]
    weight = weights / loss**2
    design = np.stack(columns, axis=1)
    weighted = design * weight
    target = loss - (0 if E is None else E[:, None])
    matrix = weighted @ design.swapaxes(1, 2)
    right = np.einsum("bin,bn->bi", weighted, np.broadcast_to(target, size.shape))
    matrix += 1e-10 * np.einsum("bii->bi", matrix)[:, :, None] * np.eye(matrix.shape[1])
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
    few = np.linspace(0, len(weights) - 1, min(len(weights), 2000)).astype(int)  # enough to choose
    part = replace(form, n=form.n[few], d=form.d[few], y=form.y[few])
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
    Raises ValueError for fewer than 6 runs, or runs of one size or of one number of tokens only;
    warns where the runs hardly determine E.

    >>> N, D = np.meshgrid([1e8, 3e8, 1e9, 3e9], [1e9, 1e10, 1e11])
    >>> fit = fit_chinchilla(N.ravel(), D.ravel(), laws.CHINCHILLA_REFIT.loss(N, D).ravel())
    >>> [float(f"{getattr(fit.law, name):.4g}") for name in NAMES], fit.certified
    ([1.817, 482.0, 2085.0, 0.3478, 0.3658], True)
    """
    params, tokens, loss, weights = _runs(params, tokens, loss, weights)
    delta = float(delta if delta == np.inf else positive("delta", delta))
    used = weights > 0
    if E is not None and not 0 <= E < loss[used].min():
        raise ValueError(
            f"E is {E!r}, but must be 0 or more and below every loss ({loss[used].min():g})."
        )
    options = {"delta": delta, "tied": tied, "E": E}
    *runs, heavy = _distinct(params, tokens, loss, weights)
    _enough(*runs, constants=5 - tied - (E is not None))
    columns, centre = _logs(*runs)
    form = _form(*columns, **options, unit=np.exp(centre[2]))
    random = 150 if len(heavy) < 100 else 0  # few runs can have several minima
    q = _starts(form, heavy, starts, random, np.random.default_rng(seed))
    q, objective = descend(form, q, heavy)
    best = int(np.argmin(objective))
    theta = form.free @ q[best] + form.fixed
    law = _law(theta, centre, "fit of runs")
    scale = max(objective[best], 1e-16 * heavy.sum())  # noise-free runs leave no objective
    agreeing = int((objective <= objective[best] + AGREE * scale).sum())
    gradient = float(expected_fall(form, q[[best]], heavy)[0] / scale)
    _, _, curve = form.slopes(form.residual(q[[best]]), heavy[None])
    outer = np.sqrt(np.outer(*[np.maximum(np.diag(curve[0]), 1e-300)] * 2))
    condition = float(np.linalg.cond(curve[0] / outer))
    at_bound = ()
    certified = agreeing >= min(4, starts) and gradient < AGREE
    status = _status(agreeing, len(q), gradient, at_bound, condition)
    found = law, float(objective[best]), len(q), agreeing, params, tokens, loss, weights
    trust = status, certified, True, "", gradient, condition, at_bound
    return ChinchillaFit(*found, *trust, (form, centre, heavy, q, objective), options)


def _status(agreeing, starts, gradient, at_bound, condition):
    """What a careful colleague would say about this minimum."""
    ended = "the gradient there is zero" if gradient < AGREE else "but the descent was not finished"
    said = [f"{agreeing} of {starts} starts agree on this minimum", ended]
    return "; ".join(said) + "."


def student(level, freedom):
    """How many standard errors to each side hold this share: Student's t, by its integral.

    >>> [round(student(0.95, freedom), 3) for freedom in (1, 2, 10, 1000)]
    [12.706, 4.303, 2.228, 1.962]
    """
    angle = np.linspace(0, np.pi / 2, 200_001)
    share = np.cumsum(np.cos(angle) ** (min(freedom, 1e6) - 1))
    return float(np.sqrt(freedom) * np.tan(np.interp(level, share / share[-1], angle)))


def _allowed(fit):
    """The laws that fit about as well: (form, weights, starts, lowest, unit, freedom).

    Their objective is at most lowest + t^2 unit / 2.
    """
    form, _, weights, q, objective = fit.problem
    count = len(form.y)
    weights = weights * count / weights.sum()
    freedom = max(count - q.shape[1], 1)
    best = q[[np.argmin(objective)]]
    off = np.sort(np.abs(form.residual(best)[0][0]))
    wide = np.median(off[-freedom:]) / 0.6745
    form = replace(form, delta=max(form.delta, 1.345 * wide * (1 + 10 / freedom)))
    order = np.argsort(objective)[:8]
    ends, height = descend(form, q[order], weights)
    lowest = height.min()
    middle = ends[[np.argmin(height)]]
    found = form.residual(middle)
    residual = found[0][0]
    pull = weights * np.clip(residual, -form.delta, form.delta)
    variance = (pull**2 / weights).sum() / freedom
    inside = (weights * (np.abs(residual) <= form.delta)).mean()
    unit = max(variance, 1e-14) / inside
    line = np.geomspace(0.03, 2.5, 12)
    alphas, betas, E = (g.ravel() for g in np.meshgrid(line, line, [0.0, 0.4, 0.7, 0.9, 0.99]))
    back = np.linalg.pinv(form.free).T
    some = _linear_starts(form, weights, alphas, betas, E) @ back
    more, high = descend(form, some, weights, most=30, enough=lowest + 0.2 * unit)
    good = high <= lowest + 0.2 * unit
    ends, height = np.concatenate([ends, more[good]]), np.concatenate([height, high[good]])
    per, size, text = (s[0] for s in found[1])
    slope = form.free.T @ np.stack([per, size, text, -form.n * size, -form.d * text])
    back = np.linalg.pinv((slope * weights) @ slope.T, 1e-12, hermitian=True)
    spread = back @ ((slope * pull**2) @ slope.T) @ back * count / freedom / max(variance, 1e-300)
    return form, weights, ends, height, lowest, unit, freedom, middle[0], back, spread


def _values(function, law):
    """function of a law of arrays: nan where it cannot be computed, inf where no x reaches it."""
    try:
        return np.ma.filled(np.ma.asarray(function(law), float), np.inf)
    except ValueError:
        rows = np.stack([getattr(law, name) for name in NAMES], axis=1)
        if len(rows) == 1:
            return np.array([np.nan])
        return np.concatenate([_values(function, laws.Chinchilla(*row[:, None], "")) for row in rows])


def _profile(fit, functions, level):
    """The least and the most of each function over all laws that the runs allow."""
    form, weights, ends, height, lowest, unit, freedom, middle, back, spread = fit.allowed
    centre = fit.problem[1]
    k = len(functions)
    nudged = middle + 1e-5 * np.vstack([np.eye(len(middle)), -np.eye(len(middle))])
    nudged = np.clip(nudged, *form.bounds)
    law = _law(nudged @ form.free.T + form.fixed, centre, "")
    up = np.array([np.ma.filled(np.ma.asarray(g(law), float), np.nan) for g in functions])
    up = up[:, :len(middle)] - up[:, len(middle):]
    known = np.einsum("ki,ij,kj->k", up, back, up)
    more = np.einsum("ki,ij,kj->k", up, spread, up) / known
    more = np.where(np.isfinite(more), np.maximum(more, 1), 1) if ROBUST else np.ones(k)
    limit = lowest + student(level, freedom) ** 2 * unit / 2 * more
    ends = ends[height <= limit.min()]
    law = _law(ends @ form.free.T + form.fixed, centre, "")
    first = []
    for g in functions:
        v = _values(g, law)
        for s in (-1, 1):
            first.append(ends[np.argsort(-s * np.nan_to_num(v, nan=-s * np.inf))[:TOP]])
    many = len(first[0])
    first = np.concatenate(first)
    limit = np.repeat(limit, 2 * many)
    which = np.repeat(np.arange(2 * k), many)
    limit = limit * (1 + 1e-9)

    def rise(q, rows):
        law = _law(q @ form.free.T + form.fixed, centre, "")
        values = np.empty(len(q))
        for place in range(k):
            mine = np.isin(which[rows], (2 * place, 2 * place + 1))
            if mine.any():
                part = laws.Chinchilla(*(getattr(law, name)[mine] for name in NAMES), "")
                values[mine] = _values(functions[place], part)
        return np.where(which[rows] % 2, values, -values)

    _, best = climb(form, first, weights, limit, rise)
    best = best.reshape(2 * k, many).max(axis=1)
    return [-float(v) for v in best[::2]], [float(v) for v in best[1::2]]


def _std_errors(fit):
    functions = [lambda law, name=name: getattr(law, name) for name in NAMES]
    low, high = _profile(fit, functions, 0.95)
    return {name: max(h - getattr(fit.law, name), getattr(fit.law, name) - l) / 1.96
            for name, l, h in zip(NAMES, low, high)}


# How sure? ----------------------------------------------------------------------------------------


def interval(draws, level=0.8, axis=0):
    """(low, high) between which the middle share of the draws lies: four out of five unless said.

    >>> [float(end) for end in interval(np.arange(101))]
    [10.0, 90.0]
    """
    tail = round(50 * (1 - level), 9)  # 10, not 9.999999999999998
    low, high = np.percentile(draws, [tail, 100 - tail], axis=axis)
    return low, high


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Refits of resampled runs: draws has a row (E, A, B, alpha, beta) for each.

    law is a Chinchilla law whose constants are arrays, so any of its methods answers for all draws.
    """

    fit: ChinchillaFit
    draws: np.ndarray
    kind: str
    unfinished: int  # draws whose descent could still have fallen: 0 unless the law is undetermined

    @property
    def law(self):
        """All draws as one law of arrays."""
        return laws.Chinchilla(*self.draws.T, f"{len(self.draws)} bootstrap draws")

    def interval(self, function, level=0.95):
        """Percentile interval of any function of the law.

        function takes a law, such as lambda law: law.optimum(1e24)[0] for the best size.
        """
        values = np.asarray(function(self.law))
        low, high = interval(values, level)
        return (float(low), float(high)) if values.ndim == 1 else (low, high)


def bootstrap(fit, n=4000, seed=0, kind="pairs", chunk=None) -> Bootstrap:
    """Refit n resamples of the runs; kind "pairs" draws runs, "residual" draws noise.

    All of them at once in chunks of bounded memory, each from the fit itself; unfinished counts the
    refits that could have gone lower. Raises ValueError for another kind.
    """
    if kind not in ("pairs", "residual"):
        raise ValueError(f"kind is {kind!r}, but must be 'pairs' or 'residual'.")
    rng = np.random.default_rng(seed)
    form, centre, weights, *_ = fit.problem
    unit, law = np.exp(centre[2]), fit.law
    theta = np.array([law.E / unit, np.log(law.A / unit) - law.alpha * centre[0],
                      np.log(law.B / unit) - law.beta * centre[1], law.alpha, law.beta])  # fmt: skip
    start = np.linalg.pinv(form.free) @ theta
    count, draws = len(weights), np.empty((n, 5))
    chunk = chunk or max(1, 61_440 // count)  # about 50 MB, whatever the number of runs
    unfinished = 0
    for first in range(0, n, chunk):
        rows = min(chunk, n - first)
        if kind == "pairs":
            share = np.full(count, 1 / count)
            batches = [(form, rng.multinomial(count, share, size=rows) * weights)]
        else:
            around = form.y - fit.residuals[used]  # the fitted law itself
            noise = rng.choice(fit.residuals[used], size=(rows, count))
            batches = [(replace(form, y=around + scatter), weights[None]) for scatter in noise]
        ends = []
        for problem, weight in batches:
            q, objective = descend(problem, np.tile(start, (len(weight), 1)), weight)
            unfinished += int((expected_fall(problem, q, weight) > AGREE * objective).sum())
            ends.append(q)
        found = _law(np.concatenate(ends) @ form.free.T + form.fixed, centre, "")
        draws[first : first + rows] = np.stack([getattr(found, name) for name in NAMES], axis=1)
    return Bootstrap(fit, draws, kind, unfinished)


def predict(fit, params, tokens, level=0.9, n=1000, seed=0, draws=None):
    """Loss of a run of this size and these tokens: (best guess, law interval, run interval).

    The law interval holds the uncertainty of the constants; the run interval adds the scatter of the
    runs around the law, and is the one to bet on. draws: a Bootstrap to use again.
    """
    draws = draws or bootstrap(fit, n, seed)
    losses = np.asarray(draws.law.loss(params, tokens))
    noise = np.random.default_rng(seed + 1).choice(fit.residuals[fit.weights > 0], size=len(losses))
    tails = [50 * (1 - level), 50 * (1 + level)]
    law, run = (tuple(np.percentile(values, tails).tolist())
                for values in (losses, losses * np.exp(noise)))  # fmt: skip
    return fit.law.loss(params, tokens), law, run


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
    x, y, _, weights = _runs(x, y, np.ones(np.size(x)), weights)
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


def fit_isoflop(params, loss, flops) -> IsoFlopFit:
    """Approach 2: a parabola of the loss in log N for each budget, then a line through the minima.

    A budget whose minimum lies outside its own sizes, or that has no minimum, is left out with a
    warning. Raises ValueError for fewer than two usable budgets. The parabola is biased where the
    true curve is none: without any noise, the same nine sizes at each budget give 0.494 for 0.513.

    >>> law, flops = laws.CHINCHILLA_REFIT, np.repeat([1e19, 1e20, 1e21], 9)
    >>> params = np.tile(np.geomspace(1e8, 1e10, 9), 3)
    >>> fit = fit_isoflop(params, law.loss(params, flops / 6 / params), flops)
    >>> round(law.a, 3), round(fit.a, 3)
    (0.513, 0.494)
    """
    params, loss, flops, _ = _runs(params, loss, flops, None)
    found, left_out = [], []
    for budget in np.unique(flops):
        here = flops == budget
        x, y = np.log(params[here]), loss[here]
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
        rest = y - design @ [c, b, a]
        scatter = (rest**2).sum() / max(len(x) - 3, 1)
        slope = np.array([0, -1 / (2 * a), b / (2 * a * a)])
        error = np.sqrt(slope @ np.linalg.inv(design.T @ design) @ slope * scatter)
        found.append((budget, best, error, c - b * b / (4 * a)))
    for sentence in left_out:
        warnings.warn(f"Left out {sentence}", stacklevel=2)
    if len(found) < 2:
        raise ValueError(
            f"{len(found)} budgets with a lowest point among their sizes, but two are needed."
        )
    budgets, best, error, lowest = map(np.array, zip(*found))
    line = fit_power_law(budgets, np.exp(-best)) if len(found) > 2 else None
    a = line.a if line else float(np.diff(best)[0] / np.diff(np.log(budgets))[0])
    level = float(np.mean(best - a * np.log(budgets)))
    return IsoFlopFit(
        budgets, np.exp(best), np.exp(best - 1.96 * error), np.exp(best + 1.96 * error), lowest,
        a, line.a_error if line else float("nan"), 1 - a, float(np.exp(level)), tuple(left_out),
    )  # fmt: skip


def fit_envelope(flops, loss, params, run, points=200):
    """Approach 1: at each compute the run with the lowest loss so far, then N ~ C^a through them.

    flops, loss, params, run: one entry a point of a training curve; run names its curve. Gives the
    compute, the best size and the loss at each of the log-spaced points that two runs reach, and
    the PowerFit whose -a is the exponent of the size. Raises ValueError for fewer than two curves.
    """
    flops, loss, params, _ = _runs(flops, loss, params, None)
    run = np.asarray(run)
    curves = []
    for name in np.unique(run):
        mine = np.flatnonzero(run == name)
        mine = mine[np.argsort(flops[mine])]
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
