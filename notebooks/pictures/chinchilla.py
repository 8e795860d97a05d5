"""Pictures of chapter 02: one compute budget, many sizes; how sure a split is, why two papers disagreed."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from helpers import data, fits, laws, units
from pictures import style
from training import own_runs

FAMOUS = (
    "GPT-3 175B", "Gopher", "MT-NLG 530B", "Chinchilla", "LLaMA-65B", "Cerebras-GPT-6.7B",
    "Llama 2 70B", "Llama 3 8B", "Llama 3 70B", "Llama 3.1 405B", "DeepSeek-V3", "Qwen3-0.6B",
)  # fmt: skip
GOPHER = 5.76e23  # FLOP


class IsoFlop:
    """Loss against model size for every model that one compute budget can train."""

    def __init__(self, law, budgets=(1e18, 1e20, 1e22, 1e24, 1e26)):
        self.law, self.budgets = law, budgets
        self.sizes = np.logspace(7, 13, 181)

    def curve(self, flops):
        """Loss at each of self.sizes when all of flops = 6ND is spent."""
        return self.law.loss(self.sizes, flops / (6.0 * self.sizes))

    def backdrop(self, ax):
        """Axes, the curves of round budgets, and the line through their lowest points."""
        name = "model size N (parameters)"
        style.frame(ax, (1e7, 1e13), (1.7, 3.6), name, "loss L (nats per token)", x=units.short)
        for flops, unit in zip(self.budgets, (" FLOP", *[""] * len(self.budgets))):
            look = {"color": style.FAINT, "lw": 1.2, "zorder": 1.8}
            ax.plot(self.sizes, self.curve(flops), gid=units.power(flops, 1), **look)
            place = self.law.optimum(flops)[0], self.law.optimal_loss(flops)
            side = 4 if flops < 1e23 else -4  # within the valley where there is room
            look = {"colour": style.QUIET, "fontsize": 11, "zorder": 1.9}  # below your curve
            style.note(ax, *place, units.power(flops, 1) + unit, side, side, **look)
        style.corner_ground(ax, width=0.3, lines=2)
        flops = np.logspace(17.5, 27, 60)
        lowest = self.law.optimum(flops)[0], self.law.optimal_loss(flops)
        ax.plot(*lowest, "--", color=style.QUIET, lw=1.5)

    def foreground(self, ax, flops, params):
        """The curve of this budget, its lowest point, and a model of this size on it."""
        best_params, best_tokens = self.law.optimum(flops)
        best = self.law.loss(best_params, best_tokens)
        tokens = flops / (6.0 * params)
        loss = self.law.loss(params, tokens)
        ax.plot(self.sizes, self.curve(flops), color=style.BLUE, lw=3, gid="curve")
        style.best(ax, best_params, best)
        style.here(ax, params, loss)
        style.corner(ax, f"◆ your model {loss:.3f}", f"● best {best:.3f}")
        start = (
            f"At {units.power(flops, 3)} FLOP the best model has {units.spoken(best_params)} parameters and sees "
            f"{units.plain(best_tokens / best_params)} tokens for each: loss {best:.3f}. "
            f"One of {units.spoken(params, 3)} sees {units.plain(tokens / params)}: "
        )
        if loss - best < 5e-4:
            return start + "the same loss to three digits."
        share = self.law.flops_for_loss(loss) / flops
        return f"{start}loss {loss:.3f}, which a best split would reach with {share:.0%} of the compute."


class Plane:
    """Real models on the plane of size and tokens, with the line of best use of compute."""

    LOSSES = (1.9, 2.0, 2.2, 2.5, 3.0)

    def __init__(self, law, models):
        self.law = law
        self.models = {m.model: m for m in models if m.flops}

    def backdrop(self, ax):
        """All models, lines of equal loss and of equal compute, the best line, and 20 to one."""
        name, say = "model size N (parameters, active per token)", units.short
        style.frame(ax, (5e7, 2e12), (1e9, 1e14), name, "training tokens D", x=say, y=say)
        ax.grid(False)
        wide, high = np.logspace(7.7, 12.3, 60), np.logspace(9, 14, 60)
        losses = self.law.loss(wide[None], high[:, None])
        levels = ax.contour(wide, high, losses, self.LOSSES, colors=style.FAINT, linewidths=1)
        places = [(8e11, 5.5e12), (8e11, 2.4e11), (9.5e8, 4e13), (1.7e8, 1e13), (7e9, 1.2e9)]
        names = ax.clabel(levels, fmt="%.1f", fontsize=10, colors=style.QUIET, manual=places)
        names[0].set_text(f"loss {names[0].get_text()}")
        for flops, x in ((1e20, 4e9), (1e22, 6e7), (1e24, 2.4e9), (1e26, 2.4e11)):
            ax.plot(wide, flops / (6.0 * wide), ":", color=style.BLUE, lw=0.8)
            ax.text(x, flops / 6.0 / x, f" {units.power(flops, 1)}", fontsize=10, color=style.BLUE)
        for arch, marker, name in (("dense", "o", "dense"), ("moe", "s", "mixture of experts")):
            models = [m for m in self.models.values() if m.arch == arch]
            sizes, tokens = [m.active_params for m in models], [m.tokens for m in models]
            look = {"color": style.PALE, "mec": style.QUIET, "ms": 6}
            (dots,) = ax.plot(sizes, tokens, marker, label=name, gid=name, **look)
            style.named(dots, sizes, tokens, [m.model for m in models])
        sizes = np.array([5e7, 2e12])
        best = self.law.optimal_tokens(sizes)
        ax.plot(sizes, best, color=style.GREEN, lw=2.5, label="best use of compute (refit)")
        ax.plot(sizes, 20.0 * sizes, ":", color=style.QUIET, lw=2, label="20 tokens per parameter")
        ax.legend(loc="lower right", fontsize=11, frameon=True, edgecolor="white", framealpha=1)

    def foreground(self, ax, model):
        """One model, all others of equal compute, and the best of them."""
        row = self.models[model]
        size, tokens, flops = row.active_params, row.tokens, row.flops
        best_size, best_tokens = self.law.optimum(flops)
        loss, best = self.law.loss(size, tokens), self.law.loss(best_size, best_tokens)
        equal = np.array([5e7, 2e12])
        ax.plot(equal, flops / (6.0 * equal), "--", color=style.BLUE, lw=2, gid="equal compute")
        style.best(ax, best_size, best_tokens, ms=12)
        style.here(ax, size, tokens, ms=11)
        dx, dy = (-12, 8) if size < best_size else (-2, -20)
        style.note(ax, size, tokens, model, dx, dy, fontsize=13)
        bought = f"{units.short(best_size, 2)} on {units.short(best_tokens, 2)}"
        dx, dy, ha = (20, 0, "left") if best_size < 1.5e11 else (0, -36, "center")
        style.note(ax, best_size, best_tokens, bought, dx, dy, style.BLUE, ha=ha, va="center")
        each, times = tokens / size, size / best_size
        each = f"{each:,.0f}" if each > 100 else units.plain(each)
        side = f"{units.plain(times)} times as large as"
        side = side if times >= 1 else f"{times:.0%} of the size of"
        return (
            f"{row.model} ({row.released[:4]}): {units.spoken(size, 3)} parameters on "
            f"{units.spoken(tokens, 3)} tokens, {each} for each. It is {side} "
            f"the best model for its {units.power(flops, 3)} FLOP ({units.spoken(best_size)} on "
            f"{units.spoken(best_tokens)}), which by the law would have a loss lower by {loss - best:.3f}."
        )


class Frontier:
    """The lowest loss that each amount of compute can buy, and where one model size lies on it."""

    def __init__(self, law, draws):
        self.law, self.draws = law, draws
        self.flops = np.logspace(18, 27, 120)

    def best_flops(self, params):
        """The compute for which this size is the best."""
        return 6.0 * params * self.law.optimal_tokens(params)

    def backdrop(self, ax):
        """Loss along the line of best sizes with the band of the refits, and the irreducible loss."""
        ax.set(xscale="log", xlim=(1e18, 1e27), ylim=(1.7, 3.6))
        ax.set(xlabel="training compute C (FLOP)", ylabel="lowest loss L (nats per token)")
        losses = [self.draws.optimal_loss(flops) for flops in self.flops]
        style.band(ax, self.flops, losses, style.GREEN)
        ax.plot(self.flops, self.law.optimal_loss(self.flops), color=style.GREEN, lw=2.5)
        ax.axhline(self.law.E, color=style.QUIET, ls=":", lw=2)
        floor = f"irreducible loss E = {self.law.E:.2f}"
        ax.text(1.5e18, self.law.E - 0.03, floor, va="top", color=style.QUIET)
        ax.axvspan(1e22, 1e27, color="#f4f4f4", zorder=0)
        ax.text(6e26, 3.52, "beyond the fitted runs", ha="right", va="top", color=style.QUIET)

    def foreground(self, ax, params):
        """The compute-optimal run of this size."""
        tokens, flops = self.law.optimal_tokens(params), self.best_flops(params)
        loss = self.law.loss(params, tokens)
        ax.plot([flops, flops, 1e18], [1.7, loss, loss], "--", color=style.BLUE, lw=1.5)
        ax.plot([flops], [loss], "o", color=style.BLUE, ms=12, gid="here")
        left = min(flops, 5.5e23)  # further right the words would not fit
        text = f"{units.short(params)} parameters: {loss:.3f}"
        style.note(ax, left, self.law.optimal_loss(left), text, fontsize=14)
        wanted = self.draws.optimal_tokens(params)
        few, many = map(units.spoken, fits.interval(wanted))
        low, high = fits.interval(self.draws.loss(params, wanted))
        return (
            f"{units.spoken(params)} parameters are best trained on {units.spoken(tokens, 3)} tokens "
            f"(four refits out of five: {few} to {many}; rule of thumb: {units.spoken(20 * params, 3)}), for "
            f"{units.power(flops, 3)} FLOP or {laws.pf_days(flops):,.0f} PF-days; predicted loss "
            f"{loss:.3f} ({low:.3f} to {high:.3f})."
        )


class Wanted(Frontier):
    """The same curve read from the other side: the least compute that reaches a loss."""

    def foreground(self, ax, loss):
        """What this loss costs, with the interval of the refits that can reach it."""
        flops = self.law.flops_for_loss(loss)
        params, tokens = self.law.optimum(flops)
        able = loss > self.draws.E
        reaching = replace(self.draws, **{k: getattr(self.draws, k)[able] for k in fits.NAMES})
        low, high = fits.interval(reaching.flops_for_loss(loss))
        ax.plot([1e18, flops, flops], [loss, loss, 1.7], "--", color=style.BLUE, lw=1.5)
        ends = np.clip([low, high], 1e18, 1e27)
        ax.plot(ends, [loss, loss], color=style.ORANGE, lw=6, gid="bill")
        ax.plot([flops], [loss], "o", color=style.BLUE, ms=12, gid="here")
        side = 6 if flops < 1e25 else -6
        style.note(ax, flops, loss, f"{units.power(flops)} FLOP", dx=side, dy=10, fontsize=14)
        words = (
            f"A loss of {loss:.2f} takes {units.power(flops)} FLOP by the refit: {units.spoken(params)} "
            f"parameters on {units.spoken(tokens)} tokens. Of the refits that reach it, four out of five "
            f"say {units.power(low)} to {units.power(high)} FLOP."
        )
        never = 1 - able.mean()
        return words + (f" {never:.0%} of all refits never reach it." if never else "")


def ratio(law, flops):
    """Best tokens per parameter at this compute, for each draw of the law."""
    params, tokens = law.optimum(flops)
    return tokens / params


def ratio_paper(ax, low, high, words):
    """Axes for best tokens per parameter against compute, with Gopher's budget named at words."""
    ax.set(xscale="log", yscale="log", xlim=(1e19, 1e26), ylim=(low, high))
    ax.set(xlabel="training compute C (FLOP)", ylabel="best tokens per parameter")
    style.counted(ax.yaxis, "{:g}".format)
    ax.axvline(GOPHER, color=style.QUIET, ls="--", lw=1)
    ax.text(5e23, words, "Gopher's budget", ha="right", color=style.QUIET)


