import { copyLink, drawnSeed } from '@advect/web';
import type { Session } from './session.js';

/** What keys and buttons do alike. */
export interface Actions {
  newSeed(): void;
  toggleLock(): void;
  /** Something new: around what is locked where anything is, else from a new seed, or the same where the seed is locked. */
  compose(): void;
  /** The tune of the seed as the model makes it, in place of the first sketch. */
  refine(): void;
  /** Copies the address of the page. */
  share(): Promise<boolean>;
}

export function createActions({ settings, change, announcer, locked, compose, rework, report }: Session): Actions {
  const leaveSketch = (): void => {
    if (settings.value.sketch) change({ best: undefined, steps: undefined });
  };
  const drawSeed = (): void => {
    if (!settings.value.seedLocked) change({ seed: drawnSeed(), index: 0 });
  };
  return {
    newSeed() {
      if (settings.value.seedLocked) {
        announcer.say('The seed is locked.');
        return;
      }
      leaveSketch();
      drawSeed();
      void compose();
    },
    toggleLock() {
      change({ seedLocked: !settings.value.seedLocked });
      announcer.say(settings.value.seedLocked ? 'The seed is locked.' : 'The seed is free.');
    },
    compose() {
      leaveSketch();
      drawSeed();
      void (locked.value.some(Boolean) ? rework() : compose());
    },
    refine() {
      leaveSketch();
      void compose();
    },
    share: () => copyLink({ announcer, report }),
  };
}
