"""What chapter 05 says, recomputed."""

import functools
import inspect
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
LARGEST = data.named(data.models(), "Qwen3-32B").tokens
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
OWN = own_runs.fitted(own_runs.grid(OURS))
FRESH = next(r for r in own_runs.grid(OURS) if (r.params, r.budget) == (307_200, 3e12))
READ = {1: FRESH} | {int(run.unique): run for run in OURS if run.kind == "repeated"}
NOISE = 2**0.5 * own_runs.seed_spread(OURS)  # of the difference between two runs
LEARNED = own_runs.curves()[READ[32].run][-1, 1]  # loss on what was read 32 times
KEPT = limits.Pruned.KEPT
K = REFIT.alpha * REFIT.beta / (REFIT.alpha + REFIT.beta)
RUNS, CHIPS = data.read_table("training_runs"), data.accelerators()
CARD = data.named(RUNS, "Llama 3.1 405B")
PRICES = [price for _, price in live.log_slider("", 0.5, 10, 2.0).widget.options]  # of the figure
HOURS, MWH, DOLLARS = CHAPTER["bill"](3.8e25, H100.bf16_flop_per_s, H100.tdp_w)
GOOD = data.named(data.read_table("text_stock"), "indexed web, good quality")

CHIPS_YEAR = 1e5 * 8760 * 3600 * 0.4 * 989e12  # FLOP of 100,000 H100s in a year
PAID = 3.8e25 / (30.84e6 * 3600 * 989e12)  # of the peak, over all hours of Llama 3.1 405B
NATS = {1e20: 0.020, 1e22: 0.008}  # by which one recipe is ahead of the other
GAP = math.log10(STOCK.tokens / LARGEST)


def drop(exponent):
    return REFIT.optimal_loss(10.0 ** (exponent - 1)) - REFIT.optimal_loss(10.0**exponent)


def when(growth, stock=STOCK.stock):
    """The ends of four draws in five and the median of the year, counted from Qwen3's training set."""
    first = data.named(data.models(), "Qwen3-32B")
    years = CHAPTER["year_of_exhaustion"](STOCKS[stock], first, growth)
    low, high = fits.interval(years)
    return low, np.median(years), high


