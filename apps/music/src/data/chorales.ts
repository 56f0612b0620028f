import { AdvectError } from '@advect/base/errors';
import { rest, voiceCount, type Score } from '../score.js';
import type { MusicCredit } from './music-credit.js';

/** The splits of the set, as Boulanger-Lewandowski et al. (2012) made them. */
const splits = ['train', 'valid', 'test'] as const;

type Split = (typeof splits)[number];

/** Whole chorales on a grid of eighth notes, and whose they are, where they are not the JSB set. */
export type Chorales = Readonly<Record<Split, readonly Score[]>> & { readonly credit?: MusicCredit };

const hint = 'Give the file Jsb16thSeparated.json of the JSB-Chorales-dataset, unchanged.';

/**
 * Reads the JSON text of the JSB chorales ({train, valid, test} → chorales → sixteenth steps → [S, A, T, B]) and keeps
 * every second step, an eighth-note grid: 1.3 % of the note changes fall between and are lost. Throws `invalid-file`
 * when the text is not of that form.
 */
export function readChorales(text: string): Chorales {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new AdvectError('invalid-file', 'the chorales are not valid JSON', hint, cause);
  }
  const record = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  const read = (split: Split): Score[] => {
    const chorales = record[split];
    if (!Array.isArray(chorales) || chorales.length === 0)
      throw new AdvectError('invalid-file', `the chorales have no '${split}' part`, hint);
    return chorales.map((steps, i) => readSteps(steps, `${split} chorale ${i}`));
  };
  return { train: read('train'), valid: read('valid'), test: read('test') };
}

function readSteps(steps: unknown, name: string): Score {
  if (!Array.isArray(steps) || steps.length < 2) throw new AdvectError('invalid-file', `${name} has no steps`, hint);
  const kept = steps.filter((_, i) => i % 2 === 0);
  const pitches = new Int16Array(kept.length * voiceCount);
  kept.forEach((row: unknown, step) => {
    if (!Array.isArray(row) || row.length !== voiceCount || !row.every(isPitch)) {
      throw new AdvectError(
        'invalid-file',
        `${name} holds ${JSON.stringify(row)?.slice(0, 60)} at step ${step * 2} where four pitches belong`,
        hint,
      );
    }
    pitches.set(row, step * voiceCount);
  });
  return { steps: kept.length, pitches };
}

const isPitch = (value: unknown): boolean =>
  value === rest || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 127);
