"""Pictures of chapter 03: smaller models on more tokens, what serving costs, and what was released."""

from dataclasses import replace

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from helpers import cost, fits, guard, laws, units
from pictures import style


def smallest_share(law):
    """The share of the best size below which no number of tokens reaches the same loss.

    >>> round(smallest_share(laws.CHINCHILLA_REFIT), 3)
    0.146
    """
    return guard.plain((law.beta / (law.alpha + law.beta)) ** (1.0 / law.alpha))


def best_for_lifetime(law, loss, served_tokens):
    """(params, tokens) that reach this loss with the fewest FLOP of training and serving together.

    They solve (alpha A / N^alpha) / (beta B / D^beta) = 1 + served_tokens / (3 D). A loss of E or
    less raises ValueError. Source of the problem: Sardana et al. 2024 (arXiv 2401.00448).

    >>> law = laws.CHINCHILLA_REFIT
    >>> params, tokens = best_for_lifetime(law, law.loss(13e9, law.optimal_tokens(13e9)), 2e12)
    >>> f"{params / 1e9:.1f} billion on {tokens / 1e12:.2f} trillion tokens"
    '6.1 billion on 0.74 trillion tokens'
    """
    reducible = guard.positive("loss", loss) - law.E
    guard.refuse("loss", loss, reducible <= 0, f"above {np.max(law.E):.6g}, the irreducible loss E")
    served = guard.positive("served_tokens", served_tokens, zero=True)
    data = law.alpha / (law.alpha + law.beta)  # what the compute-optimal model leaves to its data
    optimal_tokens = (law.B / (data * reducible)) ** (1.0 / law.beta)
    # The best one's data term is x times that: x + demand x^power = 1, solved by Newton's method from
    # above, where it cannot overshoot.
    demand, power = (1.0 - data) * served / (3.0 * optimal_tokens), 1.0 + 1.0 / law.beta
    x = np.maximum(demand, 1.0) ** (-1.0 / power)
    for _ in range(8):
        slope = 1.0 + power * demand * x ** (power - 1.0)
        x = x - (x + demand * x**power - 1.0) / slope
    params = (law.A / ((1.0 - data * x) * reducible)) ** (1.0 / law.alpha)
    return guard.plain(params), guard.plain(optimal_tokens / x ** (1.0 / law.beta))


def demand_it_fits(law, params, tokens):
    """Served tokens for which this size and these tokens are the best for a lifetime.

    Negative where the model is too large even if it never served. Solves the condition of
    best_for_lifetime for served_tokens.

    >>> f"{demand_it_fits(laws.CHINCHILLA_REFIT, 8e9, 15e12):.2g}"
    '1.9e+14'
    """
    size = law.alpha * law.A / guard.positive("params", params) ** law.alpha
    tokens = guard.positive("tokens", tokens)
    data = law.beta * law.B / tokens**law.beta
    return guard.plain(3.0 * tokens * (size / data - 1.0))


def ends(draws, say=units.spoken):
    """The ends of four draws out of five in words."""
    return " to ".join(say(end) for end in fits.interval(draws))


def legend(ax, *lines, loc="upper right", ncol=1):
    """Name what the foreground will draw, once: (format, colour, words) for each."""
    for line, colour, words in lines:
        ax.plot([], [], line, color=colour, lw=2.5, ms=8, mec="white", label=words)
    coloured(ax.legend(loc=loc, ncol=ncol, fontsize=12, frameon=False))


def coloured(legend):
    """Write the words of a legend in the colours of their lines."""
    for line, words in zip(legend.get_lines(), legend.get_texts(), strict=True):
        colour = {style.PALE: style.QUIET, style.PINK: style.INK}.get(
            line.get_color(), line.get_color()
        )
        words.set_color(style.WORDS.get(colour, colour))


def multiples(axis, ticks):
    """These ticks alone on a log axis."""
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


