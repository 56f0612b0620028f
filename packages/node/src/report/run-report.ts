import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { extent } from '../extent.js';
import { readLimited } from '../model-folder.js';
import { duration } from '../progress.js';
import { checkpointSteps } from '../run/checkpoint.js';
import { modelOf } from '../run/config.js';
import { figure, written } from '../run/describe-run.js';
import { isSession } from '../run/log-entry.js';
import type { SampleEntry, SessionEntry } from '../run/log.js';
import type { RunSummary } from '../run/summary.js';
import { markup, type Markup } from './markup.js';
import { page } from './page.js';
import { panels } from './panels.js';

/** A run as a page in one file: what it came to, its curves, its samples, all that it was told. */
export async function runReport(run: RunSummary): Promise<string> {
  const { name, config, state } = run;
  const body = markup`<header>
<h1>${name} <span class="state ${state.split(' ')[0]}">${state}</span></h1>
<p>${config.program}, begun ${moment(config.created)}, ${run.step} of ${config.steps} updates in ${duration(run.seconds)} of training</p>
</header>
<dl class="tiles">${tiles(run)}</dl>
<section><h2>Curves</h2><div class="plots">${panels(run)}</div>${numbers(run)}</section>
${await samples(run)}
<section><h2>The run</h2><div class="tables">
${card('Settings', Object.entries(config.settings))}
${card('Plan', [['updates', config.steps], ...Object.entries(config.plan), ['seed', config.seed]])}
${card('Made on', Object.entries(config.versions))}
${results(run)}
${card('What happened', sessions(run))}
${card('Checkpoints', await checkpoints(run))}
</div></section>
<section><h2>To make it again</h2><div class="card"><pre>${config.command}</pre></div></section>
<footer>Model: ${modelOf(run.folder, config)}. Made by advect runs show; this page holds everything that it shows.</footer>`;
  return page(`${name}: a training run`, body);
}

const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

function tiles({ steps, best, config, seconds, step }: RunSummary): Markup[] {
  const last = steps.at(-1);
  const peak = extent(steps.map(({ rss }) => rss))[1];
  const tile = (title: string, value: string, small = ''): Markup =>
    markup`<div><dt>${title}</dt><dd>${value}${small !== '' && markup`<small>${small}</small>`}</dd></div>`;
  if (!last) return [tile('Updates', '0')];
  return [
    tile('Updates', step.toLocaleString('en'), `of ${config.steps.toLocaleString('en')}`),
    tile('Loss, smoothed', figure(last.smoothedLoss), `began at ${figure(steps[0].smoothedLoss)}`),
    ...(best
      ? [tile('Best held out', figure(best.validation), `${config.unit ?? ''} at step ${best.step.toLocaleString('en')}`.trim())]
      : []),
    tile('Time', duration(seconds), `${figure(seconds > 0 ? step / seconds : 0)} updates a second`),
    tile('Memory', `${Math.round(last.rss / 1e6)} MB`, `at most ${Math.round(peak / 1e6)} MB`),
    tile('Tensors, files', `${last.tensors}, ${last.files ?? '–'}`, 'alive and open at the end'),
  ];
}

const card = (title: string, rows: readonly (readonly [string, unknown])[]): Markup | undefined => {
  const known = rows.filter(([, value]) => value !== undefined);
  if (known.length === 0) return undefined;
  return markup`<div class="card"><h3>${title}</h3><table>${known.map(([key, value]) => markup`<tr><th scope="row">${key}</th><td>${written(value)}</td></tr>`)}</table></div>`;
};

