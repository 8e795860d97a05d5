"""The mock interview and the drills on screen, as chapter 90 plays them."""

import collections
import csv
import datetime
import functools
import html
import itertools
import math
import time

import anywidget
import ipywidgets as widgets
import numpy as np

from helpers import data, live, progress, quiz, verdicts
from helpers.questions import posed
from pictures.interview import (
    CODING,
    CORE,
    LEVELS,
    coding_round,
    one_of,
    part_of,
    points,
    pool,
    worth,
)

ROLES = {  # the topics that a role is asked about first
    "research": ("power laws", "allocation", "extrapolation", "uncertainty", "abilities", "test time",
                 "reinforcement learning", "data"),
    "infrastructure": ("counting", "serving", "memory", "precision", "experts", "tuning", "limits"),
    "product": ("serving", "abilities", "limits", "extrapolation", "test time", "distillation"),
}  # fmt: skip
EASY = ("warm-up", "estimate", "critique", "trade-off")
PLANS = {  # the parts of an interview, by level and minutes
    "warm-up": {10: EASY[:3], 20: EASY[:3], 45: EASY + EASY[1:3]},
    "interview": {10: EASY, 20: CORE, 45: CORE + CORE[1:]},
    "staff": {10: ("warm-up", "estimate", "trade-off"), 20: EASY, 45: CORE + CORE[1:]},
}
FILLS = {"warm-up": ("warm-up",), "interview": ("concept",), "staff": ("concept", "estimate", "critique")}  # fmt: skip
FOLLOW_UPS = {10: 1, 20: 2, 45: 4}
SPARE = {10: 1, 20: 3, 45: 6}  # minutes that the plan leaves for follow-ups
CODERS, CODE_MINUTES = ("research", "infrastructure"), 20  # who may have to write code, for so long
LEAVES = "Steps are left at this whiteboard: press Next question again to go on without them."
REPLACES = "An interview is under way: press New interview again to end it and begin another one."
SEEDS = 200  # versions of a question, of which an interview draws one


def play(role="research", minutes=20, level="interview", seed=7, clock=time.monotonic):
    """Show a mock interview; seed=None draws a new one.

    Nothing is lost when the cell is run again, on another day as well; quiz.clear("interview") forgets
    it. Raises ValueError for a role, minutes or level that is not there.

    >>> play("infrastructure", 10).state["minutes"]
    10
    """
    return Mock(role, minutes, level, seed, clock)


def drill(topic, seed=0):
    """Show one question of a topic after another, as many as you like, in an order that the seed draws.

    What you did not know at once comes back after two others. Raises ValueError for a topic that is
    not there.

    >>> drill("serving").question.asked["topic"]
    'serving'
    """
    return Drill(topic, seed)


def _static(question):
    """The static face of a question: the words before an answer, and hint and answer folded."""
    content, _ = question._repr_mimebundle_()
    return content["text/plain"], content["text/html"]


def _question(key, item, how, **more):
    """The widget of an item of an interview (how is "exam") or a drill, apart from its chapter's."""
    asked = posed(item["name"], item["seed"]) | {how: True}
    asked.pop("let", None)
    return quiz.Question(item["name"], item["seed"], lambda _: asked, key, **more)


class Hand(anywidget.AnyWidget):
    """In the page: the focus goes to what answers the next question, unless somebody took it elsewhere."""

    _esm = """
      function render({ model, el }) {
        let before;
        const shown = (box) => box.querySelector(".quiz, .scorecard");
        const free = (box, at) => box.contains(at) || at.contains(box); // of this cell, or nobody's
        const find = setInterval(() => { // this is no part of the page yet
          const box = el.closest(".turns");
          if (!box) return;
          clearInterval(find);
          box.addEventListener("click", () => { before = shown(box); }, true);
        }, 100);
        model.on("msg:custom", () => {
          if (before === undefined) return; // it was asked for in another window
          let waits = 100;
          const wait = setInterval(() => {
            const box = el.closest(".turns"), now = box && shown(box);
            const to = now !== before && now?.querySelector("input, select, textarea, summary");
            if (!to && (waits -= 1)) return;
            clearInterval(wait);
            before = undefined;
            if (!to || !free(box, document.activeElement)) return;
            if (!now.contains(document.activeElement)) to.focus();
            box.querySelector("[role=status]")?.scrollIntoView({ block: "nearest" }); // what is asked, and why
          }, 50);
        });
        return () => clearInterval(find);
      }
      export default { render };
    """


