"""Chapter 01: what its functions find, what is on the axes of its pictures, what the sentences say."""

from typing import NamedTuple

import numpy as np
import pytest
from cells import functions_of
from drawing import ax, is_at, marks, named  # noqa: F401
from scipy.stats import t as student_t

from helpers import fits, laws
from pictures import kaplan_laws, style
from training import own_runs

REFIT = laws.CHINCHILLA_REFIT
CHAPTER = functions_of("01_kaplan_laws")
fit_line, power_fit = CHAPTER["fit_line"], CHAPTER["power_fit"]


def test_bottleneck_shows_where_the_tokens_stop_carrying(ax):
    drawing, law = kaplan_laws.Bottleneck(kaplan_laws.KAPLAN_JOINT), kaplan_laws.KAPLAN_JOINT
    found, sentence = marks(ax, drawing, params=1e10, tokens=2.29e10)
    sizes, losses = found["curve"]
    assert losses == pytest.approx(law.loss(sizes, 2.29e10))
    ((carried,), _) = found["best"]
    assert law.loss(carried, 2.29e10) == pytest.approx(1.02 * law.best_loss(carried))
    assert 0.9 < 2.29e10 / (5e3 * carried**0.74) < 1.1, "Kaplan's rule, Eq 4.4"
    assert is_at(found["here"], 1e10, law.loss(1e10, 2.29e10))
    assert found["gap"][1] == pytest.approx([law.best_loss(1e10), law.loss(1e10, 2.29e10)])
    assert "930 million" in sentence and "take off 0.043, twice the tokens 0.069" in sentence


def test_bottleneck_backdrop_is_the_line_of_unlimited_tokens(ax):
    kaplan_laws.Bottleneck(kaplan_laws.KAPLAN_JOINT).backdrop(ax)
    sizes, losses = named(ax)["unlimited"]
    assert losses == pytest.approx(kaplan_laws.KAPLAN_JOINT.best_loss(sizes))
    slope = np.diff(np.log(losses)) / np.diff(np.log(sizes))
    assert slope == pytest.approx(np.full(len(slope), -0.076)), "straight on log-log paper"
    assert ax.get_xscale() == ax.get_yscale() == "log"


@pytest.mark.parametrize("params", [1e7, 1e9, 1e11])
def test_an_equal_step_has_one_ratio_and_no_one_drop(ax, params):
    law = laws.KAPLAN_PARAMS
    found, sentence = marks(ax, kaplan_laws.EqualSteps(law), params=params, times=10)
    assert is_at(found["here"], params, law.loss(params))
    assert is_at(found["best"], 10 * params, law.loss(10 * params))
    drop = law.loss(params) - law.loss(10 * params)
    assert "0.839 of what it was" in sentence and f"{drop:.2f} nats less" in sentence


def test_equal_drops_start_with_the_first_drop_and_reach_zero():
    drawing, law = kaplan_laws.EqualSteps(laws.KAPLAN_PARAMS), laws.KAPLAN_PARAMS
    assert drawing.equal_drops(1e8) == pytest.approx(law.loss(1e8))
    assert drawing.equal_drops(1.69e13) == pytest.approx(0, abs=1e-3)


def test_a_step_that_leaves_the_paper_is_still_said(ax):
    found, sentence = marks(ax, kaplan_laws.EqualSteps(laws.KAPLAN_PARAMS), params=1e12, times=1000)
    assert "best" not in found and "From 1 trillion to 1,000 trillion" in sentence


def test_count_divides_the_cost_into_its_parts(ax):
    found, sentence = marks(
        ax, kaplan_laws.Count(), layers=96, width=12288, text=(50257, 2048)
    )  # GPT-3
    (widths, matrices), (_, both) = found["6N, the matrices"], found["attention"]
    exact = np.array([laws.training_flops_per_token(96, w, 2048, 50257) for w in widths])
    six = 6 * laws.transformer_params(96, widths)
    assert matrices == pytest.approx(100 * six / exact)
    assert both / matrices == pytest.approx(1 + 2048 / 12 / widths), "matters until d is n_ctx/12"
    assert found["unembedding"][1] == pytest.approx(np.full(len(widths), 100))
    assert is_at(found["here"], 12288, 100 / (1 + 2048 / 12 / 12288 + 50257 / 12 / 96 / 12288))
    assert "174 billion parameters, 175 billion with embeddings" in sentence
    assert "1.4% to 6N" in sentence and "unembedding 0.36%" in sentence and "PF-days" in sentence


def test_count_names_each_area_inside_of_it(ax):
    drawing = kaplan_laws.Count()
    marks(ax, drawing, layers=96, width=128, text=(50257, 2048))
    places = {text.get_text(): text.get_position() for text in ax.texts}
    matrices, both = drawing.edges(96, (50257, 2048))
    for name, low, high in (
        ("6N, the matrices", 0 * matrices, matrices),
        ("attention", matrices, both),
        ("unembedding", both, 0 * both + 100),
    ):
        x, y = places[name]
        at = np.argmin(np.abs(drawing.widths - x))
        assert low[at] < y < high[at], name
    assert "◆ 6ND counts 37% of the cost" in places


