/**
 * Pictures of a U-Net, generated here and by PyTorch: the same weights, noise, classes and midpoint steps, taking turns on the same
 * cores.
 *
 *   python -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt
 *   node bench/picture-sampling.mjs --python .venv/bin/python [--model DIR] [--counts 16,64] [--steps 16] [--rounds 7] [--out bench/results]
 *
 * Without a model the net is that of `image train` for pictures of 28 × 28 with ten classes, with random weights. PyTorch runs with one
 * thread and with one for each core, with channels first and last, and the best of these counts. What is timed is the
 * solve in the space of the field: noise and the transforms to pixels are left out on both sides.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cnf, key, loadModel, normals, split, unet } from '../packages/core/dist/index.js';
import { startPeer, writeArrays } from './peers/peer.mjs';

const { values: given } = parseArgs({
  options: {
    python: { type: 'string' },
    model: { type: 'string' },
    counts: { type: 'string', default: '16,64' },
    steps: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '7' },
    out: { type: 'string' },
  },
});
if (!given.python) throw new Error('Name a Python that has bench/peers/requirements.txt installed: --python .venv/bin/python');
const [steps, rounds] = [Number(given.steps), Number(given.rounds)];
const root = key(0);

/** Weights that start at 0 are drawn, so that every layer shows in the result. */
function randomNet() {
  const field = unet({ event: [14, 14, 4], channels: 32, multipliers: [1, 2], blocks: 2, scaleShift: true, classes: 10 });
  const drawn = (name, { shape, data }) => ({
    shape,
    data: normals(split(root, name), data.length).map((v) => (0.5 * v) / Math.sqrt(data.length / shape.at(-1))),
  });
  const weights = Object.entries(field.init(root)).map(([name, w]) => [name, w.data.some((v) => v !== 0) ? w : drawn(name, w)]);
  return { name: 'random weights', field, parameters: Object.fromEntries(weights) };
}

async function modelNet(folder) {
  const files = readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]);
  const { field, parameters } = await loadModel(new Map(files));
  if (field.config.kind !== 'unet') throw new Error(`the field of '${folder}' is no U-Net but ${field.config.kind}`);
  return { name: folder, field, parameters };
}

const { name, field, parameters } = given.model ? await modelNet(given.model) : randomNet();
const flow = cnf({ field, parameters });
const folder = join(tmpdir(), `advect-pictures-${process.pid}`);
mkdirSync(folder, { recursive: true });
const files = { weights: join(folder, 'weights'), inputs: join(folder, 'inputs') };
writeArrays(files.weights, parameters);
const weights = Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0);

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const summary = (times) => ({ minimum: Math.min(...times), median: median(times) });
const threads = [...new Set([1, availableParallelism()])];
const rows = [];
for (const count of given.counts.split(',').map(Number)) {
  const size = field.event.reduce((product, n) => product * n, 1);
  const noise = { shape: [count, ...field.event], data: normals(split(root, 'noise'), count * size) };
  const classes = field.conditionDim;
  const label = Int32Array.from({ length: count }, (_, i) => i % Math.max(1, classes));
  const condition = new Float32Array(count * classes);
  if (classes > 0) label.forEach((l, i) => (condition[i * classes + l] = 1));
  writeArrays(files.inputs, {
    x: noise,
    condition: { shape: [count, classes], data: condition },
    steps: { shape: [1], data: Float32Array.of(steps) },
  });
  const run = async () => {
    const solver = { method: 'midpoint', steps, chunk: count };
    const { x, report } = await flow.decode(noise, classes > 0 ? { ...solver, label } : solver);
    return { value: x.data.reduce((sum, v) => sum + Math.abs(v), 0) / x.data.length, executor: report.executor };
  };
  const peers = threads.flatMap((thread) =>
    ['unet-sampling', 'unet-sampling-channels-last'].map((work) => ({
      work,
      threads: thread,
      times: [],
      process: startPeer(given.python, 'torch_peer.py', thread),
    })),
  );
  for (const peer of peers) {
    peer.about = await peer.process.about;
    peer.value = (await peer.process.ask({ prepare: peer.work, ...files })).value;
  }
  const first = await run();
  for (const { value } of peers) {
    if (!(Math.abs(value / first.value - 1) < 1e-3)) throw new Error(`the answers differ: ${first.value} here, ${value} in PyTorch`);
  }
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
    for (const peer of peers) peer.times.push((await peer.process.ask({ run: 1 })).ms);
  }
  for (const peer of peers) peer.process.stop();
  const ours = { ...summary(times), value: first.value, executor: first.executor };
  const theirs = peers.map((peer) => ({ ...peer.about, work: peer.work, ...summary(peer.times), value: peer.value }));
  const best = (statistic) => Math.min(...theirs.map((peer) => peer[statistic]));
  const ratio = { minimum: best('minimum') / ours.minimum, median: best('median') / ours.median };
  rows.push({ count, steps, ours, peers: theirs, ratio });
  const text = ({ minimum, median: middle }) => `${middle.toFixed(0)} (${minimum.toFixed(0)})`;
  console.log(
    `${count} pictures, ${steps} midpoint steps: Advect ${text(ours)} ms by ${ours.executor.executor} with ${ours.executor.threads} threads; ` +
      theirs.map((peer) => `${peer.peer} ${peer.work.includes('last') ? 'NHWC' : 'NCHW'} ×${peer.threads} ${text(peer)}`).join(', ') +
      `; ${ratio.median.toFixed(2)} (${ratio.minimum.toFixed(2)}) times as fast as its best`,
  );
}
if (given.out) {
  const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
  mkdirSync(given.out, { recursive: true });
  writeFileSync(join(given.out, 'picture-sampling.json'), `${JSON.stringify({ machine, net: name, weights, rows }, null, 2)}\n`);
}
process.exit(0);
