"""Pictures of chapter 08: many tries, thought paid by training, ceilings of reinforcement learning, teachers."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.ticker import PercentFormatter

from helpers import units
from pictures import style

SAMPLES = 10_000  # tries of each problem that were made
LARGEST = 12e9  # parameters of the model whose tries are the unit of a budget
LOOK = {  # colour, dash, width and mark of each model
    "Pythia 70M": (style.QUIET, ":", 2, "v"), "Pythia 160M": (style.ORANGE, "-", 3.5, "o"),
    "Pythia 410M": (style.ORANGE, "--", 2, "^"), "Pythia 1B": (style.GREEN, "-.", 2, "s"),
    "Pythia 2.8B": (style.BLUE, "-", 2, "P"), "Pythia 6.9B": (style.BLUE, (0, (1, 1)), 2, "<"),
    "Pythia 12B": (style.INK, (0, (8, 2)), 2, "X"),
}  # fmt: skip
CHECKS = ("a perfect checker", "no checker")
SEEN, START, NOISE = 1500.0, 0.3, 0.02  # GPU-hours where fits begin, rate before, noise to a side


def sizes(counts):
    """The parameters of each model in a table of coverage, smallest first."""
    return {row.model: row.params for row in sorted(counts, key=lambda row: row.params)}


def bins_of(bins, model):
    """(right, problems) of the bins of one model, hardest first: how often of 10,000, and how many."""
    own = [(row.mean_right, row.problems) for row in bins if row.model == model]
    return np.array(own).T


def in_words(value):
    """So many tries in words: 1.4, 12, 1,020."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def share(ax, axis="y"):
    """Percent on an axis."""
    getattr(ax, f"{axis}axis").set_major_formatter(PercentFormatter(1.0, decimals=0))


class Budget:
    """What each model solves when all may spend the same: coverage(right, problems, samples, k)."""

    SPENT = (1.0, 3000.0)

    def __init__(self, counts, bins, budgets, coverage):
        self.params, self.budgets = sizes(counts), budgets
        self.bins = {model: bins_of(bins, model) for model in self.params}
        self.coverage = coverage
        self.paper = np.geomspace(*self.SPENT, 40)
        self.lines = {m: [self.solved(m, b) for b in self.paper] for m in self.params}

    def tries(self, model, spent):
        """Tries that this model can pay for with so many of the largest one, at most those made."""
        return min(max(round(spent * LARGEST / self.params[model]), 1), SAMPLES)

    def solved(self, model, spent):
        """The share it solves with them."""
        return self.coverage(*self.bins[model], SAMPLES, self.tries(model, spent))

    def backdrop(self, ax):
        """A line for each model, dotted away where its counted tries are used up."""
        style.frame(
            ax,
            (1, 9000),
            (0, 1),
            "budget (tries of the 12B)",
            "problems solved at least once",
            x="{:,.0f}".format,
        )
        share(ax)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value <= 3000 else "")
        for model, line in self.lines.items():
            colour, dash, width, _ = LOOK[model]
            made = np.array([self.tries(model, b) < SAMPLES for b in self.paper])
            ax.plot(
                self.paper[made], np.array(line)[made], ls=dash, color=colour, lw=width, gid=model
            )
            ax.plot(self.paper[~made], np.array(line)[~made], ls=(0, (1, 4)), color=colour, lw=2)
        ends = {model: line[-1] for model, line in self.lines.items()}
        apart = _apart(ends, 0.045)
        for model, height in apart.items():
            ax.text(3600, height, model.removeprefix("Pythia "), color=style.WORDS.get(LOOK[model][0], LOOK[model][0]),
                    va="center", fontsize=12)  # fmt: skip

    def _dot(self, ax, model, spent, part):
        colour, _, _, mark = LOOK[model]
        ax.plot([spent], [part], mark, color=colour, ms=8, mec="white", gid=f"dot {model}")

    def foreground(self, ax, spent, checker):
        """Who wins at this budget, with a checker or without."""
        ax.axvline(spent, color=style.QUIET, ls="--", lw=1, gid="spent")
        if checker == CHECKS[1]:
            rates = {m: self.coverage(*self.bins[m], SAMPLES, 1) for m in self.params}
            for model, rate in rates.items():
                self._dot(ax, model, spent, rate)
            best = max(rates, key=rates.__getitem__)
            style.here(ax, spent, rates[best])
            style.note(ax, spent, rates[best], f"no checker: {best}, {units.percent(rates[best], 2)}",
                       dx=12 if spent < 100 else -12, dy=14)  # fmt: skip
            return (
                f"Without a checker nobody can tell which try is right, so more tries buy nothing: a single try of "
                f"{best} is right on {units.percent(rates[best], 2)} of the problems, the best of the seven."
            )
        solved = {m: self.solved(m, spent) for m in self.params}
        for model, part in solved.items():
            self._dot(ax, model, spent, part)
        order = sorted(solved, key=solved.__getitem__, reverse=True)
        first, second = order[:2]
        style.here(ax, spent, solved[first])
        words = f"◆ {first}: {self.tries(first, spent):,} tries"
        style.inside(ax, 0.02, 0.93, words, va="top", fontsize=14, color=style.WORDS[style.ORANGE])
        sure = {(row.budget, row.model): row.sure for row in self.budgets}
        told = next(
            (s for (b, m), s in sure.items() if abs(b / spent - 1) < 0.02 and m == first), None
        )
        often = (
            f" It is first in {units.percent(told, 2)} of the redraws of the problems."
            if told is not None
            else ""
        )
        largest = f"; the 12B solves {units.percent(solved['Pythia 12B'], 3)}"
        largest = "" if second == "Pythia 12B" else largest
        stopped = " (all that were made)" if self.tries(first, spent) == SAMPLES else ""
        return (
            f"For {in_words(spent)} {'try' if spent == 1 else 'tries'} of the 12B: best is {first} with "
            f"{self.tries(first, spent):,} tries{stopped}, {units.percent(solved[first], 3)} solved; then {second} with "
            f"{units.percent(solved[second], 3)}{largest}.{often}"
        )


