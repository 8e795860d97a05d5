"""What chapter 02 says in numbers, recomputed; see tests/facts.py."""

import functools
import itertools
import math
import re

import numpy as np
from cells import functions_of, printed

from helpers import data, fits, laws, units
from pictures import chinchilla, published
from pictures.chinchilla import COUNTS, Counted, Doubled
from training import own_runs

CHAPTER = functions_of("02_chinchilla")
REFIT, TEX, PRINTED = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_PRINTED
SPLIT, DRAWS, ROWS = laws.KAPLAN_ALLOCATION, laws.refit_draws(), data.models()
GOPHER, CHINCHILLA, GPT3 = (280e9, 300e9), (70e9, 1.4e12), (175e9, 300e9)
BUDGET, SIXND, GPT3_FLOPS = 5.76e23, 5.04e23, 3.15e23  # Gopher's by the paper, and by 6ND
RATIOS, STAIRS, EXPONENTS = (chinchilla.splits(name) for name in ("ratio", "staircase", "exponent"))
DROPS = [before.value - row.value for before, row in itertools.pairwise(STAIRS)]
IMPOSSIBLE = data.named(EXPONENTS, "Hoffmann 2022, approach 3")
LLAMA_3_LAW = 16.55e12 / 402e9  # tokens per parameter


def parts(params, tokens):
    return np.array([REFIT.A / params**REFIT.alpha, REFIT.B / tokens**REFIT.beta])


def off(factor, flops):
    """(loss added, share of compute wasted) at this multiple of the best size."""
    params, tokens = REFIT.optimum(flops)
    loss = REFIT.loss(params * factor, tokens / factor)
    return loss - REFIT.loss(params, tokens), 1 - REFIT.flops_for_loss(loss) / flops


def per_param(law, flops=BUDGET):
    params, tokens = law.optimum(flops)
    return tokens / params


def spread(flops):
    """Tokens per parameter of four refits out of five."""
    return np.array(fits.interval(per_param(DRAWS, flops)))


def moved(law, d_alpha=0.0, d_beta=0.0):
    return laws.Chinchilla(law.E, law.A, law.B, law.alpha + d_alpha, law.beta + d_beta, "moved")


def wasted(ratio, flops=BUDGET):
    """Percent of the compute wasted by another ratio than the best one."""
    loss = REFIT.loss(*laws.rule_of_thumb_optimum(flops, ratio))
    return 100 * (1 - REFIT.flops_for_loss(loss) / flops)


def too_large(model):
    """How many times too large a model is for its own compute."""
    return model.active_params / REFIT.optimum(model.flops)[0]


def size_of(name):
    return too_large(data.named(ROWS, name))


def giants(until):
    """How many times too large the models of a hundred billion parameters and more were, until some month."""
    return [too_large(m) for m in ROWS if m.flops and m.params >= 1e11 and m.released <= until]


def below_the_line(since):
    """Models from some month on that are more than 15 % too large for their compute."""
    return sum(1 for m in ROWS if m.flops and m.released >= since and too_large(m) > 1.15)


def needed(name):
    """The share of a model's compute that a best split would have needed for its loss."""
    m = data.named(ROWS, name)
    return REFIT.flops_for_loss(REFIT.loss(m.active_params, m.tokens)) / m.flops


def inside(rows, at):
    """(intervals that hold it, intervals)."""
    given = [row for row in rows if row.low is not None]
    return sum(row.low <= at <= row.high for row in given), len(given)


def doubled(params, tokens):
    """What twice the compute wins in a row of the table, the largest in bold."""
    gains = Doubled(REFIT, None).gains(REFIT, params, tokens)
    return [f"**{gain:.3f}**" if gain == max(gains) else f"{gain:.3f}" for gain in gains]


def words(count):
    return {8: "eight", 9: "nine", 10: "ten"}[count]


def ordered_by_count():
    """True where both approaches of step 10 give our own runs these exponents, in this order."""
    by_curves = functools.partial(chinchilla.lowest_of_curves, own_runs.curves())
    counts = ("with embeddings", "by what a byte costs", "without embeddings")
    runs = own_runs.grid(data.own_runs())
    a = [[CHAPTER["exponent"](approach(runs, COUNTS[count]))[0] for count in counts]
         for approach in (by_curves, chinchilla.optima)]  # fmt: skip
    return bool((np.diff(a) > 0).all())


