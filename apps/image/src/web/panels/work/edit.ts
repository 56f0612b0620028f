import { ndarray } from '@advect/core';
import type { Job } from '@advect/web/worker';
import { decodeCodes, toNoise } from '../../../model/codes.js';
import { usualDivergence } from '../../../model/density.js';
import { mean, scoreDraws } from '../../../model/score.js';
import { exactly, solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { pictureOf } from './rows.js';
import type { PanelVerbs, Scored, Several, Share } from './verbs.js';

/** The noise of a picture, read under other classes: what is common to all classes, such as the slant of a hand, stays. */
export async function swap(
  bench: Bench,
  { subject, labels, seed }: PanelVerbs['swap']['request'],
  { signal, give }: Job<never>,
): Promise<Several> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const settings = { ...solverSettings(exactly), signal };
  const began = performance.now();
  const { z } = await bench.engines.run((engine) =>
    toNoise(flow, pictureOf(subject.levels), form, [subject.label], { ...engine, ...settings, seed }),
  );
  const rows = ndarray(
    repeated(z.data, labels.length, () => 1),
    [labels.length, ...flow.field.event],
  );
  const { pixels } = await bench.engines.run((engine) => decodeCodes(flow, rows, form, labels, { ...engine, ...settings }));
  return { pictures: give(pixels), milliseconds: performance.now() - began };
}

/** A picture more typical and more daring, by the length of its noise or along ∇log p. Each is measured by one draw. */
export async function dial(
  bench: Bench,
  { subject, by, stops, solver, seed }: PanelVerbs['dial']['request'],
  { signal, progress, give }: Job<Share>,
): Promise<Scored> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const count = stops.length;
  const settings = { ...solverSettings(exactly), signal };
  const began = performance.now();
  const same = stops.map(() => subject.label);
  const { z } = await bench.engines.run((engine) =>
    toNoise(flow, pictureOf(subject.levels), form, [subject.label], { ...engine, ...settings, seed }),
  );
  progress(() => ({ done: 1, total: 3 }));
  const rows = ndarray(
    repeated(z.data, count, (i) => (by === 'radius' ? stops[i] : 1)),
    [count, ...flow.field.event],
  );
  const { pixels } = await bench.engines.run((engine) =>
    decodeCodes(flow, rows, form, same, { ...engine, ...settings }, by === 'pull' ? stops : undefined),
  );
  progress(() => ({ done: 2, total: 3 }));
  const bits = await bench.engines.run((engine) =>
    scoreDraws(flow, { count, pixels, labels: new Int32Array(count).fill(-1) }, form, {
      ...engine,
      ...solverSettings(solver),
      ...usualDivergence(form),
      ...(form.classes.length > 0 && { label: same.map((label) => (typeof label === 'number' ? label : -1)) }),
      signal,
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
