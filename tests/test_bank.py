"""The bank of questions: each number computed a second time, no answer in the form, every slip told."""

import difflib
import functools
import itertools
import re

import facts
import facts_90
import numpy as np
import pytest
from answers import board, right_answer

from helpers import data, laws, questions, quiz, units, verdicts

BANK = data.questions()
OF = {kind: [n for n, asked in BANK.items() if asked["kind"] == kind] for kind in verdicts.KINDS}
DRAWN = [name for name, asked in BANK.items() if "let" in asked]
SEEDS = range(200)
SOLVED, SLIPS, WORDS = map(facts.gathered, ("SOLVED", "SLIPS", "WORDS"))
REFIT = laws.CHINCHILLA_REFIT


@functools.cache
def versions(name):
    """The question as it is asked: with the numbers of every seed where it is generated."""
    return [questions.posed(name, seed) for seed in (SEEDS if name in DRAWN else [0])]


def parts(asked):
    """(what is asked before it, question or step) for a question, or each step of a whiteboard."""
    return [(f"{asked['question']} ", step) for step in asked["steps"]] if "steps" in asked else [("", asked)]  # fmt: skip


def judge(name, typed):
    return verdicts.judge(questions.posed(name), typed)


# What is asked


def test_every_kind_is_asked_judged_and_shown():
    assert set(quiz.INPUTS) == set(verdicts.KINDS)
    assert all(OF[kind] for kind in verdicts.KINDS if kind != "claim")
    assert len(BANK) >= 160 and len(DRAWN) >= 40 and len(OF["whiteboard"]) >= 5


def test_staff_are_asked_as_staff():
    pool = [name for name, asked in BANK.items() if not asked.get("here")]
    assert sum(BANK[name]["level"] == "staff" for name in pool) >= 15


def test_no_question_is_announced_and_plain_words_are_used():
    for name, asked in BANK.items():
        said = " ".join(texts(asked))
        assert not re.match(r"Interview\.|Warm-up\.", asked["question"]), name
        assert not re.search(r"\bdear(er|est)?\b", said), name
        assert asked.get("source", "arXiv 1").strip() and not asked.get("source", "").endswith(
            "."
        ), name


def texts(asked):
    """Every text of an entry that somebody may read."""
    if isinstance(asked, dict):
        return [text for key, part in asked.items() if key != "let" for text in texts(part)]
    if isinstance(asked, list):
        return [text for part in asked for text in texts(part)]
    return [asked] if isinstance(asked, str) else []


def test_a_family_is_spelt_alike_everywhere():
    families = sorted({asked["family"].lower() for asked in BANK.values() if "family" in asked})
    assert len(families) >= 10
    for family in families:
        assert difflib.get_close_matches(family, families, 2, cutoff=0.85) == [family]


def test_formulas_have_plain_words_and_options_have_none():
    for name in BANK:
        for asked in versions(name)[:3]:
            for text in texts(asked):
                said = questions.plain(text)
                assert text.count("$") % 2 == 0 and not re.search(r"[$\\{}]", said), (name, said)
            for _, part in parts(asked):
                assert not any("$" in option["text"] for option in part.get("options", ())), name


# Every number is computed a second time


def solved(name):
    """The second computation of each part of a question: None for a step that asks for no number."""
    return SOLVED.get(name) if isinstance(SOLVED.get(name), list) else [SOLVED.get(name)]


@pytest.mark.parametrize("table, known, names", [
    ("SOLVED", set(SOLVED), OF["number"] + OF["whiteboard"]),
    ("SLIPS", set(SLIPS), [name for name in OF["number"] if name not in DRAWN]),
])  # fmt: skip
def test_every_number_is_computed_a_second_time(table, known, names):
    lacks, gone = set(names) - known, known - set(names)
    if lacks or gone:
        sentence = f"to be added: {sorted(lacks)}; no such question any more: {sorted(gone)}"
        pytest.fail(f"{table} of tests/facts_*.py; {sentence}", pytrace=False)


