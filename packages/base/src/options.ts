import { AdvectError } from './errors.js';

/** Checks one option's value and returns it; `undefined` stands for "not given". */
export type Reader<T> = (value: unknown, name: string) => T;

/** One reader for each option a function knows. */
export type Readers<O> = { readonly [K in keyof O]-?: Reader<O[K]> };

/**
 * Validates an options object once, at the door: unknown names throw `unknown-option` with the nearest known one,
 * bad values (and anything but an object for the options) throw `invalid-option`, absent ones take their default.
 *
 * @param where the function's name, for the message
 */
export function readOptions<O extends object>(where: string, given: object | undefined, readers: Readers<O>): Readonly<O> {
  const known = Object.keys(readers);
  if (!isOptions(given)) throw invalid(`${where}: the options argument`, given, 'an object of options');
  for (const name of Object.keys(given ?? {})) {
    if (!known.includes(name)) {
      throw new AdvectError(
        'unknown-option',
        `${where} has no option ${show(name)}`,
        `${didYouMean(name, known)}Its options are: ${known.join(', ')}.`,
      );
    }
  }
  const values = (given ?? {}) as Record<string, unknown>;
  const read = Object.entries<Reader<unknown>>(readers).map(([name, reader]) => [name, reader(values[name], `${where}: ${name}`)]);
  return Object.freeze(Object.fromEntries(read)) as O;
}

const isOptions = (given: unknown): boolean =>
  given === undefined || given === null || (typeof given === 'object' && !Array.isArray(given) && !ArrayBuffer.isView(given));

/** A finite number in [min, max]. Without a default the option is required. */
export function number(settings: { default?: number; min?: number; max?: number; integer?: boolean } = {}): Reader<number> {
  const { min = -Infinity, max = Infinity, integer = false } = settings;
  return (value = settings.default, name) => {
    const kind = integer ? 'a whole number' : 'a number';
    if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max || (integer && !Number.isInteger(value))) {
      throw invalid(name, value, `${kind}${min > -Infinity ? ` of at least ${min}` : ''}${max < Infinity ? ` and at most ${max}` : ''}`);
    }
    return value;
  };
}

/** A whole number in [min, max]. */
export const integer = (settings: { default?: number; min?: number; max?: number } = {}): Reader<number> =>
  number({ ...settings, integer: true });

/** A seed: a whole number from 0 to 2^53 − 1; 0 is a seed like any other. */
export const seed = (fallback = 0): Reader<number> => integer({ default: fallback, min: 0, max: Number.MAX_SAFE_INTEGER });

export const boolean =
  (fallback?: boolean): Reader<boolean> =>
  (value = fallback, name) => {
    if (typeof value !== 'boolean') throw invalid(name, value, 'true or false');
    return value;
  };

/** One of a fixed set of words. */
export const oneOf =
  <T extends string>(choices: readonly T[], fallback?: T): Reader<T> =>
  (value = fallback, name) => {
    if (!choices.includes(value as T)) {
      throw invalid(
        name,
        value,
        `one of ${choices.map((c) => `'${c}'`).join(', ')}`,
        typeof value === 'string' ? didYouMean(value, choices) : '',
      );
    }
    return value as T;
  };

/** Anything that satisfies a test; `expected` finishes the sentence "is X where … belongs". */
export const value =
  <T>(isValid: (value: unknown) => boolean, expected: string, fallback?: T): Reader<T> =>
  (given = fallback, name) => {
    if (!isValid(given)) throw invalid(name, given, expected);
    return given as T;
  };

/** Makes a reader accept an absent value. */
export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (given, name) =>
    given === undefined ? undefined : reader(given, name);

/** A function that a caller gives; only that it is one can be seen. */
export const callback = <F extends (...given: never[]) => unknown>(): Reader<F> => value<F>((v) => typeof v === 'function', 'a function');

/** An `AbortSignal`, or none. */
export const abortSignal: Reader<AbortSignal | undefined> = optional(value((v) => v instanceof AbortSignal, 'an AbortSignal'));

const invalid = (name: string, given: unknown, expected: string, hint = ''): AdvectError =>
  new AdvectError('invalid-option', `${name} is ${show(given)} where ${expected} belongs`, `${hint}Give ${expected}.`);

const show = (given: unknown): string => {
  if (given === undefined) return 'missing';
  if (given === null) return 'null';
  if (typeof given === 'string') return given.length > 80 ? `'${given.slice(0, 80)}…'` : `'${given}'`;
  if (typeof given === 'function') return 'a function';
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object') return `a ${given.constructor?.name ?? 'object'}`;
  // oxlint-disable-next-line no-base-to-string -- objects are dealt with above
  return String(given);
};

/** "Did you mean 'rtol'? " or nothing, by edit distance. */
export function didYouMean(name: string, known: readonly string[]): string {
  const most = Math.max(2, Math.floor(name.length / 2));
  const ranked = known
    // The lengths' difference is a lower bound of the distance: a name of a megabyte is never compared.
    .filter((candidate) => Math.abs(candidate.length - name.length) <= most)
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= most ? `Did you mean '${best.candidate}'? ` : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
