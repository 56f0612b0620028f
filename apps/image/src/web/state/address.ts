import { readHash, writeHash } from '@advect/web';
import { effect } from '@preact/signals';
import type { Session } from './session.js';
import { readSettings, type Settings, writeSettings } from './settings.js';

const pause = 250;

/** A seed that nobody has chosen. */
export const drawnSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];

/** Settings of the page's address; of a broken one, those of a fresh visit, with the reason. */
export async function settingsOfAddress(): Promise<{ settings: Settings; broken?: unknown }> {
  try {
    return { settings: readSettings(await readHash(location.hash), drawnSeed()) };
  } catch (broken) {
    return { settings: readSettings({}, drawnSeed()), broken };
  }
}

/** Keeps the address and the settings the same, whichever changes; `open` opens the model of an address that names another. */
export function keepAddress({ settings, report }: Pick<Session, 'settings' | 'report'>, open: (wanted: Settings) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = '';
  const write = async (): Promise<void> => {
    written = `#${await writeHash(writeSettings(settings.value))}`;
    if (location.hash !== written) history.replaceState(null, '', written);
  };
  effect(() => {
    void settings.value;
    clearTimeout(timer);
    timer = setTimeout(() => void write().catch(report), pause);
  });
  addEventListener('hashchange', () => {
    if (location.hash === written) return;
    void settingsOfAddress().then(({ settings: wanted, broken }) => {
      if (broken !== undefined) {
        report(broken);
        return;
      }
      if (wanted.model === settings.value.model) settings.value = wanted;
      else open(wanted);
    });
  });
}
