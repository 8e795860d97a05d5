"""How a learner's function is judged: run on drawn inputs, compared with ours and with known slips.

A chapter's module holds EXERCISES, a dict of Exercise by the name of its question in data/questions/.
The function runs in the learner's own kernel, like any cell, but in a thread that has a time limit.
"""

import ast
import contextlib
import copy
import ctypes
import dataclasses
import functools
import importlib
import inspect
import io
import linecache
import numbers
import pkgutil
import re
import reprlib
import textwrap
import threading
import time
import traceback
import types
import warnings
import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import exercises
from helpers import laws
from helpers.verdicts import Verdict

TOTAL = 1.0  # seconds after which no more inputs are drawn, where a function is slow
LEAST = 20  # drawn inputs that are tried all the same
NOT_WRITTEN, NOT_CHANGED = "Not written yet.", "Not changed yet."
_TYPED = "<your code>"


class Exercise(NamedTuple):
    """A function to be written: ours, the inputs, and the mistakes that are known by name."""

    solve: Callable  # ours; the learner starts from its signature and docstring, and may see it after a try
    first: tuple  # arguments by name, small enough to do by hand: the first that differs is shown
    draw: Callable  # (random generator) -> arguments by name
    slips: tuple = ()  # (a function with the mistake, the sentence that names it)
    refuses: tuple = ()  # (arguments, why they are refused): here ValueError must be raised
    tolerance: float = 1e-6  # how far from ours still is right, relative, or in the units of gap
    draws: int = 1000  # inputs that are drawn
    seconds: float = 2.0  # that one call may take
    gap: Callable | None = None  # (arguments, theirs, ours) -> how far apart; by default relative
    words: Callable | None = (
        None  # (arguments, theirs, ours) -> how they differ, where gap says how far
    )
    given: Callable | None = None  # debug this: the function with the mistakes, to be repaired
    parts: tuple = ()  # of a debug task: (arguments, place of the result, words for the mistake that shows there)


def mistaken(function, **mistake):
    """A slip: a function with one of its mistakes switched on."""

    def slip(**arguments):
        return function(**arguments, **mistake)

    return slip


def slips_of(function, named):
    """Slips from pairs (a mistake that the function knows, the sentence that names it)."""
    return tuple((mistaken(function, mistake=mistake), sentence) for mistake, sentence in named)


class _TooSlow(BaseException):
    """Raised inside of a function that runs too long."""


class _Raised(NamedTuple):
    """Stands for a result where there is an error instead."""

    error: BaseException


@functools.cache
def every():
    """All exercises of the course by name."""
    modules = [importlib.import_module(f"exercises.{found.name}")
               for found in pkgutil.iter_modules(exercises.__path__)]  # fmt: skip
    return {name: one for module in modules
            for name, one in getattr(module, "EXERCISES", {}).items()}  # fmt: skip


def stub(name):
    """What the learner starts from: the signature and the docstring, or the function to be repaired.

    >>> print(stub("best-split").split(":")[0])
    def best_split(flops, law)
    """
    return _start(every()[name])


def _start(exercise):
    if exercise.given:
        wrong, ours = exercise.given.__name__, exercise.solve.__name__
        return re.sub(rf"\b{wrong}\b", ours, source(exercise.given))
    text = source(exercise.solve)
    head = ast.parse(text).body[0].body[0].end_lineno
    return "\n".join([*text.split("\n")[:head], "    ..."]) + "\n"


def solution(name):
    """Our function as text, without the docstring, which stands in the cell already."""
    text = source(every()[name].solve)
    function = ast.parse(text).body[0]
    said, lines = function.body[0], text.split("\n")
    return "\n".join([*lines[: said.lineno - 1], *lines[said.end_lineno :]])


def source(function):
    """The text of a function, nothing where it is not known."""
    try:
        return textwrap.dedent(inspect.getsource(function)).strip() + "\n"
    except (OSError, TypeError):
        return ""


