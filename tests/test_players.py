"""Simulated candidates sit every kind of interview: who knows nothing gets little, who knows nearly all."""

import csv
import statistics

import players
import pytest

from helpers import verdicts
from pictures import interview, interview_practice


@pytest.fixture(scope="module", autouse=True)
def _read_once():
    """The bank is read once: thousands of interviews ask for it."""
    with pytest.MonkeyPatch.context() as patch:
        players.quickly(patch)
        yield


def share(name, setting):
    return players.share(name, *setting)


@pytest.mark.parametrize("setting", players.SETTINGS, ids=lambda s: "-".join(map(str, s)))
def test_the_checked_score_tells_who_knows_from_who_does_not(setting):
    got = {name: share(name, setting) for name in players.PLAYERS}
    assert got["nothing"] <= 0.25 and got["guesses"] <= 0.25 and got["slips"] <= 0.25, got
    assert got["knows"] >= 0.95, got
    assert max(got["nothing"], got["guesses"]) + 0.1 < got["half"] < got["knows"] - 0.1, got


def test_the_expert_finds_every_number_in_the_words_of_its_question():
    """Whiteboards included, whose steps are asked one after the other."""
    wrong = []
    for name in interview.pool():
        for seed in range(6):
            asked, seen = players.exam(name, seed)
            if seen["kind"] == "number":
                _, points = players.reply(players.knows, name, seed)
                wrong += [(name, seed)] if points < 1 else []
            for k, step in enumerate(seen["steps"]):
                if step["kind"] == "number":
                    view = players.of_step(seen, k)
                    typed = players.knows(view, [], None)
                    right = typed and verdicts.judge(asked["steps"][k], typed).right
                    wrong += [] if right else [(name, k, seed)]
    assert wrong == []


def test_the_expert_has_an_answer_to_every_question_with_options():
    """Each fragment of RIGHT fits one question, and there each part fits one option."""
    used = set()
    for name in interview.pool():
        _, seen = players.exam(name, 0)
        for one in (seen, *seen["steps"]):
            if one["options"]:
                fits = [words for words in players.RIGHT if words in one["question"]]
                assert len(fits) == 1, (name, one["question"], fits)
                used |= set(fits)
                wanted = players.RIGHT[fits[0]]
                for part in [wanted] if isinstance(wanted, str) else wanted:
                    found = [option for option in one["options"] if part in option]
                    assert len(found) == 1, (name, part, found)
    assert used == set(players.RIGHT)


def test_hints_win_nothing_for_who_knows_nothing():
    """Half of the points with them, as the hint says no answer."""
    for level in interview.LEVELS:
        setting = ("product", 20, level)
        with_hints = players.share("nothing", *setting, hint=True)
        assert with_hints == pytest.approx(share("nothing", setting) / 2, abs=0.04)


def test_a_player_sees_no_word_of_the_answer_before_it_answers():
    for name in interview.pool():
        asked, seen = players.exam(name, 3)
        for key, one in ((asked, seen), *zip(asked.get("steps", ()), seen["steps"])):
            assert set(one) == {"kind", "question", "unit", "hint", "options", "steps"}, name
            assert sorted(one["options"]) == sorted(o["text"] for o in key.get("options", ()))


def test_the_scorecard_says_what_the_players_get_today():
    """python tests/players.py --write"""
    with open(players.FILE, encoding="utf-8") as file:
        head, *kept = csv.reader(file)
    assert head == ["role", "minutes", "level", *players.PLAYERS]
    assert kept == [list(map(str, row)) for row in players.rows()]
    assert list(interview_practice.PLAYERS) == list(players.PLAYERS)


def test_all_roles_lengths_and_levels_are_alike_for_who_knows_nothing():
    """No setting is the lucky one."""
    shares = [share("guesses", setting) for setting in players.SETTINGS]
    assert max(shares) - min(shares) < 0.15 and statistics.mean(shares) < 0.2
