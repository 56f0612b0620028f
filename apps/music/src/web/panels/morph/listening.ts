import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { createPlayer, type Player } from '../../sound/player.js';
import type { Piece } from '../../state/piece-text.js';
import { playableOf } from '../../state/playable.js';
import type { Session } from '../../state/session.js';

/** Listening to pieces that are not on the desk; one thing sounds at a time. */
export interface Listening {
  /** What is being listened to, by its number; −1 stands for all as one. */
  readonly to: ReadonlySignal<number | undefined>;
  readonly player: Player;
  /** In a gesture. The same again stops. */
  toggle(number: number, piece: Pick<Piece, 'score' | 'key'>): void;
  stop(): void;
}

export function createListening({ sound, settings, mixing, report, player: desk }: Session): Listening {
  const piece = signal<Pick<Piece, 'score' | 'key'> | undefined>(undefined);
  const chosen = signal<number | undefined>(undefined);
  const playable = computed(() => piece.value && playableOf(sound, piece.value, settings.value));
  const player = createPlayer({ playable, mixing, loop: signal(false), report });
  effect(() => {
    if (desk.state.value !== 'stopped' && player.state.peek() !== 'stopped') player.stop();
  });
  return {
    to: computed(() => (player.state.value === 'stopped' ? undefined : chosen.value)),
    player,
    toggle(number, next) {
      const again = chosen.value === number && player.state.value !== 'stopped';
      player.stop();
      if (again) return;
      desk.stop();
      piece.value = next;
      chosen.value = number;
      player.seek(0);
      void player.play();
    },
    stop: player.stop,
  };
}
