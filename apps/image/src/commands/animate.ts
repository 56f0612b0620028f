import type { Report } from '@advect/core';
import { type CommandContext, defineCommand, flag, numeric, terminalPicture } from '@advect/node';
import { pictureDim } from '../data/picture-set.js';
import { fileIn, outputOptions, readOutput, refuseQuality, refuseTaken, writeResult } from '../files/output.js';
import { movingFormats } from '../format/formats.js';
import { levelsToPicture } from '../layout/levels.js';
import type { Picture } from '../layout/picture.js';
import { seriesSheet } from '../layout/series.js';
import { enlargement } from './enlarging.js';
import { titlesOf } from './labels.js';
import { movingOptions, sheets, showing } from './moving-options.js';
import { plan } from './plan.js';
import { drawingOptions, prepareDrawing } from './prepare.js';

const options = {
  ...drawingOptions,
  frames: numeric({ description: 'pictures from noise to end, both included', integer: true, min: 2, max: 1000, default: 24 }),
  pingPong: flag({ description: 'and back to the noise, with no end shown twice', aliases: ['reverse'] }),
  ...movingOptions,
  ...outputOptions(movingFormats, 'animation.gif'),
};

export const animate = defineCommand({
  name: 'animate',
  summary: 'Show how noise becomes pictures, as a GIF, animated WebP or MP4.',
  details:
    'Every frame is a point of one solution of the ODE, from t = 0 (noise) to t = 1 (picture); the last one is what sample makes\n' +
    'of the same settings. The file carries them: info FILE shows them, animate --like FILE makes the file again.',
  options,
  examples: [
    ['animate --seed 7', 'sixteen pictures forming, animation.gif'],
    ['animate --label 3 -n 1 --ping-pong --out three.webp', 'a three, and back to its noise'],
    ['animate --like animation.gif --frames 60 --delay 40 --out slow.mp4', 'the same, finer, as a film (needs ffmpeg)'],
  ],
  run: runAnimate,
});

const atATime = 16;

async function runAnimate(context: CommandContext<typeof options>): Promise<void> {
  const { note, print, json, terminal, progress, quiet } = context;
  const drawing = await prepareDrawing(context, 'animate', options);
  const { o, model, labels, start, count, draw } = drawing;
  const { form } = model;
  const output = await readOutput(o, movingFormats);
  refuseQuality(output.format, o.quality);
  const { frames, pingPong, delay, hold, loops, style, quality } = o;
  const further = { frames, pingPong, delay, hold, loops, scale: o.scale, style, quality };
  const file = fileIn(output, `${model.name}-${draw.seed}${count === 1 ? `-${start}` : ''}`);
  await refuseTaken(output, [file], o.force);
  if (o.dryRun) return print(plan(drawing.settings(start, count, further), [file], json));
  if (output.format === 'mp4') await (await import('../codec/ffmpeg.js')).requireFfmpeg();

  note(`${model.name}: ${count === 1 ? 'one picture' : `${count} pictures`} in ${frames} frames, seed ${draw.seed}`);
  const [{ flowOf }, { unfold }] = await Promise.all([import('../model/flow-of.js'), import('../model/unfold.js')]);
  const flow = await flowOf(model);
  const times = Array.from({ length: frames }, (_, i) => i / (frames - 1));
  const moments: Picture[][] = times.map(() => []);
  const dim = pictureDim(form);
  let report: Report | undefined;
  for (let done = 0; done < count; done += atATime) {
    const part = Array.from({ length: Math.min(atATime, count - done) }, (_, i) => labels[(start + done + i) % labels.length].label);
    const onStep = ({ t }: { readonly t: number }): void =>
      progress.update(Math.floor((100 * (done + t * part.length)) / count), 100, 'solving');
    const unfolded = await unfold(flow, form, part, { ...draw, start: start + done, times, onStep });
    report = unfolded.report;
    moments.forEach((pictures, moment) =>
      part.forEach((_, i) => {
        const at = (moment * part.length + i) * dim;
        pictures.push(levelsToPicture(unfolded.frames.subarray(at, at + dim), form));
      }),
    );
  }
  progress.clear();
  const titles = titlesOf(labels, start);
  const enlarged = await sheets(moments, titles, { scale: enlargement(o.scale, form), style });
  const animation = showing(enlarged, { delay, hold, loops, back: pingPong, holdStart: false });
  const settings = drawing.settings(start, count, further, report);
  const { encodeAnimation } = await import('../codec/encode-animation.js');
  const bytes = await encodeAnimation(animation, output.format, { settings: o.noMetadata ? undefined : settings, quality });
  await writeResult(output, file, bytes, { write: context.write, force: o.force });
  if (output.to === 'stdout') return;
  if (!json && !quiet && terminal.interactive) print(terminalPicture(seriesSheet(moments.at(-1)!, titles), terminal));
  print(json ? JSON.stringify({ ...settings, frames: animation.frames.length, file }) : file);
}
