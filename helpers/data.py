"""Published figures from the folder data/, each row with its source."""

import csv
import functools
import re
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np

# Beside helpers/ in the course's own folder; inside of it where the course was installed as a package.
_PLACES = Path(__file__).resolve().parent.parent / "data", Path(__file__).resolve().parent / "files"
FOLDER = next((place for place in _PLACES if (place / "models.csv").exists()), _PLACES[0])

# The columns of each table. A bare name is text that every row needs, name# a number that every row
# needs, name? a number or nothing, name~ text or nothing.
COLUMNS = dict(list(csv.reader((FOLDER / "columns.csv").read_text("utf-8").splitlines()))[1:])
ROWS: dict[str, Any] = {table: namedtuple(table, re.sub("[#?~]", "", columns))
                        for table, columns in COLUMNS.items()}  # fmt: skip


class Model(ROWS["models"]):  # type: ignore[valid-type, misc]
    """One published model; None where nothing is certain. Scores are in percent."""

    @property
    def tokens_per_param(self) -> float | None:
        """Training tokens for each active parameter, None where one of them is unknown."""
        return self.tokens / self.active_params if self.tokens and self.active_params else None

    @property
    def flops(self) -> float | None:
        """Training compute by the rule 6 x active params x tokens, None where unknown."""
        params, tokens = self.active_params, self.tokens
        return 6.0 * params * tokens if params and tokens else None


def read_table(table, path=None):
    """The rows of a table of data/, or of another file with its columns, as named tuples.

    Raises ValueError for a malformed file; tools/shape.py names its line and column.
    """
    path, columns = Path(path or FOLDER / f"{table}.csv"), COLUMNS[table].split()
    with path.open(encoding="utf-8", newline="") as file:
        try:
            header, *rows = csv.reader(file, strict=True)
            if header != list(ROWS[table]._fields):
                raise ValueError(f"its first line must be {','.join(ROWS[table]._fields)}")
            pairs = [zip(columns, cells, strict=True) for cells in rows]
            return [ROWS[table](*(_cell(*pair) for pair in row)) for row in pairs]
        except (csv.Error, ValueError) as error:
            raise ValueError(f"{path.name} does not hold what its columns want: {error}.") from None


def _cell(column, text):
    """One cell as the mark of its column wants it."""
    if column[-1] in "#?":
        return float(text) if text.strip() else None
    return text.strip()


def models():
    """All models of data/models.csv, in families.

    >>> len(models()) >= 60
    True
    """
    return [Model(*row) for row in read_table("models")]


def accelerators():
    """All accelerators of data/accelerators.csv."""
    return read_table("accelerators")


def own_runs(path=None):
    """All runs of data/own_runs.csv, or of another file that a sweep wrote.

    Their losses are nats per byte of Python source: never in one plot with published runs.

    >>> len({round(run.budget) for run in own_runs() if run.kind == "grid"}) >= 5
    True
    """
    return read_table("own_runs", path)


def refit_draws() -> np.ndarray:
    """500 joint bootstrap draws of the Chinchilla refit, rows of E, A, B, alpha, beta."""
    path = FOLDER / "refit_draws.csv"
    try:
        draws = np.loadtxt(path, delimiter=",", skiprows=2, ndmin=2)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}.") from None
    if draws.shape[1] != 5:
        raise ValueError(f"{path.name}: {draws.shape[1]} columns, but there must be 5.")
    return draws


def questions() -> dict[str, dict]:
    """All questions of data/questions.toml by name, in the order of the chapters."""
    return _bank("questions.toml")


def claims() -> dict[str, dict]:
    """All claims of data/claims.toml by name, in the order of the chapters."""
    return _bank("claims.toml")


def picture(name):
    """(description, SVG) of a plot of data/pictures/; ValueError for a name that is not there."""
    files = {path.stem: path for path in sorted((FOLDER / "pictures").glob("*.svg"))}
    if name not in files:
        raise ValueError(f"picture is {name!r}, but must be one of {', '.join(files)}.")
    svg = files[name].read_text("utf-8")
    return re.findall("<title>(.+)</title>", svg)[0], svg


def question(name) -> dict:
    """The question with this name; ValueError with the nearest names where there is none."""
    return _entry("question", name, questions())


def claim(name) -> dict:
    """The claim with this name; ValueError with the nearest names where there is none.

    >>> claim("chinchilla-root-two")["verdict"]
    'wrong'
    """
    return _entry("claim", name, claims())


def _bank(file_name):
    return dict(_read_bank(FOLDER / file_name, (FOLDER / file_name).stat().st_mtime_ns))


@functools.lru_cache(maxsize=4)  # a changed file is read again
def _read_bank(path, changed):
    import tomllib  # here, so that the formulas and fits load fast

    with path.open("rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path.name}: {error}.") from None


def _entry(kind, name, bank):
    if name not in bank:
        raise ValueError(no_such(kind, name, list(bank)))
    return bank[name]


def no_such(kind, name, names):
    """The sentence for a name that is not among these, with the nearest ones."""
    import difflib

    part = [n for n in names if str(name).strip().lower() in n.lower()]
    near = (part or difflib.get_close_matches(str(name), names, n=4, cutoff=0.3) or names)[:4]
    return f"{kind} is {name!r}, but must be one of {len(names)}, such as {', '.join(near)}."


def named(rows, name):
    """The row with this name; ValueError with the nearest names where there is none.

    >>> named(models(), "Chinchilla").tokens_per_param
    20.0
    """
    for row in rows:
        if row[0].lower() == str(name).strip().lower():
            return row
    raise ValueError(no_such(rows[0]._fields[0], name, [row[0] for row in rows]))
