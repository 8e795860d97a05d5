"""The progress of a mock interview in a small JSON file that the learner names."""

import contextlib
import json
import os
from pathlib import Path

from helpers import data

VERSION = 1  # of what the file holds


def save(state, path):
    """Write the interview to a file, at once or not at all; a file of something else stays as it is.

    Raises ValueError with a sentence where that is impossible.
    """
    path = _json_path(path)
    new = path.with_name(f".{path.name}.new")
    try:
        if path.exists():
            load(path)
        new.write_text(json.dumps(state, indent=1), encoding="utf-8")
        os.replace(new, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        raise ValueError(f"{path} cannot be written: {error.strerror}.") from None


def load(path):
    """Read an interview from a file that save wrote; ValueError with a sentence for any other."""
    path = _json_path(path)
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        names = {item["name"] for item in state["items"]}
        if state["version"] == VERSION and names and names <= set(data.questions()):
            return state
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise ValueError(
        f"{path} is not the progress of an interview of this course: it stays as it is."
    )


def _json_path(path):
    if not str(path).strip().endswith(".json"):
        raise ValueError(f"The file is {str(path)!r}, but must have a name that ends in .json.")
    return Path(os.path.expanduser(str(path).strip()))
