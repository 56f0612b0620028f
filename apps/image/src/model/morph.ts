import { type Flow, ndarray, type SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { pictureDim, type PictureForm } from '../data/picture-set.js';
import { type Drawn, picturesOf } from './draw.js';
import { conditionOf, guided, type Label } from './label.js';
import { slerp } from './slerp.js';

export interface CarrySettings extends SolverOptions {
  /** Scale of classifier-free guidance; 1 is the bare model. */
  readonly guidance: number;
}

/** Where a picture comes from: its noise, and the class under which that becomes a picture. */
export interface Origin {
  readonly noise: Float32Array;
  readonly label: Label;
}

/** Pictures of their origins, each by itself: those of `draw` where the noise is a seed's. */
export async function carry(
  flow: Flow,
  form: PictureForm,
  origins: readonly Origin[],
  { guidance, ...settings }: CarrySettings,
): Promise<Drawn> {
  const dim = pictureDim(form);
  const rows = new Float32Array(origins.length * dim);
  origins.forEach(({ noise }, i) => rows.set(noise, i * dim));
  const condition = conditionOf(
    origins.map(({ label }) => label),
    form.classes.length,
  );
  const { x, report } = await guided(flow, guidance).decode(ndarray(rows, [origins.length, ...flow.field.event]), {
    ...settings,
    ...condition,
  });
  return { pictures: picturesOf(x.data, form), report };
}

/**
 * Pictures on the way between two: their noises are joined by an arc (`slerp`), their classes by shares, and each point of it
 * is carried to a picture. Where noise was encoded from a picture under its class, the end of the way is that picture again.
 *
 * Throws `unsupported` for a base distribution other than the standard normal, which the arc is made for.
 *
 * @param shares places on the way, 0 at `from` and 1 at `to`
 */
export function morph(
  flow: Flow,
  form: PictureForm,
  { from, to }: { readonly from: Origin; readonly to: Origin },
  shares: readonly number[],
  settings: CarrySettings,
): Promise<Drawn> {
  if (flow.base.config.kind !== 'standard-normal') {
    throw new AdvectError(
      'unsupported',
      `this model begins with noise of the kind '${flow.base.config.kind}', in which there is no arc from picture to picture`,
      'Take a model whose noise is standard normal.',
    );
  }
  const places = shares.map((share): Origin => ({
    noise: slerp(from.noise, to.noise, share),
    label: between(from.label, to.label, share),
  }));
  return carry(flow, form, places, settings);
}

function between(a: Label, b: Label, share: number): Label {
  if (typeof a !== 'number' || typeof b !== 'number') return share < 0.5 ? a : b;
  return a === b ? a : { a, b, share };
}
