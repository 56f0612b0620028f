import type { Flow } from '@advect/core';
import type { PictureForm, Pictures } from '#src/data/picture-set.js';
import { encodePictures } from '#src/model/codes.js';
import { mean, scoreDraws } from '#src/model/score.js';
import type { ExecutorName } from '#src/model/self-test.js';

/** What one executor says of some pictures. */
export interface ExecutorFigures {
  readonly executor: string;
  /** Largest difference after encoding and decoding, levels. */
  readonly roundTrip: number;
  readonly exact: boolean;
  readonly bitsPerDim: number;
}

/** Executors stay below this round trip and within this of each other's bits/dim. */
export const agreementBounds = { roundTrip: 0.02, bitsPerDim: 1e-3 } as const;

const fine = { method: 'dopri5', rtol: 1e-5, atol: 1e-5 } as const;

/** Round trip and bits/dim of pictures under their classes on one executor, with the same noise and probes on all. */
export async function executorFigures(flow: Flow, pictures: Pictures, form: PictureForm, executor: ExecutorName): Promise<ExecutorFigures> {
  const labels = form.classes.length > 0 ? Array.from(pictures.labels) : Array.from(pictures.labels, () => -1);
  const { roundTrip, report } = await encodePictures(flow, pictures, form, labels, { ...fine, seed: 0, executor });
  const probed = { divergence: 'rademacher', probes: 2, solverError: false } as const;
  const label = form.classes.length > 0 ? { label: labels } : {};
  const [bits] = await scoreDraws(flow, pictures, form, { ...fine, ...probed, ...label, seed: 0, draws: 1, executor });
  return {
    executor: report.executor?.executor ?? executor,
    roundTrip: roundTrip.levels.reduce((largest, v) => Math.max(largest, v), 0),
    exact: roundTrip.exact.every(Boolean),
    bitsPerDim: mean(bits),
  };
}
