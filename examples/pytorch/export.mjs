/**
 * Writes a fresh flow as a model folder: its configuration (model.json) and initial weights (weights.safetensors), which
 * is all that train.py needs.
 *
 *   node examples/pytorch/export.mjs START
 *
 * Elsewhere than in this repository the imports are '@advect/core' and '@advect/node'.
 */
import { cnf, mlp, saveModel } from '../../packages/core/dist/index.js';
import { writeModelFolder } from '../../packages/node/dist/index.js';

const [start] = process.argv.slice(2);
const flow = cnf({ field: mlp({ dim: 2, hidden: [32, 32], activation: 'tanh', time: 'concat' }), seed: 1 });
await writeModelFolder(start, await saveModel(flow, { name: 'moons', description: 'Two moons; not trained yet.' }));
console.log(`${start}: ${Object.keys(flow.parameters).join(', ')}`);
