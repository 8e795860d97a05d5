"""How fast a slider's picture answers: Live, interact and plotly in Chromium, near and on a hub far away.

    python tools/bench_live.py
    python tools/bench_live.py --before FOLDER    an older checkout's Live is measured as well

Run by `make bench`, in an environment of its own that also has plotly. All show the IsoFLOP figure of
chapter 02 and answer the same arrow keys in the same JupyterLab; what counts are the ratios within
one run. A step back meets a picture that was shown before; a step there does not.
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent))
import browser
import slow_network

WARM, STEPS = 5, 12  # single steps that only warm up, and those that count
QUICK, GAP = 50, 0.046  # quick steps, and the seconds between them
NETWORKS = {  # seconds each way, bytes a second
    "this machine": (0, None),
    "150 ms each way": (0.15, None),
    "150 ms, 10 Mbit/s": (0.15, 10e6 / 8),
}
COMMON = """
import numpy as np, ipywidgets
from helpers import laws, live, units
from pictures import chinchilla
picture = chinchilla.IsoFlop(laws.CHINCHILLA_REFIT)
"""
LIVE = """
live.Live(picture, flops=live.log_slider("C", 1e18, 1e26, start=5.88e23),
          params=live.log_slider("N", 1e8, 1e12, start=7e10, say=units.short))
"""
# Its sliders begin on their own grid: moved there while the first picture is on its way, it may be lost.
INTERACT = """
import matplotlib.pyplot as plt
def show(flops, params):
    with live.applied():
        fig, ax = plt.subplots(figsize=(live.WIDTH, live.HEIGHT), layout="constrained")
        picture.backdrop(ax)
        print(picture.foreground(ax, flops=flops, params=params))
        plt.show()
_ = ipywidgets.interact(show,
    flops=ipywidgets.FloatLogSlider(10**23.75, min=18, max=26, step=0.05),
    params=ipywidgets.FloatLogSlider(10**10.85, min=8, max=12, step=0.05))
"""
PLOTLY = """
import plotly.graph_objects as go
fig = go.FigureWidget(layout=dict(width=768, height=422, showlegend=False, template="simple_white"))
fig.update_xaxes(type="log", range=[7, 13])
fig.update_yaxes(range=[1.8, 3.6])
for c in picture.budgets:
    fig.add_scatter(x=picture.sizes, y=picture.curve(c), line_color="lightgray")
fig.add_scatter(line_width=3)
fig.add_scatter(mode="markers", marker_size=11)
fig.add_scatter(mode="markers+text", marker_size=11)
said = ipywidgets.HTML()
def show(flops, params):
    n, d = picture.law.optimum(flops)
    loss = picture.law.loss(params, flops / 6 / params)
    with fig.batch_update():
        curve, best, mine = fig.data[-3:]
        curve.x, curve.y = picture.sizes, picture.curve(flops)
        best.x, best.y = [n], [picture.law.loss(n, d)]
        mine.x, mine.y, mine.text = [params], [loss], [f"{loss:.3f}"]
    said.value = f"At {flops:.3g} FLOP the best model has {n:.3g} parameters."
