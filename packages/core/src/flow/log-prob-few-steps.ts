import type { ArrayLike, NdArray } from '@advect/base/array';
import { readOptions, seed } from '@advect/base/options';
import type { ExecutorReport } from '@advect/compiler';
import { key, split } from '../random/index.js';
import { ready, type Tensor } from '../tensor/index.js';
import { rowsOfEvents } from './checks.js';
import { conditionRows } from './condition.js';
import { type FewStepsSettings, fewStepsReaders, march, requireAverage } from './few-steps.js';
import type { Flow } from './flow.js';
import { rowKeys } from './row-key.js';
import { dataEvent, toModelSpace } from './transforms/index.js';

/** Options of `logProbFewSteps`. */
export interface LogProbFewStepsOptions extends FewStepsSettings {
  /** Of the dequantisation noise, if the flow has any. Default 0. */
  readonly seed?: number;
}

/**
 * An estimate of log p(x), nats, in a few evaluations of a flow whose field has a divergence head: `meanFlow({ backward: true })`
 * and then `meanDivergence({ backward: true })` train it. Learned, not computed: it carries no standard error and need not
 * integrate to 1. Compare it with `flow.logProb`, which solves the flow's own equation, on some points before you use it.
 *
 * @throws AdvectError `unsupported` for other fields
 */
export async function logProbFewSteps(
  flow: Flow,
  x: ArrayLike | Tensor,
  options?: LogProbFewStepsOptions,
): Promise<{ estimate: Float64Array; z: NdArray; executor?: ExecutorReport }> {
  const o = readOptions<LogProbFewStepsOptions>('logProbFewSteps', options, { ...fewStepsReaders, seed: seed() });
  requireAverage(flow, true);
  const data = await rowsOfEvents(dataEvent(flow.transforms, flow.field.event), x, 'logProbFewSteps: x');
  const condition = await conditionRows(o, data.shape[0], flow.field.conditionDim);
  await ready();
  const { y, logDet } = toModelSpace(flow.transforms, data, rowKeys(split(key(o.seed!), 'transform'), data));
  const { x: z, integrals, executor } = await march(flow, { x: y, condition, from: 1, density: true }, o);
  const estimate = flow.base.logProb(z).map((v, i) => v + integrals[i] + logDet[i]);
  return { estimate, z, ...(executor && { executor }) };
}
