// The moving part of a live figure, for notebooks (as an anywidget), pages and slides: it shows frames.
// A frame is [SVG, sentence, whether something went wrong]; its key is the places of the controls: "3,5".

const LIMIT = 4e6; // bytes of frames that a figure keeps, the oldest go
const SVG = "http://www.w3.org/2000/svg";

async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Two copies of a picture may be on a page, one of them hidden; a name that leads to a hidden one clips nothing.
let views = 0;
const apart = (picture, view) => picture.replace(/( id="|href="#|url\(#)/g, `$1v${view}-`);

// Frames by their keys, the one used last at the end.
function memory() {
  const frames = new Map();
  let size = 0;
  const bytes = ([picture, sentence]) => 2 * (picture.length + sentence.length);
  const forget = (key) => {
    if (!frames.has(key)) return;
    size -= bytes(frames.get(key));
    frames.delete(key);
  };
  return {
    get(key) {
      const frame = frames.get(key);
      if (frame) frames.delete(key), frames.set(key, frame);
      return frame;
    },
    put(key, frame) {
      forget(key);
      frames.set(key, frame);
      size += bytes(frame);
      while (size > LIMIT && frames.size > 1) forget(frames.keys().next().value);
    },
    clear() {
      frames.clear();
      size = 0;
    },
    room: () => (frames.size ? Math.floor((0.8 * LIMIT * frames.size) / size) : 100), // so many of this size
  };
}

// Shows frames in an svg and under it. What went wrong is said; the picture before it stays.
function stage(svg, said) {
  const view = views++, [drawn, hand] = ["g", "g"].map((name) => document.createElementNS(SVG, name)); // hand: for the pointer
  drawn.innerHTML = apart(svg.innerHTML, view);
  svg.textContent = "";
  svg.append(drawn, hand);
  function say(text, role = "status") {
    if (said.getAttribute("role") !== role) said.setAttribute("role", role);
    if (said.textContent !== text) said.textContent = text;
  }
  function show([picture, sentence, wrong], more = "") {
    if (!wrong) {
      drawn.innerHTML = apart(picture, view);
      svg.setAttribute("aria-label", sentence);
    }
    say((wrong ? "\u26a0 " : "") + sentence + more, wrong ? "alert" : "status");
  }
  return { hand, say, show };
}

// Where a pointer is, in the units of the picture.
function inside(svg, { clientX, clientY }) {
  const box = svg.getBoundingClientRect(), { width, height } = svg.viewBox.baseVal;
  return { x: ((clientX - box.left) * width) / box.width, y: ((clientY - box.top) * height) / box.height };
}

// Lets the marks of class "here" be dragged. ways: [{control, axis: "x" or "y", at: [place in the picture of
// each step]}]; move(control, step) moves the control there.
function draggable(svg, ways, move) {
  if (!ways.length) return;
  const near = (event) => {
    const { x, y } = inside(svg, event);
    return [...svg.querySelectorAll(".here")].some((mark) => {
      const box = mark.getBBox();
      return x > box.x - 12 && x < box.x + box.width + 12 && y > box.y - 12 && y < box.y + box.height + 12;
    });
  };
  let dragging = null; // the pointer that does, the only one
  svg.addEventListener("pointerdown", (event) => {
    if (dragging !== null || event.button || !near(event)) return;
    dragging = event.pointerId;
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (dragging === event.pointerId && !event.buttons) dragging = null; // it was let go where nobody saw it
    svg.style.cursor = dragging !== null ? "grabbing" : near(event) ? "grab" : "";
    if (dragging !== event.pointerId) return;
    const pointer = inside(svg, event);
    for (const { control, axis, at } of ways) {
      const far = at.map((place) => (place === null ? Infinity : Math.abs(place - pointer[axis])));
      move(control, far.indexOf(Math.min(...far)));
    }
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, ({ pointerId }) => { if (dragging === pointerId) dragging = null; });
  svg.addEventListener("touchstart", (event) => near(event.touches[0]) && event.preventDefault(), { passive: false });
}

// Tells the names of dots ([x, y, name]) on hover, tap and focus; arrow keys go from dot to dot. lists: the
// words of each control; a click, or Enter, on a dot whose name is one of them chooses it.
function named(svg, hand, dots, lists, move) {
  if (!dots.length) return;
  svg.setAttribute("role", "group"); // of things that take the focus
  const add = (kind, about) => {
    const part = hand.appendChild(document.createElementNS(SVG, kind));
    for (const [key, value] of Object.entries(about)) part.setAttribute(key, value);
    return part;
  };
  const circles = dots.map(([cx, cy, name], k) => add("circle", { cx, cy, r: 8, fill: "none", "stroke-width": 2, role: "img", "aria-label": name, tabindex: k ? -1 : 0 }));
  const label = add("text", { class: "name", "aria-hidden": true });
  const beside = ([x, y, name]) => // this name, then those of the dots that lie under it
    [...new Set([name, ...dots.filter((dot) => Math.hypot(dot[0] - x, dot[1] - y) < 1).map((dot) => dot[2])])];
  let told;
  function tell(dot) {
    circles[dots.indexOf(told)]?.setAttribute("stroke", "none");
    circles[dots.indexOf(told = dot)]?.setAttribute("stroke", "#0072B2");
    const [x, y] = dot ?? [0, 0], left = x > svg.viewBox.baseVal.width / 2, names = dot ? beside(dot) : [];
    label.textContent = names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and ");
    for (const [key, value] of Object.entries({ x: left ? x - 10 : x + 10, y: y < 24 ? y + 20 : y - 8, "text-anchor": left ? "end" : "start" }))
      label.setAttribute(key, value);
  }
  const choose = (dot) => dot && lists.forEach((words, k) => {
    const name = beside(dot).find((one) => words.includes(one));
    if (name) move(k, words.indexOf(name));
  });
  function nearest(event) {
    const { x, y } = inside(svg, event), far = dots.map((dot) => Math.hypot(dot[0] - x, dot[1] - y));
    const least = Math.min(...far);
    return least < 10 ? dots[far.indexOf(least)] : undefined;
  }
  for (const kind of ["pointermove", "pointerdown"]) svg.addEventListener(kind, (event) => tell(nearest(event)));
  svg.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && tell());
  svg.addEventListener("click", (event) => choose(nearest(event)));
  circles.forEach((circle, k) => {
    circle.addEventListener("focus", () => tell(dots[k]));
    circle.addEventListener("blur", () => tell());
    circle.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
      if (key === "Enter") choose(dots[k]);
      if (!step) return;
      const next = circles[(k + step + circles.length) % circles.length];
      circle.setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus();
    });
  });
}

