import { AdvectError } from '@advect/base/errors';
import type { JsonObject } from '@advect/core/io';
import { didYouMean } from '@advect/base/options';

/** One option of a command as data: enough to parse it, to check it and to print its help. */
export interface Option<T> {
  /** `--name` alone for a flag, `--name VALUE` otherwise. */
  readonly takesValue: boolean;
  /** May be given several times; the values are gathered. */
  readonly many: boolean;
  readonly short?: string;
  /** Other names that it is known by elsewhere, in camelCase; the help tells them. */
  readonly aliases?: readonly string[];
  /** Stands for the value in the help, such as `N`. */
  readonly placeholder: string;
  readonly description: string;
  /** What the help says of the allowed values and the default. */
  readonly range?: string;
  readonly default?: string;
  /** What its value may be in a file of settings, as a JSON schema. */
  readonly schema: JsonObject;
  /** Reads the given text, or takes the default when there is none. Throws `invalid-option`. */
  read(texts: readonly string[], name: string): T;
}

/** Options of a command by their names in camelCase; on the command line they are `--kebab-case`. */
export type Options = { readonly [name: string]: Option<unknown> };

/** What a command receives: one checked value for each of its options. */
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

interface Common {
  readonly description: string;
  readonly short?: string;
  readonly aliases?: readonly string[];
}

/** `--name`: true when given. */
export const flag = (settings: Common): Option<boolean> => ({
  ...settings,
  takesValue: false,
  many: false,
  placeholder: '',
  schema: { type: 'boolean' },
  read: (texts) => texts.length > 0,
});

interface ValueSettings<T> extends Common {
  readonly placeholder?: string;
  readonly default?: T;
  /** What the help prints for the default when the value itself does not speak. */
  readonly defaultText?: string;
}

type Given<T, S extends { default?: T }> = S extends { default: T } ? T : T | undefined;

const single = <T, S extends ValueSettings<T>>(settings: S, placeholder: string, { range, schema }: Allowed, parse: Parse<T>) =>
  ({
    takesValue: true,
    many: false,
    short: settings.short,
    aliases: settings.aliases,
    placeholder: settings.placeholder ?? placeholder,
    description: settings.description,
    range,
    schema,
    default: settings.defaultText ?? (settings.default === undefined ? undefined : String(settings.default)),
    read: (texts, name) => (texts.length === 0 ? settings.default : parse(texts[texts.length - 1], name)),
  }) as Option<Given<T, S>>;

/** The values that an option takes, in words and as a JSON schema. */
type Allowed = Pick<Option<unknown>, 'range' | 'schema'>;

type Parse<T> = (text: string, name: string) => T;

/** `--name TEXT`. */
export const text = <const S extends ValueSettings<string>>(settings: S) =>
  single<string, S>(settings, 'TEXT', { schema: { type: 'string', minLength: 1 } }, (given, name) => {
    if (given === '') throw invalid(name, given, 'a text that is not empty');
    return given;
  }) as Option<S extends { default: string } ? string : string | undefined>;

/** `--name N`: a number in [min, max], whole when `integer`. */
export const numeric = <const S extends ValueSettings<number> & { min?: number; max?: number; integer?: boolean }>(settings: S) => {
  const { min = -Infinity, max = Infinity, integer = false } = settings;
  const kind = integer ? 'a whole number' : 'a number';
  const range = rangeText(min, max);
  const schema = {
    type: integer ? 'integer' : 'number',
    ...(min > -Infinity && { minimum: min }),
    ...(max < Infinity && { maximum: max }),
  };
  return single<number, S>(settings, integer ? 'N' : 'X', { range, schema }, (given, name) => {
    const value = given.trim() === '' ? NaN : Number(given);
    if (!Number.isFinite(value) || value < min || value > max || (integer && !Number.isSafeInteger(value))) {
      throw invalid(name, given, range ? `${kind} ${range}` : kind);
    }
    return value;
  }) as Option<S extends { default: number } ? number : number | undefined>;
};

/** `--name WORD`: one of a fixed set of words. */
export const choice = <const C extends readonly string[], const S extends ValueSettings<C[number]>>(choices: C, settings: S) =>
  single<C[number], S>(settings, 'WORD', { range: choices.join(' | '), schema: { enum: [...choices] } }, (given, name) => {
    if (!choices.includes(given)) throw invalid(name, given, `one of ${choices.join(', ')}`, didYouMean(given, choices));
    return given;
  }) as Option<S extends { default: string } ? C[number] : C[number] | undefined>;

/** `--name A,B,C` or `--name A --name B`: a list of texts, empty when not given. */
export const list = (settings: Common & { placeholder?: string; range?: string; default?: string }): Option<readonly string[]> => ({
  ...settings,
  takesValue: true,
  many: true,
  placeholder: settings.placeholder ?? 'A,B,…',
  schema: { type: ['string', 'number', 'array'], items: { type: ['string', 'number'] } },
  read: (texts, name) =>
    texts.flatMap((given) => {
      const items = given
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      // An empty shell variable must not pass for an option that is not given.
      if (items.length === 0) throw invalid(name, given, 'a list that is not empty');
      return items;
    }),
});

/** `labelDropout` → `label-dropout`. */
export const kebab = (name: string): string => name.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const rangeText = (min: number, max: number): string | undefined => {
  const top = max === Number.MAX_SAFE_INTEGER ? Infinity : max;
  if (min > -Infinity && top < Infinity) return `from ${min} to ${top}`;
  if (min > -Infinity) return `of at least ${min}`;
  return top < Infinity ? `of at most ${top}` : undefined;
};

const invalid = (name: string, given: string, expected: string, guess = ''): AdvectError =>
  new AdvectError('invalid-option', `${name} is '${given}' where ${expected} belongs`, `${guess}Give ${expected}.`);
