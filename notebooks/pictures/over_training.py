"""Pictures of chapter 03: smaller models on more tokens, what serving costs, and what was released."""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from helpers import cost, fits, own_runs, style, units


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
        self.runs = own_runs.grid(runs)
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


FAMOUS = (
    "GPT-3 175B", "MT-NLG 530B", "Gopher", "Chinchilla", "LLaMA-7B", "Llama 2 7B", "Llama 2 70B", "TinyLlama 1.1B",
    "Llama 3 8B", "Llama 3 70B", "Llama 3.1 405B", "DeepSeek-V3", "Qwen3-0.6B", "Qwen3-32B",
)  # fmt: skip
NAMED = {  # where a name stands, in points from its dot
    "GPT-3 Small (125M)": (8, 0), "GPT-3 175B": (8, 0), "MT-NLG 530B": (8, 0), "Chinchilla": (-4, -14),
    "Llama 3.1 405B": (8, 0), "Qwen3-0.6B": (-10, 0),
}  # fmt: skip


class History:
    """Tokens per parameter of published models by date."""

    def __init__(self, law, draws, models):
        self.law, self.draws = law, draws
        self.models = {m.model: m for m in models if m.flops}

    def place(self, m) -> tuple[float, float]:
        """(year with its fraction, tokens for each active parameter)."""
        return int(m.released[:4]) + (int(m.released[5:]) - 0.5) / 12, m.tokens_per_param

    def backdrop(self, ax):
        """All models, the names of some, and twenty."""
        ax.set(yscale="log", xlim=(2020, 2026), ylim=(0.3, 2e5))
        ax.set(xlabel="first published", ylabel="training tokens per (active) parameter")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        ax.axhline(20, color=style.GREEN, lw=2, label="20, Chinchilla's own")
        for arch, mark, name in (("dense", "o", "dense"), ("moe", "s", "mixture of experts")):
            places = [self.place(m) for m in self.models.values() if m.arch == arch]
            ax.plot(*zip(*places), mark, color=style.PALE, mec=style.QUIET, ms=6, label=name)
        family = [self.place(m) for m in self.models.values() if m.model.startswith("Qwen3")]
        ax.plot(
            *zip(*family),
            "o",
            mfc="none",
            mec=style.PINK,
            ms=11,
            label="only the family's tokens known",
        )
        for name, (dx, dy) in NAMED.items():
            style.note(
                ax, *self.place(self.models[name]), name, dx=dx, dy=dy, va="center", fontsize=11
            )
        ax.legend(loc="lower right", fontsize=11, frameon=False, borderaxespad=0, labelspacing=0.3)

    def foreground(self, ax, model):
        """One model, and the demand for which its split is the best."""
        m = self.models[model]
        x, y = self.place(m)
        ax.plot([x], [y], "D", color=style.ORANGE, ms=11, mec="white")
        if model not in NAMED:
            style.note(ax, x, y, model, dx=10, dy=12, ha="right", fontsize=13)
        demand, many = (
            cost.demand_it_fits(law, m.active_params, m.tokens) for law in (self.law, self.draws)
        )
        said = (
            f"{m.model} ({m.released[:4]}): {units.spoken(m.active_params, 3)} parameters, {units.plain(y, max(2, len(f'{y:.0f}')))} tokens for "
            f"each, {units.plain(m.active_params / self.law.optimum(m.flops)[0])} times the best size for its compute. "
        )
        if demand <= 0:
            return said + "By the refit that is too large even if it never served."
        low, high = band(many)
        least = units.spoken(low) if low > 0 else "none"
        return said + (
            f"By the refit this split is the cheapest for its loss if {units.spoken(demand)} tokens are served (four "
            f"refits out of five: {least} to {units.spoken(high)})."
        )


class Versus:
    """Meta's own table: Llama 3 8B beside an older model, benchmark by benchmark."""

    OLDER = ("Llama 2 7B", "Llama 2 13B", "Llama 2 70B")

    def __init__(self, scores):
        self.scores = scores[::-1]  # from below
        self.base = np.array([score.kind == "base" for score in self.scores])
        self.height = np.arange(len(self.scores)) + 0.8 * self.base
        self.ours = np.array([score.llama3_8b for score in self.scores])

    def backdrop(self, ax):
        """The benchmarks and the scores of Llama 3 8B."""
        ax.set(
            xlim=(0, 100), ylim=(-0.8, 16.6), xlabel="score (percent)", ylabel="tuned | base models"
        )
        ax.set_yticks(self.height, [score.benchmark for score in self.scores], fontsize=10)
        ax.axhline(4.9, color=style.QUIET, lw=1)
        ax.plot(self.ours, self.height, "D", color=style.ORANGE, ms=8)
        ax.text(2, 5.9, "\N{BLACK DIAMOND} Llama 3 8B", color=style.WORDS[style.ORANGE])

    def foreground(self, ax, older):
        """The older model, and who wins; a dotted line where it is the older one."""
        theirs = np.array(
            [getattr(s, older.lower().replace(" ", "", 1).replace(" ", "_")) for s in self.scores]
        )
        gap = self.ours - theirs
        for won, line, colour in ((gap > 0, "-", style.ORANGE), (gap <= 0, ":", style.BLUE)):
            ax.hlines(
                self.height[won], theirs[won], self.ours[won], colors=colour, linestyles=line, lw=2
            )
        ax.plot(theirs, self.height, "o", color=style.BLUE, ms=8)
        ax.text(2, 7.3, f"\N{BLACK CIRCLE} {older}", color=style.BLUE)
        base, tuned = gap[self.base], gap[~self.base]
        return (
            f"Against {older}, Llama 3 8B wins {(base > 0).sum()} of {base.size} as a base model (on average "
            f"{base.mean():+.1f} points) and {(tuned > 0).sum()} of {tuned.size} after tuning to follow "
            f"instructions ({tuned.mean():+.1f})."
        )