def typed(exercise, text):
    """The function in a text that somebody typed; ValueError with a sentence where there is none."""
    name, space = exercise.solve.__name__, {"np": np, "laws": laws}
    linecache.cache[_TYPED] = (len(text), None, text.splitlines(True), _TYPED)
    try:
        code = compile(text, _TYPED, "exec")
    except SyntaxError as error:
        raise ValueError(f"This is not Python in line {error.lineno}: {error.msg}.") from None
    except ValueError as error:  # a byte of zero
        raise ValueError(f"This is not Python: {error}.") from None
    ((done, _),) = _run(lambda: exec(code, space), [{}], exercise.seconds)
    if isinstance(done, _Raised):
        slow = f"still runs after {exercise.seconds:g} seconds"
        does = slow if isinstance(done.error, _TooSlow) else f"stops: {_error(done.error)}"
        raise ValueError(f"Before {name} is called, your code {does}.")
    if not isinstance(space.get(name), types.FunctionType):
        raise ValueError(f"There is no function {name} in it.")
    return space[name]


def untouched(exercise, function):
    """Is this still what the learner started from?"""
    if not isinstance(function, types.FunctionType):
        return False
    if exercise.given:
        with contextlib.suppress(SyntaxError):  # a lambda in the middle of a line
            theirs, ours = (
                ast.dump(ast.parse(text)) for text in (source(function), _start(exercise))
            )
            return theirs == ours
        return False
    code = function.__code__
    return set(code.co_consts) <= {None, function.__doc__} and code.co_code in _EMPTY


def _documented():
    """Nothing."""


_EMPTY = (_documented.__code__.co_code, (lambda: None).__code__.co_code)


def judge(name, function, seed=0):
    """The verdict on a function, or on the text of one: what fails first, by name where it is known."""
    with warnings.catch_warnings():  # of slips, too
        warnings.simplefilter("ignore")
        return _judged(name, function, seed)


@functools.lru_cache(maxsize=32)  # the second try is judged on the same inputs
def _few(name, seed):
    """What _ours gives for the inputs to begin with, and some that are drawn."""
    exercise, rng = every()[name], np.random.default_rng([seed, zlib.crc32(name.encode())])
    drawn = [exercise.draw(rng) for _ in range(min(LEAST, exercise.draws))]
    inputs = [*exercise.first, *drawn]
    return _ours(exercise, inputs)


@functools.lru_cache(maxsize=32)
def _slipped(name, seed):
    """[(the sentence of a slip, its results on the same inputs)]."""
    return [(sentence, [_call(slip, one, [0.0])[0] for one, _ in _few(name, seed)])
            for slip, sentence in every()[name].slips]  # fmt: skip


def _judged(name, function, seed):
    exercise = every()[name]
    if isinstance(function, str):
        try:
            function = typed(exercise, function)
        except ValueError as error:
            return Verdict(False, str(error), counts=False)
    if untouched(exercise, function):
        said = NOT_CHANGED if exercise.given else NOT_WRITTEN
        return Verdict(None, said, counts=False, share=0.0)
    if sentence := _signature(exercise, function):
        return Verdict(False, sentence, counts=False)
    if exercise.parts:
        return _repaired(exercise, function)
    few, tried = _few(name, seed), 0
    for more in (False, True):  # the many only where the few are right
        inputs = _many(exercise, seed) if more else [one for one, _ in few]
        results = _run(function, inputs, exercise.seconds, least=len(few))
        right = _ours(exercise, inputs[: len(results)]) if more else few
        for (got, _), (arguments, (want, _)) in zip(results, right):
            if sentence := _wrong(exercise, arguments, got, want):
                slip = "" if more else _named(name, seed, results)
                return Verdict(False, slip + sentence, share=0.0)
        tried += len(results)
        if results:  # of the last: a first call may be cold
            pace = sum(s for _, s in results) / max(sum(s for _, (_, s) in right), 1e-9)
    again = [got for got, _ in _run(function, exercise.first[:1] * 2, exercise.seconds)]
    if len(again) < 2 or not _alike(again[0], again[1], 1e-9):
        return Verdict(False, "Called twice with the same input, it gives two answers.", share=0.0)
    if sentence := _defaults(exercise, function):
        return Verdict(False, sentence, share=0.0)
    for arguments, why in exercise.refuses:
        if sentence := _accepted(function, arguments, why, exercise.seconds):
            return Verdict(False, sentence, share=0.0)
    return Verdict(True, f"Right, on {tried:,} inputs, {_pace(pace)}.", share=1.0)


