"""The lecturer's sheet of questions and its key."""

import re

import exercise_sheet
import pytest

from helpers import interview, verdicts


@pytest.mark.parametrize("chapter", [None, 0, 1, 2, 6, 90])
def test_a_sheet_has_no_answers_and_the_key_has_all(chapter):
    count = 5 if chapter != 0 else 3
    questions, key = exercise_sheet.sheet(chapter, count, 7)
    assert len(re.findall(r"(?m)^\*\*\d+\.\*\* ", questions)) == count
    assert (
        key.count("\nAnswer: ") == count and "Answer" not in questions and "slip" not in questions
    )
    assert exercise_sheet.sheet(chapter, count, 7) == (questions, key)
    assert exercise_sheet.sheet(chapter, count, 8) != (questions, key)
    assert "{" not in questions + key


def test_the_whole_bank_fits_a_sheet():
    questions, key = exercise_sheet.sheet(None, len(interview.pool()), 0)
    for name, asked in interview.pool().items():
        if asked["kind"] == "number" and "let" not in asked:
            assert verdicts.number_words(asked["answer"], asked["unit"]) in key, name
    assert "  1. " not in questions and key.count("Typical slips:") > 40


def test_the_command_writes_two_files_and_refuses_in_a_sentence(tmp_path, capsys):
    name = str(tmp_path / "test")
    given = ["--chapter", "2", "--count", "10", "--seed", "7", "--to", name]
    assert exercise_sheet.main(given) == 0
    questions = (tmp_path / "test-questions.md").read_text("utf-8")
    assert (questions, (tmp_path / "test-key.md").read_text("utf-8")) == exercise_sheet.sheet(
        2, 10, 7
    )
    assert exercise_sheet.main(given[:-2]) == 0
    assert questions in capsys.readouterr().out
    for extra, words in (
        (given, "is already there"),
        (["--chapter", "9"], "chapter is 9, but must be one of 00, 01"),
        (["--count", "0"], "count is 0, but must be from 1"),
        (["--count", "900"], "count is 900"),
        (["--seed", "-1"], "seed is -1"),
        (
            ["--to", str(tmp_path / "no" / "x")],
            "x-questions.md cannot be written: No such file or directory.",
        ),
        (["--to", ""], "must end in a name"),
        (["--to", f"{tmp_path}/"], "must end in a name"),
        (["--chapter", "12"], "chapter is 12, but must be one of 00, 01"),
        (["--count", "x"], "invalid int value"),
    ):
        with pytest.raises(SystemExit) as stop:
            exercise_sheet.main(extra)
        assert stop.value.code == 2 and words in capsys.readouterr().err
    assert (tmp_path / "test-questions.md").read_text("utf-8") == questions
    assert exercise_sheet.main(["--chapter", "7"]) == 0, "fewer than ten are no mistake"
