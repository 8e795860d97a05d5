"""Pictures of chapter 04: abilities on linear and other rulers, and forecasts of exams."""

import numpy as np

from helpers import data, units
from pictures import style
from training import own_runs

SETTINGS = ("few-shot", "one-shot", "zero-shot")
INVENTED = {1e9: 0.0, 5e9: 0.0, 1e10: 0.0, 5e10: 0.8}  # goes around; nobody measured it
SMALLEST = 1e-9  # a ruler of logs has no place for 0 and 1: so near to them it ends
RIM = 0.07  # how far beyond the ends of a ruler nothing and all are drawn
MARKED = {  # the ends of a ruler and the shares written beside it; one without an entry is marked evenly
    "equal ratios (log)": ((1e-4, 1), (0, 1e-4, 1e-3, 0.01, 0.1, 1)),
    "odds (logit)": ((1e-4, 0.995), (0, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 1)),
}


def scores(task, setting):
    """The rows of data/abilities.csv for one task in one setting, in percent.

    >>> [row.percent for row in scores("3-digit addition", "few-shot")][-3:]
    [0.9, 8.4, 80.4]
    """
    rows = data.read_table("abilities")
    found = [row for row in rows if (row.task, row.setting) == (task, setting)]
    if not found:
        known = sorted({f"{row.task}, {row.setting}" for row in rows})
        raise ValueError(data.no_such("task and setting", f"{task}, {setting}", known))
    return found


def in_percent(share, digits=2):
    """A share as people say it: 0.90 %, 80 %, and under 0.001 % where nobody would say more."""
    return f"{units.plain(100 * share, digits)} %" if share >= 1e-5 else "under 0.001 %"


def strokes(ax, x1, y1, x2, y2, **look):
    """Separate strokes as one line with gaps, which draws faster than a collection."""
    gap = np.full(len(x1), np.nan)
    ax.plot(np.column_stack([x1, x2, gap]).ravel(), np.column_stack([y1, y2, gap]).ravel(), **look)


class Rulers:
    """Paper whose upright ruler the reader chooses; rulers maps a name to a function of shares.

    interval gives the ends between which the true share lies when so many items came out like this;
    an evenly marked ruler ends at top.
    """

    def __init__(self, rulers, interval, top=1.0):
        self.rulers, self.interval, self.top = rulers, interval, top

    def marked(self, axis):
        """The ends of a ruler, and the shares that are written beside it."""
        return MARKED.get(axis, ((0, self.top), self.top * np.linspace(0, 1, 6)))

    def along(self, axis, share):
        """Where a share stands on a ruler: 0 is its lower end and 1 its upper one."""
        ruler, ends = self.rulers[axis], np.array(self.marked(axis)[0], dtype=float)
        (low, high), share = ruler(ends), np.clip(share, SMALLEST, 1 - SMALLEST)
        return (ruler(share) - low) / (high - low)

    def height(self, axis, share):
        """The same, but never further out than the rims, where nothing and all are drawn."""
        return np.clip(self.along(axis, share), -RIM, 1 + RIM)

    def paper(self, ax, xlim, xlabel, ylabel, say=units.short):
        """Axes without numbers on the upright ruler; rule writes them."""
        ax.set(xscale="log", xlim=xlim, ylim=(-0.11, 1.11), xlabel=xlabel, ylabel=ylabel)
        style.counted(ax.xaxis, say)
        ax.set(yticks=[0.5], yticklabels=["99.9 %"])  # keeps the room that rule will need
        ax.tick_params(axis="y", labelcolor="white", length=0)
        ax.grid(False, axis="y")

    def rule(self, ax, axis):
        """Write the numbers of this ruler."""
        side, ticks = ax.get_yaxis_transform(), self.marked(axis)[1]
        heights = self.height(axis, ticks)
        strokes(ax, [0] * len(heights), heights, [1] * len(heights), heights,
                transform=side, color="#e6e6e6", lw=0.8, zorder=0)  # fmt: skip
        for share, place in zip(ticks, heights):
            ax.text(-0.012, place, f"{100 * share:g} %", transform=side, ha="right", va="center")

    def points(self, ax, axis, x, shares, items, colour):
        """Scores with their intervals; those of nothing right are hollow and lie at the rim."""
        x, shares = np.asarray(x, dtype=float), np.asarray(shares, dtype=float)
        low, high = (self.height(axis, end) for end in self.interval(shares, items))
        strokes(ax, x, low, x, high, color=colour, lw=2, gid="intervals")
        look = {"ms": 8, "mew": 1.5, "zorder": 3}
        for name, those, fill, rim in (
            ("scores", shares > 0, colour, "white"),
            ("nothing right", shares == 0, "white", colour),
        ):
            heights = self.height(axis, shares[those])
            ax.plot(x[those], heights, "o", mfc=fill, mec=rim, gid=name, **look)


