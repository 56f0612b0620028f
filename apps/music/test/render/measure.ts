import { sampleRate } from '#src/render/mix.js';
import { frequencyOf } from '#src/render/power.js';
import type { TimedNote } from '#src/codec/midi-notes.js';

/** A note of two seconds at the start, unless told otherwise. */
export const note = (changes: Partial<TimedNote> = {}): TimedNote => ({
  start: 0,
  duration: 2,
  pitch: 60,
  velocity: 0.6,
  part: 0,
  program: 0,
  drum: false,
  ...changes,
});

/** Strength of one frequency in a stretch of sound under Hann's window, by Goertzel's recurrence in float64. */
export function strength(sound: Float32Array, from: number, count: number, frequency: number): number {
  const angle = (2 * Math.PI * frequency) / sampleRate;
  const twice = 2 * Math.cos(angle);
  let before = 0;
  let now = 0;
  for (let i = 0; i < count; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / count);
    const next = window * sound[from + i] + twice * now - before;
    before = now;
    now = next;
  }
  return Math.sqrt(now * now + before * before - twice * now * before);
}

/** Cents between a pitch and the strongest frequency within 36 cents of it, to half a cent, over a second from `seconds` on. */
export function deviation(sound: Float32Array, pitch: number, seconds: number): number {
  const at = (cents: number): number =>
    strength(sound, Math.round(seconds * sampleRate), sampleRate, frequencyOf(pitch) * 2 ** (cents / 1200));
  let best = 0;
  for (const step of [9, 2, 0.5]) {
    const around = Array.from({ length: 9 }, (_, i) => best + (i - 4) * step);
    best = around.reduce((a, b) => (at(b) > at(a) ? b : a));
  }
  return best;
}

export interface Level {
  readonly peak: number;
  /** dBFS, over both channels. */
  readonly average: number;
  /** Largest step between neighbouring samples. */
  readonly jump: number;
}

export function levelOf(channels: readonly Float32Array[]): Level {
  let peak = 0;
  let squares = 0;
  let jump = 0;
  for (const channel of channels) {
    for (let i = 0; i < channel.length; i++) {
      peak = Math.max(peak, Math.abs(channel[i]));
      squares += channel[i] ** 2;
      if (i > 0) jump = Math.max(jump, Math.abs(channel[i] - channel[i - 1]));
    }
  }
  return { peak, jump, average: 10 * Math.log10(squares / (channels.length * channels[0].length)) };
}

/** Share of a sound's energy above a frequency (Hz), in its first `seconds`, from sums at every 50 Hz or so. */
export function brightness(sound: Float32Array, seconds: number, frequency: number): number {
  const count = Math.round(seconds * sampleRate);
  let [below, above] = [0, 0];
  for (let f = 25; f < 16_000; f += Math.max(40, f / 30)) {
    const energy = strength(sound, 0, count, f) ** 2 * Math.max(40, f / 30);
    if (f < frequency) below += energy;
    else above += energy;
  }
  return above / (above + below);
}
