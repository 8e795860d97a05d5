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
from typing import Any, NamedTuple

import numpy as np

from helpers.units import parse, spoken

# Beside helpers/ in the course's own folder; inside of it where the course was installed as a package.
_PLACES = Path(__file__).resolve().parent.parent / "data", Path(__file__).resolve().parent / "files"
FOLDER = next((place for place in _PLACES if (place / "models.csv").exists()), _PLACES[0])

# The columns of each table; data/README.md says what they hold. A bare name is text that every row
# needs, name# a number that every row needs, name? a number or nothing, name~ text or nothing.
COLUMNS = {
    "models": "model organisation released arch params? active_params? tokens? train_flop? "
    "train_flop_kind~ mmlu? mmlu_harness~ gsm8k? gsm8k_harness~ mmlu_obs? gsm8k_obs? source via~ note~",
    "accelerators": "accelerator vendor released bf16_flop_per_s# fp8_flop_per_s? memory_bytes? "
    "memory_bandwidth_bytes_per_s? tdp_w? source via~ note~",
    "abilities": "score model task setting percent? items# source via~ note~",
    "splits": "study figure value? low? high? interval source via~ note~",
    "llama3_vs_llama2": "score kind benchmark shots llama3_8b# llama3_70b# llama2_7b# llama2_13b# "
    "llama2_70b# source via~ note~",
    "training_runs": "run accelerator hours? watts? mwh? tonnes? owned_dollars? rented_dollars? "
    "source via~ note~",
    "text_stock": "stock tokens# low? high? source note~",
    "own_runs": "run kind budget# d_model# n_layer# learning_rate# seed# unique# corpus n_ctx# batch# "
    "steps# params# params_total# tokens# unique_tokens# corpus_share# flops# flops_6nd# "
    "flops_6nd_total# loss? loss_std_error? accuracy? exact_1? exact_2? exact_4? exact_8? exact_16? "
    "greedy_1? greedy_2? greedy_4? greedy_8? greedy_16? greedy_right? seconds# machine versions note~",
}
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

    Raises ValueError naming file, line and column where the file is malformed.
    """
    path, rows, seen = Path(path or FOLDER / f"{table}.csv"), [], set()
    row_type, columns = ROWS[table], COLUMNS[table].split()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            for column, (found, wanted) in enumerate(zip(header, row_type._fields), start=1):
                if found != wanted:
                    where = f"{path.name}, line 1, column {column}"
                    raise ValueError(f"{where}: {found!r} stands where {wanted!r} must.")
            if len(header) != len(columns):
                raise ValueError(
                    f"{path.name}, line 1: {len(header)} columns, but there must be {len(columns)}."
                )
            for cells in reader:
                line = f"{path.name}, line {reader.line_num}"
                if len(cells) != len(columns):
                    raise ValueError(
                        f"{line}: {len(cells)} cells, but there must be {len(columns)}."
                    )
                row = row_type(*(_cell(*pair, line) for pair in zip(columns, cells)))
                if row[0] in seen:
                    raise ValueError(f"{line}, column {columns[0]!r}: {row[0]!r} twice.")
                seen.add(row[0])
                rows.append(row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}.") from None
    if not rows:
        raise ValueError(f"{path.name}: no rows below the header.")
    return rows


def _cell(column, text, line):
    """One cell as the mark of its column wants it, or a sentence with file, line and column."""
    name, mark, text = column.rstrip("#?~"), column[-1], text.strip()
    place = f"{line}, column {name!r}"
    if not text and mark in "?~":
        return None if mark == "?" else ""
    if not text:
        raise ValueError(f"{place}: empty, but every row needs {'a number here' if mark == '#' else 'it'}.")  # fmt: skip
    if mark not in "#?":
        return text
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{place}: {text!r} is not a number of 0 or more, such as 7e10.")
    return number


def models():
    """All models of data/models.csv, in families.

    >>> len(models()) >= 60
    True
    """
    return [Model(*row) for row in read_table("models")]


def accelerators():
    """All accelerators of data/accelerators.csv."""
    return read_table("accelerators")


def llama_scores():
    """All rows of data/llama3_vs_llama2.csv.

    >>> sum(row.llama3_8b > row.llama2_70b for row in llama_scores() if row.kind == "base")
    1
    """
    return read_table("llama3_vs_llama2")


def training_runs():
    """All runs of data/training_runs.csv.

    >>> named(training_runs(), "Llama 3.1 405B").hours
    30840000.0
    """
    return read_table("training_runs")


def text_stocks():
    """All stocks of data/text_stock.csv, in tokens."""
    return read_table("text_stock")


def splits(figure):
    """The rows of data/splits.csv for one figure: "exponent", "staircase" or "ratio".

    >>> [row.value for row in splits("staircase")]
    [0.835, 0.706, 0.602, 0.571, 0.497]
    """
    rows = read_table("splits")
    kinds = sorted({row.figure for row in rows})
    if figure not in kinds:
        raise ValueError(f"figure is {figure!r}, but must be one of {', '.join(kinds)}.")
    return [row for row in rows if row.figure == figure]


def scores(task, setting):
    """The rows of data/abilities.csv for one task in one setting, in percent.

    >>> [row.percent for row in scores("3-digit addition", "few-shot")][-3:]
    [0.9, 8.4, 80.4]
    """
    rows = read_table("abilities")
    found = [row for row in rows if (row.task, row.setting) == (task, setting)]
    if not found:
        known = sorted({f"{row.task}, {row.setting}" for row in rows})
        raise ValueError(_no_such("task and setting", f"{task}, {setting}", known))
    return found


def own_runs(path=None):
    """All runs of data/own_runs.csv, or of another file that a sweep wrote.

    Their losses are nats per byte of Python source: never in one plot with published runs.

    >>> len({round(run.budget) for run in own_runs() if run.kind == "grid"}) >= 5
    True
    """
    return read_table("own_runs", path)


def own_curves() -> dict[str, np.ndarray]:
    """The training curve of each own run by its name: an array of (bytes seen, mean training loss).

    A loss is the mean over the steps since the row before.
    """
    curves = {}
    with (FOLDER / "own_curves.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            curves.setdefault(row["run"], []).append((float(row["tokens"]), float(row["loss"])))
    return {name: np.array(points) for name, points in curves.items()}


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
        raise ValueError(_no_such(kind, name, list(bank)))
    return bank[name]


def _no_such(kind, name, names):
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
    raise ValueError(_no_such(rows[0]._fields[0], name, [row[0] for row in rows]))


# Runs of your own ---------------------------------------------------------------------------------


class Runs(NamedTuple):
    """The runs of a file; said are sentences: what was read from where, what was left out, and why."""

    params: np.ndarray
    tokens: np.ndarray
    loss: np.ndarray  # nats
    flops: np.ndarray | None
    run: np.ndarray | None  # which training curve a row belongs to
    said: tuple


# Names of columns, without capitals and signs: those that leave no doubt, and those that will do.
_USUAL = {
    "params": ("n|((n|num)_?)?param(eter)?s|model_?size", ".*param(eter)?s.*|.*model_?size.*"),
    "tokens": ("d|((n|num|train|training)_?)?tokens", ".*tokens.*|.*data_?size"),
    "loss": ("l|((final|val|validation|eval|test)_?)?loss", ".*loss.*|perplexity|ppl|bpb"),
    "flops": ("c|compute|((train|training)_?)?flops?", "budget|.*flops?.*"),
    "run": ("run|run_?(name|id)", "curve|experiment|exp_?name"),
}
_FAILED = {"nan", "inf", "infinity", "diverged", "div", "failed", "crashed", "exploded", "oom"}
_MISSING = {"", "na", "nan", "none", "null", "missing", "unknown", "tbd", "div0"}
_NATS = {"nats": 1.0, "bits": math.log(2), "ppl": None}
GUESSING = math.log(50_257)  # nats of a guess that knows how many tokens GPT-2 has, and no more


def read_runs(
    path, *, params=None, tokens=None, loss=None, flops=None, run=None, units=None, loss_unit="nats"
) -> Runs:
    """Your own training runs from a table: CSV (commas, semicolons, tabs), JSON lines or a JSON list.

    params, tokens, loss, flops, run name the columns where the usual names are not enough. units: of
    sizes and tokens, such as "M,B"; loss_unit: nats, bits or ppl. Tokens or sizes that are missing come
    from C = 6ND. Raises ValueError with row and column of what cannot be read, OSError without a file.
    """
    if loss_unit not in _NATS:
        raise ValueError(f"loss_unit is {loss_unit!r}, but must be nats, bits or ppl.")
    path, typed = Path(path), str(units).split(",")
    if units is not None and len(typed) != 2:
        raise ValueError(f"units is {units!r}, but must be two: of sizes and of tokens, like M,B.")
    factors = {} if units is None else {k: parse("1" + u.strip()) for k, u in zip(_USUAL, typed)}
    header, rows, places, mark = _table(path)
    at, problems = {}, {}
    for kind, told in zip(_USUAL, (params, tokens, loss, flops, run)):
        at[kind], problems[kind] = _which(kind, told, header, rows, path.name)
    lacks = [kind for kind in ("params", "tokens", "flops") if at[kind] is None]
    if at["loss"] is None or len(lacks) > 1:
        raise ValueError(problems[lacks[0] if len(lacks) > 1 else "loss"])
    found, names = {}, []
    for kind, column in at.items():
        cells = None if column is None else [row[column] for row in rows]
        if kind == "run" or cells is None:
            found[kind] = cells and np.array(cells)
            continue
        factor = factors.get(kind) or _unit(header[column])
        found[kind] = _numbers(kind, cells, factor, mark, loss_unit, [f"{path.name}, {place}, "
            f"column {header[column]!r}" for place in places])  # fmt: skip
        unit = f" (times {spoken(factor)})" if factor != 1 else f" ({loss_unit})"
        names.append(
            f"{kind} from {header[column]!r}{unit if factor != 1 or kind == 'loss' else ''}"
        )
    none = np.full(len(rows), np.nan)
    n, d, c = (none if found[k] is None else found[k] for k in ("params", "tokens", "flops"))
    empty = {"tokens": np.isnan(d), "params": np.isnan(n)}
    d = np.where(empty["tokens"], c / (6 * n), d)
    n = np.where(empty["params"], c / (6 * np.where(d > 0, d, np.nan)), n)
    y, keep, said = found["loss"], np.ones(len(rows), bool), []
    usual = np.median(y[np.isfinite(y)]) if np.isfinite(y).any() else 0.0
    used = [k for k, column in enumerate(header) if column]
    seen = {}
    first = [seen.setdefault(tuple(row[j] for j in used), k) for k, row in enumerate(rows)]
    for wrong, why in (
        (np.isinf(y) | ((y >= GUESSING) & (usual < GUESSING)),
         f"the run diverged (no finite loss, or {GUESSING:.1f} nats or more, no better than a guess)"),
        (np.isnan(n + d + y), "a number is missing"),
        (d == 0, "no token was seen"),
        (np.array(first) < np.arange(len(rows)), "the row repeats another one in every cell"),
    ):  # fmt: skip
        if (wrong & keep).any():
            said.append(f"Left out {_where(wrong & keep, places)}: {why}.")
        keep &= ~wrong
    for kind, cells in empty.items():
        if (cells & keep).any():
            said.append(f"In {(cells & keep).sum():,} rows {kind} come from C = 6ND.")
    if not keep.any():
        raise ValueError(" ".join([f"{path.name}: none of its {len(rows)} rows is a run.", *said]))
    said += _doubts(n, d, y, keep, places)
    if problems["flops"] and "could" in problems["flops"]:
        said.append(f"Compute is 6ND. {problems['flops']}")
    first_of_all = f"Read {keep.sum():,} of {len(rows):,} rows of {path.name}: {', '.join(names)}."
    c = None if found["flops"] is None else np.where(np.isnan(c), 6 * n * d, c)[keep]
    run = None if found["run"] is None else found["run"][keep]
    return Runs(n[keep], d[keep], y[keep], c, run, (first_of_all, *said))


def _where(wrong, places):
    """3 rows (line 4, line 7, line 9)."""
    some = [places[k] for k in np.flatnonzero(wrong)]
    more = f" and {len(some) - 4:,} more" if len(some) > 4 else ""
    return f"{len(some):,} row{'s' * (len(some) > 1)} ({', '.join(some[:4])}{more})"


def _doubts(n, d, y, keep, places):
    """Sentences about units that look wrong."""
    unit = "are these millions or billions? Say --units M,B"
    for odd, what in (
        (n < 1e4, f"have fewer than 10,000 parameters: {unit}"),
        (d < 1e5, f"have fewer than 100,000 tokens: {unit}"),
        ((n > 1e14) | (d > 1e17), "are larger than any model: are these full counts, and no --units needed"),
        ((d < n / 100) | (d > 1e6 * n), "have less than 0.01 or more than a million tokens a parameter"),
        (y >= GUESSING, f"have a loss above {GUESSING:.1f} nats: say --loss-unit bits or ppl if it is"),
    ):  # fmt: skip
        if (odd & keep).any():
            yield f"Please check: {_where(odd & keep, places)} {what}."


def _key(name):
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"[(\[].*", "", name.lower())).strip("_")


def _unit(name):
    """The unit in the name of a column, such as 1e9 in Model Size (B)."""
    try:
        text = re.findall(r"[(\[](.*?)[)\]]", name)[0]
        return parse(text if text[0].isdigit() else f"1{text}")
    except (ValueError, IndexError):
        return 1.0


def _which(kind, told, header, rows, name):
    """The number of a column and nothing, or None and a sentence that says what to type."""
    keys, patterns = [_key(column) for column in header], _USUAL[kind]
    if told is not None:
        patterns = [re.escape(_key(told))]
    found = [k for k, column in enumerate(header) if column == told]
    for pattern in patterns:
        found = found or [k for k, key in enumerate(keys) if re.fullmatch(pattern, key)]
    if len({tuple(row[k] for row in rows) for k in found}) == 1:
        return found[0], ""
    if found:
        what = f"{' and '.join(repr(header[k]) for k in found[:4])} could all be {kind}"
    else:
        there = textwrap.shorten(", ".join(map(repr, header)), 110, placeholder=" ...")
        what = f"no column {'looks like ' + kind if told is None else repr(told)} among {there}"
    problem = f'{name}: {what}: say --{kind} COLUMN (in Python {kind}="COLUMN").'
    if told is not None:
        raise ValueError(problem)
    return None, problem


def _numbers(kind, cells, factor, mark, loss_unit, places):
    """A column as floats: nan where it is empty, inf where the word of a failed run stands."""
    values = np.empty(len(cells))
    for k, cell in enumerate(cells):
        try:
            value = float(cell) * factor
            values[k] = value if math.isfinite(value) else _worded(kind, cell, factor, mark)
        except ValueError:
            try:
                values[k] = _worded(kind, cell, factor, mark)
            except ValueError as problem:
                raise ValueError(f"{places[k]}: {problem}") from None
    least = 1 if kind == "loss" and loss_unit == "ppl" else 0
    bad = values < 0 if kind in ("tokens", "flops") else values <= least
    for k in np.flatnonzero(bad):
        raise ValueError(f"{places[k]}: {cells[k]!r} must be above {least}.")
    if kind == "loss":
        return np.log(values) if loss_unit == "ppl" else values * _NATS[loss_unit]
    return values


def _worded(kind, cell, factor, mark):
    word = re.sub(r"[^a-z0-9%]", "", cell.lower())
    if kind == "loss" and word in _FAILED:
        return math.inf
    if word in _MISSING:
        return math.nan
    if cell.count(",") == 1 and (kind == "loss" or mark != ","):
        if kind != "loss" and re.search(r",\d{3}$", cell):
            raise ValueError(f"{cell!r} can be read in two ways: write it without the comma.")
        cell = cell.replace(",", ".")
    return parse(cell) * (1 if cell[-1:].isalpha() else factor)


def _table(path):
    """The names of the columns, the rows as text, where each stands, and what parts its cells."""
    raw, name = path.read_bytes(), path.name
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    if raw[:2] == b"PK" or (b"\0" in raw[:65536] and not wide):
        raise ValueError(f"{name} is no text: save the table as CSV or as JSON lines.")
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if text.lstrip()[:1] in ("[", "{"):
        return *_objects(text, name), "JSON"
    first = re.sub(r'"[^"]*"', "", (text.strip().splitlines() or [""])[0])
    mark = max(",;\t|", key=first.count)
    rows, places, reader = [], [], csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    for cells in reader:
        if any(cells):
            rows.append([cell.strip().strip('"') for cell in cells])
            places.append(f"line {reader.line_num}")
    if len(rows) < 2:
        raise ValueError(f"{name}: no rows below a line with the names of the columns.")
    header = [cell.lstrip("# ") for cell in rows[0]]
    for cells, place in zip(rows, places):
        if len(cells) != len(header) and any(cells[len(header) :] or [len(cells) < len(header)]):
            raise ValueError(f"{name}, {place}: {len(cells)} cells, but {len(header)} columns.")
    return header, rows[1:], places[1:], mark


def _objects(text, name):
    """The same three for objects in a list, or one a line."""
    try:
        items, unit = json.loads(text), "entry"
        items = list(enumerate(items if isinstance(items, list) else [items], start=1))
    except ValueError:
        items, unit = [], "line"
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                items += [(number, json.loads(line))] if line.strip() else []
            except ValueError as error:
                raise ValueError(f"{name}, line {number}: no JSON ({error}).") from None
    for number, item in items:
        if not isinstance(item, dict):
            raise ValueError(f'{name}, {unit} {number}: no object such as {{"params": 1e9}}.')
    header = list(dict.fromkeys(key for _, item in items for key in item))
    rows = [
        ["" if item.get(key) is None else str(item[key]).strip() for key in header]
        for _, item in items
    ]
    return header, rows, [f"{unit} {number}" for number, _ in items]
