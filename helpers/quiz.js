// JupyterLab takes arrow keys and letters for its own commands even where a radio button or a list
// has the focus, and ipywidgets leaves radio buttons alone: keep the keys here, and make a group.
// Run as an empty picture of the question is loaded: this is its img.
var img = this, prepare = function (tries) {
  var box = img.closest('.quiz');
  if (!box || !box.querySelector('input, select, textarea')) {
    if (tries) setTimeout(prepare, 200, tries - 1);
    return;
  }
  box.querySelectorAll('input, select, textarea, button, summary').forEach(function (part) {
    part.setAttribute('data-lm-suppress-shortcuts', 'true');
  });
  box.querySelectorAll('.widget-radio-box').forEach(function (group) {
    var name = 'quiz' + Math.random(), step = group.closest('.step') || box;
    group.setAttribute('role', 'radiogroup');
    group.setAttribute('aria-label', step.querySelector('div[style*=bold]').textContent);
    group.querySelectorAll('input').forEach(function (radio) { radio.name = name; });
  });
}; prepare(25);
