"""The course as a JupyterLite site: JupyterLab and Python in the browser, with no server but for files.

    make lite                                     builds it in build/lite
    python -m http.server --directory build/lite  serves it; where its pages begin says START below

Chapters lie beside helpers/ and data/ as they do here, so that their first cell finds the course. Before it
stands one cell more, which brings the packages: a browser starts with none.
"""

import argparse
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("notebooks", "helpers", "data")
SITE = ROOT / "build" / "lite"


START = "http://localhost:8000/lab/index.html?path=notebooks/00_start_here.ipynb"
ABOVE = """**Python runs in your browser here.** The first run fetches it, and its packages, from a network. Without one cells stay
at `[*]`, and *Run All* takes the stored pictures away, so read this page then as it is."""
# What a kernel in a browser writes elsewhere is gone with its page; there a lock stays locked, and nobody else writes.
FIRST = """%pip install -q {}
import contextlib
import os
import warnings

warnings.filterwarnings("ignore", message="only soft file lock")
import filelock

filelock.FileLock = lambda *_, **__: contextlib.nullcontext()
os.environ["SCALING_PROGRESS"] = "/drive/progress.json\""""


def needed():
    """What a kernel needs, as pyproject.toml names it, without the versions: Pyodide has its own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [re.match(r"[\w.-]+", requirement)[0] for requirement in project["dependencies"]]


def prepared(book):
    """A notebook whose first code cell brings the packages, with a word above; the other cells stay as they are."""
    for output in (output for cell in book["cells"] for output in cell.get("outputs", ())):
        if isinstance(output.get("text"), list):  # JupyterLite would show commas between the lines
            output["text"] = "".join(output["text"])
    above = {"cell_type": "markdown", "id": "in-the-browser", "metadata": {}, "source": ABOVE}
    codes = [k for k, cell in enumerate(book["cells"]) if cell["cell_type"] == "code"]
    first = codes[0] if codes else len(book["cells"])
    cell = {"cell_type": "code", "id": "packages", "metadata": {}}
    cell |= {"source": FIRST.format(" ".join(needed()))}
    cell |= {"execution_count": None, "outputs": []}
    return book | {"cells": [*book["cells"][:first], above, cell, *book["cells"][first:]]}


def lay(folder):
    """Lay the files of the course into a folder, as a kernel in the browser needs them."""
    for name in FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for path in (folder / "notebooks").glob("*.ipynb"):
        path.write_text(json.dumps(prepared(json.loads(path.read_text("utf-8")))), encoding="utf-8")


def build(site):
    """Build the site with the jupyter-lite of this environment, which empties the folder first."""
    with tempfile.TemporaryDirectory() as folder:
        (files := Path(folder) / "files").mkdir()
        (lite := Path(folder) / "lite").mkdir()
        lay(files)
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", lite, "--contents", files,
                   "--output-dir", site, "--no-sourcemaps"]  # fmt: skip
        done = subprocess.run(command, cwd=lite, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"The site was not built: {(done.stdout + done.stderr)[-2000:]}")


def main(argv=None):
    """Build the site."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    told = "a new or empty folder; by default build/lite, which is replaced"
    parser.add_argument("--to", type=Path, default=SITE, help=told)
    to = parser.parse_args(argv).to.resolve()
    if importlib.util.find_spec("jupyterlite_core") is None:
        sys.exit(
            "JupyterLite is not in this Python: `make lite` brings it, or pip install -e '.[doors]'."
        )
    if to != SITE and to.exists() and not (to.is_dir() and not any(to.iterdir())):
        sys.exit(f"to is {str(to)!r}, which would be emptied: name a new or an empty folder.")
    build(to)
    size = sum(path.stat().st_size for path in to.rglob("*") if path.is_file())
    print(
        f"{to}: {size / 1e6:.0f} MB. Serve it: python -m http.server --directory {to}\nThen open {START}"
    )


if __name__ == "__main__":
    main()