class HowSure:
    """Tokens per parameter against compute with the interval of {name: draws of the law}."""

    def __init__(self, law, draws):
        self.law, self.draws, self.flops = law, draws, np.logspace(19, 26, 57)

    def backdrop(self, ax):
        """The refit's own line, twenty, and Gopher's budget."""
        ratio_paper(ax, 0.5, 1e3, words=0.6)
        ax.plot(self.flops, ratio(self.law, self.flops), color=style.GREEN, lw=3, zorder=3)
        ax.axhline(20, color=style.QUIET, ls=":", lw=2, zorder=3)
        ax.text(1.3e19, 15, "20", va="top", color=style.QUIET)

    def foreground(self, ax, how):
        """The interval that holds four draws out of five."""
        law = self.draws[how]
        edges = style.band(ax, self.flops, [ratio(law, flops) for flops in self.flops])
        for name, edge in zip(("low", "high"), edges):
            ax.plot(self.flops, edge, "--", color=style.BLUE, lw=1.5, gid=name)
        ends = (map(units.plain, fits.interval(ratio(law, flops))) for flops in (GOPHER, 1e26))
        at_gopher, far = map(" to ".join, ends)
        return (
            f"Constants drawn {how}: four draws out of five ask for {at_gopher} tokens per parameter "
            f"at 5.76e23 FLOP, and for {far} at 1e26."
        )


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
        ax.plot(self.flops, ratio(law, self.flops), color=style.BLUE, lw=3, gid="curve")
        was, now = ratio(before, GOPHER), ratio(law, GOPHER)
        style.best(ax, GOPHER, now)
        style.note(ax, GOPHER, now, units.plain(now), dx=10, dy=6, colour=style.BLUE, fontsize=14)
        return (
            f"From {start}: alpha {law.alpha:.4f} ({d_alpha:+.3f}), beta {law.beta:.4f} "
            f"({d_beta:+.3f}). The best model for {units.power(GOPHER, 3)} FLOP has "
            f"{units.spoken(law.optimum(GOPHER)[0])} parameters and {units.plain(now)} tokens for "
            f"each; before it was {units.plain(was)}."
        )


