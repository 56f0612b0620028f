import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import type { Engines } from '@advect/web/worker';
import type { OpenModel } from '../../model/open-model.js';

/** A model that lies open. */
export interface Opened {
  readonly model: OpenModel;
  readonly flow: Flow;
}

/** What the worker's verbs share: the model that is open and who computes. */
export interface Bench {
  readonly engines: Engines;
  opened: Opened | undefined;
  /** Ends the training that runs, if one does. */
  stopTraining?: (() => void) | undefined;
}

/** The open model. Throws `not-found` where there is none. */
export function openedOn({ opened }: Bench): Opened {
  if (!opened) throw new AdvectError('not-found', 'no model is open', 'Open one from the shelf first.');
  return opened;
}
