/**
 * Chorales, sampled here and by PyTorch: the same weights, noise, wishes and steps, taking turns on the same cores; and `music compose`
 * of four bars as a command, from its start to its files.
 *
 *   python -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt
 *   node bench/music-sampling.mjs --python .venv/bin/python [--model DIR] [--counts 1,16] [--steps 60] [--rounds 7] [--out bench/results]
 *
 * What is timed is `sampleCodes` without churn, from noise in memory to the notes, beside the same steps in PyTorch with one thread and
 * with one for each core, the best of which counts. The command composes sixteen candidates and keeps one, as it does by default, and
 * writes MIDI and WAV; once more with one candidate.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { key, loadModel, sampleCodes, split } from '../packages/core/dist/index.js';
import { startPeer, writeArrays } from './peers/peer.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: given } = parseArgs({
  options: {
    python: { type: 'string' },
    model: { type: 'string', default: here('../apps/music/models/chorales') },
    counts: { type: 'string', default: '1,16' },
    steps: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '7' },
    out: { type: 'string' },
  },
});
if (!given.python) throw new Error('Name a Python that has bench/peers/requirements.txt installed: --python .venv/bin/python');
const [steps, rounds] = [Number(given.steps), Number(given.rounds)];

const model = readdirSync(given.model).map((name) => [name, new Uint8Array(readFileSync(join(given.model, name)))]);
const flow = await loadModel(new Map(model));
const { field, parameters } = flow;
const { network, codebook, sigma } = field.config;
if (!network) throw new Error(`the field of '${given.model}' is no endpoint field but ${field.config.kind}`);
const weights = Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0);
const folder = join(tmpdir(), `advect-music-${process.pid}`);
mkdirSync(folder, { recursive: true });
const files = { weights: join(folder, 'weights'), inputs: join(folder, 'inputs') };
writeArrays(files.weights, parameters);

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const summary = (times) => ({ minimum: Math.min(...times), median: median(times) });
const text = ({ minimum, median: middle }) => `${middle.toFixed(0)} (${minimum.toFixed(0)})`;
const rows = [];
for (const count of given.counts.split(',').map(Number)) {
  // A major closing window: the last five numbers of the condition are mode and place.
  const width = field.conditionDim;
  const condition = { shape: [count, width], data: new Float32Array(count * width) };
  for (let i = 0; i < count; i++) [0, 4].forEach((wish) => (condition.data[(i + 1) * width - 5 + wish] = 1));
  const { data } = flow.base.sample(count, split(key(0), 'noise'), field.event, 0);
  writeArrays(files.inputs, {
    x: { shape: [count, ...field.event], data },
    condition,
    codebook: { shape: [codebook.length, codebook[0].length], data: Float32Array.from(codebook.flat()) },
    settings: { shape: [5], data: Float32Array.of(network.heads, network.octaves, sigma, network.tokenCondition ?? 0, steps) },
  });
  const run = async () => {
    const { codes, logConfidence } = await sampleCodes(flow, count, { seed: 0, steps, condition, chunk: count });
    const mean = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;
    const sizes = [...codes.data].flatMap((code) => codebook[code].map(Math.abs));
    return mean(sizes) + mean(logConfidence.data);
  };
  const peers = [...new Set([1, availableParallelism()])].map((threads) => ({
    threads,
    times: [],
    process: startPeer(given.python, 'torch_peer.py', threads),
  }));
  for (const peer of peers) {
    peer.about = await peer.process.about;
    peer.value = (await peer.process.ask({ prepare: 'endpoint-sampling', ...files })).value;
  }
  const value = await run();
  for (const peer of peers)
    if (!(Math.abs(peer.value - value) < 0.02)) throw new Error(`the answers differ: ${value} here, ${peer.value} in PyTorch`);
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
    for (const peer of peers) peer.times.push((await peer.process.ask({ run: 1 })).ms);
  }
  for (const peer of peers) peer.process.stop();
  const ours = { ...summary(times), value };
  const theirs = peers.map((peer) => ({ ...peer.about, ...summary(peer.times), value: peer.value }));
  const best = (statistic) => Math.min(...theirs.map((peer) => peer[statistic]));
  const ratio = { minimum: best('minimum') / ours.minimum, median: best('median') / ours.median };
  rows.push({ count, steps, ours, peers: theirs, ratio });
  console.log(
    `${count} of four bars, ${steps} steps: Advect ${text(ours)} ms; ` +
      theirs.map((peer) => `${peer.peer} ×${peer.threads} ${text(peer)}`).join(', ') +
      `; ${ratio.median.toFixed(2)} (${ratio.minimum.toFixed(2)}) times as fast as its best`,
  );
}

const commands = [];
function timeCommand(what, more) {
  const times = Array.from({ length: rounds }, (_, round) => {
    const start = performance.now();
    const about = ['--model', given.model, '--seed', String(round), '--out', join(folder, `tune-${round}`), '--force'];
    execFileSync(process.execPath, [here('../apps/music/dist/cli.js'), 'compose', ...about, ...more], { stdio: 'ignore' });
    return performance.now() - start;
  });
  commands.push({ what, ...summary(times) });
  console.log(`${what}: ${text(summary(times))} ms from the start of the command to its MIDI and WAV`);
}
timeCommand('compose, one of sixteen', []);
timeCommand('compose, the first', ['--best', '1']);
rmSync(folder, { recursive: true });
if (given.out) {
  const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
  mkdirSync(given.out, { recursive: true });
  writeFileSync(join(given.out, 'music-sampling.json'), `${JSON.stringify({ machine, weights, rows, commands }, null, 2)}\n`);
}
process.exit(0);
