import { join } from 'node:path';
import { writeFileAtomic } from '@advect/node';
import { encodePng } from '../codec/encode.js';
import { choosePictures, type PictureForm, type Pictures, type PictureSet } from '../data/picture-set.js';
import { type Evaluation, metricsOf } from '../evaluation/evaluation.js';
import { reportText } from '../evaluation/report.js';
import { contactSheet } from '../layout/contact-sheet.js';
import { levelsToPicture } from '../layout/levels.js';
import type { Picture } from '../layout/picture.js';

/** Pictures on samples.png, and in a row of it. */
const SHOWN = 200;
const COLUMNS = 20;

/** An evaluation's folder: REPORT.md, report.json, and of generated pictures samples.png and the pairs of closest.png. */
export async function writeEvaluation(
  folder: string,
  evaluation: Evaluation,
  generated: Pictures | undefined,
  set: PictureSet,
): Promise<void> {
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    writeFileAtomic(join(folder, name), content, { force: true });
  await write('REPORT.md', reportText(evaluation));
  await write('report.json', `${JSON.stringify({ ...evaluation, metrics: metricsOf(evaluation) }, undefined, 1)}\n`);
  if (!generated) return;
  const first = tiles(
    generated,
    Array.from({ length: Math.min(generated.count, SHOWN) }, (_, i) => i),
    set,
  );
  const rows = Array.from({ length: Math.ceil(first.length / COLUMNS) }, (_, row) => first.slice(row * COLUMNS, (row + 1) * COLUMNS));
  await write('samples.png', await encodePng(contactSheet(rows.map((pictures) => ({ title: '', pictures })))));
  if (!evaluation.copies) return;
  const { closest } = evaluation.copies;
  const pairs = [
    { title: 'made', pictures: tiles(generated, indicesOf(closest, 'generated'), set) },
    { title: 'training', pictures: tiles(set.train, indicesOf(closest, 'training'), set) },
  ];
  await write('closest.png', await encodePng(contactSheet(pairs)));
}

const indicesOf = <N extends string>(pairs: readonly { readonly [name in N]: number }[], name: N): number[] =>
  pairs.map((pair) => pair[name]);

const tiles = (from: Pictures, indices: readonly number[], form: PictureForm): Picture[] =>
  indices.map((index) => levelsToPicture(choosePictures(from, [index]).pixels, form));
