"""Every chapter in a real browser: as stored, run, moved, answered, on a projector, in dark, restarted.

Slow, so `make test` leaves it out and `make test-browser` runs it.
"""

import base64
import functools
import io
import json
import re
import shutil

import browser
import pytest
from accessible import STORED_PICTURES, STORED_RULES, problems_in_lab, theme
from PIL import Image

from helpers import data, published
from helpers.questions import posed

pytest.importorskip("latex2mathml", reason="pages need latex2mathml: pip install -e '.[slides]'")
import render

ROOT = data.FOLDER.parent
BOOKS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "notebooks").glob("*.ipynb")
}
CODE = {
    name: "\n".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code")
    for name, book in BOOKS.items()
}
# Those with sliders first, those without a question last: then each of the three lists begins like
# the next one, and pytest, which tells parameters by their place, opens a chapter once for all of them.
NAMES = sorted(BOOKS, key=lambda n: ("slider(" not in CODE[n], "quiz.ask(" not in CODE[n], n))
ASKING = [name for name in NAMES if "quiz.ask(" in CODE[name]]
SLIDING = [name for name in ASKING if "slider(" in CODE[name]]
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
        self.name, self.book, self.code = name, BOOKS[name], CODE[name]
        self.stored = [o for cell in self.book["cells"] for o in cell.get("outputs", ())
                       if "image/png" in o.get("data", {})]  # fmt: skip

    def open(self, tab=None):
        tab = tab or self.tab
        browser.open_notebook(
            tab, self.address, self.token, f"{self.name}.ipynb", len(self.book["cells"])
        )

    @property
    def figures(self):
        return self.tab.locator(".live")

    @functools.cached_property
    def twins(self):
        """The same figures in this process, which say what those of the page must show."""
        cells = render.figures(ROOT / "notebooks" / f"{self.name}.ipynb").values()
        return [figure for shown in cells for figure in shown]

    def pairs(self):
        """Each figure of the page with its twin, both as they began."""
        for figure, twin in zip(self.figures.all(), self.twins, strict=True):
            figure.get_by_role("button", name="Reset").click()
            twin.reset.click()
            self.shows(figure, twin)
            yield figure, twin

    def shows(self, figure, twin):
        """Wait until a figure has the picture, the sentence and the read-outs of its twin."""
        sliders = [w for w in twin.controls.values() if not render._is_list(w)]
        said = [slider.options[slider.index][0] for slider in sliders]
        read = [handle.get_attribute for handle in figure.locator(".noUi-handle").all()]
        until(
            self.tab, lambda: [of("aria-valuetext") for of in read], lambda seen: seen == said, 60
        )
        drawn = nameless(self.tab.evaluate(AS_READ, twin._overlay.value))
        overlay = figure.locator("[role=status]").locator("xpath=..")  # the picture, its sentence
        until(self.tab, overlay.inner_html, lambda seen: nameless(seen) == drawn)

    def handles(self):
        """Each handle of a slider, with the sentence of its figure."""
        for figure in self.figures.all():
            for handle in figure.locator(".noUi-handle").all():
                yield handle, figure.locator("[role=status]")

    def healthy(self):
        """Every live figure is there, nothing raised, nothing in the console."""
        tab = self.tab
        until(tab, self.figures.count, lambda count: count == self.code.count("live.Live("))
        assert tab.locator(browser.ERROR).count() == 0
        assert tab.locator(".live [role=alert]").all_text_contents() == []
        assert tab.problems == []


# HTML as a browser reads and writes it; and without the names of its marks, which are drawn by lot.
AS_READ = "html => { const box = document.createElement('div'); box.innerHTML = html; return box.innerHTML; }"


def nameless(html):
    return re.sub(r"\b[a-zA-Z][0-9a-f]{10}\b", "", html)


def parameters(names):
    return [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]


of_those_with_sliders = pytest.mark.parametrize("chapter", parameters(SLIDING), indirect=True)
of_those_with_questions = pytest.mark.parametrize("chapter", parameters(ASKING), indirect=True)


@pytest.fixture(scope="module", params=parameters(NAMES))
def chapter(request, lab):
    """A chapter after Run All; tests with the same one go to the same worker, in this order."""
    if request.param.startswith("07") and not PUBLISHED:
        pytest.skip("published files are not here: make data")
    it = Chapter(lab, request.param)
    it.tab.bring_to_front()
    it.tab.problems.clear()  # of another chapter
    it.open()
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


