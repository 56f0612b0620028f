import { AdvectError } from '@advect/base/errors';
import test from 'ava';
import type { EngineName, SelfTest } from '#src/compute/engine-status.js';
import { type Engine, engines } from '#src/compute/engines.js';

const good: SelfTest = { passed: true, largest: 1e-7, milliseconds: 1, threads: 1, reason: '' };

/** Engines whose fate the test decides. */
function machine(fates: Partial<Record<EngineName, 'starts not' | 'computes wrongly' | 'offers nothing'>> = {}) {
  const lost = new Set<EngineName>();
  const losses = new Map<EngineName, () => void>();
  const until = (name: EngineName): Promise<void> => new Promise((resolve) => losses.set(name, resolve));
  const loss = { wasm: until('wasm'), webgl: until('webgl'), webgpu: until('webgpu'), cpu: until('cpu') };
  let running: EngineName | undefined;
  const known = (['wasm', 'webgl', 'cpu'] as const).map((name): Engine => ({
    name,
    executor: name === 'wasm' ? 'wasm' : 'eager',
    offered: () => Promise.resolve(fates[name] !== 'offers nothing'),
    async start() {
      if (fates[name] === 'starts not') throw new Error('no such thing here');
      running = name;
    },
    lost: () => lost.has(name),
    untilLost: () => loss[name],
  }));
  const test = (): Promise<SelfTest> =>
    Promise.resolve(fates[running!] === 'computes wrongly' ? { ...good, passed: false, largest: 0.25 } : good);
  return {
    all: engines(known, test),
    lose(name: EngineName) {
      lost.add(name);
      losses.get(name)!();
    },
    who: () => running,
  };
}

test('the first that passes is taken, unless another is wanted', async (t) => {
  const { all } = machine();
  t.is((await all.use('auto')).engine, 'wasm');
  t.is((await all.use('webgl')).engine, 'webgl');
  t.deepEqual(all.status?.offered, ['wasm', 'webgl', 'cpu']);
});

test('one that cannot start, computes wrongly or is not there gives way, and the status says why', async (t) => {
  const { all } = machine({ wasm: 'starts not', webgl: 'computes wrongly' });
  const { engine, troubles, offered } = await all.use('webgl');
  t.is(engine, 'cpu');
  t.deepEqual(offered, ['cpu']);
  t.deepEqual(troubles, [
    'WebGL computed a known answer wrongly, by 0.25, and is not used.',
    'WebAssembly could not start: no such thing here.',
  ]);
  const none = machine({ wasm: 'offers nothing', webgl: 'offers nothing', cpu: 'starts not' }).all;
  t.is((await t.throwsAsync(none.use('auto'), { instanceOf: AdvectError }))?.code, 'unsupported');
});

test('work whose graphics context is lost is done again by another, whether it ends, throws or waits for ever', async (t) => {
  for (const end of ['ends', 'throws', 'waits'] as const) {
    const { all, lose } = machine();
    await all.use('webgl');
    const by: string[] = [];
    const result = await all.run(({ executor }) => {
      by.push(executor!);
      if (executor === 'eager') lose('webgl');
      if (executor === 'eager' && end === 'waits') return new Promise(() => undefined);
      return executor === 'eager' && end === 'throws' ? Promise.reject(new Error('context lost')) : Promise.resolve(executor);
    });
    t.is(result, 'wasm');
    t.deepEqual(by, ['eager', 'wasm']);
    t.is(all.status?.engine, 'wasm');
    t.deepEqual(all.status?.troubles, ['WebGL lost its graphics context; the work was done again by another.']);
    t.deepEqual(all.status?.offered, ['wasm', 'cpu']);
  }
});

test('two works at once on a context that is lost are both done again', async (t) => {
  const { all, lose } = machine();
  await all.use('webgl');
  const work = async ({ executor }: { executor?: string }): Promise<string> => {
    await Promise.resolve();
    if (executor === 'eager') lose('webgl');
    return executor!;
  };
  t.deepEqual(await Promise.all([all.run(work), all.run(work)]), ['wasm', 'wasm']);
});

test('an error of the work itself, and a stop, are not done again', async (t) => {
  const { all } = machine();
  await all.use('webgl');
  await t.throwsAsync(
    all.run(() => Promise.reject(new Error('mine'))),
    { message: 'mine' },
  );
  const stopped = all.run(() => Promise.reject(new AdvectError('aborted', 'it was stopped', 'Start again.')));
  t.is((await t.throwsAsync(stopped, { instanceOf: AdvectError }))?.code, 'aborted');
});

test('work before any choice starts the first; who waits for a newer status gets it', async (t) => {
  const { all } = machine();
  const next = all.after(0);
  t.is(await all.run(({ executor }) => Promise.resolve(executor)), 'wasm');
  const status = await next;
  t.is(status.version, 1);
  const newer = all.after(1);
  await all.use('cpu');
  t.is((await newer).engine, 'cpu');
});
