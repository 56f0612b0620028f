// Speaking to a worker
export { type Bridge, type Call, callBridge, type CallOptions } from './bridge/call.js';
export type { Line, Verb, Verbs } from './bridge/messages.js';
export { startWorker } from './bridge/start-worker.js';
export { openStudio, type Studio } from './state/studio.js';
export { type EngineName, type EngineStatus, engineTitles, type SelfTest } from './compute/engine-status.js';
export { type EngineChoice, engineChoices, type EngineVerbs } from './compute/engine-verbs.js';
export type { Effort } from './compute/effort.js';

// What a page keeps, says and listens to
export { copyLink } from './state/copy-link.js';
export { canvasBlob, download } from './browser/download.js';
export { fromBase64url, readHash, type TextState, toBase64url, writeHash } from './browser/hash-state.js';
export { numberIn, presentTexts } from './browser/text-values.js';
export { keyNames, listenForKeys, type Shortcut, type Shortcuts } from './browser/shortcuts.js';
export { openStore, type Store } from './browser/store.js';
export { type OfflineState, workOffline } from './offline/register.js';
export { drawnSeed, keepAddress, settingsOfAddress } from './state/address.js';
export { droppedFiles, type NamedFile } from './browser/dropped-files.js';
export { listenForFiles } from './state/listen-for-files.js';
export { type Keepsake, type Kept, keptIn } from './state/kept.js';
export { type JobPage, panelJob, type PanelJob } from './state/job.js';
export { createTheme, type Theme, themes } from './state/theme.js';
export { createTroubles, type Trouble, type Troubles } from './state/troubles.js';
export { whenChanged } from './state/when-changed.js';

// Models
export { addressOfModel, addressOfSetting } from './models/model-address.js';
export type { OpenedModel } from './models/opened-model.js';
export { type ModelSource, type Received, receivedInWords } from './models/source.js';

// Parts of pages; their looks are in style/
export { Card, Range } from './ui/controls.js';
export { CopyButton } from './ui/copy-button.js';
export { type Curve, type CurvePoint, Curves } from './ui/curves.js';
export { Dialog } from './ui/dialog.js';
export { Figure, withError } from './ui/figures.js';
export { Icon, type shapes } from './ui/icon.js';
export { DropVeil } from './ui/drop-veil.js';
export { DropZone } from './ui/drop-zone.js';
export { KeptStrip } from './ui/kept-strip.js';
export { KeysDialog } from './ui/keys-dialog.js';
export { type Announcer, announcer, LiveRegion } from './ui/live-region.js';
export { ModelShelf } from './ui/model-shelf.js';
export { PageHeader } from './ui/page-header.js';
export type { Panel } from './ui/panel.js';
export { PanelArea } from './ui/panel-area.js';
export { RunButton } from './ui/run-button.js';
export { SeedField } from './ui/seed-field.js';
export { Fact, StatusLine, timeInWords } from './ui/status-line.js';
export { Temperature } from './ui/temperature.js';
export { TroubleBar } from './ui/trouble-bar.js';
