"""Controls moved from Python: the picture, the sentence and the error path follow."""

import base64
import gc
import gzip
import html
import io
import json
import os
import re
import threading

import ipywidgets as widgets
import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers import data, laws, live, progress, units
from pictures import chinchilla, style

VIEW = "application/vnd.jupyter.widget-view+json"


class Line:
    """The smallest drawing: a point that moves, and a value that it refuses."""

    def __init__(self):
        self.backdrops = 0

    def backdrop(self, ax):
        self.backdrops += 1
        ax.set(xlim=(0, 10), ylim=(0, 10), xlabel="x", ylabel="y")

    def foreground(self, ax, x, **more):
        ax.plot([x], [x], "o", color="#000000")
        if x == 3:
            raise ValueError("x is 3, but must be anything else.")
        return f"x is {x:g} & that's <fine>"


def figure(**more):
    return live.Live(Line(), x=live.slider("x value", 0, 10, start=2, step=1), **more)


def shown(fig):
    """What the browser gets on a change."""
    return fig._overlay.value


def test_the_sentence_and_the_picture_follow_the_slider():
    fig = figure()
    first = shown(fig)
    assert fig.sentence == "x is 2 & that's <fine>"
    fig.controls["x"].value = 5
    assert fig.sentence == "x is 5 & that's <fine>" and shown(fig) != first
    name = re.search(r'<svg role="img" aria-label="([^"]*)"', shown(fig))[1]
    status = re.search(r'<div role="status"[^>]*>(.*)</div>', shown(fig))[1]
    assert html.unescape(name) == html.unescape(status) == fig.sentence
    fig.controls["x"].value = 2
    assert re.sub(r"[pm][0-9a-f]{10}", "id", shown(fig)) == re.sub(r"[pm][0-9a-f]{10}", "id", first)


def test_the_backdrop_is_drawn_once_and_nothing_stays_behind():
    fig = figure()
    still = len(fig._ax.get_children())
    for x in (1, 4, 3, 9):
        fig.controls["x"].value = x
    fig.png()
    assert fig.drawing.backdrops == 1 and len(fig._ax.get_children()) == still


def test_an_error_says_so_below_the_old_picture_and_the_next_change_works():
    fig = figure()
    good = shown(fig).split("<div")[0]
    fig.controls["x"].value = 3
    assert shown(fig).startswith(good), "the old picture stays"
    assert 'role="alert"' in shown(fig) and "x is 3, but must be anything else." in shown(fig)
    fig.controls["x"].value = 4
    assert 'role="alert"' not in shown(fig) and "x is 4" in shown(fig)


def test_an_error_at_the_first_drawing_is_raised():
    with pytest.raises(ValueError, match="x is 3"):
        live.Live(Line(), x=live.slider("x", 0, 10, start=3, step=1))


def test_reset_and_presets():
    fig = figure(presets={"five": {"x": 5}, "seven and a half": {"x": 7.5}}, presets_label="known")
    fig.preset.value = "seven and a half"
    assert fig.values == {"x": 7.5} and fig.sentence.startswith("x is 7.5")
    fig.controls["x"].value = 1
    assert fig.preset.label == "your own values", "values of your own are no preset"
    fig.preset.value = "five"
    fig.reset.click()
    assert (
        fig.values == {"x": 2} and fig.preset.label == "your own values" and "x is 2" in shown(fig)
    )


def test_a_preset_of_two_values_draws_once():
    class Two(Line):
        drawn = 0

        def foreground(self, ax, x, y):
            Two.drawn += 1
            return f"{x:g} {y:g}"

    slider = {"low": 0, "high": 10, "start": 2, "step": 1}
    fig = live.Live(
        Two(), presets={"a": {"x": 4, "y": 6}},
        x=live.slider("x", **slider), y=live.slider("y", **slider),
    )  # fmt: skip
    before = Two.drawn
    fig.preset.value = "a"
    assert Two.drawn == before + 1 and fig.sentence == "4 6"


def test_a_preset_out_of_range_is_refused():
    with pytest.raises(ValueError, match="preset 'wrong' sets x value to 11, out of its range"):
        figure(presets={"wrong": {"x": 11}})


def test_sliders_start_exactly_and_step_in_round_numbers():
    slider = live.log_slider("C", 1e18, 1e26, start=5.88e23).widget
    labels = dict(slider.options)
    assert slider.value == 5.88e23 and slider.label == "5.88e23"
    assert {"1e18", "1e20", "5.6e23", "6.3e23", "1e26"} <= set(labels)
    assert len(labels) == 8 * 20 + 2
    values = [value for _, value in slider.options]
    assert values == sorted(values) and all(float(text) == value for text, value in slider.options)
    linear = live.slider("a", 0.30, 0.40, start=0.3478, step=0.005)
    assert 0.3478 in dict(linear.widget.options).values() and len(linear.widget.options) == 22


