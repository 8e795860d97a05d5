"""Pictures of chapter 05: diminishing returns, text, energy and money, and what stretches a limit."""

from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import FixedLocator

from helpers import fits, guard, laws, units
from pictures import style

GRID, POWER_PRICE = 0.385, 0.08  # taken as given: kg CO2 a kWh, dollars a kWh
STARTS = ("Llama 3", "Qwen3", "DeepSeek-V4")
NOW = "2026-11"  # what the course knows
PLACES = {"GPT-3 175B": -8, "LLaMA-65B": 8, "Llama 3.1 405B": -8, "DeepSeek-V3": 8, "PaLM 540B": -8}
BILLS = {"energy": ("electricity (MWh)", (3, 3e7)), "dollars": ("dollars", (3e4, 3e10))}


def co2_tonnes(mwh, kg_per_kwh=0.385):
    """Tonnes of CO2 of this electricity on a grid of so many kg a kWh (0.385: Touvron et al. 2023).

    >>> round(co2_tonnes(449))
    173
    """
    return guard.plain(
        guard.positive("mwh", mwh, zero=True) * guard.positive("kg_per_kwh", kg_per_kwh, zero=True)
    )


def energy_mwh(hours, watts, pue=1.1):
    """Electricity in MWh of accelerators at steady watts; the building takes pue times as much.

    Source: Touvron et al. 2023 (arXiv 2302.13971), Table 15, which takes a PUE of 1.1.

    >>> round(energy_mwh(1_022_362, 400))
    450
    """
    overhead = guard.positive("pue", pue)
    guard.refuse("pue", overhead, overhead < 1, "at least 1")
    return guard.plain(
        guard.positive("hours", hours, zero=True) * guard.positive("watts", watts) * overhead / 1e6
    )


@dataclass(frozen=True)
class DataConstrained:
    """A Chinchilla law in which repeated tokens and excess parameters count for less and less."""

    law: laws.Chinchilla
    R_D: float  # repetitions after which a repeated token has lost most of its worth
    R_N: float  # the same for parameters beyond the best size for the unique tokens
    source: str

    def effective_tokens(self, unique_tokens, epochs):
        """Unique tokens that would teach as much as unique_tokens seen for some epochs.

        >>> [round(DATA_CONSTRAINED.effective_tokens(1, n) / n, 3) for n in (2, 4, 8, 16, 40, 100)]
        [0.984, 0.931, 0.828, 0.661, 0.379, 0.164]
        """
        unique = guard.positive("unique_tokens", unique_tokens)
        return guard.plain(unique * self._worth(guard.positive("epochs", epochs), self.R_D))

    def effective_params(self, params, unique_tokens):
        """Parameters that count, given that the unique tokens can only teach so many."""
        best = self.law.optimal_params(unique_tokens)
        return guard.plain(best * self._worth(guard.positive("params", params) / best, self.R_N))

    @staticmethod
    def _worth(times, R):
        """What so many times are worth: the first in full, the others less and less."""
        return np.minimum(times, 1.0) - R * np.expm1(-np.maximum(times - 1.0, 0.0) / R)

    def loss(self, params, unique_tokens, epochs=1.0):
        """Loss of a model trained for some epochs on unique_tokens.

        >>> fresh, four = DATA_CONSTRAINED.law.loss(1e9, 1e11), DATA_CONSTRAINED.loss(1e9, 2.5e10, 4)
        >>> round(four - fresh, 3)
        0.005
        """
        size = self.effective_params(params, unique_tokens)
        return self.law.loss(size, self.effective_tokens(unique_tokens, epochs))


DATA_CONSTRAINED = DataConstrained(
    laws.MUENNIGHOFF, 15.387756, 5.309743, "Muennighoff et al. 2023, Eq 5-6, 16-17"
)


def legend(ax, **place):
    """What the lines are, in words of their colour."""
    marks, words = ax.get_legend_handles_labels()
    colours = [(mark[0] if isinstance(mark, tuple) else mark).get_color() for mark in marks]
    told = [style.WORDS.get(colour, colour) for colour in colours]
    ax.legend(marks, words, fontsize=12, frameon=False, labelcolor=told, **place)


