"""Pictures of chapter 09: experts, precision, memory, learning rates, cooldowns; mixtures of text, a hull, a forecast."""

from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter

from exercises.interview_counting import count_params
from helpers import cost, units
from pictures import published, style

# Memory ------------------------------------------------------------------------------------------------

_LLAMA = {"n_kv_heads": 8, "head_dim": 128, "vocab": 128256, "tied": False, "n_experts": 1, "top_k": 1,
          "qk_norm": False}  # fmt: skip
MODELS = {
    "Llama 3 8B": _LLAMA | {"d_model": 4096, "n_layers": 32, "n_heads": 32, "d_ff": 14336},
    "Llama 3 70B": _LLAMA | {"d_model": 8192, "n_layers": 80, "n_heads": 64, "d_ff": 28672},
    "Llama 3.1 405B": _LLAMA | {"d_model": 16384, "n_layers": 126, "n_heads": 128, "d_ff": 53248},
    "Qwen3-30B-A3B": _LLAMA
    | {"d_model": 2048, "n_layers": 48, "n_heads": 32, "n_kv_heads": 4, "d_ff": 768}
    | {"vocab": 151936, "n_experts": 128, "top_k": 8, "qk_norm": True},
}
STAGES = {"nothing": 0, "optimizer": 1, "and gradients": 2, "and weights": 3}
CONTEXT, PEAK, USED = 8192, 989.4e12, 0.4  # tokens of a sequence; of an H100; share of its peak
PARTS = ("weights", "gradients", "optimizer", "activations", "together")


def activation_bytes(config, tokens, recompute=False):
    """Bytes that the backward pass needs of so many tokens: every tensor that a product or norm reads.

    16-bit numbers, fused attention (no scores are stored), the output table left out. recompute: of
    each layer only its input is kept, and one layer at a time is computed again.

    >>> round(activation_bytes(MODELS["Llama 3 8B"], 1) / (32 * 4096), 1)
    34.0
    """
    heads = 2 * config["n_heads"] + 2 * config["n_kv_heads"]  # queries, mixed values, keys, values
    wide = 4 * config["d_model"] + heads * config["head_dim"]
    layer = 2 * tokens * (wide + 3 * config["top_k"] * config["d_ff"])
    layers = config["n_layers"]
    return 2 * tokens * config["d_model"] * layers + layer if recompute else layer * layers


def cache_bytes(config, tokens):
    """Bytes that serving keeps of a conversation: a key and a value for each layer and head, 16 bits.

    >>> round(cache_bytes(MODELS["Llama 3 70B"], 4000) / 1e9, 2)
    1.31
    """
    return 2 * 2 * config["n_layers"] * config["n_kv_heads"] * config["head_dim"] * tokens


class Planner:
    """What training keeps on each chip, part by part, against the memory of the chip.

    states(params, chips, stage) gives the bytes of (weights, gradients, optimizer) on one chip.
    """

    def __init__(self, states, tokens, memory=80e9):
        self.states, self.tokens, self.memory = states, tokens, memory

    def parts(self, model, chips, stage, recompute):
        """Bytes on one chip for each of PARTS."""
        config = MODELS[model]
        states = self.states(count_params(config)[0], chips, stage)
        parts = [*states, activation_bytes(config, CONTEXT, recompute)]
        return [*parts, sum(parts)]

    def backdrop(self, ax):
        """The parts, and the memory of the chip."""
        style.frame(ax, (3e5, 1e14), (-0.6, 5.1), "bytes on each chip", "", x=_bytes)
        ax.set_yticks(range(5), PARTS[::-1])
        ax.set_ylabel("what is kept")
        ax.grid(False, axis="y")
        ax.axvspan(self.memory, 1e14, color="#f4f4f4", zorder=0)
        ax.axvline(self.memory, color=style.INK, lw=1.5, ls="--")
        style.note(ax, self.memory, 5.05, "one H100: 80 GB", dx=-6, dy=-1, fontsize=11)

    def foreground(self, ax, model, chips, stage, recompute):
        """The bars, and in the sentence whether it fits and how long it takes."""
        # Floats, since integers have 32 bits where Python runs in a browser.
        parts = [float(part) for part in self.parts(model, chips, stage, recompute)]
        fits = parts[-1] <= self.memory
        for row, (name, size) in enumerate(zip(PARTS, parts)):
            colour = style.BLUE if row < 3 else style.GREEN
            if name == "together":
                colour = style.INK if fits else style.ORANGE
            hatch = "//" if row == 3 else "xx" if row == 4 and not fits else ""
            ax.barh(
                4 - row, size, height=0.62, color=colour, hatch=hatch, edgecolor="white", gid=name
            )
            style.note(ax, size, 4 - row, _bytes(size, 3), 6, 0, colour, va="center", fontsize=12)
        total, active, _ = count_params(MODELS[model])
        mfu = USED * (0.75 if recompute else 1)
        flops = 6 * active * self.tokens[model]
        days = cost.accelerator_days(flops, PEAK, mfu) / chips
        room = (
            "fits into 80 GB" if fits else f"is {parts[-1] / self.memory:.1f} times what there is"
        )
        some = f", of which a token uses {units.spoken(active, 3)}" if active < total else ""
        style.inside(ax, 0.98, 0.94, f"{units.plain(days)} days", ha="right", va="top", fontsize=14)
        return (
            f"{model}, {units.spoken(total, 3)} parameters{some}, on {chips:,} chips: {_bytes(parts[-1], 3)} on "
            f"each, which {room}. {units.spoken(self.tokens[model])} tokens take {units.plain(days)} days at an "
            f"MFU of {mfu:.0%}; with one sequence on each chip a step reads {units.spoken(chips * CONTEXT)} tokens."
        )


