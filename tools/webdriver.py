"""Firefox and WebKit by what the W3C has them all understand, for the tests in browsers that are not Chromium.

Firefox speaks WebDriver BiDi by itself, over a websocket (websocket-client comes with JupyterLab); WebKitGTK
brings a WebDriver that listens to HTTP. Playwright drives only builds of its own of either: its BiDi sends
commands that the long-term Firefox has not (emulation.setMediaFeaturesOverride, in Playwright 1.65).
"""

import contextlib
import glob
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import browser

LAPTOP = {"width": 1366, "height": 768}
# Each is a letter of Unicode's private part, by its name.
KEYS = {
    "Backspace": "\ue003", "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Control": "\ue009",
    "Escape": "\ue00c", "Space": " ", "PageUp": "\ue00e", "PageDown": "\ue00f", "End": "\ue010",
    "Home": "\ue011", "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014",
    "ArrowDown": "\ue015", "Delete": "\ue017",
}  # fmt: skip
# What is worth an answer of JSON: the value of an expression, or what a function gives.
VALUE = """const it = ({source}), got = await (typeof it === 'function' ? it(JSON.parse({arg})) : it);
  return JSON.stringify(got ?? null);"""
FIND = """([css, text]) => { const part = [...document.querySelectorAll(css)].find(
    e => e.getClientRects().length && (!text || e.textContent.trim() === text));
  part?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  const box = part?.getBoundingClientRect();
  return box && {x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2)}; }"""


# Which messages a kernel was sent and has not answered, as browser.py learns of Chromium; from here on.
ASKED = """() => { if (!window.asked) {
    window.asked = new Set();
    const send = WebSocket.prototype.send, heard = new WeakSet();
    const start = data => typeof data === 'string' ? data.slice(0, 4000)
      : new TextDecoder().decode(new Uint8Array(data.buffer ?? data).slice(0, 4000));
    const names = said => [...said.matchAll(/"msg_id": ?"([^"]+)"/g)].map(found => found[1]);
    WebSocket.prototype.send = function (data) {
      if (!heard.has(this)) this.addEventListener('message', ({data}) => {
        const said = start(data);
        if (said.includes('"idle"')) names(said).forEach(name => window.asked.delete(name));
      });
      heard.add(this);
      names(start(data)).slice(0, 1).forEach(name => window.asked.add(name));
      return send.call(this, data);
    };
  }
  return [...window.asked]; }"""


