"""The pictures of chapter 04: rulers, what a test can see, many models' scores, and a forecast."""

import facts_04
import numpy as np
import pytest
from drawing import ax, drawn, is_at  # noqa: F401

from helpers import data
from pictures import emergent_abilities

LINEAR, LOG, LOGIT = emergent_abilities.STRETCH
SIZES = [m.params for m in data.models() if m.model.startswith("GPT-3 ")]
SCORES = {(task, setting): data.scores(task, setting) for setting in emergent_abilities.SETTINGS
          for task in ("3-digit addition", "4-digit subtraction", "5-digit addition", "2-digit addition")}  # fmt: skip
ARITHMETIC = emergent_abilities.Arithmetic(SIZES, SCORES)
RULERS = emergent_abilities.TwoRulers(data.own_runs())
MMLU = {m.model: (m.train_flop, m.mmlu_obs) for m in data.models() if m.mmlu_obs and m.train_flop}


# The table ---------------------------------------------------------------------------------------


def test_every_score_belongs_to_a_model_and_counts_items():
    rows = data.read_table("abilities")
    models = {m.model for m in data.models()}
    for row in rows:
        assert row.model in models and row.score == f"{row.task}, {row.setting}, {row.model}"
        assert row.items == 2000 and (row.percent is not None or row.note)
        assert row.percent is None or row.percent <= 100
        if row.percent is not None and not row.note:  # a share of 2,000, or rounded to three digits
            assert abs(row.percent * 20 - round(row.percent * 20)) < 1e-6, row.score
    assert len(rows) == 10 * 3 * 8 + 52
    assert sum(row.percent is None for row in rows) == 7, "what nobody could check stays empty"


def test_every_task_of_gpt3_has_its_eight_sizes_in_order():
    for rows in SCORES.values():
        assert [row.model for row in rows] == [
            m.model for m in data.models() if m.model.startswith("GPT-3 ")
        ]


def test_an_unknown_score_is_answered():
    with pytest.raises(ValueError, match="task and setting is '3-digit addition, no-shot', but"):
        data.scores("3-digit addition", "no-shot")


# Intervals and rulers ----------------------------------------------------------------------------


def test_wilson_by_hand_and_at_both_ends():
    low, high = emergent_abilities.wilson(
        0.5, 100
    )  # Wilson 1927; Agresti and Coull 1998 give 0.404, 0.596
    assert (low, high) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert (
        emergent_abilities.wilson(0.0, 2000)[0] == 0
        and emergent_abilities.wilson(1.0, 2000)[1] == 1
    )
    assert emergent_abilities.wilson(0.0, 2000)[1] == pytest.approx(
        1 - emergent_abilities.wilson(1.0, 2000)[0]
    )


def test_wilson_refuses_nonsense():
    for share, items, name in ((1.2, 10, "share"), (-0.1, 10, "share"), (0.5, 0, "items")):
        with pytest.raises(ValueError, match=f"{name} is .*, but must be"):
            emergent_abilities.wilson(share, items)


def test_wilson_holds_the_truth_about_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    for truth in (0.003, 0.08, 0.5):
        low, high = emergent_abilities.wilson(rng.binomial(2000, truth, 4000) / 2000, 2000)
        assert 0.93 < ((low <= truth) & (truth <= high)).mean() < 0.975


def test_rulers_rise_and_put_nothing_and_all_at_the_rims():
    shares = np.array([0, 1e-4, 1e-3, 0.1, 0.5, 0.9, 0.999, 1])
    for axis in emergent_abilities.STRETCH:
        assert (np.diff(emergent_abilities.height(axis, shares)) > 0).all()
    assert emergent_abilities.height(LINEAR, [0, 0.25, 1]) == pytest.approx([0, 0.25, 1])
    assert emergent_abilities.height(LOG, [1e-4, 0.01, 1]) == pytest.approx([0, 0.5, 1])
    assert emergent_abilities.height(LOGIT, [1e-4, 0.5, 1 - 1e-4]) == pytest.approx([0, 0.5, 1])
    assert emergent_abilities.height(LOGIT, 0.1) + emergent_abilities.height(
        LOGIT, 0.9
    ) == pytest.approx(1)
    for axis in (LOG, LOGIT):
        assert emergent_abilities.height(axis, 0.0) == emergent_abilities.FLOOR < 0


