import { grooveSteps } from '../data/grooves.js';
import { drums } from '../drum-kit.js';

/** Numbers of a step: for each drum whether it is struck, how hard, and how late. */
export const grooveWidth = 3 * drums.length;

/** Numbers of a window of two bars. */
export const grooveSize = grooveSteps * grooveWidth;
