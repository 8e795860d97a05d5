"""Chapter 03: models as they were released, by date and against each other."""

import numpy as np
from matplotlib.ticker import FuncFormatter

from helpers import cost, units
from helpers.draw import style
from helpers.draw.over_training import band

FAMOUS = (
    "GPT-3 175B", "MT-NLG 530B", "Gopher", "Chinchilla", "LLaMA-7B", "Llama 2 7B", "Llama 2 70B", "TinyLlama 1.1B",
    "Llama 3 8B", "Llama 3 70B", "Llama 3.1 405B", "DeepSeek-V3", "Qwen3-0.6B", "Qwen3-32B",
)  # fmt: skip
NAMED = {  # where a name stands, in points from its dot
    "GPT-3 Small (125M)": (8, 0), "GPT-3 175B": (8, 0), "MT-NLG 530B": (8, 0), "Chinchilla": (-4, -14),
    "Llama 3.1 405B": (8, 0), "Qwen3-0.6B": (-10, 0),
}  # fmt: skip


class History:
    """Tokens per parameter of published models by date."""

    def __init__(self, law, draws, models):
        self.law, self.draws = law, draws
        self.models = {m.model: m for m in models if m.flops}

    def place(self, m) -> tuple[float, float]:
        """(year with its fraction, tokens for each active parameter)."""
        return int(m.released[:4]) + (int(m.released[5:]) - 0.5) / 12, m.tokens_per_param

    def backdrop(self, ax):
        """All models, the names of some, and twenty."""
        ax.set(yscale="log", xlim=(2020, 2026), ylim=(0.3, 2e5))
        ax.set(xlabel="first published", ylabel="training tokens per (active) parameter")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        ax.axhline(20, color=style.GREEN, lw=2, label="20, Chinchilla's own")
        for arch, mark, name in (("dense", "o", "dense"), ("moe", "s", "mixture of experts")):
            places = [self.place(m) for m in self.models.values() if m.arch == arch]
            ax.plot(*zip(*places), mark, color=style.PALE, mec=style.QUIET, ms=6, label=name)
        family = [self.place(m) for m in self.models.values() if m.model.startswith("Qwen3")]
        ax.plot(
            *zip(*family),
            "o",
            mfc="none",
            mec=style.PINK,
            ms=11,
            label="only the family's tokens known",
        )
        for name, (dx, dy) in NAMED.items():
            style.note(
                ax, *self.place(self.models[name]), name, dx=dx, dy=dy, va="center", fontsize=11
            )
        ax.legend(loc="lower right", fontsize=11, frameon=False, borderaxespad=0, labelspacing=0.3)

    def foreground(self, ax, model):
        """One model, and the demand for which its split is the best."""
        m = self.models[model]
        x, y = self.place(m)
        ax.plot([x], [y], "D", color=style.ORANGE, ms=11, mec="white")
        if model not in NAMED:
            style.note(ax, x, y, model, dx=10, dy=12, ha="right", fontsize=13)
        demand, many = (
            cost.demand_it_fits(law, m.active_params, m.tokens) for law in (self.law, self.draws)
        )
        said = (
            f"{m.model} ({m.released[:4]}): {units.spoken(m.active_params, 3)} parameters, {units.plain(y, max(2, len(f'{y:.0f}')))} tokens for "
            f"each, {units.plain(m.active_params / self.law.optimum(m.flops)[0])} times the best size for its compute. "
        )
        if demand <= 0:
            return said + "By the refit that is too large even if it never served."
        low, high = band(many)
        least = units.spoken(low) if low > 0 else "none"
        return said + (
            f"By the refit this split is the cheapest for its loss if {units.spoken(demand)} tokens are served (four "
            f"refits out of five: {least} to {units.spoken(high)})."
        )


class Versus:
    """Meta's own table: Llama 3 8B beside an older model, benchmark by benchmark."""

    OLDER = ("Llama 2 7B", "Llama 2 13B", "Llama 2 70B")

    def __init__(self, scores):
        self.scores = scores[::-1]  # from below
        self.base = np.array([score.kind == "base" for score in self.scores])
        self.height = np.arange(len(self.scores)) + 0.8 * self.base
        self.ours = np.array([score.llama3_8b for score in self.scores])

    def backdrop(self, ax):
        """The benchmarks and the scores of Llama 3 8B."""
        ax.set(
            xlim=(0, 100), ylim=(-0.8, 16.6), xlabel="score (percent)", ylabel="tuned | base models"
        )
        ax.set_yticks(self.height, [score.benchmark for score in self.scores], fontsize=10)
        ax.axhline(4.9, color=style.QUIET, lw=1)
        ax.plot(self.ours, self.height, "D", color=style.ORANGE, ms=8)
        ax.text(2, 5.9, "\N{BLACK DIAMOND} Llama 3 8B", color=style.WORDS[style.ORANGE])

    def foreground(self, ax, older):
        """The older model, and who wins; a dotted line where it is the older one."""
        theirs = np.array(
            [getattr(s, older.lower().replace(" ", "", 1).replace(" ", "_")) for s in self.scores]
        )
        gap = self.ours - theirs
        for won, line, colour in ((gap > 0, "-", style.ORANGE), (gap <= 0, ":", style.BLUE)):
            ax.hlines(
                self.height[won], theirs[won], self.ours[won], colors=colour, linestyles=line, lw=2
            )
        ax.plot(theirs, self.height, "o", color=style.BLUE, ms=8)
        ax.text(2, 7.3, f"\N{BLACK CIRCLE} {older}", color=style.BLUE)
        base, tuned = gap[self.base], gap[~self.base]
        return (
            f"Against {older}, Llama 3 8B wins {(base > 0).sum()} of {base.size} as a base model (on average "
            f"{base.mean():+.1f} points) and {(tuned > 0).sum()} of {tuned.size} after tuning to follow "
            f"instructions ({tuned.mean():+.1f})."
        )
