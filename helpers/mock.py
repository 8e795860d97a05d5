"""The mock interview and the drills on screen; what they decide stands in helpers/interview.py."""

import html
import time

import ipywidgets as widgets
import numpy as np

from helpers import interview, progress, quiz, verdicts
from helpers.asked import posed
from helpers.inputs import bold, fold


def play(role="research", minutes=20, level="interview", seed=7, clock=time.monotonic):
    """Show a mock interview; seed=None draws a new one.

    Nothing is lost when the cell is run again; quiz.clear("interview") forgets it. Raises ValueError
    for a role, minutes or level that is not there.

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


def _shown(question):
    """The static face of a question: the words before an answer, and hint and answer folded."""
    content = question._repr_mimebundle_()
    return content["text/plain"], content["text/html"]


def _question(key, item, told=None):
    """The widget of an interview's item, kept apart from the same question in its chapter."""
    asked = posed(item["name"], item["seed"]) | {"exam": True}
    asked.pop("generate", None)
    return quiz.Question(key, item["seed"], lambda _: asked, told)


class Drill:
    """Questions of one topic, one at a time."""

    def __init__(self, topic, seed):
        names = list(interview.pool(topic))
        self._order = np.random.default_rng(seed).permutation(names).tolist()
        self._topic, self._first, self.place = topic, seed, 0
        self.next = widgets.Button(description="Another question")
        self.next.on_click(lambda _: self._go())
        self._question = widgets.VBox()
        self.box = widgets.VBox([self.next, self._question])
        self._show()

    def _go(self):
        self.place += 1
        self._show()

    def _show(self):
        rounds, k = divmod(self.place, len(self._order))
        item = {"name": self._order[k], "seed": self._first + rounds}
        self.question = _question(f"drill {self._topic} {self.place}", item)
        self._question.children = [self.question.box]

    def _repr_mimebundle_(self, include=None, exclude=None):
        text, page = _shown(self.question)
        return self.box._repr_mimebundle_() | {"text/plain": text, "text/html": page}


class Mock:
    """A mock interview: choose, answer, hear, and end with a scorecard."""

    def __init__(self, role, minutes, level, seed, clock):
        self._clock, wanted = clock, (role, minutes, level, seed)
        fresh = interview.begin(*wanted)
        self.role = _choose("role", interview.ROLES, role)
        self.minutes = _choose("minutes", interview.PARTS, minutes)
        self.level = _choose("level", interview.LEVELS, level)
        self.start = _button("New interview", self._on_start)
        self.next = _button("Next question", self._on_next)
        self.retry = _button("Retry what was missed", self._on_retry)
        self.file = widgets.Text(value="my-interview.json", description="progress file")
        self.file.style.description_width = "initial"
        self._head, self._said, self._body = widgets.HTML(), widgets.HTML(), widgets.VBox()
        buttons = [_button("Save", self._on_save), _button("Read", self._on_read)]
        self.save, self.read = buttons
        self.box = widgets.VBox(
            [
                widgets.HBox([self.role, self.minutes, self.level, self.start], layout={"flex_flow": "row wrap"}),
                self._head, widgets.HBox([self.next, self.retry]), self._body,
                widgets.HBox([self.file, *buttons], layout={"flex_flow": "row wrap"}), self._said,
            ],
            layout={"border": "1px solid #bbb", "padding": "8px"},
        )  # fmt: skip
        self.box.add_class("mock")
        kept = quiz.ANSWERS.get("interview", {})
        self._wanted, same = wanted, kept.get("wanted") == wanted
        self._go(kept["state"] if same else fresh, afresh=not same)

    def _go(self, state, afresh=False):
        """Show the question, or the scorecard, of this state."""
        if afresh:
            for key in [key for key in quiz.ANSWERS if key.startswith("interview ")]:
                quiz.clear(key)
        self.state, self._since, self._tries = state, self._clock(), 0
        for name in ("role", "minutes", "level"):
            getattr(self, name).value = state[name]
        quiz.ANSWERS["interview"] = {"wanted": self._wanted, "state": state}
        item = interview.current(state)
        key = f"interview {len(state['results'])}"
        self.question = item and _question(key, item, self._on_check)
        self._body.children = [self.question.box] if item else [widgets.HTML(_end(state))]
        self.next.layout.display = "" if item else "none"
        self.retry.layout.display = "" if not item and interview.missed(state) else "none"
        self._head.value = _head(state, self.question) if item else ""

    def _on_check(self, typed, right):
        self._tries += interview.is_try(self.question.asked, typed)
        self._head.value = _head(self.state | {"elapsed": self._elapsed()}, self.question)

    def _elapsed(self):
        return self.state["elapsed"] + self._clock() - self._since

    def _on_next(self, _):
        self._said.value = ""
        typed = quiz.ANSWERS.get(f"interview {len(self.state['results'])}", {})
        by_parts = self.question.asked["kind"] in ("open", "whiteboard")
        checked = typed.get("typed") if by_parts or typed.get("verdict") else None
        got = interview.points(self.question.asked, checked, self._tries)
        self._go(interview.answered(self.state, got, self._clock() - self._since))

    def _on_start(self, _):
        self._said.value = ""
        chosen = self.role.value, self.minutes.value, self.level.value
        self._go(interview.begin(*chosen), afresh=True)

    def _on_retry(self, _):
        self._go(interview.again(self.state), afresh=True)

    def _on_save(self, _):
        state = self.state | {"elapsed": self._elapsed()}
        self._try(lambda: progress.save(state, self.file.value), "Saved")

    def _on_read(self, _):
        self._try(lambda: self._go(progress.load(self.file.value), afresh=True), "Read")

    def _try(self, act, done):
        try:
            act()
            words = f"{done}: {self.file.value}. Questions answered so far: {len(self.state['results'])}."
        except ValueError as error:
            words = str(error)
        self._said.value = f'<div role="status">{html.escape(words)}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        items = self.state["items"]
        faces = [_shown(_question("-", item)) for item in items]
        page = "".join(f"<p>{k}. {item['part']}</p>{face}" for k, (item, (_, face)) in
                       enumerate(zip(items, faces), start=1))  # fmt: skip
        text = faces[min(len(self.state["results"]), len(items) - 1)][0]
        return self.box._repr_mimebundle_() | {"text/plain": text, "text/html": page}


