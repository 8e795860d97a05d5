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
from statistics import NormalDist

import numpy as np

from helpers import data, fits, laws, units
from helpers.guard import positive

UNKNOWN = "cannot be known from these runs"
OPEN = 1e3  # an end that is further from the best guess than this factor says nothing
COLUMNS = ("params", "tokens", "loss", "flops", "run")
ENOUGH = 8  # runs that must be left before one is held back without being asked


def study(runs, at=None, predict=(), hold_out=None, level=0.9):
    """What the command says of some data.Runs, as plain numbers; None is an end that stays open.

    at: budgets in FLOP; predict: pairs of size and tokens; hold_out: how many of the largest runs are
    forecast from the others. Gives the fit, too. Raises ValueError where no law can be fitted at all.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level:g}, but must be a share between 0 and 1, such as 0.9.")
    params, tokens, loss = runs[:3]
    if np.ptp(loss) == 0:
        raise ValueError(f"loss is {loss[0]:g} in every run: no law can be seen in that.")
    spent = laws.training_flops(params, tokens)
    flops = spent if runs.flops is None else runs.flops
    fit, largest = _fitted(params, tokens, loss), float(spent.max())
    at = positive("at", at or largest * np.array([1, 10, 100])).tolist()
    try:
        bets, told = predict or [fit.law.optimum(10 * largest)], next_run(fit, max(at), level)
    except ValueError:  # constants beyond all numbers
        bets, told = predict, {"flops": max(at), "factor": None, "runs": []}
    return fit, {
        "said": list(runs.said),
        "runs": len(loss),
        "level": level,
        "law": {name: known(fit, lambda law, name=name: getattr(law, name), level)
                for name in (*fits.NAMES, "a")},
        "scatter": scatter(fit),
        "status": fit.status,
        "certified": fit.certified,
        "undetermined": fit.undetermined,
        "splits": [_split(fit, budget, level) for budget in at],
        "forecasts": [_bet(fit, *bet, level) for bet in bets],
        "held_back": _held_back(params, tokens, loss, spent, hold_out, level),
        "flops_over_6nd": float(np.median(flops / spent)),
        "valleys": _tried(fits.fit_isoflop, params, loss, flops),
        "envelope": _tried(_envelope, flops, loss, params, runs.run),
        "next": told,
    }  # fmt: skip


def _fitted(*columns):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the text says once what the fit warns of
        return fits.fit_chinchilla(*columns)


def known(fit, function, level):
    """value, low and high of a number of the law, None where the runs leave an end open."""
    try:
        return _ends(float(function(fit.law)), *fit.interval(function, level))
    except ValueError:  # beyond all numbers
        return {"value": None, "low": None, "high": None}


def _ends(value, low, high):
    low = float(low) if low > value / OPEN else None
    return {"value": value, "low": low, "high": float(high) if high < value * OPEN else None}


def _split(fit, budget, level):
    """The best split of a budget; tokens and their ratio follow from the size."""
    size = known(fit, lambda law: law.optimum(budget)[0], level)
    turned = {"value": size["value"], "low": size["high"], "high": size["low"]}
    others = {name: {end: n and budget / 6 / n**power for end, n in turned.items()}
              for name, power in (("tokens", 1), ("tokens_per_param", 2))}  # fmt: skip
    loss = known(fit, lambda law: law.optimal_loss(budget), level)
    return {"flops": budget, "params": size, **others, "loss": loss}


def _bet(fit, params, tokens, level):
    value, _, ends = fits.predict(fit, params, tokens, level)
    return {"params": float(params), "tokens": float(tokens), "loss": _ends(float(value), *ends)}


def _held_back(params, tokens, loss, spent, count, level):
    """Forecasts of the largest runs from the others, with the loss that each really had."""
    if count is None:
        count = int(len(np.unique(spent)) > ENOUGH)
    if not 0 <= count < len(loss):
        raise ValueError(f"hold_out is {count}, but must leave some of the {len(loss)} runs.")
    rest, largest = np.split(np.argsort(spent, kind="stable"), [len(loss) - count])
    fit, found = count and _fitted(params[rest], tokens[rest], loss[rest]), []
    for k in largest:
        bet = _bet(fit, params[k], tokens[k], level)
        low, high = bet["loss"]["low"] or 0, bet["loss"]["high"] or math.inf
        found.append(bet | {"went": float(loss[k]), "inside": bool(low <= loss[k] <= high)})
    return found


def _tried(approach, *columns):
    """The exponent a of approach 1 or 2 with its error, or a sentence that says why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = approach(*columns)
        except ValueError as problem:
            return {"problem": str(problem)}
    error = fit.a_error if math.isfinite(fit.a_error) else None
    if isinstance(fit, fits.PowerFit):
        return {"a": -fit.a, "error": error}
    lowest = {name: getattr(fit, name).tolist() for name in ("flops", "params", "loss")}
    return {"a": fit.a, "error": error, "lowest": lowest, "left_out": list(fit.left_out)}


