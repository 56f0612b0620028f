import type { Hands } from './hands.js';
import { semitonesOf } from './keys.js';

const typing = 'input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable], dialog';

interface TypedKeys {
  readonly hands: Hands;
  /** Pitch of the key A. */
  readonly base: () => number;
  readonly shift: (octaves: number) => void;
}

/** Velocity of a key that cannot be struck harder. */
const velocity = 0.75;

/** Lets the keys A to K play, and Z and X shift by an octave, unless a field is being typed in; the result ends it. */
export function typedKeys({ hands, base, shift }: TypedKeys): () => void {
  const playing = new Map<string, number>();
  const down = (event: KeyboardEvent): void => {
    const { code, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target instanceof Element && target.closest(typing)) return;
    const semitones = semitonesOf(code);
    const octaves = { KeyZ: -1, KeyX: 1 }[code];
    if (semitones === undefined && octaves === undefined) return;
    event.preventDefault();
    if (event.repeat) return;
    if (octaves !== undefined) return shift(octaves);
    const pitch = base() + semitones!;
    playing.set(code, pitch);
    hands.press(pitch, velocity);
  };
  const up = ({ code }: KeyboardEvent): void => {
    const pitch = playing.get(code);
    if (pitch === undefined) return;
    playing.delete(code);
    hands.release(pitch);
  };
  const away = (): void => {
    for (const pitch of playing.values()) hands.release(pitch);
    playing.clear();
  };
  // Before the shortcuts of the page, which leave alone what is taken already.
  document.addEventListener('keydown', down, true);
  document.addEventListener('keyup', up, true);
  addEventListener('blur', away);
  return () => {
    document.removeEventListener('keydown', down, true);
    document.removeEventListener('keyup', up, true);
    removeEventListener('blur', away);
    away();
  };
}
