"""What pages without Python are made of: markdown with MathML, code, stored outputs, live figures.

tools/site_pages.py and tools/slides.py use it. A live figure is run here, once: its controls' steps are
drawn beforehand, and a few lines of JavaScript (tools/pages/live.js) show one of them.
"""

import ast
import base64
import contextlib
import gzip
import html
import io
import itertools
import json
import os
import re
import sys
import warnings
from pathlib import Path

import bake
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers import live

PAGES = Path(__file__).resolve().parent / "pages"
MOST = 300  # pictures of a figure; a step of a slider is left out where there would be more


class Renderer(IPythonRenderer):
    """Formulas as MathML, which browsers draw without a network; headings with anchors."""

    def block_math(self, body):
        return (
            f'<div class="wide formula" tabindex="0">{convert(body.strip(), display="block")}</div>'
        )

    multiline_math = block_math

    def inline_math(self, body):
        return convert(body.strip())

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
    text = text.replace(
        "<pre>", '<pre tabindex="0">'
    )  # a long line is scrolled by keyboard as well
    return re.sub(
        r"<table>.*?</table>", r'<div class="wide" tabindex="0">\g<0></div>', text, flags=re.S
    )


def code(source):
    """Python with colours."""
    coloured = highlight(source, PythonLexer(), HtmlFormatter(cssclass="code"))
    return coloured.replace("<pre>", '<pre tabindex="0">', 1)


# Live figures --------------------------------------------------------------------------------------


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
    """So many of the options, evenly, always with the first, the last and the wanted values."""
    if len(options) <= most:
        return options
    stride = (len(options) - 1) / (most - 1)
    places = {round(k * stride) for k in range(most)}
    places |= {k for k, (_, value) in enumerate(options) if value in wanted}
    return [options[k] for k in sorted(places)]


def _is_list(widget):
    return type(widget).__name__ == "Dropdown"


def steps(figure):
    """The options of each control that moves on the page: {name: [(words, value)]}.

    One control moves in all its steps, two in a coarser grid, a third stays where it starts.
    """
    moving = dict(list(figure.controls.items())[:2])
    presets = figure._presets.values()
    options = {name: list(widget.options) for name, widget in moving.items()}
    lists = [name for name, widget in moving.items() if _is_list(widget)]
    room = MOST
    for name in lists:
        room //= len(options[name])
    sliders = [name for name in moving if name not in lists]
    for name in sliders:
        most = max(5, int(room ** (1 / len(sliders))))
        wanted = {figure._defaults[name], *(preset.get(name) for preset in presets)}
        few = {figure._defaults[name]} if len(moving) > 1 else wanted
        options[name] = _some(options[name], most, few)
    return options


def _state(figure, **values):
    """The moving part and the sentence at these values."""
    for name, value in values.items():
        figure._quietly(figure.controls[name], value)
    svg, sentence = figure._picture()
    return svg[svg.index(">") + 1 :].removesuffix("</svg>"), sentence


def states(figure):
    """(controls, frames, presets) of a figure: what live.js needs, as plain lists.

    A frame is [svg, sentence]; frames run through the steps of the last control fastest. A preset
    has a frame of its own, because its values may lie between the steps of a coarse grid.
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
    frames = [
        list(_state(figure, **dict(zip(options, values))))
        for values in itertools.product(
            *([value for _, value in pairs] for pairs in options.values())
        )
    ]
    presets = []
    for name, values in figure._presets.items():
        places = [_nearest(pairs, values.get(key, start[key])) for key, pairs in options.items()]
        words = [_said(figure.controls[key], values.get(key, start[key])) for key in options]
        presets.append({"name": name, "places": places, "words": words,
                        "frame": list(_state(figure, **(start | values)))})  # fmt: skip
    for name, value in start.items():
        figure._quietly(figure.controls[name], value)
    return controls, frames, presets


def _said(widget, value):
    return next(words for words, option in widget.options if option == value)


def _nearest(pairs, value):
    values = [option for _, option in pairs]
    if value in values:
        return values.index(value)
    return min(range(len(values)), key=lambda k: abs(values[k] - value))


def packed(thing):
    """JSON, compressed, as text for a page."""
    data = json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def live_html(figure, name):
    """A figure on a page: its picture and sentence, and controls that appear with JavaScript."""
    controls, frames, presets = states(figure)
    place = 0
    for control in controls:
        place = place * len(control["words"]) + control["start"]
    svg, sentence = frames[place]
    backdrop = base64.b64encode(bake.small(figure._png())).decode()
    rows = [_preset_row(figure, presets, name)] if presets else []
    rows += [_row(control, f"{name}-{k}") for k, control in enumerate(controls)]
    fixed = [
        f"{widget.description}: {_said(widget, widget.value)}"
        for key, widget in figure.controls.items()
        if key not in list(figure.controls)[:2]
    ]
    rows.append('<button type="reset">Reset</button>')
    if fixed:
        rows.append(f"<p class=fixed>{html.escape('; '.join(fixed))} (moves in JupyterLab)</p>")
    return (
        f'<figure class="live" id="{name}"><form hidden>{"".join(rows)}</form>'
        f'<div class="picture"><img alt="" src="data:image/png;base64,{backdrop}">'
        f'<svg role="img" viewBox="0 0 576 316.8" aria-label="{html.escape(sentence)}">{svg}</svg></div>'
        f'<figcaption><div role="status">{html.escape(sentence)}</div></figcaption>'
        f'<script type="application/gzip">{packed({"frames": frames, "presets": presets, "words": [c["words"] for c in controls]})}</script>'
        "</figure>"
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
        f'<output for="{name}">{words}</output></span>'
    )


def _preset_row(figure, presets, name):
    options = "".join(f"<option>{html.escape(preset['name'])}</option>" for preset in presets)
    label = html.escape(figure.preset.description)
    return (
        f'<label for="{name}-p">{label}</label>'
        f'<select id="{name}-p" data-preset><option>your own values</option>{options}</select>'
    )
