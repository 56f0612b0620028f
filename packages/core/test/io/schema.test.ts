import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { formatManifest, parseManifest } from '#src/io/manifest.js';

const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@advect/core/model.schema.json'), 'utf8')) as object;
const isValid = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);

const document = JSON.parse(
  formatManifest({
    name: 'digits',
    description: '',
    field: { kind: 'mlp', hidden: [16, 16] },
    base: { kind: 'gaussian-mixture', means: [[0], [1]] },
    transforms: [{ kind: 'logit', alpha: 0.01 }],
    parameters: { 'hidden0/weight': [64, 16], scale: [] },
    labels: ['0', '1'],
    defaults: {},
    application: { note: null },
    training: { notes: ['a', { b: true }] },
    metrics: { 'test bits/dim': 2.31 },
    weights: { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 33_304, dtype: 'float16' },
  }),
) as object;

/** Why the reader refuses a document, or undefined. */
function refusal(given: unknown): string | undefined {
  try {
    parseManifest(JSON.stringify(given));
    return undefined;
  } catch (error) {
    if (error instanceof AdvectError && error.code === 'invalid-file') return error.message;
    throw error;
  }
}

test('the published JSON Schema accepts what is written, in this version and the first', (t) => {
  t.true(isValid(document));
  const { weights, ...rest } = document as { weights: { dtype?: string } };
  const { dtype: _, ...file } = weights;
  const first = { ...rest, version: 1, weights: file };
  t.true(isValid(first));
  t.is(parseManifest(JSON.stringify(first)).weights.dtype, 'float32');
  for (const model of ['image/models/digits8', 'music/models/chorales']) {
    const shipped = readFileSync(new URL(`../../../../../apps/${model}/model.json`, import.meta.url), 'utf8');
    t.true(isValid(JSON.parse(shipped)), model);
    t.notThrows(() => parseManifest(shipped), model);
  }
});

/** Every place in a document, as the names and positions that lead there. */
const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] => [
  path,
  ...(typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, item]) => places(item, [...path, name])) : []),
];

type Changed = { [name: string]: unknown };

/** A copy with something else at a place, something more beside it, or nothing there. */
function changed(path: readonly string[], how: 'replace' | 'add' | 'remove', name: string, value: unknown): unknown {
  if (path.length === 0) return how === 'replace' ? value : document;
  const copy = structuredClone(document) as Changed;
  let parent = copy;
  for (const step of path.slice(0, -1)) parent = parent[step] as Changed;
  const last = path.at(-1)!;
  if (how === 'replace') parent[last] = value;
  else if (how === 'remove') delete parent[last];
  else Object.defineProperty(parent, name, { value, enumerable: true, configurable: true });
  return JSON.parse(JSON.stringify(copy));
}

test('the published JSON Schema and the reader agree on documents with something wrong, or not, anywhere in them', (t) => {
  const near = fc.constantFrom<unknown>(
    0,
    1,
    2,
    -1,
    0.5,
    2 ** 31,
    2 ** 31 - 1,
    2 ** 53,
    '',
    'float16',
    'advect-model',
    null,
    [],
    {},
    [[]],
    {
      kind: 'x',
    },
  );
  const names = fc.constantFrom('dtype', 'kind', 'version', '__proto__', 'constructor', 'toString', 'x', '0');
  const counts = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...places(document)),
      fc.constantFrom('replace' as const, 'add' as const, 'remove' as const),
      names,
      fc.oneof(near, fc.jsonValue({ maxDepth: 2 })),
      (path, how, name, value) => {
        const given = changed(path, how, name, value);
        const reason = refusal(given);
        if (reason !== undefined && /has the shape .* more than/.test(reason)) return;
        counts[reason === undefined ? 'accepted' : 'refused']++;
        t.is(isValid(given), reason === undefined, `${JSON.stringify(given)}: ${reason ?? 'accepted'}`);
      },
    ),
    { numRuns: 3000, seed: 1 },
  );
  t.true(counts.accepted > 300 && counts.refused > 300, JSON.stringify(counts));
});
