"""The further steps of chapter 09: tables, pictures, and what the prose says."""

import re

import facts
import facts_09_further as further
import numpy as np
import pytest
from cells import sources
from drawing import ax, is_at, marks, named  # noqa: F401

from helpers import data
from pictures import beyond_dense

CHAPTER = further.CHAPTER


def test_mixtures_are_those_of_the_study():
    assert len(further.TRIED) == 256 and len(further.LARGE) == 64
    shares = np.array([row.web_share for row in further.MIXES])
    assert shares.min() == 0 and shares.max() == 0.956 and further.LARGE[:, 0].max() == 0.618
    assert all((row.loss_1b is None) == row.mixture.startswith("tiny") for row in further.MIXES)
    # what the fact sheet of the study's files says
    _, tiny, small = further.TRIED.T
    assert further.agreement(tiny, small) == pytest.approx(0.994, abs=5e-4)
    assert further.agreement(-further.TRIED[:, 0], tiny) == pytest.approx(0.82, abs=5e-3)
    assert further.agreement(-further.TRIED[:, 0], small) == pytest.approx(0.81, abs=5e-3)
    assert further.agreement(-further.LARGE[:, 0], further.LARGE[:, 1]) == pytest.approx(
        0.98, abs=5e-3
    )


def test_equal_values_share_their_place():
    assert CHAPTER["places"](np.array([3.0, 1.0, 3.0, 7.0])).tolist() == [2.5, 1, 2.5, 4]
    assert CHAPTER["agreement"](np.arange(5.0), np.arange(5.0) ** 3) == pytest.approx(1)
    assert CHAPTER["agreement"](np.arange(5.0), -np.arange(5.0)) == pytest.approx(-1)


def test_readings_are_those_of_the_gemstones():
    kinds = {kind: [row for row in further.READINGS if row.kind == kind] for kind in ("constant", "cooled")}  # fmt: skip
    assert {kind: len(rows) for kind, rows in kinds.items()} == {"constant": 770, "cooled": 199}
    for row in further.READINGS:
        ratio = 1.1 if row.kind == "cooled" else 1.0
        assert row.tokens == pytest.approx(ratio * row.trunk, rel=2e-3), row.reading
    # a cooled reading lies below its model at the constant rate, nearly always after as many tokens
    at = {row.reading: row.loss for row in kinds["constant"]}
    gain = [at[row.reading.replace(" cooled", "")] - row.loss for row in kinds["cooled"]]
    assert np.mean(gain) == pytest.approx(0.1, abs=0.02)


def test_the_hull_has_no_point_below_it():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 3, 60), rng.uniform(0, 1, 60)
    kept = CHAPTER["hull"](x, y)
    assert (np.diff(x[kept]) > 0).all() and (np.diff(y[kept]) < 0).all()
    between = (x >= x[kept[0]]) & (x <= x[kept[-1]])
    assert (y[between] >= np.interp(x[between], x[kept], y[kept]) - 1e-12).all()


def test_the_slope_of_the_hull_moves_with_the_window_and_not_with_cooling():
    assert further.exponent(10e9, 350e9) == pytest.approx(0.50, abs=0.01)
    assert further.exponent(120e9, 350e9) == pytest.approx(0.82, abs=0.01)
    assert abs(further.exponent(10e9, 100e9) - further.exponent(10e9, 100e9, "cooled")) < 0.02
    ladder = [further.exponent(start * 1e9, 350e9) for start in (10, 20, 30, 40, 60, 80)]
    assert (np.diff(ladder) > 0).all()


def test_mixes_draw_what_is_kept_and_say_it(ax):
    drawing = beyond_dense.Mixes(further.MIXES, CHAPTER["places"], CHAPTER["agreement"])
    drawing.backdrop(ax)
    said = drawing.foreground(ax, size="60 M parameters", most=0.2)
    seen, share = named(ax), further.TRIED[:, 0]
    assert len(seen["losses"][0]) == len(seen["places"][0]) == (share <= 0.2).sum()
    assert (seen["losses"][0] <= 0.2).all() and (seen["left out"][0] > 0.2).all()
    assert "208 of them" in said and "0.991" in said and said.endswith("with 0.65.")
    for panel in (drawing.left, drawing.right):
        assert panel.get_xlabel() and panel.get_ylabel()


