import { takeRows } from '@advect/base/array';
import type { Parameters } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { Batch, Objective } from '../objective/objective.js';
import { type Key, split } from '../random/index.js';
import { uploadParameters, withScope } from '../tensor/index.js';
import { toBatch } from './batch.js';
import type { RawBatch } from './data.js';

/**
 * Mean loss of the flow's own weights over held-out samples, `batch` at a time. The same key gives the same noise, so
 * that measurements of one run can be compared.
 */
export async function measureLoss(flow: Flow, { x, condition }: RawBatch, objective: Objective, batch: number, key: Key): Promise<number> {
  const count = x.shape[0];
  const { parameters } = flow;
  let total = 0;
  for (let start = 0; start < count; start += batch) {
    const rows = Int32Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i);
    const chunkKey = split(key, start);
    const raw = { x: takeRows(x, rows), ...(condition && { condition: takeRows(condition, rows) }) };
    total += rows.length * (await lossOf(flow, parameters, toBatch(flow, raw, chunkKey, 0), objective, split(chunkKey, 'objective')));
  }
  return total / count;
}

const lossOf = (flow: Flow, parameters: Parameters, batch: Batch, objective: Objective, key: Key): Promise<number> =>
  withScope(async (scope) => {
    const tensors = uploadParameters(parameters, scope);
    if (objective.measure) return objective.measure(flow, tensors, batch, key);
    const { loss, gradients } = await objective.evaluate(flow, tensors, batch, key);
    for (const tensor of Object.values(gradients)) tensor.dispose();
    return loss;
  });
