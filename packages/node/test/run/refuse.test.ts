import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { refuseEarlierRun } from '#src/index.js';
import { inFolder } from '../in-folder.js';

test('a run refuses to overwrite a model, or another run, unless it is told to or goes on from it', (t) =>
  inFolder(async (folder) => {
    const out = join(folder, 'model');
    await t.notThrowsAsync(refuseEarlierRun(out, { force: false }));

    await mkdir(`${out}.run`);
    const error = await t.throwsAsync(refuseEarlierRun(`${out}/`, { force: false }), {
      code: 'invalid-file',
      message: /model\.run' exists/,
    });
    t.regex((error as { hint?: string }).hint!, /--resume .*model\.run/);
    await t.notThrowsAsync(refuseEarlierRun(out, { force: false, resume: `${out}.run/` }));
    await t.notThrowsAsync(refuseEarlierRun(out, { force: true }));

    await mkdir(out);
    await writeFile(join(out, 'model.json'), '{}');
    await t.throwsAsync(refuseEarlierRun(out, { force: false, resume: `${out}.run` }), { message: /model' exists/ });
  }));
