import { normals, key, split } from '@advect/core/random';
import type { TimedNote } from '../codec/midi-notes.js';

/** Standard deviation of a note's start (seconds) and of its velocity (a share of it) at an amount of 1. */
const timing = 0.011;
const touch = 0.09;

/** Notes moved and struck a little unevenly, each by draws of its own, `amount` from 0 (as written) to 1. */
export function humanise(notes: readonly TimedNote[], amount: number, seed: number): readonly TimedNote[] {
  if (amount === 0) return notes;
  const late = normals(split(key(seed), 'late'), notes.length);
  const hard = normals(split(key(seed), 'hard'), notes.length);
  return notes.map((note, i) => ({
    ...note,
    start: Math.max(0, note.start + amount * timing * clip(late[i])),
    velocity: Math.min(1, Math.max(0.02, note.velocity * (1 + amount * touch * clip(hard[i])))),
  }));
}

/** Nobody is off by more than twice the usual. */
const clip = (x: number): number => Math.min(2, Math.max(-2, x));
