"""Every chapter in a real browser: as stored, run, moved, answered, on a projector, in dark, restarted.

Slow, so `make test` leaves it out and `make test-browser` runs it. A chapter is opened and run once for
all of its tests, which look at the same page one after another.
"""

import base64
import functools
import io
import json
import re

import browser
import pytest
from accessible import DARK, LIGHT, STORED_PICTURES, STORED_RULES, problems_in_lab
from PIL import Image

from helpers import data
from helpers.questions import posed
from pictures import published

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
# Among them those with most figures first, so that no worker is left with a long one at the end.
NAMES = sorted(
    BOOKS,
    key=lambda n: (
        "slider(" not in CODE[n],
        "quiz.ask(" not in CODE[n],
        -CODE[n].count("live.Live("),
    ),
)
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
def windows(chrome):
    """A browser in which windows of a small laptop are opened; what JupyterLab brings is loaded once."""
    context = chrome.new_context(viewport=LAPTOP)
    yield context
    context.close()


class Chapter:
    """One chapter in the browser: its page, what it holds, and what it showed before it ran."""

    def __init__(self, lab, windows, name):
        self.lab, self.windows = lab, windows
        self.name, self.book, self.code = name, BOOKS[name], CODE[name]
        self.stored = [o for cell in self.book["cells"] for o in cell.get("outputs", ())
                       if "image/png" in o.get("data", {})]  # fmt: skip
        self.tab = self.open()

    def open(self, workspace=""):
        """A window with the notebook; one of two at a time needs a workspace of its own."""
        window = browser.new_page(self.windows)
        address = self.lab.address.replace("/lab/", f"/lab/workspaces/{workspace}/" if workspace else "/lab/")  # fmt: skip
        browser.open_notebook(
            window, address, self.lab.token, f"{self.name}.ipynb", len(self.book["cells"])
        )
        return window

    @property
    def figures(self):
        return self.tab.locator(".live")

    @functools.cached_property
    def twins(self):
        """The same figures in this process, which say what those of the page must show."""
        cells = render.figures(ROOT / "notebooks" / f"{self.name}.ipynb").values()
        return [figure for shown in cells for figure in shown]

    def pairs(self):
        """Each figure of the page with its twin."""
        return zip(self.figures.all(), self.twins, strict=True)

    def reset(self, figure, twin):
        """Take both back to how they began."""
        figure.get_by_role("button", name="Reset").click()
        twin.reset.click()
        self.shows(figure, twin)

    def shows(self, figure, twin):
        """Wait until a figure has the picture, the sentence, the read-outs and the choices of its twin."""
        said = [slider.options[slider.index][0] for slider in sliders(twin)]
        # After Reset the page puts the sliders back at once, the kernel the list of presets
        chosen = [list_.index for list_ in lists(twin)]
        seen = [nameless(figure.page.evaluate(AS_READ, drawn(twin))), said, chosen, twin.sentence]

        def look():
            picture, *others = figure.evaluate(SHOWN)
            return [nameless(picture), *others]

        until(figure.page, look, lambda now: now == seen)

    def healthy(self):
        """Every live figure is there, nothing raised, nothing in the console."""
        tab = self.tab
        until(tab, self.figures.count, lambda count: count == self.code.count("live.Live("))
        assert tab.locator(browser.ERROR).count() == 0
        assert tab.locator(".moving [role=alert]").all_text_contents() == []
        assert tab.problems == []


def sliders(twin):
    return [widget for widget in twin.controls.values() if not render._is_list(widget)]


def lists(twin):
    presets = [twin.preset] if twin._presets else []
    return presets + [widget for widget in twin.controls.values() if render._is_list(widget)]


# The picture of a figure, what its handles read out, what its lists show, and its sentence.
SHOWN = """figure => [figure.querySelector('.moving svg > g')?.innerHTML ?? '',
  [...figure.querySelectorAll('.noUi-handle')].map(handle => handle.ariaValueText),
  [...figure.querySelectorAll('select')].map(list => list.selectedIndex),
  figure.querySelector('.moving :is([role=status], [role=alert])')?.textContent ?? '']"""


# HTML as a browser reads and writes it; and without the names of its marks, which are drawn by lot.
AS_READ = """svg => {
  const box = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  box.innerHTML = svg;
  return box.innerHTML;
}"""


def drawn(twin):
    """What moves in the picture of a twin."""
    return twin.frame(twin.values)[0]


def seen(twin):
    """What moves in the picture of a twin, without the names of marks, and the sentence."""
    return nameless(drawn(twin)), twin.sentence


def nameless(html):
    return re.sub(r"(v\d+-)?\b[a-zA-Z][0-9a-f]{10}\b", "", html)


