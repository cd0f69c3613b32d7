// Front, back and both sides as one session: one report with one plan.

import { post } from "../api.js";
import { el, problem } from "../dom.js";
import { latestViews, visit } from "../state.js";
import { t } from "../strings.js";
import { bubble } from "../tip.js";

export async function show() {
  const photos = [...latestViews().values()];
  if (!photos.length) {
    const node = el("section", { class: "narrow" }, problem(t("photo.sessionEmpty"), el("a", { class: "button primary", href: "#/" }, t("report.another"))));
    return { title: t("photo.session"), node };
  }
  const found = await post("/sessions", { photos: photos.map((one) => one.id), answers: visit.answers });
  const pictures = photos.map((one) => el("li", { class: "slot filled" }, el("a", { href: `#/report/${one.id}` }, el("img", { src: `/api/photos/${one.id}/picture.jpg`, alt: "" }), el("span", {}, t(`photo.views.${one.report.photo.view}`)))));
  const rest = el("div", { html: found.rest });
  const hint = bubble();
  for (const row of rest.querySelectorAll("tr[data-measure]")) hint.explain(row.querySelector(".number"), () => found.numbers[row.dataset.measure].explained);
  const node = el("article", { class: "report" }, el("section", { class: "hero" }, el("div", { class: "words", html: found.words }), el("ul", { class: "slots" }, ...pictures)), rest, hint.node);
  return { title: found.headline, node };
}