def smallest_share():
    """The share of embeddings in the parameters of our smallest run."""
    run = min(data.own_runs(), key=lambda run: run.params_total)
    return 1 - run.params / run.params_total


def ends_of_ways():
    """The lower and the upper ends of the three approaches in step 9, as printed."""
    ends = re.findall(r"(?m)^\d: .*\((\S+) to (\S+)\)$", printed("02_chinchilla"))
    return np.array(ends, float).T


def sure_ways():
    """(approach 2 is the narrowest in step 9, the ends that all three share)."""
    low, high = ends_of_ways()
    return len(low) == 3 and (high - low).argmin() == 1, low.max(), high.min()


def law_is_widest():
    """True where approach 3 leaves E open and has the widest interval in step 9."""
    low, high = ends_of_ways()
    fit = own_runs.fitted(own_runs.grid(data.own_runs()), chinchilla.by_cost)
    return "E" in fit.open and (high - low).argmax() == 2


def redraws():
    """(The bootstrap of step 3 on our own runs, its answers)."""
    names = ("redrawn", "parabola", "parabolas", "exponent")
    drawing = chinchilla.Redraw(data.own_runs(), *(CHAPTER[name] for name in names))
    return drawing, np.array([drawing.answer(number) for number in range(1, 51)])


def steady(answers):
    """True where the interval is about as wide as at the end from the twentieth redraw on."""
    widths = [np.ptp(fits.interval(answers[:count])) for count in range(20, len(answers) + 1)]
    return np.allclose(widths, widths[-1], rtol=0.25)


def put_back():
    """Tokens per parameter with all 245 points, where the published file is at hand."""
    if not published.at_hand("chinchilla"):
        return []
    law = fits.fit_chinchilla(*published.chinchilla_points(dropped=0)).law
    return [("they move the same fit to {:.1f} tokens per parameter", per_param(law))]


def spent(params):
    return 6 * params * REFIT.optimal_tokens(params)


REDRAW, ANSWERS = redraws()
TEN = REFIT.optimum(10 * SIXND)
ALONE = fits.interval(per_param(CHAPTER["shuffled"](DRAWS)))
HALF, exponent_seen = REFIT.flops_for_loss(REFIT.loss(*GOPHER)), CHAPTER["exponent_seen"]
SEEN, KAPLANS = Counted(REFIT, exponent_seen).local, np.geomspace(768, 1.5e9, 20)
FALLING = REFIT.flops_for_loss(np.array([2.0, 1.98, 1.96, 1.94, 1.92, 1.90]))
A_ENDS, BILLS = fits.interval(DRAWS.a), fits.interval(DRAWS.flops_for_loss(1.9))
SETS = {"Hoffmann, as printed": PRINTED, "Hoffmann, unrounded": TEX,
        "Besiroglu's refit of the same points": REFIT, "Muennighoff, on other data (C4)": laws.MUENNIGHOFF}  # fmt: skip
