import { type ArrayLike, type NdArray, ndarray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, oneOf, readOptions, seed } from '@advect/base/options';
import { key, split } from '../random/index.js';
import type { Tensor } from '../tensor/index.js';
import { rowsOfEvents } from './checks.js';
import { chooseTrace, traceReport } from './divergence-choice.js';
import type { Trace } from './divergence.js';
import type { Flow, LogProbOptions, Report } from './flow.js';
import { conditionReaders, densityRefusals, solverReaders } from './options.js';
import { rowKeys } from './row-key.js';
import { travel } from './travel.js';
import { entryPlaces, mixingTransform, toModelSpaceByEntry } from './transforms/by-entry.js';
import { dataEvent } from './transforms/index.js';

/** Options of `entrySurprise`. */
export interface EntrySurpriseOptions extends Omit<LogProbOptions, 'divergence' | 'solverError' | 'samples'> {
  /** How the diagonal of the Jacobian is taken. Default 'auto': exactly up to 64 dimensions, else with Rademacher probes. */
  readonly divergence?: 'auto' | 'exact' | 'rademacher';
}

/** Result of `entrySurprise`. */
export interface EntrySurprise {
  /** What each entry adds to −log p, nats, of the data's shape: the sum over a row is the row's −log p. */
  readonly surprise: NdArray<Float64Array>;
  /** The same −log p of each row in its three parts, nats: where its noise lies, how the flow stretches, and the transforms. */
  readonly parts: { readonly base: Float64Array; readonly divergence: Float64Array; readonly transforms: Float64Array };
  readonly report: Report;
}

/**
 * How much each entry adds to a row's −log p, in nats: its part of −log p₀ at the noise, ½(zᵢ² + log 2π), plus the stretching of
 * space along its axis on the way, ∫ ∂uᵢ/∂xᵢ dt, less the log-slope of the transforms there. The parts add up to −log p as
 * `logProb` gives it with the same seed, to the solver's error; with random probes they are those of Hutchinson's estimate.
 *
 * A flow moves every entry of a point within its own axis, so that zᵢ is entry i seen after all dependence on the others is taken
 * out. Of a Gaussian learned by flow matching it is the whitened point that stays nearest to the original (ZCA; Kessy, Lewin
 * and Strimmer 2018). The parts of a single entry are no density of that entry, and may be negative.
 *
 * Costs as much as `logProb` with the same divergence.
 *
 * @throws AdvectError as `logProb` does, and `unsupported` for a base that is not the standard normal, for a manifold, and for a
 * transform that mixes entries
 */
export async function entrySurprise(flow: Flow, x: ArrayLike | Tensor, options?: EntrySurpriseOptions): Promise<EntrySurprise> {
  const o = readOptions<EntrySurpriseOptions>('entrySurprise', options, {
    ...solverReaders,
    ...conditionReaders,
    ...densityRefusals,
    divergence: oneOf(['auto', 'exact', 'rademacher'] as const, 'auto'),
    probes: integer({ default: 8, min: 1 }),
    seed: seed(),
  });
  const { base, field, transforms } = flow;
  requireEntries(flow);
  const trace = diagonalTrace(flow, o);
  const data = await rowsOfEvents(dataEvent(transforms, field.event), x, 'entrySurprise: x');
  const rows = data.shape[0];
  const dim = sizeOf(field.event);
  const { y, logDet } = toModelSpaceByEntry(transforms, data, rowKeys(split(key(o.seed!), 'transform'), data));
  const divergence = { trace, keys: rowKeys(split(key(o.seed!), 'probes'), data) };
  const { arrival, report } = await travel(flow, y, 1, 0, o, { divergence });
  const ofBase = base.logProb(ndarray(arrival.x.data, [rows * dim, 1])).map((v) => -v);
  // The solve runs from 1 to 0, which gives the integral over rising time its other sign.
  const stretched = arrival.integrals.map((v) => -v);
  const places = entryPlaces(transforms, data.shape.slice(1));
  const surprise = logDet.map((v) => -v);
  ofBase.forEach((v, i) => (surprise[i - (i % dim) + places[i % dim]] += v + stretched[i]));
  const rowSums = (of: Float64Array): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => of.subarray(row * dim, (row + 1) * dim).reduce((sum, v) => sum + v, 0));
  return {
    surprise: ndarray(surprise, data.shape),
    parts: { base: rowSums(ofBase), divergence: rowSums(stretched), transforms: rowSums(logDet.map((v) => -v)) },
    report: { ...report, ...traceReport(trace) },
  };
}

function diagonalTrace({ field }: Flow, { divergence, probes }: EntrySurpriseOptions): Trace {
  const chosen = chooseTrace({ divergence, probes }, { ...field, velocityAndDivergence: undefined });
  const dimensions = sizeOf(field.event);
  return 'probes' in chosen ? { kind: 'diagonal', dimensions, probes: chosen.probes } : { kind: 'diagonal', dimensions };
}

function requireEntries({ base, manifold, transforms }: Flow): void {
  const mixing = mixingTransform(transforms);
  const reason = manifold
    ? 'its points lie on a manifold'
    : base.config.kind !== 'standard-normal'
      ? `its base is '${base.config.kind}', whose entries depend on each other`
      : mixing && `its transform '${mixing.config.kind}' does not take each entry by itself`;
  if (!reason) return;
  throw new AdvectError('unsupported', `entrySurprise: −log p of this flow has no parts by entry: ${reason}`, 'Ask for logProb.');
}
