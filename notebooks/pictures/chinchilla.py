"""Pictures of chapter 02: one compute budget, many sizes; how sure a split is, why two papers disagreed."""

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedLocator, PercentFormatter

from helpers import data, fits, laws, units
from pictures import style
from training import own_runs

FAMOUS = (
    "GPT-3 175B", "Gopher", "MT-NLG 530B", "Chinchilla", "LLaMA-65B", "Cerebras-GPT-6.7B",
    "Llama 2 70B", "Llama 3 8B", "Llama 3 70B", "Llama 3.1 405B", "DeepSeek-V3", "Qwen3-0.6B",
)  # fmt: skip
NAMED = {
    "GPT-3 175B": (-9, -9), "Gopher": (0, 12), "MT-NLG 530B": (0, -12), "Chinchilla": (9, -4),
    "Llama 3 8B": (0, 11), "Llama 3.1 405B": (0, 12),
}  # fmt: skip
VOCABULARY = 50_000  # tokens; giving each the same probability costs its logarithm in nats
GOPHER = 5.76e23  # FLOP, as the paper says; 6ND is 5.04e23


def real(models):
    """The dense ones of FAMOUS as presets of compute, by 6ND, and size."""
    rows = [data.named(models, name) for name in FAMOUS]
    return {m.model: {"flops": m.flops, "params": m.params} for m in rows if m.arch == "dense"}


class Floor:
    """The loss of every model of one budget: E as a floor, and on it the parts of size and of data."""

    def __init__(self, law, flops):
        self.law, self.flops = law, flops
        self.sizes = np.geomspace(1e9, 6e12, 200)

    def levels(self, params):
        """Where the floor, the part of size and the part of data end, from the bottom up."""
        best, tokens = self.law.best_loss(params), self.flops / (6 * params)
        return np.full_like(params, self.law.E, dtype=float), best, self.law.loss(params, tokens)

    def backdrop(self, ax):
        """The three layers, with their names where no model of the slider stands."""
        budget = f"model size N (parameters), at {units.power(self.flops, 3)} FLOP"
        style.frame(
            ax,
            (1e9, 6e12),
            (1.75, 2.27),
            budget,
            "loss L (nats per token), from 1.75 up",
            x=units.short,
        )
        ax.grid(False)
        bottom, looks = 1.75, (("E", style.QUIET), ("size", style.BLUE), ("data", style.GREEN))
        for level, (name, colour) in zip(self.levels(self.sizes), looks):
            ax.fill_between(
                self.sizes, bottom, level, color=colour, alpha=0.22, lw=0, gid=f"part of {name}"
            )
            bottom = level
        ax.plot(self.sizes, bottom, color=style.INK, lw=2, gid="loss")
        for x, y, words, colour, side in (
            (5.5e12, 1.785, f"floor E = {self.law.E:.2f}", style.QUIET, "right"),
            (1.1e9, 1.86, "too small", style.BLUE, "left"), (5.5e12, 1.9, "read too little", style.GREEN, "right"),
        ):  # fmt: skip
            look = {"fontsize": 13, "ha": side, "va": "center", "zorder": 2}
            ax.text(x, y, words, color=style.WORDS.get(colour, colour), **look)

    def foreground(self, ax, params):
        """One model as a pile of three parts, and the best of the budget."""
        floor, size, loss = (float(level) for level in self.levels(params))
        best, lowest = self.law.optimum(self.flops)[0], self.law.optimal_loss(self.flops)
        right, bottom = params < best, 1.75
        for top, colour, name in (
            (floor, style.QUIET, "E"),
            (size, style.BLUE, "size"),
            (loss, style.GREEN, "data"),
        ):
            ax.plot(
                [params, params], [bottom, top], color=colour, lw=9, solid_capstyle="butt", gid=name
            )
            if name != "E":
                place, words = (params, (bottom + top) / 2), f"{top - bottom:.3f}"
                style.note(
                    ax, *place, words, 8 if right else -8, 0, colour, va="center", fontsize=13
                )
            bottom = top
        style.best(ax, best, lowest)
        style.here(ax, params, loss)
        look = {"ha": "center", "va": "top", "fontsize": 14}
        style.inside(
            ax, 0.5, 0.97, f"◆ your model {loss:.3f}", color=style.WORDS[style.ORANGE], **look
        )
        style.inside(ax, 0.5, 0.88, f"● best {lowest:.3f}", color=style.BLUE, **look)
        return (
            f"{units.spoken(params, 3)} parameters on {units.spoken(self.flops / (6 * params))} tokens: {floor:.3f} "
            f"that no model gets below, {size - floor:.3f} for being too small and {loss - size:.3f} for having "
            f"read too little, {loss:.3f} in all. {units.spoken(best)} parameters would be best."
        )


