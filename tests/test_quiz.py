"""Answers as people give them: right, every slip, nonsense; on screen, remembered, on a static page."""

import itertools
import math
import re

import facts
import facts_90
import numpy as np
import pytest

from helpers import asked as asking
from helpers import data, laws, questions, quiz, units, verdicts

BANK = data.questions()
MADE = {name: asked for name, asked in BANK.items() if "generate" in asked}
FIXED = {
    name: asked for name, asked in BANK.items() if asked["kind"] == "number" and name not in MADE
}
NUMBERS = [*FIXED, *MADE]
OF = {kind: [n for n, asked in BANK.items() if asked["kind"] == kind] for kind in quiz.INPUTS}
SEVERAL = [n for n in OF["choice"] if isinstance(BANK[n]["answer"], list)]
SINGLE = [n for n in OF["choice"] if n not in SEVERAL]
NONSENSE = ["", "  ", "abc", "nan", "-1", "1e400", "0", "12 bananas"]
SEEDS = range(200)

# What each number must be: recomputed here, so that a changed constant shows.
REFIT, TEX, PRINTED = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_PRINTED
K, ALLOCATION = laws.KAPLAN_PARAMS, laws.KAPLAN_ALLOCATION


def per_param(law):
    params, tokens = law.optimum(5.76e23)
    return tokens / params


KAPLAN_SIZE, KAPLAN_TOKENS = ALLOCATION.optimum(3.15e23)
AT_CRITICAL = [
    laws.at_critical_batch(KAPLAN_TOKENS),
    2e10 * laws.pf_days(3.15e23) ** 0.27,
]  # Table 6
BYTE, SIZE = laws.training_flops_per_token(3, 64, 64, 256), laws.transformer_params(3, 64)
TABLES = (256 + 256 + 64) * 16
RECOMPUTED = {
    "start-half-loss": K.factor(1 / 2),
    "gopher-data-term": REFIT.B / 1.2e12**REFIT.beta,
    "rule-13b-flops": laws.training_flops(13e9, laws.rule_of_thumb_tokens(13e9)),
    "size-for-300b-tokens": REFIT.optimal_params(300e9),
    "kaplan-double-compute": ALLOCATION.optimum(2e21)[0] / ALLOCATION.optimum(1e21)[0],
    "kaplan-halve-loss-compute": laws.KAPLAN_COMPUTE.factor(1 / 2),
    "kaplan-gpt3-split": KAPLAN_TOKENS,
    "chinchilla-rounding": per_param(PRINTED),
    "own-bytes": 1e13 / BYTE,
    "own-embeddings": 100 * TABLES / (TABLES + laws.transformer_params(2, 16)),
    "own-flop": laws.training_flops_per_token(2, 16, 64, 256),
} | facts.gathered("ANSWERS")
SLIPS = {
    "start-half-loss": [2, 2**0.076, 10 ** (K.loss(1e9) / 2 / (K.loss(1e9) - K.loss(1e10))), 1 / 0.076],
    "gopher-data-term": [REFIT.B / 1.4e12**REFIT.beta, 0.132 / 4, 0.132 / 2, 0.132 * 4**0.3658],
    "rule-13b-flops": [13e9 * 2.6e11, 2 * 13e9 * 2.6e11, laws.pf_days(6 * 13e9 * 2.6e11), 20 * 13e9],
    "size-for-300b-tokens": [175e9, 300e9 * 20],
    "kaplan-double-compute": [2**0.5, 2**0.27, 2 * 0.73, 2],
    "kaplan-halve-loss-compute": [2, 1 / 0.05, 2**0.05, K.factor(1 / 2), laws.KAPLAN_FIXED_BATCH.factor(1 / 2)],
    "kaplan-gpt3-split": [3e11, KAPLAN_SIZE, 6 * KAPLAN_TOKENS, math.sqrt(math.prod(AT_CRITICAL)),
                          REFIT.optimum(3.15e23)[1]],
    "own-bytes": [6e13 / BYTE, 1e13 / (6 * SIZE), 1e13 / (6 * (SIZE + 576 * 64)), 20 * SIZE],
    "own-embeddings": [100 * 6144 / (TABLES + 6144), 100 * TABLES / 6144, 100 * 8192 / (8192 + 6144),
                       100 * 4096 / (TABLES + 6144)],
    "own-flop": [6 * 6144, laws.training_flops_per_token(2, 16, 64, 256) / 6, 6 * (6144 + 256 * 16),
                 6 * (6144 + TABLES)],
    "chinchilla-rounding": [laws.TOKENS_PER_PARAM, per_param(REFIT), per_param(TEX), *PRINTED.optimum(5.76e23)],
} | facts.gathered("SLIPS")  # fmt: skip
# The answers of generated questions, from what was drawn; and where they may lie.
FROM_VALUES = {
    "kaplan-count-params": (lambda layers, width: 12 * layers * width**2, 1e6, 1e9),
    "kaplan-pf-days": (lambda params, tokens: 6 * params * tokens / 8.64e19, 5, 1e6),
    "kaplan-power-law-ratio": (lambda exponent, times: 1 / times**exponent, 0.6, 0.95),
    "chinchilla-flops": (lambda params, ratio: 6 * params**2 * ratio, 1e19, 1e27),
    "chinchilla-optimum": (
        lambda flops: (flops / 6 * (0.3478 * 482.01 / (0.3658 * 2085.43)) ** (1 / 0.3658)
                       ) ** (0.3658 / (0.3478 + 0.3658)), 5e9, 2e11),
    "chinchilla-double-what": (
        lambda params, tokens: 2085.43 * (tokens**-0.3658 - (2 * tokens) ** -0.3658), 0.001, 0.5),
} | facts.gathered("FROM_VALUES")  # fmt: skip
SLIP_FROM_VALUES = {
    "kaplan-count-params": lambda layers, width: [
        4 * layers * width**2, 8 * layers * width**2, 12 * width**2, 12 * layers * width,
        12 * layers * width**2 + 50257 * width],
    "kaplan-pf-days": lambda params, tokens: [
        6 * params * tokens, params * tokens / 6e17, 6 * params * tokens / 1e15,
        params * tokens / 8.64e19, 2 * params * tokens / 8.64e19],
    "kaplan-power-law-ratio": lambda exponent, times: [
        1 - times**-exponent, times**exponent, 1 / times,
        times ** -{0.076: 0.095, 0.095: 0.076, 0.05: 0.076}[exponent], 1 - exponent * math.log10(times)],
    "chinchilla-flops": lambda params, ratio: [
        params**2 * ratio, 2 * params**2 * ratio, 6 * params * ratio, params * ratio, params**2 * ratio / 1.44e19],
    "chinchilla-optimum": lambda flops: [
        REFIT.optimum(flops)[1], (flops / 20) ** 0.5, 1.3e9 * (flops / 8.64e19) ** 0.73, PRINTED.optimum(flops)[0]],
    "chinchilla-double-what": lambda params, tokens: [
        482.01 * (params**-0.3478 - (2 * params) ** -0.3478), 2085.43 / (2 * tokens) ** 0.3658,
        2085.43 / tokens**0.3658 / 2, 0.3658 * 2085.43 / tokens**0.3658],
} | facts.gathered("SLIP_FROM_VALUES")  # fmt: skip
# Numbers in the words of hints, reasons and solutions, as the laws say them.
JOINT = laws.KAPLAN_JOINT
DROP = {f"{a:g}-{b:g}": K.loss(a) - K.loss(b) for a, b in
        ((1e7, 1e8), (1e8, 2e8), (1e9, 1e10), (1e9, 1e11), (1e10, 1e11))}  # fmt: skip
