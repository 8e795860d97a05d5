"""Chapter 05: the pictures say what the laws and the published figures say; bills; sources."""

import functools

import numpy as np
import pytest
from cells import functions_of
from drawing import ax, is_at, marks  # noqa: F401

from helpers import cost, data, laws, units
from pictures import limits
from training import own_runs

REFIT = laws.CHINCHILLA_REFIT


def of_chapter(name):
    """A function that a cell of the chapter defines."""
    return functions_of("05_limits")[name]


def h100():
    return data.named(data.accelerators(), "H100 SXM")


def stock(name="good quality, repeated"):
    return data.named(data.read_table("text_stock"), name)


def training_set(name):
    return data.named(data.read_table("training_sets"), name)


# Bills ---------------------------------------------------------------------------------------------


def test_the_bill_of_llama_405b_is_that_of_its_card():
    card = data.named(data.read_table("training_runs"), "Llama 3.1 405B")
    bill = of_chapter("bill")
    hours, mwh, dollars = bill(3.8e25, h100().bf16_flop_per_s, h100().tdp_w, mfu=0.346)
    assert hours == pytest.approx(card.hours, rel=0.005)
    assert mwh == pytest.approx(hours * 0.7 * 1.1 / 1e3) and dollars == pytest.approx(2 * hours)
    assert bill(1e24, 1e15, 700, mfu=0.5, price=3)[2] == pytest.approx(3 * 1e9 / 1800)
    assert limits.energy_mwh(card.hours, card.watts, pue=1.0) == pytest.approx(21_588)
    assert (
        limits.co2_tonnes(100, 0.5) == 50
        and limits.co2_tonnes(1) == 0.385
        and limits.energy_mwh(0, 700) == 0
    )
    assert cost.accelerator_days([1e24, 2e24], 1e15, 0.5) == pytest.approx(
        [2e9 / 86400, 4e9 / 86400]
    )


@pytest.mark.parametrize("call, sentence", [
    (lambda: limits.energy_mwh(1, 700, 0.9), "pue is 0.9, but must be at least 1"),
    (lambda: limits.energy_mwh(-1, 700), "hours is -1"),
    (lambda: limits.co2_tonnes(5, -0.1), "kg_per_kwh is -0.1"),
    (lambda: cost.accelerator_days(1e24, 1e15, 1.2), "mfu is 1.2"),
])  # fmt: skip
def test_a_bill_refuses_nonsense_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_energy_of_a_kilowatt():
    assert limits.energy_mwh(1000, 1000, pue=1) == pytest.approx(1)
    assert limits.energy_mwh(1000, 1000) == pytest.approx(1.1)
    for pue in (0.9, [1.1, 0.9]):
        with pytest.raises(ValueError, match="pue is 0.9( in row 2 of 2)?, but must be at least 1"):
            limits.energy_mwh(1, 1, pue)
    assert limits.energy_mwh(np.array([1, 2]), 5e5, 2).tolist() == [1, 2]


def test_the_runs_are_named_as_in_the_other_tables():
    from facts_05 import used

    models = {m.model for m in data.models()}
    chips = {c.accelerator for c in data.accelerators()}
    for run in data.read_table("training_runs"):
        if run.accelerator == "undisclosed":
            assert run.owned_dollars and not run.hours
        else:
            assert run.run in models and run.accelerator in chips and run.hours
            assert 0.04 < used(run.run) < 0.6, run.run
        if run.mwh and run.watts and run.hours:
            assert 1.0 < run.mwh / (run.hours * run.watts / 1e6) < 1.25, run.run


def test_published_runs():
    # FACTS 7.5: Patterson et al. 2021; Meta's cards; LLaMA Table 15; DeepSeek-V3
    runs = data.read_table("training_runs")
    assert data.named(runs, "GPT-3 175B")[4:6] == (1287.0, 552.0)
    assert data.named(runs, "LLaMA-65B")[2:6] == (1022362.0, 400.0, 449.0, 173.0)
    assert data.named(runs, "Llama 3.1 405B").tonnes == 8930
    deepseek = data.named(runs, "DeepSeek-V3")
    assert deepseek.rented_dollars / deepseek.hours == pytest.approx(2.0)


def test_text_stocks():
    stocks = {row.stock: row for row in data.read_table("text_stock")}
    assert stocks["good quality, repeated"][1:4] == (320e12, 65e12, 1700e12)
    assert stocks["indexed web"][1:4] == (510e12, 130e12, 2100e12)
    assert all(row.low < row.tokens < row.high for row in stocks.values() if row.low)
    assert all("2211.04325" in row.source for row in stocks.values())


