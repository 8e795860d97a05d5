"""Many small minimisations at once: the sum of w Huber(log L - log L_hat) over a batch of starts.

A form holds the runs in centred logs and knows its residuals, its slopes and its limits; descend
moves every row of a batch to its minimum by damped Newton steps, exact where the curvature is safely
positive and Gauss-Newton elsewhere. climb goes the other way: from laws that fit well
enough to the one among them for which a number is largest. helpers/fits.py is what calls both.
"""

from dataclasses import dataclass

import numpy as np

# No number of theta = (E, log A, log B, alpha, beta) ever goes beyond these; E in lowest losses.
LOW, HIGH = np.array([[0, -40, -40, 0.01, 0.01], [40, 99, 99, 3.1, 3.1]])


def huber(residual, weights, delta):
    """Weighted sum of Huber's loss for each row; delta = inf gives half the squares."""
    size = np.abs(residual)
    inner = np.minimum(size, delta)
    return np.einsum("bn,bn->b", weights, inner * (size - 0.5 * inner))


@dataclass(frozen=True, eq=False)
class ChinchillaForm:
    """log(E + A/N^alpha + B/D^beta) in theta = (E, log A, log B, alpha, beta), logs centred.

    theta = free @ q + fixed: q are the numbers that the descent may move.
    """

    n: np.ndarray
    d: np.ndarray
    y: np.ndarray
    delta: float
    free: np.ndarray
    fixed: np.ndarray

    @property
    def bounds(self):
        """The lowest and the highest that each number of q may be."""
        moves = self.free.argmax(axis=0)  # which of the five numbers each column of q is
        return LOW[moves], HIGH[moves]

    def residual(self, q):
        """Residuals, and slopes of the log of the prediction by E, log A and log B (3 of (batch, n))."""
        e, a, b, alpha, beta = ((q @ self.free.T + self.fixed)[:, [k]] for k in range(5))
        size, text = np.exp(a - alpha * self.n), np.exp(b - beta * self.d)
        per = 1 / (e + size + text)
        return self.y + np.log(per), (per, size * per, text * per)

    def slope(self, shares):
        """How the log of the prediction moves with each of the five numbers (batch, 5, n)."""
        per, size, text = shares
        return np.stack([per, size, text, -self.n * size, -self.d * text], axis=1)

    def slopes(self, found, weights):
        """Gradient, exact Hessian, and the Gauss-Newton matrix that is never negative, in q."""
        residual, (_, size, text) = found
        pull = weights * np.clip(residual, -self.delta, self.delta)
        inner = weights * (np.abs(residual) <= self.delta)
        steady = np.where(inner > 0, weights, np.abs(pull) / np.maximum(np.abs(residual), 1e-300))
        slope = self.slope(found[1])
        gradient = -(slope @ pull[:, :, None])[:, :, 0]
        across = slope.swapaxes(1, 2)
        stand_in = (slope * steady[:, None]) @ across
        exact = (slope * (pull + inner)[:, None]) @ across
        for share, x, i, j in ((size, self.n, 1, 3), (text, self.d, 2, 4)):
            moments = (pull * share) @ np.stack([np.ones_like(x), -x, x * x], axis=1)
            exact[:, i, i] -= moments[:, 0]
            exact[:, i, j] -= moments[:, 1]
            exact[:, j, i] -= moments[:, 1]
            exact[:, j, j] -= moments[:, 2]
        free = self.free
        return gradient @ free, free.T @ exact @ free, free.T @ stand_in @ free


