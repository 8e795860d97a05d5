"""The file of progress: whole whatever happens, shared by windows, carried to another machine and back."""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bake
import nbformat
import pytest

from helpers import data, progress
from pictures import start_here

NOTHING = {part: {} for part in progress.PARTS}


def names():
    return [file.name for file in progress.path().parent.iterdir() if not file.name.startswith(".")]


def started(code, *words):
    """A process of its own, as another window has one."""
    return subprocess.Popen([sys.executable, "-c", code, *words], cwd=data.FOLDER.parent)


@pytest.fixture(autouse=True)
def _file(tmp_path, monkeypatch):
    monkeypatch.setenv("SCALING_PROGRESS", str(tmp_path / "mine" / "progress.json"))


# Where it lies


def test_the_file_lies_in_work_else_with_the_users_data_unless_somebody_names_it(monkeypatch):
    assert progress.path() == Path(os.environ["SCALING_PROGRESS"])
    monkeypatch.delenv("SCALING_PROGRESS")
    course = data.FOLDER.parent
    for folder in ("work", "work/mine/deeper"):
        assert progress.path(course / folder) == course / "work" / "progress.json"
    for folder in (course, course / "notebooks", course / "workshop", "/"):
        monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
        monkeypatch.setenv("HOME", "/somewhere")
        assert progress.path(folder).name == "progress.json"
        assert progress.path(folder).parent.name == "scaling-laws-course"


# What it holds


def test_what_is_remembered_is_read_back_with_its_time_and_its_notebook(monkeypatch):
    assert progress.read() == (NOTHING, "") and not progress.path().exists()
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/work/02_chinchilla.ipynb")
    before = datetime.datetime.now(datetime.UTC)
    assert progress.remember(answers={"a": {"typed": "15 B, α"}}, sliders={"b": {"x": 1}}) == ""
    state, said = progress.read()
    assert said == "" and state["answers"]["a"]["typed"] == "15 B, α"
    when = datetime.datetime.fromisoformat(state["sliders"]["b"]["when"])
    assert before <= when <= datetime.datetime.now(datetime.UTC)
    assert state["answers"]["a"]["notebook"] == "02_chinchilla.ipynb", (
        "the names of folders are nobody else's"
    )
    assert json.loads(progress.path().read_text("utf-8")) == {"version": 1} | state
    assert names() == ["progress.json"]


def test_the_place_is_what_was_done_last_and_nothing_at_first(monkeypatch):
    assert progress.place(NOTHING) is None
    for notebook, part, name in (("02.ipynb", "answers", "z"), ("01.ipynb", "sliders", "a")):
        monkeypatch.setenv("JPY_SESSION_NAME", notebook)
        progress.remember(**{part: {name: {}}})
        assert progress.place(progress.read()[0]) == (name, notebook)
    progress.remember(repeat={"q": {"step": 0, "due": ""}}, interviews={"2026": {"names": ["q"]}})
    assert progress.place(progress.read()[0]) == ("a", "01.ipynb")


def test_forget_takes_what_is_named_or_all():
    progress.remember(answers={"a": {}, "b": {}}, repeat={"a": {"due": ""}}, exercises={"c": {}})
    assert progress.forget(["a"]) == "" and progress.forget([]) == ""
    state, _ = progress.read()
    assert [list(state[part]) for part in progress.PARTS] == [["b"], [], ["c"], [], []]
    progress.forget()
    assert progress.read() == (NOTHING, "")


def test_a_part_of_a_later_course_survives():
    progress.remember(exercises={"best-split": {"code": "def best_split(): ..."}})
    progress.remember(medals={"first": {"of": "gold"}})
    progress.remember(answers={"a": {}})
    state, _ = progress.read()
    assert state["exercises"]["best-split"]["code"] == "def best_split(): ..."
    assert state["medals"]["first"]["of"] == "gold"


# Two windows, and a sudden end


def test_two_windows_that_write_at_once_lose_nothing():
    code = (
        "import sys; from helpers import progress\n"
        "for k in range(100):\n"
        "    assert progress.remember(answers={f'{sys.argv[1]} {k}': {'typed': k}}) == ''"
    )
    windows = [started(code, name) for name in ("one", "other")]
    assert [window.wait(60) for window in windows] == [0, 0]
    state, said = progress.read()
    wanted = {f"{name} {k}" for name in ("one", "other") for k in range(100)}
    assert set(state["answers"]) == wanted and said == ""


def test_a_process_that_is_killed_while_it_writes_leaves_a_whole_file():
    """Each time at another moment; what was kept is kept, and nobody waits for the lock of the dead."""
    code = (
        "from helpers import progress\n"
        "for k in range(10**6):\n"
        "    progress.remember(answers={'a': {'typed': 'x' * 200_000}, 'last': {'typed': k}})"
    )
    progress.remember(exercises={"mine": {"code": "x"}})
    last = -1
    for k in range(6):
        window = started(code)
        until = time.monotonic() + 30
        while progress.read()[0]["answers"].get("last", {"typed": -1})["typed"] in (-1, last):
            assert time.monotonic() < until
        time.sleep(0.01 * k)
        window.kill()
        window.wait(10)
        state, said = progress.read()
        assert said == "" and state["exercises"]["mine"]["code"] == "x"
        last = state["answers"]["last"]["typed"]
    begun = time.monotonic()
    assert progress.remember(answers={"b": {}}) == "" and time.monotonic() - begun < 2


