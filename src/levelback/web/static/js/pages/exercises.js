// The catalogue, and one exercise in full.

import { get } from "../api.js";
import { cardPicture, el } from "../dom.js";
import { t } from "../strings.js";

export async function show(id) {
  return id ? one(await get(`/exercises/${encodeURIComponent(id)}`)) : all(await get("/exercises"));
}

function all(exercises) {
  const phases = ["release", "strengthen", "integrate"].map((phase) =>
    el(
      "section",
      { "aria-labelledby": phase },
      el("h2", { id: phase }, t(`exercises.phases.${phase}`)),
      el("ul", { class: "cards" }, ...exercises.filter((exercise) => exercise.phase === phase).map(card)),
    ),
  );
  return { title: t("exercises.title"), node: el("div", {}, el("h1", {}, t("exercises.title")), el("p", { class: "lead" }, t("exercises.lead")), ...phases) };
}

/** Return the pictures of one side, start and end. */
function pictures(exercise, side) {
  return el("div", { class: "pictures" }, ...exercise.pictures[side].map((one) => el("img", { src: one.src, alt: one.alt, loading: "lazy", width: 480, height: 480, class: one.mirrored ? "mirror" : null })));
}

/** Return the pictures with a switch between the sides, where there are two. */
function sided(exercise) {
  const sides = Object.keys(exercise.pictures);
  if (!exercise.pictures[sides[0]].length) return null;
  let shown = pictures(exercise, sides[0]);
  if (sides.length === 1) return shown;
  const radios = sides.map((side, index) => {
    const radio = el("input", { type: "radio", name: "side", checked: index === 0, onchange: () => shown.replaceWith((shown = pictures(exercise, side))) });
    return el("label", { class: "choice" }, radio, el("span", {}, t(`exercises.${side}`)));
  });
  return el("div", {}, shown, el("fieldset", { class: "switches" }, el("legend", {}, t("exercises.side")), ...radios));
}

function card(exercise) {
  const end = Object.values(exercise.pictures)[0].at(-1);
  return el("li", {}, el("a", { class: "card", href: `#/exercises/${exercise.id}` }, end ? cardPicture(end) : null, el("strong", {}, exercise.name), el("span", { class: "soft" }, exercise.purpose), el("span", { class: "small" }, exercise.dose)));
}

function one(exercise) {
  const facts = [
    [t("exercises.dose"), exercise.dose],
    [t("exercises.muscles"), exercise.muscles.join(", ")],
    [t("exercises.equipment"), exercise.equipment.join(", ") || t("exercises.nothing")],
    [t("exercises.feel"), exercise.feel],
    [t("exercises.easier"), exercise.easier],
    [t("exercises.harder"), exercise.harder],
    [t("exercises.source"), exercise.source],
  ];
  const node = el(
    "section",
    { class: "narrow exercise" },
    el("p", {}, el("a", { href: "#/exercises" }, `← ${t("exercises.all")}`)),
    el("h1", {}, exercise.name),
    el("p", { class: "lead" }, exercise.purpose),
    sided(exercise),
    exercise.live ? el("p", { class: "actions" }, el("a", { class: "button primary", href: `#/live/${exercise.id}` }, t("exercises.live"))) : null,
    el("h2", {}, t("exercises.how")),
    el("p", {}, exercise.setup),
    el("ol", {}, ...exercise.steps.map((step) => el("li", {}, step))),
    el("h2", {}, t("exercises.faults")),
    el("ul", {}, ...exercise.faults.map((fault) => el("li", {}, fault))),
    el("dl", {}, ...facts.filter(([, fact]) => fact).flatMap(([name, fact]) => [el("dt", {}, name), el("dd", {}, fact)])),
  );
  return { title: exercise.name, node };
}