def _many(exercise, seed):
    """The rest of the inputs."""
    rng = np.random.default_rng([seed, 1])
    return [exercise.draw(rng) for _ in range(exercise.draws - LEAST)]


def _ours(exercise, inputs):
    """[(arguments, (our result, seconds))]."""
    return [(one, _call(exercise.solve, one, [0.0])) for one in inputs]


def insist(name, function, seed):
    """Raise AssertionError with the verdict where a function is not right: for tests of an assignment."""
    verdict = judge(name, function, seed)
    assert verdict.right, verdict.sentence


def insist_form(name, function):
    """Raise AssertionError where a function does not run, or gives back something of the wrong form."""
    exercise = every()[name]
    sentence = _signature(exercise, function)
    inputs = [arguments for arguments, *_ in exercise.parts] or list(exercise.first)
    for arguments, (got, _) in zip(inputs, _run(function, inputs, exercise.seconds)):
        want = exercise.solve(**copy.deepcopy(arguments))
        wrong = form(got, want) or isinstance(got, _Raised)
        sentence = sentence or (_wrong(exercise, arguments, got, want) if wrong else "")
    assert not sentence, sentence


def _pace(times):
    if 0.67 < times < 1.5:
        return "in about the time of ours"
    return f"in {times:.2g} times the time of ours"


def _signature(exercise, function):
    """What is wrong with the head of the function, in a sentence."""
    if not callable(function):
        return f"This is {short(function)}, and a function is wanted."
    names = list(inspect.signature(exercise.solve).parameters)
    with contextlib.suppress(TypeError, ValueError):
        theirs = inspect.signature(function)
        theirs.bind(**dict.fromkeys(names))
        loose = any(p.kind == p.VAR_KEYWORD for p in theirs.parameters.values())
        if loose or list(theirs.parameters)[: len(names)] == names:
            return ""
    try:
        found = ", ".join(inspect.signature(function).parameters) or "nothing"
    except (TypeError, ValueError):
        return ""
    order = ", in this order" if len(names) > 1 else ""
    return f"It must take {', '.join(names)}{order}; yours takes {found}."


def _defaults(exercise, function):
    """Which default is missing or another one, in a sentence: the cells below may rely on it."""
    theirs = inspect.signature(function).parameters
    for name, ours in inspect.signature(exercise.solve).parameters.items():
        if name in theirs and theirs[name].default != ours.default:
            return f"{name} must have the default {short(ours.default)}, as in the first line."
    return ""


def _wrong(exercise, arguments, got, want):
    """What is wrong with one result, in a sentence with the input; nothing where it is right."""
    on = f"With {said(arguments)}"
    if isinstance(got, _Raised):
        if isinstance(got.error, _TooSlow):
            return (
                f"{on} it was still running after {exercise.seconds:g} seconds, so it was stopped."
            )
        right = f", and {short(want)} is right" if isinstance(got.error, ValueError) else ""
        return f"{on} it stops: {_error(got.error)}{right}."
    if trouble := form(got, want):
        return f"{on} it gives back {trouble}".rstrip("?.") + (
            "?" if trouble.endswith("?") else "."
        )
    if _gap(exercise, arguments, got, want) <= exercise.tolerance:
        return ""
    if exercise.words:
        return f"{on} {exercise.words(arguments, got, want)}."
    return f"{on} yours gives {short(got)}, and {short(want)} is right."


