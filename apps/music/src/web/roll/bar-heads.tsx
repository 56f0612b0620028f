import { stepsPerBar, voiceCount } from '../../score.js';
import { cellsOf } from '../state/edit-piece.js';
import type { RollDesk } from './desk.js';
import type { Geometry } from './geometry.js';

interface Props {
  readonly geometry: Geometry;
  readonly steps: number;
  readonly from: number;
  readonly to: number;
  readonly locked: Uint8Array;
  readonly desk: RollDesk;
  readonly disabled: boolean;
}

const all = Array.from({ length: voiceCount }, (_, voice) => voice);

/** The bars in sight by their numbers; each locks its bar. */
export function BarHeads({ geometry, steps, from, to, locked, desk, disabled }: Props) {
  const [first, last] = [Math.floor(from / stepsPerBar), Math.ceil(Math.min(to, steps) / stepsPerBar)];
  return (
    <div class="bar-heads" style={{ width: `${geometry.width}px` }}>
      {Array.from({ length: last - first }, (_, i) => {
        const bar = first + i;
        const stretch = { from: bar * stepsPerBar, to: Math.min(steps, (bar + 1) * stepsPerBar), voices: all };
        const lock = cellsOf(stretch).every((cell) => locked[cell]);
        return (
          <button
            key={bar}
            type="button"
            aria-pressed={lock}
            aria-label={`Lock bar ${bar + 1}`}
            title={lock ? 'Locked: opens with a click' : 'Click to lock this bar'}
            disabled={disabled}
            style={{ left: `${geometry.x(stretch.from)}px`, width: `${geometry.x(stretch.to) - geometry.x(stretch.from)}px` }}
            onClick={() => desk.toggleCells(stretch)}
          >
            {lock && <LockMark />}
            {bar + 1}
          </button>
        );
      })}
    </div>
  );
}

/** The sign of what is locked. */
export const LockMark = () => (
  <svg class="lock-mark" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M7 10V7a5 5 0 0 1 10 0v3h1.5v11h-13V10zm2 0h6V7a3 3 0 0 0-6 0z" />
  </svg>
);