class Drill:
    """Questions of one topic, one at a time; what was missed comes back."""

    def __init__(self, topic, seed):
        self._key, self._first = f"drill {topic}", drilling(topic, seed)
        kept = progress.read()[0]["answers"].get(self._key, {}).get("state", {})
        same = set(kept) == set(self._first) and kept["seed"] == seed
        same = same and _known(
            [kept["item"], *kept["queue"], *(one["item"] for one in kept["back"])]
        )
        self.next = quiz.button("Another question", self._on_next)
        self.status, self._shown = widgets.HTML(), widgets.VBox()
        self._hand = Hand()
        self.box = widgets.VBox([self._shown, self.status, self._hand])
        self.box.add_class("turns")
        self._show(kept | {"asked": 0, "known": 0} if same else self._first)

    def _show(self, state):
        self.state, item = state, state["item"]
        self._place = f"{self._key}: {item['name']} {item['seed']}"
        self.question = _question(self._place, item, "drill", more=(self.next,))
        self._shown.children = [self.question.box]

    def _on_next(self, _):
        progress.forget([self._place])
        self._show(drilled(self.state, _known_at_once(self.question)))
        said = progress.remember(answers={self._key: {"state": self.state}})
        self.status.value = quiz.mark(None, said or _known_words(self.state))
        self._hand.send({})

    def _repr_mimebundle_(self, include=None, exclude=None):
        text, page = _static(_question("", self._first["item"], "drill"))
        return live.shown(self.box, {"text/plain": text, "text/html": page})


