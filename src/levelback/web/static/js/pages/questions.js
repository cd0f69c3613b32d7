// The screening questions as a short form; what they mean follows at once.

import { get, post } from "../api.js";
import { el, problem } from "../dom.js";
import { visit } from "../state.js";
import { t } from "../strings.js";

export async function show() {
  const questions = await get("/questions");
  const result = el("div", { class: "result", role: "status", "aria-live": "polite" });
  const form = el("form", { class: "questions", onsubmit: (event) => (event.preventDefault(), say(result)) });
  const groups = Map.groupBy ? Map.groupBy(questions, (one) => one.group) : grouped(questions);
  for (const [group, members] of groups) form.append(section(group, members, () => refresh(form)));
  form.append(el("p", { class: "actions" }, el("button", { class: "button primary" }, t("questions.done"))), result);
  refresh(form);
  return { title: t("nav.questions"), node: el("section", { class: "narrow" }, el("h1", {}, t("questions.title")), el("p", { class: "lead" }, t("questions.lead")), form) };
}

function grouped(questions) {
  const groups = new Map();
  for (const one of questions) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return groups;
}

function section(group, members, onchange) {
  const body = el("div", {}, ...members.map((one) => field(one, onchange)));
  return el("section", { "aria-labelledby": `g-${group}` }, el("h2", { id: `g-${group}` }, members[0].group_title), body);
}

function field(question, onchange) {
  const set = (value) => {
    if (value === null) delete visit.answers[question.id];
    else visit.answers[question.id] = value;
    onchange();
  };
  const name = `q-${question.id}`;
  if (question.kind === "number") {
    const input = el("input", { type: "number", id: name, min: question.low, max: question.high, step: 1, value: visit.answers[question.id] ?? "" });
    input.addEventListener("change", () => set(input.value === "" || !input.checkValidity() ? null : Number(input.value)));
    return el("p", { class: "field", "data-id": question.id }, el("label", { for: name }, `${question.text} (${t("questions.number", question.low, question.high)})`), input);
  }
  const choices = question.kind === "yes_no" ? [[true, t("questions.yes")], [false, t("questions.no")]] : question.options.map((option) => [option, question.kind === "side" ? t(`questions.side.${option}`) : option.replaceAll("_", " ")]);
  const radios = [...choices, [null, t("questions.skip")]].map(([value, label]) => {
    const radio = el("input", { type: "radio", name, checked: (visit.answers[question.id] ?? null) === value, onchange: () => set(value) });
    return el("label", { class: value === null ? "choice quiet" : "choice" }, radio, el("span", {}, label));
  });
  return el("fieldset", { class: "question", "data-id": question.id }, el("legend", {}, question.text), el("div", { class: "choices" }, ...radios));
}

/** Ask only what still makes sense: the pain that a doctor has looked at, where there is pain that lasts. */
function refresh(form) {
  const cleared = form.querySelector('[data-id="pain_cleared"]');
  if (cleared) cleared.hidden = visit.answers.persistent_pain !== true;
}

async function say(result) {
  try {
    const screening = await post("/screening", { answers: visit.answers });
    const last = [...visit.photos.values()].at(-1);
    const next = last ? `#/report/${last.id}` : "#/";
    result.replaceChildren(
      el(
        "div",
        { class: screening.status === "clear" ? "note calm" : "note" },
        el("p", {}, el("strong", {}, t(`questions.results.${screening.status}`))),
        ...screening.reasons.map((reason) => el("p", {}, reason)),
        el("p", { class: "actions" }, el("a", { class: "button primary", href: next }, last ? t("report.title") : t("questions.next"))),
      ),
    );
  } catch (error) {
    result.replaceChildren(problem(error.message));
  }
}
