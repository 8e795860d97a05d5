"""Pictures of chapter 01: a straight line on log-log paper, and what bends it."""

from dataclasses import dataclass

import numpy as np
from matplotlib import rcParams
from matplotlib.ticker import FixedLocator

from helpers import fits, guard, laws, units
from pictures import style
from training import own_runs

LARGEST = 1.5e9  # parameters of Kaplan's largest model
SIZE = "model size N (parameters without embeddings)"


@dataclass(frozen=True)
class KaplanJoint:
    """loss = ((N_c/N)^(alpha_N/alpha_D) + D_c/D)^alpha_D: constants of its own, not those of one resource alone."""

    N_c: float
    D_c: float
    alpha_N: float
    alpha_D: float
    source: str

    def loss(self, params, tokens):
        """Loss of a model with these parameters trained to its best on these tokens."""
        size = (self.N_c / guard.positive("params", params)) ** (self.alpha_N / self.alpha_D)
        return guard.plain((size + self.D_c / guard.positive("tokens", tokens)) ** self.alpha_D)

    def best_loss(self, params):
        """Loss of this model size on unlimited tokens."""
        return guard.plain((self.N_c / guard.positive("params", params)) ** self.alpha_N)


KAPLAN_JOINT = KaplanJoint(6.4e13, 1.8e13, 0.076, 0.103, "Kaplan et al. 2020, Eq 1.5, Table 2")


@dataclass(frozen=True)
class KaplanSteps:
    """loss = (N_c/N)^alpha_N + (S_c/S_min)^alpha_S: after S_min steps at a very large batch."""

    N_c: float
    S_c: float
    alpha_N: float
    alpha_S: float
    source: str

    def loss(self, params, steps_min):
        """Loss after steps_min optimizer steps."""
        size = (self.N_c / guard.positive("params", params)) ** self.alpha_N
        return guard.plain(
            size + (self.S_c / guard.positive("steps_min", steps_min)) ** self.alpha_S
        )


KAPLAN_STEPS = KaplanSteps(6.5e13, 2.1e3, 0.077, 0.76, "Kaplan et al. 2020, Eq 1.6, Table 3")


def critical_batch(loss):
    """Critical batch size in tokens, B* / L^(1/alpha_B), with B* = 2.1e8 and alpha_B = 0.21.

    Beyond it, more parallel work hardly saves steps. Source: Kaplan et al. 2020, Eq 1.4, Table 5.

    >>> f"{critical_batch(2.0):.2g}", round(critical_batch(2.0 * 0.87) / critical_batch(2.0), 1)
    ('7.7e+06', 1.9)
    """
    return guard.plain(2.1e8 / guard.positive("loss", loss) ** (1.0 / 0.21))


def at_critical_batch(minimum):
    """What a run at the critical batch size really spends: twice the minimum steps, tokens or FLOP."""
    return guard.plain(2.0 * guard.positive("minimum", minimum))


