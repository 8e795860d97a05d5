"""The lecturer's sheet of questions and its key."""

import os
import re
from urllib.parse import unquote

import exercise_sheet
import pytest

from helpers import data, verdicts
from helpers.questions import reread
from pictures import interview

FORMULA = r"\$[^$]+\$"


def read(text):
    """The words as a converter of Markdown shows them, formulas left as they are."""
    return re.sub(r"\\([\\`*_<\[\]^~])|(" + FORMULA + ")", lambda m: m[1] or m[2], text)


@pytest.mark.parametrize("chapter", [None, 0, 1, 2, 6, 90])
def test_a_sheet_has_no_answers_and_the_key_has_all(chapter):
    count = 5 if chapter != 0 else 3
    questions, key = exercise_sheet.sheet(chapter, count, 7)
    assert len(re.findall(r"(?m)^\*\*\d+\.\*\* ", questions)) == count
    for part in ("Answer", "Reread"):
        assert len(re.findall(rf"(?m)^\*\*{part}( \(.*\))?:\*\*", key)) == count
    assert not re.search("Answer|slip|Reread|Source", questions)
    assert exercise_sheet.sheet(chapter, count, 7) == (questions, key)
    assert exercise_sheet.sheet(chapter, count, 8) != (questions, key)
    assert "{" not in re.sub(FORMULA, "", questions + key)


def test_the_whole_bank_fits_a_sheet_and_its_key_says_all():
    questions, key = map(read, exercise_sheet.sheet(None, len(interview.pool()), 0))
    for name, asked in interview.pool().items():
        assert f"**Reread:** {reread(name)[0]}, in `notebooks/" in key
        assert asked.get("source", "") in re.sub(r"\[(.*?)\]\(https.*?\)", r"\1", key), name
        if "let" in asked:
            continue
        assert asked["question"] in questions and asked["question"] in key, name
        for option in asked.get("options", ()):
            assert option["text"] in questions and option["why"] in key, name
        for slip in asked.get("slips", ()):
            assert f"- {verdicts.number_words(slip['value'], asked['unit'])}: {slip['why']}" in key
        for point in asked.get("points", ()):
            assert f"\n- {point}\n" in key, name
        for k, step in enumerate(asked.get("steps", ()), start=1):
            assert f"{k}. {step['question']}" in questions, name
            for slip in step.get("slips", ()):
                assert f"- step {k}, {verdicts.number_words(slip['value'], step['unit'])}: " in key
        if asked["kind"] == "number":
            assert (
                f"\n\n**Also right:** rounded to two digits, or off by up to {exercise_sheet.margin(asked)}."
                in key
            ), name
            assert verdicts.number_words(asked["answer"], asked["unit"]) in key, name
    assert "  1. " not in questions and key.count("Typical slips:") > 40


def test_options_stand_in_another_order_on_another_sheet():
    def listed(seed):
        return re.findall(
            r"- (?:\[ \]|place ...:) \*\*.\*\* (.*)", exercise_sheet.sheet(2, None, seed)[0]
        )

    whole = [re.findall(r"\[ \] \*\*.\*\* (.*)", exercise_sheet.sheet(None, len(interview.pool()), s)[0]) for s in (1, 2)]  # fmt: skip
    assert whole[0] != whole[1] and set(whole[0]) == set(whole[1])
    assert listed(3) == listed(3)


def test_the_key_names_the_letters_of_the_right_options():
    count = len(interview.pool())
    questions, key = map(read, exercise_sheet.sheet(None, count, 3))
    sheets, keys = (re.split(r"\*\*\d+\.\*\* ", page)[1:] for page in (questions, key))
    kinds = set()
    for asked in interview.pool().values():
        if asked["kind"] not in ("choice", "several", "order"):
            continue
        kinds.add(asked["kind"])
        (place,) = [k for k, text in enumerate(sheets) if text.startswith(asked["question"])]
        given = re.search(r"\*\*Answer \((.*)\):\*\*", keys[place])[1].split(", ")
        named = dict(re.findall(r"- (?:\[ \]|place ...:) \*\*(.)\*\* (.*)", sheets[place]))
        right = asked["answer"] if isinstance(asked["answer"], list) else [asked["answer"]]
        told = [named[letter] for letter in given]
        assert told == right if asked["kind"] == "order" else set(told) == set(right)
        assert asked["kind"] == "order" or given == sorted(given)
    assert kinds == {"choice", "several", "order"}