# GPT-3 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", emergent_abilities.STRETCH)
def test_arithmetic_shows_the_table_and_the_invented_example_beside_it(ax, axis):
    lines, sentence = drawn(ax, ARITHMETIC, task="3-digit addition", setting="few-shot", axis=axis)
    shares = [row.percent / 100 for row in SCORES["3-digit addition", "few-shot"]]
    assert any(
        len(x) == 8
        and np.allclose(x, SIZES)
        and np.allclose(y, emergent_abilities.height(axis, shares))
        for x, y in lines
    )
    assert sentence.endswith("0.9 % at 6.7B, 8.4 % at 13B, 80.4 % at 175B.")
    told = [x for x, _ in lines if list(x) == [1e9, 5e9, 1e10, 5e10]]
    assert len(told) == 1 and any("invented" in text.get_text() for text in ax.texts)


def test_the_invented_example_is_nowhere_else(ax):
    drawn(ax, ARITHMETIC, task="2-digit addition", setting="few-shot", axis=LINEAR)
    assert not any("invented" in text.get_text() for text in ax.texts)


def test_zeros_are_hollow_and_said(ax):
    lines, sentence = drawn(ax, ARITHMETIC, task="5-digit addition", setting="few-shot", axis=LOG)
    assert sum(len(x) == 6 and (y == emergent_abilities.FLOOR).all() for x, y in lines) == 1
    assert "6 of 8 sizes got nothing right, which leaves up to 0.19 % possible." in sentence
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert any(len(line.get_xdata()) == 6 for line in hollow)


def test_what_nobody_could_check_is_not_drawn(ax):
    lines, sentence = drawn(
        ax, ARITHMETIC, task="4-digit subtraction", setting="one-shot", axis=LOG
    )
    assert "14 % at 175B. 7 scores are left empty: we could not check them." in sentence
    assert not any(np.isin(x, SIZES[:7]).any() for x, _ in lines)


# The mirage --------------------------------------------------------------------------------------


def test_mirage_is_the_formula():
    drawing = emergent_abilities.Mirage(c=1e9, alpha=-0.5)
    assert drawing.right(1e9) == pytest.approx(np.exp(-1))
    assert drawing.right(1e11, 10) == pytest.approx(drawing.right(1e11) ** 10)
    assert drawing.right(4e10, 20) == pytest.approx(drawing.right(1e10, 10)), (
        "twice as long: four times"
    )


def test_mirage_says_where_half_is_right_and_what_a_test_sees(ax):
    drawing = emergent_abilities.Mirage()
    lines, sentence = drawn(ax, drawing, length=10, items=2000, axis=LOGIT)
    assert "Half of the answers are right at 210 billion." in sentence
    assert "2,000 questions are nearly blind below 0.15 %, which is up to 2.4 billion: " in sentence
    assert "All 10: under 0.001 % and 37 %. Half" in sentence
    curves = [y for x, y in lines if len(x) == len(drawing.sizes)]
    assert len(curves) == 2 and (np.diff(curves[0]) > 0).all() and (curves[0] > curves[1]).all()
    more = drawn(ax, drawing, length=10, items=100_000, axis=LINEAR)[1]
    zeros = [int(said.split(" of the 8")[0].split()[-1]) for said in (sentence, more)]
    assert zeros[0] >= zeros[1]


def test_one_token_is_its_own_exact_match(ax):
    lines, sentence = drawn(ax, emergent_abilities.Mirage(), length=1, items=2000, axis=LINEAR)
    one, all_ = [y for x, y in lines if len(x) == 161]
    assert (
        "All" not in sentence and "at 100 billion. Half of the answers are right at 2.1" in sentence
    )
    assert (one == all_).all()


