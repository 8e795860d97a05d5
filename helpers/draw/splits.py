"""Chapter 02, going further: how sure a split is, and why two famous papers disagreed."""

import contextlib
import functools
import warnings
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from helpers import fits, laws, units
from helpers.draw import own, style
from helpers.draw.chinchilla import GOPHER, ratio, ratio_paper


class Rounded:
    """Best tokens per parameter when an exponent moves in its third digit."""

    def __init__(self):
        self.flops = np.logspace(19, 26, 57)
        unrounded, refit = laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_REFIT
        self.laws = {"Hoffmann, unrounded": unrounded, "the refit": refit}

    def backdrop(self, ax):
        """The published constants as they are, and Gopher's budget."""
        for name, law, dash, colour, at, dy in (
            ("as printed in 2022", laws.CHINCHILLA_PRINTED, ":", style.QUIET, 1.3e19, 16),
            ("the same fit, unrounded", laws.CHINCHILLA_UNROUNDED, "--", style.QUIET, 3e21, -6),
            ("the refit", laws.CHINCHILLA_REFIT, "-", style.GREEN, 1.3e19, -6),
        ):
            ax.plot(self.flops, ratio(law, self.flops), dash, color=colour, lw=2)
            style.note(ax, at, ratio(law, at), name, dx=2, dy=dy, colour=colour, fontsize=11)
        ratio_paper(ax, 3, 600, words=3.4)

    def foreground(self, ax, start, d_alpha, d_beta):
        """The chosen constants with both exponents moved."""
        before = self.laws[start]
        law = replace(before, alpha=before.alpha + d_alpha, beta=before.beta + d_beta)
        ax.plot(self.flops, ratio(law, self.flops), color=style.BLUE, lw=3)
        was, now = ratio(before, GOPHER), ratio(law, GOPHER)
        style.best(ax, GOPHER, now)
        style.note(ax, GOPHER, now, units.plain(now), dx=10, dy=6, colour=style.BLUE, fontsize=14)
        return (
            f"From {start}: alpha {law.alpha:.4f} ({d_alpha:+.3f}), beta {law.beta:.4f} "
            f"({d_beta:+.3f}). The best model for {units.power(GOPHER, 3)} FLOP has "
            f"{units.spoken(law.optimum(GOPHER)[0])} parameters and {units.plain(now)} tokens for "
            f"each; before it was {units.plain(was)}."
        )


class Intervals:
    """What studies say about one number, with their ranges, and where a number of yours falls."""

    def __init__(self, rows, label, limits, words, log=False, kind="study"):
        self.rows, self.words, self.log = rows, words, log
        self.axes = {"xlabel": label, "xlim": limits, "ylabel": kind}
        self.places = range(len(rows))[::-1]  # the first row on top

    def backdrop(self, ax):
        """One line a study: its range, its number, and a ring where it gives no range."""
        ax.set(ylim=(-0.7, len(self.rows) - 0.3), **self.axes)
        ax.set_yticks(list(self.places), [row.study for row in self.rows], fontsize=11)
        ax.grid(False, axis="y")
        if self.log:
            ax.set_xscale("log")
            style.counted(ax.xaxis, "{:g}".format)
        for y, row in zip(self.places, self.rows):
            if row.low is not None:
                ax.hlines(y, row.low, row.high, style.QUIET, lw=3)
                ax.plot([row.low, row.high], [y, y], "|", color=style.QUIET, ms=13)
            if row.value is not None:
                fill = "white" if row.low is None else style.QUIET
                ax.plot([row.value], [y], "o", color=fill, mec=style.QUIET, ms=7)

    def foreground(self, ax, at):
        """A line at your number; the ranges that hold it stand out."""
        ax.axvline(at, color=style.ORANGE, lw=2)
        given = [row for row in self.rows if row.low is not None]
        for y, row in zip(self.places, self.rows):
            if row in given and row.low <= at <= row.high:
                ax.hlines(y, row.low, row.high, style.BLUE, lw=7)
                if row.value is not None:
                    ax.plot([row.value], [y], "o", color=style.QUIET, mec="white", ms=8)
        held = [row.study for row in given if row.low <= at <= row.high]
        names = f": {'; '.join(held)}" if held else ""
        return f"{self.words(at)} It lies in {len(held)} of {len(given)} ranges{names}."


def tenfold(a):
    """An exponent of the best size as a sentence.

    >>> tenfold(0.5)
    'N as C to the 0.500: ten times the compute means 3.2 times the size and 3.2 times the tokens.'
    """
    return (
        f"N as C to the {a:.3f}: ten times the compute means {units.plain(10**a)} times the size "
        f"and {units.plain(10 ** (1 - a))} times the tokens."
    )


