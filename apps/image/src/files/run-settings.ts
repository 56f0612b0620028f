import { AdvectError } from '@advect/base/errors';
import type { PictureSource } from '../data/open-pictures.js';
import { boolean, integer, number, oneOf, optional, readOptions, seed, value } from '@advect/base/options';
import { fieldKinds, pictureObjectives, type StoredWeights, storedWeights, trainingTimes } from '../model/field-kind.js';
import type { RecipeSettings } from '../model/recipe.js';
import type { TrainingSettings } from '../model/training.js';

/** Everything that a training run is made from: the same settings give the same model. */
export interface RunSettings extends PictureSource, TrainingSettings, Partial<RecipeSettings> {
  readonly seed: number;
  /** The model whose net and weights it begins with; otherwise `field`, `width` and `depth` are a new net. */
  readonly from?: string;
  /** How the file keeps the weights, which are measured as it keeps them; 'float32' if it is not said. */
  readonly weights?: StoredWeights;
  /** Held-out pictures measured at the end. */
  readonly measure: number;
  /** Training pictures set apart by the seed, to watch for early stopping; undefined where the set has some of its own. */
  readonly validation?: number;
}

const text = value<string>((v) => typeof v === 'string' && v !== '', 'a text');

/** Reads the settings of a run. Throws `invalid-file`. */
export function readRunSettings(settings: object): RunSettings {
  try {
    return readOptions<RunSettings>('config.json: settings', settings, {
      data: text,
      folder: optional(text),
      size: optional(integer({ min: 1, max: 64 })),
      colour: optional(boolean()),
      from: optional(text),
      objective: oneOf(pictureObjectives, 'flow-matching'),
      times: optional(oneOf(trainingTimes)),
      pairs: optional(integer({ min: 1 })),
      guidance: optional(number({ min: 0 })),
      field: optional(oneOf(fieldKinds)),
      width: optional(integer({ min: 1, max: 4096 })),
      depth: optional(integer({ min: 1, max: 32 })),
      steps: integer({ min: 1 }),
      batch: integer({ min: 1 }),
      learningRate: number({ min: 0 }),
      weightDecay: number({ min: 0 }),
      labelDropout: number({ min: 0, max: 1 }),
      seed: seed(),
      weights: optional(oneOf(storedWeights)),
      measure: integer({ min: 1 }),
      validation: optional(integer({ min: 1 })),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the run cannot be read: ${reason}`, 'Start the training again without --resume.', cause);
  }
}

/** The command line that makes the same run, from the folder where it began; early stopping comes from its plan. */
export function commandLine({ data, size, colour, ...rest }: RunSettings): string {
  const flags = {
    data,
    ...(size === undefined ? {} : { size, ...(colour ? { colour } : {}) }),
    ...rest,
    folder: undefined,
    validation: undefined,
    objective: rest.objective === 'flow-matching' ? undefined : rest.objective,
  };
  const words = Object.entries(flags).flatMap(([name, setting]) => {
    if (setting === undefined) return [];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return setting === true ? flag : `${flag} ${setting}`;
  });
  return `advect-image train ${words.join(' ')}`;
}
