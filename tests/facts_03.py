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
HUNDRED = laws.Chinchilla(
    *np.transpose(data.read_table("refit_draws")[:100]), "the draws of the planner"
)
CHAPTER = functions_of("03_over_training")
COMPUTE, REGRET, STEP = (CHAPTER[name] for name in ("compute_at_equal_loss", "regret", "step_seconds"))  # fmt: skip
ROOM, KV_70B = CHAPTER["most_conversations"], 2 * 80 * 8 * 128 * 2  # bytes that a token keeps
GRID = own_runs.grid(data.own_runs())
FIT = own_runs.fitted(GRID)
OURS = over_training.OwnEqualLoss(
    GRID, CHAPTER["flops_to_reach"], FIT.law, fits.bootstrap(FIT, 200).law
)


def row(name):
    return data.named(ROWS, name)


def median_of(year):
    """The middle of the tokens per parameter of the models of a year."""
    return np.median([m.tokens_per_param for m in ROWS if m.flops and m.released.startswith(year)])


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
    large, small = (on * max(STEP(params, context, batch, on)) / batch for (params, on), batch in zip(machines, many))  # fmt: skip
    return large / small


def turns(params, gpus):
    """Tokens kept below which arithmetic is the limit with memory full."""
    return next(
        kept
        for kept in range(100, 5000)
        if np.less(*STEP(params, kept, ROOM(params, kept, gpus), gpus))
    )


def requests_within(seconds):
    """Requests of 400 tokens a second from each of four GPUs that keep this promise."""
    batch = CHAPTER["batch_within"](seconds, 70e9, 1700, 4)
    return batch / max(STEP(70e9, 1700, batch, 4)) / 1600


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
GOOGLE, A_DAY = 3.2e15 / 30.4 / 24, 1e6 * 10 * 1900  # an hour of Google, a day of a million users
THEIRS = laws.Chinchilla(
    1.62, 406.4, 410.7, 0.336, 0.283, "Sardana et al. 2024, App A; de Vries 2023"
)
FLEET = CHAPTER["gpus_for"](1e6, 10, 1500, 400)
BASE_70, TUNED_70 = (wins(kind, "llama2_70b") for kind in ("base", "instruct"))
PLANNED, TENTH, TENFOLD = planner(2e12)
TEN_OFF = [flop_regret(*pair) for pair in ((2e11, 2e12), (2e12, 2e11), (2e12, 2e13), (2e13, 2e12))]
FAR = [middle for _, middle, _ in planner(1e15)[1:]]
SMALL = own_at(2.0)[6144]
LONGEST = max(run.tokens / run.params for run in GRID)
TINY = next(run for run in GRID if run.params == 3456 and run.budget == 1e12)
OLMO, BETTER = row("OLMo-7B"), row("OLMo-7B-0424")

