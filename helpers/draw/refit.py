"""Chapter 07: published constants against the runs that they come from."""

import functools
import warnings

import numpy as np
from matplotlib.ticker import FuncFormatter

from helpers import fits, laws, units
from helpers.descent import quasi_newton
from helpers.draw import style
from helpers.draw.chinchilla import GOPHER, ratio, ratio_paper

HOFFMANN = (6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21)  # Chinchilla's nine budgets
CLAIMED = (0.454, 0.455)  # interval of the exponent, Hoffmann et al. 2022, Table 2
HUBER = 1e-3

# Which runs to leave out first, and how an error counts.
ORDER = {
    "highest losses": lambda n, d, loss: -loss,
    "lowest losses": lambda n, d, loss: loss,
    "fewest tokens per parameter": lambda n, d, loss: d / n,
    "largest models": lambda n, d, loss: -n,
    "any, at random": lambda n, d, loss: np.random.default_rng(0).permutation(len(n)),
}
DELTAS = {"Huber, 0.001": HUBER, "Huber, 0.01": 0.01, "Huber, 0.1": 0.1, "squares": np.inf}
TOTALS, RULES = ("mean", "sum"), ("scipy's rule", "until a step gains nothing")


class Valleys:
    """Loss against size or tokens; the runs of one budget stand out, with a parabola through them."""

    def __init__(self, x, loss, flops, budgets, xlabel, ylabel, marked=()):
        self.x, self.loss, self.marked = x, loss, np.asarray(marked, int)
        self.labels = {"xlabel": xlabel, "ylabel": ylabel}
        self.of = {c: np.flatnonzero(np.abs(flops / c - 1) < 0.1) for c in budgets}

    def backdrop(self, ax):
        """All runs in grey; the marked ones as crosses."""
        ax.set(xscale="log", **self.labels)
        pad = 0.05 * np.ptp(self.loss)
        ax.set(xlim=(self.x.min() / 1.3, self.x.max() * 1.3))
        ax.set(ylim=(self.loss.min() - pad, self.loss.max() + pad))
        style.counted(ax.xaxis)
        ax.plot(self.x, self.loss, "o", color=style.PALE, mec=style.QUIET, mew=0.8, ms=5)
        if len(self.marked):
            x, loss = self.x[self.marked], self.loss[self.marked]
            ax.plot(x, loss, "x", color=style.ORANGE, ms=12, mew=2)
            at = np.argmin(loss)
            style.note(ax, x[at], loss[at], "the five highest", dx=12, dy=0, va="center")

    def foreground(self, ax, budget):
        """The runs of this budget."""
        runs = self.of[budget]
        x, loss = np.log(self.x[runs]), self.loss[runs]
        middle = x.mean()
        curve = np.polyfit(x - middle, loss, 2)
        wide = np.linspace(x.min(), x.max(), 60)
        ax.plot(np.exp(wide), np.polyval(curve, wide - middle), color=style.BLUE, lw=2)
        ax.plot(self.x[runs], loss, "o", color=style.BLUE, mec="white", ms=8)
        lowest = middle - curve[1] / (2 * curve[0])
        said = f"{len(runs)} runs at {units.power(budget, 1)} FLOP, losses {loss.min():.3f} to {loss.max():.3f}. "
        if curve[0] <= 0 or not x.min() < lowest < x.max():
            return said + "The parabola has no lowest point among them."
        best, height = np.exp(lowest), np.polyval(curve, lowest - middle)
        ax.plot([best], [height], "v", color=style.GREEN, mec="white", ms=13)
        unit = self.labels["xlabel"].split()[-1].strip("()")
        return said + f"The parabola is lowest at {units.spoken(best)} {unit}."


class Refit:
    """Approach 3 on the reconstructed points: which of them, and how much a far one counts."""

    def __init__(self, points):
        self.points = points
        self.fit = functools.cache(self._fit)

    def _fit(self, which, dropped, delta):
        keep = np.argsort(ORDER[which](*self.points), kind="stable")[int(dropped) :]
        columns = [column[np.sort(keep)] for column in self.points]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of an E that is hardly determined
            return fits.fit_chinchilla(*columns, delta, starts=4).law, np.sort(keep)

    def backdrop(self, ax):
        """Axes that hold every point, and the law itself as a line."""
        ax.set(xscale="log", xlim=(0.02, 1e3), ylim=(-8, 42))
        ax.set(xlabel="tokens per parameter", ylabel="observed above the fitted law (%)")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.axhline(0, color=style.GREEN, lw=2)

    def foreground(self, ax, dropped, which="highest losses", delta=HUBER):
        """Fit without some of the points, and say what that does to the split."""
        law, keep = self.fit(which, dropped, delta)
        n, d, loss = self.points
        off = 100 * (loss / law.loss(n, d) - 1)
        left = np.setdiff1d(np.arange(len(n)), keep)
        ax.plot((d / n)[keep], off[keep], "o", color=style.BLUE, ms=5, mec="white", mew=0.4)
        ax.plot((d / n)[left], off[left], "x", color=style.ORANGE, ms=9, mew=2)
        style.corner(ax, f"a = {law.a:.3f}", f"E = {law.E:.3f}", f"{len(keep)} points")
        size, tokens = law.optimum(GOPHER)
        out = f"without {dropped:.0f} ({which})" if dropped else "with all of them"
        return (
            f"{len(keep)} points, {out}: E {law.E:.3f}, alpha {law.alpha:.3f}, beta {law.beta:.3f}, so "
            f"N grows as C to the {law.a:.3f}; at {units.power(GOPHER, 3)} FLOP "
            f"{units.plain(tokens / size)} tokens per parameter."
        )


