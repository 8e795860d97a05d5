"""A whiteboard under its question: steps that open one by one, each with its answer, hint and verdict."""

import itertools

import ipywidgets as widgets

from helpers import quiz, verdicts


def entry(asked):
    """The boxes of all steps as one entry."""
    exam = bool(asked.get("exam"))
    steps = [_step(number, step, exam) for number, step in enumerate(asked["steps"], start=1)]
    nothing = [{"typed": None, "given_up": False, "hint": False, "tries": 0}] * len(steps)
    kept = list(nothing)  # what was filled in last

    def read():
        now = [{"typed": one.read(), "given_up": up.value, "hint": hint.value}
               for _, one, up, hint, *_ in steps]  # fmt: skip
        opened = sum(box.layout.display == "" for box, *_ in steps)
        after = [old | ({} if exam and old["tries"] else new) for old, new in zip(kept, now)]
        return {"steps": after, "opened": opened}

    def fill(typed, checked):
        typed = typed or {"steps": nothing, "opened": 1}
        kept[:] = [empty | step for empty, step in zip(nothing, typed["steps"])]
        past, judged = behind(asked, kept), verdicts.of_steps(asked, kept)
        opened = min(past + 1, len(steps)) if checked else typed["opened"]
        for number, (box, one, up, hint, status) in enumerate(steps):
            now, closed = kept[number], exam and number < past
            seen = (checked or closed) and number < min(opened, len(judged))
            verdict = judged[number] if seen and (now["typed"] or now["given_up"]) else None
            one.fill(now["typed"], checked)
            up.value, hint.value = now["given_up"], now["hint"]
            for widget in (*one.parts, *one.at_once):
                widget.disabled = closed
            up.layout.display = "none" if closed or (verdict and verdict.right) else ""
            hint.layout.display = "" if exam and not closed and not now["hint"] else "none"
            box.layout.display = "" if number < opened else "none"
            status.value = quiz.mark(verdict.right, verdict.sentence) if verdict else ""

    parts = [part for _, one, _, hint, *_ in steps for part in (*one.parts, hint)]
    at_once = [part for _, one, up, *_ in steps for part in (*one.at_once, up)]
    return quiz.Entry(
        widgets.VBox([box for box, *_ in steps]), read, fill, parts, at_once, after=True
    )


def behind(asked, steps):
    """How many steps of a whiteboard are done: right or given up, or in an exam answered once."""

    def done(step, typed):
        right = asked.get("exam") or verdicts.judge(step, typed["typed"]).right
        return typed["given_up"] or (typed.get("tries") and right)  # chosen is not yet answered

    return sum(1 for _ in itertools.takewhile(bool, map(done, asked["steps"], steps)))


def tried(asked, typed):
    """A whiteboard with one try more of what is open, where its answer counts as one."""

    def once_more(step, now):
        counts = not now["given_up"] and verdicts.judge(step, now["typed"]).counts
        return now | {"tries": now["tries"] + counts}

    k, steps = typed["opened"] - 1, typed["steps"]
    return typed | {"steps": [*steps[:k], *map(once_more, asked["steps"][k:], steps[k:])]}


def _step(number, step, exam):
    """(box, entry, give-up button, hint that costs, verdict) of one step of a whiteboard."""
    typed, told, status = quiz.INPUTS[step["kind"]](step), widgets.HTMLMath(), widgets.HTMLMath()
    names = f"Give up step {number}", f"Hint to step {number} ({quiz.COST})"
    up, hint = (widgets.ToggleButton(description=name, layout={"width": "auto"}) for name in names)
    folded = "" if exam else quiz.fold("Hint", step["hint"])
    head = widgets.HTMLMath(quiz.bold(f"{number}. {step['question']}") + folded)
    box = widgets.VBox([head, typed.widget, quiz.row(up, hint), told, status])
    box.layout.padding = "4px 0 0 12px"
    box.add_class("step")

    def tell(_):
        told.value = quiz.lines(f"Hint: {step['hint']}") if hint.value else ""
        hint.layout.display = "none"

    hint.observe(tell, "value")
    return box, typed, up, hint, status
