import { longKeyName, type MusicalKey } from '../../data/musical-key.js';
import { type Note, stepsPerBar, stepsPerBeat, voiceNames } from '../../score.js';

const letters = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'] as const;

/** "E♭4", "rest". */
export const pitchName = (pitch: number): string => (pitch < 0 ? 'rest' : `${letters[pitch % 12]}${Math.floor(pitch / 12) - 1}`);

/** "B♭ major". */
export const keyInWords = (key: MusicalKey): string => longKeyName(key).replace('b ', '♭ ').replace('#', '♯');

/** "bar 2, beat 3", "bar 2, beat 3 and a half". */
export const placeInWords = (step: number): string =>
  `bar ${Math.floor(step / stepsPerBar) + 1}, beat ${Math.floor((step % stepsPerBar) / stepsPerBeat) + 1}${step % stepsPerBeat === 0 ? '' : ' and a half'}`;

/** "Alto, F4, bar 2, beat 3, locked". */
export const noteInWords = ({ voice, pitch, start }: Note, locked: boolean): string =>
  `${voiceNames[voice]}, ${pitchName(pitch)}, ${placeInWords(start)}${locked ? ', locked' : ''}`;
