"""The claims that people repeat: every deciding number recomputed, every verdict on screen."""

import re

import facts
import numpy as np
import pytest

from helpers import data, fits, laws, quiz, verdicts
from pictures import kaplan_laws, limits

CLAIMS = data.claims()
KAPLAN, REFIT, ROWS = laws.KAPLAN_PARAMS, laws.CHINCHILLA_REFIT, data.models()
TABLE_1 = ("GPT-3 175B", "Jurassic-1 Jumbo", "Gopher", "MT-NLG 530B", "LaMDA 137B")


def size_ratio(times):
    return KAPLAN.loss(1e9 * times) / KAPLAN.loss(1e9)


def drop(params):
    return KAPLAN.loss(params) - KAPLAN.loss(10 * params)


def doubled(which):
    """How many times more parameters (0) or tokens (1) Kaplan's split of twice the compute has."""
    return laws.KAPLAN_ALLOCATION.optimum(2e23)[which] / laws.KAPLAN_ALLOCATION.optimum(1e23)[which]


def ruler():
    """What a straight line through three small runs promises at 100 billion, and what the law says."""
    sizes = np.array([1e7, 1e8, 1e9])
    line = fits.fit_power_law(sizes, REFIT.loss(sizes, REFIT.optimal_tokens(sizes)))
    return line.predict(1e11), REFIT.loss(1e11, REFIT.optimal_tokens(1e11))


def per_decade(flops):
    return REFIT.optimal_loss(10 * flops) / REFIT.optimal_loss(flops)


def too_large(name):
    m = data.named(ROWS, name)
    return m.active_params / REFIT.optimum(m.flops)[0]


def ratio_of(law, flops=5.76e23):
    params, tokens = law.optimum(flops)
    return tokens / params


def wasted_by_half():
    best, tokens = REFIT.optimum(5.76e23)
    return 1 - REFIT.flops_for_loss(REFIT.loss(best / 2, tokens * 2)) / 5.76e23


def joint(params):
    return kaplan_laws.KAPLAN_JOINT.loss(params, 1e9)


EMBEDDED = laws.transformer_params(12, 768, vocab=50257, n_ctx=1024)
RULE_70B = laws.training_flops(70e9, 70e9 * laws.TOKENS_PER_PARAM)
B_ENDS = np.percentile(laws.refit_draws().B, [2.5, 97.5])
DECIDING = {
    "kaplan-power-law": joint(1e9) / joint(1e8),
    "kaplan-what-n-counts": 1 - laws.transformer_params(12, 768) / EMBEDDED,
    "kaplan-tokens-seen": limits.DATA_CONSTRAINED.effective_tokens(1.0, 4.0) / 4,
    "kaplan-linear-fall": size_ratio(10),
    "kaplan-log-log-line": per_decade(1e25),
    "kaplan-plot-linear": laws.KAPLAN_COMPUTE.loss(1e22) / laws.KAPLAN_COMPUTE.loss(1e21),
    "kaplan-no-diminishing-returns": 2 ** (1 / KAPLAN.exponent),
    "kaplan-trillion-limit": drop(1e12) / drop(1e11),
    "kaplan-size-over-data": doubled(0),
    "kaplan-three-small-models": ruler()[1] - ruler()[0],
    "kaplan-forecast-abilities": laws.training_flops(1e11, 2e12) / laws.training_flops(1e9, 2e10),
    "chinchilla-precise-laws": B_ENDS[1] / B_ENDS[0],
    "chinchilla-proved-gpt3": REFIT.optimal_tokens(175e9) / 300e9,
    "chinchilla-most-were-starved": sum(too_large(name) > 3 for name in TABLE_1),
    "chinchilla-scale-equally": REFIT.a,
    "chinchilla-twenty": ratio_of(REFIT),
    "chinchilla-at-least": REFIT.loss(70e9, 1.4e12) - REFIT.loss(70e9, 2.8e12),
    "chinchilla-root-two": doubled(0),
    "chinchilla-one-best-split": wasted_by_half(),
    "chinchilla-scale-both": laws.training_flops(2e9, 4e10) / laws.training_flops(1e9, 2e10),
    "chinchilla-70b-budget": laws.pf_days(RULE_70B),
    "chinchilla-llama3-70b": data.named(ROWS, "Llama 3 70B").flops / RULE_70B,
} | facts.gathered("DECIDING")
# The other numbers in the words of a claim, as the laws say them.
SAID = {
    "kaplan-power-law": [("alone says {:.3f}", size_ratio(10))],
    "kaplan-log-log-line": [
        ("against {:.3f} from 1e20", per_decade(1e20)), ("part of {:.1f} nats", REFIT.E),
    ],
    "kaplan-size-over-data": [("only {:.2f} times the tokens", doubled(1))],
    "kaplan-three-small-models": [("says {:.2f} at 100 billion, the law {:.2f}", *ruler())],
    "chinchilla-proved-gpt3": [("approach says {:.0f}", 3.7e12 / 300e9)],
    "chinchilla-most-were-starved": [
        ("had {:.1f} to {:.1f} tokens", *np.percentile(
            [data.named(ROWS, name).tokens_per_param for name in TABLE_1], [0, 100]))
    ],
    "chinchilla-twenty": [
        ("out of five say {:.0f} to {:.0f}", *np.percentile(ratio_of(laws.refit_draws()), [10, 90])),
        ("{:.0f} in Llama 3's law", 16.55e12 / 402e9),
    ],
    "chinchilla-root-two": [("and {:.2f} times the tokens", doubled(1)), ("means {:.1f} times each", 2**0.5)],
    "chinchilla-scale-both": [("it is {:.1f} times each", 2**0.5)],
    "chinchilla-70b-budget": [("some {:,.0f} PF-days", laws.pf_days(RULE_70B)), ("{:.2e} FLOP", RULE_70B)],
}  # fmt: skip
SAID |= facts.gathered("CLAIM_WORDS")


