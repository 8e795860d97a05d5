"""Nothing of the course is out of shape; and each mistake that people make hears its own sentence."""

import copy
import csv
import json
import shutil
import subprocess
import sys

import pytest
import shape

from helpers import data

BANK, CLAIMS, CHAPTERS = data.questions(), data.claims(), shape.books()
FILES = {path.stem: path.read_text("utf-8") for path in (shape.ROOT / "notebooks").glob("*.ipynb")}


def none(faults):
    said = "\n".join(faults)
    if said:
        pytest.fail(said, pytrace=False)


@pytest.mark.parametrize("name", FILES)
def test_notebooks(name):
    none(shape.of_notebook(name, FILES[name]))


def test_questions():
    none(fault for name in BANK for fault in shape.of_question(name, BANK[name], CHAPTERS))


@pytest.mark.parametrize("name", CLAIMS)
def test_claims(name):
    none(shape.of_claim(name, CLAIMS[name], CHAPTERS))


def test_tables():
    none(shape.of_tables())


def test_modules():
    none(shape.of_modules())


# Mistakes in questions


GONE = object()
NUMBER, DRAWN, CHOICE, SEVERAL = (
    "start-half-loss",
    "chinchilla-flops",
    "kaplan-six-flop",
    "kaplan-bottleneck",
)
ORDER, OPEN, BOARD = "kaplan-order-drops", "chinchilla-derive", "board-derive"
SLIP = BANK[NUMBER]["slips"][0]
TEXTS = [option["text"] for option in BANK[CHOICE]["options"]]


@pytest.mark.parametrize(
    "name, change, sentence",
    [
        (NUMBER, {"hint": GONE}, "hint missing; kind number needs chapter, kind, reread, topic, level, minutes, question, hint, answer"),
        (NUMBER, {"kind": "numbr"}, "kind is 'numbr', but must be one of number, choice, several, order, open, whiteboard, code."),
        (NUMBER, {"slip": []}, "slip unknown; kind number has chapter"),
        (NUMBER, {"hint": 3}, "hint is 3, but must be text in quotation marks."),
        (NUMBER, {"question": "How many"}, "question and hint must end as sentences do."),
        (NUMBER, {"answer": "1.4T"}, "answer is '1.4T', but must be a number above 0 without quotation marks, such as 7e10."),
        (NUMBER, {"tolerance": 5}, "tolerance is 5, but must be a share between 0 and 1, such as 0.05."),
        (NUMBER, {"slips": [{"value": 9139, "why": "No."}]}, "slip 1, 9139, is within the tolerance of the answer, 9139."),
        (NUMBER, {"slips": [SLIP, SLIP | {"why": "No."}]}, "slip 2, 2, is within the tolerance of slip 1, 2."),
        (NUMBER, {"slips": [SLIP, SLIP | {"value": 3}]}, "two slips have the same sentence."),
        (NUMBER, {"slips": ["No."]}, "slip 1 is 'No.', but must be { value = a number, why = a sentence }."),
        (NUMBER, {"chapter": "11"}, "chapter is '11', but must be one of 00, 01, 02"),
        (NUMBER, {"topic": "money"}, "topic is 'money', but must be one of counting, power laws"),
        (NUMBER, {"level": "hard"}, "level is 'hard', but must be one of warm-up, interview, staff."),
        (NUMBER, {"minutes": 0}, "minutes is 0, but must be one of 1, 2"),
        (NUMBER, {"reread": "00_start_here#Nowhere"}, "reread is '00_start_here#Nowhere', but must be a chapter and a heading of it, such as "),
        (NUMBER, {"reread": "90_interview_practice#Keep"}, "reread is '90_interview_practice#Keep', but must be a chapter"),
        (NUMBER, {"reread": "Vocabulary"}, "reread is 'Vocabulary', but must be a chapter"),
        (NUMBER, {"picture": "cat"}, "picture is 'cat', but must be one of crossing"),
        (NUMBER, {"chapter": "02", "here": True}, 'asked nowhere; put quiz.ask("start-half-loss") into a cell of 02_chinchilla.'),
        (DRAWN, {"answer": "6 * size"}, "its formulas and words cannot be filled in (NameError(\"name 'size' is not defined\")); it names {params}, "),
        (DRAWN, {"answer": "6 *"}, "its formulas and words cannot be filled in (SyntaxError("),
        ("drill-break-even", {"answer": "-tokens"}, "with seed 0 the answer is -420000000000.0, but must be a number above 0."),
        (DRAWN, {"hint": "Use {size}."}, "its formulas and words cannot be filled in (KeyError('size')); it names {params}, "),
        (DRAWN, {"slips": [SLIP]}, "slip 1 is {'value': 2, 'why': 'Twice the size only multiplies the loss by 0.95.'}, but must be "
         "{ value = a formula in quotation marks, why = a sentence }."),
        (CHOICE, {"answer": TEXTS[:2]}, "kind choice has one answer, kinds several and order a list of them."),
        (SEVERAL, {"answer": BANK[SEVERAL]["answer"][0]}, "kind choice has one answer, kinds several and order a list of them."),
        (CHOICE, {"answer": "3"}, f"answer is '3', but must be one of {', '.join(map(repr, TEXTS))}."),
        (CHOICE, {"options": [{"text": TEXTS[0]}]}, "every option needs text and why."),
        (CHOICE, {"options": BANK[CHOICE]["options"][1:]}, "four options are needed, or three to be ranked"),
        (ORDER, {"answer": BANK[ORDER]["answer"][1:]}, "answer must be a list of all the options in the right order"),
        (OPEN, {"points": ["one"]}, "an open question needs 3 to 6 points"),
        (BOARD, {"steps": BANK[BOARD]["steps"][:3]}, "3 steps, but a whiteboard needs 4 to 6."),
        (BOARD, {"steps": [BANK[BOARD]["steps"][0] | {"why": "No"}] * 4}, "step 1: question must end with a question mark"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_question_hears_what_is_allowed(name, change, sentence):
    wrong = {key: value for key, value in (BANK[name] | change).items() if value is not GONE}
    said = shape.of_question(name, wrong, CHAPTERS)
    assert said and said[0].startswith(f"questions, {name}: {sentence}"), said


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"source": ""}, "source missing; every claim needs chapter, claim, verdict, why, source."),
        (
            {"verdict": "false"},
            "verdict is 'false', but must be one of true, true with a condition",
        ),
        ({"reason": "So it is."}, "either number and unit decide it, or a reason does."),
        ({"chapter": "11"}, "chapter is '11', but must be one of 00"),
        ({"why": "No"}, "claim and why must end as sentences do."),
        ({"why": "No. " * 5 + "No."}, "why has more than four sentences."),
    ],
)
def test_a_mistake_in_a_claim_hears_what_is_allowed(change, sentence):
    name = "chinchilla-twenty"
    said = list(shape.of_claim(name, CLAIMS[name] | change, CHAPTERS))
    assert said and said[0].startswith(f"claims.toml, {name}: {sentence}"), said


