"""Chapter 02: what its functions find, what is on the axes of its pictures, what the sentences say."""

import base64
import functools
import io
import itertools
import re

import numpy as np
import pytest
from cells import functions_of, sources
from drawing import ax, is_at, marks, named, words_outside  # noqa: F401
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from test_train_your_own import LAW, RUNS

from helpers import data, fits, laws, live, units
from pictures import chinchilla, style
from pictures.chinchilla import ratio
from training import own_runs

REFIT, TEX, DRAWS = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.refit_draws()
CHAPTER = functions_of("02_chinchilla")
SMALL = [run for run in RUNS if run.kind == "grid" and run.budget <= 1e12]
WITHOUT = chinchilla.COUNTS["without embeddings"]


# One budget, many sizes ---------------------------------------------------------------------------


def test_the_pile_is_the_loss_in_three_parts(ax):
    found, sentence = marks(ax, chinchilla.Floor(REFIT, 5.04e23), params=280e9)
    tops = [found[name][1][1] for name in ("E", "size", "data")]
    loss = REFIT.loss(280e9, 300e9)
    assert tops == pytest.approx([REFIT.E, REFIT.best_loss(280e9), loss])
    assert is_at(found["here"], 280e9, loss)
    sizes, losses = found["loss"]
    assert losses == pytest.approx(REFIT.loss(sizes, 5.04e23 / 6 / sizes))
    assert found["best"][1][0] == pytest.approx(losses.min(), abs=1e-3)
    assert (
        "0.050 for being too small and 0.132 for having read too little, 2.000 in all" in sentence
    )
    texts = [text.get_text() for text in ax.texts]
    assert {"floor E = 1.82", "too small", "read too little", "0.050", "0.132"} <= set(texts)


def test_the_names_of_the_parts_stand_where_no_model_of_the_slider_does(ax):
    chinchilla.Floor(REFIT, 5.04e23).backdrop(ax)
    source = next(text for text in sources("02_chinchilla", "code") if "Floor(" in text)
    low, high = map(float, re.search(r"log_slider\(.*?, (\S+), (\S+), start", source).groups())
    places = [text.get_position()[0] for text in ax.texts]
    assert all(x < low or x > high for x in places)


def test_isoflop_shows_what_a_size_wastes(ax):
    drawing = chinchilla.IsoFlop(REFIT)
    found, sentence = marks(ax, drawing, flops=5.04e23, params=280e9)
    sizes, wasted = found["curve"]
    losses = REFIT.loss(sizes, 5.04e23 / 6 / sizes)
    assert REFIT.flops_for_loss(losses) == pytest.approx((1 - wasted) * 5.04e23)
    ((size,), (lowest,)) = found["best"]
    assert size == pytest.approx(REFIT.optimum(5.04e23)[0]) and lowest == 0
    half = 1 - REFIT.flops_for_loss(REFIT.loss(280e9, 300e9)) / 5.04e23
    assert is_at(found["here"], 280e9, half) and half == pytest.approx(0.5, abs=0.005)
    assert found["wasted"][1] == pytest.approx([0, half])
    near = found["twice or half"][0]
    assert near.max() / size == pytest.approx(2, rel=0.04) == size / near.min()
    texts = [text.get_text() for text in ax.texts]
    assert "half the\ncompute\nwasted" in texts
    assert "half to twice the best:\nat most 16% wasted" in texts
    assert (
        "67 billion" in sentence
        and "ends at 2.000" in sentence
        and "half of the compute" in sentence
    )


def test_isoflop_does_not_believe_the_law_where_it_is_worse_than_blind_guessing(ax):
    _, sentence = marks(ax, chinchilla.IsoFlop(REFIT), flops=1e18, params=280e9)
    assert (
        "does not hold so far out" in sentence
        and "blind guessing among 50,000 tokens costs 10.8 nats." in sentence
    )


def test_isoflop_says_when_there_is_nothing_to_gain(ax):
    params, _ = REFIT.optimum(1e22)
    _, sentence = marks(ax, chinchilla.IsoFlop(REFIT), flops=1e22, params=params)
    assert "the same to three digits" in sentence
    assert not any(
        "wasted" in text.get_text() and "most" not in text.get_text() for text in ax.texts
    )


