"""The tasks of code on tuning, for the interview practice of chapter 90."""

import numpy as np

from exercises.checking import Exercise, slips_of

# A schedule of the learning rate ---------------------------------------------------------------------


def lr(step, total, warmup, peak, low, kind, decay=0.1):
    """The learning rate at a step, counted from 0, of a run with steps 0 to total - 1.

    Warm-up: peak x (step + 1) / warmup for step below warmup; then peak at step = warmup.
    "cosine": half a cosine from peak at step = warmup down to low at step = total - 1. "wsd":
    peak, and over the last round(decay x total) steps a straight line down: that many steps
    before total - 1 it is still at peak, and at step = total - 1 it is at low. From step = total
    on it stays at low. warmup may be 0; with decay 0 "wsd" does not fall. ValueError where total
    is not above warmup + 1, or, for "wsd", where warmup + round(decay x total) is above total.

    >>> [round(lr(step, 10, 2, 1.0, 0.1, "cosine"), 2) for step in (0, 1, 2, 9)]
    [0.5, 1.0, 1.0, 0.1]
    """
    falling = round(decay * total)
    if total <= warmup + 1 or (kind == "wsd" and warmup + falling > total):
        raise ValueError("The run is too short for its warm-up and its decay.")
    if step < warmup:
        return peak * (step + 1) / warmup
    if step >= total:
        return low
    begin = warmup if kind == "cosine" else max(total - 1 - falling, warmup)
    if step <= begin:
        return float(peak)
    done = (step - begin) / (total - 1 - begin)
    share = (1 + np.cos(np.pi * done)) / 2 if kind == "cosine" else 1 - done
    return float(low + (peak - low) * share)


def _lr(step, total, warmup, peak, low, kind, decay=0.1, mistake=""):
    falling = round((decay * (total - warmup)) if mistake == "share of the rest" else decay * total)
    if step < warmup:
        return peak * (step + (0 if mistake == "from nothing" else 1)) / warmup
    if step >= total and mistake != "goes on":
        return low
    begin = warmup if kind == "cosine" else max(total - 1 - falling, warmup)
    begin = 0 if mistake == "from the start" and kind == "cosine" else begin
    last = total if mistake == "late" else total - 1
    if step <= begin:
        return float(peak)
    done = (step - begin) / (last - begin)
    share = (1 + np.cos(np.pi * done)) / 2 if kind == "cosine" else 1 - done
    if kind == "cosine":
        share = {
            "full": (1 + np.cos(2 * np.pi * done)) / 2,
            "quarter": np.cos(np.pi * done / 2),
        }.get(mistake, share)
    else:
        share = (1 + np.cos(np.pi * done)) / 2 if mistake == "cosine tail" else share
    bottom = 0 if mistake == "no low" else low
    top = peak if mistake == "on top" else peak - bottom
    return float(bottom + top * share)


