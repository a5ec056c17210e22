/** A short sound, made here: two soft tones, no file to fetch. Loaded when somebody asks for it. */
const tones = [
  { hertz: 659, afterMs: 0 },
  { hertz: 880, afterMs: 90 },
] as const;
const lengthMs = 180;
const loudness = 0.12;

let context: AudioContext | undefined;

/** Silent where the browser lets no page sound before it was touched. */
export async function playSound(): Promise<void> {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
  for (const { hertz, afterMs } of tones) playTone(context, hertz, context.currentTime + afterMs / 1_000);
}

function playTone(audio: AudioContext, hertz: number, from: number): void {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  const until = from + lengthMs / 1_000;
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(loudness, from + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, until);
  tone.connect(volume).connect(audio.destination);
  tone.start(from);
  tone.stop(until);
}
