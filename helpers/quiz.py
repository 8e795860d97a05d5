"""Questions on screen: an answer is checked, the verdict comes in words, hint and answer are folded."""

import base64
import datetime
import functools
import html
import itertools
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
    """In the page: Enter checks, the focus is kept, groups have names, and a lost kernel is told."""

    _esm = live.KEYS + Path(__file__).with_name("quiz.js").read_text("utf-8")
    _css = Path(__file__).with_name("quiz.css")


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


GIVEN_UP, COST = "Given up: here is how it goes.", "halves the points"


class Question:
    """One question with its input and its verdict, in one of three settings.

    In a chapter hint and answer are folded below. With asked["drill"] one may give up, and what was
    right or given up is explained at once. With asked["exam"] the first answer counts and closes the
    input, and a hint is a button that costs. state is the answer, as progress keeps it.
    """

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
        self.head, self.status, self.folds = (widgets.HTMLMath() for _ in range(3))
        self.seed, self.asked = answer["seed"], pose(answer["seed"])
        self.entry = INPUTS[self.asked["kind"]](self.asked)
        self.box = self._build()
        self._show(answer, said)

    def _answer(self, seed, typed=None, verdict="", right=None, tries=0, hint=False):
        """An answer as progress keeps it; without one, nothing was typed yet."""
        of = progress.digest(self._pose(seed))
        return {"of": of, "first": self._first, "seed": seed, "typed": typed, "verdict": verdict,
                "right": right, "tries": tries, "hint": hint}  # fmt: skip

    def _build(self):
        """Lay out the question, and let its parts call back."""
        self.button = button(self.entry.button, lambda _: self.check())
        self.button.add_class("check")  # quiz.js presses it where somebody hits Enter
        self.again = button("Try again", lambda _: self._afresh(self.seed))
        self.give_up = button("Give up", self._on_give_up)
        self.hint = button(f"Hint ({COST})", lambda _: self._keep(self.state | {"hint": True}))
        exam, drill = map(self.asked.get, ("exam", "drill"))
        buttons = [self.button, self.hint if exam else self.give_up if drill else self.again]
        if "let" in self.asked and not exam and not drill:
            later = functools.partial(questions.another, self._pose)
            self.another = button("Another like it", lambda _: self._afresh(later(self.seed)))
            buttons.append(self.another)
        buttons += self._more
        for widget in self.entry.parts:
            widget.observe(self._on_edit, "value")
        for widget in self.entry.at_once:  # in an exam nobody answers by leaving a box
            typing = exam and isinstance(widget, widgets.Text)
            widget.observe(self._on_edit if typing else self._on_answer, "value")
        rows = [self.entry.widget, row(*buttons)]
        if self.entry.beside:
            rows = [widgets.HBox(rows, layout={"flex_flow": "row wrap"})]
        box = widgets.VBox(
            [self.head, *rows, self.status, self.folds, Keys()],
            layout={"padding": "2px 0 2px 12px"},
        )
        for name in ("quiz", "exam") if exam else ("quiz",):
            box.add_class(name)
        return box

    @property
    def question(self):
        """What is asked."""
        return self.asked["question"]

    @property
    def closed(self):
        """Is nothing more judged, but the ticks of an open answer?"""
        asked, answer = self.asked, self.state
        if not asked.get("exam") and not asked.get("drill"):
            return False
        if "steps" in asked:
            return bool(answer["typed"]) and _behind(asked, answer["typed"]["steps"]) == len(
                asked["steps"]
            )
        done = asked.get("exam") or answer["right"] or answer["verdict"] == GIVEN_UP
        return answer["tries"] > 0 and bool(done)

    def check(self):
        """Judge what stands in the input, say so, and remember it; what is closed is not judged again."""
        typed, before = self.entry.read(), self.state
        if self.closed and "points" in self.asked:
            typed = typed | {"text": before["typed"]["text"]}
        elif self.closed:
            return self.fill(before["typed"], checked=True)
        if typed == before["typed"] and before["verdict"] and before["tries"]:
            return self._say(before, "This is the answer that you gave before.")
        typed = _tried(self.asked, typed) if "steps" in self.asked else typed
        self._judged(typed, verdicts.judge(self.asked, typed))

    def _judged(self, typed, verdict):
        """Say this verdict, and remember it, and when the question comes back."""
        tries, hint = self.tries + verdict.counts, self.state["hint"]
        answer = self._answer(self.seed, typed, verdict.sentence, verdict.right, tries, hint)
        self.fill(typed, checked=True)
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
        self.head.value = _asks(self.asked)
        self.fill(answer["typed"], checked=bool(answer["verdict"]))
        self._say({"hint": False} | answer, said)

    def fill(self, typed, checked=False):
        """Put an answer into the input; checked says whether it has had its verdict."""
        self._quiet = True
        self.entry.fill(typed, checked)
        self._quiet = False

    def _say(self, answer, said=""):
        """Put the verdict under the input, and what else is to be said; open or close the input."""
        self.state, asked = answer, self.asked
        self.typed, self.verdict, self.tries = answer["typed"], answer["verdict"], answer["tries"]
        verdict = _literal(self.verdict, self.typed)
        self.status.value = mark(answer["right"], f"{verdict}\n{said}".strip())
        closed = self.closed
        if "steps" not in asked:
            for widget in self.entry.parts or self.entry.at_once:
                widget.disabled = closed
        scored = self._on_check  # where every try counts
        shown = ((self.button, not closed), (self.give_up, not closed), (self.again, self.verdict and not scored),
                 (self.hint, not closed and not answer["hint"] and _costs(asked)))  # fmt: skip
        for one, yes in shown:
            one.layout.display = "" if yes else "none"
        self.folds.value = self._below(asked, live=True)

    def _keep(self, answer, said="", repeat=None):
        """Remember an answer, and when the question comes back, and show it."""
        answers = {self._key: answer} if self._key else {}
        self._say(answer, progress.remember(answers=answers, repeat=repeat or {}) or said)

    def _on_edit(self, _=None):
        if self._quiet:
            return
        if self.closed:
            return self.fill(self.typed, checked=True)
        typed, hint = self.entry.read(), self.state["hint"]
        self._keep(self._answer(self.seed, typed, tries=self.tries, hint=hint))

    def _on_give_up(self, _):
        self._judged(self.entry.read(), verdicts.Verdict(False, GIVEN_UP))

    def _on_answer(self, change):
        if not self._quiet:
            self._on_edit() if change.new == "" else self.check()

    def _afresh(self, seed):
        """Ask with the numbers of this seed, and nothing answered."""
        self._show(self._answer(seed))
        self._keep(self._answer(seed))

    def _below(self, asked, live):
        """Hint, answer and section, as far as they may be seen: on a page all of them, folded."""
        exam, drill = (live and asked.get(setting) for setting in ("exam", "drill"))
        hint = fold("Hint", asked["hint"]) if "hint" in asked else ""
        answer, whence = verdicts.answer_words(asked), ""
        if "reread" in asked:
            source = f"; {html.escape(asked['source'])}" if exam and "source" in asked else ""
            whence = f"<div>From {link(self._name, live)}{source}.</div>"
        if exam:
            told = hint if not _costs(asked) and "steps" not in asked else ""
            if self.state["hint"]:
                told = f"<div>Hint: {lines(asked['hint'])}</div>"
            below = told + (whence if self.closed else "")
        elif drill and self.closed:
            below = f"<div><b>{self.entry.title}.</b> {lines(answer)}</div>{whence}"
        elif live and (drill or self.entry.after):
            below = hint + (whence if self.tries else "")
        else:
            below = hint + fold(self.entry.title, answer, whence)
        return f'<div style="line-height:1.4">{below}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        asked = self._pose(self._first)  # whatever was answered: a stored page shows no progress
        options = [option["text"] for option in asked.get("options", ())]
        listed = "".join(f"<li>{html.escape(option)}</li>" for option in options)
        listed = f"<ul>{listed}</ul>" if listed else ""
        page = f"{_asks(asked)}{listed}{self._below(asked, live=False)}"
        said = [questions.plain(asked["question"]), *(f"[ ] {option}" for option in options)]
        return live.shown(self.box, {"text/html": page, "text/plain": " ".join(said)})


