"""A code exercise under its cell: the verdict, folded hints, after a try the solution, and what was kept."""

import functools
import textwrap
import time

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

from exercises import checking
from helpers import data, live, progress, quiz, verdicts

AGAIN = "After a change run your cell, this one, and those below that use {name}."
ALONE = "After a change run your cell and this one."  # in the coding round nothing below uses it
FAILED = "The cell above did not run to its end, so there is nothing new to judge: mend what it says there."
SITTING = 12 * 60  # minutes after which a clock is one of another day


def code(name, function):
    """Judge the learner's function, show the verdict, and give back theirs if it is right, or else ours."""
    if name not in checking.every():
        raise ValueError(data.no_such("exercise", name, list(checking.every())))
    asked, exercise = data.question(name) | {"name": name}, checking.every()[name]
    theirs = getattr(function, "yours", function)  # ours in its place, when the cell is run again
    verdict = verdicts.judge(asked, theirs)
    if _failed(exercise.solve.__name__, theirs):
        verdict = verdicts.Verdict(None, FAILED, counts=False)
    kept, trouble = progress.read()
    kept = kept["exercises"].get(name, {})
    display(Shown(name, asked, exercise, theirs, verdict, kept, trouble))
    if verdict.right:
        return theirs

    @functools.wraps(exercise.solve)
    def ours(*args, **named):
        return exercise.solve(*args, **named)

    vars(ours)["yours"] = theirs
    return ours


def _failed(name, function):
    """Did the cell that was run last want to define this function, and stop before it did?"""
    cells = getattr(get_ipython(), "user_ns", {}).get(
        "In", []
    )  # the last of them is the one that asks
    text = "\n".join(line.rstrip() for line in cells[-2].split("\n")) if len(cells) > 1 else ""
    known = "\n".join(line.rstrip() for line in checking.source(function).strip().split("\n"))
    return f"def {name}(" in text and known not in textwrap.dedent(text)


def entry(asked):
    """The box for code in an interview, which has no cells; Tab leaves it, as it leaves any other box."""
    box = widgets.Textarea(description="your code", layout={"width": "auto", "height": "22em"})
    box.style.description_width = "initial"
    box.add_class("code")

    def fill(typed, checked):
        box.value = typed or checking.stub(asked["name"])

    return quiz.Entry(box, lambda: box.value, fill, [box], [])


class Shown:
    """What stands under the cell of a code exercise."""

    def __init__(self, name, asked, exercise, function, verdict, kept, trouble=""):
        self._name, self._asked, self._exercise = name, asked, exercise
        entry = {key: kept[key] for key in kept if key not in ("when", "notebook")}
        if verdict.counts:
            text = checking.source(function)
            tries = entry.get("tries", 0) + (text != entry.get("code"))
            entry |= {"code": text, "right": verdict.right, "tries": tries}
            entry |= {"passed": text} if verdict.right else {}
            trouble = progress.remember(exercises={name: entry}) or trouble
        self.verdict, self.entry = verdict, entry
        self.status, self.folds = widgets.HTML(), widgets.HTMLMath()
        self.clock = quiz.button("Start the clock", self._on_clock)
        self.clock.layout.align_self = "flex-start"
        shown = (
            [self.status, self.folds]
            if asked.get("here")
            else [self.status, self.clock, self.folds]
        )
        self.box = widgets.VBox([*shown, quiz.Keys()], layout={"padding": "2px 0 2px 12px"})
        self.box.add_class("quiz")
        self._say(trouble)

    def _say(self, trouble=""):
        verdict, ours = self.verdict, self._exercise.solve.__name__
        words, here = [verdict.sentence], self._asked.get("here")
        again = AGAIN.format(name=ours) if here else ALONE
        if verdict.right:
            words += [self._asked["why"], f"The cells below use yours. {again}" if here else ""]
        else:
            words += [f"Until yours passes, the cells below use ours. {again}" if here else again]
        minutes = (time.time() - self.entry.get("begun", 0)) / 60
        if minutes < SITTING and verdict.counts:
            usual = self._asked["minutes"]
            words += [f"{minutes:.0f} minutes since you started the clock; {usual} are usual."]
        self.status.value = quiz.mark(verdict.right, "\n".join(filter(None, [*words, trouble])))
        kept = self.entry.get("passed") or self.entry.get("code")
        mine = ""
        if not verdict.counts and kept:
            passed = "which passed" if self.entry.get("passed") else "which did not pass yet"
            mine = quiz.fold(
                f"Your code of an earlier day, {passed}", f"```\n{kept.rstrip()}\n```\n"
            )
        tried = self.entry.get("tries", 0) > 0
        self.folds.value = mine + _folds(self._asked, solution=tried)

    def _on_clock(self, _):
        self.entry |= {"begun": time.time()}
        said = progress.remember(exercises={self._name: self.entry})
        usual = f"{self._asked['minutes']} minutes are usual. Each verdict says how many went by."
        self.clock.description = "Start the clock anew"
        self._say(said or f"The clock runs: {usual}")

    def _repr_mimebundle_(self, include=None, exclude=None):
        task = f"Build it: {self._asked['question']}"
        said = (
            ""
            if self.verdict.right is None
            else quiz.mark(self.verdict.right, self.verdict.sentence)
        )
        page = quiz.bold(task) + said + _folds(self._asked, solution=True)
        plain = f"{self._exercise.solve.__name__}: {self.verdict.sentence}"
        return live.shown(self.box, {"text/html": page, "text/plain": plain})


def _folds(asked, solution):
    """Hints, and the solution where it may be seen, folded."""
    hints = quiz.fold("Hint", asked["hint"]) + quiz.fold("Second hint", asked["second_hint"])
    whence = f"<div>From {quiz.link(asked['name'])}.</div>" if not asked.get("here") else ""
    ours = quiz.fold("Solution", verdicts.answer_words(asked), whence)
    return hints + (ours if solution else "")
