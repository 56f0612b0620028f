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
  return (opened ??= import('tone').then(async (tone) => {
    const context = tone.getContext();
    const watch = (): void => void (running.value = context.state === 'running');
    context.on('statechange', watch);
    await tone.start();
    watch();
    const out = new tone.Gain(1).toDestination();
    return { tone, out };
  }));
}

/** Lets sound go on where the system had suspended it; in a gesture. */
export async function wakeAudio(): Promise<Audio> {
  const audio = await openAudio();
  await audio.tone.start();
  return audio;
}
