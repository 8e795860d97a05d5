// In JupyterLab, for all that this course shows under its cells; quiz.js and live.js begin with this.
if (!window.scalingKeys) {
  window.scalingKeys = true;
  const ours = (part) => part?.closest?.(".jp-OutputArea-output");
  const usable = (part) => part.isConnected && !part.disabled && part.getClientRects().length > 0;

  // JupyterLab's own keys act on the cell (r makes it raw text, arrows leave it, Enter edits it), whatever
  // has the focus in it. Here only Ctrl+S stays JupyterLab's: else the browser would save the page.
  window.addEventListener("keydown", (event) => {
    if (!ours(event.target)) return;
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
    if (saves) event.target.removeAttribute("data-lm-suppress-shortcuts");
    else event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  }, true);

  // A control that vanishes, or is closed, under the hand hands the focus on: to what follows it in its
  // question, or to the question that came in its place. Without it the next key would be the cell's.
  let last = null, output = null;
  window.addEventListener("focusin", ({ target }) => {
    if (ours(target)) [last, output] = [target, ours(target)];
    else if (last && usable(last)) last = null; // somebody went elsewhere
  }, true);
  setInterval(() => {
    if (!last || usable(last) || !output.isConnected || ours(document.activeElement)) return;
    const box = (last.isConnected && last.closest(".quiz")) || output.querySelector(".quiz") || output;
    const parts = [...box.querySelectorAll("input, select, textarea, button, summary, a[href]")].filter(usable);
    const behind = (part) => last.isConnected && last.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING;
    const next = parts.find(behind) ?? parts[0];
    if (!next) return;
    next.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
    next.scrollIntoView({ block: "nearest" });
  }, 100);

  // A link to a section: JupyterLab goes there before the chapter is drawn, and lands elsewhere. So go there
  // again until the heading stays in the window, or a hand moves.
  let following;
  const stop = () => clearInterval(following);
  for (const kind of ["wheel", "pointerdown", "keydown"]) window.addEventListener(kind, stop, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href*=".ipynb#"]');
    if (!link || !event.isTrusted || !link.closest(".jp-NotebookPanel")) return;
    const heading = CSS.escape(decodeURIComponent(link.hash.slice(1))), end = Date.now() + 20000;
    let before, still = 0;
    stop();
    following = setInterval(() => {
      const found = [...document.querySelectorAll(`[data-jupyter-id="${heading}"]`)].find(usable);
      if (!found) link.click();
      else found.scrollIntoView();
      const top = found?.getBoundingClientRect().top;
      still = found && top === before ? still + 1 : 0;
      before = top;
      if (still > 4 || Date.now() > end) stop();
    }, 300);
  });
}

