// The report on one photo: picture with layers, points that can be moved, numbers, plan, files.

import { get, measured, post, put, remove } from "../api.js";
import { announce, button, el, problem } from "../dom.js";
import { layerSwitches, picture } from "../picture.js";
import { faceSwitch } from "../sharing.js";
import { keep, visit } from "../state.js";
import { bubble } from "../tip.js";
import { t } from "../strings.js";

const WAIT_MS = 60;

export async function show(id) {
  let view;
  try {
    view = keep(await get(`/photos/${id}/report`));
    if (Object.keys(visit.answers).length) view = keep(await put(`/photos/${id}/answers`, { answers: visit.answers }));
  } catch (error) {
    visit.photos.delete(id);
    return { title: t("report.title"), node: el("section", { class: "narrow" }, problem(error.message, el("a", { class: "button primary", href: "#/" }, t("report.another")))) };
  }
  return { title: view.headline, node: page(view) };
}

function page(view) {
  const words = el("div", { class: "words", html: view.words });
  const rest = el("div", { class: "rest", html: view.rest });
  const hand = movedPoints(view, (next) => {
    keep(next);
    words.innerHTML = next.words;
    rest.innerHTML = next.rest;
    listen(rest, shown, next, hint);
  });
  const hint = bubble();
  const shown = picture(view, view.report.quality.usable ? hand.move : null, hint);
  hand.shown = shown;
  listen(rest, shown, view, hint);
  return el(
    "article",
    { class: "report" },
    el("section", { class: "hero" }, words, el("figure", {}, shown.node, el("figcaption", {}, layerSwitches(shown), view.report.quality.usable ? hand.controls : null))),
    rest,
    tools(view),
    hint.node,
  );
}

