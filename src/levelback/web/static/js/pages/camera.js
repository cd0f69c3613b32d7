// A photo with the webcam: a guide with live checks, a countdown that can be heard, a burst, the best picture.

import { measured, post, remove, sendPhoto } from "../api.js";
import { openCamera, shutter } from "../camera.js";
import { follow } from "../coach.js";
import { button, el, problem } from "../dom.js";
import { drawSkeleton, skeletonOver } from "../skeleton.js";
import { keep, visit } from "../state.js";
import { t } from "../strings.js";
import { hush, speak, tone } from "../voice.js";

const PICTURES = 5;
const APART_MS = 220;
const COUNT_S = 5;
const PATIENCE_MS = 8000;

export async function show() {
  let camera = null;
  let coach = null;
  let phase = "";
  let gone = false;
  let canvas = null;
  const guide = el("p", { class: "cue", role: "status", "aria-live": "polite" });
  const count = el("p", { class: "countdown", "aria-hidden": "true" });
  const stage = el("div", { class: "stage portrait" });
  const trouble = el("div");
  const side = el("select", { id: "side" }, ...["front", "back", "left", "right"].map((name) => el("option", { value: name }, t(`photo.views.${name}`))));
  side.addEventListener("change", watch);
  const go = button(t("camera.start"), take, { class: "button primary", disabled: true });

  async function open() {
    try {
      camera = await openCamera({ width: 1920, height: 1080 });
      if (gone) return camera.stop();
      canvas = skeletonOver(camera.video);
      camera.video.classList.add("mirror");
      stage.replaceChildren(guide, el("div", { class: "screen" }, camera.video, canvas, el("div", { class: "frame" }), count));
      go.disabled = false;
      watch();
    } catch (error) {
      trouble.replaceChildren(problem(error.message, el("a", { class: "button primary", href: "#/" }, t("photo.choose"))));
    }
  }

  /** The checks look at a face, so they guide the front view only; the others have the countdown alone. */
  function watch() {
    coach?.stop();
    coach = null;
    phase = "";
    if (canvas) drawSkeleton(canvas, []);
    guide.classList.add("calm");
    guide.textContent = side.value === "front" ? "" : t(`camera.stand.${side.value}`);
    if (!camera || side.value !== "front") return;
    coach = follow("standing", camera.video, {
      side: 480,
      onstate(state) {
        phase = state.phase;
        drawSkeleton(canvas, state.joints);
        const wrong = state.placement || (phase === "lost" ? t("camera.guide.nobody") : (state.cue?.text ?? ""));
        const word = wrong || t("camera.guide.good");
        guide.classList.toggle("calm", !wrong);
        if (guide.textContent !== word) guide.textContent = word;
      },
      onend() {
        guide.textContent = "";
      },
    });
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
    while (coach && !gone && phase !== "holding" && performance.now() < until) await rest(100);
    if (gone) return;
    speak(t("camera.hold"));
    coach?.stop();
    try {
      await burst();
    } catch (error) {
      trouble.replaceChildren(problem(error.message));
      go.textContent = t("camera.again");
      go.disabled = false;
      watch();
    }
  }

  async function burst() {
    const snap = shutter(camera.video, 1920, 0.92);
    const pictures = [];
    for (let n = 0; n < PICTURES; n += 1) {
      pictures.push(await snap());
      tone(990, 0.06);
      await rest(APART_MS);
    }
    guide.textContent = t("camera.taken");
    speak(t("camera.taken"));
    const options = { view: side.value, mirrored: false, height_cm: visit.height };
    const name = `${side.value}-${new Date().toISOString().slice(0, 10)}.jpg`;
    const sent = [];
    for (const picture of pictures) sent.push(await sendPhoto(new File([picture], name), { ...options, fast: true }));
    for (const one of sent) await measured(one).catch(() => null);
    try {
      const view = keep(await measured(await post("/bursts", { photos: sent.map((one) => one.id) })));
      location.hash = `#/report/${view.id}`;
    } finally {
      for (const one of sent) remove(`/photos/${one.id}`).catch(() => null);
    }
  }

  open();
  const node = el(
    "section",
    { class: "live" },
    el("h1", {}, t("camera.title")),
    el("p", { class: "lead" }, t("camera.lead")),
    el("p", { class: "field" }, el("label", { for: "side" }, t("camera.side")), side, go),
    trouble,
    stage,
    el("p", { class: "soft small" }, t("camera.mirror")),
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
