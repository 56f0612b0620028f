import { integer, optional, readOptions, value } from '@advect/base/options';
import { dimensions } from './check.js';
import type { VelocityField } from './field.js';
import { sequence, type SequenceStep } from './sequence.js';

/** What the field of FFJORD's image flow is made of. */
export interface MultiscaleOptions {
  /** [height, width, channels] of one picture. */
  readonly event: readonly [number, number, number];
  /** Makes a field for the shape of a scale, such as (event) => conv({ event, hidden: [64, 64, 64] }). */
  readonly field: (event: [number, number, number]) => VelocityField;
  /** Fields in a row, before a squeeze and after it. Default 2. */
  readonly blocks?: number;
  /** Number of scales. Default: as long as height and width are at least 4, as in the reference code. */
  readonly scales?: number;
}

/**
 * FFJORD's image flow as a `sequence`: at each scale `blocks` fields, a squeeze, `blocks` fields, and half of the channels
 * factored out; at the last one `blocks` fields and no more.
 * Reference: Grathwohl et al. (2019), FFJORD, §4.2, and its reference code, `odenvp.py`.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`, also where a scale cannot be halved
 */
export function multiscale(options: MultiscaleOptions): VelocityField {
  const { event, field, blocks, ...read } = readOptions<MultiscaleOptions & { readonly blocks: number }>('multiscale', options, {
    event: dimensions(3) as () => MultiscaleOptions['event'],
    field: value<MultiscaleOptions['field']>((v) => typeof v === 'function', 'a function from a shape to a field'),
    blocks: integer({ default: 2, min: 1, max: 1024 }),
    scales: optional(integer({ min: 1, max: 64 })),
  });
  const scales = read.scales ?? scalesOf(event);
  const steps: SequenceStep[] = [];
  let [height, width, depth] = event;
  for (let scale = 0; scale < scales; scale++) {
    const fields = (): VelocityField[] => Array.from({ length: blocks }, () => field([height, width, depth]));
    steps.push(...fields());
    if (scale === scales - 1) break;
    [height, width, depth] = [height / 2, width / 2, depth * 4];
    steps.push('squeeze', ...fields(), 'factor-out');
    depth /= 2;
  }
  return sequence({ event, steps });
}

const scalesOf = ([height, width]: readonly number[]): number => Math.max(1, Math.floor(Math.log2(Math.min(height, width))) - 1);
