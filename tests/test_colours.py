"""Nothing is said by colour alone: every live figure in grey and for three deficiencies of colour vision."""

import itertools
from pathlib import Path
from typing import NamedTuple

import colours
import numpy as np
import pytest
import render
from drawing import ax  # noqa: F401
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, StepPatch

from helpers.draw import style

NOTEBOOKS = sorted(colours.NOTEBOOKS.glob("*.ipynb"))
LIVE = [path for path in NOTEBOOKS if "live.Live(" in path.read_text("utf-8")]
PAGES = Path(render.PAGES)
# Two colours say two things by themselves where they are so far apart in every way of seeing. In grey
# it is what WCAG's 3:1 between neighbours comes to with our colours: INK and QUIET stand at 32, 3.0:1.
APART = 30
WIDER, LARGER = 1.5, 1.4  # by so much a line or a mark is plainly another one
WORDS = {to_hex(line): to_hex(word) for line, word in style.WORDS.items()}
NEAR = 25  # points from a label to its line


class Sign(NamedTuple):
    """What an artist looks like apart from where it is."""

    name: str
    colour: str  # as it shows on white
    edge: str  # the colour that stands out most from white
    line: tuple | None = None  # (dash, width, upright)
    mark: tuple | None = None  # (shape, hollow, size)
    area: tuple | None = None  # (hatch,)


def on_white(colour, alpha=None):
    """An opaque colour in place of one that lets white through."""
    *rgb, seen = to_rgba(colour)
    seen = seen if alpha is None else alpha
    return to_hex([seen * part + 1 - seen for part in rgb])


def of_line(line):
    """The signs of a Line2D, of its line and of its marks."""
    x, y = (np.atleast_1d(np.asarray(values, float)) for values in line.get_data())
    seen = np.isfinite(x) & np.isfinite(y)
    if line.axes is not None and not seen.any():
        return None  # holds a place in the legend
    colour, mark, path = on_white(line.get_color(), line.get_alpha()), None, None
    edge = colour
    if line.get_linestyle() != "None" and len(x) > 1:
        steps = np.diff(x)[seen[1:] & seen[:-1]]
        path = line.get_linestyle(), line.get_linewidth(), not steps.any()
    if line.get_marker() not in ("None", None, "", " "):
        face, rim = (
            on_white("white" if part == "none" else part, line.get_alpha())
            for part in (line.get_markerfacecolor(), line.get_markeredgecolor())
        )
        hollow = colours.contrast(face) < 1.6  # so is PALE: the rim is what is seen
        mark = line.get_marker(), hollow, line.get_markersize()
        colour = colour if path else rim if hollow else face
        edge = colour if path else max(face, rim, key=colours.contrast)
    return Sign(line.get_label(), colour, edge, path, mark) if path or mark else None


def of_collection(some):
    """The sign of lines or of an area drawn at once."""
    if isinstance(some, LineCollection | ContourSet):
        colour = on_white(some.get_edgecolor()[0], some.get_alpha())
        solid = some.get_linestyle()[0][1] is None
        upright = all(np.ptp(path.vertices[:, 0]) == 0 for path in some.get_paths())
        look = "-" if solid else "--", some.get_linewidth()[0], upright
        return Sign("lines", colour, colour, line=look)
    colour = on_white(some.get_facecolor()[0], 1.0)
    return Sign("area", colour, colour, area=(some.get_hatch(),))


def of_patch(patch):
    """The sign of a bar, a span or a histogram; none of a ground for words."""
    face = on_white(patch.get_facecolor())
    if colours.contrast(face) < 1.2:
        return None
    edge = on_white(patch.get_edgecolor()) if patch.get_linewidth() else face
    base = to_hex(patch.get_facecolor())  # where it lets white through, a line stands around it
    edge = max(base, edge, key=colours.contrast)
    return Sign("area", base, edge, area=(patch.get_hatch(),))


def sign(artist):
    """How an artist that carries data looks; None for another one."""
    if artist.get_visible():
        for kinds, read in (
            (Line2D, of_line),
            (LineCollection | ContourSet | PolyCollection, of_collection),
            (Rectangle | StepPatch, of_patch),
        ):
            if isinstance(artist, kinds):
                return read(artist)
    return None


def shown(ax):
    """(sign, artist) of everything on the axes that carries data; the grid is none of it."""
    pairs = [(sign(artist), artist) for artist in (*ax.lines, *ax.collections, *ax.patches)]
    return [(one, a) for one, a in pairs if one and one.edge != style.RC["grid.color"]]


def one_shape(one, other):
    """True where two signs differ in nothing but colour."""
    if [part is None for part in one[3:]] != [part is None for part in other[3:]]:
        return False
    if one.line:
        (*dash, width, upright), (*dash2, width2, upright2) = one.line, other.line
        if (dash, upright) != (dash2, upright2) or max(width, width2) >= WIDER * min(width, width2):
            return False
    if one.mark:
        (*shape, size), (*shape2, size2) = one.mark, other.mark
        if shape != shape2 or max(size, size2) >= LARGER * min(size, size2):
            return False
    return one.area == other.area


