/** Samples in a second of everything that is rendered. */
export const sampleRate = 44_100;

/** What instruments add themselves to: two channels, and what the hall hears of them. */
export interface Mix {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly send: Float32Array;
}

/** A note as an instrument takes it: in samples, its place and its level settled. */
export interface SoundingNote {
  /** First sample, and samples until it is released. */
  readonly first: number;
  readonly held: number;
  readonly pitch: number;
  /** How hard it is struck, 0 … 1, which is heard in the tone; its loudness is `level`. */
  readonly velocity: number;
  readonly level: number;
  /** Share of it that goes to the hall. */
  readonly wet: number;
  /** Where it stands, from left (−1) to right (1). */
  readonly place: number;
  /** Number of the note in the piece and of its part: what differs from note to note is drawn by these. */
  readonly number: number;
  readonly part: number;
}

/** Gains of a sound at a place in the two channels, of equal power everywhere, and in what the hall hears. */
export function gainsOf(level: number, place: number, wet: number): readonly [left: number, right: number, send: number] {
  const pan = Math.max(-1, Math.min(1, place));
  const dry = level * (1 - wet);
  return [dry * Math.sqrt((1 - pan) / 2), dry * Math.sqrt((1 + pan) / 2), level * wet];
}

/** Adds a sound of one channel from sample `first` on. */
export function addMono({ left, right, send }: Mix, sound: Float32Array, first: number, gains: ReturnType<typeof gainsOf>): void {
  const [toLeft, toRight, toHall] = gains;
  const count = Math.min(sound.length, left.length - first);
  for (let i = 0; i < count; i++) {
    left[first + i] += sound[i] * toLeft;
    right[first + i] += sound[i] * toRight;
    send[first + i] += sound[i] * toHall;
  }
}