class Mock:
    """A mock interview: choose, answer, hear, and end with a scorecard."""

    def __init__(self, role, minutes, level, seed, clock):
        self._clock, self._wanted = clock, [role, minutes, level, seed]
        self._first = begin(*self._wanted)
        self.role = live.choice("role", list(ROLES), role).widget
        self.minutes = live.choice("minutes", list(FOLLOW_UPS), minutes).widget
        self.level = live.choice("level", list(LEVELS), level).widget
        self.start = quiz.button("New interview", self._on_start)
        self.next = quiz.button("Next question", self._on_next)
        self.retry = quiz.button("Retry what was missed", self._on_retry)
        self.head, self.status, self.body = widgets.HTML(), widgets.HTML(), widgets.VBox()
        self._hand = Hand()
        rows = [
            quiz.row(self.role, self.minutes, self.level, self.start), self.head, self.body,
            self.status, self._hand, quiz.Keys(),
        ]  # fmt: skip
        self.box = widgets.VBox(rows, layout={"border": "1px solid #bbb", "padding": "8px"})
        for name in ("mock", "turns"):
            self.box.add_class(name)
        kept, said = progress.read()
        begun = kept["answers"].get("interview", {})
        if begun.get("wanted") == self._wanted and _whole(begun["state"]):
            self._show(begun["state"])
            self.status.value = quiz.mark(None, said)
        else:
            self.go(self._first, afresh=True, said=said)

    def go(self, state, afresh=False, said=""):
        """Show this state and keep it; afresh forgets what was answered."""
        if afresh:
            kept, trouble = progress.read()
            progress.forget([key for key in kept["answers"] if key.startswith("interview ")])
            begun = datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
            state, said = state | {"begun": begun}, said or trouble
        self._keep(state, said)
        self._show(state)

    def _keep(self, state, said=""):
        kept = {"interview": {"wanted": self._wanted, "state": state}}
        sat = {state["begun"]: record(state)} if state["results"] else {}
        self.status.value = quiz.mark(None, progress.remember(answers=kept, interviews=sat) or said)

    def _show(self, state):
        """Show the question, or the scorecard, of this state."""
        self.state, self._since, self._told = state, self._clock(), ""
        for name in ("role", "minutes", "level"):
            getattr(self, name).value = state[name]
        if item := current(state):
            key = f"interview {len(state['results'])}"
            more = {"on_check": self._on_check, "more": (self.next,)}
            self.question = _question(key, item, "exam", **more)
            self.body.children = [self.question.box]
        else:
            sat = progress.read()[0]["interviews"].values()
            page = widgets.HTMLMath(scorecard(state, sat))
            page.add_class("scorecard")
            self.body.children = [page, self.retry]
        self.retry.layout.display = "" if not item and missed(state) else "none"
        self.head.value = _head(state) if item else ""

    def _on_check(self, _):
        now = self.state | {"elapsed": self._elapsed()}
        self._keep(now)
        self.head.value = _head(now)

    def _elapsed(self):
        return self.state["elapsed"] + self._clock() - self._since

    def _sure(self, words):
        """Was this button pressed twice? At the first time it is told what would be lost."""
        sure, self._told = self._told == words, words
        if not sure:
            self.status.value = quiz.mark(None, words)
        return sure

    def _on_next(self, _):
        self.question.check()  # what stands there is handed in
        answer, results = self.question.state, self.state["results"]
        steps = answer["typed"]["steps"] if "steps" in self.question.asked else []
        begun = any(one["tries"] or one["given_up"] for one in steps)
        if begun and not self.question.closed and not self._sure(LEAVES):
            return
        seconds = self._elapsed() - sum(result["seconds"] for result in results)
        got = points(self.question.asked, answer)
        self._turn(answered(self.state, got, seconds, answer["typed"], answer["hint"]))

    def _on_start(self, _):
        under_way = current(self.state) and (self.state["results"] or self.question.state["tries"])
        if under_way and not self._sure(REPLACES):
            return
        met = collections.Counter(
            name for sat in progress.read()[0]["interviews"].values() for name in sat["names"]
        )
        wanted = self.role.value, self.minutes.value, self.level.value
        self._turn(begin(*wanted, met=met), afresh=True)

    def _on_retry(self, _):
        self._turn(again(self.state), afresh=True)

    def _turn(self, state, afresh=False):
        self.go(state, afresh)
        self._hand.send({})

    def _repr_mimebundle_(self, include=None, exclude=None):
        items = self._first["items"]  # whatever was answered: a stored page shows no progress
        faces = [_static(_question("", item, "exam")) for item in items]
        numbered = enumerate(zip(items, faces), start=1)
        page = "".join(f"<p>{k}. {item['part']}</p>{face}" for k, (item, (_, face)) in numbered)
        return live.shown(self.box, {"text/plain": faces[0][0], "text/html": page})


def _known(items):
    """Does the course still have all questions of these items?"""
    try:
        return bool(items) and {item["name"] for item in items} <= set(data.questions())
    except (LookupError, TypeError):
        return False


def _whole(state):
    """Is this an interview as this course keeps one, with questions that it still has?"""
    return set(begin("research", 10, "interview", 0)) <= set(state) and _known(state["items"])


def _head(state):
    """Where the interview stands: no clock runs, the time is told when something happens."""
    item, place = current(state), len(state["results"]) + 1
    part, minutes = "follow-up" if item["follows"] else item["part"], _minutes(item)
    words = f"Question {place} of {len(state['items'])}: {part}, about {minutes} min."
    words += f" So far {_duration(state['elapsed'])} of {state['minutes']} minutes."
    why = f"<div><b>{html.escape(item['follows'])}</b></div>" if item["follows"] else ""
    return f'<div role="status">{words}</div>{why}'


