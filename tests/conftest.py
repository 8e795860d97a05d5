"""What browser tests share: a process starts one Chromium and one JupyterLab, once a test asks for them."""

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import browser
import pytest

from helpers import data

# Its tests say what they saw, as those of a test file do.
pytest.register_assert_rewrite("elsewhere")


@pytest.hookimpl(optionalhook=True)  # where xdist is left out, nobody asks
def pytest_xdist_make_scheduler(config, log):
    """With --dist loadscope the tests of a file about the same chapter stay together: they share a page.

    The groups with most tests, which are the chapters of test_browser_matrix.py, are given out first. (Marks
    for --dist loadgroup, which would say the same, are not seen by xdist 3.8 with pytest 9.2.)
    """
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByChapter(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, chapter = re.match(r"([^:]*)(?:.*\[(\d\d_\w+))?", nodeid).groups()
            return f"{file} {chapter or ''}"

    return ByChapter(config, log)


@pytest.fixture(scope="module", autouse=True)
def _nothing_answered():
    """The tests of a file begin as somebody who has answered nothing."""
    Path(os.environ["SCALING_PROGRESS"]).unlink(missing_ok=True)


class Lab(NamedTuple):
    """A JupyterLab that serves a folder."""

    address: str
    token: str
    folder: object


@pytest.fixture(scope="session")
def chrome():
    """A browser for all tests of a process; each module or test opens pages of its own."""
    with browser.chrome() as started:
        yield started


@pytest.fixture(scope="module")
def tab(chrome):
    """A page of a small laptop for the tests of a file."""
    tab = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    yield tab
    tab.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab with all chapters."""
    folder = tmp_path_factory.mktemp("lab")
    for path in (data.FOLDER.parent / "notebooks").glob("*.ipynb"):
        shutil.copy(path, folder)
    with browser.jupyter_lab(str(folder)) as (address, token):
        yield Lab(address, token, folder)
