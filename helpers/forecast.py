"""The forecaster as a command: python -m helpers.forecast 70.

Give one thing you know (70B, 1.4T, 5.88e23), or both sizes of a mixture, and it says what follows.
"""

import argparse
import json
import math

import numpy as np

from helpers import cost, data, fits, laws, units
from helpers.guard import positive, refuse

LAWS = {"refit": laws.CHINCHILLA_REFIT, "unrounded": laws.CHINCHILLA_UNROUNDED,
        "printed": laws.CHINCHILLA_PRINTED, "muennighoff": laws.MUENNIGHOFF}  # fmt: skip


def billions(text):
    """Parameters as typed; a bare number below 100,000 means billions.

    >>> billions("70"), billions("70e9"), billions("0.5B")
    (70000000000.0, 70000000000.0, 500000000.0)
    """
    value = units.parse(text)
    return value * 1e9 if 0 < value < 1e5 and not str(text).strip()[-1:].isalpha() else value


def forecast(law, params=None, flops=None, tokens=None, loss=None):
    """The compute-optimal run that has this many params, or flops, or tokens, or this loss.

    Returns params, tokens, tokens_per_param, flops, pf_days and loss by the law, and the tokens and
    FLOP by the rule of thumb. Raises ValueError where not exactly one is given, or it is impossible.

    >>> run = forecast(laws.CHINCHILLA_REFIT, params=70e9)
    >>> f"{run['rule_tokens']:.3g} {run['rule_flops']:.3g} {run['rule_pf_days']:.2f}"
    '1.4e+12 5.88e+23 6805.56'
    """
    given = [value for value in (params, flops, tokens, loss) if value is not None]
    if len(given) != 1:
        one = "exactly one must be: params, flops, tokens, loss"
        raise ValueError(f"{len(given)} things given, but {one}.")
    if loss is not None:
        flops = law.flops_for_loss(loss)
    if flops is not None:
        best, rule = law.optimum(flops), laws.rule_of_thumb_optimum(flops)
    elif tokens is not None:
        best, rule = (law.optimal_params(tokens), tokens), (tokens / laws.TOKENS_PER_PARAM, tokens)
    else:
        best, rule = (params, law.optimal_tokens(params)), (params, params * laws.TOKENS_PER_PARAM)
    by_rule = _run(law, *rule, "rule_") | {"rule_tokens_per_param": laws.TOKENS_PER_PARAM}
    return _run(law, *best) | by_rule


def _run(law, params, tokens, by="", active=None):
    flops = laws.training_flops(active or params, tokens)
    found = params, tokens, tokens / params, flops, laws.pf_days(flops), law.loss(params, tokens)
    return dict(zip([f"{by}{name}" for name in SAID], found))


def mixture(law, active=None, total=None, tokens=None, **more):
    """A mixture of experts: its compute, and its loss as the dense models that it may be worth.

    A run as of forecast, for the middle size, with its range; by active_... that of a dense model of
    the active size, whose best tokens serve where none are given. ValueError for one size alone.
    Source: Ludziejewski et al. 2025 (arXiv 2502.05172), half the mean; Ling (2507.17702), 1.6 times.

    >>> run = mixture(laws.CHINCHILLA_REFIT, 37e9, 671e9, 14.8e12)
    >>> f"{run['flops']:.3g}", [f"{size:.3g}" for size in run["range_dense"]["params"]]
    ('3.29e+24', ['7.88e+10', '2.52e+11'])
    """
    if more or active is None or total is None:
        raise ValueError("A mixture takes --active and --total, and beside both only --tokens.")
    refuse("total", total, total < positive("active", active), f"at least active, {active:g}")
    dense = _run(law, active, law.optimal_tokens(active) if tokens is None else tokens, "active_")
    sizes = np.clip(np.multiply([0.5, 1, 1.6], math.sqrt(active * total)), active, total).tolist()
    low, run, high = (_run(law, n, dense["active_tokens"], active=active) for n in sizes)
    run["range_dense"] = {name: sorted((low[name], high[name])) for name in SAID}
    best = law.optimal_tokens(sizes).tolist()
    notes = [f"Compute is 6 x active x tokens{'' if tokens else '; the tokens are best for a dense model of the active size'}.",
             f"Memory and download go by the total, {_count(total)}: {_whole(2e-9 * total)} GB in bf16.",
             "The law is fitted on dense models, so the size to put into it is not known: between half and 1.6 "
             "times the geometric mean of active and total, by what was tried, and never beyond these two.",
             f"Dense models of that range do best with {_count(best[0])} to {_count(best[2])} tokens."]  # fmt: skip
    return run | dense | {"total_params": total, "best_tokens": best, "notes": notes}