def _duration(seconds):
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


# The scorecard -------------------------------------------------------------------------------------

PLAYERS = {  # simulated: tests/players.py plays them and writes data/players.csv
    "nothing": "knows nothing, clicks the longest option and types 1",
    "guesses": "guesses among the options and takes numbers from the question",
    "slips": "makes a typical slip at each question",
    "half": "knows half of the questions and guesses at the others",
    "knows": "reads and computes without a slip",
}
LOOK = 'style="padding:4px 16px 4px 0;vertical-align:top;text-align:left"'
PARAGRAPH = '<div style="margin:8px 0 2px;line-height:1.4">{}</div>'


def score(state, of="checked"):
    """(points, questions) of what was checked in this interview, of your "own" assessment, or of "code"."""
    both = zip(state["items"], state["results"])
    got = [r["points"] for item, r in both if _counted(data.question(item["name"])) == of]
    return sum(got), len(got)


def _counted(asked):
    return {"open": "own", "code": "code"}.get(asked["kind"], "checked")


def record(state):
    """What progress keeps of an interview: what it asked, and the checked points."""
    got, of = score(state)
    names = [item["name"] for item, _ in zip(state["items"], state["results"])]
    kinds = {name: state[name] for name in ("role", "minutes", "level")}
    done = current(state) is None and not state["before"]
    return kinds | {"names": names, "points": got, "of": of, "done": done}


def scorecard(state, sat=()):
    """The scorecard as a page: points, what they mean, each question, and the interviews before."""
    (got, of), (own, owned), (written, tasks) = map(
        functools.partial(score, state), ("checked", "own", "code")
    )
    head = f"The scorecard: {_share(got, of)} in {_duration(state['elapsed'])}."
    page = quiz.bold(f"{head} Only what was checked counts here.")
    if owned:
        words = (
            f"Self-assessed: {own:.1f} of {owned} points, kept apart because only you checked them."
        )
        page += PARAGRAPH.format(words)
    if tasks:
        words = f"Code: {written:.2g} of {tasks}, counted apart: you could check it as often as you liked."
        page += PARAGRAPH.format(words)
    page += "" if state["before"] else _meaning(state, got, of)  # a retry is another thing
    heads = ("question, with your answer and ours", "topic", "part", "time", "points")
    rows = zip(state["items"], state["results"])
    page += _table(heads, (_row(k, *row) for k, row in enumerate(rows, start=1)))
    if items := missed(state):
        links = dict.fromkeys(quiz.link(item["name"]) for item in items)
        page += (
            PARAGRAPH.format("Reread:")
            + f"<ul>{''.join(f'<li>{link}</li>' for link in links)}</ul>"
        )
    else:
        page += PARAGRAPH.format("Nothing was missed: try a higher level, or another role.")
    return page + _trend(sat)


def _share(got, of):
    return f"{got:.1f} of {of} checked points" + (f", {100 * got / of:.0f} %" if of else "")


def _meaning(state, got, of):
    """What simulated players get in such interviews."""
    lines = reference(state["role"], state["minutes"], state["level"])
    rows = [(f"one who {PLAYERS[name]}", f"{share} %") for name, share in lines.items()]
    you = [("you, this time", f"{100 * got / of:.0f} %")] if of else []
    what = "This is what simulated players get on average in interviews of this role, length and level. So far nobody has measured how people do in them."
    return PARAGRAPH.format(what) + _table(("player", "checked points"), rows + you)


@functools.cache
def _references():
    with open(data.FOLDER / "players.csv", encoding="utf-8") as file:
        return {(r["role"], int(r["minutes"]), r["level"]): r for r in csv.DictReader(file)}


