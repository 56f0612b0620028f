/**
 * How long the image app's page takes from an empty address to pictures: a fresh browser profile each time, this machine's own
 * server, WebAssembly. Times in milliseconds: the frame of the page, the first pictures seen on their way, the first wall in
 * full; then, from the opening of the panel on, the first bits/dim of a picture and all that is found out about it. And
 * processor seconds of the whole browser until the wall hangs.
 *
 *   node bench/page.mjs [--runs 5] [--model digits8] [--phone] [--out bench/results]
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

const { chromium } = createRequire(new URL('../apps/image/package.json', import.meta.url))('playwright-core');
const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    model: { type: 'string', default: 'digits8' },
    phone: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
if (chromiumMissing) throw new Error(chromiumMissing);

/** Processor seconds of a process and all that it has started; undefined where the system does not say. */
function processorSeconds(root) {
  try {
    const parents = new Map();
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const line = readFileSync(`/proc/${id}/stat`, 'utf8');
      const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(id), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    }
    const of = (id) =>
      [...parents].reduce((sum, [child, { parent }]) => sum + (parent === id ? of(child) : 0), parents.get(id)?.ticks ?? 0);
    return of(root) / 100;
  } catch {
    return undefined;
  }
}

const folder = fileURLToPath(new URL('../apps/image/site', import.meta.url));
const site = await serveSite({ mounts: [{ at: '', from: folder }], port: 0 });
const times = [];
for (let run = 0; run < Number(given.runs); run++) {
  const server = await chromium.launchServer(chromiumLaunch);
  const browser = await chromium.connect(server.wsEndpoint());
  const viewport = given.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
  const page = await browser.newPage({ viewport });
  await page.addInitScript(() => {
    globalThis.seen = {};
    const note = (name) => (globalThis.seen[name] ??= performance.now());
    const watch = new MutationObserver(() => {
      const wall = document.querySelector('.wall');
      if (wall) note('frame');
      if (wall?.dataset.empty === 'false') note('first');
      if (wall?.dataset.empty === 'false' && wall.ariaBusy === 'false') note('wall');
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
  });
  const before = processorSeconds(server.process().pid);
  await page.goto(`${site.address}#seed=${run}&m=${given.model}`, { waitUntil: 'commit' });
  await page.waitForFunction(() => globalThis.seen.wall !== undefined, undefined, { timeout: 120_000 });
  const processor = processorSeconds(server.process().pid) - before;
  const own = await page.evaluate(() => {
    const began = performance.now();
    const until = (found) =>
      new Promise((resolve) => {
        const look = () => (found() ? resolve(performance.now() - began) : requestAnimationFrame(look));
        look();
      });
    const names = () => [...document.querySelectorAll('.figure dt')].map((name) => name.textContent);
    location.hash += '&panel=measure';
    return Promise.all([until(() => names().includes('Bits/dim')), until(() => names().includes('There and back'))]);
  });
  times.push({ ...(await page.evaluate(() => globalThis.seen)), 'first bits': own[0], 'all figures': own[1], processor });
  await browser.close();
  await server.close();
}
await site.close();

const median = (name) => times.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(times.length / 2)];
const names = ['frame', 'first', 'wall', 'first bits', 'all figures'];
for (const name of names) console.log(`${name.padEnd(11)} ${median(name).toFixed(0).padStart(6)} ms`);
console.log(`processor   ${median('processor').toFixed(1).padStart(6)} s`);
if (given.out) {
  const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
  const milliseconds = Object.fromEntries(names.map((name) => [name, Math.round(median(name))]));
  const result = { machine, model: given.model, runs: times.length, milliseconds, processorSeconds: median('processor') };
  mkdirSync(given.out, { recursive: true });
  writeFileSync(join(given.out, 'image-page.json'), `${JSON.stringify(result, null, 2)}\n`);
}
