"""Make data/refit_draws.csv: 500 joint bootstrap draws of the Chinchilla law on the 240 points.

Needs the reconstructed points (svg_extracted_data.csv, which this project does not ship) in the folder
named by SCALING_DATA_DIR. Run: SCALING_DATA_DIR=folder python tools/refit_draws.py
"""

import csv
import os
import sys
from pathlib import Path

import numpy as np

from helpers import data, fits

PROVENANCE = (
    "# 500 bootstrap refits (pairs, seed 0, Huber 1e-3 on log loss) by helpers/fits.py of the 240 runs of "
    "Hoffmann et al. 2022 Fig 4 as reconstructed by Besiroglu et al. 2024 (arXiv 2404.10102; "
    "epoch-research/analyzing-chinchilla@92258837 data/svg_extracted_data.csv; D = C/6N; five highest losses dropped)"
)


def points(folder):
    """(params, tokens, loss) of the 240 points: D = C/6N, the five highest losses dropped."""
    with (Path(folder) / "svg_extracted_data.csv").open() as file:
        rows = list(csv.DictReader(file))
    params, flops, loss = (
        np.array([float(row[name]) for row in rows])
        for name in ("Model Size", "Training FLOP", "loss")
    )
    keep = np.sort(np.argsort(loss)[:-5])
    return params[keep], (flops / (6 * params))[keep], loss[keep]


def main():
    """Fit, resample, write."""
    folder = os.environ.get("SCALING_DATA_DIR")
    if not folder:
        sys.exit("Set SCALING_DATA_DIR to the folder that holds svg_extracted_data.csv.")
    fit = fits.fit_chinchilla(*points(folder))
    draws = fits.bootstrap(fit, n=500, seed=0).draws
    lines = [PROVENANCE, ",".join(fits.NAMES)]
    lines += [",".join(f"{value:.8g}" for value in draw) for draw in draws]
    (data.FOLDER / "refit_draws.csv").write_text(
        "\n".join(lines) + "\n", encoding="utf-8", newline="\n"
    )
    print(fit.law, fit.status)


if __name__ == "__main__":
    main()
