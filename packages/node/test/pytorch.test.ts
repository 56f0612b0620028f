import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { loadModel } from '@advect/core';
import { readModelFolder, sha256 } from '#src/index.js';

const example = fileURLToPath(new URL('../../../../examples/pytorch/', import.meta.url));
const run = async (program: string, ...given: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [join(example, program), ...given])).stdout.trim();

// trained/ was made by examples/pytorch/train.py with torch 2.15.0, two processes on one machine, from what export.mjs writes.
test('examples/pytorch: a flow goes out, is trained by two processes of PyTorch, and comes back with the same log-density', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-pytorch-'));
  const at = (name: string): string => join(folder, name);
  try {
    await run('export.mjs', at('start'));
    const trained = join(example, 'trained');
    const check = JSON.parse(await readFile(join(trained, 'check.json'), 'utf8')) as {
      'made with': { processes: number };
      start: string;
      x: number[][];
      logProb: number[];
    };
    t.is(check['made with'].processes, 2);
    const start = await readModelFolder(at('start'));
    t.is(check.start, sha256(start.get('weights.safetensors')!), 'PyTorch began with these very weights');

    t.regex(await run('import.mjs', at('start'), trained, at('model')), /as PyTorch has it, to 1e-4: true$/);
    const flow = await loadModel(await readModelFolder(at('model')));
    const { logProb } = await flow.logProb(check.x, { rtol: 1e-6, atol: 1e-6 });
    check.logProb.forEach((v, i) => t.true(Math.abs(logProb[i] - v) < 1e-4, `${logProb[i]} for ${v}`));
    const { logProb: before } = await (await loadModel(start)).logProb(check.x);
    t.true(check.logProb.some((v, i) => v - before[i] > 0.5), 'it has learned something'); // prettier-ignore
  } finally {
    await rm(folder, { recursive: true });
  }
});
