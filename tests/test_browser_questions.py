"""Questions in a real browser: the keys of JupyterLab, the focus, the section that a link opens, formulas.

Slow, so `make test-browser` runs it; tests/test_quiz.py has what needs no browser.
"""

import re

import browser
import nbformat
import pytest

from helpers import questions, quiz

until, press = browser.until, browser.press
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]
SETUP = r"""
from helpers import data, laws, live, questions, quiz
from pictures import chinchilla, interview_practice

def shown(name, setting):
    asked = questions.posed(name) | {setting: True}
    return quiz.Question(name, 0, lambda _: asked, f"{setting} {name}", more=(quiz.button("Next question", print),))

FORMULA = r"The loss is $E + A/N^\alpha + B/D^\beta$."
options = [{"text": "one", "why": r"No: $\sqrt{C/120}$."}, {"text": "two", "why": "$x^2 < 3$."}]
asked = {"kind": "choice", "question": FORMULA, "hint": r"$\frac{\beta}{\alpha+\beta}$", "answer": "two",
         "why": "$C = 6ND$.", "options": options}
"""
CELLS = [
    SETUP,
    "interview_practice.play()",
    'interview_practice.drill("serving")',
    'quiz.claim("chinchilla-root-two")',
    'quiz.ask("size-for-300b-tokens")',
    'quiz.ask("kaplan-bottleneck")',
    'quiz.ask("chinchilla-order-models")',
    'quiz.ask("chinchilla-derive")',
    'shown("board-300b", "exam")',
    'shown("gopher-split", "drill")',
    "live.Live(chinchilla.IsoFlop(laws.CHINCHILLA_REFIT), presets={'Gopher': {'flops': 5.04e23}},\n"
    "          flops=live.log_slider('compute', 1e18, 1e26, start=5.88e23),\n"
    "          params=live.log_slider('size', 1e8, 1e12, start=7e10))",
    "live.Live(chinchilla.Plane(laws.CHINCHILLA_REFIT, data.models()),\n"
    "          model=live.choice('model', chinchilla.FAMOUS, start='GPT-3 175B'))",
    'shown("size-for-300b-tokens", "exam")',
    'shown("rule-13b-flops", "exam")',
    'quiz.Question("formula", 0, lambda _: asked, "")',
    "1 + 1",
]
# What JupyterLab would do with a cell: make it raw text, code or a heading, split, cut, copy, paste, delete
# it, add or merge some, undo, restart its kernel, run it, hide what it says, or go to another one.
KEYS = ("r", "y", "m", "1", "a", "b", "x", "c", "v", "d", "d", "z", "j", "k", "o", "l", "0", "0", "Shift+M",
        "Shift+J", "Shift+K", "ArrowDown", "ArrowUp", "Home", "End", "Escape", "Shift+Enter", "Control+Enter",
        "Alt+Enter", "Control+Shift+-")  # fmt: skip
CONTROLS = (
    ".jp-OutputArea-output :is(input, select, textarea, button, summary, a[href], [tabindex='0'])"
)
# The cells with their kinds and numbers, dialogs, and whether the focus is on something that we show.
STATE = """() => [[...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(cell => [
  cell.className.match(/jp-(Code|Raw|Markdown)Cell/)[1], cell.querySelector('.jp-InputPrompt')?.textContent]),
  document.querySelectorAll('.jp-Dialog').length, !!document.activeElement.closest('.jp-OutputArea-output')]"""
HERE = "() => !!document.activeElement.closest('.jp-OutputArea-output')"
NAME = """e => [e.tagName, e.type, e.getAttribute('role'), e.getAttribute('aria-label') ||
  [...e.labels || []].map(l => l.textContent).join() || e.textContent].join(' ')"""


@pytest.fixture(scope="module")
def book(chrome, lab):
    """A notebook with every kind of control, after Run All."""
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    spec = {"name": "python3", "display_name": "-"}
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    stored = nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells)
    nbformat.write(stored, lab.folder / "questions.ipynb")
    browser.open_notebook(tab, lab.address, lab.token, "questions.ipynb", len(CELLS))
    browser.run_all(tab)
    tab.locator(".live .moving svg[aria-label]").nth(1).wait_for()
    tab.locator(".quiz mjx-container").first.wait_for()
    yield tab
    assert tab.problems == []
    assert tab.locator(browser.ERROR).count() == 0
    tab.close()
    browser.shut_down(lab.address, lab.token)


