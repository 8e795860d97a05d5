"""Chapter 08: counts of many tries, training traded for thought, curves of reinforcement learning, teachers."""

import facts
import numpy as np
import pytest
from cells import functions_of, prose
from drawing import ax, is_at, marks  # noqa: F401

from exercises import thinking_longer as exercises
from helpers import data, laws, modern_laws
from pictures import thinking_longer

COUNTS, BINS = data.read_table("coverage"), data.read_table("coverage_bins")
BUDGETS, RUNS = data.read_table("coverage_budgets"), data.read_table("reinforcement")
CHAPTER = functions_of("08_thinking_longer")
BUDGET = thinking_longer.Budget(COUNTS, BINS, BUDGETS, exercises.coverage)


def test_the_chapter_says_what_its_numbers_say():
    assert not facts.wrong(prose("08_thinking_longer"), facts.of("08_thinking_longer"))


# Many tries ----------------------------------------------------------------------------------------


def test_the_bins_give_the_counted_coverage():
    for row in COUNTS:
        bins = thinking_longer.bins_of(BINS, row.model)
        assert exercises.coverage(*bins, 10_000, int(row.tries)) == pytest.approx(
            row.coverage, abs=0.004
        )


def test_each_model_has_128_problems_and_those_never_solved_are_counted():
    never = {"Pythia 70M": 94, "Pythia 160M": 55, "Pythia 410M": 44, "Pythia 1B": 33, "Pythia 2.8B": 24,
             "Pythia 6.9B": 21, "Pythia 12B": 16}  # fmt: skip
    for model, unsolved in never.items():
        right, problems = thinking_longer.bins_of(BINS, model)
        assert problems.sum() == 128 and problems[right == 0].sum() == unsolved


def test_published_coverage():
    # Brown et al. 2024 report 0.27 % and 57 % for Pythia-160M on MATH
    counted = {row.tries: row.coverage for row in COUNTS if row.model == "Pythia 160M"}
    assert counted[1] == pytest.approx(0.0027, abs=5e-5) and counted[1e4] == pytest.approx(
        0.57, abs=5e-3
    )


def test_the_estimator_in_small():
    # 100 tries, 3 right, 10 drawn: 1 - C(97, 10) / C(100, 10)
    one = exercises.coverage(np.array([3]), np.array([1]), 100, 10)
    assert one == pytest.approx(0.2735, abs=1e-4)
    assert exercises.coverage(np.array([3]), np.array([1]), 10_000, 1000) == pytest.approx(
        0.27102, abs=1e-5
    )


@pytest.mark.parametrize("row", BUDGETS, ids=lambda row: f"{row.budget:g} {row.model}")
def test_the_figure_meets_the_table_of_budgets(row):
    assert BUDGET.tries(row.model, row.budget) == pytest.approx(row.tries, abs=1)
    assert BUDGET.solved(row.model, row.budget) == pytest.approx(row.coverage, abs=0.005)


@pytest.mark.parametrize(
    "spent, first, tries",
    [(1, "Pythia 160M", 75), (10, "Pythia 160M", 750), (300, "Pythia 2.8B", 1286), (3000, "Pythia 2.8B", 10_000)],
)  # fmt: skip
def test_who_wins_at_a_budget(ax, spent, first, tries):
    seen, sentence = marks(ax, BUDGET, spent=spent, checker="a perfect checker")
    assert f"best is {first} with {tries:,} tries" in sentence
    assert is_at(
        seen["here"] if len(seen["here"][0]) == 1 else seen[f"dot {first}"],
        spent,
        BUDGET.solved(first, spent),
    )
    told = [row for row in BUDGETS if row.budget == spent and row.model == first]
    assert f"first in {100 * told[0].sure:.0f} % of the redraws" in sentence


def test_without_a_checker_one_try_counts(ax):
    _, sentence = marks(ax, BUDGET, spent=1000, checker="no checker")
    assert "a single try of Pythia 12B is right on 2.3 % of the problems" in sentence


