import { type NdArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { EventOptions, LocatedEvent } from '../ode/index.js';
import { eventReaders } from '../ode/solve-options.js';
import { readOptions, type Reader, value } from '@advect/base/options';
import type { Flow, SolverOptions } from './flow.js';

/** Something that happens to a row on its way when a function of time and place crosses zero. */
export interface FlowEventOptions extends Pick<EventOptions<never>, 'direction' | 'terminal'> {
  /**
   * A number for each row, that crosses zero when the event happens. `x` is [rows, ...event] in the space of the field (before
   * the transforms back to data), `t` has a time for each row, and `rows` says which of the verb's rows they are. Called at the
   * end of every step, and some six to ten times to locate an event.
   */
  readonly when: (t: Float64Array, x: NdArray, rows: Int32Array) => ArrayLike<number>;
}

/** Verbs that move samples can watch them on the way. */
export interface WatchOptions {
  /**
   * What to watch for, under per-sample control; `report.events` tells what happened. A terminal event ends its row where it
   * happens: that is then where the row arrives.
   */
  readonly events?: readonly FlowEventOptions[];
}

/** One crossing. */
export interface FlowEvent {
  /** Which of `events`, and which row. */
  readonly event: number;
  readonly row: number;
  readonly t: number;
  /** [...event], in the space of the field. */
  readonly x: NdArray;
}

export const eventsReader: Reader<readonly FlowEventOptions[]> = (given, name) =>
  value<readonly object[]>(
    Array.isArray,
    'a list of events',
    [],
  )(given, name).map((event, i) => readOptions<FlowEventOptions>(`${name}[${i}]`, event, eventReaders));

/** Throws where events cannot be watched for. */
export function checkEvents({ field }: Flow, { control }: SolverOptions, events: readonly FlowEventOptions[]): void {
  if (events.length > 0 && control === 'joint') {
    throw new AdvectError(
      'invalid-option',
      "events are of single rows, and under control: 'joint' all rows share one clock",
      "Leave out control, or give 'per-sample'.",
    );
  }
  if (field.pieces && events.some(({ terminal }) => terminal)) {
    throw new AdvectError(
      'unsupported',
      'a terminal event would end a row in one of the fields that take turns in time, and the next would carry it on',
      'Watch for it without terminal, and take where it happened from report.events.',
    );
  }
}

type Floats = Float32Array;

/** Events of a flow as those of a solve of its rows from number `start` on. */
export const watching = (events: readonly FlowEventOptions[], event: readonly number[], start: number): EventOptions<Floats>[] =>
  events.map(({ when, ...rest }) => ({
    ...rest,
    when(t, x, rows) {
      const times = t as Float64Array;
      const own = Int32Array.from(times, (_, i) => start + (rows?.[i] ?? i));
      return Float64Array.from((when(times, ndarray(x, [times.length, ...event]), own) as ArrayLike<number> | undefined) ?? []);
    },
  }));

/** What such a solve found. */
export const seen = (located: readonly LocatedEvent<Floats>[], event: readonly number[], start: number): FlowEvent[] =>
  located.map(({ y, row, ...rest }) => ({ ...rest, row: start + row, x: ndarray(y, event) }));
