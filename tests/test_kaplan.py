"""Chapter 01's pictures: what is on the axes and what the sentences say."""

from typing import NamedTuple

import numpy as np
import pytest
from drawing import drawn, is_at
from matplotlib.figure import Figure

from helpers import fits, laws
from pictures import kaplan_laws

REFIT = laws.CHINCHILLA_REFIT


@pytest.fixture
def ax():
    return Figure().add_subplot()


def test_bottleneck_shows_where_the_tokens_stop_carrying(ax):
    drawing, law = kaplan_laws.Bottleneck(laws.KAPLAN_JOINT), laws.KAPLAN_JOINT
    lines, sentence = drawn(ax, drawing, params=1e10, tokens=2.29e10)
    (sizes, losses), limit, gap, mine = lines
    assert losses == pytest.approx(law.loss(sizes, 2.29e10))
    carried = limit[0][0]
    assert law.loss(carried, 2.29e10) == pytest.approx(1.02 * law.best_loss(carried))
    assert 0.9 < 2.29e10 / (5e3 * carried**0.74) < 1.1, "Kaplan's rule, Eq 4.4"
    assert is_at(mine, 1e10, law.loss(1e10, 2.29e10))
    assert gap[1] == pytest.approx([law.best_loss(1e10), law.loss(1e10, 2.29e10)])
    assert "930 million" in sentence and "take off 0.043, twice the tokens 0.069" in sentence


def test_bottleneck_backdrop_is_the_line_of_unlimited_tokens(ax):
    kaplan_laws.Bottleneck(laws.KAPLAN_JOINT).backdrop(ax)
    sizes, losses = ax.lines[0].get_data()
    assert losses == pytest.approx(laws.KAPLAN_JOINT.best_loss(sizes))
    slope = np.diff(np.log(losses)) / np.diff(np.log(sizes))
    assert slope == pytest.approx(np.full(len(slope), -0.076)), "straight on log-log paper"
    assert ax.get_xscale() == ax.get_yscale() == "log"


@pytest.mark.parametrize("params", [1e7, 1e9, 1e11])
def test_an_equal_step_has_one_ratio_and_no_one_drop(ax, params):
    law = laws.KAPLAN_PARAMS
    lines, sentence = drawn(ax, kaplan_laws.EqualSteps(law), params=params, times=10)
    assert is_at(lines[1], params, law.loss(params))
    assert is_at(lines[2], 10 * params, law.loss(10 * params))
    drop = law.loss(params) - law.loss(10 * params)
    assert "0.839 of what it was" in sentence and f"{drop:.2f} nats less" in sentence


def test_equal_drops_start_with_the_first_drop_and_reach_zero():
    drawing, law = kaplan_laws.EqualSteps(laws.KAPLAN_PARAMS), laws.KAPLAN_PARAMS
    assert drawing.equal_drops(1e8) == pytest.approx(law.loss(1e8))
    assert drawing.equal_drops(1.69e13) == pytest.approx(0, abs=1e-3)


def test_a_step_that_leaves_the_paper_is_still_said(ax):
    lines, sentence = drawn(ax, kaplan_laws.EqualSteps(laws.KAPLAN_PARAMS), params=1e12, times=1000)
    assert len(lines) == 2 and "From 1 trillion to 1,000 trillion" in sentence


def test_count_adds_attention_and_the_unembedding(ax):
    lines, sentence = drawn(
        ax, kaplan_laws.Count(), layers=96, width=12288, text=(50257, 2048)
    )  # GPT-3
    (widths, attention), (_, both), mine = lines
    exact = [laws.training_flops_per_token(96, w, 2048, 50257) for w in widths]
    six = 6 * laws.transformer_params(96, widths)
    assert both == pytest.approx(np.array(exact) / six)
    assert attention == pytest.approx(1 + 2048 / 12 / widths), "matters until d is about n_ctx/12"
    assert mine[1][0] == pytest.approx(1.0174, abs=1e-3)
    assert "174 billion parameters, 175 billion with embeddings" in sentence
    assert "1.4% to 6N" in sentence and "unembedding 0.36%" in sentence and "PF-days" in sentence


def test_count_speaks_of_one_layer(ax):
    _, sentence = drawn(ax, kaplan_laws.Count(), layers=1, width=8, text=(256, 64))
    assert sentence.startswith("1 layer of width 8: 768 parameters")


