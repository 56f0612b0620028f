import { KeptStrip } from '@advect/web';
import { notesOf, type Score, voiceCount } from '../../score.js';
import type { Keepsakes } from '../state/keepsakes.js';

/** The pieces that were kept, each as a small roll. */
export const KeepsakeStrip = ({ keepsakes: { list, show, remove, scoreOf } }: { readonly keepsakes: Keepsakes }) => (
  <KeptStrip
    label="Kept pieces"
    list={list.value}
    nameOf={({ name }) => name}
    look="keepsake"
    show={show}
    remove={(key) => void remove(key)}
  >
    {(one) => <SmallRoll score={scoreOf(one)} />}
  </KeptStrip>
);

/** A score in little. */
export function SmallRoll({ score }: { readonly score: Score }) {
  const notes = Array.from({ length: voiceCount }, (_, voice) => notesOf(score, voice)).flat();
  const pitches = notes.map(({ pitch }) => pitch);
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)];
  return (
    <svg class="small-roll" viewBox={`0 0 ${score.steps} ${high - low + 1}`} preserveAspectRatio="none" aria-hidden="true">
      {notes.map(({ voice, pitch, start, length }) => (
        <rect key={`${voice} ${start}`} class={`voice-${voice}`} x={start} y={high - pitch} width={length} height={1.6} />
      ))}
    </svg>
  );
}
