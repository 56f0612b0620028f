import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import type { Effective } from '#src/commands/effective.js';
import { makingOf } from '#src/commands/making.js';
import { grooveDefaults, melodyDefaults } from '#src/model/defaults.js';
import { run } from '../fixtures/run.js';
import { writeTinyModel } from '../fixtures/tiny-model.js';

const test = anyTest as TestFn<{ model: string }>;

test.beforeEach(async (t) => {
  t.context.model = await mkdtemp(join(tmpdir(), 'advect-music-'));
  await writeTinyModel(t.context.model, { defaults: { steps: 24, polish: 0 } });
});
test.afterEach.always((t) => rm(t.context.model, { recursive: true, force: true }));

test('the command line comes before the environment, that before advect.config.json, that before the model, that before the app', async (t) => {
  const config = () => Promise.resolve('{ "music": { "temperature": 0.5, "best": 3, "compose": { "bars": 8 } } }');
  const env = { ADVECT_MUSIC_BEST: '5', ADVECT_MUSIC_INSTRUMENT: 'organ' };
  const of = async (...argv: string[]) => {
    const { code, out, err } = await run(['info', '--effective', '--json', '-m', t.context.model, ...argv], { env, config });
    t.is(code, 0, err);
    return Object.fromEntries((JSON.parse(out) as Effective[]).map(({ setting, value, source }) => [setting, [value, source]]));
  };
  t.deepEqual(await of('--seed', '4'), {
    model: ['tiny', '--model'],
    seed: [4, '--seed'],
    best: [5, 'ADVECT_MUSIC_BEST'],
    temperature: [0.5, 'advect.config.json'],
    steps: [24, 'the model tiny'],
    polish: [0, 'the model tiny'],
    instrument: ['organ', 'ADVECT_MUSIC_INSTRUMENT'],
  });
  t.deepEqual((await of('--best', '2', '--steps', '9')).best, [2, '--best']);
  const planned = await run(['compose', '-m', t.context.model, '--seed', '1', '--dry-run', '--json'], { env, config });
  t.like(JSON.parse(planned.out), { best: 5, temperature: 0.5, steps: 24, polish: 0, instrument: 'organ', bars: 8 });
  const bare = await run(['info', '--effective', '-m', t.context.model]);
  t.regex(bare.out, /^seed +drawn +built in$/m);
  t.regex(bare.out, /^temperature +0\.9 +built in$/m);
  const stray = await run(['info', '--steps', '9', '-m', t.context.model]);
  t.is(stray.code, 2);
  t.regex(stray.err, /--steps changes nothing here[^]*--effective/);
});

test('of drums and melodies only what their models look at is told, with the defaults of their kind', async (t) => {
  const argv = ['info', '--effective', '--json', '-m', t.context.model];
  const of = async (kind: string) => {
    await writeTinyModel(t.context.model, { defaults: { steps: 24 }, application: { kind } });
    const { code, out, err } = await run(argv);
    t.is(code, 0, err);
    return Object.fromEntries((JSON.parse(out) as Effective[]).map(({ setting, value }) => [setting, value]));
  };
  t.deepEqual(await of('grooves'), { model: 'tiny', seed: 'drawn', temperature: grooveDefaults.temperature, steps: 24 });
  t.deepEqual(await of('melodies'), {
    model: 'tiny',
    seed: 'drawn',
    temperature: melodyDefaults.temperature,
    steps: 24,
    polish: melodyDefaults.polish,
    instrument: 'choir',
  });
  const stray = await run([...argv, '--best', '2']);
  t.is(stray.code, 2);
  t.regex(stray.err, /--best says nothing to a model of melodies/);
});

test('a model that asks for what cannot be is refused, with its name', (t) => {
  const model = { name: 'odd', manifest: { defaults: { steps: 1e9 } } };
  t.throws(() => makingOf({}, model), { code: 'invalid-option', message: /steps of the model 'odd' is '1000000000'/ });
  t.is(makingOf({ steps: 3 }, model).steps, 3);
});
