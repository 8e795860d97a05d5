"""What stands in the cells of a chapter: its prose, what it printed, the functions that it defines."""

import ast
import contextlib
import functools
import io
import json
import re
import symtable

from helpers import data

KEPT = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assign


@functools.cache
def cells(chapter):
    path = data.FOLDER.parent / "notebooks" / f"{chapter}.ipynb"
    return json.loads(path.read_text("utf-8"))["cells"]


def sources(chapter, kind):
    """The text of each cell of a kind: markdown or code."""
    return ["".join(cell["source"]) for cell in cells(chapter) if cell["cell_type"] == kind]


def prose(chapter):
    """All markdown of a chapter in one line."""
    return re.sub(r"\s+", " ", " ".join(sources(chapter, "markdown")))


def printed(chapter):
    """All that the code of a chapter printed; that it still does is what nbval tests."""
    outputs = [output for cell in cells(chapter) for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", "")) for output in outputs)


def statements(chapter):
    """Imports, definitions and plain assignments of a chapter's code, in order."""
    nodes = [node for source in sources(chapter, "code") for node in ast.parse(source).body]
    return [node for node in nodes if isinstance(node, KEPT)]


def binds(node):
    """The names that a statement gives a meaning to."""
    return {symbol.get_name() for symbol in table(node).get_symbols()
            if symbol.is_assigned() or symbol.is_imported()}  # fmt: skip


def reads(node):
    """The names of the notebook that a statement uses, in the bodies of its functions, too."""
    tables, found = [table(node)], set()
    for scope in tables:
        tables += scope.get_children()
        found |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_referenced()
                  and (symbol.is_global() or scope is tables[0])}  # fmt: skip
    return found


def table(node):
    return symtable.symtable(ast.unparse(node), "cell", "exec")


@functools.cache
def functions_of(chapter):
    """{name: function or class} of what a chapter's cells define, with only what these need run."""
    nodes = statements(chapter)
    defined = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    needed = {node.name for node in defined}
    while more := {name for node in nodes if binds(node) & needed for name in reads(node)} - needed:
        needed |= more
    names = {}
    for node in nodes:
        if binds(node) & needed:
            with contextlib.redirect_stdout(io.StringIO()):  # what a code exercise shows
                exec(compile(ast.unparse(node), chapter, "exec"), names)
    return {node.name: names[node.name] for node in defined}