// A button that steps a control through its values, from where it is, or from the first where it is at the last.
// Who wants less motion goes one step a press. go(step) moves the control and says whether it can go on.
function player(count, place, go) {
  const button = document.createElement("button"), calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer;
  const say = () => { button.textContent = timer ? "Pause" : calm.matches ? "Step" : "Play"; };
  const stop = () => { timer = clearInterval(timer); say(); };
  const step = () => { if (!go((place() + 1) % count) || place() + 1 >= count) stop(); };
  button.type = "button";
  button.className = "jupyter-button play";
  button.addEventListener("click", () => {
    if (timer) return stop();
    step();
    if (!calm.matches && place() + 1 < count) timer = setInterval(step, Math.max(120, Math.min(600, 15000 / count)));
    say();
  });
  calm.addEventListener("change", stop);
  say();
  return [button, stop];
}

// In a notebook ----------------------------------------------------------------------------------------

// The controls have names: ipywidgets names no handle of a slider and reads out its index. Gives the rows
// of the controls.
function prepare(root) {
  const rows = [...root.querySelectorAll(".widget-slider, .widget-dropdown")];
  for (const row of rows) {
    const part = row.querySelector("select, .noUi-handle, .ui-slider-handle");
    const shown = row.querySelector(".widget-readout");
    if (!part || part.matches("select") || !shown || part.dataset.named) continue;
    part.dataset.named = true;
    shown.tabIndex = -1;
    shown.contentEditable = false; // what is typed there would be lost
    part.setAttribute("role", "slider");
    part.setAttribute("aria-label", row.querySelector(".widget-label").textContent);
    const tell = () => {
      if (part.getAttribute("aria-valuetext") !== shown.textContent) part.setAttribute("aria-valuetext", shown.textContent);
    };
    new MutationObserver(tell).observe(row, { childList: true, subtree: true, attributes: true });
    tell();
  }
  return rows;
}

