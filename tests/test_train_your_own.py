"""Chapter 06 on made-up runs whose law is known: its functions and its pictures."""

import functools
import math
import time
import types

import numpy as np
import pytest
from cells import functions_of
from drawing import ax, is_at, marks  # noqa: F401
from matplotlib.figure import Figure

from helpers import data, fits, laws
from pictures import train_your_own
from training import own_runs
from training import task as button

LAW = laws.Chinchilla(0.9, 14.0, 90.0, 0.28, 0.34, "made up")
SHAPES = [
    (8, 1),
    (8, 2),
    (12, 2),
    (16, 2),
    (24, 2),
    (32, 2),
    (32, 3),
    (48, 3),
    (64, 3),
    (80, 4),
    (96, 5),
    (128, 5),
    (160, 6),
]
PLACES = {3e10: (0, 7), 1e11: (0, 8), 3e11: (1, 9), 1e12: (2, 10), 3e12: (4, 11), 1e13: (5, 11)}


def made(kind, budget, width, layers, loss=None, seed=0, scatter=0.004):
    """A run whose loss is the law's in non-embedding parameters, with a little noise."""
    exact = laws.training_flops_per_token(layers, width, 64, 256)
    params, tokens = laws.transformer_params(layers, width), budget / exact
    noise = np.random.default_rng([int(budget), width, layers, seed]).normal(0, scatter)
    empty = dict.fromkeys(data.ROWS["own_runs"]._fields, 0.0)
    known = {"run": f"{kind} {budget} {width}x{layers} {seed}", "kind": kind, "budget": budget,
             "d_model": width, "n_layer": layers, "seed": seed, "params": params, "tokens": tokens,
             "params_total": params + 576 * width, "flops": budget, "loss_std_error": 0.02,
             "learning_rate": 0.01, "loss": loss or LAW.loss(params, tokens) + noise}  # fmt: skip
    return data.ROWS["own_runs"](**(empty | known))


def sweep():
    runs = []
    for budget, (first, last) in PLACES.items():
        for width, layers in SHAPES[first:last]:
            runs.append(made("grid", budget, width, layers))
            if budget <= 1e12:  # a rate that is too low for small models
                untuned = runs[-1].loss + 1.5 * width**-0.7
                runs.append(made("untuned", budget, width, layers, loss=untuned))
        runs += [made("seed", budget, 32, 2, seed=seed) for seed in (1, 2)]
    return runs


RUNS = sweep()
TARGET = next(run for run in own_runs.grid(RUNS) if run.budget == 1e13 and run.d_model == 64)
CHAPTER = functools.cache(lambda: functions_of("06_train_your_own"))


def bet(bought):
    """The bet of the chapter on the run that is made up here."""
    made_up = CHAPTER()["bet"].__globals__ | {"target": TARGET}
    return types.FunctionType(CHAPTER()["bet"].__code__, made_up)(bought)


@functools.cache
def shop():
    return train_your_own.Shop(RUNS, TARGET, purse=1.5e13, bet=bet)


def valley():
    return train_your_own.Valley(RUNS, CHAPTER()["lowest_point"])


def test_the_lowest_point_is_that_of_the_parabola():
    sizes = np.array([1e5, 2e5, 4e5, 8e5])
    losses = 1.3 + 0.05 * np.log(sizes / 3e5) ** 2
    (bend, *_), size, loss = CHAPTER()["lowest_point"](sizes, losses)
    assert (bend, size, loss) == pytest.approx((0.05, 3e5, 1.3))


def test_the_bet_of_the_chapter_is_that_of_the_fit():
    bought = [run for run in own_runs.grid(RUNS) if run.budget <= 1e12]
    fit = fits.fit_chinchilla(*own_runs.columns(bought))
    guess, low, high, floor, doubt = bet(bought)
    assert (guess, floor) == (fit.law.loss(TARGET.params, TARGET.tokens), fit.law.E)
    assert low < guess < high and abs(guess - LAW.loss(TARGET.params, TARGET.tokens)) < 0.03
    assert (low, high) == fits.predict(fit, TARGET.params, TARGET.tokens)[2]
    assert doubt == "" and fit.determined
    shipped = [run for run in own_runs.grid(data.own_runs()) if run.budget <= 1e12]
    assert bet(shipped)[4].startswith("The runs do not determine E")


