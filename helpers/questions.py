"""What a question is: an entry of data/questions/, where it is generated with numbers drawn anew.

A generated question has formulas beside its words. Those under let give names to what is drawn or
computed, one after the other; then come the answer and the value of each slip. The words hold the
same names in braces. The steps of a whiteboard share what its let draws, options in words as well.
"""

import functools
import hashlib
import math
import re
import tomllib

import numpy as np

from helpers import cost, data, laws, units, verdicts

# What every formula may use: no constant of a law is written down a second time.
KNOWN = {"__builtins__": {}, "laws": laws, "cost": cost, "exp": math.exp, "log": math.log, "log10": math.log10, "sqrt": math.sqrt}  # fmt: skip
_FORMULAS = tomllib.loads((data.FOLDER / "formulas.toml").read_text("utf-8"))["rules"]


def posed(name, seed=0):
    """The question with this name as it is asked, with numbers and an order of options for this seed.

    Raises ValueError for a name that is not there, or a seed that is no whole number.

    >>> posed("drill-leap")["question"][:84]
    'You have runs up to 900 million parameters and must forecast 6.3 billion parameters,'
    >>> posed("drill-leap")["answer"]
    49
    """
    asked = data.question(name) | {"name": name}
    return _shuffled(drawn(asked, seed) if "let" in asked else asked, f"{name} {seed}")


def _shuffled(asked, key):
    """The question with its options, and those of its steps, in an order that only the key decides."""
    made = dict(asked)
    if "steps" in asked:
        made["steps"] = [_shuffled(step, f"{key} {k}") for k, step in enumerate(asked["steps"])]
    if "options" in asked:

        def place(option):
            return hashlib.sha256(f"{key} {option['text']}".encode()).digest()

        made["options"] = sorted(asked["options"], key=place)
        if [option["text"] for option in made["options"]] == asked["answer"]:
            made["options"].reverse()  # an order does not show itself
    return made


def plain(text):
    """The words with each LaTeX formula as one would type it: for a screen reader, or plain text.

    >>> plain(r"The size term is $A/N^\\alpha$, so $a = \\frac{\\beta}{\\alpha+\\beta}$.")
    'The size term is A / N^alpha, so a = beta / (alpha + beta).'
    """

    def typed(formula):
        words = formula[1]
        for rule in _FORMULAS * 2:
            words = re.sub(rule[0], rule[1], words)
        return words.strip()

    return re.sub(r"\$([^$]+)\$", typed, text)


def another(pose, seed, start=None):
    """The first seed, after this one or from start on, that poses a question in other words."""

    def words(seed):
        asked = pose(seed)
        return [asked["question"], *(step["question"] for step in asked.get("steps", ()))]

    first, start = words(seed), seed + 1 if start is None else start
    return next(s for s in range(start, start + 1000) if words(s) != first)


def reread(name):
    """(title, link) of the section that explains this question, seen from the folder of notebooks.

    >>> reread("chinchilla-rounding")
    ('02 · 7. Four sets of constants, four answers', '02_chinchilla.ipynb#7.-Four-sets-of-constants,-four-answers')
    """
    chapter, heading = data.question(name)["reread"].split("#")
    return f"{chapter[:2]} · {heading}", f"{chapter}.ipynb#{heading.replace(' ', '-')}"


def drawn(asked, seed=0):
    """A generated question with the numbers of this seed, filled into its words, options and steps.

    Where a slip would pass for the answer, or for another slip, the numbers are drawn again.

    >>> asked = {"let": {"width": "64 * whole(4, 16)"}, "answer": "12 * width**2", "tolerance": 0.02,
    ...          "question": "One layer of width {width}?", "why": "{answer}", "hint": "Twelve squares.",
    ...          "slips": [{"value": "answer / 3", "why": "That is the attention of width {width}."}]}
    >>> drawn(asked, 3)["question"], drawn(asked, 3)["answer"]
    ('One layer of width 320?', 1228800)
    """
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed is {seed!r}, but must be a whole number of 0 or more.")
    known = KNOWN | drawing(np.random.default_rng(seed))
    for _ in range(100):
        for name, formula in asked["let"].items():
            known[name] = _value(formula, known)
        values = {name: known[name] for name in asked["let"]}
        made = _made(asked, known, {name: _shown(values[name]) for name in values})
        made["values"] = values
        if all(verdicts.apart(part) for part in made.get("steps", [made]) if "slips" in part):
            break
    return made


def _made(part, known, names):
    """A question, or a part of it, with what its formulas come to, and the names filled into its words."""
    if isinstance(part, list):
        return [_made(one, known, names) for one in part]
    if not isinstance(part, dict):
        return part.format(**names) if isinstance(part, str) else part
    made = {"let": part["let"]} if "let" in part else {}
    if "slips" in part:
        made["answer"] = _value(part["answer"], known)
        known = known | made
        names = names | {"answer": verdicts.number_words(made["answer"])}
    elif "value" in part:
        made["value"] = _value(part["value"], known)
    return made | {k: _made(one, known, names) for k, one in part.items() if k not in made}


def drawing(rng):
    """The functions with which a formula draws numbers from this generator.

    >>> draw = drawing(np.random.default_rng(7))
    >>> draw["between"](1e9, 5e11), draw["one_of"]("Kaplan", "Chinchilla"), draw["whole"](1, 6)
    (49000000000.0, 'Chinchilla', 5)
    """

    def rounded(value, digits=2):
        return float(f"{value:.{digits - 1}e}")

    return {
        "between": lambda low, high, digits=2: rounded(low * (high / low) ** rng.random(), digits),
        "one_of": lambda *options: options[int(rng.random() * len(options))],
        "whole": lambda low, high: low + int(rng.random() * (high + 1 - low)),
        "random": rng.random, "rounded": rounded, "round": round,
    }  # fmt: skip


def _value(formula, names):
    """What a formula of our own data comes to: an expression of these names, without Python's own."""
    return eval(_compiled(formula), names)


_compiled = functools.cache(lambda formula: compile(formula, formula, "eval"))


class _Number(float):
    """A number in words: {x} is 70 billion or 0.35, {x:e} 7e10, {x:3} three digits, {x:.2f} as usual."""

    def __format__(self, how):
        if how == "e" or (not how and self >= 1e15):
            return units.power(self, 3)
        if how.isdigit():
            return units.plain(self, int(how))
        return super().__format__(how) if how else units.spoken(self, 3)


def _shown(value):
    """What the words show for a value: whole numbers in full, others as a _Number, the rest as it is."""
    if isinstance(value, int):
        return f"{value:,}"
    return _Number(value) if isinstance(value, float) else value
