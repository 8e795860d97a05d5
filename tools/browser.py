"""A JupyterLab of our own and a Chromium to look at it, for the browser tests and the benchmarks."""

import contextlib
import importlib.util
import itertools
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


NEEDED = (
    "no Chromium (apt-get install chromium, or set CHROMIUM=/path/to/it) or no playwright "
    "(pip install -e '.[test]') on this machine"
)


# JupyterLab shows the traceback of a cell in the same place as what it writes to stderr.
ERROR = "[data-mime-type='application/vnd.jupyter.stderr']"
# What anywidget 0.11 says where a page took 2 s to begin with a widget, as Firefox does on a busy machine. Our
# figures are then drawn by the kernel (tests/test_browser_slow.py).
SLOW = "[anywidget] Failed to initialize model."


def missing():
    """Whether there is no browser to drive, or nothing to drive it with; NEEDED says what to do."""
    return chromium() is None or importlib.util.find_spec("playwright") is None


def chromium(**machine):
    """Path of a Chromium, Chrome or Edge on this machine, or on another one; None where there is none."""
    names = (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "microsoft-edge",
    )
    on_mac = {app: app for app in ("Google Chrome", "Chromium", "Microsoft Edge")}
    on_windows = (
        r"Google\Chrome\Application\chrome.exe",
        r"Chromium\Application\chrome.exe",
        r"Microsoft\Edge\Application\msedge.exe",
    )
    return _found("CHROMIUM", names, on_mac, on_windows, **machine)


def firefox(**machine):
    """Path of a Firefox on this machine, or on another one; None where there is none."""
    names, on_windows = ("firefox-esr", "firefox"), (r"Mozilla Firefox\firefox.exe",)
    return _found("FIREFOX", names, {"Firefox": "firefox"}, on_windows, **machine)


