"""Chapter 05: the pictures say what the laws and the published figures say; bills; sources."""

import numpy as np
import pytest
from drawing import ax, drawn, is_at  # noqa: F401
from facts_05 import (
    EXHAUSTED,
    GOOD,
    H100,
    LARGEST,
    MOVES,
    PRUNED,
    REPEATS,
    RETURNS,
    STOCK,
    full,
    used,
    wrong,
)

from helpers import cost, data, laws
from pictures import limits

REFIT, RUNS, CHIPS, MODELS = laws.CHINCHILLA_REFIT, data.training_runs(), data.accelerators(), data.models()  # fmt: skip


# Bills ---------------------------------------------------------------------------------------------


def test_the_bill_of_llama_405b_is_that_of_its_card():
    card = data.named(RUNS, "Llama 3.1 405B")
    hours = cost.accelerator_hours(3.8e25, H100.bf16_flop_per_s, 0.346)
    assert hours == pytest.approx(card.hours, rel=0.005)
    assert cost.energy_mwh(card.hours, card.watts, pue=1.0) == pytest.approx(21_588)
    assert cost.co2_tonnes(100, 0.5) == 50 and cost.energy_mwh(0, 700) == 0
    assert cost.accelerator_hours([1e24, 2e24], 1e15, 0.5) == pytest.approx([1e9 / 1800, 1e9 / 900])


@pytest.mark.parametrize("call, sentence", [
    (lambda: cost.energy_mwh(1, 700, 0.9), "pue is 0.9, but must be at least 1"),
    (lambda: cost.energy_mwh(-1, 700), "hours is -1"),
    (lambda: cost.co2_tonnes(5, -0.1), "kg_per_kwh is -0.1"),
    (lambda: cost.accelerator_hours(1e24, 1e15, 1.2), "mfu is 1.2"),
])  # fmt: skip
def test_a_bill_refuses_nonsense_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_the_runs_are_named_as_in_the_other_tables():
    models, chips = {m.model for m in MODELS}, {c.accelerator for c in CHIPS}
    for run in RUNS:
        if run.accelerator == "undisclosed":
            assert run.owned_dollars and not run.hours
        else:
            assert run.run in models and run.accelerator in chips and run.hours
            assert 0.04 < used(run.run) < 0.6, run.run
        if run.mwh and run.watts and run.hours:
            assert 1.0 < run.mwh / (run.hours * run.watts / 1e6) < 1.25, run.run


def test_published_runs():
    # FACTS 7.5: Patterson et al. 2021; Meta's cards; LLaMA Table 15; DeepSeek-V3
    assert data.named(RUNS, "GPT-3 175B")[4:6] == (1287.0, 552.0)
    assert data.named(RUNS, "LLaMA-65B")[2:6] == (1022362.0, 400.0, 449.0, 173.0)
    assert data.named(RUNS, "Llama 3.1 405B").tonnes == 8930
    deepseek = data.named(RUNS, "DeepSeek-V3")
    assert deepseek.rented_dollars / deepseek.hours == pytest.approx(2.0)


def test_text_stocks():
    stocks = {row.stock: row for row in data.text_stocks()}
    assert stocks["good quality, repeated"][1:4] == (320e12, 65e12, 1700e12)
    assert stocks["indexed web"][1:4] == (510e12, 130e12, 2100e12)
    assert all(row.low < row.tokens < row.high for row in stocks.values() if row.low)
    assert all("2211.04325" in row.source for row in stocks.values())


def test_numbers_inside_the_choices_of_chapter_05():
    fresh, paper = REPEATS.fresh.loss, REPEATS.said(32, laws.DATA_CONSTRAINED.R_D)
    losses = [fresh, paper, REPEATS.with_tokens(1 / 32), REPEATS.runs[32].loss]
    texts = [option["text"] for option in data.question("limits-own-32")["options"]]
    assert [text.split(",")[0] for text in texts] == [f"{loss:.1f}" for loss in losses]
    errors = [wrong(0.5, 1.0), wrong(0.5, 0.1), wrong(0.5, 0.1, "easiest")]
    assert 2.7 < max(errors) / min(errors) < 3 and errors[2] == min(errors)
    assert [full(0), full(1), full(2)] == sorted([full(0), full(1), full(2)])
    assert LARGEST / GOOD.tokens == pytest.approx(1 / 3, abs=0.05)  # "about a third"


# Pictures ------------------------------------------------------------------------------------------


def test_returns(ax):
    lines, sentence = drawn(ax, RETURNS, flops=1e24, times=10)
    assert "from 1.960 to 1.912: 0.048 nats (four refits out of five: 0.045 to 0.051)" in sentence
    assert "66% of the reducible loss" in sentence
    assert any(is_at(line, 1e24, REFIT.optimal_loss(1e24)) for line in lines)
    assert any(is_at(line, 1e25, REFIT.optimal_loss(1e25)) for line in lines)
    assert ax.get_xlim()[1] == pytest.approx(1e27 * 100)


