/**
 * What the image app's page holds on to in a long session: in every round walls of new seeds with the time run back and forth,
 * pictures that are scored, a morph, inpaintings, files that are saved, a picture kept and given up, the dialogs, and another model
 * and back. After each round, once the collector has run: the heap of the page's thread, its nodes and listeners, object URLs that
 * are not yet given back, the worker's tensors and memories of WebAssembly, and what all processes of the browser hold. It ends
 * after so many rounds, or after the round in which the minutes are over; the last two thirds of the rounds tell by how much each
 * grows in a round (least squares).
 *
 *   node bench/page-memory.mjs [--rounds 10] [--walls 6] [--scores 2] [--inpaints 2] [--model digits] [--engine wasm] [--minutes 60] [--out bench/results]
 *
 * Needs the built page (npm run build in apps/image) and a Chromium (CHROMIUM_PATH, or /usr/bin/chromium).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveSite } from '../packages/node/dist/index.js';
import { chromiumLaunch, chromiumMissing } from '../packages/testkit/dist/index.js';

const fromApp = createRequire(new URL('../apps/image/package.json', import.meta.url));
const { chromium } = fromApp('playwright-core');
const sharp = fromApp('sharp');
const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    walls: { type: 'string', default: '6' },
    scores: { type: 'string', default: '2' },
    inpaints: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '60' },
    model: { type: 'string', default: 'digits' },
    engine: { type: 'string', default: 'wasm' },
    out: { type: 'string' },
  },
});
if (chromiumMissing) throw new Error(chromiumMissing);
const [rounds, walls, scores, inpaints] = ['rounds', 'walls', 'scores', 'inpaints'].map((name) => Number(given[name]));
const others = ['garments', 'nouns', 'digits8', 'digits-quick', 'digits'].filter((name) => name !== given.model);

const site = await serveSite({ mounts: [{ at: '', from: fileURLToPath(new URL('../apps/image/site', import.meta.url)) }], port: 0 });
const launch = { ...chromiumLaunch, args: [...chromiumLaunch.args, '--js-flags=--expose-gc'] };
const server = await chromium.launchServer(launch);
const browser = await chromium.connect(server.wsEndpoint());
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', serviceWorkers: 'block' });
const page = await context.newPage();
page.setDefaultTimeout(300_000);
const problems = [];
page.on('pageerror', (error) => problems.push(error.message));
page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
await page.addInitScript(countObjectUrls);
// A worker has no init scripts: what counts its memories stands before its own program.
await page.route('**/studio-worker*.js', async (route) => {
  const response = await route.fetch();
  await route.fulfill({ response, body: `(${countMemories.toString()})();\n${await response.text()}` });
});
const session = await context.newCDPSession(page);
await session.send('Performance.enable');
await page.goto(`${site.address}#seed=1&m=${given.model}&engine=${given.engine}`);

function countObjectUrls() {
  globalThis.urls = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const url = createObjectURL.call(URL, blob);
    globalThis.urls.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    globalThis.urls.delete(url);
    revokeObjectURL.call(URL, url);
  };
}

function countMemories() {
  const { Memory } = WebAssembly;
  globalThis.memories = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) {
      super(descriptor);
      globalThis.memories.push(new WeakRef(this));
    }
  };
}

const button = (name) => page.locator('.panel').getByRole('button', { name, exact: true });
// Waiting by locators leaves no handles behind, which would hold on to elements themselves.
const hangs = () => page.locator('.wall[aria-busy="false"][data-empty="false"]').first().waitFor();

async function tab(name) {
  const one = page.locator('.tab', { hasText: name });
  if ((await one.getAttribute('aria-expanded')) !== 'true') await one.click();
}

async function openModel(name) {
  await page.locator('.top .model').click();
  await page.locator('.shelf button', { has: page.locator(`strong:text-is("${name}")`) }).click();
  await page.getByRole('dialog', { name: 'Models' }).waitFor({ state: 'hidden' });
  await page.waitForFunction((model) => document.querySelector('.top .model').textContent.endsWith(` ${model}`), name);
  await hangs();
}

/** A picture that no round has had before. */
const ownPicture = (number) =>
  sharp({ create: { width: 56, height: 56, channels: 3, background: '#000' } })
    .composite([
      { input: { create: { width: 8, height: 36, channels: 3, background: '#fff' } }, left: 10 + (number % 30), top: 4 + (number % 13) },
    ])
    .png()
    .toBuffer();

/** Drops a file by the page's own means: those of the driver would hold on to what they touch. */
const drop = (name, bytes) =>
  page.evaluate(
    ([name, numbers]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(numbers)], name, { type: 'image/png' }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, [...bytes]],
  );

