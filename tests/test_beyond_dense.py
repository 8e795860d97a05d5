"""Chapter 09, steps 1 to 5: the pictures say what tables and laws say; tables; counts; a file that is not here."""

import numpy as np
import pytest
from cells import functions_of
from drawing import ax, is_at, marks  # noqa: F401

from exercises.interview_counting import count_params
from helpers import data, modern_laws
from pictures import beyond_dense, published

HARM = modern_laws.quantising_loss
TUNED, PAIRS = (
    data.read_table("learning_rates"),
    beyond_dense.cooldowns(data.read_table("gemstones")),
)
NEEDS_RUNS = pytest.mark.skipif(
    not published.at_hand("steplaw"), reason="the runs of Step Law are not here (make data)"
)


def of_chapter(name):
    return functions_of("09_beyond_dense")[name]


# Memory --------------------------------------------------------------------------------------------


def planner():
    read = {"Llama 3 8B": 15e12, "Llama 3 70B": 15e12, "Llama 3.1 405B": 15.6e12}
    return beyond_dense.Planner(of_chapter("states"), read | {"Qwen3-30B-A3B": 36e12})


@pytest.mark.parametrize("model, total", [
    ("Llama 3 8B", 8.03e9), ("Llama 3 70B", 70.6e9), ("Llama 3.1 405B", 405.9e9), ("Qwen3-30B-A3B", 30.53e9),
])  # fmt: skip
def test_the_models_have_the_sizes_of_their_names(model, total):
    assert count_params(beyond_dense.MODELS[model])[0] == pytest.approx(total, rel=1e-3)


def test_the_mixture_has_the_parameters_of_its_card():
    assert count_params(beyond_dense.MODELS["Qwen3-30B-A3B"])[:2] == (30_532_122_624, 3_353_032_704)


def test_the_mixture_uses_three_billion_for_a_token():
    assert count_params(beyond_dense.MODELS["Qwen3-30B-A3B"])[1] == pytest.approx(3.35e9, rel=1e-2)


def test_states_add_up_to_sixteen_bytes_and_sharding_divides_them():
    states = of_chapter("states")
    assert sum(states(1e9, 64, 0)) == 16e9 and sum(states(1e9, 64, 3)) == 16e9 / 64
    assert states(1e9, 4, 1) == [2e9, 2e9, 3e9] and states(1e9, 4, 2) == [2e9, 0.5e9, 3e9]


def test_activations_grow_with_tokens_and_recomputing_keeps_the_inputs():
    config = beyond_dense.MODELS["Llama 3 70B"]
    once, twice = (beyond_dense.activation_bytes(config, tokens) for tokens in (1000, 2000))
    assert twice == 2 * once
    again = beyond_dense.activation_bytes(config, 1000, recompute=True)
    assert again == 2 * 1000 * 8192 * 80 + once / 80


def test_planner(ax):
    values = {"model": "Llama 3 70B", "chips": 256, "stage": 3, "recompute": True}
    seen, sentence = marks(ax, planner(), **values)
    parts = planner().parts(**values)
    assert parts[-1] == pytest.approx(sum(parts[:-1])) == pytest.approx(17.4e9, rel=0.01)
    for name, size in zip(beyond_dense.PARTS, parts):
        assert seen[name][0].max() == pytest.approx(size)
    assert (
        "17.4 GB on each, which fits into 80 GB" in sentence
        and "970 days at an MFU of 30%" in sentence
    )
    assert "a step reads 2.1 million tokens" in sentence


def test_copies_do_not_fit_and_the_sentence_says_by_how_much(ax):
    values = {"model": "Llama 3 70B", "chips": 256, "stage": 0, "recompute": False}
    sentence = marks(ax, planner(), **values)[1]
    assert "1.31 TB on each, which is 16.4 times what there is" in sentence


@pytest.mark.parametrize("model", beyond_dense.MODELS)
@pytest.mark.parametrize("chips, stage, recompute", [(8, 0, False), (16384, 3, True)])
def test_every_plan_stays_on_the_axis(ax, model, chips, stage, recompute):
    seen, sentence = marks(
        ax, planner(), model=model, chips=chips, stage=stage, recompute=recompute
    )
    low, high = ax.get_xlim()
    assert all(low < seen[name][0].max() < high for name in beyond_dense.PARTS), sentence
    assert ("of which a token uses" in sentence) == (model == "Qwen3-30B-A3B")


