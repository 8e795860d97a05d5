"""The mock interview: what is drawn, followed up, scored, kept in a file; its face."""

import base64
import html
import json
import re
from xml.etree import ElementTree

import junior
import pytest

from helpers import data, interview, progress, questions, quiz
from helpers.questions import posed
from pictures import interview_practice

BANK = data.questions()
SEEDS = range(40)


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
        return {"text": "As I would say it.", "ticked": question["points"]}
    if kind == "whiteboard":
        return {
            "steps": [{"typed": right(step), "given_up": False} for step in question["steps"]],
            "opened": 1,
        }
    return answer


# What is drawn


@pytest.mark.parametrize("role", interview.ROLES)
@pytest.mark.parametrize("length", interview.PARTS)
@pytest.mark.parametrize("level", interview.LEVELS)
def test_an_interview_has_its_parts_and_fits_its_time(role, length, level):
    for seed in range(8):
        state = interview.begin(role, length, level, seed)
        items = state["items"]
        parts = [item["part"] for item in items]
        core = [part for part in parts if part != "concept"]
        assert core == list(interview.PARTS[length]) and parts[0] == "warm-up"
        assert 0.75 * length < minutes(items) <= length - 1
        kinds = {BANK[item["name"]]["kind"] for item in items if item["part"] == "estimate"}
        assert kinds == {"number"}, "an estimate is a number"
        assert len({item["name"] for item in items}) == len(items)
        for item in items:
            assert interview.part_of(BANK[item["name"]]) == item["part"]
            assert not BANK[item["name"]].get("here")
        assert state == interview.begin(role, length, level, seed)


@pytest.mark.parametrize("length", interview.PARTS)
@pytest.mark.parametrize("answers", [[0.0], [1.0], [0.5], [1.0, 0.0]], ids=str)
def test_whoever_takes_the_stated_minutes_ends_in_time(length, answers):
    follows = 0
    for seed in range(12):
        state = interview.begin("product", length, "interview", seed)
        while item := interview.current(state):
            got = answers[len(state["results"]) % len(answers)]
            state = interview.answered(state, got, 60 * BANK[item["name"]]["minutes"])
        assert state["elapsed"] <= 60 * length
        follows += sum(bool(item["follows"]) for item in state["items"])
    assert follows > 0 or answers == [0.5] or length == 10


def test_who_is_quick_is_asked_more_and_who_is_slow_is_not():
    state = interview.begin("research", 20, "interview", 7)
    items = [item | {"name": "drill-tokens-seen"} if k == 0 else item for k, item in enumerate(state["items"])]  # fmt: skip
    state |= {"items": items}
    counts = [len(interview.answered(state, 0.0, 60 * m)["items"]) for m in (1, 10)]
    assert counts == [len(items) + 1, len(items)]


def test_each_part_may_be_the_long_one():
    firsts = [interview.begin("product", 10, "interview", s)["items"] for s in SEEDS]
    assert len({items[-1]["name"] for items in firsts}) >= 3, "not always the shortest trade-off"
    assert len({items[0]["name"] for items in firsts}) >= 8


def test_the_role_and_the_level_are_heard():
    def share(role, level, what, wanted):
        items = [i for s in SEEDS for i in interview.begin(role, 20, level, s)["items"]]
        return sum(BANK[i["name"]][what] in wanted for i in items) / len(items)

    serving = ("serving", "limits")
    assert share("product", "interview", "topic", serving) > 1.5 * share(
        "research", "interview", "topic", serving
    )
    assert share("research", "staff", "level", ("staff",)) > 2 * share(
        "research", "warm-up", "level", ("staff",)
    )


def test_another_seed_is_another_interview_and_none_is_a_new_one():
    drawn = [json.dumps(interview.begin("product", 45, "staff", s)["items"]) for s in range(10)]
    assert len(set(drawn)) == 10
    new = {interview.begin("product", 10, "staff")["seed"] for _ in range(5)}
    assert len(new) > 1


