"""Lay a working copy of the chapters into work/, without ever losing what a reader wrote there.

New chapters are copied and untouched ones refreshed. A chapter that was changed in work/ stays as it
is; where the course has a newer one, it says so.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ".untouched.json"  # what each chapter in work/ looked like when it was laid there


def digest(content):
    """A short name for some bytes."""
    return hashlib.sha256(content).hexdigest()


def write(path, content):
    """Write all of content or nothing."""
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(content)
    os.replace(aside, path)


def refresh(source, work):
    """Copy the chapters of source into work as described above; returns a line for each that matters."""
    work.mkdir(exist_ok=True)
    record = {}
    if (work / RECORD).exists():
        try:
            record = dict(json.loads((work / RECORD).read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            record = {}  # a broken record only means that every changed chapter counts as edited
    said = []
    for chapter in sorted(source.glob("*.ipynb")):
        new, mine = chapter.read_bytes(), work / chapter.name
        old = mine.read_bytes() if mine.exists() else None
        if old == new:
            record[chapter.name] = digest(new)
        elif old is None or record.get(chapter.name) == digest(old):
            write(mine, new)
            record[chapter.name] = digest(new)
            said.append(f"{'new' if old is None else 'refreshed'}: {mine.name}")
        elif record.get(chapter.name + " offered") != digest(new):
            record[chapter.name + " offered"] = digest(new)
            said.append(
                f"kept yours: {mine.name} (rename it, and the next start lays the course's beside it)"
            )
    write(work / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return said


if __name__ == "__main__":
    for line in refresh(ROOT / "notebooks", ROOT / "work"):
        print(f"work/ {line}")
    sys.exit(0)
