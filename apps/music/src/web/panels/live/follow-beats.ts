import { stepsPerBar, stepsPerBeat } from '../../../score.js';
import { followSteps, type FollowOptions, tooLate } from '../../sound/follow-steps.js';

interface Beats extends Pick<FollowOptions, 'player' | 'steps'> {
  /** Told once for each beat that comes, in how many seconds; the first of a bar has the accent. */
  readonly beat: (accent: boolean, seconds: number) => void;
}

/** Tells the beats of what plays a little before they sound, by the audio clock, but not those that were missed; the result ends it. */
export const followBeats = ({ beat, ...playing }: Beats): (() => void) =>
  followSteps({
    ...playing,
    due(step, seconds) {
      if (step % stepsPerBeat === 0 && seconds > -tooLate) beat(step % stepsPerBar === 0, Math.max(0, seconds));
    },
  });
