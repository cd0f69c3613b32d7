// Making elements without a framework.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element. `props`: attributes; `on…` are listeners; `html` is trusted markup from our own server. */
export function el(tag, props = {}, ...children) {
  return dress(document.createElement(tag), props, children);
}

/** Return an SVG element. */
export function svg(tag, props = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), props, children);
}

function dress(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "html") node.innerHTML = value;
    else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Say something to people who do not see the page. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}

/** Put other words into a node; nothing is laid out anew where they are the same. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Return a message that something went wrong, and what to do. */
export function problem(text, ...actions) {
  return el("div", { class: "note", role: "alert" }, el("p", {}, text), actions.length ? el("p", { class: "actions" }, ...actions) : null);
}

/** Return the picture on a card, whose words say the same. */
export function cardPicture(picture) {
  return el("img", { src: picture.src, alt: "", loading: "lazy", width: 480, height: 480 });
}

/** Return a button. */
export function button(text, onclick, props = {}) {
  return el("button", { type: "button", onclick, ...props }, text);
}
