"""Lint, format and types, by the commands that pre-commit runs; and who is to be cited."""

import importlib.util
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from helpers import data

ROOT = data.FOLDER.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
STARTED = "git -c alias.course=!tools/in_venv course "  # with the shell that git brings along
HOOKS = {hook["id"]: hook for repo in CONFIG["repos"] for hook in repo["hooks"]}


@pytest.mark.parametrize("name", ["lint", "format", "types"])  # shape: tests/test_shape.py
def test_what_pre_commit_checks(name):
    hook = HOOKS[name]
    flag, module, *rest = hook["entry"].removeprefix(STARTED).split()
    assert flag == "-m" and hook["entry"].startswith(STARTED)
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: python -m pip install -e '.[test]'")
    files = ["."] if hook.get("pass_filenames", True) else []
    done = subprocess.run(
        [sys.executable, "-m", module, *rest, *files], cwd=ROOT, capture_output=True,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"{hook['name']}\n{done.stdout}{done.stderr}", pytrace=False)


def test_hooks_need_no_network():
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}
    assert HOOKS["shape"]["entry"] == f"{STARTED}tools/shape.py"


WORKFLOW = ROOT / ".github" / "workflows" / "checks.yml"


def test_the_workflow_for_a_public_host_is_one():
    """Its form, by the host's schema; that it was never run is what its first line says."""
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed: python -m pip install -e '.[test]'")
    schema = ["--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, WORKFLOW],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, text = (whole := WORKFLOW.read_text("utf-8")).split("\n")[0], yaml.safe_load(whole)
    assert "has not run yet" in first
    tried = text["jobs"]["elsewhere"]
    assert {name.split("-")[0] for name in tried["strategy"]["matrix"]["system"]} == {
        "ubuntu",
        "macos",
        "windows",
    }
    assert tried["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    said = " ".join((ROOT / "README.md").read_text("utf-8").split())
    for step in [
        step["run"].removeprefix("python -m ") for step in tried["steps"] if "run" in step
    ]:
        assert step in said


def test_notebooks_are_linted():
    """The lint sees what stands in a cell."""
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("ruff is not installed: python -m pip install -e '.[test]'")
    listed = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    chapters = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert chapters == set(re.findall(r"notebooks[/\\](\w+\.ipynb)", listed))


def test_the_citation_agrees_with_the_project():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert cited["cff-version"] == "1.2.0" and cited["type"] == "software"
    assert {"message", "title", "authors"} <= set(cited) and cited["authors"][0]["name"]
    assert readme.startswith(f"# {cited['title']}\n")
    assert cited["version"] == PROJECT["version"] and cited["license"] == PROJECT["license"]
    assert cited["abstract"] == PROJECT["description"]
    assert "CC BY 4.0" in cited["message"] and "CC BY 4.0" in readme
