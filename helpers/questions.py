"""Generated questions: numbers drawn anew, the answer from the laws, so that none is ever used up.

Each generator takes a seeded rng and gives (values, answer, slips) and perhaps more names: values is
what was drawn, slips are typical wrong answers. The words stand in data/questions.toml, with these
names in braces; helpers/asked.py fills them in, and draws again where a slip would pass for the answer.
"""

import inspect
import math

from helpers import cost, laws

REFIT, SPLIT = laws.CHINCHILLA_REFIT, laws.KAPLAN_ALLOCATION
_LAWS = {  # resource: (law, how it grows, the exponent that people mix it up with)
    "size": (laws.KAPLAN_PARAMS, "The model gets {} times larger, on plenty of data.", "tokens"),
    "data": (laws.KAPLAN_TOKENS, "A large model gets {} times as much data.", "parameters"),
    "compute": (laws.KAPLAN_COMPUTE, "The compute grows {} times, always spent in the best way.", "parameters"),
}  # fmt: skip


def _between(rng, low, high, digits=2):
    """A round number between low and high, every decade alike."""
    return float(f"{low * (high / low) ** rng.random():.{digits - 1}e}")


def _one_of(rng, options):
    return options[int(rng.random() * len(options))]


def count_params(rng):
    """Non-embedding parameters from layers and width."""
    layers, width = _one_of(rng, (4, 6, 8, 12, 16, 24)), 64 * (4 + int(rng.random() * 13))
    n = laws.transformer_params(layers, width)
    slips = [n / 3, 2 * n / 3, n / layers, n / width, laws.transformer_params(layers, width, 50257)]
    return {"layers": layers, "width": width}, n, slips


def pf_days(rng):
    """A run's training compute in PF-days."""
    params, tokens = _between(rng, 1e9, 5e11), _between(rng, 1e11, 2e13)
    flops = laws.training_flops(params, tokens)
    days = laws.pf_days(flops)
    slips = [flops, days * 24, days * 86400, days / 6, days / 3]
    return {"params": params, "tokens": tokens}, days, slips, {"flops": flops}


def training_flops(rng):
    """The cost of a run from the size and the tokens for each parameter."""
    params, ratio = _between(rng, 1e9, 5e11), _one_of(rng, (2, 5, 10, 15, 25, 40, 80, 150))
    tokens = ratio * params
    flops = laws.training_flops(params, tokens)
    slips = [flops / 6, flops / 3, 6 * params * ratio, tokens, laws.pf_days(flops)]
    return {"params": params, "ratio": ratio}, flops, slips, {"tokens": tokens}


def tokens_seen(rng):
    """The tokens of a run from its compute and its size."""
    params = _between(rng, 1e9, 5e11)
    flops = float(f"{6 * params**2 * _between(rng, 1, 200):.1e}")
    tokens = flops / (6 * params)
    slips = [6 * tokens, 3 * tokens, tokens / params, flops / 6]
    return {"params": params, "flops": flops}, tokens, slips


def probability(rng):
    """The chance that a loss gives the right token, in percent."""
    loss = round(1.5 + 2 * rng.random(), 1)
    return {"loss": loss}, 100 * math.exp(-loss), [100 * 10**-loss, 100 * 2**-loss, 100 / loss, math.exp(loss)]  # fmt: skip


def chip_days(rng):
    """Days of a run on many chips."""
    chips, mfu = _one_of(rng, (512, 1024, 4096, 16384)), _one_of(rng, (0.3, 0.35, 0.4, 0.45))
    peak = _one_of(rng, (3e14, 1e15, 2e15))
    flops = float(f"{chips * peak * mfu * 86400 * _between(rng, 3, 120):.1e}")
    days = cost.accelerator_days(flops, peak, mfu) / chips
    slips = [days * mfu, days * 24, days * 86400, days * chips]
    return {"flops": flops, "chips": chips, "peak": peak, "mfu": mfu}, days, slips


def utilisation(rng):
    """MFU from the tokens that a cluster reads in a second."""
    params, chips = _between(rng, 5e9, 1e11), _one_of(rng, (256, 1024, 2048))
    peak = 1e15
    rate = float(f"{_between(rng, 0.25, 0.55) * chips * peak / (6 * params):.1e}")
    mfu = 100 * 6 * params * rate / (chips * peak)
    slips = [mfu / 3, mfu / 6, mfu / 100, 10000 / mfu]
    return {"params": params, "chips": chips, "peak": peak, "rate": rate}, mfu, slips


