"""What is on the axes: data, limits, labels and sentences; never pixels."""

import re

import ipywidgets as widgets
import numpy as np
import pytest
from drawing import ax, drawn, is_at  # noqa: F401
from matplotlib.textpath import TextPath

from helpers import data, laws, live, style, units
from pictures import chinchilla, start_here

REFIT = laws.CHINCHILLA_REFIT
MODELS = data.models()


def test_isoflop_shows_the_lowest_point_and_the_model(ax):
    lines, sentence = drawn(ax, chinchilla.IsoFlop(REFIT), flops=5.04e23, params=280e9)
    (sizes, losses), best, mine = lines
    assert losses == pytest.approx(REFIT.loss(sizes, 5.04e23 / 6 / sizes))
    assert best[0][0] == pytest.approx(REFIT.optimum(5.04e23)[0])
    assert best[1][0] == pytest.approx(losses.min(), abs=1e-3)
    assert is_at(mine, 280e9, REFIT.loss(280e9, 300e9))
    assert (
        "67 billion" in sentence and "loss 2.000" in sentence and "50% of the compute" in sentence
    )


def test_isoflop_says_when_there_is_nothing_to_gain(ax):
    params, _ = REFIT.optimum(1e22)
    _, sentence = drawn(ax, chinchilla.IsoFlop(REFIT), flops=1e22, params=params)
    assert "the same loss to three digits" in sentence


def test_isoflop_backdrop_has_the_round_budgets_with_their_names(ax):
    drawing = chinchilla.IsoFlop(REFIT)
    drawing.backdrop(ax)
    names = [text.get_text() for text in ax.texts]
    assert names == ["1e18 FLOP", "1e20", "1e22", "1e24", "1e26"]
    lowest = [line.get_ydata().min() for line in ax.lines[:5]]
    assert lowest == pytest.approx([REFIT.optimal_loss(c) for c in drawing.budgets], abs=2e-3)


def test_plane_shows_every_model_whose_size_and_tokens_are_known(ax):
    drawing = chinchilla.Plane(REFIT, MODELS)
    lines, sentence = drawn(ax, drawing, model="GPT-3 175B")
    dots = sum(len(line.get_xdata()) for line in ax.lines if line.get_label() in
               ("dense", "mixture of experts"))  # fmt: skip
    assert dots == sum(1 for m in MODELS if m.flops) >= 100
    (xs, ys), best, mine = lines
    assert {text.get_text().strip() for text in ax.texts} >= {"1e20", "1e22", "1e24", "1e26"}
    assert any(text.get_text() == "53 B on 990 B" for text in ax.texts)
    assert 6 * xs * ys == pytest.approx(np.full(2, 6 * 174.6e9 * 300e9))
    assert 6 * best[0][0] * best[1][0] == pytest.approx(6 * 174.6e9 * 300e9)
    assert is_at(mine, 174.6e9, 300e9)
    assert "3.3 times as large as" in sentence and "lower by 0.016" in sentence
    inside = [(m.active_params, m.tokens) for m in MODELS if m.flops]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert all(left <= n <= right and low <= d <= high for n, d in inside), "no model is cut off"


def test_plane_says_small_for_its_compute(ax):
    _, sentence = drawn(ax, chinchilla.Plane(REFIT, MODELS), model="Llama 3 8B")
    assert "10% of the size of the best model" in sentence and "1,875 for each" in sentence


@pytest.mark.parametrize("name", chinchilla.FAMOUS)
def test_every_preset_is_a_known_model(ax, name):
    _, sentence = drawn(ax, chinchilla.Plane(REFIT, MODELS), model=name)
    assert sentence.startswith(name)


