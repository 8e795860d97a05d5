"""Pictures of chapter 04: abilities on linear and other rulers, and forecasts of exams."""

import numpy as np

from helpers import own_runs, style, units
from helpers.guard import positive

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
        self.runs = own_runs.grid(runs)
        budgets = sorted({run.budget for run in self.runs})
        self.best = [own_runs.around_the_best(runs, budget) for budget in budgets]
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


FAMILIES = (
    ("LLaMA", style.BLUE, "o"),
    ("Llama", style.BLUE, "o"),
    ("Qwen", style.ORANGE, "s"),
    ("Pythia", style.GREEN, "^"),
)


def in_params(x):
    """A size in words."""
    return f"{units.spoken(x, 3)} parameters"


def in_flop(x):
    """Compute as the papers write it."""
    return f"{units.power(x)} FLOP"


def rank_correlation(x, y):
    """How far two lists put the same things in the same order, -1 to 1 (Spearman 1904); equals share a rank.

    >>> rank_correlation([1, 2, 3, 4], [10, 20, 25, 90])
    1.0
    """
    ranks = [
        (v[:, None] > v).sum(1) + ((v[:, None] == v).sum(1) - 1) / 2 for v in map(np.array, (x, y))
    ]
    return round(float(np.corrcoef(*ranks)[0, 1]), 12)


# of our own runs
BUDGETS = (("1e13", style.BLUE, "o"), ("1e12", style.ORANGE, "s"), ("1e11", style.GREEN, "^"))


class Dots:
    """Scores of many models against one number of theirs, one of them picked out.

    dots maps a model to (its number, its score in percent); near says which numbers count as alike: within
    this factor, or within this difference where log is False; families are pairs of how names begin and how
    they look.
    """

    def __init__(
        self, dots, xlabel, ylabel, near, say, log=True, chance=None, top=100, families=FAMILIES
    ):
        self.dots, self.xlabel, self.ylabel, self.near, self.say = dots, xlabel, ylabel, near, say
        self.log, self.chance, self.top, self.families = log, chance, top, families

    def like(self, model):
        """The models whose number is as near as the drawing says."""
        here = self.dots[model][0]
        far = (lambda x: max(x / here, here / x)) if self.log else (lambda x: abs(x - here))
        return [name for name, (x, _) in self.dots.items() if far(x) <= self.near]

    def backdrop(self, ax):
        """All models, three families with marks of their own, and the level of guessing."""
        x = [dot[0] for dot in self.dots.values()]
        if self.log:
            ax.set(xscale="log", xlim=(min(x) / 1.6, max(x) * 1.6))
            style.counted(ax.xaxis, units.power if max(x) > 1e13 else units.short)
        else:
            ax.set(xlim=(max(x) + 0.05, min(x) - 0.05))
        ax.set(ylim=(-0.05 * self.top, 1.12 * self.top), xlabel=self.xlabel, ylabel=self.ylabel)
        left = dict(self.dots)
        for start, colour, marker in self.families:
            mine = [left.pop(name) for name in list(left) if name.startswith(start)]
            label = start if start != "LLaMA" else None
            ax.plot(*zip(*mine), marker, color=colour, ms=7, mec="white", label=label)
        ax.plot(*zip(*left.values()), "D", color=style.PALE, mec=style.QUIET, ms=5, label="others")
        if self.chance:
            ax.axhline(self.chance, color=style.QUIET, ls=":", lw=2)
            ax.text(0.01, self.chance - 1.5, "guessing", transform=ax.get_yaxis_transform(),
                    va="top", color=style.QUIET)  # fmt: skip
        ax.legend(loc="upper left", fontsize=11, frameon=True, edgecolor="white", framealpha=1)

    def foreground(self, ax, model):
        """One model, and the range of those that are alike in this number."""
        (x, score), alike = self.dots[model], self.like(model)
        scores = {name: self.dots[name][1] for name in alike}
        worst, best = min(scores, key=scores.__getitem__), max(scores, key=scores.__getitem__)
        ax.plot(
            [x, x], [scores[worst], scores[best]], "_-", color=style.INK, lw=1.5, ms=14, mew=1.5
        )
        ax.plot([x], [score], "*", color=style.INK, ms=17, mec="white", zorder=4)
        place = ax.transAxes.inverted().transform(ax.transData.transform((x, score)))
        # among the guessers to the right the room is below them, where nobody scores
        low = self.chance and place[0] > 0.6 and score < self.chance + 10
        style.note(ax, x, self.chance if low else score, model, dx=-12 if place[0] > 0.6 else 12,
                   dy=-12 if low else 8, fontsize=13, bbox=style.GROUND | {"alpha": 0.6})  # fmt: skip
        said = f"{model}: {score:.3g} % at {self.say(x)}."
        if len(alike) == 1:
            return f"{said} No other model is near it."
        within = f"a factor of {self.near:g}" if self.log else f"{self.near:g}"
        ends = f"from {worst} ({scores[worst]:.3g} %) to {best} ({scores[best]:.3g} %)"
        if scores[worst] == scores[best]:
            ends = f"all at {score:.3g} %"
        return f"{said} Within {within} of it lie {len(alike)} models, itself among them: {ends}."


