"""How sure a split is: published intervals, the rounding trap, our own runs three ways, doubling."""

import numpy as np
import pytest
from drawing import ax, drawn, is_at  # noqa: F401
from test_train_your_own import LAW, RUNS

from helpers import data, fits, laws, own_runs
from pictures import chinchilla

REFIT, TEX, DRAWS = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.refit_draws()
SMALL = [run for run in RUNS if run.kind == "grid" and run.budget <= 1e12]


def ratio(law, flops):
    params, tokens = law.optimum(flops)
    return tokens / params


# The table ---------------------------------------------------------------------------------------


def test_an_interval_has_both_ends_in_order_and_a_row_has_something_to_draw():
    for figure in ("exponent", "staircase", "ratio"):
        for row in data.splits(figure):
            assert (row.low is None) == (row.high is None) == (row.interval == "none given")
            assert row.value is not None or row.low is not None
            if row.low is not None:
                assert row.low < row.high


def test_only_the_impossible_interval_misses_its_own_number():
    rows = [row for name in ("exponent", "staircase", "ratio") for row in data.splits(name)
            if row.low is not None and row.value is not None]  # fmt: skip
    outside = [row.study for row in rows if not row.low <= row.value <= row.high]
    assert outside == ["Hoffmann 2022, approach 3"]


def test_the_rows_of_the_refit_are_what_the_refit_says():
    (row,) = [row for row in data.splits("exponent") if row.study == "approach 3 refitted"]
    ends = np.percentile(DRAWS.a, [10, 90])
    assert (row.value, row.low, row.high) == pytest.approx((REFIT.a, *ends), abs=5e-4)
    for study, flops in (("refit, at 5.76e23 FLOP", 5.76e23), ("refit, at 1e26 FLOP", 1e26)):
        row = data.named(data.splits("ratio"), study)
        ends = np.percentile(ratio(DRAWS, flops), [10, 90])
        said = (row.value, row.low, row.high)
        assert said == pytest.approx((ratio(REFIT, flops), *ends), rel=0.012)


def test_what_is_a_range_over_sizes_or_budgets_says_so():
    rows = {row.study: row for row in data.splits("ratio")}
    over = [study for study, row in rows.items() if row.interval.startswith("from ")]
    assert over == [study for study in rows if study.startswith(("Hoffmann", "nanochat"))]
    first = rows["Hoffmann, approach 1"]  # FLOP of 67 billion, tokens of 10 trillion parameters
    assert first.value == pytest.approx(5.76e23 / 6 / 67e9**2, abs=0.05)
    assert first.high == pytest.approx(216.2e12 / 10e12, abs=0.05)


def test_an_unknown_figure_is_answered():
    with pytest.raises(ValueError, match="figure is 'stairs', but must be one of exponent"):
        data.splits("stairs")


def test_intervals_hold_or_do_not(ax):
    drawing = chinchilla.Intervals(data.splits("exponent"), "a", (0.4, 0.8), chinchilla.tenfold)
    _, sentence = drawn(ax, drawing, at=0.5)
    assert next(text.get_text() for text in ax.get_yticklabels()) == "Kaplan 2020"
    assert "3.2 times the size and 3.2 times the tokens" in sentence
    assert "lies in 3 of 4 ranges: Hoffmann 2022, approach 1; " in sentence
    assert "0 of 4 ranges." in drawing.foreground(ax, at=0.73)
    assert "Hoffmann 2022, approach 3" not in drawing.foreground(ax, at=0.46)


def test_a_ratio_says_what_it_wastes():
    assert chinchilla.per_param(192) == (
        "190 tokens per parameter waste 37.7 % of 5.76e23 FLOP by the refit."
    )
    wasted = [
        float(chinchilla.per_param(r).split("waste ")[1].split(" %")[0]) for r in (18.4, 40, 192)
    ]
    assert wasted[0] == 0 and wasted[1] == 5.2 and wasted == sorted(wasted)


# Rounding ----------------------------------------------------------------------------------------


def test_a_step_of_an_exponent_moves_the_split(ax):
    lines, sentence = drawn(
        ax, chinchilla.Rounded(), start="Hoffmann, unrounded", d_alpha=0.005, d_beta=0
    )
    moved = laws.Chinchilla(TEX.E, TEX.A, TEX.B, TEX.alpha + 0.005, TEX.beta, "")
    assert is_at(lines[1], 5.76e23, ratio(moved, 5.76e23))
    assert (
        "83 tokens for each; before it was 59" in sentence and "alpha 0.3442 (+0.005)" in sentence
    )


def test_beta_moves_it_too(ax):
    _, sentence = drawn(ax, chinchilla.Rounded(), start="the refit", d_alpha=0, d_beta=-0.005)
    assert "26 tokens for each; before it was 18" in sentence and "beta 0.3608 (-0.005)" in sentence