def _gap(exercise, arguments, got, want):
    """How far apart two results are; infinitely where they cannot be compared."""
    if isinstance(got, _Raised) or isinstance(want, _Raised):
        alike = isinstance(got, _Raised) and isinstance(want, _Raised)
        return 0.0 if alike and type(got.error) is type(want.error) else np.inf
    try:
        if form(got, want):
            return np.inf
        far = exercise.gap(arguments, got, want) if exercise.gap else distance(got, want)
        return float(np.nan_to_num(far, nan=np.inf, posinf=np.inf))
    except Exception:  # whatever somebody's object does
        return np.inf


def _alike(one, other, tolerance):
    """Are two results of one form, and as near as this?"""
    if isinstance(one, _Raised) or isinstance(other, _Raised) or form(one, other):
        return False
    return distance(one, other) <= tolerance


def distance(got, want):
    """The largest relative difference of two results of one form; text is equal or not.

    >>> round(distance((1.01, [2, 4]), (1.0, [2, 5])), 3)
    0.2
    """
    if isinstance(want, dict):
        return max((distance(got[key], want[key]) for key in want), default=0.0)
    if isinstance(want, tuple) or _ragged(want):
        return max((distance(*pair) for pair in zip(got, want)), default=0.0)
    if want is None or isinstance(want, str | bool | np.bool_):
        return 0.0 if got == want else np.inf
    got, want = np.asarray(got, float), np.asarray(want, float)
    if not want.size:
        return 0.0
    with np.errstate(all="ignore"):
        gaps = np.abs(got - want) / np.where(want == 0, 1.0, np.abs(want))
    return float(np.max(np.where(got == want, 0.0, gaps)))


def _ragged(value):
    """Is this a list of other things than numbers?"""
    return isinstance(value, list) and any(not isinstance(one, numbers.Real) for one in value)


def form(got, want):
    """What is wrong with the form of a result beside ours, as words; nothing where it is alike.

    >>> form(None, 1.0), form((1.0, float("nan")), (1.0, 2.0))
    ('nothing: is a return missing?', 'nan, which is no number')
    """
    if got is None and want is not None:
        return "nothing: is a return missing?"
    if isinstance(got, types.GeneratorType | types.CoroutineType):
        return "a generator: give back its values"
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return f"{short(got)}, and a dict is wanted"
        if missing := [key for key in want if key not in got]:
            return f"a dict without {missing[0]!r}"
        return next(filter(None, (form(got[key], want[key]) for key in want)), "")
    if isinstance(want, tuple) or _ragged(want):
        kind = f"{len(want)} values are wanted"
        if not isinstance(got, tuple | list | np.ndarray) or getattr(got, "ndim", 1) == 0:
            return f"{short(got)}, and {kind}"
        if len(got) != len(want):
            return f"{len(got)} values, and {kind}"
        return next(filter(None, map(form, got, want)), "")
    if isinstance(want, str):
        return "" if isinstance(got, str) else f"{short(got)}, and a word is wanted"
    if want is None or isinstance(want, bool | np.bool_):
        fits = got is None if want is None else isinstance(got, bool | np.bool_)
        return (
            ""
            if fits
            else f"{short(got)}, and {'nothing' if want is None else 'True or False'} is wanted"
        )
    many = np.ndim(want) > 0
    what = f"{_shape(np.shape(want))}" if many else "one number"
    if isinstance(got, str | bytes | bool | dict | set) or callable(got):
        return f"{short(got)}, and {what} is wanted"
    try:
        array = np.asarray(got)
        if array.dtype.kind == "c":
            return "a complex number: is a negative number raised to a power?"
        array = np.asarray(array, float)
    except Exception:
        return f"{short(got)}, and {what} is wanted"
    if array.shape != np.shape(want):
        return f"{_shape(array.shape)}, and {what} is wanted"
    odd = ~np.isfinite(array) & np.isfinite(np.asarray(want, float))
    if odd.any():
        return f"{array[odd].flat[0]:g}, which is no number" + (" (in one place)" if many else "")
    return ""


def _shape(shape):
    return f"an array of shape {shape}" if shape else "one number"