def splits(figure):
    """The rows of data/splits.csv for one figure: "exponent", "staircase" or "ratio".

    >>> [row.value for row in splits("staircase")]
    [0.835, 0.706, 0.602, 0.571, 0.497]
    """
    rows = data.read_table("splits")
    kinds = sorted({row.figure for row in rows})
    if figure not in kinds:
        raise ValueError(f"figure is {figure!r}, but must be one of {', '.join(kinds)}.")
    return [row for row in rows if row.figure == figure]


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
        ax.axvline(at, color=style.ORANGE, lw=2, gid="here")
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


def lowest_of_curves(curves, runs, count, late=0.25):
    """Approach 1: compute, and the size of the run whose loss is the lowest there.

    curves has (tokens, loss) of each run by its name; a run counts from this share of its tokens on.
    """
    columns, different = [], list(dict.fromkeys(runs))
    for run, size in zip(different, own_runs.sizes_of(different, count)):
        tokens, loss = curves[run.run].T
        used = tokens >= late * tokens[-1]
        columns.append([6 * size * tokens[used], loss[used], np.full(used.sum(), size)])
    names = np.repeat(np.arange(len(columns)), [len(column[0]) for column in columns])
    flops, losses, params = np.concatenate(columns, axis=1)
    return fits.fit_envelope(flops, losses, params, names)[:2]


