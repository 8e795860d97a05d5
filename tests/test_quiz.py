"""Questions on the screen: what they show, take, remember and bring back."""

import datetime

import pytest
from answers import board, right_answer

from helpers import data, progress, questions, quiz, verdicts
from pictures import start_here

BANK = data.questions()
OF = {kind: [n for n, asked in BANK.items() if asked["kind"] == kind] for kind in verdicts.KINDS}


# On screen


@pytest.fixture(autouse=True)
def _afresh():
    quiz.clear()


def answers():
    return progress.read()[0]["answers"]


def face(shown):
    """What a stored page shows."""
    content, _ = shown._repr_mimebundle_()
    return content["text/plain"], content["text/html"]


# one of each kind, and a generated one
SHOWN = ("rule-13b-flops", "chinchilla-flops", "gopher-split", "kaplan-bottleneck", "kaplan-order-drops",
         "kaplan-extrapolate", "board-derive", "best-split")  # fmt: skip


GOPHER = next(
    o["text"]
    for o in BANK["gopher-split"]["options"]
    if o["text"] != BANK["gopher-split"]["answer"]
)


def check(question, typed):
    question.fill(typed)
    question.check()
    return question.verdict


def controls(widget):
    children = getattr(widget, "children", ())
    return [widget] if not children else [found for child in children for found in controls(child)]


def test_those_shown_here_are_of_every_kind():
    assert {BANK[name]["kind"] for name in SHOWN} == set(verdicts.KINDS) - {"claim"}


@pytest.mark.parametrize("name", SHOWN)
def test_every_control_has_a_name(name):
    for control in controls(quiz.ask(name).box):
        kind = type(control).__name__
        if kind not in (
            "HTMLMath",
            "RadioButtons",
            "Keys",
        ):  # the options of radio buttons are names
            assert control.description, kind


@pytest.mark.parametrize("name", SHOWN)
def test_a_cell_that_is_run_again_goes_on_from_its_answer(name):
    first, empty = quiz.ask(name), quiz.ask(name).entry.read()
    sentence = check(first, right_answer(first.asked))
    assert answers()[name]["right"] is True and answers()[name]["verdict"] == sentence
    assert f"✓ {sentence[:10]}" in first.status.value
    again = quiz.ask(name)
    assert again.entry.read() == first.entry.read() != empty
    assert again.verdict == sentence and again.status.value == first.status.value
    quiz.clear(name)
    assert quiz.ask(name).verdict == "" and not answers()


@pytest.mark.parametrize("name", SHOWN)
def test_a_stored_page_does_not_depend_on_who_ran_the_cell(name):
    question = quiz.ask(name)
    before = face(question)
    if hasattr(question, "another"):
        question.another.click()
    check(question, right_answer(question.asked))
    assert face(question) == face(quiz.ask(name)) == before


@pytest.mark.parametrize("name", SHOWN)
def test_try_again_empties_the_question_and_is_there_once_it_is_answered(name):
    question = quiz.ask(name)
    empty = question.entry.read()
    assert question.again.layout.display == "none"
    check(question, right_answer(question.asked))
    shown = quiz.ask(name)
    assert shown.again.layout.display == "" and shown.tries == 1
    shown.again.click()
    assert shown.entry.read() == empty and shown.verdict == shown.status.value == ""
    assert shown.tries == 0 and shown.again.layout.display == "none"
    assert quiz.ask(name).entry.read() == empty


def test_before_any_answer_the_text_is_the_question_and_the_page_has_the_folds():
    for name in BANK:
        (content, _), asked = quiz.ask(name)._repr_mimebundle_(), questions.posed(name)
        page, options = content["text/html"], [o["text"] for o in asked.get("options", ())]
        assert content["text/plain"] == " ".join(
            [questions.plain(asked["question"]), *(f"[ ] {text}" for text in options)]
        )
        assert page.count("<details") == 2
        assert "Hint</summary>" in page and "Answer</summary>" in page
        assert "application/vnd.jupyter.widget-view+json" in content
        assert all(quiz.html.escape(point) in page for point in asked.get("points", ()))
    assert "4. The compute grows" in quiz.ask("board-derive")._repr_mimebundle_()[0]["text/html"]


