"""Questions on screen: an answer is checked, the verdict comes in words, hint and answer are folded."""

import base64
import datetime
import functools
import html
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import anywidget
import ipywidgets as widgets
import jupyter_core.paths

from helpers import data, live, progress, questions, verdicts


class Keys(anywidget.AnyWidget):
    """In the page: a question keeps its keys, its groups have names, and a lost kernel is told."""

    _esm, _css = (Path(__file__).with_name(f"quiz.{kind}") for kind in ("js", "css"))


def ask(name, seed=0):
    """Show the question with this name from data/questions/, with what you answered before.

    Enter checks a number, the button the other kinds. A generated question draws its numbers with
    the seed and has a button for another one. The static page has the question with hint and answer
    folded, whoever ran the cell. Raises ValueError for a name that is not there, or a seed that is no whole number.

    >>> ask("gopher-split").question
    "With exactly Gopher's compute, which model would have had the lowest loss?"
    """
    return Question(name, seed, lambda seed: questions.posed(name, seed))


def claim(name):
    """Show a claim that people repeat from data/claims.toml: first your verdict, then ours.

    Raises ValueError for a name that is not there.

    >>> claim("chinchilla-scale-equally").asked["answer"]
    'true'
    """
    entry = data.claim(name)
    decides = (
        entry.get("reason") or f"The number that decides: {entry['number']:,.8g} {entry['unit']}."
    )
    asked = {
        "kind": "claim",
        "question": f"“{entry['claim']}” Is that so?",
        "options": [{"text": verdict, "why": ""} for verdict in verdicts.CLAIM],
        "answer": entry["verdict"],
        "why": f"{entry['why']}\n{decides}\n{entry['source']}.",
    }
    return Question(name, 0, lambda _: asked)


def clear(name=None):
    """Forget what was answered to this question, or to all; their cells ask afresh when run again."""
    if said := progress.forget(None if name is None else [name]):
        print(said)


# The question --------------------------------------------------------------------------------------


