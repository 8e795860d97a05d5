"""What pages without Python are made of: markdown with MathML, code, stored outputs, live figures.

tools/site_pages.py and tools/slides.py use it. A live figure is run here, once: its controls' steps are
drawn beforehand, and helpers/live.js shows one of them. What was drawn is
kept in build/figures until something changes that it is made of, so that page and slides share it.
"""

import ast
import base64
import contextlib
import gzip
import hashlib
import html
import io
import itertools
import json
import multiprocessing
import os
import re
import sys
import warnings
from concurrent import futures
from pathlib import Path

import bake
import matplotlib
import numpy
import PIL

try:
    from latex2mathml.converter import convert
except ModuleNotFoundError as missing:
    bring = f'{sys.executable} -m pip install -e ".[slides]"'
    raise ModuleNotFoundError(
        f"Pages and slides need {missing.name}: {bring}", name=missing.name
    ) from None
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers import live

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "tools" / "pages"
MOVES = (ROOT / "helpers" / "live.js").read_text("utf-8")  # for a script of the type module
CACHE = ROOT / "build" / "figures"
MOST = 300  # pictures of a figure; a step of a slider is left out where there would be more


def chosen(paths, names):
    """Those of the notebooks with these names, or all; ends with a sentence where one is missing."""
    known = [path.stem for path in paths]
    for name in names:
        if name not in known:
            sys.exit(f"There is no chapter {name!r}: it must be one of {', '.join(known)}.")
    return [path for path in paths if not names or path.stem in names]


class Renderer(IPythonRenderer):
    """Formulas as MathML, which browsers draw without a network; headings with anchors."""

    def block_math(self, body):
        return (
            f'<div class="wide formula" tabindex="0">{convert(body.strip(), display="block")}</div>'
        )

    multiline_math = block_math

    def inline_math(self, body):
        return convert(body.strip())

    def block_code(self, text, info=None):
        return code(text)

    def heading(self, text, level, **attributes):
        return f'<h{level} id="{slug(text)}">{text}</h{level}>\n'


def slug(text):
    """The anchor of a heading: its words in small letters, joined by dashes."""
    words = re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", "", text)).lower())
    return "-".join(words)


def markdown(text):
    """Markdown as HTML; links to notebooks lead to their pages."""
    text = MarkdownWithMath(renderer=Renderer(escape=False)).render(text)
    text = re.sub(r'href="([^":]+)\.ipynb', r'href="\1.html', text)
    text = text.replace('href="../data/README.md"', 'href="data.html"')
    text = re.sub(r'href="([^":#]*)#([^"]+)"', lambda to: f'href="{to[1]}#{slug(to[2])}"', text)
    text = text.replace(
        "<pre>", '<pre tabindex="0">'
    )  # a long line is scrolled by keyboard as well
    return re.sub(
        r"<table>.*?</table>", r'<div class="wide" tabindex="0">\g<0></div>', text, flags=re.S
    )


def asked(page):
    """A question as a notebook stores it, for a page: formulas as MathML, links to the pages of chapters."""
    page = re.sub(r"\$([^$<]+)\$", lambda formula: convert(html.unescape(formula[1])), page)
    section = r'href="([^":]+)\.ipynb#([^"]*)"'
    return re.sub(section, lambda to: f'href="{to[1]}.html#{slug(to[2])}"', page)


def code(source):
    """Python with colours."""
    coloured = highlight(source, PythonLexer(), HtmlFormatter(cssclass="code"))
    return coloured.replace("<pre>", '<pre tabindex="0">', 1)


# Live figures --------------------------------------------------------------------------------------


def drawn(path):
    """The figures of a notebook as they stand on a page or a slide: {number of the cell: [HTML]}."""
    if (kept := _kept(path)) is not None:
        return kept
    parts = {
        number: [live_html(figure, f"figure-{number}-{k}") for k, figure in enumerate(shown)]
        for number, shown in figures(path).items()
    }
    if parts:  # none where a file is missing, which may come
        CACHE.mkdir(parents=True, exist_ok=True)
        whole = CACHE / f"{path.stem}.{os.getpid()}"
        whole.write_text(json.dumps({"made of": _made_of(path), "parts": parts}), "utf-8")
        whole.replace(CACHE / f"{path.stem}.json")
    return parts