def apart(one, other):
    """True where two colours are told apart in every way of seeing, grey among them."""
    return min(colours.difference(one.colour, other.colour, way) for way in colours.WAYS) >= APART


def distance(fig, text, artist):
    """Points from the words to the nearest place of an artist."""
    box = text.get_window_extent(fig.canvas.get_renderer())
    if isinstance(artist, Line2D):
        paths = [artist.get_transform().transform_path(artist.get_path())]
    else:
        paths = [artist.get_transform().transform_path(path) for path in artist.get_paths()]
    places = []
    for path in paths:
        ends = path.vertices[np.isfinite(path.vertices).all(axis=1)]
        if len(ends) and getattr(artist, "get_linestyle", lambda: "")() != "None":
            steps = np.linspace(0, len(ends) - 1, 20 * len(ends))
            ends = np.column_stack([np.interp(steps, range(len(ends)), part) for part in ends.T])
        places.append(ends)
    x, y = np.concatenate(places).T
    x, y = (
        np.maximum(np.maximum(low - v, v - high), 0)
        for v, low, high in ((x, box.x0, box.x1), (y, box.y0, box.y1))
    )
    return float(np.hypot(x, y).min())


def named(fig, texts, sign, artist, other):
    """True where words in the artist's colour stand beside it, and not as near to the other one."""
    own = {sign.colour, WORDS.get(sign.colour)}
    for text in texts:
        if to_hex(text.get_color()) in own and text.get_text().strip():
            near = distance(fig, text, artist)
            if near <= NEAR and near < distance(fig, text, other):
                return True
    return False


def alike(fig, ax):
    """Pairs of artists that look the same but for their colour, which is too near."""
    known = shown(ax)
    lines = {one.colour for one, _ in known if not one.area}
    texts = [text for text in ax.texts if text.get_visible()]
    for (one, first), (other, second) in itertools.combinations(known, 2):
        if one.colour == other.colour or not one_shape(one, other) or apart(one, other):
            continue
        if one.area and {one.colour, other.colour} <= lines:
            continue  # bands are told apart by their lines
        if one.area or not (
            named(fig, texts, one, first, second) or named(fig, texts, other, second, first)
        ):
            yield f"{one} and {other} are the same in grey"
    handles = ax.get_legend().legend_handles if ax.get_legend() else []
    for one, other in itertools.combinations(filter(None, map(sign, handles)), 2):
        if one.colour != other.colour and one_shape(one, other) and not apart(one, other):
            yield f"in the legend {one} and {other} are the same in grey"


def faint(ax):
    """Lines, marks, areas and words that hardly stand out from white."""
    known = [one for one, _ in shown(ax)]
    lines = {one.colour for one in known if not one.area}
    for one in known:
        ratio = colours.contrast(one.edge)
        bounded = one.area and one.colour in lines
        if 1.05 < ratio < 3 and not bounded:  # white is a ground for other things
            yield f"{one} has {ratio:.1f} : 1 on white"
    spans = [
        on_white(patch.get_facecolor()) for patch in ax.patches if isinstance(patch, Rectangle)
    ]
    grounds = ["#ffffff", *(span for span in spans if colours.contrast(span) < 1.2)]
    legend = ax.get_legend()
    words = [*ax.texts, *(legend.get_texts() if legend else [])]
    for axis in (ax.xaxis, ax.yaxis):
        words += [axis.label, *axis.get_ticklabels()]
    for text in words:
        ratio = min(colours.contrast(on_white(text.get_color()), ground) for ground in grounds)
        if text.get_text().strip() and 1.2 < ratio < 4.5:
            yield f"{text.get_text()!r} has {ratio:.1f} : 1"


def states(figure):
    """The figure as it comes, each preset, and the ends of each control."""
    start = figure.values
    yield start
    for values in figure._presets.values():
        yield start | values
    for name, widget in figure.controls.items():
        options = [value for _, value in widget.options]
        few = options if type(widget).__name__ == "Dropdown" else [options[0], options[-1]]
        for value in few[:12]:
            yield start | {name: value}


def complaints(figure):
    """What is wrong with a live figure in any of its states."""
    found, fig, ax = {}, figure._figure, figure._ax
    for values in states(figure):
        still = set(ax.get_children())
        with style.applied():
            figure.drawing.foreground(ax, **values)
            for words in (*alike(fig, ax), *faint(ax)):
                found.setdefault(words, values)
        for artist in set(ax.get_children()) - still:
            artist.remove()
    return [f"{type(figure.drawing).__name__}: {words}, at {at}" for words, at in found.items()]


@pytest.mark.parametrize("path", LIVE, ids=lambda path: path.stem)
def test_no_live_figure_says_anything_by_colour_alone(path):
    figures = render.figures(path)
    if not figures:
        pytest.skip("the published runs of chapter 07 are not here: make data fetches them")
    bad = [words for some in figures.values() for figure in some for words in complaints(figure)]
    assert not bad, "\n".join(bad)
