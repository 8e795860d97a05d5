"""Pictures of chapter 05: diminishing returns, text, energy and money, and what stretches a limit."""

import numpy as np
from matplotlib.ticker import FixedLocator

from helpers import cost, fits, laws, own_runs, style, units

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


class Repeats:
    """Our own runs on one part in 2, 4 ... 32 of the text, and what the published law says."""

    def __init__(self, runs, curves):
        self.runs = {run.unique: run for run in runs if run.kind == "repeated"}
        some = next(iter(self.runs.values()))
        self.runs[1] = next(r for r in own_runs.grid(runs) if (r.budget, r.d_model) == (some.budget, some.d_model))  # fmt: skip
        self.trained = {part: curves[run.run][-1, 1] for part, run in self.runs.items()}
        columns = zip(*((r.params, r.tokens, r.loss) for r in own_runs.grid(runs)))
        self.law, self.fresh = fits.fit_chinchilla(*columns).law, self.runs[1]
        self.passes = np.geomspace(1.5, 45, 60)
        self.noise = own_runs.seed_spread(runs) * np.sqrt(2)  # of a difference between two runs

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
