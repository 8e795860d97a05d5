"""What compute costs: each function against a number worked out by hand, or against its own inverse."""

import numpy as np
import pytest

from helpers import cost, laws

REFIT = laws.CHINCHILLA_REFIT


def test_serving_is_two_flop_for_each_parameter_and_token():
    assert cost.serving_flops(70e9, 1e12) == pytest.approx(1.4e23)
    assert cost.serving_flops(70e9, 0) == 0


def test_the_smallest_share_is_where_endless_tokens_reach_the_same_loss():
    for law in (REFIT, laws.CHINCHILLA_PRINTED, laws.MUENNIGHOFF):
        params, tokens = law.optimum(1e23)
        smallest = params * cost.smallest_share(law)
        assert law.best_loss(smallest) == pytest.approx(law.loss(params, tokens))


@pytest.mark.parametrize("law", [REFIT, laws.CHINCHILLA_PRINTED], ids=["refit", "printed"])
def test_the_best_for_a_lifetime_has_its_loss_and_its_balance(law):
    for loss in (1.9, 2.2, 3.0):
        for served in (0, 1e9, 1e12, 1e15, 1e18):
            params, tokens = cost.best_for_lifetime(law, loss, served)
            assert law.loss(params, tokens) == pytest.approx(loss, rel=1e-12)
            balance = law.alpha * law.A / params**law.alpha / (law.beta * law.B / tokens**law.beta)
            assert balance == pytest.approx(1 + served / (3 * tokens), rel=1e-9)
            back = cost.demand_it_fits(law, params, tokens)
            assert back == pytest.approx(served, rel=1e-6, abs=1e-6 * tokens)


def test_a_loss_that_no_model_has_is_refused_with_E():
    law = laws.CHINCHILLA_OPTIMUM
    for loss in (law.E, 1.5, [2.0, 1.5]):
        with pytest.raises(ValueError, match=r"must be above 1\.81722, the irreducible loss E"):
            cost.best_for_lifetime(law, loss, 1e12)


def test_a_million_tokens_an_hour_cost_an_hour():
    assert cost.price_per_million(1e6 / 3600, 2.5) == pytest.approx(2.5)
    assert cost.price_per_million(2e6 / 3600, 2.5) == pytest.approx(1.25)


def test_accelerator_days_scale():
    day = cost.accelerator_days(1e15 * 86400, 1e15, 1)
    assert day == pytest.approx(1) and cost.accelerator_days(1e15 * 86400, 1e15, 0.25) == 4
    assert cost.accelerator_hours(1e15 * 3600, 1e15, 0.5) == pytest.approx(2)
    for mfu in (1.2, [0.4, 1.2]):
        with pytest.raises(ValueError, match="mfu is 1.2"):
            cost.accelerator_days(1e20, 1e15, mfu)


def test_energy_of_a_kilowatt_and_its_carbon():
    assert cost.energy_mwh(1000, 1000, pue=1) == pytest.approx(1)
    assert cost.energy_mwh(1000, 1000) == pytest.approx(1.1)
    for pue in (0.9, [1.1, 0.9]):
        with pytest.raises(ValueError, match="pue is 0.9( in row 2 of 2)?, but must be at least 1"):
            cost.energy_mwh(1, 1, pue)
    assert cost.co2_tonnes(2, 0.5) == 1 and cost.co2_tonnes(1) == 0.385
    assert cost.energy_mwh(np.array([1, 2]), 5e5, 2).tolist() == [1, 2]
