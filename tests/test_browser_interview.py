"""One whole mock interview in a real browser, by keyboard: nonsense, wrong and right answers, to the scorecard.

Slow, so `make test-browser` runs it; tests/test_interview.py has what needs no browser.
"""

import re

import browser
import nbformat
import pytest
from accessible import FOLDS, problems, problems_in_lab

from helpers import progress, questions
from helpers.questions import posed
from pictures import interview, interview_practice

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]
NAME = "90_interview_practice"


@pytest.fixture(scope="module")
def tab(chrome, lab):
    """The notebook after Run All, with no answer given."""
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    cells = nbformat.read(lab.folder / f"{NAME}.ipynb", as_version=4).cells
    browser.open_notebook(tab, lab.address, lab.token, f"{NAME}.ipynb", len(cells))
    browser.run_all(tab)
    tab.wait_for_selector(".mock .quiz")
    yield tab
    tab.close()
    browser.shut_down(lab.address, lab.token)


class Player:
    """Somebody who answers by keyboard, and knows what the interviewer knows."""

    def __init__(self, tab):
        self.tab, self.mock = tab, tab.locator(".mock")
        self.state = interview_practice.begin("research", 20, "interview", 7)

    def says(self, words):
        self.mock.locator("[role=status]").filter(has_text=words).first.wait_for()

    def press(self, *keys):
        browser.press(self.tab, *keys)

    def check(self):
        name = re.compile("^(Check|Compare)$")
        self.mock.locator(".quiz").get_by_role("button", name=name).focus()
        self.press("Enter")

    def number(self, box, typed):
        box.focus()
        self.press("Control+a")
        self.tab.keyboard.type(typed)
        self.press("Enter")

    def option(self, part, question, wanted):
        """Choose or tick with arrow keys and Space alone."""
        inputs = part.locator("input[type=radio], input[type=checkbox]")
        texts = [option["text"] for option in question["options"]]
        for text in [wanted] if isinstance(wanted, str) else wanted:
            inputs.nth(0 if isinstance(wanted, str) else texts.index(text)).focus()
            self.press("Space")
            if isinstance(wanted, str):
                self.press(*["ArrowDown"] * texts.index(text))

    def answer(self, question, right=True):
        """Give the right answer, or a wrong one, whatever the kind."""
        quiz, kind = self.mock.locator(".quiz"), question["kind"]
        if kind == "number":
            value = question["answer"] if right else question["slips"][0]["value"]
            self.number(quiz.get_by_label("your answer"), f"{value:.6e}")
        elif kind in ("choice", "several", "claim"):
            wrong = [o["text"] for o in question["options"] if o["text"] != question["answer"]]
            self.option(quiz, question, question["answer"] if right else wrong[0])
            self.check()
        elif kind == "order":
            for select, text in zip(quiz.locator("select").all(), question["answer"]):
                select.focus()
                select.select_option(label=text)
            self.check()
        elif kind == "open":
            quiz.locator("textarea").focus()
            self.tab.keyboard.type("First I ask what is fixed, then I estimate aloud.")
            self.check()
            quiz.get_by_text("Our answer.").wait_for()
            for tick in quiz.locator("input[type=checkbox]").all()[: None if right else 1]:
                tick.focus()
                self.press("Space")
        else:
            self.board(quiz, question, right)

    def board(self, quiz, question, right):
        for k, step in enumerate(question["steps"]):
            part = quiz.locator(".step").nth(k)
            part.wait_for(state="visible")
            if not right and k == 1:
                part.get_by_role("button", name=f"Give up step {k + 1}").focus()
                self.press("Enter")
                part.locator("[role=status]").filter(has_text="→ Given up").wait_for()
            elif step["kind"] == "number":
                self.number(part.get_by_label("your answer"), f"{step['answer']:.6e}")
            else:
                self.option(part, step, step["answer"])
                self.check()

    def sees(self, question):
        """Wait for a question; a formula in it is typeset, so for the words before that."""
        words, _, _ = question["question"].partition("$")
        self.mock.locator(".quiz").get_by_text(words.strip()).first.wait_for()
        self.mock.locator(".quiz [data-ready]").first.wait_for(state="attached")

    def next(self, got):
        """Go on, and expect what the pure functions expect."""
        self.mock.get_by_role("button", name="Next question").focus()
        self.press("Enter")
        self.state = interview_practice.answered(self.state, got)
        if item := interview_practice.current(self.state):
            self.sees(posed(item["name"], item["seed"]))
            assert item["follows"] in self.mock.inner_text()


