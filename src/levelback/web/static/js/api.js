// Asking the program on this machine.

import { t } from "./strings.js";

/** An answer that says why something was not done. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path, { json, body, signal } = {}) {
  let answer;
  try {
    answer = await fetch(`/api${path}`, {
      method,
      signal,
      headers: json === undefined ? {} : { "content-type": "application/json" },
      body: json === undefined ? body : JSON.stringify(json),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, t("errors.gone"));
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  let message = t("errors.surprise");
  try {
    message = (await answer.json()).message || message;
  } catch {
    // Not our own words; ours will do.
  }
  throw new Refusal(answer.status, message);
}

export const get = (path, options) => ask("GET", path, options);
export const post = (path, json, options) => ask("POST", path, { json, ...options });
export const put = (path, json, options) => ask("PUT", path, { json, ...options });
export const remove = (path) => ask("DELETE", path);

/** Send a photo file and return its state. */
export function sendPhoto(file, options = {}) {
  const query = new URLSearchParams({ name: file.name || "photo.jpg" });
  for (const [name, value] of Object.entries(options)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, value);
  }
  return ask("POST", `/photos?${query}`, { body: file });
}

/**
 * Wait for a photo to be measured; `onstep` hears its state now and then. Rejects where it failed.
 *
 * The program answers as soon as the photo has come further, so that nobody waits longer than need be.
 */
export async function measured(state, onstep = () => {}) {
  while (state.state !== "done") {
    if (state.state === "failed") throw new Refusal(422, state.message);
    onstep(state);
    state = await get(`/photos/${state.id}?wait=1`);
  }
  return get(`/photos/${state.id}/report`);
}
