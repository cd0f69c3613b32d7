// The webcam, and the pictures that go to the program.

import { t } from "./strings.js";

/** Open the camera; `rate`: pictures a second that are wanted. Rejects with a sentence for people. */
export async function openCamera({ width = 1280, height = 720, rate = 30 } = {}) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(t("camera.insecure"));
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: rate } }, audio: false });
    const [track] = stream.getTracks();
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
    return {
      video,
      running: () => track.readyState === "live",
      onlost: (hear) => track.addEventListener("ended", hear),
      stop: () => track.stop(),
    };
  } catch (error) {
    throw new Error(error.name === "NotAllowedError" ? t("camera.allow") : t("camera.none"));
  }
}

/** Return a function that takes a JPEG picture (Blob) of the video, its longer side at most `side` pixels. */
export function shutter(video, side, quality = 0.85) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d", { alpha: false });
  return () => {
    const scale = Math.min(1, side / Math.max(video.videoWidth, video.videoHeight));
    const [width, height] = [video.videoWidth, video.videoHeight].map((one) => Math.round(one * scale));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return canvas.convertToBlob({ type: "image/jpeg", quality });
  };
}
