"""Three hundred functions that somebody might hand in: every exercise outlives them, with a sentence each."""

import copy
import itertools
import random
import sys

import numpy as np
import pytest

from exercises import checking

# What stops an endless loop may reach it inside of the garbage collector, where Python ignores it; it is sent again.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"
)

EVERY = checking.every()
NAMES = sorted(EVERY)


def hostile(example):
    """Functions that somebody might hand in, each with what goes wrong."""
    state = itertools.count()
    answers = [None, True, 3, -1, 0.0, float("nan"), float("inf"), 1e308, 1j, "text", b"bytes", "", (), [], {}, set(),
               (1,), (1, 2), [1, 2, 3], {"a": 1}, np.array([]), np.zeros(3), np.zeros((2, 2)), np.array("x"), object(),
               object, len, Exception("x"), ..., range(3), iter([1]), (None, None), ("a", "b"), [[1], [2, 3]],
               (np.nan, np.nan), (np.inf, 1), 10**400, -(10**400), "9" * 10**6, [0] * 10**5]  # fmt: skip
    for answer in answers:
        yield lambda *a, _=answer, **k: _
    for error in (ValueError, KeyError, ZeroDivisionError, RecursionError, MemoryError, SystemExit, KeyboardInterrupt,
                  StopIteration, GeneratorExit, AssertionError, UnicodeError, OSError, Warning, BaseException):  # fmt: skip

        def raises(*a, _=error, **k):
            raise _("\n" * 3 + "long " * 1000)

        yield raises

    def mutates(**k):
        for value in k.values():
            for change in ("clear", "sort", "reverse"):
                getattr(value, change, lambda: None)()
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                value[...] = 0
        return example

    def recursive(**k):
        return recursive(**k)

    def prints(**k):
        print("noise " * 10**6)
        sys.stderr.write("noise " * 10**5)
        return example

    def generates(**k):
        yield example

    async def waits(**k):
        return example

    yield from (mutates, recursive, prints, generates, waits, lambda **k: next(state))
    yield from (lambda **k: random.random(), lambda **k: k, lambda **k: list(k.values()), lambda: 1)
    yield from (
        lambda a: a,
        lambda a, b, c, d, e, f, g, h, i, j, k: a,
        print,
        len,
        int,
        str,
        dict,
        3,
        None,
        "x",
    )
    rng = np.random.default_rng(0)
    for _ in range(230):  # the right form, with other numbers in it
        other = _noisy(example, rng)
        yield lambda _=other, **k: _


def _noisy(value, rng):
    """A value of the same form, or nearly, with other things in it."""
    odd = [None, "x", np.nan, -np.inf, 0, -1, True, 1j, [], np.zeros(2)]
    if rng.random() < 0.15:
        return odd[rng.integers(len(odd))]
    if isinstance(value, dict):
        return {k: _noisy(v, rng) for k, v in value.items() if rng.random() < 0.9}
    if isinstance(value, tuple | list):
        return type(value)(_noisy(one, rng) for one in value)
    if isinstance(value, np.ndarray):
        return value * rng.random() if value.dtype.kind in "if" else value
    return value * rng.normal() if isinstance(value, int | float) else value


@pytest.mark.parametrize("name", NAMES)
def test_hostile_functions_get_a_sentence(name):
    exercise = EVERY[name]
    one = exercise.parts[0][0] if exercise.given else exercise.first[0]
    count = 0
    for function in hostile(exercise.solve(**copy.deepcopy(one))):
        try:
            verdict = checking.judge(name, function)
        except BaseException as error:
            raise AssertionError(f"hostile function {count} breaks the checker") from error
        assert verdict.right is not True, (count, verdict)
        assert isinstance(verdict.sentence, str) and 5 < len(verdict.sentence) < 3000
        count += 1
    assert count >= 300
