"""What compute costs: each function against a number worked out by hand, or against its own inverse."""

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