LINE_SIZES = np.array([1e7, 1e8, 1e9])
SAID = {
    "kaplan-double-compute": [("= {:.2f}. The tokens", 2**0.73), ("= {:.2f} times, and", 2**0.27)],
    "kaplan-halve-loss-compute": [("leaves {:.1f} %", 100 * 2**-0.05), ("2 ** {:.0f}, about", 1 / 0.05)],
    "kaplan-bottleneck": [
        ("{:.3f} instead", JOINT.loss(1e9, 1e9) / JOINT.loss(1e8, 1e9)),
        ("is still {:.0f} %", round(100 * JOINT.loss(1e9, 1e9) / JOINT.loss(1e8, 1e9) + 0.49)),
        ("of {:.3f}", 10**-0.076),
    ],
    "kaplan-order-drops": [
        ("loss of {:.2f}, the drop is {:.2f}", K.loss(1e7), DROP["1e+07-1e+08"]),
        ("leaves {:.3f} of {:.2f}, the drop is {:.2f}", 2**-0.076, K.loss(1e8), DROP["1e+08-2e+08"]),
        ("loss of {:.2f}, the drop is {:.2f}", K.loss(1e9), DROP["1e+09-1e+10"]),
        ("from {:.2f} to {:.2f}, the drop is {:.2f}", K.loss(1e9), K.loss(1e11), DROP["1e+09-1e+11"]),
        ("loss of {:.2f}, the drop is {:.2f}", K.loss(1e10), DROP["1e+10-1e+11"]),
    ],
    "kaplan-extrapolate": [
        ("the law says {:.2f}", REFIT.loss(1e11, REFIT.optimal_tokens(1e11))), ("below {:.2f}", REFIT.E),
        ("is {:,.0f} times the compute", 2e12 * 1e11 / (2e10 * 1e9)),
        ("promises {:.2f} at", np.exp(np.polyval(np.polyfit(
            np.log(LINE_SIZES), np.log(REFIT.loss(LINE_SIZES, REFIT.optimal_tokens(LINE_SIZES))), 1), np.log(1e11)))),
    ],
    "kaplan-gpt3-split": [
        ("is {:,.0f} PF-days", laws.pf_days(3.15e23)), ("** 0.73 = {:.0f},", laws.pf_days(3.15e23) ** 0.73),
        ("N = {:.0f} billion", KAPLAN_SIZE / 1e9), ("= {:.0f} billion tokens", KAPLAN_TOKENS / 1e9),
        ("{:.1f} for each", KAPLAN_TOKENS / KAPLAN_SIZE), ("asked for {:.0f} billion", REFIT.optimum(3.15e23)[0] / 1e9),
        ("and {:.0f} billion tokens", REFIT.optimum(3.15e23)[1] / 1e9),
    ],
    "chinchilla-sqrt2": [("0.73 = {:.2f} and", 2**0.73), ("0.27 = {:.2f}", 2**0.27), ("0.5 = {:.2f}", 2**0.5)],
    "chinchilla-rounding": [
        ("N = {:.1f} billion", PRINTED.optimum(5.76e23)[0] / 1e9), ("D = {:.2f} tr", PRINTED.optimum(5.76e23)[1] / 1e12),
        ("so {:.0f}:", per_param(PRINTED)), ("fit give {:.0f},", per_param(TEX)), ("points {:.1f}.", per_param(REFIT)),
    ],
    "chinchilla-order-models": [
        (words, data.named(data.models(), name).tokens_per_param) for name, words in (
            ("Chinchilla", "make {:.0f}."), ("Llama 3 8B", "make {:,.0f}."), ("GPT-3 175B", "make {:.1f}."),
            ("Llama 3.1 405B", "make {:.1f}."), ("MT-NLG 530B", "make {:.1f}."))
    ],
    "chinchilla-derive": [("alpha = {:.3f} and beta = {:.3f}, a is {:.3f}", REFIT.alpha, REFIT.beta, REFIT.a)],
} | facts.gathered("WORDS")  # fmt: skip


