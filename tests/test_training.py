"""Our own training: one run, and a sweep that is killed and goes on."""

import contextlib
import csv
import math
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections import Counter
from concurrent import futures
from multiprocessing import get_all_start_methods
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import data, laws
from training import corpus

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install -e '.[train]'")

import torch.nn.functional as F  # noqa: E402
from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from torch.utils._pytree import tree_leaves  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from training import run as training  # noqa: E402
from training import sweep  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.model import Transformer  # noqa: E402

torch.set_num_threads(1)  # small models gain nothing from more, and wait for busy cores
SMALL = training.Run("grid", 5e8, 8, 2, 0.02)
# what can be had here besides the processor in float32, against which it is checked
OTHERS = [(d, p) for d in training.devices() for p in training.precisions(d)][1:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small corpus that every machine has: the small modules of Python's own library."""
    place = tmp_path_factory.mktemp("stdlib")
    for file in Path(sysconfig.get_paths()["stdlib"]).glob("*.py"):
        if file.stat().st_size < 12_000:  # few held-out windows: to measure a run takes longest
            shutil.copy(file, place)
    return str(place)


@pytest.fixture(scope="module")
def text(folder):
    return corpus.load(folder)


@pytest.mark.parametrize("width, layers", [(8, 1), (80, 4)])
def test_weights_and_flop_are_counted_as_they_are(width, layers):
    model = Transformer(width, layers)
    gains = sum(w.numel() for w in model.parameters() if w.dim() < 2)
    wide = sum(w.numel() for w in model.parameters()) - gains
    assert wide == laws.transformer_params(layers, width) + (2 * 256 + 64) * width
    assert gains == (2 * layers + 1) * width  # left out of both counts
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(torch.zeros((4, 64), dtype=torch.long))
    each = counter.get_total_flops() / (4 * 64)
    # the counter takes the attention of all pairs; a causal model needs half of them
    attention = 2 * layers * 64 * width
    exact = training.Run("grid", 1e11, width, layers, 0.01).flops_per_token
    assert 3 * (each - attention) == pytest.approx(exact)


def test_a_score_hangs_on_no_byte_that_comes_after():
    model, row = Transformer(16, 2), torch.arange(64)[None]
    changed = row.clone()
    changed[0, 40:] += 1
    before, after = model(row)[0], model(changed)[0]
    assert torch.allclose(before[:40], after[:40]) and not torch.allclose(before[40], after[40])


def test_a_run_spends_its_budget_and_sees_no_byte_twice(text):
    plans, any_rate = (sweep.PLANS["full"], sweep.PLANS["further"]), dict.fromkeys(range(300), 0.01)
    for run in [run for plan in plans for run in sweep.runs_of(plan, any_rate)]:
        assert run.tokens * run.flops_per_token == pytest.approx(run.budget, rel=0.02), run.name
        assert 256 <= run.batch * 64 <= 4096 and run.steps > 300
    order = training.order_of(SMALL, text).ravel()
    assert len(set(order)) == len(order) == SMALL.steps * SMALL.batch
    assert set(training.order_of(SMALL._replace(seed=1), text).ravel()) != set(order)
    with pytest.raises(ValueError, match="needs .* bytes, but corpus 'folder stdlib"):
        training.train(SMALL._replace(budget=1e12), text)


@pytest.mark.parametrize("parts", [2, 32])
def test_repeated_bytes_come_in_whole_epochs(text, parts):
    order = training.order_of(SMALL._replace(kind="repeated", unique=parts), text).ravel()
    times = Counter(Counter(order.tolist()).values())
    assert len(set(order)) == math.ceil(len(order) / parts)
    assert set(times) <= {parts, parts - 1} and times[parts] > times[parts - 1]
    first = order[: len(set(order))]
    assert set(first) == set(order) and set(first) <= set(training.order_of(SMALL, text).ravel())


def test_the_learning_rate_warms_up_and_falls_to_a_tenth():
    rates = [training.learning_rate(SMALL, step) for step in range(SMALL.steps)]
    top = int(np.argmax(rates))
    assert max(rates) == SMALL.learning_rate and 0 < top <= SMALL.steps // 20
    assert (np.diff(rates[: top + 1]) > 0).all() and (np.diff(rates[top + 1 :]) < 0).all()
    assert rates[-1] == pytest.approx(0.1 * SMALL.learning_rate, rel=0.01)


def test_training_learns_and_is_the_same_again_and_its_curve_is_that_of_its_losses(text):
    seen = []
    model, curve = training.train(SMALL, text, lambda share, loss: seen.append((share, loss)))
    shares, losses = zip(*seen)
    assert shares[-1] == 1.0 and len(seen) == SMALL.steps
    assert losses[0] == pytest.approx(math.log(256), abs=1.0)  # knows nothing, and is a little sure
    assert np.mean(losses[-10:]) < 3.6  # the most common byte alone would be near 3.5
    tokens, means = np.array(curve).T
    assert tokens[-1] == SMALL.tokens and (np.diff(tokens) > 0).all()
    weights = np.diff(np.concatenate([[0], tokens])) / tokens[-1]
    assert (weights * means).sum() == pytest.approx(np.mean(losses), abs=1e-4)
    again, _ = training.train(SMALL, text)
    assert training.measure(again, text) == training.measure(model, text)


def test_measures_of_a_model_that_always_expects_a_blank(text):
    class Blank(torch.nn.Module):
        def forward(self, tokens):
            return (5.0 * (torch.arange(256) == 32)).expand(*tokens.shape, 256)

    found = training.measure(Blank(), text)
    asked = text.held[training.probe(text.held), -16:]
    assert found["accuracy"] == pytest.approx((text.held[:, 1:] == 32).mean(), abs=1e-6)
    assert found["exact_1"] == pytest.approx((asked[:, 0] == 32).mean(), abs=1e-6)
    assert found["exact_2"] == found["exact_16"] == 0  # no answer has two blanks in a row
    nats = np.where(text.held[:, 1:] == 32, 0, 5.0) + math.log(255 + math.exp(5)) - 5
    files = [nats[text.held_file == i].mean(1) - nats.mean() for i in np.unique(text.held_file)]
    error = math.sqrt(sum(f.sum() ** 2 for f in files)) / len(nats)
    assert found["loss"] == pytest.approx(nats.mean(), abs=1e-5)
    assert found["loss_std_error"] == pytest.approx(error, abs=1e-6)


def test_going_on_freely_is_right_exactly_when_the_told_answer_is(text):
    model, _ = training.train(SMALL._replace(budget=2e9), text)
    few = text._replace(held=text.held[training.probe(text.held)[: training.FREELY]])
    found = training.measure(model, few._replace(held_file=np.arange(len(few.held))))
    assert found["exact_1"] > 0.05
    assert all(found[f"exact_{k}"] == found[f"greedy_{k}"] for k in (1, 2, 4, 8, 16))


def test_a_loss_that_is_no_number_keeps_its_row_and_its_reason(folder):
    row, curve = training.perform(SMALL._replace(learning_rate=float("inf")), folder)
    assert "stopped being a number at step" in row["note"] and row["loss"] == "" and curve == []


# ------------------------------------------------------------------------------ another device
def as_the_rows_were_trained(run, text):
    """The loop behind data/own_runs.csv before it knew of devices: the losses, and the weights."""
    torch.manual_seed(run.seed)
    model, losses = Transformer(run.d_model, run.n_layer), []
    groups = [{"params": [w for w in model.parameters() if w.dim() == dim], "weight_decay": decay}
              for dim, decay in ((2, 0.1), (1, 0))]  # fmt: skip
    optimiser = torch.optim.AdamW(groups, lr=run.learning_rate, betas=(0.9, 0.95), fused=True)
    for step, windows in enumerate(training.order_of(run, text)):
        places = windows[:, None] * corpus.CONTEXT + np.arange(corpus.CONTEXT + 1)
        rows = torch.from_numpy(text.train[places].astype(np.int64))
        loss = F.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = training.learning_rate(run, step)
        optimiser.step()
        losses.append(loss.item())
    return losses, list(model.parameters())


@pytest.mark.parametrize("given", [{}, {"device": "cpu"}, {"device": "cpu", "rounding": None}])
def test_on_a_processor_a_run_is_what_it_always_was_to_the_last_digit(text, given):
    seen, run = [], SMALL._replace(budget=2e8)
    with training.arithmetic("cpu") as rounding:
        given = given | ({"rounding": rounding} if "rounding" in given else {})
        model, _ = training.train(run, text, lambda share, loss: seen.append(loss), **given)
    losses, weights = as_the_rows_were_trained(run, text)
    assert seen == losses
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), weights, strict=True))


