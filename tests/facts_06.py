"""What chapter 06 says in numbers, recomputed; see tests/facts.py."""

import numpy as np
from cells import functions_of

from helpers import data, fits, laws
from pictures import train_your_own
from training import own_runs

CHAPTER = functions_of("06_train_your_own")
RUNS = data.own_runs()
GRID = own_runs.grid(RUNS)
ALL, MIDDLE = "all sizes", "the three in the middle"
TARGET = next(run for run in GRID if run.budget == 1e13 and run.d_model == 64)
SHOP = train_your_own.Shop(RUNS, TARGET, purse=1.5e13, bet=CHAPTER["bet"])
TOPS = own_runs.of_budget(GRID, 1e13)
TOP = own_runs.best_of(TOPS).loss
BESTS = [own_runs.best_of(own_runs.of_budget(SHOP.runs, budget)) for budget in SHOP.budgets]
BEST_C, BEST_L = own_runs.columns(BESTS, "flops", "loss")
RULER = fits.fit_power_law(BEST_C, BEST_L)


def bowl(budget, count="params"):
    """(size, loss, nats for a factor of two) at the lowest point of a budget of our own."""
    near = own_runs.around_the_best(RUNS, budget)
    (bend, *_), size, loss = CHAPTER["lowest_point"](*own_runs.columns(near, count, "loss"))
    return size, loss, bend * np.log(2) ** 2


def fit_up_to(budget):
    """The law fitted to all own runs of these budgets."""
    return own_runs.fitted([run for run in GRID if run.budget <= budget])


def floor_of(fit):
    """The 95 % interval of E."""
    return fit.interval(lambda law: law.E)


def off(points, side):
    """An end of the 95 % interval of the exponent through six lowest points."""
    return points.a + side * fits.student(0.95, 4) * points.a_error


def interval(run):
    """The interval to bet on of a run at 1e13 FLOP, from all cheaper ones."""
    return fits.predict(LAW_3E12, run.params, run.tokens)[2]


def held(run):
    low, high = interval(run)
    return low < run.loss < high


def triple(place):
    """E through three best runs a factor of ten apart, and the middle half when seeds move them."""
    points = np.append(BEST_L, TOP)[place::2]
    moved = points + np.random.default_rng(0).normal(0, own_runs.seed_spread(RUNS), (1000, 3))

    def floor(first, second, third):
        return third - (second - third) / ((first - second) / (second - third) - 1)

    return floor(*points), *np.percentile(floor(*moved[1:].T), [25, 75])


def untuned(budget):
    """What 0.001 costs at each size of a budget, small models first."""
    both = [own_runs.columns(own_runs.of_budget(own_runs.grid(RUNS, kind), budget), "loss")[0]
            for kind in ("untuned", "grid")]  # fmt: skip
    return np.subtract(*both)


def best_at(budget):
    return int(np.argmin([run.loss for run in own_runs.of_budget(GRID, budget)]))


CHEAP = (3e10, 1e11, 3e11)
CHEAP_RUNS = own_runs.of_budget(GRID, 3e10)
LOW = [run for run in RUNS if run.budget in CHEAP]
UNTUNED, BEST_AT = [untuned(budget) for budget in CHEAP], [best_at(budget) for budget in CHEAP]
LARGEST, AT_BEST, SMALLEST = (
    [costs[k] for costs, k in zip(UNTUNED, place)] for place in ((-1,) * 3, BEST_AT, (0,) * 3)
)
SHIFTS = own_runs.lowest_points(LOW, kind="untuned").params / own_runs.lowest_points(LOW).params
CHEAPEST = own_runs.lowest_points(RUNS)
LAW_3E11, LAW_1E12, LAW_3E12 = (fit_up_to(budget) for budget in (3e11, 1e12, 3e12))
ENDS = {plan: ends for plan, (_, *ends, _, _) in SHOP.bets.items()}
MISSED = [plan for plan, (low, high) in ENDS.items() if not low < TARGET.loss < high]
COMMITTED = own_runs.fitted(SHOP.bought(3e12, MIDDLE))
TABLES = own_runs.lowest_points(RUNS, "params_total")
SHARE = fits.fit_power_law(CHEAPEST.flops, TABLES.params / CHEAPEST.params)  # of the two counts
GUESS, AT_LEAST, *_ = SHOP.bets[1e12, ALL]
SCATTER = LAW_1E12.residuals.std()
CURVES = own_runs.curves()
SHORT, LONG = (run for run in GRID if run.d_model == 64 and run.budget >= 3e12)


