"""What every formula does with its numbers: refuse nonsense in a sentence, answer plainly."""

import math
import reprlib

import numpy as np

LARGEST = 1e100  # no resource of this subject comes near it, and products of it stay finite


def positive(name, value, zero=False):
    """Give the value back as a float array, or say in a sentence what is wrong with it.

    Masked entries are not looked at, and stay masked. Raises ValueError with the row of the first
    entry that is no number, or too small or too large a one.

    >>> positive("params", [7e9, -1])
    Traceback (most recent call last):
    ValueError: params is -1 in row 2 of 2, but must be a positive number, at most 1e+100.
    """
    allowed = f"{'0 or ' if zero else ''}a positive number, at most {LARGEST:g}"
    try:
        items, mask = np.asarray(value), np.ma.getmask(value)
    except ValueError:
        raise ValueError(f"{name} has rows of unlike lengths, but must be {allowed}.") from None
    if items.dtype.kind in "US":
        items = np.asarray(value, object)  # a list's numbers beside one word of it
    if items.dtype.kind in "iuf":
        array = items.astype(float)
    else:
        array = np.reshape([_number(item) for item in items.flat], items.shape)
    wrong = ~(((array >= 0) if zero else (array > 0)) & (array <= LARGEST))
    if mask is not np.ma.nomask:
        array, wrong = np.ma.masked_array(np.where(mask, 1.0, array), mask), wrong & ~mask
    refuse(name, items, wrong, allowed)
    return array if mask is np.ma.nomask or mask.any() else array.data


def refuse(name, items, wrong, allowed):
    """Raise ValueError with the first of the items that is wrong, and its row, where one is."""
    if not np.any(wrong):
        return
    flat = int(np.argmax(wrong))
    index, item = np.unravel_index(flat, np.shape(wrong)), np.broadcast_to(items, np.shape(wrong))
    row = f" in row {flat + 1:,} of {np.size(wrong):,}" if index else ""
    if np.size(wrong) > max(np.shape(wrong), default=1):  # a grid
        row = f" at [{', '.join(map(str, index))}]"
    raise ValueError(f"{name} is {_said(item[index])}{row}, but must be {allowed}.")


def share(name, value):
    """Give the value back as a float between 0 and 1, or say in a sentence that it is none.

    >>> share("level", 80)
    Traceback (most recent call last):
    ValueError: level is 80, but must lie between 0 and 1, such as 0.8.
    """
    number = _number(value)
    if not 0 < number < 1:
        such = number / 100 if 1 < number < 100 else 0.95  # percent
        raise ValueError(
            f"{name} is {_said(value)}, but must lie between 0 and 1, such as {such:g}."
        )
    return number


def _number(item):
    """A float; nan for what is no number, such as text, a truth value, a moment or nothing."""
    try:
        return float(item) if np.asarray(item).dtype.kind in "iufO" else math.nan
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _said(item):
    item = item.item() if isinstance(item, np.number | np.bool_) else item
    return f"{item:g}" if isinstance(item, float) else reprlib.repr(item)


def plain(array):
    """One number leaves as a Python float, several as an array; infinity does not leave."""
    if np.isfinite(array).all() is np.False_:  # what is masked counts for nothing
        raise ValueError("The result is too large for a number: use less extreme input.")
    return float(array) if np.ndim(array) == 0 and array is not np.ma.masked else array


def solved(scale, gap, exponent, problem):
    """Solve scale / x**exponent = gap for x.

    Where no x does, one number raises the problem as a sentence, an array comes back masked.
    """
    with np.errstate(all="ignore"):
        x = np.asanyarray(np.exp((np.log(scale) - np.log(gap)) / exponent))
    missing = ~np.ma.filled((x >= 1 / LARGEST) & (x <= LARGEST), False)
    if not missing.any():
        return plain(x)
    if x.ndim == 0:
        raise ValueError(problem)
    return np.ma.masked_array(np.where(missing, np.nan, x), missing)