class Question:
    """One question with its input, its verdict, and hint and answer folded below."""

    def __init__(self, name, seed, pose, key=None, on_check=None, more=(), today=None):
        """The answer is kept under key, which is the name where it is None; "" keeps nothing.

        The buttons of more stand in one row with those of the question.
        """
        self._name, self._first, self._pose = name, seed, pose
        self._key, self._on_check, self._today = name if key is None else key, on_check, today
        self._more = more
        state, said = progress.read()
        kept = state["answers"].get(self._key)
        answer = kept if kept and kept["first"] == seed else self._answer(seed)
        if answer["of"] != progress.digest(pose(answer["seed"])):
            answer = self._answer(seed)
            said = "This question has changed since you answered it, so it is asked again."
        self.head, self.status, self.folds = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.seed, self.asked = answer["seed"], pose(answer["seed"])
        self.entry = INPUTS[self.asked["kind"]](self.asked)
        self.box = self._build()
        self._show(answer, said)

    def _answer(self, seed, typed=None, verdict="", right=None, tries=0):
        """An answer as progress keeps it; without one, nothing was typed yet."""
        of = progress.digest(self._pose(seed))
        return {"of": of, "first": self._first, "seed": seed, "typed": typed, "verdict": verdict,
                "right": right, "tries": tries}  # fmt: skip

    def _build(self):
        """Lay out the question, and let its parts call back."""
        self.button = button(self.entry.button, lambda _: self.check())
        self.again = button("Try again", lambda _: self._afresh(self.seed))
        buttons = [self.button, self.again]
        if "let" in self.asked:
            later = functools.partial(questions.another, self._pose)
            self.another = button("Another like it", lambda _: self._afresh(later(self.seed)))
            buttons.append(self.another)
        buttons += self._more
        for widget in self.entry.parts:
            widget.observe(self._on_edit, "value")
        for widget in self.entry.at_once:
            widget.observe(self._on_answer, "value")
        rows = [self.entry.widget, row(*buttons)]
        if self.entry.beside:
            rows = [widgets.HBox(rows, layout={"flex_flow": "row wrap"})]
        box = widgets.VBox(
            [self.head, *rows, self.status, self.folds, Keys()],
            layout={"padding": "2px 0 2px 12px"},
        )
        box.add_class("quiz")
        return box

    @property
    def question(self):
        """What is asked."""
        return self.asked["question"]

    def check(self):
        """Judge what stands in the input, say so, and remember it."""
        typed = self.entry.read()
        verdict = verdicts.judge(self.asked, typed)
        self.fill(typed, checked=True)
        self.tries += verdict.counts
        answer = self._answer(self.seed, typed, verdict.sentence, verdict.right, self.tries)
        judged = verdict.counts and verdict.right is not None and self.asked["kind"] != "claim"
        keep = self._keep if verdict.counts else self._say  # one that was not read is not kept
        keep(answer, *(self._repeat(verdict.right) if judged else ()))
        if self._on_check:
            self._on_check(verdict)

    def _repeat(self, right):
        """What to say on when the question comes back, and what to keep of it, where that changes."""
        state, trouble = progress.read()
        old = state["repeat"].get(self._name)
        new = progress.repeated(old, right, self._today or datetime.date.today())
        if new is None or (old and old | new == old):
            return trouble, {}
        said = "You have known it three times, so it does not come back."
        if new["due"]:
            said = f"It comes back in the warm-up on {day_words(new['due'])}."
        return trouble or said, {self._name: new}

    def _show(self, answer, said=""):
        """Bring everything to a remembered state."""
        if answer["seed"] != self.seed:
            self.seed, self.asked = answer["seed"], self._pose(answer["seed"])
        self.folds.value = self._folds(self.asked, live=True)
        self.head.value = _asks(self.asked)
        self.fill(answer["typed"], checked=bool(answer["verdict"]))
        self._say(answer, said)

    def fill(self, typed, checked=False):
        """Put an answer into the input; checked says whether it has had its verdict."""
        self._quiet = True
        self.entry.fill(typed, checked)
        self._quiet = False

    def _say(self, answer, said=""):
        """Put the verdict under the input, and what else is to be said."""
        self.typed, self.verdict, self.tries = answer["typed"], answer["verdict"], answer["tries"]
        self.status.value = mark(answer["right"], f"{self.verdict}\n{said}".strip())
        scored = self._on_check  # where every try counts
        self.again.layout.display = "" if self.verdict and not scored else "none"

    def _keep(self, answer, said="", repeat=None):
        """Remember an answer, and when the question comes back, and show it."""
        answers = {self._key: answer} if self._key else {}
        self._say(answer, progress.remember(answers=answers, repeat=repeat or {}) or said)

    def _on_edit(self, _):
        if not self._quiet:
            self._keep(self._answer(self.seed, self.entry.read(), tries=self.tries))

    def _on_answer(self, change):
        if not self._quiet and change.new != "":
            self.check()

    def _afresh(self, seed):
        """Ask with the numbers of this seed, and nothing answered."""
        self._show(self._answer(seed))
        self._keep(self._answer(seed))

    def _folds(self, asked, live):
        """Hint and answer; live, some kinds and all exams show the answer only after yours."""
        hint = fold("Hint", asked["hint"]) if "hint" in asked else ""
        if live and (self.entry.after or "exam" in asked):
            return hint
        return hint + fold(self.entry.title, verdicts.answer_words(asked))

    def _repr_mimebundle_(self, include=None, exclude=None):
        asked = self._pose(self._first)  # whatever was answered: a stored page shows no progress
        options = [option["text"] for option in asked.get("options", ())]
        listed = "".join(f"<li>{html.escape(option)}</li>" for option in options)
        page = (
            _asks(asked) + (f"<ul>{listed}</ul>" if listed else "") + self._folds(asked, live=False)
        )
        text = " ".join([asked["question"], *(f"[ ] {option}" for option in options)])
        return live.shown(self.box, {"text/html": page, "text/plain": text})


def _asks(asked):
    """The question, with its plot where it has one."""
    if "picture" not in asked:
        return bold(asked["question"])
    description, svg = data.picture(asked["picture"])
    code = base64.b64encode(svg.encode()).decode()
    image = (
        f'<img alt="{description}" src="data:image/svg+xml;base64,{code}" width="440" height="232">'
    )
    return bold(asked["question"]) + image


