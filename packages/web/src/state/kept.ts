import { type ReadonlySignal, signal } from '@preact/signals';
import { openStore, type Store } from '../browser/store.js';

/** Something that a visitor keeps. */
export interface Keepsake {
  readonly key: string;
  /** Order in which they were kept. */
  readonly order: number;
}

export interface Kept<T extends Keepsake> {
  readonly list: ReadonlySignal<readonly T[]>;
  has(key: string): boolean;
  keep(one: Omit<T, 'order'>): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What is kept in this browser under a name. Where it keeps nothing, it is kept as long as the page is open. */
export function keptIn<T extends Keepsake>(name: string, report: (thrown: unknown) => void): Kept<T> {
  const list = signal<readonly T[]>([]);
  const store: Promise<Store<T> | undefined> = openStore<T>(name).then(
    async (opened) => {
      list.value = (await opened.all()).toSorted((a, b) => a.order - b.order);
      return opened;
    },
    (thrown: unknown) => {
      report(thrown);
      return undefined;
    },
  );
  return {
    list,
    has: (key) => list.value.some((one) => one.key === key),
    async keep(one) {
      const kept = { ...one, order: (list.value.at(-1)?.order ?? 0) + 1 } as T;
      list.value = [...list.value, kept];
      await (await store)?.put(kept.key, kept);
    },
    async remove(key) {
      list.value = list.value.filter((one) => one.key !== key);
      await (await store)?.remove(key);
    },
  };
}
