"""The mock interview and the drills on screen, as chapter 90 plays them."""

import html
import time

import ipywidgets as widgets
import numpy as np

from helpers import data, live, progress, quiz, verdicts
from helpers.interview import (
    LEVELS,
    PARTS,
    ROLES,
    answered,
    begin,
    current,
    fresh,
    points,
    pool,
)
from helpers.questions import posed


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

    Raises ValueError for a topic that is not there.

    >>> drill("serving").question.asked["topic"]
    'serving'
    """
    return Drill(topic, seed)


def _static(question):
    """The static face of a question: the words before an answer, and hint and answer folded."""
    content, _ = question._repr_mimebundle_()
    return content["text/plain"], content["text/html"]


def _question(key, item, on_check=None):
    """The widget of an interview's item, kept apart from the same question in its chapter."""
    asked = posed(item["name"], item["seed"]) | {"exam": True}
    asked.pop("let", None)
    return quiz.Question(item["name"], item["seed"], lambda _: asked, key, on_check)


class Drill:
    """Questions of one topic, one at a time."""

    def __init__(self, topic, seed):
        names = list(pool(topic))
        self._order = np.random.default_rng(seed).permutation(names).tolist()
        self._topic, self._first, self.place = topic, seed, 0
        self.next = quiz.button("Another question", self._on_next)
        self._shown = widgets.VBox()
        self.box = widgets.VBox([self.next, self._shown])
        self._show()

    def _on_next(self, _):
        self.place += 1
        self._show()

    def _show(self):
        rounds, k = divmod(self.place, len(self._order))
        item = {"name": self._order[k], "seed": self._first + rounds}
        self.question = _question(f"drill {self._topic} {self.place}", item)
        self._shown.children = [self.question.box]

    def _repr_mimebundle_(self, include=None, exclude=None):
        text, page = _static(self.question)
        return live.shown(self.box, {"text/plain": text, "text/html": page})


class Mock:
    """A mock interview: choose, answer, hear, and end with a scorecard."""

    def __init__(self, role, minutes, level, seed, clock):
        self._clock, self._wanted = clock, [role, minutes, level, seed]
        self._first = begin(*self._wanted)
        self.role = live.choice("role", list(ROLES), role).widget
        self.minutes = live.choice("minutes", list(PARTS), minutes).widget
        self.level = live.choice("level", list(LEVELS), level).widget
        self.start = quiz.button("New interview", self._on_start)
        self.next = quiz.button("Next question", self._on_next)
        self.retry = quiz.button("Retry what was missed", self._on_retry)
        self.head, self.status, self.body = widgets.HTML(), widgets.HTML(), widgets.VBox()
        rows = [
            quiz.row(self.role, self.minutes, self.level, self.start), self.head,
            widgets.HBox([self.next, self.retry]), self.body, self.status, quiz.Keys(),
        ]  # fmt: skip
        self.box = widgets.VBox(rows, layout={"border": "1px solid #bbb", "padding": "8px"})
        self.box.add_class("mock")
        kept, said = progress.read()
        begun = kept["answers"].get("interview", {})
        if begun.get("wanted") == self._wanted and _known(begun["state"]):
            self._show(begun["state"])
            self.status.value = quiz.mark(None, said)
        else:
            self.go(self._first, afresh=True, said=said)

    def go(self, state, afresh=False, said=""):
        """Show this state and keep it; afresh forgets what was answered."""
        if afresh:
            kept, trouble = progress.read()
            progress.forget([key for key in kept["answers"] if key.startswith("interview ")])
            said = said or trouble
        self._show(state)
        self._keep(said)

    def _keep(self, said=""):
        state = self.state | {"elapsed": self._elapsed()}
        kept = {"interview": {"wanted": self._wanted, "state": state}}
        self.status.value = quiz.mark(None, progress.remember(answers=kept) or said)

    def _show(self, state):
        """Show the question, or the scorecard, of this state."""
        self.state, self._since = state, self._clock()
        for name in ("role", "minutes", "level"):
            getattr(self, name).value = state[name]
        item = current(state)
        key = f"interview {len(state['results'])}"
        self.question = item and _question(key, item, self._on_check)
        self.body.children = [self.question.box] if item else [widgets.HTML(_end(state))]
        self.next.layout.display = "" if item else "none"
        self.retry.layout.display = "" if not item and missed(state) else "none"
        self.head.value = _head(state, self.question) if item else ""

    def _on_check(self, _):
        self._keep()
        self.head.value = _head(self.state | {"elapsed": self._elapsed()}, self.question)

    def _elapsed(self):
        return self.state["elapsed"] + self._clock() - self._since

    def _on_next(self, _):
        asked, typed = self.question.asked, self.question.typed
        checked = self.question.verdict or not verdicts.KINDS[asked["kind"]].quick
        got = points(asked, typed if checked else None, self.question.tries)
        self.go(answered(self.state, got, self._clock() - self._since))

    def _on_start(self, _):
        self.go(begin(self.role.value, self.minutes.value, self.level.value), afresh=True)

    def _on_retry(self, _):
        self.go(again(self.state), afresh=True)

    def _repr_mimebundle_(self, include=None, exclude=None):
        items = self._first["items"]  # whatever was answered: a stored page shows no progress
        faces = [_static(_question("", item)) for item in items]
        numbered = enumerate(zip(items, faces), start=1)
        page = "".join(f"<p>{k}. {item['part']}</p>{face}" for k, (item, (_, face)) in numbered)
        return live.shown(self.box, {"text/plain": faces[0][0], "text/html": page})


