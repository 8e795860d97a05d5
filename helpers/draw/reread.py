"""Chapter 07, going further: Llama 3's budgets, one data set counted twice, an exam across families."""

import functools

import numpy as np

from helpers import fits, published, units
from helpers.draw import style

LLAMA = 3.8e25  # FLOP of Llama 3.1 405B


class Budgets:
    """Best tokens of Llama 3's budgets, a line through some of them, and what it says far away."""

    def __init__(self, tokens, loss, flops):
        self.runs, self.budgets = (tokens, loss, flops), np.unique(flops)
        self.all, self.line = fits.fit_isoflop(*self.runs), functools.cache(self._line)

    def _line(self, below, above):
        below, above = int(below), int(above)
        keep = (self.runs[2] >= self.budgets[below]) & (self.runs[2] <= self.budgets[-1 - above])
        return fits.fit_isoflop(*(column[keep] for column in self.runs))

    def backdrop(self, ax):
        """The lowest points with their 95 % intervals, and the run that was bought."""
        ax.set(xscale="log", yscale="log", xlim=(3e18, 1e26), ylim=(2e9, 6e13))
        ax.set(xlabel="training compute C (FLOP)", ylabel="best tokens D")
        style.counted(ax.yaxis)
        style.beyond(ax, 1.3e22, 1e26, 2.5e9, "beyond the small runs")
        fit = self.all
        ax.vlines(fit.flops, fit.params_low, fit.params_high, style.QUIET, lw=2)
        ax.plot(fit.flops, fit.params, "o", color="white", mec=style.QUIET, ms=7)
        ax.plot([LLAMA], [16.55e12], "*", color="white", mec=style.GREEN, mew=2, ms=22)
        style.note(ax, LLAMA, 16.55e12, "Meta: 402 B on 16.55 T", dx=-14, dy=6, colour=style.GREEN)

    def foreground(self, ax, below, above):
        """The line through the budgets that are left."""
        fit = self.line(below, above)
        ends = np.array([6e18, LLAMA])
        ax.plot(ends, fit.coefficient * ends**fit.a, color=style.BLUE, lw=2.5)
        ax.plot(fit.flops, fit.params, "o", color=style.BLUE, ms=7)
        tokens = fit.coefficient * LLAMA**fit.a
        size = LLAMA / (6 * tokens)
        ax.plot([LLAMA], [tokens], "o", color=style.BLUE, ms=8)
        ax.text(0.03, 0.95, f"D = {fit.coefficient:.3g} C^{fit.a:.3f}", fontsize=14, va="top",
                transform=ax.transAxes, bbox=style.GROUND)  # fmt: skip
        return (
            f"{len(fit.flops)} budgets: D grows as C to the {fit.a:.3f} ± {1.96 * fit.a_error:.3f}. At "
            f"{units.power(LLAMA)} FLOP that is {units.spoken(tokens, 3)} tokens for "
            f"{units.spoken(size, 3)} parameters."
        )


