import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { KeySignature } from '../../../codec/piece.js';
import { octaveName, pitchName } from '../../roll/note-words.js';
import type { Hands } from './hands.js';
import { isBlack, letterOf } from './keys.js';

interface Props {
  readonly hands: Hands;
  /** The lowest key, a C; two octaves and a C are shown. */
  readonly base: number;
  /** Whether the letters of the computer's keys are shown. */
  readonly letters: boolean;
  /** The key by which the keys are named. */
  readonly signature: KeySignature;
}

const span = 25;

/** A piano for mouse, fingers and Tab: the lower on a key, the louder. Arrows move, Enter and Space strike. */
export function Piano({ hands, base, letters, signature }: Props) {
  const reached = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const pitches = Array.from({ length: span }, (_, i) => base + i);
  const whites = pitches.filter((pitch) => !isBlack(pitch));
  const held = hands.held.value;
  const move = (by: number): void => {
    reached.value = Math.min(span - 1, Math.max(0, reached.value + by));
    (list.current?.children[reached.value] as HTMLElement | undefined)?.focus();
  };
  return (
    <div ref={list} class="piano" role="group" aria-label={`Piano, ${octaveName(base)} to ${octaveName(base + span - 1)}`}>
      {pitches.map((pitch, i) => {
        const before = whites.filter((white) => white < pitch).length;
        const black = isBlack(pitch);
        const place = black ? { left: `${(100 * (before - 0.32)) / whites.length}%`, width: `${64 / whites.length}%` } : undefined;
        return (
          <button
            key={i}
            type="button"
            class={black ? 'black' : 'white'}
            style={place}
            aria-label={pitchName(pitch, signature)}
            data-letter={letters ? letterOf(i) : undefined}
            data-name={pitch % 12 === 0 ? octaveName(pitch) : undefined}
            aria-pressed={held.includes(pitch)}
            tabIndex={i === reached.value ? 0 : -1}
            onFocus={() => (reached.value = i)}
            onPointerDown={(event) => {
              const { top, height } = event.currentTarget.getBoundingClientRect();
              event.currentTarget.setPointerCapture(event.pointerId);
              hands.press(pitch, 0.35 + 0.65 * Math.min(1, Math.max(0, (event.clientY - top) / height)));
            }}
            onPointerUp={() => hands.release(pitch)}
            onPointerCancel={() => hands.release(pitch)}
            onContextMenu={(event) => event.preventDefault()}
            onKeyDown={(event) => {
              if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') move(event.key === 'ArrowLeft' ? -1 : 1);
              else if (event.key !== 'Enter' && event.key !== ' ') return;
              else if (!event.repeat) hands.press(pitch, 0.75);
              event.preventDefault();
            }}
            onKeyUp={({ key }) => {
              if (key === 'Enter' || key === ' ') hands.release(pitch);
            }}
            onBlur={() => hands.release(pitch)}
          />
        );
      })}
    </div>
  );
}
