import { entrySurprise } from '@advect/core';
import type { Job } from '@advect/web/worker';
import { conditionOf } from '../../../model/label.js';
import { solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import { rowsOf } from './rows.js';
import type { PanelVerbs, Surprise } from './verbs.js';

/** Where the bits of a picture lie: the sum over all pixels is −log₂ p of the picture with this draw of the noise. */
export async function surprise(
  bench: Bench,
  { levels, label, solver, seed }: PanelVerbs['surprise']['request'],
  { signal, give }: Job<never>,
): Promise<Surprise> {
  const { flow, model } = openedOn(bench);
  const { size, channels, classes } = model.form;
  const settings = { ...solverSettings(solver), ...conditionOf([label], classes.length), seed, signal };
  const { surprise: nats } = await bench.engines.run((engine) =>
    entrySurprise(flow, rowsOf([levels], model.form), { ...engine, ...settings }),
  );
  const bits = new Float32Array(size * size);
  nats.data.forEach((v, i) => (bits[Math.floor(i / channels)] += v / Math.LN2));
  return { bits: give(bits), total: bits.reduce((sum, v) => sum + v, 0) };
}
