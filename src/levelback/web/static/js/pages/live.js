// A set before the camera: skeleton, one cue, hold ring, counts, voice; then left and right compared.

import { get, post } from "../api.js";
import { openCamera } from "../camera.js";
import { follow } from "../coach.js";
import { announce, button, cardPicture, el, problem, svg, write } from "../dom.js";
import { drawSkeleton, skeletonOver } from "../skeleton.js";
import { visit } from "../state.js";
import { t } from "../strings.js";
import { hush, speak, tone } from "../voice.js";

const RING = 2 * Math.PI * 44;

export async function show(id) {
  const exercises = await get("/live");
  if (!id) return choose(exercises);
  const exercise = exercises.find((one) => one.id === id);
  if (!exercise) return choose(exercises);
  return set(exercise);
}

function choose(exercises) {
  const cards = exercises.filter((one) => one.id !== "standing").map((one) => el("li", {}, el("a", { class: "card", href: `#/live/${one.id}` }, one.picture && cardPicture(one.picture), el("strong", {}, one.name), el("span", { class: "soft small" }, one.placement))));
  return { title: t("live.title"), node: el("section", {}, el("h1", {}, t("live.title")), el("p", { class: "lead" }, t("live.lead")), el("ul", { class: "cards" }, ...cards)) };
}

function set(exercise) {
  let camera = null;
  let coach = null;
  let loud = true;
  let lost = false;
  const stage = el("div", { class: "stage", hidden: true });
  let canvas = null;
  const cue = el("p", { class: "cue", role: "status", "aria-live": "assertive" });
  const phase = el("p", { class: "phase" });
  const counted = (exercise.sides ? ["left", "right"] : ["both"]).map((side) => [side, el("div", {}, el("dt", {}, t(`live.sides.${side}`)), el("dd"))]);
  const counts = el("dl", { class: "counts" }, ...counted.map(([, box]) => box));
  const arc = svg("circle", { cx: 50, cy: 50, r: 44, class: "arc", "stroke-dasharray": RING, "stroke-dashoffset": RING, transform: "rotate(-90 50 50)" });
  const seconds = svg("text", { x: 50, y: 58, "text-anchor": "middle" }, "");
  const ring = svg("svg", { viewBox: "0 0 100 100", class: "ring", role: "img", "aria-label": t("live.hold") }, svg("circle", { cx: 50, cy: 50, r: 44, class: "track" }), arc, seconds);
  const outcome = el("div", { class: "outcome", "aria-live": "polite" });
  const begin = button(t("live.start"), start, { class: "button primary" });
  const about = el("div", {}, el("p", { class: "lead" }, exercise.placement), el("p", { class: "actions" }, begin, exercise.explained && el("a", { class: "button", href: `#/exercises/${exercise.explained}` }, t("exercises.how"))));
  const pause = button(t("live.pause"), () => coach.tell(pause.dataset.on ? "resume" : "pause"), { class: "button" });
  const turn = button(t("live.switch"), () => coach.tell("switch"), { class: "button" });
  const stop = button(t("live.end"), () => coach.tell("end"), { class: "button" });
  const voice = button(t("live.quiet"), () => {
    loud = !loud;
    voice.textContent = t(loud ? "live.quiet" : "live.loud");
    if (!loud) hush();
  }, { class: "button" });

  async function start() {
    begin.disabled = true;
    lost = false;
    outcome.replaceChildren();
    try {
      camera = await openCamera({ rate: 60 });
    } catch (error) {
      begin.disabled = false;
      outcome.replaceChildren(problem(error.message));
      return;
    }
    canvas = skeletonOver(camera.video);
    camera.onlost(lose);
    camera.video.classList.add("mirror");
    stage.hidden = false;
    begin.hidden = true;
    stage.replaceChildren(
      el("div", { class: "screen" }, camera.video, canvas, cue),
      el("div", { class: "panel" }, phase, ring, counts, el("p", { class: "actions" }, pause, exercise.sides ? turn : null, stop, voice)),
    );
    about.hidden = true;
    stage.scrollIntoView({ block: "center" });
    say(exercise.placement);
    coach = follow(exercise.id, camera.video, { onstate: draw, onend: finish });
  }

  /** End the set that has lost its camera; what was done is summed up. */
  function lose() {
    lost = true;
    coach.tell("end");
  }

  function draw(state) {
    drawSkeleton(canvas, state.joints);
    pause.dataset.on = state.paused ? "1" : "";
    write(pause, t(state.paused ? "live.resume" : "live.pause"));
    const word = state.paused ? t("live.paused") : state.phase === "placement" ? state.placement || exercise.placement : state.phase === "lost" ? t("live.lost") : (state.cue?.text ?? "");
    write(cue, word);
    write(phase, t(`live.phases.${state.phase}`));
    const share = state.target_s ? Math.min(1, state.hold_s / state.target_s) : state.progress;
    arc.setAttribute("stroke-dashoffset", RING * (1 - share));
    arc.classList.toggle("full", share >= 1);
    write(seconds, state.hold_s > 0 ? state.hold_s.toFixed(0) : "");
    for (const [side, box] of counted) {
      box.classList.toggle("now", state.side === side);
      write(box.lastChild, String(state.counts[side] ?? 0));
    }
    for (const event of state.events) hear(event);
  }

  function hear(event) {
    if (event.kind === "hold_started") beep(660);
    else if (event.kind === "hold_reached" || event.kind === "hold_ended") beep(880);
    else if (event.kind === "ready") say(t("live.ready"));
    else if (["cue", "placement"].includes(event.kind) && event.text) say(event.text);
  }

  const beep = (hertz) => loud && tone(hertz);
  const say = (text) => loud && speak(text);

  function finish(state) {
    camera?.stop();
    stage.hidden = true;
    about.hidden = false;
    begin.hidden = false;
    begin.disabled = false;
    begin.textContent = t("live.again");
    if (state instanceof Error) return outcome.replaceChildren(problem(state.message));
    say(state.short);
    announce(state.short);
    outcome.replaceChildren(lost ? problem(t("camera.lost")) : "", summary(exercise, state));
  }

  const node = el("section", { class: "live" }, el("p", {}, el("a", { href: "#/live" }, `← ${t("live.all")}`)), el("h1", {}, exercise.name), about, stage, outcome);
  return {
    title: exercise.name,
    node,
    leave() {
      hush();
      coach?.stop();
      camera?.stop();
    },
  };
}