def with_floor(E):
    """(nats by which it misses the five best runs at most, its bets at 1e13 and 1e16) of a line in L - E."""
    line = fits.fit_power_law(BEST_C, np.subtract(BEST_L, E))
    off = np.abs(E + line.predict(BEST_C) - BEST_L).max()
    return off, E + line.predict(1e13), E + line.predict(1e16)


def multiplier(budget):
    """How many times the compute the untuned recipe needs for the loss of its best run."""
    tuned, untuned = (own_runs.best_of(own_runs.of_budget(own_runs.grid(RUNS, kind), budget)).loss
                      for kind in ("grid", "untuned"))  # fmt: skip
    return (untuned / tuned) ** (1 / RULER.a)


def best_rate(width):
    """The learning rate at the bottom of the parabola through those that were tried at this width."""
    here = sorted(
        (run.learning_rate, run.loss)
        for run in own_runs.grid(RUNS, "lr_scan")
        if run.d_model == width
    )
    return CHAPTER["lowest_point"](*zip(*here))[1]


def stretched(times):
    """How many plans hold the run when their intervals are so many times as wide."""
    return sum(train_your_own.Envelope(SHOP, (3e12, MIDDLE), (1.5, 1.3, 1.7)).holds(times)[:-1])


POINTS_BEFORE = own_runs.lowest_points([run for run in RUNS if run.budget < 1e13])
RATES = {width: best_rate(width) for width in (16, 24, 32, 48, 64, 96, 128)}
RATE_LINE = fits.fit_power_law(list(RATES), list(RATES.values()))
ALL_GUESSES = [guess for guess, *_ in SHOP.bets.values()]
FLOORS = [floor for *_, floor, _ in SHOP.bets.values()]
MIDDLE_IS_NEARER = [
    abs(
        own_runs.fitted(SHOP.bought(top, MIDDLE)).law.loss(TARGET.params, TARGET.tokens)
        - TARGET.loss
    )
    < abs(
        own_runs.fitted(SHOP.bought(top, ALL)).law.loss(TARGET.params, TARGET.tokens) - TARGET.loss
    )
    for top in (3e11, 1e12, 3e12)
]
# Ten times further: what was sealed, what was measured, what the fitter says now
TEN = [run for run in own_runs.grid(RUNS, dearest=1e14) if run.budget > 1e13]
OTHERS = [run for run in own_runs.grid(RUNS, "lr_scan", dearest=1e14) if run.budget > 1e13]
TOLD = {(row.run, row.way): row for row in data.read_table("sealed_forecast")}
FIVES = [run for c in own_runs.budgets_of(GRID) for run in own_runs.around_the_best(RUNS, c)]
CHOSEN = {"all": GRID, "valley": FIVES, "dear": [run for run in FIVES if run.budget >= 3e11]}


def name_of(run):
    return f"{run.budget:.0e} {run.d_model:g}x{run.n_layer:g}".replace("+", "")


def now_of(way):
    """(low, high) of each of the ten by today's fitter."""
    fit = own_runs.fitted(CHOSEN[way])
    return [fits.predict(fit, run.params, run.tokens)[2] for run in TEN]


def inside(ends):
    return sum(low < run.loss < high for run, (low, high) in zip(TEN, ends))