def _costs(asked):
    """Is there a hint that costs? Steps have their own, and of an open answer nothing is scored."""
    return "hint" in asked and not {"steps", "points"} & set(asked)


def _literal(sentence, typed):
    """A verdict in which the dollars that somebody typed begin no formula."""
    return sentence.replace(repr(typed), repr(typed).replace("$", "\\$")) if typed else sentence


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
    ours = widgets.HTMLMath(f'<div style="line-height:1.4"><b>Our answer.</b> {ours}</div>')
    compared = widgets.VBox([ours, *ticks])

    def read():
        return {"text": box.value, "ticked": _ticked(ticks)}

    def fill(typed, checked):
        typed = typed or {"text": "", "ticked": []}
        box.value = typed["text"]
        _set_ticks(ticks, typed["ticked"])
        seen = checked and verdicts.judge(asked, typed).counts
        compared.layout.display = "" if seen else "none"

    both = widgets.VBox([box, compared])
    return Entry(both, read, fill, [box], ticks, button="Compare", after=True)


def _whiteboard(asked):
    steps = [
        _step(number, step, bool(asked.get("exam")))
        for number, step in enumerate(asked["steps"], 1)
    ]
    nothing = [{"typed": None, "given_up": False, "hint": False, "tries": 0}] * len(steps)
    kept = list(nothing)  # as filled in last

    def read():
        now = [
            {"typed": step.entry.read(), "given_up": step.up.value, "hint": step.hint.value}
            for step in steps
        ]
        opened = sum(step.box.layout.display == "" for step in steps)
        return {"steps": [before | after for before, after in zip(kept, now)], "opened": opened}

    def fill(typed, checked):
        typed = typed or {"steps": nothing, "opened": 1}
        kept[:] = [empty | step for empty, step in zip(nothing, typed["steps"])]
        behind, judged = _behind(asked, kept), verdicts.of_steps(asked, kept)
        opened = min(behind + 1, len(steps)) if checked else typed["opened"]
        for number, (step, now) in enumerate(zip(steps, kept)):
            closed = bool(asked.get("exam")) and number < behind
            seen = (checked or closed) and number < min(opened, len(judged))
            step.entry.fill(now["typed"], checked)
            step.up.value, step.hint.value = now["given_up"], now["hint"]
            for widget in (*step.entry.parts, *step.entry.at_once):
                widget.disabled = closed
            done = closed or (seen and judged[number].right)
            step.up.layout.display = "none" if done else ""
            step.hint.layout.display = (
                "none" if done or now["hint"] or not asked.get("exam") else ""
            )
            step.told.value = (
                lines(f"Hint: {asked['steps'][number]['hint']}") if now["hint"] else ""
            )
            step.box.layout.display = "" if number < opened else "none"
            answered = seen and (now["typed"] or now["given_up"])
            sentence = _literal(judged[number].sentence, now["typed"]) if answered else ""
            step.status.value = mark(judged[number].right, sentence) if answered else ""

    parts = [part for step in steps for part in step.entry.parts] + [step.hint for step in steps]
    at_once = [part for step in steps for part in (*step.entry.at_once, step.up)]
    return Entry(widgets.VBox([step.box for step in steps]), read, fill, parts, at_once, after=True)


