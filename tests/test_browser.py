"""One pass in a real browser: what a learner sees before and after running a chapter, and by keyboard alone.

`make test` has this with one chapter; `make test-browser` goes through all of them, in more ways.
"""

import browser
import nbformat
import pytest

from helpers import questions, quiz

until, press = browser.until, browser.press
pytestmark = pytest.mark.skipif(browser.missing(), reason=browser.NEEDED)
NAME = "00_start_here"
LIVE = """from helpers import laws, live
from pictures import chinchilla
live.Live(
    chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
    presets={"Gopher": {"flops": 5.04e23, "params": 2.8e11}},
    flops=live.log_slider("compute", 1e18, 1e26, start=5.88e23),
    params=live.log_slider("size", 1e8, 1e12, start=7e10),
)"""


def every_kind():
    """A notebook with a question of each kind, a claim, and a live figure with a preset."""
    names = ("chinchilla-flops", "kaplan-six-flop", "kaplan-bottleneck", "chinchilla-order-models",
             "chinchilla-derive")  # fmt: skip
    sources = ["from helpers import quiz", *(f'quiz.ask("{name}")' for name in names)]
    sources += ['quiz.claim("chinchilla-root-two")', LIVE]
    spec = {"name": "python3", "display_name": "-"}
    cells = [nbformat.v4.new_code_cell(text) for text in sources]
    return nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells)


def changed(tab, element, before):
    """Wait until an element's text is another; gives it."""
    return until(tab, element.text_content, lambda seen: seen != before)


@pytest.fixture(scope="module")
def chapter(tab, lab):
    """A chapter after Run All, and what it showed before."""
    book = nbformat.read(lab.folder / f"{NAME}.ipynb", as_version=4)
    browser.open_notebook(tab, lab.address, lab.token, f"{NAME}.ipynb", len(book.cells))
    seen = {
        "code": "\n".join(cell.source for cell in book.cells if cell.cell_type == "code"),
        "pictures": [p.bounding_box() for p in tab.locator(".jp-RenderedImage img").all()],
        "folds": tab.locator(".jp-OutputArea-output details").count(),
    }
    browser.run_all(tab)
    tab.wait_for_selector(".moving svg[aria-label]")
    return tab, seen


def test_the_stored_page_is_complete_before_anything_runs(chapter):
    _, seen = chapter
    assert len(seen["pictures"]) == seen["code"].count("live.Live(") == 2
    assert all(500 < box["width"] < 900 for box in seen["pictures"])
    asks, claims, codes = (seen["code"].count(f"quiz.{how}(") for how in ("ask", "claim", "code"))
    folds = 2 * asks + claims + 3 * codes  # hint and answer; what decides; two hints and solution
    assert seen["folds"] == folds and codes > 0


def test_a_slider_has_a_name_says_its_value_and_moves_picture_and_sentence(chapter):
    tab, _ = chapter
    figure = tab.locator(".live").first
    handle = figure.locator(".noUi-handle").first
    until(tab, lambda: handle.get_attribute("aria-label"), bool)
    assert handle.get_attribute("aria-label") == "model size N (parameters)"
    assert handle.get_attribute("aria-valuetext") == "1 B"
    status, picture = (
        figure.locator(".moving [role=status]"),
        figure.locator(".moving svg[aria-label]"),
    )
    before, drawn = status.text_content(), picture.inner_html()
    handle.focus()
    press(tab, "ArrowRight")
    after = changed(tab, status, before)
    assert picture.get_attribute("aria-label") == after
    assert picture.inner_html() != drawn
    assert handle.get_attribute("aria-valuetext") == "1.1 B"
    figure.get_by_role("button", name="Reset").click()
    until(tab, status.text_content, lambda seen: seen == before)
    assert not figure.locator(".widget-readout").first.evaluate("e => e.isContentEditable")


def test_many_quick_steps_end_with_the_last_state(chapter):
    tab, _ = chapter
    handle = tab.locator(".live .noUi-handle").first
    status = tab.locator(".moving [role=status]").first
    handle.focus()
    for _ in range(15):
        tab.keyboard.press("ArrowLeft")
    shown = handle.get_attribute("aria-valuetext")
    until(tab, status.text_content, lambda seen: shown.replace(" M", " million") in seen)


def test_a_picture_lies_exactly_over_its_backdrop(chapter):
    tab, _ = chapter
    figure = tab.locator(".moving").first
    figure.scroll_into_view_if_needed()
    back, front = (figure.locator(part).bounding_box() for part in ("img", "svg[aria-label]"))
    assert back == pytest.approx(front, abs=1)


def test_nothing_went_wrong_in_the_console(chapter):
    tab, _ = chapter
    assert tab.problems == []
    assert tab.locator(browser.ERROR).count() == 0


# A question of each kind, by keyboard alone


@pytest.fixture(scope="module")
def kinds(chapter, lab):
    tab, _ = chapter
    nbformat.write(book := every_kind(), lab.folder / "every_kind.ipynb")
    browser.open_notebook(tab, lab.address, lab.token, "every_kind.ipynb", len(book.cells))
    browser.run_all(tab)
    tab.wait_for_selector(".quiz [role=radiogroup]")
    tab.wait_for_function("() => document.querySelectorAll('.quiz').length === 6")
    return tab, [tab.locator(".quiz").nth(number) for number in range(6)]


def said(question, words):
    question.locator("[role=status]").filter(has_text=words).wait_for()


