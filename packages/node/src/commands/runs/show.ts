import { writeFileAtomic } from '../../atomic-file.js';
import { type CommandContext, defineCommand } from '../../cli/command.js';
import { flag, text } from '../../cli/option.js';
import { lineChart } from '../../line-chart.js';
import { duration } from '../../progress.js';
import { printable } from '../../printable.js';
import { checkpointSteps } from '../../run/checkpoint.js';
import { modelOf } from '../../run/config.js';
import { type RunSummary, summarise } from '../../run/summary.js';
import { textTable } from '../../text-table.js';
import { ago, brief, figure, written } from '../../run/describe-run.js';

const options = {
  html: text({ description: 'write a report with plots and samples: one file that needs no other', placeholder: 'FILE' }),
  force: flag({ description: 'replace a report that exists' }),
};

export const show = defineCommand({
  name: 'show',
  summary: 'Show a run: its curves, checkpoints and settings.',
  positionals: [{ name: 'RUN', description: 'the folder NAME.run, or the model NAME beside it', required: true }],
  options,
  examples: [
    ['show digits.run', 'in the terminal'],
    ['show digits.run --html digits.html', 'in a browser'],
  ],
  run: async (context) => {
    const { positionals, options: o, print, json } = context;
    const run = await summarise(positionals[0]);
    if (o.html !== undefined) {
      const { runReport } = await import('../../report/run-report.js');
      await writeFileAtomic(o.html, await runReport(run), { force: o.force });
      return print(json ? JSON.stringify({ report: o.html }) : o.html);
    }
    if (json) return print(JSON.stringify({ ...brief(run), checkpoints: await checkpointSteps(run.folder), log: run.log }));
    await inTerminal(run, context);
  },
});

async function inTerminal(run: RunSummary, { print, terminal }: CommandContext<typeof options>): Promise<void> {
  const { config, steps, best, state } = run;
  const columns = Math.min(terminal.columns, 100);
  const last = steps.at(-1);
  const unit = printable(config.unit ?? 'held out');
  print(`${printable(run.name)}: ${state}, ${run.step} of ${config.steps} steps in ${duration(run.seconds)}, written ${ago(Date.now() - run.updated)}`);
  print(printable(config.command));
  if (last) {
    const x = steps.map(({ step }) => step);
    print(`\nloss, smoothed: ${figure(last.smoothedLoss)}`);
    print(lineChart([{ x, y: steps.map(({ smoothedLoss }) => smoothedLoss) }], { columns, xLabel: 'step' }));
  }
  const measured = steps.filter(({ validation }) => validation !== undefined);
  if (best) {
    print(`\n${unit}: ${figure(best.validation)} at step ${best.step} is the best`);
    const curve = { x: measured.map(({ step }) => step), y: measured.map(({ validation }) => validation!) };
    print(lineChart([curve], { columns, rows: 6, xLabel: 'step' }));
  }
  const facts: (readonly [string, string])[] = [
    ['model', `${modelOf(run.folder, config)}${state === 'finished' ? '' : ' (not made yet)'}`],
    ['checkpoints', (await checkpointSteps(run.folder)).join(', ') || 'none'],
    ...(last ? [['memory', `${Math.round(last.rss / 1e6)} MB, ${last.tensors} tensors, ${last.files ?? '–'} files open`] as const] : []),
    ...Object.entries(config.settings).map(([name, value]) => [name, written(value)] as const),
    ...Object.entries(config.versions),
  ];
  print('');
  textTable(facts).forEach((line) => print(line));
}
