"""Pictures of chapter 07: published runs, fitted again."""

import functools
import warnings

import numpy as np
from matplotlib.ticker import FuncFormatter

from helpers import fits, laws, published, style, units
from pictures.chinchilla import GOPHER, ratio, ratio_paper

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


def quasi_newton(points, start, delta=1e-3, averaged=True, strict=False, most=2000):
    """Descend from a law as BFGS does, and stop by scipy's rule for L-BFGS-B; gives (sums, ends).

    The rule: a step gains at most 2.2e-9 of max(f, 1), or no slope is above 1e-5. averaged divides f by
    the number of points; strict stops only where a step gains nothing any more. sums has the sum of
    the Huber losses before each step and at the end; ends is (log E, log A, log B, alpha, beta).
    """
    n, d, y = (np.log(column) for column in points)
    share = 1 / len(y) if averaged else 1.0

    def slope(q):
        terms = np.stack([q[0] + 0 * n, q[1] - q[3] * n, q[2] - q[4] * d])
        total = np.logaddexp.reduce(terms)
        part, off = np.exp(terms - total), y - total
        inner, pull = np.minimum(np.abs(off), delta), np.clip(off, -delta, delta)
        down = [*(part @ pull), -(part[1] * n) @ pull, -(part[2] * d) @ pull]
        return share * (inner * (np.abs(off) - inner / 2)).sum(), -share * np.array(down)

    q = np.array([*np.log([start.E, start.A, start.B]), start.alpha, start.beta])
    f, g = slope(q)
    inverse, sums = np.eye(5) * min(1.0, 1 / np.linalg.norm(g)), [f / share]
    for number in range(most):
        step, length = -inverse @ g, 1.0
        while (tried := slope(q + length * step))[0] > f + 1e-4 * length * (g @ step):
            length /= 2
            if length < 1e-14:
                break
        step, bend, gain = length * step, tried[1] - g, f - tried[0]
        q, (f, g) = q + step, tried
        sums.append(f / share)
        if gain <= (1e-16 * f if strict else 2.2e-9 * max(f, 1.0)):
            break
        if not strict and np.abs(g).max() <= 1e-5:
            break
        if (along := step @ bend) > 0:
            if number == 0:
                inverse = np.eye(5) * along / (bend @ bend)
            turn = np.eye(5) - np.outer(step, bend) / along
            inverse = turn @ inverse @ turn.T + np.outer(step, step) / along
    return np.array(sums), q


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