def test_valley_marks_the_best_run_and_the_lowest_point_of_its_parabola(ax):
    shown, sentence = marks(ax, valley(), budget=1e12, count="params")
    here = [run for run in own_runs.grid(RUNS) if run.budget == 1e12]
    best = min(here, key=lambda run: run.loss)
    assert f"{best.loss:.3f} nats per byte" in sentence
    lowest, place = shown["here"][0][0], here.index(best)
    assert here[place - 1].params < lowest < here[place + 1].params
    sizes, heights = shown["parabola"]
    assert lowest == pytest.approx(sizes[heights.argmin()], rel=0.05)
    wide, heights = shown["twice or half"]
    assert (wide[0], wide[-1]) == pytest.approx((lowest / 2, lowest * 2))
    assert f"costs {heights[0] - heights.min():.3f} nats" in sentence
    assert shown["runs 1e12"][0].tolist() == [run.params for run in here]
    assert shown["runs 1e12"][1].tolist() == [run.loss for run in here]


def test_counting_the_embeddings_moves_every_run_to_the_right(ax):
    without, _ = marks(ax, valley(), budget=3e11, count="params")
    with_, _ = marks(Figure().add_subplot(), valley(), budget=3e11, count="params_total")
    budgets = [name for name in without if name.startswith("runs")]
    assert len(budgets) == 6
    for name in budgets:
        assert (with_[name][0] > without[name][0]).all()
        assert (with_[name][1] == without[name][1]).all()


def test_a_parabola_takes_the_five_sizes_around_the_best():
    near = own_runs.around_the_best(RUNS, 1e12)
    assert len(near) == 5 and near[2] == min(near, key=lambda run: run.loss)


def test_lowest_points_name_the_budgets_that_have_none():
    steep = [made("grid", 1e9, *shape, loss=3 - 0.2 * k) for k, shape in enumerate(SHAPES[4:])]
    fit = own_runs.lowest_points(RUNS + steep)
    assert any("1e+09" in sentence for sentence in fit.left_out)
    assert not any("1e+12" in sentence for sentence in fit.left_out)


def test_two_rates_shows_both_valleys_and_the_best_run_of_each(ax):
    drawing = train_your_own.TwoRates(RUNS)
    shown, sentence = marks(ax, drawing, budget=3e11)
    for kind, name, mark in (("grid", "tuned for each width", "here"),
                             ("untuned", "0.001 for every size", "best of 0.001")):  # fmt: skip
        here = [run for run in own_runs.grid(RUNS, kind) if run.budget == 3e11]
        best = min(here, key=lambda run: run.loss)
        assert shown[name][0] == pytest.approx([run.params for run in here])
        assert shown[name][1] == pytest.approx([run.loss for run in here])
        assert is_at(shown[mark], best.params, best.loss)
        assert f"{best.loss:.3f}" in sentence
        assert f"learning rate {name}" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert drawing.budgets == [3e10, 1e11, 3e11, 1e12]


def test_the_shop_sells_what_the_plan_says():
    assert shop().budgets == [3e10, 1e11, 3e11, 1e12, 3e12]
    every = shop().bought(1e12, "all sizes")
    assert every == [run for run in own_runs.grid(RUNS) if run.budget <= 1e12]
    middle = shop().bought(3e12, "the three in the middle")
    assert [sum(run.budget == budget for run in middle) for budget in shop().budgets] == [3] * 5
    assert shop().price(1e12, "all sizes") == pytest.approx(sum(run.flops for run in every))
    for plan in shop().plans:
        assert all(run.budget < TARGET.budget for run in shop().bought(*plan))


def test_the_shop_shows_the_bet_and_only_within_the_purse(ax):
    shown, sentence = marks(ax, shop(), dearest=1e12, sizes="all sizes")
    guess, low, high, *_ = bet(shop().bought(1e12, "all sizes"))
    assert f"bets on {guess:.3f}" in sentence and f"between {low:.3f} and {high:.3f}" in sentence
    assert is_at(shown["here"], shop().price(1e12, "all sizes"), guess)
    assert f"{TARGET.loss:.3f}" not in sentence and "the run" not in shown  # it is sealed
    assert all(shop().price(*plan) <= shop().purse for plan in shop().bets)
    dear = next(plan for plan in shop().plans if plan not in shop().bets)
    shown, sentence = marks(Figure().add_subplot(), shop(), dearest=dear[0], sizes=dear[1])
    assert (shown["too dear"][0] == shop().price(*dear)).all() and "here" not in shown
    assert "too dear, the purse holds 1.5e13" in sentence


