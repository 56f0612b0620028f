import type { Flow, FlowEventOptions, NdArray, Report, SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type PictureForm, pictureDim } from '../data/picture-set.js';
import { conditionOf, guided, type Label } from './label.js';

export interface UnfoldSettings extends SolverOptions {
  readonly seed: number;
  /** Number of the first item of the series. */
  readonly start: number;
  readonly temperature: number;
  /** Scale of classifier-free guidance; 1 is the bare model. */
  readonly guidance: number;
  /** Times from 0 (noise) to 1 (picture), rising. */
  readonly times: readonly number[];
  /** Called after the solver's steps with where all pictures are now. What it is given is made only when it asks. */
  readonly onStep?: (now: Underway) => void;
}

/** Pictures on their way. */
export interface Underway {
  /** Mean time of all of them: each has its own steps. */
  readonly t: number;
  /** [count, size, size, channels], levels. */
  readonly pixels: () => Uint8Array;
}

/** Pictures at several times of one solve. */
export interface Unfolded {
  /** [times, count, size, size, channels], levels. */
  readonly frames: Uint8Array;
  readonly report: Report;
}

/**
 * Items of a series on their way from noise to picture, by one solve of the ODE: at t = 1 they are those that `generate` makes.
 * Item i depends on the seed, its label and i alone.
 */
export async function unfold(flow: Flow, form: PictureForm, labels: readonly Label[], settings: UnfoldSettings): Promise<Unfolded> {
  const { guidance, onStep, ...rest } = settings;
  const count = labels.length;
  const dim = pictureDim(form);
  const { x, report } = await guided(flow, guidance).trajectory(count, {
    ...rest,
    ...conditionOf(labels, form.classes.length),
    ...(onStep && { events: [watch(flow, count, dim, onStep)] }),
  });
  const last = x.data.subarray((settings.times.length - 1) * count * dim);
  if (last.some((v) => !Number.isFinite(v))) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Take dopri5 as solver, or a lower temperature.');
  }
  return { frames: Uint8Array.from(x.data), report };
}

/** An event that never happens, so that its function sees every step of every row. */
function watch(flow: Flow, count: number, dim: number, onStep: (now: Underway) => void): FlowEventOptions {
  const at = new Float32Array(count * dim);
  const times = new Float64Array(count);
  return {
    when(t, x, rows) {
      rows.forEach((row, i) => {
        times[row] = t[i];
        at.set(x.data.subarray(i * dim, (i + 1) * dim), row * dim);
      });
      onStep({
        t: times.reduce((sum, v) => sum + v, 0) / count,
        pixels: () => Uint8Array.from(toData(flow, { shape: [count, ...flow.field.event], data: at.slice() }).data),
      });
      return new Float64Array(t.length).fill(1);
    },
  };
}

const toData = (flow: Flow, y: NdArray): NdArray => flow.transforms.reduceRight((at, transform) => transform.inverse(at).x, y);
