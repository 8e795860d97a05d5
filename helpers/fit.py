"""Your own runs as a command: python -m helpers.fit runs.csv

Give it a table of sizes, tokens and losses. It fits the law, says how far to trust it, splits your
budgets, checks itself on the largest run, and says which run would tell most.
"""

import argparse
import json
import math
import sys
import warnings
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from helpers import data, fits, laws, units

UNKNOWN = "cannot be known from these runs"
OPEN = 1e3  # an end that is further from the best guess than this factor says nothing
ENOUGH = 8  # runs that are left when one is held back without being asked


def study(runs, at=None, predict=(), hold_out=None, level=0.9):
    """All that the command says of some runs, as a dict of plain numbers; None is what stays open.

    at: budgets in FLOP; predict: pairs of size and tokens; hold_out: how many of the largest runs are
    forecast from the others. Raises ValueError where no law can be fitted at all.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level:g}, but must be a share between 0 and 1, such as 0.9.")
    params, tokens, loss = runs[:3]
    spent = laws.training_flops(params, tokens)
    flops = spent if runs.flops is None else runs.flops
    fit, largest = _fitted(params, tokens, loss), float(spent.max())
    at = at or [largest, 10 * largest, 100 * largest]
    bets = list(predict) or [fit.law.optimum(10 * largest)]
    return {
        "said": list(runs.said),
        "runs": len(loss),
        "level": level,
        "law": {name: known(fit, lambda law, name=name: getattr(law, name), level)
                for name in (*fits.NAMES, "a")},
        "miss": _scatter(fit),
        "status": fit.status,
        "certified": fit.certified,
        "undetermined": getattr(fit, "undetermined", ""),
        "splits": [_split(fit, budget, level) for budget in at],
        "forecasts": [_bet(fit, *bet, level) for bet in bets],
        "held_back": _held_back(params, tokens, loss, np.argsort(spent, kind="stable"), hold_out, level),
        "flops_over_6nd": float(np.median(flops / spent)),
        "valleys": _valleys(params, loss, flops),
        "envelope": _envelope(flops, loss, params, runs.run),
        "next": next_run(fit, max(at), level),
    }  # fmt: skip


def _fitted(params, tokens, loss):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the text says it once
        return fits.fit_chinchilla(params, tokens, loss)


_DRAWS = {}


def _interval(fit, function, level):
    if hasattr(fit, "interval"):
        return fit.interval(function, level)
    if id(fit) not in _DRAWS:
        _DRAWS[id(fit)] = fits.bootstrap(fit, 300)
    return _DRAWS[id(fit)].interval(function, level)


def known(fit, function, level):
    """value, low and high of a number of the law; an end that the runs leave open is None."""
    value = float(function(fit.law))
    low, high = _interval(fit, function, level)
    return {
        "value": value,
        "low": low if math.isfinite(low) and low > value / OPEN else None,
        "high": high if high < max(value, 1e-3) * OPEN else None,
    }


def _split(fit, budget, level):
    """The best split of a budget; tokens and their ratio follow from the size."""
    size = known(fit, lambda law: law.optimum(budget)[0], level)
    turned = {"value": size["value"], "low": size["high"], "high": size["low"]}
    tokens, ratio = (
        {end: n and budget / 6 / n**power for end, n in turned.items()} for power in (1, 2)
    )
    loss = known(fit, lambda law: law.optimal_loss(budget), level)
    return {
        "flops": budget,
        "params": size,
        "tokens": tokens,
        "tokens_per_param": ratio,
        "loss": loss,
    }


def _bet(fit, params, tokens, level):
    value, _, (low, high) = fits.predict(fit, params, tokens, level)
    ends = {"low": low if low > 0 else None, "high": high if high < value * OPEN else None}
    return {"params": params, "tokens": tokens, "loss": {"value": value, **ends}}


def _held_back(params, tokens, loss, order, count, level):
    """Forecasts of the largest runs from the others, with the loss that each really had."""
    if count is None:
        count = int(len(loss) > ENOUGH)
    rest, largest = order[: len(order) - count], order[len(order) - count :]
    if not count:
        return []
    fit = _fitted(params[rest], tokens[rest], loss[rest])
    found = [
        _bet(fit, float(params[k]), float(tokens[k]), level) | {"went": float(loss[k])}
        for k in largest
    ]
    for bet in found:
        low, high = bet["loss"]["low"], bet["loss"]["high"]
        bet["inside"] = (low or 0) <= bet["went"] <= (high or math.inf)
    return found


def _valleys(params, loss, flops):
    """Approach 2, or a sentence that says why not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = fits.fit_isoflop(params, loss, flops)
        except ValueError as problem:
            return str(problem)
    error = fit.a_error if math.isfinite(fit.a_error) else None
    columns = zip(fit.flops.tolist(), fit.params.tolist(), fit.loss.tolist())
    lowest = [{"flops": c, "params": n, "loss": y} for c, n, y in columns]
    return {"a": fit.a, "error": error, "lowest": lowest, "left_out": list(fit.left_out)}


