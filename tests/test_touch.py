"""Marks that can be dragged are where their control says, and dots that tell their names are where they are drawn."""

import functools
import io
import re
import xml.etree.ElementTree as ET

import browser
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from helpers import data
from pictures import chinchilla, published

pytest.importorskip("latex2mathml", reason="pages need latex2mathml: pip install -e '.[slides]'")
pytest.importorskip("nbconvert", reason="pages need nbconvert: pip install -e '.[slides]'")

import render
import site_pages

BOOKS = data.FOLDER.parent / "notebooks"
CODE = {path.stem: path.read_text("utf-8") for path in sorted(BOOKS.glob("*.ipynb"))}
NAMES = [name for name, code in CODE.items() if "live.Live(" in code]
PUBLISHED = all(published.at_hand(name) for name in published.SOURCES)
WIDTH, HEIGHT = 576, 316.8  # points, as the viewBox of a picture


@pytest.fixture(scope="module", params=NAMES)
def figures(request):
    """The live figures of a chapter."""
    if request.param.startswith(("07", "09")) and not PUBLISHED:
        pytest.skip("published files are not here: make data")
    return [
        figure
        for shown in render.figures(BOOKS / f"{request.param}.ipynb").values()
        for figure in shown
    ]


def marks(picture):
    """x and y of all points of each mark of class "here" in what moves of a picture."""
    names = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    for mark in ET.fromstring(f"<svg {names}>{picture}</svg>").iterfind(".//g[@class='here']"):
        points = [(float(use.get("x")), float(use.get("y"))) for use in mark.iter("use")]
        for line in mark.findall("path"):
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", line.get("d"))]
            points += zip(numbers[::2], numbers[1::2], strict=True)
        yield dict(zip("xy", np.transpose(points), strict=True))


def test_a_mark_is_where_its_control_says(figures):
    """Whoever drags it has it under the pointer, at every step that is in the picture."""
    for figure in figures:
        for way in figure.drag:
            name = list(figure.controls)[way["control"]]
            options, seen = figure.controls[name].options, 0
            assert len(options) == len(way["at"])
            for step in {round(share * (len(options) - 1)) for share in (0, 0.2, 0.5, 0.7, 1)}:
                picture, _ = figure.frame(figure.values | {name: options[step][1]})
                found = list(marks(picture))
                box = figure._ax.get_window_extent()
                low, high = {"x": (box.x0, box.x1), "y": (HEIGHT - box.y1, HEIGHT - box.y0)}[
                    way["axis"]
                ]
                if way["at"][step] is None or not low - 1 <= way["at"][step] <= high + 1:
                    continue  # an arrow at the edge stands for it
                for mark in found:
                    assert mark[way["axis"]] == pytest.approx(way["at"][step], abs=1), (
                        figure.drawing,
                        name,
                        step,
                    )
                seen += len(found)
            assert seen >= 3, (figure.drawing, "has no mark to drag")
            room = WIDTH if way["axis"] == "x" else HEIGHT
            inside = {at for at in way["at"] if at is not None and 0 < at < room}
            assert max(inside) - min(inside) > 50, (figure.drawing, "points that a mark goes")


def test_every_chapter_has_a_mark_to_drag_and_the_course_thirty():
    counted = [CODE[name].count("drag=") for name in NAMES]
    assert all(counted) and sum(counted) >= 30


def test_a_dot_that_has_a_name_is_where_it_is_drawn(figures):
    for figure in figures:
        ax = Figure().add_subplot()
        figure.drawing.backdrop(ax)
        named = [artist for artist in ax.get_children() if hasattr(artist, "names")]
        for artist in named:
            drawn = artist.get_xydata()
            assert np.array([place for *place, _ in artist.names]) == pytest.approx(drawn)
        rows = [row for artist in named for row in artist.names]
        names = [name for x, y, name in rows if ax.viewLim.contains(x, y)]
        assert [name for *_, name in figure.dots] == names and all(names)
        if not names:
            continue
        grey = np.array(Image.open(io.BytesIO(figure.png())).convert("L"))
        scale = grey.shape[1] / WIDTH
        for x, y, name in figure.dots:
            assert 0 < x < WIDTH and 0 < y < HEIGHT, name
            right, down = round(x * scale), round(y * scale)
            around = grey[down - 12 : down + 13, right - 12 : right + 13]
            assert around.min() < 180, (
                f"nothing dark is drawn where {name} is"
            )  # a rim; the grid is lighter


def test_every_model_that_a_list_offers_can_be_chosen_by_its_dot(figures):
    for figure in figures:
        names = {name for *_, name in figure.dots}
        for widget in figure.controls.values():
            offered = {words for words, _ in widget.options}
            assert not offered & names or offered <= names, widget.description


# In the browser -----------------------------------------------------------------------------------

CELLS = """from helpers import data, laws, live, units
from pictures import chinchilla, start_here
live.Live(
    start_here.TenTimes(laws.KAPLAN_PARAMS),
    params=live.log_slider("model size N (parameters)", 1e7, 1e12, start=1e9, say=units.short),
    drag={"params": "x"},
    play="params",
)
---
live.Live(
    chinchilla.Plane(laws.CHINCHILLA_REFIT, data.models()),
    model=live.choice("model", chinchilla.FAMOUS, start="GPT-3 175B"),
)
---
print("\\n" * 60)"""
needs_chromium = pytest.mark.skipif(browser.missing(), reason=browser.NEEDED)


