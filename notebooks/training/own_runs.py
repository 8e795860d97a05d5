"""Which of our own training runs: of one kind, of one budget, the best, and what a law says of them."""

import csv
import operator
import warnings

import numpy as np

from helpers import data, fits


def curves():
    """The training curve of each own run by its name: an array of (bytes seen, mean training loss).

    A loss is the mean over the steps since the row before.
    """
    found = {}
    with (data.FOLDER / "own_curves.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            found.setdefault(row["run"], []).append((float(row["tokens"]), float(row["loss"])))
    return {name: np.array(points) for name, points in found.items()}


def grid(runs, kind="grid", dearest=1e13):
    """The measured runs of one kind up to a budget in FLOP, cheap budgets and small models first.

    The sweep ends at 1e13; dearest=1e14 adds the runs that were trained later (chapter 06).
    """
    mine = [run for run in runs if run.kind == kind and run.loss and run.budget <= dearest]
    return sorted(mine, key=lambda run: (run.budget, run.params))


def columns(runs, *names):
    """A list for each named column of some runs; what a law is fitted to where none is named."""
    return [[getattr(run, name) for run in runs] for name in names or ("params", "tokens", "loss")]


def sizes_of(runs, count="params"):
    """N of each run; count is the column of N, or a function that counts a run's."""
    size = count if callable(count) else operator.attrgetter(count)
    return [size(run) for run in runs]


def budgets_of(runs):
    """The budgets of some runs, cheap ones first."""
    return sorted({run.budget for run in runs})


def of_budget(runs, budget):
    """The runs of one budget."""
    return [run for run in runs if run.budget == budget]


def best_of(runs):
    """The run with the lowest loss."""
    return min(runs, key=lambda run: run.loss)


def around_the_best(runs, budget, kind="grid"):
    """The runs of a budget at its best size, and at the two sizes on either side of it."""
    here = of_budget(grid(runs, kind), budget)
    sizes = sorted({run.params for run in here})
    best = sizes.index(best_of(here).params)
    return [run for run in here if run.params in sizes[max(0, best - 2) : best + 3]]


def lowest_points(runs, count="params", kind="grid"):
    """fits.IsoFlopFit through the five sizes around the best of each budget.

    Budgets are exact FLOP. A budget without a lowest point is left out and named in the fit.
    """
    near = [run for budget in budgets_of(grid(runs, kind))
            for run in around_the_best(runs, budget, kind)]  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is left out stands in the fit
        return fits.fit_isoflop(sizes_of(near, count), *columns(near, "loss", "budget"))


def fitted(runs, count="params"):
    """The law fitted to some runs, as fits.ChinchillaFit; what they do not tell stands in it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The runs do not determine")  # the fit says it, too
        return fits.fit_chinchilla(sizes_of(runs, count), *columns(runs, "tokens", "loss"))


def seed_spread(runs, of=float):
    """Standard deviation of the loss, or of another function of it, between seeds of the same run."""
    same = {}
    for run in [*grid(runs), *grid(runs, "seed")]:
        same.setdefault((run.budget, run.d_model, run.n_layer), []).append(of(run.loss))
    alike = [losses for losses in same.values() if len(losses) > 1]
    return float(np.sqrt(np.mean([np.var(losses, ddof=1) for losses in alike])))
