"""The capstone of chapter 06: an honest reference wins, and neither luck nor caution nor malice does."""

import math

import numpy as np
import pytest
from cells import sources
from test_hostile_code import hostile

from exercises import capstone, checking
from helpers import data, progress
from training import own_runs

# What stops an endless loop may reach it inside of the garbage collector, where Python ignores it; it is sent again.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"
)

OURS = capstone.REFERENCES["our law, its own interval"]


def score_of(plan, forecast):
    return capstone.mean(capstone.results(plan, forecast))


def test_the_strategies_to_beat_score_what_is_said():
    found = {words: capstone.mean(played) for words, played in capstone.references()}
    assert list(found.values()) == pytest.approx([0.510, 1.934, 1.806, math.log(256)], abs=2e-3)
    assert [sum(one.hits for one in played) for _, played in capstone.references()] == [
        19,
        8,
        8,
        20,
    ]
    assert not any(one.trouble for _, played in capstone.references() for one in played)


def test_no_purse_buys_a_target_and_only_finished_runs_are_offered():
    every = [goal for purse in capstone.PURSES for goal in capstone.targets(purse)]
    assert len(every) == 20
    for purse in capstone.PURSES:
        assert all(goal.cost > purse for goal in capstone.targets(purse))
        assert all(row.cost <= purse for row in capstone.offered(purse))
        assert not any(hasattr(row, "loss") for row in capstone.offered(purse))
    finished = {(run.params, run.tokens, run.flops) for run in own_runs.grid(data.own_runs())}
    assert {row[:3] for row in capstone.offered(9e12)} <= finished


def test_forecast_is_asked_without_a_loss():
    seen = []

    def forecast(runs, target):
        seen.append((runs, target))
        return OURS[1](runs, target)

    capstone.bets(OURS[0], forecast, 9e11)
    for runs, target in seen:
        assert target._fields == ("params", "tokens", "cost")
        assert max(run.cost for run in runs) <= 9e11 < target.cost


def test_what_lies_between_is_interpolated_and_says_so():
    few, many = [run for run in capstone.trained() if run.params == 6144][:2]
    between = capstone.ask(9e11, (6144, (few.tokens * many.tokens) ** 0.5))
    assert between.interpolated and not few.interpolated
    assert between.loss == pytest.approx((few.loss * many.loss) ** 0.5)
    assert few.cost < between.cost < many.cost
    for wanted, why in (
        ((6144, 1e5), "outside"),
        ((6144, 1e9), "outside"),
        ((7000, 1e6), "not offered"),
    ):
        with pytest.raises(ValueError, match=why):
            capstone.ask(9e11, wanted)
    # with a purse that pays one of the two only, the other one may not shine through
    with pytest.raises(ValueError, match="outside"):
        capstone.ask(0.5 * many.cost, (6144, (few.tokens * many.tokens) ** 0.5))


@pytest.mark.parametrize(
    "ends", [(-np.inf, np.inf), (np.nan, np.nan), (0, 1e300), (2.0, 1.0), (0, np.inf)]
)
def test_an_interval_that_says_nothing_gets_the_worst_fixed_score(ends):
    assert score_of(OURS[0], lambda runs, target: (1.5, *ends)) == pytest.approx(math.log(256))


def test_a_point_loses_although_it_is_nearly_right():
    def point(runs, target):
        guess, *_ = OURS[1](runs, target)
        return guess, guess, guess

    assert score_of(OURS[0], point) > 2 * score_of(*OURS)
    lucky = capstone.targets(2.9e11)[0].loss  # right once, and said of every run
    assert score_of(OURS[0], lambda runs, target: (lucky,) * 3) > math.log(256)


@pytest.mark.parametrize("plan, words", [
    (lambda budget, offered: offered, "It spends"), (lambda budget, offered: [(1, 2)], "not offered"),
    (lambda budget, offered: 3, "a list"), (lambda budget, offered: ["x"], "neither a row"),
    (lambda budget, offered: [(math.nan, 1)], "neither a row"), (lambda budget: [], "TypeError"),
])  # fmt: skip
def test_a_plan_that_breaks_a_rule_gets_a_sentence_and_the_worst_score(plan, words):
    played = capstone.bets(plan, OURS[1], 9e11)
    assert words in played.trouble and played.score == math.log(256) and played.hits == 0


def test_hostile_functions_get_a_score(monkeypatch):
    monkeypatch.setattr(capstone, "SECONDS", 1.0)
    rows = [tuple(row) for row in capstone.offered(2.9e11)[:3]]
    for function in hostile(rows):
        assert 0 <= capstone.bets(function, capstone._range, 2.9e11).score <= 111
    for function in hostile((1.5, 1.4, 1.6)):
        assert 0 <= capstone.bets(OURS[0], function, 2.9e11).score <= 111


def test_it_waits_until_something_is_written_and_keeps_the_score(capsys):
    assert not capstone.written(capstone.plan, capstone.forecast)
    progress.forget(["capstone"])
    capstone.play(capstone.plan, capstone.forecast)
    assert "capstone" not in progress.read()[0]["exercises"]
    capstone.play(*OURS)
    kept = progress.read()[0]["exercises"]["capstone"]
    assert kept["score"] == pytest.approx(0.510, abs=2e-3) and kept["tries"] == 1
    capstone.play(OURS[0], capstone._range)
    kept = progress.read()[0]["exercises"]["capstone"]
    assert (
        kept["score"] == pytest.approx(0.510, abs=2e-3) and kept["last"] > 5 and kept["tries"] == 2
    )
    progress.forget(["capstone"])


def test_the_notebook_has_what_the_game_starts_from():
    texts = [text.strip() for text in sources("06_train_your_own", "code")]
    for start in (capstone.plan, capstone.forecast):
        assert checking.source(start).strip() in texts