def _bytes(size, digits=1):
    """A number of bytes in MB, GB or TB."""
    for unit, word in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if size >= unit * 0.9995:
            return f"{units.plain(size / unit, digits).removesuffix('.0')} {word}"
    return f"{size:.0f}"


# Experts -----------------------------------------------------------------------------------------------

FORMS = ("dense", "dense_quadratic", "dense_chinchilla")  # three curves through the dense runs


class Mixtures:
    """Mixtures of one total size, and the dense size with the same loss, by three curves."""

    def __init__(self, rows):
        self.rows = rows
        self.total = rows[0].params
        self.names = list(dict.fromkeys(row.routing for row in rows))
        self.tokens = sorted({row.tokens for row in rows})

    def backdrop(self, ax):
        """Where a mixture would lie that is worth its active size, its total, or the root rule."""
        style.frame(ax, (1.5e8, 1.6e9), (1.5e8, 4e9), "active parameters of the mixture",
                    "dense model with the same loss", x=units.short, y=units.short)  # fmt: skip
        for axis, ticks in ((ax.xaxis, (2e8, 5e8, 1e9)), (ax.yaxis, (2e8, 5e8, 1e9, 2e9))):
            axis.set_major_locator(FixedLocator(ticks))
        active = np.geomspace(1.5e8, 1.6e9, 50)
        root = np.sqrt(active * self.total)
        ax.fill_between(active, root / 2, root * 1.6, color=style.BLUE, alpha=0.12, lw=0)
        ax.plot(active, root, color=style.BLUE, lw=2)
        ax.plot(active, active, color=style.QUIET, ls=":", lw=1.5)
        ax.axhline(self.total, color=style.QUIET, ls="--", lw=1.5)
        for x, y, text, colour, dy in (
            (1.55e8, self.total, "the total, 2.15 B", style.QUIET, 4),
            (5.2e8, 4.9e8, "the active size", style.QUIET, -14),
            (6.6e8, np.sqrt(7.6e8 * self.total), "root of total x active", style.BLUE, 14),
            (1.62e8, 1.05e9, "½ to 1.6 times the root", style.BLUE, 0),
        ):
            style.note(ax, x, y, text, 2, dy, colour, fontsize=11)

    def foreground(self, ax, mixture, tokens):
        """The four mixtures at this number of tokens; one of them stands out."""
        for row in self.rows:
            if row.tokens != tokens:
                continue
            low, high = _ends([getattr(row, form) for form in FORMS])
            told = row.routing == mixture
            colour = style.ORANGE if told else style.INK
            ax.plot([row.active_params] * 2, [low, high], color=colour, lw=5 if told else 3,
                    solid_capstyle="butt")  # fmt: skip
            ax.plot([row.active_params], [row.dense], "D" if told else "o", color=colour, mec="white",
                    ms=11 if told else 8, gid="here" if told else row.routing)  # fmt: skip
            style.note(ax, row.active_params, low, row.routing, 6, -8, colour, fontsize=11)
            if told:
                chosen, ends = row, (low, high)
        root = np.sqrt(chosen.active_params * self.total)
        times = [end / chosen.active_params for end in ends]
        share = [end / root for end in ends]
        return (
            f"{mixture} experts, {units.spoken(chosen.active_params, 3)} of {units.spoken(self.total, 3)} parameters active, "
            f"{units.spoken(tokens)} tokens: loss {chosen.loss:.3f}, that of a dense model of {units.spoken(ends[0])} to "
            f"{units.spoken(ends[1])}. That is {times[0]:.1f} to {times[1]:.1f} times the active size, and {share[0]:.2f} to "
            f"{share[1]:.2f} times the root."
        )


