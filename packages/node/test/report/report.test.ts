import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { chromiumLaunch, chromiumMissing } from '@advect/testkit';
import { runGroup } from '#src/index.js';
import { advect } from '#src/commands/index.js';
import { plot } from '#src/report/plot.js';
import { readRunLog } from '#src/run/log.js';
import { inFolder } from '../in-folder.js';
import { makeRun } from './made-up-run.js';

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => void (out += text), columns: 80 };
  const stderr = { write: (text: string) => void (err += text) };
  const code = await runGroup(advect, { argv, env: {}, stdout, stderr });
  return { code, out, err };
}

test('list tells how each run stands, down the folders, and as JSON', (t) =>
  inFolder(async (folder) => {
    t.regex((await run('runs', 'list', folder)).err, /No runs under/);
    await makeRun(join(folder, 'a.run'), { end: 'finished', created: '2001-01-01T00:00:00.000Z' });
    await makeRun(join(folder, 'deep/er/b.run'), { end: 'interrupted', created: '2002-01-01T00:00:00.000Z' });
    await makeRun(join(folder, 'c.run'), { end: undefined, created: '2003-01-01T00:00:00.000Z' });
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other/config.json'), '{"format":"else"}');
    await mkdir(join(folder, 'later.run'));
    await writeFile(join(folder, 'later.run/config.json'), '{"format":"advect-run","formatVersion":2}');
    const { out, err, code } = await run('runs', 'list', folder);
    t.is(code, 0);
    t.regex(err, /^left out: .*later\.run.config\.json' cannot be read: its format has version 2[^\n]*\n$/);
    const [head, ...lines] = out.trimEnd().split('\n');
    t.regex(head, /run +state +steps +loss +best/);
    t.deepEqual(
      lines.map((line) => /(\w)\.run +(\w+(?: off)?) +(\d+\/\d+) +(\S+) +(\S+ nats)/.exec(line)?.slice(1)),
      [
        ['a', 'finished', '40/40', '1.025', '0.5 nats'],
        ['b', 'interrupted', '40/40', '1.025', '0.5 nats'],
        ['c', 'broken off', '40/40', '1.025', '0.5 nats'],
      ],
    );
    const json = (await run('runs', 'list', folder, '--json')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    t.like(json[0], { state: 'finished', step: 40, best: { step: 30, validation: 0.5 } });
    t.is((await run('runs', 'list', join(folder, 'nowhere'))).code, 1);
  }));

test('show draws the curves, and finds the run by its model too', (t) =>
  inFolder(async (folder) => {
    await makeRun(join(folder, 'a.run'), {});
    const { out, code } = await run('runs', 'show', join(folder, 'a'));
    t.is(code, 0);
    t.regex(out, /^a: finished, 40 of 40 steps in 40 s/);
    t.regex(out, /loss, smoothed: 1\.025\n +2 ┤[\u2800-\u28ff]+/);
    t.regex(out, /nats: 0\.5 at step 30 is the best/);
    t.regex(out, /memory +140 MB, 3 tensors, 21 files open/);
    const shown = JSON.parse((await run('runs', 'show', join(folder, 'a.run'), '--json')).out) as { log: unknown[] };
    t.is(shown.log.length, 45);
    t.regex((await run('runs', 'show', folder)).err, /is no run/);
  }));

test('compare sets runs side by side and names what they were told differently', (t) =>
  inFolder(async (folder) => {
    const paths = [join(folder, 'a.run'), join(folder, 'b.run')];
    await makeRun(paths[0], {});
    await makeRun(paths[1], { settings: { width: 64, seed: 2 } });
    const { out } = await run('runs', 'compare', ...paths);
    t.regex(out, /a +finished +40\/40 +1\.025 +0\.5 nats at 30 +40 s +█/);
    t.regex(out, /told differently +a +b\n(.*\n)*width +32 +64/);
    t.regex((await run('runs', 'compare', paths[0], paths[0])).out, /All were told the same/);
  }));

test('runs of the same name are told apart by the folders above, in the terminal and in the report', (t) =>
  inFolder(async (folder) => {
    const paths = ['x/deep/a.run', 'y/deep/a.run', 'y/b.run'].map((path) => join(folder, path));
    for (const [i, path] of paths.entries()) await makeRun(path, { settings: { width: 32 + i, seed: 0 } });
    const { out } = await run('runs', 'compare', ...paths);
    t.regex(out, /told differently +x\/deep\/a +y\/deep\/a +b\n(.*\n)*width +32 +33 +34/);
    t.regex(out, /^x\/deep\/a +finished/m);
    const html = join(folder, 'all.html');
    t.is((await run('runs', 'compare', ...paths, '--html', html)).code, 0);
    t.true((await readFile(html, 'utf8')).includes('x/deep/a, y/deep/a, b'));
    t.regex((await run('runs', 'compare', paths[0], paths[2], paths[0])).out, /^a \(1\) +finished[^]*^b +fin[^]*^a \(2\) +finished/m);
  }));

test('a log of gigabytes is refused before it is read, and the other runs are listed', (t) =>
  inFolder(async (folder) => {
    await makeRun(join(folder, 'a.run'), {});
    await makeRun(join(folder, 'large.run'), {});
    // Sparse: no disk is used.
    await truncate(join(folder, 'large.run/log.jsonl'), 2 ** 32);
    const before = process.memoryUsage().arrayBuffers;
    const { code, err } = await run('runs', 'show', join(folder, 'large.run'));
    t.true(process.memoryUsage().arrayBuffers - before < 2 ** 24);
    t.is(code, 1);
    t.regex(
      err,
      /the log of the run '.*large\.run' cannot be read: .* has 4294967296 bytes, more than the 134217728 allowed[^]*Move log\.jsonl/,
    );
    const list = await run('runs', 'list', folder);
    t.is(list.code, 0);
    t.regex(list.out, /a\.run +finished/);
    t.regex(list.err, /^left out: the log of the run '.*large\.run'/);
  }));

test('a run of a stranger moves no cursor, and its report shows no file that a link leads to', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.run');
    await makeRun(path, { settings: { width: '\u001b[2J\u202e\nroot' }, sample: true });
    await rm(join(path, 'samples/step-00000040.png'));
    await symlink(join(folder, 'outside.png'), join(path, 'samples/step-00000040.png'));
    for (const command of [
      ['show', path],
      ['list', folder],
      ['compare', path, path],
    ]) {
      const { code, out } = await run('runs', ...command);
      t.is(code, 0);
      // oxlint-disable-next-line no-control-regex -- none of them is wanted
      t.notRegex(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
    const html = join(folder, 'a.html');
    t.is((await run('runs', 'show', path, '--html', html)).code, 0);
    t.false((await readFile(html, 'utf8')).includes('<img'));
  }));

test('lines of a log that are none of a log change nothing', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.run');
    await makeRun(path, {});
    const say = async (command: string) => (await run('runs', command, path)).out.replace(/written.*/, '');
    const told = await Promise.all(['show', 'compare'].map(say));
    const step = (await readRunLog(path)).find(({ event }) => event === 'step')!;
    const foreign: unknown[] = [
      7,
      { event: 'step', step: 41 },
      { ...step, step: 41, smoothedLoss: 'x' },
      { ...step, step: 41, validation: 'low' },
      { ...step, step: 41, metrics: 'abc' },
      { ...step, step: 1e300 },
      { event: 'sample', step: 41 },
      { event: 'checkpoint', step: 41 },
      { event: 'finished', step: 41, time: 5 },
      { event: 'failed', step: 41, time: 'yesterday' },
      { event: 'finished', step: 41, time: '2000-01-01T00:00:00.000Z', metrics: null },
      { event: 'toString', step: 41, time: '2000-01-01T00:00:00.000Z' },
    ];
    await appendFile(join(path, 'log.jsonl'), foreign.map((line) => `${JSON.stringify(line)}\n`).join(''));
    t.deepEqual(await Promise.all(['show', 'compare'].map(say)), told);
    t.is((await run('runs', 'show', path, '--html', join(folder, 'a.html'))).code, 0);
    await appendFile(join(path, 'log.jsonl'), `${JSON.stringify({ ...step, step: 41, validation: NaN, rate: Infinity })}\n`);
    t.is((await readRunLog(path)).filter(({ event }) => event === 'step').length, 41, 'a number that JSON cannot write');
  }));

