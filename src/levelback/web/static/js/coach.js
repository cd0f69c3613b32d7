// The WebSocket to the program that follows a set: pictures out, what it sees and says in.

import { shutter } from "./camera.js";
import { t } from "./strings.js";

const IN_FLIGHT = 2;

/**
 * Follow `video` through `exercise`.
 *
 * onstate   called with every answer of the program
 * onend     called once with the last answer, or with an Error
 * Returns { tell(command), stop() }.
 */
export function follow(exercise, video, { side = 640, onstate, onend }) {
  const socket = new WebSocket(`ws://${location.host}/api/live/${encodeURIComponent(exercise)}`);
  socket.binaryType = "arraybuffer";
  const snap = shutter(video, side, 0.8);
  let waiting = 0;
  let over = false;
  let frame = 0;

  const finish = (outcome) => {
    if (over) return;
    over = true;
    cancel();
    socket.close();
    onend(outcome);
  };

  async function send() {
    if (over) return;
    if (waiting < IN_FLIGHT && socket.readyState === WebSocket.OPEN && video.readyState >= 2) {
      waiting += 1;
      const time = performance.now() / 1000;
      const picture = await snap();
      if (over || socket.readyState !== WebSocket.OPEN) return;
      const message = new Uint8Array(8 + picture.size);
      new DataView(message.buffer).setFloat64(0, time, true);
      message.set(new Uint8Array(await picture.arrayBuffer()), 8);
      socket.send(message);
    }
    next();
  }

  function next() {
    frame = video.requestVideoFrameCallback ? video.requestVideoFrameCallback(send) : requestAnimationFrame(send);
  }

  function cancel() {
    if (video.cancelVideoFrameCallback) video.cancelVideoFrameCallback(frame);
    else cancelAnimationFrame(frame);
  }

  socket.addEventListener("open", next);
  socket.addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (state.message) return finish(new Error(state.message));
    waiting = Math.max(0, waiting - 1);
    onstate(state);
    if (state.summary) finish(state);
  });
  socket.addEventListener("close", () => finish(new Error(t("errors.gone"))));
  return {
    tell(command) {
      if (socket.readyState !== WebSocket.OPEN) return;
      waiting += 1;
      socket.send(JSON.stringify({ do: command }));
    },
    stop() {
      over = true;
      cancel();
      socket.close();
    },
  };
}
