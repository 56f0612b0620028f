// Measures on held-out pictures how they lie about a model of the image app, asks it for its known answers, and puts both into its
// model.json. Training does this by itself; models made before it did need it once.
// Usage: node tools/complete-model.mjs MODEL_FOLDER DATA [COUNT]
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPictures } from '../apps/image/dist/data/open-pictures.js';
import { choosePictures } from '../apps/image/dist/data/picture-set.js';
import { openModel } from '../apps/image/dist/files/open.js';
import { evenly } from '../apps/image/dist/model/evenly.js';
import { flowOf } from '../apps/image/dist/model/flow-of.js';
import { knownAnswers } from '../apps/image/dist/model/self-test.js';
import { calibrate } from '../apps/image/dist/model/typicality.js';

const [folder, data, count = '600'] = process.argv.slice(2);
const model = await openModel(folder);
const flow = await flowOf(model);
const set = await openPictures({ data }, { note: console.error, progress: { update: () => {} }, signal: new AbortController().signal });
const held = choosePictures(set.test, evenly(set.test.count, Number(count)));

const file = join(folder, 'model.json');
const manifest = JSON.parse(await readFile(file, 'utf8'));
manifest.application.typicality = await calibrate(flow, held, model.form);
manifest.application.knownAnswers = await knownAnswers(flow, model.form);
const numbersOnOneLine = (json) => json.replace(/\[[\d\s.,e+-]+\]/g, (list) => `[${list.slice(1, -1).trim().split(/,\s*/).join(', ')}]`);
await writeFile(file, `${numbersOnOneLine(JSON.stringify(manifest, undefined, 2))}\n`);
console.log(`${file}: completed from ${held.count} pictures of ${set.credit.title}`);