def test_enter_checks_and_the_button_checks():
    question = quiz.ask("size-for-300b-tokens")
    question.entry.widget.value = "15B"  # with continuous_update off this is what Enter does
    assert question.verdict == "Right: 15.1 billion parameters."
    assert 'role="status"' in question.status.value
    for name, sentence in zip(SHOWN, ("Nothing typed", "Nothing typed", "Nothing chosen", "Nothing ticked",
                                      "Still empty", "Write at least eight words", "Step 1. Nothing chosen")):  # fmt: skip
        empty = quiz.ask(name)
        empty.button.click()
        assert empty.verdict.startswith(sentence)


def test_an_open_answer_is_compared_and_its_points_counted():
    question = quiz.ask("chinchilla-derive")
    compared = question.entry.widget.children[1]
    assert compared.layout.display == "none" and "Answer</summary>" not in question.folds.value
    check(question, {"text": "   ", "ticked": []})
    assert compared.layout.display == "none"
    check(question, {"text": "Seven words are one too few here.", "ticked": []})
    assert compared.layout.display == "none" and "eight words" in question.verdict
    check(question, {"text": "But here there are eight words, at last.", "ticked": []})
    assert compared.layout.display == "" and "→" in question.status.value
    ticks = compared.children[1:]
    assert [tick.description for tick in ticks] == question.asked["points"]
    for tick in ticks:
        tick.value = True  # counted at once
    assert question.verdict == f"All {len(ticks)} points: this would do in an interview."
    ticks[0].value = False
    assert question.verdict.endswith(f"Still missing: {ticks[0].description}.")


def test_a_whiteboard_opens_step_by_step():
    question = quiz.ask("board-300b")
    boxes = question.entry.widget.children

    def shown(boxes=boxes):
        return [box.layout.display for box in boxes].count("")

    def up(box):
        return next(c for c in controls(box) if c.description.startswith("Give up"))

    def said(box):
        return box.children[-1].value

    assert shown() == 1 and "Answer</summary>" not in question.folds.value
    question.button.click()
    assert question.verdict.startswith("Step 1. Nothing typed yet") and shown() == 1
    field = boxes[0].children[1]
    field.value = "6T"  # Enter
    assert question.verdict == "Step 1. Not yet. You multiplied: divide by 20."
    assert "✗" in said(boxes[0])
    field.value = "15B"
    assert question.verdict == "1 of 5 steps done: now step 2." and "→" in question.status.value
    assert "✓ Right: 15 billion parameters. 3e11 / 20" in said(boxes[0])
    assert shown() == 2 and said(boxes[1]) == ""
    assert up(boxes[0]).layout.display == "none", "nothing to give up"
    assert up(boxes[1]).layout.display == ""
    up(boxes[1]).value = True  # give up
    assert "→ Given up: 2.7e22 FLOP. 6 x 1.5e10" in said(boxes[1])
    again = quiz.ask("board-300b")
    assert again.entry.read() == question.entry.read() and again.verdict == question.verdict
    assert shown(again.entry.widget.children) == 3
    for box, typed in zip(boxes[2:], ("6.1", "1.12T")):
        box.children[1].value = typed
    boxes[4].children[1].value = BANK["board-300b"]["steps"][4]["answer"]
    assert question.verdict == "", "a choice waits for Check"
    question.button.click()
    assert question.verdict.startswith("Done, 4 of 5 steps on your own. One pass serves")
    assert "✗" in question.status.value


# In an interview and in a drill


def posed(name, setting, on_check=None, key="kept", more=()):
    """A question as an interview ("exam") or a drill shows it."""
    asked = questions.posed(name) | {setting: True}
    asked.pop("let", None)
    return quiz.Question(name, 0, lambda _: asked, key, on_check, more)


def wrong_answer(asked):
    """An answer that counts, and is wrong."""
    if asked["kind"] == "number":
        return f"{asked['answer'] * 40:.6e}"
    if asked["kind"] == "several":
        return [o["text"] for o in asked["options"] if o["text"] not in asked["answer"]]
    if asked["kind"] == "order":
        return asked["answer"][1:] + asked["answer"][:1]
    return next(o["text"] for o in asked["options"] if o["text"] != asked["answer"])


