"""Pictures of chapter 07: published runs, fitted again."""

import functools
import warnings

import numpy as np
from matplotlib.ticker import FuncFormatter

from helpers import fits, laws, units
from pictures import published, style
from pictures.chinchilla import GOPHER, ratio, ratio_paper

HOFFMANN = (6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21)  # Chinchilla's nine budgets
CORRECTIONS = {  # a model of the exam: (column, what is true, where that stands)
    row["model"]: (row["column"], row["value"], row["where"])
    for row in published.KNOWN["corrections"]
}
CLAIMED = (0.454, 0.455)  # interval of the exponent, Hoffmann et al. 2022, Table 2
PAPERS_OTHER = (0.50, 0.49)  # the exponent by its approaches 1 and 2, the same table
DELTAS = {  # how an error counts
    f"Huber, {fits.HUBER:g}": fits.HUBER,
    "Huber, 0.01": 0.01,
    "Huber, 0.1": 0.1,
    "squares": np.inf,
}


def all_here():
    """One sentence: all files are here; fetches what is missing.

    Raises NotHere, which stops a notebook with one paragraph: which file is missing, and how to get it.
    """
    try:
        for name in published.OF_07:
            published.load_published(name)
    except (OSError, ValueError) as problem:
        text = f"This chapter cannot run yet. {problem} The other chapters do not need it."
        raise published.NotHere(text) from problem
    return f"All {len(published.OF_07)} files are here."


def upper_left(ax, *lines):
    """Write (words, colour) into the upper left corner, one below the other."""
    for number, (words, colour) in enumerate(lines):
        look = {"va": "top", "fontsize": 14, "color": style.WORDS.get(colour, colour)}
        style.inside(ax, 0.03, 0.95 - 0.1 * number, words, **look)


class IsoFlopRuns:
    """Loss against size or tokens, with a parabola for each budget; the runs of one stand out.

    parabola(x, loss) gives the loss as a function of x, and the x at which it is lowest.
    """

    def __init__(self, x, loss, flops, budgets, parabola, xlabel, ylabel, marked=()):
        self.x, self.loss, self.marked = x, loss, np.asarray(marked, int)
        self.labels, self.parabola = {"xlabel": xlabel, "ylabel": ylabel}, parabola
        self.of = {c: np.flatnonzero(np.abs(flops / c - 1) < 0.1) for c in budgets}

    def lowest(self, budget):
        """Where the parabola of this budget is lowest; nan where that is not among its runs."""
        x, loss = self.x[self.of[budget]], self.loss[self.of[budget]]
        if len(np.unique(x)) < 3:
            return np.nan
        lowest = self.parabola(x, loss)[1]
        return lowest if x.min() < lowest < x.max() else np.nan

    def backdrop(self, ax):
        """All runs and the parabolas of their budgets in grey; the marked runs as crosses."""
        ax.set(xscale="log", **self.labels)
        pad = 0.05 * np.ptp(self.loss)
        ax.set(xlim=(self.x.min() / 1.3, self.x.max() * 1.3))
        ax.set(ylim=(self.loss.min() - pad, self.loss.max() + pad))
        style.counted(ax.xaxis)
        look = {"color": style.PALE, "mec": style.QUIET, "mew": 0.8, "ms": 5}
        ax.plot(self.x, self.loss, "o", gid="all runs", **look)
        for runs in self.of.values():
            self._curve(ax, runs, color=style.FAINT, lw=0.9)
        if len(self.marked):
            x, loss = self.x[self.marked], self.loss[self.marked]
            ax.plot(x, loss, "x", color=style.ORANGE, ms=12, mew=2, gid="marked")
            at = np.argmin(loss)
            style.note(ax, x[at], loss[at], "the five highest", 14, 2, style.ORANGE)

    def _curve(self, ax, runs, **look):
        """The parabola of some runs, drawn where they are; None for runs at fewer than three places."""
        x = self.x[runs]
        if len(np.unique(x)) < 3:
            return None
        curve, wide = self.parabola(x, self.loss[runs])[0], np.geomspace(x.min(), x.max(), 60)
        ax.plot(wide, curve(wide), **look)
        return curve

    def foreground(self, ax, budget):
        """The runs of this budget, and the parabola without the marked ones where it has some."""
        runs = self.of[budget]
        x, loss = self.x[runs], self.loss[runs]
        dots = {"color": style.BLUE, "mec": "white", "ms": 8, "gid": "runs"}
        if (different := len(np.unique(x))) < 3:
            ax.plot(x, loss, "o", **dots)
            return (
                f"Too few for a parabola: at {units.power(budget, 1)} FLOP it needs runs at three values "
                f"of {self.labels['xlabel']}, and has {different}. Choose another budget."
            )
        curve, lowest = (
            self._curve(ax, runs, color=style.BLUE, lw=2, gid="parabola"),
            self.lowest(budget),
        )
        if len(rest := np.setdiff1d(runs, self.marked)) < len(runs):
            low, _ = self.parabola(self.x[rest], self.loss[rest])[::-1]
            look = {"color": style.GREEN, "lw": 2, "ls": "--", "gid": "without the marked"}
            short, end = self._curve(ax, rest, **look), self.x[rest].max()
            style.note(ax, end, short(end), "without the five", 8, -4, style.GREEN)
            ax.plot(
                [low], [short(low)], "v", color="white", mec=style.GREEN, mew=2, ms=9, gid="lowest"
            )
            style.note(ax, x.max(), curve(x.max()), "all its runs", -16, -6, style.BLUE)
        ax.plot(x, loss, "o", **dots)
        sentence = (
            f"{len(runs)} runs at {units.power(budget, 1)} FLOP, "
            f"losses {loss.min():.3f} to {loss.max():.3f}."
        )
        if np.isnan(lowest):
            return f"{sentence} The parabola has no lowest point among them."
        ax.plot([lowest], [curve(lowest)], "v", color=style.GREEN, mec="white", ms=13, gid="here")
        unit = self.labels["xlabel"].split()[-1].strip("()")
        return f"{sentence} The parabola is lowest at {units.spoken(lowest)} {unit}."