def test_isoflop_says_tiny_shares_as_a_person_does(ax):
    _, sentence = marks(ax, chinchilla.IsoFlop(REFIT), flops=1e18, params=2e10)
    assert "not even one token for a hundred parameters" in sentence
    assert sentence.endswith("with less than a thousandth of the compute.")
    assert any(text.get_text() == "nearly all\ncompute\nwasted" for text in ax.texts)


def test_isoflop_words_end_inside_the_picture():
    figure = live.Live(
        chinchilla.IsoFlop(REFIT),
        flops=live.log_slider("C", 1e18, 1e26, start=5.04e23, per_decade=1),
        params=live.log_slider("N", 1e8, 1e12, start=2.8e11, per_decade=4),
    )
    sheet = RendererAgg(576, 317, 72)
    for flops in (1e18, 5.04e23, 1e26):
        for _, params in figure.controls["params"].options:
            words, _ = figure._with_foreground(
                {"flops": flops, "params": params},
                lambda artists: [
                    part.get_window_extent(sheet) for part in artists if isinstance(part, Text)
                ],
            )
            left, right = figure._ax.bbox.x0, 576
            assert all(left <= e.x0 and e.x1 <= right for e in words), (flops, params)


def test_real_models_are_presets_of_their_own_compute():
    presets = chinchilla.real(data.models())
    assert presets["Gopher"] == {"flops": pytest.approx(5.04e23), "params": 2.8e11}
    assert "DeepSeek-V3" not in presets and set(presets) < set(chinchilla.FAMOUS)


def test_isoflop_backdrop_has_the_round_budgets_with_their_names(ax):
    drawing = chinchilla.IsoFlop(REFIT)
    drawing.backdrop(ax)
    names = [text.get_text() for text in ax.texts]
    assert names == ["1e18 FLOP", "1e20", "1e22", "1e24", "1e26"]
    found = named(ax)
    lowest = [found[name.removesuffix(" FLOP")][1].min() for name in names]
    assert lowest == pytest.approx([0] * 5, abs=2e-3)


def test_plane_shows_every_model_whose_size_and_tokens_are_known(ax):
    drawing = chinchilla.Plane(REFIT, data.models())
    found, sentence = marks(ax, drawing, model="GPT-3 175B")
    dots = sum(len(found[name][0]) for name in ("dense", "mixture of experts"))
    assert dots == sum(1 for m in data.models() if m.flops) >= 100
    (xs, ys), ((size,), (tokens,)) = found["equal compute"], found["best"]
    texts = {text.get_text() for text in ax.texts}
    assert texts >= {*chinchilla.NAMED, "◆ GPT-3 175B", "● best 53 B on 990 B"}
    assert found["best use"][1] == pytest.approx(REFIT.optimal_tokens(found["best use"][0]))
    assert 6 * xs * ys == pytest.approx(np.full(2, 6 * 174.6e9 * 300e9))
    assert 6 * size * tokens == pytest.approx(6 * 174.6e9 * 300e9)
    assert is_at(found["here"], 174.6e9, 300e9)
    assert "3.3 times as large as" in sentence and "lower by 0.016" in sentence
    inside = [(m.active_params, m.tokens) for m in data.models() if m.flops]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert all(left <= n <= right and low <= d <= high for n, d in inside), "no model is cut off"


def test_plane_says_small_for_its_compute(ax):
    _, sentence = marks(ax, chinchilla.Plane(REFIT, data.models()), model="Llama 3 8B")
    assert "10% of the size of the best model" in sentence and "1,875 for each" in sentence


@pytest.mark.parametrize("name", chinchilla.FAMOUS)
def test_every_preset_is_a_known_model(ax, name):
    _, sentence = marks(ax, chinchilla.Plane(REFIT, data.models()), model=name)
    assert sentence.startswith(name)