def visible(question, words):
    """Can the button with these words be pressed?"""
    one = next(c for c in controls(question.box) if getattr(c, "description", "") == words)
    return one.layout.display != "none" and not one.disabled


def inputs(question):
    kinds = ("Text", "Textarea", "RadioButtons", "Checkbox", "Dropdown")
    return [c for c in controls(question.box) if type(c).__name__ in kinds]


QUICK = [name for name in SHOWN if verdicts.KINDS[BANK[name]["kind"]].quick]
HINT = "Hint (halves the points)"


@pytest.mark.parametrize("name", QUICK)
def test_in_an_exam_the_first_answer_closes_the_question_for_good(name):
    heard = []
    question = posed(name, "exam", heard.append)
    words = {c.description for c in controls(question.box) if type(c).__name__ == "Button"}
    assert words == {"Check", HINT} and "<summary>" not in question.folds.value
    wrong, right = wrong_answer(question.asked), right_answer(question.asked)
    sentence = check(question, wrong)
    assert "✗" in question.status.value and len(heard) == 1
    for shown in (question, posed(name, "exam", heard.append)):
        assert shown.closed and all(part.disabled for part in inputs(shown))
        assert not visible(shown, "Check") and not visible(shown, HINT)
        shown.fill(right)
        shown.check()
        assert shown.entry.read() == shown.state["typed"] == question.typed
        assert (shown.verdict, shown.tries, answers()["kept"]["right"]) == (sentence, 1, False)
        assert "Answer</" not in shown.folds.value and len(heard) == 1


def test_what_a_page_sends_to_a_closed_question_is_neither_judged_nor_kept():
    question = posed("gopher-split", "exam")
    check(question, GOPHER)
    kept = answers()["kept"]
    question.entry.widget.value = question.asked["answer"]
    question.button.click()
    assert question.entry.read() == GOPHER and answers()["kept"] == kept


def test_a_slip_of_reading_costs_nothing_and_closes_nothing():
    question = posed("size-for-300b-tokens", "exam")
    for typed in ("", "nonsense", "15"):
        check(question, typed)
        assert question.tries == 0 and not question.closed and question.verdict
    assert check(question, "15B").startswith("Right") and question.closed


def test_enter_hands_in_what_stands_in_the_box_and_no_older_number():
    """The page sends both in one message, so that no click overtakes the number."""
    question = posed("size-for-300b-tokens", "exam")
    box = question.entry.widget
    box.value = "1B"  # and left
    assert question.verdict == "" and question.tries == 0
    box.value = "15B" + quiz.ENTER
    assert question.verdict.startswith("Right") and question.tries == 1 and question.closed
    assert box.value == question.typed == "15B"
    asked = quiz.ask("size-for-300b-tokens")
    for typed, heard in (
        ("1B", "Not yet"),
        ("1B", "Not yet"),
        ("", "Nothing typed yet"),
        ("15B", "Right"),
    ):
        asked.entry.widget.value = typed + quiz.ENTER
        assert asked.verdict.startswith(heard) and asked.entry.widget.value == typed


def test_in_an_exam_leaving_the_box_is_no_answer_but_it_is_kept():
    question = posed("size-for-300b-tokens", "exam")
    question.entry.widget.value = "1B"
    assert question.verdict == "" and posed("size-for-300b-tokens", "exam").typed == "1B"
    question.button.click()
    assert question.closed and question.tries == 1


def test_a_hint_is_asked_for_says_its_price_and_is_not_forgotten():
    question = posed("gopher-split", "exam")
    hint = BANK["gopher-split"]["hint"]
    assert quiz.html.escape(hint) not in question.folds.value and question.state["hint"] is False
    question.hint.click()
    for shown in (question, posed("gopher-split", "exam")):
        assert quiz.html.escape(hint) in shown.folds.value and not visible(shown, HINT)
        assert shown.state["hint"] is True and not shown.closed
    question.entry.widget.value = GOPHER  # a change forgives nothing
    check(question, question.asked["answer"])
    assert answers()["kept"]["hint"] is True and answers()["kept"]["right"] is True


