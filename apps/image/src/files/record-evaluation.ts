import { join } from 'node:path';
import { formatManifest, readModelManifest } from '@advect/core/io';
import { readModelFolder, writeFileAtomic } from '@advect/node';
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
  await writeFileAtomic(join(folder, 'model.json'), formatManifest({ ...manifest, metrics }), { force: true });
  const card = files.get('MODEL_CARD.md');
  if (card)
    await writeFileAtomic(join(folder, 'MODEL_CARD.md'), cardWith(new TextDecoder().decode(card), metrics, evaluation), { force: true });
}

function cardWith(card: string, metrics: { readonly [name: string]: number }, evaluation: Evaluation): string {
  const table = ['| | |', '| --- | --- |', ...Object.entries(metrics).map(([name, figure]) => `| ${name} | ${figure} |`)].join('\n');
  const before = withoutSection(card, 'Evaluation').replace(/## Measured\n[\s\S]*?(?=\n## |$)/, `## Measured\n\n${table}\n`);
  // The report's title says what the card's does.
  const report = reportText(evaluation)
    .replace(/^# .*\n+/, '')
    .replaceAll(/^## /gm, '### ');
  return `${before.trimEnd()}\n\n## Evaluation\n\n${withEarlier(report, sectionOf(card, 'Evaluation'), evaluation)}`;
}

const titles = ['Likelihood', 'Generated pictures', 'Recognised', 'Fréchet distance', 'Copies', 'Known parts'];
const titleOf = (section: string): string => section.slice('### '.length, section.indexOf('\n'));
const partsOf = (text: string): string[] => text.split(/^(?=### )/m).map((part) => part.trim());

/**
 * A report with what an earlier one of the same weights says beside it: of pictures all or nothing, since they are the same in all
 * of its tables, and whatever somebody has added.
 */
function withEarlier(report: string, earlier: string, { model, likelihood, generated }: Evaluation): string {
  const [opening, ...found] = partsOf(report);
  const [, ...before] = earlier.includes(`Weights ${model.weights.slice(0, 16)}`) ? partsOf(earlier) : [];
  const anew = (title: string): boolean => (title === 'Likelihood' ? likelihood !== undefined : generated !== undefined);
  const kept = before
    .map((section) => ({ section, title: titleOf(section) }))
    .filter(({ title }) => !titles.includes(title) || !anew(title));
  const place = (section: string): number => (titles.includes(titleOf(section)) ? titles.indexOf(titleOf(section)) : titles.length);
  const sections = [...found, ...kept.map(({ section }) => section)].toSorted((a, b) => place(a) - place(b));
  return `${[opening, ...sections].join('\n\n')}\n`;
}

const sectionOf = (text: string, title: string): string => new RegExp(`\n## ${title}\n([\\s\\S]*?)(?=\n## |$)`).exec(text)?.[1] ?? '';

const withoutSection = (text: string, title: string): string => text.replace(new RegExp(`\n## ${title}\n[\\s\\S]*?(?=\n## |$)`), '\n');

const rounded = (v: number): number => Number(v.toPrecision(5));
