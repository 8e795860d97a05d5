"""What an interview may ask, and the points that an answer brings; chapter 90 plays it."""

from helpers import data, verdicts

LEVELS = ("warm-up", "interview", "staff")
CORE = ("warm-up", "estimate", "derivation", "critique", "trade-off")
SECTIONS = (*CORE, "concept")  # a concept fills the time that is left, or follows up
CODING = "coding"  # one task of code, in some long interviews of engineers
TOPICS = ("counting", "power laws", "allocation", "uncertainty", "extrapolation", "tuning", "data",
          "precision", "memory", "experts", "serving", "test time", "reinforcement learning",
          "distillation", "abilities", "limits")  # fmt: skip


# What is asked --------------------------------------------------------------------------------------


def pool(topic=None):
    """The questions that make sense outside of their chapter, by name; all, or those of one topic.

    >>> set(map(part_of, pool().values())) == set(SECTIONS)
    True
    """
    if topic is not None:
        one_of("topic", topic, TOPICS)
    bank = data.questions().items()
    asked = {n: q for n, q in bank if q["kind"] != "code" and not q.get("here")}
    return {name: q for name, q in asked.items() if topic in (None, q["topic"])}


def coding_round():
    """The tasks of the coding round by name: code to be written, for no chapter's own sake.

    >>> {asked["kind"] for asked in coding_round().values()} <= {"code"}
    True
    """
    bank = data.questions().items()
    return {name: q for name, q in bank if q["kind"] == "code" and not q.get("here")}


def part_of(asked):
    """Which part of an interview asks this question."""
    usual = verdicts.KINDS[asked["kind"]].part
    easy = asked["level"] == "warm-up" and usual in ("estimate", "concept")
    return asked.get("part") or ("warm-up" if easy else usual)


def one_of(name, value, allowed):
    """Raise ValueError where the value is none of those allowed."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, but must be one of {', '.join(map(str, allowed))}.")


def points(asked, answer):
    """Points from 0 to 1 for what is kept of an answer; nothing for nothing."""
    if answer["typed"] is None:
        return 0.0
    return worth(verdicts.judge(asked, answer["typed"]), answer["tries"], answer["hint"])


def worth(verdict, tries, hint):
    """Points for a verdict: the first answer counts, a hint halves, steps and points bring their share."""
    first = float(verdict.right is True and tries <= 1)
    return (first if verdict.share is None else verdict.share) / (2 if hint else 1)
