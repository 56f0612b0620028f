import type { Flow, Report } from '@advect/core';
import { choice, type CommandContext, defineCommand, flag, numeric, terminalPicture } from '@advect/node';
import { fits } from '../format/fit.js';
import { fileIn, outputOptions, readOutput, refuseQuality, refuseTaken, writeResult } from '../files/output.js';
import { movingFormats, type StillFormat } from '../format/formats.js';
import type { Picture } from '../layout/picture.js';
import { seriesSheet } from '../layout/series.js';
import type { Origin } from '../model/morph.js';
import { byError } from '../model/solver.js';
import { type End, encodeEnd, isSeed, readEnds } from './ends.js';
import { enlargement } from './enlarging.js';
import { movingOptions, sheets, showing } from './moving-options.js';
import { plan } from './plan.js';
import { type Drawing, drawingOptions, prepareDrawing } from './prepare.js';

const { index: _index, ...shared } = drawingOptions;
const formats = [...movingFormats, 'png', 'jpeg', 'avif'] as const;

const options = {
  ...shared,
  count: numeric({
    description: 'pictures from A to B, both included',
    short: 'n',
    aliases: ['num', 'frames'],
    integer: true,
    min: 2,
    max: 1000,
    default: 24,
  }),
  oneWay: flag({ description: 'stop at B; else a moving file goes back to A and so on' }),
  fit: choice(fits, { description: 'what becomes of a picture that is not square', default: 'cover' }),
  ...movingOptions,
  ...outputOptions(formats, 'morph.gif'),
};

type Context = CommandContext<typeof options>;
type O = Context['options'];

export const interpolate = defineCommand({
  name: 'interpolate',
  summary: 'Let one picture become another, on the way between their noises.',
  details:
    'A and B are seeds, or pictures: a picture is encoded to its noise, exactly, and the pictures on the arc between the two noises\n' +
    'are decoded; each is one that the model can make. Where A or B is a picture, the solver is dopri5 to 0.001 if none is given,\n' +
    'whatever the model draws with. --label gives the class of both, or of A and of B. An animation is written as GIF, WebP or MP4; a\n' +
    '.png, .jpg or .avif is a sheet, and with a folder single pictures.',
  positionals: [
    { name: 'A', description: 'a seed or a picture; left out with --like of two seeds', required: false },
    { name: 'B', description: 'another', required: false },
  ],
  options,
  examples: [
    ['interpolate 7 8 --label 3', 'from a three to another and back, morph.gif'],
    ['interpolate a.png b.png -n 24 --out morph.webp', 'between two pictures of your own'],
    ['interpolate 7 7 --label 3,8 --format png --out steps/', 'the same hand, from a 3 to an 8, as single pictures'],
  ],
  run: runInterpolate,
});

async function runInterpolate(context: Context): Promise<void> {
  const { note, print, json, terminal, progress, quiet, signal } = context;
  const drawing = await prepareDrawing(context, 'interpolate', options, {
    usualLabel: 'none',
    usualSolver: context.positionals.every(isSeed) ? undefined : byError,
    told: ['ends'],
  });
  const { o, model, draw } = drawing;
  const ends = await readEnds(context.positionals, drawing.told.ends);
  const output = await readOutput(o, formats);
  refuseQuality(output.format, o.quality);
  const { format } = output;
  const stills = isStill(format) && output.to === 'folder';
  const name = ends.map(({ name }) => name).join('-');
  const files = stills
    ? Array.from({ length: o.count }, (_, i) => fileIn(output, `${model.name}-${name}-${i}`))
    : [fileIn(output, `${model.name}-${name}`)];
  const { count, fit, oneWay, delay, hold, loops, style, quality } = o;
  const further = { ends: ends.map(({ told }) => told), fit, oneWay, delay, hold, loops, scale: o.scale, style, quality };
  const settingsOf = (report?: Report) => drawing.settings(0, count, further, report);
  await refuseTaken(output, files, o.force);
  if (o.dryRun) return print(plan(settingsOf(), files, json));
  if (output.format === 'mp4') await (await import('../codec/ffmpeg.js')).requireFfmpeg();

  note(`${model.name}: ${count} pictures from ${ends[0].name} to ${ends[1].name}`);
  const [{ flowOf }, { morph }] = await Promise.all([import('../model/flow-of.js'), import('../model/morph.js')]);
  const flow = await flowOf(model);
  const [from, to] = [await endOf(context, flow, ends[0], drawing, 0), await endOf(context, flow, ends[1], drawing, 1)];
  const shares = Array.from({ length: count }, (_, i) => i / (count - 1));
  const { encodePicture, enlarge } = await import('../codec/encode.js');
  const scale = enlargement(o.scale, model.form);
  const pictures: Picture[] = [];
  let report: Report | undefined;
  for (let done = 0; done < count; done += atATime) {
    progress.update(done, count, 'decoding');
    signal.throwIfAborted();
    const { seed: _seed, start: _start, temperature: _temperature, ...settings } = draw;
    const part = await morph(flow, model.form, { from, to }, shares.slice(done, done + atATime), settings);
    report = part.report;
    for (const picture of part.pictures) {
      if (stills) {
        const made = { settings: o.noMetadata ? undefined : settingsOf(report), quality };
        const bytes = await encodePicture(await enlarge(picture, scale, style), format, made);
        await writeResult(output, files[pictures.length], bytes, { write: context.write, force: o.force });
      }
      pictures.push(picture);
    }
  }
  progress.clear();
  if (!stills) {
    const made = { settings: o.noMetadata ? undefined : settingsOf(report), quality };
    const frames = await sheets(isStill(format) ? [pictures] : pictures.map((picture) => [picture]), [], { scale, style });
    const { encodeAnimation } = await import('../codec/encode-animation.js');
    const bytes = isStill(format)
      ? await encodePicture(frames[0], format, made)
      : await encodeAnimation(showing(frames, { delay, hold, loops, back: !oneWay, holdStart: true }), format, made);
    await writeResult(output, files[0], bytes, { write: context.write, force: o.force });
  }
  if (output.to === 'stdout') return;
  if (!json && !quiet && terminal.interactive) print(terminalPicture(seriesSheet(pictures, []), terminal));
  if (json) for (const file of files) print(JSON.stringify({ ...settingsOf(report), file }));
  else print(stills ? output.path : files[0]);
}

const atATime = 16;

const isStill = (format: (typeof formats)[number]): format is Exclude<StillFormat, 'webp'> =>
  format === 'png' || format === 'jpeg' || format === 'avif';

/** The noise and class of an end; of a picture it is said how well the two ways agree. */
async function endOf(context: Context, flow: Flow, end: End, { o, labels, draw, model }: Drawing<O>, place: 0 | 1): Promise<Origin> {
  const { label } = labels[place % labels.length];
  if ('seed' in end) {
    const { noiseOf } = await import('../model/noise.js');
    return { label, noise: noiseOf(flow, { seed: end.seed, index: 0, temperature: draw.temperature }) };
  }
  return { label, noise: await encodeEnd(context, flow, end, { label, draw, form: model.form, fit: o.fit }) };
}
