import type { Sound } from '../codec/wav.js';
import type { TimedNote } from '../codec/midi-notes.js';
import type { Instrument } from './instrument.js';
import { reverberate } from './reverb.js';
import { frequencyOf, sineOfTurns } from './sine.js';
import { tableSize, wavetable } from './wavetable.js';

export const sampleRate = 44_100;

/** Loudest sample of a rendering, about −1 dBFS. */
export const peakLevel = 0.89;

/** Seconds of hall behind the last release, faded out over the last of them to exact silence. */
const tail = 2.6;
const fade = 0.8;
const hallDecay = 2.1;

/** Where the parts stand, from left (−1) to right (1): soprano and bass apart, as in a half circle. */
const positions = [-0.35, 0.3, -0.15, 0.45, 0, -0.5, 0.5] as const;

/** Bass and soprano a little stronger than the middle. */
const levels = [1, 0.82, 0.82, 1.05] as const;

/**
 * Renders notes to stereo sound: three slightly detuned wavetable oscillators for each note, smooth attack and release,
 * a place in the half circle for each part, and a hall. No randomness and no transcendental functions of the engine, so
 * that the same notes give the same bytes everywhere. The loudest sample is ±0.89.
 *
 * A note that follows another of its part without a gap overlaps it by the release (legato); a repeated pitch is struck
 * again only where the notes say so. Costs about 0.03 s for a second of four-part music.
 */
export function synthesise(notes: readonly TimedNote[], instrument: Instrument): Sound {
  const end = notes.reduce((latest, n) => Math.max(latest, n.start + n.duration), 0);
  const frames = Math.ceil((end + instrument.release + tail) * sampleRate);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  const tables = new Map<number, Float32Array>();
  for (const note of notes) {
    let table = tables.get(note.pitch);
    if (!table) tables.set(note.pitch, (table = wavetable(instrument, note.pitch)));
    addNote(left, right, note, instrument, table);
  }
  reverberate(left, right, sampleRate, instrument.wet, hallDecay);
  finish(left, right);
  return { sampleRate, channels: [left, right] };
}

function addNote(left: Float32Array, right: Float32Array, note: TimedNote, instrument: Instrument, table: Float32Array): void {
  const first = Math.round(note.start * sampleRate);
  const held = Math.max(1, Math.round(note.duration * sampleRate));
  const release = Math.round(instrument.release * sampleRate);
  const attack = Math.min(held, Math.round(instrument.attack * sampleRate));
  const level = 0.25 * note.velocity * (levels[note.part] ?? 0.9) * loudness(note.pitch);
  const place = positions[note.part % positions.length];
  const step = (frequencyOf(note.pitch) / sampleRate) * tableSize;
  const vibratoStep = instrument.vibratoRate / sampleRate;
  const perSample = instrument.halfLife === Infinity ? 1 : halving(instrument.halfLife * sampleRate);
  const oscillators = [-1, 0, 1].map((side) => {
    const pan = Math.max(-1, Math.min(1, place + 0.35 * side));
    const gain = level * (side === 0 ? 1 : instrument.chorus);
    return {
      detune: 1 + side * instrument.detune * cent,
      gainLeft: gain * Math.sqrt((1 - pan) / 2),
      gainRight: gain * Math.sqrt((1 + pan) / 2),
    };
  });
  oscillators.forEach(({ detune, gainLeft, gainRight }, number) => {
    let phase = number * 683;
    let decay = 1;
    for (let i = 0; i < held + release; i++) {
      const at = first + i;
      if (at >= left.length) break;
      const index = Math.floor(phase);
      const sample = table[index] + (phase - index) * (table[index + 1] - table[index]);
      const rise = i < attack ? smooth(i / attack) : 1;
      const fall = i < held ? 1 : smooth(1 - (i - held) / release);
      const value = sample * rise * fall * decay;
      left[at] += value * gainLeft;
      right[at] += value * gainRight;
      decay *= perSample;
      const wobble =
        instrument.vibrato === 0 ? 0 : instrument.vibrato * cent * rise * sineOfTurns(i * vibratoStep + 0.31 * note.part + number / 3);
      phase += step * detune * (1 + wobble);
      if (phase >= tableSize) phase -= tableSize;
    }
  });
}

/** A cent as a ratio less 1. */
const cent = 0.0005777895;

/** High notes carry further: 3 dB less for each octave above middle C, 1 dB more for each below. */
const loudness = (pitch: number): number => (pitch >= 60 ? 1 / (1 + (0.41 * (pitch - 60)) / 12) : 1 + (0.12 * (60 - pitch)) / 12);

const smooth = (x: number): number => x * x * (3 - 2 * x);

/** The factor that, applied `samples` times, halves; by Newton's method, without the engine's powers. */
function halving(samples: number): number {
  let x = 1 - 0.6931471805599453 / samples;
  for (let k = 0; k < 4; k++) x *= 1 + (0.5 / power(x, Math.round(samples)) - 1) / samples;
  return x;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let b = base, e = exponent; e > 0; e = Math.floor(e / 2), b *= b) if (e % 2 === 1) result *= b;
  return result;
}

/** Takes out the offset, fades the end to silence, and brings the peak to its level. */
function finish(left: Float32Array, right: Float32Array): void {
  const faded = Math.round(fade * sampleRate);
  let peak = 0;
  for (const channel of [left, right]) {
    for (let i = 0; i < channel.length; i++) {
      const back = channel.length - 1 - i;
      if (back < faded) channel[i] *= smooth(back / faded);
      peak = Math.max(peak, Math.abs(channel[i]));
    }
  }
  const gain = peak > 0 ? peakLevel / peak : 0;
  for (const channel of [left, right]) for (let i = 0; i < channel.length; i++) channel[i] *= gain;
}
