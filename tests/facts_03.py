"""What chapter 03 says in numbers, recomputed; see tests/facts.py."""

import numpy as np

from helpers import cost, data, laws
from pictures import over_training

REFIT, TEX, DRAWS = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.refit_draws()
ROWS = data.models()
CHIP = data.named(data.accelerators(), "H100 SXM")
SCORES = data.llama_scores()
D13 = REFIT.optimal_tokens(13e9)
LOSS = REFIT.loss(13e9, D13)
LIFE = over_training.Lifetime(REFIT, DRAWS)
PRICE, PLAN = over_training.Price(CHIP), over_training.Planner(REFIT, DRAWS, CHIP)
OURS = over_training.OwnEqualLoss(data.own_runs())


def row(name):
    return data.named(ROWS, name)


def more(law, share):
    """Percent of training compute that this share of the best size costs more at equal loss."""
    return 100 * cost.compute_at_equal_loss(law, share) - 100


def band(values):
    return np.percentile(values, [10, 90])


def at_share(share):
    return band(LIFE.curve(DRAWS, share))


def best(served, law=REFIT, params=13e9):
    return LIFE.plan(law, params, served)


def demand(name, law=REFIT):
    return cost.demand_it_fits(law, row(name).active_params, row(name).tokens)


def wins(kind, older):
    """(benchmarks that Llama 3 8B wins, benchmarks, mean gap in points)."""
    gaps = [s.llama3_8b - getattr(s, older) for s in SCORES if s.kind == kind]
    return sum(gap > 0 for gap in gaps), len(gaps), float(np.mean(gaps))


def score(kind, benchmark, model):
    return getattr(data.named(SCORES, f"{kind}: {benchmark}"), model)


def ratio(context, gpus, place):
    """How many times dearer the 70B writes, with one conversation (0) or memory full (-1)."""
    small, large = PRICE.line(8e9, context, 1, 2.0)[1], PRICE.line(70e9, context, gpus, 2.0)[1]
    return large[place] / small[place]


def flop_regret(planned, real, params=13e9):
    """Percent that a plan for one demand costs more than the best for another, in FLOP."""
    loss = REFIT.loss(params, REFIT.optimal_tokens(params))
    mine, ideal = (cost.best_for_lifetime(REFIT, loss, served) for served in (planned, real))
    return 100 * cost.lifetime_flops(*mine, real) / cost.lifetime_flops(*ideal, real) - 100


def optimal_regret(served):
    """Percent that the compute-optimal 13 billion costs more than the best plan, in FLOP."""
    return 100 / (1 - best(served)[2]) - 100


def planner(served):
    """(low, middle, high) percent paid too much at a tenth and at ten times the demand."""
    run = PLAN.plan(13e9, served)
    ends = [np.percentile(PLAN.regret(PLAN.draws, run, served * k), [10, 90]) for k in (0.1, 10)]
    return [100 * np.array([low, PLAN.regret(REFIT, run, served * k), high])
            for k, (low, high) in zip((0.1, 10), ends)]  # fmt: skip


def like(name):
    """The size of the compute-optimal model with this model's loss by the refit."""
    m = row(name)
    return REFIT.optimum(REFIT.flops_for_loss(REFIT.loss(m.params, m.tokens)))[0]


def below_twenty(since):
    return [m.model for m in ROWS if m.flops and m.released >= since and m.tokens_per_param < 19.99]


def own_at(loss):
    """Compute of each own size for a loss, measured and by the law, in units of the cheapest."""
    runs, law = OURS.measured(loss), OURS.by_law(OURS.fit.law, loss)[:, 0]
    return dict(zip(OURS.sizes, zip(runs / np.nanmin(runs), law / np.nanmin(law))))


def outside_the_band():
    """Share of the measured points of chapter 03, step 7, that lie outside the band of the refits."""
    out = []
    for loss in np.arange(1.4, 2.31, 0.05):
        low, high = np.percentile(np.minimum(OURS.by_law(OURS.draws, loss), 1e30), [10, 90], axis=1)
        runs = OURS.measured(loss)
        out += list(((runs < low) | (runs > high))[np.isfinite(runs)])
    return float(np.mean(out))


