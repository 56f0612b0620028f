import type { LogEntry, SessionEntry } from './log.js';

const sessions = ['start', 'resume', 'interrupted', 'failed', 'trained', 'finished'];

/** Whether an entry tells what happened to the run as a whole. */
export const isSession = (entry: LogEntry): entry is SessionEntry => sessions.includes(entry.event);

type Check = (value: unknown) => boolean;

// JSON has no word for a number that is not finite, and writes null.
const number: Check = (value) => typeof value === 'number' || value === null;
const text: Check = (value) => typeof value === 'string';
const moment: Check = (value) => typeof value === 'string' && Number.isFinite(Date.parse(value));
const numbers: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(number);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const session = { time: moment, message: optional(text), metrics: optional(numbers) };
const checks: ReadonlyMap<unknown, Readonly<Record<string, Check>>> = new Map<string, Readonly<Record<string, Check>>>([
  ...sessions.map((event) => [event, session] as const),
  ['sample', { file: text }],
  ['checkpoint', { sha256: text, best: (value) => typeof value === 'boolean' }],
  [
    'step',
    {
      ...Object.fromEntries(
        ['loss', 'smoothedLoss', 'gradientNorm', 'learningRate', 'seconds', 'rate', 'rss', 'heap', 'external', 'tensors'].map((name) => [
          name,
          number,
        ]),
      ),
      files: optional(number),
      validation: optional(number),
      metrics: optional(numbers),
    },
  ],
]);

/** Whether what a line of a log says is an entry, with all that belongs to its kind. */
export function isLogEntry(said: unknown): said is LogEntry {
  if (typeof said !== 'object' || said === null) return false;
  const entry = said as Readonly<Record<string, unknown>>;
  const wanted = checks.get(entry.event);
  return wanted !== undefined && Number.isSafeInteger(entry.step) && Object.entries(wanted).every(([name, check]) => check(entry[name]));
}
