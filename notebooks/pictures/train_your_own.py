"""Pictures of chapter 06: our own runs, losses in nats per byte of Python source."""

import reprlib

import numpy as np
from IPython.display import HTML
from matplotlib.patches import Rectangle

from helpers import guard, laws, quiz, units
from pictures import style
from training import own_runs

READABLE = [style.BLUE, style.WORDS[style.ORANGE]]  # the words of a blue and of an orange line
COUNTS = {"without embeddings": "params", "with embeddings": "params_total"}


def folded(title, text):
    """Text that stays folded until somebody opens it, on screen and on a static page."""
    return HTML(quiz.fold(title, text))


def tidy(ax, runs, sizes):
    """Axes for the loss of our own runs against their size."""
    (losses,) = own_runs.columns(runs, "loss")
    heights, name = (min(losses) - 0.1, max(losses) + 0.35), "model size N (parameters)"
    style.frame(ax, sizes, heights, name, "loss L (nats per byte)", x=units.short)


class Valley:
    """Loss against size at each budget of our own grid, with a parabola through one of them.

    lowest_point(sizes, losses) gives the parabola's three numbers, its size and its loss.
    """

    def __init__(self, runs, lowest_point):
        self.runs, self.lowest_point = own_runs.grid(runs), lowest_point
        self.budgets = own_runs.budgets_of(self.runs)

    def parabola(self, budget, count):
        """(the sizes it goes through, its three numbers, its lowest point's size and loss)."""
        near = own_runs.around_the_best(self.runs, budget)
        sizes, losses = own_runs.columns(near, count, "loss")
        return sizes, *self.lowest_point(sizes, losses)

    def least(self, budget):
        """The loss of its lowest point, which is nearly the same under both counts."""
        return self.parabola(budget, "params")[-1]

    def backdrop(self, ax):
        """Axes that hold every run under both counts, with room for words at their right."""
        tidy(ax, self.runs, sizes=(5e2, 3 * max(run.params_total for run in self.runs)))
        style.corner_ground(ax, width=0.26, lines=2)

    def foreground(self, ax, budget, count):
        """All budgets under one count of N, one of them with its parabola and lowest point."""
        for other in self.budgets:
            sizes, losses = own_runs.columns(own_runs.of_budget(self.runs, other), count, "loss")
            name = f"runs {units.power(other, 1)}"
            ax.plot(sizes, losses, "o-", color=style.FAINT, mfc="white", ms=4, lw=1.2, gid=name)
            style.note(ax, sizes[-1], losses[-1], units.power(other, 1), dx=8, dy=0, va="center",
                       colour=style.QUIET, fontsize=10)  # fmt: skip
            if other == budget:
                ax.plot(sizes, losses, "o", color=style.BLUE, ms=8)
        sizes, (bend, *rest), lowest, least = self.parabola(budget, count)
        x = np.log(sizes)
        fine = np.linspace(x[0] - 0.5, x[-1] + 0.5, 80)
        heights = np.polyval([bend, *rest], fine)
        ax.plot(np.exp(fine), heights, "--", color=style.ORANGE, lw=2, gid="parabola")
        flat = np.log(lowest) + np.log(2) * np.linspace(-1, 1, 30)
        wide = {"color": style.ORANGE, "lw": 4.5, "zorder": 1.9, "gid": "twice or half"}
        ax.plot(np.exp(flat), np.polyval([bend, *rest], flat), solid_capstyle="butt", **wide)
        style.here(ax, lowest, least)
        best = own_runs.best_of(own_runs.of_budget(self.runs, budget))
        size = getattr(best, count)
        style.corner(ax, f"● best run {units.short(size)}", f"◆ lowest {units.short(lowest, 2)}")
        return (
            f"At {units.power(budget, 1)} FLOP the best run has {units.short(size)} parameters and a loss "
            f"of {best.loss:.3f} nats per byte. The parabola through five sizes is lowest at "
            f"{units.short(lowest, 2)}; twice or half that size costs {bend * np.log(2) ** 2:.3f} nats."
        )


