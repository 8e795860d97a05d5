"""Chapter 03: what a smaller model costs at equal loss, in theory and in our own runs."""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from helpers import cost, fits, units
from helpers.draw import own, style


def band(values, axis=None):
    """The 10th and the 90th percentile."""
    return np.percentile(values, [10, 90], axis=axis)


def ends(values, say=units.spoken):
    """The ends of the band in words."""
    return " to ".join(say(end) for end in band(values))


def percent(value):
    """A share in words."""
    return f"{100 * value:.0f} %"


def legend(ax, *lines, loc="upper right", ncol=1):
    """Name what the foreground will draw, once: (format, colour, words) for each."""
    for line, colour, words in lines:
        ax.plot([], [], line, color=colour, lw=2.5, ms=8, mec="white", label=words)
    ax.legend(loc=loc, ncol=ncol, fontsize=12, frameon=False)


def multiples(axis, ticks):
    """These ticks alone on a log axis."""
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


class EqualLoss:
    """Training compute against size when the loss stays the same, both in units of the best model's."""

    ROOM, SHARES = (0.9, 20.0), (0.08, 4)
    TICKS: tuple[float, ...] = (1, 1.25, 2, 3, 5, 10, 20)
    WORDS = "training compute (best = 1)"

    def __init__(self, law, draws, other=None):
        self.law, self.draws, self.other, self.wall = law, draws, other, cost.smallest_share(law)
        close = self.wall * (1 + np.geomspace(1e-4, 0.3, 60))  # where the curve is steep
        self.shares = np.sort([*np.geomspace(0.08, 4, 120), *close])

    def curve(self, law, shares, served=0.0):
        """Training and serving compute at these shares in units of the best model's, inf where impossible.

        served is in units of three times the best model's training tokens.
        """
        training = np.ma.filled(cost.compute_at_equal_loss(law, shares), np.inf)
        return (training + shares * served) / (1.0 + served)

    def backdrop(self, ax):
        """The laws, the band of the refits, and where no number of tokens is enough."""
        ax.set(xscale="log", yscale="log", xlim=self.SHARES, ylim=self.ROOM)
        ax.set(xlabel="size (best for this loss = 1)", ylabel=self.WORDS)
        multiples(ax.xaxis, (0.1, 0.15, 0.25, 0.5, 0.75, 1, 2, 4))
        multiples(ax.yaxis, self.TICKS)
        spread = [band(np.minimum(self.curve(self.draws, share), 1e3)) for share in self.shares]
        ax.fill_between(self.shares, *np.transpose(spread), color=style.GREEN, alpha=0.25, lw=0)
        refit = self.curve(self.law, self.shares)
        dash = "-" if self.other else "--"  # the solid line is the one that moves
        ax.plot(self.shares, refit, dash, color=style.GREEN, lw=2.5, label="training alone, refit")
        ax.axvspan(self.SHARES[0], self.wall, color="#f4f4f4", zorder=0)
        words = "no number\nof tokens\nis enough"
        ax.text(0.083, self.ROOM[0] * 1.15, words, color=style.QUIET, fontsize=10)
        if self.other:
            curve = self.curve(self.other, self.shares)
            ax.plot(self.shares, curve, "--", color=style.BLUE, lw=2.5, label="Hoffmann, unrounded")
        else:
            ax.plot([], [], color=style.BLUE, lw=3, label="training and serving")
            ax.plot([], [], "o", color=style.QUIET, ms=9, label="compute-optimal")
        ax.legend(loc="upper right", fontsize=12, frameon=False)

    def foreground(self, ax, share):
        """A model of this share of the best size."""
        ax.axvline(share, ymax=0.82, color=style.QUIET, lw=1, ls="--")  # the legend is above
        marks, said = ((self.other, "o", style.BLUE, 13), (self.law, "D", style.GREEN, 8)), []
        for law, mark, colour, ms in marks:
            factor = float(self.curve(law, np.array([share]))[0])
            words = f"{units.plain(factor, 3)} times" if factor < 1e3 else "over 1,000 times"
            said.append(words if np.isfinite(factor) else "no compute is enough")
            if factor <= self.ROOM[1]:
                ax.plot([share], [factor], mark, color=colour, ms=ms, mec="white")
        many = self.curve(self.draws, share)
        never = 1 - np.isfinite(many).mean()
        spread = f"no compute is enough for {percent(never)} of the refits"
        if not never:
            spread = f"four refits out of five: {ends(many, lambda x: units.plain(x, 3))}"
        return (
            f"{percent(share)} of the best size at the same loss, training compute: {said[1]} by the refit ({spread}), "
            f"{said[0]} by Hoffmann's constants."
        )


