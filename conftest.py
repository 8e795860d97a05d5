"""Leaves out what cannot run here, and says so: a module without PyTorch, chapters 07 and 09 without their files.

Where the environment says CI=true nothing may be missing: there a test that would be skipped fails.
"""

import os
import tempfile
from importlib.util import find_spec

import pytest

from pictures import published

# Neither a test nor a kernel of one sees what somebody has answered who runs them.
_PROGRESS = tempfile.TemporaryDirectory(prefix="scaling-")
os.environ["SCALING_PROGRESS"] = os.path.join(_PROGRESS.name, "progress.json")
CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
NEED_TORCH = ("model", "run", "sweep")  # modules of training; its corpus does without
TRAINS = find_spec("torch") is not None
MISSING = {source.file: source.chapter for name, source in published.SOURCES.items()
           if not published.at_hand(name)}  # fmt: skip
BOOKS = {"07": "notebooks/07_refit_the_papers.ipynb", "09": "notebooks/09_beyond_dense.ipynb"}
collect_ignore = [] if TRAINS else [f"notebooks/training/{name}.py" for name in NEED_TORCH]
collect_ignore += [BOOKS[chapter] for chapter in sorted(set(MISSING.values()))]


def pytest_report_header():
    said = []
    if not TRAINS:
        said += ["doctests of notebooks/training skipped: PyTorch is absent"]
    if MISSING:
        books = " and ".join(BOOKS[chapter] for chapter in sorted(set(MISSING.values())))
        said += [f"{books} skipped: no {', '.join(MISSING)} here (make data)"]
    return said


def failed_where_skipped(report):
    """A report of pytest; in CI a failed one if something was skipped, with the reason."""
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr if isinstance(report.longrepr, tuple) else [report.longrepr]
        report.outcome = "failed"
        report.longrepr = f"In CI nothing may be skipped, but this was. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return failed_where_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return failed_where_skipped((yield))
