"""Make the site: every chapter as a page that works without Python, from a file, offline.

    python tools/site_pages.py                    all of notebooks/ into build/site
    python tools/site_pages.py 02_chinchilla      one chapter (links to the others are then not checked)

Stored outputs are shown as they are; live figures are drawn once and move by helpers/live.js.
"""

import argparse
import base64
import html
import json
import re
import sys
from pathlib import Path

import render

ROOT = Path(__file__).resolve().parent.parent
COURSE = "LLM scaling laws, live"
LIMIT = 4_000_000  # bytes of a page

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><meta name="description" content="{description}">
<link rel="icon" href="data:,"><style>{css}</style></head>
<body>{top}<main>{body}</main>{bottom}{script}</body></html>
"""


def chapter(path):
    """What the index says of a notebook: (name, question, minutes, what one can do after it)."""
    book = json.loads(path.read_text("utf-8"))
    first = "".join(book["cells"][0]["source"])
    question = first.split("\n")[0].lstrip("# ")
    minutes = re.search(r"(\d+) minutes", first)
    after = re.search(r"After this you can:? ?(.*)", first)
    plain = re.sub(r"[*`]|\]\([^)]*\)|\[", "", after[1]) if after else question
    return path.stem, question, minutes[1] if minutes else "", plain


def first_picture(path):
    """The first stored picture of a notebook, as bytes, with its words; (None, "") without one."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                png = "".join(output["data"]["image/png"])
                return base64.b64decode(png), output["metadata"]["image/png"]["alt"]
    return None, ""


def output_html(output, name):
    """A stored output."""
    if output["output_type"] == "stream":
        return f'<pre class="said" tabindex="0">{html.escape("".join(output["text"]))}</pre>'
    data = output["data"]
    if "text/html" in data:
        return f'<div class="output asked">{render.asked("".join(data["text/html"]))}</div>'
    if "text/markdown" in data:
        return render.markdown("".join(data["text/markdown"]))
    if "image/png" in data:
        png, alt = "".join(data["image/png"]), output["metadata"]["image/png"]["alt"]
        still = f'<img class="still" alt="{html.escape(alt)}" src="data:image/png;base64,{png}">'
        return f"<div>{render.picture(still, name)}</div>"
    return f'<pre class="said" tabindex="0">{html.escape("".join(data["text/plain"]))}</pre>'


def cell_html(cell, number, figures):
    """One cell: its words, or its code with what came out; folded where it only shows something."""
    source = "".join(cell["source"])
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        return ""  # the first cell: a page needs no course
    if cell["cell_type"] == "markdown":
        text = render.markdown(source)
        notes = cell["metadata"].get("slideshow", {}).get("slide_type") == "notes"
        return f'<div class="class">{text}</div>' if notes else text
    rest = [o for o in cell["outputs"] if not (figures and "image/png" in o.get("data", {}))]
    shown = [output_html(output, f"still-{number}-{k}") for k, output in enumerate(rest)]
    asks = re.search(r"quiz\.|live\.Live", source)
    body, shown = render.code(source), "".join([*shown, *figures])
    if not asks and not source.startswith(("import", "from")):
        return body + shown
    words = "the code of this figure" if figures else "the code"
    return f'{shown}<details class="source"><summary>{words}</summary>{body}</details>'


def nav(before, after, where):
    """Previous, index, next; where tells a screen reader the two of a page apart."""
    links = [f'<a href="{before[0]}.html" rel="prev">← {before[0][:2]}</a>' if before else "<span></span>",
             '<a href="index.html">all chapters</a>',
             f'<a href="{after[0]}.html" rel="next">{after[0][:2]} →</a>' if after else "<span></span>"]  # fmt: skip
    return f'<nav aria-label="chapters, {where}">{"".join(links)}</nav>'


def page(title, description, body, top="", bottom="", script=""):
    """A whole page."""
    css = (render.PAGES / "page.css").read_text("utf-8")
    return PAGE.format(title=html.escape(title), description=html.escape(description), css=css,
                       top=top, bottom=bottom, body=body, script=script)  # fmt: skip


