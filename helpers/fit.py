"""Your own runs as a command: python -m helpers.fit runs.csv

Give it a table of sizes, tokens and losses. It fits the law and says how far to trust it, splits your
budgets, checks itself on the largest run, and names the run that would tell most.
"""

import argparse
import json
import math
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from helpers import data, fits, laws, units
from helpers.guard import positive

UNKNOWN = "cannot be known from these runs"
OPEN = 1e3  # an end that is further from the best guess than this factor says nothing
ENOUGH = 8  # runs that must be left before one is held back without being asked
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")  # Okabe and Ito's, for the colour-blind


def study(runs, at=None, predict=(), hold_out=None, level=0.9):
    """What the command says of some data.Runs, as plain numbers; None is an end that stays open.

    at: budgets in FLOP; predict: pairs of size and tokens, otherwise ten times the largest run;
    hold_out: how many of the largest runs are forecast from the others. Gives the fit, too. Raises
    ValueError where no law can be fitted at all.
    """
    params, tokens, loss = runs[:3]
    if np.ptp(loss) == 0:
        raise ValueError(f"loss is {loss[0]:g} in every run: no law can be seen in that.")
    spent = laws.training_flops(params, tokens)
    flops = spent if runs.flops is None else runs.flops
    fit, k = _quiet(fits.fit_chinchilla, params, tokens, loss), int(spent.argmax())
    at = positive("at", at or spent[k] * np.array([1, 10, 100])).tolist()
    larger = params[k] * math.sqrt(10), tokens[k] * math.sqrt(10)
    return fit, {
        "said": list(runs.said),
        "runs": len(loss),
        "level": level,
        "law": {name: _constant(fit, name, level) for name in (*fits.NAMES, "a")},
        "scatter": fit.scatter,
        "status": fit.status,
        "certified": fit.certified,
        "undetermined": fit.undetermined,
        "splits": [_split(fit, budget, level) for budget in at],
        "forecasts": [_bet(fit, *bet, level) for bet in predict or [larger]],
        "held_back": _held_back(params, tokens, loss, spent, hold_out, level),
        "valleys": _tried(fits.fit_isoflop, params, loss, flops),
        "envelope": _tried(_envelope, flops, loss, params, runs.run),
        "next": {"flops": max(at), "runs": next_runs(fit, max(at))},
    }  # fmt: skip


def _quiet(function, *columns):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the text says once what a fit warns of
        return function(*columns)


def known(fit, function, level):
    """value, low and high of a number of the law, None where the runs leave an end open."""
    try:
        return _ends(float(function(fit.law)), *fit.interval(function, level))
    except ValueError:  # beyond all numbers
        return {"value": None, "low": None, "high": None}


def _constant(fit, name, level):
    """A constant of the law, or its exponent a; nothing known where an exponent of it is open."""
    number = known(fit, lambda law: getattr(law, name), level)
    parts = {"A": ["alpha"], "B": ["beta"]}
    exponents = parts.get(name, ["alpha", "beta"] if name == "a" else [name])
    closed = name == "E" or not set(exponents) & set(fit.open)
    return number if closed else number | {"low": None, "high": None}


def _ends(value, low, high):
    low = float(low) if low > value / OPEN else None
    high = float(high) if high < max(value, 0.01) * OPEN else None  # E may be 0
    return {"value": value, "low": low, "high": high}


def _split(fit, budget, level):
    """The best split of a budget; the tokens follow from the size."""
    size = known(fit, lambda law: law.optimum(budget)[0], level)
    size |= {"low": None, "high": None} if None in size.values() else {}
    turned = {"value": size["value"], "low": size["high"], "high": size["low"]}
    tokens = {end: n and budget / 6 / n for end, n in turned.items()}
    loss = known(fit, lambda law: law.optimal_loss(budget), level)
    return {"flops": budget, "params": size, "tokens": tokens, "loss": loss}


