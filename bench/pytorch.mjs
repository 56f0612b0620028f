/**
 * The work of continuous flows, here and in PyTorch with torchdiffeq (and in JAX with diffrax), side by side: the same weights,
 * the same points, the same tolerances, the peers and this library taking turns.
 *
 *   python -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt
 *   node bench/pytorch.mjs --python .venv/bin/python [--rounds 15] [--only 'NAME;…'] [--executor wasm] [--out bench/results]
 *
 * Every peer is started once for each number of threads; the best of them counts. Prints a table and writes it as JSON and
 * Markdown; works that are not chosen keep what the JSON has of them. Beside the times stands where ours goes: see
 * account/account.mjs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accountOf } from './account/account.mjs';
import { accountCells, accountHeading, accountText } from './account/words.mjs';
import { startPeer, writeArrays } from './peers/peer.mjs';

// Before anything loads the compiler: programs that count what they do.
register('./account/resolve.mjs', import.meta.url);
const { works } = await import('./works.mjs');
const account = await import('./account/compile.mjs');
const { machinePeak, vectorPeak } = await import('./account/peak.mjs');

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
  ...accountHeading,
];
const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
const name = [`pytorch-node${process.versions.node.split('.')[0]}`, ...(given.executor ? [given.executor] : [])].join('-');
const file = (ending) => join(given.out, `${name}.${ending}`);
const stored = given.out && existsSync(file('json')) ? JSON.parse(readFileSync(file('json'), 'utf8')) : { rows: [] };
/** The largest that was ever seen here, since a peak is what can be reached. */
const peaks = {
  vectors: Math.max(stored.peaks?.vectors ?? 0, await vectorPeak()),
  machine: Math.max(stored.peaks?.machine ?? 0, await machinePeak()),
};
const table = (list) => [`| ${heading.join(' | ')} |`, `|${' --- |'.repeat(heading.length)}`, ...list.map(line)].join('\n');
const paragraph = ({ work, account: spent }) =>
  `**${work}.** ${accountText(spent, peaks)} ${works.find(({ name: other }) => other === work).limit[spent.executor] ?? ''}`;
const page = (list) => `${machine.cpu}, ${machine.cores} cores, Node ${process.versions.node}; milliseconds, median (minimum).
On a machine that does other work as well, minima say more than medians.

${table(list)}

## Where the time goes

Floating-point operations are those of the optimised graphs (a transcendental function counts 16), bytes what goes into programs
and comes out, and what would be moved if each node were computed alone. The peak is, for generated code, multiply-adds with
128-bit vectors of WebAssembly on all threads, \`vectors\` (${Math.round(peaks.vectors)} GFLOP/s), and for ONNX Runtime
its best product of matrices of 512 to 2048, \`machine\` (${Math.round(peaks.machine)} GFLOP/s).

${list
  .filter((row) => row.account)
  .map(paragraph)
  .join('\n\n')}
`;
function line({ work, floor, ours, peers, ratio, account: spent }) {
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
    ...(spent ? accountCells(spent, peaks) : accountHeading.map(() => '–')),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Writes what is measured by now, with what is stored of the other works. */
function save() {
  if (!given.out) return;
  const all = works.map(({ name: work }) => [...rows, ...stored.rows].find((row) => row.work === work)).filter(Boolean);
  mkdirSync(given.out, { recursive: true });
  writeFileSync(file('json'), `${JSON.stringify({ machine, peaks, rows: all }, null, 2)}\n`);
  writeFileSync(file('md'), page(all));
}

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
  const [times, outside] = [[], []];
  const turn = work.turn ?? 1;
  const rounds = Math.max(3, Math.round(Number(given.rounds) * (work.share ?? 1)));
  account.restart();
  for (let round = 0; round < rounds; round++) {
    const inside = account.counts.milliseconds;
    const start = performance.now();
    for (let i = 0; i < turn; i++) await prepared.run();
    times.push((performance.now() - start) / turn);
    outside.push(times.at(-1) - (account.counts.milliseconds - inside) / turn);
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
    account: accountOf(account.counts, { steps: rounds * turn, times, outside, executor: first.executor }),
    ours: { ...ours, value: first.value, evaluations: first.evaluations, executor: first.executor },
    peers: theirs,
    ratio: { minimum: best.minimum / ours.minimum, median: best.median / ours.median },
  };
  rows.push(row);
  console.log(line(row));
  save();
}
save();
console.log(`\n${page(rows)}`);
process.exit(0);
