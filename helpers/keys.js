// In JupyterLab, for all that this course shows under its cells; quiz.js and live.js begin with this.
if (!window.scalingKeys) {
  window.scalingKeys = true;
  const ours = (part) => part?.closest?.(".jp-OutputArea-output");
  const usable = (part) => part.isConnected && !part.disabled && part.getClientRects().length > 0;

  // JupyterLab's own keys act on the cell (r makes it raw text, arrows leave it, Enter edits it), whatever
  // has the focus in it. Here only Ctrl+S stays JupyterLab's: else the browser would save the page.
  window.addEventListener("keydown", (event) => {
    if (!ours(event.target)) return;
    event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    event.stopPropagation();
    ours(event.target).parentElement.dispatchEvent(new KeyboardEvent("keydown", event));
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
    const next = parts.find((part) => part.matches("input, select, textarea")) ?? parts.find(behind) ?? parts[0];
    if (!next) return;
    next.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
    next.scrollIntoView({ block: "nearest" });
  }, 100);

  // A link to another notebook. From a widget it is opened as from a text; quiz.js says by whose help. To a
  // section JupyterLab goes before the chapter is drawn, and lands elsewhere: so go there again until its
  // heading stays where it is, or a hand moves.
  let following;
  const stop = () => clearInterval(following);
  for (const kind of ["wheel", "pointerdown", "keydown"]) window.addEventListener(kind, stop, true);
  window.addEventListener("click", async (event) => {
    const link = event.target.closest?.('a[href*=".ipynb"]'), panel = link?.closest(".jp-NotebookPanel");
    if (!panel || !event.isTrusted) return;
    const { rendermime } = panel, [path, hash] = link.getAttribute("href").split("#"), opener = document.createElement("a");
    let again = () => link.click();
    if (link.closest(".jupyter-widgets") && rendermime?.linkHandler) {
      event.preventDefault();
      event.stopPropagation(); // as a command it would need trust, which a notebook has once all of it ran
      rendermime.linkHandler.handleLink(opener, decodeURIComponent(await rendermime.resolver.resolveUrl(path)), hash ? `#${hash}` : "");
      (again = () => opener.click())();
    }
    stop();
    if (!hash) return;
    const heading = CSS.escape(decodeURIComponent(hash)), end = Date.now() + 20000;
    let before, still = 0;
    following = setInterval(() => {
      const found = [...document.querySelectorAll(`[data-jupyter-id="${heading}"]`)].find(usable);
      if (found) found.scrollIntoView();
      else again();
      const top = found?.getBoundingClientRect().top;
      still = found && top === before ? still + 1 : 0;
      before = top;
      if (still > 4 || Date.now() > end) stop();
    }, 300);
  }, true);
}

