"""Published files: fetched once from a pinned address, checked, and every way in which that fails."""

import hashlib
import http.server
import threading
from pathlib import Path

import numpy as np
import pytest

from helpers import data
from pictures import published

CONTENT = b"Model Size,Training FLOP,loss,color\n1e9,6e20,2.5,#fff\n2e9,,3.5,#eee\n"


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives CONTENT, another file, or half of it and then nothing."""

    def do_GET(self):
        self.server.asked.append(self.path)
        body = b"Model Size,other\n1,2\n" if self.server.gives == "another" else CONTENT
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.server.gives == "half" else body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server in the place of GitHub, an empty cache, and CONTENT as the file that is wanted."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.gives = [], "all"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.delenv("SCALING_DATA_DIR", raising=False)
    monkeypatch.setattr(published, "RAW", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(published, "cache", lambda: tmp_path / "cache")
    known = published.SOURCES["chinchilla"]._replace(sha256=hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setitem(published.SOURCES, "chinchilla", known)
    yield server
    server.shutdown()
    server.server_close()


def test_it_is_fetched_once_from_the_pinned_address_and_says_its_licence(server, capfd):
    assert not published.at_hand("chinchilla")
    for _ in range(2):
        table = published.load_published("chinchilla")
        assert table["loss"].tolist() == [2.5, 3.5] and np.isnan(table["Training FLOP"][1])
        assert table["color"].tolist() == ["#fff", "#eee"]
    path = "data/svg_extracted_data.csv"
    assert server.asked == [f"/epoch-research/analyzing-chinchilla/{'92258837425e1b5f2851d624287f0120583a3d0e'}/{path}"]  # fmt: skip
    said = capfd.readouterr().err
    assert said.count("licence: none stated") == 1 and "100%" in said  # the bar
    assert published.at_hand("chinchilla")


@pytest.mark.parametrize("gives", ["another", "half"])
def test_another_file_or_half_of_it_is_refused_and_not_kept(server, gives, tmp_path):
    server.gives = gives
    with pytest.raises((ValueError, OSError), match="SCALING_DATA_DIR"):
        published.load_published("chinchilla")
    assert not list((tmp_path / "cache").iterdir())
    server.gives = "all"
    assert len(published.load_published("chinchilla")["loss"]) == 2


def test_half_a_file_left_in_the_cache_is_fetched_again(server, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "svg_extracted_data.csv").write_bytes(CONTENT[:20])
    assert not published.at_hand("chinchilla")
    assert len(published.load_published("chinchilla")["loss"]) == 2 and len(server.asked) == 1


def test_offline_it_says_what_to_do(server):
    server.shutdown()
    server.server_close()
    with pytest.raises(OSError, match="not on this computer, and .* cannot be reached") as caught:
        published.load_published("chinchilla")
    assert "make data" in str(caught.value) and "SCALING_DATA_DIR" in str(caught.value)


def test_a_cache_that_cannot_be_written_to(server, tmp_path):
    (tmp_path / "cache").write_text("a file in the way of the folder")
    with pytest.raises(OSError, match="cache folder .* cannot be written to"):
        published.load_published("chinchilla")


def test_an_unknown_name():
    with pytest.raises(ValueError, match="'gopher' is not known, only chinchilla, misfitting"):
        published.load_published("gopher")


def test_a_folder_takes_the_place_of_the_network(server, monkeypatch, tmp_path):
    monkeypatch.setenv("SCALING_DATA_DIR", str(tmp_path))
    with pytest.raises(OSError, match="SCALING_DATA_DIR is .*svg_extracted_data.csv is not in it"):
        published.load_published("chinchilla")
    file = tmp_path / "svg_extracted_data.csv"
    file.write_bytes(CONTENT)
    assert len(published.load_published("chinchilla")["loss"]) == 2
    for other in (CONTENT.replace(b"loss", b"Loss"), CONTENT.replace(b"2.5", b"2.6"), b""):
        file.write_bytes(other)
        with pytest.raises(ValueError, match="is not the file of commit 92258837"):
            published.load_published("chinchilla")
    assert server.asked == []


def test_a_folder_in_the_folder_is_searched_too(server, monkeypatch, tmp_path):
    monkeypatch.setenv("SCALING_DATA_DIR", str(tmp_path))
    (tmp_path / "somebody").mkdir()
    (tmp_path / "somebody" / "svg_extracted_data.csv").write_bytes(CONTENT)
    assert published.at_hand("chinchilla")
    assert published.load_published("chinchilla")["loss"].tolist() == [2.5, 3.5]
    assert server.asked == []


def test_json_lines_are_columns_of_floats_so_that_no_product_overflows(monkeypatch, tmp_path):
    content = b'{"name": "a", "tokens": 350119526400}\n{"name": "b", "tokens": null}\n'
    source = published.SOURCES["gemstones-long"]._replace(
        sha256=hashlib.sha256(content).hexdigest()
    )
    monkeypatch.setitem(published.SOURCES, "gemstones-long", source)
    monkeypatch.setenv("SCALING_DATA_DIR", str(tmp_path))
    (tmp_path / source.file).write_bytes(content)
    table = published.load_published("gemstones-long")
    assert table["name"].tolist() == ["a", "b"] and np.isnan(table["tokens"][1])
    assert 6 * int(2e9) * table["tokens"][0] == pytest.approx(4.2e21, rel=0.01)


def test_the_command_says_what_it_has(server, capsys):
    assert published.main() == 1  # the other files have other hashes
    said = capsys.readouterr()
    assert "chinchilla: 2 rows" in said.out and "another file" in said.err


def test_addresses_are_pinned_and_nothing_is_shipped():
    for source in published.SOURCES.values():
        assert len(source.commit) == 40 and len(source.sha256) == 64
        assert not list(Path(data.FOLDER.parent).glob(f"data/**/{source.file}"))


@pytest.mark.skipif(
    not published.at_hand("chinchilla"), reason="published files are not here: make data"
)
def test_the_240_points():
    params, tokens, loss = published.chinchilla_points()
    assert len(loss) == 240 and loss.max() < 5 and 57e6 < params.min() < 58e6
    assert len(published.chinchilla_points(dropped=0)[0]) == 245
    given = published.load_published("chinchilla")["Training FLOP"]
    assert np.isin(np.round(6 * params * tokens / 1e15), np.round(given / 1e15)).all()
