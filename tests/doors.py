"""The programs of `make doors`, run as somebody else would: in an environment and a home of their own."""

import contextlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
import uuid

import browser
import websocket  # comes with JupyterLab

from helpers import data

ROOT = data.FOLDER.parent
BIN = ROOT / ".venv-doors" / "bin"
NEEDED = "papermill, Voila, JupyterHub, JupyterLite and others are not here: make doors brings them"
# What would lead them to this environment, or to the answers of who runs the tests.
OURS = ("PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "SCALING_PROGRESS", "XDG_DATA_HOME", "JPY_SESSION_NAME")  # fmt: skip


def missing():
    """Whether `make doors` was not run to its end."""
    return not (BIN.parent / "done").exists()


def environment(home):
    """The environment of a program with this folder as its home, without settings of anybody."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("JUPYTER")
    }
    return kept | {"PATH": f"{BIN}{os.pathsep}{kept['PATH']}", "HOME": str(home)}


def run(program, *words, home):
    """Run a program to its end, in its home; what it says."""
    done = subprocess.run(
        [BIN / program, *words], cwd=home, env=environment(home), capture_output=True, text=True
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-4000:]
    return said


@contextlib.contextmanager
def serving(program, *words, home, ready, refused=False):
    """A server while it is needed; ready is an address that answers once it serves, maybe that it has no such page."""
    log = home / f"{program}.log"
    with open(log, "w", encoding="utf-8") as file:
        server = subprocess.Popen(
            [BIN / program, *words], cwd=home, env=environment(home), stdout=file, stderr=file
        )
    try:
        for _ in range(900):
            try:
                urllib.request.urlopen(ready, timeout=5).close()
                break
            except OSError as error:
                if refused and getattr(error, "code", None) in (403, 404):
                    break
            assert server.poll() is None, f"it did not start: {log.read_text('utf-8')[-3000:]}"
            time.sleep(0.1)
        else:
            raise AssertionError(f"it does not serve: {log.read_text('utf-8')[-3000:]}")
        yield server
    finally:
        server.terminate()
        server.wait(30)


HUB = """c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {inner}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {home!r} + "/{{username}}"
c.Spawner.args = ["--allow-root"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 120
c.JupyterHub.services = [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "tokens"]}}]
"""


class Hub:
    """A JupyterHub: its address, and a token that may make users."""

    def __init__(self, port):
        self.base, self.token = f"http://127.0.0.1:{port}", uuid.uuid4().hex

    def ask(self, method, path, token=None, body=None):
        """What it answers, read as JSON; the status where it refuses."""
        asked = urllib.request.Request(
            self.base + path, method=method, headers={"Authorization": f"token {token or self.token}"},
            data=None if body is None else json.dumps(body).encode(),
        )  # fmt: skip
        try:
            with urllib.request.urlopen(asked, timeout=180) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code


@contextlib.contextmanager
def hub(folder):
    """A JupyterHub with the simple spawner: a user's home is a folder of the user's name in this one."""
    port, inner, proxy = browser.free_ports(3)
    made = Hub(port)
    config = HUB.format(port=port, inner=inner, proxy=proxy, home=str(folder), token=made.token)
    (folder / "jupyterhub_config.py").write_text(config, encoding="utf-8")
    with serving("jupyterhub", home=folder, ready=f"{made.base}/hub/api/"):
        try:
            yield made
        finally:
            for user in made.ask("GET", "/hub/api/users"):
                made.ask("DELETE", f"/hub/api/users/{user['name']}/server")


class User:
    """A user of a hub, with a server of the user's own and one kernel that is spoken with."""

    def __init__(self, hub, name):
        self.hub, self.name, self._socket, self._asked, self._heard = hub, name, None, [], []
        hub.ask("POST", f"/hub/api/users/{name}")
        self._token = hub.ask("POST", f"/hub/api/users/{name}/tokens", body={})["token"]
        hub.ask("POST", f"/hub/api/users/{name}/server")
        for _ in range(600):
            if hub.ask("GET", f"/hub/api/users/{name}")["servers"].get("", {}).get("ready"):
                return
            time.sleep(0.1)
        raise AssertionError(f"the server of {name} did not start")

    def ask(self, method, path, body=None, of=None):
        """What a user's server answers, by default the own one's."""
        return self.hub.ask(method, f"/user/{(of or self).name}{path}", self._token, body)

    def open(self, book, name):
        """Put a notebook into the user's home, and start a kernel for it as a page does, in place of an older one."""
        self.close()
        for session in self.ask("GET", "/api/sessions"):
            self.ask("DELETE", f"/api/sessions/{session['id']}")
        self.ask("PUT", f"/api/contents/{name}", {"type": "notebook", "content": book})
        about = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        kernel = self.ask("POST", "/api/sessions", about)["kernel"]["id"]
        address = f"{self.hub.base}/user/{self.name}/api/kernels/{kernel}/channels"
        self._socket = websocket.create_connection(
            address.replace("http", "ws", 1), timeout=180, header={"Authorization": f"token {self._token}"}
        )  # fmt: skip

    def close(self):
        """Speak with the kernel no more."""
        if self._socket:
            self._socket.close()

    def send(self, sources):
        """Ask the kernel to run these cells, and do not wait."""
        self._asked, self._heard = [uuid.uuid4().hex for _ in sources], []
        for name, source in zip(self._asked, sources):
            header = {"msg_id": name, "msg_type": "execute_request", "session": self.name,
                      "username": self.name, "version": "5.3"}  # fmt: skip
            content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
            self._socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {},
                                          "channel": "shell", "content": content}))  # fmt: skip

    def answers(self):
        """Wait for those cells: ok or error for each, in their order."""
        replies, idle = {}, set()
        while set(self._asked) - (replies.keys() & idle):
            if not isinstance(message := self._socket.recv(), str):
                continue  # a picture of a figure
            message = json.loads(message)
            self._heard.append(message)
            of, what = message["parent_header"].get("msg_id"), message["content"]
            if message["msg_type"] == "execute_reply":
                replies[of] = what["status"]
            elif what.get("execution_state") == "idle":
                idle.add(of)
        return [replies[name] for name in self._asked]

    def said(self):
        """What those cells printed, and their errors."""
        heard = ((message["msg_type"], message["content"]) for message in self._heard)
        return "".join(what["text"] if kind == "stream" else "\n".join(what["traceback"])
                       for kind, what in heard if kind in ("stream", "error"))  # fmt: skip
