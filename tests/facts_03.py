"""What chapter 03 says in numbers, recomputed; see tests/facts.py."""

import numpy as np
from cells import functions_of

from helpers import cost, data, fits, laws
from pictures import over_training
from training import own_runs

REFIT, TEX, DRAWS = laws.CHINCHILLA_REFIT, laws.CHINCHILLA_UNROUNDED, laws.refit_draws()
ROWS = data.models()
CHIP = data.named(data.accelerators(), "H100 SXM")
SCORES = data.read_table("llama3_vs_llama2")
D13 = REFIT.optimal_tokens(13e9)
LOSS = REFIT.loss(13e9, D13)
HUNDRED = laws.Chinchilla(*data.refit_draws()[:100].T, "the draws of the planner")
CHAPTER = functions_of("03_over_training")
COMPUTE, REGRET, SPEED = (CHAPTER[name] for name in ("compute_at_equal_loss", "regret", "tokens_per_second"))  # fmt: skip
ROOM, KV_70B = CHAPTER["most_conversations"], 2 * 80 * 8 * 128 * 2  # bytes that a token keeps
GRID = own_runs.grid(data.own_runs())
FIT = own_runs.fitted(GRID)
OURS = over_training.OwnEqualLoss(
    GRID, CHAPTER["flops_to_reach"], FIT.law, fits.bootstrap(FIT, 200).law
)


def row(name):
    return data.named(ROWS, name)


def more(law, share):
    """Percent of training compute that this share of the best size costs more at equal loss."""
    return 100 * COMPUTE(law.alpha, law.beta, share) - 100


def at_share(share):
    return np.array(fits.interval(COMPUTE(DRAWS.alpha, DRAWS.beta, share)))


def best(served, law=REFIT, params=13e9):
    """(params, tokens, share saved) of the cheapest life."""
    return CHAPTER["plan"](law, params, served)


def best_draws(of):
    """Four out of five of the refits: 0 sizes in billions, 2 shares saved in percent."""
    return np.array(fits.interval(best(2e12, DRAWS)[of])) * {0: 1e-9, 2: 100}[of]


def demand(name, law=REFIT):
    return over_training.demand_it_fits(law, row(name).active_params, row(name).tokens)


def wins(kind, older):
    """(benchmarks that Llama 3 8B wins, benchmarks, mean gap in points)."""
    gaps = [s.llama3_8b - getattr(s, older) for s in SCORES if s.kind == kind]
    return sum(gap > 0 for gap in gaps), len(gaps), float(np.mean(gaps))


def score(kind, benchmark, model):
    return getattr(data.named(SCORES, f"{kind}: {benchmark}"), model)


def ratio(context, gpus, full=True):
    """How many times dearer the 70B writes than the 8B, with memory full or with one conversation."""
    machines = ((70e9, gpus), (8e9, 1))
    many = [ROOM(params, context, on) if full else 1 for params, on in machines]
    large, small = (on / SPEED(params, context, batch, on) for (params, on), batch in zip(machines, many))  # fmt: skip
    return large / small


def flop_regret(planned, real, params=13e9):
    """Percent that a plan for one demand costs more than the best for another, in FLOP."""
    loss = REFIT.loss(params, REFIT.optimal_tokens(params))
    return 100 * REGRET(REFIT, *over_training.best_for_lifetime(REFIT, loss, planned), real)


def optimal_regret(served):
    """Percent that the compute-optimal 13 billion costs more than the best plan, in FLOP."""
    return 100 * REGRET(REFIT, 13e9, D13, served)


def planner(served):
    """The plan where a FLOP of serving costs four of training, and (low, middle, high) percent too much.

    One of these for a tenth of the demand, one for ten times the demand.
    """
    run = over_training.best_for_lifetime(REFIT, LOSS, 4 * served)
    wrong = []
    for real in (0.4 * served, 40 * served):
        low, high = fits.interval(REGRET(HUNDRED, *run, real))
        wrong.append(100 * np.array([low, REGRET(REFIT, *run, real), high]))
    return run, *wrong