def test_before_any_answer_every_drill_and_the_interview_are_there(tab):
    asked = len(interview.TOPICS) + 1 + len(interview.coding_round())
    browser.until(tab, tab.locator(".quiz").count, lambda count: count == asked)
    assert tab.locator(browser.ERROR).count() == 0
    for part in tab.locator(".mock input, .mock select, .mock button, .mock textarea").all():
        label = "e => [...e.labels || []].map(l => l.textContent).join('') || e.textContent"
        assert len(part.evaluate(label).strip()) >= 3
    tab.problems.clear()


def test_a_drill_goes_on_by_keyboard(tab):
    drill = tab.get_by_role("button", name="Another question").first
    question = tab.locator(".quiz").nth(1).locator("div[style*=bold]").first
    before = question.text_content()
    drill.focus()
    tab.keyboard.press("Enter")
    browser.until(tab, question.text_content, lambda now: now != before, 10)


def test_a_whole_interview_with_nonsense_wrong_and_right_answers(tab, lab):
    """Everybody can use each question once it is answered, and the scorecard."""
    player, kinds, found = Player(tab), set(), []
    count = 0
    while item := interview_practice.current(player.state):
        question = posed(item["name"], item["seed"])
        kinds.add(question["kind"])
        right = count % 2 == 1
        if question["kind"] == "number":
            player.number(player.mock.get_by_label("your answer"), "nonsense")
            player.says("✗ 'nonsense' is not a number")
        elif question["kind"] != "order":
            player.check()
            player.says("at least eight words" if question["kind"] == "open" else "Nothing ")
        player.answer(question, right)
        share = {"open": 1 / len(question.get("points", "1")), "whiteboard": 0.0}
        got = 1.0 if right else share.get(question["kind"], 0.0)
        if question["kind"] == "whiteboard" and not right:
            player.says(f"✗ Done, {len(question['steps']) - 1} of {len(question['steps'])} steps")
            got = 1 - 1 / len(question["steps"])
        else:
            mark = {"open": "→ Your answer makes 1"}.get(question["kind"], "✗ Not right")
            player.says("✓ " if right else mark)
        tab.evaluate(FOLDS, True)
        found += problems(tab, [[".mock"]])
        player.next(got)
        count += 1
    assert {"open", "whiteboard"} <= kinds and kinds & {"number", "choice"}
    got, of = interview_practice.score(player.state)
    own, owned = interview_practice.score(player.state, "own")
    assert owned and of + owned == count
    card = f"The scorecard: {got:.1f} of {of} checked points"
    player.mock.get_by_text(card).wait_for()
    player.mock.get_by_text(f"Self-assessed: {own:.1f} of {owned} points").wait_for()
    for item in player.state["items"]:
        topic = posed(item["name"])["topic"]
        assert player.mock.locator("td").get_by_text(topic, exact=True).count()
    missed = interview_practice.missed(player.state)
    links = {questions.reread(item["name"])[1] for item in missed}
    shown = player.mock.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links <= set(shown)
    assert player.mock.locator("details").count() == count

    assert found + problems_in_lab(tab) == []
    browser.restart_and_run_all(tab)
    player.mock.get_by_text(card).wait_for()
    player.mock.get_by_role("button", name="Retry what was missed").focus()
    player.press("Enter")
    player.state = interview_practice.again(player.state)
    first = interview_practice.current(player.state)
    fresh = posed(first["name"], first["seed"])
    player.sees(fresh)
    player.answer(fresh)
    player.says("✓ ")
    progress.path().write_text("broken")
    player.next(1.0)
    player.says("was damaged. It is now ")
    stored = nbformat.read(lab.folder / f"{NAME}.ipynb", as_version=4).cells
    codes = [cell for cell in stored if cell.cell_type == "code"]
    assert tab.locator(".jp-CodeCell").count() == len(codes), "no key added or took away a cell"
    assert tab.problems == []
