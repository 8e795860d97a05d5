"""What the tests of chapter 04 know: scores, intervals, our own runs, forecasts."""

import math

import numpy as np
from cells import functions_of

from helpers import data, laws, units
from pictures import emergent_abilities
from training import own_runs

MODELS = {m.model: m for m in data.models()}
LAW = laws.CHINCHILLA_REFIT
CELLS = functions_of("04_emergent_abilities")
WILSON, RANK = CELLS["wilson"], CELLS["rank_correlation"]
FAMILY = [m for m in data.models() if m.model.startswith("GPT-3 ")]


def gpt3(task, setting="few-shot"):
    return [row.percent for row in emergent_abilities.scores(task, setting)]


SUMS = gpt3("3-digit addition")
DIGIT = [(score / 100) ** (1 / 3) for score in SUMS]
ADDED = {
    row.model: row.percent for row in emergent_abilities.scores("3-digit addition", "ObsScaling")
}
SCORED = [m for m in data.models() if m.mmlu_obs is not None and m.train_flop]
MMLU = {m.model: (m.train_flop, m.mmlu_obs) for m in SCORED}
PREDICTED = {m.model: (LAW.loss(m.active_params, m.tokens), m.mmlu_obs) for m in SCORED}


def near(dots, model, far, factor=True):
    """The scores of the models that are as near as the picture says."""
    here = dots[model][0]
    return sorted(
        score for x, score in dots.values()
        if (max(x / here, here / x) <= far if factor else abs(x - here) <= far)
    )  # fmt: skip


def slope(first, last):
    """The exponent of the loss of a digit between two sizes of GPT-3."""
    fall = math.log(math.log(DIGIT[last]) / math.log(DIGIT[first]))
    return fall / math.log(FAMILY[last].params / FAMILY[first].params)


def reach(first, last):
    """The exponents of the loss of a digit that the ends of both intervals leave possible."""
    ends = [np.log(WILSON(SUMS[k] / 100, 2000)) for k in (first, last)]
    ratio = math.log(FAMILY[last].params / FAMILY[first].params)
    return sorted((math.log(ends[1][j] / ends[0][1 - j]) / ratio for j in (0, 1)), reverse=True)


def half(length):
    """Where half of the made-up answers are right, in parameters."""
    return 1e9 * (math.log(2) / length) ** -2


def seen(items, length=10):
    """Where a test of so many questions first sees something, in parameters."""
    return 1e9 * (math.log(items / 3) / length) ** -2


def right(params, length=1):
    return math.exp(-length * (params / 1e9) ** -0.5)


GRID = own_runs.grid(data.own_runs(), dearest=1e14)
BESTS = [own_runs.best_of(own_runs.of_budget(GRID, c)) for c in own_runs.budgets_of(GRID)]
SMALL, BEST = BESTS[0], BESTS[-1]
AT_1E13 = next(run for run in BESTS if run.budget == 1e13)
EXACT = [getattr(BEST, f"exact_{k}") for k in (1, 2, 4, 8, 16)]
RULERS = {"even steps (linear)": lambda share: share, "equal ratios (log)": np.log10,
          "odds (logit)": lambda share: np.log(share / (1 - share))}  # fmt: skip
TWO_RULERS = emergent_abilities.TwoRulers(
    GRID, BESTS, dict.fromkeys((1, 2, 4, 8, 16)), 2139, RULERS, WILSON
)


def straight_on(length, axis):
    """What the line through the budgets up to 1e13 promises for 1e14, in parts of what came."""
    return (
        TWO_RULERS.straight_on(length, list(RULERS)[axis])[1]
        / EXACT[(1, 2, 4, 8, 16).index(length)]
    )