def test_frontier(ax):
    found, sentence = marks(ax, chinchilla.Frontier(REFIT, laws.refit_draws()), params=70e9)
    flops = 6 * 70e9 * REFIT.optimal_tokens(70e9)
    assert is_at(found["here"], flops, REFIT.optimal_loss(flops))
    assert (
        "1.29 trillion" in sentence and "1.4 trillion" in sentence and "6,268 PF-days" in sentence
    )
    assert "740 billion to 2.1 trillion" in sentence and "(1.953 to 1.999)" in sentence
    assert any("E = 1.82" in text.get_text() for text in ax.texts)


def test_the_bill_of_a_wanted_loss_and_its_interval(ax):
    found, sentence = marks(ax, chinchilla.Wanted(REFIT, laws.refit_draws()), loss=1.9)
    flops = REFIT.flops_for_loss(1.9)
    assert is_at(found["here"], flops, 1.9)
    (low, high), _ = found["bill"]
    assert low < flops < high and high / low == pytest.approx(20, rel=0.03)
    assert "takes 2.1e25 FLOP" in sentence and "6.4e24 to 1.3e26" in sentence
    assert "never" not in sentence
    ax.clear()
    _, sentence = marks(ax, chinchilla.Wanted(REFIT, laws.refit_draws()), loss=1.87)
    assert re.search(r"[1-9]% of all refits never reach it", sentence)


def test_nothing_global_changes(ax):
    import matplotlib

    before = dict(matplotlib.rcParams)
    marks(ax, chinchilla.IsoFlop(REFIT), flops=1e22, params=1e10)
    assert dict(matplotlib.rcParams) == before


def test_axes_count_in_words(ax):
    chinchilla.IsoFlop(REFIT).backdrop(ax)
    words = [ax.xaxis.get_major_formatter()(value, None) for value in (1e7, 1e9, 1e12)]
    assert words == ["10 M", "1 B", "1 T"]
    assert re.fullmatch(r"\d.* B", units.short(72e9))


@pytest.mark.parametrize("picture, name, values", [
    (chinchilla.Frontier, "params", (1e8, 7e10, 1.1e11, 1e12)),
    (chinchilla.Wanted, "loss", (1.88, 1.9, 2.6)),
    (lambda law, _: chinchilla.Counted(law, CHAPTER["exponent_seen"]), "params", (1e3, 9e10, 1.1e11, 1e12)),
])  # fmt: skip
def test_the_words_beside_a_point_end_inside_the_picture(picture, name, values):
    assert not words_outside(picture(REFIT, DRAWS), name, values)


# The table ---------------------------------------------------------------------------------------


def test_an_interval_has_both_ends_in_order_and_a_row_has_something_to_draw():
    for figure in ("exponent", "staircase", "ratio"):
        for row in chinchilla.splits(figure):
            assert (row.low is None) == (row.high is None) == (row.interval == "none given")
            assert row.value is not None or row.low is not None
            if row.low is not None:
                assert row.low < row.high


def test_only_the_impossible_interval_misses_its_own_number():
    rows = [row for name in ("exponent", "staircase", "ratio") for row in chinchilla.splits(name)
            if row.low is not None and row.value is not None]  # fmt: skip
    outside = [row.study for row in rows if not row.low <= row.value <= row.high]
    assert outside == ["Hoffmann 2022, approach 3"]


def test_the_rows_of_the_refit_are_what_the_refit_says():
    (row,) = [row for row in chinchilla.splits("exponent") if row.study == "approach 3 refitted"]
    ends = fits.interval(DRAWS.a)
    assert (row.value, row.low, row.high) == pytest.approx((REFIT.a, *ends), abs=5e-4)
    for study, flops in (("refit, at 5.76e23 FLOP", 5.76e23), ("refit, at 1e26 FLOP", 1e26)):
        row = data.named(chinchilla.splits("ratio"), study)
        ends = fits.interval(ratio(DRAWS, flops))
        said = (row.value, row.low, row.high)
        assert said == pytest.approx((ratio(REFIT, flops), *ends), rel=0.012)


