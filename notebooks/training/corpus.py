"""The text that our own runs are trained on: Python source from PyPI, or a folder of yours."""

import ast
import hashlib
import html
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import numpy as np
import platformdirs

NAME, CONTEXT, HELD_WINDOWS = "python-source", 64, 4096
PYPI = "https://pypi.org/simple"
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
    """Where the corpus is kept: the folder SCALING_CORPUS_DIR, or where this system has its caches.

    A corpus that an earlier version of the course put into ~/.cache stays there.
    """
    if named := os.environ.get("SCALING_CORPUS_DIR"):
        return Path(named)
    old = Path.home() / ".cache" / "scaling-laws-course"
    usual = platformdirs.user_cache_path("scaling-laws-course")  # as pooch does for other files
    return old if (old / f"{NAME}.train.npy").exists() else usual


def pip_settings():
    """What pip is told on this computer, by its files and by the environment, which wins: a dict."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True).stdout  # empty without pip
    told = re.findall(r"^(global|download|:env:)\.([a-z-]+)=(.+)$", listed, re.M)
    told.sort(key=lambda row: ("global", "download", ":env:").index(row[0]))
    return {option: ast.literal_eval(value) for _, option, value in told}


def fetch(name, version, digest, folder):
    """A pinned archive in this folder; where it is not, from the package index that pip uses.

    pip itself would build what it downloads, for minutes. A bar shows the bytes, and the archive has
    its name only once it is whole. Raises OSError where no index gives the one that was pinned.
    """
    import pooch

    archive = folder / f"{name}-{version}.tar.gz"
    if archive.exists() and pooch.file_hash(archive) == digest:
        return archive
    pooch.get_logger().setLevel("WARNING")
    told, problems = pip_settings(), []
    how = {"timeout": 20, "chunk_size": 2**16, "verify": told.get("cert")}
    if proxy := told.get("proxy"):
        how["proxies"] = {"http": proxy, "https": proxy}
    page, whole = pooch.HTTPDownloader(**how), pooch.HTTPDownloader(progressbar=True, **how)
    indexes = [told.get("index-url", PYPI), *told.get("extra-index-url", "").split()]
    for index in (index for index in indexes if index.startswith("http")):
        address = f"{index.rstrip('/')}/{name}/"
        try:
            with tempfile.TemporaryDirectory() as aside:
                listed = Path(pooch.retrieve(address, None, "page", aside, downloader=page))
                links = re.findall(r'href="([^"#]+)', listed.read_text("utf-8"))
            link = next(link for link in links if link.endswith(f"/{archive.name}"))
            link = urljoin(address, html.unescape(link))
            print(f"{archive.name} ...", file=sys.stderr)
            pooch.retrieve(link, f"sha256:{digest}", archive.name, folder, downloader=whole)
            return archive
        except StopIteration:
            problem = "it does not list the file"
        except OSError as error:  # those of requests, too
            problem = type(error).__name__
        except ValueError:  # pooch found another hash and threw the file away
            problem = "it gave another file than the pinned one, or half of it"
        problems.append(f"{urlsplit(index).hostname}: {problem}")  # an address may hold a password
    raise OSError(
        f"The corpus needs {archive.name}, which could not be fetched ({'; '.join(problems)}). "
        f"Is there a network? Try again, or put the file into {folder}."
    )


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
        archives = [fetch(*package, cache()) for package in PACKAGES]
        files = [file for archive in archives for file in python_files(archive)]
        for part, array in zip(parts, assemble(NAME, files)[1:]):
            with tempfile.NamedTemporaryFile(dir=cache(), suffix=".npy", delete=False) as file:
                np.save(file, array)
            os.replace(file.name, part)
    return Corpus(NAME, *(np.load(part, mmap_mode="r") for part in parts))