@pytest.mark.parametrize(
    "bad",
    [("ceo", 20, "staff", 1), ("product", 15, "staff", 1), ("product", 20, "easy", 1),
     ("product", 20, "staff", -1), ("product", 20, "staff", "a")],
)  # fmt: skip
def test_what_is_not_there_is_refused(bad):
    with pytest.raises(ValueError, match=r"^(role|minutes|level|seed) is .* but must be"):
        interview.begin(*bad)


def test_every_question_that_stands_alone_can_be_drawn_by_a_drill():
    seen = [name for topic in interview.TOPICS for name in interview.pool(topic)]
    assert sorted(seen) == sorted(interview.pool()) and len(seen) > 75
    assert set(BANK) - set(seen) == {n for n, q in BANK.items() if q.get("here")}
    assert {q["topic"] for q in BANK.values()} == set(interview.TOPICS)
    with pytest.raises(ValueError, match="topic is 'cooking', but must be one of counting"):
        interview.pool("cooking")


# What follows an answer, and the score


def after(state, part, got):
    """The state in which the first question of this part was just answered with these points."""
    while interview.current(state)["part"] != part or interview.current(state)["follows"]:
        state = interview.answered(state, 1.0) | {"items": state["items"]}
    return interview.answered(state, got)


def test_a_missed_generated_question_comes_again_with_other_numbers():
    state = interview.begin("research", 20, "interview", 7)
    items = [item | {"name": "drill-tokens-seen"} if k == 0 else item for k, item in enumerate(state["items"])]  # fmt: skip
    later = interview.answered(state | {"items": items}, 0.0, seconds=30)
    first, second = later["items"][:2]
    assert second["name"] == first["name"] and second["seed"] != first["seed"]
    assert second["follows"] == "Not yet: once more, with other numbers."
    assert later["elapsed"] == 30 and len(later["items"]) == len(items) + 1
    done = interview.answered(later, 0.0)
    assert interview.current(done)["follows"] == "", "one follow-up to a question"
    assert state["results"] == [], "states are not changed"


def test_a_right_estimate_leads_on_and_a_wrong_one_back():
    further = back = 0
    for seed in SEEDS:
        state = interview.begin("research", 20, "interview", seed)
        for got in (1.0, 0.0):
            item = next(i for i in state["items"] if i["part"] == "estimate")
            later = after(state, "estimate", got)
            then, asked_ = interview.current(later), BANK[item["name"]]
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
    state, first = interview.begin("research", 45, "interview", 7), {"seed": 3, "follows": ""}
    for name, part in (
        ("own-three-runs", "critique"),
        ("limits-halving", "estimate"),
        ("own-basket", "concept"),
    ):
        for seed in range(20):
            items = [first | {"name": name, "part": part}, state["items"][0]]
            for got in (0.0, 1.0):
                later = interview.answered(state | {"items": items, "seed": seed}, got, 30)
                then = interview.current(later)
                assert not then["follows"] or BANK[then["name"]]["kind"] in (
                    "number",
                    "choice",
                    "order",
                )


def test_found_at_the_second_try_is_not_called_wrong():
    state = interview.begin("research", 20, "interview", 7)
    for name, follows in (
        ("drill-leap", "Right in the end: once more, with other numbers."),
        ("half-size", ""),
    ):
        first = {"name": name, "seed": 3, "part": "warm-up", "follows": ""}
        later = interview.answered(state | {"items": [first, *state["items"]]}, 0.5, 30)
        assert interview.current(later)["follows"] == follows


def test_a_question_that_has_left_the_pool_can_still_be_answered():
    state = interview.begin("research", 20, "interview", 7)
    old = {"name": "rule-13b-flops", "seed": 3, "part": "warm-up", "follows": ""}
    later = interview.answered(state | {"items": [old, *state["items"]]}, 0.0, 30)
    assert interview_practice.scorecard(later) == {"counting": (0.0, 1)}


def test_an_interview_never_asks_a_question_and_its_generated_twin():
    twins = {"rule-13b-flops": "chinchilla-flops", "over-equal-bills": "drill-break-even",
             "limits-years": "drill-years-left", "kaplan-double-compute": "drill-best-growth",
             "over-best-loss": "drill-floor", "abilities-twenty-tokens": "drill-exact-match",
             "kaplan-halve-loss-compute": "drill-growth", "limits-hours": "drill-chip-days"}  # fmt: skip
    for fixed, made in twins.items():
        assert fixed not in interview.pool() and made in interview.pool(), fixed