def test_hull_draws_its_line_and_says_the_slope(ax):
    seen, said = marks(ax, further.GEMS, kind="at a constant rate", smallest=10e9, largest=350e9)
    (x0, x1), (y0, y1) = seen["line"]
    assert np.log(y1 / y0) / np.log(x1 / x0) == pytest.approx(further.exponent(10e9, 350e9))
    assert len(seen["kept"][0]) == 770 and "C to the 0.50" in said


def test_the_toy_is_the_average_over_noise():
    """The closed form against noise that is drawn, and against gradient descent on the two layers."""
    rng, noise, start = np.random.default_rng(0), 0.03, 1e-3
    weights = np.full(40, np.sqrt(start))
    goal, step = 1 / np.arange(1, 41), 2e-3
    for _ in range(round(20 / step)):
        weights = weights + step * weights * (goal - weights**2)
    before, after = CHAPTER["toy_losses"](np.array([20.0]), noise)
    assert ((goal - weights**2) ** 2).sum() / 2 == pytest.approx(before[0], rel=0.02)
    drawn = []
    for _ in range(400):
        first, second = (np.diag(weights) + rng.normal(0, noise, (40, 40)) for _ in range(2))
        drawn.append(((second @ first - np.diag(goal)) ** 2).sum() / 2)
    assert np.mean(drawn) == pytest.approx(after[0], rel=0.03)


def test_shaken_marks_the_lowest_point(ax):
    drawing = beyond_dense.Shaken(CHAPTER["toy_losses"], used=0.03)
    seen, said = marks(ax, drawing, noise=0.05, trained=beyond_dense.CALM)
    time, after = seen["after"]
    assert is_at(seen["here"], time[after.argmin()], after.min())
    assert "27% higher at the end" in said
    assert "has not turned up" in drawing.foreground(ax, noise=0.02, trained=beyond_dense.FLAT)


def test_a_forecast_without_drift_holds_and_with_it_misses(ax):
    assert abs(further.missed(0.0, 1e23)) < 0.002
    misses = [further.missed(drift, 1e22) for drift in np.arange(0, 0.21, 0.05)]
    assert (np.diff(misses) > 0).all() and misses[-1] == pytest.approx(0.025, abs=0.003)
    seen, said = marks(ax, further.ORACLE, drift=0.2, far="300 times")
    assert "300 times beyond by 5.2 %" in said
    x, y = seen["here"]
    assert x[0] == 1e23 and y[0] > np.interp(1e23, *seen["line"])


def test_rates_of_a_year():
    yearly = CHAPTER["yearly"]
    assert [round(yearly(h), 2) for h in (8, 2, 22, 12)] == [2.83, 64, 1.46, 2]
    assert round(65e9 / yearly(3.5) ** (45 / 12) / 1e6, 1) == 8.8


def test_multiplier():
    multiplier = CHAPTER["multiplier"]
    assert [round(multiplier(0.01, c), 2) for c in (1e21, 1e24)] == [1.12, 1.5]


def test_the_prose_says_what_comes_out():
    texts = sources("09_beyond_dense", "markdown")
    said = re.sub(r"\s+", " ", " ".join(texts))
    assert not facts.wrong(said, further.PROSE_FURTHER)


def test_the_licences_of_the_two_tables_are_named():
    told = (data.FOLDER / "README.md").read_text("utf-8")
    for words in ("Copyright (c) 2024 Sea AI Lab", "Copyright (c) 2025 Sean McLeish", "b004d3a3", "5f420478"):  # fmt: skip
        assert words in told