def per_param(ratio):
    """Tokens per parameter as a sentence, with what they cost against the refit's own best split.

    >>> per_param(20.0)
    '20 tokens per parameter waste 0.1 % of 5.76e23 FLOP by the refit.'
    """
    law = laws.CHINCHILLA_REFIT
    loss = law.loss(*laws.rule_of_thumb_optimum(GOPHER, ratio))
    wasted = 100 * (1 - law.flops_for_loss(loss) / GOPHER)
    return (
        f"{units.plain(ratio)} tokens per parameter waste {wasted:.1f} % of {units.power(GOPHER, 3)} "
        "FLOP by the refit."
    )


# Our own runs, three ways -------------------------------------------------------------------------


def by_cost(run):
    """Parameters as a byte of text pays for them: exact FLOP for each byte, over 6."""
    return run.flops / (6.0 * run.tokens)


COUNTS = {
    "by what a byte costs": by_cost,
    "without embeddings": lambda run: run.params,
    "with embeddings": lambda run: run.params_total,
}


class Way(NamedTuple):
    """Points (compute, best size), and the line size = k C^a through them with its resamples."""

    flops: np.ndarray
    sizes: np.ndarray
    a: float
    k: float
    draws: np.ndarray  # rows of (a, k)

    def interval(self):
        """The 10th and 90th percentile of a, as Hoffmann's Table 2 gives them."""
        return np.percentile(self.draws[:, 0], [10, 90]).tolist()


class ThreeWays:
    """The exponent of the best size on our own runs: three approaches, one bootstrap, three counts."""

    WAYS = ("1: lowest of the curves", "2: parabolas", "3: fitted law")
    LATE = 0.25  # a curve counts from this share of its run on

    def __init__(self, runs, curves, draws=100, seed=0):
        self.runs, self.curves, self.draws = own.grid(runs), curves, draws
        self.seed, count = seed, len(self.runs)
        rng = np.random.default_rng(seed)
        self.drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws)
        self.found = functools.cache(self._found)

    def _curves(self, runs, size):
        """Approach 1: the size that leads at each compute, from the late part of the curves."""
        columns = []
        for run in dict.fromkeys(runs):
            curve = self.curves[run.run]
            late = curve[curve[:, 0] >= self.LATE * curve[-1, 0]]
            params = np.full(len(late), size(run))
            columns.append(np.column_stack([6 * params * late[:, 0], late[:, 1], params]))
        names = np.repeat(np.arange(len(columns)), [len(part) for part in columns])
        flops, best, _, line = fits.fit_envelope(*np.concatenate(columns).T, names)
        return flops, best, -line.a, line.k

    @staticmethod
    def _parabolas(runs, size):
        """Approach 2: a parabola through the five sizes around the best of each exact budget."""
        fit = own.lowest_points(runs, size)
        return fit.flops, fit.params, fit.a, fit.coefficient

    def _law(self, size):
        """Approach 3, where all resamples are fitted at once."""
        sizes = [size(run) for run in self.runs]
        fit = fits.fit_chinchilla(sizes, *own.columns(self.runs, "tokens", "loss"))
        drawn = fits.bootstrap(fit, self.draws, self.seed).law
        flops, unit = np.array(own.budgets_of(self.runs)), fit.law.optimum(1.0)[0]
        draws = np.column_stack([drawn.a, drawn.optimum(1.0)[0]])
        return Way(flops, fit.law.optimum(flops)[0], fit.law.a, unit, draws)

    def _found(self, way, count):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # the spread of the resamples says it better
            size = COUNTS[count]
            if way == self.WAYS[2]:
                return self._law(size)
            find = self._curves if way == self.WAYS[0] else self._parabolas
            lines = []
            for times in self.drawn:
                drawn = [run for run, n in zip(self.runs, times) for _ in range(n)]
                with contextlib.suppress(ValueError):  # too few budgets with a lowest point
                    lines.append(find(drawn, size)[2:])
            return Way(*find(self.runs, size), np.array(lines))

    def backdrop(self, ax):
        """Axes that hold every count."""
        style.frame(ax, (2e9, 2e13), (5e2, 1e6), "compute C (FLOP)", "best size N (parameters)",
                    x=units.power, y=units.short)  # fmt: skip

    def foreground(self, ax, way, count):
        """Points, line, and the band that holds four resamples out of five."""
        found = self.found(way, count)
        ends = np.geomspace(3e9, 1.5e13, 30)
        a, k = found.draws.T
        style.band(ax, ends, k * ends[:, None] ** a, alpha=0.2)
        ax.plot(ends, found.k * ends**found.a, color=style.BLUE, lw=2)
        ax.plot(found.flops, found.sizes, "o", color=style.ORANGE, mec="white", ms=6)
        least, most = found.interval()
        said = f"a = {found.a:.2f} ({least:.2f} to {most:.2f})"
        style.inside(ax, 0.03, 0.95, said, va="top", fontsize=14, bbox=style.GROUND)
        return (
            f"Approach {way}, N counted {count}: the best size grows as C to the {found.a:.2f}; "
            f"four resamples of the {len(self.runs)} runs out of five say {least:.2f} to {most:.2f}."
        )


# Why Kaplan said 0.73 -----------------------------------------------------------------------------


