import type { CommandContext } from '@advect/node';
import { openChorales } from '../files/chorale-source.js';
import { melodyColumns, noteBitsColumns } from '../files/courses/melodies.js';
import { markdownTable } from '../files/model-files.js';
import type { ModelOfKind } from '../files/open-any.js';

type Context = Pick<CommandContext, 'note' | 'progress' | 'signal' | 'print' | 'json'>;

/** Measures what a model of melodies makes beside test melodies and controls. */
export async function evaluateMelodies(
  context: Context,
  model: ModelOfKind,
  o: { readonly data?: string; readonly count: number },
): Promise<void> {
  const { note, progress, signal, print, json } = context;
  const chorales = await openChorales({ data: o.data, note, signal });
  const { measureMelodies } = await import('../model/melody-measure.js');
  const { style, likelihood } = await measureMelodies(model.flow, chorales, {
    count: o.count,
    signal,
    onProgress: (done, total) => progress.update(done, total, 'measuring'),
  });
  progress.clear();
  if (json) return print(JSON.stringify({ model: model.name, sha256: model.manifest.weights.sha256, seed: 1000, sets: style, likelihood }));
  print(`Beside the train melodies:\n\n${markdownTable(style, melodyColumns)}\n`);
  print(
    `What test melodies cost, smaller is better; of the flow an upper bound in expectation:\n\n${markdownTable(likelihood, noteBitsColumns)}`,
  );
}