class Arithmetic(Rulers):
    """Arithmetic by one family of eight sizes: ten tasks, three settings, three rulers."""

    def __init__(self, sizes, scores, rulers, interval):
        super().__init__(rulers, interval)
        self.sizes, self.scores = np.asarray(sizes), scores  # scores: (task, setting) -> rows

    def backdrop(self, ax):
        """Sizes, and the gap in which there is no model."""
        self.paper(ax, (9e7, 2.6e11), "model size N (parameters)", "right answers, of 2,000")
        ax.axvspan(*self.sizes[-2:], color="#f4f4f4", zorder=0)
        middle = np.sqrt(np.prod(self.sizes[-2:]))
        ax.text(middle, -0.1, "no model here", ha="center", va="bottom", color=style.QUIET)

    def foreground(self, ax, task, setting, axis):
        """One task in one setting on one ruler, with the intervals of 2,000 items."""
        self.rule(ax, axis)
        rows = self.scores[task, setting]
        known = np.array([row.percent is not None for row in rows])
        shares = np.array([row.percent / 100 for row in rows if row.percent is not None])
        sizes, items = self.sizes[known], rows[0].items
        heights = self.height(axis, shares)
        ax.plot(sizes[:-1], heights[:-1], color=style.BLUE, lw=1.5)
        ax.plot(sizes[-2:], heights[-2:], ":", color=style.BLUE, lw=1.5)
        if task == "3-digit addition":
            told = self.height(axis, [*INVENTED.values()])
            look = {"color": style.ORANGE, "ms": 9, "mew": 2.5, "lw": 1.2}
            ax.plot([*INVENTED], told, "x:", gid="invented", **look)
            style.note(ax, 5e10, told[-1], "as often told: invented", dx=-10, dy=4,
                       colour=style.ORANGE)  # fmt: skip
        self.points(ax, axis, sizes, shares, items, style.BLUE)
        largest = [
            f"{row.percent:g} % at {row.model.split()[1]}"
            for row in rows[-3:]
            if row.percent is not None
        ]
        sentence = f"GPT-3, {task}, {setting}: {', '.join(largest)}."
        nothing = int((shares == 0).sum())
        if nothing:
            first, most = sizes[shares == 0][0], self.interval(0.0, items)[1]
            style.note(
                ax, first, self.height(axis, most), f"hollow: 0 of {items:,.0f}", dx=0, dy=12
            )
            sentence += f" {nothing} of {len(sizes)} sizes got nothing right, which leaves up to "
            sentence += f"{in_percent(most)} possible."
        if not known.all():
            sentence += f" {(~known).sum()} scores are left empty: we could not check them."
        return sentence


