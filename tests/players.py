"""Simulated candidates: what a mock interview gives to somebody who knows nothing, guesses, slips or knows.

    python tests/players.py            the table by role, length and level
    python tests/players.py --write    ... and data/players.csv, which the scorecard of chapter 90 shows

A player sees what a candidate sees: the face of a question, and the verdict on an answer that was not
counted. Nobody here reads an answer of the bank. Where a player must know, it computes from the words
of the question by the second computation of tests/facts_NN.py, or finds its words in RIGHT below.
"""

import argparse
import csv
import functools
import itertools
import random
import re

import facts
import pytest

from helpers import data, units, verdicts
from pictures import interview, interview_practice

SEEDS, TRIES = 200, 8
FILE = data.FOLDER / "players.csv"
TALK = "I would first ask what is fixed, then estimate, and say how sure I am."

# A fragment of a question -> fragments of its right option, options, or order, as a reader of the
# chapters would choose them.
RIGHT = {
    "model gets ten": "1.99",
    "Training costs about": "and 4",
    "of size ten": ["steps", "tokens"],
    "falls as $N^{-0.076}$.": [
        "1 billion to 100",
        "10 million",
        "to 10 billion",
        "10 billion to",
        "200",
    ],
    "3 8B has": "229",
    "A decoder with": "all of the FLOP,",
    "How can a": "that",
    "Which repair do": "hide",
    "Tiny batches reach": "twice the fewest steps and twice",
    "A 1B run": "critical",
    "Gopher had 280": "1.2",
    "You build half": "about 16",
    "You get four": "2 times,",
    "Your run is": "1 times the parameters,",
    "'A 70B model": "one",
    "'Following Kaplan, when": "size, 1.21",
    "models by training": ["MT-NLG", "GPT-3", "Chinchilla", "3.1", "3 8B"],
    "Which difference could": "small",
    "At 1e18 FLOP": "B's",
    "What does leaving": "steeper, because the small",
    "Which check do": "recount",
    "Recounted, A's runs": "0.52:",
    "Someone wants the": "1.26",
    "The quality stays": "smaller",
    "billion parameters, at": "reading",
    "A sigmoid is": "between",
    "A model does": ["names", "fresh"],
    "Case, spaces and": "rephrased",
    "From 1e23 to": "0.048",
    "Compute grows along": "billion",
    "A strict filter": "tenth",
    "A public study": "third",
    "From cheaper runs": "quadrature",
    "You may buy": "three",
    "One learning rate": "large",
    "want the loss": "billion are too high",
    "Two optimisers train": "little:",
    "Your small runs": "beyond",
    "You tune the": "width",
    "You have put": "size",
    "says that Muon,": "tuned",
    "Runs of 1B": "read",
    "Nine models of": "split",
    "The size of": "grows: the small",
    "1e21 FLOP two": "1.5",
    "On five rungs": "both",
    "A law fits": "find",
    "Which of these,": "once",
    "At the three": "about 3",
    "Reading the new": "leave",
    "do you put": "/ (6N)",
    "you ask before": "much",
    "do you compare?": "and",
    "So what do": "six",
    "Saving stalls for": "background,",
    "You can pay": "times",
    "Somebody ran the": "there",
    "junior fits $E": "three",
    "A junior plots": ["beta,", "alpha,"],
    "On the same": "0.52",
    "A junior trained": "hold",
    "A bar chart": "6 %",
    "An IsoFLOP plot": "larger",
    "Two recipes, each": "slope",
    "plot of MFU": "has",
    "Two bars: the": "how",
    "A training curve": "look",
    "Two optimizers, each": "decay:",
    "junior fits a": "bend:",
    "A new optimizer": "two",
    "A model reads": "keep",
    "plot of the": "grows",
    "Rank these runs": ["GPT-3:", "Chinchilla:", "8B:", "70B:", "3.1"],
    "'How large a": ["serve", "fresh", "much"],
    "Ten checkpoints are equally good": "3.1",
    "on very many tokens?": "too large a size term",
    "returns are gone from 3 billion": "squeezes equal factors",
    "far beyond the data. Rank by the width": [
        "training compute",
        "whole loss",
        "above E",
        "best size",
        "per parameter",
    ],
    "still unsolved fall with": "exponentially",
    "its own chance $p$": "as k to the power of -0.3",
    "S-curve in the logarithm": "beyond the middle",
    "Alone it would end": "2.2",
    "and a teacher is considered": "for it alone",
    "comes nearest to deciding": "up to thousands",
    "wrong answer comes up": "down to 0",
    "although coverage still": "error of the scorer",
    "makers of o1": ["one sample", "64", "scorer"],
    "what its users get": ["proofs", "faster"],
    "think 23 times longer": "cache",
    "spend 16,000 tokens": "and a vote",
    "of a small model at 10,000": "55 to",
    "sampled many times for": "a smaller size",
    "ceilings are 0.610": "one repeat",
    "fitted twice": "form",
    "goes from 9.9": "surer",
    "29 points with": ["drawn at random", "another family"],
    "AIME 2024 has 30": "problem more",
    "trained briefly": "loss",
    "upper end of the published study": ["2.2", "no teacher", "2.0", "1.9"],
    "A slide says": "third version",
    "every 196 days": "all three",
    "solve it at least once": "(1 - p)^k",
    "power of k and not": "near zero",
    "has no checker. What": "upper",
    "say about the ceilings": "passed its middle",
    "A third recipe": "cannot tell them",
    "DeepSeek-V3 has 671": "37 billion into the FLOP, 671",
    "experts has 400": "40 to",
    "Your old model": "tokens",
    "One law has": "batch",
    "In a public": "not their losses",
    "loss by 0.030": "falls",
    "OLMo-1B was tuned": "after tuning the longer run scores over 2 % lower",
    "A group fitted": "learning",
    "Without any pressure": "gradient",
    "of experts gets": ["weights", "that", "checkpoint"],
    "Kimi K2 sends": "three:",
    "mixture of 671": "nearly all",
    "A mixture has": "3 to",
    "Two mixtures end": "recall, worse",
    "law of loss": ["1e24", "with 24", "1e22 FLOP, with 80", "with 640"],
    "A paper says": "formula",
    "8B was rounded": "direction",
    "Models were trained": ["each", "NVFP4", "MXFP4"],
    "'A model of": "BF16",
    "Training in FP16": "range, so small",
    "Forward and backward": "update",
    "DeepSeek-V3 was trained": ["embeddings", "gates", "norms"],
    "A budget is": "rises",
    "The weights of": "512 conversations",
    "Plain data parallelism": "1,120",
    "Activations do not": "third",
    "Runs on thousands": "layer",
    "dense model has": ["cache", "bits", "weights in BF16", "that"],
    "Somebody wants twice": "double, the FLOP of a token stay",
    "'Larger models need": "tokens:",
    "file of 1,911": "best",
    "From 199 checkpoints": "hardly",
    "Twenty-two models were": "narrow",
    "the tokens would": "largest",
    "A linear model": "these",
    "At 757 million": "down",
    "Models of 0.4": "rewording",
    "A 1B model": "tune",
    "Each of these": ["every 22", "22,000", "every 8", "doubling"],
    "Better methods are": "grows",
    "'The price for": "more",
    "A team shows": "runs",
    "runs determine every": "shape",
    "every forecast lies above": "grow",
}