SAID = {way: [TOLD[name_of(run), way] for run in TEN] for way in CHOSEN}
HELD = {way: inside([(row.low, row.high) for row in rows]) for way, rows in SAID.items()}
WIDTH = {way: np.mean([row.high - row.low for row in rows]) for way, rows in SAID.items()}
MISS = {
    way: np.array([row.loss - run.loss for row, run in zip(rows, TEN)])
    for way, rows in SAID.items()
}
NOW = {way: now_of(way) for way in CHOSEN}
NOW_WIDTH = {way: np.mean([high - low for low, high in ends]) for way, ends in NOW.items()}
AT_TEN_TIMES = [run.budget == 10 * max(r.budget for r in GRID) for run in TEN]
HELD_AT_TEN_TIMES = {
    way: sum(
        far and row.low < run.loss < row.high for far, row, run in zip(AT_TEN_TIMES, rows, TEN)
    )
    for way, rows in SAID.items()
}
BEST_OF_TEN = [own_runs.best_of(own_runs.of_budget(TEN, budget)) for budget in (3e13, 1e14)]
RULED = [TOLD[f"{budget} best", "ruler"].loss for budget in ("3e13", "1e14")]
BY_EYE = [TOLD["3e13 best", "by eye"].loss, TOLD["1e14 96x5", "by eye"].loss]
RULER_MISS, EYE_MISS = (
    np.subtract(bets, [run.loss for run in BEST_OF_TEN]) for bets in (RULED, BY_EYE)
)
SEED, PART = own_runs.seed_spread(RUNS), [run.loss for run in BEST_OF_TEN]
NEARER = np.abs(RULER_MISS) - np.abs(EYE_MISS)  # below zero where the ruler is nearer
BEATEN = [  # by how much the ruler is nearer to the best run than the nearest law, in nats
    min(abs(TOLD[name_of(run), way].loss - run.loss) for way in CHOSEN) - abs(miss)
    for run, miss in zip(BEST_OF_TEN, RULER_MISS)
]
RULER_SHARES = [RULER.predict(1e13) / TOP - 1, *np.divide(RULER_MISS, PART)]
TIE = [run.loss for run in own_runs.grid(RUNS, "lr_scan")
       if (run.budget, run.d_model) == (1e12, 80) and run.learning_rate in (1.25e-3, 2.5e-3)]  # fmt: skip
SEEDS_TO = max(run.budget for run in own_runs.grid(RUNS, "seed"))


def lowered(width, times):
    """How far the dear law misses the ten on average when the cheap runs of a width have lower losses."""
    cheap = [
        run._replace(loss=run.loss * times if run.d_model == width else run.loss)
        for run in CHOSEN["dear"]
    ]
    law = own_runs.fitted(cheap).law
    return np.mean([abs(law.loss(run.params, run.tokens) - run.loss) for run in TEN])


DEAR = own_runs.fitted(CHOSEN["dear"])
DEAR_NOW = own_runs.fitted(CHOSEN["dear"] + TEN)
BY_RATE = [next(own for own in TEN if (own.budget, own.params) == (run.budget, run.params)).loss - run.loss
           for run in OTHERS]  # fmt: skip
DEEP = [CHAPTER["lowest_point"](*own_runs.columns(own_runs.of_budget(TEN, c), "params", "loss"))[1]
        for c in (3e13, 1e14)]  # fmt: skip
SIZES_TOLD = [TOLD[f"{budget} best", "parabolas"].params for budget in ("3e13", "1e14")]
DEEP_FIT = fits.fit_isoflop(own_runs.sizes_of(TEN), *own_runs.columns(TEN, "loss", "budget"))
EIGHT = [*BESTS, own_runs.best_of(TOPS), *BEST_OF_TEN]
EIGHT_C, EIGHT_L = own_runs.columns(EIGHT, "flops", "loss")
FREE = fits.fit_power_law(EIGHT_C, EIGHT_L, with_floor=True)
FREE_ERROR = fits.student(0.95, 5) * FREE.E_error


def far(E):
    """What the eight best runs say at 1e16 with this E."""
    return E + fits.fit_power_law(EIGHT_C, np.subtract(EIGHT_L, E)).predict(1e16)


