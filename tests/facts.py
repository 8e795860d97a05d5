"""What the tests of a chapter know, gathered from tests/facts_NN.py, one module a chapter.

Each may hold some of these dictionaries:
PROSE        notebook -> [(text with {} for the number, number or True)] that its prose must say
ANSWERS      number question -> its answer, recomputed
SLIPS        number question -> the values of its slips, recomputed, in the order of the bank
WORDS        question -> [(text, numbers ...)] that its words must say
DECIDING     claim -> its deciding number, recomputed
CLAIM_WORDS  claim -> [(text, numbers ...)] that its words must say
"""

import importlib
from pathlib import Path

MODULES = [
    importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("facts_*.py"))
]


def gathered(name):
    """The entries of every chapter under this name; no two chapters hold the same one."""
    found = {}
    for module in MODULES:
        more = getattr(module, name, {})
        assert not set(found) & set(more), f"twice: {set(found) & set(more)}"
        found |= more
    return found
