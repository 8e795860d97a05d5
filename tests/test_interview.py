"""The mock interview: what is drawn, followed up, scored, kept in a file; its face."""

import base64
import collections
import html
import itertools
import json
import re
from xml.etree import ElementTree

import junior
import pytest

from exercises import checking
from helpers import data, progress, questions, quiz
from helpers.questions import posed
from pictures import interview, interview_practice

BANK = data.questions()
SEEDS = range(40)
LENGTHS = (10, 20, 45)


@pytest.fixture(autouse=True)
def _afresh():
    quiz.clear()


def minutes(items):
    return sum(BANK[item["name"]]["minutes"] for item in items)


def right(question):
    """What a learner would type who knows it."""
    kind, answer = question["kind"], question.get("answer")
    if kind == "number":
        return f"{answer:.6e}"
    if kind == "open":
        return {"text": "As I would say it, in eight words or more.", "ticked": question["points"]}
    if kind == "whiteboard":
        steps = [STEP | {"typed": right(step), "tries": 1} for step in question["steps"]]
        return {"steps": steps, "opened": len(steps)}
    return answer


STEP = {"typed": None, "given_up": False, "hint": False, "tries": 0}


def given(typed, tries=1, hint=False):
    return {"typed": typed, "tries": tries, "hint": hint}


# What is drawn


@pytest.mark.parametrize("role", interview_practice.ROLES)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("level", interview.LEVELS)
def test_an_interview_has_its_parts_and_fits_its_time(role, length, level):
    for seed in range(8):
        state = interview_practice.begin(role, length, level, seed)
        items = state["items"]
        parts = [item["part"] for item in items]
        code = "coding" in parts  # takes the place of four other parts
        assert code == (length == 45 and level != "warm-up" and role != "product" and seed % 2 == 0)
        plan = [*interview_practice.PLANS[level][20 if code else length], *["coding"] * code]
        for part in set(plan):
            assert parts.count(part) >= plan.count(part)
        assert set(parts) <= {*plan, *interview_practice.FILLS[level]} and parts[0] == "warm-up"
        assert 0.75 * length < minutes(items) <= length - 1
        kinds = {BANK[item["name"]]["kind"] for item in items if item["part"] == "estimate"}
        assert kinds == {"number"}, "an estimate is a number"
        for item in items:
            asked = BANK[item["name"]]
            easy = level == asked["level"] == "warm-up" and item["part"] == "estimate"
            assert easy or interview.part_of(asked) == item["part"]
            assert not asked.get("here")
        assert state == interview_practice.begin(role, length, level, seed)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("role", interview_practice.ROLES)
def test_staff_means_staff_and_warm_up_means_warm_up(role, length):
    for level, least in (("staff", 0.6), ("warm-up", 0.75), ("interview", 0.6)):
        items = [
            i for s in SEEDS for i in interview_practice.begin(role, length, level, s)["items"]
        ]
        own = [item for item in items if BANK[item["name"]]["level"] == level]
        assert len(own) >= least * len(items), level
        assert minutes(own) >= (0.6 if level == "warm-up" else least) * minutes(items), level


def family(item):
    return interview_practice.family(item["name"], BANK[item["name"]])


@pytest.mark.parametrize("level", interview.LEVELS)
def test_no_interview_asks_two_of_a_family_but_once_more_with_other_numbers(level):
    for seed in SEEDS:
        state = interview_practice.begin("research", 45, level, seed)
        while interview_practice.current(state):
            state = interview_practice.answered(state, float(seed % 2), 20)
        firsts = [family(i) for i in state["items"] if "once more" not in i["follows"]]
        assert len(set(firsts)) == len(firsts)


@pytest.mark.parametrize("level", interview.LEVELS)
def test_what_was_met_waits_until_all_that_fit_in_its_place_were_asked(level):
    """Interviews one after the other: whatever comes again, no other that fits was met less often."""
    met, again = collections.Counter(), 0
    for seed in range(12):
        items = interview_practice.begin("research", 20, level, seed, dict(met))["items"]
        taken = {family(item) for item in items}
        for item in items:
            asked = BANK[item["name"]]
            others = [
                name for name, other in interview.pool().items()
                if interview.part_of(other) == interview.part_of(asked)
                and other["level"] == asked["level"] and other["minutes"] <= asked["minutes"]
                and interview_practice.family(name, other) not in taken
            ]  # fmt: skip
            assert met[item["name"]] <= min((met[name] for name in others), default=99), item
            again += met[item["name"]] > 0
        met.update(item["name"] for item in items)
    assert again > 0, "or nothing was tried"


def test_without_anything_met_a_seed_is_one_interview():
    for met in (None, {}, {"gone": 3}):
        state = interview_practice.begin("product", 20, "staff", 5, met)
        assert state["items"] == interview_practice.begin("product", 20, "staff", 5)["items"]


