"""Slides: what stands on which, and how a deck behaves in a real browser, offline and on paper."""

import re

import nbformat
import pytest

from helpers import data

pytest.importorskip("latex2mathml", reason="slides need latex2mathml: pip install -e '.[slides]'")
pytest.importorskip("nbconvert", reason="slides need nbconvert: pip install -e '.[slides]'")

import browser
import pooch
import slides
from accessible import FOLDS, problems

NOTEBOOKS = sorted((data.FOLDER.parent / "notebooks").glob("*.ipynb"))
START = NOTEBOOKS[0]


def cells_and_notes(path):
    """The cells as slides divide them, and the notes of each slide by the id of its first cell."""
    cells = nbformat.read(path, as_version=4).cells
    return slides.divided(cells), slides.announced(cells)


def slides_with(note, path):
    """The first cells of the slides whose speaker sees this note, in order."""
    cells, notes = cells_and_notes(path)
    return [c.source for c in cells if any(note in said for said in notes.get(c.id, ()))]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_note_is_seen_before_its_step_and_until_it_ends(path):
    written = nbformat.read(path, as_version=4).cells
    notes = [k for k, cell in enumerate(written) if cell.metadata.slideshow.slide_type == "notes"]
    assert notes
    for k in notes:
        seen = slides_with(slides.unfolded(written[k].source), path)
        steps = [source for source in seen if re.search("^##? ", source, re.M)]
        own = steps[-1]  # the heading above the note
        assert seen.index(own) == 1, "the slide before the step has it already"
        upto = [cell.source for cell in written[:k]]
        begin = len(upto) - 1 - upto[::-1].index(own)
        shown = [c for c in cells_and_notes(path)[0] if c.source in upto[begin:]]
        starts = [
            c.source for c in shown if c.metadata.slideshow.slide_type in ("slide", "subslide")
        ]
        assert seen[1:] == starts


def test_what_the_room_is_asked_before_comes_before():
    chapters = {path.stem[:2]: path for path in NOTEBOOKS}
    _, heading, figure, _ = slides_with("rank the four repairs before", chapters["02"])
    assert heading.startswith("## 4.") and "style.Still(" in figure
    _, verdict = slides_with("vote once more on both, then show this", chapters["01"])
    assert verdict.startswith("## The verdict")
    _, notes = cells_and_notes(chapters["01"])
    coming = [said for all_said in notes.values() for said in all_said if "then show this" in said]
    assert coming[0].startswith("**Next: The verdict on the claim**") and "Next" not in coming[1]


def test_notes_are_for_the_speaker_and_figures_have_a_slide_of_their_own():
    deck = slides.build(START)
    assert '<aside class="notes">' in deck and "In class:" in deck
    assert "In class:" not in re.sub(r"<aside.*?</aside>", "", deck, flags=re.S)
    assert "https://" not in re.sub(r"https://arxiv\.org|http://www\.w3\.org", "", deck)
    figure = deck.index('<figure class="live"')
    start = deck.rindex("<section>", 0, figure)
    assert "<h2" not in deck[start:figure]


def test_questions_asked_together_have_a_slide_each():
    cell = {"cell_type": "code", "source": "display(quiz.ask('a'), quiz.ask('b'))"}
    asked = [{"output_type": "display_data", "data": {"text/html": f"<p>{k}</p>"}} for k in "ab"]
    text = slides.slide_html(cell | {"outputs": asked}, 3, [], "<aside>n</aside>")
    one = '<aside>n</aside><div class="output asked"><p>{}</p></div>'
    assert text == f"{one.format('a')}</section><section>{one.format('b')}"