@pytest.mark.parametrize("device, precision", OTHERS)
def test_a_device_trains_to_within_a_seed_of_the_processor(folder, device, precision, capsys):
    run = SMALL._replace(learning_rate=0.01)
    here = [training.perform(run._replace(seed=seed), folder)[0] for seed in (0, 1, 2)]
    where = {"device": device, "precision": precision}
    there = [training.perform(run._replace(seed=seed), folder, **where) for seed in (0, 1, 2)]
    off = [
        (row["loss"] - cpu["loss"], row["accuracy"] - cpu["accuracy"])
        for (row, _), cpu in zip(there, here)
    ]
    spread = np.std([row["loss"] for row in here], ddof=1)
    loss, accuracy = np.mean(off, axis=0)
    assert all(by for by, _ in off) and abs(loss) < spread and abs(accuracy) < 0.02
    row, curve = there[0]
    assert row["run"] == here[0]["run"] and training.precision_of(row) == precision
    assert len(curve) > 10
    assert row["machine"].startswith(device) or device == "cpu"
    if len(training.devices()) == 1:
        with capsys.disabled():
            print("training checked on cpu only: PyTorch finds no cuda or mps here")


class OneDevice(TorchDispatchMode):
    """Whatever is computed, is on one device; what is carried to another one is written down."""

    def __init__(self):
        super().__init__()
        self.carried = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        inputs = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
        found = func(*args, **(kwargs or {}))
        if func is torch.ops.aten._to_copy.default:
            if found.device != inputs[0].device:
                self.carried.append(found.numel())
        else:
            at = {each.device.type for each in inputs if each.dim()}
            assert len(at) <= 1, f"{func} mixes {at}"
        return found


