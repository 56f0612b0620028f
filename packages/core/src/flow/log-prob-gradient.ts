import { type ArrayLike, type NdArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { oneOf, optional, readOptions, seed, value } from '@advect/base/options';
import { type ExplicitMethodName, type GradientMode, gradientModes } from '../ode/index.js';
import { explicitMethodNames } from '../ode/methods/index.js';
import { key, split } from '../random/index.js';
import { ready, type Tensor } from '../tensor/index.js';
import { rowsOfEvents } from './checks.js';
import { conditionRows } from './condition.js';
import { chooseTrace, traceReport } from './divergence-choice.js';
import type { Flow, LogProbOptions, Report } from './flow.js';
import { gradientInChunks } from './gradient/chunks.js';
import type { LikelihoodGradient } from './gradient/problem.js';
import { checkTolerance, conditionReaders, divergenceReaders, gradientRefusals, solverReaders } from './options.js';
import { rowKeys } from './row-key.js';
import { dataEvent, toModelSpace } from './transforms/index.js';
import { pullToDataSpace } from './transforms/pullback.js';

/** Rows differentiated at a time by default. */
const ROWS_AT_A_TIME = 1024;

/** Options of `logProbGradient`. */
export interface LogProbGradientOptions extends Omit<LogProbOptions, 'method' | 'control' | 'solverError' | 'samples' | 'jumpAt'> {
  /** Default 'dopri5'. */
  readonly method?: ExplicitMethodName;
  /** How the solve is differentiated; default 'steps'. All agree: see `GradientMode` for what they cost. */
  readonly gradient?: GradientMode;
  /** wᵢ of each row, default 1. */
  readonly weights?: { readonly [row: number]: number; readonly length: number };
}

/** Log-densities and the gradient of their weighted sum L = Σ wᵢ log p(xᵢ). */
export interface LogProbGradient {
  /** log p of each row, nats, in data space, without its weight. */
  readonly logProb: Float64Array;
  /** ∂L/∂x, of x's shape: wᵢ ∇ log p(xᵢ) in row i. Under dequantisation that of the noisy point. */
  readonly x: NdArray;
  /** ∂L/∂condition, [rows, conditionDim], where there is one. */
  readonly condition?: NdArray;
  /** ∂L/∂weight for each of the flow's weights. */
  readonly parameters: { readonly [name: string]: NdArray };
  /** ∂L/∂t of the two ends: the base's time, 0, and the data's, 1. */
  readonly times: readonly [number, number];
  readonly report: LogProbGradientReport;
}

/** How a gradient came about. */
export interface LogProbGradientReport extends Pick<Report, 'backend' | 'executor' | 'divergence' | 'probes'> {
  readonly method: ExplicitMethodName;
  readonly gradient: GradientMode;
  /** Evaluations of the field forward, again on the way back, and of its pullback; summed over chunks. */
  readonly evaluations: LikelihoodGradient['evaluations'];
}

/**
 * log p(x) and its gradient with respect to x, the condition, the weights and both end times. For maximum a posteriori
 * points, sensitivities, Langevin steps, or a training loop of one's own (`likelihood` with `train` is the ready-made one).
 *
 * The rows of a chunk (`chunk`) share the steps that error control chooses, so that a row depends on its mates up to the
 * tolerance; with `steps` or `chunk: 1` it does not. Costs two to six times a log-density.
 *
 * @throws AdvectError as `logProb` does; `unsupported` for a transform of one's own without `pullback`
 * @example
 * const { logProb, x } = await logProbGradient(flow, points, { gradient: 'checkpointed' });
 */
export async function logProbGradient(flow: Flow, x: ArrayLike | Tensor, options?: LogProbGradientOptions): Promise<LogProbGradient> {
  const o = readLogProbGradient(options);
  const backend = await ready();
  checkTolerance(o, backend);
  const { field, base, parameters, transforms } = flow;
  const trace = chooseTrace(o, field);
  const data = await rowsOfEvents(dataEvent(transforms, field.event), x, 'logProbGradient: x');
  const rows = data.shape[0];
  const weights = o.weights ? Float64Array.from(o.weights as ArrayLike & number[]) : new Float64Array(rows).fill(1);
  if (weights.length !== rows) {
    throw new AdvectError('invalid-shape', `logProbGradient: ${weights.length} weights for ${rows} rows`, 'Give one for each row.');
  }
  const condition = await conditionRows(o, rows, field.conditionDim);
  const transformKeys = rowKeys(split(key(o.seed!), 'transform'), data);
  const { y, logDet } = toModelSpace(transforms, data, transformKeys);
  const problem = {
    field,
    base,
    parameters,
    x: y,
    condition,
    ofCondition: condition !== undefined,
    divergence: { trace, keys: rowKeys(split(key(o.seed!), 'probes'), data) },
    weights,
    interval: [0, 1] as const,
    solver: o,
    computing: o,
  };
  const found = await gradientInChunks(problem, o.chunk ?? ROWS_AT_A_TIME, o.gradient);
  return {
    logProb: found.logProb.map((value, i) => value + logDet[i]),
    x: ndarray(pullToDataSpace(transforms, data, transformKeys, found.x, weights), data.shape),
    ...(found.condition && { condition: ndarray(found.condition, condition!.shape) }),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, ndarray(found.parameters[name], shape)])),
    times: found.interval,
    report: {
      backend: backend.backend,
      ...(found.executor && { executor: found.executor }),
      method: o.method!,
      gradient: o.gradient!,
      evaluations: found.evaluations,
      ...traceReport(trace),
    },
  };
}

/** The options, checked, with defaults filled in. */
function readLogProbGradient(options: LogProbGradientOptions | undefined): LogProbGradientOptions {
  const { control: _, method: __, ...solver } = solverReaders;
  return readOptions<LogProbGradientOptions>('logProbGradient', options, {
    ...solver,
    ...conditionReaders,
    ...divergenceReaders,
    ...gradientRefusals,
    method: oneOf(explicitMethodNames, 'dopri5'),
    gradient: oneOf(gradientModes, 'steps'),
    seed: seed(),
    weights: optional(
      value<NonNullable<LogProbGradientOptions['weights']>>(
        (v) => (Array.isArray(v) || ArrayBuffer.isView(v)) && Array.from(v as unknown as number[]).every(Number.isFinite),
        'a number for each row',
      ),
    ),
  });
}
