import { timeInWords } from '@advect/web';
import type { Session } from '../state/session.js';

/** How far the model is, and how long it will yet take. */
export function Progress({ session: { forming, began } }: { readonly session: Session }) {
  const share = forming.value?.share ?? 0;
  const left = share > 0.03 ? ((performance.now() - began.value) * (1 - share)) / share : undefined;
  return (
    <span class="forming">
      <progress max={1} {...(share > 0 && { value: share })} aria-label="Composing" />
      <small>{left === undefined ? 'composing …' : `${timeInWords(left)} left`}</small>
    </span>
  );
}
