"""Bake notebooks: run them top to bottom and store what a page without Python can show.

    python tools/bake.py                    all of notebooks/
    python tools/bake.py 02_chinchilla      one chapter
    python tools/bake.py --check            change nothing, fail where a bake would

Widget views and states are dropped (a front end without a kernel would show an error instead of the
picture), pictures, text and counts stay. A stored picture stays as it is while its pixels and its
sentence do, so baking twice changes nothing.
"""

import argparse
import base64
import io
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image, ImageChops

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"


def same_pixels(one, other):
    """True where two base64 PNGs show the same picture."""
    images = [Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB") for png in (one, other)]
    if images[0].size != images[1].size:
        return False
    return ImageChops.difference(*images).getbbox() is None


def joined(outputs):
    """Outputs in which what was printed stands in one piece, however slowly it came."""
    whole = []
    for output in outputs:
        before = whole[-1] if whole else {}
        if (
            output.output_type == "stream" == before.get("output_type")
            and output.name == before.name
        ):
            before.text += output.text
        else:
            whole.append(output)
    return whole


def kept(data, stored):
    """The picture of an output: a stored one with its sentence and its pixels, else its own."""
    new = data["image/png"].strip()
    said = [old["image/png"] for old in stored if old.get("text/plain") == data.get("text/plain")]
    return next((png.strip() for png in said if same_pixels(png, new)), new)


def clean(book, old):
    """Drop what only lives with a kernel; keep old pictures that have not changed."""
    stored = [output.get("data", {}) for cell in old.cells for output in cell.get("outputs", [])]
    stored = [data for data in stored if "image/png" in data]
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    book.nbformat, book.nbformat_minor = 4, 5
    for number, cell in enumerate(book.cells):
        cell.id = f"c{number:02d}"
        for gone in ("execution", "trusted", "collapsed"):
            cell.metadata.pop(gone, None)
        if "outputs" in cell:
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data.pop(VIEW, None)
                output.metadata.pop(VIEW, None)
                if "image/png" in output.data:
                    output.data["image/png"] = kept(output.data, stored)
    return book


def bake(path):
    """The baked text of one notebook."""
    old = nbformat.read(path, as_version=4)
    book = nbformat.from_dict(old)
    client = NotebookClient(
        book,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
    )
    with tempfile.TemporaryDirectory() as aside:  # nothing that somebody answered who bakes
        client.execute(env=os.environ | {"SCALING_PROGRESS": os.path.join(aside, "progress.json")})
    return nbformat.writes(clean(book, nbformat.read(path, as_version=4))) + "\n"


def main(argv=None):
    """Bake the named notebooks; with --check only compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="notebook names, such as 02_chinchilla")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 on a difference"
    )
    typed = parser.parse_args(argv)
    paths = [NOTEBOOKS / f"{Path(name).stem}.ipynb" for name in typed.names]
    stale = 0
    for path in paths or sorted(NOTEBOOKS.glob("*.ipynb")):
        if not path.exists():
            parser.error(f"there is no {path.name} in {NOTEBOOKS}")
        before, after = path.read_text(encoding="utf-8"), bake(path)
        changed = before != after
        stale += changed
        if changed and not typed.check:
            path.write_text(after, encoding="utf-8", newline="\n")
        word = ("stale" if typed.check else "baked") if changed else "as it was"
        print(f"{path.name:32}{word:12}{len(after) / 1000:6.0f} kB")
    return 1 if typed.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