class Bottleneck:
    """Loss against model size when the tokens run short."""

    def __init__(self, law, enough=1.02):
        self.law, self.enough = law, enough
        self.sizes = np.logspace(5, 12, 141)

    def carries(self, tokens):
        """The largest model that these tokens keep within two percent of unlimited ones."""
        law = self.law
        size = law.D_c / tokens / (self.enough ** (1 / law.alpha_D) - 1)
        return law.N_c / size ** (law.alpha_D / law.alpha_N)

    def backdrop(self, ax):
        """The line of unlimited tokens, and four amounts that are not."""
        style.paper(ax, (1e5, 1e12), (1.3, 5), (1.5, 2, 3, 4, 5), SIZE, "loss L (nats per token)")
        style.beyond(ax, LARGEST, 1e12, 4.6)
        unlimited = self.law.best_loss(self.sizes)
        ax.plot(self.sizes, unlimited, "--", color=style.INK, lw=1.5, gid="unlimited")
        style.note(ax, 6e11, self.law.best_loss(6e11), "unlimited tokens", dx=-4, dy=-6)
        for tokens in (1e8, 1e9, 1e10, 1e11):
            ax.plot(self.sizes, self.law.loss(self.sizes, tokens), color=style.FAINT, lw=1.5)
            end, words = self.law.loss(1e12, tokens), f"{units.short(tokens)} tokens"
            style.note(ax, 1e12, end, words, dx=-3, dy=3, colour=style.QUIET)

    def foreground(self, ax, params, tokens):
        """These tokens, the size they carry, and this model."""
        law, limit = self.law, self.carries(tokens)
        loss, best = law.loss(params, tokens), law.best_loss(params)
        ax.plot(self.sizes, law.loss(self.sizes, tokens), color=style.BLUE, lw=3, gid="curve")
        if 1e5 <= limit <= 1e12:
            style.best(ax, limit, law.loss(limit, tokens))
        ax.plot([params, params], [best, loss], color=style.ORANGE, lw=2, gid="gap")
        style.here(ax, params, loss)
        text = f"{units.short(tokens)} tokens are enough\nfor {units.short(limit, 2)} parameters"
        style.inside(ax, 0.02, 0.06, text, fontsize=14, color=style.BLUE, bbox=style.GROUND)
        size = loss - law.loss(2 * params, tokens)
        data = loss - law.loss(params, 2 * tokens)
        return (
            f"{units.spoken(tokens, 3)} tokens keep models of up to {units.spoken(limit)} parameters "
            f"within 2 % of the line. One of {units.spoken(params)} has a loss of {loss:.2f}; the line "
            f"says {best:.2f}. Twice the parameters would take off {size:.3f}, twice the tokens {data:.3f}."
        )


class EqualSteps:
    """A step on log-log paper: the same ratio wherever it begins, never the same drop."""

    def __init__(self, law):
        self.law, self.sizes = law, np.logspace(7, 13, 121)
        self.first, self.drop = law.loss(1e7), law.loss(1e7) - law.loss(1e8)

    def equal_drops(self, params):
        """What the loss would be if each factor of ten took off as much as the first."""
        return self.first - self.drop * np.log10(params / 1e7)

    def backdrop(self, ax):
        """The law, and the same first step repeated with equal drops."""
        style.paper(ax, (1e7, 1e13), (1, 4), (1, 1.5, 2, 3, 4), SIZE, "loss L (nats per token)")
        style.beyond(ax, LARGEST, 1e13, 3.65)
        ax.plot(self.sizes, self.law.loss(self.sizes), color=style.FAINT, lw=3)
        falling = self.equal_drops(self.sizes)
        ax.plot(self.sizes[falling > 0.9], falling[falling > 0.9], ":", color=style.QUIET, lw=2.5)
        style.note(ax, 6e10, 1.35, "equal drops", dx=-8, dy=-4, colour=style.QUIET)

    def foreground(self, ax, params, times):
        """The step from this size to one some times larger."""
        high, low = self.law.loss(params), self.law.loss(times * params)
        end = min(times * params, 1e13)
        ax.plot([params, end, end], [high, high, max(low, 1.0)], "--", color=style.QUIET, lw=2)
        style.here(ax, params, high, ms=11)
        if times * params <= 1e13:
            style.best(ax, times * params, low, ms=12)
        style.corner(ax, f"ratio {low / high:.3f}", f"drop {high - low:.2f}")
        return (
            f"From {units.spoken(params)} to {units.spoken(times * params)} parameters the loss goes from "
            f"{high:.2f} to {low:.2f}: {low / high:.3f} of what it was, {high - low:.2f} nats less."
        )