def _envelope(flops, loss, params, run):
    """Approach 1, or a sentence that says why not."""
    curves, run = (0, None) if run is None else np.unique(run, return_inverse=True)
    if run is None or len(run) < 3 * len(curves):
        return "no rows that are one training curve: --run COLUMN names them."
    try:
        *_, line = fits.fit_envelope(flops, loss, params, run)
    except ValueError as problem:
        return str(problem)
    return {"a": -line.a, "error": line.a_error, "curves": len(curves)}


# What to run next ---------------------------------------------------------------------------------


def _scatter(fit):
    """How far runs lie from the law, as a share of the loss: robust, with the five constants paid for."""
    miss = 1.4826 * float(np.median(np.abs(fit.residuals)))
    return max(miss * math.sqrt(len(fit.loss) / (len(fit.loss) - 5)), 1e-6)


def slopes(law, function):
    """How function(law) moves with log E, log A, log B, alpha and beta: a row for each."""
    rows = []
    for name in fits.NAMES:
        ends = [getattr(law, name) * math.exp(h) if name in "EAB" else getattr(law, name) + h
                for h in (1e-5, -1e-5)]  # fmt: skip
        up, down = (function(replace(law, **{name: end})) for end in ends)
        rows.append((np.asarray(up) - down) / 2e-5)
    return np.array(rows)


def next_run(fit, budget, level=0.9):
    """Which one run more would say most about the best size at this budget.

    The linear design formula, with the law as fitted: J'J/s^2 of the runs, and a ridge so faint that
    it only says that no constant is off by e^30. Candidates cost at most what the largest run did;
    "dearer" ones ten times that. A factor is that of the interval: size / factor to size x factor.
    """
    n, d, noise = fit.params, fit.tokens, _scatter(fit)
    target = slopes(fit.law, lambda law: math.log(law.optimum(budget)[0]))
    seen = slopes(fit.law, lambda law: np.log(law.loss(n, d))).T / noise
    root = np.linalg.qr(np.vstack([seen, np.eye(5) / 30]), mode="r")
    aim = np.linalg.solve(root.T, target)
    sizes, texts = (np.geomspace(x.min() / 3, 10 * x.max(), 61) for x in (n, d))
    size, text = (grid.ravel() for grid in np.meshgrid(sizes, texts))
    new = slopes(fit.law, lambda law: np.log(law.loss(size, text))) / noise
    new = np.linalg.solve(root.T, new)
    left = aim @ aim - (aim @ new) ** 2 / (1 + (new**2).sum(axis=0))
    z = NormalDist().inv_cdf((1 + level) / 2)

    def factor(variance):
        width = z * math.sqrt(variance)
        return math.exp(width) if width < math.log(OPEN) else None

    def best(most):
        k = int(np.where(laws.training_flops(size, text) <= most, left, np.inf).argmin())
        return {
            "params": float(size[k]),
            "tokens": float(text[k]),
            "factor": factor(max(left[k], 0)),
        }

    most = float(laws.training_flops(n, d).max())
    return {
        "flops": budget,
        "factor": factor(aim @ aim),
        "run": best(most),
        "dearer": best(10 * most),
    }


# What is said -------------------------------------------------------------------------------------


def _count(value):
    return units.spoken(value, 2)


def _three(value):
    return units.plain(value, 3)


def _said(number, write):
    """1.82 (1.75 to 1.88), or in words which end is open."""
    low, high = (end and write(end) for end in (number["low"], number["high"]))
    between = (f"{low} to {high}" if low and high else f"{low} or more" if low
               else f"at most {high}" if high else UNKNOWN)  # fmt: skip
    return f"{write(number['value'])} ({between})" if low or high else UNKNOWN


