import { AdvectError } from '@advect/base/errors';
import type { Manifold } from '../manifold/index.js';
import { checkInput } from './check.js';
import type { FieldInput, VelocityField } from './field.js';

/** A velocity field on a manifold. */
export interface TangentField extends VelocityField {
  readonly manifold: Manifold;
}

/** Whether a field is one of a manifold. */
export const isTangent = (field: VelocityField): field is TangentField => 'manifold' in field;

/**
 * The field on a manifold that an ambient field makes: what `cnf({ field, manifold })` runs on.
 *
 * @throws AdvectError `invalid-shape` for a field of another shape than the ambient space
 */
export function tangentField({ field, manifold }: { readonly field: VelocityField; readonly manifold: Manifold }): TangentField {
  const { config, event, ambient } = manifold;
  if (field.event.join() !== ambient.join()) {
    throw new AdvectError(
      'invalid-shape',
      `a field of events [${field.event.join(', ')}] was given for the ${config.kind} of dimension ${config.dim}`,
      `The field sees and gives ${ambient[0]} numbers there: build it with dim: ${ambient[0]}.`,
    );
  }
  const { velocity, velocityAndJvp } = manifold.tangent(field);
  const check = (input: FieldInput): FieldInput => {
    checkInput('a field on a manifold', input, event, field.conditionDim);
    return input;
  };
  return {
    config: { kind: 'tangent', manifold: config, field: field.config },
    event,
    conditionDim: field.conditionDim,
    manifold,
    init: field.init,
    velocity: (parameters, input) => velocity(parameters, check(input)),
    ...(velocityAndJvp && { velocityAndJvp: (parameters, input, tangents) => velocityAndJvp(parameters, check(input), tangents) }),
    ...(field.pieces && { pieces: field.pieces.map((piece) => ({ ...piece, field: tangentField({ field: piece.field, manifold }) })) }),
    ...(field.withoutDensity && { withoutDensity: field.withoutDensity }),
  };
}
