import { breathe } from '../breathe.js';
import { createClocks } from './clocks.js';
import { createGauge, GAUGED } from './gauge.js';
import { createDetector } from './events.js';
import { ledgerOf, type Ledger } from './ledger.js';
import { merge } from './merge.js';
import { outcome } from './outcome.js';
import { createRecorder, createSaver } from './output.js';
import type { Times, VectorField } from './problem.js';
import { readProblem, type Problem } from './solve-options.js';
import { whenSettled } from './settle.js';
import type { Solution, SolveOptions } from './solution.js';
import { firstSteps } from './step-size.js';
import { stepperOf } from './stepper.js';
import { shown } from './times.js';

/** Attempts between two pauses for the event loop. */
const BREATH = 4;

/** y / (1 + |y|) has a finite norm if and only if y is finite: how fixed steps notice that a state is not. */
const FINITENESS = { atol: 1, rtol: 1 };

/**
 * Integrates dy/dt = field(t, y) from (t0, y0) to t1, with error control or with fixed steps.
 *
 * Numerical outcomes are values: look at `result` and `diagnosis`. Throws AdvectError only for options that cannot be
 * meant, and whatever the field throws (after freeing every state it made). The caller owns `y`, `saved` and what `at`
 * keeps; everything else is freed. The last step ends on t1 exactly, nothing is evaluated beyond it.
 *
 * `control: 'per-sample'` gives every row a clock, a step and an acceptance of its own: with a field that treats rows
 * apart, a row's result does not depend on the other rows. The field then gets one time for each row. Finished rows are
 * evaluated along but no longer change; with `compact` they are left out once half of the rows have finished.
 *
 * Costs one evaluation for the first slope, one for the first step's length unless `firstStep` or fixed steps are given,
 * and for each attempt one for each stage but the first and one for the slope at the end where it is needed: six for
 * dopri5 and tsit5, three for bosh3, two for an accepted step of heun.
 *
 * @example
 * const { y } = await solve({ space: float64Space(), field: (t, y) => y.map((v) => -v), y0: Float64Array.of(1), t0: 0, t1: 1 });
 */
export async function solve<V>(options: SolveOptions<V>): Promise<Solution<V>> {
  const problem = readProblem(options);
  const ledger = ledgerOf(problem.space);
  try {
    return await integrate(problem, ledger);
  } catch (error) {
    ledger.releaseAll();
    throw error;
  }
}