class Valleys(IsoFlopRuns):
    """The runs of all budgets with their parabolas and the lowest points of these."""

    def backdrop(self, ax):
        """All runs, with room for the words at the right ends."""
        super().backdrop(ax)
        ax.set_xlim(right=2.5 * self.x.max())
        style.inside(ax, 0.98, 0.95, "beside each valley: its budget in FLOP", ha="right", va="top")

    def foreground(self, ax, doubted):
        """Every budget, those that are doubted in another colour."""
        flat = {}
        for budget, runs in self.of.items():
            doubt = budget in doubted
            colour = style.ORANGE if doubt else style.BLUE
            x, loss, lowest = self.x[runs], self.loss[runs], self.lowest(budget)
            curve = self._curve(ax, runs, color=colour, lw=1.5)
            ax.plot(x, loss, "o", color=colour, mec="white", mew=0.4, ms=5)
            ax.plot(
                [lowest],
                [curve(lowest)],
                "v",
                color=style.GREEN,
                mec="white",
                ms=9,
                gid=f"{budget:g}",
            )
            end = x.max(), loss[np.argmax(x)]
            style.note(ax, *end, units.power(budget, 1), 6, 0, colour, va="center", fontsize=11)
            flat[budget] = (len(runs), np.ptp(loss))
        said = [
            f"at {units.power(c, 1)} FLOP {flat[c][0]} runs differ by {flat[c][1]:.3f}"
            for c in doubted
        ]
        return f"The valleys of {len(flat)} budgets; {', and '.join(said)} in loss."