LARGE = next(r for r in GRID if r.budget == 1e13 and r.d_model == 160)
TINY = next(r for r in GRID if r.budget == 1e12 and r.d_model == 24)
FOUR = [r.exact_4 for r in GRID]
GROUPS = {
    "all": list(MMLU),
    "others": [m for m in MMLU if not m.startswith(("Qwen", "phi"))],
    "llama": [m for m in MMLU if m.startswith(("LLaMA", "Llama"))],
}
BY_GROUP = {who: [MMLU[m] for m in names] for who, names in GROUPS.items()}
FORECAST = emergent_abilities.Forecast(BY_GROUP, CELLS["forecast"])
PROMISES = {
    who: [
        float(FORECAST.at(who, limit, 1e24)[0])
        for limit in FORECAST.LIMITS
        if (who, limit) in FORECAST.forecasts
    ]
    for who in GROUPS
}
REDRAWN = emergent_abilities.Forecast({"others": BY_GROUP["others"]}, CELLS["forecast"], seed=1).at(
    "others", 1e22, 1e24
)[2]
OTHERS_FIRST = FORECAST.at("others", 1e22, 1e24)
HELD, LARGER = FORECAST.held("others", 1e22)
FIRST, LLAMA = FORECAST.at("all", 1e22, 1e24), FORECAST.at("llama", 1e24, 1e24)
QWEN, BLOOM = MODELS["Qwen1.5-0.5B"], MODELS["BLOOM-176B"]
SMALL_EXAMS = [m for m in SCORED if m.train_flop <= 1e22]
GUESSING = [m.mmlu_obs for m in SMALL_EXAMS if m.mmlu_obs < 30]
BLIND = 100 * (1 - 0.05 ** (1 / 2000))
ZEROS = sum((1 - score / 100) ** 100 for score in SUMS[:6])


def normal(share, items):
    """The standard error of a score."""
    return math.sqrt(share * (1 - share) / items)


def paired(first, second, items):
    """The standard error of a difference on the same items, from the answers themselves."""
    answers = np.repeat([1, -1, 0], [first, second, items - first - second])
    return float(np.std(answers)) / math.sqrt(items)


UNPAIRED = math.hypot(normal(0.72, 1000), normal(0.70, 1000))
POWER = (1.96 + 0.842) ** 2
LADDER = 65 / 4 / 0.05 / 100  # points for a hundredth of a nat in the middle of the sigmoid