def test_in_an_exam_a_section_and_source_are_told_after_the_answer(monkeypatch):
    entry = BANK["gopher-split"] | {"source": "arXiv 2203.15556"}
    monkeypatch.setattr(data, "questions", lambda: BANK | {"gopher-split": entry})
    question = posed("gopher-split", "exam")
    assert "From" not in question.folds.value
    check(question, GOPHER)
    title, to = questions.reread("gopher-split")
    assert f'href="{to}"' in question.folds.value and title in question.folds.value
    assert "arXiv 2203.15556" in question.folds.value


@pytest.mark.parametrize("name", [*QUICK, "kaplan-extrapolate", "board-derive"])
def test_every_stored_question_says_where_it_comes_from_in_its_answer(name):
    _, to = questions.reread(name)
    answer = face(quiz.ask(name))[1].split("<summary>")[-1]
    assert f'href="{to}"' in answer


@pytest.mark.parametrize("name", QUICK)
def test_a_drill_has_free_tries_and_ends_with_the_whole_answer(name):
    question = posed(name, "drill")
    whole = quiz.lines(verdicts.answer_words(question.asked))
    assert whole not in question.folds.value and visible(question, "Give up")
    check(question, wrong_answer(question.asked))
    assert not question.closed and whole not in question.folds.value
    assert check(question, right_answer(question.asked)).startswith("Right")
    for shown in (question, posed(name, "drill")):
        assert shown.closed and whole in shown.folds.value and shown.tries == 2
        assert not visible(shown, "Give up") and not visible(shown, "Check")
        assert questions.reread(name)[1] in shown.folds.value


@pytest.mark.parametrize("name", [*QUICK, "kaplan-extrapolate", "board-derive"])
def test_giving_up_is_not_knowing_shows_the_answer_and_comes_back(name):
    heard = []
    question = posed(name, "drill", heard.append)
    question.give_up.click()
    assert [verdict.right for verdict in heard] == [False]
    for shown in (question, posed(name, "drill")):
        assert shown.closed and "✗ Given up" in shown.status.value
        assert quiz.lines(verdicts.answer_words(shown.asked)) in shown.folds.value
    assert name in progress.read()[0]["repeat"] and answers()["kept"]["right"] is False


def test_an_emptied_box_and_the_same_answer_again_are_answered_in_words():
    question = quiz.ask("size-for-300b-tokens")
    check(question, "1B")
    assert check(question, "1B") == question.verdict and question.tries == 1
    assert "This is the answer that you gave before." in question.status.value
    question.entry.widget.value = ""
    assert question.verdict == question.status.value == ""
    question.button.click()
    assert question.verdict.startswith("Nothing typed yet") and question.tries == 1


def test_an_open_answer_of_an_exam_is_closed_when_compared_but_not_its_ticks():
    question = posed("chinchilla-derive", "exam")
    box, compared = question.entry.widget.children
    box.value = "C = 6ND, so I put D into the loss."
    question.button.click()
    assert question.closed and box.disabled and compared.layout.display == ""
    ticks = compared.children[1:]
    assert not any(tick.disabled for tick in ticks)
    ticks[0].value = True
    box.value = "Now I know better, and write all of the points."
    ticks[1].value = True
    typed = answers()["kept"]["typed"]
    assert typed["text"] == "C = 6ND, so I put D into the loss."
    assert typed["ticked"] == [tick.description for tick in ticks[:2]]
    assert question.entry.read() == typed


def steps_of(question):
    """(input, hint button, verdict, shown?) of each step of a whiteboard."""
    for box in question.entry.widget.children:
        hint = next(c for c in controls(box) if "Hint to step" in getattr(c, "description", ""))
        yield box.children[1], hint, box.children[-1].value, box.layout.display == ""