class Refit:
    """Approach 3 on the reconstructed points: which of them, and how much a far one counts.

    refit(which, dropped, delta) gives the law without so many of the runs, and the places of the rest.
    """

    def __init__(self, points, refit):
        self.points, self.refit = points, functools.cache(refit)

    def backdrop(self, ax):
        """Axes that hold every point, and the law itself as a line."""
        ax.set(xscale="log", xlim=(0.02, 1e3), ylim=(-8, 42))
        ax.set(xlabel="tokens per parameter", ylabel="observed above the fitted law (%)")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.axhline(0, color=style.GREEN, lw=2)
        ax.text(0.022, -1, "the fitted law", va="top", color=style.WORDS[style.GREEN])

    def foreground(self, ax, dropped, delta=fits.HUBER):
        """Fit without some of the points, and say what that does to the split."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of an E that is hardly determined
            law, keep = self.refit("highest losses", int(dropped), delta)
        n, d, loss = self.points
        ratios, off = d / n, 100 * (loss / law.loss(n, d) - 1)
        left = np.setdiff1d(np.arange(len(n)), keep)
        look = {"color": style.BLUE, "ms": 5, "mec": "white", "mew": 0.4}
        ax.plot(ratios[keep], off[keep], "o", gid="fitted", **look)
        ax.plot(ratios[left], off[left], "x", color=style.ORANGE, ms=9, mew=2, gid="left out")
        best, printed = (ratio(one, GOPHER) for one in (law, laws.CHINCHILLA_PRINTED))
        style.corner(ax, f"● {len(keep)} fitted: a = {law.a:.3f}", f"best: {units.plain(best)} tokens per parameter",
                     f"(printed in 2022: {printed:.0f})")  # fmt: skip
        if len(left):
            style.inside(ax, 0.98, 0.62, f"× {len(left)} left out", ha="right", va="top", fontsize=14,
                         color=style.WORDS[style.ORANGE])  # fmt: skip
        out = f"without the {dropped:.0f} highest losses" if dropped else "with all of them"
        return (
            f"{len(keep)} points, {out}: E {law.E:.3f}, alpha {law.alpha:.3f}, beta {law.beta:.3f}, so "
            f"N grows as C to the {law.a:.3f}; at {units.power(GOPHER, 3)} FLOP "
            f"{units.plain(best)} tokens per parameter."
        )


def quasi_newton(points, start, stop, delta=fits.HUBER, averaged=True, most=2000):
    """BFGS from a law, for approach 3: (sums, ends).

    sums holds the sum of the Huber losses before each step and at the end, ends is (log E, log A,
    log B, alpha, beta). averaged divides the objective f by the number of points; stop(f, gain,
    slope) says whether to stop after a step that took gain off f, where slope is the largest left.
    """
    n, d, y = (np.log(column) for column in points)
    share = 1 / len(y) if averaged else 1.0

    def objective(q):
        terms = np.stack([q[0] + 0 * n, q[1] - q[3] * n, q[2] - q[4] * d])
        total = np.logaddexp.reduce(terms)
        part, off = np.exp(terms - total), y - total
        inner, pull = np.minimum(np.abs(off), delta), np.clip(off, -delta, delta)
        down = [*(part @ pull), -(part[1] * n) @ pull, -(part[2] * d) @ pull]
        return share * (inner * (np.abs(off) - inner / 2)).sum(), -share * np.array(down)

    q = np.array([*np.log([start.E, start.A, start.B]), start.alpha, start.beta])
    f, g = objective(q)
    inverse, sums = np.eye(5) * min(1.0, 1 / np.linalg.norm(g)), [f / share]
    for number in range(most):
        step, length = -inverse @ g, 1.0
        while (tried := objective(q + length * step))[0] > f + 1e-4 * length * (g @ step):
            length /= 2
            if length < 1e-14:
                break
        step, bend, gain = length * step, tried[1] - g, f - tried[0]
        q, (f, g) = q + step, tried
        sums.append(f / share)
        if stop(f, gain, np.abs(g).max()):
            break
        if (along := step @ bend) > 0:
            if number == 0:
                inverse = np.eye(5) * along / (bend @ bend)
            turn = np.eye(5) - np.outer(step, bend) / along
            inverse = turn @ inverse @ turn.T + np.outer(step, step) / along
    return np.array(sums), q


class Descent:
    """How far above the optimum a descent from the published constants is, and where it stops.

    descent(averaged, stop) gives the percentages above it, step by step, and the exponent at
    the end; rules maps the names of rules to such functions as quasi_newton asks whether to stop,
    the most patient one last.
    """

    TOTALS = ("mean", "sum")

    def __init__(self, descent, rules):
        self.descent, self.rules = functools.cache(descent), rules

    def backdrop(self, ax):
        """Axes that hold every descent."""
        ax.set(xlim=(-1, 82), ylim=(1e-4, 400), yscale="log")
        ax.set(xlabel="steps", ylabel="above the optimum (%)")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.axhspan(1e-4, 0.01, color="#f4f4f4", zorder=0)
        ax.text(1, 2.6e-3, "arrived, for all that anybody can tell", color=style.QUIET, va="bottom")

    def foreground(self, ax, total, rule):
        """One descent, step by step."""
        averaged = total == self.TOTALS[0]
        above, a = self.descent(averaged, self.rules[rule])
        patient, _ = self.descent(averaged, list(self.rules.values())[-1])
        shown, whole = np.maximum(above, 1e-4), np.maximum(patient, 1e-4)
        ax.plot(np.arange(len(whole)), whole, "--", color=style.QUIET, lw=1.5, gid="patient")
        if at := range(len(shown), len(whole)):
            middle = at[len(at) // 2 + len(at) // 8]
            style.note(ax, middle, whole[middle], "if nothing stops it", 4, 8, style.QUIET)
        ax.plot(np.arange(len(shown)), shown, "-o", color=style.BLUE, ms=4, lw=2, gid="steps")
        ax.plot([len(shown) - 1], shown[-1:], "s", color=style.ORANGE, ms=11, gid="end")
        end = f"{above[-1]:.0f} %" if above[-1] >= 0.5 else "less than half a percent"
        style.corner(ax, f"a = {a:.3f}")
        beside = (14, 10) if len(shown) < 30 else (-8, 16)
        style.note(
            ax,
            len(shown) - 1,
            shown[-1],
            f"stops here, {end} above",
            *beside,
            style.ORANGE,
            fontsize=13,
        )
        count = len(shown) - 1
        steps = f"{count}" if count < 12 else f"about {units.plain(count, 1)}"
        return (
            f"{total.capitalize()}, {rule}: starts {above[0]:.0f} % above the optimum and stops after "
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
        words = "printed in 2022:\n0.454 to 0.455"
        style.note(ax, np.mean(CLAIMED), 0.8, words, -6, 6, style.ORANGE, ha="left")
        for number in PAPERS_OTHER:
            ax.plot([number] * 2, [0, 0.13], color=style.GREEN, lw=3)
        style.note(ax, 0.49, 0.13, "approaches\n2 and 1", -4, 2, style.GREEN, fontsize=11)
        ax.text(0.535, 0.75, f"{len(self.a):,} refits", color=style.QUIET)

    def upper(self, level):
        """Where the interval that holds this share of the refits ends."""
        return fits.interval(self.a, level)[1]

    def foreground(self, ax, level):
        """The interval that holds this share of the refits."""
        low, high = fits.interval(self.a, level)
        ax.axvspan(low, high, color=style.BLUE, alpha=0.2, lw=0)
        ax.plot([low, high], [1.08, 1.08], color=style.BLUE, lw=3, gid="interval")
        for end, name in ((low, "low"), (high, "here")):
            ax.plot([end], [1.08], "|", color=style.BLUE, ms=14, gid=name)
        times = (high - low) / (CLAIMED[1] - CLAIMED[0])
        style.corner(ax, f"{100 * level:.0f} %: {low:.3f} to {high:.3f}")
        return (
            f"{100 * level:.0f} % of the refits lie between {low:.3f} and {high:.3f}: {units.plain(times)} times "
            "as wide as the published interval. To be as sharp as that, errors that shrink with the "
            f"square root of the runs need about {units.spoken(self.runs * times**2, 1)} runs."
        )


class BestRatio:
    """Best tokens per parameter against compute, with what four refits out of five say."""

    def __init__(self, draws):
        self.law, self.draws, self.flops = draws.fit.law, draws.law, np.logspace(19, 26, 57)

    def backdrop(self, ax):
        """The published constants, the refit, its band, and twenty."""
        ratio_paper(ax, 3, 600, words=3.4)
        for name, law, dash, colour, at, beside in (
            ("as printed in 2022", laws.CHINCHILLA_PRINTED, ":", style.ORANGE, 2e21, (-4, 10)),
            ("the same, unrounded", laws.CHINCHILLA_UNROUNDED, "--", style.ORANGE, 1e26, (-4, -26)),
            ("the refit", laws.CHINCHILLA_REFIT, "-", style.GREEN, 1.3e19, (2, -6)),
        ):
            ax.plot(self.flops, ratio(law, self.flops), dash, color=colour, lw=2)
            style.note(ax, at, ratio(law, at), name, *beside, colour, fontsize=12)
        ratios = [ratio(self.draws, c) for c in self.flops]
        style.band(ax, self.flops, ratios, style.GREEN, alpha=0.2)
        ax.axhline(20, color=style.QUIET, lw=1)
        ax.text(8e25, 20.5, "20", color=style.QUIET, va="bottom", ha="right")
        style.beyond(ax, 1.3e22, 1e26, 420)

    def foreground(self, ax, flops):
        """What the refits say at this compute."""
        low, high = fits.interval(ratio(self.draws, flops))
        three = self.law, laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_PRINTED
        ours, *theirs = (units.plain(ratio(law, flops)) for law in three)
        for law, number in zip(three[1:], theirs, strict=True):
            ax.plot(
                [flops], [ratio(law, flops)], "D", color=style.ORANGE, mec="white", ms=9, gid=number
            )
            style.note(ax, flops, ratio(law, flops), number, -8, 5, style.ORANGE, fontsize=14)
        words = f"{ours} ({units.plain(low)} to {units.plain(high)})"
        style.note(ax, flops, ratio(self.law, flops), words, 14, -8, style.BLUE, fontsize=14)
        look = {"color": style.BLUE, "lw": 3, "ms": 16, "mew": 3}
        ax.plot([flops, flops], [low, high], "_-", gid="here", **look)
        style.best(ax, flops, ratio(self.law, flops))
        return (
            f"At {units.power(flops, 3)} FLOP the refit asks for {ours} tokens per parameter, four "
            f"refits out of five for {units.plain(low)} to {units.plain(high)}; the published "
            f"constants say {theirs[0]}, and rounded as printed {theirs[1]}."
        )


def quietly(fitted, *asked):
    """What fitted gives, a fits.ChinchillaFit first, and the 95 % interval of its exponent a."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the sentence of the picture says it
        fit, *more = fitted(*asked)
        return fit, *more, fit.interval(lambda law: law.a)


