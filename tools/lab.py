"""Open the course in JupyterLab, at the chapter where the reader was: what `make lab` does.

What follows the name of this file goes to JupyterLab as it is, and comes after what is said here.
"""

import contextlib
import datetime
import getpass
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

import jupyter_core.paths

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]  # the course, where nobody installed it
SERVER = ROOT / "tools" / "server"  # what its server gets beside the settings of the reader
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def asked_ip(given):
    """The address that JupyterLab is told to listen on by some arguments, None where by none.

    >>> asked_ip(["--no-browser", "--ip=0.0.0.0"])
    '0.0.0.0'
    """
    pairs = [arg.partition("=") for arg in given]
    named = {"--ip", "--ServerApp.ip"}
    ips = [
        value if sign else following
        for (name, sign, value), following in zip(pairs, [*given[1:], None])
        if name in named
    ]
    return ips[-1] if ips else None


def has_browser(environment, system=sys.platform):
    """Whether a browser that opens here is seen by the one who sits at the terminal.

    >>> has_browser({"DISPLAY": ":0"}), has_browser({"DISPLAY": ":0", "SSH_CONNECTION": "..."})
    (True, False)
    """
    if "SSH_CONNECTION" in environment:
        return False
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    return not system.startswith("linux") or any(environment.get(name) for name in screens)


def arguments(given, chapter, environment, root):
    """The arguments for JupyterLab, and the sentences that say why some were added."""
    added, said = [f"--LabApp.default_url=/lab/tree/work/{chapter}"], []
    if not has_browser(environment):
        added.append("--no-browser")
    ip = asked_ip(given)
    if root and not any(
        arg.startswith(("--allow-root", "--ServerApp.allow_root")) for arg in given
    ):
        if ip is None or ip in LOOPBACK:
            added += ["--allow-root", "--ip=localhost"]
            said.append(
                "You are root, so JupyterLab gets --allow-root. That is fine here: it listens on this "
                "machine's own loopback address only, and asks for the token that stands in the address."
            )
        else:
            said.append(
                f"You are root and JupyterLab is to listen on {ip}: who reaches this machine and has "
                "the token can do everything on it. If that is what you want, in a container of your "
                "own for instance, add --allow-root to LAB_ARGS."
            )
    elif ip not in (None, *LOOPBACK):
        said.append(
            f"JupyterLab is to listen on {ip}: who reaches this machine and has the token that stands "
            "in the address can run code here as you."
        )
    return [*added, *given], said


def address(server, chapter):
    """Where a running server, as it describes itself, shows a chapter."""
    token = f"?token={server['token']}" if server.get("token") else ""
    return f"{server['url']}lab/tree/work/{chapter}{token}"


def tunnel(port, environment, user, host):
    """The line that brings a port of this machine to the reader's own.

    >>> tunnel(8889, {"SSH_CONNECTION": "10.0.0.9 50022 10.0.0.5 22"}, "ada", "box")
    'ssh -N -L 8889:localhost:8889 ada@10.0.0.5'
    """
    came = environment.get("SSH_CONNECTION", "").split()
    reached, its_port = came[2:] if len(came) == 4 else (host, "22")
    door = "" if its_port == "22" else f"-p {its_port} "
    return f"ssh -N -L {port}:localhost:{port} {door}{user}@{reached}"


def ready(server, chapter, environment, user, host):
    """What to say once a server runs.

    Where no browser opens it names the address, and for another machine the line for a tunnel to it.
    """
    lines = ["", "The course is open at", f"    {address(server, chapter)}"]
    if not has_browser(environment):
        lines += [
            "If you sit at another computer, first type this there, and leave it running:",
            f"    {tunnel(server['port'], environment, user, host)}",
        ]
    return "\n".join([*lines, "Ctrl-C in this window, then y, ends it.", ""])


def described(process):
    """What the server of a process says of itself once it listens, None where it has ended before."""
    file = Path(jupyter_core.paths.jupyter_runtime_dir(), f"jpserver-{process.pid}.json")
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            server = json.loads(file.read_text("utf-8"))
            if listens(server) or time.time() - file.stat().st_mtime > 10:
                return server
        time.sleep(0.1)
    return None


def listens(server):
    """Whether a server takes calls by now: it writes its file a moment before."""
    host = server["hostname"]
    everywhere = host in ("", "*", "0.0.0.0", "::")
    with contextlib.suppress(OSError):
        socket.create_connection(("localhost" if everywhere else host, server["port"]), 5).close()
        return True
    return False


def last_chapter(place, work):
    """The chapter in work/ where something was done last; the start page where that is none of them.

    >>> last_chapter(None, ROOT / "work")
    '00_start_here.ipynb'
    """
    name = PurePosixPath(place[1]).name if place else ""
    return name if name and (work / name).is_file() else "00_start_here.ipynb"


def waiting(count):
    """What to say of so many questions that are due to be asked again.

    >>> waiting(4)
    '4 questions are due again: run 00_start_here.ipynb for a warm-up of three minutes.'
    """
    due = f"{count} questions are" if count > 1 else "A question is"
    return (
        f"{due} due again: run 00_start_here.ipynb for a warm-up of three minutes." if count else ""
    )


def main(given):
    """Lay the working copy, start JupyterLab, say where it is, and wait for its end."""
    # who asks wants no working copy yet
    if {"-h", "--help", "--help-all", "--version"} & set(given):
        print(__doc__, flush=True)
        return subprocess.call([sys.executable, "-m", "jupyterlab", *given])
    import work_copy

    from helpers import progress

    work = ROOT / "work"
    news = work_copy.refresh(ROOT / "notebooks", work)
    os.chdir(work)  # the progress of the chapters that lie there
    state, trouble = progress.read()
    today = datetime.date.today()
    chapter = last_chapter(progress.place(state), work)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    told, said = arguments(given, chapter, os.environ, is_root)
    for line in [*news, *filter(None, [trouble, waiting(len(progress.due(state, today)))]), *said]:
        print(line, flush=True)
    environment = dict(os.environ)
    for name in ("JUPYTER_CONFIG_PATH", "PYTHONPATH"):  # the settings, and the server's own part
        before = filter(None, [environment.get(name)])
        environment[name] = os.pathsep.join([str(SERVER), *before])
    environment.setdefault("PYTHONSTARTUP", str(ROOT / "tools" / "startup.py"))
    command = [sys.executable, "-m", "jupyterlab", *told]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for JupyterLab, which asks first
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    if server := described(process):
        print(
            ready(server, chapter, os.environ, getpass.getuser(), socket.gethostname()), flush=True
        )
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
