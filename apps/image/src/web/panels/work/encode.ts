import { cnf, key, rowKeys, split, toModelSpace } from '@advect/core';
import type { Job } from '@advect/web/worker';
import { conditionOf } from '../../../model/label.js';
import { solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { levelsOf, rowsOf } from './rows.js';
import type { Encoding, PanelVerbs } from './verbs.js';

/** A picture's noise, and the way back from it. */
export async function encode(
  bench: Bench,
  { levels, label, solver, seed }: PanelVerbs['encode']['request'],
  { signal, give }: Job<never>,
): Promise<Encoding> {
  const { flow, model } = openedOn(bench);
  const settings = { ...solverSettings(solver), ...conditionOf([label], model.form.classes.length), signal };
  const rows = rowsOf([levels], model.form);
  const { y } = toModelSpace(flow.transforms, rows, rowKeys(split(key(seed), 'transform'), rows));
  const bare = cnf({ field: flow.field, base: flow.base, parameters: flow.parameters });
  const { z } = await bench.engines.run((engine) => bare.encode(y, { ...engine, ...settings }));
  const { x } = await bench.engines.run((engine) => bare.decode(z, { ...engine, ...settings }));
  const toData = (at: typeof z): Uint8Array => levelsOf(flow.transforms.reduceRight((v, transform) => transform.inverse(v).x, at));
  const back = toData(x);
  return {
    z: give(Float32Array.from(z.data)),
    noise: give(toData(z)),
    radius: Math.sqrt(z.data.reduce((sum, v) => sum + v * v, 0) / z.data.length),
    error: x.data.reduce((most, v, i) => Math.max(most, Math.abs(v - y.data[i])), 0),
    changed: levels.reduce((count, level, i) => count + (level === back[i] ? 0 : 1), 0),
  };
}