class OwnRuns:
    """Best size against compute by the runs that are kept, with what these leave open far out.

    refit(which, dropped) gives the fits.ChinchillaFit without so many of the runs, and the places of
    the rest; far times the compute of the largest run is how far out the picture goes.
    """

    def __init__(self, runs, refit, far=100):
        self.runs, self.fitted = runs, functools.cache(functools.partial(quietly, refit))
        self.paid = 6 * runs[0] * runs[1]
        self.flops = np.geomspace(self.paid.min(), far * self.paid.max(), 7)
        self.band = functools.cache(self._band)

    def _band(self, which, dropped):
        """The ends of the 95 % intervals of the best sizes, compute by compute."""
        fit, *_ = self.fitted(which, dropped)
        sizes = [lambda law, c=c: np.clip(law.optimum(c)[0], 1e-9, 1e30) for c in self.flops]
        return np.transpose([fit.interval(size) for size in sizes])

    def backdrop(self, ax):
        """Axes for these runs and far beyond."""
        low, high = self.flops[[0, -1]]
        ax.set(
            xscale="log",
            yscale="log",
            xlim=(low / 1.5, high),
            ylim=(self.runs[0].min() / 3, self.runs[0].max() * 15),
        )
        ax.set(xlabel="training compute C (FLOP)", ylabel="size N (parameters)")
        style.counted(ax.yaxis)
        style.beyond(ax, 1.15 * self.paid.max(), high, self.runs[0].min() / 2.6)

    def foreground(self, ax, which, dropped):
        """Fit without some of the runs, and say how much the rest still knows."""
        fit, keep, (low, high) = self.fitted(which, int(dropped))
        n, d, loss = self.runs
        ends, whole = self.band(which, int(dropped)), self.band(which, 0)
        ax.fill_between(self.flops, *ends, color=style.BLUE, alpha=0.2, lw=0, gid="interval")
        for end in whole:
            ax.plot(self.flops, end, "--", color=style.QUIET, lw=1)
        style.note(ax, self.flops[-2], whole[0][-2], "by all runs", 4, -6, style.QUIET, bbox=None)
        ax.plot(
            self.flops, fit.law.optimum(self.flops)[0], color=style.BLUE, lw=2, gid="best sizes"
        )
        left = np.setdiff1d(np.arange(len(n)), keep)
        look = {"color": style.BLUE, "ms": 7, "mec": "white", "mew": 0.6}
        ax.plot(self.paid[keep], n[keep], "o", gid="fitted", **look)
        ax.plot(self.paid[left], n[left], "x", color=style.ORANGE, ms=8, mew=2, gid="left out")
        out, missed = f"without {dropped:.0f} ({which})" if dropped else "all of them", ""
        lines = [
            (f"a: {low:.2f} to {high:.2f}", style.BLUE),
            (f"× {len(left)} left out", style.ORANGE),
        ]
        upper_left(ax, *lines[: 1 + bool(len(left))])
        if len(left):
            off = np.abs(loss / fit.law.loss(n, d) - 1)
            near, away = (max(1, round(100 * off[some].max())) for some in (keep, left))
            missed = (f" It passes within {near} % of each of its runs, and misses those left out by up to "
                      f"{away} %.")  # fmt: skip
        return (
            f"{len(keep)} runs, {out}: E is {fit.law.E:.2f} and a is {fit.law.a:.2f}, which may be "
            f"{low:.2f} to {high:.2f}. With a hundred times the compute the best size is then known "
            f"within a factor of {units.plain(100 ** (high - low), 2)}.{missed} {fit.undetermined}"
        ).strip()