class Tab:
    """One page, with the few methods that the helpers of browser.py know from Playwright."""

    def __init__(self, name):
        self.name = name  # of the browser, with its version
        self.keyboard = self  # its press and type are here as well

    def evaluate(self, source, arg=None):
        """What a JavaScript expression, or function of arg, gives; promises are awaited."""
        given = self._run(VALUE, source, json.dumps(json.dumps(arg)))
        return json.loads(given)

    @property
    def asked(self):
        """What a kernel was asked and has not answered, see browser.press."""
        return self.evaluate(ASKED)

    def wait_for_function(self, source, arg=None, timeout=60_000):
        browser.until(self, lambda: self.evaluate(source, arg), bool, timeout // 1000)

    def wait_for_timeout(self, milliseconds):
        time.sleep(milliseconds / 1000)

    def place(self, selector):
        """Where the middle of a part is once it is seen; selector is CSS, or CSS:text-is('words')."""
        css, text = re.fullmatch(r"(.*?)(?::text-is\('(.*)'\))?", selector).groups()
        return browser.until(self, lambda: self.evaluate(FIND, [css, text]), bool)

    def click(self, selector):
        self.drag(self.place(selector))

    def drag(self, start, *ways):
        """Press the mouse at start, go to each of ways, let go: {"x": ..., "y": ...} in the window."""
        move = {"type": "pointerMove", "duration": 0, "origin": "viewport"}
        doing = [move | start, {"type": "pointerDown", "button": 0}, *(move | way for way in ways),
                 {"type": "pointerUp", "button": 0}]  # fmt: skip
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self._act([mouse | {"actions": doing}])

    def press(self, keys):
        """A key, or several held together: Control+a."""
        held = [KEYS.get(key, key) for key in keys.split("+")]
        down = [{"type": "keyDown", "value": key} for key in held]
        up = [{"type": "keyUp", "value": key} for key in reversed(held)]
        self._act([{"type": "key", "id": "keys", "actions": down + up}])

    def type(self, text):
        for letter in text:
            self.press("Enter" if letter == "\n" else letter if letter != "+" else "\ue025")


# Firefox ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def firefox(size=LAPTOP):
    """The page of a Firefox of its own, without a window."""
    from websocket import WebSocketTimeoutException, create_connection

    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        command = [
            browser.firefox(),
            "--headless",
            "--remote-debugging-port=0",
            "--profile",
            profile,
        ]
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            spoken = Path(profile, "WebDriverBiDiServer.json")
            port = _waited(started, lambda: json.loads(spoken.read_text())["ws_port"])
            address = f"ws://127.0.0.1:{port}/session"
            socket = _waited(
                started, lambda: create_connection(address, timeout=90, suppress_origin=True)
            )
            tab = _Firefox(socket)
            tab.resize(size)
            yield tab
            with contextlib.suppress(WebSocketTimeoutException):
                tab._send("browser.close")
            socket.close()
        finally:
            started.terminate()
            started.wait(20)


class _Firefox(Tab):
    def __init__(self, socket):
        self._socket, self._numbers, self._said = socket, itertools.count(1), []
        about = self._send("session.new", capabilities={})["capabilities"]
        super().__init__(f"Firefox {about['browserVersion']}")
        # A page in front, as the first one never is; in that JupyterLab's status bar thinks that nobody is there.
        first, self._here = self.windows()[0], self._send("browsingContext.create", type="tab")["context"]  # fmt: skip
        self._send("browsingContext.close", context=first)
        self._send("session.subscribe", events=["log.entryAdded"])

    def _send(self, method, **params):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (got := json.loads(self._socket.recv())).get("id") != number:
            if got.get("method") == "log.entryAdded" and got["params"]["level"] == "error":
                self._said.append(got["params"]["text"])
        if got["type"] == "error":
            raise RuntimeError(f"{method}: {got['error']}: {got['message']}")
        return got["result"]

    @property
    def problems(self):
        """Errors in the console since the last page was opened."""
        self._send("session.status")  # what was said before comes first
        return [text for text in self._said if browser.SLOW not in text]

    def goto(self, address):
        self._said.clear()
        self._send("browsingContext.navigate", context=self._here, url=address, wait="complete")

    def _run(self, body, source, arg):
        code = "async () => {" + body.format(source=source, arg=arg) + "}"
        got = self._send("script.callFunction", functionDeclaration=code, awaitPromise=True,
                         target={"context": self._here})  # fmt: skip
        if got["type"] == "exception":
            raise RuntimeError(f"{got['exceptionDetails']['text']} in {source[:200]}")
        return got["result"]["value"]

    def _act(self, actions):
        self._send("input.performActions", context=self._here, actions=actions)

    def resize(self, size):
        self._send("browsingContext.setViewport", context=self._here, viewport=size)

    def windows(self):
        """All windows, for enter."""
        return [one["context"] for one in self._send("browsingContext.getTree")["contexts"]]

    def enter(self, window):
        self._here = window


# WebKitGTK, the engine of Safari -------------------------------------------------------------------


def webkit_parts():
    """The paths of WebKitGTK's driver, its browser and Xvfb; None for what is not here."""
    found = sorted(path for way in ("lib/*", "lib*", "libexec") for path in glob.glob(f"/usr/{way}/webkit*gtk-*/MiniBrowser"))  # fmt: skip
    return [shutil.which("WebKitWebDriver"), found[-1] if found else None, shutil.which("Xvfb")]


@contextlib.contextmanager
def webkit(size=LAPTOP):
    """The page of a WebKitGTK of its own, on a screen of its own."""
    driver, mini, xvfb = webkit_parts()
    with contextlib.ExitStack() as stack:

        def run(*command, **options):
            started = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
            )
            stack.callback(started.wait, 20)
            stack.callback(started.terminate)
            return started

        ear, mouth = os.pipe()
        run(xvfb, "-displayfd", str(mouth), "-screen", "0", "2000x1300x24", pass_fds=[mouth])
        os.close(mouth)
        with os.fdopen(ear) as said:
            display = f":{said.readline().strip()}"
        home = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="webkit-", ignore_cleanup_errors=True)
        )
        apart = {"DISPLAY": display, "GDK_BACKEND": "x11", "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home,
                 "NO_AT_BRIDGE": "1"}  # fmt: skip
        (port,) = browser.free_ports(1)
        started = run(driver, f"--port={port}", env=os.environ | apart)
        base = f"http://127.0.0.1:{port}"
        _waited(started, lambda: _http("GET", f"{base}/status"))
        tab = _WebKit(base, mini)
        stack.callback(tab.close)
        tab.resize(size)
        yield tab


