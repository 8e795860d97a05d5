"""Chapter 04: the scores, the functions of its cells, and what its pictures draw and say."""

import functools

import numpy as np
import pytest
from cells import functions_of
from drawing import ax, is_at, marks  # noqa: F401
from scipy.optimize import brentq

from helpers import data
from pictures import emergent_abilities, style
from training import own_runs

LINEAR, LOG, LOGIT = "even steps (linear)", "equal ratios (log)", "odds (logit)"
RULERS = {
    LINEAR: lambda share: share,
    LOG: np.log10,
    LOGIT: lambda share: np.log(share / (1 - share)),
}


def cell(name):
    """A function that a cell of the chapter defines."""
    return functions_of("04_emergent_abilities")[name]


@functools.cache
def family():
    """GPT-3's eight sizes, in order."""
    return [m for m in data.models() if m.model.startswith("GPT-3 ")]


@functools.cache
def scores():
    tasks = ("3-digit addition", "4-digit subtraction", "5-digit addition", "2-digit addition")
    return {(task, setting): emergent_abilities.scores(task, setting)
            for setting in emergent_abilities.SETTINGS for task in tasks}  # fmt: skip


@functools.cache
def runs():
    """All our own runs, and the best of each budget."""
    grid = own_runs.grid(data.own_runs(), dearest=1e14)
    return grid, [own_runs.best_of(own_runs.of_budget(grid, c)) for c in own_runs.budgets_of(grid)]


@functools.cache
def exam():
    return {
        m.model: (m.train_flop, m.mmlu_obs) for m in data.models() if m.mmlu_obs and m.train_flop
    }


def arithmetic():
    sizes = [m.params for m in family()]
    return emergent_abilities.Arithmetic(sizes, scores(), RULERS, cell("wilson"))


def mirage():
    made_up = cell("exact_match"), cell("size_for")
    return emergent_abilities.Mirage(*made_up, RULERS, cell("wilson"))


def two_rulers():
    independent = {k: [run.exact_1**k for run in runs()[1]] for k in LENGTHS}
    return emergent_abilities.TwoRulers(*runs(), independent, WINDOWS, RULERS, cell("wilson"))


LENGTHS, WINDOWS = (1, 2, 4, 8, 16), 2139


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
    for rows in scores().values():
        assert [row.model for row in rows] == [m.model for m in family()]


def test_an_unknown_score_is_answered():
    with pytest.raises(ValueError, match="task and setting is '3-digit addition, no-shot', but"):
        emergent_abilities.scores("3-digit addition", "no-shot")


# Intervals and rulers ----------------------------------------------------------------------------


def test_wilson_by_hand_and_at_both_ends():
    wilson = cell("wilson")
    # Wilson 1927; Agresti and Coull 1998 give 0.404, 0.596
    assert wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert wilson(0.0, 2000) == pytest.approx((0, 1.96**2 / (2000 + 1.96**2)))
    assert wilson(1.0, 2000)[1] == 1
    assert wilson(0.0, 2000)[1] == pytest.approx(1 - wilson(1.0, 2000)[0])


def test_wilson_holds_the_truth_about_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    for truth in (0.003, 0.08, 0.5):
        low, high = cell("wilson")(rng.binomial(2000, truth, 4000) / 2000, 2000)
        assert 0.93 < ((low <= truth) & (truth <= high)).mean() < 0.975


def test_rulers_rise_and_put_nothing_and_all_at_the_rims():
    paper = emergent_abilities.Rulers(RULERS, cell("wilson"))
    shares = np.array([0, 1e-4, 1e-3, 0.1, 0.5, 0.9, 0.997, 1])
    for axis in RULERS:
        assert (np.diff(paper.height(axis, shares)) > 0).all()
    assert paper.height(LINEAR, [0, 0.25, 1]) == pytest.approx([0, 0.25, 1], abs=1e-8)
    assert paper.height(LOG, [1e-4, 0.01, 1]) == pytest.approx([0, 0.5, 1])
    assert paper.height(LOGIT, [1e-4, 0.995]) == pytest.approx([0, 1])
    low, middle, high = paper.height(LOGIT, [0.1, 0.5, 0.9])
    assert high - middle == pytest.approx(middle - low), "odds stretch both ends alike"
    assert high > 0.75, "and most of the ruler is where scores are"
    for axis in (LOG, LOGIT):
        assert paper.height(axis, 0.0) == -emergent_abilities.RIM < 0


