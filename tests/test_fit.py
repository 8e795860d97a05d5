"""The command for somebody's own runs, as its users type it, and the reader of their tables."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from helpers import data, fit, fits, laws

LAW = laws.CHINCHILLA_REFIT
SIZES, TEXTS = np.geomspace(1e8, 3e9, 5), np.geomspace(2e9, 6e10, 5)


def runs(sizes=SIZES, texts=TEXTS, noise=0.003):
    """Sizes, tokens and losses of a grid of runs that follow the refit."""
    n, d = (grid.ravel() for grid in np.meshgrid(sizes, texts))
    return n, d, LAW.loss(n, d) * np.exp(np.random.default_rng(0).normal(0, noise, n.size))


def csv_of(*columns, names="N,D,loss"):
    return "\n".join([names, *(",".join(f"{x:.12g}" for x in row) for row in zip(*columns))])


@pytest.fixture
def file(tmp_path):
    """Writes a table; gives its path as text."""

    def written(text, name="runs.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return written


@pytest.fixture
def typed(capsys):
    """What the command prints for some words."""

    def printed(*words):
        assert fit.main(words) == 0
        said = capsys.readouterr()
        assert said.err == "", "an answer, and no warnings beside it"
        return said.out

    return printed


@pytest.fixture
def refused(capsys):
    """The sentence with which the command ends."""

    def sentence(*words):
        with pytest.raises(SystemExit) as end:
            fit.main(words)
        said = capsys.readouterr()
        assert end.value.code == 2 and said.out == "" and "Traceback" not in said.err
        return said.err.partition("error: ")[2].strip()

    return sentence


# Reading ------------------------------------------------------------------------------------------


def test_a_messy_table_is_read_and_what_is_left_out_is_counted(file):
    n, d, y = runs()
    rows = [f"{a / 1e6:.6g};{b / 1e9:.6g}B;{c:.5f};".replace(".", ",") for a, b, c in zip(n, d, y)]
    rows.insert(3, rows[2])  # line 5
    rows += ["812,5;3B;diverged;lr too high", "812,5;;2,9;", "812,5;9B;11,2;", "812,5;9B;n/a;"]
    found = data.read_runs(
        file("\ufeffModel Size;Tokens;final_loss;note\r\n" + "\r\n".join(rows)), units="M,B"
    )
    assert found.params == pytest.approx(n, rel=1e-5)
    assert found.tokens == pytest.approx(d, rel=1e-5)
    assert found.loss == pytest.approx(y, rel=1e-5)
    assert found.flops is None and found.run is None
    assert found.said == (
        "Read 25 of 30 rows of runs.csv: params from 'Model Size', tokens from 'Tokens', loss from "
        "'final_loss'.",
        "Left out 2 rows (line 28, line 30): the run diverged (no finite loss, or no better than a "
        "guess, 10.8 nats).",
        "Left out 2 rows (line 29, line 31): a number is missing, or no token was seen.",
        "Left out 1 row (line 5): the row repeats another one in every cell.",
    )


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_cells_may_be_parted_by_any_usual_mark(file, mark):
    text = csv_of(*runs(), names=' params, "n_tokens" ,val_loss').replace(",", mark)
    assert data.read_runs(file(text)).tokens == pytest.approx(runs()[1])


def test_json_lines_and_a_list_give_the_same_runs(file):
    objects = [{"N": a, "D": b, "Eval Loss": c, "lr": None} for a, b, c in zip(*runs())]
    lines = "\n".join(map(json.dumps, objects))
    for found in (file(lines), file(json.dumps(objects, indent=1))):
        for column, wanted in zip(data.read_runs(found), runs()):
            assert column == pytest.approx(wanted)
    objects[3]["Eval Loss"] = float("nan")
    assert (
        "(line 4): the run diverged"
        in data.read_runs(file("\n".join(map(json.dumps, objects)))).said[1]
    )
    objects[3]["Eval Loss"] = None
    assert "(entry 4): a number is missing" in data.read_runs(file(json.dumps(objects))).said[1]


def test_a_column_that_says_bits_or_perplexity_is_no_loss_in_nats(file, refused):
    n, d, y = runs()
    for name in ("val_loss_bits", "bpb", "ppl"):
        table = file(csv_of(n, d, y, names=f"N,D,{name}"))
        assert f"the name '{name}' says bits or perplexity: say --loss-unit" in refused(table)
        assert data.read_runs(table, loss_unit="nats").loss == pytest.approx(y)


def test_units_of_sizes_tokens_and_losses(file):
    n, d, y = runs()
    typed = data.read_runs(
        file(csv_of(n / 1e6, d / 1e9, y / np.log(2))), units="M,B", loss_unit="bits"
    )
    named = data.read_runs(
        file(csv_of(n / 1e9, d / 1e12, np.exp(y), names="N,D,ppl")), units="B,T", loss_unit="ppl"
    )
    for found in (typed, named):
        assert found.params == pytest.approx(n)
        assert found.tokens == pytest.approx(d)
        assert found.loss == pytest.approx(y)
    words = 'N,D,loss\n70B,1.4T,2\n7e9,140 billion,2.1\n"1,000,000","20,000,000","4,25"'
    found = data.read_runs(file(words), units="M,B")
    assert found.params.tolist() == [7e10, 7e15, 1e12], "a unit in the cell goes before --units"
    assert found.tokens.tolist()[:2] == [1.4e12, 1.4e11] and found.loss.tolist() == [2, 2.1, 4.25]


def test_columns_are_found_by_usual_names_or_told(file):
    n, d, y = runs()
    table = csv_of(
        n, 2 * n, d, y, 6 * n * d, names="params_active_precise,width,train_tokens,loss,FLOPs"
    )
    found = data.read_runs(file(table))
    assert found.params == pytest.approx(n) and found.flops == pytest.approx(6 * n * d)
    assert data.read_runs(file(table), params="width").params == pytest.approx(2 * n)
    same = data.read_runs(file(csv_of(n, d, d, y, names="N,D,tokens,loss")))
    assert same.tokens == pytest.approx(d), "two names of the same numbers leave no doubt"
    gone = data.read_runs(file(csv_of(n, d, y, d, d + 1, names="N,D,loss,compute,C")))
    assert gone.flops is None and "'compute' and 'C' could all be flops" in gone.said[-1]


def test_tokens_or_sizes_that_are_missing_come_from_compute(file):
    n, d, y = runs()
    for names, column in (("N,C,loss", n), ("C,D,loss", d)):
        given = (n, 6 * n * d, y) if column is n else (6 * n * d, d, y)
        found = data.read_runs(file(csv_of(*given, names=names)))
        assert found.params == pytest.approx(n) and found.tokens == pytest.approx(d)
        assert found.said[1].startswith("Filled in 25 rows (line 2,")
    found = data.read_runs(file("N,D,C,loss\n1e9,2e10,,3\n1e9,,6e19,3.1\n"))
    assert found.tokens.tolist() == [2e10, 1e10] and found.flops.tolist() == [1.2e20, 6e19]
    assert found.said[1] == "Filled in 1 row (line 3): params or tokens that C = 6ND gives."


@pytest.mark.parametrize(
    "rows, sentence",
    [
        ("70,1.4e12,2", "1 row (line 2): hardly a training run; are sizes or tokens in millions"),
        ("7e10,1400,2", "in millions or billions? Say --units M,B"),
        ("7e18,1.4e20,2", "hardly a training run"),
        ("7e10,1e8,2", "hardly a training run"),
        ("70,1400,2\n16,320,2.2", "2 rows (line 2, line 3): hardly a training run"),
        ("7e10,1.4e12,2\n70,1.4,2.1", "1 row (line 3): hardly a training run"),
        ("44,1500,3.5\n1000,2e4,2.6\n16183,320000,2", "2 rows (line 2, line 3): hardly a"),
        ("7e10,1.4e12,20.5", "loss worse than a guess; say --loss-unit bits or ppl"),
    ],
)
def test_units_that_look_wrong_are_pointed_at(file, rows, sentence):
    (doubt, *_) = [s for s in data.read_runs(file("N,D,loss\n" + rows)).said if "Please check" in s]
    assert sentence in doubt


def test_small_runs_beside_larger_ones_are_no_mistake_of_units(file, recwarn):
    assert not [s for s in data.read_runs(data.FOLDER / "own_runs.csv").said if "Please check" in s]
    left_out = "flops,tokens,loss\n1e15,0,2\n2.3e10,5e6,2\n1.5e11,5e6,2.1\n1.8e15,1e8,1.5\n"
    found = data.read_runs(file(left_out))
    assert len(found.loss) == 3 and not [s for s in found.said if "Please check" in s]
    assert not recwarn.list


@pytest.mark.parametrize(
    "small, top, doubted",
    [
        (9900, 5e5, True),
        (10100, 5e5, False),
        (5000, 0.99e6, True),
        (5000, 1.01e6, False),
        (5000, 4.95e8, False),
        (5000, 5.05e8, True),
    ],
)
def test_where_a_size_begins_to_be_too_small(file, small, top, doubted):
    said = data.read_runs(file(f"N,D,loss\n{small},1e7,2\n{top},2e7,1.5\n")).said
    assert doubted == any("1 row (line 2): hardly a training run" in one for one in said)


def test_a_high_loss_is_a_diverged_run_only_beside_lower_ones(file):
    found = data.read_runs(file("N,D,loss\n1e9,2e10,3\n1e9,1e10,3.2\n1e9,3e10,10.9\n1e9,0,3\n"))
    assert found.loss.tolist() == [3, 3.2]
    assert "1 row (line 4): the run diverged" in found.said[1]
    assert "1 row (line 5): a number is missing, or no token was seen" in found.said[2]
    assert len(data.read_runs(file("N,D,loss\n1e9,2e10,11\n1e9,1e10,12\n")).loss) == 2


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "runs.csv: no rows below a line with the names of the columns."),
        ("N,D,loss\n", "runs.csv: no rows below a line with the names of the columns."),
        ("N,D,loss\n1e8,2e9,3\n1e8,lots,3", "line 3, column 'D': 'lots' is not a number I can read"),
        ("N,D,loss\n1e8,2e9,35%", "line 2, column 'loss': '35%' is not a number I can read"),
        ("N,D,loss\n1e8,-2e9,3", "line 2, column 'D': '-2e9' is not above 0."),
        ("N,D,loss\n1e8,2e9,0", "line 2, column 'loss': '0' is not above 0."),
        ("N,D,loss\n\n1e8,2e9", "line 3: 2 cells, but the line of names has 3."),
        ("N,D,loss\n1e8,2e9,3,14", "line 2: 4 cells, but the line of names has 3."),
        ("N;D;loss\n400,000;2e9;3,1", "line 2, column 'N': '400,000' can be read in two ways"),
        ("N,loss,loss\n1e8,2,3", "two columns have the name 'loss'"),
        ("N,D,acc\n1e8,2e9,3", "no column looks like loss among 'N', 'D', 'acc': say --loss COLUMN"),
        ("1e8,2e9,3.1\n1e8,2e9,3.2", "no column looks like params among '1e8', '2e9', '3.1'"),
        ("N,loss\n1e8,3", "no column looks like tokens among 'N', 'loss': say --tokens COLUMN"),
        ("N,D,val_loss,test_loss\n1e8,2e9,3,4", "'val_loss' and 'test_loss' could all be loss: say"),
        ("N,D,loss\n1e8,2e9,nan\n1e8,2e9,oom", "none of its 2 rows is a run. Left out 2 rows (line 2, line 3)"),
        (bytes(range(256)), "runs.csv is no plain text: save the table as CSV or as JSON lines."),
        ('{"N": 1}\n{"N": ', "runs.csv, line 2: Expecting value"),
        ("[1, 2]", "runs.csv, entry 1: no object such as"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_row_and_column(file, refused, text, sentence):
    said = refused(file(text))
    assert sentence in said and said.startswith("runs.csv") and len(said) < 300


def test_wrong_words_get_a_sentence(file, refused, tmp_path):
    path = file(csv_of(*runs()))
    assert refused(str(tmp_path / "none.csv")).endswith("none.csv: No such file or directory.")
    assert refused(str(tmp_path)).endswith("Is a directory.")
    for words, sentence in (
        ("--loss accuracy", "no column 'accuracy' among 'N', 'D', 'loss': say --loss COLUMN"),
        ("--units M", "units must be two, such as M,B"),
        ("--units furlong,B", "'1 furlong' is not a number I can read"),
        ("--loss-unit cm", "loss_unit nats, bits or ppl"),
        ("--predict 7B", "must be size,tokens, such as 7B,140B."),
        ("--at 0", "at is 0 in row 1 of 1, but must be a positive number"),
        ("--at much", "'much' is not a number I can read"),
        ("--level 95", "level is 95, but must lie between 0 and 1, such as 0.95."),
        ("--hold-out 25", "hold_out is 25, but must leave some of the 25 runs."),
        ("--plot no/such/folder.png", "folder.png: No such file or directory."),
    ):
        assert sentence in refused(path, *words.split()), words
    assert "loss is 3 in every run" in refused(file(csv_of(*runs()[:2], np.full(25, 3.0))))
    assert refused(file(csv_of(*(column[:5] for column in runs())))), "five runs are too few"


# The answer ---------------------------------------------------------------------------------------


def test_it_finds_the_law_that_made_the_runs(file, typed):
    found = json.loads(typed(file(csv_of(*runs(noise=0.0005))), "--json"))
    assert found["certified"] and found["runs"] == 25
    for name in fits.NAMES:
        number = found["law"][name]
        assert number["low"] < getattr(LAW, name) < number["high"]
    assert found["law"]["a"]["value"] == pytest.approx(LAW.a, abs=0.02)
    assert found["scatter"] == pytest.approx(0.0005, rel=0.6)
    largest = 6 * SIZES[-1] * TEXTS[-1]
    assert [split["flops"] for split in found["splits"]] == pytest.approx(
        largest * np.array([1, 10, 100])
    )
    for split in found["splits"]:
        size = LAW.optimum(split["flops"])[0]
        assert split["params"]["low"] < size < split["params"]["high"]
        for end, other in (("value", "value"), ("low", "high"), ("high", "low")):
            n, d = split["params"][end], split["tokens"][other]
            assert 6 * n * d == pytest.approx(split["flops"])


def test_the_largest_runs_are_forecast_from_the_others(file, typed):
    n, d, y = runs()
    y[-1] *= 1.1  # the last is the largest
    found = json.loads(typed(file(csv_of(n, d, y)), "--json", "--hold-out", "2"))["held_back"]
    assert [(bet["params"], bet["went"], bet["inside"]) for bet in found][1] == (
        3e9,
        pytest.approx(y[-1]),
        False,
    )
    rest = fits.fit_chinchilla(n[:-1], d[:-1], y[:-1])
    (one,) = json.loads(typed(file(csv_of(n, d, y)), "--json"))["held_back"]
    assert one["loss"]["value"] == pytest.approx(rest.law.loss(n[-1], d[-1]))
    text = typed(file(csv_of(n, d, y)))
    assert f"held back, it went to {y[-1]:.3f}, OUTSIDE" in text
    assert json.loads(typed(file(csv_of(n, d, y)), "--json", "--hold-out", "0"))["held_back"] == []


def test_json_has_the_numbers_of_the_text(file, typed):
    words = [
        file(csv_of(*runs())),
        "--at",
        "1e22",
        "5.76e23",
        "--predict",
        "7B,140B",
        "--level",
        "0.8",
    ]
    text, found = typed(*words), json.loads(typed(*words, "--json"))
    assert len(text.splitlines()) <= 40 and max(map(len, text.splitlines())) <= 160
    assert "nan" not in text and not re.search(r"\binf\b", text)
    E, low, high = re.search(r"  E +([\d.]+) \(([\d.]+) to ([\d.]+)\)", text).groups()
    assert [float(E), float(low), float(high)] == pytest.approx(
        [found["law"]["E"][end] for end in ("value", "low", "high")], rel=5e-3
    )
    billions = re.search(r"5.8e23 FLOP: parameters (\d+) billion", text)[1]
    assert float(billions) * 1e9 == pytest.approx(found["splits"][1]["params"]["value"], rel=0.05)
    (bet,) = found["forecasts"]
    assert (bet["params"], bet["tokens"]) == (7e9, 140e9)
    assert f"7 billion parameters on 140 billion tokens: loss {bet['loss']['value']:.3f} (" in text
    assert "80 % intervals" in text and found["level"] == 0.8


def test_valleys_and_curves_are_used_where_there_are_some(file, typed):
    budgets, sizes = np.repeat([1e19, 1e20, 1e21], 9), np.tile(np.geomspace(1e8, 1e10, 9), 3)
    texts = budgets / 6 / sizes
    table = file(csv_of(sizes, texts, LAW.loss(sizes, texts), budgets, names="N,D,loss,C"))
    found = json.loads(typed(table, "--json"))
    assert found["valleys"]["a"] == pytest.approx(0.494, abs=0.001)
    assert len(found["valleys"]["budgets"]) == 3
    assert "--run COLUMN" in found["envelope"]["problem"] and "too narrow" not in typed(table)
    n, d, y = runs(np.geomspace(1e8, 3e9, 8), np.geomspace(1e9, 1e12, 40), 0.001)
    table = file(csv_of(n, d, y, 18 * n * d, np.log(n), names="N,D,loss,C,width"))
    found, text = (
        json.loads(typed(table, "--json", "--run", "width")),
        typed(table, "--run", "width"),
    )
    *_, line = fits.fit_envelope(18 * n * d, y, n, n)
    assert found["envelope"]["a"] == pytest.approx(-line.a)
    assert f"envelope: {-line.a:.3f} +- {line.a_error:.3f}" in text
    assert "Rows of one training curve are no independent runs" in text


def test_open_ends_are_said_in_words():
    number = {"value": 2.0, "low": 1.0, "high": None}
    write = "{:.1f}".format
    assert fit._said(number, write) == "2.0 (1.0 or more)"
    assert fit._said(number | {"low": None, "high": 3.0}, write) == "2.0 (at most 3.0)"
    assert fit._said(number | {"low": None}, write) == "cannot be known from these runs"
    assert fit._ends(0.0, 0.0, 2.0) == {"value": 0.0, "low": None, "high": 2.0}
    assert fit._ends(1e9, 1e-5, np.inf) == {"value": 1e9, "low": None, "high": None}


def variance(n, d, budget, law, noise, more=None):
    """Of the log of the best size, by the textbook: c' (J'J)^-1 c with analytic slopes."""
    if more:
        n, d = np.append(n, more[0]), np.append(d, more[1])
    size, text = law.A / n**law.alpha, law.B / d**law.beta
    slope = (
        np.stack([law.E + 0 * n, size, text, -size * np.log(n), -text * np.log(d)])
        / law.loss(n, d)
        / noise
    )
    total, best = law.alpha + law.beta, np.log(law.optimum(budget)[0])
    aim = (
        np.array([0, 1, -1, 1 / law.alpha - best, np.log(budget / 6) - best - 1 / law.beta]) / total
    )
    return aim @ np.linalg.solve(slope @ slope.T, aim)


def test_the_run_it_names_tells_more_than_any_corner():
    n, d, y = runs()
    fitted, budget = fits.fit_chinchilla(n, d, y), 1e23
    told = fit.next_runs(fitted, budget)
    case = n, d, budget, fitted.law, fitted.scatter
    before, most = variance(*case), 6 * (n * d).max()
    for run, limit in zip(told, (most, 10 * most)):
        after = variance(*case, (run["params"], run["tokens"]))
        assert 6 * run["params"] * run["tokens"] <= limit
        assert (
            run["shrinks"] == pytest.approx(1 - np.sqrt(after / before), abs=1e-3)
            and run["shrinks"] > 0.1
        )
        corners = [(a, b) for a in (n.min(), n.max(), 10 * n.max())
                   for b in (d.min(), d.max(), 10 * d.max())
                   if 6 * a * b <= limit and (d / n).min() <= b / a <= (d / n).max()]  # fmt: skip
        assert len(corners) > 2 and after <= 1.0001 * min(
            variance(*case, corner) for corner in corners
        )
    assert told[1]["shrinks"] >= told[0]["shrinks"]


def test_what_cannot_be_known_is_said_in_words_and_once(file, typed):
    n = np.geomspace(1e8, 1e9, 6)
    text = typed(file(csv_of(n, 20 * n, LAW.loss(n, 20 * n).round(4))))
    assert (
        len(re.findall("FLOP: size and tokens cannot be known from these runs; loss [12]", text))
        == 3
    )
    assert (
        "all runs have about 20 tokens per parameter" in text and "The runs determine" not in text
    )
    found = json.loads(typed(file(csv_of(n, 20 * n, LAW.loss(n, 20 * n).round(4))), "--json"))
    assert found["splits"][0]["params"]["low"] is None
    (larger,) = found["forecasts"]
    assert (larger["params"], larger["tokens"]) == pytest.approx((10**9.5, 20 * 10**9.5))


def test_nothing_is_held_back_where_the_rest_would_be_of_one_size(file, typed, refused):
    n, d = np.append(np.full(9, 1e8), 1e9), np.append(np.geomspace(1e9, 1e10, 9), 2e10)
    table = file(csv_of(n, d, LAW.loss(n, d)))
    assert json.loads(typed(table, "--json"))["held_back"] == []
    assert "1e+08 in every run" in refused(table, "--hold-out", "1")


def test_two_sizes_are_an_answer_that_asks_for_a_third(file, typed):
    text = typed(file(csv_of(*runs([1e8, 1e9], np.geomspace(2e9, 2e11, 20)))))
    size = re.search(r"largest run cost: (.*?) parameters", text)[1]
    assert size not in ("100 million", "1 billion")


@pytest.mark.parametrize("sizes", [SIZES, [1e8, 1e9]])
def test_the_plot_is_a_picture_of_four_panels(file, typed, tmp_path, sizes):
    path = tmp_path / "out.png"
    typed(file(csv_of(*runs(sizes))), "--plot", str(path))
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG") and int.from_bytes(head[16:20], "big") > 1200


def test_long_tables(file, capsys):
    rng = np.random.default_rng(1)
    n, d = 10 ** rng.uniform(7, 10, 100_000), 10 ** rng.uniform(9, 12, 100_000)
    y = LAW.loss(n, d) * np.exp(rng.normal(0, 0.01, n.size))
    assert data.read_runs(file(csv_of(n, d, y))).loss == pytest.approx(y)
    assert fit.main([file(csv_of(n[:6000], d[:6000], y[:6000])), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["law"]["E"]["value"] == pytest.approx(LAW.E, rel=0.02)
    assert said.err == "Fitting 6,000 runs ...\n", "somebody who waits is told for what"


def test_it_runs_as_a_module_from_the_course(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "helpers.fit", "data/own_runs.csv", "--json"],
        capture_output=True, text=True, timeout=100, cwd=data.FOLDER.parent,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == ""
    assert json.loads(done.stdout)["runs"] == len(data.own_runs())
