"""What tools/prose.py counts: words, numbers, minutes, and what is too much."""

import prose
import pytest

SEEN = "<details><summary>What you should have seen</summary>\n\n{}\n\n</details>"


def cell(kind, text, **more):
    return {"cell_type": kind, "source": text, "metadata": {}} | more


@pytest.mark.parametrize("text, found", [
    ("In 2022 Hoffmann (Table 3, arXiv 2203.15556) trained 400 models.", ["400"]),
    ("Llama 3.1 405B and GPT-3 175B stand in steps 2 and 5 of chapter 02.", []),
    ("It fell from 1.974 to 1.921, by 3 %.", ["1.974", "1.921", "3"]),
    ("At 5.76e23 FLOP, 300,000 of them.", ["5.76e23", "300,000"]),
])  # fmt: skip
def test_names_places_and_years_are_no_numbers(text, found):
    assert prose.numbers(text) == found


def test_tables_formulas_code_and_addresses_are_not_read_aloud():
    text = "## 7. Cost\n\n| a | 1 |\n|---|---|\n\n$$x = 6$$\n\nIt is $6ND$ or `6 * 7`, [chapter](02.ipynb).\n- one\n- two"
    assert prose.plain(text) == ["It is or , chapter.", "one", "two"]


@pytest.mark.parametrize("text, said", [
    ("It goes 1, 2, 3 here.", "3 numbers in a sentence"),
    ("One is 1. Two is 2. Three is 3. Four is 4. Five is 5.", "5 numbers in a paragraph"),
    ("word " * 161, "161 words"),
    (SEEN.format("Here 1.\n\n- There 2.\n- Then 3.\n- Last 4."), "4 numbers in 'What you should have seen'"),
])  # fmt: skip
def test_too_much_is_named(text, said):
    (fault,) = prose.of_cell(text)
    assert said in fault


def test_as_much_as_is_allowed_is_not_named():
    few = "It goes from 1 to 2. Then it goes from 3 to 4."
    assert not list(prose.of_cell(few)) and not list(prose.of_cell("word " * 160))
    assert not list(prose.of_cell(SEEN.format("One 1. Two 2. Three 3.")))


def test_minutes_are_those_of_words_questions_figures_and_rows():
    text = "word " * 180 + "\n\n| a |\n|---|\n| b |\n\n$$x$$"
    assert prose.minutes(cell("markdown", text)) == pytest.approx(1 + 0.15 + 0.3)
    assert prose.minutes(cell("code", "live.Live(x)\nlive.Live(y)")) == pytest.approx(5)
    asked = prose.data.question("gopher-split")["minutes"]
    assert prose.minutes(cell("code", 'quiz.ask("gopher-split")')) == asked
    assert prose.minutes(cell("code", "a = 1\n\nb = 2")) == pytest.approx(0.1)
    for skipped in (
        "<details><summary>In class</summary>\n\nword",
        "## Sources\n\nword",
        "## Vocabulary\n\nword",
    ):
        assert prose.minutes(cell("markdown", skipped)) == 0


def test_the_core_ends_at_the_line_and_has_verdict_and_questions():
    cells = [cell("markdown", "word " * 180), cell("code", "live.Live(x)"), cell("markdown", "**Stop here if** all is well."),
             cell("markdown", "# Going further"), cell("code", "live.Live(x)"),
             cell("markdown", "## Check yourself"), cell("code", 'quiz.ask("gopher-split")')]  # fmt: skip
    asked, question = prose.reading(cells), prose.data.question("gopher-split")["minutes"]
    assert asked.core == pytest.approx(1 + 2.5 + question + 2 / 180, abs=0.02)
    assert asked.whole == pytest.approx(asked.core + 2.5, abs=0.1)
    assert (asked.figure, round(asked.question, 1)) == (1.0, round(asked.whole - question, 1))