def test_all_that_a_run_computes_with_is_on_its_device_and_the_corpus_goes_there_once(
    text, monkeypatch
):
    """PyTorch's meta device computes shapes alone, but it is another device than the processor."""
    adam, item, run = torch.optim.AdamW, torch.Tensor.item, SMALL._replace(budget=5e7)
    monkeypatch.setattr(torch.optim, "AdamW", lambda *a, fused, **more: adam(*a, **more))
    monkeypatch.setattr(torch.Tensor, "item", lambda one: 1.0 if one.is_meta else item(one))
    monkeypatch.setattr(training, "_PLACED", {})
    with OneDevice() as seen:
        for _ in range(2):
            model, _ = training.train(run, text, device="meta")
    assert all(weight.is_meta for weight in model.parameters())
    order, weights = run.steps * run.batch, [weight.numel() for weight in model.parameters()]
    assert sorted(seen.carried) == sorted([len(text.train), *2 * [order, *weights]])
    monkeypatch.setattr(torch.Tensor, "cpu", lambda there: torch.ones_like(there, device="cpu"))
    with OneDevice() as seen:
        training.measure(model, text, "meta")
    assert sum(seen.carried) < 1.1 * text.held.size  # the held-out windows, and which of them go on


@pytest.mark.parametrize(
    "given, sentence",
    [
        (("tpu",), "device is 'tpu', but must be one of cpu, cuda, mps."),
        (("cpu", "fp8"), "precision is 'fp8', but must be one of float32, tf32, bfloat16."),
        (("cpu", "tf32"), "precision is 'tf32', but cpu here has float32, bfloat16."),
        (
            ("cuda",),
            f"device is 'cuda', but PyTorch {torch.__version__} finds only cpu, mps here. "
            "It needs an NVIDIA card.",
        ),
    ],
)
def test_a_device_or_a_precision_that_is_not_here_is_refused_with_what_is(
    folder, given, sentence, monkeypatch
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        training.check_device(*given)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        training.perform(SMALL, folder, device=given[0], precision=[*given, "float32"][1])


@pytest.mark.parametrize("chip, known", [((7, 5), 1), ((8, 0), 3), ((12, 0), 3)])
def test_older_graphics_cards_have_float32_alone(chip, known, monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: chip)
    monkeypatch.setattr(torch.version, "hip", None)
    assert training.precisions("cuda") == training.PRECISIONS[:known]


def test_only_what_asks_for_tf32_gets_it_and_nothing_keeps_it():
    before = torch.get_float32_matmul_precision()
    with training.arithmetic("cuda", "tf32") as rounding:
        assert torch.get_float32_matmul_precision() == "high" and rounding is training.EXACT
        with training.arithmetic("cuda"):
            assert torch.get_float32_matmul_precision() == "highest"
    assert torch.get_float32_matmul_precision() == before
    square = torch.rand(8, 8)
    with training.arithmetic("cpu", "bfloat16") as rounding, rounding:
        assert (square @ square).dtype == torch.bfloat16
    assert (square @ square).dtype == torch.float32


def test_processes_that_share_a_device_are_few_and_never_forked():
    with sweep.processes(device="cuda") as pool:
        assert pool._max_workers == min(4, os.cpu_count())
        assert pool._mp_context.get_start_method() == "spawn"
    with sweep.processes(7, "cuda") as pool:
        assert pool._max_workers == 7


# ------------------------------------------------------------------------------------- the sweep
def begin(out, folder):
    line = [sys.executable, "-m", "training", "sweep", "--budget", "smoke", "--out", str(out)]
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*line, "--corpus", folder], start_new_session=True, **streams)


