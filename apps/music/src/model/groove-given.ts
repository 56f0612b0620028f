import { integers, type Key, split, uniforms } from '@advect/core/random';
import { grooveSteps, grooveStyles, type GrooveLabel, type GrooveStyle } from '../data/grooves.js';
import { drums } from '../drum-kit.js';
import type { Groove } from '../groove.js';
import { plainGroove } from './groove-code.js';
import { grooveSize, grooveWidth } from './groove-size.js';

/** What of two bars of drums is given. */
export interface GivenGroove {
  readonly groove: Groove;
  /** 1 for each number of `plainGroove` that is given, [step, drum, 3]. */
  readonly marks: Uint8Array;
  /** Whether the rhythm of all drums together is given as a tapped one: at each step the hardest stroke. */
  readonly tapped: boolean;
}

/** Numbers that tell a step what of it is given: values, marks, and of a tapped rhythm a mark, the stroke, velocity and offset. */
export const toldPerGrooveStep = 2 * grooveWidth + 4;

const tapAt = 2 * grooveWidth;
const toldDim = grooveSteps * toldPerGrooveStep;
const labelDim = grooveStyles.length + 1;

/** Width of a groove flow's condition: what is given, step by step; the style; the tempo. */
export const grooveConditionDim = toldDim + labelDim;

/** What is known of a groove that is wanted; what is left out is unknown, and the model chooses. */
export interface GrooveWish {
  readonly style?: GrooveStyle;
  /** Quarter notes in a minute. */
  readonly tempo?: number;
  readonly given?: GivenGroove;
}

/** Writes a wish as the row that a flow reads. */
export function tellGroove({ style, tempo, given }: GrooveWish, row: Float32Array): void {
  if (style !== undefined) row[toldDim + grooveStyles.indexOf(style)] = 1;
  if (tempo !== undefined) row[toldDim + grooveStyles.length] = Math.log2(tempo / 60);
  if (!given) return;
  const plain = plainGroove(given.groove);
  for (let i = 0; i < grooveSize; i++) {
    if (!given.marks[i]) continue;
    const at = Math.floor(i / grooveWidth) * toldPerGrooveStep + (i % grooveWidth);
    row[at] = plain[i];
    row[at + grooveWidth] = 1;
  }
  if (given.tapped) tellTaps(given.groove, plain, row);
}

function tellTaps({ hits, velocities }: Groove, plain: Float32Array, row: Float32Array): void {
  for (let step = 0; step < grooveSteps; step++) {
    const at = step * toldPerGrooveStep + tapAt;
    const struck = drums.map((_, d) => step * drums.length + d).filter((i) => hits[i] === 1);
    const hardest = struck.reduce((best, i) => (velocities[i] > velocities[best] ? i : best), struck[0]);
    row.set(hardest === undefined ? [1, -1, 0, 0] : [1, 1, plain[3 * hardest + 1], plain[3 * hardest + 2]], at);
  }
}

/** The strokes alone are given: what is to be humanised. */
export const strokesGiven = (groove: Groove): GivenGroove => ({
  groove,
  marks: Uint8Array.from({ length: grooveSize }, (_, i) => Number(i % 3 === 0)),
  tapped: false,
});

/** A rhythm alone is given: what is tapped. */
export const tapsGiven = (groove: Groove): GivenGroove => ({ groove, marks: new Uint8Array(grooveSize), tapped: true });

/** Draws what of a groove is given: its strokes (humanise), its rhythm (tap), some of its drums, or one of its bars. */
export function drawGiven(groove: Groove, key: Key): GivenGroove {
  const [kind] = uniforms(split(key, 'kind'), 1);
  if (kind < 0.5) return strokesGiven(groove);
  if (kind < 0.75) return tapsGiven(groove);
  const [chosen] = integers(split(key, 'which'), 1, 2 ** drums.length - 2);
  const kept = (step: number, drum: number): boolean =>
    kind < 0.9 ? (((chosen + 1) >> drum) & 1) === 1 : step < grooveSteps / 2 === chosen % 3 > 0;
  return {
    groove,
    marks: Uint8Array.from({ length: grooveSize }, (_, i) => Number(kept(Math.floor(i / grooveWidth), Math.floor((i % grooveWidth) / 3)))),
    tapped: false,
  };
}

/** How much of its label a window shows, in turn. */
export const shownLabels: readonly ((label: GrooveLabel) => Pick<GrooveWish, 'style' | 'tempo'>)[] = [
  ({ style, tempo }) => ({ style, tempo }),
  ({ style, tempo }) => ({ style, tempo }),
  ({ tempo }) => ({ tempo }),
  () => ({}),
];
