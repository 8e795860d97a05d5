"""The tasks of code on serving, for the interview practice of chapter 90."""

import numpy as np

from exercises.checking import Exercise, mistaken
from helpers import laws

# Speed and memory of one chip -----------------------------------------------------------------------


def decode(config, batch, context, chip, bits=16, kv_bytes=2):
    """Tokens a second that a chip writes for a whole batch of conversations, and what limits it.

    Gives back (tokens_per_s, bound), bound being "memory" or "compute". A step writes one token for
    each conversation of the batch. It takes as long as the slower of two, which run side by side:
    - compute: 2 FLOP for each active parameter and token (attention's own FLOP are left out),
    - memory: reading the weights once, and the cache of every conversation.
    config: params, active (a token uses these; all, if the model is dense), n_layers, n_heads,
    n_kv_heads, head_dim. A mixture of experts (active below params) reads its active parameters at
    batch 1 and all of them in a larger batch; it is asked only at batch 1 and from 256 on.
    chip: flops and bandwidth (bytes) a second, memory in bytes. context: tokens that each
    conversation keeps in its cache, a key and a value in every layer. bits: of one weight. kv_bytes:
    of one number in the cache. ValueError where all weights and the caches do not fit in memory.

    >>> small = dict(params=1e9, active=1e9, n_layers=16, n_heads=32, n_kv_heads=8, head_dim=64)
    >>> speed, bound = decode(small, 1, 1000, dict(flops=1e14, bandwidth=1e12, memory=16e9))
    >>> f"{speed:.0f} {bound}"
    '492 memory'
    """
    per_token = 2 * config["n_layers"] * config["n_kv_heads"] * config["head_dim"] * kv_bytes
    cache = batch * context * per_token
    if config["params"] * bits / 8 + cache > chip["memory"]:
        raise ValueError("The weights and the caches do not fit in memory.")
    weights = config["active" if batch == 1 else "params"] * bits / 8
    memory = (weights + cache) / chip["bandwidth"]
    compute = 2 * config["active"] * batch / chip["flops"]
    return batch / max(memory, compute), "memory" if memory > compute else "compute"


