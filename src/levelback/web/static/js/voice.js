// Tones and spoken words of the browser.

let context = null;

/** Sound a short tone; the first call must follow a click, as browsers want it. */
export function tone(hertz, seconds = 0.18) {
  context ??= new AudioContext();
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.2, context.currentTime + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  oscillator.stop(context.currentTime + seconds);
}

/** Say a sentence aloud where the browser has a voice; what was being said is broken off. */
export function speak(text) {
  if (!("speechSynthesis" in window) || !text) return;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = "en";
  speechSynthesis.speak(words);
}

/** Be quiet. */
export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
