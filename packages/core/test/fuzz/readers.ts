import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { NdArray } from '@advect/base/array';
import type { FuzzedReader } from '@advect/testkit';
import { mlp } from '#src/field/index.js';
import { cnf, gaussianMixture, logit } from '#src/flow/index.js';
import { importFfjord, importTorchcfm, importUnet, importZuko } from '#src/import/index.js';
import {
  parseJson,
  pickledArrays,
  readCsv,
  readIdx,
  readNpy,
  readNpz,
  readModelManifest,
  readSafetensors,
  readZip,
  writeSafetensors,
} from '#src/io/index.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { decodeTrainingState, encodeTrainingState } from '#src/train/index.js';
import { tinyUnet, tinyUnetSettings } from './tiny-unet.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../../test/${path}`, import.meta.url), 'utf8'));
const named = (tensors: { readonly [name: string]: NdArray }): Map<string, NdArray> => new Map(Object.entries(tensors));

const flow = cnf({
  field: mlp({ dim: 2, hidden: [3], classes: 2, lastLayer: 'random' }),
  base: gaussianMixture({ means: [[0, 1]], standardDeviations: [2] }),
  transforms: [logit({ alpha: 0.1 })],
});
const record = { name: 'tiny', labels: ['a', 'b'], metrics: { nats: 1.5 }, training: { seed: 1, notes: [null, { x: true }] } };
const saved = await saveModel(flow, record);
const half = await saveModel(flow, record, { dtype: 'float16' });

/** The two files of a model as one: four bytes of length, model.json, the weights. */
function packed(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const [manifest, weights] = ['model.json', 'weights.safetensors'].map((name) => files.get(name)!);
  return Buffer.concat([Uint8Array.of(manifest.length >> 8, manifest.length & 255), manifest, weights]);
}

function unpacked(bytes: Uint8Array): Map<string, Uint8Array> {
  const length = bytes.length < 2 ? 0 : bytes[0] * 256 + bytes[1];
  return new Map([
    ['model.json', bytes.subarray(2, 2 + length)],
    ['weights.safetensors', bytes.subarray(2 + length)],
  ]);
}

/** The checksum and length in the manifest made those of the weights that are there. */
function sealed(bytes: Uint8Array): Uint8Array {
  const files = unpacked(bytes);
  const weights = files.get('weights.safetensors')!;
  const digest = createHash('sha256').update(weights).digest('hex');
  const manifest = Buffer.from(files.get('model.json')!)
    .toString('latin1')
    .replace(/"sha256": "[^"]*"/, `"sha256": "${digest}"`)
    .replace(/"bytes": [^,}]*/, `"bytes": ${weights.length}`);
  return packed(new Map([...files, ['model.json', Buffer.from(manifest, 'latin1')]]));
}

const zeros = (parameters: typeof flow.parameters): { [name: string]: Float32Array } =>
  Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, new Float32Array(data.length)]));
const checkpoint = encodeTrainingState({
  step: 7,
  seed: 0,
  batch: 4,
  objective: 'flow-matching',
  parameters: flow.parameters,
  ema: flow.parameters,
  optimizer: { step: 7, beta1Power: 0.5, beta2Power: 0.9, m: zeros(flow.parameters), v: zeros(flow.parameters) },
  smoothing: { loss: 1, weight: 2 },
});

const numpy = json('io/reference/numpy-files.json') as { cases: { npy: string }[]; archives: { [name: string]: string } };
const torch = (name: string): Uint8Array[] =>
  (json(`import/reference/${name}.json`) as { cases: { file: string }[] }).cases.slice(0, 1).map(({ file }) => base64(file));

const texts = [
  '{"a": [1, -2.5e3, true, null], "b": {"c": "\\u00e9\\n", "d": []}}',
  '[[], {}, "", 0, 1e-300, "\\ud83d\\ude00"]',
  '"plain"',
].map(utf8);

const tables = ['x,y,class\n1,2.5,0\n-3e2,NA,1\n', '"a b";"c"\r\n1;2\r\n', '1 2 3\n4 5 6\n', 'a\tb\n?\t4\n\n'].map(utf8);

const idx = [
  Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6),
  Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0),
  Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 2, 0xff, 0xfe, 0, 7),
];

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Every reader of the library, each with a corpus of a few kilobytes. */
export const readers: readonly FuzzedReader[] = [
  { name: 'JSON', corpus: texts, read: (bytes) => parseJson(decode(bytes), 'The text') },
  {
    name: 'model.json',
    corpus: [saved.get('model.json')!, half.get('model.json')!],
    read: (bytes) => readModelManifest(new Map([['model.json', bytes]])),
  },
  {
    name: 'safetensors',
    corpus: [
      saved.get('weights.safetensors')!,
      half.get('weights.safetensors')!,
      writeSafetensors(named(flow.parameters), new Map([['k', 'v']])),
    ],
    read: (bytes) => readSafetensors(bytes, { finite: true }),
  },
  { name: 'model folder', corpus: [packed(saved)], read: (bytes) => loadModel(unpacked(bytes)) },
  {
    name: 'model folder with its checksum made right',
    corpus: [packed(saved), packed(half)],
    read: (bytes) => loadModel(unpacked(bytes)),
    repair: sealed,
  },
  { name: 'checkpoint', corpus: [checkpoint], read: decodeTrainingState },
  { name: 'weights of torchcfm', corpus: torch('torchcfm'), read: (bytes) => importTorchcfm(bytes) },
  { name: "weights of torchcfm's U-Net", corpus: [tinyUnet()], read: (bytes) => importUnet(bytes, tinyUnetSettings) },
  { name: 'weights of zuko', corpus: torch('zuko'), read: (bytes) => importZuko(bytes) },
  { name: 'weights of FFJORD', corpus: torch('ffjord'), read: (bytes) => importFfjord(bytes, { activation: 'tanh', endTime: 1 }) },
  { name: 'IDX', corpus: idx, read: readIdx },
  { name: 'NPY', corpus: numpy.cases.slice(0, 8).map(({ npy }) => base64(npy)), read: (bytes) => readNpy(bytes) },
  { name: 'NPZ', corpus: Object.values(numpy.archives).slice(0, 2).map(base64), read: (bytes) => readNpz(bytes) },
  {
    name: 'zip',
    corpus: Object.values(numpy.archives).slice(0, 2).map(base64),
    read: (bytes) => Promise.all(readZip(bytes).map((entry) => entry.read())),
  },
  {
    name: 'pickle',
    corpus: Object.values(json('io/reference/pickles.json') as { [name: string]: string }).map(base64),
    read: pickledArrays,
  },
  { name: 'CSV', corpus: tables, read: (bytes) => readCsv(bytes, { onMissing: 'nan' }) },
];
