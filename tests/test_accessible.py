"""Everybody can use it: axe-core on questions while they are answered, and on the site.

Slow, so `make test-browser` runs it; there tests/test_browser_matrix.py asks the same of every chapter,
tests/test_browser_interview.py of a mock interview, and tests/test_slides.py of every deck.
"""

import browser
import nbformat
import pytest
from accessible import DARK, FOLDS, LIGHT, problems, problems_in_lab, theme
from test_browser import every_kind
from test_browser_interview import Player

from helpers import data, progress, quiz, verdicts

pytest.importorskip("latex2mathml", reason="pages need latex2mathml: pip install -e '.[slides]'")
import site_pages

NOTEBOOKS = sorted((data.FOLDER.parent / "notebooks").glob("*.ipynb"))
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]
ASKED = [
    *(quiz.ask(name).asked for name in ("chinchilla-flops", "kaplan-six-flop", "kaplan-bottleneck",
                                        "chinchilla-order-models", "chinchilla-derive")),
    quiz.claim("chinchilla-root-two").asked,
    quiz.ask("board-derive").asked,
]  # fmt: skip


@pytest.fixture(scope="module")
def questions(tab, lab):
    """A notebook with everything, after Run All."""
    book = every_kind()
    book.cells.insert(-1, nbformat.v4.new_code_cell('quiz.ask("board-derive")'))
    nbformat.write(book, lab.folder / "accessible.ipynb")
    browser.open_notebook(tab, lab.address, lab.token, "accessible.ipynb", len(ASKED) + 2)
    browser.run_all(tab)
    yield tab
    browser.shut_down(lab.address, lab.token)


def test_tab_goes_from_control_to_control_and_shows_where_it_is(questions):
    tab = questions
    tab.wait_for_selector(".live .noUi-handle[aria-label]")
    for name in (DARK, LIGHT):
        theme(tab, name)
        for first, names in (
            (".live select", ["preset", "Reset", "compute", "size"]),
            (".quiz input", ["your answer", "Check", "Another like it", "Hint", "Answer"]),
        ):
            tab.locator(first).first.focus()
            tab.keyboard.press("Tab")
            tab.keyboard.press("Shift+Tab")  # so that the browser knows that keys are used
            for wanted in names:
                assert tab.evaluate(FOCUSED) == [wanted, "rgb(0, 114, 178) solid 2px"]
                tab.keyboard.press("Tab")


FOCUSED = """() => {
  const part = document.activeElement, style = getComputedStyle(part);
  const named = part.ariaLabel || part.labels?.[0]?.textContent || part.textContent;
  return [named, `${style.outlineColor} ${style.outlineStyle} ${style.outlineWidth}`];
}"""


@pytest.mark.parametrize("right", [False, True])
def test_questions_of_each_kind_with_a_wrong_and_a_right_answer(questions, right):
    tab = questions
    kinds = set(verdicts.KINDS) - {"code"}  # which has no input of its own: decks and pages show it
    assert {asked["kind"] for asked in ASKED} == kinds, "every kind that there is"
    if right:
        assert progress.forget() == ""
        browser.run_all(tab)
    quizzes = tab.locator(".quiz")
    browser.until(tab, quizzes.count, lambda count: count == len(ASKED))
    player = Player(tab)
    for place, asked in enumerate(ASKED):
        player.mock = tab.locator(".jp-OutputArea-output").nth(place)
        turned = asked["kind"] == "order" and not right
        player.answer(asked | {"answer": asked["answer"][::-1]} if turned else asked, right)
        signs = "✓" if right else "→" if asked["kind"] == "open" else "✗"
        player.says(signs)
    assert problems_in_lab(tab) == []


def test_the_start_page_of_somebody_who_has_answered(tab, lab):
    names = [name for name, asked in data.questions().items() if asked["chapter"] != "00"]
    progress.remember(answers={name: {"verdict": "Right."} for name in names})
    browser.open_notebook(tab, lab.address, lab.token, "00_start_here.ipynb")
    browser.run_all(tab)
    rows = tab.locator(".jp-OutputArea-output td a")
    browser.until(tab, rows.count, lambda count: count == len(NOTEBOOKS))
    assert problems_in_lab(tab) == []
    browser.shut_down(lab.address, lab.token)
    assert progress.forget() == ""


# Pages --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site; its figures are drawn already where `make site` was run."""
    folder = tmp_path_factory.mktemp("site")
    assert site_pages.main(["--out", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("name", ["index", "data", *(path.stem for path in NOTEBOOKS)])
def test_every_page_of_the_site(tab, site, name):
    for width, scheme in ((390, "dark"), (1366, "light")):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        tab.goto((site / f"{name}.html").as_uri())
        tab.wait_for_function("!document.querySelector('figure.live form[hidden]')")
        tab.evaluate(FOLDS, True)
        assert problems(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert len(list(site.glob("*.html"))) == 2 + len(NOTEBOOKS), "and there are no others"
    assert tab.problems == []
