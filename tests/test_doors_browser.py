"""Doors that show a page: a chapter in Notebook 7, nbclassic and Voila, run and moved in a real browser."""

import re

import browser
import doors
import nbformat
import pytest

NAME = "02_chinchilla"
CHAPTER = doors.ROOT / "notebooks" / f"{NAME}.ipynb"
BOOK = nbformat.read(CHAPTER, as_version=4)
CODE = "\n".join(cell.source for cell in BOOK.cells if cell.cell_type == "code")
DRAWN = sum("image/png" in o.get("data", {}) for c in BOOK.cells for o in c.get("outputs", ()))
until = browser.until
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(doors.missing(), reason=doors.NEEDED),
    pytest.mark.skipif(browser.missing(), reason=browser.NEEDED),
]


@pytest.fixture
def page(chrome):
    """A window of a small laptop."""
    page = browser.new_page(chrome, viewport={"width": 1366, "height": 768})
    yield page
    page.close()


def served(program, home, *words):
    """A server of a copy of the chapter, and its address."""
    nbformat.write(BOOK, home / f"{NAME}.ipynb")
    (port,) = browser.free_ports(1)
    base = f"http://127.0.0.1:{port}"
    told = [word.format(port=port) for word in words]
    return doors.serving(program, *told, home=home, ready=f"{base}/favicon.ico", refused=True), base


SERVER = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port={port}",
          "--ServerApp.port_retries=0", "--IdentityProvider.token="]  # fmt: skip


def lives(page):
    """The figures move by keyboard and say so, the questions answer, and nothing is an error."""
    figures = page.locator(".live")
    until(page, figures.count, lambda count: count == CODE.count("live.Live("), seconds=120)
    until(page, page.locator(".quiz").count, lambda count: count >= CODE.count("quiz.ask("))
    figure = figures.first
    figure.scroll_into_view_if_needed()
    status = figure.locator(".moving [role=status]")
    before = until(page, status.text_content, bool)
    handle = figure.locator(".noUi-handle").first
    until(page, lambda: handle.get_attribute("aria-label"), bool)
    handle.focus()
    page.keyboard.press("ArrowRight")
    until(page, status.text_content, lambda seen: seen != before)

    question = page.locator(".quiz:has(input[type=radio])").first
    question.scroll_into_view_if_needed()
    question.locator("input[type=radio]").first.check()
    question.get_by_role("button", name=re.compile("Check", re.I)).first.click()
    said = question.locator("[role=status]").first
    until(page, said.text_content, lambda words: re.match(r"\W*(Right|Not yet)", words or ""))


def test_notebook_7_runs_and_moves_a_chapter(page, tmp_path):
    server, base = served("jupyter-notebook", tmp_path, *SERVER)
    with server:
        page.goto(f"{base}/notebooks/{NAME}.ipynb")
        until(page, page.locator(".jp-RenderedImage img").count, lambda count: count == DRAWN)
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        browser.menu(page, "Run", "Run All Cells")
        lives(page)
        assert page.locator(browser.ERROR).count() == 0


def test_nbclassic_runs_and_moves_a_chapter(page, tmp_path):
    server, base = served("jupyter-nbclassic", tmp_path, *SERVER)
    with server:
        page.goto(f"{base}/nbclassic/notebooks/{NAME}.ipynb")
        until(page, page.locator(".output_png img").count, lambda count: count == DRAWN)
        page.wait_for_selector("#kernel_indicator_icon.kernel_idle_icon")
        page.evaluate("() => Jupyter.notebook.execute_all_cells()")
        lives(page)
        assert page.locator(".output_error, .output_stderr").count() == 0


def test_voila_shows_a_chapter_that_moves_without_its_code(page, tmp_path):
    server, base = served("voila", tmp_path, f"{NAME}.ipynb", "--no-browser", "--port={port}")
    with server:
        page.goto(base, timeout=120_000)
        lives(page)
        assert (
            page.locator(
                ".jp-OutputArea-output[data-mime-type*=stderr], .jp-CodeMirrorEditor"
            ).count()
            == 0
        )
        assert "import sys" not in page.locator("body").inner_text()
