"""What axe-core finds in a page: rules of WCAG 2.0 to 2.2 on levels A and AA, and its own good practice."""

import contextlib

import browser
import pytest

DARK, LIGHT = "JupyterLab Dark", "JupyterLab Light"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Words and outputs of the chapters. The rest of the window, menus and code cells, is JupyterLab's.
OURS = [[".jp-OutputArea-output"], [".jp-RenderedMarkdown"]]

# Before a cell runs nothing of ours is on the page but stored outputs, and JupyterLab draws these:
STORED_PICTURES = [[".jp-RenderedImage img"]]  # without their alt text, though it is stored
STORED_RULES = ["link-in-text-block"]  # links in Markdown are told by colour alone in its style

# axe looks at no colour of what is scrolled away or cut off, and of a window within the window all
# but a few cells are: so the notebook is laid out in full, in a window as high as it.
LAID_OUT = (
    "body, .jp-LabShell {overflow: visible !important} body {height: 100vh}"
    " .jp-Cell {content-visibility: visible !important}"
)
ROOM = "panel => [panel.clientHeight, panel.scrollHeight, panel.querySelectorAll('*').length]"
# Nothing is on its way from one colour to another, and it was drawn like that.
FADED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
  done(!document.getAnimations().some(a => a instanceof CSSTransition && a.playState === 'running')))))"""
FOLDS = "open => document.querySelectorAll('details').forEach(fold => { fold.open = open; })"


def problems(tab, include=None, exclude=(), rules_off=()):
    """What is wrong on the page, or in parts of it: a sentence for each element."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    context = {"include": include, "exclude": list(exclude)} if include else None
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {rule: {"enabled": False} for rule in rules_off},
        "resultTypes": ["violations"],
    }
    broken = axe.Axe().run(tab, context=context, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for rule in broken for node in rule["nodes"]]  # fmt: skip


def problems_in_lab(tab, themes=(DARK, LIGHT), look=lambda name: None, **tolerated):
    """What is wrong in the words and outputs of a notebook with all folds open, in both themes; look is called in each."""
    found = []
    with laid_out(tab):
        for name in themes:
            theme(tab, name)
            found += [f"{name}: {said}" for said in problems(tab, OURS, **tolerated)]
            look(name)
    return found


@contextlib.contextmanager
def laid_out(tab):
    """All cells of a notebook beside each other in a high window, their folds open."""
    before, panel = tab.viewport_size, tab.locator(".jp-WindowedPanel-outer")
    style = tab.add_style_tag(content=LAID_OUT)
    tab.evaluate(FOLDS, True)
    high = panel.evaluate("panel => panel.scrollHeight")
    tab.set_viewport_size({"width": before["width"], "height": high + 400})
    browser.settled(tab, lambda: panel.evaluate(ROOM))
    panel.evaluate("panel => { panel.scrollTop = 0; }")
    try:
        yield
    finally:
        tab.evaluate(FOLDS, False)
        style.evaluate("style => style.remove()")
        tab.set_viewport_size(before)


def theme(tab, name):
    """Choose a theme in the menu, as a person would, unless it is there already."""
    light = str(name == LIGHT).lower()
    if tab.evaluate("document.body.dataset.jpThemeLight") == light:
        return
    tab.click(".lm-MenuBar-itemLabel:text-is('Settings')")
    tab.hover(".lm-Menu-itemLabel:text-is('Theme')")
    tab.click(f".lm-Menu-itemLabel:text-is('{name}')")
    tab.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
    tab.wait_for_function(FADED)