@pytest.mark.parametrize("level", interview.LEVELS)
def test_a_level_and_a_topic_are_what_is_asked(level):
    whole = interview.pool()
    names = exercise_sheet.chosen(level=level)
    assert names == [name for name, q in whole.items() if q["level"] == level]
    questions, _ = exercise_sheet.sheet(None, len(names), 0, level=level)
    assert questions.startswith(
        f"# {len(names)} questions on scaling laws, level {level}, seed 0\n"
    )
    assert re.findall(r" \*\(([\w-]+), \d+ min\)\*", questions) == [level] * len(names)
    for topic in interview.TOPICS:
        both = [name for name in names if whole[name]["topic"] == topic]
        if both:
            assert exercise_sheet.chosen(level=level, topic=topic) == both
            assert f", level {level}, topic {topic}, " in exercise_sheet.sheet(level=level, topic=topic)[0]  # fmt: skip


def test_the_key_says_how_far_off_a_number_may_be_and_where_its_facts_are_from():
    asked = {"kind": "number", "answer": 40.0, "unit": "%", "tolerance": 0.05, "why": "Half of 80.", "slips": []}  # fmt: skip
    assert exercise_sheet.margin(asked) == "5 %"
    assert exercise_sheet.margin(asked | {"within": 2}) == "2 percentage points"
    words = {"question": "Which?", "kind": "choice"}
    assert exercise_sheet.margin({"steps": [asked, words, asked | {"within": 0.1, "unit": "nats"}]}) == (
        "5 % (step 1), 0.1 nats (step 3)"
    )  # fmt: skip
    key = exercise_sheet.solution(
        "start-half-loss", asked | {"source": "arXiv 2411.00640, table 3"}
    )
    assert key == [
        "**Answer:** 40.0 %. Half of 80.\n\nSource: [arXiv 2411.00640](https://arxiv.org/abs/2411.00640), table 3.",
        "**Also right:** rounded to two digits, or off by up to 5 %.",
        "**Reread:** 00 · Have an answer checked, in `notebooks/00_start_here.ipynb`.",
    ]


def test_two_questions_of_one_subject_only_where_there_are_no_others(monkeypatch):
    subject = {"a": "one", "b": "one", "c": "two", "d": "one"}
    monkeypatch.setattr(data, "question", lambda name: {"family": subject[name]} if name in subject else {})  # fmt: skip
    assert exercise_sheet.apart(["a", "b", "c", "d", "e"]) == ["a", "c", "e", "b", "d"]


def test_what_markdown_would_eat_is_escaped_but_not_in_formulas():
    text = r"10 ** -0.076 of N_a, N^0.3 ~ <b> [x] `c` and $N_a^{0.3} * \alpha < 3$"
    assert exercise_sheet.plain(text) == (
        r"10 \*\* -0.076 of N\_a, N\^0.3 \~ \<b> \[x\] \`c\` and $N_a^{0.3} * \alpha < 3$"
    )


def test_every_formula_of_the_bank_is_one_to_pandoc_and_to_github():
    """They want no space inside of the dollar signs, and no digit after the second one."""
    pages = exercise_sheet.sheet(None, len(interview.pool()), 0)
    for page in pages:
        assert page.count("$") % 2 == 0
        for before, formula, after in re.findall(r"(.?)\$([^$]*)\$(.?)", page):
            assert formula and formula == formula.strip() and "\n" not in formula, formula
            assert not after.isdigit() and not before.isalnum(), (before, formula, after)


def plots(page):
    return re.findall(r"  \n!\[(.*?)\]\((\S+)\)\n", page)