def test_every_preset_and_choice_shows_what_python_says_and_reset_goes_back(chapter):
    tab = chapter.tab
    tab.evaluate(WATCH)
    for figure, twin in chapter.pairs():
        lists = ([twin.preset] if twin._presets else []) + [*filter(render._is_list, twin.controls.values())]  # fmt: skip
        for shown, list_ in zip(figure.locator("select").all(), lists, strict=True):
            pictures = set()
            for place in range(len(list_.options)):
                shown.select_option(index=place)
                list_.index = place
                chapter.shows(figure, twin)
                pictures.add(nameless(twin._overlay.value))
            assert len(pictures) > 1, f"no option of {list_.description!r} changes anything"
        figure.get_by_role("button", name="Reset").click()
        twin.reset.click()
        chapter.shows(figure, twin)
    assert tab.evaluate("() => window.alerts") == []
    chapter.healthy()


@of_those_with_sliders
def test_fifty_quick_steps_end_with_the_last_state(chapter):
    tab = chapter.tab
    figure, twin = next(both for both in chapter.pairs() if both[0].locator(".noUi-handle").count())
    handle = figure.locator(".noUi-handle").first
    slider = next(w for w in twin.controls.values() if not render._is_list(w))
    began = slider.index
    handle.focus()
    for key in ["ArrowRight"] * 3 + ["ArrowLeft"] * 30 + ["ArrowRight"] * 17:
        tab.keyboard.press(key)
    slider.index = round(float(handle.get_attribute("aria-valuenow")))
    assert slider.index not in (began, 0)
    chapter.shows(figure, twin)
    tab.keyboard.press("ArrowLeft")
    slider.index -= 1
    chapter.shows(figure, twin)


@of_those_with_questions
def test_nonsense_a_slip_and_the_right_answer(chapter):
    asked = re.findall(r'quiz\.(ask|claim)\("([^"]+)"', chapter.code)
    quizzes = chapter.tab.locator(".quiz")
    until(chapter.tab, quizzes.count, lambda count: count == len(asked))
    questions = [(quizzes.nth(k), posed(name, 0)) for k, (how, name) in enumerate(asked) if how == "ask"]  # fmt: skip
    numbers = [(quiz, asked) for quiz, asked in questions if asked["kind"] == "number"]
    assert numbers
    for quiz, question in numbers:
        box, verdict = quiz.get_by_label("your answer"), quiz.locator("[role=status]")
        for typed, sign in (
            ("nonsense", "✗ 'nonsense' is not a number"),
            (f"{question['slips'][0]['value']:.6g}", "✗ Not yet"),
            (f"{question['answer']:.6g}", "✓ Right"),
        ):
            box.fill(typed)
            chapter.tab.keyboard.press("Enter")
            verdict.filter(has_text=sign).wait_for(timeout=15_000)


def test_axe_finds_nothing_of_ours(chapter):
    """Before it ran, and now that some questions are answered, in both themes."""
    assert chapter.seen["axe"] == []
    assert problems_in_lab(chapter.tab) == []


# What is wider than its place, so that a part of it cannot be seen or must be scrolled to; and rows,
# picture and sentence of a figure that lie on top of each other.
CUT_OFF = """() => {
  const parts = '.jp-OutputArea-output, .jp-OutputArea-output pre, .jp-RenderedMarkdown, .jp-RenderedMarkdown table,'
    + ' .jp-RenderedMarkdown pre, mjx-container, .quiz, .quiz *, .mock, .mock *, .live, .cm-scroller';
  const wide = [...document.querySelectorAll('.jp-Notebook ' + parts.split(',').join(', .jp-Notebook '))].filter(part => {
    const box = part.getBoundingClientRect(), cell = part.closest('.jp-Cell').getBoundingClientRect();
    const hidden = part.scrollWidth > part.clientWidth + 1 && part.matches(
      '.jp-OutputArea-output, .jp-OutputArea-output pre, .jp-RenderedMarkdown, .jp-RenderedMarkdown pre, .cm-scroller');
    return box.width && (hidden || box.right > cell.right + 1 || box.left < cell.left - 1);
  });
  const over = [...document.querySelectorAll('.live')].filter(figure => {
    const svg = figure.querySelector('svg[role=img]').getBoundingClientRect();
    const said = figure.querySelector('[role=status]').getBoundingClientRect();
    const rows = [...figure.querySelectorAll('.widget-slider, .widget-dropdown')].map(row => row.getBoundingClientRect());
    return said.top < svg.bottom - 2 || rows.some(row => row.bottom > svg.top + 2);
  });
  return [...wide, ...over].map(part => `${part.tagName} ${part.className}: ${part.textContent.slice(0, 80)}`);
}"""
# Cells that are scrolled away have their size as well.
ALL_LAID_OUT = ".jp-Cell {content-visibility: visible !important}"
AS_WIDE = """width => {
  const right = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').getBoundingClientRect().right;
  return right <= width && right > width - 60;
}"""


