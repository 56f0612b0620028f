import { whenChanged } from '@advect/web';
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