# Our own runs ------------------------------------------------------------------------------------


def test_two_rulers_show_the_best_run_of_each_budget(ax):
    assert [run.budget for run in RULERS.best] == sorted({run.budget for run in RULERS.runs})
    for run in RULERS.best:
        assert run.loss == min(r.loss for r in RULERS.runs if r.budget == run.budget)
    lines, sentence = drawn(ax, RULERS, length=4, axis=LINEAR)
    exact = [run.exact_4 for run in RULERS.best]
    alone = [run.exact_1**4 for run in RULERS.best]
    assert any(len(y) == 6 and np.allclose(y, exact) for _, y in lines)
    assert any(len(y) == 6 and np.allclose(y, alone) for _, y in lines)
    assert "the truth is 1.7 times as much" in sentence
    options = [option["text"] for option in data.question("abilities-four-in-a-row")["options"]]
    assert options[1].startswith(f"{100 * alone[-1]:.0f}, because")


def test_windows_are_counted_in_whole_ones():
    for run in RULERS.runs:
        for length in RULERS.LENGTHS:
            count = getattr(run, f"exact_{length}") * RULERS.WINDOWS
            assert abs(count - round(count)) < 0.01


def test_a_mean_of_powers_is_not_below_the_power_of_the_mean():
    shares = np.random.default_rng(0).random(1000)
    for length in (2, 4, 16):
        assert (shares**length).mean() > shares.mean() ** length
    assert RULERS.best[-1].exact_16 > RULERS.best[-1].exact_1 ** 16


def test_one_byte_has_no_independent_rival(ax):
    lines, sentence = drawn(ax, RULERS, length=1, axis=LINEAR)
    assert "1 byte right in a row" in sentence and "Independent" not in sentence
    assert sum(len(x) == 6 for x, _ in lines) == 2, "the line and its points"


# Many models -------------------------------------------------------------------------------------


def test_dots_pick_one_and_say_who_is_near(ax):
    drawing = emergent_abilities.Dots(
        MMLU, "compute", "score", near=1.5, say="{:.3g} FLOP".format, chance=25
    )
    lines, sentence = drawn(ax, drawing, model="OLMo-7B")
    assert any(is_at(line, 1.03e23, 28.1) for line in lines)
    assert sentence.startswith(
        "OLMo-7B: 28.1 % at 1.03e+23 FLOP. Within a factor of 1.5 of it lie 9 models"
    )
    assert "from GPT-NeoX-20B (25 %) to Yi-6B (64.1 %)" in sentence
    assert all(1.03e23 / 1.5 <= MMLU[name][0] <= 1.03e23 * 1.5 for name in drawing.like("OLMo-7B"))
    points = np.array([(MMLU[name][0], MMLU[name][1]) for name in MMLU if name != "OLMo-7B"])
    label = ax.texts[-1].get_window_extent()
    assert not any(label.contains(*place) for place in ax.transData.transform(points))
    shown = sum(len(line.get_xdata()) for line in ax.lines[: len(drawing.families) + 1])
    assert shown == len(MMLU), "every model once"


def test_dots_by_difference_run_downwards_and_may_stand_alone(ax):
    dots = {"a": (2.0, 10.0), "b": (2.01, 90.0), "c": (3.0, 25.0)}
    families = (("a", "red", "o"), ("b", "blue", "s"))
    drawing = emergent_abilities.Dots(
        dots, "loss", "score", near=0.02, say=str, log=False, families=families
    )
    drawing.backdrop(ax)
    assert "from a (10 %) to b (90 %)" in drawing.foreground(ax, model="a")
    assert drawing.foreground(ax, model="c").endswith("No other model is near it.")
    drawing.dots = {"a": (2.0, 10.0), "b": (2.01, 10.0)}
    assert drawing.foreground(ax, model="b").endswith("2 models, itself among them: all at 10 %.")
    assert ax.get_xlim()[0] > ax.get_xlim()[1]


