// Runs alone: it starts processes and ends them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { checkpointSteps } from '#src/run/checkpoint.js';
import { readRunLog } from '#src/run/log.js';
import { inFolder } from '../in-folder.js';
import { runSmall, signalled } from './harness.js';
import { smallFile } from './small-program.js';

test('SIGTERM writes a checkpoint and says how to go on', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'a');
    const argv = [process.execPath, smallFile, 'train', '--out', out, '--steps', '100000', '--checkpoint-every', '100000'];
    const { code, err } = await signalled(argv, 'SIGTERM', /loss/);
    t.is(code, 130, err);
    const step = Number(/interrupted after (\d+) of 100000 steps/.exec(err)![1]);
    t.true(err.includes(`Go on with: train --resume ${out}.run`));
    t.deepEqual((await checkpointSteps(`${out}.run`)).at(-1), step);
    t.like((await readRunLog(`${out}.run`)).at(-1), { event: 'interrupted', step });
  }));

test('a run without a terminal outlives the end of one, as under nohup', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'a');
    const { code, err } = await signalled([process.execPath, smallFile, 'train', '--out', out, '--steps', '300'], 'SIGHUP', /loss/);
    t.is(code, 0, err);
    t.is((await checkpointSteps(`${out}.run`)).at(-1), 300);
  }));

test('Ctrl-C after the training loses nothing of it', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'a');
    const argv = ['train', '--out', out, '--steps', '10', '--validate-every', '0', '--pause', '5000'];
    const { code, err } = await signalled([process.execPath, smallFile, ...argv], 'SIGINT', /^loss/m);
    t.is(code, 130, err);
    t.regex(err, /interrupted after the training, before the model was written\n +Go on with: train --resume/);
    const again = await runSmall('train', '--resume', out);
    t.is(again.code, 0, again.err);
    t.is(again.out, `${out}\n`);
    t.true((await readdir(out)).includes('model.json'));
    t.deepEqual(
      (await readRunLog(`${out}.run`)).filter((entry) => 'time' in entry).map(({ event }) => event),
      ['start', 'trained', 'interrupted', 'finished'],
    );
  }));

test('--json tells the log as it is written, one value a line, and --find-rate its curve', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'a');
    const { out: printed } = await runSmall('train', '--out', out, '--steps', '20', '--json');
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    t.deepEqual(lines.at(-1), { model: out, run: `${out}.run` });
    const log = (await readFile(join(`${out}.run`, 'log.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    t.deepEqual(lines.slice(0, -1), log.slice(0, -1), 'all but the end, which comes after the training');
    const found = JSON.parse((await runSmall('train', '--find-rate', '--json')).out) as {
      suggestion: number;
      rates: number[];
      losses: number[];
    };
    t.true(found.suggestion > 1e-4 && found.suggestion < 1 && found.rates.length === found.losses.length);
    t.regex((await runSmall('train', '--find-rate')).out, /[\u2801-\u28ff][\s\S]*The loss falls fastest at .*Try --learning-rate 0\.\d+/);
    t.deepEqual((await readdir(folder)).sort(), ['a', 'a.run'], 'nothing is written');
  }));

test('a plan that cannot be is refused before anything is written', (t) =>
  inFolder(async (folder) => {
    const { code, err } = await runSmall('train', '--out', join(folder, 'a'), '--patience', '3', '--validate-every', '0');
    t.is(code, 2);
    t.regex(err, /--patience needs measurements/);
    t.deepEqual(await readdir(folder), []);
  }));

test('an option that a resumed run has settled is refused, not passed over', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'a');
    t.is((await runSmall('train', '--out', out, '--steps', '5', '--validate-every', '0')).code, 0);
    const { code, err } = await runSmall('train', '--resume', out, '--steps', '9', '--checkpoint-every=2', '--force');
    t.is(code, 2);
    t.regex(err, /--steps, --checkpoint-every cannot be given with --resume: the run '.*a' has its settings/);
    t.is((await runSmall('train', '--resume', out, '--force')).code, 0);
  }));

const withFullDevice = existsSync('/dev/full') ? test : test.skip;

withFullDevice('where neither results nor notes find place on the disk, training goes on, and the exit code tells', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'a');
    const full = openSync('/dev/full', 'w');
    try {
      const argv = [smallFile, 'train', '--out', out, '--steps', '20', '--json'];
      const both = spawn(process.execPath, argv, { stdio: ['ignore', full, full] });
      t.deepEqual(await once(both, 'close'), [1, null]);
      t.like((await readRunLog(`${out}.run`)).at(-1), { event: 'finished', step: 20 });
      const results = spawn(process.execPath, [...argv, '--force'], { stdio: ['ignore', full, 'pipe'] });
      let err = '';
      results.stderr!.on('data', (text) => (err += text));
      t.deepEqual(await once(results, 'close'), [1, null]);
      t.is(err.match(/'standard output' does not fit on the disk/g)?.length, 1);
    } finally {
      closeSync(full);
    }
  }),
);