def test_a_ruler_of_ones_own_is_marked_evenly(ax):
    paper = emergent_abilities.Rulers({"square roots": np.sqrt}, cell("wilson"))
    paper.paper(ax, (1, 10), "size", "right answers")
    paper.rule(ax, "square roots")
    assert [text.get_text() for text in ax.texts] == [
        "0 %",
        "20 %",
        "40 %",
        "60 %",
        "80 %",
        "100 %",
    ]
    assert paper.height("square roots", 0.25) == pytest.approx(0.5, abs=1e-4)


def test_an_even_ruler_may_end_below_everything_and_is_marked_there(ax):
    paper = emergent_abilities.Rulers(RULERS, cell("wilson"), top=0.25)
    paper.paper(ax, (1, 10), "size", "right answers")
    paper.rule(ax, LINEAR)
    assert [text.get_text() for text in ax.texts] == ["0 %", "5 %", "10 %", "15 %", "20 %", "25 %"]
    assert paper.height(LINEAR, [0, 0.05, 0.25]) == pytest.approx([0, 0.2, 1], abs=1e-7)
    assert paper.height(LOG, 0.1) == pytest.approx(0.75), "the other rulers stay as they are"


# GPT-3 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", RULERS)
def test_arithmetic_shows_the_table_and_the_invented_example_beside_it(ax, axis):
    drawing = arithmetic()
    found, sentence = marks(ax, drawing, task="3-digit addition", setting="few-shot", axis=axis)
    shares = [row.percent / 100 for row in scores()["3-digit addition", "few-shot"]]
    assert found["scores"][0] == pytest.approx([m.params for m in family()])
    assert found["scores"][1] == pytest.approx(drawing.height(axis, shares))
    assert sentence.endswith("0.9 % at 6.7B, 8.4 % at 13B, 80.4 % at 175B.")
    assert list(found["invented"][0]) == [1e9, 5e9, 1e10, 5e10]
    assert any("invented" in text.get_text() for text in ax.texts)


def test_the_bars_of_a_score_are_its_interval(ax):
    found, _ = marks(ax, arithmetic(), task="3-digit addition", setting="few-shot", axis=LINEAR)
    low, high = cell("wilson")(0.084, 2000)
    at = found["intervals"][0] == family()[6].params
    assert found["intervals"][1][at] == pytest.approx([low, high])


def test_the_invented_example_is_nowhere_else(ax):
    found, _ = marks(ax, arithmetic(), task="2-digit addition", setting="few-shot", axis=LINEAR)
    assert "invented" not in found
    assert not any("invented" in text.get_text() for text in ax.texts)


def test_zeros_are_hollow_and_said(ax):
    found, sentence = marks(ax, arithmetic(), task="5-digit addition", setting="few-shot", axis=LOG)
    x, y = found["nothing right"]
    assert len(x) == 6 and (y == -emergent_abilities.RIM).all() and len(found["scores"][0]) == 2
    assert "6 of 8 sizes got nothing right, which leaves up to 0.19 % possible." in sentence
    (hollow,) = (line for line in ax.lines if line.get_gid() == "nothing right")
    assert hollow.get_markerfacecolor() == "white"


def test_what_nobody_could_check_is_not_drawn(ax):
    found, sentence = marks(
        ax, arithmetic(), task="4-digit subtraction", setting="one-shot", axis=LOG
    )
    assert "14 % at 175B. 7 scores are left empty: we could not check them." in sentence
    assert list(found["scores"][0]) == [family()[7].params] and not len(found["nothing right"][0])


# The mirage --------------------------------------------------------------------------------------


def test_mirage_is_the_formula():
    exact_match, size_for = cell("exact_match"), cell("size_for")
    assert exact_match(1e9) == pytest.approx(np.exp(-1))
    assert exact_match(1e11, 10) == pytest.approx(exact_match(1e11) ** 10)
    assert exact_match(4e10, 20) == pytest.approx(exact_match(1e10, 10)), (
        "twice as long: four times"
    )
    for share, length in ((0.5, 1), (0.03, 10)):
        assert exact_match(size_for(share, length), length) == pytest.approx(share)


def test_mirage_says_where_half_is_right_and_what_a_test_sees(ax):
    found, sentence = marks(ax, mirage(), length=10, items=2000, axis=LOGIT)
    assert sentence.startswith(
        "Half of the answers of 10 tokens are right at 210 billion parameters. "
    )
    assert "2,000 questions is nearly blind below 0.15 %, which is up to 2.4 billion, " in sentence
    one, whole = found["one token"][1], found["all tokens"][1]
    assert (np.diff(one) > 0).all() and (one > whole).all()
    assert sentence.endswith(f"sees nothing at {len(found['nothing right'][0])} of these 8 sizes.")
    ax.clear()
    more, _ = marks(ax, mirage(), length=10, items=100_000, axis=LINEAR)
    assert len(found["nothing right"][0]) > len(more["nothing right"][0])


