import { rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { AdvectError } from '@advect/base/errors';
import { lockRun } from '#src/run/lock.js';

/** Takes and leaves a folder again and again, and counts how often another held it at the same time. */
const { folder, name, counts } = workerData as { folder: string; name: string; counts: Int32Array<SharedArrayBuffer> };
const [held, twice, taken] = [0, 1, 2];
/** What a killed process of this machine leaves: no process has that number. */
const left = JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), began: '1' });

while (Atomics.load(counts, taken) < 300) {
  const unlock = await lockRun(folder).catch((thrown: unknown) => {
    if (thrown instanceof AdvectError && thrown.code === 'invalid-file') return undefined;
    throw thrown;
  });
  if (!unlock) continue;
  if (Atomics.add(counts, held, 1) > 0) Atomics.add(counts, twice, 1);
  const nth = Atomics.add(counts, taken, 1);
  await writeFile(join(folder, name), left);
  Atomics.sub(counts, held, 1);
  if (nth % 3 === 0) await unlock();
  else await rename(join(folder, name), join(folder, 'run.lock'));
}
