"""What compute costs: each function against a number worked out by hand, or against its own inverse."""

import numpy as np
import pytest

from helpers import cost


def test_serving_is_two_flop_for_each_parameter_and_token():
    assert cost.serving_flops(70e9, 1e12) == pytest.approx(1.4e23)
    assert cost.serving_flops(70e9, 0) == 0


def test_accelerator_days_scale():
    day = cost.accelerator_days(1e15 * 86400, 1e15, 1)
    assert day == pytest.approx(1) and cost.accelerator_days(1e15 * 86400, 1e15, 0.25) == 4
    for mfu in (1.2, [0.4, 1.2]):
        with pytest.raises(ValueError, match="mfu is 1.2"):
            cost.accelerator_days(1e20, 1e15, mfu)


def test_energy_of_a_kilowatt():
    assert cost.energy_mwh(1000, 1000, pue=1) == pytest.approx(1)
    assert cost.energy_mwh(1000, 1000) == pytest.approx(1.1)
    for pue in (0.9, [1.1, 0.9]):
        with pytest.raises(ValueError, match="pue is 0.9( in row 2 of 2)?, but must be at least 1"):
            cost.energy_mwh(1, 1, pue)
    assert cost.energy_mwh(np.array([1, 2]), 5e5, 2).tolist() == [1, 2]
