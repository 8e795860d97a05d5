"""Chapter 03: the costs of a lifetime, and what its pictures show."""

import functools
from dataclasses import replace

import numpy as np
import pytest
from cells import functions_of
from drawing import ax, is_at, marks  # noqa: F401

from helpers import cost, data, fits, laws
from pictures import over_training
from training import own_runs

REFIT, TEX = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED
LOSS = REFIT.loss(13e9, REFIT.optimal_tokens(13e9))
draws, rows = functools.cache(laws.refit_draws), functools.cache(data.models)


def of_chapter(*names):
    """Functions that the cells of the chapter define."""
    found = [functions_of("03_over_training")[name] for name in names]
    return found if len(found) > 1 else found[0]


def written(params, context, batch, gpus):
    """Tokens a second for a batch: the slower of computing and reading counts."""
    return batch / np.maximum(*of_chapter("step_seconds")(params, context, batch, gpus))


@functools.cache
def h100():
    return data.named(data.accelerators(), "H100 SXM")


# Costs


@pytest.mark.parametrize("law", [REFIT, TEX, laws.MUENNIGHOFF])
@pytest.mark.parametrize("served", [0.0, 1e10, 2e12, 1e15])
def test_the_best_for_a_lifetime_is_what_brute_force_finds(law, served):
    loss = law.loss(13e9, law.optimal_tokens(13e9))
    params, tokens = over_training.best_for_lifetime(law, loss, served)
    assert law.loss(params, tokens) == pytest.approx(loss, rel=1e-9)
    sizes = params * np.geomspace(0.5, 2, 20_001)
    enough = np.ma.filled(law.tokens_for_loss(sizes, loss), np.inf)
    life = 6 * sizes * enough + 2 * sizes * served
    assert sizes[np.argmin(life)] == pytest.approx(params, rel=1e-3)
    size, text = law.alpha * law.A / params**law.alpha, law.beta * law.B / tokens**law.beta
    assert size / text == pytest.approx(1 + served / (3 * tokens), rel=1e-6)
    assert over_training.demand_it_fits(law, params, tokens) == pytest.approx(
        served, rel=1e-5, abs=1e6
    )


def test_the_smallest_share_is_where_endless_tokens_reach_the_same_loss():
    for law in (REFIT, laws.CHINCHILLA_PRINTED, laws.MUENNIGHOFF):
        params, tokens = law.optimum(1e23)
        smallest = params * over_training.smallest_share(law)
        assert law.best_loss(smallest) == pytest.approx(law.loss(params, tokens))


@pytest.mark.parametrize("law", [REFIT, laws.CHINCHILLA_PRINTED], ids=["refit", "printed"])
def test_the_best_for_a_lifetime_has_its_loss_and_its_balance(law):
    for loss in (1.9, 2.2, 3.0):
        for served in (0, 1e9, 1e12, 1e15, 1e18):
            params, tokens = over_training.best_for_lifetime(law, loss, served)
            assert law.loss(params, tokens) == pytest.approx(loss, rel=1e-12)
            balance = law.alpha * law.A / params**law.alpha / (law.beta * law.B / tokens**law.beta)
            assert balance == pytest.approx(1 + served / (3 * tokens), rel=1e-9)
            back = over_training.demand_it_fits(law, params, tokens)
            assert back == pytest.approx(served, rel=1e-6, abs=1e-6 * tokens)


def test_a_loss_that_no_model_has_is_refused_with_E():
    law = laws.CHINCHILLA_OPTIMUM
    for loss in (law.E, 1.5, [2.0, 1.5]):
        with pytest.raises(ValueError, match=r"must be above 1\.81722, the irreducible loss E"):
            over_training.best_for_lifetime(law, loss, 1e12)


def test_without_serving_it_is_the_compute_optimal_model():
    assert over_training.best_for_lifetime(REFIT, LOSS, 0) == pytest.approx(
        (13e9, REFIT.optimal_tokens(13e9))
    )
    assert over_training.demand_it_fits(REFIT, *REFIT.optimum(1e24)) == pytest.approx(0, abs=1e6)
    assert over_training.demand_it_fits(REFIT, 280e9, 300e9) < 0


def test_more_demand_a_smaller_model_on_more_tokens():
    params, tokens = over_training.best_for_lifetime(REFIT, LOSS, np.logspace(9, 18, 30))
    assert (np.diff(params) < 0).all() and (np.diff(tokens) > 0).all()
    assert params.min() > 13e9 * over_training.smallest_share(REFIT)


