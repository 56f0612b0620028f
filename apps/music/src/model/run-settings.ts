import { AdvectError } from '@advect/base/errors';
import { integer, number, oneOf, optional, readOptions, seed, value } from '@advect/base/options';
import { shellWord } from '@advect/base/shell-word';

/** What a model can learn. */
export const subjects = ['chorales', 'grooves', 'melodies'] as const;

/** How weights may be kept: as they were learnt, or rounded to half precision. */
export const storedWeights = ['float32', 'float16'] as const;

export type StoredWeights = (typeof storedWeights)[number];

export type Subject = (typeof subjects)[number];

/** Everything that a training run is made from, but the data: the same settings give the same model. */
export interface RunSettings {
  readonly subject: Subject;
  readonly width: number;
  readonly layers: number;
  /** Share of the examples in which some notes are given; 0 makes a model that cannot be told any. */
  readonly masks: number;
  /** Share of the examples that are seen at the start of the path, where only what is given tells the notes; absent for none. */
  readonly atStart?: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
  /** How the file keeps the weights; absent for float32. */
  readonly weights?: StoredWeights;
  /** A model to go on from; width and layers are then its own. */
  readonly from?: string;
  /** The folder, archive or file of data, as the command line gave it. */
  readonly data?: string;
}

const text = value<string>((v) => typeof v === 'string', 'a string');

/** Reads the settings of a run. Throws `invalid-file`. */
export function readRunSettings(settings: object): RunSettings {
  try {
    return readOptions<RunSettings>('config.json: settings', settings, {
      subject: oneOf(subjects, 'chorales'),
      width: integer({ min: 4, max: 1024 }),
      layers: integer({ min: 1, max: 32 }),
      masks: number({ default: 0, min: 0, max: 1 }),
      atStart: optional(number({ min: 0, max: 1 })),
      steps: integer({ min: 1 }),
      batch: integer({ min: 1 }),
      learningRate: number({ min: 0 }),
      weightDecay: number({ min: 0 }),
      seed: seed(),
      weights: optional(oneOf(storedWeights)),
      from: optional(text),
      data: optional(text),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the run cannot be read: ${reason}`, 'Start the training again without --resume.', cause);
  }
}

/** The command line that makes the same run. */
export function commandLine({ subject, ...settings }: RunSettings): string {
  const own = settings.from === undefined ? [] : ['width', 'layers'];
  const flags = Object.entries(settings)
    .filter(([name, setting]) => setting !== undefined && !own.includes(name))
    .map(([name, setting]) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} ${shellWord(String(setting))}`);
  return `advect-music train ${subject} ${flags.join(' ')}`;
}