class Count:
    """Which part of what a trained token costs is six times the parameters, by width."""

    def __init__(self):
        self.widths = np.logspace(np.log10(8), np.log10(32768), 121)

    def excess(self, layers, width, text):
        """Attention over the context and the unembedding, each as a share of 6N."""
        vocab, context = text
        weights = laws.transformer_params(layers, width)
        return layers * context * width / weights, vocab * width / weights

    def edges(self, layers, text):
        """What 6N, then attention with it, make of the cost at each width, in percent."""
        attention, unembedding = self.excess(layers, self.widths, text)
        whole = 1 + attention + unembedding
        return 100 / whole, 100 * (1 + attention) / whole

    def backdrop(self, ax):
        """All of the cost is a hundred percent."""
        widths = [8, 32, 128, 512, 2048, 8192, 32768]
        style.frame(ax, (7, 38000), (0, 103), "width d_model", "share of the FLOP per token (%)",
                    x="{:,.0f}".format)  # fmt: skip
        ax.xaxis.set_major_locator(FixedLocator(widths))
        ax.grid(False)

    def foreground(self, ax, layers, width, text):
        """The parts of the cost with this many layers at every width, and the model of this width."""
        parts = (
            ("6N, the matrices", style.BLUE, "-"),
            ("attention", style.GREEN, "--"),
            ("unembedding", style.QUIET, ":"),
        )
        levels = np.array([0 * self.widths, *self.edges(layers, text), 0 * self.widths + 100])
        for low, high, (name, colour, dash) in zip(levels, levels[1:], parts):
            alpha = 0.12 if colour == style.QUIET else 0.35
            ax.fill_between(self.widths, low, high, color=colour, alpha=alpha, lw=0)
            ax.plot(self.widths, high, dash, color=colour, lw=2, gid=name)
            place = 15 + int(np.argmax((high - low)[15:-25]))  # where its area is thickest
            middle, thick = (low[place] + high[place]) / 2, high[place] - low[place]
            look = {"color": style.WORDS.get(colour, style.INK), "ha": "center", "va": "center"}
            if thick > 17:
                ax.text(self.widths[place], middle, name, **look)
            elif thick > 2:
                beside = (70, 35 if middle < 30 else -35)
                ax.annotate(name, (self.widths[place], middle), beside, **look,
                            textcoords="offset points", arrowprops={"arrowstyle": "-"})  # fmt: skip
        attention, unembedding = self.excess(layers, width, text)
        share = 100 / (1 + attention + unembedding)
        style.here(ax, width, share)
        style.inside(ax, 0.98, 0.05, f"◆ 6ND counts {share:.0f}% of the cost", ha="right",
                     fontsize=14, color=style.WORDS[style.ORANGE], bbox=style.GROUND)  # fmt: skip
        params = laws.transformer_params(layers, width)
        total = laws.transformer_params(layers, width, *text)
        flops = 1e9 * laws.training_flops_per_token(layers, width, text[1], text[0])
        return (
            f"{layers:.0f} layer{'s' * (layers > 1)} of width {width:,.0f}: {units.spoken(params, 3)} parameters, "
            f"{units.spoken(total, 3)} with embeddings. Attention adds {units.plain(100 * attention)}% to 6N, "
            f"the unembedding {units.plain(100 * unembedding)}%. A billion tokens cost {units.power(flops, 3)} FLOP, "
            f"{units.plain(laws.pf_days(flops), 3)} PF-days."
        )


