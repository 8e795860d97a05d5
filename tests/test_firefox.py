"""The course in Firefox: a chapter in JupyterLab, the site and a deck. Slow, so `make test-browser` runs it."""

import browser
import pytest
import webdriver
from elsewhere import InJupyterLab, OnPages

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(
        not browser.firefox(),
        reason="no Firefox (apt-get install firefox-esr, or set FIREFOX=/path/to/it) on this machine",
    ),
]


@pytest.fixture(scope="module")
def tab():
    """The one page of a Firefox."""
    with webdriver.firefox() as tab:
        yield tab


class TestJupyterLab(InJupyterLab):
    pass


class TestPages(OnPages):
    pass
