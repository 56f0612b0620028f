import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { PictureForm } from '../../../data/picture-set.js';
import { readPicture } from '../read/read-picture.js';

/** What a model is to learn from, as it is gathered. */
export interface Material {
  readonly name: Signal<string>;
  readonly size: ReadonlySignal<number>;
  readonly colour: ReadonlySignal<boolean>;
  readonly mirror: Signal<boolean>;
  readonly form: ReadonlySignal<PictureForm>;
  /** Levels of each, in that form. */
  readonly pictures: ReadonlySignal<readonly Uint8Array[]>;
  /** Files that could not be read, and why. */
  readonly broken: ReadonlySignal<readonly { readonly file: string; readonly why: string }[]>;
  /** More files were given than are taken. */
  readonly full: ReadonlySignal<boolean>;
  readonly reading: ReadonlySignal<boolean>;
  /** Adds files but hidden ones; one that cannot be read is set down, and the others go on. */
  read(files: readonly File[]): Promise<void>;
  /** Reads the same files again in another form. */
  reform(to: { readonly size?: number; readonly colour?: boolean }): Promise<void>;
  clear(): void;
}

/** Files taken at most. */
export const most = 500;

export function material(): Material {
  const [size, colour] = [signal(16), signal(false)];
  const pictures = signal<readonly Uint8Array[]>([]);
  const broken = signal<readonly { file: string; why: string }[]>([]);
  const [reading, full] = [signal(false), signal(false)];
  let files: readonly File[] = [];
  const form = computed((): PictureForm => ({ size: size.value, channels: colour.value ? 3 : 1, levels: 256, classes: [] }));

  let round = 0;

  async function add(some: readonly File[]): Promise<void> {
    const mine = round;
    reading.value = true;
    const read: Uint8Array[] = [];
    const failed: { file: string; why: string }[] = [];
    for (const file of some) {
      if (mine !== round) return;
      try {
        read.push((await readPicture(file, file.name, form.value)).levels);
      } catch (thrown) {
        failed.push({ file: file.name, why: thrown instanceof Error ? thrown.message : String(thrown) });
      }
    }
    // Meanwhile all may have been taken away, or be read again in another form.
    if (mine !== round) return;
    batch(() => {
      pictures.value = [...pictures.value, ...read];
      broken.value = [...broken.value, ...failed];
      reading.value = false;
    });
  }

  const clear = (): void => {
    round++;
    files = [];
    batch(() => ([pictures.value, broken.value, full.value, reading.value] = [[], [], false, false]));
  };
  return {
    name: signal('my-pictures'),
    size,
    colour,
    mirror: signal(false),
    form,
    pictures,
    broken,
    full,
    reading,
    read(given) {
      const seen = given.filter((file) => !file.name.startsWith('.'));
      const some = seen.slice(0, most - files.length);
      full.value ||= some.length < seen.length;
      files = [...files, ...some];
      return add(some);
    },
    async reform(to) {
      const [again, more] = [files, full.value];
      clear();
      batch(() => {
        full.value = more;
        size.value = to.size ?? size.value;
        colour.value = to.colour ?? colour.value;
      });
      files = again;
      await add(again);
    },
    clear,
  };
}
