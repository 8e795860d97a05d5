"""Chapter 02: one compute budget, many sizes."""

import numpy as np
from matplotlib.ticker import FuncFormatter

from helpers import units
from helpers.draw import style

FAMOUS = (
    "GPT-3 175B", "Gopher", "MT-NLG 530B", "Chinchilla", "LLaMA-65B", "Cerebras-GPT-6.7B",
    "Llama 2 70B", "Llama 3 8B", "Llama 3 70B", "Llama 3.1 405B", "DeepSeek-V3", "Qwen3-0.6B",
)  # fmt: skip


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
        ax.set(xscale="log", xlim=(1e7, 1e13), ylim=(1.8, 3.6))
        ax.set(xlabel="model size N (parameters)", ylabel="loss L (nats per token)")
        style.counted(ax.xaxis)
        for flops in self.budgets:
            ax.plot(self.sizes, self.curve(flops), color=style.PALE, lw=1.5)
            params, tokens = self.law.optimum(flops)
            name = (
                f"{units.power(flops, 1)} FLOP"
                if flops == self.budgets[0]
                else units.power(flops, 1)
            )
            style.note(
                ax, params, self.law.loss(params, tokens), name, dx=0, dy=-6, ha="center",
                colour=style.QUIET, fontsize=11,
            )  # fmt: skip
        style.corner_ground(ax, width=0.3, lines=2)
        floor = np.logspace(17.5, 27, 60)
        params, tokens = self.law.optimum(floor)
        ax.plot(params, self.law.loss(params, tokens), "--", color=style.QUIET, lw=1.5)

    def foreground(self, ax, flops, params):
        """The curve of this budget, its lowest point, and a model of this size on it."""
        best_params, best_tokens = self.law.optimum(flops)
        best = self.law.loss(best_params, best_tokens)
        tokens = flops / (6.0 * params)
        loss = self.law.loss(params, tokens)
        ax.plot(self.sizes, self.curve(flops), color=style.BLUE, lw=3)
        ax.plot([best_params], [best], "o", color=style.BLUE, ms=11)
        ax.plot([params], [loss], "D", color=style.ORANGE, ms=10, mec="white")
        style.corner(ax, f"◆ your model {loss:.3f}", f"● best {best:.3f}")
        said = (
            f"At {units.power(flops, 3)} FLOP the best model has {units.spoken(best_params)} parameters and sees "
            f"{units.plain(best_tokens / best_params)} tokens for each: loss {best:.3f}. "
            f"One of {units.spoken(params, 3)} sees {units.plain(tokens / params)}: "
        )
        if loss - best < 5e-4:
            return said + "the same loss to three digits."
        enough = self.law.flops_for_loss(loss)
        return (
            said
            + f"loss {loss:.3f}, which a best split would reach with {enough / flops:.0%} of the compute."
        )


class Plane:
    """Real models on the plane of size and tokens, with the line of best use of compute."""

    def __init__(self, law, models):
        self.law = law
        self.models = {m.model: m for m in models if m.flops}

    def backdrop(self, ax):
        """All models, the optimal line of the law, and 20 tokens for each parameter."""
        ax.set(xscale="log", yscale="log", xlim=(5e7, 2e12), ylim=(1e9, 1e14))
        ax.set(xlabel="model size N (parameters, active per token)", ylabel="training tokens D")
        style.counted(ax.xaxis)
        style.counted(ax.yaxis)
        for arch, marker, name in (("dense", "o", "dense"), ("moe", "s", "mixture of experts")):
            some = [m for m in self.models.values() if m.arch == arch]
            sizes, tokens = [m.active_params for m in some], [m.tokens for m in some]
            ax.plot(sizes, tokens, marker, color=style.PALE, mec=style.QUIET, ms=6, label=name)
        sizes = np.array([5e7, 2e12])
        best = self.law.optimal_tokens(sizes)
        ax.plot(sizes, best, color=style.GREEN, lw=2.5, label="best use of compute (refit)")
        ax.plot(sizes, 20.0 * sizes, ":", color=style.QUIET, lw=2, label="20 tokens per parameter")
        ax.legend(loc="lower right", fontsize=11, frameon=True, edgecolor="white", framealpha=0.9)

    def foreground(self, ax, model):
        """One model, all others of equal compute, and the best of them."""
        row = self.models[model]
        size, tokens, flops = row.active_params, row.tokens, row.flops
        best_size, best_tokens = self.law.optimum(flops)
        loss, best = self.law.loss(size, tokens), self.law.loss(best_size, best_tokens)
        equal = np.array([5e7, 2e12])
        ax.plot(equal, flops / (6.0 * equal), "--", color=style.BLUE, lw=2)
        ax.plot([best_size], [best_tokens], "o", color=style.BLUE, ms=12)
        ax.plot([size], [tokens], "D", color=style.ORANGE, ms=11, mec="white")
        left = size < best_size
        style.note(ax, size, tokens, model, dx=-12 if left else 12, dy=8, fontsize=13)
        style.note(ax, best_size, best_tokens, "best", dx=0, dy=-14, fontsize=13, ha="center")
        times = size / best_size
        side = (
            f"{units.plain(times)} times as large as"
            if times >= 1
            else f"{times:.0%} of the size of"
        )
        return (
            f"{row.model} ({row.released[:4]}): {units.spoken(size, 3)} parameters on "
            f"{units.spoken(tokens, 3)} tokens, {units.plain(tokens / size)} for each. It is {side} "
            f"the best model for its {units.power(flops, 3)} FLOP ({units.spoken(best_size)} on "
            f"{units.spoken(best_tokens)}), which by the law would have a loss lower by {loss - best:.3f}."
        )


