import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { run } from '../../fixtures/run.js';
import { closeBrowser, saved, visit } from '../visit.js';
import { button } from './on-page.js';

test.after.always(closeBrowser);

test.serial('what a seed gives is saved as MIDI and WAV byte for byte as the command line writes it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-save-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await visit(t, { hash: 'seed=7&polish=0&tempo=100&instrument=organ&panel=save' }, async ({ page }) => {
    const midi = await saved(page, () => button(page, 'MIDI').click());
    const wav = await saved(page, () => button(page, 'WAV').click());
    t.deepEqual([midi.name, wav.name], ['chorale-7.mid', 'chorale-7.wav']);
    const manner = ['--seed', '7', '--best', '1', '--steps', '6', '--polish', '0', '--tempo', '100', '--instrument', 'organ'];
    const { code, err } = await run(['compose', ...manner, '--quiet', '-o', join(folder, 'x')], { env: { ADVECT_EXECUTOR: 'wasm' } });
    t.is(code, 0, err);
    t.true((await readFile(join(folder, 'x.mid'))).equals(midi.bytes));
    t.true((await readFile(join(folder, 'x.wav'))).equals(wav.bytes));
  });
});