def test_what_is_a_range_over_sizes_or_budgets_says_so():
    rows = {row.study: row for row in chinchilla.splits("ratio")}
    over = [study for study, row in rows.items() if row.interval.startswith("from ")]
    assert over == [study for study in rows if study.startswith(("Hoffmann", "nanochat"))]
    first = rows["Hoffmann, approach 1"]  # FLOP of 67 billion, tokens of 10 trillion parameters
    assert first.value == pytest.approx(5.76e23 / 6 / 67e9**2, abs=0.05)
    assert first.high == pytest.approx(216.2e12 / 10e12, abs=0.05)


def test_an_unknown_figure_is_answered():
    with pytest.raises(ValueError, match="figure is 'stairs', but must be one of exponent"):
        chinchilla.splits("stairs")


def test_intervals_hold_or_do_not(ax):
    drawing = chinchilla.Intervals(chinchilla.splits("exponent"), "a", (0.4, 0.8), at=0.5)
    sentence = drawing.backdrop(ax)
    assert next(text.get_text() for text in ax.get_yticklabels()) == "Kaplan 2020"
    assert "at 0.5 goes through 3 of the 4 ranges" in sentence
    assert named(ax)["at"][0] == pytest.approx([0.5, 0.5])
    assert "0 of the 4 ranges" in chinchilla.Intervals(
        chinchilla.splits("exponent"), "a", (0.4, 0.8), at=0.73
    ).backdrop(ax.figure.add_subplot())


def test_stairs_show_what_each_repair_takes_off(ax):
    rows = chinchilla.splits("staircase")
    sentence, found = chinchilla.Stairs(rows).backdrop(ax), named(ax)
    for before, row in itertools.pairwise(rows):
        assert found[f"to {row.study}"][0] == pytest.approx([row.value, before.value])
        assert found[row.study][0] == pytest.approx([row.value])
    texts = [text.get_text() for text in ax.texts]
    assert {"-0.129", "-0.104", "-0.031", "-0.074", "Kaplan's 0.73"} <= set(texts)
    assert sentence.count(";") == 4 and sentence.endswith("0.497 settings tuned, no decay.")


def test_a_still_is_a_picture_with_its_sentence():
    drawing = chinchilla.Stairs(chinchilla.splits("staircase"))
    still = style.Still(drawing)
    faces, about = still._repr_mimebundle_()
    png = Image.open(io.BytesIO(base64.b64decode(faces["image/png"])))
    assert png.mode == "P" and png.width == 2 * about["image/png"]["width"]
    assert (
        faces["text/plain"] == about["image/png"]["alt"] == drawing.backdrop(Figure().add_subplot())
    )
    assert png.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    assert faces[live.VIEW]["model_id"], (
        "a page that lives shows a widget, whose picture has its words"
    )


def test_enough_has_no_threshold(ax):
    drawing = chinchilla.Enough(REFIT, 7e10, marked=(0.7e12, 1.4e12))
    sentence, found = drawing.backdrop(ax), named(ax)
    tokens, losses = found["this size"]
    assert (
        losses == pytest.approx(REFIT.loss(7e10, tokens))
        and (np.diff(losses, 2) > 0).all() == (np.diff(losses) < 0).all()
    )
    gap = losses - found["best split"][1]
    assert gap.min() > 0 and gap.min() < 1e-5, "the best split touches it, and is nowhere above"
    assert tokens[gap.argmin()] == pytest.approx(REFIT.optimal_tokens(7e10), rel=0.06)
    assert is_at(found["1.4 T"], 1.4e12, REFIT.loss(7e10, 1.4e12))
    assert "1.974 after 1.4 trillion tokens" in sentence


def test_the_heap_of_answers_is_all_of_them(ax):
    sentence = chinchilla.Answers(REFIT, DRAWS, 5.04e23).backdrop(ax)
    heights = [bar.get_height() for bar in ax.patches if bar.get_gid() == "answers"]
    assert sum(heights) == len(DRAWS.E) == 500, "none lies outside of the axes"
    assert max(heights) < ax.get_ylim()[1]
    assert "for 10 to 30 tokens per parameter, the refit itself for 18" in sentence