def power_law_ratio(rng):
    """The share of the loss that is left when one resource grows."""
    resource, times = _one_of(rng, tuple(_LAWS)), _one_of(rng, (5, 8, 10, 20, 50, 100))
    law, grows, other = _LAWS[resource]
    left, a = float(times) ** -law.exponent, law.exponent
    mixed = (laws.KAPLAN_TOKENS if other == "tokens" else laws.KAPLAN_PARAMS).exponent
    slips = [1 - left, 1 / left, 1 / times, times**-mixed, 1 - a * math.log10(times)]
    more = {"grows": grows.format(times), "other": other, "mixed": mixed, "gone": 100 - 100 * left}
    return {"exponent": a, "times": times}, left, slips, more


def growth_for_loss(rng):
    """How much one resource must grow for some percent less loss."""
    percent, exponent = 4 + int(22 * rng.random()), _one_of(rng, (0.076, 0.095, 0.05))
    left = 1 - percent / 100
    slips = [1 / left, left**-exponent, 1 + percent / 100 / exponent, 1 / exponent]
    return {"percent": percent, "exponent": exponent}, left ** (-1 / exponent), slips, {"left": left}  # fmt: skip


def exponent_of_two(rng):
    """The exponent of a power law through two runs."""
    times, exponent = _one_of(rng, (10, 30, 100, 1000)), 0.04 + 0.1 * rng.random()
    first = round(2.5 + rng.random(), 2)
    last = round(first * times**-exponent, 2)
    ratio = math.log(first / last)
    slips = [(first - last) / math.log10(times), ratio / math.log10(times), 1 - last / first, last / first]  # fmt: skip
    return {"times": times, "first": first, "last": last}, ratio / math.log(times), slips


def reducible(rng):
    """The loss after a leap in compute, with an irreducible part."""
    E, part = round(1.5 + 0.4 * rng.random(), 2), round(0.2 + 0.5 * rng.random(), 2)
    exponent, times = _one_of(rng, (0.15, 0.16, 0.17, 0.18)), _one_of(rng, (10, 100, 1000, 10000))
    rest = part * times**-exponent
    slips = [rest, (E + part) * times**-exponent, E, E + part]
    values = {"E": E, "part": part, "exponent": exponent, "times": times}
    return values, E + rest, slips, {"rest": rest}


def leap(rng):
    """How many times more compute a larger model takes at one ratio."""
    small, times = _between(rng, 1e8, 3e9, 1), _one_of(rng, (4, 7, 30, 50, 100))
    slips = [times, 6 * times, 20 * times, times**3]
    return {"small": small, "large": small * times}, times**2, slips


def rounding(rng):
    """What rounding an exponent does to a term."""
    by, tokens = _one_of(rng, (0.002, 0.003, 0.004, 0.006)), _one_of(rng, (1e10, 1e11, 1e12, 1e13))
    percent = 100 * (tokens**by - 1)
    slips = [100 * by, 100 * by / 0.28, 100 * by * math.log10(tokens)]
    return {"by": by, "tokens": tokens}, percent, slips, {"log": math.log(tokens)}


def optimum(rng):
    """The best size for a budget, by the refit."""
    flops = _between(rng, 1e22, 1e24)
    params, tokens = REFIT.optimum(flops)
    slips = [tokens, math.sqrt(flops / 20), SPLIT.optimum(flops)[0], laws.CHINCHILLA_PRINTED.optimum(flops)[0]]  # fmt: skip
    more = {"rule": math.sqrt(flops / 120), "ratio": tokens / params}
    return {"flops": flops}, params, slips, more


def double_data(rng):
    """What twice the data wins for a model off the best split."""
    params = _between(rng, 1e9, 3e10)
    tokens = float(f"{params * _one_of(rng, (1, 2, 3, 1000)):.1e}")
    start, data, beta = REFIT.loss(params, tokens), REFIT.B / tokens**REFIT.beta, REFIT.beta
    won, size = start - REFIT.loss(params, 2 * tokens), start - REFIT.loss(2 * params, tokens)
    better = "the data are the better buy" if won > size else "the size is the better buy"
    more = {"data": data, "beta": str(beta), "size": size, "better": better}
    slips = [size, data - won, data / 2, beta * data]
    return {"params": params, "tokens": tokens}, won, slips, more