class Mirage(Rulers):
    """A smooth gain for each token, exact match of a whole answer, and a test that sees some of it.

    exact_match(size, length) is the share of answers of so many tokens that are right throughout;
    size_for(share, length) is the same read the other way round.
    """

    SIZES = np.logspace(8, 12, 161)
    TESTED = np.array([1.3e8, 4e8, 1.3e9, 4e9, 1.3e10, 4e10, 1.3e11, 4e11])

    def __init__(self, exact_match, size_for, rulers, interval):
        super().__init__(rulers, interval)
        self.exact_match, self.size_for = exact_match, size_for

    def backdrop(self, ax):
        """Made-up models from 100 million to a trillion parameters."""
        self.paper(ax, (1e8, 1.4e12), "model size N (parameters, made-up models)", "right answers")

    def foreground(self, ax, length, items, axis):
        """Both curves, and what one test of so many items reports at eight sizes."""
        self.rule(ax, axis)
        for name, tokens, look in (
            ("one token", 1, {"ls": "--", "color": style.GREEN}),
            ("all tokens", length, {"color": style.BLUE}),
        ):
            heights = self.along(axis, self.exact_match(self.SIZES, tokens))
            ax.plot(self.SIZES, heights, lw=2.5, gid=name, **look)
        beside = self.along(axis, self.exact_match(2e9, 1))
        style.note(ax, 2e9, beside, "one token", dx=-8, dy=8, colour=style.GREEN)
        if length > 1:
            beside = self.along(axis, self.exact_match(2e11, length))
            words = f"all {length:.0f} tokens"
            style.note(ax, 2e11, beside, words, dx=8, dy=-10, colour=style.BLUE)
        shares = self.exact_match(self.TESTED, length)
        counted = np.random.default_rng(1).binomial(int(items), shares) / items
        self.points(ax, axis, self.TESTED, counted, items, style.ORANGE)
        answers = f"answers of {length:g} tokens" if length > 1 else "answers of one token"
        half, seen = (units.spoken(self.size_for(share, length)) for share in (0.5, 3 / items))
        return (
            f"Half of the {answers} are right at {half} parameters. A test of {items:,} questions is nearly blind "
            f"below {in_percent(3 / items)}, which is up to {seen}, and sees nothing at "
            f"{(counted == 0).sum()} of these 8 sizes."
        )