class TwoRates:
    """The valley of one budget twice: each width at its scanned learning rate, and all at 0.001."""

    def __init__(self, runs):
        self.untuned = own_runs.grid(runs, "untuned")
        self.budgets = own_runs.budgets_of(self.untuned)
        self.tuned = [run for run in own_runs.grid(runs) if run.budget in self.budgets]

    def lowest(self, budget):
        """The loss of the best tuned run."""
        return own_runs.best_of(own_runs.of_budget(self.tuned, budget)).loss

    def backdrop(self, ax):
        """Axes that hold both."""
        tidy(ax, [*self.tuned, *self.untuned], sizes=(5e2, 4e5))

    def foreground(self, ax, budget):
        """Both valleys of this budget, and the best run of each."""
        best = []
        for kind, name, colour, mark in ((self.tuned, "tuned for each width", style.BLUE, "o-"),
                                         (self.untuned, "0.001 for every size", style.ORANGE, "s--")):  # fmt: skip
            here = own_runs.of_budget(kind, budget)
            named = {"label": f"learning rate {name}", "color": colour, "gid": name}
            ax.plot(*own_runs.columns(here, "params", "loss"), mark, ms=6, lw=2, **named)
            best.append(own_runs.best_of(here))
            place, look = (best[-1].params, best[-1].loss), {"ms": 13, "mec": style.INK}
            which = "here" if kind is self.tuned else "best of 0.001"
            ax.plot(*place, mark[0], color=colour, gid=which, **look)
        ax.legend(loc="upper right", fontsize=12, frameon=False, labelcolor=READABLE)
        tuned, untuned = best
        return (
            f"At {units.power(budget, 1)} FLOP the best tuned run has {units.short(tuned.params)} parameters "
            f"and a loss of {tuned.loss:.3f}; at 0.001 for every size the best has "
            f"{units.short(untuned.params)} and {untuned.loss:.3f}."
        )


class Yours:
    """A run of the learner's own beside the shipped ones of the same budget, and the bet of a law."""

    BUDGET, LAYERS = 1e11, 2

    def __init__(self, runs, law):
        self.runs, self.law = own_runs.of_budget(own_runs.grid(runs), self.BUDGET), law
        self.yours = []  # (params, loss, learning rate) of each run trained here

    def bet(self, width):
        """(params, tokens, loss by the law) of a run of this width."""
        params = laws.transformer_params(self.LAYERS, width)
        tokens = self.BUDGET / laws.training_flops_per_token(self.LAYERS, width, 64, 256)
        return params, tokens, self.law.loss(params, tokens)

    def add(self, row):
        """Keep the row of a run that was trained here; the sentence that compares it with the bet."""
        if row["note"]:
            return f"No loss to show: {row['note']}. Try a lower learning rate."
        self.yours.append((row["params"], row["loss"], row["learning_rate"]))
        bet = self.bet(row["d_model"])[2]
        return (
            f"Loss {row['loss']:.3f} nats per byte after {row['seconds']:.0f} seconds; the law had bet on "
            f"{bet:.3f}, so it was off by {bet - row['loss']:+.3f}."
        )

    def backdrop(self, ax):
        """The shipped runs of this budget."""
        sizes, losses = own_runs.columns(self.runs, "params", "loss")
        tidy(ax, self.runs, sizes=(5e2, 3e5))
        ax.set_ylim(min(losses) - 0.25, 3.2)
        ax.plot(sizes, losses, "o-", color=style.FAINT, mfc="white", mec=style.QUIET, ms=6)
        style.note(ax, sizes[0], losses[0], "shipped, 1e11 FLOP", dx=8, dy=8, colour=style.QUIET)

    def foreground(self, ax, width, rate):
        """The bet of the law for this width, and every run of yours."""
        params, tokens, bet = self.bet(width)
        style.here(ax, params, bet)
        under = {"dx": 0, "dy": -14, "ha": "center"}
        style.note(ax, params, bet, f"bet {bet:.2f}", colour=style.ORANGE, **under)
        for number, (size, loss, tried) in enumerate(self.yours, start=1):
            ax.plot(
                [size], [loss], "*", color=style.BLUE, ms=16, mec="white", gid=f"yours {number}"
            )
            style.note(ax, size, loss, f"{loss:.2f} at {tried:g}", dx=0, dy=10, ha="center")
        return (
            f"{width} wide and {self.LAYERS} layers deep, {params:,.0f} parameters: 1e11 FLOP are "
            f"{units.spoken(tokens)} bytes, and the law bets on {bet:.2f} nats per byte with a well "
            f"chosen learning rate. Yours: {rate:g}."
        )


