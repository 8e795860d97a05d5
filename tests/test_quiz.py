"""Answers as people type them: right, every slip, nonsense; on screen and on a static page."""

import pytest

from helpers import data, laws, quiz

BANK = data.questions()
NUMBERS = {name: asked for name, asked in BANK.items() if asked["kind"] == "number"}
CHOICES = {name: asked for name, asked in BANK.items() if asked["kind"] == "choice"}
NONSENSE = ["", "  ", "abc", "nan", "-1", "1e400", "0", "12 bananas"]

# What each number must be: recomputed here, so that a changed constant shows.
REFIT = laws.CHINCHILLA_REFIT
RECOMPUTED = {
    "start-half-loss": laws.KAPLAN_PARAMS.factor(1 / 2),
    "gopher-data-term": REFIT.B / 1.2e12**REFIT.beta,
    "rule-13b-flops": laws.training_flops(13e9, laws.rule_of_thumb_tokens(13e9)),
    "size-for-300b-tokens": REFIT.optimal_params(300e9),
}
K = laws.KAPLAN_PARAMS
SLIPS = {
    "start-half-loss": [2, 2**0.076, 10 ** (K.loss(1e9) / 2 / (K.loss(1e9) - K.loss(1e10))), 1 / 0.076],
    "gopher-data-term": [REFIT.B / 1.4e12**REFIT.beta, 0.132 / 4, 0.132 / 2, 0.132 * 4**0.3658],
    "rule-13b-flops": [13e9 * 2.6e11, 2 * 13e9 * 2.6e11, laws.pf_days(6 * 13e9 * 2.6e11), 20 * 13e9],
    "size-for-300b-tokens": [175e9, 300e9 * 20],
}  # fmt: skip


def test_numbers_inside_the_choices():
    best, tokens = REFIT.optimum(5.04e23)
    wasted = 1 - REFIT.flops_for_loss(REFIT.loss(best / 2, tokens * 2)) / 5.04e23
    assert round(wasted, 2) == 0.16 and "16 %" in BANK["half-size"]["answer"]
    start = REFIT.loss(175e9, 300e9)
    gains = [
        REFIT.loss(175e9 * n, 300e9 * d) - start for n, d in ((1, 2), (2, 1), (2**0.5, 2**0.5))
    ]
    assert gains[0] < gains[2] < gains[1]
    assert (
        f"{gains[0]:.3f}" in BANK["which-knob"]["why"]
        and f"{gains[1]:.3f}" in BANK["which-knob"]["why"]
    )
    kaplan = [option["text"] for option in BANK["four-times-compute"]["options"]][2]
    assert kaplan == f"parameters {4**0.73:.1f} times, tokens {4**0.27:.1f} times"


def check(question, typed):
    question.entry.value = typed
    question.check()
    return question.verdict


@pytest.mark.parametrize("name", BANK)
def test_every_question_is_whole(name):
    asked = BANK[name]
    assert asked["kind"] in ("number", "choice") and asked["chapter"] in ("00", "02")
    assert asked["question"].endswith(("?", "...")) and asked["hint"]
    if asked["kind"] == "choice":
        texts = [option["text"] for option in asked["options"]]
        assert asked["answer"] in texts and len(set(texts)) == len(texts) >= 3
        assert all(option["why"] for option in asked["options"])
    else:
        assert asked["why"] and asked["unit"]


def test_the_recomputed_numbers_are_all_numbers():
    assert set(RECOMPUTED) == set(SLIPS) == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_stored_answers_and_slips_are_what_the_laws_say(name):
    asked = NUMBERS[name]
    assert asked["answer"] == pytest.approx(RECOMPUTED[name], rel=2e-3)
    assert [slip["value"] for slip in asked["slips"]] == pytest.approx(SLIPS[name], rel=1e-2)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_right_number_is_right_in_several_spellings(name):
    value = RECOMPUTED[name]
    for typed in (repr(value), f"{value:.3g}", f"{value:.3e}"):
        assert check(quiz.ask(name), typed).startswith("Right: "), typed


@pytest.mark.parametrize("name", NUMBERS)
def test_each_slip_gets_a_verdict_of_its_own(name):
    verdicts = set()
    for slip in NUMBERS[name]["slips"]:
        verdict = check(quiz.ask(name), repr(float(slip["value"])))
        assert verdict == f"Not yet. {slip['why']}"
        verdicts.add(verdict)
    assert len(verdicts) == len(NUMBERS[name]["slips"])


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("typed", NONSENSE, ids=repr)
def test_nonsense_gets_a_sentence(name, typed):
    verdict = check(quiz.ask(name), typed)
    assert not verdict.startswith("Right") and verdict.endswith(".") and len(verdict) > 15


@pytest.mark.parametrize("name", CHOICES)
def test_every_option_gets_its_reason(name):
    for option in CHOICES[name]["options"]:
        question = quiz.ask(name)
        verdict = check(question, option["text"])
        right = option["text"] == CHOICES[name]["answer"]
        assert verdict == ("Right. " if right else "Not yet. ") + option["why"]
        assert ("✓" if right else "✗") in question._said.value


def test_far_answers_hear_how_far():
    assert quiz.number_verdict("140B", 1.4e12)[1] == "Not yet: too small, by a factor of about 10."
    assert quiz.number_verdict("1.6T", 1.4e12)[1] == "Not yet: too large."
    assert quiz.number_verdict("1e30", 1.4e12)[1].endswith("factor of about 7e17.")


def test_a_unit_may_be_typed_and_a_bare_number_of_billions_is_told_so():
    typed = {
        "15 billion parameters": "Right",
        "15.1B params": "'15.1B params'",
        "15": "Nearly: say",
    }
    for text, verdict in typed.items():
        assert check(quiz.ask("size-for-300b-tokens"), text).startswith(verdict), text
    assert check(quiz.ask("gopher-data-term"), "0.08 nats").startswith("Right")
    assert check(quiz.ask("start-half-loss"), "9139 times").startswith("Right")


def test_enter_checks_and_the_button_checks():
    question = quiz.ask("size-for-300b-tokens")
    question.entry.value = "15B"  # with continuous_update off this is what Enter does
    assert question.verdict == "Right: 15.1 billion parameters."
    assert 'role="status"' in question._said.value
    empty = quiz.ask("size-for-300b-tokens")
    empty.button.click()
    assert empty.verdict.startswith("Nothing typed yet")
    none = quiz.ask("gopher-split")
    none.button.click()
    assert none.verdict == "Nothing chosen yet: pick one first."


def test_before_any_answer_the_text_is_the_question_and_the_page_has_the_folds():
    for name, asked in BANK.items():
        content = quiz.ask(name)._repr_mimebundle_()
        assert content["text/plain"].startswith(asked["question"])
        assert content["text/html"].count("<details") == 2
        assert (
            "Hint</summary>" in content["text/html"] and "Answer</summary>" in content["text/html"]
        )
        assert "application/vnd.jupyter.widget-view+json" in content
        for option in asked.get("options", ()):
            assert option["text"] in content["text/plain"]


def test_what_people_type_is_never_taken_for_html():
    question = quiz.ask("size-for-300b-tokens")
    check(question, "<script>alert(1)</script>")
    assert "<script>" not in question._said.value


def test_an_unknown_question_is_answered_with_near_ones():
    with pytest.raises(ValueError, match="question is 'rule-13b', .*rule-13b-flops"):
        quiz.ask("rule-13b")
