import type { Label } from '../../model/label.js';

/** The labels of an address that a model of so many classes knows. */
export const knownLabels = (labels: readonly Label[], classes: number): readonly Label[] =>
  labels.filter((label) => (typeof label === 'number' ? label : Math.max(label.a, label.b)) < classes && (classes > 0 || label === -1));