def _behind(asked, steps):
    """How many steps of a whiteboard are done: right or given up, or in an exam answered once."""

    def done(step, typed):
        once = asked.get("exam") and typed.get("tries")
        return typed["given_up"] or once or verdicts.judge(step, typed["typed"]).right

    return sum(1 for _ in itertools.takewhile(bool, map(done, asked["steps"], steps)))


def _tried(asked, typed):
    """A whiteboard with one try more of the step that is open, where its answer counts as one."""
    k = typed["opened"] - 1
    step = typed["steps"][k]
    counts = not step["given_up"] and verdicts.judge(asked["steps"][k], step["typed"]).counts
    tried = step | {"tries": step["tries"] + counts}
    return typed | {"steps": [*typed["steps"][:k], tried, *typed["steps"][k + 1 :]]}


class Step(NamedTuple):
    """One step of a whiteboard on screen."""

    box: widgets.VBox
    entry: Entry
    up: widgets.ToggleButton  # gives up
    hint: widgets.ToggleButton  # asks for the hint, where it costs
    told: widgets.HTMLMath  # the hint
    status: widgets.HTMLMath  # the verdict


def _step(number, step, exam):
    entry, told, status = INPUTS[step["kind"]](step), widgets.HTMLMath(), widgets.HTMLMath()
    up = widgets.ToggleButton(description=f"Give up step {number}")
    hint = widgets.ToggleButton(
        description=f"Hint to step {number} ({COST})", layout={"width": "auto"}
    )
    folded = "" if exam else fold("Hint", step["hint"])
    head = widgets.HTMLMath(bold(f"{number}. {step['question']}") + folded)
    parts = [head, entry.widget, row(up, hint), told, status]
    box = widgets.VBox(parts, layout={"padding": "4px 0 0 12px"})
    box.add_class("step")
    return Step(box, entry, up, hint, told, status)


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


def link(name, live=True):
    """A link to the section that explains this question; live, one for a widget."""
    title, to = questions.reread(name)
    return link_to(to, html.escape(title), live)


def link_to(chapter, words, live=True):
    """A link to a chapter beside this one: JupyterLab opens it in its own window, others in another."""
    try:
        server = Path(jupyter_core.paths.jupyter_runtime_dir(), f"jpserver-{os.getppid()}.json")
        root = json.loads(server.read_text("utf-8"))["root_dir"] if live else None
        name, _, heading = chapter.partition("#")
        to = {"path": (Path.cwd() / name).relative_to(root).as_posix(), "id": f"#{heading}"}
        how = f'data-commandlinker-command="rendermime:handle-local-link" data-commandlinker-args="{html.escape(json.dumps(to))}"'
    except (OSError, ValueError, LookupError, TypeError):
        how = 'target="_blank"'
    look = "color:var(--jp-content-link-color,#0072B2);text-decoration:underline"
    return f'<a href="{html.escape(chapter)}" style="{look}" {how}>{words}</a>'


def bold(question):
    """A question in bold."""
    said = f' data-said="{html.escape(questions.plain(question))}"' if "$" in question else ""
    return f'<div style="font-weight:bold;line-height:1.4"{said}>{html.escape(question)}</div>'


def fold(title, text, more=""):
    """Text, and more as HTML, that stays folded until somebody opens it."""
    inside = f"<summary>{title}</summary>{lines(text)}{more}"
    return f'<details style="line-height:1.4">{inside}</details>'


def lines(text):
    """Text as HTML, every line after the first set off a little."""
    first, *more = html.escape(text).strip().split("\n")
    return first + "".join(f'<div style="margin-top:5px">{line}</div>' for line in more)
