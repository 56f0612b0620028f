import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { refuseEarlierRun } from '#src/index.js';

test('a run refuses to overwrite a model, or the checkpoint of another run, unless it is told to or goes on from it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-run-'));
  const out = join(folder, 'model');
  await t.notThrowsAsync(refuseEarlierRun(out, { force: false }));

  await mkdir(`${out}.checkpoint`);
  await t.throwsAsync(refuseEarlierRun(out, { force: false }), { code: 'invalid-file', message: /model\.checkpoint' exists/ });
  await t.throwsAsync(refuseEarlierRun(`${out}/`, { force: false, resume: folder }), { message: /model\.checkpoint' exists/ });
  await t.notThrowsAsync(refuseEarlierRun(out, { force: false, resume: `${out}.checkpoint/` }));
  await t.notThrowsAsync(refuseEarlierRun(out, { force: true }));

  await mkdir(out);
  await writeFile(join(out, 'model.json'), '{}');
  await t.throwsAsync(refuseEarlierRun(out, { force: false, resume: `${out}.checkpoint` }), { message: /model' exists/ });
});
