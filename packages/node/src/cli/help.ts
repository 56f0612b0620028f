import type { Command, Program } from './command.js';
import { kebab } from './option.js';
import { commonFlags, commonShorts } from './parse.js';

/** The program's help: what it is, its commands, where to read on. */
export function programHelp(program: Program): string {
  return [
    program.summary,
    '',
    `Usage: ${program.name} COMMAND [options]`,
    '',
    'Commands:',
    ...table(program.commands.map((command) => [command.name, command.summary])),
    '',
    `'${program.name} COMMAND --help' shows a command's options; '${program.name} --version' the version.`,
  ].join('\n');
}

/** A command's help, made from the same data that its arguments are checked against. */
export function commandHelp(program: string, command: Command): string {
  const positionals = command.positionals ?? [];
  const usage = positionals.map((p) => (p.required ? p.name : `[${p.name}]`) + (p.many ? '…' : ''));
  const options = Object.entries(command.options).map(([key, option]): Row => {
    const also = option.aliases?.map((alias) => `also --${kebab(alias)}`) ?? [];
    const notes = [option.range, option.default === undefined ? undefined : `default: ${option.default}`, ...also]
      .filter(Boolean)
      .join('; ');
    const value = option.takesValue ? ` ${option.placeholder}` : '';
    return [`${option.short ? `-${option.short}, ` : '    '}--${kebab(key)}${value}`, option.description + (notes ? ` (${notes})` : '')];
  });
  const common = Object.entries(commonFlags).map(([name, description]): Row => {
    const short = Object.entries(commonShorts).find(([, long]) => long === name)?.[0];
    return [`${short ? `-${short}, ` : '    '}--${name}`, description];
  });
  const blocks = [
    [command.summary],
    [`Usage: ${[program, command.name, ...usage, '[options]'].join(' ')}`],
    command.details ? [command.details] : [],
    positionals.length ? ['Arguments:', ...table(positionals.map((p) => [p.name, p.description]))] : [],
    ['Options:', ...table([...options, ...common])],
    command.examples?.length ? ['Examples:', ...command.examples.flatMap(([line, what]) => [`  ${program} ${line}`, `      ${what}`])] : [],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

export type Row = readonly [left: string, right: string];

const widest = 30;
const lineWidth = 100;

/** Two columns, the right one wrapped. */
export function table(rows: readonly Row[]): string[] {
  const left = Math.min(widest, Math.max(...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, description]) => {
    const lines = wrap(description, lineWidth - left - 4);
    const first = name.length > left ? [`  ${name}`, `  ${' '.repeat(left)}  ${lines[0]}`] : [`  ${name.padEnd(left)}  ${lines[0]}`];
    return [...first, ...lines.slice(1).map((line) => `  ${' '.repeat(left)}  ${line}`)];
  });
}

function wrap(sentence: string, width: number): string[] {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
