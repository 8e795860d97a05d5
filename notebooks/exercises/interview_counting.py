"""The tasks of code on counting, for the interview practice of chapter 90."""

import numpy as np

from exercises.checking import Exercise, slips_of

# Shapes: Llama 3 8B, and models that differ from it in one thing that a slip gets wrong ----------------

_8B = {"d_model": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "head_dim": 128, "d_ff": 14336,
       "vocab": 128256, "tied": False, "n_experts": 1, "top_k": 1, "qk_norm": False}  # fmt: skip
_70B = _8B | {"d_model": 8192, "n_layers": 80, "n_heads": 64, "d_ff": 28672}
_MIXTRAL = _8B | {"vocab": 32000, "n_experts": 8, "top_k": 2}
_QWEN = {"d_model": 1024, "n_layers": 28, "n_heads": 16, "n_kv_heads": 8, "head_dim": 128, "d_ff": 3072,
         "vocab": 151936, "tied": True, "n_experts": 1, "top_k": 1, "qk_norm": True}  # fmt: skip
_QWEN_30B = _QWEN | {"d_model": 2048, "n_layers": 48, "n_heads": 32, "n_kv_heads": 4, "d_ff": 768, "tied": False,
                     "n_experts": 128, "top_k": 8}  # fmt: skip
_TINY = {"d_model": 8, "n_layers": 2, "n_heads": 3, "n_kv_heads": 1, "head_dim": 4, "d_ff": 10,
         "vocab": 16, "tied": True, "n_experts": 4, "top_k": 2, "qk_norm": True}  # fmt: skip


def _drawn_shape(rng):
    kv = int(2 ** rng.integers(0, 4))
    experts = int(rng.choice([1, 1, 4, 8, 64]))
    return {"d_model": int(64 * rng.integers(4, 129)), "n_layers": int(rng.integers(4, 97)),
            "n_heads": kv * int(2 ** rng.integers(1, 4)), "n_kv_heads": kv, "head_dim": int(rng.choice([64, 80, 128])),
            "d_ff": int(64 * rng.integers(8, 400)), "vocab": int(rng.integers(1000, 200_000)),
            "tied": bool(rng.integers(2)), "n_experts": experts, "top_k": int(rng.integers(1, 3)) if experts > 1 else 1,
            "qk_norm": bool(rng.integers(2))}  # fmt: skip


def count_params(config):
    """(total, active, non_embedding) parameters of a transformer with SwiGLU and grouped heads.

    config: d_model, n_layers, n_heads, n_kv_heads, head_dim, d_ff, vocab, tied, n_experts, top_k,
    qk_norm. A layer has four attention matrices (queries and output with n_heads heads, keys and
    values with n_kv_heads), two norms of d_model numbers, with qk_norm two more of head_dim, and
    n_experts feed-forward blocks of three matrices d_model x d_ff; with more than one expert a
    router, d_model x n_experts. After the last layer comes one more norm. The table of embeddings,
    vocab x d_model, stands once if tied, else twice, and no matrix has a bias.
    active: what one token uses, with the tables, the router and top_k experts.
    non_embedding: total without any table. All three are whole numbers.

    >>> shape = dict(d_model=8, n_layers=1, n_heads=2, n_kv_heads=1, head_dim=4, d_ff=16, vocab=10)
    >>> count_params(shape | dict(tied=True, n_experts=1, top_k=1, qk_norm=False))
    (680, 680, 600)
    """
    d, layers, experts = config["d_model"], config["n_layers"], config["n_experts"]
    heads = 2 * config["n_heads"] + 2 * config["n_kv_heads"]
    norms = 2 * d + 2 * config["head_dim"] * config["qk_norm"]
    router = d * experts if experts > 1 else 0
    shared = d * heads * config["head_dim"] + norms + router
    block = 3 * d * config["d_ff"]
    tables = config["vocab"] * d * (1 if config["tied"] else 2)
    non_embedding = layers * (shared + experts * block) + d
    active = layers * (shared + config["top_k"] * block) + d + tables
    return non_embedding + tables, active, non_embedding