def largest_batch(config, context, chip, bits=16):
    """Conversations whose caches fit in the memory of a chip beside the weights: a whole number.

    config: params (all must be in memory), active (those that a token uses), n_layers, n_heads,
    n_kv_heads, head_dim. context: tokens that each conversation keeps, a key and a value of 2
    bytes in every layer. chip: memory in bytes. bits: of one weight. A memory that is just full
    is allowed; where the weights alone do not fit it is 0.

    >>> small = dict(params=1e9, active=1e9, n_layers=16, n_heads=32, n_kv_heads=8, head_dim=64)
    >>> largest_batch(small, 1000, dict(memory=16e9))
    427
    """
    per_token = 2 * config["n_layers"] * config["n_kv_heads"] * config["head_dim"] * 2
    left = chip["memory"] - config["params"] * bits / 8
    return max(0, int(left // (context * per_token)))


_8B = {"params": 8_030_261_248, "active": 8_030_261_248,
       "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "head_dim": 128}  # fmt: skip
_SMALL = {"params": 596_049_920, "active": 596_049_920,
          "n_layers": 28, "n_heads": 16, "n_kv_heads": 8, "head_dim": 128}  # fmt: skip
_MIXTURE = _8B | {"params": 46_702_792_704, "active": 12_879_925_248}
_H100 = {"flops": 989.4e12, "bandwidth": 3.35e12, "memory": 80_000_000_000}


def _stored(config, bits, mistake):
    """Bytes of the weights, and of the cache for each kept token and byte of a number, with a
    mistake."""
    heads = "n_heads" if mistake == "query heads" else "n_kv_heads"
    cache = 2 * config["n_layers"] * config[heads] * config["head_dim"]
    cache /= {"keys only": 2, "one layer": config["n_layers"]}.get(mistake, 1)
    return config["params"] * {"bits": bits, "full": 2}.get(mistake, bits / 8), cache


def _decoded(config, batch, context, chip, bits=16, kv_bytes=2, mistake=""):
    weights, cache = _stored(config, bits, mistake)
    cache *= batch * context * (bits / 8 if mistake == "cache bits" else kv_bytes)
    cache *= mistake != "no cache"
    if weights + cache > chip["memory"]:
        raise ValueError
    few = {"all experts": False, "few experts": True}.get(mistake, batch == 1)
    read = weights * (config["active"] / config["params"] if few else 1)
    memory = (read * (batch if mistake == "each" else 1) + cache) / chip["bandwidth"]
    used = config["params" if mistake == "all compute" else "active"]
    compute = {"training": 6}.get(mistake, 2) * used * batch / chip["flops"]
    step = memory + compute if mistake == "sum" else max(memory, compute)
    speed = (1 if mistake == "one user" else batch) / step
    return speed, "memory" if memory > compute else "compute"


def _batched(config, context, chip, bits=16, mistake=""):
    weights, cache = _stored(config, bits, mistake)
    weights *= {"no weights": 0, "active": config["active"] / config["params"]}.get(mistake, 1)
    cache *= context * (bits / 8 if mistake == "cache bits" else 2)
    exact = (chip["memory"] - weights) / cache
    whole = {"up": np.ceil(exact), "not full": np.ceil(exact) - 1}.get(mistake, np.floor(exact))
    return int(whole if mistake == "negative" else max(0, whole))


def _drawn_model(rng):
    params = 10 ** rng.uniform(8.5, 11.5)
    groups, shared = 2 ** rng.integers(0, 5), rng.integers(2, 9)
    return {"params": params, "active": params / (rng.uniform(3, 12) if rng.random() < 0.4 else 1),
            "n_layers": int(rng.integers(16, 100)), "n_heads": int(groups * shared),
            "n_kv_heads": int(groups), "head_dim": int(rng.choice([64, 128]))}  # fmt: skip


def _drawn_decode(rng):
    config, bits, kv_bytes = _drawn_model(rng), int(rng.choice([4, 8, 16])), int(rng.integers(1, 3))
    context = int(rng.choice([128, 256, 1000, 4096, 32768]))
    cache = 2 * config["n_layers"] * config["n_kv_heads"] * config["head_dim"] * kv_bytes * context
    room = config["params"] * bits / 8 * rng.uniform(0.1, 4)
    memory = np.ceil(config["params"] * bits / 8 + room + cache)
    batch = max(1, int(room / cache * rng.random()))
    if config["active"] < config["params"] and batch < 256:
        batch = 1
    chip = {"flops": 10 ** rng.uniform(13.5, 15.5), "bandwidth": 10 ** rng.uniform(11.5, 13),
            "memory": float(memory)}  # fmt: skip
    return {"config": config, "batch": batch, "context": context, "chip": chip,
            "bits": bits, "kv_bytes": kv_bytes}  # fmt: skip


def _drawn_batch(rng):
    config, bits = _drawn_model(rng), int(rng.choice([4, 8, 16]))
    memory = config["params"] * bits / 8 * rng.choice([rng.uniform(0.3, 1), rng.uniform(1, 6)])
    return {"config": config, "context": int(2 ** rng.uniform(7, 15)),
            "chip": {"memory": float(memory)}, "bits": bits}  # fmt: skip


_KEYS_ONLY = "That is the keys alone: every token of the cache has a key and a value."
_QUERY_HEADS = "You counted the query heads: keys and values exist once for each n_kv_heads."
_ONE_LAYER = "That is the cache of one layer: every layer keeps keys and values of its own."
_BITS = "You took bits for bytes: eight bits are a byte."
_FULL = "Your weights have 16 bits whatever is asked: bits says how many one weight has."
_CACHE_BITS = "You stored the cache with the bits of the weights: it has a format of its own."


# The best split with serving ------------------------------------------------------------------------


def split_for_life(flops, served, law):
    """Parameters and tokens with the lowest loss, where flops pays for training and for serving.

    Training takes 6 FLOP for each parameter and training token, serving 2 for each parameter and
    served token: 6 N D + 2 N served = flops. law has E, A, B, alpha and beta of
    L = E + A/N^alpha + B/D^beta, in nats per token. The best size lies between 1e6 and 1e14.

    >>> params, tokens = split_for_life(1e24, 2e12, laws.CHINCHILLA_REFIT)
    >>> f"{params:.3g} parameters, {tokens:.3g} tokens"
    '5.79e+10 parameters, 2.21e+12 tokens'
    """
    low, high = 0.0, 100.0  # logarithm of the tokens
    for _ in range(60):
        tokens = np.exp((low + high) / 2)
        params = flops / (6 * tokens + 2 * served)
        size = law.alpha * law.A / params**law.alpha
        data = law.beta * law.B / tokens**law.beta * (1 + served / (3 * tokens))
        low, high = (low, np.log(tokens)) if size > data else (np.log(tokens), high)
    return params, tokens


def cheapest_life(loss, served, law):
    """Parameters and tokens that reach a loss with the fewest FLOP of training and serving
    together.

    Training takes 6 FLOP for each parameter and training token, serving 2 for each parameter and
    served token. law has E, A, B, alpha and beta of L = E + A/N^alpha + B/D^beta, in nats per
    token. The best size lies between 1e6 and 1e14. A loss of E or less raises ValueError.

    >>> params, tokens = cheapest_life(2.10272, 2e12, laws.CHINCHILLA_REFIT)
    >>> f"{params:.3g} parameters, {tokens:.3g} tokens"
    '6.1e+09 parameters, 7.37e+11 tokens'
    """
    gap = loss - law.E
    if gap <= 0:
        raise ValueError("No model reaches this loss.")
    low, high = 0.0, 1.0  # share of the data in the gap
    for _ in range(60):
        share = (low + high) / 2
        tokens = (law.B / (share * gap)) ** (1 / law.beta)
        size, data = law.alpha * (1 - share), law.beta * share * (1 + served / (3 * tokens))
        low, high = (share, high) if size > data else (low, share)
    return (law.A / ((1 - share) * gap)) ** (1 / law.alpha), tokens


def _split(flops, served, law, training=6, serving=2, slopes=None, share=1.0):
    """The split where slopes are weights of the two terms; share of served / 3 D counts in them."""
    a, b = slopes(law) if slopes else (law.alpha, law.beta)
    low, high = 0.0, 100.0
    for _ in range(60):
        tokens = np.exp((low + high) / 2)
        params = flops / (training * tokens + serving * served)
        dearer = 1 + share * serving * served / (training * tokens)
        more = a * law.A / params**law.alpha > b * law.B / tokens**law.beta * dearer
        low, high = (low, np.log(tokens)) if more else (np.log(tokens), high)
    return params, tokens


def _equal(law):
    return 1, 1


def _exchanged(law):
    return law.beta, law.alpha


def _split_ignored(flops, served, law):
    return _split(flops, 0, law)


def _split_twenty(flops, served, law):
    params = (np.sqrt(served**2 + 120 * flops) - served) / 120
    return params, 20 * params


def _split_short(flops, served, law):
    sizes = np.geomspace(1e9, 1e12, 4001)
    tokens = (flops / sizes - 2 * served) / 6
    sizes, tokens = sizes[tokens > 0], tokens[tokens > 0]
    best = law.loss(sizes, tokens).argmin()
    return sizes[best], tokens[best]


def _split_turned(flops, served, law):
    return split_for_life(flops, served, law)[::-1]


def _cheapest(loss, served, law, serving=1 / 3, slopes=None, floor=1.0):
    a, b = slopes(law) if slopes else (law.alpha, law.beta)
    low, high, gap = 0.0, 1.0, loss - floor * law.E
    for _ in range(60):
        share = (low + high) / 2
        tokens = (law.B / (share * gap)) ** (1 / law.beta)
        more = a * (1 - share) > b * share * (1 + serving * served / tokens)
        low, high = (share, high) if more else (low, share)
    return (law.A / ((1 - share) * gap)) ** (1 / law.alpha), tokens


def _cheapest_equal(loss, served, law):
    return _cheapest(loss, 0, law, slopes=_equal)


def _cheapest_ignored(loss, served, law):
    return _cheapest(loss, 0, law)


def _cheapest_twenty(loss, served, law):
    low, high = 0.0, 100.0
    for _ in range(60):
        params = np.exp((low + high) / 2)
        good = law.loss(params, 20 * params) < loss
        low, high = (low, np.log(params)) if good else (np.log(params), high)
    return params, 20 * params


def _cheapest_short(loss, served, law):
    sizes = np.geomspace(1e9, 1e12, 4001)
    left = loss - law.E - law.A / sizes**law.alpha
    sizes, tokens = sizes[left > 0], (law.B / left[left > 0]) ** (1 / law.beta)
    best = (sizes * (3 * tokens + served)).argmin()
    return sizes[best], tokens[best]


def _cheapest_turned(loss, served, law):
    return cheapest_life(loss, served, law)[::-1]


def _drawn_law(rng):
    """A law and a budget with a best split among the sizes of the docstring, and tokens served."""
    while True:
        law = laws.Chinchilla(rng.uniform(1, 2), np.exp(rng.uniform(4, 8)), np.exp(rng.uniform(4, 9)),
                              rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6), "drawn")  # fmt: skip
        flops = 10 ** rng.uniform(18, 26)
        served = law.optimum(flops)[1] * 10 ** rng.uniform(-2, 2) * (rng.random() > 0.1)
        if all(2e6 < _split(flops, many, law)[0] < 5e13 for many in (0.0, served)):
            return law, flops, served


def _drawn_split(rng):
    law, flops, served = _drawn_law(rng)
    return {"flops": flops, "served": served, "law": law}


def _drawn_cheapest(rng):
    law, flops, served = _drawn_law(rng)
    loss = law.loss(*_split(flops, served, law))
    return {"loss": loss, "served": served, "law": law}


_SERVED_IGNORED = (
    "The served tokens change nothing in yours: each of them costs 2 FLOP a parameter."
)
_EQUAL_TERMS = (
    "You made the two terms of the loss equal: what matters is what one more FLOP of each removes."
)
_EXCHANGED = "alpha and beta are exchanged in the slopes: the slope of A/N^alpha carries alpha."
_RULE = "That is 20 tokens for each parameter whatever the law and the demand are."
_SHORT = "Your grid of sizes ends before the best one: let it reach further."
_TURNED = "Parameters first, then tokens."


# A server that admits requests ----------------------------------------------------------------------


def serve(requests, room):
    """When each request is finished by a server that holds a limited number of tokens.

    requests: list of (arrival, prompt, output), whole numbers: a step, tokens, tokens (output at
    least 1). Gives back (finish, peak): a list of the steps at which they end, in the order of
    requests, and the most tokens held in any step. The rules:
    - Steps are 0, 1, 2, ... In each, first those are admitted who have arrived (arrival <= step) and
      wait, by arrival, then by place in the list, while prompt + output of all who run and of the
      newcomer add up to at most room. At the first who does not fit admission stops for this step.
    - Then each running request writes one token. Admitted at step t it ends at t + output, and at that
      step its room is free again. Reading the prompt takes no time.
    - A request holds its prompt and what it has written, with the token of this step.
    - Without requests the answer is ([], 0). One whose prompt + output is above room: ValueError.

    >>> serve([(0, 5, 2), (0, 4, 3), (1, 1, 1)], room=12)
    ([2, 5, 3], 7)
    """
    need = [prompt + output for _, prompt, output in requests]
    if max(need, default=0) > room:
        raise ValueError("A request is larger than the room.")
    waiting = sorted(range(len(requests)), key=lambda k: requests[k][0])
    finish, running, peak, step = [0] * len(requests), [], 0, 0
    while waiting or running:
        running = [k for k in running if finish[k] > step]
        while waiting and requests[waiting[0]][0] <= step:
            if sum(need[k] for k in running) + need[waiting[0]] > room:
                break
            running.append(waiting.pop(0))
            finish[running[-1]] = step + requests[running[-1]][2]
        peak = max(peak, sum(need[k] - finish[k] + step + 1 for k in running))
        step += 1
    return finish, peak


def _served(requests, room, mistake=""):
    """The server with one other rule."""
    need = [prompt + output for _, prompt, output in requests]
    if max(need, default=0) > room:
        raise ValueError
    first = (lambda k: 0) if mistake == "place" else (lambda k: requests[k][0])
    late = mistake == "late"
    waiting, finish, running = sorted(range(len(requests)), key=first), [0] * len(requests), []
    peak = step = 0

    def kept(k):
        """Tokens of a running request, with that of this step."""
        return need[k] - finish[k] + step + 1

    def claim(k, new=False):
        if mistake == "output":
            return requests[k][2]
        if mistake == "grows":
            return requests[k][1] + 1 if new else kept(k)
        return requests[k][1] + 1 if mistake == "prompt" else need[k]

    while waiting or running:
        running = [k for k in running if finish[k] + late > step]
        queue = [k for k in waiting if requests[k][0] <= step]
        if mistake == "place":  # whoever is first in the list, also before it has arrived
            queue = waiting if waiting and requests[waiting[0]][0] <= step else []
        if mistake in ("shortest", "smallest"):
            queue.sort(key=lambda k: requests[k][2] if mistake == "shortest" else need[k])
        if mistake == "batch" and running:
            queue = []
        used = sum(map(claim, running))
        for k in queue:
            if requests[k][0] > step:
                break
            if used + claim(k, new=True) > room - (mistake == "not full"):
                if mistake == "overtakes":
                    continue
                break
            used += claim(k, new=True)
            running.append(k)
            finish[k] = step + requests[k][2]
        waiting = [k for k in waiting if k not in running]
        alive = [k for k in running if finish[k] > step]
        held = [need[k] if mistake == "reserved" else kept(k) for k in alive]
        peak = max(peak, sum(held) - len(alive) * (mistake == "before"))
        step += 1
    if mistake == "last":
        finish = [end - 1 for end in finish]
    if mistake == "latency":
        finish = [end - arrival for end, (arrival, _, _) in zip(finish, requests)]
    return finish, peak


def _drawn_requests(rng):
    count = int(rng.integers(0, 14))
    arrivals = rng.integers(0, rng.choice([1, 10, 60]), count)
    prompts, outputs = rng.integers(1, 30, count), rng.integers(1, 12, count)
    requests = [tuple(map(int, one)) for one in zip(arrivals, prompts, outputs)]
    most = max((prompt + output for _, prompt, output in requests), default=1)
    return {"requests": requests, "room": most + 1 + int(most * rng.uniform(0, 2))}


def _many_requests():
    rng = np.random.default_rng(1)
    arrivals, prompts = np.sort(rng.integers(0, 200, 60)), rng.integers(50, 400, 60)
    outputs = rng.geometric(1 / 60, 60)
    return [tuple(map(int, one)) for one in zip(arrivals, prompts, outputs)]


_FIVE = [(0, 4, 3), (0, 2, 8), (0, 6, 2), (1, 3, 4), (5, 2, 2)]


# A small model drafts -------------------------------------------------------------------------------


def speculative(p, drafted, draft_cost, verify=1.0):
    """Tokens that a step of speculative decoding yields on average, and how many times faster it
    is.

    A small model drafts some tokens one after the other, the large model reads them all in one
    pass and keeps them up to the first that it rejects; at that place, or after the last one if
    it keeps all, it writes one token of its own. Gives back (tokens, speed_up). p: probability, 0
    to 1, that a drafted token is accepted, for each alike and independent. drafted: how many are
    drafted, 0, 1, 2, ... draft_cost: time to draft one token, and verify: time of the pass over
    all of them, both in units of a usual step, which writes one token.

    >>> tokens, speed_up = speculative(0.5, 1, 0.1)
    >>> f"{tokens:.3f} {speed_up:.3f}"
    '1.500 1.364'
    """
    tokens = sum(p**k for k in range(drafted + 1))
    return tokens, tokens / (drafted * draft_cost + verify)


def best_drafted(p, draft_cost, most=32):
    """How many tokens a small model should draft for the highest speed-up: a whole number, 0 to
    most.

    As in `speculative`: the large model keeps drafted tokens up to the first that it rejects, each
    accepted with probability p, and adds one token of its own. Drafting one token takes draft_cost,
    the large model's pass over all of them 1, the time of its usual step of one token. 0 where
    drafting does not pay. Where several are equally good, any of them is right.

    >>> best_drafted(0.5, 0.1)
    2
    """

    def speed_up(drafted):
        return sum(p**k for k in range(drafted + 1)) / (1 + drafted * draft_cost)

    return max(range(most + 1), key=speed_up)


def acceptance(target, draft):
    """Probability that a large model accepts a token that a small one has drawn.

    The token x is drawn with probability draft[x] and accepted with probability min(1, target[x]
    / draft[x]). target and draft: arrays of probabilities over one vocabulary, each with the sum
    1; either may hold zeros, and a token with draft 0 is never drawn.

    >>> round(float(acceptance(np.array([0.9, 0.1]), np.array([0.6, 0.4]))), 3)
    0.7
    """
    return np.minimum(target, draft).sum()


def _speculated(p, drafted, draft_cost, verify=1.0, mistake=""):
    tokens = {
        "no bonus": sum(p**k for k in range(1, drafted + 1)),
        "one short": sum(p**k for k in range(max(drafted, 1))),
        "kp": drafted * p,
        "kp + 1": drafted * p + 1,
        "all": p**drafted * drafted + 1,
        "two": sum(p**k for k in range(drafted + 2)),
    }.get(mistake, sum(p**k for k in range(drafted + 1)))
    paid = {"free": 0, "once": min(drafted, 1), "one more": drafted + 1}.get(mistake, drafted)
    passes = {"each": drafted, "no verify": 0, "fixed": 1 / verify}.get(mistake, 1)
    return tokens, tokens / (paid * draft_cost + passes * verify)


def _best(p, draft_cost, most=32, least=0, mistake=""):
    speeds = [_speculated(p, k, draft_cost, mistake=mistake)[1] for k in range(least, most + 1)]
    return least + int(np.argmax(speeds))


def _slower(arguments, got, want):
    """How far the speed-ups of two numbers of drafted tokens are apart, as a share."""
    p, cost, most = arguments["p"], arguments["draft_cost"], arguments["most"]
    if got == want:
        return 0.0
    if got != int(got) or not 0 <= got <= most:
        return np.inf
    return abs(1 - speculative(p, int(got), cost)[1] / speculative(p, want, cost)[1])


def _short_of_most(p, draft_cost, most=32):
    return best_drafted(p, draft_cost, max(most - 1, 0))


def _own_most(p, draft_cost, most=32):
    return best_drafted(p, draft_cost, 32)


def _share(rng):
    return float(rng.choice([0.0, 1.0]) if rng.random() < 0.1 else rng.uniform(0, 1))


def _drawn_speculative(rng):
    return {"p": _share(rng), "drafted": int(rng.integers(0, 17)),
            "draft_cost": float(10 ** rng.uniform(-2.5, 0)), "verify": rng.uniform(1, 1.5)}  # fmt: skip


def _drawn_best(rng):
    return {"p": _share(rng), "draft_cost": float(10 ** rng.uniform(-2.5, 0)),
            "most": int(rng.integers(1, 41))}  # fmt: skip


def _drawn_acceptance(rng):
    size = int(rng.integers(2, 40))
    target, draft = rng.dirichlet(np.full(size, 10 ** rng.uniform(-0.5, 1)), 2)
    if size > 2 and rng.random() < 0.3:
        target[0] = draft[1] = 0.0
    return {"target": target / target.sum(), "draft": draft / draft.sum()}


def _dot(target, draft):
    return target @ draft


def _top(target, draft):
    return float(target.argmax() == draft.argmax())


def _unclipped(target, draft):
    return (draft * target / np.where(draft > 0, draft, 1)).sum()


def _ratio(target, draft):
    return np.minimum(1, target / np.where(draft > 0, draft, 1e-300))


def _unweighted(target, draft):
    return _ratio(target, draft).mean()


def _weighted_by_target(target, draft):
    return (target * _ratio(target, draft)).sum()


def _rejected(target, draft):
    return np.abs(target - draft).sum() / 2


def _whole_distance(target, draft):
    return 1 - np.abs(target - draft).sum()


EXERCISES = {
    "decode": Exercise(
        decode,
        first=(
            {"config": _8B, "batch": 16, "context": 4096, "chip": _H100},
            {"config": _8B, "batch": 1024, "context": 128, "chip": _H100},
            {"config": _8B, "batch": 10, "context": 1000, "chip": _H100 | {"memory": _8B["params"] * 2 + 10**4 * 131072}},
            {"config": _8B, "batch": 400, "context": 128, "chip": _H100},
            {"config": _MIXTURE, "batch": 1, "context": 2000, "chip": _H100, "bits": 8},
            {"config": _MIXTURE, "batch": 1024, "context": 128, "chip": _H100, "bits": 4},
            {"config": _MIXTURE, "batch": 256, "context": 1024, "chip": _H100, "bits": 4},
            {"config": _SMALL, "batch": 8, "context": 1000, "chip": _H100, "kv_bytes": 1},
            {"config": _SMALL, "batch": 64, "context": 4096, "chip": _H100, "bits": 4},
        ),
        draw=_drawn_decode,
        slips=(
            (mistaken(_decoded, mistake="keys only"), _KEYS_ONLY),
            (mistaken(_decoded, mistake="query heads"), _QUERY_HEADS),
            (mistaken(_decoded, mistake="one layer"), _ONE_LAYER),
            (mistaken(_decoded, mistake="no cache"), "The caches are not read in yours: each step reads all of them."),
            (mistaken(_decoded, mistake="each"), "You read the weights once for every conversation: a batch shares one reading."),
            (mistaken(_decoded, mistake="bits"), _BITS),
            (mistaken(_decoded, mistake="full"), _FULL),
            (mistaken(_decoded, mistake="cache bits"), _CACHE_BITS),
            (mistaken(_decoded, mistake="all compute"), "You compute with all parameters: a token uses the active ones."),
            (mistaken(_decoded, mistake="training"), "That is the arithmetic of training: writing a token is the forward pass alone."),
            (mistaken(_decoded, mistake="one user"), "That is the speed that one conversation sees: the whole batch is asked."),
            (mistaken(_decoded, mistake="sum"), "You added the two times: they run side by side, so the slower one counts."),
            (mistaken(_decoded, mistake="all experts"), "You read all experts at batch 1: one token uses the active ones only."),
            (mistaken(_decoded, mistake="few experts"), "You read only the active parameters for a large batch: together its tokens use all experts."),
        ),
        refuses=(
            ({"config": _8B, "batch": 120, "context": 4096, "chip": _H100}, "the caches do not fit beside the weights"),
            ({"config": _MIXTURE, "batch": 1, "context": 128, "chip": _H100}, "all experts must be in memory, also those that no token uses"),
        ),
        tolerance=0.003,
    ),
    "largest-batch": Exercise(
        largest_batch,
        first=(
            {"config": _8B, "context": 4096, "chip": {"memory": 80_000_000_000}},
            {"config": _8B, "context": 128, "chip": {"memory": 80_000_000_000}, "bits": 4},
            {"config": _MIXTURE, "context": 1000, "chip": {"memory": 80_000_000_000}},
            {"config": _MIXTURE, "context": 1000, "chip": {"memory": 80_000_000_000}, "bits": 8},
            {"config": _SMALL, "context": 1000, "chip": {"memory": 1_192_099_840 + 5_000 * 114_688}},
        ),
        draw=_drawn_batch,
        slips=(
            (mistaken(_batched, mistake="no weights"), "You filled the whole memory with caches: the weights are there first."),
            (mistaken(_batched, mistake="query heads"), _QUERY_HEADS),
            (mistaken(_batched, mistake="keys only"), _KEYS_ONLY),
            (mistaken(_batched, mistake="one layer"), _ONE_LAYER),
            (mistaken(_batched, mistake="up"), "You rounded up: the last conversation does not fit."),
            (mistaken(_batched, mistake="not full"), "A memory that is just full is allowed."),
            (mistaken(_batched, mistake="negative"), "Where the weights alone do not fit, yours is below zero."),
            (mistaken(_batched, mistake="active"), "You stored the active parameters only: all experts must be in memory."),
            (mistaken(_batched, mistake="bits"), _BITS),
            (mistaken(_batched, mistake="full"), _FULL),
            (mistaken(_batched, mistake="cache bits"), _CACHE_BITS),
        ),
    ),
    "split-for-life": Exercise(
        split_for_life,
        first=(
            {"flops": 1e24, "served": 2e13, "law": laws.CHINCHILLA_REFIT},
            {"flops": 1e24, "served": 0.0, "law": laws.CHINCHILLA_PRINTED},
            {"flops": 1e20, "served": 1e11, "law": laws.CHINCHILLA_REFIT},
            {"flops": 1e26, "served": 1e13, "law": laws.CHINCHILLA_PRINTED},
        ),
        draw=_drawn_split,
        slips=(
            (_split_ignored, _SERVED_IGNORED),
            (mistaken(_split, serving=6), "You paid 6 FLOP for a served token: nothing is learnt there, so it is 2."),
            (mistaken(_split, training=2), "You paid 2 FLOP for a training token: the backward pass takes 4 more."),
            (mistaken(_split, share=0.0), "The slopes of the two terms are not equal once the model serves: a larger one pays for every served token too."),
            (mistaken(_split, slopes=_equal, share=0.0), _EQUAL_TERMS),
            (mistaken(_split, slopes=_exchanged), _EXCHANGED),
            (_split_twenty, _RULE),
            (_split_short, _SHORT),
            (_split_turned, _TURNED),
        ),
        tolerance=0.02,
    ),
    "cheapest-life": Exercise(
        cheapest_life,
        first=(
            {"loss": 2.10272, "served": 2e12, "law": laws.CHINCHILLA_REFIT},
            {"loss": 2.10272, "served": 2e13, "law": laws.CHINCHILLA_REFIT},
            {"loss": 2.0, "served": 0.0, "law": laws.CHINCHILLA_PRINTED},
            {"loss": 2.6, "served": 1e12, "law": laws.CHINCHILLA_REFIT},
        ),
        draw=_drawn_cheapest,
        slips=(
            (_cheapest_ignored, _SERVED_IGNORED),
            (mistaken(_cheapest, serving=1.0), "A served token costs as much as one of training in yours: 2 FLOP for each parameter, and there 6."),
            (mistaken(_cheapest, floor=0.0), "E is missing: parameters and data share only what is above it."),
            (_cheapest_equal, _EQUAL_TERMS),
            (mistaken(_cheapest, slopes=_exchanged), _EXCHANGED),
            (_cheapest_twenty, _RULE),
            (_cheapest_short, _SHORT),
            (_cheapest_turned, _TURNED),
        ),
        refuses=(
            ({"loss": 1.8, "served": 1e12, "law": laws.CHINCHILLA_REFIT}, "no model has a loss below E"),
            ({"loss": 1.69, "served": 0.0, "law": laws.CHINCHILLA_PRINTED}, "E itself is never reached"),
        ),
        tolerance=0.02,
    ),
    "serve": Exercise(
        serve,
        first=(
            {"requests": _FIVE, "room": 16},
            {"requests": _FIVE, "room": 20},
            {"requests": _FIVE, "room": 30},
            {"requests": [(4, 3, 3), (0, 5, 2), (1, 2, 6), (4, 1, 1)], "room": 9},
            {"requests": [], "room": 5},
            {"requests": [(0, 3, 1), (20, 4, 2)], "room": 7},
            {"requests": _many_requests(), "room": 4000},
        ),
        draw=_drawn_requests,
        slips=(
            (mistaken(_served, mistake="batch"), "Yours waits until the whole batch is done: room is free as soon as one request ends."),
            (mistaken(_served, mistake="overtakes"), "Others overtake whoever does not fit: admission stops at the first of the queue."),
            (mistaken(_served, mistake="grows"), "You admit by what is held now: the tokens still to be written need their room as well."),
            (mistaken(_served, mistake="prompt"), "You keep room for the prompt and one token: the whole output needs room as well."),
            (mistaken(_served, mistake="output"), "The prompt takes no room in yours: it is held until the request ends."),
            (mistaken(_served, mistake="shortest"), "Yours admits the shortest output first: the order is arrival, then place in the list."),
            (mistaken(_served, mistake="smallest"), "Yours admits the smallest request first: the order is arrival, then place in the list."),
            (mistaken(_served, mistake="place"), "You take the list as the order of arrival: it need not be sorted."),
            (mistaken(_served, mistake="late"), "Room is free one step too late: what ends at a step leaves before that step admits."),
            (mistaken(_served, mistake="not full"), "A room that is just full is allowed."),
            (mistaken(_served, mistake="reserved"), "Your peak counts what is reserved: wanted is what is held, the prompt and what is written so far."),
            (mistaken(_served, mistake="before"), "Your peak leaves out the tokens written in the step itself."),
            (mistaken(_served, mistake="last"), "You give the step of the last token: a request admitted at t ends at t + output."),
            (mistaken(_served, mistake="latency"), "That is how long each one took: the step at which it ends is asked."),
        ),
        refuses=(
            ({"requests": [(0, 2, 2), (3, 8, 3)], "room": 10}, "the second request can never be admitted"),
        ),
        tolerance=0.0,
    ),
    "speculative": Exercise(
        speculative,
        first=(
            {"p": 0.9, "drafted": 8, "draft_cost": 0.05},
            {"p": 0.8, "drafted": 4, "draft_cost": 0.05, "verify": 1.2},
            {"p": 1.0, "drafted": 3, "draft_cost": 0.1},
            {"p": 0.7, "drafted": 0, "draft_cost": 0.1, "verify": 1.1},
        ),
        draw=_drawn_speculative,
        slips=(
            (mistaken(_speculated, mistake="no bonus"), "The large model's own token is missing: a step yields one even if no draft is accepted."),
            (mistaken(_speculated, mistake="one short"), "Your sum ends one token early: all drafts may be accepted, and then comes one more."),
            (mistaken(_speculated, mistake="two"), "Your sum has one token too many: after the last draft comes one of the large model, and no second."),
            (mistaken(_speculated, mistake="kp"), "You took drafted times p: a token counts only if all before it are accepted, and one comes on top."),
            (mistaken(_speculated, mistake="kp + 1"), "You took drafted times p, and one: a token counts only if all before it are accepted."),
            (mistaken(_speculated, mistake="all"), "All or nothing: the drafts before the first rejected one are kept."),
            (mistaken(_speculated, mistake="free"), "Drafting is free in yours: each drafted token takes draft_cost."),
            (mistaken(_speculated, mistake="once"), "You paid for one draft: each of them takes draft_cost, one after the other."),
            (mistaken(_speculated, mistake="one more"), "You paid for one draft too many: the last token is written by the large model."),
            (mistaken(_speculated, mistake="each"), "You paid the large model's pass for every draft: one pass reads all of them."),
            (mistaken(_speculated, mistake="fixed"), "The large model's pass takes 1 in yours: it takes verify."),
        ),
        tolerance=0.01,
    ),
    "best-drafted": Exercise(
        best_drafted,
        first=(
            {"p": 0.6, "draft_cost": 0.1, "most": 32},
            {"p": 0.8, "draft_cost": 0.05, "most": 32},
            {"p": 0.9, "draft_cost": 0.05, "most": 10},
            {"p": 0.1, "draft_cost": 0.3, "most": 32},
            {"p": 0.95, "draft_cost": 0.005, "most": 40},
        ),
        draw=_drawn_best,
        slips=(
            (mistaken(_best, mistake="no bonus"), "The large model's own token is missing from the yield of a step."),
            (mistaken(_best, mistake="one short"), "Your sum of tokens ends one early: all drafts may be accepted, and then comes one more."),
            (mistaken(_best, mistake="kp + 1"), "You took drafted times p, and one: a token counts only if all before it are accepted."),
            (mistaken(_best, mistake="one more"), "You paid for one draft too many: the last token is written by the large model."),
            (mistaken(_best, mistake="free"), "Yours takes the most tokens a step: each draft costs time, too."),
            (mistaken(_best, least=1), "Yours always drafts: 0 is allowed, and right where drafting does not pay."),
            (_short_of_most, "Yours never drafts most tokens: most itself is allowed."),
            (_own_most, "Yours goes to 32 whatever is asked: most is the limit."),
        ),
        tolerance=1e-9,
        gap=_slower,
    ),
    "acceptance": Exercise(
        acceptance,
        first=(
            {"target": np.array([0.5, 0.3, 0.15, 0.05]), "draft": np.array([0.3, 0.4, 0.2, 0.1])},
            {"target": np.array([0.5, 0.5, 0.0]), "draft": np.array([0.2, 0.0, 0.8])},
            {"target": np.array([0.4, 0.6, 0.0]), "draft": np.array([0.7, 0.3, 0.0])},
        ),
        draw=_drawn_acceptance,
        slips=(
            (_dot, "That is the probability that two independent draws agree: here the draft's own draw is judged."),
            (_top, "You compare the most likely tokens: every token may be drawn and accepted."),
            (_unclipped, "Nothing clips the ratio in yours: no token is accepted with a probability above 1."),
            (_unweighted, "You took the mean over the vocabulary: a token counts as often as the draft draws it."),
            (_weighted_by_target, "You weighted with target: the tokens are drawn from draft."),
            (_rejected, "That is the probability that it is rejected."),
            (_whole_distance, "You subtracted the whole sum of the differences: it counts each misplaced probability twice."),
        ),
    ),
}  # fmt: skip
