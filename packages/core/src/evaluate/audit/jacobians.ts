import { type NdArray, takeRows } from '@advect/base/array';
import { conditionRows } from '../../flow/condition.js';
import { drawProbes } from '../../flow/divergence.js';
import { chooseTrace } from '../../flow/divergence-choice.js';
import { fieldPrograms, withPrograms } from '../../flow/programs/index.js';
import { key, split } from '../../random/index.js';
import { type AuditCheck, compared, show, type Subject } from './check.js';
import { alongDirections, unitVector } from './differences.js';
import { logAbsDeterminant } from './log-determinant.js';

/** Up to this many dimensions whole Jacobians are differenced. */
const DENSE_UP_TO = 16;

const TIMES = [0.05, 0.5, 0.95];
const PROBES = 4;

/**
 * The divergence that log-densities are made of against finite differences of the velocity: the whole trace, or in many
 * dimensions εᵀJε along random ε.
 */
export async function checkDivergence({ field, parameters, dim, given, solver, seed }: Subject, x: NdArray): Promise<AuditCheck> {
  const rows = x.shape[0];
  const dense = dim <= DENSE_UP_TO;
  const trace = chooseTrace({ divergence: dense ? 'auto' : 'rademacher', probes: PROBES }, field);
  const keys = Array.from({ length: rows }, (_, i) => split(split(key(seed), 'divergence'), i));
  const probes = drawProbes(trace, keys, field.event)?.data;
  const columns = dense ? dim : PROBES;
  const direction = (row: number, p: number): ArrayLike<number> =>
    probes ? probes.subarray((p * rows + row) * dim, (p * rows + row + 1) * dim) : unitVector(dim)(row, p);
  const conditionOf = (count: number) => conditionRows(given(count), count, field.conditionDim);

  let [worst, size, mirrored] = [0, 1e-3, 0];
  await withPrograms(field, parameters, solver, async (programs) => {
    const own = fieldPrograms(programs, field, parameters, { condition: await conditionOf(rows), divergence: { trace, keys } });
    const moved = fieldPrograms(programs, field, parameters, { condition: await conditionOf(rows * columns * 4) });
    for (const t of TIMES) {
      const { divergence } = await own.velocityAndDivergence(t, x.data);
      const along = await alongDirections(x, columns, direction, async ({ data }) => moved.velocity(t, data));
      for (let i = 0; i < rows; i++) {
        const perDirection = Array.from({ length: columns }, (_, p) => {
          const v = direction(i, p);
          let sum = 0;
          for (let d = 0; d < dim; d++) sum += v[d] * along[(i * columns + p) * dim + d];
          return sum;
        });
        const expected = dense ? [perDirection.reduce((a, b) => a + b)] : perDirection;
        expected.forEach((value, c) => {
          const found = divergence[i * expected.length + c];
          worst = Math.max(worst, Math.abs(found - value));
          mirrored = Math.max(mirrored, Math.abs(found + value));
          size = Math.max(size, Math.abs(value));
        });
      }
    }
  });
  const relative = worst / size;
  const sign = mirrored / size < 0.01 ? 'It has the opposite sign. ' : '';
  return compared(
    'divergence',
    relative,
    0.01,
    `${dense ? 'the divergence' : 'the divergence along random directions'} differs from finite differences of the velocity by ${show(relative)} of its size`,
    `${sign}See that velocityAndJvp (or velocityAndDivergence) of the field differentiates the very velocity that it returns; without them the library differentiates by itself. A field with kinks, such as of relu, fails here too: take a smooth activation.`,
  );
}

/** log p(x) against log p₀(z) − log |det ∂x/∂z| with the Jacobian of `decode` by finite differences: sign and direction in one. */
export async function checkVolume({ flow, base, dim, solver, given }: Subject, z: NdArray): Promise<AuditCheck> {
  const name = 'change of volume';
  if (dim > DENSE_UP_TO) {
    return { name, verdict: 'skipped', summary: `Jacobians of more than ${DENSE_UP_TO} dimensions are not differenced` };
  }
  const few = takeRows(
    z,
    Int32Array.from({ length: Math.min(4, z.shape[0]) }, (_, i) => i),
  );
  const rows = few.shape[0];
  const decode = async (points: NdArray) => (await flow.decode(points, { ...solver, ...given(points.shape[0]) })).x;
  const columns = await alongDirections(few, dim, unitVector(dim), async (points) => (await decode(points)).data);
  const { logProb } = await flow.logProb(await decode(few), { ...solver, ...given(rows) });
  const logBase = base.logProb(few);
  let [worst, mirrored] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const logDet = logAbsDeterminant(columns.subarray(i * dim * dim, (i + 1) * dim * dim), dim);
    worst = Math.max(worst, Math.abs(logProb[i] - (logBase[i] - logDet)));
    mirrored = Math.max(mirrored, Math.abs(logProb[i] - (logBase[i] + logDet)));
  }
  const tolerance = 0.02 * Math.sqrt(dim) + 0.01;
  const sign = mirrored < tolerance ? 'The divergence enters with the wrong sign, or time runs the wrong way. ' : '';
  return compared(
    name,
    worst,
    tolerance,
    `log-densities differ from the finite-difference Jacobian of decode by ${show(worst)} nats`,
    `${sign}The density and the samples are not of one flow: look at the divergence and at the round trip, then tighten rtol and atol.`,
  );
}
