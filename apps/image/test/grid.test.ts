import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { ndarray } from '@advect/core';
import { openModel } from '#src/files/open.js';
import { pictureToLevels } from '#src/layout/levels.js';
import { bitsOfCells, type Cell, drawCells } from '#src/model/cells.js';
import { draw } from '#src/model/draw.js';
import { flowOf } from '#src/model/flow-of.js';
import { solverSettings } from '#src/model/solver.js';
import { inFolder, run } from './command-line.js';

/** Its results do not depend on how many rows are computed at a time. */
const executor = 'wasm';

const cells: readonly Cell[] = [
  { method: 'heun', steps: 4, tolerance: 1e-3, guidance: 1, temperature: 1, seed: 3, index: 5, label: 2 },
  { method: 'heun', steps: 4, tolerance: 1e-3, guidance: 3, temperature: 1, seed: 3, index: 5, label: 2 },
  { method: 'dopri5', tolerance: 1e-2, guidance: 1, temperature: 0.7, seed: 8, index: 0, label: -1 },
  { method: 'heun', steps: 4, tolerance: 1e-3, guidance: 1, temperature: 1, seed: 4, index: 0, label: { a: 2, b: 7, share: 0.5 } },
];

test.serial('a cell of a grid is the picture that sample draws of its settings, and its bits are those of the bare model', async (t) => {
  const model = await openModel('digits8');
  const flow = await flowOf(model);
  const pictures = await drawCells(flow, model.form, cells, { executor });
  for (const [i, { label, index, seed, temperature, guidance, ...solver }] of cells.entries()) {
    const alone = await draw(flow, model.form, [label], { ...solverSettings(solver), seed, start: index, temperature, guidance, executor });
    t.deepEqual(pictures[i], alone.pictures[0], String(i));
  }
  const bits = await bitsOfCells(flow, model.form, cells, pictures, { executor });
  t.deepEqual(
    bits.map((figure) => figure !== undefined),
    [true, true, true, false],
    'not between classes',
  );
  for (const i of [0, 1, 2]) {
    const x = ndarray(Float32Array.from(pictureToLevels(pictures[i], 17)), [1, 8, 8, 1]);
    const { logProb } = await flow.logProb(x, {
      rtol: 1e-3,
      atol: 1e-3,
      label: cells[i].label as number,
      seed: 0,
      solverError: false,
      executor,
    });
    // The same noise, rounded elsewhere, at a tolerance of 10⁻³.
    t.true(Math.abs(bits[i]! + logProb[0] / (64 * Math.LN2)) < 1e-3);
  }
});

test.serial('a sheet of two settings: written, told as JSON, and made again', (t) =>
  inFolder(async (folder) => {
    const [first, second] = [join(folder, 'a.png'), join(folder, 'b.png')];
    const made = await run(
      'grid',
      '--x',
      'guidance=1,2',
      '-y',
      'label=3-5',
      '--seed',
      '7',
      '--steps',
      '3',
      '--solver',
      'heun',
      '--json',
      '-o',
      first,
    );
    t.is(made.code, 0, made.err);
    const { cells: told, task } = JSON.parse(made.out);
    t.is(task, 'grid');
    t.deepEqual(
      told.map(({ guidance, label }: Cell) => [guidance, label]),
      [
        [1, 3],
        [2, 3],
        [1, 4],
        [2, 4],
        [1, 5],
        [2, 5],
      ],
    );
    t.deepEqual(
      told.map(({ bitsPerDim }: { bitsPerDim?: number }) => bitsPerDim !== undefined && bitsPerDim > 1 && bitsPerDim < 4),
      [true, true, true, true, true, true],
    );
    t.like(await sharp(first).metadata(), { format: 'png', channels: 3 });
    t.is((await run('grid', '--like', first, '--out', second)).code, 0);
    t.deepEqual(await readFile(second), await readFile(first));
  }),
);

test.serial('values between which no picture changes are said', (t) =>
  inFolder(async (folder) => {
    const { err } = await run(
      'grid',
      '--x',
      'tol=0.00001,0.0000099',
      '--index',
      '2',
      '--seed',
      '1',
      '--no-bits',
      '-o',
      join(folder, 'a.png'),
    );
    t.regex(err, /tol 0\.00001 and 0\.0000099 give the same pictures/);
  }),
);
