import { execFile, spawn } from 'node:child_process';
import { cnf, distributions, flowMatching, type Flow, mlp } from '@advect/core';
import { beginRun, findRun, resumeRun, type RunConfig, trainRun, type OpenRun, type RunOutcome } from '#src/index.js';
import type { CommandContext } from '#src/index.js';
import { smallFile } from './small-program.js';

/** A context that keeps what it is told. */
export function listener(signal = new AbortController().signal): {
  readonly context: CommandContext<never>;
  readonly notes: string[];
  readonly lines: string[];
} {
  const [notes, lines]: [string[], string[]] = [[], []];
  const context = {
    program: 'test 1.0.0',
    options: { force: false },
    positionals: [],
    print: (line: string) => void lines.push(line),
    note: (line: string) => void notes.push(line),
    progress: { update: () => {}, clear: () => {} },
    json: false,
    quiet: false,
    signal,
    terminal: { columns: 80, colour: 'none', interactive: false },
  } as unknown as CommandContext<never>;
  return { context, notes, lines };
}

export const smallFlow = (): Flow => cnf({ field: mlp({ dim: 2, hidden: [8] }), seed: 3 });

export const smallConfig = (steps: number, plan: Partial<RunConfig['plan']> = {}): RunConfig => ({
  program: 'test 1.0.0',
  command: 'test train',
  created: '2000-01-01T00:00:00.000Z',
  seed: 1,
  steps,
  model: '../model',
  settings: {},
  plan: { checkpointEvery: 5, keep: 2, ...plan },
  versions: { node: process.version },
});

export interface SmallWork {
  readonly flow?: Flow;
  /** What is measured at each validation, by its number from 0. */
  readonly measure?: (number: number, flow: Flow) => number;
  /** Called before each update's batch is drawn. */
  readonly before?: (step: number) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

/** Trains a small flow in an open run. */
export async function trainSmall(
  run: OpenRun,
  { flow = smallFlow(), measure, before, signal }: SmallWork,
  context: CommandContext<never>,
): Promise<RunOutcome> {
  const plain = flowMatching();
  let step = run.checkpoint?.step ?? 0;
  let number = 0;
  const objective: typeof plain = {
    ...plain,
    async evaluate(...args) {
      await before?.(++step);
      return plain.evaluate(...args);
    },
  };
  const options = { objective, batch: 16, seed: run.config.seed, signal, ema: 0.9 };
  const validation = measure && { measure: async (now: Flow) => measure(number++, now) };
  try {
    return await trainRun(run, { flow, data: distributions.moons, options, retryEvery: 20, ...(validation && { validation }) }, context);
  } finally {
    await run.close();
  }
}

export const begin = (folder: string, config: RunConfig, context: CommandContext<never>): Promise<OpenRun> =>
  beginRun(folder, config, context);

export async function resume(folder: string, context: CommandContext<never>): Promise<OpenRun> {
  const found = await findRun(folder);
  return resumeRun(found.folder, found.config, context);
}

/** The small program as a process of its own. */
export const runSmall = (...argv: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [smallFile, ...argv], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });

/** Starts a process, and sends it a signal when its standard error shows `when`. */
export const signalled = (
  [command, ...argv]: readonly string[],
  signal: NodeJS.Signals,
  when: RegExp,
): Promise<{ code: number | null; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(command, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    let sent = false;
    child.stderr.on('data', (text) => {
      err += text;
      if (!sent && when.test(err)) sent = child.kill(signal);
    });
    child.once('close', (code) => resolve({ code, err }));
  });
