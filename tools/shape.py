"""The shape of what the course is made of: notebooks, questions, claims, tables, modules.

    python tools/shape.py

Each fault is one sentence that says where it is and what is allowed; exit status 1 where there is
one. Nothing is run and no number recomputed here: that is what the tests are for.
"""

import ast
import base64
import collections
import csv
import html
import itertools
import json
import math
import re
import symtable
import sys
import tomllib
from pathlib import Path

import prose

from helpers import data, questions, verdicts
from pictures import interview

ROOT = data.FOLDER.parent
SLIDES = ("slide", "subslide", "fragment", "notes", "skip", "-")
FIRST = (
    (ROOT / "tools" / "first_cell.py").read_text("utf-8").strip()
)  # leads out where the course is missing
SHOWN = {"text/plain", "text/html", "text/markdown", "image/png"}  # what a page can show
PATHS = r"(?:^|[\s\"'(=])((?:/home|/Users|/root|/tmp|/work|/mnt)/\w|[A-Z]:\\\\?\w)"
COMMON = ("chapter", "kind", "reread", "topic", "level", "minutes", "question", "hint")
STEP = ("kind", "question", "hint")
NEEDED = {name: kind.needs for name, kind in verdicts.KINDS.items() if kind.needs}
FREE = ("why", "part", "here", "picture", "let", "family", "source", "within")
NOTE = f"<details><summary>{prose.CLASS_WORDS}</summary>"
SEEN = f"<details><summary>{prose.SEEN_WORDS}</summary>"
MODULES, LINES = 18, 4000  # of helpers/: at most so many modules, with so many lines together


def must(name, value, allowed):
    return f"{name} is {value!r}, but must be one of {', '.join(map(str, allowed))}."


# Notebooks


def source(cell):
    return "".join(cell["source"])


def words(book):
    """All that is written in the cells of a notebook."""
    return "\n".join(map(source, book["cells"]))


