"""Leaves out what cannot run here, and says so: a module without PyTorch, chapter 07 without its files."""

from importlib.util import find_spec

from helpers import published

TRAINS = find_spec("torch") is not None
MISSING = [source.file for name, source in published.SOURCES.items() if not published.at_hand(name)]
collect_ignore = [] if TRAINS else ["helpers/train.py"]
collect_ignore += ["notebooks/07_refit_the_papers.ipynb"] if MISSING else []


def pytest_report_header():
    said = []
    if not TRAINS:
        said += ["doctests of helpers/train.py skipped: PyTorch is absent"]
    if MISSING:
        said += [
            f"notebooks/07_refit_the_papers.ipynb skipped: no {', '.join(MISSING)} here (make data)"
        ]
    return said
