// JupyterLab takes arrow keys and letters for its own commands even where a radio button or a list
// has the focus, and ipywidgets leaves radio buttons alone: keep the keys here, and make a group.
function prepare(box) {
  for (const part of box.querySelectorAll("input, select, textarea, button, summary"))
    part.dataset.lmSuppressShortcuts = "true";
  for (const group of box.querySelectorAll(".widget-radio-box:not([role])")) {
    const name = `quiz${Math.random()}`, step = group.closest(".step, .quiz");
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", step.querySelector("div[style*=bold]").textContent);
    for (const radio of group.querySelectorAll("input")) radio.name = name;
  }
}

function render({ el, signal }) {
  const find = setInterval(() => { // this is no part of the page yet
    const box = el.closest(".mock, .quiz");
    if (!box) return;
    clearInterval(find);
    new MutationObserver(() => prepare(box)).observe(box, { childList: true, subtree: true });
    prepare(box);
  }, 100);
  signal?.addEventListener("abort", () => clearInterval(find));
}

export default { render };
