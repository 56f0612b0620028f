import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { pieceOfGroove } from '../../codec/groove-piece.js';
import { drums } from '../../drum-kit.js';
import { type Groove, grooveOf, grooveStepsPerBeat, joinGrooves, type Stroke, strokesOf } from '../../groove.js';
import { createPlayer, type Playable } from '../sound/player.js';
import { timelineOf } from '../sound/timeline.js';
import { createMixing } from '../state/mixing.js';
import type { BeatDesk } from './beat-desk.js';
import { plainVelocity } from './first-beat.js';

/** Steps of a bar: the count before the beat. */
const countIn = 16;

/** Clicks on the beats, the first of a bar harder. */
const clicks = (steps: number): Groove =>
  grooveOf(
    steps,
    Array.from({ length: steps / 4 }, (_, beat): Stroke => ({
      step: 4 * beat,
      drum: beat % 4 === 0 ? 'ride' : 'closedHat',
      velocity: beat % 4 === 0 ? 0.7 : 0.5,
      offset: 0,
    })),
  );

export interface TapRecorder {
  readonly state: ReadonlySignal<'idle' | 'counting' | 'tapping'>;
  /** Strokes so far. */
  readonly count: ReadonlySignal<number>;
  /** Counts a bar in and listens for as many bars as the beat has; in a gesture. */
  start(): void;
  stop(): void;
  /** A tap of a drum, by its number, now. */
  tap(drum: number): void;
}

/** A tap: where the clock stood, in steps of the beat. */
interface Tap {
  readonly at: number;
  readonly drum: number;
}

/**
 * Taps in time with a click, by the clock of the sound: what is tapped takes the place of the beat. Taps as a whole are moved so that
 * their middle lies on the grid, because sound is late in reaching ears and fingers are early or late, each in the same way.
 */
export function createTapRecorder(desk: BeatDesk): TapRecorder {
  const { session, manner, shown } = desk;
  const playable = signal<Playable | undefined>(undefined);
  const player = createPlayer({ playable, mixing: createMixing(1), loop: signal(false), report: session.report });
  const taps = signal<readonly Tap[]>([]);
  const bar = signal(-1);
  let steps = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  const finish = (): void => {
    clearInterval(timer);
    timer = undefined;
    playable.value = undefined;
    bar.value = -1;
    if (taps.peek().length === 0) return;
    desk.put(tappedGroove(taps.peek(), steps));
    session.announcer.say(`${taps.peek().length} taps.`);
  };
  effect(() => {
    if (player.state.value === 'stopped' && timer !== undefined && bar.peek() >= 0) finish();
  });

  return {
    state: computed(() => (bar.value < 0 ? 'idle' : bar.value === 0 ? 'counting' : 'tapping')),
    count: computed(() => taps.value.length),
    start() {
      desk.player.stop();
      steps = shown.peek().steps;
      taps.value = [];
      const { tempo } = manner.peek();
      const piece = pieceOfGroove(joinGrooves([clicks(countIn), clicks(steps)]), { tempo, title: '' });
      playable.value = {
        steps: countIn + steps,
        timeline: timelineOf(piece.tempos, grooveStepsPerBeat),
        render: (stop, apart) => session.sound.call('stems', { piece, instrument: undefined, apart }, { signal: stop }),
      };
      player.seek(0);
      bar.value = 0;
      void player.play();
      timer = setInterval(() => {
        if (player.state.peek() !== 'playing') return;
        const at = player.position();
        bar.value = Math.floor(at / 16);
        if (at >= countIn + steps) player.stop();
      }, 50);
    },
    stop() {
      player.stop();
      finish();
    },
    tap(drum) {
      if (player.state.peek() !== 'playing') return;
      const at = player.position() - countIn;
      if (at > -0.5 && at < steps) taps.value = [...taps.peek(), { at, drum }];
    },
  };
}

/** Taps as a groove; their middle is put on the grid. */
export function tappedGroove(taps: readonly Tap[], steps: number): Groove {
  const offsets = taps.map(({ at }) => at - Math.round(at)).sort((a, b) => a - b);
  const middle = offsets[offsets.length >> 1];
  const strokes = taps.map(({ at, drum }): Stroke => {
    const moved = at - middle;
    const step = Math.round(moved);
    return { step: (step + steps) % steps, drum: drums[drum], velocity: plainVelocity, offset: moved - step };
  });
  return grooveOf(steps, strokesOf(grooveOf(steps, strokes)));
}