class TokenWindow:
    """Loss against tokens of a few models, and the law through the readings from so many tokens on.

    sets maps a name to the columns (params, tokens, loss); window(name, smallest) gives the
    fits.ChinchillaFit of what is kept of them, what that is, and the a of the lowest of the curves.
    """

    def __init__(self, sets, window):
        self.sets, self.fitted = sets, functools.cache(functools.partial(quietly, window))

    def backdrop(self, ax):
        """Axes that hold every set."""
        ax.set(xscale="log", xlim=(8e9, 8e11), ylim=(2.2, 4.1))
        ax.set(xlabel="tokens D", ylabel="loss L (nats)")
        style.counted(ax.xaxis)

    def foreground(self, ax, runs, smallest):
        """The readings of one set, those that are kept, and the law of the smallest and largest model."""
        fit, keep, envelope, (low, high) = self.fitted(runs, smallest)
        (n, d, loss), law = self.sets[runs], fit.law
        look = {"color": style.PALE, "mec": style.QUIET, "mew": 0.8, "ms": 4}
        ax.plot(d[~keep], loss[~keep], "o", gid="left out", **look)
        ax.plot(d[keep], loss[keep], "o", color=style.BLUE, ms=4, mew=0, gid="kept")
        wide = np.geomspace(d.min(), d.max(), 40)
        for size, name in ((n.min(), "smallest model"), (n.max(), "largest model")):
            ax.plot(wide, law.loss(size, wide), color=style.ORANGE, lw=2, gid=name)
            mine = n == size
            ax.plot(
                d[mine], loss[mine], "o", color="none", mec=style.ORANGE, ms=7, gid=f"of the {name}"
            )
            words, end = f"N = {units.short(size, 2)}", d.max()
            style.note(ax, end, law.loss(size, end), words, 8, 0, style.ORANGE, va="center")
        style.corner(
            ax,
            f"law: a = {law.a:.2f} ({low:.2f} to {high:.2f})",
            f"lowest curves: a = {envelope:.2f}",
        )
        return (
            f"{runs[0].upper()}{runs[1:]}, from {units.spoken(smallest)} tokens on: alpha {law.alpha:.3f}, beta {law.beta:.3f}, "
            f"so a is {law.a:.3f}, or anything from {low:.2f} to {high:.2f}; by the lowest of the "
            f"curves it is {envelope:.3f}. {fit.undetermined}"
        ).strip()