def test_the_topics_of_a_role_come_first():
    """Wherever one of its level and part is left for the time, the others wait."""
    for role, topics in interview_practice.ROLES.items():
        items = [
            i for s in SEEDS for i in interview_practice.begin(role, 20, "interview", s)["items"]
        ]
        own = sum(BANK[item["name"]]["topic"] in topics for item in items)
        assert own >= 0.85 * len(items), role


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("answers", [[0.0], [1.0], [0.5], [1.0, 0.0]], ids=str)
def test_whoever_takes_the_stated_minutes_ends_in_time(length, answers):
    follows = 0
    for seed in range(12):
        state = interview_practice.begin("product", length, "interview", seed)
        while item := interview_practice.current(state):
            got = answers[len(state["results"]) % len(answers)]
            state = interview_practice.answered(state, got, 60 * BANK[item["name"]]["minutes"])
        assert state["elapsed"] <= 60 * length
        follows += sum(bool(item["follows"]) for item in state["items"])
    assert follows > 0 or answers == [0.5] or length == 10


def test_who_is_quick_is_asked_more_and_who_is_slow_is_not():
    state = interview_practice.begin("research", 20, "interview", 7)
    items = [item | {"name": "drill-tokens-seen"} if k == 0 else item for k, item in enumerate(state["items"])]  # fmt: skip
    state |= {"items": items}
    counts = [len(interview_practice.answered(state, 0.0, 60 * m)["items"]) for m in (1, 10)]
    assert counts == [len(items) + 1, len(items)]


def test_each_part_may_be_the_long_one():
    firsts = [interview_practice.begin("product", 10, "interview", s)["items"] for s in SEEDS]
    assert len({items[-1]["name"] for items in firsts}) >= 3, "not always the shortest trade-off"
    assert len({items[0]["name"] for items in firsts}) >= 8


def test_the_role_and_the_level_are_heard():
    def share(role, level, what, wanted):
        items = [i for s in SEEDS for i in interview_practice.begin(role, 20, level, s)["items"]]
        return sum(BANK[i["name"]][what] in wanted for i in items) / len(items)

    serving = ("serving", "limits")
    assert share("product", "interview", "topic", serving) > 1.5 * share(
        "research", "interview", "topic", serving
    )
    assert share("research", "staff", "level", ("staff",)) > 2 * share(
        "research", "warm-up", "level", ("staff",)
    )


def test_another_seed_is_another_interview_and_none_is_a_new_one():
    drawn = [
        json.dumps(interview_practice.begin("product", 45, "staff", s)["items"]) for s in range(10)
    ]
    assert len(set(drawn)) == 10
    new = {interview_practice.begin("product", 10, "staff")["seed"] for _ in range(5)}
    assert len(new) > 1


@pytest.mark.parametrize(
    "bad",
    [("ceo", 20, "staff", 1), ("product", 15, "staff", 1), ("product", 20, "easy", 1),
     ("product", 20, "staff", -1), ("product", 20, "staff", "a")],
)  # fmt: skip
def test_what_is_not_there_is_refused(bad):
    with pytest.raises(ValueError, match=r"^(role|minutes|level|seed) is .* but must be"):
        interview_practice.begin(*bad)


def test_every_question_that_stands_alone_can_be_drawn_by_a_drill():
    seen = [name for topic in interview.TOPICS for name in interview.pool(topic)]
    assert sorted(seen) == sorted(interview.pool()) and len(seen) > 75
    apart = {n for n, q in BANK.items() if q.get("here") or q["kind"] == "code"}
    assert set(BANK) - set(seen) == apart
    assert {q["topic"] for q in BANK.values()} == set(interview.TOPICS)
    with pytest.raises(ValueError, match="topic is 'cooking', but must be one of counting"):
        interview.pool("cooking")


# What follows an answer, and the score


def after(state, part, got):
    """The state in which the first question of this part was just answered with these points."""
    while (
        interview_practice.current(state)["part"] != part
        or interview_practice.current(state)["follows"]
    ):
        state = interview_practice.answered(state, 1.0) | {"items": state["items"]}
    return interview_practice.answered(state, got)


def test_a_missed_generated_question_comes_again_with_other_numbers():
    state = interview_practice.begin("research", 20, "interview", 7)
    items = [item | {"name": "drill-tokens-seen"} if k == 0 else item for k, item in enumerate(state["items"])]  # fmt: skip
    later = interview_practice.answered(state | {"items": items}, 0.0, seconds=30)
    first, second = later["items"][:2]
    assert second["name"] == first["name"] and second["seed"] != first["seed"]
    assert second["follows"] == "Not yet: once more, with other numbers."
    assert later["elapsed"] == 30 and len(later["items"]) == len(items) + 1
    done = interview_practice.answered(later, 0.0)
    assert interview_practice.current(done)["follows"] == "", "one follow-up to a question"
    assert state["results"] == [], "states are not changed"


def test_a_right_estimate_leads_on_and_a_wrong_one_back():
    further = back = 0
    for seed in SEEDS:
        state = interview_practice.begin("research", 20, "interview", seed)
        for got in (1.0, 0.0):
            item = next(i for i in state["items"] if i["part"] == "estimate")
            later = after(state, "estimate", got)
            then, asked_ = interview_practice.current(later), BANK[item["name"]]
            if then["follows"].endswith(f" one on {asked_['topic']}:"):
                assert then["follows"].startswith("Right. A h" if got else "Not yet. An e")
                assert BANK[then["name"]]["kind"] in ("number", "choice", "order")
                step = 1 if got else -1
                level = interview.LEVELS.index(BANK[then["name"]]["level"])
                assert level == interview.LEVELS.index(asked_["level"]) + step
                assert BANK[then["name"]]["topic"] == asked_["topic"]
                further, back = further + (got == 1), back + (got == 0)
    assert further > 3 and back > 0


