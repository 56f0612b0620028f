import { isNdArray, type NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { EndpointField } from '../field/endpoint.js';
import type { Flow } from './flow.js';

/** The field of a flow that has codes; throws `unsupported` for another. */
export function requireCodes({ field }: Flow): EndpointField {
  if ('logits' in field && 'codebook' in field) return field as EndpointField;
  throw new AdvectError(
    'unsupported',
    `a flow with a field of kind '${field.config.kind}' has no codes`,
    'Use flow.sample or flow.logProb.',
  );
}

/** Throws `invalid-shape` or `invalid-value` unless codes are [rows, slots] whole numbers from `least` up to the codebook's last. */
export function checkCodes(
  name: string,
  codes: NdArray<Int32Array>,
  rows: number | undefined,
  least: 0 | -1,
  { slots, codebook }: EndpointField,
): void {
  const shape = isNdArray(codes) ? codes.shape : [];
  const count = rows ?? shape[0];
  if (String(shape) !== String([count, slots]) || codes.data.length !== count * slots) {
    throw new AdvectError(
      'invalid-shape',
      `${name} has shape [${shape.join(', ')}]${isNdArray(codes) ? ` and ${codes.data.length} numbers` : ''}`,
      `Give { shape: [${rows ?? 'count'}, ${slots}], data: Int32Array }.`,
    );
  }
  const bad = codes.data.find((code) => !Number.isInteger(code) || code < least || code >= codebook.length);
  if (bad === undefined) return;
  throw new AdvectError(
    'invalid-value',
    `${name} holds ${bad}`,
    `Give numbers from 0 to ${codebook.length - 1}${least < 0 ? ', or −1 for unknown' : ''}.`,
  );
}

/** log softmax of a slot's logits, at one code. */
export function logProbability(logits: Float32Array, slot: number, code: number, { codebook }: Pick<EndpointField, 'codebook'>): number {
  const row = logits.subarray(slot * codebook.length, (slot + 1) * codebook.length);
  const top = row.reduce((most, v) => Math.max(most, v), -Infinity);
  return row[code] - top - Math.log(row.reduce((sum, v) => sum + Math.exp(v - top), 0));
}

/** The mean endpoint ê of a slot under the softmax of its logits, into `out`. */
export function meanCode(logits: Float32Array, slot: number, codebook: readonly (readonly number[])[], out: Float64Array): void {
  const from = slot * codebook.length;
  let top = -Infinity;
  for (let k = 0; k < codebook.length; k++) top = Math.max(top, logits[from + k]);
  let total = 0;
  out.fill(0);
  for (let k = 0; k < codebook.length; k++) {
    const weight = Math.exp(logits[from + k] - top);
    total += weight;
    for (let d = 0; d < out.length; d++) out[d] += weight * codebook[k][d];
  }
  for (let d = 0; d < out.length; d++) out[d] /= total;
}
