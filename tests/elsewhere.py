"""What every browser must show: the tests that test_firefox.py and test_webkit.py inherit, each with its own tab.

A tab is one of tools/webdriver.py. What is asked is what tests/test_browser_matrix.py and its neighbours ask
of Chromium in more ways: here one chapter in JupyterLab with each kind of control and question, the site, a deck.
"""

import re

import browser
import nbformat
import pytest
from test_browser import OFF_THE_LINE
from test_slides import INSIDE

from exercises import checking
from helpers import data
from helpers.questions import posed
from helpers.verdicts import KINDS
from pictures import published

pytest.importorskip("latex2mathml", reason="pages need latex2mathml: pip install -e '.[slides]'")
pytest.importorskip("nbconvert", reason="slides need nbconvert: pip install -e '.[slides]'")

import site_pages
import slides

until = browser.until
# Chapters of which some pictures stay empty without their published files.
EMPTY = {s.chapter for name, s in published.SOURCES.items() if not published.at_hand(name)}
NAME = "01_kaplan_laws"  # nearly all kinds of questions, and these bring the others
BESIDE = ("chinchilla-order-models", "board-derive")


class Player:
    """Somebody at the keyboard of a tab. A part is CSS, and which of the parts it finds."""

    def __init__(self, tab):
        self.tab = tab

    def focus(self, css, which=0):
        self.tab.evaluate("([css, k]) => document.querySelectorAll(css)[k].focus()", [css, which])

    def press(self, *keys):
        browser.press(self.tab, *keys)

    def look(self, what, css, which=0):
        """What a JavaScript function says of a part."""
        return self.tab.evaluate(f"([css, k]) => ({what})(document.querySelectorAll(css)[k])", [css, which])  # fmt: skip

    def count(self, css):
        return self.tab.evaluate("css => document.querySelectorAll(css).length", css)

    def says(self, css, words):
        """Wait until one of the verdicts of a question has these words."""
        look = "css => [...document.querySelectorAll(css)].map(e => e.textContent)"
        until(self.tab, lambda: self.tab.evaluate(look, f"{css} [role=status]"),
              lambda said: any(words in one for one in said))  # fmt: skip

    def moves(self, figure, css, which, *keys):
        """Press keys on a control of a figure; what it then shows is another picture, or another sentence."""
        before = self.shown(figure)
        self.focus(f"{figure} {css}", which)
        self.press(*keys)
        return until(
            self.tab, lambda: self.shown(figure), lambda now: now != before and now[1] == now[2]
        )

    def inward(self, handle, which=0):
        """The key that moves a slider, at whichever end it stands."""
        last = "e => e.getAttribute('aria-valuenow') === e.getAttribute('aria-valuemax')"
        return "ArrowLeft" if self.look(last, handle, which) else "ArrowRight"

    def shown(self, figure):
        """Picture, label, sentence, without the names of marks, which are drawn by lot."""
        return [re.sub(r"(v\d+-)?\b[a-zA-Z][0-9a-f]{10}\b", "", said or "") for said in self.look(SHOWN, figure)]  # fmt: skip

    def answered(self):
        """Wait until the kernel has heard all that was typed: a click could overtake it."""
        until(self.tab, lambda: self.tab.asked, lambda left: not left)


# The picture that moves with its label, and the sentence below it, where all of it is there.
SHOWN = """figure => { const moving = figure.querySelector('.moving') ?? figure, svg = moving.querySelector('svg[aria-label]');
  return [svg.innerHTML, svg.getAttribute('aria-label'), moving.querySelector('[role=status]')?.textContent]; }"""
# How far the edges of the part of a picture that moves are from those of the part that does not.
BESIDE_ITS_GROUND = """figure => { const [img, svg] = ['img', 'svg[aria-label]'].map(part =>
    (figure.querySelector('.moving') ?? figure).querySelector(part)?.getBoundingClientRect());
  return img ? Math.max(...['left', 'top', 'right', 'bottom'].map(side => Math.abs(img[side] - svg[side]))) : 0; }"""
# A mark that can be dragged, and where in the window it is; null where there is none.
HERE = """figure => { const svg = figure.querySelector('.moving svg[aria-label]');
  svg.scrollIntoView({block: 'center'});
  const box = svg.querySelector('.here')?.getBoundingClientRect(), all = svg.getBoundingClientRect();
  return box && [box.left + box.width / 2, box.top + box.height / 2, (all.left + all.right) / 2, (all.top + all.bottom) / 2].map(Math.round); }"""


