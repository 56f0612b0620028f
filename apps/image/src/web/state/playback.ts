import { type ReadonlySignal, signal } from '@preact/signals';
import type { Session } from './session.js';

/** The wall's time running by itself. */
export interface Playback {
  readonly playing: ReadonlySignal<boolean>;
  /** Runs from noise to picture; from where it is, or from the start where it is at the end. */
  play(): void;
  stop(): void;
  toggle(): void;
}

const seconds = 2.4;

/** Runs the time of a session's wall. Those who want less motion get the end at once. */
export function playback({ settings, change, wall }: Pick<Session, 'settings' | 'change' | 'wall'>, calm: () => boolean): Playback {
  const playing = signal(false);
  let frame = 0;
  const stop = (): void => {
    cancelAnimationFrame(frame);
    playing.value = false;
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
    playing.value = true;
    const step = (now: number): void => {
      const time = Math.min(1, from + Math.max(0, now - began) / (1000 * seconds));
      change({ time });
      if (time < 1) frame = requestAnimationFrame(step);
      else playing.value = false;
    };
    frame = requestAnimationFrame(step);
  };
  return { playing, play, stop, toggle: () => (playing.value ? stop() : play()) };
}