def test_numbers_inside_the_choices_of_chapter_05():
    from facts_05 import FRESH, GOOD, LARGEST, READ, full, law_says, once, wrong

    losses = [FRESH.loss, FRESH.loss + law_says(32), FRESH.loss + once(32), READ[32].loss]
    texts = [option["text"] for option in data.question("limits-own-32")["options"]]
    assert [text.split(",")[0] for text in texts] == [f"{loss:.1f}" for loss in losses]
    errors = [wrong(0.5, 1.0), wrong(0.5, 0.1), wrong(0.5, 0.1, "easiest")]
    assert 2.7 < max(errors) / min(errors) < 3 and errors[2] == min(errors)
    assert [full(0), full(1), full(2)] == sorted([full(0), full(1), full(2)])
    assert LARGEST / GOOD.tokens == pytest.approx(1 / 3, abs=0.05)  # "about a third"


# Returns -------------------------------------------------------------------------------------------


def test_what_a_factor_buys_adds_up():
    gain = of_chapter("gain")
    assert gain(REFIT, 1e24, 10) == pytest.approx(0.048, abs=5e-4)
    assert gain(REFIT, 1e24, 100) == pytest.approx(gain(REFIT, 1e24, 10) + gain(REFIT, 1e25, 10))


def test_returns(ax):
    picture = limits.Returns(REFIT, laws.refit_draws(), of_chapter("gain"))
    seen, sentence = marks(ax, picture, flops=1e24, times=10)
    assert "from 1.960 to 1.912: 0.048 nats (four refits out of five: 0.045 to 0.051)" in sentence
    assert "66% of the reducible loss" in sentence
    assert is_at(seen["here"], 1e24, REFIT.optimal_loss(1e24))
    assert is_at(seen["after"], 1e25, REFIT.optimal_loss(1e25))
    assert ax.get_xlim()[1] == pytest.approx(1e27 * 100)


@pytest.mark.parametrize("flops", [1e19, 1e23, 1e27])
def test_the_share_kept_is_the_same_at_every_scale(flops):
    kept = (REFIT.optimal_loss(10 * flops) - REFIT.E) / (REFIT.optimal_loss(flops) - REFIT.E)
    assert kept == pytest.approx(0.6633, abs=1e-4)


# Text ----------------------------------------------------------------------------------------------


def test_the_stock_alone_has_its_published_interval():
    qwen = training_set("Qwen3")
    years = of_chapter("year_of_exhaustion")(stock(), qwen, 2.4, spread=0, draws=40_000)
    tokens = 36e12 * 2.4 ** (years - units.year("2025-04"))
    wanted = [stock().low, stock().tokens, stock().high]
    assert np.percentile(tokens, [2.5, 50, 97.5]) == pytest.approx(wanted, rel=0.05)


def test_the_growth_alone_has_its_published_interval():
    sure = stock()._replace(low=320e12, high=320e12)
    years = of_chapter("year_of_exhaustion")(sure, training_set("Qwen3"), 10**0.375, draws=40_000)
    growth = np.log10(320 / 36) / (years - units.year("2025-04"))  # decades a year
    assert np.percentile(growth, [2.5, 50, 97.5]) == pytest.approx([0.27, 0.375, 0.48], abs=0.003)


def test_stock_and_growth_are_drawn_independently_and_again_the_same():
    year, qwen = of_chapter("year_of_exhaustion"), training_set("Qwen3")
    by_stock = year(stock(), qwen, 2.4, spread=0)
    by_growth = year(stock()._replace(low=320e12, high=320e12), qwen, 2.4)
    assert abs(np.corrcoef(by_stock, by_growth)[0, 1]) < 0.04
    assert (year(stock(), qwen, 2.4) == year(stock(), qwen, 2.4)).all()


def test_more_text_means_later_and_more_growth_sooner():
    def middle(name, growth):
        return np.median(
            of_chapter("year_of_exhaustion")(stock(name), training_set("Llama 3"), growth)
        )

    order = [middle(name, 2.4) for name in ("indexed web, good quality", "Common Crawl", "indexed web", "whole web")]  # fmt: skip
    assert order == sorted(order)
    good = stock().stock
    assert middle(good, 1.5) > middle(good, 2.4) > middle(good, 4.0)
    exact = units.year("2024-04") + np.log(320 / 15) / np.log(2.4)
    assert middle(good, 2.4) == pytest.approx(exact, abs=0.1)