@pytest.mark.parametrize(
    "make",
    [
        lambda: live.log_slider("C", 1e18, 1e26, start=1e27),
        lambda: live.log_slider("C", 0, 1e26, start=1),
        lambda: live.slider("x", 0, 1, start=2, step=0.1),
        lambda: live.choice("x", ["a", "b"], start="c"),
    ],
)
def test_a_start_out_of_range_is_refused(make):
    with pytest.raises(ValueError, match="start is .* but must be"):
        make()


def test_choices_of_names_and_of_values():
    assert live.choice("m", ["a", "b"], start="b").widget.value == "b"
    assert live.choice("m", {"half": 0.5, "one": 1.0}).widget.value == 0.5


def test_every_control_has_a_name():
    fig = figure(presets={"five": {"x": 5}}, presets_label="a known one")
    assert fig.controls["x"].description == "x value"
    assert fig.preset.description == "a known one" and fig.reset.description == "Reset"


def asked(fig, **message):
    """What the page hears when it says this: what each message holds, and its frames."""
    heard = []
    send = fig._moving.send
    fig._moving.send = lambda said, buffers=(): heard.append((said, buffers))
    fig._moving._handle_custom_msg(message, [])
    fig._moving.send = send
    return [(said, [json.loads(gzip.decompress(b)) for b in buffers]) for said, buffers in heard]


def test_the_page_gets_the_frames_that_it_asks_for_and_the_controls_stay():
    fig = figure()
    with matplotlib.rc_context({"svg.hashsalt": "one"}):  # what is drawn alike has one name
        [(said, [frames])] = asked(fig, draw=["5", "7", "3"], ms=60_000)
        assert frames["5"] == list(fig.frame({"x": 5})) and fig.values == {"x": 2}
    assert said["ms"] > 0 and [frame[1][:6] for frame in frames.values()] == [
        "x is 5",
        "x is 7",
        "x is 3",
    ]
    assert frames["3"] == ["", "x is 3, but must be anything else.", True]


def test_the_kernel_draws_one_frame_at_least_and_no_longer_than_it_may():
    [(_, [frames])] = asked(figure(), draw=["5", "7", "9"], ms=0)
    assert list(frames) == ["5"]


def test_a_page_that_has_the_picture_is_sent_no_second_one_until_it_gives_it_up():
    fig = figure()
    asked(fig, mounted=True)
    before = shown(fig)
    fig.controls["x"].value = 5
    assert shown(fig) == before and fig.sentence.startswith("x is 5")
    asked(fig, mounted=False)
    assert "x is 5" in shown(fig)


def test_a_preset_sends_its_frame_before_the_controls_move_and_a_change_makes_the_page_forget():
    fig = figure(presets={"five": {"x": 5}})
    asked(fig, mounted=True)
    heard = []
    fig._moving.send = lambda said, buffers=(): heard.append((said, fig.values["x"]))
    fig.preset.value = "five"
    assert heard == [({}, 2)] and fig.values == {"x": 5}
    fig.refresh()
    assert heard[1:] == [({"forget": True}, 5)]


def test_a_mark_is_dragged_along_the_places_of_its_control():
    fig = figure(drag={"x": "x"})
    [way] = fig.drag
    assert (way["control"], way["axis"], len(way["at"])) == (0, "x", 11)
    left, *_, right = fig._ax.transData.transform([(x, 0) for x in range(11)])[:, 0]
    assert way["at"] == pytest.approx(np.linspace(left, right, 11), abs=0.06)
    upside = figure(drag={"x": ("y", lambda x: 10 - x)}).drag[0]["at"]
    assert upside == sorted(upside), "points from above: the highest value first"


def test_named_dots_are_where_they_are_drawn():
    class Dots(Line):
        def backdrop(self, ax):
            super().backdrop(ax)
            (dots,) = ax.plot([0, 10], [0, 10], "o")
            style.named(dots, [0, 10], [0, 10], ["low", "high"])

    fig = live.Live(Dots(), x=live.slider("x", 0, 10, start=2, step=1))
    (x0, y0, low), (x1, y1, high) = fig.dots
    box = fig._ax.get_window_extent()
    height = live.HEIGHT * 72
    assert (low, high) == ("low", "high")
    assert [x0, y0, x1, y1] == pytest.approx(
        [box.x0, height - box.y0, box.x1, height - box.y1], abs=0.06
    )


def test_a_widget_shows_itself_as_every_ipywidgets_does_and_says_which_kernel_it_lives_in(
    monkeypatch,
):
    fig = figure()
    assert fig._repr_mimebundle_()[0][VIEW]["model_id"] == fig.box.model_id
    monkeypatch.setattr(live, "_kernel", lambda: "a-kernel")
    assert live.shown(fig.box, {})[1] == {VIEW: {"kernel": f"a-kernel/{os.getpid()}"}}


