import { stepsPerBeat } from '../../../score.js';

/** Seconds of an eighth note at so many quarter notes in a minute. */
export const secondsPerStep = (tempo: number): number => 60 / tempo / stepsPerBeat;