class IsoFlop:
    """How much of one compute budget each model size wastes, against the best split of it."""

    def __init__(self, law, budgets=(1e18, 1e20, 1e22, 1e24, 1e26)):
        self.law, self.budgets = law, budgets
        self.sizes = np.logspace(7, 13, 361)

    def curve(self, flops):
        """Loss at each of self.sizes when all of flops = 6ND is spent."""
        return self.law.loss(self.sizes, flops / (6.0 * self.sizes))

    def wasted(self, loss, flops):
        """The share of the compute that a best split with this loss would have saved."""
        return 1 - self.law.flops_for_loss(loss) / flops

    def backdrop(self, ax):
        """Axes, and the valleys of round budgets, each with its name at its lowest point."""
        name = "model size N (parameters)"
        style.frame(ax, (1e7, 1e13), (-0.1, 1.15), name, "compute wasted", x=units.short)
        ax.yaxis.set_major_locator(FixedLocator(np.linspace(0, 1, 5)))
        ax.yaxis.set_major_formatter(PercentFormatter(1))
        for flops, unit in zip(self.budgets, (" FLOP", *[""] * len(self.budgets))):
            wasted = self.wasted(self.curve(flops), flops)
            look = {"color": style.FAINT, "lw": 1, "zorder": 1.8}
            ax.plot(self.sizes, wasted, gid=units.power(flops, 1), **look)
            look = {
                "colour": style.QUIET,
                "fontsize": 11,
                "zorder": 1.9,
                "ha": "center",
                "va": "center",
            }
            style.note(
                ax, self.law.optimum(flops)[0], -0.065, units.power(flops, 1) + unit, 0, 0, **look
            )

    def foreground(self, ax, flops, params):
        """The valley of this budget, its lowest point, and what a model of this size wastes."""
        best_params, best_tokens = self.law.optimum(flops)
        best = self.law.loss(best_params, best_tokens)
        tokens = flops / (6.0 * params)
        loss = self.law.loss(params, tokens)
        wasted, curve = self.wasted(loss, flops), self.wasted(self.curve(flops), flops)
        near = np.abs(np.log(self.sizes / best_params)) <= np.log(2) + 1e-9
        ax.fill_between(
            self.sizes[near], 0, 1, color=style.GREEN, alpha=0.15, lw=0, gid="twice or half"
        )
        most = self.wasted(self.law.loss(best_params * 2, best_tokens / 2), flops)
        style.note(ax, best_params, 0.9, f"half to twice the best:\nat most {most:.0%} wasted", 0, 0,
                   style.GREEN, ha="center", va="center", fontsize=12)  # fmt: skip
        ax.plot(self.sizes, curve, color=style.BLUE, lw=3, gid="curve")
        ax.plot([params, params], [0, wasted], color=style.ORANGE, lw=7,
                solid_capstyle="butt", gid="wasted")  # fmt: skip
        style.best(ax, best_params, 0)
        style.here(ax, params, wasted)
        look = {"va": "top", "fontsize": 14}
        style.inside(ax, 0.02, 0.98, f"● loss of the best {best:.3f}", color=style.BLUE, **look)
        yours = f"◆ loss of your model {loss:.3f}"
        style.inside(ax, 0.98, 0.98, yours, color=style.WORDS[style.ORANGE], ha="right", **look)
        words = "half the" if 0.495 <= wasted < 0.505 else f"{wasted:.0%} of the"
        words = "nearly all" if wasted >= 0.995 else words
        if wasted >= 0.1:  # lower than its words otherwise
            side = 12 if params > best_params or params < 4e8 else -12
            style.note(ax, params, max(wasted / 2, 0.17), f"{words}\ncompute\nwasted", side, 0, style.ORANGE,
                       va="center", fontsize=14)  # fmt: skip
        each = tokens / params
        seen = "not even one token for a hundred parameters"
        say = units.spoken if each >= 1e4 else units.plain
        seen = f"{say(each)} tokens per parameter" if each >= 0.01 else seen
        start = (
            f"At {units.power(flops, 3)} FLOP the best model has {units.spoken(best_params)} parameters and sees "
            f"{units.plain(best_tokens / best_params)} tokens for each: loss {best:.3f}. "
            f"A model of {units.spoken(params, 3)} can afford {seen} and ends at {loss:.3f}"
        )
        if loss - best < 5e-4:
            return start + ", the same to three digits."
        if loss > np.log(VOCABULARY):
            said = f"guessing among {VOCABULARY:,} tokens costs {np.log(VOCABULARY):.1f} nats."
            return f"{start} by the law, which does not hold so far out: blind {said}"
        return f"{start}. The best split reaches that with {share_in_words(1 - wasted)} of the compute."