def _counted(config, mistake):
    """count_params with one mistake."""
    c = dict(config)
    if mistake == "every head":
        c["n_kv_heads"] = c["n_heads"]
    if mistake == "width":
        c["head_dim"] = c["d_model"] // c["n_heads"]
    if mistake == "top 1":
        c["top_k"] = 1
    if mistake == "tied twice":
        c["tied"] = False
    total, active, rest = count_params(c)
    table, d, layers = c["vocab"] * c["d_model"], c["d_model"], c["n_layers"]
    feed, many = d * c["d_ff"] * layers, c["n_experts"]
    if mistake == "two matrices":
        return total - many * feed, active - c["top_k"] * feed, rest - many * feed
    if mistake == "one table" and not c["tied"]:
        return total - table, active - table, rest
    if mistake == "input table":
        return total, active, total - table
    if mistake == "no tables":
        return rest, active - (total - rest), rest
    if mistake == "no output":
        lost = d * c["n_heads"] * c["head_dim"] * layers
        return total - lost, active - lost, rest - lost
    if mistake == "share":
        return total, total * c["top_k"] // many, rest
    if mistake == "no final norm":
        return total - d, active - d, rest - d
    if mistake == "no norms":
        lost = layers * (2 * d + 2 * c["head_dim"] * c["qk_norm"]) + d
        return total - lost, active - lost, rest - lost
    if mistake == "no router" and many > 1:
        return tuple(count - layers * d * many for count in (total, active, rest))
    if mistake == "twelve":
        return (12 * layers * d * d,) * 3
    return total, active, rest


# FLOP and utilisation ----------------------------------------------------------------------------------


def flops_per_token(config, context, recompute=False):
    """FLOP to train on one token, in a sequence of so many tokens (context).

    6 FLOP for each parameter that multiplies: all that a token uses (active), but for the table that
    is only looked up; a tied table also scores the tokens, so it multiplies. On top comes causal
    attention, which sees half of the context: 12 x n_layers x n_heads x head_dim x context / 2, for
    scores and mixing, forward and backward. recompute: the forward pass is done once more, which
    makes 4/3 of all. config: params, active (all parameters, tables included), vocab, d_model, tied,
    n_layers, n_heads, n_kv_heads, head_dim.

    >>> shape = dict(params=1500, active=1000, vocab=10, d_model=32, tied=False)
    >>> flops_per_token(shape | dict(n_layers=2, n_heads=4, n_kv_heads=2, head_dim=8), 100)
    42480.0
    """
    looked_up = 0 if config["tied"] else config["vocab"] * config["d_model"]
    width = config["n_heads"] * config["head_dim"]
    flops = 6 * (config["active"] - looked_up) + 12 * config["n_layers"] * width * context / 2
    return flops * 4 / 3 if recompute else flops


def mfu(flops_per_token, tokens_per_s, chips, peak):
    """The model FLOP utilisation of a training run: the share of the peak that does useful FLOP.

    flops_per_token: useful ones, without anything that is computed twice. tokens_per_s: of all
    chips together. peak: FLOP a second of one chip, dense. ValueError where the share would be
    above 1.

    >>> f"{mfu(6e9, 2e6, 32, 1e15):.3f}"
    '0.375'
    """
    share = flops_per_token * tokens_per_s / (chips * peak)
    if share > 1:
        raise ValueError(f"An MFU of {share:.2f} is more than all of the peak.")
    return share


def _flops(config, context, recompute=False, mistake=""):
    table = config["vocab"] * config["d_model"]
    params = config["params" if mistake == "total" else "active"]
    looked_up = {"look-ups": 0, "no head": table}.get(mistake, 0 if config["tied"] else table)
    heads = config["n_kv_heads" if mistake == "kv" else "n_heads"]
    width = config["d_model"] if mistake == "width" else heads * config["head_dim"]
    seen = context if mistake == "whole" else context / 2
    attention = {"forgotten": 0, "forward": 4}.get(mistake, 12)
    flops = 6 * (params - looked_up) + attention * config["n_layers"] * width * seen
    flops = flops / 3 if mistake == "only forward" else flops
    again = {"no": 1, "half": 3 / 2}.get(mistake, 4 / 3)
    return flops * again if recompute or mistake == "always" else flops


