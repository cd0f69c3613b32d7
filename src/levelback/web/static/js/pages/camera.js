// A photo with the webcam: a guide with live checks, a countdown that can be heard, a burst, the best picture.

import { measured, post, remove, sendPhoto } from "../api.js";
import { openCamera, shutter } from "../camera.js";
import { follow } from "../coach.js";
import { button, el, problem, write } from "../dom.js";
import { drawSkeleton, skeletonOver } from "../skeleton.js";
import { keep, visit } from "../state.js";
import { t } from "../strings.js";
import { hush, speak, tone } from "../voice.js";

const PICTURES = 5;
const APART_MS = 220;
const COUNT_S = 5;
const PATIENCE_MS = 8000;
const VIEWS = ["front", "back", "left", "right"];
const CHECKS = ["whole", "square", "still", "level"];
const MARKS = { true: "✓", false: "✗", null: "·" };

export async function show() {
  let camera = null;
  let coach = null;
  let canvas = null;
  let ready = false;
  let gone = false;
  const guide = el("p", { class: "cue calm", role: "status", "aria-live": "polite" });
  const count = el("p", { class: "countdown", "aria-hidden": "true" });
  const checks = Object.fromEntries(CHECKS.map((name) => [name, el("li", {})]));
  const list = el("ul", { class: "checks", "aria-label": t("camera.checks.title") }, ...Object.values(checks));
  const stage = el("div", { class: "stage portrait" });
  const trouble = el("div");
  const side = el("select", { id: "side" }, ...VIEWS.map((name) => el("option", { value: name }, t(`photo.views.${name}`))));
  side.addEventListener("change", watch);
  const go = button(t("camera.start"), take, { class: "button primary", disabled: true });

  async function open() {
    try {
      camera = await openCamera({ width: 1920, height: 1080 });
      if (gone) return camera.stop();
      camera.onlost(() => fail(new Error(t("camera.lost"))));
      canvas = skeletonOver(camera.video);
      camera.video.classList.add("mirror");
      stage.replaceChildren(guide, list, el("div", { class: "screen" }, camera.video, canvas, el("div", { class: "frame" }), count));
      go.disabled = false;
      watch();
    } catch (error) {
      trouble.replaceChildren(problem(error.message, el("a", { class: "button primary", href: "#/" }, t("photo.choose"))));
    }
  }

  /** Which checks there are: whether the body is square to the camera is told from the face. */
  const wanted = () => CHECKS.filter((name) => name !== "square" || side.value === "front");

  function watch() {
    coach?.stop();
    ready = false;
    if (canvas) drawSkeleton(canvas, []);
    tell({ checks: {}, placement: "", phase: "lost" });
    if (camera) coach = follow("standing", camera.video, { side: 480, onstate: tell, onend: (end) => end instanceof Error && fail(end) });
  }

  function tell(state) {
    if (canvas) drawSkeleton(canvas, state.joints ?? []);
    for (const name of CHECKS) {
      const passed = state.checks[name] ?? null;
      checks[name].hidden = !wanted().includes(name);
      checks[name].dataset.passed = passed;
      write(checks[name], `${MARKS[passed]} ${t(`camera.checks.${name}`)}${passed === null ? "" : t(`camera.checks.${passed}`)}`);
    }
    ready = wanted().every((name) => state.checks[name] !== false) && state.phase !== "lost" && (side.value !== "front" || state.phase === "holding");
    const word = advice(state);
    guide.classList.toggle("calm", !word);
    write(guide, word || (ready ? t("camera.guide.good") : t(`camera.stand.${side.value}`)));
  }

  /** Return what to put right first; nothing where all is well. */
  function advice(state) {
    const front = side.value === "front";
    if (front && state.placement) return state.placement;
    if (state.checks.whole === false) return t("camera.guide.whole");
    if (state.tilt_deg) return t(state.tilt_deg > 0 ? "camera.guide.raiseRight" : "camera.guide.raiseLeft", Math.abs(state.tilt_deg).toFixed(0));
    return front ? (state.cue?.text ?? "") : "";
  }

  async function take() {
    go.disabled = true;
    trouble.replaceChildren();
    for (let left = COUNT_S; left > 0 && !gone; left -= 1) {
      count.textContent = String(left);
      tone(520, 0.12);
      speak(String(left));
      await rest(1000);
    }
    count.textContent = "";
    const until = performance.now() + PATIENCE_MS;
    while (!ready && !gone && performance.now() < until) await rest(100);
    if (gone) return;
    speak(t("camera.hold"));
    coach?.stop();
    try {
      await burst();
    } catch (error) {
      fail(error);
    }
  }

  function fail(error) {
    trouble.replaceChildren(problem(error.message, el("a", { class: "button", href: "#/" }, t("photo.choose"))));
    go.textContent = t("camera.again");
    go.disabled = !camera?.running();
    if (camera?.running()) watch();
  }

  async function burst() {
    const snap = shutter(camera.video, 1920, 0.92);
    const pictures = [];
    for (let n = 0; n < PICTURES; n += 1) {
      pictures.push(await snap());
      tone(990, 0.06);
      await rest(APART_MS);
    }
    speak(t("camera.taken"));
    guide.classList.add("calm");
    const options = { view: side.value, mirrored: false, height_cm: visit.height };
    const name = `${side.value}-${new Date().toISOString().slice(0, 10)}.jpg`;
    const sent = [];
    try {
      for (const picture of pictures) sent.push(await sendPhoto(new File([picture], name), options));
      for (const [number, one] of sent.entries()) {
        guide.textContent = t("camera.measuring", number + 1, PICTURES);
        await measured(one).catch(() => null);
      }
      const view = keep(await measured(await post("/bursts", { photos: sent.map((one) => one.id) })));
      if (!gone) location.hash = `#/report/${view.id}`;
    } catch (error) {
      for (const one of sent) remove(`/photos/${one.id}`).catch(() => null);
      throw error;
    }
  }

  open();
  tell({ checks: {}, placement: "", phase: "lost" });
  const node = el(
    "section",
    { class: "live camera" },
    el(
      "div",
      {},
      el("h1", {}, t("camera.title")),
      el("p", { class: "lead" }, t("camera.lead")),
      el("p", { class: "field" }, el("label", { for: "side" }, t("camera.side")), side, go),
      trouble,
      el("p", { class: "soft small" }, t("camera.mirror")),
    ),
    stage,
  );
  return {
    title: t("camera.title"),
    node,
    leave() {
      gone = true;
      hush();
      coach?.stop();
      camera?.stop();
    },
  };
}

const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