def spread(level=0.8, **given):
    """How far the answer moves over the bootstrap draws of the refit: name -> (low, high).

    Takes what forecast takes. A draw that never reaches a wanted loss counts as beyond every run, so
    that an end may be inf; "never" holds the share of such draws. Raises ValueError as forecast does,
    and for a level that is no share.

    >>> low, high = spread(params=70e9)["tokens"]
    >>> f"{low:.2g} to {high:.2g}"
    '7.4e+11 to 2.1e+12'
    """
    runs = forecast(laws.refit_draws(), **given)
    found = {name: tuple(map(float, fits.interval(runs[name], level))) for name in SAID}
    found |= {name: (value, value) for name, value in given.items() if value is not None}
    if math.inf in found["flops"]:  # there tokens per parameter may go either way
        found["tokens_per_param"] = 0.0, math.inf
    return found | {"never": float(np.ma.getmaskarray(runs["flops"]).mean())}


ACCELERATORS = ("A100 80GB", "H100 SXM", "B200", "TPU v5p")
HEADS = {"rule_": ("rule of thumb, 20:1", "the law", "80 % of its refits"),
         "active_": ("dense, active size", "dense equivalent", "half to 1.6 times it")}  # fmt: skip
READ = {"params": billions, "active": billions, "total": billions,
        "flops": units.parse, "tokens": units.parse, "loss": units.parse}  # fmt: skip


def _below(most, write):
    return lambda value: write(value) if value < most else units.power(value, 3)


_whole = _below(1e12, "{:,.0f}".format)
_count = _below(1e15, lambda value: units.spoken(value, 3, trim=False))
SAID = {  # what is known of a run: how it is called, and how it is written
    "params": ("parameters", _count),
    "tokens": ("training tokens", _count),
    "tokens_per_param": ("tokens per parameter", lambda value: units.plain(value, 3)),
    "flops": ("compute, FLOP", lambda value: units.power(value, 3)),
    "pf_days": ("compute, PF-days", _below(1e12, "{:,.2f}".format)),
    "loss": ("predicted loss, nats", "{:.3f}".format),
}


def _between(write, low, high):
    """A range in words; nothing where both ends look alike, or it says nothing."""
    end = "or more, or never" if math.isinf(high) else f"to {write(high)}"
    return f"   {write(low)} {end}" if 0 < low < high and end != f"to {write(low)}" else ""


def _lines(run, other):
    """The answer as a table of text, with the other run on its left."""
    ranges, (left, right, span) = run.get("range_dense") or run["range_80"], HEADS[other]
    yield f"{'':24}{left:>22}{right:>18}{f'   {span}' if ranges else ''}"
    for key, (label, write) in SAID.items():
        between = _between(write, *ranges[key]) if ranges else ""
        yield f"{label:24}{write(run[other + key]):>22}{write(run[key]):>18}{between}"
    yield f"accelerator-days at {run['mfu']:.0%} MFU, bf16"
    for name, value in run["accelerator_days"].items():
        yield f"  {name:22}{_whole(run[f'{other}accelerator_days'][name]):>22}{_whole(value):>18}"
    if never := ranges.get("never"):
        yield f"{never:.0%} of the refits never reach this loss; the ranges count them."
    yield from run.get("notes", ())
    yield f"The law: {run['source']}. One corpus; the losses of both columns are by it."


def main(argv=None):
    """Read the command line, print the answer; exit status 2 and a sentence where it is impossible."""
    parser = argparse.ArgumentParser("python -m helpers.forecast", description=__doc__)
    parser.add_argument("params", nargs="?", help="size: 70, 70B or 70e9 (a bare 70 is billions)")
    parser.add_argument("--flops", help="training compute, such as 5.88e23")
    parser.add_argument("--tokens", help="training tokens, such as 1.4T")
    parser.add_argument("--loss", help="loss you want, in nats per token, such as 2.0")
    parser.add_argument("--active", help="parameters that a mixture uses for a token, such as 37B")
    parser.add_argument("--total", help="all its parameters, such as 671B; perhaps with --tokens")
    parser.add_argument("--law", choices=LAWS, default="refit", help="constants (default: refit)")
    parser.add_argument("--mfu", default="0.4", help="share of a chip's peak in use (default: 0.4)")
    parser.add_argument("--accelerator", action="append", help="chip of accelerators.csv (repeat)")
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")
    typed = vars(parser.parse_args(argv))
    try:
        given = {k: READ[k](text) for k, text in typed.items() if k in READ and text is not None}
        law, mfu, chips = LAWS[typed["law"]], units.parse(typed["mfu"]), data.accelerators()
        chips = [data.named(chips, name) for name in typed["accelerator"] or ACCELERATORS]
        dense = given.keys().isdisjoint(("active", "total"))
        answer, other = (forecast, "rule_") if dense else (mixture, "active_")
        run = answer(law, **given) | {"law": typed["law"], "source": law.source, "mfu": mfu}
        run["range_80"] = spread(**given) if dense and typed["law"] == "refit" else {}
        for by in ("", other):
            days = (cost.accelerator_days(run[f"{by}flops"], c.bf16_flop_per_s, mfu) for c in chips)
            run[f"{by}accelerator_days"] = dict(zip([c.accelerator for c in chips], days))
    except ValueError as error:
        parser.error(str(error))
    as_json = json.dumps(run).replace("Infinity", "null")  # which JSON does not know
    print(as_json if typed["json"] else "\n".join(_lines(run, other)))
    return 0


if __name__ == "__main__":
    main()
