"""Run-level data of published studies: downloaded once, checked, kept in the cache of this computer.

    python -m pictures.published     fetches all of it, for a room without a network

Nothing of it belongs to this project, so nothing of it lies in data/.
"""

import csv
import hashlib
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers import data

RAW = "https://raw.githubusercontent.com"


class Source(NamedTuple):
    """Where a file comes from, which one it must be, and the columns that the chapters read."""

    study: str
    repository: str
    commit: str
    path: str
    sha256: str
    licence: str
    columns: list
    chapter: str = "07"  # the one that reads it

    @property
    def file(self):
        """Its name in the cache, and in a folder that SCALING_DATA_DIR names."""
        return self.path.rsplit("/", 1)[-1]


KNOWN = tomllib.loads((data.FOLDER / "published.toml").read_text("utf-8"))
SOURCES = {name: Source(**source) for name, source in KNOWN["sources"].items()}
OF_07 = [name for name, source in SOURCES.items() if source.chapter == "07"]  # which needs them all
HOW = (
    "With a network `make data` (or `python -m pictures.published`) fetches it; without one, set the "
    "environment variable SCALING_DATA_DIR to a folder that holds it."
)


class NotHere(OSError):
    """A published file cannot be had; a notebook shows the sentence and no traceback."""

    def _render_traceback_(self):  # what IPython asks an exception for
        return [str(self)]


def cache():
    """The folder of this computer's user that downloads are kept in."""
    import pooch

    return Path(pooch.os_cache("scaling-laws-course"))


def _is(path, source):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256


def at_hand(name):
    """Whether a published file can be read without a network."""
    return _is(_place(_source(name)), _source(name))


def _source(name):
    if name not in SOURCES:
        raise ValueError(f"published data {name!r} is not known, only {', '.join(SOURCES)}.")
    return SOURCES[name]


def _place(source):
    """The path of a file, there or not: in the folder that SCALING_DATA_DIR names or one in it, or the cache."""
    folder = Path(os.environ.get("SCALING_DATA_DIR") or cache())
    return next(folder.glob(f"*/{source.file}"), folder / source.file)


def _fetch(source, folder):
    """Download a file into this folder."""
    import pooch

    print(f"{source.file}: {source.study}; {source.repository}, licence: {source.licence}.",
          file=sys.stderr)  # fmt: skip
    address = f"{RAW}/{source.repository}/{source.commit}/{source.path}"
    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(address, f"sha256:{source.sha256}", source.file, folder,
                       downloader=pooch.HTTPDownloader(progressbar=True, timeout=20))  # fmt: skip
    except ValueError as error:  # what came has another hash; pooch has thrown it away
        raise ValueError(
            f"{address} gave another file than this course was written for, or half of it. "
            f"Try again. {HOW}"
        ) from error
    except OSError as error:  # requests' errors are OSErrors, too
        reason = f"the cache folder {folder} cannot be written to" if _blocked(folder) else (
            f"{RAW} cannot be reached, or broke off")  # fmt: skip
        raise NotHere(f"{source.file} is not on this computer, and {reason}. {HOW}") from error


def _blocked(folder):
    """Whether nothing can be written into this folder, or it cannot be made."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return not there.is_dir() or not os.access(there, os.W_OK)


def load_published(name):
    """The columns of a published file, a dict of arrays: numbers (nan where empty), else words.

    name: one of SOURCES, which says whose they are. Downloads the file the first time, or takes it
    from the folder that SCALING_DATA_DIR names. Raises ValueError for an unknown name or a file that
    is another one, OSError where it cannot be had.
    """
    path = _place(source := _source(name))
    if folder := os.environ.get("SCALING_DATA_DIR"):
        if not path.is_file():
            raise NotHere(f"SCALING_DATA_DIR is {folder!r}, but {source.file} is not in it. {HOW}")
    elif not _is(path, source):
        _fetch(source, path.parent)
    if not _is(path, source):
        raise ValueError(f"{path} is not the file of commit {source.commit[:8]} that this course was "
                         f"written for: its SHA-256 differs. {HOW}")  # fmt: skip
    with path.open(newline="", encoding="utf-8") as file:
        if path.suffix == ".jsonl":
            rows = [json.loads(line) for line in file]
            return {column: _column([row[column] for row in rows]) for column in rows[0]}
        header, *rows = csv.reader(file)
    return {column: _column(cells) for column, cells in zip(header, zip(*rows))}


def _column(cells):
    try:
        return np.array([np.nan if cell in ("", None) else float(cell) for cell in cells])
    except ValueError:
        return np.array(cells)


def chinchilla_points(dropped=5):
    """(params, tokens, loss) of the reconstructed Chinchilla runs, without the highest losses.

    Tokens are C / 6N, as the figure gives N and C. With five dropped these are the 240 points of
    Besiroglu et al. 2024, arXiv 2404.10102.
    """
    table = load_published("chinchilla")
    params, flops, loss = (table[column] for column in SOURCES["chinchilla"].columns)
    keep = np.sort(np.argsort(loss)[: len(loss) - dropped])
    return params[keep], (flops / (6 * params))[keep], loss[keep]


def main():
    """Fetch all; the exit status is 1 where one of them cannot be had."""
    try:
        for name in SOURCES:
            rows = len(next(iter(load_published(name).values())))
            print(f"{name}: {rows} rows, {SOURCES[name].study}")
    except (OSError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
