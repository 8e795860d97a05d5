"""A slow network between a browser and a server on this machine, for the browser tests and the benchmarks.

    with slow_network.between(8888, delay=0.15, rate=1.25e6) as network:
        ...  # http://127.0.0.1:{network.port} is the server of port 8888, far away

It carries bytes, so that pages and websockets are alike to it.
"""

import asyncio
import contextlib
import threading

HERE = "127.0.0.1"
CHUNK = 2**14  # bytes; one connection after the other sends so many


class Line:
    """One way of the network, which all connections share: what was carried, and when it is free again."""

    def __init__(self, rate):
        self.rate, self.free, self.carried = rate, 0.0, 0

    async def send(self, count):
        """Wait until so many bytes are on their way."""
        now = asyncio.get_running_loop().time()
        if self.rate:
            self.free = max(self.free, now) + count / self.rate
            await asyncio.sleep(self.free - now)
        self.carried += count


class Network:
    """What lies between a browser, which asks `port`, and the server."""

    def __init__(self, server, delay, rate):
        self.server, self.delay = server, delay
        self.there, self.back = Line(rate), Line(rate)
        self._loop = asyncio.new_event_loop()
        self._meetings, self._ends = set(), set()

    async def open(self):
        """Listen, at a port that is free."""
        self._passing = asyncio.Event()
        self._passing.set()
        self._door = await asyncio.start_server(self._meet, HERE, 0)
        self.port = self._door.sockets[0].getsockname()[1]

    async def close(self):
        """Cut every connection, and take no more."""
        await asyncio.sleep(0.01)  # whoever is on the threshold comes in first
        self._door.close()
        for meeting in self._meetings:
            meeting.cancel()
        await asyncio.gather(*self._meetings, return_exceptions=True)
        for end in self._ends:
            end.transport.abort()
        await asyncio.sleep(0.01)

    def do(self, work):
        """Let the network's own thread do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def hold(self):
        """Keep everything that is on its way, and all that follows."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def go_on(self):
        """Deliver what was held."""
        self._loop.call_soon_threadsafe(self._passing.set)

    def cut(self):
        """Break every connection, for good."""
        self.do(self.close())

    def _meet(self, asked, answer):
        self._ends.add(answer)
        self._meetings.add(meeting := self._loop.create_task(self._carry_both(asked, answer)))
        meeting.add_done_callback(self._meetings.discard)

    async def _carry_both(self, asked, answer):
        """Carry one connection until both sides have nothing more to say, or one is gone."""
        ways, ends = [], [answer]
        try:
            heard, ask = await asyncio.open_connection(HERE, self.server)
            ends.append(ask)
            self._ends.add(ask)
            for carried in ((asked, ask, self.there), (heard, answer, self.back)):
                ways.append(asyncio.create_task(self._carry(*carried)))
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        except OSError:
            pass  # nobody listens there: the browser's side ends
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        for end in ends:
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()
        self._ends.difference_update(ends)

    async def _carry(self, source, target, line):
        """Bring what one side says to the other, in its order and each chunk after the delay."""
        under_way = asyncio.Queue()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._arrive(under_way, target))
            chunk = b"."
            while chunk:
                chunk = await source.read(CHUNK)
                await line.send(len(chunk))
                under_way.put_nowait((self._loop.time() + self.delay, chunk))

    async def _arrive(self, under_way, target):
        """Hand over each chunk when it is due; an empty one says that nothing follows."""
        chunk = b"."
        while chunk:
            due, chunk = await under_way.get()
            await asyncio.sleep(due - self._loop.time())
            await self._passing.wait()
            target.write(chunk) if chunk else target.write_eof()
            await target.drain()

    def run(self):
        """Work, in a thread of its own, until stop."""
        self._loop.run_forever()
        self._loop.close()

    def stop(self):
        """End the work."""
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextlib.contextmanager
def between(server, delay=0.15, rate=None):
    """A Network to the server at a port: so many seconds each way, at most `rate` bytes a second each way."""
    network = Network(server, delay, rate)
    thread = threading.Thread(target=network.run, name="slow network", daemon=True)
    thread.start()
    network.do(network.open())
    try:
        yield network
    finally:
        network.cut()
        network.stop()
        thread.join(30)
