"""Chapter 03: the costs of a lifetime, and what its pictures show."""

import numpy as np
import pytest
from drawing import ax, drawn, is_at  # noqa: F401

from helpers import cost, data, laws
from pictures import over_training

REFIT, TEX, DRAWS = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.refit_draws()
ROWS, CHIP = data.models(), data.named(data.accelerators(), "H100 SXM")
LOSS = REFIT.loss(13e9, REFIT.optimal_tokens(13e9))


# Costs


@pytest.mark.parametrize("law", [REFIT, TEX, laws.MUENNIGHOFF])
@pytest.mark.parametrize("served", [0.0, 1e10, 2e12, 1e15])
def test_the_best_for_a_lifetime_is_what_brute_force_finds(law, served):
    loss = law.loss(13e9, law.optimal_tokens(13e9))
    params, tokens = cost.best_for_lifetime(law, loss, served)
    assert law.loss(params, tokens) == pytest.approx(loss, rel=1e-9)
    sizes = params * np.geomspace(0.5, 2, 20_001)
    enough = np.ma.filled(law.tokens_for_loss(sizes, loss), np.inf)
    life = 6 * sizes * enough + 2 * sizes * served
    assert sizes[np.argmin(life)] == pytest.approx(params, rel=1e-3)
    size, text = law.alpha * law.A / params**law.alpha, law.beta * law.B / tokens**law.beta
    assert size / text == pytest.approx(1 + served / (3 * tokens), rel=1e-6)
    assert cost.demand_it_fits(law, params, tokens) == pytest.approx(served, rel=1e-5, abs=1e6)


def test_without_serving_it_is_the_compute_optimal_model():
    assert cost.best_for_lifetime(REFIT, LOSS, 0) == pytest.approx(
        (13e9, REFIT.optimal_tokens(13e9))
    )
    assert cost.demand_it_fits(REFIT, *REFIT.optimum(1e24)) == pytest.approx(0, abs=1e6)
    assert cost.demand_it_fits(REFIT, 280e9, 300e9) < 0


def test_more_demand_a_smaller_model_on_more_tokens():
    params, tokens = cost.best_for_lifetime(REFIT, LOSS, np.logspace(9, 18, 30))
    assert (np.diff(params) < 0).all() and (np.diff(tokens) > 0).all()
    assert params.min() > 13e9 * cost.smallest_share(REFIT)


def test_laws_that_are_arrays_and_demands_that_are_columns_broadcast():
    params, _ = cost.best_for_lifetime(DRAWS, 2.1, np.array([[1e12], [1e13]]))
    alone = laws.Chinchilla(
        *(getattr(DRAWS, c)[7] for c in ("E", "A", "B", "alpha", "beta")), "one"
    )
    assert params.shape == (2, 500)
    assert params[1, 7] == pytest.approx(cost.best_for_lifetime(alone, 2.1, 1e13)[0])


@pytest.mark.parametrize("loss, served, words", [
    (1.8, 1e12, "loss is 1.8, but must be above 1.8172, the irreducible loss E"),
    (2.0, -1.0, "served_tokens is -1, but must be 0 or a positive number"),
    (float("nan"), 1e12, "loss is nan"),
])  # fmt: skip
def test_impossible_lives_are_refused(loss, served, words):
    with pytest.raises(ValueError, match=words):
        cost.best_for_lifetime(REFIT, loss, served)


def test_equal_loss_is_the_same_at_every_scale_and_ends_at_the_wall():
    for loss in (1.9, 2.1, 2.6):
        flops = REFIT.flops_for_loss(loss)
        params, _ = REFIT.optimum(flops)
        for share in (0.2, 0.5, 3.0):
            spent = 6 * share * params * REFIT.tokens_for_loss(share * params, loss)
            assert spent / flops == pytest.approx(cost.compute_at_equal_loss(REFIT, share))
        wall = cost.smallest_share(REFIT)
        assert REFIT.best_loss(wall * params) == pytest.approx(loss)
    with pytest.raises(ValueError, match="share is 0.14, but must be above 0.1464"):
        cost.compute_at_equal_loss(REFIT, 0.14)
    assert cost.compute_at_equal_loss(REFIT, np.array([0.14, 1.0])).mask.tolist() == [True, False]


