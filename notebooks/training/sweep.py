"""The sweep behind data/own_runs.csv: what is trained, in which order, and how it goes on.

    python -m training sweep --out data/own_runs.csv

Killed at any moment it loses at most the runs in hand; the same command goes on from there. With
--device it trains on a graphics card; the recipe, the rows and their names are the same.
"""

import csv
import multiprocessing
import os
import signal
import tempfile
import threading
from concurrent import futures
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers import data
from training import corpus
from training.run import CURVE, Run, check_device, check_fits, check_names, perform, precision_of

SHAPES = (  # (width, layers): 768 to 3,096,576 non-embedding parameters
    (8, 1), (8, 2), (12, 2), (16, 2), (24, 2), (32, 2), (32, 3), (48, 3), (64, 3), (80, 4),
    (96, 5), (128, 5), (160, 6), (192, 7),
)  # fmt: skip


class Plan(NamedTuple):
    """What a sweep trains."""

    scan: tuple  # (shapes, budget, first two rates, at most so many): the rate of each width
    grid: tuple  # (budget, shapes, the shape that is trained with two more seeds, or None)
    takes: str  # what it asks of a processor
    repeated: tuple = ()  # (budget, shape, parts): a half, a quarter ... of the bytes are different
    untuned: tuple = ()  # budgets that are trained once more with one rate for all sizes
    untuned_rate: float = 1e-3  # what a library has as its default
    rates: tuple = ()  # (width, rate) of widths that are not scanned again


PLANS = {
    "full": Plan(
        scan=(
            (SHAPES[1:4], 1e11, (1e-2, 2e-2)),
            (SHAPES[4:6], 3e11, (5e-3, 1e-2)),
            (SHAPES[7:10], 1e12, (2.5e-3, 5e-3)),
            (SHAPES[10:12], 3e12, (1.25e-3, 2.5e-3)),
            (SHAPES[12:], 3e12, (1.25e-3, 2.5e-3), 2),  # far from every lowest point: two will do
        ),
        grid=(
            (3e10, SHAPES[0:7], (12, 2)),
            (1e11, SHAPES[0:8], (16, 2)),
            (3e11, SHAPES[1:9], (24, 2)),
            (1e12, SHAPES[2:10], (32, 3)),
            (3e12, SHAPES[4:11], (48, 3)),
            (1e13, SHAPES[6:14], None),
        ),
        takes="about four core-hours on the machine of its shipped rows, an evening of a laptop",
        repeated=(3e12, (80, 4), (2, 4, 8, 16, 32)),
        untuned=(3e10, 1e11, 3e11),
    ),
    "further": Plan(  # ten times further, with the rates that the scan of the full plan found
        scan=(),
        grid=((3e13, SHAPES[7:12], None), (1e14, SHAPES[8:13], None)),
        takes="about four and a half core-hours on the machine of its shipped rows, and twice that on "
        "a slower one",
        rates=((48, 5e-3), (64, 2.5e-3), (96, 2.5e-3), *((w, 1.25e-3) for w in (80, 128, 160))),
    ),
    "smoke": Plan(
        scan=((SHAPES[1:3], 5e8, (1e-2, 2e-2)),),
        grid=((5e8, SHAPES[0:3], (8, 2)), (2e9, SHAPES[0:3], (8, 2))),
        takes="about a minute of one core",
        repeated=(2e9, (12, 2), (4,)),
        untuned=(5e8,),
    ),
}


def scan_left(plan, rows):
    """The scan runs still to do: two rates for each width, then outwards while an end is best."""
    wanted, done = [], {row["run"]: float(row["loss"] or "inf") for row in rows}
    for shapes, budget, first, *most in plan.scan:
        for width, layers in shapes:
            runs = [Run("lr_scan", budget, width, layers, rate) for rate in first]
            while all(run.name in done for run in runs) and len(runs) < (most or [9])[0]:
                best = min(runs, key=lambda run: done[run.name])
                if best is runs[0]:
                    runs.insert(0, best._replace(learning_rate=best.learning_rate / 2))
                elif best is runs[-1]:
                    runs.append(best._replace(learning_rate=best.learning_rate * 2))
                else:
                    break
            wanted += [run for run in runs if run.name not in done]
    return wanted


def best_rates(plan, rows):
    """The learning rate of each width: what the plan's own scan found best, or what the plan says."""
    mine = {(budget, width) for shapes, budget, *_ in plan.scan for width, _ in shapes}
    scanned = [row for row in rows if row["kind"] == "lr_scan" and row["loss"]]
    scanned.sort(key=lambda row: -float(row["loss"]))
    rates = {(float(row["budget"]), int(row["d_model"])): row["learning_rate"] for row in scanned}
    return dict(plan.rates) | {of[1]: float(rate) for of, rate in rates.items() if of in mine}


def runs_of(plan, rates):
    """Every run of a plan after its scan: first the grid, then the others, cheap ones first."""
    grid = [Run("grid", c, w, n, rates[w]) for c, shapes, _ in plan.grid for w, n in shapes]
    twice = [(c, *shape, seed) for c, _, shape in plan.grid if shape for seed in (1, 2)]
    seeds = [Run("seed", c, w, n, rates[w], seed) for c, w, n, seed in twice]
    untuned = [run for run in grid if run.budget in plan.untuned]
    rate = plan.untuned_rate
    untuned = [run._replace(kind="untuned", learning_rate=rate) for run in untuned]
    repeated = []
    if plan.repeated:
        budget, (w, n), parts = plan.repeated
        repeated = [Run("repeated", budget, w, n, rates[w], 0, part) for part in parts]
    return grid + sorted([*seeds, *untuned, *repeated], key=lambda run: run.budget)