def test_where_growth_stands_still_the_text_lasts_as_long_as_is_counted():
    years = of_chapter("year_of_exhaustion")(stock(), training_set("Qwen3"), 1.2, spread=1.0)
    assert np.isfinite(years).all() and years.max() == units.year("2025-04") + 200
    assert years.min() == units.year("2025-04")  # a small stock is read already
    assert (years == years.max()).mean() == pytest.approx(0.47, abs=0.02)  # no growth, or hardly


def test_the_text_lasts_until_the_autumn_of_2027():
    years = of_chapter("year_of_exhaustion")(stock(), training_set("Qwen3"), 2.4)
    assert 2027.5 < np.median(years) < 2028


def exhaustion():
    tables = (data.read_table(name) for name in ("text_stock", "training_sets"))
    return limits.Exhaustion(*tables, data.models(), of_chapter("year_of_exhaustion"))


def test_exhaustion(ax):
    seen, sentence = marks(ax, exhaustion(), stock=stock().stock, growth=2.4, start="Qwen3")
    assert "From 36 trillion tokens in 2025, growing 2.4 times a year" in sentence
    assert sentence.endswith(
        "320 trillion (good quality, repeated) in 2027; four draws in five say 2026 to 2029."
    )
    years = of_chapter("year_of_exhaustion")(stock(), training_set("Qwen3"), 2.4)
    assert is_at(seen["here"], np.median(years), 320e12)
    assert is_at(seen["first"], units.year("2025-04"), 36e12)
    due = 36e12 * 2.4 ** (units.year("2026-11") - units.year("2025-04"))
    assert (
        is_at(seen["due"], units.year("2026-11"), due) and "140 trillion are due in Nov" in sentence
    )


def test_what_was_disclosed_since_lies_below_what_was_due(ax):
    seen, _ = marks(ax, exhaustion(), stock=stock().stock, growth=2.4, start="Qwen3")
    since = [row for row in data.read_table("training_sets") if row.as_of > "2025-04"]
    assert max(row.tokens for row in since if row.kind == "text") == 36e12 < seen["due"][1][0] / 3
    assert max(row.tokens for row in since) == 48e12 < seen["due"][1][0] / 2.9
    assert "DeepSeek-V4: 32 T" in [text.get_text() for text in ax.texts]


def test_prices_and_trends_are_those_of_their_sources():
    """Typed a second time."""
    assert [(row.value, row.low, row.high) for row in data.read_table("trends")] == [
        (1.70, None, None), (2.35, None, None), (2.95, None, None),  # an hour of an H100
        (2.4, 1.9, 3.0), (2.4, 2.0, 2.9), (8, 2, 22),
    ]  # fmt: skip


def test_training_sets():
    sets = {row.set: row for row in data.read_table("training_sets")}
    models = {"Llama 3": "Llama 3 8B", "Qwen3": "Qwen3-32B", "Llama 4 Scout": "Llama 4 Scout"}
    for name, same in models.items():
        assert sets[name].tokens == data.named(data.models(), same).tokens
    assert sets["DCLM-Pool"].kind == "public pool" and sets["DCLM-Pool"].tokens == 240e12
    assert set(limits.STARTS) <= set(sets)


@pytest.mark.parametrize("name", [
    "Common Crawl", "indexed web", "whole web", "indexed web, good quality", "good quality, repeated",
])  # fmt: skip
@pytest.mark.parametrize("growth", [1.2, 4.0])
def test_exhaustion_at_its_ends(ax, name, growth):
    marks(ax, exhaustion(), stock=name, growth=growth, start="Llama 3")


def test_a_year_beyond_the_axis_is_told_and_not_drawn(ax):
    seen, _ = marks(ax, exhaustion(), stock="whole web", growth=1.2, start="Llama 3")
    label = ax.texts[-1]
    assert label.get_text() == "2053 →" and label.get_ha() == "right" and "here" not in seen


# Repeats -------------------------------------------------------------------------------------------


def test_what_readings_are_worth_is_the_published_law():
    worth, paper = of_chapter("worth"), limits.DATA_CONSTRAINED
    for epochs in (1, 2, 4, 8, 16, 40, 100):
        assert worth(epochs) == pytest.approx(paper.effective_tokens(1, epochs))
    assert worth(1, R_D=3) == 1 and worth(1e6, R_D=3) == pytest.approx(4)