def counted_his_way(law, params):
    """(compute, tokens) at which this many non-embedding parameters look best, embeddings left out.

    The law holds for all parameters, N + 47,491 N^(1/3) in the models of Pearce and Song (2024);
    size and compute are counted without the embeddings, as Kaplan did.
    """
    tables = 47_491 * np.cbrt(params)
    total = params + tables
    share = (params + tables / 3) / total  # one percent more params is this much more of total
    size = law.alpha * law.A / total**law.alpha * share
    tokens = (law.beta * law.B / size) ** (1 / law.beta)
    return 6 * params * tokens, tokens


def exponent_seen(law, low, high, points=200):
    """The exponent that somebody measures who counts without embeddings from low to high.

    >>> round(exponent_seen(laws.CHINCHILLA_REFIT, 768, 1.5e9), 2)
    0.79
    """
    sizes = np.geomspace(low, high, 1000)
    flops = np.log(counted_his_way(law, sizes)[0])
    even = np.linspace(flops[0], flops[-1], points)
    return float(np.polyfit(even, np.interp(even, flops, np.log(sizes)), 1)[0])


class Counted:
    """The exponent that one sees around each size when embeddings are not counted."""

    def __init__(self, law):
        self.law, self.sizes = law, np.geomspace(1e3, 1e12, 181)

    def local(self, params):
        """The exponent seen around one size, a factor of 1.1 to either side."""
        return exponent_seen(self.law, params / 1.1, params * 1.1)

    def backdrop(self, ax):
        """The exponent against the size, Kaplan's sizes, and the one that all parameters give."""
        name, seen = "size without embeddings (parameters)", "exponent seen around it"
        style.frame(ax, (1e3, 1e12), (0.4, 1.02), name, seen, x=units.short)
        ax.axvspan(1e3, 1.5e9, color="#f0f0f0", zorder=0)
        ax.text(1.3e3, 0.42, "Kaplan's models", color=style.QUIET)
        ax.plot(self.sizes, [self.local(size) for size in self.sizes], color=style.GREEN, lw=2.5)
        for height, name in ((self.law.a, "all parameters counted"), (0.73, "Kaplan's 0.73")):
            ax.axhline(height, color=style.QUIET, ls=":", lw=2)
            style.note(ax, 9e11, height, name, dx=0, dy=-4, ha="right", colour=style.QUIET)

    def foreground(self, ax, params):
        """One size on the curve."""
        seen = self.local(params)
        style.best(ax, params, seen, ms=12)
        side = 10 if params < 1e11 else -10
        style.note(ax, params, seen, f"{seen:.2f}", side, 8, style.BLUE, fontsize=14)
        left_out = 47_491 * np.cbrt(params)
        return (
            f"Around {units.spoken(params)} parameters without embeddings ({units.spoken(left_out)} more "
            f"with them) the best size seems to grow as C to the {seen:.2f}; counted with them it is "
            f"{self.law.a:.3f} everywhere."
        )


# What to double -----------------------------------------------------------------------------------


class Doubled:
    """What twice the compute wins when it goes into size, into tokens, or into both."""

    OPTIONS = (("twice the parameters", 2.0, 1.0), ("twice the tokens", 1.0, 2.0),
               ("1.41 times each", 2**0.5, 2**0.5))  # fmt: skip

    def __init__(self, law, draws):
        self.law, self.draws = law, draws

    def gains(self, law, params, tokens):
        """How much the loss falls for each option."""
        before = law.loss(params, tokens)
        return [before - law.loss(n * params, d * tokens) for _, n, d in self.OPTIONS]

    def backdrop(self, ax):
        """A bar for each option."""
        name = "loss falls by (nats per token)"
        style.frame(ax, (0, 0.055), (-0.6, 2.6), name, "how the compute doubles")
        ax.set_yticks([2, 1, 0], [name for name, *_ in self.OPTIONS])
        ax.grid(False, axis="y")

    def foreground(self, ax, params, tokens):
        """The three gains with the interval of the refits."""
        gains = self.gains(self.law, params, tokens)
        spread = np.percentile(self.gains(self.draws, params, tokens), [10, 90], axis=1).T
        best = int(np.argmax(gains))
        for k, (gain, (low, high)) in enumerate(zip(gains, spread)):
            ax.barh(
                2 - k, gain, 0.55, color=style.BLUE if k == best else style.PALE, ec=style.QUIET
            )
            ax.plot([low, high], [2 - k, 2 - k], color=style.INK, lw=2)
            ax.text(max(gain, high) + 0.0008, 2 - k, f"{gain:.3f}", va="center", fontsize=14)
        words = ", ".join(f"{gain:.3f} by {name}" for gain, (name, *_) in zip(gains, self.OPTIONS))
        return (
            f"{units.spoken(params, 3)} parameters on {units.spoken(tokens, 3)} tokens, "
            f"{units.plain(tokens / params)} for each. Twice the compute lowers the loss by {words}: "
            f"best {self.OPTIONS[best][0]}."
        )
