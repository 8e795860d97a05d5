"""The slow network of the browser tests: delay, rate and order of what it carries, and how it ends."""

import contextlib
import socket
import socketserver
import threading
import time

import pytest
import slow_network

DELAY = 0.1
CHIRP, NOISE = b"x" * 1000, bytes(range(256)) * 1024


class _Echo(socketserver.BaseRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError):
            while heard := self.request.recv(2**16):
                self.request.sendall(heard)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 100


@pytest.fixture(scope="module")
def echo():
    """The port of a server that says everything again."""
    with _Server(("127.0.0.1", 0), _Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def call(network):
    return socket.create_connection(("127.0.0.1", network.port), timeout=20)


def answer(line, count):
    """So many bytes from a line, and when the first of them came."""
    heard = line.recv(2**16)
    first = time.monotonic()
    while len(heard) < count and (more := line.recv(2**16)):
        heard += more
    return heard, first


def ended(line):
    """Whether the other side has ended the line, and said nothing more."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_what_is_said_comes_back_after_the_delay_of_both_ways(echo):
    with slow_network.between(echo, DELAY) as network, call(network) as line:
        for _ in range(3):  # not only the first time
            begun = time.monotonic()
            line.sendall(CHIRP)
            heard, first = answer(line, len(CHIRP))
            assert heard == CHIRP
            assert 2 * DELAY <= first - begun < 10 * DELAY
        assert network.there.carried == network.back.carried == 3 * len(CHIRP)


def test_what_follows_at_once_is_delayed_and_not_slowed_down(echo):
    with slow_network.between(echo, DELAY) as network, call(network) as line:
        begun = time.monotonic()
        for _ in range(20):
            line.sendall(CHIRP)
            time.sleep(0.02)
        heard, first = answer(line, 20 * len(CHIRP))
        assert heard == 20 * CHIRP
        assert first <= time.monotonic() < begun + 20 * DELAY, "the delays do not add up"


@pytest.mark.parametrize("lines", [1, 4])
def test_all_lines_together_send_at_the_rate_and_keep_their_order(echo, lines):
    rate = 2 * len(NOISE)
    with slow_network.between(echo, 0, rate) as network, contextlib.ExitStack() as stack:
        calls = [stack.enter_context(call(network)) for _ in range(lines)]
        begun, share = time.monotonic(), NOISE[: len(NOISE) // lines]
        for number, line in enumerate(calls):
            line.sendall(bytes([number]) + share)
        for number, line in enumerate(calls):
            assert answer(line, 1 + len(share))[0] == bytes([number]) + share
        assert time.monotonic() - begun >= lines * len(share) / rate


def test_many_lines_do_not_wait_for_each_other(echo):
    with slow_network.between(echo, DELAY) as network, contextlib.ExitStack() as stack:
        calls = [stack.enter_context(call(network)) for _ in range(50)]
        begun = time.monotonic()
        for number, line in enumerate(calls):
            line.sendall(b"line %d" % number)
        for number, line in enumerate(calls):
            assert answer(line, len(b"line %d" % number))[0] == b"line %d" % number
        assert time.monotonic() - begun < 50 * 2 * DELAY / 4


def test_the_end_of_one_side_arrives_after_all_it_said(echo):
    with slow_network.between(echo, DELAY) as network, call(network) as line:
        line.sendall(NOISE)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while more := line.recv(2**16):
            heard += more
        assert heard == NOISE


def test_what_is_held_comes_once_it_goes_on(echo):
    with slow_network.between(echo, 0) as network, call(network) as line:
        network.hold()
        line.sendall(CHIRP)
        line.settimeout(0.5)
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.settimeout(20)
        network.go_on()
        assert answer(line, len(CHIRP))[0] == CHIRP


def test_a_cut_ends_every_line_and_takes_no_more_even_of_what_is_held(echo):
    with slow_network.between(echo, DELAY) as network, call(network) as one, call(network) as two:
        one.sendall(CHIRP)
        assert answer(one, len(CHIRP))[0] == CHIRP
        network.hold()
        two.sendall(CHIRP)
        network.cut()
        assert ended(one) and ended(two)
        with pytest.raises(OSError):
            call(network)


def test_where_nobody_listens_a_line_just_ends():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    with slow_network.between(nobody) as network, call(network) as line:
        assert ended(line)


def test_the_end_leaves_no_thread_and_no_port(echo):
    with slow_network.between(echo, DELAY) as network, call(network) as line:
        line.sendall(CHIRP)
        assert "slow network" in {thread.name for thread in threading.enumerate()}
    assert "slow network" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(OSError):
        call(network)