def _ends(values):
    return min(values), max(values)


# Precision ---------------------------------------------------------------------------------------------

BESIDE = {"GPTQ": 0.6, "AWQ": 1.0, "RTN": 1.6}  # where they are drawn, in tokens of the model
SIDES = {
    "GPTQ": (-8, 0, "right", "center"),
    "AWQ": (0, -8, "center", "top"),
    "RTN": (8, 0, "left", "center"),
}
MARKS = {"GPTQ": "o", "RTN": "s", "AWQ": "^"}


class Rounding:
    """Nats lost by rounding against training tokens: a law, and what was measured on one model.

    harm(params, tokens, bits) gives the law's nats; rows are those of data/quantised.csv.
    """

    TOKENS = 15e12

    def __init__(self, harm, rows, params=8e9):
        self.harm, self.rows, self.params = harm, rows, params

    def backdrop(self, ax):
        """All that was measured on Llama 3 8B, in grey, and where the runs of the law ended."""
        style.frame(ax, (1e9, 1e14), (1e-4, 20), "training tokens of a model of 8 B parameters",
                    "nats lost by rounding", x=units.short, y="{:g}".format)  # fmt: skip
        ax.axvspan(2.6e10, 1e14, color="#f4f4f4", zorder=0, gid="beyond")
        ax.text(3e10, 1.3e-4, "beyond the runs of the law", color=style.QUIET, fontsize=11)
        style.note(
            ax,
            self.TOKENS,
            11,
            "measured on Llama 3 8B",
            0,
            0,
            ha="center",
            colour=style.QUIET,
            fontsize=11,
        )

    def foreground(self, ax, bits, tokens):
        """The law at these bits, and the dots of these bits."""
        span = np.geomspace(1e9, 1e14, 60)
        ax.plot(span, self.harm(self.params, span, bits), color=style.BLUE, lw=2.5)
        law, there = self.harm(self.params, tokens, bits), self.harm(self.params, self.TOKENS, bits)
        seen = [row for row in self.rows if row.bits == bits and row.nats_wikitext2 > 0]
        for row in seen:
            at = self.TOKENS * BESIDE[row.method]  # side by side, to be told apart
            name = f"{row.method}{f', groups of {row.group:.0f}' if row.group else ''}"
            fill = style.ORANGE if row.group else "white"
            ax.plot([at], [row.nats_wikitext2], MARKS[row.method], color=fill, ms=8, clip_on=False,
                    mec=style.ORANGE, mew=1.5, gid=name)  # fmt: skip
        if seen:
            for method, (dx, dy, ha, va) in SIDES.items():
                mine = [row.nats_wikitext2 for row in seen if row.method == method]
                if mine:
                    y = min(mine) if method == "AWQ" else max(mine)
                    style.note(ax, self.TOKENS * BESIDE[method], y, method, dx, dy, style.ORANGE, ha=ha, va=va,
                               fontsize=11)  # fmt: skip
        style.here(ax, tokens, law, style.BLUE)
        said = (f"{bits:g} bits, 8 billion parameters, {units.spoken(tokens)} tokens: by the law rounding loses "
                f"{units.plain(law) if law >= 0.001 else 'less than 0.001'} nats.")  # fmt: skip
        if not seen:
            return f"{said} Nothing was measured on Llama 3 8B at this number of bits."
        low, high = _ends([row.nats_wikitext2 for row in seen])
        span = f"{low:.2f} to {high:.2f}" if f"{low:.2f}" != f"{high:.2f}" else f"{low:.2f}"
        its = f" it says {units.plain(there) if there >= 0.001 else 'less than 0.001'}, and"
        return f"{said} On Llama 3 8B and its 15 trillion{its} {span} nats were measured, by the tool that rounds."


# Learning rate and batch -------------------------------------------------------------------------------

BATCHES = (64, 128, 256, 512, 1024)  # sequences of 2,048 tokens
LINES = dict(zip((214663680, 268304384, 429260800, 536872960),
                 ((style.BLUE, "-", "o"), (style.ORANGE, "--", "s"), (style.GREEN, "-.", "^"),
                  (style.INK, ":", "D"))))  # fmt: skip