_KEYS = ("vocab", "d_model", "tied", "n_layers", "n_heads", "n_kv_heads", "head_dim")


def _with_counts(shape):
    total, active, _ = count_params(shape)
    return {"params": total, "active": active} | {key: shape[key] for key in _KEYS}


def _drawn_flops(rng):
    config = _with_counts(_drawn_shape(rng))
    return {
        "config": config,
        "context": int(2 ** rng.integers(10, 18)),
        "recompute": bool(rng.integers(2)),
    }


def _drawn_mfu(rng):
    chips, peak = int(2 ** rng.integers(0, 14)), float(rng.choice([312e12, 989e12]))
    flops = 10 ** rng.uniform(9, 12.5)
    return {"flops_per_token": flops, "tokens_per_s": rng.uniform(0.2, 0.6) * chips * peak / flops,
            "chips": chips, "peak": peak}  # fmt: skip


# Memory of training ------------------------------------------------------------------------------------


def train_memory(params, chips, stage, activations=0.0):
    """Bytes on one chip to train a model with Adam in mixed precision, by the stages of ZeRO.

    For each parameter: 2 bytes of weight, 2 of gradient, 12 of optimizer (a copy of the weight and
    two moments, 4 bytes each). Stage 0 keeps everything on each chip; stage 1 shares the optimizer
    among the chips, stage 2 the gradients as well, stage 3 the weights as well. activations: bytes
    on one chip, added as they are. ValueError for another stage.

    >>> train_memory(1000, 4, 1), train_memory(1000, 4, 1, activations=500)
    (7000.0, 7500.0)
    """
    if stage not in (0, 1, 2, 3):
        raise ValueError(f"stage is {stage}, but must be 0, 1, 2 or 3.")
    optimizer = 12 / (chips if stage >= 1 else 1)
    gradients = 2 / (chips if stage >= 2 else 1)
    weights = 2 / (chips if stage >= 3 else 1)
    return float(params * (weights + gradients + optimizer) + activations)


def _memory(params, chips, stage, activations=0.0, mistake=""):
    stage = (
        min(3, stage + 1)
        if mistake == "stage up"
        else max(0, stage - 1)
        if mistake == "stage down"
        else stage
    )
    o, g, w = (chips if stage >= k else 1 for k in (1, 2, 3))
    w = chips if mistake == "weights first" and stage >= 1 else w
    master = {"no master": 8, "no moments": 4}.get(mistake, 12)
    grads = {"fp32 gradients": 4, "no gradients": 0}.get(mistake, 2)
    each = 2 / w + grads / g + master / o
    each = 2 / w if mistake == "weights" else each
    held = activations / chips if mistake == "activations" else activations
    total = params * each + (0 if mistake == "no activations" else held)
    return float(total * (chips if mistake == "all chips" else 1))


def _drawn_memory(rng):
    return {"params": int(10 ** rng.uniform(8, 11)), "chips": int(2 ** rng.integers(1, 10)),
            "stage": int(rng.integers(4)), "activations": float(rng.choice([0, 10 ** rng.uniform(9, 10.5)]))}  # fmt: skip


# Samples and comparisons ---------------------------------------------------------------------------------


def pass_at_k(n, c, k):
    """The chance that at least one of k samples is right, estimated from n samples of which c are.

    It is 1 minus the share of all choices of k among the n samples that hold none of the c right
    ones, so 1 where fewer than k are wrong. n and c are arrays, one entry for each task, k is a
    number; gives back an array. n may be 10,000: no factorial fits into a number there.
    ValueError where k is larger than an n.

    >>> pass_at_k(np.array([4, 4]), np.array([1, 3]), 2).round(3).tolist()
    [0.5, 1.0]
    """
    n, c = np.asarray(n), np.asarray(c)
    if np.any(k > n):
        raise ValueError(f"k is {k}, but must not be larger than n.")
    missed = np.ones(n.shape)
    for drawn in range(k):  # each further sample is wrong, too
        missed *= np.maximum(n - c - drawn, 0) / (n - drawn)
    return 1 - missed


