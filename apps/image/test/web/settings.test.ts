import { inspect } from 'node:util';
import test from 'ava';
import { freshSettings, readSettings, type Settings, writeSettings } from '#src/web/state/settings.js';

test('a fresh visit has a short address, and comes back from it', (t) => {
  const fresh = freshSettings(42);
  t.deepEqual(writeSettings(fresh), { m: 'digits', seed: '42' });
  t.deepEqual(readSettings(writeSettings(fresh), 7), fresh);
});

test('without a seed a new one is taken', (t) => {
  t.deepEqual(readSettings({}, 7), freshSettings(7));
});

const changes: Partial<Settings>[] = [
  { model: 'given/' },
  { model: undefined },
  { seed: 0, locked: true },
  { items: [3, 17, 18, 5] },
  { labels: [3] },
  { labels: [-1, 0, 9] },
  { labels: [{ a: 3, b: 8, share: 0.35 }, 2] },
  { guidance: 2.5, temperature: 0.8 },
  { guidance: 0, temperature: 0 },
  { solver: { method: 'tsit5', tolerance: 1e-5 } },
  { solver: { method: 'euler', tolerance: 1e-3, steps: 12 } },
  { time: 0 },
  { time: 0.425, engine: 'webgl', panel: 'morph' },
];

for (const change of changes) {
  test(`the address tells ${inspect(change)}`, (t) => {
    const settings = { ...freshSettings(42), ...change };
    const read = readSettings(JSON.parse(JSON.stringify(writeSettings(settings))) as Record<string, string>, 7);
    t.deepEqual(read, { ...settings, model: settings.model ?? 'digits' });
  });
}

test('what makes no sense is as on a fresh visit', (t) => {
  const nonsense = {
    seed: '-1',
    items: '1.x.3',
    label: '3~8',
    guidance: '21',
    temperature: 'hot',
    solver: 'magic',
    tol: '2',
    steps: '0',
    t: '1.5',
    engine: 'steam',
    m: 'x'.repeat(100_000),
    panel: 'y'.repeat(100_000),
    other: 'thing',
  };
  t.deepEqual(readSettings(nonsense, 7), freshSettings(7));
  t.deepEqual(readSettings({ items: Array.from({ length: 65 }, (_, i) => i).join('.') }, 7).items, freshSettings(7).items);
  t.is(readSettings({ label: '3.'.repeat(100_000) + '3' }, 7).labels.length, 64);
  t.is(readSettings({ m: '' }, 7).model, 'digits');
  t.deepEqual(readSettings({ solver: 'rk4', tol: 'x', steps: '1e9' }, 7).solver, { method: 'rk4', tolerance: 1e-3 });
});