def books():
    """The notebooks by name."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


def of_notebook(name, text):
    """The faults of a notebook, given its name and what its file holds."""
    try:
        book = json.loads(text)
        cells = book["cells"]
    except (ValueError, KeyError) as error:
        yield f"{name} is no notebook: {error}."
        return
    for fault in not_baked(book, text):
        yield f"{name} {fault}: run python tools/bake.py {name}"
    if len(text.encode()) >= 1_000_000:
        yield f"{name} has {len(text) / 1e6:.2f} MB, but must stay under 1 MB."
    first = source(cells[0])
    if (
        not re.match(r"# .*\?", first)
        or "minutes" not in first
        or "After this you can" not in first
    ):
        yield f"{name}: the first cell needs a title with a question, minutes, and 'After this you can'."
    for fault in of_names([cell for cell in cells if cell["cell_type"] == "code"]):
        yield f"{name}: {fault}"
    if source(cells[1]) != FIRST:
        yield f"{name}: the second cell must be the code of tools/first_cell.py, and hidden."
    headings = re.findall(r"(?m)^#{1,3} +(.+)$", words(book))
    for target in re.findall(r"\]\(#([^)]+)\)", words(book)):
        if target not in [heading.replace(" ", "-") for heading in headings]:
            yield f"{name}: the link #{target} leads to no heading here; in it every space of a heading is a dash."
    for cell in [*cells[:1], *cells[2:]]:
        for fault in of_cell(cell):
            yield f"{name}, cell {cell.get('id')}: {fault}"
    for fault in prose.faults(cells):
        yield f"{name}, {fault}"


def of_names(cells):
    """Names that a function of a cell reads, and that two cells set: a slider would see the later one."""
    reads, sets = {}, {}
    for cell in cells:
        try:
            nodes, tree = ast.parse(source(cell)), symtable.symtable(source(cell), "cell", "exec")
        except SyntaxError:
            continue  # of_code says what is wrong with it
        assigned = [node for node in nodes.body if isinstance(node, ast.Assign)]
        adds = {
            name.id
            for node in assigned
            for name in ast.walk(node.value)
            if isinstance(name, ast.Name)
        }
        for symbol in tree.get_symbols():
            again = symbol.get_name() in adds  # x = x | more keeps what was there
            if symbol.is_assigned() and not symbol.is_imported() and not again:
                sets[symbol.get_name()] = sets.get(symbol.get_name(), 0) + 1
        waiting = [(scope, scope.get_name()) for scope in tree.get_children()]
        for scope, name in waiting:
            if name not in ("listcomp", "genexpr", "setcomp", "dictcomp"):  # those run at once
                waiting += [(inner, name) for inner in scope.get_children()]
                reads |= {s.get_name(): name for s in scope.get_symbols() if s.is_global()}
    for name in sorted(set(reads) & set(sets)):
        if sets[name] > 1:
            yield f"{reads[name]}() reads {name}, which {sets[name]} cells set: a figure that calls it later would see the last. Give one of them another name."


def not_baked(book, text):
    """What shows that a notebook was saved by a front end after it was baked."""
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    shown = {kind for output in outputs for kind in output.get("data", {})}
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        yield "was not run from top to bottom"
    if any(
        output["output_type"] == "error" or output.get("name") == "stderr" for output in outputs
    ):
        yield "stores an error or a warning"
    if set(book["metadata"]) != {"kernelspec", "language_info"} or not shown <= SHOWN:
        yield "stores widgets, which no page can show without a kernel"
    if book["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "names a kernel that others may not have"
    if [cell.get("id") for cell in book["cells"]] != [
        f"c{k:02d}" for k in range(len(book["cells"]))
    ]:
        yield "has cells that are not numbered in order"
    pictures = [
        output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})
    ]
    if any(base64.b64decode(png[:48])[25] != 3 for png in pictures):  # the colour type of a PNG
        yield "stores a picture without a palette, three times as large"
    if text != json.dumps(book, indent=1, ensure_ascii=False) + "\n":
        yield "is not written as baking writes it"


def of_cell(cell):
    """The faults of one cell."""
    kind, text = cell["metadata"].get("slideshow", {}).get("slide_type"), source(cell)
    if kind not in SLIDES:
        yield must("its slide type", kind, SLIDES)
    elif (kind == "notes") != text.startswith(NOTE):
        yield f"slide type notes and a beginning of {NOTE} belong together."
    elif SEEN in text and not (text.startswith(SEEN) and text.endswith("</details>")):
        yield f"{prose.SEEN_WORDS!r} is folded in a cell of its own, which begins with {SEEN}."
    if cell["cell_type"] == "markdown":
        for target in re.findall(r"\]\(([^)#\s]+)\)", text):
            arxiv = re.fullmatch(r"https://arxiv\.org/abs/\d{4}\.\d{5}", target)
            if not arxiv and (":" in target or not (ROOT / "notebooks" / target).exists()):
                yield f"the link {target} leads to no file here and to no abstract at https://arxiv.org/abs/."
    else:
        yield from of_code(text, cell["outputs"], on_slide=kind != "skip")
    shown = json.dumps(
        [output for output in cell.get("outputs", []) if "image/png" not in output.get("data", {})]
    )
    if found := re.search(PATHS, text + " " + shown):
        yield f"a path of one computer, {found[1]}..., is there for nobody else."


def of_code(text, outputs, on_slide=True):
    lines = text.split("\n")
    if on_slide and (len(lines) > 12 or max(map(len, lines)) > 100):
        yield f"{len(lines)} lines of up to {max(map(len, lines))} characters, but at most 12 of 100 fit a slide."
    if found := re.search(r"(?m)^\s*[!%].*|;\s*$|\b(In|Out)\[|pip install", text):
        yield f"{found[0].strip()!r} is no plain Python."
    stored = "".join("".join(o.get("data", {}).get("text/html", "")) for o in outputs)
    for call, key, bank in (
        ("ask", "question", data.questions()),
        ("claim", "claim", data.claims()),
    ):
        for name in re.findall(rf'quiz\.{call}\("([^"]*)"', text):
            if name not in bank:
                yield f"quiz.{call} names {name!r}, which is not in data/."
            elif "let" not in bank[name] and html.escape(bank[name][key]) not in stored:
                yield f"the words of {name} are not stored below: run python tools/bake.py."
    for output in outputs:
        if "image/png" in output.get("data", {}):
            alt = output["metadata"].get("image/png", {}).get("alt", "")
            if len(alt) <= 40 or alt != "".join(output["data"].get("text/plain", "")):
                yield "its picture has no sentence of more than 40 characters that says what it shows."


# Questions and claims


def of_question(name, asked, chapters):
    """The faults of a question of data/questions/; chapters are the notebooks by name."""
    faults = list(of_part(asked, COMMON))
    if not faults:
        faults += of_place(name, asked, chapters)
    return [f"questions, {name}: {fault}" for fault in faults]


def of_part(asked, common):
    """The faults of a question, or of a step of a whiteboard, in itself."""
    kind = asked.get("kind")
    if kind not in NEEDED:
        yield must("kind", kind, NEEDED)
        return
    wanted = [*common, *NEEDED[kind]]
    empty = ("why",) if "options" in asked else ()  # where the options say it all
    lacks = [
        k for k in wanted if asked.get(k) in (None, "", []) and not (k in empty and k in asked)
    ]
    if lacks:
        yield f"{', '.join(lacks)} missing; kind {kind} needs {', '.join(wanted)}."
    if unknown := [key for key in asked if key not in (*wanted, *FREE)]:
        yield f"{', '.join(unknown)} unknown; kind {kind} has {', '.join(wanted)}, and may have {', '.join(FREE)}."
    for key in {"question", "hint", "why", "unit"} & set(asked):
        if not isinstance(asked[key], str):
            yield f"{key} is {asked[key]!r}, but must be text in quotation marks."
            return
    if lacks:
        return
    if not asked["question"].endswith(("?", "...", ".", ")")) or not asked["hint"].endswith(
        (".", "?")
    ):
        yield "question and hint must end as sentences do."
    elif common == STEP and not (asked["question"].endswith("?") and asked["why"].endswith(".")):
        yield "question must end with a question mark, why with a full stop."
    if kind == "number":
        yield from of_number(asked)
    elif kind == "open":
        if not 3 <= len(asked["points"]) <= 6 or len(asked["answer"]) <= 300:
            yield "an open question needs 3 to 6 points and a model answer of more than 300 characters."
    elif kind == "whiteboard":
        if not 4 <= len(asked["steps"]) <= 6:
            yield f"{len(asked['steps'])} steps, but a whiteboard needs 4 to 6."
        if "let" in asked and (faults := list(of_generated(asked))):
            yield from faults
            return
        for number, step in enumerate(_steps(asked), start=1):
            for fault in of_part(step, STEP):
                yield f"step {number}: {fault}"
    elif kind == "code":
        if not asked["second_hint"].endswith((".", "?")) or not asked["why"].endswith("."):
            yield "second_hint and why must end as sentences do."
    else:
        yield from of_options(asked)


def _steps(board):
    """The steps of a whiteboard; of a generated one with the numbers of a seed."""
    return questions.drawn(board)["steps"] if "let" in board else board["steps"]


def of_number(asked):
    """Is the answer a number, and does every slip get the sentence that was written for it?"""
    drawn = "let" in asked
    what = "a formula in quotation marks" if drawn else "a number"
    for number, slip in enumerate(asked["slips"], start=1):
        value, why = (slip.get("value"), slip.get("why")) if isinstance(slip, dict) else (None, "")
        if not why or not (isinstance(value, str) if drawn else is_number(value)):
            yield f"slip {number} is {slip!r}, but must be {{ value = {what}, why = a sentence }}."
            return
    if len({slip["why"] for slip in asked["slips"]}) < len(asked["slips"]):
        yield "two slips have the same sentence."
    if not is_number(asked["tolerance"]) or asked["tolerance"] >= 1:
        yield f"tolerance is {asked['tolerance']!r}, but must be a share between 0 and 1, such as 0.05."
    elif drawn:
        yield from of_generated(asked)
    elif not is_number(asked["answer"]):
        yield f"answer is {asked['answer']!r}, but must be a number above 0 without quotation marks, such as 7e10."
    else:
        before = {"the answer": asked["answer"]}
        for number, slip in enumerate(asked["slips"], start=1):
            for other, value in before.items():
                near = (
                    {"rel_tol": asked["tolerance"]}
                    if "within" not in asked
                    else {"abs_tol": asked["within"]}
                )
                if math.isclose(slip["value"], value, **near):
                    yield f"slip {number}, {slip['value']:g}, is within the tolerance of {other}, {value:g}."
            before[f"slip {number}"] = slip["value"]


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def of_generated(asked):
    """The faults of formulas, and of the words that hold their names."""
    try:
        drawn = [questions.drawn(asked, seed) for seed in range(10)]
    except Exception as error:  # whatever goes wrong in a formula
        names = ", ".join(f"{{{name}}}" for name in [*asked["let"], "answer"])
        yield f"its formulas and words cannot be filled in ({error!r}); it names {names}."
        return
    for seed, one in enumerate(drawn):
        for part in one.get("steps", [one]):
            if "slips" in part and not is_number(part["answer"]):
                yield f"with seed {seed} the answer is {part['answer']!r}, but must be a number above 0."


def of_options(asked):
    options = [option.get("text") for option in asked["options"]]
    answers = asked["answer"] if isinstance(asked["answer"], list) else [asked["answer"]]
    if any(not option.get("text") or not option.get("why") for option in asked["options"]):
        yield "every option needs text and why."
    elif len(options) < 4 - (asked["kind"] == "order") or len(set(options)) < len(options):
        yield "four options are needed, or three to be ranked, no two of them alike."
    elif "$" in "".join(options):
        yield "a formula in an option is not typeset: say it in words."
    elif asked["kind"] == "order" and sorted(map(str, answers)) != sorted(options):
        yield f"answer must be a list of all the options in the right order: {options}."
    elif isinstance(asked["answer"], list) == (asked["kind"] == "choice"):
        yield "kind choice has one answer, kinds several and order a list of them."
    elif wrong := [answer for answer in answers if answer not in options]:
        yield must("answer", wrong[0], map(repr, options))


def of_place(name, asked, chapters):
    """The faults of a question in its surroundings: chapter, topic, level, where it is asked."""
    numbers = {book[:2]: book for book in chapters}
    pictures = sorted(path.stem for path in (data.FOLDER / "pictures").iterdir())
    for key, allowed in (
        ("chapter", numbers), ("topic", interview.TOPICS), ("level", interview.LEVELS), ("minutes", range(1, 61 if asked["kind"] == "code" else 11)),
        ("part", interview.SECTIONS), ("picture", pictures), ("here", (True, False)),
    ):  # fmt: skip
        if key in asked and asked[key] not in allowed:
            yield must(key, asked[key], allowed)
            return
    book, _, heading = asked["reread"].partition("#")
    headings = re.findall(r"(?m)^##? +(.+)$", words(chapters[book])) if book in chapters else []
    if asked["reread"][:2] == "90" or heading not in headings:
        yield f"reread is {asked['reread']!r}, but must be a chapter and a heading of it, such as 02_chinchilla#2. One budget, every size."
    here = numbers[asked["chapter"]]
    if asked.get("here") and not re.search(
        rf'quiz\.(?:ask|code)\("{re.escape(name)}"[,)]', words(chapters[here])
    ):
        yield f'asked nowhere; put quiz.ask("{name}") into a cell of {here}.'


def of_claim(name, said, chapters):
    """The faults of a claim of data/claims.toml."""
    place, wanted = f"claims.toml, {name}:", ("chapter", "claim", "verdict", "why", "source")
    if lacks := [key for key in wanted if not said.get(key)]:
        yield f"{place} {', '.join(lacks)} missing; every claim needs {', '.join(wanted)}."
        return
    if ("number" in said) != ("unit" in said) or ("number" in said) == ("reason" in said):
        yield f"{place} either number and unit decide it, or a reason does."
    if said["verdict"] not in verdicts.CLAIM:
        yield f"{place} {must('verdict', said['verdict'], verdicts.CLAIM)}"
    if said["chapter"] not in (numbers := [book[:2] for book in chapters]):
        yield f"{place} {must('chapter', said['chapter'], numbers)}"
    if said["verdict"] == "cannot be checked" and "reason" not in said:
        yield f"{place} what cannot be checked needs a reason."
    if not said["claim"].endswith(".") or not said["why"].endswith((".", ")")):
        yield f"{place} claim and why must end as sentences do."
    elif not 1 <= len(re.findall(r"[.:)](?: |$)", said["why"])) <= 4:
        yield f"{place} why has more than four sentences."


# Tables and modules


def of_model(m):
    """What the columns of a row of data/models.csv say about each other."""
    place = f"models.csv, {m.model}:"
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", m.released):
        yield f"{place} released is {m.released!r}, but must be a month, such as 2024-07."
    for column, allowed in (
        ("arch", ("dense", "moe", "undisclosed")),
        ("train_flop_kind", ("", "published", "6ND", "estimate")),
    ):
        if getattr(m, column) not in allowed:
            yield f"{place} {must(column, getattr(m, column), map(repr, allowed))}"
    for value, word in (
        ("mmlu", "mmlu_harness"), ("gsm8k", "gsm8k_harness"), ("train_flop", "train_flop_kind"),
    ):  # fmt: skip
        if (getattr(m, value) is None) != (getattr(m, word) == ""):
            yield f"{place} {value} and {word} are both given, or both empty."
    for column in ("mmlu", "gsm8k", "mmlu_obs", "gsm8k_obs"):
        if (getattr(m, column) or 0) > 100:
            yield f"{place} {column} is {getattr(m, column):g}, but is in percent."
    for column, least in (("params", 1e6), ("active_params", 1e6), ("tokens", 1e8)):
        if (getattr(m, column) or least) < least:
            yield f"{place} {column} is {getattr(m, column):g}: write 70 billion as 7e10."
    if m.params and m.active_params and m.active_params > m.params:
        yield f"{place} more active_params than params."
    elif m.arch == "dense" and m.active_params and m.active_params != m.params:
        yield f"{place} a dense model has as many active_params as params."
    if m.train_flop_kind == "6ND" and not (
        m.flops and math.isclose(m.train_flop, m.flops, rel_tol=1e-3)
    ):
        yield f"{place} train_flop is {m.train_flop:g}, but 6 x active_params x tokens is {m.flops or math.nan:g}."


def strictly(table, path=None):
    """Raise ValueError with file, line and column where a table is malformed; else its rows."""
    path, rows = Path(path or data.FOLDER / f"{table}.csv"), {}
    row_type, columns = data.ROWS[table], data.COLUMNS[table].split()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            for column, (found, wanted) in enumerate(zip(header, row_type._fields), start=1):
                if found != wanted:
                    where = f"{path.name}, line 1, column {column}"
                    raise ValueError(f"{where}: {found!r} stands where {wanted!r} must.")
            for cells in itertools.chain([header], reader):
                line, count = f"{path.name}, line {reader.line_num}", len(cells)
                if count != len(columns):
                    what = "columns" if cells is header else "cells"
                    raise ValueError(f"{line}: {count} {what}, but there must be {len(columns)}.")
                if cells is header:
                    continue
                row = row_type(*(strict_cell(*pair, line) for pair in zip(columns, cells)))
                if rows.setdefault(row[0], row) is not row:
                    raise ValueError(f"{line}, column {columns[0]!r}: {row[0]!r} twice.")
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}.") from None
    if not rows:
        raise ValueError(f"{path.name}: no rows below the header.")
    return list(rows.values())


def strict_cell(column, text, line):
    """One cell as the mark of its column wants it, or a sentence with file, line and column."""
    name, mark, text = column.rstrip("#?~"), column[-1], text.strip()
    place = f"{line}, column {name!r}"
    if not text and mark in "?~":
        return None if mark == "?" else ""
    if not text:
        raise ValueError(f"{place}: empty, but every row needs {'a number here' if mark == '#' else 'it'}.")  # fmt: skip
    if mark not in "#?":
        return text
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{place}: {text!r} is not a number of 0 or more, such as 7e10.")
    return number


def of_modules(folder=ROOT / "helpers"):
    """Helpers stay small: a reader should find the formula, not the framework."""
    paths = [path for path in sorted(folder.rglob("*.py")) if path.name != "__init__.py"]
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in paths)
    if len(paths) > MODULES:
        yield f"{folder.name}/ has {len(paths)} modules, but may have {MODULES}."
    if lines > LINES:
        yield f"{folder.name}/ has {lines} lines, but may have {LINES}."


def of_imports(text=None):
    """Do arrows only point up the list of helpers/README.md, and does it name every module?"""
    folder = ROOT / "helpers"
    text = text or (folder / "README.md").read_text("utf-8")
    lines = text.split("```")[1].strip().splitlines()
    floors = {
        name: floor
        for floor, line in enumerate(lines)
        for name in re.split(r"\s{2,}", line)[0].split(", ")
    }
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    for name in sorted(there ^ set(floors)):
        known = "is not a module" if name in floors else "is not in the list of what imports what"
        yield f"helpers/README.md: {name} {known}."
    for name in sorted(there & set(floors)):
        code = (folder / f"{name}.py").read_text("utf-8")
        taken = re.findall(r"(?m)^ *from helpers import (.+)$", code)
        names = {part.split()[0] for line in taken for part in line.split(",")}
        names |= set(re.findall(r"(?m)^ *from helpers\.(\w+) import", code))
        for other in sorted(names & set(floors)):
            if floors[other] >= floors[name]:
                yield f"{name}.py imports {other}, which does not stand above it in helpers/README.md."


def faults():
    """All faults, as sentences; a file that cannot be read at all ends its part with one."""
    said = []
    for part in (of_questions, of_claims, of_tables, of_notebooks, of_modules, of_imports):
        try:
            said.extend(part())
        except ValueError as error:
            said.append(str(error))
    return list(dict.fromkeys(said))


def of_notebooks():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        yield from of_notebook(path.stem, path.read_text("utf-8"))


def of_questions():
    chapters = books()
    for name, asked in data.questions().items():
        yield from of_question(name, asked, chapters)
    files = sorted((data.FOLDER / "questions").glob("*.toml"))
    homes = [(name, file) for file in files for name in tomllib.loads(file.read_text("utf-8"))]
    for name, count in collections.Counter(name for name, _ in homes).items():
        if count > 1:
            yield f"questions, {name}: there are {count} of this name; each needs its own."
    for name, file in homes:
        if data.question(name).get("chapter") != file.stem:
            yield f"questions, {name}: a question of chapter {file.stem} must say so, since it lies in {file.name}."


def of_claims():
    chapters = books()
    for name, said in data.claims().items():
        yield from of_claim(name, said, chapters)


def of_tables():
    for table in data.COLUMNS:
        strictly(table)
    for m in data.models():
        yield from of_model(m)


if __name__ == "__main__":
    for sentence in (found := faults()):
        print(sentence)
    sys.exit(1 if found else 0)
