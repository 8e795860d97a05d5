"""What the questions and claims of chapter 08 say, recomputed."""

import functools
import math

import numpy as np

from helpers import data, modern_laws

BUDGETS = {(row.budget, row.model): row for row in data.read_table("coverage_budgets")}
RUNS = {row.run: row for row in data.read_table("reinforcement")}
COUNTS = [row for row in data.read_table("coverage") if row.model == "Pythia 160M"]
R1, V3 = 101 + 5 + 41, 2664  # thousand GPU-hours: zero, its examples and R1; pre-training of V3
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


@functools.cache
def forecasts():
    """Coverage of the 160M at 10,000 tries, in percent, from up to 100: by the line, by least squares, measured."""
    k, y = np.transpose([(row.tries, row.coverage) for row in COUNTS if row.tries <= 100])
    slope, level = np.polyfit(np.log(k), np.log(-np.log(y)), 1)
    a, b = np.meshgrid(np.linspace(2, 12, 1001), np.linspace(0.1, 0.6, 501))
    off = sum((np.exp(-a * tries**-b) - share) ** 2 for tries, share in zip(k, y))
    best = np.unravel_index(np.argmin(off), off.shape)
    measured = next(row.coverage for row in COUNTS if row.tries == 1e4)
    by_line = np.exp(-np.exp(level) * 1e4**slope)
    return 100 * by_line, 100 * np.exp(-a[best] * 1e4 ** -b[best]), 100 * measured


def vote_wins(right, wrong, votes=64):
    """(lead, lead or tie) of the right answer over one wrong one among so many samples."""
    draws = np.random.default_rng(1).multinomial(votes, [right, wrong, 1 - right - wrong], 100_000)
    return np.mean(draws[:, 0] > draws[:, 1]), np.mean(draws[:, 0] >= draws[:, 1])


def missed(samples, right, k):
    """Chance that k samples, drawn without putting back, hold none of the right ones."""
    return math.comb(samples - right, k) / math.comb(samples, k)


