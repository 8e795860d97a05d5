"""The forecaster as a command: python -m helpers.forecast 70

Give one thing you know, and it says what the rest of a compute-optimal run looks like.
"""

import argparse
import json
import math
import sys

import numpy as np

from helpers import cost, data, fits, laws, units

LAWS = {
    "refit": laws.CHINCHILLA_REFIT,
    "unrounded": laws.CHINCHILLA_UNROUNDED,
    "printed": laws.CHINCHILLA_PRINTED,
    "muennighoff": laws.MUENNIGHOFF,
}


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
        one = "exactly one of params, flops, tokens, loss"
        raise ValueError(f"{len(given)} things given, but {one} must be.")
    if loss is not None:
        flops = law.flops_for_loss(loss)
    if flops is not None:
        best, rule = law.optimum(flops), laws.rule_of_thumb_optimum(flops)
    elif tokens is not None:
        best, rule = (law.optimal_params(tokens), tokens), (tokens / laws.TOKENS_PER_PARAM, tokens)
    else:
        best = params, law.optimal_tokens(params)
        rule = params, params * laws.TOKENS_PER_PARAM
    by_rule = _run(law, *rule) | {"tokens_per_param": laws.TOKENS_PER_PARAM}
    return _run(law, *best) | {f"rule_{name}": value for name, value in by_rule.items()}


def _run(law, params, tokens):
    flops = laws.training_flops(params, tokens)
    found = params, tokens, tokens / params, flops, laws.pf_days(flops), law.loss(params, tokens)
    return dict(zip(SAID, found))


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
    spans = {name: fits.interval(np.ma.atleast_1d(runs[name]), level) for name in SAID}
    found = {name: tuple(map(float, span)) for name, span in spans.items()}
    found |= {name: (value, value) for name, value in given.items() if value is not None}
    if math.inf in found["flops"]:  # there tokens per parameter may go either way
        found["tokens_per_param"] = 0.0, math.inf
    return found | {"never": float(np.ma.getmaskarray(runs["flops"]).mean())}


ACCELERATORS = ("A100 80GB", "H100 SXM", "B200", "TPU v5p")


def _count(value):
    return units.spoken(value, 3, trim=False) if value < 1e15 else units.power(value, 3)


def _days(value, digits=0):
    return f"{value:,.{digits}f}" if value < 1e12 else units.power(value, 3)


SAID = {  # what is known of a run: how it is called, and how it is written
    "params": ("parameters", _count),
    "tokens": ("training tokens", _count),
    "tokens_per_param": ("tokens per parameter", lambda value: units.plain(value, 3)),
    "flops": ("compute, FLOP", lambda value: units.power(value, 3)),
    "pf_days": ("compute, PF-days", lambda value: _days(value, 2)),
    "loss": ("predicted loss, nats", "{:.3f}".format),
}


def _between(write, low, high):
    """A range in words; nothing where both ends look alike, or it says nothing."""
    if math.isinf(high):
        return f"   {write(low)} or more, or never" if 0 < low < high else ""
    low, high = write(low), write(high)
    return f"   {low} to {high}" if low != high else ""


def _lines(run):
    """The answer as a table of text."""
    ranges = run["range_80"]
    yield f"{'':24}{'rule of thumb, 20:1':>22}{'the law':>18}{'   80 % of its refits' if ranges else ''}"
    for key, (label, write) in SAID.items():
        by_rule, by_law = write(run[f"rule_{key}"]), write(run[key])
        between = _between(write, *ranges[key]) if ranges else ""
        yield f"{label:24}{by_rule:>22}{by_law:>18}{between}"
    yield f"accelerator-days at {run['mfu']:.0%} MFU, bf16"
    for name, value in run["accelerator_days"].items():
        yield f"  {name:22}{_days(run['rule_accelerator_days'][name]):>22}{_days(value):>18}"
    if never := ranges.get("never"):
        yield f"{never:.0%} of the refits never reach this loss; the ranges count them."
    yield f"The law: {run['source']}. One corpus; the loss of the rule's run is the law's too."


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python -m helpers.forecast",
        description="What a compute-optimal training run looks like, from one thing you know.",
        epilog="Numbers may be typed like 70B, 1.4T, 5.88e23.",
    )
    size = "model size: 70, 70B or 70e9 (a bare 70 is billions)"
    chip, mfu = "chip of data/accelerators.csv, repeatable", "share of the chip's peak in use"
    parser.add_argument("params", nargs="?", help=size)
    parser.add_argument("--flops", help="training compute, such as 5.88e23")
    parser.add_argument("--tokens", help="training tokens, such as 1.4T")
    parser.add_argument("--loss", help="loss you want, in nats per token, such as 2.0")
    parser.add_argument("--law", choices=LAWS, default="refit", help="constants (default: refit)")
    parser.add_argument("--mfu", default="0.4", help=f"{mfu} (default: 0.4)")
    parser.add_argument("--accelerator", action="append", metavar="NAME", help=chip)
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")
    return parser


def main(argv=None):
    """Read the command line, print the answer; exit status 2 and a sentence where it is impossible."""
    parser = _arguments()
    typed = parser.parse_args(argv)
    try:
        said = {name: getattr(typed, name) for name in ("params", "flops", "tokens", "loss")}
        given = {name: (billions if name == "params" else units.parse)(text)
                 for name, text in said.items() if text is not None}  # fmt: skip
        law, mfu = LAWS[typed.law], units.parse(typed.mfu)
        run, all_chips = forecast(law, **given), data.accelerators()
        chips = [data.named(all_chips, name) for name in typed.accelerator or ACCELERATORS]
        for by in ("", "rule_"):
            days = (cost.accelerator_days(run[f"{by}flops"], c.bf16_flop_per_s, mfu) for c in chips)
            run[f"{by}accelerator_days"] = dict(zip([c.accelerator for c in chips], days))
        run |= {"law": typed.law, "source": law.source, "mfu": mfu}
        run["range_80"] = spread(**given) if typed.law == "refit" else {}
    except ValueError as error:
        parser.error(str(error))
    as_json = json.dumps(run).replace("Infinity", "null")  # which JSON does not know
    print(as_json if typed.json else "\n".join(_lines(run)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
