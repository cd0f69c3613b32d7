// People, and how their measures have changed; keeping and forgetting.

import { get, remove } from "../api.js";
import { announce, button, el, problem } from "../dom.js";
import { faceSwitch } from "../sharing.js";
import { visit } from "../state.js";
import { t } from "../strings.js";

export async function show(name) {
  return name ? course(name) : everybody(await get("/people"));
}

function everybody(people) {
  const field = el("input", { type: "text", id: "person", maxlength: 100, value: visit.person ?? "", autocomplete: "off" });
  const named = el("p", { class: "soft", role: "status" });
  const tell = () => (named.textContent = visit.person ? t("people.chosen", visit.person) : t("people.nobody"));
  const form = el(
    "form",
    { onsubmit: (event) => {
      event.preventDefault();
      visit.person = field.value.trim() || null;
      tell();
    } },
    el("p", { class: "field" }, el("label", { for: "person" }, t("people.who")), field, el("button", { class: "button" }, t("people.choose"))),
    named,
  );
  tell();
  const cards = people.map((one) =>
    el(
      "li",
      {},
      el("a", { class: "card", href: `#/progress/${encodeURIComponent(one.name)}` }, el("strong", {}, one.name), el("span", { class: "soft" }, t("people.sessions", one.sessions)), one.last ? el("span", { class: "small" }, t("people.last", new Date(one.last).toLocaleDateString("en-GB", { dateStyle: "long" }))) : null),
    ),
  );
  const node = el("section", { class: "narrow" }, el("h1", {}, t("progress.title")), el("p", { class: "lead" }, t("progress.lead")), form, cards.length ? el("ul", { class: "cards" }, ...cards) : el("p", {}, t("people.none")));
  return { title: t("progress.title"), node };
}

async function course(name) {
  const query = new URLSearchParams({ person: name });
  const found = await get(`/people/progress?${query}`);
  const trouble = el("div");
  let asked = false;
  const gone = button(t("people.forget", name), async () => {
    if (!asked) {
      asked = true;
      gone.textContent = t("people.sure", name);
      return;
    }
    try {
      await remove(`/people?${query}`);
      if (visit.person === name) visit.person = null;
      location.hash = "#/progress";
      announce(t("people.forgotten", name));
    } catch (error) {
      trouble.replaceChildren(problem(error.message));
    }
  }, { class: "button" });
  const file = el("a", { class: "button", href: `/api/people/progress.pdf?${query}`, download: "" }, t("report.formats.pdf"));
  const node = el(
    "article",
    { class: "progress-report" },
    el("p", {}, el("a", { href: "#/progress" }, `← ${t("people.all")}`)),
    el("p", { class: "soft" }, found.subtitle),
    el("div", { html: found.html }),
    el("section", { class: "tools" }, el("h2", {}, t("report.download")), faceSwitch([file]), el("p", { class: "actions" }, file), el("p", { class: "actions" }, gone), trouble),
  );
  return { title: found.headline, node };
}
