"""What compute costs: time on accelerators (serving, money and energy come with chapter 03)."""

from helpers.checks import plain, positive

_DAY = 86_400.0  # seconds


def accelerator_days(flops, peak_flop_per_s, mfu):
    """Days that one accelerator needs for this training compute.

    mfu is the share of the dense peak that does model FLOP, above 0 and at most 1; Llama 3.1 405B
    reports 0.38 to 0.43 (arXiv 2407.21783).

    >>> f"{accelerator_days(5.88e23, 989.4e12, 0.40):,.0f}"
    '17,196'
    """
    share = positive("mfu", mfu)
    if (share > 1).any():
        raise ValueError(f"mfu is {share.max():g}, but must be above 0 and at most 1.")
    speed = positive("peak_flop_per_s", peak_flop_per_s) * share
    return plain(positive("flops", flops) / speed / _DAY)
