import type { CommandContext } from '@advect/node';
import { grooves, grooveColumns } from '../files/courses/grooves.js';
import { markdownTable } from '../files/model-files.js';
import type { ModelOfKind } from '../files/open-any.js';
import { grooveDefaults } from '../model/defaults.js';
import { makingFor } from './making.js';

type Context = Pick<CommandContext, 'note' | 'progress' | 'signal' | 'print' | 'json'>;

/** Measures what a model of grooves plays beside held-out drummers and controls. */
export async function evaluateBeats(
  context: Context,
  model: ModelOfKind,
  o: { readonly data?: string; readonly count: number },
): Promise<void> {
  const { note, progress, signal, print, json } = context;
  const data = await grooves.open({ data: o.data, note, signal });
  const { measureGrooves } = await import('../model/groove-measure.js');
  const making = makingFor({}, grooveDefaults, model);
  const onProgress = (done: number, total: number): void => progress.update(done, total, 'playing and measuring');
  const measured = await measureGrooves(model.flow, data, { count: o.count, ...making, signal, onProgress });
  progress.clear();
  if (json) return print(JSON.stringify({ model: model.name, sha256: model.manifest.weights.sha256, seed: 1000, ...making, ...measured }));
  print(`Beside the train windows:\n\n${markdownTable(measured.style, grooveColumns)}\n`);
  print(
    `Held-out patterns without velocities and timing, beside the performances themselves:\n\n${markdownTable(measured.humanised, grooveColumns.slice(0, -2))}\n`,
  );
  print(
    `Likelihood of held-out grooves, larger is better:\n\n${markdownTable(measured.likelihood, [
      ['nats per stroke', (r) => r.natsPerStroke.toFixed(3)],
      ['standard error', (r) => r.standardError.toFixed(3)],
    ])}`,
  );
}
