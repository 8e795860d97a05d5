"""The tasks of code on fitting, for the interview practice of chapter 90."""

import numpy as np

from exercises.checking import Exercise, slips_of
from helpers import laws

REFIT = laws.CHINCHILLA_REFIT


# IsoFLOP valleys ---------------------------------------------------------------------------------------


def fit_isoflop(params, flops, loss, target):
    """(exponent, best size at the target, budgets used) from runs at several budgets of compute.

    params, flops and loss are arrays, a run an entry, in any order; a diverged run has the loss
    nan. Runs of one budget have flops that differ in the fourth digit, and budgets are a factor
    of two or more apart. At each budget a parabola in log(params) through its runs has its lowest
    point at the best size. Leave out a budget whose lowest run is its smallest or largest, or
    whose parabola is lowest outside of its sizes. The best size follows params = k
    flops^exponent. budgets used: the mean flops of each budget that was not left out, as an
    array, sorted.

    >>> x = np.array([1.0, 2.0, 4.0])
    >>> sizes, budgets = np.array([*1e8 * x, *1e9 * x]), np.repeat([1e19, 1e21], 3)
    >>> exponent, best, used = fit_isoflop(sizes, budgets, np.array([3.0, 2, 3, 2, 1, 2]), 1e23)
    >>> f"{exponent:.2f} {best:.2g} {used}"
    '0.50 2e+10 [1.e+19 1.e+21]'
    """
    sound = ~np.isnan(loss)
    params, flops, loss = params[sound], flops[sound], loss[sound]
    order = np.argsort(flops)
    groups = np.empty(len(flops), int)
    groups[order] = np.cumsum([0, *(np.diff(np.log(flops[order])) > 0.3)])  # a jump begins a budget
    used, best = [], []
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        here = here[np.argsort(params[here])]
        x, y = np.log(params[here]), loss[here]
        if len(x) < 3 or y.argmin() in (0, len(x) - 1):
            continue
        bend, slope, _ = np.polyfit(x, y, 2)
        vertex = -slope / (2 * bend)
        if x[0] < vertex < x[-1]:
            used.append(flops[here].mean())
            best.append(vertex)
    exponent, level = np.polyfit(np.log(used), best, 1)
    return float(exponent), float(np.exp(level + exponent * np.log(target))), np.array(used)


def _valleys(params, flops, loss, target, mistake=""):
    sound = ~np.isnan(loss) if mistake != "diverged" else np.full(len(loss), True)
    params, flops = params[sound], flops[sound]
    loss = np.nan_to_num(loss[sound], nan=12.0)
    order = np.argsort(flops)
    groups = np.empty(len(flops), int)
    groups[order] = np.cumsum([0, *(np.diff(np.log(flops[order])) > 0.3)])
    used, best = [], []
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        here = here[np.argsort(params[here])]
        x, y = np.log(params[here]), loss[here]
        if len(x) < 3 or (mistake != "edge" and y.argmin() in (0, len(x) - 1)):
            continue
        across = (
            params[here]
            if mistake == "in size"
            else np.log10(params[here])
            if mistake == "logs"
            else x
        )
        near = slice(max(0, y.argmin() - 1), y.argmin() + 2) if mistake == "three" else slice(None)
        bend, slope, _ = np.polyfit(across[near], y[near], 2)
        vertex = -slope / (2 * bend)
        vertex = (
            np.log(vertex)
            if mistake == "in size"
            else x[y.argmin()]
            if mistake == "lowest"
            else vertex
        )
        if mistake in ("edge", "logs") or x[0] < vertex < x[-1]:
            used.append(flops[here].mean())
            best.append(vertex)
    exponent, level = np.polyfit(np.log(used), best, 1)
    size = np.exp(level + exponent * np.log(target))
    return float(1 - exponent if mistake == "tokens" else exponent), float(size), np.array(used)


def _sweep(rng, budgets=(1e18, 1e19, 1e20, 1e21, 3e21), one_sided=True):
    """Rows of a sweep by the refit: seven sizes around the best of each budget, at the first one
    too large."""
    rows = []
    for budget in budgets:
        best = REFIT.optimum(budget)[0] * (8 if one_sided and budget == budgets[0] else 1)
        best *= 4 ** (rng.uniform(-0.5, 0.5) / 3)  # no run stands just at the lowest point
        for k in range(7):
            size = best * 4 ** ((k - 3) / 3)
            tokens = round(budget / 6 / size / 65536) * 65536
            rows.append(
                (size, 6 * size * tokens, REFIT.loss(size, tokens) * np.exp(rng.normal(0, 0.0003)))
            )
    return np.transpose(rows)