def _bet(fit, params, tokens, level):
    value, _, ends = fits.predict(fit, params, tokens, level)
    return {"params": float(params), "tokens": float(tokens), "loss": _ends(float(value), *ends)}


def _held_back(params, tokens, loss, spent, count, level):
    """Forecasts of the largest runs from the others, with the loss that each really had."""
    order = np.argsort(spent, kind="stable")
    if count is None:
        rest = order[:-1]
        several = min(np.ptp(params[rest]), np.ptp(tokens[rest])) > 0
        count = int(several and len(rest) >= ENOUGH)
    if not 0 <= count < len(loss):
        raise ValueError(f"hold_out is {count}, but must leave some of the {len(loss)} runs.")
    rest, largest = np.split(order, [len(loss) - count])
    fit, found = count and _quiet(fits.fit_chinchilla, params[rest], tokens[rest], loss[rest]), []
    for k in largest:
        bet = _bet(fit, params[k], tokens[k], level)
        low, high = bet["loss"]["low"] or 0, bet["loss"]["high"] or math.inf
        found.append(bet | {"went": float(loss[k]), "inside": bool(low <= loss[k] <= high)})
    return found


def _tried(approach, *columns):
    """The exponent a of approach 1 or 2 with its error, or a sentence that says why there is none."""
    try:
        fit = _quiet(approach, *columns)
    except ValueError as problem:
        return {"problem": str(problem)}
    found = {"a": fit.a, "error": fit.a_error if math.isfinite(fit.a_error) else None}
    if isinstance(fit, fits.PowerFit):
        return found | {"a": -fit.a}
    return found | {"budgets": fit.flops.tolist(), "left_out": list(fit.left_out)}


def _envelope(flops, loss, params, run):
    if run is None or len(run) < 3 * len(np.unique(run)):
        raise ValueError("no rows that are one training curve; --run COLUMN names them.")
    return fits.fit_envelope(flops, loss, params, run)[-1]


def slopes(law, function):
    """How function(law) moves with log E, log A, log B, alpha and beta: a row for each."""
    rows = []
    for name in fits.NAMES:
        value = getattr(law, name)
        ends = [value * math.exp(h) if name in "EAB" else value + h for h in (1e-5, -1e-5)]
        up, down = (np.asarray(function(replace(law, **{name: end}))) for end in ends)
        rows.append((up - down) / 2e-5)
    return np.array(rows)


def next_runs(fit, budget):
    """Which one run more would say most about the best size at this budget.

    The linear design formula for the law as fitted: J'J/s^2 of the runs, and a ridge so faint that it
    says no more than that no constant is off by e^30. The first candidate costs at most what the
    largest run did, the second ten times that; shrinks is the share of the interval that it takes off.
    """
    n, d, noise = fit.params, fit.tokens, fit.scatter
    seen = slopes(fit.law, lambda law: np.log(law.loss(n, d))).T / noise
    root = np.linalg.qr(np.vstack([seen, np.eye(5) / 30]), mode="r").T
    lines = (np.geomspace(column.min(), 10 * column.max(), 61) for column in (n, d))
    size, text = (grid.ravel() for grid in np.meshgrid(*lines))
    try:
        aim = slopes(fit.law, lambda law: math.log(law.optimum(budget)[0]))
    except ValueError:  # constants beyond all numbers
        return []
    aim = np.linalg.solve(root, aim)
    new = np.linalg.solve(root, slopes(fit.law, lambda law: np.log(law.loss(size, text))) / noise)
    left = np.maximum(aim @ aim - (aim @ new) ** 2 / (1 + (new**2).sum(axis=0)), 0)
    left[(text / size < (d / n).min()) | (text / size > (d / n).max())] = np.inf  # the law may fail
    cost, found = laws.training_flops(size, text), []
    for most in (1, 10):
        k = np.where(cost <= most * laws.training_flops(n, d).max(), left, np.inf).argmin()
        shrinks = max(float(1 - np.sqrt(left[k] / (aim @ aim))), 0.0)
        found.append({"params": float(size[k]), "tokens": float(text[k]), "shrinks": shrinks})
    return found


