import type { Choice } from '../desk/desk.js';
import type { Encoding, Measurement, Surprise } from '../work/verbs.js';

/** What has been found out about one picture so far. */
export interface Findings {
  readonly of: Choice;
  readonly measurement?: Measurement;
  readonly encoding?: Encoding;
  readonly surprise?: Surprise;
  readonly pngBytes?: number;
}
