import { type Key, key, split } from '@advect/core/random';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { number, readOptions, seed as seedOption, value } from '@advect/base/options';
import type { TimedNote } from '../codec/midi-notes.js';
import type { Sound } from '../codec/wav.js';
import { smooth } from './envelope.js';
import { humanise } from './humanise.js';
import { type Instrument, type InstrumentName, instrumentNames, instrumentOfProgram, instruments } from './instrument.js';
import { addStroke, kitRing, kitWet } from './kit/kit.js';
import { drumOfNote } from '../drum-kit.js';
import { type Mix, sampleRate, type SoundingNote } from './mix.js';
import { hall } from './reverb.js';
import { addStringNote } from './string-note.js';
import { addWaveNote } from './wave-note.js';
import { type Tone, toneOf } from './wavetable.js';

/** Loudest sample of a rendering, about −1 dBFS. */
export const peakLevel = 0.89;

/** Seconds of hall behind the last release, faded out over the last of them to exact silence. */
export const tail = 2.6;
const fade = 0.8;
const hallDecay = 2.1;

/** Where the parts stand, from left (−1) to right (1): soprano and bass apart, as in a half circle. */
const places = [-0.35, 0.3, -0.15, 0.45, 0, -0.5, 0.5] as const;

/** Bass and soprano a little stronger than the middle. */
const levels = [1, 0.82, 0.82, 1.05] as const;

/** Level of the kit beside a part. */
const kitLevel = 1.5;

/** Frames that the hall is given at a time. */
const stretch = 2 ** 16;

export interface SynthesiseOptions {
  /** One instrument for all parts, or one for each by its number; the others sound as their MIDI programs say. */
  readonly instruments?: InstrumentName | readonly (InstrumentName | undefined)[];
  /** Of what is drawn: strokes, plucks, unevenness. Default 0. */
  readonly seed?: number;
  /** Unevenness of timing and touch, 0 (none, the default) … 1. */
  readonly humanise?: number;
  /** How much of the hall is heard, 0 (none) … 1 (as suits each instrument, the default). */
  readonly hall?: number;
}

/**
 * Renders notes to stereo sound: pitched parts by their instruments, drums by the kit, each part at a place of its own, in
 * a hall. Nothing but sums, products and square roots, and the generator of `@advect/core/random`: the same notes give
 * the same bytes everywhere. The loudest sample is ±0.89.
 *
 * Costs about 0.01 s for a second of four-part music, and 12 bytes a frame while it works (of parts apart 8 for each and 4). Throws `invalid-value` where
 * there are no notes.
 */
export function synthesise(notes: readonly TimedNote[], options?: SynthesiseOptions): Sound {
  const work = mixing(notes, 1, () => 0, options);
  for (;;) {
    const step = work.next();
    if (step.done) return soundOf(step.value[0]);
  }
}

/** The same in small steps, so that a page or a program stays awake. Throws `aborted`. */
export async function synthesiseInSteps(notes: readonly TimedNote[], options: SynthesiseOptions & Watched = {}): Promise<Sound> {
  const { signal, onProgress, ...rest } = options;
  const [mix] = await inSteps(
    mixing(notes, 1, () => 0, rest),
    { signal, onProgress },
  );
  return soundOf(mix);
}

/**
 * The same with each of `count` parts apart (a part without notes is silent), as long and as loud as they are together: their sum is
 * what `synthesise` gives, but for the order of the additions. Costs a hall for each part.
 */
export async function synthesiseParts(
  notes: readonly TimedNote[],
  count: number,
  options: SynthesiseOptions & Watched = {},
): Promise<readonly Sound[]> {
  const { signal, onProgress, ...rest } = options;
  const mixes = await inSteps(
    mixing(notes, count, ({ part }) => part, rest),
    { signal, onProgress },
  );
  return mixes.map(soundOf);
}

/** How a rendering is stopped and watched. */
interface Watched {
  readonly signal?: AbortSignal;
  readonly onProgress?: (share: number) => void;
}

