// Before and after: two photos at the same scale, one over the other, with a slider between them.

import { get } from "../api.js";
import { el, svg } from "../dom.js";
import { t } from "../strings.js";

export async function show(beforeId, afterId) {
  const [before, after] = await Promise.all([beforeId, afterId].map((id) => get(`/photos/${id}/report`)));
  const clip = svg("rect", { x: -0.62, y: -0.3, height: 1.55, width: 0.62 });
  const line = svg("line", { x1: 0, x2: 0, y1: -0.3, y2: 1.25, class: "divide" });
  const root = svg(
    "svg",
    { viewBox: "-0.62 -0.3 1.24 1.55", class: "marks compare", role: "img", "aria-label": `${t("report.before")}: ${before.headline}. ${t("report.after")}: ${after.headline}.` },
    svg("defs", {}, svg("clipPath", { id: "left-part" }, clip)),
    placed(after),
    svg("g", { "clip-path": "url(#left-part)" }, placed(before)),
    line,
  );
  const slider = el("input", { type: "range", min: 0, max: 100, value: 50, id: "slider", oninput: () => {
    const x = -0.62 + (1.24 * slider.value) / 100;
    clip.setAttribute("width", x + 0.62);
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
  } });
  const node = el(
    "section",
    { class: "comparing" },
    el("h1", {}, `${t("report.before")} – ${t("report.after")}`),
    el("figure", { class: "compared" }, root, el("figcaption", {}, el("span", {}, `${t("report.before")}: ${before.report.photo.file}`), el("span", {}, `${t("report.after")}: ${after.report.photo.file}`)), el("p", {}, el("label", { for: "slider", class: "soft small" }, t("report.compareSlider")), slider)),
    changes(before, after),
    el("p", { class: "actions" }, el("a", { class: "button", href: `#/report/${afterId}` }, t("report.title"))),
  );
  return { title: `${t("report.before")} – ${t("report.after")}`, node };
}

/** Return the photo in a frame of its own: the middle of the shoulders at (0, 0), the ankles at y = 1. */
function placed(view) {
  const points = view.overlay.joints;
  const middle = (part) => {
    const found = points.filter((joint) => joint.name.endsWith(part));
    return [0, 1].map((axis) => found.reduce((sum, joint) => sum + (axis ? joint.y : joint.x), 0) / found.length);
  };
  const [sx, sy] = middle("shoulder");
  const [ax, ay] = middle("ankle");
  const scale = 1 / (ay - sy);
  const [width, height] = view.overlay.size;
  return svg("g", { transform: `scale(${scale}) translate(${-(sx + ax) / 2} ${-sy})` }, svg("image", { href: `/api/photos/${view.id}/picture.jpg`, width, height }));
}

/** Return the table of the numbers that both photos show. */
function changes(before, after) {
  const rows = Object.entries(after.numbers)
    .filter(([id]) => before.numbers[id])
    .map(([id, now]) => el("tr", {}, el("th", { scope: "row" }, now.name), number(before.numbers[id]), number(now)));
  const heads = ["", t("report.before"), t("report.after")].map((text) => el("th", { scope: "col" }, text));
  return el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
}

function number(one) {
  return el("td", {}, one.says, el("br"), el("span", { class: "soft small" }, one.interval));
}
