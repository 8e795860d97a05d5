"""Every formula against a published number, an identity, or brute force."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import laws
from pictures import kaplan_laws, limits

REFIT = laws.CHINCHILLA_REFIT
ALL_CHINCHILLA = [
    laws.CHINCHILLA_PRINTED,
    laws.CHINCHILLA_UNROUNDED,
    laws.CHINCHILLA_REFIT,
    laws.CHINCHILLA_OPTIMUM,
    laws.MUENNIGHOFF,
]
sizes = st.floats(1e6, 1e13)
token_counts = st.floats(1e8, 1e15)
budgets = st.floats(1e17, 1e28)


def significant(value, digits):
    return float(f"{value:.{digits - 1}e}")


# Counting


def test_training_flops_of_chinchilla_and_gpt3():
    assert laws.training_flops(70e9, 1.4e12) == pytest.approx(5.88e23)
    assert laws.training_flops(175e9, 300e9) == pytest.approx(3.15e23)


def test_pf_days_of_the_forecasters_example():
    assert round(laws.pf_days(5.88e23), 2) == 6805.56
    assert round(laws.pf_days(6 * 70e9 * 15e12)) == 72917  # Llama 3 70B, FACTS 2.23


def test_gpt3_has_the_parameters_of_its_paper():
    # 96 layers of width 12288, 50257 tokens, 2048 positions: 174.6 B (Table D.1)
    assert significant(laws.transformer_params(96, 12288, 50257, 2048), 4) == 1.746e11
    assert laws.transformer_params(2, 10) == 12 * 2 * 100


def test_context_term_is_small_only_for_wide_models():
    exact = laws.training_flops_per_token(96, 12288, 2048)
    assert exact == 6 * (12 * 96 * 12288**2 + 96 * 2048 * 12288)
    # the term can be dropped when d_model is far above n_ctx / 12: here both are equal
    width = 1024 // 12 * 1.0
    ratio = laws.training_flops_per_token(6, width, 12 * width) / (
        6 * laws.transformer_params(6, width)
    )
    assert ratio == pytest.approx(2)


def test_unembedding_counts_when_asked():
    more = laws.training_flops_per_token(4, 64, 128, vocab=256)
    assert more - laws.training_flops_per_token(4, 64, 128) == 6 * 256 * 64


def test_rule_of_thumb_spends_the_budget():
    params, tokens = laws.rule_of_thumb_optimum(5.88e23)
    assert (params, tokens) == pytest.approx((70e9, 1.4e12))
    params, tokens = laws.rule_of_thumb_optimum(5.88e23, tokens_per_param=192)
    assert tokens / params == pytest.approx(192) and 6 * params * tokens == pytest.approx(5.88e23)


# Kaplan: FACTS 1.2, 1.3, 1.5


def test_kaplan_loss_against_size():
    losses = [round(laws.KAPLAN_PARAMS.loss(10.0**k), 2) for k in range(7, 12)]
    assert losses == [3.37, 2.83, 2.38, 1.99, 1.67]


@pytest.mark.parametrize(
    "law, x, scale_exponent",
    [
        (laws.KAPLAN_PARAMS, 8.8e13, 0.076),
        (laws.KAPLAN_TOKENS, 5.4e13, 0.095),
        (laws.KAPLAN_COMPUTE, 3.1e8 * 8.64e19, 0.050),
        (laws.KAPLAN_FIXED_BATCH, 1.6e7 * 8.64e19, 0.057),
    ],
)
def test_kaplan_power_laws_cross_one_at_their_scale(law, x, scale_exponent):
    assert law.loss(x) == pytest.approx(1)
    assert law.loss(x / 1024) == pytest.approx(1024**scale_exponent)


def test_kaplan_joint_law_has_constants_of_its_own():
    joint = kaplan_laws.KAPLAN_JOINT
    # endless tokens: (N_c / N) ** alpha_N; endless parameters: (D_c / D) ** alpha_D
    assert joint.loss(1e9, 1e40) == pytest.approx((6.4e13 / 1e9) ** 0.076)
    assert joint.loss(1e9, 1e40) == pytest.approx(joint.best_loss(1e9))
    assert joint.loss(1e60, 1e9) == pytest.approx((1.8e13 / 1e9) ** 0.103, rel=1e-4)
    assert joint.loss(1e9, 22e9) == pytest.approx(((6.4e4) ** (76 / 103) + 1.8e13 / 22e9) ** 0.103)


def test_kaplan_steps():
    law = kaplan_laws.KAPLAN_STEPS
    assert law.loss(6.5e13, 2.1e3) == pytest.approx(2)
    assert law.loss(1e9, 1e30) == pytest.approx((6.5e13 / 1e9) ** 0.077)
    assert law.loss(6.5e13, 2.1e3 / 4) == pytest.approx(1 + 4**0.76)


def test_critical_batch_doubles_for_13_percent_less_loss():
    assert kaplan_laws.critical_batch(1.0) == pytest.approx(2.1e8)
    assert kaplan_laws.critical_batch(2 * 0.87) / kaplan_laws.critical_batch(2) == pytest.approx(
        2, rel=0.05
    )
    assert kaplan_laws.critical_batch(2.0) == pytest.approx(2.1e8 / 2 ** (1 / 0.21))


def test_training_at_the_critical_batch_costs_twice_the_minimum():
    assert kaplan_laws.at_critical_batch(1e21) == pytest.approx(2e21)


def test_kaplan_allocation():
    one = laws.KAPLAN_ALLOCATION.optimum(8.64e19)  # one PF-day
    assert one[0] == pytest.approx(1.3e9)
    # Table 6 prints 2e10 tokens at the critical batch size: twice C_min / 6N
    assert kaplan_laws.at_critical_batch(one[1]) == pytest.approx(2.2e10, rel=0.01)
    two, ten = laws.KAPLAN_ALLOCATION.optimum(2 * 8.64e19), laws.KAPLAN_ALLOCATION.optimum(8.64e20)
    assert round(two[0] / one[0], 2) == 1.66 and round(two[1] / one[1], 2) == 1.21
    assert round(ten[0] / one[0], 2) == 5.37 and round(ten[1] / one[1], 2) == 1.86


# Chinchilla: FACTS 2.4, 2.7, 3, 5.4, 5.5


def test_allocation_under_four_sets_of_constants():
    found = [
        (round(params / 1e9, 1), significant(tokens / params, 3))
        for params, tokens in (
            law.optimum(5.76e23)
            for law in (
                laws.CHINCHILLA_PRINTED,
                laws.CHINCHILLA_UNROUNDED,
                laws.CHINCHILLA_REFIT,
                laws.MUENNIGHOFF,
            )
        )
    ]
    assert found == [(32.2, 92.6), (40.4, 58.9), (72.2, 18.4), (70.0, 19.6)]


def test_exact_optimum_of_the_240_points():
    params, tokens = laws.CHINCHILLA_OPTIMUM.optimum(5.76e23)
    assert round(tokens / params, 1) == 17.9
    assert laws.CHINCHILLA_OPTIMUM.a == pytest.approx(0.514, abs=5e-4)
    assert REFIT.a == pytest.approx(0.513, abs=5e-4)
    assert round(laws.CHINCHILLA_OPTIMUM.E, 3) == round(REFIT.E, 3) == 1.817


def test_loss_along_the_best_line():
    budget = [10.0**k for k in range(20, 28)]
    refit = [2.553, 2.306, 2.141, 2.032, 1.960, 1.912, 1.880, 1.859]
    paper = [2.553, 2.295, 2.115, 1.988, 1.900, 1.838, 1.795, 1.764]
    assert [round(REFIT.optimal_loss(c), 3) for c in budget] == refit
    assert [round(laws.CHINCHILLA_UNROUNDED.optimal_loss(c), 3) for c in budget] == paper


def test_printed_and_unrounded_constants():
    p, u, m = laws.CHINCHILLA_PRINTED, laws.CHINCHILLA_UNROUNDED, laws.MUENNIGHOFF
    assert (p.E, p.A, p.B, p.alpha, p.beta) == (1.69, 406.4, 410.7, 0.34, 0.28)
    assert (round(u.E, 4), round(u.A, 2), round(u.B, 2)) == (1.6934, 406.40, 410.72)
    assert (round(u.alpha, 2), round(u.beta, 2)) == (0.34, 0.28)  # the printed ones
    assert (round(m.E, 2), round(m.A), round(m.B)) == (1.87, 521, 1488)
    # the rounding moves the data term at 1e11 tokens by about 13 %
    assert (p.B / 1e11**p.beta) / (u.B / 1e11**u.beta) - 1 == pytest.approx(0.13, abs=0.01)


def test_llama3_8b_cannot_reach_llama2_70b_by_tokens_alone():
    target = REFIT.loss(70e9, 2e12)
    assert round(REFIT.loss(8e9, 15e12), 3) == 2.022 and round(target, 3) == 1.965
    assert round(REFIT.best_loss(8e9), 3) == 1.990
    with pytest.raises(ValueError, match="must be above"):
        REFIT.tokens_for_loss(8e9, target)
    unrounded = laws.CHINCHILLA_UNROUNDED
    needed = unrounded.tokens_for_loss(8e9, unrounded.loss(70e9, 2e12))
    assert significant(needed, 2) == 1.8e14


def test_doubling_one_or_the_other():
    def gain(params, tokens, n=1.0, d=1.0):
        return round(REFIT.loss(params * n, tokens * d) - REFIT.loss(params, tokens), 3)

    root = math.sqrt(2)
    rows = {(7e9, 140e9): (-0.039, -0.039, -0.041), (175e9, 300e9): (-0.013, -0.030, -0.022)}
    for (params, tokens), expected in rows.items():
        found = (
            gain(params, tokens, n=2),
            gain(params, tokens, d=2),
            gain(params, tokens, root, root),
        )
        assert found == expected


@pytest.mark.parametrize("law", ALL_CHINCHILLA, ids=lambda law: law.source[:20])
@settings(max_examples=30, deadline=None)
@given(flops=budgets)
def test_the_closed_form_is_the_minimum(law, flops):
    params, tokens = law.optimum(flops)
    assert laws.training_flops(params, tokens) == pytest.approx(flops)
    tried = params * np.logspace(-2, 2, 2001)
    losses = law.loss(tried, flops / (6 * tried))
    assert law.loss(params, tokens) <= losses.min() * (1 + 1e-12)
    assert tried[losses.argmin()] == pytest.approx(params, rel=0.01)
    assert law.optimal_tokens(params) == pytest.approx(tokens)
    assert law.optimal_params(tokens) == pytest.approx(params)


@settings(max_examples=50, deadline=None)
@given(params=sizes, tokens=token_counts)
def test_inverses_give_back_what_went_in(params, tokens):
    loss = REFIT.loss(params, tokens)
    assert loss == pytest.approx(REFIT.E + REFIT.reducible_loss(params, tokens))
    assert loss > REFIT.best_loss(params) > REFIT.E
    assert REFIT.tokens_for_loss(params, loss) == pytest.approx(tokens, rel=1e-6)
    least = REFIT.flops_for_loss(loss)
    assert least <= laws.training_flops(params, tokens) * (1 + 1e-9)
    assert REFIT.optimal_loss(least) == pytest.approx(loss)


def test_arrays_broadcast_and_impossible_targets_come_back_masked():
    assert REFIT.loss(np.array([[1e9], [1e10]]), np.array([1e10, 1e11, 1e12])).shape == (2, 3)
    tokens = REFIT.tokens_for_loss([1e9, 8e9, 70e9], 1.965)
    assert tokens.mask.tolist() == [True, True, False]
    assert tokens[2] == pytest.approx(2e12, rel=0.05)
    assert laws.CHINCHILLA_REFIT.flops_for_loss([1.0, 2.0]).mask.tolist() == [True, False]
    assert type(REFIT.loss(1e9, 1e10)) is float and type(REFIT.loss(10**9, 10**24)) is float


BAD = [0, -1, float("nan"), float("inf"), "70B", None, True, [1.0, -2.0], 1e101, 1j]


@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_nonsense_is_refused_in_a_sentence_that_names_it(bad):
    calls = [
        ("params", lambda: REFIT.loss(bad, 1e9)),
        ("tokens", lambda: REFIT.loss(1e9, bad)),
        ("flops", lambda: REFIT.optimum(bad)),
        ("params", lambda: kaplan_laws.KAPLAN_JOINT.loss(bad, 1e9)),
        ("flops_min", lambda: laws.KAPLAN_ALLOCATION.optimum(bad)),
        ("loss", lambda: kaplan_laws.critical_batch(bad)),
        ("loss", lambda: REFIT.flops_for_loss(bad)),
        ("epochs", lambda: limits.DATA_CONSTRAINED.loss(1e9, 1e9, bad)),
        ("n_layer", lambda: laws.transformer_params(bad, 64)),
    ]
    for name, call in calls:
        with pytest.raises(ValueError, match=f"^{name} is .* must be a positive number"):
            call()


def test_the_largest_number_is_taken_and_what_is_no_number_is_named_as_it_was_given():
    assert laws.training_flops(1e100, 1) == pytest.approx(6e100)
    with pytest.raises(ValueError, match="^params is None, but"):
        REFIT.best_loss(None)
    with pytest.raises(ValueError, match="^params is None in row 2 of 2, but"):
        REFIT.best_loss([10**24, None])
    assert 0 < REFIT.tokens_for_loss(1e9, 1e4) < 1, "a loss far above any model's takes no token"


@pytest.mark.parametrize("loss", [1.0, 1.8172, REFIT.E * (1 + 1e-16)])
def test_a_loss_below_E_is_refused_with_E_in_the_sentence(loss):
    with pytest.raises(ValueError, match=r"must be above 1\.8172, the irreducible loss E"):
        REFIT.flops_for_loss(loss)


def test_nothing_infinite_leaves():
    flat = laws.Chinchilla(1.69, 406.4, 410.7, 0.34, 0.01, "hardly learns from more tokens")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="too large"):
            flat.optimal_tokens(1e90)
        with pytest.raises(ValueError, match="too large"):
            flat.optimal_tokens([1e90, 1.0])


# Muennighoff: FACTS 7.2


def test_value_of_repeated_tokens():
    law = limits.DATA_CONSTRAINED
    worth = [round(law.effective_tokens(1e9, n) / (1e9 * n), 3) for n in (2, 4, 8, 16, 40, 100)]
    assert worth == [0.984, 0.931, 0.828, 0.661, 0.379, 0.164]
    assert law.effective_tokens(1e9, 1) == 1e9 and law.effective_tokens(1e9, 0.5) == 5e8


def test_excess_parameters_count_for_less():
    law = limits.DATA_CONSTRAINED
    best = law.law.optimal_params(1e9)
    assert best / 1e9 == pytest.approx(0.051, abs=5e-4)
    assert law.effective_params(best / 3, 1e9) == pytest.approx(best / 3)
    assert law.effective_params(best * 1.01, 1e9) == pytest.approx(best * 1.01, rel=1e-3)
    assert law.effective_params(best * 1e4, 1e9) == pytest.approx(best * (1 + law.R_N))


def test_one_epoch_of_plenty_is_the_plain_law():
    law = limits.DATA_CONSTRAINED
    assert law.loss(1e8, 1e12) == pytest.approx(law.law.loss(1e8, 1e12))
    losses = law.loss(1e9, 1e10, np.arange(1, 40))
    assert (np.diff(losses) < 0).all()  # in this law more epochs never hurt
    assert law.loss(1e9, 2.5e9, 4) > law.loss(1e9, 1e10, 1)
