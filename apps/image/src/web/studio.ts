import { type Call, type EngineName, type EngineStatus, startWorker } from '@advect/web';
import type { ModelFacts, StudioVerbs } from './studio-verbs.js';

/** What the page and its panels ask of the worker. */
export interface Studio {
  /**
   * Asks for a verb of `StudioVerbs`; with a signal it can be stopped, with onProgress it is heard from up to ten times a second.
   * Rejects with an `AdvectError` whose message and hint are made to be shown.
   */
  readonly call: Call<StudioVerbs>;
  /** Ends the worker. */
  close(): void;
}

/** Starts the worker. `tell` hears who computes, now and after each change. */
export function openStudio(wanted: EngineName | 'auto', tell: (status: EngineStatus) => void): Studio {
  const { call, terminate } = startWorker<StudioVerbs>(new URL('./studio-worker.js', import.meta.url), 'studio');
  void listen(call, wanted, tell);
  return { call, close: terminate };
}

async function listen(call: Call<StudioVerbs>, wanted: EngineName | 'auto', tell: (status: EngineStatus) => void): Promise<void> {
  try {
    let status = await call('engine', { wanted });
    for (;;) {
      tell(status);
      status = await call('engineAfter', { version: status.version });
    }
  } catch {
    // Whoever asked for work hears of it, with the reason.
  }
}

export type { ModelFacts, StudioVerbs };