PROSE = {
    "04_emergent_abilities": [
        ("even the smallest gets three sums right", round(20 * SUMS[0]) == 3),
        ("the sixth size the score creeps to {:.2f} %", SUMS[5]),
        ("almost tenfold twice, to {:.2f} and to {:.1f} %", *SUMS[6:],
         all(9 < SUMS[k + 1] / SUMS[k] < 10 for k in (5, 6))),
        ("took a doubling in size and the second a factor of {:.1f}", FAMILY[7].params / FAMILY[6].params,
         1.9 < FAMILY[6].params / FAMILY[5].params < 2),
        ("Three of 2,000, or eighteen", round(20 * SUMS[5]) == 18),
        ("From the sixth size to the seventh the score grows {:.1f} times", SUMS[6] / SUMS[5]),
        ("from 6.7 to 13 billion parameters", [f.model for f in FAMILY[5:7]] == ["GPT-3 6.7B", "GPT-3 13B"]),
        ("six sizes got nothing right", gpt3("5-digit addition").count(0) == 6),
        ("the bars reach up to {:.2f} %", 100 * WILSON(0.0, 2000)[1]),
        ("A hundred questions are blind below three percent", round(100 * (1 - 0.05**0.01)) == 3),
        ("four of GPT-3's first six sizes would be expected", round(ZEROS) == 4),
        ("the interval of the smallest size ends at {:.2f} % and that of the sixth begins at {:.2f} %",
         100 * WILSON(SUMS[0] / 100, 2000)[1], 100 * WILSON(SUMS[5] / 100, 2000)[0]),
        ("(about 30,000)", 29_900 < math.log(0.05) / math.log1p(-1e-4) < 30_000),
        ("right in a third of the cases at a billion", 0.33 < right(1e9) < 0.37),
        ("nothing in the first two rows and {:.0f} % in the last", 100 * right(1e12, 10), right(1e9, 10) < 1e-4),
        ("right at {:.1f} billion parameters with one token and at {} with ten",
         half(1) / 1e9, units.spoken(half(10))),
        ("asks for four times the size", math.isclose(half(20) / half(10), 4)),
        ("| 100 | {} parameters | | 2,000 | {} | | 100,000 | {} |",
         *(units.spoken(seen(items)) for items in (100, 2000, 1e5))),
        ("at {:.1f} billion or at {} parameters", seen(1e5) / 1e9, units.spoken(half(10))),
        ("{:.1f} % of the sums right, which becomes {:.0f} % for each digit", SUMS[5], 100 * DIGIT[5]),
        ("suddenly gets twice as many digits", 2 < DIGIT[6] / DIGIT[5] < 2.2),
        ("falls with $N^{{{:.2f}}}$ at first and with $N^{{{:.2f}}}$ afterwards", slope(0, 5), slope(5, 6)),
        ("need two exponents, {:.2f} and {:.2f} (step 3)", -slope(0, 5), -slope(5, 6)),
        ("leave the first exponent between -{:.2f} and -{:.2f}. They leave the second between -{:.1f} and -{:.1f}.",
         *(-end for end in (*reach(0, 5), *reach(5, 6)))),
        ("more than fifty open models", len(ADDED) > 50),
        ("OPT-30B has sixty times its size", MODELS["OPT-30B"].params / QWEN.params == 60,
         ADDED["OPT-30B"] < ADDED["Qwen1.5-0.5B"]),
        *((f"| {name} | {{:g}} |", ADDED[key]) for name, key in (
            ("Qwen1.5-0.5B", "Qwen1.5-0.5B"), ("Pythia-2.8B", "Pythia-2.8B (deduped)"), ("OPT-30B", "OPT-30B"),
            ("Pythia-6.9B", "Pythia-6.9B (deduped)"), ("BLOOM-7.1B", "BLOOM-7.1B"), ("Llama 3 8B", "Llama 3 8B"))),
        ("the scores go from the floor to the ceiling", near(
            {m: (MODELS[m].params, s) for m, s in ADDED.items()}, "Llama 3 8B", 1.5)[::14] == [0.35, 100]),
        ("read {:,.0f} of them for each parameter, OPT-30B six to ten.", QWEN.tokens_per_param,
         (MODELS["OPT-30B"].tokens_per_param, 300e9 / 30e9) == (6, 10)),
        ("Sixteen bytes stay near nothing for two budgets", BESTS[1].exact_16 < 0.002, BESTS[2].exact_16 > 0.004),
        ("from three windows to {:.0f}.", 2139 * BEST.exact_16, round(2139 * SMALL.exact_16) == 3),
        ("the truth is {:.1f} times what independence gives, and for sixteen nearly thirty times",
         BEST.exact_4 / BEST.exact_1**4, 27 < BEST.exact_16 / BEST.exact_1**16 < 30),
        ("a little too high for one byte, nearly right for four, and promises half of the sixteen",
         1.05 < straight_on(1, 0) < 1.1, 0.92 < straight_on(4, 0) < 0.96, 0.45 < straight_on(16, 0) < 0.6),
        ("On equal ratios and odds it is too high for all", min(straight_on(k, 1) for k in (1, 2, 4, 8, 16)) > 1.2,
         min(straight_on(k, 2) for k in (1, 2, 4, 8, 16)) > 1.05),
        ("by nearly thirty times at the best run, more at all others", 27 < EXACT[4] / EXACT[0] ** 16 < 30,
         min(run.exact_16 / run.exact_1**16 for run in BESTS[:-1]) > 40),
        ("On 256 windows the models also went on", all(abs(256 * r.greedy_16 - round(256 * r.greedy_16)) < 0.01 for r in BESTS)),
        ("The best runs score none up to 3e12, where the full test has {:.0f} windows, past this one's blind spot (step 2); then one, two, three",
         2139 * BESTS[4].exact_16, BESTS[4].budget == 3e12,
         [round(256 * r.greedy_16) for r in BESTS] == [0, 0, 0, 0, 0, 1, 2, 3], BESTS[4].exact_16 > 3 / 256),
        ("three other runs scored one before",
         [round(256 * r.greedy_16) for r in GRID if r.greedy_16 and r.budget < 1e13] == [1, 1, 1]),
        ("the two cheapest best runs get sixteen bytes right in three windows",
         round(SMALL.exact_16 * 2139) == 3, BESTS[1].exact_16 == SMALL.exact_16),
        ("each further one is right in {:.0f} of 100 windows", 100 * (EXACT[4] / EXACT[3]) ** (1 / 8)),
        ("is about three times too high for the small run ({:.0f} windows) and too low for the best",
         2139 * SMALL.exact_4, 3 < SMALL.accuracy**4 / SMALL.exact_4 < 3.5, BEST.accuracy**4 < BEST.exact_4),
        ("except for nine models", sum(m.train_flop_kind != "6ND" for m in SCORED) == 9),
        ("they name {} FLOP where $6ND$ gives {},",
         units.power(MODELS["GPT-NeoX-20B"].train_flop), units.power(MODELS["GPT-NeoX-20B"].flops)),
        ("GPT-NeoX-20B has {} in one paper and {} here",
         MODELS["GPT-NeoX-20B"].mmlu, MODELS["GPT-NeoX-20B"].mmlu_obs),
        ("The first one had, and it scores hardly more than guessing", MODELS["OLMo-7B"].mmlu_obs < 28.2,
         MODELS["OLMo-7B"].train_flop > MODELS["OLMo-7B-0424"].train_flop),
        ("Up to 1e22 FLOP all models but two lie at the level of guessing", len(SMALL_EXAMS) - len(GUESSING) == 2,
         24 < min(GUESSING) < max(GUESSING) < 27),
        ("At ten times that compute the scores run from {:.0f} % (GPT-NeoX-20B) to {} % (Yi-6B)",
         *(near(MMLU, "OLMo-7B", 1.5)[end] for end in (0, -1)), 0.9e23 < MMLU["OLMo-7B"][0] < 1.1e23),
        ("BLOOM-176B had {:.0f} times the compute of Qwen1.5-0.5B and scores *lower*. It has {} %, the small model {} %",
         BLOOM.train_flop / QWEN.train_flop, BLOOM.mmlu_obs, QWEN.mmlu_obs),
        ("The two have the same predicted loss, because they have the same size",
         round(PREDICTED["Qwen-7B"][0], 3) == round(PREDICTED["OLMo-7B"][0], 3)),
        ("they score {} and {} %. 2. OLMo-7B should, a little. But the later model scores {}.",
         MODELS["OLMo-7B"].mmlu_obs, MODELS["Qwen-7B"].mmlu_obs, MODELS["OLMo-7B-0424"].mmlu_obs,
         MODELS["OLMo-7B-0424"].tokens < MODELS["OLMo-7B"].tokens,
         PREDICTED["OLMo-7B-0424"][0] > PREDICTED["OLMo-7B"][0]),
        ("has {:.0f} times the parameters of its neighbour, and the same loss", LARGE.params / TINY.params,
         abs(LARGE.loss - TINY.loss) < 0.005),
        ("The two score {:.1f} and {:.1f} %", 100 * LARGE.exact_4, 100 * TINY.exact_4),
        ("Size ranks our {} runs worst, compute ranks them better, and **the measured loss nearly perfectly** (${:.3f}$)",
         len(GRID), RANK([r.loss for r in GRID], FOUR),
         RANK([r.params for r in GRID], FOUR) < 0.7, RANK([r.flops for r in GRID], FOUR) > 0.85),
        ("the predicted loss ranks worse than compute does",
         -RANK(*zip(*PREDICTED.values())) < RANK(*zip(*MMLU.values()))),
        ("wanders between less than half and everything", min(PROMISES["all"]) < 50, max(PROMISES["all"]) > 99),
        ("calm once the limit has passed the foot of the rise", np.ptp(PROMISES["all"][5:]) < 5),
        ("No: it misses more than half of them", 2 * HELD < LARGER),
        ("narrow, from {:.0f} to {:.0f} %, and all three lie below theirs", *LLAMA[1:],
         FORECAST.held("llama", 1e24) == (0, 3), all(
            MMLU[m][1] < FORECAST.at("llama", 1e24, MMLU[m][0])[1] for m in GROUPS["llama"] if MMLU[m][0] > 1e24)),
        ("The first interval holds all larger models", len(set(FORECAST.held("all", 1e22))) == 1),
        ("misses {} of the {} larger models", LARGER - HELD, LARGER),
        ("Its upper end hangs on a few of the 300 fits", OTHERS_FIRST[2] - REDRAWN > 30),
        ("From two dozen small models, nearly all of which guess at the exam MMLU, its forecast runs from {:.0f} to {:.0f} %",
         *FIRST[1:], len(SMALL_EXAMS) == 24, len(GUESSING) == 22),
        ("sorted the 46 tasks of one study by eye, and in 18 of them", round(100 * 18 / 46) == 39),
        ("a hundredth of a nat costs more than three points", 3 < LADDER < 3.5),
        ("told apart only where $1.96\\sqrt2 = {:.1f}$ standard errors", 1.96 * 2**0.5),
        ("two points is worth one standard error on different questions", round(0.02 / UNPAIRED, 1) == 1.0),
        ("With {} disagreements it may still be luck. With {} it is {:.1f} standard errors", 150 + 130, 45 + 25,
         0.02 / paired(45, 25, 1000), 0.02 / paired(150, 130, 1000) < 1.5),
        ("$(1.96 + 0.842)^2 = {:.2f}$", POWER),
        ("need a sixth of the items", 5.5 < 2 * 0.21 / (0.07 - 0.02**2) < 6.5),
        ("A thousand questions on 200 passages are worth {:.0f} independent ones", 1000 / (1 + 4 * 0.3)),
        ("adds two digits right in {:.1f} % of the sums with fifty examples, and in {:.1f} % without",
         gpt3("2-digit addition")[6], gpt3("2-digit addition", "zero-shot")[6]),
        ("at most three million parameters", 3e6 < max(r.params for r in GRID) < 3.1e6),
        ("A steep piece remains, {:.2f} to {:.2f} % in one doubling", *SUMS[5:7]),
    ]
}  # fmt: skip

