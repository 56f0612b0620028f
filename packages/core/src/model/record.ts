import type { JsonObject, Manifest } from '../io/manifest.js';
import { readOptions, value } from '@advect/base/options';

/** What is known about a model beyond its flow. All JSON; whatever is left out is empty. */
export interface ModelRecord {
  /** Short name, such as "digits". */
  readonly name: string;
  /** What the model makes, in a sentence or two. */
  readonly description?: string;
  /** One label for each class. */
  readonly labels?: readonly string[];
  /** Settings to sample and to score with unless others are given. */
  readonly defaults?: JsonObject;
  /** What the application keeps with the model. */
  readonly application?: JsonObject;
  /** How it was trained: data and their credit, command, settings, steps, seed. */
  readonly training?: JsonObject;
  /** Measured figures by name, with the unit in the name ("test bits/dim"). */
  readonly metrics?: Manifest['metrics'];
}

const isObject = (v: unknown): boolean => typeof v === 'object' && v !== null && !Array.isArray(v);
const text = (fallback?: string) => value<string>((v) => typeof v === 'string' && (fallback !== undefined || v !== ''), 'a text', fallback);
const object = value<JsonObject>(isObject, 'an object of JSON values', {});

export const readRecord = (record: ModelRecord): Required<ModelRecord> =>
  readOptions<Required<ModelRecord>>('saveModel', record, {
    name: text(),
    description: text(''),
    labels: value<readonly string[]>((v) => Array.isArray(v) && v.every((label) => typeof label === 'string'), 'a list of texts', []),
    defaults: object,
    application: object,
    training: object,
    metrics: value<Manifest['metrics']>(
      (v) => isObject(v) && Object.values(v as object).every(Number.isFinite),
      'finite numbers by name',
      {},
    ),
  });