# What the players share -----------------------------------------------------------------------------


@functools.cache
def numbers_in(text):
    """The numbers that the words of a question hold.

    >>> numbers_in("A model of 70 billion parameters on 1.4T tokens, 5e23 FLOP in 90 days")
    [70000000000.0, 1400000000000.0, 5e+23, 90.0]
    """
    found = re.findall(
        r"\d[\d,]*\.?\d*(?:e\d+)?(?:\s(?:thousand|million|billion|trillion)|[KMBT]\b)?", text
    )
    return [units.parse(number.rstrip(".,")) for number in found]


@functools.cache
def _solvers():
    quick, boards = [], []
    for solved in facts.gathered("SOLVED").values():
        (boards if isinstance(solved, list) else quick).append(solved)
    return quick, boards


def _computed(entries, text):
    for words, compute in filter(None, entries):
        if found := re.search(words, text):
            return compute(*map(_read, found.groups()))
    return None


def _read(text):
    try:
        return units.parse(text)
    except ValueError:
        return text


@functools.cache
def solved(text, step=None, of=0):
    """The number that a question asks for, computed from its words alone; None where nobody can."""
    text, (quick, boards) = " ".join(text.split()), _solvers()
    entries = quick if step is None else [board[step] for board in boards if len(board) == of]
    return _computed(entries, text)