# Rounding ----------------------------------------------------------------------------------------


def test_a_step_of_an_exponent_moves_the_split(ax):
    found, sentence = marks(
        ax, chinchilla.Rounded(), start="Hoffmann, unrounded", d_alpha=0.005, d_beta=0
    )
    moved = laws.Chinchilla(TEX.E, TEX.A, TEX.B, TEX.alpha + 0.005, TEX.beta, "")
    assert is_at(found["best"], 5.76e23, ratio(moved, 5.76e23))
    assert (
        "83 tokens for each; before it was 59" in sentence and "alpha 0.3442 (+0.005)" in sentence
    )


def test_beta_moves_it_too(ax):
    _, sentence = marks(ax, chinchilla.Rounded(), start="the refit", d_alpha=0, d_beta=-0.005)
    assert "26 tokens for each; before it was 18" in sentence and "beta 0.3608 (-0.005)" in sentence


def test_without_a_step_nothing_moves(ax):
    found, sentence = marks(ax, chinchilla.Rounded(), start="the refit", d_alpha=0, d_beta=0)
    flops, curve = found["curve"]
    assert curve == pytest.approx(ratio(REFIT, flops))
    assert "18 tokens for each; before it was 18" in sentence


# Three approaches ---------------------------------------------------------------------------------


def test_shuffled_constants_are_the_same_numbers_apart_from_each_other():
    mixed = CHAPTER["shuffled"](DRAWS)
    for name in fits.NAMES:
        one, other = getattr(mixed, name), getattr(DRAWS, name)
        assert sorted(one) == sorted(other) and (one != other).mean() > 0.9
    together = np.corrcoef(np.log(DRAWS.A), DRAWS.alpha)[0, 1]
    assert together > 0.9 and abs(np.corrcoef(np.log(mixed.A), mixed.alpha)[0, 1]) < 0.15


def test_how_sure_shows_the_interval_of_each_way_to_draw(ax):
    ways = {"together": DRAWS, "one by one": CHAPTER["shuffled"](DRAWS)}
    drawing = chinchilla.HowSure(REFIT, ways)
    sentence, found = drawing.backdrop(ax), named(ax)
    for way, law in ways.items():
        edges = fits.interval([ratio(law, c) for c in drawing.flops], axis=1)
        for name, edge in zip(("low", "high"), edges):
            assert found[f"{name} {way}"][1] == pytest.approx(edge)
    assert "10 to 30 if drawn together, 1.2 to 330 if drawn one by one" in sentence


# Three approaches ---------------------------------------------------------------------------------


def test_a_parabola_gives_its_lowest_point_back():
    sizes = [run.params for run in own_runs.around_the_best(SMALL, 1e11)]
    bowl = [
        run._replace(loss=2 + 0.3 * np.log(run.params / (1.2 * sizes[2])) ** 2) for run in SMALL
    ]
    flops, lowest = CHAPTER["parabolas"]([run for run in bowl if run.budget == 1e11], WITHOUT)
    assert flops == pytest.approx(1e11) and lowest == pytest.approx(1.2 * sizes[2])


def test_a_budget_whose_lowest_point_is_not_among_its_sizes_has_no_parabola():
    falling = [run._replace(loss=3 - 0.1 * np.log(run.params) + 0.001 * np.log(run.params) ** 2)
               if run.budget == 1e11 else run for run in SMALL]  # fmt: skip
    assert 1e11 not in CHAPTER["parabolas"](falling, WITHOUT)[0]
    two = [run for run in SMALL if run.budget != 1e11 or run.params in (768, 1536)]
    assert 1e11 not in CHAPTER["parabolas"](two, WITHOUT)[0]


def test_the_parabolas_are_those_of_the_fitter():
    fit = own_runs.lowest_points(SMALL)
    points = CHAPTER["parabolas"](SMALL, WITHOUT)
    assert points == pytest.approx(np.array([fit.flops, fit.params]))
    assert CHAPTER["exponent"](points) == pytest.approx((fit.a, fit.coefficient))