LLAMA = 3.8e25  # FLOP of Llama 3.1 405B


class Budgets:
    """Best tokens of Llama 3's budgets, a line through some of them, and what it says far away.

    line(smallest, largest) is the fits.IsoFlopFit, in tokens, without so many budgets at either end.
    """

    def __init__(self, line):
        self.line = functools.cache(line)

    def backdrop(self, ax):
        """The lowest points with their 95 % intervals, and the run that was bought."""
        ax.set(xscale="log", yscale="log", xlim=(3e18, 1e26), ylim=(2e9, 6e13))
        ax.set(xlabel="training compute C (FLOP)", ylabel="best tokens D")
        style.counted(ax.yaxis)
        style.beyond(ax, 1.3e22, 1e26, 2.5e9, "beyond the small runs")
        fit = self.line(0, 0)
        ends = np.array([6e18, LLAMA])
        ax.plot(ends, fit.coefficient * ends**fit.a, color=style.QUIET, lw=1.2, ls="--")
        ax.vlines(fit.flops, fit.params_low, fit.params_high, style.QUIET, lw=2)
        ax.plot(fit.flops, fit.params, "o", color="white", mec=style.QUIET, ms=7)
        ax.plot([LLAMA], [16.55e12], "*", color="white", mec=style.GREEN, mew=2, ms=22)
        style.note(ax, LLAMA, 16.55e12, "Meta: 402 B on 16.55 T", dx=-14, dy=6, colour=style.GREEN)

    def foreground(self, ax, below, above):
        """The line through the budgets that are left."""
        fit = self.line(int(below), int(above))
        ends = np.array([6e18, LLAMA])
        ax.plot(ends, fit.coefficient * ends**fit.a, color=style.BLUE, lw=2.5, gid="line")
        for some, name in ((slice(-1), "cheaper"), (slice(-1, None), "here")):
            ax.plot(fit.flops[some], fit.params[some], "o", color=style.BLUE, ms=7, gid=name)
        tokens = fit.coefficient * LLAMA**fit.a
        size = LLAMA / (6 * tokens)
        error = fits.student(0.95, len(fit.flops) - 2) * fit.a_error
        style.best(ax, LLAMA, tokens, ms=8)
        upper_left(ax, (f"D = {fit.coefficient:.3g} C^{fit.a:.3f}", style.BLUE),
                   (f"{units.short(size)} on {units.short(tokens)}", style.BLUE))  # fmt: skip
        return (
            f"{len(fit.flops)} budgets: D grows as C to the {fit.a:.3f} ± {error:.3f}. At "
            f"{units.power(LLAMA)} FLOP that is {units.spoken(tokens, 3)} tokens for "
            f"{units.spoken(size, 3)} parameters."
        )