def _found(variable, names, on_mac, on_windows, environ=os.environ, which=shutil.which, exists=os.path.exists):  # fmt: skip
    """The first program that exists: of a variable, on the path, among macOS's applications, in Windows' folders."""
    folders = filter(None, map(environ.get, ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")))
    paths = [environ.get(variable), *map(which, names)]
    paths += [f"/Applications/{app}.app/Contents/MacOS/{file}" for app, file in on_mac.items()]
    paths += [f"{folder}\\{path}" for path, folder in itertools.product(on_windows, list(folders))]
    return next((path for path in paths if path and exists(path)), None)


def free_ports(count):
    """So many ports that nobody listens to now."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@contextlib.contextmanager
def jupyter_lab(folder, python=sys.executable):
    """Serve folder with a JupyterLab that has no announcements and no memory; gives address and token."""
    (port,) = free_ports(1)
    token = secrets.token_hex(8)
    state = os.path.join(folder, ".lab")
    settings = os.path.join(state, "settings", "@jupyterlab", "apputils-extension")
    os.makedirs(settings, exist_ok=True)
    with open(
        os.path.join(settings, "notification.jupyterlab-settings"), "w", encoding="utf-8"
    ) as file:
        json.dump({"fetchNews": "false", "checkForUpdates": False}, file)
    command = [
        python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}", f"--LabApp.user_settings_dir={state}/settings",
        f"--LabApp.workspaces_dir={state}/workspaces",
    ]  # fmt: skip
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": f"{state}/run",
        "IPYTHONDIR": f"{state}/ipython",
    }
    with open(os.path.join(state, "log"), "w", encoding="utf-8") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(
                        f"http://127.0.0.1:{port}/api?token={token}", timeout=5
                    ).close()
                    break
                if server.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                server.terminate()
            if server.poll() is not None:
                said = Path(log.name).read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"JupyterLab did not start: {said}")
            yield f"http://127.0.0.1:{port}/lab/tree", token
        finally:
            server.terminate()
            server.wait(20)


@contextlib.contextmanager
def chrome():
    """A browser; a process can drive one at a time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield started
        finally:
            started.close()


@contextlib.contextmanager
def page(width=1366, height=768, scale=1):
    """The page of a browser of its own."""
    size = {"width": width, "height": height}
    with chrome() as started:
        yield new_page(started, viewport=size, device_scale_factor=scale)


def new_page(where, **options):
    """Another page of a browser or of its context, with its console errors in page.problems from the beginning."""
    tab = where.new_page(**options)
    tab.set_default_timeout(60_000)  # of a condition; a slow machine only takes longer
    tab.problems = []
    tab.on("console", lambda m: tab.problems.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: tab.problems.append(str(error)))
    tab.asked = set()  # what a kernel was asked and has not answered, by the names of the messages
    tab.on("websocket", lambda socket: _listen(tab, socket))
    return tab


def _listen(tab, socket):
    """Note the messages to and from a kernel: its own header comes first, then that of what it answers."""

    def names(frame):
        start = frame[:4000] if isinstance(frame, bytes) else frame[:4000].encode()
        return re.findall(rb'"msg_id": ?"([^"]+)"', start), b'"idle"' in start

    socket.on("framesent", lambda frame: tab.asked.update(names(frame)[0][:1]))
    socket.on(
        "framereceived",
        lambda frame: names(frame)[1] and tab.asked.difference_update(names(frame)[0]),
    )


def press(tab, *keys):
    """Press keys one after another, each when the kernel has answered the one before and that is drawn."""
    waits = "() => !!document.querySelector('button[aria-busy]')"  # a click, see quiz.js
    for key in keys:
        tab.asked.clear()
        tab.keyboard.press(key)
        drawn(tab)
        until(tab, lambda: tab.evaluate(waits) or tab.asked, lambda left: not left)
        drawn(tab)


def drawn(tab):
    """Wait until the page was drawn as it is now."""
    tab.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def menu(tab, name, entry):
    """Choose an entry of JupyterLab's menu."""
    tab.click(f".lm-MenuBar-itemLabel:text-is('{name}')")
    tab.click(f".lm-Menu-itemLabel:text-is('{entry}')")


def open_notebook(tab, address, token, name, cells=1):
    """Open a notebook and wait until that many of its cells are on the page, and nothing is added any more.

    JupyterLab adds cells below the window when it has nothing else to do.
    """
    tab.goto(f"{address}/{name}?token={token}&reset")
    count = "cells => document.querySelectorAll('.jp-Notebook .jp-Cell').length >= cells"
    tab.wait_for_function(count, arg=cells, timeout=90_000)
    # Cells sent before a kernel is connected are lost: JupyterLab empties them and asks nobody. Its
    # indicator says "idle" then as well; the status bar knows better.
    ready = "[...document.querySelectorAll('.jp-StatusBar-Left span')].some(e => /\\| Idle/.test(e.textContent))"
    tab.wait_for_function(ready, timeout=90_000)
    settled(tab, lambda: tab.evaluate(PARTS))


# How many parts a notebook has and how high they are, once its pictures are there and its formulas set.
PARTS = """() => {
  const book = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook');
  const waiting = [...book.querySelectorAll('img')].some(picture => !picture.complete)
    || book.querySelector('.jp-MarkdownCell:not(.jp-mod-rendered)');
  return waiting ? performance.now() : [book.querySelectorAll('*').length,
    book.querySelector('.jp-WindowedPanel-viewport').scrollHeight].join();
}"""


def run_all(tab, timeout_s=120):
    """Run > Run All Cells, then wait until the kernel is idle."""
    forget_runs(tab)
    menu(tab, "Run", "Run All Cells")
    wait_idle(tab, timeout_s)


def restart_and_run_all(tab, timeout_s=120):
    """Kernel > Restart Kernel and Run All Cells, then wait until it is idle."""
    forget_runs(tab)
    menu(tab, "Kernel", "Restart Kernel and Run All Cells…")
    tab.click(".jp-Dialog button:has-text('Restart')")
    wait_idle(tab, timeout_s)


def forget_runs(tab):
    """Take the numbers off the cells, which a stored notebook has too: JupyterLab writes them after a run."""
    tab.evaluate("""() => document.querySelectorAll('.jp-CodeCell:not(:has(.jp-InputPlaceholder)) .jp-InputPrompt').forEach(
      prompt => { prompt.textContent = '[ ]:'; })""")


def wait_idle(tab, timeout_s=120):
    """Wait until no cell of the notebook is running or waiting."""
    wait = """() => {
      const left = [...document.querySelectorAll('.jp-CodeCell:not(:has(.jp-InputPlaceholder)) .jp-InputPrompt')].filter(
        prompt => /\\[[* ]\\]/.test(prompt.textContent));
      const busy = document.querySelector('.jp-Notebook-ExecutionIndicator');
      return left.length === 0 && (!busy || busy.dataset.status === 'idle');
    }"""
    tab.wait_for_function(wait, timeout=timeout_s * 1000)


def until(tab, look, wanted, seconds=60):
    """Look until what is seen is as wanted (a test of it); gives it."""
    for _ in range(seconds * 20):
        if wanted(seen := look()):
            return seen
        tab.wait_for_timeout(50)
    raise AssertionError(f"still {seen!r} after {seconds} s")


def settled(tab, look, quiet_ms=300):
    """What is seen once it has not changed for a while."""
    seen, still = look(), 0
    while still < quiet_ms:
        tab.wait_for_timeout(50)
        before, seen = seen, look()
        still = still + 50 if seen == before else 0
    return seen


def shut_down(address, token):
    """Stop every kernel of a JupyterLab, so that the next notebook has the machine for itself."""
    base = address.removesuffix("/lab/tree")
    with urllib.request.urlopen(f"{base}/api/kernels?token={token}", timeout=20) as answer:
        for kernel in json.loads(answer.read()):
            gone = f"{base}/api/kernels/{kernel['id']}?token={token}"
            urllib.request.urlopen(
                urllib.request.Request(gone, method="DELETE"), timeout=20
            ).close()
