"""A live figure and a question on a hub far away: 150 ms each way, in a real browser."""

import re
import time
from typing import NamedTuple

import browser
import nbformat
import pytest
import slow_network

from helpers.questions import posed
from pictures import interview_practice

until = browser.until
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]
DELAY, RATE = 0.15, 10e6 / 8  # seconds each way, bytes a second
QUICK, GAP = 50, 0.046  # quick steps, and the seconds between them, as a key that is held down
MORE = "run the cell for more"
LIVE = """from helpers import laws, live
from pictures import chinchilla
live.Live(
    chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
    flops=live.log_slider("compute", 1e18, 1e26, start=5.88e23),
    params=live.log_slider("size", 1e8, 1e12, start=7e10),
)"""
ASKED = """from helpers import quiz
quiz.ask("half-size")"""
DRILL = """from pictures import interview_practice
interview_practice.drill("serving")"""
NUMBER = 'quiz.ask("size-for-300b-tokens")'
# Notes the pictures that a frame of the display has seen, and for each key how many frames of the
# display began until the picture was another one.
WATCH = """() => {
  const svg = document.querySelector('.moving svg[aria-label]'), look = () => svg.innerHTML;
  const seen = window.seen = {pictures: 0, waited: []};
  let frames = 0, before = look(), key = null;
  const frame = () => {
    frames += 1;
    if (look() !== before) { seen.pictures += 1; before = look(); }
    requestAnimationFrame(frame);
  };
  frame();
  document.addEventListener('keydown', () => { key = {frames, picture: look()}; }, true);
  new MutationObserver(() => {
    if (!key || look() === key.picture) return;
    seen.waited.push(frames - key.frames);
    key = null;
  }).observe(svg, {subtree: true, childList: true, attributes: true});
}"""


class Far(NamedTuple):
    """A page with a live figure, and the network between it and its server."""

    tab: object
    network: object

    def part(self, selector):
        """A part of the figure."""
        return self.tab.locator(f".live {selector}").first

    @property
    def question(self):
        """The question of the second cell."""
        return self.tab.locator(".jp-CodeCell").nth(1).locator(".quiz")

    def state(self):
        """What the slider says, and the sentence under the picture."""
        slider = self.part(".noUi-handle").get_attribute("aria-valuetext")
        return slider, self.part(".moving [role=status]").text_content()

    def sentence(self):
        """The sentence under the picture."""
        return self.state()[1]

    def forget(self):
        """Count pictures and frames anew."""
        self.tab.evaluate("() => { Object.assign(window.seen, {pictures: 0, waited: []}); }")

    def seen(self, what):
        """The number of pictures, or for each key the number of frames until its picture."""
        return self.tab.evaluate("what => window.seen[what]", what)

    def steps(self, key, count):
        """The sentences of some steps, each of which comes with its picture in the frame of its key."""
        self.forget()
        for _ in range(count):
            self.tab.keyboard.press(key)
            browser.drawn(self.tab)
            slider, said = self.state()
            assert said.startswith(f"At {slider} FLOP ")
            yield said
        assert self.seen("pictures") == len(self.seen("waited")) == count
        assert max(self.seen("waited")) <= 1


def run(tab):
    """Run the figure, and watch it."""
    browser.run_all(tab)
    tab.wait_for_selector(".moving svg[aria-label]")
    tab.evaluate(WATCH)


def write(path, *sources):
    """A notebook with these cells."""
    spec = {"name": "python3", "display_name": "-"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells), path)


@pytest.fixture(scope="module")
def far(chrome, lab):
    write(lab.folder / "far.ipynb", LIVE, ASKED, DRILL, NUMBER)
    port = lab.address.split(":")[2].split("/")[0]
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    with slow_network.between(int(port), DELAY, RATE) as network:
        address = lab.address.replace(port, str(network.port))
        browser.open_notebook(tab, address, lab.token, "far.ipynb")
        run(tab)
        yield Far(tab, network)
        tab.close()


def sent_ahead(far):
    """Focus the slider, and wait until the page has the frames around its place and asks for no more."""
    until(far.tab, lambda: far.part(".noUi-handle").get_attribute("aria-label"), bool)
    far.tab.asked.clear()
    far.part(".noUi-handle").focus()
    until(far.tab, lambda: far.tab.asked, bool)
    browser.settled(far.tab, lambda: sorted(far.tab.asked), quiet_ms=1000)
    until(far.tab, lambda: far.tab.asked, lambda left: not left)


