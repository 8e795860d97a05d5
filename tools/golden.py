"""Did a change of the code change a picture? Every live figure against another commit.

    python tools/golden.py HEAD~1                  all chapters
    python tools/golden.py main 02_chinchilla      one of them

Runs the notebooks of this tree and of the other commit, moves each control of each live figure to its
ends and its middle, to every choice and every preset, and compares the sentence and the pixels. It
names what changed, is new or is gone; exit status 1 where there is any of that. The chapters of a
commit are run once and kept in build/golden.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import ipywidgets as widgets
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "golden"


def figures_of(chapter):
    """The live figures of a notebook in the order in which its cells make them."""
    from helpers import live  # of the tree in the working directory

    made, start = [], live.Live.__init__

    def remembered(figure, *given, **named):
        start(figure, *given, **named)
        made.append(figure)

    live.Live.__init__ = remembered
    names = {"display": lambda *shown: None, "__name__": "__main__"}
    book = json.loads((Path("notebooks") / f"{chapter}.ipynb").read_text("utf-8"))
    try:
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                with open(os.devnull, "w") as sink:
                    sys.stdout = sink
                    exec("".join(cell["source"]), names)
    finally:
        sys.stdout, live.Live.__init__ = sys.__stdout__, start
    return made


def places(widget):
    """Where a control is tried: both ends and the middle of a slider, every choice of a list."""
    values = [option[1] for option in widget.options]
    if isinstance(widget, widgets.SelectionSlider):
        return [values[0], values[len(values) // 2], values[-1]]
    return values


def states(figure):
    """A figure's names of states with the sentence and a hash of the pixels in each."""
    yield "start", seen(figure)
    for name, widget in figure.controls.items():
        before = widget.value
        for place in places(widget):
            widget.value = place
            yield f"{name} = {place}", seen(figure)
        widget.value = before
    for preset in figure._presets:
        figure.preset.value = preset
        yield f"preset {preset}", seen(figure)
    figure.reset.click()


def seen(figure):
    pixels = Image.open(io.BytesIO(figure.png())).tobytes()
    return [figure.sentence, hashlib.sha256(pixels).hexdigest()]


def record(chapter):
    """{figure: {state: [sentence, hash]}} of a chapter of the tree in the working directory.

    A figure is named by its controls, since a chapter's order may change.
    """
    found, count = {}, {}
    for figure in figures_of(chapter):
        name = f"{chapter}: {', '.join(figure.controls) or 'no control'}"
        count[name] = count.get(name, 0) + 1
        found[f"{name} ({count[name]})"] = dict(states(figure))
    return found


def recorded(tree, chapter):
    """The record of a chapter in a tree, made in a process of its own that imports only from there."""
    paths = os.pathsep.join([str(tree), str(tree / "notebooks")])
    run = [sys.executable, "-W", "ignore", str(Path(__file__).resolve()), "--record", chapter]
    told = {**os.environ, "PYTHONPATH": paths, "PYTHONSAFEPATH": "1"}
    done = subprocess.run(run, cwd=tree, env=told, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{chapter} of {tree} does not run to its end: see above.")
    return json.loads(done.stdout)


def at_commit(commit, chapters):
    """The records of chapters at a commit, by chapter; those that it does not have are left out."""
    name = subprocess.check_output(["git", "rev-parse", commit], cwd=ROOT, text=True).strip()
    KEPT.mkdir(parents=True, exist_ok=True)
    files = {chapter: KEPT / f"{name} {chapter}.json" for chapter in chapters}
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        if any(not file.exists() for file in files.values()):
            subprocess.run([*git, "add", "--quiet", "--detach", str(tree), name], check=True)
        try:
            for chapter, file in files.items():
                if not file.exists() and (tree / "notebooks" / f"{chapter}.ipynb").exists():
                    file.write_text(json.dumps(recorded(tree, chapter)), "utf-8")
        finally:
            if tree.exists():
                subprocess.run([*git, "remove", "--force", str(tree)], check=True)
    return {c: json.loads(f.read_text("utf-8")) for c, f in files.items() if f.exists()}


def differences(before, after):
    """A sentence for each figure and state that changed, is new or is gone."""
    for figure in dict.fromkeys([*before, *after]):
        if figure not in after or figure not in before:
            yield f"{figure} is {'gone' if figure not in after else 'new'}."
            continue
        old, new = before[figure], after[figure]
        for state in dict.fromkeys([*old, *new]):
            if state not in new or state not in old:
                yield f"{figure}, {state}: {'gone' if state not in new else 'new'}."
            elif old[state][0] != new[state][0]:
                yield f"{figure}, {state}: the sentence was\n  {old[state][0]}\nand is\n  {new[state][0]}"
            elif old[state] != new[state]:
                yield f"{figure}, {state}: the picture changed, its sentence did not."


def main(commit, *chapters):
    """Compare this tree with a commit; the exit status."""
    chapters = chapters or sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    before, changed, count = at_commit(commit, chapters), 0, 0
    for chapter in chapters:
        after = recorded(ROOT, chapter)
        count += sum(map(len, after.values()))
        for sentence in differences(before.get(chapter, {}), after):
            print(sentence)
            changed += 1
    print(f"{count} states of figures compared with {commit}, {changed} differ.")
    return 1 if changed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        made = record(sys.argv[2])
        print(json.dumps(made))
    elif len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    else:
        sys.exit(main(*sys.argv[1:]))