def test_a_follow_up_is_never_a_long_answer():
    state, first = (
        interview_practice.begin("research", 45, "interview", 7),
        {"seed": 3, "follows": ""},
    )
    for name, part in (
        ("own-three-runs", "critique"),
        ("limits-halving", "estimate"),
        ("own-basket", "concept"),
    ):
        for seed in range(20):
            items = [first | {"name": name, "part": part}, state["items"][0]]
            for got in (0.0, 1.0):
                later = interview_practice.answered(state | {"items": items, "seed": seed}, got, 30)
                then = interview_practice.current(later)
                assert not then["follows"] or BANK[then["name"]]["kind"] in (
                    "number",
                    "choice",
                    "order",
                )


def test_right_with_the_hint_is_not_called_wrong():
    state = interview_practice.begin("research", 20, "interview", 7)
    for name, follows in (
        ("drill-leap", "Right, with the hint: once more, with other numbers."),
        ("half-size", ""),
    ):
        first = {"name": name, "seed": 3, "part": "warm-up", "follows": ""}
        later = interview_practice.answered(state | {"items": [first, *state["items"]]}, 0.5, 30)
        assert interview_practice.current(later)["follows"] == follows


def test_a_question_that_has_left_the_pool_can_still_be_answered():
    state = interview_practice.begin("research", 20, "interview", 7)
    old = {"name": "rule-13b-flops", "seed": 3, "part": "warm-up", "follows": ""}
    later = interview_practice.answered(state | {"items": [old, *state["items"]]}, 0.0, 30)
    assert interview_practice.score(later) == (0.0, 1)


def test_an_interview_never_asks_a_question_and_its_generated_twin():
    twins = {"rule-13b-flops": "chinchilla-flops", "over-equal-bills": "drill-break-even",
             "limits-years": "drill-years-left", "kaplan-double-compute": "drill-best-growth",
             "over-best-loss": "drill-floor", "abilities-twenty-tokens": "drill-exact-match",
             "kaplan-halve-loss-compute": "drill-growth", "limits-hours": "drill-chip-days"}  # fmt: skip
    for fixed, made in twins.items():
        assert fixed not in interview.pool() and made in interview.pool(), fixed


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("got", [0.0, 0.5, 1.0])
def test_follow_ups_are_few_and_every_interview_ends(length, got):
    state = interview_practice.begin("product", length, "interview", 3)
    planned = len(state["items"])
    for _ in range(40):
        if interview_practice.current(state) is None:
            break
        state = interview_practice.answered(state, got, 60)
    assert interview_practice.current(state) is None
    assert planned <= len(state["items"]) <= planned + interview_practice.FOLLOW_UPS[length]
    assert all(result["points"] == got for result in state["results"])
    assert state["elapsed"] == 60 * len(state["items"])
    if got == 1:
        assert interview_practice.again(state) is None and interview_practice.missed(state) == []


def digests(items, name):
    return [progress.digest(posed(name, i["seed"])) for i in items if i["name"] == name]


def test_a_retry_asks_nothing_that_was_met():
    """Numbers are others, also than those of a follow-up and of the retry before; a fixed question is
    replaced by one like it while there is one, and else stands in a new order and says so."""
    said = collections.Counter()
    for seed in range(12):
        state = interview_practice.begin(
            list(interview_practice.ROLES)[seed % 3], 45, "interview", seed
        )
        for _ in range(3):
            while interview_practice.current(state):
                state = interview_practice.answered(state, 0.0, 30)
            retry, met = interview_practice.again(state), [*state["before"], *state["items"]]
            assert retry["results"] == [] and retry["elapsed"] == 0 and retry["before"] == met
            assert {BANK[i["name"]]["kind"] for i in retry["items"]} == {BANK[i["name"]]["kind"] for i in state["items"]}  # fmt: skip
            for item in retry["items"]:
                asked, name = BANK[item["name"]], item["name"]
                said[item["follows"].split()[0]] += 1
                if item["follows"] == "Once more, with other numbers.":
                    assert "let" in asked and not set(digests([item], name)) & set(
                        digests(met, name)
                    )
                elif item["follows"].startswith("Another question on "):
                    assert name not in {one["name"] for one in met}
                    assert item["follows"] == f"Another question on {asked['topic']}."
                else:
                    assert item["follows"].startswith("There is no other question like it left")
                    if "options" in asked:
                        last = [i for i in state["items"] if i["name"] == name][-1]
                        orders = [[o["text"] for o in posed(name, i["seed"])["options"]] for i in (last, item)]  # fmt: skip
                        assert orders[0] != orders[1] and "new order" in item["follows"]
            state = retry
    assert set(said) == {"Once", "Another", "There"}


