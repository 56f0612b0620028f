import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import type { Command, Program } from './command.js';
import { kebab } from './option.js';

/** What is set for a command's options outside of the command line, by their keys: as the texts that it would have there, and where. */
export type OutsideSettings = ReadonlyMap<string, { readonly texts: readonly string[]; readonly source: string }>;

/** The file of settings in the current folder. */
export const configFile = 'advect.config.json';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings of a program from the environment and from `advect.config.json`; the environment wins. An option `--label-dropout`
 * of the program `image` is `ADVECT_IMAGE_LABEL_DROPOUT` there, and `{ "image": { "labelDropout": 0.1 } }` here, for all its
 * commands that have it; `{ "image": { "train": { "labelDropout": 0.1 } } }` is for one alone. Nothing for programs without settings.
 *
 * Throws `unknown-option` for a name that no command has, with the nearest one, and `invalid-file` for a file that is no JSON.
 */
export function outsideSettings(program: Program, command: Command, env: Environment, config: string | undefined): OutsideSettings {
  if (program.settings === undefined) return new Map();
  return new Map([...fromConfig(program, command, config), ...fromEnvironment(program, command, env)]);
}

type Setting = readonly [key: string, set: { readonly texts: readonly string[]; readonly source: string }];

function fromEnvironment(program: Program, command: Command, env: Environment): Setting[] {
  const prefix = `ADVECT_${program.settings!.toUpperCase()}_`;
  const names = optionsOf(program).map((name) => prefix + kebab(name).replaceAll('-', '_').toUpperCase());
  return Object.entries(env).flatMap(([name, text]) => {
    if (!name.startsWith(prefix) || text === undefined || text === '') return [];
    if (!names.includes(name)) throw unknown(`the environment sets ${name}, which`, name, names);
    const key = keyOf(command, name.slice(prefix.length).toLowerCase());
    return key === undefined ? [] : [[key, { texts: textsOf(command, key, text, name), source: name }] as const];
  });
}

function fromConfig(program: Program, command: Command, config: string | undefined): Setting[] {
  if (config === undefined) return [];
  const section = sectionOf(readConfig(config), program.settings!, configFile);
  const commands = program.commands.map(({ name }) => name);
  const settings: Setting[] = [];
  const take = (values: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void => {
    for (const [name, value] of Object.entries(values)) {
      if (isRecord(value) && commands.includes(name)) continue;
      if (!known.some((option) => kebab(option) === kebab(name)))
        throw unknown(`${configFile} sets '${name}' in ${where}, which`, name, known);
      const key = keyOf(command, name);
      if (key !== undefined) settings.push([key, { texts: textsOf(command, key, value, `${name} in ${configFile}`), source: configFile }]);
    }
  };
  take(section, [...optionsOf(program), ...commands], `'${program.settings}'`);
  for (const { name, options } of program.commands) {
    const own = sectionOf(section, name, configFile);
    const known = Object.entries(options as Command['options']).flatMap(([key, { aliases = [] }]) => [key, ...aliases]);
    if (name === command.name) take(own, known, `'${program.settings}.${name}'`);
  }
  return settings;
}

function readConfig(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) return parsed;
  } catch (cause) {
    throw new AdvectError('invalid-file', `${configFile} is no JSON: ${(cause as Error).message}`, 'Mend it, or put it elsewhere.', cause);
  }
  throw new AdvectError('invalid-file', `${configFile} holds no record`, 'It is of the form { "image": { "steps": 20 } }.');
}

function sectionOf(parent: Readonly<Record<string, unknown>>, name: string, file: string): Readonly<Record<string, unknown>> {
  const section = Object.hasOwn(parent, name) ? parent[name] : {};
  if (isRecord(section)) return section;
  throw new AdvectError('invalid-file', `'${name}' in ${file} is no record of settings`, `Write { "${name}": { … } }.`);
}

/** A value as it would stand on the command line. */
function textsOf(command: Command, key: string, value: unknown, name: string): readonly string[] {
  const isPlain = (v: unknown): v is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof v);
  if (!command.options[key].takesValue) {
    const word = String(value).toLowerCase();
    if (['1', 'true', 'yes', 'on'].includes(word)) return [''];
    if (['0', 'false', 'no', 'off'].includes(word)) return [];
    throw new AdvectError('invalid-option', `${name} is '${word}' where true or false belongs`, 'Give true or false.');
  }
  const values = Array.isArray(value) ? value : [value];
  if (values.every(isPlain)) return values.map(String);
  throw new AdvectError('invalid-option', `${name} is no text and no number`, 'Give it as it would stand on the command line.');
}

const optionsOf = (program: Program): string[] => [
  ...new Set(
    program.commands.flatMap(({ options }) =>
      Object.entries(options as Command['options']).flatMap(([key, { aliases = [] }]) => [key, ...aliases]),
    ),
  ),
];

const keyOf = (command: Command, name: string): string | undefined =>
  Object.entries(command.options).find(([key, { aliases = [] }]) => [key, ...aliases].some((known) => kebab(known) === kebab(name)))?.[0];

const isRecord = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null && !Array.isArray(v);

const unknown = (what: string, name: string, known: readonly string[]): AdvectError =>
  new AdvectError('unknown-option', `${what} is no option of any command`, `${didYouMean(name, known)}Leave it out, or mend its name.`);