def test_every_budget_of_the_menu_has_a_plan_that_is_not_too_dear():
    runs = data.own_runs()
    target = next(run for run in own_runs.grid(runs) if run.budget == 1e13 and run.d_model == 64)
    real = train_your_own.Shop(runs, target, purse=1.5e13, bet=lambda bought: (1, 1, 1, 1, ""))
    for dearest in {budget for budget, _ in real.plans}:
        prices = [real.price(dearest, sizes) for sizes in real.SIZES]
        assert min(prices) <= real.purse
        for sizes, price in zip(real.SIZES, prices):
            sentence = marks(Figure().add_subplot(), real, dearest=dearest, sizes=sizes)[1]
            assert ("too dear" in sentence) == (price > real.purse), sentence


def test_the_shop_says_e_and_that_it_is_not_known():
    real = train_your_own.Shop(RUNS, TARGET, 1.5e13, lambda bought: (1.5, 1.4, 1.7, 0.25, DOUBT))
    sentence = marks(Figure().add_subplot(), real, dearest=1e12, sizes="all sizes")[1]
    assert sentence.endswith("Its irreducible loss E is 0.25, but the runs do not determine E.")
    sure = train_your_own.Shop(RUNS, TARGET, 1.5e13, lambda bought: (1.5, 1.4, 1.7, 0.25, ""))
    sentence = marks(Figure().add_subplot(), sure, dearest=1e12, sizes="all sizes")[1]
    assert sentence.endswith("Its irreducible loss E is 0.25.")


DOUBT = "The runs do not determine E: they are too few."
PLAN = (1e12, "all sizes")


def envelope(mine=None):
    """Bets around the made-up run: E grows from plan to plan, and the dear plans miss it by a little."""
    truth, prices = TARGET.loss, {}

    def around(bought):
        price = sum(run.flops for run in bought)
        prices.setdefault(price, len(prices))
        off = 0.3 if price > 5e12 else 0.1
        return truth + off, truth + off - 0.2, truth + off + 0.1, 0.2 * prices[price], DOUBT

    shop = train_your_own.Shop(RUNS, TARGET, purse=1.5e13, bet=around)
    return train_your_own.Envelope(shop, PLAN, mine or (truth - 0.1, truth - 0.2, truth + 0.05))


def test_a_closed_envelope_shows_every_bet_and_its_e_but_not_the_run(ax):
    drawing = envelope()
    shown, sentence = marks(ax, drawing, opened=False, times=1)
    assert "the run" not in shown and f"{TARGET.loss:.3f}" not in sentence
    assert sentence.endswith("The envelope is closed.")
    assert not [text for text in ax.texts if "misses" in text.get_text()]
    for row, (_, (_, low, high, floor, _)) in enumerate(drawing.bets):
        assert shown[f"plan {row}"][0] == pytest.approx([low, high])
        assert shown["E"][0][row] == floor and shown["E"][1][row] == row
    assert shown["you"][0] == pytest.approx(drawing.mine[1:])
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[-1] == "you" and len(names) == len(drawing.bets) + 1
    assert len(set(names)) == len(names)


def test_an_opened_envelope_says_who_holds_the_run(ax):
    drawing = envelope()
    shown, sentence = marks(ax, drawing, opened=True, times=1)
    assert (shown["the run"][0] == TARGET.loss).all()
    missed = [text.get_text() for text in ax.texts].count("misses")
    held = sum(low <= TARGET.loss <= high for _, (_, low, high, *_) in drawing.bets)
    assert 0 < held < len(drawing.bets) and missed == len(drawing.bets) - held
    assert f"The run gave {TARGET.loss:.3f} ± 0.020 nats" in sentence
    assert (
        f"intervals of {held} of the {len(drawing.bets)} plans hold it, and yours does." in sentence
    )
    above = sum(floor > TARGET.loss for _, (*_, floor, _) in drawing.bets)
    assert sentence.endswith(
        f"{above} of the {len(drawing.bets)} laws have an irreducible loss E above it."
    )
    wrong = envelope(mine=(TARGET.loss + 1, TARGET.loss + 0.9, TARGET.loss + 1.1))
    assert "and yours does not." in marks(Figure().add_subplot(), wrong, opened=True, times=1)[1]