@functools.cache
def right(text, options):
    """The options that a reader of the chapters chooses; None where RIGHT does not say."""
    for words, wanted in RIGHT.items():
        if words in text:
            wanted = [wanted] if isinstance(wanted, str) else wanted
            return [next(option for option in options if part in option) for part in wanted]
    return None


def answer(seen):
    """What an expert answers; None where it does not know."""
    if seen["kind"] == "open":
        return {"text": TALK, "ticked": []}
    if seen["kind"] == "number":
        value = solved(seen["words"], seen.get("step"), seen.get("of", 0))
        return None if value is None else f"{value:.6g}"
    chosen = right(seen["question"], tuple(seen["options"]))
    return chosen and chosen[0] if seen["kind"] == "choice" else chosen


# The players: (what is seen, the verdicts heard so far on it, a source of chance) -> what they answer ----


def nothing(seen, heard, rng):
    """Clicks the longest option, ticks everything, types 1 and then does what the verdict says."""
    if seen["kind"] == "number":
        if "letter" in "".join(heard):
            return ("1M", "1B", "1T")[min(len(heard) - 1, 2)]
        if "percent" in "".join(heard):
            return "100"
        return "1" if not heard else "2"
    if seen["kind"] == "choice":
        return max(seen["options"], key=len)
    return {"text": "x " * 8, "ticked": []} if seen["kind"] == "open" else seen["options"]


def guesses(seen, heard, rng):
    """Takes any option, and a number that can be made of those in the question."""
    options = seen["options"]
    if seen["kind"] == "number":
        found = numbers_in(seen["words"]) or [1.0]
        pairs = list(itertools.permutations(found[-4:], 2))
        made = [*found, *(x * y for x, y in pairs), *(x / y for x, y in pairs if y)]
        return f"{rng.choice(made) * rng.choice([1, 1, 2, 6, 100]):.3g}"
    if seen["kind"] == "choice":
        return rng.choice(options)
    if seen["kind"] == "several":
        return [option for option in options if rng.random() < 0.5] or options[:1]
    return {"text": TALK, "ticked": []} if seen["kind"] == "open" else rng.sample(options, len(options))  # fmt: skip


SLIPS = (lambda x: x / 6, lambda x: x / 2, lambda x: 2 * x, lambda x: 3 * x, lambda x: x / 3,
         lambda x: 1000 * x, lambda x: x / 1000, lambda x: 1 / x, lambda x: 100 * x,
         lambda x: x / 100)  # fmt: skip


def slips(seen, heard, rng):
    """Knows how it goes, and makes a typical slip each time: a factor, the wrong way round, a neighbour."""
    known = answer(seen)
    if known is None or seen["kind"] == "open":
        return guesses(seen, heard, rng) if seen["kind"] != "open" else known
    if seen["kind"] == "number":
        return f"{rng.choice(SLIPS)(float(known) or 1.0):.6g}"
    options = seen["options"]
    if seen["kind"] == "choice":
        return options[(options.index(known) + 1) % len(options)]
    if seen["kind"] == "several":
        return known[1:] or options
    return [known[1], known[0], *known[2:]]


def half(seen, heard, rng):
    """Knows every second question, and guesses the others."""
    words = f"half {seen['question']}"
    return (knows if random.Random(words).random() < 0.5 else guesses)(seen, heard, rng)


def knows(seen, heard, rng):
    """Reads and computes without a slip; what it does not know it leaves out."""
    return answer(seen)


PLAYERS = {play.__name__: play for play in (nothing, guesses, slips, half, knows)}


