"""The pictures of our own runs, on made-up runs whose law is known."""

import json
import math

import numpy as np
import pytest
from drawing import ax, drawn, is_at  # noqa: F401

from helpers import data, fits, laws, own_runs, units
from pictures import train_your_own

LAW = laws.Chinchilla(0.9, 14.0, 90.0, 0.28, 0.34, "made up")
SHAPES = [
    (8, 1),
    (8, 2),
    (12, 2),
    (16, 2),
    (24, 2),
    (32, 2),
    (32, 3),
    (48, 3),
    (64, 3),
    (80, 4),
    (96, 5),
]
PLACES = {3e10: (0, 7), 1e11: (0, 8), 3e11: (1, 9), 1e12: (2, 10), 3e12: (4, 11), 1e13: (5, 11)}


def made(kind, budget, width, layers, loss=None, seed=0, scatter=0.004):
    """A run whose loss is the law's in non-embedding parameters, with a little noise."""
    exact = laws.training_flops_per_token(layers, width, 64, 256)
    params, tokens = laws.transformer_params(layers, width), budget / exact
    noise = np.random.default_rng([int(budget), width, layers, seed]).normal(0, scatter)
    empty = dict.fromkeys(data.ROWS["own_runs"]._fields, 0.0)
    known = {"run": f"{kind} {budget} {width}x{layers} {seed}", "kind": kind, "budget": budget,
             "d_model": width, "n_layer": layers, "seed": seed, "params": params, "tokens": tokens,
             "params_total": params + 576 * width, "flops": budget, "loss_std_error": 0.02,
             "learning_rate": 0.01, "loss": loss or LAW.loss(params, tokens) + noise}  # fmt: skip
    return data.ROWS["own_runs"](**(empty | known))


def sweep():
    runs = []
    for budget, (first, last) in PLACES.items():
        for width, layers in SHAPES[first:last]:
            runs.append(made("grid", budget, width, layers))
            if budget <= 1e12:  # a rate that is too low for small models
                untuned = runs[-1].loss + 1.5 * width**-0.7
                runs.append(made("untuned", budget, width, layers, loss=untuned))
        runs += [made("seed", budget, 32, 2, seed=seed) for seed in (1, 2)]
    return runs


RUNS = sweep()
TARGET = next(run for run in own_runs.grid(RUNS) if run.budget == 1e13 and run.d_model == 64)


@pytest.fixture(scope="module")
def shop():
    return train_your_own.Shop(RUNS, TARGET, purse=1.5e13)


def test_valley_marks_the_best_run_and_the_lowest_point_of_its_parabola(ax):
    lines, sentence = drawn(ax, train_your_own.Valley(RUNS), budget=1e12, count="params")
    here = [run for run in own_runs.grid(RUNS) if run.budget == 1e12]
    best = min(here, key=lambda run: run.loss)
    assert f"{best.loss:.3f} nats per byte" in sentence
    lowest = lines[-1][0][0]
    place = here.index(best)
    assert here[place - 1].params < lowest < here[place + 1].params
    shown = [
        line
        for line in lines
        if len(line[0]) == len(here) and (line[0] == [r.params for r in here]).all()
    ]
    assert any(line[1] == pytest.approx([run.loss for run in here]) for line in shown)


def test_counting_the_embeddings_moves_every_run_to_the_right(ax):
    drawing = train_your_own.Valley(RUNS)
    without, _ = drawn(ax, drawing, budget=3e11, count="params")
    with_, _ = drawn(ax, drawing, budget=3e11, count="params_total")
    for a, b in zip(without[:6], with_[:6]):
        assert (b[0] > a[0]).all() and (b[1] == a[1]).all()


def test_a_parabola_takes_the_five_sizes_around_the_best():
    near = own_runs.around_the_best(RUNS, 1e12)
    assert len(near) == 5 and near[2] == min(near, key=lambda run: run.loss)


def test_lowest_points_name_the_budgets_that_have_none():
    steep = [made("grid", 1e14, *shape, loss=3 - 0.2 * k) for k, shape in enumerate(SHAPES[4:])]
    fit = own_runs.lowest_points(RUNS + steep)
    assert any("1e+14" in sentence for sentence in fit.left_out)
    assert not any("1e+12" in sentence for sentence in fit.left_out)


def test_two_rates_shows_both_valleys_and_the_best_run_of_each(ax):
    drawing = train_your_own.TwoRates(RUNS)
    lines, sentence = drawn(ax, drawing, budget=3e11)
    for kind, line, mark in (("grid", lines[0], lines[1]), ("untuned", lines[2], lines[3])):
        here = [run for run in own_runs.grid(RUNS, kind) if run.budget == 3e11]
        best = min(here, key=lambda run: run.loss)
        assert line[0] == pytest.approx([run.params for run in here])
        assert line[1] == pytest.approx([run.loss for run in here])
        assert is_at(mark, best.params, best.loss) and f"{best.loss:.3f}" in sentence
    assert drawing.budgets == [3e10, 1e11, 3e11, 1e12]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["learning rate tuned for each width", "learning rate 0.001 for every size"]


def test_the_shop_sells_what_the_plan_says(shop):
    assert shop.budgets == [3e10, 1e11, 3e11, 1e12, 3e12]
    every = shop.bought(1e12, "all sizes")
    assert every == [run for run in own_runs.grid(RUNS) if run.budget <= 1e12]
    middle = shop.bought(3e12, "the three in the middle")
    assert [sum(run.budget == budget for run in middle) for budget in shop.budgets] == [3] * 5
    assert shop.price(1e12, "all sizes") == pytest.approx(sum(run.flops for run in every))
    assert not any(run.budget >= TARGET.budget for plan in shop.plans for run in shop.bought(*plan))


