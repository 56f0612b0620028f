import { fetchModel, type ModelFiles, readModelFiles } from '@advect/core/io';
import type { Job } from '../bridge/serve.js';
import type { ModelSource, Received } from './source.js';

/** The files of a model that was dropped, or of an address of this site, told as they come. */
export function modelFilesOf(source: ModelSource, { signal, progress }: Job<Received>): Promise<ModelFiles> {
  if ('files' in source) return readModelFiles(source.files);
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
  return fetchModel(source.address, { signal, fetch: counted });
}

/** MODEL_CARD.md of a model, empty where there is none. */
export async function cardOf(source: ModelSource, signal: AbortSignal): Promise<string> {
  if ('files' in source) return (await source.files.find(({ name }) => name === 'MODEL_CARD.md')?.text()) ?? '';
  const response = await fetch(new URL('MODEL_CARD.md', source.address), { signal });
  return response.ok ? response.text() : '';
}