def test_in_an_exam_a_wrong_first_answer_of_a_step_shows_its_answer_and_opens_the_next():
    question = posed("board-300b", "exam")
    for k, (typed, hint) in enumerate((("6T", 0), ("2.7e22", 1), ("6.1", 0), ("1.118T", 0))):
        field, button, *_ = list(steps_of(question))[k]
        button.value = bool(hint)
        field.value = typed
        assert answers()["kept"]["typed"]["steps"][k]["tries"] == 0, "typed is not answered"
        question.button.click()
    shown = list(steps_of(question))
    assert "✗" in shown[0][2] and "15 billion parameters" in shown[0][2]
    assert all("✓" in verdict for _, _, verdict, _ in shown[1:4]) and shown[4][3]
    assert [field.disabled for field, *_ in shown] == [True] * 4 + [False]
    shown[0][0].value = "15B"
    question.button.click()
    steps = answers()["kept"]["typed"]["steps"]
    assert [(s["typed"], s["hint"], s["tries"]) for s in steps[:2]] == [
        ("6T", False, 1),
        ("2.7e22", True, 1),
    ]
    assert not question.closed
    shown[4][0].value = question.asked["steps"][4]["answer"]
    question.button.click()
    for again in (question, posed("board-300b", "exam")):
        assert again.closed and all(field.disabled for field, *_ in steps_of(again))
        assert verdicts.judge(again.asked, again.typed).share == pytest.approx((0 + 0.5 + 3) / 5)


def test_an_option_of_a_step_that_is_only_chosen_tells_nothing_and_closes_nothing():
    """Whoever clicks through the options of the last step must not see which of them is right."""
    question, last = posed("board-300b", "exam"), BANK["board-300b"]["steps"][-1]
    boxes = question.entry.widget.children
    for box in boxes[:-1]:
        next(c for c in controls(box) if c.description.startswith("Give up")).value = True
    radio = boxes[-1].children[1]
    for option in (option["text"] for option in last["options"]):
        radio.value = option
        assert not question.closed and not radio.disabled and question.verdict == ""
    radio.value = last["answer"]
    question.check()
    assert question.closed and question.verdict.startswith("Done, 1 of 5 steps on your own.")


def test_a_hint_to_a_step_of_an_exam_is_shown_when_it_is_asked_for():
    question = posed("board-300b", "exam")
    hint = quiz.lines(BANK["board-300b"]["steps"][0]["hint"])
    box = question.entry.widget.children[0]
    assert not any(hint in c.value for c in controls(box) if type(c).__name__ == "HTMLMath")
    next(steps_of(question))[1].value = True
    for shown in (question, posed("board-300b", "exam")):
        box, button = shown.entry.widget.children[0], next(steps_of(shown))[1]
        assert any(hint in c.value for c in controls(box) if type(c).__name__ == "HTMLMath")
        assert button.layout.display == "none" and button.value


def test_a_drill_counts_the_tries_of_a_step():
    question = posed("board-300b", "drill")
    field = next(steps_of(question))[0]
    for typed in ("6T", "nonsense", "1B", "15B"):
        field.value = typed
    steps = question.typed["steps"]
    assert steps[0]["tries"] == 3 and steps[1]["tries"] == 0 and not question.closed


def test_buttons_of_others_stand_in_the_row_of_the_question():
    after = quiz.button("Next question", lambda _: None)
    for name in SHOWN:
        question = posed(name, "exam", more=(after,))
        row = next(c for c in boxes(question.box) if question.button in c.children)
        assert after in row.children


def boxes(widget):
    children = getattr(widget, "children", ())
    return [widget, *(found for child in children for found in boxes(child))] if children else []


# Formulas


FORMULA = {
    "kind": "number", "question": r"What is $A/N^\alpha$ & why?", "hint": "$N^2$", "answer": 62e6,
    "unit": "dollars", "tolerance": 0.05, "why": "$6ND$", "slips": [],
}  # fmt: skip


def test_a_formula_stays_latex_where_it_is_typeset_and_is_spoken_elsewhere():
    question = quiz.Question("f", 0, lambda _: FORMULA, "")
    text, page = face(question)
    assert text == "What is A / N^alpha & why?"
    for shown in (page, question.head.value):
        assert r"What is $A/N^\alpha$ &amp; why?" in shown
        assert 'data-said="What is A / N^alpha &amp; why?"' in shown
    for part in (question.head, question.status, question.folds):
        assert type(part).__name__ == "HTMLMath"


def test_dollars_that_somebody_types_begin_no_formula():
    assert r"\$5 or \$6" in quiz.mark(False, "'$5 or $6' is not a number I can read.")
    assert "of $N$." in quiz.mark(True, "That is the size of $N$.")


