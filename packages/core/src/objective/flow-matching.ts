import { type NdArray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { boolean, number, oneOf, optional, readOptions } from '@advect/base/options';
import type { VelocityField } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import type { Manifold } from '../manifold/index.js';
import { type Key, normals, split } from '../random/index.js';
import { tf } from '../tensor/index.js';
import { couple, type CouplingName, couplingNames, type PairCosts, squaredDistances } from './coupling.js';
import type { Batch, Objective } from './objective.js';
import { type Path, type PathName, pathNames, pathOf } from './path.js';
import { inputOf, type RowLoss, rowObjective, type RowProblem } from './row-loss.js';
import { drawTimes, type TimeDistribution, timeDistributions } from './times.js';

/** Options of `flowMatching`. */
export interface FlowMatchingOptions {
  /**
   * The way from noise x0 to data x1. Default 'straight'.
   *
   * - 'straight': (1 − t)·x0 + t·x1 + σ·ε; on a manifold the geodesic. Take this one.
   * - 'conditional-ot': (1 − (1 − σ)·t)·x0 + t·x1, the noise shrinking to σ. For data without noise of its own.
   * - 'cosine': cos(πt/2)·x0 + sin(πt/2)·x1 + σ·ε, of constant variance where data and noise have the same.
   * - 'variance-preserving': as the diffusion models do, with β from 0.1 to 20. To compare with those, or to go on from
   *   one. At t = 0 it holds 0.7 % of the data; times end at 0.999.
   * - 'bridge': a Brownian bridge, (1 − t)·x0 + t·x1 + σ·√(t(1 − t))·ε, with the drift of its probability flow. With the
   *   coupling 'sinkhorn' it learns the Schrödinger bridge of diffusion σ. Times lie in [0.001, 0.999].
   */
  readonly path?: PathName;
  /**
   * The σ of the path. Default 0; 'bridge' needs one above 0, 'conditional-ot' one below 1. The other paths are blurred by it
   * at both ends, so keep it small.
   */
  readonly sigma?: number;
  /**
   * How noise and data are paired within a batch. Default 'independent'. 'exact-ot' (least total squared distance) makes
   * paths that cross less, so that few steps sample well; 'sinkhorn' draws pairs from the entropic plan, a smoother thing.
   */
  readonly coupling?: CouplingName;
  /** ε of 'sinkhorn'. Default 2σ² for 'bridge', which is the Schrödinger bridge's own; else 5 % of a batch's mean squared distance. */
  readonly regularisation?: number;
  /**
   * Whether samples of different conditions may be paired. Default false: each class is then paired with noise of its
   * own, and its noise stays that of the base. True gives shorter ways and, with few samples a class, conditions that
   * pull at the noise they are given.
   */
  readonly acrossConditions?: boolean;
  /**
   * How times are drawn: 'uniform' on [0, 1); 'logit-normal', t = sigmoid(N(0, 1)), which weighs the loss towards the middle
   * times; or 'likelihood', with density ∝ t / (1 − t) up to 1 − 1e-4, where on the straight path an error counts as it does
   * in the log-likelihood: to go on with for the sake of the density. All have the same minimiser; their loss values are
   * not comparable. Default 'uniform'.
   */
  readonly timeDistribution?: TimeDistribution;
}

type Settings = FlowMatchingOptions & Required<Omit<FlowMatchingOptions, 'regularisation'>>;

/**
 * Conditional flow matching: the objective to begin with, since it needs no solver and its cost is one forward and one
 * backward pass of the field for each step. Regresses u(x_t, t) on the velocity of a path from x0 of the base to x1 of
 * the data. The loss is the mean square over samples and entries; its minimum is the variance of that velocity given
 * x_t, not zero.
 *
 * References: Lipman et al. (2023), eq. 23 ('conditional-ot'), eq. 19 ('variance-preserving'); Liu, Gong & Liu (2023),
 * eq. 1; Albergo & Vanden-Eijnden (2023) ('cosine'); Tong et al. (2024), eq. 14–15 for σ, §3.2 for 'exact-ot', §3.3 for
 * 'bridge'; Chen & Lipman (2024), eq. 13–15, for geodesics; Esser et al. (2024), eq. 19 for 'logit-normal'; Song, Durkan,
 * Murray & Ermon (2021) and Kingma et al. (2021), eq. 14, for 'likelihood', whose signal-to-noise ratio is t² / (1 − t)² here; Cheng &
 * Schwing (2025) for pairing within conditions.
 *
 * With the coupling 'sinkhorn' the metric `assigned` of each step is the share of its rows whose plan could not be found, so that
 * the exact assignment paired them: 0 unless the regularisation is tiny.
 */
export function flowMatching(options?: FlowMatchingOptions): Objective {
  const settings = readOptions<Settings>('flowMatching', options, {
    path: oneOf(pathNames, 'straight'),
    sigma: number({ default: 0, min: 0 }),
    coupling: oneOf(couplingNames, 'independent'),
    regularisation: optional(number({ min: 1e-12 })),
    acrossConditions: boolean(false),
    timeDistribution: oneOf(timeDistributions, 'uniform'),
  });
  checkTogether(settings);
  const { coupling, sigma, timeDistribution, acrossConditions } = settings;
  const path = pathOf(settings.path, sigma);
  const regularisation = settings.regularisation ?? (settings.path === 'bridge' ? 2 * sigma ** 2 : undefined);
  const pose = (flow: Flow, batch: Batch, key: Key): RowProblem => {
    const { x, condition } = batch;
    const count = x.shape[0];
    const t = drawTimes(timeDistribution, path.times, count, split(key, 'time'));
    let assigned = 0;
    const onAssigned = (paired: number): void => void (assigned += paired);
    const pairs = { name: coupling, regularisation, key: split(key, 'plan'), onAssigned, ...(!acrossConditions && { condition }) };
    const manifold = manifoldOf(flow, settings);
    const costs = manifold ? squaredGeodesics(manifold) : squaredDistances;
    const x0 = noiseOf(batch, coupling) ?? couple(pairs, flow.base.sample(count, split(key, 'base'), x.shape.slice(1), 0), x, costs);
    const rows = {
      ...(manifold ? alongGeodesic(manifold, x0, x, t) : alongPath(path, x0, x, t, split(key, 'sigma'))),
      t: { shape: [count], data: t },
      condition,
    };
    return {
      loss: squaredError(flow.field),
      rows,
      scale: 1 / x.data.length,
      ...(coupling === 'sinkhorn' && { metrics: { assigned: assigned / count } }),
    };
  };
  return rowObjective('flow-matching', pose);
}

/** The squared error of each row at its point x_t of the path, where `target` is the velocity to be met. */
export const squaredError = (field: VelocityField): RowLoss => ({
  name: 'flow-matching',
  loss(parameters, rows) {
    const u = field.velocity(parameters, inputOf(rows));
    return tf.sum(tf.reshape(tf.square(tf.sub(u, rows.target)), [rows.xt.shape[0], -1]), 1);
  },
});

/** Points of the path and the path's velocity there, row by row. */
export function alongPath(path: Path, x0: NdArray, x1: NdArray, t: Float32Array, key: Key): { xt: NdArray; target: NdArray } {
  const width = sizeOf(x1.shape.slice(1));
  const xt = new Float32Array(x1.data.length);
  const target = new Float32Array(x1.data.length);
  let epsilon: Float32Array | undefined;
  for (let row = 0; row < t.length; row++) {
    const { noise, data, blur, noiseRate, dataRate, blurRate } = path.at(t[row]);
    if (blur > 0) epsilon ??= normals(key, xt.length);
    for (let i = row * width; i < (row + 1) * width; i++) {
      xt[i] = noise * x0.data[i] + data * x1.data[i] + (epsilon ? blur * epsilon[i] : 0);
      target[i] = noiseRate * x0.data[i] + dataRate * x1.data[i] + (epsilon ? blurRate * epsilon[i] : 0);
    }
  }
  return { xt: { shape: x1.shape, data: xt }, target: { shape: x1.shape, data: target } };
}

/** The noise that the data came with, if they did. */
export function noiseOf({ x0 }: Batch, coupling: CouplingName): NdArray | undefined {
  if (!x0 || coupling === 'independent') return x0;
  throw new AdvectError('invalid-option', `the data are pairs, and the coupling '${coupling}' would part them`, 'Leave the coupling out.');
}

/** Points of the shortest geodesics and their velocities. */
function alongGeodesic(manifold: Manifold, x0: NdArray, x1: NdArray, t: Float32Array): { xt: NdArray; target: NdArray } {
  const { xt, velocity } = manifold.geodesic(x0, x1, t);
  return { xt, target: velocity };
}

/** Squared lengths of the shortest geodesics from each row of the one to each row of the other. */
export const squaredGeodesics =
  (manifold: Manifold): PairCosts =>
  (a, b) => {
    const n = a.shape[0];
    const pairs = Int32Array.from({ length: n * n }, (_, k) => k);
    return manifold
      .distance(
        takeRows(
          a,
          pairs.map((k) => Math.floor(k / n)),
        ),
        takeRows(
          b,
          pairs.map((k) => k % n),
        ),
      )
      .map((v) => v * v);
  };

/** The manifold of a flow, on which there is the straight path without blur only. */
function manifoldOf({ manifold }: Flow, { path, sigma }: Settings): Manifold | undefined {
  if (!manifold || (path === 'straight' && sigma === 0)) return manifold;
  throw new AdvectError(
    'unsupported',
    `flowMatching: path '${path}' with sigma ${sigma} on a ${manifold.config.kind}`,
    'On a manifold take the straight path, which is the geodesic there, and no sigma.',
  );
}

function checkTogether({ path, sigma, coupling, regularisation }: Settings): void {
  if (path === 'bridge' && sigma === 0) {
    throw new AdvectError(
      'invalid-option',
      "flowMatching: path 'bridge' with sigma 0",
      'Give the diffusion sigma, or take the straight path.',
    );
  }
  if (path === 'conditional-ot' && sigma >= 1) {
    throw new AdvectError(
      'invalid-option',
      `flowMatching: path 'conditional-ot' with sigma ${sigma}`,
      'Give a sigma below 1, such as 1e-4.',
    );
  }
  if (regularisation !== undefined && coupling !== 'sinkhorn') {
    throw new AdvectError(
      'invalid-option',
      `flowMatching: a regularisation is given for the coupling '${coupling}'`,
      "It belongs to the coupling 'sinkhorn'.",
    );
  }
}