@pytest.mark.parametrize("length", interview.PARTS)
@pytest.mark.parametrize("got", [0.0, 0.5, 1.0])
def test_follow_ups_are_few_and_every_interview_ends(length, got):
    state = interview.begin("product", length, "interview", 3)
    planned = len(state["items"])
    for _ in range(40):
        if interview.current(state) is None:
            break
        state = interview.answered(state, got, 60)
    assert interview.current(state) is None
    assert planned <= len(state["items"]) <= planned + interview.FOLLOW_UPS[length]
    card = interview_practice.scorecard(state)
    assert sum(of for _, of in card.values()) == len(state["items"])
    assert sum(points for points, _ in card.values()) == pytest.approx(got * len(state["items"]))
    assert state["elapsed"] == 60 * len(state["items"])
    retry = interview_practice.again(state)
    if got == 1:
        assert retry is None and interview_practice.missed(state) == []
        return
    assert retry["results"] == [] and retry["elapsed"] == 0
    assert {i["name"] for i in retry["items"]} == {i["name"] for i in state["items"]}
    for item in retry["items"]:
        if "let" in BANK[item["name"]]:
            old = [i["seed"] for i in state["items"] if i["name"] == item["name"]]
            words = {posed(item["name"], seed)["question"] for seed in old}
            assert item["seed"] not in old
            assert posed(item["name"], item["seed"])["question"] not in words or len(words) > 1


def test_points_for_right_wrong_and_nothing():
    for name, bank_entry in interview.pool().items():
        question, kind = posed(name, 5), bank_entry["kind"]
        answer = right(question)
        assert interview.points(question, answer, 1) == 1.0, name
        assert interview.points(question, None, 0) == 0.0
        quick = kind not in ("open", "whiteboard")
        assert interview.points(question, answer, 3) == (0.5 if quick else 1.0)
        if kind == "number":
            assert interview.points(question, repr(question["slips"][0]["value"]), 1) == 0.0
        if kind == "open":
            one = {"text": "x", "ticked": question["points"][:1]}
            assert interview.points(question, one, 1) == 1 / len(question["points"])
            assert interview.points(question, one | {"text": " "}, 1) == 0.0
        if kind == "whiteboard":
            answer["steps"][1] = {"typed": None, "given_up": True}
            count = len(question["steps"])
            assert interview.points(question, answer, 1) == (count - 1) / count


def test_what_to_reread_is_a_heading_of_a_chapter():
    for name in BANK:
        title, link = questions.reread(name)
        file, anchor = link.split("#")
        book = json.loads((data.FOLDER.parent / "notebooks" / file).read_text("utf-8"))
        cells = "\n".join("".join(cell["source"]) for cell in book["cells"])
        number, heading = title.split(" · ", 1)
        assert re.search(rf"(?m)^##? +{re.escape(heading)}$", cells), name
        assert anchor == heading.replace(" ", "-") and number == file[:2] != "90"
        assert BANK[name]["chapter"] in (number, "90") and heading != "Check yourself"


def test_neither_the_longest_option_nor_one_place_is_always_right():
    """Somebody who only looks at the options of the interviews' own questions should not win."""
    places, longest, count = [], 0, 0
    for question in (q for q in BANK.values() if q["chapter"] == "90"):
        for one in (question, *question.get("steps", ())):
            if one["kind"] != "choice" or isinstance(one["answer"], list) or "=" in one["answer"]:
                continue
            texts = [option["text"] for option in one["options"]]
            others = [len(text) for text in texts if text != one["answer"]]
            assert len(one["answer"]) <= 1.25 * max(others), one["question"]
            longest, count = longest + (len(one["answer"]) > max(others)), count + 1
            places.append(texts.index(one["answer"]))
    assert longest <= 0.75 * count and {places.count(k) for k in range(3)} <= {2, 3, 4, 5, 6}


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
        ValueError, match="picture is 'cat', but must be one of 5, such as isoflop_edge"
    ):
        data.picture("cat")
    files = (data.FOLDER / "pictures").iterdir()
    assert {path.stem: path.read_text("utf-8") for path in files} == drawn, "python tools/junior.py"
    dots = {name: [float(cy) for cy in re.findall(r'cy="([\d.]+)"', svg)] for name, svg in drawn.items()}  # fmt: skip
    assert [len(dots[plot.__name__]) for plot in junior.PLOTS] == [9, 3, 0, 4, 1]
    for heights in dots.values():  # every loss is lower than the one before
        assert heights == sorted(heights)
    assert 'height="136.0"' in drawn["zero_of_fifty"], "12 of 15 % of 170 pixels"


