import type { ComponentChildren } from 'preact';

interface Props {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly hint?: string;
}

/** A number with its name, and what it means. */
export const Figure = ({ name, value, hint }: Props) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd>{value}</dd>
    {hint && <dd class="hint">{hint}</dd>}
  </div>
);

/** A number with its error, both to the error's two digits. */
export function withError(value: number, error: number): string {
  if (!Number.isFinite(error)) return value.toFixed(2);
  const digits = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(error || 1e-4))));
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}