SLIPS = {
    "thinking-pass-at-10": [100 * (1 - 0.97**10), 30, 3, 100 * ALONE],
    "thinking-twenty-times": [20, 20 / 3, 21 / 2, 23 / 3],
    "thinking-rl-share": [100 * R1 / (R1 + V3), V3 / R1, R1 / V3],
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
WORDS |= {
    "thinking-vote-limit": [("down to 0 %", vote_wins(0.3, 0.35, 5000)[1] < 0.001)],
    "thinking-kinetics": [("cost {:.0f} times fewer", 14 / 0.6)],
    "thinking-forecast-fit": [("coverage says {1:.0f} %. The straight line through $\\ln(-\\ln(\\text{{coverage}}))$ says {0:.0f} %", *forecasts()[:2]),
                              ("{:.0f} to {:.0f} %: it is one law", *forecasts()[:2]), ("taken {:.0f} % were measured", forecasts()[2]),
                              ("{:.0f} %: it is the mean", np.mean(forecasts()[:2])),
                              ("came out {:.0f} points too high", forecasts()[1] - forecasts()[2])],
    "thinking-rl-noise": [("a gain of {:.1f} percent", 100 * 0.015 / 0.595), ("noise is as large as the difference", round(0.61 - 0.595, 3) == 0.015)],
    "thinking-power-or-sigmoid": [("{:.2f} is a third guess", (0.645 + 1) / 2), ("ceiling at {}, a power", RUNS["batch 2048"].ceiling)],
    "thinking-rl-share": [("2664 = {:.2f} %", 100 * R1 / V3), ("{} thousand GPU-hours on", R1)],
    "thinking-crossing": [("Four times as many", 4 < 42.5 / 9.9 < 4.5)],
    "thinking-qwen-table": [("It is {} problems against {}", round(0.933 * 30), round(0.9 * 30)), ("a tenth of the hours", 9.5 < 17_920 / 1800 < 10.5)],
    "thinking-order-teachers": [("It gives {:.3f}.", student(512e9, 2.2)), ("reaches {:.3f}.", student(512e9)), ("it would reach {:.2f} nats", student(512e9)),
                                ("gives {:.3f}: already", student(512e9, 2.0)), ("gives {:.3f}: the better", student(512e9, 1.9)),
                                ("even the best one of the study would", student(8e9, 1.9) < student(8e9))],
    "thinking-agents": [("explains {:.0f} % of", 37.3)],
    "thinking-doubling-window": [("are {:.1f} doublings at one rate and {:.1f} at", 3 * 365 / 196, 3 * 365 / 89),
                                 ("a factor of a hundred", 90 < 2 ** (3 * 365 / 89 - 3 * 365 / 196) < 120)],
    "thinking-ship-it": [("hit nearly all", 1 - 0.999**10_000 > 0.999)],
    "thinking-three-ways": [("that is {:.1f} %, and the short formula says {:.1f}.", 100 - 100 * ALONE, 100 - 100 * 0.97**10),
                            ("about a third of the time", vote_wins(0.3, 0.35)[0] < 1 / 3 < vote_wins(0.3, 0.35)[1] + 0.02),
                            ("wins practically always", vote_wins(0.4, 0.1)[0] > 0.999)],
    "thinking-next-flop": [("adds {:.0f}e24", 10 - 1), ("after {:.0f}e10 requests", 9e24 / (2 * 30e9 * 5000) / 1e10), ("is {:.0f} million a day", 3e10 / 365 / 1e6)],
    "thinking-split": [("were {:.1f} % of the hours", 100 * R1 / V3), ("for a tenth of the hours", 9.5 < 17_920 / 1800 < 10.5)],
    "thinking-distil-or-longer": [("{} against 6 units", 6 + 2 * 70), ("gets {:.0f} times the tokens", 146 / 6), ("is worth {:.3f} nats on", gain(8e9)),
                                  ("and {:.3f} on 512", gain(512e9)), ("at 2.2 is best", gain(128e9) - (student(128e9) - student(128e9, 2.2)) < 0.001),
                                  ("one at 1.9 is worth nothing", student(128e9) - student(128e9, 1.9) < 0.002)],
}  # fmt: skip
DECIDING = {
    "thinking-small-beats-large": solved(1000, "2.8B") - solved(1000, "12B"),
    "thinking-tries-power-law": forecasts()[1] - forecasts()[0],
    "thinking-coverage-is-ability": 98.44 - 41.41,
    "thinking-longer-is-better": 87.3 - 70.3,
    "thinking-ten-for-fifteen": 10**1.2,
    "thinking-rl-like-pretraining": 45 / 16,
    "thinking-early-leader": 100 * (rate("batch 512", 4e3) - rate("batch 2048", 4e3)),
    "thinking-random-rewards": 100 * 21.4 / 29.1,
    "thinking-rl-small-item": 100 * R1 / V3,
    "thinking-better-teacher": student(128e9, 1.9) - student(128e9, 2.2),
    "thinking-distilled-is-better": gain(512e9),
    "thinking-distilled-reaches-more": round(0.933 * 30) - round(0.9 * 30),
    "thinking-four-months": 196 / 89,
}
CLAIM_WORDS = {
    "thinking-small-beats-large": [
        ("below some 40 tries of the 12B the 160M is best", solved(30, "160M") > max(solved(30, "410M"), solved(30, "2.8B"))),
        ("beyond them the 2.8B as far as the data go", all(solved(b, "2.8B") > solved(b, "12B") for b in (100, 300, 1000, 2333, 3000))),
        ("so does the 70M", all(solved(b, "70M") < solved(b, "2.8B") for b in (10, 30, 100, 300, 1000, 2333, 3000))),
        ("there the 12B is best", solved(1, "12B") < 2.4)],
    "thinking-longer-is-better": [("gained {:.0f} points", 57 - 50)],
    "thinking-early-leader": [("from 34,000 hours on", rate("batch 2048", 34_500) > rate("batch 512", 34_500)),
                              ("between 0.2 and 0.4 the order turns round", all(
                                  rate("batch 2048", 4e3, r) < rate("batch 512", 4e3, r) and rate("batch 2048", 1e5, r) > rate("batch 512", 1e5, r)
                                  for r in (0.2, 0.4)))],
    "thinking-distilled-is-better": [("on 8 billion tokens it is {:.3f}", gain(8e9))],
    "thinking-better-teacher": [("the better teacher wins within", student(10.9e9, 1.9, 546e6) < student(10.9e9, 2.2, 546e6))],
    "thinking-agents-errors": [("explains {:.0f} % of", 37.3)],
    "thinking-four-months": [("131 days, a little over four months", 4 < 131 / 30.4 < 4.5)],
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


BOTH = (
    rf"both from \$R_0 = {N}\$\. The small batch has \$A = {N}\$, \$M = {N}\$ GPU-hours and \$B = {N}\$; "
    rf"the large batch has \$A = {N}\$, \$M = {N}\$ and \$B = {N}\$"
)


def small(start, low, soon, fast, high, late, slow, hours):
    return start + (low - start) * hours**fast / (hours**fast + soon**fast)


def large(start, low, soon, fast, high, late, slow, hours):
    return start + (high - start) * hours**slow / (hours**slow + late**slow)


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
    "thinking-rl-share": (
        rf"took {N} GPU-hours of pre-training.* {N} GPU-hours on the same chips",
        lambda pretraining, learning: 100 * learning / pretraining),
    "thinking-board-tries": [
        None,
        (rf"try each problem many times.*At {N} % for each try, how many tries solve the problem with a chance of {N} %",
         lambda percent, wanted: math.log1p(-wanted / 100) / math.log1p(-percent / 100)),
        (rf"try each problem many times.*of {N} samples {N} were right\. What is the unbiased estimate for {N} tries",
         lambda samples, right, k: 100 * (1 - missed(int(samples), int(right), int(k)))),
        None,
        (rf"try each problem many times.*On another set {N} tries solve {N} %.* falls as \$k\^{{-{N}}}\$\. What share do {N} tries",
         lambda few, solved, s, many: 100 * (solved / 100) ** ((many / few) ** -s)),
        None,
    ],
    "thinking-board-recipes": [
        (rf"{BOTH}.*A test of {N} GPU-hours", lambda *all: 100 * (small(*all[:-1], all[-1]) - large(*all[:-1], all[-1]))),
        None,
        (rf"{BOTH}.*has the large batch gone {N} % of", lambda *all: all[5] / (100 / all[-1] - 1) ** (1 / all[6])),
        (rf"{BOTH}.*And at the end of the real run", lambda *all: 100 * (large(*all, 1e5) - small(*all, 1e5))),
        None,
    ],
}  # fmt: skip
