import { type Flow, ndarray, type Report, type SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import type { PictureForm } from '../data/picture-set.js';
import type { Picture } from '../layout/picture.js';
import { picturesOf } from './draw.js';
import { conditionOf, guided, type Label } from './label.js';
import { slerp } from './slerp.js';

export interface MorphSettings extends SolverOptions {
  /** Scale of classifier-free guidance; 1 is the bare model. */
  readonly guidance: number;
}

/** One end of a morph: noise, and the class under which it becomes a picture. */
export interface MorphEnd {
  readonly noise: Float32Array;
  readonly label: Label;
}

/**
 * Pictures on the way between two: their noises are joined by an arc (`slerp`), their classes by shares, and each point of it
 * is carried to a picture. Where noise was encoded from a picture under its class, the end of the way is that picture again.
 *
 * Throws `unsupported` for a base distribution other than the standard normal, of which the arc is made for.
 *
 * @param shares places on the way, 0 at `from` and 1 at `to`
 */
export async function morph(
  flow: Flow,
  form: PictureForm,
  { from, to }: { readonly from: MorphEnd; readonly to: MorphEnd },
  shares: readonly number[],
  { guidance, ...settings }: MorphSettings,
): Promise<{ readonly pictures: readonly Picture[]; readonly report: Report }> {
  if (flow.base.config.kind !== 'standard-normal') {
    throw new AdvectError(
      'unsupported',
      `this model begins with noise of the kind '${flow.base.config.kind}', in which there is no arc from picture to picture`,
      'Take a model whose noise is standard normal.',
    );
  }
  const dim = from.noise.length;
  const rows = new Float32Array(shares.length * dim);
  shares.forEach((share, i) => rows.set(slerp(from.noise, to.noise, share), i * dim));
  const condition = conditionOf(
    shares.map((share) => between(from.label, to.label, share)),
    form.classes.length,
  );
  const { x, report } = await guided(flow, guidance).decode(ndarray(rows, [shares.length, ...flow.field.event]), {
    ...settings,
    ...condition,
  });
  return { pictures: picturesOf(x.data, form), report };
}

function between(a: Label, b: Label, share: number): Label {
  if (typeof a !== 'number' || typeof b !== 'number') return share < 0.5 ? a : b;
  return a === b ? a : { a, b, share };
}