of_those_with_sliders = pytest.mark.parametrize("chapter", SLIDING, indirect=True)
of_those_with_questions = pytest.mark.parametrize("chapter", ASKING, indirect=True)


@pytest.fixture(scope="module", params=NAMES)
def chapter(request, lab, windows):
    """A chapter after Run All; its tests go to the same worker (conftest.py), in this order."""
    if request.param.startswith(("07", "09")) and not PUBLISHED:
        pytest.skip("published files are not here: make data")
    it = Chapter(lab, windows, request.param)
    pictures = it.tab.locator(".jp-RenderedImage img").all()
    it.seen = {
        "live": it.figures.count(),
        "folds": it.tab.locator(".jp-OutputArea-output details").count(),
        "pictures": [
            (p.bounding_box()["width"], p.evaluate("e => e.naturalWidth")) for p in pictures
        ],
        "axe": problems_in_lab(
            it.tab, [LIGHT, DARK], exclude=STORED_PICTURES, rules_off=STORED_RULES
        ),
    }
    browser.run_all(it.tab)
    until(it.tab, it.figures.count, lambda count: count == it.code.count("live.Live("))
    yield it
    it.tab.close()
    browser.shut_down(lab.address, lab.token)


def test_the_stored_page_has_every_picture_and_fold(chapter):
    """Its finding is stored as alternative text as well; pages show that, JupyterLab 4.6 does not."""
    assert chapter.seen["live"] == 0
    for (width, dots), output in zip(chapter.seen["pictures"], chapter.stored, strict=True):
        assert 300 < width < 1000 and dots > 0
        finding = output["metadata"]["image/png"]["alt"]
        assert finding == "".join(output["data"]["text/plain"]) and len(finding) > 40
    stored = json.dumps([cell.get("outputs", ()) for cell in chapter.book["cells"]])
    questions, claims = (chapter.code.count(f"quiz.{how}(") for how in ("ask", "claim"))
    assert chapter.seen["folds"] == stored.count("<details") >= 2 * questions + claims


def test_everything_runs(chapter):
    chapter.healthy()


def test_every_slider_has_a_name_and_moves_by_keyboard(chapter):
    """Names and values are those of the notebook, and a step shows what Python says."""
    moved = 0
    for figure, twin in chapter.pairs():
        handles = figure.locator(".noUi-handle").all()
        for handle, slider in zip(handles, sliders(twin), strict=True):
            until(chapter.tab, lambda h=handle: h.get_attribute("aria-label"), bool)
            assert handle.get_attribute("aria-label") == slider.description != ""
            before = twin.values, seen(twin)
            turn(handle, slider)
            # Jupyter Notebook 7 would take the arrow keys
            assert handle.get_attribute("data-lm-suppress-shortcuts") == "true"
            chapter.shows(figure, twin)
            assert twin.values != before[0] and seen(twin) != before[1]
            picture, status = (
                figure.locator(f".moving {part}") for part in ("svg[aria-label]", "[role=status]")
            )
            assert picture.get_attribute("aria-label") == status.text_content()
            moved += 1
    assert bool(moved) == ("slider(" in chapter.code)
    chapter.healthy()


def turn(handle, slider):
    """A step of a slider and of its twin by keyboard, to the left where they stand at the right end."""
    step = 1 if slider.index < len(slider.options) - 1 else -1
    handle.focus()
    handle.page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
    slider.index += step


# An alert goes when the next picture comes, so it is written down.
WATCH = """() => { window.alerts = [];
  new MutationObserver(() => document.querySelectorAll('.moving [role=alert]').forEach(
    e => window.alerts.push(e.textContent))).observe(document.body, {childList: true, subtree: true}); }"""


def test_every_preset_and_choice_shows_what_python_says_and_reset_goes_back(chapter):
    tab = chapter.tab
    tab.evaluate(WATCH)
    for figure, twin in chapter.pairs():
        chapter.reset(figure, twin)
        for shown, list_ in zip(figure.locator("select").all(), lists(twin), strict=True):
            pictures = set()
            for place in range(len(list_.options)):
                shown.select_option(index=place)
                list_.index = place
                chapter.shows(figure, twin)
                pictures.add(seen(twin))
            assert len(pictures) > 1, f"no option of {list_.description!r} changes anything"
        chapter.reset(figure, twin)
        if twin._presets:
            assert figure.locator("select").first.evaluate(CHOSEN)[1] == 0, "your own values"
    assert tab.evaluate("() => window.alerts") == []
    chapter.healthy()


def test_arrow_keys_choose_in_every_list_and_leave_the_notebook_alone(chapter):
    for figure, twin in chapter.pairs():
        for shown, list_ in zip(figure.locator("select").all(), lists(twin), strict=True):
            choose(shown, list_)
            assert shown.get_attribute("data-lm-suppress-shortcuts") is not None
            chapter.shows(figure, twin)
            assert shown.evaluate(CHOSEN) == [True, list_.index]
    chapter.healthy()


