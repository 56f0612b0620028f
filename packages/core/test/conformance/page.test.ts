// Runs alone: it takes long.
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { BackendReport } from '#src/tensor/index.js';
import { closeBrowser, inPage } from '../browser/page.js';
import { type Executor, flowLaws } from './flow-laws.js';
import { subjects } from './flow-subjects.js';
import type { Finding } from './in-page.js';
import { all, type departures, DEPARTURE } from './solver-methods.js';

test.after.always(closeBrowser);

const site = { script: "import '/test/conformance/in-page.js';" };

/** Pictures and attention take as long as all others together; their WebAssembly is that of Node. */
const large = new Set(['transformer', 'endpoint', 'unet', 'dit', 'multiscale']);
/** On WebGL, which a processor plays here, each takes seconds: a dense net with a base and a transform, and convolutions. */
const onWebGL = ['a mixture as base, with an affine transform', 'conv'];
/** All of them, some minutes: ADVECT_CONFORMANCE=all npx ava --timeout 30m build/test/conformance/page.test.js */
const every = process.env.ADVECT_CONFORMANCE === 'all';
/** Its sines: WebGL's are off by 2e-4 on a processor, which differences of the velocity carry past the law of the divergence. */
const inexactOnWebGL = new Set(['on the torus, classes']);

async function holdFlow(t: ExecutionContext, page: Page, name: string, executor: Executor): Promise<void> {
  const findings = await page.evaluate<Finding[]>(`holdFlow(${JSON.stringify(name)}, '${executor}')`);
  t.deepEqual(
    findings.map(({ law }) => law),
    Object.keys(flowLaws),
  );
  for (const { law, failures, count, tensorsLeft } of findings) {
    t.deepEqual({ failures, tensorsLeft }, { failures: [], tensorsLeft: 0 }, `${name}, ${executor}: ${law}`);
    t.true(count > 0, `${name}, ${executor}: ${law} asserts nothing`);
  }
}

test.serial(
  'in Chromium flows keep the laws of flows on WebAssembly and on WebGL, and the laws see a density that is too large',
  async (t) => {
    await inPage(t, site, async (page) => {
      const { backend, epsilon } = await page.evaluate<BackendReport>('backend()');
      t.deepEqual([backend, epsilon], ['webgl', 2 ** -23], "float32, for which the laws' bounds are made");
      const names = Object.keys(subjects);
      for (const name of names) if (every || !large.has(name)) await holdFlow(t, page, name, 'wasm');
      for (const name of every ? names.filter((name) => !inexactOnWebGL.has(name)) : onWebGL) await holdFlow(t, page, name, 'eager');
      const seen = (await page.evaluate<Finding[]>('holdDefect()')).filter(({ failures }) => failures.length > 0);
      t.deepEqual(
        seen.map(({ law }) => law),
        ['in one and two dimensions the density adds up to 1', 'saved and loaded, it is the same flow to the bit'],
      );
    });
  },
);

test.serial('in Chromium every method gives the same in float64, float32 and tensors over WebGL, and leaves no tensor', async (t) => {
  await inPage(t, site, async (page) => {
    const { found, tensorsLeft } = await page.evaluate<{ found: Awaited<ReturnType<typeof departures>>; tensorsLeft: number }>(
      'holdSolvers()',
    );
    t.is(found.length, 2 * all.length);
    for (const { what, error } of found) t.true(error < DEPARTURE, `${what}: off by ${error}`);
    t.is(tensorsLeft, 0);
  });
});