def _envelope(flops, loss, params, run):
    names, run = ((), ()) if run is None else np.unique(run, return_inverse=True)
    if len(run) < max(3 * len(names), 1):
        raise ValueError("no rows that are one training curve; --run COLUMN names them.")
    return fits.fit_envelope(flops, loss, params, run)[-1]


def scatter(fit):
    """How far a run lies from the law, as a share of its loss: robust, the five constants paid for."""
    miss = 1.4826 * float(np.median(np.abs(fit.residuals)))
    return max(miss * math.sqrt(len(fit.loss) / (len(fit.loss) - 5)), 1e-6)


def slopes(law, function):
    """How function(law) moves with log E, log A, log B, alpha and beta: a row for each."""
    rows = []
    for name in fits.NAMES:
        value = getattr(law, name)
        ends = [value * math.exp(h) if name in "EAB" else value + h for h in (1e-5, -1e-5)]
        up, down = (np.asarray(function(replace(law, **{name: end}))) for end in ends)
        rows.append((up - down) / 2e-5)
    return np.array(rows)


def next_run(fit, budget, level=0.9):
    """Which one run more would say most about the best size at this budget.

    The linear design formula for the law as fitted: J'J/s^2 of the runs, and a ridge so faint that it
    says no more than that no constant is off by e^30. The first candidate costs at most what the
    largest run did, the second ten times that. factor: of the interval; shrinks: by which share.
    """
    n, d, noise, z = fit.params, fit.tokens, scatter(fit), NormalDist().inv_cdf((1 + level) / 2)
    seen = slopes(fit.law, lambda law: np.log(law.loss(n, d))).T / noise
    root = np.linalg.qr(np.vstack([seen, np.eye(5) / 30]), mode="r").T
    aim = np.linalg.solve(root, slopes(fit.law, lambda law: math.log(law.optimum(budget)[0])))
    lines = (np.geomspace(column.min() / 3, 10 * column.max(), 61) for column in (n, d))
    size, text = (grid.ravel() for grid in np.meshgrid(*lines))
    new = np.linalg.solve(root, slopes(fit.law, lambda law: np.log(law.loss(size, text))) / noise)
    left = np.maximum(aim @ aim - (aim @ new) ** 2 / (1 + (new**2).sum(axis=0)), 0)
    cost, found = laws.training_flops(size, text), []
    for most in (1, 10):
        k = np.where(cost <= most * laws.training_flops(n, d).max(), left, np.inf).argmin()
        run = {"params": float(size[k]), "tokens": float(text[k]), "factor": _factor(z, left[k])}
        found.append(run | {"shrinks": float(1 - np.sqrt(left[k] / (aim @ aim)))})
    return {"flops": budget, "factor": _factor(z, aim @ aim), "runs": found}


def _factor(z, variance):
    width = z * math.sqrt(variance)
    return math.exp(width) if width < math.log(OPEN) else None


def _lines(found):
    """The answer as text."""
    level = f"{100 * found['level']:g} %"
    yield from found["said"]
    yield f"\nThe law, L = E + A/N^alpha + B/D^beta, from {found['runs']:,} runs, with {level} intervals"
    for name, number in found["law"].items():
        what = "a, best size = C^a" if name == "a" else name
        yield f"  {what:20}{_said(number, _three)}"
    yield f"  A run lies {units.percent(found['scatter'], 2)} from the law. {found['status']}"
    yield f"  {found['undetermined'] or 'The runs determine the law.'}"
    yield "\nBest split of a budget, C = 6ND"
    for split in found["splits"]:
        yield (f"  {units.power(split['flops'])} FLOP: parameters {_said(split['params'], units.spoken)}, "
               f"tokens {_said(split['tokens'], units.spoken)},")  # fmt: skip
        yield (f"    tokens per parameter {_said(split['tokens_per_param'], units.plain)}, "
               f"loss {_said(split['loss'], '{:.3f}'.format)}")  # fmt: skip
    yield f"\nForecasts of one run, with the interval that holds {level} of such runs"
    for bet in found["forecasts"] + found["held_back"]:
        went = "" if "went" not in bet else (f"; held back, it went to {bet['went']:.3f}, "
            f"{'inside' if bet['inside'] else 'OUTSIDE'}")  # fmt: skip
        yield f"  {_run(bet)}: loss {_said(bet['loss'], '{:.3f}'.format)}{went}"
    yield "\nOther approaches to a"
    if not 0.9 < found["flops_over_6nd"] < 1.1:
        yield f"  They count the file's FLOP, {_three(found['flops_over_6nd'])} times 6ND; the law counts 6ND."
    for what, way in (("IsoFLOP valleys", found["valleys"]), ("envelope", found["envelope"])):
        error = f" +- {way['error']:.3f}" if way.get("error") else ""
        of = f", from {len(way['lowest']['flops'])} budgets" if "lowest" in way else ""
        yield f"  {what}: " + (way.get("problem") or f"{way['a']:.3f}{error}{of}")
    told = found["next"]
    if not told["runs"]:
        return
    yield f"\nWhat to run next, to know the best size at {units.power(told['flops'])} FLOP better"
    for cost, run in zip(("what your largest run cost", "ten times that"), told["runs"]):
        then = (f"shrinks by {units.percent(run['shrinks'])}" if told["factor"] else
                f"is a factor of {_three(run['factor'])} each way" if run["factor"] else
                "is still open")  # fmt: skip
        yield f"  for at most {cost}: {_run(run)}; the interval {then}"


