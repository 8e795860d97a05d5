"""The lowest versions that pyproject.toml allows, one a line, as pip takes them: pip install -c FILE.

A bound such as numpy>=2,<3 becomes numpy==2; what has no lower bound is left to pip.
"""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def lowest(requirements):
    """name==version for every requirement with a lower bound.

    >>> lowest(["numpy>=2.1,<3", "nbval==0.11.*", "course[lab]"])
    ['numpy==2.1']
    """
    found = (re.match(r"([\w.-]+)>=([\w.]+)", requirement) for requirement in requirements)
    return [f"{bound[1]}=={bound[2]}" for bound in found if bound]


if __name__ == "__main__":
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    tried = [extras[name] for name in ("lab", "class", "test", "slides")]
    print("\n".join(lowest(sum(tried, project["dependencies"]))))
