/** An event of a Standard MIDI File, at an absolute time in ticks. */
export type MidiEvent =
  | {
      readonly tick: number;
      readonly kind: 'noteOn' | 'noteOff';
      readonly channel: number;
      readonly note: number;
      readonly velocity: number;
    }
  | { readonly tick: number; readonly kind: 'program'; readonly channel: number; readonly program: number }
  | { readonly tick: number; readonly kind: 'tempo'; readonly microsecondsPerQuarter: number }
  | { readonly tick: number; readonly kind: 'timeSignature'; readonly numerator: number; readonly denominator: number }
  | { readonly tick: number; readonly kind: 'keySignature'; readonly fifths: number; readonly minor: boolean }
  | { readonly tick: number; readonly kind: 'text'; readonly what: TextKind; readonly text: string };

/** What a text event is, in the order of the meta events 1 to 5. */
export const textKinds = ['text', 'copyright', 'trackName', 'instrumentName', 'lyric'] as const;

type TextKind = (typeof textKinds)[number];

/** A Standard MIDI File of format 0 or 1: the events of each track in time order. */
export interface MidiFile {
  readonly format: 0 | 1;
  /** Ticks in a quarter note, 1 … 32767. */
  readonly ticksPerQuarter: number;
  readonly tracks: readonly (readonly MidiEvent[])[];
}

/** The tempo where a file names none: 120 quarter notes a minute. */
export const defaultTempo = 500_000;

/** The channel of drums, counted from 0: General MIDI's tenth. */
export const drumChannel = 9;

export const limits = { tracks: 128, events: 1_000_000, seconds: 3600 } as const;