def spoken_share(share, of="", times=""):
    """A share in percent, or how many times the whole."""
    return f"{units.percent(share, 2)}{of}" if share < 2 else f"{units.plain(share)} times{times}"


class Returns:
    """The best loss at every compute, and what some factor of it buys: gain(law, flops, times) nats."""

    def __init__(self, law, draws, gain):
        self.law, self.draws, self.gain = law, draws, gain
        self.flops = np.logspace(19, 29, 61)

    def backdrop(self, ax):
        """The law, its refits, and the loss that no compute gets below."""
        ax.set(xscale="log", xlim=(1e19, 1e29), ylim=(1.7, 3.0))
        ax.set(xlabel="compute C, best split (FLOP)", ylabel="loss L (nats per token)")
        style.counted(ax.xaxis, units.power)
        style.beyond(ax, 1e22, 1e29, 1.705, "beyond the runs of the fit")
        style.band(ax, self.flops, self.draws.optimal_loss(self.flops[:, None]), style.BLUE)
        ax.plot(self.flops, self.law.optimal_loss(self.flops), color=style.BLUE, lw=2.5)
        ax.axhline(self.law.E, color=style.QUIET, ls="--", lw=1.5)
        style.note(ax, 1.3e19, self.law.E, f"irreducible loss E = {self.law.E:.2f}", dx=0, dy=4,
                   colour=style.QUIET)  # fmt: skip
        style.corner_ground(ax, width=0.28, lines=3)

    def foreground(self, ax, flops, times):
        """The step from this compute to so many times of it."""
        before, after = self.law.optimal_loss(flops), self.law.optimal_loss(flops * times)
        gain = self.gain(self.law, flops, times)
        low, high = fits.interval(self.gain(self.draws, flops, times))
        ax.plot([flops, flops * times], [before, before], ":", color=style.ORANGE, lw=2)
        ax.plot([flops * times] * 2, [before, after], color=style.ORANGE, lw=3)
        ax.plot([flops], [before], "o", color=style.BLUE, ms=10, gid="here")
        ax.plot([flops * times], [after], "D", color=style.ORANGE, ms=10, mec="white", gid="after")
        kept = (after - self.law.E) / (before - self.law.E)
        style.corner(ax, f"● {before:.3f}", f"◆ {after:.3f}", f"bought {gain:.3f}")
        return (
            f"From {units.power(flops, 2)} FLOP, {times:g} times the compute take the loss from {before:.3f} to "
            f"{after:.3f}: {gain:.3f} nats (four refits out of five: {low:.3f} to {high:.3f}). "
            f"{kept:.0%} of the reducible loss is left."
        )