class CountingSizes:
    """One data set: N counted with or without embeddings, the best rate of each pair or all runs.

    sets maps a name to the columns (N, N without embeddings, tokens, loss) of the runs, and to whether
    the computes count at which the smallest or the largest size wins. best_sizes(N, tokens, loss,
    whether) gives compute, best sizes, the fits.PowerFit through them, and the exponents of the best
    size with one size left out at a time.
    """

    COUNTS = ("with embeddings", "without embeddings")

    def __init__(self, sets, best_sizes):
        self.sets, self.best_sizes = sets, best_sizes
        self.found = functools.cache(self._found)

    def _found(self, count, runs):
        (params, without, tokens, loss), ends = self.sets[runs]
        size = params if count == self.COUNTS[0] else without
        return size, tokens, self.best_sizes(size, tokens, loss, ends)

    def backdrop(self, ax):
        """Axes for both counts."""
        ax.set(xscale="log", yscale="log", xlim=(5e15, 3e20), ylim=(5e6, 3e9))
        ax.set(xlabel="compute 6ND (FLOP), N counted as chosen", ylabel="size N (parameters)")
        style.counted(ax.yaxis)
        start = np.array([1.5e18, 7e19])
        for slope, whose, beside in (
            (0.73, "Kaplan: 0.73", (2, 0)),
            (0.50, "Hoffmann: 0.50", (2, -4)),
        ):
            ax.plot(start, 8e6 * (start / start[0]) ** slope, color=style.GREEN, lw=1.5, ls="--")
            end = 8e6 * (start[1] / start[0]) ** slope
            style.note(ax, start[1], end, whose, *beside, style.GREEN, fontsize=11, va="center")

    def foreground(self, ax, count, runs):
        """Runs and best sizes under one way of counting and choosing."""
        size, tokens, (flops, best, line, exponents) = self.found(count, runs)
        a, look = -line.a, {"color": style.PALE, "mec": style.QUIET, "mew": 0.8, "ms": 5}
        ax.plot(6 * size * tokens, size, "o", gid="runs", **look)
        ax.plot(flops, best, "o", color=style.ORANGE, ms=4, gid="best sizes")
        ax.plot(flops, line.predict(flops), color=style.BLUE, lw=3, gid="line")
        upper_left(ax, (f"a = {a:.2f}", style.BLUE), ("● best sizes", style.ORANGE))
        return (
            f"N {count}, {runs}: the best size grows as C to the {a:.2f}; "
            f"one size left out at a time, {min(exponents):.2f} to {max(exponents):.2f}."
        )