def build(path, chapters):
    """The page of one notebook."""
    book, figures = json.loads(path.read_text("utf-8")), render.drawn(path)
    name, question, _, after = next(row for row in chapters if row[0] == path.stem)
    place = [row[0] for row in chapters].index(name)
    before = chapters[place - 1] if place else None
    following = chapters[place + 1] if place + 1 < len(chapters) else None
    body = "\n".join(
        cell_html(cell, number, figures.get(number, []))
        for number, cell in enumerate(book["cells"])
    )
    script = f'<script type="module">{render.MOVES}</script>' if figures else ""
    title = f"{question} ({COURSE}, {name[:2]})"
    around = (nav(before, following, where) for where in ("top", "bottom"))
    return page(title, after, body, *around, script)


def index(chapters, out):
    """The page of all chapters, with the first picture of each beside it."""
    cards = []
    for name, question, minutes, after in chapters:
        png, alt = first_picture(ROOT / "notebooks" / f"{name}.ipynb")
        picture = ""
        if png:
            (out / f"{name}.png").write_bytes(png)
            picture = f'<img src="{name}.png" alt="{html.escape(alt)}" width="768" height="422" loading="lazy">'
        cards.append(
            f'<li>{picture}<h2><a href="{name}.html">{name[:2]}. {html.escape(question)}</a></h2>'
            f"<p>{minutes} minutes. After it you can: {html.escape(after)}</p></li>"
        )
    intro = (
        f"<h1>{COURSE}</h1><p>How the loss of language models falls with parameters, tokens and compute, "
        "and what follows for money, serving, data and ability. The figures on these pages move; in "
        "JupyterLab they move in finer steps, and your answers are checked.</p>"
    )
    return page(COURSE, "A course on LLM scaling laws with figures that move and questions that answer.",
                f'{intro}<ul class="cards">{"".join(cards)}</ul>')  # fmt: skip


def data_page():
    """data/README.md as a page, which the chapters' sources lead to."""
    text = render.markdown((ROOT / "data" / "README.md").read_text("utf-8"))
    return page(f"The data ({COURSE})", "Columns, units, sources.", text, nav(None, None, "top"))


def broken(out):
    """Links, anchors and pictures of the pages that lead nowhere, pages too large: a sentence each."""
    pages = {path.name: path.read_text("utf-8") for path in out.glob("*.html")}
    ids = {name: set(re.findall(r'\sid="([^"]+)"', text)) for name, text in pages.items()}
    wrong = []
    for name, text in pages.items():
        for target in re.findall(r'\s(?:href|src)="([^"]+)"', text):
            file, _, anchor = target.partition("#")
            file = file or name
            if target.startswith(("https://", "data:")):
                continue
            if file not in ids and not (out / file).is_file():
                wrong.append(f"{name}: {target} leads nowhere.")
            elif anchor and anchor not in ids.get(file, ()):
                wrong.append(f"{name}: {target} has no such place.")
        if len(text.encode()) > LIMIT:
            wrong.append(
                f"{name} has {len(text.encode()) / 1e6:.1f} MB, but {LIMIT / 1e6:g} are allowed."
            )
    return wrong


def main(argv=None):
    """Build the pages; the exit status is 1 where a link leads nowhere or a page is too large."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="notebook names, such as 02_chinchilla")
    parser.add_argument("--out", default=ROOT / "build" / "site", type=Path, help="the folder")
    typed = parser.parse_args(argv)
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    wanted = render.chosen(paths, typed.names)
    chapters = [chapter(path) for path in paths]
    typed.out.mkdir(parents=True, exist_ok=True)
    render.draw(wanted)
    for path in wanted:
        text = build(path, chapters)
        (typed.out / f"{path.stem}.html").write_text(text, "utf-8")
        print(f"{path.stem:28}{len(text.encode()) / 1e6:6.1f} MB", flush=True)
    (typed.out / "data.html").write_text(data_page(), "utf-8")
    (typed.out / "index.html").write_text(index(chapters, typed.out), "utf-8")
    wrong = [] if typed.names else broken(typed.out)
    print("\n".join(wrong) or f"{typed.out / 'index.html'} is ready.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