LATE = np.interp(np.log(SHORT.tokens), np.log(CURVES[LONG.run][:, 0]), CURVES[LONG.run][:, 1])
PROSE = {
    "06_train_your_own": [
        ("| best loss, nats per byte | {:.3f} | {:.3f} | {:.3f} | {:.3f} | {:.3f} | **?** |", BEST_L),
        ("has {:.0f} times the parameters of the smallest", CHEAP_RUNS[-1].params / CHEAP_RUNS[0].params),
        ("goes from {:.0f} to {:.0f} thousand parameters: ten times", bowl(3e10)[0] / 1e3, bowl(3e11)[0] / 1e3),
        ("ten times the money pays for a model three times as large",
         2.5 < bowl(3e11)[0] / bowl(3e10)[0] < 3.5),
        ("costs a few hundredths of a nat, less than the step from one budget to the next",
         all(0.02 < bowl(budget)[2] < 0.08 < -max(np.diff(BEST_L)) for budget in CHEAP)),
        ("the tables of a model 8 wide weigh more than the rest of it", 576 * 8 > 12 * 2 * 8**2),
        ("which is the {:.0f} of step 1", laws.transformer_params(1, 1)),
        ("| {:,.0f} | {:.1f} million | 1e13 |", TARGET.params, TARGET.tokens / 1e6),
        ("near to where the valley should be lowest",
         0.8 < (10 / 3) ** POINTS_BEFORE.a * POINTS_BEFORE.params[-1] / TARGET.params < 1.25),
        ("moves by more than half a nat between plans", np.ptp(ALL_GUESSES) > 0.5),
        ("so dear that the purse pays for three sizes of each budget and no more",
         [plan for plan in SHOP.bets if plan[0] == 3e12] == [(3e12, MIDDLE)]),
        ("by one plan $E$ is zero, by another it is above what the next plan bets on",
         min(FLOORS) < 1e-6 and max(FLOORS) > sorted(ALL_GUESSES)[2]),
        ("Under every plan the sentence says that the runs do not determine it",
         all(doubt.startswith("The runs do not determine E") for *_, doubt in SHOP.bets.values())),
        ("leave the constants open, and $E$ may be anything from 0 to {:.2f}.", floor_of(COMMITTED)[1]),
        ("from 0 to", floor_of(COMMITTED)[0] < 1e-6 and COMMITTED.open == ("E", "alpha", "beta")),
        ("The bet is surer than the constants",
         np.ptp(ENDS[3e12, MIDDLE]) < 0.2 * np.ptp(floor_of(COMMITTED))),
        ("Four plans of seven hold the run, where intervals of 90 % promise six. The three that miss it all lie too high",
         (len(ENDS), len(MISSED)) == (7, 3) and all(ENDS[plan][0] > TARGET.loss for plan in MISSED)),
        ("promise six", round(0.9 * len(ENDS)) == 6),
        ("Half as wide again, and one plan still misses. Twice as wide, and all of them hold",
         (stretched(1), stretched(1.5), stretched(2)) == (4, 6, 7)),
        ("Four of the seven: the run lies below their $E$",
         sum(floor > TARGET.loss for floor in FLOORS) == 4),
        ("Their fits had said how little they know of it",
         all("E" in own_runs.fitted(SHOP.bought(*plan)).open for plan in SHOP.bets)),
        ("by about {:.0f} % of the loss, far more", 100 * SCATTER),
        ("near the best sizes it predicts too high a loss",
         LAW_3E12.law.loss(TARGET.params, TARGET.tokens) > TARGET.loss + 0.1
         and LAW_3E12.law.loss(TOPS[-1].params, TOPS[-1].tokens) < TOPS[-1].loss - 0.1),
        ("come nearer to the truth than all sizes do, whichever budget you stop at", all(MIDDLE_IS_NEARER)),
        ("Three sizes up to 1e12 bet on {:.2f}, almost on the run", SHOP.bets[1e12, MIDDLE][0]),
        ("for little more than a third of the price",
         0.34 < SHOP.price(1e12, MIDDLE) / SHOP.price(1e12, ALL) < 0.4),
        ("It stands at zero: the law found no irreducible loss at all", SHOP.bets[1e12, MIDDLE][3] < 1e-6),
        ("had bet on {:.2f} with one budget less", SHOP.bets[3e11, MIDDLE][0]),
        ("Fit all {} runs below 1e13", len(SHOP.runs)),
        ("twice the purse", 2 < sum(run.flops for run in SHOP.runs) / SHOP.purse < 2.3),
        ("All eight do, where 90 % promises about seven", sum(map(held, TOPS)) == 8),
        ("lies at the very edge of its interval", 0 < TARGET.loss - interval(TARGET)[0] < 0.01),
        ("the runs scatter by {:.0f} %.", 100 * LAW_3E12.residuals.std()),
        ("a fit that may choose $E$ sets it to zero", fits.fit_power_law(BEST_C, BEST_L, with_floor=True).E < 1e-6),
        ("beats the law fitted to everything",
         abs(RULER.predict(1e13) - TOP) < abs(LAW_3E12.law.loss(TARGET.params, TARGET.tokens) - TOP)),
        ("goes through the five points almost as well, and one step ahead it is no worse",
         with_floor(0.5)[0] < with_floor(0)[0] + 0.015
         and abs(with_floor(0.5)[1] - TOP) < abs(with_floor(0)[1] - TOP)),
        ("There the two losses are a quarter apart", 1.2 < with_floor(0.5)[2] / with_floor(0)[2] < 1.3),
        ("The best rate falls a little faster than one over the width",
         RATE_LINE.a - fits.student(0.95, 5) * RATE_LINE.a_error > 1 and RATE_LINE.a < 1.25),
        ("A multiplier that stays the same", multiplier(3e10) < multiplier(1e11) < multiplier(3e11)),
        ("One that grows, as here", multiplier(3e11) > 1.4 * multiplier(3e10)),
        ("suffer most, by {:.1f} to {:.1f} nats.", min(min(SMALLEST), min(AT_BEST)), max(AT_BEST)),
        ("For the largest of each budget the default is nearly right", max(LARGEST) < 0.09 < 0.13 < min(SMALLEST)),
        ("The left side of the valley is raised more than the right", all(
            costs[: k + 1].mean() > 1.4 * costs[k + 1 :].mean() for costs, k in zip(UNTUNED, BEST_AT))),
        ("The larger the budget, the larger the shift", sorted(SHIFTS) == SHIFTS.tolist() and SHIFTS[0] > 1),
        ("The two intervals overlap, because six points leave", off(TABLES, 1) > off(CHEAPEST, -1)),
        ("much surer than either: {:.2f}, give or take {:.2f}.",
         CHEAPEST.a - TABLES.a, fits.student(0.95, 4) * SHARE.a_error),
        ("because six points leave", len(CHEAPEST.params) == len(TABLES.params) == 6),
        ("when a loss changes by less than a hundredth of a nat", own_runs.seed_spread(RUNS) < 0.01),
        ("The first triple puts $E$ at {:.1f}, a loss below zero", triple(0)[0]),
        ("The second, with the dearest run in it, says {:.1f}", triple(1)[0]),
        ("would move the first by about half a nat either way", 0.4 < np.ptp(triple(0)[1:]) / 2 < 0.8),
        ("At 1e13 FLOP a factor of two costs {:.3f} nats", bowl(1e13)[2]),
        ("At 3e11 it costs about twice as much", 1.8 < bowl(3e11)[2] / bowl(1e13)[2] < 2.3),
        ("the ends are a factor of {:.1f} apart", CHEAPEST.params_high[0] / CHEAPEST.params_low[0]),
        ("A fifth of the compute",
         0.17 < 1 - (1 + bowl(1e13)[2] / bowl(1e13)[1]) ** (-1 / RULER.a) < 0.24),
        ("the narrow interval at 1e12", min(CHEAPEST.params_high / CHEAPEST.params_low)
         == CHEAPEST.params_high[3] / CHEAPEST.params_low[3] < 1.1),
        ("a tenth of a nat behind", 0.08 < LATE - CURVES[SHORT.run][-1, 1] < 0.13),
        ("after three tenths of its bytes", 0.28 < SHORT.tokens / LONG.tokens < 0.32),
        ("Its scatter, {:.0f} % of the loss", 100 * SCATTER),
        ("is ten times the noise between seeds", 8 < SCATTER * BEST_L[2] / own_runs.seed_spread(RUNS) < 12),
        ("one time in seven hundred", 650 < 1 / GRID[0].exact_4 < 750),
        ("the best of the sweep one time in five", round(1 / max(run.exact_4 for run in GRID)) == 5),
        ("our ruler was off by {:.2f} nats;", abs(RULER.predict(1e13) - TOP)),
        ("was off by {:.2f}, and its interval missed", GUESS - TARGET.loss),
        ("its interval missed", TARGET.loss < AT_LEAST),
        ("which our runs left open whatever we paid",
         all("E" in law.open for law in (LAW_3E11, LAW_1E12, LAW_3E12))),
        ("four intervals of seven held", len(ENDS) - len(MISSED) == 4),
        ("what a loss of {:.3f} is on other text", TARGET.loss),
        ("| loss, by a ruler through the best runs of six budgets | {:.3f} | {:.3f} |", RULED),
        ("| loss, by a ruler through the last four of them | {:.3f} | {:.3f} |",
         [TOLD[f"{budget} best", "ruler of four"].loss for budget in ("3e13", "1e14")]),
        ("| loss by eye, and the run | {:.3f}, 80x4 | {:.2f}, 96x5 |", BY_EYE),
        ("80x4 | 1.10, 96x5", TOLD["3e13 best", "by eye"].params == TEN[2].params and name_of(TEN[2]) == "3e13 80x4"),
        ("came near (step 5)", abs(RULER_SHARES[0]) < 0.025),
        ("where a run of the sweep, trained again, ended {:.3f} lower.", BESTS[0].loss - 2.384),
        ("another machine", {run.machine.split(";")[0] for run in TEN}.isdisjoint(run.machine.split(";")[0] for run in GRID)),
        ("*the sweep* alone, our {} runs up to 1e13", len(GRID)),
        ("`3e13 80x4` (budget, width x layers; {:,.0f} parameters) and `1e14 128x5` ({:,.0f})", TEN[2].params, TEN[8].params),
        ("The best run of the sweep had {:.3f}", min(run.loss for run in GRID)),
        ("in thousands | {:.0f} | {:.0f} |", np.divide(SIZES_TOLD, 1000)),
        ("less than half as wide as those of all runs", 2 < WIDTH["all"] / WIDTH["dear"] < 2.6),
        ("They hold four of ten, all runs nine, the valley ten", list(HELD.values()) == [9, 10, 4]),
        ("The dear runs and all runs bet too high every time", min(MISS["dear"].min(), MISS["all"].min()) > 0),
        ("The valley errs to both sides, by {:.3f} nats on average", abs(MISS["valley"]).mean()),
        ("errs to both sides", min(MISS["valley"]) < -0.01 and max(MISS["valley"]) > 0.01),
        ("the ruler is nearer by {:.3f} nats, at the second the bet by eye by {:.3f}.", -NEARER[0], NEARER[1]),
        ("Another seed moves a loss by more, so neither wins", max(abs(NEARER)) < SEED),
        ("The ruler is too low at both, the bet by eye too high", max(RULER_MISS) < 0 < min(EYE_MISS)),
        ("its `80x4` was not the best run", BEST_OF_TEN[0].d_model == 96),
        ("They hold ten, ten and two", [inside(NOW[way]) for way in CHOSEN] == [10, 10, 2]),
        ("All runs held nine, the valley ten, the dear runs four", list(HELD.values()) == [9, 10, 4]),
        ("Only the dear runs left no constant open", not DEAR.open and all(
            own_runs.fitted(CHOSEN[way]).open for way in ("all", "valley"))),
        ("twenty runs can be sure of a floor that ten more move by {:.1f} nats", DEAR.law.E - DEAR_NOW.law.E,
         len(CHOSEN["dear"]) == 20, len(TEN) == 10),
        ("the two intervals still overlap", floor_of(DEAR)[0] < floor_of(DEAR_NOW)[1]),
        ("the valley of all six beats that of the last four",
         abs(MISS["valley"]).mean() < abs(MISS["dear"]).mean() and len(own_runs.budgets_of(CHOSEN["dear"])) == 4),
        ("That held across sizes", abs(MISS["valley"]).mean() < abs(MISS["all"]).mean()),
        ("Twice the rate took {:.3f} nats off one run, and half the rate cost the other {:.3f}.", np.abs(BY_RATE)),
        ("took", BY_RATE[0] > 0 > BY_RATE[1]),
        ("Another seed moved a loss by {:.3f} at budgets up to 3e12", SEED, SEEDS_TO == 3e12),
        ("Two laws lie above all ten runs", min(MISS["all"].min(), MISS["dear"].min()) > 0),
        ("would lower the bets", lowered(80, 0.974) < 0.8 * lowered(80, 1) and lowered(80, 1) > 0.07),
        ("for width 80 the scan ended in a tie", len(TIE) == 2 and abs(np.diff(TIE)[0]) < SEED),
        ("The law on the valley misses by about what one step of the rate is worth",
         0.6 < abs(MISS["valley"]).mean() / np.mean(np.abs(BY_RATE)) < 1.2),
                ("within a sixth of what was sealed", max(np.abs(np.divide(DEEP, SIZES_TOLD) - 1)) < 1 / 6),
        ("about a factor of six apart", all(5.5 < high / low < 7 for low, high in zip(DEEP_FIT.params_low, DEEP_FIT.params_high))),
        ("the ruler is nearer than any of the three laws, at 1e14 by {:.3f} nats only", BEATEN[1], min(BEATEN) > 0),
        ("half of what a seed moves", 0.4 < BEATEN[1] / SEED < 0.6),
        ("all three of its bets (step 5 has the first) lie within 2.5 % of the loss", np.abs(RULER_SHARES).max() < 0.025),
        ("All three were too low, the last by most", max(RULER_SHARES) < 0, np.argmin(RULER_SHARES) == 2),
        ("But one step of the rate moves a loss by as much", -RULER_MISS[1] < np.mean(np.abs(BY_RATE))),
        ("anything from zero to half a nat", FREE.E < FREE_ERROR and 0.45 < FREE.E + FREE_ERROR < 0.6),
        ("There the two lines say {:.2f} and {:.2f}. The second fits the eight worse", far(0), far(0.5)),
        ("its $E$ is not excluded", FREE.E - FREE_ERROR < 0 < 0.5 < FREE.E + FREE_ERROR),
        ("ten times beyond its runs it was off by {:.2f} again", -RULER_MISS[1]),
        ("three fits held nine, ten and four", list(HELD.values()) == [9, 10, 4]),
    ],
}  # fmt: skip
DECIDING = {
    "own-nine-in-ten": len(ENDS) - len(MISSED),
    "own-ten-times-further": HELD_AT_TEN_TIMES["valley"],
}