class Exhaustion:
    """Text read by the largest runs, text that there is, and the year in which the two meet.

    year_of_exhaustion(stock, first, growth) gives that year in each of many draws, from the stock and
    the training set that begins, as rows of their tables, and the growth of the training sets a year.
    """

    def __init__(self, stocks, sets, models, year_of_exhaustion):
        self.stocks = {row.stock: row for row in stocks if row.low}
        self.sets = {row.set: row for row in sets}
        self.models = {m.model: m for m in models if m.tokens}
        self.year_of_exhaustion = year_of_exhaustion

    def backdrop(self, ax):
        """Training sets by their date, a public pool, today, and the published year."""
        ax.set(yscale="log", xlim=(2019.5, 2036), ylim=(2e11, 1e16), xlabel="year", ylabel="tokens")
        ax.xaxis.set_major_locator(FixedLocator(range(2020, 2037, 4)))
        style.counted(ax.yaxis)
        for rows, colour, size in ((self.models, style.PALE, 6), (self.sets, style.INK, 7)):
            mark = "o" if size == 6 else "s"
            years = [units.year(row[2] if size == 6 else row.as_of) for row in rows.values()]
            tokens = [row.tokens for row in rows.values()]
            (dots,) = ax.plot(years, tokens, mark, color=colour, mec=style.QUIET, ms=size)
            style.named(dots, years, tokens, rows)
        ax.axvline(units.year(NOW), color=style.QUIET, ls=":", lw=1.5)
        ax.text(2027.1, 2.5e11, "November 2026", color=style.QUIET, fontsize=10)
        ax.plot([2026, 2032], [6e12] * 2, color=style.QUIET, lw=5, solid_capstyle="butt")
        ax.plot([2028], [6e12], "D", color=style.QUIET, mec="white", ms=9)
        lines = "published in 2024: 2028,\nfour in five 2026 to 2032"
        style.note(ax, 2027.1, 4.5e12, lines, dx=0, dy=-2, colour=style.QUIET, fontsize=10)
        for y, words in (
            (1e12, "■ since 2024 (240 T: a public pool)"),
            (5e11, "● training sets of data/models.csv"),
        ):
            ax.text(2027.1, y, words, color=style.INK if y > 6e11 else style.QUIET, fontsize=10)
        newest = self.sets["DeepSeek-V4"]
        words = f"DeepSeek-V4: {units.short(newest.tokens)}"
        style.note(ax, units.year(newest.as_of), newest.tokens, words, dx=8, dy=-4, fontsize=10)

    def foreground(self, ax, stock, growth, start):
        """The stock with its interval, the trend, and where four draws in five meet it."""
        row, first = self.stocks[stock], self.sets[start]
        years = self.year_of_exhaustion(row, first, growth)
        middle, (low, high) = np.median(years), fits.interval(years)
        begin, right = units.year(first.as_of), ax.get_xlim()[1]
        due = first.tokens * growth ** (units.year(NOW) - begin)
        ax.axhspan(row.low, row.high, color=style.BLUE, alpha=0.15, lw=0)
        ax.axhline(row.tokens, color=style.BLUE, lw=2)
        side = {"dx": -4, "dy": 5} if middle < 2030 else {"dx": 4, "dy": 5}  # clear of the trend
        style.note(ax, right if middle < 2030 else 2019.5, row.tokens, f"{stock}: {units.short(row.tokens)}",
                   colour=style.BLUE, fontsize=11, **side)  # fmt: skip
        span = np.array([begin, right])
        ax.plot(span, first.tokens * growth ** (span - begin), "--", color=style.ORANGE, lw=2)
        ax.plot([begin], [first.tokens], "s", color=style.ORANGE, ms=9, mec="white", gid="first")
        ax.plot([units.year(NOW)], [due], "o", color=style.ORANGE, ms=8, mec="white", gid="due")
        style.note(ax, units.year(NOW), due, f"due: {units.short(due)}", dx=-8, dy=2, colour=style.ORANGE,
                   fontsize=10)  # fmt: skip
        ends = np.clip([low, high], begin, right)
        ax.plot(ends, [row.tokens] * 2, color=style.ORANGE, lw=7, solid_capstyle="butt")
        if middle < right - 2:
            style.note(ax, middle, row.tokens, f"{int(middle)}", dx=6, dy=-9, fontsize=14)
        else:
            style.note(ax, right, row.tokens, f"{int(middle)} →", dx=-8, dy=-9, fontsize=14)
        if middle < right:
            style.here(ax, middle, row.tokens, ms=11)
        return (
            f"From {units.spoken(first.tokens)} tokens in {first.as_of[:4]}, growing {growth:.1f} times a "
            f"year, {units.spoken(due)} are due in November 2026, and one run reads all "
            f"{units.spoken(row.tokens)} ({stock}) in {int(middle)}; four draws in five say {int(low)} to {int(high)}."
        )


