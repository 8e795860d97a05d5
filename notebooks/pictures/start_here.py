"""Pictures of chapter 00: one law on two papers, the floor of a loss, and where the reader stands in the course."""

import datetime
import functools
import html
import json
import math
import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np
from matplotlib.ticker import NullLocator, PercentFormatter

from helpers import data, live, progress, questions, quiz, units
from pictures import style


class TenTimes:
    """Kaplan's loss against model size on paper that bends, and what a model ten times larger gains.

    paper 0 is linear, 1 is logarithmic. The axes are those of logarithmic paper, and on any other each
    mark stands where that paper has it.
    """

    SIZES, LOSSES = (1e7, 1e12), (1.25, 3.6)
    LINES = (*(digit * 10**power for power in range(7, 12) for digit in range(1, 10)), 10**12)

    def __init__(self, law):
        self.law = law

    def backdrop(self, ax):
        """An empty sheet, wider than the law on it, so that nothing is cut off at its ends."""
        ax.set(xscale="log", yscale="log", xlim=(6e6, 2e12), ylim=self.LOSSES)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_minor_locator(NullLocator())
        # what is written here only keeps room for the numbers of the paper
        ax.set(xticks=[1e7], xticklabels=[" "], yticks=[2], yticklabels=["       "])
        ax.tick_params(length=0)
        ax.grid(False)
        ax.set_xlabel("model size N (parameters without embeddings)")
        ax.set_ylabel("loss L (nats per token)")

    def at(self, size, loss, paper):
        """Where a size and a loss stand on this paper."""
        return _bent(size, *self.SIZES, paper), _bent(loss, *self.LOSSES, paper)

    def ruled(self, ax, paper):
        """The lines of the paper, and numbers at those that have room for one: full decades first."""
        look = {"color": live.RC["grid.color"], "lw": 1, "zorder": 0.5}
        places = dict(zip(self.LINES, self.at(np.array(self.LINES, float), 2.0, paper)[0]))
        ax.vlines(list(places.values()), *self.LOSSES, gid="sizes", **look)
        written = []
        for size in sorted(self.LINES, key=lambda size: (not math.log10(size).is_integer(), -size)):
            if all(abs(math.log10(places[size] / places[other])) > 0.5 for other in written):
                written.append(size)
                at = places[size], self.LOSSES[0]
                _beside(ax, at, (0, -6), units.short(size, 1), ha="center", va="top")
        losses = np.arange(1.5, 3.6, 0.5)
        heights = self.at(1e7, losses, paper)[1]
        ax.hlines(heights, *ax.get_xlim(), gid="losses", **look)
        for loss, height in zip(losses, heights):
            at = ax.get_xlim()[0], height
            _beside(ax, at, (-6, 0), f"{loss:g}", ha="right", va="center")

    def foreground(self, ax, params, paper=1.0):
        """The paper, the law on it, this size, ten times this size, and the drop between them."""
        self.ruled(ax, paper)
        sizes, large = np.logspace(7, 12, 300), 10 * params
        before, after = self.law.loss(params), self.law.loss(large)
        drop, share = before - after, 1 - after / before
        runs_end = self.at(1.5e9, 2.0, paper)[0]
        over = {"ymin": 0.004, "color": "#f6f6f6", "zorder": 0}  # the axis below stays in sight
        ax.axvspan(runs_end, ax.get_xlim()[1], gid="beyond", **over)
        look = {"ha": "right", "va": "top", "color": style.QUIET}
        style.inside(ax, 0.98, 0.97, "grey: beyond the runs", **look)
        ax.plot(*self.at(sizes, self.law.loss(sizes), paper), color=style.FAINT, lw=3, gid="law")
        (left, high), (right, low) = self.at(params, before, paper), self.at(large, after, paper)
        ax.plot([left, right, right], [high, high, low], ":", color=style.QUIET, lw=2, gid="step")
        style.here(ax, left, high, ms=11, mec=style.ORANGE)
        style.best(ax, right, low, ms=12)
        room = {"dx": 10, "dy": 4} if right < 1e11 else {"dx": -8, "dy": 10}
        text = f"-{drop:.2f}: {100 * share:.0f} % less"
        style.note(ax, right, low if right < 1e11 else high, text, fontsize=14, **room)
        return (
            f"{units.spoken(params)} parameters give a loss of {before:.2f}, ten times as many {after:.2f}: "
            f"{drop:.2f} or {100 * share:.0f} % less. Paper: {say_paper(paper)}."
        )


