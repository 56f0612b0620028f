import { fetchModel, type ModelFiles, readModelFiles } from '@advect/core/io';
import { throwIfAborted } from '@advect/base/errors';
import type { Job } from '@advect/web/worker';
import { flowOf } from '../../model/flow-of.js';
import { openModelFrom, type OpenModel } from '../../model/open-model.js';
import { solverDefaults } from '../../model/solver.js';
import type { ModelFacts, ModelSource, Received } from '../studio-verbs.js';
import type { Bench } from './bench.js';

/** Opens a model; the one that was open stays where that fails. */
export async function open(bench: Bench, source: ModelSource, job: Job<Received>): Promise<ModelFacts> {
  const files = 'address' in source ? await fetched(source.address, job) : await readModelFiles(source.files);
  const model = openModelFrom(files);
  const opened = { model, flow: await flowOf(model) };
  const facts = factsOf(model, await cardOf(source, job.signal));
  throwIfAborted(job.signal, 'opening the model');
  bench.opened = opened;
  return facts;
}

/** MODEL_CARD.md, where there is one. */
async function cardOf(source: ModelSource, signal: AbortSignal): Promise<string> {
  if ('files' in source) return (await source.files.find(({ name }) => name === 'MODEL_CARD.md')?.text()) ?? '';
  const response = await fetch(new URL('MODEL_CARD.md', source.address), { signal });
  return response.ok ? response.text() : '';
}

/** The files of an address of this site. */
async function fetched(address: string, { signal, progress }: Job<Received>): Promise<ModelFiles> {
  const counted: typeof fetch = async (input, options) => {
    const response = await fetch(input, options);
    const file = new URL(response.url).pathname.split('/').at(-1)!;
    const total = Number(response.headers.get('content-length') ?? 0);
    let bytes = 0;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(part, out) {
        bytes += part.length;
        progress(() => ({ file, bytes, total }));
        out.enqueue(part);
      },
    });
    return response.ok && response.body ? new Response(response.body.pipeThrough(count), response) : response;
  };
  return fetchModel(address, { signal, fetch: counted });
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
