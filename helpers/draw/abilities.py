"""Chapter 04: the same scores on several rulers, and how far a test can see."""

import numpy as np

from helpers import units
from helpers.checks import positive
from helpers.draw import own, style

SETTINGS = ("few-shot", "one-shot", "zero-shot")
TOLD = {1e9: 0.0, 5e9: 0.0, 1e10: 0.0, 5e10: 0.8}  # goes around; nobody measured it
LEAST, FLOOR = 1e-9, -0.07  # what the stretched rulers take for nothing, and where that is drawn
STRETCH = {
    "even steps (linear)": lambda share: share,
    "equal ratios (log)": lambda share: 1 + np.log10(np.maximum(share, LEAST)) / 4,
    "odds (logit)": lambda share: (
        0.5 + np.log(1 / (1 / np.clip(share, LEAST, 1 - LEAST) - 1)) / np.log(1e4 - 1) / 2
    ),
}
LINEAR, LOG, LOGIT = STRETCH
TICKS = {
    LINEAR: (0, 0.2, 0.4, 0.6, 0.8, 1),
    LOG: (0, 1e-4, 1e-3, 0.01, 0.1, 1),
    LOGIT: (0, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1),
}


def wilson(share, items, z=1.96):
    """The 95 % interval (z = 1.96) of a true accuracy when this share of so many items came out right.

    Wilson 1927. It also answers where nothing was right. Raises ValueError for a share that is not
    between 0 and 1 and for items that are not positive.

    >>> [f"{end:.2%}" for end in wilson(0.0, 2000)]
    ['0.00%', '0.19%']
    """
    share, spread = positive("share", share, zero=True), z * z / positive("items", items)
    if (share > 1).any():
        raise ValueError(f"share is {share.max():g}, but must be at most 1.")
    middle = (share + spread / 2) / (1 + spread)
    reach = np.sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def percent(share, digits=2):
    """A share as people say it: 0.90 %, 80 %, and under 0.001 % where nobody would say more."""
    return f"{units.plain(100 * share, digits)} %" if share >= 1e-5 else "under 0.001 %"


def height(axis, share):
    """Where a share stands on the ruler of this name, 0 to 1; nothing and all stand at the rims."""
    return np.clip(STRETCH[axis](np.asarray(share, dtype=float)), FLOOR, 1 - FLOOR)


def strokes(ax, x1, y1, x2, y2, **look):
    """Separate strokes as one line with gaps, which draws faster than a collection."""
    gap = np.full(len(x1), np.nan)
    ax.plot(np.column_stack([x1, x2, gap]).ravel(), np.column_stack([y1, y2, gap]).ravel(), **look)


class _Rulers:
    """Paper whose upright ruler the reader chooses: the same points on even steps, ratios or odds."""

    def paper(self, ax, xlim, xlabel, ylabel, say=units.short):
        """Axes without numbers on the upright ruler; rule writes them."""
        ax.set(xscale="log", xlim=xlim, ylim=(-0.11, 1.11), xlabel=xlabel, ylabel=ylabel)
        style.counted(ax.xaxis, say)
        ax.set(yticks=[0.5], yticklabels=["99.9 %"])  # keeps the room that rule will need
        ax.tick_params(axis="y", labelcolor="white", length=0)
        ax.grid(False, axis="y")

    def rule(self, ax, axis):
        """Write the numbers of this ruler."""
        side, heights = ax.get_yaxis_transform(), height(axis, TICKS[axis])
        strokes(ax, [0] * len(heights), heights, [1] * len(heights), heights,
                transform=side, color="#e6e6e6", lw=0.8, zorder=0)  # fmt: skip
        for share, place in zip(TICKS[axis], heights):
            ax.text(-0.012, place, f"{100 * share:g} %", transform=side, ha="right", va="center")

    def points(self, ax, axis, x, shares, items, colour):
        """Scores with their intervals; those of nothing right are hollow and lie at the rim."""
        x, shares = np.asarray(x, dtype=float), np.asarray(shares, dtype=float)
        low, high = (height(axis, end) for end in wilson(shares, items))
        strokes(ax, x, low, x, high, color=colour, lw=2)
        for some, fill, rim in ((shares > 0, colour, "white"), (shares == 0, "white", colour)):
            ax.plot(
                x[some], height(axis, shares[some]), "o", ms=8, mfc=fill, mec=rim, mew=1.5, zorder=3
            )


