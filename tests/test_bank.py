"""The bank of questions: what they ask and answer, and how answers are judged."""

import itertools
import math
import re

import facts
import facts_90
import numpy as np
import pytest
from answers import board, right_answer

from helpers import data, laws, questions, quiz, verdicts
from pictures import kaplan_laws

BANK = data.questions()
OF = {kind: [n for n, asked in BANK.items() if asked["kind"] == kind] for kind in verdicts.KINDS}
DRAWN = [name for name, asked in BANK.items() if "let" in asked]
FIXED = [name for name in OF["number"] if name not in DRAWN]
SEEDS = range(200)
MADE = facts.rows("DRAWN")

# What each number must be: recomputed here, so that a changed constant shows.
REFIT, TEX, PRINTED = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.CHINCHILLA_PRINTED
K, ALLOCATION = laws.KAPLAN_PARAMS, laws.KAPLAN_ALLOCATION


def per_param(law):
    params, tokens = law.optimum(5.76e23)
    return tokens / params


KAPLAN_SIZE, KAPLAN_TOKENS = ALLOCATION.optimum(3.15e23)
AT_CRITICAL = [
    kaplan_laws.at_critical_batch(KAPLAN_TOKENS),
    2e10 * laws.pf_days(3.15e23) ** 0.27,
]  # Table 6
BYTE, SIZE = laws.training_flops_per_token(3, 64, 64, 256), laws.transformer_params(3, 64)
TABLES = (256 + 256 + 64) * 16
ANSWERS = {
    "start-half-loss": 2 ** (1 / K.exponent),
    "gopher-data-term": REFIT.B / 1.2e12**REFIT.beta,
    "rule-13b-flops": laws.training_flops(13e9, 13e9 * laws.TOKENS_PER_PARAM),
    "size-for-300b-tokens": REFIT.optimal_params(300e9),
    "kaplan-double-compute": ALLOCATION.optimum(2e21)[0] / ALLOCATION.optimum(1e21)[0],
    "kaplan-halve-loss-compute": 2 ** (1 / laws.KAPLAN_COMPUTE.exponent),
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
    "kaplan-halve-loss-compute": [2, 1 / 0.05, 2**0.05, 2 ** (1 / K.exponent), 2 ** (1 / laws.KAPLAN_FIXED_BATCH.exponent)],
    "kaplan-gpt3-split": [3e11, KAPLAN_SIZE, 6 * KAPLAN_TOKENS, math.sqrt(math.prod(AT_CRITICAL)),
                          REFIT.optimum(3.15e23)[1]],
    "own-bytes": [6e13 / BYTE, 1e13 / (6 * SIZE), 1e13 / (6 * (SIZE + 576 * 64)), 20 * SIZE],
    "own-embeddings": [100 * 6144 / (TABLES + 6144), 100 * TABLES / 6144, 100 * 8192 / (8192 + 6144),
                       100 * 4096 / (TABLES + 6144)],
    "own-flop": [6 * 6144, laws.training_flops_per_token(2, 16, 64, 256) / 6, 6 * (6144 + 256 * 16),
                 6 * (6144 + TABLES)],
    "chinchilla-rounding": [laws.TOKENS_PER_PARAM, per_param(REFIT), per_param(TEX), *PRINTED.optimum(5.76e23)],
} | facts.gathered("SLIPS")  # fmt: skip
# Numbers in the words of hints, reasons and solutions, as the laws say them.
JOINT = kaplan_laws.KAPLAN_JOINT
DROP = {f"{a:g}-{b:g}": K.loss(a) - K.loss(b) for a, b in
        ((1e7, 1e8), (1e8, 2e8), (1e9, 1e10), (1e9, 1e11), (1e10, 1e11))}  # fmt: skip
