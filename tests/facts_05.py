"""What chapter 05 says, recomputed."""

import functools
import math

import numpy as np
from cells import functions_of

from helpers import data, fits, laws, live
from pictures import limits
from training import own_runs

CHAPTER = functions_of("05_limits")
REFIT, PAPER = laws.CHINCHILLA_REFIT, limits.DATA_CONSTRAINED
H100 = data.named(data.accelerators(), "H100 SXM")
STOCK = data.named(data.read_table("text_stock"), "good quality, repeated")
SETS = data.read_table("training_sets")
LARGEST = data.named(SETS, "Qwen3").tokens
HOUR = 0.7 * 1.1 * limits.POWER_PRICE  # dollars of electricity an H100-hour


def worth(passes):
    return PAPER.effective_tokens(1.0, passes)


def full(of, over=1.0):
    """FLOP at which one run uses up 0 a billion dollars, 1 a gigawatt-year, 2 the text."""
    flops = np.logspace(24, 32, 80_001)
    return float(flops[np.argmin(np.abs(np.log(CHAPTER["shares"](flops, over, 1e9)[of])))])


YEARS = math.log(STOCK.tokens / LARGEST) / math.log(2.4)  # until one run reads all of it
SLIPS = {
    "limits-years": [320 / 36, 320 / 36 / 2.4, math.log(320 / 36), (320 - 36) / (1.4 * 36)],
    "limits-four-passes": [25, 100, 100 * math.exp(-3 / PAPER.R_D)],
    "limits-most-passes": [PAPER.R_D, 40, 4],
    "limits-hours": [1e26 / 989.4e12 / 3600, 1e26 / 989.4e12 / 0.4, 1e26 / 989.4e12 / 0.4 / 86400,
                     1e26 / 989.4e12 * 0.4 / 3600],
    "limits-electricity": [100 * 0.7 * 0.08 / 2, 100 * 0.77 / 2, 10 * HOUR / 2],
    "limits-halving": [36 / 8, 2 * 36 / 8, 2**3],
}  # fmt: skip

STOCKS = {row.stock: row for row in data.read_table("text_stock")}
OURS = data.own_runs()
FRESH = next(r for r in own_runs.grid(OURS) if (r.params, r.budget) == (307_200, 3e12))
READ = {1: FRESH} | {int(run.unique): run for run in OURS if run.kind == "repeated"}
NOISE = 2**0.5 * own_runs.seed_spread(OURS)  # of the difference between two runs
LEARNED = own_runs.curves()[READ[32].run][-1, 1]  # loss on what was read 32 times
KEPT = limits.Pruned.KEPT
MONEY = math.log(full(2) / full(0)) / math.log(2.4)  # years of the cost until it pays all text
K = REFIT.alpha * REFIT.beta / (REFIT.alpha + REFIT.beta)
RUNS, CHIPS = data.read_table("training_runs"), data.accelerators()
CARD = data.named(RUNS, "Llama 3.1 405B")
PRICES = [price for _, price in live.log_slider("", 0.5, 10, 2.0).widget.options]  # of the figure
HOURS, _, DOLLARS = CHAPTER["bill"](3.8e25, H100.bf16_flop_per_s, H100.tdp_w)
GOOD = data.named(data.read_table("text_stock"), "indexed web, good quality")

CHIPS_YEAR = 1e5 * 8760 * 3600 * 0.4 * 989e12  # FLOP of 100,000 H100s in a year
PAID = 3.8e25 / (30.84e6 * 3600 * 989e12)  # of the peak, over all hours of Llama 3.1 405B
NATS = {1e20: 0.020, 1e22: 0.008}  # by which one recipe is ahead of the other
GAP = math.log10(STOCK.tokens / LARGEST)
DUE = LARGEST * 2.4 ** (19 / 12)  # from April 2025 to November 2026
TRENDS = {row.figure: row for row in data.read_table("trends")}
HALVING = TRENDS["halving of the compute for the same loss"][1:4]  # months, with its interval
RENTS = [row for row in TRENDS.values() if row.unit == "dollars an hour"]
GROK = data.named(data.read_table("training_runs"), "Grok-3")


