"""Numbers as people say and type them: 70 B, 1.4 trillion, 5.88e23."""

import ast
import contextlib
import math
import re
import unicodedata

_WORDS = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LETTERS = {"thousand": "K", "million": "M", "billion": "B", "trillion": "T", "": ""}
_SUFFIX = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "g": 1e9, "t": 1e12, "tn": 1e12,
           "mn": 1e6, "mio": 1e6, "quadrillion": 1e15, **_WORDS}  # fmt: skip
_DIGITS = r"(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
_NUMBER = re.compile(rf"([+-]?{_DIGITS}(?:e[+-]?\d+)?)\s*([a-z]*)")
_IN_A_SUM = re.compile(rf"(?<![a-wyz\d._])({_DIGITS}(?:e[+-]?\d+)?)\s*({'|'.join(sorted(_SUFFIX, reverse=True))})(?=x|[^\w.]|$)")  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_ABOUT = re.compile(r"(?i)^(?:(?:about|around|roughly|nearly|some|circa|approximately|approx\b\.?|ca?\.|[~≈∼])\s*)+")  # fmt: skip
_SUM = (ast.Expression, ast.BinOp, ast.operator, ast.UnaryOp, ast.USub, ast.Constant, ast.Call,
        ast.Name, ast.Load)  # fmt: skip
_NAMES = {"sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "log10": math.log10, "log2": math.log2, "e": math.e}  # fmt: skip


def plain(value, digits=2):
    """Round to some significant digits and write without an exponent where that is readable.

    >>> plain(18.42), plain(0.0421, 1), plain(8.0), plain(1234.5, 3)
    ('18', '0.04', '8.0', '1,230')
    """
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    rounded = round(value, digits - 1 - exponent)
    if rounded != 0:  # 9.99 becomes 10: one digit more before the point
        exponent = math.floor(math.log10(abs(rounded)) + 1e-12)
    return f"{rounded:,.{max(digits - 1 - exponent, 0)}f}"


def power(value, digits=2):
    """Write compute the way the papers do.

    >>> power(5.88e23), power(5.88e23, 3), power(1e26)
    ('5.9e23', '5.88e23', '1e26')
    """
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{_trimmed(mantissa)}e{int(exponent)}"


def spoken(value, digits=2, trim=True):
    """Say a count in words; trim drops zeros after the point.

    >>> spoken(72.2e9), spoken(1.4e12, 3), spoken(1.4e12, 3, trim=False), spoken(999.7e9)
    ('72 billion', '1.4 trillion', '1.40 trillion', '1 trillion')
    """
    rounded = float(f"{value:.{digits - 1}e}")
    word = ["", *(name for name, factor in _WORDS.items() if rounded >= factor)][-1]
    number = plain(value / _WORDS[word], digits)
    return f"{_trimmed(number) if trim else number} {word}".strip()


def short(value, digits=3):
    """Say a count in one letter, for a read-out or a label.

    >>> short(72.2e9), short(1.4e12), short(405e9)
    ('72.2 B', '1.4 T', '405 B')
    """
    number, _, word = spoken(value, digits).partition(" ")
    return f"{number} {_LETTERS[word]}".strip()


def percent(share, digits=None):
    """Write a share in whole percent, or with some significant digits.

    >>> percent(0.264), percent(0.264, 2), percent(0.00412, 2)
    ('26 %', '26 %', '0.41 %')
    """
    return f"{100 * share:.0f} %" if digits is None else f"{plain(100 * share, digits)} %"


def year(month):
    """The middle of a month YYYY-MM as a number of years.

    >>> round(year("2025-04"), 2)
    2025.29
    """
    return int(month[:4]) + (int(month[5:]) - 0.5) / 12


def _trimmed(number):
    return number.rstrip("0").rstrip(".") if "." in number else number


def parse(text):
    """Read a number as a person types it: 70B, 1.4 T, 5.88e23, 5.88 x 10^23, 1,400,000.

    Raises ValueError with a sentence where the text is not one finite number.

    >>> parse("1.4T"), parse("about 70 billion"), parse("5.88 x 10^23"), parse("1 400")
    (1400000000000.0, 70000000000.0, 5.88e+23, 1400.0)
    """
    said, plainer = "" if text is None else str(text).strip(), _plain_signs(text).replace("_", "")
    plainer = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", ",", plainer)
    plainer = re.sub(r"\s*(?:[x×*·]\s*)?(?<![\d.])10\s*(?:\^|\*\*)\s*\(?([+-]?\d+)\)?", r"e\1", plainer)  # fmt: skip
    match = _NUMBER.fullmatch(re.sub("^e(?=[+-]?\\d)", "1e", plainer))
    if not match or match[2] not in _SUFFIX:
        point, fault = said.replace(",", "."), "not a number I can read: write it like 70B, 1.4T or 5.88e23"  # fmt: skip
        if "," in said and _NUMBER.fullmatch(point.lower()):
            fault = f"a number with a decimal comma: write it like {point}"
        raise ValueError(f"{said!r} is {fault}.")
    value = float(match[1].replace(",", "")) * _SUFFIX[match[2]]
    if not math.isfinite(value):
        raise ValueError(f"{said!r} is too large for a number: write it like 5.88e23.")
    return value


def computed(text):
    """Read a number, or work out a sum of numbers: 6 x 70B x 1.4T, 2^20, 0.05^(1/4), sqrt(1e24/120).

    Raises ValueError with a sentence where the text is neither, or comes to no finite number.

    >>> computed("6 x 70B x 1.4T"), computed("2**-1"), computed("3/4")
    (5.88e+23, 0.5, 0.75)
    """
    try:
        return parse(text)
    except ValueError as error:
        with contextlib.suppress(SyntaxError, ValueError, ArithmeticError, NameError, TypeError):
            code = _IN_A_SUM.sub(lambda number: f" {parse(number[0])!r} ", _plain_signs(text))
            code = re.sub(r"(?:(?<=\d )|(?<=\)))\s*(?:[x×·]|(?=\())", "*", code).replace("^", "**")
            nodes = list(ast.walk(tree := ast.parse(code.strip()[:200], mode="eval")))
            # floats alone, of which no power takes long, and the functions above
            if all(isinstance(node, _SUM) and isinstance(getattr(node, "value", 0.0), float) for node in nodes):  # fmt: skip
                value = eval(compile(tree, "", "eval"), {"__builtins__": {}} | _NAMES)
                if len(code) < 200 and math.isfinite(value):
                    return value
        raise error


def _plain_signs(text):
    """In small letters, without words such as about, and no sign that few keyboards have."""
    said = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda high: f"^{high[0].translate(_RAISED)}", str(text))
    said = unicodedata.normalize("NFKC", said).lower().replace("−", "-").replace("⁄", "/")
    return _ABOUT.sub("", said.strip())
