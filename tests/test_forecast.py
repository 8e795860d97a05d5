"""The forecaster as its users type it."""

import json
import subprocess
import sys

import numpy as np
import pytest

from helpers import data, forecast, laws


def typed(*words):
    return subprocess.run(
        [sys.executable, "-m", "helpers.forecast", *words],
        capture_output=True, text=True, timeout=60, cwd=data.FOLDER.parent,
    )  # fmt: skip


def test_the_published_example():
    for size in ("70", "70B", "70e9"):
        done = typed(size)
        assert done.returncode == 0 and done.stderr == ""
        for expected in (
            "1.40 trillion",
            "1.29 trillion",
            "5.88e23",
            "6,805.56",
            "1.976",
            "17,196",
        ):
            assert expected in done.stdout, (size, expected)


def test_the_inverse_questions_agree_with_each_other():
    run = json.loads(typed("70", "--json").stdout)
    for option, key in (("--flops", "flops"), ("--tokens", "tokens"), ("--loss", "loss")):
        other = json.loads(typed(option, repr(run[key]), "--json").stdout)
        for name in ("params", "tokens", "flops", "loss"):
            assert other[name] == pytest.approx(run[name], rel=1e-6), (option, name)
    assert run["rule_tokens"] == pytest.approx(1.4e12)
    assert run["accelerator_days"]["H100 SXM"] == pytest.approx(
        run["flops"] / (989.4e12 * 0.4) / 86400
    )


def test_options():
    run = json.loads(typed("--flops", "5.76e23", "--law", "printed", "--mfu", "0.5", "--accelerator",
                           "V100", "--json").stdout)  # fmt: skip
    assert run["params"] == pytest.approx(32.2e9, rel=1e-3)
    assert list(run["accelerator_days"]) == ["V100"]
    assert run["accelerator_days"]["V100"] == pytest.approx(5.76e23 / 125e12 / 0.5 / 86400)


def test_ranges_are_those_of_the_refits():
    ranges = forecast.spread(params=70e9)
    run = forecast.forecast(laws.CHINCHILLA_REFIT, params=70e9)
    for name in ("tokens", "flops", "loss"):
        assert ranges[name][0] < run[name] < ranges[name][1]
    assert ranges["params"] == (70e9, 70e9) and ranges["draws"] == 500
    law = laws.refit_draws()
    assert ranges["tokens"] == pytest.approx(np.percentile(law.optimal_tokens(70e9), [10, 90]))
    some = forecast.spread(loss=1.82)
    assert some["draws"] == (law.E < 1.82).sum() < 500
    assert "of the refits never reach this loss" in typed("--loss", "1.82").stdout
    assert "80 % of its refits" not in typed("70", "--law", "printed").stdout


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["abc"], "is not a number I can read"),
        ([""], "is not a number I can read"),
        ([], "0 things given"),
        (["70", "--tokens", "1T"], "2 things given"),
        (["--loss", "1.5"], "must be above 1.8172"),
        (["--flops", "0"], "flops is 0"),
        (["--", "-5"], "must be a positive number"),
        (["70", "--mfu", "40"], "mfu is 40, but must be above 0 and at most 1"),
        (["70", "--accelerator", "h100"], "H100 SXM"),
        (["--tokens", "1e400"], "too large"),
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
    assert forecast.billions("70M") == 70e6 and forecast.billions("-5") == -5


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