class InJupyterLab:
    """One chapter in JupyterLab, by keyboard and mouse."""

    @pytest.fixture(scope="class")
    def book(self, tab, lab):
        """The chapter after Run All; its questions are #q0, #q1, ..., its figures #f0, #f1, ..."""
        book = nbformat.read(lab.folder / f"{NAME}.ipynb", as_version=4)
        book.cells += [nbformat.v4.new_code_cell(f'quiz.ask("{name}")') for name in BESIDE]
        nbformat.write(book, lab.folder / "elsewhere.ipynb")
        browser.open_notebook(tab, lab.address, lab.token, "elsewhere.ipynb", len(book.cells))
        browser.run_all(tab)
        code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
        player = Player(tab)
        player.cells = [cell.source for cell in book.cells]
        player.figures = [f"#f{k}" for k in range(code.count("live.Live("))]
        asked = re.findall(r'quiz\.(ask|claim|code)\(\s*"([^"]+)"', code)
        player.questions = [(f"#q{k}", how, name) for k, (how, name) in enumerate(asked)]
        for css, name, parts in ((".live", "f", player.figures), (".quiz", "q", asked)):
            until(
                tab, lambda css=css: player.count(css), lambda count, all=parts: count == len(all)
            )
            tab.evaluate("""([css, name]) => document.querySelectorAll(css).forEach(
              (e, k) => { e.id = name + k; })""", [css, name])  # fmt: skip
        until(tab, lambda: player.count(".noUi-handle:not([aria-label])"), lambda count: count == 0)
        yield player
        browser.shut_down(lab.address, lab.token)

    @pytest.fixture
    def each_kind(self, book):
        """The first question of each kind, with what it asks."""
        first = {}
        for css, how, name in book.questions:
            asked = posed(name, 0) if how == "ask" else {"kind": how} | (data.claim(name) if how == "claim" else {"name": name})  # fmt: skip
            first.setdefault(asked["kind"], (css, asked))
        assert set(first) == set(KINDS)
        return first

    def test_every_slider_has_a_name_and_moves_picture_and_sentence_by_arrow_key(self, book):
        moved, sentences = 0, 0
        for figure in book.figures:
            for k in range(book.count(f"{figure} .noUi-handle")):
                handle = f"{figure} .noUi-handle"
                name, said = (book.look(f"e => e.getAttribute('{about}')", handle, k)
                              for about in ("aria-label", "aria-valuetext"))  # fmt: skip
                before = book.shown(figure)
                picture, _, sentence = book.moves(figure, ".noUi-handle", k, book.inward(handle, k))
                assert len(name) >= 3 and picture != before[0]
                assert book.look("e => e.getAttribute('aria-valuetext')", handle, k) != said
                moved, sentences = moved + 1, sentences + (sentence != before[2])
        assert moved >= 10 and sentences >= moved - 1, "nearly all sentences tell of each step"

    def test_every_list_changes_the_picture_by_arrow_key(self, book):
        lists = 0
        for figure in book.figures:
            for k in range(book.count(f"{figure} select")):
                last = "e => e.selectedIndex === e.options.length - 1"
                down = not book.look(last, f"{figure} select", k)
                book.moves(figure, "select", k, "ArrowDown" if down else "ArrowUp")
                name = "e => e.labels[0].textContent"
                assert len(book.look(name, f"{figure} select", k)) >= 3
                lists += 1
        assert lists >= 10

    def test_reset_goes_back(self, book):
        for figure in book.figures:
            if not book.count(f"{figure} .noUi-handle"):
                continue
            self.reset(book, figure)
            start = book.shown(figure)
            book.moves(figure, ".noUi-handle", 0, book.inward(f"{figure} .noUi-handle"))
            self.reset(book, figure)
            until(book.tab, lambda figure=figure: book.shown(figure), lambda now, s=start: now == s)

    def reset(self, book, figure):
        book.look("e => [...e.querySelectorAll('button')].find(b => b.textContent === 'Reset').focus()", figure)  # fmt: skip
        book.press("Enter")

    def test_a_mark_is_dragged(self, book):
        dragged = 0
        for figure in book.figures:
            before = book.shown(figure)
            if (found := book.look(HERE, figure)) is None:
                continue
            x, y, middle_x, middle_y = found
            to = [{"x": x + (middle_x - x) * k // 4, "y": y + (middle_y - y) * k // 4} for k in (1, 2, 3)]  # fmt: skip
            book.tab.drag({"x": x, "y": y}, *to)
            browser.settled(book.tab, lambda figure=figure: book.shown(figure))
            dragged += book.shown(figure) != before
        assert dragged >= 3

    def test_a_picture_lies_exactly_over_its_backdrop(self, book):
        for figure in book.figures:
            assert book.look(BESIDE_ITS_GROUND, figure) <= 1, figure
            assert 500 < book.look("e => e.querySelector('.moving svg[aria-label]').clientWidth", figure) < 1000  # fmt: skip

    def test_play_steps_through_a_control(self, book):
        figure = next(figure for figure in book.figures if book.count(f"{figure} button.play"))
        book.moves(figure, "button.play", 0, "Enter")
        book.focus(f"{figure} button.play")
        if book.look("e => e.textContent", f"{figure} button.play") == "Pause":
            book.press("Enter")
        until(book.tab, lambda: book.look("e => e.textContent", f"{figure} button.play"), lambda said: said == "Play")  # fmt: skip

    def test_a_number_nonsense_a_slip_and_the_right_one(self, book, each_kind):
        css, asked = each_kind["number"]
        self.number(book, css, "nonsense")
        book.says(css, "✗ 'nonsense' is not a number")
        self.number(book, css, f"{asked['slips'][0]['value']:.6g}")
        book.says(css, "✗ Not yet")
        self.number(book, css, f"{asked['answer']:.6g}")
        book.says(css, "✓ Right")

    def number(self, book, css, typed):
        book.focus(f"{css} input[type=text]")
        if book.look("e => e.value", f"{css} input[type=text]"):
            book.press(
                "Control+a"
            )  # in an empty box WebKitGTK would then write the second letter before the first
        book.tab.type(typed)
        self.stays(book, f"{css} input[type=text]", typed)
        book.press("Enter")

    def stays(self, book, box, typed):
        """All letters are in the box, and none went to the notebook."""
        until(book.tab, lambda: book.look("e => e.value", box), lambda now: now == typed, 10)

    @pytest.mark.parametrize("kind", ["choice", "claim"])
    def test_arrow_keys_choose_and_stay_in_the_question(self, book, each_kind, kind):
        css, asked = each_kind[kind]
        texts = book.tab.evaluate("css => [...document.querySelectorAll(css)].map(e => e.textContent.trim())",
                                  f"{css} .widget-radio-box label")  # fmt: skip
        wanted = asked["verdict" if kind == "claim" else "answer"]
        place = texts.index(wanted)
        self.chosen(book, css, (place + 1) % len(texts))
        self.button(book, css)
        book.says(css, "✗")
        self.chosen(book, css, place)
        self.button(book, css)
        book.says(css, "✓")

    def chosen(self, book, css, place):
        """Choose by arrow keys, from the first to the last, where not every browser begins anew, and back."""
        radio = f"{css} input[type=radio]"
        last = book.count(radio) - 1
        book.focus(radio)
        book.press("Space", *["ArrowDown"] * last, *["ArrowUp"] * (last - place))
        state = "css => { const all = [...document.querySelectorAll(css)]; return [all.indexOf(document.activeElement), all.findIndex(e => e.checked)]; }"
        until(book.tab, lambda: book.tab.evaluate(state, radio), lambda now: now == [place, place])

    def button(self, book, css):
        """Press Check, or Compare."""
        book.answered()
        book.tab.evaluate("""css => [...document.querySelectorAll(css)].find(
          e => e.offsetWidth && /^(Check|Compare)$/.test(e.textContent)).focus()""", f"{css} button")  # fmt: skip
        book.press("Enter")

    def test_ticks(self, book, each_kind):
        css, asked = each_kind["several"]
        for k, option in enumerate(asked["options"]):
            if option["text"] in asked["answer"]:
                book.focus(f"{css} input[type=checkbox]", k)
                book.press("Space")
        self.button(book, css)
        book.says(css, "✓ Right, all of them.")

    def test_an_order(self, book, each_kind):
        css, asked = each_kind["order"]
        texts = [option["text"] for option in asked["options"]]
        for k, text in enumerate(asked["answer"]):
            book.focus(f"{css} select", k)
            book.press(*["ArrowDown"] * (1 + texts.index(text)))
        self.button(book, css)
        book.says(css, f"✓ Right: all {len(texts)} in their places.")

    def test_an_open_answer_keeps_its_letters_and_is_compared(self, book, each_kind):
        css, asked = each_kind["open"]
        typed = "abxcvdd 00 I: say what is fixed, then the ratio + why."
        book.focus(f"{css} textarea")
        book.tab.type(typed)
        self.stays(book, f"{css} textarea", typed)
        self.button(book, css)
        book.says(css, "→ Compare your answer with ours")
        book.focus(f"{css} input[type=checkbox]")
        book.press("Space")
        book.says(css, f"→ Your answer makes 1 of {len(asked['points'])} points")

    def test_a_whiteboard_step_by_step(self, book, each_kind):
        css, asked = each_kind["whiteboard"]
        for k, step in enumerate(asked["steps"]):
            part = f"{css} .step:nth-child({k + 1} of .step)"
            until(book.tab, lambda part=part: book.look("e => e?.offsetHeight", part), bool)
            if step["kind"] == "number":
                self.number(book, part, f"{step['answer']:.6e}")
            else:
                self.chosen(book, part, [o["text"] for o in step["options"]].index(step["answer"]))
                self.button(book, css)
            book.says(part, "✓")
        book.says(css, "✓ ")

    def test_a_code_exercise_is_written_run_and_judged(self, book, each_kind):
        css, asked = each_kind["code"]
        book.says(css, "→")
        tries = [k for k, text in enumerate(book.cells) if f'quiz.code("{asked["name"]}"' in text]
        editor = f"[data-windowed-list-index='{tries[0] - 1}'] .cm-content"
        solution = self.typed(checking.source(checking.every()[asked["name"]].solve))
        book.tab.click(editor)
        book.press("Control+a")
        book.tab.type(solution)
        book.press("Shift+Enter", "Shift+Enter")
        new = f"[data-windowed-list-index='{tries[0]}'] .quiz"
        book.says(new, "✓")

    def typed(self, source):
        """A function without its words, as fingers write it: the editor indents by itself."""
        lines = re.sub(r'\n    """.*?"""', "", source, flags=re.S).strip().split("\n")
        assert all(line.startswith("    ") and line[4] != " " for line in lines[1:])
        return "\n".join(line.strip() for line in lines)

    def test_hints_open(self, book, each_kind):
        css, _ = each_kind["choice"]
        book.focus(f"{css} summary")
        book.press("Enter")
        until(book.tab, lambda: book.look("e => e.open", f"{css} details"), bool)

    def test_every_button_and_tick_is_on_the_line_of_its_words(self, book):
        assert book.tab.evaluate(OFF_THE_LINE) == []

    def test_nothing_acted_on_the_notebook_or_went_wrong(self, book):
        """The last of this class: as many cells as at first, no error of ours or in the console."""
        assert book.count(".jp-Notebook .jp-Cell") == len(book.cells)
        assert book.count(".jp-Notebook .jp-RawCell") == 0
        assert book.count(".moving [role=alert]") == book.count(browser.ERROR) == 0
        assert book.tab.problems == []


# Pages and slides -----------------------------------------------------------------------------------

# Formulas with too few or too many parts.
UNFINISHED = """Object.entries({mfrac: 2, mroot: 2, msub: 2, msup: 2, munder: 2, mover: 2, msubsup: 3, munderover: 3}).flatMap(
    ([name, parts]) => [...document.querySelectorAll(name)].filter(e => e.children.length !== parts).map(e => e.outerHTML))"""
AWAKE = "!document.querySelector('figure.live form[hidden]')"
WHERE = "(({h, v}) => `${h} ${v}`)(Reveal.getIndices())"
ALL = """[...document.querySelectorAll('.slides > section')].flatMap(
    (steps, h) => [...steps.children].map((_, v) => `${h} ${v}`))"""


def steps(player, css):
    """Move every slider that css finds a step by arrow key: how many there are."""
    count = player.count(css)
    for k in range(count):
        name = player.look("e => e.getAttribute('aria-label') || e.labels[0]?.textContent", css, k)
        before = player.look("e => [e.value, e.getAttribute('aria-valuetext')]", css, k)
        figure = "e => (figure => [figure.querySelector('svg[aria-label]').innerHTML])(e.closest('figure'))"
        drawn = player.look(figure, css, k)
        player.focus(css, k)
        player.press("ArrowLeft" if player.look("e => e.value === e.max", css, k) else "ArrowRight")
        after = player.look("e => [e.value, e.getAttribute('aria-valuetext')]", css, k)
        assert len(name.strip()) >= 3 and all(a != b for a, b in zip(before, after, strict=True)), (name, before, after)  # fmt: skip
        assert player.look(figure, css, k) != drawn, name
    return count


def options(player, css, which):
    """Go through a list by arrow key: how many pictures with their labels it shows."""
    figure = "e => [e.closest('figure').querySelector('svg[aria-label]')].map(e => e.innerHTML + e.ariaLabel)[0]"
    player.focus(css, which)
    for _ in range(player.look("e => e.selectedIndex", css, which)):
        player.tab.press("ArrowUp")
    browser.drawn(player.tab)
    seen = {player.look(figure, css, which)}
    for place in range(1, player.look("e => e.options.length", css, which)):
        player.tab.press("ArrowDown")
        until(player.tab, lambda: player.look("e => e.selectedIndex", css, which), lambda now, to=place: now == to)  # fmt: skip
        seen.add(player.look(figure, css, which))
    return len(seen)


class OnPages:
    """The site, from files, and a deck."""

    @pytest.fixture(scope="class")
    def site(self, tmp_path_factory):
        """All pages; their figures are drawn already where `make site` was run."""
        folder = tmp_path_factory.mktemp("site")
        assert site_pages.main(["--out", str(folder)]) == 0
        return folder

    def test_every_page_awake_and_none_too_wide(self, tab, site):
        player, sliders, lists = Player(tab), 0, 0
        for page in sorted(site.glob("*.html")):
            tab.goto(page.as_uri())
            tab.wait_for_function(AWAKE)
            assert tab.evaluate("document.documentElement.scrollWidth") <= 1366, page.name
            sliders += steps(player, "figure.live input[type=range]")
            for k in range(player.count("figure.live")):
                assert player.look(BESIDE_ITS_GROUND, "figure.live", k) <= 1, (page.name, k)
            for k in range(player.count("figure.live select")):
                shown = options(player, "figure.live select", k)
                assert shown > 1 or page.name[:2] in EMPTY, (page.name, k)
                lists += 1
            assert tab.evaluate(UNFINISHED) == [], page.name
            # Firefox says so of a formula of which it has not read the end, too
            said = [one for one in tab.problems if "Incorrect number of children" not in one]
            assert said == [], page.name
        assert sliders >= 40 and lists >= 10

    @pytest.fixture(scope="class")
    def deck(self, tab, tmp_path_factory):
        folder = tmp_path_factory.mktemp("deck")
        try:
            slides.reveal(folder)
        except slides.NotHere as problem:
            pytest.skip(str(problem))
        path = folder / f"{NAME}.html"
        path.write_text(slides.build(data.FOLDER.parent / "notebooks" / f"{NAME}.ipynb"), "utf-8")
        tab.goto(path.as_uri())
        tab.wait_for_function("window.Reveal && Reveal.isReady()")
        tab.wait_for_function(AWAKE)
        return Player(tab)

    def test_arrow_keys_walk_through_a_deck(self, tab, deck):
        places = tab.evaluate(ALL)
        for k, place in enumerate(places):
            assert tab.evaluate(WHERE) == place and tab.evaluate(INSIDE) == [], place
            presses = 0
            while k + 1 < len(places) and tab.evaluate(WHERE) == place:  # a fragment first
                deck.press("ArrowRight")
                assert (presses := presses + 1) < 20, place
        assert len(places) > 20

    def test_a_slider_of_a_slide_keeps_its_arrows(self, tab, deck):
        tab.evaluate("Reveal.slide(...Object.values(Reveal.getIndices(document.querySelector('figure.live input[type=range]').closest('section'))))")  # fmt: skip
        here = tab.evaluate(WHERE)
        assert steps(deck, "section.present > figure.live input[type=range]") >= 1
        assert tab.evaluate(WHERE) == here
        deck.press("PageDown")
        until(tab, lambda: tab.evaluate(WHERE), lambda now: now != here)

    def test_the_speaker_has_a_window_with_the_notes(self, tab, deck):
        tab.evaluate("Reveal.slide(...Object.values(Reveal.getIndices(document.querySelector('aside.notes').closest('section'))))")  # fmt: skip
        (first,) = tab.windows()
        deck.press("s")
        until(tab, tab.windows, lambda now: len(now) == 2)
        tab.enter(next(one for one in tab.windows() if one != first))
        notes = "document.querySelector('.speaker-controls-notes .value')?.textContent ?? ''"
        try:
            until(tab, lambda: tab.evaluate(notes), lambda said: len(said.strip()) > 40)
        finally:
            tab.enter(first)
        assert tab.problems == []