class Lifetime(EqualLoss):
    """Training and serving together against size when the loss stays the same."""

    ROOM, SHARES, TICKS = (0.09, 10.0), (0.08, 2), (0.2, 0.5, 1, 2, 5, 10)
    WORDS = "compute (compute-optimal = 1)"

    def plan(self, law, params, served):
        """(params, tokens, share of its life's FLOP saved), as good as the compute-optimal model of params."""
        tokens = law.optimal_tokens(params)
        size, longer = cost.best_for_lifetime(law, law.loss(params, tokens), served)
        life = cost.lifetime_flops(size, longer, served)
        return size, longer, 1 - life / cost.lifetime_flops(params, tokens, served)

    def foreground(self, ax, params, served):
        """The valley for this demand, and its lowest point."""
        size, tokens, saved = self.plan(self.law, params, served)
        own_tokens = self.law.optimal_tokens(params)
        valley = self.curve(self.law, self.shares, served / 3 / own_tokens)
        ax.plot(self.shares, valley, color=style.BLUE, lw=3)
        ax.plot([1], [1], "o", color=style.QUIET, ms=9)
        ax.plot([size / params], [1 - saved], "D", color=style.ORANGE, ms=12, mec="white")
        words = f"{units.short(size, 2)} on {units.short(tokens, 2)} tokens"
        side = 12 if size < 0.6 * params else -12
        style.note(ax, size / params, 1 - saved, words, dx=side, dy=-10, fontsize=13)
        sizes, _, savings = self.plan(self.draws, params, served)
        return (
            f"As good as a compute-optimal {units.spoken(params)} (on {units.spoken(own_tokens)} tokens), and "
            f"{units.spoken(served)} tokens served: best {units.spoken(size)} on {units.spoken(tokens)}, "
            f"{units.plain(tokens / size)} for each; saves {percent(saved)} of the FLOP of its life (four refits "
            f"out of five: {ends(sizes)} parameters, {ends(savings, percent)})."
        )


class OwnEqualLoss:
    """Compute that our own runs of each size need for one loss: measured, and by the law fitted to them."""

    def __init__(self, runs, draws=200):
        self.runs = own.grid(runs)
        self.sizes = np.array(sorted({run.params for run in self.runs}))
        of_size = [[run for run in self.runs if run.params == size] for size in self.sizes]
        self.tracks = [np.transpose([(run.budget, run.loss) for run in some]) for some in of_size]
        self.per_byte = np.array([some[0].flops / some[0].tokens for some in of_size])
        self.fit = fits.fit_chinchilla(*zip(*((r.params, r.tokens, r.loss) for r in self.runs)))
        self.draws = fits.bootstrap(self.fit, draws).law

    def measured(self, loss):
        """FLOP at which each size reaches this loss, between two of its runs; nan where no two straddle it."""
        found = np.full(len(self.sizes), np.nan)
        for k, (budgets, losses) in enumerate(self.tracks):
            if losses[-1] <= loss <= losses[0]:
                found[k] = np.exp(np.interp(-loss, -losses, np.log(budgets)))
        return found

    def by_law(self, law, loss):
        """The same by a law or by draws of it; inf where no number of bytes is enough."""
        gap = loss - law.E - law.A / self.sizes[:, None] ** law.alpha
        tokens = (law.B / np.where(gap > 0, gap, np.nan)) ** (1 / law.beta)
        return np.nan_to_num(tokens * self.per_byte[:, None], nan=np.inf)

    def backdrop(self, ax):
        """Axes of size and compute."""
        ax.set(xscale="log", yscale="log", xlim=(5e2, 6e6), ylim=(1e10, 1e15))
        ax.set(xlabel="model size N (parameters)", ylabel="compute for this loss (FLOP)")
        style.counted(ax.xaxis)
        law, runs = (
            ("--", style.GREEN, "law fitted to all our runs"),
            ("o-", style.BLUE, "between two of our runs"),
        )
        legend(ax, law, runs, ("^", style.ORANGE, "not reached with this"), loc="lower right")

    def foreground(self, ax, loss):
        """The measured points, the law and its band, for one loss in nats per byte."""
        runs, law = self.measured(loss), self.by_law(self.fit.law, loss)[:, 0]
        low, high = np.clip(
            band(np.minimum(self.by_law(self.draws, loss), 1e30), axis=1), 1e9, 1e17
        )
        ax.fill_between(self.sizes, low, high, color=style.GREEN, alpha=0.25, lw=0)
        fitted = np.minimum(law, 1e17)
        ax.plot(
            self.sizes, fitted, "--", color=style.GREEN, lw=2.5, label="law fitted to all our runs"
        )
        ax.plot(self.sizes, runs, "o-", color=style.BLUE, ms=8)
        missed = [(n, t[0][-1]) for n, t in zip(self.sizes, self.tracks) if t[1][-1] > loss]
        best = int(np.nanargmin(runs))
        small = [(n, budget) for n, budget in missed if n < self.sizes[best]]
        if missed:
            ax.plot(*zip(*missed), "^", color=style.ORANGE, mec="white", ms=9)
        ax.plot([self.sizes[best]], [runs[best]], "D", color=style.ORANGE, ms=11, mec="white")
        first = int(np.flatnonzero(np.isfinite(runs))[0])
        said = (
            f"Loss {loss:.2f} nats per byte: cheapest with {units.short(self.sizes[best])} parameters, "
            f"{units.power(runs[best])} FLOP. The smallest that reached it, {units.short(self.sizes[first])} "
            f"({percent(self.sizes[first] / self.sizes[best])} of that), took {units.plain(runs[first] / runs[best])} times as many."
        )
        if small:
            said += f" {units.short(small[-1][0])} did not reach it with {units.power(small[-1][1], 1)} FLOP."
        return said