def test_time_and_compute_at_the_critical_batch_are_twice_the_least(ax):
    drawing = kaplan_laws.TimeCompute(laws.KAPLAN_STEPS)
    loss, critical, least, *_ = drawing.run(1e9, 0.1, 1e6)
    assert laws.KAPLAN_STEPS.loss(1e9, least) == pytest.approx(loss)
    assert critical == pytest.approx(laws.critical_batch(loss))
    lines, sentence = drawn(ax, drawing, params=1e9, above=0.1, batch=critical)
    curve, fewest, cheapest, point, mine = lines
    assert point[1][0] == pytest.approx(2 * fewest[1][0]) and is_at(mine, point[0][0], 2 * least)
    assert point[0][0] == pytest.approx(2 * cheapest[0][0])
    cost, steps = curve
    product = (steps / fewest[1][0] - 1) * (cost / cheapest[0][0] - 1)
    assert product == pytest.approx(np.ones(len(product)))
    assert "2.0 times the fewest steps, 2.0 times the least compute" in sentence


@pytest.mark.parametrize("params, above, batch", [(1e7, 0.5, 1e5), (1e10, 0.05, 1e8)])
def test_time_and_compute_stay_on_the_paper(ax, params, above, batch):
    drawn(ax, kaplan_laws.TimeCompute(laws.KAPLAN_STEPS), params=params, above=above, batch=batch)


def test_split_spends_the_budget(ax):
    drawing = kaplan_laws.Split(laws.KAPLAN_ALLOCATION, REFIT)
    lines, sentence = drawn(ax, drawing, days=3646)
    size, tokens = lines[1][1][0], lines[2][1][0]
    assert 6 * size * tokens == pytest.approx(3646 * laws.PF_DAY)
    assert "518 billion parameters and 101 billion tokens, 0.20 for each" in sentence
    assert "53 billion and 990 billion" in sentence


def test_the_contradiction_is_where_kaplan_says(ax):
    drawing = kaplan_laws.Contradiction(laws.KAPLAN_COMPUTE, laws.KAPLAN_TOKENS)
    lines, sentence = drawn(ax, drawing, exponent=0.27)
    (days,), (loss,) = lines[-1]
    assert 1e3 < days < 1e5 and loss == pytest.approx(1.67, abs=0.01), "Eq 6.8: 1e4 and 1.7"
    assert laws.KAPLAN_TOKENS.loss(2e10 * days**0.27) == pytest.approx(loss)
    assert "1.1e4 PF-days" in sentence
    assert drawing.crossing(0.6) == np.inf


def test_no_contradiction_is_said_too(ax):
    drawing = kaplan_laws.Contradiction(laws.KAPLAN_COMPUTE, laws.KAPLAN_TOKENS)
    lines, sentence = drawn(ax, drawing, exponent=0.5)
    assert len(lines) == 1 and "do not meet below a hundred million PF-days" in sentence


# Forecasts and our own runs

TIMES = np.array([1.0, 10.0, 100.0, 1000.0])


def test_power_fit_finds_the_line_and_the_floor():
    for rows in (3, 4):
        x = 1e7 * TIMES[:rows]
        E, k, a = kaplan_laws.power_fit(x, [2.0 * x**-0.1, 5.0 * x**-0.2])
        assert (
            E.tolist() == [0, 0] and a == pytest.approx([0.1, 0.2]) and k == pytest.approx([2, 5])
        )
        E, k, a = kaplan_laws.power_fit(x, 1.8 + 480 * x**-0.35, floor=True)
        assert E[0] == pytest.approx(1.8, abs=0.02) and a[0] == pytest.approx(0.35, abs=0.01)
        assert kaplan_laws.power_fit(x, 2 - 0.1 * TIMES[:rows] ** 0.2, floor=True)[0][0] == 0, (
            "bent the other way"
        )


def test_power_fit_agrees_with_the_fitter():
    rng = np.random.default_rng(1)
    x = np.logspace(7, 9, 9)
    y = 1.8 + 480 * x**-0.35 + rng.normal(0, 0.01, 9)
    known = fits.fit_power_law(x, y, with_floor=True)
    E, k, a = kaplan_laws.power_fit(x, y, floor=True)
    assert E[0] == pytest.approx(known.E, abs=0.02) and a[0] == pytest.approx(known.a, abs=0.02)
    assert E[0] + k[0] * 1e11 ** -a[0] == pytest.approx(known.predict(1e11), abs=0.02)


