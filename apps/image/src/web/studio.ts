import { type EngineChoice, type EngineStatus, openStudio as openWorker, type Studio as StudioOf } from '@advect/web';
import type { StudioVerbs } from './studio-verbs.js';

/** What the page and its panels ask of the worker. */
export type Studio = StudioOf<StudioVerbs>;

/** Starts the worker. `tell` hears who computes, now and after each change. */
export const openStudio = (wanted: EngineChoice, tell: (status: EngineStatus) => void): Studio =>
  openWorker<StudioVerbs>(new URL('./studio-worker.js', import.meta.url), wanted, tell);
