"""Questions on screen: an answer is checked, the verdict comes in words, hint and answer are folded."""

import base64
import datetime
import functools
import html
import importlib
import json
import os
import re
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

    >>> ask("gopher-split").asked["topic"]
    'allocation'
    """
    return Question(name, seed, lambda seed: questions.posed(name, seed))


def claim(name):
    """Show a claim that people repeat from data/claims.toml: first your verdict, then ours.

    Raises ValueError for a name that is not there.

    >>> claim("chinchilla-scale-equally").asked["answer"]
    'true'
    """
    entry = data.claim(name)
    number = "The number that decides: {number:,.8g} {unit}."
    decides = entry.get("reason") or number.format_map(entry)
    asked = {
        "kind": "claim",
        "question": f"“{entry['claim']}” Is that so?",
        "options": [{"text": verdict, "why": ""} for verdict in verdicts.CLAIM],
        "answer": entry["verdict"],
        "why": f"{entry['why']}\n{decides}\n{entry['source']}.",
    }
    return Question(name, 0, lambda _: asked)


def code(name, function):
    """Judge a function that you wrote for this code exercise; give it back if it is right, else ours.

    The cells below use what comes back. Raises ValueError for a name that is not there.
    """
    return _beside("on_screen").code(name, function)


def _beside(module):
    # lies beside the chapters, and not every page needs it
    return importlib.import_module(f"exercises.{module}")


def clear(name=None):
    """Forget what was answered to this question, or to all; their cells ask afresh when run again."""
    if said := progress.forget(None if name is None else [name]):
        print(said)


ENTER = "\u200b"  # behind what was typed when Enter was hit, see quiz.js
GIVEN_UP, COST = "Given up: here is how it goes.", "halves the points"


class Question:
    """One question with its input and its verdict; state is the answer, as progress keeps it.

    With asked["exam"] the first answer closes the input and a hint costs. With asked["drill"] what was
    right or given up is explained at once. Else, in a chapter, hint and answer are folded below.
    """

    def __init__(self, name, seed, pose, key=None, on_check=None, more=(), today=None):
        """The answer is kept under key, by default the name, for "" nowhere; more are buttons beside ours."""
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
        self.again = button("Try again", lambda _: self._afresh(self.seed))
        lost = verdicts.Verdict(False, GIVEN_UP)
        self.give_up = button("Give up", lambda _: self._judged(self.entry.read(), lost))
        self.hint = button(f"Hint ({COST})", lambda _: self._keep(self.state | {"hint": True}))
        exam, drill = map(self.asked.get, ("exam", "drill"))
        buttons = [self.button, self.hint if exam else self.give_up if drill else self.again]
        if "let" in self.asked and not exam and not drill:
            later = functools.partial(questions.another, self._pose)
            self.another = button("Another like it", lambda _: self._afresh(later(self.seed)))
            buttons.append(self.another)
        for widget in self.entry.parts:
            widget.observe(self._on_edit, "value")
        for widget in self.entry.at_once:
            widget.observe(self._on_answer, "value")
        rows = [self.entry.widget, row(*buttons, *self._more)]
        rows = [row(*rows)] if self.entry.beside else rows
        parts = [self.head, *rows, self.status, self.folds, Keys()]
        box = widgets.VBox(parts, layout={"padding": "2px 0 2px 12px"})
        for name in ("quiz", "exam")[: 1 + bool(exam)]:
            box.add_class(name)
        return box

    @property
    def question(self):
        """What is asked."""
        return self.asked["question"]

    @property
    def closed(self):
        """Is nothing more judged, but the ticks of an open answer?"""
        answer, steps = self.state, self.asked.get("steps")
        typed = answer["typed"] if steps else None
        done = typed and _beside("whiteboard").behind(self.asked, typed["steps"]) == len(steps)
        if self.asked.get("exam"):
            code = self.asked["kind"] == "code"  # may be tried again
            return bool(done if steps else answer["right" if code else "tries"])
        known = done or answer["right"] or answer["verdict"] == GIVEN_UP
        return bool(self.asked.get("drill") and answer["verdict"] and known)

    def check(self):
        """Judge what stands in the input, say so, and remember it; what is closed is not judged again."""
        typed, before = self.entry.read(), self.state
        if self.closed and "points" in self.asked:
            typed = typed | {"text": before["typed"]["text"]}
        elif self.closed:
            return self.fill(before["typed"], checked=True)
        if typed == before["typed"] and before["verdict"] and before["tries"]:
            self.fill(typed, checked=True)
            return self._say(before, "This is the answer that you gave before.")
        typed = _beside("whiteboard").tried(self.asked, typed) if "steps" in self.asked else typed
        self._judged(typed, verdicts.judge(self.asked, typed))

    def _judged(self, typed, verdict):
        """Say this verdict, and remember it, and when the question comes back."""
        tries, hint = self.tries + verdict.counts, self.state["hint"]
        answer = self._answer(self.seed, typed, verdict.sentence, verdict.right, tries, hint)
        self.fill(typed, checked=True)
        once = self.asked["kind"] in ("claim", "code")  # and does not come back
        judged = verdict.counts and verdict.right is not None and not once
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
            said = f"It comes back in the warm-up of chapter 00 on {day_words(new['due'])}."
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
        self.status.value = mark(answer["right"], f"{self.verdict}\n{said}".strip())
        closed = self.closed
        if "steps" not in asked:
            for widget in self.entry.parts or self.entry.at_once:
                widget.disabled = closed
        again = self.verdict and not self._on_check
        # steps have hints of their own, and of an open answer nothing is scored
        hint = "hint" in asked and not {"steps", "points"} & set(asked) and not answer["hint"]
        shown = (not closed, not closed, again, hint and not closed)
        for one, yes in zip((self.button, self.give_up, self.again, self.hint), shown):
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

    def _on_answer(self, change):
        if self._quiet:
            return
        left = isinstance(change.owner, widgets.Text) and not change.new.endswith(ENTER)
        # leaving a box answers, but in an exam it can be changed until it is handed in
        self._on_edit() if left and (self.asked.get("exam") or not change.new) else self.check()

    def _afresh(self, seed):
        """Ask with the numbers of this seed, and nothing answered."""
        self._show(self._answer(seed))
        self._keep(self._answer(seed))

    def _below(self, asked, live):
        """Hint, answer and section, as far as they may be seen: on a page all of them, folded."""
        exam, drill = (live and asked.get(setting) for setting in ("exam", "drill"))
        hint, whence, answer = "", "", verdicts.answer_words(asked)
        if exam and "points" not in asked:
            hint = f"<div>Hint: {lines(asked['hint'])}</div>" if self.state["hint"] else ""
        elif "hint" in asked:
            hint = fold("Hint", asked["hint"])
        if "reread" in asked:
            source = f"; {asked['source']}" if exam and "source" in asked else ""
            whence = f"<div>From {link(self._name)}{html.escape(source)}.</div>"
        if not live or not (exam or drill or self.entry.after):
            return hint + fold(self.entry.title, answer, whence)
        if not (self.closed if exam or drill else self.tries):
            return hint
        return hint + (f"<div><b>Answer.</b> {lines(answer)}</div>" if drill else "") + whence

    def _repr_mimebundle_(self, include=None, exclude=None):
        asked = self._pose(self._first)  # whatever was answered: a stored page shows no progress
        options = [option["text"] for option in asked.get("options", ())]
        listed = "".join(f"<li>{html.escape(option)}</li>" for option in options)
        listed = f"<ul>{listed}</ul>" if listed else ""
        page = f"{_asks(asked)}{listed}{self._below(asked, live=False)}"
        said = [questions.plain(asked["question"]), *(f"[ ] {option}" for option in options)]
        return live.shown(self.box, {"text/html": page, "text/plain": " ".join(said)})


def _asks(asked):
    """The question, with its plot where it has one."""
    if "picture" not in asked:
        return bold(asked["question"])
    description, svg = data.picture(asked["picture"])
    source = f'src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"'
    return f'{bold(asked["question"])}<img alt="{description}" {source} width="440" height="232">'


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

    return Entry(box, lambda: box.value.rstrip(ENTER), fill, [], [box], beside=True)


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


INPUTS = {
    "number": _number,
    "choice": _choice,
    "several": _several,
    "order": _order,
    "open": _open,
    "whiteboard": lambda asked: _beside("whiteboard").entry(asked),
    "claim": _claim,
    "code": lambda asked: _beside("on_screen").entry(asked),
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


def day_words(day):
    """A day as people say it: Sunday, 29 November."""
    date = datetime.date.fromisoformat(day)
    return f"{date:%A}, {date.day} {date:%B}"


def mark(right, sentence):
    """A verdict with its sign, read aloud by a screen reader; nothing for an empty one."""
    if not sentence:
        return ""
    sign = {True: "✓", False: "✗", None: "→"}[right]
    # dollars that somebody typed begin no formula
    sentence = re.sub("'[^']*' is ", lambda typed: typed[0].replace("$", r"\$"), sentence)
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
    said = f' data-said="{html.escape(questions.plain(question))}"' if "$" in question else ""
    return f'<div style="font-weight:bold;line-height:1.4"{said}>{html.escape(question)}</div>'


def fold(title, text, more=""):
    """Text, and more as HTML, that stays folded until somebody opens it."""
    inside = f"<summary>{title}</summary>{lines(text)}{more}"
    return f'<details style="line-height:1.4">{inside}</details>'


def lines(text):
    """Text as HTML, every line after the first set off a little; code stands between lines of ```."""
    parts = re.split(r"^```\n?", text, flags=re.M)  # every second one is code
    if len(parts) > 1:
        return "".join(
            f'<pre tabindex="0">{html.escape(p)}</pre>' if k % 2 else lines(p)
            for k, p in enumerate(parts)
        )
    first, *more = html.escape(text).strip().split("\n")
    return first + "".join(f'<div style="margin-top:5px">{line}</div>' for line in more)
