/** Units of time in a quarter note: a triplet of sixteenths and a sixty-fourth are whole. */
export const ticksPerQuarter = 480;

/** A note of a piece: start and length in ticks, MIDI pitch (of a drum: its note), velocity 0 … 1. */
export interface PieceNote {
  readonly start: number;
  readonly length: number;
  readonly pitch: number;
  readonly velocity: number;
}

export interface PiecePart {
  readonly name: string;
  /** General MIDI program, 0 … 127. */
  readonly program: number;
  readonly drums: boolean;
  /** In order of their start, higher ones first. */
  readonly notes: readonly PieceNote[];
}

/** A key signature: sharps (positive) or flats, −7 … 7. */
export interface KeySignature {
  readonly fifths: number;
  readonly minor: boolean;
}

export interface Metre {
  readonly beats: number;
  /** 1, 2, 4, 8 …: a quarter note is 4. */
  readonly beatType: number;
}

/** Music as notation and MIDI have in common: what every file is read to and written from. */
export interface Piece {
  readonly title: string;
  /** From the beginning on: ticks, and quarter notes in a minute from there. */
  readonly tempos: readonly { readonly tick: number; readonly perMinute: number }[];
  readonly metre: Metre;
  /** Ticks before the first whole bar; 0 where the piece begins with one. */
  readonly pickup: number;
  readonly key?: KeySignature;
  readonly parts: readonly PiecePart[];
  /** What the file was made with, where a program of ours made it. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A piece as read from a file that may hold anything. */
export interface ReadPiece {
  readonly piece: Piece;
  /** What could not be kept, one sentence each. */
  readonly remarks: readonly string[];
}

/** The tempo and touch where a file names none. */
export const usualTempo = 120;
export const usualVelocity = 80 / 127;

/** What is read of one file at most: as much as anybody plays. */
export const pieceLimits = { notes: 200_000, quarters: 30_000, bars: 8000, parts: 128 } as const;

export const barTicks = ({ beats, beatType }: Metre): number => (beats * 4 * ticksPerQuarter) / beatType;

/** The order in which a part keeps its notes. */
export const byStart = (a: PieceNote, b: PieceNote): number => a.start - b.start || b.pitch - a.pitch;
