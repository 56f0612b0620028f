import { type NdArray, ndarray, sizeOf } from '@advect/base/array';
import { cnf } from '../flow/cnf.js';
import type { Flow, SampleOptions } from '../flow/flow.js';

/** Noise and where the flow takes it, in the space of the field, with what each was conditioned on. */
export interface FlowPairs {
  readonly x0: NdArray;
  readonly x1: NdArray;
  readonly labels?: ArrayLike<number>;
  readonly condition?: SampleOptions['condition'];
}

/**
 * Pairs of noise and sample as the flow itself joins them: training data for the next flow, whose paths are straighter, so
 * that few steps sample well. When you have a trained flow and want it quicker: `train(flow, await reflow(flow, 10_000),
 * { objective: flowMatching() })` goes on with the same weights. The density stays that of the first flow as far as its
 * samples tell, so that errors add up: once is nearly always enough.
 *
 * Cost: one solve for `count` samples. For a conditional flow give `label` or `condition` with one entry for each pair.
 * Takes the options of `sample`, and throws as it does.
 *
 * Reference: Liu, Gong & Liu (2023), "Flow straight and fast", algorithm 1.
 */
export async function reflow({ field, base, parameters }: Flow, count: number, options: SampleOptions = {}): Promise<FlowPairs> {
  const { x } = await cnf({ field, base, parameters }).trajectory(count, { ...options, times: [0, 1] });
  const size = count * sizeOf(field.event);
  const end = (i: number): NdArray => ndarray(x.data.slice(i * size, (i + 1) * size), [count, ...field.event]);
  const { label, condition } = options;
  const labels = typeof label === 'number' ? new Int32Array(count).fill(label) : label;
  return {
    x0: end(0),
    x1: end(1),
    ...(labels && { labels }),
    ...(condition && { condition }),
    ...(field.conditionDim > 0 && !labels && !condition && { labels: new Int32Array(count).fill(-1) }),
  };
}
