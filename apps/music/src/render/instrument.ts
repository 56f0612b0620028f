/** A pitched instrument made of wavetables; plain data. */
export interface WaveInstrument {
  readonly kind: 'wave';
  /** General MIDI program nearest to it. */
  readonly program: number;
  /** Seconds to full level, and from release to silence. */
  readonly attack: number;
  readonly release: number;
  /** Detuning of the outer two of three oscillators (cents), and their level; below 0.5 the middle one holds the pitch. */
  readonly detune: number;
  readonly chorus: number;
  /** Depth (cents) and rate (Hz) of the vibrato. */
  readonly vibrato: number;
  readonly vibratoRate: number;
  /** Seconds in which a sounding note loses half its level; Infinity for one that is blown or sung. */
  readonly halfLife: number;
  /** The tone goes over from `harmonic` to one cut above this frequency (Hz), half of the way in `mellowing` seconds. */
  readonly mellow?: { readonly ceiling: number; readonly halfLife: number };
  /** Share of the reverberation in the mix. */
  readonly wet: number;
  /** Amplitude of harmonic h of a note with that fundamental (Hz). */
  harmonic(h: number, fundamental: number): number;
}

/** A pitched instrument that is a simulated string; plain data. */
export interface StringInstrument {
  readonly kind: 'string';
  readonly program: number;
  readonly release: number;
  /** Seconds in which a string of 220 Hz falls by 60 dB; higher ones fall sooner. */
  readonly ring: number;
  /** How much of the high overtones each turn of the string takes away, 0 … 0.25. */
  readonly damping: number;
  /** Where it is plucked, as a share of its length. */
  readonly pluckedAt: number;
  readonly wet: number;
}

export type Instrument = WaveInstrument | StringInstrument;

/** A resonance of the vocal tract: centre (Hz), width (Hz), gain. */
type Formant = readonly [number, number, number];

/** The vowel of "father" from a grown man's throat. */
const ah: readonly Formant[] = [
  [610, 190, 1],
  [1080, 230, 0.6],
  [2500, 360, 0.2],
  [2900, 420, 0.16],
  [3400, 500, 0.08],
];

/** How much shorter a throat is than a man's: women's voices, sung from about A3 upwards, have higher resonances. */
const shortness = (fundamental: number): number => 1 + 0.2 * Math.min(1, Math.max(0, (fundamental - 165) / 220));

function resonance(frequency: number, formants: readonly Formant[]): number {
  let sum = 0;
  for (const [centre, width, gain] of formants) {
    const away = (frequency - centre) / width;
    sum += gain / (1 + away * away);
  }
  return sum;
}

/** 1 well below a frequency, falling by 12 dB an octave above it. */
const below = (frequency: number, ceiling: number): number => 1 / (1 + (frequency / ceiling) * (frequency / ceiling));

/** Stops of the organ: for each harmonic the sum of a principal (8′), an octave (4′), a twelfth (2⅔′) and a fifteenth (2′). */
const organStops = [
  { foot: 1, level: 1 },
  { foot: 2, level: 0.45 },
  { foot: 3, level: 0.16 },
  { foot: 4, level: 0.18 },
] as const;

function organPipe(h: number): number {
  let level = 0;
  for (const stop of organStops) {
    const own = h / stop.foot;
    if (Number.isInteger(own)) level += stop.level / (own * own * (own % 2 === 0 ? 1.6 : 1));
  }
  return level;
}

/** Harmonics of a pulse that is up for a quarter of its period: every fourth is missing. */
const pulse = (h: number): number => [0, 0.7071067811865476, 1, 0.7071067811865476][h % 4] / h;

const steady = { detune: 0, chorus: 0, vibrato: 0, vibratoRate: 0, halfLife: Infinity } as const;

export const instruments = {
  choir: {
    kind: 'wave',
    program: 52,
    attack: 0.09,
    release: 0.32,
    detune: 8,
    chorus: 0.4,
    vibrato: 6,
    vibratoRate: 5.1,
    halfLife: Infinity,
    wet: 0.3,
    harmonic: (h, f) => ((0.05 + resonance((h * f) / shortness(f), ah)) / h) * below(h * f, 3600),
  },
  organ: {
    ...steady,
    kind: 'wave',
    program: 19,
    attack: 0.03,
    release: 0.14,
    detune: 3,
    chorus: 0.35,
    wet: 0.26,
    harmonic: (h, f) => organPipe(h) * below(h * f, 5000),
  },
  harp: {
    ...steady,
    kind: 'wave',
    program: 46,
    attack: 0.004,
    release: 0.5,
    detune: 1.5,
    chorus: 0.25,
    halfLife: 0.45,
    mellow: { ceiling: 900, halfLife: 0.25 },
    wet: 0.24,
    harmonic: (h, f) => 1 / (h * h * (1 + (h * f) / 9000)),
  },
  pluck: { kind: 'string', program: 24, release: 0.25, ring: 3.2, damping: 0.11, pluckedAt: 0.19, wet: 0.18 },
  bass: {
    ...steady,
    kind: 'wave',
    program: 33,
    attack: 0.006,
    release: 0.09,
    detune: 2,
    chorus: 0.2,
    halfLife: 0.9,
    mellow: { ceiling: 320, halfLife: 0.11 },
    wet: 0.06,
    harmonic: (h, f) => below(h * f, 1500) / h,
  },
  chip: { ...steady, kind: 'wave', program: 80, attack: 0.003, release: 0.03, wet: 0.05, harmonic: pulse },
} as const satisfies Record<string, Instrument>;

export type InstrumentName = keyof typeof instruments;

export const instrumentNames = Object.keys(instruments) as InstrumentName[];

/** First programs of the General MIDI families that sound rather like one of ours; what stands between them goes with the one before. */
const families: readonly (readonly [program: number, name: InstrumentName])[] = [
  [0, 'harp'],
  [16, 'organ'],
  [24, 'pluck'],
  [32, 'bass'],
  [40, 'organ'],
  [45, 'pluck'],
  [46, 'harp'],
  [47, 'harp'],
  [48, 'choir'],
  [56, 'organ'],
  [80, 'chip'],
  [88, 'choir'],
  [104, 'pluck'],
  [109, 'organ'],
  [112, 'harp'],
];

/** The instrument that comes nearest to a General MIDI program, 0 … 127. */
export const instrumentOfProgram = (program: number): InstrumentName => families.findLast(([first]) => first <= program)![1];