def _named(name, seed, results):
    """The sentence of the one known slip that gives these results, and a new line; or nothing."""
    exercise, few, found = every()[name], _few(name, seed), set()
    for sentence, slipped in _slipped(name, seed):
        both = [
            (one, got, other, want)
            for (one, (want, _)), (got, _), other in zip(few, results, slipped)
        ]
        gaps = [_gap(exercise, one, got, other) for one, got, other, _ in both]
        far = [_gap(exercise, one, other, want) for one, _, other, want in both]
        found |= {sentence} if max(gaps) <= exercise.tolerance < max(far) else set()
    return f"{found.pop()}\n" if len(found) == 1 else ""


def _accepted(function, arguments, why, seconds):
    """What to say where an input is not refused by ValueError."""
    (got, _), *_ = _run(function, [arguments], seconds)
    if isinstance(got, _Raised) and isinstance(got.error, ValueError):
        return ""
    does = f"stops: {_error(got.error)}" if isinstance(got, _Raised) else f"gives {short(got)}"
    does = "gives back an error instead of raising it" if isinstance(got, Exception) else does
    return f"With {said(arguments)} it {does}, and a ValueError is wanted, because {why}."


def _repaired(exercise, function):
    """The verdict on a debug task: every mistake has data of its own that show whether it is left."""
    inputs = [arguments for arguments, *_ in exercise.parts]
    results = dict(enumerate(_run(function, inputs, exercise.seconds)))
    good, left = [], []
    for k, (arguments, place, words) in enumerate(exercise.parts):
        got, _ = results.get(k, (_Raised(_TooSlow()), 0.0))
        want = exercise.solve(**copy.deepcopy(arguments))
        formed = not isinstance(got, _Raised) and not form(got, want)
        fine = formed and _alike(got[place], want[place], exercise.tolerance)
        (good if fine else left).append((words, got))
    share, of = len(good) / len(inputs), len(inputs)
    repaired = f" Repaired: {'; '.join(words for words, _ in good)}." if good else ""
    if not left:
        return Verdict(True, f"Right, all {of} mistakes are repaired.{repaired}", share=1.0)
    stops = next((got.error for _, got in left if isinstance(got, _Raised)), None)
    error = f" On the data that show another one it stops: {_error(stops)}." if stops else ""
    return Verdict(
        False, f"{len(good)} of {of} mistakes are repaired.{repaired}{error}", share=share
    )


def _run(function, inputs, seconds, least=None):
    """[(result or _Raised, seconds)] of the calls: they end at one that is too slow.

    After TOTAL seconds and at least so many inputs no more are tried. An endless loop is stopped from
    outside; what cannot be stopped, such as a long sleep, is left behind. What it prints goes nowhere.
    """
    results, clock = [], [time.perf_counter()]

    def work():
        began = time.perf_counter()
        try:
            for k, arguments in enumerate(inputs):
                clock[0] = time.perf_counter()
                if least is not None and k >= least and clock[0] - began > TOTAL:
                    return
                results.append(_call(function, arguments, clock))
        except _TooSlow as error:
            results.append((_Raised(error), seconds))

    thread, nowhere = threading.Thread(target=work, daemon=True), _Nowhere()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        warnings.simplefilter("ignore")
        try:
            thread.start()
        except RuntimeError:  # Python in a browser has no threads: there an endless loop has no end
            work()
            return results
        try:
            while thread.is_alive() and time.perf_counter() - clock[0] <= seconds:
                thread.join(0.02)
        finally:
            _stop(thread)
    left = [(_Raised(_TooSlow()), seconds)] if thread.is_alive() else []
    return [*results, *left]


def _call(function, arguments, clock):
    given = copy.deepcopy(arguments)
    clock[0] = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            got = function(**given)
    except _TooSlow:
        raise
    except BaseException as error:  # sys.exit() as well
        got = _Raised(error)
    spent = time.perf_counter() - clock[0]
    if isinstance(got, types.CoroutineType):
        got.close()
    changed = [name for name in arguments if not _same(given[name], arguments[name])]
    if changed and not isinstance(got, _Raised):
        got = _Raised(_Changed(changed[0]))
    return got, spent


