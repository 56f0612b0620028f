import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { type Json, parseJson } from './json.js';

/** A JSON value as plain data. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A part's kind and settings, as its factory takes them. */
export interface PartConfig extends JsonObject {
  readonly kind: string;
}

/** What `model.json` says: all of a model but its weights. */
export interface Manifest {
  /** Short name, such as "digits". */
  readonly name: string;
  /** What the model makes, in a sentence or two; may be empty. */
  readonly description: string;
  readonly field: PartConfig;
  readonly base: PartConfig;
  /** From data to model space, in this order. */
  readonly transforms: readonly PartConfig[];
  /** Each weight's shape by name. */
  readonly parameters: { readonly [name: string]: readonly number[] };
  /** One label for each class, in the order of the condition; empty for a model without classes. */
  readonly labels: readonly string[];
  /** Settings to sample and to score with unless others are given. */
  readonly defaults: JsonObject;
  /** What the application keeps with the model: picture size, voices and the like. */
  readonly application: JsonObject;
  /** How the model was trained: data, command, settings, steps, seed. */
  readonly training: JsonObject;
  /** Measured figures by name, with the unit in the name ("test bits/dim"). */
  readonly metrics: { readonly [name: string]: number };
  /** The weights' file: its SHA-256 as 64 hexadecimal digits, its length in bytes and how it keeps its numbers. */
  readonly weights: { readonly sha256: string; readonly bytes: number; readonly dtype: WeightsType };
}

/** How a model's file keeps its weights. They are float32 once they are read. */
export type WeightsType = 'float32' | 'float16';

export const weightsTypes: readonly WeightsType[] = ['float32', 'float16'];

export const manifestLimits = Object.freeze({
  characters: 2 ** 20,
  textLength: 2000,
  transforms: 100,
  labels: 10_000,
  parameters: 10_000,
  rank: 8,
  elements: 2 ** 31 - 1,
});

const FORMAT = 'advect-model';
const VERSION = 2;

/**
 * Reads `model.json`. Anything but a complete manifest of this format, in version 1 or 2, throws `invalid-file`: a missing
 * or unknown member (with the nearest known one), a size out of bounds, a name given twice, text that is too long. The
 * file `model.schema.json` of this package says the same as a JSON Schema, for other programs.
 *
 * Version 1 has no `weights.dtype`: its weights are float32.
 */
export function parseManifest(text: string): Manifest {
  if (text.length > manifestLimits.characters) {
    throw invalid(`it has ${text.length} characters where at most ${manifestLimits.characters} can be`);
  }
  return readManifest(parseJson(text, 'model.json'));
}

/**
 * Writes `model.json`, in version 2: the same manifest gives the same text. Throws `invalid-file` for what {@link parseManifest} would
 * refuse, and for NaN and infinity, which JSON cannot hold.
 */
export function formatManifest(manifest: Manifest): string {
  const order = Object.fromEntries(Object.keys(members).map((name) => [name, null]));
  const document = { format: FORMAT, version: VERSION, ...order, ...manifest };
  const text = `${stringify(document).replace(numberList, oneLine)}\n`;
  parseManifest(text);
  return text;
}

function stringify(document: object): string {
  try {
    return JSON.stringify(document, refuseNonFinite, 2);
  } catch (cause) {
    // A BigInt, or an object that holds itself.
    throw cause instanceof TypeError ? invalid(`JSON cannot hold it: ${cause.message.split('\n')[0]}`, 'Give plain JSON values.') : cause;
  }
}

type Member<T> = (value: Json, what: string) => T;

const text: Member<string> = (value, what) => {
  if (typeof value !== 'string' || value.length > manifestLimits.textLength) {
    throw invalid(`${what} is not a text of at most ${manifestLimits.textLength} characters`);
  }
  return value;
};

const object: Member<JsonObject> = (value, what) => toPlain(asMap(value, what), what);

const part: Member<PartConfig> = (value, what) => {
  const config = object(value, what);
  if (typeof config.kind !== 'string') throw invalid(`${what} has no kind`);
  return config as PartConfig;
};

const wholeNumber =
  (most: number): Member<number> =>
  (value, what) => {
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most) {
      throw invalid(`${what} is ${show(value)} where a whole number from 0 to ${most} belongs`);
    }
    return value as number;
  };

const list =
  <T>(item: Member<T>, most: number): Member<readonly T[]> =>
  (value, what) => {
    if (!Array.isArray(value) || value.length > most) throw invalid(`${what} is not a list of at most ${most}`);
    return value.map((entry: Json, i) => item(entry, `${what}[${i}]`));
  };

