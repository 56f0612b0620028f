import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { fromSystemError } from '../system-error.js';
import { findRun } from './open.js';
import { ownerOf } from './lock.js';
import { readRunConfig, type RunConfig } from './config.js';
import { isSession } from './log-entry.js';
import { logFile, type LogEntry, readRunLog, type SessionEntry, type StepEntry } from './log.js';

/** How a run stands. `broken off`: its process ended without a word. */
export type RunState = 'training' | 'finished' | 'trained' | 'interrupted' | 'failed' | 'broken off';

/** A run as its folder tells it. */
export interface RunSummary {
  readonly folder: string;
  /** The folder's name without `.run`. */
  readonly name: string;
  readonly config: RunConfig;
  readonly state: RunState;
  readonly log: readonly LogEntry[];
  readonly steps: readonly StepEntry[];
  /** Updates told so far. */
  readonly step: number;
  readonly best?: { readonly step: number; readonly validation: number };
  /** Seconds of training. */
  readonly seconds: number;
  /** When the log was last written to, milliseconds since 1970; when the run began where there is no log. */
  readonly updated: number;
}

/** Reads a run, by its folder or by its model's. Throws `not-found` where it is none. */
export async function summarise(path: string): Promise<RunSummary> {
  const { folder, config } = await findRun(path);
  const log = await readRunLog(folder);
  const steps = log.filter((entry) => entry.event === 'step');
  const last = log.findLast(isSession);
  const updated = await stat(logFile(folder)).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.parse(config.created),
  );
  return {
    folder,
    name: basename(resolve(folder)).replace(/\.run$/, ''),
    config,
    state: (await ownerOf(folder)) ? 'training' : stateAfter(last?.event),
    log,
    steps,
    step: log.reduce((last, { step }) => Math.max(last, step), 0),
    ...bestOf(steps),
    seconds: steps.at(-1)?.seconds ?? 0,
    updated,
  };
}

const stateAfter = (event: SessionEntry['event'] | undefined): RunState =>
  event === undefined || event === 'start' || event === 'resume' ? 'broken off' : event;

function bestOf(steps: readonly StepEntry[]): Pick<RunSummary, 'best'> {
  const measured = steps.filter((entry) => Number.isFinite(entry.validation));
  if (measured.length === 0) return {};
  const { step, validation } = measured.reduce((best, entry) => (entry.validation! < best.validation! ? entry : best));
  return { best: { step, validation: validation! } };
}

const deepest = 4;

/**
 * Folders of runs under a folder, up to four levels down, by the time they began. Folders that cannot be read are left out;
 * `onBroken` is told of those that have the name of a run.
 */
export async function findRuns(root: string, onBroken: (reason: string) => void): Promise<string[]> {
  const found: { folder: string; created: string }[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((thrown: unknown) => {
      if (depth === 0) throw fromSystemError(thrown, folder) ?? thrown;
      return [];
    });
    if (entries.some(({ name }) => name === 'config.json')) {
      const config = await readRunConfig(folder).catch((thrown: Error) => {
        if (resolve(folder).endsWith('.run')) onBroken(thrown.message);
      });
      if (config) return void found.push({ folder: relative('', folder) || '.', created: config.created });
    }
    for (const entry of entries) {
      const hidden = entry.name.startsWith('.') || entry.name === 'node_modules';
      if (depth < deepest && entry.isDirectory() && !hidden) await look(join(folder, entry.name), depth + 1);
    }
  };
  await look(root, 0);
  return found.sort((a, b) => (a.created < b.created ? -1 : 1)).map(({ folder }) => folder);
}