def cell(tab, number):
    return tab.locator(".jp-CodeCell").nth(number)


def said(part, words):
    part.locator("[role=status]").filter(has_text=words).first.wait_for()


def focused(tab, what=NAME):
    return tab.evaluate(f"() => ({what})(document.activeElement)")


def test_no_key_acts_on_a_cell_while_a_control_has_the_focus(book):
    """Lists, buttons, radio buttons, ticks, boxes, sliders, dots, folds and links, of all that we show."""
    tab, met = book, set()
    tab.locator(CONTROLS).first.focus()
    before = tab.evaluate(STATE)
    for number in range(tab.locator(CONTROLS).count()):
        part = tab.locator(CONTROLS).nth(number)
        if not part.is_visible():
            continue
        name, hand = part.evaluate(NAME), part.element_handle()
        met.add(" ".join(name.split()[:3]))
        presses = re.match("BUTTON|A |SUMMARY", name) and not name.endswith(" Compare")
        for key in KEYS:
            if presses and "Enter" in key:
                continue  # which a button hears, and may vanish then
            hand.focus()
            tab.keyboard.press(key)
            assert tab.evaluate(STATE) == before, (name, key)
        assert part.is_visible(), name
    kinds = ("SELECT select-one", "BUTTON submit", "INPUT radio", "INPUT checkbox", "INPUT text", "TEXTAREA",
             "DIV slider", "circle img", "SUMMARY")  # fmt: skip
    for kind in kinds:
        words = kind.split()
        assert any(all(word in one for word in words) for one in met), (kind, sorted(met))
    assert browser.settled(tab, lambda: tab.evaluate(STATE)) == before


def test_control_s_still_saves_the_notebook_and_the_letter_s_does_not(book, lab):
    tab, file = book, lab.folder / "questions.ipynb"
    question = cell(tab, 7).locator("textarea")
    question.focus()
    before = file.stat().st_mtime_ns
    press(tab, "s")
    press(tab, "Control+s")
    until(tab, lambda: file.stat().st_mtime_ns, lambda now: now > before)
    assert focused(tab, "e => e.tagName") == "TEXTAREA"


def test_enter_answers_an_emptied_box_and_the_same_number_again(book):
    tab, question = book, cell(book, 4)
    box = question.locator("input")
    box.focus()
    for typed, words in (("1B", "✗ Not yet"), (None, "This is the answer that you gave before."),
                         ("", "✗ Nothing typed yet"), ("15B", "✓ Right")):  # fmt: skip
        if typed is not None:
            press(tab, "Control+a", "Delete")
            tab.keyboard.type(typed)
        press(tab, "Enter")
        said(question, words)
    assert box.is_enabled() and box.evaluate("e => e === document.activeElement")


def test_in_an_exam_enter_closes_the_box_and_the_focus_goes_to_next(book):
    tab, question = book, cell(book, 12)
    box = question.locator("input")
    box.focus()
    press(tab, "Control+a")  # what the keys of the first test have left there
    tab.keyboard.type("nonsense")
    press(tab, "Enter")
    said(question, "✗ 'nonsense' is not a number")
    press(tab, "Control+a")
    tab.keyboard.type("1B")
    press(tab, "Tab", "Tab")
    assert focused(tab).endswith("Hint (halves the points)")
    assert "✗" not in question.inner_text() or "nonsense" in question.inner_text()
    press(tab, "Enter")
    question.get_by_text("Hint: ").wait_for()
    until(tab, lambda: focused(tab), lambda name: name.endswith("your answer"))
    press(tab, "Enter")
    said(question, "✗ Not ")
    until(tab, lambda: focused(tab), lambda name: name.endswith("Next question"))
    assert box.is_disabled() and question.get_by_text("From 02").is_visible()


