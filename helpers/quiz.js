// Names for groups of radio buttons, which ipywidgets leaves alone: they become one stop of the Tab key.
function prepare(box) {
  for (const group of box.querySelectorAll(".widget-radio-box:not([role])")) {
    const name = `quiz${Math.random()}`, asked = group.closest(".step, .quiz").querySelector("div[style*=bold]");
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", asked.dataset.said ?? asked.textContent);
    for (const radio of group.querySelectorAll("input")) radio.name = name;
  }
}

// Enter in the box of a number is Check. A sign behind the number says so, in one message with it: a click on
// the button could overtake the number where the kernel is busy, and an older one would be judged.
function check(box) {
  box.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Enter" || !target.matches("input[type=text]")) return;
    target.value += "\u200b";
    target.dispatchEvent(new Event("change", { bubbles: true }));
  }, true); // ipywidgets stops keys at the box
}

// A click on a button could overtake what was chosen, ticked or written before: ipywidgets holds the newest back
// while the kernel is busy, and a kernel may begin with a click before it has ended with a choice that came in
// the same moment. So the click waits until all of it is answered, for 20 s at most. Safari gives no focus to what
// a mouse clicks on, hence pointerdown; a kernel that was restarted answers nothing of what the one before was told.
function wait(box, manager) {
  let parts = [], late = false;
  const kinds = /^(RadioButtons|Checkbox|Text|Textarea|Dropdown)Model$/;
  const held = () => parts.some((part) => part.comm_live && part._pending_msgs > 0);
  const look = async () => {
    const all = await Promise.all(Object.values(manager?._models ?? {}));
    parts = all.filter((part) => kinds.test(part.get("_model_name")));
  };
  for (const kind of ["focusin", "pointerdown"]) box.addEventListener(kind, look);
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || late || !(button.matches("[aria-busy]") || held())) return;
    event.stopPropagation();
    if (button.matches("[aria-busy]")) return; // pressed twice
    button.setAttribute("aria-busy", "true");
    const end = Date.now() + 20000, again = setInterval(() => {
      if (held() && Date.now() < end) return;
      clearInterval(again);
      button.removeAttribute("aria-busy");
      late = true;
      button.click();
      late = false;
    }, 20);
  }, true);
}

function render({ model, el, signal }) {
  const kernel = model.get("layout"); // a model too, which knows whether its kernel lives
  const find = setInterval(() => { // this is no part of the page yet
    const box = el.closest(".mock, .quiz");
    if (!box) return;
    clearInterval(find);
    const panel = box.closest(".jp-NotebookPanel");
    if (panel) panel.rendermime = model.widget_manager?._rendermime; // opens links, see keys.js
    new MutationObserver(() => prepare(box)).observe(box, { childList: true, subtree: true });
    prepare(box);
    if (box.matches(".quiz")) check(box);
    if (!box.parentElement?.closest(".mock")) wait(box, model.widget_manager); // an interview waits for its questions
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
