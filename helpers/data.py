"""Published figures from the folder data/, each row with its source."""

import csv
import functools
import io
import json
import math
import re
import textwrap
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np

from helpers.units import parse

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


def questions() -> dict[str, dict]:
    """All questions of data/questions/ by name, in the order of the chapters."""
    files = sorted((FOLDER / "questions").glob("*.toml"))
    return {name: asked for file in files for name, asked in _bank(file).items()}


def claims() -> dict[str, dict]:
    """All claims of data/claims.toml by name, in the order of the chapters."""
    return _bank(FOLDER / "claims.toml")


def picture(name):
    """(description, SVG) of a plot of data/pictures/; ValueError for a name that is not there."""
    files = {path.stem: path for path in sorted((FOLDER / "pictures").glob("*.svg"))}
    svg = _entry("picture", name, files).read_text("utf-8")
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


def _bank(path):
    return dict(_read_bank(path, path.stat().st_mtime_ns))


@functools.lru_cache(maxsize=16)  # a changed file is read again
def _read_bank(path, changed):
    import tomllib  # here, so that the formulas and fits load fast

    try:
        return tomllib.loads(path.read_text("utf-8"))
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


Runs = namedtuple("Runs", "params tokens loss flops run said")  # said: sentences on what was read
KINDS = ("params", "tokens", "loss", "flops", "run")  # of columns
GUESSING = math.log(50_257)  # nats of a guess that knows how many tokens GPT-2 has, and no more


def read_runs(
    path, *, params=None, tokens=None, loss=None, flops=None, run=None, units=None, loss_unit=None
) -> Runs:
    """Your own training runs from a table: CSV (commas, semicolons, tabs), JSON lines or a JSON list.

    params, tokens, loss, flops, run name the columns where the usual names are not enough. units: of
    sizes and tokens, such as "M,B"; loss_unit: nats, unless bits or ppl is said, which become nats.
    Tokens or sizes that are missing come from C = 6ND. Raises ValueError with row and column of what
    cannot be read, OSError without a file.
    """
    words = _bank(FOLDER / "own_columns.toml")
    path, per = Path(path), {"nats": 1.0, "bits": math.log(2), "ppl": 1.0}.get(loss_unit or "nats")
    typed = [] if units is None else [f"1 {unit}" for unit in str(units).split(",")]
    if per is None or len(typed) not in (0, 2):
        raise ValueError(f"units {units}, loss_unit {loss_unit}: units must be two, such as M,B, "
                         "and loss_unit nats, bits or ppl.")  # fmt: skip
    factors = dict(zip(KINDS, map(parse, typed))) | {"loss": per}
    rows, mark = _table(path)
    told = dict(zip(KINDS, (params, tokens, loss, flops, run)))
    header = list(dict.fromkeys(name for _, row in rows for name in row))
    at = {k: _which(k, name, header, rows, path.name, words) for k, name in told.items()}
    lacks = [kind for kind in ("params", "tokens", "flops") if at[kind][0] is None]
    if at["loss"][0] is None or len(lacks) > 1:
        raise ValueError(at[lacks[0] if len(lacks) > 1 else "loss"][1])
    if loss_unit is None and re.search("bit|bpb|ppl|perplex", str(at["loss"][0]).lower()):
        other = f"the name {at['loss'][0]!r} says bits or perplexity"
        raise ValueError(f"{path.name}: {other}: say --loss-unit bits, ppl or nats (loss_unit=).")
    found, names = {}, [f"{kind} from {name!r}" for kind, (name, _) in at.items() if name]
    for kind, (name, _) in at.items():
        found[kind], factor = [], factors.get(kind, 1.0)
        for place, row in rows if name is not None else ():
            cell = "" if row.get(name) is None else str(row[name]).strip()
            try:
                one = cell if kind == "run" else _number(kind, cell, factor, mark, words)
            except ValueError as problem:
                raise ValueError(f"{path.name}, {place}, column {name!r}: {problem}") from None
            found[kind].append(one)
    n, d, y, c = (np.array(found[kind] or [math.nan] * len(rows)) for kind in KINDS[:4])
    y = np.log(y) if loss_unit == "ppl" else y
    with np.errstate(divide="ignore", invalid="ignore"):
        d, by_compute = np.where(np.isnan(d), c / 6 / n, d), np.isnan(n) | np.isnan(d)
        n = np.where(np.isnan(n), c / 6 / d, n)
        odd = (n > 1e14) | (d > 1e17) | (d < n / 100) | (d > 1e6 * n)
        for x, least in ((n, 1e4), (d, 1e5)):  # a column of small ones, or one far below
            top = np.max(x, where=(d > 0) & np.isfinite(n + d + y), initial=0)
            odd |= (x < least) & ((top < 100 * least) | (top > 1e5 * x))
        flops = np.where(np.isnan(c), 6 * n * d, c)
    lost = (y >= GUESSING) & (np.median(y[np.isfinite(y)].tolist() or [0]) < GUESSING)
    first: dict = {}
    again = [first.setdefault(str(list(row.values())), k) < k for k, (_, row) in enumerate(rows)]
    keep, said = np.ones(len(rows), bool), []
    for what, which, why in (
        ("Left out", np.isinf(y) | lost, "the run diverged (no finite loss, or no better than a guess, "
         f"{GUESSING:.1f} nats)"),
        ("Left out", np.isnan(n + d + y) | (d == 0), "a number is missing, or no token was seen"),
        ("Left out", np.array(again, bool), "the row repeats another one in every cell"),
        ("Filled in", by_compute, "params or tokens that C = 6ND gives"),
        ("Please check", odd, "hardly a training run; are sizes or tokens in millions or billions? "
         "Say --units M,B"),
        ("Please check", y >= GUESSING, "loss worse than a guess; say --loss-unit bits or ppl if it is"),
    ):  # fmt: skip
        if (which := which & keep).any():
            places = [place for (place, _), bad in zip(rows, which) if bad]
            more = f" and {len(places) - 4:,} more" if len(places) > 4 else ""
            count = f"{len(places):,} row{'s'[: len(places) - 1]}"
            said.append(f"{what} {count} ({', '.join(places[:4])}{more}): {why}.")
        keep &= ~which if what == "Left out" else True
    if not keep.any():
        raise ValueError(" ".join([f"{path.name}: none of its {len(rows)} rows is a run.", *said]))
    if at["flops"][0] is None and "could" in at["flops"][1]:
        said.append(f"Compute is 6ND. {at['flops'][1]}")
    said.insert(0, f"Read {keep.sum():,} of {len(rows):,} rows of {path.name}: {', '.join(names)}.")
    taken = n[keep], d[keep], y[keep], flops[keep] if found["flops"] else None
    return Runs(*taken, np.array(found["run"])[keep] if found["run"] else None, tuple(said))


