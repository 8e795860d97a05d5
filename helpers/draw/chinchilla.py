"""Chapter 02: one compute budget, many sizes."""

import numpy as np

from helpers import laws, units
from helpers.draw import style

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
            ax.plot(self.sizes, self.curve(flops), color=style.FAINT, lw=1.2, zorder=1.8)
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
        ax.plot(self.sizes, self.curve(flops), color=style.BLUE, lw=3)
        style.best(ax, best_params, best)
        style.here(ax, params, loss)
        style.corner(ax, f"◆ your model {loss:.3f}", f"● best {best:.3f}")
        said = (
            f"At {units.power(flops, 3)} FLOP the best model has {units.spoken(best_params)} parameters and sees "
            f"{units.plain(best_tokens / best_params)} tokens for each: loss {best:.3f}. "
            f"One of {units.spoken(params, 3)} sees {units.plain(tokens / params)}: "
        )
        if loss - best < 5e-4:
            return said + "the same loss to three digits."
        share = self.law.flops_for_loss(loss) / flops
        return f"{said}loss {loss:.3f}, which a best split would reach with {share:.0%} of the compute."


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
            some = [m for m in self.models.values() if m.arch == arch]
            sizes, tokens = [m.active_params for m in some], [m.tokens for m in some]
            ax.plot(sizes, tokens, marker, color=style.PALE, mec=style.QUIET, ms=6, label=name)
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
        ax.plot(equal, flops / (6.0 * equal), "--", color=style.BLUE, lw=2)
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


def _four_of_five(values, say):
    """The 10th and the 90th percentile in words."""
    return " to ".join(say(end) for end in np.percentile(values, [10, 90]))


class Frontier:
    """The lowest loss that each amount of compute can buy, and where one model size lies on it."""

    def __init__(self, law, draws):
        self.law, self.draws = law, draws
        self.flops = np.logspace(18, 27, 120)

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
        tokens = self.law.optimal_tokens(params)
        flops = 6.0 * params * tokens
        loss = self.law.loss(params, tokens)
        ax.plot([flops, flops, 1e18], [1.7, loss, loss], "--", color=style.BLUE, lw=1.5)
        style.best(ax, flops, loss, ms=12)
        left = min(flops, 5.5e23)  # further right the words would not fit
        text = f"{units.short(params)} parameters: {loss:.3f}"
        style.note(ax, left, self.law.optimal_loss(left), text, fontsize=14)
        wanted = self.draws.optimal_tokens(params)
        asked = _four_of_five(wanted, units.spoken)
        losses = _four_of_five(self.draws.loss(params, wanted), "{:.3f}".format)
        return (
            f"{units.spoken(params)} parameters are best trained on {units.spoken(tokens, 3)} tokens "
            f"(four refits out of five: {asked}; rule of thumb: {units.spoken(20 * params, 3)}), for "
            f"{units.power(flops, 3)} FLOP or {laws.pf_days(flops):,.0f} PF-days; predicted loss "
            f"{loss:.3f} ({losses})."
        )


class Wanted(Frontier):
    """The same curve read from the other side: the least compute that reaches a loss."""

    def foreground(self, ax, loss):
        """What this loss costs, with the interval of the refits that can reach it."""
        flops = self.law.flops_for_loss(loss)
        params, tokens = self.law.optimum(flops)
        able = loss > self.draws.E
        parts = (getattr(self.draws, name)[able] for name in ("E", "A", "B", "alpha", "beta"))
        bills = type(self.draws)(*parts, "able").flops_for_loss(loss)
        low, high = np.clip(np.percentile(bills, [10, 90]), 1e18, 1e27)
        ax.plot([1e18, flops, flops], [loss, loss, 1.7], "--", color=style.BLUE, lw=1.5)
        ax.plot([low, high], [loss, loss], color=style.ORANGE, lw=6)
        style.best(ax, flops, loss, ms=12)
        side = 6 if flops < 1e25 else -6
        style.note(ax, flops, loss, f"{units.power(flops)} FLOP", dx=side, dy=10, fontsize=14)
        said = (
            f"A loss of {loss:.2f} takes {units.power(flops)} FLOP by the refit: {units.spoken(params)} "
            f"parameters on {units.spoken(tokens)} tokens. Of the refits that reach it, four out of five "
            f"say {_four_of_five(bills, units.power)} FLOP."
        )
        never = 1 - able.mean()
        return said + (f" {never:.0%} of all refits never reach it." if never else "")


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
    """Tokens per parameter against compute with the interval of the refits."""

    WAYS = ("together, as they were fitted", "one by one, as if independent")

    def __init__(self, law, draws, seed=0):
        self.law, self.flops = law, np.logspace(19, 26, 57)
        rng = np.random.default_rng(seed)
        parts = [getattr(draws, name) for name in ("E", "A", "B", "alpha", "beta")]
        mixed = type(draws)(*(rng.permutation(part) for part in parts), "mixed")
        self.draws = dict(zip(self.WAYS, (draws, mixed)))

    def backdrop(self, ax):
        """The refit's own line, twenty, and Gopher's budget."""
        ratio_paper(ax, 0.5, 1e3, words=0.6)
        ax.plot(self.flops, ratio(self.law, self.flops), color=style.GREEN, lw=3, zorder=3)
        ax.axhline(20, color=style.QUIET, ls=":", lw=2, zorder=3)
        ax.text(1.3e19, 15, "20", va="top", color=style.QUIET)

    def foreground(self, ax, how):
        """The interval that holds four draws out of five."""
        law = self.draws[how]
        for edge in style.band(ax, self.flops, [ratio(law, flops) for flops in self.flops]):
            ax.plot(self.flops, edge, "--", color=style.BLUE, lw=1.5)
        at_gopher, far = (_four_of_five(ratio(law, c), units.plain) for c in (GOPHER, 1e26))
        return (
            f"Constants drawn {how}: four draws out of five ask for {at_gopher} tokens per parameter "
            f"at 5.76e23 FLOP, and for {far} at 1e26."
        )
