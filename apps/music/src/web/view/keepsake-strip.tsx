import { notesOf, type Score, voiceCount } from '../../score.js';
import type { Keepsakes } from '../state/keepsakes.js';

/** The pieces that were kept, each as a small roll. */
export function KeepsakeStrip({ keepsakes }: { readonly keepsakes: Keepsakes }) {
  const list = keepsakes.list.value;
  if (list.length === 0) return null;
  return (
    <section class="kept" aria-label="Kept pieces">
      <h2>Kept</h2>
      <ul>
        {list.map((one) => (
          <li key={one.key}>
            <button
              type="button"
              class="keepsake"
              aria-label={`Show ${one.name} again`}
              title={one.name}
              onClick={() => keepsakes.show(one)}
            >
              <SmallRoll score={keepsakes.scoreOf(one)} />
            </button>
            <button
              type="button"
              class="remove"
              aria-label={`Give up ${one.name}`}
              title="Give up"
              onClick={() => void keepsakes.remove(one.key)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

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