@pytest.mark.parametrize("size, said", [
    (80e9, "80 GB"), (1.12e12, "1.12 TB"), (551e6, "551 MB"), (999.9e9, "1 TB"), (12.0, "12"),
])  # fmt: skip
def test_bytes_are_said_in_their_unit(size, said):
    assert beyond_dense._bytes(size, 3).replace(".00", "") == said


# Experts -------------------------------------------------------------------------------------------


def test_the_tables_of_mixtures():
    rows = data.read_table("mixtures")
    assert len(rows) == 12 and {row.tokens for row in rows} == {4e9, 8e9, 20e9}
    assert max(row.params for row in rows) / min(row.params for row in rows) < 1.01
    for row in rows:
        assert row.dense_low < row.dense < row.dense_high
    for row in data.read_table("mixtures_released"):
        assert row.mark in ("checked", "reported") and row.active_params < row.params
        assert row.mark == "checked" or row.note


def test_mixtures(ax):
    picture = beyond_dense.Mixtures(data.read_table("mixtures"))
    seen, sentence = marks(ax, picture, mixture="1 of 89", tokens=20e9)
    assert is_at(seen["here"], 187973632, 563.5e6)
    assert "That is 2.9 to 3.0 times the active size, and 0.85 to 0.89 times the root." in sentence
    assert {"2 of 88", "1 of 8", "3 of 8"} <= set(seen)


@pytest.mark.parametrize("mixture", ["1 of 89", "2 of 88", "1 of 8", "3 of 8"])
@pytest.mark.parametrize("tokens", [4e9, 8e9, 20e9])
def test_every_mixture_lies_on_the_axes(ax, mixture, tokens):
    marks(ax, beyond_dense.Mixtures(data.read_table("mixtures")), mixture=mixture, tokens=tokens)


# Precision -----------------------------------------------------------------------------------------


def test_what_was_measured_is_the_log_of_a_ratio():
    for row in data.read_table("quantised"):
        assert row.nats_wikitext2 == pytest.approx(np.log(row.perplexity_wikitext2 / 6.1), abs=2e-3)
        if row.perplexity_c4:
            assert row.nats_c4 == pytest.approx(np.log(row.perplexity_c4 / 9.2), abs=2e-3)


def test_rounding(ax):
    picture = beyond_dense.Rounding(HARM, data.read_table("quantised"))
    seen, sentence = marks(ax, picture, bits=4, tokens=15e12)
    assert (
        is_at(seen["here"], 15e12, HARM(8e9, 15e12, 4)) and "rounding loses 0.40 nats" in sentence
    )
    assert "0.06 to 0.36 nats were measured" in sentence
    assert (
        seen["GPTQ, groups of 128"][0][0] == 0.6 * 15e12
    )  # drawn beside the 15 trillion of Llama 3
    assert seen["beyond"][0].min() == 26e9  # the longest runs of Kumar et al. 2024
    assert seen["GPTQ, groups of 128"][1][0] == pytest.approx(np.log(6.5 / 6.1), abs=1e-4)


@pytest.mark.parametrize("bits", [8, 6, 4, 3])
@pytest.mark.parametrize("tokens", [1e9, 15e12, 1e14])
def test_rounding_at_its_ends(ax, bits, tokens):
    sentence = marks(
        ax, beyond_dense.Rounding(HARM, data.read_table("quantised")), bits=bits, tokens=tokens
    )[1]
    assert ("Nothing was measured" in sentence) == (bits == 6)


# Learning rate and batch ---------------------------------------------------------------------------


def test_seventeen_sizes_and_lengths():
    assert len(TUNED) == 17 and sum(row.runs for row in TUNED) == 1911
    law = of_chapter("step_law")
    rate, batch = law(7e9, 1.4e12)
    assert rate == pytest.approx(9.2e-4, rel=0.01) and batch == pytest.approx(5.0e6, rel=0.02)


