import { sizeOf } from '@advect/base/array';
import { integer, number, optional, readOptions, seed, value } from '@advect/base/options';
import { cnf } from '../../flow/cnf.js';
import type { ConditionOptions, Flow } from '../../flow/flow.js';
import { key, split } from '../../random/index.js';
import { checkRoundTrip, checkRows, checkSamples, checkTransforms } from './agreement.js';
import type { AuditCheck, Subject } from './check.js';
import { checkDivergence, checkVolume } from './jacobians.js';
import { checkNormalisation } from './normalisation.js';

export interface AuditOptions {
  /** Class whose flow is audited; without one, the unconditional flow. */
  readonly label?: number;
  /** One row of a condition, for a flow that takes other things than classes. */
  readonly condition?: readonly number[];
  /** Relative and absolute tolerance of all solves. Default 1e-5. */
  readonly tolerance?: number;
  /** Points that each check but the integral is made at. Default 16. */
  readonly points?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface Audit {
  /** 'failed' where any check failed; else 'passed', though some may have been inconclusive or skipped. */
  readonly verdict: 'passed' | 'failed';
  readonly checks: readonly AuditCheck[];
  /** All of it as text, a line for each check, to be printed. */
  readonly summary: string;
}

/**
 * Whether a flow is what it claims: that its density integrates to 1, its divergence is that of its velocity with the right
 * sign, samples and log-densities are of one distribution, encode and decode are inverse, rows do not touch each other, and
 * transforms have the log-determinant that they state. For fields, bases and transforms of one's own, for imported weights,
 * and after training. The field and base are looked at in the space of the field, and transforms by themselves.
 *
 * Cost: in one and two dimensions some 2,000 and 15,000 log-densities for the integral, elsewhere 2,000; the rest is little.
 * Takes seconds for a small field.
 *
 * @throws AdvectError `unsupported` for a flow without a density, such as a guided one
 * @example
 * const { verdict, summary } = await audit(flow);
 * console.log(summary);
 */
export async function audit(flow: Flow, options?: AuditOptions): Promise<Audit> {
  const o = readOptions<AuditOptions>('audit', options, {
    label: optional(integer({ min: -1 })),
    condition: optional(value<readonly number[]>((v) => Array.isArray(v) && v.every(Number.isFinite), 'a row of numbers')),
    tolerance: number({ default: 1e-5, min: 1e-7, max: 0.1 }),
    points: integer({ default: 16, min: 1, max: 1024 }),
    seed: seed(),
  });
  const { field, base, parameters, transforms } = flow;
  const given = (rows: number): ConditionOptions =>
    o.condition ? { condition: Array.from({ length: rows }, () => [...o.condition!]) } : o.label === undefined ? {} : { label: o.label };
  const subject: Subject = {
    flow: cnf({ field, base, parameters }),
    field,
    base,
    parameters,
    dim: sizeOf(field.event),
    solver: { rtol: o.tolerance, atol: o.tolerance },
    seed: o.seed!,
    given,
  };
  const z = base.sample(o.points!, split(key(o.seed!), 'points'), field.event, 0);
  const { x } = await subject.flow.decode(z, { ...subject.solver, ...given(o.points!) });
  const data = transforms.length === 0 ? x : (await flow.sample(o.points!, { ...subject.solver, ...given(o.points!), seed: o.seed })).x;
  const checks = [
    await checkNormalisation(subject),
    await checkDivergence(subject, x),
    await checkVolume(subject, z),
    await checkSamples(subject, o.points!),
    await checkRoundTrip(subject, z, x),
    await checkRows(subject, x),
    await checkTransforms(
      transforms.filter(({ config }) => config.kind !== 'projection'),
      data,
      o.seed!,
    ),
  ];
  const verdict = checks.some((check) => check.verdict === 'failed') ? 'failed' : 'passed';
  const lines = checks.map((check) => `${check.verdict.padEnd(12)} ${check.name}: ${check.summary}`);
  return { verdict, checks, summary: [`audit: ${verdict}`, ...lines].join('\n') };
}
