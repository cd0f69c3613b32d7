// A bubble that explains what one points at: with a mouse, a finger, or the keyboard; Escape takes it away.

import { el, write } from "./dom.js";

const GAP_PX = 8;
const LEAVE_MS = 150;

/**
 * Return { node, explain }. `node` belongs into the page once.
 *
 * explain(target, text, onchange)   `target` shows text() while it is pointed at; onchange(whether it is)
 */
export function bubble() {
  const node = el("div", { class: "bubble", role: "tooltip", id: "bubble", hidden: true });
  let shown = null;
  let leaving = 0;

  function show(target, text, onchange) {
    clearTimeout(leaving);
    if (shown?.target === target) return;
    hide();
    const words = text();
    if (!words) return;
    shown = { target, onchange };
    onchange(true);
    write(node, words);
    node.hidden = false;
    target.setAttribute("aria-describedby", node.id);
    const spot = target.getBoundingClientRect();
    const below = spot.bottom + GAP_PX + node.offsetHeight < innerHeight;
    node.style.left = `${Math.max(GAP_PX, Math.min(spot.left, document.documentElement.clientWidth - node.offsetWidth - GAP_PX)) + scrollX}px`;
    node.style.top = `${(below ? spot.bottom + GAP_PX : spot.top - GAP_PX - node.offsetHeight) + scrollY}px`;
  }

  function hide() {
    clearTimeout(leaving);
    if (!shown) return;
    shown.target.removeAttribute("aria-describedby");
    shown.onchange(false);
    shown = null;
    node.hidden = true;
  }

  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, LEAVE_MS);
  };
  node.addEventListener("pointerenter", () => clearTimeout(leaving));
  node.addEventListener("pointerleave", leave);
  return {
    node,
    hide,
    explain(target, text, onchange = () => {}) {
      const start = () => show(target, text, onchange);
      target.addEventListener("pointerenter", start);
      target.addEventListener("pointerleave", leave);
      target.addEventListener("focus", start);
      target.addEventListener("blur", hide);
      target.addEventListener("click", start);
      target.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    },
  };
}
