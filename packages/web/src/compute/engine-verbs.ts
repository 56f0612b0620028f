import type { Verb } from '../bridge/messages.js';
import type { Handlers } from '../bridge/serve.js';
import type { EngineName, EngineStatus } from './engine-status.js';
import type { Engines } from './engines.js';

/** Who is to compute: one of them, or the best. */
export const engineChoices = ['auto', 'wasm', 'webgl', 'webgpu', 'cpu'] as const;

export type EngineChoice = EngineName | 'auto';

/** How a page chooses who computes, and hears of it. */
export type EngineVerbs = {
  readonly engine: Verb<{ readonly wanted: EngineChoice }, EngineStatus>;
  /** The status as soon as it is newer than a version. */
  readonly engineAfter: Verb<{ readonly version: number }, EngineStatus>;
};

/** A worker's answers to them. */
export const engineHandlers = (engines: Engines): Handlers<EngineVerbs> => ({
  engine: ({ wanted }) => engines.use(wanted),
  engineAfter: ({ version }) => engines.after(version),
});
