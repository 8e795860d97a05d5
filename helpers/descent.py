"""Many small minimisations at once: the sum of w Huber(log L - log L_hat) over a batch of starts.

A form holds the runs in centred logs and knows its residuals, its slopes and its limits; descend
moves every row of a batch to its minimum by damped Newton steps, exact where the curvature is safely
positive and Gauss-Newton elsewhere. climb goes the other way: from laws that fit well
enough to the one among them for which a number is largest. helpers/fits.py is what calls both.
"""

from dataclasses import dataclass

import numpy as np

# No number of theta = (E, log A, log B, alpha, beta) ever goes beyond these; E in lowest losses.
CORR = 1
RIDGES = [1e-9, 1e-5, 1e-2]
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

    def slopes(self, found, weights):
        """Gradient, exact Hessian, and the Gauss-Newton matrix that is never negative, in q."""
        residual, (per, size, text) = found
        pull = weights * np.clip(residual, -self.delta, self.delta)
        inner = weights * (np.abs(residual) <= self.delta)
        steady = np.where(inner > 0, weights, np.abs(pull) / np.maximum(np.abs(residual), 1e-300))
        slope = np.stack([per, size, text, -self.n * size, -self.d * text], axis=1)
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
    matrix = np.where((lowest > 1e-9)[:, None, None], exact, stand_in)
    right = np.where(held, 0.0, -gradient / scale)
    ridge = np.maximum(damping, 1e-12)[:, None, None] * np.eye(size)
    try:
        step = np.linalg.solve(matrix + ridge, right[..., None])[..., 0]
    except np.linalg.LinAlgError:  # some direction does not matter at all: do not move along it
        step = (np.linalg.pinv(matrix + ridge, 1e-12, hermitian=True) @ right[..., None])[..., 0]
    return step / scale, 0.5 * np.einsum("bk,bk->b", right, step)


def _rows(found, rows):
    """These rows of what a form gave for a batch."""
    residual, shares = found
    return residual[rows], tuple(share[rows] for share in shares)


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def descend(form, q, weights, most=200, enough=0.0):
    """Minimise from every row of q until enough; gives (q, objective), without a promise: see expected_fall."""
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
        done = stays | flat | (best <= np.maximum(nothing[places], enough)) | (damping > 1e9)  # noise-free: no objective
        ends[places], heights[places] = q, best
        if done.all():
            break
        moved = better & ~done
        for old, new in zip(slopes, form.slopes(_rows(found, moved), weights[moved])):
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


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def climb(form, q, weights, limit, rise, most=60):
    """From rows of q to where rise is largest while the objective stays at or below limit; (q, rise).

    rise(q, rows) gives a number for each row of q; rows says for which of the first rows each is.
    Each step goes along the boundary of the ellipsoid that the curvature there suggests.
    """
    (low, high), size = form.bounds, q.shape[1]
    weights = np.broadcast_to(weights, (1, len(form.y)))
    q, rows = q.copy(), np.arange(len(q))
    best, active = rise(q, rows), np.isfinite(rise(q, rows))
    fractions = np.array([1.0, 0.5, 0.2, 0.05, 0.01])
    for _ in range(most):
        here = np.flatnonzero(active)
        if not len(here):
            break
        some = q[here]
        found = form.residual(some)
        height = huber(found[0], np.broadcast_to(weights, found[0].shape), form.delta)
        gradient, _, curve = form.slopes(found, weights)
        moved = np.clip(some[:, None] + 1e-5 * np.vstack([np.eye(size), -np.eye(size)]), low, high)
        value = rise(moved.reshape(-1, size), np.repeat(here, 2 * size)).reshape(-1, 2, size)
        gaps = np.einsum("bkk->bk", moved[:, :size] - moved[:, size:])
        up = np.nan_to_num((value[:, 0] - value[:, 1]) / gaps)
        held = ((some <= low) & (up < 0)) | ((some >= high) & (up > 0))
        apart = held[:, :, None] | held[:, None, :]
        scale = np.sqrt(np.einsum("bkk->bk", curve)) + 1e-12
        matrix = np.where(apart, np.eye(size), curve / (scale[:, :, None] * scale[:, None, :]))
        right = np.where(held[..., None], 0, np.stack([up / scale, -gradient / scale], axis=2))
        ridges = np.array(RIDGES)[:, None, None, None]
        inverse = np.linalg.inv(matrix + ridges * np.eye(size))  # (ridge, row, k, k)
        rising, back = np.moveaxis(inverse @ right, 3, 0)
        room = np.maximum(2 * (limit[here] - height) - (gradient / scale * back).sum(axis=2), 0)
        along = np.maximum((right[..., 0] * rising).sum(axis=2), 1e-300)
        step = (back + np.sqrt(room / along)[..., None] * rising) / scale
        step *= np.minimum(1.0, 1.0 / np.maximum(np.abs(step).max(axis=2), 1e-300))[..., None]
        tried = np.clip(some[:, None] + fractions[:, None] * step[:, :, None], low, high)  # (ridge, row, fraction, k)
        for _ in range(CORR):  # back towards the valley, without going down
            flat = tried.reshape(-1, size)
            slope, *_ = form.slopes(form.residual(flat), np.broadcast_to(weights, (len(flat), len(form.y))))
            slope = np.where(held[:, None], 0, slope.reshape(tried.shape) / scale[:, None])
            fall = -np.einsum("rbij,rbfj->rbfi", inverse, slope)
            fall -= rising[:, :, None] * ((fall @ right[..., :1])[..., 0] / along[..., None])[..., None]
            fall = np.nan_to_num(fall / scale[:, None])
            fall *= np.minimum(1.0, 1.0 / np.maximum(np.abs(fall).max(axis=3), 1e-300))[..., None]
            tried = np.clip(tried + fall, low, high)
        tried = np.moveaxis(tried, 0, 1).reshape(len(here), -1, size)
        flat, many = tried.reshape(-1, size), tried.shape[1]
        value = rise(flat, np.repeat(here, many))
        height = huber(form.residual(flat)[0], np.broadcast_to(weights, (len(flat), len(form.y))), form.delta)
        value = np.where(height <= np.repeat(limit[here], many), np.nan_to_num(value, nan=-np.inf), -np.inf).reshape(len(here), many)
        chosen = value.argmax(axis=1)
        top = value[np.arange(len(here)), chosen]
        better = top > best[here]
        small = top - best[here] <= 1e-5 * np.abs(top)
        q[here[better]] = tried[better, chosen[better]]
        best[here] = np.maximum(top, best[here])
        active[here] = better & ~small & np.isfinite(top)
    return q, best
