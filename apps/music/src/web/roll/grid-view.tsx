import { stepsPerBar, stepsPerBeat } from '../../score.js';
import type { Geometry } from './geometry.js';
import { pitchName } from './note-words.js';

const isBlack = (pitch: number): boolean => [1, 3, 6, 8, 10].includes(pitch % 12);

/** Rows and bar lines behind the notes. */
export function GridView({ geometry, from, to }: { readonly geometry: Geometry; readonly from: number; readonly to: number }) {
  const { top, bottom, rowHeight, height, x, y } = geometry;
  const pitches = Array.from({ length: top - bottom + 1 }, (_, i) => top - i);
  const beats = Array.from({ length: Math.ceil((to - from) / stepsPerBeat) + 1 }, (_, i) => from + i * stepsPerBeat);
  const width = x(to) - x(from);
  return (
    <g class="grid" aria-hidden="true">
      {pitches.map((pitch) => (
        <rect
          key={pitch}
          class={isBlack(pitch) ? 'black' : pitch % 12 === 0 ? 'c' : 'white'}
          x={x(from)}
          y={y(pitch)}
          {...{ width }}
          height={rowHeight}
        />
      ))}
      {beats.map((step) => (
        <line key={step} class={step % stepsPerBar === 0 ? 'bar' : 'beat'} x1={x(step)} x2={x(step)} y1={0} y2={height} />
      ))}
    </g>
  );
}

/** Names of the Cs at the left. */
export function PitchNames({ geometry }: { readonly geometry: Geometry }) {
  const { top, bottom, y, rowHeight, height } = geometry;
  const cs = Array.from({ length: top - bottom + 1 }, (_, i) => top - i).filter((pitch) => pitch % 12 === 0);
  return (
    <div class="pitch-names" aria-hidden="true" style={{ height: `${height}px` }}>
      {cs.map((pitch) => (
        <span key={pitch} style={{ top: `${y(pitch) + rowHeight / 2}px` }}>
          {pitchName(pitch)}
        </span>
      ))}
    </div>
  );
}
