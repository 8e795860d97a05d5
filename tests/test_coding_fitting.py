"""The coding round's tasks on fitting: their references against the fitter, and the debug task mistake by mistake."""

import numpy as np
import pytest

from exercises import checking, interview_fitting
from helpers import fits, laws

RIGHT = checking.source(interview_fitting.best_size)
SPOILS = {  # what stands in the given function, in place of ours, and the words of what is left then
    'row["flops"] for row': "grouped by flops",
    "diverged": "had diverged",
    "order": "order of the rows",
    "2 / params": "2 FLOP",
    "1 - a": "exponent of the tokens",
}


def spoiled(mistake):
    """Our function with one of the mistakes put back."""
    changes = {
        'row["flops"] for row': [('row["budget"] for row', 'row["flops"] for row'), ('row["budget"] == budget', 'row["flops"] == budget')],
        "diverged": [(' and row["status"] == "ok"', "")],
        "order": [('        here.sort(key=lambda row: row["params"])\n', "")],
        "2 / params": [("target / 6 / params", "target / 2 / params")],
        "1 - a": [("float(a)", "float(1 - a)")],
    }[mistake]  # fmt: skip
    text = RIGHT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("mistake", SPOILS)
def test_each_mistake_of_the_debug_task_counts_alone(mistake):
    verdict = checking.judge("best-size", spoiled(mistake))
    assert verdict.right is False and verdict.share == pytest.approx(4 / 5), verdict
    assert "4 of 5 mistakes are repaired" in verdict.sentence
    assert SPOILS[mistake] not in verdict.sentence, "what is left is not given away"
    others = [words for other, words in SPOILS.items() if other != mistake]
    assert all(words in verdict.sentence for words in others)


def test_the_debug_task_starts_with_all_of_them():
    given = checking.stub("best-size")
    assert given.startswith("def best_size(rows, target)") and "wrong" not in given
    changed = given.replace("budgets, best = [], []", "best, budgets = [], []")
    assert checking.judge("best-size", given).right is None
    verdict = checking.judge("best-size", changed)
    assert verdict.share == 0.0 and "0 of 5 mistakes" in verdict.sentence


def test_the_sweep_of_the_debug_task_gives_what_is_known_of_it():
    used, a, params, tokens = interview_fitting.best_size(interview_fitting.debug_rows(), 1e24)
    assert (used, round(a, 5)) == (4, 0.51236)
    assert params == pytest.approx(9.507e10, rel=1e-3) and tokens == pytest.approx(
        1.7531e12, rel=1e-3
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_law_is_at_the_certified_minimum(seed):
    runs = interview_fitting._drawn_law(np.random.default_rng(seed))
    fit = fits.fit_chinchilla(runs["params"], runs["tokens"], runs["loss"], delta=runs["delta"])
    ours = interview_fitting.huber_sum(runs, interview_fitting.fit_law(**runs))
    law = fit.law
    theirs = interview_fitting.huber_sum(runs, (law.E, law.A, law.B, law.alpha, law.beta))
    assert fit.certified and ours <= theirs * (1 + 1e-6)


def test_isoflop_agrees_with_the_fitter():
    params, flops, loss = interview_fitting._sweep(np.random.default_rng(8), one_sided=False)
    exponent, size, used = interview_fitting.fit_isoflop(params, flops, loss, 1e24)
    assert len(used) == 5 and exponent == pytest.approx(laws.CHINCHILLA_REFIT.a, abs=0.02)
    assert size == pytest.approx(laws.CHINCHILLA_REFIT.optimum(1e24)[0], rel=0.1)