/** Points moved by hand: every move goes to the program, one at a time, the latest last; undo takes one back. */
function movedPoints(view, onview) {
  const found = Object.fromEntries(view.report.landmarks.filter((mark) => mark.moved_by_hand).map((mark) => [mark.name, [mark.x, mark.y]]));
  let places = { ...found };
  const past = [];
  let asking = false;
  let again = false;
  const count = el("span", { class: "soft", role: "status" });
  const undo = button(t("report.undo"), () => past.length && set(past.pop()), { class: "button small" });
  const reset = button(t("report.reset"), () => (past.push(places), set({})), { class: "button small" });
  const trouble = el("div");
  const hand = {
    shown: null,
    controls: el("div", { class: "hand" }, el("p", {}, t("report.move")), el("p", { class: "actions" }, undo, reset, count), trouble),
    move(name, place, done) {
      if (!hand.before) hand.before = places;
      places = { ...places, [name]: place };
      if (done) {
        past.push(hand.before);
        hand.before = null;
      }
      tell();
      ask();
    },
  };

  function set(next) {
    places = next;
    tell();
    ask();
  }

  function tell() {
    const moved = Object.keys(places).length;
    count.textContent = moved ? t("report.movedCount", moved) : "";
    undo.disabled = past.length === 0;
    reset.disabled = moved === 0;
  }

  async function ask() {
    again = true;
    if (asking) return;
    asking = true;
    while (again) {
      again = false;
      try {
        const next = await put(`/photos/${view.id}/landmarks`, { places });
        trouble.replaceChildren();
        onview(next);
        if (!hand.before) hand.shown.update(next);
        announce(next.headline);
      } catch (error) {
        trouble.replaceChildren(problem(error.message));
        if (past.length && !hand.before) places = past.pop();
        tell();
      }
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
    asking = false;
  }

  tell();
  return hand;
}

/** Explain each number of the table while one points at it, and light up the points that it rests on. */
function listen(rest, shown, view, hint) {
  hint.hide();
  for (const row of rest.querySelectorAll("tr[data-measure]")) {
    const id = row.dataset.measure;
    const names = view.overlay.rests_on[id] ?? [];
    row.addEventListener("pointerenter", () => shown.highlight(names));
    row.addEventListener("pointerleave", () => shown.highlight([]));
    hint.explain(row.querySelector(".number"), () => view.numbers[id].explained, (on) => shown.highlight(on ? names : []));
  }
}

function tools(view) {
  const links = ["pdf", "html", "json", "png"].map((format) => el("a", { class: "button", href: `/api/photos/${view.id}/files/${format}`, download: "" }, t(`report.formats.${format}`)));
  return el(
    "section",
    { class: "tools", "aria-labelledby": "tools" },
    el("h2", { id: "tools" }, t("report.download")),
    faceSwitch(links),
    el("p", { class: "actions" }, ...links),
    keeping(view),
    compare(view),
    again(view),
    el("p", { class: "actions" }, button(t("report.forget"), () => forget(view), { class: "button quiet" })),
  );
}

/** Keep the numbers of this photo in somebody's history, and the picture only where that is ticked. */
function keeping(view) {
  if (!visit.person) return el("p", {}, t("people.nameFirst"), " ", el("a", { href: "#/progress" }, t("progress.title")));
  const picture = el("input", { type: "checkbox", id: "with-picture" });
  const told = el("span", { role: "status" });
  const go = button(t("people.keepPhotos", visit.person), async () => {
    go.disabled = true;
    try {
      await post("/people/photos", { person: visit.person, photos: [view.id], pictures: picture.checked });
      told.replaceChildren(t("people.kept", visit.person), " ", el("a", { href: `#/progress/${encodeURIComponent(visit.person)}` }, t("people.toProgress")));
    } catch (error) {
      go.disabled = false;
      told.replaceChildren(problem(error.message));
    }
  }, { class: "button" });
  return el("p", { class: "actions" }, go, el("label", { class: "switch", for: "with-picture" }, picture, t("people.withPicture")), told);
}

/** Offer the other photos of the same view: of this session, and those whose pictures were kept for the person. */
function compare(view) {
  const list = el("ul");
  const none = el("p", {}, t("report.compareNone"), " ", el("a", { href: "#/" }, t("report.another")));
  const sameView = (one) => one.id !== view.id && one.report.photo.view === view.report.photo.view;
  list.append(...[...visit.photos.values()].filter(sameView).map((other) => el("li", {}, el("a", { href: `#/compare/${other.id}/${view.id}` }, other.report.photo.file))));
  const box = el("details", {}, el("summary", {}, t("report.compare")), list, none);
  none.hidden = list.children.length > 0;
  box.addEventListener("toggle", () => box.open && earlier(view, list, none), { once: true });
  return box;
}

async function earlier(view, list, none) {
  if (!visit.person) return;
  try {
    const kept = await get(`/people/photos?${new URLSearchParams({ person: visit.person })}`);
    for (const one of kept.filter((photo) => photo.view === view.report.photo.view)) {
      const day = new Date(one.at).toLocaleDateString("en-GB", { dateStyle: "long" });
      const go = button(t("people.keptOn", visit.person, day), async () => {
        const before = await measured(await post(`/people/photos/${one.session}/open`, { person: visit.person }));
        location.hash = `#/compare/${before.id}/${view.id}`;
      }, { class: "button small" });
      list.append(el("li", {}, go));
    }
    none.hidden = list.children.length > 0;
  } catch (error) {
    list.after(problem(error.message));
  }
}

function again(view) {
  const side = el("select", { id: "view" }, el("option", { value: "" }, t("report.auto")), ...["front", "back", "left", "right"].map((name) => el("option", { value: name }, t(`photo.views.${name}`))));
  side.value = view.options.view ?? "";
  const mirrored = el("input", { type: "checkbox", id: "mirrored", checked: view.report.photo.mirrored });
  const trouble = el("div");
  const go = button(t("report.again"), async () => {
    go.disabled = true;
    try {
      const options = { ...view.options, view: side.value || null, mirrored: mirrored.checked };
      const next = keep(await measured(await post(`/photos/${view.id}/again`, options)));
      visit.photos.delete(view.id);
      location.hash = `#/report/${next.id}`;
    } catch (error) {
      go.disabled = false;
      trouble.replaceChildren(problem(error.message));
    }
  }, { class: "button" });
  return el(
    "details",
    {},
    el("summary", {}, t("report.wrongView")),
    el("p", { class: "field" }, el("label", { for: "view" }, t("report.view")), side),
    el("p", { class: "field" }, el("label", { for: "mirrored", class: "switch" }, mirrored, t("report.mirrored"))),
    el("p", { class: "actions" }, go),
    trouble,
  );
}

async function forget(view) {
  await remove(`/photos/${view.id}`);
  visit.photos.delete(view.id);
  location.hash = "#/";
  announce(t("report.forgotten"));
}