@NEEDS_RUNS
def test_the_table_of_best_runs_is_that_of_the_runs():
    runs = beyond_dense.sweep()
    for row in TUNED:
        mine = (runs["params"] == row.params) & (runs["tokens"] == row.tokens)
        best = np.nanargmin(runs["loss"][mine])
        assert runs["loss"][mine][best] == pytest.approx(row.loss, abs=1e-4), row.run
        assert runs["batch"][mine][best] == row.best_batch, row.run


@NEEDS_RUNS
def test_bowl(ax):
    picture = beyond_dense.Bowl(beyond_dense.sweep(), TUNED)
    seen, sentence = marks(ax, picture, run="537 M, 50 B tokens", times=2)
    assert is_at(seen["best"], 0.00276, 352) and is_at(seen["here"], 0.00552, 352)
    assert "2 times its rate costs 0.95 % of the loss" in sentence


@NEEDS_RUNS
@pytest.mark.parametrize("run", [row.run for row in TUNED])
def test_every_bowl_lies_on_the_axes(ax, run):
    marks(ax, beyond_dense.Bowl(beyond_dense.sweep(), TUNED), run=run, times=4)


def test_without_the_runs_the_notebook_goes_on_and_says_what_to_do(
    ax, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("SCALING_DATA_DIR", str(tmp_path))
    runs = beyond_dense.sweep()
    assert runs is None and "make data" in capsys.readouterr().out
    sentence = marks(ax, beyond_dense.Bowl(runs, TUNED), run="537 M, 50 B tokens", times=2)[1]
    assert "not on this computer" in sentence and "make data" in sentence
    assert "the runs are not on this computer" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    "batch, way", [(64, "falls;"), (256, "falls for some"), (512, "rises;"), (1024, "rises;")]
)
def test_rates(ax, batch, way):
    seen, sentence = marks(ax, beyond_dense.Rates(TUNED, of_chapter("exponent")), batch=batch)
    assert f"the best rate {way}" in sentence
    (first, *_), (rate, *_) = seen["215 M"]
    assert first == 4e9 and rate == getattr(TUNED[0], f"rate_{batch}")


# Cooldowns -----------------------------------------------------------------------------------------


def test_pairs_are_those_of_gemstones():
    assert len(PAIRS) == 199 and sum(pair.read for pair in PAIRS) == 130
    drops = [pair.before - pair.after for pair in PAIRS]
    assert np.mean(drops) == pytest.approx(0.087, abs=5e-4) and min(drops) > 0
    # FACTS of the readings: 1.356 for the model of width 1,024 and depth 28 at 10 billion tokens
    assert next(
        p.multiple for p in PAIRS if (p.params, p.trunk) == (543482880, 10e9)
    ) == pytest.approx(1.356, abs=2e-3)


@pytest.mark.parametrize("billions, read, middle", [
    (10, 20, 1.5), (20, 20, 1.8), (30, 20, 2.5), (40, 16, 3.1), (50, 12, 4.0),
    (60, 10, 3.1), (70, 10, 3.4), (80, 10, 3.8), (90, 7, 3.5), (100, 5, 3.2),
])  # fmt: skip
def test_the_median_counts_what_was_not_read_as_larger(billions, read, middle):
    rows = [pair for pair in PAIRS if pair.trunk == billions * 1e9]
    got, known = beyond_dense.median_multiple(rows)
    assert sum(row.read for row in rows) == read
    assert known == (billions <= 50) and got == pytest.approx(middle, abs=0.07)


def test_cooldown(ax):
    seen, sentence = marks(ax, beyond_dense.Cooldown(PAIRS), trunk=50e9)
    assert len(seen["read"][0]) == 12 and len(seen["at least"][0]) == 8
    assert (
        "4.0 times the tokens for the median of 20 models; for 8 of them the curve ends" in sentence
    )


def test_a_trunk_serves_all_lengths():
    cosine, trunk = of_chapter("trained_tokens")([10e9, 20e9, 30e9])
    assert (cosine, trunk) == (60e9, pytest.approx(36e9))


# Four laws of experts -------------------------------------------------------------------------------