GRID_Z = np.linspace(-9, 9, 200_001)
CHANCE = np.cumsum(np.exp(-(GRID_Z**2) / 2)) / np.sum(
    np.exp(-(GRID_Z**2) / 2)
)  # of a smaller normal number
LUCK = float(np.sum(GRID_Z[1:] * np.diff(CHANCE**10)))  # mean of the largest of ten
LENGTHS = 2 ** (1 / 0.5)
SLIPS = {
    "abilities-zero-of-2000": [100 / 2000, 100 * (1 - 0.5 ** (1 / 2000)), 5 / 2000],
    "abilities-twenty-tokens": [95, 100 - 100 * 0.95**20, 95 / 20],
    "abilities-length-size": [2, 2**0.5, 1 / LENGTHS],
}
WORDS = {
    "abilities-real-row": [(", ".join(f"{s:g}" for s in SUMS),), ("one sum in twelve",)],
    "abilities-zero-of-2000": [("or {:.2f} %:", BLIND), ("missed in {:.0f} %", 100 * (1 - 1 / 2000) ** 2000)],
    "abilities-four-in-a-row": [
        ("{:.0f} of 100 windows", 100 * AT_1E13.exact_1), ("about {:.0f}", 100 * AT_1E13.exact_4),
    ],
    "abilities-order-addition": [
        (words, ADDED[name]) for name, words in (
            ("OPT-30B", "{:.2f} % are"), ("Qwen1.5-0.5B", "{:.1f} % are"), ("GPT-J-6B", "{:.1f} % are"),
            ("Pythia-12B (deduped)", "{:.0f} % are"))
    ],
    "abilities-forecast": [
        ("of {} models", len(SMALL_EXAMS)), ("of which {} are at guessing", len(GUESSING)),
        ("from {:.0f} to {:.0f} %. What", *FIRST[1:]), ("it promises {:.0f} %", FIRST[0]),
    ],
    "abilities-twenty-tokens": [("= {:.3f}. With", 0.95**20), ("it would be {:.0f} %", 100 * 0.99**20)],
    "abilities-are-they-real": [
        ("hardly anything below {:.2f} percent", BLIND), ("factor of {:.1f}.", FAMILY[7].params / FAMILY[6].params),
    ],
    "abilities-length-size": [("= {:.0f} times", LENGTHS)],
    "abilities-best-of-ten": [("lies {:.2f} standard errors", LUCK), ("by about {:.1f} points", 2 * LUCK), ("1.54 x 2 = {:.1f}.", 2 * LUCK)],
    "abilities-chain": [
        ("3.3 points for each 0.01 nats", round(65 / 4 / 0.05 / 100, 2) == 3.25), ("{:.1f} points, one standard error", math.hypot(3.25, 2)),
        ("a fifth of that", abs(math.exp(-3) / (1 + math.exp(-3)) ** 2 * 4 - 0.2) < 0.03), ("3 % of the budget", 100 / 30 < 3.5),
    ],
    "abilities-loss-fine": [("a standard error of {:.0f} points", math.sqrt(70 * 30 / 500))],
    "abilities-loss-to-score": [
        ("have the same predicted loss", round(PREDICTED["Qwen-7B"][0], 3) == round(PREDICTED["OLMo-7B"][0], 3)),
        ("are far apart", MODELS["Qwen-7B"].mmlu_obs > 2 * MODELS["OLMo-7B"].mmlu_obs - 1),
    ],
}  # fmt: skip
DECIDING = {
    "abilities-leap": AT_1E13.exact_4 / SMALL.exact_4,
    "abilities-three-digits": SUMS[6],
    "abilities-only-at-scale": ADDED["Qwen1.5-0.5B"],
    "abilities-mirage": DIGIT[6] / DIGIT[5],
    "abilities-emergent-benchmarks": BLOOM.train_flop / QWEN.train_flop,
    "abilities-exams-zero-shot": float(np.ptp(near(PREDICTED, "OLMo-7B", 0.02, factor=False))),
}
CLAIM_WORDS = {
    "abilities-leap": [("its loss is {:.0f} %", 100 * AT_1E13.loss / SMALL.loss)],
    "abilities-three-digits": [("after {} at 6.7", SUMS[5]), ("before {} at 175", SUMS[7])],
    "abilities-only-at-scale": [("and {} with the 30 billion", ADDED["OPT-30B"])],
    "abilities-mirage": [("after {:.1f} times over", DIGIT[5] / DIGIT[0])],
    "abilities-emergent-benchmarks": [("lower: {} against {} %", BLOOM.mmlu_obs, QWEN.mmlu_obs)],
}

