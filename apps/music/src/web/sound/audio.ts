import { sampleRate } from '../../render/mix.js';
import { type ReadonlySignal, signal } from '@preact/signals';

type Tone = typeof import('tone');

/** Sound as browsers give it: after a gesture. */
export interface Audio {
  readonly tone: Tone;
  /** Where everything is connected to. */
  readonly out: InstanceType<Tone['Gain']>;
}

const running = signal(false);
let opened: Promise<Audio> | undefined;

/** Whether sound may be heard: false before the first gesture, and where the system has taken it away. */
export const soundRuns: ReadonlySignal<boolean> = running;

/**
 * Opens sound, once; to be called in a gesture, before anything is awaited: browsers give none otherwise. Tone.js is loaded here, and
 * not before, because it opens an audio context as soon as it is loaded.
 */
export function openAudio(): Promise<Audio> {
  Object.assign(globalThis, { TONE_SILENCE_LOGGING: true });
  return (opened ??= loadTone().then(async (tone) => {
    const context = tone.getContext();
    const watch = (): void => void (running.value = context.state === 'running');
    context.on('statechange', watch);
    await tone.start();
    watch();
    const out = new tone.Gain(1).toDestination();
    return { tone, out };
  }));
}

/**
 * Tone.js with a context of the rate at which pieces are rendered, so that no browser resamples them. A context makes a worker from text
 * for its clock, which the page's policy forbids: it is denied in a way that Tone.js understands, and counts by timeouts.
 */
async function loadTone(): Promise<Tone> {
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(script: string | URL, options?: WorkerOptions) {
      if (String(script).startsWith('blob:')) throw new TypeError('Workers from text are forbidden here.');
      super(script, options);
    }
  };
  try {
    const tone = await import('tone');
    tone.setContext(new tone.Context({ sampleRate, clockSource: 'timeout', latencyHint: 'interactive' }), true);
    return tone;
  } finally {
    globalThis.Worker = Worker;
  }
}

/** Lets sound go on where the system had suspended it; in a gesture. */
export async function wakeAudio(): Promise<Audio> {
  const audio = await openAudio();
  await audio.tone.start();
  return audio;
}
