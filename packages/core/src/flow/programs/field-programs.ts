import { type NdArray, sizeOf } from '@advect/base/array';
import type { Arrays } from '@advect/compiler';
import type { EndpointField } from '../../field/endpoint.js';
import type { Parameters, VelocityField } from '../../field/field.js';
import { type Jacobian, type Pending, type Times } from '../../ode/index.js';
import { whenSettled } from '../../ode/settle.js';
import { drawProbes, sketchSize, type Trace } from '../divergence.js';
import type { Penalty } from '../penalty.js';
import { applySketch } from '../sketch.js';
import type { Key } from '../../random/index.js';
import {
  divergenceFunction,
  type FieldFunction,
  jacobianFunction,
  logitsFunction,
  pullbackFunction,
  sketchFunction,
  type TimeKind,
  velocityFunction,
} from './functions.js';
import type { Programs } from './session.js';
import { rowTaker } from './take-rows.js';
import { argumentsOf, byWeight } from './traced.js';

/** A velocity and its divergence, [rows, columns of the trace and penalties] in float64. */
export interface Flux {
  readonly u: Float32Array;
  readonly divergence: Float64Array;
}

/** What a pullback gives besides: gradients of Σ cotangent·u + Σ ofDivergence·divergence. */
export interface Pulled extends Flux {
  readonly ofX: Float32Array;
  readonly ofT: number;
  readonly ofParameters: { readonly [name: string]: Float32Array };
  /** Where it was asked for. */
  readonly ofCondition?: Float32Array;
}

/**
 * A field on plain arrays, row-major [rows, ...event], for the rows of one solve: with their condition and their probes.
 * `rows` says which of them x holds, if not all.
 */
export interface FieldPrograms {
  velocity(t: Times, x: Float32Array, rows?: Int32Array): Pending<Float32Array>;
  velocityAndDivergence(t: Times, x: Float32Array, rows?: Int32Array): Pending<Flux>;
  /** ∂uᵢ/∂xⱼ of each row, [rows, n, n], where the field has a forward derivative. */
  readonly jacobian?: Jacobian<Float32Array>;
  /** At one time for all rows, from cotangents of u and of the divergence. */
  pull(t: number, x: Float32Array, ofVelocity: Float32Array, ofDivergence: Float32Array): Pending<Pulled>;
}

/** What the rows of a solve have of their own. */
export interface RowsOfSolve {
  readonly condition?: NdArray;
  /** Pullbacks are to tell the gradient with respect to the condition too. */
  readonly ofCondition?: boolean;
  /** With one key for the probes of each row, and penalties whose rates go behind the divergence's columns. */
  readonly divergence?: { readonly trace: Trace; readonly keys: readonly Key[]; readonly penalties?: readonly Penalty[] };
}

/** The field's programs for some rows. Those that do not ask for a divergence may only use `velocity`. */
export function fieldPrograms(
  programs: Programs,
  field: VelocityField,
  parameters: Parameters,
  { condition, ofCondition = false, divergence }: RowsOfSolve,
): FieldPrograms {
  const of: FieldFunction = { field, parameters, conditioned: condition !== undefined };
  const trace: Trace = divergence?.trace ?? { kind: 'exact' };
  const probes = divergence && drawProbes(trace, divergence.keys, field.event);
  const own = argumentsOf({ condition });
  const count = condition?.shape[0] ?? divergence?.keys.length ?? 0;
  const takeRows = rowTaker(count, { probes: probes?.shape[0] ?? 1 });
  const penalties = (divergence?.penalties ?? []).map(({ name }) => name);
  const label = [of.conditioned ? 'conditioned' : 'free', trace.kind, 'probes' in trace ? trace.probes : 1, ...penalties].join(' ');

  let shared: Pending<Arrays> | undefined = sketchSize(trace) === 0 ? argumentsOf({ condition, probes }) : undefined;
  /** What all evaluations are given. With Hutch++ the first point that is asked for decides the probes of the whole solve. */
  const given = (t: Times, x: Float32Array): Pending<Arrays> => {
    if (shared) return shared;
    const first = probes!.data.subarray(0, (probes!.data.length / probes!.shape[0]) * sketchSize(trace));
    const args = { ...own, probes: first, x, t: Float32Array.of(typeof t === 'number' ? t : t[0]) };
    const sketched = programs.run(`sketch ${label}`, () => sketchFunction(of, trace), args);
    shared = whenSettled(sketched, ({ products }) => (shared = argumentsOf({ condition, probes: applySketch(trace, probes!, products) })));
    return shared;
  };

  return {
    velocity(t, x, rows) {
      const time = timeKind(t);
      const args = { ...takeRows(own, rows), x, t: times(t) };
      const results = programs.run(`velocity ${of.conditioned} ${time}`, () => velocityFunction(of, time), args);
      return whenSettled(results, ({ u }) => u);
    },
    ...(field.velocityAndJvp && {
      jacobian(t: Times, x: Float32Array, rows?: Int32Array) {
        const time = timeKind(t);
        const args = { ...takeRows(own, rows), x, t: times(t) };
        const results = programs.run(`jacobian ${of.conditioned} ${time}`, () => jacobianFunction(of, time), args);
        return whenSettled(results, ({ columns }) => byRow(columns, sizeOf(field.event)));
      },
    }),
    velocityAndDivergence(t, x, rows) {
      const time = timeKind(t);
      return whenSettled(given(t, x), (common) => {
        const args = { ...takeRows(common, rows), x, t: times(t) };
        return whenSettled(
          programs.run(`divergence ${label} ${time}`, () => divergenceFunction(of, trace, time, penalties), args),
          fluxOf,
        );
      });
    },
    pull(t, x, ofVelocity, ofDivergence) {
      return whenSettled(given(t, x), (common) => {
        const args = { ...common, x, t: times(t), ofVelocity, ofDivergence };
        return whenSettled(
          programs.run(`pullback ${label} ${ofCondition}`, () => pullbackFunction(of, trace, penalties, ofCondition), args),
          (results) => ({
            ...fluxOf(results),
            ofX: results.ofX,
            ofT: results.ofT[0],
            ofParameters: byWeight(results),
            ...(ofCondition && { ofCondition: results.ofCondition }),
          }),
        );
      });
    },
  };
}

/** The logits of an endpoint field at one time for all rows, [rows, slots, codes]. */
export function fieldLogits(
  programs: Programs,
  field: EndpointField,
  parameters: Parameters,
  x: Float32Array,
  t: number,
  condition: NdArray | undefined,
): Pending<Float32Array> {
  const of = { field, parameters, conditioned: condition !== undefined };
  const results = programs.run(`logits ${of.conditioned}`, () => logitsFunction(of), argumentsOf({ condition, x, t: times(t) }));
  return whenSettled(results, ({ logits }) => logits);
}

/** [n, rows, n] of columns → [rows, n, n]. */
function byRow(columns: Float32Array, n: number): Float64Array {
  const rows = columns.length / (n * n);
  const out = new Float64Array(columns.length);
  for (let j = 0; j < n; j++) {
    for (let row = 0; row < rows; row++) for (let i = 0; i < n; i++) out[(row * n + i) * n + j] = columns[(j * rows + row) * n + i];
  }
  return out;
}

const fluxOf = ({ u, divergence }: Arrays): Flux => ({ u, divergence: new Float64Array(divergence) });

const timeKind = (t: Times): TimeKind => (typeof t === 'number' ? 'shared' : 'rows');

const times = (t: Times): Float32Array => (typeof t === 'number' ? Float32Array.of(t) : new Float32Array(t));