class ExamByCompute:
    """An exam against training compute for many families, with the rows of the file that were wrong.

    Both are columns (name, family, FLOP, percent), the file as it is and with CORRECTIONS.
    """

    def __init__(self, as_it_is, corrected):
        self.was, self.rows = as_it_is, corrected

    def backdrop(self, ax):
        """Guessing, and all models."""
        ax.set(xscale="log", xlim=(1e18, 1e26), ylim=(20, 90))
        ax.set(xlabel="training compute 6ND (FLOP)", ylabel="MMLU (%), one harness")
        ax.axhline(25, color=style.QUIET, ls=":", lw=2)
        ax.text(1.3e18, 24.5, "guessing", va="top", color=style.QUIET)
        _, _, flops, score = self.rows
        look = {"color": style.PALE, "mec": style.QUIET, "mew": 0.8, "ms": 5}
        ax.plot(flops, score, "o", gid="models", **look)

    def foreground(self, ax, flops):
        """The models of about this compute, and the four that were wrong, from where they stood."""
        names, families, paid, score = self.rows
        wrong, was = np.flatnonzero(np.isin(names, list(CORRECTIONS))), self.was[2]
        near = (paid > flops / 2) & (paid < 2 * flops)
        ax.plot(paid[near], score[near], "o", color=style.BLUE, mec="white", ms=7, gid="near")
        ends = score[wrong], *np.sort([was[wrong], paid[wrong]], axis=0)
        ax.hlines(*ends, style.ORANGE, lw=1.5, ls="--")
        look = {"color": style.ORANGE, "ms": 8}
        ax.plot(was[wrong], score[wrong], "D", mfc="white", gid="was", **look)
        ax.plot(paid[wrong], score[wrong], "D", mec="white", gid="corrected", **look)
        btlm = np.flatnonzero(families == "BTLM")[0]
        style.note(ax, was[btlm], score[btlm], "BTLM in the file", 0, 8, style.ORANGE, ha="center")
        said = f"within a factor of two of {units.power(flops)} FLOP"
        upper_left(ax, ("◆ the four, corrected", style.ORANGE), (f"● {said}", style.BLUE))
        return (
            f"The {near.sum()} models {said} score {score[near].min():.0f} to {score[near].max():.0f} %. BTLM "
            f"stood at {units.power(was[btlm])} FLOP, and belongs at {units.power(paid[btlm])}."
        )
