import { type CompositionReport, tolerance as partTolerance } from './composition.js';
import type { CopyTest } from './copies.js';
import type { Evaluation } from './evaluation.js';
import type { FrechetRow } from './distances.js';
import type { Share } from './recognition.js';

/** An evaluation as a page of Markdown. */
export function reportText(evaluation: Evaluation): string {
  const { model, data, classes, seed, dim, levels, generated, likelihood, frechet, copies, composition } = evaluation;
  const sections = [
    `# ${model.name}, measured on ${data.title}`,
    `Weights ${model.weights.slice(0, 16)}…; ${data.test} test pictures that training never saw and ${data.training} training pictures (${data.licence}), ` +
      `${dim} numbers of ${levels} levels each; seed ${seed}.`,
    likelihood && likelihoodText(likelihood),
    generated &&
      `## Generated pictures\n\n${generated.count} pictures${classes.length > 0 ? ', asked for in the proportions of the test pictures' : ''}; ` +
        `${generated.solver}, ${number(generated.evaluations, 4)} evaluations of the field a batch${generated.guidance === 1 ? '' : `, guidance ${generated.guidance}`}` +
        `${generated.temperature === 1 ? '' : `, temperature ${generated.temperature}`}.`,
    recognitionText(evaluation),
    frechet && frechetText(frechet),
    copies && copiesText(copies),
    composition && compositionText(composition),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function likelihoodText({
  method,
  tolerance,
  divergence,
  plain,
  tighter,
  weighted,
  mixture,
  ownClass,
}: NonNullable<Evaluation['likelihood']>): string {
  type Row = typeof plain & { readonly difference?: number; readonly differenceError?: number };
  const row = (name: string, of: Row | undefined) =>
    of && [
      name,
      String(of.pictures),
      String(of.draws),
      withError(of.bitsPerDim, of.standardError),
      of.difference === undefined ? '' : withError(of.difference, of.differenceError ?? NaN),
      number(of.evaluations, 3),
    ];
  const rows = [
    row('without a class', plain),
    row(`the same at tolerance ${tolerance / 10}`, tighter),
    row('without a class, densities of the draws averaged', weighted),
    row('equal mixture of the classes', mixture),
    row('each given its class', ownClass),
  ].filter((r) => r !== undefined);
  return [
    '## Likelihood',
    table(['bits/dim', 'pictures', 'draws', 'mean ± standard error', 'difference on the same pictures', 'evaluations'], rows),
    `Uniform dequantisation: an upper bound, in expectation, of the discrete model's bits/dim. Lower is better; figures of different ` +
      `numbers of draws must not be compared. Solver ${method}, tolerance ${tolerance} (absolute and relative); divergence ${divergence}. Standard errors are over ` +
      `pictures and hold the noise of dequantisation and probes.` +
      (divergence === 'exact'
        ? ''
        : ' Averages of densities are bounded through two sets of probes, so that the noise of probes cannot make them look better.'),
  ].join('\n\n');
}

function recognitionText({ recognition, classifier, classes }: Evaluation): string | undefined {
  if (!recognition || !classifier) return undefined;
  const rows = classes
    .map((name, c) => [name, recognition.generated.byClass[c], recognition.real.byClass[c]] as const)
    .filter(([, made]) => made.of > 0)
    .map(([name, made, real]) => [name, percent(made), String(made.of), percent(real)]);
  return [
    '## Recognised',
    table(
      ['asked for', `recognised by ${classifier.name}`, 'pictures', 'real test pictures'],
      [['**all**', percent(recognition.generated.all), String(recognition.generated.all.of), percent(recognition.real.all)], ...rows],
    ),
    'With binomial standard errors. The classifier has learned the real training pictures; generated ones may be plainer and so easier to tell than real ones.',
  ].join('\n\n');
}

const frechetText = (rows: readonly FrechetRow[]): string =>
  [
    '## Fréchet distance',
    table(
      ['pictures on each side', 'generated – test', 'real – real', 'which real ones'],
      rows.map(({ count, generated, real, realPair }) => [String(count), number(generated, 4), number(real, 4), realPair]),
    ),
    "Squared, between Gaussians fitted to the features of the classifier's layer before the last: comparable only with the same " +
      'classifier. The estimate is biased upwards, the more the fewer pictures, alike for generated and real ones of the same number: ' +
      'what counts is the excess over the real pair in the same row. The classifier knows its training pictures, which sets them a little apart from test pictures.',
  ].join('\n\n');

function copiesText(copies: CopyTest): string {
  const { quantiles, nearerThanFirstPercentile: near, identical, chanceNearer, score } = copies;
  const rows = quantiles.map(({ percentile, generated, heldOut }) => [
    `${percentile} %`,
    number(generated, 4),
    number(heldOut, 4),
    number(generated / heldOut, 3),
  ]);
  return [
    '## Copies',
    table(['quantile of the distance to the nearest training picture', 'generated', 'test', 'ratio'], rows),
    `Root mean square of a pixel as a share of its range; ${copies.generated} generated and ${copies.heldOut} test pictures against ` +
      `${copies.training} training pictures. ${percent(near)} of the generated pictures are nearer to a training picture than 99 % of the test pictures ` +
      `are (1 % where nothing is copied); ${identical} are identical to one. A generated picture is nearer than a test picture with probability ` +
      `${number(chanceNearer, 3)} (1/2 where neither is; Mann–Whitney, ${number(score, 3)} standard deviations from 1/2). Smooth or simple pictures are ` +
      'nearer without being copies: closest.png shows the nearest generated pictures over the training pictures that they are nearest to.',
  ].join('\n\n');
}

function compositionText({ pictures, valid, layers, asked, repeated }: CompositionReport): string {
  const rows = layers.map((layer) => [
    layer.name,
    percent(layer.valid),
    `${layer.seen} of ${layer.parts}`,
    number(layer.expected, 4),
    `${number(layer.chiSquared, 4)} / ${layer.freedom}`,
  ]);
  return [
    '## Known parts',
    table(['layer', 'drawn right', 'parts seen', 'expected by chance', 'χ² / degrees of freedom'], rows),
    `Each of ${pictures} pictures is taken apart into the composition of known parts nearest to it. A part is drawn right where its visible ` +
      `pixels differ by at most ${partTolerance} levels, root mean square; ${percent(valid)} of the pictures are right in all layers` +
      `${asked ? `, and ${percent(asked)} have the part that they were asked for` : ''}. Of the right ones, ` +
      `${repeated.found} have the parts of a training picture, where ${number(repeated.expected, 2)} are expected by chance.`,
  ].join('\n\n');
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

const number = (v: number, digits: number): string => (Number.isFinite(v) ? String(Number(v.toPrecision(digits))) : '–');
const withError = (v: number, error: number): string => `${v.toFixed(4)} ± ${Number.isFinite(error) ? error.toFixed(4) : '–'}`;
const percent = ({ share, standardError }: Share): string => `${(100 * share).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`;
