import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { VelocityField } from '../field/field.js';
import type { Trace } from './divergence.js';
import type { DivergenceOptions } from './flow.js';

/** Exact up to this many dimensions when the caller leaves the choice to us. */
const EXACT_UP_TO = 64;

/**
 * How the divergence of a field will be taken: as the options say, and under 'auto' in closed form where the field has one,
 * exactly where there are few dimensions, else with random probes.
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
