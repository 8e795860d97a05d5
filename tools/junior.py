"""Draws data/pictures/: plots with an error in them, as an interviewer shows them.

python tools/junior.py
"""

import html
import math

from helpers import data, laws
from pictures.style import BLUE, INK, ORANGE, QUIET

LEFT, TOP, WIDE, HIGH = 58, 12, 360, 170  # the axes, in pixels of a 440 x 232 picture


def svg(plot):
    """A plot as an SVG file, whose title says what is to be seen."""
    says, parts = plot()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="440" height="232">\n<title>{says}</title>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _axes(xlim, ylim, xticks, yticks, xlabel, ylabel):
    """(x to pixels, y to pixels, parts) of axes with (value, label) ticks."""

    def across(x):
        return round(LEFT + WIDE * (x - xlim[0]) / (xlim[1] - xlim[0]), 1)

    def up(y):
        return round(TOP + HIGH * (ylim[1] - y) / (ylim[1] - ylim[0]), 1)

    parts = ['<rect width="440" height="232" fill="white"/>']
    parts.append(f'<path d="M{LEFT} {TOP}v{HIGH}h{WIDE}" fill="none" stroke="{QUIET}"/>')
    parts += [_word(across(x), TOP + HIGH + 16, label) for x, label in xticks]
    parts += [_word(LEFT - 6, up(y) + 4, label, "end") for y, label in yticks]
    parts.append(_word(LEFT + WIDE / 2, TOP + HIGH + 38, xlabel))
    turn = f' transform="rotate(-90 14 {TOP + HIGH / 2})"'
    parts.append(_word(14, TOP + HIGH / 2, ylabel, more=turn))
    return across, up, parts


def _word(x, y, text, anchor="middle", more=""):
    words = html.escape(text)
    return f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="12" fill="{INK}" text-anchor="{anchor}"{more}>{words}</text>'


def _dots(xs, ys):
    return [f'<circle cx="{x}" cy="{y}" r="4.5" fill="{BLUE}"/>' for x, y in zip(xs, ys)]


def _line(xs, ys, dash=""):
    points = " ".join(f"{x},{y}" for x, y in zip(xs, ys))
    return [f'<polyline points="{points}" fill="none" stroke="{ORANGE}" stroke-width="2" stroke-dasharray="{dash}"/>']  # fmt: skip


def wrong_axis():
    """A power law on a linear axis of size."""
    sizes, law = [0.1, 0.2, 0.4, 0.8, 1.5, 3, 5, 7.5, 10], laws.KAPLAN_PARAMS
    x, y, parts = _axes((0, 10.5), (1.9, 2.9), [(k, f"{k} B") for k in (0, 2, 4, 6, 8, 10)],
                        [(k, f"{k:.1f}") for k in (2.0, 2.2, 2.4, 2.6, 2.8)], "parameters", "loss, nats per token")  # fmt: skip
    xs, ys = [x(n) for n in sizes], [y(law.loss(n * 1e9)) for n in sizes]
    grid = [0.1 * 100 ** (k / 60) for k in range(61)]
    parts += _line([x(n) for n in grid], [y(law.loss(n * 1e9)) for n in grid])
    says = "Loss against parameters from 0 to 10 billion on a linear axis: it drops steeply and then looks flat."
    return says, parts + _dots(xs, ys)


def three_points():
    """A curve with three constants through three runs."""
    x, y, parts = _axes((17.5, 24.5), (1, 3.5), [(k, f"1e{k}") for k in range(18, 25)],
                        [(k, f"{k:.1f}") for k in (1, 2, 3)], "compute, FLOP", "loss, nats per token")  # fmt: skip
    runs, grid = (18, 19, 20), [18 + k / 10 for k in range(61)]
    losses = [1.2 + 2 * 10 ** (-0.12 * (c - 18)) for c in grid]
    parts += _line([x(c) for c in grid], [y(loss) for loss in losses])
    parts += [*_line([x(18), x(24.5)], [y(1.2)] * 2, "5 4"), _word(x(19), y(1.27), "E = 1.2")]
    dots = _dots([x(c) for c in runs], [y(losses[10 * (c - 18)]) for c in runs])
    says = "Three runs from 1e18 to 1e20 FLOP, a curve exactly through them and on to 1e24, and a dashed line at E = 1.2."
    return says, parts + dots


def zero_of_fifty():
    """A bar chart of two models on 50 items."""
    x, y, parts = _axes((0, 3), (0, 15), [(1, "small: 0 of 50"), (2, "large: 6 of 50")],
                        [(k, f"{k} %") for k in (0, 5, 10, 15)], "model", "tasks solved")  # fmt: skip
    bar = f'<rect x="{x(1.7)}" y="{y(12)}" width="{x(2.3) - x(1.7):.1f}" height="{y(0) - y(12):.1f}" fill="{BLUE}"/>'
    tops = [_word(x(1), y(0) - 5, "0 %"), _word(x(2), y(12) - 5, "12 %")]
    return "Two bars: the small model at 0 %, the large one at 12 % of 50 items.", [
        *parts,
        bar,
        *tops,
    ]


def isoflop_edge():
    """Four sizes of one budget on one side of the lowest point, and a parabola."""
    sizes = {2e8: "200 M", 4e8: "400 M", 8e8: "800 M", 1.6e9: "1.6 B", 3.2e9: "3.2 B"}
    at = {math.log10(n): label for n, label in sizes.items()}
    x, y, parts = _axes((8, 10), (2.26, 2.56), at.items(), [(k, f"{k:.1f}") for k in (2.3, 2.4, 2.5)],
                        "parameters", "loss at 1e21 FLOP, nats")  # fmt: skip

    def fit(place):
        return 2.3 + 0.13 * (place - math.log10(3.2e9)) ** 2

    grid, runs = [8.2 + k / 50 for k in range(84)], list(at)[:4]
    parts += _line([x(g) for g in grid], [y(fit(g)) for g in grid], "5 4")
    says = "Four sizes at one budget, each with a lower loss than the one before, and a dashed parabola with its lowest point at 3.2 billion."
    return says, parts + _dots([x(g) for g in runs], [y(fit(g)) for g in runs])


def rounded():
    """Tokens per parameter along the best split, from the constants as printed."""
    x, y, parts = _axes((19.8, 24.2), (0, 110), [(k, f"1e{k}") for k in range(20, 25)],
                        [(k, str(k)) for k in (0, 20, 40, 60, 80, 100)], "compute, FLOP",
                        "tokens per parameter")  # fmt: skip

    def ratio(place):
        params, tokens = laws.CHINCHILLA_PRINTED.optimum(10**place)
        return tokens / params

    grid, gopher = [20 + k / 10 for k in range(41)], math.log10(5.76e23)
    parts += _line([x(g) for g in grid], [y(ratio(g)) for g in grid])
    parts.append(_word(x(gopher) - 10, y(ratio(gopher)) - 6, f"{ratio(gopher):.0f}", "end"))
    says = "Tokens per parameter of the best split against compute: the line rises steadily and reaches 93 at 5.76e23 FLOP."
    return says, parts + _dots([x(gopher)], [y(ratio(gopher))])


PLOTS = (wrong_axis, three_points, zero_of_fifty, isoflop_edge, rounded)

if __name__ == "__main__":
    for plot in PLOTS:
        (data.FOLDER / "pictures" / f"{plot.__name__}.svg").write_text(svg(plot), encoding="utf-8")
