"""What `make lab` runs as a kernel starts: a cell run before those above it says so, in one sentence.

Without it the first thing that somebody reads who presses Shift+Enter in the middle of a chapter is a NameError.
"""

import sys

from IPython import get_ipython

FIRST = "This cell uses what the cells above it prepare: choose Run, then Run All Cells."
THEN = "If {} is made in a cell above: choose Run, then Run All Above Selected Cell, and run this one again."


def explain(shell, kind, error, trace, tb_offset=None):
    """Say what to run, in place of the NameError where nothing of the chapter has run, else under it."""
    if "helpers.live" not in sys.modules:
        print(FIRST)
        return
    lines = shell.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=tb_offset)
    shell._showtraceback(kind, error, lines)
    print(THEN.format(error.name))


if shell := get_ipython():
    shell.set_custom_exc((NameError,), explain)
