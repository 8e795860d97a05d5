"""One training run: what it is, its loop, its measures, its row in own_runs.csv. Needs PyTorch.

A run is trained for a budget of exact FLOP on bytes that it sees once, and measured on a fixed
held-out set.
"""

import contextlib
import math
import os
import platform
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from helpers import data, laws
from training import corpus
from training.corpus import CONTEXT
from training.model import VOCAB, Transformer

ANSWER, FREELY = 16, 256  # ANSWER bytes to be told; so many windows go on freely
CURVE = ["run", "tokens", "loss"]  # the columns of own_curves.csv
DEVICES, PRECISIONS = ("cpu", "cuda", "mps"), ("float32", "tf32", "bfloat16")
NEEDED = {
    "cuda": "It needs an NVIDIA card. If this machine has one, pytorch.org has the build for it.",
    "mps": "It needs a Mac with a chip of Apple's.",
}
EXACT = contextlib.nullcontext()  # of a forward pass that rounds nothing more than float32 does


class Run(NamedTuple):
    """What decides a run: everything that is needed to train it again."""

    kind: str  # lr_scan, grid, seed, untuned or repeated
    budget: float  # exact training FLOP
    d_model: int
    n_layer: int
    learning_rate: float  # the peak
    seed: int = 0
    unique: int = 1  # one part in so many of the bytes is different, the others repeat it

    @property
    def name(self):
        """The key of the run in both files."""
        shape = f"{self.kind} {self.budget:g} {self.d_model}x{self.n_layer}"
        return f"{shape} lr{self.learning_rate:g} s{self.seed} u{self.unique}"

    @property
    def flops_per_token(self):
        """Exact training FLOP for each byte: weights, unembedding and attention."""
        return laws.training_flops_per_token(self.n_layer, self.d_model, CONTEXT, VOCAB)

    @property
    def batch(self):
        """Windows in a step: a power of two, growing with the square root of the run."""
        size = math.sqrt(self.budget / self.flops_per_token) / 128
        return 2 ** min(max(round(math.log2(size)), 2), 6)

    @property
    def steps(self):
        """Optimiser steps."""
        return max(1, round(self.budget / self.flops_per_token / (self.batch * CONTEXT)))

    @property
    def tokens(self):
        """Bytes seen."""
        return self.steps * self.batch * CONTEXT


def check_fits(run, text):
    """Refuse a run that wants more bytes than there are: it would repeat some unasked."""
    wanted = run.tokens // run.unique
    if wanted >= len(text.train):
        have = f"corpus {text.name!r} has {len(text.train):,}"
        raise ValueError(f"{run.name} needs {wanted:,} bytes, but {have}.")


