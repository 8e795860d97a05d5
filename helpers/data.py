"""Published figures from the folder data/, each row with its source."""

import csv
import functools
import math
import re
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np

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