def test_a_figure_with_keep_is_as_it_was_left_and_its_stored_page_is_nobodys_own():
    fig = figure(keep="line")
    stored = fig._repr_mimebundle_()[0]["image/png"]
    fig.controls["x"].value = 7
    later = figure(keep="line")
    assert later.values == {"x": 7} and "x is 7" in shown(later)
    assert later._repr_mimebundle_()[0]["image/png"] == stored
    assert figure(keep="another").values == figure().values == {"x": 2}
    later.reset.click()
    assert figure(keep="line").values == {"x": 2}
    progress.remember(sliders={"line": {"x": 2.5}})
    assert figure(keep="line").values == {"x": 2}, "a step that the figure does not have"


def test_three_faces():
    fig = figure()
    content, about = fig._repr_mimebundle_()
    assert content["text/plain"] == fig.sentence and VIEW in content
    assert about["image/png"]["alt"] == fig.sentence
    picture = Image.open(io.BytesIO(base64.b64decode(content["image/png"])))
    assert picture.size == (2 * about["image/png"]["width"], 2 * about["image/png"]["height"])
    assert picture.mode == "P" and picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    again, _ = fig._repr_mimebundle_()
    assert again["image/png"] == content["image/png"]
    fig.controls["x"].value = 8
    assert fig._repr_mimebundle_()[0]["image/png"] != content["image/png"]


def test_the_moving_part_is_clean_svg():
    fig = live.Live(
        chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
        flops=live.log_slider("C", 1e18, 1e26, start=5.88e23),
        params=live.log_slider("N", 1e8, 1e12, start=7e10, say=units.short),
    )
    moving = shown(fig)
    assert "<style" not in moving, "a style in the page would reach everything else in it"
    assert "NaN" not in moving and "nan" not in moving
    assert len(moving) < 20_000
    names = re.findall(r' id="([^"]*)"', moving)
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[pm][0-9a-f]{10}", name) for name in names), names


def test_no_output_widget_and_nothing_global():
    before = dict(matplotlib.rcParams)
    fig = figure()
    fig.controls["x"].value = 9
    fig.png()
    assert dict(matplotlib.rcParams) == before

    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    assert not any(isinstance(widget, widgets.Output) for widget in inside(fig.box))


def test_all_presets_of_chapter_02_can_be_chosen():
    dense = [data.named(data.models(), name) for name in chinchilla.FAMOUS]
    dense = [m for m in dense if m.arch == "dense"]
    fig = live.Live(
        chinchilla.IsoFlop(laws.CHINCHILLA_REFIT),
        presets={m.model: {"flops": m.flops, "params": m.params} for m in dense},
        flops=live.log_slider("C", 1e18, 1e26, start=5.88e23),
        params=live.log_slider("N", 1e8, 1e12, start=2.8e11),
    )
    for m in dense:
        fig.preset.value = m.model
        assert fig.values == {"flops": m.flops, "params": m.params}
        assert 'role="status"' in shown(fig)


def test_two_threads_take_turns_with_the_style():
    """JupyterLab may move a slider in one thread while cells run in another: matplotlib knows one."""
    before, order = dict(matplotlib.rcParams), []

    def other():
        with live.applied():
            order.append("other")

    with live.applied():
        (thread := threading.Thread(target=other)).start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "other"] and dict(matplotlib.rcParams) == before


def test_figures_share_the_pixels_they_are_drawn_on_and_no_picture():
    """A sheet is 5 MB, and each text of matplotlib keeps the one it was last drawn on."""
    figures = [figure() for _ in range(3)]
    figures[1].controls["x"].value = 7
    first, second, third = (fig.png() for fig in figures)
    assert first == third != second
    gc.collect()
    # By type: isinstance asks objects for __class__, and those of other packages may warn.
    large = [thing for thing in gc.get_objects()
             if issubclass(type(thing), RendererAgg) and thing.width >= live.WIDTH * 192]  # fmt: skip
    assert len(large) == 1


def test_reset_of_a_figure_made_again_leads_to_where_its_controls_began():
    control = live.slider("x value", 0, 10, start=2, step=1)
    live.Live(Line(), x=control).controls["x"].value = 5
    again = live.Live(Line(), x=control)
    assert again.values == {"x": 5}
    again.reset.click()
    assert again.values == {"x": 2}


def test_a_play_that_is_no_control_is_refused():
    with pytest.raises(ValueError, match="play is 'y', but must be one of x"):
        figure(play="y")
    assert figure(play="x").play == 0 and figure().play is None


@pytest.mark.parametrize("x, y, marker, place", [
    (30, 0.5, "D", (30, 0.5)),
    (30, 7, "^", (30, 0.98)),
    (30, -7, "v", (30, 0.02)),
    (1e5, 0.5, ">", (10 ** (3 * 0.98), 0.5)),
    (0.01, 0.5, "<", (10 ** (3 * 0.02), 0.5)),
])  # fmt: skip
def test_a_mark_outside_of_the_axes_is_an_arrow_at_their_edge(x, y, marker, place):
    ax = Figure().add_subplot(xscale="log", xlim=(1, 1e3), ylim=(0, 1))
    style.here(ax, x, y)
    (mark,) = ax.lines
    assert mark.get_marker() == marker and not mark.get_clip_on()
    assert mark.get_xydata()[0] == pytest.approx(place)
