import { type AdamsMethod, adamsStepper } from './adams.js';
import type { Jacobian, VectorField, VectorSpace } from './problem.js';
import { type ReversibleMethod, reversibleStepper } from './reversible.js';
import { rosenbrockStepper } from './rosenbrock.js';
import type { RosenbrockMethod } from './rosenbrock-method.js';
import { rungeKuttaStepper, type Stepper } from './step.js';
import type { ExplicitMethod } from './tableau.js';

/** A method of any kind, as data. */
export type Method = ExplicitMethod | AdamsMethod | ReversibleMethod | RosenbrockMethod;

/** What some kinds of method need besides the field. */
export interface StepperNeeds<V> {
  /** The times of fixed steps. */
  readonly grid?: ArrayLike<number>;
  readonly jacobian?: Jacobian<V>;
}

/** How a method goes its steps. */
export function stepperOf<V>(space: VectorSpace<V>, field: VectorField<V>, method: Method, needs: StepperNeeds<V>): Stepper<V> {
  switch (method.kind) {
    case undefined:
      return rungeKuttaStepper(space, field, method);
    case 'adams':
      return adamsStepper(space, field, method, needs.grid!);
    case 'reversible':
      return reversibleStepper(space, field, method);
    case 'rosenbrock':
      return rosenbrockStepper(space, field, method, needs.jacobian);
  }
}