# What goes wrong


DAMAGED = ["", "my diary", "\x00\x01", "[]", "7", "[" * 100_000, '{"version": 1', "{}", '{"version": "1"}',
           '{"version": 0}', '{"version": 1, "answers": 5}', '{"version": 1, "answers": {"a": 5}}',
           '{"version": 1, "answers": {"a": {"typed": "b"}}}']  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: content[:40])
def test_a_damaged_file_is_set_aside_with_its_date_and_a_sentence(content):
    progress.path().parent.mkdir()
    progress.path().write_text(content, encoding="utf-8")
    state, said = progress.read()
    today = datetime.datetime.now().strftime("%Y-%m-%d")
    aside = next(name for name in names() if name.startswith(f"progress-damaged-{today}-"))
    assert state == NOTHING
    assert said.startswith("The file of your progress was damaged. It is now ")
    assert str(progress.path().with_name(aside)) in said
    assert progress.path().with_name(aside).read_text("utf-8") == content
    assert progress.read() == (NOTHING, "") and progress.remember(answers={"a": {}}) == ""
    assert len(names()) == 2


def test_an_answer_into_a_damaged_file_is_kept_in_a_new_one():
    progress.path().parent.mkdir()
    progress.path().write_text("broken")
    assert "was damaged" in progress.remember(answers={"a": {"typed": 1}})
    assert progress.read()[0]["answers"]["a"]["typed"] == 1


def test_the_file_of_a_newer_course_is_left_alone():
    progress.path().parent.mkdir()
    content = json.dumps({"version": progress.VERSION + 1, "answers": {"a": 1}})
    progress.path().write_text(content)
    said = progress.read()[1]
    assert said.startswith("What you did before is not shown.") and "newer course" in said
    for said in (progress.remember(answers={"b": {}}), progress.forget()):
        assert said.startswith("This is not kept for the next time.") and "newer course" in said
    assert progress.path().read_text() == content and names() == ["progress.json"]


def test_a_disk_that_cannot_be_read_or_written_gets_a_sentence(monkeypatch, tmp_path):
    progress.path().mkdir(parents=True)
    assert "progress.json cannot be read: Is a directory." in progress.read()[1]
    assert "progress.json cannot be read: Is a directory." in progress.remember(answers={"a": {}})
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SCALING_PROGRESS", str(tmp_path / "file" / "progress.json"))
    said = progress.remember(answers={"a": {}})
    assert said.startswith("This is not kept for the next time.") and "cannot be written: " in said


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(monkeypatch):
    progress.remember(answers={"a": {}})
    before = progress.read()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress.os, "replace", full)
    said = progress.remember(answers={"b": {}})
    assert said.endswith("progress.json cannot be written: No space left on device.")
    assert progress.read() == before
    left = {file.name for file in progress.path().parent.iterdir()}
    assert left == {"progress.json", ".progress.json.lock"}


