"""Verdicts at their edges: how near is nearly, how far is far, and what is counted."""

import pytest

from helpers import data, questions, verdicts


def judged(answer, typed, unit="", tolerance=0.005):
    asked = {"kind": "number", "answer": answer, "unit": unit, "tolerance": tolerance, "slips": []}
    return verdicts.judge(asked, typed)


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


def test_a_percent_sign_is_a_hundredth_where_shares_are_wanted():
    assert verdicts.typed_number("40 %", "of the loss") == 0.4
    assert verdicts.typed_number("0.4", "of the loss") == 0.4
    assert verdicts.typed_number("40 %", "%") == 40
    with pytest.raises(ValueError, match="'40 %' is not a number"):
        verdicts.typed_number("40 %", "days")
    with pytest.raises(ValueError, match="'9 weeks' is not a number .* wanted in days"):
        verdicts.typed_number("9 weeks", "days")


def test_numbers_are_drawn_from_the_seed_zero_where_none_is_named():
    first = questions.posed("chinchilla-flops", 0)
    assert questions.posed("chinchilla-flops") == first != questions.posed("chinchilla-flops", 1)
    asked = data.question("chinchilla-flops")
    assert asked | questions.drawn(asked) == first


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
    assert verdicts.judge(asked, list("aabc")).sentence.startswith("a stands twice")


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
    board = questions.posed("board-derive")
    lines = verdicts.answer_words(board).split("\n")
    assert [line[:3] for line in lines[:4]] == ["1. ", "2. ", "3. ", "4. "]
    empty = [{"typed": None, "given_up": False}] * 4
    first = verdicts.judge(board, {"steps": empty})
    assert first.right is False and first.sentence.startswith("Step 1. Nothing chosen yet")
    (given_up,) = verdicts.of_steps(board, [{"typed": None, "given_up": True}])
    assert given_up.right is None and given_up.sentence.startswith("Given up: ")


def test_a_claim_is_agreed_with_or_not():
    asked = {"kind": "claim", "answer": "wrong", "why": "Read section 8."}
    assert verdicts.judge(asked, "wrong") == (True, "We agree: wrong. Read section 8.", True, None)
    assert verdicts.judge(asked, "true") == (False, "We say: wrong. Read section 8.", True, None)
    right, sentence, counts, _ = verdicts.judge(asked, None)
    assert right is None and not counts and sentence.startswith("Nothing chosen yet: commit")