async function integrate<V>(problem: Problem<V>, ledger: Ledger<V>): Promise<Solution<V>> {
  const { method, t0, t1, tolerance, fixed, joint, signal, stops } = problem;
  const { space } = ledger;
  const clocks = createClocks(problem, joint ? 1 : space.rows(problem.y0));
  const saver = createSaver(problem, space, clocks.t.length);
  const recorder = problem.dense ? createRecorder(problem, ledger) : undefined;
  const detector = problem.events.length > 0 ? createDetector(problem, space) : undefined;
  const gauge = createGauge(problem, clocks.t.length);
  // The companion of a reversible method is one of all rows.
  const compact = problem.compact && method.kind !== 'reversible';
  const grid = [t0];
  const all = space.rows(problem.y0);
  /** The rows that the state holds, if not all, and the arithmetic of such states. */
  let rows: Int32Array | undefined;
  let own = space;
  let [evaluations, rowEvaluations] = [0, 0];
  const field: VectorField<V> = (t, y) => {
    evaluations++;
    rowEvaluations += rows?.length ?? all;
    return whenSettled(problem.field(t, y, rows), (slope) => ledger.adopt(slope, y));
  };

  const jacobian = problem.jacobian && ((t: Times, y: V) => problem.jacobian!(t, y, rows));
  const stepperOfRows = () => stepperOf(own, field, method, { grid: fixed, jacobian });
  let stepper = stepperOfRows();
  /** All rows, of which those that the state no longer holds have their last values. */
  let whole: V | undefined;
  let y = space.clone(problem.y0);
  let slope: V | undefined;
  let memory: V[] = [];
  saver.start(y);
  const leave = (t: Float64Array) => shown(stops.leaving(t), joint);
  if (detector && !signal?.aborted) await detector.start(shown(clocks.t, joint), y);
  if (signal?.aborted) clocks.end('aborted');
  if (clocks.running() > 0 && !fixed && problem.firstStep === undefined) {
    slope = await field(leave(clocks.t), y);
    const k = method.embeddedOrder! + 1;
    clocks.want(await firstSteps(space, field, { t0, t1, y, slope, tolerance, k, joint, clocks: clocks.t.length }));
  }

  /** The rows whose slope is that on the other side of a jump. */
  let jumped: Uint8Array = new Uint8Array(clocks.t.length);
  let steps = 0;
  for (; ; steps++) {
    if (steps % BREATH === 0) await breathe();
    if (signal?.aborted) clocks.end('aborted');
    const attempt = clocks.propose(steps);
    if (steps >= problem.maxSteps) clocks.end('maxSteps');
    if (clocks.running() === 0) break;

    const [from, next] = [leave(attempt.from), shown(stops.arriving(attempt.next), joint)];
    slope ??= await field(from, y);
    if (jumped.some(Boolean)) {
      slope = merge(own, jumped, slope, await field(from, y));
      // Slopes of the steps before are none of the field's beyond the jump; fixed steps meet it together.
      if (method.kind === 'adams') for (const past of memory.splice(0)) space.release(past);
      jumped.fill(0);
    }
    const step = await stepper({ step: steps, t: from, h: shown(attempt.h, joint), next, y, first: slope, memory });
    let endSlope = step.end ?? (!fixed && method.fsal ? await field(next, step.y) : undefined);
    const difference = fixed ? undefined : own.blend(endSlope === undefined ? step.slopes : [...step.slopes, endSlope], method.error!);
    const size =
      difference === undefined ? own.norm(step.y, step.y, step.y, FINITENESS, joint) : own.norm(difference, y, step.y, tolerance, joint);
    const norm = size instanceof Float64Array ? size : await size;
    const errors = fixed ? norm : norm.map((perUnitTime, place) => Math.abs(attempt.h[place]) * perUnitTime);
    const accepted = clocks.judge(errors);

    let [end, reach] = [step.y, attempt.next];
    if (accepted.some(Boolean)) {
      const slopesWithEnd = async () => [...step.slopes, (endSlope ??= await field(next, step.y))];
      const taken = { ...attempt, rows: clocks.rows, accepted, y };
      jumped = accepted.map((accepts, i) => Number(accepts && stops.jumpsAt(attempt.next[i])));
      if (detector) {
        const passed = await detector.pass({ ...taken, slopes: step.slopes }, end, shown(attempt.next, joint), rows, slopesWithEnd);
        for (const [place, t] of passed.ended) clocks.cut(place, t);
        ({ end, reach } = passed);
      }
      if ((clocks.running() > 0 && !jumped.every(Boolean)) || recorder || saver.needsSlopes(taken)) await slopesWithEnd();
      const slopes = endSlope === undefined ? step.slopes : [...step.slopes, endSlope];
      saver.record({ ...taken, next: reach, slopes }, end);
      recorder?.record({ ...taken, next: reach, slopes });
      if (steps % GAUGED === 0) await gauge.measure(own, { ...taken, slopes });
      grid.push(reach[0]);
    }
    y = merge(own, accepted, y, end);
    if (problem.onStep) {
      const report = {
        step: steps,
        ...(rows && { rows }),
        t: attempt.from.slice(),
        h: reach.map((t, place) => t - attempt.from[place]),
        next: reach.slice(),
        accepted,
        slopes: step.slopes,
        y,
        ...(difference !== undefined && { error: errors, difference }),
      };
      if (problem.onStep(report) === 'stop') clocks.end('stopped');
    }
    if (difference !== undefined) own.release(difference);
    for (const other of step.slopes) if (other !== slope) space.release(other);
    memory = step.memory?.map((fresh, i) => merge(own, accepted, memory[i] as V | undefined, fresh)) ?? memory;
    if (endSlope !== undefined) slope = merge(own, accepted, slope, endSlope);

    if (compact && clocks.running() > 0 && clocks.running() <= clocks.rows.length / 2) {
      const before = rows;
      const kept = clocks.narrow();
      const take = (state: V): V => {
        const part = own.take(state, kept);
        own.release(state);
        return part;
      };
      const last = whole;
      whole = before ? space.put(last!, before, y) : space.clone(y);
      if (last !== undefined) space.release(last);
      y = take(y);
      if (slope !== undefined) slope = take(slope);
      memory = memory.map(take);
      jumped = Uint8Array.from(kept, (place) => jumped[place]);
      rows = clocks.rows;
      own = space.withRows(rows.length);
      stepper = stepperOfRows();
    }
  }

  if (rows) {
    const last = y;
    y = space.put(whole!, rows, last);
    for (const state of [last, whole!]) space.release(state);
  }
  if (slope !== undefined) space.release(slope);
  const sum = (counts: Int32Array) => counts.reduce((total, count) => total + count, 0);
  const stats = { evaluations, rowEvaluations, steps, accepted: sum(clocks.accepted), rejected: sum(clocks.rejected) };
  const companion = method.kind === 'reversible' ? (memory[0] ?? space.clone(y)) : undefined;
  for (const state of memory) if (state !== companion) space.release(state);
  const located = detector?.located ?? [];
  const ended = await outcome(problem, clocks, gauge, stats, y);
  for (const state of [y, ...(companion === undefined ? [] : [companion]), ...saver.saved, ...located.map((event) => event.y)]) {
    ledger.handOver(state);
  }
  return {
    ...ended,
    y,
    ...(companion === undefined ? {} : { companion }),
    saved: saver.saved,
    ...(detector && { events: located }),
    ...(joint ? { grid: Float64Array.from(grid) } : {}),
    ...recorder?.finish(),
  };
}