def sweep():
    """The runs of Step Law, a dict of arrays: params, tokens, rate, batch, loss; None where they cannot be had.

    Then one sentence is printed that says how to get them.
    """
    try:
        table = published.load_published("steplaw")
    except (OSError, ValueError) as problem:
        print(f"The picture of this step is empty. {problem}")
        return None
    names = dict(
        zip(("params", "tokens", "rate", "batch", "loss"), published.SOURCES["steplaw"].columns)
    )
    return {ours: table[theirs] for ours, theirs in names.items()}


class Bowl:
    """How much a learning rate and a batch lose against the best run of one size and length."""

    BANDS = ((0.0025, style.BLUE, "o", 9), (0.01, style.GREEN, "s", 7), (0.03, style.ORANGE, "^", 6),
             (np.inf, style.PALE, "v", 5))  # fmt: skip

    def __init__(self, runs, rows):
        self.runs, self.rows = runs, {row.run: row for row in rows}

    def of(self, run):
        """(rates, batches, losses above the best in shares) of one size and length."""
        row, runs = self.rows[run], self.runs
        mine = (runs["params"] == row.params) & (runs["tokens"] == row.tokens)
        mine &= np.isfinite(runs["loss"])
        rate, batch, loss = (runs[name][mine] for name in ("rate", "batch", "loss"))
        return rate, batch, loss / loss.min() - 1

    def beside(self, run, times):
        """(rate, share lost) of the run whose rate is nearest to so many times the best one, at its batch."""
        rate, batch, lost = self.of(run)
        best = np.argmin(lost)
        same = np.flatnonzero(batch == batch[best])
        near = same[np.argmin(np.abs(np.log(rate[same] / (rate[best] * times))))]
        return rate[near], batch[near], lost[near]

    def backdrop(self, ax):
        """Axes, and what the marks mean."""
        style.frame(ax, (2e-4, 2.7e-2), (12, 4500), "highest learning rate", "batch (sequences of 2,048 tokens)",
                    x="{:g}".format, y="{:,.0f}".format)  # fmt: skip
        words = ("up to 0.25 % above", "up to 1 %", "up to 3 %", "more")
        for (_, colour, marker, ms), word in zip(self.BANDS, words):
            ax.plot([], [], marker, color=colour, mec=style.QUIET, mew=0.5, ms=ms, label=word)
        ax.legend(
            loc="upper center",
            ncols=4,
            fontsize=11,
            frameon=False,
            handletextpad=0.1,
            columnspacing=1,
        )
        if self.runs is None:
            style.inside(
                ax, 0.5, 0.5, "the runs are not on this computer", ha="center", fontsize=14
            )

    def foreground(self, ax, run, times):
        """The runs of this size and length, and one beside the best."""
        if self.runs is None:
            return f"The runs of this step are not on this computer, so nothing is drawn. {published.HOW}"
        rate, batch, lost = self.of(run)
        low = -1.0
        for high, colour, marker, ms in self.BANDS:
            band = (lost > low) & (lost <= high)
            ax.plot(rate[band], batch[band], marker, color=colour, mec=style.QUIET, mew=0.5, ms=ms,
                    gid=f"up to {high:g}")  # fmt: skip
            low = high
        best, (at, size, more) = np.argmin(lost), self.beside(run, times)
        ax.plot(
            [rate[best]],
            [batch[best]],
            "*",
            color="white",
            mec=style.INK,
            mew=1.2,
            ms=19,
            gid="best",
        )
        params, tokens = run.split(", ")
        start = (
            f"{params} parameters, {tokens}: the best of {len(rate)} runs has the rate {rate[best]:.2g} and "
            f"{batch[best]:,.0f} sequences. "
        )
        if abs(np.log(at / rate[best] / times)) > 0.2:  # rates are a factor of 1.41 apart
            return f"{start}Nobody ran {times:g} times its rate at this batch."
        ax.plot([at], [size], "D", mfc="none", mec=style.INK, mew=2, ms=15, gid="here")
        if times != 1:
            style.note(ax, at, size, f"{100 * more:+.2f} %", 0, 11, ha="center", fontsize=11)
        return (
            f"{start}{times:g} times its rate costs {100 * more:.2f} % of the loss; "
            f"{np.sum(lost <= 0.01)} runs lie within 1 %."
        )


