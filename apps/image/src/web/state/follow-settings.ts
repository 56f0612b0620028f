import { effect, untracked } from '@preact/signals';
import type { Session } from './session.js';

/** Makes the wall anew whenever what decides it has changed. */
export function followSettings({ settings, labels, solver, guidance, temperature, generateSoon, useEngine }: Session): void {
  whenChanged(() => {
    const { seed, items } = settings.value;
    return JSON.stringify([seed, items, guidance.value, temperature.value, labels.value, solver.value]);
  }, generateSoon);
  whenChanged(
    () => settings.value.engine,
    (engine) => void useEngine(engine),
  );
}

/** Calls with a text of some signals each time that it is another. */
function whenChanged<T extends string>(read: () => T, act: (now: T) => void): void {
  let last = untracked(read);
  effect(() => {
    const now = read();
    if (now === last) return;
    last = now;
    untracked(() => act(now));
  });
}
