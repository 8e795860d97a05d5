"""The README's picture: the first live figure of chapter 02 as JupyterLab shows it.

    python tools/picture.py

The picture's words in README.md are the figure's own sentence; a test compares the two.
"""

import copy
import io
import json
import tempfile
from pathlib import Path

import browser
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "tools" / "pages" / "live_figure.png"


def start_of(path):
    """A notebook up to its first live figure, and the sentence that is stored with that."""
    book = json.loads(path.read_text("utf-8"))
    first = next(
        k for k, cell in enumerate(book["cells"]) if "live.Live(" in "".join(cell["source"])
    )
    short = copy.deepcopy(book) | {"cells": book["cells"][: first + 1]}
    stored = [
        o["data"]["text/plain"]
        for o in book["cells"][first]["outputs"]
        if "image/png" in o.get("data", {})
    ]
    return short, "".join(stored[0])


def main():
    """Run the notebook in a browser and keep what the first live figure looks like."""
    book, sentence = start_of(ROOT / "notebooks" / "02_chinchilla.ipynb")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "start.ipynb").write_text(json.dumps(book), "utf-8")
        with (
            browser.jupyter_lab(folder) as (address, token),
            browser.page(1366, 1000, scale=2) as tab,
        ):
            browser.open_notebook(tab, address, token, "start.ipynb", len(book["cells"]))
            browser.run_all(tab)
            figure = tab.locator(".live").first
            figure.evaluate("figure => figure.scrollIntoView({block: 'center'})")
            browser.settled(tab, figure.inner_html)
            seen = Image.open(io.BytesIO(figure.screenshot())).convert("RGB")  # nothing around it
            few = ImageOps.expand(seen, 16, "white").quantize(256, dither=Image.Dither.NONE)
            few.save(PICTURE, "PNG", optimize=True)
    print(f"{PICTURE} ({PICTURE.stat().st_size / 1000:.0f} kB): {sentence}")


if __name__ == "__main__":
    main()
