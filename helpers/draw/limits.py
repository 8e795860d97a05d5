"""Chapter 05: what the next factor of ten buys, and what it takes."""

import numpy as np
from matplotlib.ticker import FixedLocator

from helpers import cost, units
from helpers.draw import style

PUE, GRID, POWER_PRICE = 1.1, 0.385, 0.08  # taken as given: building, kg CO2 a kWh, dollars a kWh
GIGAWATT_YEAR = 8.76e6  # MWh
FOUR_OF_FIVE = (10, 90)
STARTS = {"Llama 3": "Llama 3 8B", "Qwen3": "Qwen3-32B"}
PLACES = {"GPT-3 175B": -8, "LLaMA-65B": 8, "Llama 3.1 405B": -8, "DeepSeek-V3": 8, "PaLM 540B": -8}
BILLS = {"energy": ("electricity (MWh)", (3, 3e7)), "dollars": ("dollars", (3e4, 3e10))}


def year(released):
    """The middle of a month YYYY-MM as a number of years."""
    return int(released[:4]) + (int(released[5:]) - 0.5) / 12


def said(share, of="", times=""):
    """A share in percent, or how many times the whole."""
    return (
        f"{units.plain(100 * share)} %{of}" if share < 2 else f"{units.plain(share)} times{times}"
    )


class Returns:
    """The best loss at every compute, and what some factor of it buys."""

    def __init__(self, law, draws):
        self.law, self.draws = law, draws
        self.flops = np.logspace(19, 29, 61)

    def gain(self, law, flops, times):
        """Nats that so many times the compute take off the best loss."""
        return law.optimal_loss(flops) - law.optimal_loss(flops * times)

    def backdrop(self, ax):
        """The law, its refits, and the loss that no compute gets below."""
        ax.set(xscale="log", xlim=(1e19, 1e29), ylim=(1.7, 3.0))
        ax.set(xlabel="compute C, best split (FLOP)", ylabel="loss L (nats per token)")
        style.counted(ax.xaxis, units.power)
        style.beyond(ax, 1e22, 1e29, 1.705, "beyond the runs of the fit")
        losses = self.draws.optimal_loss(self.flops[:, None])
        band = np.percentile(losses, FOUR_OF_FIVE, axis=1)
        ax.fill_between(self.flops, *band, color=style.GREEN, alpha=0.25, lw=0)
        ax.plot(self.flops, self.law.optimal_loss(self.flops), color=style.GREEN, lw=2.5)
        ax.axhline(self.law.E, color=style.QUIET, ls="--", lw=1.5)
        style.note(ax, 1.3e19, self.law.E, f"irreducible loss E = {self.law.E:.2f}", dx=0, dy=4,
                   colour=style.QUIET)  # fmt: skip
        style.corner_ground(ax, width=0.28, lines=2)

    def foreground(self, ax, flops, times):
        """The step from this compute to so many times of it."""
        before, after = self.law.optimal_loss(flops), self.law.optimal_loss(flops * times)
        drop = before - after
        low, high = np.percentile(self.gain(self.draws, flops, times), FOUR_OF_FIVE)
        ax.plot([flops, flops * times], [before, before], ":", color=style.ORANGE, lw=2)
        ax.plot([flops * times] * 2, [before, after], color=style.ORANGE, lw=3)
        ax.plot([flops], [before], "o", color=style.GREEN, ms=10)
        ax.plot([flops * times], [after], "D", color=style.ORANGE, ms=10, mec="white")
        kept = (after - self.law.E) / (before - self.law.E)
        style.corner(ax, f"● {before:.3f}  ◆ {after:.3f}", f"bought {drop:.3f}")
        return (
            f"From {units.power(flops, 2)} FLOP, {times:g} times the compute take the loss from {before:.3f} to "
            f"{after:.3f}: {drop:.3f} nats (four refits out of five: {low:.3f} to {high:.3f}). "
            f"{kept:.0%} of the reducible loss is left."
        )


