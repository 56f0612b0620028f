import type { Flow } from '@advect/core';
import type { GrooveWindow } from '../data/grooves.js';
import { spread } from '../data/spread.js';
import type { Groove } from '../groove.js';
import { grooveReferenceOf, reportGrooves, type GrooveReport } from '../metrics/groove-report.js';
import { jittered, quantised } from './groove-controls.js';
import { grooveDefaults } from './defaults.js';
import { makeGrooves } from './groove-flow.js';
import { type GrooveWish, strokesGiven } from './groove-given.js';
import { sameLabel } from './groove-same-label.js';
import { flowLikelihood, fittedLikelihoods, type StrokeLikelihood } from './groove-likelihood.js';

/** Statistics by set beside the train set (`as many`: of the held-out ones as many as the flow plays; `train, as told`: train windows of their styles and tempos), and of humanised patterns beside the performances that they were taken from. */
export interface MeasuredGrooves {
  readonly style: Readonly<Record<'held out' | 'as many' | 'train, as told' | 'quantised' | 'jittered' | 'flow', GrooveReport>>;
  /** Held-out patterns without velocities and timing, and with those that the flow gives them; reference: as they were played. */
  readonly humanised: Readonly<Record<'quantised' | 'jittered' | 'humanised', GrooveReport>>;
  readonly likelihood: Readonly<Record<'flow' | 'gaussian' | 'mixture', StrokeLikelihood>>;
}

/** Grooves that are made before progress is told. */
const atOnce = 64;

/** Measures what a flow plays against the train set; grooves of seed 1000, told the style and the tempo of held-out ones. */
export async function measureGrooves(
  flow: Flow,
  { train, valid, test }: Readonly<Record<'train' | 'valid' | 'test', readonly GrooveWindow[]>>,
  how: {
    readonly count: number;
    readonly temperature?: number;
    readonly steps?: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<MeasuredGrooves> {
  const { count, signal, onProgress, ...asked } = how;
  const sources = train.map(({ groove }) => groove);
  const windows = [...valid, ...test];
  const held = windows.map(({ groove }) => groove);
  const chosen = spread(windows, count);
  const patterns = chosen.map(({ groove }) => groove);
  const jitter = (grooves: readonly Groove[]): Groove[] => grooves.map((groove, i) => jittered(groove, i, sources));
  const settings = { ...grooveDefaults, ...asked, seed: 1000, signal };
  const label = ({ style, tempo }: GrooveWindow) => ({ style, tempo });
  const few = patterns.slice(0, 64);
  // A density costs about as much as these samples.
  const perDensity = 8;
  const total = 2 * chosen.length + perDensity * few.length;
  const make = async (wish: (i: number) => GrooveWish, before: number): Promise<Groove[]> => {
    const made: Groove[] = [];
    for (let index = 0; index < chosen.length; index += atOnce) {
      onProgress?.(before + index, total);
      const part = { ...settings, index, count: Math.min(atOnce, chosen.length - index) };
      made.push(...(await makeGrooves(flow, (i) => wish(index + i), part)));
    }
    return made;
  };
  const played = await make((i) => label(chosen[i]), 0);
  const humanised = await make((i) => ({ ...label(chosen[i]), given: strokesGiven(quantised(patterns[i])) }), chosen.length);
  const density = await flowLikelihood(flow, few, {
    signal,
    onProgress: (done) => onProgress?.(2 * chosen.length + perDensity * done, total),
  });
  const reference = grooveReferenceOf(sources);
  const real = grooveReferenceOf(patterns);
  return {
    style: {
      'held out': reportGrooves(held, reference),
      'as many': reportGrooves(patterns, reference, sources),
      'train, as told': reportGrooves(
        sameLabel(chosen, train).map(({ groove }) => groove),
        reference,
      ),
      quantised: reportGrooves(
        held.map((groove) => quantised(groove)),
        reference,
      ),
      jittered: reportGrooves(jitter(held), reference),
      flow: reportGrooves(played, reference, sources),
    },
    humanised: {
      quantised: reportGrooves(
        patterns.map((groove) => quantised(groove)),
        real,
      ),
      jittered: reportGrooves(jitter(patterns), real),
      humanised: reportGrooves(humanised, real),
    },
    likelihood: { flow: density, ...fittedLikelihoods(sources, few) },
  };
}