def test_without_a_step_nothing_moves(ax):
    lines, sentence = drawn(ax, chinchilla.Rounded(), start="the refit", d_alpha=0, d_beta=0)
    assert lines[0][1] == pytest.approx([ratio(REFIT, c) for c in lines[0][0]])
    assert "18 tokens for each; before it was 18" in sentence


# Three approaches ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ways():
    shares = np.geomspace(0.01, 1, 20)
    curves = {
        run.run: np.column_stack([run.tokens * shares, run.loss * shares**-0.1]) for run in SMALL
    }
    return chinchilla.ThreeWays(SMALL, curves, draws=12)


def test_the_parabolas_are_those_of_our_own_pictures(ways):
    found, fit = ways.found(ways.WAYS[1], "without embeddings"), own_runs.lowest_points(SMALL)
    assert (found.a, found.k) == pytest.approx((fit.a, fit.coefficient))
    assert found.sizes == pytest.approx(fit.params)


def test_the_fitted_law_is_the_fit_of_the_same_runs(ways):
    runs = own_runs.grid(SMALL)
    fit = fits.fit_chinchilla(*zip(*((r.params, r.tokens, r.loss) for r in runs)))
    found = ways.found(ways.WAYS[2], "without embeddings")
    assert found.a == pytest.approx(fit.law.a)
    assert found.k * 1e12**found.a == pytest.approx(fit.law.optimum(1e12)[0])
    assert found.a == pytest.approx(LAW.a, abs=0.08), "made-up runs give their law back"


def test_the_curves_count_from_a_quarter_of_each_run(ways):
    found = ways.found(ways.WAYS[0], "by what a byte costs")
    assert 0.25 <= found.flops.min() / 3e10 <= 0.32 and found.flops.max() <= 1e12 * 1.01
    assert set(np.round(found.sizes)) <= {round(chinchilla.by_cost(run)) for run in SMALL}


def test_one_bootstrap_serves_all_three(ways):
    assert ways.drawn.sum(axis=1).tolist() == [len(SMALL)] * 12
    for way in ways.WAYS:
        low, high = ways.found(way, "without embeddings").interval()
        assert low <= high and len(ways.found(way, "without embeddings").draws) <= 12


def test_three_ways_on_the_axes(ax, ways):
    lines, sentence = drawn(ax, ways, way=ways.WAYS[1], count="with embeddings")
    found = ways.found(ways.WAYS[1], "with embeddings")
    assert lines[0][1] == pytest.approx(found.k * lines[0][0] ** found.a)
    assert lines[1][0] == pytest.approx(found.flops)
    assert f"C to the {found.a:.2f}" in sentence and "with embeddings" in sentence


def test_fewer_embeddings_counted_means_a_larger_exponent(ways):
    least, middle, most = (ways.found(ways.WAYS[2], count).a for count in
                           ("with embeddings", "by what a byte costs", "without embeddings"))  # fmt: skip
    assert least < most and middle < most


# Counting and doubling ----------------------------------------------------------------------------


def test_counting_his_way_is_the_best_split_of_his_compute():
    flops, tokens = chinchilla.counted_his_way(REFIT, 1e7)
    sizes = np.geomspace(1e6, 1e8, 4001)
    total = sizes + 47_491 * np.cbrt(sizes)
    losses = REFIT.loss(total, flops / 6 / sizes)
    assert sizes[losses.argmin()] == pytest.approx(1e7, rel=0.01)
    assert tokens == pytest.approx(flops / 6e7)


def test_counted(ax):
    lines, sentence = drawn(ax, chinchilla.Counted(REFIT), params=1e7)
    assert lines[0][1][0] == pytest.approx(0.85, abs=0.01)
    assert "10 million more" in sentence and "0.513 everywhere" in sentence
    assert chinchilla.Counted(REFIT).local(1e12) == pytest.approx(REFIT.a, abs=0.002)


@pytest.mark.parametrize("params, tokens, best, said", [
    (175e9, 3e11, "twice the tokens", "0.013 by twice the parameters, 0.030 by"),
    (70e9, 1.4e12, "1.41 times each", "0.017 by twice the parameters, 0.017 by"),
    (8e9, 15e12, "twice the parameters", "0.037 by twice the parameters, 0.007 by"),
])  # fmt: skip
def test_what_to_double(ax, params, tokens, best, said):
    _, sentence = drawn(ax, chinchilla.Doubled(REFIT, DRAWS), params=params, tokens=tokens)
    assert sentence.endswith(f"best {best}.") and said in sentence
    assert [patch.get_width() for patch in ax.patches] == pytest.approx(
        chinchilla.Doubled(REFIT, DRAWS).gains(REFIT, params, tokens)
    )
