"""The second day in a real browser: a chapter saved after use is opened again, with and without its kernel."""

import contextlib
import json
import os
import shutil
from pathlib import Path

import browser
import nbformat
import pytest

from helpers import data

until, press = browser.until, browser.press
pytestmark = pytest.mark.skipif(browser.missing(), reason=browser.NEEDED)
NAME = "00_start_here.ipynb"
ROOT = data.FOLDER.parent


@contextlib.contextmanager
def server(folder, course=True):
    """A JupyterLab in whose environment the course is, or is not."""
    settings = ROOT / "tools" / "server"
    if not course:
        (settings := folder / ".off").mkdir(exist_ok=True)
        switch = {"jpserver_extensions": {"scaling_laws_server": False}}
        (settings / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": switch}))
    path = os.pathsep.join([str(ROOT / "tools" / "server"), os.environ.get("PYTHONPATH", "")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_PATH", str(settings))
        patch.setenv("PYTHONPATH", path)
        with browser.jupyter_lab(str(folder)) as (address, token):
            yield lambda tab: browser.open_notebook(
                tab, address, token, NAME, cells=len(nbformat.read(folder / NAME, 4).cells)
            )


def shown(tab):
    """What stands on the page: errors, live figures, questions, pictures, folds, and whether a sentence does."""
    words = tab.locator(".jp-Notebook").text_content()
    return {
        "errors": words.count("Error displaying widget"),
        "live": tab.locator(".moving svg[aria-label]").count(),
        "questions": tab.locator(".quiz").count(),
        "pictures": tab.locator(".jp-RenderedImage img").count(),
        "folds": tab.locator(".jp-OutputArea-output details").count(),
        "sentence": "1 billion parameters give a loss of 2.38, ten times as many 1.99" in words,
    }


def save(tab, file):
    before = file.stat().st_mtime_ns
    browser.menu(tab, "File", "Save Notebook")
    begun, whole = lambda: file.stat().st_mtime_ns, lambda: file.read_bytes().rstrip()[-1:]
    until(tab, begun, lambda now: now != before)
    until(tab, whole, lambda end: end == b"}")


# two hints of the code exercise while it lives; on a page that stands still its solution as well
ALIVE = {"errors": 0, "live": 2, "questions": 3, "pictures": 0, "folds": 6, "sentence": True}
STILL = {"errors": 0, "live": 0, "questions": 0, "pictures": 2, "folds": 7, "sentence": True}


def becomes(tab, wanted):
    return until(tab, lambda: shown(tab), lambda seen: seen == wanted, seconds=20)


def moves(tab):
    """Press a key on the slider, and see the sentence follow; then bring it back."""
    figure = tab.locator(".live").first
    handle = figure.locator(".noUi-handle").first
    status = figure.locator(".moving [role=status]")
    before = status.text_content()
    handle.focus()
    press(tab, "ArrowRight")
    until(tab, status.text_content, lambda seen: seen != before)
    figure.get_by_role("button", name="Reset").click()
    until(tab, status.text_content, lambda seen: seen == before)


def views(file):
    outputs = [o for cell in nbformat.read(file, 4).cells for o in cell.get("outputs", ())]
    return sum("application/vnd.jupyter.widget-view+json" in o.get("data", ()) for o in outputs)


@pytest.fixture(scope="module")
def used(tab, chrome, tmp_path_factory):
    """A chapter on its first day: opened, run, saved, reloaded, opened twice, its kernel restarted; the server ends."""
    file = Path(shutil.copy(ROOT / "notebooks" / NAME, tmp_path_factory.mktemp("second_day")))
    with server(file.parent) as opens:
        opens(tab)
        becomes(tab, STILL)
        browser.run_all(tab)
        becomes(tab, ALIVE)
        save(tab, file)
        opens(tab)
        becomes(tab, ALIVE)
        moves(tab)
        with contextlib.closing(browser.new_page(chrome)) as second:
            opens(second)
            becomes(second, ALIVE)
            moves(second)
        browser.menu(tab, "Kernel", "Restart Kernel…")
        tab.click(".jp-Dialog button:has-text('Restart')")
        browser.wait_idle(tab)
        lost = tab.locator(".quiz [role=alert]").filter(has_text="choose Run, Run All Cells")
        until(tab, lost.count, lambda count: count == tab.locator(".quiz").count() > 0)
        opens(tab)
        becomes(tab, STILL)
        assert tab.problems == []
    assert views(file) >= 3, "saved with its widgets, as JupyterLab does"
    return file


def test_the_second_day_begins_with_pictures_and_goes_on_alive(tab, used, tmp_path):
    file = Path(shutil.copy(used, tmp_path))
    with server(tmp_path) as opens:
        opens(tab)
        becomes(tab, STILL)
        assert file.read_bytes() == used.read_bytes(), "it changes when somebody saves"
        save(tab, file)
        assert views(file) == 0
        opens(tab)
        becomes(tab, STILL)
        browser.run_all(tab)
        becomes(tab, ALIVE)
        moves(tab)


def test_only_a_server_without_the_course_shows_what_is_dead(tab, used, tmp_path):
    shutil.copy(used, tmp_path)
    with server(tmp_path, course=False) as opens:
        opens(tab)
        seen = until(tab, lambda: shown(tab), lambda seen: seen["errors"], seconds=20)
        assert not seen["pictures"] and not seen["sentence"], "the limit that the README says"