def quick(far, key):
    """Press a key fifty times, as fast as one that is held down."""
    begun = time.monotonic()
    for step in range(QUICK):
        far.tab.wait_for_timeout(max(0, 1000 * (begun + step * GAP - time.monotonic())))
        far.tab.keyboard.press(key)


def test_fifty_quick_steps_show_forty_pictures_and_end_with_the_last(far):
    sent_ahead(far)
    far.forget()
    quick(far, "ArrowLeft")
    slider, _ = far.state()
    assert slider == "2e21"
    until(far.tab, far.sentence, lambda said: said.startswith(f"At {slider} FLOP "))
    assert far.seen("pictures") >= 40


def test_pictures_seen_before_come_back_with_the_key_while_nothing_comes_from_the_kernel(far):
    far.network.hold()
    assert len(set(far.steps("ArrowRight", 10))) == 10
    far.network.go_on()


def test_steps_that_still_wait_for_the_kernel_do_not_overtake_a_reset(far):
    for _ in range(2):
        far.part(".noUi-handle").focus()
        for _ in range(4):
            far.tab.keyboard.press("ArrowLeft")
        far.tab.get_by_role("button", name="Reset").dispatch_event("click")
        slider, said = browser.settled(far.tab, far.state, quiet_ms=2000)
        assert slider == "5.88e23" and said.startswith("At 5.88e23 FLOP ")


# the mouse first: a focus once had would help it, too
@pytest.mark.parametrize("how", ["by a mouse that gives no focus, as in Safari", "by keyboard"])
def test_check_does_not_overtake_the_last_choice(far, how):
    """Two options were chosen on the way to the last one; that one is judged, in one verdict."""
    if "mouse" in how:
        far.tab.evaluate(
            "window.addEventListener('focusin', window.deaf = e => e.stopImmediatePropagation(), true)"
        )
    radios = far.question.locator("input[type=radio]")
    texts = [
        text.strip() for text in far.question.locator(".widget-radio-box label").all_text_contents()
    ]
    said = far.question.locator("[role=status]")
    place = texts.index(posed("half-size", 0)["answer"])
    for start, end, words in (
        (place, (place + 1) % len(texts), "✗"),
        ((place + 1) % len(texts), place, "✓"),
    ):
        far.network.hold()
        radios.nth((place + 2) % len(texts)).check()
        radios.nth(start).check()
        radios.nth(end).check()  # two are held back by now
        check = far.question.get_by_role("button", name="Check")
        for _ in range(2):  # the second one is no second click
            if "mouse" in how:
                check.click()
            else:
                check.focus()
                far.tab.keyboard.press("Enter")
        assert check.get_attribute("aria-busy") == "true"
        far.network.go_on()
        until(far.tab, lambda: "".join(said.all_text_contents()), lambda now, w=words: w in now)
        left = browser.settled(far.tab, lambda: "".join(said.all_text_contents()), quiet_ms=2000)
        assert words in left and "gave before" not in left and radios.nth(end).is_checked()
    far.tab.evaluate("window.removeEventListener('focusin', window.deaf, true)")


def test_check_waits_for_twenty_seconds_at_most(far):
    """Then the kernel may be dead without saying so: the click goes out, whatever comes of it."""
    check = far.question.get_by_role("button", name="Check")
    chosen = far.question.locator("input[type=radio]:checked")
    clock = "seconds => { window.now ??= Date.now; Date.now = () => 1000 * seconds; }"
    far.network.hold()
    far.tab.asked.clear()
    far.question.locator("input[type=radio]:not(:checked)").first.check()
    until(far.tab, lambda: far.tab.asked, bool)
    far.tab.evaluate(clock, 0)
    check.click()
    for seconds, waits in ((19.9, "true"), (20, None)):
        far.tab.asked.clear()
        far.tab.evaluate(clock, seconds)
        seen = browser.settled(far.tab, lambda: check.get_attribute("aria-busy"))
        assert (seen, bool(far.tab.asked)) == (waits, not waits)
    far.tab.evaluate("() => { Date.now = window.now; }")
    far.network.go_on()
    until(far.tab, lambda: far.tab.asked, lambda left: not left)
    assert chosen.count() == 1