def optima(runs, count):
    """Approach 3: budgets, and the best size at each by the law fitted to the runs."""
    law, budgets = own_runs.fitted(runs, count).law, np.array(own_runs.budgets_of(runs))
    return budgets, law.optimum(budgets)[0]


def optima_resampled(runs, count, draws=100):
    """a and k of N = k C^a by approach 3 for runs drawn at random, with repeats: rows of both."""
    law = fits.bootstrap(own_runs.fitted(runs, count), draws).law
    return np.column_stack([law.a, law.optimum(1.0)[0]])


class ThreeWays:
    """The exponent of the best size on our own runs: three approaches, one bootstrap, three counts.

    parabolas(runs, count) is approach 2 and gives budgets and sizes, exponent(points) the a and k of
    the line through an approach's points, resampled(approach, runs, count) the same for runs drawn
    again. Approach 3 fits all resamples at once.
    """

    WAYS = ("1: lowest of the curves", "2: parabolas", "3: fitted law")

    def __init__(self, runs, curves, parabolas, exponent, resampled):
        self.runs, self.exponent = own_runs.grid(runs), exponent
        by_curves = functools.partial(lowest_of_curves, curves)
        self.ways: dict[str, tuple[Callable, Callable]] = dict(zip(self.WAYS, (
            (by_curves, functools.partial(resampled, by_curves)),
            (parabolas, functools.partial(resampled, parabolas)),
            (optima, optima_resampled),
        )))  # fmt: skip
        self.answer = functools.cache(self._answer)

    def _answer(self, way, count):
        approach, resampled = self.ways[way]
        points = approach(self.runs, COUNTS[count])
        return Way(*points, *self.exponent(points), resampled(self.runs, COUNTS[count]))

    def backdrop(self, ax):
        """Axes that hold every count."""
        style.frame(ax, (2e9, 2e13), (5e2, 1e6), "compute C (FLOP)", "best size N (parameters)",
                    x=units.power, y=units.short)  # fmt: skip

    def foreground(self, ax, way, count):
        """Points, line, and the band that holds four resamples out of five."""
        flops, sizes, a, k, draws = self.answer(way, count)
        ends = np.geomspace(3e9, 1.5e13, 30)
        style.band(ax, ends, draws[:, 1] * ends[:, None] ** draws[:, 0], alpha=0.2)
        ax.plot(ends, k * ends**a, color=style.BLUE, lw=2, gid="line")
        ax.plot(flops, sizes, "o", color=style.ORANGE, mec="white", ms=6, gid="points")
        low, high = fits.interval(draws[:, 0])
        words = f"a = {a:.2f} ({low:.2f} to {high:.2f})"
        style.inside(ax, 0.03, 0.95, words, va="top", fontsize=14, bbox=style.GROUND)
        return (
            f"Approach {way}, N counted {count}: the best size grows as C to the {a:.2f}; "
            f"four resamples of the {len(self.runs)} runs out of five say {low:.2f} to {high:.2f}."
        )


