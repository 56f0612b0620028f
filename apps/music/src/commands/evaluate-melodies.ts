import type { CommandContext } from '@advect/node';
import { melodiesOf } from '../data/melodies.js';
import { windowsOf } from '../data/windows.js';
import { openChorales } from '../files/chorale-source.js';
import { melodyColumns } from '../files/courses/melodies.js';
import { markdownTable } from '../files/model-files.js';
import type { ModelOfKind } from '../files/open-any.js';

type Context = Pick<CommandContext, 'note' | 'progress' | 'signal' | 'print' | 'json'>;

/** Melodies whose cost is measured, at most: each takes some seventy evaluations, twice. */
const mostMeasured = 64;

/** Measures what a model of melodies makes beside test melodies and controls. */
export async function evaluateMelodies(
  context: Context,
  model: ModelOfKind,
  o: { readonly data?: string; readonly count: number },
): Promise<void> {
  const { note, progress, signal, print, json } = context;
  const chorales = await openChorales({ data: o.data, note, signal });
  const [{ measureMelodies }, { melodyLikelihoods }] = await Promise.all([
    import('../model/melody-measure.js'),
    import('../model/melody-likelihood.js'),
  ]);
  progress.update(0, 2, 'composing');
  const measured = await measureMelodies(model.flow, chorales, { count: o.count, signal });
  progress.update(1, 2, 'measuring');
  const [train, test] = [chorales.train, chorales.test].map((part) => melodiesOf(windowsOf(part)));
  const few = Math.min(o.count, mostMeasured);
  const stride = Math.max(1, Math.floor(test.length / few));
  const held = test.filter((_, i) => i % stride === 0).slice(0, few);
  const likelihood = await melodyLikelihoods(model.flow, train, held, signal);
  progress.clear();
  if (json)
    return print(JSON.stringify({ model: model.name, sha256: model.manifest.weights.sha256, seed: 1000, sets: measured, likelihood }));
  print(`Beside the train melodies:\n\n${markdownTable(measured, melodyColumns)}\n`);
  print(
    `What test melodies cost, smaller is better; of the flow an upper bound in expectation:\n\n${markdownTable(likelihood, [
      ['bits per note', (r) => r.bitsPerNote.toFixed(3)],
      ['standard error', (r) => r.standardError.toFixed(3)],
    ])}`,
  );
}
