"""The plots with an error: what is drawn is what their questions say."""

import re
from xml.etree import ElementTree

import junior
import pytest

from helpers import data

BANK = data.questions()
DRAWN = {plot.__name__: junior.svg(plot) for plot in junior.PLOTS}
DOTS = {"wrong_axis": 9, "three_points": 3, "isoflop_edge": 4, "rounded": 1, "crossing": 4,
        "mfu_chips": 5, "residuals": 9, "speedup": 2}  # fmt: skip
WIDE, HIGH, LEFT, TOP = junior.WIDE, junior.HIGH, junior.LEFT, junior.TOP


def dots(name):
    """(x, y) of the dots of a plot, as shares of the axes from the lower left corner."""
    found = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', DRAWN[name])
    return [((float(x) - LEFT) / WIDE, 1 - (float(y) - TOP) / HIGH) for x, y in found]


def lines(name):
    """The lines of a plot, each a list of such pairs."""
    return [
        [((float(x) - LEFT) / WIDE, 1 - (float(y) - TOP) / HIGH) for x, y in re.findall(r"([\d.]+),([\d.]+)", points)]
        for points in re.findall(r'points="([^"]+)"', DRAWN[name])
    ]  # fmt: skip


def test_the_files_are_what_is_drawn_and_each_is_asked():
    files = (data.FOLDER / "pictures").iterdir()
    assert {path.stem: path.read_text("utf-8") for path in files} == DRAWN, "python tools/junior.py"
    assert {asked["picture"] for asked in BANK.values() if "picture" in asked} == set(DRAWN)
    with pytest.raises(ValueError, match="picture is 'cat', but must be one of"):
        data.picture("cat")


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_has_words_on_its_axes_and_stays_inside_of_them(name):
    svg = ElementTree.fromstring(DRAWN[name])
    words = list(svg.iter("{http://www.w3.org/2000/svg}text"))
    assert len(words) >= 6 and len(svg[0].text) > 40
    assert len(dots(name)) == DOTS.get(name, 0)
    for word in words:
        width = 6.2 * len(word.text)  # of so many letters at this size
        start = {"middle": width / 2, "end": width}.get(word.get("text-anchor"), 0)
        if "transform" not in word.attrib:
            left = float(word.get("x")) - start
            assert left >= -1 and left + width <= 443, word.text
    for x, y in [*dots(name), *(point for line in lines(name) for point in line)]:
        assert -0.01 <= x <= 1.01 and -0.01 <= y <= 1.01


def test_losses_fall_and_so_do_the_mfu_and_the_speed_up():
    for name in set(DOTS) - {"residuals"}:
        heights = [y for _, y in dots(name)]
        assert heights == sorted(heights, reverse=True), name


def test_the_bars_are_as_high_as_their_scores():
    heights = [float(height) / HIGH for height in re.findall(r'<rect x="[^"]+" y="[^"]+" width="[^"]+" height="([\d.]+)"', DRAWN["paired_bars"])]  # fmt: skip
    assert heights == pytest.approx([1.2 / 4, 3 / 4], abs=0.005), "on an axis from 70 to 74 %"
    assert 'height="136.0"' in DRAWN["zero_of_fifty"], "12 of 15 % of 170 pixels"


def test_the_new_plots_show_what_is_asked_about():
    other, ours = lines("crossing")[:2]
    gaps = [b - a for (_, a), (_, b) in zip(ours, other)]
    assert gaps == sorted(gaps, reverse=True) and gaps[0] > 0.08 and gaps[-1] == 0
    left = [y - 0.5 for _, y in dots("residuals")]
    assert left[0] > 0 > left[4] and left[-1] > 0 and max(map(abs, left)) * 6 < 2.2
    held, training = lines("passes")
    lowest = min(held, key=lambda point: point[1])
    assert lowest[0] == pytest.approx(8 / 41, abs=0.01) and held[-1][1] > lowest[1] + 0.2
    assert [y for _, y in training] == sorted((y for _, y in training), reverse=True)
    load, fleet = lines("mean_load")
    assert sum(y for _, y in load[:-1]) / 24 == pytest.approx(0.5, abs=0.003), "100,000 of 200,000"
    assert [hour for hour, (_, y) in enumerate(load) if y > fleet[0][1] + 0.01] == list(
        range(16, 23)
    )
    curve = lines("spike")[0]
    jump = max(curve[150:], key=lambda point: point[1])
    assert jump[0] == pytest.approx(12 / 21, abs=0.005) and curve[-1][1] < curve[200][1]
    old, new = lines("early_lead")[:2]
    assert old[-1][1] - new[-1][1] == pytest.approx(0.04 / 0.8, abs=0.005)
    assert old[-1][0] == pytest.approx(30 / 105, abs=0.005), "both end at step 30,000"