@pytest.fixture(autouse=True)
def _afresh():
    quiz.clear()


def check(question, typed):
    question.fill(typed)
    question.check()
    return question.verdict


def drawn_with(name, seed):
    """The generated question without reading the file again."""
    return MADE[name] | asking.draw(MADE[name], seed)


def right_answer(name):
    asked = quiz.posed(name)
    if asked["kind"] == "number":
        return f"{asked['answer']:.6e}"
    if asked["kind"] == "open":
        return {"text": "My answer, in a sentence.", "ticked": asked["points"]}
    if asked["kind"] == "whiteboard":
        return board_state(*map(right_step, asked["steps"]))
    return asked["answer"]


def right_step(step):
    return f"{step['answer']:.6e}" if step["kind"] == "number" else step["answer"]


def board_state(*typed, opened=1, given_up=()):
    steps = [{"typed": one, "given_up": k in given_up} for k, one in enumerate(typed)]
    return {"steps": steps, "opened": opened}


# The bank


def test_the_bank_has_every_kind():
    assert len(BANK) >= 66 and len(MADE) >= 30 and len(SEVERAL) >= 1
    assert all(OF[kind] for kind in ("number", "choice", "order", "open"))
    assert len(OF["whiteboard"]) >= 5
    assert {asked["generate"] for asked in MADE.values()} == set(questions.GENERATORS)
    assert all(asked["kind"] == "number" for asked in MADE.values())


@pytest.mark.parametrize(
    "table, kept, names",
    [
        ("RECOMPUTED (or ANSWERS of tests/facts_*.py)", RECOMPUTED, FIXED),
        ("SLIPS", SLIPS, FIXED),
        ("FROM_VALUES", FROM_VALUES, MADE),
        ("SLIP_FROM_VALUES", SLIP_FROM_VALUES, MADE),
    ],
)
def test_every_number_is_recomputed(table, kept, names):
    lacks, gone = set(names) - set(kept), set(kept) - set(names)
    if lacks or gone:
        said = f"to be added: {sorted(lacks)}; no such question any more: {sorted(gone)}"
        pytest.fail(f"{table} of tests/test_quiz.py recomputes every number; {said}", pytrace=False)


@pytest.mark.parametrize("name", [name for name in FIXED if name in RECOMPUTED and name in SLIPS])
def test_stored_answers_and_slips_are_what_the_laws_say(name):
    asked = FIXED[name]
    stored, slips = asked["answer"], [slip["value"] for slip in asked["slips"]]
    assert stored == pytest.approx(RECOMPUTED[name], rel=2e-3), f"{name} stores another answer"
    assert slips == pytest.approx(SLIPS[name], rel=1e-2), f"{name} stores another slip"


@pytest.mark.parametrize("name", SAID)
def test_numbers_in_the_words_of_a_question(name):
    asked = BANK[name]
    words = " ".join([asked["question"], asked.get("why", ""), str(asked.get("answer")), *(
        part["why"] for part in asked.get("options", asked.get("slips", ()))), *asked.get("points", ()),
        *(f"{step['question']} {step['hint']} {step['why']}" for step in asked.get("steps", ()))])  # fmt: skip
    for text, *values in SAID[name]:
        assert text.format(*values) in words, text.format(*values)


