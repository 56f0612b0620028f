import { signal } from '@preact/signals';
import test from 'ava';
import type { TextState } from '#src/browser/hash-state.js';
import { keepAddress } from '#src/state/address.js';

/** A browser's address, whose events and timers come when the test says so. */
function browser(hash: string) {
  const location = { hash };
  const timers: (() => void)[] = [];
  let tell = (): void => undefined;
  const written: string[] = [];
  Object.assign(globalThis, {
    location,
    history: { replaceState: (_: unknown, __: string, to: string) => written.push((location.hash = to === '#' ? '' : to)) },
    addEventListener: (_: string, listener: () => void) => (tell = listener),
    setTimeout: (run: () => void) => timers.push(run),
    clearTimeout: (id?: number) => void (id && (timers[id - 1] = () => undefined)),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    written,
    goTo: (to: string) => void (location.hash = to),
    event: () => (tell(), settled()),
    pass: () => (timers.forEach((run) => run()), (timers.length = 0), settled()),
  };
}

const { setTimeout, clearTimeout } = globalThis;
test.afterEach(() => void Object.assign(globalThis, { setTimeout, clearTimeout }));

const kept = (hash: string) => {
  const page = browser(hash);
  const settings = signal({ seed: 1 });
  const troubles: unknown[] = [];
  keepAddress({
    settings,
    read: ({ seed }) => ({ seed: Number(seed) }),
    write: ({ seed }): TextState => (seed === 0 ? {} : { seed: String(seed) }),
    adopt: (wanted) => (settings.value = wanted),
    report: (thrown) => troubles.push(thrown),
  });
  return { ...page, settings, troubles };
};

test.serial('settings that change are written once they rest, also those that have no words, and what follows them', async (t) => {
  const { settings, written, pass, event, troubles } = kept('#seed=1');
  await pass();
  t.deepEqual(written, [], 'it is what it was');
  for (const seed of [2, 3, 0]) settings.value = { seed };
  await pass();
  settings.value = { seed: 4 };
  await pass();
  await event();
  t.deepEqual([written, settings.value.seed, troubles], [['', '#seed=4'], 4, []]);
});

test.serial('an address that somebody goes to is adopted, also where changed settings were to be written just then', async (t) => {
  const { settings, written, goTo, pass, event, troubles } = kept('#seed=1');
  settings.value = { seed: 2 };
  goTo('#seed=7');
  await pass();
  t.deepEqual(written, []);
  await event();
  t.is(settings.value.seed, 7);
  await pass();
  settings.value = { seed: 8 };
  await pass();
  t.deepEqual(written, ['#seed=8']);
  settings.value = { seed: 9 };
  goTo('#z=***');
  await event();
  await pass();
  t.is(troubles.length, 1);
  t.deepEqual([written, settings.value.seed], [['#seed=8'], 9], 'a link that cannot be read stays, to be mended');
});
