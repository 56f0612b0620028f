import { type Signal, signal } from '@preact/signals';
import { blank, draw, type Drawing, type Mark, redo, undo } from './marks.js';

/** A pad's drawing and the brush in the hand. */
export interface Brush {
  readonly drawing: Signal<Drawing>;
  /** Radius, in pixels of the picture. */
  readonly radius: Signal<number>;
  readonly erases: Signal<boolean>;
  /** How much larger than the pad it is shown; 1 shows all of it. */
  readonly zoom: Signal<number>;
  readonly smallest: number;
  readonly largest: number;
  add(mark: Mark): void;
  undo(): void;
  redo(): void;
  /** Larger by one step, or smaller by one. */
  resize(by: 1 | -1): void;
  clear(): void;
}

export function brush(size: number, radius: number): Brush {
  const drawing = signal<Drawing>(blank);
  const now = signal(radius);
  const [smallest, largest] = [0.5, Math.max(1.5, size / 4)];
  return {
    drawing,
    radius: now,
    erases: signal(false),
    zoom: signal(1),
    smallest,
    largest,
    add: (mark) => (drawing.value = draw(drawing.value, mark)),
    undo: () => (drawing.value = undo(drawing.value)),
    redo: () => (drawing.value = redo(drawing.value)),
    resize(by) {
      const step = now.value + (by < 0 ? -0.1 : 0) < 2 ? 0.5 : 1;
      now.value = Math.min(largest, Math.max(smallest, now.value + by * step));
    },
    clear: () => (drawing.value = blank),
  };
}
