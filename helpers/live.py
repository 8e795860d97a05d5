"""The live figure: controls, a picture that follows them, and one sentence that says the result.

The backdrop (axes, grid, data) is drawn once. A change draws only the artists that move, as a small
SVG laid over it, so that a step of a slider costs a few milliseconds and stays crisp at any zoom.
"""

import base64
import contextlib
import functools
import gzip
import html
import io
import json
import math
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import anywidget
import ipywidgets as widgets
import traitlets
from matplotlib import rc_params_from_file, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from PIL import Image  # comes with matplotlib

from helpers import progress, units

WIDTH, HEIGHT = 8.0, 4.4  # inches; on screen 96 pixels each
RC = rc_params_from_file(Path(__file__).with_name("live.mplstyle"), use_default_template=False)
KEYS = Path(__file__).with_name("keys.js").read_text("utf-8")  # for a script of any of our widgets
OWN = ""  # the preset that stands for values of your own

_SVG = (
    '<svg role="img" aria-label="{}" viewBox="0 0 {:g} {:g}" style="width:100%;height:auto;'
    "display:block;overflow:hidden;stroke-linejoin:round;stroke-linecap:butt;"
    'font-family:DejaVu Sans,Verdana,Geneva,sans-serif">{}</svg>'
)
# What every element would say again; in its tags, digits behind a tenth of a point, a seventh of a pixel.
_NOISE = re.compile(r'(?<=<g) id="[^"]*"|font-family: [^;]*; ')
_TAG, _LONG = re.compile(r"<[a-z][^>]*>"), re.compile(r"(?<!: )(?<![-\d.])-?\d+\.\d{3,}")
VIEW = "application/vnd.jupyter.widget-view+json"


def shown(box, data, about=None):
    """A widget as Jupyter stores it: (data, metadata), with other faces for where no kernel lives.

    The metadata name the kernel that the widget lives in, so that a server knows when it is gone.
    """
    made = {"kernel": f"{_kernel()}/{os.getpid()}"}
    if "google.colab.output" in sys.modules:  # loads a widget that is not its own only when told
        made |= anywidget.AnyWidget()._repr_mimebundle_()[1].get(VIEW, {})
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    return {VIEW: view} | data, {VIEW: made} | (about or {})


def _kernel():
    """The name of the kernel that runs this; nothing where none does."""
    file = getattr(sys.modules.get("ipykernel.connect"), "get_connection_file", str)
    with contextlib.suppress(RuntimeError):  # outside of a kernel
        return Path(file()).stem.removeprefix("kernel-")
    return ""


class _Moving(anywidget.AnyWidget):
    """The picture in the page: helpers/live.js shows its frames, and asks for those that it lacks."""

    _esm = KEYS + Path(__file__).with_name("live.js").read_text("utf-8")
    _css = Path(__file__).with_name("live.css")
    # parts: the picture that stands still, then the controls; start and drawn: states, of Reset and shown
    parts, drag, dots = (traitlets.List().tag(sync=True) for _ in range(3))
    start, drawn = (traitlets.Unicode().tag(sync=True) for _ in range(2))
    play = traitlets.Int(None, allow_none=True).tag(sync=True)


# JupyterLab lets a slider move in one thread while cells run in another; matplotlib knows only one.
ALONE = threading.RLock()


@contextlib.contextmanager
def applied():
    """Draw in this style, and leave the settings as they were (rc_context copies all of them: slow)."""
    with ALONE:
        before = {name: rcParams[name] for name in RC}
        rcParams.update(RC)
        try:
            yield
        finally:
            rcParams.update(before)


@functools.cache
def _sheet():
    """Pixels to draw on, alone: the same for all, since words keep what they were drawn on."""
    return RendererAgg(int(WIDTH * 192), int(HEIGHT * 192), 192)


class Control(NamedTuple):
    """A widget and how a person says its value."""

    widget: widgets.Widget
    say: Callable[[float], str] = str


def log_slider(label, low, high, start, say=lambda value: units.power(value, 3), per_decade=20):
    """A slider from low to high in equal ratios; say writes its value beside it.

    >>> log_slider("compute C (FLOP)", 1e18, 1e26, start=5.88e23).widget.value
    5.88e+23
    """
    if not 0 < low <= start <= high:
        raise ValueError(f"start is {start:g}, but must be between {low:g} and {high:g}, above 0.")
    count = round(math.log10(high / low) * per_decade)
    steps = [low * (high / low) ** (k / count) for k in range(count + 1)]
    values = {float(f"{value:.1e}") for value in steps} | {low, high, start}
    return _slider(label, values, start, say)


