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

RL = rf"\$R_0 = {N}\$ towards \$A = {N}\$, with \$M = {N}\$ GPU-hours and \$B = {N}\$"


def majority(percent, votes):
    p, votes = percent / 100, int(votes)
    return 100 * sum(
        math.comb(votes, k) * p**k * (1 - p) ** (votes - k)
        for k in range(votes // 2 + 1, votes + 1)
    )


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
    "drill-tries-needed": (
        rf"solves a problem in {N} % of its tries.*solve it with a chance of {N} %",
        lambda percent, wanted: math.log1p(-wanted / 100) / math.log1p(-percent / 100)),
    "drill-same-budget": (
        rf"A model of {N} parameters answers a question {N} times\. A model of {N} parameters writes answers {N} times as long",
        lambda large, k, small, longer: k / longer * large / small),
    "drill-coverage-tail": (
        rf"problems {N} tries solve {N} %.* falls as \$k\^{{-{N}}}\$\. What share do {N} tries solve",
        lambda few, solved, s, many: 100 * (solved / 100) ** ((many / few) ** -s)),
    "drill-thought-or-training": (
        rf"A model of {N} parameters took {N} FLOP of training\. .* with {N} times as much compute, or it thinks {N} tokens longer",
        lambda params, flops, times, thought: flops * (times - 1) / params / thought / 2),
    "drill-small-for-large": (
        rf"one has {N} times the parameters\. In its life it writes {N} tokens for each",
        lambda times, ratio: (times * (6 + 2 * ratio) - 6) / (2 * ratio)),
    "drill-trade": (
        rf"A run of {N} FLOP is planned, and all answers of its life will take {N}\. .* spending \$x\^{{{N}}}\$ times .* train with {N} times less",
        lambda train, think, slope, less: 100 - 100 * (train / less + think * less**slope) / (train + think)),
    "drill-vote": (rf"right in {N} % of a model's samples.*majority vote of {N} right", majority),
    "drill-pass-rate": (
        rf"{RL}\. What is it after {N} GPU-hours",
        lambda start, ceiling, middle, power, hours: start + (ceiling - start) * hours**power / (hours**power + middle**power)),
    "drill-hours-for-rate": (
        rf"{RL}\. How many GPU-hours does it take to a pass rate of {N}",
        lambda start, ceiling, middle, power, rate: middle / ((ceiling - start) / (rate - start) - 1) ** (1 / power)),
    "drill-rollout-hours": (
        rf"runs for {N} steps, each with {N} prompts and {N} answers to each of them, {N} tokens .* writes {N} tokens a second, and writing is {N} %",
        lambda steps, prompts, answers, tokens, speed, share: steps * prompts * answers * tokens / speed / 36 / share),
    "drill-distil-cost": (
        rf"A student of {N} parameters is distilled from a teacher of {N}, which",
        lambda student, teacher: (6 * student + 2 * teacher) / (6 * student)),
    "drill-teacher-pays": (
        rf"A teacher of {N} parameters must first be trained, on {N} tokens\. .* has {N} parameters and learns from it on {N} tokens .* need {N} times",
        lambda teacher, read, student, tokens, longer: 3 * teacher * read / (3 * student * tokens * (longer - 1) - teacher * tokens)),
    "drill-cache-share": (
        rf"A model of {N} parameters at 2 bytes each writes {N} chains of thought at once, each {N} tokens .* takes {N} KB",
        lambda params, batch, context, each: 100 / (1 + 2 * params / (1000 * each * batch * context))),
    "drill-horizon": (
        rf"half of the time take people {N} hours, .* double every {N} days\. .* reach {N} hours",
        lambda now, days, target: math.log2(target / now) * days / 365),
}  # fmt: skip
