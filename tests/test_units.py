"""Numbers as people say and type them."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import units


@pytest.mark.parametrize(
    "text, value",
    [
        ("70", 70),
        ("70B", 70e9),
        ("70 billion", 70e9),
        ("1.4T", 1.4e12),
        ("1.4 t", 1.4e12),
        ("300bn", 300e9),
        ("5.88e23", 5.88e23),
        ("5.88E+23", 5.88e23),
        ("5.88 x 10^23", 5.88e23),
        ("5.88 * 10**23", 5.88e23),
        ("5.88×10^23", 5.88e23),
        ("10^24", 1e24),
        ("1,400,000", 1.4e6),
        ("1_000", 1000),
        ("~20", 20),
        (".5", 0.5),
        ("-3", -3),
        ("−3", -3),
        ("12k", 12e3),
        (7e10, 7e10),
    ],
)
def test_typed_numbers(text, value):
    assert units.parse(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", None, "abc", "nan", "inf", "1.2.3", "70 bananas", "5,88", "1e", "1e400", "--1"],
)
def test_nonsense_gets_a_sentence(text):
    with pytest.raises(ValueError, match=r"number.*write it like"):
        units.parse(text)


@pytest.mark.parametrize("text", [
    "9**9**9**9", "2" + "**9" * 60, "(-8)**0.5", "1/0", "0b11111111111111111111**0b111111111111111111", "9j", "exp(1e9)",
    "__import__('os')", "(1).real", "lambda: 3", "[1]*9", "'a'*9", "1 if 2 else 3", "not 3", "sqrt", "sqrt(2, 3)", "exp(x=2)",
    "(" * 150, "1 2", "3;4", "max(1, 2)", "10**400",
])  # fmt: skip
def test_a_sum_is_of_numbers_alone_and_takes_no_time(text):
    start = time.perf_counter()
    with pytest.raises(ValueError, match="number"):
        units.computed(text)
    assert time.perf_counter() - start < 0.1


@given(st.text("0123456789.e+-*/^()x kMB²⁴,ln", max_size=30))
def test_whatever_is_typed_is_a_finite_number_or_a_sentence(text):
    try:
        assert math.isfinite(units.computed(text))
    except ValueError as error:
        assert "number" in str(error) and "write it like" in str(error)


@given(st.floats(1e-3, 1e29))
def test_what_is_said_can_be_typed_back(value):
    assert units.parse(units.power(value, 4)) == pytest.approx(value, rel=1e-3)
    if 1e3 <= value < 1e15:
        assert units.parse(units.spoken(value, 4)) == pytest.approx(value, rel=1e-3)
        assert units.parse(units.short(value, 4)) == pytest.approx(value, rel=1e-3)


def test_rounding_up_changes_the_word():
    assert units.spoken(999.6e6, 3) == "1 billion"
    assert units.short(999_999_999_999) == "1 T"
    assert units.plain(9.99, 2) == "10" and units.plain(0.0999, 2) == "0.10"
    assert units.plain(9.996, 3) == "10.0" and units.plain(0.999) == "1.0"
    assert units.plain(0) == "0" and units.plain(1) == "1.0" and units.spoken(12, 3) == "12"
    assert units.spoken(1e9) == "1 billion" and units.short(1.2345e9) == "1.23 B"


def test_every_word_and_letter_is_its_factor():
    factors = {"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "g": 1e9,
               "billion": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12}  # fmt: skip
    for word, factor in factors.items():
        assert units.parse(f"7 {word}") == 7 * factor
        if word in ("", "thousand", "million", "billion", "trillion"):
            assert units.spoken(7 * factor, 1) == f"7 {word}".strip()


def test_a_month_is_its_middle_and_a_share_is_percent():
    assert units.year("2024-12") == pytest.approx(2024 + 11.5 / 12)
    assert units.percent(0.123) == "12 %" and units.percent(0.123, 3) == "12.3 %"