def test_laws_that_are_arrays_and_demands_that_are_columns_broadcast():
    params, _ = over_training.best_for_lifetime(draws(), 2.1, np.array([[1e12], [1e13]]))
    alone = laws.Chinchilla(*(getattr(draws(), name)[7] for name in fits.NAMES), "one")
    assert params.shape == (2, 500)
    assert params[1, 7] == pytest.approx(over_training.best_for_lifetime(alone, 2.1, 1e13)[0])


@pytest.mark.parametrize("loss, served, words", [
    (1.8, 1e12, "loss is 1.8, but must be above 1.8172, the irreducible loss E"),
    (2.0, -1.0, "served_tokens is -1, but must be 0 or a positive number"),
    (float("nan"), 1e12, "loss is nan"),
])  # fmt: skip
def test_impossible_lives_are_refused(loss, served, words):
    with pytest.raises(ValueError, match=words):
        over_training.best_for_lifetime(REFIT, loss, served)


def test_equal_loss_is_the_same_at_every_scale_and_ends_at_the_wall():
    compute_at_equal_loss = of_chapter("compute_at_equal_loss")
    for loss in (1.9, 2.1, 2.6):
        flops = REFIT.flops_for_loss(loss)
        params, _ = REFIT.optimum(flops)
        for share in (0.2, 0.5, 3.0):
            spent = 6 * share * params * REFIT.tokens_for_loss(share * params, loss)
            assert spent / flops == pytest.approx(
                compute_at_equal_loss(REFIT.alpha, REFIT.beta, share)
            )
        wall = over_training.smallest_share(REFIT)
        assert REFIT.best_loss(wall * params) == pytest.approx(loss)
    just_above = compute_at_equal_loss(REFIT.alpha, REFIT.beta, wall * (1 + 1e-9))
    assert just_above > 1e6, "no number of tokens is enough at the wall"


def test_the_published_example_of_blog_and_paper():
    compute_at_equal_loss, plan = of_chapter("compute_at_equal_loss", "plan")
    law = replace(laws.CHINCHILLA_PRINTED, alpha=0.336, beta=0.283)  # both took these
    found = [compute_at_equal_loss(law.alpha, law.beta, f) - 1 for f in (0.75, 0.5, 0.3, 0.25)]
    assert found == pytest.approx([0.03, 0.20, 1.0, 1.88], abs=0.06)  # de Vries 2023
    size, _, saved = plan(law, 13e9, 2e12)
    whole = of_chapter("lifetime_flops")(13e9, law.optimal_tokens(13e9), 2e12)
    assert (round(size / 1e9), round(saved * whole / 1e22, 1), round(saved, 2)) == (7, 1.7, 0.17)


def test_a_life_is_six_flop_to_train_and_two_to_serve():
    life = of_chapter("lifetime_flops")
    assert life(70e9, 1.4e12, 0) == pytest.approx(5.88e23)
    assert life(70e9, 1.4e12, 4.2e12) == pytest.approx(2 * 5.88e23), "three times the tokens"


def test_the_cheapest_life_saves_what_the_chapter_says():
    size, tokens, saved = of_chapter("plan")(REFIT, 13e9, 2e12)
    assert REFIT.loss(size, tokens) == pytest.approx(LOSS)
    assert saved == pytest.approx(0.29, abs=1e-3) and tokens / size == pytest.approx(121, abs=0.5)


def test_writing_is_bound_by_memory_until_the_batch_is_large():
    most_conversations = of_chapter("most_conversations")
    alone, ten, large = (written(8e9, 1, batch, 1) for batch in (1, 10, 1e5))
    assert alone == pytest.approx(h100().memory_bandwidth_bytes_per_s / 16e9, rel=1e-3)
    assert ten / alone == pytest.approx(10, rel=1e-3), "one reading of the weights for all"
    assert large == pytest.approx(0.4 * h100().bf16_flop_per_s / 16e9), "arithmetic is the limit"
    assert written(8e9, 1, 1, 2) == pytest.approx(2 * alone), "two chips"
    cached = 131072 * 4000 * 64  # Llama 3.1 8B: 32 layers, 8 heads of 128, 2 bytes, keys and values
    read = (16e9 + cached) / h100().memory_bandwidth_bytes_per_s
    assert written(8e9, 4000, 64, 1) == pytest.approx(64 / read)
    assert [most_conversations(8e9, 4000, 1), most_conversations(70e9, 4000, 2)] == [122, 15]
    assert most_conversations(70e9, 4000, 1) < 0, "one chip cannot hold its weights"
    price = of_chapter("price_per_million")
    assert price(3600 / 1e6, 1, 1, 2.5) == pytest.approx(2.5), (
        "a million tokens an hour cost an hour"
    )
    assert price(3600 / 2e6, 1, 1, 2.5) == pytest.approx(1.25)