def test_frontier(ax):
    lines, sentence = drawn(ax, chinchilla.Frontier(REFIT, laws.refit_draws()), params=70e9)
    flops = 6 * 70e9 * REFIT.optimal_tokens(70e9)
    assert is_at(lines[1], flops, REFIT.optimal_loss(flops))
    assert (
        "1.29 trillion" in sentence and "1.4 trillion" in sentence and "6,268 PF-days" in sentence
    )
    assert "740 billion to 2.1 trillion" in sentence and "(1.953 to 1.999)" in sentence
    assert any("E = 1.82" in text.get_text() for text in ax.texts)


ENDS = [
    (chinchilla.Frontier(REFIT, laws.refit_draws()), "params", [1e8, 7e10, 1.1e11, 1e12]),
    (chinchilla.Wanted(REFIT, laws.refit_draws()), "loss", [1.88, 1.9, 2.6]),
    (chinchilla.Counted(REFIT), "params", [1e3, 9e10, 1.1e11, 1e12]),
    (start_here.TenTimes(laws.KAPLAN_PARAMS), "params", [1e7, 1.9e11, 2.1e11, 1e12]),
]


@pytest.mark.parametrize(
    "drawing, name, value", [(drawing, name, v) for drawing, name, values in ENDS for v in values]
)
def test_the_words_beside_a_point_end_inside_the_picture(drawing, name, value):
    control = live.Control(widgets.Dropdown(options=[("here", value)], description=name))
    words = (
        r'<text style="font-size: 14px; text-anchor: (start|end)[^>]* x="([\d.]+)"[^>]*>([^<]+)<'
    )
    ((anchor, x, text),) = re.findall(words, live.Live(drawing, **{name: control})._picture()[0])
    wide = TextPath((0, 0), text, size=14).get_extents().x1  # points, as the SVG's
    assert float(x) + wide * (anchor == "start") < 576 and float(x) - wide * (anchor == "end") > 0


def test_the_bill_of_a_wanted_loss_and_its_interval(ax):
    lines, sentence = drawn(ax, chinchilla.Wanted(REFIT, laws.refit_draws()), loss=1.9)
    flops = REFIT.flops_for_loss(1.9)
    assert is_at(lines[2], flops, 1.9)
    (low, high), _ = lines[1]
    assert low < flops < high and high / low == pytest.approx(20, rel=0.03)
    assert "takes 2.1e25 FLOP" in sentence and "6.4e24 to 1.3e26" in sentence
    assert "never" not in sentence
    ax.clear()
    _, sentence = drawn(ax, chinchilla.Wanted(REFIT, laws.refit_draws()), loss=1.87)
    assert re.search(r"[1-9]% of all refits never reach it", sentence)


def test_ten_times(ax):
    lines, sentence = drawn(ax, start_here.TenTimes(laws.KAPLAN_PARAMS), params=1e9)
    assert is_at(lines[1], 1e9, laws.KAPLAN_PARAMS.loss(1e9))
    assert is_at(lines[2], 1e10, laws.KAPLAN_PARAMS.loss(1e10))
    assert "2.38" in sentence and "1.99" in sentence and "0.839" in sentence


def contrast(one, other):
    """The WCAG contrast ratio of two colours."""

    def light(colour):
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_lines_and_words_stand_out_from_white():
    for colour in (style.BLUE, style.ORANGE, style.GREEN):
        assert contrast(colour, "#ffffff") >= 3
    for colour in (style.INK, style.QUIET):
        assert contrast(colour, "#ffffff") >= 4.5


def test_nothing_global_changes(ax):
    import matplotlib

    before = dict(matplotlib.rcParams)
    drawn(ax, chinchilla.IsoFlop(REFIT), flops=1e22, params=1e10)
    assert dict(matplotlib.rcParams) == before


def test_axes_count_in_words(ax):
    chinchilla.IsoFlop(REFIT).backdrop(ax)
    words = [ax.xaxis.get_major_formatter()(value, None) for value in (1e7, 1e9, 1e12)]
    assert words == ["10 M", "1 B", "1 T"]
    assert re.fullmatch(r"\d.* B", units.short(72e9))
