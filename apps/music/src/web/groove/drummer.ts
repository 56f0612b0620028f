import { addressOfSetting, type ModelSource, type OpenedModel, type Received } from '@advect/web';
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Session } from '../state/session.js';

/** The model that drums. It is fetched when its tab is first looked at. */
export interface Drummer {
  readonly model: ReadonlySignal<OpenedModel | undefined>;
  readonly opening: ReadonlySignal<Received | undefined>;
  /** Opens a model of grooves; ends an opening that still runs. The tab stays with the one that it has where that fails. */
  open(source: ModelSource, name: string | undefined): Promise<void>;
  /** Opens the one that is wanted, and the usual one where that is refused; once. */
  begin(): void;
  /** Opens the one that another address wants, if any has been opened. */
  follow(name: string | undefined): void;
}

/** The shipped one: that of a fresh visit. */
export const usualDrummer = 'grooves';

/** `wanted` is the name or address of the model to begin with; `opened` is told of each that was opened, undefined for files. */
export function createDrummer(
  { studio, report, trouble }: Pick<Session, 'studio' | 'report' | 'trouble'>,
  wanted: () => string | undefined,
  opened: (name: string | undefined) => void,
): Drummer {
  const model = signal<OpenedModel | undefined>(undefined);
  const opening = signal<Received | undefined>(undefined);
  let fetching: AbortController | undefined;

  async function open(source: ModelSource, name: string | undefined): Promise<void> {
    fetching?.abort();
    const mine = new AbortController();
    fetching = mine;
    try {
      const facts = await studio.call('openBeats', source, { signal: mine.signal, onProgress: (received) => (opening.value = received) });
      batch(() => {
        if (model.value) trouble.value = undefined;
        model.value = facts;
        opened(name);
      });
    } catch (thrown) {
      report(thrown);
    } finally {
      if (fetching === mine) [fetching, opening.value] = [undefined, undefined];
    }
  }
  async function openNamed(name: string): Promise<void> {
    try {
      await open({ address: addressOfSetting(name) }, name);
    } catch (thrown) {
      report(thrown);
    }
  }

  return {
    model,
    opening,
    open,
    begin() {
      if (model.peek() || fetching) return;
      const name = wanted() ?? usualDrummer;
      void openNamed(name).then(() => {
        if (!model.peek() && !fetching && name !== usualDrummer) void openNamed(usualDrummer);
      });
    },
    follow(name) {
      if (model.peek() || fetching) void openNamed(name ?? usualDrummer);
    },
  };
}
