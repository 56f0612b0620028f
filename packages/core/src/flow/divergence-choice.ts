import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { VelocityField } from '../field/field.js';
import type { Trace } from './divergence.js';
import type { DivergenceOptions, Report } from './flow.js';

/**
 * Exact up to this many dimensions when the caller leaves the choice to us: for nets of width 128 that takes up to 13 times
 * as long as a solve without the divergence, and 3.5 times as long as 8 probes, whose standard error is 1 to 2 nats on
 * pictures of 64 numbers. Up to about 10 dimensions it is quicker than 8 probes.
 */
const EXACT_UP_TO = 64;

/**
 * How the divergence of a field will be taken: as the options say, and under 'auto' in closed form where the field has one,
 * exactly where there are few dimensions, else with Rademacher probes. These have the least variance on what flows learn,
 * whose Jacobians are largest on the diagonal: on our digits and chorales 0.5 to 0.8 times the standard error of Hutch++ with
 * as many products, and 0.2 to 0.6 times that of Gaussian probes.
 *
 * @throws AdvectError `unsupported` for a field without a density, `invalid-option` for a closed form that it has not
 */
export function chooseTrace({ divergence, probes }: DivergenceOptions, field: VelocityField): Trace {
  if (field.withoutDensity !== undefined) {
    throw new AdvectError('unsupported', `there is no log-density here: ${field.withoutDensity}`, 'Ask the flow that it was made of.');
  }
  const closed = field.velocityAndDivergence !== undefined;
  if (divergence === 'closed-form' && !closed) {
    throw new AdvectError(
      'invalid-option',
      `a field of the kind '${field.config.kind}' with these settings has no closed form of its divergence`,
      "Ask for 'exact' or 'auto'.",
    );
  }
  if (divergence === 'hutch++' && probes! < 2) {
    throw new AdvectError('invalid-option', "'hutch++' was asked for with 1 probe", 'Give 2 or more: half of them go to its sketch.');
  }
  if (divergence === 'auto') {
    if (closed) return { kind: 'closed-form' };
    return sizeOf(field.event) <= EXACT_UP_TO ? { kind: 'exact' } : { kind: 'rademacher', probes: probes! };
  }
  return divergence === 'closed-form' || divergence === 'exact' ? { kind: divergence } : { kind: divergence!, probes: probes! };
}

/** What a report says of it. */
export const traceReport = (trace: Trace): Pick<Report, 'divergence' | 'probes'> => {
  const probed = 'probes' in trace ? { probes: trace.probes } : {};
  return { divergence: trace.kind === 'diagonal' ? ('probes' in trace ? 'rademacher' : 'exact') : trace.kind, ...probed };
};