class _Changed(Exception):
    """The function has changed an input."""


def _same(given, before):
    """Is an input what it was? Functions, laws and generators of random numbers are not looked into."""
    if isinstance(before, np.ndarray):
        try:
            return np.array_equal(given, before, equal_nan=before.dtype.kind in "fc")
        except Exception:
            return False
    if isinstance(before, dict):
        return list(given) == list(before) and all(_same(given[k], before[k]) for k in before)
    if isinstance(before, list | tuple):
        return len(given) == len(before) and all(map(_same, given, before))
    if isinstance(before, numbers.Number | str):
        return given == before or (given != given and before != before)
    return True


def _stop(thread):
    """End a thread at its next step of Python, also one that catches every error a few times."""
    for _ in range(20):
        if not thread.is_alive():
            return
        ident = ctypes.c_ulong(thread.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(_TooSlow))
        thread.join(0.05)


class _Nowhere(io.TextIOBase):
    """Where the prints of a function go while it is judged."""

    def write(self, text):
        return len(text)


def _error(error):
    """An error in words, with the line of the learner's code where it happened."""
    if isinstance(error, _Changed):
        return f"the function changes what it is given as {error}; work on a copy"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if frame.filename == _TYPED or "ipykernel" in frame.filename or frame.filename.startswith("<ipython")]  # fmt: skip
    words = " ".join(textwrap.shorten(str(error), 160).split())
    where = f", in the line `{frames[-1].line}`" if frames and frames[-1].line else ""
    where += "; Python writes a power as **" if "for ^" in words else ""
    return f"{type(error).__name__}{': ' if words else ''}{words}{where}"


def said(arguments):
    """Arguments as one would type them, the long ones shortened."""
    return ", ".join(f"{name}={short(value)}" for name, value in arguments.items())


def short(value):
    """A value in one short line.

    >>> short(np.array([1.0, 2.5e21])), short((3, None)), short(laws.CHINCHILLA_REFIT)
    ('[1, 2.5e21]', '(3, None)', 'laws.CHINCHILLA_REFIT')
    """
    try:
        return _short(value)
    except Exception:
        return f"an object of type {type(value).__name__}"


def _short(value):
    if isinstance(value, bool | np.bool_ | str | bytes) or value is None:
        return _words.repr(value)
    if isinstance(value, numbers.Integral) and abs(int(value)) < 1e12:
        return str(int(value))
    if isinstance(value, numbers.Real):
        return f"{float(value):.6g}".replace("e+", "e")
    if isinstance(value, complex):
        return "a complex number, such as a negative one to a broken power"
    if isinstance(value, np.ndarray):
        if value.ndim > 1 and value.size <= 12:
            return _short(value.tolist())
        if value.ndim != 1:
            return f"an array of shape {value.shape}"
        return _listed(list(value), "[]")
    if named := [name for name, law in vars(laws).items() if (name.isupper() and law is value) or
                 (dataclasses.is_dataclass(value) and type(law) is type(value) and law == value)]:  # fmt: skip
        return f"laws.{named[0]}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return f"{type(value).__name__}({said({n: v for n, v in fields.items() if isinstance(v, numbers.Real)})})"
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{key!r}: {_short(one)}" for key, one in list(value.items())[:20])
            + "}"
        )
    if isinstance(value, tuple | list):
        return _listed(value, "()" if isinstance(value, tuple) else "[]")
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if callable(value):
        return f"the function {getattr(value, '__name__', '')}".strip()
    return f"an object of type {type(value).__name__}"


_words = reprlib.Repr()
_words.maxstring = 60


def _listed(items, ends):
    """Up to eight items of a list, the first three and their number where there are more."""
    many = len(items) > 8
    words = ", ".join(map(_short, items[:3] if many else items))
    return f"{ends[0]}{words}{f', ... {len(items)} in all' if many else ''}{ends[1]}"