@pytest.mark.parametrize("name", [name for name in SOLVED if name in BANK])
def test_the_words_of_a_question_lead_to_its_answer(name):
    for seed, asked in enumerate(versions(name)):
        for (before, part), entry in zip(parts(asked), solved(name), strict=True):
            assert (entry is None) == (part["kind"] != "number"), part["question"]
            if entry is None:
                continue
            text = " ".join(f"{before}{part['question']}".split())
            found = re.search(entry[0], text)
            assert found, (seed, text)
            value = entry[1](*map(read, found.groups()))
            assert part["answer"] == pytest.approx(value, rel=5e-3), (seed, text)
            assert verdicts.judge(part, f"{value:.6g}").right, (seed, text, value)


def read(text):
    """The number in a piece of text, or the piece of text."""
    try:
        return units.parse(text)
    except ValueError:
        return text


def test_stored_slips_are_what_the_laws_say():
    for name in OF["number"]:
        if name not in DRAWN and name in SLIPS:
            values = [slip["value"] for slip in BANK[name]["slips"]]
            assert values == pytest.approx(SLIPS[name], rel=1e-2), name


def test_numbers_in_the_words_of_a_question():
    for name, lines in WORDS.items():
        said = " ".join(texts(BANK[name]))
        for text, *values in lines:
            holds = [value for value in values if isinstance(value, bool | np.bool_)]
            numbers = [value for value in values if not isinstance(value, bool | np.bool_)]
            assert all(holds) and text.format(*numbers) in said, (name, text, values)