class Exhaustion:
    """Text read by the largest runs, text that there is, and the year in which the two meet."""

    SPREAD = 0.21 / (2 * 1.96)  # of the growth, decades a year: 95 % between 0.27 and 0.48

    def __init__(self, stocks, models, draws=4000, seed=0):
        self.stocks = {row.stock: row for row in stocks if row.low}
        self.models = {m.model: m for m in models if m.tokens}
        self.normal = np.random.default_rng(seed).normal(size=(2, draws))

    def years(self, stock, growth, start):
        """The year of exhaustion in each draw; growth is a factor a year."""
        row, first = self.stocks[stock], self.models[STARTS[start]]
        low, middle, high = np.log10([row.low, row.tokens, row.high])
        above, faster = self.normal
        side = np.where(above < 0, middle - low, high - middle) / 1.96
        speed = np.maximum(np.log10(growth) + self.SPREAD * faster, 0.02)
        return year(first.released) + (middle + side * above - np.log10(first.tokens)) / speed

    def backdrop(self, ax):
        """The training sets of the models by their date."""
        ax.set(yscale="log", xlim=(2019.5, 2040), ylim=(1e11, 1e16))
        ax.set(xlabel="year", ylabel="tokens")
        ax.xaxis.set_major_locator(FixedLocator(range(2020, 2041, 4)))
        style.counted(ax.yaxis)
        points = [(year(m.released), m.tokens) for m in self.models.values()]
        ax.plot(*zip(*points), "o", color=style.PALE, mec=style.QUIET, ms=6)
        ax.text(2027, 1.4e11, "● training sets of data/models.csv", color=style.QUIET)
        ax.plot([2026, 2032], [5e11] * 2, color=style.QUIET, lw=5, solid_capstyle="butt")
        ax.plot([2028], [5e11], "D", color=style.QUIET, mec="white", ms=9)
        ax.text(2026, 8e11, "Villalobos 2024: 2028, four in five 2026 to 2032", color=style.QUIET)

    def foreground(self, ax, stock, growth, start):
        """The stock with its interval, the trend, and where four draws in five meet it."""
        row, first = self.stocks[stock], self.models[STARTS[start]]
        years = self.years(stock, growth, start)
        middle, (low, high) = np.median(years), np.percentile(years, FOUR_OF_FIVE)
        begin, right = year(first.released), ax.get_xlim()[1]
        ax.axhspan(row.low, row.high, color=style.BLUE, alpha=0.15, lw=0)
        ax.axhline(row.tokens, color=style.BLUE, lw=2)
        style.note(ax, 2019.8, row.tokens, f"{stock}: {units.short(row.tokens)} tokens", dx=0, dy=4,
                   colour=style.BLUE)  # fmt: skip
        span = np.array([begin, right])
        ax.plot(span, first.tokens * growth ** (span - begin), "--", color=style.ORANGE, lw=2)
        ax.plot([begin], [first.tokens], "s", color=style.ORANGE, ms=9, mec="white")
        ends = np.clip([low, high], begin, right)
        ax.plot(ends, [row.tokens] * 2, color=style.ORANGE, lw=7, solid_capstyle="butt")
        if middle < right - 3:
            style.note(ax, middle, row.tokens, f"{int(middle)}", dx=6, dy=-9, fontsize=14)
        else:
            style.note(ax, right, row.tokens, f"{int(middle)} →", dx=-8, dy=-9, fontsize=14)
        if middle < right:
            ax.plot([middle], [row.tokens], "D", color=style.ORANGE, ms=11, mec="white")
        return (
            f"From {units.spoken(first.tokens)} tokens in {first.released[:4]}, growing {growth:.1f} times a "
            f"year, one run reads all {units.spoken(row.tokens)} ({stock}) in {int(middle)}; four draws "
            f"in five say {int(low)} to {int(high)}."
        )


