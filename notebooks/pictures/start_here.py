"""Pictures of chapter 00: one law, one slider."""

import numpy as np

from helpers import style, units


class TenTimes:
    """Kaplan's loss against model size, and what a model ten times larger gains."""

    def __init__(self, law):
        self.law = law

    def backdrop(self, ax):
        """The law from ten million to ten trillion parameters."""
        name = "model size N (parameters without embeddings)"
        style.frame(ax, (1e7, 1e13), (0, 3.6), name, "loss L (nats per token)", x=units.short)
        ax.axvspan(1.5e9, 1e13, color="#f4f4f4", zorder=0)
        ax.text(8e12, 3.5, "beyond the runs", ha="right", va="top", color=style.QUIET)
        sizes = np.logspace(7, 13, 100)
        ax.plot(sizes, self.law.loss(sizes), color=style.FAINT, lw=3)

    def foreground(self, ax, params):
        """This size, ten times this size, and the drop between them."""
        large = 10 * params
        before, after = self.law.loss(params), self.law.loss(large)
        drop = before - after
        steps = [params, large, large], [before, before, after]
        ax.plot(*steps, ":", color=style.QUIET, lw=2)
        style.here(ax, params, before, ms=11, mec=style.ORANGE)
        style.best(ax, large, after, ms=12)
        middle = (before + after) / 2
        room = {"dx": 8, "dy": 0, "va": "center"} if large < 2e12 else {"dx": -1, "dy": 6}
        at = middle if large < 2e12 else before
        style.note(ax, large, at, f"-{drop:.2f}", fontsize=14, **room)
        return (
            f"{units.spoken(params)} parameters give a loss of {before:.2f}, ten times as many {after:.2f}: "
            f"{drop:.2f} less, and {after / before:.3f} of what it was."
        )