class EqualLoss:
    """Training compute against size when the loss stays the same, both in units of the best model's.

    compute_at_equal_loss(alpha, beta, f) gives it for f times the best size, nan where none is enough.
    """

    ROOM, SHARES = (0.9, 20.0), (0.08, 4)
    TICKS: tuple[float, ...] = (1, 1.25, 2, 3, 5, 10, 20)
    WORDS = "training compute (best = 1)"

    def __init__(self, law, draws, compute_at_equal_loss, other=None):
        self.law, self.draws, self.other, self.wall = law, draws, other, smallest_share(law)
        self.compute_at_equal_loss = compute_at_equal_loss
        close = self.wall * (1 + np.geomspace(1e-4, 0.3, 60))  # where the curve is steep
        self.shares = np.sort([*np.geomspace(0.08, 4, 120), *close])

    def curve(self, law, shares, served=0.0):
        """Training and serving compute at these shares in units of the best model's, inf where impossible.

        served is in units of three times the best model's training tokens.
        """
        with np.errstate(invalid="ignore"):
            training = self.compute_at_equal_loss(law.alpha, law.beta, np.asarray(shares))
        return (np.where(np.isnan(training), np.inf, training) + shares * served) / (1.0 + served)

    def backdrop(self, ax):
        """The laws, the band of the refits, and where no number of tokens is enough."""
        ax.set(xscale="log", yscale="log", xlim=self.SHARES, ylim=self.ROOM)
        ax.set(xlabel="size (best for this loss = 1)", ylabel=self.WORDS)
        multiples(ax.xaxis, (0.1, 0.15, 0.25, 0.5, 0.75, 1, 2, 4))
        multiples(ax.yaxis, self.TICKS)
        many = [np.minimum(self.curve(self.draws, share), 1e3) for share in self.shares]
        style.band(ax, self.shares, many, style.GREEN)
        refit = self.curve(self.law, self.shares)
        dash = "-" if self.other else "--"  # the solid line is the one that moves
        ax.plot(self.shares, refit, dash, color=style.GREEN, lw=2.5, label="training alone, refit")
        style.beyond(ax, self.SHARES[0], self.wall)
        words = "no number\nof tokens\nis enough"
        ax.text(0.083, self.ROOM[0] * 1.15, words, color=style.QUIET, fontsize=10)
        if self.other:
            curve = self.curve(self.other, self.shares)
            ax.plot(self.shares, curve, "--", color=style.BLUE, lw=2.5, label="Hoffmann, unrounded")
        else:
            ax.plot([], [], color=style.BLUE, lw=3, label="training and serving")
            ax.plot([], [], "o", color=style.QUIET, ms=9, label="compute-optimal")
        coloured(ax.legend(loc="upper right", fontsize=12, frameon=False))

    def foreground(self, ax, share):
        """A model of this share of the best size."""
        line = {"color": style.QUIET, "lw": 1, "ls": "--", "gid": "here"}
        ax.axvline(share, ymax=0.82, **line)  # the legend is above
        factors = [float(self.curve(law, share)) for law in (self.law, self.other)]
        if factors[1] <= self.ROOM[1]:
            ax.plot([share], factors[1:], "o", color=style.BLUE, ms=13, mec="white", gid="other")
        if factors[0] <= self.ROOM[1]:
            ax.plot([share], factors[:1], "D", color=style.GREEN, ms=8, mec="white", gid="refit")
        by_refit, by_other = (
            "no compute is enough" if np.isinf(factor)
            else f"{units.plain(factor, 3)} times" if factor < 1e3 else "over 1,000 times"
            for factor in factors
        )  # fmt: skip
        if factors[0] <= self.ROOM[1]:
            side = 12 if share < 2 else -12
            style.note(ax, share, factors[0], by_refit, dx=side, dy=12, colour=style.GREEN)
        else:  # words beside the curves, in the free middle
            words = f"at {units.percent(share)} of the size:\n{by_refit}"
            ax.text(0.27, 8, words, color=style.WORDS[style.GREEN])
        many = self.curve(self.draws, share)
        never = 1 - np.isfinite(many).mean()
        spread = f"no compute is enough for {units.percent(never)} of the refits"
        if not never:
            spread = f"four refits out of five: {ends(many, lambda x: units.plain(x, 3))}"
        return (
            f"{units.percent(share)} of the best size at the same loss, training compute: {by_refit} by the refit ({spread}), "
            f"{by_other} by Hoffmann's constants."
        )


