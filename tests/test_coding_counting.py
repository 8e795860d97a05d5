"""The coding round's tasks on counting and tuning: published numbers, and sums that one can do by hand."""

import numpy as np
import pytest

from exercises import checking, interview_counting, interview_tuning

SHAPES = {
    "_8B": (8_030_261_248, 8_030_261_248, 6_979_588_096),
    "_70B": (70_553_706_496, 70_553_706_496, 68_452_360_192),
    "_QWEN": (596_049_920, 596_049_920, 440_467_456),
    "_MIXTRAL": (46_702_792_704, 12_879_925_248, 46_440_648_704),
    "_QWEN_30B": (30_532_122_624, 3_353_032_704, 29_909_792_768),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_parameters_of_published_models(shape):
    assert interview_counting.count_params(getattr(interview_counting, shape)) == SHAPES[shape]


@pytest.mark.parametrize(
    "shape, context, flops",
    [
        ("_8B", 8192, 5.1472e10), ("_8B", 131_072, 1.48109e11), ("_70B", 8192, 4.4923e11),
        ("_70B", 131_072, 9.3241e11), ("_MIXTRAL", 8192, 8.2936e10),
    ],
)  # fmt: skip
def test_the_flops_of_a_token(shape, context, flops):
    config = interview_counting._with_counts(getattr(interview_counting, shape))
    once = interview_counting.flops_per_token(config, context)
    assert once == pytest.approx(flops, rel=1e-4)
    twice = interview_counting.flops_per_token(config, context, recompute=True)
    assert twice / once == pytest.approx(4 / 3)


def test_sixteen_bytes_are_shared_stage_by_stage():
    memory = interview_counting.train_memory
    assert [memory(1000, 4, stage) for stage in range(4)] == [16_000, 7000, 5500, 4000]
    assert [memory(1000, 1, stage, 7.0) for stage in range(4)] == [16_007] * 4
    with pytest.raises(ValueError, match="stage is -1"):
        memory(1000, 4, -1)


def test_samples_and_clusters():
    n, c = np.array([100, 20, 10_000, 5]), np.array([5, 1, 3, 4])
    assert interview_counting.pass_at_k(n[:1], c[:1], 10) == pytest.approx(0.41625, abs=1e-5)
    assert interview_counting.pass_at_k(n[1:2], c[1:2], 10) == pytest.approx(0.5)
    assert interview_counting.pass_at_k(n[2:3], c[2:3], 1000) == pytest.approx(0.27102, abs=1e-5)
    assert interview_counting.pass_at_k(n[3:], c[3:], 2) == 1.0
    a, b = np.array([1.0, 0, 1, 1, 0, 1]), np.array([0.0, 0, 1, 0, 1, 1])
    alone = interview_counting.compare(a, b, np.arange(6))[1]
    assert alone == pytest.approx(np.std(a - b, ddof=1) / np.sqrt(6)), (
        "each item a cluster of its own"
    )


def test_a_schedule_by_hand():
    def rate(step, kind, decay=0.2):
        return interview_tuning.lr(step, 101, 10, 2.0, 0.2, kind, decay)

    assert [rate(step, "cosine") for step in (0, 9, 10)] == pytest.approx([0.2, 2.0, 2.0])
    assert [rate(step, "cosine") for step in (55, 100, 101)] == pytest.approx([1.1, 0.2, 0.2])
    assert rate(32, "cosine") == pytest.approx(0.2 + 0.9 * (1 + np.cos(np.pi * 22 / 90)))
    assert [rate(step, "wsd") for step in (50, 80, 90, 100)] == pytest.approx([2.0, 2.0, 1.1, 0.2])
    assert [rate(step, "wsd", 0) for step in (50, 100, 101)] == [2.0, 2.0, 0.2]


def test_the_best_rate_follows_the_lowest_points_and_leaves_out_what_tells_nothing():
    rows = []
    for width, best, shift in ((128, 0.02, 0), (256, 0.01, 2), (512, 0.005, -2), (1024, 1.0, 0)):
        for k in range(-3, 5):
            rate = best * 2.0 ** (k + shift) if width < 1024 else 0.0025 * 2.0**k  # at an end
            rows += [(width, rate, 2 + np.log(rate / best) ** 2 + sign * 0.1) for sign in (-1, 1)]
    widths, rates, losses = np.array(rows).T
    # a bowl far from its bottom: only five rates may count
    far = np.abs(np.log(rates / (0.02 * 128 / widths))) > 2.5
    losses = np.where(far & (widths < 1024), losses + 5, losses)
    exponent, rate = interview_tuning.best_lr(widths, rates, losses, 2560)
    assert exponent == pytest.approx(-1) and rate == pytest.approx(0.001)
    losses[(widths == 256) & (rates == rates[(widths == 256)].max())] = np.nan
    assert interview_tuning.best_lr(widths, rates, losses, 2560)[1] == pytest.approx(0.001)


def test_years_and_repeats_of_chapter_05():
    years, worth = (checking.every()[name].solve for name in ("years-left", "worth-of-repeats"))
    found = years(np.array([1.0, 1.0, 4.0]), np.array([2.0, 0.5, 2.0]), np.array([8.0, 8.0, 1.0]))
    assert found[0] == pytest.approx(3) and found[1] == 200, "a run that shrinks reads for ever"
    assert found[2] == pytest.approx(0), "all is read already"
    fresh = worth(np.full(3, 1e9), np.array([5e8, 1e9, 4e9]))
    assert fresh[:2] == pytest.approx([5e8, 1e9]) and fresh[2] / 4e9 == pytest.approx(
        0.93, abs=0.005
    )
