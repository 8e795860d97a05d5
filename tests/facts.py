"""What the tests of a chapter know, in tests/facts_NN.py (and facts_NN_bank.py for questions), imported when first asked for.

Each may hold some of these dictionaries:
PROSE        notebook -> [(text with {} for the numbers, number or condition, ...)] that its prose must say
SLIPS        number question -> the values of its slips, recomputed, in the order of the bank
WORDS        question -> [(text, numbers ...)] that its words must say
SOLVED       number question -> (regular expression over its words, function of the numbers it captures)
             that gives its answer; whiteboard -> a list with one of these for each step, None for a choice
DECIDING     claim -> its deciding number, recomputed
CLAIM_WORDS  claim -> [(text, numbers ...)] that its words must say
"""

import functools
import importlib
import string
from pathlib import Path

import numpy as np


@functools.cache
def gathered(name):
    """The entries of every chapter under this name; no two chapters hold the same one."""
    found = {}
    for more in _modules(name, {}):
        assert not set(found) & set(more), f"twice: {set(found) & set(more)}"
        found |= more
    return found


def _modules(name, nothing):
    paths = sorted(Path(__file__).parent.glob("facts_*.py"))
    return [getattr(importlib.import_module(path.stem), name, nothing) for path in paths]


def of(chapter):
    """What the prose of one notebook must say."""
    return importlib.import_module(f"facts_{chapter[:2]}").PROSE[chapter]


def wrong(prose, entries):
    """A line for each entry that does not hold or that the prose does not say.

    >>> wrong("7 of 9 runs lie in it.", [("{:.0f} of {} runs lie", 7.2, 9), ("{} in it", 8), ("lie in it", False)])
    ["the laws say '8 in it'", "no longer so: 'lie in it'"]
    """
    lines = []
    for text, *values in entries:
        values = [value for some in values for value in np.atleast_1d(some)]
        conditions = [value for value in values if isinstance(value, bool | np.bool_)]
        numbers = [value for value in values if not isinstance(value, bool | np.bool_)]
        if numbers:
            places = sum(name is not None for _, name, _, _ in string.Formatter().parse(text))
            assert places == len(numbers), f"{len(numbers)} numbers for {text!r}"
            text = text.format(*numbers)
        if not all(conditions):
            lines.append(f"no longer so: {text!r}")
        elif text not in prose:
            lines.append(f"the laws say {text!r}")
    return lines