class Rates:
    """The best learning rate against tokens at one batch, a line for each size.

    slope(x, y) gives the exponent of a power law through points.
    """

    def __init__(self, rows, slope):
        self.slope = slope
        self.of = {size: sorted((row for row in rows if row.params == size), key=lambda row: row.tokens)
                   for size in LINES}  # fmt: skip

    def points(self, size, batch):
        """(tokens, best rates) of this size at this batch, where there are five rates to see it."""
        pairs = [(row.tokens, getattr(row, f"rate_{batch}")) for row in self.of[size]]
        return np.array([pair for pair in pairs if pair[1]]).T

    def backdrop(self, ax):
        """Axes."""
        style.frame(ax, (3e9, 2.2e11), (4e-4, 7e-3), "training tokens D", "best learning rate", x=units.short,
                    y="{:g}".format)  # fmt: skip
        ax.xaxis.set_major_locator(FixedLocator([4e9, 1e10, 2e10, 5e10, 1e11]))
        ax.yaxis.set_major_locator(FixedLocator([5e-4, 1e-3, 2e-3, 4e-3]))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))

    def foreground(self, ax, batch):
        """A line for each size, with its exponent."""
        slopes, ends = [], []
        for size, (colour, dash, marker) in LINES.items():
            tokens, rates = self.points(size, batch)
            slopes.append(self.slope(tokens, rates))
            ax.plot(tokens, rates, dash, marker=marker, color=colour, mec="white", ms=8, lw=2,
                    gid=units.short(size))  # fmt: skip
            words = f"{units.short(size)}: {slopes[-1]:+.2f}"
            ends.append([np.log(rates[-1]), colour, words])
        ends.sort(key=lambda end: end[0])
        for k in range(1, 4):  # names keep clear of each other
            ends[k][0] = max(ends[k][0], ends[k - 1][0] + 0.17)
        for height, colour, words in ends:
            style.note(ax, 1.08e11, np.exp(height), words, 2, 0, colour, va="center", fontsize=12)
        low, high = _ends(slopes)
        way = (
            "falls"
            if high < 0
            else "rises"
            if low > 0
            else "falls for some sizes and rises for others"
        )
        return (
            f"{batch:,} sequences in every batch ({units.spoken(batch * 2048)} tokens): with more tokens the best rate "
            f"{way}; its exponents are {low:+.2f} to {high:+.2f}."
        )


# Cooldowns ---------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    """A model at a constant rate and cooled; multiple: tokens at that rate for the cooled loss over those spent."""

    params: float
    trunk: float
    before: float
    after: float
    multiple: float
    read: bool  # or else the curve ends before: the multiple is larger


def cooldowns(readings):
    """Every cooled reading beside the constant-rate curve of its model, whose tokens are joined on a log scale."""
    curves = {}
    for row in readings:
        if row.kind == "constant":
            curves.setdefault(row.reading.split()[-1], {})[row.trunk] = row.tokens, row.loss
    return [_pair(row, curves[row.reading.split()[-1]]) for row in readings if row.kind == "cooled"]


def _pair(row, curve):
    tokens, loss = np.transpose([curve[trunk] for trunk in sorted(curve)])
    reached = loss <= row.loss
    k = int(np.argmax(reached)) if reached.any() else len(loss) - 1
    there = tokens[k]
    if reached.any() and k:
        there = np.exp(np.interp(-row.loss, -loss[k - 1 : k + 1], np.log(tokens[k - 1 : k + 1])))
    return Pair(
        row.params, row.trunk, row.before, row.loss, there / row.tokens, bool(reached.any())
    )


def median_multiple(rows):
    """(median multiple of some pairs, True), the unread ones counted as larger; (what it exceeds, False) if unread."""
    read = sorted(row.multiple for row in rows if row.read)
    if 2 * len(read) > len(rows):
        middle = len(rows) // 2
        return float(np.mean(read[middle - 1 + len(rows) % 2 : middle + 1])), True
    if 2 * len(read) == len(rows):  # it lies between the largest that was read and the next
        return float(read[-1]), False
    return float(min(row.multiple for row in rows if not row.read)), False