def _apart(heights, least):
    """The same heights, moved up where two are nearer than this."""
    moved, last = {}, -1.0
    for name, height in sorted(heights.items(), key=lambda one: one[1]):
        moved[name] = last = max(height, last + least)
    return moved


class Hard:
    """Minus the log of coverage against tries: bent for one problem, nearly straight for their mean."""

    TRIES = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000])

    def __init__(self, counts, bins, coverage):
        self.counts, self.models, self.coverage = counts, list(sizes(counts)), coverage
        self.bins = {model: bins_of(bins, model) for model in self.models}

    def without(self, model, left_out):
        """(right, problems) without the hardest share."""
        right, problems = self.bins[model]
        gone = left_out * problems.sum()
        before = np.cumsum(problems) - problems
        kept = np.clip(problems - np.clip(gone - before, 0, None), 0, None)
        return right[kept > 0], kept[kept > 0]

    def backdrop(self, ax):
        """Single problems, which bend."""
        style.frame(
            ax,
            (1, 1e4),
            (0.003, 20),
            "tries k",
            "-ln(share solved)",
            x="{:,.0f}".format,
            y="{:g}".format,
        )
        tries = np.geomspace(1, 1e4, 200)
        for rate, place in ((0.1, 36), (0.01, 380), (0.001, 3800)):
            missed = -np.log(-np.expm1(tries * np.log1p(-rate)))
            ax.plot(tries, missed, "--", color=style.FAINT, lw=1.5)
            ax.text(
                place,
                0.009,
                f"one problem,\nright {units.percent(rate, 1)}",
                color=style.QUIET,
                fontsize=11,
                ha="right",
            )

    def foreground(self, ax, model, left_out):
        """The mean over the problems that are left, and how steep it is."""
        right, problems = self.without(model, left_out)
        solved = np.array([self.coverage(right, problems, SAMPLES, int(k)) for k in self.TRIES])
        with np.errstate(divide="ignore"):
            height = np.maximum(-np.log(np.minimum(solved, 1.0)), 1e-9)
        ax.plot(self.TRIES, height, "o-", color=style.BLUE, lw=2.5, ms=7, mec="white", gid="mean")
        slopes = [
            float(np.log(height[b] / height[a]) / np.log(self.TRIES[b] / self.TRIES[a]))
            for a, b in ((0, 6), (6, 12))
        ]
        style.note(
            ax,
            1.15,
            height[0],
            f"mean of {problems.sum():.0f} problems",
            dx=0,
            dy=10,
            colour=style.BLUE,
        )
        bent = (
            "nearly a straight line"
            if abs(slopes[1] / slopes[0] - 1) < 0.25
            else "bent: no power law"
        )
        first, last = (units.plain(-slope, 2) for slope in slopes)
        whose = "all problems" if not left_out else f"without the hardest {units.percent(left_out)}"
        return (
            f"{model}, {whose}: the line falls with the power {first} up to 100 tries and {last} from there on, {bent}. "
            f"10,000 tries solve {units.percent(solved[-1], 3)}."
        )


