"""How fast and how right the fitter is, against scipy in the same run. Run by `make bench`.

Uses the 240 reconstructed Chinchilla points where they are at hand (make data), and a
synthetic study of the same shape otherwise. CPU seconds of one core; what counts are the ratios.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import least_squares

from helpers import fits, laws
from helpers.descent import descend
from pictures import published

BEST = 0.00101827401780060  # the known optimum on the 240 points


def study(count=240, seed=0, noise=0.005, heavy=False):
    """Runs like Hoffmann's: IsoFLOP budgets, sizes around the best, noise in log loss."""
    rng = np.random.default_rng(seed)
    law = laws.CHINCHILLA_REFIT
    flops = 10 ** rng.uniform(18.8, 21.5, count)
    params = law.optimum(flops)[0] * np.exp(rng.uniform(-2, 2, count))
    tokens = flops / (6 * params)
    scatter = rng.standard_t(3, count) if heavy else rng.standard_normal(count)
    return params, tokens, law.loss(params, tokens) * np.exp(noise * scatter)


def points():
    """(name, params, tokens, loss) of the published points, or of a study of the same shape."""
    if not published.at_hand("chinchilla"):
        return "240 synthetic runs (the published ones are not here: make data)", *study()
    return "the 240 reconstructed Chinchilla points", *published.chinchilla_points()


def cpu(work, repeat=7):
    """Median CPU milliseconds, and the last result."""
    spent = []
    for _ in range(repeat):
        start = time.process_time()
        result = work()
        spent.append(time.process_time() - start)
    return 1000 * statistics.median(spent), result


def scipy_fit(n, d, loss, starts, weights=1.0):
    """The same objective by scipy's least_squares with analytic Jacobian; the best cost."""
    x, z, y = np.log(n) - np.log(n).mean(), np.log(d) - np.log(d).mean(), np.log(loss)

    def shares(p):
        terms = np.stack([p[0] + 0 * x, p[1] - p[3] * x, p[2] - p[4] * z])
        top = terms.max(axis=0)
        powers = np.exp(terms - top)
        return powers / powers.sum(axis=0), top + np.log(powers.sum(axis=0))

    def jacobian(p):
        s, _ = shares(p)
        return -np.stack([s[0], s[1], s[2], -x * s[1], -z * s[2]], axis=1)

    costs = [
        least_squares(lambda p: y - shares(p)[1], start, jacobian, loss="huber", f_scale=fits.HUBER,
                      x_scale="jac", max_nfev=500).cost
        for start in starts
    ]  # fmt: skip
    return min(costs)


def grid_starts(count, n, d, seed=0):
    """Random starts inside the grid of Besiroglu et al., in centred logs."""
    rng = np.random.default_rng(seed)
    alpha, beta = rng.uniform(0, 2, count), rng.uniform(0, 2, count)
    a, b, e = rng.uniform(0, 25, count), rng.uniform(0, 25, count), rng.uniform(-1, 1, count)
    return np.column_stack(
        [e, a - alpha * np.log(n).mean(), b - beta * np.log(d).mean(), alpha, beta]
    )


def bench_point(n, d, loss):
    """Point fit against scipy with 60 starts."""
    own, fit = cpu(lambda: fits.fit_chinchilla(n, d, loss))
    other, cost = cpu(lambda: scipy_fit(n, d, loss, grid_starts(60, n, d)), repeat=1)
    print(f"point fit, {fit.starts} starts      {own:9.1f} ms   {fit.agreeing} agree; scipy, 60 starts "
          f"{other:.0f} ms: {other / own:.0f} times")  # fmt: skip
    print(
        f"  objective {fit.objective:.17g}; scipy's best is higher by {cost / fit.objective - 1:.1e}"
    )
    if len(loss) == 240 and abs(fit.objective / BEST - 1) < 0.5:
        print(f"  against the known optimum: {fit.objective / BEST - 1:.1e}")
    return fit


def bench_bootstrap(fit):
    """4,000 bootstraps against scipy's warm-started fit, and each against perturbed starts."""
    own, draws = cpu(lambda: fits.bootstrap(fit, 4000), repeat=3)
    n, d, loss = fit.params, fit.tokens, fit.loss
    rng = np.random.default_rng(0)
    start = [np.log(fit.law.E), np.log(fit.law.A) - fit.law.alpha * np.log(n).mean(),
             np.log(fit.law.B) - fit.law.beta * np.log(d).mean(), fit.law.alpha, fit.law.beta]  # fmt: skip
    rows = [rng.integers(0, len(n), len(n)) for _ in range(200)]
    other, _ = cpu(lambda: [scipy_fit(n[r], d[r], loss[r], [start]) for r in rows], repeat=1)
    print(f"4,000 bootstraps          {own:9.0f} ms   scipy from the same start, 200 measured: "
          f"{other * 20:.0f} ms: {other * 20 / own:.0f} times")  # fmt: skip
    form, _, _, (best, *_), _ = fit.problem
    seeded, worst, right = np.random.default_rng(0), 0.0, 0
    for first in range(0, 4000, 256):  # the chunks of bootstrap, drawn again
        count = min(256, 4000 - first)
        weights = seeded.multinomial(len(n), np.full(len(n), 1 / len(n)), size=count)
        warm = descend(form, np.tile(best, (count, 1)), weights)[1]
        lowest = warm.copy()
        for scale in (0.05, 0.1, 0.2, 0.4):
            shaken = best * (1 + scale * rng.standard_normal((count, 5)))
            lowest = np.minimum(lowest, descend(form, shaken, weights)[1])
        above = warm / lowest - 1
        worst, right = max(worst, above.max()), right + (above < 1e-9).sum()
    print(f"  within 1e-9 of the best of 5 starts: {right} of 4000, worst {worst:.0e}")
    print("  standard errors", dict(zip(fits.NAMES, draws.draws.std(axis=0).round(4).tolist())))


