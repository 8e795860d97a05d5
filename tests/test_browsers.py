"""Which browser is found on which machine, without any of them here."""

import browser
import pytest

WINDOWS = {
    "PROGRAMFILES": r"C:\Program Files",
    "PROGRAMFILES(X86)": r"C:\Program Files (x86)",
    "LOCALAPPDATA": r"C:\Users\ada\AppData\Local",
}
CHROME = r"C:\Users\ada\AppData\Local\Google\Chrome\Application\chrome.exe"
EDGE = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"
FOX = r"C:\Program Files\Mozilla Firefox\firefox.exe"


def machine(*files, on_path=(), **environ):
    """A machine with these files, with programs on its path, and with variables."""
    known = {name: f"/usr/bin/{name}" for name in on_path}
    files = {*files, *known.values()}
    return {"environ": environ, "which": known.get, "exists": files.__contains__}


@pytest.mark.parametrize(
    ("find", "here", "path"),
    [
        (browser.chromium, machine(CHROME, EDGE, **WINDOWS), CHROME),
        (browser.chromium, machine(EDGE, **WINDOWS), EDGE),
        (browser.chromium, machine(on_path=["chromium", "google-chrome"]), "/usr/bin/chromium"),
        (browser.chromium, machine(on_path=["microsoft-edge"]), "/usr/bin/microsoft-edge"),
        (browser.chromium, machine("/my/chrome", on_path=["chromium"], CHROMIUM="/my/chrome"), "/my/chrome"),
        (browser.chromium, machine(on_path=["chromium"], CHROMIUM="/not/there"), "/usr/bin/chromium"),
        (browser.chromium, machine("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
         "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        (browser.firefox, machine(FOX, **WINDOWS), FOX),
        (browser.firefox, machine(on_path=["firefox", "firefox-esr"]), "/usr/bin/firefox-esr"),
        (browser.firefox, machine("/Applications/Firefox.app/Contents/MacOS/firefox"),
         "/Applications/Firefox.app/Contents/MacOS/firefox"),
        (browser.firefox, machine("/my/fox", FIREFOX="/my/fox"), "/my/fox"),
        (browser.firefox, machine(CHROME, **WINDOWS), None),
        (browser.chromium, machine(), None),
    ],
)  # fmt: skip
def test_browsers_are_found_on_linux_macos_and_windows(find, here, path):
    assert find(**here) == path