@pytest.mark.parametrize("flops", [1e19, 1e23, 1e27])
def test_the_share_kept_is_the_same_at_every_scale(flops):
    kept = (REFIT.optimal_loss(10 * flops) - REFIT.E) / (REFIT.optimal_loss(flops) - REFIT.E)
    assert kept == pytest.approx(0.6633, abs=1e-4)


def test_exhaustion(ax):
    lines, sentence = drawn(ax, EXHAUSTED, stock=STOCK.stock, growth=2.4, start="Qwen3")
    assert "From 36 trillion tokens in 2025, growing 2.4 times a year" in sentence
    assert sentence.endswith(
        "all 320 trillion (good quality, repeated) in 2027; four draws in five say 2026 to 2029."
    )
    years = EXHAUSTED.years(STOCK.stock, 2.4, "Qwen3")
    assert any(is_at(line, np.median(years), 320e12) for line in lines)
    assert any(is_at(line, limits.year("2025-04"), 36e12) for line in lines)


def test_more_text_means_later_and_more_growth_sooner():
    def middle(stock, growth):
        return np.median(EXHAUSTED.years(stock, growth, "Llama 3"))

    order = [middle(s, 2.4) for s in ("indexed web, good quality", "Common Crawl", "indexed web", "whole web")]  # fmt: skip
    assert order == sorted(order)
    assert middle(STOCK.stock, 1.5) > middle(STOCK.stock, 2.4) > middle(STOCK.stock, 4.0)
    exact = limits.year("2024-04") + np.log(320 / 15) / np.log(2.4)
    assert middle(STOCK.stock, 2.4) == pytest.approx(exact, abs=0.1)


def test_the_draws_have_the_published_intervals():
    spread = np.std(EXHAUSTED.normal, axis=1)
    assert spread == pytest.approx([1, 1], abs=0.03)
    fixed = limits.Exhaustion(data.text_stocks(), MODELS)
    fixed.normal = np.array([[-1.96, 0, 1.96], [0, 0, 0]])
    found = 36e12 * 10 ** (np.log10(2.4) * (fixed.years(STOCK.stock, 2.4, "Qwen3") - limits.year("2025-04")))  # fmt: skip
    assert found == pytest.approx([STOCK.low, STOCK.tokens, STOCK.high])


@pytest.mark.parametrize("stock", EXHAUSTED.stocks)
@pytest.mark.parametrize("growth", [1.2, 4.0])
def test_exhaustion_at_its_ends(ax, stock, growth):
    drawn(ax, EXHAUSTED, stock=stock, growth=growth, start="Llama 3")


def test_a_year_beyond_the_axis_is_told_and_not_drawn(ax):
    drawn(ax, EXHAUSTED, stock="whole web", growth=1.2, start="Llama 3")
    label = ax.texts[-1]
    assert label.get_text() == "2053 →" and label.get_ha() == "right"


def test_a_year_is_that_of_the_calendar():
    assert int(limits.year("2025-12")) == 2025 and int(limits.year("2026-01")) == 2026
    assert 2027.5 < np.median(EXHAUSTED.years(STOCK.stock, 2.4, "Qwen3")) < 2028  # autumn 2027


def test_stock_and_growth_are_drawn_independently():
    assert abs(np.corrcoef(EXHAUSTED.normal)[0, 1]) < 0.04
    again = limits.Exhaustion(data.text_stocks(), MODELS)
    assert (again.normal == EXHAUSTED.normal).all()
    sides = np.percentile(EXHAUSTED.normal[1] * EXHAUSTED.SPREAD + np.log10(2.4), [2.5, 97.5])
    assert sides == pytest.approx([0.27, 0.48], abs=0.01)


def test_repeats(ax):
    lines, sentence = drawn(ax, REPEATS, parts=8, R_D=laws.DATA_CONSTRAINED.R_D)
    assert sentence.startswith("180 thousand bytes read 8 times: 0.092 nats above fresh text")
    assert "says 0.045" in sentence and "byte: 1.7" in sentence
    assert any(is_at(line, 8, 1.788352 - 1.696273) for line in lines)


def test_the_published_law_lies_between_fresh_and_read_once():
    for passes in (2, 4, 16, 32):
        share = laws.DATA_CONSTRAINED.effective_tokens(1.0, passes) / passes
        assert REPEATS.said(passes, laws.DATA_CONSTRAINED.R_D) == pytest.approx(
            REPEATS.with_tokens(share)
        )
        assert REPEATS.with_tokens(1 / passes) > REPEATS.said(passes, 1.0) > REPEATS.fresh.loss
    assert REPEATS.with_tokens(1.0) == REPEATS.fresh.loss
    assert REPEATS.runs[32].loss > REPEATS.with_tokens(1 / 32), "worse than if read once"


