import { AdvectError } from '@advect/base/errors';
import { integer, readOptions } from '@advect/base/options';
import type { Transform } from '../flow.js';

/** Options of `squeeze`. */
export interface SqueezeOptions {
  /** Side of a block, a divisor of height and width. Default 2. */
  readonly factor?: number;
}

/**
 * Space to depth: blocks of factor × factor pixels become one pixel with factor² times the channels, [H, W, C] →
 * [H/f, W/f, f²C], ordered by row and column within a block, then by channel. A permutation: its log-determinant is 0.
 * Reference: Dinh, Sohl-Dickstein, Bengio (2017), "Density estimation using Real NVP", §3.6.
 */
export function squeeze(options: SqueezeOptions = {}): Transform {
  const { factor } = readOptions<Required<SqueezeOptions>>('squeeze', options, { factor: integer({ default: 2, min: 1, max: 64 }) });

  /** For the data of pictures [rows, height, width, channels], where each squeezed number comes from. */
  const places = ([rows, height, width, channels]: readonly number[]): Int32Array => {
    const [high, wide, deep] = [height / factor, width / factor, channels * factor * factor];
    return Int32Array.from({ length: rows * height * width * channels }, (_, i) => {
      const c = i % channels;
      const block = Math.floor((i % deep) / channels);
      const column = Math.floor(i / deep) % wide;
      const row = Math.floor(i / (deep * wide)) % high;
      const picture = Math.floor(i / (deep * wide * high));
      const y = row * factor + Math.floor(block / factor);
      const x = column * factor + (block % factor);
      return ((picture * height + y) * width + x) * channels + c;
    });
  };
  const larger = (event: readonly number[]): number[] => {
    const [height, width, depth] = event;
    if (event.length !== 3 || depth % (factor * factor) !== 0) {
      throw new AdvectError(
        'invalid-shape',
        `squeeze: [${event.join(', ')}] is not what blocks of ${factor} × ${factor} pixels leave`,
        `Give the field the event [height / ${factor}, width / ${factor}, ${factor * factor} · channels].`,
      );
    }
    return [height * factor, width * factor, depth / (factor * factor)];
  };

  return {
    config: { kind: 'squeeze', factor },
    permutes: true,
    dataEvent: larger,
    forward(x) {
      const [rows, height, width, channels] = x.shape;
      if (x.shape.length !== 4 || height % factor !== 0 || width % factor !== 0) {
        throw new AdvectError(
          'invalid-shape',
          `squeeze: [${x.shape.join(', ')}] cannot be cut into blocks of ${factor} × ${factor} pixels`,
          'Give pictures, [count, height, width, channels], whose sides the factor divides.',
        );
      }
      const from = places(x.shape);
      const y = { shape: [rows, height / factor, width / factor, channels * factor * factor], data: x.data.map((_, i) => x.data[from[i]]) };
      return { y, logDet: new Float64Array(rows) };
    },
    inverse(y) {
      const shape = [y.shape[0], ...larger(y.shape.slice(1))];
      const data = new Float32Array(y.data.length);
      places(shape).forEach((place, i) => (data[place] = y.data[i]));
      return { x: { shape, data }, logDet: new Float64Array(shape[0]) };
    },
    pullback(x, _keys, ofY) {
      const data = new Float32Array(ofY.length);
      places(x.shape).forEach((place, i) => (data[place] = ofY[i]));
      return data;
    },
  };
}