def test_count_speaks_of_one_layer(ax):
    _, sentence = marks(ax, kaplan_laws.Count(), layers=1, width=8, text=(256, 64))
    assert sentence.startswith("1 layer of width 8: 768 parameters")


def test_time_and_compute_at_the_critical_batch_are_twice_the_least(ax):
    drawing = kaplan_laws.TimeCompute(kaplan_laws.KAPLAN_STEPS)
    loss, critical, least, *_ = drawing.run(1e9, 0.1, 1e6)
    assert kaplan_laws.KAPLAN_STEPS.loss(1e9, least) == pytest.approx(loss)
    assert critical == pytest.approx(kaplan_laws.critical_batch(loss))
    found, sentence = marks(ax, drawing, params=1e9, above=0.1, batch=critical)
    cheapest = found["least compute"][0][0]
    assert found["fewest steps"][1] == pytest.approx(least)
    assert is_at(found["best"], 2 * cheapest, 2 * least)
    assert is_at(found["here"], 2 * cheapest, 2 * least)
    cost, steps = found["curve"]
    product = (steps / least - 1) * (cost / cheapest - 1)
    assert product == pytest.approx(np.ones(len(product)))
    assert "2.0 times the fewest steps, 2.0 times the least compute" in sentence


@pytest.mark.parametrize("params, above, batch", [(1e7, 0.5, 1e5), (1e10, 0.05, 1e8)])
def test_time_and_compute_stay_on_the_paper(ax, params, above, batch):
    marks(
        ax,
        kaplan_laws.TimeCompute(kaplan_laws.KAPLAN_STEPS),
        params=params,
        above=above,
        batch=batch,
    )


def test_split_spends_the_budget(ax):
    drawing = kaplan_laws.Split(laws.KAPLAN_ALLOCATION, REFIT)
    found, sentence = marks(ax, drawing, days=3646)
    ((size,), (tokens,)) = (found[name][1] for name in ("best", "here"))
    assert 6 * size * tokens == pytest.approx(3646 * laws.PF_DAY)
    assert "518 billion parameters and 101 billion tokens, 0.20 for each" in sentence
    assert "53 billion and 990 billion" in sentence


def test_split_has_one_colour_for_size_and_one_for_tokens(ax):
    drawing = kaplan_laws.Split(laws.KAPLAN_ALLOCATION, REFIT)
    drawing.backdrop(ax)
    for law, sign in ((laws.KAPLAN_ALLOCATION, "-"), (REFIT, "--")):
        amounts = law.optimum(drawing.days * laws.PF_DAY)
        for amount, colour in zip(amounts, (style.BLUE, style.ORANGE)):
            (line,) = (
                line for line in ax.lines
                if (line.get_color(), line.get_linestyle()) == (colour, sign)
            )  # fmt: skip
            assert line.get_ydata() == pytest.approx(amount)
    words = {text.get_text(): text.get_color() for text in ax.texts}
    assert words["size N"] == style.BLUE and words["tokens D"] == style.WORDS[style.ORANGE]


def test_the_contradiction_is_where_kaplan_says(ax):
    drawing = kaplan_laws.Contradiction(laws.KAPLAN_COMPUTE, laws.KAPLAN_TOKENS)
    found, sentence = marks(ax, drawing, exponent=0.27)
    (days,), (loss,) = found["here"]
    assert 1e3 < days < 1e5 and loss == pytest.approx(1.67, abs=0.01), "Eq 6.8: 1e4 and 1.7"
    assert laws.KAPLAN_TOKENS.loss(2e10 * days**0.27) == pytest.approx(loss)
    assert "1.1e4 PF-days" in sentence
    assert drawing.crossing(0.6) == np.inf


def test_no_contradiction_is_said_too(ax):
    drawing = kaplan_laws.Contradiction(laws.KAPLAN_COMPUTE, laws.KAPLAN_TOKENS)
    found, sentence = marks(ax, drawing, exponent=0.5)
    assert set(found) == {"allowed"} and "do not meet below a hundred million PF-days" in sentence


# Forecasts and our own runs

TIMES = np.array([1.0, 10.0, 100.0, 1000.0])
TIMES_OF_BUDGETS = np.array([*TIMES, 1e4])


def test_the_line_through_points_is_the_power_law_of_the_fitter():
    rng = np.random.default_rng(2)
    x = np.logspace(7, 11, 6)
    losses = 8 * x**-0.076 * np.exp(rng.normal(0, 0.01, 6))
    known = fits.fit_power_law(x, losses)
    assert fit_line(x, losses) == pytest.approx(
        (known.a, known.k, student_t.ppf(0.975, 4) * known.a_error)
    )


