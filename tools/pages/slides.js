// Fits slides to their window and to paper, and tells the keys of a control from those of the deck.

const WIDTH = 1280, HEIGHT = 720;

// A slide that is too tall is drawn smaller, in a window down to two thirds; below that it scrolls.
// By a transform, because Firefox has CSS zoom only since version 126.
function fit(slide, least) {
  Object.assign(slide.style, { maxHeight: "", overflowY: "", transformOrigin: "0 0" });
  for (let percent = 100; ; percent -= 3) {
    const scale = percent / 100;
    slide.style.width = `${WIDTH / scale}px`;
    slide.style.setProperty("transform", percent < 100 ? `scale(${scale})` : "none", "important");
    if (slide.scrollHeight * scale <= HEIGHT || percent - 3 < least) return scale;
  }
}

function show() {
  const slide = Reveal.getCurrentSlide(), part = document.activeElement, at = slide.scrollTop;
  if (Reveal.isPrintView()) return;
  if (part?.closest(".slides") && !slide.contains(part)) part.blur();
  const scale = fit(slide, 67);
  slide.removeAttribute("tabindex");
  if (slide.scrollHeight * scale > HEIGHT * 1.02) {
    Object.assign(slide.style, { maxHeight: `${HEIGHT / scale}px`, overflowY: "auto" });
    Object.assign(slide, { tabIndex: 0, scrollTop: at });
  }
}

// Paper: a page for each slide, whatever its height.
function paper() {
  for (const slide of document.querySelectorAll(".pdf-page > section")) fit(slide, 30);
}

// Light or dark: as the computer has it, until key D turns it.
const NIGHT = [...document.querySelector("style").sheet.cssRules].find((rule) => /color-scheme/.test(rule.media?.mediaText)).media;

function shade(dark) {
  NIGHT.mediaText = dark ? "all" : "not all";
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}

// The keys that the control in use has a use for; all others are the deck's, a clicker's first of all.
function used(part, key) {
  if (!part?.closest(".slides")) return false;
  if (part.matches("input")) return /^(Arrow|Home|End)/.test(key);
  if (part.matches("select")) return /^(Arrow|Home|End|Enter| )/.test(key);
  if (part.matches("summary, button")) return /^(Enter| )$/.test(key);
  return part.scrollWidth > part.clientWidth && /^Arrow(Left|Right)$/.test(key);
}

// Up and down read a slide that scrolls to its ends first.
function scrolls(key) {
  const slide = Reveal.getCurrentSlide(), before = slide.scrollTop;
  if (slide.tabIndex < 0 || !/^Arrow(Up|Down)$/.test(key)) return false;
  slide.scrollTop += key === "ArrowDown" ? 120 : -120;
  return slide.scrollTop !== before;
}

document.addEventListener("keydown", (event) => {
  const part = document.activeElement, { key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || !part?.closest(".slides form")) return;
  if (used(part, key) || !/^(Page(Up|Down)|Escape|.)$/.test(key)) return;
  part.blur();
  if (key === "Escape") event.stopPropagation();
}, true);

// What was clicked but is no control, such as code, has no use for keys.
document.addEventListener("click", () => {
  const part = document.activeElement;
  if (part?.matches(".slides [tabindex]")) part.blur();
});

// A link within the deck leads to the slide of its heading.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('.slides a[href^="#"]');
  const slide = link && document.getElementById(decodeURIComponent(link.hash.slice(1)))?.closest("section");
  if (!slide) return;
  event.preventDefault();
  event.stopPropagation();
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v);
}, true);

if (/print-pdf/.test(location.search)) shade(false);
Reveal.initialize({
  width: WIDTH, height: HEIGHT, margin: 0.03, center: false, hash: true, slideNumber: "c/t", transition: "none",
  navigationMode: "linear", pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
  keyboardCondition: ({ key }) => !used(document.activeElement, key) && !scrolls(key),
  plugins: [RevealNotes],
});
Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Light or dark" }, () => shade(!matchMedia(NIGHT.mediaText).matches));
Reveal.on("pdf-ready", paper);
for (const moment of ["ready", "slidechanged"]) Reveal.on(moment, show);
// A fold was opened; a figure has got its controls (live.js resets it then).
for (const change of ["toggle", "reset"]) document.addEventListener(change, () => requestAnimationFrame(show), true);
