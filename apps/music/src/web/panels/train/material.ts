import type { NamedFile } from '@advect/web';
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { largestPiece, pieceKindOf } from '../../../codec/piece-file.js';
import { gather, type Gathered } from '../../../lessons/gather.js';
import { ownChorale } from '../../../lessons/own-chorales.js';
import { AdvectError } from '@advect/base/errors';
import type { Score } from '../../../score.js';

/** What a model is to learn from, as it is gathered. */
export interface Material {
  readonly name: Signal<string>;
  readonly gathered: ReadonlySignal<Gathered<Score>>;
  /** Files that are no notes at all. */
  readonly passedOver: ReadonlySignal<number>;
  /** From 0 to 1 while files are read, else undefined. */
  readonly reading: ReadonlySignal<number | undefined>;
  /** Adds files; one that cannot be learned from is set down with the reason, and the others go on. */
  read(files: readonly NamedFile[]): Promise<void>;
  clear(): void;
}

const nothing: Gathered<Score> = { found: [], leftOut: [] };

/** Reads `most` pieces at most; the others are left out, each with the reason. */
export function createMaterial(most = 5000): Material {
  const gathered = signal(nothing);
  const passedOver = signal(0);
  const reading = signal<number | undefined>(undefined);
  let files: readonly NamedFile[] = [];
  return {
    name: signal('my-pieces'),
    gathered,
    passedOver,
    reading,
    async read(given) {
      const music = given.filter(({ name }) => pieceKindOf(name) !== undefined);
      const mine = [...files, ...music];
      files = mine;
      passedOver.value += given.length - music.length;
      reading.value = 0;
      const all = files.slice(0, most).map(({ name, file }) => ({ name, read: () => bytesOf(file) }));
      const now = await gather(all, ownChorale, {
        onProgress: (done, total) => void (files === mine && (reading.value = done / total)),
      });
      const beyond = mine.slice(most).map(({ name }) => ({ file: name, why: `only the first ${most} files are read` }));
      // Others may have come meanwhile, or all may have been taken away.
      if (files === mine) batch(() => ([gathered.value, reading.value] = [{ ...now, leftOut: [...now.leftOut, ...beyond] }, undefined]));
    },
    clear() {
      files = [];
      batch(() => ([gathered.value, passedOver.value, reading.value] = [nothing, 0, undefined]));
    },
  };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  if (file.size > largestPiece)
    throw new AdvectError('invalid-file', `it has ${file.size} bytes; at most ${largestPiece} are read`, 'Give a shorter piece.');
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new AdvectError('invalid-file', 'it cannot be read any more', 'Choose it again where it lies now.', cause);
  }
}
