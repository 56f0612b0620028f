import { withError } from '@advect/web';
import type { BarBits } from '../../../model/piece-bits.js';

interface Props {
  readonly bars: readonly BarBits[];
  readonly onJump: (bar: number) => void;
}

/** What each bar costs; those far above the others are called odd. */
export function BarList({ bars, onJump }: Props) {
  const most = Math.max(1, ...bars.map(({ bits }) => bits));
  const odd = bars.filter((bar) => bar.odd);
  return (
    <section class="part" aria-label="Bits of each bar">
      <h3>
        {odd.length === 0
          ? bars.length < 4
            ? 'Bar by bar'
            : 'No bar is odd'
          : `${odd.length === 1 ? 'The odd bar is' : 'Odd bars are'} ${odd.map(({ bar }) => bar).join(', ')}`}
      </h3>
      <div class="bars scroll-list" tabIndex={0} role="group" aria-label="Bars">
        {bars.map(({ bar, bits, standardError, odd: isOdd }) => (
          <div key={bar} class="bar-row" data-odd={isOdd}>
            <button type="button" class="quiet" onClick={() => onJump(bar)}>
              bar {bar}
              {isOdd && ' (odd)'}
            </button>
            <span class="bar-track">
              <span class="bar-fill" style={{ width: `${(100 * Math.max(0, bits)) / most}%` }} />
            </span>
            <span>{withError(bits, standardError)}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