def written(value):
    """The digits that a number was written with."""
    return len(re.sub(r"^0\.0*|\.|0+$", "", repr(value)))


def test_every_deciding_number_is_recomputed():
    lacks = {name for name, said in CLAIMS.items() if "number" in said} ^ set(DECIDING)
    assert not lacks, f"recompute {', '.join(lacks)} in DECIDING (tests/test_claims.py)"
    assert len(CLAIMS) >= 25 and {said["verdict"] for said in CLAIMS.values()} == set(
        verdicts.CLAIM
    )


@pytest.mark.parametrize("name", DECIDING)
def test_the_deciding_number_is_what_the_laws_say(name):
    stored = CLAIMS[name]["number"]
    digits = max(written(stored), 2)
    assert float(f"{DECIDING[name]:.{digits - 1}e}") == pytest.approx(stored, rel=1e-9), DECIDING[
        name
    ]


@pytest.mark.parametrize("name", SAID)
def test_the_other_numbers_in_its_words(name):
    words = " ".join(str(value) for value in CLAIMS[name].values())
    for text, *values in SAID[name]:
        assert text.format(*values).replace("e+", "e") in words, text.format(*values)


def test_kaplan_in_two_claims_and_two_sentences_that_rest_on_the_law():
    assert size_ratio(10) == pytest.approx(drop(1e8) / drop(1e7))
    gpt3, llama = (175e9, 300e9), (8e9, 15e12)
    for (params, tokens), data_first in ((gpt3, True), (llama, False)):
        assert (REFIT.loss(params, 2 * tokens) < REFIT.loss(2 * params, tokens)) == data_first
    twice = 2 * RULE_70B
    assert REFIT.optimal_loss(twice) < REFIT.loss(70e9, 2.8e12)
    assert REFIT.loss(70e9, 2.8e12) - REFIT.optimal_loss(twice) < 0.002, "a little more"


def test_the_data_readme_names_the_files():
    text = (data.FOLDER / "README.md").read_text("utf-8")
    assert "`questions/`" in text and "`claims.toml`" in text


@pytest.fixture(autouse=True)
def _afresh():
    quiz.clear()


@pytest.mark.parametrize("name", CLAIMS)
def test_the_verdict_comes_after_the_readers(name):
    said = CLAIMS[name]
    for verdict in verdicts.CLAIM:
        shown = quiz.claim(name)
        before = shown.head.value + shown.status.value + shown.folds.value
        assert said["why"][:20] not in before and "We " not in before
        shown.fill(verdict)
        shown.check()
        agrees = "agree" if verdict == said["verdict"] else "say"
        assert shown.verdict.startswith(f"We {agrees}: {said['verdict']}. ")
        assert said["source"] in shown.verdict
        quiz.clear()


def test_without_a_choice_ours_is_not_told():
    shown = quiz.claim("chinchilla-twenty")
    shown.button.click()
    assert shown.verdict.startswith("Nothing chosen yet") and "18.4" not in shown.verdict


def test_the_text_is_the_claim_as_a_question_and_the_page_keeps_ours_folded():
    content, _ = quiz.claim("chinchilla-twenty")._repr_mimebundle_()
    assert content["text/plain"] == (
        "“The rule is about 20 training tokens for each parameter.” Is that so? "
        "[ ] true [ ] true with a condition [ ] wrong [ ] cannot be checked"
    )
    page = content["text/html"]
    assert page.count("<details") == 1 and "<summary>Our verdict</summary>true with a" in page
    assert page.index("18.4") > page.index("<summary>")


def test_a_claim_with_a_reason_says_it():
    shown = quiz.claim("kaplan-plot-address")
    shown.fill("cannot be checked")
    shown.check()
    assert shown.verdict.startswith("We agree: cannot be checked. Cite the figure")
    assert "The address was found nowhere" in shown.verdict


def test_names_of_claims_and_questions_differ_and_an_unknown_one_is_answered():
    assert not set(CLAIMS) & set(data.questions())
    with pytest.raises(ValueError, match="claim is 'twenty', .*chinchilla-twenty"):
        quiz.claim("twenty")