def test_next_stands_in_the_row_of_check_and_in_the_window(book):
    tab, question = book, cell(book, 8)
    field = question.locator(".step input").first
    field.focus()
    press(tab, "Control+a")
    tab.keyboard.type("6T")
    press(tab, "Enter")
    said(question, "15 billion parameters")
    for words in ("Check", "Next question"):
        question.get_by_role("button", name=words).scroll_into_view_if_needed()
    boxes = [
        question.get_by_role("button", name=w).bounding_box() for w in ("Check", "Next question")
    ]
    assert boxes[0]["y"] == boxes[1]["y"] and 0 < boxes[1]["x"] - boxes[0]["x"] < 200
    assert tab.evaluate(HERE), "the step is closed, and the focus has gone on"
    assert field.is_disabled()


def test_next_of_an_interview_is_reached_by_tab_and_leads_into_the_new_question(book):
    tab, mock = book, cell(book, 1).locator(".mock")
    asked = mock.locator(".quiz div[style*=bold]").first
    before = asked.text_content()
    mock.get_by_role("button", name="Next question").focus()
    press(tab, "Enter")
    until(tab, asked.text_content, lambda now: now != before)
    until(tab, lambda: tab.evaluate(HERE), bool)
    assert focused(tab, "e => !!e.closest('.mock .quiz')")
    box, height = mock.locator(".quiz").bounding_box(), tab.viewport_size["height"]
    assert box["y"] > 0 and (box["y"] + box["height"] < height or box["height"] > height - 200)


def test_giving_up_a_drill_by_keyboard_shows_the_answer_and_keeps_the_focus(book):
    tab, question = book, cell(book, 9)
    question.get_by_role("button", name="Give up").focus()
    press(tab, "Enter")
    said(question, "✗ Given up")
    assert questions.posed("gopher-split")["answer"] in question.locator(".quiz").inner_text()
    until(tab, lambda: focused(tab), lambda name: name.endswith("Next question"))


# A kernel that was busy


def test_check_does_not_wait_for_what_a_kernel_before_this_one_was_told(chrome, lab):
    """A cell ran on and on, an option was chosen, the kernel was restarted: the choice is answered by nobody."""
    endless = "import pathlib, time\nwhile pathlib.Path('busy').exists(): time.sleep(0.1)"
    cells = ["from helpers import quiz\nquiz.ask('half-size')", endless]
    cells = [nbformat.v4.new_code_cell(text) for text in cells]
    spec = {"name": "python3", "display_name": "-"}
    stored = nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells)
    nbformat.write(stored, lab.folder / "busy.ipynb")
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    browser.open_notebook(tab, lab.address, lab.token, "busy.ipynb", len(cells))
    browser.run_all(tab)
    (busy := lab.folder / "busy").touch()
    cell(tab, 1).locator(".cm-content").click()
    tab.keyboard.press("Control+Enter")
    until(tab, cell(tab, 1).locator(".jp-InputPrompt").text_content, lambda now: "*" in now)
    cell(tab, 0).locator("input").first.check()
    browser.menu(tab, "Kernel", "Restart Kernel…")
    tab.click(".jp-Dialog button:has-text('Restart')")
    cell(tab, 0).locator("[role=alert]").wait_for()
    busy.unlink()
    browser.run_all(tab)
    cell(tab, 0).locator("input").first.check()
    tab.evaluate("() => { Date.now = () => 0; }")  # the page would wait for 20 s at most
    cell(tab, 0).get_by_role("button", name="Check").click()
    cell(tab, 0).locator("[role=status]").wait_for()
    tab.close()


# Formulas


LEFT = r"""quiz => {
  const left = [], walk = document.createTreeWalker(quiz, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (/[$\\]/.test(walk.currentNode.data)) left.push(walk.currentNode.data);
  return left;
}"""


