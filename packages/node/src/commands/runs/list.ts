import { AdvectError } from '@advect/base/errors';
import { defineCommand } from '../../cli/command.js';
import { duration } from '../../progress.js';
import { findRuns, summarise } from '../../run/summary.js';
import { printable } from '../../printable.js';
import { textTable } from '../../text-table.js';
import { ago, brief, figure } from '../../run/describe-run.js';

export const list = defineCommand({
  name: 'list',
  summary: 'List the runs under a folder.',
  positionals: [{ name: 'DIR', description: 'where to look (default: here), up to four folders down', required: false }],
  options: {},
  examples: [['list', 'the runs here']],
  run: async ({ positionals: [folder = '.'], print, note, json }) => {
    const leftOut = (reason: string): void => note(`left out: ${printable(reason)}`);
    const summaries = (await findRuns(folder, leftOut)).map((path) =>
      summarise(path).catch((thrown: unknown) => {
        if (!(thrown instanceof AdvectError)) throw thrown;
        leftOut(thrown.message);
        return [];
      }),
    );
    const runs = (await Promise.all(summaries)).flat();
    if (json) return runs.forEach((run) => print(JSON.stringify(brief(run))));
    if (runs.length === 0) return note(`No runs under '${folder}'. A train command makes NAME.run beside its model.`);
    const now = Date.now();
    const rows = runs.map((run) => [
      run.folder,
      run.state,
      `${run.step}/${run.config.steps}`,
      figure(run.steps.at(-1)?.smoothedLoss),
      run.best ? `${figure(run.best.validation)} ${run.config.unit ?? ''}`.trimEnd() : '–',
      duration(run.seconds),
      ago(now - run.updated),
    ]);
    const table = textTable([['run', 'state', 'steps', 'loss', 'best', 'time', 'written'], ...rows], [2, 3, 5]);
    table.forEach((line) => print(line));
  },
});
