import type { NdArray } from '@advect/base/array';
import {
  type EndpointField,
  endpointField,
  densityGuidedField,
  guidedField,
  mlp,
  potential,
  transformer,
  transformerNetwork,
  type Parameters,
  type VelocityField,
} from '#src/field/index.js';
import type { Trace } from '#src/flow/divergence.js';
import { logitsFunction, pullbackFunction } from '#src/flow/programs/functions.js';
import { TRACED_ROWS, type TracedFunction } from '#src/flow/programs/traced.js';
import { activationNames } from '#src/nn/activations.js';
import { crossEntropy } from '#src/objective/endpoint.js';
import { squaredError } from '#src/objective/flow-matching.js';
import { gradientFunction } from '#src/objective/row-loss.js';
import { key, normals, split } from '#src/random/index.js';

/** With a small sigma the slopes in t are so steep that a change of x by half a unit in its last place shows in the third digit. */
const codebook = [
  [1, 0],
  [0, 1],
  [-1, -1],
];
const tokens = transformerNetwork({ input: [4, 5], output: [4, 3], model: 8, layers: 2, heads: 2, octaves: 2, conditionDim: 2, period: 2 });
const plain = transformerNetwork({ input: [4, 2], output: [4, 3], model: 8, layers: 1, heads: 2, octaves: 1, lastLayer: 'random' });

/** A field, and how its divergence is taken. */
export interface Case {
  readonly field: VelocityField;
  readonly traces: readonly Trace[];
}

const exact: Trace = { kind: 'exact' };
const probes: Trace = { kind: 'rademacher', probes: 2 };
const closedForm: Trace = { kind: 'closed-form' };

/** Every activation with both ways of time, and any two values of any two of the other options together. */
const mlps = activationNames.flatMap((activation, i) =>
  (['concat', 'concat-squash'] as const).map((time, j): [string, Case] => {
    const bits = j === 0 ? i : ~i;
    const [residual, octaves, conditionDim] = [(bits & 1) > 0, (bits & 2) > 0 ? 3 : 0, (bits & 4) > 0 ? 2 : 0];
    const name = ['mlp', activation, time, residual && 'residual', octaves && 'octaves', conditionDim && 'condition'];
    const field = mlp({ dim: 3, hidden: [7, 7], lastLayer: 'random', activation, time, residual, octaves, conditionDim });
    return [
      name.filter(Boolean).join(' '),
      { field, traces: [j === 0 ? exact : probes, ...(field.velocityAndDivergence ? [closedForm] : [])] },
    ];
  }),
);

const otherTimes = (['ignore', 'squash', 'blend', 'hyper'] as const).map((time, i): [string, Case] => {
  const field = mlp({ dim: 3, hidden: [6, 6], lastLayer: 'random', activation: 'tanh', time, residual: i % 2 === 1 });
  return [`mlp ${time}`, { field, traces: [i % 2 === 0 ? exact : probes] }];
});

export const cases: { readonly [name: string]: Case } = {
  ...Object.fromEntries(mlps),
  ...Object.fromEntries(otherTimes),
  'mlp of 16 octaves': { field: mlp({ dim: 2, hidden: [5], octaves: 16, lastLayer: 'random' }), traces: [] },
  'mlp of one hidden layer': {
    field: mlp({ dim: 3, hidden: [9], activation: 'tanh', classes: 2, lastLayer: 'random' }),
    traces: [closedForm],
  },
  guided: {
    field: guidedField({ field: mlp({ dim: 2, hidden: [6], classes: 2, lastLayer: 'random' }), scale: 2, interval: [0.2, 0.7] }),
    traces: [exact],
  },
  'density-guided': {
    field: densityGuidedField({ field: mlp({ dim: 2, hidden: [6], classes: 2, lastLayer: 'random' }) }),
    traces: [exact],
  },
  potential: { field: potential({ dim: 3, width: 6, depth: 3, rank: 2 }), traces: [closedForm] },
  transformer: {
    field: transformer({ event: [4, 3], model: 8, layers: 2, heads: 2, expansion: 2, octaves: 3, conditionDim: 2, period: 2 }),
    traces: [probes],
  },
  'transformer told token by token': {
    field: transformer({ event: [3, 2], model: 6, layers: 1, heads: 3, octaves: 2, conditionDim: 7, tokenCondition: 2 }),
    traces: [probes],
  },
  'transformer plain': {
    field: transformer({ event: [3, 2], model: 6, layers: 1, heads: 3, octaves: 0, relativePositions: false }),
    traces: [exact],
  },
  'endpoint logits': { field: endpointField({ network: plain, codebook, sigma: 0.2 }), traces: [probes] },
  'endpoint logits+input': { field: endpointField({ network: tokens, codebook, sigma: 0.5, evidence: 'logits+input' }), traces: [] },
  'endpoint none': { field: endpointField({ network: plain, codebook, evidence: 'none' }), traces: [] },
};

/** Fresh weights, moved off their zeros. */
export function weightsOf(field: VelocityField): Parameters {
  const from = key(3);
  return Object.fromEntries(
    Object.entries(field.init(from)).map(([name, { shape, data }]) => {
      const noise = normals(split(from, name), data.length);
      return [name, { shape, data: data.map((value, i) => value + 0.2 * noise[i]) }];
    }),
  );
}

const isEndpoint = (field: VelocityField): field is EndpointField => 'logits' in field;

/** What is computed of a field: velocity, divergence and penalties with all their gradients, and what the objectives take. */
export function functionsOf({ field, traces }: Case, parameters: Parameters): { readonly [name: string]: TracedFunction } {
  const conditioned = field.conditionDim > 0;
  const of = { field, parameters, conditioned };
  const traced = (...shape: readonly number[]): NdArray => ({ shape: [TRACED_ROWS, ...shape], data: new Float32Array(0) });
  const rows = { xt: traced(...field.event), t: traced(), ...(conditioned && { condition: traced(field.conditionDim) }) };
  const penalties = (trace: Trace) => (trace === probes ? (['kinetic', 'jacobian'] as const) : []);
  return {
    'flow matching': gradientFunction(squaredError(field), { ...rows, target: traced(...field.event) }, parameters),
    ...Object.fromEntries(traces.map((trace) => [`divergence, ${trace.kind}`, pullbackFunction(of, trace, penalties(trace))])),
    ...(isEndpoint(field) && {
      logits: logitsFunction({ ...of, field }),
      'endpoint matching': gradientFunction(crossEntropy(field), { ...rows, target: traced(field.slots, codebook.length) }, parameters),
    }),
  };
}
