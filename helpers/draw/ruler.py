"""Chapter 01, lines through few runs: our own on log-log paper, and what small runs foretell."""

import numpy as np

from helpers import fits, laws, units
from helpers.draw import own, style

RESOURCES = {
    "compute C": "budget",
    "size N": "params",
    "size N with embeddings": "params_total",
    "data D": "tokens",
}
NOISE = 0.02  # Kaplan's run-to-run scatter of the loss, in nats
LINES = ("all of the best runs", "the smaller half of them")


class OwnRuns:
    """Our own runs against one resource, with a line through the best of them."""

    def __init__(self, runs):
        self.runs = own.grid(runs)

    def resource(self, against):
        """(how many times the smallest amount of this resource each run had, losses)."""
        x, loss = np.array(own.columns(self.runs, RESOURCES[against], "loss"))
        return x / x.min(), loss

    def best(self, against):
        """The lowest loss at each amount; amounts of data count as one within a factor of two."""
        x, loss = self.resource(against)
        group = np.round(np.log2(x)) if against == "data D" else x
        chosen = [min(np.flatnonzero(group == g), key=loss.__getitem__) for g in np.unique(group)]
        return x[chosen], loss[chosen]

    def fit(self, against, line):
        """The power law through the best runs, or through the smaller half of them."""
        x, loss = self.best(against)
        used = len(x) if line == LINES[0] else max(3, (len(x) + 1) // 2)
        return fits.fit_power_law(x[:used], loss[:used]), used

    def backdrop(self, ax):
        """Log-log paper for whatever grows."""
        name, ticks = "times the smallest amount (log scale)", (1, 1.5, 2, 2.5, 3)
        said = "loss L (nats per byte)"
        style.paper(ax, (0.7, 1e4), (1, 3.2), ticks, name, said, say="{:,.0f}".format)
        ax.text(0.8, 1.04, "our own runs, Python source, held-out bytes", color=style.QUIET)

    def foreground(self, ax, against, line):
        """All runs, the best of them, and the line."""
        every, losses = self.resource(against)
        x, loss = self.best(against)
        law, used = self.fit(against, line)
        ends = np.array([0.7, 1e4])
        ax.plot(every, losses, ".", color=style.QUIET, ms=6)
        ax.plot(ends, law.predict(ends), color=style.GREEN, lw=2)
        ax.plot(x, loss, "o", mfc="white", mec=style.BLUE, mew=2, ms=9)
        ax.plot(x[:used], loss[:used], "o", color=style.BLUE, ms=9)
        style.corner(ax, f"{against}: exponent {law.a:.3f} ± {2 * law.a_error:.3f}")
        off = law.predict(x) / loss - 1
        far = int(np.argmax(np.abs(off)))
        return (
            f"Against {against} the line through {used} of {len(x)} best runs falls with exponent "
            f"{law.a:.3f} ± {2 * law.a_error:.3f} (two standard errors): ten times as much leaves "
            f"{10**-law.a:.2f} of the loss. Farthest off it, by {abs(off[far]):.0%}, is the best run with "
            f"{units.spoken(x[far], 3)} times the smallest amount: {loss[far]:.2f} where the line says "
            f"{law.predict(x[far]):.2f}."
        )


def power_fit(x, y, floor=False, steps=400):
    """E, k, a of y = E + k x^-a by least squares in the log of y, for each row of y.

    floor=False holds E at 0, a line on log-log paper. Otherwise the best of many values of E is
    taken; E stays 0 where the points do not bend that way.
    """
    rows, x = np.atleast_2d(y)[:, None], np.log(x)
    E = rows.min(axis=2, keepdims=True) * np.linspace(0, 0.999 if floor else 0, steps)[:, None]
    E = E if floor else E[:, :1]
    rest, weight = np.log(rows - E), (1 - E / rows) ** 2
    total = weight.sum(axis=2, keepdims=True)
    middle, level = ((weight * v).sum(axis=2, keepdims=True) / total for v in (x, rest))
    a = -(weight * (x - middle) * rest).sum(2) / (weight * (x - middle) ** 2).sum(2)
    off = np.log((E + np.exp(level - a[..., None] * (x - middle))) / rows)
    best = np.arange(len(rows)), (off**2).sum(axis=2).argmin(axis=1)
    k = np.exp(level[..., 0] + a * middle[..., 0])
    return E[..., 0][best], k[best], a[best]


def optimal_loss(params):
    """The loss of the refit when each size sees its best number of tokens."""
    refit = laws.CHINCHILLA_REFIT
    return refit.loss(params, refit.optimal_tokens(params))


LAWS = {
    "a pure power law (Kaplan)": laws.KAPLAN_PARAMS.loss,
    "an irreducible loss of 1.82 (refit)": optimal_loss,
}
FITS = {"a line": False, "an irreducible loss, too": True}


class Extrapolate:
    """Three small models of a known law, with scatter, and what they say of a large one."""

    def __init__(self, sizes=(1e7, 1e8, 1e9), target=1e11, draws=400, seed=0):
        self.known, self.target = np.array(sizes), target
        self.sizes = np.logspace(np.log10(self.known[0]), np.log10(2 * target), 60)
        self.scatter = np.random.default_rng(seed).normal(0, NOISE, (draws, len(sizes)))
        self.found = {}
        for law, truth in LAWS.items():
            for way, floor in FITS.items():
                seen = truth(self.known) + self.scatter
                self.found[law, way] = power_fit(self.known, seen, floor)

    def predictions(self, law, way, params):
        """What each draw says about this size (or these sizes)."""
        E, k, a = self.found[law, way]
        return E + k * np.asarray(params)[..., None] ** -a

    def interval(self, law, way):
        """What nine draws in ten say about the large model."""
        return np.percentile(self.predictions(law, way, self.target), [5, 95])

    def backdrop(self, ax):
        """Log-log paper."""
        ticks, name = (1, 1.5, 2, 3, 4, 6), "model size N (parameters)"
        style.paper(ax, (7e6, 3e11), (1, 6), ticks, name, "loss L (nats per token)")
        style.beyond(ax, self.known[-1] * 1.3, 3e11, 1.03, "nothing trained here")
        ax.text(8e6, 1.03, "synthetic draws", color=style.QUIET, va="bottom")

    def foreground(self, ax, law, way, draw):
        """The truth, one draw of three points, its forecast, and where nine draws in ten end."""
        truth, draw = LAWS[law], int(draw)
        every, said = (self.predictions(law, way, x) for x in (self.sizes, self.target))
        style.band(ax, self.sizes, every, ends=(5, 95))
        ax.plot(self.sizes, truth(self.sizes), "--", color=style.INK, lw=1.5)
        ax.plot(self.sizes, every[:, draw - 1], color=style.BLUE, lw=2.5)
        points = truth(self.known) + self.scatter[draw - 1]
        ax.plot(self.known, points, "o", color=style.BLUE, ms=10)
        style.here(ax, self.target, truth(self.target))
        low, high = self.interval(law, way)
        style.corner(ax, f"◆ truth {truth(self.target):.2f}", f"— forecast {said[draw - 1]:.2f}")
        return (
            f"Draw {draw}: three points, fitted with {way.removesuffix(', too')}, say {said[draw - 1]:.2f} at "
            f"{units.spoken(self.target)} parameters; the truth is {truth(self.target):.2f}. Nine draws in "
            f"ten say {low:.2f} to {high:.2f}."
        )


class OwnForecast:
    """The best own run of each budget, fitted on the cheap ones, and what that says of the others."""

    def __init__(self, runs, draws=200):
        self.flops, self.loss = OwnRuns(runs).best("compute C")
        self.flops = self.flops * own.budgets_of(own.grid(runs))[0]
        fresh = np.random.default_rng(0).normal(0, scatter(runs), (draws, len(self.loss)))
        self.repeats = self.loss * np.exp(np.vstack([np.zeros_like(self.loss), fresh]))

    def predictions(self, budgets, way, flops):
        """What a fit of the cheapest budgets says; then what its repeats with fresh scatter say."""
        E, k, a = power_fit(self.flops[:budgets], self.repeats[:, :budgets], FITS[way])
        return E + k * np.asarray(flops)[..., None] ** -a, E[0]

    def backdrop(self, ax):
        """The best run of each budget."""
        edges = self.flops[0] / 2, 300 * self.flops[-1]
        ticks, name = (0.7, 1, 1.5, 2, 2.5, 3), "training compute C (FLOP)"
        style.paper(ax, edges, (0.7, 3.2), ticks, name, "loss L (nats per byte)", say=units.power)
        style.beyond(ax, 1.5 * self.flops[-1], edges[1], 2.9)
        ax.plot(self.flops, self.loss, "o", mfc="white", mec=style.INK, ms=9, mew=1.5)

    def foreground(self, ax, budgets, way):
        """The fit and nine in ten of its repeats."""
        x = np.geomspace(self.flops[0] / 2, 300 * self.flops[-1], 50)
        said, floor = self.predictions(budgets, way, x)
        style.band(ax, x, said[:, 1:], ends=(5, 95))
        ax.plot(x, said[:, 0], color=style.BLUE, lw=2.5)
        ax.plot(self.flops[:budgets], self.loss[:budgets], "o", color=style.BLUE, ms=9)
        ends = self.flops[-1] * np.array([1, 100])
        said, _ = self.predictions(budgets, way, ends)
        (low, down), (high, up) = np.percentile(said[:, 1:], [5, 95], axis=1)
        with_floor = f" with E = {floor:.2f}" if FITS[way] else ""
        return (
            f"Fitted on the {budgets:.0f} cheapest budgets{with_floor}: {said[0, 0]:.2f} at "
            f"{units.power(ends[0])} FLOP (interval {low:.2f} to {high:.2f}), where the run had "
            f"{self.loss[-1]:.2f}; and {said[1, 0]:.2f} ({down:.2f} to {up:.2f}) at a hundred times more."
        )


def scatter(runs):
    """Run-to-run scatter of the log of the loss, from runs that differ in their seed alone."""
    return own.seed_spread(runs, np.log)


def hold_back(runs, n=300):
    """Fit every run below the dearest budget, predict the best run of that one.

    Gives the runs that were fitted, the best run, the guess with its interval of nine in ten, and
    what the fit itself warns of.
    """
    grid = own.grid(runs)
    dearest = own.budgets_of(grid)[-1]
    small = [run for run in grid if run.budget < dearest]
    best = own.best_of(own.of_budget(grid, dearest))
    fit, doubt = own.fitted(small)
    guess, _, (low, high) = fits.predict(fit, best.params, best.tokens, n=n)
    return small, best, guess, (low, high), doubt