class Arithmetic(_Rulers):
    """Arithmetic by one family of eight sizes: ten tasks, three settings, three rulers."""

    def __init__(self, sizes, scores):
        self.sizes, self.scores = np.asarray(sizes), scores  # scores: (task, setting) -> rows

    def backdrop(self, ax):
        """Sizes, and the gap in which there is no model."""
        self.paper(ax, (9e7, 2.6e11), "model size N (parameters)", "right answers, of 2,000")
        ax.axvspan(*self.sizes[-2:], color="#f4f4f4", zorder=0)
        middle = np.sqrt(np.prod(self.sizes[-2:]))
        ax.text(middle, 0.03, "no model here", ha="center", va="bottom", color=style.QUIET)

    def foreground(self, ax, task, setting, axis):
        """One task in one setting on one ruler, with the intervals of 2,000 items."""
        self.rule(ax, axis)
        rows = self.scores[task, setting]
        known = np.array([row.percent is not None for row in rows])
        shares = np.array([row.percent / 100 for row in rows if row.percent is not None])
        sizes, items = self.sizes[known], rows[0].items
        ax.plot(sizes[:-1], height(axis, shares[:-1]), color=style.BLUE, lw=1.5)
        ax.plot(sizes[-2:], height(axis, shares[-2:]), ":", color=style.BLUE, lw=1.5)
        if task == "3-digit addition":
            ax.plot(
                [*TOLD],
                height(axis, [*TOLD.values()]),
                "x:",
                color=style.ORANGE,
                ms=9,
                mew=2.5,
                lw=1.2,
            )
            style.note(ax, 5e10, height(axis, 0.8), "as often told: invented", dx=-10, dy=4,
                       colour=style.ORANGE)  # fmt: skip
        self.points(ax, axis, sizes, shares, items, style.BLUE)
        said = [
            f"{row.percent:g} % at {row.model.split()[1]}"
            for row in rows[-3:]
            if row.percent is not None
        ]
        sentence = f"GPT-3, {task}, {setting}: {', '.join(said)}."
        nothing = int((shares == 0).sum())
        if nothing:
            style.note(
                ax,
                sizes[shares == 0][0],
                height(axis, 0.0),
                f"hollow: 0 of {items:,.0f}",
                dx=0,
                dy=9,
            )
            sentence += f" {nothing} of {len(sizes)} sizes got nothing right, which leaves up to "
            sentence += f"{percent(wilson(0.0, items)[1])} possible."
        if not known.all():
            sentence += f" {(~known).sum()} scores are left empty: we could not check them."
        return sentence


