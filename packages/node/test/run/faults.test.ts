import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { checkpointSteps, lastCheckpoint } from '#src/run/checkpoint.js';
import { readRunLog } from '#src/run/log.js';
import { inFolder } from '../in-folder.js';
import { begin, listener, resume, signalled, smallConfig, smallFlow, trainSmall } from './harness.js';
import { lasting } from './kill.js';
import { smallFile } from './small-program.js';

const steps = 20;
const { open } = fs;

/** From now on no new file can be made on the disk. */
function fill(): void {
  Object.assign(fs, {
    open: (path: string, flags: string) =>
      flags === 'wx' ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'open', path })) : open(path, flags),
  });
  syncBuiltinESMExports();
}

function empty(): void {
  Object.assign(fs, { open });
  syncBuiltinESMExports();
}

test.serial('a disk that is full for a while: it is said, training goes on, and the next checkpoint is there', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context, notes } = listener();
    const opened = await begin(run, smallConfig(steps, { keep: 9 }), context);
    try {
      await trainSmall(opened, { before: (step) => (step === 7 ? fill() : step === 13 ? empty() : undefined) }, context);
    } finally {
      empty();
    }
    t.deepEqual(await checkpointSteps(run), [5, 15, 20]);
    t.is(
      notes.filter((line) =>
        /step 10 was not written: .*step-00000010' does not fit on the disk.* Training goes on, and tries again/.test(line),
      ).length,
      1,
    );
    t.true(notes.includes('Checkpoints are written again, that of step 15 first.'));
    t.deepEqual((await fs.readdir(join(run, 'checkpoints'))).length, 3, 'nothing half written is left');
  }),
);

test.serial('a disk that is full at the end: the run waits for room, and loses nothing', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context, notes } = listener();
    const opened = await begin(run, smallConfig(steps), context);
    try {
      const training = trainSmall(opened, { before: (step) => (step === 16 ? fill() : undefined) }, context);
      while (!notes.some((line) => line.startsWith('Waiting'))) await setTimeout(5);
      empty();
      t.is((await training).step, steps);
    } finally {
      empty();
    }
    t.is((await lastCheckpoint(run, t.fail))?.step, steps);
    t.is(notes.filter((line) => /^Waiting to write the last checkpoint: .*step-00000020' does not fit on the disk/.test(line)).length, 1);
  }),
);

test.serial('a disk that stays full: Ctrl-C gives up, and the run goes on from the last checkpoint', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const controller = new AbortController();
    const { context, notes } = listener(controller.signal);
    const opened = await begin(run, smallConfig(steps), context);
    try {
      const full = trainSmall(opened, { before: (step) => (step === 7 ? fill() : undefined) }, context);
      const outcome = t.throwsAsync(full, { code: 'invalid-file', message: /step-00000020' does not fit on the disk/ });
      while (!notes.some((line) => line.startsWith('Waiting'))) await setTimeout(5);
      controller.abort();
      await outcome;
    } finally {
      empty();
    }
    t.regex(notes.at(-1)!, /checkpoint of step 5 is safe: train --resume/);
    const again = listener();
    await trainSmall(await resume(run, again.context), {}, again.context);
    t.is((await lastCheckpoint(run, t.fail))?.step, steps);
    const told = (await readRunLog(run)).flatMap(lasting);
    t.is(told.length, steps);
    t.is(new Set(told).size, steps, 'each update is told once');
  }),
);

test.serial('patience takes the best weights also where the disk had no room for them', (t) =>
  inFolder(async (folder) => {
    const { context } = listener();
    const config = smallConfig(100, { validateEvery: 5, patience: 2 });
    const flow = smallFlow();
    let best: unknown;
    const measure = (n: number, now: { parameters: unknown }): number => {
      if (n === 1) best = now.parameters;
      return [5, 3, 4, 4][n];
    };
    const opened = await begin(join(folder, 'a.run'), config, context);
    try {
      const before = (step: number) => (step === 7 ? fill() : step === 13 ? empty() : undefined);
      t.like(await trainSmall(opened, { flow, measure, before }, context), { step: 20, best: { step: 10, validation: 3 } });
    } finally {
      empty();
    }
    t.deepEqual(flow.parameters, best);
    t.deepEqual(await checkpointSteps(join(folder, 'a.run')), [15, 20]);
  }),
);

test.serial('a run whose folder is taken away ends and says so, and makes none of its own', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context } = listener();
    const opened = await begin(run, smallConfig(steps), context);
    const gone = trainSmall(opened, { before: async (step) => (step === 7 ? fs.rm(run, { recursive: true }) : undefined) }, context);
    await t.throwsAsync(gone, { code: 'not-found', message: /folder '.*a\.run' of the run is gone.* after 10 of 20 steps/ });
    t.deepEqual(await fs.readdir(folder), []);
  }),
);

test.serial('where files may not grow (ulimit -f) the log waits at a whole line, and says so', (t) =>
  inFolder(async (folder) => {
    // 16 blocks of 512 bytes, or of 1,024 where the shell counts so: the log of 300 updates has some 90 kB.
    const out = join(folder, 'a');
    const train = `exec "$0" "$1" train --out "$2" --steps 300 --checkpoint-every 1000 --validate-every 0 --sample-every 0`;
    const { code, err } = await signalled(['sh', '-c', `ulimit -f 16; ${train}`, process.execPath, smallFile, out], 'SIGINT', /^Waiting/m);
    t.is(code, 1);
    t.regex(err, /The log waits: '.*log\.jsonl' is larger than a file may be here\. Raise the limit/);
    t.regex(err, /error: '.*step-00000300' is larger than a file may be here/);
    const text = await fs.readFile(join(`${out}.run`, 'log.jsonl'), 'utf8');
    t.true(text.endsWith('}\n'), 'no torn line');
    t.deepEqual(await fs.readdir(join(`${out}.run`, 'checkpoints')), []);
  }),
);

test.serial('a config.json that cannot be used says why', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context } = listener();
    await (await begin(run, smallConfig(steps), context)).close();
    const config = JSON.parse(await fs.readFile(join(run, 'config.json'), 'utf8')) as object;
    const cases: readonly (readonly [string, RegExp])[] = [
      ['{"format":', /cannot be read/],
      [JSON.stringify({ ...config, format: 'other' }), /its format is "other"/],
      [JSON.stringify({ ...config, formatVersion: 2 }), /version 2/],
      [JSON.stringify({ ...config, steps: 'many' }), /steps is/],
      [JSON.stringify({ ...config, plan: { keep: 0 } }), /checkpointEvery|keep/],
      [JSON.stringify({ ...config, surplus: 1 }), /surplus/],
    ];
    for (const [text, message] of cases) {
      await fs.writeFile(join(run, 'config.json'), text);
      await t.throwsAsync(resume(run, context), { code: 'invalid-file', message }, text);
    }
    await t.throwsAsync(resume(folder, context), { code: 'not-found', message: /is no run/ });
    if (process.getuid?.() !== 0) {
      await fs.chmod(run, 0o500);
      await t.throwsAsync(resume(run, context), { code: 'invalid-file' });
      await fs.chmod(run, 0o700);
    }
  }),
);
