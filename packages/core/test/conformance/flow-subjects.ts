import {
  averageField,
  conv,
  dit,
  endpointField,
  densityGuidedField,
  guidedField,
  mlp,
  multiscale,
  potential,
  retimed,
  sequence,
  transformer,
  transformerNetwork,
  unet,
  type VelocityField,
} from '#src/field/index.js';
import { affine, type CnfOptions, dequantise, gaussianMixture, logit, type SolverOptions, type Transform } from '#src/flow/index.js';
import { sphere, torus } from '#src/manifold/index.js';

/** A flow that the conformance test holds to all its laws. */
export interface Subject {
  readonly field: VelocityField;
  /** How it is solved; default: dopri5 to 1e-5. Flows of many dimensions take few equal steps, exact to the last bit alike. */
  readonly solver?: SolverOptions;
  readonly base?: CnfOptions['base'];
  readonly transforms?: readonly Transform[];
  readonly manifold?: CnfOptions['manifold'];
}

const few: SolverOptions = { method: 'rk4', steps: 4 };
const net = (settings: Parameters<typeof mlp>[0]): VelocityField =>
  mlp({ hidden: [9, 8], activation: 'tanh', lastLayer: 'random', ...settings });

/** Every kind of field, and the bases and transforms that a file can hold and whose density is the flow's own; a new one is one line. */
export const subjects: { readonly [name: string]: Subject } = {
  'mlp, ignore': { field: net({ dim: 2, time: 'ignore' }) },
  'mlp, concat, one hidden layer': { field: net({ dim: 3, time: 'concat', hidden: [10] }) },
  'mlp, squash, residual': { field: net({ dim: 3, time: 'squash', residual: true, hidden: [8, 8, 8] }) },
  'mlp, concat-squash, classes, octaves': { field: net({ event: [2, 2], classes: 3, octaves: 2 }) },
  'mlp, blend': { field: net({ dim: 2, time: 'blend' }) },
  'mlp, hyper': { field: net({ dim: 2, time: 'hyper', hyperUnits: 3 }) },
  'mlp, harmonics, in one dimension': { field: net({ dim: 1, harmonics: 2 }) },
  potential: { field: potential({ dim: 3, width: 7, depth: 2 }) },
  transformer: { field: transformer({ event: [3, 2], model: 8, heads: 2, layers: 1, period: 2, lastLayer: 'random' }), solver: few },
  endpoint: {
    field: endpointField({
      network: transformerNetwork({ input: [2, 4], output: [2, 3], model: 4, heads: 1, layers: 1, expansion: 1, lastLayer: 'random' }),
      codebook: [[-1], [0], [1]],
      sigma: 1,
      evidence: 'logits+input',
    }),
    solver: { method: 'rk4', steps: 6 },
  },
  conv: { field: conv({ event: [2, 4, 1], hidden: [4], lastLayer: 'random' }), solver: few },
  unet: { field: unet({ event: [2, 2, 1], channels: 4, multipliers: [1, 2], groups: 2, classes: 2, lastLayer: 'random' }), solver: few },
  dit: { field: dit({ event: [2, 2, 1], patch: 1, model: 4, heads: 1, layers: 1, expansion: 1, lastLayer: 'random' }), solver: few },
  sequence: { field: sequence({ event: [2], steps: [net({ dim: 2 }), net({ dim: 2, time: 'blend' })] }) },
  multiscale: {
    field: multiscale({ event: [4, 4, 1], scales: 2, blocks: 1, field: (event) => conv({ event, hidden: [3], lastLayer: 'random' }) }),
    solver: { method: 'rk4', steps: 6 },
  },
  retimed: { field: retimed({ field: net({ dim: 2, activation: 'softplus' }), from: 0.8, to: 0 }) },
  average: { field: averageField({ field: net({ dim: 2, conditionDim: 3 }), divergence: net({ dim: 2, conditionDim: 3 }) }) },
  'on the sphere': { field: net({ dim: 3 }), manifold: sphere(2) },
  'on the torus, classes': { field: net({ dim: 4, classes: 2 }), manifold: torus(2) },
  densityGuided: { field: densityGuidedField({ field: net({ dim: 2, classes: 2 }) }) },
  guided: { field: guidedField({ field: net({ dim: 2, classes: 2 }), scale: 2.5 }) },
  'a mixture as base, with an affine transform': {
    field: net({ dim: 2 }),
    base: gaussianMixture({ means: [[-1, 0], [1, 0.5]], standardDeviations: [0.6, 0.9], weights: [1, 2] }), // prettier-ignore
    transforms: [affine({ shift: [1, -2], scale: [0.5, 3] })],
  },
  'whole numbers through dequantise and logit': { field: net({ dim: 3 }), transforms: [dequantise({ levels: 8 }), logit({ alpha: 0.1 })] },
};