def test_four_laws_say_what_was_recomputed_from_their_papers():
    times, with_experts, idle = (of_chapter(name) for name in ("times", "with_experts", "idle"))
    assert times(modern_laws.mixture_loss, with_experts, 1e20) == pytest.approx(2.9, abs=0.05)
    assert times(modern_laws.mixture_loss, with_experts, 1e21) == pytest.approx(3.2, abs=0.05)
    assert times(idle(0), idle(31 / 32), 1e20) == pytest.approx(8.5, abs=0.15)
    assert of_chapter("leverage")(1 / 32, 12, 1e20) == pytest.approx(4.5, abs=0.05)


def test_abnar_at_his_own_budget():
    best, idle = of_chapter("best"), of_chapter("idle")
    assert best(idle(0), 1e20) == pytest.approx(2.589, abs=1e-3)
    assert best(idle(0.95), 1e20) == pytest.approx(2.319, abs=1e-3)


def test_bases_of_logarithms_that_are_not_printed():
    # "over 7 times" at an activation of 3.1 %, granularity 12 and 1e22 FLOP (Ling, section 6)
    leverage = of_chapter("leverage")
    assert leverage(0.031, 12, 1e22) == pytest.approx(7.24, abs=0.01)
    assert leverage(0.0338, 10.7, 1e22) == pytest.approx(6.98, abs=0.01)
    fine = np.geomspace(2, 64, 400)
    assert fine[np.argmax([leverage(0.031, one, 1e22) for one in fine])] == pytest.approx(
        11.3, abs=0.2
    )


def test_a_name_is_no_count_of_parameters():
    # Krajewski et al. 2024, Table 2: "64 x 7B" on 137.6 billion tokens ends at 2.076
    def loss(params, tokens, granularity):
        return 0.47 + (2.1 / granularity**0.58 + 18.1) / params**0.115 + 30.8 / tokens**0.147

    assert loss(43 * 7e9, 137.6e9, 32) == pytest.approx(2.060, abs=1e-3)
    assert (
        abs(loss(43 * 7e9, 137.6e9, 32) - 2.076) < 0.023 < abs(loss(64 * 7e9, 137.6e9, 32) - 2.076)
    )


# Precision laws -------------------------------------------------------------------------------------


def best_precision(n=(0.3037, 1.4072, 2.4185)):
    """Bits with the least N x D x P cost at one loss, by the law of Kumar et al."""
    bits = np.linspace(3.5, 16, 1251)
    parts = tuple(zip((2.6745, 2.2102, 0.9578), n))
    # at one loss and cost N D P both N_eff^-a and D^-a count alike: the most share / P is best
    return bits[np.argmax(modern_laws.effective_share(bits, parts) / bits)]


def test_hidden_offsets_move_the_best_precision():
    # App K adds n; without it, as the main text prints it, the same law says 3.5 bits
    assert best_precision() == pytest.approx(7.0, abs=0.1)
    assert best_precision((0, 0, 0)) == pytest.approx(3.5, abs=0.1)


def test_two_laws_meet_at_four_bits():
    ouyang = 0.017 * 15e12**0.5251 / (8e9**0.2261 * 4**5.4967)
    assert HARM(8e9, 15e12, 4) == pytest.approx(0.40, abs=0.01) and ouyang == pytest.approx(
        0.40, abs=0.01
    )
    assert HARM(8e9, 15e12, 3) == pytest.approx(2.15, abs=0.01)


def test_the_formula_of_precision_ends():
    with pytest.raises(
        ValueError, match="bits is 3, but must be at least 3.5: below, the formula ends"
    ):
        modern_laws.effective_share(3)


def test_the_joint_law():
    # worked from the paper's Table: at 1e20 the best dense model has 1.7 billion, with 32 experts 0.67 billion active
    sizes = np.geomspace(1e8, 1e10, 4001)
    for experts, best in ((1, 1.7e9), (32, 0.67e9)):
        losses = modern_laws.mixture_loss(sizes, 1e20 / 6 / sizes, experts)
        assert sizes[np.argmin(losses)] == pytest.approx(best, rel=0.03)
    with pytest.raises(ValueError, match="experts is 0.5, but must be at least 1, a dense model"):
        modern_laws.mixture_loss(1e9, 1e11, 0.5)
