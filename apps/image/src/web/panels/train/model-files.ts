import { type Flow, saveModel } from '@advect/core';
import type { PictureSet } from '../../../data/picture-set.js';
import { convention } from '../../../model/density.js';
import { writePictureModel } from '../../../model/form.js';
import type { Measured } from '../../../model/measure.js';

export interface LearnedModel {
  readonly steps: number;
  readonly seconds: number;
  readonly seed: number;
  readonly measured: Measured;
}

/** The files of a model that a page has trained, its card included. */
export async function learnedFiles(
  flow: Flow,
  set: PictureSet,
  { steps, seconds, seed, measured }: LearnedModel,
): Promise<Map<string, Uint8Array>> {
  const { name, size, channels, levels, credit, train, test } = set;
  const files = await saveModel(flow, {
    name,
    description: `Makes ${size} × ${size} ${channels === 1 ? 'grey' : 'colour'} pictures, learned from ${train.count} pictures in a page.`,
    labels: [],
    defaults: { method: 'dopri5', tolerance: 1e-3 },
    application: writePictureModel({ kind: 'pictures', size, channels, levels, data: credit, heldOut: measured.heldOut }),
    training: {
      data: credit.title,
      'data licence': credit.licence,
      pictures: train.count,
      objective: 'conditional flow matching, independent coupling',
      steps,
      seed,
      seconds: Math.round(seconds),
    },
    metrics: measured.metrics,
  });
  const card = new TextDecoder().decode(files.get('MODEL_CARD.md'));
  return files.set('MODEL_CARD.md', new TextEncoder().encode(`${card}\n${limits(set, test.count)}`));
}

const limits = (set: PictureSet, held: number): string => `## How it was measured

Bits/dim on ${held} pictures that training never saw: ${convention(set, 1)}.

## Limits

It has seen ${set.train.count} pictures and knows nothing else. From so few it learns many of them by heart: what it makes may be a
copy of one of them, or a mixture. Its percentiles rest on ${held} pictures and are rough. Scores of models of other sizes or
levels cannot be compared with these.
`;
