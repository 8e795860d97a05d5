"""Pages: what they are made of, and how they behave in a real browser without Python."""

import base64
import contextlib
import gzip
import itertools
import json
import re

import matplotlib
import nbformat
import pytest

from helpers import data

pytest.importorskip("latex2mathml", reason="pages need latex2mathml: pip install -e '.[slides]'")
pytest.importorskip("nbconvert", reason="pages need nbconvert: pip install -e '.[slides]'")

import browser
import render
import site_pages

from helpers import laws, live
from pictures import chinchilla

ROOT = data.FOLDER.parent
START = ROOT / "notebooks" / "00_start_here.ipynb"
CHAPTERS = [site_pages.chapter(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def two_sliders():
    return live.Live(
        chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
        presets={"Gopher": {"flops": 5.04e23, "params": 2.8e11}},
        flops=live.log_slider("compute C (FLOP)", 1e18, 1e26, start=5.88e23),
        params=live.log_slider("size N", 1e8, 1e12, start=7e10),
    )


def unpacked(page, place=0):
    found = re.findall(r'<script type="application/gzip">([^<]*)</script>', page)
    return json.loads(gzip.decompress(base64.b64decode(found[place])))


def test_formulas_are_mathml_and_links_lead_to_pages():
    text = render.markdown(
        "## A *law*\n\n$L = E$ and $$C = 6ND$$ [there](02_chinchilla.ipynb#keep)"
    )
    assert text.count("<math") == 2 and "$" not in text
    assert 'href="02_chinchilla.html#keep"' in text and 'id="a-law"' in text


def test_every_formula_of_the_course_becomes_mathml():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                text = render.markdown("".join(cell["source"]))
                assert "\\" not in re.sub(r"<code>.*?</code>", "", text, flags=re.S), text


@pytest.mark.parametrize("most", [300, 30])
def test_two_sliders_keep_their_ends_their_start_and_presets_and_stay_few(monkeypatch, most):
    monkeypatch.setattr(render, "MOST", most)
    figure = two_sliders()
    options = render.steps(figure)
    for name, widget in figure.controls.items():
        kept = [value for _, value in options[name]]
        exact = {
            widget.options[0][1],
            widget.options[-1][1],
            widget.value,
            figure._presets["Gopher"][name],
        }
        assert exact <= set(kept) and kept == sorted(kept)
    assert 0.7 * most < len(options["flops"]) * len(options["params"]) <= most


def test_one_control_keeps_every_step():
    figure = live.Live(
        chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
        flops=live.log_slider("compute C (FLOP)", 1e18, 1e26, start=5.88e23),
        params=live.choice("size N", {"70 B": 7e10}),
    )
    assert len(render.steps(figure)["flops"]) == len(figure.controls["flops"].options)


def test_frames_are_what_the_figure_says_and_leave_it_as_it_was(monkeypatch):
    monkeypatch.setattr(render, "MOST", 40)
    figure = two_sliders()
    before = figure.values
    controls, frames, presets = render.states(figure)
    assert figure.values == before
    start = f"{controls[0]['start']},{controls[1]['start']}"
    assert frames[start][1] == figure.sentence
    figure.preset.value = "Gopher"
    there = [control["words"][k] for control, k in zip(controls, presets[0]["places"])]
    assert presets[0]["frame"][1] == figure.sentence and there == ["5.04e23", "2.8e11"]


def test_a_frame_has_the_words_of_the_figure_to_the_last_digit_and_its_lines_to_a_tenth(
    monkeypatch,
):
    figure = two_sliders()
    values = figure.values | {"flops": figure.controls["flops"].options[40][1]}
    svg, sentence = figure.frame(values)
    monkeypatch.setattr(live, "_tenths", lambda number: number[0])
    whole, said = figure.frame(values)
    assert sentence == said
    words, kept = (re.findall(r"<text[^>]*>([^<]*)", text) for text in (whole, svg))
    assert words == kept and any(re.search(r"best \d\.\d{3}$", word) for word in kept)
    paths = [
        re.findall(r"-?[\d.]+", " ".join(re.findall(r' d="([^"]*)"', text)))
        for text in (whole, svg)
    ]
    longest = [max(len(number.partition(".")[2]) for number in numbers) for numbers in paths]
    assert longest[0] > 3 and longest[1] == 1
    assert [float(n) for n in paths[1]] == pytest.approx([float(n) for n in paths[0]], abs=0.0501)


def test_a_page_is_built_twice_alike(monkeypatch):
    monkeypatch.setattr(render, "MOST", 25)
    assert render.live_html(two_sliders(), "a") == render.live_html(two_sliders(), "a")


def test_a_page_without_script_shows_the_default_picture_and_its_words():
    page = site_pages.build(START, CHAPTERS)
    book = json.loads(START.read_text("utf-8"))
    stored = [o["data"]["text/plain"] for c in book["cells"] for o in c.get("outputs", [])
              if "image/png" in o.get("data", {})]  # fmt: skip
    for sentence in ("".join(text) for text in stored):
        assert page.count(f'<div role="status">{sentence}</div>') == 1
        assert f'aria-label="{sentence}"' in page
    assert page.count("<form hidden>") == len(stored) == 2
    assert "<summary>Answer</summary>" in page and '<html lang="en">' in page
    assert f"<title>{CHAPTERS[0][1]}" in page and 'rel="next"' in page
    assert not re.search(r'(src|href)="http(?!s://arxiv)', page), "nothing from a network"
    frames = unpacked(page)["frames"]
    assert len({sentence for _, sentence in frames.values()}) > 0.9 * len(frames)


def test_code_that_a_cell_shows_keeps_its_colours():
    shown = {"text/markdown": ["```python\n", "def f(): ...\n", "```"], "text/plain": ["<...>"]}
    said = site_pages.output_html({"output_type": "execute_result", "data": shown}, "x")
    assert said.count('<pre tabindex="0">') == 1 and '<span class="k">def</span>' in said


def test_links_that_lead_nowhere_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="b.html">b</a><a href="#c">c</a><h2 id="d">d</h2><a href="#d">d</a>'
        '<img alt="" src="e.png"><img alt="" src="data:image/png;base64,AAAA">'
    )
    said = site_pages.broken(tmp_path)
    assert said == [
        "a.html: b.html leads nowhere.",
        "a.html: #c has no such place.",
        "a.html: e.png leads nowhere.",
    ]


def test_the_exit_status_tells_of_broken_links_and_of_pages_too_large(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "README.md").write_text("# Data")

    def status(text):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
        nbformat.write(book, tmp_path / "notebooks" / "00_a.ipynb")
        return site_pages.main(["--out", str(tmp_path / "site")]), capsys.readouterr().out

    monkeypatch.setattr(site_pages, "ROOT", tmp_path)
    assert status("# A [b](../data/README.md)")[0] == 0
    wrong, said = status("# A [b](01_b.ipynb)")
    assert wrong == 1 and "00_a.html: 01_b.html leads nowhere." in said
    with pytest.raises(SystemExit, match="no chapter '00_b': it must be one of 00_a"):
        site_pages.main(["00_b"])
    monkeypatch.setattr(site_pages, "LIMIT", 1000)
    wrong, said = status("# A")
    assert wrong == 1 and "00_a.html has 0.0 MB, but 0.001 are allowed." in said


# In a browser -------------------------------------------------------------------------------------
# tests/test_accessible.py asks there whether everybody can use the pages, and whether they fit.

needs_chromium = pytest.mark.skipif(browser.missing(), reason=browser.NEEDED)


@contextlib.contextmanager
def window(chrome, width, height, **options):
    tab = browser.new_page(chrome, viewport={"width": width, "height": height}, **options)
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "00_start_here.html").write_text(site_pages.build(START, CHAPTERS), "utf-8")
    return folder


