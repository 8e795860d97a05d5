"""Nothing is said by colour alone: every live figure in grey and for three deficiencies of colour vision."""

import itertools
import json
import re
from typing import NamedTuple

import colours
import numpy as np
import pytest
from drawing import ax  # noqa: F401
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, StepPatch

from helpers import live, quiz
from pictures import style

NOTEBOOKS = sorted(colours.NOTEBOOKS.glob("*.ipynb"))
LIVE = [path for path in NOTEBOOKS if "live.Live(" in path.read_text("utf-8")]
PAGES = colours.NOTEBOOKS.parent / "tools" / "pages"
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
    return [(one, a) for one, a in pairs if one and one.edge != live.RC["grid.color"]]


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


def faint(ax, ticks):
    """Lines, marks, areas and words, those at the ticks among them, that hardly stand out from white."""
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
    words = [*ax.texts, *(legend.get_texts() if legend else []), ax.xaxis.label, ax.yaxis.label]
    for text in (*words, *ticks):
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
    ticks = [*ax.get_xticklabels(), *ax.get_yticklabels()]  # for the life of a figure
    for values in states(figure):
        still = set(ax.get_children())
        with live.applied():
            figure.drawing.foreground(ax, **values)
            for words in (*alike(fig, ax), *faint(ax, ticks)):
                found.setdefault(words, values)
        for artist in set(ax.get_children()) - still:
            artist.remove()
    return [f"{type(figure.drawing).__name__}: {words}, at {at}" for words, at in found.items()]


@pytest.mark.parametrize("path", LIVE, ids=lambda path: path.stem)
def test_no_live_figure_says_anything_by_colour_alone(path, monkeypatch):
    for needed in ("latex2mathml", "nbconvert"):
        pytest.importorskip(needed, reason=f"pages need {needed}: pip install -e '.[slides]'")
    import render

    monkeypatch.setattr(live.Live, "_png", lambda figure: b"")  # artists are asked, not pixels
    figures = render.figures(path)
    if not figures:
        pytest.skip("the published runs of chapter 07 are not here: make data fetches them")
    bad = [words for some in figures.values() for figure in some for words in complaints(figure)]
    assert not bad, "\n".join(bad)


# That the checks above find what they are for ----------------------------------------------------


def two_lines(ax, **more):
    """Two lines of equal width, blue and orange, which a grey printer makes the same."""
    looks = {"color": style.BLUE, "lw": 2}, {"color": style.ORANGE, "lw": 2} | more
    for height, look in enumerate(looks):
        ax.plot([0, 1], [height, height], **look)
    ax.set(xlim=(0, 1), ylim=(-1, 2))
    return list(alike(ax.figure, ax))


def test_two_lines_that_differ_in_colour_alone_are_found(ax):
    assert len(two_lines(ax)) == 1


@pytest.mark.parametrize(
    "sign", [{"ls": "--"}, {"marker": "o"}, {"lw": 3}, {"color": style.INK}, {"color": style.BLUE}]
)
def test_a_second_sign_tells_two_lines_apart(ax, sign):
    assert two_lines(ax, **sign) == []


def test_words_beside_a_line_tell_it_apart_unless_they_are_nearer_to_the_other(ax):
    FigureCanvasAgg(ax.figure)
    two_lines(ax)
    words = ax.text(0.5, 0.95, "orange", color=style.WORDS[style.ORANGE], va="top")
    assert list(alike(ax.figure, ax)) == []
    words.set_y(0.05)
    words.set_va("bottom")
    assert len(list(alike(ax.figure, ax))) == 1


def test_a_legend_must_show_the_second_sign_too(ax):
    ax.plot([], [], color=style.BLUE, lw=2, label="one")
    ax.plot([], [], color=style.ORANGE, lw=2, label="other")
    ax.legend()
    assert any("in the legend" in words for words in alike(ax.figure, ax))


def test_marks_bars_and_bands_are_compared_as_well(ax):
    ax.plot([0, 1], [0, 1], "o", color=style.BLUE)
    ax.plot([0, 1], [1, 0], "o", color=style.ORANGE)
    ax.barh([0, 1], [1, 1], color=[style.GREEN, style.ORANGE], edgecolor="white")
    ax.fill_between([0, 1], 0, 1, color=style.PINK, alpha=0.3)
    assert len(list(alike(ax.figure, ax))) == 1 + 3


