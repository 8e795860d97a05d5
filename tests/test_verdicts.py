"""Verdicts at their edges: how near is nearly, how far is far, and what is counted."""

import time

import pytest

from helpers import data, questions, units, verdicts


def judged(answer, typed, unit="", tolerance=0.005, **more):
    asked = {"kind": "number", "answer": answer, "unit": unit, "tolerance": tolerance, "slips": []}
    return verdicts.judge(asked | more, typed)


@pytest.mark.parametrize(
    "answer, typed, unit, sentence",
    [
        (7e6, "7", "", "Nearly: say millions"),
        (7e9, "7", "", "Nearly: say millions"),
        (1.4e12, "1.4", "", "Nearly: say millions"),
        (40, "0.4", "%", "Nearly: that is the share"),
        (40, "0.4", "", "Not yet: too small."),
        (0.4, "40", "of the loss", "Nearly: that is in percent"),
        (0.4, "40", "", "Not yet: too large."),
        (3, "0.5", "", "Not yet: too small."),
        (3, "0", "", "Not yet: the answer is a positive number."),
        (-3, "-6", "", "Not yet: too small"),
        (1, "1.94", "", "Not yet: too large."),
        (1, "1.96", "", "Not yet: too large."),
        (1, "10000", "", "Not yet: too large."),
        (1, "10100", "", "Not yet: too large."),
        (100, "100.4", "", "Right: 100."),
        (100, "100.6", "", "Not yet: too large."),
    ],
)
def test_near_and_far(answer, typed, unit, sentence):
    verdict = judged(answer, typed, unit)
    assert verdict.sentence.startswith(sentence), verdict
    assert verdict.counts is not sentence.startswith("Nearly")
    assert verdict.right is sentence.startswith("Right")


def test_numbers_change_their_spelling_at_a_million_and_at_a_thousand_trillion():
    spelled = {1e15: "1e15", 1.02e15: "1.02e15", 9.9e14: "990 trillion", 1e6: "1 million",
               1.02e6: "1.02 million", 990_000: "990,000"}  # fmt: skip
    for value, words in spelled.items():
        assert verdicts.number_words(value) == words
        assert verdicts.number_words(value, "tokens") == f"{words} tokens"


