import { cnf, type Flow, type SolverOptions, transformer } from '@advect/core';
import { grooveBar, grooveSteps } from '../data/grooves.js';
import { decodeGroove, plainGroove } from './groove-code.js';
import { grooveSize, grooveWidth } from './groove-size.js';
import { grooveConditionDim, tellGroove, toldPerGrooveStep, type GrooveWish } from './groove-given.js';
import type { Groove } from '../groove.js';

/** A flow over two bars of drums: 32 sixteenths as tokens of 27 numbers, told what is given of them, style and tempo. */
export function grooveFlow({ width, layers, seed }: { readonly width: number; readonly layers: number; readonly seed: number }): Flow {
  const field = transformer({
    event: [grooveSteps, grooveWidth],
    model: width,
    layers,
    heads: 4,
    period: grooveBar,
    conditionDim: grooveConditionDim,
    tokenCondition: toldPerGrooveStep,
  });
  return cnf({ field, seed });
}

/** Whether a flow is one of grooves. */
export const isGrooveFlow = ({ field }: Flow): boolean =>
  String(field.event) === String([grooveSteps, grooveWidth]) && field.conditionDim === grooveConditionDim;

export interface GrooveSettings {
  readonly seed: number;
  /** Number of the first groove: groove i of a seed is the same alone and among others. */
  readonly index: number;
  readonly count: number;
  readonly temperature: number;
  /** Equal steps of the midpoint method, two evaluations each. */
  readonly steps: number;
  /** Who computes. Default: whoever is quickest here. */
  readonly executor?: SolverOptions['executor'];
  readonly signal?: AbortSignal;
}

/** New grooves after a wish (one for all, or one for each); what is given of them stays exactly. */
export async function makeGrooves(flow: Flow, wish: GrooveWish | ((i: number) => GrooveWish), settings: GrooveSettings): Promise<Groove[]> {
  const { seed, index, count, temperature, steps, executor, signal } = settings;
  const wishes = Array.from({ length: count }, (_, i) => (typeof wish === 'function' ? wish(i) : wish));
  const condition = new Float32Array(count * grooveConditionDim);
  wishes.forEach((each, i) => tellGroove(each, condition.subarray(i * grooveConditionDim, (i + 1) * grooveConditionDim)));
  const { x } = await flow.sample(count, {
    seed,
    start: index,
    temperature,
    method: 'midpoint',
    steps,
    chunk: 64,
    condition: { shape: [count, grooveConditionDim], data: condition },
    ...(executor && { executor }),
    signal,
  });
  return wishes.map(({ given }, i) => {
    const row = x.data.slice(i * grooveSize, (i + 1) * grooveSize);
    if (!given) return decodeGroove(row);
    const plain = plainGroove(given.groove);
    const stays = (j: number): boolean => given.marks[j] === 1 && (j % 3 === 0 || plain[j - (j % 3)] > 0);
    const made = decodeGroove(row.map((value, j) => (stays(j) ? plain[j] : value)));
    const exact = (values: Float32Array, own: Float32Array, part: number): Float32Array =>
      values.map((value, i) => (made.hits[i] && stays(3 * i + part) ? own[i] : value));
    return {
      ...made,
      velocities: exact(made.velocities, given.groove.velocities, 1),
      offsets: exact(made.offsets, given.groove.offsets, 2),
    };
  });
}