def test_a_share_of_the_text_costs_what_our_law_says():
    from facts_05 import FRESH

    law = own_runs.fitted(own_runs.grid(data.own_runs())).law
    above_fresh = of_chapter("above_fresh")
    half = law.loss(FRESH.params, FRESH.tokens / 2) - law.loss(FRESH.params, FRESH.tokens)
    assert above_fresh(0.5) == pytest.approx(half) and above_fresh(1.0) == 0


def test_the_published_law_lies_between_fresh_and_read_once():
    from facts_05 import harm, law_says, once

    for times in (2, 4, 8, 16, 32):
        assert once(times) > law_says(times, 1.0) > law_says(times) > 0
    assert harm(32) > once(32), "worse than if read once"


def test_repeats(ax):
    from facts_05 import NOISE, READ

    functions = of_chapter("worth"), of_chapter("above_fresh")
    picture = limits.Repeats(READ, own_runs.curves(), *functions, noise=NOISE)
    seen, sentence = marks(ax, picture, parts=8, R_D=limits.DATA_CONSTRAINED.R_D)
    assert sentence.startswith("180 thousand bytes read 8 times: 0.092 nats above fresh text")
    assert "says 0.045" in sentence and "byte: 1.7" in sentence
    assert is_at(seen["run"], 8, 1.788352 - 1.696273)
    assert seen["here"][1] == pytest.approx(0.045, abs=5e-4)


# Energy and money ----------------------------------------------------------------------------------


def bill_of(what):
    tables = data.read_table("training_runs"), data.models(), data.accelerators()
    return limits.Bill(what, of_chapter("bill"), *tables)


@pytest.mark.parametrize("what, row, words", [
    ("energy", 1, "30 million accelerator-hours, 23,000 MWh with the building, and 9,000 tonnes"),
    ("dollars", 2, "61 million dollars at 2.00 an hour. The electricity in it, at 0.08 a kWh, is 3.1%."),
])  # fmt: skip
def test_bill(ax, what, row, words):
    seen, sentence = marks(ax, bill_of(what), flops=3.8e25, mfu=0.35)
    assert words in sentence
    assert is_at(seen["here"], 3.8e25, of_chapter("bill")(3.8e25, 989.4e12, 700)[row])


def test_the_points_of_a_bill():
    energy = {name: rest for name, *rest in bill_of("energy").points()}
    assert energy["GPT-3 175B"][:2] == [3.14e23, 1287.0]
    assert energy["Llama 3.1 405B"][2] == pytest.approx(21_588 * 1.1)
    dollars = {name: rest for name, *rest in bill_of("dollars").points()}
    assert dollars["Llama 3.1 405B"][1:] == [169828008.0, 51040524.0]


def test_the_first_billion_by_rent_stands_on_the_dollars(ax):
    seen, _ = marks(ax, bill_of("dollars"), flops=3.8e25, mfu=0.35)
    assert seen["grok rented"][1][0] == 1164146794 > 1e9 > seen["grok owned"][1][0] == 300872432
    rents = [run.rented_dollars or 0 for run in data.read_table("training_runs")]
    assert [rent for rent in rents if rent > 1e9] == [1164146794]


def test_energy_needs_no_dollars(ax):
    assert "grok rented" not in marks(ax, bill_of("energy"), flops=3.8e25, mfu=0.35)[0]


def test_what_failures_cost():
    lost, best = of_chapter("lost"), of_chapter("best_interval")
    every = best(30, 43_200)
    assert every == pytest.approx(1610, abs=1) and lost(every, 30, 43_200) == pytest.approx(
        0.0511, abs=1e-4
    )
    assert lost(every, 30, 43_200) < min(
        lost(every * times, 30, 43_200) for times in (0.5, 0.9, 1.1, 2)
    )
    assert lost(every, 30, 43_200, restart=0) == pytest.approx(2 * 30 / every)


def test_the_shares_of_a_run():
    money, energy, text = of_chapter("shares")(1e26)
    hours, mwh, dollars = of_chapter("bill")(1e26, 989.4e12, 700, mfu=0.4)
    assert (money, energy) == pytest.approx((dollars / 1e9, mwh / (1000 * 365 * 24)))
    assert text == pytest.approx(REFIT.optimum(1e26)[1] / 320e12)
    assert hours == pytest.approx(24 * cost.accelerator_days(1e26, 989.4e12, 0.4))
    assert of_chapter("shares")(1e26, over=3, purse=5e8) == pytest.approx((2 * money, energy, 3 * text))  # fmt: skip


