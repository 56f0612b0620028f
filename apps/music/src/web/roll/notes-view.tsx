import type { ReadonlySignal } from '@preact/signals';
import { type Note, notesOf, type Score, voiceCount, voiceNames } from '../../score.js';
import { isLocked } from '../state/edit-piece.js';
import type { Geometry } from './geometry.js';
import { noteInWords, type Sounding } from './note-words.js';

interface Props {
  readonly score: Score;
  readonly locked: Uint8Array;
  readonly geometry: Geometry;
  /** The steps that are in sight. */
  readonly from: number;
  readonly to: number;
  readonly sounding: Sounding;
  /** The step that sounds; −1 for none. */
  readonly now: ReadonlySignal<number>;
  /** Voices that are not heard. */
  readonly silent: readonly boolean[];
  readonly cursor: { readonly step: number; readonly voice: number } | undefined;
}

/** The notes in sight, each with its voice's colour and letter; a pin where it is locked. */
export function NotesView({ score, locked, geometry, from, to, sounding, now: step, silent, cursor }: Props) {
  const now = step.value;
  const inSight = Array.from({ length: voiceCount }, (_, voice) => notesOf(score, voice))
    .flat()
    .filter(({ start, length }) => start < to && start + length > from);
  return (
    <g>
      {inSight.map((note) => {
        const lock = isLocked(locked, note);
        const sounds = now >= note.start && now < note.start + note.length;
        const chosen = cursor && cursor.voice === note.voice && cursor.step >= note.start && cursor.step < note.start + note.length;
        return (
          <NoteView
            key={`${note.voice} ${note.start}`}
            {...{ note, geometry, lock, sounding }}
            classes={[sounds && 'sounds', silent[note.voice] && 'silent', chosen && 'chosen'].filter(Boolean).join(' ')}
          />
        );
      })}
    </g>
  );
}

interface NoteProps {
  readonly note: Note;
  readonly geometry: Geometry;
  readonly lock: boolean;
  readonly sounding: Sounding;
  readonly classes: string;
}

function NoteView({ note, geometry, lock, sounding, classes }: NoteProps) {
  const { stepWidth, rowHeight, x, y } = geometry;
  const { voice, pitch, start, length } = note;
  const [width, height] = [length * stepWidth - 2, rowHeight - 1.5];
  return (
    <g
      class={`note voice-${voice} ${lock ? 'locked' : ''} ${classes}`}
      style={{ transform: `translate(${x(start) + 1}px, ${y(pitch) + 0.75}px)` }}
    >
      <title>{noteInWords(note, lock, sounding)}</title>
      <rect {...{ width, height }} rx={Math.min(4, height / 2)} />
      {lock && <path class="pin" d={`M3 ${height / 2 - 0.6}v-1.4a2 2 0 0 1 4 0v1.4h.9v3.6H2.1v-3.6z`} />}
      {!lock && width > 11 && (
        <text x={4} y={height / 2} dy="0.35em">
          {voiceNames[voice][0]}
        </text>
      )}
    </g>
  );
}