class Bill:
    """The energy or the dollars of a run, beside published ones.

    bill(flops, peak, watts, mfu, price) gives (accelerator-hours, MWh, dollars) of a run.
    """

    def __init__(self, what, bill, runs, models, chips):
        self.what, self.bill = what, bill
        self.chips = {chip.accelerator: chip for chip in chips if chip.tdp_w}
        self.flops = {m.model: m.train_flop or m.flops for m in models}
        self.runs = [run for run in runs if self.flops.get(run.run)]
        self.unplaced = {run.run: run for run in runs if run not in self.runs}

    def points(self):
        """(name, FLOP, what was published, what was computed by others or from full power)."""
        for run in self.runs:
            bound = energy_mwh(run.hours, run.watts) if run.hours and run.watts else None
            pair = (
                (run.mwh, bound)
                if self.what == "energy"
                else (run.rented_dollars, run.owned_dollars)
            )
            yield run.run, self.flops[run.run], *pair

    def backdrop(self, ax):
        """The published runs."""
        label, ylim = BILLS[self.what]
        ax.set(xscale="log", yscale="log", xlim=(1e22, 1e28), ylim=ylim)
        ax.set(xlabel="training compute C (FLOP)", ylabel=label)
        style.counted(ax.xaxis, units.power)
        style.counted(ax.yaxis)
        words = {
            "energy": ("published", "hours x full power x 1.1"),
            "dollars": ("rented in a cloud", "owned: written off, and energy"),
        }[self.what]
        points = list(self.points())
        for which, fill, word in ((1, "white", words[1]), (0, style.BLUE, words[0])):
            seen = [(name, flops, *values) for name, flops, *values in points if values[which]]
            names, x, *y = zip(*seen)
            (dots,) = ax.plot(x, y[which], "o", mfc=fill, mec=style.BLUE, ms=8, label=word)
            style.named(dots, x, y[which], names)
        for name, flops, *values in points:
            if name in PLACES and any(values):
                side = {"dx": PLACES[name], "dy": -PLACES[name], "fontsize": 10}
                end = min if PLACES[name] > 0 else max
                y = end(value for value in values if value)
                style.note(ax, flops, y, name, colour=style.QUIET, **side)
        if self.what == "dollars":  # what has no published compute stands at the edge
            grok = self.unplaced["Grok-3"]
            x = ax.get_xlim()[1] * 0.8
            ax.axhline(1e9, color=style.QUIET, ls=":", lw=1.5)
            ax.plot([x], [grok.rented_dollars], ">", color=style.BLUE, ms=9, gid="grok rented")
            ax.plot(
                [x], [grok.owned_dollars], ">", mfc="white", mec=style.BLUE, ms=9, gid="grok owned"
            )
            style.note(ax, x, grok.rented_dollars, "Grok-3 (2025)", dx=-8, dy=6,
                       colour=style.QUIET, fontsize=10)  # fmt: skip
        ax.legend(loc="lower right", fontsize=11, frameon=False)

    def foreground(self, ax, flops, mfu, chip="H100 SXM", price=2.0):
        """The line of one chip at this MFU and price, and the run on it."""
        row, ends = self.chips[chip], np.array(ax.get_xlim())
        chips = (row.bf16_flop_per_s, row.tdp_w, mfu, price)
        which = {"energy": 1, "dollars": 2}[self.what]
        ax.plot(ends, self.bill(ends, *chips)[which], color=style.ORANGE, lw=2)
        hours, mwh, dollars = bill = self.bill(flops, *chips)
        style.here(ax, flops, bill[which], ms=11)
        run = f"{units.power(flops, 2)} FLOP on {chip} at {mfu:.0%} MFU: {units.spoken(hours)} accelerator-hours"
        if self.what == "energy":
            return (
                f"{run}, {units.plain(mwh)} MWh with the building, and {units.plain(co2_tonnes(mwh, GRID))} "
                f"tonnes of CO2 on a grid of {GRID} kg a kWh."
            )
        return (
            f"{run}, {units.spoken(dollars)} dollars at {price:.2f} an hour. The electricity in it, at "
            f"{POWER_PRICE:.2f} a kWh, is {mwh * 1e3 * POWER_PRICE / dollars:.1%}."
        )


