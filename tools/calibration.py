"""How often do the fitter's intervals hold the truth? Synthetic studies of seven designs, as a table.

    python tools/calibration.py [--studies 200] [--designs good,six] [--draws 200]

Takes half an hour with all seven; what stands behind a share is 1.4 percent of standard error at 95 % of 200 studies.
"""

import argparse
import sys
import time
import warnings

import numpy as np
from scipy.optimize import brentq, least_squares

from helpers import fits, laws

TRUTH, NOISE = laws.CHINCHILLA_REFIT, 0.005
LEVELS = (0.8, 0.95)


def good(rng):
    """Six sizes by five numbers of tokens."""
    return np.meshgrid(np.geomspace(5e7, 2e9, 6), np.geomspace(1e9, 6e10, 5))


def two_sizes(rng):
    """Two sizes, twenty numbers of tokens."""
    return np.meshgrid([1e8, 1e9], np.geomspace(2e9, 2e11, 20))


def two_token_counts(rng):
    """Twenty sizes, two numbers of tokens."""
    return np.meshgrid(np.geomspace(3e7, 3e9, 20), [2e9, 4e10])


def one_ratio(rng):
    """Twenty sizes at 20 tokens per parameter, within a per cent."""
    sizes = np.geomspace(3e7, 3e9, 20)
    return sizes, 20 * sizes * np.exp(0.01 * rng.standard_normal(20))


def one_budget(rng):
    """Nine sizes at 1e20 FLOP."""
    sizes = np.geomspace(1e8, 1e10, 9)
    return sizes, 1e20 / 6 / sizes


def six(rng):
    """Six runs, anywhere."""
    sizes = np.exp(rng.uniform(*np.log([3e7, 3e9]), 6))
    return sizes, sizes * np.exp(rng.uniform(*np.log([3, 200]), 6))


def ten(rng):
    """Ten runs, anywhere."""
    sizes = np.exp(rng.uniform(*np.log([3e7, 3e9]), 10))
    return sizes, sizes * np.exp(rng.uniform(*np.log([3, 200]), 10))


DESIGNS = {f.__name__.replace("_", " "): f for f in
           (good, two_sizes, two_token_counts, one_ratio, one_budget, six, ten)}  # fmt: skip


def study(design, seed):
    """The runs of one study."""
    rng = np.random.default_rng(seed)
    params, tokens = (np.ravel(column) for column in design(rng))
    return (
        params,
        tokens,
        TRUTH.loss(params, tokens) * np.exp(NOISE * rng.standard_normal(len(params))),
    )


def asked(params, tokens):
    """What is asked of each study: E, a, the best size at ten times the dearest run, a run 30 times dearer."""
    flops = 6 * (params * tokens).max()
    far = TRUTH.optimum(30 * flops)
    return {
        "E": lambda law: law.E,
        "a": lambda law: law.a,
        "best size": lambda law: law.optimum(10 * flops)[0],
        "30 x larger": lambda law: law.loss(*far),
    }


