import type { NdArray } from '@advect/base/array';
import { integer, number, readOptions, seed } from '@advect/base/options';
import { key, split } from '../random/index.js';
import { ready } from '../tensor/index.js';
import { conditionRows } from './condition.js';
import { type FewStepsReport, type FewStepsSettings, fewStepsReaders, march, requireAverage } from './few-steps.js';
import type { Flow } from './flow.js';
import { toDataSpace } from './transforms/index.js';

/** Options of `sampleFewSteps`. */
export interface SampleFewStepsOptions extends FewStepsSettings {
  /** Default 0. The same noise as `flow.sample` draws with this seed. */
  readonly seed?: number;
  /** Number of the first sample. Default 0. */
  readonly start?: number;
  /** Scale of the base noise. Default 1. */
  readonly temperature?: number;
}

/**
 * Samples a flow whose field knows its mean velocities (`averageField`, trained with `meanFlow`): each step goes to
 * x + d·u(x, t, d). One step may do; two or four repair what it misses. `flow.sample` with the same seed shows where the
 * flow's own equation leads from the same noise.
 *
 * @throws AdvectError `unsupported` for other fields
 */
export async function sampleFewSteps(
  flow: Flow,
  count: number,
  options?: SampleFewStepsOptions,
): Promise<{ x: NdArray; report: FewStepsReport }> {
  const o = readOptions<SampleFewStepsOptions>('sampleFewSteps', options, {
    ...fewStepsReaders,
    seed: seed(),
    start: integer({ default: 0, min: 0 }),
    temperature: number({ default: 1, min: 0 }),
  });
  requireAverage(flow, false);
  const rows = integer({ min: 0 })(count, 'sampleFewSteps: count');
  const condition = await conditionRows(o, rows, flow.field.conditionDim);
  await ready();
  const noise = flow.base.sample(rows, split(key(o.seed!), 'noise'), flow.field.event, o.start!);
  const start = { shape: noise.shape, data: noise.data.map((v) => v * o.temperature!) };
  const { x, report } = await march(flow, { x: start, condition, from: 0, density: false }, o);
  return { x: toDataSpace(flow.transforms, x), report };
}
