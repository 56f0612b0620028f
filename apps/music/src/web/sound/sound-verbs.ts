import type { Verb } from '@advect/web';
import type { Piece } from '../../codec/piece.js';
import type { InstrumentName } from '../../render/instrument.js';

export interface StemsRequest {
  readonly piece: Piece;
  /** Of all pitched parts; undefined: as their programs say. */
  readonly instrument: InstrumentName | undefined;
}

/** The parts of a piece, each rendered apart; together they are the piece. */
export interface Stems {
  readonly sampleRate: number;
  /** Left and right of each part in turn, all of one length. */
  readonly channels: readonly Float32Array[];
}

/** What the worker that renders can be asked for. */
export type SoundVerbs = {
  readonly stems: Verb<StemsRequest, Stems, number>;
};
