import type { NdArray } from '@advect/base/array';
import { ready } from '../tensor/index.js';
import { conditionRows } from './condition.js';
import { checkEvents, type WatchOptions } from './events.js';
import type { ConditionOptions, Flow, Report, SolverOptions } from './flow.js';
import { type Arrival, type Course, integrate, type Passage } from './integrate.js';
import { checkTolerance } from './options.js';

/** Moves rows of model space along the flow under the condition that the options ask for. */
export async function travel(
  flow: Flow,
  x: NdArray,
  from: number,
  to: number,
  o: SolverOptions & ConditionOptions & WatchOptions,
  extra: Pick<Passage, 'divergence' | 'saveAt'> = {},
): Promise<{ arrival: Arrival; report: Report }> {
  const backend = await ready();
  checkTolerance(o, backend);
  const { events = [] } = o;
  checkEvents(flow, o, events);
  const condition = await conditionRows(o, x.shape[0], flow.field.conditionDim);
  const arrival = await integrate(flow, { x, condition, from, to, events, ...extra }, o);
  const { stats, course, executor } = arrival;
  return {
    arrival,
    report: {
      backend: backend.backend,
      ...(executor && { executor }),
      method: o.method!,
      ...stats,
      ...described(course),
      ...(events.length > 0 && { events: arrival.events }),
    },
  };
}

const described = (course: Course | undefined): Pick<Report, 'lipschitz' | 'stiff' | 'diagnosis'> =>
  course ? { lipschitz: course.gauge.lipschitz, stiff: course.gauge.stiff, diagnosis: course.diagnosis } : {};
