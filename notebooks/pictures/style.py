"""Colours, marks and small habits that all pictures share."""

import base64
import html
import io

import ipywidgets as widgets
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter
from PIL import Image

from helpers import fits, live, units

# Okabe and Ito's colours: told apart by the colour-blind; always with a second sign (dash, marker)
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, QUIET, FAINT, PALE = "#222222", "#6b6b6b", "#8c8c8c", "#d5d5d5"  # PALE: with a rim only
WORDS = {ORANGE: "#A84A00", GREEN: "#00735A"}  # the same, dark enough to read

GROUND = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.5}  # behind text


def counted(axis, say=units.short):
    """Write the decades of a log axis as people say them: 1 B, 100 B, 10 T."""
    axis.set_major_locator(LogLocator(numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: say(value, 1)))
    axis.set_minor_formatter(NullFormatter())


def frame(ax, xlim, ylim, xlabel, ylabel, x=None, y=None):
    """Fixed axes; x and y say how to write the decades of a log axis, None leaves it linear."""
    ax.set(xscale="log" if x else "linear", yscale="log" if y else "linear")
    ax.set(xlim=xlim, ylim=ylim, xlabel=xlabel, ylabel=ylabel)
    for axis, say in ((ax.xaxis, x), (ax.yaxis, y)):
        if say:
            counted(axis, say)


def paper(ax, xlim, ylim, ticks, xlabel, ylabel, say=units.short):
    """Log-log paper with round losses written on it."""
    frame(ax, xlim, ylim, xlabel, ylabel, x=say, y="{:g}".format)
    ax.yaxis.set_major_locator(FixedLocator(ticks))


def beyond(ax, start, end, y=None, text="beyond the runs"):
    """Grey where no run has been, with words at the height y."""
    ax.axvspan(start, end, color="#f4f4f4", zorder=0)
    if y is not None:
        ax.text(start * 1.3, y, text, ha="left", va="bottom", color=QUIET)


def _mark(ax, x, y, marker, **look):
    """Draw a mark whole; one outside of the axes as an arrow at their edge that points to it."""
    across, up = ax.transAxes.inverted().transform(ax.transData.transform((x, y)))
    beyond_edge = {"<": across < -0.005, ">": across > 1.005, "v": up < -0.005, "^": up > 1.005}
    if arrows := [sign for sign, out in beyond_edge.items() if out]:
        marker = arrows[-1]
        at = [
            part if -0.005 <= part <= 1.005 else min(max(part, 0.02), 0.98) for part in (across, up)
        ]
        x, y = ax.transData.inverted().transform(ax.transAxes.transform(at))
    ax.plot([x], [y], marker, clip_on=False, **look)


def here(ax, x, y, color=ORANGE, ms=10, mec="white"):
    """The mark of what the learner chose: a diamond, or an arrow to it where it lies outside."""
    _mark(ax, x, y, "D", color=color, ms=ms, mec=mec, gid="here")


def named(artist, xs, ys, names):
    """Have dots tell their names in the page, where they are pointed at, tapped or reached by Tab."""
    artist.names = list(zip(map(float, xs), map(float, ys), names, strict=True))
    return artist


def best(ax, x, y, ms=11):
    """The mark of what the law answers: a blue disc, or an arrow to it where it lies outside."""
    _mark(ax, x, y, "o", color=BLUE, ms=ms, gid="best")


def band(ax, x, draws, colour=BLUE, level=0.8, alpha=0.25):
    """The band that holds this share of the draws (a row for each x); its low and high edge."""
    low, high = fits.interval(draws, level, axis=1)
    ax.fill_between(x, low, high, color=colour, alpha=alpha, lw=0)
    return low, high


def note(ax, x, y, text, dx=10, dy=10, colour=INK, **more):
    """Write text beside a point, on a white ground so that lines do not cross it."""
    side = {"ha": "left" if dx >= 0 else "right", "va": "bottom" if dy >= 0 else "top"}
    more = (
        {"textcoords": "offset points", "color": WORDS.get(colour, colour), "bbox": GROUND}
        | side
        | more
    )
    return ax.annotate(text, (x, y), (dx, dy), **more)


def inside(ax, x, y, text, **more):
    """Write text at a place of the axes: 0, 0 is their lower left corner, 1, 1 the upper right."""
    ax.text(x, y, text, transform=ax.transAxes, **more)


def corner_ground(ax, width, lines):
    """Keep the upper right corner white for the words of corner; width in parts of the axes."""
    size = (width, 0.1 * lines)
    place = (1 - width, 1 - size[1])
    ax.add_patch(Rectangle(place, *size, transform=ax.transAxes, color="white", zorder=2.5))


def corner(ax, *lines):
    """Write a few large words into the upper right corner, those of a mark in its colour."""
    for number, line in enumerate(lines):
        colour = {"◆": ORANGE, "●": BLUE}.get(line[0], INK)
        look = {"ha": "right", "va": "top", "fontsize": 14, "color": WORDS.get(colour, colour)}
        inside(ax, 0.98, 0.96 - 0.1 * number, line, **look)


class Still:
    """A picture without controls, with its sentence: what backdrop(ax) draws, and foreground(ax, **values) on it.

    A picture whose backdrop(ax) gives the sentence needs no foreground.
    """

    def __init__(self, drawing, **values):
        figure = Figure(figsize=(live.WIDTH, live.HEIGHT), dpi=192, layout="constrained")
        with live.applied():
            ax = figure.add_subplot()
            said = drawing.backdrop(ax)
            ax.autoscale(False)
            self.sentence = said or drawing.foreground(ax, **values)
            figure.savefig(seen := io.BytesIO(), dpi=192)
        few = Image.open(seen).convert("RGB").quantize(64, dither=Image.Dither.NONE)
        few.save(stored := io.BytesIO(), "PNG")
        self.png = stored.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, size = base64.b64encode(self.png).decode(), (live.WIDTH * 96, live.HEIGHT * 96)
        about = {"alt": self.sentence, "width": round(size[0]), "height": round(size[1])}
        picture = (  # a widget, because JupyterLab shows a stored PNG without its words
            f'<img alt="{html.escape(self.sentence)}" src="data:image/png;base64,{data}" '
            f'style="width:100%;max-width:{size[0]:g}px">'
        )
        faces = {"image/png": data, "text/plain": self.sentence}
        return live.shown(widgets.HTML(picture), faces, {"image/png": about})
