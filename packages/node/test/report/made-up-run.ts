import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { writeRunConfig } from '#src/run/config.js';
import type { LogEntry, SessionEntry } from '#src/run/log.js';

export interface MadeUp {
  readonly settings?: object;
  /** The last thing that happened; undefined for a process that ended without a word. */
  readonly end?: SessionEntry['event'];
  readonly created?: string;
  readonly sample?: boolean;
}

/** A run of 40 updates as the log would tell it: the loss is 1 + 1/step, the best of four measurements 0.5 at step 30. */
export async function makeRun(folder: string, made: MadeUp): Promise<void> {
  const { settings = { width: 32, seed: 0 }, created = '2000-01-01T00:00:00.000Z', sample = false } = made;
  const plan = { checkpointEvery: 10, keep: 2, validateEvery: 10, sampleEvery: 40 };
  const shared = { program: 'test 1.0.0', command: 'test train', versions: { node: 'v20' }, model: '../a', unit: 'nats' };
  await mkdir(folder, { recursive: true });
  await writeRunConfig(folder, { ...shared, created, seed: 0, steps: 40, settings, plan });
  const measured: Readonly<Record<number, number>> = { 10: 0.9, 20: 0.7, 30: 0.5, 40: 0.6 };
  const steps = Array.from({ length: 40 }, (_, i): LogEntry => {
    const step = i + 1;
    const vitals = { rss: 1e8 + 1e6 * step, heap: 3e7, external: 1e6, files: 21, tensors: 3 };
    const validation = measured[step] === undefined ? {} : { validation: measured[step] };
    const numbers = { loss: 1 + (1 + (step % 3)) / step, smoothedLoss: 1 + 1 / step, gradientNorm: 10 / step, learningRate: 1e-3 };
    return { event: 'step', step, ...numbers, ...validation, seconds: step, rate: 1, ...vitals };
  });
  const time = '2000-01-01T00:01:00.000Z';
  const log: LogEntry[] = [
    { event: 'start', step: 0, time: created, message: 'wasm simd, 1 thread' },
    ...steps,
    { event: 'checkpoint', step: 30, sha256: 'ab'.repeat(32), best: true },
    { event: 'checkpoint', step: 40, sha256: 'cd'.repeat(32), best: false },
    ...(sample ? ['samples/step-00000040.png', '../outside.png'].map((file) => ({ event: 'sample', step: 40, file }) as const) : []),
    ...('end' in made && made.end === undefined ? [] : [{ event: 'trained', step: 40, time } as const]),
    ...('end' in made && made.end === undefined
      ? []
      : [{ event: made.end ?? 'finished', step: 40, time, metrics: { 'bits/dim': 1.5 } } as const]),
  ];
  await writeFile(join(folder, 'log.jsonl'), `${log.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
  if (!sample) return;
  await mkdir(join(folder, 'samples'));
  await writeFile(join(folder, '../outside.png'), greyPixel());
  await writeFile(join(folder, 'samples/step-00000040.png'), greyPixel());
}

/** A PNG of one grey pixel. */
function greyPixel(): Uint8Array {
  const chunk = (kind: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.from([0, 128]))), chunk('IEND', Buffer.alloc(0))]);
}