def test_a_follow_up_and_the_retry_never_ask_the_same_numbers():
    state = interview_practice.begin("research", 20, "interview", 7)
    one = {"name": "drill-tokens-seen", "seed": 3, "part": "warm-up", "follows": ""}
    later = interview_practice.answered(state | {"items": [one, state["items"][-1]]}, 0.0, 30)
    later = interview_practice.answered(later, 0.0, 30)
    while interview_practice.current(later):
        later = interview_practice.answered(later, 1.0, 30)
    (retry,) = interview_practice.again(later)["items"]
    asked = digests([*later["items"], retry], "drill-tokens-seen")
    assert len(asked) == 3 == len(set(asked))


def test_the_first_answer_counts_and_a_hint_halves():
    for name, entry in interview.pool().items():
        item, kind = {"name": name, "seed": 5}, entry["kind"]
        question = interview_practice.exam(item)
        answer = right(question)
        assert interview.points(question, given(answer)) == 1.0, name
        assert interview.points(question, given(None, tries=0)) == 0.0
        assert interview.points(question, given(answer, hint=True)) == 0.5
        assert interview_practice.judge_item(item, answer)[1] == 1.0
        assert interview_practice.judge_item(item, answer, hint=True)[1] == 0.5
        quick = kind not in ("open", "whiteboard")
        assert interview.points(question, given(answer, tries=2)) == (0.0 if quick else 1.0)
        if kind == "number":
            assert interview.points(question, given(repr(question["slips"][0]["value"]))) == 0.0
        if kind == "open":
            one = answer | {"ticked": question["points"][:1]}
            assert interview.points(question, given(one)) == 1 / len(question["points"])
            assert interview.points(question, given(one | {"text": "x"})) == 0.0


def test_a_whiteboard_is_scored_by_its_steps():
    boards = [n for n, q in interview.pool().items() if q["kind"] == "whiteboard"]
    for name in boards:
        question = interview_practice.exam({"name": name, "seed": 5})
        answer, count = right(question), len(question["steps"])
        for change, lost in (
            ({"typed": None, "given_up": True, "tries": 0}, 1.0),
            ({"hint": True}, 0.5),
            ({"tries": 2}, 1.0),
        ):
            steps = [answer["steps"][0] | change, *answer["steps"][1:]]
            got = interview.points(question, given(answer | {"steps": steps}))
            assert got == pytest.approx((count - lost) / count), change


def test_a_candidate_sees_nothing_of_the_key():
    for name, entry in interview.pool().items():
        asked, seen = posed(name, 4), interview_practice.face({"name": name, "seed": 4})
        for key, one in ((asked, seen), *zip(asked.get("steps", ()), seen["steps"])):
            assert set(one) == {"kind", "question", "unit", "hint", "options", "steps"}
            assert one["options"] == [option["text"] for option in key.get("options", ())]
        assert entry["kind"] != "open" or asked["answer"] not in json.dumps(seen)


def test_what_to_reread_is_a_heading_of_a_chapter():
    for name in BANK:
        title, link = questions.reread(name)
        file, anchor = link.split("#")
        book = json.loads((data.FOLDER.parent / "notebooks" / file).read_text("utf-8"))
        cells = "\n".join("".join(cell["source"]) for cell in book["cells"])
        number, heading = title.split(" · ", 1)
        assert re.search(rf"(?m)^##? +{re.escape(heading)}$", cells), name
        assert anchor == heading.replace(" ", "-") and number == file[:2] != "90"
        assert heading != "Check yourself"


def test_words_from_a_file_are_never_taken_for_html():
    shown = interview_practice.play(seed=7)
    first = shown.state["items"][0] | {"follows": "<img src=x>"}
    shown.go(shown.state | {"items": [first, *shown.state["items"][1:]]}, afresh=True)
    assert "<img" not in shown.head.value and ": follow-up, about" in shown.head.value


# The plots