test('a curve of two hundred thousand updates is drawn', (t) => {
  const x = Array.from({ length: 200_000 }, (_, i) => i + 1);
  const drawn = plot([{ name: 'loss', ink: 1, x, y: x.map((step) => 1 / step) }], { title: 'Loss', counts: true }).text;
  t.regex(drawn, /lowest 0\.000005, highest 1"/);
});

test('a report is one file whose policy allows its own style and script only, and what runs say is no markup', (t) =>
  inFolder(async (folder) => {
    const evil = '<img src=x onerror=alert(1)>"\'&';
    await makeRun(join(folder, 'a.run'), { settings: { width: evil }, sample: true });
    const html = join(folder, 'a.html');
    t.is((await run('runs', 'show', join(folder, 'a.run'), '--html', html)).out, `${html}\n`);
    t.regex((await run('runs', 'show', join(folder, 'a.run'), '--html', html)).err, /exists already[\s\S]*--force/);
    const text = await readFile(html, 'utf8');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)![1];
    t.true(policy.startsWith(`default-src 'none';`));
    t.false(/unsafe|https?:/.test(policy));
    for (const tag of ['style', 'script']) {
      const blocks = [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))];
      t.is(blocks.length, 1);
      t.true(policy.includes(`${tag}-src 'sha256-${createHash('sha256').update(blocks[0][1]).digest('base64')}'`));
    }
    t.false(text.includes('<img src=x'));
    t.true(text.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;'));
    t.deepEqual(
      [...text.matchAll(/(?:src|href)="(?!data:)[^"]*"|url\(|@import/g)].map(([found]) => found),
      [],
    );
    t.is(text.split('<img src="data:image/png;base64,').length, 2, 'the sample, and nothing from outside the folder');
    t.regex(text, /aria-label="Loss: single updates from/);
  }));

const drawn = chromiumMissing === undefined || process.env.CI ? test : test.skip;

drawn('in a browser a report asks nobody for anything, fits a telephone, and tells values under the pointer', (t) =>
  inFolder(async (folder) => {
    const { chromium } = await import('playwright-core');
    const runs = ['a', 'b'].map((name) => join(folder, `${name}.run`));
    for (const path of runs) await makeRun(path, { sample: true });
    const [one, both] = [join(folder, 'one.html'), join(folder, 'both.html')];
    await run('runs', 'show', runs[0], '--html', one);
    await run('runs', 'compare', ...runs, '--html', both);
    const browser = await chromium.launch(chromiumLaunch);
    try {
      for (const file of [one, both]) {
        for (const width of [1440, 390]) {
          const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: width === 390 ? 'dark' : 'light' });
          const [asked, said]: [string[], string[]] = [[], []];
          page.on('request', (request) => void (request.url().startsWith('data:') || asked.push(request.url())));
          page.on('console', (message) => void said.push(message.text()));
          page.on('pageerror', (error) => void said.push(String(error)));
          await page.goto(pathToFileURL(file).href);
          const shown = page.locator('svg[data-plot]:visible');
          t.is(await shown.count(), file === one ? 8 : 4, 'each plot once');
          await shown.first().hover();
          t.regex(await page.textContent('.tip').then((text) => text!), /^step \d+/);
          const { wide, paper } = await page.evaluate(() => ({
            wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            paper: getComputedStyle(document.body).backgroundColor,
          }));
          t.is(wide, 0, `${file} at ${width}`);
          t.is(paper, width === 390 ? 'rgb(14, 17, 22)' : 'rgb(246, 247, 249)', 'the style sheet is allowed, light and dark');
          t.deepEqual(asked, [pathToFileURL(file).href]);
          t.deepEqual(said, []);
          await page.close();
        }
      }
    } finally {
      await browser.close();
    }
  }),
);