class Shop:
    """Buy cheap runs, fit the law to them, and bet on one run that nobody has paid for yet.

    bet(runs) gives the guess, the ends of its interval, the irreducible loss of the law, and what the
    runs do not tell. It is asked once for every plan that the purse allows, so that nobody waits.
    """

    SIZES = ("all sizes", "every other size", "the three in the middle")

    def __init__(self, runs, target, purse, bet):
        self.target, self.purse = target, purse
        self.runs = [run for run in own_runs.grid(runs) if run.budget < target.budget]
        self.budgets = own_runs.budgets_of(self.runs)
        self.plans = [(dearest, sizes) for dearest in self.budgets[2:] for sizes in self.SIZES]
        self.bets = {
            plan: bet(self.bought(*plan)) for plan in self.plans if self.price(*plan) <= purse
        }

    def bought(self, dearest, sizes):
        """The runs of every budget up to the dearest, in the given choice of sizes."""
        basket = []
        for budget in [budget for budget in self.budgets if budget <= dearest]:
            here = own_runs.of_budget(self.runs, budget)
            first = (len(here) - 3) // 2
            basket += dict(zip(self.SIZES, (here, here[::2], here[first : first + 3])))[sizes]
        return basket

    def price(self, dearest, sizes):
        """FLOP of everything that was bought."""
        return sum(run.flops for run in self.bought(dearest, sizes))

    def backdrop(self, ax):
        """Room for the bets beside the money they cost, and the end of the purse."""
        _, lows, highs, *_ = zip(*self.bets.values())
        low, high = min(lows), max(highs)
        style.frame(ax, (3e11, 8e13), (low - 0.1, high + 0.1), "spent on cheap runs (FLOP)",
                    "bet on the run (nats per byte)", x=units.power)  # fmt: skip
        ax.axvline(self.purse, color=style.QUIET, ls=":", lw=1.5)
        style.note(
            ax, self.purse, low - 0.1, "the purse ends here", dx=-6, dy=8, colour=style.QUIET
        )
        for (dearest, sizes), (guess, at_least, at_most, *_) in self.bets.items():
            price = self.price(dearest, sizes)
            ax.plot([price, price], [at_least, at_most], color=style.FAINT, lw=3)
            ax.plot([price], [guess], "D", color=style.QUIET, ms=5)
        ground = {"transform": ax.transAxes, "color": "white", "zorder": 2}
        ax.add_patch(Rectangle((0.71, 0.37), 0.29, 0.63, **ground))
        small = {"ha": "right", "va": "top", "fontsize": 10, "color": style.QUIET}
        style.inside(ax, 0.99, 0.985, "the runs you buy are filled,\nlarger models above", **small)

    def _basket(self, ax, basket):
        """A small table of dots: a column for each budget, a row for each size, filled when bought."""
        sizes = sorted({run.params for run in self.runs})
        x = {budget: 0.75 + 0.05 * k for k, budget in enumerate(self.budgets)}
        y = {params: 0.44 + 0.04 * k for k, params in enumerate(sizes)}
        for some, fill in ((self.runs, "white"), (basket, style.BLUE)):
            places = [(x[run.budget], y[run.params]) for run in some]
            ax.plot(*zip(*places), "o", transform=ax.transAxes, color=fill, mec=style.QUIET, ms=6)
        small = {"ha": "center", "fontsize": 9, "color": style.QUIET}
        for budget in self.budgets[::2]:
            style.inside(ax, x[budget], 0.385, units.power(budget, 1), **small)

    def foreground(self, ax, dearest, sizes):
        """What was bought, and what the law bets on."""
        basket, price = self.bought(dearest, sizes), self.price(dearest, sizes)
        self._basket(ax, basket)
        words = f"{len(basket)} runs for {units.power(price, 2)} FLOP"
        if (dearest, sizes) not in self.bets:
            ax.axvline(price, ymax=0.35, color=style.ORANGE, lw=2, gid="too dear")
            purse = units.power(self.purse, 2)
            return f"{words}: too dear, the purse holds {purse}. Take less of it."
        guess, low, high, floor, doubt = self.bets[dearest, sizes]
        ax.vlines(price, low, high, style.ORANGE, lw=6)
        style.here(ax, price, guess, ms=11)
        words += (
            f", {price / self.purse:.0%} of the purse: the law bets on {guess:.3f} nats per byte, "
            f"with 90 % between {low:.3f} and {high:.3f}. Its irreducible loss E is {floor:.2f}"
        )
        return f"{words}, but t{doubt.split(':')[0][1:]}." if doubt else f"{words}."


