// The start: choose a photo, hear how far it is, see the session.

import { button, el, problem } from "../dom.js";
import { measured, sendPhoto } from "../api.js";
import { keep, latestViews, visit } from "../state.js";
import { t } from "../strings.js";

const VIEWS = ["front", "back", "left", "right"];

export async function show() {
  const status = el("div", { class: "progress", role: "status", "aria-live": "polite" });
  const node = el(
    "section",
    { class: "start" },
    el("div", { class: "start-words" }, el("h1", {}, t("photo.title")), el("p", { class: "lead" }, t("photo.lead")), chooser(status), status),
    tips(),
    visit.photos.size ? session() : null,
  );
  return { title: t("nav.photo"), node };
}

/** Return the input behind a button that chooses a picture. */
function picker(status, props) {
  const input = el("input", { type: "file", hidden: true, onchange: () => input.files[0] && analyse(input.files[0], status), ...props });
  return input;
}

/** Return what takes a photo: our own page for it, or, where browsers give it no camera, the phone's own. */
function taking(status) {
  if (navigator.mediaDevices?.getUserMedia) return [el("a", { class: "button", href: "#/camera" }, t("photo.camera"))];
  const input = picker(status, { accept: "image/*", capture: "environment", id: "capture" });
  return [button(t("photo.phone"), () => input.click(), { class: "button" }), input];
}

function chooser(status) {
  const input = picker(status, { accept: "image/*,.heic,.heif,.avif", id: "file" });
  const height = el("input", { type: "number", id: "height", min: 50, max: 260, step: "any", inputmode: "decimal", value: visit.height, "aria-describedby": "height-help", oninput: () => (visit.height = height.value) });
  const zone = el(
    "div",
    { class: "drop" },
    el("p", { class: "drop-word" }, t("photo.drop")),
    el("p", { class: "soft" }, t("photo.or")),
    el("p", { class: "actions" }, button(t("photo.choose"), () => input.click(), { class: "button primary" }), ...taking(status)),
    input,
  );
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => (event.preventDefault(), zone.classList.add("over")));
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files[0]) analyse(event.dataTransfer.files[0], status);
  });
  return el(
    "div",
    {},
    zone,
    el("p", { class: "field" }, el("label", { for: "height" }, t("photo.height")), height, el("span", { class: "soft small", id: "height-help" }, t("photo.heightHelp"))),
  );
}

async function analyse(file, status) {
  const bar = el("progress", { max: 4, value: 0, "aria-label": t("photo.steps.reading") });
  const word = el("p", {}, t("photo.steps.reading"));
  status.replaceChildren(bar, word);
  const order = ["reading", "finding", "measuring", "planning"];
  try {
    const sent = await sendPhoto(file, { height_cm: visit.height });
    const view = await measured(sent, (state) => {
      bar.value = order.indexOf(state.step) + 1;
      word.textContent = state.state === "waiting" && state.ahead ? t("photo.ahead", state.ahead) : t(`photo.steps.${state.step}`);
    });
    keep(view);
    location.hash = `#/report/${view.id}`;
  } catch (error) {
    status.replaceChildren(problem(error.message));
  }
}

function tips() {
  return el("aside", { class: "tips", "aria-labelledby": "tips" }, el("h2", { id: "tips" }, t("photo.tips")), el("ul", {}, ...t("photo.tipList").map((tip) => el("li", {}, tip))));
}

function session() {
  const latest = latestViews();
  const cards = VIEWS.map((name) => {
    const view = latest.get(name);
    const label = t(`photo.views.${name}`);
    if (!view) return el("li", { class: "slot" }, el("p", {}, label), el("p", { class: "soft small" }, t("photo.missing")));
    return el(
      "li",
      { class: "slot filled" },
      el("a", { href: `#/report/${view.id}`, "aria-label": t("photo.open", label) }, el("img", { src: `/api/photos/${view.id}/picture.jpg`, alt: "" }), el("span", {}, label), el("strong", {}, view.headline)),
    );
  });
  return el("section", { class: "session", "aria-labelledby": "session" }, el("h2", { id: "session" }, t("photo.session")), el("p", { class: "soft" }, t("photo.sessionLead")), el("ul", { class: "slots" }, ...cards), latest.size > 1 ? el("p", { class: "actions" }, el("a", { class: "button primary", href: "#/session" }, t("photo.whole"))) : null);
}