SUM = re.compile(
    r"((?:[-(]?\d[\d.,e]*+\)*+|\*\*|\^| x |[(/ +-])+) = (\d[\d.,e]*\d)(?![\d.]*\d| x)(?: (million|billion|trillion))?"
)
WORD = {"": 1, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def sums(text):
    """(what is written, what it comes to, what is stated) for every sum in a worked solution."""
    for sum_, stated, word in SUM.findall(text.replace("so ", "")):
        code = sum_.replace(",", "").replace(" x ", " * ").replace("^", "**").strip()
        if re.search(r"\d .*\d", code):
            yield sum_, eval(code), float(stated.replace(",", "")) * WORD[word]


def test_every_sum_in_a_worked_solution_is_right():
    whys = (text for name in BANK for asked in versions(name) for _, part in parts(asked)
            for text in (part.get("why", ""), asked.get("why", "")))  # fmt: skip
    found = [one for text in whys for one in sums(text)]
    assert len(found) > 5 * len(SEEDS)
    for written, exact, stated in found:
        assert stated == pytest.approx(exact, rel=0.03), written


# Generated questions


MOST = {"%": 100, "of the loss": 1, "for each token": 1, "nats": 4, "percentage points": 30, "as the exponent": 1,
        "days": 300, "years": 20, "times": 2e4, "tokens per parameter": 1000, "dollars": 1e9}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_generated_questions_stay_sensible(name):
    for seed, asked in enumerate(versions(name)):
        for _, part in parts(asked):
            said = questions.plain(" ".join(texts(part)))
            assert not re.search(r"nan|inf\b|\de[+-]\d|[{}<>]", said), (seed, said)
            if part["kind"] == "number":
                assert 0 < part["answer"] < MOST.get(part["unit"], np.inf), seed
                assert verdicts.number_words(part["answer"]).split()[0] in part["why"], seed


@pytest.mark.parametrize("name", DRAWN)
def test_a_generated_question_has_a_hundred_versions(name):
    words = set()
    for seed in range(1000):
        asked = questions.drawn(BANK[name], seed)
        words.add(
            " ".join([asked["question"], *(step["question"] for step in asked.get("steps", ()))])
        )
        if len(words) == 100:
            return
    pytest.fail(f"{name} has only {len(words)} versions in 1,000 seeds", pytrace=False)


def test_a_seed_draws_the_same_again_and_nonsense_is_refused():
    first, again, other = (questions.posed("chinchilla-flops", seed) for seed in (3, 3, 4))
    assert first == again and first["question"] != other["question"]
    for seed in (-1, 1.5, "a", None):
        with pytest.raises(ValueError, match="seed is .*, but must be a whole number of 0 or more"):
            quiz.ask("chinchilla-flops", seed=seed)


def test_a_formula_has_the_laws_and_nothing_of_pythons_own():
    asked = BANK["drill-leap"] | {"answer": "open('x')"}
    with pytest.raises(NameError, match="open"):
        questions.drawn(asked)


def test_the_rule_of_thumb_is_good_enough_for_the_optimum():
    for asked in versions("chinchilla-optimum"):
        params, _ = laws.rule_of_thumb_optimum(asked["values"]["flops"])
        assert verdicts.judge(asked, f"{params:.3e}").right


# Numbers are told apart


NUMBERS = [(name, k) for name in OF["number"] + OF["whiteboard"]
           for k, (_, part) in enumerate(parts(BANK[name])) if part["kind"] == "number"]  # fmt: skip


@pytest.mark.parametrize("name, k", NUMBERS)
def test_an_answer_with_two_digits_is_right_and_a_slip_with_two_digits_is_told(name, k):
    for seed, asked in enumerate(versions(name)):
        _, part = parts(asked)[k]
        assert verdicts.apart(part), (seed, part["answer"], part["slips"])
        if seed < 20:
            for value in (part["answer"], float(f"{part['answer']:.1e}")):
                verdict = verdicts.judge(part, repr(value))
                assert verdict.right and verdict.sentence.startswith("Right: "), (seed, value)
            for slip in part["slips"]:
                for value in (float(slip["value"]), float(f"{slip['value']:.1e}")):
                    told = verdicts.judge(part, repr(value))
                    assert told == (False, f"Not yet. {slip['why']}", True, None), (seed, value)


@pytest.mark.parametrize("unit", sorted({parts(BANK[name])[k][1]["unit"] for name, k in NUMBERS}))
def test_nonsense_and_another_unit_hear_which_is_wanted_and_are_no_try(unit):
    part = next(
        p for name, k in NUMBERS for p in [parts(versions(name)[0])[k][1]] if p["unit"] == unit
    )
    for typed in ("", "  ", "abc", "nan", "1e400", "18,4"):
        right, sentence, counts, _ = verdicts.judge(part, typed)
        assert right is False and not counts and sentence.endswith(".") and len(sentence) > 15
    for typed in ("12 bananas", "12 euros", "12 watts"):
        right, sentence, counts, _ = verdicts.judge(part, typed)
        assert right is False and not counts and " The answer is wanted " in sentence, sentence
    for typed in ("-1", "0"):
        told = (False, "Not yet: the answer is a positive number.", True, None)
        assert verdicts.judge(part, typed) == told


# Options give nothing away by their form


HEDGE = r"\b(about|roughly|usually|often|mostly|may|might|can|could|depends|unless|likely|at least|at most|if)\b"
NEGATION = r"\b(no|not|never|nothing|none|nobody|without|cannot)\b|n't\b"


def number_in(text):
    found = re.search(
        r"\d+(?:,\d{3})*(?:\.\d+)?(?:e\d+)?(?: (?:thousand|million|billion|trillion))?", text
    )
    return units.parse(found[0]) if found else None


def extreme(measure, most):
    """A rule that takes the options of which the measure is largest, or smallest."""

    def rule(options):
        values = [measure(option) for option in options]
        if None in values or len(set(values)) == 1:
            return options
        best = max(values) if most else min(values)
        return [option for option, value in zip(options, values) if value == best]

    return rule


def middle(options):
    values = [number_in(option) for option in options]
    if None in values or len(set(values)) < len(values):
        return options
    ranked = sorted(options, key=number_in)
    return ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]


def odd(measure):
    """A rule that takes the one option that differs from all others, where those are alike."""

    def rule(options):
        values = [measure(option) for option in options]
        alone = [option for option, value in zip(options, values) if values.count(value) == 1]
        return alone if len(alone) == 1 else options

    return rule


def farthest(options):
    mean = sum(map(len, options)) / len(options)
    return extreme(lambda option: abs(len(option) - mean), most=True)(options)


def having(pattern, most=True):
    return extreme(lambda option: bool(re.search(pattern, option, re.I)), most)


def digits(option):
    return sum(map(str.isdigit, option))


