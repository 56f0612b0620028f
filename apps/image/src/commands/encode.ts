import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, refuseExisting, text, writeFileAtomic } from '@advect/node';
import { openModel } from '../files/open.js';
import type { CodeFormat } from '../model/code-file.js';
import { exactly, solverSettings } from '../model/solver.js';
import { betweenLevelsSeed } from './between-levels-seed.js';
import { modelOption } from './model-option.js';
import { labelsOf, ownLabelOption, ownLabels } from './own-label.js';
import { readingOptions, readPictures, refuseFailed } from './read-pictures.js';
import { chooseSolver, ownSolverOptions } from './solver-options.js';

const options = {
  model: modelOption,
  label: ownLabelOption,
  seed: betweenLevelsSeed,
  ...ownSolverOptions(exactly),
  ...readingOptions,
  out: text({
    description: "a .json or .npz file, or '-' for JSON on standard output",
    short: 'o',
    placeholder: 'FILE',
    default: 'code.json',
  }),
  force: flag({ description: 'replace a file that exists', aliases: ['overwrite'] }),
};

export const encode = defineCommand({
  name: 'encode',
  summary: 'Turn pictures into their noise, from which decode makes the very pictures again.',
  details:
    'The flow is run backwards, and forwards again to see how exact that is: the largest difference in levels is printed. Noise is\n' +
    'put between the levels of pixels, away from the next level, and is kept in the code, so that all levels come back. The code says\n' +
    'which weights it belongs to; to others it means nothing.',
  positionals: [{ name: 'FILE', description: 'pictures, folders or archives of them', required: true, many: true }],
  options,
  examples: [
    ['encode digit.png', 'code.json'],
    ['encode digits/ --out digits.npz', 'a folder, for NumPy too'],
    ['decode code.json --out again.png', 'back'],
  ],
  run: runEncode,
});

async function runEncode(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, positionals, note, print, write, json, signal, progress, given } = context;
  const format = formatOf(o.out);
  const model = await openModel(o.model, signal);
  if (!o.force && o.out !== '-') await refuseExisting(o.out, 'Give another name, or --overwrite to replace it.');
  const solver = chooseSolver(o, exactly, given);
  const read = await readPictures(positionals, model.form, o, context);
  const [{ flowOf }, { encodePictures }, { margin }, { writeCodeFile }] = await Promise.all([
    import('../model/flow-of.js'),
    import('../model/codes.js'),
    import('../model/between-levels.js'),
    import('../model/code-file.js'),
  ]);
  const flow = await flowOf(model);
  const { seed, executor } = o;
  const onProgress = (done: number, total: number): void => progress.update(done, total, 'telling classes');
  const named = await ownLabels(flow, read.pictures, model.form, o.label, { seed, executor, signal, onProgress });
  const found = await encodePictures(flow, read.pictures, model.form, labelsOf(named), {
    ...solverSettings(solver),
    seed,
    executor,
    signal,
  });
  progress.clear();
  const code = {
    model: { name: model.name, sha256: model.hash },
    form: { size: model.form.size, channels: model.form.channels, levels: model.form.levels },
    solver,
    dequantisation: { seed, margin },
    labels: named.map(({ name }) => name),
    parents: read.hashes,
    z: found.z,
  };
  const bytes = writeCodeFile(code, format);
  if (o.out === '-') {
    write(bytes);
    return refuseFailed(read);
  }
  await writeFileAtomic(o.out, bytes, o);
  const { levels, field, exact } = found.roundTrip;
  const width = Math.max(...read.files.map((file) => file.length));
  read.files.forEach((file, i) => {
    const figures = { file, label: named[i].name, levels: levels[i], field: field[i], exact: exact[i] };
    if (json) return print(JSON.stringify(figures));
    const back = exact[i] ? 'all levels come back' : 'not all levels come back: lower --tol';
    return print(
      `${file.padEnd(width)}  ${named[i].name}  round trip ${short(levels[i])} levels, ${short(field[i])} in the field's space: ${back}`,
    );
  });
  const { encode: there, decode: back } = found.evaluations;
  note(
    `${solver.method}, ${solver.steps === undefined ? `tolerance ${solver.tolerance}` : `${solver.steps} steps`}, ${there} evaluations there and ${back} back; written to ${o.out}`,
  );
  refuseFailed(read);
}

const short = (v: number): string => v.toExponential(1);

function formatOf(out: string): CodeFormat {
  if (out === '-' || /\.json$/i.test(out)) return 'json';
  if (/\.npz$/i.test(out)) return 'npz';
  throw new AdvectError('invalid-option', `--out is '${out}', and codes are written as JSON or .npz`, 'End it in .json or .npz.');
}