def say_paper(paper):
    """How far paper is bent, in words.

    >>> say_paper(0), say_paper(0.3)
    ('linear', 'bent by 30 %')
    """
    return {0: "linear", 1: "logarithmic"}.get(paper, f"bent by {100 * paper:.0f} %")


def _beside(ax, at, shift, text, **more):
    """Write a number of the paper outside of the axes."""
    ax.annotate(text, at, shift, textcoords="offset points", annotation_clip=False, **more)


def _bent(value, low, high, paper):
    """Where a value stands on a logarithmic axis from low to high, if the paper is bent only so far."""
    linear, log = (value - low) / (high - low), np.log(value / low) / np.log(high / low)
    return low * (high / low) ** ((1 - paper) * linear + paper * log)


class Coin:
    """What it costs to say how likely heads are, and the floor that nobody gets below.

    mean_loss(share, given) is the mean loss where heads come in this share and are given this probability.
    """

    def __init__(self, mean_loss):
        self.mean_loss = mean_loss

    def backdrop(self, ax):
        """The axes; all else depends on the coin."""
        name = "probability that you give to heads"
        style.frame(ax, (-0.03, 1.03), (0, 3), name, "mean loss (nats for each toss)")
        ax.xaxis.set_major_formatter(PercentFormatter(1))

    def foreground(self, ax, given, share):
        """The loss of every guess on this coin, the floor, yours, and what you could still learn."""
        guesses = np.linspace(0.001, 0.999, 999)
        loss, floor = self.mean_loss(share, given), self.mean_loss(share, share)
        ax.axhspan(0.012, floor, color="#f2f2f2", zorder=0, gid="floor")
        ax.axhline(floor, color=style.BLUE, lw=1.5, ls="--")
        ax.plot(guesses, self.mean_loss(share, guesses), color=style.FAINT, lw=3, gid="curve")
        ax.plot([given, given], [floor, loss], color=style.ORANGE, lw=3, gid="to learn")
        style.best(ax, share, floor)
        style.here(ax, given, loss)
        look = {"ha": "center", "va": "top", "fontsize": 14}
        words = {
            f"◆ your loss: {loss:.2f}": style.WORDS[style.ORANGE],
            f"● the floor E: {floor:.2f}": style.BLUE,
            f"above the floor: {loss - floor:.2f}": style.WORDS[style.ORANGE],
        }
        for line, (text, colour) in enumerate(words.items()):
            style.inside(ax, 0.5, 0.94 - 0.1 * line, text, color=colour, **look)
        return (
            f"Heads come in {100 * share:.0f} % of the tosses and you give them {100 * given:.0f} %: "
            f"your mean loss is {loss:.2f} nats, {loss - floor:.2f} above the {floor:.2f} that nobody gets below."
        )


# Where the reader stands --------------------------------------------------------------------------------


class Chapter(NamedTuple):
    """A chapter: its file, its title, its minutes, and the heading above each of its questions."""

    file: str
    title: str
    minutes: int
    asks: dict[str, str]


class Standing(NamedTuple):
    """What is done of a chapter: answered, waiting to be asked again, and minutes of it that are left."""

    answered: int
    repeat: int
    minutes: int


def chapters(folder):
    """The chapters of the course that lie in a folder, in their order."""
    found = []
    for path in sorted(Path(folder).glob("[0-9][0-9]_*.ipynb")):
        if not re.fullmatch(r"\w+\.ipynb", path.name):
            continue  # a copy that the reader made
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            texts = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        except (OSError, ValueError, LookupError, TypeError):
            continue
        asks, heading = {}, ""
        for kind, text in texts:
            if kind == "markdown":
                heading = [heading, *re.findall(r"(?m)^##+ (.+)$", text)][-1]
            for name in re.findall(r'quiz\.(?:ask|claim|code)\(\s*"([^"]+)"', text):
                asks.setdefault(name, heading)
        opening = "\n".join(text for _, text in texts[:1])
        title, minutes = re.search(r"^# (.+)", opening), re.search(r"\*\*(\d+) minutes", opening)
        if title and minutes:
            found.append(Chapter(path.name, f"{path.name[:2]} {title[1]}", int(minutes[1]), asks))
    return found


