import { effect, type Signal } from '@preact/signals';
import { readHash, type TextState, writeHash } from '../browser/hash-state.js';

const pause = 250;

/** A seed that nobody has chosen. */
export const drawnSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];

/** Settings of the page's address; of a broken one, those of a fresh visit, with the reason. */
export async function settingsOfAddress<S>(read: (texts: TextState) => S): Promise<{ settings: S; broken?: unknown }> {
  try {
    return { settings: read(await readHash(location.hash)) };
  } catch (broken) {
    return { settings: read({}), broken };
  }
}

export interface AddressOptions<S> {
  readonly settings: Signal<S>;
  readonly read: (texts: TextState) => S;
  readonly write: (settings: S) => TextState;
  /** Takes over the settings of an address that somebody went to. */
  readonly adopt: (wanted: S) => void;
  readonly report: (thrown: unknown) => void;
}

/**
 * Keeps the address and the settings the same, whichever changes. Where both do, the address wins: somebody went there, and the event
 * that tells of it may come after the settings were to be written.
 */
export function keepAddress<S>({ settings, read, write, adopt, report }: AddressOptions<S>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let known = location.hash;
  const writeNow = async (): Promise<void> => {
    const hash = `#${await writeHash(write(settings.value))}`;
    if (location.hash !== known || hash === known) return;
    history.replaceState(null, '', hash);
    known = location.hash;
  };
  effect(() => {
    void settings.value;
    clearTimeout(timer);
    timer = setTimeout(() => void writeNow().catch(report), pause);
  });
  addEventListener('hashchange', () => {
    if (location.hash === known) return;
    known = location.hash;
    clearTimeout(timer);
    void settingsOfAddress(read).then(({ settings: wanted, broken }) => {
      if (broken === undefined) adopt(wanted);
      else report(broken);
    });
  });
}