def ledger():
    return limits.Ledger(REFIT, stock(), of_chapter("shares"))


def test_ledger(ax):
    _, sentence = marks(ax, ledger(), flops=1e26, over=1.0, purse=1e9)
    assert sentence.startswith("1e26 FLOP: 1 trillion parameters on 16 trillion tokens, 5.1 % of")
    assert "140 million dollars" in sentence and "end: money" in sentence
    widths = {patch.get_gid(): patch.get_width() for patch in ax.patches if patch.get_gid()}
    shares = dict(zip(limits.Ledger.ROWS, of_chapter("shares")(1e26)))
    assert widths == pytest.approx({row: share - 1e-5 for row, share in shares.items()})


@pytest.mark.parametrize("flops", np.geomspace(1e24, 1e30, 25))
def test_no_share_of_the_ledger_is_written_across_the_line(ax, flops):
    marks(ax, ledger(), flops=flops, over=1.0, purse=1e9)
    line = ax.transData.transform((1, 0))[0]
    for box in (text.get_window_extent() for text in ax.texts):
        assert not box.x0 < line < box.x1 and ax.bbox.x0 < box.x0 and box.x1 < ax.bbox.x1


@pytest.mark.parametrize("flops, over, purse, first", [
    (1e30, 1.0, 1e7, "money"), (1e26, 30.0, 1e9, "data"), (3e28, 1.0, 1e12, "energy"),
])  # fmt: skip
def test_ledger_at_its_ends(ax, flops, over, purse, first):
    assert f"end: {first}" in marks(ax, ledger(), flops=flops, over=over, purse=purse)[1]


# Fewer but better examples -------------------------------------------------------------------------


@functools.cache
def pruned():
    return limits.Pruned(of_chapter("student_error"))


def test_pruned(ax):
    _, sentence = marks(ax, pruned(), share="a tenth", kept=4)
    assert "11.3% wrong with examples as they come, 1.0% with the hardest, 4.2%" in sentence
    assert sentence.endswith("Best kept: the hardest.")
    few = pruned().foreground(ax, share="a tenth", kept=0.5)
    assert few.endswith("Best kept: the easiest.")


def test_a_student_that_keeps_the_harder_half_knows_as_much_as_one_that_keeps_all():
    error = of_chapter("student_error")
    for seed in range(3):
        half = error(4, 0.5, "hardest", seed)
        assert half == pytest.approx(error(8, 1.0, "hardest", seed), rel=0.05)


def test_a_student_finds_a_wide_margin():
    inputs = np.array([[2.0, 1.0], [2.0, -1.0], [-2.0, 1.0], [-2.0, -1.0]])
    weights = of_chapter("student")(inputs, np.array([1.0, 1.0, -1.0, -1.0]))
    assert weights[0] > 0.5 and weights[1] == pytest.approx(0, abs=1e-9)


def test_a_student_has_found_the_least_of_its_loss():
    rng, ridge = np.random.default_rng(1), 1e-3
    inputs, labels = rng.normal(size=(80, 40)), np.sign(rng.normal(size=80))
    weights = of_chapter("student")(inputs, labels, ridge)
    mistaken = 1 / (1 + np.exp(labels * (inputs @ weights)))
    assert inputs.T @ (labels * mistaken) == pytest.approx(ridge * weights, abs=1e-6)


# What moves the limits -----------------------------------------------------------------------------


def test_better_methods_count_as_compute():
    effective = of_chapter("effective_flops")
    assert effective(0, 8, money=2.4) == 3.8e25
    assert effective(8 / 12, 8, money=1.0) == pytest.approx(2 * 3.8e25)
    assert effective(5, np.inf, money=2.4) == pytest.approx(3.8e25 * 2.4**5)


def test_moves(ax):
    moves = limits.Moves(REFIT, of_chapter("effective_flops"))
    seen, sentence = marks(ax, moves, years=5, months=8, money=2.4)
    assert "80 times the compute, and each FLOP does the work of 180" in sentence
    assert "1.831: 18% of the reducible loss" in sentence
    assert is_at(seen["here"], 5, REFIT.optimal_loss(3.8e25 * 2.4**5 * 2**7.5))


def test_moves_at_its_ends(ax):
    moves = limits.Moves(REFIT, of_chapter("effective_flops"))
    assert "100% of the reducible" in marks(ax, moves, years=0, months=5, money=1.0)[1]
