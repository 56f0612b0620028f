import { type EngineChoice, engineChoices, numberIn, presentTexts, type TextState } from '@advect/web';
import { keyName, type MusicalKey, tonicOf } from '../../data/musical-key.js';
import { type InstrumentName, instrumentNames } from '../../render/instrument.js';
import { type Piece, readPiece, writePiece } from './piece-text.js';

export const tabNames = ['chorale', 'groove'] as const;
export type TabName = (typeof tabNames)[number];

/** Everything that decides what the page shows; all of it is in the address. */
export interface Settings {
  /** A shipped model's name, or an address of this site. Undefined: one that was dropped, which no address names. */
  readonly model: string | undefined;
  readonly seed: number;
  /** Whether the seed stays when something new is composed. */
  readonly seedLocked: boolean;
  /** Number of the tune among those of the seed. */
  readonly index: number;
  /** 4, 6, …: an even number. */
  readonly bars: number;
  /** Undefined: C or a, as the model chooses. */
  readonly key: MusicalKey | undefined;
  /** These undefined: as the model says. */
  readonly temperature: number | undefined;
  readonly steps: number | undefined;
  readonly polish: number | undefined;
  readonly best: number | undefined;
  /** Whether `best` and `steps` are those of the first sketch, which nobody has asked for. */
  readonly sketch: boolean;
  readonly instrument: InstrumentName;
  /** Quarter notes in a minute. */
  readonly tempo: number;
  /** Semitones that it sounds higher. */
  readonly transpose: number;
  readonly loop: boolean;
  /** The piece where it is not what the seed gives: edited, reworked or opened. */
  readonly tune: Piece | undefined;
  readonly engine: EngineChoice;
  readonly tab: TabName;
  /** The panel that is open; empty for none. */
  readonly panel: string;
  /** What the groove tab keeps, in words of its own. */
  readonly groove: string;
}

/** The model of a fresh visit. */
export const usualModel = 'chorales';

export const mostBars = 64;

/** How the first tune is made where the address names nothing: so that it is soon there. As all settings, it stands in the address. */
export const sketch = { best: 1, steps: 24, sketch: true } as const;

const areSketchy = ({ best, steps }: Pick<Settings, 'best' | 'steps'>): boolean => best === sketch.best && steps === sketch.steps;

/** What a fresh visit starts with, but for the seed. */
export const freshSettings = (seed: number): Settings => ({
  model: usualModel,
  seed,
  seedLocked: false,
  index: 0,
  bars: 4,
  key: undefined,
  temperature: undefined,
  steps: undefined,
  polish: undefined,
  best: undefined,
  sketch: false,
  instrument: 'choir',
  tempo: 80,
  transpose: 0,
  loop: false,
  tune: undefined,
  engine: 'auto',
  tab: 'chorale',
  panel: '',
  groove: '',
});

/** Settings as texts; what is as on a fresh visit is left out. */
export function writeSettings(settings: Settings): TextState {
  const fresh = freshSettings(settings.seed);
  const unusual = <K extends keyof Settings>(name: K, write: (value: Settings[K]) => string | undefined = String): string | undefined =>
    settings[name] === fresh[name] ? undefined : write(settings[name]);
  const texts: Record<string, string | undefined> = {
    m: settings.model,
    seed: String(settings.seed),
    lock: unusual('seedLocked', () => '1'),
    i: unusual('index'),
    bars: unusual('bars'),
    key: unusual('key', (key) => key && keyName(key)),
    temperature: unusual('temperature'),
    steps: unusual('steps'),
    polish: unusual('polish'),
    best: unusual('best'),
    sketch: areSketchy(settings) && !settings.sketch ? '0' : undefined,
    instrument: unusual('instrument'),
    tempo: unusual('tempo'),
    transpose: unusual('transpose'),
    loop: unusual('loop', () => '1'),
    tune: unusual('tune', (tune) => tune && writePiece(tune)),
    engine: unusual('engine'),
    tab: unusual('tab'),
    panel: unusual('panel'),
    groove: unusual('groove'),
  };
  return presentTexts(texts);
}

/** Settings of an address. What is missing or makes no sense is as on a fresh visit: a link may be old, or written by hand. */
export function readSettings(texts: TextState, freshSeed: number): Settings {
  const fresh = freshSettings(numberIn(texts['seed'], 0, Number.MAX_SAFE_INTEGER, true) ?? freshSeed);
  const whole = (name: string, min: number, max: number): number | undefined => numberIn(texts[name], min, max, true);
  const bars = whole('bars', 4, mostBars);
  const made = { steps: whole('steps', 1, 400), best: whole('best', 1, 64) };
  return {
    ...fresh,
    model: texts['m'] ?? fresh.model,
    seedLocked: texts['lock'] === '1',
    index: whole('i', 0, 1e6) ?? fresh.index,
    bars: bars === undefined || bars % 2 !== 0 ? fresh.bars : bars,
    key: readKeyName(texts['key'] ?? ''),
    temperature: numberIn(texts['temperature'], 0, 2),
    polish: numberIn(texts['polish'], 0, 0.9),
    ...made,
    sketch: areSketchy(made) && texts['sketch'] !== '0',
    instrument: instrumentNames.find((name) => name === texts['instrument']) ?? fresh.instrument,
    tempo: numberIn(texts['tempo'], 20, 300) ?? fresh.tempo,
    transpose: whole('transpose', -24, 24) ?? fresh.transpose,
    loop: texts['loop'] === '1',
    tune: readPiece(texts['tune'] ?? ''),
    engine: engineChoices.find((name) => name === texts['engine']) ?? 'auto',
    tab: tabNames.find((name) => name === texts['tab']) ?? 'chorale',
    panel: texts['panel'] ?? '',
    groove: texts['groove'] ?? '',
  };
}

/** "G" is major, "g" minor; undefined for anything else. */
export function readKeyName(name: string): MusicalKey | undefined {
  const tonic = tonicOf(name);
  return tonic === undefined ? undefined : { tonic, mode: name[0] === name[0].toUpperCase() ? 'major' : 'minor' };
}