SAVED = {law: best(2e12, law) for law in (REFIT, TEX)}
DAYS = 45e12 / 3e9
BASE_70, TUNED_70, BASE_13 = (
    wins("base", "llama2_70b"),
    wins("instruct", "llama2_70b"),
    wins("base", "llama2_13b"),
)
TENTH, TENFOLD = planner(2e12)
TEN_OFF = [flop_regret(*pair) for pair in ((2e11, 2e12), (2e12, 2e11), (2e12, 2e13), (2e13, 2e12))]
FAR = [middle for _, middle, _ in planner(1e15)]
SMALL = own_at(2.0)[6144]
GRID = [run for run in data.own_runs() if run.kind == "grid"]
LONGEST = max(run.tokens / run.params for run in GRID)
TINY = next(run for run in GRID if run.params == 3456 and run.budget == 1e12)
OLMO, BETTER = row("OLMo-7B"), row("OLMo-7B-0424")

PROSE = {
    "03_over_training": [
        ("one token through Llama 3 8B costs 1.6e10 FLOP", cost.serving_flops(8e9, 1) == 1.6e10),
        ("after {:.0f} trillion of them", 3 * row("Llama 3 8B").tokens / 1e12),
        ("Three billion a day make 45 trillion in {:.0f} years", DAYS / 365.25),
        ("three hundred billion a day need {:.0f} days", DAYS / 100),
        ("at {:.1f} trillion the bills are equal", 3 * row("Chinchilla").tokens / 1e12),
        ("at ten trillion serving is {:.1f} times", 1e13 / (3 * row("Chinchilla").tokens)),
        ("7.2e23 FLOP against 5.9e23", f"{row('Llama 3 8B').flops:.1e} {row('Chinchilla').flops:.1e}" == "7.2e+23 5.9e+23"),
        ("every token it serves costs {:.2f} times less", 70 / 8),
        ("At 1,000 trillion training is {:.0f} %", 100 * 45e12 / (45e12 + 1e15)),
        ("half the size costs a quarter more training", 25 <= more(REFIT, 0.5) < 27),
        ("a quarter of the size four and a half times as much", round(more(REFIT, 0.25) / 100 + 1, 1) == 4.5),
        ("a seventh of the size cannot be paid", cost.smallest_share(REFIT) > 1 / 7),
        ("the printed constants: about 3, 20, 100 and 188 %",
         [round(more(laws.CHINCHILLA_PRINTED, f)) for f in (0.75, 0.5, 0.3, 0.25)] == [3, 21, 106, 189]),
        ("Half the size costs {:.0f} % more", more(REFIT, 0.5)),
        ("(four refits out of five: {:.0f} to 28 %)", 100 * at_share(0.5)[0] - 100),
        ("(four refits out of five: 25 to {:.0f} %)", 100 * at_share(0.5)[1] - 100),
        ("twice the size {:.0f} %", more(REFIT, 2)),
        ("about equally large", 80 < 1e4 * np.ptp(at_share(0.25)) / (more(REFIT, 0.25) - more(TEX, 0.25)) < 120),
        ("equally large: {:.2f} to", at_share(0.25)[0]), ("to {:.2f} times by the refits", at_share(0.25)[1]),
        ("{:.2f} by Hoffmann's constants. 3. By the refit no compute is enough", more(TEX, 0.25) / 100 + 1),
        ("by Hoffmann's constants {:.0f} times still is", more(TEX, 0.14) / 100 + 1),
        ("three billion a day for not quite two years", 1.8 < 2e12 / 3e9 / 365 < 2),
        ("has {:.0f}0 tokens for each parameter, six times", SAVED[REFIT][1] / SAVED[REFIT][0] / 10),
        ("six times Chinchilla's twenty", round(SAVED[REFIT][1] / SAVED[REFIT][0] / 20) == 6),
        ("Training costs more, 2.70e22 FLOP in place of 2.03e22",
         f"{6 * SAVED[REFIT][0] * SAVED[REFIT][1]:.2e} {6 * 13e9 * D13:.2e}" == "2.70e+22 2.03e+22"),
        ("serving costs less than half", SAVED[REFIT][0] < 6.5e9),
        ("we get {:.1f} % from the unrounded", 100 * SAVED[TEX][2]),
        ("and {:.0f} % from the refit", 100 * SAVED[REFIT][2]),
        ("already sees {:.0f} tokens for each", TEX.optimal_tokens(13e9) / 13e9),
        ("by the refit {:.0f}. \"13B", D13 / 13e9),
        ("From 13 billion parameters at 10 billion served tokens", round(best(1e10)[0] / 1e9) == 13),
        ("to {:.1f} billion at 1,000 trillion", best(1e15)[0] / 1e9),
        ("the best size shrinks to a fifth", round(13e9 / best(1e15)[0]) == 5),
        ("With 2 trillion it is {:.1f} billion", SAVED[REFIT][0] / 1e9),
        ("(four refits out of five: {:.1f} to 6.6)", band(best(2e12, DRAWS)[0])[0] / 1e9),
        ("(four refits out of five: 5.6 to {:.1f})", band(best(2e12, DRAWS)[0])[1] / 1e9),
        ("saves 29 % ({:.0f} to", 100 * band(best(2e12, DRAWS)[2])[0]),
        ("saves 29 % (23 to {:.0f} %)", 100 * band(best(2e12, DRAWS)[2])[1]),
        ("14,000 for each parameter", round(best(1e15)[1] / best(1e15)[0], -3) == 14000),
        ("sees {:.0f} trillion tokens anyway", REFIT.optimal_tokens(1e12) / 1e12),
        ("a seventh of the size ({:.1f} billion)", 13 * cost.smallest_share(REFIT)),
        ("which the slider does not reach", best(1e15)[0] > 1.2 * 13e9 * cost.smallest_share(REFIT)),
        ("The saving is {:.0f} % at 70 billion", 100 * best(2e12, params=70e9)[2]),
        ("{:.0f} % at 100 billion and", 100 * best(2e12, params=1e11)[2]),
        ("{:.1f} % at 1 trillion, because", 100 * best(2e12, params=1e12)[2]),
        ("whoever will serve 190 trillion tokens", round(demand("Llama 3 8B") / 1e12, -1) == 190),
        ("four refits out of five say 150 to 260", [round(x / 1e12, -1) for x in band(demand("Llama 3 8B", DRAWS))] == [150, 260]),
        ("(Hoffmann's constants: {:.0f} trillion.)", demand("Llama 3 8B", TEX) / 1e12),
        ("next to nothing, {:.1f} trillion", demand("Chinchilla") / 1e12),
        ("Gopher for nobody", demand("Gopher") < 0 and max(demand("Gopher", DRAWS)) < 0),
        ("From {:.1f} tokens per parameter (MT-NLG", row("MT-NLG 530B").tokens_per_param),
        ("to {:,.0f} (Qwen3-0.6B, 2025)", row("Qwen3-0.6B").tokens_per_param),
        ("five powers of ten", round(np.log10(row("Qwen3-0.6B").tokens_per_param / row("MT-NLG 530B").tokens_per_param)) == 5),
        ("only Falcon-180B lies below the line of 20", below_twenty("2023-02") == ["Falcon-180B"]),
        ("by a hair ({:.1f})", row("Falcon-180B").tokens_per_param),
        ("GPT-3's smallest sister had {:,.0f} in 2020", row("GPT-3 Small (125M)").tokens_per_param),
        ("405B implies {:.0f} trillion", demand("Llama 3.1 405B") / 1e12),
        ("{:.0f} to 40 by four refits", band(demand("Llama 3.1 405B", DRAWS))[0] / 1e12),
        ("3 to {:.0f} by four refits", band(demand("Llama 3.1 405B", DRAWS))[1] / 1e12),
        ("the old 70B wins {} of 11", BASE_70[1] - BASE_70[0]), ("10 of {}, by 5.9", BASE_70[1]),
        ("by {:.1f} points on average", -BASE_70[2]),
        ("the new 8B wins 5 of 5, by {:.1f}", TUNED_70[2]), ("wins 5 of 5", TUNED_70[:2] == (5, 5)),
        ("takes Llama 2 70B from {:.1f}", score("base", "MMLU", "llama2_70b")),
        ("*down* to {:.1f}", score("instruct", "MMLU", "llama2_70b")),
        ("Llama 3 8B from {:.1f} to", score("base", "MMLU", "llama3_8b")),
        ("to {:.1f}: part of that gap", score("instruct", "MMLU", "llama3_8b")),
        ("the base 8B wins {} of 11", BASE_13[0]), ("9 of 11, by {:.1f} points", BASE_13[2]),
        ("as good as a compute-optimal {:.0f} billion: about", like("Llama 3 8B") / 1e9),
        ("about the level of Llama 2 13B", abs(like("Llama 2 13B") / like("Llama 3 8B") - 1) < 0.15),
        ("{:.3f} at best against", REFIT.best_loss(8e9)), ("at best against {:.3f}", REFIT.loss(70e9, 2e12)),
        ("constants 180 trillion would do", round(TEX.tokens_for_loss(8e9, TEX.loss(70e9, 2e12)) / 1e12, -1) == 180),
        ("the largest disclosed sets have about {:.0f}", max(m.tokens or 0 for m in ROWS) / 1e12),
        ("had {:.1f} on MMLU", OLMO.mmlu_obs), ("after {:.2f} trillion tokens", OLMO.tokens / 1e12),
        ("{:.1f} after 2.05", BETTER.mmlu_obs), ("after {:.2f} trillion of a better", BETTER.tokens / 1e12),
        ("{:.0f} GB of memory, 3.35", CHIP.memory_bytes / 1e9),
        ("{:.2f} TB a second", CHIP.memory_bandwidth_bytes_per_s / 1e12),
        ("{:.0f} TFLOP a second", CHIP.bf16_flop_per_s / 1e12),
        ("the 8B computes for {:.2f} milliseconds", 1e3 * 16e9 / PRICE.flop_per_s),
        ("and reads for {:.1f}.*", 1e3 * 16e9 / CHIP.memory_bandwidth_bytes_per_s),
        ("{:.0f} beside the small model", PRICE.line(8e9, 4000, 1, 2)[0][-1]),
        ("{:.0f} beside the large one", PRICE.line(70e9, 4000, 2, 2)[0][-1]),
        ("Alone the 70B costs {:.1f} times", ratio(4000, 2, 0)),
        ("full memory on two GPUs {:.0f} times", ratio(4000, 2, -1)),
        ("leave it {:.0f} GB for caches", 2 * CHIP.memory_bytes / 1e9 - 140),
        ("have room: {:.1f} times", ratio(4000, 8, -1)), ("ratio of the caches, {:.1f}", 80 / 32),
        ("on two GPUs, it is {:.1f}", ratio(500, 2, -1)), ("with 32,000 it is {:.0f}", ratio(32000, 2, -1)),
        ("Reading prompts it is always {:.2f}", PRICE.reading(70e9, 2) / PRICE.reading(8e9, 2)),
        ("{} of our own runs", len(GRID)), ("on up to 7,100 bytes", round(LONGEST, -2) == 7100),
        ("13,824 parameters reach 2.0 with 2.3e11 FLOP", f"{OURS.measured(2.0)[4]:.1e}" == "2.3e+11" and OURS.sizes[4] == 13824),
        ("6,144 need {:.1f} times that", SMALL[0]), ("the law says {:.1f}; and", SMALL[1]),
        ("where it promises 7.3e11", f"{OURS.by_law(OURS.fit.law, 2.0)[2, 0]:.1e}" == "7.3e+11"),
        ("the two agree ({:.1f} and", own_at(2.1)[6144][0]), ("(1.1 and {:.1f} times)", own_at(2.1)[6144][1]),
        ("scatter by {:.0f} % of the loss", 100 * OURS.fit.residuals.std()),
        ("about half of the points lie outside", 0.42 < outside_the_band() < 0.58),
        ("3,456 parameters did not reach it with 1e12", TINY.loss > 2.0),
        ("where they saw 6,000 bytes", round(TINY.tokens / TINY.params, -2) == 6000),
        ("**{:.0f} % more** than somebody who knew", flop_regret(2e12, 2e13)),
        ("A tenth of it: **{:.0f} % more**", flop_regret(2e12, 2e11)),
        ("{:.1f} billion on 1.5 trillion", PLAN.plan(13e9, 2e12)[0] / 1e9),
        ("4.5 billion on {:.1f} trillion", PLAN.plan(13e9, 2e12)[1] / 1e12),
        ("{:.0f} % too much if only a tenth", TENTH[1]), ("five: {:.0f} to 50)", TENTH[0]), ("five: 26 to {:.0f})", TENTH[2]),
        ("{:.0f} % if ten times as many", TENFOLD[1]), ("({:.0f} to 32)", TENFOLD[0]), ("(17 to {:.0f})", TENFOLD[2]),
        ("At 1,000 trillion it is {:.0f} %", FAR[0]), ("28 % and {:.0f} %", FAR[1]),
        ("Up to some 100 billion tokens compute-optimal costs less than 10 %", PLAN.regret(REFIT, (13e9, D13), 1e11) < 0.1
         < PLAN.regret(REFIT, (13e9, D13), 1.5e11)),
        ("Half the size needs 2.5 times the tokens", round(2 * (1 + more(REFIT, 0.5) / 100), 1) == 2.5),
        ("on {:,.0f} tokens each, is at chance", row("TinyLlama 1.1B").tokens_per_param),
        ("at chance on MMLU, {:.1f} %", row("TinyLlama 1.1B").mmlu),
        ("Far past the optimum, yes: {:.0f} times", 15e12 / REFIT.optimal_tokens(8e9)),
        ("for a quarter of the FLOP a token", 0.22 < 8e9 / like("Llama 3 8B") < 0.26),
        ("half the size costs {:.0f} % more training, a quarter", more(REFIT, 0.5)),
        ("a quarter of the size {:.1f} times as much, a seventh", 1 + more(REFIT, 0.25) / 100),
        ("compute-optimal {:.0f} billion by the law", like("Llama 3 8B") / 1e9),
        ("serving costs **four** of training", PLAN.weight == 4),
        ("a guess ten times off costs a fifth to two fifths", 17 < min(TEN_OFF) < 20 and 40 < max(TEN_OFF) < 45),
        ("({:.0f} % of the refits agree", 100 * np.mean(DRAWS.best_loss(8e9) > DRAWS.loss(70e9, 2e12))),
        ("compute-optimal costs {:.0f} % at most", optimal_regret(D13)),
    ],
}  # fmt: skip