def test_formulas_are_typeset_in_question_hint_answer_and_verdict_and_can_be_read_aloud(book):
    tab, question = book, cell(book, 14).locator(".quiz")
    group = question.locator("[role=radiogroup]")
    assert group.get_attribute("aria-label") == "The loss is E + A / N^alpha + B / D^beta."
    for place, words in ((0, "✗ Not yet"), (1, "✓ Right")):
        question.locator("input").nth(place).focus()
        press(tab, "Space")
        question.get_by_role("button", name="Check").focus()
        press(tab, "Enter")
        said(question, words)
        question.locator("[role=status] mjx-container").wait_for()
    question.locator("details").evaluate_all("all => all.forEach(fold => { fold.open = true; })")
    for fold in question.locator("details").all():
        fold.locator("mjx-container").first.wait_for()
        assert fold.locator("mjx-container").first.bounding_box()["width"] > 5
    assert (
        question.locator("mjx-container").count()
        == question.locator("mjx-assistive-mml math").count()
        >= 6
    )
    assert question.evaluate(LEFT) == []


# The section that a link opens


SEEN = """words => {
  const book = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer');
  const heading = [...book?.querySelectorAll('h1, h2, h3') ?? []].find(one => one.textContent.startsWith(words));
  if (!heading) return false;
  const { top, bottom } = heading.getBoundingClientRect(), window_ = book.getBoundingClientRect();
  return top >= window_.top - 2 && bottom <= window_.bottom;
}"""


def opens(tab, link, heading):
    """Click; the heading comes on the screen and stays there."""
    link.scroll_into_view_if_needed()
    link.click()
    until(tab, lambda: tab.evaluate(SEEN, heading), bool)
    for _ in range(10):
        tab.wait_for_timeout(300)
        assert tab.evaluate(SEEN, heading), heading


@pytest.mark.parametrize("name", ["chinchilla-rounding", "abilities-zero-of-2000"])
def test_a_link_opens_the_section_in_a_chapter_that_is_closed_and_in_one_that_is_open(
    chrome, lab, name
):
    """And so does the link of a stored page, where something runs; where nothing does, at the second click."""
    title, to = questions.reread(name)
    chapter, heading = to.split("#")[0], title.split(" · ")[1]
    page = quiz.ask(name)._repr_mimebundle_()[0]["text/html"]
    output = nbformat.v4.new_output("display_data", {"text/html": page, "text/plain": "-"})
    cells = [nbformat.v4.new_code_cell(f'from helpers import quiz\nquiz.ask("{name}")'),
             nbformat.v4.new_code_cell("'stored'", outputs=[output], execution_count=1)]  # fmt: skip
    spec = {"name": "python3", "display_name": "-"}
    file = f"link-{chapter}"
    nbformat.write(
        nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells), lab.folder / file
    )
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    browser.open_notebook(tab, lab.address, lab.token, file, 2)
    here = ".jp-NotebookPanel:not(.lm-mod-hidden)"
    stored = tab.locator(f"{here} .jp-RenderedHTML details").last
    stored.evaluate("fold => { fold.open = true; }")
    link = stored.locator("a")
    link.click()
    tab.locator(f".lm-TabBar-tabLabel:text-is('{chapter}')").wait_for()

    def back():
        tab.evaluate(
            """() => document.querySelectorAll('.jp-WindowedPanel-outer').forEach(e => { e.scrollTop = 0; })"""
        )
        tab.click(f".lm-TabBar-tabLabel:text-is('{file}')")
        link.wait_for()

    back()
    tab.locator(f"{here} .jp-CodeCell .jp-InputArea-editor").first.click()
    press(tab, "Control+Enter")
    fold = tab.locator(f"{here} .quiz details").last
    fold.wait_for()
    tab.locator(f"{here} .quiz [data-ready]").first.wait_for(state="attached")
    fold.evaluate("fold => { fold.open = true; }")
    opens(tab, fold.locator("a"), heading)
    # JupyterLab complains where a kernel goes before it has answered all that it was asked
    until(tab, lambda: tab.asked, lambda left: not left)
    browser.menu(tab, "File", "Close Tab")
    discard = tab.locator(".jp-Dialog button:has-text('Discard')")
    label = tab.locator(f".lm-TabBar-tabLabel:text-is('{chapter}')")
    until(tab, lambda: discard.count() or not label.count(), bool)
    if discard.count():  # where opening the notebook has changed it
        discard.click()
    back()
    opens(tab, fold.locator("a"), heading)
    back()
    opens(tab, link, heading)
    assert [text for text in tab.problems if not re.search("favicon", text)] == []
    tab.close()
    browser.shut_down(lab.address, lab.token)
