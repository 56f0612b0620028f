import { type Key, uniforms } from '@advect/core/random';
import { sampleRate } from '../mix.js';
import { decayOver } from '../power.js';
import { sineOfTurns } from '../sine.js';

/** Samples of so many seconds of silence. */
export const silence = (seconds: number): Float32Array => new Float32Array(Math.round(seconds * sampleRate));

/** White noise from −1 to 1. */
export const noise = (seed: Key, seconds: number): Float32Array => uniforms(seed, Math.round(seconds * sampleRate)).map((x) => 2 * x - 1);

/** Samples in which a stroke comes in. */
const onset = 22;

/** Fades a sound, in place: in within half a millisecond, away by 60 dB in `seconds`, and out to nothing at its end. */
export function decay(sound: Float32Array, seconds: number): Float32Array {
  const factor = decayOver(seconds * sampleRate);
  const last = Math.min(sound.length, 256);
  let level = 1;
  for (let i = 0; i < sound.length; i++) {
    const left = sound.length - 1 - i;
    sound[i] *= level * (i < onset ? i / onset : 1) * (left < last ? left / last : 1);
    level *= factor;
  }
  return sound;
}

/** Adds `gain` times a sound to another, in place. */
export function add(to: Float32Array, sound: Float32Array, gain: number): Float32Array {
  const count = Math.min(to.length, sound.length);
  for (let i = 0; i < count; i++) to[i] += gain * sound[i];
  return to;
}

/**
 * A sine that falls from `from` to `to` Hz, of the difference 60 dB in `fall` seconds: a skin that is struck is taut at first.
 */
export function sweep(seconds: number, from: number, to: number, fall: number): Float32Array {
  const sound = silence(seconds);
  const factor = decayOver(fall * sampleRate);
  let above = from - to;
  let turns = 0;
  for (let i = 0; i < sound.length; i++) {
    sound[i] = sineOfTurns(turns);
    turns += (to + above) / sampleRate;
    above *= factor;
  }
  return sound;
}

/** Squashes a sound towards ±1 softly, in place: x / (1 + |x|) with slope `drive`. */
export function drive(sound: Float32Array, amount: number): Float32Array {
  for (let i = 0; i < sound.length; i++) sound[i] = ((1 + amount) * sound[i]) / (1 + amount * Math.abs(sound[i]));
  return sound;
}
