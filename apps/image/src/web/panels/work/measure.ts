import type { Job } from '@advect/web/worker';
import type { Pictures } from '../../../data/picture-set.js';
import { convention, mixesClasses, pictureDensities, usualDivergence, usualDraws } from '../../../model/density.js';
import { percentileOf } from '../../../model/form.js';
import { mean, standardErrorOf } from '../../../model/score.js';
import { solverSettings } from '../../../model/solver.js';
import { type Bench, openedOn } from '../../worker/bench.js';
import type { Measurement, PanelVerbs } from './verbs.js';

/** Draws of one solve: as many rows of a U-Net as WebAssembly computes at a time. With classes to mix each draw has rows enough. */
const together = 8;

/** How probable a picture is, some draws of the noise after others, told as soon as they are there. */
export async function measure(
  bench: Bench,
  { levels, seed, solver }: PanelVerbs['measure']['request'],
  { signal, progress }: Job<Measurement>,
): Promise<Measurement> {
  const { flow, model } = openedOn(bench);
  const { form, application } = model;
  const pictures: Pictures = { count: 1, pixels: levels, labels: Int32Array.of(-1) };
  const draws = usualDraws(form);
  const atOnce = mixesClasses(form) ? 1 : together;
  const bits: number[] = [];
  const probabilities: (readonly number[])[] = [];
  const pixels = new Float64Array(form.size ** 2);
  const soFar = (): Measurement => ({
    bitsPerDim: mean(bits),
    standardError: standardErrorOf(bits),
    percentile: percentileOf(mean(bits), application.heldOut),
    classProbabilities: (probabilities[0] ?? []).map((_, label) => mean(probabilities.map((p) => p[label]))),
    ...(!mixesClasses(form) && { pixels: Float32Array.from(pixels, (sum) => sum / bits.length) }),
    done: bits.length,
    draws,
    convention: convention(form, draws),
  });
  while (bits.length < draws) {
    const some = Math.min(atOnce, draws - bits.length);
    const found = await bench.engines.run((engine) =>
      pictureDensities(flow, pictures, form, {
        ...engine,
        ...solverSettings(solver),
        ...usualDivergence(form),
        draws: some,
        firstDraw: bits.length,
        seed,
        solverError: false,
        signal,
      }),
    );
    bits.push(...found.draws.map(([value]) => value));
    found.pixels?.forEach((value, i) => (pixels[i] += value * some));
    probabilities.push(...found.classProbabilities);
    progress(soFar);
  }
  return soFar();
}
