import { AdvectError } from '@advect/base/errors';
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Announcer } from '../ui/live-region.js';
import type { Troubles } from './troubles.js';

/** Work of a panel that can be watched, and stopped by Esc; new work, and another model, end what still runs. */
export interface PanelJob {
  readonly busy: Signal<boolean>;
  /** From 0 to 1. */
  readonly share: Signal<number>;
  start(work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  cancel(): void;
}

/** What work needs of its page. */
export interface JobPage extends Pick<Troubles, 'report'> {
  readonly announcer: Announcer;
  readonly model: ReadonlySignal<unknown>;
}

/** Work that has nothing to do with the open model goes on when another opens, and may have a use of its own for Esc. */
export function panelJob({ report, announcer, model }: JobPage, apart?: { onEscape(): void }): PanelJob {
  const busy = signal(false);
  const share = signal(0);
  let running: AbortController | undefined;
  return {
    busy,
    share,
    async start(work) {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      const byKey = ({ key }: KeyboardEvent): void => {
        if (key !== 'Escape') return;
        if (apart) apart.onEscape();
        else mine.abort();
      };
      document.addEventListener('keydown', byKey);
      const about = model.peek();
      const forget = model.subscribe((now) => {
        if (now !== about && !apart) mine.abort();
      });
      busy.value = true;
      share.value = 0;
      try {
        await work(mine.signal);
      } catch (thrown) {
        if (thrown instanceof AdvectError && thrown.code === 'aborted') announcer.say('Stopped.');
        else report(thrown);
      } finally {
        document.removeEventListener('keydown', byKey);
        forget();
        if (running === mine) {
          running = undefined;
          busy.value = false;
        }
      }
    },
    cancel: () => running?.abort(),
  };
}
