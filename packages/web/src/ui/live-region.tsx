import { signal } from '@preact/signals';

/** Sentences for those who listen: the newest one, at most one a second, the last one always. */
export interface Announcer {
  readonly spoken: { readonly value: string };
  say(sentence: string): void;
}

export function announcer(pause = 1000): Announcer {
  const spoken = signal('');
  let waiting: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    timer = undefined;
    if (waiting === undefined) return;
    spoken.value = waiting;
    waiting = undefined;
    timer = setTimeout(next, pause);
  };
  return {
    spoken,
    say(sentence) {
      waiting = sentence;
      if (timer === undefined) next();
    },
  };
}

/** Where a screen reader hears what an announcer says; seen by nobody (class `unseen`). */
export const LiveRegion = ({ from }: { readonly from: Announcer }) => (
  <p class="unseen" role="status" aria-live="polite">
    {from.spoken.value}
  </p>
);
