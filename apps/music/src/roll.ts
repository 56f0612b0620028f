import type { KeySignature } from './codec/piece.js';
import { spellPlainly } from './codec/spelling.js';
import { pitchAt, rest, stepsPerBar, stepsPerBeat, voiceCount, voiceNames, type Score } from './score.js';

/** Colours of the four voices: distinct in hue and in lightness. */
const voiceColours = [
  [255, 196, 61],
  [239, 108, 87],
  [66, 190, 165],
  [94, 129, 244],
] as const;

const paper = [24, 26, 34] as const;
const barLine = [44, 48, 62] as const;

/** Pixels of a piano roll: a step is two pixels wide and a semitone one high; higher pitches above, earlier steps left. */
export function rollPicture(score: Score): { width: number; height: number; channels: 3; data: Uint8Array } {
  const sounding = [...score.pitches].filter((p) => p !== rest);
  const top = Math.max(...sounding) + 1;
  const height = Math.ceil((top - Math.min(...sounding) + 2) / 2) * 2;
  const width = score.steps * 2;
  const data = new Uint8Array(width * height * 3);
  const paint = (x: number, y: number, colour: readonly number[]): void => data.set(colour, (y * width + x) * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) paint(x, y, x % (2 * stepsPerBar) === 0 ? barLine : paper);
  for (let voice = voiceCount - 1; voice >= 0; voice--) {
    for (let step = 0; step < score.steps; step++) {
      const pitch = pitchAt(score, step, voice);
      if (pitch === rest) continue;
      const begins = step === 0 || pitchAt(score, step - 1, voice) !== pitch;
      paint(2 * step, top - pitch, begins ? voiceColours[voice] : fade(voiceColours[voice]));
      paint(2 * step + 1, top - pitch, fade(voiceColours[voice]));
    }
  }
  return { width, height, channels: 3, data };
}

/** The held part of a note, a little darker than its beginning. */
const fade = (colour: readonly number[]): number[] => colour.map((c) => Math.round(c * 0.72));

/** Bars in a line of `rollText`: it then fits 80 columns. */
const barsInLine = 2;

/** The score as lines of note names as its key writes them, two bars to a line and a blank line between; `-` goes on, `.` is silent. Voices that never sound are left out. */
export function rollText(score: Score, key: KeySignature): string {
  const sounding = voiceNames
    .map((_, voice) => voice)
    .filter((voice) => score.pitches.some((p, i) => i % voiceCount === voice && p !== rest));
  const systems: string[] = [];
  for (let from = 0; from < score.steps; from += barsInLine * stepsPerBar) {
    systems.push(sounding.map((voice) => `${voiceNames[voice][0]} |${barsOf(score, key, from, voice).join('|')}|`).join('\n'));
  }
  return systems.join('\n\n');
}

function barsOf(score: Score, key: KeySignature, from: number, voice: number): string[] {
  const bars: string[] = [];
  for (let bar = from; bar < Math.min(score.steps, from + barsInLine * stepsPerBar); bar += stepsPerBar) {
    const length = Math.min(stepsPerBar, score.steps - bar);
    bars.push(Array.from({ length }, (_, i) => cell(score, key, bar + i, voice)).join(''));
  }
  return bars;
}

function cell(score: Score, key: KeySignature, step: number, voice: number): string {
  const pitch = pitchAt(score, step, voice);
  const width = step % stepsPerBeat === 0 ? 4 : 3;
  if (pitch === rest) return '.'.padEnd(width);
  if (step > 0 && pitchAt(score, step - 1, voice) === pitch) return '-'.padEnd(width);
  return noteName(pitch, key).padEnd(width);
}

/** "C4" is middle C, MIDI pitch 60; "Bb3" in flats is "A#3" in sharps. */
function noteName(pitch: number, key: KeySignature): string {
  const { letter, alter, octave } = spellPlainly(pitch, key);
  return `${letter}${['b', '', '#'][alter + 1]}${octave}`;
}
