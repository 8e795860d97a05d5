"""Our own training: the corpus, one run, and a sweep that is killed and goes on."""

import contextlib
import csv
import importlib.util
import io
import math
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from helpers import corpus, data, laws

ROOT = data.FOLDER.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small corpus that every machine has: the small modules of Python's own library."""
    place = tmp_path_factory.mktemp("stdlib")
    for file in Path(sysconfig.get_paths()["stdlib"]).glob("*.py"):
        if file.stat().st_size < 12_000:  # few held-out windows: to measure a run takes longest
            shutil.copy(file, place)
    return str(place)


# ------------------------------------------------------------------------------------ the corpus


def files(count, size=400):
    draw = np.random.default_rng(1)
    return [
        (f"p/f{i}.py", draw.integers(1, 255, size).astype(np.uint8).tobytes()) for i in range(count)
    ]


def test_no_file_is_in_both_parts_and_copies_are_dropped():
    given = files(1500)
    text = corpus.assemble("x", [*given, ("p/copy.py", given[0][1]), ("p/tiny.py", b"x = 1")])
    parts = bytes(text.train).split(b"\0")[:-1]
    assert len(parts) == len(set(parts)) and set(parts) <= {content for _, content in given}
    held = [content for _, content in given if content not in set(parts)]
    assert 0.06 < len(held) / len(given) < 0.14  # one in ten
    assert len(text.held) == 6 * len(held)  # 400 bytes are six windows of 65
    first = {content[:65] for content in held}
    assert first <= {row.tobytes() for row in text.held}
    assert not any(row.tobytes() in bytes(text.train) for row in text.held[:50])


def test_the_split_hangs_on_the_names_alone():
    given = files(1500)
    again = corpus.assemble("x", given[::-1])
    assert (again.train == corpus.assemble("x", given).train).all()
    more = corpus.assemble("x", given + files(1501)[-1:])
    assert len(more.held) in (len(again.held), len(again.held) + 6)


def test_a_corpus_too_small_or_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="too small"):
        corpus.assemble("x", files(30))
    with pytest.raises(ValueError, match="must be a folder with .py files"):
        corpus.load(str(tmp_path / "nothing"))


def archive(path, content=b"x = 1\n" * 20):
    with tarfile.open(path, "w:gz") as made:
        for name in ("pkg/a.py", "pkg/b.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))


def test_an_archive_that_is_not_the_pinned_one_is_refused_and_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "PACKAGES", (("pkg", "1.0", "0" * 64),))
    archive(tmp_path / "pkg-1.0.tar.gz")
    assert [name for name, _ in corpus.python_files(tmp_path / "pkg-1.0.tar.gz")] == ["pkg/a.py"]
    with pytest.raises(OSError, match=r"pkg-1\.0\.tar\.gz was not the pinned archive"):
        corpus.fetch(tmp_path)
    assert not (tmp_path / "pkg-1.0.tar.gz").exists()


def test_without_a_network_a_sentence(tmp_path, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "ERROR: no route")
    monkeypatch.setattr(corpus.subprocess, "run", lambda *a, **k: failed)
    with pytest.raises(OSError, match="is there a network"):
        corpus.fetch(tmp_path, say=lambda line: None)
    assert not list(tmp_path.glob("*.tar.gz"))


def test_the_shipped_corpus_is_what_the_data_card_says():
    if not all(
        (corpus.cache() / f"{corpus.NAME}.{part}.npy").exists() for part in ("train", "held")
    ):
        pytest.skip("the corpus is not fetched: python -m helpers.train corpus")
    text, card = corpus.load(), (data.FOLDER / "README.md").read_text("utf-8")
    assert len(text.train) >= 60e6 and f"{len(text.train):,} bytes" in card
    assert f"{text.held_file.max() + 1:,} files" in card
    for name, version, digest in corpus.PACKAGES:
        assert f"{name} {version}" in card and digest in card
    shipped = [run for run in data.own_runs() if run.corpus == text.name]
    assert shipped and all(run.unique_tokens < len(text.train) for run in shipped)


# --------------------------------------------------------------------------------------- one run
if importlib.util.find_spec("torch") is None:
    pytest.skip("PyTorch is not installed: pip install -e '.[train]'", allow_module_level=True)

import sweep  # noqa: E402
import torch  # noqa: E402
from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from helpers import train  # noqa: E402

torch.set_num_threads(1)  # small models gain nothing from more, and wait for busy cores

SMALL = train.Run("grid", 5e8, 8, 2, 0.02)


@pytest.fixture(scope="module")
def text(folder):
    return corpus.load(folder)