function summary(exercise, state) {
  const sides = Object.entries(state.summary.by_side);
  const rows = [
    [t("live.reps"), (one) => one.reps],
    [t("live.holdTime"), (one) => range(one.hold_s, " s")],
    [t("live.range"), (one) => range(one.range, state.summary.unit === "deg" ? "°" : "")],
    [t("live.drift"), (one) => range(one.drift, "°")],
    [t("live.faults"), (one) => Object.entries(one.faults ?? {}).filter(([, n]) => n).map(([id, n]) => `${id.replaceAll("_", " ")} × ${n}`).join(", ")],
  ].filter(([, read]) => sides.some(([, one]) => read(one) !== "" && read(one) !== undefined));
  const table = el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, ""), ...sides.map(([side]) => el("th", { scope: "col" }, t(`live.sides.${side}`))))), el("tbody", {}, ...rows.map(([name, read]) => el("tr", {}, el("th", { scope: "row" }, name), ...sides.map(([, one]) => el("td", {}, String(read(one))))))));
  return el("div", {}, el("h2", {}, t("live.outcome")), el("p", { class: "lead" }, state.short), state.result ? el("p", {}, state.result) : null, sides.length ? table : null, visit.person && sides.length ? keepSet(state.id) : null);
}

function keepSet(id) {
  const box = el("p", { class: "actions" });
  box.append(button(t("people.keepSet", visit.person), async () => {
    try {
      await post("/people/sets", { person: visit.person, id });
      box.replaceChildren(t("people.kept", visit.person));
    } catch (error) {
      box.replaceChildren(problem(error.message));
    }
  }, { class: "button primary" }));
  return box;
}

/** Return a mean with its interval; none of what is shown here can be below zero. */
function range(one, unit) {
  if (!one) return "";
  const [low, high] = [one.low, one.high].map((end) => Math.max(0, end).toFixed(1));
  return `${one.value.toFixed(1)}${unit} (${low} – ${high})`;
}