class Bills:
    """What a model has cost after serving some tokens: training, and serving on top."""

    def __init__(self, models):
        self.models, self.served = {m.model: m for m in models if m.flops}, np.logspace(9, 16, 60)

    def backdrop(self, ax):
        """Axes of tokens served and FLOP."""
        ax.set(xscale="log", yscale="log", xlim=(1e10, 1e16), ylim=(1e20, 1e28))
        ax.set(xlabel="tokens served so far T", ylabel="compute (FLOP)")
        style.counted(ax.xaxis)
        lines = ("-", style.INK, "both"), ("--", style.BLUE, "training, 6ND, once")
        legend(ax, *lines, ("-.", style.ORANGE, "serving, 2N for each token"), loc="upper left")

    def foreground(self, ax, model, served):
        """The two bills of one model, and where they are equal."""
        m = self.models[model]
        training, serving = m.flops, cost.serving_flops(m.active_params, self.served)
        ax.plot(self.served, training + serving, color=style.INK, lw=3)
        ax.plot([1e10, 1e16], [training, training], "--", color=style.BLUE, lw=2)
        ax.plot(self.served, serving, "-.", color=style.ORANGE, lw=2)
        equal, now = 3 * m.tokens, cost.serving_flops(m.active_params, served)
        ax.plot([equal], [training], "o", color=style.BLUE, ms=10)
        ax.plot([served], [training + now], "D", color=style.ORANGE, ms=11, mec="white")
        style.note(ax, equal, training, f"equal at {units.short(equal)}", dx=4, dy=-12)
        return (
            f"{model}: training took {units.power(training)} FLOP. After {units.spoken(served)} tokens served, "
            f"serving has taken {units.power(now)}, {units.plain(now / training)} times as much; the two bills are "
            f"equal at {units.spoken(equal, 3)} tokens."
        )


class Price:
    """Dollars for a million written tokens against conversations served at once, for two model sizes.

    The best that a chip can do by its roofline: every byte of bandwidth used, mfu of the peak reached.
    """

    def __init__(self, chip, mfu=0.4):
        self.chip, self.flop_per_s = chip, mfu * chip.bf16_flop_per_s
        # layers, key-value heads and width of a head: Llama 3.1 8B and 70B
        self.models = {8e9: cost.kv_bytes(32, 8, 128), 70e9: cost.kv_bytes(80, 8, 128)}

    def line(self, params, context, gpus, dollars):
        """(conversations at once, dollars a million written tokens) until the memory is full."""
        chip, kv = self.chip, self.models[params]
        most = cost.most_conversations(params, kv, context, gpus * chip.memory_bytes)
        many = np.unique(np.geomspace(1, max(most, 1), 40).round())
        speed = cost.tokens_per_second(
            params,
            many,
            kv,
            context,
            gpus * self.flop_per_s,
            gpus * chip.memory_bandwidth_bytes_per_s,
        )
        return many, cost.price_per_million(speed, gpus * dollars)

    def reading(self, params, dollars):
        """Dollars a million tokens of a prompt, which is read all at once and so bound by compute."""
        return cost.price_per_million(self.flop_per_s / cost.serving_flops(params, 1), dollars)

    def backdrop(self, ax):
        """Axes of conversations and dollars."""
        ax.set(xscale="log", yscale="log", xlim=(0.8, 1e4), ylim=(1e-3, 600))
        ax.set(xlabel="conversations at once on the machine", ylabel="dollars for a million tokens")
        style.counted(ax.xaxis)
        style.counted(ax.yaxis, lambda value, _: f"{value:g}")

    def foreground(self, ax, context, gpus, dollars):
        """Both models at this length of the conversations, number of GPUs for the large one, and rent."""
        said, prices, reads = [], [], []
        for params, on, mark, colour in (
            (8e9, 1, "o", style.ORANGE),
            (70e9, gpus, "s", style.BLUE),
        ):
            many, price = self.line(params, context, on, dollars)
            read, name = self.reading(params, dollars), units.short(params)
            ax.plot(many, price, color=colour, lw=3)
            ax.plot(many[-1:], price[-1:], mark, color=colour, ms=11, mec="white")
            ax.axhline(read, color=colour, ls=":", lw=2)
            style.note(
                ax,
                many[-1],
                price[-1],
                f"{name} on {on}: memory full",
                dx=10 if many[-1] < 300 else 0,
                dy=-10 if params < 1e10 else 10,
                ha="left" if many[-1] < 300 else "center",
                colour=colour,
                fontsize=12,
            )
            ax.text(
                1,
                0.9 * read,
                f"{name} reading prompts",
                color=style.WORDS.get(colour, colour),
                va="top",
                fontsize=11,
            )
            said.append(
                f"{name} on {on} serves {many[-1]:,.0f} at once for {units.plain(price[-1])} dollars"
            )
            prices.append(price[-1])
            reads.append(read)
        return (
            f"Conversations of {context:,.0f} tokens, {dollars:g} dollars a GPU hour, memory full, at best: {said[0]} a million tokens "
            f"written; {said[1]}, {units.plain(prices[1] / prices[0])} times as much. Reading prompts: "
            f"{units.plain(reads[1] / reads[0], 3)} times."
        )