def like(name):
    """The size of the compute-optimal model with this model's loss by the refit."""
    m = row(name)
    return REFIT.optimum(REFIT.flops_for_loss(REFIT.loss(m.params, m.tokens)))[0]


def below_twenty(since):
    return [m.model for m in ROWS if m.flops and m.released >= since and m.tokens_per_param < 19.99]


def own_at(loss):
    """Compute of each own size for a loss, measured and by the law, in units of the cheapest."""
    runs, law = OURS.measured(loss), OURS.by_law(FIT.law, loss)[:, 0]
    return dict(zip(OURS.sizes, zip(runs / np.nanmin(runs), law / np.nanmin(law))))


def wall_with(E):
    """The smallest share of the best size by the law of our own runs with this floor."""
    low, high = FIT.interval(lambda law: law.E)
    assert low - 0.005 < E < high + 0.005, "a floor that the runs allow"
    law = fits.fit_chinchilla(*own_runs.columns(GRID), E=E).law
    return over_training.smallest_share(law)


def outside_the_band():
    """Share of the measured points of chapter 03, step 7, that lie outside the band of the refits."""
    out = []
    for loss in np.arange(1.4, 2.31, 0.05):
        low, high = fits.interval(np.minimum(OURS.by_law(OURS.draws, loss), 1e30), axis=1)
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
PLANNED, TENTH, TENFOLD = planner(2e12)
TEN_OFF = [flop_regret(*pair) for pair in ((2e11, 2e12), (2e12, 2e11), (2e12, 2e13), (2e13, 2e12))]
FAR = [middle for _, middle, _ in planner(1e15)[1:]]
SMALL = own_at(2.0)[6144]
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
        ("a seventh of the size cannot be paid", over_training.smallest_share(REFIT) > 1 / 7),
        ("the printed constants: about 3, 20, 100 and 188 %",
         [round(more(laws.CHINCHILLA_PRINTED, f)) for f in (0.75, 0.5, 0.3, 0.25)] == [3, 21, 106, 189]),
        ("Half the size costs {:.0f} % more", more(REFIT, 0.5)),
        ("(four refits out of five: {:.0f} to {:.0f} %)", *(100 * at_share(0.5) - 100)),
        ("twice the size {:.0f} %", more(REFIT, 2)),
        ("about equally large", 80 < 1e4 * np.ptp(at_share(0.25)) / (more(REFIT, 0.25) - more(TEX, 0.25)) < 120),
        ("equally large: {:.2f} to {:.2f} times by the refits, {:.2f} by Hoffmann's constants.",
         *at_share(0.25), more(TEX, 0.25) / 100 + 1),
        ("By the refit no compute is enough; by Hoffmann's constants {:.0f} times still is", more(TEX, 0.14) / 100 + 1),
        ("three billion a day for not quite two years", 1.8 < 2e12 / 3e9 / 365 < 2),
        ("has {:.0f}0 tokens for each parameter, six times", SAVED[REFIT][1] / SAVED[REFIT][0] / 10),
        ("six times Chinchilla's twenty", round(SAVED[REFIT][1] / SAVED[REFIT][0] / 20) == 6),
        ("Training costs more, {:.2f}e22 FLOP in place of {:.2f}e22; serving",
         6e-22 * SAVED[REFIT][0] * SAVED[REFIT][1], 6e-22 * 13e9 * D13),
        ("serving costs less than half", SAVED[REFIT][0] < 6.5e9),
        ("we get {:.1f} % from the unrounded ones, and {:.0f} % from the refit", 100 * SAVED[TEX][2], 100 * SAVED[REFIT][2]),
        ("already sees {:.0f} tokens for each parameter, by the refit {:.0f}.", TEX.optimal_tokens(13e9) / 13e9, D13 / 13e9),
        ("From 13 billion parameters at 10 billion served tokens", round(best(1e10)[0] / 1e9) == 13),
        ("to {:.1f} billion at 1,000 trillion", best(1e15)[0] / 1e9),
        ("the best size shrinks to a fifth", round(13e9 / best(1e15)[0]) == 5),
        ("With 2 trillion it is {:.1f} billion (four refits out of five: {:.1f} to {:.1f})",
         SAVED[REFIT][0] / 1e9, *best_draws(0)),
        ("saves {:.0f} % ({:.0f} to {:.0f} %)", 100 * SAVED[REFIT][2], *best_draws(2)),
        ("14,000 for each parameter", round(best(1e15)[1] / best(1e15)[0], -3) == 14000),
        ("sees {:.0f} trillion tokens anyway", REFIT.optimal_tokens(1e12) / 1e12),
        ("a seventh of the size ({:.1f} billion)", 13 * over_training.smallest_share(REFIT)),
        ("which the slider does not reach", best(1e15)[0] > 1.2 * 13e9 * over_training.smallest_share(REFIT)),
        ("The saving is {:.0f} % at 70 billion parameters, {:.0f} % at 100 billion and {:.1f} % at 1 trillion,",
         *(100 * best(2e12, params=params)[2] for params in (70e9, 1e11, 1e12))),
        ("whoever will serve 190 trillion tokens", round(demand("Llama 3 8B") / 1e12, -1) == 190),
        ("four refits out of five say 150 to 260", [round(x / 1e12, -1) for x in fits.interval(demand("Llama 3 8B", DRAWS))] == [150, 260]),
        ("(Hoffmann's constants: {:.0f} trillion.)", demand("Llama 3 8B", TEX) / 1e12),
        ("next to nothing, {:.1f} trillion", demand("Chinchilla") / 1e12),
        ("Gopher for nobody", demand("Gopher") < 0 and max(demand("Gopher", DRAWS)) < 0),
        ("From {:.1f} tokens per parameter (MT-NLG, 2021) to {:,.0f} (Qwen3-0.6B, 2025)",
         row("MT-NLG 530B").tokens_per_param, row("Qwen3-0.6B").tokens_per_param),
        ("five powers of ten", round(np.log10(row("Qwen3-0.6B").tokens_per_param / row("MT-NLG 530B").tokens_per_param)) == 5),
        ("only Falcon-180B lies below the line of 20", below_twenty("2023-02") == ["Falcon-180B"]),
        ("by a hair ({:.1f})", row("Falcon-180B").tokens_per_param),
        ("GPT-3's smallest sister had {:,.0f} in 2020", row("GPT-3 Small (125M)").tokens_per_param),
        ("405B implies {:.0f} trillion, {:.0f} to {:.0f} by four refits", demand("Llama 3.1 405B") / 1e12,
         *(end / 1e12 for end in fits.interval(demand("Llama 3.1 405B", DRAWS)))),
        ("the old 70B wins {} of {}, by {:.1f} points on average", BASE_70[1] - BASE_70[0], BASE_70[1], -BASE_70[2]),
        ("the new 8B wins {} of {}, by {:.1f}", *TUNED_70),
        ("takes Llama 2 70B from {:.1f} *down* to {:.1f}, and Llama 3 8B from {:.1f} to {:.1f}: part of that gap",
         *(score(kind, "MMLU", model) for model in ("llama2_70b", "llama3_8b") for kind in ("base", "instruct"))),
        ("the base 8B wins {} of {}, by {:.1f} points", *BASE_13),
        ("as good as a compute-optimal {:.0f} billion: about", like("Llama 3 8B") / 1e9),
        ("about the level of Llama 2 13B", abs(like("Llama 2 13B") / like("Llama 3 8B") - 1) < 0.15),
        ("{:.3f} at best against {:.3f}", REFIT.best_loss(8e9), REFIT.loss(70e9, 2e12)),
        ("constants 180 trillion would do", round(TEX.tokens_for_loss(8e9, TEX.loss(70e9, 2e12)) / 1e12, -1) == 180),
        ("the largest disclosed sets have about {:.0f}", max(m.tokens or 0 for m in ROWS) / 1e12),
        ("had {:.1f} on MMLU after {:.2f} trillion tokens and, two months later, {:.1f} after {:.2f} trillion of a better",
         OLMO.mmlu_obs, OLMO.tokens / 1e12, BETTER.mmlu_obs, BETTER.tokens / 1e12),
        ("{:.0f} GB of memory, {:.2f} TB a second, {:.0f} TFLOP a second",
         CHIP.memory_bytes / 1e9, CHIP.memory_bandwidth_bytes_per_s / 1e12, CHIP.bf16_flop_per_s / 1e12),
        ("the 8B computes for {:.2f} milliseconds and reads for {:.1f}.*",
         1e3 * 16e9 / (0.4 * CHIP.bf16_flop_per_s), 1e3 * 16e9 / CHIP.memory_bandwidth_bytes_per_s),
        ("{} beside the small model, {} beside the large one", ROOM(8e9, 4000, 1), ROOM(70e9, 4000, 2)),
        ("Alone the 70B costs {:.1f} times as much, with full memory on two GPUs {:.0f} times",
         ratio(4000, 2, full=False), ratio(4000, 2)),
        ("leave it {:.0f} GB for caches", 2 * CHIP.memory_bytes / 1e9 - 140),
        ("have room: {:.1f} times, near the ratio of the caches, {:.1f}", ratio(4000, 8), 80 / 32),
        ("on two GPUs, it is {:.1f}; with 32,000 it is {:.0f}", ratio(500, 2), ratio(32000, 2)),
        ("Reading prompts it is always {:.2f}", 70 / 8),
        ("{} of our own runs", len(GRID)), ("on up to 7,100 bytes", round(LONGEST, -2) == 7100),
        ("13,824 parameters reach 2.0 with {:.1f}e11 FLOP", CHAPTER["flops_to_reach"](2.0, 13824) / 1e11),
        ("6,144 need {:.1f} times that", SMALL[0]),
        ("costs {:.1f} times the best, the law says {:.1f}; and", *SMALL),
        ("where it promises {:.1f}e11", OURS.by_law(FIT.law, 2.0)[2, 0] / 1e11),
        ("the two agree ({:.1f} and {:.1f} times)", *own_at(2.1)[6144]),
        ("scatter by {:.0f} % of the loss", 100 * FIT.residuals.std()),
        ("these runs leave E open, and another E puts the wall elsewhere",
         FIT.open == ("E",) and 2.5 * wall_with(0.07) < wall_with(1.06)),
        ("about half of the points lie outside", 0.42 < outside_the_band() < 0.58),
        ("3,456 parameters did not reach it with 1e12", TINY.loss > 2.0),
        ("where they saw 6,000 bytes", round(TINY.tokens / TINY.params, -2) == 6000),
        ("**{:.0f} % more** than somebody who knew", flop_regret(2e12, 2e13)),
        ("A tenth of it: **{:.0f} % more**", flop_regret(2e12, 2e11)),
        ("{:.1f} billion on {:.1f} trillion, and the order turns", PLANNED[0] / 1e9, PLANNED[1] / 1e12),
        ("{1:.0f} % too much if only a tenth comes (four refits out of five: {0:.0f} to {2:.0f})", *TENTH),
        ("{1:.0f} % if ten times as many do ({0:.0f} to {2:.0f})", *TENFOLD),
        ("At 1,000 trillion it is {:.0f} % and {:.0f} %", *FAR),
        ("Up to some 100 billion tokens compute-optimal costs less than 10 %",
         REGRET(REFIT, 13e9, D13, 4 * 1e11) < 0.1 < REGRET(REFIT, 13e9, D13, 4 * 1.5e11)),
        ("Half the size needs 2.5 times the tokens", round(2 * (1 + more(REFIT, 0.5) / 100), 1) == 2.5),
        ("on {:,.0f} tokens each, is at chance", row("TinyLlama 1.1B").tokens_per_param),
        ("at chance on MMLU, {:.1f} %", row("TinyLlama 1.1B").mmlu),
        ("Far past the optimum, yes: {:.0f} times", 15e12 / REFIT.optimal_tokens(8e9)),
        ("for a quarter of the FLOP a token", 0.22 < 8e9 / like("Llama 3 8B") < 0.26),
        ("half the size costs {:.0f} % more training, a quarter", more(REFIT, 0.5)),
        ("a quarter of the size {:.1f} times as much, a seventh", 1 + more(REFIT, 0.25) / 100),
        ("compute-optimal {:.0f} billion by the law", like("Llama 3 8B") / 1e9),
        ("serving costs **four** of training", over_training.Planner(REFIT, HUNDRED, REGRET, CHIP).weight == 4),
        ("a guess ten times off costs a fifth to two fifths", 17 < min(TEN_OFF) < 20 and 40 < max(TEN_OFF) < 45),
        ("({:.0f} % of the refits agree", 100 * np.mean(DRAWS.best_loss(8e9) > DRAWS.loss(70e9, 2e12))),
        ("compute-optimal costs {:.0f} % at most", optimal_regret(D13)),
    ],
}  # fmt: skip