def share_in_words(share):
    """A share as a person says it.

    >>> [share_in_words(share) for share in (0.4999, 0.84, 0.004, 1e-9)]
    ['half', '84 %', '0.4 %', 'less than a thousandth']
    """
    if share < 0.001:
        return "less than a thousandth"
    return "half" if 0.495 <= share < 0.505 else f"{100 * share:.{0 if share >= 0.01 else 1}f} %"


class Plane:
    """Real models on the plane of size and tokens, with the line of best use of compute."""

    def __init__(self, law, models):
        self.law = law
        self.models = {m.model: m for m in models if m.flops}

    def backdrop(self, ax):
        """All models, some with their names, and the line of best use of compute."""
        name, say = "model size N (parameters, active per token)", units.short
        style.frame(ax, (5e7, 2e12), (1e9, 1e14), name, "training tokens D", x=say, y=say)
        ax.grid(False)
        for arch, marker, name in (("dense", "o", "dense"), ("moe", "s", "mixture of experts")):
            models = [m for m in self.models.values() if m.arch == arch]
            sizes, tokens = [m.active_params for m in models], [m.tokens for m in models]
            look = {"color": style.PALE, "mec": style.QUIET, "ms": 6}
            (dots,) = ax.plot(sizes, tokens, marker, label=name, gid=name, **look)
            style.named(dots, sizes, tokens, [m.model for m in models])
        sizes = np.array([5e7, 2e12])
        ax.plot(sizes, self.law.optimal_tokens(sizes), color=style.GREEN, lw=2.5, gid="best use")
        style.note(ax, 1.5e8, self.law.optimal_tokens(1.5e8), "best use of compute (refit)", 12, -8,
                   style.GREEN, fontsize=12)  # fmt: skip
        ax.legend(loc="lower right", fontsize=11, frameon=True, edgecolor="white", framealpha=1)
        for name, place in NAMED.items():
            look = {
                "xytext": place,
                "textcoords": "offset points",
                "fontsize": 11,
                "color": style.QUIET,
            }
            look |= {
                "ha": "center" if place[0] == 0 else "right" if place[0] < 0 else "left",
                "va": "center",
            }
            if m := self.models.get(name):
                ax.annotate(name, (m.active_params, m.tokens), **look)

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
        bought = f"● best {units.short(best_size, 2)} on {units.short(best_tokens, 2)}"
        words = {"ha": "right", "fontsize": 13, "bbox": style.GROUND}
        style.inside(ax, 0.98, 0.3, f"◆ {model}", color=style.WORDS[style.ORANGE], **words)
        style.inside(ax, 0.98, 0.21, bought, color=style.BLUE, **words)
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
    """Axes for best tokens per parameter against compute, with 5.76e23 FLOP named at words."""
    ax.set(xscale="log", yscale="log", xlim=(1e19, 1e26), ylim=(low, high))
    ax.set(xlabel="training compute C (FLOP)", ylabel="best tokens per parameter")
    style.counted(ax.yaxis, "{:g}".format)
    ax.axvline(GOPHER, color=style.QUIET, ls="--", lw=1)
    ax.text(5e23, words, f"{units.power(GOPHER, 3)} FLOP", ha="right", color=style.QUIET)


