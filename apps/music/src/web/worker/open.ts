import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { loadModel } from '@advect/core';
import { readModelManifest } from '@advect/core/io';
import { cardOf, type Job, modelFilesOf, type ModelSource, type Received } from '@advect/web/worker';
import { composeDefaults, type Making } from '../../model/defaults.js';
import { fillMethod } from '../../model/fill.js';
import { heldOutOf } from '../../model/held-out.js';
import { isChoraleFlow } from '../../model/flow.js';
import type { ModelFacts } from '../studio-verbs.js';
import type { Bench } from './bench.js';

/** Opens a chorale model; the one that was open stays where that fails. */
export async function open(bench: Bench, source: ModelSource, job: Job<Received>): Promise<ModelFacts> {
  const files = await modelFilesOf(source, job);
  const manifest = readModelManifest(files);
  const flow = await loadModel(files);
  if (!isChoraleFlow(flow)) {
    throw new AdvectError(
      'invalid-file',
      `the model '${manifest.name}' does not compose chorales (its field is '${flow.field.config.kind}' over [${flow.field.event.join(', ')}])`,
      'Open one that music train chorales has written.',
    );
  }
  const heldOut = heldOutOf(manifest);
  const card = await cardOf(source, job.signal);
  throwIfAborted(job.signal, 'opening the model');
  bench.opened = { flow, manifest };
  const { name, description, metrics, weights } = manifest;
  const parameters = Object.values(flow.parameters).reduce((sum, { data }) => sum + data.length, 0);
  const making = Object.fromEntries(
    Object.entries(composeDefaults).map(([what, usual]) => [what, numberOr(manifest.defaults[what], usual)]),
  );
  return {
    name,
    description,
    metrics,
    hash: weights.sha256,
    bytes: weights.bytes,
    card,
    method: fillMethod(flow),
    parameters,
    heldOut,
    making: making as unknown as Making,
  };
}

const numberOr = (value: unknown, usual: number): number => (typeof value === 'number' ? value : usual);
