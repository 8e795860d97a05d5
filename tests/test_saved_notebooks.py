"""A notebook that was saved after Run All, as the Jupyter server gives it to a page on the next day."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import ipywidgets
import nbformat
import pytest
import scaling_laws_server
from scaling_laws_server import STATE, VIEW, is_alive, with_sentences, without_dead_views

from helpers import data, laws, live, quiz
from pictures import interview, interview_practice, start_here
from training import task

ROOT = data.FOLDER.parent
KERNEL = "b17fa305-4148-466a-b01a-17680819ef21"
SENTENCE = "70 billion parameters & 1.4e12 tokens: loss 1.97."


def output(mark="", **faces):
    """An output that holds the view of a widget, and these faces, by their names before the slash."""
    names = {"image": "image/png", "html": "text/html", "plain": "text/plain"}
    shown = {VIEW: {"version_major": 2, "version_minor": 0, "model_id": "m1"}}
    shown |= {names[face]: content for face, content in faces.items()}
    metadata = {VIEW: {"kernel": mark}} if mark else {}
    if "image" in faces:
        metadata["image/png"] = {"alt": SENTENCE, "width": 768}
    return nbformat.v4.new_output("display_data", shown, metadata=metadata)


def notebook(*outputs):
    return nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("words"),
        nbformat.v4.new_code_cell("code", outputs=[nbformat.v4.new_output("stream", text="1\n"), *outputs]),
    ])  # fmt: skip


def faces(book):
    return [sorted(each.get("data", ())) for each in book.cells[1].outputs[1:]]


def dead(mark):
    return False


def test_dead_views_give_way_to_the_picture_and_to_the_question():
    book = notebook(output("k/1", image="iVBO", plain=SENTENCE), output(html="<b>?</b>", plain="?"))
    assert without_dead_views(book, dead) == 2
    assert faces(book) == [["image/png", "text/plain"], ["text/html", "text/plain"]]
    assert book.cells[1].outputs[1].metadata == {"image/png": {"alt": SENTENCE, "width": 768}}
    nbformat.validate(book)


def test_a_view_that_lives_stays_and_is_asked_for_by_its_mark():
    book, asked = notebook(output("k/1", plain="?"), output(plain="?")), []
    before = nbformat.writes(book)
    assert without_dead_views(book, lambda mark: asked.append(mark) or True) == 0
    assert nbformat.writes(book) == before and asked == ["k/1", ""]


def test_a_view_stays_where_nothing_else_could_be_shown():
    book = notebook(output("k/1"))
    assert without_dead_views(book, dead) == 0 and faces(book) == [[VIEW]]


def test_widgets_saved_within_the_notebook_stay_and_others_go():
    book = notebook(output("k/1", plain="?"))
    book.metadata["widgets"] = {STATE: {"state": {"m1": {"model_name": "VBoxModel"}}}}
    assert without_dead_views(book, dead) == 0
    book.metadata["widgets"] = {STATE: {"state": {"m2": {"model_name": "VBoxModel"}}}}
    assert without_dead_views(book, dead) == 1


def manager(process):
    """What the server keeps of a kernel that it started as this process."""
    return SimpleNamespace(provisioner=SimpleNamespace(pid=process))


def test_a_view_lives_while_the_process_lives_that_made_it():
    here = {KERNEL: manager(os.getpid())}
    assert is_alive(f"{KERNEL}/{os.getpid()}", here)
    assert not is_alive(f"{KERNEL}/{os.getppid()}", here), "restarted: same kernel, another process"
    assert not is_alive(f"{KERNEL}/{os.getpid()}", {"another": manager(os.getpid())})
    assert not is_alive(f"{KERNEL}/{os.getpid()}", {})
    assert is_alive(f"{KERNEL}/12", {KERNEL: SimpleNamespace()}), "a kernel on another machine"
    assert is_alive("", here) and not is_alive("", {}), "a view that names no kernel"


def test_a_kernel_behind_a_launcher_is_the_kernel():
    inner = "import os; print(os.getpid(), flush=True); input()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as launcher:
        kernel = int(launcher.stdout.readline())
        assert kernel != launcher.pid
        assert is_alive(f"{KERNEL}/{kernel}", {KERNEL: manager(launcher.pid)})
        launcher.communicate("\n")


def test_a_picture_without_its_widget_says_its_sentence_once():
    book = notebook(output(image="iVBO", plain=SENTENCE))
    (cell,) = book.cells[1:]
    assert with_sentences(cell.outputs) == cell.outputs, "a live figure says it itself"
    without_dead_views(book, dead)
    cell.outputs = nbformat.from_dict(with_sentences(cell.outputs))
    assert faces(book) == [["image/png", "text/plain"], ["text/html", "text/plain"]]
    words = cell.outputs[-1].data
    assert words["text/plain"] == SENTENCE and "parameters &amp; 1.4e12" in words["text/html"]
    nbformat.validate(book)
    assert with_sentences(cell.outputs) == cell.outputs, "opened, saved, and opened again"
    other = nbformat.v4.new_output("display_data", {"image/png": "iVBO", "text/plain": "<Figure>"})
    assert with_sentences([other]) == [other]


# What the course stores, with ipywidgets 8 and with 7, which has no mimebundle of its own


def figure():
    return live.Live(
        start_here.TenTimes(laws.KAPLAN_PARAMS), params=live.log_slider("N", 1e7, 1e9, 1e8)
    )


SHOWN = {
    "a live figure": (figure, "image/png"),
    "a long task": (lambda: task.Task("Train", lambda tick: "done"), "text/plain"),
    "a question": (lambda: quiz.ask("gopher-split"), "text/html"),
    "a claim": (lambda: quiz.claim("chinchilla-twenty"), "text/html"),
    "a drill": (lambda: interview_practice.drill(interview.TOPICS[0]), "text/html"),
    "an interview": (lambda: interview_practice.play(), "text/html"),
}


@pytest.mark.parametrize("make, face", SHOWN.values(), ids=list(SHOWN))
@pytest.mark.parametrize("version", [7, 8])
def test_all_that_a_cell_shows_is_a_view_with_another_face(make, face, version, monkeypatch):
    if version == 7:
        monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_", raising=False)
    thing = make()
    faces, about = thing._repr_mimebundle_()
    assert faces[VIEW]["model_id"] == thing.box.model_id
    assert faces[face] and faces["text/plain"] and not faces["text/plain"].startswith("VBox(")
    assert about[VIEW]["kernel"].endswith(f"/{os.getpid()}")
    output = nbformat.v4.new_output("display_data", faces, metadata=about)
    book = notebook(output)
    assert without_dead_views(book, dead) == 1, "and a server knows it"
    nbformat.validate(book)


# Through the server's own reading of files


def served(folder, path, running=(), **options):
    """What a server with kernels for these paths answers when a page asks for a file of this folder."""
    from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

    async def list_sessions():
        return [{"path": name, "kernel": {"id": KERNEL}} for name in running]

    server = SimpleNamespace(
        contents_manager=AsyncLargeFileManager(root_dir=str(folder)),
        session_manager=SimpleNamespace(list_sessions=list_sessions),
        kernel_manager=SimpleNamespace(get_kernel={KERNEL: manager(os.getpid())}.__getitem__),
        log=logging.getLogger("server"),
    )
    scaling_laws_server._load_jupyter_server_extension(server)
    with (
        ThreadPoolExecutor() as other
    ):  # a loop runs here already where a browser was driven before
        return other.submit(asyncio.run, server.contents_manager.get(path, **options)).result()


@pytest.fixture
def folder(tmp_path):
    mark = f"{KERNEL}/{os.getpid()}"
    nbformat.write(notebook(output(mark, plain="?"), output(plain="?")), tmp_path / "a.ipynb")
    return tmp_path


def test_the_page_gets_no_dead_view_and_the_file_keeps_its_bytes(folder, caplog):
    before = (folder / "a.ipynb").read_bytes()
    with caplog.at_level("INFO", "server"):
        model = served(folder, "/a.ipynb", require_hash=True)
    assert faces(model["content"]) == [["text/plain"]] * 2
    assert "/a.ipynb: shown without 2 widgets whose kernel has ended." in caplog.text
    assert (folder / "a.ipynb").read_bytes() == before
    plain = served(folder, "a.ipynb", running=["a.ipynb"], require_hash=True)
    assert model["hash"] == plain["hash"], "JupyterLab compares it with the file's before it saves"


def test_a_notebook_with_its_kernel_keeps_its_views_and_a_copy_of_it_does_not(folder, caplog):
    shutil.copy(folder / "a.ipynb", folder / "copy.ipynb")
    running = ["other.ipynb", "a.ipynb"]
    assert faces(served(folder, "a.ipynb", running)["content"]) == [[VIEW, "text/plain"]] * 2
    assert faces(served(folder, "copy.ipynb", running)["content"]) == [["text/plain"]] * 2


def test_folders_other_files_and_a_question_about_the_date_are_answered_as_ever(folder):
    (folder / "b.txt").write_text("words")
    assert {each["name"] for each in served(folder, "")["content"]} == {"a.ipynb", "b.txt"}
    assert served(folder, "b.txt")["content"] == "words"
    assert served(folder, "a.ipynb", content=False)["content"] is None
    downloaded = served(folder, "a.ipynb", type="file", format="text")["content"]
    assert downloaded == (folder / "a.ipynb").read_text("utf-8")


def test_whatever_fails_here_the_notebook_opens(folder, caplog):
    book = notebook(output("no kernel/and no number", plain="?"))
    nbformat.write(book, folder / "a.ipynb")
    assert faces(served(folder, "a.ipynb")["content"]) == [["text/plain"]]
    book.cells[1].outputs[1].data[VIEW] = "not a view"
    (folder / "a.ipynb").write_text(json.dumps(book))
    assert faces(served(folder, "a.ipynb")["content"]) == [[VIEW, "text/plain"]]
    assert "scaling_laws_server failed" in caplog.text


@pytest.mark.parametrize("how", [(), ("-e",)], ids=["installed", "editable"])
def test_the_server_finds_it_where_the_course_is_installed(tmp_path, how):
    left_out = shutil.ignore_patterns(".*", "build", "work", "*.egg-info", "__pycache__")
    course = shutil.copytree(ROOT, tmp_path / "course", ignore=left_out)
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--ignore-installed"]
    done = subprocess.run(
        [*install, "--prefix", tmp_path / "there", *how, course], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr.strip().splitlines()[-1]}")
    configured = tmp_path / "there" / "etc" / "jupyter" / "jupyter_server_config.d"
    (file,) = configured.iterdir()
    extensions = json.loads(file.read_text("utf-8"))["ServerApp"]["jpserver_extensions"]
    assert extensions == {scaling_laws_server.__name__: True}
    (site,) = (tmp_path / "there").rglob("site-packages")
    code = f"import site; site.addsitedir({str(site)!r}); import scaling_laws_server as s; print(s.__file__)"
    alone = [sys.executable, "-I", "-S", "-c", code]  # without what is installed here
    found = subprocess.run(alone, capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.startswith(str(tmp_path / ("course/tools" if how else "there"))), found
