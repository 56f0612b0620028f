import type { ComponentChildren } from 'preact';

interface Props<T> {
  /** What they are: "Kept pictures". */
  readonly label: string;
  readonly list: readonly T[];
  readonly nameOf: (one: T) => string;
  /** Class of the buttons. */
  readonly look: string;
  readonly show: (one: T) => void;
  readonly remove: (key: string) => void;
  readonly children: (one: T) => ComponentChildren;
}

/** What a visitor keeps, each in little: shown again, or given up. */
export function KeptStrip<T extends { readonly key: string }>({ label, list, nameOf, look, show, remove, children }: Props<T>) {
  if (list.length === 0) return null;
  return (
    <section class="kept" aria-label={label}>
      <h2>Kept</h2>
      <ul>
        {list.map((one) => {
          const name = nameOf(one);
          return (
            <li key={one.key}>
              <button type="button" class={look} aria-label={`Show ${name} again`} title={name} onClick={() => show(one)}>
                {children(one)}
              </button>
              <button type="button" class="remove" aria-label={`Give up ${name}`} title="Give up" onClick={() => remove(one.key)}>
                ×
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
