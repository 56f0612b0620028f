import { type Call, startWorker } from '@advect/web';
import type { SoundVerbs } from './sound-verbs.js';

/** The worker that renders: apart from the models, so that sound never waits for them. */
export interface SoundStudio {
  readonly call: Call<SoundVerbs>;
}

export const createSoundStudio = (): SoundStudio => startWorker<SoundVerbs>(new URL('./sound-worker.js', import.meta.url), 'sound');