def test_the_published_example_of_blog_and_paper():
    printed = [
        cost.compute_at_equal_loss(laws.CHINCHILLA_PRINTED, f) - 1 for f in (0.75, 0.5, 0.3, 0.25)
    ]
    assert printed == pytest.approx([0.028, 0.208, 1.055, 1.886], abs=1e-3)  # de Vries 2023
    tokens = TEX.optimal_tokens(13e9)
    best = cost.best_for_lifetime(TEX, TEX.loss(13e9, tokens), 2e12)
    saved = cost.lifetime_flops(13e9, tokens, 2e12) - cost.lifetime_flops(*best, 2e12)
    assert saved == pytest.approx(1.63e22, rel=5e-3)  # the paper: 1.7e22


def test_writing_is_bound_by_memory_until_the_batch_is_large():
    speed = [
        cost.tokens_per_second(8e9, batch, 131072, 1, 400e12, 3.35e12)
        for batch in (1, 10, 1e4, 1e5)
    ]
    assert speed[1] / speed[0] == pytest.approx(10, rel=1e-3), "one reading of the weights for all"
    assert speed[3] == pytest.approx(400e12 / 16e9, rel=1e-3), "the arithmetic is the limit"
    fast = cost.tokens_per_second(8e9, 1, 131072, 1, 400e12, 3.35e12, bytes_per_param=1)
    assert fast == pytest.approx(2 * speed[0], rel=1e-3)
    assert cost.most_conversations(70e9, 327680, 4000, 80e9) < 0, "one chip cannot hold its weights"
    assert cost.price_per_million(1e6 / 3600, 2.0) == pytest.approx(2.0)


@pytest.mark.parametrize("call", [
    lambda: cost.serving_flops(-1, 1), lambda: cost.lifetime_flops(1, 0, 1), lambda: cost.kv_bytes(0, 8, 128),
    lambda: cost.most_conversations(8e9, 131072, 0, 80e9), lambda: cost.price_per_million(0, 2),
    lambda: cost.tokens_per_second(8e9, 0, 1, 1, 1, 1), lambda: cost.demand_it_fits(REFIT, "8B", 1e12),
])  # fmt: skip
def test_nonsense_is_refused_in_a_sentence(call):
    with pytest.raises(ValueError, match=r" is .*, but must be .*positive"):
        call()


# Pictures


def test_two_bills_meet_at_three_times_the_tokens(ax):
    lines, sentence = drawn(ax, over_training.Bills(ROWS), model="Chinchilla", served=4.2e12)
    assert any(is_at(line, 4.2e12, 5.88e23) for line in lines)
    assert any(is_at(line, 4.2e12, 2 * 5.88e23) for line in lines)
    assert "1.0 times as much" in sentence and "equal at 4.2 trillion" in sentence


def test_equal_loss_has_both_laws_and_says_where_nothing_helps(ax):
    picture = over_training.EqualLoss(REFIT, DRAWS, other=TEX)
    lines, sentence = drawn(ax, picture, share=0.5)
    assert any(is_at(line, 0.5, cost.compute_at_equal_loss(REFIT, 0.5)) for line in lines)
    assert any(is_at(line, 0.5, cost.compute_at_equal_loss(TEX, 0.5)) for line in lines)
    assert "1.26 times by the refit (four refits out of five: 1.25 to 1.28), 1.21 times" in sentence
    for share, words in ((0.1, "no compute is enough by the refit"), (0.1, "over 1,000 times by H"),
                         (0.15, "no compute is enough for 34 % of the refits"), (0.09, "no compute is enough by H")):  # fmt: skip
        assert words in picture.foreground(ax, share), share


def test_a_lifetime_puts_its_lowest_point_on_the_curve(ax):
    picture = over_training.Lifetime(REFIT, DRAWS)
    lines, sentence = drawn(ax, picture, params=13e9, served=2e12)
    size, tokens, saved = picture.plan(REFIT, 13e9, 2e12)
    assert any(is_at(line, size / 13e9, 1 - saved) for line in lines)
    curve = next(y for x, y in lines if len(x) > 100)
    assert curve.min() == pytest.approx(1 - saved, rel=1e-3)
    assert saved == pytest.approx(0.29, abs=1e-3) and tokens / size == pytest.approx(121, abs=0.5)
    assert "saves 29 %" in sentence and "5.6 billion to 6.6 billion" in sentence
    assert "saves 0 %" in picture.foreground(ax, 1e12, 1e10)


def test_history_places_models_by_month_and_names_their_demand(ax):
    picture = over_training.History(REFIT, DRAWS, ROWS)
    lines, sentence = drawn(ax, picture, model="Llama 3 8B")
    assert any(is_at(line, 2024 + 3.5 / 12, 1875) for line in lines)
    assert (
        "190 trillion tokens are served" in sentence and "150 trillion to 260 trillion" in sentence
    )
    assert "too large even if it never served" in picture.foreground(ax, "MT-NLG 530B")
    assert "none to 1.2 trillion" in picture.foreground(ax, "Chinchilla")
    for model in over_training.FAMOUS:
        assert picture.foreground(ax, model).startswith(model)