def _drawn_isoflop(rng):
    budgets = 10 ** (rng.uniform(17.5, 18.5) + np.cumsum([0, *rng.uniform(0.5, 1.2, 4)]))
    params, flops, loss = _sweep(rng, budgets, one_sided=bool(rng.integers(4)))
    loss[rng.choice([27, 34])] = np.nan
    order = rng.permutation(len(loss))
    return {"params": params[order], "flops": flops[order], "loss": loss[order], "target": 1e24}


# The law -------------------------------------------------------------------------------------------------


def fit_law(params, tokens, loss, delta=1e-3):
    """(E, A, B, alpha, beta) of loss = E + A / params^alpha + B / tokens^beta, as Hoffmann fitted
    them.

    The five numbers minimise the sum over runs of Huber's function of log(predicted) - log(loss):
    r^2 / 2 where |r| is at most delta, delta (|r| - delta / 2) beyond. One start is not enough. The
    verdict computes this sum from your numbers, not rounded, and compares it with the
    lowest one: they may differ by a millionth. A fit may take up to 20 seconds.

    >>> n, d = np.repeat([1e7, 1e8, 1e9], 3), np.tile([1e9, 1e10, 1e11], 3)
    >>> law = fit_law(n, d, 1.5 + 400 / n**0.35 + 900 / d**0.4)
    >>> " ".join(f"{number:.3g}" for number in law)
    '1.5 400 900 0.35 0.4'
    """
    n, d, y = np.log(params), np.log(tokens), np.log(loss)
    n0, d0 = n.mean(), d.mean()  # centred, the numbers depend on each other less

    def pull(q):
        terms = np.array([q[0] - q[3] * (n - n0), q[1] - q[4] * (d - d0), np.full(len(n), q[2])])
        top = terms.max(axis=0)
        parts = np.exp(terms - top)
        rest = top + np.log(parts.sum(axis=0)) - y
        parts /= parts.sum(axis=0)
        slopes = np.array([*parts, -parts[0] * (n - n0), -parts[1] * (d - d0)]).T
        size = np.abs(rest)
        objective = np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).sum()
        return objective, rest, slopes

    def descend(q):
        damping, (now, rest, slopes) = 1e-3, pull(q)
        for _ in range(400):
            weight = np.minimum(1, delta / np.maximum(np.abs(rest), 1e-300))
            curve = slopes.T @ (weight[:, None] * slopes)
            step = -np.linalg.solve(curve + damping * (np.diag(np.diag(curve)) + 1e-12 * np.eye(5)),
                                    slopes.T @ (weight * rest))  # fmt: skip
            new = pull(q + np.clip(step, -2, 2))
            if new[0] < now:
                fall, q, (now, rest, slopes) = now - new[0], q + np.clip(step, -2, 2), new
                damping = max(damping / 4, 1e-12)
                if fall < 1e-13 * now:
                    break
            elif (damping := damping * 5) > 1e9:
                break
        return now, q

    low = y.min()
    starts = [np.array([low - 1, low - 1, low + floor, alpha, beta])
              for floor in (-1.5, -0.3) for alpha in (0.2, 0.4, 0.8) for beta in (0.2, 0.4, 0.8)]  # fmt: skip
    _, q = min((descend(start) for start in starts), key=lambda found: found[0])
    return tuple(
        float(one)
        for one in (np.exp(q[2]), np.exp(q[0] + q[3] * n0), np.exp(q[1] + q[4] * d0), q[3], q[4])
    )


def huber_sum(arguments, law):
    """The sum that fit_law minimises, for five numbers."""
    E, A, B, alpha, beta = law
    predicted = E + A / arguments["params"] ** alpha + B / arguments["tokens"] ** beta
    delta = arguments["delta"]
    size = np.abs(np.log(predicted) - np.log(arguments["loss"]))
    return float(np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).sum())


