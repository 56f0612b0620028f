import { batch, signal } from '@preact/signals';
import { wakeAudio } from '#src/web/sound/audio.js';
import { createPlayer, type Playable } from '#src/web/sound/player.js';
import { timelineOf } from '#src/web/sound/timeline.js';
import { createMixing } from '#src/web/state/mixing.js';

/** Samples that say their own number: sample i is i / 2²⁰. */
const scale = 2 ** 20;
const sampleRate = 44_100;
const steps = 320;

const playableAt = (tempo: number): Playable => {
  const timeline = timelineOf([{ tick: 0, perMinute: tempo }], 2);
  const numbered = Float32Array.from({ length: Math.ceil(timeline.secondsAt(steps) * sampleRate) }, (_, i) => i / scale);
  const silent = new Float32Array(numbered.length);
  return {
    steps,
    timeline,
    render(_, apart) {
      asked.push(apart);
      return Promise.resolve({ sampleRate, channels: apart ? [numbered, silent, silent, silent] : [numbered, silent] });
    },
  };
};

/** Of each rendering, whether its two parts were to be apart; the second one is silent. */
const asked: boolean[] = [];
const mixing = createMixing(2);

let perStep = NaN;
let now = (): Reading => ({ time: NaN, step: NaN, toEnd: NaN });
interface Reading {
  /** By the audio clock. */
  readonly time: number;
  readonly step: number;
  /** Seconds to the end of the piece. */
  readonly toEnd: number;
}
const blocks: { readonly frame: number; readonly left: Float32Array }[] = [];
const readings: Reading[] = [];
const playable = signal<Playable | undefined>(playableAt(240));
const region = signal<{ readonly from: number; readonly to: number } | undefined>(undefined);
const loop = signal(false);
const player = createPlayer({
  playable,
  loop,
  region,
  mixing,
  report: (thrown) => setTimeout(() => Promise.reject(thrown as Error), 0),
});

/** What the test drives. */
const trial = {
  player,
  tempo: (perMinute: number) => void (playable.value = playableAt(perMinute)),
  now: () => now(),
  /** Seconds that a step of what sounds lasts, in thousandths. */
  perStep: () => perStep,
  asked,
  mute: (mute: boolean) => mixing.change(1, { mute }),
  repeat: (from: number, to: number) => batch(() => ([loop.value, region.value] = [true, { from, to }])),
  /** Holds the page up for so many milliseconds, the next time that it starts a source: just before, or just after. */
  holdUp(milliseconds: number, when: 'before' | 'after') {
    const { start } = AudioBufferSourceNode.prototype;
    const wait = (): void => {
      const until = performance.now() + milliseconds;
      while (performance.now() < until);
    };
    AudioBufferSourceNode.prototype.start = function (...settings) {
      AudioBufferSourceNode.prototype.start = start;
      if (when === 'before') wait();
      start.apply(this, settings);
      if (when === 'after') wait();
    };
  },
  blocks,
  readings,
  async start(capture: string): Promise<number> {
    const { tone, out } = await wakeAudio();
    const context = tone.getContext();
    await context.addAudioWorkletModule(capture);
    const node = context.createAudioWorkletNode('capture');
    node.port.onmessage = ({ data }) => blocks.push(data as (typeof blocks)[number]);
    tone.connect(out, node);
    now = () => {
      // The clock leaps by what the browser computes at once, some 500 frames: time and position are to be of one leap.
      for (;;) {
        const [time, step, toEnd] = [tone.immediate(), player.position(), player.secondsTo(steps)];
        if (tone.immediate() === time) return { time, step, toEnd };
      }
    };
    setInterval(() => {
      if (player.state.peek() !== 'playing') return;
      const [last, here] = [readings.at(-1), now()];
      readings.push(here);
      if (last && here.step > last.step) perStep = Math.round((1000 * (here.time - last.time)) / (here.step - last.step)) / 1000;
    }, 20);
    return context.sampleRate;
  },
  /** What was heard and read since the last time. */
  take: () => ({
    blocks: blocks.splice(0).map(({ frame, left }) => ({ frame, numbers: Array.from(left, (value) => value * scale) })),
    readings: readings.splice(0),
  }),
};

Object.assign(globalThis, { trial });
export type Trial = typeof trial;
