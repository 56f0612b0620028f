import { effect, untracked } from '@preact/signals';

/** Calls with a text of some signals each time that it is another; the result ends that. */
export function whenChanged<T extends string>(read: () => T, act: (now: T) => void): () => void {
  let last = untracked(read);
  return effect(() => {
    const now = read();
    if (now === last) return;
    last = now;
    untracked(() => act(now));
  });
}