def test_prompts_cost_two_flop_a_parameter_and_attention_to_half_of_what_was_read():
    seconds, useful = of_chapter("prompt_seconds"), 0.4 * h100().bf16_flop_per_s
    assert seconds(8e9, 0) == pytest.approx(16e9 / useful)
    more = laws.training_flops_per_token(32, 4096, 4000) - laws.training_flops_per_token(
        32, 4096, 1
    )
    assert (seconds(8e9, 4000) - seconds(8e9, 1)) * useful == pytest.approx(more / 3), (
        "Kaplan's count"
    )


def test_a_fleet_has_the_gpus_for_its_prompts_and_its_answers():
    gpus_for, seconds, most = of_chapter("gpus_for", "prompt_seconds", "most_conversations")
    read, write = gpus_for(1e6, 10, 1500, 400)
    often = 3 * 1e7 / 86_400  # requests a second at the peak
    assert read * 0.75 == pytest.approx(often * 1500 * seconds(70e9, 1500))
    full = most(70e9, 1700, 4)
    assert write * 0.75 * written(70e9, 1700, full, 4) / 4 == pytest.approx(often * 400)
    assert sum(gpus_for(2e6, 10, 1500, 400)) == pytest.approx(2 * (read + write))
    assert gpus_for(1e6, 10, 1500, 400, load=0.5)[0] == pytest.approx(1.5 * read)


def test_a_promise_is_kept_by_the_largest_batch_and_by_none_larger():
    within, steps = of_chapter("batch_within", "step_seconds")
    for context, gpus, promise in ((500, 8, 0.05), (1700, 4, 0.02), (4000, 2, 0.022)):
        batch = within(promise, 70e9, context, gpus)
        assert (
            max(steps(70e9, context, batch, gpus))
            <= promise
            < max(steps(70e9, context, batch + 1, gpus))
        )
    assert within(10, 70e9, 1700, 4) == of_chapter("most_conversations")(70e9, 1700, 4), "memory"
    assert within(0.01, 70e9, 1700, 4) == 0, "reading the weights takes longer"


@pytest.mark.parametrize("call", [
    lambda: cost.serving_flops(-1, 1),
    lambda: over_training.demand_it_fits(REFIT, "8B", 1e12), lambda: over_training.demand_it_fits(REFIT, 8e9, 0),
])  # fmt: skip
def test_nonsense_is_refused_in_a_sentence(call):
    with pytest.raises(ValueError, match=r" is .*, but must be .*positive"):
        call()


def test_nobody_regrets_a_plan_for_the_demand_that_comes():
    regret = of_chapter("regret")
    run = over_training.best_for_lifetime(REFIT, LOSS, 2e12)
    assert regret(REFIT, *run, 2e12) == pytest.approx(0, abs=1e-9)
    assert (regret(REFIT, *run, np.logspace(9, 17, 33)) > -1e-9).all()
    spent, least = (6 * n * d + 2 * n * 2e13 for n, d in (run, over_training.best_for_lifetime(REFIT, LOSS, 2e13)))  # fmt: skip
    assert regret(REFIT, *run, 2e13) == pytest.approx(spent / least - 1)


def test_own_runs_between_two_budgets():
    flops_to_reach, grid = of_chapter("flops_to_reach"), own_runs.grid(data.own_runs())
    for size in {run.params for run in grid}:
        budgets, losses = np.transpose([(r.budget, r.loss) for r in grid if r.params == size])
        flops = flops_to_reach(2.0, size)
        if np.isfinite(flops):
            assert (budgets[losses > 2.0] <= flops).all() and (budgets[losses < 2.0] >= flops).all()
        else:
            assert losses.min() > 2.0 or losses.max() < 2.0
        assert flops_to_reach(losses[-1], size) == pytest.approx(budgets[-1]), "a run itself"


# Pictures


def test_two_bills_meet_at_three_times_the_tokens(ax):
    seen, sentence = marks(ax, over_training.Bills(rows()), model="Chinchilla", served=4.2e12)
    assert is_at(seen["equal"], 4.2e12, 5.88e23) and is_at(seen["here"], 4.2e12, 2 * 5.88e23)
    assert seen["dearer"][0].min() == pytest.approx(4.2e12), "serving has cost more from there on"
    assert "1.0 times as much" in sentence and "equal at 4.2 trillion" in sentence
    (year, _), (month, words) = over_training.SCALES
    assert year == pytest.approx(1e6 * 19_000 * 365) and (month, "2026" in words) == (3.2e15, True)