class TimeCompute:
    """Steps against compute for one model and one goal: the batch size chooses the point."""

    def __init__(self, law):
        self.law, self.batches = law, np.logspace(4.4, 10, 141)

    def run(self, params, above, batch):
        """(loss, critical batch, least steps, steps, compute in PF-days) of a run."""
        best = (self.law.N_c / params) ** self.law.alpha_N
        loss = best * (1 + above)
        least = self.law.S_c / (best * above) ** (1 / self.law.alpha_S)
        critical = critical_batch(loss)
        steps = least * (1 + critical / batch)
        return loss, critical, least, steps, 6 * params * batch * steps / laws.PF_DAY

    def backdrop(self, ax):
        """Axes only: every goal has a curve of its own."""
        style.frame(ax, (1e-6, 1e4), (300, 1e8), "compute (PF-days)", "optimizer steps (time)",
                    x=units.power, y=units.short)  # fmt: skip

    def foreground(self, ax, params, above, batch):
        """All batch sizes, this one, and the critical one."""
        *_, steps, cost = self.run(params, above, self.batches)
        ax.plot(cost, steps, color=style.BLUE, lw=3, gid="curve")
        loss, critical, least, steps, cost = self.run(params, above, batch)
        twice = at_critical_batch(least)
        double = 6 * params * critical * twice / laws.PF_DAY
        dotted = {"color": style.QUIET, "lw": 2}
        ax.plot([1e-6, 1e4], [least, least], ":", gid="fewest steps", **dotted)
        ax.plot([double / 2, double / 2], [300, 2e7], ":", gid="least compute", **dotted)
        style.best(ax, double, twice)
        style.here(ax, cost, steps)
        style.note(ax, 1.2e-6, least, "fewest steps", dx=0, dy=-4, colour=style.QUIET)
        style.note(ax, double / 2, 2e7, "least compute", dx=-4, dy=-4, colour=style.QUIET)
        style.corner(ax, "● critical batch")
        look = {"ha": "right", "va": "top", "fontsize": 14, "color": style.WORDS[style.ORANGE]}
        style.inside(ax, 0.7, 0.96, "◆ your batch", **look)
        return (
            f"{units.spoken(params)} parameters reach a loss of {loss:.2f} with batches of "
            f"{units.spoken(batch, 3)} tokens in {units.spoken(steps)} steps, for {units.plain(cost)} PF-days: "
            f"{units.plain(steps / least)} times the fewest steps, {units.plain(2 * cost / double)} times "
            f"the least compute. The critical batch, {units.spoken(critical)} tokens, takes twice the least of each."
        )


def days_said(days):
    """PF-days in four digits, however many there are.

    >>> days_said(0.0001), days_said(3646), days_said(1e5)
    ('0.0001', '3,646', '100,000')
    """
    return f"{days:,.4g}" if days < 1e4 else f"{days:,.0f}"


class Split:
    """How many parameters and how many tokens each amount of compute should buy."""

    def __init__(self, law, later):
        self.law, self.later = law, later
        self.days = np.logspace(-4, 5, 91)

    def backdrop(self, ax):
        """Kaplan's size and tokens, each in its colour, and thin the later ones."""
        style.frame(ax, (6e-5, 1.7e5), (3e5, 3e13), "compute C = 6ND (PF-days)",
                    "size N (parameters), tokens D", x=units.power, y=units.short)  # fmt: skip
        for law, sign, lw in ((self.later, "--", 1.5), (self.law, "-", 3.5)):
            both = zip(law.optimum(self.days * laws.PF_DAY), (style.BLUE, style.ORANGE))
            for amount, colour in both:
                ax.plot(self.days, amount, sign, color=colour, lw=lw)
        size, tokens = self.law.optimum(1e-2 * laws.PF_DAY)
        style.note(ax, 1e-2, size, "size N", dx=8, dy=-8, colour=style.BLUE)
        style.note(ax, 1e-2, tokens, "tokens D", dx=-4, dy=6, colour=style.ORANGE)
        words = "thick: Kaplan\ndashed: Chinchilla's law, refit"
        style.inside(ax, 0.98, 0.05, words, ha="right", color=style.QUIET, bbox=style.GROUND)

    def foreground(self, ax, days):
        """The split of this budget by both laws."""
        size, tokens = self.law.optimum(days * laws.PF_DAY)
        ax.plot([days, days], [size, tokens], ":", color=style.QUIET, lw=1.5)
        style.best(ax, days, size)
        style.here(ax, days, tokens)
        for line, words, colour in (
            (0, f"● size {units.short(size)}", style.BLUE),
            (1, f"◆ tokens {units.short(tokens)}", style.WORDS[style.ORANGE]),
        ):
            look = {"va": "top", "fontsize": 14, "bbox": style.GROUND, "color": colour}
            style.inside(ax, 0.02, 0.96 - 0.09 * line, words, **look)
        other = [units.spoken(value) for value in self.later.optimum(days * laws.PF_DAY)]
        return (
            f"{days_said(days)} PF-days split Kaplan's way buy {units.spoken(size, 3)} parameters and "
            f"{units.spoken(tokens, 3)} tokens, {units.plain(tokens / size)} for each. The refit of "
            f"Chinchilla's law would buy {other[0]} and {other[1]}."
        )