def test_a_page_has_formulas_as_mathml_and_links_to_sections():
    pytest.importorskip("latex2mathml", reason="pages need it: pip install -e '.[slides]'")
    import render

    question = quiz.Question("gopher-split", 0, lambda _: FORMULA | {"reread": "x"}, "")
    page = render.asked(face(question)[1])
    assert page.count("<math") == 3 and "$" not in page and "<mi>&#x003B1;</mi>" in page
    _, to = questions.reread("gopher-split")
    chapter, heading = to.split(".ipynb#")
    assert f'href="{chapter}.html#{render.slug(heading)}"' in page


def test_what_people_type_is_never_taken_for_html():
    question = quiz.ask("size-for-300b-tokens")
    check(question, "<script>alert(1)</script>")
    assert "<script>" not in question.status.value


def test_an_unknown_question_is_answered_with_near_ones():
    with pytest.raises(ValueError, match="question is 'rule-13b', .*rule-13b-flops"):
        quiz.ask("rule-13b")


# What is remembered


def test_what_is_not_yet_checked_is_remembered_too():
    for name, typed in (
        ("gopher-split", GOPHER),
        ("kaplan-bottleneck", ["too few training steps"]),
        ("chinchilla-derive", {"text": "C = 6ND ties", "ticked": []}),
    ):
        question = quiz.ask(name)
        for widget in question.entry.parts:  # as a learner does it, not by fill
            kind = type(widget).__name__
            if kind == "Checkbox":
                widget.value = widget.description in typed
            else:
                widget.value = typed["text"] if kind == "Textarea" else typed
        assert question.verdict == ""
        again = quiz.ask(name)
        assert again.entry.read() == typed
    assert again.entry.widget.children[1].layout.display == "none", "not compared yet"


def test_a_changed_choice_takes_its_old_verdict_away():
    question = quiz.ask("gopher-split")
    check(question, GOPHER)
    assert "✗" in question.status.value
    question.entry.widget.value = BANK["gopher-split"]["answer"]
    assert question.verdict == "" and question.status.value == ""


def test_another_like_it_asks_with_new_numbers():
    shown = quiz.ask("chinchilla-flops")
    first = shown.question
    check(shown, "1e20")
    shown.another.click()
    assert shown.question != first and shown.question in shown.head.value
    assert shown.verdict == "" and shown.status.value == "" and shown.entry.read() == ""
    assert verdicts.answer_words(shown.asked).split(".")[0] in shown.folds.value
    assert check(shown, repr(shown.asked["answer"])).startswith("Right")
    assert not hasattr(quiz.ask("rule-13b-flops"), "another")


def test_another_one_is_remembered_until_a_different_seed_is_asked_for():
    shown = quiz.ask("kaplan-pf-days")
    shown.another.click()
    shown.another.click()
    check(shown, "7")
    again = quiz.ask("kaplan-pf-days")
    assert again.question == shown.question and again.seed == 2 and again.entry.read() == "7"
    other = quiz.ask("kaplan-pf-days", seed=5)
    assert other.seed == 5 and other.verdict == ""


def test_two_cells_with_one_question_do_not_mix_their_numbers():
    one, other = quiz.ask("kaplan-pf-days"), quiz.ask("kaplan-pf-days")
    one.another.click()
    assert check(other, repr(other.asked["answer"])).startswith("Right")
    assert answers()["kaplan-pf-days"]["seed"] == 0
    assert quiz.ask("kaplan-pf-days").question == other.question


@pytest.mark.parametrize(
    "change",
    [{"answer": 2e9}, {"question": "Another question?"}, {"unit": "tokens"}],
    ids=lambda change: next(iter(change)),
)
def test_a_question_that_has_changed_is_asked_again_and_says_so(monkeypatch, change):
    name = "size-for-300b-tokens"
    check(quiz.ask(name), "15B")
    monkeypatch.setitem(
        BANK, name, BANK[name] | {"hint": "Another hint.", "why": "Another reason."}
    )
    assert quiz.ask(name).verdict.startswith("Right"), "the question is the same"
    monkeypatch.setitem(BANK, name, BANK[name] | change)
    monkeypatch.setattr(data, "questions", lambda: BANK)
    changed = quiz.ask(name)
    assert changed.verdict == "" and changed.entry.read() == ""
    assert "changed since you answered it, so it is asked again" in changed.status.value
    check(changed, "2B")
    assert "changed since" not in quiz.ask(name).status.value


