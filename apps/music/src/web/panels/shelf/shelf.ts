import { type Keepsake, type Kept, keptIn } from '@advect/web';
import { type Piece, readPiece, writePiece } from '../../state/piece-text.js';

/** A tune that a visitor keeps. */
export interface Tune extends Keepsake {
  readonly name: string;
  /** Its notes and key, as `writePiece` writes them. */
  readonly text: string;
  /** Quarter notes in a minute. */
  readonly tempo: number;
}

/** The tunes that are kept in this browser. */
export interface Shelf {
  readonly tunes: Kept<Tune>;
  /** Keeps a tune, unless its very notes are kept already. */
  keep(name: string, piece: Pick<Piece, 'score' | 'key'>, tempo: number): Promise<void>;
}

export function createShelf(report: (thrown: unknown) => void): Shelf {
  const tunes = keptIn<Tune>('advect-music-tunes', report);
  return {
    tunes,
    async keep(name, { score, key }, tempo) {
      const text = writePiece({ score, key, locked: new Uint8Array(score.pitches.length) });
      if (!tunes.has(text)) await tunes.keep({ key: text, name, text, tempo });
    },
  };
}

/** The piece of a tune on the shelf; undefined for one that another version of the page wrote otherwise. */
export const pieceOfTune = ({ text }: Tune): Piece | undefined => readPiece(text);
