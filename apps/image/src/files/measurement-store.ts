import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { makeFolder, readLimited, sha256 } from '@advect/node';
import type { Keep, Kept } from '../evaluation/keep.js';

/** Parts of a long measurement, in a file of lines of JSON: what was stopped, or killed, goes on where it was. */
export interface MeasurementStore {
  /** Keeps parts that were measured with these settings; others have their own. */
  with(settings: object): Keep;
  /** Parts that were there already, and were taken. */
  readonly taken: number;
}

const largest = 2 ** 29;

/** Opens the store of a folder, which is made where it is missing. A last line that a crash tore is left out. */
export async function openMeasurementStore(folder: string): Promise<MeasurementStore> {
  await makeFolder(folder);
  const path = join(folder, 'parts.jsonl');
  const bytes = await readLimited(path, largest).catch((thrown: unknown) => {
    if (thrown instanceof AdvectError && thrown.code === 'not-found') return new Uint8Array();
    throw thrown;
  });
  const known = new Map(new TextDecoder().decode(bytes).split('\n').flatMap(entryOf));
  if (bytes.length > 0 && bytes.at(-1) !== 10) await appendFile(path, '\n');
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
    with(settings) {
      const digest = sha256(new TextEncoder().encode(JSON.stringify(settings))).slice(0, 16);
      return async <T extends Kept>(name: string, make: () => Promise<T>): Promise<T> => {
        const key = `${digest} ${name}`;
        const before = known.get(key) as T | undefined;
        if (before) {
          taken++;
          return before;
        }
        const made = await make();
        await appendFile(path, `${JSON.stringify([key, made])}\n`);
        known.set(key, made);
        return made;
      };
    },
  };
}

function entryOf(line: string): [string, Kept][] {
  try {
    const [key, value] = JSON.parse(line) as [string, Kept];
    return typeof key === 'string' && typeof value === 'object' ? [[key, value]] : [];
  } catch {
    return [];
  }
}