@needs_chromium
def test_the_page_moves_by_keyboard_and_goes_back(out, chrome):
    with window(chrome, 1366, 768) as tab:
        tab.context.set_offline(True)
        tab.goto((out / "00_start_here.html").as_uri())
        figure = tab.locator("figure.live").first
        figure.locator("form").wait_for(state="visible")
        states = unpacked((out / "00_start_here.html").read_text("utf-8"))
        caption = figure.locator("figcaption")
        first, slider = caption.text_content(), figure.locator("input[type=range]").first
        slider.focus()
        tab.keyboard.press("ArrowRight")
        place = int(slider.input_value())
        assert caption.text_content() == states["frames"][f"{place},0"][1] != first
        assert slider.get_attribute("aria-valuetext") == states["words"][0][place]
        assert figure.locator("svg").get_attribute("aria-label") == caption.text_content()
        figure.get_by_role("button", name="Reset").click()
        assert caption.text_content() == first and tab.problems == []


MOVING = """
from helpers import data, laws, live, units
from pictures import chinchilla
from pictures import limits


def bill(flops, peak, watts, mfu, price):
    hours = flops / peak / mfu / 3600
    return hours, hours * watts / 1e6, hours * price
---
live.Live(
    chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
    presets={"Gopher": {"flops": 5.04e23, "params": 2.8e11}},
    flops=live.log_slider("compute C (FLOP)", 1e18, 1e26, start=5.88e23),
    params=live.log_slider("size N", 1e8, 1e12, start=7e10, say=units.short),
)
---
live.Live(
    chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
    params=live.choice("size N", {"1 B": 1e9, "70 B": 7e10, "280 B": 2.8e11}, start=7e10),
    flops=live.log_slider("compute C (FLOP)", 1e18, 1e26, start=5.88e23),
)
---
live.Live(
    limits.Bill("energy", bill, data.read_table("training_runs"), data.models(), data.accelerators()),
    presets={"GPT-3 175B": {"flops": 3.14e23, "mfu": 0.2, "chip": "V100"}},
    flops=live.log_slider("compute C (FLOP)", 1e22, 1e28, start=3.8e25, say=units.power),
    mfu=live.slider("MFU", 0.1, 0.6, start=0.35, step=0.05, say="{:.0%}".format),
    chip=live.choice("chip", ["V100", "H100 SXM"], start="H100 SXM"),
)
"""


