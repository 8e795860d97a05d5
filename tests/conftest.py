"""What browser tests share: a process starts one Chromium and one JupyterLab, once a test asks for them."""

import shutil
from typing import NamedTuple

import browser
import pytest

from helpers import data


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


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab with all chapters."""
    folder = tmp_path_factory.mktemp("lab")
    for path in (data.FOLDER.parent / "notebooks").glob("*.ipynb"):
        shutil.copy(path, folder)
    with browser.jupyter_lab(str(folder)) as (address, token):
        yield Lab(address, token, folder)