LINE_SIZES = np.array([1e7, 1e8, 1e9])
WORDS = {
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


def judge(name, typed):
    return verdicts.judge(questions.posed(name), typed)


# The bank


def test_every_kind_is_asked_judged_and_shown():
    assert set(quiz.INPUTS) == set(verdicts.KINDS)
    assert all(OF[kind] for kind in verdicts.KINDS if kind != "claim")
    assert len(BANK) >= 120 and len(DRAWN) >= 30 and len(OF["whiteboard"]) >= 5


@pytest.mark.parametrize(
    "table, known, names",
    [
        ("ANSWERS (here or in tests/facts_*.py)", ANSWERS, FIXED),
        ("SLIPS (here or in tests/facts_*.py)", SLIPS, FIXED),
        ("DRAWN of tests/facts_*.py", {row[0] for row in MADE}, DRAWN),
    ],
)
def test_every_number_is_computed_a_second_time(table, known, names):
    lacks, gone = set(names) - set(known), set(known) - set(names)
    if lacks or gone:
        sentence = f"to be added: {sorted(lacks)}; no such question any more: {sorted(gone)}"
        pytest.fail(f"{table} computes every number a second time; {sentence}", pytrace=False)


def test_stored_answers_and_slips_are_what_the_laws_say():
    for name in FIXED:
        values = [slip["value"] for slip in BANK[name]["slips"]]
        assert BANK[name]["answer"] == pytest.approx(ANSWERS[name], rel=2e-3), name
        assert values == pytest.approx(SLIPS[name], rel=1e-2), name


def test_numbers_in_the_words_of_a_question():
    for name, texts in WORDS.items():
        asked = BANK[name]
        parts = [
            asked["question"],
            asked.get("why", ""),
            str(asked.get("answer")),
            *asked.get("points", ()),
        ]
        parts += [part["why"] for part in asked.get("options", asked.get("slips", ()))]
        parts += [
            f"{step['question']} {step['hint']} {step['why']}" for step in asked.get("steps", ())
        ]
        for text, *values in texts:
            assert text.format(*values) in " ".join(parts), (name, text.format(*values))


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


# Generated questions


@pytest.mark.parametrize("name, seed, words, answer, slips", MADE)
def test_a_formula_answers_what_its_words_ask(name, seed, words, answer, slips):
    asked = questions.posed(name, seed)
    assert words in asked["question"]
    assert asked["answer"] == pytest.approx(answer, rel=1e-9)
    assert [slip["value"] for slip in asked["slips"]] == pytest.approx(slips, rel=1e-5)


MOST = {"%": 100, "of the loss": 1, "for each token": 1, "nats": 4, "percentage points": 10, "as the exponent": 0.2,
        "days": 200, "years": 20, "times": 2e4, "tokens per parameter": 1000, "dollars": 1e9}  # fmt: skip
FEW = ("kaplan-power-law-ratio", "drill-best-growth", "drill-growth", "drill-rounding",
       "drill-seen-as-zero", "drill-standard-error", "drill-probability", "drill-token-right")  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_generated_questions_stay_sensible_and_their_slips_apart(name):
    asked, texts = BANK[name], set()
    for seed in SEEDS:
        drawn = questions.drawn(asked, seed)
        assert 0 < drawn["answer"] < MOST.get(asked["unit"], math.inf)
        numbers = [drawn["answer"], *(slip["value"] for slip in drawn["slips"])]
        for one, other in itertools.combinations(numbers, 2):
            assert not math.isclose(one, other, rel_tol=2 * asked["tolerance"]), (seed, one, other)
        assert verdicts.number_words(drawn["answer"]).split()[0] in drawn["why"], seed
        parts = (
            drawn["question"],
            drawn["why"],
            drawn["hint"],
            *(s["why"] for s in drawn["slips"]),
        )
        assert not re.search(r"nan|inf\b|\de[+-]\d|[{}<>]", " ".join(parts)), parts
        texts.add(drawn["question"])
    assert len(texts) > (10 if name in FEW else 30)


def test_words_name_the_exponent_that_was_mixed_up():
    for seed in SEEDS:
        ratio = questions.posed("kaplan-power-law-ratio", seed)
        slip = ratio["slips"][3]
        resource, exponent = re.search(r"of the (\w+), ([\d.]+);", slip["why"]).groups()
        assert exponent == {"tokens": "0.095", "parameters": "0.076"}[resource]
        assert slip["value"] == pytest.approx(ratio["values"]["times"] ** -float(exponent))
        growth = questions.posed("drill-best-growth", seed)
        other = re.search(r"exponent ([\d.]+),", growth["slips"][0]["why"])[1]
        assert growth["slips"][0]["value"] == pytest.approx(
            growth["values"]["times"] ** float(other)
        )


def test_the_rule_of_thumb_is_good_enough_for_the_optimum():
    for seed in SEEDS:
        asked = questions.posed("chinchilla-optimum", seed)
        params, _ = laws.rule_of_thumb_optimum(asked["values"]["flops"])
        assert verdicts.judge(asked, f"{params:.3e}").right


def test_the_solutions_of_the_generated_optimum_and_of_the_doubling():
    asked = questions.posed("chinchilla-optimum", 5)
    flops = asked["values"]["flops"]
    params, tokens = REFIT.optimum(flops)
    rule = (flops / 120) ** 0.5
    assert f"= {rule / 1e9:.3g} billion; the refit says {params / 1e9:.3g} billion" in asked["why"]
    assert f"with {tokens / params:.0f} tokens" in asked["why"]
    for seed in SEEDS:
        asked = questions.posed("chinchilla-double-what", seed)
        better = "data are" if asked["answer"] > asked["slips"][0]["value"] else "size is"
        assert f"the {better} the better buy" in asked["why"]
        term = REFIT.B / asked["values"]["tokens"] ** REFIT.beta
        assert f"/D^beta is {term:.3g}"[:13] in asked["question"]


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
    solutions = [BANK[name].get("why", "") for name in BANK if name not in DRAWN]
    solutions += [step["why"] for name in OF["whiteboard"] for step in BANK[name]["steps"]]
    solutions += [questions.drawn(BANK[name], seed)["why"] for name in DRAWN for seed in SEEDS]
    found = [one for text in solutions for one in sums(text)]
    assert len(found) > 5 * len(SEEDS)
    for written, exact, stated in found:
        assert stated == pytest.approx(exact, rel=0.03), written


def test_a_seed_draws_the_same_again_and_nonsense_is_refused():
    first, again, other = (questions.posed("chinchilla-flops", seed) for seed in (3, 3, 4))
    assert first == again and first["question"] != other["question"]
    for seed in (-1, 1.5, "a", None):
        with pytest.raises(ValueError, match="seed is .*, but must be a whole number of 0 or more"):
            quiz.ask("chinchilla-flops", seed=seed)


def test_a_formula_has_the_laws_and_nothing_of_pythons_own():
    asked = BANK["drill-leap"] | {"answer": "open('x')"}
    with pytest.raises(NameError, match="open"):
        questions.drawn(asked)


# Numbers


def test_a_right_number_is_right_in_several_spellings_and_a_slip_hears_its_own_sentence():
    for name in OF["number"]:
        asked = questions.posed(name)
        value = ANSWERS.get(name) or asked["answer"]
        for typed in (repr(value), f"{value:.3g}", f"{value:.3e}"):
            right, sentence, counts, _ = verdicts.judge(asked, typed)
            assert right and counts and sentence.startswith("Right: "), (name, typed)
        for slip in asked["slips"]:
            verdict = verdicts.judge(asked, repr(float(slip["value"])))
            assert verdict == (False, f"Not yet. {slip['why']}", True, None), name


@pytest.mark.parametrize("unit", sorted({BANK[name]["unit"] for name in OF["number"]}))
def test_nonsense_gets_a_sentence_and_is_no_try(unit):
    name = next(name for name in OF["number"] if BANK[name]["unit"] == unit)
    for typed in ("", "  ", "abc", "nan", "1e400", "12 bananas"):
        right, sentence, counts, _ = judge(name, typed)
        assert right is False and not counts and sentence.endswith(".") and len(sentence) > 15
    for typed in ("-1", "0"):
        assert judge(name, typed) == (
            False,
            "Not yet: the answer is a positive number.",
            True,
            None,
        )


def test_far_answers_hear_how_far():
    def sentence(typed):
        asked = {"kind": "number", "answer": 1.4e12, "unit": "", "tolerance": 0.05, "slips": []}
        return verdicts.judge(asked, typed).sentence

    assert sentence("140B") == "Not yet: too small."
    assert sentence("1.6T") == "Not yet: too large."
    assert sentence("2.75T") == "Not yet: too large."
    assert sentence("0.71T") == "Not yet: too small."
    assert sentence("1e30") == "Not yet: too large."


@pytest.mark.parametrize(
    "name, typed, sentence, counts",
    [
        ("size-for-300b-tokens", "15 billion parameters", "Right", True),
        ("size-for-300b-tokens", "15.1B params", "Right", True),
        ("size-for-300b-tokens", "about 15B", "Right", True),
        ("size-for-300b-tokens", "15 000 000 000", "Right", True),
        ("size-for-300b-tokens", "15", "Nearly: say millions, billions or trillions", False),
        ("size-for-300b-tokens", "18B params", "Not yet", True),
        ("size-for-300b-tokens", "15B %", "'15B %' is not a number I can read", False),
        ("kaplan-power-law-ratio", "0.82 of the loss", "Right", True),
        ("kaplan-power-law-ratio", "82 %", "Right", True),
        ("kaplan-power-law-ratio", "82 Percent", "Right", True),
        ("kaplan-power-law-ratio", "82", "Nearly: that is in percent", False),
        ("kaplan-power-law-ratio", "18 %", "Not yet. That is what is lost", True),
        ("drill-token-right", "67 %", "Right", True),
        ("own-embeddings", "60 %", "Right", True),
        ("own-embeddings", "60 percent", "Right", True),
        ("own-embeddings", "0.6", "Nearly: that is the share", False),
        ("own-embeddings", "40", "Not yet", True),
        ("drill-standard-error", "2.83 %", "Right", True),
        ("drill-standard-error", "0.0283", "Not yet. As a share, yes", True),
        ("kaplan-double-compute", "1.7x", "Right", True),
        ("kaplan-double-compute", "1.66-fold", "Right", True),
        ("start-half-loss", "9139 times", "Right", True),
        ("over-kv-bytes", "1.3 GB", "Right", True),
        ("limits-hours", "70 million hours", "Right", True),
        ("limits-hours", "70M GPU-hours", "Right", True),
        ("drill-energy-bill", "$312000", "Right", True),
        ("over-best-loss", "1.99 nats/token", "Right", True),
        ("gopher-data-term", "0.08 nats", "Right", True),
        ("chinchilla-rounding", "93 tokens per parameter", "Right", True),
        ("chinchilla-rounding", "93 tokens/param", "Right", True),
        ("chinchilla-rounding", "93:1", "Right", True),
        ("limits-four-passes", "93%", "Right", True),
        ("kaplan-pf-days", "1517 PF-days", "Right", True),
    ],
)  # fmt: skip
def test_a_unit_may_be_typed_and_a_slip_of_it_is_no_try(name, typed, sentence, counts):
    verdict = judge(name, typed)
    assert verdict.sentence.startswith(sentence), verdict
    assert verdict.counts is counts and verdict.right is (sentence == "Right")


def test_a_number_in_another_unit_hears_which_is_wanted_where_that_may_be_in_doubt():
    for name, typed, wanted in (
        ("limits-hours", "8000 years", " The answer is wanted in hours."),
        ("limits-hours", "years", ""),
        ("own-embeddings", "6 quux", ""),
    ):
        sentence = (
            f"{typed!r} is not a number I can read: write it like 70B, 1.4T or 5.88e23.{wanted}"
        )
        assert judge(name, typed) == (False, sentence, False, None)


def test_a_good_estimate_by_hand_is_right():
    """Two digits, a power of two, 1/e, the natural logarithm times the exponent: no machine needed."""
    for name, typed in (
        ("start-half-loss", "8192"), ("start-half-loss", "10,000"), ("abilities-twenty-tokens", "36.8"),
        ("kaplan-double-compute", "1.7"), ("limits-electricity", "3"), ("kaplan-halve-loss-compute", "1M"),
        ("limits-halving", "24"), ("abilities-zero-of-2000", "0.15"),
    ):  # fmt: skip
        assert judge(name, typed).right, (name, typed)
    for seed in SEEDS:
        asked = questions.posed("drill-rounding", seed)
        linear = 100 * asked["values"]["by"] * math.log(asked["values"]["tokens"])
        assert verdicts.judge(asked, repr(linear)).right


# Choices, orders, open answers


def test_every_option_gets_its_reason():
    for name in OF["choice"]:
        for option in BANK[name]["options"]:
            right = option["text"] == BANK[name]["answer"]
            sentence = f"{'Right' if right else 'Not yet'}. {option['why']}"
            assert judge(name, option["text"]) == (right, sentence, True, None)
        assert judge(name, None) == (False, "Nothing chosen yet: pick one first.", False, None)


def test_an_answer_that_asks_keeps_its_question_mark_alone():
    words = verdicts.answer_words(data.question("plot-two-tokenizers"))
    assert words.startswith("same corpus and tokenizer? A token of")


def test_every_set_of_ticks_is_judged():
    for name in OF["several"]:
        reasons = {option["text"]: option["why"] for option in BANK[name]["options"]}
        answer = BANK[name]["answer"]
        for count in range(len(reasons) + 1):
            for ticked in itertools.combinations(reasons, count):
                right, sentence, counts, _ = judge(name, list(ticked))
                wrong = [text for text in ticked if text not in answer]
                assert right == (set(ticked) == set(answer)) and counts == bool(ticked)
                if right:
                    assert (
                        sentence.startswith("Right, all of them. ")
                        and reasons[ticked[0]] in sentence
                    )
                elif not ticked:
                    assert sentence == "Nothing ticked yet: tick every option that holds."
                elif wrong:
                    assert f"of your {count} ticks" in sentence and sentence.endswith(
                        reasons[wrong[0]]
                    )
                else:
                    left = len(answer) - count
                    assert sentence.endswith(f"{left} more {'is' if left == 1 else 'are'} needed.")


def test_an_order_hears_how_many_stand_right_and_why():
    for name in OF["order"]:
        asked, count = BANK[name], len(BANK[name]["answer"])
        reasons = {option["text"]: option["why"] for option in asked["options"]}
        assert list(reasons) != asked["answer"], "the list does not give it away"
        for ranked in itertools.permutations(asked["answer"]):
            right, sentence, counts, _ = verdicts.judge(asked, list(ranked))
            wrong = [one for one, wanted in zip(ranked, asked["answer"]) if one != wanted]
            assert right == (not wrong) and counts
            if right:
                assert sentence == f"Right: all {count} in their places."
            else:
                assert sentence.startswith(f"Not yet: {count - len(wrong)} of {count} in ")
                assert sentence.endswith(reasons[wrong[0]])


def test_an_unfinished_order_is_told_what_is_missing_and_is_no_try():
    name, answer = "chinchilla-order-models", BANK["chinchilla-order-models"]["answer"]
    empty = "Still empty: 1st, 2nd, 3rd, 4th, 5th. Every place needs one."
    assert judge(name, [None] * 5) == (False, empty, False, None)
    one = judge(name, [*answer[:3], None, answer[4]])
    assert one.sentence == "Still empty: 4th. Every place needs one." and not one.counts
    assert judge(name, [answer[0]] * 5).sentence.startswith("MT-NLG 530B stands twice")


def test_the_points_of_an_open_answer_are_counted():
    for name in OF["open"]:
        points = BANK[name]["points"]
        blank = judge(name, {"text": "  ", "ticked": points[:1]})
        assert blank.sentence.startswith("Nothing written yet")
        assert blank.right is None and not blank.counts and blank.share == 0
        for count in range(len(points) + 1):
            right, sentence, counts, share = judge(name, {"text": "abc", "ticked": points[:count]})
            assert right is (True if count == len(points) else None) and counts
            assert share == count / len(points)
            if right:
                assert sentence == f"All {count} points: this would do in an interview."
            elif count:
                missing = "; ".join(points[count:])
                made = (
                    f"Your answer makes {count} of {len(points)} points. Still missing: {missing}."
                )
                assert sentence == made
            else:
                assert sentence.startswith("Compare your answer with ours")


# Whiteboards


def test_the_words_of_chapter_90_hold():
    facts_90.holds()
    assert set(facts_90.BOARDS) == set(OF["whiteboard"])


@pytest.mark.parametrize("name", OF["whiteboard"])
def test_each_step_of_a_whiteboard_is_recomputed_and_judged(name):
    steps = BANK[name]["steps"]
    for k, (step, exact) in enumerate(zip(steps, facts_90.BOARDS[name], strict=True)):
        before, after = map(right_answer, steps[:k]), [None] * (len(steps) - k - 1)
        before = list(before)

        def sentence(typed, before=before, after=after):
            return judge(name, board(*before, typed, *after)).sentence

        if step["kind"] == "choice":
            assert exact is None
            for option in step["options"]:
                if option["text"] != step["answer"]:
                    assert sentence(option["text"]) == f"Step {k + 1}. Not yet. {option['why']}"
            continue
        answer, slips = exact
        assert step["answer"] == pytest.approx(answer, rel=4e-3)
        assert [slip["value"] for slip in step["slips"]] == pytest.approx(slips, rel=1e-2)
        for slip in step["slips"]:
            assert sentence(repr(float(slip["value"]))) == f"Step {k + 1}. Not yet. {slip['why']}"
        for one, other in itertools.combinations([answer, *slips], 2):
            assert not math.isclose(one, other, rel_tol=2 * step["tolerance"])
        assert sentence("12 bananas").startswith(f"Step {k + 1}. '12 bananas' is not a number")


def test_a_whiteboard_is_right_when_every_step_was_found():
    asked = BANK["board-derive"]
    answers = [right_answer(step) for step in asked["steps"]]
    right, sentence, _, share = verdicts.judge(asked, board(*answers))
    assert right and share == 1
    assert sentence.startswith("All 4 steps: this would do at a whiteboard. Size and tokens")
    given_up = verdicts.judge(asked, board(*answers[:3], None, given_up=[3]))
    assert given_up.right is False and given_up.share == 3 / 4
    assert given_up.sentence.startswith("Done, 3 of 4 steps on your own. Size and tokens")
    under_way = verdicts.judge(asked, board(*answers[:2], None, None))
    assert under_way == (None, "2 of 4 steps done: now step 3.", True, 2 / 4)
