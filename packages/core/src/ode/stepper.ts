import { type AdamsMethod, adamsStepper } from './adams.js';
import type { VectorField, VectorSpace } from './problem.js';
import { type ReversibleMethod, reversibleStepper } from './reversible.js';
import { rungeKuttaStepper, type Stepper } from './step.js';
import type { ExplicitMethod } from './tableau.js';

/** A method of any kind, as data. */
export type Method = ExplicitMethod | AdamsMethod | ReversibleMethod;

/** How a method goes its steps; `grid` holds the times of fixed steps. */
export function stepperOf<V>(space: VectorSpace<V>, field: VectorField<V>, method: Method, grid: ArrayLike<number> = []): Stepper<V> {
  switch (method.kind) {
    case undefined:
      return rungeKuttaStepper(space, field, method);
    case 'adams':
      return adamsStepper(space, field, method, grid);
    case 'reversible':
      return reversibleStepper(space, field, method);
  }
}
