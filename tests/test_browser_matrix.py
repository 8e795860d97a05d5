"""Every chapter in a real browser: as stored, run, moved, answered, on a projector, in dark, restarted.

Slow, so `make test` leaves it out and `make test-browser` runs it.
"""

import base64
import io
import json
import re
import shutil

import browser
import pytest
from accessible import STORED_PICTURES, STORED_RULES, problems_in_lab, theme
from PIL import Image

from helpers import data, published
from helpers.asked import posed

ROOT = data.FOLDER.parent
NAMES = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
PUBLISHED = all(published.at_hand(name) for name in published.SOURCES)
LAPTOP, PROJECTOR = (
    {"width": 1366, "height": 768},
    {"width": 1280, "height": 720},
)  # 1920x1080, 150 %

until = browser.until
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab with the chapters, and a page of a small laptop."""
    folder = tmp_path_factory.mktemp("lab")
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(path, folder)
    with browser.jupyter_lab(str(folder)) as (address, token), browser.page(1366, 768) as tab:
        yield tab, address, token


class Chapter:
    """One chapter in the browser: its page, what it holds, and what it showed before it ran."""

    def __init__(self, lab, name):
        self.tab, self.address, self.token = lab
        self.name = name
        self.book = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
        cells = [cell for cell in self.book["cells"] if cell["cell_type"] == "code"]
        self.code = "\n".join("".join(cell["source"]) for cell in cells)
        self.stored = [o for cell in cells for o in cell["outputs"]
                       if "image/png" in o.get("data", {})]  # fmt: skip

    def open(self, tab=None):
        tab = tab or self.tab
        browser.open_notebook(
            tab, self.address, self.token, f"{self.name}.ipynb", len(self.book["cells"])
        )

    @property
    def figures(self):
        return self.tab.locator(".live")

    def handles(self):
        """Each handle of a slider, with the sentence of its figure."""
        for figure in self.figures.all():
            for handle in figure.locator(".noUi-handle").all():
                yield handle, figure.locator("[role=status]")

    def healthy(self):
        """Every live figure is there, nothing raised, nothing in the console."""
        tab = self.tab
        until(tab, self.figures.count, lambda count: count == self.code.count("live.Live("))
        assert tab.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert tab.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        assert tab.locator(".live [role=alert]").all_text_contents() == []
        assert tab.problems == []


@pytest.fixture(scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in NAMES])  # fmt: skip
def chapter(request, lab):
    """A chapter after Run All; tests with the same one go to the same worker, in this order."""
    if request.param.startswith("07") and not PUBLISHED:
        pytest.skip("published files are not here: make data")
    it = Chapter(lab, request.param)
    it.tab.bring_to_front()
    it.open()
    it.tab.problems.clear()
    pictures = it.tab.locator(".jp-RenderedImage img").all()
    it.seen = {
        "live": it.figures.count(),
        "pictures": [
            (p.bounding_box()["width"], p.evaluate("e => e.naturalWidth")) for p in pictures
        ],
        "axe": problems_in_lab(it.tab, exclude=STORED_PICTURES, rules_off=STORED_RULES),
    }
    browser.run_all(it.tab)
    yield it
    browser.shut_down(it.address, it.token)


def test_the_stored_page_has_every_picture(chapter):
    """Its finding is stored as alternative text as well; pages show that, JupyterLab 4.6 does not."""
    assert chapter.seen["live"] == 0
    for (width, dots), output in zip(chapter.seen["pictures"], chapter.stored, strict=True):
        assert 300 < width < 1000 and dots > 0
        finding = output["metadata"]["image/png"]["alt"]
        assert finding == "".join(output["data"]["text/plain"]) and len(finding) > 40


def test_everything_runs(chapter):
    chapter.healthy()


def turn(window, handle):
    """A step of a slider by keyboard, to the left where it stands at its right end."""
    now, end = (float(handle.get_attribute(f"aria-value{part}")) for part in ("now", "max"))
    handle.focus()
    window.keyboard.press("ArrowRight" if now < end else "ArrowLeft")


def test_every_slider_moves_by_keyboard(chapter):
    moved = 0
    for handle, status in chapter.handles():
        seen = status.locator("xpath=..")  # the picture with its sentence
        before, value = seen.inner_html(), handle.get_attribute("aria-valuetext")
        assert len(handle.get_attribute("aria-label")) >= 2
        turn(chapter.tab, handle)
        until(
            chapter.tab,
            lambda h=handle: h.get_attribute("aria-valuetext"),
            lambda text, v=value: text != v,
        )
        until(chapter.tab, seen.inner_html, lambda now, b=before: now != b)
        moved += 1
    assert bool(moved) == ("slider(" in chapter.code)
    chapter.healthy()


# An alert goes when the next picture comes, so it is written down.
WATCH = """() => { window.alerts = [];
  new MutationObserver(() => document.querySelectorAll('.live [role=alert]').forEach(
    e => window.alerts.push(e.textContent))).observe(document.body, {childList: true, subtree: true}); }"""


def test_every_preset_and_choice_draws_and_reset_goes_back(chapter):
    tab = chapter.tab
    tab.evaluate(WATCH)
    for figure in chapter.figures.all():
        status, reset = figure.locator("[role=status]"), figure.get_by_role("button", name="Reset")
        reset.click()
        tab.wait_for_timeout(300)
        first = status.text_content()
        for list_ in figure.locator("select").all():
            for place in range(list_.locator("option").count()):
                list_.select_option(index=place)
                tab.wait_for_timeout(100)
        reset.click()
        until(tab, status.text_content, lambda said, f=first: said == f)
    assert tab.evaluate("() => window.alerts") == []
    chapter.healthy()


def test_fifty_quick_steps_end_with_the_last_state(chapter):
    tab = chapter.tab
    if "slider(" not in chapter.code:
        pytest.skip("this chapter has no slider")
    handle, status = next(chapter.handles())
    value = lambda: handle.get_attribute("aria-valuetext")  # noqa: E731
    handle.focus()
    for key in ["ArrowRight"] * 3 + ["ArrowLeft"] * 25 + ["ArrowRight"] * 22:
        tab.keyboard.press(key)
    shown, settled = value(), browser.settled(tab, status.text_content)
    tab.keyboard.press("ArrowLeft")
    until(tab, status.text_content, lambda said: said != settled)
    tab.keyboard.press("ArrowRight")
    until(tab, status.text_content, lambda said: said == settled)
    assert value() == shown


def test_nonsense_a_slip_and_the_right_answer(chapter):
    asked = re.findall(r'quiz\.(ask|claim)\("([^"]+)"', chapter.code)
    quizzes = chapter.tab.locator(".quiz")
    if not asked:
        pytest.skip("this chapter asks in an interview: tests/test_browser_interview.py")
    until(chapter.tab, quizzes.count, lambda count: count == len(asked))
    questions = [(quizzes.nth(k), posed(name, 0)) for k, (how, name) in enumerate(asked) if how == "ask"]  # fmt: skip
    numbers = [(quiz, asked) for quiz, asked in questions if asked["kind"] == "number"]
    assert numbers
    for quiz, question in numbers:
        box, verdict = quiz.get_by_label("your answer"), quiz.locator("[role=status]")
        for typed, sign in (
            ("nonsense", "✗ 'nonsense' is not a number"),
            (f"{question['slips'][0][0]:.6g}", "✗ Not yet"),
            (f"{question['answer']:.6g}", "✓ Right"),
        ):
            box.fill(typed)
            chapter.tab.keyboard.press("Enter")
            verdict.filter(has_text=sign).wait_for(timeout=15_000)


def test_axe_finds_nothing_of_ours(chapter):
    """Before it ran, and now that some questions are answered, in both themes."""
    assert chapter.seen["axe"] == []
    assert problems_in_lab(chapter.tab) == []


CUT_OFF = """() => {
  const wide = [...document.querySelectorAll('.jp-OutputArea-output')].filter(
    area => area.scrollWidth > area.clientWidth + 1 && !area.querySelector('pre'));
  const over = [...document.querySelectorAll('.live')].filter(figure => {
    const svg = figure.querySelector('svg[role=img]').getBoundingClientRect();
    const said = figure.querySelector('[role=status]').getBoundingClientRect();
    const rows = [...figure.querySelectorAll('.widget-slider, .widget-dropdown')].map(row => row.getBoundingClientRect());
    return said.top < svg.bottom - 2 || rows.some(row => row.bottom > svg.top + 2);
  });
  return [...wide, ...over].map(area => area.textContent.slice(0, 80));
}"""


@pytest.mark.parametrize("window", [LAPTOP, PROJECTOR], ids=["laptop", "projector"])
def test_nothing_overlaps_or_is_cut(chapter, window):
    chapter.tab.set_viewport_size(window)
    chapter.tab.wait_for_timeout(500)
    cut = chapter.tab.evaluate(CUT_OFF)
    chapter.tab.set_viewport_size(LAPTOP)
    assert cut == []


def test_dark_has_light_words_and_pictures_on_white(chapter):
    tab = chapter.tab
    shade = "e => { const c = getComputedStyle(e).color.match(/[0-9.]+/g); return +c[0] + +c[1] + +c[2]; }"
    theme(tab, "JupyterLab Dark")
    try:
        words = tab.locator(".live [role=status], .quiz [role=status], .quiz summary").all()
        assert words and all(word.evaluate(shade) > 450 for word in words)
        for picture in tab.locator(".live img[src^='data:image/png']").all():
            assert white(picture.get_attribute("src"))
        assert tab.evaluate(CUT_OFF) == []
    finally:
        theme(tab, "JupyterLab Light")
    chapter.healthy()


def white(data_uri):
    """Whether the corner of a picture is white."""
    picture = Image.open(io.BytesIO(base64.b64decode(data_uri.split(",")[1]))).convert("RGB")
    return picture.getpixel((2, 2)) == (255, 255, 255)


def test_a_second_window_on_the_same_notebook(chapter):
    """Both windows move, each its own figures."""
    if "slider(" not in chapter.code:
        pytest.skip("this chapter has no slider")
    other = chapter.tab.context.browser.new_page(viewport=LAPTOP)
    try:
        other.bring_to_front()  # a page behind another one draws late
        chapter.open(other)
        browser.run_all(other)
        for window in (chapter.tab, other):
            window.bring_to_front()
            handle = window.locator(".live .noUi-handle").first
            figure = window.locator(".live").filter(has=window.locator(".noUi-handle")).first
            status = figure.locator("[role=status]")
            before = browser.settled(window, status.text_content)
            turn(window, handle)
            until(window, status.text_content, lambda said, b=before: said != b and len(said) > 40)
    finally:
        other.close()
        chapter.tab.bring_to_front()


def test_interrupted_restarted_and_run_again(chapter):
    """The last test of a chapter: what stood on the page is gone, and comes back."""
    tab = chapter.tab
    for menu, entry in (("Run", "Run All Cells"), ("Kernel", "Interrupt Kernel")):
        tab.click(f".lm-MenuBar-itemLabel:text-is('{menu}')")
        tab.click(f".lm-Menu-itemLabel:text-is('{entry}')")
        tab.wait_for_timeout(800)
    browser.restart_and_run_all(tab)
    chapter.healthy()