class HowSure:
    """Tokens per parameter against compute with the interval of {name: draws of the law}; for a Still."""

    def __init__(self, law, draws):
        self.law, self.draws, self.flops = law, draws, np.logspace(19, 26, 57)

    def backdrop(self, ax):
        """The refit's own line, twenty, 5.76e23 FLOP, and of each way to draw the interval of four draws of five."""
        ratio_paper(ax, 0.5, 1e3, words=0.6)
        ax.plot(self.flops, ratio(self.law, self.flops), color=style.GREEN, lw=3, zorder=3)
        ax.axhline(20, color=style.QUIET, ls=":", lw=2, zorder=3)
        said = []
        for (name, law), colour, dash in zip(self.draws.items(), (style.BLUE, style.QUIET), "-:"):
            edges = style.band(
                ax, self.flops, [ratio(law, flops) for flops in self.flops], colour, alpha=0.2
            )
            for end, edge in zip(("low", "high"), edges):
                ax.plot(self.flops, edge, dash, color=colour, lw=1.5, gid=f"{end} {name}")
            style.note(ax, 1.3e19, edges[1][0], name, 0, 4, colour, fontsize=12)
            low, high = fits.interval(ratio(law, GOPHER))
            said.append(f"{units.plain(low)} to {units.plain(high)} if drawn {name}")
        return (
            f"Four draws out of five ask at {units.power(GOPHER, 3)} FLOP for so many tokens per parameter: "
            f"{', '.join(said)}."
        )


class Rounded:
    """Best tokens per parameter when an exponent moves in its third digit."""

    def __init__(self):
        self.flops = np.logspace(19, 26, 57)
        unrounded, refit = laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_REFIT
        self.laws = {"Hoffmann, unrounded": unrounded, "the refit": refit}

    def backdrop(self, ax):
        """The published constants as they are, and the budget of Gopher in the paper."""
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
    """What studies say about one number, with their ranges; for a Still."""

    def __init__(self, rows, label, limits, at, ticks=None):
        self.rows, self.label, self.limits, self.at, self.ticks = rows, label, limits, at, ticks
        self.places = range(len(rows))[::-1]  # the first row on top

    def backdrop(self, ax):
        """One line a study: its range, blue where it holds the number at, and a ring where it gives none."""
        ax.set(xlabel=self.label, xlim=self.limits, ylim=(-0.7, len(self.rows) - 0.3))
        ax.set_yticks(list(self.places), [row.study for row in self.rows], fontsize=11)
        ax.grid(False, axis="y")
        if self.ticks:
            ax.set_xscale("log")
            ax.set_xticks(self.ticks, map("{:g}".format, self.ticks))
            ax.set_xticks([], minor=True)
        ax.axvline(self.at, color=style.ORANGE, lw=2, gid="at")
        held, given = 0, [row for row in self.rows if row.low is not None]
        for y, row in zip(self.places, self.rows):
            holds = row in given and row.low <= self.at <= row.high
            colour, held = style.BLUE if holds else style.QUIET, held + holds
            if row in given:
                ax.hlines(y, row.low, row.high, colour, lw=6 if holds else 3)
                ax.plot([row.low, row.high], [y, y], "|", color=colour, ms=13)
            if row.value is not None:
                fill = "white" if row not in given else style.INK
                ax.plot([row.value], [y], "o", color=fill, mec=style.QUIET, ms=7)
        return (
            f"{len(self.rows)} answers for {self.label}. The orange line at {self.at:g} goes through "
            f"{held} of the {len(given)} ranges, drawn in blue."
        )


class Stairs:
    """How the exponent of the best size falls while one thing after the other is mended; for a Still."""

    def __init__(self, rows):
        self.rows = rows

    def backdrop(self, ax):
        """A step down for each repair, with what it took off."""
        values = [row.value for row in self.rows]
        ax.set(
            xlim=(0.4, 0.92),
            ylim=(-0.8, len(values) - 0.4),
            xlabel="exponent a: best size grows as C to the a",
        )
        ax.set_yticks(range(len(values))[::-1], [row.study for row in self.rows], fontsize=12)
        ax.grid(False, axis="y")
        for at, name in ((0.5, "one half"), (0.73, "Kaplan's 0.73")):
            ax.axvline(at, color=style.QUIET, ls=":", lw=2)
            style.note(ax, at, -0.75, name, 4, 0, style.QUIET, va="bottom", fontsize=11)
        for y, row, before in zip(range(len(values))[::-1], self.rows, [None, *values]):
            ax.hlines(y, row.low, row.high, style.BLUE, lw=5)
            ax.plot([row.value], [y], "o", color=style.BLUE, ms=9, gid=row.study)
            style.note(
                ax, row.low, y, f"{row.value:.3f}", -8, 0, style.BLUE, va="center", fontsize=13
            )
            if before:
                ax.plot([before, before], [y + 0.85, y], ":", color=style.FAINT, lw=1)
                ax.plot([row.value, before], [y, y], color=style.ORANGE, lw=9, alpha=0.4, solid_capstyle="butt",
                        gid=f"to {row.study}")  # fmt: skip
                style.note(
                    ax,
                    before,
                    y,
                    f"{row.value - before:.3f}",
                    8,
                    0,
                    style.ORANGE,
                    va="center",
                    fontsize=13,
                )
        return "The exponent of the best size, mended one thing at a time: " + "; ".join(
            f"{row.value:.3f} {row.study.removeprefix('+ ')}" for row in self.rows) + "."  # fmt: skip


