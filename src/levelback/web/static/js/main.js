// Finds the page that the address names and shows it.

import { announce, el, problem } from "./dom.js";
import { t } from "./strings.js";

const PAGES = [
  { path: /^\/$/, load: () => import("./pages/photo.js"), nav: ["photo", "#/"] },
  { path: /^\/session$/, load: () => import("./pages/session.js") },
  { path: /^\/camera$/, load: () => import("./pages/camera.js") },
  { path: /^\/report\/([\w-]+)$/, load: () => import("./pages/report.js") },
  { path: /^\/compare\/([\w-]+)\/([\w-]+)$/, load: () => import("./pages/compare.js") },
  { path: /^\/live(?:\/([\w-]+))?$/, load: () => import("./pages/live.js"), nav: ["live", "#/live"] },
  { path: /^\/exercises(?:\/([\w-]+))?$/, load: () => import("./pages/exercises.js"), nav: ["exercises", "#/exercises"] },
  { path: /^\/questions$/, load: () => import("./pages/questions.js"), nav: ["questions", "#/questions"] },
  { path: /^\/progress(?:\/(.+))?$/, load: () => import("./pages/progress.js"), nav: ["progress", "#/progress"] },
];

const view = document.getElementById("view");
let leave = null;
let shown = 0;

async function show() {
  const turn = ++shown;
  const path = location.hash.slice(1) || "/";
  leave?.();
  leave = null;
  mark(path);
  for (const page of PAGES) {
    const match = path.match(page.path);
    if (!match) continue;
    try {
      const module = await page.load();
      const made = await module.show(...match.slice(1).map((part) => part && decodeURIComponent(part)));
      if (turn !== shown) return made.leave?.();
      place(made.title, made.node);
      leave = made.leave ?? null;
    } catch (error) {
      if (turn === shown) place(t("errors.surprise"), stuck(error.message));
    }
    return;
  }
  place(t("errors.noPage"), stuck(t("errors.noPage")));
}

function place(title, node) {
  document.title = t("title", title);
  view.replaceChildren(node);
  window.scrollTo(0, 0);
  if (shown > 1) view.focus({ preventScroll: true });
  announce(title);
}

function stuck(message) {
  return el("section", { class: "narrow" }, problem(message, el("a", { class: "button", href: "#/" }, t("errors.home"))));
}

function mark(path) {
  for (const link of document.querySelectorAll("#nav a")) {
    const here = link.hash === `#${path}` || (link.hash !== "#/" && path.startsWith(link.hash.slice(1)));
    link.toggleAttribute("aria-current", false);
    if (here) link.setAttribute("aria-current", "page");
  }
}

for (const { nav } of PAGES) {
  if (nav) document.getElementById("nav").append(el("a", { href: nav[1] }, t(`nav.${nav[0]}`)));
}
document.getElementById("disclaimer").textContent = t("disclaimer");
// The key is in the cookie now; keep it out of the address that people copy.
if (location.search) history.replaceState(null, "", `/${location.hash}`);
window.addEventListener("hashchange", show);
show();