LIFE_T, LIFE_D = 2e12, 0.74e12
ANSWERS = {
    "over-equal-bills": 3 * 1.4e12,
    "over-best-loss": REFIT.best_loss(8e9),
    "over-condition": 1 + LIFE_T / (3 * LIFE_D),
    "over-kv-bytes": 4000 * cost.kv_bytes(80, 8, 128),
}
SLIPS = {
    "over-equal-bills": [1.4e12, 1.4e12 / 3, 6 * 1.4e12, 6 * 70e9 * 1.4e12],
    "over-best-loss": [REFIT.E, REFIT.loss(8e9, 15e12), REFIT.best_loss(8e9) - REFIT.E],
    "over-condition": [1, 1 + LIFE_T / LIFE_D, LIFE_T / (3 * LIFE_D), 1 + 3 * LIFE_D / LIFE_T],
    "over-kv-bytes": [4000 * cost.kv_bytes(80, 8, 128) / 2, cost.kv_bytes(80, 8, 128),
                      4000 * cost.kv_bytes(80, 64, 128), 4000 * cost.kv_bytes(1, 8, 128)],
}  # fmt: skip
WORDS = {
    "over-half-size": [("{:.0f} % by the refit, {:.0f} %", more(REFIT, 0.5), more(TEX, 0.5)),
                       ("costs {:.0f} or {:.0f} % more", more(REFIT, 0.25), more(TEX, 0.25))],
    "over-order-demand": [("about {:.0f} trillion", demand("Llama 2 7B") / 1e12), ("{:.2f} trillion", demand("Chinchilla") / 1e12),
                          ("about {:.0f} trillion", demand("Llama 3 70B") / 1e12), ("190 trillion",)],
    "over-llama3-table": [("{} against {}", score("base", "BoolQ", "llama3_8b"), score("base", "BoolQ", "llama2_70b")),
                          ("{:.1f} points ahead", -BASE_70[2])],
    "over-writing-speed": [("reads {:.0f} GB", 2 * 8), ("= {:.4f} seconds", 16e9 / 3.35e12), ("{:.0f} millionths", 1e6 * 16e9 / 400e12)],
    "over-best-loss": [("0.3478 is {:,.0f}", 8e9**REFIT.alpha), ("term is {:.3f}", REFIT.A / 8e9**REFIT.alpha),
                       ("{:.4f} + {:.4f} = {:.4f}", REFIT.E, REFIT.A / 8e9**REFIT.alpha, REFIT.best_loss(8e9)),
                       ("has {:.3f} by the same law", REFIT.loss(70e9, 2e12))],
    "over-kv-bytes": [("= {:,.0f} bytes a token", cost.kv_bytes(80, 8, 128)),
                      ("room for {:.0f} such", PRICE.line(70e9, 4000, 2, 2)[0][-1]),
                      ("{:.1f} GB", 4e-6 * cost.kv_bytes(80, 8, 128))],
    "over-regret": [("{:.0f} % by the refit", flop_regret(2e12, 2e13)), ("demand it is {:.0f} %", flop_regret(2e12, 2e11)),
                    ("built {:.1f} billion", best(2e12)[0] / 1e9), ("would be {:.1f} billion", best(2e13)[0] / 1e9)],
    "over-tenth-price": [("{:.3f} nats", REFIT.best_loss(8e9)), ("is at {:.3f}", REFIT.loss(70e9, 2e12)),
                         ("it can be {} or {}", {3: "three"}[round(ratio(4000, 8, -1))], {16: "sixteen"}[round(ratio(4000, 2, -1))]),
                         ("{:.2f} times less", 70 / 8), ("only {:.1f} times as large", 80 / 32)],
}  # fmt: skip
DECIDING = {
    "over-llama3-8b": REFIT.best_loss(8e9),
    "over-15-trillion": 15e12 / REFIT.optimal_tokens(8e9),
    "over-serving-counts": 6 / 2,
    "over-tenth-of-the-price": cost.serving_flops(70e9, 1) / cost.serving_flops(8e9, 1),
    "over-chinchilla-made-llama": row("LLaMA-7B").tokens_per_param,
}
CLAIM_WORDS = {
    "over-llama3-8b": [("Llama 2 70B has {:.3f}", REFIT.loss(70e9, 2e12))],
    "over-15-trillion": [("{:,.0f} for each parameter", row("Llama 3 8B").tokens_per_param), ("so {:.0f} times", 15e12 / 200e9)],
    "over-tenth-of-the-price": [("costs {:.0f} % more training, a quarter {:.0f} %", more(REFIT, 0.5), more(REFIT, 0.25))],
}  # fmt: skip
