import { listenForFiles, type Panel } from '@advect/web';
import type { ReadonlySignal } from '@preact/signals';
import type { Favourites } from '../state/favourites.js';
import type { Session } from '../state/session.js';
import { createDesk } from './desk/desk.js';
import { editPanel } from './edit/edit-panel.js';
import { inpaintPanel } from './inpaint/inpaint-panel.js';
import { measurePanel } from './measure/measure-panel.js';
import { morphPanel } from './morph/morph-panel.js';
import { savePanel } from './save/save-panel.js';
import { trainPanel } from './train/train-panel.js';

export interface Panels {
  /** Below the wall, in their order. */
  readonly list: readonly Panel[];
  /** Whether files hover over the page. */
  readonly hovering: ReadonlySignal<boolean>;
}

/** The panels of a page, which share one desk. */
export function createPanels(session: Session, favourites: Favourites): Panels {
  const desk = createDesk(session, favourites);
  return {
    list: [measurePanel, morphPanel, inpaintPanel, editPanel, trainPanel, savePanel].map((make) => make(session, desk)),
    hovering: listenForFiles((files) => void desk.receive(files), session.report),
  };
}