RULES = {
    "first": lambda options: options[:1], "last": lambda options: options[-1:],
    "longest": extreme(len, most=True), "shortest": extreme(len, most=False),
    "most digits": extreme(digits, most=True), "fewest digits": extreme(digits, most=False),
    "largest number": extreme(number_in, most=True), "smallest number": extreme(number_in, most=False),
    "middle number": middle, "odd first word": odd(lambda option: option.split()[0].lower()),
    "odd length": farthest, "most words": extreme(lambda option: len(option.split()), most=True),
    "hedged": having(HEDGE), "not hedged": having(HEDGE, False), "negated": having(NEGATION),
    "not negated": having(NEGATION, False), "because": having(r"\b(because|since|so that)\b"),
    "with a comma": having(","),
}  # fmt: skip


def choices(bank=BANK):
    """(options, answer) of every choice, steps of whiteboards as well, in the order of several seeds."""
    for name, asked in bank.items():
        if any(part["kind"] == "choice" for _, part in parts(asked)):
            for seed in range(40):
                for _, part in parts(questions.posed(name, seed)):
                    if part["kind"] == "choice":
                        yield [option["text"] for option in part["options"]], part["answer"]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("follow", [True, False], ids=["followed", "avoided"])
def test_no_rule_of_form_beats_chance(rule, follow):
    """Whoever follows it, or avoids what it says, and guesses elsewhere gains at most five points in a hundred."""
    hits, chance = [], []
    for options, answer in asked_choices():
        taken = RULES[rule](options)
        taken = taken if follow else [option for option in options if option not in taken] or taken
        hits.append((answer in taken) / len(taken))
        chance.append(1 / len(options))
    assert np.mean(hits) <= np.mean(chance) + 0.05, f"{np.mean(hits):.3f} of {np.mean(chance):.3f}"


@functools.cache
def asked_choices():
    return list(choices())


def test_every_choice_has_four_options_with_a_reason_each():
    for name in BANK:
        for _, part in parts(versions(name)[0]):
            options = [option["text"] for option in part.get("options", ())]
            if part["kind"] in ("choice", "several"):
                assert len(set(options)) == len(options) == 4 or part["kind"] == "several", name
                assert len(options) >= 4, name
            assert all(option["why"].strip() for option in part.get("options", ())), name


def test_options_are_shuffled_by_seed_the_same_everywhere():
    places = []
    for name in OF["choice"]:
        orders = [
            [option["text"] for option in questions.posed(name, seed)["options"]] for seed in SEEDS
        ]
        assert orders[0] == [option["text"] for option in questions.posed(name)["options"]]
        assert len(set(map(tuple, orders))) == 24 or name in DRAWN, name
        places += [
            order.index(questions.posed(name, s)["answer"]) for s, order in enumerate(orders)
        ]
    shares = np.bincount(places) / len(places)
    assert np.abs(shares - 1 / 4).max() < 0.01
    for name in OF["order"]:
        for seed in SEEDS:
            asked = questions.posed(name, seed)
            assert [option["text"] for option in asked["options"]] != asked["answer"], (name, seed)


def test_every_option_gets_its_reason():
    for name in OF["choice"]:
        asked = questions.posed(name)
        for option in asked["options"]:
            right = option["text"] == asked["answer"]
            sentence = f"{'Right' if right else 'Not yet'}. {option['why']}"
            assert verdicts.judge(asked, option["text"]) == (right, sentence, True, None)
        words = verdicts.answer_words(asked)
        assert words.startswith(asked["answer"])
        assert all(option["why"] in words for option in asked["options"])
        assert words.count("Not “") == len(asked["options"]) - 1


def test_the_source_is_said_with_the_answer():
    for name, asked in BANK.items():
        said = verdicts.answer_words(questions.posed(name)).split("\n")[-1]
        assert (said == f"Source: {asked.get('source')}.") == ("source" in asked), name


def test_every_set_of_ticks_is_judged():
    for name in OF["several"]:
        reasons = {option["text"]: option["why"] for option in BANK[name]["options"]}
        answer = BANK[name]["answer"]
        for count in range(len(reasons) + 1):
            for ticked in itertools.combinations(reasons, count):
                right, sentence, counts, _ = judge(name, list(ticked))
                wrong = [text for text in ticked if text not in answer]
                assert right == (set(ticked) == set(answer)) and counts == bool(ticked)
                if right:
                    assert (
                        sentence.startswith("Right, all of them. ")
                        and reasons[ticked[0]] in sentence
                    )
                elif not ticked:
                    assert sentence == "Nothing ticked yet: tick every option that holds."
                elif wrong:
                    assert f"of your {count} ticks" in sentence and sentence.endswith(
                        reasons[wrong[0]]
                    )
                else:
                    left = len(answer) - count
                    assert sentence.endswith(f"{left} more {'is' if left == 1 else 'are'} needed.")


