import { basename, resolve } from 'node:path';
import type { Flow } from '@advect/core';
import { type Json, parseJson } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { refuseExisting } from '../../atomic-file.js';
import { type CommandContext, defineCommand } from '../../cli/command.js';
import { choice, flag, text } from '../../cli/option.js';
import { readLimited, writeModelFolder } from '../../model-folder.js';

const options = {
  from: choice(['torchcfm', 'unet', 'zuko', 'ffjord'], { description: 'whose model it is (unet: that of torchcfm); required' }),
  settings: text({ description: "what the file does not tell, as JSON: the options of the library's importer", placeholder: 'FILE.json' }),
  name: text({ description: 'name of the model (default: that of the folder)' }),
  dtype: choice(['float32', 'float16'], { description: 'how the weights are kept', default: 'float32' }),
  out: text({ description: 'folder to write; required', short: 'o', placeholder: 'DIR' }),
  force: flag({ description: 'replace a model that exists' }),
};

export const importModel = defineCommand({
  name: 'import',
  summary: "Make a model of another program's weights: import pytorch WEIGHTS.safetensors.",
  details:
    'WEIGHTS are the state_dict() as safetensors writes it (safetensors.torch.save_file). SETTINGS hold what weights do not tell, such as {"activation": "tanh"}; `base` and `transforms` are given by their kinds, as in model.json.',
  positionals: [
    { name: 'FORMAT', description: 'pytorch', required: true },
    { name: 'WEIGHTS', description: 'a .safetensors file', required: true },
  ],
  options,
  examples: [['import pytorch moons.safetensors --from torchcfm --out moons', "the field of torchcfm's MLP"]],
  run,
});

const largestWeights = 512 * 2 ** 20;
const largestSettings = 2 ** 20;

async function run({ positionals: [format, path], options: o, print, json, note }: CommandContext<typeof options>): Promise<void> {
  if (format !== 'pytorch')
    throw new AdvectError('invalid-option', `FORMAT is '${format}' where pytorch belongs`, 'Give: import pytorch WEIGHTS.');
  if (o.from === undefined) throw missing('--from', 'torchcfm, unet, zuko or ffjord');
  if (o.out === undefined) throw missing('--out', 'the folder of the model to write');
  if (!o.force) await refuseExisting(o.out);
  const weights = await readLimited(path, largestWeights);
  const settings = o.settings === undefined ? {} : await readSettings(o.settings);
  const flow = await importFlow(o.from, weights, settings);
  const { saveModel } = await import('@advect/core');
  const record = { name: o.name ?? basename(resolve(o.out)), training: { 'imported from': o.from } };
  const files = await saveModel(flow, record, { dtype: o.dtype });
  await writeModelFolder(o.out, files, { force: o.force });
  print(json ? JSON.stringify({ model: o.out, weights: files.get('weights.safetensors')!.length }) : o.out);
  note(`${flow.field.config.kind} over [${flow.field.event.join(', ')}], ${Object.keys(flow.parameters).length} arrays of weights`);
}

async function importFlow(from: string, weights: Uint8Array, settings: { readonly [name: string]: unknown }): Promise<Flow> {
  const core = await import('@advect/core');
  const { base, transforms, ...rest } = settings as { base?: never; transforms?: readonly never[] };
  if (transforms !== undefined && !Array.isArray(transforms))
    throw new AdvectError('invalid-option', '`transforms` of the settings is no list', 'Give [{"kind": …}, …], as in model.json.');
  const options = {
    ...rest,
    ...(base !== undefined && { base: core.baseFromConfig(base) }),
    ...(transforms !== undefined && { transforms: transforms.map(core.transformFromConfig) }),
  };
  switch (from) {
    case 'torchcfm':
      return core.importTorchcfm(weights, options);
    case 'zuko':
      return core.importZuko(weights, options as object);
    case 'ffjord':
      return core.importFfjord(weights, options as never);
    default:
      return core.importUnet(weights, options as never);
  }
}

async function readSettings(path: string): Promise<{ readonly [name: string]: unknown }> {
  const read = parseJson(new TextDecoder().decode(await readLimited(path, largestSettings)), path);
  if (!(read instanceof Map)) throw new AdvectError('invalid-file', `'${path}' holds no object of settings`, 'Give {"name": value, …}.');
  return plain(read) as { readonly [name: string]: unknown };
}

const plain = (value: Json): unknown => {
  if (value instanceof Map) return Object.fromEntries([...(value as ReadonlyMap<string, Json>)].map(([name, item]) => [name, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
};

const missing = (option: string, what: string): AdvectError => new AdvectError('invalid-option', `${option} is missing`, `Give ${what}.`);