def _known(state):
    """Does the course still have all questions of this interview?"""
    try:
        return {item["name"] for item in state["items"]} <= set(data.questions())
    except (LookupError, TypeError):
        return False


# The end ------------------------------------------------------------------------------------------


def scorecard(state):
    """Topic -> (points, questions) of what was answered, in the order of the interview."""
    card, bank = {}, data.questions()
    for item, result in zip(state["items"], state["results"]):
        topic = bank[item["name"]]["topic"]
        got, of = card.get(topic, (0.0, 0))
        card[topic] = (got + result["points"], of + 1)
    return card


def missed(state):
    """The items that brought less than all points."""
    return [i for i, result in zip(state["items"], state["results"]) if result["points"] < 1]


def again(state):
    """A new interview of what was missed, with fresh numbers; None where nothing was."""
    items = list({item["name"]: fresh(item) for item in missed(state)}.values())
    return state | {"items": items, "results": [], "elapsed": 0.0} if items else None


def _duration(seconds):
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _head(state, question):
    """Where the interview stands: no clock runs, the time is told when something happens."""
    item, place = current(state), len(state["results"]) + 1
    part = "follow-up" if item["follows"] else item["part"]
    words = (
        f"Question {place} of {len(state['items'])}: {part}, about {question.asked['minutes']} min."
    )
    words += f" So far {_duration(state['elapsed'])} of {state['minutes']} minutes."
    why = f"<div><b>{html.escape(item['follows'])}</b></div>" if item["follows"] else ""
    return f'<div role="status">{words}</div>{why}'


def _end(state):
    """The scorecard by topic, what to reread, and the answers to what was missed."""
    count, got = len(state["results"]), sum(result["points"] for result in state["results"])
    page = quiz.bold(
        f"The scorecard: {got:.1f} of {count} points in {_duration(state['elapsed'])}."
    )
    card = scorecard(state).items()
    rows = (f"<tr><td>{topic}</td><td>{got:.1f} of {of}</td></tr>" for topic, (got, of) in card)
    page += f"<table><tr><th>topic</th><th>points</th></tr>{''.join(rows)}</table>"
    items = missed(state)
    if not items:
        return page + "<div>Nothing was missed: try a higher level, or another role.</div>"
    links = dict.fromkeys(quiz.link(item["name"]) for item in items)
    page += f"<div>Reread:</div><ul>{''.join(f'<li>{link}</li>' for link in links)}</ul>"
    page += "<div>What was missed:</div>"
    for asked in (posed(item["name"], item["seed"]) for item in items):
        page += quiz.fold(html.escape(asked["question"]), verdicts.answer_words(asked))
    return page
