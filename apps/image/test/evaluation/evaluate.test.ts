import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openClassifier } from '#src/files/classifier-files.js';
import { openModel } from '#src/files/open.js';
import { openMeasurementStore } from '#src/files/measurement-store.js';
import { inFolder, run } from '../command-line.js';

const shipped = fileURLToPath(new URL('../../../models/digits8', import.meta.url));
const quick = ['--pictures', '30', '--tighter', '10', '--weighted', '4', '--draws', '3', '--mixture', '6', '--samples', '60'];

test('a classifier is trained, and a model evaluated with it; a second time nothing is measured again', (t) =>
  inFolder(async (folder) => {
    const [classifier, out] = [join(folder, 'reader'), join(folder, 'report')];
    const learned = await run(
      'train-classifier',
      '--data',
      'optdigits',
      '--epochs',
      '3',
      '--features',
      '32',
      '--out',
      classifier,
      '--json',
    );
    t.is(learned.code, 0, learned.err);
    const { 'test pictures told right, %': right } = JSON.parse(learned.out) as { [name: string]: number };
    t.true(right > 90, `${right}`);
    const log = (await readFile(join(classifier, 'log.jsonl'), 'utf8')).trim().split('\n');
    t.is(log.length, 3);
    const { classifier: net, metrics, form } = await openClassifier(classifier);
    t.is(metrics['test pictures told right, %'], right);
    t.is(net.config.features, 32);
    t.like(form, { size: 8, channels: 1, levels: 17 });

    const model = join(folder, 'digits');
    await cp(shipped, model, { recursive: true });
    const evaluate = () => run('evaluate', '--model', model, '--classifier', classifier, ...quick, '--out', out, '--record', '--json');
    const first = await evaluate();
    t.is(first.code, 0, first.err);
    const metricsFound = JSON.parse(first.out) as { [name: string]: number };
    // The card says 2.113 without classes on 600 pictures; 30 pictures tell it to some 0.05.
    t.true(Math.abs(metricsFound['test bits/dim without classes'] - 2.113) < 0.2);
    t.true(metricsFound['generated pictures recognised by a convolutional net, %'] > 80);
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as {
      likelihood: { plain: { pictures: number }; tighter: { difference: number }; weighted: { draws: number } };
      generated: { count: number };
      copies: { training: number; identical: number };
      frechet: { count: number }[];
      metrics: object;
    };
    t.is(report.likelihood.plain.pictures, 30);
    t.true(Math.abs(report.likelihood.tighter.difference) < 1e-3);
    t.is(report.likelihood.weighted.draws, 3);
    t.like(report.copies, { training: 3823, identical: 0 });
    t.deepEqual(
      report.frechet.map(({ count }) => count),
      [60, 30],
    );
    const page = await readFile(join(out, 'REPORT.md'), 'utf8');
    for (const heading of ['Likelihood', 'Recognised', 'Fréchet distance', 'Copies']) t.true(page.includes(`## ${heading}`), heading);
    for (const picture of ['closest.png', 'samples.png']) t.is((await readFile(join(out, picture))).subarray(1, 4).toString(), 'PNG');

    const parts = await readFile(join(out, 'parts.jsonl'));
    const again = await evaluate();
    t.is(again.out, first.out);
    t.true(again.err.includes('were there already'), again.err);
    t.deepEqual(await readFile(join(out, 'parts.jsonl')), parts);

    // The figures are in the model's manifest and card, once, beside those that were not measured again.
    const { manifest } = await openModel(model);
    for (const [name, figure] of Object.entries(metricsFound)) if (typeof figure === 'number') t.is(manifest.metrics[name], figure, name);
    t.is(manifest.metrics['test bits/dim'], 2.0423);
    const card = await readFile(join(model, 'MODEL_CARD.md'), 'utf8');
    t.is(card.split('## Evaluation').length, 2);
    t.is(card.split('### Likelihood').length, 2);
    t.true(card.includes(`| test bits/dim without classes | ${metricsFound['test bits/dim without classes']} |`));
    t.true(card.includes('## Limits') && card.includes('## Data and licence'));

    // What one stage finds anew leaves the tables of the others, and what somebody has added.
    const place = join(model, 'MODEL_CARD.md');
    await writeFile(place, `${card.trimEnd()}\n\n### Guidance\n\nSome words.\n`);
    const narrow = ['--only', 'likelihood', '--pictures', '4', '--tighter', '0', '--weighted', '0', '--mixture', '0'];
    const alone = await run('evaluate', '--model', model, ...narrow, '--out', join(folder, 'narrow'), '--record');
    t.is(alone.code, 0, alone.err);
    const later = await readFile(place, 'utf8');
    const sections = (text: string): string[] => text.match(/^### .*$/gm) ?? [];
    t.deepEqual(sections(later), [...sections(card), '### Guidance']);
    const pictures = (text: string): string => text.slice(text.indexOf('### Generated pictures')).trim();
    t.is(pictures(later), `${pictures(card)}\n\n### Guidance\n\nSome words.`);
    t.regex(later, /without a class \| 4 \|/);
  }));

test('parts of a measurement are kept by their settings, and a torn line costs that line alone', (t) =>
  inFolder(async (folder) => {
    const first = (await openMeasurementStore(folder)).with({ tolerance: 1 });
    await first('a', () => Promise.resolve({ value: 1 }));
    await first('b', () => Promise.resolve({ value: 2 }));
    await appendFile(join(folder, 'parts.jsonl'), '["half a li');
    const store = await openMeasurementStore(folder);
    const never = () => Promise.reject(new Error('measured again'));
    t.deepEqual(await store.with({ tolerance: 1 })('a', never), { value: 1 });
    t.deepEqual(await store.with({ tolerance: 1 })('b', never), { value: 2 });
    t.deepEqual(await store.with({ tolerance: 2 })('a', () => Promise.resolve({ value: 3 })), { value: 3 });
    t.is(store.taken, 2);
    const last = await openMeasurementStore(folder);
    t.deepEqual(await last.with({ tolerance: 2 })('a', never), { value: 3 });
  }));

for (const [title, argv, code, message, hint] of [
  ['a stage that is none', ['--only', 'likelyhood'], 2, /--only names 'likelyhood'/, /There are: likelihood, recognition/],
  ['data that do not fit', ['--data', 'letter'], 1, /'letter' does not exist|makes pictures of 8 × 8/, /./],
  ['a classifier that is a model', ['--classifier', 'digits8'], 1, /no model 'digits8'/, /Shipped with the program/],
] as const) {
  test(`evaluate refuses ${title}`, (t) =>
    inFolder(async (folder) => {
      const outcome = await run('evaluate', ...argv, '--out', join(folder, 'report'));
      t.is(outcome.code, code, outcome.err);
      t.regex(outcome.err, message);
      t.regex(outcome.err, hint);
    }));
}
