"""Chapter 04: scores of published models against their compute, size or loss, and a forecast of an exam."""

import numpy as np

from helpers import units
from helpers.draw import style

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
