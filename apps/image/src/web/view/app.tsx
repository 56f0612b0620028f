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
import type { Favourites } from '../state/favourites.js';
import type { Panels } from '../panels/index.js';
import type { Playback } from '../state/playback.js';
import type { Session } from '../state/session.js';
import { ClassControls } from './class-controls.js';
import { FavouritesStrip } from './favourites-strip.js';
import { FormOfModel } from './form-of-model.js';
import { type Actions, SeedBar } from './seed-bar.js';
import { SolverControls } from './solver-controls.js';
import { TimeSlider } from './time-slider.js';
import { WallOfPictures } from './wall.js';

export interface AppProps {
  readonly session: Session;
  readonly favourites: Favourites;
  readonly playback: Playback;
  readonly panels: Panels;
  readonly theme: Signal<Theme>;
  readonly actions: Actions & { share(): Promise<boolean> };
  readonly modelsShown: Signal<boolean>;
  readonly keysShown: Signal<boolean>;
}

export function App({ session, favourites, playback, panels, theme, actions, modelsShown, keysShown }: AppProps) {
  const { trouble, settings, change, model, opening, open, engine, offline, wall, keys, report } = session;
  const effort = wall.value?.effort;
  return (
    <>
      <PageHeader
        tagline="pictures that flow"
        {...{ model, opening, theme }}
        onModels={() => (modelsShown.value = true)}
        onKeys={() => (keysShown.value = true)}
        onShare={actions.share}
      />
      <main>
        <TroubleBar trouble={trouble} />
        <div class="stage">
          <WallOfPictures session={session} favourites={favourites} />
          <TimeSlider session={session} playback={playback} />
          <SeedBar session={session} favourites={favourites} actions={actions} />
          <FavouritesStrip session={session} favourites={favourites} />
        </div>
        <aside aria-label="Settings">
          <ClassControls session={session} />
          <SolverControls session={session} />
        </aside>
        <PanelArea label="More to do with pictures" list={panels.list} open={settings.value.panel} onOpen={(panel) => change({ panel })} />
        <DropVeil hovering={panels.hovering} droppable="Drop pictures, a model, or a file saved here" />
      </main>
      <StatusLine {...{ engine, offline }} wanted={settings.value.engine} onEngine={(engine) => change({ engine })}>
        {effort && <Fact name="Evaluations" value={String(effort.evaluations)} title={effort.diagnosis} />}
        {effort && <Fact name="Time" value={timeInWords(effort.milliseconds)} title={effort.executor} />}
      </StatusLine>
      <LiveRegion from={session.announcer} />
      <ModelShelf
        {...{ model, opening, open, report }}
        shown={modelsShown}
        example="models/digits/"
        elsewhere="start this page with image serve --model ADDRESS"
      >
        {model.value && <FormOfModel {...model.value.form} />}
      </ModelShelf>
      <KeysDialog keys={keys} shown={keysShown} />
    </>
  );
}
