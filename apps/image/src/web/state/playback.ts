import { batch, computed, type ReadonlySignal } from '@preact/signals';
import type { Session } from './session.js';

/** The wall's time running by itself. */
export interface Playback {
  readonly playing: ReadonlySignal<boolean>;
  /** Runs from noise to picture; from where it is, or from the start where it is at the end. */
  play(): void;
  /** Stays where it is. */
  stop(): void;
  toggle(): void;
}

const seconds = 2.4;

/** Runs the time of a session's wall. Those who want less motion get the end at once. */
export function playback(
  { settings, change, wall, running }: Pick<Session, 'settings' | 'change' | 'wall' | 'running'>,
  calm: () => boolean,
): Playback {
  let frame = 0;
  const rest = (time: number): void =>
    batch(() => {
      running.value = undefined;
      change({ time });
    });
  const stop = (): void => {
    cancelAnimationFrame(frame);
    if (running.value !== undefined) rest(running.value);
  };
  const play = (): void => {
    if (!wall.value) return;
    stop();
    if (calm()) {
      change({ time: 1 });
      return;
    }
    const from = settings.value.time >= 1 ? 0 : settings.value.time;
    const began = performance.now();
    running.value = from;
    const step = (now: number): void => {
      const time = Math.min(1, from + Math.max(0, now - began) / (1000 * seconds));
      if (time === 1) {
        rest(1);
        return;
      }
      running.value = time;
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };
  return {
    playing: computed(() => running.value !== undefined),
    play,
    stop,
    toggle: () => (running.value === undefined ? play() : stop()),
  };
}
