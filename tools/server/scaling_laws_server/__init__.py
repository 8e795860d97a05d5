"""A part for the Jupyter server: a saved notebook opens with its pictures, not with dead widgets.

A notebook saved after Run All holds the views of widgets that lived in its kernel. Once that kernel
is gone, a front end shows "Error displaying widget: model not found" in their place, although the
picture, or the question with its answer folded, lies in the same output. So a notebook is served
without the views that are dead, and a picture that stands alone has its sentence below it. The file
stays as it is until somebody saves.
"""

import html
from inspect import iscoroutinefunction

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
FACES = {"image/png", "text/html", "text/plain"}


def without_dead_views(book, lives):
    """Take dead views out of a notebook where the output has another face; say how many.

    lives(mark) says whether the kernel runs that a view names as its own ("kernel id/process id",
    or "" where it names none). Views whose widgets are saved within the notebook stay.
    """
    saved = book["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    count = 0
    for cell in book["cells"]:
        for output in cell.get("outputs", ()):
            data, metadata = output.get("data", {}), output.get("metadata", {})
            if VIEW not in data or not FACES & set(data) or data[VIEW]["model_id"] in saved:
                continue
            if not lives(metadata.get(VIEW, {}).get("kernel", "")):
                del data[VIEW]
                metadata.pop(VIEW, None)
                count += 1
    return count


def with_sentences(outputs):
    """Outputs of a cell in which the words stored with a picture follow it: JupyterLab shows no others."""
    whole = []
    for output, after in zip(outputs, [*outputs[1:], None]):
        whole.append(output)
        words = output.get("metadata", {}).get("image/png", {}).get("alt")
        if words and VIEW not in output["data"]:
            page = f'<div style="font-size:14px;line-height:1.4">{html.escape(words)}</div>'
            data = {"text/html": page, "text/plain": words}
            if not after or after.get("data") != data:
                whole.append({"output_type": "display_data", "metadata": {}, "data": data})
    return whole


def is_alive(mark, kernels):
    """Whether the kernel that a view names runs for its notebook; kernels maps ids to managers.

    A restarted kernel keeps its id and is another process. A view that names none counts as alive
    while any kernel runs for the notebook.
    """
    name, _, process = mark.partition("/")
    if name not in kernels:
        return not name and bool(kernels)
    started = getattr(getattr(kernels[name], "provisioner", None), "pid", None)
    return not started or int(process) in family(started)


def family(process):
    """The ids of a process and of those that it started: a kernel may run behind a launcher."""
    yield process
    import psutil  # comes with ipykernel; most often the first is the one that is looked for

    yield from (child.pid for child in psutil.Process(process).children(recursive=True))


async def kernels_of(server, path):
    """The managers of the kernels that run for the notebook at this path, by their ids."""
    sessions = await server.session_manager.list_sessions()
    ids = {each["kernel"]["id"] for each in sessions if each["path"].strip("/") == path.strip("/")}
    return {name: server.kernel_manager.get_kernel(name) for name in ids}


def _jupyter_server_extension_points():
    return [{"module": "scaling_laws_server"}]


def _load_jupyter_server_extension(server):
    manager, log = server.contents_manager, server.log
    get = manager.get

    async def served(path, *arguments, **named):
        model = await get(path, *arguments, **named)
        try:
            if model["type"] == "notebook" and model["content"]:
                kernels = await kernels_of(server, path)
                count = without_dead_views(model["content"], lambda mark: is_alive(mark, kernels))
                for cell in model["content"]["cells"]:
                    if cell.get("outputs"):
                        cell["outputs"] = with_sentences(cell["outputs"])
                if count:
                    log.info("%s: shown without %d widgets whose kernel has ended.", path, count)
        except Exception:
            log.exception("%s: scaling_laws_server failed, and shows it as it is.", path)
        return model

    if iscoroutinefunction(get):
        manager.get = served
    else:  # an older kind of manager, whose callers would not wait
        log.info("scaling_laws_server: %s shows notebooks as they are.", type(manager).__name__)
