import type { Flow, SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { key, permutation, split } from '@advect/core/random';
import { choosePictures, pictureDim, type Pictures, type PictureSet } from '../data/picture-set.js';
import type { Parts } from '../evaluation/parts.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { type GeneratedPictures, generatePictures } from '../evaluation/generated.js';
import { type Likelihood, type LikelihoodSettings, measureLikelihood, pairedDifference } from '../evaluation/likelihood.js';
import { recognition } from '../evaluation/recognition.js';
import type { OpenModel } from '../model/open-model.js';
import type { OpenClassifier } from './classifier-files.js';
import type { MeasurementStore } from './measurement-store.js';

export type Stage = 'likelihood' | 'recognition' | 'frechet' | 'copies' | 'parts';
export const stages: readonly Stage[] = ['likelihood', 'recognition', 'frechet', 'copies', 'parts'];

/** Whether any of these stages looks at generated pictures. */
export const needsGenerated = (only: ReadonlySet<Stage>): boolean => stages.some((stage) => stage !== 'likelihood' && only.has(stage));

export interface EvaluationPlan {
  readonly only: ReadonlySet<Stage>;
  readonly seed: number;
  /** Test pictures whose bits/dim are taken, and how many of them again at a tenth of the tolerance, with averaged draws, and by class. */
  readonly pictures: number;
  readonly tighter: number;
  readonly weighted: number;
  readonly mixture: number;
  /** Draws whose densities are averaged, and probes of each. */
  readonly draws: number;
  readonly probes: number;
  readonly tolerance: number;
  /** Pictures to generate, and how. */
  readonly samples: number;
  readonly solver: SolverOptions;
  readonly temperature: number;
  /** Who computes the field. */
  readonly executor: 'auto' | 'wasm' | 'onnx' | 'eager';
  readonly guidance: number;
}

export interface EvaluationSource {
  readonly model: OpenModel;
  readonly flow: Flow;
  readonly set: PictureSet;
  readonly classifier: OpenClassifier | undefined;
  readonly parts: Parts | undefined;
  readonly store: MeasurementStore;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
  /** Hears what is found before the longest part, bits/dim, begins. */
  readonly onFound?: (evaluation: Evaluation) => void;
}

/** The evaluation, and the generated pictures, for those who want to look at them. */
export interface EvaluatedModel {
  readonly evaluation: Evaluation;
  readonly generated: GeneratedPictures | undefined;
}

const METHOD = 'dopri5';

/** Measures a model against a set of pictures, stage by stage, bits/dim last; what the store holds is not measured again. */
export async function evaluateModel(source: EvaluationSource, plan: EvaluationPlan): Promise<EvaluatedModel> {
  const { model, set } = source;
  const { only } = plan;
  const generated = needsGenerated(only) ? await generatedFor(source, plan) : undefined;
  const evaluation: Evaluation = {
    model: { name: model.name, weights: model.hash },
    data: { name: set.name, title: set.credit.title, licence: set.credit.licence, test: set.test.count, training: set.train.count },
    classes: set.classes,
    seed: plan.seed,
    dim: pictureDim(set),
    levels: set.levels,
    ...(generated && {
      generated: {
        count: generated.count,
        solver: solverText(plan.solver),
        temperature: plan.temperature,
        guidance: plan.guidance,
        evaluations: generated.evaluations,
      },
      ...(await classified(source, plan, generated)),
      ...(await compared(source, plan, generated)),
    }),
  };
  if (!only.has('likelihood')) return { evaluation, generated };
  if (generated) source.onFound?.(evaluation);
  return { evaluation: { ...evaluation, likelihood: await measuredLikelihood(source, plan) }, generated };
}

async function measuredLikelihood(source: EvaluationSource, plan: EvaluationPlan): Promise<Evaluation['likelihood']> {
  const { flow, set, store, model, signal, onProgress } = source;
  const exact = pictureDim(set) <= 64;
  const order = permutation(split(key(plan.seed), 'test pictures'), set.test.count);
  const some = (count: number): Pictures => choosePictures(set.test, order.subarray(0, Math.min(count, set.test.count)));
  const measured = (what: string, count: number, more: Partial<LikelihoodSettings> = {}): Promise<Likelihood> => {
    const tolerance = more.rtol ?? plan.tolerance;
    const probes = exact ? {} : ({ divergence: 'rademacher', probes: more.probes ?? 1 } as const);
    const settings = { method: METHOD, rtol: tolerance, atol: tolerance, ...probes, seed: plan.seed } as const;
    const { under = 'no class', draws = 1 } = more;
    return measureLikelihood(flow, some(count), set, {
      ...settings,
      name: 'bits/dim',
      under,
      draws,
      keep: store.with({ weights: model.hash, set: set.name, settings, under, draws }),
      executor: plan.executor,
      signal,
      onProgress: (done, total) => onProgress(done, total, what),
    });
  };
  const withDifference = (of: Likelihood, from: Likelihood) => ({ ...summaryOf(of), ...pairedDifference(of, from) });
  const plain = await measured('bits/dim', plan.pictures);
  const optional = async (count: number, what: string, more: Partial<LikelihoodSettings>) =>
    count > 0 ? withDifference(await measured(what, Math.min(count, plan.pictures), more), plain) : undefined;
  const classes = set.classes.length > 0;
  const tighter = await optional(plan.tighter, 'bits/dim at a tenth of the tolerance', { rtol: plan.tolerance / 10 });
  const weighted = await optional(plan.weighted, `bits/dim, ${plan.draws} draws`, { draws: plan.draws, probes: plan.probes });
  const ownClass = classes ? await optional(plan.mixture, 'bits/dim given the class', { under: 'own class' }) : undefined;
  const mixture = classes ? await optional(plan.mixture, 'bits/dim, mixture of classes', { under: 'mixture', probes: 4 }) : undefined;
  return {
    method: METHOD,
    tolerance: plan.tolerance,
    divergence: exact ? 'exact' : "by Hutchinson's estimate with one probe a picture and draw, more where densities are averaged",
    plain: summaryOf(plain),
    ...(tighter && { tighter }),
    ...(weighted && { weighted: { ...weighted, probes: plan.probes } }),
    ...(ownClass && { ownClass }),
    ...(mixture && { mixture }),
  };
}

const summaryOf = ({ perPicture, ...rest }: Likelihood): Omit<Likelihood, 'perPicture'> => ({ ...rest, pictures: perPicture.length });

function generatedFor(
  source: EvaluationSource,
  { samples, seed, solver, temperature, guidance, executor }: EvaluationPlan,
): Promise<GeneratedPictures> {
  const { flow, set, store, model, signal, onProgress } = source;
  const order = permutation(split(key(seed), 'test pictures'), set.test.count);
  const labels = Int32Array.from({ length: samples }, (_, i) => (set.classes.length > 0 ? set.test.labels[order[i % order.length]] : -1));
  return generatePictures(flow, labels, set, {
    ...solver,
    seed,
    temperature,
    guidance,
    executor,
    keep: store.with({ weights: model.hash, set: set.name, solver, temperature, guidance, seed }),
    signal,
    onProgress: (done, total) => onProgress(done, total, 'generating pictures'),
  });
}

/** What needs the classifier. */
async function classified({ set, classifier: open, signal, onProgress }: EvaluationSource, plan: EvaluationPlan, generated: Pictures) {
  const [recognises, measures] = [plan.only.has('recognition') && set.classes.length > 0, plan.only.has('frechet')];
  if (!open || !(recognises || measures)) return {};
  const { classifier, name, hash } = open;
  const rows = ({ count, pixels }: Pictures) => ({ shape: [count, set.size, set.size, set.channels], data: pixels });
  onProgress(0, 3, 'classifying');
  const made = await classifier.classify(rows(generated), signal);
  onProgress(1, 3, 'classifying');
  const test = await classifier.classify(rows(set.test), signal);
  onProgress(2, 3, 'classifying');
  const result = {
    classifier: { name, weights: hash },
    ...(recognises && {
      recognition: {
        generated: recognition(generated.labels, made.labels, set.classes.length),
        real: recognition(set.test.labels, test.labels, set.classes.length),
      },
    }),
  };
  if (!measures) return result;
  const { frechetRows } = await import('../evaluation/distances.js');
  const drawn = permutation(split(key(plan.seed), 'training pictures'), set.train.count).subarray(
    0,
    Math.min(generated.count, set.test.count),
  );
  const training = await classifier.classify(rows(choosePictures(set.train, drawn)), signal);
  return { ...result, frechet: frechetRows(made.features, test.features, training.features, plan.seed) };
}

/** What needs pixels alone. */
async function compared({ set, parts, signal, onProgress }: EvaluationSource, { only }: EvaluationPlan, generated: Pictures) {
  const copies = only.has('copies')
    ? await (
        await import('../evaluation/copies.js')
      ).copyTest(generated, set.test, set.train, set, {
        signal,
        onProgress: (done, total) => onProgress(done, total, 'looking for copies'),
      })
    : undefined;
  if (!parts || !only.has('parts')) return { ...(copies && { copies }) };
  const { compositionReport } = await import('../evaluation/composition.js');
  const composition = compositionReport(generated, set.train, parts, (done, total) => onProgress(done, total, 'taking figures apart'));
  return { ...(copies && { copies }), composition };
}

const solverText = ({ method, steps, rtol }: SolverOptions): string =>
  steps === undefined ? `${method}, tolerance ${rtol}` : `${method}, ${steps} steps`;

/** Throws `invalid-value` unless the model makes pictures of the set's form and classes. */
export function checkForms({ name, form }: OpenModel, set: PictureSet): void {
  const same = form.size === set.size && form.channels === set.channels && form.levels === set.levels;
  if (same && (form.classes.length === 0 || form.classes.length === set.classes.length)) return;
  const words = ({ size, channels, levels, classes }: PictureSet | OpenModel['form']): string =>
    `${size} × ${size} × ${channels} of ${levels} levels in ${classes.length} classes`;
  throw new AdvectError(
    'invalid-value',
    `the model '${name}' makes pictures of ${words(form)}, and those of ${set.credit.title} are ${words(set)}`,
    'Give --data the set that the model has learned from.',
  );
}