# What people type: (typed, the unit asked for, the answer), each of them right to half a percent.
TYPED = """
6*70e9*1.4e12             | FLOP                 | 5.88e23
6 x 70B x 1.4T            | FLOP                 | 5.88e23
6x70Bx1.4T FLOP           | FLOP                 | 5.88e23
6·70·10⁹·1.4·10¹²         | FLOP                 | 5.88e23
6(70e9)(1.4e12)           | FLOP                 | 5.88e23
2^20                      | times                | 1048576
2**0.5                    | times                | 1.41421
sqrt(1e24/120)            | parameters           | 9.1287e10
(1e24/120)^0.5            | parameters           | 9.1287e10
3/4                       | of the loss          | 0.75
½                         | of the loss          | 0.5
0.05^(1/4)                | for each token       | 0.47287
1-0.93                    | of the loss          | 0.07
100-16                    | %                    | 84
e^-2                      | of the loss          | 0.135335
exp(-2)                   | of the loss          | 0.135335
ln(2)                     | nats                 | 0.693147
log10(1e24)               | times                | 24
log2(1e6)                 | times                | 19.93
1e24/1,024                | FLOP                 | 9.765625e20
10²⁴                      | FLOP                 | 1e24
1.4·10¹²                  | tokens               | 1.4e12
1.4 × 10^12 tokens        | tokens               | 1.4e12
e23                       | FLOP                 | 1e23
1,400,000                 | dollars              | 1.4e6
1 400 000                 | dollars              | 1.4e6
1.5 quadrillion           | tokens               | 1.5e15
approx 18                 | days                 | 18
approx. 18 days           | days                 | 18
approximately 18          | days                 | 18
about 18 days             | days                 | 18
c. 18                     | days                 | 18
ca. 18                    | days                 | 18
~18                       | days                 | 18
≈ 18 d                    | days                 | 18
about $75M                | dollars              | 75e6
US$75M                    | dollars              | 75e6
US $75 million            | dollars              | 75e6
75M$                      | dollars              | 75e6
75M USD                   | dollars              | 75e6
75 mio                    | dollars              | 75e6
$20k                      | dollars              | 20000
28 cents                  | dollars              | 0.28
680 hours                 | days                 | 28.33
4 weeks                   | days                 | 28
4 weeks                   | hours                | 672
3 months                  | days                 | 91.3
90 min                    | hours                | 1.5
2.5e11 s                  | hours                | 69.4e6
18 ms                     | milliseconds         | 18
0.018 s                   | milliseconds         | 18
2.5 yrs                   | years                | 2.5
26.6M H100-hours          | hours                | 26.6e6
21.6 GWh                  | MWh                  | 21600
5,200,000 kWh             | MWh                  | 5200
0.6 TWh                   | MWh                  | 600000
1.2 GiB                   | bytes                | 1.2885e9
1.3 GB                    | bytes                | 1.3e9
640 MiB                   | bytes                | 6.711e8
16 bits                   | bytes                | 2
2.9 bits                  | nats                 | 2.0101
2.9 bits per token        | nats per token       | 2.0101
1.99 nats/token           | nats per token       | 1.99
1517 PF-days              | FLOP                 | 1.3107e23
1.31e23 FLOP              | PF-days              | 1516
588 ZFLOP                 | FLOP                 | 5.88e23
3 EFLOP                   | FLOP                 | 3e18
600 TFLOPs                | FLOP                 | 6e14
40 %                      | of the loss          | 0.4
40 percent                | for each token       | 0.4
40 %                      | %                    | 40
40 per cent               | %                    | 40
3 points                  | percentage points    | 3
3 %                       | percentage points    | 3
6x                        | passes               | 6
1.7x                      | times                | 1.7
1.66-fold                 | times                | 1.66
20 tokens per parameter   | tokens per parameter | 20
20 tokens/param           | tokens per parameter | 20
20:1                      | tokens per parameter | 20
20 tokens                 | tokens per parameter | 20
15.1B params              | parameters           | 15.1e9
12 tok/s                  | tokens a second      | 12
12 GPUs                   | chips                | 12
18-20                     | tokens per parameter | 18.4
18 – 20                   | tokens per parameter | 18.4
18 to 20                  | days                 | 18.4
from 18 to 20 days        | days                 | 18.4
between 18 and 20 days    | days                 | 18.4
18-20 days                | hours                | 450
18±2                      | days                 | 18.4
18 +/- 2 days             | days                 | 16.2
70-80 million             | dollars              | 75.5e6
about $70-80M             | dollars              | 75.5e6
$70M to $80M              | dollars              | 75.5e6
900M-1.1B                 | parameters           | 1e9
1.2e24 ± 10 %             | FLOP                 | 1.3e24
10^23 - 1.2x10^23         | FLOP                 | 1.1e23
1e-3-1.2e-3               | nats                 | 1.1e-3
40 ± 4 %                  | %                    | 43
3 ± 0.3 %                 | percentage points    | 3.2
18.4-20                   | days                 | 18.4
17-18.4                   | days                 | 18.4
"""
ROWS = [[cell.strip() for cell in line.split(" | ")] for line in TYPED.strip().split("\n")]


