"""The published figures: complete, sourced, and refused with a place where they are malformed."""

import os
import re
from collections import namedtuple

import pytest

from helpers import data, laws
from pictures import emergent_abilities
from training import own_runs

MODELS = data.models()


def test_models_are_many_and_named_once():
    assert len(MODELS) >= 60
    families = (
        "GPT-3 Gopher MT-NLG Chinchilla LLaMA Llama Gemma Qwen Pythia Cerebras-GPT DeepSeek-V3"
    )
    for family in families.split():
        assert any(m.model.startswith(family) for m in MODELS), family


def test_known_models():
    # Hoffmann et al. 2022, Table 1, and the model cards (FACTS 2.2, 5.1)
    ratios = {"GPT-3 175B": 1.7, "Gopher": 1.1, "MT-NLG 530B": 0.5, "Chinchilla": 20.0}
    ratios |= {"Llama 3 8B": 1875.0, "Llama 3.1 405B": 38.5, "Qwen3-0.6B": 60000.0}
    for name, ratio in ratios.items():
        assert round(data.named(MODELS, name).tokens_per_param, 1) == ratio
    assert data.named(MODELS, "Chinchilla").mmlu == 67.6
    assert data.named(MODELS, "Gopher").mmlu == 60.0
    assert data.named(MODELS, "DeepSeek-V3").active_params == 37e9
    assert laws.training_flops(280e9, 300e9) == data.named(MODELS, "gopher").flops


def test_mixtures_of_2025_and_2026():
    # the reports and repositories (FACTS2 1.6); what was only reported stays empty
    kimi, ling = (data.named(MODELS, name) for name in ("Kimi K2", "Ling-mini-2.0"))
    assert (kimi.params, kimi.active_params, round(kimi.tokens_per_param)) == (1.04e12, 32.6e9, 475)
    assert (ling.params, ling.active_params, round(ling.tokens_per_param)) == (
        16.26e9,
        1.43e9,
        13986,
    )
    sizes = {
        "gpt-oss-120b": (117e9, 5.1e9),
        "GLM-4.5": (355e9, 32e9),
        "DeepSeek-V4-Pro": (None, None),
    }
    for name, size in sizes.items():
        row = data.named(MODELS, name)
        assert (row.params, row.active_params, row.flops) == (*size, None)
    for row in MODELS:
        if row.arch == "moe" and row.active_params:
            assert row.active_params < row.params, row.model


def test_nothing_from_memory():
    for path in data.FOLDER.glob("*.csv"):
        assert not re.search(
            r"\b(from )?memory\b(?! bandwidth)", path.read_text("utf-8").split("\n", 1)[1]
        )


def test_accelerators():
    chips = data.accelerators()
    assert data.named(chips, "H100 SXM").bf16_flop_per_s == pytest.approx(989.4e12)
    assert data.named(chips, "A100 80GB").bf16_flop_per_s == pytest.approx(312e12)
    assert data.named(chips, "A100 80GB").memory_bytes == 80e9
    assert data.named(chips, "B200").bf16_flop_per_s == pytest.approx(2250e12)


NOW = "2026-11"  # what the course knows
AGES = ("text_stock", "training_sets", "trends")  # prices, stocks, trends and records


def aged(table, rows, now=NOW):
    """A sentence for each row that is more than a year old and not marked as history.

    >>> Price = data.ROWS["trends"]._make
    >>> list(aged("trends", [Price(["rent", 2.0, None, None, "dollars", "2025-10", "", "s", "", ""])]))
    ["trends, 'rent': of 2025-10, more than a year before 2026-11: look for a newer figure, or say in history why this one stands."]
    """
    for row in rows:
        months = [12 * int(month[:4]) + int(month[5:]) for month in (row.as_of, now)]
        if months[1] - months[0] > 12 and not row.history:
            yield (f"{table}, {row[0]!r}: of {row.as_of}, more than a year before {now}: look for a newer figure, "
                   "or say in history why this one stands.")  # fmt: skip


def test_figures_that_age_are_new_or_marked_as_history():
    dated = [table for table, row in data.ROWS.items() if "as_of" in row._fields]
    assert set(AGES) <= set(dated)
    faults = [fault for table in dated for fault in aged(table, data.read_table(table))]
    assert not faults, "\n".join(faults)
    assert any(not row.history for row in data.read_table("trends")), "no price of this year"