def drop(exponent):
    return REFIT.optimal_loss(10.0 ** (exponent - 1)) - REFIT.optimal_loss(10.0**exponent)


def when(growth, stock=STOCK.stock, first="Qwen3"):
    """The ends of four draws in five and the median of the year, counted from a training set."""
    years = CHAPTER["year_of_exhaustion"](STOCKS[stock], data.named(SETS, first), growth)
    low, high = fits.interval(years)
    return low, np.median(years), high


def harm(times):
    """Nats by which our run that read its text so many times is worse than on fresh text."""
    return READ[times].loss - FRESH.loss


def law_says(times, R_D=PAPER.R_D):
    """The same by the published law of repetition and our own data term."""
    epochs = READ[times].tokens / READ[times].unique_tokens
    return CHAPTER["above_fresh"](CHAPTER["worth"](epochs, R_D) / epochs)


def fits_our_runs(times, R_D):
    return abs(harm(times) - law_says(times, R_D)) < 2 * NOISE


def once(times):
    """The same if each byte had been read once."""
    return CHAPTER["above_fresh"](1 / times)


def mwh(chip, mfu, flops=3.14e23):
    row = data.named(CHIPS, chip)
    return CHAPTER["bill"](flops, row.bf16_flop_per_s, row.tdp_w, mfu)[1]


def per_joule(chip):
    row = data.named(CHIPS, chip)
    return row.bf16_flop_per_s / row.tdp_w


def used(name):
    """6ND, or what was published, over all reported hours at full peak."""
    run, m = data.named(RUNS, name), data.named(data.models(), name)
    peak = data.named(CHIPS, run.accelerator).bf16_flop_per_s
    return (m.train_flop or m.flops) / (run.hours * 3600 * peak)


@functools.cache
def wrong(kept, share=1.0, which="hardest"):
    """Share of new examples that the student gets wrong, mean of four pools."""
    return np.mean([CHAPTER["student_error"](kept, share, which, seed) for seed in range(4)])


def kept_best(kept):
    """What does best at this number of examples, of all and of the tenth that is kept."""
    ways = {"all": (1.0, "hardest"), "hardest": (0.1, "hardest"), "easiest": (0.1, "easiest")}
    return min(ways, key=lambda way: wrong(kept, *ways[way]))


def after(years, months=8, money=2.4):
    return REFIT.optimal_loss(CHAPTER["effective_flops"](years, months, money))


def lost(stall, again, hours, restart):
    """Percent of the time that is lost: stall and restart in seconds, a checkpoint after so many seconds of work."""
    return 100 * (stall / again + (again / 2 + restart) / (3600 * hours))


def best_interval(stall, hours):
    return math.sqrt(2 * stall * 3600 * hours)


def multiplier(flops):
    """How many times the compute the better of two recipes is worth, NATS ahead at this compute."""
    return REFIT.flops_for_loss(REFIT.optimal_loss(flops) - NATS[flops]) / flops


SMALL = (
    REFIT.optimum(full(2, 30))[0] / 30
)  # parameters of the run that reads all text by over-training

