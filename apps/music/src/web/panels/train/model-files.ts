import { type Flow, saveModel } from '@advect/core';
import { composeDefaults } from '../../../model/defaults.js';
import type { Lesson } from './verbs.js';

export interface LearnedModel {
  readonly from: string | undefined;
  readonly steps: number;
  readonly seconds: number;
  readonly seed: number;
  readonly heldLoss: number;
}

/** The files of a model that a page has trained, its card included. */
export async function learnedFiles(
  flow: Flow,
  { name, train, held }: Lesson,
  { from, steps, seconds, seed, heldLoss }: LearnedModel,
): Promise<Map<string, Uint8Array>> {
  const count = train.length + held.length;
  const files = await saveModel(flow, {
    name,
    description: `Composes four bars of four-part music, learned from ${count} pieces in a page.`,
    defaults: { ...composeDefaults },
    application: { kind: 'chorales', bars: 4, grid: 'eighth notes', voices: 4 },
    training: {
      data: `${count} pieces chosen in a page (${name})`,
      data_licence: 'that of the pieces, which the app does not know',
      objective: 'endpoint matching: cross-entropy of the pitch at the end of the path',
      ...(from !== undefined && { from }),
      pieces: train.length,
      steps,
      seed,
      seconds: Math.round(seconds),
    },
    metrics: Number.isFinite(heldLoss) ? { 'nats a pitch, kept apart': heldLoss } : {},
  });
  const card = new TextDecoder().decode(files.get('MODEL_CARD.md'));
  return files.set('MODEL_CARD.md', new TextEncoder().encode(`${card}\n${limits(train.length, held.length)}`));
}

const limits = (learned: number, held: number): string => `## How it was measured

By the loss of training on ${held} pieces that were kept apart. Its style has not been compared with anything: \`music evaluate\` does
that.

## Limits

Four bars of eighth notes in four voices, in C major or A minor before transposition. It has learned from ${learned} pieces only, and may
know them by heart.
`;
