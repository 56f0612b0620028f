import { type Key, split, uniforms } from '@advect/core/random';
import { smooth } from './envelope.js';
import type { StringInstrument } from './instrument.js';
import { addMono, gainsOf, type Mix, sampleRate, type SoundingNote } from './mix.js';
import { frequencyOf, tenToMinus } from './power.js';
import { cosineOfTurns, sineOfTurns } from './sine.js';

/** Samples in which the pluck comes in: noise that starts at once would click. */
const attack = 44;

/**
 * Adds a plucked string: noise runs round a loop as long as a period, losing a little at each turn. The loop's delay is
 * exact at the fundamental: whole samples, a filter of three taps with a delay of one, and an all-pass for the rest. Harder
 * plucks have brighter noise. Costs about 10 ns a sample.
 *
 * References: Karplus & Strong (1983), "Digital synthesis of plucked-string and drum timbres"; Jaffe & Smith (1983),
 * "Extensions of the Karplus-Strong plucked-string algorithm".
 */
export function addStringNote(mix: Mix, note: SoundingNote, instrument: StringInstrument, seed: Key): void {
  const release = Math.round(instrument.release * sampleRate);
  const length = Math.min(note.held + release, mix.left.length - note.first);
  const frequency = frequencyOf(note.pitch);
  const turns = frequency / sampleRate;
  const period = 1 / turns;
  const delay = Math.floor(period - 1.5);
  const rest = period - 1 - delay;
  const allPass = sineOfTurns(((1 - rest) * turns) / 2) / sineOfTurns(((1 + rest) * turns) / 2);

  // What a turn may take: of the fundamental by all losses, of which the filter takes a half at most.
  const ring = instrument.ring * Math.sqrt(220 / frequency);
  const kept = tenToMinus((3 * period) / (ring * sampleRate));
  const bend = 1 - cosineOfTurns(turns);
  const damping = Math.min(instrument.damping, (1 - kept) / (4 * bend));
  const gain = kept / (1 - 2 * damping * bend);

  const loop = pluck(delay, note, instrument, seed);
  const out = new Float32Array(length);
  let at = 0;
  let [a, b, lastIn, lastOut] = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const c = loop[at];
    const soft = damping * (a + c) + (1 - 2 * damping) * b;
    a = b;
    b = c;
    const turned = allPass * (soft - lastOut) + lastIn;
    lastIn = soft;
    lastOut = turned;
    loop[at] = gain * turned;
    at = at + 1 === delay ? 0 : at + 1;
    const fall = i <= note.held ? 1 : smooth(1 - (i - note.held) / release);
    out[i] = c * fall * (i < attack ? smooth(i / attack) : 1);
  }
  addMono(mix, out, note.first, gainsOf(note.level, note.place, note.wet));
}

/** The shape that the string is let go from: noise, softened for a soft pluck, without what has a node where it is plucked. */
function pluck(size: number, { number, velocity }: SoundingNote, { pluckedAt }: StringInstrument, seed: Key): Float32Array {
  const noise = uniforms(split(seed, number), size);
  const softness = 0.86 - 0.4 * velocity;
  let softer = 0;
  let soft = 0;
  // Twice round, so that the beginning is as soft as the rest.
  for (let i = 0; i < 2 * size; i++) {
    soft = softness * soft + (1 - softness) * (noise[i % size] - 0.5);
    softer = softness * softer + (1 - softness) * soft;
    if (i >= size) noise[i - size] = softer;
  }
  const away = Math.max(1, Math.round(pluckedAt * size));
  const shape = noise.map((x, i) => x - noise[(i + size - away) % size]);
  const mean = shape.reduce((sum, x) => sum + x, 0) / size;
  const power = shape.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / size;
  return shape.map((x) => (x - mean) / Math.sqrt(power));
}
