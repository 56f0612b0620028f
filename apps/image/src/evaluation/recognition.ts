/** How many pictures of a class a classifier puts into it. */
export interface Share {
  readonly right: number;
  readonly of: number;
  /** right / of. */
  readonly share: number;
  /** Binomial standard error of the share, by the estimate (right + 1) / (of + 2), so that it is not 0 where all are right. */
  readonly standardError: number;
}

export interface Recognition {
  readonly all: Share;
  /** In the order of the classes. */
  readonly byClass: readonly Share[];
}

/** How many of the labels that a classifier found are those that were asked for. */
export function recognition(asked: Int32Array, found: Int32Array, classes: number): Recognition {
  const right = new Array<number>(classes).fill(0);
  const of = new Array<number>(classes).fill(0);
  asked.forEach((label, i) => {
    of[label]++;
    if (found[i] === label) right[label]++;
  });
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { all: shareOf(sum(right), sum(of)), byClass: right.map((r, c) => shareOf(r, of[c])) };
}

export function shareOf(right: number, of: number): Share {
  const smoothed = (right + 1) / (of + 2);
  return { right, of, share: right / of, standardError: Math.sqrt((smoothed * (1 - smoothed)) / of) };
}