def test_an_order_hears_how_many_stand_right_and_why():
    for name in OF["order"]:
        asked, count = BANK[name], len(BANK[name]["answer"])
        reasons = {option["text"]: option["why"] for option in asked["options"]}
        for ranked in itertools.permutations(asked["answer"]):
            right, sentence, counts, _ = verdicts.judge(asked, list(ranked))
            wrong = [one for one, wanted in zip(ranked, asked["answer"]) if one != wanted]
            assert right == (not wrong) and counts
            if right:
                assert sentence == f"Right: all {count} in their places."
            else:
                assert sentence.startswith(f"Not yet: {count - len(wrong)} of {count} in ")
                assert sentence.endswith(reasons[wrong[0]])


def test_the_orders_are_what_the_laws_and_the_models_say():
    def sizes(text):
        number = {"million": 1e6, "billion": 1e9}
        return [float(n) * number[word] for n, word in re.findall(r"(\d+) (\w+)", text)]

    drops = [laws.KAPLAN_PARAMS.loss(small) - laws.KAPLAN_PARAMS.loss(large)
             for small, large in map(sizes, BANK["kaplan-order-drops"]["answer"])]  # fmt: skip
    assert drops == sorted(drops, reverse=True)
    rows = data.models()
    ratios = [
        data.named(rows, name).tokens_per_param
        for name in BANK["chinchilla-order-models"]["answer"]
    ]
    assert ratios == sorted(ratios)


def test_the_derived_split_is_the_laws():
    law, flops = REFIT, 1e24
    a = law.beta / (law.alpha + law.beta)
    G = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    params, tokens = G * (flops / 6) ** a, (flops / 6) ** (1 - a) / G
    assert (params, tokens) == pytest.approx(law.optimum(flops))
    assert law.alpha * law.A / params**law.alpha == pytest.approx(
        law.beta * law.B / tokens**law.beta
    )


# Open answers and whiteboards


def test_the_points_of_an_open_answer_are_counted():
    for name in OF["open"]:
        points = BANK[name]["points"]
        for text in ("  ", "seven words are not enough to compare"):
            blank = judge(name, {"text": text, "ticked": points[:1]})
            assert blank.sentence.startswith("Write at least eight words")
            assert blank.right is None and not blank.counts and blank.share == 0
        written = "eight words are enough to compare with ours"
        for count in range(len(points) + 1):
            right, sentence, counts, share = judge(
                name, {"text": written, "ticked": points[:count]}
            )
            assert right is (True if count == len(points) else None) and counts
            assert share == count / len(points)
            if right:
                assert sentence == f"All {count} points: this would do in an interview."
            elif count:
                made = f"Your answer makes {count} of {len(points)} points."
                assert sentence == f"{made} Still missing: {'; '.join(points[count:])}."
            else:
                assert sentence.startswith("Compare your answer with ours")


def test_the_words_of_chapter_90_hold():
    facts_90.holds()


@pytest.mark.parametrize("name", OF["whiteboard"])
def test_each_step_of_a_whiteboard_is_judged(name):
    asked = questions.posed(name)
    steps = asked["steps"]
    for k, step in enumerate(steps):
        before, after = [*map(right_answer, steps[:k])], [None] * (len(steps) - k - 1)

        def sentence(typed, before=before, after=after):
            return verdicts.judge(asked, board(*before, typed, *after)).sentence

        for option in step.get("options", ()):
            if option["text"] != step["answer"]:
                assert sentence(option["text"]) == f"Step {k + 1}. Not yet. {option['why']}"
        for slip in step.get("slips", ()):
            assert sentence(repr(float(slip["value"]))) == f"Step {k + 1}. Not yet. {slip['why']}"
    done = verdicts.judge(asked, right_answer(asked))
    assert done.right and done.share == 1
    assert done.sentence.startswith(f"All {len(steps)} steps: this would do at a whiteboard. ")