def test_pale_lines_and_pale_words_are_found(ax):
    ax.plot([0, 1], [0, 1], color=style.PALE)
    ax.plot([0, 1], [1, 0], "o", color=style.PALE, mec=style.QUIET)
    ax.text(0.5, 0.5, "orange", color=style.ORANGE)
    ax.text(0.5, 0.6, "quiet", color=style.QUIET)
    line, words = faint(ax, ticks=[])
    assert "1.5 : 1" in line and words == "'orange' has 3.9 : 1"


# Colours ------------------------------------------------------------------------------------------


def test_what_is_known_of_the_simulations():
    assert colours.contrast("#767676") == pytest.approx(4.54, abs=0.005)  # WCAG's own example
    assert colours.lab((1.0, 0.0, 0.0)) == pytest.approx([53.2, 80.1, 67.2], abs=0.1)
    for way, matrix in colours.WAYS.items():
        assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-5), f"white stays white: {way}"
        assert colours.seen(to_rgb("#777777"), way) == pytest.approx(to_rgb("#777777"), abs=1e-4)
    assert colours.difference("#ff0000", "#00aa00") > 100
    assert colours.difference("#d00000", "#6a6a00", "protanopia") < 40
    grey = colours.seen(np.array([[to_rgb(style.BLUE), to_rgb(style.ORANGE)]]), "grey")
    assert np.ptp(grey, axis=2).max() < 1e-9


# Lines of these stand together; dashes and marks help, yet colour should not mislead. Two colours side
# by side are told apart from a difference of 2 or 3 on; thin lines apart from each other need more.
@pytest.mark.parametrize("way", ["as it is", "protanopia", "deuteranopia", "tritanopia"])
def test_the_palette_stays_three_colours_for_the_colour_blind(way):
    for pair in itertools.combinations((style.BLUE, style.ORANGE, style.GREEN), 2):
        assert colours.difference(*pair, way) >= 15, pair
    assert min(map(colours.contrast, (style.BLUE, style.ORANGE, style.GREEN))) >= 3


def test_words_are_dark_enough_and_keep_the_hue_of_their_line():
    for word in (style.INK, style.QUIET, style.BLUE, *style.WORDS.values()):
        assert min(colours.contrast(word), colours.contrast(word, "#f0f0f0")) >= 4.5, word
    for line, word in style.WORDS.items():
        turned = [np.arctan2(*colours.lab(to_rgb(colour))[:0:-1]) for colour in (line, word)]
        assert np.ptp(turned) < 0.2, f"{word} is of another hue than {line}"


# Words and pages ----------------------------------------------------------------------------------

HUES = r"\b(blue|orange|green|pink|gr[ea]y)\b"
SHAPES = (
    r"\b(area|bands?|bars?|cross(es)?|dashed|diamonds?|dots?|dotted|filled|gap|hollow|range|rings?|solid"
    r"|squares?|stars?|thick|thin)\b"
)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_that_names_a_colour_names_another_sign_too(path):
    """Once in a cell for each colour is enough: "the solid green line", and then "the green line"."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        text = "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""
        sentences = re.split(r"(?<=[.?!:;])\s|\n", text)
        hues = {hue.lower() for hue in re.findall(HUES, text, re.I)}
        for hue in hues:
            named = [words for words in sentences if re.search(rf"\b{hue}\b", words, re.I)]
            assert any(re.search(SHAPES, words, re.I) for words in named), named


def test_verdicts_have_signs_of_their_own():
    signs = [re.sub("<[^>]*>", "", quiz.mark(right, "x"))[0] for right in (True, False, None)]
    assert signs == ["✓", "✗", "→"]
    assert "color" not in quiz.mark(True, "x"), "a colour here would need its own check"


def test_links_keep_their_line_and_text_stands_out_by_day_and_night():
    css = (PAGES / "page.css").read_text("utf-8")
    assert not re.search(r"(?<!\S)a\b[^{]*\{[^}]*text-decoration:\s*none", css)
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in css.split("@media", 2)[:2]
    )
    assert light.keys() == dark.keys() and len(light) >= 10
    for theme in (light, dark):
        for name in theme.keys() - {"ground", "panel", "line"}:
            for ground in (theme["ground"], theme["panel"]):
                assert colours.contrast(theme[name], ground) >= 4.5, (name, ground)
