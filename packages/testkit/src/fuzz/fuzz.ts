import { countingAllocations } from './allocations.js';
import { dice } from './dice.js';
import { mutated } from './mutate.js';

/** Something that reads files of strangers. */
export interface FuzzedReader {
  readonly name: string;
  /** Whole files, of a few kilobytes in all, and those that once were a fault. */
  readonly corpus: readonly Uint8Array[];
  /** May answer later. */
  read(bytes: Uint8Array): unknown;
  /** Makes the checksums in a changed file right, so that what lies behind their check is reached. */
  repair?(bytes: Uint8Array): Uint8Array;
}

export interface FuzzSettings {
  /** Inputs to read: first those of {@link everyFault}, then random ones. */
  readonly count: number;
  readonly seed: number;
  /** The first input, default 0: any one can be read again alone. */
  readonly first?: number;
  /** Told each input's number before it is read. */
  readonly onInput?: (index: number) => void;
}

export interface FuzzReport {
  readonly name: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  /** The slowest input, in milliseconds. */
  readonly slowest: number;
  /** Most bytes allocated in array buffers for one input, beyond the input's own. */
  readonly largest: number;
  /** One sentence for each input that ended otherwise than it may, the first twenty. */
  readonly failures: readonly string[];
}

/** Milliseconds and bytes beyond the file that reading may take. */
export const fuzzLimits = { milliseconds: 100, bytes: 64 * 2 ** 20 } as const;

/**
 * Reads mutated files and reports what came of it. A reader may take a file or throw an `AdvectError` with a hint, within
 * 100 ms and 64 MiB beyond the file; all else is a failure. An input that is slow is read up to ten times and its
 * quickest time counts: a busy machine is not a slow reader. One at a time: allocations are counted process-wide.
 */
export function fuzz(reader: FuzzedReader, { count, seed, first = 0, onInput }: FuzzSettings): Promise<FuzzReport> {
  const failures: string[] = [];
  const report = { accepted: 0, refused: 0, slowest: 0, largest: 0 };
  return countingAllocations(async (take) => {
    for (let index = first; index < first + count; index++) {
      onInput?.(index);
      const bytes = inputOf(reader, seed, index);
      const { milliseconds, outcome, bytes: all } = await measured(reader, bytes, take);
      const allocated = Math.max(0, all - bytes.length);
      const fault = faultOf(outcome, milliseconds, allocated);
      if (fault && failures.length < 20) failures.push(`${reader.name}, seed ${seed}, input ${index}: ${fault}`);
      report[outcome.accepted ? 'accepted' : 'refused']++;
      report.slowest = Math.max(report.slowest, milliseconds);
      report.largest = Math.max(report.largest, allocated);
    }
    return { name: reader.name, inputs: count, ...report, failures };
  });
}

/** Input number `index` of a seed. */
export function inputOf({ corpus, repair }: FuzzedReader, seed: number, index: number): Uint8Array {
  const bytes = everyFault(corpus, index) ?? mutated(corpus, dice(seed, index));
  return repair ? repair(bytes.slice()) : bytes;
}

/** How many inputs are cut off or have one byte changed. */
export const faultCount = (corpus: readonly Uint8Array[]): number => corpus.reduce((sum, { length }) => sum + 2 * length + 1, 0);

/** Each file whole, cut off at each byte, and with each byte changed; undefined beyond the last. */
function everyFault(corpus: readonly Uint8Array[], index: number): Uint8Array | undefined {
  let at = index;
  for (const bytes of corpus) {
    if (at <= bytes.length) return bytes.slice(0, bytes.length - at);
    at -= bytes.length + 1;
    if (at < bytes.length) return bytes.with(at, bytes[at] ^ (at % 3 === 0 ? 0xff : 1 << (at % 8)));
    at -= bytes.length;
  }
  return undefined;
}

interface Outcome {
  readonly accepted: boolean;
  readonly error?: unknown;
}

async function measured(
  reader: FuzzedReader,
  input: Uint8Array,
  take: () => number,
): Promise<{ milliseconds: number; bytes: number; outcome: Outcome }> {
  let best = { milliseconds: Infinity, bytes: 0, outcome: { accepted: true } as Outcome };
  for (let tries = 0; tries < 10 && best.milliseconds > fuzzLimits.milliseconds; tries++) {
    const copy = input.slice();
    take();
    const started = performance.now();
    const outcome = await outcomeOf(reader, copy);
    best = { milliseconds: Math.min(best.milliseconds, performance.now() - started), bytes: take(), outcome };
  }
  return best;
}

async function outcomeOf(reader: FuzzedReader, bytes: Uint8Array): Promise<Outcome> {
  try {
    const read = reader.read(bytes);
    if (read instanceof Promise) await read;
    return { accepted: true };
  } catch (error) {
    return { accepted: false, error };
  }
}

function faultOf({ accepted, error }: Outcome, milliseconds: number, allocated: number): string | undefined {
  if (!accepted && !(error instanceof Error && error.name === 'AdvectError' && 'hint' in error && String(error.hint).length > 0)) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
  if (milliseconds > fuzzLimits.milliseconds) return `took ${milliseconds.toFixed(0)} ms`;
  return allocated > fuzzLimits.bytes ? `allocated ${allocated} bytes beyond the file` : undefined;
}