def data_term(law):
    """What 8 readings cost by the published law of repetition and this law's data term."""
    share = CHAPTER["worth"](8) / 8
    return law.B / FRESH.tokens**law.beta * (share**-law.beta - 1)


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
        ("*{:.3f}, {:.3f}, {:.3f}, ... {:.3f} nats; each is", *map(drop, (20, 21, 22, 27))),
        ("each is two thirds of the one before", 0.64 < 10**-K < 0.68),
        ("takes {:.0f} times the compute", 2 ** (1 / K)),
        ("At 1e26 FLOP the best size is one trillion", round(REFIT.optimum(1e26)[0] / 1e12, 1) == 1.0),
        ("Ten times from 1e24 buy {:.3f} nats (extrapolated; four refits out of five: {:.3f} to {:.3f}), a hundred times {:.3f}.",
         drop(25), *fits.interval(CHAPTER["gain"](laws.refit_draws(), 1e24, 10)), drop(25) + drop(26)),
        ("keep {:.0f} % of the reducible loss, there as everywhere", 100 * 10**-K),
        ("Ten times the compute keep {:.0f} % of the reducible loss, at every scale", 100 * 10**-K),
        ("Returns shrink by a third", round(1 - 10**-K, 2) == 0.34),
        ("Three hundred and twenty trillion tokens, give or take a factor of five",
         round(STOCK.tokens / STOCK.low) == 5 == round(STOCK.high / STOCK.tokens)),
        ("of the indexed web ({:.0f} trillion)", GOOD.tokens / 1e12),
        ("What exists is more: {:.0f} trillion", STOCKS["indexed web"].tokens / 1e12),
        *((text, 0.7 < 2025.29 + YEARS - 2027 < 1) for text in (
            "read the 320 late in 2027", "one run reads all of it late in 2027", "used up late in 2027 on trend")),
        ("With all defaults {1}, four draws in five {0} to {2}. The whole", *map(int, when(2.4))),
        ("the stock moves the year by {:.1f}, the growth by {:.1f}.",
         math.log(STOCK.high / STOCK.low) / math.log(2.4), GAP / 0.27 - GAP / 0.48),
        ("wins two years", round(when(2.4, "whole web")[1] - when(2.4, "indexed web")[1]) == 2),
        ("the whole web, six times the indexed one", round(3100 / 510) == 6),
        ("a year makes it {1} ({0} to {2}).", *map(int, when(1.5))),
        ("in {:,} independent draws from their intervals (growth: {:.1f} to {:.1f}",
         inspect.signature(CHAPTER["year_of_exhaustion"]).parameters["draws"].default, 10**0.27, 10**0.48),
        ("Four epochs are worth {:.0f} % of fresh text, forty {:.0f} %, and no number of them is worth more than {:.1f} corpora",
         100 * worth(4) / 4, 100 * worth(40) / 40, worth(1e6)),
        ("One model, {:,.0f} parameters, always {:.1f} million bytes", FRESH.params, FRESH.tokens / 1e6),
        ("costs {:.2f} and {:.2f} nats", harm(2), harm(4)),
        ("no more than the noise between seeds, and what the law says",
         all(harm(times) < 2 * NOISE and fits_our_runs(times, PAPER.R_D) for times in (2, 4))),
        ("At 8 it costs {:.3f} where the law says {:.3f}; at 16 it is {:.3f} against {:.3f}; at 32 it is {:.3f} against {:.3f}.",
         *(says(times) for times in (8, 16, 32) for says in (harm, law_says))),
        ("Our runs leave the E of their law open, but not its data term", OWN.open == ("E",)),
        ("the law's {:.3f} may be {:.3f} to {:.3f}.)", law_says(8), OWN.interval(data_term)),
        ("An $R_D$ near 8 fits up to 8 readings and then fails",
         all(fits_our_runs(p, 8) == (p <= 8) for p in (2, 4, 8, 16, 32))),
        ("**No $R_D$ fits 32**", not any(fits_our_runs(32, R_D) for R_D in (1e-3, 0.5, 2, 15, 50))),
        ("the loss is {:.2f} nats above even", harm(32) - once(32)),
        ("what the model read is {:.2f}, on held-out text {:.2f}: it learned {:.0f} thousand bytes by heart",
         LEARNED, READ[32].loss, READ[32].unique_tokens / 1e3),
        ("with seven parameters for each", round(FRESH.params / READ[32].unique_tokens) == 7),
        ("predict {:.2f} for our run even on fresh text, where it gave {:.2f}.",
         limits.DataConstrained(OWN.law, PAPER.R_D, PAPER.R_N, "").loss(
             FRESH.params, FRESH.tokens), FRESH.loss),
        ("Thirty and a half million hours", round(HOURS / 1e6, 1) == 30.5),
        ("{:,.0f},000 megawatt-hours, {:,.0f},000 tonnes, {:.0f} million dollars.*",
         MWH / 1e3, limits.co2_tonnes(MWH) / 1e3, DOLLARS / 1e6),
        ("says {:.2f} million hours and {:,.0f} tonnes. We chose", CARD.hours / 1e6, CARD.tonnes),
        ("We chose {:.0f} % because", 100 * used("Llama 3.1 405B")),
        ("give GPT-3 {:,.0f} MWh and {:.0f} tonnes. Our line",
         data.named(RUNS, "GPT-3 175B").mwh, data.named(RUNS, "GPT-3 175B").tonnes),
        ("at 20 % gives {:,.0f}; on H100s at the same 20 % it would be {:.0f}0, at 35 % {:.0f}0: a factor",
         round(mwh("V100", 0.2), -2), mwh("H100 SXM", 0.2) / 10, mwh("H100 SXM", 0.35) / 10),
        ("a factor of {:.1f} by the chip", per_joule("H100 SXM") / per_joule("V100")),
        ("GPT-3 lies nearly seven times above", 6.5 < 1287 / mwh("H100 SXM", 0.35) < 7),
        ("and so does Llama 3.2 1B", 6.5 < 0.35 / used("Llama 3.2 1B") < 7),
        ("LLaMA's figures are hours x 400 W x 1.1 too", all(
            abs(run.hours * 440e-6 / run.mwh - 1) < 0.02 for run in RUNS if run.run.startswith("LLaMA-"))),
        ("Our grid would give {:.0f}.", 433 * limits.GRID),
        ("At about {:.2f} dollars an hour", min(PRICES, key=lambda price: abs(price * HOURS - CARD.rented_dollars))),
        ("(170 over 30.84 is {:.1f});", CARD.rented_dollars / CARD.hours),
        ("so {:.0f} million owned and {:.0f} million rented", CARD.owned_dollars / 1e6, CARD.rented_dollars / 1e6),
        ("dollars are {:.3f} million hours", data.named(RUNS, "DeepSeek-V3").rented_dollars / 2e6),
        ("where it is: {:.1f} % at 2 dollars", 100 * HOUR / 2),
        ("gone at {:.1f}e26 FLOP. Then the gigawatt-year at {:.1f}e28 and the text at {:.1f}e28",
         full(0) / 1e26, full(1) / 1e28, full(2) / 1e28),
        ("its interval, 1.7e27 to 1.4e30,", all(
            abs(REFIT.optimum(flops)[1] / end - 1) < 0.03 for flops, end in ((1.7e27, STOCK.low), (1.4e30, STOCK.high)))),
        ("must hold some {:.0f}0 billion", full(2) / full(0) / 10),
        ("the text is used up at {:.1f}e25 FLOP", full(2, 30) / 1e25),
        ("for less than 60 million dollars", 0.05 < full(2, 30) / full(0) < 0.06),
        ("million dollars: {:.0f} billion parameters, {:.0f} thousand tokens for each (Qwen3-0.6B: {:.0f} thousand)",
         SMALL / 1e9, STOCK.tokens / SMALL / 1e3, data.named(data.models(), "Qwen3-0.6B").tokens_per_param / 1e3),
        ("at 1e27 FLOP, {:.1f} billion dollars, the next factor of ten buys {:.3f} nats.", 1e27 / full(0), drop(28)),
        ("of all text wants {:.1f}e28", full(2) / 1e28),
        ("{:.1f} years after its first billion", math.log(full(2) / full(0)) / math.log(2.4)),
        ("Up to one and a half examples for each weight keep the easiest, from three on the hardest",
         [kept_best(kept) for kept in KEPT if kept != 2] == 3 * ["easiest"] + 4 * ["hardest"]),
        ("the line of the hardest falls to a twentieth", 18 < wrong(1.5, 0.1) / wrong(3, 0.1) < 21),
        ("the dashed one to two thirds", 0.6 < wrong(3) / wrong(1.5) < 0.7),
        ("with four, {:.1f} % wrong against {:.1f} and {:.1f} %. From",
         100 * wrong(4, 0.1), 100 * wrong(4, 0.1, "easiest"), 100 * wrong(4)),
        ("as good as all of them ({:.1f} % each)", 100 * wrong(8)),
        ("(5.4 % each)", round(wrong(4, 0.5), 3) == 0.054),
        ("Twenty-three times in three years by methods", round(2**4.5) == 23),
        ("five times in six years by chips", round(per_joule("B200") / per_joule("V100")) == 5),
        ("scores {:.1f} % where the first had {:.1f}, little more",
         *(data.named(data.models(), name).mmlu_obs for name in ("OLMo-7B-0424", "OLMo-7B"))),
        ("with a sixth fewer tokens", abs(1 - 2.05 / 2.46 - 1 / 6) < 0.01),
        ("Five years of 2.4 times the compute are {:.0f} times", 2.4**5),
        ("do the work of {:.0f}0.", 2 ** (60 / 8) / 10),
        ("Together {:.0f} % of the reducible loss of 2024 is left: {:.3f} instead of {:.3f}. Compute alone gets to {:.3f}.",
         100 * (after(5) - REFIT.E) / (after(0) - REFIT.E), after(5), after(0), after(5, math.inf)),
        ("With 14 months instead of 8 it is {:.3f}, with 5 months {:.3f}.", after(5, 14), after(5, 5)),
        ("over 1,152 chips are {:.0f} PFLOP/s each", 60e18 / 1152 / 1e15),
        ("about nine times as much", round(STOCK.tokens / LARGEST) == 9),
        ("an interval from {:.1f} to {:.0f} times", STOCK.low / LARGEST, STOCK.high / LARGEST),
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
    "limits-halving": [("it is {:.1f} and {:.0f};", 2 ** (36 / 14), 2 ** (36 / 5))],
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