@pytest.mark.parametrize("problem", [OSError("no route"), ValueError("SHA512 hash differs")])
def test_without_reveal_js_one_sentence_says_what_to_do(problem, monkeypatch, capsys, tmp_path):
    def retrieve(*_, **__):
        raise problem

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    assert slides.main(["--out", str(tmp_path), START.stem]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert "reveal.js-5.2.1.tgz could not be fetched" in said.err and "put it here as" in said.err
    place = re.search(r"here as (\S+)\.$", said.err)[1]
    monkeypatch.undo()
    if pooch.os_cache("scaling-laws-course").joinpath(place).is_file():  # that is where it is found
        slides.reveal(tmp_path)


# In a browser -------------------------------------------------------------------------------------

needs_chromium = pytest.mark.skipif(browser.missing(), reason=browser.NEEDED)
TOTAL = "Reveal.getTotalSlides()"
WHERE = "(({h, v}) => `${h} ${v}`)(Reveal.getIndices())"


@pytest.fixture(scope="module")
def tab(chrome):
    """One page of a projector."""
    tab = browser.new_page(chrome, viewport={"width": 1920, "height": 1080})
    tab.context.set_offline(True)
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """A folder for decks; their figures are drawn already where `make site` was run."""
    folder = tmp_path_factory.mktemp("decks")
    try:
        slides.reveal(folder)
    except slides.NotHere as problem:
        pytest.skip(str(problem))
    return folder


def built(decks, name):
    """The deck of a chapter, made once."""
    deck = decks / f"{name}.html"
    if not deck.exists():
        deck.write_text(slides.build(START.with_stem(name)), "utf-8")
    return deck


@pytest.fixture(scope="module")
def start(decks):
    """The deck of chapter 00."""
    return built(decks, START.stem)


def opened(tab, deck, after=""):
    """The deck in the browser, once its figures move."""
    tab.problems.clear()
    tab.goto("about:blank")
    tab.goto(f"{deck.as_uri()}{after}")
    tab.wait_for_function("window.Reveal && Reveal.isReady()")
    tab.wait_for_function("!document.querySelector('figure.live form[hidden]')")


def walked(tab, key):
    """The slides that are seen when a key is pressed from the first to the last."""
    tab.evaluate("Reveal.slide(0, 0)")
    seen = [tab.evaluate(WHERE)]
    while not tab.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next"):
        tab.keyboard.press(key)
        if (place := tab.evaluate(WHERE)) != seen[-1]:
            seen.append(place)
        assert len(seen) <= tab.evaluate(TOTAL)
    return seen


ALL = """[...document.querySelectorAll('.slides > section')].flatMap(
    (steps, h) => [...steps.children].map((_, v) => `${h} ${v}`))"""


@needs_chromium
@pytest.mark.parametrize("key", ["ArrowRight", "PageDown", "Space"])
def test_each_of_these_keys_walks_through_every_slide(tab, start, key):
    opened(tab, start)
    assert walked(tab, key) == tab.evaluate(ALL)
    assert len(tab.evaluate(ALL)) == tab.evaluate(TOTAL) >= 8
    assert tab.problems == []


def to_figure(tab):
    tab.evaluate(
        "Reveal.slide(...Object.values(Reveal.getIndices(document.querySelector('figure.live').closest('section'))))"
    )
    return tab.evaluate(WHERE)


@needs_chromium
@pytest.mark.parametrize("touched", ["mouse", "keyboard"])
def test_a_slider_keeps_its_arrows_and_leaves_a_clicker_s_keys_to_the_deck(tab, start, touched):
    opened(tab, start)
    slider = tab.locator("figure.live input[type=range]").first
    for key in ("PageDown", "PageUp", "Space"):
        here = to_figure(tab)
        slider.click() if touched == "mouse" else slider.focus()
        tab.keyboard.press("Home")
        first = slider.input_value()
        tab.keyboard.press("ArrowRight")
        moved = slider.input_value()
        assert moved != first and tab.evaluate(WHERE) == here
        tab.keyboard.press(key)
        assert tab.evaluate(WHERE) != here and slider.input_value() == moved, key
    here = to_figure(tab)
    slider.click()
    tab.keyboard.press("Escape")
    assert not tab.evaluate("Reveal.isOverview()") and tab.evaluate(WHERE) == here
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(WHERE) != here
    to_figure(tab)
    slider.click()
    tab.keyboard.press("b")
    assert tab.evaluate("Reveal.isPaused()")
    assert tab.problems == []


def code_of_figure(tab, start, height):
    """(where it is, the closed fold) of the first figure's code, so many pixels high once it is open."""
    opened(tab, start)
    here, fold = to_figure(tab), tab.locator("section.present details.source")
    fold.locator("pre").evaluate(f"code => {{ code.style.height = '{height}px'; }}")
    return here, fold


@needs_chromium
def test_a_fold_opens_by_space_and_the_slide_is_fitted_again(tab, start):
    here, fold = code_of_figure(tab, start, height=300)
    fold.locator("summary").focus()
    tab.keyboard.press("Space")
    assert fold.get_attribute("open") is not None and tab.evaluate(WHERE) == here
    tab.wait_for_function(f"{SCALE} < 1")
    assert tab.evaluate(INSIDE) == []
    fold.locator("pre").evaluate("code => { code.textContent = 'x'.repeat(500); }")
    fold.locator("pre").click()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(WHERE) != here, "code that was clicked keeps no key"
    to_figure(tab)
    fold.locator("summary").click()
    tab.wait_for_function(f"{SCALE} === 1")
    assert tab.problems == []


@needs_chromium
def test_a_slide_too_high_for_the_window_is_read_with_the_arrow_down(tab, start):
    here, fold = code_of_figure(tab, start, height=1500)
    fold.locator("summary").click()
    tab.wait_for_function(SCROLLS)
    left = "(({scrollHeight, clientHeight, scrollTop}) => scrollHeight - clientHeight - scrollTop)(Reveal.getCurrentSlide())"
    below = [tab.evaluate(left)]
    tab.locator("figure.live input[type=range]").first.focus()
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(left) == below[0], "the slider's own"
    fold.locator("summary").focus()
    for _ in range(40):
        tab.keyboard.press("ArrowDown")
        if tab.evaluate(WHERE) != here:
            break
        below.append(browser.settled(tab, lambda: tab.evaluate(left), 150))  # it glides
    assert tab.evaluate(WHERE) != here
    assert below == sorted(below, reverse=True) and below[0] > 300 and below[-1] < 5
    assert tab.problems == []


@needs_chromium
def test_key_d_turns_light_to_dark_and_back(tab, start):
    tab.emulate_media(color_scheme="light")
    opened(tab, start)
    ground = "getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor"
    light = tab.evaluate(ground)
    tab.keyboard.press("d")
    assert light == "rgb(255, 255, 255)" and tab.evaluate(ground) == "rgb(23, 24, 27)"
    tab.keyboard.press("d")
    assert tab.evaluate(ground) == light


@needs_chromium
def test_the_speaker_s_window_has_the_notes_and_moves_the_deck(tab, start):
    opened(tab, start)
    tab.evaluate("Reveal.slide(0, 0)")
    with tab.context.expect_page() as opening:
        tab.keyboard.press("s")
    window = opening.value
    notes = window.locator(".speaker-controls-notes .value")
    browser.until(tab, notes.text_content, lambda said: "Next: The puzzle" in (said or ""))
    window.frame_locator("#current-slide iframe").locator("section.present h1").first.click()
    window.keyboard.press("PageDown")
    browser.until(tab, lambda: tab.evaluate(WHERE), lambda seen: seen == "1 0")
    browser.until(tab, notes.text_content, lambda said: said.strip().startswith("In class: Three"))
    window.close()
    assert tab.problems == []


@needs_chromium
def test_on_paper_a_page_is_a_slide_and_nothing_is_cut_off(tab, start):
    prints(tab, start)
    high = start.with_name("high.html")
    large = ".reveal p, .reveal td { font-size: 60px; }</style>"
    high.write_text(start.read_text("utf-8").replace("</style>", large, 1), "utf-8")
    prints(tab, high)


def prints(tab, deck):
    """Print a deck, as its address with ?print-pdf does; nothing is cut off."""
    tab.emulate_media(color_scheme="dark")
    opened(tab, deck)
    count = tab.evaluate(TOTAL)
    tab.goto(f"{deck.as_uri()}?print-pdf")
    tab.wait_for_function("document.querySelectorAll('.pdf-page').length > 0")
    tab.emulate_media(media="print")
    assert tab.locator(".pdf-page").count() == count
    assert tab.evaluate(ON_PAPER) == []
    assert (
        tab.evaluate("getComputedStyle(document.querySelector('.pdf-page')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    pdf = tab.pdf(prefer_css_page_size=True)
    tab.emulate_media(media="screen", color_scheme="light")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == count
    assert tab.problems == []


# What of the current slide lies outside of the window, or of a page outside of the paper.
OUTSIDE = """(part, box) => [...part.querySelectorAll('*')].filter((e) => {
    const b = e.getBoundingClientRect();
    if (!b.width || !b.height || !e.checkVisibility() || e.closest('aside, svg, math, .wide, pre')) return false;
    return b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1 || b.bottom > box.bottom + 1;
  }).map((e) => e.outerHTML.slice(0, 80))"""
INSIDE = f"""({OUTSIDE})(Reveal.getCurrentSlide(), new DOMRect(0, 0, innerWidth, innerHeight))"""
ON_PAPER = f"""[...document.querySelectorAll('.pdf-page')].flatMap((page, k) =>
    ({OUTSIDE})(page, page.getBoundingClientRect()).map((said) => `${{k + 1}}: ${{said}}`))"""


# All decks ----------------------------------------------------------------------------------------


def in_matrix(test):
    """Slow, so make test-browser runs it."""
    return pytest.mark.matrix(needs_chromium(test))


each_deck = pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])


# How high the 12-point words of a slide's figures are in a window 720 pixels high: from the last row
# of a seminar room 18 can be read.
WORDS = """[...Reveal.getCurrentSlide().querySelectorAll('.picture > svg')].map(
    (picture) => 12 / 576 * picture.getBoundingClientRect().width * 720 / innerHeight)"""
SCALE = "new DOMMatrix(getComputedStyle(Reveal.getCurrentSlide()).transform).a"
SCROLLS = "Reveal.getCurrentSlide().tabIndex === 0"


@in_matrix
@each_deck
def test_every_slide_of_a_deck_can_be_reached_and_read(tab, decks, name):
    opened(tab, built(decks, name))
    places = tab.evaluate(ALL)
    for k, place in enumerate(places):
        assert tab.evaluate(WHERE) == place
        assert tab.evaluate(f"!({SCROLLS}) && {SCALE} >= 0.7"), place
        assert tab.evaluate(INSIDE) == [], place
        assert all(height >= 18 for height in tab.evaluate(WORDS)), place
        while k + 1 < len(places) and tab.evaluate(WHERE) == place:  # a fragment first
            tab.keyboard.press("ArrowRight")
    assert tab.problems == []


@in_matrix
@each_deck
def test_every_deck_prints(tab, decks, name):
    prints(tab, built(decks, name))


# The first slide has the heading for all of them, and reveal.js calls the whole deck an application.
PART_OF_A_PAGE = ["page-has-heading-one", "landmark-one-main"]
# All slides at once, under each other, so that axe has to look once.
LAID_OUT = """html, body, .reveal, .slides {overflow: visible !important; height: auto !important}
  .backgrounds {display: none} .reveal .slides {position: static; transform: none !important}
  .reveal .slides, .reveal .slides section {pointer-events: auto !important}
  .reveal .slides section {position: static !important; display: block !important; transform: none !important;
    visibility: visible !important; opacity: 1 !important} .fragment {visibility: visible !important; opacity: 1 !important}"""


@in_matrix
@each_deck
def test_everybody_can_use_a_deck(tab, decks, name):
    opened(tab, built(decks, name))
    tab.add_style_tag(content=LAID_OUT)
    tab.evaluate(FOLDS, True)
    tab.evaluate(
        "document.querySelectorAll('[hidden], [aria-hidden]').forEach((e) => { e.hidden = false; e.ariaHidden = null; })"
    )
    high, before = tab.evaluate("document.documentElement.scrollHeight"), tab.viewport_size
    tab.set_viewport_size(
        {"width": 1300, "height": high}
    )  # of what is out of sight axe sees no colour
    browser.settled(tab, lambda: tab.evaluate("document.documentElement.scrollHeight"), 150)
    for _ in range(1 + (name == START.stem)):  # the colours of the dark are the same in all
        assert problems(tab, rules_off=PART_OF_A_PAGE) == []
        tab.keyboard.press("d")
    tab.set_viewport_size(before)