def test_hard_problems_make_the_power_law(ax):
    picture = thinking_longer.Hard(COUNTS, BINS, exercises.coverage)
    seen, sentence = marks(ax, picture, model="Pythia 12B", left_out=0)
    assert "power 0.36 up to 100 tries and 0.37 from there on, nearly a straight line" in sentence
    assert seen["mean"][1][-1] == pytest.approx(-np.log(0.875), abs=0.01)
    right, problems = picture.without("Pythia 12B", 0.4)
    assert problems.sum() == pytest.approx(0.6 * 128) and right.min() > 0


def test_without_hard_problems_there_is_none(ax):
    picture = thinking_longer.Hard(COUNTS, BINS, exercises.coverage)
    _, sentence = marks(ax, picture, model="Pythia 12B", left_out=0.4)
    assert "bent: no power law" in sentence and "10,000 tries solve 100 %" in sentence


@pytest.mark.parametrize("s", [0.3, 0.6, 1.0])
def test_the_power_of_the_mean_is_that_of_the_density(s):
    failing = CHAPTER["failing"]
    assert np.log10(failing(s, 1e3) / failing(s, 1e4)) == pytest.approx(s, abs=0.02)


# Train or think ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slope", [0.5, 1.2, 2.0])
def test_no_other_place_of_the_trade_is_cheaper(slope):
    train, think = 5.88e23, 2.8e24
    best = exercises.decades_less(train, think, slope)

    def bill(x):
        return train * 10**-x + think * 10 ** (slope * x)

    assert bill(best) < min(bill(best - 0.01), bill(best + 0.01))


def test_the_bill_of_a_model_that_thinks(ax):
    picture = thinking_longer.Trade(CHAPTER["think_flops"], exercises.decades_less)
    seen, sentence = marks(ax, picture, served=1e12, longer=20, slope=1.2)
    assert (
        "Planned: 5.9e23 FLOP of training and 2.8e24 of answers. 2.2 times more training is best"
        in sentence
    )
    assert seen["here"][0][0] == pytest.approx(-0.3447, abs=1e-3)
    assert CHAPTER["think_flops"](70e9, 1e12, 20) == 20 * 2 * 70e9 * 1e12
    assert pytest.approx(laws.training_flops(70e9, 1.4e12)) == thinking_longer.Trade.TRAINED


# Reinforcement learning ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hours, small, large", [(4e3, 0.498, 0.353), (16e3, 0.592, 0.527), (34e3, 0.601, 0.601), (1e5, 0.604, 0.637)]
)  # fmt: skip
def test_published_curves(hours, small, large):
    for name, value in (("batch 512", small), ("batch 2048", large)):
        got = CHAPTER["pass_rate"](hours, data.named(RUNS, name))
        assert got == pytest.approx(value, abs=6e-4)


def test_published_ceilings():
    table = {
        "batch 768": (2542, 1.92, 0.610),
        "32k tokens": (11272, 1.89, 0.645),
        "Llama-4 Scout": (4242, 1.65, 0.710),
    }
    for name, row in table.items():
        assert data.named(RUNS, name)[1:4] == row


@pytest.mark.parametrize("form", thinking_longer.Window.FORMS)
@pytest.mark.parametrize("end", [2e3, 1.2e4, 4.6e4, 1e5])
def test_the_fan_holds_what_comes(ax, end, form):
    picture = thinking_longer.Window(RUNS, CHAPTER["pass_rate"])
    seen, sentence = marks(ax, picture, end=end, form=form)
    for run in picture.RUNS:
        assert seen[f"seen {run}"][0][-1] == pytest.approx(end)
        x, y = seen[f"fan {run}"]
        for hours in (2e5, 9e5):
            near = y[np.abs(np.log(x / hours)) < 0.05]
            assert near.min() <= picture.rate(run, hours) <= near.max()
    leads = "batch 2048" if end > 3.4e4 else "batch 512"
    assert f"so {leads} leads" in sentence


def test_the_window_begins_where_the_fits_of_the_paper_do(ax):
    # Khatri et al. 2025: fits start at 1,500 GPU-hours; differences under 0.02 mean nothing. From R_0 = 0.3, our assumption
    picture = thinking_longer.Window(RUNS, CHAPTER["pass_rate"])
    seen, sentence = marks(ax, picture, end=4e3, form="S-curves")
    x, y = seen["seen batch 2048"]
    assert x[0] == pytest.approx(1500) and y[0] == pytest.approx(
        0.3 + 0.345 / (1 + (10909 / 1500) ** 1.70)
    )
    assert "S-curves within 0.02 of what was seen" in sentence