def test_one_token_is_its_own_exact_match(ax):
    found, sentence = marks(ax, mirage(), length=1, items=2000, axis=LINEAR)
    assert sentence.startswith(
        "Half of the answers of one token are right at 2.1 billion parameters."
    )
    assert (found["one token"][1] == found["all tokens"][1]).all()


# Our own runs ------------------------------------------------------------------------------------


def test_two_rulers_show_the_best_run_of_each_budget(ax):
    grid, best = runs()
    assert [run.budget for run in best] == sorted({run.budget for run in grid})
    for run in best:
        assert run.loss == min(r.loss for r in grid if r.budget == run.budget)
    found, sentence = marks(ax, two_rulers(), length=4, axis=LINEAR)
    independent = [run.exact_1**4 for run in best]
    top = 0.4  # where the axis of four bytes ends
    assert found["scores"][1] * top == pytest.approx([run.exact_4 for run in best], abs=1e-8)
    assert found["independent"][1] * top == pytest.approx(independent, abs=1e-8)
    assert len(found["all runs"][0]) == len(grid)
    assert (
        "at 3e10 FLOP to 29 % at 1e14." in sentence and "the truth is 1.4 times as much" in sentence
    )
    options = [option["text"] for option in data.question("abilities-four-in-a-row")["options"]]
    (sure,) = (share for run, share in zip(best, independent) if run.budget == 1e13)
    assert f"about {100 * sure:.0f}" in options


@pytest.mark.parametrize("axis", RULERS)
def test_the_dotted_line_is_straight_on_its_ruler_and_knows_nothing_of_dearer_runs(ax, axis):
    _, best = runs()
    found, sentence = marks(ax, two_rulers(), length=16, axis=axis)
    x, heights = found["straight on"]
    drawn = np.isfinite(heights)
    slopes = np.diff(heights[drawn]) / np.diff(np.log(x[drawn]))
    assert drawn.sum() > 100 and slopes == pytest.approx(np.full(len(slopes), slopes[0]))
    assert min(heights[drawn]) >= 0 and x[-1] == pytest.approx(1e14), "no score lies below nothing"
    assert "··· straight line, fitted up to 1e13 FLOP" in [text.get_text() for text in ax.texts]
    known = [(run.budget, RULERS[axis](run.exact_16)) for run in best if run.budget <= 1e13]
    flops, ruled = np.array(known).T
    end = np.polyval(np.polyfit(np.log(flops), ruled, 1), np.log(1e14))
    share = brentq(lambda share: RULERS[axis](share) - end, 1e-6, 0.999)
    _, promised = two_rulers().straight_on(16, axis)
    assert promised == pytest.approx(share, rel=1e-3) and len(known) == 6
    assert f"ends at {100 * share:.2g} %." in sentence


def test_a_line_that_promises_more_than_all_says_so(ax):
    _, sentence = marks(ax, two_rulers(), length=4, axis="equal ratios (log)")
    assert "ends at more than all. Independent" in sentence


@pytest.mark.parametrize("length", LENGTHS)
def test_the_best_score_of_each_length_stands_high_on_even_steps(ax, length):
    found, _ = marks(ax, two_rulers(), length=length, axis=LINEAR)
    assert 0.65 < found["all runs"][1].max() < 0.95, "a score of 2 % is seen as well as one of 59 %"
    assert found["intervals"][1][~np.isnan(found["intervals"][1])].max() < 1, "no bar is cut"


def test_windows_are_counted_in_whole_ones():
    for run in runs()[0]:
        for length in LENGTHS:
            count = getattr(run, f"exact_{length}") * WINDOWS
            assert abs(count - round(count)) < 0.01


def test_a_mean_of_powers_is_not_below_the_power_of_the_mean():
    dearest = runs()[1][-1]
    for length in LENGTHS[1:]:
        assert getattr(dearest, f"exact_{length}") > dearest.exact_1**length


def test_one_byte_has_no_independent_rival(ax):
    found, sentence = marks(ax, two_rulers(), length=1, axis=LINEAR)
    assert "1 byte right in a row" in sentence and "Independent" not in sentence
    assert "independent" not in found and len(found["scores"][0]) == 8