@pytest.fixture(scope="module")
def moving(tmp_path_factory):
    """A page with two sliders and a preset, with a list and a slider, and with a third control."""
    path = tmp_path_factory.mktemp("moving") / "00_moving.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# What moves?")])
    book.cells += map(nbformat.v4.new_code_cell, MOVING.split("---\n"))
    nbformat.write(book, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "MOST", 40)
        patch.setattr(render, "CACHE", path.parent)
        page = site_pages.build(path, [site_pages.chapter(path)])
    path.with_suffix(".html").write_text(page, "utf-8")
    return path.with_suffix(".html").as_uri(), render.figures(path)


SHOWN = """figure => [
  [...figure.querySelectorAll('form input, form select:not([data-preset])')].map(
    control => control.selectedOptions?.[0].text ?? control.nextElementSibling.textContent),
  [...figure.querySelectorAll('form input')].every(
    slider => slider.nextElementSibling.textContent === slider.ariaValueText),
  figure.querySelector('.fixed')?.textContent ?? '', figure.querySelector('svg > g').innerHTML,
  figure.querySelector('svg').ariaLabel, figure.querySelector('figcaption').textContent]"""
AS_PARSED = """drawn => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.innerHTML = drawn;
  return svg.innerHTML;
}"""


def as_python(tab, shown, figure):
    """The sentence of a figure on the page, which shows what Python does for the values beside its controls."""
    words, read_alike, fixed, drawn, label, sentence = shown.evaluate(SHOWN)
    drawn = re.sub(r"v\d+-(?=[mp][0-9a-f]{10})", "", drawn)  # names of marks, apart for each figure
    assert read_alike
    if fixed:
        words.append(fixed.removeprefix("chip: ").removesuffix(" (moves in JupyterLab)"))
    for widget, word in zip(figure.controls.values(), words, strict=True):
        widget.value = dict(widget.options)[word]
    with matplotlib.rc_context({"svg.hashsalt": "page"}):  # the names that render.states gives
        python, said = figure.frame(figure.values)
    assert [label, sentence] == [said, said] and drawn == tab.evaluate(AS_PARSED, python)
    return sentence


