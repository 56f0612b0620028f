import type { NdArray } from '@advect/core';
import { readNpz, writeNpz } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { integer, number, oneOf, optional, readOptions, value } from '@advect/base/options';
import type { PictureForm } from '../data/picture-set.js';
import { margin } from './between-levels.js';
import { methods, type SolverChoice } from './solver.js';

/** Codes of pictures with what is needed to decode them. */
export interface CodeFile {
  readonly model: { readonly name: string; /** Of the weights. */ readonly sha256: string };
  readonly form: Pick<PictureForm, 'size' | 'channels' | 'levels'>;
  readonly solver: SolverChoice;
  /** Of the noise between levels: uniform, this far from the next level. */
  readonly dequantisation: { readonly seed: number; readonly margin: number };
  /** Class of each picture by its name; 'none' without. */
  readonly labels: readonly string[];
  /** sha256 of the files that were encoded. */
  readonly parents: readonly string[];
  /** [count, ...event of the field], float32. */
  readonly z: NdArray;
}

export const codeFormats = ['json', 'npz'] as const;
export type CodeFormat = (typeof codeFormats)[number];

/** A code file's bytes: JSON, or .npz with the noise as `z` and the rest as JSON text in `about`. The same codes give the same bytes. */
export function writeCodeFile({ z, ...about }: CodeFile, format: CodeFormat): Uint8Array {
  const head = { format: 'advect-code', version: 1, ...about, shape: z.shape };
  if (format === 'npz') {
    const text = new TextEncoder().encode(JSON.stringify(head));
    return writeNpz(
      new Map<string, NdArray | NdArray<Uint8Array>>([
        ['z', z],
        ['about', { shape: [text.length], data: text }],
      ]),
    );
  }
  // Nine digits tell every float32 apart.
  return new TextEncoder().encode(`${JSON.stringify({ ...head, z: Array.from(z.data, (v) => Number(v.toPrecision(9))) })}\n`);
}

/** Reads a code file of either format. Throws `invalid-file` for anything else. */
export async function readCodeFile(bytes: Uint8Array, name: string): Promise<CodeFile> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { shape, z, ...head } = isZip ? await readNpzCode(bytes, name) : readJsonCode(bytes, name);
  const fail = (problem: string, cause?: unknown): never => {
    throw new AdvectError('invalid-file', `'${name}' is no code of pictures: ${problem}`, 'Give a file from image encode.', cause);
  };
  if (head.format !== 'advect-code') fail('it does not say that it is one');
  if (head.version !== 1) fail(`its version is ${JSON.stringify(head.version)}, and this app knows 1`);
  let about: Omit<CodeFile, 'z'>;
  try {
    const { format: _format, version: _version, ...rest } = head;
    about = readOptions<Omit<CodeFile, 'z'>>('the code', rest, {
      model: value<CodeFile['model']>(
        (v) => isRecord(v) && typeof v.name === 'string' && typeof v.sha256 === 'string',
        'a name and sha256',
      ),
      form: value<CodeFile['form']>((v) => isRecord(v) && ['size', 'channels', 'levels'].every((part) => Number.isInteger(v[part])), 'size, channels, levels'), // prettier-ignore
      solver: (given, where) => {
        const { steps, ...rest } = readOptions<SolverChoice>(where, given as object, solverReaders);
        return steps === undefined ? rest : { ...rest, steps };
      },
      dequantisation: (given, where) =>
        readOptions<CodeFile['dequantisation']>(where, given as object, { seed: integer({ min: 0 }), margin: number({ min: 0, max: 0.5, default: margin }) }), // prettier-ignore
      labels: texts,
      parents: texts,
    });
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const whole = Array.isArray(shape) && shape.length > 1 && shape.every((n) => Number.isSafeInteger(n) && n > 0);
  if (!whole || z.length !== shape.reduce((product, n) => product * n, 1)) return fail('its numbers do not fill its shape');
  if (!z.every(Number.isFinite)) return fail('it holds what is no number');
  if (about.labels.length !== shape[0]) return fail(`it has ${about.labels.length} labels for ${shape[0]} pictures`);
  return { ...about, z: { shape, data: Float32Array.from(z) } };
}

const solverReaders = {
  method: oneOf(methods),
  tolerance: number({ min: 1e-7, max: 1 }),
  steps: optional(integer({ min: 1, max: 10_000 })),
};
const texts = value<readonly string[]>((v) => Array.isArray(v) && v.every((t) => typeof t === 'string'), 'a list of texts');
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

interface Raw {
  readonly format?: unknown;
  readonly version?: unknown;
  readonly shape: readonly number[];
  readonly z: ArrayLike<number> & { every(test: (v: number) => boolean): boolean };
}

function readJsonCode(bytes: Uint8Array, name: string): Raw {
  try {
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(read) && Array.isArray(read.z) && Array.isArray(read.shape)) return read as unknown as Raw;
  } catch {
    // Reported below, with what is JSON of another kind.
  }
  throw new AdvectError('invalid-file', `'${name}' is no code of pictures`, 'Give a .json or .npz file from image encode.');
}

async function readNpzCode(bytes: Uint8Array, name: string): Promise<Raw> {
  const arrays = await readNpz(bytes);
  const [z, about] = [arrays.get('z'), arrays.get('about')];
  if (!z || !(about?.data instanceof Uint8Array)) {
    throw new AdvectError('invalid-file', `'${name}' holds no code of pictures`, 'Give a .npz file from image encode.');
  }
  const head = readJsonCode(new TextEncoder().encode(`{"z":[],${new TextDecoder().decode(about.data).slice(1)}`), name);
  return { ...head, z: z.data };
}

/** Throws `invalid-option` where codes are of another model than this one. */
export function requireModel({ model }: CodeFile, { name, hash }: { readonly name: string; readonly hash: string }): void {
  if (model.sha256 === hash) return;
  throw new AdvectError(
    'invalid-option',
    `this code was made by the model '${model.name}' (weights ${model.sha256.slice(0, 12)}…), and '${name}' is another (${hash.slice(0, 12)}…)`,
    'A code means a picture to its own model alone: give that with --model.',
  );
}
