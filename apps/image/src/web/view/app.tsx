import { LiveRegion } from '@advect/web';
import type { Signal } from '@preact/signals';
import type { Favourites } from '../state/favourites.js';
import type { Panels } from '../panels/index.js';
import type { Playback } from '../state/playback.js';
import type { Session } from '../state/session.js';
import type { Theme } from '../state/theme.js';
import { ClassControls } from './class-controls.js';
import { FavouritesStrip } from './favourites-strip.js';
import { Header } from './header.js';
import { KeysDialog } from './keys-dialog.js';
import { ModelShelf } from './model-shelf.js';
import { PanelArea } from './panel-area.js';
import { type Actions, SeedBar } from './seed-bar.js';
import { SolverControls } from './solver-controls.js';
import { StatusLine } from './status-line.js';
import { TimeSlider } from './time-slider.js';
import { WallOfPictures } from './wall.js';

export interface AppProps {
  readonly session: Session;
  readonly favourites: Favourites;
  readonly playback: Playback;
  readonly panels: Panels;
  readonly theme: Signal<Theme>;
  readonly actions: Actions & { share(): void };
  readonly modelsShown: Signal<boolean>;
  readonly keysShown: Signal<boolean>;
}

export function App({ session, favourites, playback, panels, theme, actions, modelsShown, keysShown }: AppProps) {
  const { trouble } = session;
  return (
    <>
      <Header
        session={session}
        theme={theme}
        onModels={() => (modelsShown.value = true)}
        onKeys={() => (keysShown.value = true)}
        onShare={actions.share}
      />
      <main>
        {trouble.value && (
          <div class="trouble" role="alert">
            <p>
              <strong>{trouble.value.message}</strong> {trouble.value.hint}
            </p>
            <button type="button" class="icon" aria-label="Dismiss" onClick={() => (trouble.value = undefined)}>
              ×
            </button>
          </div>
        )}
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
        <PanelArea session={session} panels={panels} />
      </main>
      <StatusLine session={session} />
      <LiveRegion from={session.announcer} />
      <ModelShelf session={session} shown={modelsShown} />
      <KeysDialog session={session} shown={keysShown} />
    </>
  );
}