def test_numbers_inside_the_choices_of_chapter_02():
    best, tokens = REFIT.optimum(5.04e23)
    wasted = 1 - REFIT.flops_for_loss(REFIT.loss(best / 2, tokens * 2)) / 5.04e23
    assert round(wasted, 2) == 0.16 and "16 %" in BANK["half-size"]["answer"]
    start = REFIT.loss(175e9, 300e9)
    splits = ((1, 2), (2, 1), (2**0.5, 2**0.5))
    tokens, params, both = (REFIT.loss(175e9 * n, 300e9 * d) - start for n, d in splits)
    assert tokens < both < params
    assert all(f"{gain:.3f}" in BANK["which-knob"]["why"] for gain in (tokens, params))
    kaplan = [option["text"] for option in BANK["four-times-compute"]["options"]][2]
    assert kaplan == f"parameters {4**0.73:.1f} times, tokens {4**0.27:.1f} times"


def test_the_orders_are_what_the_laws_and_the_models_say():
    def sizes(text):
        number = {"million": 1e6, "billion": 1e9}
        return [float(n) * number[word] for n, word in re.findall(r"(\d+) (\w+)", text)]

    drops = [
        K.loss(small) - K.loss(large)
        for small, large in map(sizes, BANK["kaplan-order-drops"]["answer"])
    ]
    assert drops == sorted(drops, reverse=True)
    rows = data.models()
    ratios = [
        data.named(rows, name).tokens_per_param
        for name in BANK["chinchilla-order-models"]["answer"]
    ]
    assert ratios == sorted(ratios)


def test_the_derived_split_is_the_laws():
    law, flops = REFIT, 1e24
    a = law.beta / (law.alpha + law.beta)
    G = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    params, tokens = G * (flops / 6) ** a, (flops / 6) ** (1 - a) / G
    assert (params, tokens) == pytest.approx(law.optimum(flops))
    assert law.alpha * law.A / params**law.alpha == pytest.approx(
        law.beta * law.B / tokens**law.beta
    )


# Numbers


@pytest.mark.parametrize("name", NUMBERS)
def test_a_right_number_is_right_in_several_spellings(name):
    value = RECOMPUTED.get(name) or quiz.posed(name)["answer"]
    for typed in (repr(value), f"{value:.3g}", f"{value:.3e}"):
        assert check(quiz.ask(name), typed).startswith("Right: "), typed


@pytest.mark.parametrize("name", NUMBERS)
def test_each_slip_gets_a_verdict_of_its_own(name):
    slips = quiz.posed(name)["slips"]
    for value, why in slips:
        assert check(quiz.ask(name), repr(float(value))) == f"Not yet. {why}"
    assert len({why for _, why in slips}) == len(slips)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("typed", NONSENSE, ids=repr)
def test_nonsense_gets_a_sentence(name, typed):
    verdict = check(quiz.ask(name), typed)
    assert not verdict.startswith("Right") and verdict.endswith(".") and len(verdict) > 15


def test_far_answers_hear_how_far():
    judge = verdicts.number_verdict
    assert judge("140B", 1.4e12)[1] == "Not yet: too small, by a factor of about 10."
    assert judge("1.6T", 1.4e12)[1] == "Not yet: too large."
    assert judge("1e30", 1.4e12)[1].endswith("factor of about 7e17.")


def test_a_unit_may_be_typed_and_a_bare_number_of_billions_is_told_so():
    for name, typed, verdict in (
        ("size-for-300b-tokens", "15 billion parameters", "Right"),
        ("size-for-300b-tokens", "15.1B params", "Right"),
        ("size-for-300b-tokens", "about 15B", "Right"),
        ("size-for-300b-tokens", "15 000 000 000", "Right"),
        ("kaplan-power-law-ratio", "82 %", "Right"),
        ("kaplan-power-law-ratio", "82", "Nearly: that is in percent"),
        ("kaplan-double-compute", "1.7x", "Right"),
        ("kaplan-double-compute", "1.66-fold", "Right"),
        ("own-embeddings", "60 percent", "Right"),
        ("over-kv-bytes", "1.3 GB", "Right"),
        ("limits-hours", "70 million hours", "Right"),
        ("limits-hours", "70M GPU-hours", "Right"),
        (
            "limits-hours",
            "8000 years",
            "'8000 years' is not a number I can read: write it like 70B, 1.4T or 5.88e23. The answer is wanted in hours.",
        ),
        ("drill-energy-bill", "$1", "Not yet"),
        ("drill-standard-error", "1 point", "Not yet"),
        ("over-best-loss", "1.99 nats/token", "Right"),
        ("chinchilla-rounding", "93 tokens/param", "Right"),
        ("chinchilla-rounding", "93:1", "Right"),
        ("limits-four-passes", "93%", "Right"),
        ("size-for-300b-tokens", "15", "Nearly: say"),
        ("gopher-data-term", "0.08 nats", "Right"),
        ("start-half-loss", "9139 times", "Right"),
        ("chinchilla-rounding", "93 tokens per parameter", "Right"),
        ("kaplan-power-law-ratio", "0.82 of the loss", "Right"),
        ("kaplan-pf-days", "1517 PF-days", "Right"),
        ("own-embeddings", "0.6", "Nearly: that is the share"),
        ("own-embeddings", "60 %", "Right"),
    ):
        assert check(quiz.ask(name), typed).startswith(verdict), (name, typed)


