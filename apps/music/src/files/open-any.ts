import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { readModelManifest } from '@advect/core/io';
import { openModelFiles } from '@advect/node';
import type { Subject } from '../model/run-settings.js';
import type { OpenModel } from './open.js';
import { shippedModels } from './shipped.js';

/** A model of one of the kinds that the app knows. */
export interface ModelOfKind extends OpenModel {
  readonly kind: Subject;
}

/** What a model of each kind makes, and how a flow is known as one. */
const kinds: Readonly<Record<Subject, { readonly makes: string; isOne(): Promise<(flow: Flow) => boolean> }>> = {
  chorales: { makes: 'four-part chorales', isOne: async () => (await import('../model/flow.js')).isChoraleFlow },
  grooves: { makes: 'drums', isOne: async () => (await import('../model/groove-flow.js')).isGrooveFlow },
  melodies: { makes: 'melodies', isOne: async () => (await import('../model/melody-flow.js')).isMelodyFlow },
};

/**
 * Opens a model, of any kind that a command can use, by its name or from where `openModelFiles` finds it. Throws as that does,
 * `invalid-file` for a model of another app, and `unsupported` for one of another kind.
 */
export async function openModelFor(where: string, verb: string, wanted: readonly Subject[], signal?: AbortSignal): Promise<ModelOfKind> {
  const files = await openModelFiles(where, { shipped: shippedModels, signal });
  const manifest = readModelManifest(files);
  const flow = await (await import('@advect/core')).loadModel(files);
  for (const [kind, { makes, isOne }] of Object.entries(kinds) as [Subject, (typeof kinds)[Subject]][]) {
    if (!(await isOne())(flow)) continue;
    if (wanted.includes(kind)) return { name: manifest.name, flow, manifest, kind };
    throw new AdvectError(
      'unsupported',
      `the model '${manifest.name}' makes ${makes}, and ${verb} is for ${wanted.map((other) => kinds[other].makes).join(' and ')}`,
      `Give a model of ${wanted.join(' or ')} with --model.`,
    );
  }
  throw new AdvectError(
    'invalid-file',
    `the model '${manifest.name}' makes no music (its field is '${flow.field.config.kind}' over [${flow.field.event.join(', ')}])`,
    'Give a model that the train command of this app has written.',
  );
}