class Ledger:
    """How much of the text, of a gigawatt for a year and of a purse one best run would use.

    shares(flops, over, purse) gives these shares, of the purse first; over is how many times the best
    number of tokens the run reads.
    """

    ROWS = ("money", "energy", "data")

    def __init__(self, law, stock, shares):
        self.law, self.stock, self.shares = law, stock, shares

    def backdrop(self, ax):
        """Three rows, and the line where all is used."""
        ax.set(xscale="log", xlim=(1e-5, 1e5), ylim=(-0.6, 2.7))
        ax.set(xlabel="share that one run uses", ylabel="limit")
        ax.xaxis.set_major_locator(FixedLocator([1e-4, 1e-2, 1, 1e2, 1e4]))
        ax.set_xticklabels(["0.01 %", "1 %", "all of it", "100 times", "10,000 times"])
        ax.set_yticks(range(3), self.ROWS, fontsize=14)
        style.beyond(ax, 1, 1e5)
        ax.axvline(1, color=style.INK, lw=2)

    def foreground(self, ax, flops, over, purse):
        """Three bars; the one of the text with its interval."""
        shares = self.shares(flops, over, purse)
        first = int(np.argmax(shares))
        for y, share in enumerate(shares):
            colour = style.ORANGE if y == first else style.BLUE
            seen = float(np.clip(share, 1.2e-5, 9e4))
            bar = {"left": 1e-5, "height": 0.5, "hatch": "//" * (y == first)}
            ax.barh([y], [seen - 1e-5], color=colour, edgecolor="white", gid=self.ROWS[y], **bar)
            side = {"dx": -4} if 1e-3 < seen < 1 or seen > 1e3 else {"dx": 8}  # not across the line
            style.note(ax, seen, y, spoken_share(share), dy=28, va="center", fontsize=13, **side)
        ends = [shares[2] * self.stock.tokens / end for end in (self.stock.high, self.stock.low)]
        ax.plot(np.clip(ends, 1e-5, 1e5), [2, 2], color=style.INK, lw=3)
        size = self.law.optimum(flops)[0] / over
        next_ten = self.law.loss(size, flops / 6 / size) - self.law.optimal_loss(10 * flops)
        return (
            f"{units.power(flops, 2)} FLOP: {units.spoken(size)} parameters on {units.spoken(flops / 6 / size)} "
            f"tokens, {spoken_share(shares[2], ' of the text', ' the text')} ({spoken_share(ends[0])} to {spoken_share(ends[1])}); "
            f"{spoken_share(shares[1], ' of', '')} a gigawatt-year; {units.spoken(shares[0] * purse)} dollars. Nearest "
            f"its end: {self.ROWS[first]}. Ten times the compute at its best split is lower in loss by {next_ten:.3f} nats."
        )