class Cooldown:
    """What a cooldown is worth: the tokens a constant rate needs for the same loss, times those that were spent."""

    def __init__(self, rows):
        self.rows = rows
        self.trunks = sorted({row.trunk for row in rows})

    def backdrop(self, ax):
        """Every pair in grey."""
        style.frame(ax, (3.5e7, 3e9), (0.8, 20), "parameters of the model", "tokens at a constant rate / tokens spent",
                    x=units.short, y="{:g}".format)  # fmt: skip
        ax.yaxis.set_major_locator(FixedLocator([1, 2, 4, 8, 16]))
        ax.axhline(1, color=style.QUIET, lw=1)
        style.note(
            ax, 3.7e7, 1, "worth nothing", 0, -3, style.QUIET, ha="left", va="top", fontsize=11
        )
        read = [row for row in self.rows if row.read]
        ax.plot(
            [row.params for row in read],
            [row.multiple for row in read],
            "o",
            color=style.PALE,
            mec=style.QUIET,
            mew=0.6,
            ms=4,
        )

    def foreground(self, ax, trunk):
        """The pairs of this length: read ones as dots, the others as arrows."""
        mine = [row for row in self.rows if row.trunk == trunk]
        read = [row for row in mine if row.read]
        more = [row for row in mine if not row.read]
        ax.plot([row.params for row in read], [row.multiple for row in read], "o", color=style.BLUE, mec="white",
                ms=9, gid="read")  # fmt: skip
        for row in more:
            ax.annotate("", (row.params, row.multiple * 1.7), (row.params, row.multiple * 0.97),
                        arrowprops={"arrowstyle": "-|>", "color": style.ORANGE, "lw": 1.6})  # fmt: skip
        if more:
            ax.plot([row.params for row in more], [row.multiple for row in more], "_", color=style.ORANGE, ms=10,
                    mew=2, gid="at least")  # fmt: skip
        style.corner(ax, f"● read: {len(read)}", f"◆ at least (arrows): {len(more)}")
        middle, known = median_multiple(mine)
        middle = middle if known else np.floor(10 * middle) / 10
        drop = np.mean([row.before - row.after for row in mine])
        ends = f"; for {len(more)} of them the curve ends before it gets there" if more else ""
        return (
            f"{units.spoken(trunk)} tokens, then 10 % more to cool: the loss falls by {drop:.3f} nats on average. "
            f"A constant rate would need {'' if known else 'more than '}{middle:.1f} times the tokens for the "
            f"median of {len(mine)} models{ends}."
        )


# Mixtures of text, a hull, a shaken network, a forecast ------------------------------------------------

SIZES = {"1 M parameters": "loss_1m", "60 M parameters": "loss_60m", "1 B parameters": "loss_1b"}
KINDS = {"at a constant rate": "constant", "cooled": "cooled"}
HELD = {"10 times": 3e21, "100 times": 3e22, "300 times": 1e23}  # beyond the fit, in FLOP
CALM, FLAT = "the loss alone", "the loss after noise"  # what the toy network is trained on


def _column(rows, name):
    return np.array([getattr(row, name) for row in rows], float)


class Mixes:
    """Mixtures of text at three sizes: places at 1 M and 60 M parameters, and loss against one share.

    places(values) gives the place of each value, from 1, and agreement(x, y) the rank correlation.
    """

    def __init__(self, rows, places, agreement):
        self.agreement = agreement
        self.sets = {}
        for size, column in SIZES.items():
            mine = [row for row in rows if getattr(row, column) is not None]
            self.sets[size] = _column(mine, "web_share"), _column(mine, column)
        (self.share, tiny), (_, small) = (self.sets[size] for size in list(SIZES)[:2])
        self.losses, self.places = (tiny, small), (places(tiny), places(small))

    def backdrop(self, ax):
        """Two empty panels, in which the foreground draws."""
        ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.grid(False)
        self.left, self.right = (
            ax.inset_axes(box) for box in ((0, 0, 0.42, 1), (0.58, 0, 0.42, 1))
        )
        for panel in (self.left, self.right):
            panel.set_zorder(0)  # below what the foreground draws on them
        self.left.set(xlim=(-5, 262), ylim=(-5, 262))
        self.left.set(xlabel="place at 1 M parameters", ylabel="place at 60 M parameters")
        self.left.plot(*self.places, "o", color=style.PALE, mec=style.QUIET, mew=0.4, ms=3)
        self.right.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.75), xlabel="share of web text")
        self.right.set_ylabel("loss above the best (nats)")
        self.right.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])

    def foreground(self, ax, size, most):
        """The mixtures with no more than this share of web text, on both sides."""
        for panel in (self.left, self.right):  # where a layout since has put them
            panel.apply_aspect(panel.get_axes_locator()(panel, None))
        kept, (share, loss) = self.share <= most, self.sets[size]
        some, above = share <= most, loss - loss.min()
        look = {"ms": 4, "mew": 0}
        ax.plot(*(place[kept] for place in self.places), "o", color=style.BLUE, gid="places",
                transform=self.left.transData, **look)  # fmt: skip
        here = {"transform": self.right.transData, "ls": "", "ms": 4}
        ax.plot(share[~some], above[~some], marker="o", color=style.PALE, mec=style.QUIET, mew=0.4,
                gid="left out", **here)  # fmt: skip
        ax.plot(
            share[some], above[some], marker="D", color=style.ORANGE, mew=0, gid="losses", **here
        )
        ax.plot([most] * 2, [-0.05, 1.75], "--", color=style.QUIET, lw=1.2, gid="most",
                transform=self.right.transData)  # fmt: skip
        both = self.agreement(*(column[kept] for column in self.losses))
        alone = self.agreement(share[some], -loss[some])
        words = {"fontsize": 13, "bbox": style.GROUND}
        ax.text(10, 246, f"agreement {both:.3f}", va="top", color=style.BLUE,
                transform=self.left.transData, **words)  # fmt: skip
        ax.text(0.97, 1.68, f"{size}\nagreement {alone:.2f}", ha="right", va="top",
                color=style.WORDS[style.ORANGE], transform=self.right.transData, **words)  # fmt: skip
        return (
            f"Mixtures with at most {most:.0%} of web text. The run of 1 M parameters ranks {kept.sum()} of them for "
            f"60 M with a rank correlation of {both:.3f}. The share of web text alone ranks {some.sum()} of them at "
            f"{size} with {alone:.2f}."
        )