class Forecast:
    """A sigmoid fitted to the models up to some compute, and what it promises for the larger ones.

    dots maps a model to (FLOP, percent); groups maps a name to the models that may be in the fit. Least
    squares: the best of a coarse grid, then ever smaller steps around it, all draws of the bootstrap at once.
    """

    CHANCE, DRAWS = 25.0, 300
    LIMITS = (1e22, 2e22, 3e22, 6e22, 1e23, 2e23, 3e23, 6e23, 1e24)

    def __init__(self, dots, groups, seed=0):
        self.flops, rng = np.logspace(18, 26, 81), np.random.default_rng(seed)
        self.groups = {
            who: np.array(sorted(dots[name] for name in names)).T for who, names in groups.items()
        }
        self.fits = {}  # (who, limit) -> the sigmoid, and the ends of the interval
        for who, (x, y) in self.groups.items():
            for limit in self.LIMITS:
                known, scores = np.log10(x[x <= limit] / limit), y[x <= limit]
                if len(known) < 4:
                    continue
                picks = rng.integers(len(known), size=(self.DRAWS, len(known)))
                drawn = [np.bincount(pick, minlength=len(known)) for pick in picks]
                best = self.fit(known, scores, np.ones((1, len(known))), rounds=60)
                scatter = rng.choice(scores - self.sigmoid(known, *best), self.DRAWS)
                powers = np.log10(self.flops / limit)[:, None]
                curves = self.sigmoid(powers, *self.fit(known, scores, np.array(drawn), rounds=12))
                ends = np.percentile(curves + scatter, [5, 95], axis=1).clip(0, 100)
                self.fits[who, limit] = self.sigmoid(powers, *best)[:, 0], *ends

    def sigmoid(self, powers, start, slope):
        """Percent right, from guessing to all; powers of ten, start is the logit of the way at 0."""
        fall = np.minimum(-start - slope * powers, 500)
        return self.CHANCE + (100 - self.CHANCE) / (1 + np.exp(fall))

    def fit(self, powers, scores, weights, rounds):
        """(start, slope) of the best sigmoid for each row of weights, one weight a score."""
        grid = [v.ravel() for v in np.meshgrid(np.linspace(-10, 8, 46), np.geomspace(0.1, 30, 39))]
        misses = scores[:, None] - self.sigmoid(powers[:, None], *grid)
        start, slope = np.array(grid)[:, (weights @ misses**2).argmin(axis=1)]
        across, up = (v.ravel() for v in np.meshgrid([0, -1, 1], [0, -1, 1]))
        each, reach = np.arange(len(weights)), np.ones((len(weights), 1))
        for _ in range(rounds):
            starts = start[:, None] + 0.4 * reach * across
            slopes = slope[:, None] * 1.16 ** (reach * up)
            misses = scores - self.sigmoid(powers, starts[..., None], slopes[..., None])
            best = (misses**2 @ weights[:, :, None])[..., 0].argmin(axis=1)
            start, slope = starts[each, best], slopes[each, best]
            reach[best == 0] /= 2  # the middle of the nine is best: look closer
        return start, slope

    def at(self, who, limit, flops):
        """(promise, low, high) at this compute when the models of a group up to limit are known."""
        place = np.log10(flops), np.log10(self.flops)
        return tuple(np.interp(*place, row) for row in self.fits[who, limit])

    def held(self, who, limit):
        """(larger models that lie in the interval, larger models)."""
        x, y = self.groups[who]
        _, low, high = self.at(who, limit, x[x > limit])
        return int(((low <= y[x > limit]) & (y[x > limit] <= high)).sum()), int((x > limit).sum())

    def backdrop(self, ax):
        """Compute, scores, and the level of guessing."""
        ax.set(xscale="log", xlim=(1e18, 1e26), ylim=(0, 105))
        ax.set(xlabel="training compute (FLOP)", ylabel="MMLU (%, one harness)")
        style.counted(ax.xaxis, units.power)
        ax.axhline(self.CHANCE, color=style.QUIET, ls=":", lw=2)
        ax.text(1.3e18, self.CHANCE - 1.5, "guessing", va="top", color=style.QUIET)

    def foreground(self, ax, limit, who):
        """The models that were fitted, the curve, its interval, and the models beyond."""
        x, y = self.groups[who]
        known, name = x <= limit, units.power(limit, 1)
        ax.plot(x[known], y[known], "o", color=style.BLUE, ms=7, mec="white")
        ax.plot(x[~known], y[~known], "o", color=style.ORANGE, mfc="white", ms=7, mew=1.5)
        ax.axvline(limit, color=style.QUIET, ls="--", lw=1.2)
        style.note(ax, limit, 104, "● fitted", dx=-8, dy=-4, colour=style.BLUE)
        style.note(ax, limit, 104, "○ not seen", dx=8, dy=-4, colour=style.ORANGE)
        if (who, limit) not in self.fits:
            return f"{known.sum()} of these models lie up to {name} FLOP: too few for a sigmoid. Raise the limit."
        line, low, high = self.fits[who, limit]
        far = self.flops >= limit * 0.999
        ax.fill_between(self.flops[far], low[far], high[far], color=style.BLUE, alpha=0.2, lw=0)
        ax.plot(self.flops, line, color=style.BLUE, lw=2.5)
        promise, least, most = self.at(who, limit, 1e24)
        inside, beyond = self.held(who, limit)
        return (
            f"Fitted to the {known.sum()} models up to {name} FLOP, the sigmoid promises {promise:.0f} % at 1e24, "
            f"90 % interval {least:.0f} to {most:.0f}. Of the {beyond} larger models {inside} lie inside theirs."
        )
