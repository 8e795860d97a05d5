"""What the questions and claims of chapter 08 say, recomputed."""

import math

from helpers import data, modern_laws

BUDGETS = {(row.budget, row.model): row for row in data.read_table("coverage_budgets")}
RUNS = {row.run: row for row in data.read_table("reinforcement")}
ALONE = math.comb(97, 10) / math.comb(100, 10)  # chance that ten of a hundred miss all three


def solved(budget, size):
    """Percent of the problems that a Pythia model solves with a budget in tries of the 12B."""
    return 100 * BUDGETS[budget, f"Pythia {size}"].coverage


def rate(run, hours, start=0.3):
    """Pass rate of a run of Khatri et al. after so many GPU-hours."""
    row = RUNS[run]
    return start + (row.ceiling - start) / (1 + (row.middle / hours) ** row.exponent)


def student(tokens, teacher=None, params=198e6):
    return modern_laws.taught_loss(params, tokens, teacher)


def gain(tokens):
    """Nats that the best teacher of the study is worth to a student of 198 million parameters."""
    return student(tokens) - min(student(tokens, loss / 100) for loss in range(190, 261))


def missed(samples, right, k):
    """Chance that k samples, drawn without putting back, hold none of the right ones."""
    return math.comb(samples - right, k) / math.comb(samples, k)


SLIPS = {
    "thinking-pass-at-10": [100 * (1 - 0.97**10), 30, 3, 100 * ALONE],
    "thinking-twenty-times": [20, 20 / 3, 21 / 2, 23 / 3],
}
WORDS = {
    "thinking-which-model": [("It solves {:.1f} %: ten tries", solved(10, "12B")), ("It solves {:.1f} %. With a hundred", solved(10, "2.8B")),
                             ("It solves {:.1f} %.", solved(10, "160M")), ("It solves {:.1f} %: on most", solved(10, "70M")),
                             *((f"{size}, in {{:,}} tries", int(BUDGETS[10, f"Pythia {size}"].tries)) for size in ("12B", "2.8B", "160M", "70M")),
                             ("times the budget of one try of the 12B it would be the best", max(
                                 ("70M", "160M", "410M", "1B", "2.8B", "6.9B", "12B"), key=lambda size: solved(100, size)) == "2.8B")],
    "thinking-pass-at-10": [("= {:.3f}, and one minus that", ALONE)],
    "thinking-twenty-times": [("and it is {:.0f} % of it now", 100 * 3 / 23)],
    "thinking-which-recipe": [("batch 512 is at {:.3f}, batch 2,048 at {:.3f}", rate("batch 512", 4e3), rate("batch 2048", 4e3)),
                              ("ceilings at {} and {}", RUNS["batch 512"].ceiling, RUNS["batch 2048"].ceiling),
                              ("it is {:.3f} against {:.3f}", rate("batch 2048", 1e5), rate("batch 512", 1e5)),
                              ("at 34,000 hours, with {:.3f} each", rate("batch 512", 34e3)),
                              ("it passes the other at 34,000", abs(rate("batch 512", 34e3) - rate("batch 2048", 34e3)) < 0.001)],
    "thinking-which-teacher": [("end at {:.2f} nats", student(128e9)), ("gives {:.3f}, no better", student(128e9, 1.9)),
                               ("gives {:.3f}.", student(128e9, 2.2)), ("gives {:.3f}: the", student(128e9, 2.4)),
                               ("the {:.3f} of a student alone", student(128e9)), ("is worth {:.2f} nats", gain(128e9)),
                               ("nine tenths of what", 0.87 < 2.2 / student(128e9) < 0.92)],
    "thinking-no-teacher": [("{:.2f} nats on 8 billion", gain(8e9)), ("against {:.2f} on 512", gain(512e9))],
}  # fmt: skip

# Number questions: what their words say -> the answer, by plain arithmetic.
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"  # a number in words

SOLVED = {
    "thinking-pass-at-10": (
        rf"answered one problem {N} times, and {N} of the .* of pass@{N}, the chance",
        lambda samples, right, k: 100 * (1 - missed(int(samples), int(right), int(k)))),
    "drill-pass-at-k": (
        rf"^Of {N} samples for one problem {N} are right.*estimate of pass@{N}, the",
        lambda samples, right, k: 100 * (1 - missed(int(samples), int(right), int(k)))),
    "thinking-twenty-times": (
        rf"was trained on {N} tokens, and will write {N} in its life.*each answer becomes twenty times longer",
        lambda tokens, served: (3 * tokens + 20 * served) / (3 * tokens + served)),
}  # fmt: skip