# Number questions: what their words say -> the answer, by plain arithmetic; a whiteboard has one of these a step.
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"  # a number in words


def noise(percent, items):
    """The variance of a score in squared percentage points."""
    return percent * (100 - percent) / items


SOLVED = {
    "drill-exact-match": (rf"with probability {N}, one like the other. What percentage of answers of {N} tokens",
                          lambda p, length: 100 * math.exp(length * math.log(p))),
    "drill-token-right": (rf"answers {N} % of the items exactly; each answer has {N} tokens",
                          lambda exact, length: math.exp(math.log(exact / 100) / length)),
    "drill-standard-error": (
        rf"answer the same {N} items. The old one scores .* gets {N} items right that the old one misses, and misses {N} that",
        lambda items, better, worse: 100 * math.sqrt(better + worse - (better - worse) ** 2 / items) / items),
    "drill-clustered": (
        rf"has {N} texts with {N} questions on each, and a model scores {N} %.*on the same text is {N}\. How",
        lambda texts, each, score, r: math.sqrt(noise(score, texts * each) * (1 - r + each * r))),
    "drill-samples": (
        rf"has {N} items. Each is answered {N} times, and the mean score is {N} %.*standard deviation of {N}\. How",
        lambda items, samples, score, spread: math.sqrt(
            1e4 * spread**2 / items + (noise(score, items) - 1e4 * spread**2 / items) / samples)),
    "drill-power": (rf"Two models near {N} % are tested on different items.*a gain of {N} points",
                    lambda score, gain: 7.85 * 2 * noise(score, 1) / gain**2),
    "drill-power-paired": (rf"and on {N} % of the items just one of them is right.*a gain of {N} points",
                           lambda percent, gain: 7.85 * (100 * percent - gain**2) / gain**2),
    "drill-fresh-copy": (rf"A model scores {N} % on {N} public items of a test, and {N} % on {N} items that were written anew",
                         lambda old, items, new, fresh: (old - new) / math.sqrt(noise(old, items) + noise(new, fresh))),
    "drill-seen-as-zero": (rf"truly solves {N} % of the tasks .* does a test of {N} items show exactly zero",
                           lambda percent, items: 100 * math.exp(items * math.log1p(-percent / 100))),
    "drill-two-step": (
        rf"with a standard error of {N} nats, .* rises by {N} points when the loss falls by {N} nats; .* scatter by {N} points",
        lambda nats, slope, step, own: math.hypot(slope * nats / step, own)),
    "drill-ngrams": (rf"A test item has {N} words. Its {N}-grams, .* and {N} of them occur",
                     lambda words, long, found: 100 * found / len(range(int(long), int(words) + 1))),
    "abilities-zero-of-2000": (rf"A model answers {N} questions and none is right",
                               lambda items: -100 * math.expm1(math.log(0.05) / items)),
    "abilities-twenty-tokens": (rf"right with probability {N}, independently. An answer has {N} tokens",
                                lambda p, length: 100 * math.exp(length * math.log(p))),
    "abilities-length-size": (rf"loss of a token is \$\(N/c\)\^\{{-{N}\}}\$.* become twice as long", lambda power: 2 ** (1 / power)),
}  # fmt: skip
