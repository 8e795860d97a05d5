"""Estimation: from runs to a law, with an honest account of how well the runs determine it."""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from helpers import laws
from helpers.descent import ChinchillaForm, descend, expected_fall, huber
from helpers.guard import positive

AGREE = 1e-9  # two starts agree when their objectives differ by less than this share
NAMES = ("E", "A", "B", "alpha", "beta")
HUBER = 1e-3  # of log losses: where Hoffmann et al. 2022, App D.2, go from squares to sizes
_EXPONENTS = (0.02, 3.0)  # an exponent outside of these sits on its bound
_NOTHING = 1e-3  # an E below this share of the smallest loss sits on its bound, zero


# The fit of the Chinchilla law --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ChinchillaFit:
    """A law fitted to runs that says how far it can be trusted.

    status says it in words; certified is True where at least four starts (or all, if fewer) reach
    this objective, the gradient is zero there, and no constant sits on a bound.
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
    gradient: float  # share of the objective that another Newton step would still take off
    condition: float  # of the scaled curvature: large means hardly determined
    at_bound: tuple  # names of constants on a bound
    std_errors: dict  # of each constant, a quick sandwich estimate; bootstrap knows better
    options: dict  # delta, tied and E as they were asked for

    @property
    def residuals(self):
        """log of the observed over the predicted loss, for each run."""
        return np.log(self.loss) - np.log(self.law.loss(self.params, self.tokens))


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


def _identified(params, tokens, weights, constants):
    """Refuse runs that no fit can tell a law from."""
    used = weights > 0
    if used.sum() <= constants:
        raise ValueError(
            f"{used.sum()} runs with weight, but {constants} constants need {constants + 1}."
        )
    for name, values in (("params", params[used]), ("tokens", tokens[used])):
        if len(np.unique(values)) < 2:
            raise ValueError(
                f"{name} is {values[0]:g} in every run, but must take two values at least."
            )


def _logs(params, tokens, loss, used):
    """The runs in logs, with sizes and tokens from the middle of those that are used; the middle."""
    n, d = np.log(params), np.log(tokens)
    centre = n[used].mean(), d[used].mean()
    return (n - centre[0], d - centre[1], np.log(loss)), centre


def _form(n, d, y, delta, tied, E):
    """The problem in centred logs, with the columns of what may move; fixed is 0 in all of these."""
    free, fixed = np.eye(5), np.zeros(5)
    if tied:
        free[:, 3] += free[:, 4]
        free = free[:, :4]
    if E is not None:
        fixed[0] = np.log(E) if E > 0 else -700.0
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
    ground = np.array([0.05, 1e-3, 1e-3]) * loss.min()
    return np.column_stack([np.log(np.maximum(solved, ground)), alphas, betas])


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
    values = np.exp(e), np.exp(a + alpha * centre[0]), np.exp(b + beta * centre[1]), alpha, beta
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
    _identified(params, tokens, weights, constants=5)
    used = weights > 0
    if E is not None and not 0 <= E < loss[used].min():
        raise ValueError(
            f"E is {E!r}, but must be 0 or more and below every loss ({loss[used].min():g})."
        )
    options = {"delta": delta, "tied": tied, "E": E}
    columns, centre = _logs(params, tokens, loss, used)
    form = _form(*columns, **options)
    random = 150 if used.sum() < 100 else 0  # few runs can have several minima
    q = _starts(form, weights, starts, random, np.random.default_rng(seed))
    q, objective = descend(form, q, weights)
    best = int(np.argmin(objective))
    theta = form.free @ q[best] + form.fixed
    law = _law(theta, centre, "fit of runs")
    scale = max(objective[best], 1e-16 * weights.sum())  # noise-free runs leave no objective
    agreeing = int((objective <= objective[best] + AGREE * scale).sum())
    covariance, condition = _covariance(form, q[best], weights)
    errors = _std_errors(theta, covariance, form, centre)
    at_bound = tuple(name for name, value in (("alpha", law.alpha), ("beta", law.beta))
                     if not _EXPONENTS[0] < value < _EXPONENTS[1])  # fmt: skip
    if E is None and _NOTHING * loss[used].min() > law.E:
        at_bound = ("E", *at_bound)
    gradient = float(expected_fall(form, q[[best]], weights)[0] / scale)
    sure = agreeing >= min(4, starts) and gradient < AGREE
    certified = sure and not at_bound and condition < 1e10
    status = _status(agreeing, len(q), gradient, at_bound, condition)
    if E is None and ("E" in at_bound or errors["E"] > 0.5 * (loss[used].min() - law.E)):
        warnings.warn(
            f"The runs hardly determine E: {law.E:.3g} with a standard error of {errors['E']:.2g}, "
            f"while the lowest loss is {loss[used].min():.3g}.", stacklevel=2,
        )  # fmt: skip
    found = law, float(objective[best]), len(q), agreeing, params, tokens, loss, weights
    trust = status, certified, gradient, condition, at_bound, errors
    return ChinchillaFit(*found, *trust, options)


def _status(agreeing, starts, gradient, at_bound, condition):
    """What a careful colleague would say about this minimum."""
    ended = "the gradient there is zero" if gradient < AGREE else "but the descent was not finished"
    said = [f"{agreeing} of {starts} starts agree on this minimum", ended]
    if at_bound:
        said.append(f"{' and '.join(at_bound)} on a bound: the runs do not determine the law")
    if condition >= 1e10:
        said.append("the runs leave some combination of the constants undetermined")
    return "; ".join(said) + "."


def _covariance(form, q, weights):
    """Sandwich covariance of q at the minimum, and the condition number of its scaled curvature."""
    residual, shares = form.residual(q[None])
    _, exact, stand_in = (matrix[0] for matrix in form.slopes(residual, shares, weights[None]))
    outer = np.sqrt(np.outer(*[np.maximum(np.diag(stand_in), 1e-300)] * 2))
    positive_curve = np.linalg.eigvalsh(exact / outer)[0] > 1e-9
    back = np.linalg.pinv((exact if positive_curve else stand_in) / outer, hermitian=True) / outer
    pull = np.clip(residual[0], -form.delta, form.delta) * weights
    slope = np.stack([*(s[0] for s in shares), -form.n * shares[1][0], -form.d * shares[2][0]])
    middle = form.free.T @ (slope * pull**2) @ slope.T @ form.free
    return back @ middle @ back, float(np.linalg.cond(stand_in / outer))


def _std_errors(theta, covariance, form, centre):
    """Standard errors of E, A, B, alpha, beta by the delta method."""
    full = form.free @ covariance @ form.free.T
    jacobian = np.eye(5)
    jacobian[1, 3], jacobian[2, 4] = centre
    full = jacobian @ full @ jacobian.T
    root = np.sqrt(np.maximum(np.diag(full), 0.0))
    e, a, b = theta[0], theta[1] + theta[3] * centre[0], theta[2] + theta[4] * centre[1]
    return dict(zip(NAMES, (root * [np.exp(e), np.exp(a), np.exp(b), 1.0, 1.0]).tolist()))


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
    used = fit.weights > 0
    runs = (column[used] for column in (fit.params, fit.tokens, fit.loss))
    columns, centre = _logs(*runs, slice(None))
    form, law, weights = _form(*columns, **fit.options), fit.law, fit.weights[used]
    theta = np.array([np.log(max(law.E, 1e-300)), np.log(law.A) - law.alpha * centre[0],
                      np.log(law.B) - law.beta * centre[1], law.alpha, law.beta])  # fmt: skip
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
        form = ChinchillaForm(n, ones * 0, np.log(y), np.inf, free, fixed)
        shares, alphas = np.linspace(0.02, 0.98, 9), np.geomspace(0.02, 2, 9)
        s, g = (grid.ravel() for grid in np.meshgrid(shares, alphas))
        floor = s * y.min()
        rest = np.average(y, weights=weights) - floor
        q, objective = descend(form, np.column_stack([np.log(floor), np.log(rest), g]), weights)
        best = q[np.argmin(objective)]
        rest, parts = form.residual(best[None])
        rest, slope = rest[0], np.stack([parts[0][0], parts[1][0], -n * parts[1][0]])
        inverse = np.linalg.pinv((slope * weights) @ slope.T, hermitian=True)
        E, level, a = np.exp(best[0]), best[1], best[2]
    free = max(len(slope), 1)
    scatter = (weights * rest**2).sum() / weights.sum() * len(x) / max(len(x) - free, 1)
    jacobian = np.zeros((3, free))  # of E, log k, a
    jacobian[1, -2], jacobian[1, -1], jacobian[2, -1] = 1, centre, 1
    if with_floor:
        jacobian[0, 0] = E
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
