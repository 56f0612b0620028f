import { notesOf, stepsPerBar } from '../../../score.js';
import type { KeySignature } from '../../../codec/piece.js';
import { pitchName } from '../../roll/note-words.js';
import { underMelody } from './take.js';

interface Props {
  readonly melody: Int16Array;
  /** The step that is recorded now; undefined where nothing is. */
  readonly at: number | undefined;
  /** The key by which its notes are named. */
  readonly signature: KeySignature;
}

const [wide, high] = [10, 6];

/** A melody on its grid of eighths, with bar lines, and where it is now. */
export function MelodyStrip({ melody, at, signature }: Props) {
  const notes = notesOf(underMelody(melody), 0);
  const pitches = notes.map(({ pitch }) => pitch);
  const top = Math.max(72, ...pitches) + 1;
  const bottom = Math.min(60, ...pitches) - 1;
  const [width, height] = [melody.length * wide, (top - bottom + 1) * high];
  const words =
    notes.length === 0 ? 'Nothing yet' : notes.map(({ pitch, length }) => `${pitchName(pitch, signature)} ${length}`).join(', ');
  return (
    <figure class="melody-strip">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`The melody in eighths: ${words}`}>
        {Array.from({ length: melody.length / stepsPerBar + 1 }, (_, bar) => (
          <line key={bar} class="bar" x1={bar * stepsPerBar * wide} x2={bar * stepsPerBar * wide} y1={0} y2={height} />
        ))}
        {notes.map(({ pitch, start, length }) => (
          <rect key={start} x={start * wide + 0.5} y={(top - pitch) * high} width={length * wide - 1} height={high} rx={2} />
        ))}
        {at !== undefined && <line class="now" x1={at * wide} x2={at * wide} y1={0} y2={height} />}
      </svg>
    </figure>
  );
}
