"""The mock interview: draws questions, gives points, follows up.

An interview is a plain dictionary; these functions give a new one and change none.
"""

import math

import numpy as np

from helpers import data, questions, verdicts
from helpers.questions import posed

ROLES = {  # the topics that a role is asked about most
    "research": ("power laws", "allocation", "extrapolation", "uncertainty", "abilities"),
    "infrastructure": ("counting", "serving", "limits", "tuning"),
    "product": ("serving", "abilities", "limits", "extrapolation"),
}
LEVELS = ("warm-up", "interview", "staff")
_CORE = ("warm-up", "estimate", "derivation", "critique", "trade-off")
SECTIONS = (*_CORE, "concept")  # a concept fills the time that is left, or follows up
PARTS = {10: ("warm-up", "estimate", "critique", "trade-off"), 20: _CORE, 45: _CORE + _CORE[1:]}
FOLLOW_UPS = {10: 1, 20: 2, 45: 4}
SPARE = {10: 1, 20: 3, 45: 6}  # minutes that the plan leaves for follow-ups
TOPICS = ("counting", "power laws", "allocation", "uncertainty", "extrapolation", "tuning",
          "serving", "abilities", "limits")  # fmt: skip


# What is asked --------------------------------------------------------------------------------------


def pool(topic=None):
    """The questions that make sense outside of their chapter, by name; all, or those of one topic.

    >>> set(map(part_of, pool().values())) == set(SECTIONS)
    True
    """
    if topic is not None:
        _one_of("topic", topic, TOPICS)
    bank = data.questions().items()
    return {name: q for name, q in bank if topic in (None, q["topic"]) and not q.get("here")}


def part_of(asked):
    """Which part of an interview asks this question."""
    usual = verdicts.KINDS[asked["kind"]].part
    easy = asked["level"] == "warm-up" and usual in ("estimate", "concept")
    return asked.get("part") or ("warm-up" if easy else usual)


def _one_of(name, value, allowed):
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, but must be one of {', '.join(map(str, allowed))}.")


def begin(role, minutes, level, seed=None):
    """An interview that has just begun: the same for one seed, a new one for None.

    Raises ValueError for a role, a length or a level that is not there.

    >>> state = begin("research", 20, "interview", seed=7)
    >>> [item["part"] for item in state["items"]][:2], state["results"]
    (['warm-up', 'estimate'], [])
    """
    _one_of("role", role, ROLES)
    _one_of("minutes", minutes, PARTS)
    _one_of("level", level, LEVELS)
    seed = int(np.random.default_rng().integers(1, 10**6)) if seed is None else seed
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed is {seed!r}, but must be a whole number of 0 or more, or None.")
    rng, bank, left = np.random.default_rng(seed), pool(), minutes - SPARE[minutes]
    least = {part: min(q["minutes"] for q in bank.values() if part_of(q) == part) for part in _CORE}
    drawn, waiting = {}, dict(enumerate(PARTS[minutes]))
    for k in rng.permutation(len(waiting)).tolist():  # so that each part may be the long one
        part = waiting.pop(k)
        room = max(left - sum(least[later] for later in waiting.values()), least[part])
        while not (item := _draw(rng, bank, drawn.values(), level, ROLES[role], part, room)):
            room += 1
        drawn[k] = item
        left -= bank[item["name"]]["minutes"]
    items = [drawn[k] for k in sorted(drawn)]
    while left > 1 and (more := _draw(rng, bank, items, level, ROLES[role], "concept", left)):
        items.insert(2, more)
        left -= bank[more["name"]]["minutes"]
    return {"role": role, "minutes": minutes, "level": level, "seed": seed, "items": items,
            "results": [], "elapsed": 0.0}  # fmt: skip


def _draw(rng, bank, items, level, topics, part=None, room=10, topic=None):
    """One more item, more likely of this level and these topics; None where nothing fits.

    A part asks its own questions; a follow-up, which has no part, quick ones of its topic and level.
    """
    taken = {item["name"] for item in items}

    def fits(name, asked):
        follows = verdicts.KINDS[asked["kind"]].quick and (asked["topic"], asked["level"]) == (topic, level)  # fmt: skip
        wanted = part == part_of(asked) if part else follows
        return wanted and name not in taken and asked["minutes"] <= room

    names = [name for name, asked in bank.items() if fits(name, asked)]
    if not names:
        return None
    far = [abs(LEVELS.index(bank[name]["level"]) - LEVELS.index(level)) for name in names]
    weights = [(4 if bank[n]["topic"] in topics else 1) / 6**d for n, d in zip(names, far)]
    name = names[int(rng.choice(len(names), p=np.divide(weights, sum(weights))))]
    seed, part = int(rng.integers(10**6)), part_of(bank[name])
    return {"name": name, "seed": seed, "part": part, "follows": ""}


def current(state):
    """The item that is asked now; None when the interview is over."""
    done = len(state["results"])
    return state["items"][done] if done < len(state["items"]) else None


def points(asked, typed, tries):
    """Points from 0 to 1: half for a right answer that took more tries, shares for points and steps."""
    if typed is None:
        return 0.0
    verdict = verdicts.judge(asked, typed)
    if verdict.share is not None:
        return verdict.share
    return (1.0 if tries <= 1 else 0.5) if verdict.right else 0.0


def answered(state, got, seconds=0.0):
    """The interview after its current question brought these points, with a follow-up if time is left."""
    item, items = current(state), list(state["items"])
    results = [*state["results"], {"points": got, "seconds": seconds}]
    later = state | {"results": results, "elapsed": state["elapsed"] + seconds}
    count = sum(bool(one["follows"]) for one in items)
    long = item["part"] in ("derivation", "trade-off")
    if not long and not item["follows"] and count < FOLLOW_UPS[state["minutes"]]:
        follow_up = _follow_up(later, item, got)
        items[len(results) : len(results)] = [follow_up] if follow_up else []
    return later | {"items": items}


def _follow_up(state, item, got):
    """What comes next after this answer, if time is left: the same again, an easier or a harder one."""
    bank, done = data.questions(), len(state["results"])
    asked, rng = bank[item["name"]], np.random.default_rng([state["seed"], done - 1])
    planned = sum(bank[one["name"]]["minutes"] for one in state["items"][done:])
    room = math.ceil(state["minutes"] - state["elapsed"] / 60 - planned)
    if got < 1 and "let" in asked and asked["minutes"] <= room:
        words = f"{'Right in the end' if got else 'Not yet'}: once more, with other numbers."
        return fresh(item) | {"follows": words}
    if 0 < got < 1 or (got == 1 and item["part"] not in ("estimate", "concept")):
        return None
    step, words = (1, "Right. A harder one") if got else (-1, "Not yet. An easier one")
    place = LEVELS.index(asked["level"]) + step
    if not 0 <= place < len(LEVELS):
        return None
    found = _draw(rng, pool(), state["items"], LEVELS[place], (), room=room, topic=asked["topic"])
    return found and found | {"follows": f"{words} on {asked['topic']}:"}


def fresh(item):
    """The same question, with other numbers where it is a generated one."""
    name, seed = item["name"], item["seed"] + 1
    if "let" in data.question(name):
        seed = questions.another(lambda seed: posed(name, seed), item["seed"])
    return item | {"seed": seed, "follows": ""}
