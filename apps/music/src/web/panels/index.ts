import { filesDropped, type Panel } from '@advect/web';
import type { ReadonlySignal } from '@preact/signals';
import type { Session } from '../state/session.js';
import type { MakePanel } from './panel-context.js';

export interface Panels {
  /** Below the roll, in their order. */
  readonly list: readonly Panel[];
  /** Whether files hover over the page. */
  readonly hovering: ReadonlySignal<boolean>;
}

const makers: readonly MakePanel[] = [];

/** The panels of a page. */
export function createPanels(session: Session): Panels {
  return {
    list: makers.map((make) => make(session)),
    hovering: filesDropped((files) => session.report(new Error(`'${files[0].name}' cannot be opened here yet.`))),
  };
}
