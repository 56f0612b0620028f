import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { findKey } from '../../../data/musical-key.js';
import { rest, type Score, scoreOf, stepsPerBar, stepsPerBeat } from '../../../score.js';
import type { LiveSound } from '../../sound/live-sound.js';
import type { Session, Work } from '../../state/session.js';
import type { Settings } from '../../state/settings.js';
import type { Hands } from './hands.js';
import { type PlayedNote, quantise } from './quantise.js';

/** A melody that is being recorded. */
export interface Take {
  /** Beats until it begins (4, 3, 2, 1), then 0 while it is recorded; undefined where nothing is. */
  readonly counting: ReadonlySignal<number | undefined>;
  /** The step that is recorded now. */
  readonly step: ReadonlySignal<number>;
  /** The melody as it is so far, one pitch a step; what was recorded last where nothing is. */
  readonly melody: ReadonlySignal<Int16Array | undefined>;
  /** In a gesture: counts four beats, then records as many bars as the settings say. */
  start(): Promise<void>;
  /** Ends now; what was played so far is laid on the desk. */
  finish(): void;
  /** Ends without a melody. */
  drop(): void;
  /** Lays what was on the desk before the melody there again, whatever has become of the melody since. */
  takeBack(): void;
}

/** Beats that are counted, and milliseconds between two looks at the clock. */
const countIn = 4;
const look = 30;

type TakeSound = Pick<LiveSound, 'wake' | 'beat' | 'heard' | 'now'>;
type TakePage = Pick<Session, 'put'> & {
  readonly settings: { peek(): Pick<Settings, 'tempo' | 'bars' | 'transpose'> };
  readonly announcer: Pick<Session['announcer'], 'say'>;
  readonly player: Pick<Session['player'], 'stop'>;
  readonly work: Pick<Session['work'], 'peek'>;
};

export function createTake({ settings, announcer, put, player, work }: TakePage, hands: Hands, sound: TakeSound): Take {
  const counting = signal<number | undefined>(undefined);
  const step = signal(0);
  const melody = signal<Int16Array | undefined>(undefined);
  let before: Work | undefined;
  let notes: PlayedNote[] = [];
  const held = new Map<number, number>();
  let running:
    | { readonly begin: number; readonly perStep: number; readonly steps: number; readonly timer: ReturnType<typeof setInterval> }
    | undefined;

  hands.listen({
    press: (pitch) => void (running && held.set(pitch, sound.heard())),
    release(pitch) {
      const from = held.get(pitch);
      held.delete(pitch);
      if (running && from !== undefined) notes.push({ pitch, from, to: sound.heard() });
    },
  });
  /** With the notes that are held still. */
  const playedSoFar = (): Int16Array =>
    quantise([...notes, ...[...held].map(([pitch, from]) => ({ pitch, from, to: sound.heard() }))], running!);
  const stop = (): void => {
    clearInterval(running?.timer);
    running = undefined;
    counting.value = undefined;
  };

  function finish(): void {
    if (!running) return;
    const played = playedSoFar();
    stop();
    melody.value = played.some((pitch) => pitch !== rest) ? played : undefined;
    if (!melody.value) {
      announcer.say('Nothing was played.');
      return;
    }
    // It is to sound as it was played, however the page transposes.
    const { transpose } = settings.peek();
    const score = underMelody(played.map((pitch) => (pitch === rest ? rest : Math.min(127, Math.max(0, pitch - transpose)))));
    before = work.peek();
    put({ score, key: findKey(score, false), locked: Uint8Array.from(score.pitches, (pitch) => Number(pitch !== rest)) });
    announcer.say('Your melody is the soprano now, and locked. Harmonise writes the other voices; undo brings back what was there.');
  }

  const drop = (): void => {
    stop();
    melody.value = undefined;
  };

  return {
    counting,
    step,
    melody,
    async start() {
      await sound.wake();
      player.stop();
      stop();
      const perBeat = 60 / settings.peek().tempo;
      const perStep = perBeat / stepsPerBeat;
      const steps = settings.peek().bars * stepsPerBar;
      const first = sound.now() + 0.15;
      notes = [];
      held.clear();
      let beat = 0;
      const beats = countIn + steps / stepsPerBeat;
      const timer = setInterval(() => {
        const now = sound.now();
        for (; beat < beats && first + beat * perBeat < now + 0.2; beat++)
          sound.beat(beat % countIn === 0, Math.max(0, first + beat * perBeat - now));
        const passed = (sound.heard() - first) / perBeat;
        batch(() => {
          counting.value = Math.max(0, Math.min(countIn, Math.ceil(countIn - passed)));
          step.value = Math.max(0, Math.floor((passed - countIn) * stepsPerBeat));
          if (counting.value === 0) melody.value = playedSoFar();
        });
        if (passed > beats + 0.25) finish();
      }, look);
      running = { begin: first + countIn * perBeat, perStep, steps, timer };
      batch(() => {
        counting.value = countIn;
        melody.value = undefined;
      });
    },
    finish,
    drop,
    takeBack() {
      drop();
      if (before) put(before, { origin: before.origin });
      before = undefined;
    },
  };
}

/** A melody as the soprano of a piece whose other voices are silent. */
export const underMelody = (melody: Int16Array): Score => scoreOf(Array.from(melody, (pitch) => [pitch, rest, rest, rest]));