def test_claims_that_call_something_the_largest_are_dated():
    claims = {
        name: said for name, said in data.claims().items() if "largest disclosed" in str(said)
    }
    assert claims and all(said.get("as_of") for said in claims.values()), list(claims)
    Dated = namedtuple("Dated", "name as_of history")
    rows = [
        Dated(name, said["as_of"], "") for name, said in data.claims().items() if "as_of" in said
    ]
    assert not list(aged("claims", rows))


def test_a_figure_that_has_aged_is_named():
    row = data.ROWS["trends"]("rent", 2.0, None, None, "dollars", "2025-10", "", "s", "", "")
    assert "'rent': of 2025-10, more than a year before 2026-11" in next(aged("trends", [row]))
    assert not list(aged("trends", [row._replace(as_of="2025-11")]))
    assert not list(aged("trends", [row._replace(history="the low of that year")]))


def test_every_file_is_described_in_the_readme():
    told = (data.FOLDER / "README.md").read_text("utf-8")
    for path in data.FOLDER.iterdir():
        assert path.name == "README.md" or path.name in told, path.name


def test_an_unknown_name_is_answered_with_near_ones():
    with pytest.raises(ValueError, match="model is 'Chinchila', but must be one of .*Chinchilla"):
        data.named(MODELS, "Chinchila")
    with pytest.raises(ValueError, match="H100 SXM"):
        data.named(data.accelerators(), "h100")
    with pytest.raises(ValueError, match="question is 'gopher'.*gopher-split"):
        data.question("gopher")


def test_what_is_unknown_stays_unknown():
    for model in MODELS:
        unknown = model.tokens is None or model.active_params is None
        assert (model.tokens_per_param is None) == (model.flops is None) == unknown, model.model


def test_a_sentence_about_an_unknown_name_has_four_near_ones():
    with pytest.raises(ValueError, match="model is 'b', but must be one of") as error:
        data.named(MODELS, "b")
    near = str(error.value).removesuffix(".").split("such as ")[1].split(", ")
    assert len(near) == 4 and all("b" in name.lower() for name in near)
    with pytest.raises(
        ValueError, match="task and setting is '3-digit addition, oral', .*few-shot"
    ):
        emergent_abilities.scores("3-digit addition", "oral")
    with pytest.raises(ValueError, match="picture is 'cat', but must be one of "):
        data.picture("cat")


def test_draws_and_curves_are_whole():
    assert {len(row) for row in data.read_table("refit_draws")} == {5}
    assert len(data.read_table("refit_draws")) == 500
    assert all(curve.shape[1] == 2 for curve in own_runs.curves().values())
    assert len(own_runs.curves()) > 100


@pytest.mark.parametrize(
    "row, sentence", [("1,2,3,4", "shorter"), ("1,2,3,4,x", "convert string to float: 'x'")]
)
def test_malformed_draws(row, sentence, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    (tmp_path / "refit_draws.csv").write_text(f"E,A,B,alpha,beta\n{row}\n")
    with pytest.raises(ValueError, match=f"refit_draws.csv does not hold .*{sentence}"):
        data.read_table("refit_draws")


def test_a_changed_bank_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    bank = tmp_path / "questions" / "00.toml"
    bank.parent.mkdir()
    for number in (1, 2):
        bank.write_text(f"[first]\nanswer = {number}\n")
        os.utime(bank, ns=(number, number))
        assert data.question("first") == {"answer": number}
    bank.write_text("[first\n")
    with pytest.raises(ValueError, match="00.toml: "):
        data.questions()


@pytest.mark.parametrize(
    "rows", ["", "{}x\n", "{}\n1,2\n", '{}\n"a" b\n', "{}\nA,B,2020-01,many,,,,,s,,\n"]
)
def test_a_malformed_table_is_named(rows, tmp_path):
    (tmp_path / "chips.csv").write_text(rows.format(",".join(data.ROWS["accelerators"]._fields)))
    with pytest.raises(ValueError, match="chips.csv does not hold what its columns want: "):
        data.read_table("accelerators", tmp_path / "chips.csv")