class Bill:
    """The energy or the dollars of a run, beside published ones."""

    def __init__(self, what, runs, models, chips):
        self.what, self.chips = what, {chip.accelerator: chip for chip in chips if chip.tdp_w}
        self.flops = {m.model: m.train_flop or m.flops for m in models}
        self.runs = [run for run in runs if self.flops.get(run.run)]

    def points(self):
        """(name, FLOP, what was published, what was computed by others or from full power)."""
        for run in self.runs:
            bound = cost.energy_mwh(run.hours, run.watts, PUE) if run.hours and run.watts else None
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
        for which, fill, word in ((3, "white", words[1]), (2, style.BLUE, words[0])):
            seen = [(point[1], point[which]) for point in points if point[which]]
            ax.plot(*zip(*seen), "o", mfc=fill, mec=style.BLUE, ms=8, label=word)
        for name, flops, told, other in points:
            if name in PLACES and (told or other):
                side = {"dx": PLACES[name], "dy": -PLACES[name], "fontsize": 10}
                end = min if PLACES[name] > 0 else max
                y = end(value for value in (told, other) if value)
                style.note(ax, flops, y, name, colour=style.QUIET, **side)
        ax.legend(loc="lower right", fontsize=11, frameon=False)

    def foreground(self, ax, flops, mfu, chip="H100 SXM", price=2.0):
        """The line of one chip at this MFU and price, and the run on it."""
        row, ends = self.chips[chip], np.array(ax.get_xlim())
        hours = cost.accelerator_hours(np.append(flops, ends), row.bf16_flop_per_s, mfu)
        mwh = cost.energy_mwh(hours, row.tdp_w, PUE)
        y = mwh if self.what == "energy" else hours * price
        ax.plot(ends, y[1:], color=style.ORANGE, lw=2)
        ax.plot([flops], y[:1], "D", color=style.ORANGE, ms=11, mec="white")
        run = f"{units.power(flops, 2)} FLOP on {chip} at {mfu:.0%} MFU: {units.spoken(hours[0])} accelerator-hours"
        if self.what == "energy":
            return (
                f"{run}, {units.plain(mwh[0])} MWh with the building, and {units.plain(cost.co2_tonnes(mwh[0], GRID))} "
                f"tonnes of CO2 on a grid of {GRID} kg a kWh."
            )
        share = mwh[0] * 1e3 * POWER_PRICE / (hours[0] * price)
        return (
            f"{run}, {units.spoken(hours[0] * price)} dollars at {price:.2f} an hour. The electricity in it, at "
            f"{POWER_PRICE:.2f} a kWh, is {share:.1%}."
        )


class Ledger:
    """How much of the text, of a gigawatt for a year and of a purse one best run would use."""

    ROWS = ("money", "energy", "data")

    def __init__(self, law, stock, chip, mfu=0.4, price=2.0):
        self.law, self.stock, self.chip, self.mfu, self.price = law, stock, chip, mfu, price

    def shares(self, flops, over, purse):
        """Share of purse, gigawatt-year and text; over is how many times the best number of tokens."""
        hours = cost.accelerator_hours(flops, self.chip.bf16_flop_per_s, self.mfu)
        tokens = self.law.optimum(flops)[1] * over
        mwh = cost.energy_mwh(hours, self.chip.tdp_w, PUE)
        return hours * self.price / purse, mwh / GIGAWATT_YEAR, tokens / self.stock.tokens

    def backdrop(self, ax):
        """Three rows, and the line where all is used."""
        ax.set(xscale="log", xlim=(1e-5, 1e5), ylim=(-0.6, 2.7))
        ax.set(xlabel="share that one run uses", ylabel="limit")
        ax.xaxis.set_major_locator(FixedLocator([1e-4, 1e-2, 1, 1e2, 1e4]))
        ax.set_xticklabels(["0.01 %", "1 %", "all of it", "100 times", "10,000 times"])
        ax.set_yticks(range(3), self.ROWS, fontsize=14)
        ax.axvspan(1, 1e5, color="#f4f4f4", zorder=0)
        ax.axvline(1, color=style.INK, lw=2)

    def foreground(self, ax, flops, over, purse):
        """Three bars; the one of the text with its interval."""
        shares = self.shares(flops, over, purse)
        for y, share in enumerate(shares):
            colour = style.ORANGE if share == max(shares) else style.BLUE
            seen = float(np.clip(share, 1.2e-5, 9e4))
            bar = {"left": 1e-5, "height": 0.5, "hatch": "//" * (share == max(shares))}
            ax.barh([y], [seen - 1e-5], color=colour, edgecolor="white", **bar)
            side = {"dx": -4} if 1e-3 < seen < 1 or seen > 1e3 else {"dx": 8}  # not across the line
            style.note(ax, seen, y, said(share), dy=28, va="center", fontsize=13, **side)
        ends = [shares[2] * self.stock.tokens / end for end in (self.stock.high, self.stock.low)]
        ax.plot(np.clip(ends, 1e-5, 1e5), [2, 2], color=style.INK, lw=3)
        first = self.ROWS[int(np.argmax(shares))]
        size = self.law.optimum(flops)[0] / over
        next_ten = self.law.loss(size, flops / 6 / size) - self.law.optimal_loss(10 * flops)
        return (
            f"{units.power(flops, 2)} FLOP: {units.spoken(size)} parameters on {units.spoken(flops / 6 / size)} "
            f"tokens, {said(shares[2], ' of the text', ' the text')} ({said(ends[0])} to {said(ends[1])}); "
            f"{said(shares[1], ' of', '')} a gigawatt-year; {units.spoken(shares[0] * purse)} dollars. Nearest "
            f"its end: {first}. Ten times the compute at its best split is lower in loss by {next_ten:.3f} nats."
        )
