import type { NdArray } from '@advect/base/array';
import type { FieldInput, ParameterTensors, VelocityField } from '../field/field.js';
import type { Key } from '../random/index.js';
import type { Tensor } from '../tensor/index.js';

/**
 * A compact Riemannian manifold on which flows run: points as rows of coordinates, geodesics in closed form, and a way to
 * make any field of an ambient space tangent to it. Host arithmetic in float64, rounded once.
 */
export interface Manifold {
  /** Name and settings that rebuild it (`manifoldFromConfig`). */
  readonly config: ManifoldConfig;
  /** Shape of a point's coordinates. */
  readonly event: readonly [number];
  /** Shape of what the ambient field sees and gives. */
  readonly ambient: readonly [number];
  /** Logarithm of the volume, nats. */
  readonly logVolume: number;
  /** Uniform points, [count, ...event]; row i depends on (key, start + i) only. */
  uniform(key: Key, count: number, start: number): NdArray;
  /** The nearest points. */
  project(x: NdArray): NdArray;
  /** Throws `invalid-value` for the first row that is too far off to be a point. */
  check(x: NdArray): void;
  /** Where the geodesic from x with velocity v is at time 1. */
  exp(x: NdArray, v: NdArray): NdArray;
  /** The velocity at x of the shortest geodesic that is at y at time 1. */
  log(x: NdArray, y: NdArray): NdArray;
  /** Length of the shortest geodesic, each row. */
  distance(x: NdArray, y: NdArray): Float64Array;
  /** Points of the shortest geodesics from x to y at a time for each row, and their velocities there. */
  geodesic(x: NdArray, y: NdArray, t: ArrayLike<number>): { xt: NdArray; velocity: NdArray };
  /** The tangent field of an ambient one: u at the points, and J·v where the ambient field has it. */
  tangent(field: VelocityField): TangentFunctions;
}

export interface ManifoldConfig {
  readonly kind: 'sphere' | 'torus';
  /** Dimension of the manifold itself. */
  readonly dim: number;
}

/** More than any use has; a file may ask for anything. */
export const MOST_DIMENSIONS = 65_536;

/** The functions of a tangent field; see `VelocityField`. */
export interface TangentFunctions {
  velocity(parameters: ParameterTensors, input: FieldInput): Tensor;
  velocityAndJvp?(parameters: ParameterTensors, input: FieldInput, tangents: Tensor): { u: Tensor; jvp: Tensor };
}