def test_rank_correlation_with_equals():
    assert emergent_abilities.rank_correlation([1, 2, 3], [3, 2, 1]) == -1
    assert emergent_abilities.rank_correlation([1, 1, 2, 2], [5, 5, 9, 9]) == 1
    assert emergent_abilities.rank_correlation([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)


# The forecast ------------------------------------------------------------------------------------

FLOPS = np.logspace(20, 25, 41)
MADE = {
    f"m{k}": (c, 25 + 75 / (1 + np.exp(-1.5 * (np.log10(c) - 23)))) for k, c in enumerate(FLOPS)
}
FORECAST = emergent_abilities.Forecast(MADE, {"all": list(MADE)})


def test_the_sigmoid_comes_back_once_the_rise_was_seen():
    promise, low, high = FORECAST.at("all", 1e24, 1e25)
    truth = 25 + 75 / (1 + np.exp(-3.0))
    assert (promise, low, high) == pytest.approx([truth] * 3, abs=0.05)
    assert FORECAST.at("all", 1e24, 1e18)[0] == pytest.approx(25, abs=0.5)


def test_no_sigmoid_nearby_fits_better():
    models = [m for m in data.models() if m.mmlu_obs is not None and m.train_flop]
    power, score = np.array([(np.log10(m.train_flop) - 23, m.mmlu_obs) for m in models]).T
    for limit in (-1, 0, 1):
        known = power <= limit
        x, y = power[known], score[known]
        best = FORECAST.fit(x, y, np.ones((1, len(x))), rounds=60)
        ends = [(v[0] - 0.3, v[0] + 0.3) for v in best]
        near = np.meshgrid(*(np.linspace(*end, 121) for end in ends))
        near = [v.ravel() for v in near]
        squares = ((y[:, None] - FORECAST.sigmoid(x[:, None], *near)) ** 2).sum(axis=0)
        assert ((y - FORECAST.sigmoid(x, *best)) ** 2).sum() <= squares.min() + 1e-3


def test_before_the_rise_it_does_not_know():
    rng = np.random.default_rng(3)
    noisy = {name: (c, score + rng.normal(0, 1)) for name, (c, score) in MADE.items()}
    blind = emergent_abilities.Forecast(noisy, {"all": list(noisy)})
    widths = [np.subtract(*blind.at("all", limit, 1e24)[:0:-1]) for limit in (1e22, 1e24)]
    assert widths[0] > 3 * widths[1]


def test_forecast_shows_who_is_fitted_and_counts_the_rest(ax):
    lines, sentence = drawn(ax, FORECAST, limit=1e23, who="all")
    assert (
        "Fitted to the 25 models up to 1e23 FLOP" in sentence
        and "Of the 16 larger models" in sentence
    )
    assert any(len(x) == 25 and x.max() <= 1e23 for x, _ in lines)
    assert any(len(x) == 16 and x.min() > 1e23 for x, _ in lines)


def test_too_few_models_get_a_sentence(ax):
    few = emergent_abilities.Forecast(
        MADE, {"late": [name for name, (c, _) in MADE.items() if c > 9e23]}
    )
    assert "too few for a sigmoid" in drawn(ax, few, limit=1e22, who="late")[1]


def test_the_interval_holds_nine_in_ten_where_scatter_is_all_there_is():
    rng = np.random.default_rng(5)
    flat = {f"f{k}": (c, 25 + rng.normal(0, 2)) for k, c in enumerate(np.logspace(18, 20, 200))}
    _, low, high = emergent_abilities.Forecast(flat, {"flat": list(flat)}).at("flat", 1e22, 1e19)
    assert high - low == pytest.approx(2 * 1.645 * 2, rel=0.2)
    assert 0.84 < np.mean([low <= score <= high for _, score in flat.values()]) < 0.96


# Answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", facts_04.ANSWERS)
def test_an_answer_is_right_in_the_digits_it_shows(name):
    assert f"{data.question(name)['answer']:.3g}" == f"{facts_04.ANSWERS[name]:.3g}"