def answered(state, name):
    """Whether this question has its verdict, and has not changed since; code must have passed."""
    if "passed" in state.get("exercises", {}).get(name, {}):
        return True
    answer = state["answers"].get(name, {})
    changed = name in data.questions() and answer.get("of") != progress.digest(
        questions.posed(name, answer.get("seed", 0))
    )
    return bool(answer.get("verdict")) and not changed


def standing(state, chapter):
    """What is done of a chapter: the reading between two questions counts with them.

    >>> standing({"answers": {}, "repeat": {}}, Chapter("05_limits.ipynb", "05 Limits", 100, {}))
    Standing(answered=0, repeat=0, minutes=100)
    """
    bank = data.questions()
    takes = {name: bank.get(name, {}).get("minutes", 1) for name in chapter.asks}
    done = {name for name in takes if answered(state, name)}
    repeat = sum(bool(state["repeat"].get(name, {}).get("due")) for name in takes)
    share = sum(takes[name] for name in takes if name not in done) / (sum(takes.values()) or 1)
    left = math.ceil(chapter.minutes * (share if takes else 1))
    return Standing(len(done), repeat, left)


def go_on(state, found):
    """The chapter to go on with, and the heading there; None where nothing was done in any of them."""
    name, notebook = progress.place(state) or ("", "")
    file = PurePosixPath(notebook).name
    at = [n for n, chapter in enumerate(found) if name in chapter.asks or chapter.file == file]
    if not at:
        return None
    if standing(state, found[at[0]]).minutes:
        return found[at[0]], found[at[0]].asks.get(name, "")
    later = [chapter for chapter in found[at[0] :] if standing(state, chapter).minutes]
    return (later[0], "") if later else (found[at[0]], "")


HEADS = ("chapter", "answered", "to repeat", "minutes left")
CELL = 'style="padding:5px 14px 5px 0;text-align:{}"'