class Contradiction:
    """Kaplan's loss by compute, and the least loss that the tokens of its split allow."""

    def __init__(self, by_compute, by_tokens, tokens_at_one=2e10):
        self.by_compute, self.by_tokens, self.tokens_at_one = by_compute, by_tokens, tokens_at_one
        self.days = np.logspace(-8, 8, 161)

    def crossing(self, exponent):
        """PF-days at which the two laws meet when tokens grow with this power of the compute."""
        slope = self.by_tokens.exponent * exponent - self.by_compute.exponent
        level = self.by_tokens.loss(self.tokens_at_one) / self.by_compute.loss(laws.PF_DAY)
        return float(np.exp(np.log(level) / slope)) if slope < 0 else np.inf

    def backdrop(self, ax):
        """The law of the compute."""
        ticks, name = (1, 1.5, 2, 3, 4, 6, 8), "least compute C_min (PF-days)"
        loss = "loss L (nats per token)"
        style.paper(ax, (1e-8, 1e8), (1, 8), ticks, name, loss, say=units.power)
        ax.plot(self.days, self.by_compute.loss(self.days * laws.PF_DAY), color=style.GREEN, lw=3)
        style.note(ax, 1e-6, 5.4, "promised by compute", colour=style.GREEN, dx=5, dy=2)

    def foreground(self, ax, exponent):
        """The limit of the tokens, and where the promise goes below it."""
        tokens = self.tokens_at_one * self.days**exponent
        allowed = self.by_tokens.loss(tokens)
        ax.plot(self.days, allowed, "--", color=style.ORANGE, lw=2.5, gid="allowed")
        style.note(
            ax,
            1e-4,
            allowed[40],
            "the tokens allow no less",
            dx=0,
            dy=-26,
            ha="center",
            colour=style.ORANGE,
        )
        days = self.crossing(exponent)
        start = f"With tokens growing as C^{exponent:.2f} "
        if days > 1e8:
            return start + "the two laws do not meet below a hundred million PF-days."
        loss = self.by_compute.loss(days * laws.PF_DAY)
        style.here(ax, days, loss, color=style.INK)
        return start + (
            f"the loss promised by compute goes below what the tokens allow at {units.power(days)} PF-days, "
            f"at {loss:.2f} nats and {units.spoken(self.tokens_at_one * days**exponent)} tokens."
        )


RESOURCES = {
    "compute C": "budget",
    "size N": "params",
    "size N with embeddings": "params_total",
    "data D": "tokens",
}
NOISE = 0.02  # Kaplan's run-to-run scatter of the loss, in nats
UNITS = dict(zip(RESOURCES, ("FLOP", "parameters", "parameters", "bytes")))
LINES = ("all of the best runs", "the smaller half of them")


def resource(runs, against):
    """(how much of this resource each run had, losses)."""
    return tuple(np.array(own_runs.columns(runs, RESOURCES[against], "loss")))


