// The webcam, and the pictures that go to the program.

import { t } from "./strings.js";

/** Open the camera. Rejects with a sentence for people. */
export async function openCamera({ width = 1280, height = 720 } = {}) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(t("camera.insecure"));
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: width }, height: { ideal: height } }, audio: false });
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
    return { video, stream, stop: () => stream.getTracks().forEach((track) => track.stop()) };
  } catch (error) {
    throw new Error(error.name === "NotAllowedError" ? t("camera.allow") : t("camera.none"));
  }
}

/** Return a function that takes a JPEG picture (Blob) of the video, its longer side at most `side` pixels. */
export function shutter(video, side, quality = 0.85) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: false });
  return () => {
    const scale = Math.min(1, side / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  };
}