def wait_until(condition, *given, seconds=120):
    end = time.monotonic() + seconds
    while not condition(*given):
        assert time.monotonic() < end, "the sweep did not get there"
        time.sleep(0.05)


def holds(out, count):
    return out.exists() and len(data.own_runs(out)) >= count  # valid at every moment


def left_alone(mark):
    """Whether no process has this mark in its command line; true where that cannot be seen."""
    lines = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it may end while we look
            lines.append(process.read_bytes())
    return not any(mark.encode() in line for line in lines)


def check_whole(out):
    """The file of a finished smoke sweep: every run once, and it learned something."""
    runs, plan = data.own_runs(out), sweep.PLANS["smoke"]
    names, table = [run.run for run in runs], [run._asdict() for run in runs]
    planned = {run.name for run in sweep.runs_of(plan, sweep.best_rates(plan, table))}
    assert len(names) == len(set(names)) and planned <= set(names)
    assert not sweep.scan_left(plan, table)
    assert all(run.loss < math.log(256) and not run.note for run in runs)
    with sweep.curves_of(out).open(newline="", encoding="utf-8") as lines:
        points = [(row["run"], row["tokens"]) for row in csv.DictReader(lines)]
    assert {name for name, _ in points} == set(names) and len(points) == len(set(points))


@pytest.fixture(scope="module")
def finished(tmp_path_factory, folder):
    """A sweep that was killed and went on, at the moment of the kill and at the end."""
    out = tmp_path_factory.mktemp("sweep") / "own_runs.csv"
    process = begin(out, folder)
    wait_until(holds, out, 3)
    process.kill()
    process.communicate()
    wait_until(left_alone, str(out), seconds=20)
    early = data.own_runs(out)
    _, said = (process := begin(out, folder)).communicate(timeout=240)
    assert process.returncode == 0 and "100 %" in said, said  # the bar
    assert "  0 %" not in said, "it begins where the first command was killed"
    return early, out


def arguments(out, folder, *more):
    return ["sweep", "--budget", "smoke", "--out", str(out), "--corpus", folder, *more]


def test_a_killed_sweep_goes_on_and_trains_nothing_twice(finished, folder, capsys):
    early, out = finished
    again = {run.run: run for run in data.own_runs(out)}
    assert all(again[run.run] == run for run in early)  # the same rows, not new ones
    check_whole(out)
    before = out.read_bytes()
    assert main(arguments(out, folder)) == 0 and out.read_bytes() == before
    assert "nothing is left to train" in capsys.readouterr().out