def reference(role, minutes, level):
    """Player -> percent of the checked points, on average over the seeds.

    >>> list(reference("research", 20, "interview")) == list(PLAYERS)
    True
    """
    return {name: _references()[role, minutes, level][name] for name in PLAYERS}


def _row(k, item, result):
    """One question of the scorecard: its answers are folded."""
    asked = exam(item)
    ours = "\n" * (asked["kind"] == "code") + verdicts.answer_words(asked)  # code begins a line
    said = f"You said: {yours(asked, result['typed'])}\nOur answer: {ours}"
    link = f"<div>Explained in {quiz.link(item['name'])}.</div>"
    title = html.escape(f"{k}. {asked['question']}")
    fold = quiz.fold(title, said, link)
    got = f"{result['points']:.2g}"
    got += ", by yourself" if asked["kind"] == "open" else ""
    got += ", with the hint" if result["hint"] else ""
    part = "follow-up" if item["follows"] else item["part"]
    spent = f"{_duration(result['seconds'])} of {asked['minutes']} min"
    return fold, asked["topic"], part, spent, got


def yours(asked, typed):
    """What was answered, in words.

    >>> yours({"kind": "order"}, ["one", "other"]), yours({"kind": "order"}, [None, None])
    ('one, then other', 'nothing.')
    """
    if not typed or (asked["kind"] == "order" and not any(typed)):
        return "nothing."
    if asked["kind"] == "open":
        ticked = "; ".join(typed["ticked"]) or "none"
        return f"{typed['text'].strip() or 'nothing.'}\nYou ticked: {ticked}."
    if asked["kind"] == "whiteboard":
        judged = verdicts.of_steps(asked, typed["steps"])
        told = itertools.zip_longest(asked["steps"], typed["steps"], judged)
        return "".join(f"\n{k}. {_at_step(*one)}" for k, one in enumerate(told, start=1))
    if asked["kind"] == "code":
        return f"\n```\n{typed.strip()}\n```\n"
    if isinstance(typed, list):
        joint = ", then " if asked["kind"] == "order" else "; "
        return joint.join(one or "nothing" for one in typed)
    return str(typed)


def _at_step(step, one, verdict):
    """What was answered at a step of a whiteboard, and how it was judged."""
    if one["given_up"]:
        return "given up."
    said = yours(step, one["typed"])
    if not one.get("tries") or verdict is None or verdict.share is None:
        return said
    if verdict.share == 0:
        return f"{said}, which is not right."
    return f"{said}, which is right{'' if verdict.share == 1 else ', with the hint'}."


def _trend(sat):
    """The interviews that were played to their end, the newest first."""
    done = sorted((entry for entry in sat if entry["done"]), key=lambda e: e["when"])
    if len(done) < 2:
        return ""
    heads = ("day", "interview", "checked points")
    rows = (
        (entry["when"][:10], f"{entry['role']}, {entry['minutes']} minutes, {entry['level']}",
         _share(entry["points"], entry["of"]))
        for entry in reversed(done[-10:])
    )  # fmt: skip
    return PARAGRAPH.format("Your last interviews:") + _table(heads, rows)


def _table(heads, rows):
    """A table; its cells are HTML."""
    top = "".join(f'<th scope="col" {LOOK}>{head}</th>' for head in heads)
    lines = ("".join(f"<td {LOOK}>{cell}</td>" for cell in row) for row in rows)
    return f"<table><tr>{top}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def missed(state):
    """The items that brought less than all points."""
    return [i for i, result in zip(state["items"], state["results"]) if result["points"] < 1]


def again(state):
    """A new interview of what was missed, with numbers or questions not met; None where nothing was."""
    before, items = [*state["before"], *state["items"]], []
    for item in {item["name"]: item for item in missed(state)}.values():
        items.append(_instead(item, [*before, *items], state["met"]))
    later = {"items": items, "before": before, "results": [], "elapsed": 0.0}
    return state | later if items else None


