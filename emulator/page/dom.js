// Building the page: nodes only, never markup from strings, so that nothing anybody says can become HTML.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, properties = {}, ...children) {
  return furnished(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return furnished(document.createElementNS(SVG, tag), properties, children);
}

export function byId(id) {
  return document.getElementById(id);
}

export function toast(sentence) {
  const place = byId("toast");
  place.textContent = sentence;
  place.classList.add("shown");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => place.classList.remove("shown"), 4000);
}

// Whoever is typing there goes on typing where they were.
export function redraw(pane, draw) {
  const typing = document.activeElement?.matches("textarea") && pane.contains(document.activeElement) ? document.activeElement : null;
  const [start, end] = typing ? [typing.selectionStart, typing.selectionEnd] : [];
  draw();
  const box = typing && pane.querySelector("textarea");
  if (!box) return;
  box.focus();
  box.setSelectionRange(start, end);
}

function furnished(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
