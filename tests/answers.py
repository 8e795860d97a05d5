"""What somebody types who knows an answer, for every kind of question."""

from exercises import checking


def right_answer(asked):
    """What somebody answers who knows it."""
    if asked["kind"] == "number":
        return f"{asked['answer']:.6e}"
    if asked["kind"] == "open":
        return {
            "text": "My answer, in one sentence of more than eight words.",
            "ticked": asked["points"],
        }
    if asked["kind"] == "whiteboard":
        return board(*map(right_answer, asked["steps"]))
    if asked["kind"] == "code":
        return checking.solution(asked["name"])
    return asked["answer"]


def board(*typed, given_up=()):
    steps = [{"typed": one, "given_up": k in given_up} for k, one in enumerate(typed)]
    return {"steps": steps, "opened": 1}