class Repeats:
    """Our own runs that read their text 2, 4 ... 32 times, and what the published law says.

    runs has the run for each number of readings, 1 for the one on fresh text, and curves their losses
    in training. worth(epochs, R_D) corpora of fresh text is what the readings are worth by the law,
    above_fresh(share) nats what a share of the fresh text costs; noise is that between two runs.
    """

    def __init__(self, runs, curves, worth, above_fresh, noise):
        self.runs, self.curves, self.noise = runs, curves, noise
        self.worth, self.above_fresh = worth, above_fresh
        self.epochs = np.geomspace(1.5, 45, 60)

    def measured(self, times):
        """Nats by which the run that read its text so many times is worse than on fresh text."""
        return self.runs[times].loss - self.runs[1].loss

    def by_law(self, epochs, R_D):
        """The same by the law."""
        return self.above_fresh(self.worth(epochs, R_D) / epochs)

    def backdrop(self, ax):
        """What reading again cost our runs, give or take two deviations between seeds."""
        style.paper(ax, (0.9 * 2, 45), (0.002, 6), (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
                    "times each byte was read (log scale)", "loss above fresh text (nats per byte)",
                    say=lambda value, _: f"{value:,.0f}")  # fmt: skip
        times = sorted(self.runs)[1:]
        ax.xaxis.set_major_locator(FixedLocator(times))
        costs = np.array([self.measured(count) for count in times])
        ax.errorbar(times, costs, [np.minimum(2 * self.noise, costs - 1e-3), [2 * self.noise] * len(costs)],
                    fmt="o", color=style.BLUE, ms=9, capsize=4, label="our runs, held-out text")  # fmt: skip
        dotted = {"color": style.QUIET, "lw": 2, "label": "as if each byte had been read once"}
        ax.plot(self.epochs, self.above_fresh(1 / self.epochs), ":", **dotted)
        ax.plot([], [], color=style.ORANGE, lw=2, label="the law with this R_D (published: 15.4)")
        legend(ax, loc="upper left")

    def foreground(self, ax, parts, R_D):
        """The law with this R_D, and one of the runs."""
        run, measured = self.runs[parts], self.measured(parts)
        ax.plot(self.epochs, self.by_law(self.epochs, R_D), color=style.ORANGE, lw=2)
        predicted = self.by_law(run.tokens / run.unique_tokens, R_D)
        ax.plot([parts], [measured], "o", color=style.BLUE, ms=14, mec=style.INK, gid="run")
        style.here(ax, parts, predicted)
        return (
            f"{units.spoken(run.unique_tokens)} bytes read {parts} times: {measured:.3f} nats above fresh text (give "
            f"or take {2 * self.noise:.2f}), where the law with R_D = {R_D:.3g} says {predicted:.3f}. Loss on held-out "
            f"text {run.loss:.2f}, on what it read {self.curves[run.run][-1, 1]:.2f} in the last part of the run. Parameters for each "
            f"different byte: {run.params / run.unique_tokens:.1f}."
        )


SHARES = {"half": 0.5, "a fifth": 0.2, "a tenth": 0.1}  # of a pool that is kept


class Pruned:
    """The error of a student on all, the hardest and the easiest examples of a pool.

    student_error(kept, share, which, seed) gives it for so many kept examples a weight.
    """

    KEPT = (0.5, 1, 1.5, 2, 3, 4, 6, 8)

    def __init__(self, student_error, seeds=4):
        ways = [(1.0, "hardest")]
        ways += [(share, which) for share in SHARES.values() for which in ("hardest", "easiest")]
        self.errors = {
            way: np.array([[student_error(kept, *way, seed) for kept in self.KEPT] for seed in range(seeds)])
            for way in ways
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
        ax.axvline(kept, color=style.QUIET, ls="--", lw=1.2, zorder=0, gid="here")
        legend(ax, loc="lower left")
        plain = self.errors[1.0, "hardest"].mean(axis=0)[place]
        return (
            f"{kept:g} examples kept for each weight, {share} of the pool: {plain:.1%} wrong with examples as "
            f"they come, {hard:.1%} with the hardest, {easy:.1%} with the easiest. "
            f"Best kept: the {'hardest' if hard < min(easy, plain) else 'easiest' if easy < plain else 'lot'}."
        )


class Moves:
    """What years of more money and of better methods make of the loss of 2024.

    effective_flops(years, months, money) gives the FLOP of 2024 that would do as much.
    """

    HO = (2, 22)  # months in which the compute for the same loss halves: 90 %, Ho et al. 2024

    def __init__(self, law, effective_flops):
        self.law, self.effective_flops, self.time = law, effective_flops, np.linspace(0, 10, 41)

    def loss(self, years, months, money):
        """The best loss after so many years; months = inf leaves the methods of 2024."""
        return self.law.optimal_loss(self.effective_flops(years, months, money))

    def backdrop(self, ax):
        """Ten years, and the loss that none of it gets below."""
        start = self.loss(0, np.inf, 1)
        ax.set(xlim=(0, 10), ylim=(self.law.E - 0.012, start + 0.016))
        ax.set(xlabel="years after 2024", ylabel="loss L by the law (nats per token)")
        ax.axhline(self.law.E, color=style.QUIET, ls="--", lw=1.5)
        style.note(ax, 0.1, self.law.E, f"irreducible loss E = {self.law.E:.2f}", dx=0, dy=-4,
                   ha="left", va="top", colour=style.QUIET)  # fmt: skip

    def foreground(self, ax, years, months, money):
        """More compute alone, and with methods that halve it every so many months."""
        band = [self.loss(self.time, end, money) for end in self.HO]
        ax.fill_between(self.time, *band, color=style.GREEN, alpha=0.2, lw=0)
        alone, both = (self.loss(self.time, every, money) for every in (np.inf, months))
        ax.plot(self.time, alone, "--", color=style.BLUE, lw=2, label="more compute alone")
        ax.plot(
            self.time, both, color=style.GREEN, lw=2.5, label="and better methods (2 to 22 months)"
        )
        total, loss = self.effective_flops(years, months, money), self.loss(years, months, money)
        style.here(ax, years, loss, style.GREEN, ms=11)
        legend(ax, loc="upper right")
        left = (loss - self.law.E) / (self.loss(0, np.inf, 1) - self.law.E)
        return (
            f"After {years:g} years: {units.spoken(money**years)} times the compute, and each FLOP does the work "
            f"of {units.spoken(2 ** (12 * years / months))}, together {units.power(total, 2)} FLOP of 2024. The law "
            f"then says {loss:.3f}: {units.plain(100 * left)}% of the reducible loss of 2024 is left."
        )
