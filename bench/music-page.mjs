/**
 * How long the music app's page takes from an empty address to music: a fresh browser profile each time, this machine's own server,
 * WebAssembly, default settings. Times in milliseconds: the frame of the page, its first piece, and the
 * first sound after a click on Play, once that the piece is there; and, in visits of their own, the first sound after a click as
 * soon as there is a button.
 *
 *   node bench/music-page.mjs [--runs 5] [--model chorales] [--settings 'best=1'] [--phone]
 *
 * Needs the built page (npm run build in apps/music) and a Chromium (CHROMIUM_PATH, or /usr/bin/chromium).
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveSite } from '../packages/node/dist/index.js';
import { chromiumLaunch, chromiumMissing } from '../packages/testkit/dist/index.js';

const { chromium } = createRequire(new URL('../apps/music/package.json', import.meta.url))('playwright-core');
const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    model: { type: 'string', default: 'chorales' },
    settings: { type: 'string', default: '' },
    phone: { type: 'boolean', default: false },
  },
});
if (chromiumMissing) throw new Error(chromiumMissing);

/** Notes the times of what is seen and heard; whatever goes to the loudspeakers is looked at, frame by frame. */
function watch() {
  const seen = (globalThis.seen = {});
  const note = (name) => (seen[name] ??= performance.now());
  new MutationObserver(() => {
    if (document.querySelector('.transport, .roll')) note('frame');
    if (document.querySelector('.roll[aria-busy="false"] .note')) note('piece');
  }).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener('click', () => note('click'), true);
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (to, ...ports) {
    if (to instanceof AudioDestinationNode) {
      const ear = new AnalyserNode(this.context);
      const wave = new Float32Array(ear.fftSize);
      connect.call(this, ear);
      const listen = () => {
        ear.getFloatTimeDomainData(wave);
        if (wave.some((value) => Math.abs(value) > 1e-4)) note('sound');
        else setTimeout(listen, 5);
      };
      listen();
    }
    return connect.call(this, to, ...ports);
  };
}

const site = await serveSite({ mounts: [{ at: '', from: fileURLToPath(new URL('../apps/music/site', import.meta.url)) }], port: 0 });

async function visit(run, early) {
  const browser = await chromium.launch(chromiumLaunch);
  const page = await browser.newPage({ viewport: given.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 } });
  await page.addInitScript(watch);
  const more = given.settings ? `&${given.settings}` : '';
  await page.goto(`${site.address}#seed=${run}&m=${given.model}${more}`, { waitUntil: 'commit' });
  if (!early) await page.waitForFunction(() => globalThis.seen.piece !== undefined, undefined, { timeout: 120_000 });
  await page.getByRole('button', { name: /^Play/ }).first().click();
  await page.waitForFunction(() => globalThis.seen.sound !== undefined, undefined, { timeout: 120_000 });
  const { frame, piece, click, sound } = await page.evaluate(() => globalThis.seen);
  await browser.close();
  return { frame, piece, 'click to sound': sound - click, sound };
}

const runs = Array.from({ length: Number(given.runs) }, (_, run) => run);
const [settled, eager] = [[], []];
for (const run of runs) {
  settled.push(await visit(run, false));
  eager.push(await visit(run, true));
}
await site.close();

const row = (what, list) => {
  const sorted = list.toSorted((a, b) => a - b);
  console.log(`${what.padEnd(44)} ${sorted[Math.floor(sorted.length / 2)].toFixed(0).padStart(6)} ms (${sorted[0].toFixed(0)} at best)`);
};
for (const name of ['frame', 'piece'])
  row(
    name,
    settled.map((one) => one[name]),
  );
row(
  'click to sound, the piece being there',
  settled.map((one) => one['click to sound']),
);
row(
  'click to sound, at once',
  eager.map((one) => one['click to sound']),
);
