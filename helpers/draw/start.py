"""Chapter 00: one law, one slider."""

import numpy as np

from helpers import units
from helpers.draw import style


class TenTimes:
    """Kaplan's loss against model size, and what a model ten times larger gains."""

    def __init__(self, law):
        self.law = law

    def backdrop(self, ax):
        """The law from ten million to ten trillion parameters."""
        ax.set(xscale="log", xlim=(1e7, 1e13), ylim=(0, 3.6))
        ax.set(
            xlabel="model size N (parameters without embeddings)", ylabel="loss L (nats per token)"
        )
        style.counted(ax.xaxis)
        ax.axvspan(1.5e9, 1e13, color="#f4f4f4", zorder=0)
        ax.text(8e12, 3.5, "beyond the runs", ha="right", va="top", color=style.QUIET)
        sizes = np.logspace(7, 13, 100)
        ax.plot(sizes, self.law.loss(sizes), color=style.PALE, lw=3)

    def foreground(self, ax, params):
        """This size, ten times this size, and the drop between them."""
        small, large = self.law.loss(params), self.law.loss(10 * params)
        ax.plot(
            [params, 10 * params, 10 * params], [small, small, large], ":", color=style.QUIET, lw=2
        )
        ax.plot([params], [small], "D", color=style.ORANGE, ms=11)
        ax.plot([10 * params], [large], "o", color=style.BLUE, ms=12)
        style.note(
            ax,
            10 * params,
            (small + large) / 2,
            f"-{small - large:.2f}",
            dx=8,
            dy=0,
            fontsize=14,
            va="center",
        )
        return (
            f"{units.spoken(params)} parameters give a loss of {small:.2f}, ten times as many {large:.2f}: "
            f"{small - large:.2f} less, and {large / small:.3f} of what it was."
        )