class Door:
    """Two figures on the page, and the same in this process, which say what those must show."""

    def __init__(self, tab, figures, twins, slider, scroller):
        self.tab, self.slider, self.scroller = tab, slider, scroller
        (self.line, self.plane), (self.line_twin, self.plane_twin) = figures, twins

    def at(self, figure, x, y):
        """Where a place of the picture, in points, is on the screen."""
        box = figure.locator("svg[aria-label]:visible").bounding_box()
        return box["x"] + x * box["width"] / WIDTH, box["y"] + y * box["height"] / HEIGHT

    def mark(self):
        """Where the mark of the first figure is: the middle of its box, in points."""
        svg, box = (
            self.line.locator("svg[aria-label]:visible").bounding_box(),
            self.line.locator(".here:visible").bounding_box(),
        )
        right, down = (
            box["x"] + box["width"] / 2 - svg["x"],
            box["y"] + box["height"] / 2 - svg["y"],
        )
        return right * WIDTH / svg["width"], down * HEIGHT / svg["height"]

    def shows(self, step):
        """Wait until slider, sentence and mark of the first figure are at this step."""
        widget, (way,) = self.line_twin.controls["params"], self.line_twin.drag
        words, widget.value = widget.options[step]
        said = self.line.locator(":is(.moving, figcaption) [role=status]")
        browser.until(self.tab, self.slider, lambda seen: seen == words)
        browser.until(self.tab, said.text_content, lambda seen: seen == self.line_twin.sentence)
        browser.until(self.tab, lambda: self.mark()[0], lambda x: abs(x - way["at"][step]) < 1.5)

    def chosen(self, model):
        """Wait until the list of the second figure, and its sentence, say this model."""
        list_ = self.plane.locator("select option:checked")
        browser.until(self.tab, list_.text_content, lambda seen: seen.split() == model.split())
        said = self.plane.locator(":is(.moving, figcaption) [role=status]")
        browser.until(self.tab, said.text_content, lambda seen: seen.startswith(f"{model} ("))

    def dot(self, model):
        """Where the dot of a model is on the screen."""
        return next(
            self.at(self.plane, x, y) for x, y, name in self.plane_twin.dots if name == model
        )

    def told(self, *words):
        """Wait until the second figure tells this, or one of these."""
        browser.until(
            self.tab, self.plane.locator("svg .name").text_content, lambda seen: seen in words
        )

    def scrolled(self):
        return self.tab.evaluate(f"() => {self.scroller}.scrollTop")


@pytest.fixture(scope="module", params=["notebook", "page"])
def door(request, chrome, tmp_path_factory):
    """The figures in JupyterLab after Run All, and on a page made from the same notebook."""
    folder = tmp_path_factory.mktemp("touch")
    path = folder / "00_touch.ipynb"
    cells = [nbformat.v4.new_markdown_cell("# What can be touched?"),
             *map(nbformat.v4.new_code_cell, CELLS.split("---\n"))]  # fmt: skip
    spec = {"name": "python3", "display_name": "-"}
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells), path)
    twins = [figure for shown in render.figures(path).values() for figure in shown]
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768}, has_touch=True)
    if request.param == "page":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(render, "CACHE", folder)
            page = site_pages.build(path, [site_pages.chapter(path)])
        path.with_suffix(".html").write_text(page, "utf-8")
        tab.goto(path.with_suffix(".html").as_uri())
        figures = tab.locator("figure.live")
        figures.nth(1).locator("form:visible").wait_for()
        slider = figures.nth(0).locator("output").text_content
        scroller = "document.documentElement"
    else:
        lab = request.getfixturevalue("lab")
        nbformat.write(nbformat.read(path, 4), lab.folder / path.name)
        browser.open_notebook(tab, lab.address, lab.token, path.name, len(cells))
        browser.run_all(tab)
        figures = tab.locator(".live")
        figures.nth(1).locator(".moving svg[aria-label]").wait_for()
        handle = figures.nth(0).locator(".noUi-handle")
        slider = functools.partial(handle.get_attribute, "aria-valuetext")
        scroller = "document.querySelector('.jp-WindowedPanel-outer')"
    yield Door(tab, (figures.nth(0), figures.nth(1)), twins, slider, scroller)
    assert tab.problems == []
    tab.close()


@needs_chromium
def test_the_mark_follows_the_pointer_and_the_slider_follows_the_mark(door):
    door.line.scroll_into_view_if_needed()
    (way,) = door.line_twin.drag
    mouse, (x, y) = door.tab.mouse, door.mark()
    mouse.move(*door.at(door.line, x, y))
    assert (
        door.line.locator("svg[aria-label]:visible").evaluate("svg => svg.style.cursor") == "grab"
    )
    mouse.down()
    for step in (60, 90, 75):
        mouse.move(*door.at(door.line, way["at"][step], y), steps=8)
        door.shows(step)
    mouse.up()
    mouse.move(*door.at(door.line, way["at"][20], y), steps=4)  # it was let go
    door.shows(75)
    mouse.down()  # far from the mark
    mouse.move(*door.at(door.line, way["at"][30], y), steps=4)
    mouse.up()
    door.shows(75)