def draw(paths):
    """Draw the figures of notebooks that have none in the cache, on all cores, the largest first."""
    sizes = {path: _code(path).count("live.Live(") for path in paths if _kept(path) is None}
    if len(sizes) > 1:
        spawn = multiprocessing.get_context("spawn")
        with futures.ProcessPoolExecutor(mp_context=spawn) as pool:
            list(pool.map(_draw, sorted(sizes, key=sizes.get, reverse=True)))


def _draw(path):
    with contextlib.redirect_stderr(io.StringIO()):  # what is missing is said when a page is made
        drawn(path)


def _kept(path):
    """What the cache has of a notebook, None where that is nothing or of something else."""
    if "live.Live(" not in _code(path):
        return {}
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads((CACHE / f"{path.stem}.json").read_text("utf-8"))
        if kept["made of"] == _made_of(path):
            return {int(number): parts for number, parts in kept["parts"].items()}
    return None


def _code(path):
    """The code of a notebook; a cell of words is an empty line, because figures are named by the place of theirs."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(c["source"]) if c["cell_type"] == "code" else "" for c in cells)


def _made_of(path):
    """A digest of all that the figures of a notebook can depend on."""
    whole = hashlib.sha256(f"{_code(path)}\n{MOST}\n{sys.version}".encode())
    whole.update(" ".join(p.__version__ for p in (matplotlib, numpy, PIL)).encode())
    files = [*ROOT.glob("helpers/**/*"), *ROOT.glob("notebooks/**/*.py"), *ROOT.glob("data/**/*")]
    files += [Path(__file__), Path(bake.__file__)]
    for file in sorted(file for file in files if file.is_file() and file.suffix != ".pyc"):
        whole.update(f"\n{file.name}\n".encode() + file.read_bytes())
    return whole.hexdigest()


def figures(path):
    """The Live figures that the cells of a notebook show: number of the cell -> [Live].

    Runs its code in this process, in the folder of the notebook, without showing anything. Where a
    file is missing (chapter 07) there are none, and the stored pictures stand still.
    """
    book, found = json.loads(Path(path).read_text("utf-8")), {}
    space = {"__name__": "__main__"}
    before = os.getcwd()
    os.chdir(Path(path).parent)
    try:
        for number, cell in enumerate(book["cells"]):
            if cell["cell_type"] == "code":
                shown = _run("".join(cell["source"]), space)
                found[number] = [thing for thing in shown if isinstance(thing, live.Live)]
    except OSError as problem:
        print(f"{Path(path).stem}: its figures stand still. {problem}", file=sys.stderr)
        return {}
    finally:
        os.chdir(before)
    return {number: shown for number, shown in found.items() if shown}


def _run(source, space):
    """Run a cell; what it displays."""
    shown = []
    space["display"] = lambda *things: shown.extend(things)
    *first, last = ast.parse(source).body or [None]
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(first, []), "<cell>", "exec"), space)
            shown.append(eval(compile(ast.Expression(last.value), "<cell>", "eval"), space))
        else:
            exec(source, space)
    return shown


def _some(options, most, wanted):
    """So many of the options, evenly, with the first and the last; wanted values take the place next to them."""
    last = len(options) - 1
    if last < most:
        return options
    places = {round(k * last / (most - 1)) for k in range(most)}
    exact = {k for k, (_, value) in enumerate(options) if value in wanted}
    for place in sorted(exact - places):
        others = places - exact - {0, last}
        places.discard(min(others, key=lambda k: abs(k - place), default=None))
        places.add(place)
    return [options[k] for k in sorted(places)]


def _is_list(widget):
    return type(widget).__name__ == "Dropdown"


def steps(figure):
    """The options of each control that moves on the page: {name: [(words, value)]}.

    One control moves in all its steps, two in a coarser grid, a third stays where it starts.
    """
    moving = dict(list(figure.controls.items())[:2])
    options = {name: list(widget.options) for name, widget in moving.items()}
    lists = [name for name, widget in moving.items() if _is_list(widget)]
    room = MOST
    for name in lists:
        room //= len(options[name])
    sliders = [name for name in moving if name not in lists]
    for name in sliders:
        most = max(5, int(room ** (1 / len(sliders))))
        set_to = [preset[name] for preset in figure._presets.values() if name in preset]
        options[name] = _some(options[name], most, {figure._defaults[name], *set_to})
    return options


@matplotlib.rc_context({"svg.hashsalt": "page"})  # what is drawn alike has one name
def states(figure):
    """(controls, frames, presets) of a figure: what live.js needs, as plain lists.

    A frame is [svg, sentence], by the places of the controls. A preset has a frame of its own,
    because it may set a third control too.
    """
    options, start = steps(figure), figure.values
    controls = [
        {
            "label": figure.controls[name].description,
            "kind": "select" if _is_list(figure.controls[name]) else "range",
            "words": [words for words, _ in pairs],
            "start": [value for _, value in pairs].index(start[name]),
        }
        for name, pairs in options.items()
    ]
    frames = {
        ",".join(str(place) for place, _ in steps): figure.frame(
            start | {name: value for name, (_, (_, value)) in zip(options, steps)}
        )
        for steps in itertools.product(*(enumerate(pairs) for pairs in options.values()))
    }
    presets = []
    for name, values in figure._presets.items():
        values = start | values
        places = [[value for _, value in options[key]].index(values[key]) for key in options]
        frame, fixed = figure.frame(values), _fixed(figure, values)
        presets.append({"name": name, "places": places, "frame": frame, "fixed": fixed})
    return controls, frames, presets


def _said(widget, value):
    return next(words for words, option in widget.options if option == value)


def _fixed(figure, values):
    """What the controls say that move in JupyterLab only."""
    rest = list(figure.controls.items())[2:]
    said = "; ".join(f"{w.description}: {_said(w, values[name])}" for name, w in rest)
    return f"{said} (moves in JupyterLab)" if rest else ""


def packed(thing):
    """JSON, compressed, as text for a page."""
    data = json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def live_html(figure, name):
    """A figure on a page: its picture and sentence, and controls that appear with JavaScript."""
    controls, frames, presets = states(figure)
    svg, sentence = frames[",".join(str(control["start"]) for control in controls)]
    backdrop = base64.b64encode(figure._png()).decode()
    rows = [_preset_row(figure, presets, name)] if presets else []
    rows += [_row(control, f"{name}-{k}") for k, control in enumerate(controls)]
    fixed = _fixed(figure, figure.values)
    rows.append('<button type="reset">Reset</button>')
    if fixed:
        rows.append(f'<p class="fixed" role="status">{html.escape(fixed)}</p>')
    words = [control["words"] for control in controls]
    both = (
        f'<img alt="" src="data:image/png;base64,{backdrop}">'
        f'<svg role="img" viewBox="0 0 576 316.8" aria-label="{html.escape(sentence)}">{svg}</svg>'
    )
    moves = packed({"frames": frames, "presets": presets, "words": words, "fixed": fixed,
                    "drag": _ways(figure, words), "dots": figure.dots, "play": figure.play})  # fmt: skip
    return (
        f'<figure class="live" id="{name}"><form hidden>{"".join(rows)}</form>{picture(both, name)}'
        f'<figcaption><div role="status">{html.escape(sentence)}</div></figcaption>'
        f'<script type="application/gzip">{moves}</script></figure>'
    )


def _ways(figure, words):
    """How marks are dragged, with the places of the steps that are left here."""
    ways = []
    for way in figure.drag:
        if way["control"] < len(words):
            widget = list(figure.controls.values())[way["control"]]
            place = dict(zip((said for said, _ in widget.options), way["at"]))
            ways.append(way | {"at": [place[said] for said in words[way["control"]]]})
    return ways


def picture(drawn, name):
    """A picture in a frame. A window too narrow for its letters scrolls it sideways, or shows it whole, small."""
    whole = f'<input type="checkbox" class="whole" id="{name}-w"><label for="{name}-w">whole picture</label>'
    return (
        f'{whole}<div class="picture" role="group" aria-label="picture" tabindex="0">{drawn}</div>'
    )


def _row(control, name):
    label, start = html.escape(control["label"]), control["start"]
    if control["kind"] == "select":
        options = "".join(
            f"<option{' selected' * (k == start)}>{html.escape(words)}</option>"
            for k, words in enumerate(control["words"])
        )
        return f'<label for="{name}">{label}</label><select id="{name}" data-start="{start}">{options}</select>'
    words = html.escape(control["words"][start])
    return (
        f'<label for="{name}">{label}</label><span class="slide"><input type="range" id="{name}" min="0" '
        f'max="{len(control["words"]) - 1}" value="{start}" data-start="{start}" aria-valuetext="{words}">'
        f'<output for="{name}" aria-live="off">{words}</output></span>'
    )


def _preset_row(figure, presets, name):
    options = "".join(f"<option>{html.escape(preset['name'])}</option>" for preset in presets)
    label = html.escape(figure.preset.description)
    return (
        f'<label for="{name}-p">{label}</label>'
        f'<select id="{name}-p" data-preset><option>your own values</option>{options}</select>'
    )
