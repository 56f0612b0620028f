import { ready } from '@advect/core';
import { webglContextLost } from '../tensorflow/context.js';
import type { Engine } from './engines.js';

/** What a worker in a browser may compute with, the quickest for small models first. */
export function browserEngines(): Engine[] {
  const never = (): boolean => false;
  return [
    // Its programs are traced on plain JavaScript, so that no graphics context is opened for nothing.
    { name: 'wasm', executor: 'wasm', offered: typeof WebAssembly === 'object', start: () => backend('cpu'), lost: never },
    {
      name: 'webgpu',
      executor: 'eager',
      offered: (globalThis.navigator as { readonly gpu?: unknown } | undefined)?.gpu !== undefined,
      async start() {
        await import('../tensorflow/webgpu.js');
        await backend('webgpu');
      },
      lost: never,
    },
    {
      name: 'webgl',
      executor: 'eager',
      offered: typeof OffscreenCanvas === 'function',
      start: () => backend('webgl'),
      lost: webglContextLost,
    },
    { name: 'cpu', executor: 'eager', offered: true, start: () => backend('cpu'), lost: never },
  ];
}

const backend = async (name: 'cpu' | 'webgl' | 'webgpu'): Promise<void> => void (await ready({ backend: name }));