def test_the_shop_bets_as_the_fit_does_and_only_within_the_purse(shop, ax):
    lines, sentence = drawn(ax, shop, dearest=1e12, sizes="all sizes")
    basket = shop.bought(1e12, "all sizes")
    fit = fits.fit_chinchilla(*zip(*((run.params, run.tokens, run.loss) for run in basket)))
    guess, _, (low, high) = fits.predict(fit, TARGET.params, TARGET.tokens, n=200)
    assert f"bets on {guess:.3f}" in sentence and f"between {low:.3f} and {high:.3f}" in sentence
    assert is_at(lines[-1], shop.price(1e12, "all sizes"), guess)
    assert abs(guess - LAW.loss(TARGET.params, TARGET.tokens)) < 0.03
    assert f"{TARGET.loss:.3f}" not in sentence  # not before it is asked for
    assert all(shop.price(*plan) <= shop.purse for plan in shop.bets)
    dear = next(plan for plan in shop.plans if plan not in shop.bets)
    _, sentence = drawn(ax, shop, dearest=dear[0], sizes=dear[1])
    assert "too dear, the purse holds 1.5e13" in sentence


def test_every_budget_of_the_menu_has_a_plan_that_is_not_too_dear(ax):
    book = json.loads((data.FOLDER.parent / "notebooks/06_train_your_own.ipynb").read_text("utf-8"))
    cells = ("".join(cell["source"]) for cell in book["cells"])
    cell = next(cell for cell in cells if "dearest = {" in cell)
    known = {
        "runs": data.own_runs(),
        "train_your_own": train_your_own,
        "own_runs": own_runs,
        "units": units,
    }
    exec(cell.split("live.Live")[0], known)
    shop = known["shop"]
    for dearest in known["dearest"].values():
        prices = [shop.price(dearest, sizes) for sizes in shop.SIZES]
        assert min(prices) <= shop.purse
        for sizes, price in zip(shop.SIZES, prices):
            _, sentence = drawn(ax, shop, dearest=dearest, sizes=sizes)
            assert ("too dear" in sentence) == (price > shop.purse), sentence


def test_the_shop_shows_the_truth_when_asked(shop, ax):
    lines, sentence = drawn(ax, shop, dearest=1e12, sizes="all sizes", truth=True)
    assert f"The run gave {TARGET.loss:.3f}" in sentence
    assert any((line[1] == TARGET.loss).all() for line in lines)
    bet = shop.bets[1e12, "all sizes"]
    assert ("inside" in sentence) == (bet.low <= TARGET.loss <= bet.high)
    assert f"off by {bet.guess - TARGET.loss:+.3f} nats" in sentence


def test_opening_compares_both_bets_with_the_run():
    fit = fits.fit_chinchilla(
        *zip(*((r.params, r.tokens, r.loss) for r in own_runs.grid(RUNS) if r.budget < 1e13))
    )
    said = train_your_own.opened(
        TARGET, fit, TARGET.loss + 0.1, TARGET.loss + 0.01, TARGET.loss + 0.2
    )
    share = 0.1 / (TARGET.loss - fit.law.E)
    assert f"You said {TARGET.loss + 0.1:.3f}, off by +0.100 nats, {share:.0%} of the" in said
    assert said.endswith("misses it.")
    assert train_your_own.opened(TARGET, fit, 1.0, 0.5, 9.0).endswith("holds it.")


def test_a_law_whose_floor_was_crossed_hears_so():
    assert train_your_own.missed(TARGET.loss + 0.2, TARGET, TARGET.loss - 0.4).endswith(
        "50% of the reducible loss"
    )
    crossed = train_your_own.missed(TARGET.loss + 0.2, TARGET, TARGET.loss + 0.1)
    assert "is above what the run reached" in crossed and "+0.200 nats" in crossed


def test_noise_between_seeds_is_the_standard_deviation_of_runs_alike():
    pairs = [made("grid", 1e11, 8, 1, loss=2.0), made("seed", 1e11, 8, 1, loss=2.1, seed=1),
             made("seed", 1e11, 8, 1, loss=1.9, seed=2), made("grid", 1e11, 8, 2, loss=9.0)]  # fmt: skip
    assert own_runs.seed_spread(pairs) == pytest.approx(0.1)
    assert 0.001 < own_runs.seed_spread(RUNS) < 0.008


def test_your_own_run_stands_beside_the_shipped_ones(ax):
    drawing = train_your_own.Yours(RUNS)
    params, tokens, bet = drawing.bet(20)
    assert params == 12 * 2 * 20**2
    assert tokens * laws.training_flops_per_token(2, 20, 64, 256) == pytest.approx(1e11)
    assert bet == pytest.approx(LAW.loss(params, tokens), abs=0.02)
    row = {
        "d_model": 20,
        "params": params,
        "loss": bet + 0.05,
        "learning_rate": 0.01,
        "seconds": 31.2,
    }
    assert f"off by {-0.05:+.3f}" in drawing.add(row | {"note": ""}) and len(drawing.yours) == 1
    assert "Try a lower learning rate" in drawing.add(
        row | {"note": "the loss stopped", "loss": ""}
    )
    lines, sentence = drawn(ax, drawing, width=20, rate=0.01)
    assert len(drawing.yours) == 1 and any(is_at(line, params, bet + 0.05) for line in lines)
    assert "9,600 parameters" in sentence and f"bets on {bet:.2f}" in sentence


def test_losses_of_a_byte_stay_below_the_uniform_guess():
    assert all(run.loss < math.log(256) for run in RUNS)