STARTS = {"GPT-3": GPT3, "Chinchilla": CHINCHILLA, "Llama 3 8B": (8e9, 15e12)}
MMLU = [data.named(ROWS, name).mmlu for name in ("Chinchilla", "Gopher")]
PROSE = {
    "02_chinchilla": [
        ("scored {:.1f} points more on MMLU", MMLU[0] - MMLU[1]),
        ("Gopher's budget is its $6ND$, {} FLOP", units.power(laws.training_flops(*GOPHER), 3)),
        ("Being smaller costs Chinchilla {:.3f} nats; reading more earns it {:.3f}",
         (parts(*CHINCHILLA) - parts(*GOPHER)) * [1, -1]),
        ("lowest near {:.0f} billion parameters, where the two parts are nearly equal, about 0.08 each",
         REFIT.optimum(SIXND)[0] / 1e9),
        ("nearly equal, about 0.08 each", all(round(part, 2) == 0.08 for part in parts(*REFIT.optimum(SIXND)))),
        ("Half of Gopher's compute was wasted", round(HALF / SIXND, 2) == 0.50),
        ("half or twice the best size wastes only about {:.0f} %", 100 * off(2.0, SIXND)[1]),
        ("half or twice the best size wastes only about {:.0f} %", 100 * off(0.5, SIXND)[1]),
        ("wastes half of the compute, although it costs only {:.2f} nats", off(0.25, SIXND)[0]),
        ("A quarter of the best size, or four times it, wastes half", all(0.45 < off(f, SIXND)[1] < 0.55 for f in (0.25, 4))),
        ("a factor of two in size costs a sixth", all(0.14 < off(f, BUDGET)[1] < 0.18 for f in (0.5, 2))),
        ("from {:.0f} tokens per parameter at the small budget to {:.0f} at the large one",
         per_param(REFIT, np.array([1e20, 1e25]))),
        ("a third of GPT-3's size, on more than three times its tokens",
         175e9 / REFIT.optimum(GPT3_FLOPS)[0] > 3 and REFIT.optimum(GPT3_FLOPS)[1] / 300e9 > 3),
        ("saved four tenths of its compute",
         round(1 - REFIT.flops_for_loss(REFIT.loss(*GPT3)) / GPT3_FLOPS, 1) == 0.4),
        ("about {:.1f} times the parameters and as many times the tokens", 10**0.5),
        ("as many times the tokens", np.allclose(np.divide(TEN, REFIT.optimum(SIXND)), 10**0.5, rtol=0.04)),
        ("from Gopher's budget that buys {:.3f} nats", REFIT.optimal_loss(SIXND) - REFIT.optimal_loss(10 * SIXND)),
        ("{} models with some thousands to a few million parameters", len(REDRAW.runs)),
        ("some thousands to a few million parameters",
         1e3 < min(map(COUNTS["by what a byte costs"], REDRAW.runs)) < 1e4
         and 1e6 < max(map(COUNTS["by what a byte costs"], REDRAW.runs)) < 1e7),
        ("the answer of all runs is near one half", abs(REDRAW.answer(0) - 0.5) < 0.025),
        ("In the twentieth redraw that happens to the largest budget",
         max(REDRAW.parabolas(REDRAW.drawn(20), COUNTS["by what a byte costs"])[0]) < REDRAW.runs[-1].budget),
        ("From about twenty redraws on the width of the interval changes little", steady(ANSWERS)),
        ("so the scatter is about a twentieth", 0.045 < np.ptp(fits.interval(ANSWERS)) < 0.055),
        ("After fifty it runs from {:.2f} to {:.2f}", fits.interval(ANSWERS)),
        ("Four refits out of five ask for {:.0f} to {:.0f} tokens per parameter", spread(SIXND)),
        ("At Gopher's budget four refits out of five ask for {:.0f} to {:.0f}", spread(SIXND)),
        ("perhaps {:.0f} to {:.0f}. The valley", spread(SIXND)),
        *put_back(),
        ("their split asks for a model nearly ten times as large as the refit's",
         9.5 < SPLIT.optimum(GPT3_FLOPS)[0] / REFIT.optimum(GPT3_FLOPS)[0] < 10),
        ("The largest single step is mere **counting**", DROPS[0] == max(DROPS)),
        ("The warm-up comes second", DROPS[1] == sorted(DROPS)[-2]),
        ("The schedule that was blamed does least", DROPS[2] == min(DROPS)),
        ("brings it to one half", abs(STAIRS[-1].value - 0.5) < 0.005),
        ("starts above his own 0.73", STAIRS[0].low > SPLIT.exponent),
        ("With half of these tokens the loss is {:.3f} nats higher, and with twice as many it falls by another {:.3f}.",
         REFIT.loss(70e9, 0.7e12) - REFIT.loss(*CHINCHILLA), REFIT.loss(*CHINCHILLA) - REFIT.loss(70e9, 2.8e12)),
        ("touches the dashed one near {:.1f} trillion", REFIT.optimal_tokens(70e9) / 1e12),
        ("in both cases only slightly", all(0 < REFIT.loss(70e9, d) - REFIT.optimal_loss(6 * 70e9 * d) < 0.0025
                                             for d in (0.7e12, 2.8e12))),
        ("the most of *its own* compute, {} FLOP", units.power(laws.training_flops(*CHINCHILLA), 3)),
        ("MT-NLG six times too large", round(size_of("MT-NLG 530B")) == 6),
        ("at a tenth of the best size", round(size_of("Llama 3 8B"), 1) == 0.1),
        ("Qwen3-0.6B at less than a fiftieth", 50 < 1 / size_of("Qwen3-0.6B") < 60),
        ("Up to August 2022 all nine models", len(giants("2022-08")) == 9 and min(giants("2022-08")) > 1),
        ("From 2023 on every model of `data/models.csv` lies on the line or above", below_the_line("2023-01") == 0),
        ("LLaMA-65B lie on it", 0.5 < size_of("LLaMA-65B") < 2),
        ("gives away {:.0f} % of its compute", 100 - 100 * needed("Llama 3.1 405B")),
        ("the data term {:.0f} % larger", 100 * 1e11 ** (TEX.beta - 0.28) - 100),
        ("Rounding $\\beta$ alone moves the answer to {:.0f} tokens per parameter, and rounding $\\alpha$ too moves it to {:.0f}",
         per_param(moved(TEX, 0, 0.28 - TEX.beta)), per_param(PRINTED)),
        *(("| {} | {:.0f} billion | {:.0f} |", name, law.optimum(BUDGET)[0] / 1e9, per_param(law))
          for name, law in SETS.items()),
        ("One step in $\\alpha$ takes {:.0f} tokens per parameter to {:.0f}", *(per_param(moved(TEX, step)) for step in (0, 0.005))),
        ("the same step takes it up or down by about a third",
         all(0.25 < abs(per_param(moved(REFIT, step)) / per_param(REFIT) - 1) < 0.4 for step in (0.005, -0.005))),
        ("the same step of $\\beta$ does so the other way", 1 < per_param(moved(TEX, 0, -0.005))
         / per_param(moved(TEX, 0.005)) < 1.1),
        ("third approach said {:.0f} billion", TEX.optimum(BUDGET)[0] / 1e9),
        ("goes on to {:.0f} billion", REFIT.optimum(BUDGET)[0] / 1e9),
        ("about {:.0f}0-fold apart instead of {:.0f}-fold, because",
         ALONE[1] / ALONE[0] / 10, spread(BUDGET)[1] / spread(BUDGET)[0]),
        ("Both intervals open to the right", all(np.divide(*fits.interval(per_param(law, 1e26))) < np.divide(*fits.interval(per_param(law, 1e20)))
                                                 for law in (DRAWS, CHAPTER["shuffled"](DRAWS)))),
        ("how many of the {} ranges", words(inside(RATIOS, 20)[1])),
        ("drifts from {:.0f} to {:.0f} between its smallest", RATIOS[2].low, RATIOS[2].high),
        ("MiniCPM's {:.0f} and Llama 3's {:.0f} belong", data.named(RATIOS, "MiniCPM").value, LLAMA_3_LAW),
        ("all three overlap in it, from {:.2f} to {:.2f}", *sure_ways()[1:]),
        ("The parabolas give the narrowest interval", sure_ways()[0]),
        ("The fitted law gives the widest", law_is_widest()),
        ("Three of the four intervals hold 0.50", inside(EXPONENTS, 0.5) == (3, 4)),
        ("0.73 lies in none of the intervals", inside(EXPONENTS, 0.73)[0] == 0),
        ("printed as {:.2f} with an interval that ends at {:.3f}", IMPOSSIBLE.value, IMPOSSIBLE.high),
        ("about fifty times narrower", round(np.ptp(A_ENDS) / (IMPOSSIBLE.high - IMPOSSIBLE.low), -1) == 50),
        ("Beyond ten billion it does not matter", SEEN(1e10) - REFIT.a < 0.006),
        ("Around two million parameters the exponent looks like {:.2f}", SEEN(2e6)),
        ("sizes has {:.2f} with the refit, although the truth is {:.3f}", exponent_seen(REFIT, KAPLANS), REFIT.a),
        ("Without embeddings the exponent is largest, with all of them smallest", ordered_by_count()),
        ("in the smallest models most parameters are embeddings", smallest_share() > 0.5),
        ("$2^{{0.73}} = {:.2f}$ times the parameters and $2^{{0.27}} = {:.2f}$ times", 2**0.73, 2**0.27),
        ("about {:.1f} times the parameters and {:.1f} times the tokens", 2**0.5, 2**0.5),
        ("The compute grows {:.0f} times and the loss falls by {:.3f}", spent(700e9) / spent(70e9),
         REFIT.optimal_loss(spent(70e9)) - REFIT.optimal_loss(spent(700e9))),
        ("The bill grows {:.0f} times in all", FALLING[-1] / FALLING[0]),
        ("The first step costs a factor of {:.1f} and the last one {:.1f}", *(FALLING[1:] / FALLING[:-1])[[0, -1]]),
        ("put the bill for the lower loss between {} and {} FLOP", *map(units.power, BILLS)),
        *(("| {} | {} | {} | {} |", name, *doubled(*start)) for name, start in STARTS.items()),
        ("{:.0f} tokens per parameter in Llama 3's own law", LLAMA_3_LAW),
    ],
}  # fmt: skip