@pytest.mark.parametrize("points", [3, 4])
def test_power_fit_finds_the_line_and_the_floor(points):
    x = 1e7 * TIMES[:points]
    E, k, a = power_fit(x, np.array([2.0 * x**-0.1, 5.0 * x**-0.2]), floor=False)
    assert E.tolist() == [0, 0]
    assert a == pytest.approx([0.1, 0.2]) and k == pytest.approx([2, 5])
    E, k, a = power_fit(x, np.array([1.8 + 480 * x**-0.35]), floor=True)
    assert pytest.approx(1.8, abs=0.005) == E and a == pytest.approx(0.35, abs=0.005)
    bent_the_other_way = np.array([2 - 0.1 * TIMES[:points] ** 0.2])
    assert power_fit(x, bent_the_other_way, floor=True)[0] == 0


def test_power_fit_agrees_with_the_fitter_row_by_row():
    rng = np.random.default_rng(1)
    x = np.logspace(7, 9, 9)
    rows = 1.8 + 480 * x**-0.35 + rng.normal(0, 0.01, (3, 9))
    for row, E, k, a in zip(rows, *power_fit(x, rows, floor=True)):
        known = fits.fit_power_law(x, row, with_floor=True)
        assert (E, a) == pytest.approx((known.E, known.a), abs=0.01)
        assert E + k * 1e11**-a == pytest.approx(known.predict(1e11), abs=0.005)


@pytest.mark.parametrize("law", kaplan_laws.LAWS)
@pytest.mark.parametrize("way", kaplan_laws.FITS)
def test_extrapolation_shows_the_truth_and_one_draw(ax, law, way):
    drawing = kaplan_laws.Extrapolate(power_fit)
    found, sentence = marks(ax, drawing, law=law, way=way, draw=3)
    truth, (x, points) = kaplan_laws.LAWS[law], found["points"]
    assert found["truth"][1] == pytest.approx(truth(found["truth"][0]))
    assert len(x) == 3 and np.abs(points - truth(x)).max() < 0.1
    assert is_at(found["here"], 1e11, truth(1e11))
    ((E,), (k,), (a,)) = power_fit(x, points[None], kaplan_laws.FITS[way])
    forecast = E + k * 1e11**-a
    sizes, curve = found["forecast"]
    assert curve == pytest.approx(E + k * sizes**-a, rel=1e-4)
    assert f"say {forecast:.2f} at 100 billion" in sentence
    assert any(text.get_text() == f"— forecast {forecast:.2f}" for text in ax.texts)


def test_the_scatter_of_the_draws_is_kaplans():
    assert kaplan_laws.Extrapolate(power_fit, draws=4000).scatter.std() == pytest.approx(
        0.02, rel=0.05
    )


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
    for budget in (1e9, 1e10, 1e11, 1e12, 1e13):
        loss = E + 3 * (budget / 1e9) ** -0.1
        for step, times in enumerate((1.1, 1.0, 1.2)):
            size = 1000 * (budget / 1e9) ** 0.5 * 3.0**step
            rows.append(
                Row("grid", budget, size, size + 500, budget / 6 / size, loss * times, step)
            )
    rows += [Row("seed", 1e9, 3000, 3500, 1e6, 3 * times, 9) for times in noise]
    return [*rows, Row("grid", 1e9, 1, 1, 1, None), Row("untuned", 1e9, 1, 1, 1, 0.1)]


def test_own_runs_find_the_best_of_each_budget_and_the_exponent(ax):
    drawing = kaplan_laws.OwnRuns(sweep(), fit_line)
    found, sentence = marks(ax, drawing, against="compute C", line=kaplan_laws.LINES[0])
    assert len(found["runs"][0]) == 15
    for name in ("best runs", "in the line"):
        place, losses = found[name]
        assert place == pytest.approx([0, 0.25, 0.5, 0.75, 1])
        assert losses == pytest.approx(3 * TIMES_OF_BUDGETS**-0.1)
    ends, line = found["line"]
    assert ends == pytest.approx([0, 1]), "the line is cut at the data"
    assert line == pytest.approx([3, 3 * 1e4**-0.1])
    assert "5 of 5 best runs falls with exponent 0.100 ± 0.000" in sentence
    assert ax.get_ylabel() == "loss L (nats per byte)", "a byte is no token"


