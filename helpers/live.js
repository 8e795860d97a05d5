// Names the handles of a figure's sliders: ipywidgets names none and reads out an index. Lists and
// sliders also keep their keys, which Jupyter would take. Run as the picture is loaded: this is its img.
var img = this, name = function (tries) {
  var root = img.closest('.live'), rows = '.widget-slider, .widget-dropdown';
  var found = root ? root.querySelectorAll(rows) : [], missing = !found.length;
  found.forEach(function (row) {
    var list = row.querySelector('select'), handle = row.querySelector('.noUi-handle');
    var shown = row.querySelector('.widget-readout');
    if (!list && !(handle && shown)) { missing = true; return; }
    (list || handle).setAttribute('data-lm-suppress-shortcuts', 'true');
    if (list || handle.dataset.named) return;
    handle.dataset.named = 'yes'; shown.tabIndex = -1;
    handle.setAttribute('aria-label', row.querySelector('.widget-label').textContent);
    var tell = function () {
      if (handle.getAttribute('aria-valuetext') !== shown.textContent)
        handle.setAttribute('aria-valuetext', shown.textContent);
    };
    new MutationObserver(tell).observe(row, {childList: true, subtree: true, attributes: true});
    tell();
  });
  if (missing && tries) setTimeout(name, 200, tries - 1);
}; name(50);