def test_equal_loss_has_both_laws_and_says_where_nothing_helps(ax):
    factor = of_chapter("compute_at_equal_loss")
    picture = over_training.EqualLoss(REFIT, draws(), factor, other=TEX)
    seen, sentence = marks(ax, picture, share=0.5)
    assert is_at(seen["refit"], 0.5, factor(REFIT.alpha, REFIT.beta, 0.5))
    assert is_at(seen["other"], 0.5, factor(TEX.alpha, TEX.beta, 0.5))
    assert "1.26 times by the refit (four refits out of five: 1.25 to 1.28), 1.21 times" in sentence
    for share, words in ((0.1, "no compute is enough by the refit"), (0.1, "over 1,000 times by H"),
                         (0.15, "no compute is enough for 34 % of the refits"), (0.09, "no compute is enough by H")):  # fmt: skip
        assert words in picture.foreground(ax, share), share


def test_a_lifetime_puts_its_lowest_point_on_the_curve(ax):
    compute_at_equal_loss, plan = of_chapter("compute_at_equal_loss", "plan")
    picture = over_training.Lifetime(REFIT, draws(), compute_at_equal_loss, plan)
    seen, sentence = marks(ax, picture, params=13e9, served=2e12)
    size, _, saved = plan(REFIT, 13e9, 2e12)
    assert is_at(seen["here"], size / 13e9, 1 - saved)
    assert seen["valley"][1].min() == pytest.approx(1 - saved, rel=1e-3)
    assert seen["saved"][1] == pytest.approx([1, 1 - saved]), "from the compute-optimal one down"
    assert "saves 29 %" in sentence and "5.6 billion to 6.6 billion" in sentence
    assert "saves 0 %" in picture.foreground(ax, 1e12, 1e10)


def test_history_places_models_by_month_and_names_their_demand(ax):
    picture = over_training.History(REFIT, draws(), rows())
    seen, sentence = marks(ax, picture, model="Llama 3 8B")
    assert is_at(seen["here"], 2024 + 3.5 / 12, 1875)
    assert (
        "190 trillion tokens are served" in sentence and "150 trillion to 260 trillion" in sentence
    )
    assert "too large even if it never served" in picture.foreground(ax, "MT-NLG 530B")
    assert "none to 1.2 trillion" in picture.foreground(ax, "Chinchilla")
    for model in over_training.FAMOUS:
        assert picture.foreground(ax, model).startswith(model)


def test_metas_table_counts_wins(ax):
    picture = over_training.Versus(data.read_table("llama3_vs_llama2"))
    seen, sentence = marks(ax, picture, older="Llama 2 70B")
    assert "wins 1 of 11 as a base model (on average -5.9" in sentence and "5 of 5" in sentence
    assert [text.get_text() for text in ax.texts if text.get_gid()] == [
        "base models: 8B wins 1 of 11", "tuned: 8B wins 5 of 5"]  # fmt: skip
    scores, _ = seen["older"]
    assert len(scores) == 16 and ax.get_yticklabels()[-1].get_text() == "MMLU"
    top = picture.scores[-1]
    assert (top.kind, top.llama3_8b, top.llama2_70b) == ("base", 66.6, 69.7) and scores[-1] == 69.7
    assert "wins 9 of 11" in picture.foreground(ax, "Llama 2 13B")


def prices():
    return over_training.Price(
        *of_chapter("step_seconds", "most_conversations", "prompt_seconds", "price_per_million")
    )


def test_prices_end_where_the_memory_is_full(ax):
    picture = prices()
    seen, sentence = marks(ax, picture, context=4000.0, gpus=2, dollars=2.0)
    dearest = 1e6 * 2 * 2.0 / 3600 / written(70e9, 4000, 15, 2)
    assert is_at(seen["full 70 B"], 15, dearest) and seen["full 8 B"][0] == 122
    assert "16 times as much" in sentence and "Reading prompts: 8.52 times" in sentence
    _, price, computing = picture.line(70e9, 4000, 2, 2.0)
    assert (np.diff(price) < 0).all() and not computing.any()
    assert picture.line(70e9, 4000, 2, 4.0)[1] == pytest.approx(2 * price)
    assert "2.6 times as much" in picture.foreground(ax, 4000.0, 8, 2.0)


