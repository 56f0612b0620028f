import { inspect } from 'node:util';
import test from 'ava';
import { readPiece } from '#src/web/state/piece-text.js';
import { freshSettings, readSettings, type Settings, writeSettings } from '#src/web/state/settings.js';

test('a fresh visit has a short address, and comes back from it', (t) => {
  const fresh = freshSettings(42);
  t.deepEqual(writeSettings(fresh), { m: 'chorales', seed: '42' });
  t.deepEqual(readSettings(writeSettings(fresh), 7), fresh);
  t.deepEqual(readSettings({}, 7), freshSettings(7));
});

const changes: Partial<Settings>[] = [
  { model: 'given/' },
  { model: undefined },
  { seed: 0, seedLocked: true, index: 3 },
  { bars: 12, key: { tonic: 6, mode: 'minor' } },
  { key: { tonic: 7, mode: 'major' } },
  { temperature: 0, steps: 12, polish: 0, best: 1 },
  { steps: 24, best: 1, sketch: true },
  { steps: 24, best: 1 },
  { instrument: 'chip', tempo: 62, transpose: -5, loop: true },
  { tune: readPiece('9m.202.1q2.1j2.*182')! },
  { engine: 'webgl', tab: 'groove', panel: 'morph', groove: 'something' },
];

for (const change of changes) {
  test(`the address tells ${inspect(change, { depth: 1, breakLength: Infinity })}`, (t) => {
    const settings = { ...freshSettings(42), ...change };
    const read = readSettings(JSON.parse(JSON.stringify(writeSettings(settings))) as Record<string, string>, 7);
    t.deepEqual(read, { ...settings, model: settings.model ?? 'chorales' });
  });
}

test('what makes no sense is as on a fresh visit', (t) => {
  const nonsense = {
    seed: '-1',
    bars: '5',
    key: 'H',
    temperature: 'hot',
    steps: '0',
    best: '65',
    instrument: 'kazoo',
    tempo: '1e9',
    tune: '0.1',
    tab: 'x',
  };
  t.deepEqual(readSettings(nonsense, 7), freshSettings(7));
});