SHORT = dict(zip(Shop.SIZES, ("all sizes", "every other", "middle three")))


def stretched(guess, low, high, times):
    """The ends of an interval that is so many times as wide, to either side of its guess."""
    return guess - times * (guess - low), guess + times * (high - guess)


class Envelope:
    """All bets on the one run, yours among them, before and after it is opened.

    plan is the plan of the shop that you took, mine your own guess and the ends of your interval.
    """

    def __init__(self, shop, plan, mine):
        if plan not in shop.bets:
            raise ValueError(f"the purse does not allow the plan {plan}: take less.")
        self.target, self.plan, self.mine = shop.target, plan, mine
        self.bets = sorted(shop.bets.items(), key=lambda bet: -shop.price(*bet[0]))

    def holds(self, times):
        """For each plan, and at last for you, whether the interval holds the run."""
        bets = [bet[:3] for _, bet in self.bets] + [self.mine]
        ends = [stretched(guess, low, high, times) for guess, low, high in bets]
        return [low <= self.target.loss <= high for low, high in ends]

    def backdrop(self, ax):
        """A row for each plan, dear ones below, and one for you; E of each law."""
        names = [f"{units.power(dearest, 1)}, {SHORT[sizes]}" for (dearest, sizes), _ in self.bets]
        style.frame(ax, (-0.06, 2.6), (-0.6, len(names) + 1.2), "loss of the run (nats per byte)",
                    "runs bought up to (FLOP)")  # fmt: skip
        ax.set_yticks(range(len(names) + 1), [*names, "you"])
        ax.grid(False, axis="y")
        floors = [floor for _, (*_, floor, _) in self.bets]
        look = {"color": style.GREEN, "ms": 16, "mew": 3}
        ax.plot(floors, range(len(floors)), "|", gid="E", **look)
        lowest = floors.index(min(floors))
        words = "irreducible loss E of its law"
        style.note(
            ax, floors[lowest], lowest, words, dy=0, va="center", fontsize=11, colour=style.GREEN
        )

    def foreground(self, ax, opened=False, times=1):
        """The intervals, so many times as wide, and the run where it is asked for."""
        held = self.holds(times)
        for row, (plan, (guess, low, high, *_)) in enumerate([*self.bets, ("you", self.mine)]):
            look = {self.plan: (style.ORANGE, 9, "D", 12), "you": (style.BLUE, 6, "o", 11)}
            colour, width, mark, size = look.get(plan, (style.QUIET, 4, "D", 8))
            missed = opened and not held[row]
            how = {"lw": width / 2, "ls": ":"} if missed else {"lw": width}
            name = "you" if plan == "you" else f"plan {row}"
            ends = stretched(guess, low, high, times)
            ax.plot(ends, [row, row], color=colour, solid_capstyle="butt", gid=name, **how)
            ax.plot([min(max(guess, 0), 2.55)], [row], mark, color=colour, mec="white", ms=size)
            if missed:
                at_the_right = {
                    "transform": ax.get_yaxis_transform(),
                    "ha": "right",
                    "va": "center",
                }
                ax.text(0.99, row, "misses", fontsize=11, color=style.INK, **at_the_right)
        guess, low, high, *_ = dict(self.bets)[self.plan]
        if not opened:
            return (
                f"Your law bets on {guess:.3f} nats per byte, {low:.2f} to {high:.2f}, and you on "
                f"{self.mine[0]:.2f}, {self.mine[1]:.2f} to {self.mine[2]:.2f}. The envelope is closed."
            )
        loss, error = self.target.loss, self.target.loss_std_error
        ax.axvline(loss, color=style.INK, lw=1.5, gid="the run")
        style.note(ax, loss, len(held) - 0.2, f"the run: {loss:.3f}", dx=8, dy=0, va="center")
        wide = "" if times == 1 else f", made {times:g} times as wide,"
        above = sum(floor > loss for _, (*_, floor, _) in self.bets)
        return (
            f"The run gave {loss:.3f} ± {error:.3f} nats per byte. The intervals of {sum(held[:-1])} of "
            f"the {len(self.bets)} plans{wide} hold it, and yours {'does' if held[-1] else 'does not'}. "
            f"{above} of the {len(self.bets)} laws have an irreducible loss E above it."
        )