def test_who_cannot_get_the_lock_is_told_so_and_nothing_is_lost(monkeypatch):
    progress.remember(answers={"a": {}})
    code = (
        "import sys, filelock\n"
        "with filelock.FileLock(sys.argv[1]):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    lock = str(progress.path().with_name(".progress.json.lock"))
    holder = subprocess.Popen(
        [sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        holder.stdout.readline()
        said = progress.remember(answers={"b": {}})
        assert said.startswith("This is not kept for the next time.") and "lock" in said
        assert list(progress.read()[0]["answers"]) == ["a"]
        holder.stdin.close()
    assert progress.remember(answers={"b": {}}) == ""


# What comes back when


DAY = datetime.date(2026, 2, 27)


def test_a_right_answer_counts_on_the_day_when_it_is_due_and_a_wrong_one_always():
    entry = progress.repeated(None, False, DAY)
    assert entry == {"step": 0, "due": "2026-02-28"}
    assert progress.repeated(None, True, DAY) is None
    assert progress.repeated(entry, True, DAY) is entry, "on the same day it proves nothing"
    days = []
    while entry["due"]:
        days.append(entry["due"])
        entry = progress.repeated(entry, True, datetime.date.fromisoformat(entry["due"]))
    assert days == ["2026-02-28", "2026-03-03", "2026-03-10"]
    assert progress.repeated(entry, True, DAY) is entry, "what is learnt stays so"
    assert progress.repeated(entry, False, DAY) == {"step": 0, "due": "2026-02-28"}
    late = progress.repeated({"step": 1, "due": "2026-01-01"}, True, DAY)
    assert late == {"step": 2, "due": "2026-03-06"}, "seven days from the day of the answer"


def test_due_are_questions_that_there_are_the_longest_waiting_first():
    first, second, third, *_ = data.questions()
    days = {third: "2026-02-01", first: "2026-02-27", second: "2026-02-28", "gone": "2026-01-01"}
    repeat = {name: {"step": 0, "due": day} for name, day in days.items()}
    state = NOTHING | {"repeat": repeat}
    assert progress.due(state, DAY) == [third, first]
    assert progress.due(state, DAY + datetime.timedelta(1)) == [third, first, second]
    learnt = NOTHING | {"repeat": {first: {"step": 3, "due": ""}}}
    assert progress.due(learnt, DAY) == []


# To another machine and back


def test_an_export_is_read_in_elsewhere_and_the_newer_answer_wins(tmp_path, monkeypatch):
    progress.remember(answers={"both": {"typed": "old"}, "only there": {"typed": "x"}})
    start_here.export(tmp_path / "mine.json")
    monkeypatch.setenv("SCALING_PROGRESS", str(tmp_path / "elsewhere.json"))
    progress.remember(answers={"both": {"typed": "new"}, "only here": {"typed": "y"}})
    start_here.take_in(str(tmp_path / "mine.json"))
    typed = {name: answer["typed"] for name, answer in progress.read()[0]["answers"].items()}
    assert typed == {"both": "new", "only there": "x", "only here": "y"}
    start_here.export(tmp_path / "mine.json")
    progress.forget()
    start_here.take_in(tmp_path / "mine.json")
    assert len(progress.read()[0]["answers"]) == 3


def test_the_interviews_of_two_machines_are_one_trend(tmp_path, monkeypatch):
    one, other = {"points": 3.0, "names": ["a"]}, {"points": 4.5, "names": ["b"]}
    progress.remember(interviews={"2026-11-28T10:00": one})
    start_here.export(tmp_path / "mine.json")
    monkeypatch.setenv("SCALING_PROGRESS", str(tmp_path / "elsewhere.json"))
    progress.remember(interviews={"2026-11-29T10:00": other})
    start_here.take_in(tmp_path / "mine.json")
    assert [sat["points"] for sat in progress.read()[0]["interviews"].values()] == [4.5, 3.0]


def test_what_cannot_be_read_is_not_exported_over_what_was(tmp_path):
    progress.remember(answers={"a": {}})
    start_here.export(tmp_path / "mine.json")
    before = (tmp_path / "mine.json").read_text()
    progress.path().write_text('{"version": 9}')
    with pytest.raises(ValueError, match="What you did before is not shown"):
        start_here.export(tmp_path / "mine.json")
    assert (tmp_path / "mine.json").read_text() == before


def test_merging_does_not_change_what_it_merges():
    old, new = ({"answers": {"a": {"when": when}}} for when in ("2026-01-01", "2026-01-02"))
    assert start_here.merged(old, new) == start_here.merged(new, old) == new
    assert old == {"answers": {"a": {"when": "2026-01-01"}}}
    assert start_here.merged({}, new) == start_here.merged(new, {}) == new


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: content[:40])
def test_a_file_of_something_else_is_refused_and_never_overwritten(tmp_path, content):
    progress.remember(answers={"a": {}})
    before, file = progress.read(), tmp_path / "mine.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="mine.json holds something else, so it stays as it is"):
        start_here.export(file)
    with pytest.raises(ValueError, match="mine.json is not the progress of this course"):
        start_here.take_in(file)
    assert file.read_text(encoding="utf-8") == content and progress.read() == before


def test_impossible_files_get_a_sentence(tmp_path):
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "newer.json").write_text('{"version": 9}')
    for act in (start_here.export, start_here.take_in):
        for path, words in (
            (tmp_path / "folder.json", "cannot be .*: Is a directory"),
            (tmp_path / f"{'a' * 300}.json", "cannot be .*: File name too long"),
            (tmp_path / "no" / "folder.json", "cannot be .*: No such file or directory"),
            (tmp_path / "newer.json", "is of a newer course, so it stays as it is"),
            ("", "must have a name that ends in .json"),
            ("notes.txt", "must have a name that ends in .json"),
        ):
            with pytest.raises(ValueError, match=words):
                act(path)


# Who bakes and tests


def test_tests_never_see_what_somebody_has_answered(monkeypatch):
    monkeypatch.undo()
    assert os.environ["SCALING_PROGRESS"].startswith(tempfile.gettempdir())


def test_baking_never_sees_what_somebody_has_answered(monkeypatch, tmp_path):
    progress.remember(answers={"a": {"typed": "a secret"}})
    cell = nbformat.v4.new_code_cell(
        "import os; print(os.path.exists(os.environ['SCALING_PROGRESS']), os.environ['SCALING_PROGRESS'])"
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "looks.ipynb")
    monkeypatch.setattr(bake, "NOTEBOOKS", tmp_path)
    learners = os.environ["SCALING_PROGRESS"]
    bake.main(["looks"])
    said = nbformat.read(tmp_path / "looks.ipynb", as_version=4).cells[0].outputs[0].text
    assert said.startswith("False") and learners not in said
