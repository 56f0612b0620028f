import { takeRows } from '@advect/base/array';
import type { Parameters } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { Batch } from '../objective/objective.js';
import { type Key, split } from '../random/index.js';
import { toBatch } from './batch.js';
import { openData, type RawBatch } from './data.js';
import type { TrainSettings, Validation } from './options.js';

type Measuring = Pick<TrainSettings, 'objective' | 'batch' | 'executor' | 'threads'>;

/** Checks what to validate on, once; gives the measurement for whatever weights the flow has when it is called. */
export async function openValidation(flow: Flow, validation: Validation, settings: Measuring, key: Key): Promise<() => Promise<number>> {
  if ('measure' in validation) return () => validation.measure(flow);
  const held = await openData(validation.data, flow.field.conditionDim, 'train: validation.data');
  const rows = held.draw(0, Math.min(validation.count!, held.size), key);
  return () => measureLoss(flow, rows, settings, key);
}

/**
 * Mean loss of the flow's own weights over held-out samples, `batch` at a time. The same key gives the same noise, so
 * that measurements of one run can be compared.
 */
async function measureLoss(flow: Flow, { x, x0, condition }: RawBatch, settings: Measuring, key: Key): Promise<number> {
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