# Many models -------------------------------------------------------------------------------------


def test_dots_pick_one_and_say_who_is_near(ax):
    mmlu = exam()
    drawing = emergent_abilities.Dots(
        mmlu, "compute", "score", near=1.5, say="{:.3g} FLOP".format, chance=25
    )
    found, sentence = marks(ax, drawing, model="OLMo-7B")
    assert is_at(found["here"], 1.03e23, 28.1)
    assert sentence.startswith(
        "OLMo-7B: 28.1 % at 1.03e+23 FLOP. 8 others are within a factor of 1.5 of it, and"
    )
    assert sentence.endswith("run from 25 % (GPT-NeoX-20B) to 64.1 % (Yi-6B).")
    assert list(found["alike"][1]) == [25, 64.1]
    assert all(1.03e23 / 1.5 <= mmlu[name][0] <= 1.03e23 * 1.5 for name in drawing.like("OLMo-7B"))
    points = np.array([place for name, place in mmlu.items() if name != "OLMo-7B"])
    label = ax.texts[-1].get_window_extent()
    assert not any(label.contains(*place) for place in ax.transData.transform(points))
    groups = ["others", *(start for start, *_ in drawing.families)]
    assert sum(len(found[name][0]) for name in groups) == len(mmlu), "every model once"


def test_dots_by_difference_run_downwards_and_may_stand_alone(ax):
    dots = {"a": (2.0, 10.0), "b": (2.01, 90.0), "c": (3.0, 25.0)}
    families = (("a", "red", "o"), ("b", "blue", "s"))
    drawing = emergent_abilities.Dots(
        dots, "loss", "score", near=0.02, say=str, log=False, families=families
    )
    drawing.backdrop(ax)
    said = drawing.foreground(ax, model="a")
    assert said.endswith(
        "One other is within 0.02 of it, and the scores there run from 10 % (a) to 90 % (b)."
    )
    assert drawing.foreground(ax, model="c").endswith("No other is near it.")
    drawing.dots = {"a": (2.0, 10.0), "b": (2.01, 10.0)}
    assert drawing.foreground(ax, model="b").endswith("within 0.02 of it, and all score 10 %.")
    assert ax.get_xlim()[0] > ax.get_xlim()[1]
    assert ax.get_xlabel() == "loss, better →"


def test_the_words_of_the_legend_have_the_colours_of_their_marks(ax):
    emergent_abilities.Dots(exam(), "compute", "score", near=1.5, say=str).backdrop(ax)
    words = {text.get_text(): text.get_color() for text in ax.get_legend().get_texts()}
    marked = {line.get_gid(): line.get_color() for line in ax.lines}
    for name in ("Llama", "Qwen", "Pythia"):
        assert words[name] == style.WORDS.get(marked[name], marked[name])
    assert words["others"] == style.QUIET


def test_rank_correlation_with_equals():
    rank_correlation = cell("rank_correlation")
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 1, 2, 2], [5, 5, 9, 9]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)
    # by hand: the places 1.5, 1.5, 3, 4 and 1, 2, 3, 4 differ from their middle by ...
    x, y = np.array([-1, -1, 0.5, 1.5]), np.array([-1.5, -0.5, 0.5, 1.5])
    truth = (x * y).sum() / ((x**2).sum() * (y**2).sum()) ** 0.5
    assert rank_correlation([7, 7, 8, 9], [1, 2, 3, 4]) == pytest.approx(truth)


# Better or luckier -------------------------------------------------------------------------------


def test_the_error_of_a_paired_difference_is_what_drawing_again_gives():
    rng = np.random.default_rng(7)
    first, second, _ = rng.multinomial(1000, [0.045, 0.025, 0.93], 20_000).T
    spread = ((first - second) / 1000).std()
    assert cell("paired_error")(45, 25, 1000) == pytest.approx(spread, rel=0.02)
    assert cell("score_error")(0.72, 1000) == pytest.approx(
        rng.binomial(1000, 0.72, 20_000).std() / 1000, rel=0.02
    )


def test_the_error_of_a_loss_goes_through_the_slope_of_the_sigmoid():
    carried, both = cell("chained")(0.01, 0, scatter=2)

    def score(loss):
        return 25 + 65 / (1 + np.exp(loss / 0.05))

    assert carried == pytest.approx(score(-0.005) - score(0.005), rel=0.01)
    rng = np.random.default_rng(8)
    drawn = score(rng.normal(0, 0.01, 100_000)) + rng.normal(0, 2, 100_000)
    assert both == pytest.approx(drawn.std(), rel=0.02)
    flat, _ = cell("chained")(0.01, 3, scatter=2)
    assert flat == pytest.approx(score(-0.155) - score(-0.145), rel=0.01)


