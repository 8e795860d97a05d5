"""Questions on screen: an answer is checked, the verdict comes in words, hint and answer are folded."""

import base64
import html
from pathlib import Path

import ipywidgets as widgets
from IPython.display import HTML

from helpers import data, verdicts
from helpers.asked import posed
from helpers.inputs import INPUTS, bold, fold, mark

# What was answered while this kernel runs, by the id of the question or claim: its seed, what was
# typed, the verdict and whether it was right. A cell that is run again goes on from here.
ANSWERS: dict[str, dict] = {}

_HERE = Path(__file__).parent
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_PREPARE = (
    f"<style>{(_HERE / 'quiz.css').read_text('utf-8')}</style>"
    f'<img src="{_PIXEL}" alt="" style="display:none"'
    f' onload="{html.escape((_HERE / "quiz.js").read_text("utf-8"))}">'
)


def ask(name, seed=0):
    """Show the question with this name from data/questions.toml.

    Enter checks a number, the button the other kinds. A generated question draws its numbers with
    the seed and has a button for another one. The static page has the question with hint and answer
    folded. Raises ValueError for a name that is not there, or a seed that is no whole number.

    >>> ask("gopher-split").question
    "With exactly Gopher's compute, which model would have had the lowest loss?"
    """
    return Question(name, seed, lambda seed: posed(name, seed))


def claim(name):
    """Show a claim that people repeat from data/claims.toml: first your verdict, then ours.

    Raises ValueError for a name that is not there.

    >>> claim("chinchilla-scale-equally").asked["answer"]
    'true'
    """
    said = data.claim(name)
    asked = {
        "kind": "claim",
        "question": f"“{said['claim']}” Is that so?",
        "options": [{"text": verdict, "why": ""} for verdict in verdicts.CLAIM],
        "answer": said["verdict"],
        "why": verdicts.claim_words(said),
    }
    return Question(name, 0, lambda _: asked)


def clear(name=None):
    """Forget what was answered to this question, or to all; their cells ask afresh when run again."""
    for gone in list(ANSWERS) if name is None else [name]:
        ANSWERS.pop(gone, None)


def folded(title, text):
    """Text that stays folded until somebody opens it, on screen and on a static page."""
    return HTML(fold(title, text))


# The question --------------------------------------------------------------------------------------


class Question:
    """One question with its input, its verdict, and hint and answer folded below."""

    def __init__(self, name, seed, pose, told=None):
        self._name, self._first, self._pose, self._told = name, seed, pose, told
        kept = ANSWERS.get(name)
        if kept is None or kept["first"] != seed:
            kept = {"first": seed, "seed": seed, "typed": None, "verdict": "", "right": None}
        self._head, self._said, self._folds = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.seed, self.asked = kept["seed"], pose(kept["seed"])
        self._entry = INPUTS[self.asked["kind"]](self.asked)
        self.box = self._build(self.asked["kind"])
        self._show(kept)

    def _build(self, kind):
        """Lay out the question, and let its parts call back."""
        compared = kind in ("open", "claim")
        self.button = widgets.Button(description="Compare" if compared else "Check")
        self.button.on_click(lambda _: self.check())
        buttons = [self.button]
        if "generate" in self.asked:
            self.another = widgets.Button(description="Another like it")
            self.another.on_click(lambda _: self._next())
            buttons.append(self.another)
        for widget in self._entry.parts:
            widget.observe(self._on_edit, "value")
        for widget in self._entry.at_once:
            widget.observe(self._on_answer, "value")
        row = [self._entry.widget, widgets.HBox(buttons)]
        if kind == "number":
            row = [widgets.HBox(row, layout={"flex_flow": "row wrap"})]
        box = widgets.VBox(
            [self._head, *row, self._said, self._folds],
            layout={"border_left": "4px solid #0072B2", "padding": "2px 0 2px 12px"},
        )
        box.add_class("quiz")
        return box

    @property
    def question(self):
        """What is asked."""
        return self.asked["question"]

    def check(self):
        """Judge what stands in the input, say so, and remember it."""
        typed = self._entry.read()
        right, verdict = verdicts.judge(self.asked, typed)
        self.fill(typed, checked=True)
        self._say(typed, verdict, right)
        if self._told:
            self._told(typed, right)

    def _show(self, kept):
        """Bring everything to a remembered state."""
        if kept["seed"] != self.seed:
            self.seed, self.asked = kept["seed"], self._pose(kept["seed"])
        self._folds.value = _folds(self.asked, live=True)
        self._head.value = _asks(self.asked) + _PREPARE  # last: it looks at all the others
        self.fill(kept["typed"], checked=bool(kept["verdict"]))
        self._say(kept["typed"], kept["verdict"], kept["right"])

    def fill(self, typed, checked=False):
        """Put an answer into the input; checked says whether it has had its verdict."""
        self._quiet = True
        self._entry.fill(typed, checked)
        self._quiet = False

    def _say(self, typed, verdict="", right=None):
        """Put the verdict under the input, and remember it."""
        self.verdict = verdict
        self._said.value = mark(right, verdict) if verdict else ""
        if typed is not None:
            kept = {"first": self._first, "seed": self.seed, "typed": typed}
            ANSWERS[self._name] = kept | {"verdict": verdict, "right": right}

    def _on_edit(self, _):
        if not self._quiet:
            self._say(self._entry.read())

    def _on_answer(self, change):
        if not self._quiet and change.new != "":
            self.check()

    def _next(self):
        later = range(self.seed + 1, self.seed + 1000)
        seed = next(seed for seed in later if self._pose(seed)["question"] != self.question)
        kept = {"first": self._first, "seed": seed, "typed": None}
        ANSWERS[self._name] = kept | {"verdict": "", "right": None}
        self._show(ANSWERS[self._name])

    def _repr_mimebundle_(self, include=None, exclude=None):
        options = [option["text"] for option in self.asked.get("options", ())]
        listed = "".join(f"<li>{html.escape(option)}</li>" for option in options)
        page = _asks(self.asked) + (f"<ul>{listed}</ul>" if listed else "")
        text = " ".join([self.question, *(f"[ ] {option}" for option in options), self.verdict])
        page += _folds(self.asked, live=False)
        return self.box._repr_mimebundle_() | {"text/html": page, "text/plain": text.strip()}


def _asks(asked):
    """The question, with its plot where it has one."""
    if "picture" not in asked:
        return bold(asked["question"])
    says, svg = data.picture(asked["picture"])
    code = base64.b64encode(svg.encode()).decode()
    image = f'<img alt="{says}" src="data:image/svg+xml;base64,{code}" width="440" height="232">'
    return bold(asked["question"]) + image


def _folds(asked, live):
    """Hint and answer; live, an open question, whiteboard, exam or claim shows its answer after yours."""
    if asked["kind"] == "claim":
        ours = f"{asked['answer']}. {asked['why']}"
        return "" if live else fold("Our verdict", ours)
    hidden = asked["kind"] in ("open", "whiteboard") or "exam" in asked
    answer = "" if live and hidden else fold("Answer", verdicts.answer_words(asked))
    return fold("Hint", asked["hint"]) + answer
