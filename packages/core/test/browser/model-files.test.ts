import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { mismatch } from '@advect/testkit';
import { cnf, loadModel, logit, mlp, saveModel } from '#src/index.js';
import { closeBrowser, inPage } from './page.js';

test.after.always(closeBrowser);

const script = `
  import { fetchModel, loadModel, readModelFiles } from '/core/index.js';
  const points = [[0.2, 0.7], [0.5, 0.1]];
  const densities = async (files) => {
    const { logProb } = await (await loadModel(files)).logProb(points);
    return [...logProb];
  };
  const said = (error) => ({ code: error.code, message: error.message });
  window.fromAddress = async (address) => densities(await fetchModel(address)).catch(said);
  window.fromInput = async (id) => densities(await readModelFiles(document.getElementById(id).files));
  window.refused = () => readModelFiles(document.getElementById('files').files).then(() => undefined, said);
  window.tooLarge = () => fetchModel('/models/small/', { limit: 10 }).then(() => undefined, said);
  window.ready = true;
`;
const body = '<input id="files" type="file" multiple><input id="folder" type="file" webkitdirectory>';

test('in Chromium a model comes from an address, chosen files and a chosen folder, in float32 and float16; too large is refused', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [16, 16], lastLayer: 'random' }), transforms: [logit({ alpha: 0.05 })], seed: 2 });
  const whole = await saveModel(flow, { name: 'small' });
  const half = await saveModel(flow, { name: 'small' }, { dtype: 'float16' });
  const expected = async (files: typeof whole): Promise<number[]> => {
    const { logProb } = await (await loadModel(files)).logProb([[0.2, 0.7], [0.5, 0.1]]); // prettier-ignore
    return [...logProb];
  };
  const near = { atol: 1e-3, rtol: 1e-3 };
  const agrees = (there: unknown, here: number[]): boolean =>
    t.is(mismatch(there as number[], here, near), undefined, JSON.stringify(there));
  const files = new Map([...whole].map(([name, bytes]) => [`/models/small/${name}`, bytes]));
  for (const [name, bytes] of half) files.set(`/models/half/${name}`, bytes);

  const folder = await mkdtemp(join(tmpdir(), 'advect-chosen-'));
  try {
    for (const [name, bytes] of half) await writeFile(join(folder, name), bytes);
    await inPage(t, { script, body, files }, async (page) => {
      agrees(await page.evaluate("fromAddress('/models/small')"), await expected(whole));
      agrees(await page.evaluate("fromAddress(new URL('/models/half/model.json', location.href))"), await expected(half));
      t.like(await page.evaluate('tooLarge()'), { code: 'invalid-file' });

      const chosen = [...whole].map(([name, bytes]) => ({ name, mimeType: '', buffer: Buffer.from(bytes) }));
      await page.setInputFiles('#files', [...chosen, { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from('x') }]);
      agrees(await page.evaluate("fromInput('files')"), await expected(whole));
      await page.setInputFiles('#folder', folder);
      agrees(await page.evaluate("fromInput('folder')"), await expected(half));
      await page.setInputFiles('#files', chosen.slice(0, 1));
      t.like(await page.evaluate('refused()'), { code: 'invalid-file' });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
