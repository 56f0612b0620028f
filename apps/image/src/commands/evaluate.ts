import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, dataSets, defineCommand, duration, flag, list, numeric, shellWord, text, writableModel } from '@advect/node';
import { openPictures } from '../data/open-pictures.js';
import type { PictureSet } from '../data/picture-set.js';
import type { EvaluationPlan, EvaluationSource, Stage } from '../files/evaluate-model.js';
import { openModel } from '../files/open.js';
import { shippedModels } from '../files/shipped.js';
import type { OpenModel } from '../model/open-model.js';
import { solverSettings } from '../model/solver.js';
import { type Evaluation, metricsOf } from '../evaluation/evaluation.js';
import { modelOption } from './model-option.js';
import { drawOptions } from './series-options.js';
import { chooseSolver, orDefault, solverOptions } from './solver-options.js';

const whole = (description: string, settings: { min: number; max: number; default: number }) =>
  numeric({ description, integer: true, ...settings });

const options = {
  model: modelOption,
  data: text({
    description: 'the pictures to measure against: a set by its name, or a folder',
    placeholder: 'NAME|DIR',
    defaultText: 'the set that the model has learned from',
  }),
  out: text({
    description: 'the folder of the report, and of what goes on after Ctrl-C',
    short: 'o',
    placeholder: 'DIR',
    default: 'evaluation',
  }),
  only: list({ description: 'likelihood, recognition, frechet, copies, parts: only these', placeholder: 'A,B', default: 'all that apply' }),
  classifier: text({
    description: 'a classifier of the app, or one that train-classifier has made',
    placeholder: 'NAME|DIR',
    defaultText: "the one of the app for the model's data",
  }),
  pictures: whole('test pictures whose bits/dim are taken', { min: 2, max: 1e6, default: 1e6 }),
  tighter: whole('of these, how many again at a tenth of the tolerance; 0 for none', { min: 0, max: 1e6, default: 500 }),
  weighted: whole('how many again with averaged draws', { min: 0, max: 1e6, default: 64 }),
  draws: whole('draws of noise whose densities are averaged for these', { min: 2, max: 1000, default: 20 }),
  probes: whole("random probes of each of these draws' divergence", { min: 4, max: 1000, default: 8 }),
  mixture: whole('how many again as the mixture of the classes, and given their class', { min: 0, max: 1e6, default: 200 }),
  likelihoodTol: numeric({
    description: 'error allowed in a step of dopri5 for bits/dim, absolute and relative',
    min: 1e-6,
    max: 1,
    default: 1e-3,
  }),
  samples: whole('pictures to generate', { min: 4, max: 1e6, default: 10_000 }),
  ...solverOptions,
  temperature: drawOptions.temperature,
  guidance: drawOptions.guidance,
  record: flag({ description: "put the figures into the model's own model.json and MODEL_CARD.md" }),
  seed: whole('seed of noise, probes, generated pictures and choices', { min: 0, max: Number.MAX_SAFE_INTEGER - 1e6, default: 1 }),
};

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Measure a model: bits/dim, classes, Fréchet distance, copies.',
  details:
    'Writes REPORT.md, report.json, closest.png and samples.png to a folder. How long it will take is said before it begins; bits/dim,\n' +
    'which take longest, come last. Stopped, or killed, the same command goes on where it was. Measured are how many generated\n' +
    'pictures a classifier of real ones takes for what was asked; the Fréchet distance in its features beside that of real pictures;\n' +
    'whether training pictures are repeated; of nouns, whose parts are known, what is drawn; and bits/dim on the test pictures, with\n' +
    'and without classes, at a tenth of the tolerance, and with averaged draws.',
  options,
  examples: [
    ['evaluate --model digits --out report', 'everything, on all test pictures of what it has learned from'],
    ['evaluate --model digits --only likelihood --pictures 1000 --out report', 'bits/dim of a thousand pictures'],
    ['evaluate --model mine --data photos/ --classifier photos-classifier --out report', 'your own model, data and classifier'],
  ],
  run: runEvaluate,
});

type Context = CommandContext<typeof options>;