def _lines(found):
    """The answer as text."""
    level, three = f"{100 * found['level']:g} %", "{:.3f}".format
    yield from found["said"]
    yield f"\nThe law, L = E + A/N^alpha + B/D^beta, from {found['runs']:,} runs, in nats, with {level} intervals"
    for name, number in found["law"].items():
        what = "a, best size = C^a" if name == "a" else name
        yield f"  {what:20}{_said(number, lambda value: units.plain(value, 3))}"
    yield f"  A run lies {units.percent(found['scatter'], 2)} from the law. {found['status']}"
    yield f"  {found['undetermined'] or 'The runs determine the law.'}"
    if "a" in found["envelope"]:
        yield "  Rows of one training curve are no independent runs: these intervals are too narrow."
    yield "\nBest split of a budget, C = 6ND"
    for split in found["splits"]:
        size, text = (_said(split[name], units.spoken) for name in ("params", "tokens"))
        loss = _said(split["loss"], three)
        both = f"parameters {size}, tokens {text}; loss {loss}"
        if size == UNKNOWN:  # nor which of the many laws gives the loss
            loss = loss.partition("(")[2].rstrip(")") or UNKNOWN
            both = f"size and tokens {UNKNOWN}; loss {loss}"
        yield f"  {units.power(split['flops'])} FLOP: {both}"
    yield f"\nForecasts of one run, with the interval that holds {level} of such runs"
    for bet in found["forecasts"] + found["held_back"]:
        went = f"; held back, it went to {bet['went']:.3f}, " if "went" in bet else ""
        went += ("inside" if bet["inside"] else "OUTSIDE") if went else ""
        yield f"  {_run(bet)}: loss {_said(bet['loss'], three)}{went}"
    yield "\nOther approaches to a (+- one standard error), with the file's FLOP where it has some"
    for what, way in (("IsoFLOP valleys", found["valleys"]), ("envelope", found["envelope"])):
        error = f" +- {way['error']:.3f}" if way.get("error") else ""
        of = f", from {len(way['budgets'])} budgets" if "budgets" in way else ""
        yield f"  {what}: " + (way.get("problem") or f"{way['a']:.3f}{error}{of}")
    budget = units.power(found["next"]["flops"])
    for cost, run in zip(("what your largest run cost", "ten times that"), found["next"]["runs"]):
        if cost.startswith("what"):
            yield f"\nWhat to run next, to know the best size at {budget} FLOP better (a linear estimate)"
        shrinks = f"the interval shrinks by {units.percent(run['shrinks'])}"
        shrinks = shrinks if run["shrinks"] > 0.02 else "but it takes more than one run"
        yield f"  for at most {cost}: {_run(run)}; {shrinks}"


def _said(number, write):
    """1.82 (1.75 to 1.88), or in words which end is open."""
    low, high = (None if end is None else write(end) for end in (number["low"], number["high"]))
    if low is None and high is None:
        return UNKNOWN
    between = f"{low} to {high}" if low and high else f"{low} or more" if low else f"at most {high}"
    return f"{write(number['value'])} ({between})"


def _run(run):
    return f"{units.spoken(run['params'])} parameters on {units.spoken(run['tokens'])} tokens"


