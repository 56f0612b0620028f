import type { Troubles } from '../state/troubles.js';

/** What went wrong, until it is dismissed. */
export function TroubleBar({ trouble }: Pick<Troubles, 'trouble'>) {
  if (!trouble.value) return null;
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>{trouble.value.message}</strong> {trouble.value.hint}
      </p>
      <button type="button" class="icon" aria-label="Dismiss" onClick={() => (trouble.value = undefined)}>
        ×
      </button>
    </div>
  );
}