def textbook(name, runs, level):
    """The profile likelihood of normal errors by scipy, for one of the things asked: (low, high)."""
    n, d, y = (np.log(column) for column in runs)
    flops = 6 * (runs[0] * runs[1]).max()
    far = np.log(TRUTH.optimum(30 * flops))
    middle = n.mean(), d.mean()

    def law(q, target):
        """E, log A, log B (about the middle), alpha, beta, with the target put in."""
        if name == "E":
            return target, q[0], q[1], q[2], q[3]
        if name == "a":  # beta from alpha
            return q[0], q[1], q[2], q[3], q[3] * target / (1 - target)
        if name == "30 x larger":
            rest = np.exp(q[0] - q[2] * (far[0] - middle[0])) + np.exp(
                q[1] - q[3] * (far[1] - middle[1])
            )
            return target - rest, *q
        e, b, alpha, beta = q  # log A from the best size: alpha A N^-alpha = beta B D^-beta
        best = np.log(target), np.log(10 * flops / 6) - np.log(target)
        a = np.log(beta / alpha) + b - beta * (best[1] - middle[1]) + alpha * (best[0] - middle[0])
        return e, a, b, alpha, beta

    def residual(constants):
        e, a, b, alpha, beta = constants
        total = e + np.exp(a - alpha * (n - middle[0])) + np.exp(b - beta * (d - middle[1]))
        return y - np.log(np.maximum(total, 1e-9))

    true = (TRUTH.E, np.log(TRUTH.A) - TRUTH.alpha * middle[0], np.log(TRUTH.B) - TRUTH.beta * middle[1],
            TRUTH.alpha, TRUTH.beta)  # fmt: skip
    keep = {
        "E": [1, 2, 3, 4],
        "a": [0, 1, 2, 3],
        "30 x larger": [1, 2, 3, 4],
        "best size": [0, 2, 3, 4],
    }
    start = np.array(true)[keep[name]]
    free = least_squares(residual, true, x_scale="jac")
    best = asked(*runs[:2])[name](laws.Chinchilla(
        free.x[0], *np.exp(free.x[1:3] + free.x[3:] * middle), *free.x[3:], ""))  # fmt: skip
    limit = 2 * free.cost * (1 + fits.student(level, len(y) - 5) ** 2 / (len(y) - 5))

    def above(step):
        got = least_squares(lambda q: residual(law(q, best * np.exp(step))), start, x_scale="jac")
        return 2 * got.cost - limit

    ends = []
    for sign in (-1, 1):
        far_out = sign * 0.01
        while above(far_out) < 0:
            far_out *= 2
        ends.append(best * np.exp(brentq(above, 0, far_out, xtol=1e-5)))
    return tuple(ends)


def main(argv=None):
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--draws", type=int, default=200, help="bootstrap draws of each study")
    parser.add_argument("--designs", default=",".join(DESIGNS))
    typed = parser.parse_args(argv)
    warnings.simplefilter("ignore", UserWarning)
    print(
        "share of the intervals that hold the truth: by the fit / by its bootstrap, at 80 and at 95 %"
    )
    print(
        f"{'design':18}{'determined':>11}"
        + "".join(f"{name:>26}" for name in asked(*study(good, 0)[:2]))
    )
    widths = {}
    for name in typed.designs.split(","):
        held, fixed, start = {}, 0, time.process_time()
        for seed in range(typed.studies):
            print(f"\r{name}: {seed} of {typed.studies}", end="", file=sys.stderr)
            runs = study(DESIGNS[name], seed)
            fit = fits.fit_chinchilla(*runs)
            draws = fits.bootstrap(fit, typed.draws, seed)
            fixed += fit.determined
            for what, function in asked(*runs[:2]).items():
                for level in LEVELS:
                    for source in (fit, draws):
                        low, high = source.interval(function, level)
                        held.setdefault((what, level, source is draws), []).append(
                            low <= function(TRUTH) <= high
                        )
                        if name == "good":
                            low, high = np.log([low, high]) if what == "best size" else (low, high)
                            widths.setdefault((what, level, source is draws), []).append(high - low)
                    if name == "good":
                        low, high = textbook(what, runs, level)
                        low, high = np.log([low, high]) if what == "best size" else (low, high)
                        widths.setdefault((what, level), []).append(high - low)
        print("\r", " " * 40, "\r", end="", file=sys.stderr)
        row = f"{name:18}{fixed / typed.studies:>11.1%}"
        for what in asked(*runs[:2]):
            shares = [
                f"{np.mean(held[what, level, False]):.3f}/{np.mean(held[what, level, True]):.3f}"
                for level in LEVELS
            ]
            row += f"{'  '.join(shares):>26}"
        print(row, f"  {(time.process_time() - start) / typed.studies:.2f} s a study", flush=True)
    if widths:
        print(
            "good: median width over that of scipy's profile likelihood, by the fit / by its bootstrap"
        )
        row = f"{'':29}"
        for what in asked(*study(good, 0)[:2]):
            ratios = [
                [
                    np.median(widths[what, level, by]) / np.median(widths[what, level])
                    for by in (False, True)
                ]
                for level in LEVELS
            ]
            row += f"{'  '.join(f'{one:.2f}/{two:.2f}' for one, two in ratios):>26}"
        print(row)


if __name__ == "__main__":
    main()