def test_the_curves_count_from_a_quarter_of_each_run():
    flops, sizes = chinchilla.lowest_of_curves(curves(), SMALL, chinchilla.by_cost)
    assert 0.25 <= flops.min() / 3e10 <= 0.32 and flops.max() <= 1e12 * 1.01
    assert set(np.round(sizes)) <= {round(chinchilla.by_cost(run)) for run in SMALL}


def test_the_fitted_law_is_the_fit_of_the_same_runs():
    fit = own_runs.fitted(own_runs.grid(SMALL))
    flops, sizes = chinchilla.optima(own_runs.grid(SMALL), WITHOUT)
    assert sizes == pytest.approx(fit.law.optimum(flops)[0])
    a, _ = CHAPTER["exponent"]((flops, sizes))
    assert a == pytest.approx(fit.law.a)
    assert a == pytest.approx(LAW.a, abs=0.08), "made-up runs give their law back"
    draws = chinchilla.optima_resampled(own_runs.grid(SMALL), WITHOUT, draws=50)
    low, high = fits.interval(draws[:, 0])
    assert draws.shape == (50, 2) and low < a < high


def test_a_redraw_has_as_many_runs_with_repeats():
    drawn = [CHAPTER["redrawn"](SMALL, number) for number in range(60)]
    assert {len(runs) for runs in drawn} == {len(SMALL)}
    different = [len({run.run for run in runs}) / len(SMALL) for runs in drawn]
    assert np.mean(different) == pytest.approx(1 - 1 / np.e, abs=0.03), "a third is left out"
    assert CHAPTER["redrawn"](SMALL, 3) == drawn[3] != drawn[4]


def test_resampling_asks_an_approach_for_each_redraw():
    seen = []

    def approach(runs, count):
        seen.append(runs)
        return np.array([1e10, 1e12]), np.array([1e3, 1e4 * len(seen)])

    rows = CHAPTER["resampled"](approach, SMALL, WITHOUT, draws=30)
    assert rows[:, 0] == pytest.approx(0.5 + np.log10(np.arange(1, 31)) / 2)
    assert seen == [CHAPTER["redrawn"](SMALL, number) for number in range(30)]


def redraw():
    parts = (CHAPTER[name] for name in ("redrawn", "parabola", "parabolas", "exponent"))
    return chinchilla.Redraw(data.own_runs(), *parts)


def test_the_first_stop_has_every_run_once(ax):
    drawing = redraw()
    found, sentence = marks(ax, drawing, draw=0.0)
    assert len(found["drawn 1"][0]) == len(drawing.runs) == 46 and "drawn 2" not in found
    a, _ = CHAPTER["exponent"](CHAPTER["parabolas"](drawing.runs, chinchilla.by_cost))
    assert sentence == f"All 46 runs, each once: the best size grows as C to the {a:.3f}."
    assert "earlier" not in found and "interval" not in found


def test_each_redraw_is_refitted_and_its_answer_stays(ax):
    drawing = redraw()
    found, sentence = marks(ax, drawing, draw=20.0)
    runs = CHAPTER["redrawn"](drawing.runs, 20)
    shown = sum(int(name.split()[1]) * len(x) for name, (x, _) in found.items() if "drawn" in name)
    assert shown == len(runs), "a dot stands for each time that a run was drawn"
    points = CHAPTER["parabolas"](runs, chinchilla.by_cost)
    assert found["lowest points"][0] == pytest.approx(points[1])
    answers = [CHAPTER["exponent"](CHAPTER["parabolas"](CHAPTER["redrawn"](drawing.runs, k), chinchilla.by_cost))[0]
               for k in range(1, 21)]  # fmt: skip
    assert sorted(set(found["earlier"][0])) == pytest.approx(sorted(map(drawing.place, answers)))
    assert found["answer"][0] == pytest.approx(np.full(2, drawing.place(answers[-1])))
    low, high = fits.interval(answers)
    assert found["interval"][0] == pytest.approx(drawing.place(np.array([low, high])))
    assert (
        f"exponent is {answers[-1]:.3f}" in sentence
        and f"from {low:.2f} to {high:.2f}." in sentence
    )
    assert drawing.RULER[0] < min(answers) and max(answers) < drawing.RULER[1]


