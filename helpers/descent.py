"""Many small minimisations at once: the sum of w Huber(log L - log L_hat) over a batch of starts.

A form holds the runs in centred logs and knows its residuals, its slopes and its limits; descend
moves every row of a batch to its minimum by damped Newton steps, exact where the curvature is safely
positive and Gauss-Newton elsewhere. helpers/fits.py is what calls it.
"""

from dataclasses import dataclass

import numpy as np

# No number of theta = (log E, log A, log B, alpha, beta) ever goes beyond these.
LOW, HIGH = np.array([[-40, -40, -40, 0.01, 0.01], [40, 99, 99, 3.1, 3.1]])


def huber(residual, weights, delta):
    """Weighted sum of Huber's loss for each row; delta = inf gives half the squares."""
    size = np.abs(residual)
    inner = np.minimum(size, delta)
    return np.einsum("bn,bn->b", weights, inner * (size - 0.5 * inner))


@dataclass(frozen=True, eq=False)
class ChinchillaForm:
    """log(E + A/N^alpha + B/D^beta) in theta = (log E, log A, log B, alpha, beta), logs centred.

    theta = free @ q + fixed: q are the numbers that the descent may move.
    """

    n: np.ndarray
    d: np.ndarray
    y: np.ndarray
    delta: float
    free: np.ndarray
    fixed: np.ndarray

    def inside(self, q):
        """Hold E above nothing and the exponents where they mean something."""
        moves = self.free.argmax(axis=0)  # which of the five numbers each column of q is
        return np.clip(q, LOW[moves], HIGH[moves])

    def residual(self, q):
        """Residuals, and the shares of the three terms in the prediction (batch, n)."""
        e, a, b, alpha, beta = ((q @ self.free.T + self.fixed)[:, [k]] for k in range(5))
        size, text = a - alpha * self.n, b - beta * self.d
        top = np.maximum(np.maximum(size, text), e)
        shares = [np.exp(term - top) for term in (e, size, text)]
        total = shares[0] + shares[1] + shares[2]
        return self.y - top - np.log(total), [share / total for share in shares]

    def slopes(self, residual, shares, weights):
        """Gradient, exact Hessian, and the Gauss-Newton matrix that is never negative, in q."""
        size = np.abs(residual)
        pull = weights * np.clip(residual, -self.delta, self.delta)
        steady = weights * np.minimum(1.0, self.delta / np.maximum(size, 1e-300))
        slope = np.stack([*shares, -self.n * shares[1], -self.d * shares[2]], axis=1)
        gradient = -np.einsum("bkn,bn->bk", slope, pull)
        across = slope.swapaxes(1, 2)
        stand_in = (slope * steady[:, None]) @ across
        exact = (slope * (pull + weights * (size <= self.delta))[:, None]) @ across
        exact[:, 0, 0] -= np.einsum("bn,bn->b", pull, shares[0])
        for share, x, i, j in ((shares[1], self.n, 1, 3), (shares[2], self.d, 2, 4)):
            moments = (pull * share) @ np.stack([np.ones_like(x), -x, x * x], axis=1)
            exact[:, i, i] -= moments[:, 0]
            exact[:, i, j] -= moments[:, 1]
            exact[:, j, i] -= moments[:, 1]
            exact[:, j, j] -= moments[:, 2]
        free = self.free
        return gradient @ free, free.T @ exact @ free, free.T @ stand_in @ free


def _newton_step(gradient, exact, stand_in, damping):
    """Damped step for each problem, with the exact matrix where it is safely positive.

    Gives the step and how much the objective should fall by it.
    """
    diagonal = np.einsum("bkk->bk", stand_in)
    scale = np.sqrt(np.maximum(diagonal, 1e-30 * diagonal.max(axis=1, keepdims=True)) + 1e-300)
    outer = scale[:, :, None] * scale[:, None, :]
    lowest = np.linalg.eigvalsh(exact / outer)[:, 0]
    matrix = np.where((lowest > 1e-9)[:, None, None], exact, stand_in) / outer
    size = matrix.shape[1]
    right = -gradient / scale
    ridge = np.maximum(damping, 1e-12)[:, None, None] * np.eye(size)
    try:
        step = np.linalg.solve(matrix + ridge, right[..., None])[..., 0]
    except np.linalg.LinAlgError:  # some direction does not matter at all: do not move along it
        step = (np.linalg.pinv(matrix + ridge, 1e-12, hermitian=True) @ right[..., None])[..., 0]
    return step / scale, 0.5 * np.einsum("bk,bk->b", right, step)


def descend(form, q, weights, most=200):
    """Minimise from every row of q; gives (q, objective), without a promise: see expected_fall."""
    q = form.inside(np.array(q, dtype=float))
    count = len(q)
    weights = np.broadcast_to(weights, (count, len(form.y)))
    damping, active = np.full(count, 1e-3), np.arange(count)
    best = np.nan_to_num(huber(form.residual(q)[0], weights, form.delta), nan=np.inf)
    for _ in range(most):
        some, weight = q[active], weights[active]
        residual, shares = form.residual(some)
        step, fall = _newton_step(*form.slopes(residual, shares, weight), damping[active])
        step *= np.minimum(1.0, 5.0 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
        tried = form.inside(some + step)
        value = huber(form.residual(tried)[0], weight, form.delta)
        better = value <= best[active]
        won = active[better]
        q[won], best[won] = tried[better], value[better]
        damping[won] = np.where(damping[won] < 1e-7, 0.0, damping[won] * 0.1)
        lost = active[~better]
        damping[lost] = np.maximum(damping[lost] * 10.0, 1e-6)
        exact = 1e-28 * weight.sum(axis=1)  # noise-free data: the objective itself is nothing
        stays = (tried == some).all(axis=1)
        flat = (fall <= 1e-14 * best[active]) & (damping[active] < 1e-2)
        done = stays | flat | (best[active] <= exact) | (damping[active] > 1e9)
        active = active[~done]
        if not len(active):
            break
    return q, best


def expected_fall(form, q, weights):
    """How much an undamped Newton step from q would still take off the objective of each problem."""
    residual, shares = form.residual(q)
    slopes = form.slopes(residual, shares, np.broadcast_to(weights, residual.shape))
    return np.maximum(_newton_step(*slopes, np.zeros(len(q)))[1], 0.0)