# What a learner answers into: one function a kind of question ----------------------------------------


class Entry(NamedTuple):
    """An input: its widget, how to read and fill it, what its changes do, and how it is set out."""

    widget: widgets.Widget
    read: Callable  # gives what is typed, chosen, ranked or ticked
    fill: Callable  # takes what read gave, or None for an empty input, and whether it was checked
    parts: list  # widgets of which every change is remembered
    at_once: list  # widgets of which every change is judged at once
    button: str = "Check"
    beside: bool = False  # the button stands in one row with the input
    after: bool = False  # our answer is shown only after the learner's
    title: str = "Answer"


def _number(asked):
    box = widgets.Text(placeholder="such as 70B, 1.4T, 5.88e23", continuous_update=False)
    _label(box, "your answer")

    def fill(typed, checked):
        box.value = typed or ""

    return Entry(box, lambda: box.value, fill, [], [box], beside=True)


def _choice(asked):
    options = [option["text"] for option in asked["options"]]
    radio = widgets.RadioButtons(options=options, value=None, layout={"width": "auto"})

    def fill(typed, checked):
        radio.value = typed

    return Entry(radio, lambda: radio.value, fill, [radio], [])


def _claim(asked):
    return _choice(asked)._replace(button="Compare", after=True, title="Our verdict")


def _several(asked):
    ticks = [_tick(option["text"]) for option in asked["options"]]
    fill = functools.partial(_set_ticks, ticks)
    return Entry(widgets.VBox(ticks), lambda: _ticked(ticks), fill, ticks, [])


def _order(asked):
    # not None, which would leave the list on no line at all: the first arrow key would seem lost
    options = [("choose ...", ""), *((o["text"], o["text"]) for o in asked["options"])]
    wide = {"width": "auto", "max_width": "34em"}
    ranks = [widgets.Dropdown(options=options, layout=wide) for _ in options[1:]]
    for place, rank in zip(verdicts.PLACES, ranks):
        _label(rank, place, "2.5em")

    def fill(typed, checked):
        for rank, option in zip(ranks, typed or [None] * len(ranks)):
            rank.value = option or ""

    return Entry(widgets.VBox(ranks), lambda: [r.value or None for r in ranks], fill, ranks, [])


def _open(asked):
    box = widgets.Textarea(placeholder="as you would say it aloud", rows=4)
    box.layout.width = "auto"
    _label(box, "your answer")
    ticks = [_tick(point) for point in asked["points"]]
    ours = lines(f"{asked['answer'].strip()}\nTick what your answer says:")
    ours = widgets.HTML(f'<div style="line-height:1.4"><b>Our answer.</b> {ours}</div>')
    compared = widgets.VBox([ours, *ticks])

    def read():
        return {"text": box.value, "ticked": _ticked(ticks)}

    def fill(typed, checked):
        typed = typed or {"text": "", "ticked": []}
        box.value = typed["text"]
        _set_ticks(ticks, typed["ticked"])
        compared.layout.display = "" if checked and typed["text"].strip() else "none"

    both = widgets.VBox([box, compared])
    return Entry(both, read, fill, [box], ticks, button="Compare", after=True)


def _whiteboard(asked):
    steps = [_step(number, step) for number, step in enumerate(asked["steps"], start=1)]
    nothing = [{"typed": None, "given_up": False} for _ in steps]

    def read():
        typed = [{"typed": entry.read(), "given_up": up.value} for _, entry, up, _ in steps]
        return {"steps": typed, "opened": sum(box.layout.display == "" for box, *_ in steps)}

    def fill(typed, checked):
        typed = typed or {"steps": nothing, "opened": 1}
        judged = verdicts.of_steps(asked, typed["steps"])
        opened = len(judged) if checked else typed["opened"]
        for number, (box, entry, up, status) in enumerate(steps):
            step = typed["steps"][number]
            verdict = judged[number] if checked and number < opened else None
            entry.fill(step["typed"], checked)
            up.value = step["given_up"]
            up.layout.display = "none" if verdict and verdict.right else ""
            box.layout.display = "" if number < opened else "none"
            answered = step["typed"] or step["given_up"]
            status.value = mark(verdict.right, verdict.sentence) if verdict and answered else ""

    entries = [entry for _, entry, _, _ in steps]
    parts = [part for entry in entries for part in entry.parts]
    at_once = [part for entry in entries for part in entry.at_once] + [up for _, _, up, _ in steps]
    return Entry(widgets.VBox([box for box, *_ in steps]), read, fill, parts, at_once, after=True)


