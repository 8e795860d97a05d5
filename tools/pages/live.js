// Moves the live figures of a page without Python: every state was drawn beforehand and lies, compressed,
// in the figure. Without this script the first state and its sentence stay.
"use strict";

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function wake(figure, packed) {
  const form = figure.querySelector("form"), svg = figure.querySelector("svg");
  const caption = figure.querySelector("figcaption [role=status]"), preset = form.querySelector("[data-preset]");
  const controls = [...form.querySelectorAll("input, select:not([data-preset])")];
  const start = controls.map((control) => Number(control.dataset.start));
  const fixed = form.querySelector(".fixed"); // what a third control says, which only presets set here

  function place(control) {
    return control.matches("select") ? control.selectedIndex : Number(control.value);
  }
  function show([picture, sentence], rest) {
    controls.forEach((control, k) => {
      if (control.matches("select")) return;
      const words = packed.words[k][place(control)];
      control.setAttribute("aria-valuetext", words);
      control.nextElementSibling.textContent = words;
    });
    svg.innerHTML = picture;
    svg.setAttribute("aria-label", sentence);
    caption.textContent = sentence;
    if (fixed && fixed.textContent !== rest) fixed.textContent = rest;
  }
  function put(places) {
    controls.forEach((control, k) => {
      control[control.matches("select") ? "selectedIndex" : "value"] = places[k];
    });
  }
  function move() {
    const index = controls.reduce((sum, control, k) => sum * packed.words[k].length + place(control), 0);
    show(packed.frames[index], packed.fixed);
  }
  controls.forEach((control) => control.addEventListener("input", () => {
    if (preset) preset.selectedIndex = 0;
    move();
  }));
  preset?.addEventListener("input", () => {
    const chosen = packed.presets[preset.selectedIndex - 1];
    if (!chosen) return;
    put(chosen.places);
    show(chosen.frame, chosen.fixed);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    if (preset) preset.selectedIndex = 0;
    put(start);
    move();
  });
  form.reset(); // the browser may have kept positions from an earlier visit
  form.hidden = false;
}

for (const figure of document.querySelectorAll("figure.live")) {
  const packed = figure.querySelector("script[type='application/gzip']");
  unpack(packed.textContent).then((states) => wake(figure, states), () => {
    figure.querySelector("figcaption").append("This figure stands still here: to move, it needs " +
      "Chrome or Edge 80, Firefox 113, Safari 16.4, or newer.");
  });
}