flops = ipywidgets.FloatLogSlider(5.88e23, min=18, max=26, step=0.05)
params = ipywidgets.FloatLogSlider(7e10, min=8, max=12, step=0.05)
flops.observe(lambda _: show(flops.value, params.value), "value")
show(flops.value, params.value)
ipywidgets.VBox([flops, params, fig, said])
"""
KINDS = {
    "Live": (LIVE, ".jp-OutputArea-output .moving svg[aria-label]", "outerHTML"),
    "plotly FigureWidget": (PLOTLY, ".jp-OutputArea-output .scatterlayer", "innerHTML"),
    "interact, inline": (INTERACT, ".jp-OutputArea-output .jp-RenderedImage img", "src"),
}
# From the key event to the first frame after the picture is another one (and decoded, for images), in
# window.steps; and each picture that a frame of the display has seen, in window.shown.
MEASURE = """([selector, property]) => {
  const look = () => { const e = document.querySelector(selector); return e && e[property]; };
  const key = {}, observer = new MutationObserver(async () => {
    const now = look();
    if (!key.waiting || !now || now === key.before) return;
    const element = document.querySelector(selector);
    if (element.decode) await element.decode().catch(() => 0); // never, where another came meanwhile
    if (!key.waiting) return;
    key.waiting = false;
    requestAnimationFrame(() => { const c = new MessageChannel();
      c.port1.onmessage = () => window.steps.push(performance.now() - key.start);
      c.port2.postMessage(0); });
  });
  observer.observe(document.body, {subtree: true, childList: true, attributes: true});
  document.addEventListener('keydown', () => {
    window.last = performance.now();
    if (!key.waiting) Object.assign(key, {start: window.last, before: look(), waiting: true});
  }, true);
  let before = look();
  const frame = () => {
    const now = look();
    if (now && now !== before) { window.shown.push(performance.now()); before = now; }
    requestAnimationFrame(frame);
  };
  frame();
}"""


def single(tab, key, count):
    """Milliseconds of each of some single steps, from the key to the changed picture."""
    tab.evaluate("() => { window.steps = []; window.shown = []; }")
    for step in range(count):
        tab.keyboard.press(key)
        tab.wait_for_function("step => window.steps.length > step", arg=step, timeout=20_000)
        tab.wait_for_timeout(120)
    return tab.evaluate("() => window.steps")


def quick(tab, key):
    """How many pictures fifty quick steps show, and milliseconds from the last key to the last of them."""
    tab.evaluate("() => { window.shown = []; }")
    begun = time.monotonic()
    for step in range(QUICK):
        tab.wait_for_timeout(max(0, 1000 * (begun + step * GAP - time.monotonic())))
        tab.keyboard.press(key)
    browser.settled(tab, lambda: tab.evaluate("() => window.shown.length"), quiet_ms=2500)
    return tab.evaluate("() => [window.shown.length, window.shown.at(-1) - window.last]")


def measure(tab, address, token, name, selector, prop):
    """What one figure does: single and quick steps, there and back, and what came from the server for the quick ones."""
    received = []
    tab.on("websocket", lambda s: s.on("framereceived", lambda part: received.append(len(part))))
    browser.open_notebook(tab, address, token, name)
    browser.run_all(tab)
    tab.wait_for_selector(selector, timeout=60_000)
    tab.wait_for_timeout(2000)
    tab.locator(".jp-OutputArea-output .noUi-handle").first.focus()
    tab.evaluate(MEASURE, [selector, prop])
    single(tab, "ArrowRight", WARM)
    there, back = single(tab, "ArrowRight", STEPS), single(tab, "ArrowLeft", STEPS)
    before = sum(received)
    fast = [quick(tab, "ArrowLeft"), quick(tab, "ArrowRight")]
    return there, back, *fast, sum(received) - before


def spread(times):
    """The median and the 95th percentile of times in ms."""
    return f"{statistics.median(times):5.0f} /{sorted(times)[int(len(times) * 0.95)]:5.0f}"


def main(argv=None):
    """Print a table for each network: a line for each kind, with its ratio to Live."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--before", help="an older checkout of the course")
    parser.add_argument(
        "--rounds", type=int, default=3, help="on this machine; one where it is far"
    )
    typed = parser.parse_args(argv)
    kinds = dict(KINDS)
    if typed.before:
        path = f"import sys\nsys.path[:0] = [{typed.before!r}, {typed.before + '/notebooks'!r}]\n"
        kinds["Live, before"] = (LIVE, ".jp-OutputArea-output svg[role=img]", "outerHTML")
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (kind, (code, *_)) in enumerate(kinds.items()):
            book = nbformat.v4.new_notebook()
            book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
            common = path + COMMON if kind == "Live, before" else COMMON
            book.cells = [nbformat.v4.new_code_cell(part.strip()) for part in (common, code)]
            names[kind] = f"bench{number}.ipynb"
            nbformat.write(book, Path(folder) / names[kind])
        with browser.jupyter_lab(folder) as (address, token), browser.page() as tab:
            port = int(address.split(":")[2].split("/")[0])
            for title, (delay, rate) in NETWORKS.items():
                with contextlib.ExitStack() as stack:
                    far = address
                    if delay:
                        network = stack.enter_context(slow_network.between(port, delay, rate))
                        far = address.replace(str(port), str(network.port))
                    seen = {kind: [] for kind in kinds}
                    for _ in range(1 if delay else typed.rounds):
                        for kind, (_, selector, prop) in kinds.items():
                            seen[kind].append(measure(tab, far, token, names[kind], selector, prop))
                            browser.shut_down(address, token)
                    print_table(title, seen)


def print_table(title, seen):
    """Print what the kinds did on one network."""
    print(
        f"\n{title:22}  step there, ms  step back, ms   pictures in {QUICK} quick steps, last after"
    )
    print(f"{'':22}  median / p95    median / p95        there           back   received")
    live = statistics.median([ms for there, *_ in seen["Live"] for ms in there])
    for kind, rounds in seen.items():
        there = [ms for first, *_ in rounds for ms in first]
        back = [ms for _, second, *_ in rounds for ms in second]
        fast = [
            "{:4.0f} {:6.0f} ms".format(*map(statistics.median, zip(*way)))
            for way in zip(*((one, two) for _, _, one, two, _ in rounds))
        ]
        taken = statistics.median([count for *_, count in rounds]) / 1000
        ratio = statistics.median(there) / live
        print(f"{kind:22}  {spread(there)}    {spread(back)}  {'  '.join(fast)}  {taken:6.0f} kB {ratio:6.1f} x Live")  # fmt: skip


if __name__ == "__main__":
    main()