def order_of(run, text):
    """Which windows of the corpus each step sees, an array (steps, batch): none twice in an epoch."""
    check_fits(run, text)
    wanted, draw = run.steps * run.batch, np.random.default_rng(run.seed)
    different = draw.permutation((len(text.train) - 1) // CONTEXT)[: math.ceil(wanted / run.unique)]
    epochs = [different] + [draw.permutation(different) for _ in range(run.unique - 1)]
    return np.concatenate(epochs)[:wanted].reshape(run.steps, run.batch)


def devices():
    """The devices that PyTorch finds on this machine, the processor first.

    >>> devices()[0]
    'cpu'
    """
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return ["cpu", *(name for name in found if found[name])]


def precisions(device):
    """What a device that is here can multiply matrices in.

    >>> precisions("cpu")
    ('float32', 'bfloat16')
    """
    if device == "cuda" and not torch.version.hip:  # TF32 and bfloat16 came with NVIDIA's Ampere
        return PRECISIONS if torch.cuda.get_device_capability()[0] >= 8 else PRECISIONS[:1]
    if device == "mps" and not torch.backends.mps.is_macos_or_newer(14, 0):
        return PRECISIONS[:1]
    return PRECISIONS[::2]


def check_names(device="cpu", precision="float32"):
    """Refuse a device or a precision that no machine has: ValueError with those that there are."""
    for name, value, known in (("device", device, DEVICES), ("precision", precision, PRECISIONS)):
        if value not in known:
            raise ValueError(f"{name} is {value!r}, but must be one of {', '.join(known)}.")


def check_device(device="cpu", precision="float32"):
    """Refuse a device that this machine has not, or a precision that the device does not have.

    Raises ValueError with what there is instead.
    """
    check_names(device, precision)
    if device not in devices():
        has = f"PyTorch {torch.__version__} finds only {', '.join(devices())} here"
        raise ValueError(f"device is {device!r}, but {has}. {NEEDED[device]}")
    if precision not in (known := precisions(device)):
        raise ValueError(f"precision is {precision!r}, but {device} here has {', '.join(known)}.")


@contextlib.contextmanager
def arithmetic(device="cpu", precision="float32"):
    """While it lasts matrices are multiplied in this precision; it gives the context of a forward pass.

    Weights, their updates and the loss stay float32. tf32 rounds what is multiplied to ten bits after
    the point; bfloat16 to seven, and the products, too.
    """
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    try:
        yield torch.autocast(device, torch.bfloat16) if precision == "bfloat16" else EXACT
    finally:
        torch.set_float32_matmul_precision(before)


_PLACED = {}  # device: (training bytes, the tensor that holds them there)


def placed(text, device="cpu"):
    """The training bytes as a tensor on a device, put there once for all runs of a process."""
    if device not in _PLACED or _PLACED[device][0] is not text.train:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The given NumPy array is not writ")  # nobody writes
            _PLACED[device] = text.train, torch.from_numpy(text.train).to(device)
    return _PLACED[device][1]


def learning_rate(run, step):
    """The rate at a step: a straight warm-up over 5 % of the run, then a cosine to a tenth."""
    warm = max(1, run.steps // 20)
    if step < warm:
        return run.learning_rate * (step + 1) / warm
    turn = (step - warm) / max(1, run.steps - warm)
    return run.learning_rate * (0.55 + 0.45 * math.cos(math.pi * turn))


def train(run, text, tick=lambda share, loss: None, device="cpu", rounding=EXACT):
    """Train one run: the model, and its curve.

    tick is called after every step with the share done and the loss of that step. Raises
    ArithmeticError where the loss stops being a number.
    """
    order = torch.from_numpy(order_of(run, text)).to(device)
    there, window = placed(text, device), torch.arange(CONTEXT + 1, device=device)
    torch.manual_seed(run.seed)
    model = Transformer(run.d_model, run.n_layer).to(device)  # drawn before, for every device
    matrices = [weight for weight in model.parameters() if weight.dim() == 2]
    gains = [weight for weight in model.parameters() if weight.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": gains, "weight_decay": 0}]
    optimiser = torch.optim.AdamW(groups, lr=run.learning_rate, betas=(0.9, 0.95), fused=True)
    losses = []
    for step, windows in enumerate(order):
        rows = there[windows[:, None] * CONTEXT + window].long()
        with rounding:
            scores = model(rows[:, :-1])  # of the next byte, after each byte of each window
        loss = F.cross_entropy(scores.float().flatten(0, 1), rows[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(run, step)
        optimiser.step()
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            raise ArithmeticError(f"the loss stopped being a number at step {step + 1}")
        tick((step + 1) / run.steps, losses[-1])
    return model, curve_of(run, losses)


def curve_of(run, losses):
    """Rows of (bytes seen, mean loss since the row before), each 1.4 times as far as the last."""
    ends = sorted({math.ceil(run.steps * 2 ** (-k / 2)) for k in range(20)})
    means = [float(np.mean(losses[start:end])) for start, end in zip([0, *ends], ends)]
    return [(end * run.batch * CONTEXT, mean) for end, mean in zip(ends, means)]


def probe(held):
    """Which held-out windows end in 16 bytes without an indentation: no two blanks in a row."""
    blank = np.isin(held[:, -ANSWER:], (9, 10, 32))
    return np.flatnonzero(~(blank[:, 1:] & blank[:, :-1]).any(1))


@torch.no_grad()
def measure(model, text, device="cpu"):
    """Held-out loss in nats per byte with its standard error, and the abilities, in a dict.

    The abilities are measured on the last 16 bytes of the windows that `probe` names. exact_k: share
    of them whose first k bytes are each the most likely one, given the true bytes before; greedy_k:
    the same where the model goes on from its own bytes, on the first 256 of them; greedy_right:
    share of its own 16 bytes that are right.
    """
    held = torch.from_numpy(np.array(text.held, np.int64)).to(device)
    losses, right = [], []
    for rows in held.split(128):
        scores, target = model(rows[:, :-1]), rows[:, 1:]
        losses.append(F.cross_entropy(scores.transpose(1, 2), target, reduction="none").mean(1))
        right.append(scores.argmax(2) == target)
    losses, right = torch.cat(losses).cpu().double().numpy(), torch.cat(right).cpu().numpy()
    # windows of one file are alike: the error is that of sums over files, not over windows
    sums = np.bincount(text.held_file, losses - losses.mean())
    error = math.sqrt((sums**2).sum()) / len(losses)
    found = {"loss": losses.mean(), "loss_std_error": error, "accuracy": right.mean()}
    asked = probe(text.held)
    answers, few = right[asked, -ANSWER:], held[torch.from_numpy(asked[:FREELY]).to(device)]
    row = few[:, :-ANSWER]
    for _ in range(ANSWER):
        row = torch.cat([row, model(row[:, -CONTEXT:])[:, -1:].argmax(2)], 1)
    free = (row[:, -ANSWER:] == few[:, -ANSWER:]).cpu().numpy()
    for k in (1, 2, 4, 8, 16):
        found[f"exact_{k}"] = answers[:, :k].all(1).mean()
        found[f"greedy_{k}"] = free[:, :k].all(1).mean()
    found["greedy_right"] = free.mean()
    return {name: round(float(value), 6) for name, value in found.items()}


def machine(device="cpu"):
    """The processor and the number of cores, as a row records them; before them another device."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    if device == "cuda":
        model = f"{device} {torch.cuda.get_device_name()}; {model}"
    elif device != "cpu":
        model = f"{device}; {model}"
    return f"{model}; {os.cpu_count()} cores"


def precision_of(row):
    """The precision that a row was trained in: the last of its versions, or float32.

    >>> precision_of({"versions": "torch 2.13.0; numpy 2.4.6"})
    'float32'
    >>> precision_of({"versions": "torch 2.13.0; numpy 2.4.6; bfloat16"})
    'bfloat16'
    """
    last = row["versions"].split("; ")[-1]
    return last if last in PRECISIONS else "float32"


def perform(run, folder=None, tick=lambda share, loss: None, device="cpu", precision="float32"):
    """Train and measure one run, on one core or on a device: its row for own_runs.csv, and its curve.

    Its machine begins with a device that is not the processor; its versions end in a precision that
    is not float32. What is measured is float32 always. A run whose loss stops being a number keeps
    its row, with empty measurements and the reason. Raises ValueError for a device or a precision
    that cannot be had here.
    """
    check_device(device, precision)
    torch.set_num_threads(1)
    text, began, curve = corpus.load(folder), time.perf_counter(), []
    n = int(laws.transformer_params(run.n_layer, run.d_model))
    total = n + (2 * VOCAB + CONTEXT) * run.d_model
    row = dict.fromkeys(data.ROWS["own_runs"]._fields, "") | {"run": run.name, **run._asdict()}
    row |= {"corpus": text.name, "n_ctx": CONTEXT, "batch": run.batch * CONTEXT, "steps": run.steps}
    row |= {"params": n, "params_total": total, "tokens": run.tokens}
    row["unique_tokens"] = math.ceil(run.tokens / CONTEXT / run.unique) * CONTEXT
    row["corpus_share"] = round(row["unique_tokens"] / len(text.train), 6)
    row["flops"] = run.flops_per_token * run.tokens
    row["flops_6nd"], row["flops_6nd_total"] = 6 * n * run.tokens, 6 * total * run.tokens
    try:
        with arithmetic(device, precision) as rounding:
            model, curve = train(run, text, tick, device, rounding)
        with arithmetic(device):
            row |= measure(model, text, device)
    except ArithmeticError as problem:
        row["note"] = str(problem)
    row["seconds"], row["machine"] = round(time.perf_counter() - began, 2), machine(device)
    row["versions"] = f"torch {torch.__version__}; numpy {np.__version__}"
    if precision != "float32":
        row["versions"] += f"; {precision}"
    return row, [dict(zip(CURVE, (run.name, seen, round(loss, 5)))) for seen, loss in curve]