class Hull:
    """Readings of the Gemstones, compute against size, and the line through the points on their hull.

    hull(x, y) gives the places of the points under which no other lies.
    """

    def __init__(self, rows, hull):
        self.hull = hull
        self.sets = {kind: [row for row in rows if row.kind == kind] for kind in KINDS.values()}

    def exponent(self, kind, smallest, largest):
        """(a, level) of ln N = a ln C + level on the hull; FLOP and size of the kept and of the hull."""
        rows = [row for row in self.sets[kind] if smallest <= row.trunk <= largest]
        params, loss = _column(rows, "params"), _column(rows, "loss")
        flops = 6 * params * _column(rows, "tokens")
        best = self.hull(np.log(flops), loss)
        line = np.polyfit(np.log(flops[best]), np.log(params[best]), 1)
        return line, (flops, params), (flops[best], params[best])

    def backdrop(self, ax):
        """Every reading at the constant rate, and two slopes to compare with."""
        style.frame(ax, (2e18, 8e21), (3e7, 3e9), "compute 6ND (FLOP)", "size N (parameters)",
                    x=units.power, y=units.short)  # fmt: skip
        rows = self.sets["constant"]
        params = _column(rows, "params")
        ax.plot(6 * params * _column(rows, "tokens"), params, "o", color=style.PALE, mec=style.QUIET,
                mew=0.4, ms=3)  # fmt: skip
        start = np.array([2.5e18, 1.2e19])
        for slope in (1.0, 0.5):
            sizes = 4e8 * (start / start[0]) ** slope
            ax.plot(start, sizes, "--", color=style.GREEN, lw=1.5)
            style.note(ax, start[1], sizes[1], f"slope {slope:g}", 4, 0, style.GREEN, fontsize=11,
                       va="center")  # fmt: skip

    def foreground(self, ax, kind, smallest, largest):
        """What is kept, the hull of it, and its slope."""
        (a, level), kept, best = self.exponent(KINDS[kind], smallest, largest)
        ax.plot(*kept, "o", color=style.BLUE, ms=4, mew=0, gid="kept")
        for tokens, size, dx in ((smallest, 2.5e9, -6), (largest, 3.7e7, 6)):
            sizes = np.array([3e7, 3e9])
            ax.plot(6 * sizes * tokens, sizes, ":", color=style.QUIET, lw=1.2)
            style.note(ax, 6 * size * tokens, size, f"{units.short(tokens)} tokens", dx, 0, style.QUIET,
                       fontsize=11, va="center")  # fmt: skip
        ax.plot(*best, "D", color=style.ORANGE, mec="white", ms=7, gid="hull")
        ends = np.array([3e18, 6e21])
        ax.plot(ends, np.exp(level) * ends**a, color=style.ORANGE, lw=2.5, gid="line")
        style.inside(ax, 0.98, 0.05, f"a = {a:.2f}", ha="right", fontsize=18,
                     color=style.WORDS[style.ORANGE], bbox=style.GROUND)  # fmt: skip
        return (
            f"{len(kept[0])} readings {kind}, from {units.spoken(smallest)} to {units.spoken(largest)} tokens, "
            f"{len(best[0])} of them on the hull: the best size grows as C to the {a:.2f}. A thousand times the "
            f"compute then asks for a model {units.plain(1000**a)} times as large."
        )