@pytest.mark.parametrize("law", kaplan_laws.LAWS)
@pytest.mark.parametrize("way", kaplan_laws.FITS)
def test_extrapolation_shows_the_truth_and_one_draw(ax, law, way):
    drawing = kaplan_laws.Extrapolate()
    lines, sentence = drawn(ax, drawing, law=law, way=way, draw=3)
    truth, forecast, points, target = lines
    assert truth[1] == pytest.approx(kaplan_laws.LAWS[law](truth[0]))
    assert len(points[0]) == 3 and np.abs(points[1] - kaplan_laws.LAWS[law](points[0])).max() < 0.1
    assert is_at(target, 1e11, kaplan_laws.LAWS[law](1e11))
    said = drawing.predictions(law, way, 1e11)[2]
    assert np.interp(11, np.log10(forecast[0]), forecast[1]) == pytest.approx(said, abs=5e-3)
    assert f"say {said:.2f} at 100 billion" in sentence
    assert any(t.get_text() == f"— forecast {said:.2f}" for t in ax.texts)


def test_the_scatter_of_the_draws_is_kaplans():
    assert kaplan_laws.Extrapolate(draws=4000).scatter.std() == pytest.approx(0.02, rel=0.05)


class Row(NamedTuple):
    """As much of a run as the figures need."""

    kind: str
    budget: float
    params: float
    params_total: float
    tokens: float
    loss: float | None
    d_model: int = 8
    n_layer: int = 1


def sweep(E=0.0, noise=(1.0, 1.01, 0.99)):
    """Runs on a known law: at each of five budgets three sizes, the middle one best."""
    rows = []
    for budget in (1e10, 1e11, 1e12, 1e13, 1e14):
        loss = E + 3 * (budget / 1e10) ** -0.1
        for step, times in enumerate((1.1, 1.0, 1.2)):
            size = 1000 * (budget / 1e10) ** 0.5 * 3.0**step
            rows.append(
                Row("grid", budget, size, size + 500, budget / 6 / size, loss * times, step)
            )
    rows += [Row("seed", 1e10, 3000, 3500, 1e6, 3 * times, 9) for times in noise]
    return [*rows, Row("grid", 1e10, 1, 1, 1, None), Row("untuned", 1e10, 1, 1, 1, 0.1)]


def test_own_runs_find_the_best_of_each_budget_and_the_exponent(ax):
    drawing = kaplan_laws.OwnRuns(sweep())
    lines, sentence = drawn(ax, drawing, against="compute C", line=kaplan_laws.LINES[0])
    every, line, best, used = lines
    assert len(every[0]) == 15 and len(best[0]) == len(used[0]) == 5
    assert best[1] == pytest.approx(3 * best[0] ** -0.1) and line[1][0] > line[1][1]
    assert "5 of 5 best runs falls with exponent 0.100 ± 0.000" in sentence
    assert ax.get_ylabel() == "loss L (nats per byte)", "a byte is no token"


def test_own_runs_half_of_the_line_and_the_farthest_run(ax):
    drawing = kaplan_laws.OwnRuns(sweep(E=1.0))
    lines, sentence = drawn(ax, drawing, against="compute C", line=kaplan_laws.LINES[1])
    assert len(lines[3][0]) == 3 and "3 of 5 best runs" in sentence
    assert "10 thousand times the smallest amount" in sentence


@pytest.mark.parametrize("against", kaplan_laws.RESOURCES)
def test_every_resource_starts_at_one_time_the_smallest(ax, against):
    drawing = kaplan_laws.OwnRuns(sweep())
    x, loss = drawing.best(against)
    assert x[0] == pytest.approx(1) and len(np.unique(x)) == len(x) == len(loss)
    _, sentence = drawn(ax, drawing, against=against, line=kaplan_laws.LINES[0])
    assert sentence.startswith(f"Against {against} the line")


def test_scatter_is_that_of_the_seeds():
    wanted = np.std(np.log([3, 3 * 1.01, 3 * 0.99]), ddof=1)
    assert kaplan_laws.scatter(sweep()) == pytest.approx(wanted)


@pytest.mark.parametrize("way", kaplan_laws.FITS)
def test_own_forecast_predicts_the_last_budget_from_the_first(ax, way):
    runs = sweep(E=0.0 if way == "a line" else 1.0)
    lines, sentence = drawn(ax, kaplan_laws.OwnForecast(runs), budgets=3, way=way)
    curve, used = lines
    assert used[0] == pytest.approx([1e10, 1e11, 1e12])
    last = runs[13].loss
    assert np.interp(14, np.log10(curve[0]), curve[1]) == pytest.approx(last, abs=0.02)
    assert f"where the run had {last:.2f}" in sentence and "3 cheapest budgets" in sentence
    assert ("with E = " in sentence) == (way != "a line")


def test_holding_back_the_dearest_budget():
    runs = sweep(E=1.0)
    small, best, guess, (low, high), doubt = kaplan_laws.hold_back(runs, n=50)
    assert len(small) == 12 and best.budget == 1e14 and best.loss == runs[13].loss
    assert low < guess < high and isinstance(doubt, str)
