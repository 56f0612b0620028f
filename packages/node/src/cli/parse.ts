import { parseArgs } from 'node:util';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import type { Command, Program } from './command.js';
import { kebab, type Options, type Values } from './option.js';
import type { OutsideSettings } from './outside.js';

/** Options that every command has. */
export const commonFlags = {
  json: 'print results as JSON, one value a line',
  quiet: 'print results only, no progress',
  'no-progress': 'no status line, notes as ever',
  help: 'show this help',
} as const;

/** One letter for some of them. */
export const commonShorts: Readonly<Record<string, keyof typeof commonFlags>> = { q: 'quiet', h: 'help' };

export interface ParsedCommand<O extends Options> {
  readonly options: Values<O>;
  /** Which of the options the command line gives, by their keys. */
  readonly given: readonly string[];
  /** Where each option that is not left at its default was set: '--steps', 'ADVECT_IMAGE_STEPS', 'advect.config.json'. */
  readonly sources: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly noProgress: boolean;
}

/** The command a program's first argument names. Throws `unknown-option` with the nearest name. */
export function findCommand(program: Program, name: string): Command {
  const found = program.commands.find((command) => command.name === name);
  if (found) return found;
  const names = program.commands.map((command) => command.name);
  throw new AdvectError(
    'unknown-option',
    `${program.name} has no command '${name}'`,
    `${didYouMean(name, names)}Its commands are: ${names.join(', ')}.`,
  );
}

/** The place of `--`, after which nothing is an option. */
export const endOfOptions = (argv: readonly string[]): number => (argv.includes('--') ? argv.indexOf('--') : argv.length);

/** True when the arguments ask for help, wherever the flag stands before `--`. */
export const asksForHelp = (argv: readonly string[]): boolean =>
  argv.slice(0, endOfOptions(argv)).some((argument) => argument === '--help' || argument === '-h');

/**
 * Reads a command's arguments. camelCase and snake_case spellings of an option are taken too, and its aliases. Where an
 * option is not given, what is set for it outside of the command line counts. Throws `unknown-option` for an unknown flag and
 * `invalid-option` for a value out of range, a value missing, or a positional too many or few.
 */
export function parseCommand<O extends Options>(
  command: Command<O>,
  argv: readonly string[],
  outside: OutsideSettings = new Map(),
): ParsedCommand<O> {
  const keys = new Map(
    Object.entries(command.options).flatMap(([key, { aliases = [] }]) => [key, ...aliases].map((name) => [kebab(name), key] as const)),
  );
  const shorts = new Map(Object.entries<string>(commonShorts));
  for (const [key, option] of Object.entries(command.options)) if (option.short) shorts.set(option.short, kebab(key));
  const known = [...keys.keys(), ...Object.keys(commonFlags)];
  const takesValue = (name: string): boolean => keys.has(name) && command.options[keys.get(name)!].takesValue;

  const end = endOfOptions(argv);
  const { tokens } = parseArgs({
    args: [...argv.slice(0, end).map(normalise), ...argv.slice(end)],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      known.map((name) => {
        const short = [...shorts].find(([, long]) => long === name)?.[0];
        return [name, { type: takesValue(name) ? ('string' as const) : ('boolean' as const), ...(short ? { short } : {}) }];
      }),
    ),
  });

  const texts = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (!known.includes(token.name)) throw unknownFlag(command.name, token.rawName, token.name, known);
    if (takesValue(token.name) && (token.value === undefined || looksLikeFlag(token.value, token.inlineValue))) {
      throw new AdvectError('invalid-option', `--${token.name} needs a value`, `Write --${token.name} VALUE, or --${token.name}=VALUE.`);
    }
    if (!takesValue(token.name) && token.value !== undefined) {
      throw new AdvectError('invalid-option', `--${token.name} takes no value, and got '${token.value}'`, `Write --${token.name} alone.`);
    }
    const name = keys.get(token.name) ?? token.name;
    texts.set(name, [...(texts.get(name) ?? []), token.value ?? '']);
  }
  checkPositionals(command, positionals);
  const optionKeys = Object.keys(command.options);
  const set = optionKeys.map((key) => (texts.has(key) ? { texts: texts.get(key)!, source: `--${kebab(key)}` } : outside.get(key)));
  const values = optionKeys.map((key, i) => [key, command.options[key].read(set[i]?.texts ?? [], set[i]?.source ?? `--${kebab(key)}`)]);
  return {
    options: Object.fromEntries(values),
    given: optionKeys.filter((key) => texts.has(key)),
    sources: Object.fromEntries(optionKeys.flatMap((key, i) => (set[i] ? [[key, set[i].source]] : []))),
    positionals,
    json: texts.has('json'),
    quiet: texts.has('quiet'),
    noProgress: texts.has('no-progress'),
  };
}

const normalise = (argument: string): string => {
  const match = /^--([A-Za-z][A-Za-z0-9_-]*)(=[\s\S]*)?$/.exec(argument);
  return match ? `--${kebab(match[1])}${match[2] ?? ''}` : argument;
};

const looksLikeFlag = (value: string, inline: boolean | undefined): boolean => !inline && /^--?[A-Za-z]/.test(value);

const unknownFlag = (command: string, raw: string, name: string, known: readonly string[]): AdvectError =>
  new AdvectError(
    'unknown-option',
    `'${command}' has no option ${raw}`,
    `${didYouMean(name, known).replace(/'(.*)'/, '--$1')}See --help for its options.`,
  );

function checkPositionals(command: Command, given: readonly string[]): void {
  const wanted = command.positionals ?? [];
  const missing = wanted.filter((positional) => positional.required)[given.length];
  if (missing) {
    throw new AdvectError('invalid-option', `'${command.name}' needs ${missing.name}: ${missing.description}`, 'See --help for examples.');
  }
  if (given.length > wanted.length && !wanted.at(-1)?.many) {
    throw new AdvectError(
      'invalid-option',
      `'${command.name}' does not know what to do with '${given[wanted.length]}'`,
      wanted.length === 0 ? 'It takes options only; see --help.' : `It takes ${wanted.map((p) => p.name).join(' ')}; see --help.`,
    );
  }
}
