"""Make the slides: every chapter as a reveal.js deck that runs from a file, offline.

    python tools/slides.py                    all of notebooks/ into build/slides
    python tools/slides.py 02_chinchilla      one chapter

Figures move as on the site; folds of the name *In class* are the speaker's notes (key S), and
notebooks/README.md has the other keys. reveal.js comes once from the npm registry, by version and hash,
and is copied beside the slides.
"""

import argparse
import itertools
import json
import re
import shutil
import sys
import tarfile
from pathlib import Path

import nbformat
import pooch
import render
import site_pages
from nbconvert import SlidesExporter

ROOT = Path(__file__).resolve().parent.parent
REVEAL = (
    "https://registry.npmjs.org/reveal.js/-/reveal.js-5.2.1.tgz",
    "sha512:afbfffea620ce69df884588332f61f5e0ca35ea191b5afbfa6c77d62dcadb20465ae947316fe116c7efa4d7776a83fbb64f6446e904385d46125a1607d0ef335",
)
SHOWS = r"live\.Live\(|style\.Still\(|quiz\.|interview_practice\.play"
ROOM = 26  # lines of text on a slide at four fifths of its size


class NotHere(OSError):
    """reveal.js cannot be had; the sentence says what was tried and what to do."""


def reveal(out):
    """Put reveal.js beside the slides."""
    url, folder = REVEAL[0], Path(pooch.os_cache("scaling-laws-course"))
    try:
        archive = pooch.retrieve(*REVEAL, path=folder)
    except (OSError, ValueError) as error:  # no network, no room, or another file than this one
        raise NotHere(
            f"The slides need reveal.js once, and {url} could not be fetched "
            f"({type(error).__name__}). Run it again with a network; or fetch that file on another "
            f"computer, and put it here as {folder / pooch.utils.unique_file_name(url)}."
        ) from error
    shutil.rmtree(out / "reveal.js", ignore_errors=True)
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            if re.match(r"package/(LICENSE|dist/reveal\.(js|css)|plugin/notes/)", member.name):
                member.name = member.name.replace("package", "reveal.js", 1)
                # filter: from Python 3.11.4 on; the archive is known by its hash
                safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                files.extract(member, out, **safe)


def high(cell):
    """About how many lines of text a cell is high on a slide."""
    if cell.cell_type == "markdown":
        rows = cell.source.split("\n")
        return sum(-(-len(row) // 100) or 0.5 for row in rows) + cell.source.count("$$")
    shown = (output.get("data", {}).get("text/markdown", "") for output in cell.outputs)
    printed = "".join([*(output.get("text", "") for output in cell.outputs), *shown])
    return 3 + 0.8 * len((cell.source + printed).split("\n"))


def divided(cells):
    """Slide types with room for everything, without the notes.

    A figure and a question get a slide of their own, and so does what follows one: what was computed
    from it, what was seen. Code begins a slide where it and the words after it would fill another.
    """
    before, used = False, 0
    cells = [cell for cell in cells if cell.metadata.slideshow.slide_type != "notes"]
    for place, cell in enumerate(cells):
        slide = cell.metadata.slideshow
        shows = slide.slide_type != "skip" and bool(re.search(SHOWS, cell.source))
        after = itertools.takewhile(
            lambda cell: cell.metadata.slideshow.slide_type == "fragment", cells[place + 1 :]
        )
        full = used and used + sum(map(high, (cell, *after))) > ROOM
        if (slide.slide_type == "-" and (shows or before or full)) or (
            slide.slide_type == "fragment" and before
        ):
            slide.slide_type = "subslide"
        used = high(cell) + used * (slide.slide_type in ("-", "fragment"))
        before = shows
    return cells


def unfolded(note):
    """A line for the lecturer, which is folded in the notebook, as the speaker's window shows it."""
    return re.sub(
        r"^<details><summary>(.*?)</summary>\s*(.*?)\s*</details>$", r"*\1:* \2", note, flags=re.S
    )


def announced(cells):
    """The notes of each slide: {id of its first cell: [text]}.

    A note stands at the end of its step in the notebook, and often says what to ask before the step is
    seen. So it is there on all slides of its step, and on the one before, with the step's heading.
    """
    notes, slides, step, heading = {}, [], 0, ""
    for cell in cells:
        kind = cell.metadata.slideshow.slide_type
        if kind == "notes":
            for place in range(max(step - 1, 0), len(slides)):
                coming = f"**Next: {heading}**\n\n" if place < step else ""
                notes[slides[place]].append(coming + unfolded(cell.source))
        elif kind in ("slide", "subslide"):
            found = re.findall(r"^##? (.*)", cell.source, re.M)
            if found and cell.cell_type == "markdown":
                step, heading = len(slides), found[-1]
            slides.append(cell.id)
            notes[cell.id] = []
    return notes


def questions(output):
    """An output, or, of a mock interview, which is one output, its numbered questions."""
    if "text/html" not in output.get("data", {}):
        return [output]
    parts = re.split(r"(?=<p>\d+\. )", "".join(output["data"]["text/html"]))
    return [output | {"data": {"text/html": part}} for part in parts if part]


def slide_html(cell, number, figures, notes):
    """A cell; of questions asked together, and of what comes with them, each has a slide of its own."""
    if cell["cell_type"] != "code" or not re.search(
        r"quiz\.|interview_practice\.play", "".join(cell["source"])
    ):
        return notes + site_pages.cell_html(cell, number, figures)
    still = [o for o in cell["outputs"] if not (figures and "image/png" in o.get("data", {}))]
    shown = [site_pages.output_html(part, number) for output in still for part in questions(output)]
    return "</section><section>".join(notes + html for html in (*shown, *figures))


def build(path):
    """The slides of one notebook."""
    book, figures = nbformat.read(path, as_version=4), render.drawn(path)
    stored = {cell["id"]: (number, cell)
              for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"])}  # fmt: skip
    shown = divided(book.cells)
    notes = announced(book.cells)
    for cell in shown:
        number, raw = stored[cell.id]
        said = "".join(map(render.markdown, notes.get(cell.id, ())))
        aside = f'<aside class="notes">{said}</aside>' if said else ""
        cell.metadata.page = slide_html(raw, number, figures.get(number, []), aside)
    book.cells = shown
    css = "".join((render.PAGES / name).read_text("utf-8") for name in ("page.css", "slides.css"))
    script = render.MOVES + (render.PAGES / "slides.js").read_text("utf-8")
    question = book.cells[0].source.split("\n")[0].lstrip("# ")
    exporter = SlidesExporter(template_name="slides", extra_template_basedirs=[str(render.PAGES)])
    page = {"title": question, "css": css, "script": script}
    return exporter.from_notebook_node(book, resources={"page": page})[0]


def main(argv=None):
    """Build the decks; the exit status is 1 where reveal.js cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="notebook names, such as 02_chinchilla")
    parser.add_argument("--out", default=ROOT / "build" / "slides", type=Path, help="the folder")
    typed = parser.parse_args(argv)
    wanted = render.chosen(sorted((ROOT / "notebooks").glob("*.ipynb")), typed.names)
    typed.out.mkdir(parents=True, exist_ok=True)
    try:
        reveal(typed.out)
    except NotHere as problem:
        print(problem, file=sys.stderr)
        return 1
    render.draw(wanted)
    for path in wanted:
        text = build(path)
        (typed.out / f"{path.stem}.html").write_text(text, "utf-8")
        print(f"{path.stem:28}{len(text.encode()) / 1e6:6.1f} MB", flush=True)
    print(f"{typed.out} is ready: open a chapter there in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