def draw(runs, fit, found, path):
    """Four panels as a picture: the runs, observed and predicted, residuals, IsoFLOP valleys."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    (n, d, y, flops), law = runs[:4], fit.law
    flops = laws.training_flops(n, d) if flops is None else flops
    size = np.geomspace(n.min(), n.max(), 99)
    budgets = found["valleys"].get("budgets") or np.geomspace(flops.min(), flops.max(), 6)[1:-1]
    budgets = np.take(budgets, np.unique(np.linspace(0, len(budgets) - 1, 4).astype(int)))
    with rc_context(fname=Path(__file__).with_name("live.mplstyle")):
        figure = Figure((13, 10), layout="constrained")
        sheet, match, rest, valley = figure.subplots(2, 2).ravel()
        for ax, across, up, *labels in (
            (sheet, n, d, "parameters", "training tokens"),
            (match, law.loss(n, d), y, "predicted loss, nats", "loss, nats"),
            (rest, d / n, 100 * fit.residuals, "tokens per parameter", "residual, % of the loss"),
            (valley, n[:0], y[:0], "parameters", "loss, nats"),
        ):
            ax.plot(across, up, "o", color=COLOURS[0], label="runs" if len(up) else None)
            ax.set(xlabel=labels[0], ylabel=labels[1], xscale="linear" if ax is match else "log")
        sheet.set_yscale("log")
        sheet.plot(size, law.optimal_tokens(size), "k-", label="best split by the law")
        for run in found["next"]["runs"][:1]:
            sheet.plot(run["params"], run["tokens"], "D", color=COLOURS[1], label="run next")
        match.axline((y.min(), y.min()), slope=1, color="k", label="as predicted")
        rest.axhline(0, color="k", label="the law")
        for budget, sign, colour in zip(budgets, ("o-", "s--", "^:", "D-."), COLOURS):
            here = np.abs(np.log(flops / budget)) < 0.1
            tokens = budget * np.median(n * d / flops) / size
            valley.plot(size, law.loss(size, tokens), sign[1:], color=colour)
            named = f"{units.power(budget)} FLOP"
            valley.plot(n[here], y[here], sign[0], color=colour, label=named)
        for ax in figure.axes:
            ax.legend(fontsize="small")
        figure.savefig(path, dpi=110)


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python -m helpers.fit",
        description="What your own training runs say: the law, how sure it is, and what to run next.",
        epilog="Numbers may be typed like 70B, 1.4T, 5.88e23.",
    )
    parser.add_argument("path", metavar="runs.csv", help="a run a row: CSV, JSON lines or a list")
    for kind in data.KINDS:
        parser.add_argument(f"--{kind}", metavar="COLUMN", help=f"the name of the column of {kind}")
    for option, metavar, what, more in (
        ("--units", "M,B", "unit of params and tokens, such as M,B", {}),
        ("--loss-unit", "UNIT", "nats, bits or ppl (default: nats)", {}),
        ("--at", "FLOP", "budgets to split (default: the largest run's, 10 and 100 times that)", {"nargs": "+"}),
        ("--predict", "N,D", "a run to forecast, repeatable (default: ten times the largest)", {"action": "append"}),
        ("--hold-out", "K", "forecast the K largest runs from the others (default: 1)", {"type": int}),
        ("--level", "SHARE", "what intervals hold (default: 0.9)", {"default": "0.9"}),
        ("--plot", "out.png", "draw runs, law, residuals and valleys", {}),
    ):  # fmt: skip
        parser.add_argument(option, metavar=metavar, help=what, **more)
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")
    return parser


def main(argv=None):
    """Read the command line, print the answer; exit status 2 and a sentence where it is impossible."""
    parser = _arguments()
    typed = vars(parser.parse_args(argv))
    names = (*data.KINDS, "units", "loss_unit")
    try:
        runs = data.read_runs(typed["path"], **{name: typed[name] for name in names})
        if len(runs.loss) > 5000:
            print(f"Fitting {len(runs.loss):,} runs ...", file=sys.stderr)
        at = [units.parse(text) for text in typed["at"] or ()]
        bets = [[units.parse(part) for part in text.split(",")] for text in typed["predict"] or ()]
        if any(len(bet) != 2 for bet in bets):
            raise ValueError(f"predict {typed['predict']}: must be size,tokens, such as 7B,140B.")
        fit, found = study(runs, at, bets, typed["hold_out"], units.parse(typed["level"]))
        if typed["plot"]:
            draw(runs, fit, found, typed["plot"])
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}.")
    except ValueError as error:
        parser.error(str(error))
    print(json.dumps(found) if typed["json"] else "\n".join(_lines(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