// Steps of a control around its place, the nearest first, those in the way it went before those behind.
function around(place, count, way, reach) {
  const steps = [];
  for (let far = 1; far <= reach; far++) {
    steps.push(place + way * far);
    if (far % 2 === 0) steps.push(place - (way * far) / 2);
  }
  for (let far = Math.floor(reach / 2) + 1; far <= reach; far++) steps.push(place - way * far);
  return steps.filter((step) => step >= 0 && step < count);
}

async function render({ model, el, host, signal }) {
  if (!window.DecompressionStream) return; // the picture that Python moves stays
  const [backdrop, overlay, ...controls] = await Promise.all(model.get("parts").map((part) => host.getModel(part)));
  const kernel = model.get("layout"); // a model too, which knows whether its kernel lives
  el.innerHTML = `<div>${backdrop.get("value")}</div><div>${overlay.get("value")}</div>`;
  const svg = el.querySelector("svg"), frames = memory();
  frames.put(model.get("drawn"), [svg.innerHTML, svg.getAttribute("aria-label")]);
  const picture = stage(svg, el.querySelector("[role=status], [role=alert]"));
  const words = controls.map((control) => control.get("_options_labels"));
  const places = () => controls.map((control) => control.get("index"));
  const last = places(), way = controls.map(() => 1); // the direction that each control went last
  let rows = [], moved = 0, asked = 0, heard = false, network = 100, cost = 10, shown = null, computing, waiting;

  const dead = () => kernel.comm_live === false;
  function mount(yes) {
    el.classList.toggle("moving", yes); // the style hides one of the two pictures
    el.style.display = yes ? "" : "none";
    model.send({ mounted: yes });
  }
  function update() {
    const key = places().join(), frame = frames.get(key);
    clearTimeout(computing);
    if (frame && (shown !== key || dead())) picture.show(frame, dead() ? " (The kernel was restarted: run the cell for more, after those above it.)" : "");
    if (frame) shown = key;
    else if (dead()) picture.say("The kernel was restarted before this step was drawn: run the cell for more, after those above it.");
    else computing = setTimeout(() => picture.say("Computing ..."), 200);
    ask();
  }
  function ahead() {
    const used = rows.findIndex((row) => row.matches(":focus-within, :hover"));
    const k = used >= 0 ? used : svg.matches(":hover") ? moved : -1, here = places();
    if (k < 0) return [];
    const steps = around(here[k], words[k].length, way[k], cost > 80 ? 1 : frames.room() / 2);
    const keys = steps.map((step) => here.map((place, j) => (j === k ? step : place)).join());
    [...keys].reverse().forEach(frames.get); // the nearest are the last to be forgotten
    return keys.filter((key) => !frames.get(key)).slice(0, 60);
  }
  // One request at a time, for the newest state first; the kernel draws for so many milliseconds.
  function ask() {
    if (asked || dead()) return;
    const key = places().join(), missing = !frames.get(key), far = network > 60;
    const wanted = [...(missing ? [key] : []), ...(far || !missing ? ahead() : [])];
    if (!wanted.length) return;
    asked = performance.now();
    model.send({ draw: wanted, ms: far ? Math.min(network, 300) : missing ? 0 : 40 });
    waiting = setTimeout(() => {
      if (!heard) return mount(false); // and ask no more: who asks has live.js. An answer that comes late changes that
      asked = 0;
      if (!frames.get(places().join())) picture.say("The kernel does not answer. If it was restarted, run the cell for more.");
    }, heard ? 10000 : 3000); // anywidget hands on no message where it took 2 s to begin
  }
  model.on("msg:custom", async (message, [packed]) => {
    const drawn = packed ? await unpack(packed) : {};
    if (message.forget) frames.clear(), (shown = null);
    for (const [key, frame] of Object.entries(drawn)) frames.put(key, frame);
    if (message.ms !== undefined) {
      if (!heard) mount(heard = true);
      clearTimeout(waiting);
      cost = message.cost / Object.keys(drawn).length;
      if (asked) network = Math.max(0, performance.now() - asked - message.ms); // another view may have asked
      asked = 0;
    }
    update();
  });
  model.on("comm_live_update", update);
  controls.forEach((control, k) => control.on("change:index", () => {
    const step = control.get("index");
    way[k] = Math.sign(step - last[k]) || way[k];
    [last[k], moved] = [step, k];
    update();
  }));
  function move(k, step) {
    if (controls[k].get("index") === step) return;
    controls[k].set("index", step);
    controls[k].save_changes();
  }
  draggable(svg, model.get("drag"), move);
  named(svg, picture.hand, model.get("dots"), words, move);
  // A step of a slider may wait for the kernel, and Reset overtake it: so the page puts the sliders back as well.
  const back = () => model.get("start").split(",").forEach((step, k) => move(k, Number(step)));
  const find = setInterval(() => { // this is no part of the page yet, nor are its controls
    const root = el.closest(".live");
    rows = root ? prepare(root).slice(-controls.length) : [];
    if (rows.length < controls.length) return;
    clearInterval(find);
    const k = model.get("play") ?? -1;
    if (k >= 0) {
      const [button, stop] = player(words[k].length, () => controls[k].get("index"), (step) => {
        if (shown !== places().join()) return !dead() && el.isConnected; // this step is still being drawn
        move(k, step);
        return !dead() && el.isConnected;
      });
      rows[k].prepend(button);
      svg.addEventListener("pointerdown", stop);
      signal?.addEventListener("abort", () => { stop(); button.remove(); });
    }
    root.querySelector(".reset").addEventListener("click", back, { signal });
    for (const row of rows) for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, ask);
  }, 100);
  signal?.addEventListener("abort", () => clearInterval(find));
  mount(true);
  update();
}