def test_every_control_has_an_accessible_name(kinds):
    tab, questions = kinds
    for question in questions:
        for part in question.locator("input, select, textarea, button").all():
            label = "e => [...e.labels || []].map(l => l.textContent).join('') || e.textContent"
            assert len(part.evaluate(label).strip()) >= 3
    groups = tab.locator(".quiz [role=radiogroup]").all()
    assert [group.get_attribute("aria-label") for group in groups] == [
        quiz.ask("kaplan-six-flop").question,
        quiz.claim("chinchilla-root-two").question,
    ]


def test_a_preset_by_keyboard_and_reset(kinds):
    tab, _ = kinds
    figure = tab.locator(".live")
    status, list_ = figure.locator(".moving [role=status]"), figure.locator("select")
    chosen, before = list_.locator("option:checked"), status.text_content()
    assert chosen.text_content().split() == ["your", "own", "values"]
    list_.focus()
    press(tab, "ArrowDown")
    assert changed(tab, status, before).startswith("At 5.04e23 FLOP the best model has")
    assert list_.evaluate("e => [e === document.activeElement, e.selectedIndex]") == [True, 1]
    figure.get_by_role("button", name="Reset").click()
    until(tab, status.text_content, lambda seen: seen == before)
    until(tab, chosen.text_content, lambda seen: seen.split() == ["your", "own", "values"])


def test_a_number_by_keyboard_a_slip_and_another_like_it(kinds):
    tab, (question, *_) = kinds
    question.get_by_label("your answer").focus()
    for typed, verdict in (
        ("1e20", "✗ Not yet: too small"),
        ("520B", "✗ Not yet. Those are the tokens"),
        ("nonsense", "✗ 'nonsense' is not a number"),
        ("1.62e23", "✓ Right: 1.62e23 FLOP"),
    ):
        press(tab, "Control+a")
        tab.keyboard.type(typed)
        press(tab, "Enter")
        said(question, verdict)
    before = question.locator("div[style*=bold]").text_content()
    question.get_by_role("button", name="Another like it").focus()
    press(tab, "Enter")
    until(tab, question.locator("div[style*=bold]").text_content, lambda seen: seen != before)
    assert question.get_by_label("your answer").input_value() == ""


def test_choices_by_keyboard_leave_the_notebook_alone(kinds):
    tab, (_, single, several, *_) = kinds
    asked, ticked = questions.posed("kaplan-six-flop"), questions.posed("kaplan-bottleneck")
    texts = [option["text"] for option in asked["options"]]
    single.locator("input").first.focus()
    press(tab, "Space", *["ArrowDown"] * texts.index(asked["answer"]), "Tab", "Enter")
    said(single, "✓ Right. Forward each parameter")
    several.locator("input").first.focus()
    for option in ticked["options"]:
        press(tab, *["Space"] * (option["text"] in ticked["answer"]), "Tab")
    press(tab, "Enter")
    said(several, "✓ Right, all of them.")
    assert tab.locator(".jp-CodeCell").count() == 8


def test_an_order_by_keyboard(kinds):
    tab, (*_, order, _, _) = kinds
    asked = questions.posed("chinchilla-order-models")
    place = {option["text"]: k for k, option in enumerate(asked["options"], start=1)}
    fourth, fifth = (["ArrowDown"] * place[text] for text in asked["answer"][3:])
    order.locator("select").first.focus()
    press(tab, "M", "Tab", "G", "Tab", "C", "Tab", *fourth, "ArrowDown", "ArrowUp")
    press(tab, "Tab", "Tab", "Enter")
    said(order, "✗ Still empty: 5th")
    order.locator("select").nth(4).focus()
    press(tab, *fifth, "Tab", "Enter")
    said(order, "✓ Right: all 5 in their places.")


def test_an_open_answer_by_keyboard(kinds):
    tab, (*_, open_question, _) = kinds
    open_question.locator("textarea").focus()
    tab.keyboard.type("abcdd: I put D = C/6N into the loss.")
    assert not open_question.get_by_text("Our answer.").is_visible()
    press(tab, "Tab", "Enter")
    said(open_question, "→ Compare your answer with ours")
    assert open_question.get_by_text("Our answer.").is_visible()
    open_question.locator("input").nth(1).focus()
    press(tab, "Space")
    said(open_question, "→ Your answer makes 1 of 5 points. Still missing: the budget ties")


def test_a_claim_by_keyboard_and_after_running_again(kinds):
    tab, questions = kinds
    claim = questions[-1]
    assert not claim.locator("details").count()
    claim.locator("input").first.focus()
    press(tab, "Space", "Tab", "Enter")
    said(claim, "✗ We say: wrong. The square root of two on both is Chinchilla's rule.")
    browser.run_all(tab)
    for question, words in zip(
        questions[1:], ("✓ Right", "✓ Right", "✓ Right", "→ Your", "✗ We say")
    ):
        said(question, words)
    assert questions[0].get_by_label("your answer").input_value() == ""
    assert tab.problems == []


# How far the middle of each radio button and tick is above or below that of the first line of its words.
OFF_THE_LINE = """() => [...document.querySelectorAll('.quiz label > input')].filter(e => e.offsetWidth).map(input => {
  const words = document.createTreeWalker(input.parentElement, NodeFilter.SHOW_TEXT), line = document.createRange();
  while (words.nextNode() && !words.currentNode.data.trim());
  line.selectNodeContents(words.currentNode);
  const [first] = line.getClientRects(), box = input.getBoundingClientRect();
  return [Math.round(10 * (box.top + box.bottom - first.top - first.bottom) / 2) / 10, input.type, words.currentNode.data];
}).filter(([far]) => Math.abs(far) > 3)"""


def test_every_button_and_tick_is_on_the_line_of_its_words(kinds):
    tab, _ = kinds
    assert tab.evaluate(OFF_THE_LINE) == []