# Number questions: what their words say, and the answer computed from these numbers alone
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"
E_, A_, B_, ALPHA, BETA = 1.8172, 482.01, 2085.43, 0.3478, 0.3658


def best(flops, A=A_, alpha=ALPHA, B=B_, beta=BETA):
    """(parameters, tokens) where one percent more of either wins as much, by halving the interval."""
    low, high = 0.0, 20.0
    for _ in range(100):
        params = 10 ** ((low + high) / 2)
        too_small = alpha * A / params**alpha > beta * B / (flops / 6 / params) ** beta
        low, high = ((low + high) / 2, high) if too_small else (low, (low + high) / 2)
    return params, flops / 6 / params


def printed_ratio(E, A, alpha, B, beta, flops):
    params, tokens = best(flops, A, alpha, B, beta)
    return tokens / params


def suited(tokens):
    """The size for which these tokens are the best amount, by the refit."""
    return (ALPHA * A_ * tokens**BETA / (BETA * B_)) ** (1 / ALPHA)


def twice_gpt3():
    """Nats that twice the tokens, and twice the parameters, take off at GPT-3's split."""
    now, start = REFIT.loss(*GPT3), np.array(GPT3)
    return now - REFIT.loss(*start * [1, 2]), now - REFIT.loss(*start * [2, 1])


