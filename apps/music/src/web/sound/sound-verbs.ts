import type { Verb } from '@advect/web';
import type { Piece } from '../../codec/piece.js';
import type { InstrumentName } from '../../render/instrument.js';

export interface StemsRequest {
  readonly piece: Piece;
  /** Of all pitched parts; undefined: as their programs say. */
  readonly instrument: InstrumentName | undefined;
  /** Whether each part is rendered for itself. */
  readonly apart: boolean;
}

/** The parts of a piece, each rendered apart, which together are the piece; or the piece itself, as one part. */
export interface Stems {
  readonly sampleRate: number;
  /** Left and right of each part in turn, all of one length. */
  readonly channels: readonly Float32Array[];
}

/** What the worker that renders can be asked for. */
export type SoundVerbs = {
  readonly stems: Verb<StemsRequest, Stems, number>;
};