async function inSteps(work: Generator<number, readonly Mix[]>, { signal, onProgress }: Watched): Promise<readonly Mix[]> {
  for (;;) {
    throwIfAborted(signal, 'rendering');
    const step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const soundOf = ({ left, right }: Mix): Sound => ({ sampleRate, channels: [left, right] });

/** The work of a rendering to so many mixes; gives the share that is done now and then. */
function* mixing(
  written: readonly TimedNote[],
  count: number,
  mixOf: (note: TimedNote) => number,
  given?: SynthesiseOptions,
): Generator<number, readonly Mix[]> {
  const options = readOptions<Required<SynthesiseOptions>>('synthesise', given, {
    instruments: value<Required<SynthesiseOptions>['instruments']>(
      areInstruments,
      `one of ${instrumentNames.join(', ')}, or a list of them`,
      [],
    ),
    seed: seedOption(),
    humanise: number({ default: 0, min: 0, max: 1 }),
    hall: number({ default: 1, min: 0, max: 1 }),
  });
  if (written.length === 0) throw new AdvectError('invalid-value', 'there are no notes to render', 'Give at least one.');
  const notes = humanise(written, options.humanise, options.seed);
  const frames = Math.ceil((endOf(notes, options) + tail) * sampleRate);
  const send = new Float32Array(frames);
  const mixes = Array.from({ length: count }, (): Mix => ({ left: new Float32Array(frames), right: new Float32Array(frames), send }));
  const play = playerOf(notes, options);
  let played = 0;
  for (const [number, mix] of mixes.entries()) {
    send.fill(0);
    for (let i = 0; i < notes.length; i++) {
      if (mixOf(notes[i]) !== number) continue;
      play(mix, notes[i], i);
      if (++played % 32 === 0) yield (0.9 * played) / notes.length + (0.1 * number) / count;
    }
    const answer = hall(hallDecay);
    for (let from = 0; from < frames; from += stretch) {
      answer(mix, from, Math.min(frames, from + stretch));
      if ((from / stretch) % 8 === 7) yield (0.9 * played) / notes.length + (0.1 * (number + from / frames)) / count;
    }
  }
  finish(mixes);
  return mixes;
}

/** Adds notes to a mix, each with the instrument of its part. */
function playerOf(notes: readonly TimedNote[], options: Required<SynthesiseOptions>): (mix: Mix, note: TimedNote, number: number) => void {
  const seed: Key = key(options.seed);
  const [strings, kit] = [split(seed, 'strings'), split(seed, 'kit')];
  const tones = new Map<Instrument, Map<number, Tone>>();
  const closings = notes
    .filter(({ drum, pitch }) => drum && drumOfNote(pitch) === 'closedHat')
    .map(({ start }) => Math.round(start * sampleRate))
    .sort((a, b) => a - b);
  return (mix, note, number) => {
    const sounding = soundingNote(note, number);
    if (note.drum) {
      const isOpen = drumOfNote(note.pitch) === 'openHat';
      const closing = isOpen ? closings.find((at) => at > sounding.first) : undefined;
      return addStroke(
        mix,
        { ...sounding, wet: options.hall * kitWet, level: 0.25 * kitLevel * touchOf(note.velocity), place: 0 },
        closing ?? Infinity,
        kit,
      );
    }
    const instrument = instrumentOf(note, options);
    const settled = { ...sounding, wet: options.hall * instrument.wet };
    if (instrument.kind === 'string') return addStringNote(mix, settled, instrument, strings);
    const known = tones.get(instrument) ?? new Map<number, Tone>();
    tones.set(instrument, known);
    const tone = known.get(note.pitch) ?? toneOf(instrument, note.pitch);
    known.set(note.pitch, tone);
    addWaveNote(mix, settled, instrument, tone);
  };
}

const soundingNote = (note: TimedNote, number: number): Omit<SoundingNote, 'wet'> => ({
  first: Math.round(note.start * sampleRate),
  held: Math.max(1, Math.round(note.duration * sampleRate)),
  pitch: note.pitch,
  velocity: note.velocity,
  level: 0.25 * note.velocity * (levels[note.part] ?? 0.9) * loudness(note.pitch),
  place: places[note.part % places.length],
  number,
  part: note.part,
});

function instrumentOf({ part, program }: TimedNote, { instruments: chosen }: Required<SynthesiseOptions>): Instrument {
  return instruments[(typeof chosen === 'string' ? chosen : chosen[part]) ?? instrumentOfProgram(program)];
}

/** A drum at half velocity is a quarter as loud: 12 dB. */
const touchOf = (velocity: number): number => velocity * velocity;

/** Seconds until the last note, its release included, is over. */
function endOf(notes: readonly TimedNote[], options: Required<SynthesiseOptions>): number {
  let end = 0;
  for (const note of notes) {
    const ring = note.drum ? kitRing - tail : note.duration + instrumentOf(note, options).release;
    end = Math.max(end, note.start + Math.max(0, ring));
  }
  return end;
}

/** High notes carry further: 3 dB less for each octave above middle C, 1 dB more for each below. */
const loudness = (pitch: number): number => (pitch >= 60 ? 1 / (1 + (0.41 * (pitch - 60)) / 12) : 1 + (0.12 * (60 - pitch)) / 12);

/** Fades the end to silence, and brings the peak of all mixes together to its level. */
function finish(mixes: readonly Mix[]): void {
  const faded = Math.round(fade * sampleRate);
  for (const { left, right } of mixes) {
    for (const channel of [left, right]) {
      for (let back = 0; back < Math.min(faded, channel.length); back++) channel[channel.length - 1 - back] *= smooth(back / faded);
    }
  }
  let peak = 0;
  for (const side of ['left', 'right'] as const) {
    for (let i = 0; i < mixes[0][side].length; i++) {
      let sum = 0;
      for (const mix of mixes) sum += mix[side][i];
      peak = Math.max(peak, Math.abs(sum));
    }
  }
  const gain = peak > 0 ? peakLevel / peak : 0;
  for (const { left, right } of mixes) for (const channel of [left, right]) for (let i = 0; i < channel.length; i++) channel[i] *= gain;
}

const areInstruments = (given: unknown): boolean =>
  isInstrument(given) || (Array.isArray(given) && given.every((name) => name === undefined || isInstrument(name)));

const isInstrument = (name: unknown): boolean => instrumentNames.includes(name as InstrumentName);