def test_a_good_estimate_by_hand_is_right():
    """Two digits, a power of two, 1/e, the natural logarithm times the exponent: no machine needed."""
    for name, typed in (
        ("start-half-loss", "8192"), ("start-half-loss", "10,000"), ("abilities-twenty-tokens", "36.8"),
        ("kaplan-double-compute", "1.7"), ("limits-electricity", "3"), ("kaplan-halve-loss-compute", "1M"),
        ("limits-halving", "24"), ("abilities-zero-of-2000", "0.15"),
    ):  # fmt: skip
        assert check(quiz.ask(name), typed).startswith("Right"), (name, typed)
    for seed in SEEDS:
        drawn = drawn_with("drill-rounding", seed)
        linear = 100 * drawn["values"]["by"] * math.log(drawn["values"]["tokens"])
        assert math.isclose(linear, drawn["answer"], rel_tol=BANK["drill-rounding"]["tolerance"])


FEW = ("kaplan-power-law-ratio", "kaplan-best-growth", "drill-best-growth", "drill-growth", "drill-rounding",
       "drill-seen-as-zero", "drill-standard-error", "drill-probability", "drill-token-right")  # fmt: skip


@pytest.mark.parametrize(
    "name", [name for name in MADE if name in FROM_VALUES and name in SLIP_FROM_VALUES]
)
def test_generated_questions_stay_sensible_and_their_slips_apart(name):
    exact, low, high = FROM_VALUES[name]
    tolerance, seen = BANK[name]["tolerance"], set()
    for seed in SEEDS:
        drawn = drawn_with(name, seed)
        values = drawn["values"]
        assert (
            drawn["answer"] == pytest.approx(exact(**values), rel=1e-9)
            and low < drawn["answer"] < high
        )
        slips = [value for value, _ in drawn["slips"]]
        assert slips == pytest.approx(SLIP_FROM_VALUES[name](**values), rel=1e-9)
        for one, other in itertools.combinations([drawn["answer"], *slips], 2):
            assert not math.isclose(one, other, rel_tol=2 * tolerance), (seed, one, other)
        number = verdicts.number_words(drawn["answer"], "").split()[0]
        assert number in drawn["why"], (seed, number, drawn["why"])
        words = " ".join(
            [drawn["question"], drawn["why"], drawn["hint"], *(why for _, why in drawn["slips"])]
        )
        assert not re.search(r"nan|inf\b|\de[+-]\d|[{}]", words), words
        seen.add(drawn["question"])
    assert len(seen) > (30 if name not in FEW else 10)


@pytest.mark.parametrize("name", MADE)
def test_what_is_asked_names_the_numbers_that_were_drawn(name):
    for seed in SEEDS:
        drawn = drawn_with(name, seed)
        said = drawn["question"].replace(",", "")
        for key, value in drawn["values"].items():
            written = [str(value)]
            if not isinstance(value, str):
                written = [f"{value:g}", units.power(value, 3), units.spoken(value, 3)]
            hidden = key == "exponent" and name == "kaplan-power-law-ratio"
            assert hidden or any(text in said for text in written), (said, written)


def test_the_rule_of_thumb_is_good_enough_for_the_optimum():
    for seed in SEEDS:
        drawn = drawn_with("chinchilla-optimum", seed)
        params, _ = laws.rule_of_thumb_optimum(drawn["values"]["flops"])
        assert verdicts.judge(drawn, f"{params:.3e}")[0] is True


def test_the_solution_of_the_generated_optimum_and_of_the_doubling():
    drawn = drawn_with("chinchilla-optimum", 5)
    flops = drawn["values"]["flops"]
    params, tokens = REFIT.optimum(flops)
    rule = (flops / 120) ** 0.5
    assert f"= {rule / 1e9:.3g} billion; the refit says {params / 1e9:.3g} billion" in drawn["why"]
    assert f"with {tokens / params:.0f} tokens" in drawn["why"]
    for seed in SEEDS:
        drawn = drawn_with("chinchilla-double-what", seed)
        size_gain = drawn["slips"][0][0]
        better = "data are" if drawn["answer"] > size_gain else "size is"
        assert f"the {better} the better buy" in drawn["why"]
        assert (
            f"/D^beta is {REFIT.B / drawn['values']['tokens'] ** REFIT.beta:.3g}"[:13]
            in drawn["question"]
        )


