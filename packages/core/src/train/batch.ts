import { type NdArray, toFloat32 } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Flow } from '../flow/flow.js';
import { toModelSpace } from '../flow/transforms/index.js';
import type { Batch } from '../objective/objective.js';
import { type Key, split, uniforms } from '../random/index.js';
import type { RawBatch } from './data.js';

/** Brings a batch to model space, unless it is there with its noise, and drops labels, with noise of its own for each row. */
export function toBatch(flow: Flow, { x, x0, condition }: RawBatch, key: Key, labelDropout: number): Batch {
  const given = toFloat32(x, 'train: data');
  const y = x0 || flow.transforms.length === 0 ? given : transformed(flow, given, split(key, 'transforms'));
  const event = y.shape.slice(1);
  if (event.join() !== flow.field.event.join()) {
    throw new AdvectError(
      'invalid-shape',
      `train: a sample has shape [${event.join(', ')}] where the field has [${flow.field.event.join(', ')}]`,
      'Give data whose samples have the shape of the field’s event.',
    );
  }
  return { x: y, ...(x0 && { x0 }), ...(condition && { condition: dropRows(condition, labelDropout, split(key, 'dropout')) }) };
}

function transformed(flow: Flow, x: NdArray, noise: Key): NdArray {
  const keys = Array.from({ length: x.shape[0] }, (_, i) => split(noise, i));
  return toModelSpace(flow.transforms, x, keys).y;
}

function dropRows(condition: NdArray, share: number, key: Key): NdArray {
  if (share === 0) return condition;
  const [rows, width] = condition.shape;
  const draws = uniforms(key, rows);
  const data = condition.data.map((v, i) => (draws[Math.floor(i / width)] < share ? 0 : v));
  return { shape: condition.shape, data };
}