def test_metas_table_counts_wins(ax):
    picture = over_training.Versus(data.llama_scores())
    lines, sentence = drawn(ax, picture, older="Llama 2 70B")
    assert "wins 1 of 11 as a base model (on average -5.9" in sentence and "5 of 5" in sentence
    assert len(lines[0][0]) == 16 and ax.get_yticklabels()[-1].get_text() == "MMLU"
    top = picture.scores[-1]
    assert (top.kind, top.llama3_8b, top.llama2_70b) == ("base", 66.6, 69.7) and lines[0][0][
        -1
    ] == 69.7
    assert "wins 9 of 11" in picture.foreground(ax, "Llama 2 13B")


def test_prices_end_where_the_memory_is_full(ax):
    picture = over_training.Price(CHIP)
    lines, sentence = drawn(ax, picture, context=4000.0, gpus=2, dollars=2.0)
    many, price = picture.line(70e9, 4000, 2, 2.0)
    assert many[-1] == 15 and any(is_at(line, 15, price[-1]) for line in lines)
    assert (
        (np.diff(price) < 0).all() and "16 times as much" in sentence and "8.75 times" in sentence
    )
    assert picture.line(70e9, 4000, 2, 4.0)[1] == pytest.approx(2 * price)
    assert "2.6 times as much" in picture.foreground(ax, 4000.0, 8, 2.0)
    for context in (500.0, 32000.0):
        drawn(ax, picture, context=context, gpus=2, dollars=10.0)


OURS = over_training.OwnEqualLoss(data.own_runs(), draws=40)


def test_own_runs_between_two_budgets(ax):
    found = OURS.measured(2.0)
    for (budgets, losses), flops in zip(OURS.tracks, found):
        if np.isfinite(flops):
            assert (budgets[losses > 2.0] <= flops).all() and (budgets[losses < 2.0] >= flops).all()
        else:
            assert losses.min() > 2.0 or losses.max() < 2.0
    exact = OURS.tracks[5][1][2]
    assert OURS.measured(exact)[5] == pytest.approx(OURS.tracks[5][0][2])
    lines, sentence = drawn(ax, OURS, loss=2.0)
    assert "13.8 K parameters, 2.3e11 FLOP" in sentence and "3.46 K did not reach it" in sentence
    assert any(is_at(line, 13824, np.nanmin(found)) for line in lines)


def test_the_law_of_the_own_runs_is_its_own_inverse():
    law = OURS.fit.law
    flops = OURS.by_law(law, 2.0)[:, 0]
    able = np.isfinite(flops)
    tokens = flops[able] / OURS.per_byte[able]
    assert law.loss(OURS.sizes[able], tokens) == pytest.approx(2.0)
    assert (law.best_loss(OURS.sizes[~able]) > 2.0).all()


def test_the_planner_regrets_nothing_when_it_is_right(ax):
    picture = over_training.Planner(REFIT, DRAWS, CHIP, mfu=0.4, serving_mfu=0.1)
    run = picture.plan(13e9, 2e12)
    wrong = picture.regret(REFIT, run, np.logspace(9, 17, 33))
    assert picture.regret(REFIT, run, 2e12) == pytest.approx(0, abs=1e-9) and (wrong > -1e-9).all()
    assert REFIT.loss(*run) == pytest.approx(LOSS)
    sentence = drawn(ax, picture, params=13e9, served=2e12, dollars=2.0)[1]
    assert "35 % (26 % to 50 %)" in sentence and "25 % (17 % to 32 %)" in sentence
    training, serving_bill = picture.bills(run, 2e12, 2.0)
    hours = 6 * run[0] * run[1] / (0.4 * CHIP.bf16_flop_per_s) / 3600
    assert training == pytest.approx(2 * hours)
    assert serving_bill == pytest.approx(
        2 * 2 * run[0] * 2e12 / (0.1 * CHIP.bf16_flop_per_s) / 3600
    )
    same = over_training.Planner(REFIT, DRAWS, CHIP, mfu=0.4, serving_mfu=0.4)
    assert same.plan(13e9, 8e12) == pytest.approx(run)


def test_the_order_of_demands_is_what_the_refit_says():
    demands = [
        cost.demand_it_fits(REFIT, m.active_params, m.tokens)
        for m in (data.named(ROWS, name) for name in data.question("over-order-demand")["answer"])
    ]
    assert sorted(demands) == demands and demands[0] < 0 < demands[1]
