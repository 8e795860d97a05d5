"""What a learner has done, in one file: answers, what comes back when, the interview, code, sliders.

The state is a dict of parts; a part holds entries by name, and an entry knows "when" it was written (UTC)
and in which "notebook". read and remember never raise: they give a sentence for the learner, or "".

- answers, by the id of a question or claim: "of" (its digest), "first" and "seed", "typed", "verdict",
  "right", "tries", "hint"; "interview" is the mock interview, "interview 3" its fourth question, "drill
  serving" a drill, "drill serving: name 0" its question
- interviews, by the time when they began: "names" of what they asked, "points" of so many ("of") checked
- repeat, by the id of a question that was wrong: "step", and when it is "due" again ("" once it is learnt)
- exercises, by the name of one: "code" that was tried last, "passed" that was right, "right", "tries", and
  when the clock was "begun"; sliders: what their callers keep
"""

import contextlib
import datetime
import hashlib
import json
import os
from pathlib import Path

import filelock
import platformdirs

from helpers import data

VERSION = 1  # of what the file holds
PARTS = ("answers", "repeat", "exercises", "sliders", "interviews")
_NOTHING = {part: {} for part in PARTS}  # read only, as every state is
DAYS = (1, 3, 7)  # after which a question comes back; after the last right answer it does not
_COURSE = Path(__file__).resolve().parent.parent


def path(folder=None):
    """Where the file lies for a notebook in this folder; by default, the one where Python runs.

    >>> path(_COURSE / "work").name
    'progress.json'
    """
    if named := os.environ.get("SCALING_PROGRESS"):
        return Path(named).expanduser()
    if Path(folder or os.getcwd()).resolve().is_relative_to(_COURSE / "work"):
        return _COURSE / "work" / "progress.json"
    return platformdirs.user_data_path("scaling-laws-course", appauthor=False) / "progress.json"


def read():
    """(state, sentence): all that is kept; a damaged file is set aside, and the sentence says so."""
    try:
        state = load(path())
    except ValueError as error:
        return _NOTHING, f"What you did before is not shown. {error}"
    return (state, "") if state else (_NOTHING, change(lambda state: state))


def remember(**parts):
    """Keep these entries, such as sliders={"isoflop": {"flops": 1e21}}, beside all others; a sentence."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
    stamp = {"when": now, "notebook": Path(os.environ.get("JPY_SESSION_NAME", "")).name}
    new = {part: {n: e | stamp for n, e in entries.items()} for part, entries in parts.items()}
    return change(lambda state: state | {part: state.get(part, {}) | new[part] for part in new})


def forget(names=None):
    """Forget these names in all parts, or everything; a sentence."""

    def left(entries):
        return {n: e for n, e in entries.items() if names is not None and n not in names}

    return change(lambda state: {part: left(entries) for part, entries in state.items()})


def place(state):
    """(name, notebook) of what was done last, or None; the notebook is "" outside of a Jupyter server.

    >>> place({"answers": {"gopher-split": {"when": "2026-11-28", "notebook": "02_chinchilla.ipynb"}}})
    ('gopher-split', '02_chinchilla.ipynb')
    """
    parts = [state.get(part, {}) for part in ("answers", "exercises", "sliders")]
    done = [(e["when"], name, e.get("notebook", "")) for part in parts for name, e in part.items()]
    return max(done)[1:] if done else None


def digest(asked):
    """A short name for what a posed question asks and answers; its hint and its reasons may change."""

    def said(one):
        options, answer = [option["text"] for option in one.get("options", ())], one.get("answer")
        answer = f"{answer:.6g}" if isinstance(answer, int | float) else answer
        steps = [said(step) for step in one.get("steps", ())]
        return [one["question"], sorted(options), answer, one.get("unit"), one.get("points"), steps]

    return hashlib.sha256(json.dumps(said(asked)).encode()).hexdigest()[:12]


def repeated(entry, right, today):
    """The entry of repeat after an answer: a wrong one starts anew, a right one counts once it was due.

    >>> repeated(None, False, datetime.date(2026, 11, 28))
    {'step': 0, 'due': '2026-11-29'}
    >>> repeated({"step": 0, "due": "2026-11-29"}, True, datetime.date(2026, 11, 29))
    {'step': 1, 'due': '2026-12-02'}
    """
    if right and (entry is None or not entry["due"] or today.isoformat() < entry["due"]):
        return entry
    step = entry["step"] + 1 if right else 0
    later = today + datetime.timedelta(DAYS[step]) if step < len(DAYS) else ""
    return {"step": step, "due": str(later)}


def due(state, today):
    """The questions that are due on this day, those that wait longest first."""
    waiting = {n: e["due"] for n, e in state["repeat"].items() if n in data.questions()}
    late = [name for name, day in waiting.items() if day and day <= today.isoformat()]
    return sorted(late, key=lambda name: waiting[name])


def load(file, needed=False):
    """The state in a file: nothing where there is none, None where it holds something else.

    Raises ValueError with a sentence where it cannot be read, or is of a newer course.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not needed:
            return _NOTHING
        raise ValueError(f"{file} cannot be read: {error.strerror}.") from None
    try:
        state = json.loads(content)
        version = state.pop("version")
        newer = version > VERSION
        entries = [] if newer else [e for part in state.values() for e in part.values()]
        dated = all(isinstance(entry["when"], str) for entry in entries)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if newer:
        raise ValueError(f"{file} is of a newer course, so it stays as it is: update this one.")
    return _NOTHING | state if dated and version == VERSION else None


def change(how):
    """Change what the file holds, under its lock, so that two windows lose nothing of each other."""
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(file.with_name(f".{file.name}.lock"), timeout=5):
            state, said = load(file), ""
            if state is None:
                now = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
                aside = file.with_name(f"{file.stem}-damaged-{now}.json")
                os.replace(file, aside)
                said = f"The file of your progress was damaged. It is now {aside}, and a new one begins."
            write(file, how(state or _NOTHING))
            return said
    except (OSError, NotImplementedError) as error:
        why = f"{file} cannot be written: {getattr(error, 'strerror', None) or error}."
    except ValueError as error:
        why = str(error)
    return f"This is not kept for the next time. {why}"


def write(file, state):
    """Write a file at once and whole, or not at all."""
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text(json.dumps({"version": VERSION} | state, indent=1), encoding="utf-8")
        os.replace(new, file)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
