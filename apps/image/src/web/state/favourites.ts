import { type Keepsake, keptIn } from '@advect/web';
import type { ReadonlySignal } from '@preact/signals';
import { pictureDim, type PictureForm } from '../../data/picture-set.js';
import type { Label } from '../../model/label.js';
import type { SolverChoice } from '../../model/solver.js';
import type { Session } from './session.js';

/** A picture that somebody keeps, with what makes it again. */
export interface Favourite extends Keepsake {
  readonly model: { readonly name: string; readonly hash: string; readonly form: PictureForm };
  readonly seed: number;
  readonly item: number;
  readonly label: Label;
  readonly guidance: number;
  readonly temperature: number;
  readonly solver: SolverChoice;
  /** [size, size, channels], levels. */
  readonly levels: Uint8Array;
}

export interface Favourites {
  readonly list: ReadonlySignal<readonly Favourite[]>;
  has(seed: number, item: number, label: Label): boolean;
  /** Keeps the picture at a place of the wall, or gives it up. */
  toggle(place: number): Promise<void>;
  remove(key: string): Promise<void>;
  /** Hangs new items of the series on the wall, but for those that are kept. */
  clearTheRest(): void;
}

/** What is kept in this browser. Where it keeps nothing, it is kept as long as the page is open. */
export function createFavourites(session: Session): Favourites {
  const { settings, model, wall, forming, labels, report } = session;
  const { list, has: isKept, keep, remove } = keptIn<Favourite>('advect-image favourites', report);

  const keyOf = (seed: number, item: number, label: Label): string => {
    const { guidance, temperature, solver } = wall.value?.request ?? {};
    return JSON.stringify([model.value?.hash, seed, item, label, guidance, temperature, solver]);
  };
  const has = (seed: number, item: number, label: Label): boolean => isKept(keyOf(seed, item, label));

  async function toggle(place: number): Promise<void> {
    if (!model.value || !wall.value || forming.value) return;
    const { seed, items, labels, guidance, temperature, solver } = wall.value.request;
    if (place >= items.length) return;
    const [item, label] = [items[place], labels[place]];
    const key = keyOf(seed, item, label);
    if (isKept(key)) return remove(key);
    const { name, hash, form } = model.value;
    const { frames, times } = wall.value;
    const dim = pictureDim(form);
    const from = ((times.length - 1) * items.length + place) * dim;
    const levels = frames.slice(from, from + dim);
    return keep({ key, model: { name, hash, form }, seed, item, label, guidance, temperature, solver, levels });
  }

  return {
    list,
    has,
    toggle: (place) => toggle(place).catch(report),
    remove: (key) => remove(key).catch(report),
    clearTheRest() {
      const { seed, items } = settings.value;
      let next = Math.max(...items) + 1;
      session.change({ items: items.map((item, place) => (has(seed, item, labels.value[place]) ? item : next++)) });
    },
  };
}
