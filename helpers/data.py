"""Published figures from the folder data/, each row with its source."""

import csv
import functools
from pathlib import Path

import numpy as np

from helpers.published import load_published as load_published  # the files that are not in data/
from helpers.tables import (
    Accelerator,
    LlamaScore,
    Model,
    OwnRun,
    Score,
    Split,
    Stock,
    TrainingRun,
    read_table,
)  # fmt: skip

FOLDER = Path(__file__).resolve().parent.parent / "data"


def models() -> list[Model]:
    """All models of data/models.csv, in families.

    >>> len(models()) >= 60
    True
    """
    return read_table(FOLDER / "models.csv", Model)


def accelerators() -> list[Accelerator]:
    """All accelerators of data/accelerators.csv."""
    return read_table(FOLDER / "accelerators.csv", Accelerator)


def llama_scores() -> list[LlamaScore]:
    """All rows of data/llama3_vs_llama2.csv.

    >>> sum(row.llama3_8b > row.llama2_70b for row in llama_scores() if row.kind == "base")
    1
    """
    return read_table(FOLDER / "llama3_vs_llama2.csv", LlamaScore)


def training_runs() -> list[TrainingRun]:
    """All runs of data/training_runs.csv.

    >>> named(training_runs(), "Llama 3.1 405B").hours
    30840000.0
    """
    return read_table(FOLDER / "training_runs.csv", TrainingRun)


def text_stocks() -> list[Stock]:
    """All stocks of data/text_stock.csv, in tokens."""
    return read_table(FOLDER / "text_stock.csv", Stock)


def splits(figure) -> list[Split]:
    """The rows of data/splits.csv for one figure: "exponent", "staircase" or "ratio".

    >>> [row.value for row in splits("staircase")]
    [0.835, 0.706, 0.602, 0.571, 0.497]
    """
    rows = read_table(FOLDER / "splits.csv", Split)
    kinds = sorted({row.figure for row in rows})
    if figure not in kinds:
        raise ValueError(f"figure is {figure!r}, but must be one of {', '.join(kinds)}.")
    return [row for row in rows if row.figure == figure]


def scores(task, setting) -> list[Score]:
    """The rows of data/abilities.csv for one task in one setting, in percent.

    >>> [row.percent for row in scores("3-digit addition", "few-shot")][-3:]
    [0.9, 8.4, 80.4]
    """
    rows = read_table(FOLDER / "abilities.csv", Score)
    found = [row for row in rows if (row.task, row.setting) == (task, setting)]
    if not found:
        known = sorted({f"{row.task}, {row.setting}" for row in rows})
        raise ValueError(_no_such("task and setting", f"{task}, {setting}", known))
    return found


def own_runs(path=None) -> list[OwnRun]:
    """All runs of data/own_runs.csv, or of another file that helpers/train.py wrote.

    Their losses are nats per byte of Python source: never in one plot with published runs.

    >>> len({round(run.budget) for run in own_runs() if run.kind == "grid"}) >= 5
    True
    """
    return read_table(path or FOLDER / "own_runs.csv", OwnRun)


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
    raise ValueError(_no_such(type(rows[0]).__name__.lower(), name, [row[0] for row in rows]))