def slider(label, low, high, start, step, say="{:.6g}".format):
    """A slider from low to high in equal steps; say writes its value beside it.

    >>> slider("alpha", 0.30, 0.40, start=0.3478, step=0.005).widget.value
    0.3478
    """
    if not low <= start <= high:
        raise ValueError(f"start is {start:g}, but must be between {low:g} and {high:g}.")
    steps = {round(low + k * step, 12) for k in range(int((high - low) / step + 1e-9) + 1)}
    return _slider(label, steps | {start}, start, say)


def _slider(label, values, start, say):
    """A slider over listed values, because ipywidgets moves others to its own grid when shown."""
    options = [(say(value), value) for value in sorted(float(value) for value in values)]
    made = widgets.SelectionSlider(options=options, value=float(start))
    return Control(_laid_out(made, label), say)


def choice(label, options, start=None):
    """A drop-down list of options (names, or a dict from names to values)."""
    pairs = list(options.items()) if isinstance(options, dict) else [(str(o), o) for o in options]
    value = pairs[0][1] if start is None else start
    if value not in [option for _, option in pairs]:
        names = ", ".join(name for name, _ in pairs)
        raise ValueError(f"start is {value!r}, but must be one of {names}.")
    return Control(_laid_out(widgets.Dropdown(options=pairs, value=value), label))


def _laid_out(widget, label):
    widget.description, widget.start = label, widget.value  # where Reset leads, run again or not
    widget.style.description_width = "initial"
    widget.layout.width = "auto"
    widget.layout.flex = "1 1 auto"
    return widget


def _admit(control, value, preset):
    """Make a preset's value one of the slider's steps."""
    widget, start = control.widget, control.widget.value
    values = [option for _, option in widget.options]
    if value in values:
        return
    if isinstance(widget, widgets.Dropdown) or not values[0] <= value <= values[-1]:
        what = f"preset {preset!r} sets {widget.description} to {value!r}"
        raise ValueError(f"{what}, out of its range.")
    steps = sorted([*widget.options, (control.say(value), value)], key=lambda step: step[1])
    widget.set_trait("options", steps)
    widget.value = start


