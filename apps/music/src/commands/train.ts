import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import {
  beginRun,
  choice,
  type CommandContext,
  defineCommand,
  earlyStopping,
  findRun,
  finishRun,
  modelOf,
  numeric,
  refuseEarlierRun,
  refuseSettled,
  resumeRun,
  runConfig,
  runFolderOf,
  runOptions,
  shellWord,
  showLearningRate,
  text,
  trainRun,
  writeModelFolder,
} from '@advect/node';
import { type Course, courseOf } from '../files/course.js';
import type { FinishSettings } from '../files/model-files.js';
import { handedOn } from '../files/handed-on.js';
import { openModelOf } from '../files/open.js';
import { wishDim } from '../model/condition.js';
import { netSize } from '../model/net-size.js';
import { commandLine, readRunSettings, type RunSettings, type Subject, storedWeights, subjects } from '../model/run-settings.js';

const fromCourse = { integer: true, defaultText: 'by what is learnt' } as const;

const options = {
  data: text({
    description: 'folder or archive of pieces of your own, or of the public set; without it the set is found or fetched',
    placeholder: 'DIR|FILE',
  }),
  from: text({ description: 'a model to go on from: --width and --layers are its own', placeholder: 'MODEL' }),
  steps: numeric({ ...fromCourse, description: 'training steps', min: 1, max: 1e7 }),
  batch: numeric({ ...fromCourse, description: 'samples for each step', min: 1, max: 4096 }),
  width: numeric({ ...fromCourse, description: 'width of the transformer, a multiple of 4', min: 4, max: 1024 }),
  layers: numeric({ ...fromCourse, description: 'blocks of the transformer', min: 1, max: 32 }),
  masks: numeric({
    ...fromCourse,
    integer: false,
    description: 'share of the examples in which some notes are given, so that the model can harmonise, fill in, humanise',
    min: 0,
    max: 1,
  }),
  atStart: numeric({
    ...fromCourse,
    integer: false,
    description: 'share of the examples of which only the given notes are seen, as when a note is mended; of chorales and melodies',
    min: 0,
    max: 1,
  }),
  learningRate: numeric({ ...fromCourse, integer: false, description: 'peak of the learning rate', min: 1e-7, max: 1 }),
  weightDecay: numeric({ ...fromCourse, integer: false, description: 'decay of the weights (AdamW)', min: 0, max: 10 }),
  seed: numeric({ description: 'seed of weights, order and noise', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
  weights: choice(storedWeights, {
    description: 'how the file keeps the weights: float32, the default, or float16, half as large; the model is measured as it is kept',
  }),
  measure: numeric({ description: 'samples to make and measure at the end', integer: true, min: 1, max: 10_000, default: 256 }),
  ...runOptions({ checkpointEvery: 250, validateEvery: 500, sampleEvery: 1000 }),
};

export const train = defineCommand({
  name: 'train',
  summary: 'Learn a model: of chorales, of drum grooves, or of melodies.',
  positionals: [{ name: 'WHAT', description: `${subjects.join(', ')} (default: chorales)`, required: false }],
  details:
    'Chorales and melodies (their sopranos, with chords) are learnt from the JSB chorales, grooves from the Groove MIDI Dataset; or\n' +
    'from your own files with --data: four-part MIDI, ABC or MusicXML, or MIDI beats in 4/4. What cannot be learnt from is left out, and\n' +
    'said. With --from a model goes on learning from them: by default 1000 steps at a learning rate of 3e-4.\n' +
    'The model is a folder: model.json, weights.safetensors, MODEL_CARD.md. The run lies beside it in DIR.run: config.json,\n' +
    'log.jsonl, checkpoints, samples (see `advect runs`). Ctrl-C writes a checkpoint and says how to go on; a run that was\n' +
    'stopped, or killed, and resumed gives the same model.',
  options,
  examples: [
    ['train --out chorales', 'an hour or less on two cores'],
    ['train grooves --out grooves', 'drums with velocities and timing'],
    ['train --data HYMNS --from chorales --out hymns', 'the shipped model learns from your own four-part pieces, in minutes'],
    ['train grooves --data BEATS --steps 4000 --out beats', 'a new model of your own beats'],
    ['train --resume chorales.run', 'go on after an interruption'],
  ],
  run: runTrain,
});

async function runTrain(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, note, print, json, signal, positionals } = context;
  refuseSettled(context, ['data', 'measure']);
  const resumed = o.resume === undefined ? undefined : await findRun(o.resume);
  const earlier = resumed && readRunSettings(resumed.config.settings);
  const subject = earlier?.subject ?? readSubject(positionals[0]);
  const course = await courseOf(subject);
  const from = await flowToGoOnFrom(earlier ? earlier.from : o.from, subject, course, signal);
  const settings = earlier ?? settingsOf(subject, course, context, from);
  const out = o.out ?? (resumed ? modelOf(resumed.folder, resumed.config) : 'model');
  if (!o.findRate) await refuseEarlierRun(out, o);
  const data = await course.open({ data: o.data ?? earlier?.data, note, signal });
  note(course.describe(data));

  const { flow, data: samples, options, validation } = await course.training(data, settings, from);
  if (o.findRate) return showLearningRate(flow, samples, { ...options, signal }, context);
  const run = resumed
    ? await resumeRun(resumed.folder, resumed.config, context)
    : await beginRun(runFolderOf(out), runConfig(context, { settings, out, command: commandLine(settings), unit: course.unit }), context);
  try {
    const goOn = o.data === undefined ? '' : ` --data ${shellWord(o.data)}`;
    const work = { flow, data: samples, options: { ...options, signal }, validation, sample: () => course.sample(flow), goOn };
    const outcome = await trainRun(run, work, context);
    const told = handedOn(settings);
    const command = `${commandLine(told)}${earlyStopping(run.config.plan)}`;
    await finishRun(run, outcome, context, () => finish(course, flow, data, { settings: told, out, command }, context), goOn);
  } finally {
    await run.close();
  }
  if (subject === 'chorales') note(`Try it: compose --model ${shellWord(out)}`);
  print(json ? JSON.stringify({ model: out, run: run.folder }) : out);
}

async function finish(
  course: Course<unknown>,
  flow: Flow,
  data: unknown,
  about: Pick<FinishSettings, 'out' | 'settings' | 'command'>,
  { options: { measure: count, force }, note, progress, signal }: CommandContext<typeof options>,
): Promise<Readonly<Record<string, number>>> {
  note(`making ${count} samples to measure`);
  const { asStored, finishModel } = await import('../files/model-files.js');
  const onProgress = (done: number, total: number, what: string): void => progress.update(done, total, what);
  const { files, metrics } = await finishModel(course, await asStored(flow, about.settings.weights), data, {
    ...about,
    count,
    signal,
    onProgress,
  });
  progress.clear();
  await writeModelFolder(about.out, files, { force });
  return metrics;
}

/** The settings of a new run: those of the command line, and the course's own for the rest. */
function settingsOf(
  subject: Subject,
  { defaults }: Course<unknown>,
  { options: o, given }: CommandContext<typeof options>,
  from: Flow | undefined,
): RunSettings {
  const own: Partial<RunSettings> = from ? { ...netSize(from), ...furtherDefaults, ...(canBeTold(from) ? {} : { masks: 0 }) } : {};
  const idle = ['width', 'layers', ...(own.masks === 0 ? ['masks'] : [])].filter((name) => from && given.includes(name));
  if (idle.length > 0) {
    throw new AdvectError(
      'invalid-option',
      `${idle.map((name) => `--${name}`).join(' and ')} would change nothing: the net is that of '${o.from}'`,
      'Leave it out.',
    );
  }
  if (given.includes('atStart') && defaults.atStart === undefined) {
    throw new AdvectError('invalid-option', `--at-start has no meaning for ${subject}`, 'Leave it out; chorales and melodies know it.');
  }
  const chosen = { ...defaults, ...own, ...givenOnly(o) };
  const { width, layers, masks, steps, batch, learningRate, weightDecay } = chosen;
  const atStart = masks === 0 && !given.includes('atStart') ? undefined : chosen.atStart;
  const sources = { ...(o.from !== undefined && { from: o.from }), ...(o.data !== undefined && { data: o.data }) };
  const kept = o.weights && { weights: o.weights };
  const share = atStart === undefined ? {} : { atStart };
  return { subject, width, layers, masks, ...share, steps, batch, learningRate, weightDecay, seed: o.seed, ...kept, ...sources };
}

/** Whether a model learns with some notes given; a chorale flow without a place for them is not. */
const canBeTold = ({ field }: Flow): boolean => field.conditionDim !== wishDim;

/** What a model that has learned already needs. */
const furtherDefaults = { steps: 1000, learningRate: 3e-4 };

/** The flow that a run begins with, where it is not a new one; throws `invalid-file` where it has learned something else. */
async function flowToGoOnFrom(
  where: string | undefined,
  subject: Subject,
  { learnedBy }: Course<unknown>,
  signal: AbortSignal,
): Promise<Flow | undefined> {
  if (where === undefined) return undefined;
  return (await openModelOf(where, `make ${subject}`, learnedBy, signal)).flow;
}

const givenOnly = (o: object): object => Object.fromEntries(Object.entries(o).filter(([, value]) => value !== undefined));

function readSubject(word: string | undefined): Subject {
  if (word === undefined) return 'chorales';
  const found = subjects.find((subject) => subject === word);
  if (found) return found;
  throw new AdvectError(
    'invalid-option',
    `there is no '${word}' to learn`,
    `${didYouMean(word, subjects)}Give one of ${subjects.join(', ')}.`,
  );
}
