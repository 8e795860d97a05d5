"""The pictures as the colour-blind see them, and as they come out of a grey printer.

    python tools/colours.py 02_chinchilla --out sheet.png

One row a picture of the chapter, as stored in the notebook; one column a way of seeing.
"""

import argparse
import base64
import io
import json
import sys
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image, ImageDraw

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
LIGHT = np.array([0.2126, 0.7152, 0.0722])  # how bright red, green and blue are: sRGB, WCAG 2
# Machado, Oliveira and Fernandes 2009, severity 1.0, applied to linear sRGB.
WAYS = {
    "as it is": np.eye(3),
    "grey": np.tile(LIGHT, (3, 1)),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868],
                            [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968],
                              [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779],
                            [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
# From linear sRGB to the X, Y, Z of CIE, in parts of white (D65).
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
XYZ = XYZ / XYZ.sum(axis=1, keepdims=True)


def linear(rgb):
    """Amounts of light from sRGB values between 0 and 1."""
    rgb = np.asarray(rgb, dtype=float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def stored(light):
    """The other way round: sRGB values from amounts of light, cut to what a screen can show."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def seen(rgb, way):
    """sRGB values, of one colour or of a whole picture, as somebody sees them in this way.

    >>> seen((1, 1, 1), "deuteranopia").round(3).tolist()
    [1.0, 1.0, 1.0]
    """
    return stored(linear(rgb) @ WAYS[way].T)


def lab(rgb):
    """CIE L*, a* and b* of sRGB values."""
    x = linear(rgb) @ XYZ.T
    x, y, z = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one, other, way="as it is"):
    """How far apart two colours look: delta E of CIE 1976, 100 between black and white.

    >>> round(difference("black", "white"))
    100
    """
    one, other = (lab(seen(to_rgb(colour), way)) for colour in (one, other))
    return float(np.linalg.norm(one - other))


def contrast(one, other="white"):
    """WCAG's contrast ratio of two colours, 1 to 21; it knows brightness only, as a grey print does.

    >>> round(contrast("black"), 1)
    21.0
    """
    low, high = sorted(linear(to_rgb(colour)) @ LIGHT for colour in (one, other))
    return float((high + 0.05) / (low + 0.05))


def pictures(path):
    """The stored pictures of a notebook, in their order."""
    for cell in json.loads(Path(path).read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                png = base64.b64decode("".join(output["data"]["image/png"]))
                yield Image.open(io.BytesIO(png)).convert("RGB")


def sheet(images, ways=tuple(WAYS), width=640):
    """One picture: a row for each image, a column for each way of seeing."""
    rows = [image.resize((width, round(image.height * width / image.width))) for image in images]
    whole = Image.new("RGB", (width * len(ways), 24 + sum(row.height for row in rows)), "white")
    pen, top = ImageDraw.Draw(whole), 24
    for column, way in enumerate(ways):
        pen.text((column * width + 8, 6), way, fill="black")
    for row in rows:
        for column, way in enumerate(ways):
            view = (255 * seen(np.asarray(row) / 255, way)).round().astype(np.uint8)
            whole.paste(Image.fromarray(view), (column * width, top))
        top += row.height
    return whole


def main(argv=None):
    """Write the sheet of one notebook."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", help="a notebook, such as 02_chinchilla")
    parser.add_argument("--out", default="sheet.png", help="where the sheet goes")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[*WAYS], help="which columns")
    typed = parser.parse_args(argv)
    path = NOTEBOOKS / f"{Path(typed.name).stem}.ipynb"
    if not path.exists():
        parser.error(f"there is no {path.name} in {NOTEBOOKS}")
    images = list(pictures(path))
    if not images:
        parser.error(f"{path.name} has no stored pictures")
    sheet(images, tuple(typed.ways)).save(typed.out)
    print(f"{typed.out}: {len(images)} pictures seen in {len(typed.ways)} ways")


if __name__ == "__main__":
    sys.exit(main())