# Why Kaplan said 0.73 -----------------------------------------------------------------------------


class Counted:
    """The exponent that one sees around each size when embeddings are not counted.

    exponent_seen(law, sizes) gives that of a line through these sizes.
    """

    def __init__(self, law, exponent_seen):
        self.law, self.exponent_seen = law, exponent_seen
        self.sizes = np.geomspace(1e3, 1e12, 181)

    def local(self, params):
        """The exponent seen around one size, a factor of 1.1 to either side."""
        return self.exponent_seen(self.law, params * np.array([1 / 1.1, 1.1]))

    def backdrop(self, ax):
        """The exponent against the size, Kaplan's sizes, and the one that all parameters give."""
        name, seen = "size without embeddings (parameters)", "exponent seen around it"
        style.frame(ax, (1e3, 1e12), (0.4, 1.02), name, seen, x=units.short)
        ax.axvspan(1e3, 1.5e9, color="#f0f0f0", zorder=0)
        ax.text(1.3e3, 0.42, "Kaplan's models", color=style.QUIET)
        curve = [self.local(size) for size in self.sizes]
        ax.plot(self.sizes, curve, color=style.GREEN, lw=2.5, gid="exponent")
        for height, name in ((self.law.a, "all parameters counted"), (0.73, "Kaplan's 0.73")):
            ax.axhline(height, color=style.QUIET, ls=":", lw=2)
            style.note(ax, 9e11, height, name, dx=0, dy=-4, ha="right", colour=style.QUIET)

    def foreground(self, ax, params):
        """One size on the curve."""
        seen = self.local(params)
        ax.plot([params], [seen], "o", color=style.BLUE, ms=12, gid="here")
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
        spread = fits.interval(self.gains(self.draws, params, tokens), axis=1)
        best = int(np.argmax(gains))
        for k, (gain, low, high) in enumerate(zip(gains, *spread)):
            colour = style.BLUE if k == best else style.PALE
            ax.barh(2 - k, gain, 0.55, color=colour, ec=style.QUIET, gid=self.OPTIONS[k][0])
            ax.plot([low, high], [2 - k, 2 - k], color=style.INK, lw=2)
            ax.text(max(gain, high) + 0.0008, 2 - k, f"{gain:.3f}", va="center", fontsize=14)
        words = ", ".join(f"{gain:.3f} by {name}" for gain, (name, *_) in zip(gains, self.OPTIONS))
        return (
            f"{units.spoken(params, 3)} parameters on {units.spoken(tokens, 3)} tokens, "
            f"{units.plain(tokens / params)} for each. Twice the compute lowers the loss by {words}: "
            f"best {self.OPTIONS[best][0]}."
        )
