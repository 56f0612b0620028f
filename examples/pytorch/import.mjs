/**
 * Makes a model folder of weights that train.py has trained, and compares its log-densities with PyTorch's.
 *
 *   node examples/pytorch/import.mjs START TRAINED MODEL
 *
 * Elsewhere than in this repository the imports are '@advect/core', '@advect/core/io' and '@advect/node'.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cnf, loadModel, saveModel } from '../../packages/core/dist/index.js';
import { readSafetensors } from '../../packages/core/dist/io/index.js';
import { readModelFolder, writeModelFolder } from '../../packages/node/dist/index.js';

const [start, trained, model] = process.argv.slice(2);
const { field } = await loadModel(await readModelFolder(start));
const { tensors } = readSafetensors(await readFile(join(trained, 'weights.safetensors')), { finite: true });
const flow = cnf({ field, parameters: Object.fromEntries(tensors) });

const { x, logProb: theirs, 'made with': madeWith } = JSON.parse(await readFile(join(trained, 'check.json'), 'utf8'));
const { logProb: ours } = await flow.logProb(x, { rtol: 1e-6, atol: 1e-6 });
const mean = ours.reduce((sum, v) => sum + v, 0) / ours.length;
console.log(`mean log-density of ${ours.length} points: ${mean.toFixed(2)} nats`);
console.log(`as PyTorch has it, to 1e-4: ${ours.every((v, i) => Math.abs(v - theirs[i]) < 1e-4)}`);

const training = { engine: `PyTorch ${madeWith.torch}, DistributedDataParallel`, ...madeWith };
await writeModelFolder(model, await saveModel(flow, { name: 'moons', description: 'Two moons.', training }), { force: true });
