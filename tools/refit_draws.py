"""Make data/refit_draws.csv: 500 joint bootstrap draws of the Chinchilla law on the 240 points.

Fetches the reconstructed points, which this project does not ship; data/README.md says whose they
are. Run: python tools/refit_draws.py
"""

from helpers import data, fits
from pictures import published


def main():
    """Fit, resample, write."""
    fit = fits.fit_chinchilla(*published.chinchilla_points())
    draws = fits.bootstrap(fit, n=500, seed=0).draws
    lines = [",".join(fits.NAMES)]
    lines += [",".join(f"{value:.8g}" for value in draw) for draw in draws]
    (data.FOLDER / "refit_draws.csv").write_text(
        "\n".join(lines) + "\n", encoding="utf-8", newline="\n"
    )
    print(fit.law, fit.status)


if __name__ == "__main__":
    main()
