import { duration } from '../progress.js';
import { figure } from '../run/describe-run.js';
import { differences } from '../run/differences.js';
import type { RunSummary } from '../run/summary.js';
import { markup, type Markup } from './markup.js';
import { page } from './page.js';
import { plot, type Series } from './plot.js';

const inks = 8;

/** Runs as one page: their curves over each other, what they came to, what they were told differently. */
export function comparison(runs: readonly RunSummary[]): string {
  const series = (x: (run: RunSummary) => number[], y: (run: RunSummary) => number[], style?: Series['style']): Series[] =>
    runs.map((run, i) => ({ name: run.name, ink: 1 + (i % inks), x: x(run), y: y(run), ...(style && { style }) }));
  const measured = (run: RunSummary) => run.steps.filter(({ validation }) => validation !== undefined);
  const stepsOf = ({ steps }: RunSummary): number[] => steps.map(({ step }) => step);
  const units = [...new Set(runs.map(({ config }) => config.unit ?? ''))];
  const told = differences(runs.map(({ config }) => config));
  const body = markup`<header><h1>${runs.length} runs</h1><p>${runs.map(({ name }) => name).join(', ')}</p></header>
<section><h2>Curves</h2><div class="plots">
${plot(
  series(stepsOf, ({ steps }) => steps.map(({ smoothedLoss }) => smoothedLoss)),
  { title: 'Loss, smoothed', wide: true },
)}
${
  runs.some((run) => run.best) &&
  plot(
    series(
      (run) => measured(run).map(({ step }) => step),
      (run) => measured(run).map(({ validation }) => validation!),
      'dots',
    ),
    { title: `Held out${units.length === 1 && units[0] ? `, ${units[0]}` : ''}`, wide: true },
  )
}
${plot(
  series(stepsOf, ({ steps }) => steps.map(({ learningRate }) => learningRate)),
  { title: 'Learning rate' },
)}
${plot(
  series(stepsOf, ({ steps }) => steps.map(({ rate }) => rate)),
  { title: 'Updates a second' },
)}
</div></section>
<section><h2>What they came to</h2><div class="card">${table(['run', 'state', 'updates', 'loss', 'best held out', 'time'], runs.map(outcome))}</div></section>
${
  told.length > 0 &&
  markup`<section><h2>What they were told differently</h2><div class="card">${table(
    ['', ...runs.map(({ name }) => name)],
    told.map(({ name, values }) => [name, ...values]),
  )}</div></section>`
}
<footer>Made by advect runs compare; this page holds everything that it shows.</footer>`;
  return page(`Runs: ${runs.map(({ name }) => name).join(', ')}`, body);
}

const outcome = ({ name, state, step, config, steps, best, seconds }: RunSummary): string[] => [
  name,
  state,
  `${step} of ${config.steps}`,
  figure(steps.at(-1)?.smoothedLoss),
  best ? `${figure(best.validation)} ${config.unit ?? ''} at step ${best.step}` : '–',
  duration(seconds),
];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): Markup =>
  markup`<table><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