@pytest.mark.parametrize("window", [LAPTOP, PROJECTOR], ids=["laptop", "projector"])
def test_nothing_overlaps_or_is_cut(chapter, window):
    """Outputs, tables, formulas, questions and code are no wider than their cell."""
    tab = chapter.tab
    style = tab.add_style_tag(content=ALL_LAID_OUT)
    try:
        tab.set_viewport_size(window)
        tab.wait_for_function(AS_WIDE, arg=window["width"])
        until(tab, lambda: tab.evaluate(CUT_OFF), lambda cut: cut == [])
    finally:
        style.evaluate("style => style.remove()")
        tab.set_viewport_size(LAPTOP)
        tab.wait_for_function(AS_WIDE, arg=LAPTOP["width"])


def test_dark_has_light_words_and_pictures_on_white(chapter):
    tab = chapter.tab
    shade = "e => { const c = getComputedStyle(e).color.match(/[0-9.]+/g); return +c[0] + +c[1] + +c[2]; }"
    theme(tab, "JupyterLab Dark")
    try:
        words = tab.locator(".live [role=status], .quiz [role=status], .quiz summary").all()
        assert words and all(word.evaluate(shade) > 450 for word in words)
        for picture in tab.locator(".live img[src^='data:image/png']").all():
            assert white(picture.get_attribute("src"))
        until(tab, lambda: tab.evaluate(CUT_OFF), lambda cut: cut == [])
    finally:
        theme(tab, "JupyterLab Light")
    chapter.healthy()


def white(data_uri):
    """Whether the corner of a picture is white."""
    picture = Image.open(io.BytesIO(base64.b64decode(data_uri.split(",")[1]))).convert("RGB")
    return picture.getpixel((2, 2)) == (255, 255, 255)


def changes(window):
    """Whether the first figure with a slider, or else a list, follows a step of it; True without figures."""
    for control, step in ((".noUi-handle", turn), ("select", another)):
        if (found := window.locator(f".live {control}").first).count():
            figure = window.locator(".live").filter(has=window.locator(control)).first
            overlay = figure.locator("[role=status]").locator("xpath=..")
            before = browser.settled(window, overlay.inner_html)
            step(window, found)
            return until(window, overlay.inner_html, lambda seen, was=before: seen != was)
    return True


def another(_, list_):
    """Choose the option before, or after the first one."""
    chosen = list_.evaluate("list => list.selectedIndex")
    list_.select_option(index=chosen - 1 if chosen else 1)


@of_those_with_sliders
def test_a_second_window_on_the_same_notebook(chapter):
    """Both windows move, each its own figures."""
    other = browser.new_page(chapter.tab.context.browser, viewport=LAPTOP)
    try:
        other.bring_to_front()  # a page behind another one draws late
        chapter.open(other)
        browser.run_all(other)
        for window in (chapter.tab, other):
            window.bring_to_front()
            assert changes(window)
        assert other.problems == []
    finally:
        other.close()
        chapter.tab.bring_to_front()


def test_interrupted_restarted_and_run_again(chapter):
    """The last test of a chapter: figures survive an interrupt, and a restart brings all of it back."""
    tab, cells = chapter.tab, chapter.tab.locator(".jp-Notebook .jp-Cell")
    count = cells.count()
    # Adds a cell; by an event, because a page that lays out its cells late moves away under a mouse.
    tab.locator(".jp-Notebook-footer").dispatch_event("click")
    until(tab, cells.count, lambda now: now == count + 1)
    mine = cells.last
    mine.locator(".cm-content").focus()
    tab.keyboard.insert_text("print('it runs', flush=True); __import__('time').sleep(600)")
    tab.keyboard.press("Control+Enter")
    mine.locator(".jp-OutputArea-output").filter(has_text="it runs").wait_for()
    browser.menu(tab, "Kernel", "Interrupt Kernel")
    mine.locator(browser.ERROR).filter(has_text="KeyboardInterrupt").wait_for()
    browser.menu(tab, "Edit", "Delete Cell")
    until(tab, cells.count, lambda now: now == count)
    browser.wait_idle(tab)
    assert changes(tab)
    browser.restart_and_run_all(tab)
    chapter.healthy()