def test_wider_intervals_hold_more(ax):
    drawing = envelope()
    shown, sentence = marks(ax, drawing, opened=True, times=2)
    guess, low, high, *_ = drawing.bets[0][1]
    assert shown["plan 0"][0] == pytest.approx(
        [guess - 2 * (guess - low), guess + 2 * (high - guess)]
    )
    assert all(drawing.holds(2)) and not all(drawing.holds(1))
    assert "plans, made 2 times as wide, hold it" in sentence


def test_a_plan_beyond_the_purse_is_refused():
    dear = next(plan for plan in shop().plans if plan not in shop().bets)
    with pytest.raises(ValueError, match="the purse does not allow the plan .*: take less"):
        train_your_own.Envelope(shop(), dear, (1.5, 1.3, 1.7))


def test_noise_between_seeds_is_the_standard_deviation_of_runs_alike():
    pairs = [made("grid", 1e11, 8, 1, loss=2.0), made("seed", 1e11, 8, 1, loss=2.1, seed=1),
             made("seed", 1e11, 8, 1, loss=1.9, seed=2), made("grid", 1e11, 8, 2, loss=9.0)]  # fmt: skip
    assert own_runs.seed_spread(pairs) == pytest.approx(0.1)
    assert 0.001 < own_runs.seed_spread(RUNS) < 0.008


def test_your_own_run_stands_beside_the_shipped_ones(ax):
    drawing = train_your_own.Yours(RUNS, LAW)
    params, tokens, bet = drawing.bet(20)
    assert params == 12 * 2 * 20**2
    assert tokens * laws.training_flops_per_token(2, 20, 64, 256) == pytest.approx(1e11)
    assert bet == LAW.loss(params, tokens)
    row = {
        "d_model": 20,
        "params": params,
        "loss": bet + 0.05,
        "learning_rate": 0.01,
        "seconds": 31.2,
    }
    assert f"off by {-0.05:+.3f}" in drawing.add(row | {"note": ""}) and len(drawing.yours) == 1
    assert "Try a lower learning rate" in drawing.add(
        row | {"note": "the loss stopped", "loss": ""}
    )
    shown, sentence = marks(ax, drawing, width=20, rate=0.01)
    assert is_at(shown["yours 1"], params, bet + 0.05) and is_at(shown["here"], params, bet)
    assert "yours 2" not in shown
    assert "9,600 parameters" in sentence and f"bets on {bet:.2f}" in sentence


def test_losses_of_a_byte_stay_below_the_uniform_guess():
    assert all(run.loss < math.log(256) for run in RUNS)


# Long work behind a button


def test_a_task_shows_its_progress_and_says_how_it_ended():
    seen = []

    def work(tick):
        for step in range(1, 501):
            tick(step / 500, f"step {step}")
            seen.append(task.bar.value)
        return "Done: 1.23 nats."

    task = button.Task("Train", work, after=lambda: seen.append("after"))
    changes = []
    task.said.observe(lambda change: changes.append(change.new), "value")
    task.start().join(10)
    assert seen[-1] == "after" and seen[-2] == 1.0 and seen[:500] == sorted(seen[:500])
    assert "Done: 1.23 nats." in task.said.value and 'role="status"' in task.said.value
    assert len(changes) <= 103  # a slow screen is not flooded
    assert not task.button.disabled


def test_a_task_that_fails_says_why_and_can_be_tried_again():
    calls = []

    def work(tick):
        calls.append(1)
        if len(calls) == 1:
            raise OSError("no network <here>")
        return "fine"

    task = button.Task("Train", work)
    task.start().join(10)
    assert "no network &lt;here&gt;" in task.said.value and 'role="alert"' in task.said.value
    task.button.click()
    for _ in range(100):
        if "fine" in task.said.value:
            break
        time.sleep(0.05)
    assert "fine" in task.said.value and len(calls) == 2


