import { type Key, normals, split, uniforms } from '@advect/core/random';
import { drums } from '../drum-kit.js';
import type { Groove } from '../groove.js';
import { offsetScale, velocityScale } from './stroke-scale.js';

/** Spread of the noise around ±1, struck or not. */
const hitSpread = 0.15;

/** What is known of a groove as numbers: ±1 and, where a drum is struck, scaled velocity and offset; zeros where it is not. */
export function plainGroove(groove: Groove): Float32Array {
  const out = Float32Array.from({ length: 3 * groove.hits.length }, (_, i) => (i % 3 > 0 ? 0 : groove.hits[i / 3] ? 1 : -1));
  const places = struckPlaces(groove.hits);
  place(out, places, 1, velocityScale.toNormal(pick(groove.velocities, places)));
  place(out, places, 2, offsetScale.toNormal(pick(groove.offsets, places)));
  return out;
}

/** A groove as a point of the flow's space. */
export interface EncodedGroove {
  /** [32 steps, 9 drums, 3] */
  readonly x: Float32Array;
  /**
   * What log p(x) has too much, in nats: log q of the noise around ±1 and in the place of strokes that are not there, less the log
   * of the volume of the strokes' scaled numbers over that of velocities (0 … 1) and offsets (sixteenths).
   */
  readonly logNoise: number;
}

/**
 * A groove with the noise that gives it a density: N(0, 0.15²) around ±1; velocities and offsets spread over the grain of MIDI; and
 * standard normals for the velocity and the offset of a stroke that is not there, which cost nothing.
 */
export function encodeGroove({ hits, velocities, offsets }: Groove, noise: Key): EncodedGroove {
  const x = normals(split(noise, 'gauss'), 3 * hits.length);
  const grains = uniforms(split(noise, 'grain'), x.length);
  let logNoise = 0;
  hits.forEach((hit, i) => {
    logNoise += logNormal(x[3 * i]) - Math.log(hitSpread);
    x[3 * i] = (hit ? 1 : -1) + hitSpread * x[3 * i];
    if (!hit) logNoise += logNormal(x[3 * i + 1]) + logNormal(x[3 * i + 2]);
  });
  const places = struckPlaces(hits);
  [velocities, offsets].forEach((values, part) => {
    const { grain, toNormal, logSlope } = [velocityScale, offsetScale][part];
    const spread = Float32Array.from(places, (i) => values[i] + (grains[3 * i + part + 1] - 0.5) * grain);
    place(x, places, part + 1, toNormal(spread));
    logNoise -= logSlope(spread).reduce((sum, log) => sum + log, 0);
  });
  return { x, logNoise };
}

/** The groove at a point: struck where the first number is above 0. */
export function decodeGroove(x: Float32Array): Groove {
  const hits = Uint8Array.from({ length: x.length / 3 }, (_, i) => Number(x[3 * i] > 0));
  const places = struckPlaces(hits);
  const decoded = (part: number, fromNormal: (z: Float32Array) => Float32Array, least: number, most: number): Float32Array => {
    const out = new Float32Array(hits.length);
    const values = fromNormal(Float32Array.from(places, (i) => x[3 * i + part]));
    places.forEach((i, k) => (out[i] = Math.min(most, Math.max(least, values[k]))));
    return out;
  };
  return {
    steps: hits.length / drums.length,
    hits,
    velocities: decoded(1, velocityScale.fromNormal, velocityScale.grain, 1),
    offsets: decoded(2, offsetScale.fromNormal, -0.5, 0.5),
  };
}

const struckPlaces = (hits: Uint8Array): number[] => [...hits.keys()].filter((i) => hits[i] === 1);

const pick = (values: Float32Array, places: readonly number[]): Float32Array => Float32Array.from(places, (i) => values[i]);

function place(out: Float32Array, places: readonly number[], part: number, values: Float32Array): void {
  places.forEach((i, k) => (out[3 * i + part] = values[k]));
}

const logNormal = (z: number): number => -(z * z) / 2 - Math.log(2 * Math.PI) / 2;
