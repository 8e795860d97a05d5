"""How long a slider step takes until the picture has changed: Live, interact and plotly in Chromium.

Run by `make bench`, in an environment of its own that also has plotly and anywidget. All three show
the IsoFLOP figure of chapter 02 and answer the same arrow keys in the same JupyterLab; what counts
are the ratios within one run.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent))
import browser

ROUNDS, STEPS = 3, 20
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
INTERACT = """
import matplotlib.pyplot as plt
from helpers import style
def show(flops, params):
    with style.applied():
        fig, ax = plt.subplots(figsize=(live.WIDTH, live.HEIGHT), layout="constrained")
        picture.backdrop(ax)
        print(picture.foreground(ax, flops=flops, params=params))
        plt.show()
_ = ipywidgets.interact(show,
    flops=ipywidgets.FloatLogSlider(5.88e23, min=18, max=26, step=0.05),
    params=ipywidgets.FloatLogSlider(7e10, min=8, max=12, step=0.05))
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
    "Live": (LIVE, ".jp-OutputArea-output svg[role=img]", "outerHTML"),
    "plotly FigureWidget": (PLOTLY, ".jp-OutputArea-output .scatterlayer", "innerHTML"),
    "interact, inline": (INTERACT, ".jp-OutputArea-output .jp-RenderedImage img", "src"),
}
# From the key event to the first frame after the picture is another one (and decoded, for images).
MEASURE = """([selector, property]) => {
  const look = () => { const e = document.querySelector(selector); return e && e[property]; };
  window.steps = [];
  document.addEventListener('keydown', () => {
    const start = performance.now(), before = look();
    const check = async () => {
      const now = look();
      if (!now || now === before) return;
      observer.disconnect();
      const element = document.querySelector(selector);
      if (element.decode) await element.decode();
      requestAnimationFrame(() => { const c = new MessageChannel();
        c.port1.onmessage = () => window.steps.push(performance.now() - start);
        c.port2.postMessage(0); });
    };
    const observer = new MutationObserver(check);
    observer.observe(document.body, {subtree: true, childList: true, attributes: true});
  }, true);
}"""


def measure(tab, address, token, name, selector, prop):
    """Milliseconds of each step of one figure."""
    browser.open_notebook(tab, address, token, name)
    browser.run_all(tab)
    tab.wait_for_selector(selector, timeout=60_000)
    tab.wait_for_timeout(2000)
    tab.locator(".jp-OutputArea-output .noUi-handle").first.focus()
    tab.evaluate(MEASURE, [selector, prop])
    for step in range(STEPS + 5):
        tab.keyboard.press("ArrowLeft")
        tab.wait_for_function(f"() => window.steps.length > {step}", timeout=20_000)
        tab.wait_for_timeout(120)
    return tab.evaluate("() => window.steps")[5:]  # the first ones warm up


def main():
    """Print a line for each kind, with its ratio to Live; the kinds take turns, three times."""
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (kind, (code, *_)) in enumerate(KINDS.items()):
            book = nbformat.v4.new_notebook()
            book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
            book.cells = [nbformat.v4.new_code_cell(part.strip()) for part in (COMMON, code)]
            names[kind] = f"bench{number}.ipynb"
            nbformat.write(book, Path(folder) / names[kind])
        times = {kind: [] for kind in KINDS}
        with browser.jupyter_lab(folder) as (address, token), browser.page() as tab:
            for _ in range(ROUNDS):
                for kind, (_, selector, prop) in KINDS.items():
                    times[kind] += measure(tab, address, token, names[kind], selector, prop)
        medians = {kind: statistics.median(values) for kind, values in times.items()}
        for kind, values in times.items():
            p95 = sorted(values)[int(len(values) * 0.95)]
            ratio = medians[kind] / medians["Live"]
            print(f"{kind:22}{medians[kind]:8.0f} ms median{p95:8.0f} ms p95{ratio:8.1f} x Live")


if __name__ == "__main__":
    main()
