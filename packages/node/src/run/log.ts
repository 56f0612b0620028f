import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../atomic-file.js';
import { fromSystemError } from '../system-error.js';
import type { Vitals } from './vitals.js';

/** One update as the log tells it. Everything but the times and the vitals is the same in a run that was stopped and resumed. */
export interface StepEntry extends Vitals {
  readonly event: 'step';
  readonly step: number;
  readonly loss: number;
  readonly smoothedLoss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly validation?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  /** Seconds of training so far, interruptions left out, and updates a second since the entry before. */
  readonly seconds: number;
  readonly rate: number;
}

/** A file made on the way, by its name in the run's folder. */
export interface SampleEntry {
  readonly event: 'sample';
  readonly step: number;
  readonly file: string;
}

export interface CheckpointEntry {
  readonly event: 'checkpoint';
  readonly step: number;
  readonly sha256: string;
  readonly best: boolean;
}

/** What happened to the run as a whole. `time` is ISO 8601. */
export interface SessionEntry {
  readonly event: 'start' | 'resume' | 'interrupted' | 'failed' | 'trained' | 'finished';
  readonly step: number;
  readonly time: string;
  /** Why training ended, what failed, who computed. */
  readonly message?: string;
  readonly metrics?: Readonly<Record<string, number>>;
}

export type LogEntry = StepEntry | SampleEntry | CheckpointEntry | SessionEntry;

/** A run's log.jsonl while it is written to. */
export interface RunLog {
  /** Adds a line. One that cannot be written waits for the next, and is not lost while the process lives. */
  add(entry: LogEntry): Promise<void>;
  /** Waits until all lines are on the disk; throws where they cannot be written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const logFile = (folder: string): string => join(folder, 'log.jsonl');

/**
 * A run's log, in order. A last line that a crash tore is left out, as is any other that cannot be read; a log that is
 * missing is empty.
 */
export async function readRunLog(folder: string): Promise<LogEntry[]> {
  const text = await readFile(logFile(folder), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as LogEntry;
      return typeof entry === 'object' && typeof entry?.event === 'string' && Number.isFinite(entry.step) ? [entry] : [];
    } catch {
      return [];
    }
  });
}

/** Opens the log of a run that stands at `step`: what a lost future wrote of later steps is taken out, so that nothing is told twice. */
export async function openRunLog(folder: string, step: number): Promise<RunLog> {
  const path = logFile(folder);
  const isPast = (entry: LogEntry): boolean => !['step', 'sample', 'checkpoint'].includes(entry.event) || entry.step <= step;
  const kept = (await readRunLog(folder)).filter(isPast).map(line).join('');
  await writeFileAtomic(path, kept, { force: true });
  const file = await open(path, 'r+').catch((thrown: unknown) => {
    throw fromSystemError(thrown, path) ?? thrown;
  });
  return appendTo(file, path, Buffer.byteLength(kept));
}

/** Writes at the end of what was written in full: a line of which half found place is taken back and written again. */
function appendTo(file: FileHandle, path: string, from: number): RunLog {
  let size = from;
  let waiting = '';
  const write = async (): Promise<void> => {
    if (waiting === '') return;
    const bytes = Buffer.from(waiting);
    try {
      let written = 0;
      while (written < bytes.length) written += (await file.write(bytes, written, bytes.length - written, size + written)).bytesWritten;
    } catch (thrown) {
      await file.truncate(size).catch(() => {});
      throw fromSystemError(thrown, path) ?? thrown;
    }
    size += bytes.length;
    waiting = '';
  };
  return {
    async add(entry) {
      waiting += line(entry);
      await write().catch(() => {});
    },
    async flush() {
      await write();
      await file.sync().catch((thrown: unknown) => {
        throw fromSystemError(thrown, path) ?? thrown;
      });
    },
    close: () => file.close(),
  };
}

const line = (entry: LogEntry): string => `${JSON.stringify(entry)}\n`;
