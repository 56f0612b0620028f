import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '../atomic-file.js';
import { readLimited } from '../model-folder.js';
import { fromSystemError } from '../system-error.js';
import { isLogEntry } from './log-entry.js';
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
  /** Adds a line. Lines that cannot be written wait for the next, and are not lost while the process lives. */
  add(entry: LogEntry): Promise<void>;
  /** Waits until what can be written is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const logFile = (folder: string): string => join(folder, 'log.jsonl');

/** Bytes that a log may have: a run writes about a thousand lines of 300 bytes, and one for each measurement and checkpoint. */
const largestLog = 128 * 2 ** 20;

/**
 * A run's log, in order. A last line that a crash tore is left out, as is any other that is none of a log; a log that is
 * missing is empty. Throws `invalid-file` for one of more than 128 MiB, before it is read, and where it cannot be read.
 */
export async function readRunLog(folder: string): Promise<LogEntry[]> {
  const bytes = await readLimited(logFile(folder), largestLog).catch((thrown: unknown) => {
    if (!(thrown instanceof AdvectError)) throw thrown;
    if (thrown.code === 'not-found') return new Uint8Array();
    throw new AdvectError(
      thrown.code,
      `the log of the run '${folder}' cannot be read: ${thrown.message}`,
      'Move log.jsonl out of the folder: the run goes on, and is shown, without what it told so far.',
      thrown,
    );
  });
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .flatMap((line) => {
      try {
        const said: unknown = JSON.parse(line);
        return isLogEntry(said) ? [said] : [];
      } catch {
        return [];
      }
    });
}

/**
 * Opens the log of a run that stands at `step`: what a lost future wrote of later steps is taken out, so that nothing is told
 * twice. `onTrouble` is told when writing begins to fail; training does not end for that.
 */
export async function openRunLog(folder: string, step: number, onTrouble: (reason: string) => void): Promise<RunLog> {
  const path = logFile(folder);
  const isPast = (entry: LogEntry): boolean => !['step', 'sample', 'checkpoint'].includes(entry.event) || entry.step <= step;
  const kept = (await readRunLog(folder)).filter(isPast).map(line).join('');
  await writeFileAtomic(path, kept, { force: true });
  const file = await open(path, 'r+').catch((thrown: unknown) => {
    throw fromSystemError(thrown, path) ?? thrown;
  });
  let failing = false;
  const tried = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      failing = false;
    } catch (thrown) {
      const error = fromSystemError(thrown, path);
      if (!error) throw thrown;
      if (!failing) onTrouble(`The log waits: ${error.message}. ${error.hint}`);
      failing = true;
    }
  };
  const tail = appender(file, Buffer.byteLength(kept));
  return {
    add: (entry) => tried(() => tail.write(line(entry))),
    flush: () =>
      tried(async () => {
        await tail.write('');
        await file.sync();
      }),
    close: () => file.close(),
  };
}

/** Writes at the end of what was written in full: a line of which half found place is taken back, and written again with the next. */
function appender(file: FileHandle, from: number): { write(text: string): Promise<void> } {
  let size = from;
  let waiting = '';
  return {
    async write(text) {
      waiting += text;
      const bytes = Buffer.from(waiting);
      try {
        let written = 0;
        while (written < bytes.length) written += (await file.write(bytes, written, bytes.length - written, size + written)).bytesWritten;
      } catch (thrown) {
        await file.truncate(size).catch(() => {});
        throw thrown;
      }
      size += bytes.length;
      waiting = '';
    },
  };
}

const line = (entry: LogEntry): string => `${JSON.stringify(entry)}\n`;
