/** How a voice sounds; plain data. */
export interface Instrument {
  /** General MIDI program nearest to it. */
  readonly program: number;
  /** Seconds to full level, and from release to silence. */
  readonly attack: number;
  readonly release: number;
  /** Detuning of the outer two of three oscillators (cents), and their level. */
  readonly detune: number;
  readonly chorus: number;
  /** Depth (cents) and rate (Hz) of the vibrato. */
  readonly vibrato: number;
  readonly vibratoRate: number;
  /** Seconds in which a sounding note loses half its level; Infinity for one that is blown or sung. */
  readonly halfLife: number;
  /** Share of the reverberation in the mix. */
  readonly wet: number;
  /** Amplitude of harmonic h of a note with that fundamental (Hz). */
  harmonic(h: number, fundamental: number): number;
}

/** A resonance of the vocal tract: centre (Hz), width (Hz), gain. */
type Formant = readonly [number, number, number];

const ah: readonly Formant[] = [
  [650, 220, 1],
  [1080, 260, 0.55],
  [2650, 420, 0.16],
  [3300, 500, 0.08],
];

const resonance = (frequency: number, formants: readonly Formant[]): number =>
  formants.reduce((sum, [centre, width, gain]) => sum + gain / (1 + ((frequency - centre) / width) ** 2), 0);

/** Stops of the organ: for each harmonic the sum of a principal (8′), an octave (4′), and a twelfth (2⅔′). */
const organStops = [
  { foot: 1, level: 1 },
  { foot: 2, level: 0.45 },
  { foot: 3, level: 0.16 },
  { foot: 4, level: 0.18 },
] as const;

export const instruments = {
  choir: {
    program: 52,
    attack: 0.09,
    release: 0.32,
    detune: 7,
    chorus: 0.6,
    vibrato: 5,
    vibratoRate: 4.6,
    halfLife: Infinity,
    wet: 0.3,
    harmonic: (h, f) => (0.06 + resonance(h * f, ah)) / (h * (1 + ((h * f) / 3600) ** 2)),
  },
  organ: {
    program: 19,
    attack: 0.03,
    release: 0.14,
    detune: 3,
    chorus: 0.35,
    vibrato: 0,
    vibratoRate: 0,
    halfLife: Infinity,
    wet: 0.26,
    harmonic: (h, f) => {
      const level = organStops.reduce((sum, { foot, level }) => {
        const own = h / foot;
        return Number.isInteger(own) ? sum + level / (own * own * (own % 2 === 0 ? 1.6 : 1)) : sum;
      }, 0);
      return level / (1 + ((h * f) / 5000) ** 2);
    },
  },
  harp: {
    program: 46,
    attack: 0.004,
    release: 0.5,
    detune: 1.5,
    chorus: 0.25,
    vibrato: 0,
    vibratoRate: 0,
    halfLife: 0.45,
    wet: 0.24,
    harmonic: (h, f) => 1 / (h * h * (1 + (h * f) / 9000)),
  },
} as const satisfies Record<string, Instrument>;

export type InstrumentName = keyof typeof instruments;

export const instrumentNames = Object.keys(instruments) as InstrumentName[];