def _three(value):
    return units.plain(value, 3)


def _said(number, write):
    """1.82 (1.75 to 1.88), or in words which end is open."""
    low, high = (None if end is None else write(end) for end in (number["low"], number["high"]))
    if low is None and high is None:
        return UNKNOWN
    one, _, unit = (low or "").partition(" ")
    low = one if unit and high and high.endswith(f" {unit}") else low
    between = f"{low} to {high}" if low and high else f"{low} or more" if low else f"at most {high}"
    return f"{write(number['value'])} ({between})"


def _run(run):
    return f"{units.spoken(run['params'])} parameters on {units.spoken(run['tokens'])} tokens"


def draw(runs, fit, found, path):
    """Four panels as a picture: the runs, observed and predicted, residuals, IsoFLOP valleys."""
    from matplotlib.figure import Figure

    from helpers import style

    (n, d, y, flops), law, blue = runs[:4], fit.law, {"color": style.BLUE}
    flops = laws.training_flops(n, d) if flops is None else flops
    size = np.geomspace(n.min(), n.max(), 99)
    spread = {"flops": np.geomspace(flops.min(), flops.max(), 6)[1:-1]}
    valleys = np.array(found["valleys"].get("lowest", spread)["flops"])
    panels = (
        (n, d, "parameters", "training tokens"),
        (law.loss(n, d), y, "predicted loss, nats", "loss, nats"),
        (d / n, 100 * fit.residuals, "tokens per parameter", "residual, % of the loss"),
        (n[:0], y[:0], "parameters", "loss, nats"),
    )
    with style.applied():
        figure = Figure((13, 10), layout="constrained")
        sheet, match, rest, valley = axes = figure.subplots(2, 2).ravel()
        for ax, (across, up, *labels) in zip(axes, panels):
            look = {"c": y[: len(up)], "cmap": "cividis_r", "s": 30, "ec": style.QUIET, "lw": 0.5}
            dots = ax.scatter(across, up, **look)
            ax.set(xlabel=labels[0], ylabel=labels[1])
            if ax is sheet:
                figure.colorbar(dots, ax=sheet, label="loss, nats")
        sheet.plot(size, law.optimal_tokens(size), **blue, label="best split by the law")
        for run in found["next"]["runs"][:1]:
            place = run["params"], run["tokens"]
            sheet.plot(*place, "D", color=style.ORANGE, ms=9, label="run next")
        match.axline((y.min(), y.min()), slope=1, **blue, label="as predicted")
        rest.axhline(0, **blue, label="the law")
        some = valleys[np.unique(np.linspace(0, len(valleys) - 1, 4).astype(int))]
        colours = style.BLUE, style.ORANGE, style.GREEN, style.PINK
        for budget, sign, colour in zip(some, ("o-", "s--", "^:", "D-."), colours):
            here, text = np.abs(np.log(flops / budget)) < 0.1, f"{units.power(budget)} FLOP"
            curve = law.loss(size, budget / found["flops_over_6nd"] / 6 / size)
            valley.plot(size, curve, sign[1:], color=colour, label=text)
            valley.plot(n[here], y[here], sign[0], color=colour)
        sheet.set_yscale("log")
        style.counted(sheet.yaxis)
        for ax in axes:
            if ax is not match:
                ax.set_xscale("log")
                style.counted(ax.xaxis)
            ax.legend()
        figure.savefig(path, dpi=110)


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python -m helpers.fit",
        description="What your own training runs say: the law, how sure it is, and what to run next.",
        epilog="Numbers may be typed like 70B, 1.4T, 5.88e23.",
    )
    parser.add_argument("path", metavar="runs.csv", help="a run a row: CSV, JSON lines or a list")
    for kind in COLUMNS:
        parser.add_argument(
            f"--{kind}", metavar="COLUMN", help=f"the column of {kind}, by its name"
        )
    for option, metavar, what, more in (
        ("--units", "M,B", "unit of params and tokens, such as M,B", {}),
        ("--loss-unit", "UNIT", "nats, bits or ppl (default: nats)", {"default": "nats"}),
        ("--at", "FLOP", "budgets to split (default: the largest run's, 10 and 100 times that)", {"nargs": "+"}),
        ("--predict", "N,D", "a run to forecast, repeatable", {"action": "append"}),
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
    names = (*COLUMNS, "units", "loss_unit")
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
