import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** States one after another, with the way back and forth. */
export interface History<T> {
  readonly now: ReadonlySignal<T>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  /** Starts again with a first state: there is nothing before it. */
  begin(first: T): void;
  /** The next state; steps of one gesture (the same name, not '') count as one. */
  push(next: T, gesture?: string): void;
  undo(): void;
  redo(): void;
}

const longest = 200;

export function createHistory<T>(first: T): History<T> {
  const states = signal<{ readonly all: readonly T[]; readonly at: number }>({ all: [first], at: 0 });
  let last = '';
  return {
    now: computed(() => states.value.all[states.value.at]),
    canUndo: computed(() => states.value.at > 0),
    canRedo: computed(() => states.value.at < states.value.all.length - 1),
    begin(first) {
      last = '';
      states.value = { all: [first], at: 0 };
    },
    push(next, gesture = '') {
      const { all, at } = states.value;
      const same = gesture !== '' && gesture === last && at === all.length - 1 && at > 0;
      last = gesture;
      const past = all.slice(0, same ? at : at + 1).slice(-longest);
      states.value = { all: [...past, next], at: past.length };
    },
    undo() {
      last = '';
      const { all, at } = states.value;
      if (at > 0) states.value = { all, at: at - 1 };
    },
    redo() {
      const { all, at } = states.value;
      if (at < all.length - 1) states.value = { all, at: at + 1 };
    },
  };
}