@pytest.mark.parametrize("what, said", [
    ("energy", "30 million accelerator-hours, 23,000 MWh with the building, and 9,000 tonnes"),
    ("dollars", "61 million dollars at 2.00 an hour. The electricity in it, at 0.08 a kWh, is 3.1%."),
])  # fmt: skip
def test_bill(ax, what, said):
    bill = limits.Bill(what, RUNS, MODELS, CHIPS)
    lines, sentence = drawn(ax, bill, flops=3.8e25, mfu=0.35)
    assert said in sentence
    hours = cost.accelerator_hours(3.8e25, H100.bf16_flop_per_s, 0.35)
    y = cost.energy_mwh(hours, 700, 1.1) if what == "energy" else 2 * hours
    assert any(is_at(line, 3.8e25, y) for line in lines)


def test_the_points_of_a_bill():
    energy = {name: rest for name, *rest in limits.Bill("energy", RUNS, MODELS, CHIPS).points()}
    assert energy["GPT-3 175B"][:2] == [3.14e23, 1287.0]
    assert energy["Llama 3.1 405B"][2] == pytest.approx(21_588 * 1.1)
    dollars = {name: rest for name, *rest in limits.Bill("dollars", RUNS, MODELS, CHIPS).points()}
    assert dollars["Llama 3.1 405B"][1:] == [169828008.0, 51040524.0]


def test_ledger(ax):
    ledger = limits.Ledger(REFIT, STOCK, H100)
    _, sentence = drawn(ax, ledger, flops=1e26, over=1.0, purse=1e9)
    assert sentence.startswith("1e26 FLOP: 1 trillion parameters on 16 trillion tokens, 5.1 % of")
    assert "140 million dollars" in sentence and "end: money" in sentence
    energy = cost.energy_mwh(ledger.shares(1e26, 1, 2.0)[0], 700, 1.1)  # 2 dollars an hour
    assert ledger.shares(1e26, 1, 1e9)[1] == pytest.approx(energy / (1000 * 365 * 24))
    assert ledger.shares(1e26, 1, 1e9)[2] == pytest.approx(REFIT.optimum(1e26)[1] / 320e12)
    assert [patch.get_width() for patch in ax.patches[-3:]] == pytest.approx(
        [share - 1e-5 for share in ledger.shares(1e26, 1, 1e9)]
    )


@pytest.mark.parametrize("flops", np.geomspace(1e24, 1e30, 25))
def test_no_share_of_the_ledger_is_written_across_the_line(ax, flops):
    drawn(ax, limits.Ledger(REFIT, STOCK, H100), flops=flops, over=1.0, purse=1e9)
    line = ax.transData.transform((1, 0))[0]
    for box in (text.get_window_extent() for text in ax.texts):
        assert not box.x0 < line < box.x1 and ax.bbox.x0 < box.x0 and box.x1 < ax.bbox.x1


@pytest.mark.parametrize("flops, over, purse, first", [
    (1e30, 1.0, 1e7, "money"), (1e26, 30.0, 1e9, "data"), (3e28, 1.0, 1e12, "energy"),
])  # fmt: skip
def test_ledger_at_its_ends(ax, flops, over, purse, first):
    ledger = limits.Ledger(REFIT, STOCK, H100)
    assert f"end: {first}" in drawn(ax, ledger, flops=flops, over=over, purse=purse)[1]


def test_pruned(ax):
    _, sentence = drawn(ax, PRUNED, share="a tenth", kept=4)
    assert "11.3% wrong with examples as they come, 1.0% with the hardest, 4.2%" in sentence
    assert sentence.endswith("Best kept: the hardest.")
    few = PRUNED.foreground(ax, share="a tenth", kept=0.5)
    assert few.endswith("Best kept: the easiest.")


def test_a_student_that_keeps_the_harder_half_knows_as_much_as_one_that_keeps_all():
    for seed in range(3):
        half = limits.student_error(4, 0.5, "hardest", seed)
        assert half == pytest.approx(limits.student_error(8, 1.0, "hardest", seed), rel=0.05)


def test_a_student_finds_a_wide_margin():
    inputs = np.array([[2.0, 1.0], [2.0, -1.0], [-2.0, 1.0], [-2.0, -1.0]])
    weights = limits.student(inputs, np.array([1.0, 1.0, -1.0, -1.0]))
    assert weights[0] > 0.5 and weights[1] == pytest.approx(0, abs=1e-9)


def test_moves(ax):
    lines, sentence = drawn(ax, MOVES, years=5, months=8, money=2.4)
    assert "80 times the compute, and each FLOP does the work of 180" in sentence
    assert "1.831: 18% of the reducible loss" in sentence
    assert MOVES.effective(8 / 12, 8, 1.0) == pytest.approx(2 * 3.8e25)
    assert any(is_at(line, 5, REFIT.optimal_loss(3.8e25 * 2.4**5 * 2**7.5)) for line in lines)


def test_moves_at_its_ends(ax):
    assert "100% of the reducible" in drawn(ax, MOVES, years=0, months=5, money=1.0)[1]
