"""Everybody can use it: axe-core on questions while they are answered, and on the site.

Slow, so `make test-browser` runs it; there tests/test_browser_matrix.py asks the same of every chapter,
and tests/test_slides.py of every deck.
"""

import shutil

import browser
import nbformat
import pytest
from accessible import FOLDS, problems, problems_in_lab, theme
from test_browser import every_kind
from test_browser_interview import NAME, Player

from helpers import data, interview, quiz, verdicts
from helpers.questions import posed

pytest.importorskip("latex2mathml", reason="pages need latex2mathml: pip install -e '.[slides]'")
import render
import site_pages

ROOT = data.FOLDER.parent
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.xdist_group("accessible"),  # one page, one build
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]
ASKED = [
    *(quiz.ask(name).asked for name in ("chinchilla-flops", "kaplan-six-flop", "kaplan-bottleneck",
                                        "chinchilla-order-models", "chinchilla-derive")),
    quiz.claim("chinchilla-root-two").asked,
    quiz.ask("board-derive").asked,
]  # fmt: skip

LIVE = """from helpers import laws, live
from pictures import chinchilla
live.Live(chinchilla.IsoFlop(laws.CHINCHILLA_REFIT), presets={"Gopher": {"flops": 5.04e23}},
          flops=live.log_slider("compute", 1e18, 1e26, start=5.88e23),
          params=live.log_slider("size", 1e8, 1e12, start=7e10))"""


@pytest.fixture(scope="module")
def tab():
    """One page for all: a process can drive one browser at a time."""
    with browser.page(1366, 768) as tab:
        yield tab


@pytest.fixture(scope="module")
def lab(tab, tmp_path_factory):
    """A JupyterLab with a notebook that has everything, and the mock interview."""
    folder = tmp_path_factory.mktemp("lab")
    book = every_kind()
    book.cells += map(nbformat.v4.new_code_cell, ('quiz.ask("board-derive")', LIVE))
    nbformat.write(book, folder / "every_kind.ipynb")
    shutil.copy(ROOT / "notebooks" / f"{NAME}.ipynb", folder)
    with browser.jupyter_lab(str(folder)) as (address, token):
        yield tab, address, token


in_one_lab, built_once = (pytest.mark.xdist_group(name) for name in ("questions", "pages"))


@in_one_lab
@pytest.mark.parametrize("right", [False, True])
def test_questions_of_each_kind_with_a_wrong_and_a_right_answer(lab, right):
    tab, address, token = lab
    assert {asked["kind"] for asked in ASKED} == set(verdicts.KINDS), "every kind that there is"
    browser.open_notebook(tab, address, token, "every_kind.ipynb", len(ASKED) + 2)
    browser.restart_and_run_all(tab)  # of the answers before nothing is left
    tab.wait_for_function(
        "count => document.querySelectorAll('.quiz').length === count", arg=len(ASKED)
    )
    player = Player(tab)
    for place, asked in enumerate(ASKED):
        player.mock = tab.locator(".jp-OutputArea-output").nth(place)
        turned = asked["kind"] == "order" and not right
        player.answer(asked | {"answer": asked["answer"][::-1]} if turned else asked, right)
        signs = "✓" if right else "→" if asked["kind"] == "open" else "✗"
        player.says(signs)
    assert problems_in_lab(tab) == []


@in_one_lab
@pytest.mark.parametrize("name", ["JupyterLab Dark", "JupyterLab Light"])
def test_tab_goes_from_control_to_control_and_shows_where_it_is(lab, name):
    tab, address, token = lab
    browser.open_notebook(tab, address, token, "every_kind.ipynb", len(ASKED) + 2)
    browser.run_all(tab)
    theme(tab, name)
    tab.wait_for_selector(".live .noUi-handle[data-named]")
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


@in_one_lab
def test_the_mock_interview_and_its_scorecard(lab):
    tab, address, token = lab
    browser.open_notebook(tab, address, token, f"{NAME}.ipynb")
    browser.run_all(tab)
    tab.wait_for_selector(".mock .quiz")
    player, found = Player(tab), []
    while item := interview.current(player.state):
        asked = posed(item["name"], item["seed"])
        right = len(player.state["results"]) % 2 == 1
        player.answer(asked, right)
        tab.evaluate(FOLDS, True)
        found += problems(tab, [[".mock"]])
        player.next(brought(asked, right))
    player.mock.get_by_text("The scorecard:").wait_for()
    assert found + problems_in_lab(tab) == []


def brought(asked, right):
    """What Player.answer brings: one point of an open answer, all but one step of a whiteboard."""
    if right:
        return 1.0
    if asked["kind"] == "whiteboard":
        return 1 - 1 / len(asked["steps"])
    return 1 / len(asked["points"]) if asked["kind"] == "open" else 0.0


# Pages --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The site, with few steps of each slider, which axe does not move."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "MOST", 6)
        assert site_pages.main(["--out", str(folder / "site")]) == 0
    return folder


@built_once
@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1366, "light")])
def test_every_page_of_the_site(tab, built, width, scheme):
    pages = sorted((built / "site").glob("*.html"))
    assert len(pages) == 2 + len(list((ROOT / "notebooks").glob("*.ipynb")))
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    for page in pages:
        tab.goto(f"file://{page}")
        tab.wait_for_timeout(500)
        tab.evaluate(FOLDS, True)
        assert problems(tab) == [], page.name
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, page.name