LIFE_T, LIFE_D = 2e12, 0.74e12
WALL = REFIT.best_loss(8e9) - REFIT.E
SLIPS = {
    "over-equal-bills": [1.4e12, 1.4e12 / 3, 6 * 1.4e12, 6 * 70e9 * 1.4e12],
    "over-best-loss": [REFIT.loss(8e9, 15e12) - REFIT.E, REFIT.best_loss(8e9), REFIT.loss(70e9, 2e12) - REFIT.E],
    "over-condition": [1, 1 + LIFE_T / LIFE_D, LIFE_T / (3 * LIFE_D), 1 + 3 * LIFE_D / LIFE_T],
    "over-kv-bytes": [4000 * KV_70B / 2, KV_70B,
                      8 * 4000 * KV_70B, 4000 * KV_70B / 80],
}  # fmt: skip
WORDS = {
    "over-half-size": [("{:.0f} % by the refit, {:.0f} %", more(REFIT, 0.5), more(TEX, 0.5)),
                       ("costs {:.0f} or {:.0f} % more", more(REFIT, 0.25), more(TEX, 0.25)),
                       ("about {:.2f} times", 1 + more(REFIT, 0.5) / 100)],
    "over-order-demand": [("about {:.0f} trillion", demand("Llama 2 7B") / 1e12), ("{:.2f} trillion", demand("Chinchilla") / 1e12),
                          ("about {:.0f} trillion", demand("Llama 3 70B") / 1e12), ("190 trillion",)],
    "over-llama3-table": [("{} against {}", score("base", "BoolQ", "llama3_8b"), score("base", "BoolQ", "llama2_70b")),
                          ("{:.1f} points ahead", -BASE_70[2])],
    "over-writing-speed": [("reads {:.0f} GB", 2 * 8), ("= {:.4f} seconds", 16e9 / 3.35e12), ("{:.0f} millionths", 1e6 * 16e9 / 400e12),
                           ("4,000 tokens is {:.1f} GB, a thirtieth", 4e-6 * 2 * 32 * 8 * 128 * 2, round(16e9 / (4000 * 2 * 32 * 8 * 128 * 2), -1) == 30)],
    "over-best-loss": [("0.3478 is {:,.0f}", 8e9**REFIT.alpha), ("2782 = {:.3f},", WALL),
                       ("{:.4f} + {:.4f} = {:.4f}", REFIT.E, WALL, REFIT.best_loss(8e9)),
                       ("has {:.3f} by the same law", REFIT.loss(70e9, 2e12))],
    "over-kv-bytes": [("= {:,.0f} bytes a token", KV_70B),
                      ("room for {:.0f} such", ROOM(70e9, 4000, 2)),
                      ("{:.1f} GB", 4e-6 * KV_70B)],
    "over-regret": [("{:.0f} % by the refit", flop_regret(2e12, 2e13)), ("demand it is {:.0f} %", flop_regret(2e12, 2e11)),
                    ("built {:.1f} billion", best(2e12)[0] / 1e9), ("would be {:.1f} billion", best(2e13)[0] / 1e9)],
    "over-tenth-price": [("{:.3f} nats", REFIT.best_loss(8e9)), ("is at {:.3f}", REFIT.loss(70e9, 2e12)),
                         ("it can be {} or {}", {3: "three"}[round(ratio(4000, 8))], {16: "sixteen"}[round(ratio(4000, 2))]),
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

# Number questions: what their words say -> the answer, by plain arithmetic.
N = r"(\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?)"  # a number in words
SOLVED = {
    "drill-mfu": (rf"^{N} chips with a peak of {N} FLOP/s each train a model of {N} parameters, and read {N} tokens",
                  lambda chips, peak, params, rate: 600 * params * rate / chips / peak),
    "drill-floor": (rf"come within {N} nats of \$E\$", lambda gap: (482.01 / gap) ** (1 / 0.3478)),
    "drill-serving-flops": (rf"A model of {N} parameters will serve {N} tokens in its life", lambda params, served: 2 * params * served),
    "drill-break-even": (rf"A model of {N} parameters was trained on {N} tokens. After how many served",
                         lambda params, tokens: 6 * params * tokens / (2 * params)),
    "drill-serving-share": (rf"trained on {N} tokens and will serve {N} tokens. What share",
                            lambda tokens, served: 100 * 2 * served / (6 * tokens + 2 * served)),
    "drill-price": (rf"A chip costs {N} dollars an hour and serves {N} tokens a second",
                    lambda price, rate: 1e6 * price / 60 / 60 / rate),
    "drill-price-user": (
        rf"sends {N} requests a day, each of {N} tokens in and {N} tokens out. A million tokens cost {N} dollars to read and {N} dollars",
        lambda often, reads, writes, cheap, full: 30 * often * (reads * cheap / 1e6 + writes * full / 1e6)),
    "drill-users-peak": (
        rf"has {N} users a day. Each sends {N} requests a day, of {N} tokens in and {N} tokens out. The load at the peak is {N} times",
        lambda users, often, reads, writes, peak: users * often * writes / 24 / 60 / 60 * peak),
    "drill-fleet": (
        rf"reads {N} prompt tokens a second and writes {N}, with a model of {N} parameters. A chip does {N} useful FLOP/s "
        rf"while it reads, and writes {N} tokens a second with full batches. No chip may be loaded above {N}\. How",
        lambda reads, writes, params, useful, speed, load: 2 * params * reads / useful / load + writes / speed / load),
    "drill-kv-cache": (
        rf"has {N} layers, each with {N} query heads that share {N} key-value heads, {N} wide, at {N} bytes a number. "
        rf"How many bytes does the cache take for {N} conversations of {N} tokens",
        lambda layers, heads, kept, wide, each, batch, context: 2 * layers * kept * wide * each * batch * context),
    "drill-batch-fits": (
        rf"A model of {N} parameters at {N} bytes each lies on {N} chips with {N} GB of memory each. "
        rf"Its cache takes {N} KB for each token. About how many conversations of {N} tokens",
        lambda params, each, chips, memory, kilobytes, context: (chips * memory * 1e9 - each * params) / (kilobytes * 1e3) / context),
    "drill-step-time": (
        rf"of a model of {N} parameters at {N} bytes each is split over {N} chips, which read {N} TB a second",
        lambda params, each, chips, speed: each * params / chips / (speed * 1e9)),
    "over-equal-bills": (rf"Chinchilla has {N} parameters and saw {N} tokens", lambda params, tokens: 3 * tokens),
    "over-best-loss": (rf"\+ {N}/N\^\{{{N}\}} .* How far above .* a model of {N} parameters",
                       lambda A, alpha, params: A / params**alpha),
    "over-condition": (rf"with \$D = {N} .times 10\^\{{{N}\}}\$ training tokens and \$T = {N} .times 10\^\{{{N}\}}\$",
                       lambda tokens, first, served, second: 1 + served * 10**second / (3 * tokens * 10**first)),
    "over-kv-bytes": (rf"has {N} layers, each with {N} key-value heads {N} wide, at {N} bytes a number.*one conversation of {N} tokens",
                      lambda layers, heads, wide, each, context: 2 * layers * heads * wide * each * context),
}  # fmt: skip