def test_prices_show_where_arithmetic_is_the_limit(ax):
    seen, _ = marks(ax, prices(), context=500.0, gpus=2, dollars=2.0)
    many, price = seen["computing 8 B"]
    assert len(seen["computing 70 B"][0]) == 0, "two GPUs have no room for so many"
    assert many[-1] == 976 and np.ptp(price) < 1e-9 * price[0], "a larger batch is no cheaper"
    computing, reading = of_chapter("step_seconds")(8e9, 500, many, 1)
    assert (computing > reading).all()


@pytest.mark.parametrize("context", [500.0, 32000.0])
def test_prices_at_the_ends_of_the_context(ax, context):
    marks(ax, prices(), context=context, gpus=2, dollars=10.0)


def test_a_promise_puts_its_batch_on_the_curve(ax):
    steps, most, within = of_chapter("step_seconds", "most_conversations", "batch_within")
    picture = over_training.Promise(steps, most, within)
    seen, sentence = marks(ax, picture, context=1700.0, gpus=4, promise=20.0)
    step = max(steps(70e9, 1700, 226, 4))
    assert is_at(seen["best"], 1e3 * step, 226 / step / 4) and set(seen["here"][0]) == {20}
    assert "226 conversations at once (memory has room for 323)" in sentence
    assert "2,800 tokens a second" in sentence and {"2 GPUs", "4 GPUs", "8 GPUs"} < set(seen)
    assert "323 conversations at once (memory is full)" in picture.foreground(ax, 1700.0, 4, 50.0)
    assert "one user alone waits 10.5 ms" in picture.foreground(ax, 1700.0, 4, 10.0)


@functools.cache
def ours():
    """The picture of our own runs, with fewer refits than the chapter has."""
    runs = own_runs.grid(data.own_runs())
    fit = own_runs.fitted(runs)
    refits = fits.bootstrap(fit, 40).law
    return over_training.OwnEqualLoss(runs, of_chapter("flops_to_reach"), fit.law, refits)


def test_own_runs_name_the_cheapest_and_the_smallest(ax):
    seen, sentence = marks(ax, ours(), loss=2.0)
    assert "13.8 K parameters, 2.3e11 FLOP" in sentence and "3.46 K did not reach it" in sentence
    assert is_at(seen["here"], 13824, of_chapter("flops_to_reach")(2.0, 13824))
    assert seen["here"][1] == np.nanmin(seen["runs"][1]) and 3456 in seen["missed"][0]


def test_the_law_of_the_own_runs_is_its_own_inverse():
    law, flops = ours().law, ours().by_law(ours().law, 2.0)[:, 0]
    able = np.isfinite(flops)
    tokens = flops[able] / ours().per_byte[able]
    assert law.loss(ours().sizes[able], tokens) == pytest.approx(2.0)
    assert (law.best_loss(ours().sizes[~able]) > 2.0).all()


def test_the_planner_counts_serving_as_many_times_as_its_chips_are_slower(ax):
    regret = of_chapter("regret")
    picture = over_training.Planner(REFIT, draws(), regret, h100(), mfu=0.4, serving_mfu=0.1)
    run = picture.plan(13e9, 2e12)
    assert run == pytest.approx(over_training.best_for_lifetime(REFIT, LOSS, 8e12))
    seen, sentence = marks(ax, picture, params=13e9, served=2e12, dollars=2.0)
    for served, overpaid in zip(*np.hstack([seen["other cases"], seen["here"]]), strict=True):
        assert overpaid == pytest.approx(regret(REFIT, *run, 4 * served), abs=1e-9)
    assert seen["other cases"][0] == pytest.approx([2e11, 2e13]) and seen["here"][0] == [2e12]
    assert "35 % (26 % to 50 %)" in sentence and "25 % (17 % to 32 %)" in sentence
    training, serving = picture.bills(run, 2e12, 2.0)
    hour = 3600 * h100().bf16_flop_per_s
    assert training == pytest.approx(2 * 6 * run[0] * run[1] / (0.4 * hour))
    assert serving == pytest.approx(2 * 2 * run[0] * 2e12 / (0.1 * hour))


def test_the_order_of_demands_is_what_the_refit_says():
    demands = [
        over_training.demand_it_fits(REFIT, m.active_params, m.tokens)
        for m in (data.named(rows(), name) for name in data.question("over-order-demand")["answer"])
    ]
    assert sorted(demands) == demands and demands[0] < 0 < demands[1]
