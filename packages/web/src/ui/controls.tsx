import type { ComponentChildren } from 'preact';

interface RangeProps {
  readonly id: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value as people read it. */
  readonly words: string;
  readonly hint?: string;
  readonly onInput: (value: number) => void;
}

/** A slider with its name and its value. */
export function Range({ id, label, min, max, step, value, words, hint, onInput }: RangeProps) {
  return (
    <div class="range">
      <label for={id}>{label}</label>
      <output for={id}>{words}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={words}
        aria-describedby={hint && `${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A titled card of controls. */
export const Card = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <section class="card">
    <h2>{title}</h2>
    {children}
  </section>
);
