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