def kaplan_growth(rng):
    """How the best model grows with the compute, by Kaplan or by Chinchilla."""
    times = _one_of(rng, (5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100))
    whose = _one_of(rng, ("Kaplan", "Chinchilla"))
    a, other = (0.73, 0.5) if whose == "Kaplan" else (0.5, 0.73)
    slips = [times**other, times ** (1 - 0.73), a * times, times]
    return {"whose": whose, "times": times}, times**a, slips, {"a": a, "other": other}


def per_param(rng):
    """Tokens per parameter from the compute and the size."""
    params = _between(rng, 1e9, 3e11)
    flops = float(f"{6 * params**2 * _between(rng, 2, 500):.1e}")
    ratio = flops / (6 * params**2)
    slips = [6 * ratio, 3 * ratio, ratio * params, ratio / 20]
    return {"params": params, "flops": flops}, ratio, slips


def rule_size(rng):
    """The size by the rule of thumb for a budget in PF-days."""
    days = _between(rng, 20, 5e4)
    flops = days * laws.PF_DAY
    size = laws.rule_of_thumb_optimum(flops)[0]
    slips = [math.sqrt(flops / 20), math.sqrt(flops / 6), 20 * size, flops / 120]
    return {"days": days}, size, slips, {"flops": flops}


def parabola(rng):
    """The lowest point of an IsoFLOP parabola through three sizes."""
    n, side = _between(rng, 1e8, 5e9), _one_of(rng, (-1, 1))
    top, bend = 2.2 + rng.random(), 0.03 + 0.04 * rng.random()
    left, here, right = (round(top + bend * (x - side * 0.35) ** 2, 3) for x in (-1, 0, 1))
    steps = (left - right) / (2 * (left - 2 * here + right))
    values = {"n": n, "left": left, "here": here, "right": right}
    return values, n * 2**steps, [n, n * 2**-steps, n * 10**steps], {"steps": f"{steps:.3f}"}


def size_floor(rng):
    """The lowest loss of a size on unlimited tokens."""
    params = _between(rng, 5e8, 2e10)
    term, best = REFIT.A / params**REFIT.alpha, REFIT.best_loss(params)
    data = REFIT.B / (20 * params) ** REFIT.beta
    return {"params": params}, best, [term, REFIT.E, best + data], {"term": term, "E": str(REFIT.E)}


def serving_flops(rng):
    """The compute of serving."""
    params, served = _between(rng, 1e9, 4e11), _between(rng, 1e11, 1e14)
    flops = 2 * params * served
    return {"params": params, "served": served}, flops, [3 * flops, flops / 2, laws.pf_days(flops)]


def break_even(rng):
    """The served tokens that cost as much compute as the training."""
    params, tokens = _between(rng, 1e9, 4e11), _between(rng, 1e11, 2e13)
    return {"params": params, "tokens": tokens}, 3 * tokens, [tokens, tokens / 3, 6 * tokens, 6 * params * tokens]  # fmt: skip


def serving_share(rng):
    """The share of serving in the compute of a life, in percent."""
    tokens, served = _between(rng, 1e12, 2e13), _between(rng, 1e12, 1e14)
    share = 100 * served / (served + 3 * tokens)
    slips = [100 - share, 100 * served / (served + tokens), 100 * served / (3 * tokens)]
    return {"tokens": tokens, "served": served}, share, slips


def price_of_a_million(rng):
    """The price of a million served tokens."""
    price, rate = _one_of(rng, (1.5, 2.0, 2.5, 3.0, 4.0)), _between(rng, 100, 5000)
    dollars = price / 3600 / rate * 1e6
    return {"price": price, "rate": rate}, dollars, [3600 * dollars, dollars / 1000, 60 * dollars, price / rate]  # fmt: skip


def past_the_rule(rng):
    """How far past twenty tokens a parameter a model went."""
    params, tokens = _between(rng, 1e9, 1e11), _between(rng, 1e12, 3e13)
    times = tokens / params / 20
    return {"params": params, "tokens": tokens}, times, [20 * times, 1 / times, times / 6]