def seconds(runs):
    """What runs may take on one core, for the time left: by width, as once measured."""
    widths, speed = (8, 16, 32, 64, 128, 192), (2e9, 5e9, 11e9, 20e9, 40e9, 50e9)
    return sum(run.budget / np.interp(run.d_model, widths, speed) + 3 for run in runs)


def read(file, columns):
    """The rows of a file of the sweep, none where it does not exist yet.

    Raises ValueError for another table, so that nothing of it is overwritten.
    """
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as lines:
        table = csv.DictReader(lines)
        if table.fieldnames != list(columns):
            raise ValueError(f"{file} holds another table than a sweep's: move it or name another.")
        return list(table)


def add(file, columns, new):
    """Add the rows of one run to a file, in place of what it had of that run; its rows.

    The file is replaced at once, so that it is whole at every moment.
    """
    rows = [row for row in read(file, columns) if all(row["run"] != n["run"] for n in new)] + new
    place = {"dir": file.parent, "suffix": ".part", "delete": False}
    with tempfile.NamedTemporaryFile("w", newline="", encoding="utf-8", **place) as part:
        table = csv.DictWriter(part, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    os.chmod(part.name, 0o644)
    os.replace(part.name, file)
    return rows


def curves_of(out):
    """The file of the curves beside own_runs.csv: own_curves.csv."""
    return out.with_name(f"{out.stem.removesuffix('runs')}curves.csv")


def sweep(
    out,
    plan="full",
    pool=None,
    folder=None,
    report=lambda done, left, row: None,
    device="cpu",
    precision="float32",
):
    """Train what out still lacks of a plan; the rows of the whole file.

    pool: any concurrent.futures executor, that of `processes` unless given. report is called
    about once a second with the expected seconds that are done and left, and the last row or None;
    what the file had of the plan counts as done, as far as the plan names it before its scan.
    Raises ValueError before anything is trained: an unknown plan, a folder that is not there, a
    file of another corpus or another precision, a corpus that is too small, a device or a precision
    that the processes of the pool do not have.
    """
    if plan not in PLANS:
        raise ValueError(f"budget is {plan!r}, but must be one of {', '.join(PLANS)}.")
    out, plan = Path(out), PLANS[plan]
    if not out.parent.is_dir() or out.is_dir():
        raise ValueError(f"out is {str(out)!r}, but must be a file in a folder that exists.")
    check_names(device, precision)
    any_rate, done, last, row, ended = dict.fromkeys(range(1000), 1.0), 0.0, False, None, False
    pool, others = pool or processes(device=device), set(multiprocessing.active_children())
    ours = isinstance(pool, futures.ProcessPoolExecutor | futures.ThreadPoolExecutor)
    how = {"cancel_futures": True} if ours else {}  # a Dask pool cancels by itself
    try:
        if (device, precision) != ("cpu", "float32"):  # asked where the runs are to be trained
            pool.submit(check_device, device, precision).result()
        text, columns = corpus.load(folder), data.ROWS["own_runs"]._fields
        rows = read(out, columns)
        read(curves_of(out), CURVE)
        for other in {row["corpus"] for row in rows} - {text.name}:
            raise ValueError(f"{out} holds runs on {other!r}: those on {text.name!r} go elsewhere.")
        for other in {precision_of(row) for row in rows} - {precision}:
            raise ValueError(f"{out} holds runs in {other}: those in {precision} go elsewhere.")
        planned = [*runs_of(plan, any_rate), *scan_left(plan, [])]
        for run in planned:
            check_fits(run, text)
        while not last:
            left = scan_left(plan, rows)
            names, last = {row["run"] for row in rows}, not left
            later = runs_of(plan, any_rate if left else best_rates(plan, rows))
            if last:
                left, later = [run for run in later if run.name not in names], []
            done = max(done, seconds(planned) - seconds([*left, *later]))  # by an earlier command
            where = {"device": device, "precision": precision}
            waiting = {pool.submit(perform, run, folder, **where): run for run in left}
            while waiting:
                report(done, seconds([*waiting.values(), *later]), row)
                for future in futures.wait(waiting, 1.0, futures.FIRST_COMPLETED).done:
                    row, curve = future.result()
                    add(curves_of(out), CURVE, curve)
                    rows = add(out, columns, [row])
                    done += seconds([waiting.pop(future)])
        ended = True
    except futures.BrokenExecutor as broken:
        problem = "A training process was killed. The same command goes on from there."
        raise OSError(problem) from broken
    finally:
        pool.shutdown(wait=False, **how)
        for process in () if ended else set(multiprocessing.active_children()) - others:
            process.terminate()  # or the command would wait for runs of which it keeps nothing
    report(done, 0.0, row)
    return rows


def processes(workers=None, device="cpu"):
    """A pool of processes of this machine, which end quietly with the command that began them.

    One on each core unless a number is given; at most four where they share another device.
    """
    started = None
    if device != "cpu":  # CUDA cannot be used in a process that was forked
        started = multiprocessing.get_context("spawn")
        workers = workers or min(4, os.cpu_count() or 1)
    end = _end_with_the_command
    return futures.ProcessPoolExecutor(workers, mp_context=started, initializer=end)


def _end_with_the_command():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback of each process
    command = multiprocessing.parent_process()  # not os.getppid: a fork server may lie between
    assert command

    def watch():
        command.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