# Our own runs, three ways -------------------------------------------------------------------------


def by_cost(run):
    """Parameters as a byte of text pays for them: exact FLOP for each byte, over 6."""
    return run.flops / (6.0 * run.tokens)


COUNTS = {
    "by what a byte costs": by_cost,
    "without embeddings": lambda run: run.params,
    "with embeddings": lambda run: run.params_total,
}


class Redraw:
    """A bootstrap, one redraw at a time: our own runs drawn again, their parabolas, and each answer so far.

    redrawn(runs, number) draws, parabola(runs, budget, count) gives a parabola with the ends of its
    sizes, parabolas(runs, count) their lowest points, exponent(points) the a and k of the line through these.
    """

    RULER, LEFT, DECADES = (0.4, 0.65), 4e3, 1.3  # where the answers stand, in sizes

    def __init__(self, runs, redrawn, parabola, parabolas, exponent):
        self.runs = own_runs.grid(runs)
        self.redrawn, self.parabola, self.parabolas, self.exponent = (
            redrawn,
            parabola,
            parabolas,
            exponent,
        )
        self.answer = functools.cache(self._answer)

    def drawn(self, draw):
        """The runs of one redraw; of redraw 0 all of them, each once."""
        return self.redrawn(self.runs, draw) if draw else self.runs

    def _answer(self, draw):
        return self.exponent(self.parabolas(self.drawn(draw), by_cost))[0]

    def place(self, a):
        """Where an exponent stands on the ruler, which lies along the axis of sizes."""
        low, high = self.RULER
        return self.LEFT * 10 ** (self.DECADES * (np.clip(a, low, high) - low) / (high - low))

    def backdrop(self, ax):
        """All runs as rings, budget by budget, and the ruler for the answers."""
        name = "model size N (parameters)"
        style.frame(ax, (2.5e3, 7e6), (1.0, 2.8), name, "loss L (nats per byte)", x=units.short)
        ax.grid(False)
        for budget in own_runs.budgets_of(self.runs):
            here = own_runs.of_budget(self.runs, budget)
            sizes, (losses,) = own_runs.sizes_of(here, by_cost), own_runs.columns(here, "loss")
            ax.plot(
                sizes,
                losses,
                "o",
                mfc="white",
                mec=style.FAINT,
                ms=5,
                gid=f"runs {units.power(budget, 1)}",
            )
            unit = " FLOP" * (budget == self.runs[0].budget)
            style.note(ax, sizes[-1], losses[-1], units.power(budget, 1) + unit, 8, 0, style.QUIET, va="center",
                       fontsize=10)  # fmt: skip
        low, high = self.RULER
        ax.plot(self.place(np.array([low, high])), [1.14, 1.14], color=style.QUIET, lw=1)
        for a in np.arange(low, high + 0.01, 0.05):
            ax.text(
                self.place(a),
                1.11,
                f"{a:.2f}",
                ha="center",
                va="top",
                fontsize=10,
                color=style.QUIET,
            )
        ax.text(self.LEFT, 1.35, "answers: N grows as C to the", fontsize=11, color=style.QUIET)
        style.corner_ground(ax, width=0.32, lines=3)

    def foreground(self, ax, draw):
        """The runs that were drawn, larger for more often; their parabolas; this answer and all before."""
        some = self.drawn(draw := int(draw))
        times = Counter(run.run for run in some)
        by_name = {run.run: run for run in some}
        for count in sorted(set(times.values())):
            here = [by_name[name] for name, k in times.items() if k == count]
            look = {
                "color": style.BLUE,
                "mec": "white",
                "ms": 5.5 + 2.2 * (count - 1),
                "gid": f"drawn {count}",
            }
            ax.plot(own_runs.sizes_of(here, by_cost), *own_runs.columns(here, "loss"), "o", **look)
        budgets, sizes = self.parabolas(some, by_cost)
        lowest = []
        for budget, size in zip(budgets, sizes):
            bowl, least, most = self.parabola(some, budget, by_cost)
            x = np.linspace(least - 0.2, most + 0.2, 40)
            ax.plot(np.exp(x), np.polyval(bowl, x), color=style.BLUE, lw=1.3)
            lowest.append(np.polyval(bowl, np.log(size)))
        ax.plot(
            sizes, lowest, "D--", color=style.ORANGE, mec="white", ms=7, lw=1.5, gid="lowest points"
        )
        now, answers = self.answer(draw), np.array([self.answer(k) for k in range(1, draw + 1)])
        ax.vlines(self.place(now), 1.14, 1.3, style.ORANGE, lw=3, gid="answer")
        style.corner(ax, "◆ lowest points", f"answer {now:.3f}")
        if not draw:
            return (
                f"All {len(self.runs)} runs, each once: the best size grows as C to the {now:.3f}."
            )
        ax.vlines(self.place(answers), 1.14, 1.22, style.FAINT, lw=1, gid="earlier")
        start = (
            f"Redraw {draw}: {len(times)} of the {len(self.runs)} runs came up, some of them more than once, and the "
            f"exponent is {now:.3f}."
        )
        if draw < 5:
            return start
        low, high = fits.interval(answers)
        ax.plot(self.place(np.array([low, high])), [1.25, 1.25], color=style.BLUE, lw=4,
                solid_capstyle="butt", gid="interval")  # fmt: skip
        return f"{start} Four of five answers so far lie from {low:.2f} to {high:.2f}."