# Questions with a number: (what captures the numbers of its words, the answer computed from these).
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"


def lowest_of_three(here, middle, left, right):
    """The lowest point of the parabola through three sizes, each twice the one before, by least squares."""
    x = here * np.array([0.5, 1, 2])
    bend, slope, _ = np.polyfit(np.log(x), [left, middle, right], 2)
    return np.exp(-slope / (2 * bend))


def wasted(E, exponent, best, percent):
    """Percent of the compute that a run ending so many percent above the best loss has wasted."""
    above = best - E
    return 100 - 100 * (above / (above + percent / 100 * best)) ** (1 / exponent)


SOLVED = {
    "drill-reducible": (rf"E = {N}\$.* is {N} nats above.*C\^{{-{N}}}.* at {N} times",
                        lambda E, part, exponent, times: part / times**exponent),
    "drill-leap": (rf"up to {N} parameters and must forecast {N} parameters", lambda small, large: (large / small) ** 2),
    "drill-parabola": (rf"a model of {N} parameters ends at a loss of {N}, .* size at {N}, .* size at {N}\.", lowest_of_three),
    "own-bytes": (rf"{N} wide and {N} layers deep.*for {N} FLOP",
                  lambda d, layers, flops: flops / 6 / (12 * layers * d**2 + 256 * d + 64 * layers * d)),
    "own-embeddings": (rf"{N} wide .* has {N} weights .*tables of {N} rows and one of {N}\.",
                       lambda d, weights, rows, places: 100 - 100 * weights / (weights + d * (2 * rows + places))),
    "own-table-share": (rf"width {N} has {N} parameters in its layers and a vocabulary of {N} words",
                        lambda width, layers, words: 100 / (1 + layers / (words * width))),
    "own-promise-kept": (rf"intervals of {N} %. Of {N} runs that were held back, {N} lie", lambda percent, n, held: (
        n * percent / 100 - held) / np.sqrt(n * percent * (100 - percent) / 1e4)),
    "own-flop": (rf"model {N} wide and {N} layers", lambda d, layers: 72 * layers * d**2 + 6 * 256 * d + 6 * 64 * layers * d),
    "own-warm-up-share": (rf"over {N} steps of {N} tokens each.* has {N} parameters and sees {N} tokens",
                          lambda steps, batch, params, each: 100 * steps * batch / each / params),
    "own-trunk-and-branches": (rf"after {N}, {N} and {N} billion.*last {N} %", lambda short, middle, long, share: 1e9 * (
        long - share / 100 * long + share / 100 * (short + middle + long))),
    "own-rate-price": (rf"E = {N}\$.*C\^{{-{N}}}.*best loss is {N} ends {N} % above that", wasted),
    "own-mixture-matched": (rf"source of {N} good tokens is to make up about {N} % of a run of {N} tokens.*runs of {N} tokens",
                            lambda good, share, target, proxy: good / (share * target) * share * proxy),
}  # fmt: skip
SLIPS = {
    "own-bytes": [1e13 / 176128, 1e13 / (6 * 147456), 1e13 / (6 * (147456 + 576 * 64)), 20 * 147456],
    "own-embeddings": [100 * 6144 / 15360, 100 * 9216 / 6144, 100 * 8192 / (8192 + 6144), 100 * 4096 / 15360],
    "own-flop": [6 * 6144, 73728 / 6, 6 * (6144 + 256 * 16), 6 * (6144 + 9216)],
}  # fmt: skip
CLAIM_WORDS = {
    "own-ten-times-further": [
        ("it held one of the five", HELD_AT_TEN_TIMES["dear"] == 1, sum(AT_TEN_TIMES) == 5),
        (
            "the law on 20 dearer ones of the 46 cheap runs",
            (len(CHOSEN["dear"]), len(GRID)) == (20, 46),
        ),
        ("ten times is one decade", TEN[-1].budget / 1e13 == 10),
    ]
}
WORDS = {
    "own-ruler": [
        ("The ruler said {:.3f}, and the run gave {:.3f}", RULER.predict(1e13), TOP),
        ("a loss about {:.2f} too low", TOP - RULER.predict(1e13)),
        ("higher than the best run of the budget before", BEST_L[-1] < TOP + 0.2),
    ],
    "own-table-share": [("words: {:.0f} % of its 1.24 billion", 100 * 128256 * 2048 / 1.236e9)],
    "own-mixture-misled": [
        ("30 % of 2 trillion is {:.0f} billion, thirty times", 0.3 * 2e12 / 1e9), ("thirty times", 0.3 * 2e12 / 20e9 == 30),
        ("one and a half times", 0.3 * 100 / 20 == 1.5), ("different by twenty times", 2e12 / 100e9 == 20),
    ],
}  # fmt: skip