def test_an_option_or_a_step_that_has_changed_is_another_question():
    for name, part in (("gopher-split", "options"), ("board-derive", "steps")):
        asked = questions.posed(name)
        first, *others = asked[part]
        words = "text" if part == "options" else "question"
        other = asked | {part: [first | {words: "Something else"}, *others]}
        assert progress.digest(other) != progress.digest(asked)
        reasons = asked | {part: [first | {"why": "Another reason."}, *others]}
        assert progress.digest(reasons) == progress.digest(asked)
    shuffled = questions.posed("gopher-split") | {"options": BANK["gopher-split"]["options"][::-1]}
    assert progress.digest(shuffled) == progress.digest(questions.posed("gopher-split"))


def test_what_cannot_be_kept_is_answered_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SCALING_PROGRESS", str(tmp_path / "file" / "progress.json"))
    question = quiz.ask("size-for-300b-tokens")
    assert check(question, "15B") == "Right: 15.1 billion parameters."
    assert "✓ Right" in question.status.value
    assert "This is not kept for the next time." in question.status.value


def test_a_damaged_file_is_spoken_of_once_and_the_course_goes_on():
    progress.path().write_text("<b>broken")
    first = quiz.ask("size-for-300b-tokens")
    assert "was damaged. It is now " in first.status.value
    assert "damaged" not in quiz.ask("size-for-300b-tokens").status.value
    check(first, "15B")
    assert quiz.ask("size-for-300b-tokens").verdict.startswith("Right")
    progress.path().write_text("broken once more")
    check(first, "1B")
    assert "✗ Not yet" in first.status.value and "damaged" in first.status.value


# What comes back


DAY = datetime.date(2026, 11, 28)  # a Saturday
NUMBER, FRESH = "size-for-300b-tokens", "kaplan-pf-days"


def later(days):
    return DAY + datetime.timedelta(days)


def asked_on(day, name, typed):
    """Somebody answers the question in its chapter on this day."""
    question = quiz.Question(name, 0, lambda seed: questions.posed(name, seed), today=day)
    check(question, typed)
    return question


def warm(day, minutes=3):
    """(boxes of questions, last sentence) of a warm-up on this day."""
    *rows, last = start_here.warm_up(minutes, day).box.children
    return rows[1::2], last.value


def type_into(box, typed):
    """Answer a number; gives the question's words and what stands under it then."""
    head, *_, status, _, _ = box.children
    next(c for c in controls(box) if type(c).__name__ == "Text").value = typed
    return head.value, status.value


def right_of(box, name):
    """The right answer to the numbers that a box asks with."""
    seeds = range(DAY.toordinal() - 10, DAY.toordinal() + 1000)
    posed = (questions.posed(name, seed) for seed in seeds)
    return next(
        repr(q["answer"]) for q in posed if quiz.bold(q["question"]) in box.children[0].value
    )


def test_a_wrong_answer_comes_back_the_next_day_then_after_three_and_seven():
    first = asked_on(DAY, FRESH, "1")
    assert (
        "It comes back in the warm-up of chapter 00 on Sunday, 29 November." in first.status.value
    )
    assert check(first, right_answer(first.asked)).startswith("Right")
    assert "comes back" not in first.status.value
    boxes, sentence = warm(DAY)
    assert (
        boxes == []
        and "Nothing is due now. The next question comes back on Sunday, 29 N" in sentence
    )
    seen = {quiz.bold(first.question)}
    for day, words in ((1, "on Wednesday, 2 December."), (4, "on Wednesday, 9 December."),
                       (11, "You have known it three times, so it does not come back.")):  # fmt: skip
        assert warm(later(day - 1))[0] == []
        [box], _ = warm(later(day))
        assert not any(text in box.children[0].value for text in seen), "fresh numbers"
        asked, status = type_into(box, right_of(box, FRESH))
        assert "✓ Right" in status and words in status
        seen.add(quiz.bold(asked.split(">")[1].split("<")[0]))
    assert warm(later(1000))[0] == []