class Planner:
    """How much too much a plan costs when the demand turns out other than expected."""

    def __init__(self, law, draws, chip, mfu=0.4, serving_mfu=0.1):
        self.law, self.demand = law, np.logspace(9, 16.2, 65)
        some = (getattr(draws, name)[:100] for name in ("E", "A", "B", "alpha", "beta"))
        self.draws = type(draws)(*some, "100 draws")
        self.weight = mfu / serving_mfu  # so many FLOP of training cost as much as one of serving
        self.hour = 3600 * mfu * chip.bf16_flop_per_s  # FLOP of training in a GPU hour

    def regret(self, law, run, served):
        """How much more this run costs than the cheapest one of equal loss, as a share of that."""
        served = served * self.weight
        best = cost.best_for_lifetime(law, law.loss(*run), served)
        return cost.lifetime_flops(*run, served) / cost.lifetime_flops(*best, served) - 1

    def plan(self, params, served):
        """(params, tokens) as good as the compute-optimal model of params, the cheapest for this demand."""
        loss = self.law.loss(params, self.law.optimal_tokens(params))
        return cost.best_for_lifetime(self.law, loss, served * self.weight)

    def bills(self, run, served, dollars):
        """Dollars for training and for serving."""
        training = cost.lifetime_flops(*run, 0) / self.hour * dollars
        return training, cost.serving_flops(run[0], served) * self.weight / self.hour * dollars

    def backdrop(self, ax):
        """Axes of demand and regret."""
        ax.set(xscale="log", xlim=(1e9, 1.6e16), ylim=(-0.02, 1.65))  # the legend is above 1.5
        ax.set(xlabel="tokens really served", ylabel="paid more than the best plan")
        style.counted(ax.xaxis)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        lines = ("--", style.QUIET, "compute-optimal"), ("-", style.BLUE, "your plan")
        legend(
            ax, *lines, ("D-", style.ORANGE, "four refits out of five"), loc="upper left", ncol=3
        )

    def foreground(self, ax, params, served, dollars):
        """The regret of the plan and of the compute-optimal one, at every demand."""
        run, optimal = self.plan(params, served), (params, self.law.optimal_tokens(params))
        regret = self.regret(self.law, optimal, self.demand)
        ax.plot(self.demand, np.where(regret < 1.5, regret, np.nan), "--", color=style.QUIET, lw=3)
        regret = self.regret(self.law, run, self.demand)
        ax.plot(self.demand, np.where(regret < 1.5, regret, np.nan), color=style.BLUE, lw=3)
        cases = served * np.array([0.1, 1.0, 10.0])
        wrong = self.regret(self.law, run, cases)
        low, high = band(self.regret(self.draws, run, cases[:, None]), axis=1)
        ax.vlines(cases, low, high, color=style.ORANGE, lw=5)
        ax.plot(cases, wrong, "D", color=style.ORANGE, ms=9, mec="white")
        said = [f"{percent(w)} ({percent(a)} to {percent(b)})" for w, a, b in zip(wrong, low, high)]
        training, serving = (units.spoken(bill) for bill in self.bills(run, served, dollars))
        return (
            f"Train {units.spoken(run[0])} parameters on {units.spoken(run[1])} tokens (loss {self.law.loss(*run):.3f}) "
            f"for {training} dollars; serving {units.spoken(served)} tokens costs {serving}. With a tenth of that "
            f"demand you paid {said[0]} more than needed, with ten times {said[2]}."
        )
