import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import type { Program } from './command.js';
import { table } from './help.js';

/** Programs under one name: `advect runs list` is the command `list` of the program `advect runs`. */
export interface ProgramGroup {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly groups: readonly CommandGroup[];
}

/** One of them, by the word that chooses it. */
export interface CommandGroup extends Pick<Program, 'summary' | 'commands'> {
  readonly name: string;
}

/** What a command line asks of a group of programs: a text to print, or a program with the rest of the arguments. */
export type GroupChoice = { readonly text: string; readonly code: 0 | 2 } | { readonly program: Program; readonly argv: readonly string[] };

/** Reads the first word of a command line. Throws `unknown-option` with the nearest name. */
export function chooseGroup(tree: ProgramGroup, argv: readonly string[]): GroupChoice {
  const [name, ...rest] = argv;
  if (name === undefined) return { text: groupHelp(tree), code: 2 };
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) return { text: groupHelp(tree), code: 0 };
  if (name === '--version' || name === '-V') return { text: `${tree.name} ${tree.version}`, code: 0 };
  if (name === 'help') return { program: programOf(tree, rest[0]), argv: ['help', ...rest.slice(1)] };
  return { program: programOf(tree, name), argv: rest };
}

function programOf(tree: ProgramGroup, name: string): Program {
  const group = tree.groups.find((group) => group.name === name);
  if (group) return { ...group, name: `${tree.name} ${name}`, version: tree.version };
  const names = tree.groups.map((group) => group.name);
  throw new AdvectError('unknown-option', `${tree.name} has no '${name}'`, `${didYouMean(name, names)}It has: ${names.join(', ')}.`);
}

function groupHelp(tree: ProgramGroup): string {
  const rows = tree.groups.flatMap((group) => group.commands.map((command) => [`${group.name} ${command.name}`, command.summary] as const));
  return [
    tree.summary,
    '',
    `Usage: ${tree.name} GROUP COMMAND [options]`,
    '',
    'Commands:',
    ...table(rows),
    '',
    `'${tree.name} GROUP COMMAND --help' shows a command's options; '${tree.name} --version' the version.`,
  ].join('\n');
}
