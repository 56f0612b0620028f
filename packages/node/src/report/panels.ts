import { extent } from '../extent.js';
import { figure } from '../run/describe-run.js';
import type { SessionEntry } from '../run/log.js';
import type { RunSummary } from '../run/summary.js';
import type { Markup } from './markup.js';
import { plot, type PlotSettings, type Series } from './plot.js';

/** The plots of one run. */
export function panels(run: RunSummary): Markup[] {
  const { steps, config, best, log } = run;
  const x = steps.map(({ step }) => step);
  const series = (name: string, ink: number, y: (entry: (typeof steps)[number]) => number, style?: Series['style']): Series => ({
    name,
    ink,
    x,
    y: steps.map(y),
    ...(style && { style }),
  });
  const measured = steps.filter(({ validation }) => validation !== undefined);
  const unit = config.unit ?? '';
  const shared: Partial<PlotSettings> = { end: run.state === 'training' ? config.steps : run.step, events: interruptions(log) };
  const [least, most] = extent(steps.map(({ gradientNorm }) => gradientNorm).filter((norm) => norm > 0));
  const all = [
    plot([series('single updates', 1, ({ loss }) => loss, 'faint'), series('smoothed', 1, ({ smoothedLoss }) => smoothedLoss)], {
      title: 'Loss',
      aside: figure(steps.at(-1)?.smoothedLoss),
      wide: true,
      ...shared,
    }),
    ...(measured.length > 0
      ? [
          plot(
            [
              {
                name: 'held out',
                ink: 2,
                x: measured.map(({ step }) => step),
                y: measured.map(({ validation }) => validation!),
                style: 'dots',
              },
            ],
            {
              title: `Held out${unit ? `, ${unit}` : ''}`,
              ...(best && {
                aside: `best ${figure(best.validation)} at step ${best.step}`,
                mark: { x: best.step, y: best.validation, text: `best: ${best.validation} at step ${best.step}` },
              }),
              unit,
              wide: true,
              ...shared,
            },
          ),
        ]
      : []),
    plot([series('learning rate', 3, ({ learningRate }) => learningRate)], { title: 'Learning rate', ...shared }),
    plot([series('norm', 4, ({ gradientNorm }) => gradientNorm)], {
      title: 'Gradient norm, before clipping',
      logY: most > 20 * least,
      ...shared,
    }),
    plot([series('updates', 7, ({ rate }) => rate)], { title: 'Updates a second', counts: true, ...shared }),
    plot([series('in all (rss)', 1, ({ rss }) => rss / 1e6), series('JavaScript heap', 2, ({ heap }) => heap / 1e6)], {
      title: 'Memory, MB',
      unit: 'MB',
      counts: true,
      aside: `${Math.round((steps.at(-1)?.rss ?? 0) / 1e6)} MB`,
      ...shared,
    }),
    plot([series('tensors', 3, ({ tensors }) => tensors)], {
      title: 'Tensors alive',
      counts: true,
      aside: String(steps.at(-1)?.tensors ?? '–'),
      ...shared,
    }),
    plot([series('files', 5, ({ files }) => files ?? NaN)], {
      title: 'Open files',
      counts: true,
      aside: String(steps.at(-1)?.files ?? '–'),
      ...shared,
    }),
  ];
  const metrics = [...new Set(steps.flatMap((entry) => Object.keys(entry.metrics ?? {})))];
  return [...all, ...metrics.map((name) => plot([series(name, 6, (entry) => entry.metrics?.[name] ?? NaN)], { title: name, ...shared }))];
}

/** Where a run was stopped or went on. */
function interruptions(log: RunSummary['log']): { x: number; text: string }[] {
  const events = log.filter((entry): entry is SessionEntry => ['resume', 'interrupted', 'failed'].includes(entry.event));
  return events.map(({ event, step, time, message }) => ({ x: step, text: [event, time, message].filter(Boolean).join(', ') }));
}
