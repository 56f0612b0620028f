import { readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { checkpointSteps, readCheckpoint } from '#src/run/checkpoint.js';
import { readRunLog, type StepEntry } from '#src/run/log.js';
import { inFolder } from '../in-folder.js';
import { begin, listener, resume, smallConfig, smallFlow, trainSmall } from './harness.js';
import { lasting } from './kill.js';

const steps = 20;
const stateOf = (folder: string, step = steps): string =>
  join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}`, 'state.safetensors');

/** A run that ends without trouble, for others to be compared with. */
async function untouched(folder: string, config = smallConfig(steps)): Promise<{ weights: unknown; state: Uint8Array; log: string[] }> {
  const { context } = listener();
  const flow = smallFlow();
  await trainSmall(await begin(folder, config, context), { flow }, context);
  return {
    weights: flow.parameters,
    state: await readFile(stateOf(folder, config.steps)),
    log: (await readRunLog(folder)).flatMap(lasting),
  };
}

test('a run tells each update with what the process holds, and keeps the last checkpoints and the best', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context, notes } = listener();
    const values = [5, 3, 4, 6];
    const config = smallConfig(steps, { validateEvery: 5, keep: 1 });
    const outcome = await trainSmall(await begin(run, config, context), { measure: (n) => values[n] }, context);
    t.like(outcome, { step: steps, best: { step: 10, validation: 3 }, since: 2 });
    t.deepEqual(await checkpointSteps(run), [10, 20]);
    t.deepEqual((await readdir(run)).sort(), ['checkpoints', 'config.json', 'log.jsonl'], 'the lock is gone');
    const log = await readRunLog(run);
    const told = log.filter((entry): entry is StepEntry => entry.event === 'step');
    t.deepEqual(
      told.map(({ step }) => step),
      Array.from({ length: steps }, (_, i) => i + 1),
    );
    t.deepEqual(
      told.flatMap(({ validation }) => validation ?? []),
      values,
    );
    for (const { rss, heap, tensors, seconds, rate } of told) t.true(rss > 1e7 && heap > 1e6 && tensors >= 0 && seconds > 0 && rate > 0);
    t.deepEqual(
      log.filter(({ event }) => event === 'checkpoint').map(({ step }) => step),
      [5, 10, 15, 20],
    );
    t.is(log[0].event, 'start');
    t.regex(notes.at(-1)!, /^loss [▁-█]+ \d/);
  }));

test('an aborted run writes a checkpoint, says how to go on, and goes on to the same bits and the same log', (t) =>
  inFolder(async (folder) => {
    const whole = await untouched(join(folder, 'whole.run'));
    const run = join(folder, 'b c.run');
    const { context } = listener();
    const controller = new AbortController();
    const stopping = { signal: controller.signal, before: (step: number) => (step === 13 ? controller.abort() : undefined) };
    const error = await t.throwsAsync(trainSmall(await begin(run, smallConfig(steps), context), stopping, context), { code: 'aborted' });
    t.regex(error.message, /interrupted after 13 of 20/);
    t.true((error as { hint?: string }).hint!.endsWith(`train --resume '${run}'`));
    t.is((await checkpointSteps(run)).at(-1), 13);

    const flow = smallFlow();
    const again = listener();
    await trainSmall(await resume(run, again.context), { flow }, again.context);
    t.regex(again.notes[0], /from step 13 of 20/);
    t.deepEqual(flow.parameters, whole.weights);
    t.deepEqual(new Uint8Array(await readFile(stateOf(run))), new Uint8Array(whole.state));
    const log = await readRunLog(run);
    t.deepEqual(log.flatMap(lasting), whole.log);
    t.deepEqual(
      log.map(({ event }) => event).filter((event) => !['step', 'checkpoint'].includes(event)),
      ['start', 'interrupted', 'resume', 'trained'],
    );
    const seconds = log.flatMap((entry) => ('seconds' in entry ? [entry.seconds] : []));
    t.true(
      seconds.every((s, i) => i === 0 || s >= seconds[i - 1]),
      'the clock goes on where it stopped',
    );

    const third = listener();
    const done = await trainSmall(await resume(run, third.context), {}, third.context);
    t.is(done.step, steps, 'a run that has ended stays as it is');
    t.deepEqual(await readRunLog(run), log);
  }));

test('a measurement that is cut short is made again, and nothing is told twice or left out', (t) =>
  inFolder(async (folder) => {
    const config = smallConfig(steps, { validateEvery: 5 });
    const measure = (n: number): number => 9 - n;
    const whole = join(folder, 'whole.run');
    const { context } = listener();
    await trainSmall(await begin(whole, config, context), { measure }, context);

    const run = join(folder, 'a.run');
    const cut = (n: number): number => {
      if (n === 2) throw new AdvectError('aborted', 'interrupted before the end', 'Run the command again.');
      return measure(n);
    };
    await t.throwsAsync(trainSmall(await begin(run, config, context), { measure: cut }, context), { message: /after 14 of 20/ });
    t.deepEqual(await checkpointSteps(run), [5, 10]);
    await trainSmall(await resume(run, context), { measure: (n) => measure(n + 2) }, context);
    t.deepEqual((await readRunLog(run)).flatMap(lasting), (await readRunLog(whole)).flatMap(lasting));
    t.deepEqual(await readFile(stateOf(run)), await readFile(stateOf(whole)));
  }));

const damages: readonly (readonly [what: string, damage: (run: string) => Promise<void>, message: RegExp])[] = [
  [
    'with a flipped bit',
    async (run) => {
      const bytes = await readFile(stateOf(run));
      bytes[bytes.length >> 1] ^= 1;
      await writeFile(stateOf(run), bytes);
    },
    /step-00000020' is damaged: the sha256 of its state is another/,
  ],
  ['cut off', (run) => truncate(stateOf(run), 1000), /damaged: its state has 1000 bytes instead of \d+/],
  ['without its state', (run) => rm(stateOf(run)), /damaged: it has no state\.safetensors/],
  ['without its note', (run) => rm(join(stateOf(run), '../checkpoint.json')), /holds no checkpoint\.json/],
  ['with another note', (run) => writeFile(join(stateOf(run), '../checkpoint.json'), '{"format":"advect-check'), /is damaged/],
  ['of another step', (run) => rename(join(stateOf(run), '..'), join(stateOf(run, 30), '..')), /it says that it is of step 20/],
];

for (const [what, damage, message] of damages) {
  test(`a checkpoint ${what} is said to be damaged, the one before is taken, and the end is the same`, (t) =>
    inFolder(async (folder) => {
      const run = join(folder, 'a.run');
      const whole = await untouched(run);
      await damage(run);
      const { context, notes } = listener();
      await trainSmall(await resume(run, context), {}, context);
      t.regex(notes[0], message);
      t.regex(notes[1], /from step 15 of 20/);
      t.deepEqual(new Uint8Array(await readFile(stateOf(run))), new Uint8Array(whole.state));
      t.deepEqual((await readRunLog(run)).flatMap(lasting), whole.log);
    }));
}

test('where no checkpoint is whole a run does not begin anew by itself', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    await untouched(run);
    for (const step of await checkpointSteps(run)) await truncate(stateOf(run, step), 10);
    const { context } = listener();
    await t.throwsAsync(resume(run, context), { message: /no checkpoint in '.*' is whole/ });
    await t.throwsAsync(begin(run, smallConfig(5), context), { message: /exists already/ });
  }));

test('patience ends a run that gets no better, with the best weights; resumed, it has the same patience', (t) =>
  inFolder(async (folder) => {
    const config = smallConfig(100, { validateEvery: 5, patience: 3 });
    const curve = [9, 7, 8, 6, 7, NaN, 8, 1];
    let best: unknown;
    const measure = (n: number, flow: { parameters: unknown }): number => {
      if (n === 3) best = flow.parameters;
      return curve[n];
    };
    const flow = smallFlow();
    const { context, notes } = listener();
    const run = join(folder, 'a.run');
    const outcome = await trainSmall(await begin(run, config, context), { flow, measure }, context);
    t.like(outcome, { step: 35, best: { step: 20, validation: 6 }, since: 3 });
    t.deepEqual(flow.parameters, best);
    t.true(notes.some((line) => /weights of step 20, where 6\.0000/.test(line)));

    const halved = join(folder, 'b.run');
    const controller = new AbortController();
    const stop = (step: number) => (step === 28 ? controller.abort() : undefined);
    await t.throwsAsync(trainSmall(await begin(halved, config, context), { measure, before: stop, signal: controller.signal }, context));
    const second = smallFlow();
    const rest = await trainSmall(await resume(halved, context), { flow: second, measure: (n) => curve[n + 5] }, context);
    t.deepEqual({ ...rest, seconds: 0 }, { ...outcome, seconds: 0 });
    t.deepEqual(second.parameters, flow.parameters);
    const third = smallFlow();
    t.is(
      (await trainSmall(await resume(halved, context), { flow: third, measure: () => 0 }, context)).step,
      35,
      'it is over, and stays so',
    );
    t.deepEqual(third.parameters, flow.parameters);
  }));

test('another version of the program or of Node is said', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context, notes } = listener();
    await (await begin(run, { ...smallConfig(steps), program: 'test 0.9.0', versions: { node: 'v1.0.0' } }, context)).close();
    await (await resume(run, context)).close();
    t.regex(notes[0], /began with test 0\.9\.0; with test 1\.0\.0 it goes on alike/);
    t.regex(notes[1], /began with Node v1\.0\.0; with Node v\d/);
    t.regex(notes[2], /from step 0 of 20/);
  }));

test('two processes do not train in one folder; what a dead one left does not count', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context } = listener();
    const open = await begin(run, smallConfig(steps), context);
    await t.throwsAsync(resume(run, context), { message: new RegExp(`being trained in by process ${process.pid}`) });
    await open.close();
    const lock = (owner: object) => writeFile(join(run, 'run.lock'), JSON.stringify(owner));
    const { hostname } = await import('node:os');
    for (const dead of [{ pid: 2 ** 22 + 1, host: hostname() }, { pid: process.pid, host: hostname(), began: 'another time' }, 'torn']) {
      await lock(dead as object);
      await (await resume(run, context)).close();
    }
    await lock({ pid: 1, host: 'elsewhere' });
    await t.throwsAsync(resume(run, context), { message: /process 1 on elsewhere/ });
  }));

test('a loss that is no number ends the run and says which checkpoint is safe', (t) =>
  inFolder(async (folder) => {
    const run = join(folder, 'a.run');
    const { context, notes } = listener();
    const { trainRun } = await import('#src/index.js');
    const { distributions, flowMatching } = await import('@advect/core');
    const plain = flowMatching();
    let step = 0;
    const objective: typeof plain = {
      ...plain,
      evaluate: async (...args) => (++step < 8 ? plain.evaluate(...args) : { ...(await plain.evaluate(...args)), loss: NaN }),
    };
    const open = await begin(run, smallConfig(steps), context);
    const training = trainRun(open, { flow: smallFlow(), data: distributions.moons, options: { objective, batch: 16 } }, context);
    await t.throwsAsync(training, { code: 'training-diverged', message: /at step 8 the loss is NaN/ });
    await open.close();
    t.regex(notes.at(-1)!, /checkpoint of step 5 is safe: train --resume/);
    t.like((await readRunLog(run)).at(-1), { event: 'failed', step: 7 });
    t.is((await readCheckpoint(run, 5)).step, 5);
  }));