def overview(state, found):
    """Where to go on and what is done of each chapter, as a page."""
    if not (on := go_on(state, found)):
        return "<p>Nothing is answered yet. What you answer is kept, and shown here when you come back.</p>"
    chapter, heading = on
    words = f"Go on with {html.escape(chapter.title)}"
    under = f" You were under the heading <i>{html.escape(heading)}</i>." if heading else ""
    rows = []
    for one in found:
        done = standing(state, one)
        count = f"{done.answered} of {len(one.asks)}" if one.asks else ""
        numbers = (count, done.repeat or "", done.minutes or "done")
        cells = "".join(f"<td {CELL.format('right')}>{number}</td>" for number in numbers)
        name = quiz.link_to(one.file, html.escape(one.title))
        rows.append(f"<tr><td {CELL.format('left')}>{name}</td>{cells}</tr>")
    heads = "".join(
        f'<th scope="col" {CELL.format("right" if n else "left")}>{head}</th>'
        for n, head in enumerate(HEADS)
    )
    return (
        f'<p style="font-size:115%"><b>{quiz.link_to(chapter.file, words)}</b>{under}</p>'
        f'<table style="border-collapse:collapse;line-height:1.4"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def where_you_are(folder="."):
    """Show what is answered, to repeat and left of each chapter in this folder, and where to go on.

    The stored page says the same whoever ran it.

    >>> where_you_are().sentence
    'In Jupyter, this cell shows what you have answered in each chapter, and where to go on.'
    """
    state, trouble = progress.read()
    said = f"<p>{html.escape(trouble)}</p>" if trouble else overview(state, chapters(folder))
    sentence = (
        "In Jupyter, this cell shows what you have answered in each chapter, and where to go on."
    )
    return Shown(widgets.HTML(said), sentence)


def warm_up(minutes=3, today=None):
    """Ask again what was answered wrongly, as far as it is due and fits these minutes.

    A wrong answer brings a question back on the next day, with fresh numbers where it has some; a right
    one on a day when it is due brings it back after three days, then after seven, and then no more. Open
    answers and claims do not come back. One question is asked at least.

    >>> warm_up().sentence
    'What you answer wrongly comes back here after one day, after three and after seven.'
    """
    today = today or datetime.date.today()
    state, said = progress.read()
    due, rows = progress.due(state, today), []
    for name in due:
        asked, pose = data.question(name), functools.partial(questions.posed, name)
        if (minutes := minutes - asked["minutes"]) < 0 and rows:
            break
        seed = state["answers"].get(name, {}).get("seed", 0)
        if "let" in asked:
            seed = questions.another(pose, seed, start=today.toordinal())
        question = quiz.Question(name, seed, pose, key="", today=today)
        rows += [widgets.HTML(f"<div>From {quiz.link(name)}:</div>"), question.box]
    sentence = "What you answer wrongly comes back here after one day, after three and after seven."
    days = [entry["due"] for entry in state["repeat"].values() if entry["due"]]
    if more := len(due) - len(rows) // 2:
        left = "1 more question is" if more == 1 else f"{more} more questions are"
        said += f" {left} due: run this cell again after these."
    elif not due:
        later = (
            f"The next question comes back on {quiz.day_words(min(days))}." if days else sentence
        )
        said += f" Nothing is due now. {later}"
    return Shown(widgets.VBox([*rows, widgets.HTML(quiz.mark(None, said))]), sentence)


def keep():
    """Show where your progress lies, with buttons to export it, to read it in and to forget it.

    >>> keep().sentence
    'Your progress can be exported, read in and forgotten here, once this cell was run.'
    """
    file, status = widgets.Text(value="my-progress.json", description="file"), widgets.HTML()
    status.value = quiz.mark(None, f"Your progress lies in {progress.path()}.")

    def then(words, do=lambda: None, asks=False):
        def act(_):
            sure.layout.display = "" if asks else "none"
            try:
                status.value = quiz.mark(None, do() or words)
            except ValueError as error:
                status.value = quiz.mark(None, str(error))

        return act

    again = "Run the cells of a chapter again to see it."
    yes = quiz.button("Yes, forget all", then(f"Everything is forgotten. {again}", progress.forget))
    sure = quiz.row(yes, quiz.button("No", then("Nothing was forgotten.")))
    sure.layout.display = "none"
    out = quiz.button("Export", then("All is exported.", lambda: export(file.value)))
    read = quiz.button("Read in", then(f"It is read in. {again}", lambda: take_in(file.value)))
    forget = quiz.button("Forget all ...", then("Forget every answer, for good?", asks=True))
    sentence = "Your progress can be exported, read in and forgotten here, once this cell was run."
    return Shown(widgets.VBox([status, quiz.row(file, out, read, forget), sure]), sentence)


class Shown:
    """A box of widgets; where there is no kernel it is one sentence, whoever ran the cell."""

    def __init__(self, box, sentence):
        self.box, self.sentence = box, sentence

    def _repr_mimebundle_(self, include=None, exclude=None):
        face = {"text/plain": self.sentence, "text/html": f"<p>{self.sentence}</p>"}
        return live.shown(self.box, face)


# To another machine and back ----------------------------------------------------------------------------


def export(to):
    """Write all that is kept to a file that can be carried; a file of something else stays as it is.

    Raises ValueError with a sentence where that is impossible.
    """
    file = _json_path(to)
    if progress.load(file) is None:
        raise ValueError(f"{file} holds something else, so it stays as it is: choose another name.")
    state, said = progress.read()
    if said:
        raise ValueError(said)
    try:
        progress.write(file, state)
    except OSError as error:
        raise ValueError(f"{file} cannot be written: {error.strerror}.") from None


def take_in(file):
    """Add what an exported file holds to what is kept; of two answers to a question the newer one wins.

    Raises ValueError with a sentence where that is impossible; then nothing has changed.
    """
    file = _json_path(file)
    if not (other := progress.load(file, needed=True)):
        raise ValueError(f"{file} is not the progress of this course, so it was not read in.")
    if said := progress.change(lambda state: merged(state, other)):
        raise ValueError(said)


def merged(state, other):
    """Both states in one: of two entries with a name that which was written later."""
    both = {part: state.get(part, {}) for part in [*state, *other]}
    for part, entries in other.items():
        mine = both[part]
        later = (n for n, e in entries.items() if n not in mine or mine[n]["when"] < e["when"])
        both[part] = mine | {name: entries[name] for name in later}
    return both


def _json_path(file):
    if not str(file).strip().endswith(".json"):
        raise ValueError(f"The file is {str(file)!r}, but must have a name that ends in .json.")
    return Path(str(file).strip()).expanduser()
