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


def _line(xs, ys, dash="", colour=ORANGE):
    points = " ".join(f"{x},{y}" for x, y in zip(xs, ys))
    return [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>']  # fmt: skip


def _bar(x, y, middle, height, base):
    left, right = x(middle - 0.3), x(middle + 0.3)
    return f'<rect x="{left}" y="{y(height)}" width="{right - left:.1f}" height="{y(base) - y(height):.1f}" fill="{BLUE}"/>'


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
    tops = [_word(x(1), y(0) - 5, "0 %"), _word(x(2), y(12) - 5, "12 %")]
    says = "Two bars: the small model at 0 %, the large one at 12 % of 50 items."
    return says, [*parts, _bar(x, y, 2, 12, 0), *tops]


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


def crossing():
    """Two recipes whose lines meet at the largest budget."""
    law, leads = laws.CHINCHILLA_REFIT, {19: 0.12, 20: 0.07, 21: 0.03, 22: 0.0}
    x, y, parts = _axes((18.5, 24.3), (1.9, 3.0), [(k, f"1e{k}") for k in range(19, 25)],
                        [(k, f"{k:.1f}") for k in (2.0, 2.2, 2.4, 2.6, 2.8, 3.0)],
                        "compute, FLOP", "loss, nats per token")  # fmt: skip
    xs, other = [x(c) for c in leads], [law.optimal_loss(10.0**c) for c in leads]
    ours = [loss - lead for loss, lead in zip(other, leads.values())]
    parts += _line(xs, [y(loss) for loss in other])
    parts += _line(xs, [y(loss) for loss in ours], "5 4", BLUE)
    parts += _line([x(24)] * 2, [y(1.9), y(2.55)], "2 4", QUIET)
    parts += [_word(x(24), y(2.6), "target"), _word(x(19.1), y(2.68), "A"), _word(x(19.1) + 8, y(2.92), "B")]  # fmt: skip
    says = "Loss of two recipes at four budgets: A is lower by 0.12, 0.07 and 0.03 nats from 1e19 to 1e21 FLOP, and both meet at 1e22; the target is at 1e24."
    return says, parts + _dots(xs, [y(loss) for loss in ours])


def mfu_chips():
    """MFU of one job on more and more chips, with the same batch."""
    chips, mfu = (256, 512, 1024, 2048, 4096), (41, 40, 37, 31, 22)
    x, y, parts = _axes((7.7, 12.3), (0, 50), [(math.log2(n), f"{n:,}") for n in chips],
                        [(k, f"{k} %") for k in (0, 10, 20, 30, 40, 50)], "chips", "MFU")  # fmt: skip
    xs, ys = [x(math.log2(n)) for n in chips], [y(share) for share in mfu]
    parts.append(_word(x(8.9), y(8), "batch: 4 million tokens"))
    says = "MFU against the number of chips, with a batch of 4 million tokens throughout: 41 % on 256 chips, then 40, 37, 31, and 22 % on 4,096."
    return says, parts + _line(xs, ys) + _dots(xs, ys)


def paired_bars():
    """Two scores on the same items, without a word on their noise."""
    x, y, parts = _axes((0, 3), (70, 74), [(1, "old: 71.2 %"), (2, "new: 73.0 %")],
                        [(k, f"{k} %") for k in range(70, 75)], "model, 500 items", "score")  # fmt: skip
    bars = [_bar(x, y, 1, 71.2, 70), _bar(x, y, 2, 73, 70)]
    says = "Two bars on an axis from 70 to 74 %: the old model at 71.2 %, the new one at 73.0 % of the same 500 items, without error bars."
    return says, parts + bars


def spike():
    """A training curve that jumps up and comes back to its trend."""
    x, y, parts = _axes((0, 21), (2.2, 3.4), [(k, f"{k},000") for k in (5, 10, 15, 20)],
                        [(k, f"{k:.1f}") for k in (2.2, 2.6, 3.0, 3.4)], "step", "training loss, nats")  # fmt: skip

    def trend(step):
        return 2.05 + 1.05 * (1 + step) ** -0.42

    steps = [0.05 * k for k in range(401)]
    jump = [0.5 * math.exp(-(step - 12) / 0.1) if step >= 12 else 0 for step in steps]
    losses = [trend(step) + more for step, more in zip(steps, jump)]
    parts += _line([x(step) for step in steps], [y(loss) for loss in losses])
    parts.append(_word(x(12), y(3.02), "12,000"))
    says = "Training loss against steps: it falls smoothly, jumps up by 0.5 nats at step 12,000, is back on its old curve some 400 steps later, and falls on."
    return says, parts


def early_lead():
    """Two optimizers compared before the rate has decayed."""
    x, y, parts = _axes((0, 105), (2.4, 3.2), [(k, f"{k},000" if k else "0") for k in (0, 20, 40, 60, 80, 100)],
                        [(k, f"{k:.1f}") for k in (2.4, 2.6, 2.8, 3.0, 3.2)], "step", "training loss, smoothed")  # fmt: skip
    steps = [2 + 0.5 * k for k in range(57)]
    old = [2.42 + 0.85 * step**-0.3 for step in steps]
    new = [loss - 0.04 * min(1, step / 10) for loss, step in zip(old, steps)]
    parts += _line([x(step) for step in steps], [y(loss) for loss in old])
    parts += _line([x(step) for step in steps], [y(loss) for loss in new], "5 4", BLUE)
    parts += _line([x(30)] * 2, [y(2.4), y(3.1)], "2 4", QUIET)
    ends = [_word(x(31), y(3.05), "both stopped", "start"), _word(x(31), y(old[-1]), "AdamW", "start"),
            _word(x(31), y(new[-1]) + 12, "new", "start")]  # fmt: skip
    says = "Smoothed training loss of two optimizers up to step 30,000 of 100,000, where both were stopped: the new one lies 0.04 nats lower."
    return says, parts + ends


def residuals():
    """What a straight line through log loss leaves over, if the losses have a floor."""
    budgets, law = [19 + 3 * k / 8 for k in range(9)], laws.CHINCHILLA_REFIT
    logs = [math.log(law.optimal_loss(10**c)) for c in budgets]
    middle, mean = sum(budgets) / 9, sum(logs) / 9
    spread = sum((c - middle) ** 2 for c in budgets)
    slope = sum((c - middle) * log for c, log in zip(budgets, logs)) / spread
    left = [100 * (log - mean - slope * (c - middle)) for c, log in zip(budgets, logs)]
    x, y, parts = _axes((18.7, 22.3), (-3, 3), [(k, f"1e{k}") for k in (19, 20, 21, 22)],
                        [(k, f"{k} %") for k in (-3, -2, -1, 0, 1, 2, 3)], "compute, FLOP", "loss, above the line")  # fmt: skip
    parts += _line([x(18.7), x(22.3)], [y(0)] * 2, "5 4", QUIET)
    says = "What nine losses lie above a straight line on log-log axes: 2 % at the smallest budget, falling to 1.5 % below it in the middle, and 2 % above it at the largest."
    return says, parts + _dots([x(c) for c in budgets], [y(percent) for percent in left])


def speedup():
    """Two measured speed-ups, and their mean drawn on to a size that nobody ran."""
    sizes = {0.1: "0.1 B", 1.2: "1.2 B", 10: "10 B", 70: "70 B"}
    x, y, parts = _axes((-1.2, 2.1), (0.9, 1.6), [(math.log10(n), label) for n, label in sizes.items()],
                        [(k, f"{k:.1f}") for k in (1.0, 1.2, 1.4, 1.6)], "parameters", "times the speed of AdamW")  # fmt: skip
    parts += _line([x(-1.2), x(2)], [y(1.25)] * 2, "5 4")
    parts += _line([x(-1.2), x(2.1)], [y(1)] * 2, "2 4", QUIET)
    parts.append(_word(x(1.2), y(1.28), "mean 1.25"))
    says = "Speed of a new optimizer against AdamW: 1.4 times at 0.1 billion parameters, 1.1 times at 1.2 billion, and a dashed line at the mean, 1.25, on to 70 billion."
    xs = [x(math.log10(n)) for n in (0.1, 1.2)]
    return says, parts + _dots(xs, [y(1.4), y(1.1)])


def passes():
    """Training and held-out loss of a model that reads a small corpus again and again."""
    x, y, parts = _axes((0, 41), (1.6, 3.6), [(k, str(k)) for k in (1, 8, 16, 24, 32, 40)],
                        [(k, f"{k:.1f}") for k in (2.0, 2.5, 3.0, 3.5)], "passes", "loss, nats per token")  # fmt: skip
    counts = list(range(1, 41))
    train = [1.5 + 1.9 * count**-0.45 for count in counts]
    held = [3.45 - 0.9 * math.sin(math.pi / 2 * min(1, math.log(n) / math.log(8))) + 0.021 * max(0, n - 8) for n in counts]  # fmt: skip
    parts += _line([x(n) for n in counts], [y(loss) for loss in held])
    parts += _line([x(n) for n in counts], [y(loss) for loss in train], "5 4", BLUE)
    parts += [_word(x(30), y(3.12), "held out"), _word(x(30), y(2.02), "training")]
    says = "Two losses over 40 passes of one corpus: the training loss falls to the end, the held-out loss is lowest after 8 passes and then rises steadily."
    return says, parts


def mean_load():
    """The load of a day, in thousands of tokens a second, and a fleet a fifth above its mean."""
    load = (70, 55, 46, 42, 40, 42, 48, 58, 70, 82, 96, 104, 109, 113, 117, 120, 130, 146, 164, 178, 180, 164, 130, 96, 70)  # fmt: skip
    x, y, parts = _axes((0, 24), (0, 200), [(k, f"{k}:00") for k in (0, 6, 12, 18)],
                        [(k, str(k)) for k in (0, 50, 100, 150, 200)], "time of day", "thousand tokens a second")  # fmt: skip
    parts += _line([x(hour) for hour in range(25)], [y(tokens) for tokens in load])
    parts += _line([x(0), x(24)], [y(120)] * 2, "5 4", BLUE)
    parts.append(_word(x(5), y(120) - 6, "fleet: 120"))
    says = "Tokens asked for over a day: 40,000 a second at night, 180,000 at eight in the evening; a dashed line for the fleet at 120,000, which the load exceeds from 16:00 to 22:00."
    return says, parts


PLOTS = (wrong_axis, three_points, zero_of_fifty, isoflop_edge, rounded, crossing, mfu_chips, paired_bars,
         spike, early_lead, residuals, speedup, passes, mean_load)  # fmt: skip

if __name__ == "__main__":
    for plot in PLOTS:
        (data.FOLDER / "pictures" / f"{plot.__name__}.svg").write_text(svg(plot), encoding="utf-8")
