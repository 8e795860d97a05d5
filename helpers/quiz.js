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

function render({ model, el, signal }) {
  const kernel = model.get("layout"); // a model too, which knows whether its kernel lives
  const find = setInterval(() => { // this is no part of the page yet
    const box = el.closest(".mock, .quiz");
    if (!box) return;
    clearInterval(find);
    new MutationObserver(() => prepare(box)).observe(box, { childList: true, subtree: true });
    prepare(box);
    const lost = () => {
      if (kernel.comm_live !== false || el.textContent) return;
      el.setAttribute("role", "alert");
      el.textContent = "The kernel was restarted, so nothing is checked here: choose Run, Run All Cells.";
      const stale = () => box.querySelectorAll("[role=status]").forEach((said) => said.remove());
      for (const kind of ["input", "change", "click"]) box.addEventListener(kind, stale);
    };
    model.on("comm_live_update", lost);
    lost();
  }, 100);
  signal?.addEventListener("abort", () => clearInterval(find));
}

export default { render };
