"""The text of our own runs: its split, and how it is fetched from a package index."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import platformdirs
import pooch
import pytest

from helpers import data
from training import corpus


def files(count):
    draw = np.random.default_rng(1).integers(1, 255, (count, 400)).astype(np.uint8)
    return [(f"p/f{i}.py", content.tobytes()) for i, content in enumerate(draw)]


def test_no_file_is_in_both_parts_and_the_split_hangs_on_the_names_alone():
    given = files(1500)
    text = corpus.assemble("x", [*given, ("p/copy.py", given[0][1]), ("p/tiny.py", b"x = 1")])
    parts = bytes(text.train).split(b"\0")[:-1]
    assert len(parts) == len(set(parts)) and set(parts) <= {content for _, content in given}
    held = [content for _, content in given if content not in set(parts)]
    assert 0.06 < len(held) / len(given) < 0.14  # one in ten
    assert len(text.held) == 6 * len(held)  # 400 bytes are six windows of 65
    assert {content[:65] for content in held} <= {row.tobytes() for row in text.held}
    again = corpus.assemble("x", given[::-1])
    assert (again.train == text.train).all() and (again.held == text.held).all()
    more = corpus.assemble("x", files(1501))
    assert {row.tobytes() for row in text.held} <= {row.tobytes() for row in more.held}


def test_a_corpus_too_small_or_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="too small"):
        corpus.assemble("x", files(30))
    with pytest.raises(ValueError, match="must be a folder with .py files"):
        corpus.load(str(tmp_path / "nothing"))


@pytest.fixture
def index(monkeypatch):
    """A package index on this machine, as a dict of what it gives by its path, and pip told of it."""
    pages = {}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            content = pages.get(self.path, b"")
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // (2 if "half" in self.path else 1)])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/none")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield pages
    server.shutdown()
    server.server_close()


def archive(content=b"x = 1\n" * 20):
    with tarfile.open(fileobj=(made := io.BytesIO()), mode="w:gz") as tar:
        for name in ("pkg-1.0/a.py", "pkg-1.0/b.txt"):
            (entry := tarfile.TarInfo(name)).size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


FILE, WHOLE = "pkg-1.0.tar.gz", archive()
PINNED = ("pkg", "1.0", hashlib.sha256(WHOLE).hexdigest())


def test_an_archive_is_fetched_once_from_the_index_that_pip_uses(index, tmp_path, capsys):
    index["/simple/pkg/"] = f'<a href="x-{FILE}"></a><a href="../../{FILE}#sha256=0">'.encode()
    index[f"/{FILE}"] = WHOLE
    (tmp_path / FILE).write_bytes(WHOLE[:50])  # half of it, from somewhere: counts as nothing
    fetched = corpus.fetch(*PINNED, tmp_path)
    assert fetched.read_bytes() == WHOLE and list(tmp_path.iterdir()) == [fetched]
    assert [name for name, _ in corpus.python_files(fetched)] == ["pkg-1.0/a.py"]
    assert FILE in (said := capsys.readouterr().err) and f"{len(WHOLE)}/{len(WHOLE)}" in said
    index.clear()
    assert corpus.fetch(*PINNED, tmp_path) == fetched


@pytest.mark.parametrize(
    "link, sentence",
    [
        (f"/{FILE}", "it gave another file than the pinned one, or half of it"),
        (f"/half/{FILE}", "ChunkedEncodingError"),
        ("/another.tar.gz", "it does not list the file"),
    ],
)
def test_what_is_not_the_whole_pinned_archive_is_refused_and_not_kept(
    index, tmp_path, link, sentence
):
    index["/simple/pkg/"] = f'<a href="{link}">'.encode()
    index.update({f"/half/{FILE}": WHOLE, f"/{FILE}": archive(b"y = 2\n" * 30)})
    with pytest.raises(OSError, match=rf"HTTPError; 127\.0\.0\.1: {sentence}.*Is there a network"):
        corpus.fetch(*PINNED, tmp_path)
    assert not list(tmp_path.iterdir())


def test_without_a_network_a_sentence(index, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:secret@127.0.0.1:9/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL")
    with pytest.raises(OSError, match=r"\(127.0.0.1: ConnectionError\). Is there a netw") as said:
        corpus.fetch(*PINNED, tmp_path)
    assert "secret" not in str(said.value) and not list(tmp_path.iterdir())


def test_the_corpus_lies_where_the_system_has_its_caches_and_an_older_one_stays(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("SCALING_CORPUS_DIR", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert corpus.cache() == Path(pooch.os_cache("scaling-laws-course"))  # beside the other files
    if sys.platform == "linux":
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert corpus.cache() == tmp_path / ".cache" / "scaling-laws-course"
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "Caches" / name)
    assert corpus.cache() == tmp_path / "Caches" / "scaling-laws-course"
    (old := tmp_path / ".cache" / "scaling-laws-course").mkdir(parents=True)
    (old / "another-file.npy").touch()
    assert corpus.cache() == tmp_path / "Caches" / "scaling-laws-course"
    (old / "python-source.train.npy").touch()
    assert corpus.cache() == old
    monkeypatch.setenv("SCALING_CORPUS_DIR", "here")
    assert corpus.cache() == Path("here")


def test_the_shipped_corpus_is_what_the_data_card_says():
    if not (corpus.cache() / f"{corpus.NAME}.train.npy").exists():
        pytest.skip("the corpus is not fetched: python -m training corpus")
    text, card = corpus.load(), (data.FOLDER / "README.md").read_text("utf-8")
    assert f"{len(text.train):,} bytes" in card and f"{text.held_file.max() + 1:,} files" in card
    for name, version, digest in corpus.PACKAGES:
        assert f"{name} {version}" in card and digest in card
    shipped = [run for run in data.own_runs() if run.corpus == text.name]
    assert shipped and all(run.unique_tokens < len(text.train) for run in shipped)


def test_without_pytorch_a_sentence():
    code = "import sys; sys.modules['torch'] = None; from training.__main__ import main; sys.exit(main())"
    line = [sys.executable, "-c", code, "sweep", "--out", "runs.csv"]
    done = subprocess.run(line, capture_output=True, text=True)
    says = f'A sweep needs torch: `make train`, or {sys.executable} -m pip install -e ".[train]"'
    assert (done.returncode, done.stderr.strip()) == (2, says)
    for asked, words in (
        (["--help"], "--device cuda"),
        (["sweep", "--help"], "further"),
        (["sweep", "--help"], "at most four processes"),
    ):
        done = subprocess.run([*line[:3], *asked], capture_output=True, text=True)
        assert done.returncode == 0 and words in done.stdout and not done.stderr
