import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, numeric, text, writableModel } from '@advect/node';
import { join } from 'node:path';
import { windowsOf } from '../data/windows.js';
import { openChorales } from '../files/chorale-source.js';
import { markdownTable } from '../files/model-files.js';
import type { OpenModel } from '../files/open.js';
import { type ModelOfKind, openModelFor } from '../files/open-any.js';
import { shippedModels } from '../files/shipped.js';
import { styleColumns } from '../files/save.js';
import type { FramewiseMean } from '../model/framewise.js';
import type { Score } from '../score.js';
import { subjects } from '../model/run-settings.js';
import { evaluateBeats } from './evaluate-beats.js';
import { evaluateMelodies } from './evaluate-melodies.js';
import { refuseForeign } from './foreign-options.js';
import { modelOption } from './tune-options.js';

const options = {
  model: modelOption,
  data: text({
    description: 'folder of the data, or a .json file of the JSB chorales; without it they are found or fetched',
    placeholder: 'DIR|FILE',
  }),
  count: numeric({ integer: true, description: 'tunes of each kind', short: 'n', aliases: ['num'], min: 1, max: 10_000, default: 256 }),
  chosen: flag({ description: 'also as compose gives them, a quarter as many, each the best of many: slow' }),
  likelihood: numeric({
    integer: true,
    description: 'windows of test chorales to measure framewise likelihood on; 0 for none. For models that are told what is given',
    min: 0,
    max: 10_000,
    default: 0,
  }),
  record: flag({
    description:
      "measure as the end of training does, and put the figures into the model's own model.json and MODEL_CARD.md, with percentiles of held-out music for score",
  }),
};

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Measure what a model composes beside real music and controls: chorales, drums or melodies.',
  details:
    'Composes tunes of seed 1000, straight from the flow and polished, and compares their chords, intervals, lengths, scales, voice\n' +
    'leading and copied passages with those of the training chorales; beside the test chorales, and beside the same with voices mixed\n' +
    'and with steps shuffled, which keep one half of the style and lose the other. The table is Markdown;\n' +
    '--json gives the numbers. A model of grooves is set beside held-out drummers, quantised and jittered ones, its likelihood beside\n' +
    'a normal distribution and a mixture; one of melodies beside test melodies and a Markov chain.',
  options,
  examples: [
    ['evaluate', 'a table, in some minutes'],
    ['evaluate --count 64 --json', 'numbers, quicker'],
    ['evaluate --model grooves', 'drums beside drummers'],
    ['evaluate --model mine --record', 'into the card of a model of your own'],
  ],
  async run(context) {
    const { options: o, note, progress, print, json, signal } = context;
    const model = await openModelFor(o.model, 'evaluate', subjects, signal);
    refuseForeign(model.kind, context.given);
    if (o.record) return recordModel(context, model);
    if (model.kind === 'grooves') return evaluateBeats(context, model, o);
    if (model.kind === 'melodies') return evaluateMelodies(context, model, o);
    const { flow, name, manifest } = model;
    const chorales = await openChorales({ data: o.data, note, signal });
    const [{ measure }, { isTold }] = await Promise.all([import('../model/measure.js'), import('../model/given.js')]);
    if (o.likelihood > 0 && !isTold(flow)) {
      throw new AdvectError(
        'unsupported',
        `model '${name}' was not trained to be told what is given, so that its conditionals cannot be asked for`,
        'Leave out --likelihood, or train with --masks above 0; `score` bounds the probability of a piece by any model.',
      );
    }
    const measured = await measure(flow, chorales, {
      count: o.count,
      chosen: o.chosen,
      signal,
      onProgress: (done, total) => progress.update(done, total, 'composing'),
    });
    const frames = o.likelihood > 0 ? await framesOf(flow, chorales.test, o.likelihood, signal) : undefined;
    progress.clear();
    if (json) return print(JSON.stringify({ model: name, sha256: manifest.weights.sha256, seed: 1000, sets: measured, framewise: frames }));
    print(markdownTable(measured, styleColumns));
    if (frames) {
      const { nats, standardError, windows } = frames;
      print(
        `\n${nats.toFixed(3)} ± ${standardError.toFixed(3)} nats a frame of eighth notes, frames and voices in random order, over ${windows} ${windows === 1 ? 'window' : 'windows'} of the test chorales.`,
      );
    }
  },
});

/** Measures a model anew for its own card. */
async function recordModel({ options: o, given, note, progress, print, json, signal }: CommandContext<typeof options>, model: ModelOfKind) {
  const idle = (['chosen', 'likelihood'] as const).find((name) => given.includes(name));
  if (idle) throw new AdvectError('invalid-option', `--${idle} changes nothing with --record, which measures everything`, 'Leave it out.');
  const folder = await writableModel(o.model, { shipped: shippedModels });
  const [{ courseOf }, { recordMeasured }] = await Promise.all([import('../files/course.js'), import('../files/record.js')]);
  const course = await courseOf(model.kind);
  const data = await course.open({ data: o.data, note, signal });
  const onProgress = (done: number, total: number, what: string): void => progress.update(done, total, what);
  const metrics = await recordMeasured(course, model, folder, data, { count: o.count, signal, onProgress });
  progress.clear();
  const card = join(folder, 'MODEL_CARD.md');
  print(json ? JSON.stringify({ model: model.name, card, ...metrics }) : card);
}

async function framesOf(flow: OpenModel['flow'], chorales: readonly Score[], count: number, signal: AbortSignal): Promise<FramewiseMean> {
  const { framewiseMean } = await import('../model/framewise.js');
  const windows = windowsOf(chorales).map(({ score }) => score);
  return framewiseMean(flow, windows, { count, seed: 0, signal });
}
