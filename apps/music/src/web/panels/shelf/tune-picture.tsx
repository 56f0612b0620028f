import { notesOf, type Score, voiceNames } from '../../../score.js';

/** A score at a glance: a line for each note, in the colours of the voices. */
export function TunePicture({ score }: { readonly score: Score }) {
  const notes = voiceNames.flatMap((_, voice) => notesOf(score, voice));
  const pitches = notes.map(({ pitch }) => pitch);
  const [low, high] = notes.length === 0 ? [60, 72] : [Math.min(...pitches) - 1, Math.max(...pitches) + 1];
  return (
    <svg class="tune-picture" viewBox={`0 0 ${score.steps} ${high - low}`} preserveAspectRatio="none" aria-hidden="true">
      {notes.map(({ voice, pitch, start, length }) => (
        <rect
          key={`${voice} ${start}`}
          class={`voice-${voiceNames[voice].toLowerCase()}`}
          x={start + 0.1}
          y={high - pitch - 0.5}
          width={Math.max(0.3, length - 0.2)}
          height={1}
        />
      ))}
    </svg>
  );
}
