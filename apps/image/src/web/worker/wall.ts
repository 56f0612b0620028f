import { type Effort, effortOf, type Job } from '@advect/web/worker';
import { pictureDim } from '../../data/picture-set.js';
import { solverSettings } from '../../model/solver.js';
import { unfold } from '../../model/unfold.js';
import type { Wall, WallFrame, WallRequest } from '../studio-verbs.js';
import { type Bench, openedOn } from './bench.js';

/** Makes a wall of pictures and tells how it forms. */
export async function wall(bench: Bench, request: WallRequest, { signal, progress, give }: Job<WallFrame>): Promise<Wall> {
  const { flow, model } = openedOn(bench);
  const { seed, items, labels, solver, temperature, guidance, frames: count } = request;
  const dim = pictureDim(model.form);
  const times = Array.from({ length: count }, (_, i) => i / (count - 1));
  const began = performance.now();
  const frames = new Uint8Array(count * items.length * dim);
  const now = new Uint8Array(items.length * dim);
  const efforts: Effort[] = [];
  for (const { from, to } of runsOf(items)) {
    const rows = to - from;
    const { frames: part, report } = await bench.engines.run((engine) =>
      unfold(flow, model.form, labels.slice(from, to), {
        ...engine,
        ...solverSettings(solver),
        seed,
        start: items[from],
        temperature,
        guidance,
        times,
        signal,
        onStep: ({ t, pixels }) =>
          progress(() => {
            now.set(pixels(), from * dim);
            return { t: (from + t * rows) / items.length, pixels: now.slice() };
          }),
      }),
    );
    for (let f = 0; f < count; f++) frames.set(part.subarray(f * rows * dim, (f + 1) * rows * dim), (f * items.length + from) * dim);
    now.set(part.subarray((count - 1) * rows * dim), from * dim);
    efforts.push(effortOf(report, performance.now() - began));
  }
  return { times, frames: give(frames), effort: together(efforts) };
}

/** Stretches of numbers without gaps, which one solve can make. */
export function runsOf(items: readonly number[]): { from: number; to: number }[] {
  const starts = items.flatMap((item, i) => (i === 0 || item !== items[i - 1] + 1 ? [i] : []));
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? items.length }));
}

const together = (efforts: readonly Effort[]): Effort => ({
  ...efforts.at(-1)!,
  evaluations: efforts.reduce((sum, { evaluations }) => sum + evaluations, 0),
  steps: efforts.reduce((sum, { steps }) => sum + steps, 0),
});