CHOSEN = "list => [list === document.activeElement, list.selectedIndex]"


def choose(shown, list_):
    """Another option of a list and of its twin by keyboard: the next one, or that before the last."""
    step = 1 if list_.index < len(list_.options) - 1 else -1
    shown.focus()
    shown.page.keyboard.press("ArrowDown" if step > 0 else "ArrowUp")
    list_.index += step


@of_those_with_sliders
def test_fifty_quick_steps_end_with_the_last_state(chapter):
    figure, twin = next((figure, twin) for figure, twin in chapter.pairs() if sliders(twin))
    chapter.reset(figure, twin)
    handle, slider = figure.locator(".noUi-handle").first, sliders(twin)[0]
    began = slider.index
    handle.focus()
    for key in ["ArrowRight"] * 3 + ["ArrowLeft"] * 30 + ["ArrowRight"] * 17:
        chapter.tab.keyboard.press(key)
    slider.index = round(float(handle.get_attribute("aria-valuenow")))
    assert slider.index not in (began, 0)
    chapter.shows(figure, twin)
    chapter.tab.keyboard.press("ArrowLeft")
    slider.index -= 1
    chapter.shows(figure, twin)


@of_those_with_questions
def test_nonsense_a_slip_and_the_right_answer(chapter):
    asked = re.findall(r'quiz\.(ask|claim|code)\(\s*"([^"]+)"', chapter.code)
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
            verdict.filter(has_text=sign).wait_for()


# What is wider than its place, so that a part of it cannot be seen or must be scrolled to; and figures whose
# rows, picture and sentence lie on top of each other, or whose picture does not lie exactly over its backdrop.
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
    const svg = figure.querySelector('.moving svg[aria-label]').getBoundingClientRect();
    const said = figure.querySelector('.moving [role=status]').getBoundingClientRect();
    const rows = [...figure.querySelectorAll('.widget-slider, .widget-dropdown')].map(row => row.getBoundingClientRect());
    const ground = figure.querySelector('.moving img').getBoundingClientRect();
    const beside = ['left', 'top', 'right', 'bottom'].some(side => Math.abs(svg[side] - ground[side]) > 1);
    return beside || said.top < svg.bottom - 2 || rows.some(row => row.bottom > svg.top + 2);
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


def test_in_dark_and_light_nothing_is_cut_and_axe_finds_nothing_of_ours(chapter):
    """Before it ran, and now that some questions are answered; dark has light words and pictures on white."""
    tab = chapter.tab

    def look(name):
        if name == DARK:
            words = tab.locator(".moving [role=status], .quiz [role=status], .quiz summary")
            shades = words.evaluate_all(f"words => words.map({SHADE})")
            assert shades and min(shades) > 450
            for picture in tab.locator(".moving img[src^='data:image/png']").all():
                assert white(picture.get_attribute("src"))
        until(tab, lambda: tab.evaluate(CUT_OFF), lambda cut: cut == [])

    assert chapter.seen["axe"] == []
    assert problems_in_lab(tab, [DARK, LIGHT], look) == []
    chapter.healthy()


SHADE = (
    "e => { const c = getComputedStyle(e).color.match(/[0-9.]+/g); return +c[0] + +c[1] + +c[2]; }"
)


def white(data_uri):
    """Whether the corner of a picture is white."""
    picture = Image.open(io.BytesIO(base64.b64decode(data_uri.split(",")[1]))).convert("RGB")
    return picture.getpixel((2, 2)) == (255, 255, 255)


def follows(chapter, window):
    """Check that in this window the first figure with a slider, and the first with a list, follow a step."""
    for parts, control, step in ((sliders, ".noUi-handle", turn), (lists, "select", choose)):
        for place, twin in enumerate(chapter.twins):
            if parts(twin):
                figure = window.locator(".live").nth(place)
                chapter.reset(figure, twin)
                before = seen(twin)
                step(figure.locator(control).first, parts(twin)[0])
                chapter.shows(figure, twin)
                assert seen(twin) != before
                break


@of_those_with_sliders
def test_a_second_window_on_the_same_notebook(chapter):
    """Both windows move, each its own figures."""
    other = chapter.open("second")
    try:
        other.bring_to_front()  # a page behind another one draws late
        browser.run_all(other)
        until(other, other.locator(".live").count, lambda count: count == len(chapter.twins))
        for window in (chapter.tab, other):
            window.bring_to_front()
            follows(chapter, window)
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
    follows(chapter, tab)
    browser.restart_and_run_all(tab)
    chapter.healthy()
