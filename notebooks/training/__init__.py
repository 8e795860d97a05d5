"""Training runs of our own: the text, the model, one run, and the sweep behind data/own_runs.csv."""

import ast
from pathlib import Path


def source(module, *names):
    """The code of some classes and functions of a module, to read in a notebook, without PyTorch too.

    Raises KeyError for a name that the module does not have.

    >>> source("run", "learning_rate").data.split("\\n")[1]
    'def learning_rate(run, step):'
    """
    from IPython.display import Markdown

    text = Path(__file__).with_name(f"{module}.py").read_text("utf-8")
    kinds = ast.ClassDef | ast.FunctionDef
    parts = {node.name: node for node in ast.parse(text).body if isinstance(node, kinds)}
    code = "\n\n\n".join(ast.get_source_segment(text, parts[name]) or "" for name in names)
    # without the name of the language: JupyterLab's colour of comments is too faint in its dark theme
    return Markdown(f"```\n{code}\n```")
