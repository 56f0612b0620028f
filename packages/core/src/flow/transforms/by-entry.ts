import { type NdArray, ndarray, sizeOf } from '@advect/base/array';
import { type Key, split } from '../../random/index.js';
import type { Transform } from '../flow.js';

/** The first transform that neither takes each entry by itself nor only puts them in another order, if there is one. */
export const mixingTransform = (transforms: readonly Transform[]): Transform | undefined =>
  transforms.find(({ entryLogDet, permutes }) => entryLogDet === undefined && !permutes);

/** For each entry of an event in model space, the entry of the data that it is made of. */
export function entryPlaces(transforms: readonly Transform[], dataEvent: readonly number[]): Int32Array {
  const own: NdArray = ndarray(
    Float32Array.from({ length: sizeOf(dataEvent) }, (_, i) => i),
    [1, ...dataEvent],
  );
  return Int32Array.from(
    transforms.filter(({ permutes }) => permutes).reduce<NdArray>((at, transform) => transform.forward(at, []).y, own).data,
  );
}

/** As `toModelSpace`, with log-determinants by entry, [rows, ...event of the data]; no transform may mix entries. */
export function toModelSpaceByEntry(
  transforms: readonly Transform[],
  x: NdArray,
  keys: readonly Key[],
): { y: NdArray; logDet: Float64Array } {
  const dataEvent = x.shape.slice(1);
  const dim = sizeOf(dataEvent);
  let y = x;
  const logDet = new Float64Array(x.data.length);
  transforms.forEach((transform, index) => {
    const places = entryPlaces(transforms.slice(0, index), dataEvent);
    transform.entryLogDet?.(y).forEach((value, i) => (logDet[i - (i % dim) + places[i % dim]] += value));
    y = transform.forward(
      y,
      keys.map((own) => split(own, index)),
    ).y;
  });
  return { y, logDet };
}
