import { readFile } from 'node:fs/promises';
import { AdvectError } from '@advect/base/errors';
import { withInterrupt } from '../interrupt.js';
import { createProgress } from '../progress.js';
import { fromSystemError } from '../system-error.js';
import { colourDepth } from '../terminal-picture.js';
import type { Program } from './command.js';
import { chooseGroup, type ProgramGroup } from './group.js';
import { commandHelp, programHelp } from './help.js';
import { configFile, outsideSettings } from './outside.js';
import { asksForHelp, endOfOptions, findCommand, parseCommand } from './parse.js';

/** The parts of a process that a program touches; tests give their own. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The text of `advect.config.json` in the current folder, if there is one; asked for by programs that take settings from it. */
  config?(): Promise<string | undefined>;
}

export interface OutputStream {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Runs one command line and returns its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. An error is
 * printed on standard error as what happened and what to do; its stack only where ADVECT_DEBUG is set.
 */
export async function runProgram(program: Program, surroundings: Surroundings): Promise<number> {
  const { argv, env, stdout, stderr } = surroundings;
  const [name, ...rest] = argv;
  let json = false;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      const topic = name === 'help' ? rest[0] : undefined;
      stdout.write(`${topic === undefined ? programHelp(program) : commandHelp(program.name, findCommand(program, topic))}\n`);
      return name === undefined ? 2 : 0;
    }
    if (name === '--version' || name === '-V') {
      stdout.write(`${program.name} ${program.version}\n`);
      return 0;
    }
    const command = findCommand(program, name);
    if (asksForHelp(rest)) {
      stdout.write(`${commandHelp(program.name, command)}\n`);
      return 0;
    }
    json = rest.slice(0, endOfOptions(rest)).includes('--json');
    const config = program.settings === undefined ? undefined : await surroundings.config?.();
    const parsed = parseCommand(command, rest, outsideSettings(program, command, env, config));
    const progress = createProgress({
      // A terminal that cannot move its cursor gets a line now and then, as a file does.
      stream: env.TERM === 'dumb' ? { write: (line) => stderr.write(line) } : stderr,
      silent: parsed.quiet || parsed.noProgress || json,
      now: () => performance.now(),
    });
    await withInterrupt((signal) =>
      command.run({
        ...parsed,
        program: `${program.name} ${program.version}`,
        signal,
        progress,
        print: (line) => {
          progress.clear();
          stdout.write(`${line}\n`);
        },
        write: (bytes) => {
          if (stdout.isTTY) {
            throw new AdvectError('invalid-option', 'the bytes of a file would go to the terminal', 'Send them on: > FILE, or | PROGRAM.');
          }
          progress.clear();
          stdout.write(bytes);
        },
        note: (line) => {
          progress.clear();
          if (!parsed.quiet) stderr.write(`${line}\n`);
        },
        terminal: { columns: stdout.columns || 80, colour: colourDepth(env, stdout.isTTY === true), interactive: stdout.isTTY === true },
      }),
    ).finally(() => progress.clear());
    return 0;
  } catch (thrown) {
    const error = toAdvectError(thrown);
    stderr.write(json ? `${JSON.stringify({ error: { code: error.code, message: error.message, hint: error.hint } })}\n` : sentence(error));
    if (env.ADVECT_DEBUG) stderr.write(`${chain(error)}\n`);
    return exitCode(error);
  }
}

/** The same for a group of programs. */
export async function runGroup(tree: ProgramGroup, surroundings: Surroundings): Promise<number> {
  try {
    const choice = chooseGroup(tree, surroundings.argv);
    if ('program' in choice) return await runProgram(choice.program, { ...surroundings, argv: choice.argv });
    surroundings.stdout.write(`${choice.text}\n`);
    return choice.code;
  } catch (thrown) {
    const error = toAdvectError(thrown);
    surroundings.stderr.write(sentence(error));
    return exitCode(error);
  }
}

/**
 * Runs a program on this process: arguments, streams, exit code. A reader that closes the pipe early is no error: without
 * a reader of its results a program ends, without one of its notes it goes on. Where results cannot be written (a full disk)
 * it goes on as well, and ends with exit code 1: work of hours is not lost for that.
 */
export async function main(program: Program | ProgramGroup): Promise<void> {
  let lost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (!lost) process.stderr.write(sentence(fromSystemError(error, 'standard output') ?? toAdvectError(error)));
    lost = true;
  });
  process.stderr.on('error', () => {});
  const surroundings: Surroundings = {
    argv: process.argv.slice(2),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    config: readConfigFile,
  };
  const code = await ('groups' in program ? runGroup(program, surroundings) : runProgram(program, surroundings));
  // A stream tells of a failed write a little later.
  process.once('beforeExit', () => (process.exitCode = code === 0 && lost ? 1 : code));
  process.exitCode = code;
}

const readConfigFile = (): Promise<string | undefined> =>
  readFile(configFile, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw fromSystemError(thrown, configFile) ?? thrown;
  });

const exitCode = (error: AdvectError): number => {
  if (error.code === 'aborted') return 130;
  return error.code === 'unknown-option' || error.code === 'invalid-option' ? 2 : 1;
};

const sentence = (error: AdvectError): string => `error: ${error.message}\n  ${error.hint}\n`;

const chain = (error: unknown): string =>
  error instanceof Error ? `${error.stack}${error.cause === undefined ? '' : `\ncaused by ${chain(error.cause)}`}` : String(error);

function toAdvectError(thrown: unknown): AdvectError {
  if (thrown instanceof AdvectError) return thrown;
  const system = fromSystemError(thrown, '');
  if (system) return system;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AdvectError(
    'unsupported',
    `something unexpected happened: ${message}`,
    'Run it again with ADVECT_DEBUG=1 to see where.',
    thrown,
  );
}