WAYS = {"all": "all runs", "valley": "the valley", "dear": "dear runs"}
LOOKS = {"all": (style.QUIET, "o"), "valley": (style.ORANGE, "D"), "dear": (style.GREEN, "s")}
YOURS = (style.BLUE, "*")  # your intervals
BETS = {"ruler": ("^", style.INK), "by eye": ("v", "white")}  # filled and open
CHANCE = float(np.log(256))  # the loss of a model that knows nothing of the next byte


def name_of(run):
    """The name of a run of step 13: its budget, and its width x layers."""
    return f"{units.power(run.budget, 1)} {run.d_model:g}x{run.n_layer:g}"


def best_bets(told):
    """For each budget what was bet on its best run, by name; told has the sealed rows by (run, way)."""
    eye = {3e13: "3e13 best", 1e14: "1e14 96x5"}  # at 1e14 it was made on this run
    return {
        budget: {
            "ruler": told[f"{units.power(budget, 1)} best", "ruler"].loss,
            "by eye": told[run, "by eye"].loss,
        }
        for budget, run in eye.items()
    }


def your_bets(bets):
    """(the bets that can be opened, a sentence for every bet) of intervals that a learner wrote down.

    bets maps the name of a run to (low, high) in nats per byte, or to None where there is none yet. A
    bet that is no interval between 0 and ln 256, the loss of knowing nothing, is left out and named.

    >>> kept, said = your_bets({"3e13 80x4": (1.2, 1.4), "1e14 128x5": (1.4, 1.2)})
    >>> list(kept)
    ['3e13 80x4']
    """
    kept, said = {}, []
    for name, bet in bets.items():
        try:
            ends = guard.positive("bet", bet)
        except ValueError:
            ends = np.array([])
        if bet is None:
            said.append(
                f"No bet of yours on {name} yet: put two numbers in place of None, low and high, then "
                "choose Run > Run Selected Cell and All Below."
            )
        elif ends.shape == (2,) and ends[0] < ends[1] <= CHANCE:
            kept[name] = tuple(map(float, ends))
            said.append(f"You bet on {name} between {ends[0]:g} and {ends[1]:g} nats per byte.")
        else:
            pair = bet.tolist() if isinstance(bet, np.ndarray) else bet
            pair = list(pair) if isinstance(pair, tuple | list) else []
            comma = ": a comma stands between them, and a point within one, as in 1.2, 1.3"
            more = "" if len(pair) == 2 else comma
            if any(isinstance(end, str) for end in [bet, *pair]):
                more = ": take the quotes away"
            elif ends.shape == (2,) and CHANCE >= ends[0] >= ends[1]:
                more = ": low comes first, and high lies above it"
            said.append(
                f"Your bet on {name} is {reprlib.repr(bet)}, but must be two numbers above 0 and at most "
                f"{CHANCE:.2f} nats per byte{more}."
            )
    return kept, "\n".join(said)