def test_a_dask_cluster_trains_what_is_left(finished, folder, tmp_path):
    distributed = pytest.importorskip("distributed", reason="pip install -e '.[train]'")
    out = tmp_path / "own_runs.csv"
    out.write_text("".join(finished[1].read_text("utf-8").splitlines(True)[:-2]), "utf-8")
    shutil.copy(sweep.curves_of(finished[1]), tmp_path)
    quiet = {"dashboard_address": None, "processes": False, "n_workers": 1}
    with distributed.LocalCluster(**quiet, host="127.0.0.1", protocol="tcp") as cluster:
        assert main(arguments(out, folder, "--dask", cluster.scheduler_address)) == 0
    assert {run.run for run in data.own_runs(out)} == {r.run for r in data.own_runs(finished[1])}
    check_whole(out)


def test_rows_say_their_precision_and_a_file_has_one(tmp_path, folder, monkeypatch, capsys):
    one = sweep.Plan((), ((2e8, ((8, 1),), None),), "no time", rates=((8, 0.02),))
    monkeypatch.setitem(sweep.PLANS, "one", one)
    command = arguments(tmp_path / "own_runs.csv", folder, "--budget", "one")
    assert main([*command, "--precision", "bfloat16", "--workers", "1"]) == 0
    assert "The plan one takes no time." in capsys.readouterr().out
    (row,) = data.own_runs(tmp_path / "own_runs.csv")
    assert row.run == "grid 2e+08 8x1 lr0.02 s0 u1" and row.versions.endswith("; bfloat16")
    assert main(command) == 2
    assert "holds runs in bfloat16: those in float32 go elsewhere." in capsys.readouterr().err
    for asked, sentence in (
        ("tf32", "but cpu here has float32, bfloat16."),
        ("fp16", "must be one of"),
    ):
        assert main([*command, "--workers", "1", "--precision", asked]) == 2
        assert sentence in capsys.readouterr().err, "before the file is looked at"


