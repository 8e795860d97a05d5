"""The course in WebKitGTK, which has the engine of Safari: `make test-webkit`, before a release."""

import pytest
import webdriver
from elsewhere import InJupyterLab, OnPages

pytestmark = [
    pytest.mark.webkit,
    pytest.mark.skipif(
        not all(webdriver.webkit_parts()),
        reason="no WebKit (apt-get install webkit2gtk-driver xvfb) on this machine",
    ),
]


@pytest.fixture(scope="module")
def tab():
    """The one page of a WebKitGTK."""
    with webdriver.webkit() as tab:
        yield tab


class TestJupyterLab(InJupyterLab):
    pass


class TestPages(OnPages):
    pass