class Trade:
    """Training given up and paid in answers: decades_less(train_flops, think_flops, slope)."""

    TRAINED = 5.88e23  # FLOP: 70 billion parameters on 1.4 trillion tokens
    PARAMS = 70e9

    def __init__(self, think_flops, decades_less):
        self.think_flops, self.decades_less = think_flops, decades_less
        self.x = np.linspace(-2, 4, 121)

    def backdrop(self, ax):
        """The bill of training."""
        style.frame(
            ax,
            (-2, 4),
            (1e20, 1e28),
            "decades of training given up",
            "FLOP over the model's life",
            y=units.power,
        )
        ax.plot(self.x, self.TRAINED * 10**-self.x, "--", color=style.BLUE, lw=2.5)
        style.note(ax, 3, self.TRAINED * 10**-3, "training", dx=4, dy=4, colour=style.BLUE)
        ax.axvline(0, color=style.FAINT, lw=1)
        ax.text(0.05, 3e27, "as planned", color=style.QUIET, fontsize=11, bbox=style.GROUND)

    def foreground(self, ax, served, longer, slope):
        """The answers, the sum, and its least place."""
        think = self.think_flops(self.PARAMS, served, longer)
        answers = think * 10 ** (slope * self.x)
        total = self.TRAINED * 10**-self.x + answers
        ax.plot(self.x, answers, ":", color=style.GREEN, lw=2.5, gid="answers")
        ax.plot(self.x, total, color=style.INK, lw=3, gid="total")
        best = float(self.decades_less(self.TRAINED, think, slope))
        least = self.TRAINED * 10**-best + think * 10 ** (slope * best)
        style.here(ax, best, least)
        style.note(ax, best, least, "least in all", dx=0, dy=12, ha="center")
        place = min(np.searchsorted(answers, 1e21), 100)
        style.note(ax, self.x[place], answers[place], "answers", dx=8, dy=-6, colour=style.GREEN)
        planned = self.TRAINED + think
        way = "less" if best >= 0 else "more"
        worth = (
            "planned is best"
            if abs(best) < 0.02
            else f"{units.plain(10 ** abs(best), 2)} times {way} training is best"
        )
        return (
            f"Planned: {units.power(self.TRAINED)} FLOP of training and {units.power(think)} of answers. "
            f"{worth[0].upper()}{worth[1:]}: {units.power(least)} FLOP in all, {units.percent(least / planned, 2)} of the plan."
        )


def candidates():
    """S-curves that a run may follow: rows of (ceiling, exponent, middle, start)."""
    ceiling, exponent = np.arange(32, 101, 2) / 100, np.arange(0.8, 3.01, 0.25)
    grid = np.meshgrid(ceiling, exponent, np.geomspace(1e3, 3e5, 36), [START])
    return np.column_stack([np.ravel(part) for part in grid])


