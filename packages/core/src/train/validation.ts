import { takeRows } from '@advect/base/array';
import type { Parameters } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { Batch } from '../objective/objective.js';
import { type Key, split } from '../random/index.js';
import { toBatch } from './batch.js';
import type { RawBatch } from './data.js';
import type { TrainOptions } from './options.js';

type Measuring = Pick<TrainOptions, 'objective' | 'batch' | 'executor' | 'threads'>;

/**
 * Mean loss of the flow's own weights over held-out samples, `batch` at a time. The same key gives the same noise, so
 * that measurements of one run can be compared.
 */
export async function measureLoss(flow: Flow, { x, x0, condition }: RawBatch, settings: Measuring, key: Key): Promise<number> {
  const { batch } = settings;
  const count = x.shape[0];
  const { parameters } = flow;
  let total = 0;
  for (let start = 0; start < count; start += batch) {
    const rows = Int32Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i);
    const chunkKey = split(key, start);
    const raw = {
      x: takeRows(x, rows),
      ...(x0 && { x0: takeRows(x0, rows) }),
      ...(condition && { condition: takeRows(condition, rows) }),
    };
    total += rows.length * (await lossOf(flow, parameters, toBatch(flow, raw, chunkKey, 0), settings, split(chunkKey, 'objective')));
  }
  return total / count;
}

async function lossOf(
  flow: Flow,
  parameters: Parameters,
  batch: Batch,
  { objective, executor, threads }: Measuring,
  key: Key,
): Promise<number> {
  const computing = { executor, threads };
  if (objective.measure) return objective.measure(flow, parameters, batch, key, computing);
  return (await objective.evaluate(flow, parameters, batch, key, computing)).loss;
}
