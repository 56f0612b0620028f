import { type ReadonlySignal, signal } from '@preact/signals';

/** Hears of each note that begins and ends. */
export interface Listener {
  press(pitch: number, velocity: number): void;
  release(pitch: number): void;
}

/** The notes that are held, whoever holds them: mouse, fingers, keys of the computer, or a MIDI keyboard. */
export interface Hands extends Listener {
  readonly held: ReadonlySignal<readonly number[]>;
  releaseAll(): void;
  listen(listener: Listener): void;
}

export function createHands(): Hands {
  const held = signal<readonly number[]>([]);
  const listeners: Listener[] = [];
  const release = (pitch: number): void => {
    if (!held.peek().includes(pitch)) return;
    held.value = held.peek().filter((one) => one !== pitch);
    for (const listener of listeners) listener.release(pitch);
  };
  return {
    held,
    press(pitch, velocity) {
      release(pitch);
      held.value = [...held.peek(), pitch].sort((a, b) => a - b);
      for (const listener of listeners) listener.press(pitch, velocity);
    },
    release,
    releaseAll: () => held.peek().forEach(release),
    listen: (listener) => void listeners.push(listener),
  };
}
