import { stepsPerBar, stepsPerBeat } from '../../../score.js';
import { followSteps, type FollowOptions } from '../../sound/follow-steps.js';

interface Beats extends Pick<FollowOptions, 'player' | 'steps'> {
  /** Told once for each beat that comes, in how many seconds; the first of a bar has the accent. */
  readonly beat: (accent: boolean, seconds: number) => void;
}

/** Tells the beats of what plays a little before they sound, by the audio clock; the result ends it. */
export const followBeats = ({ beat, ...playing }: Beats): (() => void) =>
  followSteps({
    ...playing,
    due(step, seconds) {
      if (step % stepsPerBeat === 0) beat(step % stepsPerBar === 0, seconds);
    },
  });
