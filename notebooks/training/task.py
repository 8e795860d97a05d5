"""A button for long work, such as a training run: its progress, and how it ended."""

import html
import importlib.util
import threading

import ipywidgets as widgets

from helpers import live


class Task:
    """A button that starts long work in the background, its progress, and one sentence at the end.

    work(tick) calls tick(share done, text) now and then and returns the sentence; what it raises is
    said in its place. after() follows. Without the module `needs` the button is grey and the sentence
    `otherwise` says how to get it.
    """

    def __init__(self, label, work, after=lambda: None, needs="helpers", otherwise=""):
        self.label, self._work, self._after = label, work, after
        here = importlib.util.find_spec(needs) is not None
        self.button = widgets.Button(description=label, disabled=not here, layout={"width": "auto"})
        self.button.on_click(lambda _: self.start())
        self.bar = widgets.FloatProgress(max=1.0, layout={"flex": "1 1 auto"})
        self.said = widgets.HTML()
        row, wide = widgets.HBox([self.button, self.bar]), f"{live.WIDTH * 96:.0f}px"
        self.box = widgets.VBox([row, self.said], layout={"max_width": wide})
        if not here:
            self._say(otherwise)

    def _say(self, sentence, role="status"):
        self.sentence, words = sentence, html.escape(sentence)
        self.said.value = f'<div role="{role}" style="line-height:1.4">{words}</div>'

    def start(self):
        """Begin, unless it is already under way; the thread."""
        self.button.disabled, self.bar.value = True, 0.0
        self._say("Starting ...")
        (thread := threading.Thread(target=self._run, daemon=True)).start()
        return thread

    def _run(self):
        try:
            self._say(self._work(self._tick))
            self._after()
        except Exception as error:
            self._say("\N{WARNING SIGN} " + (str(error) or type(error).__name__), role="alert")
        finally:
            self.button.disabled = False

    def _tick(self, share, text=""):
        if share >= 1 or share - self.bar.value >= 0.01:  # a hundred messages at most
            self.bar.value = share
            self.said.value = html.escape(text)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return live.shown(self.box, {"text/plain": f"[{self.label}]"})
