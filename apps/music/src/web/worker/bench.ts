import { AdvectError } from '@advect/base/errors';
import type { Flow } from '@advect/core';
import type { Manifest } from '@advect/core/io';
import type { Engines } from '@advect/web/worker';

/** A model that lies open. */
export interface Opened {
  readonly flow: Flow;
  readonly manifest: Manifest;
}

/** What the worker's verbs share: the models that are open, of chorales and of grooves, and who computes. */
export interface Bench {
  readonly engines: Engines;
  opened: Opened | undefined;
  beats: Opened | undefined;
}

/** The open model. Throws `not-found` where there is none. */
export function openedOn({ opened }: Bench): Opened {
  if (!opened) throw new AdvectError('not-found', 'no model is open', 'Open one from the shelf first.');
  return opened;
}
