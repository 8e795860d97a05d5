"""What is refused, in which words, and what passes: lists, columns of tables, masks."""

import decimal

import numpy as np
import pytest

from helpers import cost, guard, laws
from pictures import kaplan_laws, limits, over_training

REFIT = laws.CHINCHILLA_REFIT
MASKED = np.ma.masked_array([1e9, np.nan, 8e9], [False, True, False])


@pytest.mark.parametrize(
    "value, said",
    [
        ([1.0, np.nan, -1.0], "nan in row 2 of 3"),
        ([2.0] * 5 + ["diverged"] + [2.0] * 99_994, "'diverged' in row 6 of 100,000"),
        (["1e8", "2e8"], "'1e8' in row 1 of 2"),
        ([3, None, 2], "None in row 2 of 3"),
        (np.array([3.0, True], object), "True in row 2 of 2"),
        ([True, False], "True in row 1 of 2"),
        ([10**400], "1000"),
        ([[1.0], [0.0]], "0 in row 2 of 2"),
        ([[1.0, 2.0], [3.0, -4.0]], "-4 at [1, 1]"),
        ([[1.0, 2.0], [3.0]], "has rows of unlike lengths"),
        (-1, "-1, but"),
        ("70B", "'70B', but"),
        ([1.0, "x" * 10_000], "x...x"),
        (1j, "1j"),
        (np.array(["2026-11-28"], "M8[ns]"), "in row 1 of 1"),
    ],
)
def test_what_is_refused_is_named_with_its_row_and_in_few_words(value, said):
    with pytest.raises(ValueError, match="^loss .*but must be a positive number") as raised:
        guard.positive("loss", value)
    assert said in str(raised.value) and len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "value", [[1e8, 2e8], np.array([1e8, 2e8], object), [10**8, 2 * 10**8], [decimal.Decimal(10) ** 8, 2e8],
              np.ma.masked_array([1e8, 2e8], False)],
)  # fmt: skip
def test_columns_of_numbers_pass_as_plain_floats(value):
    found = guard.positive("params", value)
    assert type(found) is np.ndarray and found.dtype == float and found.tolist() == [1e8, 2e8]


def test_what_is_masked_is_not_looked_at_and_stays_masked():
    words = np.ma.masked_array(np.array([3.0, "diverged"], object), [False, True])
    for value in (MASKED, words, np.ma.masked):
        assert (np.ma.getmaskarray(guard.positive("loss", value)) == value.mask).all()
    with pytest.raises(ValueError, match="loss is -1 in row 3 of 3"):
        guard.positive("loss", np.ma.masked_array([1.0, -5.0, -1.0], [False, True, False]))


@pytest.mark.parametrize(
    "formula",
    [
        laws.pf_days, laws.KAPLAN_PARAMS.loss, kaplan_laws.KAPLAN_JOINT.best_loss, kaplan_laws.critical_batch,
        lambda x: laws.training_flops(8e9, x), lambda x: laws.rule_of_thumb_optimum(x)[1],
        lambda x: laws.KAPLAN_ALLOCATION.optimum(x)[0], lambda x: REFIT.loss(x, 1e11),
        lambda x: REFIT.loss(1e9, x), REFIT.best_loss, lambda x: REFIT.optimum(x)[0],
        REFIT.optimal_tokens, REFIT.optimal_params, REFIT.optimal_loss,
        lambda x: REFIT.flops_for_loss(2 + x / 1e10), lambda x: REFIT.tokens_for_loss(8e9, 2 + x / 1e10),
        lambda x: limits.DATA_CONSTRAINED.loss(x, 1e9, 4), lambda x: limits.DATA_CONSTRAINED.loss(1e9, x, 4),
        lambda x: over_training.best_for_lifetime(REFIT, 2 + x / 1e10, 1e12)[0],
        lambda x: cost.serving_flops(x, 1), lambda x: limits.energy_mwh(x, 400),
    ],
)  # fmt: skip
def test_formulas_pass_a_mask_on_and_leave_the_rest_alone(formula):
    found, alone = formula(MASKED), formula(np.array([1e9, 8e9]))
    assert found.mask.tolist() == [False, True, False] and type(alone) is np.ndarray
    assert found.compressed() == pytest.approx(alone, rel=1e-12)


def test_what_a_formula_masks_the_next_one_takes():
    tokens = REFIT.tokens_for_loss(8e9, [1.965, 2.022])
    flops = laws.training_flops(8e9, tokens)
    assert flops.mask.tolist() == [True, False] and flops[1] == 6 * 8e9 * tokens[1]


def test_a_result_beyond_all_numbers_does_not_leave():
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="too large for a number"):
        laws.Chinchilla(1.7, 400.0, 400.0, 0.3, 0.01, "flat").optimal_tokens([1.0, 1e90])
    assert guard.plain(np.ma.masked_array([1.0, np.inf], [False, True])).compressed() == [1.0]


def test_a_law_of_draws_says_what_to_give_it_for_several_budgets():
    draws = laws.refit_draws()
    with pytest.raises(ValueError, match=r"flops has 2 entries, and this law 500 draws: .*-1, 1"):
        draws.optimum([1e21, 1e22])
    assert draws.optimum(np.reshape([1e21, 1e22], (-1, 1)))[0].shape == (2, 500)
    assert draws.loss(np.full(500, 1e9), 1e11).shape == (500,)


def test_a_loss_that_no_run_can_have_is_named():
    for loss, said in (
        (1e99, "smaller"),
        (1.8172, "above 1.8172"),
        (1.8172 + 1e-15, "above 1.8172"),
    ):
        with pytest.raises(
            ValueError, match=f"^loss is {loss}.*but must be {said}".replace("+", r"\+")
        ):
            REFIT.flops_for_loss(loss)
    assert REFIT.flops_for_loss([1e99, 2.0]).mask.tolist() == [True, False]


def test_a_share_lies_between_0_and_1():
    assert guard.share("level", 0.95) == 0.95 and guard.share("level", np.float32(0.5)) == 0.5
    for level, such in (
        (95, 0.95),
        (80, 0.8),
        (1, 0.95),
        (np.nan, 0.95),
        ("0.5", 0.95),
        (True, 0.95),
    ):
        with pytest.raises(ValueError, match=f"^level is .* between 0 and 1, such as {such}.$"):
            guard.share("level", level)
