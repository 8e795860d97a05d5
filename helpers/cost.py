"""What compute costs: serving a model over its life, and time on accelerators."""

from helpers.guard import plain, positive, refuse

_DAY = 86_400.0  # seconds


def serving_flops(params, served_tokens):
    """FLOP to serve some tokens, 2 for each parameter and token: the forward pass alone.

    Source: Kaplan et al. 2020, section 2.1; Sardana et al. 2024 (arXiv 2401.00448).

    >>> serving_flops(70e9, 1) / serving_flops(8e9, 1)
    8.75
    """
    size, served = positive("params", params), positive("served_tokens", served_tokens, zero=True)
    return plain(2.0 * size * served)


def accelerator_days(flops, peak_flop_per_s, mfu):
    """Days that one accelerator needs for this training compute.

    mfu is the share of the dense peak that does model FLOP, above 0 and at most 1; Llama 3.1 405B
    reports 0.38 to 0.43 (arXiv 2407.21783).

    >>> f"{accelerator_days(5.88e23, 989.4e12, 0.40):,.0f}"
    '17,196'
    """
    share = positive("mfu", mfu)
    refuse("mfu", share, share > 1, "above 0 and at most 1")
    speed = positive("peak_flop_per_s", peak_flop_per_s) * share
    return plain(positive("flops", flops) / speed / _DAY)