// On a page and a slide: every frame was drawn beforehand and lies, compressed, in the figure. -------------

function wake(figure, packed) {
  const form = figure.querySelector("form"), svg = figure.querySelector("svg");
  const picture = stage(svg, figure.querySelector("figcaption [role=status]")), preset = form.querySelector("[data-preset]");
  const controls = [...form.querySelectorAll("input, select:not([data-preset])")];
  const start = controls.map((control) => Number(control.dataset.start));
  const fixed = form.querySelector(".fixed"); // what a third control says, which only presets set here
  const isList = (control) => control.matches("select");
  const place = (control) => (isList(control) ? control.selectedIndex : Number(control.value));
  const put = (control, step) => { control[isList(control) ? "selectedIndex" : "value"] = step; };

  function show(frame, rest) {
    controls.forEach((control, k) => {
      if (isList(control)) return;
      const words = packed.words[k][place(control)];
      control.setAttribute("aria-valuetext", words);
      control.nextElementSibling.textContent = words;
    });
    picture.show(frame);
    if (fixed && fixed.textContent !== rest) fixed.textContent = rest;
  }
  const own = () => {
    if (preset) preset.selectedIndex = 0;
    show(packed.frames[controls.map(place).join()], packed.fixed);
  };
  const move = (k, step) => { put(controls[k], step); own(); };
  controls.forEach((control) => control.addEventListener("input", own));
  preset?.addEventListener("input", () => {
    const chosen = packed.presets[preset.selectedIndex - 1];
    if (!chosen) return;
    chosen.places.forEach((step, k) => put(controls[k], step));
    show(chosen.frame, chosen.fixed);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    start.forEach((step, k) => put(controls[k], step));
    own();
  });
  draggable(svg, packed.drag, move);
  named(svg, picture.hand, packed.dots, packed.words, move);
  const played = controls[packed.play]; // a third control stays where it is
  if (played) {
    const [button, stop] = player(packed.words[packed.play].length, () => place(played), (step) => {
      move(packed.play, step);
      return true;
    });
    played.before(button);
    svg.addEventListener("pointerdown", stop);
  }
  form.reset(); // the browser may have kept positions from an earlier visit
  form.hidden = false;
}

for (const figure of document.querySelectorAll("figure.live")) {
  const packed = Uint8Array.from(atob(figure.querySelector("script[type='application/gzip']").textContent), (c) => c.charCodeAt(0));
  const still = () => figure.querySelector("figcaption").append("This figure stands still here: to move, it needs " +
    "Chrome or Edge 80, Firefox 113, Safari 16.4, or newer.");
  unpack(packed).then((states) => wake(figure, states), still);
}

export default { render };