def _http(method, address, **content):
    body = json.dumps(content).encode() if method == "POST" else None
    asked = urllib.request.Request(
        address, body, {"Content-Type": "application/json"}, method=method
    )
    try:
        with urllib.request.urlopen(asked, timeout=120) as answer:
            return json.loads(answer.read())["value"]
    except urllib.error.HTTPError as error:
        said = error.read().decode("utf-8", "replace")
        raise RuntimeError(f"{address}: {said[:1000]}") from None


# WebDriver of old tells of no console, so the page writes down itself what goes wrong, once it has begun.
LISTEN = """() => { if (window.problems) return;
  window.problems = [];
  window.addEventListener('error', e => window.problems.push(e.message));
  window.addEventListener('unhandledrejection', e => window.problems.push(String(e.reason)));
  const say = console.error;
  console.error = (...said) => { window.problems.push(said.join(' ')); say(...said); }; }"""


class _WebKit(Tab):
    def __init__(self, base, mini):
        options = {"binary": mini, "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": options}
        got = _http("POST", f"{base}/session", capabilities={"alwaysMatch": wanted})
        about = got["capabilities"]
        super().__init__(f"{about['browserName']} {about['browserVersion']}")
        self._base = f"{base}/session/{got['sessionId']}"
        self._send("timeouts", script=60_000)

    def _send(self, path, **content):
        return _http("POST", f"{self._base}/{path}", **content)

    @property
    def problems(self):
        """Errors of the page since it began to run."""
        return self.evaluate("window.problems")

    def goto(self, address):
        self._send("url", url=address)
        self.evaluate(LISTEN)
        self.wait_for_function("document.readyState === 'complete'")

    def _run(self, body, source, arg):
        code = (
            "const done = arguments[0]; (async () => {"
            + body.format(source=source, arg=arg)
            + "})()"
            ".then(got => done({got}), error => done({error: `${error}`}));"
        )
        got = self._send("execute/async", script=code, args=[])
        if "error" in got:
            raise RuntimeError(f"{got['error']} in {source[:200]}")
        return got["got"]

    def _act(self, actions):
        self._send("actions", actions=actions)

    def resize(self, size):
        """Give the window such a size that the page in it has this one."""
        for _ in range(3):
            now = self.evaluate("({width: innerWidth, height: innerHeight})")
            if now == size:
                return
            all_of_it = _http("GET", f"{self._base}/window/rect")
            self._send("window/rect", **{k: all_of_it[k] + size[k] - now[k] for k in size})
            time.sleep(0.5)

    def windows(self):
        return _http("GET", f"{self._base}/window/handles")

    def enter(self, window):
        self._send("window", handle=window)

    def close(self):
        _http("DELETE", self._base)


def _waited(started, look, seconds=60):
    """What look gives once it does not fail; the process that it waits for must live."""
    for _ in range(seconds * 10):
        with contextlib.suppress(OSError, ValueError):
            return look()
        if started.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{started.args[0]} did not start.")