def test_the_shipped_runs_are_those_of_the_plans():
    with (data.FOLDER / "own_runs.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if training.precision_of(row) == "float32"]
    full, further = sweep.PLANS["full"], sweep.PLANS["further"]
    assert not sweep.scan_left(full, rows)
    names = {row["run"] for row in rows if row["kind"] != "lr_scan"}
    dear = [row for row in rows if row["kind"] == "grid" and float(row["budget"]) > 1e13]
    ten = {run.name for run in sweep.runs_of(further, sweep.best_rates(further, []))}
    assert ten == {row["run"] for row in dear} and len(ten) == 10
    assert names == ten | {run.name for run in sweep.runs_of(full, sweep.best_rates(full, rows))}
    hours = sum(float(row["seconds"]) for row in dear) / 3600
    assert hours == pytest.approx(4.5, abs=0.1) and "four and a half core-hours" in further.takes
    hours = sum(float(row["seconds"]) for row in rows if float(row["budget"]) <= 1e13) / 3600
    assert hours == pytest.approx(4.0, abs=0.4) and "four core-hours" in full.takes


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on Unix")
def test_a_stopped_sweep_says_how_to_go_on(tmp_path, folder):
    out = tmp_path / "own_runs.csv"
    process = begin(out, folder)
    wait_until(holds, out, 1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "the same command trains the others" in said, said
    assert "Traceback" not in said


def asleep(*given, **named):
    time.sleep(600)


def test_a_stopped_sweep_waits_for_no_run_of_which_it_keeps_nothing(tmp_path, folder, monkeypatch):
    children = []

    def stop(done, left, row):
        if children:
            raise KeyboardInterrupt
        children.extend(multiprocessing.active_children())

    monkeypatch.setattr(sweep, "perform", asleep)
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep.sweep(tmp_path / "own_runs.csv", "smoke", sweep.processes(1), folder, stop)
        assert children
        wait_until(lambda: not any(child.is_alive() for child in children))
    finally:  # or the tests would wait for it, where this one failed
        for child in children:
            child.kill()


def test_a_stopped_sweep_begins_no_run_that_waits_in_whatever_pool(tmp_path, folder, monkeypatch):
    begun, go_on, pool = [], threading.Event(), futures.ThreadPoolExecutor(1)

    def one(run, *given, **named):
        begun.append(run)
        go_on.wait(60)

    def stop(done, left, row):
        if begun:
            raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "perform", one)
    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(tmp_path / "own_runs.csv", "smoke", pool, folder, stop)
    go_on.set()
    pool.shutdown(wait=True)
    assert len(begun) == 1


def test_an_interrupt_that_a_callback_swallows_is_a_stop_all_the_same(monkeypatch, capsys):
    """Then the processes, which it ended, are missed first, as if one had been killed."""

    def swallow(*_, **__):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise OSError("A training process was killed.")

    monkeypatch.setattr(sweep, "sweep", swallow)
    before = signal.getsignal(signal.SIGINT)
    assert main(["sweep", "--out", "runs.csv"]) == 130
    assert "the same command trains the others" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("how", [how for how in get_all_start_methods() if how != "fork"])
def test_processes_work_however_this_python_starts_them(how, monkeypatch):
    context = multiprocessing.get_context(how)
    monkeypatch.setattr(multiprocessing, "get_context", lambda: context)
    with sweep.processes(1) as pool:
        assert pool.submit(abs, -7).result(timeout=60) == 7


NO_POOL = SimpleNamespace(
    submit=lambda *_, **__: pytest.fail("training began"), shutdown=lambda **_: None
)


class Here(futures.Executor):
    """A pool that works in this process, and trains nothing."""

    def submit(self, work, *given, **named):
        assert work is training.check_device, "training began"
        done = futures.Future()
        try:
            done.set_result(work(*given))
        except ValueError as problem:
            done.set_exception(problem)
        return done


@pytest.mark.parametrize(
    "change, sentence",
    [
        (["--budget", "huge"], "budget is 'huge', but must be one of full, further, smoke."),
        (["--device", "TPU"], "device is 'tpu', but must be one of cpu, cuda, mps."),
        (["--precision", "tf32"], "precision is 'tf32', but cpu here has float32, bfloat16."),
        (["--out", "/nowhere/own_runs.csv"], "must be a file in a folder that exists"),
        (["--workers", "0"], "workers is 0, but must be 1 or more."),
        (["--corpus", "/nowhere"], "corpus is '/nowhere', but must be a folder"),
        (["--budget", "full"], "bytes, but corpus 'folder stdlib"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_trained(
    tmp_path, folder, change, sentence, capsys, monkeypatch
):
    monkeypatch.setattr(sweep, "processes", lambda workers, device: Here())
    assert main(arguments(tmp_path / "own_runs.csv", folder, *change)) == 2
    said = capsys.readouterr()
    assert sentence in said.err and not list(tmp_path.iterdir())
    assert not said.out and said.err.count("\n") == 1, "one sentence, and nothing before it"


def test_a_file_of_something_else_is_left_alone(tmp_path, folder):
    out = tmp_path / "own_runs.csv"
    out.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="holds another table"):
        sweep.sweep(out, "smoke", NO_POOL, folder)
    shutil.copy(data.FOLDER / "own_runs.csv", out)
    with pytest.raises(ValueError, match="holds runs on 'python-source'"):
        sweep.sweep(out, "smoke", NO_POOL, folder)
    assert out.read_bytes() == (data.FOLDER / "own_runs.csv").read_bytes()


def test_the_scan_goes_on_outwards_until_the_best_rate_has_neighbours():
    plan = sweep.PLANS["smoke"]._replace(scan=((((8, 2),), 5e8, (1e-2, 2e-2)),))
    rows = []
    while left := sweep.scan_left(plan, rows):
        for run in left:
            loss = abs(math.log(run.learning_rate / 0.08)) + 1
            rows.append({**run._asdict(), "run": run.name, "loss": loss})
    tried = sorted(row["learning_rate"] for row in rows)
    assert tried == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.16])
    assert sweep.best_rates(plan, rows) == {8: pytest.approx(0.08)}


def test_the_windows_that_go_on_freely_are_those_of_the_rows():
    """Each share in the file is a whole number of so many windows."""
    counts = [run.greedy_1 * training.FREELY for run in data.own_runs() if run.loss]
    assert len(counts) > 100
    assert all(abs(count - round(count)) < 1e-3 for count in counts)
    card = (data.FOLDER / "README.md").read_text("utf-8")
    assert f"the same on the first {training.FREELY} of these" in card
