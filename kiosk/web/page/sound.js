/** A short sound for each verdict and each answer: rising for good news, falling for bad, level for neither. */

const TUNES = {
  genuine: [660, 880],
  "genuine-as-of": [660, 880],
  withdrawn: [330, 220],
  expired: [330, 220],
  "not-genuine": [220, 165, 220],
  match: [660, 880],
  "no-match": [330, 220],
};
const NEITHER = [440];
const SECONDS = 0.16;

let context = null;

/** Allow sounds: browsers want a touch or a key first. Call it from one. */
export function allowSound() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context) return;
  context ??= new Context();
  if (context.state === "suspended") context.resume().catch(() => undefined);
}

/** Play the sound of an outcome or an answer, or nothing where the browser does not allow it. */
export function playSound(outcome) {
  if (context?.state !== "running") return;
  const volume = context.createGain();
  volume.gain.value = 0.15;
  volume.connect(context.destination);
  (TUNES[outcome] ?? NEITHER).forEach((pitch, index) => {
    const tone = context.createOscillator();
    const from = context.currentTime + index * SECONDS;
    tone.frequency.value = pitch;
    tone.connect(volume);
    tone.start(from);
    tone.stop(from + SECONDS * 0.9);
  });
}
