import { isNdArray, type NdArray, ndarray, type NumericArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { type Key, split } from '../random/index.js';
import type { Base } from './flow.js';

/** Something to start from: a data set such as `distributions.moons`, or a function of a key. */
export interface BaseSource {
  /** [count, ...event]; the same key must give the same samples. */
  sample(count: number, key: Key): NdArray<NumericArray>;
  /** log p₀ of each row, nats, if it is known. */
  logProb?(x: NdArray): Float64Array;
}

/**
 * Any distribution that can be sampled as the base of a flow: data to data, such as moons to eight Gaussians. Flow matching
 * trains it; `logProb` and maximum likelihood work where the source knows its own density, whose score is taken by
 * differences of it. A model file cannot hold a source: give it again to `loadModel`.
 */
export function sampledBase(source: BaseSource): Base {
  if (typeof source?.sample !== 'function') {
    throw new AdvectError('invalid-value', 'sampledBase was given nothing to sample from', 'Give { sample: (count, key) => array }.');
  }
  const unknown = (what: string): never => {
    throw new AdvectError('unsupported', `the base is known by its samples alone and has no ${what}`, 'Take a base with a density.');
  };
  return {
    config: { kind: 'sampled' },
    sample(count, key, event, start) {
      const size = sizeOf(event);
      const data = new Float32Array(count * size);
      for (let i = 0; i < count; i++) data.set(row(source.sample(1, split(key, start + i)), event), i * size);
      return ndarray(data, [count, ...event]);
    },
    logProb: (x) => source.logProb?.(x) ?? unknown('density'),
    score: (x) => (source.logProb ? differences(source.logProb.bind(source), x) : unknown('score')),
  };
}

/** ∇ log p₀ by central differences, 0 where the density vanishes next to a point. */
function differences(logProb: (x: NdArray) => Float64Array, x: NdArray): NdArray {
  const width = sizeOf(x.shape.slice(1));
  const data = new Float32Array(x.data.length);
  for (let d = 0; d < width; d++) {
    const [up, down] = [STEP, -STEP].map((by) => ({ shape: x.shape, data: x.data.map((v, i) => (i % width === d ? v + by : v)) }));
    const [above, below] = [logProb(up), logProb(down)];
    for (let row = 0; row < x.shape[0]; row++) {
      const i = row * width + d;
      const slope = (above[row] - below[row]) / (up.data[i] - down.data[i]);
      data[i] = Number.isFinite(slope) ? slope : 0;
    }
  }
  return { shape: x.shape, data };
}

const STEP = 1e-3;

function row(sampled: unknown, event: readonly number[]): NumericArray {
  if (isNdArray(sampled) && sampled.shape.join() === [1, ...event].join()) return sampled.data;
  throw new AdvectError(
    'invalid-shape',
    `the base's source gave ${isNdArray(sampled) ? `[${sampled.shape.join(', ')}]` : 'no array'} for one sample`,
    `Return { shape: [count, ${event.join(', ')}], data }.`,
  );
}
