import { openStore, type Store } from '@advect/web';
import { type ReadonlySignal, signal } from '@preact/signals';
import { pictureDim, type PictureForm } from '../../data/picture-set.js';
import type { Label } from '../../model/label.js';
import type { SolverChoice } from '../../model/solver.js';
import type { Session } from './session.js';

/** A picture that somebody keeps, with what makes it again. */
export interface Favourite {
  readonly key: string;
  readonly model: { readonly name: string; readonly hash: string; readonly form: PictureForm };
  readonly seed: number;
  readonly item: number;
  readonly label: Label;
  readonly guidance: number;
  readonly temperature: number;
  readonly solver: SolverChoice;
  /** [size, size, channels], levels. */
  readonly levels: Uint8Array;
  /** Order in which they were kept. */
  readonly order: number;
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
  const list = signal<readonly Favourite[]>([]);
  const { settings, model, wall, forming, labels, report } = session;
  const store: Promise<Store<Favourite> | undefined> = openStore<Favourite>('advect-image favourites').then(
    async (opened) => {
      list.value = (await opened.all()).toSorted((a, b) => a.order - b.order);
      return opened;
    },
    (thrown: unknown) => {
      report(thrown);
      return undefined;
    },
  );

  const keyOf = (seed: number, item: number, label: Label): string => {
    const { guidance, temperature, solver } = wall.value?.request ?? {};
    return JSON.stringify([model.value?.hash, seed, item, label, guidance, temperature, solver]);
  };
  const has = (seed: number, item: number, label: Label): boolean => {
    const key = keyOf(seed, item, label);
    return list.value.some((one) => one.key === key);
  };

  async function remove(key: string): Promise<void> {
    list.value = list.value.filter((one) => one.key !== key);
    await (await store)?.remove(key);
  }

  async function toggle(place: number): Promise<void> {
    if (!model.value || !wall.value || forming.value) return;
    const { seed, items, labels, guidance, temperature, solver } = wall.value.request;
    if (place >= items.length) return;
    const [item, label] = [items[place], labels[place]];
    const key = keyOf(seed, item, label);
    if (has(seed, item, label)) {
      await remove(key);
      return;
    }
    const { name, hash, form } = model.value;
    const { frames, times } = wall.value;
    const dim = pictureDim(form);
    const from = ((times.length - 1) * items.length + place) * dim;
    const kept: Favourite = {
      key,
      model: { name, hash, form },
      seed,
      item,
      label,
      guidance,
      temperature,
      solver,
      levels: frames.slice(from, from + dim),
      order: (list.value.at(-1)?.order ?? 0) + 1,
    };
    list.value = [...list.value, kept];
    await (await store)?.put(key, kept);
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