def _power_laws(compute, observed):
    """Curves ceiling - (ceiling - first) (SEEN / compute)^b: (parameters, rates on the paper)."""
    ceiling, b, first = (np.ravel(part) for part in np.meshgrid(
        np.arange(0.32, 1.001, 0.02), np.geomspace(0.05, 2, 24), observed + np.linspace(-NOISE, NOISE, 9)))  # fmt: skip
    return ceiling, ceiling[:, None] - (ceiling - first)[:, None] * (SEEN / compute) ** b[:, None]


class Window:
    """What the observed part of two runs leaves open: every curve within the noise."""

    RUNS: ClassVar = {"batch 2048": (style.BLUE, "-"), "batch 512": (style.ORANGE, "--")}
    FORMS = ("S-curves", "power laws, too")

    def __init__(self, runs, pass_rate):
        self.runs = {run: next(row for row in runs if row.run == run) for run in self.RUNS}
        self.pass_rate, self.paper = pass_rate, np.geomspace(SEEN, 1e6, 90)
        self.ceilings, exponent, middle, _ = candidates().T
        columns = {"ceiling": self.ceilings, "exponent": exponent, "middle": middle}
        self.curves = SimpleNamespace(**{name: part[:, None] for name, part in columns.items()})
        self.drawn = pass_rate(self.paper, self.curves, START)

    def rate(self, run, compute):
        """What this run reaches."""
        return self.pass_rate(compute, self.runs[run], START)

    def backdrop(self, ax):
        """The paper, and where each curve is half way."""
        style.frame(
            ax,
            (SEEN, 1e6),
            (0.28, 1.0),
            "GPU-hours of reinforcement learning",
            "pass rate",
            x=units.short,
        )
        for run, (colour, dash) in self.RUNS.items():
            middle = self.runs[run].middle
            ax.plot([middle] * 2, [0.28, 0.33], dash, color=colour, lw=2)
            style.note(ax, middle, 0.28, "half way", dx=4, dy=3, colour=colour, fontsize=11)

    def foreground(self, ax, end, form):
        """What was seen, and every curve that is as near to it as the noise."""
        seen = np.geomspace(SEEN, end, 14)
        at, told = self.pass_rate(seen, self.curves, START), {}
        for run, (colour, dash) in self.RUNS.items():
            rates = self.rate(run, seen)
            fit = (np.abs(at - rates) <= NOISE).all(axis=1)
            inside, ends = self.drawn[fit], self.ceilings[fit]
            if form == self.FORMS[1]:
                top, others = _power_laws(self.paper, rates[0])
                near = (np.abs(_power_laws(seen, rates[0])[1] - rates) <= NOISE).all(axis=1)
                inside = np.concatenate([inside, others[near]])
                ends = np.concatenate([ends, top[near]])
            beyond = self.paper >= end * 0.999
            ax.fill_between(self.paper[beyond], inside.min(0)[beyond], inside.max(0)[beyond],
                            facecolor=to_rgba(colour, 0.2), edgecolor=to_rgba(colour, 0.6), lw=1,
                            hatch="//" if dash == "--" else None, gid=f"fan {run}")  # fmt: skip
            ax.plot(seen, rates, dash, color=colour, lw=3, gid=f"seen {run}")
            ax.plot(seen, rates, "s" if dash == "--" else "o", color=colour, ms=6, mec="white")
            told[run] = (ends.min(), ends.max())
        ax.axvline(end, color=style.QUIET, ls="--", lw=1, gid="here")
        first = max(self.RUNS, key=lambda run: self.rate(run, end))
        for place, (run, (low, high)) in zip((0.95, 0.86), told.items()):
            colour = style.WORDS.get(self.RUNS[run][0], self.RUNS[run][0])
            words = f"{run}: ceiling {low:.2f} to {high:.2f}"
            style.inside(
                ax, 0.98, place, words, ha="right", va="top", color=colour, bbox=style.GROUND
            )
        rates = ", ".join(f"{run} at {self.rate(run, end):.3f}" for run in self.RUNS)
        spans = "; ".join(f"of {run} {low:.2f} to {high:.2f}" for run, (low, high) in told.items())
        kinds = "S-curves" if form == self.FORMS[0] else "S-curves and power laws"
        return (
            f"Seen up to {units.spoken(end)} GPU-hours: {rates}, so {first} leads. {kinds} within {NOISE} of what was seen "
            f"have ceilings {spans}."
        )


