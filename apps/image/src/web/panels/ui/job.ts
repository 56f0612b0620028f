import { type Signal, signal } from '@preact/signals';
import { AdvectError } from '@advect/base/errors';
import type { Session } from '../../state/session.js';

/** Work of a panel that can be watched, and stopped by Esc unless that is to do something else; new work ends what still runs. */
export interface PanelJob {
  readonly busy: Signal<boolean>;
  /** From 0 to 1. */
  readonly share: Signal<number>;
  start(work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  cancel(): void;
}

export function panelJob({ report, announcer }: Pick<Session, 'report' | 'announcer'>, onEscape?: () => void): PanelJob {
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
        if (onEscape) onEscape();
        else mine.abort();
      };
      document.addEventListener('keydown', byKey);
      busy.value = true;
      share.value = 0;
      try {
        await work(mine.signal);
      } catch (thrown) {
        if (thrown instanceof AdvectError && thrown.code === 'aborted') announcer.say('Stopped.');
        else report(thrown);
      } finally {
        document.removeEventListener('keydown', byKey);
        if (running === mine) {
          running = undefined;
          busy.value = false;
        }
      }
    },
    cancel: () => running?.abort(),
  };
}
