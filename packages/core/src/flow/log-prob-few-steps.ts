import type { ArrayLike, NdArray } from '@advect/base/array';
import { readOptions, seed } from '@advect/base/options';
import { key, split } from '../random/index.js';
import { ready, type Tensor } from '../tensor/index.js';
import { rowsOfEvents } from './checks.js';
import { conditionRows } from './condition.js';
import { type FewStepsReport, type FewStepsSettings, fewStepsReaders, march, requireAverage } from './few-steps.js';
import type { Flow } from './flow.js';
import { rowKeys } from './row-key.js';
import { dataEvent, toModelSpace } from './transforms/index.js';

/** Options of `logProbFewSteps`. */
export interface LogProbFewStepsOptions extends FewStepsSettings {
  /** Of the dequantisation noise, if the flow has any. Default 0. */
  readonly seed?: number;
}

/** Result of `logProbFewSteps`. */
export interface LearnedLogDensity {
  /** What two nets have learned log p(x) to be, nats, in data space. Not a log-density: it need not integrate to 1. */
  readonly estimate: Float64Array;
  /**
   * Always true: the error is that of two nets, which more steps do not take away, so that there is no standard error, and the
   * value is no bound. `flow.logProb` on some of the points tells how far off it is.
   */
  readonly learned: true;
  /** Where the steps lead, in the space of the base. */
  readonly z: NdArray;
  readonly report: FewStepsReport;
}

/**
 * An estimate of log p(x), nats, in a few evaluations of a flow whose field has a divergence head: `meanFlow({ backward: true })`
 * and then `meanDivergence({ backward: true })` train it. Good to rank points and to sort out far ones; for a figure to report
 * take `flow.logProb`, which solves the flow's own equation and tells its error. Steps are equal and all of x's rows share them.
 *
 * @throws AdvectError `unsupported` for other fields
 */
export async function logProbFewSteps(flow: Flow, x: ArrayLike | Tensor, options?: LogProbFewStepsOptions): Promise<LearnedLogDensity> {
  const o = readOptions<LogProbFewStepsOptions>('logProbFewSteps', options, { ...fewStepsReaders, seed: seed() });
  requireAverage(flow, true);
  const data = await rowsOfEvents(dataEvent(flow.transforms, flow.field.event), x, 'logProbFewSteps: x');
  const condition = await conditionRows(o, data.shape[0], flow.field.conditionDim);
  await ready();
  const { y, logDet } = toModelSpace(flow.transforms, data, rowKeys(split(key(o.seed!), 'transform'), data));
  const { x: z, integrals, report } = await march(flow, { x: y, condition, from: 1, density: true }, o);
  const estimate = flow.base.logProb(z).map((v, i) => v + integrals[i] + logDet[i]);
  return { estimate, learned: true, z, report };
}
