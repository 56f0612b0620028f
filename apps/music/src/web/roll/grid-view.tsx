import { stepsPerBar, stepsPerBeat } from '../../score.js';
import type { Geometry } from './geometry.js';
import { octaveName } from './note-words.js';

const classOf = (pitch: number): string => (pitch % 12 === 0 ? 'c' : [1, 3, 6, 8, 10].includes(pitch % 12) ? 'black' : 'white');

interface GridProps {
  readonly geometry: Geometry;
  readonly from: number;
  readonly to: number;
  /** Semitones by which the rows sound higher. */
  readonly transpose: number;
}

/** Rows and bar lines behind the notes. */
export function GridView({ geometry, from, to, transpose }: GridProps) {
  const { top, bottom, rowHeight, height, x, y } = geometry;
  const pitches = Array.from({ length: top - bottom + 1 }, (_, i) => top - i);
  const beats = Array.from({ length: Math.ceil((to - from) / stepsPerBeat) + 1 }, (_, i) => from + i * stepsPerBeat);
  const width = x(to) - x(from);
  return (
    <g class="grid" aria-hidden="true">
      {pitches.map((pitch) => (
        <rect key={pitch} class={classOf(pitch + transpose)} x={x(from)} y={y(pitch)} {...{ width }} height={rowHeight} />
      ))}
      {beats.map((step) => (
        <line key={step} class={step % stepsPerBar === 0 ? 'bar' : 'beat'} x1={x(step)} x2={x(step)} y1={0} y2={height} />
      ))}
    </g>
  );
}

/** Names of the Cs at the left. */
export function PitchNames({ geometry, transpose }: Pick<GridProps, 'geometry' | 'transpose'>) {
  const { top, bottom, y, rowHeight, height } = geometry;
  const cs = Array.from({ length: top - bottom + 1 }, (_, i) => top - i).filter((pitch) => (pitch + transpose) % 12 === 0);
  return (
    <div class="pitch-names" aria-hidden="true" style={{ height: `${height}px` }}>
      {cs.map((pitch) => (
        <span key={pitch} style={{ top: `${y(pitch) + rowHeight / 2}px` }}>
          {octaveName(pitch + transpose)}
        </span>
      ))}
    </div>
  );
}