@needs_chromium
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_play_steps_the_control_by_keyboard_and_each_step_is_asked_for_by_who_wants_no_motion(
    door, motion
):
    door.tab.emulate_media(reduced_motion=motion)
    door.tab.mouse.move(5, 5)
    button = door.line.locator(".play")
    last = len(door.line_twin.controls["params"].options) - 1
    handle = door.line.locator(".noUi-handle, input[type=range]").first
    handle.focus()
    door.tab.keyboard.press("End")
    door.shows(last)
    button.focus()
    door.tab.keyboard.press("Enter")
    if motion == "reduce":
        door.shows(0)
        assert button.text_content() == "Step"
        door.tab.keyboard.press("Enter")
        door.shows(1)
        door.tab.wait_for_timeout(900)
        door.shows(1)
    else:
        assert button.text_content() == "Pause"
        names = [said for said, _ in door.line_twin.controls["params"].options]
        browser.until(door.tab, door.slider, lambda seen: 3 <= names.index(seen) < last)
        button.focus()
        door.tab.keyboard.press("Enter")
        assert button.text_content() == "Play"
        seen = names.index(browser.settled(door.tab, door.slider, 900))
        door.shows(seen)


@needs_chromium
def test_a_finger_drags_the_mark_and_beside_it_scrolls_the_page(door):
    door.line.scroll_into_view_if_needed()
    (way,), touch = door.line_twin.drag, door.tab.context.new_cdp_session(door.tab)

    def swipe(start, end):
        """A finger goes from one place of the first picture to another, in ten steps."""
        places = np.linspace(*(door.at(door.line, *place) for place in (start, end)), 11)
        fingers = [[{"x": x, "y": y}] for x, y in places.tolist()]
        for kind, points in zip(["touchStart", *["touchMove"] * 10, "touchEnd"], [*fingers, []]):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before, (x, y) = door.scrolled(), door.mark()
    swipe((x, y), (way["at"][40], y - 60))
    door.shows(40)
    assert door.scrolled() == before
    x, y = door.mark()
    swipe((x + 120, y + 60), (x + 120, y))
    assert door.scrolled() > before
    door.shows(40)


@needs_chromium
def test_a_dot_tells_its_name_to_pointer_finger_and_keyboard(door):
    door.plane.scroll_into_view_if_needed()
    door.tab.mouse.move(*door.dot("LLaMA-65B"))
    door.told("LLaMA-65B")
    door.tab.mouse.move(*door.at(door.plane, 300, 5))
    door.told("")
    first, second = (name for *_, name in door.plane_twin.dots[:2])
    dots = door.plane.locator("svg [role=img][tabindex='0']")
    assert dots.count() == 1
    dots.focus()
    door.told(first)
    door.tab.keyboard.press("ArrowRight")
    door.told(second)
    now = "() => document.activeElement.getAttribute('aria-label')"
    assert door.tab.evaluate(now) == second and dots.get_attribute("aria-label") == second
    door.tab.keyboard.press("ArrowLeft")
    door.told(first)
    door.tab.keyboard.press("Tab")
    door.told("")
    door.tab.mouse.move(*door.dot("Qwen-72B"))
    door.told("Qwen-72B and Qwen1.5-72B", "Qwen1.5-72B and Qwen-72B")
    three = "OLMo-7B-0424", "Llama 2 7B", "DeepSeek LLM 7B"
    door.tab.mouse.move(*door.dot(three[0]))
    door.told(*(f"{name} and 2 more" for name in three))
    door.tab.touchscreen.tap(*door.dot("Chinchilla"))
    door.told("Chinchilla")
    door.chosen("Chinchilla")


@needs_chromium
def test_a_click_or_enter_on_a_dot_chooses_its_model(door):
    door.plane.scroll_into_view_if_needed()
    door.tab.mouse.click(*door.dot("Llama 3 8B"))
    door.chosen("Llama 3 8B")
    outside = next(name for *_, name in door.plane_twin.dots if name not in chinchilla.FAMOUS)
    door.tab.mouse.click(*door.dot(outside))
    door.told(outside)
    door.chosen("Llama 3 8B")
    door.tab.mouse.click(*door.dot("Jurassic-1 Jumbo"))  # which lies on one that the list offers
    door.chosen("GPT-3 175B")
    names = [name for *_, name in door.plane_twin.dots]
    door.plane.locator("svg [role=img][tabindex='0']").focus()
    now = "() => document.activeElement.getAttribute('aria-label')"
    start, end = names.index(door.tab.evaluate(now)), names.index("Gopher")
    for _ in range(abs(end - start)):
        door.tab.keyboard.press("ArrowRight" if end > start else "ArrowLeft")
    door.tab.keyboard.press("Enter")
    door.chosen("Gopher")
