import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, terminalPicture, text } from '@advect/node';
import { fileIn, outputOptions, readOutput, refuseQuality, refuseTaken, writeResult } from '../files/output.js';
import { stillFormats } from '../format/formats.js';
import type { PictureForm } from '../data/picture-set.js';
import type { Cell } from '../model/cells.js';
import type { Label } from '../model/label.js';
import { type Axis, readAxis, refuseIdleAxes } from './axis.js';
import { enlargement, enlargingOptions } from './enlarging.js';
import { gridSheet, seenAlike } from './grid-sheet.js';
import { plan } from './plan.js';
import { type Drawing, drawingOptions, prepareDrawing } from './prepare.js';
import { chooseSolver } from './solver-options.js';

const { count: _count, ...shared } = drawingOptions;

const options = {
  x: text({ description: 'setting that changes from left to right, such as steps=4,8,16', short: 'x', placeholder: 'OPTION=A,B,…' }),
  y: text({ description: 'setting that changes from top to bottom, such as guidance=1,2,3', short: 'y', placeholder: 'OPTION=A,B,…' }),
  ...shared,
  noBits: flag({ description: 'leave out the bits/dim under each picture, which take longer than the pictures' }),
  ...outputOptions(stillFormats, 'grid.png'),
  ...enlargingOptions,
};

export const grid = defineCommand({
  name: 'grid',
  summary: 'Compare settings: one picture for each pair of two of them.',
  details:
    'An axis goes through solver, steps, tol, guidance, temperature, label, seed or index; all else stays as it is. Under each\n' +
    'picture stand its bits/dim under the bare model given its class, one draw of noise: guided pictures have no density of\n' +
    'their own. An axis that would change nothing is refused.',
  options,
  examples: [
    ['grid --x steps=4,8,16,32 --y solver=euler,heun,rk4 --seed 7', 'what steps and solvers do to one picture'],
    ['grid --x guidance=1,2,4 --y seed=1-5 --label 8', 'an eight of five seeds under guidance'],
    ['grid --x label=all --y temperature=0.7,1,1.3', 'the same hand in each class, calmer and bolder'],
  ],
  run: runGrid,
});

type Context = CommandContext<typeof options>;
type O = Context['options'];

async function runGrid(context: Context): Promise<void> {
  const { note, print, json, given, terminal, quiet, progress } = context;
  const drawing = await prepareDrawing(context, 'grid', options, { drawnLabels: labelsOfAxis });
  const { o, model, draw, start } = drawing;
  const { form } = model;
  const [x, y] = readAxes(o, form);
  if (!x && !y) throw new AdvectError('invalid-option', 'a grid needs an axis', 'Give --x OPTION=A,B,C, and --y for a second one.');
  const rows = cellsOf(drawing, x, y, given);
  const output = await readOutput(o, stillFormats);
  refuseQuality(output.format, o.quality);
  const { noBits, style, quality } = o;
  const settings = drawing.settings(start, 1, { x: o.x, y: o.y, noBits, scale: o.scale, style, quality });
  const file = fileIn(output, `${model.name}-${draw.seed}-grid`);
  await refuseTaken(output, [file], o.force);
  if (o.dryRun) return print(plan(settings, [file], json));

  const cells = rows.flat();
  note(`${model.name}: ${cells.length} pictures, seed ${draw.seed}`);
  const [{ flowOf }, { bitsOfCells, drawCells }] = await Promise.all([import('../model/flow-of.js'), import('../model/cells.js')]);
  const flow = await flowOf(model);
  const work = (what: string) => ({
    executor: draw.executor,
    signal: draw.signal,
    onProgress: (done: number, total: number) => progress.update(done, total, what),
  });
  const pictures = await drawCells(flow, form, cells, work('drawing'));
  const bits = noBits ? [] : await bitsOfCells(flow, form, cells, pictures, work('measuring'));
  progress.clear();
  const { encodePicture, enlarge } = await import('../codec/encode.js');
  const large = await Promise.all(pictures.map((picture) => enlarge(picture, enlargement(o.scale, form), style)));
  const sheet = gridSheet({ x, y, pictures: large, bits, seed: draw.seed });
  const bytes = await encodePicture(sheet, output.format, { settings: o.noMetadata ? undefined : settings, quality });
  await writeResult(output, file, bytes, { write: context.write, force: o.force });
  for (const sentence of seenAlike(pictures, x, y)) note(sentence);
  if (output.to === 'stdout') return;
  if (!json && !quiet && terminal.interactive) print(terminalPicture(sheet, terminal));
  const measured = cells.map((cell, i) => ({ ...cell, bitsPerDim: bits[i] }));
  print(json ? JSON.stringify({ ...settings, file, cells: measured }) : file);
}

const readAxes = (o: Pick<O, 'x' | 'y'>, form: PictureForm): readonly (Axis | undefined)[] =>
  (['x', 'y'] as const).map((name) => (o[name] === undefined ? undefined : readAxis(o[name], `--${name}`, form)));

/** The labels of an axis of labels, if there is one. */
const labelsOfAxis = (o: Pick<O, 'x' | 'y'>, form: PictureForm): readonly Label[] | undefined =>
  readAxes(o, form)
    .find((axis) => axis?.name === 'label')
    ?.values.map(({ set }) => set.label!);

/** What holds at each place, row by row. Throws what `chooseSolver` and `refuseIdleAxes` throw. */
function cellsOf(drawing: Drawing<O>, x: Axis | undefined, y: Axis | undefined, given: readonly string[]): Cell[][] {
  const { o, model, draw, labels, start, solver } = drawing;
  const axes = [x, y].filter((axis) => axis !== undefined);
  refuseIdleAxes(axes, { solver: solver.method, label: labels[start % labels.length].label }, given);
  const names = [...given, ...axes.map(({ name }) => name)];
  const nothing: Axis['values'] = [{ text: '', set: {} }];
  return (y?.values ?? nothing).map(({ set: down }) =>
    (x?.values ?? nothing).map(({ set: across }): Cell => {
      const set = { ...across, ...down };
      const index = set.index ?? start;
      return {
        ...chooseSolver({ ...o, ...set }, model.manifest.defaults, names),
        guidance: set.guidance ?? draw.guidance,
        temperature: set.temperature ?? draw.temperature,
        seed: set.seed ?? draw.seed,
        index,
        label: set.label ?? labels[index % labels.length].label,
      };
    }),
  );
}