class Lifetime(EqualLoss):
    """Training and serving together against size when the loss stays the same.

    plan(law, params, served) gives (params, tokens, share of its life's FLOP saved) of the cheapest
    model that is as good as the compute-optimal one of params.
    """

    ROOM, SHARES, TICKS = (0.09, 10.0), (0.08, 2), (0.2, 0.5, 1, 2, 5, 10)
    WORDS = "compute (compute-optimal = 1)"

    def __init__(self, law, draws, compute_at_equal_loss, plan):
        super().__init__(law, draws, compute_at_equal_loss)
        self.plan = plan

    def foreground(self, ax, params, served):
        """The valley for this demand, and its lowest point."""
        size, tokens, saved = self.plan(self.law, params, served)
        own_tokens = self.law.optimal_tokens(params)
        valley = self.curve(self.law, self.shares, served / 3 / own_tokens)
        ax.plot(self.shares, valley, color=style.BLUE, lw=3, gid="valley")
        ax.plot([1], [1], "o", color=style.QUIET, ms=9)
        if saved > 0.1:
            ax.plot([size / params] * 2, [1, 1 - saved], color=style.ORANGE, lw=2, gid="saved")
        style.here(ax, size / params, 1 - saved, ms=12)
        words = f"{units.short(size, 2)} on {units.short(tokens, 2)} tokens"
        words += f"\nsaves {units.percent(saved)}" if saved > 0.1 else ""
        side = 12 if size < 0.6 * params else -12
        style.note(ax, size / params, 1 - saved, words, dx=side, dy=-10, fontsize=13)
        sizes, _, savings = self.plan(self.draws, params, served)
        return (
            f"As good as a compute-optimal {units.spoken(params)} (on {units.spoken(own_tokens)} tokens), and "
            f"{units.spoken(served)} tokens served: best {units.spoken(size)} on {units.spoken(tokens)}, "
            f"{units.plain(tokens / size)} for each; saves {units.percent(saved)} of the FLOP of its life (four refits "
            f"out of five: {ends(sizes)} parameters, {ends(savings, units.percent)})."
        )