def test_no_teacher_of_the_study_is_better_than_its_largest_model(ax):
    # by the law of the paper 12.6 billion parameters on 512 billion tokens reach 1.894
    assert modern_laws.taught_loss(12.6e9, 512e9) == pytest.approx(1.894, abs=1e-3)
    picture = thinking_longer.Teacher(CHAPTER["taught"])
    _, sentence = marks(ax, picture, teacher=2.0, tokens=8e9, params=546e6)
    assert "Most helpful teacher of the study: 1.90" in sentence


def test_power_laws_open_the_ceiling_again(ax):
    picture = thinking_longer.Window(RUNS, CHAPTER["pass_rate"])
    picture.backdrop(ax)
    alone, together = (picture.foreground(ax, 1.7e4, form) for form in picture.FORMS)
    assert "of batch 512 0.58 to 0.66" in alone or "of batch 512 0.58 to 0.68" in alone
    assert "of batch 512 0.58 to 1.00" in together


# Distillation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tokens, teacher, loss",
    [(128e9, None, 2.484), (128e9, 2.0, 2.468), (128e9, 2.2, 2.452), (512e9, None, 2.438), (512e9, 1.9, 2.467), (512e9, 2.2, 2.420)],
)  # fmt: skip
def test_students_and_their_teachers(tokens, teacher, loss):
    assert modern_laws.taught_loss(198e6, tokens, teacher) == pytest.approx(loss, abs=6e-4)


@pytest.mark.parametrize("teacher, loss", [(None, 2.515), (2.0, 2.376), (2.2, 2.412), (2.4, 2.476)])
def test_a_student_on_few_tokens(teacher, loss):
    assert modern_laws.taught_loss(546e6, 10.9e9, teacher) == pytest.approx(loss, abs=6e-4)


def test_a_teacher_far_worse_is_matched():
    # from 1.1 times the student's own loss up the student ends where its teacher is
    assert modern_laws.taught_loss(198e6, 128e9, 2.8) == pytest.approx(2.8, abs=0.005)


def test_the_u_of_the_teacher(ax):
    picture = thinking_longer.Teacher(CHAPTER["taught"])
    seen, sentence = marks(ax, picture, teacher=2.2, tokens=128e9, params=198e6)
    assert is_at(seen["here"], 2.2, modern_laws.taught_loss(198e6, 128e9, 2.2))
    assert (
        "2.452, 0.032 nats better than alone. Most helpful teacher of the study: 2.22" in sentence
    )
    _, curve = seen["taught"]
    assert curve[0] > curve.min() < curve[-1]


# Toys ----------------------------------------------------------------------------------------------


def test_sharpening_crosses_only_where_problems_are_lost(ax):
    picture = thinking_longer.Sharpen(BINS, exercises.coverage)
    picture.backdrop(ax)
    assert "The old model is ahead nowhere" in picture.foreground(ax, 2.0, 0.0)
    assert "Nothing has changed" in picture.foreground(ax, 1.0, 0.0)
    crossings = []
    for lost in (0.06, 0.1, 0.2):
        sentence = picture.foreground(ax, 2.0, lost)
        assert "The old model is ahead again from" in sentence
        crossings.append(int(sentence.split("from ")[-1].split(" tries")[0].replace(",", "")))
    assert crossings == sorted(crossings, reverse=True)


def test_a_vote_ends_where_the_right_answer_is_the_most_frequent():
    voted = CHAPTER["voted"]
    rates = np.array([0.2, 0.4, 0.6])
    assert voted(rates, 2001, 1.0) == pytest.approx(1 / 3)
    assert voted(rates, 2001, 0.3) == pytest.approx(2 / 3)
    assert voted(rates, 2001, 0.1) == pytest.approx(1)
    assert voted(np.full(20_000, 0.5), 2, 0.01) == pytest.approx(
        0.5, abs=0.02
    )  # two tries: no better than one


def test_one_try_is_no_vote():
    picture = thinking_longer.Vote(CHAPTER["voted"])
    assert picture.voted(picture.rates, 1, 0.3) == pytest.approx(picture.covered[0], abs=0.03)