def _lines(found):
    """The answer as text."""
    yield from found["said"]
    level = f"{100 * found['level']:g} %"
    yield ""
    yield f"The law, E + A / N^alpha + B / D^beta, of {found['runs']:,} runs ({level} intervals)"
    for name, number in found["law"].items():
        what = "a, of best size = C^a" if name == "a" else name
        yield f"  {what:24}{_said(number, _three)}"
    yield f"  A typical run lies {units.percent(found['miss'], 2)} from it. {found['status']}"
    yield "  " + (found["undetermined"] or "The runs determine the law.")
    yield ""
    yield "Best split of a budget, C = 6ND"
    for split in found["splits"]:
        yield f"  {units.power(split['flops'])} FLOP"
        yield f"    parameters            {_said(split['params'], _count)}"
        yield f"    training tokens       {_said(split['tokens'], _count)}"
        yield f"    tokens per parameter  {_said(split['tokens_per_param'], units.plain)}"
        yield f"    loss, nats            {_said(split['loss'], '{:.3f}'.format)}"
    yield ""
    yield f"Forecasts ({level} of such runs)"
    for bet in found["forecasts"]:
        yield f"  {_run(bet)}: {_said(bet['loss'], '{:.3f}'.format)}"
    for bet in found["held_back"]:
        yield (f"  Check, held back: {_run(bet)}: {_said(bet['loss'], '{:.3f}'.format)}; it went to "
               f"{bet['went']:.3f}, {'inside' if bet['inside'] else 'OUTSIDE'}.")  # fmt: skip
    yield ""
    ways = {"IsoFLOP valleys": found["valleys"], "Envelope of the curves": found["envelope"]}
    for name, way in ways.items():
        if isinstance(way, str):
            yield f"{name}: {way}"
        else:
            error = "" if way["error"] is None else f" +- {way['error']:.3f}"
            of = f"{len(way['lowest'])} budgets" if "lowest" in way else f"{way['curves']} curves"
            yield f"{name}: best size grows as C^{way['a']:.3f}{error}, from {of}."
    told = found["next"]
    yield f"What to run next, to know the best size at {units.power(told['flops'])} FLOP better"
    yield f"  Now it {_factor(told['factor'])}."
    yield f"  After {_run(told['run'])} it {_factor(told['run']['factor'])}."
    yield f"  After a dearer one, {_run(told['dearer'])}, it {_factor(told['dearer']['factor'])}."


def _factor(factor):
    return UNKNOWN if factor is None else f"is known within a factor of {_three(factor)}"


def _run(run):
    return f"{_count(run['params'])} parameters on {_count(run['tokens'])} tokens"


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python -m helpers.fit",
        description="What your own training runs say: the law, how sure it is, and what to run next.",
        epilog="Numbers may be typed like 70B, 1.4T, 5.88e23.",
    )
    parser.add_argument("path", metavar="runs.csv", help="CSV or JSON lines, a run a row")
    for kind in ("params", "tokens", "loss", "flops", "run"):
        what = "training curve" if kind == "run" else kind
        parser.add_argument(f"--{kind}", metavar="COLUMN", help=f"the column of the {what}")
    parser.add_argument("--units", help="unit of params and tokens, such as M,B")
    parser.add_argument("--loss-unit", default="nats", help="nats, bits or ppl (default: nats)")
    budgets = "budgets to split (default: the largest run's, 10 and 100 times that)"
    parser.add_argument("--at", nargs="+", metavar="FLOP", help=budgets)
    parser.add_argument(
        "--predict", action="append", metavar="N,D", help="a run to forecast, repeatable"
    )
    parser.add_argument(
        "--hold-out", type=int, metavar="K", help="check on the K largest runs (default: 1)"
    )
    parser.add_argument("--level", default="0.9", help="share that intervals hold (default: 0.9)")
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")
    parser.add_argument("--plot", metavar="out.png", help="draw runs, law, residuals and valleys")
    return parser


def main(argv=None):
    """Read the command line, print the answer; exit status 2 and a sentence where it is impossible."""
    parser = _arguments()
    typed = parser.parse_args(argv)
    try:
        columns = {
            kind: getattr(typed, kind) for kind in ("params", "tokens", "loss", "flops", "run")
        }
        runs = data.read_runs(typed.path, **columns, units=typed.units, loss_unit=typed.loss_unit)
        at = typed.at and [units.parse(text) for text in typed.at]
        bets = [tuple(map(units.parse, text.split(","))) for text in typed.predict or ()]
        found = study(runs, at, bets, typed.hold_out, units.parse(typed.level))
    except OSError as error:
        parser.error(f"{typed.path}: {error.strerror}.")
    except ValueError as error:
        parser.error(str(error))
    print(json.dumps(found) if typed.json else "\n".join(_lines(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
