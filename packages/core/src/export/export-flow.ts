import { AdvectError } from '@advect/base/errors';
import { integer, oneOf, readOptions } from '@advect/base/options';
import { exportOnnx, optimise, trace } from '@advect/compiler';
import type { DivergenceOptions, Flow } from '../flow/flow.js';
import { chooseTrace } from '../flow/divergence-choice.js';
import { divergenceReaders } from '../flow/options.js';
import { weightArrays } from '../flow/programs/traced.js';
import { type ExplicitMethodName } from '../ode/index.js';
import { explicitMethodNames } from '../ode/methods/index.js';
import { logProbGraph, samplerGraph, velocityGraph } from './flow-graphs.js';

/** What of a flow becomes a file, and with which solver. */
export interface ExportFlowOnnxOptions extends DivergenceOptions {
  /**
   * 'velocity': x [batch, ...event] in model space and t [1] → u. 'sampler': noise z of the base → x in data space.
   * 'logProb': x in data space → logProb [batch], nats.
   */
  readonly what: 'velocity' | 'logProb' | 'sampler';
  /** Of the equal steps, default 'rk4'. */
  readonly method?: ExplicitMethodName;
  /** Default 16. The file holds every step, so that its size in operators grows with them. */
  readonly steps?: number;
}

/**
 * Part of a flow as the bytes of one .onnx file, weights included, for any number of rows. All inputs and outputs are
 * float32. A flow whose field takes a condition has the further input `condition` [batch, conditionDim] (one-hot labels,
 * zeros where unknown). 'logProb' takes `uniforms`, numbers of [0, 1) of x's shape, where the flow dequantises, and
 * `probes` [probes, batch, ...event] where the divergence is taken with probes.
 *
 * Results agree with the flow's own verbs at the same method and steps to float32 rounding.
 *
 * Throws `unsupported` where the field uses an operation that cannot be traced, or the flow a base or transform of the user's
 * own; for the 'sampler' and the 'logProb' of a `sequence`, whose steps would have to end at the seams (its 'velocity' can be
 * exported); for the 'logProb' of an augmented flow, whose further numbers are drawn from the point itself; and for 'hutch++'.
 */
export function exportFlowOnnx(flow: Flow, options: ExportFlowOnnxOptions): Uint8Array<ArrayBuffer> {
  const { what, method, steps, ...divergence } = readOptions<ExportFlowOnnxOptions>('exportFlowOnnx', options, {
    what: oneOf(['velocity', 'logProb', 'sampler'] as const),
    method: oneOf<ExplicitMethodName>(explicitMethodNames, 'rk4'),
    steps: integer({ default: 16, min: 1, max: 10_000 }),
    ...divergenceReaders,
  });
  if (divergence.divergence === 'hutch++') {
    throw new AdvectError(
      'unsupported',
      "exportFlowOnnx: the sketch of 'hutch++' is not part of a file",
      "Ask for 'exact', 'rademacher' or 'gaussian'.",
    );
  }
  if (flow.field.pieces && what !== 'velocity') {
    throw new AdvectError(
      'unsupported',
      `exportFlowOnnx: a '${what}' in one file of a field in pieces, which jumps from one to the next`,
      "Export its 'velocity', or a flow of each of its fields.",
    );
  }
  const grid = { method: method!, steps: steps! };
  const { f, inputs } =
    what === 'velocity'
      ? velocityGraph(flow)
      : what === 'sampler'
        ? samplerGraph(flow, grid)
        : logProbGraph(flow, grid, chooseTrace(divergence, flow.field));
  const graph = optimise(trace(f, inputs));
  const used = new Set(graph.inputs.map(({ name }) => name));
  const parameters = Object.fromEntries(Object.entries(weightArrays(flow.parameters)).filter(([name]) => used.has(name)));
  return exportOnnx(graph, { parameters });
}