class Descent:
    """How far above the optimum a descent from the published constants is, and where it stops."""

    def __init__(self, points, start):
        self.points, self.start = points, start
        self.path = functools.cache(self._path)

    def _path(self, delta, averaged, strict):
        sums, ends = quasi_newton(self.points, self.start, delta, averaged, strict)
        best = fits.fit_chinchilla(*self.points, delta, starts=4).objective
        return 100 * (sums / best - 1), ends[4] / (ends[3] + ends[4])

    def backdrop(self, ax):
        """Axes that hold every descent."""
        ax.set(xlim=(-1, 82), ylim=(1e-4, 400), yscale="log")
        ax.set(xlabel="steps", ylabel="above the optimum (%)")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.axhspan(1e-4, 0.01, color="#f4f4f4", zorder=0)
        ax.text(1, 1.3e-4, "there, for all that anybody can tell", color=style.QUIET, va="bottom")

    def foreground(self, ax, error, total, rule):
        """One descent, step by step."""
        above, a = self.path(DELTAS[error], total == TOTALS[0], rule == RULES[1])
        shown = np.maximum(above, 1e-4)
        ax.plot(np.arange(len(shown)), shown, "-o", color=style.BLUE, ms=4, lw=2)
        ax.plot([len(shown) - 1], shown[-1:], "s", color=style.ORANGE, ms=11)
        end = f"{above[-1]:.0f} %" if above[-1] >= 0.5 else "less than half a percent"
        style.corner(ax, f"stops {end} above", f"a = {a:.3f}")
        count = len(shown) - 1
        steps = f"{count}" if count < 12 else f"about {units.plain(count, 1)}"
        return (
            f"{error}, {total}, {rule}: starts {above[0]:.0f} % above the optimum and stops after "
            f"{steps} steps, {end} above it, at an exponent of {a:.3f}."
        )


class HowSharp:
    """The exponent of the best size in every bootstrap draw, and the interval that was published."""

    def __init__(self, draws):
        self.a, self.runs = draws.law.a, len(draws.fit.loss)

    def backdrop(self, ax):
        """All draws as a histogram; the published interval as a line, for it is no wider."""
        ax.set(xlim=(0.44, 0.60), ylim=(0, 1.4), yticks=[])
        ax.set(xlabel="exponent a: best size N grows as C to the a", ylabel="how many refits")
        counts, edges = np.histogram(self.a, 64, (0.44, 0.60))
        ax.stairs(counts / counts.max(), edges, fill=True, fc=style.PALE, ec=style.QUIET, lw=1)
        ax.plot([np.mean(CLAIMED)] * 2, [0, 0.8], color=style.ORANGE, lw=3, ls="--")
        style.note(ax, np.mean(CLAIMED), 0.8, "published:\n0.454 to 0.455", dx=-6, dy=6, ha="left")

    def foreground(self, ax, level):
        """The interval that holds this share of the refits."""
        low, high = np.percentile(self.a, [50 * (1 - level), 50 * (1 + level)])
        ax.axvspan(low, high, color=style.BLUE, alpha=0.2, lw=0)
        ax.plot([low, high], [1.08, 1.08], "|-", color=style.BLUE, ms=14, lw=3)
        times = (high - low) / (CLAIMED[1] - CLAIMED[0])
        style.corner(ax, f"{100 * level:.0f} %: {low:.3f} to {high:.3f}")
        return (
            f"{100 * level:.0f} % of the refits lie between {low:.3f} and {high:.3f}: {units.plain(times)} times "
            "as wide as the published interval. To be as sharp as that, errors that shrink with the "
            f"square root of the runs need about {units.spoken(self.runs * times**2, 1)} runs."
        )


class Band:
    """Best tokens per parameter against compute, with what four refits out of five say."""

    def __init__(self, draws):
        self.law, self.draws, self.flops = draws.fit.law, draws.law, np.logspace(19, 26, 57)
        self.ends = np.percentile([ratio(self.draws, c) for c in self.flops], [10, 90], axis=1)

    def backdrop(self, ax):
        """The published constants, the refit, its band, and twenty."""
        ratio_paper(ax, 3, 600, words=3.4)
        for name, law, dash, colour, at, beside in (
            ("as printed in 2022", laws.CHINCHILLA_PRINTED, ":", style.QUIET, 1e26, (-4, 4)),
            ("the same, unrounded", laws.CHINCHILLA_UNROUNDED, "--", style.QUIET, 1e26, (-4, -20)),
            ("the refit", laws.CHINCHILLA_REFIT, "-", style.GREEN, 1.3e19, (2, -6)),
        ):
            ax.plot(self.flops, ratio(law, self.flops), dash, color=colour, lw=2)
            style.note(ax, at, ratio(law, at), name, *beside, colour, fontsize=11)
        ax.fill_between(self.flops, *self.ends, color=style.GREEN, alpha=0.2, lw=0)
        ax.axhline(20, color=style.QUIET, lw=1)
        ax.text(4e25, 20.5, "20", color=style.QUIET, va="bottom", ha="right")
        style.beyond(ax, 1.3e22, 1e26, 420)

    def foreground(self, ax, flops):
        """What the refits say at this compute."""
        low, high = np.percentile(ratio(self.draws, flops), [10, 90])
        three = self.law, laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_PRINTED
        ours, *theirs = (units.plain(ratio(law, flops)) for law in three)
        ax.plot([flops, flops], [low, high], "_-", color=style.BLUE, lw=3, ms=16, mew=3)
        ax.plot([flops], [ratio(self.law, flops)], "o", color=style.BLUE, ms=11)
        return (
            f"At {units.power(flops, 3)} FLOP the refit asks for {ours} tokens per parameter, four "
            f"refits out of five for {units.plain(low)} to {units.plain(high)}; the published "
            f"constants say {theirs[0]}, and rounded as printed {theirs[1]}."
        )