def tables(times, others):
    """Percent of all parameters that are embeddings, where they go as the cube root of the others."""
    return 100 / (1 + others ** (2 / 3) / times)


SOLVED = {
    "gopher-data-term": (rf"data term, \$B/D\^{{{N}}}\$ by the refit, is {N} nats at .* four times", lambda beta, term: term / 4**beta),
    "rule-13b-flops": (rf"A {N} parameter model is trained by the rule of thumb", lambda params: 120 * params**2),
    "size-for-300b-tokens": (rf"train on {N} fresh tokens, each seen once\. For which model size is that the", suited),
    "chinchilla-flops": (rf"A model of {N} parameters sees {N} tokens for each of them", lambda params, ratio: 6 * ratio * params**2),
    "chinchilla-optimum": (rf"You have {N} FLOP for training\. About how many parameters", lambda flops: best(flops)[0]),
    "chinchilla-rounding": (rf"\$L = {N} \+ {N}/N\^{{{N}}} \+ {N}/D\^{{{N}}}\$\. How many tokens per parameter .* {N} FLOP", printed_ratio),
    "chinchilla-double-what": (rf"A model of {N} parameters has seen {N} tokens\. By the refit .* twice the tokens",
                               lambda params, tokens: B_ * (tokens**-BETA - (2 * tokens) ** -BETA)),
    "drill-per-param": (rf"A model of {N} parameters was trained with {N} FLOP\. How many tokens for each",
                        lambda params, flops: flops / 6 / params / params),
    "drill-rule-size": (rf"You have {N} accelerators for {N} days, and each does {N} useful FLOP a second",
                        lambda chips, days, speed: math.sqrt(chips * days * 86_400 * speed / 120)),
    "drill-size-for-tokens": (rf"train on {N} fresh tokens, each seen once\. For which model size is that about", suited),
    "budget-dollars": (rf"You have {N} dollars\. An H100 \(dense peak {N} FLOP/s\) costs {N} dollars an hour and reaches an MFU of {N}\. A fifth",
                       lambda money, peak, rent, mfu: math.sqrt(0.8 * money / rent * 3600 * peak * mfu / 6 / 20)),
    "board-two-labs": [
        (rf"agree at {N} FLOP and grow as \$C\^{{{N}}}\$ and \$C\^{{{N}}}\$\. How many times larger is A's model at {N} FLOP",
         lambda here, steep, flat, there: (there / here) ** (steep - flat)),
        (rf"off by a factor of {N} costs {N} nats at .* does a factor of {N} cost",
         lambda factor, nats, other: nats * math.log(other, factor) ** 2),
        None,
        (rf"A's grid has {N} sizes at each of the budgets {N}, {N}, .* two smallest budgets .* at {N} learning rates",
         lambda sizes, first, second, rates: sizes * rates * (first + second)),
        None,
    ],
    "board-two-counts": [
        (rf"Beside \$N\$ other parameters stand {N} times the cube root of \$N\$ .* for {N} others", tables),
        (rf"And which percentage are {N} times the cube root of \$N\$, for {N} others", tables),
        None, None, None,
    ],
}  # fmt: skip
PRINTED_BEST = best(BUDGET, 406.4, 0.34, 410.7, 0.28)
SLIPS = {
    "gopher-data-term": [B_ / 1.4e12**BETA, 0.132 / 4, 0.132 / 2, 0.132 * 4**BETA],
    "rule-13b-flops": [13e9 * 2.6e11, 2 * 13e9 * 2.6e11, 6 * 13e9 * 2.6e11 / 8.64e19, 20 * 13e9],
    "size-for-300b-tokens": [175e9, 300e9 * 20],
    "chinchilla-rounding": [20, per_param(REFIT), per_param(TEX), *PRINTED_BEST],
}  # fmt: skip
AT_1E25, NOISE = REFIT.optimum(1e25), REFIT.optimal_loss(0.7e24) - REFIT.optimal_loss(1e24)
WORDS = {
    "gopher-split": [("losses are {:.3f}, {:.3f}, {:.3f} and {:.3f},", *(
        REFIT.loss(n, d) for n, d in ((17.5e9, 4.8e12), (70e9, 1.2e12), GOPHER, (560e9, 150e9))))],
    "half-size": [
        ("{:.2f} of the compute", 1 - off(0.5, BUDGET)[1]), ("about {:.0f} %", 100 * off(0.5, BUDGET)[1]),
        ("about {:.1f} %", 100 * off(0.5, BUDGET)[0] / REFIT.optimal_loss(BUDGET)),
    ],
    "four-times-compute": [("parameters {:.1f} times, tokens {:.1f} times", 4**0.73, 4**0.27)],
    "which-knob": [("-{:.3f} nats for twice the tokens, -{:.3f} for", *twice_gpt3())],
    "chinchilla-sqrt2": [
        ("0.73 = {:.2f} and", 2**0.73), ("0.27 = {:.2f}", 2**0.27), ("0.5 = {:.2f}", 2**0.5),
        ("{:.2f} for the size, {:.2f} for the tokens", 2 * 0.73, 1 / 0.73),
    ],
    "chinchilla-rounding": [
        ("N = {:.1f} billion", PRINTED_BEST[0] / 1e9), ("D = {:.2f} tr", PRINTED_BEST[1] / 1e12),
        ("so {:.0f}:", PRINTED_BEST[1] / PRINTED_BEST[0]), ("fit give {:.0f},", per_param(TEX)), ("points {:.1f}.", per_param(REFIT)),
    ],
    "chinchilla-order-models": [
        (words, data.named(ROWS, name).tokens_per_param) for name, words in (
            ("Chinchilla", "make {:.0f}."), ("Llama 3 8B", "make {:,.0f}."), ("GPT-3 175B", "make {:.1f}."),
            ("Llama 3.1 405B", "make {:.1f}."), ("MT-NLG 530B", "make {:.1f}."))
    ],
    "chinchilla-derive": [("alpha = {:.3f} and beta = {:.3f}, a is {:.3f}", ALPHA, BETA, BETA / (ALPHA + BETA))],
    "board-two-labs": [
        ("costs {:.4f} nats", REFIT.loss(2 * AT_1E25[0], AT_1E25[1] / 2) - REFIT.loss(*AT_1E25)),
        ("from {:.3f} to {:.3f}, and tuning each size to {:.3f}", STAIRS[1].value, STAIRS[2].value, STAIRS[4].value),
        ("100 ** 0.1 = {:.2f}:", 100**0.1), ("100000 ** 0.02 = {:.2f}.", 1e5**0.02),
    ],
    "board-two-counts": [
        ("shows {:.2f} (0.78", exponent_seen(REFIT, KAPLANS)), ("the truth is {:.2f}", REFIT.a),
    ],
    "talk-noise": [
        ("or {:.3f} nats", NOISE), ("{:.2f} times the tokens", 1 / 0.7),
        ("FLOP: {:.1f}e21 for both", 2 * (0.1 + 0.3 + 1)), ("asks for {:.1f} trillion", 20 * math.sqrt(1e24 / 120) / 1e12),
    ],
}  # fmt: skip
