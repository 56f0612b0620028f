import { AdvectError } from '@advect/base/errors';
import { type Signal, signal } from '@preact/signals';
import type { Announcer } from '../ui/live-region.js';

/** What went wrong, as the page shows it. */
export interface Trouble {
  readonly message: string;
  readonly hint: string;
}

export interface Troubles {
  readonly trouble: Signal<Trouble | undefined>;
  /** Shows and says an error, unless it is that of a cancelled call. */
  report(thrown: unknown): void;
}

export function createTroubles(voice: Announcer): Troubles {
  const trouble = signal<Trouble | undefined>(undefined);
  return {
    trouble,
    report(thrown) {
      if (thrown instanceof AdvectError && thrown.code === 'aborted') return;
      const hint = thrown instanceof AdvectError ? thrown.hint : 'Load the page again; if it stays so, please tell us.';
      trouble.value = { message: thrown instanceof Error ? thrown.message : String(thrown), hint };
      voice.say(trouble.value.message);
    },
  };
}