PROSE = {
    "05_limits": [
        ("grew {:.1f} times a year. One of April 2025 had {:.0f} trillion", TRENDS["growth of the largest training sets"].value, LARGEST / 1e12),
        ("by November 2026 somebody should have reported a set of {:.0f} trillion", DUE / 1e12),
        ("sets that also hold images, sound and video have reached {:.0f}.", max(row.tokens for row in SETS if row.as_of > "2025-04") / 1e12),
        ("Each step is two thirds of the one before", 0.64 < 10**-K < 0.68),
        ("takes {:.0f} times the compute", 2 ** (1 / K)),
        ("At 1e26 FLOP the best size is one trillion", round(REFIT.optimum(1e26)[0] / 1e12, 1) == 1.0),
        ("From 1e24 a factor of ten buys {:.3f} nats, and a hundred buys less than twice as much", drop(25), drop(26) < drop(25)),
        *((text, 100 * 10**-K) for text in (
            "keep {:.0f} % of the reducible loss, there as everywhere", "keep {:.0f} % of the reducible loss, at every scale")),
        ("Returns shrink by a third", round(1 - 10**-K, 2) == 0.34),
        *((text, round(STOCK.tokens / STOCK.low) == 5 == round(STOCK.high / STOCK.tokens)) for text in (
            "*three hundred and twenty trillion tokens, give or take a factor of five*", "Text: 320 trillion tokens, give or take a factor of five")),
        ("part of the indexed web ({:.0f} trillion)", GOOD.tokens / 1e12),
        *((text, 0.7 < 2025.29 + YEARS - 2027 < 1) for text in (
            "one run reads all of it late in 2027", "used up late in 2027 on a trend")),
        *((text, max((row for row in SETS if row.kind == "text"), key=lambda row: row.tokens).set == "Qwen3") for text in (
            "In the nineteen months after Qwen3 nobody disclosed a larger set of text", "No larger set of text has been disclosed since",
            "from April 2025 to November 2026 no larger set of text was disclosed", "disclosed since April 2025")),
        ("Counted from Qwen3 the year is {1}, and four draws in five lie between {0} and {2}.", *map(int, when(2.4))),
        ("Counted from DeepSeek-V4, a year later and no larger, it is {}", int(when(2.4, first="DeepSeek-V4")[1])),
        ("wins two years", round(when(2.4, "whole web")[1] - when(2.4, "indexed web")[1]) == 2),
        ("the whole web, six times the indexed one", round(3100 / 510) == 6),
        ("a year makes it {1} ({0} to {2}).", *map(int, when(1.5))),
        ("the stock shifts the date by {:.1f} years, and the growth by {:.1f}.",
         math.log(STOCK.high / STOCK.low) / math.log(2.4), GAP / 0.27 - GAP / 0.48),
        ("*Thirty and a half million hours for {:.0f} million dollars.*", DOLLARS / 1e6, round(HOURS / 1e6, 1) == 30.5),
        ("says {:.2f} million hours. We meet it", CARD.hours / 1e6),
        ("we chose {:.0f} % from these", 100 * used("Llama 3.1 405B")),
        ("Two dollars lie within what was asked for an H100 from October 2025 to May 2026",
         RENTS[0].as_of == "2025-10", RENTS[-1].as_of == "2026-05", RENTS[0].value < 2 < RENTS[-1].value),
        ("At about {:.2f} dollars an hour", min(PRICES, key=lambda price: abs(price * HOURS - CARD.rented_dollars))),
        ("where it is: {:.1f} % at two dollars", 100 * HOUR / 2),
        ("Grok-3 passed a billion in February 2025, as rent. Written off it came to {:.2f} billion",
         GROK.owned_dollars / 1e9, GROK.rented_dollars > 1e9),
        ("{:.0f} million owned and {:.0f} million rented", CARD.owned_dollars / 1e6, CARD.rented_dollars / 1e6),
        ("of the largest runs grew {:.1f} times a year", TRENDS["growth of the cost of the largest runs"].value),
        ("| a billion dollars | {:.1f}e26 FLOP |", full(0) / 1e26),
        ("| a gigawatt-year | {:.1f}e28 FLOP |", full(1) / 1e28),
        ("| the text | {:.1f}e28 FLOP", full(2) / 1e28),
        ("FLOP (1.7e27 to 1.4e30) |", all(
            abs(REFIT.optimum(flops)[1] / end - 1) < 0.03 for flops, end in ((1.7e27, STOCK.low), (1.4e30, STOCK.high)))),
        *((text, full(2) / full(0) / 10) for text in ("must hold some {:.0f}0 billion", "of all text wants {:.0f}0 billion dollars")),
        ("for less than 60 million dollars", 0.05 < full(2, 30) / full(0) < 0.06),
        ("is a model of {:.0f} billion parameters with {:.0f} thousand tokens for each. Qwen3-0.6B read {:.0f} thousand.",
         SMALL / 1e9, STOCK.tokens / SMALL / 1e3, data.named(data.models(), "Qwen3-0.6B").tokens_per_param / 1e3),
        ("at 1e27 FLOP the next factor of ten still buys {:.3f} nats.", drop(28)),
        ("reach {:.1f} years after the first billion. That is late in 2029", MONEY, 2029.5 < 2025.125 + MONEY < 2030),
        ("and in 2031 if hardware is written off", 2031 < 2025.125 + math.log(1 / 0.30) / math.log(2.4) + MONEY < 2032),
        ("The text, on its own trend, is read up in {:.0f}", math.floor(2025.29 + YEARS)),
        ("*Four epochs are worth {:.0f} % of fresh text.*", 100 * worth(4) / 4),
        ("no number of them is worth more than {:.1f} corpora", worth(1e6)),
        ("one model of {:,.0f} parameters again and again on {:.1f} million bytes", FRESH.params, FRESH.tokens / 1e6),
        ("At two and four readings repeating costs no more than the noise between seeds, as the law says",
         all(harm(times) < 2 * NOISE and fits_our_runs(times, PAPER.R_D) for times in (2, 4))),
        ("At 8 it costs twice what the law says", 1.9 < harm(8) / law_says(8) < 2.15, harm(16) / law_says(16) > 4),
        ("An $R_D$ near 8 fits up to that point and then fails",
         all(fits_our_runs(p, 8) == (p <= 8) for p in (2, 4, 8, 16, 32))),
        ("**No $R_D$ fits 32**", not any(fits_our_runs(32, R_D) for R_D in (1e-3, 0.5, 2, 15, 50))),
        ("our loss lies far above even the dotted line", harm(32) > once(32) + 1),
        ("ends at {:.2f} on what it read, and at {:.2f} on held-out text", LEARNED, READ[32].loss),
        ("With seven parameters for each byte", round(FRESH.params / READ[32].unique_tokens) == 7),
        ("Up to one and a half examples for each weight keep the easiest, from three on the hardest",
         [kept_best(kept) for kept in KEPT if kept != 2] == 3 * ["easiest"] + 4 * ["hardest"]),
        ("from 1.5 to 3 it falls to a twentieth", 18 < wrong(1.5, 0.1) / wrong(3, 0.1) < 21),
        ("the dashed one falls to two thirds", 0.6 < wrong(3) / wrong(1.5) < 0.7),
        ("The harder half of a pool is as good as all of it", abs(wrong(8) / wrong(4, 0.5) - 1) < 0.03),
        ("the compute for the same loss halved about every {:.0f} months. Their published interval runs from {:.0f} to {:.0f} months", *HALVING),
        ("made the same loss {:.0f} times cheaper in three years", 2**4.5),
        ("From the V100 of June 2017 to the B200, announced in March 2024, chips gained a factor of five",
         round(per_joule("B200") / per_joule("V100")) == 5,
         [data.named(CHIPS, name).released for name in ("V100", "B200")] == ["2017-06", "2024-03"]),
        ("scores far above the first, which was little better than guessing",
         data.named(data.models(), "OLMo-7B-0424").mmlu_obs > 50 > 30 > data.named(data.models(), "OLMo-7B").mmlu_obs > 25),
        ("with a sixth fewer tokens", abs(1 - 2.05 / 2.46 - 1 / 6) < 0.01),
        ("from {:.3f} to {:.3f}. With methods it is {:.3f}.", after(0), after(5, math.inf), after(5)),
        ("At the slow end of the interval the methods add little", after(5, math.inf) - after(5, 22) < 0.5 * (after(5, math.inf) - after(5))),
        ("at the fast end nearly all of the reducible loss is gone", (after(5, 2) - REFIT.E) / (after(0) - REFIT.E) < 0.05),
        ("comes near the {:,.0f} MWh that", data.named(RUNS, "GPT-3 175B").mwh, 0.88 < mwh("V100", 0.2) / 1287 < 1),
        ("takes off a factor of {:.1f}", per_joule("H100 SXM") / per_joule("V100")),
        ("GPT-3 lies nearly seven times above", 6.5 < 1287 / mwh("H100 SXM", 0.35) < 7),
        ("and so does Llama 3.2 1B", 6.5 < 0.35 / used("Llama 3.2 1B") < 7),
        ("LLaMA's figures, too, are hours times full power times 1.1", all(
            abs(run.hours * 440e-6 / run.mwh - 1) < 0.02 for run in RUNS if run.run.startswith("LLaMA-"))),
        ("On our grid it would be {:.0f}.", 433 * limits.GRID),
        ("should save every {:.0f} minutes. Then it loses {:.0f} % of its time", best_interval(30, 12) / 60, lost(30, best_interval(30, 12), 12, 600)),
        ("it loses {:.0f} % even at its best interval", lost(300, best_interval(300, 12), 12, 600)),
        ("an MFU of 41 % and a goodput of 90 %. Their product is {:.0f} %, while the reported hours say {:.0f} %", 41 * 0.9, 100 * PAID),
        ("it comes to {:.0f} PFLOP/s for each chip", 60e18 / 1152 / 1e15),
        ("a set of about a third of the estimated good text", abs(LARGEST / GOOD.tokens - 1 / 3) < 0.05),
        ("about nine times as large", round(STOCK.tokens / LARGEST) == 9),
        ("runs from {:.1f} to {:.0f} times", STOCK.low / LARGEST, STOCK.high / LARGEST),
        ("is gone near {:.0f}e26 FLOP", full(0) / 1e26), ("all text near {:.0f}e28", full(2) / 1e28),
    ],
}  # fmt: skip
WORDS = {
    "limits-next-ten": [("0.66 x 0.072 = {:.3f}", drop(25)), ("exponent of the best loss is {:.3f}", K),
                        ("falls by {:.3f} nats", drop(24))],
    "limits-years": [("= {:.2f} / {:.3f}.", math.log(320 / 36), math.log(2.4)),
                     ("lasts {:.1f} years longer", math.log(2) / math.log(2.4))],
    "limits-four-passes": [("= {:.2f} corpora", worth(4))],
    "limits-most-passes": [("give {:.1f} of it", worth(40))],
    "limits-own-32": [("loss is about {:.2f}", LEARNED)],
    "limits-hours": [("= {:.2f}e11 seconds", 1e26 / 989.4e12 / 0.4 / 1e11), ("{:.0f} million hours", 70.19), ("{:.0f} million dollars", 140.4)],
    "limits-electricity": [("{:.2f} kWh", 0.7 * 1.1), ("{:.1f} cents", 100 * HOUR)],
    "limits-order-limits": [("stock, {:.0f} to {:,.0f} trillion", STOCK.low / 1e12, STOCK.high / 1e12),
                            ("many at {:.1f}e28 FLOP.", full(2) / 1e28), ("at {:.1f}e28 FLOP. A run of", full(1) / 1e28),
                            ("gone at {:.1f}e26 FLOP", full(0) / 1e26), ("billion dollars: the first billion is gone before", full(0) < CHIPS_YEAR),
                            ("That is {:.1f}e27 FLOP, and it costs {:.2f} billion", CHIPS_YEAR / 1e27, 1e5 * 8760 * 2 / 1e9),
                            ("more than twenty billion dollars", full(1) / full(0) > 20)],
    "limits-halving": [("it is {:.1f} and {:,.0f};", 2 ** (36 / 22), 2 ** (36 / 2))],
    "limits-mfu-goodput": [("0.41 x 0.9 = {:.2f}", 0.41 * 0.9), ("989e12) = {:.3f} of", PAID), ("{:.0f} % of the hours are left", 100 - 100 * PAID / 0.369),
                           ("a sixth of the bill", abs(1 - PAID / 0.41 - 1 / 6) < 0.02), ("10 million of {:.0f} million", 2 * 30.84),
                           ("10 million of", abs(2 * 30.84 * (1 - PAID / 0.41) - 10) < 0.5),
                           ("{:.1f} million of them", 30.84 * (1 - 90 / 95)), ("saves {:.0f} %, {:.1f} million hours", 100 - 4100 / 45, 30.84 * (1 - 41 / 45))],
    "limits-loss-jump": [("costs {:,.0f} dollars", 2048 * 2), ("{:.0f},000 dollars; skipping", 2048 * 48 / 1e3)],
    "limits-two-signals": [("are worth a factor of {:.2f} in compute", multiplier(1e20)), ("at 1e22 one of {:.2f}.", multiplier(1e22)),
                           ("hardly shrinks, {:.2f} and {:.2f}", multiplier(1e20), multiplier(1e22)),
                           ("some {:.3f} nats. I", REFIT.optimal_loss(1e24 / multiplier(1e22)) - REFIT.optimal_loss(1e24)),
                           ("is {:.1f} points: this", 100 * math.sqrt(0.1 / 500)), ("have {:.0f}e22 FLOP", 0.03 * 1e24 / 1e22),
                           ("noise, {:.0f}e21", 4 * 1e21 / 1e21), ("target, {:.0f}e22", 2 * 1e22 / 1e22)],
    "limits-what-first": [("keeps {:.0f} % of the reducible", 100 * 10**-K), ("gone near {:.0f}e26", full(0) / 1e26),
                          ("about {:.0f}e28 FLOP", full(2) / 1e28), ("gone near {:.0f}e28, and", full(1) / 1e28),
                          ("that interval leaves their order open", REFIT.optimum(full(1))[1] > STOCK.low)],
}  # fmt: skip
DECIDING = {
    "limits-text-nearly-used": STOCK.tokens / LARGEST,
    "limits-electricity-bill": 100 * HOUR / 2,
    "limits-laws-not-methods": 2 ** (12 / 8),
    "limits-ratio-slip": 70e9 * 20e9 / STOCK.tokens / 1e6,
}
CLAIM_WORDS = {
    "limits-text-nearly-used": [
        ("from {:.1f} to {:.0f} times", STOCK.low / LARGEST, STOCK.high / LARGEST)
    ],
    "limits-electricity-bill": [
        ("about a tenth of a million", 0.07 < 1.287 * 0.06 and 1.287 * 0.1 < 0.13),
        ("{:.0f} to {:.0f} million", 21_588e3 * 0.06 / 1e6, 21_588e3 * 0.1 / 1e6),
    ],
    "limits-data-ceiling": [
        ("about a third of", abs(LARGEST / GOOD.tokens - 1 / 3) < 0.05),
        ("{:.0f} to {:.0f} trillion", GOOD.low / 1e12, GOOD.high / 1e12),
    ],
    "limits-superpod": [("gives 60 exaFLOP/s for 1,152 chips", True)],
}