def _step(number, step):
    """(box, entry, give-up button, verdict) of one step of a whiteboard."""
    entry, status = INPUTS[step["kind"]](step), widgets.HTML()
    up = widgets.ToggleButton(description=f"Give up step {number}")
    head = widgets.HTML(bold(f"{number}. {step['question']}") + fold("Hint", step["hint"]))
    box = widgets.VBox([head, entry.widget, up, status], layout={"padding": "4px 0 0 12px"})
    box.add_class("step")
    return box, entry, up, status


INPUTS = {
    "number": _number,
    "choice": _choice,
    "several": _several,
    "order": _order,
    "open": _open,
    "whiteboard": _whiteboard,
    "claim": _claim,
}


def _tick(text):
    layout = {"width": "auto", "margin": "0 2px"}
    return widgets.Checkbox(description=text, indent=False, layout=layout)


def _ticked(ticks):
    return [tick.description for tick in ticks if tick.value]


def _set_ticks(ticks, typed, checked=False):
    for tick in ticks:
        tick.value = tick.description in (typed or ())


def _label(widget, label, width="initial"):
    widget.description, widget.style.description_width = label, width


def button(words, act):
    """A button as wide as its words."""
    made = widgets.Button(description=words, layout={"width": "auto"})
    made.on_click(act)
    return made


def row(*parts):
    """Widgets beside each other, and below where there is no room."""
    return widgets.HBox(parts, layout={"flex_flow": "row wrap"})


# Words as HTML --------------------------------------------------------------------------------------


def day_words(day):
    """A day as people say it: Sunday, 29 November."""
    date = datetime.date.fromisoformat(day)
    return f"{date:%A}, {date.day} {date:%B}"


def mark(right, sentence):
    """A verdict with its sign, read aloud by a screen reader; nothing for an empty one."""
    if not sentence:
        return ""
    sign = {True: "✓", False: "✗", None: "→"}[right]
    return f'<div role="status" style="line-height:1.4">{sign} {lines(sentence)}</div>'


def link(name):
    """A link to the section that explains this question."""
    title, to = questions.reread(name)
    return link_to(to, html.escape(title))


def link_to(chapter, words):
    """A link to a chapter beside this one: JupyterLab opens it in its own window, others in another."""
    try:
        server = Path(jupyter_core.paths.jupyter_runtime_dir(), f"jpserver-{os.getppid()}.json")
        root = json.loads(server.read_text("utf-8"))["root_dir"]
        to = {"path": (Path.cwd() / chapter.split("#")[0]).relative_to(root).as_posix()}
        how = f'data-commandlinker-command="docmanager:open" data-commandlinker-args="{html.escape(json.dumps(to))}"'
    except (OSError, ValueError, LookupError):
        how = 'target="_blank"'
    look = "color:var(--jp-content-link-color,#0072B2);text-decoration:underline"
    return f'<a href="{html.escape(chapter)}" style="{look}" {how}>{words}</a>'


def bold(question):
    """A question in bold."""
    return f'<div style="font-weight:bold;line-height:1.4">{html.escape(question)}</div>'


def fold(title, text):
    """Text that stays folded until somebody opens it."""
    return f'<details style="line-height:1.4"><summary>{title}</summary>{lines(text)}</details>'


def lines(text):
    """Text as HTML, every line after the first set off a little."""
    first, *more = html.escape(text).strip().split("\n")
    return first + "".join(f'<div style="margin-top:5px">{line}</div>' for line in more)