# An interview ----------------------------------------------------------------------------------------


@functools.cache
def exam(name, seed):
    """(question with its answer, what a candidate sees of it)."""
    item = {"name": name, "seed": seed}
    return interview_practice.exam(item), interview_practice.face(item)


def of_step(seen, k):
    """What a candidate sees of a step of a whiteboard: the words above stand there too."""
    words = f"{seen['question']} {seen['steps'][k]['question']}"
    return seen["steps"][k] | {"words": words, "step": k, "of": len(seen["steps"])}


@functools.cache
def reply(player, name, seed, hint=False):
    """(typed, points) of a player's first answer that counts to this question with this seed."""
    item, (asked, seen) = {"name": name, "seed": seed}, exam(name, seed)
    rng = random.Random(f"{player.__name__} {name} {seed}")
    if seen["kind"] != "whiteboard":
        judge = functools.partial(interview_practice.judge_item, item, hint=hint)
        return _first(player, seen | {"words": seen["question"]}, rng, judge)
    steps = [{"typed": None, "given_up": False, "hint": hint, "tries": 1} for _ in seen["steps"]]
    for k, step in enumerate(asked["steps"]):
        judge = functools.partial(_of_step, step | {"exam": True})
        steps[k]["typed"], _ = _first(player, of_step(seen, k), rng, judge)
        steps[k]["given_up"] = steps[k]["typed"] is None
    typed = {"steps": steps, "opened": len(steps)}
    return typed, interview_practice.judge_item(item, typed)[1]


def _of_step(step, typed):
    return verdicts.judge(step, typed), 0.0


def _first(player, seen, rng, judge):
    heard, typed = [], None
    for _ in range(TRIES):
        if (typed := player(seen, heard, rng)) is None:
            break
        verdict, points = judge(typed)
        if verdict.counts:
            return typed, points
        heard.append(verdict.sentence)
    return typed, 0.0


@functools.cache
def _begun(role, minutes, level, seed):
    return interview_practice.begin(role, minutes, level, seed)


def sit(player, role, minutes, level, seed, hint=False):
    """(checked points, checked questions) of one interview, at the minutes that its questions state."""
    state = _begun(role, minutes, level, seed)
    got = of = 0
    while item := interview_practice.current(state):
        typed, points = reply(player, item["name"], item["seed"], hint)
        asked, _ = exam(item["name"], item["seed"])
        checked = interview_practice.checked(asked)
        got, of = got + points * checked, of + checked
        state = interview_practice.answered(state, points, 60 * asked["minutes"], typed, hint)
    return got, of


@functools.cache
def share(name, role, minutes, level, hint=False):
    """The part of the checked points that a player gets in SEEDS interviews of this kind."""
    sat = [sit(PLAYERS[name], role, minutes, level, seed, hint) for seed in range(SEEDS)]
    got, of = map(sum, zip(*sat))
    return got / of


SETTINGS = list(itertools.product(
    interview_practice.ROLES, interview_practice.FOLLOW_UPS, interview.LEVELS
))  # fmt: skip


def rows():
    """What data/players.csv holds: role, minutes, level, and the percent of each player."""
    for setting in SETTINGS:
        yield *setting, *(f"{100 * share(name, *setting):.0f}" for name in PLAYERS)


def quickly(patch):
    """Read the bank once, pose each question once, read each answer once: by patch.setattr."""
    bank = data.questions()
    patch.setattr(data, "questions", lambda: bank)
    patch.setattr(interview_practice, "posed", functools.cache(interview_practice.posed))
    patch.setattr(verdicts, "typed_range", functools.cache(verdicts.typed_range))


def main(argv=None):
    """Print the table of all players; with --write also keep it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name} too")
    typed = parser.parse_args(argv)
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        table = [("role", "minutes", "level", *PLAYERS), *rows()]
    for row in table:
        print(("{:16}{:>8}  {:10}" + "{:>9}" * len(PLAYERS)).format(*map(str, row)))
    if typed.write:
        with open(FILE, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)


if __name__ == "__main__":
    main()