class Teacher:
    """Loss of a student against the loss of its teacher: a U around what it learns alone."""

    STUDENTS: ClassVar = {"198 million": 198e6, "546 million": 546e6}

    def __init__(self, taught_loss):
        self.taught_loss = taught_loss
        self.teachers = np.linspace(1.75, 2.7, 191)

    def backdrop(self, ax):
        """The paper; grey where no teacher of the study has been."""
        ax.set(xlim=(1.75, 2.7), ylim=(2.15, 2.8), xlabel="loss of the teacher (nats per token)")
        ax.set_ylabel("loss of the student (nats per token)")
        ax.axvspan(1.75, 1.9, color="#f4f4f4", zorder=0)
        ax.text(
            1.76,
            2.785,
            "better than\nany teacher\nof the study",
            color=style.QUIET,
            fontsize=10,
            va="top",
        )
        ax.plot(self.teachers, self.teachers, ":", color=style.FAINT, lw=1.5)
        ax.text(2.24, 2.165, "as bad as the teacher", color=style.QUIET, fontsize=11)

    def foreground(self, ax, teacher, tokens, params):
        """This student with every teacher, and without one."""
        curve = self.taught_loss(params, tokens, self.teachers)
        alone, taught = (
            self.taught_loss(params, tokens),
            float(self.taught_loss(params, tokens, teacher)),
        )
        ax.plot(self.teachers, curve, color=style.BLUE, lw=3, gid="taught")
        ax.axhline(alone, color=style.ORANGE, ls="--", lw=2, gid="alone")
        place = 2.69 if curve[-1] - alone > 0.1 else 2.3  # where the curve is far away
        style.note(ax, place, alone, f"alone: {alone:.3f}", dx=-4, dy=6, colour=style.ORANGE)
        style.here(ax, teacher, taught)
        side = {"dx": -10, "dy": 8} if teacher > 2.24 else {"dx": 8, "dy": -12}
        style.note(ax, teacher, taught, f"{taught:.3f}", **side)
        inside = self.teachers >= 1.9
        best = float(self.teachers[inside][np.argmin(curve[inside])])
        gain = alone - float(curve[inside].min())
        verdict = (
            f"{abs(alone - taught):.3f} nats {'better' if taught < alone else 'worse'} than alone"
        )
        if abs(alone - taught) < 5e-4:
            verdict = "the same as alone"
        return (
            f"A student of {units.spoken(params, 3)} parameters on {units.spoken(tokens, 3)} tokens, taught by a teacher with a "
            f"loss of {teacher:.2f}: {taught:.3f}, {verdict}. Most helpful teacher of the study: {best:.2f}, which gains {gain:.3f}."
        )


