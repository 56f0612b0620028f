import { AdvectError } from '@advect/base/errors';
import { integer, number, readOptions } from '@advect/base/options';
import { normals } from '../../random/index.js';
import type { Transform } from '../flow.js';

/** Options of `augment`. */
export interface AugmentOptions {
  /** How many numbers a are put behind the x of a sample. */
  readonly dims: number;
  /** Their standard deviation. Default 1. */
  readonly scale?: number;
}

/**
 * Augmentation, y = [x, a] with a ~ q = N(0, scale² I): the flow moves in more dimensions than the data have, where paths need
 * not squeeze past one another. For data whose samples are rows of numbers, [D]; the field's event is [D + dims].
 *
 * The model's density is the marginal p(x) = ∫ p(x, a) da. log p(x, a) − log q(a) at one draw of a bounds its logarithm from
 * below in expectation, and so does the logarithm of the mean of p(x, a) / q(a) over more draws, ever more tightly: `samples`
 * of `logProb`. It is never exact. Samples leave a behind.
 *
 * References: Dupont, Doucet and Teh (2019), "Augmented neural ODEs"; Huang, Dinh and Courville (2020), "Augmented
 * normalizing flows", eq. 3; Burda, Grosse and Salakhutdinov (2016), eq. 8, for more draws.
 */
export function augment(options: AugmentOptions): Transform {
  const { dims, scale } = readOptions<Required<AugmentOptions>>('augment', options, {
    dims: integer({ min: 1 }),
    scale: number({ default: 1, min: 1e-6 }),
  });
  /** The first numbers of each row. */
  const withoutLast = (rows: Float32Array, count: number): Float32Array => {
    const wide = rows.length / count;
    const data = new Float32Array(count * (wide - dims));
    for (let row = 0; row < count; row++) data.set(rows.subarray(row * wide, (row + 1) * wide - dims), row * (wide - dims));
    return data;
  };
  const constant = dims * (0.5 * Math.log(2 * Math.PI) + Math.log(scale));
  /** −log q of the last numbers of each row. */
  const surprises = (rows: Float32Array, count: number): Float64Array => {
    const width = rows.length / count;
    return Float64Array.from({ length: count }, (_, row) => {
      let squares = 0;
      for (let i = (row + 1) * width - dims; i < (row + 1) * width; i++) squares += (rows[i] / scale) ** 2;
      return constant + squares / 2;
    });
  };
  return {
    config: { kind: 'augment', dims, scale },
    bounds: true,
    dataEvent: ([width, ...rest]) => {
      if (rest.length > 0 || width <= dims) {
        throw new AdvectError(
          'invalid-shape',
          `augment: a field of the event [${[width, ...rest].join(', ')}] leaves no row of numbers beside ${dims} more`,
          'Give the field as many numbers as a sample has, and `dims` more: mlp({ dim: D + dims }).',
        );
      }
      return [width - dims];
    },
    forward(x, keys) {
      const [rows, width] = x.shape;
      const data = new Float32Array(rows * (width + dims));
      for (let row = 0; row < rows; row++) {
        data.set(x.data.subarray(row * width, (row + 1) * width), row * (width + dims));
        data.set(
          normals(keys[row], dims).map((v) => v * scale),
          row * (width + dims) + width,
        );
      }
      return { y: { shape: [rows, width + dims], data }, logDet: surprises(data, rows) };
    },
    inverse(y) {
      const [rows, wide] = y.shape;
      return { x: { shape: [rows, wide - dims], data: withoutLast(y.data, rows) }, logDet: surprises(y.data, rows) };
    },
    pullback: (x, _, ofY) => withoutLast(ofY, x.shape[0]),
  };
}
