import { type Key, split } from '@advect/core/random';
import { type Drum, drumOfNote } from '../../drum-kit.js';
import { addMono, gainsOf, type Mix, sampleRate, type SoundingNote } from '../mix.js';
import { closedHat, crash, openHat, ride } from './cymbals.js';
import { highTom, kick, lowTom, midTom, snare } from './skins.js';

/** One drum: its sound at a velocity of 0 … 1, how loud it is in the kit, and where it stands for the listener. */
interface Piece {
  strike(velocity: number, seed: Key): Float32Array;
  readonly level: number;
  readonly place: number;
}

const pieces: Readonly<Record<Drum, Piece>> = {
  kick: { strike: kick, level: 1, place: 0 },
  snare: { strike: snare, level: 0.62, place: 0.05 },
  closedHat: { strike: closedHat, level: 0.34, place: 0.38 },
  openHat: { strike: openHat, level: 0.34, place: 0.38 },
  lowTom: { strike: lowTom, level: 0.75, place: -0.45 },
  midTom: { strike: midTom, level: 0.7, place: -0.15 },
  highTom: { strike: highTom, level: 0.66, place: 0.2 },
  crash: { strike: crash, level: 0.5, place: 0.55 },
  ride: { strike: ride, level: 0.36, place: -0.55 },
};

/** Samples in which a hi-hat that is closed falls silent. */
const choke = Math.round(0.012 * sampleRate);

/** Share of the reverberation that suits a kit. */
export const kitWet = 0.1;

/** Seconds that the longest drum rings on. */
export const kitRing = 2.4;

/**
 * Adds strokes of a drum kit, each of a key of its own, so that no two are quite alike. Velocity changes how a drum sounds
 * as well as how loud it is; an open hi-hat ends where the hat is closed. Percussion that the kit has not is left out.
 */
export function addStroke(mix: Mix, note: SoundingNote, closedAt: number, seed: Key): void {
  const drum = drumOfNote(note.pitch);
  if (!drum) return;
  const { strike, level, place } = pieces[drum];
  const sound = strike(note.velocity, split(seed, note.number));
  const open = closedAt - note.first;
  for (let i = Math.max(0, open); i < sound.length; i++) sound[i] *= Math.max(0, 1 - (i - open) / choke);
  addMono(mix, sound, note.first, gainsOf(note.level * level, place, note.wet));
}
