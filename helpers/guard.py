"""What every formula does with its numbers: refuse nonsense in a sentence, answer plainly."""

import numpy as np

LARGEST = 1e100  # no resource of this subject comes near it, and products of it stay finite


def positive(name, value, zero=False):
    """Give the value back as a float array, or say in a sentence what is wrong with it.

    >>> positive("params", -1)
    Traceback (most recent call last):
    ValueError: params is -1, but must be a positive number, at most 1e+100.
    """
    allowed = f"{'0 or ' if zero else ''}a positive number, at most {LARGEST:g}"
    array = np.asarray(value)
    if array.dtype.kind == "O" and all(type(item) is int for item in array.flat):
        array = array.astype(float)  # whole numbers beyond 64 bits, such as 10**24
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} is {value!r}, but must be {allowed}.")
    array = array.astype(float)
    wrong = ~(((array >= 0) if zero else (array > 0)) & (array <= LARGEST))
    if wrong.any():
        raise ValueError(f"{name} is {array[wrong].flat[0]:g}, but must be {allowed}.")
    return array


def plain(array):
    """One number leaves as a Python float, several as an array; infinity does not leave."""
    if not np.isfinite(array).all():
        raise ValueError("The result is too large for a number: use less extreme input.")
    return float(array) if np.ndim(array) == 0 else array


def solved(scale, gap, exponent, problem):
    """Solve scale / x**exponent = gap for x.

    Where no x does, one number raises the problem as a sentence, an array comes back masked.
    """
    with np.errstate(all="ignore"):
        x = np.asarray(np.exp((np.log(scale) - np.log(gap)) / exponent))
    missing = ~(np.isfinite(x) & (x > 0))
    if not missing.any():
        return plain(x)
    if x.ndim == 0:
        raise ValueError(problem)
    return np.ma.masked_array(np.where(missing, np.nan, x), missing)
