import { type CommandContext, defineCommand, numeric, readLimited, sha256, terminalPicture } from '@advect/node';
import { AdvectError } from '@advect/base/errors';
import { largestFile } from '../data/folder.js';
import { openModel } from '../files/open.js';
import { outputOptions } from '../files/output.js';
import { stillFormats } from '../format/formats.js';
import type { PictureSettings } from '../format/picture-settings.js';
import { solverSettings } from '../model/solver.js';
import { modelOption } from './model-option.js';
import { readOneLabel } from './own-label.js';
import { plan } from './plan.js';
import { preparePictures, scaleOptions, writePictures } from './write-pictures.js';
import { record } from './record.js';
import { chooseSolver, codeSolverOptions, solverRecord } from './solver-options.js';

const options = {
  model: { ...modelOption, default: 'the shipped one of the name in the code' },
  index: numeric({ description: 'only this picture of the code', integer: true, min: 0, max: 1e9 }),
  ...codeSolverOptions,
  ...scaleOptions,
  ...outputOptions(stillFormats, 'decoded.png'),
};

export const decode = defineCommand({
  name: 'decode',
  summary: 'Turn the noise of encode into pictures again.',
  details:
    'Class and solver are those that the code was made with, unless others are given: the pictures are then the very ones that were\n' +
    'encoded. A code of other weights is refused.',
  positionals: [{ name: 'CODE', description: 'a .json or .npz file from image encode', required: true }],
  options,
  examples: [['decode code.json --out again.png', 'the picture that was encoded']],
  run: runDecode,
});

async function runDecode(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, positionals, print, json, quiet, terminal, signal, given } = context;
  const bytes = await readLimited(positionals[0], largestFile);
  const [{ readCodeFile, requireModel }, { takeRows }] = await Promise.all([import('../model/code-file.js'), import('@advect/core')]);
  const code = await readCodeFile(bytes, positionals[0]);
  const model = await openModel(given.includes('model') ? o.model : code.model.name, signal);
  requireModel(code, model);
  const count = code.z.shape[0];
  if (o.index !== undefined && o.index >= count) {
    throw new AdvectError('invalid-option', `--index ${o.index} is beyond the ${count} pictures of the code`, 'They are counted from 0.');
  }
  const indices = o.index === undefined ? Array.from({ length: count }, (_, i) => i) : [o.index];
  const solver = chooseSolver(o, { ...code.solver }, given);
  const names = indices.map((i) => `${model.name}-code-${i}`);
  const output = await preparePictures(o, stillFormats, names);
  const labels = indices.map((i) => readOneLabel(code.labels[i], 'the label in the code', model.form));
  const parent = sha256(bytes);
  const settingsOf = (i: number | undefined): PictureSettings =>
    record(context, 'decode', model, {
      ...(i !== undefined && { index: indices[i] }),
      label: i === undefined ? labels.map(({ name }) => name) : [labels[i].name],
      ...solverRecord(solver),
      parent,
    });
  if (o.dryRun) return print(plan(settingsOf(indices.length === 1 ? 0 : undefined), output.files, json));
  const [{ flowOf }, { decodeCodes }] = await Promise.all([import('../model/flow-of.js'), import('../model/codes.js')]);
  const z = takeRows(code.z, Int32Array.from(indices));
  const settings = { ...solverSettings(solver), executor: o.executor, signal };
  const { pixels } = await decodeCodes(await flowOf(model), z, model.form, labels.map(({ label }) => label), settings); // prettier-ignore
  const files = await writePictures(context, output, { pixels, form: model.form, names }, settingsOf);
  if (output.to === 'stdout') return;
  if (!json && !quiet && terminal.interactive) print(terminalPicture(files.sheet, terminal));
  print(json ? JSON.stringify({ files: files.written }) : files.written.join('\n'));
}