class Frontier:
    """The lowest loss that each amount of compute can buy, and where one model size lies on it."""

    def __init__(self, law):
        self.law = law
        self.flops = np.logspace(18, 27, 120)

    def backdrop(self, ax):
        """Loss along the line of best sizes, with the irreducible loss below it."""
        ax.set(xscale="log", xlim=(1e18, 1e27), ylim=(1.7, 3.6))
        ax.set(xlabel="training compute C (FLOP)", ylabel="lowest loss L (nats per token)")
        ax.plot(self.flops, self.law.optimal_loss(self.flops), color=style.GREEN, lw=2.5)
        ax.axhline(self.law.E, color=style.QUIET, ls=":", lw=2)
        ax.text(
            1.5e18,
            self.law.E - 0.01,
            f"irreducible loss E = {self.law.E:.2f}",
            va="top",
            color=style.QUIET,
        )
        ax.axvspan(1e22, 1e27, color="#f4f4f4", zorder=0)
        ax.text(6e26, 3.52, "beyond the fitted runs", ha="right", va="top", color=style.QUIET)

    def foreground(self, ax, params):
        """The compute-optimal run of this size."""
        tokens = self.law.optimal_tokens(params)
        flops = 6.0 * params * tokens
        loss = self.law.loss(params, tokens)
        ax.plot([flops, flops, 1e18], [1.7, loss, loss], "--", color=style.BLUE, lw=1.5)
        ax.plot([flops], [loss], "o", color=style.BLUE, ms=12)
        style.note(ax, flops, loss, f"{units.short(params)} parameters: {loss:.3f}", fontsize=14)
        return (
            f"{units.spoken(params)} parameters are best trained on {units.spoken(tokens, 3)} tokens "
            f"(rule of thumb: {units.spoken(20 * params, 3)}), for {units.power(flops, 3)} FLOP or "
            f"{flops / 8.64e19:,.0f} PF-days; predicted loss {loss:.3f}."
        )


class HowSure:
    """Tokens per parameter against compute with the interval of the refits."""

    WAYS = ("together, as they were fitted", "one by one, as if independent")

    def __init__(self, law, draws, seed=0):
        self.law, self.flops = law, np.logspace(19, 26, 57)
        rng = np.random.default_rng(seed)
        parts = [getattr(draws, name) for name in ("E", "A", "B", "alpha", "beta")]
        mixed = type(draws)(*(rng.permutation(part) for part in parts), "mixed")
        self.draws = dict(zip(self.WAYS, (draws, mixed)))

    def ratio(self, law, flops):
        """Best tokens per parameter at this compute, for each draw of the law."""
        params, tokens = law.optimum(flops)
        return tokens / params

    def backdrop(self, ax):
        """The refit's own line, twenty, and Gopher's budget."""
        ax.set(xscale="log", yscale="log", xlim=(1e19, 1e26), ylim=(0.5, 1e3))
        ax.set(xlabel="training compute C (FLOP)", ylabel="best tokens per parameter")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.plot(self.flops, self.ratio(self.law, self.flops), color=style.GREEN, lw=3, zorder=3)
        ax.axhline(20, color=style.QUIET, ls=":", lw=2, zorder=3)
        ax.axvline(5.76e23, color=style.QUIET, ls="--", lw=1)
        ax.text(5e23, 0.6, "Gopher's budget", ha="right", color=style.QUIET)
        ax.text(1.3e19, 15, "20", va="top", color=style.QUIET)

    def foreground(self, ax, how):
        """The interval that holds four draws out of five."""
        law = self.draws[how]
        low, high = np.percentile([self.ratio(law, c) for c in self.flops], [10, 90], axis=1)
        ax.fill_between(self.flops, low, high, color=style.BLUE, alpha=0.25, lw=0)
        ax.plot(self.flops, low, "--", color=style.BLUE, lw=1.5)
        ax.plot(self.flops, high, "--", color=style.BLUE, lw=1.5)
        ends = [np.percentile(self.ratio(law, c), [10, 90]) for c in (5.76e23, 1e26)]
        at_gopher, far = (f"{units.plain(low)} to {units.plain(high)}" for low, high in ends)
        return (
            f"Constants drawn {how}: four draws out of five ask for {at_gopher} tokens per parameter "
            f"at 5.76e23 FLOP, and for {far} at 1e26."
        )