def _apart(arguments, got, want):
    """How far one sum lies from another, relative; a little below is as good."""
    with np.errstate(all="ignore"):
        one, other = huber_sum(arguments, got), huber_sum(arguments, want)
    spare = 1e-12 * len(arguments["loss"]) * arguments["delta"] ** 2
    far = (one - other) / (other + spare)
    return 0.0 if -1e-3 < far <= 0 else abs(far)


def _drawn_law(rng):
    n, d = (
        grid.ravel() for grid in np.meshgrid(np.geomspace(3e7, 1e10, 7), np.geomspace(1e9, 3e11, 7))
    )
    law = laws.Chinchilla(rng.uniform(1.4, 2), np.exp(rng.uniform(5, 7)), np.exp(rng.uniform(6, 8)),
                          rng.uniform(0.3, 0.4), rng.uniform(0.3, 0.45), "drawn")  # fmt: skip
    loss = law.loss(n, d) * np.exp(rng.normal(0, 0.003, len(n)))
    loss[rng.choice(len(n), 3, replace=False)] *= 1.1
    return {"params": n, "tokens": d, "loss": loss, "delta": 1e-3}


def _law_fitted(params, tokens, loss, delta, mistake):
    if mistake == "squares":
        return fit_law(params, tokens, loss, delta=1e3)
    if mistake == "large delta":
        return fit_law(params, tokens, loss, delta=10 * delta)
    if mistake == "no outlier":
        keep = loss < np.quantile(loss, 0.95)
        return fit_law(params[keep], tokens[keep], loss[keep], delta)
    E, A, B, alpha, beta = fit_law(params, tokens, loss, delta)
    if mistake == "rounded":
        return tuple(float(f"{number:.2g}") for number in (E, A, B, alpha, beta))
    if mistake == "centred":
        return (
            E,
            A / np.exp(np.log(params).mean()) ** alpha,
            B / np.exp(np.log(tokens).mean()) ** beta,
            alpha,
            beta,
        )
    if mistake == "logs":
        return E, np.log(A), np.log(B), alpha, beta
    if mistake == "no floor":
        slope = np.polyfit(np.log(params), np.log(loss), 1)
        return (
            0.0,
            float(np.exp(slope[1])) / 2,
            float(np.exp(slope[1])) / 2,
            float(-slope[0]),
            float(-slope[0]),
        )
    return E, B, A, beta, alpha


# Holding back, and redrawing ----------------------------------------------------------------------------------


def holdout(flops, params, tokens, loss, fit):
    """What a fit to all cheaper runs predicts for those of the largest budget, minus what they
    reached.

    flops, params, tokens and loss are arrays, a run an entry, in any order. fit(params, tokens,
    loss) gives a function of (params, tokens). The runs of the largest budget have exactly the
    largest flops; the fit must not see them. Gives back an array, in the order of the input.

    >>> def mean(params, tokens, loss):
    ...     return lambda params, tokens: np.full(len(params), loss.mean())
    >>> holdout(np.array([1, 2, 1]), np.ones(3), np.ones(3), np.array([4.0, 3.0, 5.0]), mean).tolist()
    [1.5]
    """
    back = flops == flops.max()
    predict = fit(params[~back], tokens[~back], loss[~back])
    return predict(params[back], tokens[back]) - loss[back]


def plane(params, tokens, loss):
    """log(loss) as a plane over log(params) and log(tokens)."""
    x = np.column_stack([np.ones(len(loss)), np.log(params), np.log(tokens)])
    level, size, text = np.linalg.lstsq(x, np.log(loss), rcond=None)[0]
    return lambda n, d: np.exp(level + size * np.log(n) + text * np.log(d))


def _held(flops, params, tokens, loss, fit, mistake):
    back = flops == flops.max()
    if mistake == "largest size":
        back = params == params.max()
    if mistake == "best run":
        back = loss == loss.min()
    if mistake == "one run":
        back = np.arange(len(flops)) == flops.argmax()
    seen = np.full(len(flops), True) if mistake == "leaks" else ~back
    predict = fit(params[seen], tokens[seen], loss[seen])
    order = np.argsort(params[back]) if mistake == "sorted" else slice(None)
    off = (predict(params[back], tokens[back]) - loss[back])[order]
    return {"turned": -off, "share": off / loss[back], "mean": np.full(len(off), off.mean())}.get(
        mistake, off
    )


