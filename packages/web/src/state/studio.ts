import type { Call } from '../bridge/call.js';
import type { Verbs } from '../bridge/messages.js';
import { startWorker } from '../bridge/start-worker.js';
import type { EngineStatus } from '../compute/engine-status.js';
import type { EngineChoice, EngineVerbs } from '../compute/engine-verbs.js';

/** What a page and its panels ask of the worker that computes. */
export interface Studio<V extends Verbs> {
  /**
   * Asks for a verb; with a signal it can be stopped, with onProgress it is heard from up to ten times a second.
   * Rejects with an `AdvectError` whose message and hint are made to be shown.
   */
  readonly call: Call<V>;
  /** Ends the worker. */
  close(): void;
}

/** Starts a worker that answers the engine's verbs beside its own. `tell` hears who computes, now and after each change. */
export function openStudio<V extends Verbs & EngineVerbs>(
  script: URL,
  wanted: EngineChoice,
  tell: (status: EngineStatus) => void,
): Studio<V> {
  const { call, terminate } = startWorker<V>(script, 'studio');
  void listen(call as unknown as Call<EngineVerbs>, wanted, tell);
  return { call, close: terminate };
}

async function listen(call: Call<EngineVerbs>, wanted: EngineChoice, tell: (status: EngineStatus) => void): Promise<void> {
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