@needs_chromium
def test_each_control_moves_picture_and_sentence_to_what_python_says(moving, chrome):
    address, figures = moving
    with window(chrome, 1366, 900) as tab:
        tab.goto(address)
        tab.locator("figure.live form:visible").nth(2).wait_for()
        for number, (figure,) in figures.items():
            shown = tab.locator(f"figure.live#figure-{number}-0")
            seen = [as_python(tab, shown, figure)]
            assert shown.locator("output:not([aria-live=off])").count() == 0, "said twice"
            for control in shown.locator("form select, form input").all():
                control.focus()
                slider = control.get_attribute("type") == "range"
                tab.keyboard.press("ArrowRight" if slider else "ArrowDown")
                seen.append(as_python(tab, shown, figure))
            if figure._presets:  # the other values stay those of the preset when one moves on
                for control in shown.locator("form input").all():
                    shown.locator("[data-preset]").select_option(index=1)
                    preset = figure._presets[shown.locator("[data-preset]").input_value()]
                    seen.append(as_python(tab, shown, figure))
                    assert figure.values == preset
                    control.focus()
                    tab.keyboard.press("ArrowLeft")
                    seen.append(as_python(tab, shown, figure))
                    moved = {name for name, value in figure.values.items() if value != preset[name]}
                    assert len(moved - {"chip"}) == 1
                    assert shown.locator("[data-preset]").input_value() == "your own values"
            shown.get_by_role("button", name="Reset").click()
            assert as_python(tab, shown, figure) == seen[0]
            assert all(one != other for one, other in itertools.pairwise(seen))
        assert tab.problems == []


PHONE = {"device_scale_factor": 3, "is_mobile": True, "has_touch": True}


@needs_chromium
def test_a_phone_shows_letters_of_nine_pixels_or_the_whole_picture_and_moves_by_touch(
    moving, chrome
):
    address, figures = moving
    with window(chrome, 390, 844, **PHONE) as tab:
        tab.goto(address)
        tab.locator("figure.live form:visible").nth(2).wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth") == 390
        shown, figure = tab.locator("figure.live").nth(1), figures[3][0]
        smallest = 10  # points: a fontsize in notebooks/pictures; a picture is eight inches wide
        assert shown.locator("svg").bounding_box()["width"] * smallest / (8 * 72) > 9
        before = as_python(tab, shown, figure)
        shown.locator("form input").tap(position={"x": 40, "y": 16})
        assert as_python(tab, shown, figure) != before
        picture = shown.locator(".picture")
        picture.focus()
        tab.keyboard.press("ArrowRight")
        browser.until(tab, lambda: picture.evaluate("picture => picture.scrollLeft"), bool)
        shown.get_by_label("whole picture").tap()
        assert picture.evaluate("picture => picture.scrollWidth") == 390
        assert tab.problems == []


@needs_chromium
@pytest.mark.parametrize("options, said", [
    ({"java_script_enabled": False}, ""),
    ({}, "This figure stands still here: to move, it needs Chrome or Edge 80, Firefox 113, "
         "Safari 16.4, or newer."),
], ids=["no script", "old browser"])  # fmt: skip
def test_a_figure_that_cannot_move_is_a_picture_and_its_sentence(moving, chrome, options, said):
    address, figures = moving
    with window(chrome, 1366, 900, **options) as tab:
        tab.add_init_script("delete window.DecompressionStream")
        tab.goto(address)
        for shown, (figure,) in zip(
            tab.locator("figure.live").all(), figures.values(), strict=True
        ):
            figure.reset.click()
            words, caption = [figure.sentence, said][: 1 + bool(said)], shown.locator("figcaption")
            browser.until(tab, caption.inner_text, lambda seen, w=words: seen.split("\n") == w)
            assert shown.locator("svg").get_attribute("aria-label") == figure.sentence
            assert shown.locator("svg").is_visible() and not shown.locator("form").is_visible()
        assert tab.problems == []