class TwoRulers:
    """Our own runs: how often the next bytes are all right, on a ruler and a length of your choice.

    best are the best runs of the budgets, independent maps a length to what their exact match would
    be if the bytes came right independently; windows says in how many the bytes were counted. A ruler
    of even steps ends a little above the best score of its length. A dotted line is fitted to the best
    runs up to the budget KNOWN, and drawn to the dearest.
    """

    TOPS, KNOWN = (0.03, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6, 0.75, 1), 1e13

    def __init__(self, runs, best, independent, windows, rulers, interval):
        self.runs, self.best, self.independent, self.windows = runs, best, independent, windows
        self.papers = {}
        for length in independent:
            highest = max(getattr(run, f"exact_{length}") for run in runs)
            top = next(top for top in self.TOPS if top > interval(highest, windows)[1])
            self.papers[length] = Rulers(rulers, interval, top)

    def backdrop(self, ax):
        """Compute from the cheapest budget to the dearest."""
        paper = next(iter(self.papers.values()))
        paper.paper(ax, (2e10, 1e15), "training compute (exact FLOP)", "windows right throughout",
                    say=units.power)  # fmt: skip

    def straight_on(self, length, axis):
        """Where a straight line through the best runs up to KNOWN lies on a ruler, and the share it ends at."""
        paper = self.papers[length]
        flops, shares = own_runs.columns(self.best, "budget", f"exact_{length}")
        known = np.array(flops) <= self.KNOWN
        heights = paper.along(axis, np.array(shares))[known]
        line = np.polyval(np.polyfit(np.log(flops)[known], heights, 1), np.log(flops))
        every = 1 / (1 + np.exp(-np.linspace(-20, 20, 4001)))
        return line, float(np.interp(line[-1], paper.along(axis, every), every, right=np.inf))

    def foreground(self, ax, length, axis):
        """The best run of each budget, all others, and what independent bytes would give."""
        paper = self.papers[length]
        paper.rule(ax, axis)
        flops, every = own_runs.columns(self.runs, "budget", f"exact_{length}")
        look = {"color": style.PALE, "mec": style.QUIET, "ms": 5}
        ax.plot(flops, paper.height(axis, every), "o", gid="all runs", **look)
        flops, shares = own_runs.columns(self.best, "budget", f"exact_{length}")
        heights, independent = paper.height(axis, shares), self.independent[length]
        if length > 1:
            look = {"color": style.ORANGE, "lw": 2, "ms": 6}
            ax.plot(flops, paper.along(axis, independent), "s--", gid="independent", **look)
            beside = paper.height(axis, independent[-1])
            style.note(ax, flops[-1], beside, "if independent", dx=12, dy=-2, colour=style.ORANGE)
            style.note(ax, flops[-1], heights[-1], "our runs", dx=12, dy=2, colour=style.BLUE)
        ax.plot(flops, heights, color=style.BLUE, lw=2)
        line, promised = self.straight_on(length, axis)
        fine = np.geomspace(flops[0], flops[-1], 200)
        height = np.interp(np.log(fine), np.log(flops), line)
        height[height < 0] = np.nan  # no score lies below the lower end
        ax.plot(fine, height, ":", color=style.QUIET, lw=2.5, gid="straight on")
        words = f"··· straight line, fitted up to {units.power(self.KNOWN)} FLOP"
        style.inside(ax, 0.02, 0.96, words, color=style.QUIET, va="top", bbox=style.GROUND)
        paper.points(ax, axis, flops, shares, self.windows, style.BLUE)
        sentence = (
            f"{length} byte{'s' * (length > 1)} right in a row: the best run of each budget goes from "
            f"{in_percent(shares[0])} of {self.windows:,} windows at {units.power(flops[0])} FLOP to "
            f"{in_percent(shares[-1])} at {units.power(flops[-1])}. The straight line through the budgets "
            f"up to {units.power(self.KNOWN)} ends at {in_percent(promised) if promised < 1 else 'more than all'}."
        )
        if length == 1:
            return sentence
        return (
            f"{sentence} Independent bytes would give {in_percent(independent[-1])} there: the truth is "
            f"{units.plain(shares[-1] / independent[-1])} times as much."
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


# of our own runs
BUDGETS = (("1e14", style.BLUE, "o"), ("1e13", style.ORANGE, "s"), ("1e12", style.GREEN, "^"))


class Dots:
    """Scores of many models against one number of theirs, one of them picked out.

    dots maps a model to (its number, its score in percent); near says which numbers count as alike: within
    this factor, or within this difference where log is False (a loss: its axis runs down to what is better);
    families are pairs of how names begin and how they look.
    """

    def __init__(
        self, dots, xlabel, ylabel, near, say, log=True, chance=None, top=100, families=FAMILIES
    ):
        self.dots, self.ylabel, self.near, self.say = dots, ylabel, near, say
        self.xlabel = xlabel if log else f"{xlabel}, better \N{RIGHTWARDS ARROW}"
        self.log, self.chance, self.top, self.families = log, chance, top, families

    def like(self, model):
        """The models whose number is as near as the drawing says."""
        here = self.dots[model][0]
        far = (lambda x: max(x / here, here / x)) if self.log else (lambda x: abs(x - here))
        return [name for name, (x, _) in self.dots.items() if far(x) <= self.near]

    def _plot(self, ax, dots, marker, **look):
        x, y = zip(*dots.values())
        (drawn,) = ax.plot(x, y, marker, **look)
        style.named(drawn, x, y, dots)

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
            family = {name: left.pop(name) for name in list(left) if name.startswith(start)}
            look = {"color": colour, "ms": 7, "mec": "white", "gid": start}
            label = start if start != "LLaMA" else None
            self._plot(ax, family, marker, label=label, **look)
        look = {"color": style.PALE, "mec": style.QUIET, "ms": 5, "gid": "others"}
        self._plot(ax, left, "D", label="others", **look)
        if self.chance:
            ax.axhline(self.chance, color=style.QUIET, ls=":", lw=2)
            ax.text(0.01, self.chance - 1.5, "guessing", transform=ax.get_yaxis_transform(),
                    va="top", color=style.QUIET)  # fmt: skip
        key = ax.legend(
            loc="upper left", fontsize=11, frameon=True, edgecolor="white", framealpha=1
        )
        for words, mark in zip(key.get_texts(), key.legend_handles):
            words.set_color(style.WORDS.get(mark.get_color(), mark.get_color()))
        words.set_color(style.QUIET)  # the others: their grey is too pale to be read

    def foreground(self, ax, model):
        """One model, and the range of those that are alike in this number."""
        (x, score), alike = self.dots[model], self.like(model)
        scores = {name: self.dots[name][1] for name in alike}
        worst, best = min(scores, key=scores.__getitem__), max(scores, key=scores.__getitem__)
        look = {"color": style.INK, "lw": 1.5, "ms": 14, "mew": 1.5}
        ax.plot([x, x], [scores[worst], scores[best]], "_-", gid="alike", **look)
        ax.plot([x], [score], "*", color=style.INK, ms=17, mec="white", zorder=4, gid="here")
        place = ax.transAxes.inverted().transform(ax.transData.transform((x, score)))
        # among the guessers to the right the room is below them, where nobody scores
        low = self.chance and place[0] > 0.6 and score < self.chance + 10
        style.note(ax, x, self.chance if low else score, model, dx=-12 if place[0] > 0.6 else 12,
                   dy=-12 if low else 8, fontsize=13, bbox=style.GROUND | {"alpha": 0.6})  # fmt: skip
        sentence = f"{model}: {score:.3g} % at {self.say(x)}."
        if len(alike) == 1:
            return f"{sentence} No other is near it."
        within = f"a factor of {self.near:g}" if self.log else f"{self.near:g}"
        others = "one other is" if len(alike) == 2 else f"{len(alike) - 1} others are"
        ends = f"the scores there run from {scores[worst]:.3g} % ({worst}) to {scores[best]:.3g} % ({best})"
        if scores[worst] == scores[best]:
            ends = f"all score {score:.3g} %"
        return f"{sentence} {others.capitalize()} within {within} of it, and {ends}."


class Forecast:
    """A sigmoid fitted to the models up to some compute, and what it promises for the larger ones.

    groups maps a name to the (FLOP, percent) of the models that may be in the fit. forecast(flops,
    scores, limit, at, rng) gives the best guess at each compute of at and the ends of its interval.
    """

    CHANCE, FEWEST = 25.0, 4  # percent by guessing; models that a fit needs
    FLOPS = np.logspace(18, 26, 81)
    LIMITS = (1e22, 2e22, 3e22, 6e22, 1e23, 2e23, 3e23, 6e23, 1e24)

    def __init__(self, groups, forecast, seed=0):
        self.groups = {who: np.array(sorted(models)).T for who, models in groups.items()}
        rng = np.random.default_rng(seed)
        self.forecasts = {
            (who, limit): forecast(x, y, limit, self.FLOPS, rng)
            for who, (x, y) in self.groups.items()
            for limit in self.LIMITS
            if (x <= limit).sum() >= self.FEWEST
        }

    def at(self, who, limit, flops):
        """(promise, low, high) at this compute when the models of a group up to limit are known."""
        place = np.log10(flops), np.log10(self.FLOPS)
        return tuple(np.interp(*place, row) for row in self.forecasts[who, limit])

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
        ax.plot(x[known], y[known], "o", color=style.BLUE, ms=7, mec="white", gid="fitted")
        look = {"color": style.ORANGE, "mfc": "white", "ms": 7, "mew": 1.5}
        ax.plot(x[~known], y[~known], "o", gid="not seen", **look)
        ax.axvline(limit, color=style.QUIET, ls="--", lw=1.2, gid="here")
        style.note(ax, limit, 104, "● fitted", dx=-8, dy=-4, colour=style.BLUE)
        style.note(ax, limit, 104, "○ not seen", dx=8, dy=-4, colour=style.ORANGE)
        if (who, limit) not in self.forecasts:
            return f"{known.sum()} of these models lie up to {name} FLOP: too few for a sigmoid. Raise the limit."
        line, low, high = self.forecasts[who, limit]
        flops, look = self.FLOPS, {"color": style.BLUE, "alpha": 0.2, "lw": 0, "gid": "interval"}
        far = flops >= limit * 0.999
        ax.fill_between(flops[far], low[far], high[far], **look)
        ax.plot(flops, line, color=style.BLUE, lw=2.5, gid="sigmoid")
        promise, least, most = self.at(who, limit, 1e24)
        inside, beyond = self.held(who, limit)
        return (
            f"Fitted to the {known.sum()} models up to {name} FLOP, the sigmoid promises {promise:.0f} % at 1e24, "
            f"90 % interval {least:.0f} to {most:.0f}. Of the {beyond} larger models {inside} lie inside theirs."
        )
