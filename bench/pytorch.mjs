/**
 * The work of continuous flows, here and in PyTorch with torchdiffeq (and in JAX with diffrax), side by side: the same weights,
 * the same points, the same tolerances, the peers and this library taking turns.
 *
 *   python -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt
 *   node bench/pytorch.mjs --python .venv/bin/python [--rounds 15] [--only 'NAME;…'] [--executor wasm] [--out bench/results]
 *
 * Every peer is started once for each number of threads; the best of them counts. Prints a table and writes it as JSON and
 * Markdown.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPeer, writeArrays } from './peers/peer.mjs';
import { works } from './works.mjs';

const { values: given } = parseArgs({
  options: {
    python: { type: 'string' },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string' },
    executor: { type: 'string' },
    jax: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
if (!given.python) throw new Error('Name a Python that has bench/peers/requirements.txt installed: --python .venv/bin/python');
if (given.executor) process.env.ADVECT_EXECUTOR = given.executor;

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const summary = (list) => ({ minimum: Math.min(...list), median: median(list) });
const chosen = works.filter(({ name }) => !given.only || given.only.split(';').some((part) => name.includes(part)));
const folder = join(tmpdir(), `advect-bench-${process.pid}`);
mkdirSync(folder, { recursive: true });

const rows = [];
for (const work of chosen) {
  const prepared = await work.prepare();
  const files = { weights: join(folder, 'weights'), inputs: join(folder, 'inputs') };
  writeArrays(files.weights, prepared.weights);
  writeArrays(files.inputs, prepared.inputs);
  const threads = [1, availableParallelism()];
  const peers = threads.map((count) => startPeer(given.python, 'torch_peer.py', count));
  if (given.jax && work.jax) peers.push(startPeer(given.python, 'jax_peer.py', availableParallelism()));
  for (const peer of peers)
    Object.assign(peer, { introduction: await peer.about, first: await peer.ask({ prepare: work.peer, ...files }), times: [] });
  const first = await prepared.run();
  for (let i = 0; i < 2; i++) await prepared.run();
  const times = [];
  const turn = work.turn ?? 1;
  const rounds = Math.max(3, Math.round(Number(given.rounds) * (work.share ?? 1)));
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < turn; i++) await prepared.run();
    times.push((performance.now() - start) / turn);
    for (const peer of peers) peer.times.push((await peer.ask({ run: turn })).ms);
  }
  for (const peer of peers) peer.stop();
  const ours = summary(times);
  const theirs = peers.map(({ introduction, times: list, first: answer }) => ({ ...introduction, ...summary(list), ...answer }));
  const torch = theirs.filter(({ peer }) => peer.startsWith('PyTorch'));
  const best = { minimum: Math.min(...torch.map((p) => p.minimum)), median: Math.min(...torch.map((p) => p.median)) };
  const row = {
    work: work.name,
    floor: work.floor,
    ours: { ...ours, value: first.value, evaluations: first.evaluations, executor: first.executor },
    peers: theirs,
    ratio: { minimum: best.minimum / ours.minimum, median: best.median / ours.median },
  };
  rows.push(row);
  console.log(line(row));
}

function line({ work, floor, ours, peers, ratio }) {
  const ms = ({ minimum, median: middle }) => `${middle.toFixed(2)} (${minimum.toFixed(2)})`;
  const { executor, target, threads } = ours.executor ?? {};
  const jax = peers.find(({ peer }) => peer.startsWith('JAX'));
  const cells = [
    work,
    ms(ours),
    `${executor ?? '?'} ${target ?? ''} ×${threads ?? 1}`,
    ...peers.filter(({ peer }) => peer.startsWith('PyTorch')).map(ms),
    jax ? ms(jax) : '–',
    `${ratio.median.toFixed(2)} (${ratio.minimum.toFixed(2)})`,
    floor,
    `${ours.value?.toFixed(4)} / ${peers[0].value.toFixed(4)}`,
    `${ours.evaluations ?? '–'} / ${peers[0].evaluations ?? '–'}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const heading = [
  'work',
  'Advect, ms',
  'by',
  'PyTorch 1 thread',
  `PyTorch ${availableParallelism()} threads`,
  'JAX',
  'times faster',
  'floor',
  'value ours / theirs',
  'evaluations',
];
const table = [`| ${heading.join(' | ')} |`, `|${' --- |'.repeat(heading.length)}`, ...rows.map(line)].join('\n');
const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
console.log(`\n${machine.cpu}, ${machine.cores} cores, Node ${process.versions.node}; median (minimum) ms\n\n${table}`);
if (given.out) {
  mkdirSync(given.out, { recursive: true });
  const name = [`pytorch-node${process.versions.node.split('.')[0]}`, ...(given.executor ? [given.executor] : [])].join('-');
  writeFileSync(join(given.out, `${name}.json`), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  writeFileSync(
    join(given.out, `${name}.md`),
    `${machine.cpu}, ${machine.cores} cores, Node ${process.versions.node}; milliseconds, median (minimum).\n\n${table}\n`,
  );
}
process.exit(0);