def test_the_plots_lie_beside_the_two_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert exercise_sheet.main(["--count", str(len(interview.pool())), "--to", "a class"]) == 0
    pictures = {q["picture"] for q in interview.pool().values() if "picture" in q}
    assert pictures
    for part in ("questions", "key"):
        shown = plots((tmp_path / f"a class-{part}.md").read_text("utf-8"))
        assert len(shown) == sum("picture" in q for q in interview.pool().values())
        for alt, address in shown:
            name = unquote(address).removeprefix("a class-").removesuffix(".svg")
            description, svg = data.picture(name)
            assert (read(alt), (tmp_path / unquote(address)).read_text("utf-8")) == (
                description,
                svg,
            )
            assert " " not in address
    assert {path.name for path in tmp_path.iterdir()} == {
        *(f"a class-{name}.svg" for name in pictures), "a class-questions.md", "a class-key.md",
    }  # fmt: skip
    capsys.readouterr()
    assert exercise_sheet.main(["--count", str(len(interview.pool()))]) == 0
    for _, address in plots(capsys.readouterr().out):
        assert os.path.samefile(
            unquote(address), data.FOLDER / "pictures" / os.path.basename(address)
        )


def test_a_plot_that_is_already_there_is_not_overwritten(tmp_path, capsys):
    (mine := tmp_path / "x-rounded.svg").write_text("mine")
    given = ["--count", str(len(interview.pool())), "--to", str(tmp_path / "x")]
    with pytest.raises(SystemExit):
        exercise_sheet.main(given)
    assert "x-rounded.svg is already there" in capsys.readouterr().err
    assert mine.read_text() == "mine" and list(tmp_path.iterdir()) == [mine], "all or nothing"


def test_the_sheets_that_our_pages_name_can_be_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    root, named = data.FOLDER.parent, []
    for path in [root / "tools" / "README.md", *(root / "notebooks").glob("*.*")]:
        if path.suffix in (".md", ".ipynb"):
            text = path.read_text("utf-8")
            named += re.findall(r"python tools/exercise_sheet\.py((?: --\w+ [\w-]+)+)", text)
    assert len(named) > 2
    for place, given in enumerate(named):
        options = re.sub(" --to .*", "", given).split()
        assert exercise_sheet.main([*options, "--to", str(place)]) == 0, given


def test_the_command_writes_two_files_and_refuses_in_a_sentence(tmp_path, capsys):
    name = str(tmp_path / "test")
    given = ["--chapter", "02", "--count", "10", "--seed", "7", "--to", name]
    assert exercise_sheet.main(given) == 0
    questions = (tmp_path / "test-questions.md").read_text("utf-8")
    assert (questions, (tmp_path / "test-key.md").read_text("utf-8")) == exercise_sheet.sheet(
        2, 10, 7
    )
    assert exercise_sheet.main(given[:-2]) == 0
    assert questions in capsys.readouterr().out
    there = len(exercise_sheet.chosen(2, "warm-up"))
    for extra, words in (
        (given, "is already there"),
        (["--chapter", "99"], "chapter is 99, but must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,"),
        (["--chapter", "12"], "chapter is 12, but must be one of 0, 1,"),
        (["--chapter", "two"], "chapter is 'two', but must be one of 0, 1,"),
        (["--chapter", "-1"], "chapter is '-1', but must be one of 0, 1,"),
        (["--level", "hard"], "level is 'hard', but must be one of warm-up, interview, staff."),
        (["--topic", "x"], f"topic is 'x', but must be one of {', '.join(interview.TOPICS)}."),
        (
            ["--chapter", "0", "--topic", "serving"],
            "There is no question of chapter 00, topic serving: leave one of them out.",
        ),
        (["--count", "0"], f"count is 0, but must be from 1 to {len(interview.pool())}"),
        (["--count", "900"], "count is 900"),
        (
            ["--count", "99", "--chapter", "2", "--level", "warm-up"],
            f"from 1 to {there}: of chapter 02, level warm-up there are {there}.",
        ),
        (["--seed", "-1"], "seed is -1"),
        (
            ["--to", str(tmp_path / "no" / "x")],
            "x-questions.md cannot be written: No such file or directory.",
        ),
        (["--to", ""], "must end in a name"),
        (["--to", f"{tmp_path}/"], "must end in a name"),
        (["--count", "x"], "invalid int value"),
    ):
        with pytest.raises(SystemExit) as stop:
            exercise_sheet.main(extra)
        assert stop.value.code == 2 and words in capsys.readouterr().err
    assert (tmp_path / "test-questions.md").read_text("utf-8") == questions
    assert exercise_sheet.main(["--chapter", "7"]) == 0, "ten, or as many as there are"