def compare(a, b, group):
    """(difference, standard error) of two models on the same items: the mean of a minus that of b.

    a and b are arrays of scores, item by item, and group is an array that names the cluster of each
    item, such as the text that it asks about. The standard error is that of the mean of the
    differences a - b. Take their residuals from that mean, sum them within each cluster, square,
    add up, multiply by G / (G - 1) for G clusters, take the root, and divide by the number of items.

    >>> a, b = np.array([1, 1, 1, 1]), np.array([0, 1, 0, 0])
    >>> [round(number, 4) for number in compare(a, b, np.array([1, 1, 2, 3]))]
    [0.75, 0.1875]
    """
    difference = np.asarray(a, float) - np.asarray(b, float)
    rest = difference - difference.mean()
    sums = np.array([rest[group == name].sum() for name in np.unique(group)])
    error = np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / len(rest)
    return float(difference.mean()), float(error)


def _passed(n, c, k, mistake):
    if mistake == "with repeats":
        return 1 - (1 - c / n) ** k
    if mistake == "pooled":
        return np.full(len(n), pass_at_k(np.array([n.sum()]), np.array([c.sum()]), k)[0])
    if mistake == "expected":
        return np.minimum(1, c * k / n)
    if mistake == "missed":
        return 1 - pass_at_k(n, c, k)
    if mistake == "mean c":
        return np.full(len(n), 1 - (1 - np.mean(c / n)) ** k)
    if mistake == "first":
        return c / n
    return pass_at_k(n, np.minimum(c, n), k).mean() * np.ones(len(n))


def _drawn_tasks(rng):
    size = int(rng.integers(2, 6))
    n = rng.integers(10, 60, size)
    return {
        "n": n,
        "c": np.array([rng.integers(0, most + 1) for most in n]),
        "k": int(rng.integers(2, 10)),
    }


def _compared(a, b, group, mistake):
    a, b = np.asarray(a, float), np.asarray(b, float)
    d, n = a - b, len(a)
    if mistake == "unpaired":
        return float(d.mean()), float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n))
    if mistake == "no clusters":
        return float(d.mean()), float(d.std(ddof=1) / np.sqrt(n))
    if mistake == "sd":
        return float(d.mean()), float(d.std(ddof=1))
    if mistake == "turned":
        difference, error = compare(a, b, group)
        return -difference, error
    if mistake == "of means":
        means = np.array([d[group == name].mean() for name in np.unique(group)])
        return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means)))
    difference, error = compare(a, b, group)
    return difference, error**2


def _drawn_scores(rng):
    group = np.sort(rng.integers(0, 8, 40))
    shift = rng.normal(0, 0.6, 8)[group]
    base = rng.normal(0, 1, 40)
    noise = [rng.normal(0, 0.4, 40) for _ in range(2)]
    return {"a": base + noise[0] + shift + 0.3, "b": base + noise[1], "group": group}