def _instead(item, before, met):
    """What a retry asks: other numbers, else another question like it, else the same in a new order."""
    bank, asked = pool(), data.question(item["name"])
    if "let" in asked:
        return fresh(item, before) | {"follows": "Once more, with other numbers."}
    taken = {one["name"] for one in before}

    def far(name):
        other = bank[name]
        level = abs(LEVELS.index(other["level"]) - LEVELS.index(asked["level"]))
        return other["topic"] != asked["topic"], met.get(name, 0), level, name

    def like(name, other):
        near = other["topic"] == asked["topic"] or family(name, other) == family(
            item["name"], asked
        )
        return near and other["kind"] == asked["kind"] and name not in taken

    if names := [name for name, other in bank.items() if like(name, other)]:
        name = min(names, key=far)
        return item | {"name": name, "follows": f"Another question on {bank[name]['topic']}."}
    order = ", its options in a new order" if "options" in asked else ""
    words = f"There is no other question like it left: the same once more{order}."
    return fresh(item, before) | {"follows": words}


# The course of an interview: a plain dictionary, which these functions give anew and never change -----


def begin(role, minutes, level, seed=None, met=None):
    """An interview that has just begun: the same for one seed, a new one for None.

    What was met in earlier interviews (name -> how often) waits until all else of its kind was asked.
    Raises ValueError for a role, a length or a level that is not there.

    >>> state = begin("research", 20, "interview", seed=7)
    >>> [item["part"] for item in state["items"]][:2], state["results"]
    (['warm-up', 'estimate'], [])
    """
    one_of("role", role, ROLES)
    one_of("minutes", minutes, FOLLOW_UPS)
    one_of("level", level, LEVELS)
    seed = int(np.random.default_rng().integers(1, 10**6)) if seed is None else seed
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed is {seed!r}, but must be a whole number of 0 or more, or None.")
    state = {"role": role, "minutes": minutes, "level": level, "seed": seed, "met": dict(met or {}),
             "begun": "", "before": [], "items": [], "results": [], "elapsed": 0.0}  # fmt: skip
    rng, bank, left = np.random.default_rng(seed), pool(), minutes - SPARE[minutes]
    plan, drawn = PLANS[level][minutes], {}
    code = _code(state, seed)
    if code:
        plan, left = PLANS[level][20], left - _minutes(code)
    least = _least(bank, level, plan, left)
    for k in rng.permutation(len(plan)).tolist():  # so that each part may be the long one
        later = sum(least[part] for j, part in enumerate(plan) if j not in drawn and j != k)
        room = max(left - later, least[plan[k]])
        while not (item := _draw(rng, bank, state, drawn.values(), (plan[k],), room)):
            room += 1
        drawn[k] = item
        left -= _minutes(item)
    items = [drawn[k] for k in sorted(drawn)]
    while left > 1 and (more := _draw(rng, bank, state, items, FILLS[level], left)):
        items.insert(2, more)
        left -= _minutes(more)
    return state | {"items": items + ([code] if code else [])}


def _code(state, seed):
    """The task of code of a long interview of engineers: every second one has one; None in others."""
    engineer = state["role"] in CODERS and state["minutes"] == 45 and state["level"] != "warm-up"
    tasks = {n: q for n, q in coding_round().items() if q["minutes"] <= CODE_MINUTES}
    if not engineer or seed % 2 or not tasks:
        return None
    rng = np.random.default_rng([seed, 1])
    return _draw(rng, tasks, state, (), (CODING,), CODE_MINUTES)


def family(name, asked):
    """The subject of the question with this name: no interview asks two of one family."""
    return asked.get("family", name)


def checked(asked):
    """Does an answer to this question count as checked, and is not assessed by the learner, nor code?"""
    return _counted(asked) == "checked"


def _minutes(item):
    return data.question(item["name"])["minutes"]