def bench_memory():
    """Peak memory of a process that fits and bootstraps (Linux tells it)."""
    if not Path("/proc/self/status").exists():
        return
    script = (
        "import numpy as np\nfrom helpers import fits, laws\n"
        "n, d = np.meshgrid(np.geomspace(5e7, 1e10, 20), np.geomspace(1e9, 5e11, 12)); n, d = n.ravel(), d.ravel()\n"
        "y = laws.CHINCHILLA_REFIT.loss(n, d) * np.exp(.005 * np.random.default_rng(0).standard_normal(240))\n"
        "fits.bootstrap(fits.fit_chinchilla(n, d, y), 4000)\n"
        "print(next(line for line in open('/proc/self/status') if 'VmHWM' in line).split()[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    print(f"peak memory of fit and 4,000 bootstraps {float(done.stdout) / 1024:.0f} MB")


def bench_import():
    """What import helpers.fits adds to numpy."""

    def spent(code):
        times = []
        for _ in range(9):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return 1000 * min(times)

    plain, ours = spent("import numpy"), spent("import helpers.fits")
    print(
        f"import helpers.fits       {ours:9.0f} ms   numpy alone {plain:.0f} ms: adds {ours - plain:.0f} ms"
    )


def bench_growth():
    """CPU time against the number of runs, drawn to build/bench_growth.png."""
    counts, spent = [240, 2400, 24_000, 240_000], []
    for count in counts:
        runs = study(count)
        spent.append(
            cpu(lambda runs=runs: fits.fit_chinchilla(*runs), repeat=3 if count < 1e5 else 1)[0]
        )
        print(f"growth: {count:8,} runs   {spent[-1]:9.0f} ms")
    folder = Path(__file__).resolve().parent.parent / "build"
    folder.mkdir(exist_ok=True)
    figure = Figure(figsize=(6, 4), layout="constrained")
    ax = figure.add_subplot()
    ax.loglog(counts, spent, "o-", label="fit_chinchilla")
    ax.loglog(counts, [spent[0] * c / counts[0] for c in counts], "--", label="linear")
    ax.set(xlabel="runs", ylabel="CPU ms")
    ax.legend()
    figure.savefig(folder / "bench_growth.png")
    slope = np.log(spent[-1] / spent[0]) / np.log(counts[-1] / counts[0])
    print(
        f"growth: exponent {slope:.2f} from 240 to 240,000 (1 is linear); {folder}/bench_growth.png"
    )


def bench_intervals(fit):
    """One interval by the profile likelihood against the point fit, and what many runs take."""
    fit.interval(lambda law: law.E)  # what all intervals of a fit share
    point, _ = cpu(lambda: fits.fit_chinchilla(fit.params, fit.tokens, fit.loss))
    own, _ = cpu(lambda: fit.interval(lambda law: law.optimum(1e23)[0]))
    print(
        f"one more interval         {own:9.1f} ms   the point fit {point:.1f} ms: {own / point:.2f} of it"
    )
    few, many = study(30), study(100_000)
    for name, runs in (("30 runs", few), ("100,000 runs", many)):
        spent, known = cpu(lambda runs=runs: fits.fit_chinchilla(*runs).std_errors, repeat=1)
        print(f"fit and five intervals of {name}: {spent:.0f} ms, E within {1.96 * known['E']:.4f}")


def bench_hard(studies=500):
    """Share of small studies with heavy-tailed noise in which the fit is the best of 150 starts."""
    right, misses = 0, []
    rng = np.random.default_rng(11)
    for seed in range(studies):
        count = int(rng.integers(20, 241))
        runs = study(count, seed=1000 + seed, noise=0.01, heavy=True)
        fit = fits.fit_chinchilla(*runs)
        form = fit.problem.form
        starts = fits._starts(form, np.ones(count), 1, 150, np.random.default_rng(10**6 + seed))[1:]
        best = descend(form, starts, np.ones(count))[1].min()
        excess = fit.objective / best - 1
        right += excess < 1e-9
        misses.append((excess, count, fit))
    print(
        f"{studies} studies of 20 to 240 runs, t3 noise: the best of 150 random starts in {right / studies:.1%}"
    )
    print("the five worst, and what the fit said:")
    for excess, count, fit in sorted(misses, key=lambda miss: -miss[0])[:5]:
        print(f"  {excess:9.1e} above, {count} runs, E {fit.law.E:.3g}, alpha {fit.law.alpha:.3g}, "
              f"beta {fit.law.beta:.3g}: {fit.status}")  # fmt: skip


def main():
    """The table, then the slow parts."""
    warnings.simplefilter("ignore", UserWarning)
    name, *runs = points()
    print(name)
    fit = bench_point(*runs)
    bench_bootstrap(fit)
    bench_intervals(fit)
    bench_memory()
    bench_import()
    bench_growth()
    bench_hard()


if __name__ == "__main__":
    main()