async function runEvaluate(context: Context): Promise<void> {
  const { options: o, given, print, note, json, signal, progress } = context;
  const model = await openModel(o.model, signal);
  const { recordEvaluation } = await import('../files/record-evaluation.js');
  const place = o.record ? await writableModel(o.model, { shipped: shippedModels }) : undefined;
  const { checkForms, evaluateModel, stages } = await import('../files/evaluate-model.js');
  const only = stagesOf(o.only, stages);
  const set = await openPictures({ data: o.data ?? setOf(model), size: model.form.size, colour: model.form.channels === 3 }, context);
  checkForms(model, set);
  const measured: PictureSet = model.form.classes.length > 0 ? set : { ...set, classes: [] };
  const [{ flowOf }, { openMeasurementStore }] = await Promise.all([
    import('../model/flow-of.js'),
    import('../files/measurement-store.js'),
  ]);
  const classifier = await classifierFor(context, set, only);
  const parts = only.has('parts') ? await partsFor(set, signal) : undefined;
  const store = await openMeasurementStore(o.out);
  const { defaults } = model.manifest;
  const plan = {
    ...o,
    only,
    pictures: Math.min(o.pictures, set.test.count),
    tolerance: o.likelihoodTol,
    solver: solverSettings(chooseSolver(o, defaults, given)),
    temperature: orDefault(o.temperature, defaults, 'temperature', 1),
    guidance: orDefault(o.guidance, defaults, 'guidance', 1),
  };
  const source = {
    model,
    set: measured,
    classifier,
    parts,
    store,
    signal,
    flow: await flowOf(model),
    onProgress: (done: number, total: number, what: string) => progress.update(done, total, what),
  };
  await sayCost(context, source, plan);
  const told = new Set<string>();
  const found = (evaluation: Evaluation): void => {
    const fresh = Object.entries(metricsOf(evaluation)).filter(([name]) => !told.has(name));
    for (const [name, figure] of fresh) {
      note(`${name}: ${figure}`);
      told.add(name);
    }
  };
  const { evaluation, generated } = await evaluateModel({ ...source, onFound: found }, plan).catch((thrown: unknown) => {
    if (thrown instanceof AdvectError && thrown.code === 'aborted') {
      note(`What was measured so far is kept in ${o.out}: the same command goes on from there.`);
    }
    throw thrown;
  });
  if (store.taken > 0) note(`${store.taken} parts of the measurement were there already, in ${shellWord(join(o.out, 'parts.jsonl'))}`);
  const { writeEvaluation } = await import('../files/write-evaluation.js');
  await writeEvaluation(o.out, evaluation, generated, set);
  if (place !== undefined) await recordEvaluation(place, evaluation);
  const metrics = metricsOf(evaluation);
  found(evaluation);
  print(json ? JSON.stringify({ report: join(o.out, 'REPORT.md'), ...metrics }) : join(o.out, 'REPORT.md'));
}

/** Fewer solves than these are begun without a word. */
const soon = 200;

/** Says how long it will take, by timing a few of the solves. */
async function sayCost({ note, progress, signal }: Context, source: EvaluationSource, plan: EvaluationPlan): Promise<void> {
  const measures = plan.only.has('likelihood');
  const [{ evaluationCost }, { needsGenerated }] = await Promise.all([
    import('../files/evaluation-cost.js'),
    import('../files/evaluate-model.js'),
  ]);
  const draws = needsGenerated(plan.only);
  if (Math.max(measures ? plan.pictures : 0, draws ? plan.samples : 0) <= soon) return;
  progress.update(0, 1, 'timing');
  const { drawing, likelihood } = await evaluationCost({ ...source, signal }, plan, () => performance.now());
  progress.clear();
  const parts = [
    ...(drawing > 0 ? [`${duration(drawing)} to draw ${plan.samples} pictures`] : []),
    ...(likelihood > 0 ? [`${duration(likelihood)} for bits/dim of ${plan.pictures}`] : []),
  ];
  note(`about ${parts.join(', ')} at most; --only, --samples and --pictures take less, and after Ctrl-C the same command goes on`);
}

function stagesOf(given: readonly string[], stages: readonly Stage[]): ReadonlySet<Stage> {
  const unknown = given.find((name) => !stages.includes(name as Stage));
  if (unknown !== undefined) {
    throw new AdvectError('invalid-option', `--only names '${unknown}', which is not measured`, `There are: ${stages.join(', ')}.`);
  }
  return new Set(given.length > 0 ? (given as readonly Stage[]) : stages);
}

/** The name of the set whose title the model keeps as its data. */
function setOf({ name, application: { data } }: OpenModel): string {
  if (data.title === 'Optical Recognition of Handwritten Digits') return 'optdigits';
  const set = dataSets.find(({ title }) => title === data.title);
  if (set) return set.name;
  throw new AdvectError('invalid-option', `where the pictures of '${name}' are is not known (${data.title})`, 'Give them with --data.');
}

/** The classifier that was asked for; else the app's own for this data, if there is one. */
async function classifierFor({ options: o, note, signal }: Context, set: PictureSet, only: ReadonlySet<Stage>) {
  if (!only.has('recognition') && !only.has('frechet')) return undefined;
  const { openClassifier, shippedClassifiers } = await import('../files/classifier-files.js');
  const names = o.classifier === undefined ? await readdir(shippedClassifiers).catch((): string[] => []) : [o.classifier];
  for (const name of names) {
    const found = await openClassifier(name, signal);
    const { size, channels, levels, classes } = found.form;
    const fits = size === set.size && channels === set.channels && levels === set.levels && classes.join() === set.classes.join();
    if (fits && (o.classifier !== undefined || found.data.title === set.credit.title)) return found;
    if (o.classifier !== undefined) {
      throw new AdvectError(
        'invalid-value',
        `the classifier '${found.name}' knows other pictures or classes than those of ${set.credit.title}`,
        `Make one: train-classifier --data ${shellWord(set.name)}.`,
      );
    }
  }
  note(
    `No classifier knows ${set.credit.title}: classes and Fréchet distance are left out. Make one with train-classifier, and give --classifier.`,
  );
  return undefined;
}

async function partsFor(set: PictureSet, signal: AbortSignal) {
  const { isNouns, nounParts } = await import('../files/noun-parts.js');
  return isNouns(set.credit.title) ? nounParts({ env: process.env, signal }) : undefined;
}