@pytest.mark.parametrize("width, layers", [(8, 1), (24, 2), (48, 3), (80, 4)])
def test_weights_and_flop_are_counted_as_they_are(width, layers):
    model = train.Transformer(width, layers)
    gains = sum(w.numel() for w in model.parameters() if w.dim() < 2)
    wide = sum(w.numel() for w in model.parameters()) - gains
    assert wide == laws.transformer_params(layers, width) + (2 * 256 + 64) * width
    assert gains == (2 * layers + 1) * width  # left out of both counts
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(torch.zeros((4, 64), dtype=torch.long))
    each = counter.get_total_flops() / (4 * 64)
    # the counter takes the attention of all pairs; a causal model needs half of them
    attention = 2 * layers * 64 * width
    exact = train.Run("grid", 1e11, width, layers, 0.01).flops_per_token
    assert 3 * (each - attention) == pytest.approx(exact)


def test_a_run_spends_its_budget_and_sees_no_byte_twice(text):
    for run in sweep.runs_of(sweep.PLANS["full"], dict.fromkeys(range(300), 0.01)):
        assert run.tokens * run.flops_per_token == pytest.approx(run.budget, rel=0.02), run.name
        assert 256 <= run.batch * 64 <= 4096 and run.steps > 300
    order = train.order_of(SMALL, text).ravel()
    assert len(set(order)) == len(order) == SMALL.steps * SMALL.batch
    other = train.order_of(SMALL._replace(seed=1), text).ravel()
    assert set(other) != set(order)


@pytest.mark.parametrize("parts", [2, 8, 32])
def test_repeated_bytes_come_in_whole_epochs(text, parts):
    run = SMALL._replace(kind="repeated", unique=parts)
    order = train.order_of(run, text).ravel()
    times = Counter(Counter(order.tolist()).values())
    assert len(set(order)) == math.ceil(len(order) / parts)
    assert set(times) <= {parts, parts - 1} and times[parts] > times[parts - 1]
    first = order[: len(set(order))]
    assert set(first) == set(order) and set(first) <= set(train.order_of(SMALL, text).ravel())


def test_a_run_that_needs_more_bytes_than_there_are_is_refused(text):
    with pytest.raises(ValueError, match="needs .* bytes, but corpus 'folder stdlib"):
        train.train(SMALL._replace(budget=1e12), text)


def test_the_learning_rate_warms_up_and_falls_to_a_tenth():
    rates = [train.learning_rate(SMALL, step) for step in range(SMALL.steps)]
    top = int(np.argmax(rates))
    assert max(rates) == SMALL.learning_rate and 0 < top <= SMALL.steps // 20
    assert (np.diff(rates[: top + 1]) > 0).all() and (np.diff(rates[top + 1 :]) < 0).all()
    assert rates[-1] == pytest.approx(0.1 * SMALL.learning_rate, rel=0.01)


def test_training_learns_and_is_the_same_again(text):
    seen = []
    model, curve = train.train(SMALL, text, lambda share, loss: seen.append((share, loss)))
    shares, losses = zip(*seen)
    assert shares[-1] == 1.0 and len(seen) == SMALL.steps
    assert losses[0] == pytest.approx(
        math.log(256), abs=1.0
    )  # knows nothing yet, and is a little sure
    assert np.mean(losses[-10:]) < 3.6  # the most common byte alone would be near 3.5
    tokens, means = np.array(curve).T
    assert tokens[-1] == SMALL.tokens and (np.diff(tokens) > 0).all()
    weights = np.diff(np.concatenate([[0], tokens])) / tokens[-1]
    assert (weights * means).sum() == pytest.approx(np.mean(losses), abs=1e-4)
    again, _ = train.train(SMALL, text)
    assert train.measure(again, text) == train.measure(model, text)


class Fixed(torch.nn.Module):
    """A model that gives the same scores everywhere."""

    def __init__(self, scores):
        super().__init__()
        self.scores = scores

    def forward(self, tokens):
        return self.scores.expand(*tokens.shape, 256)


def test_measures_of_models_that_are_known(text):
    found = train.measure(Fixed(torch.zeros(256)), text)
    assert (
        found["loss"] == pytest.approx(math.log(256), abs=1e-6) and found["loss_std_error"] < 1e-6
    )
    space = torch.zeros(256)
    space[32] = 5.0
    found = train.measure(Fixed(space), text)
    asked = text.held[train.probe(text.held), -16:]
    assert found["accuracy"] == pytest.approx((text.held[:, 1:] == 32).mean(), abs=1e-6)
    assert found["exact_1"] == pytest.approx((asked[:, 0] == 32).mean(), abs=1e-6)
    assert found["exact_2"] == found["exact_16"] == 0  # no answer has two blanks in a row
    nats = np.where(text.held[:, 1:] == 32, 0, 5.0) + math.log(255 + math.exp(5)) - 5
    files = [nats[text.held_file == i].mean(1) - nats.mean() for i in np.unique(text.held_file)]
    error = math.sqrt(sum(f.sum() ** 2 for f in files)) / len(nats)
    assert found["loss"] == pytest.approx(nats.mean(), abs=1e-5)
    assert found["loss_std_error"] == pytest.approx(error, abs=1e-6)


