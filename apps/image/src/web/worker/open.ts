import { throwIfAborted } from '@advect/base/errors';
import { cardOf, type Job, modelFilesOf, type ModelSource, type Received } from '@advect/web/worker';
import { flowOf } from '../../model/flow-of.js';
import { openModelFrom, type OpenModel } from '../../model/open-model.js';
import { solverDefaults } from '../../model/solver.js';
import type { ModelFacts } from '../studio-verbs.js';
import type { Bench } from './bench.js';

/** Opens a model; the one that was open stays where that fails. */
export async function open(bench: Bench, source: ModelSource, job: Job<Received>): Promise<ModelFacts> {
  const model = openModelFrom(await modelFilesOf(source, job));
  const opened = { model, flow: await flowOf(model) };
  const facts = factsOf(model, await cardOf(source, job.signal));
  throwIfAborted(job.signal, 'opening the model');
  bench.opened = opened;
  return facts;
}

function factsOf({ name, form, application, manifest, hash }: OpenModel, card: string): ModelFacts {
  const { defaults } = manifest;
  const usual = (name: string): number => (typeof defaults[name] === 'number' ? defaults[name] : 1);
  return {
    name,
    description: manifest.description,
    form,
    hash,
    bytes: manifest.weights.bytes,
    solver: solverDefaults(defaults),
    guidance: usual('guidance'),
    temperature: usual('temperature'),
    heldOut: application.heldOut,
    metrics: manifest.metrics,
    card,
  };
}