def test_what_is_typed_before_the_kernel_has_answered_stays_and_is_judged_next(far):
    question = far.tab.locator(".jp-CodeCell").nth(3).locator(".quiz")
    box, verdict = question.get_by_label("your answer"), question.locator("[role=status]")
    far.network.hold()
    box.focus()
    far.tab.keyboard.type("70B")
    far.tab.keyboard.press("Enter")
    far.tab.keyboard.press("Control+a")
    far.tab.keyboard.type("15B")
    far.network.go_on()
    verdict.filter(has_text="✗ Not yet").wait_for()
    assert browser.settled(far.tab, box.input_value, 1000) == "15B"
    far.tab.keyboard.press("Enter")
    verdict.filter(has_text="✓ Right").wait_for()


def turn(text):
    """Which question of the drill this is, where none was answered."""
    state, words = interview_practice.drilling("serving", 0), re.sub(r"\s+", " ", text)
    for place in range(20):
        asked = posed(state["item"]["name"], state["item"]["seed"])["question"]
        if re.sub(r"\s+", " ", asked.split("$")[0])[:40] in words:
            return place
        state = interview_practice.drilled(state, None)
    raise AssertionError(words)


@pytest.mark.parametrize("leaves", ["for a slider", "for another cell", ""])
def test_another_question_comes_once_and_takes_the_focus_from_nobody_who_went_elsewhere(
    far, leaves
):
    """Who sees nothing presses again: the question in between would have gone unseen."""
    drill, slider = far.tab.locator(".turns"), far.part(".noUi-handle")
    elsewhere = slider if "slider" in leaves else far.tab.locator(".jp-CodeCell").nth(1)
    asked = drill.locator("div[style*=bold]").first
    before = asked.text_content()
    far.network.hold()
    drill.get_by_role("button", name="Another question").focus()
    for _ in range(2):
        far.tab.keyboard.press("Enter")
    if leaves:
        elsewhere.evaluate("part => part.focus()")
    far.network.go_on()
    until(far.tab, asked.text_content, lambda now: now != before)
    here = "part => part.contains(document.activeElement)"
    where = browser.settled(far.tab, lambda: [p.evaluate(here) for p in (elsewhere, drill)], 1000)
    assert where == [bool(leaves), not leaves]
    assert turn(asked.text_content()) == turn(before) + 1


def test_frames_still_move_after_a_restart_of_the_kernel_and_say_how_to_get_more(far):
    assert MORE not in far.sentence()
    browser.menu(far.tab, "Kernel", "Restart Kernel…")
    far.tab.click(".jp-Dialog button:has-text('Restart')")
    until(far.tab, far.sentence, lambda said: MORE in said)
    far.part(".noUi-handle").focus()
    assert all(MORE in said for said in far.steps("ArrowLeft", 5))


def test_frames_still_move_where_the_server_is_out_of_reach_and_others_do_not_wait_for_ever(far):
    run(far.tab)
    sent_ahead(far)
    far.network.cut()
    far.tab.check(".jp-Dialog input")  # JupyterLab says it as well; not again
    far.tab.click(".jp-Dialog button:has-text('Close')")
    far.part(".noUi-handle").focus()
    assert len(set(far.steps("ArrowLeft", 5))) == 5
    far.tab.locator(".live .noUi-handle").nth(1).focus()
    far.tab.keyboard.press("ArrowLeft")  # no frame of another size was sent
    until(far.tab, far.sentence, lambda said: said.endswith(f"{MORE}."))


def test_a_figure_that_a_busy_machine_began_late_is_drawn_by_the_kernel(chrome, lab):
    """anywidget hands on no message to a widget that took 2 s to begin; here it waits for no time at all."""
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    tab.add_init_script("""AbortSignal.timeout = () => {
      const soon = new AbortController();
      setTimeout(() => soon.abort(), 0);
      return soon.signal;
    }""")
    # In a kernel of its own, which holds no other page's figures
    write(lab.folder / "late.ipynb", LIVE, ASKED)
    browser.open_notebook(tab, lab.address, lab.token, "late.ipynb")
    browser.run_all(tab)
    still = tab.locator(".live .still [role=status]")
    tab.locator(".live .noUi-handle").first.focus()
    for key, flops in (("ArrowRight", "6.3e23"), ("ArrowRight", "7.1e23"), ("ArrowLeft", "6.3e23")):
        tab.keyboard.press(key)
        still.filter(has_text=f"At {flops} FLOP ").wait_for(state="visible")
        assert tab.locator(".live .moving svg").is_hidden()
    assert set(tab.problems) == {browser.SLOW}
    tab.close()
