import { type NdArray, takeRows } from '@advect/base/array';
import type { Transform } from '../../flow/flow.js';
import { toDataSpaceWithLogDet, toModelSpace } from '../../flow/transforms/index.js';
import { rowKeys } from '../../flow/row-key.js';
import { key, split } from '../../random/index.js';
import { type AuditCheck, compared, largestDifference, show, type Subject } from './check.js';
import { alongDirections, unitVector } from './differences.js';
import { logAbsDeterminant } from './log-determinant.js';

const sizeOfEntries = ({ data }: NdArray): number => Math.max(1, largestDifference(data, new Float32Array(data.length)));

/** encode∘decode and decode∘encode, in units of the largest entry. */
export async function checkRoundTrip({ flow, solver, given }: Subject, z: NdArray, x: NdArray): Promise<AuditCheck> {
  const o = { ...solver, ...given(x.shape[0]) };
  const there = await flow.decode((await flow.encode(x, o)).z, o);
  const back = await flow.encode((await flow.decode(z, o)).x, o);
  const deviation = Math.max(
    largestDifference(there.x.data, x.data) / sizeOfEntries(x),
    largestDifference(back.z.data, z.data) / sizeOfEntries(z),
  );
  return compared(
    'round trip',
    deviation,
    2e-3,
    `encoding and decoding returns to within ${show(deviation)} of the largest entry`,
    'The solver cannot retrace its way: tighten rtol and atol; if that does not help, the field is stiff or contracts so strongly that float32 forgets where it came from, which a kinetic regulariser or less training prevents.',
  );
}

/** sampleWithLogProb against logProb of the same points. */
export async function checkSamples({ flow, solver, given, seed }: Subject, rows: number): Promise<AuditCheck> {
  const o = { ...solver, ...given(rows) };
  const made = await flow.sampleWithLogProb(rows, { ...o, seed });
  const asked = await flow.logProb(made.x, o);
  const noise = made.standardError.map((e, i) => 5 * Math.hypot(e, asked.standardError[i]));
  let deviation = 0;
  made.logProb.forEach((v, i) => (deviation = Math.max(deviation, Math.abs(v - asked.logProb[i]) - noise[i])));
  return compared(
    'density of samples',
    deviation,
    0.02,
    `sampleWithLogProb and logProb differ by ${show(deviation)} nats at the same points${noise.some((v) => v > 0) ? ', beyond five standard errors of their probes' : ''}`,
    'Forward and backward solves disagree: tighten rtol and atol, or ask for more probes.',
  );
}

/** A row's log-density alone and among others. */
export async function checkRows({ flow, solver, given }: Subject, x: NdArray): Promise<AuditCheck> {
  const rows = x.shape[0];
  const { logProb } = await flow.logProb(x, { ...solver, ...given(rows) });
  let deviation = 0;
  for (let i = 0; i < Math.min(4, rows); i++) {
    const alone = await flow.logProb(takeRows(x, Int32Array.of(i)), { ...solver, ...given(1) });
    deviation = Math.max(deviation, Math.abs(alone.logProb[0] - logProb[i]));
  }
  return compared(
    'independence of rows',
    deviation,
    1e-3,
    `a point's log-density differs by ${show(deviation)} nats alone and in a batch`,
    "The field mixes the samples of a batch (batch norm, a mean over axis 0), or control: 'joint' was asked for.",
  );
}

/** Transforms forth and back, with one log-determinant, and that against finite differences. */
export async function checkTransforms(transforms: readonly Transform[], x: NdArray, seed: number): Promise<AuditCheck> {
  const name = 'transforms';
  if (transforms.length === 0) return { name, verdict: 'skipped', summary: 'the flow has none' };
  const keys = rowKeys(split(key(seed), 'transform'), x);
  const { y, logDet } = toModelSpace(transforms, x, keys);
  const back = toDataSpaceWithLogDet(transforms, y);
  const round = largestDifference(back.x.data, x.data) / sizeOfEntries(x);
  let volume = largestDifference(back.logDet, logDet);
  // What draws noise is no map of x; what follows it is differenced at its output.
  const after = transforms.findLastIndex(({ bounds }) => bounds) + 1;
  const smooth = transforms.slice(after);
  const { y: from } = toModelSpace(transforms.slice(0, after), x, keys);
  const dim = from.data.length / x.shape[0];
  if (smooth.length > 0 && dim <= 16) {
    const expected = toModelSpace(smooth, from, keys).logDet;
    const map = async (points: NdArray) => toModelSpace(smooth, points, rowKeys(key(seed), points)).y.data;
    const jacobians = await alongDirections(from, dim, unitVector(dim), map, 1e-3 * sizeOfEntries(from));
    for (let i = 0; i < x.shape[0]; i++) {
      const found = logAbsDeterminant(jacobians.subarray(i * dim * dim, (i + 1) * dim * dim), dim);
      volume = Math.max(volume, Math.abs(found - expected[i]));
    }
  }
  return compared(
    name,
    Math.max(round, volume),
    0.02 * Math.sqrt(dim),
    `there and back differs by ${show(round)} of the largest entry, the log-determinant from that of the inverse or of finite differences by ${show(volume)} nats`,
    'forward must give y with log |det ∂y/∂x|, and inverse the x that forward came from, with the same log |det ∂y/∂x|.',
  );
}