class Sealed:
    """Ten dearer runs, opened one by one, and what was said of them before any had ended.

    ten: the runs, in the order in which they are opened. forecasts: for each kind of interval the
    (loss, low, high) of every way, a list in the order of ten. best: for each budget what was bet on
    the best of its runs, by name. yours: the (low, high) of a learner for some runs, by name.
    """

    LEFT, RIGHT = 1.02, 1.56  # the axis, in nats per byte

    def __init__(self, ten, forecasts, best, yours):
        self.ten, self.forecasts, self.best, self.yours = ten, forecasts, best, yours
        self.budgets = own_runs.budgets_of(ten)

    def holds(self, interval, way):
        """For each run, whether this interval holds its loss."""
        pairs = zip(self.ten, self.forecasts[interval][way])
        return [low <= run.loss <= high for run, (_, low, high) in pairs]

    def score(self, interval, way, opened=10):
        """(how many of the opened runs an interval holds, mean distance of the forecasts in nats)."""
        pairs = list(zip(self.ten, self.forecasts[interval][way]))[:opened]
        miss = np.mean([abs(guess - run.loss) for run, (guess, *_) in pairs]) if pairs else 0.0
        return sum(self.holds(interval, way)[:opened]), float(miss)

    def whole(self, opened):
        """The best run of each budget of which every run is opened."""
        here = [own_runs.of_budget(self.ten, budget) for budget in self.budgets]
        return [own_runs.best_of(runs) for runs in here if set(runs) <= set(self.ten[:opened])]

    def backdrop(self, ax):
        """A row for each run, and one for the best of each budget; room for the key above."""
        names = [name_of(run) for run in self.ten]
        names += [f"best of {units.power(budget, 1)}" for budget in self.budgets]
        sides, rows = (self.LEFT, self.RIGHT), (0.4 - len(names), 3.1)  # the first on top
        style.frame(
            ax, sides, rows, "loss of the run (nats per byte)", "run (FLOP, width x layers)"
        )
        ax.set_yticks([-row for row in range(len(names))], names)
        ax.tick_params(axis="y", labelsize=10.5)
        ax.grid(False, axis="y")
        for height in (0.5 - len(self.ten), 0.6):
            ax.axhline(height, color=style.FAINT, lw=0.8)

    def foreground(self, ax, opened=0, interval="as sealed"):
        """Every interval, the runs that are opened, and which intervals miss them."""
        opened = round(opened)
        for row, run in enumerate(self.ten):
            bars = [(way, *self.forecasts[interval][way][row], *LOOKS[way]) for way in WAYS]
            if name_of(run) in self.yours:
                low, high = self.yours[name_of(run)]
                middle = np.clip([low, high], self.LEFT, self.RIGHT).mean()
                bars.append(("you", middle, low, high, *YOURS))
            for place, bar in enumerate(bars):
                self._bar(ax, 0.27 - 0.54 * place / (len(bars) - 1) - row, row, opened, *bar)
        first = len(self.ten)
        for row, budget in enumerate(self.budgets, start=first):
            for name, (mark, fill) in BETS.items():
                look = {"mfc": fill, "mec": style.INK, "ms": 9, "gid": f"{name} {row}"}
                ax.plot([self.best[budget][name]], [-row], mark, **look)
        best = list(enumerate(self.whole(opened), start=first))
        for row, run in [*enumerate(self.ten[:opened]), *best]:
            ends = [-row - 0.45, -row + 0.45]
            ax.plot([run.loss] * 2, ends, color=style.INK, lw=2, gid=f"run {row}", zorder=2.4)
        self._key(ax, opened, interval)
        return self._sentence(opened, interval)

    def _bar(self, ax, height, row, opened, way, guess, low, high, colour, mark):
        """An interval with its bet in the middle; dotted, with a cross at the run, where it misses."""
        loss = self.ten[row].loss
        missed = row < opened and not low <= loss <= high
        how = {"lw": 2, "ls": ":"} if missed else {"lw": 3.2}
        ends = np.clip([low, guess, high], self.LEFT, self.RIGHT)
        marked = {"marker": mark, "mec": "white", "mew": 0.5, "ms": 5.5, "markevery": [1]}
        if way == "you":
            marked["ms"] = 10
        look = {"color": colour, "solid_capstyle": "butt", "gid": f"{way} {row}"} | marked
        ax.plot(ends, [height] * 3, **how, **look)
        if missed:
            cross = {"color": style.INK, "ms": 8, "mew": 2.2, "zorder": 2.6}
            ax.plot([loss], [height], "x", gid=f"{way} misses {row}", **cross)

    def _key(self, ax, opened, interval):
        """Above the rows: each way with what it has held, and what the other marks are."""
        small = {"va": "center", "fontsize": 11}
        ways = WAYS | ({"you": "you"} if self.yours else {})
        across = np.linspace(0, 0.75, 4) * (self.RIGHT - self.LEFT) + self.LEFT + 0.008
        for x, (way, name) in zip(across, ways.items()):
            colour, mark = LOOKS.get(way, YOURS)
            size = 10 if way == "you" else 7
            look = {"color": colour, "marker": mark, "mec": "white", "ms": size, "markevery": [1]}
            ax.plot([x, x + 0.012, x + 0.024], [2.6] * 3, lw=3.2, **look)
            ax.text(x + 0.031, 2.6, name, color=style.WORDS.get(colour, colour), **small)
            if way in WAYS:
                held = f"holds {self.score(interval, way, opened)[0]} of {opened}"
                held = held if opened else "law, 90 %"
                ax.text(x + 0.031, 1.85, held, color=style.WORDS.get(colour, colour), **small)
        look = {"mec": style.INK, "ms": 9}
        for x, (name, (mark, fill)) in zip((1.04, 1.11), BETS.items()):
            ax.plot([x], [1.1], mark, mfc=fill, **look)
            ax.text(x + 0.01, 1.1, name, color=style.INK, **small)
        ax.plot([1.19] * 2, [0.8, 1.4], color=style.INK, lw=2)
        ax.text(1.197, 1.1, "the run, opened", color=style.INK, **small)
        ax.text(1.33, 1.1, "× its interval misses the run", color=style.INK, **small)

    def _sentence(self, opened, interval):
        if not opened:
            return (
                "Ten runs are closed. Three laws have bet on each of them, a ruler and a guess by eye on "
                f"the best of each budget. You have bet on {len(self.yours) or 'none'} of them."
            )
        held, misses = zip(*(self.score(interval, way, opened) for way in WAYS))
        runs = f"{opened} opened runs" if opened > 1 else "one opened run"
        words = (
            f"Of {runs} the interval of the law on all runs holds {held[0]}, on the valley "
            f"{held[1]}, on the dear runs {held[2]}; their bets are off by {misses[0]:.3f}, {misses[1]:.3f} "
            f"and {misses[2]:.3f} nats on average."
        )
        for row, run in enumerate(self.ten[:opened]):
            if name_of(run) in self.yours:
                low, high = self.yours[name_of(run)]
                ends = [self.forecasts[interval][way][row][1:] for way in WAYS]
                wide = [f"{most - least:.2f}" for least, most in ends]
                did = "holds" if low <= run.loss <= high else "misses"
                words += (
                    f" Your interval {did} {name_of(run)}, which gave {run.loss:.3f}: it is "
                    f"{high - low:.2f} wide, and those of the laws are {wide[0]}, {wide[1]} and {wide[2]}."
                )
        for run in self.whole(opened):
            bets = {
                name: f"{bet:.3f}".removesuffix("0") for name, bet in self.best[run.budget].items()
            }
            words += (
                f" The best with {units.power(run.budget, 1)} FLOP is {run.loss:.3f}: the ruler had said "
                f"{bets['ruler']}, the bet by eye {bets['by eye']}."
            )
        return words