def _table(path):
    """(its place, its cells by column) for each row, and what parts the cells."""
    raw = path.read_bytes()
    if b"\0" in raw[:9999]:
        raise ValueError(f"{path.name} is no plain text: save the table as CSV or as JSON lines.")
    text = raw.decode("utf-8-sig", "replace").lstrip()
    rows, place, mark = [], "line 1", "JSON"
    try:
        if text.startswith("["):
            rows = [(f"entry {k}", row) for k, row in enumerate(json.loads(text), start=1)]
        elif text.startswith("{"):
            for k, line in enumerate(text.splitlines(), start=1):
                place = f"line {k}"
                rows += [(place, json.loads(line))] if line.strip() else []
        else:
            mark = max(",;\t|", key=text.partition("\n")[0].count)
            lines = io.StringIO(text, newline="")
            reader = csv.reader(lines, delimiter=mark, skipinitialspace=True)
            names = [name.strip("# ") for name in next(reader, [])]
            if twice := {name for name in names if name and names.count(name) > 1}:
                raise ValueError(f"two columns have the name {min(twice)!r}")
            for cells in filter(any, reader):
                place = f"line {reader.line_num}"
                if len(cells) < len(names) or any(cells[len(names) :]):
                    raise ValueError(f"{len(cells)} cells, but the line of names has {len(names)}")
                rows.append((place, dict(zip(names, cells))))
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path.name}, {place}: {error}.") from None
    if odd := [place for place, row in rows if not isinstance(row, dict)]:
        raise ValueError(f'{path.name}, {odd[0]}: no object such as {{"N": 1e9, "loss": 3, ...}}.')
    if not rows:
        raise ValueError(f"{path.name}: no rows below a line with the names of the columns.")
    return rows, mark


def _which(kind, told, header, rows, file, words):
    """The name of a column and nothing, or None and a sentence that says what to type."""
    keys = [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in header]
    found = [name for name in header if name.strip() == told]
    for pattern in words["names"][kind] if told is None else ():
        found = found or [name for name, key in zip(header, keys) if re.fullmatch(pattern, key)]
    if len(found) == 1 or len({str([row.get(name) for _, row in rows]) for name in found}) == 1:
        return found[0], ""
    there = textwrap.shorten(", ".join(map(repr, header)), 110, placeholder=" ...")
    what = f"no column {'looks like ' + kind if told is None else repr(told)} among {there}"
    if found:
        what = f"{' and '.join(map(repr, found[:4]))} could all be {kind}"
    problem = f'{file}: {what}: say --{kind} COLUMN (in Python {kind}="COLUMN").'
    if told is not None:
        raise ValueError(problem)
    return None, problem


def _number(kind, cell, factor, mark, words):
    """One cell: nan where it is empty, inf where the word of a failed run stands."""
    word = cell.lower().strip("-—#!+ ")
    if kind == "loss" and word in words["failed"]:
        return math.inf
    if word in words["missing"]:
        return math.nan
    if cell.count(",") == 1 and (kind == "loss" or mark != ","):  # a decimal comma
        if kind != "loss" and factor == 1 and re.search(r",\d{3}$", cell):
            raise ValueError(f"{cell!r} can be read in two ways: write it without the comma.")
        cell = cell.replace(",", ".")
    value = parse(cell)
    if value < 0 or (value == 0 and kind in ("params", "loss")):
        raise ValueError(f"{cell!r} is not above 0.")
    return value * (1 if cell[-1].isalpha() else factor)