class Live:
    """Show drawing and let controls move it.

    drawing has backdrop(ax), which draws what stands still, and foreground(ax, **values), which adds
    what moves and returns one sentence with the computed result. controls are name=log_slider(...)
    and the like; presets map names to dicts of control values. drag={"params": "x"} lets the marks
    with gid "here" be dragged along an axis; {"flops": ("x", place)} where place(value) is its place.
    What the controls of a figure with keep="its name" are set to is there again on another day.
    play="flops" gives a button that steps this control through its values.
    Raises ValueError for a preset out of the range of its control, and for a play that is none.
    """

    def __init__(self, drawing, presets=None, presets_label="preset", drag=None, keep=None, play=None, **controls):  # fmt: skip
        self.drawing = drawing
        self.controls = {name: control.widget for name, control in controls.items()}
        self._presets = dict(presets or {})
        for preset, values in self._presets.items():
            for name, value in values.items():
                _admit(controls[name], value, preset)
        self._keep, self._defaults = keep, {k: w.start for k, w in self.controls.items()}
        kept = progress.read()[0]["sliders"].get(keep, {}) if keep else {}
        for name, widget in self.controls.items():
            with contextlib.suppress(traitlets.TraitError):  # a step that the figure no longer has
                widget.value = kept.get(name, widget.value)
        self._silent = self._mounted = False
        self._figure = Figure(figsize=(WIDTH, HEIGHT), dpi=72, layout="constrained")
        FigureCanvasAgg(self._figure)
        with applied():
            self._ax = self._figure.add_subplot()
            drawing.backdrop(self._ax)
            self._figure.get_layout_engine().execute(self._figure)
        self._figure.set_layout_engine("none")  # from here on nothing but the foreground moves
        self._ax.autoscale(False)
        self.drag, self.dots = self._ways(drag or {}), self._dots()
        if play not in (None, *self.controls):
            raise ValueError(f"play is {play!r}, but must be one of {', '.join(self.controls)}.")
        self.play = list(self.controls).index(play) if play else None
        self._drawn = self.values
        self._svg, self._sentence = self.frame(self._drawn)
        self.box = self._build(presets_label)

    # What the learner sees ---------------------------------------------------------------------

    def _build(self, presets_label):
        rows = list(self.controls.values())
        for widget in rows:
            widget.observe(self._on_change, "value")
        if self._presets:
            options = [("your own values", OWN)] + [(name, name) for name in self._presets]
            self.preset = _laid_out(widgets.Dropdown(options=options), presets_label)
            self.preset.observe(self._on_preset, "value")
            rows.insert(0, self.preset)
        self.reset = widgets.Button(description="Reset", layout={"width": "80px"})
        self.reset.add_class("reset").on_click(lambda _: self._set(self._defaults))
        rows[0] = widgets.HBox([rows[0], self.reset])
        same_place = {"grid_area": "1 / 1 / 2 / 2", "width": "100%", "margin": "0"}
        data = base64.b64encode(self._png()).decode()
        backdrop = widgets.HTML(
            f'<img src="data:image/png;base64,{data}" alt="" width="{WIDTH * 96:.0f}"'
            f' height="{HEIGHT * 96:.0f}" style="width:100%;height:auto;display:block;margin:0">'
            "<style>.live .jupyter-widgets-error-widget{display:none}</style>",  # no live.css there
            layout=same_place,
        )
        self._overlay = widgets.HTML(layout=same_place)
        still = widgets.GridBox([backdrop, self._overlay], layout={"grid_template_columns": "100%"})
        still.add_class("still")
        parts = [f"anywidget:{w.model_id}" for w in [*still.children, *self.controls.values()]]
        more = {"drag": self.drag, "dots": self.dots, "play": self.play}
        self._moving = _Moving(parts=parts, start=self._key(self._defaults), **more)
        self._moving.on_msg(self._on_message)
        self._show()
        box = widgets.VBox([*rows, still, self._moving], layout={"max_width": f"{WIDTH * 96:g}px"})
        box.add_class("live")
        return box

    def _show(self, alert=""):
        """Send the picture with the sentence, or an alert, under it to a page without live.js."""
        role, text = ("alert", "\N{WARNING SIGN} " + alert) if alert else ("status", self._sentence)
        place = f'role="{role}" style="font-size:14px;line-height:1.4;margin-top:4px"'
        svg = _SVG.format(html.escape(self._sentence), WIDTH * 72, HEIGHT * 72, self._svg)
        if not alert:
            self._moving.drawn = self._key(self._drawn)
        self._overlay.value = f"{svg}<div {place}>{html.escape(text)}</div>"

    # What happens when something moves ---------------------------------------------------------

    @property
    def values(self):
        """The controls' values by name."""
        return {name: widget.value for name, widget in self.controls.items()}

    @property
    def sentence(self):
        """What the picture says of these values."""
        if self._drawn != self.values:  # nobody asked for it yet
            self._redraw()
        return self._sentence

    def _key(self, values):
        """The places of these values on their controls, as live.js writes them."""
        steps = zip(self.controls.values(), values.values())
        places = ([option for _, option in w.options].index(value) for w, value in steps)
        return ",".join(map(str, places))

    def _redraw(self):
        """Draw the new state; where that fails the old picture stays and says why below."""
        self._drawn, alert = self.values, ""
        try:
            self._svg, self._sentence = self.frame(self._drawn)
        except Exception as error:
            alert = str(error) or type(error).__name__
        if not self._mounted:
            self._show(alert)

    def refresh(self):
        """Draw anew, for those who change what the drawing holds."""
        self._redraw()
        self._moving.send({"forget": True})

    def _on_message(self, _, message, buffers):
        """The page has live.js, or asks for frames by the places of the controls."""
        self._mounted = message.get("mounted", True)
        if wanted := message.get("draw"):
            self._send(wanted, message["ms"])
        elif not self._mounted:
            self._redraw()

    def _send(self, keys, ms=None):
        """Draw the frames of these keys for so many milliseconds, one at least, and send them."""
        start, worked, frames, spent = time.perf_counter(), time.thread_time(), {}, 0.0
        for key in keys:
            places = zip(self.controls.items(), map(int, key.split(",")))
            try:
                frames[key] = self.frame({name: w.options[k][1] for (name, w), k in places})
            except Exception as error:
                frames[key] = "", str(error) or type(error).__name__, True
            if (spent := (time.perf_counter() - start) * 1000) >= (ms or 0):
                break
        packed = gzip.compress(json.dumps(frames).encode(), 3)
        cost = (time.thread_time() - worked) * 1000  # not what others made us wait
        self._moving.send({} if ms is None else {"ms": spent, "cost": cost}, [packed])

    def _on_change(self, _):
        if not self._silent:
            if self._presets:
                self._quietly(self.preset, OWN)
            self._moved()

    def _moved(self):
        if self._keep:
            progress.remember(sliders={self._keep: self.values})
        if not self._mounted:
            self._redraw()

    def _on_preset(self, change):
        if not self._silent and change.new != OWN:
            self._set(self._presets[change.new], change.new)

    def _set(self, values, preset=OWN):
        """Move the controls there; the page has the frame before it hears of them."""
        if self._presets:
            self._quietly(self.preset, preset)
        if self._mounted:
            self._send([self._key(self.values | values)])
        for name, value in values.items():
            self._quietly(self.controls[name], value)
        self._moved()

    def _quietly(self, widget, value):
        self._silent = True
        try:
            widget.value = value
        finally:
            self._silent = False

    # Drawing -----------------------------------------------------------------------------------

    def _with_foreground(self, values, use):
        """Add the foreground, hand its artists to use, take them off; return use's result and the sentence."""
        with applied():
            still = set(self._ax.get_children())
            try:
                sentence = self.drawing.foreground(self._ax, **values)
                moving = [artist for artist in self._ax.get_children() if artist not in still]
                return use(sorted(moving, key=lambda artist: artist.zorder)), sentence
            finally:
                for artist in self._ax.get_children():
                    if artist not in still:
                        artist.remove()

    def frame(self, values):
        """What moves at these values, as the inside of an SVG, and the sentence."""

        def svg(artists):
            out = io.StringIO()
            renderer = RendererSVG(WIDTH * 72, HEIGHT * 72, out, image_dpi=72)
            for artist in artists:
                artist.draw(renderer)
            renderer.finalize()
            return out.getvalue()

        drawn, sentence = self._with_foreground(values, svg)
        body = drawn.split("</defs>", 1)[1].replace("</svg>", "")  # the style would leak
        body = _NOISE.sub("", body.replace('<g id="here"', '<g class="here"'))
        return _TAG.sub(lambda tag: _LONG.sub(_tenths, tag[0]), body), sentence

    def _ways(self, drag):
        """How marks are dragged: the control, the axis, and the place of each of its steps there."""
        ways = []
        for name, way in drag.items():
            axis, place = (way, float) if isinstance(way, str) else way
            k, options = list(self.controls).index(name), self.controls[name].options
            at = [self._place(**{axis: place(value)})[axis] for _, value in options]
            ways.append({"control": k, "axis": axis, "at": at})
        return ways

    def _dots(self):
        """Where the dots within the axes that style.named has named are: [x, y, name]."""
        named = (artist for artist in self._ax.get_children() if hasattr(artist, "names"))
        seen = self._ax.viewLim.contains
        rows = (row for artist in named for row in artist.names if seen(*row[:2]))
        places = ((self._place(x=x, y=y), name) for x, y, name in rows)
        return [[place["x"], place["y"], name] for place, name in places]

    def _place(self, **at):
        """Where values of the axes are in the picture, in points from its upper left corner."""
        x, y = (at.get(axis, getattr(self._ax, f"get_{axis}lim")()[1]) for axis in "xy")
        right, up = self._ax.transData.transform((x, y))
        return {"x": _round(right), "y": _round(HEIGHT * 72 - up)}

    def _png(self):
        """The figure as it stands, twice as fine as the screen's 96 dots an inch, as PNG bytes."""
        buffer = io.BytesIO()
        with ALONE:
            (sheet := _sheet()).clear()
            self._figure.dpi = 192
            self._figure.draw(sheet)
            self._figure.dpi = 72
            image = Image.frombytes("RGBA", (sheet.width, sheet.height), sheet.buffer_rgba())
        # 256 colours, chosen on a small copy: a third of the bytes. What is nearly white stays white
        colours = (image := image.convert("RGB")).resize((384, 211), Image.Resampling.NEAREST)
        few = image.quantize(palette=colours.quantize(256), dither=Image.Dither.NONE)
        few.putpalette([255 if shade > 247 else shade for shade in few.getpalette()])
        few.save(buffer, "PNG")
        return buffer.getvalue()

    def png(self):
        """The whole figure with the controls as they are now, as PNG bytes."""
        return self._with_foreground(self.values, lambda artists: self._png())[0]

    def _repr_mimebundle_(self, include=None, exclude=None):
        values = self._defaults if self._keep else self.values  # a stored page is nobody's own
        png, said = self._with_foreground(values, lambda artists: self._png())
        faces = {"image/png": base64.b64encode(png).decode(), "text/plain": said}
        size = {"width": round(WIDTH * 96), "height": round(HEIGHT * 96)}
        return shown(self.box, faces, {"image/png": {"alt": said, **size}})


def _round(place):
    return round(float(place), 1) if math.isfinite(place) else None


def _tenths(number):
    return f"{float(number[0]):.1f}".removesuffix(".0")
