"""Do the tests notice a mistake? Small mistakes are put into a copy of the course, one at a time.

    python tools/mutants.py                        twenty in each module, the same ones each time
    python tools/mutants.py fits cost --each 40    more of them, in two modules

A mistake is another operator, a comparison turned, an `and` for an `or`, a number off by 3 % or by one. It is
killed where a test fails. What survives the tests of its own module meets those of the chapters' numbers; what
survives those too is printed with its line, and is either harmless or a test that is missing.
"""
# Not mutmut or cosmic-ray: both want the package they change to be the one that is installed, and
# run every test for every mistake; here a module's own tests answer in seconds.

import argparse
import ast
import os
import random
import resource
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis.strategies  # noqa: F401  these four are here so that every fork has them
import matplotlib.pyplot  # noqa: F401
import numpy  # noqa: F401
import pytest
import scipy.optimize  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent
SWAPS = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.Pow: ("**", "*"),
    ast.FloorDiv: ("//", "/"), ast.Mod: ("%", "*"), ast.Lt: ("<", ">="), ast.LtE: ("<=", "<"), ast.Gt: (">", "<="),
    ast.GtE: (">=", ">"), ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.And: ("and", "or"), ast.Or: ("or", "and"),
    ast.In: ("in", "not in"), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
}  # fmt: skip
NAMES = {"maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "any": "all", "all": "any"}  # fmt: skip
MODULES = ["guard", "laws", "cost", "units", "data", "forecast", "questions", "verdicts", "descent", "fits"]  # fmt: skip
TESTS = {  # the tests of a module besides its own file of tests and its doctests
    "fits": ["test_own_runs.py"],
    "questions": ["test_verdicts.py", "test_quiz.py"],
    "verdicts": ["test_quiz.py"],
    "descent": ["test_fits.py"],
    "guard": ["test_laws.py"],
}
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:nbval",
           "-W", "ignore::pytest.PytestAssertRewriteWarning",
           "-o", "addopts=--doctest-modules --import-mode=importlib"]  # fmt: skip
WIDER = ["forecast", "over_training", "limits", "published", "claims", "notebooks", "refit", "interview"]  # fmt: skip


def mistakes(text):
    """(line, from, to, before, after) of every small mistake in a module; from and to are offsets."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(line, column):
        row = text[starts[line - 1] : starts[line] - 1]
        return starts[line - 1] + len(row.encode()[:column].decode())

    def between(left, right, swap):
        old, new = swap
        first = offset(left.end_lineno, left.end_col_offset)
        place = text.index(old, first, offset(right.lineno, right.col_offset))
        return left.end_lineno, place, place + len(old), old, new

    waiting = [ast.parse(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr):
            continue  # a sentence; Python 3.11 does not know where its parts stand
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
            yield between(node.left, node.right, SWAPS[type(node.op)])
        elif isinstance(node, ast.BoolOp):
            yield between(*node.values[:2], SWAPS[type(node.op)])
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            yield between(node.left, node.comparators[0], SWAPS[type(node.ops[0])])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
            first, last = (offset(n.lineno, n.col_offset) for n in (node, node.operand))
            yield node.lineno, first, last, text[first:last], ""
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            first = offset(node.lineno, node.col_offset)
            old = text[first : offset(node.end_lineno, node.end_col_offset)]
            new = repr(node.value + 1 if type(node.value) is int else node.value * 1.03 or 0.03)
            yield node.lineno, first, first + len(old), old, new
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            last = offset(node.end_lineno, node.end_col_offset)
            if name in NAMES:
                yield node.end_lineno, last - len(name), last, name, NAMES[name]


def fails(tree, files, seconds=150):
    """True where a test of these files fails, or all of them take more seconds of a processor.

    The tests run in a fork of this process, which has numpy and the rest at hand already.
    """
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        os.chdir(tree)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        sys.path[:0] = [str(tree), str(tree / "notebooks")]
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
        os._exit(pytest.main([*OPTIONS, *filter(os.path.exists, files)]))
    return os.waitpid(child, 0)[1] != 0


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--each", type=int, default=20, help="mistakes in a module (default: 20)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout of the course")
    typed = parser.parse_args(argv)
    killed = made = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "course"
        left_out = shutil.ignore_patterns(".git", ".venv*", "build", "work", "__pycache__")
        shutil.copytree(typed.tree, tree, ignore=left_out)
        wide = [f"tests/test_{name}.py" for name in WIDER]
        if fails(tree, wide):
            sys.exit(f"these tests fail without any mistake: {wide}")
        for module in typed.modules:
            file = tree / "helpers" / f"{module}.py"
            text = file.read_text("utf-8")
            near = [f"tests/test_{module}.py", f"helpers/{module}.py"]
            near += [f"tests/{name}" for name in TESTS.get(module, [])]
            if fails(tree, near):
                sys.exit(f"the tests of {module} fail without any mistake: {near}")
            every = sorted(set(mistakes(text)))
            few = random.Random(f"{typed.seed} {module}").sample(every, min(typed.each, len(every)))
            dead = 0
            for number, (line, first, last, old, new) in enumerate(sorted(few)):
                file.write_text(text[:first] + new + text[last:], "utf-8")
                os.utime(file, (number, number))  # so that no compiled file passes for this one
                if fails(tree, near):
                    dead += 1
                    continue
                late = fails(tree, wide)
                dead += late
                place = f"{module}.py:{line}: {old!r} -> {new!r} in {text.splitlines()[line - 1].strip()}"
                print("noticed late:" if late else "survives:", place, flush=True)
            file.write_text(text, "utf-8")
            print(f"{module}: {dead} of {len(few)} killed ({len(every)} possible)", flush=True)
            killed, made = killed + dead, made + len(few)
    print(f"{killed} of {made} killed: {killed / made:.0%}")


if __name__ == "__main__":
    main()