class Jumps:
    """The two dear valleys: runs, parabolas, the best sizes that were sealed, and two other rates.

    sizes gives the sealed best size of each budget, lowest_point(sizes, losses) what a parabola says.
    """

    def __init__(self, ten, others, sizes, lowest_point):
        self.ten, self.others, self.sizes, self.lowest_point = ten, others, sizes, lowest_point

    def backdrop(self, ax):
        """Everything, with its sentence."""
        frame = (6e4, 4e6), (1.04, 1.36), "model size N (parameters)", "loss L (nats per byte)"
        style.frame(ax, *frame, x=units.short)
        looks = zip(own_runs.budgets_of(self.ten), ((style.BLUE, "o"), (style.GREEN, "s")))
        said = [self._valley(ax, budget, *look) for budget, look in looks]
        for run in self.others:
            self._again(ax, run)
        at = {"ha": "left", "va": "top"}
        words = "▲ best size as sealed\n◆ lowest point of the parabola"
        style.inside(ax, 0.55, 0.97, words, color=style.INK, **at)
        paid = " and ".join(units.power(c, 1) for c in own_runs.budgets_of(self.others))
        words = f"○ the same run at another rate\n    (tried at {paid} FLOP only)"
        style.inside(ax, 0.55, 0.84, words, color=style.WORDS[style.ORANGE], **at)
        again = (
            f"Two runs of {paid} FLOP were trained again at another learning rate, none of another"
        )
        return f"{' '.join(said)} {again} budget."

    def _valley(self, ax, budget, colour, mark):
        here, name = own_runs.of_budget(self.ten, budget), units.power(budget, 1)
        sizes, losses = own_runs.columns(here, "params", "loss")
        (curve, lowest, least), told = self.lowest_point(sizes, losses), self.sizes[budget]
        fine = np.linspace(np.log(sizes[0]), np.log(sizes[-1]), 60)
        look = {"color": colour, "gid": f"parabola {name}"}
        ax.plot(np.exp(fine), np.polyval(curve, fine), "--", lw=1.5, **look)
        ax.plot(sizes, losses, mark, color=colour, ms=9, gid=f"runs {name}")
        ax.plot([lowest], [least], "D", color=colour, mec=style.INK, ms=9, gid=f"lowest {name}")
        ax.plot([told], [1.05], "^", color=colour, ms=10, gid=f"sealed {name}")
        right = {"dx": 10, "dy": 0, "va": "center", "colour": colour}
        style.note(ax, sizes[-1], losses[-1], f"{name} FLOP", **right)
        said = f"sealed {units.short(told, 3)}"
        return f"At {name} FLOP the parabola is lowest at {units.short(lowest, 3)}, {said}."

    def _again(self, ax, run):
        own = next(one for one in self.ten if (one.params, one.budget) == (run.params, run.budget))
        arrow = {"arrowstyle": "->", "color": style.ORANGE, "lw": 1.5}
        ax.annotate("", (run.params, run.loss), (own.params, own.loss), arrowprops=arrow)
        look = {"mfc": "white", "mec": style.ORANGE, "mew": 2, "gid": f"rate {run.params:g}"}
        ax.plot([run.params], [run.loss], "o", ms=9, **look)
        more = run.learning_rate > own.learning_rate
        side = {"dx": -10 if more else 10, "dy": 0, "va": "center", "colour": style.ORANGE}
        style.note(ax, run.params, run.loss, f"{'twice' if more else 'half'} the rate", **side)