class Sharpen:
    """A toy: tries made surer and some problems lost, on the counts of the 12B; pass@k before and after."""

    def __init__(self, bins, coverage):
        self.right, self.problems = bins_of(bins, "Pythia 12B")
        self.coverage = coverage
        self.tries = np.unique(np.geomspace(1, SAMPLES, 60).round())
        self.before = np.array(
            [coverage(self.right, self.problems, SAMPLES, int(k)) for k in self.tries]
        )

    def after(self, sharper, lost):
        """pass@k when every rate p becomes p^(1/sharper) and the hardest of the solved ones are lost."""
        rate = (self.right / SAMPLES) ** (1 / sharper)
        solved = self.right > 0
        before = np.cumsum(self.problems * solved) - self.problems * solved
        gone = np.clip(lost * (self.problems * solved).sum() - before, 0, self.problems) * solved
        weight = self.problems - gone
        left = weight.sum() / self.problems.sum()
        solved = [self.coverage(rate * SAMPLES, weight, SAMPLES, int(k)) for k in self.tries]
        return left * np.array(solved)

    def backdrop(self, ax):
        """Before: the counts."""
        style.frame(
            ax, (1, SAMPLES), (0, 1), "tries k", "problems solved at least once", x="{:,.0f}".format
        )
        share(ax)
        ax.plot(self.tries, self.before, "--", color=style.QUIET, lw=2.5, gid="before")
        style.note(ax, 20, 0.2, "before (counted)", dx=0, dy=-16, colour=style.QUIET)

    def foreground(self, ax, sharper, lost):
        """After, and where the two cross."""
        after = self.after(sharper, lost)
        ax.plot(self.tries, after, color=style.BLUE, lw=3, gid="after")
        style.note(
            ax,
            6,
            after[np.searchsorted(self.tries, 6)],
            "after (toy)",
            dx=-8,
            dy=6,
            colour=style.BLUE,
        )
        behind = self.before > after + 1e-3
        same = np.abs(after - self.before).max() < 1e-3
        words = "Nothing has changed." if same else "The old model is ahead nowhere."
        if behind.any():
            k = self.tries[np.argmax(behind)]
            ax.axvline(k, color=style.ORANGE, ls="--", lw=1.5, gid="crossing")
            words = f"The old model is ahead again from {k:,.0f} tries on."
        return (
            f"pass@1 goes from {units.percent(self.before[0], 2)} to {units.percent(after[0], 2)}, pass@10,000 from "
            f"{units.percent(self.before[-1], 3)} to {units.percent(after[-1], 3)}. {words}"
        )


class Vote:
    """A toy: 2,000 problems, many tries each, and three ways to choose one answer."""

    def __init__(self, voted, seed=0):
        self.voted = voted
        rng = np.random.default_rng(seed)
        self.rates = rng.beta(0.6, 0.9, 2000)
        self.tries = np.unique(np.geomspace(1, 1000, 25).round()).astype(int)
        self.covered = [float(np.mean(1 - (1 - self.rates) ** n)) for n in self.tries]

    def backdrop(self, ax):
        """What a perfect checker would find, and a single try."""
        style.frame(
            ax, (1, 1000), (0.25, 1.02), "tries", "problems answered rightly", x="{:,.0f}".format
        )
        share(ax)
        ax.plot(self.tries, self.covered, "--", color=style.QUIET, lw=2.5)
        style.note(
            ax,
            30,
            self.covered[np.searchsorted(self.tries, 30)],
            "a perfect checker",
            dx=-6,
            dy=8,
            colour=style.QUIET,
        )
        ax.axhline(self.covered[0], color=style.FAINT, ls=":", lw=2)
        style.note(ax, 1.1, self.covered[0], "a single try", dx=0, dy=-6, colour=style.QUIET)

    def foreground(self, ax, tries, alike):
        """The vote, when this share of the wrong answers is the same one."""
        line = [self.voted(self.rates, int(n), alike) for n in self.tries]
        ax.plot(self.tries, line, color=style.BLUE, lw=3, gid="vote")
        here, covered = (
            self.voted(self.rates, int(tries), alike),
            float(np.mean(1 - (1 - self.rates) ** tries)),
        )
        style.here(ax, tries, here)
        style.note(
            ax,
            tries,
            here,
            f"vote: {units.percent(here, 3)}",
            dx=10 if tries < 100 else -10,
            dy=-28 if tries < 4 and here < 0.43 else -12,
            colour=style.BLUE,
        )
        limit = float(np.mean(self.rates > (1 - self.rates) * alike))
        return (
            f"{tries:,.0f} {'try' if tries == 1 else 'tries'}: a vote is right on {units.percent(here, 3)} of the problems, "
            f"a perfect checker finds {units.percent(covered, 3)}, a single try {units.percent(self.covered[0], 3)}. "
            f"However many tries, the vote ends at {units.percent(limit, 3)}."
        )
