import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import type { Plan } from '../plan/plan.js';
import type { Arrays } from '../program.js';
import { rowSize } from './executor-memory.js';

/** Throws unless `given` has a Float32Array for each of the names, and for no other. */
export function checkNames(what: string, given: Arrays, names: readonly string[]): void {
  for (const name of names) {
    if (given[name] instanceof Float32Array) continue;
    throw new AdvectError(
      'invalid-value',
      `the ${what} '${name}' is ${given[name] === undefined ? 'missing' : 'no Float32Array'}`,
      `Give a Float32Array for each of: ${names.join(', ')}.`,
    );
  }
  checkKnown(what, given, names);
}

/** Throws if something is given under another name than these. */
export function checkKnown(what: string, given: Arrays, names: readonly string[]): void {
  for (const name in given) {
    if (names.includes(name)) continue;
    throw new AdvectError(
      'invalid-value',
      `there is no ${what} '${name}'`,
      `${didYouMean(name, names)}${names.length > 0 ? `Known are: ${names.join(', ')}.` : 'None is known.'}`,
    );
  }
}

/** Throws unless there are `length` numbers, as a shape says. */
export function checkLength(what: string, name: string, data: Float32Array, length: number, shape: readonly number[]): void {
  if (data.length === length) return;
  throw new AdvectError(
    'invalid-shape',
    `the ${what} '${name}' has ${data.length} numbers where the shape [${shape.join(', ')}] has ${length}`,
    'Give all numbers of the traced shape, row-major.',
  );
}

/** The number of rows that the arguments agree on; that of the traced shapes where none tells. Throws where they disagree. */
export function countRows({ rowArguments, rowResults }: Plan, args: Arrays): number {
  let rows = -1;
  let first = '';
  for (const slot of rowArguments) {
    const size = rowSize(slot);
    const { length } = args[slot.name];
    const own = length / size;
    if (size === 0) {
      checkLength('argument', slot.name, args[slot.name], 0, slot.shape);
    } else if (!Number.isInteger(own)) {
      throw new AdvectError(
        'invalid-shape',
        `the argument '${slot.name}' has ${length} numbers, which are no whole number of rows of ${size}`,
        `Its shape was traced as [${slot.shape.join(', ')}]; only the length of axis ${slot.rowAxis} may differ.`,
      );
    } else if (rows >= 0 && own !== rows) {
      throw new AdvectError(
        'invalid-shape',
        `the arguments '${first}' and '${slot.name}' have ${rows} and ${own} rows`,
        'Give the same number of rows in all arguments that have rows.',
      );
    } else {
      rows = own;
      first = slot.name;
    }
  }
  const [traced] = [...rowArguments, ...rowResults];
  return rows < 0 && traced ? traced.shape[traced.rowAxis] : Math.max(0, rows);
}