def test_going_on_freely_is_right_exactly_when_the_told_answer_is(text):
    model, _ = train.train(SMALL._replace(budget=2e9), text)
    few = text._replace(held=text.held[train.probe(text.held)[: train.FREELY]])
    few = few._replace(held_file=np.arange(len(few.held)))
    found = train.measure(model, few)
    assert found["exact_1"] > 0.05
    for k in (1, 2, 4, 8, 16):
        assert found[f"exact_{k}"] == found[f"greedy_{k}"]


def test_a_loss_that_is_no_number_keeps_its_row_and_its_reason(folder):
    row, curve = train.perform(SMALL._replace(learning_rate=float("inf")), folder)
    assert "stopped being a number at step" in row["note"] and row["loss"] == "" and curve == []


# ------------------------------------------------------------------------------------- the sweep


def command(out, folder, *more):
    line = [sys.executable, "-m", "helpers.train", "sweep", "--budget", "smoke", "--out", str(out)]
    return [*line, "--corpus", folder, *more]


def rows_of(out):
    if not out.exists():
        return []
    with out.open(newline="", encoding="utf-8") as lines:
        return [row["run"] for row in csv.DictReader(lines)]


def wait_for(condition, process, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < end, "the sweep did not get there"
        time.sleep(0.05)


def left_alone(mark, seconds=20):
    """Whether no process has this mark in its command line any more; true where that cannot be seen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # it may end while we look
                lines.append(process.read_bytes())
        if not any(mark.encode() in line for line in lines):
            return True
        time.sleep(0.2)
    return False


def check_whole(out, folder):
    """The file of a finished smoke sweep: valid, every run once, and it learned something."""
    runs = data.own_runs(out)
    plan = sweep.PLANS["smoke"]
    table = [run._asdict() for run in runs]
    assert not sweep.scan_left(plan, table)
    wanted = {run.name for run in sweep.runs_of(plan, sweep.best_rates(table))}
    names = [run.run for run in runs]
    assert len(names) == len(set(names)) and wanted <= set(names)
    assert all(run.loss < math.log(256) and not run.note for run in runs)
    grid = {(run.budget, run.d_model, run.n_layer): run.loss for run in runs if run.kind == "grid"}
    assert all(grid[2e9, w, n] < grid[5e8, w, n] - 0.1 for w, n in sweep.SHAPES[:3])
    with sweep.curves_of(out).open(newline="", encoding="utf-8") as lines:
        points = [(row["run"], row["tokens"]) for row in csv.DictReader(lines)]
    assert {name for name, _ in points} == set(names) and len(points) == len(set(points))


def test_a_killed_sweep_goes_on_and_trains_nothing_twice(tmp_path, folder):
    out = tmp_path / "own_runs.csv"
    process = subprocess.Popen(command(out, folder), cwd=ROOT, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(rows_of(out)) >= 3, process)
    process.kill()
    process.wait()
    assert left_alone(str(out)), "the processes of a killed sweep are still there"
    first = data.own_runs(out)  # valid at the moment of the kill
    done = subprocess.run(command(out, folder), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "nothing is left to train" in done.stdout, done.stderr
    assert "100 %" in done.stderr  # the bar
    again = {run.run: run for run in data.own_runs(out)}
    assert all(
        again[run.run].seconds == run.seconds for run in first
    )  # the same rows, not new ones
    check_whole(out, folder)
    before = out.read_bytes()
    third = subprocess.run(command(out, folder), cwd=ROOT, capture_output=True, text=True)
    assert third.returncode == 0 and out.read_bytes() == before


def test_processes_work_however_this_python_starts_them(tmp_path):
    """By a fork server from Python 3.14 on, spawned on macOS and Windows."""
    (tmp_path / "alive.py").write_text(
        "import multiprocessing, sys, time\nimport sweep\n"
        "if __name__ == '__main__':\n"
        "    for how in multiprocessing.get_all_start_methods():\n"
        "        multiprocessing.set_start_method(how, force=True)\n"
        "        pool = sweep.processes(1)\n"
        "        pool.submit(time.sleep, 1.5).result()\n"
        "        print(pool.submit(abs, -7).result())\n"
        "        pool.shutdown()\n"
    )
    where = {"env": os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")])}}
    line = [sys.executable, str(tmp_path / "alive.py")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, **where)
    assert set(done.stdout.split()) == {"7"} and done.returncode == 0, done.stderr


def test_a_copy_without_the_folder_of_tools_says_so(tmp_path):
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers")
    line = [sys.executable, "-m", "helpers.train", "corpus"]
    alone = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(tmp_path)}}
    done = subprocess.run(line, capture_output=True, text=True, **alone)
    assert done.returncode == 1 and f"needs the folder {tmp_path / 'tools'}" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on Unix")
def test_a_stopped_sweep_says_how_to_go_on(tmp_path, folder):
    out = tmp_path / "own_runs.csv"
    process = subprocess.Popen(
        command(out, folder), cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for(lambda: len(rows_of(out)) >= 1, process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "the same command goes on" in said, said
    assert "Traceback" not in said and rows_of(out)


def test_an_interrupt_that_a_callback_swallows_is_a_stop_all_the_same(monkeypatch, capsys):
    """Then the processes, which it ended, are missed first, as if one had been killed."""

    def swallow(given):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise OSError("A training process was killed.")

    monkeypatch.setattr(sweep, "_sweep", swallow)
    before = signal.getsignal(signal.SIGINT)
    assert sweep.main(["sweep", "--out", "runs.csv"]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    "change, sentence",
    [
        (["--budget", "huge"], "budget is 'huge', but must be one of full, smoke."),
        (["--out", "/nowhere/own_runs.csv"], "must be a file in a folder that exists"),
        (["--workers", "0"], "workers is 0, but must be 1 or more."),
        (["--corpus", "/nowhere"], "corpus is '/nowhere', but must be a folder"),
        (["--budget", "full"], "bytes, but corpus 'folder stdlib"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_trained(
    tmp_path, folder, change, sentence, capsys, monkeypatch
):
    monkeypatch.setattr(sweep, "processes", lambda workers=None: pytest.fail("training began"))
    if "--workers" not in change:
        monkeypatch.setattr(sweep, "processes", Refused)
    arguments = command(tmp_path / "own_runs.csv", folder)[3:] + change
    assert sweep.main(arguments) == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


class Refused:
    """A pool that nothing may be sent to."""

    def __init__(self, workers=None):
        pass

    def submit(self, *_):
        pytest.fail("training began")

    def shutdown(self, **_):
        pass


def test_a_file_of_something_else_is_left_alone(tmp_path, folder):
    out = tmp_path / "own_runs.csv"
    out.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="holds another table"):
        sweep.sweep(out, "smoke", Refused(), folder)
    shutil.copy(data.FOLDER / "own_runs.csv", out)
    with pytest.raises(ValueError, match="holds runs on 'python-source'"):
        sweep.sweep(out, "smoke", Refused(), folder)
    assert out.read_bytes() == (data.FOLDER / "own_runs.csv").read_bytes()


def test_the_scan_goes_on_outwards_until_the_best_rate_has_neighbours():
    plan = sweep.PLANS["smoke"]._replace(
        scan=(((8, 2),), 5e8, (1e-2, 2e-2)),
    )
    plan = plan._replace(scan=((((8, 2),), 5e8, (1e-2, 2e-2)),))
    rows = []
    while left := sweep.scan_left(plan, rows):
        for run in left:
            loss = abs(math.log(run.learning_rate / 0.08)) + 1
            rows.append({**run._asdict(), "run": run.name, "loss": loss})
    tried = sorted(row["learning_rate"] for row in rows)
    assert tried == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.16])
    assert sweep.best_rates(rows) == {8: pytest.approx(0.08)}


def test_a_dask_cluster_that_loses_a_worker_still_trains_every_run_once(tmp_path, folder):
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("distributed is not installed: pip install -e '.[train]'")
    out, started = tmp_path / "own_runs.csv", []
    spare = tmp_path / "spare"

    def start(*arguments):
        line = [sys.executable, "-m", *arguments]
        where = {"cwd": ROOT, "stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        started.append(subprocess.Popen(line, **where))
        return started[-1]

    try:
        place = tmp_path / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        scheduler = start(
            "distributed.cli.dask_scheduler", *options, "--scheduler-file", str(place)
        )
        wait_for(place.exists, scheduler)
        address = data_address(place)
        worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
        worker += ["--host", "127.0.0.1", "--no-dashboard", "--local-directory", str(spare)]
        doomed, _ = start(*worker), start(*worker)
        process = subprocess.Popen(
            command(out, folder, "--dask", address), cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        wait_for(lambda: len(rows_of(out)) >= 3, process)
        doomed.kill()
        _, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
    finally:
        for child in started:
            child.kill()
            child.wait()
    check_whole(out, folder)


def data_address(place):
    import json

    return json.loads(place.read_text("utf-8"))["address"]
