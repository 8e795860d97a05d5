"""The tasks of code on serving against tables that were worked out apart from them."""

import numpy as np
import pytest

from exercises import interview_serving as serving
from helpers import laws
from pictures import over_training

LLAMA_8B = {"params": 8_030_261_248, "active": 8_030_261_248,
            "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "head_dim": 128}  # fmt: skip
MIXTRAL = LLAMA_8B | {"params": 46_702_792_704, "active": 12_879_925_248}
H100 = {"flops": 989.4e12, "bandwidth": 3.35e12, "memory": 80e9}
REFIT = laws.CHINCHILLA_REFIT


def test_the_limit_of_writing_changes_at_short_contexts_only():
    def bound(batch, context, chip=H100):
        return serving.decode(LLAMA_8B, batch, context, chip)[1]

    assert [bound(427, 128), bound(428, 128)] == ["memory", "compute"]
    assert [bound(770, 256), bound(772, 256)] == ["memory", "compute"]
    # however many fit: from 415 tokens on each conversation brings more reading than arithmetic
    endless = H100 | {"memory": 1e15}
    assert [bound(1_000_000, context, endless) for context in (414, 415)] == ["compute", "memory"]


def test_what_four_bits_bring_depends_on_the_batch():
    def gain(batch, context):
        speeds = [serving.decode(LLAMA_8B, batch, context, H100, bits)[0] for bits in (4, 16)]
        return speeds[0] / speeds[1]

    assert gain(1, 1000) == pytest.approx(3.90, abs=0.01)
    assert gain(1000, 128) == 1.0


def test_how_many_fit():
    fit = serving.largest_batch
    assert [fit(LLAMA_8B, context, H100) for context in (128, 256, 4096)] == [3811, 1905, 119]
    assert fit(LLAMA_8B, 4096, {"memory": 80 * 2**30}) == 130
    assert fit(MIXTRAL, 4096, H100) == 0


@pytest.mark.parametrize(
    ("served", "params", "tokens"), [(2e12, 57.90e9, 2.212e12), (2e13, 15.39e9, 4.165e12)]
)
def test_a_budget_for_a_life(served, params, tokens):
    assert serving.split_for_life(1e24, served, REFIT) == pytest.approx((params, tokens), rel=5e-4)


@pytest.mark.parametrize(("served", "params"), [(2e11, 10.222e9), (2e12, 6.098e9), (2e13, 3.752e9)])
def test_the_cheapest_life_as_the_chapter_has_it(served, params):
    found = serving.cheapest_life(2.10272, served, REFIT)
    assert found[0] == pytest.approx(params, rel=2e-4)
    assert found == pytest.approx(over_training.best_for_lifetime(REFIT, 2.10272, served))
    # the same life is the best split of what it costs
    cost = 6 * np.prod(found) + 2 * found[0] * served
    assert serving.split_for_life(cost, served, REFIT) == pytest.approx(found)


def test_the_five_requests():
    five = [(0, 4, 3), (0, 2, 8), (0, 6, 2), (1, 3, 4), (5, 2, 2)]
    assert serving.serve(five, 16) == ([3, 11, 13, 15, 15], 13)
    assert serving.serve(five, 20) == ([3, 8, 5, 9, 10], 16)
    assert serving.serve(five, 30) == ([3, 8, 2, 6, 7], 18)


def test_sixty_requests():
    rng = np.random.default_rng(1)
    arrivals, prompts = np.sort(rng.integers(0, 200, 60)), rng.integers(50, 400, 60)
    requests = list(zip(arrivals, prompts, rng.geometric(1 / 60, 60)))
    finish, peak = serving.serve(requests, 4000)
    assert (max(finish), peak) == (467, 3484)
    assert np.mean(finish - arrivals) == pytest.approx(87.0, abs=0.05)


@pytest.mark.parametrize(
    ("p", "drafted", "cost", "tokens", "speed_up", "best", "at_best"),
    [
        (0.8, 4, 0.05, 3.3616, 2.8013, 8, 3.092),
        (0.6, 4, 0.1, 2.3056, 1.6469, 3, 1.674),
        (0.9, 8, 0.05, 6.1258, 4.3756, 13, 4.674),
        (0.5, 4, 0.2, 1.9375, 1.0764, 1, 1.250),
        (0.3, 4, 0.2, 1.4251, 0.7917, 1, 1.083),
    ],
)
def test_drafts(p, drafted, cost, tokens, speed_up, best, at_best):
    assert serving.speculative(p, drafted, cost) == pytest.approx((tokens, speed_up), abs=5e-5)
    assert serving.best_drafted(p, cost) == best
    assert serving.speculative(p, best, cost)[1] == pytest.approx(at_best, abs=5e-4)


def test_the_share_of_accepted_drafts():
    target, draft = np.array([0.5, 0.3, 0.15, 0.05]), np.array([0.3, 0.4, 0.2, 0.1])
    assert serving.acceptance(target, draft) == pytest.approx(0.8)
    rng = np.random.default_rng(0)
    drawn = rng.choice(4, 200_000, p=draft)
    accepted = rng.random(drawn.size) < target[drawn] / draft[drawn]
    assert accepted.mean() == pytest.approx(0.8, abs=0.004)