def exact_match(rng):
    """The share of answers with all tokens right, in percent."""
    p, length = round(0.6 + 0.39 * rng.random(), 2), _one_of(rng, (3, 4, 5, 8, 10))
    whole = 100 * p**length
    slips = [100 * p, 100 - whole, 100 * p / length, 100 * (1 - (1 - p) ** length)]
    return {"p": p, "length": length}, whole, slips


def token_right(rng):
    """The share of right tokens behind a share of right answers."""
    exact, length = _one_of(rng, (1, 5, 10, 20, 40, 60)), _one_of(rng, (3, 4, 5, 8, 10))
    share = exact / 100
    return {"exact": exact, "length": length}, share ** (1 / length), [share, share / length, share**length, share * length], {"share": share}  # fmt: skip


def standard_error(rng):
    """How far an accuracy is off by the luck of the items, in percentage points."""
    items = _one_of(rng, (50, 100, 164, 200, 500, 1000))
    accuracy = _one_of(rng, (10, 20, 30, 60, 80))
    p = accuracy / 100
    error = 100 * math.sqrt(p * (1 - p) / items)
    slips = [100 / items, error / 100, 100 * math.sqrt(p * (1 - p)), 100 * p * (1 - p) / items]
    return {"items": items, "accuracy": accuracy}, error, slips, {"p": p, "q": 1 - p}


def seen_as_zero(rng):
    """The chance that a small ability is measured as none, in percent."""
    items, percent = _one_of(rng, (50, 100, 200, 300)), _one_of(rng, (0.2, 0.3, 0.5, 0.8, 1.0))
    miss = 1 - percent / 100
    zero = 100 * miss**items
    slips = [100 - zero, percent * items, 100 - percent, 100 / items]
    return {"items": items, "percent": percent}, zero, slips, {"miss": str(round(miss, 4))}


def years_left(rng):
    """Years until the data sets are as large as the stock."""
    now, stock = _between(rng, 5e12, 4e13), _between(rng, 1e14, 1e15)
    yearly, times = _one_of(rng, (1.5, 2.0, 2.4, 3.0)), stock / now
    years = math.log(times) / math.log(yearly)
    slips = [times / yearly, math.log(times), math.log10(times), (times - 1) / (yearly - 1)]
    return {"now": now, "stock": stock, "yearly": yearly}, years, slips, {"times": times}


def repeated(rng):
    """What repeated tokens are worth in fresh ones."""
    unique, epochs = _between(rng, 1e10, 1e12), _one_of(rng, (6, 8, 10, 16, 24, 40))
    worth = laws.DATA_CONSTRAINED.effective_tokens(unique, epochs)
    slips = [unique * epochs, unique, worth - unique, 4 * unique]
    return {"unique": unique, "epochs": epochs}, worth, slips, {"factor": worth / unique, "repeats": epochs - 1}  # fmt: skip


def energy(rng):
    """The energy of a run in MWh."""
    hours, watts = _between(rng, 1e5, 5e7), _one_of(rng, (400, 700, 1000))
    pue = _one_of(rng, (1.1, 1.2, 1.3, 1.5))
    mwh = hours * watts * pue / 1e6
    return {"hours": hours, "watts": watts, "pue": pue}, mwh, [1000 * mwh, mwh / 1000, mwh / pue**2, hours * watts]  # fmt: skip


def energy_bill(rng):
    """What the energy of a run costs."""
    mwh, price = _between(rng, 100, 5e4), _one_of(rng, (0.05, 0.06, 0.08, 0.1, 0.12))
    return {"mwh": mwh, "price": price}, 1000 * mwh * price, [mwh * price, 1e6 * mwh * price, 1000 * mwh / price]  # fmt: skip


def rent(rng):
    """What the chips of a run cost by the hour."""
    flops, price = _between(rng, 1e22, 5e25), _one_of(rng, (1.5, 2.0, 2.5, 3.0))
    peak, mfu = 1e15, _one_of(rng, (0.3, 0.35, 0.4, 0.45))
    hours = 24 * cost.accelerator_days(flops, peak, mfu)
    slips = [hours * price * mfu, hours, hours * price / 24, hours * price * 3600]
    return {"flops": flops, "price": price, "peak": peak, "mfu": mfu}, hours * price, slips, {"hours": hours}  # fmt: skip


# Every function above with a public name.
GENERATORS = {
    name: made
    for name, made in list(globals().items())
    if inspect.isfunction(made) and not name.startswith("_")
}
