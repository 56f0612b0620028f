import { ndarray } from '@advect/core';
import type { Job } from '@advect/web/worker';
import { pictureDim } from '../../../data/picture-set.js';
import { conditionOf } from '../../../model/label.js';
import { mean, scoreDraws } from '../../../model/score.js';
import { solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { levelsOf, rowsOf } from './rows.js';
import type { PanelVerbs, Scored, Several, Share } from './verbs.js';

/** The noise of a picture, read under other classes: what is common to all classes, such as the slant of a hand, stays. */
export async function swap(
  bench: Bench,
  { subject, labels, solver, seed }: PanelVerbs['swap']['request'],
  { signal, give }: Job<never>,
): Promise<Several> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const settings = { ...solverSettings(solver), signal };
  const began = performance.now();
  const own = conditionOf([subject.label], form.classes.length);
  const { z } = await bench.engines.run((engine) => flow.encode(rowsOf([subject.levels], form), { ...engine, ...settings, ...own, seed }));
  const rows = repeated(z.data, labels.length, () => 1);
  const { x } = await bench.engines.run((engine) =>
    flow.decode(ndarray(rows, [labels.length, ...flow.field.event]), { ...engine, ...settings, label: [...labels] }),
  );
  return { pictures: give(levelsOf(x)), milliseconds: performance.now() - began };
}

/** The noise of a picture at other lengths: shorter is more typical, longer more daring. Each is measured by one draw. */
export async function dial(
  bench: Bench,
  { subject, scales, solver, seed }: PanelVerbs['dial']['request'],
  { signal, progress, give }: Job<Share>,
): Promise<Scored> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const count = scales.length;
  const settings = { ...solverSettings(solver), signal };
  const began = performance.now();
  const own = conditionOf([subject.label], form.classes.length);
  const all = conditionOf(
    scales.map(() => subject.label),
    form.classes.length,
  );
  const { z } = await bench.engines.run((engine) => flow.encode(rowsOf([subject.levels], form), { ...engine, ...settings, ...own, seed }));
  progress(() => ({ done: 1, total: 3 }));
  const rows = ndarray(
    repeated(z.data, count, (i) => scales[i]),
    [count, ...flow.field.event],
  );
  const { x } = await bench.engines.run((engine) => flow.decode(rows, { ...engine, ...settings, ...all }));
  progress(() => ({ done: 2, total: 3 }));
  const pixels = levelsOf(x);
  const few = pictureDim(form) > 64 ? ({ divergence: 'rademacher', probes: 2 } as const) : {};
  const bits = await bench.engines.run((engine) =>
    scoreDraws(flow, { count, pixels, labels: new Int32Array(count).fill(-1) }, form, {
      ...engine,
      ...settings,
      ...few,
      ...all,
      solverError: false,
      draws: 1,
      seed,
    }),
  );
  return {
    pictures: give(pixels),
    bitsPerDim: Array.from({ length: count }, (_, i) => mean(bits.map((draw) => draw[i]))),
    milliseconds: performance.now() - began,
  };
}

const repeated = (z: Float32Array, count: number, scale: (i: number) => number): Float32Array =>
  Float32Array.from({ length: count * z.length }, (_, i) => z[i % z.length] * scale(Math.floor(i / z.length)));