# Number questions: what their words say -> the answer, by plain arithmetic.
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"  # a number in words


SOLVED = {
    "drill-chip-days": (rf"A run of {N} FLOP has {N} chips with a peak of {N} FLOP/s each, at an MFU of {N}\. How many days",
                        lambda flops, chips, peak, mfu: flops / chips / peak / mfu / 24 / 3600),
    "drill-years-left": (rf"hold {N} tokens and become {N} times as large every year, and that the stock of text stays at {N} tokens",
                         lambda now, yearly, stock: math.log(stock / now, yearly)),
    "drill-repeated": (rf"You have \$U\$ = {N} unique tokens and read them \$k\$ = {N} times.*with \$R = {N}\$",
                       lambda unique, passes, R: unique * (1 - R * math.expm1(-(passes - 1) / R))),
    "drill-energy": (rf"A run took {N} accelerator-hours at {N} W each, hosts included, in a data centre with a PUE of {N}:",
                     lambda hours, watts, pue: hours * watts / 1e3 * pue / 1e3),
    "drill-site": (
        rf"A site may draw {N} MW. A chip takes {N} W, .* adds {N} % to that, and the PUE is {N}\. How",
        lambda megawatts, watts, around, pue: 1e6 * megawatts / (watts * pue + watts * around / 100 * pue)),
    "drill-stock-compute": (rf"stock of text is put at {N} tokens. By the rule of thumb, twenty", lambda stock: 0.3 * stock**2),
    "drill-rent": (
        rf"Chips with a peak of {N} FLOP/s cost {N} dollars an hour each and run at an MFU of {N}\. What does a run of {N} FLOP",
        lambda peak, price, mfu, flops: price * flops / (peak * mfu * 60 * 60)),
    "drill-failure-rate": (rf"A run on {N} chips is interrupted every {N} hours on average.*interruptions on {N} chips",
                           lambda few, hours, many: 1 / (many * (1 / hours / few))),
    "drill-checkpoint": (rf"A run fails every {N} hours on average, and each checkpoint holds it up for {N} seconds",
                         lambda hours, stall: best_interval(stall, hours) / 60),
    "drill-lost-share": (
        rf"A run fails every {N} hours on average. It writes a checkpoint after every {N} minutes of work, which holds it up for "
        rf"{N} seconds; a restart takes {N} minutes",
        lambda hours, every, stall, restart: lost(stall, 60 * every, hours, 60 * restart)),
    "drill-goodput-hours": (
        rf"A run of {N} FLOP uses chips with a peak of {N} FLOP/s. Its good steps have an MFU of {N}, and the goodput .* is {N}\. How",
        lambda flops, peak, mfu, good: flops / peak / 3600 / mfu / good),
    "drill-useless-tokens": (rf"^{N} % of the tokens of a corpus teach nothing.*as much as from {N} good ones",
                             lambda bad, useful: 100 * useful / (100 - bad)),
    "drill-mixture-passes": (rf"of a mixture has {N} tokens and a share of {N} %. The run reads {N} tokens",
                             lambda unique, share, target: target / 100 * share / unique),
    "drill-rephrase": (rf"A model of {N} parameters rephrases {N} tokens of web text", lambda params, tokens: 2 * params * (tokens + tokens)),
    "limits-years": (rf"has {N} tokens of text .* is put at {N}\. If it stays and training sets grow {N} times a year",
                     lambda now, stock, yearly: math.log(stock / now, yearly)),
    "limits-four-passes": (rf"law of repetition .* with \$R_D = {N}\$\. What are four passes",
                           lambda R: 25 * (1 - R * math.expm1(-3 / R))),
    "limits-most-passes": (rf"law of repetition .* with \$R_D = {N}\$\. However often", lambda R: 1 + R),
    "limits-hours": (rf"A run of {N} FLOP is trained on H100s, {N} FLOP a second at the peak, of which {N} % are used",
                     lambda flops, peak, share: flops / (peak * share / 100) / 3600),
    "limits-electricity": (
        rf"An H100 draws {N} W .*, its building {N} % more; a kWh costs {N} cents, and an hour of the chip is rented for {N} dollars",
        lambda watts, more, cents, rent: watts / 1000 * (1 + more / 100) * cents / rent),
    "limits-halving": (rf"for the same loss every {N} months. By what factor does the compute for the same loss fall in {N} years",
                       lambda months, years: 2 ** (12 * years / months)),
}  # fmt: skip
