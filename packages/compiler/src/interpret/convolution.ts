import { sizeOf } from '@advect/base/array';
import type { ConvGeometry } from '../graph/index.js';
import { stridesOf } from './places.js';
import type { Evaluate } from './value.js';

export const conv2d: Evaluate<'conv2d'> = ({ geometry, rowsLast, shape }, [x, filter]) => {
  const result = new Float64Array(sizeOf(shape));
  eachTerm({ geometry, rowsLast, x: x.shape, filter: filter.shape, y: shape }, (ofX, ofFilter, ofY) => {
    result[ofY] += x.data[ofX] * filter.data[ofFilter];
  });
  return result;
};

export const conv2dInput: Evaluate<'conv2dInput'> = ({ geometry, rowsLast, shape }, [dy, filter]) => {
  const result = new Float64Array(sizeOf(shape));
  eachTerm({ geometry, rowsLast, x: shape, filter: filter.shape, y: dy.shape }, (ofX, ofFilter, ofY) => {
    result[ofX] += dy.data[ofY] * filter.data[ofFilter];
  });
  return result;
};

export const conv2dFilter: Evaluate<'conv2dFilter'> = ({ geometry, rowsLast, shape }, [x, dy]) => {
  const result = new Float64Array(sizeOf(shape));
  eachTerm({ geometry, rowsLast, x: x.shape, filter: shape, y: dy.shape }, (ofX, ofFilter, ofY) => {
    result[ofFilter] += x.data[ofX] * dy.data[ofY];
  });
  return result;
};

interface Convolution {
  readonly geometry: ConvGeometry;
  readonly rowsLast?: boolean;
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly y: readonly number[];
}

/**
 * Calls `visit` with the places in x, filter and y of every product that the convolution
 * y[b, i, j, o] = Σ x[b, i·stride + u·dilation − top, j·stride + v·dilation − left, c] · filter[u, v, c, o] sums.
 */
function eachTerm(
  { geometry: { strides, dilations, pads }, rowsLast = false, x, filter, y }: Convolution,
  visit: (ofX: number, ofFilter: number, ofY: number) => void,
): void {
  const image = (shape: readonly number[]): readonly number[] => (rowsLast ? [shape[3], ...shape.slice(0, 3)] : shape);
  const imageStrides = (shape: readonly number[]): readonly number[] => image(stridesOf(shape));
  const [batch, height, width] = image(x);
  const [, outHeight, outWidth] = image(y);
  const [windowHeight, windowWidth, channels, outputs] = filter;
  const [ofX, ofFilter, ofY] = [imageStrides(x), stridesOf(filter), imageStrides(y)];
  for (let i = 0; i < outHeight; i++) {
    for (let j = 0; j < outWidth; j++) {
      for (let u = 0; u < windowHeight; u++) {
        for (let v = 0; v < windowWidth; v++) {
          const row = i * strides[0] + u * dilations[0] - pads[0];
          const column = j * strides[1] + v * dilations[1] - pads[2];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          for (let b = 0; b < batch; b++) {
            for (let c = 0; c < channels; c++) {
              for (let o = 0; o < outputs; o++) {
                visit(
                  b * ofX[0] + row * ofX[1] + column * ofX[2] + c * ofX[3],
                  u * ofFilter[0] + v * ofFilter[1] + c * ofFilter[2] + o * ofFilter[3],
                  b * ofY[0] + i * ofY[1] + j * ofY[2] + o * ofY[3],
                );
              }
            }
          }
        }
      }
    }
  }
}
