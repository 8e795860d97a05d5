"""Chapter 03: what serving costs, in FLOP, memory and dollars."""

import numpy as np

from helpers import cost, units
from helpers.draw import style
from helpers.draw.over_training import band, legend, percent


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
