/** What a bar says about repeats. */
export interface BarMarks {
  /** A repeat begins here. */
  readonly opens: boolean;
  /** Times that the stretch up to here is played, where a repeat ends here. */
  readonly closes?: number;
  /** Passes in which it is played, where it belongs to an ending. */
  readonly ending?: readonly number[];
}

/**
 * The order in which bars are played, each by its number: repeats played out, with their endings, at most `most` bars. A
 * repeat that nothing opens goes back to the end of the one before, or to the beginning.
 */
export function playOrder(bars: readonly BarMarks[], most: number): number[] {
  const order: number[] = [];
  let opened = 0;
  let pass = 1;
  for (let bar = 0; bar < bars.length && order.length < most;) {
    const { opens, closes, ending } = bars[bar];
    if (opens && bar !== opened) {
      opened = bar;
      pass = 1;
    }
    if (!ending || ending.includes(pass)) order.push(bar);
    // In the last ending no mark sends back, and what follows is played once.
    const times = Math.max(closes ?? 1, lastPass(bars, bar));
    if (closes !== undefined && pass < times && (!ending || ending.includes(pass))) {
      bar = opened;
      pass++;
      continue;
    }
    if (closes !== undefined && (!ending || !bars[bar + 1]?.ending)) {
      opened = bar + 1;
      pass = 1;
    } else if (ending && !bars[bar + 1]?.ending) {
      opened = bar + 1;
      pass = 1;
    }
    bar++;
  }
  return order;
}

/** The highest pass that the endings about a bar name. */
function lastPass(bars: readonly BarMarks[], at: number): number {
  let last = 1;
  for (let bar = at; bars[bar]?.ending; bar++) last = Math.max(last, ...bars[bar].ending!);
  return last;
}
