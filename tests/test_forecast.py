"""The forecaster as its users type it."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from helpers import data, forecast, laws


@pytest.fixture
def typed(capsys):
    """What the command prints for some words."""

    def printed(*words):
        assert forecast.main(words) == 0
        return capsys.readouterr().out

    return printed


def test_the_published_example(typed):
    done = subprocess.run(
        [sys.executable, "-m", "helpers.forecast", "70"],
        capture_output=True, text=True, timeout=60, cwd=data.FOLDER.parent,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == typed("70B") == typed("70e9")
    rows = [re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines()]
    assert rows[:7] == [
        ["rule of thumb, 20:1", "the law", "80 % of its refits"],
        ["parameters", "70.0 billion", "70.0 billion"],
        ["training tokens", "1.40 trillion", "1.29 trillion", "740 billion to 2.11 trillion"],
        ["tokens per parameter", "20.0", "18.4", "10.6 to 30.2"],
        ["compute, FLOP", "5.88e23", "5.42e23", "3.11e23 to 8.87e23"],
        ["compute, PF-days", "6,805.56", "6,267.88", "3,598.14 to 10,268.38"],
        ["predicted loss, nats", "1.974", "1.976", "1.953 to 1.999"],
    ]
    assert ["H100 SXM", "17,196", "15,838"] in rows and "at 40% MFU" in done.stdout


def test_the_inverse_questions_agree_with_each_other(typed):
    run = json.loads(typed("70", "--json"))
    for option, key in (("--flops", "flops"), ("--tokens", "tokens"), ("--loss", "loss")):
        other = json.loads(typed(option, repr(run[key]), "--json"))
        for name in ("params", "tokens", "flops", "loss"):
            assert other[name] == pytest.approx(run[name], rel=1e-6), (option, name)
    assert run["rule_tokens"] == pytest.approx(1.4e12)
    assert run["accelerator_days"]["H100 SXM"] == pytest.approx(
        run["flops"] / (989.4e12 * 0.4) / 86400
    )


def test_options(typed):
    run = json.loads(typed("--flops", "5.76e23", "--law", "printed", "--mfu", "0.5", "--accelerator",
                           "V100", "--json"))  # fmt: skip
    assert run["params"] == pytest.approx(32.2e9, rel=1e-3)
    assert list(run["accelerator_days"]) == ["V100"]
    assert run["accelerator_days"]["V100"] == pytest.approx(5.76e23 / 125e12 / 0.5 / 86400)


def test_ranges_are_those_of_the_refits(typed):
    ranges = forecast.spread(params=70e9)
    run = forecast.forecast(laws.CHINCHILLA_REFIT, params=70e9)
    for name in ("tokens", "flops", "loss"):
        assert ranges[name][0] < run[name] < ranges[name][1]
    assert ranges["params"] == (70e9, 70e9) and ranges["never"] == 0
    law = laws.refit_draws()
    assert ranges["tokens"] == pytest.approx(np.percentile(law.optimal_tokens(70e9), [10, 90]))
    assert "never reach" not in typed("70")
    assert "80 % of its refits" not in typed("70", "--law", "printed")


@pytest.mark.parametrize("loss", [1.8172, 1.8173, 1.82, 1.83, 1.85, 1.9, 2.0, 2.5])
def test_a_range_counts_the_refits_that_never_reach_the_loss(loss, typed):
    never = (loss <= laws.refit_draws().E).mean()
    ranges = forecast.spread(loss=loss)
    assert ranges["never"] == never and ranges["loss"] == (loss, loss)
    assert all((ranges[name][1] == np.inf) == (never > 0.1) for name in ("params", "flops"))
    if loss == 1.8172:  # the law's own E
        return
    run = forecast.forecast(laws.CHINCHILLA_REFIT, loss=loss)
    assert all(ranges[name][0] <= run[name] * (1 + 1e-9) for name in forecast.SAID)
    assert all(run[name] <= ranges[name][1] * (1 + 1e-9) for name in forecast.SAID)
    said, kept = typed("--loss", str(loss)), json.loads(typed("--loss", str(loss), "--json"))
    assert (f"{never:.0%} of the refits never reach this loss" in said) == (never > 0)
    assert ("or more, or never" in said) == (kept["range_80"]["flops"][1] is None) == (never > 0.1)
    assert kept["range_80"]["never"] == never and "NaN" not in json.dumps(kept)


def test_a_loss_below_every_law_is_never_reached_and_a_level_is_a_share():
    ranges = forecast.spread(loss=1.5)
    assert ranges["flops"] == (np.inf, np.inf) and ranges["never"] == 1
    assert forecast.spread(params=None, loss=1.9) == forecast.spread(loss=1.9)
    assert (
        forecast.spread(level=0.5, loss=1.85)["flops"][1] < forecast.spread(loss=1.85)["flops"][1]
    )
    for level in (80, 0, 1, "0.8", None, np.nan):
        with pytest.raises(ValueError, match="^level is .*, but must lie between 0 and 1, such as"):
            forecast.spread(level=level, params=70e9)


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["abc"], "is not a number I can read"),
        ([""], "is not a number I can read"),
        ([], "0 things given"),
        (["70", "--tokens", "1T"], "2 things given"),
        (["--loss", "1.5"], "must be above 1.8172"),
        (["--loss", "1e99"], "loss is 1e+99, but must be smaller"),
        (["--flops", "0"], "flops is 0"),
        (["--", "-5"], "must be a positive number"),
        (["70", "--mfu", "40"], "mfu is 40, but must be above 0 and at most 1"),
        (["70", "--accelerator", "h100"], "H100 SXM"),
        (["--tokens", "1e400"], "too large"),
        (["--active", "37B"], "A mixture takes --active and --total"),
        (["--total", "671B", "--tokens", "1T"], "A mixture takes --active and --total"),
        (["--active", "37B", "--total", "671B", "--loss", "2"], "beside both only --tokens"),
        (["70", "--active", "37B", "--total", "671B"], "beside both only --tokens"),
        (
            ["--active", "37B", "--total", "20B"],
            "total is 2e+10, but must be at least active, 3.7e+10",
        ),
        (["--active", "0", "--total", "20B"], "active is 0, but must be a positive number"),
        (["--active", "37B", "--total", "671B", "--tokens", "0"], "tokens is 0"),
    ],
)
def test_nonsense_ends_with_status_2_and_a_sentence(words, sentence, capsys):
    with pytest.raises(SystemExit) as end:
        forecast.main(words)
    said = capsys.readouterr()
    assert end.value.code == 2 and sentence in said.err and said.out == ""
    assert "Traceback" not in said.err


def test_a_bare_size_means_billions():
    assert forecast.billions("70") == 70e9 and forecast.billions("0.5") == 0.5e9
    assert forecast.billions("100000") == 100000 and forecast.billions("99999") == 99999e9
    assert forecast.billions("70M") == 70e6 and forecast.billions("70K") == 70e3
    assert forecast.billions("-5") == -5


def test_every_number_of_a_run_follows_from_its_size_and_tokens():
    law = laws.CHINCHILLA_REFIT
    for known in ({"params": 8e9}, {"tokens": 1e12}, {"flops": 1e22}, {"loss": 2.1}):
        run = forecast.forecast(law, **known)
        for rule in ("", "rule_"):
            params, tokens = run[f"{rule}params"], run[f"{rule}tokens"]
            assert run[f"{rule}tokens_per_param"] == pytest.approx(tokens / params)
            assert run[f"{rule}flops"] == pytest.approx(6 * params * tokens)
            assert run[f"{rule}pf_days"] == pytest.approx(6 * params * tokens / 8.64e19)
            assert run[f"{rule}loss"] == law.loss(params, tokens)
        assert run["rule_tokens_per_param"] == 20
        name, value = known.popitem()
        assert run[name] == pytest.approx(value)
    for given in ({}, {"params": 8e9, "loss": 2.1}):
        with pytest.raises(ValueError, match=f"{len(given)} things given"):
            forecast.forecast(law, **given)


V3 = ("--active", "37B", "--total", "671B", "--tokens", "14.8T")  # DeepSeek-V3


def test_a_mixture_pays_by_its_active_and_is_stored_by_its_total(typed):
    run, said = json.loads(typed(*V3, "--json")), typed(*V3)
    assert run["flops"] == run["active_flops"] == pytest.approx(6 * 37e9 * 14.8e12)
    assert run["pf_days"] == pytest.approx(run["flops"] / 8.64e19)
    assert run["accelerator_days"] == run["active_accelerator_days"]
    assert run["accelerator_days"]["H100 SXM"] == pytest.approx(
        run["flops"] / (989.4e12 * 0.4) / 86400
    )
    assert (run["active_params"], run["total_params"], run["tokens"]) == (37e9, 671e9, 14.8e12)
    assert "6 x active x tokens.\n" in said and "the total, 671 billion: 1,342 GB in bf16" in said
    assert run["notes"] == said.splitlines()[-1 - len(run["notes"]) : -1] and run["range_80"] == {}


def test_the_law_is_asked_for_half_to_1_6_times_the_geometric_mean(typed):
    law, mean = laws.CHINCHILLA_REFIT, (37e9 * 671e9) ** 0.5
    run, said = json.loads(typed(*V3, "--json")), typed(*V3)
    sizes = [0.5 * mean, mean, 1.6 * mean]
    assert [run["range_dense"]["params"][0], run["params"], run["range_dense"]["params"][1]] == (
        pytest.approx(sizes)
    )
    losses = [law.loss(size, 14.8e12) for size in sizes]
    assert run["range_dense"]["loss"] == pytest.approx(losses[::-2])
    assert run["loss"] == pytest.approx(losses[1])
    assert run["active_loss"] == law.loss(37e9, 14.8e12) > losses[0]
    assert run["best_tokens"] == pytest.approx([law.optimal_tokens(size) for size in sizes])
    rows = [re.split(r"\s{2,}", line.strip()) for line in said.splitlines()]
    assert rows[:2] == [
        ["dense, active size", "dense equivalent", "half to 1.6 times it"],
        ["parameters", "37.0 billion", "158 billion", "78.8 billion to 252 billion"],
    ]
    assert ["predicted loss, nats", "1.951", "1.910", "1.901 to 1.927"] in rows
    assert "1.44 trillion to 4.36 trillion tokens" in said
    assert "fitted on dense models, so the size to put into it is not known" in said
    other = json.loads(typed(*V3, "--law", "printed", "--json"))
    assert other["loss"] == laws.CHINCHILLA_PRINTED.loss(run["params"], 14.8e12)


def test_a_mixture_without_tokens_takes_the_best_for_its_active_size_and_says_so(typed):
    alone = "tokens are best for a dense model of the active size"
    run = json.loads(typed(*V3[:4], "--json"))
    assert run["tokens"] == laws.CHINCHILLA_REFIT.optimal_tokens(37e9)
    assert run["flops"] == pytest.approx(6 * 37e9 * run["tokens"])
    assert alone in typed(*V3[:4]) and alone not in typed(*V3)
    assert typed("--active", "37", "--total", "671e9") == typed(*V3[:4])  # a bare 37 is billions


def test_a_mixture_of_all_its_parameters_is_a_dense_model():
    law = laws.CHINCHILLA_REFIT
    run, dense = forecast.mixture(law, 8e9, 8e9), forecast.forecast(law, params=8e9)
    for name in forecast.SAID:
        assert run[name] == run[f"active_{name}"] == pytest.approx(dense[name])
        assert run["range_dense"][name] == [run[name]] * 2
    for active, total in ((8e9, 9e9), (13e9, 47e9), (1e9, 1e12)):
        low, high = forecast.mixture(law, active, total)["range_dense"]["params"]
        assert active <= low < high <= total