EXERCISES = {
    "count-params": Exercise(
        count_params,
        first=tuple({"config": one} for one in (_TINY, _8B, _QWEN, _MIXTRAL, _QWEN_30B, _70B)),
        draw=lambda rng: {"config": _drawn_shape(rng)},
        slips=slips_of(
            _counted,
            (
                ("every head", "Keys and values have n_kv_heads heads, not n_heads."),
                ("width", "The heads are head_dim wide, which need not be d_model / n_heads."),
                ("two matrices", "SwiGLU has three feed-forward matrices: two up, one down."),
                (
                    "one table",
                    "Without tying there are two tables, one to read tokens and one to score them.",
                ),
                ("tied twice", "With tying there is one table: do not count it twice."),
                (
                    "input table",
                    "non_embedding is without any table, so also without the one that scores.",
                ),
                ("no tables", "total and active hold the tables as well."),
                ("no output", "The output projection of attention is missing, the fourth matrix."),
                (
                    "share",
                    "active is not the share top_k / n_experts of all: attention and tables are always used.",
                ),
                ("top 1", "A token uses top_k experts, not one."),
                ("no final norm", "The norm after the last layer is missing."),
                ("no norms", "The norms are missing."),
                ("no router", "The router of the experts is missing."),
                (
                    "twelve",
                    "12 n d^2 holds for the models of 2020: neither grouped heads nor SwiGLU nor tables are in it.",
                ),
            ),
        ),
        tolerance=0,
        draws=3000,
    ),
    "flops-per-token": Exercise(
        flops_per_token,
        first=(
            {"config": _with_counts(_8B), "context": 8192, "recompute": False},
            {"config": _with_counts(_QWEN), "context": 2048, "recompute": False},
            {"config": _with_counts(_MIXTRAL), "context": 8192, "recompute": True},
            {"config": _with_counts(_8B), "context": 131072, "recompute": True},
        ),
        draw=_drawn_flops,
        slips=slips_of(
            _flops,
            (
                (
                    "look-ups",
                    "The table that reads tokens is only looked up: it multiplies nothing.",
                ),
                ("no head", "A tied table also scores the tokens, so it multiplies."),
                ("total", "A token uses the active parameters, not all of them."),
                ("width", "Attention is n_heads x head_dim wide, which need not be d_model."),
                ("whole", "Causal attention sees half of the context on average, not all of it."),
                (
                    "forgotten",
                    "Attention is missing: its scores grow with the context, and no parameter stands for them.",
                ),
                ("forward", "Attention runs backward as well, at twice the price of forward."),
                (
                    "kv",
                    "Every query head has scores of its own, although it shares keys and values.",
                ),
                (
                    "only forward",
                    "That is the forward pass alone: backward costs twice as much on top.",
                ),
                ("no", "recompute does the forward pass once more: a third of all on top."),
                (
                    "half",
                    "The forward pass is a third of the work, so doing it twice adds a third.",
                ),
                ("always", "Recomputing is asked for only where recompute is True."),
            ),
        ),
        tolerance=0.005,
        draws=5000,
    ),
    "mfu": Exercise(
        mfu,
        first=(
            {"flops_per_token": 6e9, "tokens_per_s": 1e6, "chips": 16, "peak": 1e15},
            {"flops_per_token": 1e9, "tokens_per_s": 1e6, "chips": 1, "peak": 1e15},
            {"flops_per_token": 4.5e11, "tokens_per_s": 2e6, "chips": 2048, "peak": 989e12},
        ),
        draw=_drawn_mfu,
        slips=tuple(
            (slip, sentence)
            for slip, sentence in (
                (
                    lambda flops_per_token, tokens_per_s, chips, peak: (
                        flops_per_token * tokens_per_s / peak
                    ),
                    "peak is that of one chip: all chips together have more.",
                ),
                (
                    lambda flops_per_token, tokens_per_s, chips, peak: (
                        flops_per_token * tokens_per_s / chips / peak * 4 / 3
                    ),
                    "What is computed twice is not useful twice: MFU leaves recomputing out.",
                ),
                (
                    lambda flops_per_token, tokens_per_s, chips, peak: (
                        flops_per_token * tokens_per_s / chips / peak / 2
                    ),
                    "peak is the dense one already: do not halve the share.",
                ),
                (
                    lambda flops_per_token, tokens_per_s, chips, peak: (
                        100 * flops_per_token * tokens_per_s / chips / peak
                    ),
                    "A share is wanted, not percent.",
                ),
                (
                    lambda flops_per_token, tokens_per_s, chips, peak: (
                        chips * peak / flops_per_token / tokens_per_s
                    ),
                    "The fraction is upside down: useful FLOP over those of the peak.",
                ),
                (
                    lambda flops_per_token, tokens_per_s, chips, peak: (
                        flops_per_token * tokens_per_s / chips**2 / peak
                    ),
                    "tokens_per_s is of all chips together: divide by their number once.",
                ),
            )
        ),
        refuses=(
            (
                {"flops_per_token": 6e12, "tokens_per_s": 1e6, "chips": 16, "peak": 1e15},
                "no run does more than the peak: some number is wrong",
            ),
        ),
        draws=10_000,
    ),
    "train-memory": Exercise(
        train_memory,
        first=(
            *tuple(
                {"params": 1000, "chips": 4, "stage": stage, "activations": 100.0}
                for stage in (0, 1, 2, 3)
            ),
            {"params": 8030261248, "chips": 64, "stage": 1, "activations": 20000000000.0},
        ),
        draw=_drawn_memory,
        slips=slips_of(
            _memory,
            (
                (
                    "weights",
                    "Those are the weights alone: gradients and optimizer take 14 bytes more.",
                ),
                ("no master", "The optimizer also keeps a copy of the weights in 4 bytes."),
                ("no moments", "Adam keeps two moments of 4 bytes each."),
                ("stage up", "You share one thing too many: stage 1 shares the optimizer alone."),
                (
                    "stage down",
                    "You share one thing too few: stage 1 shares the optimizer already.",
                ),
                ("weights first", "The weights are shared in stage 3 only."),
                ("fp32 gradients", "Gradients take 2 bytes here."),
                ("no gradients", "The gradients are missing."),
                ("activations", "activations are those of one chip already."),
                ("no activations", "The activations are missing."),
                ("all chips", "The bytes on one chip are wanted, not those on all."),
            ),
        ),
        refuses=(
            ({"params": 1000, "chips": 4, "stage": 4, "activations": 0.0}, "there is no stage 4"),
        ),
        draws=10_000,
    ),
    "pass-at-k": Exercise(
        pass_at_k,
        first=(
            {"n": np.array([20, 10, 10]), "c": np.array([1, 3, 0]), "k": 5},
            {"n": np.array([10_000, 100]), "c": np.array([3, 5]), "k": 10},
            {"n": np.array([6]), "c": np.array([4]), "k": 3},
        ),
        draw=_drawn_tasks,
        slips=slips_of(
            _passed,
            (
                (
                    "with repeats",
                    "That draws with repeats: the k samples are different ones of the n.",
                ),
                ("pooled", "You put all tasks into one urn: each task has its own chance."),
                (
                    "expected",
                    "That is how many right ones to expect among k, cut at 1, not the chance of at least one.",
                ),
                ("missed", "That is the chance that all k are wrong."),
                ("mean c", "You took the mean over tasks first: each task has its own chance."),
                ("first", "That is the chance with one sample: k of them are drawn."),
                ("mean", "One number for each task is wanted, not their mean."),
            ),
        ),
        refuses=(
            (
                {"n": np.array([5, 10]), "c": np.array([1, 2]), "k": 6},
                "six of five samples cannot be drawn",
            ),
        ),
        tolerance=1e-6,
        draws=1000,
    ),
    "compare": Exercise(
        compare,
        first=(
            {
                "a": np.array([1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]),
                "b": np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
                "group": np.array([1, 1, 1, 2, 2, 3, 3]),
            },
        ),
        draw=_drawn_scores,
        slips=slips_of(
            _compared,
            (
                (
                    "unpaired",
                    "Both models answered the same items: take the differences first, which cancels what an item is worth.",
                ),
                (
                    "no clusters",
                    "Items of one cluster share what happens to them: sum their residuals before you square.",
                ),
                (
                    "sd",
                    "That is the standard deviation of the differences; the standard error is that of their mean.",
                ),
                ("turned", "The difference is a minus b."),
                (
                    "of means",
                    "Every item counts the same: the mean over items, not the mean of the means of clusters.",
                ),
                ("variance", "That is the variance: the standard error is its root."),
            ),
        ),
        tolerance=1e-6,
        draws=500,
    ),
}