def test_a_task_without_its_module_is_grey_and_says_how_to_get_it():
    task = button.Task("Train", None, needs="no_such_module", otherwise="Run make train.")
    assert task.button.disabled and "Run make train." in task.said.value
    face = button.Task("Train", None)._repr_mimebundle_()[0]["text/plain"]
    assert task._repr_mimebundle_()[0]["text/plain"] == face == "[Train]"


# Ten times further


def ten_runs():
    """Five sizes at 3e13 and five at 1e14, in the order in which they are opened."""
    wide = {3e13: SHAPES[7:12], 1e14: SHAPES[8:13]}
    return [made("grid", budget, *shape) for budget, some in wide.items() for shape in some]


def sealed(ten=None, yours=None):
    """all: every interval holds; valley: those of 3e13; dear: none, 0.5 too high."""
    ten = ten or ten_runs()
    held = [(run.loss + 0.02, run.loss - 0.1, run.loss + 0.1) for run in ten]
    missed = [(run.loss + 0.5, run.loss + 0.4, run.loss + 0.6) for run in ten]
    ways = {"all": held, "valley": held[:5] + missed[5:], "dear": missed}
    best = {budget: {"ruler": 1.2, "by eye": 1.213} for budget in (3e13, 1e14)}
    kinds = {"as sealed": ways, "later": dict.fromkeys(ways, held)}
    drawing = train_your_own.Sealed(ten, kinds, best, yours or {})
    drawing.LEFT, drawing.RIGHT = 0.9, 5.0  # the made-up losses are higher
    return drawing


def test_the_sealed_ways_are_scored_over_the_opened_runs():
    drawing = sealed()
    assert drawing.score("as sealed", "all") == pytest.approx((10, 0.02))
    assert drawing.score("as sealed", "valley", 4) == pytest.approx((4, 0.02))
    assert drawing.score("as sealed", "valley") == pytest.approx((5, 0.26))
    assert drawing.score("as sealed", "dear", 3) == pytest.approx((0, 0.5))
    assert drawing.score("later", "dear") == pytest.approx((10, 0.02))
    assert drawing.score("as sealed", "all", 0) == (0, 0.0)


def test_closed_runs_are_not_shown_and_a_budget_has_a_best_once_it_is_whole(ax):
    drawing = sealed()
    shown, sentence = marks(ax, drawing, opened=0, interval="as sealed")
    assert (
        not [name for name in shown if name.startswith("run")] and "Ten runs are closed" in sentence
    )
    assert drawing.whole(4) == [] and drawing.whole(9) == [own_runs.best_of(drawing.ten[:5])]
    assert len(drawing.whole(10)) == 2


def test_opened_runs_stand_where_they_were_measured_and_missed_ones_are_dotted(ax):
    drawing = sealed()
    shown, sentence = marks(ax, drawing, opened=6, interval="as sealed")
    for row in range(6):
        assert (shown[f"run {row}"][0] == drawing.ten[row].loss).all()
    assert "run 6" not in shown and "run 11" not in shown
    best = own_runs.best_of(drawing.ten[:5])
    assert (shown["run 10"][0] == best.loss).all()
    dashes = {line.get_gid(): line.get_linestyle() for line in ax.lines}
    assert (dashes["all 5"], dashes["valley 5"], dashes["dear 0"]) == ("-", ":", ":")
    assert dashes["dear 6"] == "-", "nobody knows yet"
    assert "on all runs holds 6, on the valley 5, on the dear runs 0" in sentence
    assert "off by 0.020, 0.100 and 0.500 nats" in sentence
    assert (
        f"The best with 3e13 FLOP is {best.loss:.3f}: the ruler had said 1.20, the bet by eye 1.213."
        in sentence
    )
    assert "1e14 FLOP" not in sentence
    assert shown["all 6"][0].tolist() == [drawing.ten[6].loss + d for d in (-0.1, 0.02, 0.1)]
    assert is_at(shown["ruler 10"], 1.2, -10) and is_at(shown["by eye 11"], 1.213, -11)
    crosses = {name for name in shown if "misses" in name}
    assert crosses == {"valley misses 5", *(f"dear misses {row}" for row in range(6))}
    assert shown["valley misses 5"][0] == drawing.ten[5].loss
    assert "you" not in " ".join(shown) and "Your" not in sentence


