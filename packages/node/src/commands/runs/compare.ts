import { writeFileAtomic } from '../../atomic-file.js';
import { defineCommand } from '../../cli/command.js';
import { flag, text } from '../../cli/option.js';
import { duration, sparkline } from '../../progress.js';
import { differences } from '../../run/differences.js';
import { distinctNames } from '../../run/distinct-names.js';
import { summarise } from '../../run/summary.js';
import { textTable } from '../../text-table.js';
import { brief, figure } from '../../run/describe-run.js';

export const compare = defineCommand({
  name: 'compare',
  summary: 'Set runs side by side: what they came to, and what they were told differently.',
  positionals: [{ name: 'RUN', description: 'folders of runs, or of the models beside them', required: true, many: true }],
  options: {
    html: text({ description: 'write a report with the curves over each other', placeholder: 'FILE' }),
    force: flag({ description: 'replace a report that exists' }),
  },
  examples: [['compare a.run b.run --html both.html', 'two runs, in a browser']],
  run: async ({ positionals, options: o, print, json }) => {
    const runs = distinctNames(await Promise.all(positionals.map(summarise)));
    if (o.html !== undefined) {
      const { comparison } = await import('../../report/comparison.js');
      await writeFileAtomic(o.html, comparison(runs), { force: o.force });
      return print(json ? JSON.stringify({ report: o.html }) : o.html);
    }
    if (json) return runs.forEach((run) => print(JSON.stringify(brief(run))));
    const rows = runs.map((run) => [
      run.name,
      run.state,
      `${run.step}/${run.config.steps}`,
      figure(run.steps.at(-1)?.smoothedLoss),
      run.best ? `${figure(run.best.validation)} ${run.config.unit ?? ''} at ${run.best.step}` : '–',
      duration(run.seconds),
      sparkline(run.steps.map(({ smoothedLoss }) => smoothedLoss), 30),
    ]);
    textTable([['run', 'state', 'steps', 'loss', 'best', 'time', 'loss over the steps'], ...rows], [2, 3, 5]).forEach((line) => print(line));
    const told = differences(runs.map(({ config }) => config));
    print('');
    if (told.length === 0) return print('All were told the same.');
    textTable([['told differently', ...runs.map(({ name }) => name)], ...told.map(({ name, values }) => [name, ...values])]).forEach((line) => print(line));
  },
});