@pytest.mark.parametrize("name", [n for n, q in BANK.items() if "picture" in q])
def test_a_plot_with_an_error_has_axes_words_and_a_description(name):
    plot = quiz.ask(name).head.value
    alt, code = re.search(
        r'alt="([^"]{40,})" src="data:image/svg\+xml;base64,([^"]+)"', plot
    ).groups()
    svg = ElementTree.fromstring(base64.b64decode(code))
    assert svg[0].text == html.unescape(alt)
    words = [part.text for part in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert len(words) >= 6 and len(alt) > 40
    for part in svg.iter():
        for key, low, high in (("cx", 58, 418), ("cy", 12, 182), ("y", 0, 232), ("x", 0, 440)):
            assert part.get(key) is None or low <= float(part.get(key)) <= high, (key, part.attrib)
    assert code in quiz.ask(name)._repr_mimebundle_()[0]["text/html"]


def test_the_plots_show_what_their_questions_say():
    drawn = {plot.__name__: junior.svg(plot) for plot in junior.PLOTS}
    assert {q["picture"] for q in BANK.values() if "picture" in q} == set(drawn)
    with pytest.raises(
        ValueError, match="picture is 'cat', but must be one of 14, such as .*isofl"
    ):
        data.picture("cat")
    files = (data.FOLDER / "pictures").iterdir()
    assert {path.stem: path.read_text("utf-8") for path in files} == drawn, "python tools/junior.py"
    dots = {name: [float(cy) for cy in re.findall(r'cy="([\d.]+)"', svg)] for name, svg in drawn.items()}  # fmt: skip
    assert [len(dots[plot.__name__]) for plot in junior.PLOTS] == [9, 3, 0, 4, 1, 4, 5, 0, 0, 0, 9, 2, 0, 0]  # fmt: skip
    for name, heights in dots.items():  # every loss is lower than the one before
        assert heights == sorted(heights) or name == "residuals"
    assert 'height="136.0"' in drawn["zero_of_fifty"], "12 of 15 % of 170 pixels"


# On screen


def check(question, typed):
    question.fill(typed)
    question.check()


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def press(question, typed):
    """Answer as by hand, a whiteboard step by step."""
    if "steps" not in question.asked:
        return check(question, typed)
    for k, step in enumerate(typed["steps"]):
        now = question.entry.read()
        steps = [
            *now["steps"][:k],
            now["steps"][k] | {"typed": step["typed"]},
            *now["steps"][k + 1 :],
        ]
        check(question, now | {"steps": steps})


def page_of(shown):
    return shown.body.children[0].value


def begins_with_a_number(seed):
    items = interview_practice.begin("research", 10, "interview", seed)["items"]
    return BANK[items[0]["name"]]["kind"] == "number" and "let" in BANK[items[0]["name"]]


def test_an_interview_is_played_to_its_scorecard():
    clock, seed = Clock(), next(filter(begins_with_a_number, itertools.count()))
    shown = interview_practice.play("research", 10, "interview", seed=seed, clock=clock)
    count = checked = 0
    while item := interview_practice.current(shown.state):
        assert f"Question {count + 1} of" in shown.head.value
        assert ("follow-up" if item["follows"] else item["part"]) in shown.head.value
        assert "Answer</summary>" not in shown.question.folds.value
        assert not hasattr(shown.question, "another")
        assert shown.next in row_of(shown.question), "where the hand is"
        clock.now += 65
        checked += shown.question.asked["kind"] != "open"
        if count == 0:  # a wrong answer; the right one comes too late
            check(shown.question, "12345")
            assert "Not right" in shown.question.status.value
        press(shown.question, right(shown.question.asked))
        shown.next.click()
        count += 1
    assert shown.state["results"][0]["points"] == 0 and shown.state["elapsed"] == 65 * count
    assert shown.state["results"][0]["typed"] == "12345"
    assert all(result["points"] == 1 for result in shown.state["results"][1:])
    page = page_of(shown)
    share = f"{checked - 1:.1f} of {checked} checked points, {100 * (checked - 1) / checked:.0f} %"
    assert f"The scorecard: {share} in {65 * count // 60} min" in page
    own = count - checked
    assert f"Self-assessed: {own:.1f} of {own} points" in page and own >= 1
    assert "You said: 12345" in page and page.count("1 min 5 s of ") == count
    assert page.count("<details") == count and page.count("Our answer: ") == count
    assert page.count("Explained in <a href=") == count
    assert shown.next not in shown.body.children and shown.retry.layout.display == ""
    before = posed(shown.state["items"][0]["name"], shown.state["items"][0]["seed"])["question"]
    shown.retry.click()
    assert len(shown.state["items"]) == 1 and shown.question.verdict == ""
    assert shown.question.question != before and "Once more" in shown.head.value


def row_of(question):
    """The buttons of a question."""
    rows = [question.box]
    for one in rows:
        rows += getattr(one, "children", ())
    return next(one.children for one in rows if question.button in getattr(one, "children", ()))


def test_what_stands_there_is_handed_in_with_next():
    shown = started("start-ten-times", "half-size")
    for got in (1.0, 0.0):
        question = shown.question
        answer, options = question.asked["answer"], question.asked["options"]
        wrong = next(option["text"] for option in options if option["text"] != answer)
        question.fill(answer if got else wrong)
        shown.next.click()
    assert [result["points"] for result in shown.state["results"][:2]] == [1.0, 0.0]


def started(*names):
    """An interview that begins with these questions."""
    shown = interview_practice.play("research", 45, "interview", seed=7)
    first = [{"name": name, "seed": 1, "part": "derivation", "follows": ""} for name in names]
    shown.go(shown.state | {"items": [*first, *shown.state["items"]]}, afresh=True)
    return shown


def test_a_whiteboard_is_asked_step_by_step_and_each_first_answer_counts():
    shown = started("board-405b")
    board = shown.question
    answer = right(board.asked)
    answer["steps"][0] = STEP | {"typed": "1"}
    press(board, answer)
    count = len(board.asked["steps"])
    check(board, right(board.asked))
    shown.next.click()
    assert shown.state["results"][0]["points"] == pytest.approx(1 - 1 / count)
    while interview_practice.current(shown.state):
        shown.next.click()
    assert "1. 1, which is not right." in page_of(shown)


def test_a_hint_is_a_button_and_the_scorecard_says_that_it_was_used():
    shown = started("drill-tokens-seen")
    hint = shown.question.asked["hint"]
    assert html.escape(hint) not in shown.question.folds.value
    shown.question.hint.click()
    assert html.escape(hint) in shown.question.folds.value
    check(shown.question, right(shown.question.asked))
    shown.next.click()
    assert shown.state["results"][0]["points"] == 0.5
    while interview_practice.current(shown.state):
        shown.next.click()
    assert "0.5, with the hint" in page_of(shown)


def test_the_scorecard_says_what_simulated_players_get():
    for setting in (("research", 20, "interview"), ("product", 45, "staff")):
        lines = interview_practice.reference(*setting)
        state = interview_practice.begin(*setting, seed=1)
        while interview_practice.current(state):
            state = interview_practice.answered(state, 1.0, 0.0)
        page = interview_practice.scorecard(state)
        for name, percent in lines.items():
            words = interview_practice.PLAYERS[name]
            assert re.search(rf"{re.escape(words)}</td><td[^>]*>{percent} %</td>", page), name
        assert "simulated players" in page and "nobody has measured" in page
        assert re.search("you, this time</td><td[^>]*>100 %", page)
        again = interview_practice.scorecard(state | {"before": state["items"]})
        assert "simulated players" not in again, "a retry is no such interview"


def test_the_scorecard_explains_every_question_with_its_source():
    names = [name for name, asked in interview.pool().items() if "source" in asked]
    for name in [*names, "half-size", "board-405b", "talk-quarrel"]:
        item = {"name": name, "seed": 2, "part": "concept", "follows": ""}
        state = interview_practice.begin("research", 10, "interview", 1) | {"items": [item]}
        page = interview_practice.scorecard(interview_practice.answered(state, 0.0))
        asked = posed(name, 2)
        assert html.escape(asked.get("source", "")) in page
        assert quiz.link(name) in page and "You said: nothing." in page
        for option in asked.get("options", ()):
            assert html.escape(option["why"]) in page, "why the others are wrong"


def test_what_was_said_stands_on_the_scorecard_in_words():
    say = interview_practice.yours
    assert say({"kind": "several"}, ["a", "b"]) == "a; b"
    assert say({"kind": "order"}, ["a", None]) == "a, then nothing"
    assert say({"kind": "choice"}, None) == say({"kind": "several"}, []) == "nothing."
    assert say({"kind": "open"}, {"text": "So.", "ticked": ["x"]}) == "So.\nYou ticked: x."
    board = interview_practice.exam({"name": "board-300b", "seed": 1})
    steps = [{"typed": "15B", "hint": True}, {"typed": "2.7e22"}, {"typed": "2"},
             {"typed": None, "given_up": True, "tries": 0}, {"tries": 0}]  # fmt: skip
    typed = {"steps": [STEP | {"tries": 1} | step for step in steps], "opened": 5}
    assert say(board, typed).split("\n")[1:] == [
        "1. 15B, which is right, with the hint.", "2. 2.7e22, which is right.", "3. 2, which is not right.",
        "4. given up.", "5. nothing."]  # fmt: skip


def test_what_cannot_be_taken_back_is_asked_twice():
    shown = started("board-300b")
    steps = right(shown.question.asked)["steps"]
    press(shown.question, {"steps": [steps[0], *[STEP] * (len(steps) - 1)], "opened": 1})
    for pressed in (shown.next, shown.start, shown.next):
        before = shown.state
        pressed.click()
        assert shown.state == before and "again" in shown.status.value
    shown.next.click()
    assert len(shown.state["results"]) == 1 and "again" not in shown.status.value
    shown.start.click()
    assert len(shown.state["results"]) == 1
    shown.start.click()
    assert shown.state["results"] == []
    shown.start.click()
    assert "again" not in shown.status.value, "nothing was answered in this one"


def test_interviews_that_were_finished_are_a_trend_and_a_retry_is_none():
    shown = interview_practice.play("product", 10, "staff", seed=1, clock=Clock())
    for k in range(3):
        while interview_practice.current(shown.state):
            press(shown.question, right(shown.question.asked)) if k == 1 else None
            shown.next.click()
        if k == 0:
            assert "Your last interviews" not in page_of(shown), "one is no trend"
            shown.retry.click()
            while interview_practice.current(shown.state):
                shown.next.click()
        shown.start.click() if k < 2 else None
    rows = re.findall(r"product, 10 minutes, staff</td><td[^>]*>([^<]*)<", page_of(shown))
    assert len(rows) == 3 and rows[0].endswith(" 0 %") and rows[1].endswith(" 100 %")
    assert interview_practice.play("product", 10, "staff", seed=1).body.children[
        0
    ].value == page_of(shown)
    assert len(progress.read()[0]["interviews"]) == 4


def test_a_new_interview_asks_what_was_not_met():
    shown = interview_practice.play("infrastructure", 10, "staff", seed=1)
    before = {item["name"] for item in shown.state["items"]}
    while interview_practice.current(shown.state):
        shown.next.click()
    shown.start.click()
    names = {item["name"] for item in shown.state["items"]}
    assert set(shown.state["met"]) >= before and not names & before
    shown.start.click()
    assert set(shown.state["met"]) == before | set(), "one that was left at once has asked nothing"


def test_nothing_answered_is_nothing_scored_and_nonsense_costs_no_try():
    shown = interview_practice.play("research", 20, "interview", seed=7)
    number = {"name": "drill-tokens-seen", "seed": 1, "part": "warm-up", "follows": ""}
    shown.go(shown.state | {"items": [number, *shown.state["items"][1:]]}, afresh=True)
    for nonsense in ("", "abc", "nan"):
        check(shown.question, nonsense)
        assert shown.question.tries == 0
    check(shown.question, right(shown.question.asked))
    shown.next.click()
    shown.next.click()
    assert [result["points"] for result in shown.state["results"]] == [1.0, 0.0]


def test_a_word_added_after_the_comparison_changes_no_points():
    shown = started("talk-quarrel")
    answer = right(shown.question.asked)
    check(shown.question, answer | {"ticked": []})
    check(shown.question, answer)
    shown.question.entry.parts[0].value = "x"
    shown.next.click()
    result = shown.state["results"][0]
    assert result["points"] == 1.0 and result["typed"]["text"] == answer["text"]
    assert interview_practice.score(shown.state) == (0, 0)
    assert interview_practice.score(shown.state, "own") == (1.0, 1)


def test_a_whole_interview_without_an_answer_says_what_to_reread():
    shown = interview_practice.play("product", 20, "staff", seed=1)
    while interview_practice.current(shown.state):
        shown.next.click()
    page = shown.body.children[0].value
    assert "The scorecard: 0.0 of" in page and page.count("<details") == len(shown.state["items"])
    assert page.count("You said: nothing.") == len(shown.state["items"])
    assert shown.status.value == shown.head.value == "", "nothing lingers"


def test_a_cell_that_is_run_again_goes_on_where_it_was():
    first = interview_practice.play(seed=7, clock=Clock())
    check(first.question, right(first.question.asked))
    first.next.click()
    again = interview_practice.play(seed=7)
    assert again.state == first.state and again.question.question == first.question.question
    assert interview_practice.play(seed=8).state["results"] == []
    quiz.clear("interview")
    assert interview_practice.play(seed=7).state["results"] == []


def test_the_chapters_answers_are_left_alone():
    shown = interview_practice.play(seed=7)
    name = interview_practice.current(shown.state)["name"]
    check(shown.question, right(shown.question.asked))
    assert name not in progress.read()[0]["answers"] and quiz.ask(name).verdict == ""


def test_a_reopened_notebook_goes_on_with_what_was_typed_its_tries_and_the_time():
    clock = Clock()
    shown = interview_practice.play(seed=7, clock=clock)
    number = {"name": "drill-tokens-seen", "seed": 1, "part": "warm-up", "follows": ""}
    shown.go(shown.state | {"items": [number, *shown.state["items"][1:]]}, afresh=True)
    clock.now = 50
    check(shown.question, "1")
    again = interview_practice.play(seed=7, clock=Clock())
    assert again.question.entry.read() == "1" and again.question.tries == 1
    assert again.state["elapsed"] == 50
    check(again.question, right(again.question.asked))
    again.next.click()
    assert again.state["results"][0]["points"] == 0, "a wrong answer is not forgiven"
    assert again.state["results"][0]["seconds"] == 50, "nor is the time"
    talk = {"name": "talk-quarrel", "seed": 1, "part": "trade-off", "follows": ""}
    again.go(again.state | {"items": [number, talk], "results": again.state["results"]})
    again.question.entry.parts[0].value = "As I would"
    assert interview_practice.play(seed=7).question.entry.read()["text"] == "As I would"


def test_an_interview_with_a_question_that_is_gone_begins_afresh():
    shown = interview_practice.play(seed=7)
    gone = {"name": "gone", "seed": 1, "part": "estimate", "follows": ""}
    for items in ([*shown.state["items"], gone], 5, [{}]):
        kept = {"wanted": ["research", 20, "interview", 7], "state": shown.state | {"items": items}}
        progress.remember(answers={"interview": kept})
        state = interview_practice.play(seed=7).state
        assert state | {"begun": ""} == shown.state | {"begun": ""}


def test_a_stored_page_shows_the_interview_as_it_begins():
    shown = interview_practice.play(seed=7)

    def face(shown):
        content, _ = shown._repr_mimebundle_()
        return content["text/plain"], content["text/html"]

    before = face(shown)
    check(shown.question, right(shown.question.asked))
    shown.next.click()
    assert face(shown) == face(interview_practice.play(seed=7)) == before


def test_what_was_wrong_in_an_interview_comes_back_in_the_warm_up():
    shown = interview_practice.play(seed=7)
    number = {"name": "drill-tokens-seen", "seed": 1, "part": "warm-up", "follows": ""}
    shown.go(shown.state | {"items": [number, *shown.state["items"][1:]]}, afresh=True)
    check(shown.question, "1")
    assert list(progress.read()[0]["repeat"]) == ["drill-tokens-seen"]
    assert "It comes back in the warm-up of chapter 00 on " in shown.question.status.value


def test_before_an_answer_the_text_is_the_question_and_the_page_has_all():
    shown = interview_practice.play(seed=7)
    content, _ = shown._repr_mimebundle_()
    assert content["text/plain"].startswith(shown.question.question)
    assert content["text/html"].count("Answer</summary>") == len(shown.state["items"])
    drill = interview_practice.drill("serving")
    content, _ = drill._repr_mimebundle_()
    assert content["text/plain"].startswith(drill.question.question)
    assert content["text/html"].count("<details") == 2


@pytest.mark.parametrize("topic", interview.TOPICS)
def test_a_drill_asks_every_question_of_its_topic_and_then_with_fresh_numbers(topic):
    drill, seen = interview_practice.drill(topic), []
    names = set(interview.pool(topic))
    for _ in names:
        seen.append(drill.state["item"]["name"])
        drill.next.click()
    assert sorted(seen) == sorted(names) and drill.state["round"] == 1
    assert {item["seed"] for item in [drill.state["item"], *drill.state["queue"]]} == {1}


def test_a_drill_goes_on_where_it_stopped_and_its_page_does_not():
    drill = interview_practice.drill("limits")
    page = drill._repr_mimebundle_()[0]["text/html"]
    check(drill.question, right(drill.question.asked))
    drill.next.click()
    there = interview_practice.drill("limits")
    assert there.state["item"] == drill.state["item"] and there.state["asked"] == 0
    assert there._repr_mimebundle_()[0]["text/html"] == page, "whoever ran it"
    assert interview_practice.drill("limits", seed=3).state["place"] == 0
    gone = drill.state | {"item": {"name": "gone", "seed": 0}}
    progress.remember(answers={"drill limits": {"state": gone}})
    assert interview_practice.drill("limits").state["place"] == 0


def test_what_was_missed_in_a_drill_comes_back_after_two_others_with_other_numbers():
    state, seen = interview_practice.drilling("serving", 0), []
    for place in range(24):
        seen.append(state["item"])
        state = interview_practice.drilled(state, known=place != 0)
    first = seen[0]["name"]
    assert [item["name"] for item in seen[:12]].count(first) == 2 and seen[3]["name"] == first
    assert digests(seen[:1], first) != digests(seen[3:4], first) or "let" not in BANK[first]
    assert (state["asked"], state["known"]) == (24, 23)


def test_who_misses_all_still_meets_new_ones_in_a_drill():
    state, seen = interview_practice.drilling("serving", 0), []
    for _ in range(20):
        seen.append(state["item"]["name"])
        state = interview_practice.drilled(state, False)
    assert len(set(seen)) >= 10 and all(a != b for a, b in itertools.pairwise(seen))
    left = interview_practice.drilled(state, None)
    assert (left["asked"], left["known"]) == (20, 0), "what is left out is not missed"
    assert len(left["back"]) <= len(state["back"])


def test_a_drill_gives_its_answer_up_says_how_much_was_known_and_the_warm_up_asks_again():
    def kinds(seed):
        first = interview_practice.drilling("counting", seed)
        return [BANK[i["name"]]["kind"] for i in (first["item"], *first["queue"][:2])]

    seed = next(seed for seed in range(99) if kinds(seed) == ["number"] * 3)
    drill = interview_practice.drill("counting", seed)
    name = drill.state["item"]["name"]
    assert drill.next in row_of(drill.question)
    drill.question.give_up.click()
    assert "Answer." in drill.question.folds.value and name in progress.read()[0]["repeat"]
    drill.next.click()
    assert "You knew 0 of 1 at once." in drill.status.value
    press(drill.question, right(drill.question.asked))
    drill.next.click()
    assert "You knew 1 of 2 at once." in drill.status.value
    drill.next.click()
    assert drill.state["item"]["name"] == name, "after two others"
    assert "You knew 1 of 2" in drill.status.value, "one that was left out does not count"


# Code in an interview


def test_every_second_long_interview_of_engineers_has_one_task_of_code():
    def tasks(role, minutes, level, seed):
        items = interview_practice.begin(role, minutes, level, seed)["items"]
        return [item["name"] for item in items if item["part"] == "coding"]

    for role in ("research", "infrastructure"):
        drawn = {seed: tasks(role, 45, "interview", seed) for seed in range(8)}
        assert [len(drawn[seed]) for seed in range(8)] == [1, 0] * 4
        assert len({names[0] for names in drawn.values() if names}) > 1
        assert tasks(role, 20, "interview", 2) == [] == tasks(role, 45, "warm-up", 2)
    assert tasks("product", 45, "staff", 2) == []
    kinds = {q["kind"] for topic in interview.TOPICS for q in interview.pool(topic).values()}
    assert "code" not in kinds, "no drill asks for half an hour of code"


def test_code_is_judged_as_often_as_one_likes_and_counted_apart():
    shown = interview_practice.play("infrastructure", 45, "interview", seed=8)
    state = shown.state
    place = next(k for k, item in enumerate(state["items"]) if item["part"] == "coding")
    state = state | {"items": [state["items"][place]]}
    shown.go(state, afresh=True)
    question = shown.question
    name = question.asked["name"]
    assert question.entry.read() == checking.stub(name)
    question.check()
    assert question.verdict == checking.NOT_WRITTEN and not question.closed
    wrong = checking.stub(name).replace("    ...", "    return object()")
    question.fill(wrong)
    question.check()
    assert question.state["right"] is False and not question.closed, "one may try again"
    question.fill(checking.solution(name))
    question.check()
    assert question.state["right"] is True and question.closed
    shown.next.click()
    assert shown.state["results"][0]["points"] == 1.0
    assert interview_practice.score(shown.state) == (0, 0)
    assert interview_practice.score(shown.state, "code") == (1.0, 1)
    page = interview_practice.scorecard(shown.state)
    assert "Code: 1 of 1, counted apart" in page and ">def " in page
    quiz.clear()
