import { formatManifest, readModelManifest } from '@advect/core/io';
import { mergeSections, readModelFolder, updateModelFolder } from '@advect/node';
import { type Evaluation, metricsOf } from '../evaluation/evaluation.js';
import { reportText } from '../evaluation/report.js';
import { mixesClasses } from '../model/density.js';
import { readPictureModel } from '../model/form.js';

/** Puts the figures of an evaluation into a model's manifest and its card, in the place of earlier ones; the weights stay. */
export async function recordEvaluation(folder: string, evaluation: Evaluation): Promise<void> {
  const files = await readModelFolder(folder);
  const manifest = readModelManifest(files);
  const { size, channels } = readPictureModel(manifest);
  const { plain } = evaluation.likelihood ?? {};
  // Of large pictures bits/dim is that without a class, under its short name.
  const headline = plain &&
    !mixesClasses({ size, channels, classes: manifest.labels, levels: evaluation.levels }) && {
      'test bits/dim': rounded(plain.bitsPerDim),
      'test bits/dim, standard error': rounded(plain.standardError),
      'test pictures': plain.pictures,
    };
  const metrics = { ...manifest.metrics, ...headline, ...metricsOf(evaluation) };
  const card = files.get('MODEL_CARD.md');
  await updateModelFolder(
    folder,
    new Map([
      ['model.json', formatManifest({ ...manifest, metrics })],
      ...(card ? [['MODEL_CARD.md', cardWith(new TextDecoder().decode(card), metrics, evaluation)] as const] : []),
    ]),
  );
}

function cardWith(card: string, metrics: { readonly [name: string]: number }, evaluation: Evaluation): string {
  const table = ['| | |', '| --- | --- |', ...Object.entries(metrics).map(([name, figure]) => `| ${name} | ${figure} |`)].join('\n');
  // The report's title says what the card's does.
  const report = reportText(evaluation)
    .replace(/^# .*\n+/, '')
    .replaceAll(/^## /gm, '### ');
  const made = `## Measured\n\n${table}\n\n## Evaluation\n\n${withEarlier(report, sectionOf(card, 'Evaluation'), evaluation)}`;
  return mergeSections(made, card);
}

const titles = ['Likelihood', 'Generated pictures', 'Recognised', 'Fréchet distance', 'Copies', 'Known parts'];

/**
 * A report with what an earlier one of the same weights says beside it: of pictures all or nothing, since they are the same in all
 * of its tables, and whatever somebody has added.
 */
function withEarlier(report: string, earlier: string, { model, likelihood, generated }: Evaluation): string {
  const holds = earlier.includes(`Weights ${model.weights.slice(0, 16)}`);
  const anew = (title: string): boolean => (title === 'Likelihood' ? likelihood !== undefined : generated !== undefined);
  return mergeSections(report, earlier, {
    level: 3,
    order: titles,
    stale: (title) => titles.includes(title) && (!holds || anew(title)),
  });
}

const sectionOf = (text: string, title: string): string => new RegExp(`\n## ${title}\n([\\s\\S]*?)(?=\n## |$)`).exec(text)?.[1] ?? '';

const rounded = (v: number): number => Number(v.toPrecision(5));
