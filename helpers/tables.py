"""What a row of each table in data/ holds, and how such a table is read."""

import csv
import math
from pathlib import Path
from typing import NamedTuple


class Model(NamedTuple):
    """One published model; None where nothing is certain. Scores are in percent."""

    model: str
    organisation: str
    released: str  # YYYY-MM
    arch: str  # dense or moe
    params: float | None  # total
    active_params: float | None  # used for each token
    tokens: float | None
    train_flop: float | None
    train_flop_kind: str  # published, 6ND or estimate
    mmlu: float | None
    mmlu_harness: str  # shots and where published: never mix two harnesses in one figure
    gsm8k: float | None
    gsm8k_harness: str
    mmlu_obs: float | None  # the common harness of ObsScaling
    gsm8k_obs: float | None
    source: str  # primary
    via: str  # where the figure was read, if not there
    note: str

    @property
    def tokens_per_param(self) -> float | None:
        """Training tokens for each active parameter, None where one of them is unknown."""
        return self.tokens / self.active_params if self.tokens and self.active_params else None

    @property
    def flops(self) -> float | None:
        """Training compute by the rule 6 x active params x tokens, None where unknown."""
        params, tokens = self.active_params, self.tokens
        return 6.0 * params * tokens if params and tokens else None


class Accelerator(NamedTuple):
    """One chip: dense peak FLOP/s, bytes, bytes/s and watts; None where nothing is certain."""

    accelerator: str
    vendor: str
    released: str
    bf16_flop_per_s: float
    fp8_flop_per_s: float | None
    memory_bytes: float | None
    memory_bandwidth_bytes_per_s: float | None
    tdp_w: float | None
    source: str
    via: str
    note: str


class OwnRun(NamedTuple):
    """One training run of our own, by helpers/train.py; None where it could not be measured."""

    run: str  # its key, also in own_curves.csv
    kind: str  # lr_scan, grid, seed, untuned or repeated
    budget: float  # exact training FLOP that was aimed at
    d_model: float
    n_layer: float
    learning_rate: float  # the peak
    seed: float
    unique: float  # one part in so many of the bytes is different
    corpus: str
    n_ctx: float
    batch: float  # bytes in a step
    steps: float
    params: float  # non-embedding
    params_total: float
    tokens: float  # bytes seen
    unique_tokens: float
    corpus_share: float
    flops: float  # exact: weights, unembedding, attention
    flops_6nd: float  # 6 x params x tokens
    flops_6nd_total: float  # 6 x params_total x tokens
    loss: float | None  # held out, nats per byte
    loss_std_error: float | None
    accuracy: float | None  # share of next bytes that are right
    exact_1: float | None  # share of probes whose next byte is right, given the true text
    exact_2: float | None
    exact_4: float | None
    exact_8: float | None
    exact_16: float | None
    greedy_1: float | None  # the same where the model goes on from its own bytes
    greedy_2: float | None
    greedy_4: float | None
    greedy_8: float | None
    greedy_16: float | None
    greedy_right: float | None  # share of its own 16 bytes that are right
    seconds: float
    machine: str
    versions: str
    note: str  # why nothing was measured


class Split(NamedTuple):
    """What one study says about the best split of compute; None where it gives no number."""

    study: str
    figure: str  # exponent (N as a power of C), staircase (the same, cause by cause) or ratio (D/N)
    value: float | None
    low: float | None
    high: float | None
    interval: str  # what low and high are
    source: str  # primary
    via: str  # where the figure was read, if not there
    note: str


class LlamaScore(NamedTuple):
    """One benchmark of Meta's table of Llama 3 against Llama 2, in percent."""

    score: str  # its key: kind and benchmark
    kind: str  # base or instruct
    benchmark: str
    shots: str
    llama3_8b: float
    llama3_70b: float
    llama2_7b: float
    llama2_13b: float
    llama2_70b: float
    source: str
    via: str
    note: str


class TrainingRun(NamedTuple):
    """What one run took; None where nothing is published. Dollars are modelled, of 2023."""

    run: str  # where it is one, a name of models.csv
    accelerator: str
    hours: float | None  # accelerator-hours
    watts: float | None  # of one accelerator, at most
    mwh: float | None  # published, not computed from the two before
    tonnes: float | None  # of CO2 equivalent, by the grid of the place
    owned_dollars: float | None  # hardware written off, and energy
    rented_dollars: float | None  # the same hours in a cloud
    source: str
    via: str
    note: str


class Stock(NamedTuple):
    """How much text there is, with a 95 % interval where one is given."""

    stock: str
    tokens: float
    low: float | None
    high: float | None
    source: str
    note: str


class Score(NamedTuple):
    """The score of one model in one test; percent is None where nobody could check it."""

    score: str  # its key
    model: str  # as in models.csv
    task: str
    setting: str  # zero-shot, one-shot, few-shot (50 examples), or the harness
    percent: float | None
    items: float  # questions in the test
    source: str  # primary
    via: str  # where the figure was read, if not there
    note: str


_FREE = ("note", "via", "mmlu_harness", "gsm8k_harness", "train_flop_kind")


def _cell(kind, name, text, place):
    """One cell as the kind of its column, or a sentence with file, line and column."""
    if kind is str:
        if not text and name not in _FREE:
            raise ValueError(f"{place}: empty, but every row needs it.")
        return text
    if not text:
        if kind is float:
            raise ValueError(f"{place}: empty, but every row needs a number here.")
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{place}: {text!r} is not a number of 0 or more, such as 7e10.")
    return number


def read_table(path, row_type):
    """Read a CSV file into a list of row_type (a NamedTuple whose fields are the columns).

    Raises ValueError naming file, line and column where the file is malformed.
    """
    path, rows, seen = Path(path), [], set()
    kinds = row_type.__annotations__
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            for column, (found, wanted) in enumerate(zip(header, kinds), start=1):
                if found != wanted:
                    where = f"{path.name}, line 1, column {column}"
                    raise ValueError(f"{where}: {found!r} stands where {wanted!r} must.")
            if len(header) != len(kinds):
                raise ValueError(
                    f"{path.name}, line 1: {len(header)} columns, but there must be {len(kinds)}."
                )
            for cells in reader:
                line = f"{path.name}, line {reader.line_num}"
                if len(cells) != len(kinds):
                    raise ValueError(f"{line}: {len(cells)} cells, but there must be {len(kinds)}.")
                row = row_type(*(
                    _cell(kinds[name], name, text.strip(), f"{line}, column {name!r}")
                    for name, text in zip(kinds, cells)
                ))  # fmt: skip
                if row[0] in seen:
                    raise ValueError(f"{line}, column {next(iter(kinds))!r}: {row[0]!r} twice.")
                seen.add(row[0])
                rows.append(row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}.") from None
    if not rows:
        raise ValueError(f"{path.name}: no rows below the header.")
    return rows
