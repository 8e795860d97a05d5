"""Chapter 05, what stretches the limits: text read again, examples left out, better methods."""

import numpy as np
from matplotlib.ticker import FixedLocator

from helpers import fits, laws, units
from helpers.draw import own, style


class Repeats:
    """Our own runs on one part in 2, 4 ... 32 of the text, and what the published law says."""

    def __init__(self, runs, curves):
        self.runs = {run.unique: run for run in runs if run.kind == "repeated"}
        some = next(iter(self.runs.values()))
        self.runs[1] = next(r for r in own.grid(runs) if (r.budget, r.d_model) == (some.budget, some.d_model))  # fmt: skip
        self.trained = {part: curves[run.run][-1, 1] for part, run in self.runs.items()}
        columns = zip(*((r.params, r.tokens, r.loss) for r in own.grid(runs)))
        self.law, self.fresh = fits.fit_chinchilla(*columns).law, self.runs[1]
        self.passes = np.geomspace(1.5, 45, 60)
        self.noise = own.seed_spread(runs) * np.sqrt(2)  # of a difference between two runs

    def said(self, passes, R_D):
        """Loss by the published law for tokens read again, from our fresh run and our data term."""
        paper = laws.DataConstrained(laws.MUENNIGHOFF, R_D, laws.DATA_CONSTRAINED.R_N, "a try")
        share = paper.effective_tokens(1.0 / np.asarray(passes), passes)
        return self.with_tokens(share)

    def with_tokens(self, share):
        """Loss on this share of the fresh run's text, read once, by our data term."""
        term = self.law.B / self.fresh.tokens**self.law.beta
        return self.fresh.loss + term * (np.asarray(share) ** -self.law.beta - 1.0)

    def backdrop(self, ax):
        """What reading again cost our runs, give or take two deviations between seeds."""
        style.paper(ax, (0.9 * 2, 45), (0.002, 6), (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
                    "times each byte was read (log scale)", "loss above fresh text (nats per byte)",
                    say=lambda value, _: f"{value:,.0f}")  # fmt: skip
        ax.xaxis.set_major_locator(FixedLocator([2, 4, 8, 16, 32]))
        parts = sorted(self.runs)[1:]
        costs = np.array([self.cost(part) for part in parts])
        ax.errorbar(parts, costs, [np.minimum(2 * self.noise, costs - 1e-3), [2 * self.noise] * len(costs)],
                    fmt="o", color=style.BLUE, ms=9, capsize=4, label="our runs, held-out text")  # fmt: skip
        once = self.with_tokens(1 / self.passes) - self.fresh.loss
        dotted = {"color": style.QUIET, "lw": 2, "label": "as if each byte had been read once"}
        ax.plot(self.passes, once, ":", **dotted)
        ax.plot([], [], color=style.ORANGE, lw=2, label="the law with this R_D (published: 15.4)")
        ax.legend(loc="upper left", fontsize=12, frameon=False)

    def cost(self, part):
        """Nats by which the run on one part in so many of the text is worse than on fresh text."""
        return self.runs[part].loss - self.fresh.loss

    def foreground(self, ax, parts, R_D):
        """The law with this R_D, and one of the runs."""
        run, cost = self.runs[parts], self.cost(parts)
        ax.plot(
            self.passes, self.said(self.passes, R_D) - self.fresh.loss, color=style.ORANGE, lw=2
        )
        bet = float(self.said(run.tokens / run.unique_tokens, R_D)) - self.fresh.loss
        ax.plot([parts], [cost], "o", color=style.BLUE, ms=14, mec=style.INK)
        ax.plot([parts], [bet], "D", color=style.ORANGE, ms=10, mec="white")
        return (
            f"{units.spoken(run.unique_tokens)} bytes read {parts} times: {cost:.3f} nats above fresh text (give "
            f"or take {2 * self.noise:.2f}), where the law with R_D = {R_D:.3g} says {bet:.3f}. Loss on held-out "
            f"text {run.loss:.2f}, on what it read {self.trained[parts]:.2f} in the last part of the run. Parameters for each "
            f"different byte: {run.params / run.unique_tokens:.1f}."
        )


SHARES = {"half": 0.5, "a fifth": 0.2, "a tenth": 0.1}  # of a pool that is kept


def student(inputs, labels, ridge=1e-3, steps=12):
    """Weights that tell the labels +1 and -1 apart with a wide margin (logistic loss, Newton's method)."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(np.minimum(labels * (inputs @ weights), 50)))
        slope = ridge * weights - inputs.T @ (labels * p)
        bend = (inputs.T * (p * (1 - p))) @ inputs + ridge * np.eye(len(weights))
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def student_error(kept, share, which, seed, weights=40):
    """Share of new examples that a student gets wrong after it learned from kept x weights examples.

    They are the hardest or easiest share of a pool that a teacher labels; an example is hard where
    the teacher itself is nearly undecided.
    """
    count = round(kept * weights)
    pool = np.random.default_rng(seed).normal(size=(round(count / share), weights))
    order = np.argsort(np.abs(pool[:, 0]))  # the teacher looks at the first number only
    chosen = pool[order[:count] if which == "hardest" else order[-count:]]
    learned = student(chosen, np.sign(chosen[:, 0]))
    return float(np.arccos(learned[0] / np.linalg.norm(learned)) / np.pi)


class Pruned:
    """The error of a student on all, the hardest and the easiest examples of a pool."""

    KEPT = (0.5, 1, 1.5, 2, 3, 4, 6, 8)

    def __init__(self, seeds=4):
        self.errors = {
            (share, which): np.array([[student_error(kept, share, which, seed) for kept in self.KEPT]
                                      for seed in range(seeds)])
            for share, which in [(1.0, "hardest"), *((share, which) for share in SHARES.values()
                                                     for which in ("hardest", "easiest"))]
        }  # fmt: skip

    def backdrop(self, ax):
        """Log-log paper with the student that leaves nothing out."""
        style.paper(ax, (0.45, 9), (0.004, 0.7), (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
                    "examples kept, for each weight of the student", "share of new examples it gets wrong")  # fmt: skip
        ax.xaxis.set_major_locator(FixedLocator(self.KEPT))
        ax.xaxis.set_major_formatter("{x:g}")
        self.draw(ax, 1.0, "hardest", style.QUIET, "o--", "as they come")
        ax.axhline(0.5, color=style.QUIET, ls=":", lw=1)
        style.note(ax, 9, 0.5, "guessing", dx=-4, dy=3, colour=style.QUIET)

    def draw(self, ax, share, which, colour, mark, label):
        """One line, with the spread over the seeds."""
        errors = self.errors[share, which]
        middle = errors.mean(axis=0)
        ax.fill_between(
            self.KEPT, errors.min(axis=0), errors.max(axis=0), color=colour, alpha=0.15, lw=0
        )
        ax.plot(self.KEPT, middle, mark, color=colour, lw=2, ms=7, label=label)
        return middle

    def foreground(self, ax, share, kept):
        """The hardest and the easiest of a pool, and their errors at one number of examples."""
        place = self.KEPT.index(kept)
        part = SHARES[share]
        hard = self.draw(
            ax, part, "hardest", style.ORANGE, "D-", f"the hardest of {1 / part:g} times as many"
        )[place]
        easy = self.draw(
            ax, part, "easiest", style.BLUE, "s-", f"the easiest of {1 / part:g} times as many"
        )[place]
        ax.axvline(kept, color=style.QUIET, ls="--", lw=1.2, zorder=0)
        ax.legend(loc="lower left", fontsize=12, frameon=False)
        plain = self.errors[1.0, "hardest"].mean(axis=0)[place]
        return (
            f"{kept:g} examples kept for each weight, {share} of the pool: {plain:.1%} wrong with examples as "
            f"they come, {hard:.1%} with the hardest, {easy:.1%} with the easiest. "
            f"Best kept: the {'hardest' if hard < min(easy, plain) else 'easiest' if easy < plain else 'lot'}."
        )


class Moves:
    """What years of more money and of better methods make of the loss of 2024."""

    HO = (5, 14)  # months in which the compute for the same loss halves: 95 %, Ho et al. 2024

    def __init__(self, law, flops=3.8e25):
        self.law, self.flops, self.time = law, flops, np.linspace(0, 10, 41)

    def effective(self, years, months, money):
        """Compute of 2024 that would do as much; money is its growth a year, as a factor."""
        return self.flops * money**years * 2 ** (12 * years / months)

    def backdrop(self, ax):
        """Ten years, and the loss that none of it gets below."""
        start = self.law.optimal_loss(self.flops)
        ax.set(xlim=(0, 10), ylim=(self.law.E - 0.012, start + 0.016))
        ax.set(xlabel="years after 2024", ylabel="loss L by the law (nats per token)")
        ax.axhline(self.law.E, color=style.QUIET, ls="--", lw=1.5)
        style.note(ax, 0.1, self.law.E, f"irreducible loss E = {self.law.E:.2f}", dx=0, dy=-4,
                   ha="left", va="top", colour=style.QUIET)  # fmt: skip

    def foreground(self, ax, years, months, money):
        """More compute alone, and with methods that halve it every so many months."""
        alone = self.law.optimal_loss(self.flops * money**self.time)
        both = self.law.optimal_loss(self.effective(self.time, months, money))
        band = [self.law.optimal_loss(self.effective(self.time, end, money)) for end in self.HO]
        ax.fill_between(self.time, *band, color=style.GREEN, alpha=0.2, lw=0)
        ax.plot(self.time, alone, "--", color=style.BLUE, lw=2, label="more compute alone")
        ax.plot(
            self.time, both, color=style.GREEN, lw=2.5, label="and better methods (5 to 14 months)"
        )
        total = self.effective(years, months, money)
        loss = self.law.optimal_loss(total)
        ax.plot([years], [loss], "D", color=style.GREEN, ms=11, mec="white")
        ax.legend(loc="upper right", fontsize=12, frameon=False)
        left = (loss - self.law.E) / (self.law.optimal_loss(self.flops) - self.law.E)
        return (
            f"After {years:g} years: {units.spoken(money**years)} times the compute, and each FLOP does the work "
            f"of {units.spoken(2 ** (12 * years / months))}, together {units.power(total, 2)} FLOP of 2024. The law "
            f"then says {loss:.3f}: {units.plain(100 * left)}% of the reducible loss of 2024 is left."
        )
