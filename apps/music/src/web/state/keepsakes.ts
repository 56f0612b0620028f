import { type Keepsake, keptIn } from '@advect/web';
import type { ReadonlySignal } from '@preact/signals';
import type { Score } from '../../score.js';
import { type Piece, readPiece, writePiece } from './piece-text.js';
import type { Session } from './session.js';
import { freshSettings, type Settings } from './settings.js';

/** A piece that somebody keeps, as it stood on the desk, with how it was to sound. */
export interface KeptPiece extends Keepsake {
  readonly piece: string;
  readonly sound: Pick<Settings, 'tempo' | 'transpose' | 'instrument'>;
  readonly name: string;
}

export interface Keepsakes {
  readonly list: ReadonlySignal<readonly KeptPiece[]>;
  has(piece: Piece): boolean;
  /** Keeps a piece that is not on the desk, unless its notes are kept already. */
  keep(name: string, piece: Pick<Piece, 'score' | 'key'>, tempo: number): Promise<void>;
  /** Keeps the piece on the desk, or gives it up. */
  toggle(): Promise<void>;
  remove(key: string): Promise<void>;
  /** Lays a kept piece on the desk again. */
  show(one: KeptPiece): void;
  scoreOf(one: KeptPiece): Score;
}

/** The same notes in the same key are the same piece, whatever is locked. */
const keyOf = ({ score, key }: Pick<Piece, 'score' | 'key'>): string =>
  writePiece({ score, key, locked: new Uint8Array(score.pitches.length) });

export function createKeepsakes({ work, settings, change, put, cancel, report, announcer }: Session): Keepsakes {
  const { list, has, keep, remove } = keptIn<KeptPiece>('advect-music pieces', report);
  return {
    list,
    has: (piece) => has(keyOf(piece)),
    async keep(name, piece, tempo) {
      const key = keyOf(piece);
      const { transpose, instrument } = freshSettings(0);
      if (!has(key)) await keep({ key, piece: key, sound: { tempo, transpose, instrument }, name });
    },
    async toggle() {
      const key = keyOf(work.peek());
      try {
        if (has(key)) {
          await remove(key);
          announcer.say('Given up.');
          return;
        }
        const { tempo, transpose, instrument, seed } = settings.peek();
        const { origin } = work.peek();
        const unnamed = origin?.verb === 'compose' ? `seed ${seed}` : `piece ${list.value.length + 1}`;
        const name = origin?.verb === 'open' ? origin.name : unnamed;
        await keep({ key, piece: writePiece(work.peek()), sound: { tempo, transpose, instrument }, name });
        announcer.say('Kept in this browser.');
      } catch (thrown) {
        report(thrown);
      }
    },
    remove: (key) => remove(key).catch(report),
    show({ piece, sound, name }) {
      const read = readPiece(piece);
      if (!read) return;
      cancel();
      change(sound);
      put(read, { origin: { verb: 'open', name } });
    },
    scoreOf: ({ piece }) => readPiece(piece)!.score,
  };
}