# The forecast ------------------------------------------------------------------------------------


@functools.cache
def rising():
    """Forty-one made-up models on a sigmoid."""
    flops = np.logspace(20, 25, 41)
    return list(zip(flops, 25 + 75 / (1 + np.exp(-1.5 * (np.log10(flops) - 23)))))


def forecast(**groups):
    return emergent_abilities.Forecast(groups, cell("forecast"))


def test_the_sigmoid_comes_back_once_the_rise_was_seen():
    seen = forecast(all=rising())
    promise, low, high = seen.at("all", 1e24, 1e25)
    truth = 25 + 75 / (1 + np.exp(-3.0))
    assert (promise, low, high) == pytest.approx([truth] * 3, abs=0.05)
    assert seen.at("all", 1e24, 1e18)[0] == pytest.approx(25, abs=0.5)


def test_the_sigmoid_of_the_cell():
    sigmoid = cell("sigmoid")
    assert sigmoid(0, 0, 1) == 62.5 and sigmoid(np.log(3), 0, 1) == pytest.approx(25 + 0.75 * 75)
    assert sigmoid(1, -2, 2) == 62.5 and sigmoid(-1e4, 0, 1) == pytest.approx(25)
    assert sigmoid(1e4, 0, 1, top=90) == pytest.approx(90)


def test_no_sigmoid_nearby_fits_better():
    power, score = np.array(list(exam().values())).T
    power = np.log10(power) - 23
    for limit in (-1, 0, 1):
        x, y = power[power <= limit], score[power <= limit]
        best = cell("fit_sigmoid")(x, y, np.ones((1, len(x))), rounds=60)
        near = np.meshgrid(*(np.linspace(v.item() - 0.3, v.item() + 0.3, 121) for v in best))
        near = [v.ravel() for v in near]
        squares = ((y[:, None] - cell("sigmoid")(x[:, None], *near)) ** 2).sum(axis=0)
        assert ((y - cell("sigmoid")(x, *best)) ** 2).sum() <= squares.min() + 1e-3


def test_a_weight_counts_a_model_so_many_times():
    flops, score = np.array(rising())[::5].T
    x, y = np.log10(flops) - 23, score + np.random.default_rng(1).normal(0, 3, len(score))
    weights = np.array([[2, 0, 1, 1, 3, 0, 1, 1, 1]])
    twice = np.repeat(np.arange(9), weights[0])
    fit = cell("fit_sigmoid")
    assert np.allclose(
        fit(x, y, weights, 40), fit(x[twice], y[twice], np.ones((1, 10)), 40), atol=1e-3
    )


def test_before_the_rise_it_does_not_know():
    rng = np.random.default_rng(3)
    blind = forecast(all=[(c, score + rng.normal(0, 1)) for c, score in rising()])
    widths = [np.subtract(*blind.at("all", limit, 1e24)[:0:-1]) for limit in (1e22, 1e24)]
    assert widths[0] > 3 * widths[1]


def test_forecast_shows_who_is_fitted_and_counts_the_rest(ax):
    found, sentence = marks(ax, forecast(all=rising()), limit=1e23, who="all")
    assert "Fitted to the 25 models up to 1e23 FLOP" in sentence
    assert "Of the 16 larger models" in sentence
    assert len(found["fitted"][0]) == 25 and found["fitted"][0].max() <= 1e23
    assert len(found["not seen"][0]) == 16 and found["not seen"][0].min() > 1e23
    assert found["interval"][0].min() == pytest.approx(1e23), (
        "no promise where the models are known"
    )


def test_too_few_models_get_a_sentence(ax):
    few = forecast(late=[(c, score) for c, score in rising() if c > 9e23])
    assert "too few for a sigmoid" in marks(ax, few, limit=1e22, who="late")[1]


def test_the_interval_holds_nine_in_ten_where_scatter_is_all_there_is():
    rng = np.random.default_rng(5)
    flat = [(c, 25 + rng.normal(0, 2)) for c in np.logspace(18, 20, 200)]
    _, low, high = forecast(flat=flat).at("flat", 1e22, 1e19)
    assert high - low == pytest.approx(2 * 1.645 * 2, rel=0.2)
    assert 0.84 < np.mean([low <= score <= high for _, score in flat]) < 0.96