def test_wrong_again_starts_anew_and_a_day_late_is_not_lost():
    asked_on(DAY, FRESH, "1")
    [box], _ = warm(later(1))
    type_into(box, right_of(box, FRESH))
    [box], _ = warm(later(9))
    assert "in the warm-up of chapter 00 on Tuesday, 8 December." in type_into(box, "1")[1]
    assert "✓ Right" in type_into(box, right_of(box, FRESH))[1]
    assert warm(later(9))[0] == [] and len(warm(later(10))[0]) == 1


def test_an_answer_in_the_chapter_counts_once_the_question_is_due():
    asked_on(DAY, NUMBER, "1B")
    again = asked_on(later(1), NUMBER, "15B")
    assert "on Wednesday, 2 December." in again.status.value
    assert warm(later(3))[0] == [] and len(warm(later(4))[0]) == 1


def test_what_is_right_at_once_unreadable_open_or_a_claim_does_not_come_back():
    asked_on(DAY, NUMBER, "15B")
    asked_on(DAY, FRESH, "abc")
    asked_on(DAY, "chinchilla-derive", {"text": "I do not know.", "ticked": []})
    claim = quiz.claim("chinchilla-scale-equally")
    check(claim, "wrong")
    assert claim.verdict.startswith("We say") and progress.read()[0]["repeat"] == {}
    assert "what you answer wrongly comes back" in warm(later(1))[1].lower()


def test_a_warm_up_takes_its_minutes_from_what_waits_longest():
    names = ["start-half-loss", NUMBER, FRESH, "board-300b"]
    wrong = ["1", "1B", "1", board("1", *[None] * 4)]
    assert [BANK[name]["minutes"] for name in names] == [2, 2, 2, 7]
    for k, (name, typed) in enumerate(zip(names, wrong)):
        asked_on(later(k - 10), name, typed)
    assert progress.due(progress.read()[0], DAY) == names
    boxes, sentence = warm(DAY)
    assert (
        len(boxes) == 1 and "3 more questions are due: run this cell again after these." in sentence
    )
    assert len(warm(DAY, minutes=6)[0]) == 3
    for name in names[:3]:
        quiz.clear(name)
    assert len(warm(DAY)[0]) == 1, "a long one is asked alone"
    row = start_here.warm_up(3, DAY).box.children[0].value
    assert quiz.link("board-300b") in row


def test_a_warm_up_leaves_the_answer_of_the_chapter_alone():
    asked_on(DAY, FRESH, "1")
    before = answers()
    [box], _ = warm(later(1))
    type_into(box, "2")
    assert answers() == before and quiz.ask(FRESH).entry.read() == "1"


def test_warm_up_and_keep_show_everybody_the_same_where_nothing_runs():
    shown = [face(start_here.warm_up()), face(start_here.keep())]
    asked_on(DAY, FRESH, "1")
    assert [face(start_here.warm_up()), face(start_here.keep())] == shown
    assert all(text and text in page for text, page in shown)


# The control


def press(box, words):
    next(c for c in controls(box) if getattr(c, "description", "") == words).click()


def test_export_read_in_and_forget_on_screen(tmp_path):
    check(quiz.ask(NUMBER), "15B")
    box = start_here.keep().box
    status, row, sure = box.children
    assert f"Your progress lies in {progress.path()}." in status.value
    row.children[0].value = str(tmp_path / "mine.json")
    press(box, "Export")
    assert status.value.endswith("All is exported.</div>")
    press(box, "Forget all ...")
    assert sure.layout.display == "" and "Forget every answer, for good?" in status.value
    press(box, "No")
    assert sure.layout.display == "none" and quiz.ask(NUMBER).verdict.startswith("Right")
    press(box, "Forget all ...")
    press(box, "Yes, forget all")
    assert "Everything is forgotten." in status.value and sure.layout.display == "none"
    assert quiz.ask(NUMBER).verdict == ""
    press(box, "Read in")
    assert "It is read in." in status.value and quiz.ask(NUMBER).verdict.startswith("Right")
    row.children[0].value = "<b>"
    for words in ("Export", "Read in"):
        press(box, words)
        assert "ends in .json" in status.value and "<b>" not in status.value
