/** What the measurements on held-out data came to so far. Lower is better. */
export interface BestSoFar {
  readonly best?: { readonly step: number; readonly validation: number };
  /** Measurements since the best. */
  readonly since: number;
}

export const nothingMeasured: BestSoFar = { since: 0 };

/** With one more measurement. One that is not a number is no better than any. */
export function measured(so: BestSoFar, step: number, validation: number): BestSoFar {
  const better = Number.isFinite(validation) && (so.best === undefined || validation < so.best.validation);
  return better ? { best: { step, validation }, since: 0 } : { ...so, since: so.since + 1 };
}

/** Early stopping: whether `patience` measurements in a row were no better (Prechelt 1998, criterion UP counts alike). */
export const patienceIsOver = ({ since }: BestSoFar, patience: number | undefined): boolean => patience !== undefined && since >= patience;