def test_your_intervals_stand_beside_the_sealed_ones_and_are_judged_when_opened(ax):
    low = sealed().ten[2].loss - 0.1
    yours = {"3e13 80x4": (low, low + 0.15), "1e14 128x5": (3.0, 4.0)}
    shown, sentence = marks(ax, sealed(yours=yours), opened=2, interval="as sealed")
    assert "Your interval" not in sentence and "you misses 2" not in shown
    assert shown["you 2"][0][[0, 2]] == pytest.approx(yours["3e13 80x4"])
    words = sealed(yours=yours).foreground(Figure().add_subplot(), 10, "as sealed")
    assert "Your interval holds 3e13 80x4" in words and "Your interval misses 1e14 128x5" in words
    assert "it is 0.15 wide, and those of the laws are 0.20, 0.20 and 0.20." in words
    assert "You have bet on 2 of them" in sealed(yours=yours)._sentence(0, "as sealed")


COMMA = ": a comma stands between them, and a point within one, as in 1.2, 1.3"
QUOTES, LOW = ": take the quotes away", ": low comes first, and high lies above it"


@pytest.mark.parametrize("bet, slip", [
    ("1.2, 1.4", QUOTES), ((1.2, "1.4"), QUOTES), ((1, 2, 1, 1), COMMA), (-1, COMMA), (500000, COMMA), ({1: 2}, COMMA),
    ((1.4, 1.2), LOW), ((1.2, 1.2), LOW), ((1.2, None), ""), ((0, 2), ""), ((-1, 2), ""), ((math.nan, 1.2), ""),
    ((1, 500000), ""), ([[1, 2], [3, 4]], ""), ([(1, 2), 3], ""), ((True, False), ""),
    (np.array([1.0, 6.0]), ""), ((7, 6), ""), (np.array(1.2), COMMA), ((1.2, "1.4", None), QUOTES),
])  # fmt: skip
def test_a_bet_that_is_no_interval_is_named_in_one_sentence_and_left_out(bet, slip):
    kept, said = train_your_own.your_bets({"3e13 80x4": bet, "1e14 128x5": (1, 1.5)})
    assert kept == {"1e14 128x5": (1.0, 1.5)}
    wrong, fine = said.split("\n")
    assert wrong.startswith("Your bet on 3e13 80x4 is ") and "must be two numbers" in wrong
    assert wrong.endswith(f"above 0 and at most 5.55 nats per byte{slip}.")
    assert fine == "You bet on 1e14 128x5 between 1 and 1.5 nats per byte."


def test_without_a_bet_the_chapter_says_what_to_write_and_goes_on():
    kept, said = train_your_own.your_bets({"3e13 80x4": None})
    assert kept == {} and "put two numbers in place of None" in said


def test_jumps_show_both_valleys_the_sealed_sizes_and_the_other_rates(ax):
    ten = ten_runs()
    other = ten[2]._replace(kind="lr_scan", loss=ten[2].loss - 0.03, learning_rate=0.02)
    worse = ten[3]._replace(kind="lr_scan", loss=ten[3].loss + 0.02, learning_rate=0.005)
    fit = CHAPTER()["lowest_point"]
    drawing = train_your_own.Jumps(ten, [other, worse], {3e13: 3e5, 1e14: 6e5}, fit)
    sentence = drawing.backdrop(ax)
    shown = {line.get_gid(): line.get_data() for line in ax.lines}
    assert list(shown["runs 3e13"][1]) == [run.loss for run in ten[:5]]
    _, size, loss = fit(*own_runs.columns(ten[:5], "params", "loss"))
    assert is_at(shown["lowest 3e13"], size, loss) and is_at(shown["sealed 1e14"], 6e5, 1.05)
    assert is_at(shown[f"rate {other.params:g}"], other.params, other.loss)
    words = [text.get_text() for text in ax.texts]
    assert "twice the rate" in words and "half the rate" in words
    assert "sealed 300 K" in sentence and sentence.endswith(
        "another learning rate, none of another budget."
    )
