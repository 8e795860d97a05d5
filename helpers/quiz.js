// Names for groups of radio buttons, which ipywidgets leaves alone: they become one stop of the Tab key. And boxes
// for numbers that keep what is typed.
function prepare(box) {
  for (const group of box.querySelectorAll(".widget-radio-box:not([role])")) {
    const name = `quiz${Math.random()}`, asked = group.closest(".step, .quiz").querySelector("div[style*=bold]");
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", asked.dataset.said ?? asked.textContent);
    for (const radio of group.querySelectorAll("input")) radio.name = name;
  }
  for (const input of box.querySelectorAll("input[type=text]")) if (!input.sign) keep(input);
}

// What somebody is typing stays, whatever the kernel answers meanwhile to what stood there before: ipywidgets
// would write over it.
function keep(input) {
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  let typing = false;
  input.addEventListener("input", () => { typing = true; });
  for (const kind of ["change", "blur"]) input.addEventListener(kind, () => { typing = false; });
  Object.defineProperty(input, "value", {
    get,
    set(text) { if (!typing || input.disabled) set.call(input, text); },
  });
  input.sign = () => { // tells the kernel what stands there, if it is the same as before, too
    set.call(input, `${input.value}\u200b`);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
}

// Enter in the box of a number is Check. A sign behind the number says so, in one message with it: a click on
// the button could overtake the number where the kernel is busy, and an older one would be judged.
function check(box) {
  box.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target.matches("input[type=text]")) target.sign();
  }, true); // ipywidgets stops keys at the box
}

// A click on a button could overtake what was chosen, ticked or written before: ipywidgets holds the newest back
// while the kernel is busy, and a kernel may begin with a click before it has ended with a choice that came in
// the same moment. So the click waits until all of it is answered, for 20 s at most. Safari gives no focus to what
// a mouse clicks on, hence pointerdown; a kernel that was restarted answers nothing of what the one before was told.
// A button that was pressed hears no second press until something in this box changes, for 10 s at most: who sees
// nothing happen presses again, and would leave a question unseen or end an interview.
function wait(box, manager) {
  const pressed = new WeakSet();
  let parts = [], late = false;
  const kinds = /^(RadioButtons|Checkbox|Text|Textarea|Dropdown)Model$/;
  const held = () => parts.some((part) => part.comm_live && part._pending_msgs > 0);
  const look = async () => {
    const all = await Promise.all(Object.values(manager?._models ?? {}));
    parts = all.filter((part) => kinds.test(part.get("_model_name")));
  };
  const press = (button) => {
    const heard = () => {
      pressed.delete(button);
      clearTimeout(end);
      seen.disconnect();
      for (const kind of ["input", "change"]) box.removeEventListener(kind, heard);
    };
    const seen = new MutationObserver(heard), end = setTimeout(heard, 10000);
    pressed.add(button);
    seen.observe(box, { childList: true, subtree: true });
    for (const kind of ["input", "change"]) box.addEventListener(kind, heard);
  };
  for (const kind of ["focusin", "pointerdown"]) box.addEventListener(kind, look);
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const twice = pressed.has(button) || button.matches("[aria-busy]");
    if (!twice && (late || !held())) return press(button);
    event.stopPropagation();
    if (twice) return;
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
    el.dataset.ready = "";
  }, 100);
  signal?.addEventListener("abort", () => clearInterval(find));
}

export default { render };