let seed = 1;
let pictures = 0;
async function round() {
  for (let i = 0; i < walls; i++) {
    await page.getByLabel('Seed', { exact: true }).fill(String(++seed));
    await page.keyboard.press('Enter');
    await page.locator(`.wall[aria-label$="seed ${seed}"]`).first().waitFor();
    await hangs();
    for (const time of ['0.5', '0', '0.7', '1']) await page.getByLabel('Time', { exact: true }).fill(time);
  }
  await page.locator('.wall .tile').nth(3).click();
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.locator('.kept .remove').click();
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');

  await tab('Your picture');
  for (let i = 0; i < scores; i++) {
    const name = `own-${++pictures}.png`;
    await drop(name, await ownPicture(pictures));
    await page.locator(`.faces figcaption:has-text("${name}")`).first().waitFor();
    await page.getByText('There and back').waitFor();
    await page.locator('.panel .column[aria-busy="false"]').first().waitFor();
  }
  await tab('Morph');
  await button('Swap ends').click();
  await button('Morph').click();
  await button('Stop')
    .waitFor({ timeout: 2000 })
    .catch(() => undefined);
  await button('Morph').waitFor();
  for (const frame of ['24', '12', '0']) await page.getByLabel('Way', { exact: true }).fill(frame);
  await tab('Inpaint');
  await button('Lower half').click();
  for (let i = 0; i < inpaints; i++) {
    await button('Six others').click();
    await page.locator(`.completions [aria-label^="Completion 1, seed"]`).first().waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('.panel .main')].some((one) => one.textContent === 'Complete'));
  }
  await tab('Save');
  for (const name of ['Save the wall', 'Save as GIF']) await Promise.all([page.waitForEvent('download'), button(name).click()]);
  await openModel(others[((seed / walls) % others.length) | 0]);
  await openModel(given.model);
  await page.locator('.tab[aria-expanded="true"]').click();
}

/** Mebibytes of memory of its own that the browser's processes hold; undefined where the system does not say. */
function resident() {
  try {
    const processes = new Map();
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      processes.set(Number(id), { parent: field('PPid'), kilobytes: field('RssAnon') });
    }
    const of = (id) =>
      [...processes].reduce((sum, [child, { parent }]) => sum + (parent === id ? of(child) : 0), processes.get(id)?.kilobytes ?? 0);
    return of(server.process().pid) / 1024;
  } catch {
    return undefined;
  }
}

async function measured() {
  // Files that were saved give their addresses back after ten seconds.
  await page.waitForTimeout(11_000);
  for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name) => metrics.find((one) => one.name === name).value;
  const worker = page.workers().find((one) => one.url().includes('studio-worker'));
  const there = await worker.evaluate(async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const memories = globalThis.memories.map((one) => one.deref()).filter((one) => one !== undefined);
    const { numTensors = 0, numBytes = 0 } = globalThis['_tfengine']?.memory() ?? {};
    return {
      tensors: numTensors,
      'tensors MiB': numBytes / 2 ** 20,
      memories: memories.length,
      'memories MiB': memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / 2 ** 20,
    };
  });
  return {
    'heap MiB': metric('JSHeapUsedSize') / 2 ** 20,
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    'object URLs': await page.evaluate(() => globalThis.urls.size),
    workers: page.workers().length,
    ...there,
    'all processes MiB': resident(),
  };
}

/** By how much a series rises at each step, by least squares. */
function slope(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const [up, across] = values.reduce(([u, a], v, i) => [u + (i - middle) * (v - mean), a + (i - middle) ** 2], [0, 0]);
  return across === 0 ? 0 : up / across;
}

const began = performance.now();
const seen = [];

/** What has been seen by now, by name. */
function quantities() {
  const late = seen.slice(1 + Math.floor((seen.length - 1) / 3));
  const two = (value) => (value === undefined ? undefined : Number(value.toFixed(2)));
  return Object.fromEntries(
    Object.keys(seen[0]).map((name) => [
      name,
      { first: two(seen[0][name]), last: two(seen.at(-1)[name]), perRound: two(slope(late.map((one) => one[name]))) },
    ]),
  );
}

/** After every round: a session that is interrupted has its result. */
function store() {
  if (!given.out) return;
  const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
  const done = seen.length - 1;
  const what = { rounds: done, walls: done * walls, scored: done * scores, inpainted: done * inpaints, morphs: done, models: 2 * done };
  const result = { machine, model: given.model, engine: given.engine, ...what, problems, quantities: quantities() };
  mkdirSync(given.out, { recursive: true });
  writeFileSync(join(given.out, 'image-page-memory.json'), `${JSON.stringify(result, null, 2)}\n`);
}

try {
  await hangs();
  seen.push(await measured());
  console.log(JSON.stringify(seen[0]));
  while (seen.length <= rounds && performance.now() - began < 60_000 * Number(given.minutes)) {
    await round();
    seen.push(await measured());
    console.log(JSON.stringify(Object.fromEntries(Object.entries(seen.at(-1)).map(([name, value]) => [name, Number(value?.toFixed(1))]))));
    store();
  }
} finally {
  await browser.close();
  await server.close();
  await site.close();
}
console.log(`${seen.length - 1} rounds in ${((performance.now() - began) / 60_000).toFixed(1)} min`, ...problems);
console.table(quantities());