class Answers:
    """All answers of the refits at one budget, with the interval of four out of five; for a Still."""

    def __init__(self, law, draws, flops):
        self.law, self.draws, self.flops = law, draws, flops

    def backdrop(self, ax):
        """A heap of answers, the refit's own, and twenty."""
        answers, own = ratio(self.draws, self.flops), ratio(self.law, self.flops)
        low, high = fits.interval(answers)
        style.frame(
            ax,
            (3, 100),
            (0, 62),
            "best tokens per parameter at Gopher's budget",
            "refits out of 500",
            x=units.short,
        )
        ax.set_xticks([5, 10, 20, 30, 50, 100], ["5", "10", "20", "30", "50", "100"])
        ax.axvspan(low, high, color=style.BLUE, alpha=0.15, lw=0)
        ax.hist(answers, np.geomspace(3, 100, 41), color=style.BLUE, ec="white", gid="answers")
        style.note(ax, np.sqrt(low * high), 58, f"four out of five: {low:.0f} to {high:.0f}", 0, 0, style.BLUE,
                   ha="center", va="center", fontsize=14)  # fmt: skip
        ax.axvline(own, color=style.GREEN, lw=3)
        style.note(
            ax, own, 50, f"the refit {own:.0f}", -8, 0, style.GREEN, va="center", fontsize=13
        )
        ax.axvline(20, color=style.INK, lw=2, ls=":")
        style.note(ax, 20, 50, "twenty", 8, 0, va="center", fontsize=13)
        return (
            f"{len(answers)} refits of 240 redrawn runs: at {units.power(self.flops, 3)} FLOP four out of five ask for "
            f"{low:.0f} to {high:.0f} tokens per parameter, the refit itself for {own:.0f}."
        )


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

    parabola(runs, budget, count) and parabolas(runs, count) are approach 2 at one budget and at all,
    exponent(points) gives the a and k of the line through an approach's points, resampled(approach,
    runs, count) the same for runs drawn again. Approach 3 fits all resamples at once.
    """

    WAYS = ("1: lowest of the curves", "2: parabolas", "3: fitted law")

    def __init__(self, runs, curves, parabola, parabolas, exponent, resampled):
        self.runs, self.parabola, self.exponent = own_runs.grid(runs), parabola, exponent
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

    def beside(self, budget, losses):
        """Where losses stand: further right of their budget for each nat above the lowest there."""
        least = own_runs.best_of(own_runs.of_budget(self.runs, budget)).loss
        return budget * 10 ** (0.8 * (np.asarray(losses) - least))

    def backdrop(self, ax):
        """Axes that hold every count."""
        style.frame(ax, (2e9, 9e13), (3e2, 9e6), "compute C (FLOP); beside each budget: loss above its lowest, to the right",
                    "model size N (parameters)", x=units.power, y=units.short)  # fmt: skip
        ax.grid(False)

    def foreground(self, ax, way, count):
        """The runs, the points and line of an approach, and the band that holds four resamples of five."""
        flops, sizes, a, k, draws = self.answer(way, count)
        for budget in own_runs.budgets_of(self.runs):
            here = own_runs.of_budget(self.runs, budget)
            (losses,) = own_runs.columns(here, "loss")
            ax.plot(self.beside(budget, losses), own_runs.sizes_of(here, COUNTS[count]), "o", mfc="white",
                    mec=style.FAINT, ms=5, gid=f"runs {units.power(budget, 1)}")  # fmt: skip
            if way == self.WAYS[1] and budget in flops:
                bowl, least, most = self.parabola(self.runs, budget, COUNTS[count])
                x = np.linspace(least - 0.3, most + 0.3, 40)
                ax.plot(self.beside(budget, np.polyval(bowl, x)), np.exp(x), color=style.GREEN, lw=1.5,
                        gid=f"parabola {units.power(budget, 1)}")  # fmt: skip
        ends = np.geomspace(3e9, 1.5e13, 30)
        style.band(ax, ends, draws[:, 1] * ends[:, None] ** draws[:, 0], alpha=0.2)
        ax.plot(ends, k * ends**a, color=style.BLUE, lw=3, gid="line")
        ax.plot(flops, sizes, "o", color=style.ORANGE, mec="white", ms=6, gid="points")
        low, high = fits.interval(draws[:, 0])
        words = f"a = {a:.2f} ({low:.2f} to {high:.2f})"
        style.inside(
            ax, 0.03, 0.95, words, va="top", fontsize=14, color=style.BLUE, bbox=style.GROUND
        )
        return (
            f"Approach {way}, N counted {count}: the best size grows as C to the {a:.2f}; "
            f"four resamples of the {len(self.runs)} runs out of five say {low:.2f} to {high:.2f}."
        )


# What "70B needs 1.4 T" means ---------------------------------------------------------------------


class Enough:
    """The loss of one model size on ever more tokens, beside the best split of the same compute; for a Still."""

    def __init__(self, law, params, marked):
        self.law, self.params, self.marked = law, params, marked
        self.tokens = np.geomspace(1e11, 1e14, 121)

    def backdrop(self, ax):
        """The loss of this size, of the best split, of this size without end, and the marked numbers of tokens."""
        name = f"training tokens D of a model with {units.spoken(self.params)} parameters"
        style.frame(ax, (1e11, 1e14), (1.84, 2.13), name, "loss L (nats per token)", x=units.short)
        best = self.law.optimal_loss(6 * self.params * self.tokens)
        ax.plot(self.tokens, best, "--", color=style.GREEN, lw=2.5, gid="best split")
        ax.plot(
            self.tokens,
            self.law.loss(self.params, self.tokens),
            color=style.BLUE,
            lw=3,
            gid="this size",
        )
        words = "the best size for the same compute"
        style.note(ax, 9.5e13, 1.885, words, 0, 0, style.GREEN, ha="right", va="top", fontsize=13)
        style.note(ax, 1.9e11, self.law.loss(self.params, 1.9e11), f"{units.short(self.params)} parameters", 8, 6,
                   style.BLUE, fontsize=13)  # fmt: skip
        ax.axhline(self.law.best_loss(self.params), color=style.QUIET, ls=":", lw=2)
        style.note(ax, 1.05e11, self.law.best_loss(self.params), f"{units.short(self.params)} on endless text", 0, -4,
                   style.QUIET, fontsize=12)  # fmt: skip
        said = []
        for tokens in self.marked:
            loss = self.law.loss(self.params, tokens)
            ax.plot(
                [tokens],
                [loss],
                "D",
                color=style.ORANGE,
                ms=10,
                mec="white",
                gid=units.short(tokens, 2),
            )
            words = f"{units.short(tokens, 2)}: {loss:.3f}"
            style.note(ax, tokens, loss, words, 8, 6, style.ORANGE, fontsize=13)
            said.append(f"{loss:.3f} after {units.spoken(tokens)} tokens")
        return f"The loss of {units.spoken(self.params)} parameters falls without a step: {', '.join(said)}."


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