@pytest.mark.parametrize("typed, unit, answer", ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_numbers_are_read_as_people_type_them(typed, unit, answer):
    verdict = judged(float(answer), typed, unit)
    words = f"Right: {verdicts.number_words(float(answer), unit)}."
    assert verdict == (True, words, True, None)


# What cannot be meant: (typed, the unit asked for, what is said); none of it counts as a try.
ASKED_BACK = """
1,4e12                  | tokens               | '1,4e12' is a number with a decimal comma: write it like 1.4e12.
18,4 days               | days                 | '18,4' is a number with a decimal comma: write it like 18.4.
0,125                   | of the loss          | '0,125' is a number with a decimal comma: write it like 0.125.
0,47                    | of the loss          | '0,47' is a number with a decimal comma: write it like 0.47.
1.83T tokens            | parameters           | '1.83T tokens' is in another unit. The answer is wanted in parameters.
1.83T parameters        | tokens               | '1.83T parameters' is in another unit. The answer is wanted in tokens.
20 tokens per parameter | of the loss          | '20 tokens per parameter' is in another unit. The answer is wanted as a share from 0 to 1.
20 tokens per parameter | tokens               | '20 tokens per parameter' is in another unit. The answer is wanted in tokens.
8000 years              | dollars              | '8000 years' is in another unit. The answer is wanted in dollars.
€62M                    | dollars              | '62M €' is in another unit. The answer is wanted in dollars.
62M EUR                 | dollars              | '62M EUR' is in another unit. The answer is wanted in dollars.
$5                      | days                 | '5 $' is in another unit. The answer is wanted in days.
40 %                    | days                 | '40 %' is in another unit. The answer is wanted in days.
40 %                    | times                | '40 %' is in another unit. The answer is wanted as a factor.
5 days                  | %                    | '5 days' is in another unit. The answer is wanted in percent.
5e23 FLOP/s             | FLOP                 | '5e23 FLOP/s' is in another unit. The answer is wanted in FLOP.
1.2 bits per byte       | nats per token       | '1.2 bits per byte' is in another unit. The answer is wanted in nats per token.
300 MW                  | MWh                  | '300 MW' is in another unit. The answer is wanted in MWh.
12 bananas              | days                 | '12 bananas' is not a number I can read: write it like 70B, 1.4T or 5.88e23. The answer is wanted in days.
6 quux                  | of the loss          | '6 quux' is not a number I can read: write it like 70B, 1.4T or 5.88e23. The answer is wanted as a share from 0 to 1.
years                   | hours                | 'years' is not a number I can read: write it like 70B, 1.4T or 5.88e23.
1.4T                    | of the loss          | A share is at most 1, and this is more.
1.2                     | for each token       | A share is at most 1, and this is more.
140 %                   | of the loss          | A share is at most 1, and this is more.
10-30                   | days                 | That interval is too wide to be an answer: reach at most 2.40 days to either side of its middle.
1e23 to 1e24            | FLOP                 | That interval is too wide to be an answer: reach at most 6.6e22 FLOP to either side of its middle.
70 ± 20 million         | dollars              | That interval is too wide to be an answer: reach at most 8.4 million dollars to either side of its middle.
1.2e24 ± 50 %           | FLOP                 | That interval is too wide to be an answer: reach at most 1.44e23 FLOP to either side of its middle.
9**9**9**9              | times                | '9**9**9**9' is not a number I can read: write it like 70B, 1.4T or 5.88e23. The answer is wanted as a factor.
1/0                     | times                | '1/0' is not a number I can read: write it like 70B, 1.4T or 5.88e23. The answer is wanted as a factor.
nan                     | times                | 'nan' is not a number I can read: write it like 70B, 1.4T or 5.88e23.
"""
BACK = [[cell.strip() for cell in line.split(" | ")] for line in ASKED_BACK.strip().split("\n")]


@pytest.mark.parametrize("exam", [False, True], ids=["chapter", "exam"])
@pytest.mark.parametrize("typed, unit, said", BACK, ids=[f"{row[0]} {row[1]}" for row in BACK])
def test_what_cannot_be_meant_is_asked_back_and_is_no_try(typed, unit, said, exam):
    """Whatever the answer is: a verdict that costs nothing tells nothing of it."""
    for answer in (0.3, 20, 4e23):
        right, sentence, counts, _ = judged(answer, typed, unit, exam=exam)
        assert right is False and not counts
        assert sentence == said or (sentence.startswith(said) and " decimal comma" in said)


def test_a_pasted_page_is_answered_at_once_and_in_one_line():
    for text in ("1" * 10**6, "1-" * 10**6, "(" * 10**6, "word " * 10**6):
        start = time.perf_counter()
        verdict = judged(3, text, "days")
        assert time.perf_counter() - start < 0.5 and len(verdict.sentence) < 500


def test_an_interval_that_misses_is_judged_by_its_middle():
    slip = {"value": 19, "why": "Two too many."}
    assert judged(25, "18-20", "days").sentence == "Not yet: too small."
    assert judged(25, "18-20", "days", slips=[slip]).sentence == "Not yet. Two too many."
    assert judged(19.01, "18.9-19", "days", tolerance=0.02).right
    assert judged(30, "18-20", "days", exam=True).sentence.startswith("Not right, and no slip")


@pytest.mark.parametrize("typed, tolerance, fits", [("18-22.9", 0.05, True), ("18-23", 0.05, False), ("15-25", 0.13, True),
                                                    ("15-25", 0.12, False)])  # fmt: skip
def test_an_interval_is_as_wide_as_the_question_allows(typed, tolerance, fits):
    """Twice the tolerance to either side of the middle, and 12 % where that is more."""
    verdict = judged(20, typed, "days", tolerance)
    assert verdict.right is fits and verdict.counts is fits


def test_shares_in_percent_may_be_off_by_points():
    def share(typed):
        return judged(6.3, typed, "%", 0.02, within=2)

    assert share("8").right and share("4.5 %").right and share("4-8").right
    assert share("8.4").sentence == "Not yet: too large." and not share("1-10").counts
    assert share("101").sentence == "A share is at most 100, and this is more."
    assert judged(6.3, "101", "%").counts, "a growth in percent has no end"


def test_the_nearest_of_answer_and_slips_wins():
    slips = [{"value": 2.06, "why": "Near."}, {"value": 60, "why": "Far."}]

    def said(typed):
        return judged(1.966, typed, "nats", 0.1, slips=slips).sentence

    assert said("2.0") == said("1.97") == "Right: 1.97 nats.", "two digits of the answer"
    assert said("2.06") == said("2.1") == said("2.04") == "Not yet. Near."
    assert said("1.8") == "Right: 1.97 nats." and said("2.11") == "Right: 1.97 nats."
    assert said("61.7") == said("58.3") == "Not yet. Far."
    assert said("61.9") == said("58.1") == "Not yet: too large.", "a slip is known to 3 %"


def test_a_slip_reaches_half_the_way_to_the_answer():
    def said(typed):
        return judged(
            100, typed, "days", 0.001, slips=[{"value": 102, "why": "Two more."}]
        ).sentence

    assert said("101.1") == "Not yet. Two more." and said("102.9") == "Not yet. Two more."
    assert said("100.9") == said("103.1") == "Not yet: too large."


def test_an_interview_tells_no_direction_no_factor_and_no_count():
    slips = [{"value": 20, "why": "That is the ratio."}]
    for typed, sentence in (("30", "Not right, and no slip that we know explains it."), ("3", "Not right, and no slip"),
                            ("20", "Not right. That is the ratio."), ("-1", "Not right: the answer is a pos")):  # fmt: skip
        verdict = judged(7, typed, "days", slips=slips, exam=True)
        assert verdict.sentence.startswith(sentence) and verdict.counts and verdict.right is False
    options = [{"text": name, "why": f"Why {name}."} for name in "abcd"]
    for kind, answer, given, sentence in (
        ("choice", "a", "b", "Not right. Why b."),
        ("several", ["a", "b", "c"], ["a", "b"], "Not right, but more are needed."),
        ("several", ["a", "b", "c"], ["a", "d"], "Not right. Not “d”: Why d."),
        ("order", list("abcd"), list("acbd"), "Not right. The 2nd is not c: Why c."),
    ):  # fmt: skip
        asked = {"kind": kind, "answer": answer, "options": options, "why": "", "exam": True}
        assert verdicts.judge(asked, given) == (False, sentence, True, None)


def test_an_order_with_one_twice_is_a_slip_of_reading():
    asked = {"kind": "order", "answer": ["a", "b"], "options": [], "why": ""}
    verdict = verdicts.judge(asked, ["a", "a"])
    assert (
        verdict.sentence == "a stands twice: every place needs another one." and not verdict.counts
    )


BOARD = {
    "kind": "whiteboard", "question": "Plan?", "why": "That is the plan.",
    "steps": [
        {"kind": "number", "question": "How long?", "answer": 18.4, "unit": "days", "tolerance": 0.02, "hint": "Divide.",
         "why": "92 / 5.", "slips": [{"value": 5, "why": "That divides."}]},
        {"kind": "choice", "question": "Which?", "answer": "a", "hint": "Look.", "why": "So it is.",
         "options": [{"text": "a", "why": "Yes."}, {"text": "b", "why": "No."}]},
    ],
}  # fmt: skip


def step(typed=None, **more):
    return {"typed": typed, "given_up": False, "hint": False, "tries": 1} | more


def test_in_an_interview_the_first_answer_of_a_step_is_final_and_opens_the_next():
    exam = BOARD | {"exam": True}
    wrong, nothing = verdicts.of_steps(exam, [step("30"), step()])
    assert wrong.right is False and wrong.counts and wrong.share == 0
    assert wrong.sentence == "Not right, and no slip that we know explains it.\n18.4 days. 92 / 5."
    assert nothing.share is None and not nothing.counts
    (unread,) = verdicts.of_steps(exam, [step("18,4"), step()])
    assert unread.share is None and not unread.counts, "a slip of reading closes nothing"
    (open_,) = verdicts.of_steps(BOARD, [step("30"), step()])
    assert open_.sentence == "Not yet: too large.", "a chapter goes on asking"


@pytest.mark.parametrize(
    "steps, right, share, words",
    [
        ([step("18.4"), step("a")], True, 1, "All 2 steps: this would do at a whiteboard. That is the plan."),
        ([step("18.4", hint=True), step("a")], True, 0.75, "All 2 steps: next time without hints, each at the first try."),
        ([step("30"), step("a")], False, 0.5, "Done, 1 of 2 steps on your own."),
        ([step("30"), step("b")], False, 0, "Done, 0 of 2 steps on your own."),
        ([step("18.4"), step(given_up=True)], False, 0.5, "Done, 1 of 2 steps on your own."),
        ([step("30"), step()], None, 0, "1 of 2 steps done: now step 2."),
        ([step("12 bananas"), step()], False, 0, "Step 1. '12 bananas' is not a number"),
    ],
)  # fmt: skip
def test_the_points_of_a_whiteboard_in_an_interview(steps, right, share, words):
    verdict = verdicts.judge(BOARD | {"exam": True}, {"steps": steps})
    assert verdict.right is right and verdict.share == share
    assert verdict.sentence.startswith(words), verdict


def test_a_step_that_took_two_tries_brings_nothing_but_is_found():
    verdict = verdicts.judge(BOARD, {"steps": [step("18.4", tries=2), step("a")]})
    assert verdict.right and verdict.share == 0.5


def test_our_answer_says_why_the_others_are_wrong_and_where_it_is_from():
    asked = BOARD["steps"][1] | {"source": "arXiv 2203.15556"}
    assert (
        verdicts.answer_words(asked) == "a. Yes. So it is.\nNot “b”: No.\nSource: arXiv 2203.15556."
    )
    assert verdicts.answer_words(BOARD["steps"][0]) == "18.4 days. 92 / 5."
    several = asked | {"kind": "several", "answer": ["a"]}
    assert verdicts.answer_words(several).split("\n") == [
        "a: Yes.",
        "So it is.",
        "Not “b”: No.",
        "Source: arXiv 2203.15556.",
    ]
    order = asked | {"kind": "order", "answer": ["b", "a"]}
    assert verdicts.answer_words(order).split("\n") == [
        "b: No.",
        "a: Yes.",
        "So it is.",
        "Source: arXiv 2203.15556.",
    ]


def test_a_whiteboard_draws_its_numbers_once_for_all_steps():
    size, days = ({"kind": "number", "question": f"{what} for {{flops:e}}?", "hint": "Think of {flops:e}.", "unit": unit,
                   "tolerance": 0.05, "answer": answer, "why": "{answer}.", "slips": [{"value": slip, "why": "{flops:e} once more."}]}
                  for what, unit, answer, slip in (("Size", "parameters", "sqrt(flops / 120)", "flops / 120"),
                                                   ("Days", "days", "flops / rate", "answer * 24")))  # fmt: skip
    which = {"kind": "choice", "question": "Which?", "hint": "{rate:e}.", "answer": "{rate:e} a day", "why": "W",
             "options": [{"text": "{rate:e} a day", "why": "Right."}, {"text": "half of {rate:e}", "why": "No."}]}  # fmt: skip
    asked = {"kind": "whiteboard", "let": {"flops": "between(1e22, 1e24)", "rate": "one_of(1e21, 2e21)"},
             "question": "Plan {flops:e}.", "hint": "", "why": "", "steps": [size, days, which]}  # fmt: skip
    drawn = questions.drawn(asked, 3)
    flops, rate = drawn["values"]["flops"], drawn["values"]["rate"]
    assert drawn["question"] == f"Plan {units.power(flops, 3)}."
    first, second, third = drawn["steps"]
    assert (
        first["answer"] == pytest.approx((flops / 120) ** 0.5) and second["answer"] == flops / rate
    )
    assert second["slips"] == [
        {"value": second["answer"] * 24, "why": f"{units.power(flops, 3)} once more."}
    ]
    assert first["why"] == f"{verdicts.number_words(first['answer'])}."
    assert third["answer"] == third["options"][0]["text"] == f"{units.power(rate, 3)} a day"
    assert asked["steps"][0]["answer"] == "sqrt(flops / 120)", "the bank stays as it is"
    steps_alone = asked | {"question": "Plan."}
    later = questions.another(lambda seed: questions.drawn(steps_alone, seed), 3)
    assert later > 3 and questions.drawn(steps_alone, later)["steps"] != drawn["steps"]


def test_numbers_are_drawn_again_where_a_slip_would_pass_for_the_answer():
    slips = [{"value": "n + 1", "why": "One more."}]
    asked = {"kind": "number", "let": {"n": "whole(1, 40)"}, "answer": "n", "question": "{n}?", "hint": "", "why": "",
             "unit": "days", "tolerance": 0.1, "slips": slips}  # fmt: skip
    answers = {questions.drawn(asked, seed)["answer"] for seed in range(300)}
    assert answers == set(range(1, 9)), "from 9 on, one more is within a tenth"


@pytest.mark.parametrize("latex, words", [
    (r"A/N^\alpha", "A / N^alpha"), (r"\frac{\beta}{\alpha+\beta}", "beta / (alpha + beta)"), (r"C^{0.73}", "C^0.73"),
    (r"N^{-0.08}", "N^(-0.08)"), (r"\sqrt{p(1-p)/n}", "sqrt(p(1 - p) / n)"), (r"47{,}491\,N^{1/3}", "47,491 N^(1 / 3)"),
    (r"n_{layer}", "n_layer"), (r"6 \times 10^{9}", "6 x 10^9"), (r"N \propto C^a", "N ∝ C^a"), ("-0.83", "-0.83"),
    (r"L = E + \frac{A}{N^{\alpha}}", "L = E + A / N^alpha"), (r"\text{loss} \le 2", "loss ≤ 2"), ("L - E", "L - E"),
])  # fmt: skip
def test_a_formula_is_said_as_one_types_it(latex, words):
    assert questions.plain(f"So ${latex}$, and ${latex}$.") == f"So {words}, and {words}."
    assert questions.plain("5 dollars") == "5 dollars"


def test_numbers_are_drawn_from_the_seed_zero_where_none_is_named():
    first = questions.posed("chinchilla-flops", 0)
    assert questions.posed("chinchilla-flops") == first != questions.posed("chinchilla-flops", 1)
    asked = data.question("chinchilla-flops")
    assert asked | questions.drawn(asked) | {"name": "chinchilla-flops"} == first


def test_words_of_a_drawn_question_say_three_digits():
    words = "{large} {edge} {below} {large:e} {share}"
    numbers = {"large": "1.2345e23", "edge": "1.02e15", "below": "9.991e14", "share": "0.12345"}
    asked = {"let": numbers, "answer": "share", "tolerance": 0.05, "question": words, "why": "", "hint": "", "slips": []}  # fmt: skip
    said = "1.23e23 1.02e15 999 trillion 1.23e23 0.123"
    assert questions.drawn(asked)["question"] == said


def test_an_order_counts_its_places():
    options = [{"text": name, "why": f"Why {name}."} for name in "abcd"]
    asked = {"kind": "order", "answer": list("abcd"), "options": options, "why": ""}
    for ranked, counted in (
        ("abdc", "2 of 4 in their places. The 3rd is not d: Why d."),
        ("acdb", "1 of 4 in its place. The 2nd is not c: Why c."),
        ("badc", "0 of 4 in their places. The 1st is not b: Why b."),
    ):
        assert verdicts.judge(asked, list(ranked)).sentence == f"Not yet: {counted}"


def test_ticks_count_the_right_ones():
    options = [{"text": name, "why": f"Why {name}."} for name in "abcd"]
    asked = {"kind": "several", "answer": list("abc"), "options": options, "why": ""}
    for ticked, sentence in (
        ("a", "Not yet: 1 of your 1 ticks is right, but 2 more are needed."),
        ("ab", "Not yet: 2 of your 2 ticks are right, but 1 more is needed."),
        ("abcd", "Not yet: 3 of your 4 ticks are right. Not “d”: Why d."),
        ("abc", "Right, all of them. Why a. Why b. Why c."),
    ):
        assert verdicts.judge(asked, list(ticked)).sentence == sentence


def test_steps_are_numbered_from_one():
    lines = verdicts.answer_words(BOARD).split("\n")
    assert lines == [
        "1. How long? 18.4 days. 92 / 5.",
        "2. Which? a. Yes. So it is.",
        "Not “b”: No.",
        "That is the plan.",
    ]
    first = verdicts.judge(BOARD, {"steps": [{"typed": None, "given_up": False}] * 2})
    assert first.right is False and first.sentence.startswith("Step 1. Nothing typed yet")
    (given_up, _) = verdicts.of_steps(BOARD, [{"typed": "", "given_up": True}, step()])
    assert given_up.right is None and given_up.sentence == "Given up: 18.4 days. 92 / 5."


def test_a_claim_is_agreed_with_or_not():
    asked = {"kind": "claim", "answer": "wrong", "why": "Read section 8."}
    assert verdicts.judge(asked, "wrong") == (True, "We agree: wrong. Read section 8.", True, None)
    assert verdicts.judge(asked, "true") == (False, "We say: wrong. Read section 8.", True, None)
    right, sentence, counts, _ = verdicts.judge(asked, None)
    assert right is None and not counts and sentence.startswith("Nothing chosen yet: commit")
    asked["options"] = [{"text": verdict, "why": ""} for verdict in verdicts.CLAIM]
    assert verdicts.answer_words(asked) == "wrong. Read section 8."


def test_a_slip_is_known_within_three_percent_or_half_the_way_to_the_answer():
    asked = {"kind": "number", "answer": 10, "unit": "", "tolerance": 0.005, "slips": [{"value": 123, "why": "That slip."}, {"value": 10.4, "why": "The near one."}]}  # fmt: skip
    for typed, heard in (("126.6", "That slip."), ("126.8", "too large"), ("119.4", "That slip."), ("119.2", "too large"),
                         ("10.22", "The near one."), ("10.18", "too large")):  # fmt: skip
        assert heard in verdicts.judge(asked, typed).sentence, typed


def test_milliseconds_are_seconds_and_the_other_way_round():
    assert verdicts.typed_range("26 ms", "seconds") == pytest.approx((0.026, 0.026))
    assert verdicts.typed_range("0.026 s", "milliseconds") == pytest.approx((26, 26))