class OwnEqualLoss:
    """Compute that our own runs of each size need for one loss: measured, and by the law fitted to them.

    flops_to_reach(loss, size) gives what was measured, nan where no two runs straddle the loss.
    """

    def __init__(self, runs, flops_to_reach, law, draws):
        self.runs, self.flops_to_reach, self.law, self.draws = runs, flops_to_reach, law, draws
        self.sizes = np.array(sorted({run.params for run in runs}))
        dearest = {run.params: run for run in runs}  # the runs come with the cheap ones first
        self.dearest = [dearest[size] for size in self.sizes]
        self.per_byte = np.array([run.flops / run.tokens for run in self.dearest])

    def measured(self, loss):
        """FLOP at which each size reaches this loss."""
        return np.array([self.flops_to_reach(loss, size) for size in self.sizes])

    def least(self, loss):
        """FLOP at which the cheapest size reaches this loss."""
        return np.nanmin(self.measured(loss))

    def by_law(self, law, loss):
        """FLOP at which each size reaches it by a law or by draws of it; inf where no number of bytes is enough."""
        size, per_byte = self.sizes[:, None], self.per_byte[:, None]
        return np.ma.filled(law.tokens_for_loss(size, loss), np.inf) * per_byte

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
        runs, law = self.measured(loss), self.by_law(self.law, loss)[:, 0]
        style.band(ax, self.sizes, np.clip(self.by_law(self.draws, loss), 1e9, 1e17), style.GREEN)
        ax.plot(self.sizes, np.minimum(law, 1e17), "--", color=style.GREEN, lw=2.5)
        ax.plot(self.sizes, runs, "o-", color=style.BLUE, ms=8, gid="runs")
        missed = [run for run in self.dearest if run.loss > loss]
        if missed:
            ax.plot(*zip(*((run.params, run.budget) for run in missed)), "^", color=style.ORANGE,
                    mec="white", ms=9, gid="missed")  # fmt: skip
        best, first = int(np.nanargmin(runs)), int(np.flatnonzero(np.isfinite(runs))[0])
        style.here(ax, self.sizes[best], runs[best], ms=11)
        sentence = (
            f"Loss {loss:.2f} nats per byte: cheapest with {units.short(self.sizes[best])} parameters, "
            f"{units.power(runs[best])} FLOP. The smallest that reached it, {units.short(self.sizes[first])} "
            f"({units.percent(self.sizes[first] / self.sizes[best])} of that), took {units.plain(runs[first] / runs[best])} times as many."
        )
        small = [run for run in missed if run.params < self.sizes[best]]
        if small:
            sentence += f" {units.short(small[-1].params)} did not reach it with {units.power(small[-1].budget, 1)} FLOP."
        return sentence


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
        return units.year(m.released), m.tokens_per_param

    def backdrop(self, ax):
        """All models, the names of some, and twenty."""
        ax.set(yscale="log", xlim=(2020, 2026), ylim=(0.3, 6e5))
        ax.set(xlabel="first published", ylabel="training tokens per (active) parameter")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        ax.axhline(20, color=style.GREEN, lw=2, label="20, Chinchilla's own")
        for arch, mark, name in (("dense", "o", "dense"), ("moe", "s", "mixture of experts")):
            models = [m for m in self.models.values() if m.arch == arch]
            x, y = zip(*map(self.place, models))
            (dots,) = ax.plot(x, y, mark, color=style.PALE, mec=style.QUIET, ms=6, label=name)
            style.named(dots, x, y, [m.model for m in models])
        family = [self.place(m) for m in self.models.values() if m.model.startswith("Qwen3")]
        ax.plot(
            *zip(*family),
            "o",
            mfc="none",
            color=style.PINK,
            ms=11,
            label="only the family's tokens known",
        )
        for name, (dx, dy) in NAMED.items():
            style.note(
                ax, *self.place(self.models[name]), name, dx=dx, dy=dy, va="center", fontsize=11
            )
        look = {"fontsize": 11, "frameon": False, "borderaxespad": 0, "labelspacing": 0.3}
        coloured(ax.legend(loc="lower right", **look))

    def foreground(self, ax, model):
        """One model, and the demand for which its split is the best."""
        m = self.models[model]
        x, y = self.place(m)
        style.here(ax, x, y, ms=11)
        ratio = units.plain(y, max(2, len(f"{y:.0f}")))
        words = f"\N{BLACK DIAMOND} {model}: {ratio} tokens for each"
        look = {"color": style.WORDS[style.ORANGE], "fontsize": 14, "va": "top"}
        style.inside(ax, 0.02, 0.97, words, **look)
        demand, many = (
            demand_it_fits(law, m.active_params, m.tokens) for law in (self.law, self.draws)
        )
        sentence = (
            f"{m.model} ({m.released[:4]}): {units.spoken(m.active_params, 3)} parameters, {ratio} tokens for "
            f"each, {units.plain(m.active_params / self.law.optimum(m.flops)[0])} times the best size for its compute. "
        )
        if demand <= 0:
            return sentence + "By the refit that is too large even if it never served."
        low, high = fits.interval(many)
        least = units.spoken(low) if low > 0 else "none"
        return sentence + (
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
        ax.set(xlim=(0, 100), ylim=(-0.8, 16.6), xlabel="score (percent)", ylabel="benchmark")
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
        ax.plot(theirs, self.height, "o", color=style.BLUE, ms=8, gid="older")
        ax.text(2, 7.3, f"\N{BLACK CIRCLE} {older}", color=style.BLUE)
        base, tuned = gap[self.base], gap[~self.base]
        for height, kind, gaps in ((7.8, "base models", base), (3, "tuned", tuned)):
            words = f"{kind}: 8B wins {(gaps > 0).sum()} of {gaps.size}"
            ax.text(99, height, words, ha="right", va="center", fontsize=12, gid=kind)
        return (
            f"Against {older}, Llama 3 8B wins {(base > 0).sum()} of {base.size} as a base model (on average "
            f"{base.mean():+.1f} points) and {(tuned > 0).sum()} of {tuned.size} after tuning to follow "
            f"instructions ({tuned.mean():+.1f})."
        )


A_DAY = 1e6 * 10 * (1500 + 400)  # tokens: a million users, ten requests each, read and written
SCALES = (  # tokens served, whose they are
    (365 * A_DAY, "a million users,\none year"),
    (3.2e15, "all of Google,\none month of 2026"),
)


class Bills:
    """What a model has cost after serving some tokens: training, and serving on top."""

    def __init__(self, models):
        self.models = {m.model: m for m in models if m.flops}
        self.served = np.logspace(9.9, 16.2, 60)

    def backdrop(self, ax):
        """Axes of tokens served and FLOP, and what two services serve."""
        ax.set(xscale="log", yscale="log", xlim=(8e9, 1.6e16), ylim=(1e20, 5e28))
        ax.set(xlabel="tokens served so far T", ylabel="compute (FLOP)")
        style.counted(ax.xaxis)
        for tokens, words in SCALES:
            ax.axvline(tokens, ymax=0.2, color=style.QUIET, lw=1, ls=":")
            look = {"color": style.QUIET, "fontsize": 10, "ha": "right", "linespacing": 1.3}
            ax.text(0.9 * tokens, 1.4e20, words, **look)
        lines = ("-", style.INK, "both"), ("--", style.BLUE, "training, 6ND, once")
        legend(ax, *lines, ("-.", style.ORANGE, "serving, 2N for each token"), loc="upper left")

    def foreground(self, ax, model, served):
        """The two bills of one model, and where they are equal."""
        m = self.models[model]
        training, serving = m.flops, cost.serving_flops(m.active_params, self.served)
        ax.plot(self.served, training + serving, color=style.INK, lw=3)
        ax.plot(self.served[[0, -1]], [training, training], "--", color=style.BLUE, lw=2)
        ax.plot(self.served, serving, "-.", color=style.ORANGE, lw=2)
        equal, now = 3 * m.tokens, cost.serving_flops(m.active_params, served)
        ax.plot([equal], [training], "o", color=style.BLUE, ms=10, gid="equal")
        ax.axvspan(equal, ax.get_xlim()[1], color=style.ORANGE, alpha=0.08, lw=0, gid="dearer")
        style.here(ax, served, training + now, ms=11)
        words = f"equal at {units.short(equal)}:\nfrom here on serving\nhas cost more"
        style.note(ax, equal, training, words, dx=6, dy=-12, colour=style.BLUE)
        return (
            f"{model}: training took {units.power(training)} FLOP. After {units.spoken(served)} tokens served, "
            f"serving has taken {units.power(now)}, {units.plain(now / training)} times as much; the two bills are "
            f"equal at {units.spoken(equal, 3)} tokens."
        )


class Price:
    """Dollars for a million written tokens against conversations served at once, for two model sizes.

    The best that a chip can do: step_seconds(params, context, batch, gpus) says how long it computes
    and how long it reads its memory to write one token for each conversation of the batch,
    most_conversations(params, context, gpus) when the memory is full, prompt_seconds(params, context)
    how long one chip reads a token of a prompt, and price_per_million(seconds, batch, gpus, dollars)
    what a step comes to.
    """

    def __init__(self, step_seconds, most_conversations, prompt_seconds, price_per_million):
        self.step_seconds, self.most_conversations = step_seconds, most_conversations
        self.prompt_seconds, self.price_per_million = prompt_seconds, price_per_million

    def line(self, params, context, gpus, dollars):
        """(conversations at once, dollars a million written tokens, whether arithmetic is the limit)."""
        most = self.most_conversations(params, context, gpus)
        many = np.unique(np.geomspace(1, max(most, 1), 40).round())
        arithmetic, reading = self.step_seconds(params, context, many, gpus)
        slower = np.maximum(arithmetic, reading)
        return many, self.price_per_million(slower, many, gpus, dollars), arithmetic > reading

    def reading(self, params, context, dollars):
        """Dollars a million tokens of a prompt, which is read all at once and so bound by arithmetic."""
        return self.price_per_million(self.prompt_seconds(params, context), 1, 1, dollars)

    def backdrop(self, ax):
        """Axes of conversations and dollars."""
        ax.set(xscale="log", yscale="log", xlim=(0.8, 1e4), ylim=(1e-3, 600))
        ax.set(xlabel="conversations at once on the machine", ylabel="dollars for a million tokens")
        style.counted(ax.xaxis)
        style.counted(ax.yaxis, lambda value, _: f"{value:g}")
        for width, limit in ((3, "memory"), (7, "arithmetic")):
            look = {"color": style.QUIET, "lw": width}
            ax.plot([], [], label=f"writing, {limit} is the limit", **look)
        coloured(ax.legend(loc="upper right", fontsize=12, frameon=False))

    def draw(self, ax, line, read, mark, colour, words):
        """What one model writes for, up to the mark where the memory is full, and what it reads for."""
        (many, price, computing), (name, on) = line, words
        ax.plot(many, price, color=colour, lw=3)
        look = {"color": colour, "lw": 7, "gid": f"computing {name}"}
        ax.plot(many[computing], price[computing], **look)
        ax.plot(many[-1:], price[-1:], mark, color=colour, ms=11, mec="white", gid=f"full {name}")
        ax.axhline(read, color=colour, ls=":", lw=2)
        left = many[-1] < 300
        side = {"dx": 10 if left else 0, "ha": "left" if left else "right", "fontsize": 12}
        side["dy"] = -10 if colour == style.ORANGE else 10
        style.note(ax, many[-1], price[-1], f"{name} on {on}: memory full", colour=colour, **side)
        ax.text(1, 0.9 * read, f"{name} reading prompts", color=style.WORDS.get(colour, colour),
                va="top", fontsize=11)  # fmt: skip

    def foreground(self, ax, context, gpus, dollars):
        """Both models at this length of the conversations, number of GPUs for the large one, and rent."""
        words, prices, reads = [], [], []
        for params, on, look in ((8e9, 1, ("o", style.ORANGE)), (70e9, gpus, ("s", style.BLUE))):
            line = many, price, _ = self.line(params, context, on, dollars)
            name, read = units.short(params), self.reading(params, context, dollars)
            self.draw(ax, line, read, *look, (name, on))
            words.append(
                f"{name} on {on} serves {many[-1]:,.0f} at once for {units.plain(price[-1])} dollars"
            )
            prices.append(price[-1])
            reads.append(read)
        return (
            f"Conversations of {context:,.0f} tokens, {dollars:g} dollars a GPU hour, memory full, at best: {words[0]} a million tokens "
            f"written; {words[1]}, {units.plain(prices[1] / prices[0])} times as much. Reading prompts: "
            f"{units.plain(reads[1] / reads[0], 3)} times."
        )


class Promise:
    """What a GPU writes in a second against how long each user waits for the next token, by the batch.

    step_seconds, most_conversations: as for Price. batch_within(promise, params, context, gpus) is the
    largest batch that fits and keeps a promise in seconds.
    """

    PARAMS, GPUS = 70e9, (2, 4, 8)

    def __init__(self, step_seconds, most_conversations, batch_within):
        self.step_seconds, self.most_conversations = step_seconds, most_conversations
        self.batch_within = batch_within

    def point(self, context, gpus, batch):
        """(milliseconds for the next token, tokens a second from each GPU) of a batch."""
        step = np.maximum(*self.step_seconds(self.PARAMS, context, batch, gpus))
        return 1e3 * step, batch / step / gpus

    def backdrop(self, ax):
        """Axes of waiting and of writing."""
        ax.set(xscale="log", yscale="log", xlim=(4, 200), ylim=(8, 6000))
        ax.set(
            xlabel="milliseconds until a user's next token", ylabel="tokens a second from each GPU"
        )
        multiples(ax.xaxis, (5, 10, 20, 50, 100, 200))
        multiples(ax.yaxis, (10, 30, 100, 300, 1000, 3000))
        words = "each curve: from one user (below)\nto a full memory (dot)"
        style.inside(ax, 0.98, 0.05, words, ha="right", color=style.QUIET, fontsize=11)

    def foreground(self, ax, context, gpus, promise):
        """A curve for each number of GPUs, a point for each batch, and what the promise allows."""
        for on in self.GPUS:
            most = max(self.most_conversations(self.PARAMS, context, on), 1)
            x, y = self.point(context, on, np.unique(np.geomspace(1, most, 60).round()))
            chosen = on == gpus
            colour = style.BLUE if chosen else style.FAINT
            ax.plot(x, y, color=colour, lw=3 if chosen else 1.5, gid=f"{on} GPUs")
            ax.plot(x[-1:], y[-1:], "o", color=colour, ms=7 if chosen else 5)
            look = {"colour": colour if chosen else style.QUIET, "fontsize": 11, "ha": "center"}
            style.note(ax, x[0], y[0], f"{on} GPUs", dx=0, dy=-6, **look)
        left = promise > 12
        look = {"ha": "right" if left else "left", "colour": style.QUIET, "fontsize": 12}
        style.note(ax, promise, 4300, "promised", dx=-6 if left else 6, dy=0, **look)
        ax.axvline(promise, 0.18, 0.95, color=style.QUIET, lw=1, ls="--", gid="here")
        ax.axvspan(promise, 200, color=style.ORANGE, alpha=0.08, lw=0)
        batch = int(self.batch_within(promise / 1e3, self.PARAMS, context, gpus))
        words = f"70 B on {gpus} GPUs, {context:,.0f} tokens kept, at most {promise:g} ms for the next token: "
        if not batch:
            alone, _ = self.point(context, gpus, 1)
            return words + f"no batch keeps that, because one user alone waits {alone:.1f} ms."
        _, speed = self.point(context, gpus, batch)
        ax.plot(
            *self.point(context, gpus, batch),
            "D",
            color=style.ORANGE,
            ms=11,
            mec="white",
            gid="best",
        )
        full = self.most_conversations(self.PARAMS, context, gpus)
        limit = "memory is full" if batch == full else f"memory has room for {full:,}"
        return words + (
            f"{batch:,} conversations at once ({limit}), and each GPU writes {units.plain(speed)} tokens a second."
        )


class Planner:
    """How much too much a plan costs when the demand turns out other than expected.

    regret(law, params, tokens, served) is that share. Chips that train reach mfu of their peak, chips
    that serve serving_mfu: a FLOP of serving counts as so many of training.
    """

    def __init__(self, law, draws, regret, chip, mfu=0.4, serving_mfu=0.1):
        self.law, self.regret, self.demand = law, regret, np.logspace(8.8, 16.3, 65)
        self.draws = replace(draws, **{name: getattr(draws, name)[:100] for name in fits.NAMES})
        self.weight = mfu / serving_mfu
        self.hour = 3600 * mfu * chip.bf16_flop_per_s  # FLOP of training in a GPU hour

    def overpaid(self, law, run, served):
        """The regret of this run where a FLOP of serving counts more than one of training."""
        return self.regret(law, *run, self.weight * served)

    def plan(self, params, served):
        """(params, tokens) as good as the compute-optimal model of params, the cheapest for this demand."""
        loss = self.law.loss(params, self.law.optimal_tokens(params))
        return best_for_lifetime(self.law, loss, self.weight * served)

    def bills(self, run, served, dollars):
        """Dollars for training and for serving."""
        training, serving = laws.training_flops(*run), cost.serving_flops(run[0], served)
        return training / self.hour * dollars, serving * self.weight / self.hour * dollars

    def backdrop(self, ax):
        """Axes of demand and regret."""
        ax.set(xscale="log", xlim=(6e8, 2.4e16), ylim=(-0.04, 1.65))  # the legend is above 1.5
        ax.set(xlabel="tokens really served", ylabel="paid more than the best plan")
        style.counted(ax.xaxis)
        ax.yaxis.set_major_formatter(lambda value, _: units.percent(value))
        lines = ("--", style.QUIET, "compute-optimal"), ("-", style.BLUE, "your plan")
        legend(
            ax, *lines, ("D-", style.ORANGE, "four refits out of five"), loc="upper left", ncol=3
        )

    def foreground(self, ax, params, served, dollars):
        """The regret of the plan and of the compute-optimal one, at every demand."""
        run, optimal = self.plan(params, served), (params, self.law.optimal_tokens(params))
        for plan, line, colour in ((optimal, "--", style.QUIET), (run, "-", style.BLUE)):
            regret = self.overpaid(self.law, plan, self.demand)
            shown = np.where(regret < 1.5, regret, np.nan)
            ax.plot(self.demand, shown, line, color=colour, lw=3)
        cases = served * np.array([0.1, 1.0, 10.0])
        regret = self.overpaid(self.law, run, cases)
        low, high = fits.interval(self.overpaid(self.draws, run, cases[:, None]), axis=1)
        ax.vlines(cases, low, high, color=style.ORANGE, lw=5)
        look = {"color": style.ORANGE, "ms": 9, "mec": "white"}
        ax.plot(cases[::2], regret[::2], "D", gid="other cases", **look)
        sides = (
            ("a tenth", "left" if served < 1e11 else "right"),
            ("ten times", "right" if served > 1e14 else "left"),
        )
        for case, paid, (words, side) in zip(cases[::2], high[::2], sides):
            look = {"ha": side, "colour": style.ORANGE, "fontsize": 12}
            style.note(ax, case, paid, words, dx=0, dy=6, **look)
        style.here(ax, served, regret[1], ms=9)
        tenth, _, tenfold = (
            f"{units.percent(middle)} ({units.percent(least)} to {units.percent(most)})"
            for middle, least, most in zip(regret, low, high)
        )
        training, serving = (units.spoken(bill) for bill in self.bills(run, served, dollars))
        return (
            f"Train {units.spoken(run[0])} parameters on {units.spoken(run[1])} tokens (loss {self.law.loss(*run):.3f}) "
            f"for {training} dollars; serving {units.spoken(served)} tokens costs {serving}. With a tenth of that "
            f"demand you paid {tenth} more than needed, with ten times {tenfold}."
        )
