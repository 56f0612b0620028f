import { AdvectError } from '@advect/base/errors';
import { integer, oneOf, optional, readOptions, value } from '@advect/base/options';
import { arePercentiles, shareAbove } from '@advect/base/percentiles';
import type { JsonObject, Manifest } from '@advect/core/io';
import type { Credit, PictureForm } from '../data/picture-set.js';
import type { KnownAnswers } from './self-test.js';
import type { Typicality } from './typicality.js';

/** How the pictures kept apart from training score: what a new picture's score is compared with. */
export interface HeldOut {
  readonly count: number;
  /** Draws of the dequantisation noise averaged for each picture. */
  readonly draws: number;
  /** Bits/dim at the 0th, 1st, … 100th percentile. */
  readonly percentiles: readonly number[];
}

/** What the app keeps in a model's manifest under `application`. */
export interface PictureModel extends Omit<PictureForm, 'classes'> {
  readonly kind: 'pictures';
  readonly data: Credit;
  readonly heldOut: HeldOut;
  /** How they lie about the model, in parts; models made before it was kept have none. */
  readonly typicality?: Typicality;
  /** What the model answers to a fixed question; likewise. */
  readonly knownAnswers?: KnownAnswers;
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isCredit = (v: unknown): boolean => isObject(v) && typeof v.title === 'string' && typeof v.licence === 'string';
const isHeldOut = (v: unknown): boolean =>
  isObject(v) && Number.isInteger(v.count) && Number.isInteger(v.draws) && arePercentiles(v.percentiles);

const isFinites = (v: unknown, length?: number): v is number[] =>
  Array.isArray(v) && v.every(Number.isFinite) && (length === undefined || v.length === length);
const isRising = (v: unknown): boolean => isFinites(v) && v.length > 0 && v.every((p, i) => i === 0 || p >= v[i - 1]);
const isTypicality = (v: unknown): boolean =>
  isObject(v) &&
  [v.count, v.draws].every((n) => Number.isInteger(n) && (n as number) > 0) &&
  Number.isInteger(v.probes) &&
  Number.isFinite(v.tolerance) &&
  (v.tolerance as number) > 0 &&
  isFinites(v.mean, 3) &&
  isFinites(v.precision, 9) &&
  isRising(v.bits) &&
  isRising(v.distances);
const isKnownAnswers = (v: unknown): boolean =>
  isObject(v) &&
  typeof v.picture === 'string' &&
  /^([0-9a-f]{2})+$/.test(v.picture) &&
  isFinites(v.sample) &&
  isFinites(v.encode) &&
  Number.isFinite(v.logProb);

/** Reads the app's part of a manifest; throws `invalid-file` where the model is not one of pictures. */
export function readPictureModel(manifest: Pick<Manifest, 'name' | 'application'>): PictureModel {
  if (manifest.application.kind !== 'pictures') {
    throw new AdvectError('invalid-file', `the model '${manifest.name}' does not make pictures`, 'Give a model that image train has made.');
  }
  try {
    return readOptions<PictureModel>('model.json: application', manifest.application, {
      kind: oneOf(['pictures'] as const),
      size: integer({ min: 1, max: 1024 }),
      channels: value<1 | 3>((v) => v === 1 || v === 3, '1 or 3'),
      levels: integer({ min: 2, max: 256 }),
      data: value<Credit>(isCredit, 'a title and a licence'),
      heldOut: value<HeldOut>(isHeldOut, 'count, draws and 101 rising percentiles'),
      typicality: optional(value<Typicality>(isTypicality, 'how it was measured, mean, precision and two rising lists')),
      knownAnswers: optional(value<KnownAnswers>(isKnownAnswers, 'a picture, and what the model answers to it')),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the model '${manifest.name}' is broken: ${reason}`, 'Get the model again.', cause);
  }
}

/** The same as plain JSON, for the manifest. */
export const writePictureModel = (model: PictureModel): JsonObject => JSON.parse(JSON.stringify(model)) as JsonObject;

/** The percentile of a score among the held-out pictures: how many in a hundred of them are less probable (have more bits). */
export const percentileOf = (bitsPerDim: number, { percentiles }: HeldOut): number => shareAbove(bitsPerDim, percentiles);
