"""Lay a working copy of the chapters into work/, without ever losing what a reader wrote there.

What a reader wrote are the texts of the cells that she changed or added; outputs and numbers are not.
A newer chapter of the course comes with these cells in their places, and her former file is kept.
"""

import hashlib
import json
import os
import uuid

RECORD = ".untouched.json"  # the course's cells of each chapter, as they were laid into work/
FORMER = "earlier"  # the folder in work/ with the files that had cells of the reader
BOTH = (
    "*The course has changed the cell above since you changed it. Yours follows. "
    "Keep what you like, and delete the rest.*"
)


def digest(content):
    """A short name for some bytes."""
    return hashlib.sha256(content).hexdigest()


def text(cell):
    """What stands in a cell: a notebook keeps it in one piece or in lines."""
    return "".join(cell.get("source", ""))


def mark(cell):
    """The id of a cell, None where it has none, and a short name for its kind and text."""
    return [cell.get("id"), digest(f"{cell['cell_type']}\n{text(cell)}".encode())[:16]]


def marks(content):
    """The marks of the cells in the bytes of a notebook, None where that is no notebook."""
    try:
        return [mark(cell) for cell in json.loads(content)["cells"] if text(cell).strip()]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def texts(marked):
    """The short names of the texts alone."""
    return [name for _, name in marked]


def write(path, content):
    """Write all of content or nothing."""
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(content)
    os.replace(aside, path)


def match(cells, others):
    """For each mark of some cells the place of the one in others that it is a version of, or None.

    The same cell, otherwise one of the same text, otherwise of the same id; where there are no ids,
    the one that follows what the cell before it is a version of.
    """
    found = [None] * len(cells)
    for key in (tuple, lambda cell: cell[1], lambda cell: cell[0]):
        for place, cell in enumerate(cells):
            if found[place] is None and key(cell):
                same = (i for i, other in enumerate(others) if key(other) == key(cell))
                found[place] = next((i for i in same if i not in found), None)
    for place, (name, _) in enumerate(cells):
        before = found[place - 1] if place else -1
        if found[place] is None and name is None and before is not None:
            free = before + 1 < len(others) and before + 1 not in found
            found[place] = before + 1 if free else None
    return found


def merged(mine, laid, course):
    """The course's cells with the reader's in their places; how many are hers, how many both changed.

    mine and course are cells, laid the marks of what the course had when mine was laid. A changed cell
    keeps her text, and follows the course's own where that has changed as well. An added cell stays
    behind the cell that it stood behind.
    """
    mine = [cell for cell in mine if text(cell).strip()]
    names = {cell["id"] for cell in course}
    cells, behind, place, hers, both = list(course), {}, -1, 0, 0

    def put(cell):
        name = cell.get("id")
        name = uuid.uuid4().hex[:8] if name is None or name in names else name
        names.add(name)
        behind.setdefault(place, []).append(cell | {"id": name})

    # The course counts its cells anew: an id of one version says nothing about the next.
    now = match([[None, name] for _, name in laid], [[None, mark(cell)[1]] for cell in course])
    for cell, was in zip(mine, match([mark(cell) for cell in mine], laid)):
        goes = None if was is None else now[was]
        place = place if goes is None else goes
        theirs = [laid[was][1]] if was is not None else []
        theirs += [mark(course[goes])[1]] if goes is not None else []
        if mark(cell)[1] in theirs:
            continue
        hers += text(cell) != BOTH
        if goes is not None and theirs[0] == theirs[1]:
            cells[goes] = cell | {"id": course[goes]["id"]}
            continue
        if goes is not None:
            both += 1
            put({"cell_type": "markdown", "metadata": {}, "source": BOTH})
        put(cell)
    laid_out = behind.get(-1, [])
    for place, cell in enumerate(cells):
        laid_out += [cell, *behind.get(place, [])]
    return laid_out, hers, both


def keep(path):
    """Copy a file into the folder of former ones, under a name of its own; gives where it is."""
    folder = path.parent / FORMER
    folder.mkdir(exist_ok=True)
    free = (folder / f"{path.stem}_{n}{path.suffix}" for n in range(1, 10**6))
    copy = next(copy for copy in free if not copy.exists())
    write(copy, path.read_bytes())
    return copy


def renewed(mine, laid, new):
    """Lay a new chapter over the reader's, whose course's cells were laid; gives the sentence to say."""
    book = json.loads(new)
    cells, hers, both = merged(json.loads(mine.read_bytes())["cells"], laid, book["cells"])
    if not hers:
        write(mine, new)
        return f"{mine.name} is the course's newer one now; you had changed none of its cells."
    former = keep(mine)
    write(mine, json.dumps(book | {"cells": cells}, indent=1, ensure_ascii=False).encode() + b"\n")
    says = f"{mine.name} is the course's newer one now, with what you wrote (cells: {hers})."
    if both:
        says += f" Some you and the course have both changed (cells: {both}): both stand there."
    return f"{says} Your former file is {mine.parent.name}/{FORMER}/{former.name}."


def read_record(path):
    """What a record says of each chapter; nothing where it is missing or broken."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def refresh(source, work):
    """Copy the chapters of source into work as described above; returns a sentence for each that matters."""
    work.mkdir(exist_ok=True)
    record, laid, said = read_record(work / RECORD), 0, []
    for chapter in sorted(source.glob("*.ipynb")):
        new, mine, known = chapter.read_bytes(), work / chapter.name, record.get(chapter.name)
        old = mine.read_bytes() if mine.exists() else None
        if isinstance(known, str):  # by an older version of the course: the digest of what was laid
            same = next((file for file in (old, new) if file and digest(file) == known), None)
            known = {"file": known, "cells": same and marks(same)}
        known = known if isinstance(known, dict) else {}
        entry = record[chapter.name] = {"file": digest(new), "cells": marks(new)}
        if old is None:
            write(mine, new)
            laid += 1
        elif known.get("file") == entry["file"]:
            entry["cells"] = known.get("cells")  # the course has nothing newer
        elif (found := marks(old)) and known.get("cells"):
            said.append(renewed(mine, known["cells"], new))
        elif found and texts(found) == texts(entry["cells"]):
            write(mine, new)
        else:
            entry["cells"] = known.get("cells")
            why = "you have changed it" if found else "it is not a notebook any more"
            said.append(
                f"{mine.name}: {why}, so it was left alone. "
                "For a fresh copy, rename yours and run make lab again."
            )
    write(work / RECORD, json.dumps(record, sort_keys=True).encode())
    if laid:
        said.insert(0, f"Chapters laid into {work.name}/, for you to write in: {laid}.")
    return said
