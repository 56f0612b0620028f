import { ready } from '@advect/core';
import { untilWebglIsLost, webglIsLost } from '../tensorflow/context.js';
import type { Engine } from './engines.js';

/** What a worker in a browser may compute with, the quickest for small models first. */
export function browserEngines(): Engine[] {
  const unlosable = { lost: () => false, untilLost: () => new Promise<void>(() => undefined) };
  return [
    // Its programs are traced on plain JavaScript, so that no graphics context is opened for nothing.
    {
      name: 'wasm',
      executor: 'wasm',
      offered: () => Promise.resolve(typeof WebAssembly === 'object'),
      start: () => backend('cpu'),
      ...unlosable,
    },
    {
      name: 'webgpu',
      executor: 'eager',
      offered: hasGraphicsAdapter,
      async start() {
        await import('../tensorflow/webgpu.js');
        await backend('webgpu');
      },
      ...unlosable,
    },
    {
      name: 'webgl',
      executor: 'eager',
      offered: () => Promise.resolve(typeof OffscreenCanvas === 'function'),
      async start() {
        await import('../tensorflow/webgl.js');
        await backend('webgl');
      },
      lost: webglIsLost,
      untilLost: untilWebglIsLost,
    },
    { name: 'cpu', executor: 'eager', offered: () => Promise.resolve(true), start: () => backend('cpu'), ...unlosable },
  ];
}

/** Browsers have the interface of WebGPU also where they have no card for it. */
async function hasGraphicsAdapter(): Promise<boolean> {
  const { gpu } = globalThis.navigator as { readonly gpu?: { requestAdapter(): Promise<unknown> } };
  return Boolean(await gpu?.requestAdapter().catch(() => undefined));
}

const backend = async (name: 'cpu' | 'webgl' | 'webgpu'): Promise<void> => void (await ready({ backend: name }));