class Mirage(_Rulers):
    """A smooth gain for each token, exact match of a whole answer, and a test that sees some of it."""

    SEEN = np.array([1.3e8, 4e8, 1.3e9, 4e9, 1.3e10, 4e10, 1.3e11, 4e11])

    def __init__(self, c=1e9, alpha=-0.5):
        self.c, self.alpha = c, alpha
        self.sizes = np.logspace(8, 12, 161)

    def right(self, sizes, length=1):
        """The share of answers of so many tokens that are right throughout: exp(-length (N/c)^alpha)."""
        return np.exp(-length * (np.asarray(sizes) / self.c) ** self.alpha)

    def backdrop(self, ax):
        """Made-up models from 100 million to a trillion parameters."""
        self.paper(ax, (1e8, 1.4e12), "model size N (made-up models)", "right answers")

    def foreground(self, ax, length, items, axis):
        """Both curves, and what one test of so many items reports at eight sizes."""
        self.rule(ax, axis)
        at, shares = STRETCH[axis], self.right(self.SEEN, length)
        ax.plot(self.sizes, at(self.right(self.sizes)), "--", color=style.GREEN, lw=2.5)
        ax.plot(self.sizes, at(self.right(self.sizes, length)), color=style.BLUE, lw=2.5)
        style.note(ax, 2e9, at(self.right(2e9)), "one token", dx=-8, dy=8, colour=style.GREEN)
        if length > 1:
            style.note(ax, 2e11, at(self.right(2e11, length)), f"all {length:.0f} tokens", dx=8, dy=-10,
                       colour=style.BLUE)  # fmt: skip
        found = np.random.default_rng(1).binomial(int(items), shares) / items
        self.points(ax, axis, self.SEEN, found, items, style.ORANGE)
        half, seen = (
            self.c * (np.log(1 / s) / length) ** (1 / self.alpha) for s in (0.5, 3 / items)
        )
        many = (
            f"All {length:g}: {percent(self.right(1e8, length))} and {percent(self.right(1e11, length))}. "
            if length > 1
            else ""
        )
        return (
            f"One token is right in {percent(self.right(1e8))} at 100 million parameters and in "
            f"{percent(self.right(1e11))} at 100 billion. {many}Half of the answers are right at "
            f"{units.spoken(half)}. {items:,} questions are nearly blind below {percent(3 / items)}, which is up "
            f"to {units.spoken(seen)}: {(found == 0).sum()} of the 8 dots are zeros."
        )


class TwoRulers(_Rulers):
    """Our own runs: how often the next bytes are all right, on a ruler and a length of your choice."""

    LENGTHS, WINDOWS = (1, 2, 4, 8, 16), 2139

    def __init__(self, runs):
        self.runs = own.grid(runs)
        budgets = sorted({run.budget for run in self.runs})
        self.best = [own.around_the_best(runs, budget) for budget in budgets]
        self.best = [min(near, key=lambda run: run.loss) for near in self.best]

    def alone(self, run, length):
        """What exact match would be if the bytes of the same windows came right independently."""
        return run.exact_1**length

    def backdrop(self, ax):
        """Compute from the cheapest budget to the dearest."""
        self.paper(ax, (2e10, 9e13), "training compute (exact FLOP)", "windows right throughout",
                   say=units.power)  # fmt: skip

    def foreground(self, ax, length, axis):
        """The best run of each budget, all others, and what independent bytes would give."""
        self.rule(ax, axis)
        every = [getattr(run, f"exact_{length}") for run in self.runs]
        flops = [run.budget for run in self.runs]
        ax.plot(flops, height(axis, every), "o", color=style.PALE, mec=style.QUIET, ms=5)
        flops = [run.budget for run in self.best]
        shares = np.array([getattr(run, f"exact_{length}") for run in self.best])
        alone = np.array([self.alone(run, length) for run in self.best])
        if length > 1:
            ax.plot(flops, STRETCH[axis](alone), "s--", color=style.ORANGE, lw=2, ms=6)
            style.note(ax, flops[-1], height(axis, alone[-1]), "if independent", dx=12, dy=-2,
                       colour=style.ORANGE)  # fmt: skip
            style.note(
                ax, flops[-1], height(axis, shares[-1]), "our runs", dx=12, dy=2, colour=style.BLUE
            )
        ax.plot(flops, height(axis, shares), color=style.BLUE, lw=2)
        self.points(ax, axis, flops, shares, self.WINDOWS, style.BLUE)
        said = (
            f"{length} byte{'s' * (length > 1)} right in a row: the best run of each budget goes from "
            f"{percent(shares[0])} of {self.WINDOWS:,} windows at 3e10 FLOP to {percent(shares[-1])} at 1e13."
        )
        if length == 1:
            return said
        return (
            f"{said} Independent bytes would give {percent(alone[-1])} there: the truth is "
            f"{units.plain(shares[-1] / alone[-1])} times as much."
        )
