import {
  copyLink,
  addressOfSetting,
  createTheme,
  drawnSeed,
  keepAddress,
  listenForKeys,
  settingsOfAddress,
  type TextState,
  workOffline,
} from '@advect/web';
import { signal } from '@preact/signals';
import { render } from 'preact';
import { createPanels } from './panels/index.js';
import { createFavourites } from './state/favourites.js';
import { playback as createPlayback } from './state/playback.js';
import { followSettings } from './state/follow-settings.js';
import { createSession } from './state/session.js';
import { nextWall, readSettings, type Settings, usualModel, writeSettings } from './state/settings.js';
import { App } from './view/app.js';

const read = (texts: TextState): Settings => readSettings(texts, drawnSeed());
const { settings: first, broken } = await settingsOfAddress(read);
const keys = listenForKeys(document);
const session = createSession(first, keys);
const { settings, change, generate, open, announcer } = session;
const favourites = createFavourites(session);
const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
const playback = createPlayback(session, calm);
const panels = createPanels(session, favourites);
const [modelsShown, keysShown] = [signal(false), signal(false)];
const firstItems = (): readonly number[] => settings.value.items.map((_, i) => i);

const actions = {
  newSeed() {
    if (settings.value.locked) announcer.say('The seed is locked.');
    else change({ seed: drawnSeed(), items: firstItems() });
  },
  toggleLock() {
    change({ locked: !settings.value.locked });
    announcer.say(settings.value.locked ? 'The seed is locked.' : 'The seed is free.');
  },
  generate() {
    if (settings.value.locked) void generate();
    else actions.newSeed();
  },
  share: () => copyLink(session),
};
const scrub = (by: number): void => {
  playback.stop();
  change({ time: Math.min(1, Math.max(0, Math.round((settings.value.time + by) * 40) / 40)) });
};

keys.add(
  { key: 'Enter', control: true, does: 'new pictures', run: actions.generate },
  { key: 'Escape', does: 'stop what is running', run: session.cancel },
  { key: 'Enter', alt: true, does: 'stop what is running', run: session.cancel },
  { key: ' ', does: 'play from noise to picture, or stop', run: playback.toggle },
  { key: 'r', does: 'new seed', run: actions.newSeed },
  { key: 'l', does: 'lock the seed', run: actions.toggleLock },
  { key: 'ArrowLeft', does: 'back in time, towards noise', run: () => scrub(-0.025) },
  { key: 'ArrowRight', does: 'on in time, towards the picture', run: () => scrub(0.025) },
  { key: 'f', does: 'keep the chosen picture', run: () => void favourites.toggle(session.chosen.value) },
  {
    key: 'g',
    does: 'a wall of 36, of 4, or of 16 pictures',
    run() {
      change({ items: nextWall(settings.value.items) });
      announcer.say(`A wall of ${settings.value.items.length} pictures.`);
    },
  },
  { key: 'm', does: 'models', run: () => (modelsShown.value = true) },
  { key: '?', does: 'this list', run: () => (keysShown.value = true) },
);

render(
  <App {...{ session, favourites, playback, panels, actions, modelsShown, keysShown }} theme={createTheme()} />,
  document.querySelector('#page')!,
);
if (broken !== undefined) session.report(broken);

const openAsWanted = async (wanted: Settings): Promise<void> => {
  const name = wanted.model ?? usualModel;
  try {
    await open({ address: addressOfSetting(name) }, name, wanted);
  } catch (thrown) {
    session.report(thrown);
  }
};
keepAddress({
  settings,
  read,
  write: writeSettings,
  adopt: (wanted) => {
    if (wanted.model === settings.value.model) settings.value = wanted;
    else void openAsWanted(wanted);
  },
  report: session.report,
});
await openAsWanted(settings.value);
// What is wrong with the model of a link has been told; the page works all the same.
if (!session.model.value && settings.value.model !== usualModel) await openAsWanted({ ...settings.value, model: usualModel });
if (settings.value.time === 1) playback.play();
followSettings(session);
void workOffline(new URL('offline.js', document.baseURI), (state) => (session.offline.value = state));
