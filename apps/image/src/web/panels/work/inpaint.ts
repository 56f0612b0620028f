import { inpaint as complete } from '@advect/core';
import type { Job } from '@advect/web/worker';
import { conditionOf, guided } from '../../../model/label.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { levelsOf, rowsOf } from './rows.js';
import type { InpaintRequest, Several } from './verbs.js';

/** Completions of a picture of which some pixels are known; those stay as they are. */
export async function inpaint(
  bench: Bench,
  { levels, known, label, count, seed, steps, guidance }: InpaintRequest,
  { signal, give }: Job<never>,
): Promise<Several> {
  const { flow, model } = openedOn(bench);
  const { form } = model;
  const began = performance.now();
  const copies = Array.from({ length: count }, () => levels);
  const mask = levels.map((_, i) => known[Math.floor(i / form.channels)]);
  const condition = conditionOf(
    copies.map(() => label),
    form.classes.length,
  );
  const { x } = await bench.engines.run((engine) =>
    complete(
      guided(flow, guidance),
      rowsOf(copies, form),
      { shape: [form.size, form.size, form.channels], data: mask },
      { ...engine, ...condition, steps, seed, signal },
    ),
  );
  return { pictures: give(levelsOf(x)), milliseconds: performance.now() - began };
}