def best_runs(runs, against, line=LINES[0]):
    """The lowest loss at each amount, or at the smaller half of the amounts.

    Amounts of data count as one within a factor of two of the smallest.
    """
    x, loss = resource(runs, against)
    group = np.round(np.log2(x / x.min())) if against == "data D" else x
    chosen = [min(np.flatnonzero(group == g), key=loss.__getitem__) for g in np.unique(group)]
    used = len(chosen) if line == LINES[0] else max(3, (len(chosen) + 1) // 2)
    return x[chosen[:used]], loss[chosen[:used]]


class Bet:
    """The next number: where equal shares and equal drops lead, what was bet, and what came.

    compute and losses are the best runs, the last of them to be bet on; fit_line(x, losses) gives the
    exponent and the scale of a power law.
    """

    def __init__(self, compute, losses, fit_line, bet):
        self.compute, self.losses, self.fit_line = compute, losses, fit_line
        self.bet = guard.positive("my_bet", bet)

    def continued(self, known, flops):
        """The loss at these FLOP by equal shares, then by equal drops, from so many known runs."""
        x, losses = self.compute[:known], self.losses[:known]
        exponent, scale, _ = self.fit_line(x, losses)
        return scale * flops**-exponent, np.polyval(np.polyfit(np.log(x), losses, 1), np.log(flops))

    def backdrop(self, ax):
        """Log-log paper up to the next run."""
        ticks, name = (1.2, 1.4, 1.6, 1.8, 2, 2.5), "training compute C (FLOP)"
        edges = self.compute[0] / 2, 2 * self.compute[-1]
        style.paper(ax, edges, (1.2, 2.8), ticks, name, "loss L (nats per byte)", say=units.power)
        style.beyond(ax, self.compute[-2] * 1.3, edges[1], 1.26, "the next run")

    def foreground(self, ax, known, opened):
        """The known runs, both ways to go on, the bet, and the run once it is opened."""
        known, target, run = int(known), self.compute[-1], self.losses[-1]
        x = np.geomspace(self.compute[0], target, 40)
        shares, drops = self.continued(known, x)
        ax.plot(x, shares, color=style.BLUE, lw=2.5, gid="equal shares")
        ax.plot(x, drops, ":", color=style.QUIET, lw=2.5, gid="equal drops")
        ax.plot(self.compute[:known], self.losses[:known], "o", color=style.INK, ms=9, gid="known")
        style.best(ax, target, shares[-1])
        style.here(ax, target, self.bet)
        words = f"● equal shares {shares[-1]:.2f}", f"◆ your bet {self.bet:.2f}"
        told = [f"○ the run {run:.2f}"] * opened
        style.corner(ax, *words, f"··· equal drops {drops[-1]:.2f}", *told)
        start = (
            f"From {known} runs equal shares lead to {shares[-1]:.2f} at {units.power(target)} FLOP, equal "
            f"drops to {drops[-1]:.2f}. Your bet is {self.bet:.2f}."
        )
        if not opened:
            return start + " The run is still closed."
        ring = {"mfc": "none", "mec": style.INK, "mew": 2.5, "ms": 19}
        ax.plot([target], [run], "o", gid="run", **ring)
        missed = [abs(said - run) for said in (shares[-1], drops[-1], self.bet)]
        return start + (
            f" The run reached {run:.2f}: equal shares miss it by {missed[0]:.2f}, equal drops by "
            f"{missed[1]:.2f}, you by {missed[2]:.2f}."
        )


class OwnRuns:
    """Our own runs against one resource, with a line through the best of them.

    fit_line(x, losses) gives the exponent, the scale, and how far 95 % reach to each side of the exponent.
    """

    def __init__(self, runs, fit_line):
        self.runs, self.fit_line = own_runs.grid(runs, dearest=1e14), fit_line

    def across(self, against, amounts):
        """Where these amounts lie between the smallest (0) and the largest (1) of the runs, in logs."""
        x, _ = resource(self.runs, against)
        return np.log(np.asarray(amounts) / x.min()) / np.log(x.max() / x.min())

    def backdrop(self, ax):
        """Log paper upwards; across, whatever grows fills the width."""
        name, ticks = "FLOP, parameters or bytes (log scale)", (1, 1.5, 2, 2.5, 3)
        style.frame(ax, (-0.05, 1.05), (1, 3.2), name, "loss L (nats per byte)", y="{:g}".format)
        ax.yaxis.set_major_locator(FixedLocator(ticks))
        ax.set_xticks([0], [" "])  # room for the amounts
        ax.tick_params(axis="x", length=0)
        ax.grid(False, axis="x")
        ax.text(-0.03, 1.04, "our own runs, Python source, held-out bytes", color=style.QUIET)

    def foreground(self, ax, against, line):
        """All runs, the best of them, and the line."""
        amounts, losses = resource(self.runs, against)
        x, loss = best_runs(self.runs, against)
        used = best_runs(self.runs, against, line)
        exponent, scale, error = self.fit_line(*used)
        ends = np.array([x.min(), x.max()])
        decades = range(*np.ceil(np.log10([amounts.min() * 0.75, amounts.max() * 1.3])).astype(int))
        for power in decades:
            place = self.across(against, 10.0**power)
            ax.axvline(place, color=rcParams["grid.color"], lw=0.8, zorder=0)
            say = units.power if against == "compute C" else units.short
            ax.text(place, -0.025, say(10.0**power, 1), ha="center", va="top",
                    transform=ax.get_xaxis_transform())  # fmt: skip
        place = self.across(against, amounts)
        ax.plot(place, losses, ".", color=style.QUIET, ms=6, gid="runs")
        by_line = scale * ends**-exponent
        ax.plot(self.across(against, ends), by_line, color=style.GREEN, lw=2, gid="line")
        ring = {"mfc": "white", "mec": style.BLUE, "mew": 2, "ms": 9}
        ax.plot(self.across(against, x), loss, "o", gid="best runs", **ring)
        ax.plot(
            self.across(against, used[0]), used[1], "o", color=style.BLUE, ms=9, gid="in the line"
        )
        look = {"ha": "right", "va": "top", "fontsize": 14, "color": style.WORDS[style.GREEN]}
        style.inside(ax, 0.98, 0.96, f"exponent {exponent:.3f} ± {error:.3f}", **look)
        by_line = scale * x**-exponent
        off = by_line / loss - 1
        far = int(np.argmax(np.abs(off)))
        amount = units.power(x[far]) if against == "compute C" else units.spoken(x[far], 3)
        return (
            f"Against {against} the line through {len(used[0])} of {len(x)} best runs falls with exponent "
            f"{exponent:.3f} ± {error:.3f} (95 %): ten times as much leaves "
            f"{10**-exponent:.2f} of the loss. Farthest off it, by {abs(off[far]):.0%}, is the best run with "
            f"{amount} {UNITS[against]}: {loss[far]:.2f} where the line says {by_line[far]:.2f}."
        )


def optimal_loss(params):
    """The loss of the refit when each size sees its best number of tokens."""
    refit = laws.CHINCHILLA_REFIT
    return refit.loss(params, refit.optimal_tokens(params))


LAWS = {
    "a pure power law (Kaplan)": laws.KAPLAN_PARAMS.loss,
    "an irreducible loss of 1.82 (refit)": optimal_loss,
}
FITS = {"a line": False, "an irreducible loss, too": True}


class Extrapolate:
    """Three small models of a known law, with scatter, and what they say of a large one.

    power_fit(x, losses, floor) gives E, k and a of E + k x^-a for each row of losses.
    """

    def __init__(self, power_fit, draws=400):
        self.known, self.target = np.logspace(7, 9, 3), 1e11
        self.sizes = np.logspace(7, np.log10(2 * self.target), 60)
        self.scatter = np.random.default_rng(0).normal(0, NOISE, (draws, 3))
        self.fits = {
            (law, way): power_fit(self.known, truth(self.known) + self.scatter, floor)
            for law, truth in LAWS.items() for way, floor in FITS.items()
        }  # fmt: skip

    def predictions(self, law, way, params):
        """What each draw says about this size (or these sizes)."""
        E, k, a = self.fits[law, way]
        return E + k * np.asarray(params)[..., None] ** -a

    def backdrop(self, ax):
        """Log-log paper."""
        ticks, name = (1, 1.5, 2, 3, 4, 6), "model size N (parameters)"
        style.paper(ax, (7e6, 3e11), (1, 6), ticks, name, "loss L (nats per token)")
        style.beyond(ax, self.known[-1] * 1.3, 3e11, 1.03, "nothing trained here")
        ax.text(8e6, 1.03, "synthetic draws", color=style.QUIET, va="bottom")

    def foreground(self, ax, law, way, draw):
        """The truth, one draw of three points, its forecast, and where nine draws in ten end."""
        truth, draw = LAWS[law], int(draw)
        curves, ends = (self.predictions(law, way, x) for x in (self.sizes, self.target))
        style.band(ax, self.sizes, curves, level=0.9)
        ax.plot(self.sizes, truth(self.sizes), "--", color=style.INK, lw=1.5, gid="truth")
        ax.plot(self.sizes, curves[:, draw - 1], color=style.BLUE, lw=2.5, gid="forecast")
        points = truth(self.known) + self.scatter[draw - 1]
        ax.plot(self.known, points, "o", color=style.BLUE, ms=10, gid="points")
        style.here(ax, self.target, truth(self.target))
        forecast, (low, high) = ends[draw - 1], fits.interval(ends, level=0.9)
        style.corner(ax, f"◆ truth {truth(self.target):.2f}")
        look = {"ha": "right", "va": "top", "fontsize": 14, "color": style.BLUE}
        style.inside(ax, 0.98, 0.86, f"— forecast {forecast:.2f}", **look)
        return (
            f"Draw {draw}: three points, fitted with {way.removesuffix(', too')}, say {forecast:.2f} at "
            f"{units.spoken(self.target)} parameters; the truth is {truth(self.target):.2f}. Nine draws in "
            f"ten say {low:.2f} to {high:.2f}."
        )


class OwnForecast:
    """The best own run of each budget, fitted on the cheap ones, and what that says of the others.

    power_fit(x, losses, floor) gives E, k and a of E + k x^-a for each row of losses.
    """

    def __init__(self, runs, power_fit, draws=200):
        grid, self.power_fit = own_runs.grid(runs, dearest=1e14), power_fit
        self.flops, self.loss = best_runs(grid, "compute C")
        scatter = own_runs.seed_spread(runs, np.log)
        fresh = np.random.default_rng(0).normal(0, scatter, (draws, len(self.loss)))
        self.repeats = self.loss * np.exp(np.vstack([np.zeros_like(self.loss), fresh]))

    def predictions(self, budgets, way, flops):
        """What a fit of the cheapest budgets says; then what its repeats with fresh scatter say."""
        E, k, a = self.power_fit(self.flops[:budgets], self.repeats[:, :budgets], FITS[way])
        return E + k * np.asarray(flops)[..., None] ** -a, E[0]

    def backdrop(self, ax):
        """The best run of each budget."""
        edges = self.flops[0] / 2, 300 * self.flops[-1]
        ticks, name = (0.6, 0.8, 1, 1.5, 2, 2.5, 3), "training compute C (FLOP)"
        style.paper(ax, edges, (0.55, 3.2), ticks, name, "loss L (nats per byte)", say=units.power)
        style.beyond(ax, 1.5 * self.flops[-1], edges[1], 2.9)
        ax.plot(self.flops, self.loss, "o", mfc="white", mec=style.INK, ms=9, mew=1.5)

    def foreground(self, ax, budgets, way):
        """The fit and nine in ten of its repeats."""
        x = np.geomspace(self.flops[0] / 2, 300 * self.flops[-1], 50)
        curves, floor = self.predictions(budgets, way, x)
        style.band(ax, x, curves[:, 1:], level=0.9)
        ax.plot(x, curves[:, 0], color=style.BLUE, lw=2.5, gid="forecast")
        cheaper, last = np.split(np.array([self.flops, self.loss])[:, :budgets], [-1], axis=1)
        for used, name in ((cheaper, "cheaper"), (last, "here")):
            ax.plot(*used, "o", color=style.BLUE, ms=9, gid=name)
        ends = self.flops[-1] * np.array([1, 100])
        forecasts, _ = self.predictions(budgets, way, ends)
        (low, down), (high, up) = fits.interval(forecasts[:, 1:], level=0.9, axis=1)
        with_floor = f" with E = {floor:.2f}" if FITS[way] else ""
        return (
            f"Fitted on the {budgets:.0f} cheapest budgets{with_floor}: {forecasts[0, 0]:.2f} at "
            f"{units.power(ends[0])} FLOP (interval {low:.2f} to {high:.2f}), where the run had "
            f"{self.loss[-1]:.2f}; and {forecasts[1, 0]:.2f} ({down:.2f} to {up:.2f}) with a hundred "
            "times that compute."
        )