def _drawn_holdout(rng):
    budgets = np.repeat([1e18, 1e19, 1e20, 9.6e20, 1e21], 4)
    params = 10 ** rng.uniform(7.5, 9.5, 20)
    tokens = budgets / 6 / params
    order = rng.permutation(20)
    loss = REFIT.loss(params, tokens) * np.exp(rng.normal(0, 0.01, 20))
    columns = (budgets, params, tokens, loss)
    return dict(
        zip(("flops", "params", "tokens", "loss"), (column[order] for column in columns))
    ) | {"fit": plane}


def interval(params, tokens, loss, fit, question, level=0.8, n=1000, seed=0):
    """(low, high) of an answer by the bootstrap: the middle share `level` of n redraws of the runs.

    params, tokens and loss are arrays; fit(params, tokens, loss) gives the constants of a law as
    an array, and question(constants) the number that is asked for. Each redraw has as many runs
    as there are, with repeats, and is fitted as a whole. Random numbers come from seed, in any
    way.

    >>> def mean(params, tokens, loss):
    ...     return np.array([loss.mean()])
    >>> low, high = interval(np.ones(9), np.ones(9), np.arange(9.0), mean, lambda found: found[0])
    >>> 2.5 < low < 3.2 and 4.8 < high < 5.5
    True
    """
    rng, answers = np.random.default_rng(seed), []
    for _ in range(n):
        drawn = rng.integers(len(loss), size=len(loss))
        answers.append(question(fit(params[drawn], tokens[drawn], loss[drawn])))
    low, high = np.quantile(answers, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def constants(params, tokens, loss):
    """Level, size and data exponent of the plane through the logarithms."""
    x = np.column_stack([np.ones(len(loss)), np.log(params), np.log(tokens)])
    return np.linalg.lstsq(x, np.log(loss), rcond=None)[0]


def far_loss(found):
    """The loss that a plane predicts for 1e11 parameters on 2e12 tokens."""
    return float(np.exp(found @ np.array([1, np.log(1e11), np.log(2e12)])))


def _redrawn(params, tokens, loss, fit, question, level, n, seed, mistake):
    rng, size, found = np.random.default_rng(seed + 7), len(loss), []
    for _ in range(n):
        one, two, three = (rng.integers(size, size=size) for _ in range(3))
        if mistake != "columns":
            two = three = one
        if mistake == "no repeats":
            one = two = three = rng.permutation(size)
        if mistake == "few":
            one = two = three = rng.integers(size, size=max(4, size // 3))
        found.append(fit(params[one], tokens[two], loss[three]))
    found = np.array(found)
    if mistake == "constants":
        found = np.column_stack([rng.permutation(column) for column in found.T])
    answers = np.array([question(one) for one in found])
    ends = [(1 - level) / 2, (1 + level) / 2]
    if mistake == "whole tail":
        ends = [1 - level, level]
    if mistake == "one side":
        ends = [0, level]
    if mistake == "error":
        middle, width = answers.mean(), answers.std() / np.sqrt(n)
        return float(middle - width), float(middle + width)
    low, high = np.quantile(answers, ends)
    return float(low), float(high)


def _sums(arguments, got, want):
    """The two sums in words."""
    with np.errstate(all="ignore"):
        one, other = (huber_sum(arguments, law) for law in (got, want))
    return f"the sum is {one:.7g} by your numbers, and {other:.7g} can be reached"


def _ends_apart(arguments, got, want):
    return max(abs(got[k] - want[k]) for k in (0, 1)) / (want[1] - want[0])


def _drawn_interval(rng):
    size = int(rng.integers(20, 36))
    params, tokens = 10 ** rng.uniform(7.5, 9.5, size), 10 ** rng.uniform(9, 11, size)
    loss = 30 * params**-0.06 * tokens**-0.05 * np.exp(rng.normal(0, 0.02, size))
    return {"params": params, "tokens": tokens, "loss": loss, "fit": constants, "question": far_loss,
            "level": float(rng.choice([0.6, 0.8, 0.9])), "n": 1000, "seed": int(rng.integers(99))}  # fmt: skip


# Debug this ----------------------------------------------------------------------------------------------------


def best_size(rows, target):
    """(budgets used, exponent, best params, best tokens) at a target budget, from a sweep.

    rows: a list of dicts with budget, params, tokens, flops, loss and status, in any order. Runs
    whose status is not "ok" do not count. A budget counts where its lowest run is neither its
    smallest nor its largest. The exponent is that of params; tokens follow from 6 FLOP for each
    parameter and token."""
    budgets, best = [], []
    for budget in sorted({row["budget"] for row in rows}):
        here = [row for row in rows if row["budget"] == budget and row["status"] == "ok"]
        here.sort(key=lambda row: row["params"])
        x, y = np.log([row["params"] for row in here]), np.array([row["loss"] for row in here])
        if len(here) < 3 or y.argmin() in (0, len(here) - 1):
            continue
        bend, slope, _ = np.polyfit(x, y, 2)
        budgets.append(budget)
        best.append(-slope / (2 * bend))
    a, level = np.polyfit(np.log(budgets), best, 1)
    params = np.exp(level + a * np.log(target))
    return len(budgets), float(a), float(params), float(target / 6 / params)


def wrong_best_size(rows, target):
    """(budgets used, exponent, best params, best tokens) at a target budget, from a sweep.

    rows: a list of dicts with budget, params, tokens, flops, loss and status, in any order. Runs
    whose status is not "ok" do not count. A budget counts where its lowest run is neither its
    smallest nor its largest. The exponent is that of params; tokens follow from 6 FLOP for each
    parameter and token. Five mistakes are hidden below: repair them."""
    budgets, best = [], []
    for budget in sorted({row["flops"] for row in rows}):
        here = [row for row in rows if row["flops"] == budget]
        x, y = np.log([row["params"] for row in here]), np.array([row["loss"] for row in here])
        if len(here) < 3 or y.argmin() in (0, len(here) - 1):
            continue
        bend, slope, _ = np.polyfit(x, y, 2)
        budgets.append(budget)
        best.append(-slope / (2 * bend))
    a, level = np.polyfit(np.log(budgets), best, 1)
    params = np.exp(level + a * np.log(target))
    return len(budgets), float(1 - a), float(params), float(target / 2 / params)


def debug_rows(seed=0, exact=False, diverged=True, one_sided=True, shuffled=False, quiet=False):
    """Rows of a sweep by the refit, each trap of the debug task switched on or off."""
    rng, rows = np.random.default_rng(seed), []
    for budget in (1e18, 1e19, 1e20, 1e21, 3e21):
        best = REFIT.optimum(budget)[0] * (8 if one_sided and budget == 1e18 else 1)
        for k in range(7):
            size = round(best * 4 ** ((k - 3) / 3))
            tokens = round(budget / 6 / size / 65536) * 65536
            loss = REFIT.loss(size, tokens) * np.exp(rng.normal(0, 0.001))
            row = {
                "budget": budget,
                "params": size,
                "tokens": tokens,
                "flops": 6 * size * tokens,
                "loss": loss,
                "status": "ok",
            }
            row |= {"flops": budget} if exact else {}
            row |= (
                {"loss": 9.7, "status": "diverged"}
                if diverged and budget == 1e20 and k == 6
                else {}
            )
            row |= (
                {"loss": 0.98 * loss, "status": "diverged"}
                if quiet and budget == 1e21 and k == 1
                else {}
            )
            rows.append(row)
    return [rows[k] for k in rng.permutation(len(rows))] if shuffled else rows


_CLEAN = {"exact": True, "diverged": False, "one_sided": False}


def _part(**trap):
    return {"rows": debug_rows(**(_CLEAN | trap)), "target": 1e24}


EXERCISES = {
    "fit-isoflop": Exercise(
        fit_isoflop,
        first=(_drawn_isoflop(np.random.default_rng(5)), _drawn_isoflop(np.random.default_rng(6))),
        draw=_drawn_isoflop,
        slips=slips_of(
            _valleys,
            (
                (
                    "lowest",
                    "That is the lowest run of each budget: the lowest point of the parabola lies between runs.",
                ),
                (
                    "in size",
                    "The parabola is in params itself: it is in log(params), where sizes that differ by factors are evenly spaced.",
                ),
                (
                    "edge",
                    "A budget whose lowest run stands at an end has not shown its valley: leave it out.",
                ),
                ("diverged", "A diverged run is no loss: leave out what is nan."),
                (
                    "logs",
                    "Two kinds of logarithm are mixed: what log10 took, only a power of 10 gives back.",
                ),
                ("tokens", "That is the exponent of the tokens: the one of params is wanted."),
            ),
        ),
        tolerance=0.03,
        draws=60,
    ),
    "fit-law": Exercise(
        fit_law,
        first=(_drawn_law(np.random.default_rng(0)),),
        draw=_drawn_law,
        slips=slips_of(
            _law_fitted,
            (
                (
                    "squares",
                    "Those are least squares: beyond delta Huber's function grows along a straight line.",
                ),
                (
                    "large delta",
                    "The outliers pull too much: your delta is ten times the one that was given.",
                ),
                (
                    "no outlier",
                    "No run may be left out: Huber's function is there for the odd ones.",
                ),
                (
                    "rounded",
                    "The numbers are rounded, and the sum is no longer the lowest: give them back as they are.",
                ),
                (
                    "centred",
                    "A and B belong to centred sizes: bring them back to params and tokens themselves.",
                ),
                ("logs", "Those are the logarithms of A and B."),
                (
                    "no floor",
                    "There is no floor in it: without E the exponents come out far too small.",
                ),
                ("turned", "Size and tokens have changed places: A and alpha belong to params."),
            ),
        ),
        tolerance=1e-6,
        draws=2,
        seconds=20.0,
        gap=_apart,
        words=_sums,
    ),
    "holdout": Exercise(
        holdout,
        first=(_drawn_holdout(np.random.default_rng(3)),),
        draw=_drawn_holdout,
        slips=slips_of(
            _held,
            (
                ("leaks", "The fit has seen the runs that it should predict: hold them back."),
                (
                    "largest size",
                    "You held back the largest model: the largest budget was asked for.",
                ),
                (
                    "best run",
                    "You held back the lowest loss, which nobody knows before: hold back the largest budget.",
                ),
                ("one run", "All runs of the largest budget are held back, not one of them."),
                ("turned", "Predicted minus observed: yours is the other way round."),
                ("share", "That is relative: the difference is wanted, in nats."),
                ("sorted", "Keep the order of the input."),
                ("mean", "One difference for each run is wanted, not their mean."),
            ),
        ),
        draws=200,
    ),
    "bootstrap-interval": Exercise(
        interval,
        first=(_drawn_interval(np.random.default_rng(4)),),
        draw=_drawn_interval,
        slips=slips_of(
            _redrawn,
            (
                (
                    "columns",
                    "The columns are drawn apart: size, tokens and loss of a run belong together.",
                ),
                ("no repeats", "Runs are drawn without repeats, so every redraw is the same set."),
                ("constants", "The constants are drawn apart: those of one fit belong together."),
                (
                    "whole tail",
                    "You left the whole rest out at both ends: half of it belongs to each.",
                ),
                (
                    "one side",
                    "All of the rest lies at the upper end: leave out as much below as above.",
                ),
                (
                    "error",
                    "That is the standard error of the mean of the draws, which shrinks with n: the spread of the draws is wanted.",
                ),
                (
                    "few",
                    "A redraw must have as many runs as there are: with fewer the interval is too wide.",
                ),
            ),
        ),
        tolerance=0.12,
        draws=3,
        seconds=10.0,
        gap=_ends_apart,
    ),
    "best-size": Exercise(
        best_size,
        first=({"rows": debug_rows(), "target": 1e24},),
        draw=lambda rng: {"rows": debug_rows(int(rng.integers(1000))), "target": 1e24},
        given=wrong_best_size,
        parts=(
            (
                _part(exact=False),
                2,
                "runs were grouped by flops, which differ in the fourth digit, and not by their budget",
            ),
            (_part(diverged=True, quiet=True), 2, "a run that had diverged was kept"),
            (
                _part(one_sided=True, shuffled=True),
                2,
                "the ends of a budget were looked for in the order of the rows, not of the sizes",
            ),
            (_part(), 1, "the exponent of the tokens was given back for that of params"),
            (
                {"rows": debug_rows(2, **_CLEAN), "target": 1e23},
                3,
                "tokens were counted with 2 FLOP in place of 6",
            ),
        ),
        tolerance=0.003,
    ),
}