/** The same as the curves, for those who read numbers. */
function numbers({ steps, config }: RunSummary): Markup | undefined {
  if (steps.length === 0) return undefined;
  const every = Math.ceil(steps.length / 20);
  const some = steps.filter(
    ({ validation }, i) => i === steps.length - 1 || i % every === 0 || (validation !== undefined && steps.length < 20),
  );
  const before = (step: number): number | undefined =>
    steps.findLast((entry) => entry.step <= step && entry.validation !== undefined)?.validation;
  const heads = ['step', 'loss', config.unit ?? 'held out', 'learning rate', 'gradient norm', 'MB', 'tensors', 'files'];
  const row = (entry: (typeof steps)[number]): string[] => [
    String(entry.step),
    figure(entry.smoothedLoss),
    figure(before(entry.step)),
    figure(entry.learningRate),
    figure(entry.gradientNorm),
    String(Math.round(entry.rss / 1e6)),
    String(entry.tensors),
    String(entry.files ?? '–'),
  ];
  return markup`<details><summary>The curves as numbers</summary><div class="card"><table><thead><tr>${heads.map((head) => markup`<th scope="col" class="number">${head}</th>`)}</tr></thead>
<tbody>${some.map((entry) => markup`<tr>${row(entry).map((cell) => markup`<td class="number">${cell}</td>`)}</tr>`)}</tbody></table></div></details>`;
}

const mostSamples = 9;

/** The pictures among the samples: the last one large, up to eight of those before; other files by name. */
async function samples({ folder, log }: RunSummary): Promise<Markup | undefined> {
  const all = log.filter((entry): entry is SampleEntry => entry.event === 'sample' && /^samples\/[\w.-]+$/.test(entry.file));
  if (all.length === 0) return undefined;
  const pictures = all.filter(({ file }) => file.endsWith('.png'));
  const chosen = spread(pictures, mostSamples);
  const shown = await Promise.all(
    chosen.map(async ({ step, file }, i) => {
      const bytes = await readOwn(join(folder, file)).catch(() => undefined);
      if (!bytes) return undefined;
      const text = `step ${step.toLocaleString('en')}`;
      return markup`<li${i === chosen.length - 1 && markup` class="last"`}><figure><img src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}" alt="Samples at ${text}"><figcaption>${text}</figcaption></figure></li>`;
    }),
  );
  const others = all.length - pictures.length;
  return markup`<section><h2>Samples on the way</h2>${pictures.length > 0 && markup`<ul class="film">${shown}</ul>`}
${
  others > 0 &&
  markup`<p class="none">${others} files in ${join(folder, 'samples')}: ${spread(all, 6)
    .map(({ file }) => file)
    .join(', ')}</p>`
}</section>`;
}

const largestSample = 16 * 2 ** 20;

/** A file of the run, not one that a link leads to. */
async function readOwn(path: string): Promise<Uint8Array | undefined> {
  return (await lstat(path)).isFile() ? readLimited(path, largestSample) : undefined;
}

/** Up to `count` of some things: early ones close together, as early training changes most, the last one always. */
function spread<T>(things: readonly T[], count: number): T[] {
  if (things.length <= count) return [...things];
  const places = Array.from({ length: count }, (_, i) => Math.round((things.length - 1) * (i / (count - 1)) ** 1.6));
  return [...new Set(places)].map((place) => things[place]);
}

function results({ log }: RunSummary): Markup | undefined {
  const finished = log.findLast((entry): entry is SessionEntry => entry.event === 'finished');
  return card(
    'Measured at the end',
    Object.entries(finished?.metrics ?? {}).map(([name, value]) => [name, figure(value)]),
  );
}

const sessions = ({ log }: RunSummary): [string, string][] =>
  log
    .filter(isSession)
    .map(({ event, step, time, message }) => [event, `step ${step}, ${moment(time)}${message === undefined ? '' : `: ${message}`}`]);

async function checkpoints({ folder, log, best }: RunSummary): Promise<[string, string][]> {
  const hashes = new Map(log.flatMap((entry) => (entry.event === 'checkpoint' ? [[entry.step, entry.sha256]] : [])));
  return (await checkpointSteps(folder)).map((step) => [
    `step ${step}${step === best?.step ? ', the best' : ''}`,
    `sha256 ${hashes.get(step)?.slice(0, 16) ?? 'not told'}…`,
  ]);
}
