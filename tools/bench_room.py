"""A room full of students: many kernels of one server run chapter 02, and everybody moves a slider.

    python tools/bench_room.py               20 students, 50 moves each
    python tools/bench_room.py --students 5
    python tools/bench_room.py --memory      one student in each chapter: what a kernel takes,
                                             exit status 1 above 160 MiB

A real Jupyter server on this machine, spoken to as a browser does: REST for the kernels, WebSockets for
the cells and the widgets' messages. Linux only (memory is read from /proc).
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import statistics
import struct
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

import browser
from tornado.websocket import websocket_connect

from helpers import data

NOTEBOOKS = data.FOLDER.parent / "notebooks"
MEMORY = 24 * 2**30
MOST = 160  # MiB of a kernel


def message(kind, content, session):
    """A message to a kernel, as text."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "student", "session": session,
              "version": "5.3", "date": ""}  # fmt: skip
    return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content,
                       "channel": "shell", "buffers": []})  # fmt: skip


def _without_buffers(frame):
    """The JSON of a message that has buffers: it says first how many parts it has, and where they begin."""
    _, begin, end = struct.unpack("!3I", frame[:12])
    return frame[begin:end]


def cells(name):
    """The code cells of a chapter."""
    book = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]


class Student:
    """One kernel: its socket, the sliders it has shown, and how long things took."""

    def __init__(self, base, token):
        self.base, self.token, self.session = base, token, uuid.uuid4().hex
        self.controls, self.pictures = (
            {},
            [],
        )  # [place, number of steps] by name; (name, its controls)
        self.moves, self.failures, self.run_all = [], 0, None

    def ask(self, path, method="GET"):
        """One REST request to the server."""
        asked = urllib.request.Request(f"http://{self.base}{path}?token={self.token}", method=method,
                                       data=b"{}" if method == "POST" else None)  # fmt: skip
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.loads(answer.read() or b"{}")

    async def sit_down(self):
        """Start a kernel and connect to it."""
        loop = asyncio.get_running_loop()
        self.kernel = (await loop.run_in_executor(None, self.ask, "/api/kernels", "POST"))["id"]
        address = f"ws://{self.base}/api/kernels/{self.kernel}/channels?token={self.token}&session_id={self.session}"
        self.socket = await websocket_connect(address, max_message_size=2**27)

    async def until(self, wanted, seconds=300):
        """Read messages until one is wanted; it, or None when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                text = await asyncio.wait_for(self.socket.read_message(), end - time.monotonic())
            except TimeoutError:
                break
            said = json.loads(text if isinstance(text, str) else _without_buffers(text))
            kind, content = said["msg_type"], said["content"]
            if kind == "comm_open":
                state = content["data"].get("state", {})
                if "_options_labels" in state:
                    self.controls[content["comm_id"]] = (
                        state["index"],
                        len(state["_options_labels"]),
                    )
                if "parts" in state:  # of helpers/live.py
                    parts = [part.removeprefix("anywidget:") for part in state["parts"]]
                    self.pictures.append((content["comm_id"], parts[2:]))
            self.failures += kind == "error"
            if wanted(kind, content, said["parent_header"].get("msg_id")):
                return said
        self.failures += 1
        return None

    async def run(self, sources):
        """Run all cells; the seconds it took."""
        begun = time.monotonic()
        for source in sources:
            text = message("execute_request", {"code": source, "silent": False, "store_history": True,
                           "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}, self.session)  # fmt: skip
            name = json.loads(text)["header"]["msg_id"]
            await self.socket.write_message(text)
            await self.until(
                lambda kind, _, parent, name=name: kind == "execute_reply" and parent == name
            )
        self.run_all = time.monotonic() - begun

    async def move(self, count):
        """Ask for a frame of the first figure so many times, as helpers/live.js does, each when the last has come."""
        for k in range(count):
            comm, controls = self.pictures[0]
            (_, steps), *others = (self.controls[name] for name in controls)
            key = ",".join(map(str, [(k * 7 + 3) % steps, *(place for place, _ in others)]))
            begun = time.monotonic()
            change = {"method": "custom", "content": {"draw": [key], "ms": 0}}
            text = message("comm_msg", {"comm_id": comm, "data": change}, self.session)
            name = json.loads(text)["header"]["msg_id"]
            await self.socket.write_message(text)
            came = await self.until(
                lambda kind, content, parent, name=name: parent == name and kind == "comm_msg"
                and content["data"].get("method") == "custom", 30)  # fmt: skip
            if came:
                self.moves.append(1000 * (time.monotonic() - begun))
            await asyncio.sleep(0.2)  # a hand is not faster


def _parent(place):
    return (place / "stat").read_text().rsplit(")", 1)[1].split()[1]


def _pss(place):
    lines = (place / "smaps_rollup").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def memory():
    """Bytes of the server below this process, and of each of its kernels, what they share in part (Pss)."""
    server, kernels, own = 0, [], str(os.getpid())
    for place in Path("/proc").glob("[0-9]*"):
        try:
            above, started = _parent(place), (place / "cmdline").read_bytes()
            if above == own and b"jupyterlab" in started:
                server = _pss(place)
            elif b"ipykernel" in started and _parent(Path("/proc") / above) == own:
                kernels.append(_pss(place))
        except (OSError, StopIteration):
            continue
    return server, kernels


async def room(base, token, students, moves, name):
    """Everybody sits down, opens and runs the chapter, and moves a slider; the students and the memory."""
    class_ = [Student(base, token) for _ in range(students)]
    for student in class_:
        student.ask(f"/api/contents/{name}.ipynb")
    await asyncio.gather(*(student.sit_down() for student in class_))
    sources = cells(name)
    await asyncio.gather(*(student.run(sources) for student in class_))
    await asyncio.gather(*(student.move(moves) for student in class_))
    taken = memory()
    for student in class_:
        student.socket.close()
        student.ask(f"/api/kernels/{student.kernel}", "DELETE")
    return class_, *taken


@contextlib.contextmanager
def server():
    """A server with the chapters in its folder; its address without http, and its token."""
    with tempfile.TemporaryDirectory() as folder:
        for path in NOTEBOOKS.glob("*.ipynb"):
            shutil.copy(path, folder)
        with browser.jupyter_lab(folder) as (address, token):
            yield address.removeprefix("http://").removesuffix("/lab/tree"), token


def by_chapter(base, token):
    """Print what a kernel takes after Run All of each chapter; 1 where a cell failed, or it is too much."""
    failures = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        (student,), _, (taken,) = asyncio.run(room(base, token, 1, 0, path.stem))
        failures += student.failures + (taken > MOST * 2**20)
        print(f"{path.stem:28}{taken / 2**20:5.0f} MiB   Run All {student.run_all:4.0f} s")
    print(f"{'target':28}{MOST:5} MiB at most")
    return 1 if failures else 0


def main(argv=None):
    """Print the table; the exit status is 1 where something failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--moves", type=int, default=50)
    parser.add_argument("--chapter", default="02_chinchilla")
    parser.add_argument("--memory", action="store_true", help="what a kernel takes, by chapter")
    typed = parser.parse_args(argv)
    with server() as (base, token):
        if typed.memory:
            return by_chapter(base, token)
        people, _, kernels = asyncio.run(
            room(base, token, typed.students, typed.moves, typed.chapter)
        )
    with server() as (base, token):  # as JupyterHub gives to each student
        (alone,), own, (kernel,) = asyncio.run(room(base, token, 1, typed.moves, typed.chapter))
    took = sorted(ms for student in people for ms in student.moves)
    failures = sum(student.failures for student in [*people, alone])
    each = statistics.median(kernels)
    print(f"students                    {len(people)}")
    print(f"Run All, slowest            {max(student.run_all for student in people):.0f} s")
    print(
        f"redraw, p50 and p95         {took[len(took) // 2]:.0f} ms, {took[int(0.95 * len(took))]:.0f} ms"
    )
    print(f"redraws                     {len(took)} of {len(people) * typed.moves}")
    print(f"failures                    {failures}")
    print(
        f"memory of a kernel          {each / 2**20:.0f} MiB (largest {max(kernels) / 2**20:.0f})"
    )
    print(f"memory of a server for one  {own / 2**20:.0f} MiB")
    print(f"students that 24 GiB hold   {int(0.9 * MEMORY / each)} (a tenth left for the rest)")
    print(f"  with a server each        {int(0.9 * MEMORY / (own + kernel))}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
