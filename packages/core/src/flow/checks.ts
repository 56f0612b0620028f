import { type ArrayLike, assertFinite, isNdArray, type NdArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Parameters } from '../field/field.js';
import { type Tensor, toHost } from '../tensor/index.js';

/** The caller's rows on the host, checked: finite, and each of the event's shape. */
export async function rowsOfEvents(event: readonly number[], x: ArrayLike | Tensor, name: string): Promise<NdArray> {
  const rows = await toHost(x, name);
  const { shape } = rows;
  if (shape.length !== event.length + 1 || event.some((n, axis) => shape[axis + 1] !== n)) {
    throw new AdvectError(
      'invalid-shape',
      `${name} has shape [${shape.join(', ')}]`,
      `Its shape must be [rows, ${event.join(', ')}]; a single sample is one row.`,
    );
  }
  assertFinite(rows, name);
  return rows;
}

/** Throws unless the weights have the names and shapes of a field's own. */
export function checkParameters(given: Parameters, fresh: Parameters): void {
  const missing = Object.keys(fresh).filter((name) => !Object.hasOwn(given, name));
  const extra = Object.keys(given).filter((name) => !Object.hasOwn(fresh, name));
  if (missing.length + extra.length > 0) {
    throw new AdvectError(
      'invalid-value',
      `the weights do not belong to this field: missing [${missing.slice(0, 4).join(', ')}], unknown [${extra.slice(0, 4).join(', ')}]`,
      'Give the weights of a field with the same settings.',
    );
  }
  for (const [name, { shape }] of Object.entries(fresh)) {
    const array = given[name] as unknown;
    if (!isNdArray(array) || array.shape.join() !== shape.join() || array.data.length !== sizeOf(shape)) {
      throw new AdvectError(
        'invalid-shape',
        `weight '${name}' is ${isNdArray(array) ? `${array.data.length} numbers of shape [${array.shape.join(', ')}]` : 'no array'}`,
        `This field needs { shape: [${shape.join(', ')}], data }.`,
      );
    }
  }
}
