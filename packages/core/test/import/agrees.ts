import type { ExecutionContext } from 'ava';
import { type NestedNumbers, toFloat32 } from '@advect/base/array';
import { type Flow, type LogProbOptions, logProbGradient, type LogProbGradientOptions } from '#src/flow/index.js';
import { readSafetensors, writeSafetensors } from '#src/io/index.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { countTensors } from '#src/tensor/index.js';

/** What reference/make.py keeps of an original. */
export interface Original {
  x: NestedNumbers;
  logProb: number[];
  gradientOfX: NestedNumbers;
  gradients: { [name: string]: { norm: number; along: number[] } };
  condition?: number[][] | null;
}

export interface Solvers {
  readonly density: LogProbOptions;
  readonly gradient: LogProbGradientOptions;
}

const tight = { rtol: 1e-6, atol: 1e-6, divergence: 'exact' } as const;

/**
 * The imported flow's log-density to 1e-4, and the gradients of its mean with respect to points and to every weight of the file
 * to 1e-3 of their size. What a weight of the file does to ours is taken from the importer itself, by differences.
 */
export async function agrees(
  t: ExecutionContext,
  file: Uint8Array,
  imported: (file: Uint8Array) => Flow,
  given: Original,
  { density, gradient }: Solvers = { density: tight, gradient: tight },
): Promise<void> {
  const before = countTensors();
  const flow = imported(file);
  const condition = given.condition ?? undefined;
  const { logProb } = await flow.logProb(given.x, { ...density, condition });
  given.logProb.forEach((v, i) => t.true(Math.abs(logProb[i] - v) < 1e-4, `${logProb[i]} for ${v}`));

  const weights = given.logProb.map((_, __, { length }) => 1 / length);
  const found = await logProbGradient(flow, given.x, { ...gradient, condition, weights });
  const ofX = toFloat32(given.gradientOfX, 'gradientOfX').data;
  const size = Math.max(...ofX.map(Math.abs));
  ofX.forEach((v, i) => t.true(Math.abs(found.x.data[i] - v) < 1e-3 * size, `gradient of x ${i}: ${found.x.data[i]} for ${v}`));

  const { tensors } = readSafetensors(file);
  for (const [name, { norm, along }] of Object.entries(given.gradients)) {
    const { shape, data } = tensors.get(name)!;
    along.forEach((expected, k) => {
      const [up, down] = [STEP, -STEP].map((h) => {
        const moved = Float32Array.from(data, (v, i) => v + h * Math.cos(1.7 * (k + 1) * i + k));
        return imported(writeSafetensors(new Map(tensors).set(name, { shape, data: moved }))).parameters;
      });
      let slope = 0;
      for (const [ours, { data: g }] of Object.entries(found.parameters)) {
        g.forEach((v, i) => (slope += (v * (up[ours].data[i] - down[ours].data[i])) / (2 * STEP)));
      }
      t.true(Math.abs(slope - expected) < 1e-3 * norm, `${name} along ${k}: ${slope} for ${expected} of ${norm}`);
    });
  }
  t.is(countTensors(), before);

  const again = await loadModel(await saveModel(flow, { name: 'imported' }));
  const coarse = { ...density, method: 'euler', steps: 1, solverError: false, executor: 'eager', condition } as const;
  const [{ logProb: saved }, { logProb: loaded }] = [await flow.logProb(given.x, coarse), await again.logProb(given.x, coarse)];
  t.deepEqual([...loaded], [...saved]);
}

const STEP = 2 ** -6;
