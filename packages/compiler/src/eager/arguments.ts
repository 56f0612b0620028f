import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Arrays } from '../program.js';
import type { TraceInput, TraceInputs } from '../trace/index.js';

/**
 * The shapes of given arrays: those of the inputs, with the number of rows that the arrays have. Throws `invalid-value`
 * for a missing or unknown name, `invalid-shape` for lengths that do not fit or rows that disagree.
 */
export function shapesOf(what: 'parameter' | 'argument', inputs: TraceInputs, given: Arrays): { [name: string]: number[] } {
  const wanted = Object.entries(inputs).filter(([, { kind = 'argument' }]) => kind === what);
  const names = wanted.map(([name]) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  const missing = names.find((name) => given[name] === undefined);
  if (unknown !== undefined || missing !== undefined) {
    throw new AdvectError(
      'invalid-value',
      missing === undefined ? `there is no ${what} '${unknown}'` : `the ${what} '${missing}' is missing`,
      `Give ${names.length === 0 ? 'none' : names.map((name) => `'${name}'`).join(', ')}.`,
    );
  }
  let rows: { name: string; count: number } | undefined;
  return Object.fromEntries(
    wanted.map(([name, input]) => {
      const shape = shapeFor(name, input, given[name].length);
      if (input.rowAxis !== undefined) {
        const count = shape[input.rowAxis];
        rows ??= { name, count };
        if (rows.count !== count) {
          throw new AdvectError(
            'invalid-shape',
            `'${rows.name}' has ${rows.count} rows and '${name}' has ${count}`,
            'Give all arguments the same number of rows.',
          );
        }
      }
      return [name, shape];
    }),
  );
}

function shapeFor(name: string, { shape, rowAxis }: TraceInput, length: number): number[] {
  const perRow = rowAxis === undefined ? undefined : sizeOf(shape.with(rowAxis, 1));
  const fitted = perRow === undefined ? [...shape] : shape.with(rowAxis!, length / perRow);
  if (length !== sizeOf(shape) && !(perRow !== undefined && Number.isInteger(length / perRow))) {
    throw new AdvectError(
      'invalid-shape',
      `'${name}' was given ${length} numbers`,
      perRow === undefined ? `Its shape [${shape.join(', ')}] takes ${sizeOf(shape)}.` : `Give ${perRow} for each row.`,
    );
  }
  return fitted;
}
