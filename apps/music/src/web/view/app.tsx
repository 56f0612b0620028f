import {
  DropVeil,
  Fact,
  KeysDialog,
  LiveRegion,
  ModelShelf,
  PageHeader,
  PanelArea,
  StatusLine,
  type Theme,
  timeInWords,
  TroubleBar,
} from '@advect/web';
import type { Signal } from '@preact/signals';
import type { BeatDesk } from '../groove/beat-desk.js';
import { GrooveView } from '../groove/groove-view.js';
import type { TapRecorder } from '../groove/tap-recorder.js';
import type { Panels } from '../panels/index.js';
import type { Actions } from '../state/actions.js';
import type { Keepsakes } from '../state/keepsakes.js';
import type { Session } from '../state/session.js';
import { ChoraleView } from './chorale-view.js';
import { PageTabs } from './page-tabs.js';

export interface AppProps {
  readonly session: Session;
  readonly panels: Panels;
  readonly theme: Signal<Theme>;
  readonly keepsakes: Keepsakes;
  readonly actions: Actions;
  readonly beat: BeatDesk;
  readonly taps: TapRecorder;
  readonly modelsShown: Signal<boolean>;
  readonly keysShown: Signal<boolean>;
}

export function App({ session, panels, keepsakes, theme, actions, beat, taps, modelsShown, keysShown }: AppProps) {
  const { trouble, settings, change, engine, offline, keys, report, took } = session;
  const { tab } = settings.value;
  const drums = tab === 'groove';
  const { model, opening, open } = drums ? beat.drummer : session;
  return (
    <>
      <PageHeader
        tagline="music that flows"
        {...{ model, opening, theme }}
        onModels={() => (modelsShown.value = true)}
        onKeys={() => (keysShown.value = true)}
        onShare={actions.share}
      >
        <PageTabs session={session} />
      </PageHeader>
      <main class={tab}>
        <TroubleBar trouble={trouble} />
        {drums ? <GrooveView desk={beat} taps={taps} /> : <ChoraleView {...{ session, keepsakes, actions }} />}
        {!drums && (
          <PanelArea
            label="More to do with the piece"
            list={panels.list}
            open={settings.value.panel}
            onOpen={(panel) => change({ panel })}
          />
        )}
        <DropVeil
          hovering={panels.hovering}
          droppable={drums ? 'Drop a beat, or a model of drums' : 'Drop a tune, a model, or a file saved here'}
        />
      </main>
      <StatusLine {...{ engine, offline }} wanted={settings.value.engine} onEngine={(engine) => change({ engine })}>
        {!drums && took.value !== undefined && <Fact name="Composed in" value={timeInWords(took.value)} />}
      </StatusLine>
      <LiveRegion from={session.announcer} />
      <ModelShelf
        {...{ model, opening, open, report }}
        shown={modelsShown}
        kinds={[drums ? 'grooves' : 'chorales']}
        example={drums ? 'models/grooves/' : 'models/chorales/'}
        elsewhere={drums ? 'choose its files here, or drop them on the page' : 'start this page with music serve --model ADDRESS'}
      >
        {!drums && session.model.value && (
          <>
            <dt>Numbers</dt>
            <dd>{session.model.value.parameters.toLocaleString('en')}</dd>
            <dt>Given notes</dt>
            <dd>{session.model.value.method === 'told' ? 'it is told them' : 'put on their path'}</dd>
          </>
        )}
      </ModelShelf>
      <KeysDialog keys={keys} shown={keysShown} />
    </>
  );
}
