"""What the tests of pictures share: axes, a drawing on them, and its marks by their names."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.textpath import TextPath

from helpers import live


@pytest.fixture
def ax():
    return Figure().add_subplot()


def places(artist):
    """x and y of a mark: of a line's points, of a band's or bar's corners, of where words stand."""
    if isinstance(artist, Text):
        points = artist.xy if isinstance(artist, Annotation) else artist.get_position()
    elif hasattr(artist, "get_data"):
        points = np.transpose(artist.get_data())
    elif hasattr(artist, "get_paths"):
        points = np.concatenate([path.vertices for path in artist.get_paths()])
    else:
        points = artist.get_patch_transform().transform(artist.get_path().vertices)
    return tuple(np.reshape(points, (-1, 2)).T)


def named(ax):
    """{name: (x, y)} of every mark on the axes that has a name (its gid)."""
    artists = [artist for artist in ax.get_children() if artist.get_gid()]
    found = {artist.get_gid(): places(artist) for artist in artists}
    assert len(found) == len(artists), "two marks of one name"
    return found


def marks(ax, drawing, **values):
    """Backdrop and foreground; {name: (x, y)} of the marks that have a name, and the sentence."""
    drawing.backdrop(ax)
    limits, still = (ax.get_xlim(), ax.get_ylim()), set(ax.get_children())
    sentence = drawing.foreground(ax, **values)
    assert (ax.get_xlim(), ax.get_ylim()) == limits, "axes stay where they are"
    assert ax.get_xlabel() and ax.get_ylabel()
    for line in set(ax.lines) - still:
        if len(line.get_xdata()) == 1:
            (x,), (y,) = line.get_data()
            assert limits[0][0] <= x <= limits[0][1] and limits[1][0] <= y <= limits[1][1]
    return named(ax), sentence


def is_at(line, x, y):
    """True where a line is this one point."""
    return np.allclose(line[0], [x], rtol=1e-9) and np.allclose(line[1], [y], rtol=1e-9)


def words_outside(drawing, name, values):
    """Values of a control at which the one text of the foreground does not end inside the picture."""
    control = live.choice(name, {str(value): value for value in values})
    figure, outside = live.Live(drawing, **{name: control}), []
    words = (
        r'<text style="font-size: 14px; text-anchor: (start|end)[^>]* x="([\d.]+)"[^>]*>([^<]+)<'
    )
    for value in values:
        control.widget.value = value
        ((anchor, x, text),) = re.findall(words, figure.frame(figure.values)[0])
        wide = TextPath((0, 0), text, size=14).get_extents().x1  # points, as the SVG's
        left = float(x) - wide * (anchor == "end")
        outside += [value] if left < 0 or left + wide > 576 else []
    return outside
