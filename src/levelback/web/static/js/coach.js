// The WebSocket to the program that follows a set: pictures out, what it sees and says in.

import { shutter } from "./camera.js";
import { t } from "./strings.js";

const IN_FLIGHT = 2;
// Where answers come this soon, one more picture may be on its way: the program never waits, and cues do not lag.
const PROMPT_S = 0.1;

/**
 * Follow `video` through `exercise`.
 *
 * onstate   called with every answer of the program
 * onend     called once with the last answer, or with an Error
 * Returns { tell(command), stop() }.
 */
export function follow(exercise, video, { side = 640, onstate, onend }) {
  const socket = new WebSocket(`ws://${location.host}/api/live/${encodeURIComponent(exercise)}`);
  const snap = shutter(video, side, 0.8);
  let newest = null;
  let waiting = 0;
  let prompt = 0;
  let over = false;
  let asked = video.requestVideoFrameCallback(look);

  /** Hear of a picture of the camera; the newest one waits here until the program can look at it. */
  function look() {
    if (over) return;
    asked = video.requestVideoFrameCallback(look);
    newest = performance.now() / 1000;
    send();
  }

  async function send() {
    if (over || newest === null || waiting >= IN_FLIGHT + prompt || socket.readyState !== WebSocket.OPEN) return;
    const time = newest;
    newest = null;
    waiting += 1;
    const picture = await snap();
    const message = new Uint8Array(8 + picture.size);
    new DataView(message.buffer).setFloat64(0, time, true);
    message.set(new Uint8Array(await picture.arrayBuffer()), 8);
    if (!over && socket.readyState === WebSocket.OPEN) socket.send(message);
  }

  function stop() {
    over = true;
    video.cancelVideoFrameCallback(asked);
    socket.close();
  }

  function finish(outcome) {
    if (over) return;
    stop();
    onend(outcome);
  }

  socket.addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (state.message) return finish(new Error(state.message));
    waiting -= 1;
    prompt = performance.now() / 1000 - state.time_s < PROMPT_S ? 1 : 0;
    send();
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
    stop,
  };
}
