"""Chapter 00's picture: ten times the size."""

from drawing import ax, is_at, marks, words_outside  # noqa: F401

from helpers import laws
from pictures import start_here

LAW = laws.KAPLAN_PARAMS


def test_ten_times(ax):
    found, sentence = marks(ax, start_here.TenTimes(LAW), params=1e9)
    assert is_at(found["here"], 1e9, LAW.loss(1e9))
    assert is_at(found["best"], 1e10, LAW.loss(1e10))
    assert "2.38" in sentence and "1.99" in sentence and "0.839" in sentence


def test_the_words_beside_the_step_end_inside_the_picture():
    ends = (1e7, 1.9e11, 2.1e11, 1e12)  # on either side of where they change sides
    assert not words_outside(start_here.TenTimes(LAW), "params", ends)