# Mistakes in a row of models


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"released": "2022"}, "released is '2022', but must be a month, such as 2024-07."),
        ({"arch": "MoE"}, "arch is 'MoE', but must be one of 'dense', 'moe', 'undisclosed'."),
        ({"mmlu_harness": ""}, "mmlu and mmlu_harness are both given, or both empty."),
        ({"mmlu": 676.0}, "mmlu is 676, but is in percent."),
        ({"params": 70.0, "active_params": None}, "params is 70: write 70 billion as 7e10."),
        ({"active_params": 80e9}, "more active_params than params."),
        ({"active_params": 60e9}, "a dense model has as many active_params as params."),
        ({"train_flop": 1e23, "train_flop_kind": "6ND"}, "train_flop is 1e+23, but 6 x active_params x tokens is 5.88e+23."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_model_hears_what_is_allowed(change, sentence):
    row = data.named(data.models(), "Chinchilla")._replace(**change)
    assert f"models.csv, Chinchilla: {sentence}" in list(shape.of_model(row))


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Copies a file of data/ with one text replaced, and says what the shape check says of it."""

    def change(file, old, new):
        shutil.copytree(data.FOLDER, tmp_path, dirs_exist_ok=True)
        text = (data.FOLDER / file).read_text("utf-8")
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        monkeypatch.setattr(data, "FOLDER", tmp_path)
        return shape.faults()

    return change


@pytest.mark.parametrize(
    "file, old, new, sentence",
    [
        ("models.csv", "dense,7e10,", "dense,70B,", "column 'params': '70B' is not a number of 0 or more, such as 7e10."),
        ("models.csv", "\nChinchilla,", "\nGopher,", "column 'model': 'Gopher' twice."),
        ("models.csv", "tokens,", "token,", "line 1, column 7: 'token' stands where 'tokens' must."),
        ("models.csv", "\nChinchilla,", "\nChinchilla,DeepMind,", "19 cells, but there must be 18."),
        ("questions/00.toml", "minutes = 1", "minutes = ", "00.toml: Invalid value (at line"),
        ("questions/00.toml", "[start-half-loss]", "[start-ten-times]", "00.toml: Cannot declare ('start-ten-times',) twice"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_its_line(changed, file, old, new, sentence):
    said = changed(file, old, new)
    assert len(said) == 1 and file.split("/")[-1] in said[0] and sentence in said[0], said


# Mistakes in a notebook


def code_with_picture(book):
    """The first code cell whose last output is a picture."""
    for cell in book["cells"]:
        if cell.get("outputs") and "image/png" in cell["outputs"][-1].get("data", {}):
            return cell


def saved_by_jupyterlab(book):
    view = {"model_id": "0", "version_major": 2, "version_minor": 0}
    code_with_picture(book)["outputs"][-1]["data"]["application/vnd.jupyter.widget-view+json"] = (
        view
    )


def state_of_widgets(book):
    book["metadata"]["widgets"] = {}


def run_again(book):
    code_with_picture(book)["execution_count"] = 99


def drawn_again(book):
    png = code_with_picture(book)["outputs"][-1]["data"]
    png["image/png"] = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )


def cell_put_between(book):
    del book["cells"][-1]
    book["cells"].insert(3, copy.deepcopy(book["cells"][0]) | {"id": "f3a2"})


def printed_path(book):
    output = {
        "name": "stdout",
        "output_type": "stream",
        "text": ["reading /home/ada/course/data\n"],
    }
    code_with_picture(book)["outputs"].insert(0, output)


def went_wrong(book):
    code_with_picture(book)["outputs"] = [{"output_type": "error", "ename": "", "evalue": "", "traceback": []}]  # fmt: skip


def no_words(book):
    code_with_picture(book)["outputs"][-1]["metadata"]["image/png"]["alt"] = "a picture"


def no_slide(book):
    del book["cells"][0]["metadata"]["slideshow"]


def no_question(book):
    book["cells"][0]["source"] = ["# Chinchilla\n"]


def dead_link(book):
    book["cells"][0]["source"].append(" [there](08_nowhere.ipynb)")


def unknown_question(book):
    code_with_picture(book)["source"] = ['quiz.ask("gopher")']


def question_not_baked(book):
    cell = next(
        cell for cell in book["cells"] if 'quiz.ask("half-size")' in "".join(cell["source"])
    )
    cell["source"] = ['quiz.ask("gopher-split")']


def magic(book):
    code_with_picture(book)["source"] = ["%matplotlib inline"]


def long_cell(book):
    code_with_picture(book)["source"] = ["x = 1\n"] * 13


@pytest.mark.parametrize(
    "mistake, sentence",
    [
        (saved_by_jupyterlab, "stores widgets, which no page can show without a kernel: run python tools/bake.py 02_chinchilla"),
        (state_of_widgets, "stores widgets"),
        (run_again, "was not run from top to bottom: run"),
        (drawn_again, "stores a picture without a palette"),
        (cell_put_between, "has cells that are not numbered in order"),
        (printed_path, "a path of one computer, /home/a..., is there for nobody else."),
        (went_wrong, "stores an error or a warning"),
        (no_words, "its picture has no sentence of more than 40 characters"),
        (no_slide, "its slide type is None, but must be one of slide, subslide"),
        (no_question, "the first cell needs a title with a question"),
        (dead_link, "the link 08_nowhere.ipynb leads to no file here"),
        (unknown_question, "quiz.ask names 'gopher', which is not in data/."),
        (question_not_baked, "the words of gopher-split are not stored below: run python tools/bake.py."),
        (magic, "'%matplotlib inline' is no plain Python."),
        (long_cell, "14 lines of up to 5 characters, but at most 12 of 100 fit a slide."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_notebook_hears_what_to_do(mistake, sentence):
    book = json.loads(FILES["02_chinchilla"])
    mistake(book)
    text = json.dumps(book, indent=1, ensure_ascii=False) + "\n"
    said = list(shape.of_notebook("02_chinchilla", text))
    assert len(said) == 1 and said[0].startswith("02_chinchilla") and sentence in said[0], said


def test_a_notebook_written_by_another_program():
    text = json.dumps(json.loads(FILES["02_chinchilla"]))
    assert "is not written as baking writes it" in next(shape.of_notebook("02_chinchilla", text))
    assert "is no notebook" in next(shape.of_notebook("02_chinchilla", text[:-1]))


def test_modules_that_grow(tmp_path):
    for number in range(18):
        (tmp_path / f"m{number}.py").write_text("\n" * 222, encoding="utf-8")
    (tmp_path / "__init__.py").write_text("", encoding="utf-8")
    assert not list(shape.of_modules(tmp_path))
    (tmp_path / "m18.py").write_text("\n" * 5, encoding="utf-8")
    assert list(shape.of_modules(tmp_path)) == [
        f"{tmp_path.name}/ has 19 modules, but may have 18.",
        f"{tmp_path.name}/ has 4001 lines, but may have 4000.",
    ]


def test_the_map_of_the_imports():
    none(shape.of_imports())
    text = (shape.ROOT / "helpers" / "README.md").read_text("utf-8")
    assert list(shape.of_imports(text.replace("cost, fits", "cost"))) == [
        "helpers/README.md: fits is not in the list of what imports what."
    ]
    upside_down = text.replace("laws, verdicts", "verdicts").replace("quiz  ", "quiz, laws  ", 1)
    assert "fits.py imports laws, which does not stand above" in " ".join(
        shape.of_imports(upside_down)
    )


GOOD = dict.fromkeys(data.ROWS["accelerators"]._fields, "1")


def table(tmp_path, header, *rows):
    path = tmp_path / "chips.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"tdp_w": "many"}, r"chips\.csv, line 3, column 'tdp_w': 'many' is not a number"),
        ({"tdp_w": "nan"}, r"line 3, column 'tdp_w': 'nan' is not a number"),
        ({"tdp_w": "-4"}, r"line 3, column 'tdp_w': '-4' is not a number"),
        ({"bf16_flop_per_s": ""}, r"line 3, column 'bf16_flop_per_s': empty"),
        ({"source": " "}, r"line 3, column 'source': empty"),
        ({"accelerator": "first"}, r"line 3, column 'accelerator': 'first' twice"),
    ],
)
def test_a_malformed_cell_is_named_by_file_line_and_column(tmp_path, change, sentence):
    first, second = GOOD | {"accelerator": "first"}, GOOD | change
    path = table(tmp_path, first, first.values(), second.values())
    with pytest.raises(ValueError, match=sentence):
        shape.strictly("accelerators", path)


def test_malformed_tables(tmp_path):
    header = list(GOOD)
    with pytest.raises(ValueError, match=r"line 1, column 2: 'maker' stands where 'vendor' must"):
        shape.strictly("accelerators", table(tmp_path, [header[0], "maker", *header[2:]]))
    with pytest.raises(ValueError, match=r"line 1: 10 columns, but there must be 11"):
        shape.strictly("accelerators", table(tmp_path, header[:-1]))
    with pytest.raises(ValueError, match=r"line 1: 12 columns, but there must be 11"):
        shape.strictly("accelerators", table(tmp_path, [*header, "more"]))
    with pytest.raises(ValueError, match=r"line 2: 3 cells, but there must be 11"):
        shape.strictly("accelerators", table(tmp_path, header, "abc"))
    with pytest.raises(ValueError, match=r"chips\.csv: no rows"):
        shape.strictly("accelerators", table(tmp_path, header))
    path = tmp_path / "chips.csv"
    path.write_bytes((",".join(header) + '\n"a" b' + ",x" * 10).encode())
    with pytest.raises(ValueError, match=r"chips\.csv, line 2"):
        shape.strictly("accelerators", path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"chips\.csv, line"):
        shape.strictly("accelerators", path)


def test_the_command_says_it_and_fails():
    done = subprocess.run(
        [sys.executable, "tools/shape.py"], cwd=shape.ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_link_within_a_chapter_leads_to_a_heading():
    text = FILES["02_chinchilla"].replace("**Stop here if**", "[x](#No-such) **Stop here if**")
    said = list(shape.of_notebook("02_chinchilla", text))
    assert any("the link #No-such leads to no heading here" in fault for fault in said)