def _drawn_step(rng):
    total = int(rng.integers(40, 400))
    warmup = int(rng.choice([0, total // 10, total // 4]))
    kind = str(rng.choice(["cosine", "wsd"]))
    return {"step": int(rng.integers(0, total + 20)), "total": total, "warmup": warmup, "peak": 1.0,
            "low": float(rng.choice([0.05, 0.1])), "kind": kind, "decay": float(rng.choice([0.1, 0.2, 0.5]))}  # fmt: skip


def _at(step, kind, total=100, warmup=20, decay=0.2):
    return {
        "step": step,
        "total": total,
        "warmup": warmup,
        "peak": 1.0,
        "low": 0.1,
        "kind": kind,
        "decay": decay,
    }


# The best learning rate of a sweep ---------------------------------------------------------------------


def best_lr(widths, rates, losses, target):
    """(exponent, rate): how the best learning rate moves with the width, and the one for the
    target width.

    One row a run: widths, rates and losses are arrays; a diverged run has the loss nan, and runs
    with the same width and rate differ in their seed. At each width: average the losses of the
    seeds of a rate, leave out a rate of which any seed diverged, put a parabola in log(rate)
    through the five rates around the lowest mean (fewer at an end), and take its lowest point.
    Leave out a width whose lowest mean stands at the smallest or largest rate that is left.
    exponent is the slope of log(best rate) against log(width), and rate follows that line to the
    target.

    >>> rates = np.array([0.001, 0.002, 0.004, 0.002, 0.004, 0.008])
    >>> bowl = np.array([1.2, 1.0, 1.2, 1.1, 0.9, 1.1])
    >>> exponent, rate = best_lr(np.array([256] * 3 + [128] * 3), rates, bowl, 512)
    >>> f"{exponent:.2f} {rate:.4f}"
    '-1.00 0.0010'
    """
    points = []
    for width in np.unique(widths):
        tried = np.unique(rates[widths == width])
        means = np.array([losses[(widths == width) & (rates == rate)].mean() for rate in tried])
        tried, means = tried[~np.isnan(means)], means[~np.isnan(means)]
        lowest = int(means.argmin())
        if lowest in (0, len(means) - 1):
            continue
        near = slice(max(0, lowest - 2), lowest + 3)
        bend, slope, _ = np.polyfit(np.log(tried[near]), means[near], 2)
        points.append((np.log(width), -slope / (2 * bend)))
    exponent, level = np.polyfit(*np.transpose(points), 1)
    return float(exponent), float(np.exp(level + exponent * np.log(target)))


def _tuned(widths, rates, losses, target, mistake=""):
    points = []
    for width in np.unique(widths):
        here = widths == width
        tried = np.unique(rates[here])
        cells = [losses[here & (rates == rate)] for rate in tried]
        how = {"lucky seed": np.nanmin, "half diverged": np.nanmean}.get(mistake, np.mean)
        means = np.array([np.nan if np.isnan(cell).all() else how(cell) for cell in cells])
        if mistake == "diverged as best":
            means = np.where(np.isnan(means), 0.0, means)
        tried, means = tried[~np.isnan(means)], means[~np.isnan(means)]
        lowest = int(means.argmin())
        if lowest in (0, len(means) - 1) and mistake not in (
            "edge",
            "diverged as best",
            "lowest run",
        ):
            continue
        if mistake in ("lowest run", "diverged as best"):
            points.append((np.log(width), np.log(tried[lowest])))
            continue
        near = slice(max(0, lowest - 2), lowest + 3)
        if mistake == "all rates":
            near = slice(None)
        across = tried[near] if mistake == "plain rate" else np.log(tried[near])
        bend, slope, _ = np.polyfit(across, means[near], 2)
        vertex = -slope / (2 * bend)
        points.append((np.log(width), np.log(abs(vertex)) if mistake == "plain rate" else vertex))
    x, y = np.transpose(points)
    exponent, level = np.polyfit(x / np.log(2), y, 1) if mistake == "log2" else np.polyfit(x, y, 1)
    rate = np.exp(level + exponent * np.log(target))
    return (-float(exponent) if mistake == "sign" else float(exponent)), float(rate)


def _drawn_sweep(rng):
    power, rows = -rng.uniform(0.5, 1.2), []
    widths = [128, 256, 512, 1024, 2048]
    for width in widths:
        best = 0.02 * (width / 128) ** power * (64 if width == 2048 else 1)  # the last has an edge
        shift = 0 if width in (512, 2048) else int(rng.integers(-2, 3))  # where the bowl stands
        for k in range(-3, 5):
            rate = 0.02 * (width / 128) ** -0.8 * 2.0 ** (k + shift)
            for seed in range(2):
                far = np.log(rate / best)
                loss = 2 + 0.05 * far**2 + 0.02 * abs(far) ** 3 + rng.normal(0, 0.004)
                diverged = seed == 0 and width < 2048 and (k == 4 or (k == 1 and width == 512))
                rows.append((width, rate, np.nan if diverged else loss))
    width, rate, loss = np.array(rows).T
    order = rng.permutation(len(rows))
    return {"widths": width[order], "rates": rate[order], "losses": loss[order], "target": 4096}


EXERCISES = {
    "learning-rate": Exercise(
        lr,
        first=(
            *(
                _at(step, kind)
                for kind in ("cosine", "wsd")
                for step in (0, 19, 20, 50, 79, 80, 90, 98, 99, 100, 130)
            ),
            _at(70, "cosine", warmup=60, decay=0.5),
            _at(70, "wsd", warmup=60, decay=0.4),
        ),
        draw=_drawn_step,
        slips=slips_of(
            _lr,
            (
                (
                    "from nothing",
                    "The first step would have no rate at all: warm-up begins with peak / warmup.",
                ),
                ("from the start", "The cosine begins when the warm-up ends, not at step 0."),
                ("late", "The last step is total - 1: there the rate is low already."),
                (
                    "full",
                    "That is a whole period of the cosine: it comes up again. Half of one goes from peak to low.",
                ),
                (
                    "quarter",
                    "That is a quarter of a cosine, which ends steeply: half a period is wanted.",
                ),
                ("no low", "The rate ends at low, not at nought."),
                ("on top", "low is added to a fall from peak: the fall is from peak to low."),
                (
                    "share of the rest",
                    "decay is a share of total, not of the steps after the warm-up.",
                ),
                (
                    "goes on",
                    "From step = total on the rate stays at low: yours goes on along its curve.",
                ),
                ("cosine tail", "WSD falls along a straight line here."),
            ),
        ),
        refuses=(
            (_at(5, "cosine", total=21, warmup=20), "too little is left after the warm-up"),
            (_at(5, "wsd", total=100, warmup=60, decay=0.5), "warm-up and decay overlap"),
        ),
        tolerance=1e-6,
        draws=5000,
    ),
    "best-lr": Exercise(
        best_lr,
        first=(_drawn_sweep(np.random.default_rng(0)), _drawn_sweep(np.random.default_rng(1))),
        draw=_drawn_sweep,
        slips=slips_of(
            _tuned,
            (
                (
                    "lowest run",
                    "The lowest rate of the grid is not the lowest point: put a parabola through its neighbours.",
                ),
                (
                    "plain rate",
                    "The parabola is in log(rate): rates that differ by factors are not evenly spaced otherwise.",
                ),
                ("diverged as best", "A diverged run is no low loss: leave its rate out."),
                (
                    "half diverged",
                    "A rate of which one seed diverged must go, although the other seed looks good.",
                ),
                ("lucky seed", "Seeds are averaged: the lower of two is luck."),
                (
                    "edge",
                    "A width whose lowest mean stands at an end of its rates tells no lowest point: leave it out.",
                ),
                (
                    "all rates",
                    "Five rates around the lowest, not all: far from the bottom the bowl is no parabola.",
                ),
                ("log2", "Two kinds of logarithm are mixed."),
                ("sign", "The sign of the exponent is turned: wider models want smaller rates."),
            ),
        ),
        tolerance=0.001,
        draws=60,
    ),
}
