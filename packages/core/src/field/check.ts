import { AdvectError } from '@advect/base/errors';
import { type Reader, value } from '@advect/base/options';
import { type TimeLayerName, unconditional } from '../nn/time-layer.js';
import { assertShape } from '../tensor/index.js';
import type { FieldInput, VelocityField } from './field.js';

/** Throws `invalid-shape` unless an input fits a field or network of this event and condition. */
export function checkInput(where: string, input: FieldInput, event: readonly number[], conditionDim: number): void {
  assertShape(input.x.shape, ['batch', ...event], `${where}: x`);
  const batch = input.x.shape[0];
  const times = input.t.shape[0];
  if (input.t.shape.length !== 1 || (times !== 1 && times !== batch)) {
    throw new AdvectError(
      'invalid-shape',
      `${where}: t has the shape [${input.t.shape.join(', ')}] beside a batch of ${batch}`,
      `Give one time, [1], or one for each row, [${batch}].`,
    );
  }
  if (!input.condition) return;
  if (conditionDim === 0) {
    throw new AdvectError(
      'invalid-value',
      `${where} was given a condition and has none`,
      'Leave it out, or build the field with `classes`.',
    );
  }
  assertShape(input.condition.shape, [batch, conditionDim], `${where}: condition`);
}

export const isField = (v: unknown): v is VelocityField => typeof (v as VelocityField | undefined)?.velocity === 'function';

/** Reads a field of which another one is made. */
export const innerField: Reader<VelocityField> = value<VelocityField>(isField, 'a velocity field');

/** Reads a shape: an array of positive whole numbers, of `axes` entries where given. */
export const dimensions = (axes?: number): Reader<readonly number[]> =>
  value(
    (v) => Array.isArray(v) && (axes === undefined ? v.length > 0 : v.length === axes) && v.every(isLength),
    `an array of ${axes === undefined ? '' : `${axes} `}positive whole numbers`,
  );

/** Reads a list of widths, which may be empty. */
export const widths = (fallback: readonly number[]): Reader<readonly number[]> =>
  value((v) => Array.isArray(v) && v.every(isLength), 'an array of positive whole numbers', fallback);

const isLength = (n: unknown): boolean => Number.isInteger(n) && (n as number) > 0;

/** Width of a condition that is given as a number of classes or as a width; 0 where neither is. */
export const conditionWidth = (where: string, classes: number | undefined, conditionDim: number | undefined): number =>
  classes === undefined && conditionDim === undefined ? 0 : either(where, 'classes', classes, 'conditionDim', conditionDim);

/** Throws `invalid-option` where a field has a condition and layers that do not look at it. */
export function checkCondition(where: string, time: TimeLayerName, conditionDim: number): void {
  if (conditionDim === 0 || !unconditional.includes(time)) return;
  throw new AdvectError(
    'invalid-option',
    `${where}: layers of the kind '${time}' take no condition, and the field is to have one`,
    "Choose another `time`, such as 'concat-squash'.",
  );
}

/** Exactly one of two ways to say the same. */
export function either<T>(where: string, nameA: string, a: T | undefined, nameB: string, b: T | undefined): T {
  if ((a === undefined) !== (b === undefined)) return (a ?? b) as T;
  throw new AdvectError(
    'invalid-option',
    `${where} was given ${a === undefined ? 'neither' : 'both'} ${nameA} ${a === undefined ? 'nor' : 'and'} ${nameB}`,
    `Give one of ${nameA} and ${nameB}.`,
  );
}

/** Settings as they go into a config: those that are set. */
export const definedOnly = (settings: object): object => Object.fromEntries(Object.entries(settings).filter(([, v]) => v !== undefined));
