import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openSet } from '@advect/node';
import { openClassifier, shippedClassifiers } from '#src/files/classifier-files.js';

const shipped = [
  { name: 'digits', data: 'mnist', least: 99 },
  { name: 'garments', data: 'fashion-mnist', least: 91 },
] as const;

for (const { name, least, data } of shipped) {
  test(`the classifier of ${name} says how it was made, is small, and tells real pictures as well as it says`, async (t) => {
    const { classifier, metrics, form } = await openClassifier(name);
    const folder = join(shippedClassifiers, name);
    t.true(metrics['test pictures told right, %'] >= least);
    t.is(metrics['test pictures'], 10_000);
    t.true((await readFile(join(folder, 'weights.safetensors'))).length <= 600_000);
    t.like(form, { size: 28, channels: 1, levels: 256 });
    t.is(form.classes.length, 10);
    const card = await readFile(join(folder, 'MODEL_CARD.md'), 'utf8');
    t.true(card.includes(`advect-image train-classifier --data ${data} `) && card.includes('## Data and licence'));
    const epochs = (await readFile(join(folder, 'log.jsonl'), 'utf8')).trim().split('\n');
    t.true(epochs.length >= 3 && epochs.every((line) => Number.isFinite((JSON.parse(line) as { epoch: number }).epoch)));

    const local = process.env.ADVECT_DATA;
    if (!local) return t.log(`without ADVECT_DATA the pictures of ${data} are not read again`);
    const { parts } = await openSet(data, { env: { ADVECT_DATA: local } });
    const some = 1000;
    const { x, labels } = parts.test!;
    const found = await classifier.classify({ shape: [some, 28, 28, 1], data: (x.data as Uint8Array).subarray(0, some * 784) });
    const share = found.labels.filter((label, i) => label === labels![i]).length / some;
    const stated = metrics['test pictures told right, %'] / 100;
    t.true(Math.abs(share - stated) < 4 * Math.sqrt((stated * (1 - stated)) / some), `${share} ${stated}`);
  });
}