def _distance(asked, level):
    return abs(LEVELS.index(asked["level"]) - LEVELS.index(level))


def _fits(asked, parts, level):
    """Does one of these parts ask this question? In an easy interview an estimate may be easy too."""
    easy = level == asked["level"] == "warm-up" and asked["kind"] == "number"
    return part_of(asked) in parts or (easy and "estimate" in parts)


def _least(bank, level, plan, left):
    """Part -> the minutes that it takes at least, at the level where the time is enough for that."""
    near, least = {}, {}
    for part in plan:
        fits = [asked for asked in bank.values() if _fits(asked, (part,), level)]
        first = min(_distance(asked, level) for asked in fits)
        near[part] = min(a["minutes"] for a in fits if _distance(a, level) == first)
        least[part] = min(asked["minutes"] for asked in fits)
    return near if sum(near[part] for part in plan) <= left else least


def _draw(rng, bank, state, items, parts, room):
    """One more item of these parts for this room, of a family not among the items; None where none fits.

    First come those of the level, of these the ones met least often, of these the ones of the role's
    topics; a topic that was drawn already is less likely. A follow-up has no parts.
    """
    every = data.questions()
    taken = {family(item["name"], every[item["name"]]) for item in items}
    drawn = collections.Counter(every[item["name"]]["topic"] for item in items)

    def rank(name):
        far = _distance(bank[name], state["level"])
        return far, state["met"].get(name, 0), bank[name]["topic"] not in ROLES[state["role"]]

    names = [
        name for name, asked in bank.items()
        if asked["minutes"] <= room and family(name, asked) not in taken
        and (not parts or _fits(asked, parts, state["level"]))
    ]  # fmt: skip
    if not names:
        return None
    first = min(map(rank, names))
    names = [name for name in names if rank(name) == first]
    weights = [0.3 ** drawn[bank[name]["topic"]] for name in names]
    name = names[int(rng.choice(len(names), p=np.divide(weights, sum(weights))))]
    part = parts[0] if len(parts) == 1 else part_of(bank[name])
    return {"name": name, "seed": int(rng.integers(SEEDS)), "part": part, "follows": ""}


def current(state):
    """The item that is asked now; None when the interview is over."""
    done = len(state["results"])
    return state["items"][done] if done < len(state["items"]) else None


def exam(item):
    """The question of an item, as an interview asks and judges it."""
    return posed(item["name"], item["seed"]) | {"exam": True}


def face(item):
    """What a candidate sees of an item before an answer.

    >>> item = {"name": "start-ten-times", "seed": 3}
    >>> face(item)["kind"], len(face(item)["options"]), "answer" in face(item)
    ('choice', 4, False)
    """
    return _face(posed(item["name"], item["seed"]))


def _face(asked):
    seen = {key: asked.get(key) for key in ("kind", "question", "unit", "hint")}
    options = [option["text"] for option in asked.get("options", ())]
    return seen | {"options": options, "steps": [_face(step) for step in asked.get("steps", ())]}


def judge_item(item, typed, hint=False):
    """(verdict, points) for an answer to an item, the first that counts."""
    verdict = verdicts.judge(exam(item), typed)
    return verdict, worth(verdict, 1, hint)


def answered(state, got, seconds=0.0, typed=None, hint=False):
    """The interview after its current question brought these points, with a follow-up if time is left."""
    item, items = current(state), list(state["items"])
    result = {"points": got, "seconds": seconds, "typed": typed, "hint": hint}
    results = [*state["results"], result]
    later = state | {"results": results, "elapsed": sum(one["seconds"] for one in results)}
    count = sum(bool(one["follows"]) for one in items)
    long = item["part"] in ("derivation", "trade-off")
    if not long and not item["follows"] and count < FOLLOW_UPS[state["minutes"]]:
        follow_up = _follow_up(later, item, got)
        items[len(results) : len(results)] = [follow_up] if follow_up else []
    return later | {"items": items}


