import {
  addressOfSetting,
  createTheme,
  drawnSeed,
  keepAddress,
  listenForKeys,
  settingsOfAddress,
  type TextState,
  whenChanged,
  workOffline,
} from '@advect/web';
import { signal } from '@preact/signals';
import { render } from 'preact';
import { stepsPerBeat } from '../score.js';
import { createBeatDesk } from './groove/beat-desk.js';
import { createTapRecorder } from './groove/tap-recorder.js';
import { createPanels } from './panels/index.js';
import { createActions } from './state/actions.js';
import { createKeepsakes } from './state/keepsakes.js';
import { createSession } from './state/session.js';
import { readSettings, type Settings, sketch, usualModel, writeSettings } from './state/settings.js';
import { App } from './view/app.js';

const read = (texts: TextState): Settings => readSettings(texts, drawnSeed());
const { settings: asked, broken } = await settingsOfAddress(read);
const first: Settings = location.hash.length > 1 ? asked : { ...asked, ...sketch };
const keys = listenForKeys(document);
const session = createSession(first, keys);
const { settings, report, player } = session;
const keepsakes = createKeepsakes(session);
const actions = createActions(session);
const beat = createBeatDesk(session);
const panels = createPanels(session, keepsakes, beat);
const taps = createTapRecorder(beat);
/** What keys do on the open tab. */
const here = () =>
  settings.value.tab === 'groove'
    ? { ...beat, toggle: beat.player.toggle, cancel: beat.job.cancel }
    : { ...session, ...actions, toggle: player.toggle };
const [modelsShown, keysShown] = [signal(false), signal(false)];

keys.add(
  { key: ' ', does: 'play, or stop', run: () => here().toggle() },
  { key: 'Enter', control: true, does: 'compose, around what is locked', run: () => here().compose() },
  { key: 'Escape', does: 'stop composing', run: () => here().cancel() },
  { key: 'r', does: 'new seed', run: () => here().newSeed() },
  { key: 'l', does: 'lock the seed', run: () => here().toggleLock() },
  { key: 'z', control: true, does: 'undo', run: (event) => (event.shiftKey ? here().redo() : here().undo()) },
  { key: 'y', control: true, does: 'redo', run: () => here().redo() },
  { key: 'f', does: 'keep the piece', run: () => void (settings.value.tab === 'chorale' && keepsakes.toggle()) },
  { key: 'ArrowLeft', does: 'a beat back', run: () => here().player.seek(here().player.position() - stepsPerBeat) },
  { key: 'ArrowRight', does: 'a beat on', run: () => here().player.seek(here().player.position() + stepsPerBeat) },
  { key: 'm', does: 'models', run: () => (modelsShown.value = true) },
  { key: '?', does: 'this list', run: () => (keysShown.value = true) },
);

render(
  <App {...{ session, panels, keepsakes, actions, beat, taps, modelsShown, keysShown }} theme={createTheme()} />,
  document.querySelector('#page')!,
);
if (broken !== undefined) report(broken);

const openAsWanted = async (wanted: Settings): Promise<void> => {
  const name = wanted.model ?? usualModel;
  try {
    await session.open({ address: addressOfSetting(name) }, name, wanted);
  } catch (thrown) {
    report(thrown);
  }
};
keepAddress({ settings, read, write: writeSettings, adopt: (wanted) => session.adopt(wanted, openAsWanted), report });
whenChanged(
  () => settings.value.engine,
  (engine) => void session.useEngine(engine),
);
// A page that began on the other tab has not composed yet.
whenChanged(
  () => settings.value.tab,
  (tab) => {
    if (tab === 'chorale' && !settings.value.tune && !session.work.value.origin && !session.busy.value) void session.compose();
  },
);
void workOffline(new URL('offline.js', document.baseURI), (state) => (session.offline.value = state));
await openAsWanted(settings.value);
// What is wrong with the model of a link has been told; the page works all the same.
if (!session.model.value && settings.value.model !== usualModel) await openAsWanted({ ...settings.value, model: usualModel });
