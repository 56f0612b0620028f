import type { Label } from '../../model/label.js';

/** A label as people read it: `3`, `any`, `30 % 3 + 70 % 8`. */
export function labelInWords(label: Label, classes: readonly string[]): string {
  const name = (index: number): string => (index < 0 ? 'any class' : (classes[index] ?? String(index)));
  if (typeof label === 'number') return name(label);
  const share = Math.round(label.share * 100);
  return `${100 - share} % ${name(label.a)} + ${share} % ${name(label.b)}`;
}