class Counted:
    """One data set: N counted with or without embeddings, the best rate of each pair or all runs."""

    COUNTS = ("with embeddings", "without embeddings")
    RUNS = ("lowest of each pair", "all learning rates")

    def __init__(self):
        self.sets = {name: published.misfitting_runs(name == self.RUNS[0]) for name in self.RUNS}
        self.found = functools.cache(self._found)

    def _found(self, count, runs):
        """(exponent, coefficient, compute, best sizes, exponents with one size left out)."""
        params, without, tokens, loss = self.sets[runs]
        size = params if count == self.COUNTS[0] else without
        pairs, place = np.unique(np.column_stack([size, tokens]), axis=0, return_inverse=True)
        mean = np.bincount(place.ravel(), loss) / np.bincount(place.ravel())  # of each pair

        def line(keep):
            sizes, read = pairs[keep].T
            flops, best, *_ = fits.fit_envelope(6 * sizes * read, mean[keep], sizes, sizes)
            inner = (best > sizes.min()) & (best < sizes.max())  # an end is no lowest point
            return flops[inner], best[inner], fits.fit_power_law(flops[inner], best[inner])

        flops, best, whole = line(pairs[:, 0] > 0)
        without_one = [-line(pairs[:, 0] != one)[2].a for one in np.unique(size)]
        return -whole.a, whole.k, flops, best, without_one

    def backdrop(self, ax):
        """Axes for both counts."""
        ax.set(xscale="log", yscale="log", xlim=(5e15, 3e20), ylim=(5e6, 3e9))
        ax.set(xlabel="compute 6ND (FLOP), N counted as chosen", ylabel="size N (parameters)")
        style.counted(ax.yaxis)

    def foreground(self, ax, count, runs):
        """Runs and best sizes under one way of counting and choosing."""
        params, without, tokens, _ = self.sets[runs]
        size = params if count == self.COUNTS[0] else without
        a, k, flops, best, without_one = self.found(count, runs)
        ax.plot(6 * size * tokens, size, "o", color=style.PALE, mec=style.QUIET, mew=0.8, ms=5)
        ax.plot(flops, best, "o", color=style.ORANGE, ms=4)
        ax.plot(flops, k * flops**a, color=style.BLUE, lw=3)
        ax.text(0.03, 0.95, f"a = {a:.2f}", fontsize=16, va="top", transform=ax.transAxes)
        return (
            f"N {count}, {runs}, lowest of the curves: the best size grows as C to the {a:.2f}; "
            f"one size left out at a time, {min(without_one):.2f} to {max(without_one):.2f}."
        )


class Across:
    """An exam against training compute for many families, with the file as it is or corrected."""

    def __init__(self):
        self.rows = {mended: published.base_models(mended) for mended in (False, True)}
        families = self.rows[True][1]
        count = {f: int((families == f).sum()) for f in dict.fromkeys(families.tolist())}
        self.families = sorted(f for f in count if count[f] >= 3)

    def backdrop(self, ax):
        """Guessing, and axes for all."""
        ax.set(xscale="log", xlim=(1e18, 1e26), ylim=(20, 90))
        ax.set(xlabel="training compute 6ND (FLOP)", ylabel="MMLU (%), one harness")
        ax.axhline(25, color=style.QUIET, ls=":", lw=2)
        ax.text(1.3e18, 24.5, "guessing", va="top", color=style.QUIET)

    def foreground(self, ax, family, mended):
        """All models, one family joined, and the four that were wrong."""
        names, families, flops, score = self.rows[mended]
        ax.plot(flops, score, "o", color=style.PALE, mec=style.QUIET, mew=0.8, ms=5)
        mine = np.flatnonzero(families == family)
        mine = mine[np.argsort(flops[mine])]
        ax.plot(flops[mine], score[mine], "-o", color=style.BLUE, lw=2, ms=8)
        wrong = np.flatnonzero(np.isin(names, list(published.CORRECTIONS)))
        was = self.rows[False][2]
        ax.hlines(score[wrong], np.minimum(was, flops)[wrong], np.maximum(was, flops)[wrong],
                  style.ORANGE, lw=1.5, ls="--")  # fmt: skip
        ax.plot(flops[wrong], score[wrong], "D", color=style.ORANGE, ms=8, mec="white")
        near = score[(flops > 5e22) & (flops < 2e23)]
        first, last, btlm = mine[0], mine[-1], np.flatnonzero(families == "BTLM")[0]
        style.note(ax, flops[btlm], score[btlm], "BTLM", dx=0, dy=8, ha="center", fontsize=11)
        return (
            f"{family}: {score[first]:.0f} % at {units.power(flops[first])} FLOP, {score[last]:.0f} % at "
            f"{units.power(flops[last])}. The {len(near)} models between 5e22 and 2e23 FLOP score "
            f"{near.min():.0f} to {near.max():.0f} %. BTLM stands at {units.power(flops[btlm])} FLOP."
        )