# On screen


def check(question, typed):
    question.fill(typed)
    question.check()


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_an_interview_is_played_to_its_scorecard():
    clock = Clock()
    shown = interview_practice.play("research", 10, "interview", seed=7, clock=clock)
    count = 0
    while item := interview.current(shown.state):
        assert f"Question {count + 1} of" in shown.head.value
        assert ("follow-up" if item["follows"] else item["part"]) in shown.head.value
        assert "Answer</summary>" not in shown.question.folds.value
        assert not hasattr(shown.question, "another")
        clock.now += 65
        if count == 0:  # a wrong answer, then the right one
            wrong = {"number": "-5", "choice": "x"}[shown.question.asked["kind"]]
            if wrong == "x":
                options = shown.question.asked["options"]
                wrong = next(
                    o["text"] for o in options if o["text"] != shown.question.asked["answer"]
                )
            check(shown.question, wrong)
        check(shown.question, right(shown.question.asked))
        shown.next.click()
        count += 1
    assert shown.state["results"][0]["points"] == 0.5 and shown.state["elapsed"] == 65 * count
    assert all(result["points"] == 1 for result in shown.state["results"][1:])
    page = shown.body.children[0].value
    assert f"{count - 0.5:.1f} of {count} points in {65 * count // 60} min" in page
    assert shown.next.layout.display == "none" and shown.retry.layout.display == ""
    assert page.count("<a href=") == 1 and ".ipynb#" in page and "<details" in page
    before = posed(shown.state["items"][0]["name"], shown.state["items"][0]["seed"])["question"]
    shown.retry.click()
    assert len(shown.state["items"]) == 1 and shown.question.verdict == ""
    if "let" in BANK[shown.state["items"][0]["name"]]:
        assert shown.question.question != before


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


def test_a_word_added_after_the_ticks_keeps_the_points():
    shown = interview_practice.play("research", 20, "interview", seed=7)
    talk = {"name": "talk-quarrel", "seed": 1, "part": "trade-off", "follows": ""}
    shown.go(shown.state | {"items": [talk, *shown.state["items"][1:]]}, afresh=True)
    check(shown.question, right(shown.question.asked))
    shown.question.entry.parts[0].value = "As I would say it, and one word more."
    assert shown.question.verdict == ""
    shown.next.click()
    assert shown.state["results"][0]["points"] == 1.0


def test_a_whole_interview_without_an_answer_says_what_to_reread():
    shown = interview_practice.play("product", 20, "staff", seed=1)
    while interview.current(shown.state):
        shown.next.click()
    page = shown.body.children[0].value
    assert "The scorecard: 0.0 of" in page and page.count("<details") == len(shown.state["items"])


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
    name = interview.current(shown.state)["name"]
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
    assert again.state["results"][0]["points"] == 0.5, "a wrong try is not forgiven"
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
        assert interview_practice.play(seed=7).state == shown.state


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
    assert "It comes back in the warm-up on " in shown.question.status.value


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
        seen.append(drill.question.asked["hint"])
        drill.next.click()
    hints = [posed(name)["hint"] for name in names]
    assert len(seen) == len(hints) and len(set(seen)) > 0.9 * len(hints)
    first = interview_practice.drill(topic).question.asked
    again = drill.question.asked
    assert again["topic"] == topic and again["minutes"] == first["minutes"]
    assert ("values" not in first) or again["question"] != first["question"]
