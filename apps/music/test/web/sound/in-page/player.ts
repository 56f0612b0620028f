import { signal } from '@preact/signals';
import { wakeAudio } from '#src/web/sound/audio.js';
import { createPlayer, type Playable } from '#src/web/sound/player.js';
import { timelineOf } from '#src/web/sound/timeline.js';
import { createMixing } from '#src/web/state/mixing.js';

/** Samples that say their own number: sample i is i / 2²⁰. */
const scale = 2 ** 20;
const sampleRate = 44_100;
const steps = 96;

const playableAt = (tempo: number): Playable => {
  const timeline = timelineOf([{ tick: 0, perMinute: tempo }], 2);
  const numbered = Float32Array.from({ length: Math.ceil(timeline.secondsAt(steps) * sampleRate) }, (_, i) => i / scale);
  const silent = new Float32Array(numbered.length);
  return { steps, timeline, render: () => Promise.resolve({ sampleRate, channels: [numbered, silent, silent, silent] }) };
};

const blocks: { readonly frame: number; readonly left: Float32Array }[] = [];
const readings: { readonly time: number; readonly step: number }[] = [];
const playable = signal<Playable | undefined>(playableAt(240));
const player = createPlayer({
  playable,
  loop: signal(false),
  mixing: createMixing(2),
  report: (thrown) => setTimeout(() => Promise.reject(thrown as Error), 0),
});

/** What the test drives. */
const trial = {
  player,
  blocks,
  readings,
  async start(capture: string): Promise<number> {
    const { tone, out } = await wakeAudio();
    const context = tone.getContext();
    await context.addAudioWorkletModule(capture);
    const node = context.createAudioWorkletNode('capture');
    node.port.onmessage = ({ data }) => blocks.push(data as (typeof blocks)[number]);
    tone.connect(out, node);
    setInterval(() => {
      if (player.state.peek() !== 'playing') return;
      // The clock leaps by what the browser computes at once, some 500 frames: time and position are to be of one leap.
      const [time, step] = [tone.immediate(), player.position()];
      if (tone.immediate() === time) readings.push({ time, step });
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