def curves():
    """A training curve of each run: its loss falls as a power of the tokens."""
    shares = np.geomspace(0.01, 1, 20)
    return {run.run: np.column_stack([run.tokens * shares, run.loss * shares**-0.1]) for run in SMALL}  # fmt: skip


@functools.cache
def three_ways():
    resampled = functools.partial(CHAPTER["resampled"], draws=12)
    return chinchilla.ThreeWays(
        SMALL,
        curves(),
        *(CHAPTER[name] for name in ("parabola", "parabolas", "exponent")),
        resampled,
    )


@pytest.mark.parametrize("way", chinchilla.ThreeWays.WAYS)
def test_three_ways_on_the_axes(ax, way):
    answer = three_ways().answer(way, "with embeddings")
    low, high = fits.interval(answer.draws[:, 0])
    found, sentence = marks(ax, three_ways(), way=way, count="with embeddings")
    assert found["line"][1] == pytest.approx(answer.k * found["line"][0] ** answer.a)
    assert np.array(found["points"]) == pytest.approx(np.array([answer.flops, answer.sizes]))
    assert f"C to the {answer.a:.2f}" in sentence and "with embeddings" in sentence
    assert sum(len(x) for name, (x, _) in found.items() if name.startswith("runs")) == len(SMALL)
    curves_shown = [name for name in found if name.startswith("parabola")]
    assert len(curves_shown) == (len(answer.flops) if "parabolas" in way else 0)
    assert f"say {low:.2f} to {high:.2f}" in sentence and low <= high


def test_fewer_embeddings_counted_means_a_larger_exponent():
    least, middle, most = (three_ways().answer("3: fitted law", count).a for count in
                           ("with embeddings", "by what a byte costs", "without embeddings"))  # fmt: skip
    assert least < most and middle < most


# Counting and doubling ----------------------------------------------------------------------------


def test_counting_his_way_is_the_best_split_of_his_compute():
    flops = CHAPTER["compute_seen"](REFIT, 1e7)
    sizes = np.geomspace(1e6, 1e8, 4001)
    losses = REFIT.loss(sizes + 47_491 * np.cbrt(sizes), flops / 6 / sizes)
    assert sizes[losses.argmin()] == pytest.approx(1e7, rel=0.002)


def test_kaplans_exponent_from_counting_is_that_of_the_paper():
    seen = CHAPTER["exponent_seen"](TEX, np.geomspace(768, 1.5e9, 20))
    assert seen == pytest.approx(0.74, abs=0.015), "Pearce and Song 2024"
    assert CHAPTER["exponent_seen"](REFIT, np.array([1e14, 1e15])) == pytest.approx(
        REFIT.a, abs=1e-3
    )


def test_counted(ax):
    drawing = chinchilla.Counted(REFIT, CHAPTER["exponent_seen"])
    found, sentence = marks(ax, drawing, params=1e7)
    assert found["here"][1] == pytest.approx([0.85], abs=0.01)
    assert "10 million more" in sentence and "0.513 everywhere" in sentence
    assert found["exponent"][1][-1] == pytest.approx(REFIT.a, abs=0.002)


@pytest.mark.parametrize("params, tokens, best, said", [
    (175e9, 3e11, "twice the tokens", "0.013 by twice the parameters, 0.030 by"),
    (70e9, 1.4e12, "1.41 times each", "0.017 by twice the parameters, 0.017 by"),
    (8e9, 15e12, "twice the parameters", "0.037 by twice the parameters, 0.007 by"),
])  # fmt: skip
def test_what_to_double(ax, params, tokens, best, said):
    found, sentence = marks(ax, chinchilla.Doubled(REFIT, DRAWS), params=params, tokens=tokens)
    assert sentence.endswith(f"best {best}.") and said in sentence
    gains = [found[name][0].max() for name, *_ in chinchilla.Doubled.OPTIONS]
    assert gains == pytest.approx(chinchilla.Doubled(REFIT, DRAWS).gains(REFIT, params, tokens))