def _button(words, act):
    button = widgets.Button(description=words, layout={"width": "auto"})
    button.on_click(act)
    return button


def _choose(name, options, value):
    box = widgets.Dropdown(options=list(options), value=value, description=name)
    box.layout.width, box.style.description_width = "auto", "initial"
    return box


def _spoken(seconds):
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _head(state, question):
    """Where the interview stands: no clock runs, the time is told when something happens."""
    item, place = interview.current(state), len(state["results"])
    words = f"Question {place + 1} of {len(state['items'])}: {'follow-up' if item['follows'] else item['part']}, about {question.asked['minutes']} min."
    words += f" So far {_spoken(state['elapsed'])} of {state['minutes']} minutes."
    why = f"<div><b>{html.escape(item['follows'])}</b></div>" if item["follows"] else ""
    return f'<div role="status">{words}</div>{why}'


def _end(state):
    """The scorecard by topic, what to reread, and the answers to what was missed."""
    card = interview.scorecard(state).items()
    rows = "".join(f"<tr><td>{topic}</td><td>{got:.1f} of {of}</td></tr>" for topic, (got, of) in card)  # fmt: skip
    got = sum(result["points"] for result in state["results"])
    said = f"{got:.1f} of {len(state['results'])} points in {_spoken(state['elapsed'])}"
    page = bold(f"The scorecard: {said}.")
    page += f"<table><tr><th>topic</th><th>points</th></tr>{rows}</table>"
    links = dict.fromkeys(interview.reread(item["name"]) for item in interview.missed(state))
    if not links:
        return page + "<div>Nothing was missed: try a higher level, or another role.</div>"
    listed = "".join(
        f'<li><a href="{html.escape(to)}" target="_blank" style="color:var(--jp-content-link-color);text-decoration:underline">{html.escape(title)}</a></li>'
        for title, to in links
    )
    page += f"<div>Reread:</div><ul>{listed}</ul><div>What was missed:</div>"
    for item in interview.missed(state):
        asked = posed(item["name"], item["seed"])
        page += fold(html.escape(asked["question"]), verdicts.answer_words(asked))
    return page