class Shaken:
    """A toy network: its loss over training, before and after noise of a fixed size on every weight.

    losses(time, noise, trained_with) gives both at these times; trained_with is the noise that the
    training took into account, `used` in the flatter run.
    """

    def __init__(self, losses, used):
        self.losses, self.used = losses, used
        self.time = np.geomspace(1, 300, 121)

    def backdrop(self, ax):
        """Axes that hold every setting."""
        style.frame(ax, (1, 300), (-0.03, 1.35), "length of training (units of the toy, log scale)", "loss of the toy",
                    x=lambda value, _: f"{value:g}")  # fmt: skip
        style.inside(
            ax,
            0.98,
            0.93,
            "a toy: read the direction, not the numbers",
            ha="right",
            color=style.QUIET,
        )

    def foreground(self, ax, noise, trained):
        """The two curves, and where the second is lowest."""
        before, after = self.losses(self.time, noise, self.used if trained == FLAT else 0.0)
        best = int(after.argmin())
        ax.plot(self.time, before, "--", color=style.BLUE, lw=2, gid="before")
        ax.plot(self.time, after, color=style.ORANGE, lw=2.5, gid="after")
        style.note(ax, 1.05, 0.3, "before the noise", 0, -8, style.BLUE)
        style.note(ax, 300, after[-1], "after the noise", -6, 8, style.ORANGE)
        style.here(ax, self.time[best], after[best])
        rise = after[-1] / after[best] - 1
        turn = (
            f"is lowest at a length of {units.plain(self.time[best])} and {rise:.0%} higher at the end"
            if rise > 0.005
            else "has not turned up by the end"
        )
        return (
            f"Trained on {trained}: without noise the loss ends at {before[-1]:.3f}. With noise of {noise:.2f} on "
            f"every weight it ends at {after[-1]:.3f}, and {turn}."
        )


class Forecast:
    """Seven made-up budgets on a line, and three runs held out, while one assumption drifts with scale.

    measured(flops, drift) is the loss, without noise for the held-out runs; line(losses) gives the
    forecast, a function of flops, and R squared of the fit in logs of what lies above E.
    """

    def __init__(self, law, budgets, measured, noise, line):
        self.law, self.budgets, self.measured = law, budgets, measured
        self.noise, self.line = noise, line

    def found(self, drift):
        """The noisy losses of the budgets, the forecast, R squared, and the miss of each held-out run."""
        losses = self.measured(self.budgets, drift) * (1 + self.noise)
        forecast, r_squared = self.line(losses)
        miss = {far: self.measured(c, drift) / forecast(c) - 1 for far, c in HELD.items()}
        return losses, forecast, r_squared, miss

    def backdrop(self, ax):
        """Log-log paper; grey where nothing was trained."""
        style.paper(ax, (2e18, 3e23), (0.17, 1.7), (0.2, 0.3, 0.5, 0.7, 1.0, 1.5), "training compute C (FLOP)",
                    "loss above E (nats per token)", say=units.power)  # fmt: skip
        style.beyond(ax, 5e20, 3e23, 0.18, "held out")
        style.inside(ax, 0.02, 0.05, "made up: law, scatter, drift", color=style.QUIET)

    def foreground(self, ax, drift, far):
        """The seven, their line, the three beyond it, and by how much one of them is missed."""
        losses, forecast, r_squared, miss = self.found(drift)
        E, ends, beyond = self.law.E, np.geomspace(2e18, 3e23, 40), np.geomspace(5e20, 1.6e23, 30)
        ax.plot(ends, forecast(ends) - E, color=style.BLUE, lw=2.5, gid="line")
        ax.plot(self.budgets, losses - E, "o", color=style.BLUE, ms=9, mec="white", gid="seven")
        ax.plot(beyond, self.measured(beyond, drift) - E, ":", color=style.ORANGE, lw=2)
        for flops in HELD.values():
            ax.plot(
                [flops], [self.measured(flops, drift) - E], "D", mfc="white", mec=style.ORANGE, ms=8
            )
        flops = HELD[far]
        loss = self.measured(flops, drift)
        ax.plot([flops] * 2, [forecast(flops) - E, loss - E], color=style.ORANGE, lw=3)
        style.here(ax, flops, loss - E)
        style.corner(ax, f"● R² = {r_squared:.4f}", f"◆ missed by {100 * abs(miss[far]):.1f} %")
        others = ", ".join(f"{far} beyond by {100 * abs(by):.1f} %" for far, by in miss.items())
        return (
            f"The best rate falls as C to the power of {-drift:.2f} and nobody moves it: the line through seven budgets has an "
            f"R squared of {r_squared:.4f}. It misses the run {others}."
        )