def _newton_step(form, q, slopes, damping):
    """Damped step for each problem, with the exact matrix where it is safely positive.

    A number on a bound stays there if the slope pushes it out. Gives the step and how much the
    objective should fall by it.
    """
    gradient, exact, stand_in = slopes
    low, high = form.bounds
    held = ((q <= low) & (gradient > 0)) | ((q >= high) & (gradient < 0))
    apart = held[:, :, None] | held[:, None, :]
    diagonal = np.einsum("bkk->bk", stand_in)
    scale = np.sqrt(np.maximum(diagonal, 1e-30 * diagonal.max(axis=1, keepdims=True)) + 1e-300)
    outer, size = scale[:, :, None] * scale[:, None, :], q.shape[1]
    exact, stand_in = (np.where(apart, np.eye(size), m / outer) for m in (exact, stand_in))
    lowest = np.linalg.eigvalsh(exact)[:, 0]
    # Along a valley that bends down the exact matrix is lifted; Gauss-Newton would creep there.
    bent = np.where(lowest > 1e-9, 0.0, 1e-9 - 2 * lowest)[:, None, None]
    matrix = np.where(bent < 1e-2, exact + bent * np.eye(size), stand_in)
    right = np.where(held, 0.0, -gradient / scale)
    ridge = np.maximum(damping, 1e-12)[:, None, None] * np.eye(size)
    try:
        step = np.linalg.solve(matrix + ridge, right[..., None])[..., 0]
    except np.linalg.LinAlgError:  # some direction does not matter at all: do not move along it
        step = (np.linalg.pinv(matrix + ridge, 1e-12, hermitian=True) @ right[..., None])[..., 0]
    return step / scale, 0.5 * np.einsum("bk,bk->b", right, step)


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def descend(form, q, weights, most=200, enough=0.0):
    """Minimise from every row of q until enough; gives (q, objective), unproven: see expected_fall."""
    q = np.clip(np.array(q, dtype=float), *form.bounds)
    weights = np.broadcast_to(weights, (len(q), len(form.y)))
    found = form.residual(q)
    best = np.nan_to_num(huber(found[0], weights, form.delta), nan=np.inf)
    slopes = list(form.slopes(found, weights))
    ends, heights, places = q.copy(), best.copy(), np.arange(len(q))
    damping, nothing = np.full(len(q), 1e-3), 1e-28 * weights.sum(axis=1)
    for _ in range(most):
        step, fall = _newton_step(form, q, slopes, damping)
        step *= np.minimum(1.0, 5.0 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
        tried = np.clip(q + step, *form.bounds)
        found = form.residual(tried)
        value = huber(found[0], weights, form.delta)
        better, stays = value <= best, (tried == q).all(axis=1)
        q[better], best[better] = tried[better], value[better]
        down = np.where(damping < 1e-7, 0.0, damping * 0.1)
        damping = np.where(better, down, np.maximum(damping * 10.0, 1e-6))
        flat = (fall <= 1e-14 * best) & (damping < 1e-2)
        done = (
            stays | flat | (best <= np.maximum(nothing[places], enough)) | (damping > 1e9)
        )  # noise-free: no objective
        ends[places], heights[places] = q, best
        if done.all():
            break
        moved = better & ~done
        found = found[0][moved], tuple(part[moved] for part in found[1])
        for old, new in zip(slopes, form.slopes(found, weights[moved])):
            old[moved] = new
        keep = ~done
        q, best, damping, places = q[keep], best[keep], damping[keep], places[keep]
        weights, slopes = weights[keep], [slope[keep] for slope in slopes]
    return ends, heights


def expected_fall(form, q, weights):
    """How much an undamped Newton step from q would still take off the objective of each problem."""
    found = form.residual(q)
    slopes = form.slopes(found, np.broadcast_to(weights, found[0].shape))
    return np.maximum(_newton_step(form, q, slopes, np.zeros(len(q)))[1], 0.0)


def _capped(step):
    """The step, with no number in it above one."""
    return step / np.maximum(np.abs(step).max(axis=-1, keepdims=True), 1.0)


def _along(form, q, weights, limit, up, ridge):
    """Places to try from each row of q: along the boundary where the objective is limit, up the slope.

    The curvature suggests an ellipsoid; the step goes to where up is largest on it, shortened several
    times, and from there once more towards the valley, across the slope.
    """
    low, high = form.bounds
    held = ((q <= low) & (up < 0)) | ((q >= high) & (up > 0))
    found = form.residual(q)
    height = huber(found[0], np.broadcast_to(weights, found[0].shape), form.delta)
    gradient, _, curve = form.slopes(found, weights)
    scale, unit = np.sqrt(np.einsum("bkk->bk", curve)) + 1e-12, np.eye(q.shape[1])
    apart = held[:, :, None] | held[:, None, :]
    matrix = np.where(apart, unit, curve / (scale[:, :, None] * scale[:, None, :]))
    inverse = np.linalg.inv(matrix + ridge * unit)
    up, down = (np.where(held, 0, way / scale)[..., None] for way in (up, -gradient))
    rising, back = (inverse @ up)[..., 0], (inverse @ down)[..., 0]
    slope = np.maximum((up[..., 0] * rising).sum(axis=1), 1e-300)
    room = np.maximum(2 * (limit - height) + (down[..., 0] * back).sum(axis=1), 0)
    step = _capped((back + np.sqrt(room / slope)[:, None] * rising) / scale)
    shares = np.array([1.0, 0.5, 0.2, 0.05, 0.01])
    tried = np.clip(q[:, None] + shares[:, None] * step[:, None], low, high)
    flat = tried.reshape(-1, q.shape[1])
    gradient = form.slopes(form.residual(flat), weights)[0].reshape(tried.shape)
    fall = np.where(held[:, None], 0, -gradient / scale[:, None]) @ inverse
    fall -= (fall @ up) / slope[:, None, None] * rising[:, None]
    return np.clip(tried + _capped(np.nan_to_num(fall / scale[:, None])), low, high)


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def climb(form, q, weights, limit, number, signs, ridges=(1e-9, 1e-5, 1e-2), most=60):
    """The largest signs x number(q) on a way from each row of q on which the objective is limit at most."""
    q, size = q.copy(), q.shape[1]
    weights, moves = np.broadcast_to(weights, (1, len(form.y))), 1e-5 * np.eye(size)
    best, active = signs * number(q), np.arange(len(q))
    begun = best.copy()
    for _ in range(most):
        some, sign = q[active], signs[active, None]
        near = np.clip(some[:, None] + np.vstack([moves, -moves]), *form.bounds)
        value = number(near.reshape(-1, size)).reshape(-1, 2, size)
        gap = np.einsum("bkk->bk", near[:, :size] - near[:, size:])
        up = np.nan_to_num(sign * (value[:, 0] - value[:, 1]) / gap)
        tried = np.concatenate([_along(form, some, weights, limit, up, r) for r in ridges], axis=1)
        flat = tried.reshape(-1, size)
        residual = form.residual(flat)[0]
        allowed = huber(residual, np.broadcast_to(weights, residual.shape), form.delta) <= limit
        value = sign * np.where(allowed, number(flat), np.nan).reshape(len(some), -1)
        value = np.nan_to_num(value, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        chosen = value.argmax(axis=1)
        top, before = value[np.arange(len(some)), chosen], best[active]
        better = top > before
        q[active[better]] = tried[better, chosen[better]]
        best[active[better]] = top[better]
        active = active[better & (top - before > 1e-3 * (top - begun[active])) & np.isfinite(top)]
        if not len(active):
            break
    return best