SUM = re.compile(
    r"((?:[-(]?\d[\d.,e]*+\)*+|\*\*|\^| x |[(/ +-])+) = (\d[\d.,e]*\d)(?![\d.]*\d| x)(?: (million|billion|trillion))?"
)
WORD = {"": 1, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def sums(text):
    """(what is written, what it comes to, what is stated) for every sum in a worked solution."""
    for sum_, stated, word in SUM.findall(text.replace("so ", "")):
        code = sum_.replace(",", "").replace(" x ", " * ").replace("^", "**").strip()
        if re.search(r"\d .*\d", code):
            yield sum_, eval(code), float(stated.replace(",", "")) * WORD[word]


def test_every_sum_in_a_worked_solution_is_right():
    solutions = [quiz.posed(name).get("why", "") for name in BANK]
    solutions += [step["why"] for name in OF["whiteboard"] for step in BANK[name]["steps"]]
    solutions += [drawn_with(name, seed)["why"] for name in MADE for seed in SEEDS]
    found = [one for text in solutions for one in sums(text)]
    assert len(found) > 5 * len(SEEDS)
    for written, exact, stated in found:
        assert stated == pytest.approx(exact, rel=0.03), written


def test_a_seed_draws_the_same_again_and_nonsense_is_refused():
    assert (
        quiz.ask("chinchilla-flops", seed=3).question
        == quiz.ask("chinchilla-flops", seed=3).question
    )
    assert quiz.ask("chinchilla-flops", seed=3).question != quiz.ask("chinchilla-flops").question
    for seed in (-1, 1.5, "a", None):
        with pytest.raises(ValueError, match="seed is .*, but must be a whole number of 0 or more"):
            quiz.ask("chinchilla-flops", seed=seed)
    with pytest.raises(ValueError, match="generate is 'optimal', but must be one of count_params"):
        asking.draw({"generate": "optimal"})


def test_an_answer_that_asks_keeps_its_question_mark_alone():
    said = verdicts.answer_words(data.question("plot-two-tokenizers"))
    assert said.startswith("same corpus and tokenizer? A token of")


def test_another_like_it_asks_with_new_numbers():
    shown = quiz.ask("chinchilla-flops")
    first = shown.question
    check(shown, "1e20")
    shown.another.click()
    assert shown.question != first and shown.question in shown._head.value
    assert shown.verdict == "" and shown._said.value == "" and shown._entry.read() == ""
    assert verdicts.answer_words(shown.asked).split(".")[0] in shown._folds.value
    assert check(shown, repr(shown.asked["answer"])).startswith("Right")
    assert not hasattr(quiz.ask("rule-13b-flops"), "another")


# Choices, orders, open questions


@pytest.mark.parametrize("name", SINGLE)
def test_every_option_gets_its_reason(name):
    for option in BANK[name]["options"]:
        question = quiz.ask(name)
        verdict = check(question, option["text"])
        right = option["text"] == BANK[name]["answer"]
        assert verdict == ("Right. " if right else "Not yet. ") + option["why"]
        assert ("✓" if right else "✗") in question._said.value


@pytest.mark.parametrize("name", SEVERAL)
def test_every_set_of_ticks_is_judged(name):
    options = {option["text"]: option["why"] for option in BANK[name]["options"]}
    answer = BANK[name]["answer"]
    for count in range(len(options) + 1):
        for ticked in itertools.combinations(options, count):
            question = quiz.ask(name)
            verdict = check(question, list(ticked))
            wrong = [text for text in ticked if text not in answer]
            if set(ticked) == set(answer):
                assert verdict.startswith("Right, all of them. ") and "✓" in question._said.value
            elif not ticked:
                assert verdict == "Nothing ticked yet: tick every option that holds."
            elif wrong:
                assert options[wrong[0]] in verdict and f"of your {count} ticks" in verdict
            else:
                left = len(answer) - count
                more = f"{left} more {'is' if left == 1 else 'are'} needed."
                assert verdict.endswith(more) and "✗" in question._said.value


@pytest.mark.parametrize("name", OF["order"])
def test_an_order_hears_how_many_stand_right_and_why(name):
    asked = BANK[name]
    whys = {option["text"]: option["why"] for option in asked["options"]}
    count = len(whys)
    assert check(quiz.ask(name), asked["answer"]) == f"Right: all {count} in their places."
    shown_order = [option["text"] for option in asked["options"]]
    assert shown_order != asked["answer"], "the list does not give it away"
    for ranked in itertools.permutations(asked["answer"]):
        right, verdict = verdicts.judge(asked, list(ranked))
        good = sum(mine == true for mine, true in zip(ranked, asked["answer"]))
        assert right == (good == count)
        if not right:
            wrong = next(mine for mine, true in zip(ranked, asked["answer"]) if mine != true)
            assert verdict.startswith(f"Not yet: {good} of {count} in ") and verdict.endswith(
                whys[wrong]
            )


def test_an_unfinished_order_is_told_what_is_missing():
    answer = BANK["chinchilla-order-models"]["answer"]
    question = quiz.ask("chinchilla-order-models")
    assert check(question, [None] * 5).startswith("Still empty: 1st, 2nd, 3rd, 4th, 5th.")
    assert (
        check(question, [*answer[:3], None, answer[4]])
        == "Still empty: 4th. Every place needs one."
    )
    assert check(question, [answer[0]] * 5).startswith("MT-NLG 530B stands twice")
    assert "✗" in question._said.value


@pytest.mark.parametrize("name", OF["open"])
def test_an_open_answer_is_compared_and_its_points_counted(name):
    points = BANK[name]["points"]
    question = quiz.ask(name)
    compared = question._entry.widget.children[1]
    assert compared.layout.display == "none" and "Answer</summary>" not in question._folds.value
    for typed in ("", "   "):
        assert check(question, {"text": typed, "ticked": []}).startswith("Nothing written yet")
        assert compared.layout.display == "none"
    assert check(question, {"text": "abc", "ticked": []}).startswith(
        "Compare your answer with ours"
    )
    assert compared.layout.display == "" and "→" in question._said.value
    ticks = compared.children[1:]
    assert [tick.description for tick in ticks] == points
    for number, tick in enumerate(ticks, start=1):
        tick.value = True  # counted at once
        made = f"Your answer makes {number} of {len(points)} points. Still missing: "
        last = f"All {len(points)} points: this would do in an interview."
        assert (
            question.verdict == last if number == len(points) else question.verdict.startswith(made)
        )
    ticks[0].value = False
    assert question.verdict.endswith(f"Still missing: {points[0]}.")


# Whiteboards


def test_the_words_of_chapter_90_hold():
    facts_90.holds()
    assert set(facts_90.BOARDS) == set(OF["whiteboard"])


@pytest.mark.parametrize("name", OF["whiteboard"])
def test_each_step_of_a_whiteboard_is_recomputed_and_judged(name):
    steps = quiz.posed(name)["steps"]
    for k, (step, exact) in enumerate(zip(steps, facts_90.BOARDS[name], strict=True)):
        before = [right_step(one) for one in steps[:k]]

        def verdict(typed, k=k, before=before):
            question = quiz.ask(name)
            check(question, board_state(*before, typed, *[None] * (len(steps) - k - 1)))
            return question.verdict

        if step["kind"] == "choice":
            assert exact is None
            for option in step["options"]:
                if option["text"] != step["answer"]:
                    assert verdict(option["text"]) == f"Step {k + 1}. Not yet. {option['why']}"
            continue
        answer, slips = exact
        assert step["answer"] == pytest.approx(answer, rel=4e-3)
        assert [value for value, _ in step["slips"]] == pytest.approx(slips, rel=1e-2)
        for value, why in step["slips"]:
            assert verdict(repr(float(value))) == f"Step {k + 1}. Not yet. {why}"
        for one, other in itertools.combinations([answer, *slips], 2):
            assert not math.isclose(one, other, rel_tol=2 * step["tolerance"])
        for typed in NONSENSE[2:]:
            assert verdict(typed).startswith(f"Step {k + 1}. ") and len(verdict(typed)) > 25


def test_a_whiteboard_opens_step_by_step():
    question = quiz.ask("board-300b")
    boxes = question._entry.widget.children
    shown = lambda: [box.layout.display for box in boxes]  # noqa: E731
    assert shown() == ["", *["none"] * 4] and "Answer</summary>" not in question._folds.value
    question.button.click()
    assert question.verdict.startswith("Step 1. Nothing typed yet") and shown() == [
        "",
        *["none"] * 4,
    ]
    field = boxes[0].children[1]
    field.value = "6T"  # Enter
    assert question.verdict == "Step 1. Not yet. You multiplied: divide by 20."
    assert "✗" in boxes[0].children[3].value
    field.value = "15B"
    assert question.verdict == "1 of 5 steps done: now step 2." and "→" in question._said.value
    assert "✓ Right: 15 billion parameters. 3e11 / 20" in boxes[0].children[3].value
    assert shown() == ["", "", *["none"] * 3] and boxes[1].children[3].value == ""
    assert [box.children[2].layout.display for box in boxes[:2]] == ["none", ""], (
        "nothing to give up"
    )
    boxes[1].children[2].value = True  # give up
    assert "→ Given up: 2.7e22 FLOP. 6 x 1.5e10" in boxes[1].children[3].value
    again = quiz.ask("board-300b")
    assert again._entry.read() == question._entry.read() and again.verdict == question.verdict
    assert [box.layout.display for box in again._entry.widget.children] == [
        "",
        "",
        "",
        "none",
        "none",
    ]
    for box, typed in zip(boxes[2:], ("6.1", "1.12T")):
        box.children[1].value = typed
    boxes[4].children[1].value = quiz.posed("board-300b")["steps"][4]["answer"]
    assert question.verdict == "", "a choice waits for Check"
    question.button.click()
    assert question.verdict.startswith("Done, 4 of 5 steps on your own. One pass serves")
    assert "✗" in question._said.value


def test_a_whiteboard_is_right_when_every_step_was_found():
    verdict = check(quiz.ask("board-derive"), right_answer("board-derive"))
    assert verdict.startswith("All 4 steps: this would do at a whiteboard. Size and tokens")
    page = quiz.ask("board-derive")._repr_mimebundle_()["text/html"]
    assert "1. What do you put into the loss" in page and "4. The compute grows" in page


# On screen


def test_enter_checks_and_the_button_checks():
    question = quiz.ask("size-for-300b-tokens")
    question._entry.widget.value = "15B"  # with continuous_update off this is what Enter does
    assert question.verdict == "Right: 15.1 billion parameters."
    assert 'role="status"' in question._said.value
    for name, verdict in (
        ("rule-13b-flops", "Nothing typed yet"),
        ("gopher-split", "Nothing chosen yet: pick one first."),
        ("kaplan-bottleneck", "Nothing ticked yet"),
        ("kaplan-order-drops", "Still empty"),
        ("kaplan-extrapolate", "Nothing written yet"),
    ):
        empty = quiz.ask(name)
        empty.button.click()
        assert empty.verdict.startswith(verdict)


def controls(widget):
    children = getattr(widget, "children", ())
    return [widget] if not children else [found for child in children for found in controls(child)]


@pytest.mark.parametrize("name", BANK)
def test_every_control_has_a_name(name):
    question = quiz.ask(name)
    for control in controls(question.box):
        kind = type(control).__name__
        if kind not in ("HTML", "RadioButtons"):  # the options of radio buttons are their names
            assert control.description, kind


@pytest.mark.parametrize("name", BANK)
def test_before_any_answer_the_text_is_the_question_and_the_page_has_the_folds(name):
    content = quiz.ask(name)._repr_mimebundle_()
    asked = quiz.posed(name)
    assert content["text/plain"].startswith(asked["question"])
    assert content["text/html"].count("<details") == 2
    assert "Hint</summary>" in content["text/html"] and "Answer</summary>" in content["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in content
    options = [option["text"] for option in asked.get("options", ())]
    assert content["text/plain"] == " ".join(
        [asked["question"], *(f"[ ] {text}" for text in options)]
    )
    for point in asked.get("points", ()):
        assert point in content["text/html"] and point not in content["text/plain"]


def test_what_people_type_is_never_taken_for_html():
    question = quiz.ask("size-for-300b-tokens")
    check(question, "<script>alert(1)</script>")
    assert "<script>" not in question._said.value


def test_an_unknown_question_is_answered_with_near_ones():
    with pytest.raises(ValueError, match="question is 'rule-13b', .*rule-13b-flops"):
        quiz.ask("rule-13b")


# What is remembered


@pytest.mark.parametrize("name", BANK)
def test_a_cell_that_is_run_again_goes_on_from_its_answer(name):
    first = quiz.ask(name)
    verdict = check(first, right_answer(name))
    assert quiz.ANSWERS[name]["right"] is True and quiz.ANSWERS[name]["verdict"] == verdict
    again = quiz.ask(name)
    assert (
        again._entry.read()
        == first._entry.read()
        != quiz.INPUTS[first.asked["kind"]](first.asked).read()
    )
    assert again.verdict == verdict and again._said.value == first._said.value
    assert verdict in again._repr_mimebundle_()["text/plain"]
    quiz.clear(name)
    assert quiz.ask(name).verdict == "" and not quiz.ANSWERS


def test_what_is_not_yet_checked_is_remembered_too():
    for name, typed in (
        ("gopher-split", "Gopher as it was"),
        ("kaplan-bottleneck", ["too few training steps"]),
        ("chinchilla-derive", {"text": "C = 6ND ties", "ticked": []}),
    ):
        question = quiz.ask(name)
        for widget in question._entry.parts:  # as a learner does it, not by fill
            kind = type(widget).__name__
            if kind == "Checkbox":
                widget.value = widget.description in typed
            else:
                widget.value = typed["text"] if kind == "Textarea" else typed
        assert question.verdict == ""
        again = quiz.ask(name)
        assert again._entry.read() == typed
    assert again._entry.widget.children[1].layout.display == "none", "not compared yet"


def test_a_changed_choice_takes_its_old_verdict_away():
    question = quiz.ask("gopher-split")
    check(question, "Gopher as it was")
    question._entry.widget.value = BANK["gopher-split"]["answer"]
    assert question.verdict == "" and question._said.value == ""


def test_another_one_is_remembered_until_a_different_seed_is_asked_for():
    shown = quiz.ask("kaplan-pf-days")
    shown.another.click()
    shown.another.click()
    check(shown, "7")
    again = quiz.ask("kaplan-pf-days")
    assert again.question == shown.question and again.seed == 2 and again._entry.read() == "7"
    assert quiz.ask("kaplan-pf-days", seed=5).seed == 5
    assert quiz.ask("kaplan-pf-days", seed=5).verdict == ""


def test_two_cells_with_one_question_do_not_mix_their_numbers():
    one, other = quiz.ask("kaplan-pf-days"), quiz.ask("kaplan-pf-days")
    one.another.click()
    assert check(other, repr(other.asked["answer"])).startswith("Right")
    assert quiz.ANSWERS["kaplan-pf-days"]["seed"] == 0
    assert quiz.ask("kaplan-pf-days").question == other.question