@pytest.mark.parametrize(
    "against, decades",
    [
        ("compute C", ["1e9", "1e10", "1e11", "1e12", "1e13"]),
        ("size N", ["1 K", "10 K", "100 K", "1 M"]),
    ],
)
def test_own_runs_are_drawn_over_real_amounts(ax, against, decades):
    drawing = kaplan_laws.OwnRuns(sweep(), fit_line)
    marks(ax, drawing, against=against, line=kaplan_laws.LINES[0])
    below = [text for text in ax.texts if text.get_position()[1] < 0]
    assert [text.get_text() for text in below] == decades
    x, _ = kaplan_laws.resource(own_runs.grid(sweep()), against)
    place = below[1].get_position()[0]
    value = 1e10 if against == "compute C" else 1e4
    assert x.min() * (x.max() / x.min()) ** place == pytest.approx(value)


def test_own_runs_half_of_the_line_and_the_farthest_run(ax):
    drawing = kaplan_laws.OwnRuns(sweep(E=1.0), fit_line)
    found, sentence = marks(ax, drawing, against="compute C", line=kaplan_laws.LINES[1])
    assert len(found["in the line"][0]) == 3 and "3 of 5 best runs" in sentence
    assert "the best run with 1e13 FLOP" in sentence


@pytest.mark.parametrize("against", kaplan_laws.RESOURCES)
def test_every_resource_fills_the_width(ax, against):
    drawing = kaplan_laws.OwnRuns(sweep(), fit_line)
    x, loss = kaplan_laws.best_runs(own_runs.grid(sweep()), against)
    amounts, _ = kaplan_laws.resource(own_runs.grid(sweep()), against)
    assert set(x) <= set(amounts) and len(np.unique(x)) == len(x) == len(loss)
    found, sentence = marks(ax, drawing, against=against, line=kaplan_laws.LINES[0])
    assert found["best runs"][1].tolist() == loss.tolist()
    assert (found["runs"][0].min(), found["runs"][0].max()) == pytest.approx((0, 1))
    assert sentence.startswith(f"Against {against} the line")


PAID = 1e10 * np.array([1, 3, 10, 30, 100.0])
FALLING = 2.5 * (PAID / 1e10) ** -0.1  # equal shares


@pytest.mark.parametrize("known", [3, 4])
def test_the_bet_goes_on_by_equal_shares_and_by_equal_drops(ax, known):
    drawing = kaplan_laws.Bet(PAID, FALLING, fit_line, 1.7)
    found, sentence = marks(ax, drawing, known=known, opened=False)
    assert len(found["known"][0]) == known and "run" not in found
    flops, shares = found["equal shares"]
    assert shares == pytest.approx(2.5 * (flops / 1e10) ** -0.1)
    flops, drops = found["equal drops"]
    assert np.diff(drops) == pytest.approx(np.full(39, drops[1] - drops[0])), "equal steps in log C"
    assert is_at(found["here"], 1e12, 1.7) and is_at(found["best"], 1e12, FALLING[4])
    assert f"From {known} runs equal shares lead to 1.58 at 1e12 FLOP" in sentence
    assert sentence.endswith("Your bet is 1.70. The run is still closed.")


def test_the_opened_run_says_who_missed_it_by_how_much(ax):
    drawing = kaplan_laws.Bet(PAID, [*FALLING[:4], 1.3], fit_line, 1.7)
    found, sentence = marks(ax, drawing, known=4, opened=True)
    assert is_at(found["run"], 1e12, 1.3)
    _, drops = drawing.continued(4, 1e12)
    assert f"reached 1.30: equal shares miss it by {FALLING[4] - 1.3:.2f}" in sentence
    assert f"equal drops by {abs(drops - 1.3):.2f}, you by 0.40." in sentence


@pytest.mark.parametrize("bet", [0.1, 30])
def test_a_bet_that_leaves_the_paper_is_an_arrow_at_its_edge(ax, bet):
    drawing = kaplan_laws.Bet(PAID, FALLING, fit_line, bet)
    marks(ax, drawing, known=4, opened=False)
    (arrow,) = (line for line in ax.lines if line.get_gid() == "here")
    assert arrow.get_marker() == ("v" if bet < 1 else "^")


def test_a_bet_below_zero_is_refused_in_words():
    with pytest.raises(ValueError, match="my_bet"):
        kaplan_laws.Bet(PAID, FALLING, fit_line, -1)


@pytest.mark.parametrize("way", kaplan_laws.FITS)
def test_own_forecast_predicts_the_last_budget_from_the_first(ax, way):
    runs = sweep(E=0.0 if way == "a line" else 1.0)
    found, sentence = marks(ax, kaplan_laws.OwnForecast(runs, power_fit), budgets=3, way=way)
    assert found["cheaper"][0] == pytest.approx([1e9, 1e10])
    assert found["here"][0] == pytest.approx([1e11])
    last = runs[13].loss
    assert np.interp(13, np.log10(found["forecast"][0]), found["forecast"][1]) == pytest.approx(
        last, abs=0.02
    )
    assert f"where the run had {last:.2f}" in sentence and "3 cheapest budgets" in sentence
    assert ("with E = " in sentence) == (way != "a line")
