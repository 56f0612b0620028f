import { listenForFiles, type Panel } from '@advect/web';
import type { ReadonlySignal } from '@preact/signals';
import type { BeatDesk } from '../groove/beat-desk.js';
import { receiveFiles } from '../groove/receive-files.js';
import type { Keepsakes } from '../state/keepsakes.js';
import type { Session } from '../state/session.js';
import { createDesk } from './desk/desk.js';
import { harmonisePanel } from './harmonise/harmonise-panel.js';
import { livePanel } from './live/live-panel.js';
import { measurePanel } from './measure/measure-panel.js';
import { morphPanel } from './morph/morph-panel.js';
import type { MakePanel } from './panel-context.js';
import { savePanel } from './save/save-panel.js';
import { sheetPanel } from './sheet/sheet-panel.js';
import { trainPanel } from './train/train-panel.js';

export interface Panels {
  /** Below the roll, in their order. */
  readonly list: readonly Panel[];
  /** Whether files hover over the page. */
  readonly hovering: ReadonlySignal<boolean>;
}

/** The panels of a page, which share one desk; files that are dropped go to the tab that is open. */
export function createPanels(session: Session, keepsakes: Keepsakes, beat: BeatDesk): Panels {
  const desk = createDesk(session, keepsakes, (file) => {
    session.change({ tab: 'groove' });
    void receiveFiles(beat, [file]);
  });
  const makers: readonly MakePanel[] = [
    measurePanel,
    () => harmonisePanel(session, desk),
    () => morphPanel(session, keepsakes),
    sheetPanel,
    livePanel,
    trainPanel,
    () => savePanel(session, desk),
  ];
  return {
    list: makers.map((make) => make(session)),
    hovering: listenForFiles((files) => {
      void (session.settings.peek().tab === 'groove' ? receiveFiles(beat, files) : desk.receive(files));
    }, session.report),
  };
}