PROSE = {
    "03_over_training": [
        ("a model *ten times as large*", round(REFIT.optimum(row("Llama 3 8B").flops)[0] / 8e9) == 10),
        ("after {:.0f} trillion served tokens", 3 * row("Llama 3 8B").tokens / 1e12),
        ("at that rate 45 trillion take ten hours", round(45e12 / GOOGLE) == 10),
        ("takes more than six years", 6 < 45e12 / A_DAY / 365 < 7),
        ("it has taken {:.1f} times as much as the training", 1e13 / (3 * row("Chinchilla").tokens)),
        ("two trainings cost nearly the same", 1 < row("Llama 3 8B").flops / row("Chinchilla").flops < 1.25),
        ("Llama 3 8B serves costs {:.2f} times less", 70 / 8),
        ("Training is little more than {:.0f} % of the bill", 100 * 45e12 / (45e12 + 3.2e15)),
        ("half the size costs a quarter more training", 25 <= more(REFIT, 0.5) < 27),
        ("A quarter of the size costs four and a half times as much", round(more(REFIT, 0.25) / 100 + 1, 1) == 4.5),
        ("less than a seventh cannot be bought", over_training.smallest_share(REFIT) > 1 / 7),
        ("Half the size costs {:.0f} % more, twice the size {:.0f} %", more(REFIT, 0.5), more(REFIT, 2)),
        ("about equally large", 80 < 1e4 * np.ptp(at_share(0.25)) / (more(REFIT, 0.25) - more(TEX, 0.25)) < 120),
        ("by Hoffmann's constants {:.0f} times as much still is", more(TEX, 0.14) / 100 + 1),
        ("as a million users ask for in a hundred days", 95 < 2e12 / A_DAY < 110),
        ("has {:.0f}0 tokens for each parameter, six times", SAVED[REFIT][1] / SAVED[REFIT][0] / 10),
        ("six times Chinchilla's twenty", round(SAVED[REFIT][1] / SAVED[REFIT][0] / 20) == 6),
        ("costs a third more to train", 1.31 < SAVED[REFIT][0] * SAVED[REFIT][1] / 13e9 / D13 < 1.35),
        ("less than half as much to serve", SAVED[REFIT][0] < 6.5e9),
        ("the best size shrinks to a fifth", round(13e9 / best(1e15)[0]) == 5),
        ("enormous numbers of tokens", best(1e15)[1] / best(1e15)[0] > 1e4),
        ("| 13 billion | {:.2f} trillion | {:.1f} billion ({:.1f} to {:.1f}) | {:.0f} % ({:.0f} to {:.0f}) |",
         D13 / 1e12, SAVED[REFIT][0] / 1e9, *best_draws(0), 100 * SAVED[REFIT][2], *best_draws(2)),
        *((f"| {name} | {{:{seen}}} trillion | {{:.0f}} billion | {{:{saved}}} % |", REFIT.optimal_tokens(size) / 1e12,
           best(2e12, params=size)[0] / 1e9, 100 * best(2e12, params=size)[2])
          for name, size, seen, saved in (("70 billion", 70e9, ".1f", ".0f"), ("1 trillion", 1e12, ".0f", ".1f"))),
        *((f"| Llama 2 {size} | {{}} of {{}} | {{:+.1f}} points | {{}} of {{}} | {{:+.1f}} points |",
           *wins("base", f"llama2_{size.lower()}"), *wins("instruct", f"llama2_{size.lower()}")) for size in ("70B", "13B", "7B")),
        ("Llama 2 70B falls from {:.1f} to {:.1f} when it is tuned", score("base", "MMLU", "llama2_70b"), score("instruct", "MMLU", "llama2_70b")),
        ("as good as a compute-optimal {:.0f} billion, which is about the level of Llama 2 13B", like("Llama 3 8B") / 1e9),
        ("about the level of Llama 2 13B", abs(like("Llama 2 13B") / like("Llama 3 8B") - 1) < 0.15),
        ("**behind Llama 2 70B with any number of tokens**", REFIT.best_loss(8e9) > REFIT.loss(70e9, 2e12)),
        ("constants 180 trillion would do", round(TEX.tokens_for_loss(8e9, TEX.loss(70e9, 2e12)) / 1e12, -1) == 180),
        ("almost five times the largest training set of text", 4.8 < 176.5e12 / 36e12 < 5),
        ("rose from {:.1f} to {:.1f} on MMLU, on fewer tokens", OLMO.mmlu_obs, BETTER.mmlu_obs),
        ("on fewer tokens of a better mix", BETTER.tokens < OLMO.tokens),
        ("whoever will serve 190 trillion tokens", round(demand("Llama 3 8B") / 1e12, -1) == 190),
        ("Four refits out of five say 150 to 260", [round(x / 1e12, -1) for x in fits.interval(demand("Llama 3 8B", DRAWS))] == [150, 260]),
        ("constants it would be {:.0f} trillion", demand("Llama 3 8B", TEX) / 1e12),
        ("suits a model that serves almost nobody", 0 < demand("Chinchilla") < 2e11),
        ("Gopher's suits no demand at all", demand("Gopher") < 0 and max(demand("Gopher", DRAWS)) < 0),
        ("rose more than a thousandfold in our table", 1000 < median_of("2025") / median_of("2021") < 2000),
        ("only Falcon-180B lies below the line", below_twenty("2023-02") == ["Falcon-180B"]),
        ("by a hair", row("Falcon-180B").tokens_per_param > 19.3),
        ("It implies {:.0f} trillion. Four refits out of five say anything from {:.0f} to {:.0f}", demand("Llama 3.1 405B") / 1e12,
         *(end / 1e12 for end in fits.interval(demand("Llama 3.1 405B", DRAWS)))),
        ("a best size of {:.0f} billion and a saving of {:.0f} %", best(2e12, THEIRS)[0] / 1e9, 100 * best(2e12, THEIRS)[2]),
        ("a quarter of the size costs 188 % more", abs(more(THEIRS, 0.25) - 188) < 1.5),
        ("The printed ones would give {:.0f} %", 100 * best(2e12, laws.CHINCHILLA_PRINTED)[2]),
        ("13B sees {:.0f} tokens for each parameter, by Hoffmann's constants more than twice", D13 / 13e9),
        ("more than twice as many", TEX.optimal_tokens(13e9) > 2 * D13),
        ("| {:.0f} TFLOP a second at its peak", CHIP.bf16_flop_per_s / 1e12), ("| {:.0f} GB, read at {:.2f} TB a second |",
         CHIP.memory_bytes / 1e9, CHIP.memory_bandwidth_bytes_per_s / 1e12),
        ("of an 8B, all its parameters, fill {:.0f} GB", 2 * 8),
        ("computes for a hundredth of the time that it reads", 90 < np.divide(*STEP(8e9, 1, 1, 1)[::-1]) < 130),
        ("with 4,000 tokens {} fit beside the small model. Beside the large one on two GPUs {} do", ROOM(8e9, 4000, 1), ROOM(70e9, 4000, 2)),
        ("below about 830 kept tokens", round(turns(8e9, 1), -1) == 830), ("below about 2,800.", round(turns(70e9, 8), -2) == 2800),
        ("the ratio is below {:.2f}", 70 / 8),
        *((f"| 4,000 | {{:.{digits}f}} |", ratio(4000, gpus, full)) for digits, gpus, full in ((1, 2, False), (0, 2, True), (1, 8, True))),
        ("memory full, on two GPUs | 500 | {:.1f} |", ratio(500, 2)), ("| 32,000 | {:.0f} |", ratio(32000, 2)),
        ("leave the 70B {:.0f} GB for caches", 2 * CHIP.memory_bytes / 1e9 - 140), ("that of the caches, {:.1f}", 80 / 32),
        ("The prompts are the larger part here", FLEET[0] > 3 * FLEET[1]), ("a few hundred", 200 < sum(FLEET) < 500),
        ("less than a third of the requests that it serves within 20", 3 * requests_within(0.012) < requests_within(0.02)),
        ("Below about 20 ms", requests_within(0.05) < 1.01 * requests_within(0.02) > 1.01 * requests_within(0.018)),
        ("at an MFU of {:.1f} %", 100 * 140e9 / max(STEP(70e9, 1700, 1, 4)) / 4 / CHIP.bf16_flop_per_s),
        ("{} small runs of our own", len(GRID)), ("on up to 7,100 bytes", round(LONGEST, -2) == 7100),
        ("reaches a loss of 2.0 with {:.1f}e11 FLOP", CHAPTER["flops_to_reach"](2.0, 13824) / 1e11),
        ("Less than half of that size needs {:.1f} times", SMALL[0]), ("A quarter of it did not get there", 3456 == 13824 / 4 and TINY.loss > 2.0),
        ("it saw 6,000 bytes", round(TINY.tokens / TINY.params, -2) == 6000),
        ("| 2.0 | {:.1f} times | {:.1f} times |", *SMALL), ("| 2.1 | {:.1f} times | {:.1f} times |", *own_at(2.1)[6144]),
        ("3,456 parameters missed that loss with more compute than it asks for", OURS.by_law(FIT.law, 2.0)[2, 0] < TINY.budget),
        ("scatter by {:.0f} % of the loss", 100 * FIT.residuals.std()),
        ("these runs leave $E$ open, and another $E$ puts the wall elsewhere",
         FIT.open == ("E",) and 2.5 * wall_with(0.07) < wall_with(1.06)),
        ("about half of the points lie outside", 0.42 < outside_the_band() < 0.58),
        ("pays **{:.0f} % more** than somebody who knew", flop_regret(2e12, 2e13)),
        ("With a tenth of it, it is **{:.0f} % more**", flop_regret(2e12, 2e11)),
        ("| 2 trillion | {1:.0f} % ({0:.0f} to {2:.0f}) |", *TENTH), ("| {1:.0f} % ({0:.0f} to {2:.0f}) |", *TENFOLD),
        ("| 1,000 trillion | {:.0f} % | {:.0f} % |", *FAR),
        ("the plan is smaller still, {:.1f} billion parameters", PLANNED[0] / 1e9),
        ("Up to some 100 billion tokens it costs less than 10 %",
         REGRET(REFIT, 13e9, D13, 4 * 1e11) < 0.1 < REGRET(REFIT, 13e9, D13, 4 * 1.5e11)),
        ("Half the size needs 2.5 times the tokens", round(2 * (1 + more(REFIT, 0.5) / 100), 1) == 2.5),
        ("saw {:,.0f} tokens for each parameter and is at chance on MMLU, with {:.1f} %", row("TinyLlama 1.1B").tokens_per_param, row("TinyLlama 1.1B").mmlu),
        ("Far past the optimum, yes: {:.0f} times", 15e12 / REFIT.optimal_tokens(8e9)),
        ("loses to Llama 2 70B on ten benchmarks out of eleven", BASE_70[:2] == (1, 11)), ("wins all five", TUNED_70[:2] == (5, 5)),
        ("for a quarter of the FLOP a token", 0.22 < 8e9 / like("Llama 3 8B") < 0.26),
        ("half the size costs {:.0f} % more training, a quarter", more(REFIT, 0.5)),
        ("a quarter of the size {:.1f} times as much, a seventh", 1 + more(REFIT, 0.25) / 100),
        ("as good as a compute-optimal {:.0f} billion, for a quarter", like("Llama 3 8B") / 1e9),
        ("serving costs **four** of training", over_training.Planner(REFIT, HUNDRED, REGRET, CHIP).weight == 4),
        ("a guess ten times off costs a fifth to two fifths", 17 < min(TEN_OFF) < 20 and 40 < max(TEN_OFF) < 45),
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