def _follow_up(state, item, got):
    """What comes next after this answer, if time is left: the same again, an easier or a harder one."""
    done, asked = len(state["results"]), data.question(item["name"])
    rng, planned = np.random.default_rng([state["seed"], done - 1]), state["items"][done:]
    room = math.ceil(state["minutes"] - state["elapsed"] / 60 - sum(map(_minutes, planned)))
    if got < 1 and "let" in asked and asked["minutes"] <= room:
        words = f"{'Right, with the hint' if got else 'Not yet'}: once more, with other numbers."
        return fresh(item, state["items"]) | {"follows": words}
    if 0 < got < 1 or (got == 1 and item["part"] not in ("estimate", "concept")):
        return None
    step, words = (1, "Right. A harder one") if got else (-1, "Not yet. An easier one")
    place = LEVELS.index(asked["level"]) + step
    if not 0 <= place < len(LEVELS):
        return None
    wanted = asked["topic"], LEVELS[place]
    bank = {
        name: one for name, one in pool().items()
        if verdicts.KINDS[one["kind"]].quick and (one["topic"], one["level"]) == wanted
    }  # fmt: skip
    found = _draw(rng, bank, state, state["items"], (), room)
    return found and found | {"follows": f"{words} on {asked['topic']}:"}


def fresh(item, met=()):
    """The same question with numbers that none of these items has, or with its options in another order."""
    asked, pose = data.question(item["name"]), functools.partial(posed, item["name"])
    if "let" not in asked and "options" not in asked:
        return item

    def seen(seed):
        one = pose(seed)
        return progress.digest(one) if "let" in asked else [o["text"] for o in one["options"]]

    old = [seen(one["seed"]) for one in [item, *met] if one["name"] == item["name"]]
    old = old if "let" in asked else old[:1]
    later = (seed for seed in itertools.count(item["seed"] + 1) if seen(seed) not in old)
    return item | {"seed": next(later)}


# A drill, another plain dictionary ---------------------------------------------------------------------


def drilling(topic, seed):
    """A drill that has just begun: its questions in an order that the seed draws.

    >>> drilling("tuning", 0)["known"]
    0
    """
    item, *queue = _round(topic, seed, 0)
    return {"topic": topic, "seed": seed, "item": item, "queue": queue, "back": [], "round": 0,
            "place": 0, "came_back": False, "asked": 0, "known": 0}  # fmt: skip


def _round(topic, seed, number):
    names = np.random.default_rng(seed).permutation(list(pool(topic))).tolist()
    return [{"name": name, "seed": seed + number} for name in names]


def drilled(state, known):
    """The drill after its question was known at once, was not (False), or was left out (None).

    What was not comes back after two others or three, with other numbers where it has some; between two
    that come back stands one that does not.
    """
    item, place, queue, back = (state[name] for name in ("item", "place", "queue", "back"))
    number, counted = state["round"], known is not None
    if known is False:
        back = [*back, {"item": fresh(item), "after": place + 2}]
    came_back = bool(back) and back[0]["after"] <= place and not state["came_back"]
    if came_back:
        (first, *back) = back
        item = first["item"]
    else:
        if not queue:
            number += 1
            queue = _round(state["topic"], state["seed"], number)
        item, *queue = queue
    return state | {"item": item, "queue": queue, "back": back, "round": number, "place": place + 1,
                    "came_back": came_back, "asked": state["asked"] + counted,
                    "known": state["known"] + bool(known)}  # fmt: skip


def _known_at_once(question):
    """Whether a drill's question was right at the first try; None where it was not answered."""
    asked, answer = question.asked, question.state
    if not answer["tries"] or not checked(asked):
        return None
    return points(asked, answer | {"hint": False}) == 1


def _known_words(state):
    asked, known = state["asked"], state["known"]
    return f"You knew {known} of {asked} at once. What you missed comes back." if asked else ""