/** An object of any names, whose values are all of one sort. */
const record =
  <T>(entry: Member<T>, most: number): Member<{ readonly [name: string]: T }> =>
  (value, what) => {
    const map = asMap(value, what);
    if (map.size > most) throw invalid(`${what} has ${map.size} entries where at most ${most} can be`);
    return Object.fromEntries([...map].map(([name, item]) => [safeName(name, what), entry(item, `${what}: ${show(name)}`)]));
  };

/** Exactly the given members, each through its reader. */
const exactly =
  <T extends object>(readers: { readonly [K in keyof T]: Member<T[K]> }): Member<T> =>
  (value, what) => {
    const map = asMap(value, what);
    const known = Object.keys(readers);
    for (const name of map.keys()) {
      if (!known.includes(name)) {
        throw invalid(`${what} has no member ${show(name)}`, `${didYouMean(name, known)}Its members are: ${known.join(', ')}.`);
      }
    }
    const missing = known.find((name) => !map.has(name));
    if (missing !== undefined) throw invalid(`${what} lacks the member "${missing}"`);
    return Object.fromEntries(known.map((name) => [name, readers[name as keyof T](map.get(name)!, name)])) as T;
  };

const shape: Member<readonly number[]> = (value, what) => {
  const sizes = list(wholeNumber(manifestLimits.elements), manifestLimits.rank)(value, what);
  if (sizes.reduce((product, n) => product * n, 1) > manifestLimits.elements) {
    throw invalid(`${what} has the shape [${sizes.join(', ')}], more than ${manifestLimits.elements} numbers`);
  }
  return sizes;
};

const metric: Member<number> = (value, what) => {
  if (typeof value !== 'number') throw invalid(`${what} is ${show(value)} where a number belongs`);
  return value;
};

const digest: Member<string> = (value, what) => {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw invalid(`${what} is not 64 lower-case hexadecimal digits`);
  return value;
};

const weightsType: Member<WeightsType> = (value, what) => {
  if (!weightsTypes.includes(value as WeightsType)) throw invalid(`${what} is ${show(value)}, not "float32" or "float16"`);
  return value as WeightsType;
};

const weightsFile = { sha256: digest, bytes: wholeNumber(Number.MAX_SAFE_INTEGER) };
const weightsOfVersion1: Member<Manifest['weights']> = (value, what) => ({
  ...exactly<{ sha256: string; bytes: number }>(weightsFile)(value, what),
  dtype: 'float32',
});

const members: { readonly [K in keyof Manifest]: Member<Manifest[K]> } = {
  name: text,
  description: text,
  field: part,
  base: part,
  transforms: list(part, manifestLimits.transforms),
  parameters: record(shape, manifestLimits.parameters),
  labels: list(text, manifestLimits.labels),
  defaults: object,
  application: object,
  training: object,
  metrics: record(metric, manifestLimits.parameters),
  weights: exactly<Manifest['weights']>({ ...weightsFile, dtype: weightsType }),
};

function readManifest(json: Json): Manifest {
  const body = new Map(asMap(json, 'the whole'));
  if (body.get('format') !== FORMAT) throw invalid(`its format is ${show(body.get('format'))}, not "${FORMAT}"`);
  const version = body.get('version');
  if (version !== 1 && version !== VERSION) {
    throw invalid(`its version is ${show(version)}`, `This library reads versions 1 and ${VERSION}; a newer one may read it.`);
  }
  body.delete('format');
  body.delete('version');
  return exactly<Manifest>(version === 1 ? { ...members, weights: weightsOfVersion1 } : members)(body, 'the manifest');
}

function asMap(value: Json, what: string): ReadonlyMap<string, Json> {
  if (!(value instanceof Map)) throw invalid(`${what} is not an object`);
  return value;
}

function toPlain(map: ReadonlyMap<string, Json>, what: string): JsonObject {
  const convert = (value: Json): JsonValue => {
    if (value instanceof Map) return toPlain(value, what);
    return Array.isArray(value) ? value.map(convert) : (value as JsonValue);
  };
  return Object.fromEntries([...map].map(([name, value]) => [safeName(name, what), convert(value)]));
}

function safeName(name: string, what: string): string {
  if (name === '__proto__') throw invalid(`${what} has a member "__proto__"`);
  return name;
}

const show = (value: Json | undefined): string => {
  if (value === undefined) return 'missing';
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : JSON.stringify(value).slice(0, 80);
};

function refuseNonFinite(name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(`"${name}" is ${value}`);
  return value;
}

/** Lists of numbers, which stay on one line. A line break is never part of a JSON string, so no text is touched. */
const numberList = /\[\n[-\d.eE+,\s]*\]/g;
const oneLine = (lines: string): string => `[${lines.slice(1, -1).trim().replace(/\s+/g, ' ')}]`;

const invalid = (problem: string, hint = 'Fetch or export the model again.'): AdvectError =>
  new AdvectError('invalid-file', `Not a model.json that can be read: ${problem}`, hint);
